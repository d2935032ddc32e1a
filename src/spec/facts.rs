//! What is known of a spec's main package.

use std::collections::{HashMap, HashSet};

use crate::error::{Error, Kind, Result};

use super::definitions::{Definition, defined_within};
use super::lines::{LineId, Spec, readable};
use super::nodes;
use super::probe::Probe;
use super::reading::{Entry, Reading};
use super::tags::Tag;

/// What is known of a spec's main package: expanded values, and which lines rpm reads. It describes the spec as it was
/// when [`Spec::facts`] or [`Probe::read`] made it, and stays useful for all edits of that spec.
#[derive(Debug, Clone)]
pub struct Facts {
    /// Expanded `Name`.
    pub name: String,
    /// Expanded `Epoch`.
    pub epoch: Option<String>,
    /// Expanded `Version`.
    pub version: String,
    /// Expanded `Release`, with `%dist` empty.
    pub release: String,
    /// Sources in the order of the file, those in false branches too.
    pub sources: Vec<SourceFact>,
    /// Patches in the order of the file, those in false branches too.
    pub patches: Vec<SourceFact>,
    pub(super) oracle: Oracle,
}

/// A `Source` or `Patch` tag, or a line of `%sourcelist` or `%patchlist`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceFact {
    /// The number that rpm gives it; for one in a false branch the number it would get there.
    pub number: u32,
    /// Expanded location, as far as it is known; as written for one in a false branch.
    pub location: String,
    /// Its line.
    pub line: LineId,
    /// Whether rpm reads it: it is in no false branch.
    pub live: bool,
}

impl SourceFact {
    /// Whether the location has a scheme and a host.
    pub fn is_remote(&self) -> bool {
        self.location.split_once("://").is_some_and(|(scheme, rest)| {
            scheme.starts_with(|c: char| c.is_ascii_alphabetic())
                && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
                && rest.starts_with(|c: char| !matches!(c, '/' | '?' | '#'))
        })
    }

    /// Whether there is a percent sign left that is a macro which nobody knows, and not one of a character in a URL (`%20`).
    pub fn has_unknown_macro(&self) -> bool {
        let is_hex = |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_digit() || (b'A'..=b'F').contains(byte));
        let bytes = self.location.as_bytes();
        let percents = bytes.iter().enumerate().filter(|(_, byte)| **byte == b'%').map(|(at, _)| at);
        percents.into_iter().any(|at| !is_hex(bytes.get(at + 1)) || !is_hex(bytes.get(at + 2)))
    }

    /// The name of the file that rpm expects in the source folder: what stands behind the last `/`, and behind the last
    /// `=` of that. Empty when the location ends in one of these.
    pub fn file_name(&self) -> &str {
        file_name(&self.location)
    }
}

/// The file name of a location.
pub(super) fn file_name(location: &str) -> &str {
    let name = location.rsplit('/').next().unwrap_or_default();
    if name.len() == location.len() { name } else { name.rsplit('=').next().unwrap_or_default() }
}

/// Facts, or what rpm must be asked to get them.
#[derive(Debug, Clone)]
pub enum Known {
    /// The text of the spec answers everything.
    Text(Box<Facts>),
    /// rpm must answer.
    Ask(Probe),
}

/// What rpm said of a spec, and how the spec was then: enough to see which answers still hold after edits.
#[derive(Debug, Clone, Default)]
pub(super) struct Oracle {
    /// For the line of each condition whether rpm read the lines below it.
    pub(super) branches: HashMap<LineId, bool>,
    /// Lines of which rpm was asked.
    pub(super) asked: HashSet<LineId>,
    /// Expanded values of tags and entries, by line; one that was asked and is not here is in a false branch.
    pub(super) values: HashMap<LineId, Answer>,
    /// Macros of the machine that the spec uses: their values, `None` for those that there are not.
    pub(super) macros: HashMap<String, Option<String>>,
    /// The lines that define macros, as they were.
    pub(super) before: HashMap<LineId, String>,
}

/// The expansion of a value, and the value.
#[derive(Debug, Clone)]
pub(super) struct Answer {
    pub(super) raw: String,
    pub(super) full: String,
    pub(super) bare: String,
}

impl Oracle {
    /// The oracle that remembers how the spec is now.
    pub(super) fn remember(&mut self, spec: &Spec) {
        self.before = defining_lines(spec).into_iter().map(|(id, text, _)| (id, text)).collect();
    }

    /// The macros whose value can differ from what it was, directly or through others.
    pub(super) fn changed(&self, spec: &Spec) -> HashSet<String> {
        let lines = defining_lines(spec);
        let mut changed = HashSet::new();
        for (id, text, names) in &lines {
            match self.before.get(id) {
                Some(before) if before == text => {}
                Some(before) => {
                    changed.extend(names.iter().cloned());
                    changed.extend(names_defined(before));
                }
                None => changed.extend(names.iter().cloned()),
            }
        }
        if changed.is_empty() {
            return changed;
        }
        loop {
            let known = changed.len();
            for (_, text, names) in &lines {
                if !names.iter().all(|name| changed.contains(name)) && mentions(text, &changed) {
                    changed.extend(names.iter().cloned());
                }
            }
            if changed.len() == known {
                return changed;
            }
        }
    }
}

