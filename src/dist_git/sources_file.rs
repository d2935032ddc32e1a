//! The file `sources` of a dist-git repository: which files lie in the lookaside cache, and their checksums.

use std::collections::HashMap;
use std::ffi::OsStr;
use std::path::Path;

use serde::Serialize;

use super::tracked_file;
use crate::checksum::Checksum;
use crate::error::{Error, Finding, Kind, Place, Result, Severity};
use crate::paths;

/// The name of the file.
pub const NAME: &str = "sources";

/// A file of the lookaside cache.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// The name of the file, one component of a path.
    pub file: String,
    /// The kind of the checksum in lower case, as the addresses of the cache have it: `sha512`, `md5`.
    pub checksum: &'static str,
    /// The checksum in lower case, as many digits as its kind has.
    pub hex: String,
    /// The line of the entry, from 1.
    pub line: usize,
}

impl Entry {
    /// The entry of a new file; its line is that of the first one.
    ///
    /// # Errors
    /// Of kind [`Kind::Project`] when the tools of dist-git could not read the name again, or would take it for something else: one with a
    /// blank or a `)`, that begins with `-`, or leads into another folder.
    pub fn new(file: &str, checksum: &Checksum) -> Result<Self> {
        let is_read_again = !file.contains(|c: char| c.is_whitespace() || c.is_control() || c == ')');
        if !is_read_again || file.starts_with(['-', '#']) || !paths::is_file_name(OsStr::new(file)) {
            let message = format!("`{}` cannot be listed in `sources`", file.escape_debug());
            return Err(Error::new(Kind::Project, message)
                .cause("a name there has no folders, blanks and `)`, and does not begin with `-` or `#`")
                .hint("give the file another name: `Source0: URL#/NAME` sets it"));
        }
        let hex = checksum.hex().to_owned();
        Ok(Self { file: file.to_owned(), checksum: checksum.algorithm().name(), hex, line: 1 })
    }

    /// Whether the other entry is for the same file with the same content.
    pub fn is_same_file(&self, other: &Self) -> bool {
        (&self.file, self.checksum, &self.hex) == (&other.file, other.checksum, &other.hex)
    }
}

/// Whether the list has exactly the files of the other one, each with the same checksum, in any order.
pub fn same_files(listed: &[Entry], new: &[Entry]) -> bool {
    let within = |some: &[Entry], all: &[Entry]| some.iter().all(|one| all.iter().any(|other| other.is_same_file(one)));
    within(listed, new) && within(new, listed)
}

/// The whole text of a file that lists these entries, in this order: `SHA512 (NAME) = HEX`.
///
/// # Errors
/// Of kind [`Kind::Project`] when their checksums are of several kinds, or a file is listed twice.
pub fn text(entries: &[Entry]) -> Result<String> {
    let mut text = String::new();
    for (at, entry) in entries.iter().enumerate() {
        let before = entries.get(..at).unwrap_or_default();
        if let Some(other) = before.iter().find(|other| other.checksum != entry.checksum) {
            let message = format!("`sources` cannot list checksums of {} and {}", other.checksum, entry.checksum);
            return Err(Error::new(Kind::Project, message)
                .cause(format!("`{}` has the one, `{}` the other", other.file, entry.file))
                .hint("list all files anew, with one kind of checksum"));
        }
        if before.iter().any(|other| other.file == entry.file) {
            let message = format!("`{}` would be in `sources` twice", entry.file);
            return Err(Error::new(Kind::Project, message)
                .hint("two sources of the spec have this name: change one with `#/NAME`"));
        }
        text += &format!("{} ({}) = {}\n", entry.checksum.to_ascii_uppercase(), entry.file, entry.hex);
    }
    Ok(text)
}

/// What the `sources` file in the folder of a repository lists; nothing when there is none.
///
/// # Errors
/// As [`parse`]; of kind [`Kind::Project`] when it is a link or a folder, [`Kind::Environment`] when it cannot be read.
pub fn read(repository: &Path) -> Result<Vec<Entry>> {
    let bytes = tracked_file::read(repository, NAME)?;
    bytes.map_or_else(|| Ok(Vec::new()), |bytes| parse(Path::new(NAME), &bytes))
}

