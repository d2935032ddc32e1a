//! Text to tree, as PyYAML's safe loader reads it. Only this file and those below it name the YAML crate.

use std::collections::hash_map::Entry as Slot;
use std::collections::{HashMap, HashSet};
use std::ops::Range;

use serde_yaml::granit_parser::{Event, Options, Parser, ScalarStyle, StrInput, Tag};

use self::explain::{TAB, syntax};
use super::node::{Entry, Mapping, Node, Number, Value};
use super::padding::Padded;
use super::scalar::{self, Plain};
use super::source::{Source, Span};
use crate::error::{Finding, Severity};

/// Lists and mappings may stand this deep in each other, counted for block and for flow style apart.
const DEPTH: usize = 100;

/// What all aliases of a file may unfold to, in bytes (a node without text counts as [`NODE`]).
const UNFOLDED: usize = 8 << 20;

/// So many findings of a severity are kept.
const MOST: usize = 100;

/// The weight of a node besides its text.
const NODE: usize = 32;

/// Reads the one YAML document of `source`; nothing at all is an empty mapping.
///
/// What it finds (errors and warnings) is added to `findings`. `None` when the text cannot be read as YAML at all: then
/// the last finding says why.
pub(super) fn read(source: &Source, findings: &mut Vec<Finding>) -> Option<Node> {
    if let Err(finding) = printable(source) {
        findings.push(*finding);
        return None;
    }
    let mut padded = Padded::new(source.text());
    loop {
        let mut found = Vec::new();
        match Composer::new(source, &padded, &mut found).document() {
            // Text between quotes may go on at any column for PyYAML. Its spaces at the beginning of a line mean nothing.
            Err(Stop { quoted_at: Some(offset), .. }) if padded.indent(offset) => {}
            Err(Stop { finding, .. }) => {
                findings.extend(found);
                findings.push(*finding);
                return None;
            }
            Ok(node) => {
                findings.extend(found);
                return Some(node);
            }
        }
    }
}

/// Why reading stops.
struct Stop {
    finding: Box<Finding>,
    /// The offset in the padded text of a line that goes on between quotes without enough indentation.
    quoted_at: Option<usize>,
}

impl Stop {
    fn new(finding: Finding) -> Self {
        Self { finding: Box::new(finding), quoted_at: None }
    }

    fn hinted(mut self, hint: &str) -> Self {
        self.finding.hints.push(hint.to_owned());
        self
    }
}

/// Refuses the characters that no YAML file may contain.
fn printable(source: &Source) -> Result<(), Box<Finding>> {
    let bad = |c: char| match c {
        '\t' | '\n' | '\r' | ' '..='~' | '\u{85}' | '\u{a0}'.. => matches!(c, '\u{fffe}' | '\u{ffff}'),
        _ => true,
    };
    match source.text().char_indices().find(|(_, c)| bad(*c)) {
        None => Ok(()),
        Some((start, c)) => {
            let span = Span { start, end: start + c.len_utf8() };
            let message = format!("the control character U+{:04X} cannot stand in a YAML file", u32::from(c));
            Err(Box::new(Finding::new(Severity::Error, message).at(source.place(span))))
        }
    }
}

/// An anchored node: whole, or still being read.
enum Anchor {
    Open,
    Whole { node: Node, weight: usize },
}

struct Composer<'a> {
    parser: Parser<'a, StrInput<'a>>,
    source: &'a Source,
    padded: &'a Padded,
    findings: &'a mut Vec<Finding>,
    anchors: HashMap<usize, Anchor>,
    names: HashMap<String, Span>,
    unfolded: usize,
    /// Where the tag of the last event stands.
    tag: Span,
}

impl<'a> Composer<'a> {
    fn new(source: &'a Source, padded: &'a Padded, findings: &'a mut Vec<Finding>) -> Self {
        let mut options = Options::default();
        options.set_emit_comments(false);
        options.emit_anchor_events = true;
        options.flow_nesting_limit = DEPTH;
        options.block_nesting_limit = DEPTH;
        let parser = Parser::new_from_str_with_options(&padded.text, options);
        let (anchors, names) = (HashMap::new(), HashMap::new());
        Self { parser, source, padded, findings, anchors, names, unfolded: 0, tag: Span::default() }
    }

