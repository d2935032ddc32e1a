use std::fmt::Write;

use proptest::prelude::*;

use super::*;

/// The tree as text: `#` before numbers, `?` before booleans, quotes around text.
fn show(node: &Node, out: &mut String) {
    let _ = match &node.value {
        Value::Null => write!(out, "~"),
        Value::Bool(value) => write!(out, "?{value}"),
        Value::Number(number) => write!(out, "#{}", number.text),
        Value::String(text) => write!(out, "{text:?}"),
        Value::Sequence(items) => {
            out.push('[');
            for (n, item) in items.iter().enumerate() {
                out.push_str(if n > 0 { " " } else { "" });
                show(item, out);
            }
            write!(out, "]")
        }
        Value::Mapping(mapping) => {
            out.push('{');
            for (n, entry) in mapping.entries.iter().enumerate() {
                out.push_str(if n > 0 { " " } else { "" });
                show(&entry.key, out);
                out.push(':');
                show(&entry.value, out);
            }
            write!(out, "}}")
        }
    };
}

fn tree(text: &str) -> (String, Vec<Finding>) {
    let mut findings = Vec::new();
    let mut out = String::new();
    if let Some(node) = read(&Source::new("f.yaml", text), &mut findings) {
        show(&node, &mut out);
    }
    (out, findings)
}

