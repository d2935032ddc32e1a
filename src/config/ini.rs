//! Configuration files of other tools: sections of keys and values, as Python's `configparser` reads them.
//!
//! Read here and not by a crate: those at hand give no line of a key, and join a line without `=` to the next one.

use std::fmt;
use std::path::Path;

use super::load::{decode, invalid, read_file};
use super::source::{Source, Span};
use crate::error::{Error, Finding, Kind, Place, Result, Severity};

/// A file of sections. However it is printed, no value shows.
pub struct Ini {
    source: Source,
    sections: Vec<Parsed>,
}

/// A section, and what `[DEFAULT]` adds to it.
#[derive(Clone, Copy)]
pub struct Section<'a> {
    ini: &'a Ini,
    parsed: &'a Parsed,
}

struct Parsed {
    name: String,
    entries: Vec<Entry>,
}

struct Entry {
    /// In lower case.
    key: String,
    value: String,
    /// Of the key.
    span: Span,
}

/// The section whose keys count in all others.
const DEFAULT: &str = "DEFAULT";

/// What stands between a key and its value.
const DELIMITERS: [char; 2] = ['=', ':'];

impl Ini {
    /// Reads a file, which the user would name `shown`. `None` when there is none.
    ///
    /// # Errors
    /// Of kind [`Kind::Config`] when it cannot be read, is not UTF-8, or as [`Ini::parse`].
    pub fn read(file: &Path, shown: &Path) -> Result<Option<Self>> {
        if let Err(error) = fs_err::symlink_metadata(file)
            && matches!(error.kind(), std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory)
        {
            return Ok(None);
        }
        let source = decode(read_file(file, shown)?, |text| Source::masked(shown, text, masked));
        Self::of(source.map_err(|finding| invalid(shown, vec![*finding]))?).map(Some)
    }

    /// Reads the text of a file, which the user would name `shown`.
    ///
    /// Keys end at the first `=` or `:` and count in any case. A line that is indented deeper than its key goes on with the value. Lines
    /// that begin with `#` or `;` are comments. Quotes, `\` and `%` stand for themselves.
    ///
    /// # Errors
    /// Of kind [`Kind::Config`] with a finding for every line that cannot be read: one without key or delimiter, one before the
    /// first section, a section or a key of a section for the second time.
    pub fn parse(shown: &Path, text: &str) -> Result<Self> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        Self::of(Source::masked(shown, text, masked))
    }

    fn of(source: Source) -> Result<Self> {
        let mut reading = Reading::default();
        let mut start = 0;
        for line in source.text().split_inclusive('\n') {
            reading.line(&source, start, line.trim_end());
            start += line.len();
        }
        if !reading.findings.is_empty() {
            return Err(invalid(source.file(), reading.findings));
        }
        for entry in reading.sections.iter_mut().flat_map(|section| &mut section.entries) {
            entry.value.truncate(entry.value.trim_end().len());
        }
        Ok(Self { source, sections: reading.sections })
    }

    /// The section of a name, in this case.
    pub fn section(&self, name: &str) -> Option<Section<'_>> {
        self.parsed(name).map(|parsed| Section { ini: self, parsed })
    }

    fn parsed(&self, name: &str) -> Option<&Parsed> {
        self.sections.iter().find(|section| section.name == name)
    }

    /// The file, as the user would name it.
    pub fn file(&self) -> &Path {
        self.source.file()
    }

    /// The names of all sections, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.sections.iter().map(|section| section.name.as_str())
    }
}