    fn document(&mut self) -> Result<Node, Stop> {
        let mut root = None;
        loop {
            let (event, span) = self.next()?;
            match event {
                Event::StreamEnd => break,
                Event::DocumentStart(..) if root.is_some() => {
                    return Err(self
                        .stop(span, "a second document begins here; a configuration file has only one")
                        .hinted("remove the line `---` (or `...`) and what does not belong to the configuration"));
                }
                Event::StreamStart | Event::DocumentStart(..) | Event::DocumentEnd => {}
                event => root = Some(self.node(event, span)?.0),
            }
        }
        match root {
            Some(node) if !matches!(node.value, Value::Null) => Ok(node),
            _ => Ok(Node { value: Value::Mapping(Mapping::default()), span: Span::default() }),
        }
    }

    fn next(&mut self) -> Result<(Event<'a>, Span), Stop> {
        match self.parser.next_event() {
            Some(Ok((event, span))) => {
                let bytes = span.byte_range().unwrap_or_default();
                let tag = span.tag_span().and_then(|tag| tag.byte_range()).unwrap_or_else(|| bytes.clone());
                self.tag = self.span(&tag);
                let span = self.span(&bytes);
                Ok((event, span))
            }
            Some(Err(error)) => Err(syntax(self.source, self.padded, &error)),
            None => Ok((Event::StreamEnd, Span::default())),
        }
    }

    fn span(&self, padded: &Range<usize>) -> Span {
        let start = self.padded.original(padded.start);
        Span { start, end: self.padded.original(padded.end).max(start) }
    }

    /// The node that begins with `event`, and its weight.
    fn node(&mut self, event: Event<'a>, span: Span) -> Result<(Node, usize), Stop> {
        let anchor = event.anchor_id();
        let tagged = self.tag;
        if let Some(id) = anchor {
            self.open(id)?;
        }
        let (value, span, weight) = match event {
            Event::Alias(id) => return self.alias(id, span),
            Event::Scalar(text, style, _, tag) => {
                let weight = NODE + text.len();
                let mut text = text.into_owned();
                if matches!(style, ScalarStyle::Literal | ScalarStyle::Folded) {
                    self.end_of_file(&mut text, span);
                } else {
                    self.tabs(style, span);
                }
                (self.scalar(text, style, tag.as_deref(), tagged), span, weight)
            }
            Event::SequenceStart(_, _, tag) => {
                self.collection_tag(tag.as_deref(), "seq", tagged);
                self.sequence(span)?
            }
            Event::MappingStart(_, _, tag) => {
                self.collection_tag(tag.as_deref(), "map", tagged);
                self.mapping(span)?
            }
            _ => return Err(self.stop(span, "a value is missing here")),
        };
        let node = Node { value, span };
        if let Some(id) = anchor {
            self.anchors.insert(id, Anchor::Whole { node: node.clone(), weight });
        }
        Ok((node, weight))
    }

    /// Takes the event that names the anchor of the node that just began.
    fn open(&mut self, id: usize) -> Result<(), Stop> {
        self.anchors.insert(id, Anchor::Open);
        let (event, span) = self.next()?;
        let Event::Anchor(_, name) = event else { return Ok(()) };
        match self.names.entry(name.into_owned()) {
            Slot::Vacant(slot) => {
                slot.insert(span);
            }
            Slot::Occupied(slot) => {
                let first = *slot.get();
                let name = format!("&{}", slot.key());
                let finding = |source: &Source| {
                    let line = source.line(first.start);
                    let message = format!("the anchor {} already stands in line {line}", source.cite(&name));
                    Finding::new(Severity::Error, message)
                        .at(source.place(span))
                        .hint("give one of the two another name")
                };
                self.add(finding, Severity::Error);
            }
        }
        Ok(())
    }

    fn alias(&mut self, id: usize, span: Span) -> Result<(Node, usize), Stop> {
        match self.anchors.get(&id) {
            Some(Anchor::Whole { node, weight }) => {
                self.unfolded = self.unfolded.saturating_add(*weight);
                if self.unfolded > UNFOLDED {
                    let message = format!("the aliases of this file unfold to more than {} MiB", UNFOLDED >> 20);
                    return Err(self.stop(span, message));
                }
                Ok((node.clone(), *weight))
            }
            _ => Err(self.stop(
                span,
                format!("{} stands inside of the value that it names", self.source.cite(self.source.slice(span))),
            )),
        }
    }

