//! Typed values out of the tree: every getter collects what is wrong and goes on.

use std::collections::HashSet;
use std::sync::Arc;

use super::definitions::{self, Choice, Level};
use super::keys::nearest;
use super::node::{Entry, Mapping, Node, Value};
use super::source::{Source, Span, Spanned};
use crate::error::{Finding, Severity};

/// So much may be read for all packages and jobs together, counted in values: a job of a package repeats all that it inherits.
const BUDGET: usize = 400_000;

/// So many findings are kept; a file with more has one cause for most of them.
const MOST: usize = 100;

/// Mappings of which each one takes the keys that it lacks from the next, whole values at a time.
#[derive(Clone, Copy)]
pub(super) struct Layers<'a>(pub(super) &'a [&'a Mapping]);

impl<'a> Layers<'a> {
    pub(super) fn entry(self, key: &str) -> Option<&'a Entry> {
        self.0.iter().find_map(|mapping| mapping.entry(key))
    }
}

/// What a key that is written without a value means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Empty {
    /// The key is as good as absent, and hides an inherited value.
    Unset,
    /// An error, as in the Python packit.
    Refused,
}

/// Collects findings while values are read from one file.
pub(super) struct Reader<'a> {
    source: &'a Arc<Source>,
    findings: Vec<Finding>,
    seen: HashSet<(usize, String)>,
    checked: HashSet<(usize, String)>,
    /// Errors and warnings that are not kept.
    dropped: (usize, usize),
    budget: usize,
}

impl<'a> Reader<'a> {
    /// A reader for the tree of `source`, with what was found so far.
    pub(super) fn new(source: &'a Arc<Source>, findings: Vec<Finding>) -> Self {
        Self { source, findings, seen: HashSet::new(), checked: HashSet::new(), dropped: (0, 0), budget: BUDGET }
    }

    /// All findings in the order of the file.
    pub(super) fn finish(mut self) -> Vec<Finding> {
        self.findings.sort_by_key(|finding| finding.place.as_ref().map_or((0, 0), |place| (place.line, place.column)));
        let (errors, warnings) = self.dropped;
        for (count, severity, what) in
            [(warnings, Severity::Warning, "warnings"), (errors, Severity::Error, "problems")]
        {
            if count > 0 {
                self.findings.push(Finding::new(severity, format!("and {count} more {what}")));
            }
        }
        self.findings
    }

    /// Whether an error was found.
    pub(super) fn failed(&self) -> bool {
        self.findings.iter().any(|finding| finding.severity == Severity::Error)
    }

    /// An error at `span`; the same one is kept once, however many packages inherit it.
    pub(super) fn error(&mut self, span: Span, message: impl Into<String>, hint: Option<String>) {
        self.add(Severity::Error, span, message.into(), hint);
    }

    /// A warning at `span`; the same one is kept once.
    pub(super) fn warning(&mut self, span: Span, message: impl Into<String>, hint: impl Into<String>) {
        self.add(Severity::Warning, span, message.into(), Some(hint.into()));
    }

    fn kept(&self, severity: Severity) -> usize {
        self.findings.iter().filter(|finding| finding.severity == severity).count()
    }

    fn drop(&mut self, severity: Severity) {
        let (errors, warnings) = &mut self.dropped;
        *(if severity == Severity::Error { errors } else { warnings }) += 1;
    }

    /// Adds a finding, unless there are enough of its severity.
    fn add(&mut self, severity: Severity, span: Span, message: String, hint: Option<String>) {
        if self.kept(severity) >= MOST {
            self.drop(severity);
        } else if self.seen.insert((span.start, message.clone())) {
            let finding = Finding::new(severity, message).at(self.source.place(span));
            self.findings.push(hint.into_iter().fold(finding, Finding::hint));
        }
    }

    /// Whether no more findings are kept: then nothing has to be found out about them.
    pub(super) fn is_full(&self) -> bool {
        self.kept(Severity::Error) >= MOST
    }

