//! The sections of a spec file: `%prep`, `%changelog`, and what stands before the first.

use std::ops::Range;

use super::lines::Spec;

/// The words that open a section after `%`, whatever their case.
const NAMES: &[&str] = &[
    "build",
    "changelog",
    "check",
    "clean",
    "conf",
    "description",
    "end",
    "files",
    "filetriggerin",
    "filetriggerpostun",
    "filetriggerun",
    "generate_buildrequires",
    "install",
    "package",
    "patchlist",
    "post",
    "posttrans",
    "postun",
    "postuntrans",
    "pre",
    "prep",
    "pretrans",
    "preun",
    "preuntrans",
    "sepolicy",
    "sourcelist",
    "transfiletriggerin",
    "transfiletriggerpostun",
    "transfiletriggerun",
    "trigger",
    "triggerin",
    "triggerpostun",
    "triggerprein",
    "triggerun",
    "verifyscript",
];

/// What a section is for this crate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Section {
    /// Tags of the main package, before the first section.
    Preamble,
    /// `%package`: tags of a sub-package.
    Package,
    /// `%sourcelist`
    Sourcelist,
    /// `%patchlist`
    Patchlist,
    /// `%prep`
    Prep,
    /// `%changelog`
    Changelog,
    /// Any other.
    Other,
}

/// The section that a logical line opens, if it does.
pub(super) fn opened_by(text: &str) -> Option<Section> {
    let word = text.trim_start().strip_prefix('%')?;
    let end = word.find(|c: char| c.is_whitespace()).unwrap_or(word.len());
    let word = word.get(..end)?.to_ascii_lowercase();
    NAMES.binary_search(&word.as_str()).ok()?;
    Some(match word.as_str() {
        "package" => Section::Package,
        "sourcelist" => Section::Sourcelist,
        "patchlist" => Section::Patchlist,
        "prep" => Section::Prep,
        "changelog" => Section::Changelog,
        _ => Section::Other,
    })
}

impl Spec {
    /// All logical lines, each with the section it is in; the line that opens a section belongs to it.
    pub(super) fn sectioned(&self) -> Vec<(Range<usize>, Section)> {
        let mut section = Section::Preamble;
        self.logical()
            .into_iter()
            .map(|range| {
                if let Some(opened) = opened_by(self.text(range.start)) {
                    section = opened;
                }
                (range, section)
            })
            .collect()
    }

    /// The physical lines of all sections of a kind, without their headers.
    pub(super) fn bodies(&self, wanted: Section) -> Vec<Range<usize>> {
        let mut found: Vec<Range<usize>> = Vec::new();
        for (range, section) in self.sectioned() {
            if section != wanted {
                continue;
            }
            if opened_by(self.text(range.start)).is_some() {
                found.push(range.end..range.end);
            } else if let Some(last) = found.last_mut() {
                last.end = range.end;
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_sorted() {
        assert!(NAMES.is_sorted());
    }

    #[test]
    fn knows_section_headers() {
        for (text, section) in [
            ("%prep", Some(Section::Prep)),
            ("%PREP", Some(Section::Prep)),
            ("%changelog ", Some(Section::Changelog)),
            ("%package -n foo", Some(Section::Package)),
            ("%files\tdevel", Some(Section::Other)),
            ("%prepare", None),
            ("%{prep}", None),
            ("#%prep", None),
            ("prep", None),
            ("%%prep", None),
            ("%build_it", None),
        ] {
            assert_eq!(opened_by(text), section, "{text}");
        }
    }

    #[test]
    fn a_header_inside_a_macro_body_opens_nothing() {
        let spec = Spec::parse(b"%define all() \\\n%prep\\\nx\nName: a\n%prep\n");
        let sections: Vec<Section> = spec.sectioned().into_iter().map(|(_, section)| section).collect();
        assert_eq!(sections, [Section::Preamble, Section::Preamble, Section::Prep]);
    }

    #[test]
    fn bodies_are_without_headers() {
        let spec = Spec::parse(b"Name: a\n%changelog\n* x\n- y\n%prep\n%changelog\n");
        assert_eq!(spec.bodies(Section::Changelog), [2..4, 6..6]);
    }
}
