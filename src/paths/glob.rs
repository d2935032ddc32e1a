//! Shell patterns for paths, as Python's `glob` reads them: `*`, `?`, `[a-z]` and `[!a-z]` within one name, `**` as `*`. A name that
//! begins with a dot is matched by a pattern that does.

use std::path::{Path, PathBuf};

use fs_err as fs;

use crate::error::{Error, Kind, Result};

/// So many names are looked at for one pattern: links in circles would have no end.
const MOST: usize = 200_000;

/// Whether `text` is a pattern, not the name of one file.
pub fn is_pattern(text: &str) -> bool {
    text.contains(['*', '?', '['])
}

/// What is there below `folder` that `pattern` matches, sorted; a pattern without `*`, `?` and `[` is the name of one path. Links to
/// folders are followed, folders that cannot be read have nothing in them. With a slash at its end a pattern matches folders only.
///
/// The pattern may lead out of `folder` by `..`: whoever calls has looked at that.
///
/// # Errors
/// Of kind [`Kind::Project`] when too many names would have to be looked at.
pub fn expand(folder: &Path, pattern: &str) -> Result<Vec<PathBuf>> {
    let mut found = vec![folder.to_owned()];
    let mut looked_at = 0;
    for part in pattern.split('/').filter(|part| !part.is_empty() && *part != ".") {
        let mut next = Vec::new();
        for path in found {
            if !is_pattern(part) {
                let path = path.join(part);
                looked_at += 1;
                next.extend(path.symlink_metadata().is_ok().then_some(path));
                continue;
            }
            let Ok(entries) = fs::read_dir(&path) else { continue };
            for entry in entries.flatten() {
                looked_at += 1;
                let name = entry.file_name();
                next.extend(matches(part, &name.to_string_lossy()).then(|| path.join(name)));
                if looked_at > MOST {
                    let message = format!("`{pattern}` makes packit look at more than {MOST} files");
                    return Err(Error::new(Kind::Project, message).hint("write a pattern with fewer `*`"));
                }
            }
        }
        found = next;
    }
    if pattern.ends_with('/') {
        found.retain(|path| path.is_dir());
    }
    found.sort();
    Ok(found)
}

/// Whether the pattern of one name matches `name`.
fn matches(pattern: &str, name: &str) -> bool {
    if name.starts_with('.') && !pattern.starts_with('.') {
        return false;
    }
    let (pattern, name): (Vec<char>, Vec<char>) = (pattern.chars().collect(), name.chars().collect());
    let (mut at, mut behind) = (0, 0);
    // Where the last `*` was, and up to where it has been tried.
    let mut star: Option<(usize, usize)> = None;
    while let Some(&c) = name.get(behind) {
        let step = match pattern.get(at) {
            Some('*') => {
                star = Some((at, behind));
                at += 1;
                continue;
            }
            Some(_) => one(pattern.get(at..).unwrap_or_default(), c),
            None => None,
        };
        match (step, star) {
            (Some(length), _) => (at, behind) = (at + length, behind + 1),
            (None, Some((before, tried))) => {
                star = Some((before, tried + 1));
                (at, behind) = (before + 1, tried + 1);
            }
            (None, None) => return false,
        }
    }
    pattern.get(at..).unwrap_or_default().iter().all(|&c| c == '*')
}

/// How many characters at the beginning of `pattern`, which is not a `*`, match the one character `c`.
fn one(pattern: &[char], c: char) -> Option<usize> {
    match pattern {
        ['?', ..] => Some(1),
        ['[', rest @ ..] => match set(rest) {
            Some((negated, members)) => {
                let length = 2 + usize::from(negated) + members.len();
                (holds(members, c) != negated).then_some(length)
            }
            None => (c == '[').then_some(1),
        },
        [first, ..] => (*first == c).then_some(1),
        [] => None,
    }
}

/// The set that begins behind a `[`: whether it begins with `!`, and its members. `None` when it has no end: then the bracket is one.
fn set(rest: &[char]) -> Option<(bool, &[char])> {
    let (negated, rest) = match rest {
        ['!', rest @ ..] => (true, rest),
        rest => (false, rest),
    };
    // A `]` at the beginning is a member.
    let end = rest.iter().skip(1).position(|&c| c == ']')? + 1;
    Some((negated, rest.get(..end)?))
}

fn holds(members: &[char], c: char) -> bool {
    match members {
        [from, '-', to, rest @ ..] => (*from..=*to).contains(&c) || holds(rest, c),
        [first, rest @ ..] => *first == c || holds(rest, c),
        [] => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_name() {
        for (pattern, yes, no) in [
            ("*", &["a", "a.b"][..], &[".a"][..]),
            ("*.spec", &["a.spec", "x.y.spec"], &["a.specs", ".spec", "spec"]),
            (".*", &[".a", "."], &["a"]),
            ("a?c", &["abc", "aéc"], &["ac", "abbc"]),
            ("**", &["a"], &[".a"]),
            ("a*b*c", &["abc", "axbxbxc"], &["ab", "abcd"]),
            ("[a-c]x", &["ax", "cx"], &["dx", "-x", "x"]),
            ("[!a-c]x", &["dx"], &["ax"]),
            ("[]a]", &["]", "a"], &["[", "b"]),
            ("[!]]", &["a"], &["]"]),
            ("[a-]", &["a", "-"], &["b"]),
            ("[ab", &["[ab"], &["a"]),
            ("*[0-9].patch", &["0001-x1.patch"], &["x.patch"]),
            ("[c-a]", &[], &["a", "b", "c"]),
        ] {
            yes.iter().for_each(|name| assert!(matches(pattern, name), "{pattern} {name}"));
            no.iter().for_each(|name| assert!(!matches(pattern, name), "{pattern} {name}"));
        }
        assert!(!matches(&"*a".repeat(40), &"a".repeat(39)), "takes no time either");
    }

    #[test]
    fn paths() {
        let folder = tempfile::tempdir().unwrap();
        for file in ["a/1.patch", "a/2.patch", "a/.3.patch", "b/x/1.patch", "c.spec", "[d]"] {
            fs::create_dir_all(folder.path().join(file).parent().unwrap()).unwrap();
            fs::write(folder.path().join(file), "").unwrap();
        }
        let found = |pattern: &str| -> Vec<String> {
            let found = expand(folder.path(), pattern).unwrap();
            found.iter().map(|path| path.strip_prefix(folder.path()).unwrap().display().to_string()).collect()
        };
        assert_eq!(found("*/*.patch"), ["a/1.patch", "a/2.patch"]);
        assert_eq!(found("**/*.patch"), ["a/1.patch", "a/2.patch"], "not below two folders");
        assert_eq!(found("./a/[!1].patch"), ["a/2.patch"]);
        assert_eq!(found("a/.*"), ["a/.3.patch"]);
        assert_eq!(found("*/"), ["a", "b"]);
        assert_eq!(found("c.spec"), ["c.spec"]);
        assert_eq!(found("[[]d]"), ["[d]"]);
        assert!(found("c.spec/*").is_empty() && found("none/*").is_empty() && found("*.none").is_empty());
        std::os::unix::fs::symlink(".", folder.path().join("l1")).unwrap();
        std::os::unix::fs::symlink(".", folder.path().join("l2")).unwrap();
        let error = expand(folder.path(), &"*/".repeat(30)).unwrap_err();
        assert!(error.message().contains("more than 200000 files"), "{error:?}");
    }
}