/// Makes `sources` in the folder of a repository list these entries and no other, as `new-sources` of the tools does. Gives whether the
/// file has changed.
///
/// # Errors
/// As [`text`]; of kind [`Kind::Project`] when it is a link or a folder, [`Kind::Environment`] when it cannot be written.
pub fn new_sources(repository: &Path, entries: &[Entry]) -> Result<bool> {
    tracked_file::write(repository, NAME, text(entries)?.as_bytes())
}

/// The kinds of checksums, and how many hex digits each has.
const CHECKSUMS: [(&str, usize); 6] =
    [("md5", 32), ("sha1", 40), ("sha224", 56), ("sha256", 64), ("sha384", 96), ("sha512", 128)];

/// What a line looks like.
const FORM: &str = "a line is `SHA512 (NAME) = HEX`, or `MD5  NAME` in old files";

/// Reads the text of a `sources` file: lines `SHA512 (NAME) = HEX`, and `MD5  NAME` in old ones. Empty lines and lines that begin
/// with `#` are passed over. `shown` is the file as the user would name it.
///
/// # Errors
/// Of kind [`Kind::Project`] with a finding for every line that is neither, or whose file cannot be had safely: a name that leads
/// into another folder, a checksum of an unknown kind or another length, a file with two checksums.
pub fn parse(shown: &Path, text: &[u8]) -> Result<Vec<Entry>> {
    let text = String::from_utf8_lossy(text);
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let (mut entries, mut findings) = (Vec::new(), Vec::new());
    let mut lines: HashMap<String, (usize, String)> = HashMap::new();
    for (line, text) in (1..).zip(text.lines()) {
        let parsed = match entry(text, line) {
            None => continue,
            Some(Ok(entry)) => match lines.get(&entry.file) {
                Some((first, hex)) if *hex != entry.hex => {
                    let message = format!("`{}` has another checksum in line {first}", entry.file);
                    Err(Wrong::new(text.trim(), message, "remove the line that is out of date"))
                }
                // The same line twice: a merge leaves such.
                Some(_) => continue,
                None => Ok(entry),
            },
            Some(Err(wrong)) => Err(wrong),
        };
        match parsed {
            Ok(entry) => {
                lines.insert(entry.file.clone(), (line, entry.hex.clone()));
                entries.push(entry);
            }
            Err(wrong) => findings.push(wrong.finding(shown, line, text)),
        }
    }
    if findings.is_empty() {
        return Ok(entries);
    }
    let problems = if findings.len() == 1 { "1 problem".to_owned() } else { format!("{} problems", findings.len()) };
    Err(Error::new(Kind::Project, format!("`{}` is not valid: {problems}", shown.display())).findings(findings))
}

/// What is wrong with a line.
struct Wrong<'a> {
    /// The part of the line to mark.
    part: &'a str,
    message: String,
    hint: String,
}

impl<'a> Wrong<'a> {
    fn new(part: &'a str, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { part, message: message.into(), hint: hint.into() }
    }

    fn finding(self, shown: &Path, line: usize, text: &str) -> Finding {
        // Where the part begins in the line that it is a part of.
        let at = self.part.as_ptr().addr().saturating_sub(text.as_ptr().addr());
        let column = text.get(..at).map_or(0, |before| before.chars().count()) + 1;
        let place = Place {
            file: shown.to_owned(),
            line,
            column,
            length: self.part.chars().count(),
            text: text.trim_end().to_owned(),
        };
        Finding::new(Severity::Error, self.message).at(place).hint(self.hint)
    }
}

/// Reads one line; `None` when there is nothing in it.
fn entry(line: &str, number: usize) -> Option<Result<Entry, Wrong<'_>>> {
    let line = line.trim();
    if line.is_empty() || line.starts_with('#') {
        return None;
    }
    Some(named(line).or_else(|| bare(line)).map_or_else(
        || Err(Wrong::new(line, "this is no entry of a `sources` file", FORM)),
        |(kind, file, hex)| checked(kind, file, hex, number),
    ))
}

/// `KIND (NAME) = HEX`
fn named(line: &str) -> Option<(&str, &str, &str)> {
    let (kind, rest) = line.split_once(" (")?;
    let (file, hex) = rest.rsplit_once(") = ")?;
    let word = !kind.is_empty() && kind.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    word.then_some((kind, file, hex.trim_start()))
}

