//! Patch tags.

use crate::error::{Error, Kind, Result};

use super::changelog::escaped;
use super::conditions::Directive;
use super::facts::Facts;
use super::lines::Spec;
use super::reading::Entry;
use super::sections::opened_by;
use super::tags::Tag;

/// How the tag of a new patch is numbered.
#[derive(Debug, Clone, Copy, Default)]
pub struct PatchNumber {
    /// Its number; the next one without it, 1 where there are no patches.
    pub number: Option<u32>,
    /// With how many digits it is written at least; as its neighbours are without it.
    pub digits: Option<usize>,
}

impl Spec {
    /// Adds a patch behind those there are, or behind the last source, written as its neighbours are. `comment` lines go above it. Returns its number.
    ///
    /// # Errors
    /// When the number is not higher than all there are, or a patch with this name is there already.
    pub fn add_patch(
        &mut self,
        name: &str,
        PatchNumber { number, digits }: PatchNumber,
        comment: &[String],
        facts: &Facts,
    ) -> Result<u32> {
        let reading = self.reading(facts);
        let patches: Vec<&Entry> = reading.entries.iter().filter(|entry| entry.stem == "patch").collect();
        if let Some(same) = patches.iter().find(|entry| entry.value.full.as_deref().unwrap_or(&entry.raw) == name) {
            return Err(Error::new(
                Kind::Project,
                format!("the spec file has the patch `{name}` already, in line {}", same.lines.start + 1),
            ));
        }
        let highest = patches.iter().map(|entry| entry.number).max();
        let next = highest.map_or(1, |highest| highest.saturating_add(1));
        let number = match (number, highest) {
            (Some(number), Some(highest)) if number <= highest => {
                return Err(Error::new(
                    Kind::Project,
                    format!("the patch `{name}` cannot have number {number}: the spec file has Patch{highest} already"),
                )
                .hint(format!("give it number {next} or a higher one")));
            }
            (number, _) => number.unwrap_or(next),
        };
        let value = name.replace('%', "%%");
        let mut lines: Vec<String> = comment.iter().flat_map(|text| text.lines()).map(commented).collect();
        let neighbour = patches.last();
        let at = match neighbour {
            Some(Entry { tag: None, lines: last, .. }) if number == next => {
                // A line of `%patchlist`: a tag in the preamble would renumber the list.
                lines.push(value);
                last.end
            }
            Some(entry) if entry.tag.is_some() => {
                lines.push(Self::patch_line(entry.tag.as_ref(), (number, next), digits, &value));
                self.behind(entry)
            }
            _ => {
                let mut tags = reading.entries.iter().filter(|entry| entry.tag.is_some());
                let source = tags.clone().rfind(|entry| entry.stem == "source");
                let last = source.or_else(|| tags.next_back());
                let model = last.and_then(|entry| entry.tag.as_ref());
                lines.push(Self::aligned(model, &Self::patch_name(number, digits), &value));
                last.map_or(0, |entry| self.behind(entry))
            }
        };
        self.insert(at, &lines);
        Ok(number)
    }

    /// A line in the style of the patch before it.
    fn patch_line(model: Option<&Tag>, (number, next): (u32, u32), digits: Option<usize>, value: &str) -> String {
        let written = model.and_then(|tag| tag.digits.as_deref());
        let name = match written {
            None if digits.is_none() && number == next => "Patch".to_owned(),
            Some(written) if written.starts_with('0') && written.len() > 1 => {
                Self::patch_name(number, digits.or(Some(written.len())))
            }
            _ => Self::patch_name(number, digits),
        };
        Self::aligned(model, &name, value)
    }

    fn patch_name(number: u32, digits: Option<usize>) -> String {
        format!("Patch{number:0width$}", width = digits.unwrap_or_default())
    }

    /// The tag with its value in the same column as the model's, with one blank at least between them.
    fn aligned(model: Option<&Tag>, name: &str, value: &str) -> String {
        let head = model.and_then(|tag| tag.text.get(tag.written.start..tag.value.start));
        let gap = head.and_then(|head| head.split_once(':')).map_or(" ", |(_, gap)| gap);
        let gap = if gap.contains('\t') {
            gap.to_owned()
        } else {
            let column = head.map_or(0, str::len);
            " ".repeat(column.saturating_sub(name.len() + 1).max(1))
        };
        format!("{name}:{gap}{value}")
    }

    /// The line behind an entry, and behind the `%if` that it stands in.
    fn behind(&self, entry: &Entry) -> usize {
        let mut depth = 0_u32;
        for lines in self.logical() {
            match Directive::parse(self.text(lines.start)) {
                Some(Directive::If(_) | Directive::IfPlatform(_)) => depth += 1,
                Some(Directive::Endif) => depth = depth.saturating_sub(1),
                _ => {}
            }
            if lines.start >= entry.lines.end && opened_by(self.text(lines.start)).is_some() {
                // The condition goes on in other sections.
                break;
            }
            if lines.end >= entry.lines.end && depth == 0 {
                return lines.end;
            }
        }
        entry.lines.end
    }
}