    /// Takes `values` out of what may be read; `false` when that is used up, which is an error at `span`.
    pub(super) fn spend(&mut self, values: usize, span: Span) -> bool {
        match self.budget.checked_sub(values) {
            Some(left) => {
                self.budget = left;
                true
            }
            None => {
                let message = "the jobs and packages of this file unfold to too many values";
                self.error(span, message, Some("name in each job the `packages` that it is for".to_owned()));
                false
            }
        }
    }

    /// Whether the value of `key` at `span` was not asked about yet: many jobs inherit what is costly to check.
    pub(super) fn is_new(&mut self, span: Span, key: &str) -> bool {
        self.checked.insert((span.start, key.to_owned()))
    }

    /// A value with its place.
    pub(super) fn spanned<T>(&self, value: T, span: Span) -> Spanned<T> {
        Spanned::new(value, self.source, span)
    }

    /// Reports the keys of `mapping` that may not stand at `level`.
    pub(super) fn check_keys(&mut self, mapping: &Mapping, level: Level) {
        self.check_names(mapping, |key| level.knows(key), |key, value| level.explain(key, value));
    }

    /// Reports the keys of `mapping` that are not text or that `knows` does not know, as `explain` says.
    pub(super) fn check_names(
        &mut self,
        mapping: &Mapping,
        knows: impl Fn(&str) -> bool,
        explain: impl Fn(&str, &Node) -> (String, Option<String>),
    ) {
        for entry in &mapping.entries {
            match entry.name() {
                Some(key) if knows(key) => {}
                Some(_) if self.kept(Severity::Error) >= MOST => self.drop(Severity::Error),
                Some(key) => {
                    let (message, hint) = explain(key, &entry.value);
                    self.error(entry.key.span, message, hint);
                }
                None => self.key_not_text(entry),
            }
        }
    }

    fn key_not_text(&mut self, entry: &Entry) {
        let text = self.source.slice(entry.key.span);
        let message = format!("the key `{text}` is {}, not text", entry.key.value.kind());
        let hint = format!("write `\"{text}\":`");
        self.error(entry.key.span, message, Some(hint));
    }

