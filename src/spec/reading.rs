//! The spec read from top to bottom, as rpm does: which lines are live and what the tags say.

use std::collections::HashSet;
use std::ops::Range;

use super::conditions::{self, Directive};
use super::definitions::{Definition, defined_within};
use super::expand::{Table, Value};
use super::facts::{Oracle, mentions};
use super::lines::{LineId, Spec};
use super::nodes::{self, Node};
use super::sections::{Section, opened_by};
use super::tags::Tag;

/// A tag that matters, or a line of `%sourcelist` or `%patchlist`.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    /// Physical lines.
    pub(super) lines: Range<usize>,
    /// `name`, `version`, `release`, `epoch`, `source` or `patch`.
    pub(super) stem: &'static str,
    /// The tag; `None` for a line of a list.
    pub(super) tag: Option<Tag>,
    /// The value as written.
    pub(super) raw: String,
    /// The value, expanded.
    pub(super) value: Value,
    /// Whether rpm reads the line; `None` when nobody knows.
    pub(super) live: Option<bool>,
    /// The number of a source or patch.
    pub(super) number: u32,
    /// Which table has the macros at this line; sources and patches have none.
    at: Option<usize>,
}

impl Entry {
    /// Whether it is this tag of the main package.
    pub(super) fn is_main(&self, stem: &str) -> bool {
        self.stem == stem
    }
}

/// A macro definition of the spec.
#[derive(Debug, Clone)]
pub(super) struct Defined {
    pub(super) lines: Range<usize>,
    pub(super) definition: Definition,
    pub(super) text: String,
    pub(super) live: Option<bool>,
}

/// All that a spec says of itself.
#[derive(Debug, Default)]
pub(super) struct Reading {
    /// In the order of the file.
    pub(super) entries: Vec<Entry>,
    /// In the order of the file, those commented out too.
    pub(super) definitions: Vec<Defined>,
    /// By physical line, whether rpm reads it.
    pub(super) live: Vec<Option<bool>>,
    /// Conditions: physical line of each directive but `%endif`.
    pub(super) branches: Vec<usize>,
    /// Whether a line of the preamble could expand to a tag.
    pub(super) is_opaque: bool,
    /// The macros at the tags of the main package, and after the last line.
    tables: Vec<Table>,
}

const STEMS: [&str; 6] = ["name", "version", "release", "epoch", "source", "patch"];

impl Reading {
    /// Reads the spec. Without an oracle every condition is unknown: what is in one must be asked.
    pub(super) fn of(spec: &Spec, oracle: Option<&Oracle>) -> Self {
        let mut reader = Reader {
            oracle,
            changed: oracle.map(|oracle| oracle.changed(spec)).unwrap_or_default(),
            table: oracle
                .map(|oracle| Table::with_system(oracle.macros.clone(), defined_names(spec)))
                .unwrap_or_default(),
            stack: Vec::new(),
            section: Section::Preamble,
            may_be_preamble: true,
            counters: [None, None],
            reading: Self::default(),
        };
        for lines in spec.logical() {
            reader.line(spec, lines);
        }
        let mut reading = reader.reading;
        reading.tables.push(reader.table);
        reading
    }

    /// The tag of the main package that rpm reads: the first that is live, else the first of which nobody knows.
    pub(super) fn main(&self, stem: &str) -> Option<&Entry> {
        let mut all = self.entries.iter().filter(|entry| entry.is_main(stem));
        all.clone().find(|entry| entry.live == Some(true)).or_else(|| all.find(|entry| entry.live.is_none()))
    }

    /// Whether rpm reads a physical line; a line of which nobody knows counts.
    pub(super) fn is_live(&self, line: usize) -> bool {
        self.live.get(line).copied().flatten() != Some(false)
    }

    /// The macros at an entry's line.
    pub(super) fn table_at(&self, entry: &Entry) -> Table {
        entry.at.and_then(|at| self.tables.get(at)).cloned().unwrap_or_default()
    }

    /// What a text expands to after the last line.
    pub(super) fn expand_at_end(&self, text: &str) -> Value {
        self.tables.last().map(|table| table.expand(text)).unwrap_or_default()
    }
}

/// One open `%if`.
#[derive(Debug)]
struct Frame {
    /// Whether an earlier branch was taken.
    taken: Option<bool>,
    /// Whether this branch is.
    live: Option<bool>,
    /// Whether edits can have changed what rpm said of it.
    tainted: bool,
}

struct Reader<'a> {
    oracle: Option<&'a Oracle>,
    changed: HashSet<String>,
    table: Table,
    stack: Vec<Frame>,
    section: Section,
    /// Whether this can still be the preamble: all headers so far stand in conditions of which nobody knows.
    may_be_preamble: bool,
    /// The last numbers of sources and patches.
    counters: [Option<u32>; 2],
    reading: Reading,
}

