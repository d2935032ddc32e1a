//! The Release tag: its number, the dist tag, and `%autorelease`.

use crate::error::{Error, Kind, Result};

use super::facts::{Facts, missing};
use super::lines::Spec;
use super::nodes::{self, Node};
use super::outcome::{Outcome, Why};
use super::reading::Entry;
use super::tags::Tag;

/// The parts of a Release value as it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReleaseParts<'a> {
    /// What stands before the dist tag; all of it when there is none.
    pub number: &'a str,
    /// `%{?dist}`, `%{dist}` or `%dist`; empty when there is none.
    pub dist: &'a str,
    /// What stands behind the dist tag, such as the `.2` of a minor bump.
    pub minor: &'a str,
}

const DIST: [&str; 4] = ["%{?dist}", "%{dist}", "%?dist", "%dist"];

/// Splits a Release value at its dist tag.
pub fn release_parts(value: &str) -> ReleaseParts<'_> {
    let mut at = 0;
    for node in nodes::parse(value) {
        let written = node.written();
        if DIST.contains(&written) {
            let (number, rest) = value.split_at(at);
            let (dist, minor) = rest.split_at(written.len());
            return ReleaseParts { number, dist, minor };
        }
        at += written.len();
    }
    ReleaseParts { number: value, dist: "", minor: "" }
}

impl Spec {
    /// Whether the release is computed by `%autorelease`, in whatever spelling.
    pub fn uses_autorelease(&self) -> bool {
        self.sectioned().into_iter().any(|(lines, section)| {
            section == super::sections::Section::Preamble
                && Tag::parse(&self.joined(lines.clone()), lines)
                    .is_some_and(|tag| tag.stem == "release" && mentions(tag.value(), "autorelease"))
        })
    }

    /// Sets the Release to `value` and the dist tag that it had, or `%{?dist}`; a minor bump behind the dist tag goes.
    /// A release that is computed by `%autorelease` is left alone.
    ///
    /// # Errors
    /// When the value has a character that rpm does not allow, or the spec has no Release tag that rpm reads.
    pub fn set_release(&mut self, value: &str, facts: &Facts) -> Result<Outcome> {
        if mentions(&self.release(facts)?.raw, "autorelease") {
            return Ok(Outcome::LeftAlone(Why::Autorelease));
        }
        self.force_release(value, facts)
    }

    /// As [`Spec::set_release`], but replaces `%autorelease` too.
    ///
    /// # Errors
    /// As [`Spec::set_release`].
    pub fn force_release(&mut self, value: &str, facts: &Facts) -> Result<Outcome> {
        check(value)?;
        let entry = self.release(facts)?;
        let dist = match release_parts(&entry.raw).dist {
            "" => "%{?dist}",
            dist => dist,
        };
        let new = release_parts(value);
        // A value that brings its own dist tag keeps it where it is.
        let new = if new.dist.is_empty() { format!("{value}{dist}") } else { value.to_owned() };
        Ok(self.write_release(&entry, &new))
    }

    /// Adds `suffix` to what `%autorelease` computes, as its option `-s`; a suffix that it has already is replaced.
    ///
    /// # Errors
    /// As [`Spec::set_release`].
    pub fn add_autorelease_suffix(&mut self, suffix: &str, facts: &Facts) -> Result<Outcome> {
        let suffix = suffix.strip_prefix('.').unwrap_or(suffix);
        check(suffix)?;
        let entry = self.release(facts)?;
        if !mentions(&entry.raw, "autorelease") {
            return Ok(Outcome::LeftAlone(Why::NoAutorelease));
        }
        let new = with_suffix(&entry.raw, suffix);
        Ok(self.write_release(&entry, &new))
    }

    /// The Release tag of the main package that rpm reads.
    pub(super) fn release(&self, facts: &Facts) -> Result<Entry> {
        self.reading(facts).main("release").cloned().ok_or_else(|| missing("release"))
    }

    /// Writes the value of the Release tag as it is.
    pub(super) fn write_release(&mut self, entry: &Entry, value: &str) -> Outcome {
        let line = entry.lines.start + 1;
        match &entry.tag {
            Some(tag) if entry.raw != value => {
                self.set_value(tag, value);
                Outcome::Changed { line }
            }
            _ => Outcome::AlreadyRight { line },
        }
    }
}