/// `HEX  NAME`, as md5sum writes it: an asterisk in front of the name stands for a binary file.
fn bare(line: &str) -> Option<(&str, &str, &str)> {
    let (hex, file) = line.split_once(char::is_whitespace)?;
    let file = file.trim_start();
    let file = file.strip_prefix('*').unwrap_or(file);
    (hex.len() == 32 && is_hex(hex)).then_some(("md5", file, hex))
}

fn checked<'a>(kind: &'a str, file: &'a str, hex: &'a str, line: usize) -> Result<Entry, Wrong<'a>> {
    let lower = kind.to_ascii_lowercase();
    let Some((checksum, digits)) = CHECKSUMS.into_iter().find(|(known, _)| *known == lower) else {
        let known = CHECKSUMS.map(|(known, _)| known.to_ascii_uppercase()).join(", ");
        return Err(Wrong::new(kind, format!("`{kind}` is no known kind of checksum"), format!("there are {known}")));
    };
    if !paths::is_file_name(OsStr::new(file)) || file.contains(char::is_control) {
        let message = format!("`{}` is not the name of a file", file.escape_debug());
        return Err(Wrong::new(file, message, "write the name alone, without folders"));
    }
    if !is_hex(hex) || hex.len() != digits {
        let message = format!("this is no checksum: {} has {digits} hex digits", checksum.to_ascii_uppercase());
        return Err(Wrong::new(hex, message, format!("`{checksum}sum {file}` gives it")));
    }
    Ok(Entry { file: file.to_owned(), checksum, hex: hex.to_ascii_lowercase(), line })
}

