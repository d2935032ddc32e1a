//! What a file that somebody else made really is: an archive, by its content and not by its name, or a page that tells why there
//! is none.

use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::Path;

use fs_err as fs;
use serde::Serialize;

use super::tar_members;
use crate::error::{Context as _, Error, Kind, Result};
use crate::interrupt::Interrupt;

/// How much of the beginning is looked at.
pub(super) const HEAD: u64 = 4096;
/// A zip file without members is one record, with which all others end.
const SHORTEST_ZIP: usize = 22;
/// A comment may stand behind that record.
const ZIP_TAIL: u64 = SHORTEST_ZIP as u64 + 65_535;
/// A gzip file has a header of 10 bytes and ends with 8.
const SHORTEST_GZIP: u64 = 18;
/// How many characters of a file that is no archive are shown.
const SHOWN: usize = 32;

/// What an archive is written in, or compressed with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Format {
    /// gzip; also a crate.
    Gzip,
    /// bzip2.
    Bzip2,
    /// xz.
    Xz,
    /// lzma, the predecessor of xz.
    Lzma,
    /// Zstandard.
    Zstd,
    /// lzip.
    Lzip,
    /// compress (`.Z`).
    Compress,
    /// LZ4.
    Lz4,
    /// lzop.
    Lzop,
    /// zip; also a jar and a wheel.
    Zip,
    /// 7-Zip.
    SevenZip,
    /// RAR.
    Rar,
    /// tar, not compressed; also a gem.
    Tar,
    /// An RPM package.
    Rpm,
    /// cpio.
    Cpio,
    /// ar; also a Debian package.
    Ar,
}

impl Format {
    /// The name that people know it by.
    pub fn name(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            Self::Bzip2 => "bzip2",
            Self::Xz => "xz",
            Self::Lzma => "lzma",
            Self::Zstd => "zstd",
            Self::Lzip => "lzip",
            Self::Compress => "compress",
            Self::Lz4 => "lz4",
            Self::Lzop => "lzop",
            Self::Zip => "zip",
            Self::SevenZip => "7z",
            Self::Rar => "rar",
            Self::Tar => "tar",
            Self::Rpm => "rpm",
            Self::Cpio => "cpio",
            Self::Ar => "ar",
        }
    }
}

/// What a file is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// An archive or a compressed file.
    Archive(Format),
    /// A web page, with its title where it has one.
    WebPage(Option<String>),
    /// What git has in place of a file that git LFS keeps elsewhere.
    LfsPointer,
    /// Nothing.
    Empty,
    /// None of these.
    Other,
}

/// The first bytes by which a format is known.
const MAGIC: [(&[u8], Format); 19] = [
    (b"\x1f\x8b", Format::Gzip),
    (b"BZh", Format::Bzip2),
    (b"\xfd7zXZ\0", Format::Xz),
    (b"\x28\xb5\x2f\xfd", Format::Zstd),
    (b"LZIP", Format::Lzip),
    (b"\x1f\x9d", Format::Compress),
    (b"\x04\x22\x4d\x18", Format::Lz4),
    (b"\x89LZO\0", Format::Lzop),
    (b"PK\x03\x04", Format::Zip),
    (b"PK\x05\x06", Format::Zip),
    (b"PK\x07\x08", Format::Zip),
    (b"7z\xbc\xaf\x27\x1c", Format::SevenZip),
    (b"Rar!\x1a\x07", Format::Rar),
    (b"\xed\xab\xee\xdb", Format::Rpm),
    (b"07070", Format::Cpio),
    (b"\x71\xc7", Format::Cpio),
    (b"\xc7\x71", Format::Cpio),
    (b"!<arch>\n", Format::Ar),
    (b"!<thin>\n", Format::Ar),
];

/// The ends of names that promise an archive, in lower case.
const EXTENSIONS: [&str; 34] = [
    "tar", "tgz", "taz", "tbz", "tbz2", "tb2", "tz2", "txz", "tlz", "tzst", "crate", "gem", "gz", "bz2", "xz", "lzma",
    "zst", "lz", "z", "lz4", "lzo", "zip", "jar", "war", "ear", "whl", "egg", "nupkg", "xpi", "7z", "rar", "rpm",
    "cpio", "deb",
];

/// How many of [`EXTENSIONS`], from the first, promise a tar by themselves.
const TARS: usize = 12;

/// The ends of names behind which `.tar` may stand.
const COMPRESSIONS: [&str; 9] = ["gz", "bz2", "xz", "lzma", "zst", "lz", "z", "lz4", "lzo"];

/// What the file at `path` is, by its content.
///
/// # Errors
/// Of kind [`Kind::Project`] when it cannot be read.
pub fn kind(path: &Path) -> Result<Content> {
    Ok(Opened::new(path)?.content)
}