/// Whether a value calls a macro, in a condition or with options too.
pub(super) fn mentions(value: &str, wanted: &str) -> bool {
    let mut found = false;
    nodes::each_name(&nodes::parse(value), &mut |name| found |= name == wanted);
    found
}

/// The value with `-s suffix` in each call of `%autorelease`.
fn with_suffix(value: &str, suffix: &str) -> String {
    let parsed = nodes::parse(value);
    let mut new = String::new();
    let mut rest = value;
    for node in &parsed {
        let written = node.written();
        // What follows an unbraced call on its line are the call's options.
        if written == "%autorelease" {
            let options = rest.get(written.len()..).unwrap_or_default();
            new.push_str(&format!("%autorelease{}", options_with(options, suffix)));
            return new;
        }
        rest = rest.get(written.len()..).unwrap_or_default();
        match node {
            Node::Call { name, written, .. } if name == "autorelease" => {
                // `%{?autorelease}` takes no options.
                let call = format!("%{{autorelease -s {suffix}}}");
                new.push_str(&if written.contains('?') { format!("%{{?autorelease:{call}}}") } else { call });
            }
            Node::When { body, written, .. } if mentions(written, "autorelease") => {
                let colon = written.find(':').map_or(0, |at| at + 1);
                let body: String = body.iter().map(Node::written).collect();
                new.push_str(&format!("{}{}}}", written.get(..colon).unwrap_or_default(), with_suffix(&body, suffix)));
            }
            Node::Other(text) => match text.strip_prefix("%{autorelease").and_then(|text| text.strip_suffix('}')) {
                Some(options) => new.push_str(&format!("%{{autorelease{}}}", options_with(options, suffix))),
                None => new.push_str(text),
            },
            _ => new.push_str(written),
        }
    }
    new
}

/// Options of `%autorelease` with `-s suffix` among them.
fn options_with(options: &str, suffix: &str) -> String {
    let mut words: Vec<&str> = options.split_whitespace().collect();
    let glued = format!("-s{suffix}");
    if let Some(at) = words.iter().position(|word| *word == "-s") {
        match words.get_mut(at + 1) {
            Some(old) => *old = suffix,
            None => words.push(suffix),
        }
    } else if let Some(old) = words.iter_mut().find(|word| word.starts_with("-s")) {
        *old = &glued;
    } else {
        words.extend(["-s", suffix]);
    }
    words.iter().fold(String::new(), |all, word| all + " " + word)
}