    fn sequence(&mut self, begin: Span) -> Result<(Value, Span, usize), Stop> {
        let mut items = Vec::new();
        let mut weight = NODE;
        loop {
            let (event, span) = self.next()?;
            if matches!(event, Event::SequenceEnd) {
                return Ok((Value::Sequence(items), Span { start: begin.start, end: span.end.max(begin.end) }, weight));
            }
            let (item, heavy) = self.node(event, span)?;
            items.push(item);
            weight += heavy;
        }
    }

    fn mapping(&mut self, begin: Span) -> Result<(Value, Span, usize), Stop> {
        let mut own = Vec::new();
        let mut merged = Vec::new();
        let mut weight = NODE;
        loop {
            let (event, span) = self.next()?;
            if matches!(event, Event::MappingEnd) {
                let mapping = self.combine(merged, own);
                return Ok((
                    Value::Mapping(mapping),
                    Span { start: begin.start, end: span.end.max(begin.end) },
                    weight,
                ));
            }
            let merge = matches!(&event, Event::Scalar(text, ScalarStyle::Plain, _, None) if text == "<<");
            let (key, key_weight) = self.node(event, span)?;
            let (event, value_span) = self.next()?;
            let (value, value_weight) = self.node(event, value_span)?;
            weight += key_weight + value_weight;
            if merge {
                self.merge(value, span, &mut merged);
            } else if matches!(key.value, Value::Sequence(_) | Value::Mapping(_)) {
                let message = format!("a key must be text, not {}", key.value.kind());
                self.error(span, message, "put text with `{` or `[` between quotes");
            } else {
                if matches!(key.value, Value::Null) && key.span.start == key.span.end {
                    self.error(span, "a key is missing before the `:`".to_owned(), "write `key: value`");
                }
                own.push(Entry { key, value });
            }
        }
    }

    /// What `<<: value` brings, in the order in which later entries win.
    fn merge(&mut self, value: Node, key: Span, merged: &mut Vec<Entry>) {
        let span = value.span;
        match value.value {
            Value::Mapping(mapping) => merged.extend(mapping.entries),
            Value::Sequence(items) => {
                for item in items.into_iter().rev() {
                    match item.value {
                        Value::Mapping(mapping) => merged.extend(mapping.entries),
                        other => self.not_mergeable(&other, item.span),
                    }
                }
            }
            Value::Null => self.not_mergeable(&Value::Null, key),
            other => self.not_mergeable(&other, span),
        }
    }

    fn not_mergeable(&mut self, value: &Value, span: Span) {
        let message = format!("`<<` merges a mapping or a list of mappings, and this is {}", value.kind());
        self.error(span, message, "name an anchored mapping: `<<: *name`");
    }

    /// One mapping of what was merged and what stands in it: what stands in it wins, and of two equal keys the last.
    fn combine(&mut self, merged: Vec<Entry>, own: Vec<Entry>) -> Mapping {
        let mut entries: Vec<Entry> = Vec::with_capacity(merged.len() + own.len());
        let mut index: HashMap<Key, usize> = HashMap::with_capacity(merged.len() + own.len());
        let inherited = merged.len();
        let mut written: HashSet<usize> = HashSet::new();
        for (position, entry) in merged.into_iter().chain(own).enumerate() {
            let is_own = position >= inherited;
            match index.entry(Key::of(&entry.key)) {
                Slot::Vacant(slot) => {
                    if is_own {
                        written.insert(entries.len());
                    }
                    slot.insert(entries.len());
                    entries.push(entry);
                }
                Slot::Occupied(slot) => {
                    let at = *slot.get();
                    if let Some(earlier) = entries.get_mut(at) {
                        if is_own && !written.insert(at) {
                            self.duplicate(earlier.key.span, entry.key.span);
                        }
                        *earlier = entry;
                    }
                }
            }
        }
        Mapping { entries }
    }

