//! The user's regular expressions. They are Python's; the engine here is another one.

use fancy_regex::Regex;

use super::read::{Empty, Layers, Reader};
use super::source::Spanned;

/// What Python knows and the engine does not: the text, and what it is.
const LACKING: &[(&str, &str)] = &[
    (r"\N{", "a character by its name (`\\N{…}`)"),
    ("(?a", "the flag `a` (`(?a)`)"),
    (r"\0", "a character by its octal number (`\\012`)"),
];

/// Compiles a regular expression of Python.
///
/// Gives the engine's expression.
///
/// # Errors
/// Why it cannot be used, and how to mend that: it is none, or has a construct that the engine lacks.
pub fn compile(pattern: &str) -> Result<Regex, (String, Option<String>)> {
    let lacking = LACKING.iter().find(|(text, _)| finds(pattern, text));
    if let Some((_, what)) = lacking {
        let hint = Some("write it without; a character by its number is `\\x0a`".to_owned());
        return Err((format!("Python knows {what}, and the engine used here does not"), hint));
    }
    Regex::new(&rust_syntax(pattern)).map_err(|error| (cause(&error), None))
}

fn cause(error: &fancy_regex::Error) -> String {
    let text = error.to_string();
    // The engine below draws several lines; the last one says it.
    let last = text.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or(&text);
    last.trim().trim_start_matches("error: ").to_owned()
}

/// Whether `pattern` has `text` as a construct: not behind a backslash, not in a class.
fn finds(pattern: &str, text: &str) -> bool {
    let mut rest = pattern;
    let mut class = false;
    while let Some(c) = rest.chars().next() {
        if !class && rest.starts_with(text) {
            return true;
        }
        let taken = match c {
            '\\' => 1 + rest.chars().nth(1).map_or(0, char::len_utf8),
            c => {
                class = if class { c != ']' } else { c == '[' };
                c.len_utf8()
            }
        };
        rest = rest.get(taken..).unwrap_or("");
    }
    false
}

/// Reads the regular expression `key`.
pub(super) fn read(reader: &mut Reader<'_>, keys: Layers<'_>, key: &str, empty: Empty) -> Option<Spanned<String>> {
    let text = reader.text(keys, key, empty)?;
    let span = keys.entry(key)?.value.span;
    if reader.is_new(span, key)
        && let Err((cause, hint)) = compile(&text.value)
    {
        let hint = hint.unwrap_or_else(|| {
            "`.`, `+`, `*`, `?`, `|`, `(`, `)`, `[`, `{` and `\\` have a meaning; put `\\` before one that is meant as it stands"
                .to_owned()
        });
        reader.error(span, format!("`{key}` is not a regular expression: {cause}"), Some(hint));
    }
    Some(text)
}

/// Python's spelling of a regular expression in Rust's: inside `[…]`, Python knows no nested classes.
fn rust_syntax(pattern: &str) -> String {
    let mut out = String::with_capacity(pattern.len());
    let mut chars = pattern.chars().peekable();
    let mut class: Option<usize> = None;
    while let Some(c) = chars.next() {
        let at = class;
        class = match (c, at) {
            ('\\', _) => {
                out.push(c);
                out.extend(chars.next());
                at.map(|_| 1)
            }
            ('[', None) => {
                out.push(c);
                if chars.next_if_eq(&'^').is_some() {
                    out.push('^');
                }
                Some(0)
            }
            // The first character of a class is itself, even a closing bracket.
            (']', Some(n)) if n > 0 => {
                out.push(c);
                None
            }
            ('[' | ']' | '&' | '~', Some(_)) => {
                out.push('\\');
                out.push(c);
                Some(1)
            }
            (_, at) => {
                out.push(c);
                at.map(|_| 1)
            }
        };
    }
    out
}
