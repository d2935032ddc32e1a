//! The text of a configuration file, and the positions of values in it.

use std::borrow::Cow;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::error::Place;
use crate::secret::redacted_line;

/// A range of bytes in the text of a file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// First byte after it.
    pub end: usize,
}

impl Span {
    /// The place of what nobody wrote: a default.
    pub(super) const NOWHERE: Span = Span { start: usize::MAX, end: usize::MAX };
}

/// A configuration file's name and text. Its `Debug` output has the name only: the text may hold secrets.
pub struct Source {
    file: PathBuf,
    text: String,
    shown: Option<fn(&str) -> String>,
}

impl Source {
    /// The file `file` (as the user would name it) with its `text`, whose lines may be shown in messages.
    pub fn new(file: impl Into<PathBuf>, text: impl Into<String>) -> Self {
        Self { file: file.into(), text: text.into(), shown: None }
    }

    /// The same, for a file with secrets: a line appears in messages only as `shown` returns it. To keep columns right,
    /// it must leave what it shows where it stands.
    pub fn masked(file: impl Into<PathBuf>, text: impl Into<String>, shown: fn(&str) -> String) -> Self {
        Self { file: file.into(), text: text.into(), shown: Some(shown) }
    }

    /// The file, as the user would name it.
    pub fn file(&self) -> &Path {
        &self.file
    }

    /// The whole text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text that `span` covers; empty when it is not a range of this text.
    pub fn slice(&self, span: Span) -> &str {
        self.text.get(span.start..span.end).unwrap_or("")
    }

    /// A piece of the file for a message: between backquotes, or hidden in a file with secrets.
    pub fn cite(&self, piece: &str) -> String {
        if self.shown.is_some() { "`***`".to_owned() } else { format!("`{piece}`") }
    }

    /// The number of the line, from 1, in which the byte at `offset` stands.
    pub fn line(&self, offset: usize) -> usize {
        let before = self.before(offset);
        1 + before.matches('\n').count() + before.replace("\r\n", "\n").matches('\r').count()
    }

    /// Where `span` is, for a message. What a span has beyond the end of its first line is left out, and so is what a line has
    /// beyond its first [`LONG`] characters: a line can be as long as the file, and have a hundred findings.
    pub fn place(&self, span: Span) -> Place {
        let before = self.before(span.start);
        let begin = before.rfind(['\n', '\r']).map_or(0, |at| at + 1);
        let rest = self.text.get(begin..).unwrap_or("");
        let line = rest.split(['\n', '\r']).next().unwrap_or("");
        let column = before.get(begin..).unwrap_or("").chars().count() + 1;
        let marked = self.slice(span).split(['\n', '\r']).next().unwrap_or("").trim_end();
        Place {
            file: self.file.clone(),
            line: self.line(span.start),
            column,
            length: marked.chars().count(),
            text: shortened(&self.shown.map_or_else(|| Cow::Borrowed(line), |shown| Cow::Owned(shown(line)))),
        }
    }

    fn before(&self, offset: usize) -> &str {
        let mut end = offset.min(self.text.len());
        while !self.text.is_char_boundary(end) {
            end -= 1;
        }
        self.text.get(..end).unwrap_or("")
    }
}

/// So much of a line is shown, in characters.
const LONG: usize = 1000;

fn shortened(line: &str) -> String {
    let first = |most: usize| line.char_indices().nth(most).and_then(|(end, _)| line.get(..end));
    let Some(begin) = first(LONG) else { return line.to_owned() };
    // Half of an address is not known as one, and could end in half of a password.
    let around = first(4 * LONG).unwrap_or(line);
    if redacted_line(around) == around { format!("{begin}…") } else { "…".to_owned() }
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Source").field("file", &self.file).finish_non_exhaustive()
    }
}

/// A value of the configuration that knows where it stands.
#[derive(Debug, Clone)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    position: Option<(Arc<Source>, Span)>,
}

impl<T> Spanned<T> {
    /// A value that stands at `span` of `source`.
    pub(super) fn new(value: T, source: &Arc<Source>, span: Span) -> Self {
        Self { value, position: (span != Span::NOWHERE).then(|| (Arc::clone(source), span)) }
    }

    /// A value that nobody wrote: a default.
    pub fn default_value(value: T) -> Self {
        Self { value, position: None }
    }

    /// Whether it stands in the file; otherwise it is a default.
    pub fn is_given(&self) -> bool {
        self.position.is_some()
    }

    /// Where it stands; `None` for a default.
    pub fn place(&self) -> Option<Place> {
        self.position.as_ref().map(|(source, span)| source.place(*span))
    }

    /// The range of the text where it stands; `None` for a default.
    pub(super) fn span(&self) -> Option<Span> {
        self.position.as_ref().map(|(_, span)| *span)
    }

    /// Another value for the same place.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Spanned<U> {
        Spanned { value: change(self.value), position: self.position }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_count_lines_and_characters() {
        let text = "a: 1\r\nžluť: x\rlast: yes\n";
        let source = Source::new("f.yaml", text);
        for (needle, line, column, shown) in
            [("a", 1, 1, "a: 1"), ("x", 2, 7, "žluť: x"), ("yes", 3, 7, "last: yes"), ("žluť", 2, 1, "žluť: x")]
        {
            let start = text.find(needle).unwrap();
            let place = source.place(Span { start, end: start + needle.len() });
            assert_eq!(
                (place.line, place.column, place.length, place.text.as_str()),
                (line, column, needle.chars().count(), shown)
            );
        }
    }

    #[test]
    fn the_end_of_a_long_line_is_not_shown() {
        let long = "x".repeat(LONG);
        for (text, shown) in [
            (long.clone(), long.clone()),
            (long.clone() + "é", long.clone() + "…"),
            ("é".repeat(LONG * 5), "é".repeat(LONG) + "…"),
            (format!("{}https://me:{long}@host/", &long[20..]), "…".to_owned()),
        ] {
            let source = Source::new("f.yaml", text.clone());
            let place = source.place(Span { start: text.len(), end: text.len() });
            assert_eq!((place.text, place.column), (shown, text.chars().count() + 1));
        }
    }

    #[test]
    fn places_outside_the_text_do_not_panic() {
        let source = Source::new("f.yaml", "ž");
        for (start, end) in [(1, 1), (5, 9), (2, 1), (0, 1)] {
            assert_eq!(source.place(Span { start, end }).line, 1);
        }
    }

    #[test]
    fn debug_output_has_no_text() {
        let source = Arc::new(Source::new("f.yaml", "token: secret"));
        let value = Spanned::new(1, &source, Span::default());
        assert!(!format!("{value:?}").contains("secret"));
    }
}
