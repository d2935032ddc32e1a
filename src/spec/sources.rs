//! Source tags and the lines of `%sourcelist`.

use crate::error::{Error, Kind, Result};

use super::facts::{Facts, file_name};
use super::lines::{Spec, readable};
use super::outcome::Outcome;
use super::reading::{Entry, Reading};

/// Which source is meant, as `spec_source_id` says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SourceId {
    /// The source with this number, however it is written.
    Number(u32),
    /// The first `Source` without a number; where there is none, the source with number 0.
    Unnumbered,
}

impl SourceId {
    /// Reads `0`, `Source0` or `Source`.
    ///
    /// # Errors
    /// When it is none of these.
    pub fn parse(text: &str) -> Result<Self> {
        let trimmed = text.trim();
        let lower = trimmed.to_ascii_lowercase();
        let digits = lower.strip_prefix("source").unwrap_or(&lower);
        match digits.parse() {
            Ok(number) if digits.bytes().all(|byte| byte.is_ascii_digit()) => Ok(Self::Number(number)),
            _ if lower == "source" => Ok(Self::Unnumbered),
            _ => Err(Error::new(Kind::Config, format!("`{text}` names no source of a spec file"))
                .hint("`spec_source_id` is a number or a tag, such as `0` or `Source0`")),
        }
    }
}

impl std::fmt::Display for SourceId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Number(number) => write!(f, "Source{number}"),
            Self::Unnumbered => f.write_str("Source"),
        }
    }
}

impl Spec {
    /// Makes a source point to `location`, the name of a file beside the spec. A line whose value expands to a location
    /// with that file name already (by the text and what `facts` knows) stays as the user wrote it. Of several lines
    /// with the same number the one that rpm reads is meant.
    ///
    /// # Errors
    /// When there is no such source, or only in branches that rpm does not read; the error lists those there are.
    pub fn set_source(&mut self, id: SourceId, location: &str, facts: &Facts) -> Result<Outcome> {
        let reading = self.reading(facts);
        let entry = find(&reading, id).ok_or_else(|| no_such(self, &reading, id))?;
        let line = entry.lines.start + 1;
        if entry.value.full.as_deref().is_some_and(|value| file_name(value) == file_name(location)) {
            return Ok(Outcome::AlreadyRight { line });
        }
        let value = location.replace('%', "%%");
        match &entry.tag {
            Some(tag) => self.set_value(tag, &value),
            None => {
                let text = self.joined(entry.lines.clone());
                let new = text.replacen(text.trim(), &value, 1);
                self.replace(entry.lines.clone(), &new);
            }
        }
        Ok(Outcome::Changed { line })
    }

    /// Where a source points to now, expanded; `None` when there is no such source or only rpm could tell.
    pub fn source_location(&self, id: SourceId, facts: &Facts) -> Option<String> {
        find(&self.reading(facts), id)?.value.full.as_deref().map(readable)
    }
}

impl Facts {
    /// The facts of `spec` after edits, as far as the text and what rpm said before tell them; a location that only rpm could
    /// tell stands as it is written. `None` when name, version or release cannot be told.
    pub fn after_edits(&self, spec: &Spec) -> Option<Self> {
        Self::from_reading(spec, &spec.reading(self), self.oracle.clone())
    }
}

fn find(reading: &Reading, id: SourceId) -> Option<&Entry> {
    let sources = || reading.entries.iter().filter(|entry| entry.stem == "source" && entry.live != Some(false));
    let numbered = |number: u32| sources().find(|entry| entry.number == number);
    match id {
        SourceId::Number(number) => numbered(number),
        SourceId::Unnumbered => {
            sources().find(|entry| entry.tag.as_ref().is_some_and(|tag| tag.digits.is_none())).or_else(|| numbered(0))
        }
    }
}

fn no_such(spec: &Spec, reading: &Reading, id: SourceId) -> Error {
    let sources: Vec<&Entry> = reading.entries.iter().filter(|entry| entry.stem == "source").collect();
    let error = Error::new(Kind::Project, format!("the spec file has no {id}"));
    if sources.is_empty() {
        return error.hint("add a line `Source0: …` with the name of the archive");
    }
    let mut error = error;
    for entry in &sources {
        let text = spec.joined(entry.lines.clone());
        let dead = if entry.live == Some(false) { ", in a branch that rpm does not read here" } else { "" };
        error = error.cause(format!(
            "line {}: `{}` is source number {}{dead}",
            entry.lines.start + 1,
            readable(text.trim()),
            entry.number
        ));
    }
    error.hint("name the source of the archive in the configuration, such as `spec_source_id: 1`")
}

#[cfg(test)]
mod tests {
    use super::super::testing::{facts, spec_with};
    use super::*;

    #[test]
    fn reads_ids() {
        for (text, id) in [
            ("0", SourceId::Number(0)),
            ("Source1", SourceId::Number(1)),
            ("source12", SourceId::Number(12)),
            ("Source", SourceId::Unnumbered),
        ] {
            assert_eq!(SourceId::parse(text).unwrap(), id);
        }
        for text in ["", "Sourc", "-1", "Source-1", "+1", "Source0x"] {
            assert_eq!(SourceId::parse(text).unwrap_err().kind(), Kind::Config, "{text}");
        }
    }

