//! YAML outside of a configuration file: what the messages of commits say of their patches.

use super::node::Value;
use super::source::Source;
use super::yaml;
use crate::error::Severity;

/// A value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scalar {
    /// Nothing.
    Null,
    /// A boolean.
    Bool(bool),
    /// Text, or a number as it is written.
    Text(String),
    /// A list or a mapping.
    Other,
}

/// The keys and values of `text`, if it is a YAML mapping for PyYAML's safe loader; keys that are not text are left out.
pub fn mapping(text: &str) -> Option<Vec<(String, Scalar)>> {
    let source = Source::new("", text);
    let mut findings = Vec::new();
    let node = yaml::read(&source, &mut findings)?;
    if findings.iter().any(|finding| finding.severity == Severity::Error) {
        return None;
    }
    let Value::Mapping(mapping) = node.value else { return None };
    let scalar = |value| match value {
        Value::Null => Scalar::Null,
        Value::Bool(value) => Scalar::Bool(value),
        Value::Number(number) => Scalar::Text(number.text),
        Value::String(text) => Scalar::Text(text),
        Value::Sequence(_) | Value::Mapping(_) => Scalar::Other,
    };
    let entries = mapping.entries.into_iter();
    Some(entries.filter_map(|entry| Some((entry.name()?.to_owned(), scalar(entry.value.value)))).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_mappings_only() {
        let text = |text: &str| Scalar::Text(text.to_owned());
        for (yaml, want) in [
            (
                "a: 1.10\nb: yes\nc: |\n  x\n  y\nd:\ne: [1]\n1: x\n",
                Some(vec![
                    ("a", text("1.10")),
                    ("b", Scalar::Bool(true)),
                    ("c", text("x\ny\n")),
                    ("d", Scalar::Null),
                    ("e", Scalar::Other),
                ]),
            ),
            ("a: b: c", None),
            ("a: !!python/none x", None),
            ("text", None),
            ("- a", None),
            ("a: x\ntext", None),
            ("a: \u{1}", None),
        ] {
            let want =
                want.map(|want| want.into_iter().map(|(key, value)| (key.to_owned(), value)).collect::<Vec<_>>());
            assert_eq!(mapping(yaml), want, "{yaml:?}");
        }
    }
}