impl Reader<'_> {
    fn live(&self) -> Option<bool> {
        let mut live = Some(true);
        for frame in &self.stack {
            match frame.live {
                Some(false) => return Some(false),
                Some(true) => {}
                None => live = None,
            }
        }
        live
    }

    fn line(&mut self, spec: &Spec, lines: Range<usize>) {
        let text = spec.joined(lines.clone());
        let is_prose = matches!(self.section, Section::Prep | Section::Changelog | Section::Other);
        if is_prose && !self.may_be_preamble && !text.contains('%') {
            // Most of a spec is changelog.
            let live = self.live();
            self.reading.live.extend(lines.map(|_| live));
            return;
        }
        if let Some(directive) = Directive::parse(&text) {
            let id = spec.id(lines.end - 1);
            let said = self.oracle.and_then(|oracle| oracle.branches.get(&id).copied());
            if directive != Directive::Endif {
                self.reading.branches.push(lines.end - 1);
            }
            self.directive(&directive, said);
            let live = self.live();
            self.reading.live.extend(lines.map(|_| live));
            return;
        }
        let live = self.live();
        self.reading.live.extend(lines.clone().map(|_| live));
        if let Some(definition) = Definition::parse(&text) {
            if definition.comment.is_none() {
                match live {
                    Some(true) => self.table.define(&definition, &text),
                    Some(false) => {}
                    None => self.table.forget(&definition.name),
                }
            }
            self.reading.definitions.push(Defined { lines, definition, text, live });
            return;
        }
        if text.trim_start().starts_with("%dnl") {
            return;
        }
        if live != Some(false) {
            for name in defined_within(&text) {
                self.table.forget(name);
            }
        }
        if let Some(opened) = opened_by(&text) {
            if live != Some(false) {
                self.section = opened;
                self.may_be_preamble &= live.is_none();
            }
            return;
        }
        match self.section {
            Section::Preamble | Section::Package => self.preamble(spec, lines, &text, live),
            Section::Sourcelist => self.list(spec, lines, &text, "source", live),
            Section::Patchlist => self.list(spec, lines, &text, "patch", live),
            Section::Prep | Section::Changelog | Section::Other if self.may_be_preamble => {
                self.preamble(spec, lines, &text, live);
            }
            Section::Prep | Section::Changelog | Section::Other => {}
        }
    }

    fn directive(&mut self, directive: &Directive<'_>, said: Option<bool>) {
        let (expression, opens) = match directive {
            Directive::If(expression) => (Some(*expression), true),
            Directive::Elif(expression) => (Some(*expression), false),
            Directive::IfPlatform(_) => (None, true),
            Directive::ElifPlatform(_) => (None, false),
            Directive::Else => (Some("1"), false),
            Directive::Endif => {
                self.stack.pop();
                return;
            }
        };
        let outer = self.stack.last().is_some_and(|frame| frame.tainted);
        let mut frame = if opens { None } else { self.stack.pop() }.unwrap_or(Frame {
            taken: Some(false),
            live: Some(false),
            tainted: outer,
        });
        frame.tainted |= expression.is_some_and(|text| mentions(text, &self.changed));
        frame.taken = or(frame.taken, frame.live);
        let holds = expression.and_then(|text| self.evaluate(text));
        frame.live = match (said, frame.taken) {
            (Some(said), _) if !frame.tainted => Some(said),
            (_, Some(true)) => Some(false),
            (_, Some(false)) => holds,
            (_, None) => (holds == Some(false)).then_some(false),
        };
        self.stack.push(frame);
    }

    fn evaluate(&self, expression: &str) -> Option<bool> {
        // Without an oracle nothing in a condition is certain enough.
        self.oracle?;
        conditions::evaluate(&self.table.expand(expression).full?)
    }

    fn preamble(&mut self, spec: &Spec, lines: Range<usize>, text: &str, live: Option<bool>) {
        let trimmed = text.trim();
        if trimmed.is_empty() || trimmed.starts_with('#') {
            return;
        }
        let is_main = self.section == Section::Preamble || self.may_be_preamble;
        let Some(tag) = Tag::parse(text, lines.clone()) else {
            let has_tags = matches!(self.section, Section::Preamble | Section::Package);
            self.reading.is_opaque |= live != Some(false) && has_tags && !is_harmless(trimmed);
            return;
        };
        let live = if tag.is_guarded() { self.guarded(&tag, live, spec.id(lines.start)) } else { live };
        let stem = STEMS.iter().find(|stem| **stem == tag.stem).copied();
        let wanted = match stem {
            Some("source" | "patch") => stem,
            Some(_) if is_main && tag.digits.is_none() => stem,
            _ => None,
        };
        if let Some(stem) = wanted {
            self.reading.is_opaque |= is_main && self.section != Section::Preamble && live != Some(false);
            let number = tag.number();
            self.entry(spec, lines, stem, Some(tag), number, live);
        } else if is_main && tag.stem == "url" {
            match live {
                Some(true) => self.table.set("url", self.table.expand(tag.value())),
                Some(false) => {}
                None => self.table.forget("url"),
            }
        }
    }

    /// Whether a tag in `%{?name:…}` is live.
    fn guarded(&self, tag: &Tag, live: Option<bool>, id: LineId) -> Option<bool> {
        let guard = tag.text.get(tag.guard.clone()).unwrap_or_default();
        if let Some(oracle) = self.oracle.filter(|oracle| oracle.asked.contains(&id))
            && !self.changed.iter().any(|name| guard.contains(name.as_str()))
        {
            return if oracle.values.contains_key(&id) { live } else { Some(false) };
        }
        let mut state = live;
        let mut text = tag.text.trim();
        while let [Node::When { name, negated, .. }] = nodes::parse(text).as_slice() {
            match self.table.is_defined(name) {
                Some(defined) if defined == *negated => return Some(false),
                Some(_) => {}
                None => state = if state == Some(false) { state } else { None },
            }
            let inner = text.split_once(':').map_or("", |(_, rest)| rest);
            text = inner.strip_suffix('}').unwrap_or(inner).trim();
        }
        state
    }

    fn list(&mut self, spec: &Spec, lines: Range<usize>, text: &str, stem: &'static str, live: Option<bool>) {
        let trimmed = text.trim();
        if lines.len() > 1 {
            // A macro call over several lines can hold anything, even the next section.
            self.reading.is_opaque |= live != Some(false);
        } else if !trimmed.is_empty() && !trimmed.starts_with('#') {
            self.entry(spec, lines, stem, None, None, live);
        }
    }

    fn entry(
        &mut self,
        spec: &Spec,
        lines: Range<usize>,
        stem: &'static str,
        tag: Option<Tag>,
        number: Option<u32>,
        live: Option<bool>,
    ) {
        let raw =
            tag.as_ref().map_or_else(|| spec.joined(lines.clone()).trim().to_owned(), |tag| tag.value().to_owned());
        let answer = self.oracle.and_then(|oracle| oracle.values.get(&spec.id(lines.start)));
        let value = match answer {
            Some(answer) if answer.raw == raw && !mentions(&raw, &self.changed) => {
                Value { full: Some(answer.full.clone()), bare: Some(answer.bare.clone()) }
            }
            _ => self.table.expand(&raw),
        };
        let number = self.number(stem, number, live);
        let mut at = None;
        if !matches!(stem, "source" | "patch") {
            at = Some(self.reading.tables.len());
            self.reading.tables.push(self.table.clone());
            match live {
                Some(true) => self.table.set(stem, value.clone()),
                Some(false) => {}
                None => self.table.forget(stem),
            }
        }
        self.reading.entries.push(Entry { lines, stem, tag, raw, value, live, number, at });
    }

    /// The number of a source or patch: its own, or one more than the highest before it.
    fn number(&mut self, stem: &str, number: Option<u32>, live: Option<bool>) -> u32 {
        let [sources, patches] = &mut self.counters;
        let counter = match stem {
            "source" => sources,
            "patch" => patches,
            _ => return 0,
        };
        let next = counter.map_or(0, |last| last.saturating_add(1));
        let number = number.unwrap_or(next);
        if live != Some(false) {
            *counter = Some(counter.map_or(number, |last| last.max(number)));
        }
        number
    }
}