    fn edited(sources: &str, id: SourceId) -> (String, Outcome) {
        let mut spec = spec_with(&[("Source0:       %{name}-%{version}.tar.gz", sources)]);
        let facts = facts(&spec);
        let before = String::from_utf8(spec.to_bytes()).unwrap();
        let outcome = spec.set_source(id, "hello-2.0.tar.gz", &facts).unwrap();
        let after = String::from_utf8(spec.to_bytes()).unwrap();
        let at = before.find(sources).unwrap();
        let tail = before.len() - at - sources.len();
        assert_eq!(before[..at], after[..at]);
        assert_eq!(before[at + sources.len()..], after[after.len() - tail..]);
        (after[at..after.len() - tail].to_owned(), outcome)
    }

    #[test]
    fn sets_the_one_that_is_meant() {
        let zero = SourceId::Number(0);
        for (sources, id, new) in [
            ("Source0:  https://example.com/x.tgz ", zero, "Source0:  hello-2.0.tar.gz "),
            ("Source : x", zero, "Source : hello-2.0.tar.gz"),
            ("SOURCE00:\tx", zero, "SOURCE00:\thello-2.0.tar.gz"),
            ("Source: a\nSource: b", SourceId::Number(1), "Source: a\nSource: hello-2.0.tar.gz"),
            // rpm gives it number 2; so does this, and so `Source` means it.
            ("Source1: a\nSource: b", SourceId::Unnumbered, "Source1: a\nSource: hello-2.0.tar.gz"),
            ("Source1: a\nSource: b", SourceId::Number(2), "Source1: a\nSource: hello-2.0.tar.gz"),
            (
                "Source5: a\nSource3: b\nSource: c",
                SourceId::Number(6),
                "Source5: a\nSource3: b\nSource: hello-2.0.tar.gz",
            ),
            ("Source0: a", SourceId::Unnumbered, "Source0: hello-2.0.tar.gz"),
        ] {
            let (lines, outcome) = edited(sources, id);
            assert_eq!(lines, new);
            assert!(matches!(outcome, Outcome::Changed { .. }));
        }
    }

    /// The Python packit changes the first `Source0` of the file, whether rpm reads it or not.
    #[test]
    fn sets_the_live_one() {
        for (sources, new) in [
            (
                "%if 0\nSource0: a\n%else\nSource0: b\n%endif",
                "%if 0\nSource0: a\n%else\nSource0: hello-2.0.tar.gz\n%endif",
            ),
            ("%{?nope:Source0: a}\n%{!?nope:Source0: b}", "%{?nope:Source0: a}\n%{!?nope:Source0: hello-2.0.tar.gz}"),
        ] {
            assert_eq!(edited(sources, SourceId::Number(0)).0, new);
        }
        let mut spec = spec_with(&[("Source0:  ", "%if 0\nSource0: a\n%endif\nSource1:")]);
        let facts = facts(&spec);
        let error = spec.set_source(SourceId::Number(0), "x", &facts).unwrap_err();
        assert!(error.causes()[0].contains("a branch that rpm does not read here"), "{:?}", error.causes());
    }

    #[test]
    fn sets_lines_of_sourcelist() {
        let mut spec = spec_with(&[
            ("Source0:       %{name}-%{version}.tar.gz\n", ""),
            ("%prep\n", "%sourcelist\n# the sources\n  a.tgz \nb.tgz\n\n%prep\n"),
        ]);
        let facts = facts(&spec);
        assert_eq!(facts.sources.iter().map(|source| source.number).collect::<Vec<_>>(), [0, 1]);
        spec.set_source(SourceId::Number(0), "hello-2.0.tar.gz", &facts).unwrap();
        assert!(String::from_utf8(spec.to_bytes()).unwrap().contains("# the sources\n  hello-2.0.tar.gz \nb.tgz\n"));
    }

    #[test]
    fn leaves_a_line_that_says_it_already() {
        for sources in [
            "Source0: hello-2.0.tar.gz",
            "Source0: https://example.com/hello-2.0.tar.gz",
            "Source0: https://example.com/v2.0#/hello-2.0.tar.gz",
        ] {
            assert!(matches!(edited(sources, SourceId::Number(0)).1, Outcome::AlreadyRight { .. }), "{sources}");
        }
        // With the new version in place the macros say it.
        let mut spec = spec_with(&[("%{name}-%{version}.tar.gz", "https://example.com/%{name}-%{version}.tar.gz")]);
        let facts = facts(&spec);
        spec.set_version("2.0", &super::super::Prerelease::off(), &facts).unwrap();
        let outcome = spec.set_source(SourceId::Number(0), "hello-2.0.tar.gz", &facts).unwrap();
        assert!(matches!(outcome, Outcome::AlreadyRight { .. }));
    }

    #[test]
    fn a_missing_source_is_told_with_those_there_are() {
        let mut spec = spec_with(&[("Source0:       %{name}-%{version}.tar.gz", "Source1: a\nSource: b")]);
        let facts = facts(&spec);
        let error = spec.set_source(SourceId::Number(0), "x", &facts).unwrap_err();
        assert_eq!(error.message(), "the spec file has no Source0");
        assert!(error.causes()[0].ends_with("`Source1: a` is source number 1"), "{:?}", error.causes());
        assert!(error.causes()[1].ends_with("`Source: b` is source number 2"), "{:?}", error.causes());
    }
}