    /// The entry of `key` with a value; an empty one as `empty` says.
    pub(super) fn entry<'n>(&mut self, keys: Layers<'n>, key: &str, empty: Empty) -> Option<&'n Entry> {
        let entry = keys.entry(key)?;
        if !matches!(entry.value.value, Value::Null) {
            return Some(entry);
        }
        if empty == Empty::Refused {
            let hint = format!("give `{key}` a value or remove the line");
            self.error(entry.key.span, format!("`{key}` has no value"), Some(hint));
        }
        None
    }

    /// Text.
    pub(super) fn text(&mut self, keys: Layers<'_>, key: &str, empty: Empty) -> Option<Spanned<String>> {
        let entry = self.entry(keys, key, empty)?;
        self.text_of(&entry.value, key)
    }

    /// The text of a scalar as it is written, whatever YAML takes it for; `None` for the other kinds and for nothing.
    pub(super) fn written(&self, node: &Node) -> Option<String> {
        match &node.value {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.text.clone()),
            Value::Bool(_) => Some(self.source.slice(node.span).to_owned()),
            Value::Null | Value::Sequence(_) | Value::Mapping(_) => None,
        }
    }

    /// The text that `node`, a value of `what`, is.
    pub(super) fn text_of(&mut self, node: &Node, what: &str) -> Option<Spanned<String>> {
        match &node.value {
            Value::String(text) => return Some(self.spanned(text.clone(), node.span)),
            Value::Number(_) | Value::Bool(_) => {
                let written = self.source.slice(node.span);
                let message = format!("`{what}` must be text, and `{written}` is {}", node.value.kind());
                self.error(node.span, message, Some(format!("put it between quotes: `\"{written}\"`")));
            }
            other => {
                let hint = match other {
                    Value::Sequence(items) => match (items.as_slice(), items.first().map(|item| &item.value)) {
                        ([_], Some(Value::String(text))) => format!("write `{what}: {text}`"),
                        _ => "write one text instead of the list".to_owned(),
                    },
                    Value::Mapping(_) => {
                        "write text instead of the mapping; text with `: ` in it needs quotes".to_owned()
                    }
                    _ => "write text, or remove the line".to_owned(),
                };
                self.error(node.span, format!("`{what}` must be text, not {}", shown(other)), Some(hint));
            }
        }
        None
    }

    /// A boolean, also as one of the words and numbers that stand for one in the Python packit.
    pub(super) fn flag(&mut self, keys: Layers<'_>, key: &str, empty: Empty) -> Option<Spanned<bool>> {
        let node = &self.entry(keys, key, empty)?.value;
        let value = match &node.value {
            Value::Bool(value) => Some(*value),
            Value::String(text) => truth(text),
            Value::Number(number) => number.integer().and_then(|value| match value {
                1 => Some(true),
                0 => Some(false),
                _ => None,
            }),
            _ => None,
        };
        match value {
            Some(value) => Some(self.spanned(value, node.span)),
            None => {
                let message = format!("`{key}` must be true or false, not {}", shown(&node.value));
                self.error(node.span, message, Some(format!("write `{key}: true` or `{key}: false`")));
                None
            }
        }
    }

    /// A boolean that may not stand without a value, or `default`.
    pub(super) fn flag_or(&mut self, keys: Layers<'_>, key: &str, default: bool) -> Spanned<bool> {
        self.flag(keys, key, Empty::Refused).unwrap_or_else(|| Spanned::default_value(default))
    }

    /// A list of texts, each with its place.
    pub(super) fn texts(&mut self, keys: Layers<'_>, key: &str, empty: Empty) -> Option<Vec<Spanned<String>>> {
        let entry = self.entry(keys, key, empty)?;
        let items = self.list_of(entry, key, "a list of texts")?;
        Some(items.iter().filter_map(|item| self.text_of(item, key)).collect())
    }

    /// A whole number from `least` to `most`, also as text.
    pub(super) fn integer(&mut self, keys: Layers<'_>, key: &str, (least, most): (u32, u32)) -> Option<Spanned<u32>> {
        let node = &self.entry(keys, key, Empty::Refused)?.value;
        let number = match &node.value {
            Value::Number(number) => number.integer().and_then(|value| u32::try_from(value).ok()),
            Value::String(text) => text.trim().parse().ok(),
            _ => None,
        };
        match number.filter(|number| (least..=most).contains(number)) {
            Some(number) => Some(self.spanned(number, node.span)),
            None => {
                let range =
                    if most == u32::MAX { "a whole number" } else { &format!("a number from {least} to {most}") };
                let default = definitions::find(Level::Package, key).map_or("1", |key| key.default);
                let hint = format!("write `{key}: {default}` for the default");
                self.error(node.span, format!("`{key}` must be {range}"), Some(hint));
                None
            }
        }
    }

    /// One of the texts `choices`.
    pub(super) fn choice(
        &mut self,
        keys: Layers<'_>,
        key: &str,
        empty: Empty,
        choices: &[Choice],
    ) -> Option<Spanned<&'static str>> {
        let entry = self.entry(keys, key, empty)?;
        self.choice_of(&entry.value, key, choices)
    }

    /// The one of `choices` that `node`, a value of `key`, is.
    pub(super) fn choice_of(&mut self, node: &Node, key: &str, choices: &[Choice]) -> Option<Spanned<&'static str>> {
        // `bootstrap: on` is a boolean for YAML, and yet says what it means.
        let written = self.written(node);
        let found = written.as_ref().and_then(|written| choices.iter().find(|(value, _)| value == written));
        match (found, &node.value) {
            (Some((value, _)), Value::String(_)) => return Some(self.spanned(*value, node.span)),
            (Some((value, _)), Value::Bool(_)) => {
                let message = format!("`{key}` must be text, and `{value}` is a boolean");
                self.error(node.span, message, Some(format!("put it between quotes: `\"{value}\"`")));
            }
            _ => {
                let is = match written.filter(|text| text.chars().count() <= 40) {
                    Some(written) => format!("`{written}`"),
                    None => node.value.kind().to_owned(),
                };
                let message = format!("{is} is no value of `{key}`");
                self.error(node.span, message, Some(self.choices_hint(node, choices)));
            }
        }
        None
    }

    fn choices_hint(&self, node: &Node, choices: &[Choice]) -> String {
        let near = self.written(node).and_then(|text| nearest(&text, choices.iter().map(|(value, _)| *value)));
        match near {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("write one of {}", listed(choices)),
        }
    }

    /// A list of some of the texts `choices`.
    pub(super) fn choices(
        &mut self,
        keys: Layers<'_>,
        key: &str,
        choices: &[Choice],
    ) -> Option<Vec<Spanned<&'static str>>> {
        let entry = self.entry(keys, key, Empty::Refused)?;
        let items = self.list_of(entry, key, "a list of texts")?;
        Some(items.iter().filter_map(|item| self.choice_of(item, key, choices)).collect())
    }

    /// The items of `entry`, which must be `what`.
    pub(super) fn list_of<'n>(&mut self, entry: &'n Entry, key: &str, what: &str) -> Option<&'n [Node]> {
        match &entry.value.value {
            Value::Sequence(items) => Some(items),
            other => {
                let hint = match other {
                    Value::String(text) => format!("write `{key}: [{text}]`"),
                    Value::Mapping(_) => {
                        "begin each item below it with `- `, and indent its other lines as far as the first".to_owned()
                    }
                    _ => format!("write `{key}: []` for an empty list, or remove the line"),
                };
                let span = self.mark(entry);
                self.error(span, format!("`{key}` must be {what}, not {}", shown(other)), Some(hint));
                None
            }
        }
    }

    /// The mapping that `entry` is, which must be `what`.
    pub(super) fn mapping_of<'n>(&mut self, entry: &'n Entry, key: &str, what: &str) -> Option<&'n Mapping> {
        match &entry.value.value {
            Value::Mapping(mapping) => Some(mapping),
            other => {
                let span = self.mark(entry);
                let hint = match other {
                    Value::Sequence(_) => "write `KEY: VALUE` below it, without `- ` before the key".to_owned(),
                    _ => format!("write `KEY: VALUE` below `{key}:`, or remove the line"),
                };
                self.error(span, format!("`{key}` must be {what}, not {}", shown(other)), Some(hint));
                None
            }
        }
    }

    /// Reads the mapping `key`, whose keys the table of keys lists, with `read`.
    pub(super) fn group(&mut self, keys: Layers<'_>, key: &str, read: impl FnOnce(&mut Self, Layers<'_>)) {
        let Some(entry) = self.entry(keys, key, Empty::Refused) else { return };
        let known = definitions::group(key);
        let names = || known.iter().map(|key| format!("`{}`", key.name)).collect::<Vec<_>>().join(", ");
        let Some(mapping) = self.mapping_of(entry, key, "a mapping") else { return };
        self.check_names(
            mapping,
            |name| known.iter().any(|key| key.name == name),
            |name, _| {
                let hint = match nearest(name, known.iter().map(|key| key.name)) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("`{key}` can have {}", names()),
                };
                (format!("unknown key `{name}`"), Some(hint))
            },
        );
        read(self, Layers(&[mapping]));
    }

    /// What to mark for a wrong value: the value when it is in one line with its key, else the key.
    fn mark(&self, entry: &Entry) -> Span {
        match &entry.value.value {
            Value::Sequence(_) | Value::Mapping(_) | Value::Null => entry.key.span,
            _ => entry.value.span,
        }
    }
}

/// A value in a message: what it is, and its text when that is short.
fn shown(value: &Value) -> String {
    match value {
        Value::String(text) if text.chars().count() <= 40 && !text.contains('\n') => format!("the text `{text}`"),
        Value::Number(number) => format!("the number `{}`", number.text),
        Value::Null => "nothing".to_owned(),
        other => other.kind().to_owned(),
    }
}

/// The values of `choices`, for a message.
pub(super) fn listed(choices: &[Choice]) -> String {
    choices.iter().map(|(value, _)| format!("`{value}`")).collect::<Vec<_>>().join(", ")
}

fn truth(text: &str) -> Option<bool> {
    match text {
        "t" | "T" | "true" | "True" | "TRUE" | "on" | "On" | "ON" | "y" | "Y" | "yes" | "Yes" | "YES" | "1" => {
            Some(true)
        }
        "f" | "F" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" | "n" | "N" | "no" | "No" | "NO" | "0" => {
            Some(false)
        }
        _ => None,
    }
}
