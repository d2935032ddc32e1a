//! Tags: `Name: value` lines of the preambles.

use std::ops::Range;

use super::lines::Spec;
use super::nodes::{self, Node};

/// A tag and where its parts stand in the text of its logical line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Tag {
    /// Physical lines.
    pub(super) lines: Range<usize>,
    /// Name in lower case, without number and argument.
    pub(super) stem: String,
    /// The number after the name, as written (`Source01`).
    pub(super) digits: Option<String>,
    /// The tag as written, before the colon.
    pub(super) written: Range<usize>,
    /// The value, without the blanks around it.
    pub(super) value: Range<usize>,
    /// What stands before the tag in `%{?name:Tag: value}`.
    pub(super) guard: Range<usize>,
    /// Text of the logical line.
    pub(super) text: String,
}

impl Tag {
    /// The tag that the text of a logical line is, if it is one.
    pub(super) fn parse(text: &str, lines: Range<usize>) -> Option<Self> {
        Self::parse_within(text, 0..text.len(), lines, 0)
    }

    fn parse_within(text: &str, part: Range<usize>, lines: Range<usize>, depth: u32) -> Option<Self> {
        let inner = text.get(part.clone())?;
        let trimmed = inner.trim();
        let start = part.start + (inner.len() - inner.trim_start().len());
        if trimmed.starts_with("%{") {
            let guarded = matches!(nodes::parse(trimmed).as_slice(), [Node::When { .. }]);
            let colon = trimmed.find(':')?;
            return if guarded && depth < 8 {
                Self::parse_within(text, start + colon + 1..start + trimmed.len() - 1, lines, depth + 1)
            } else {
                None
            };
        }
        let (head, rest) = trimmed.split_once(':')?;
        let word = head.trim_end();
        let letters = word.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(word.len());
        let (stem, rest_of_word) = word.split_at(letters);
        let number = rest_of_word.trim_start();
        let is_argument = rest_of_word.starts_with('(') && rest_of_word.ends_with(')');
        let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
        if stem.is_empty() || !(rest_of_word.is_empty() || is_argument || is_number) {
            return None;
        }
        let value = rest.trim_start();
        let value_at = start + trimmed.len() - value.len();
        Some(Self {
            lines,
            stem: stem.to_ascii_lowercase(),
            digits: is_number.then(|| number.to_owned()),
            written: start..start + word.len(),
            value: value_at..value_at + value.len(),
            guard: if depth == 0 { start..start } else { 0..start },
            text: text.to_owned(),
        })
    }

    /// The value as written.
    pub(super) fn value(&self) -> &str {
        self.text.get(self.value.clone()).unwrap_or_default()
    }

    /// The number after the name.
    pub(super) fn number(&self) -> Option<u32> {
        self.digits.as_deref().and_then(|digits| digits.parse().ok())
    }

    /// Whether it stands in `%{?name:…}`.
    pub(super) fn is_guarded(&self) -> bool {
        !self.guard.is_empty()
    }
}

impl Spec {
    /// Replaces the value of a tag; everything else of its line stays.
    pub(super) fn set_value(&mut self, tag: &Tag, value: &str) {
        let mut text = tag.text.clone();
        // `Version:1` has no blank to keep; an empty value has none to keep either, but needs one.
        text.replace_range(tag.value.clone(), value);
        self.replace(tag.lines.clone(), &text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_tags() {
        for (text, stem, digits, value) in [
            ("Version: 1.0", "version", None, "1.0"),
            ("VERSION\t:\t1.0  ", "version", None, "1.0"),
            ("Source0 : a b", "source", Some("0"), "a b"),
            ("source 12:a", "source", Some("12"), "a"),
            ("Source01: a", "source", Some("01"), "a"),
            ("Requires(post): x", "requires", None, "x"),
            ("Name:", "name", None, ""),
            ("%{?x:Source1: a}", "source", Some("1"), "a"),
            ("%{?x:%{!?y: Source1: %{a} }}", "source", Some("1"), "%{a}"),
            ("Url: https://example.com/%{name}", "url", None, "https://example.com/%{name}"),
            ("Provides: %{shrink: a\n b}", "provides", None, "%{shrink: a\n b}"),
        ] {
            let tag = Tag::parse(text, 0..1).unwrap_or_else(|| panic!("{text}"));
            assert_eq!((tag.stem.as_str(), tag.digits.as_deref(), tag.value()), (stem, digits, value), "{text}");
        }
        for text in ["# Version: 1", "%global a:b", "%{?x}", "%{lua: Name: x}", "Source-1: x", ": x", "a b: c", ""] {
            assert_eq!(Tag::parse(text, 0..1), None, "{text}");
        }
    }

    #[test]
    fn sets_only_the_value() {
        for (before, value, after) in [
            ("Version : 1.0 \r\n", "2", "Version : 2 \r\n"),
            ("%{?x:Version: %{y} }\n", "2", "%{?x:Version: 2 }\n"),
            ("Version: %{shrink:\n 1}\nName: x\n", "2", "Version: 2\nName: x\n"),
        ] {
            let mut spec = Spec::parse(before.as_bytes());
            let lines = spec.logical().swap_remove(0);
            let tag = Tag::parse(&spec.joined(lines.clone()), lines).unwrap();
            spec.set_value(&tag, value);
            assert_eq!(String::from_utf8(spec.to_bytes()).unwrap(), after);
        }
    }
}