/// Whether rpm allows the release; macros may stand in it.
fn check(release: &str) -> Result<()> {
    if release.is_empty() {
        return Err(Error::new(Kind::Project, "the release is empty"));
    }
    let plain: String = nodes::parse(release)
        .iter()
        .filter_map(|node| if let Node::Text(text) = node { Some(text.as_str()) } else { None })
        .collect();
    match plain.chars().find(|c| !(c.is_ascii_alphanumeric() || "._+~^".contains(*c))) {
        None => Ok(()),
        Some(character) => Err(Error::new(
            Kind::Project,
            format!("the release `{release}` has the character {character:?}, which rpm does not allow in a release"),
        )
        .hint("rpm allows letters, digits and `. _ + ~ ^`; see `release_suffix` and `--release-suffix`")),
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{facts, spec_with};
    use super::*;

    #[test]
    fn splits() {
        for (value, number, dist, minor) in [
            ("1%{?dist}", "1", "%{?dist}", ""),
            ("1%{?dist}.2", "1", "%{?dist}", ".2"),
            ("1", "1", "", ""),
            ("%{rel}%{dist}", "%{rel}", "%{dist}", ""),
            ("1%dist", "1", "%dist", ""),
            ("1%distro", "1%distro", "", ""),
            ("0.1.rc1%{?dist}%{?extra}", "0.1.rc1", "%{?dist}", "%{?extra}"),
            ("1%%dist", "1%%dist", "", ""),
        ] {
            assert_eq!(release_parts(value), ReleaseParts { number, dist, minor }, "{value}");
        }
    }

    fn edited(release: &str, edit: impl Fn(&mut Spec, &Facts) -> Result<Outcome>) -> (String, Outcome) {
        let mut spec = spec_with(&[("Release:       %{rel}%{?dist}", &format!("Release:\t{release}  "))]);
        let before = String::from_utf8(spec.to_bytes()).unwrap();
        let facts = facts(&spec);
        let outcome = edit(&mut spec, &facts).unwrap();
        let after = String::from_utf8(spec.to_bytes()).unwrap();
        let (old, new): (Vec<&str>, Vec<&str>) =
            before.split_inclusive('\n').zip(after.split_inclusive('\n')).filter(|(old, new)| old != new).unzip();
        assert!(old.len() <= 1, "{old:?}");
        let line = new.first().or(old.first()).copied().unwrap_or("Release:\t-  \n");
        (line.trim_end_matches("  \n").trim_start_matches("Release:\t").to_owned(), outcome)
    }

    #[test]
    fn sets() {
        // `3%{?dist}.2` and `1%dist` get the dist tag twice from the Python packit.
        for (old, value, new) in [
            ("1%{?dist}", "9", "9%{?dist}"),
            ("3%{?dist}.2", "9", "9%{?dist}"),
            ("1", "9", "9%{?dist}"),
            ("1%dist", "9", "9%dist"),
            ("1%{dist}", "9.x", "9.x%{dist}"),
            ("%{rel}%{?dist}", "9", "9%{?dist}"),
            ("0.1.rc1%{?dist}", "0.2", "0.2%{?dist}"),
            ("1%{?dist}", "9%{?dist}", "9%{?dist}"),
            ("1", "9%{?dist}.pr1", "9%{?dist}.pr1"),
        ] {
            let (line, outcome) = edited(old, |spec, facts| spec.set_release(value, facts));
            assert_eq!(line, new, "{old}");
            assert!(matches!(outcome, Outcome::Changed { .. }), "{old}");
        }
        assert!(matches!(
            edited("1%{?dist}", |spec, facts| spec.set_release("1", facts)).1,
            Outcome::AlreadyRight { .. }
        ));
    }

    #[test]
    fn leaves_autorelease_alone() {
        for old in [
            "%autorelease",
            "%{autorelease}",
            "%{?autorelease}",
            "%autorelease -e x -b 3",
            "%{autorelease -p}",
            "%{?fedora:%autorelease}",
            "%{!?autorelease:1%{?dist}}%{?autorelease}",
        ] {
            let mut spec = spec_with(&[("Release:       %{rel}%{?dist}", &format!("Release: {old}"))]);
            assert!(spec.uses_autorelease(), "{old}");
            let facts = facts(&spec);
            let before = spec.to_bytes();
            assert_eq!(spec.set_release("9", &facts).unwrap(), Outcome::LeftAlone(Why::Autorelease), "{old}");
            assert_eq!(spec.to_bytes(), before);
            assert!(matches!(spec.force_release("9", &facts).unwrap(), Outcome::Changed { .. }));
            assert!(String::from_utf8(spec.to_bytes()).unwrap().contains("Release: 9%{?dist}\n"), "{old}");
        }
        assert!(!spec_with(&[]).uses_autorelease());
    }

    #[test]
    fn adds_a_suffix_to_autorelease() {
        for (old, new) in [
            ("%autorelease", "%autorelease -s pr7"),
            ("%{autorelease}", "%{autorelease -s pr7}"),
            ("%{?autorelease}", "%{?autorelease:%{autorelease -s pr7}}"),
            ("%autorelease -e x", "%autorelease -e x -s pr7"),
            ("%autorelease -s old -p", "%autorelease -s pr7 -p"),
            ("%autorelease -sold", "%autorelease -spr7"),
            ("%{autorelease -b 3}", "%{autorelease -b 3 -s pr7}"),
            ("%{?fedora:%autorelease -p}", "%{?fedora:%autorelease -p -s pr7}"),
        ] {
            let (line, _) = edited(old, |spec, facts| spec.add_autorelease_suffix(".pr7", facts));
            assert_eq!(line, new, "{old}");
            let again = edited(&line, |spec, facts| spec.add_autorelease_suffix("pr7", facts));
            assert!(matches!(again.1, Outcome::AlreadyRight { .. }), "{old}");
        }
        let (_, outcome) = edited("1", |spec, facts| spec.add_autorelease_suffix("pr7", facts));
        assert_eq!(outcome, Outcome::LeftAlone(Why::NoAutorelease));
    }

    #[test]
    fn refuses_what_rpm_refuses() {
        let mut spec = spec_with(&[]);
        let facts = facts(&spec);
        for value in ["", "1-2", "a b", "é"] {
            assert_eq!(spec.set_release(value, &facts).unwrap_err().kind(), Kind::Project, "{value}");
        }
    }
}