fn is_hex(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    const MD5: &str = "d41d8cd98f00b204e9800998ecf8427e";

    fn sha512() -> String {
        "0123456789abcdef".repeat(8)
    }

    fn read(text: &str) -> Result<Vec<Entry>> {
        parse(Path::new("sources"), text.as_bytes())
    }

    fn entry(file: &str, checksum: &'static str, hex: &str, line: usize) -> Entry {
        Entry { file: file.to_owned(), checksum, hex: hex.to_owned(), line }
    }

    #[test]
    fn reads_both_forms() {
        let sha = sha512();
        let text = format!(
            "\u{feff}SHA512 (hello-2.12.tar.gz) = {sha}\n\n# a comment\n{MD5}  old-1.0.tar.gz\r\n  {MD5} *b.zip\n\
             sha256 (a (1).tgz) = {}\nMD5 (m) = {}\nSHA512 (hello-2.12.tar.gz) = {sha}\n",
            "A".repeat(64),
            MD5.to_uppercase()
        );
        assert_eq!(
            read(&text).unwrap(),
            [
                entry("hello-2.12.tar.gz", "sha512", &sha, 1),
                entry("old-1.0.tar.gz", "md5", MD5, 4),
                entry("b.zip", "md5", MD5, 5),
                entry("a (1).tgz", "sha256", &"a".repeat(64), 6),
                entry("m", "md5", MD5, 7),
            ]
        );
        assert_eq!(read("").unwrap(), []);
    }

    #[test]
    fn every_wrong_line_is_found_with_its_place() {
        let sha = sha512();
        for (line, column, length, message) in [
            ("hello".to_owned(), 1, 5, "this is no entry of a `sources` file"),
            ("<<<<<<< HEAD".to_owned(), 1, 12, "this is no entry of a `sources` file"),
            (format!("{sha}  name"), 1, 134, "this is no entry of a `sources` file"),
            (format!("SHA512 (a) {sha}"), 1, 139, "this is no entry of a `sources` file"),
            (format!("SHA5 (a) = {sha}"), 1, 4, "`SHA5` is no known kind of checksum"),
            (format!("SHA512 (../é) = {sha}"), 9, 4, "`../é` is not the name of a file"),
            (format!("SHA512 (/etc/passwd) = {sha}"), 9, 11, "`/etc/passwd` is not the name of a file"),
            (format!("SHA512 (..) = {sha}"), 9, 2, "`..` is not the name of a file"),
            (format!("SHA512 () = {sha}"), 9, 0, "`` is not the name of a file"),
            (format!("SHA512 (a\u{1b}b) = {sha}"), 9, 3, "`a\\u{1b}b` is not the name of a file"),
            (format!("{MD5}  a/b"), 35, 3, "`a/b` is not the name of a file"),
            (format!("SHA512 (a) = {MD5}"), 14, 32, "this is no checksum: SHA512 has 128 hex digits"),
            (format!("MD5 (a) = {}g", &MD5[1..]), 11, 32, "this is no checksum: MD5 has 32 hex digits"),
        ] {
            let error = read(&format!("{MD5}  fine\n{line}\n")).unwrap_err();
            assert_eq!((error.kind(), error.message()), (Kind::Project, "`sources` is not valid: 1 problem"));
            let [finding] = error.all_findings() else { panic!("{error:?}") };
            let place = finding.place.as_ref().unwrap();
            assert_eq!(finding.message, message);
            assert_eq!((place.line, place.column, place.length, &*place.text), (2, column, length, &*line), "{line}");
            assert_eq!(finding.hints.len(), 1);
        }
        let error = read("a\n\nb\n").unwrap_err();
        let lines: Vec<_> = error.all_findings().iter().map(|found| found.place.as_ref().unwrap().line).collect();
        assert_eq!(lines, [1, 3]);
        let other = format!("{MD5}  a\n{}  a\n", MD5.replace('d', "e"));
        let error = read(&other).unwrap_err();
        assert_eq!(error.all_findings()[0].message, "`a` has another checksum in line 1");
    }

    #[test]
    fn what_is_written_is_read_again() {
        let checksum = |letter: &str| Checksum::new("sha512", &letter.repeat(128)).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let entries = [("hello-2.12.tar.gz", "a"), ("b(1~+é#.zip", "b")]
            .map(|(file, letter)| Entry::new(file, &checksum(letter)).unwrap());
        let path = folder.path().join(NAME);
        fs_err::write(&path, format!("{MD5}  old\n")).unwrap();
        assert!(!same_files(&super::read(folder.path()).unwrap(), &entries));
        assert!(new_sources(folder.path(), &entries).unwrap());
        let (a, b) = ("a".repeat(128), "b".repeat(128));
        let text = format!("SHA512 (hello-2.12.tar.gz) = {a}\nSHA512 (b(1~+é#.zip) = {b}\n");
        assert_eq!(fs_err::read_to_string(&path).unwrap(), text);
        let mut listed = super::read(folder.path()).unwrap();
        assert_eq!(listed[1].line, 2);
        listed.reverse();
        assert!(same_files(&listed, &entries) && !new_sources(folder.path(), &entries).unwrap());
        // The name alone says nothing.
        let other = Entry::new("hello-2.12.tar.gz", &checksum("c")).unwrap();
        assert!(!same_files(&[other.clone(), entries[1].clone()], &entries) && !same_files(&entries[..1], &entries));
        assert!(!same_files(&entries, &[entries[0].clone(), entries[0].clone()]));
        assert!(new_sources(folder.path(), &[]).unwrap());
        assert_eq!(super::read(folder.path()).unwrap(), []);
    }

    #[test]
    fn what_cannot_be_written() {
        let checksum = |name: &str, digits: usize| Checksum::new(name, &"0".repeat(digits)).unwrap();
        let sha = checksum("sha512", 128);
        for name in
            ["", ".", "..", "../a", "/a", "a/b", "a b", "a)", "a\nb", "a\u{1b}", "a\u{a0}b", "--x", "-x", "#x", "a\0"]
        {
            let error = Entry::new(name, &sha).unwrap_err();
            assert_eq!(error.kind(), Kind::Project, "{name:?}");
            assert!(!error.message().contains(['\n', '\u{1b}', '\0']) && !error.hints().is_empty(), "{error:?}");
        }
        let entry = |file, sum: &Checksum| Entry::new(file, sum).unwrap();
        let mixed = text(&[entry("a", &sha), entry("b", &checksum("md5", 32))]).unwrap_err();
        assert_eq!(mixed.message(), "`sources` cannot list checksums of sha512 and md5");
        assert_eq!(mixed.causes(), ["`a` has the one, `b` the other"]);
        let twice = text(&[entry("a", &sha), entry("a", &sha)]).unwrap_err();
        assert_eq!(twice.message(), "`a` would be in `sources` twice");
    }

    proptest::proptest! {
        #[test]
        fn no_name_leads_out(text in "((SHA512|MD5|x) \\(.{0,9}\\) = [0-9a-f]{32}\n|[0-9a-f]{32}  .{0,9}\n|.{0,9}\n){0,3}") {
            for entry in read(&text).unwrap_or_default() {
                proptest::prop_assert!(paths::is_file_name(OsStr::new(&entry.file)));
            }
        }
    }
}
