//! Limits of versions in the way of Python's packages: `>=1.0, <2`.

use super::read::{Empty, Layers, Reader};
use super::source::Spanned;

/// The comparisons, longer ones first.
const OPERATORS: &[&str] = &["===", "~=", "==", "!=", "<=", ">=", "<", ">"];

/// Reads the limits `key`.
pub(super) fn read(reader: &mut Reader<'_>, keys: Layers<'_>, key: &str) -> Option<Spanned<String>> {
    let text = reader.text(keys, key, Empty::Unset)?;
    let span = keys.entry(key)?.value.span;
    if reader.is_new(span, key)
        && let Some(wrong) = wrong(&text.value)
    {
        let hint = format!("write comparisons with commas between them: `{key}: \">=1.0, <2\"`");
        reader.error(span, format!("`{key}` has {wrong}"), Some(hint));
    }
    Some(text)
}

/// What is wrong with the limits `text`; `None` when nothing is.
fn wrong(text: &str) -> Option<String> {
    text.split(',').map(str::trim).filter(|part| !part.is_empty()).find_map(|part| {
        let Some(operator) = OPERATORS.iter().find(|operator| part.starts_with(**operator)) else {
            return Some(format!("`{part}`, which begins with no comparison"));
        };
        let version = part.get(operator.len()..).unwrap_or("").trim();
        let fits = match *operator {
            "===" => !version.is_empty() && !version.contains(char::is_whitespace),
            "==" | "!=" => is_version(version.strip_suffix(".*").unwrap_or(version)),
            "~=" => is_version(version) && version.contains('.'),
            _ => is_version(version) && !version.contains('+'),
        };
        (!fits).then(|| format!("`{part}`, whose version is none"))
    })
}

/// Whether `text` is a version of Python's packages.
fn is_version(text: &str) -> bool {
    const VERSION: &str = concat!(
        r"(?i)\Av?(\d+!)?\d+(\.\d+)*",
        r"([-_.]?(a|b|c|rc|alpha|beta|pre|preview)[-_.]?\d*)?",
        r"(-\d+|[-_.]?(post|rev|r)[-_.]?\d*)?([-_.]?dev[-_.]?\d*)?",
        r"(\+[a-z0-9]+([-_.][a-z0-9]+)*)?\z"
    );
    fancy_regex::Regex::new(VERSION).is_ok_and(|regex| regex.is_match(text).unwrap_or(false))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits() {
        for text in
            ["", ">=1.0", ">=1.0, <2", "~=1.2", "==1.*", "!= 3.1rc1", "===foo", "<1!2.0.post1.dev3", ">v1-beta.2", ","]
        {
            assert_eq!(wrong(text), None, "{text}");
        }
        for text in ["1.0", ">=", ">=x", "~=1", ">1.*", "=1", "<1+local", ">=1.0 <2", "=== a b"] {
            assert!(wrong(text).is_some(), "{text}");
        }
    }
}
