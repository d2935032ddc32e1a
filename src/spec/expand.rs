//! Expansion of macros by what the text of the spec says of them, for what it can answer with certainty.

use std::cell::Cell;
use std::collections::{HashMap, HashSet};

use super::definitions::Definition;
use super::nodes::{self, Node, Test};

/// What a text expands to; each part is `None` when the text of the spec does not tell.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Value {
    /// As rpm expands it here.
    pub(super) full: Option<String>,
    /// With `%dist` empty.
    pub(super) bare: Option<String>,
}

impl Value {
    /// A value that is known and has no `%dist` in it.
    pub(super) fn text(text: &str) -> Self {
        Self { full: Some(text.to_owned()), bare: Some(text.to_owned()) }
    }
}

/// A macro as the table knows it.
#[derive(Debug, Clone)]
enum Body {
    Value(Value),
    Lazy(String),
    Unknown,
    Undefined,
}

/// The macros at one point of the spec.
#[derive(Debug, Clone, Default)]
pub(super) struct Table {
    macros: HashMap<String, Body>,
    system: HashMap<String, Option<String>>,
    own: HashSet<String>,
}

/// How many macro calls one expansion may take: macros can call each other for ever.
const CALLS: u32 = 2_000;

impl Table {
    /// A table that knows of the machine's macros what rpm said: their values, `None` for those that there are not.
    /// `own` are names that the spec defines somewhere: where none of its definitions holds, there is no such macro.
    pub(super) fn with_system(system: HashMap<String, Option<String>>, own: HashSet<String>) -> Self {
        Self { macros: HashMap::new(), system, own }
    }

    /// Takes a definition in, as rpm does when it reads its line; `text` is that of the logical line.
    pub(super) fn define(&mut self, definition: &Definition, text: &str) {
        let body = text.get(definition.body.clone()).unwrap_or_default();
        let body = if definition.with_arguments || body.contains('\n') {
            Body::Unknown
        } else if definition.global {
            Body::Value(self.expand(body))
        } else {
            Body::Lazy(body.to_owned())
        };
        self.macros.insert(definition.name.clone(), body);
    }

    /// Sets a macro to a value.
    pub(super) fn set(&mut self, name: &str, value: Value) {
        self.macros.insert(name.to_owned(), Body::Value(value));
    }

    /// From here on nobody knows what this macro is.
    pub(super) fn forget(&mut self, name: &str) {
        self.macros.insert(name.to_owned(), Body::Unknown);
    }

    /// Whether there is such a macro; `None` when the text does not tell.
    pub(super) fn is_defined(&self, name: &str) -> Option<bool> {
        match self.lookup(name) {
            Body::Value(_) | Body::Lazy(_) => Some(true),
            Body::Undefined => Some(false),
            Body::Unknown => None,
        }
    }

    /// What `text` expands to.
    pub(super) fn expand(&self, text: &str) -> Value {
        let run = |bare| {
            let calls = Cell::new(CALLS);
            Run { table: self, bare, calls: &calls }.text(text)
        };
        Value { full: run(false), bare: run(true) }
    }

    fn lookup(&self, name: &str) -> Body {
        if let Some(body) = self.macros.get(name) {
            return body.clone();
        }
        match self.system.get(name) {
            Some(Some(text)) => Body::Value(Value::text(text)),
            Some(None) => Body::Undefined,
            None if name == "nil" => Body::Value(Value::text("")),
            None if self.own.contains(name) => Body::Undefined,
            None => Body::Unknown,
        }
    }
}

struct Run<'a> {
    table: &'a Table,
    bare: bool,
    calls: &'a Cell<u32>,
}

impl Run<'_> {
    fn text(&self, text: &str) -> Option<String> {
        if !text.contains('%') {
            return Some(text.to_owned());
        }
        self.nodes(&nodes::parse(text))
    }

    fn nodes(&self, nodes: &[Node]) -> Option<String> {
        let mut expanded = String::new();
        for node in nodes {
            match node {
                Node::Text(text) => expanded.push_str(text),
                Node::Percent => expanded.push('%'),
                Node::Other(_) => return None,
                Node::Call { test: Test::IfUndefined, .. } => {}
                Node::Call { name, test, written } => match self.lookup(name)? {
                    Some(value) => expanded.push_str(&value),
                    None if *test == Test::Plain => expanded.push_str(written),
                    None => {}
                },
                Node::When { name, negated, body, .. } => {
                    let defined = if self.is_empty_dist(name) { true } else { self.table.is_defined(name)? };
                    if defined != *negated {
                        expanded.push_str(&self.nodes(body)?);
                    }
                }
            }
        }
        Some(expanded)
    }

    /// The value of a macro: `Some(None)` when there is none, `None` when nobody knows.
    fn lookup(&self, name: &str) -> Option<Option<String>> {
        let left = self.calls.get().checked_sub(1)?;
        self.calls.set(left);
        if self.is_empty_dist(name) {
            return Some(Some(String::new()));
        }
        match self.table.lookup(name) {
            Body::Value(value) => (if self.bare { value.bare } else { value.full }).map(Some),
            Body::Lazy(text) => {
                // A macro that calls itself would take the whole stack before it takes all calls.
                let shallow = Run { table: self.table, bare: self.bare, calls: self.calls };
                self.calls.set(left.checked_sub(CALLS / 40)?);
                let value = shallow.text(&text);
                self.calls.set(self.calls.get() + if value.is_some() { CALLS / 40 } else { 0 });
                value.map(Some)
            }
            Body::Undefined => Some(None),
            Body::Unknown => None,
        }
    }

    fn is_empty_dist(&self, name: &str) -> bool {
        self.bare && name == "dist"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(lines: &[&str]) -> Table {
        let mut table = Table::with_system(
            HashMap::from([("gone".into(), None), ("there".into(), Some("42".into()))]),
            HashSet::new(),
        );
        for line in lines {
            table.define(&Definition::parse(line).unwrap(), line);
        }
        table
    }

    #[test]
    fn expands_what_it_knows() {
        let table = table(&[
            "%global major 1",
            "%define full %{major}.%{minor}",
            "%global minor 2",
            "%global rel 3%{?dist}",
            "%define f() x",
            "%define loop %{loop}",
            "%define pair %{loop2}%{loop2}",
            "%define loop2 %{pair}",
        ]);
        for (text, full, bare) in [
            ("%{full}%%%nil", Some("1.2%"), Some("1.2%")),
            ("%{?gone}%{!?gone:a}%{?gone:b}%{?major:~%{major}}", Some("a~1"), Some("a~1")),
            ("%{gone}-%gone", Some("%{gone}-%gone"), Some("%{gone}-%gone")),
            ("%{there}", Some("42"), Some("42")),
            ("%{rel}", None, Some("3")),
            ("1%{?dist}", None, Some("1")),
            ("%{?dist:x}%{!?dist:y}", None, Some("x")),
            ("%{f}", None, None),
            ("%(date)", None, None),
            ("%{elsewhere}", None, None),
            ("%{loop}", None, None),
            ("%{pair}", None, None),
        ] {
            let value = table.expand(text);
            assert_eq!((value.full.as_deref(), value.bare.as_deref()), (full, bare), "{text}");
        }
    }
}