/// A line as a comment; one that is a comment already stays as it is.
fn commented(line: &str) -> String {
    let line = escaped(line.trim_end());
    match line.as_str() {
        "" => "#".to_owned(),
        text if text.starts_with('#') => line,
        text => format!("# {text}"),
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{facts, spec_with};
    use super::*;

    const SOURCE: &str = "Source0:       %{name}-%{version}.tar.gz";

    fn added(patches: &str, number: Option<u32>, comment: &[&str]) -> Result<(String, u32)> {
        added_as(patches, PatchNumber { number, digits: None }, comment)
    }

    fn added_as(patches: &str, number: PatchNumber, comment: &[&str]) -> Result<(String, u32)> {
        let mut spec = spec_with(&[(SOURCE, &format!("{SOURCE}\n{patches}"))]);
        let facts = facts(&spec);
        let before = String::from_utf8(spec.to_bytes()).unwrap();
        let comment: Vec<String> = comment.iter().map(|line| (*line).to_owned()).collect();
        let number = spec.add_patch("new.patch", number, &comment, &facts)?;
        let after = String::from_utf8(spec.to_bytes()).unwrap();
        let new = similar::TextDiff::from_lines(&before, &after);
        let mut lines = String::new();
        for change in new.iter_all_changes() {
            match change.tag() {
                similar::ChangeTag::Insert => lines.push_str(change.value()),
                similar::ChangeTag::Delete => panic!("a line went: {change}"),
                similar::ChangeTag::Equal => {}
            }
        }
        Ok((lines, number))
    }

    #[test]
    fn numbers_as_its_neighbours() {
        for (patches, number, new, is) in [
            ("", None, "Patch1:        new.patch\n", 1),
            ("", Some(7), "Patch7:        new.patch\n", 7),
            ("Patch0: a.patch\n", None, "Patch1: new.patch\n", 1),
            ("Patch0001: a.patch\n", None, "Patch0002: new.patch\n", 2),
            ("Patch9:a.patch\n", None, "Patch10: new.patch\n", 10),
            ("Patch:     a.patch\n", None, "Patch:     new.patch\n", 1),
            // The Python packit loses the number here, and sometimes the blank.
            ("Patch:     a.patch\n", Some(7), "Patch7:    new.patch\n", 7),
            ("Patch0:\ta.patch\n", Some(12), "Patch12:\tnew.patch\n", 12),
            ("%if 1\nPatch3: a.patch\n%if 1\nPatch4: b.patch\n%endif\n%endif\n", None, "Patch5: new.patch\n", 5),
        ] {
            assert_eq!(added(patches, number, &[]).unwrap(), (new.to_owned(), is), "{patches:?}");
        }
    }

    #[test]
    fn digits_that_are_asked_for() {
        for (patches, digits, new) in [
            ("", 4, "Patch0001:     new.patch\n"),
            ("", 1, "Patch1:        new.patch\n"),
            ("", 0, "Patch1:        new.patch\n"),
            ("Patch9: a.patch\n", 2, "Patch10: new.patch\n"),
            ("Patch9: a.patch\n", 4, "Patch0010: new.patch\n"),
            ("Patch0001: a.patch\n", 1, "Patch2:    new.patch\n"),
            ("Patch: a.patch\n", 3, "Patch001: new.patch\n"),
        ] {
            let number = PatchNumber { number: None, digits: Some(digits) };
            assert_eq!(added_as(patches, number, &[]).unwrap().0, new, "{patches:?} {digits}");
        }
    }

    #[test]
    fn a_patch_in_a_condition_is_followed_behind_it() {
        let mut spec = spec_with(&[(SOURCE, &format!("{SOURCE}\n%if 1\nPatch3: a.patch\n%endif"))]);
        let facts = facts(&spec);
        spec.add_patch("new.patch", PatchNumber::default(), &[], &facts).unwrap();
        let text = String::from_utf8(spec.to_bytes()).unwrap();
        assert!(text.contains("%if 1\nPatch3: a.patch\n%endif\nPatch4: new.patch\n"), "{text}");

        let mut spec =
            spec_with(&[(SOURCE, &format!("{SOURCE}\n%if 1\nPatch3: a.patch")), ("%build\n", "%build\n%endif\n")]);
        let facts = super::super::testing::facts(&spec);
        spec.add_patch("new.patch", PatchNumber::default(), &[], &facts).unwrap();
        let text = String::from_utf8(spec.to_bytes()).unwrap();
        assert!(text.contains("Patch3: a.patch\nPatch4: new.patch\n\n%description"), "{text}");
    }

    #[test]
    fn comments_are_not_commented_twice() {
        let (lines, _) = added("", None, &["Fix 100%\n\nfor %{name}", "# a comment already"]).unwrap();
        assert_eq!(lines, "# Fix 100%\n#\n# for %%{name}\n# a comment already\nPatch1:        new.patch\n");
    }

    #[test]
    fn refuses_what_cannot_be() {
        let error = added("Patch5: a.patch\n", Some(5), &[]).unwrap_err();
        assert!(error.message().contains("cannot have number 5"), "{error}");
        let error = added("Patch5: new.patch\n", None, &[]).unwrap_err();
        assert!(error.message().contains("already"), "{error}");
    }

    #[test]
    fn continues_a_patchlist() {
        let mut spec = spec_with(&[("%prep\n", "%patchlist\na.patch\n\n%prep\n")]);
        let facts = facts(&spec);
        assert_eq!(spec.add_patch("new.patch", PatchNumber::default(), &[], &facts).unwrap(), 1);
        assert!(String::from_utf8(spec.to_bytes()).unwrap().contains("%patchlist\na.patch\nnew.patch\n\n%prep\n"));
    }
}
