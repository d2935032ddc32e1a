//! `%setup` and `%autosetup`: the directory that the archive unpacks to.

use super::facts::Facts;
use super::lines::Spec;
use super::options::Setup;
use super::outcome::{Outcome, Why};
use super::reading::Reading;
use super::sections::Section;
use super::sources::SourceId;

/// A `%setup` line that rpm runs.
struct Line {
    index: usize,
    setup: Setup,
}

impl Spec {
    /// Makes `%setup` or `%autosetup` expect the directory `root` in the archive of the source `id`.
    ///
    /// A line is left as it is when its `-n` (or `%{name}-%{version}` where it has none) expands to `root` already, by
    /// the text and what `facts` knows, and when it has `-c` or `-C`, which make a directory of any name. Of several lines the
    /// one that unpacks this source is meant. Comments and lines in false branches do not count.
    pub fn set_setup_dir(&mut self, root: &str, id: SourceId, facts: &Facts) -> Outcome {
        let bodies = self.bodies(Section::Prep);
        if bodies.is_empty() {
            return Outcome::LeftAlone(Why::NoPrep);
        }
        let reading = self.reading(facts);
        let number = self.number_of(id, &reading);
        let lines: Vec<Line> = bodies
            .into_iter()
            .flatten()
            .filter(|index| reading.is_live(*index))
            .filter_map(|index| Setup::parse(self.text(index)).map(|setup| Line { index, setup }))
            .collect();
        let default = || lines.iter().find(|line| !line.setup.skips_default);
        let chosen = lines.iter().find(|line| line.setup.is_of(number)).or_else(default).or(lines.first());
        let Some(Line { index, setup }) = chosen else { return Outcome::LeftAlone(Why::NoSetup) };
        let line = index + 1;
        if setup.creates || self.expects(*index, setup, root, &reading) {
            return Outcome::AlreadyRight { line };
        }
        let mut text = self.text(*index).to_owned();
        let root = quoted(&root.replace('%', "%%"));
        match setup.directory.clone() {
            Some(range) if range.is_empty() => text.insert_str(range.start, &format!(" {root}")),
            Some(range) => text.replace_range(range, &root),
            None => text.insert_str(setup.end, &format!(" -n {root}")),
        }
        self.replace(*index..*index + 1, &text);
        Outcome::Changed { line }
    }

    fn expects(&self, index: usize, setup: &Setup, root: &str, reading: &Reading) -> bool {
        let written = match setup.directory.clone() {
            Some(range) => self.text(index).get(range).unwrap_or_default(),
            None => "%{name}-%{version}",
        };
        let unquoted = |text: &str| text.replace(['"', '\''], "");
        reading.expand_at_end(&unquoted(written)).full.as_deref() == Some(root)
    }

    fn number_of(&self, id: SourceId, reading: &Reading) -> u32 {
        match id {
            SourceId::Number(number) => number,
            SourceId::Unnumbered => reading
                .entries
                .iter()
                .filter(|entry| entry.stem == "source" && entry.live != Some(false))
                .find(|entry| entry.tag.as_ref().is_some_and(|tag| tag.digits.is_none()))
                .map_or(0, |entry| entry.number),
        }
    }
}

fn quoted(text: &str) -> String {
    if text.contains(char::is_whitespace) { format!("\"{text}\"") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{facts, spec_with};
    use super::*;

    fn edited(prep: &str, root: &str) -> (String, Outcome) {
        let mut spec = spec_with(&[("%setup -q -n %{name}-%{version}", prep)]);
        let facts = facts(&spec);
        let before = String::from_utf8(spec.to_bytes()).unwrap();
        let outcome = spec.set_setup_dir(root, SourceId::Number(0), &facts);
        let after = String::from_utf8(spec.to_bytes()).unwrap();
        let at = before.find(prep).unwrap();
        let tail = before.len() - at - prep.len();
        assert_eq!(before[at + prep.len()..], after[after.len() - tail..]);
        (after[at..after.len() - tail].to_owned(), outcome)
    }

    #[test]
    fn sets() {
        for (before, after) in [
            ("%setup -q", "%setup -q -n NEW-1"),
            ("%setup -q  ", "%setup -q -n NEW-1  "),
            ("%setup", "%setup -n NEW-1"),
            ("%autosetup -p1 -n %{name}-%{version}", "%autosetup -p1 -n NEW-1"),
            ("%autosetup -n%{name}", "%autosetup -nNEW-1"),
            // The Python packit gives `-qn foo -n NEW-1`.
            ("%setup -qn foo", "%setup -qn NEW-1"),
            ("  %setup -n 'a b'", "  %setup -n NEW-1"),
            ("%setup -q # the -n is missing", "%setup -q -n NEW-1 # the -n is missing"),
            // The Python packit changes the comment.
            ("# %setup -q -n old\n%setup -q -n older", "# %setup -q -n old\n%setup -q -n NEW-1"),
            ("%if 0\n%setup -n a\n%else\n%setup -n b\n%endif", "%if 0\n%setup -n a\n%else\n%setup -n NEW-1\n%endif"),
            // The source is unpacked by the second line.
            ("%setup -q -T -D -b 1 -n stage0\n%setup -q -n src", "%setup -q -T -D -b 1 -n stage0\n%setup -q -n NEW-1"),
        ] {
            let (lines, outcome) = edited(before, "NEW-1");
            assert_eq!(lines, after);
            assert!(matches!(outcome, Outcome::Changed { .. }), "{before}");
            assert!(matches!(edited(&lines, "NEW-1").1, Outcome::AlreadyRight { .. }), "{before}");
        }
        assert_eq!(edited("%setup -q", "a b").0, "%setup -q -n \"a b\"");
    }

    #[test]
    fn leaves_what_is_right() {
        for prep in [
            "%setup -q",
            "%autosetup -p1 -n %{name}-%{version}",
            "%setup -n hello-1.%{minor}",
            "%setup -n \"%{name}-1.0\"",
            "%setup -q -c -n anything",
            "%autosetup -C",
        ] {
            let (lines, outcome) = edited(prep, "hello-1.0");
            assert_eq!(lines, prep);
            assert!(matches!(outcome, Outcome::AlreadyRight { .. }), "{prep}");
        }
    }

    #[test]
    fn says_what_is_missing() {
        assert_eq!(edited("%forgesetup", "x").1, Outcome::LeftAlone(Why::NoSetup));
        assert_eq!(edited("%{?x:%setup -q -n foo}", "x").1, Outcome::LeftAlone(Why::NoSetup));
        let mut spec = spec_with(&[("%prep\n%setup -q -n %{name}-%{version}\n", "")]);
        let facts = facts(&spec);
        assert_eq!(spec.set_setup_dir("x", SourceId::Number(0), &facts), Outcome::LeftAlone(Why::NoPrep));
    }

    #[test]
    fn the_source_decides_the_line() {
        let mut spec = spec_with(&[
            ("%{version}.tar.gz\n", "%{version}.tar.gz\nSource1: stage0.tar.gz\n"),
            ("%setup -q -n %{name}-%{version}", "%setup -q -n src\n%setup -q -T -D -b 1 -n stage0"),
        ]);
        let facts = facts(&spec);
        spec.set_setup_dir("NEW", SourceId::Number(1), &facts);
        assert!(
            String::from_utf8(spec.to_bytes()).unwrap().contains("%setup -q -n src\n%setup -q -T -D -b 1 -n NEW\n")
        );
    }
}
