//! The tree that a YAML file is read into: plain values, each with the place where it stands.

use super::scalar;
use super::source::Span;

/// One value and where it stands. A value that came through an alias or a merge key stands where it was written.
#[derive(Debug, Clone)]
pub(super) struct Node {
    /// The value.
    pub(super) value: Value,
    /// Where it stands.
    pub(super) span: Span,
}

/// What a node is.
#[derive(Debug, Clone)]
pub(super) enum Value {
    /// Nothing, `~` or `null`.
    Null,
    /// A boolean in one of YAML 1.1's spellings.
    Bool(bool),
    /// A number; its text is kept, so that `1.10` keeps its zero.
    Number(Number),
    /// Text.
    String(String),
    /// A list.
    Sequence(Vec<Node>),
    /// Keys and values.
    Mapping(Mapping),
}

/// A number as it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Number {
    /// Its text.
    pub(super) text: String,
    /// Whether it is a whole number.
    pub(super) whole: bool,
}

impl Number {
    /// Its value, when it is a whole number that fits.
    pub(super) fn integer(&self) -> Option<i64> {
        if self.whole { scalar::integer(&self.text) } else { None }
    }
}

/// A key with its value.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    /// The key: null, a boolean, a number or text.
    pub(super) key: Node,
    /// The value.
    pub(super) value: Node,
}

impl Entry {
    /// The key's text; `None` when the key is not text (`on:` is a boolean).
    pub(super) fn name(&self) -> Option<&str> {
        match &self.key.value {
            Value::String(text) => Some(text),
            _ => None,
        }
    }
}

/// Keys and values in the order of the file; no key stands twice.
#[derive(Debug, Clone, Default)]
pub(super) struct Mapping {
    /// The entries.
    pub(super) entries: Vec<Entry>,
}

impl Mapping {
    /// The entry whose key is the text `name`.
    pub(super) fn entry(&self, name: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.name() == Some(name))
    }

    /// The value whose key is the text `name`.
    pub(super) fn get(&self, name: &str) -> Option<&Node> {
        self.entry(name).map(|entry| &entry.value)
    }
}

impl Mapping {
    /// How many values are in it, at all depths; those below the keys `without` do not count.
    pub(super) fn weight(&self, without: &[&str]) -> usize {
        let counts = |entry: &&Entry| !entry.name().is_some_and(|name| without.contains(&name));
        self.entries.iter().filter(counts).map(|entry| entry.value.weight()).sum()
    }
}

impl Node {
    fn weight(&self) -> usize {
        match &self.value {
            Value::Sequence(items) => 1 + items.iter().map(Node::weight).sum::<usize>(),
            Value::Mapping(mapping) => 1 + mapping.weight(&[]),
            _ => 1,
        }
    }
}

impl Value {
    /// The kind with its article, as messages name it.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Value::Null => "empty",
            Value::Bool(_) => "a boolean",
            Value::Number(_) => "a number",
            Value::String(_) => "text",
            Value::Sequence(_) => "a list",
            Value::Mapping(_) => "a mapping",
        }
    }
}