/// The names that the spec defines, which are no macros of the machine.
///
/// With a BuildArch rpm reads the spec twice, and what the first pass defined is there from the start of the second.
/// Then only what is commented out everywhere is sure not to be there.
fn defined_names(spec: &Spec) -> HashSet<String> {
    let lines = spec.logical().into_iter().map(|range| spec.text(range.start));
    let is_read_twice = lines.clone().any(|text| text.to_ascii_lowercase().contains("buildarch"));
    let all: Vec<Definition> = lines.filter_map(Definition::parse).collect();
    let is_live = |name: &str| all.iter().any(|other| other.name == name && other.comment.is_none());
    all.iter().map(|one| one.name.clone()).filter(|name| !is_read_twice || !is_live(name)).collect()
}

fn or(a: Option<bool>, b: Option<bool>) -> Option<bool> {
    match (a, b) {
        (Some(true), _) | (_, Some(true)) => Some(true),
        (Some(false), Some(false)) => Some(false),
        _ => None,
    }
}

/// Whether a line of the preamble that is no tag can be trusted not to become one: `%{?systemd_requires}` and its kin,
/// `%bcond`, and the definitions inside of conditions.
fn is_harmless(text: &str) -> bool {
    let word = text.split_whitespace().next().unwrap_or_default();
    if ["%bcond", "%bcond_with", "%bcond_without", "%undefine"].contains(&word) {
        return true;
    }
    nodes::parse(text).iter().all(|node| match node {
        Node::Text(text) => text.trim().is_empty(),
        Node::Call { test, .. } => *test != nodes::Test::Plain,
        Node::When { body, .. } => match body.as_slice() {
            [] => true,
            [Node::Text(blank), Node::Call { name, .. }, ..] if blank.trim().is_empty() => is_defining(name),
            [Node::Call { name, .. }, ..] => is_defining(name),
            _ => false,
        },
        _ => false,
    })
}

fn is_defining(name: &str) -> bool {
    ["global", "define", "undefine"].contains(&name)
}