/// Makes sure that a file whose name promises an archive holds one, and that its end is not missing where the format shows that
/// without unpacking. A file with another name is not looked at: a script can be a source, too.
///
/// # Errors
/// Of kind [`Kind::Project`] when the file cannot be read, is something else, or is cut; the message says what it is.
pub fn check(path: &Path) -> Result<()> {
    if !promises_archive(path) {
        return Ok(());
    }
    let mut opened = Opened::new(path)?;
    let format = opened.format(path)?;
    let mut tail = |most| tail(&mut opened.file, most).or_error(Kind::Project, || unreadable(path));
    let whole = match format {
        Format::Zip => has_zip_directory(&tail(ZIP_TAIL)?),
        Format::SevenZip => seven_zip_length(&opened.head).is_some_and(|needed| opened.length >= needed),
        // Four NULs at a time may stand behind an xz stream.
        Format::Xz => without_nuls(&tail(HEAD)?).ends_with(b"YZ"),
        Format::Gzip => opened.length >= SHORTEST_GZIP,
        _ => true,
    };
    if whole { Ok(()) } else { Err(cut(path)) }
}

/// The same for a file that was downloaded. One that may be cut, as its length was not announced, is read to its end where it is a tar.
///
/// # Errors
/// As [`check`], and when a tar is cut or damaged.
pub fn check_download(path: &Path, is_measured: bool) -> Result<()> {
    check(path)?;
    if !is_measured && promises_tar(path) {
        super::top_folder::top_folder(path, &Interrupt::default())?;
    }
    Ok(())
}

/// A file, its beginning and what it is.
pub(super) struct Opened {
    /// The file, at any position.
    pub(super) file: fs::File,
    head: Vec<u8>,
    length: u64,
    content: Content,
}

impl Opened {
    pub(super) fn new(path: &Path) -> Result<Self> {
        let open = || {
            let mut file = fs::File::open(path)?;
            let mut head = Vec::new();
            (&mut file).take(HEAD).read_to_end(&mut head)?;
            let length = file.metadata()?.len();
            let mut content = of_beginning(&head);
            // A zip file may have anything before its first member: a program that unpacks it, the line that runs a jar.
            if content == Content::Other && has_zip_directory(&tail(&mut file, ZIP_TAIL)?) {
                content = Content::Archive(Format::Zip);
            }
            Ok::<_, std::io::Error>(Self { file, head, length, content })
        };
        open().or_error(Kind::Project, || unreadable(path))
    }

    /// The format of the archive; an error that says what it is instead when it is none.
    pub(super) fn format(&self, path: &Path) -> Result<Format> {
        match &self.content {
            Content::Archive(format) => Ok(*format),
            content => Err(no_archive(&format!("`{}`", name(path)), content, &self.head)),
        }
    }
}

/// Whether the name of a file says that it is an archive or compressed.
pub fn promises_archive(path: &Path) -> bool {
    let name = name(path).to_ascii_lowercase();
    name.rsplit_once('.').is_some_and(|(_, extension)| EXTENSIONS.contains(&extension))
}

/// Whether the name of a file says that it is a tar, compressed or not.
pub(super) fn promises_tar(path: &Path) -> bool {
    let name = name(path).to_ascii_lowercase();
    name.rsplit_once('.').is_some_and(|(stem, extension)| {
        EXTENSIONS.iter().take(TARS).any(|tar| *tar == extension)
            || (COMPRESSIONS.contains(&extension) && stem.ends_with(".tar"))
    })
}

/// The error for an archive that ends before its end.
pub(super) fn cut(path: &Path) -> Error {
    Error::new(Kind::Project, format!("`{}` is cut: its end is missing", name(path)))
        .hint("make it again: the disk may have been full, or the download may have broken")
}

/// The error that says what `subject` is instead of an archive. `head` is its beginning.
pub(super) fn no_archive(subject: &str, content: &Content, head: &[u8]) -> Error {
    let error = |what: String| Error::new(Kind::Project, format!("{subject} {what}"));
    match content {
        Content::Archive(format) => error(format!("is of the format {}", format.name())),
        Content::WebPage(title) => {
            let error = error("is a web page, not an archive".to_owned());
            let error = match title {
                Some(title) => error.cause(format!("the title of the page is `{title}`")),
                None => error,
            };
            error.hint("look at the address that it comes from; `curl --fail --location` follows redirections and fails where there is no file")
        }
        Content::LfsPointer => error("is a pointer of git LFS, not an archive".to_owned())
            .hint("fetch the file itself: `git lfs install && git lfs pull`"),
        Content::Empty => error("is empty".to_owned()).hint("see what the command that makes it says and does"),
        Content::Other => error(format!("begins with `{}`, which no archive does", beginning(head)))
            .hint("see what the command that makes it says and does"),
    }
}

