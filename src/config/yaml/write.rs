//! Plain data to text, for `packit config show --yaml`.

use serde_json::Value as Json;
use serde_yaml::ser_options;

use crate::error::{Context as _, Kind, Result};

/// `value` as a YAML document that readers of YAML 1.1 (PyYAML, and this project's own) and of 1.2 take for the same data.
///
/// # Errors
/// Of kind [`Kind::Bug`] when the data cannot be written.
pub fn write(value: &Json) -> Result<String> {
    // Lines are not folded: what is one line here is one line there.
    let options = ser_options! { prefer_block_scalars: true, folded_wrap_chars: usize::MAX };
    serde_yaml::to_string_with_options(value, options)
        .or_error(Kind::Bug, || "the result cannot be written as YAML".to_owned())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::config::source::Source;
    use crate::config::value::plain;

    /// What this project's own reader makes of the written text.
    fn read_back(value: &Json) -> Json {
        let text = write(value).unwrap();
        let source = Source::new("x", text.as_str());
        let mut findings = Vec::new();
        let node = crate::config::yaml::read(&source, &mut findings);
        assert!(findings.is_empty(), "{findings:?}\n{text}");
        plain(&node.unwrap())
    }

    #[test]
    fn what_looks_like_something_else_stays_text() {
        let words = [
            "",
            "~",
            "null",
            "yes",
            "No",
            "on",
            "1",
            "1.10",
            "010",
            "0x1f",
            "0o17",
            "0b1",
            "1_000",
            "190:20:30",
            "1e5",
            "1e+5",
            ".5",
            ".inf",
            ".NaN",
            "2026-07-30",
            "2026-07-30T10:00:00Z",
            "<<",
            "=",
            "-",
            "- a",
            "a: b",
            "a #b",
            "#",
            "&a",
            "*a",
            "!a",
            "|",
            ">",
            "%a",
            "@a",
            "`a",
            "'",
            "\"",
            "\\n",
            "[a]",
            "{a}",
            "a,b",
            "?",
            ": ",
            " a",
            "a ",
            "\ta",
            "a\tb",
            "a\n",
            "a\nb",
            "\n",
            "\n a\nb",
            " a\n  b\n\n",
            "a\r\nb",
            "\u{85}",
            "\u{2028}",
            "\u{feff}",
            "\u{0}",
            "\u{7f}",
            "ä€😀",
            "---",
            "...",
            "---\na",
            "y",
            "n",
            "{{ jinja }}",
            "\u{e000}",
        ];
        for word in words {
            let long = format!("{word}{}", " word".repeat(60));
            let value = json!({"key": word, "list": [word, [word], {"k": word}], "long": long});
            assert_eq!(read_back(&value), value, "{word:?}");
        }
        let keys: serde_json::Map<String, Json> = words.iter().map(|word| ((*word).to_owned(), json!(1))).collect();
        let keys = Json::Object(keys);
        assert_eq!(read_back(&keys), keys);
        let others = json!({"a": [null, true, false, 0, -1, 1.5, u64::MAX, [], {}, [[]], [{}]], "b": {}, "c": null});
        assert_eq!(read_back(&others), others);
    }

    fn data() -> impl Strategy<Value = Json> {
        let leaf = prop_oneof![
            Just(Json::Null),
            any::<bool>().prop_map(Json::from),
            any::<i64>().prop_map(Json::from),
            any::<String>().prop_map(Json::from),
            "[-a0-9:., \n\t#'\"\\\\|>&*!%@{}\\[\\]?_eEx+~<=]{0,12}".prop_map(Json::from),
        ];
        leaf.prop_recursive(4, 40, 5, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..5).prop_map(Json::from),
                prop::collection::btree_map("[-a0-9:., \n#'\"|>&*!%?_]{0,8}", inner, 0..5)
                    .prop_map(|map| map.into_iter().collect::<serde_json::Map<_, _>>().into()),
            ]
        })
    }

    proptest! {
        #[test]
        fn any_data_reads_back_as_it_was(value in data()) {
            let value = json!({"value": value});
            prop_assert_eq!(read_back(&value), value);
        }
    }
}
