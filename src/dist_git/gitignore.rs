//! The file `.gitignore` of a dist-git repository: what lies in the lookaside cache is not for git.

use std::path::Path;

use fancy_regex::Regex;

use super::tracked_file;
use crate::error::Result;

/// The name of the file.
pub const NAME: &str = ".gitignore";

/// Makes git ignore files of the lookaside cache in the folder of a repository, as the tools of dist-git do. Gives whether the file has
/// changed.
///
/// # Errors
/// Of kind [`crate::error::Kind::Project`] when it is a link or a folder, [`crate::error::Kind::Environment`] when it cannot be written.
pub fn ignore(repository: &Path, files: &[&str]) -> Result<bool> {
    let before = tracked_file::read(repository, NAME)?.unwrap_or_default();
    tracked_file::write(repository, NAME, &extended(&before, files))
}

/// The text of a `.gitignore` with a line `/FILE` for each file that no line matches: as a glob in which `*` also stands for slashes,
/// whether file and line begin with a slash or not. Every byte that was there stays.
pub fn extended(before: &[u8], files: &[&str]) -> Vec<u8> {
    let mut text = before.to_owned();
    for file in files {
        let known =
            String::from_utf8_lossy(&text).lines().any(|line| matches(line.trim().trim_start_matches('/'), file));
        if known {
            continue;
        }
        if text.last().is_some_and(|last| *last != b'\n') {
            text.push(b'\n');
        }
        text.extend_from_slice(format!("/{file}\n").as_bytes());
    }
    text
}

/// Whether a glob stands for the whole name.
fn matches(glob: &str, name: &str) -> bool {
    glob == name || Regex::new(&expression(glob)).is_ok_and(|glob| glob.is_match(name).unwrap_or(false))
}

/// The regular expression of a glob: `*`, `?`, `[…]`, `[!…]`.
fn expression(glob: &str) -> String {
    let mut expression = "(?s)^".to_owned();
    let mut rest = glob;
    while let Some(c) = rest.chars().next() {
        rest = rest.get(c.len_utf8()..).unwrap_or_default();
        match c {
            '*' => expression += ".*",
            '?' => expression.push('.'),
            '[' => match class(rest) {
                Some((class, behind)) => {
                    expression += &class;
                    rest = behind;
                }
                // Without an end it is a bracket.
                None => expression += r"\[",
            },
            c => expression += &fancy_regex::escape(c.encode_utf8(&mut [0; 4])),
        }
    }
    expression + "$"
}

/// The class that begins behind a bracket, and what stands behind it.
fn class(text: &str) -> Option<(String, &str)> {
    let (not, text) = text.strip_prefix('!').map_or(("", text), |text| ("^", text));
    // A bracket that comes first is one of the characters.
    let first = text.chars().next()?.len_utf8();
    let end = text.get(first..)?.find(']')? + first;
    let mut class = format!("[{not}");
    for c in text.get(..end)?.chars() {
        if c != '-' && !c.is_alphanumeric() {
            class.push('\\');
        }
        class.push(c);
    }
    Some((class + "]", text.get(end + 1..)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ignored(before: &str, files: &[&str]) -> String {
        String::from_utf8(extended(before.as_bytes(), files)).unwrap()
    }

    #[test]
    fn files_that_no_line_matches_are_added() {
        for (before, files, after) in [
            ("", &["a-1.tgz", "b", "a-1.tgz"][..], "/a-1.tgz\n/b\n"),
            ("/a-1.tgz\r\n", &["a-1.tgz"], "/a-1.tgz\r\n"),
            ("  a-1.tgz  ", &["a-1.tgz"], "  a-1.tgz  "),
            ("//a-*.t?z", &["a-1.tgz", "a-1.zip"], "//a-*.t?z\n/a-1.zip\n"),
            (
                "*.crate\nx[0-9][!a].gz\n",
                &["x1b.gz", "xab.gz", "y.crate", "x1a.gz"],
                "*.crate\nx[0-9][!a].gz\n/xab.gz\n/x1a.gz\n",
            ),
            ("# a\n!a\n", &["a"], "# a\n!a\n/a\n"),
            ("a.tgz\n", &["abtgz"], "a.tgz\n/abtgz\n"),
            ("a[.tgz\n", &["a[.tgz"], "a[.tgz\n"),
            ("[]]x\n[^a]\n", &["]x", "^", "b"], "[]]x\n[^a]\n/b\n"),
            ("a+b(1).gz\n", &["a+b(1).gz", "aab1.gz"], "a+b(1).gz\n/aab1.gz\n"),
            ("[z-a]\n[&&~~é]\n", &["z", "&", "é"], "[z-a]\n[&&~~é]\n/z\n"),
            ("\n", &["x"], "\n/x\n"),
        ] {
            assert_eq!(ignored(before, files), after, "{before:?}");
        }
        assert_eq!(extended(b"\xff\n", &["a"]), b"\xff\n/a\n");
    }

    #[test]
    fn the_file_is_made_where_there_is_none() {
        let folder = tempfile::tempdir().unwrap();
        assert!(ignore(folder.path(), &["a"]).unwrap() && !ignore(folder.path(), &["a"]).unwrap());
        assert_eq!(fs_err::read_to_string(folder.path().join(NAME)).unwrap(), "/a\n");
    }

    proptest::proptest! {
        #[test]
        fn what_is_added_is_matched(before in "([a*?\\[\\]!\\-/#\n]{0,20})", file in "[a-c0-9.+~_é-]{1,8}") {
            let once = extended(before.as_bytes(), &[&file]);
            proptest::prop_assert!(once.starts_with(before.as_bytes()));
            proptest::prop_assert_eq!(&extended(&once, &[&file]), &once);
        }
    }
}
