//! Names with wildcards, as a shell expands them: `*`, `?` and `[…]`, none of which stands for a slash or for a dot at the beginning.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Component, Path, PathBuf};

use fs_err as fs;

use crate::error::{Context as _, Kind, Result};

/// Whether a name has a wildcard.
pub(super) fn is_wild(name: &str) -> bool {
    name.contains(['*', '?', '['])
}

/// What there is below `base` that `pattern`, a relative path, stands for, relative to `base` and in the order of the names. Links to
/// folders are followed: what is found is still to be confined.
///
/// # Errors
/// Of kind [`Kind::Environment`] when a folder cannot be read.
pub(super) fn expand(base: &Path, pattern: &str) -> Result<Vec<PathBuf>> {
    let mut found = vec![PathBuf::new()];
    for component in Path::new(pattern).components() {
        let name = match component {
            Component::Normal(name) => name,
            other => {
                found.iter_mut().for_each(|path| path.push(other));
                continue;
            }
        };
        if !is_wild(&name.to_string_lossy()) {
            found.iter_mut().for_each(|path| path.push(name));
            found.retain(|path| base.join(path).symlink_metadata().is_ok());
            continue;
        }
        let mut next = Vec::new();
        for folder in found {
            let real = base.join(&folder);
            if !real.is_dir() {
                continue;
            }
            let entries = fs::read_dir(real).or_error(Kind::Environment, || "a folder cannot be read".to_owned())?;
            let mut names: Vec<_> = entries.flatten().map(|entry| entry.file_name()).collect();
            names.retain(|entry| matches(name, entry));
            names.sort();
            next.extend(names.into_iter().map(|entry| folder.join(entry)));
        }
        found = next;
    }
    Ok(found)
}

/// Whether one name fits a pattern.
fn matches(pattern: &OsStr, name: &OsStr) -> bool {
    let (pattern, name) = (pattern.as_bytes(), name.as_bytes());
    if name.first() == Some(&b'.') && pattern.first() != Some(&b'.') {
        return false;
    }
    // Where to go on when the rest does not fit: behind the last star, with one more byte in it.
    let (mut at, mut in_name, mut again) = (0, 0, None);
    while in_name < name.len() {
        let byte = name.get(in_name).copied().unwrap_or_default();
        let step = match pattern.get(at) {
            Some(b'*') => {
                again = Some((at + 1, in_name));
                at += 1;
                continue;
            }
            Some(b'?') => Some(at + 1),
            Some(b'[') => class(pattern, at, byte),
            Some(other) if *other == byte => Some(at + 1),
            _ => None,
        };
        match (step, &mut again) {
            (Some(next), _) => (at, in_name) = (next, in_name + 1),
            (None, Some((behind, taken))) => {
                *taken += 1;
                (at, in_name) = (*behind, *taken);
            }
            (None, None) => return false,
        }
    }
    pattern.get(at..).is_none_or(|rest| rest.iter().all(|byte| *byte == b'*'))
}

/// Where the pattern goes on behind the class at `at`, if `byte` is in it. Without an end it is a bracket.
fn class(pattern: &[u8], at: usize, byte: u8) -> Option<usize> {
    let begin = at + 1;
    let is_negated = matches!(pattern.get(begin), Some(b'!' | b'^'));
    let first = begin + usize::from(is_negated);
    // A bracket right at the beginning is one of the members.
    let Some(length) = pattern.get(first + 1..).and_then(|rest| rest.iter().position(|byte| *byte == b']')) else {
        return (byte == b'[').then_some(at + 1);
    };
    let end = first + 1 + length;
    let (mut members, mut is_member) = (pattern.get(first..end)?, false);
    while let Some((&low, rest)) = members.split_first() {
        members = rest;
        match rest {
            [b'-', high, after @ ..] => {
                is_member |= (low..=*high).contains(&byte);
                members = after;
            }
            _ => is_member |= low == byte,
        }
    }
    (is_member != is_negated).then_some(end + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        for (pattern, name, fits) in [
            ("*", "a", true),
            ("*", ".a", false),
            (".*", ".a", true),
            ("?", "a", true),
            ("?", "ab", false),
            ("*.spec", "a.spec", true),
            ("*.spec", "a.spec.in", false),
            ("a*b*c", "aXbXbXc", true),
            ("a*b*c", "aXbXbX", false),
            ("**", "ab", true),
            ("[a-c]x", "bx", true),
            ("[a-c]x", "dx", false),
            ("[!a-c]x", "dx", true),
            ("[^a]x", "ax", false),
            ("[]x]", "]", true),
            ("[ab", "[ab", true),
            ("[ab", "a", false),
            ("[a-]", "-", true),
            ("", "", true),
            ("a", "", false),
        ] {
            assert_eq!(matches(OsStr::new(pattern), OsStr::new(name)), fits, "{pattern} {name}");
        }
        // Many stars cost no more than the product of the lengths.
        assert!(!matches(OsStr::new(&"*a".repeat(60)), OsStr::new(&"a".repeat(59))));
    }

    #[test]
    fn paths() {
        let folder = tempfile::tempdir().unwrap();
        for file in ["a/x.c", "a/y.c", "a/.h.c", "b/x.c", "b/c/z.c", "x.c"] {
            fs_err::create_dir_all(folder.path().join(file).parent().unwrap()).unwrap();
            fs_err::write(folder.path().join(file), "").unwrap();
        }
        let expanded = |pattern| -> Vec<String> {
            let paths = expand(folder.path(), pattern).unwrap();
            paths.iter().map(|path| path.to_str().unwrap().to_owned()).collect()
        };
        assert_eq!(expanded("*/*.c"), ["a/x.c", "a/y.c", "b/x.c"]);
        assert_eq!(expanded("**/*.c"), expanded("*/*.c"), "as in a shell without globstar");
        assert_eq!(expanded("?/x.c"), ["a/x.c", "b/x.c"]);
        assert_eq!(expanded("b/*"), ["b/c", "b/x.c"]);
        assert!(expanded("*/nope").is_empty() && expanded("x.c/*").is_empty());
    }
}