/// Whether `text` uses one of the macros.
pub(super) fn mentions(text: &str, names: &HashSet<String>) -> bool {
    let mut found = false;
    if !names.is_empty() {
        nodes::each_name(&nodes::parse(text), &mut |name| found |= names.contains(name));
    }
    found
}

/// All lines that define macros, commented out or not, with the names that they define.
fn defining_lines(spec: &Spec) -> Vec<(LineId, String, Vec<String>)> {
    let mut lines = Vec::new();
    for range in spec.logical() {
        let text = spec.joined(range.clone());
        let names = names_defined(&text);
        if !names.is_empty() {
            lines.push((spec.id(range.start), text, names));
        }
    }
    lines
}

fn names_defined(text: &str) -> Vec<String> {
    if !text.contains(['%', '#']) && !text.get(..40).unwrap_or(text).contains(':') {
        return Vec::new();
    }
    if let Some(definition) = Definition::parse(text) {
        return vec![definition.name];
    }
    if let Some(tag) = Tag::parse(text, 0..1)
        && ["name", "version", "release", "epoch", "url"].contains(&tag.stem.as_str())
    {
        return vec![tag.stem.to_ascii_uppercase(), tag.stem];
    }
    defined_within(text).into_iter().map(str::to_owned).collect()
}

impl Spec {
    /// What is known of the main package: by the text alone, where name, version, release, epoch, sources and patches
    /// are literal or made of the spec's own unconditional definitions; else as a [`Probe`] that asks rpm for all of it
    /// at once.
    ///
    /// # Errors
    /// When there is no `Name`, `Version` or `Release` tag before the first section.
    pub fn facts(&self) -> Result<Known> {
        let reading = Reading::of(self, None);
        for stem in ["name", "version", "release"] {
            if !reading.entries.iter().any(|entry| entry.is_main(stem)) && !reading.is_opaque {
                return Err(missing(stem));
            }
        }
        Ok(match Facts::of_text(self, &reading) {
            Some(facts) => Known::Text(Box::new(facts)),
            None => Known::Ask(Probe::new(self, &reading)),
        })
    }

    /// The spec as it reads now, with all that `facts` knows.
    pub(super) fn reading(&self, facts: &Facts) -> Reading {
        Reading::of(self, Some(&facts.oracle))
    }
}

pub(super) fn missing(stem: &str) -> Error {
    let mut tag = stem.to_owned();
    if let Some(first) = tag.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    Error::new(Kind::Project, format!("the spec file has no `{tag}` tag"))
        .hint(format!("add a line `{tag}: …` before the first section"))
}

impl Facts {
    /// The facts, if the text says all of them with certainty.
    fn of_text(spec: &Spec, reading: &Reading) -> Option<Self> {
        let certain = |entry: &Entry| {
            let value = if entry.is_main("release") { &entry.value.bare } else { &entry.value.full };
            entry.live == Some(true) && value.is_some()
        };
        if reading.is_opaque || !reading.entries.iter().all(certain) {
            return None;
        }
        let mut oracle = Oracle::default();
        oracle.remember(spec);
        Self::from_reading(spec, reading, oracle)
    }

    /// The facts that a reading has; `None` when it lacks one that must be.
    pub(super) fn from_reading(spec: &Spec, reading: &Reading, oracle: Oracle) -> Option<Self> {
        let value =
            |stem: &str| reading.main(stem).and_then(|entry| entry.value.full.clone().or(entry.value.bare.clone()));
        let list = |stem: &str| -> Vec<SourceFact> {
            let all = reading.entries.iter().filter(|entry| entry.stem == stem);
            all.map(|entry| SourceFact {
                number: entry.number,
                location: entry.value.full.clone().unwrap_or_else(|| entry.raw.clone()),
                line: spec.id(entry.lines.start),
                live: entry.live != Some(false),
            })
            .map(|fact| SourceFact { location: readable(&fact.location), ..fact })
            .collect()
        };
        Some(Self {
            name: value("name")?,
            epoch: value("epoch"),
            version: value("version")?,
            release: reading.main("release")?.value.bare.clone()?,
            sources: list("source"),
            patches: list("patch"),
            oracle,
        })
    }

    /// `[EPOCH:]VERSION-RELEASE` with `%dist` empty.
    pub fn evr(&self) -> String {
        let epoch = self.epoch.as_ref().map(|epoch| format!("{epoch}:")).unwrap_or_default();
        format!("{epoch}{}-{}", self.version, self.release)
    }
}

#[cfg(test)]
#[path = "facts/tests.rs"]
mod tests;