#[test]
fn reads_as_pyyaml() {
    for (text, want) in [
        ("", "{}"),
        ("# only a comment\n", "{}"),
        ("---\n...\n", "{}"),
        ("a:\n", r#"{"a":~}"#),
        ("[yes, y, 'no', 010, 1.10, ~, 2020-01-01, v1]", r#"[?true "y" "no" #010 #1.10 ~ "2020-01-01" "v1"]"#),
        ("on: 1\n1: a\n~: b", r#"{?true:#1 #1:"a" ~:"b"}"#),
        ("a: &x [1, 2]\nb: *x", r#"{"a":[#1 #2] "b":[#1 #2]}"#),
        ("a: 1\r\nb:\r\n- |\r\n  x\r\n  y\r\n- z\r\n", r#"{"a":#1 "b":["x\ny\n" "z"]}"#),
        ("a: >-\n  x\n  y\n\n  z\nb: |+\n  x\n\n", r#"{"a":"x y\nz" "b":"x\n\n"}"#),
        ("a: \"x\\ty\\\n  z\"\nb: 'it''s'", r#"{"a":"x\tyz" "b":"it's"}"#),
        ("a: !!str 1.10\nb: !!int '3'\nc: ! 5\nd: !!float 1\n", r#"{"a":"1.10" "b":#3 "c":"5" "d":#1}"#),
        ("a: |\n  x", r#"{"a":"x"}"#),
        ("a: >-\n  x", r#"{"a":"x"}"#),
        ("a: |\n  x\n\n", r#"{"a":"x\n"}"#),
        ("a: 'x\ty' # \t\nb: |\n  \tx\n", r#"{"a":"x\ty" "b":"\tx\n"}"#),
        ("a:\n  - \"x \\\ny\n\nz\"\nb:\n  - 'p\n\n\nq'\nc: d", r#"{"a":["x y\nz"] "b":["p\n\nq"] "c":"d"}"#),
        ("a: x y\n  z", r#"{"a":"x y z"}"#),
        ("%YAML 1.2\n---\na: yes", r#"{"a":?true}"#),
    ] {
        assert_eq!(tree(text), (want.to_owned(), Vec::new()), "{text:?}");
    }
}

#[test]
fn merges_as_pyyaml() {
    for (merge, want) in [
        ("<<: *a\ny: 3", r##"{"x":#1 "y":#3}"##),
        ("y: 3\n<<: *a", r##"{"x":#1 "y":#3}"##),
        ("<<: [*a, *b]", r##"{"x":#1 "z":#9 "y":#1}"##),
        ("<<: *a\n<<: *b", r##"{"x":#2 "y":#1 "z":#9}"##),
        ("<<: *c\nz: 0", r##"{"x":#1 "y":#1 "w":#5 "z":#0}"##),
        ("<<: {q: 1}", r##"{"q":#1}"##),
        ("'<<': *a", r##"{"<<":{"x":#1 "y":#1}}"##),
        ("<<: []", "{}"),
    ] {
        let indented = merge.replace('\n', "\n  ");
        let text = format!("_:\n- &a {{x: 1, y: 1}}\n- &b {{x: 2, z: 9}}\n- &c {{<<: *a, w: 5}}\nt:\n  {indented}\n");
        let (got, findings) = tree(&text);
        assert_eq!(findings, [], "{merge:?}");
        assert_eq!(got.split_once("\"t\":").unwrap().1, format!("{want}}}"), "{merge:?}");
    }
}

#[test]
fn the_last_of_two_keys_counts_and_says_so() {
    let (got, findings) = tree("a: 1\nb: 2\na: 3\n");
    assert_eq!(got, r#"{"a":#3 "b":#2}"#);
    assert_eq!(findings.len(), 1);
    assert_eq!(findings[0].severity, Severity::Warning);
    assert!(findings[0].message.contains("line 1"), "{}", findings[0].message);
    assert_eq!(findings[0].place.as_ref().unwrap().line, 3);
    assert_eq!(tree("a: {x: 1}\n<<: {a: 2}\n").1, [], "overriding a merged key is no duplicate");
    assert_eq!(tree("yes: 1\ntrue: 2\n").1.len(), 1);
    assert_eq!(tree("'1': 1\n1: 2\n").1.len(), 0);
}

#[test]
fn errors_have_a_place_and_a_reason() {
    for (text, line, column, message) in [
        ("a:\n\tb: 1\n", 2, 1, "tab"),
        ("a: 1\n---\nb: 2\n", 2, 1, "second document"),
        ("a: %{x}\n", 1, 4, "cannot begin with this character"),
        ("a: b: c\n", 1, 5, "cannot stand here"),
        ("a: *x\n", 1, 4, "alias"),
        ("a: &x [*x]\n", 1, 8, "inside of the value"),
        ("a: [1, 2\nb: }\n", 2, 2, "still open"),
        ("a: [1, 2\n", 1, 4, "never closed"),
        ("a: 'x\n", 1, 4, "quote is never closed"),
        ("a:\n- \"b\nc: 1\n\nd: 2\n", 2, 3, "quote is never closed"),
        ("a: \"b\nc\" d\n", 2, 4, "behind the closing quote"),
        ("a: 'b' d\n", 1, 8, "behind the closing quote"),
        ("a: \"\\q\"\n", 1, 4, "begins an escape"),
        ("a: ]\n", 1, 4, "closes nothing"),
        ("a: & b\n", 1, 4, "a name is missing"),
        ("a: - b\n", 1, 4, "an item of a list"),
        ("a: ? b\n", 1, 4, "a key cannot stand here"),
        ("a: |x\n  b\n", 1, 4, "followed by what cannot"),
        ("a: !x!y z\n", 1, 4, "this tag"),
        ("a: x\t\nb: 1\n", 1, 5, "tab"),
        ("a: x\ty\n", 1, 5, "tab"),
        ("a:\tx\n", 1, 3, "tab"),
        ("a: 'x'\t\n", 1, 7, "tab"),
        (": x\n", 1, 1, "a key is missing"),
        ("a: !!python/object:os.system x\n", 1, 4, "tag `!!python/object:os.system`"),
        ("a: !secret x\n", 1, 4, "tag `!secret`"),
        ("a: &z !!set {x}\n", 1, 7, "tag `!!set`"),
        ("a: !!int x\n", 1, 4, "not what its tag"),
        ("? [a]\n: b\n", 1, 3, "a key must be text, not a list"),
        ("<<: 1\n", 1, 5, "this is a number"),
        ("<<: [1]\n", 1, 6, "this is a number"),
        ("<<:\n", 1, 1, "this is empty"),
        ("a: &x 1\nb: &x 2\n", 2, 4, "already stands in line 1"),
        ("a: \u{0}b\n", 1, 4, "U+0000"),
        ("žž: \u{7f}\n", 1, 5, "U+007F"),
        ("jobs:\n  - a: 1\n - b: 2\n", 3, 2, "expected here"),
    ] {
        let (_, findings) = tree(text);
        let [finding] = &findings[..] else { panic!("{text:?}: {findings:?}") };
        assert_eq!(finding.severity, Severity::Error);
        let place = finding.place.as_ref().unwrap();
        assert_eq!((place.line, place.column), (line, column), "{text:?}: {finding:?}");
        assert!(finding.message.contains(message), "{text:?}: {finding:?}");
    }
}

#[test]
fn the_parser_has_words_for_the_rest() {
    let (_, findings) = tree("%YAML one\n---\na: 1\n");
    assert!(findings[0].message.starts_with("this is not YAML: "), "{findings:?}");
    assert!(findings[0].message.len() > "this is not YAML: ".len(), "{findings:?}");
}

#[test]
fn hostile_files_are_refused_at_once() {
    let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for n in 1..12 {
        let aliases = vec![format!("*a{}", n - 1); 9].join(", ");
        let _ = writeln!(bomb, "a{n}: &a{n} [{aliases}]");
    }
    let long = format!("a: &a {}\nb: [{}]\n", "x".repeat(500_000), "*a, ".repeat(1000));
    let merge_bomb = format!("a: &a {{x: &b {}}}\nb:\n{}", "y".repeat(500_000), "- {<<: *a}\n".repeat(1000));
    for (text, message) in [
        (bomb, "unfold to more than 8 MiB"),
        (long, "unfold to more than 8 MiB"),
        (merge_bomb, "unfold to more than 8 MiB"),
        ("[".repeat(20_000), "too deep"),
        ("{a: ".repeat(20_000), "too deep"),
        ("- ".repeat(20_000), "too deep"),
        (format!("a: {}", "[".repeat(20_000)), "too deep"),
    ] {
        let begin = std::time::Instant::now();
        let (_, findings) = tree(&text);
        assert!(findings.last().unwrap().message.contains(message), "{findings:?}");
        assert!(begin.elapsed().as_secs() < 5);
    }
}

#[test]
fn many_keys_are_read_in_linear_time() {
    let text: String = (0..50_000).map(|n| format!("k{n}: {n}\n")).collect();
    assert!(tree(&text).1.is_empty());
    assert_eq!(tree(&"k: 1\n".repeat(50_000)).1.len(), MOST);
    let (_, findings) = tree(&format!("{}a: !x 1\n", "k: 1\n".repeat(1000)));
    assert!(findings.iter().any(|finding| finding.severity == Severity::Error), "an error is never left out");
    let (_, findings) = tree(&format!("a:\n  \"{}", "x\n".repeat(300_000)));
    assert_eq!(findings.len(), 1);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn no_text_makes_it_panic(text in "([a-c<:\\-\\[\\]{}&*!|>'\"#%@,? \n\r\t\\PC]|<<: |- |\n  |: |\\*a|&a ){0,60}") {
        let (_, findings) = tree(&text);
        for finding in findings {
            prop_assert!(finding.place.is_some());
        }
    }

    #[test]
    fn quoted_text_comes_back(text in "[ -~ä-ž\n]{0,40}") {
        let (got, findings) = tree(&format!("a: {}\n", serde_json::Value::from(text.clone())));
        prop_assert_eq!(findings, Vec::new());
        prop_assert_eq!(got, format!("{{\"a\":{text:?}}}"));
    }
}