/// What begins with `head`, as far as the beginning tells.
pub(super) fn of_beginning(head: &[u8]) -> Content {
    if head.is_empty() {
        return Content::Empty;
    }
    if let Some((_, format)) = MAGIC.iter().find(|(magic, _)| head.starts_with(magic)) {
        return Content::Archive(*format);
    }
    if tar_members::is_beginning(head) {
        return Content::Archive(Format::Tar);
    }
    if is_zstd_frame_to_skip(head) {
        return Content::Archive(Format::Zstd);
    }
    if is_lzma(head) {
        return Content::Archive(Format::Lzma);
    }
    if is_web_page(head) {
        return Content::WebPage(title(head));
    }
    if head.starts_with(b"version https://git-lfs.github.com/spec/") {
        return Content::LfsPointer;
    }
    Content::Other
}

/// Whether this is a zstd frame without content: pzstd begins its files with one.
fn is_zstd_frame_to_skip(head: &[u8]) -> bool {
    matches!(head, [first, b'\x2a', b'\x4d', b'\x18', ..] if first & 0xf0 == 0x50)
}

/// lzma has no magic bytes: a byte of properties, the size of the dictionary and the size of the content, each as real programs
/// write them.
fn is_lzma(head: &[u8]) -> bool {
    let Some(([0x5d, a, b, c, d, size @ ..], _)) = head.split_first_chunk::<13>() else { return false };
    let dictionary = u32::from_le_bytes([*a, *b, *c, *d]);
    let round = dictionary >= 4096 && (dictionary.is_power_of_two() || (dictionary / 3 * 2).is_power_of_two());
    let size = size.iter().rev().fold(0_u64, |size, byte| size << 8 | u64::from(*byte));
    round && (size == u64::MAX || size < 1 << 38)
}

fn is_web_page(head: &[u8]) -> bool {
    let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    let mut text = String::from_utf8_lossy(text).to_ascii_lowercase();
    loop {
        text = text.trim_start().to_owned();
        let end = match text.get(..4) {
            Some("<!--") => "-->",
            Some("<?xm") => "?>",
            _ => break,
        };
        match text.split_once(end) {
            Some((_, behind)) => text = behind.to_owned(),
            None => return false,
        }
    }
    text.strip_prefix("<html").or_else(|| text.strip_prefix("<!doctype html")).is_some_and(|behind| {
        // `<htmlx>` is another thing.
        !behind.starts_with(|c: char| c.is_alphanumeric() || c == '-')
    })
}

fn title(head: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(head);
    // Lower case in ASCII keeps all positions.
    let lower = text.to_ascii_lowercase();
    let from = lower.find("<title")?;
    let from = from + lower.get(from..)?.find('>')? + 1;
    let to = from + lower.get(from..)?.find("</title")?;
    let words = text.get(from..to)?.split(|c: char| c.is_whitespace() || c.is_control());
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    let title: String = words.join(" ").chars().take(80).collect();
    Some(title).filter(|title| !title.is_empty())
}

/// Where the file of 7-Zip ends that begins with `head`.
fn seven_zip_length(head: &[u8]) -> Option<u64> {
    let number = |at: usize| Some(u64::from_le_bytes(head.get(at..at + 8)?.try_into().ok()?));
    32_u64.checked_add(number(12)?)?.checked_add(number(20)?)
}

fn has_zip_directory(tail: &[u8]) -> bool {
    tail.windows(SHORTEST_ZIP).any(|record| record.starts_with(b"PK\x05\x06"))
}

/// The last bytes of a file, `most` at most.
fn tail(file: &mut fs::File, most: u64) -> std::io::Result<Vec<u8>> {
    let length = file.seek(SeekFrom::End(0))?;
    file.seek(SeekFrom::Start(length.saturating_sub(most)))?;
    let mut tail = Vec::new();
    file.take(most).read_to_end(&mut tail)?;
    Ok(tail)
}

/// The message for a file that cannot be read.
pub(super) fn unreadable(path: &Path) -> String {
    format!("`{}` cannot be read", name(path))
}

/// The name of a file for messages.
pub(super) fn name(path: &Path) -> String {
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}

/// The first line of a file that is no archive, without what a terminal would obey.
fn beginning(head: &[u8]) -> String {
    let text = String::from_utf8_lossy(head.get(..SHOWN * 4).unwrap_or(head));
    let line = text.trim_start().lines().next().unwrap_or_default();
    let text = if line.is_empty() { &*text } else { line.trim_end() };
    let readable = text.chars().take(SHOWN).all(|c| !c.is_control() && c != char::REPLACEMENT_CHARACTER);
    if readable {
        let shown: String = text.chars().take(SHOWN).collect();
        return if shown.len() < text.len() { format!("{shown}...") } else { shown };
    }
    head.get(..8).unwrap_or(head).escape_ascii().to_string()
}

/// `bytes` without the NULs at their end.
fn without_nuls(bytes: &[u8]) -> &[u8] {
    let end = bytes.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
    bytes.get(..end).unwrap_or_default()
}

#[cfg(test)]
mod tests;