    fn scalar(&mut self, text: String, style: ScalarStyle, tag: Option<&Tag>, span: Span) -> Value {
        let plain = match tag {
            None if style == ScalarStyle::Plain => scalar::resolve(&text),
            None => Plain::Text,
            // `! text`: explicitly no other type than the obvious one.
            Some(tag) if tag.handle().is_empty() && tag.suffix() == "!" => Plain::Text,
            Some(tag) => match (tag.core_suffix(), scalar::resolve(&text)) {
                (Some("str"), _) => Plain::Text,
                (Some("null"), _) => Plain::Null,
                (Some("bool"), plain @ Plain::Bool(_)) => plain,
                (Some("int"), Plain::Integer) => Plain::Integer,
                (Some("float"), Plain::Integer | Plain::Float) => Plain::Float,
                (Some("bool" | "int" | "float"), _) => {
                    let message = format!("the value is not what its tag {} says", self.source.cite(&tag.original()));
                    self.error(span, message, "remove the tag");
                    Plain::Text
                }
                _ => {
                    self.unknown_tag(tag, span);
                    Plain::Text
                }
            },
        };
        match plain {
            Plain::Null => Value::Null,
            Plain::Bool(value) => Value::Bool(value),
            Plain::Integer => Value::Number(Number { text, whole: true }),
            Plain::Float => Value::Number(Number { text, whole: false }),
            Plain::Text => Value::String(text),
        }
    }

    /// Takes the line ending away that the parser gives to a block of text in the last line of a file without one.
    fn end_of_file(&self, text: &mut String, span: Span) {
        let whole = self.source.text();
        if span.end >= whole.len() && !whole.ends_with(['\n', '\r']) && text.ends_with('\n') {
            text.pop();
        }
    }

    /// Refuses tabs in and beside a scalar: PyYAML takes them between quotes and in blocks only.
    fn tabs(&mut self, style: ScalarStyle, span: Span) {
        let whole = self.source.text();
        let end = span.end + usize::from(whole.get(span.end..).is_some_and(|rest| rest.starts_with('\t')));
        let tab = match style {
            ScalarStyle::Plain => {
                let before = whole.get(..span.start).is_some_and(|before| before.ends_with('\t'));
                let start = span.start - usize::from(before);
                whole.get(start..end).and_then(|text| text.find('\t')).map(|at| start + at)
            }
            _ => (end > span.end).then_some(span.end),
        };
        if let Some(start) = tab {
            let hint = "write a space, or put text with a tab between quotes";
            self.error(Span { start, end: start + 1 }, TAB.to_owned(), hint);
        }
    }

    fn collection_tag(&mut self, tag: Option<&Tag>, expected: &str, span: Span) {
        if let Some(tag) = tag
            && tag.core_suffix() != Some(expected)
        {
            self.unknown_tag(tag, span);
        }
    }

    fn unknown_tag(&mut self, tag: &Tag, span: Span) {
        let message = format!("a value with the tag {} cannot be read here", self.source.cite(&tag.original()));
        self.error(span, message, "remove the tag; to write text that begins with `!`, put it between quotes");
    }

    fn error(&mut self, span: Span, message: String, hint: &str) {
        let finding = |source: &Source| Finding::new(Severity::Error, message).at(source.place(span)).hint(hint);
        self.add(finding, Severity::Error);
    }

    /// Adds a finding, unless there are enough of its severity.
    fn add(&mut self, finding: impl FnOnce(&Source) -> Finding, severity: Severity) {
        if self.findings.iter().filter(|finding| finding.severity == severity).count() < MOST {
            self.findings.push(finding(self.source));
        }
    }

    /// Says that a key stands a second time in a mapping.
    fn duplicate(&mut self, first: Span, second: Span) {
        let finding = |source: &Source| {
            let (name, line) = (source.cite(source.slice(second)), source.line(first.start));
            let message = format!("the key {name} stands twice: this one counts, the one in line {line} does not");
            let hint = format!("remove one of the two (line {line} is ignored)");
            Finding::warning(message).at(source.place(second)).hint(hint)
        };
        self.add(finding, Severity::Warning);
    }

    fn stop(&self, span: Span, message: impl Into<String>) -> Stop {
        Stop::new(Finding::new(Severity::Error, message).at(self.source.place(span)))
    }
}

/// A key as PyYAML compares it.
#[derive(PartialEq, Eq, Hash)]
enum Key {
    Null,
    Bool(bool),
    Number(String),
    Text(String),
}

impl Key {
    fn of(node: &Node) -> Self {
        match &node.value {
            Value::Bool(value) => Key::Bool(*value),
            Value::Number(number) => Key::Number(number.text.clone()),
            Value::String(text) => Key::Text(text.clone()),
            _ => Key::Null,
        }
    }
}

mod explain;
mod write;

pub use write::write;

#[cfg(test)]
mod tests;