impl<'a> Section<'a> {
    fn entry(self, key: &str) -> Option<&'a Entry> {
        let find = |parsed: &'a Parsed| parsed.entries.iter().find(|entry| entry.key.eq_ignore_ascii_case(key));
        find(self.parsed).or_else(|| self.ini.parsed(DEFAULT).and_then(find))
    }

    /// The value of a key, in any case. Its lines, where there are several, end in `\n`.
    pub fn get(self, key: &str) -> Option<&'a str> {
        self.entry(key).map(|entry| entry.value.as_str())
    }

    /// The value of a key, where it is not empty.
    pub fn filled(self, key: &str) -> Option<&'a str> {
        self.get(key).filter(|value| !value.is_empty())
    }

    /// Whether a key says yes: `1`, `yes`, `true`, `on`, or no: `0`, `no`, `false`, `off`; in any case.
    ///
    /// # Errors
    /// Of kind [`Kind::Config`], at its place, for any other value.
    pub fn flag(self, key: &str) -> Result<Option<bool>> {
        let Some(entry) = self.entry(key) else { return Ok(None) };
        match entry.value.to_ascii_lowercase().as_str() {
            "1" | "yes" | "true" | "on" => Ok(Some(true)),
            "0" | "no" | "false" | "off" => Ok(Some(false)),
            _ => Err(Error::new(Kind::Config, format!("`{key}` is neither yes nor no"))
                .hint(format!("write `{key} = true` or `{key} = false`"))
                .at(self.ini.source.place(entry.span))),
        }
    }

    /// The line of a key, from 1.
    pub fn line_of(self, key: &str) -> Option<usize> {
        self.place_of(key).map(|place| place.line)
    }

    /// Where a key stands, for messages. The value does not show.
    pub fn place_of(self, key: &str) -> Option<Place> {
        self.entry(key).map(|entry| self.ini.source.place(entry.span))
    }
}

impl fmt::Debug for Ini {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ini").field("file", &self.file()).finish_non_exhaustive()
    }
}

impl fmt::Debug for Section<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Section({})", self.parsed.name)
    }
}

/// What was read up to a line.
#[derive(Default)]
struct Reading {
    sections: Vec<Parsed>,
    /// How deep the last key is indented; `None` where no value can go on.
    depth: Option<usize>,
    findings: Vec<Finding>,
}

impl Reading {
    /// Takes a line, which begins at `start`, without its end.
    fn line(&mut self, source: &Source, start: usize, line: &str) {
        let text = line.trim_start();
        let depth = line.len() - text.len();
        let whole = Span { start: start + depth, end: start + line.len() };
        if text.is_empty() || text.starts_with(['#', ';']) {
            return;
        }
        if self.depth.is_some_and(|key| depth > key) {
            let last = self.sections.last_mut().and_then(|section| section.entries.last_mut());
            if let Some(entry) = last {
                entry.value.push('\n');
                entry.value.push_str(text);
            }
            return;
        }
        self.depth = None;
        let name = text.strip_prefix('[').and_then(|rest| rest.rsplit_once(']')).map(|(name, _)| name);
        let wrong = match (name, text.split_once(DELIMITERS)) {
            (Some(name), _) => self.section(name),
            (None, Some((key, _))) if key.trim_end().is_empty() => {
                Some(("there is no key here", "write `KEY = VALUE`"))
            }
            (None, Some((key, value))) => {
                self.depth = Some(depth);
                let key = key.trim_end();
                self.key(key, value.trim_start(), Span { start: whole.start, end: whole.start + key.len() })
            }
            (None, None) => {
                Some(("this is neither a section nor a key with a value", "write `[SECTION]` or `KEY = VALUE`"))
            }
        };
        if let Some((message, hint)) = wrong {
            self.findings.push(Finding::new(Severity::Error, message).at(source.place(whole)).hint(hint));
        }
    }

    fn section(&mut self, name: &str) -> Option<(&'static str, &'static str)> {
        let is_known = self.sections.iter().any(|section| section.name == name);
        self.sections.push(Parsed { name: name.to_owned(), entries: Vec::new() });
        is_known.then_some(("this section was there before", "write its keys below the first one"))
    }

    fn key(&mut self, key: &str, value: &str, span: Span) -> Option<(&'static str, &'static str)> {
        let Some(section) = self.sections.last_mut() else {
            return Some(("this key is in no section", "write a line `[SECTION]` before it"));
        };
        let key = key.to_lowercase();
        let is_known = section.entries.iter().any(|entry| entry.key == key);
        section.entries.push(Entry { key, value: value.to_owned(), span });
        is_known.then_some(("this section has the key already", "remove one of the two lines"))
    }
}

/// A line as messages show it: a section, or a key without its value.
fn masked(line: &str) -> String {
    if line.trim_start().starts_with('[') && line.trim_end().ends_with(']') {
        return line.to_owned();
    }
    match line.find(DELIMITERS).and_then(|at| line.get(..=at)) {
        // Of a line that goes on with a value, the part before the delimiter would be a part of it.
        Some(key) if !line.starts_with([' ', '\t']) => format!("{key} ***"),
        _ if line.trim().is_empty() => line.to_owned(),
        _ => "***".to_owned(),
    }
}

#[cfg(test)]
mod tests;
