//! A value taken apart into text and macro calls.

/// One piece of a value. `written` is its text in the spec.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Node {
    /// Text without macros.
    Text(String),
    /// `%%`
    Percent,
    /// `%name`, `%{name}`, `%{?name}`, `%{!?name}`
    Call { name: String, test: Test, written: String },
    /// `%{?name:body}`, `%{!?name:body}`
    When { name: String, negated: bool, body: Vec<Node>, written: String },
    /// Everything that only rpm can answer: `%(…)`, `%[…]`, `%{lua:…}`, `%{name argument}`, …
    Other(String),
}

/// What the marks between `%` and a name ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Test {
    /// No mark: the text of the call stays when there is no such macro.
    Plain,
    /// `?`: nothing when there is no such macro.
    IfDefined,
    /// `!?`: always nothing without a body.
    IfUndefined,
}

impl Node {
    /// The text of the piece in the spec.
    pub(super) fn written(&self) -> &str {
        match self {
            Self::Text(text) | Self::Other(text) => text,
            Self::Percent => "%%",
            Self::Call { written, .. } | Self::When { written, .. } => written,
        }
    }
}

/// Takes a value apart. The pieces' texts, joined, are the value again.
pub(super) fn parse(text: &str) -> Vec<Node> {
    let mut nodes = Vec::new();
    let mut plain = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('%') {
        let (before, call) = rest.split_at(at);
        plain.push_str(before);
        match next_call(call) {
            Some(node) => {
                rest = call.get(node.written().len()..).unwrap_or_default();
                if !plain.is_empty() {
                    nodes.push(Node::Text(std::mem::take(&mut plain)));
                }
                nodes.push(node);
            }
            None => {
                plain.push('%');
                rest = call.get(1..).unwrap_or_default();
            }
        }
    }
    plain.push_str(rest);
    if !plain.is_empty() {
        nodes.push(Node::Text(plain));
    }
    nodes
}

/// The macro call at the start of `text`, which starts with `%`; `None` when that is a lone percent sign.
fn next_call(text: &str) -> Option<Node> {
    let after = text.get(1..)?;
    match after.bytes().next()? {
        b'%' => Some(Node::Percent),
        b'{' => Some(braced(text)),
        b'(' => Some(Node::Other(enclosed(text, '(', ')').to_owned())),
        b'[' => Some(Node::Other(enclosed(text, '[', ']').to_owned())),
        _ => {
            let (test, name) = marks(after);
            let length = name_length(name);
            if length == 0 {
                // `%1`, `%*`, `%#` exist in the bodies of macros with arguments only.
                return None;
            }
            let written = text.get(..text.len() - name.len() + length)?.to_owned();
            Some(Node::Call { name: name.get(..length)?.to_owned(), test, written })
        }
    }
}

fn braced(text: &str) -> Node {
    let written = enclosed(text, '{', '}');
    let other = || Node::Other(written.to_owned());
    let Some(inner) = written.strip_prefix("%{").and_then(|inner| inner.strip_suffix('}')) else { return other() };
    let (test, rest) = marks(inner);
    let length = name_length(rest);
    let (name, rest) = rest.split_at(length);
    match rest.strip_prefix(':') {
        _ if length == 0 => other(),
        _ if rest.is_empty() => Node::Call { name: name.to_owned(), test, written: written.to_owned() },
        Some(body) if test != Test::Plain => Node::When {
            name: name.to_owned(),
            negated: test == Test::IfUndefined,
            body: parse(body),
            written: written.to_owned(),
        },
        _ => other(),
    }
}

/// The part of `text` from its start to the bracket that closes the one after `%`; all of it when none does.
fn enclosed(text: &str, open: char, close: char) -> &str {
    let mut depth = 0_u32;
    for (at, character) in text.char_indices() {
        if character == open {
            depth += 1;
        } else if character == close {
            depth = depth.saturating_sub(1);
            if depth == 0 {
                return text.get(..at + close.len_utf8()).unwrap_or(text);
            }
        }
    }
    text
}

fn marks(text: &str) -> (Test, &str) {
    let name = text.trim_start_matches(['!', '?']);
    let marks = text.get(..text.len() - name.len()).unwrap_or_default();
    let negated = marks.bytes().filter(|&byte| byte == b'!').count() % 2 == 1;
    let test = match (marks.contains('?'), negated) {
        (false, _) => Test::Plain,
        (true, false) => Test::IfDefined,
        (true, true) => Test::IfUndefined,
    };
    (test, name)
}

/// How many bytes of `text` are a macro's name.
pub(super) fn name_length(text: &str) -> usize {
    let end = text.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(text.len());
    if text.starts_with(|c: char| c.is_ascii_digit()) { 0 } else { end }
}

/// Calls `each` with the name of every macro that `nodes` mention, in conditions and bodies too. What only rpm can
/// answer is searched for words after a percent sign.
pub(super) fn each_name(nodes: &[Node], each: &mut impl FnMut(&str)) {
    for node in nodes {
        match node {
            Node::Text(_) | Node::Percent => {}
            Node::Call { name, .. } => each(name),
            Node::When { name, body, .. } => {
                each(name);
                each_name(body, each);
            }
            Node::Other(text) => {
                // Every word counts: `%{with x}`, `%{defined x}` and Lua code mention macros without a percent sign.
                for word in text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_')) {
                    if name_length(word) > 0 {
                        each(word);
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn call(name: &str, test: Test, written: &str) -> Node {
        Node::Call { name: name.into(), test, written: written.into() }
    }

    #[test]
    fn takes_values_apart() {
        let text = |text: &str| Node::Text(text.into());
        let other = |text: &str| Node::Other(text.into());
        for (value, nodes) in [
            ("1.0", vec![text("1.0")]),
            (
                "%name-%{version}",
                vec![call("name", Test::Plain, "%name"), text("-"), call("version", Test::Plain, "%{version}")],
            ),
            ("1%{?dist}", vec![text("1"), call("dist", Test::IfDefined, "%{?dist}")]),
            ("%?dist", vec![call("dist", Test::IfDefined, "%?dist")]),
            ("%{!?a}%{??a}", vec![call("a", Test::IfUndefined, "%{!?a}"), call("a", Test::IfDefined, "%{??a}")]),
            (
                "%{?a:~%{a}}",
                vec![Node::When {
                    name: "a".into(),
                    negated: false,
                    body: vec![text("~"), call("a", Test::Plain, "%{a}")],
                    written: "%{?a:~%{a}}".into(),
                }],
            ),
            ("100%% of 5%", vec![text("100"), Node::Percent, text(" of 5%")]),
            ("%(date (x))y", vec![other("%(date (x))"), text("y")]),
            ("%{lua:print(1)}%[1+1]", vec![other("%{lua:print(1)}"), other("%[1+1]")]),
            ("%{sub a 1}", vec![other("%{sub a 1}")]),
            ("%{open", vec![other("%{open")]),
            ("%1 %é", vec![text("%1 %é")]),
        ] {
            assert_eq!(parse(value), nodes, "{value}");
        }
    }

    #[test]
    fn names_are_found_everywhere() {
        let mut names = Vec::new();
        each_name(&parse("%a-%{?b:%{c}}%(echo %{d})%{with e}"), &mut |name| names.push(name.to_owned()));
        assert_eq!(names, ["a", "b", "c", "echo", "d", "with", "e"]);
    }

    proptest! {
        #[test]
        fn pieces_joined_are_the_value(value in "[a-c1%{}()\\[\\]?!:é]{0,30}") {
            let joined: String = parse(&value).iter().map(Node::written).collect();
            prop_assert_eq!(joined, value);
        }
    }
}
