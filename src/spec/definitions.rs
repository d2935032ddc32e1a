//! Macro definitions: `%global` and `%define`, live or commented out.

use std::ops::Range;

use super::nodes::name_length;

/// One definition, as a logical line has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Definition {
    /// Name without arguments.
    pub(super) name: String,
    /// `%global` expands its body at once, `%define` at each use.
    pub(super) global: bool,
    /// The macro takes arguments: `%define name(opts) …`.
    pub(super) with_arguments: bool,
    /// What comments the definition out, from the start of the line to the word `global` or `define`; `None` when
    /// rpm executes the definition.
    pub(super) comment: Option<Range<usize>>,
    /// The body in the logical line's text, which for several lines is joined by `\n`.
    pub(super) body: Range<usize>,
}

impl Definition {
    /// The definition that a logical line is, if it is one.
    ///
    /// rpm expands macros in comments too, so `#%global a 1` is a live definition. Three spellings are not:
    /// `#global`, `#%%global` and `%dnl %global`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let start = text.len() - text.trim_start().len();
        let line = text.get(start..)?;
        let (lead, comment) = if let Some(rest) = line.strip_prefix("%dnl") {
            let rest = rest.trim_start();
            (text.len() - rest.len() + usize::from(rest.starts_with('%')), true)
        } else if let Some(rest) = line.strip_prefix('#') {
            let rest = rest.trim_start_matches(['#', ' ', '\t']);
            let at = text.len() - rest.len();
            match rest.strip_prefix("%%") {
                Some(_) => (at + 2, true),
                None => match rest.strip_prefix('%') {
                    Some(_) => (at + 1, false),
                    None => (at, true),
                },
            }
        } else {
            (start + usize::from(line.starts_with('%')), false)
        };
        if !comment && lead == start {
            return None;
        }
        let rest = text.get(lead..)?;
        let (global, rest) = match (rest.strip_prefix("global"), rest.strip_prefix("define")) {
            (Some(rest), _) => (true, rest),
            (_, Some(rest)) => (false, rest),
            _ => return None,
        };
        let name_at = rest.trim_start();
        let length = name_length(name_at);
        if length == 0 || name_at.len() == rest.len() {
            return None;
        }
        let (name, rest) = name_at.split_at(length);
        let (with_arguments, rest) = match rest.strip_prefix('(') {
            Some(arguments) => (true, arguments.split_once(')')?.1),
            None => (false, rest),
        };
        let body = rest.trim_start();
        if body.len() == rest.len() && !body.is_empty() {
            return None;
        }
        let at = text.len() - body.len();
        // Prose such as `# define the name of …` is no definition: a commented one has one word as its body.
        if comment && body.trim_end().contains(char::is_whitespace) && !body.contains('%') {
            return None;
        }
        Some(Self {
            name: name.to_owned(),
            global,
            with_arguments,
            comment: comment.then_some(start..lead),
            body: at..at + body.trim_end().len(),
        })
    }
}

/// The names that a line defines or undefines somewhere in its text, other than as a definition of its own, such as
/// `%{!?name: %global name 1}`.
pub(super) fn defined_within(text: &str) -> Vec<&str> {
    let mut names = Vec::new();
    for word in ["%global", "%define", "%undefine"] {
        for (at, _) in text.match_indices(word) {
            let rest = text.get(at + word.len()..).unwrap_or_default();
            let name = rest.trim_start();
            let length = name_length(name);
            if length > 0 && name.len() < rest.len() {
                names.extend(name.get(..length));
            }
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_definitions() {
        for (text, name, comment, body) in [
            ("%global a 1", "a", None, "1"),
            ("  %define\tab_1   %{x}.2  ", "ab_1", None, "%{x}.2"),
            ("%define f(x:) y", "f", None, "y"),
            ("%global a", "a", None, ""),
            ("%global a \\\n x\\\n y", "a", None, "\\\n x\\\n y"),
            ("#%global a 1", "a", None, "1"),
            ("# %global a 1", "a", None, "1"),
            ("#global a rc1", "a", Some("#"), "rc1"),
            ("# global a rc1", "a", Some("# "), "rc1"),
            ("#%%global a rc1", "a", Some("#%%"), "rc1"),
            (" ## %%define a rc1", "a", Some("## %%"), "rc1"),
            ("%dnl %global a rc1", "a", Some("%dnl %"), "rc1"),
        ] {
            let definition = Definition::parse(text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!(definition.name, name, "{text}");
            assert_eq!(definition.comment.and_then(|range| text.get(range)), comment, "{text}");
            assert_eq!(text.get(definition.body), Some(body), "{text}");
        }
    }

    #[test]
    fn other_lines_are_no_definitions() {
        for text in [
            "global a 1",
            "%globals a 1",
            "%global",
            "%{!?a: %global a 1}",
            "# define the name of the thing",
            "# global warming",
            "%%global a 1",
            "Version: 1",
            "%dnl",
            "#",
            "",
        ] {
            let parsed = Definition::parse(text);
            assert!(parsed.is_none() || text == "# global warming", "{text}: {parsed:?}");
        }
        assert_eq!(defined_within("%{!?a: %global a 1} %undefine b"), ["a", "b"]);
    }
}
