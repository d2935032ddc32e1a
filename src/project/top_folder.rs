//! The folder that an archive unpacks to: read from the archive, or made of `archive_root_dir_template`.

use std::ffi::OsString;
use std::io::{self, BufRead, ErrorKind, Read, Seek as _};
use std::os::unix::ffi::OsStringExt as _;
use std::path::Path;

use super::archive_content::{self, Content, Format, Opened};
use super::tar_members::{Member, Members};
use super::unpack;
use crate::error::{Context as _, Error, Finding, Kind, Result};
use crate::interrupt::Interrupt;

/// How much is read of what an archive unpacks to, in bytes: ten seconds for the slowest decoder, and more than all but a few
/// sources have. A file of some kilobytes can unpack to any size.
const MOST: u64 = 4 << 30;

/// What the members of an archive are below.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TopFolder {
    /// One folder.
    One {
        /// Its name: one component, without control characters and quotes.
        name: String,
        /// The first member that lies beside it, if any.
        beside: Option<OsString>,
    },
    /// Members lie in these folders and maybe more.
    Several(OsString, OsString),
    /// No member lies in a folder.
    None,
    /// There is one folder, but a spec file cannot name it: it is not UTF-8, or holds a control character or a quote.
    Odd(OsString),
    /// A member whose name is absolute or climbs up by `..`.
    Outside(OsString),
    /// Something else than a tar: another archive, or one compressed file.
    NotTar(Format),
    /// Compressed in a way that cannot be undone here.
    Unread(Format),
}

impl TopFolder {
    /// Why there is no top folder to use, as a sentence with the file as its subject (`holds ...`); `None` when there is one.
    pub fn why_not(&self) -> Option<String> {
        match self {
            Self::One { .. } => None,
            Self::Several(first, second) => {
                Some(format!("holds more than one top folder, `{}` and `{}`", shown(first), shown(second)))
            }
            Self::None => Some("holds no folder at its top".to_owned()),
            Self::Odd(name) => Some(format!("holds a top folder that a spec file cannot name, `{}`", shown(name))),
            Self::Outside(name) => Some(format!("holds a member that leads out of its folder, `{}`", shown(name))),
            Self::NotTar(format) => Some(format!("is a {} file, not a tar", format.name())),
            Self::Unread(format) => Some(format!("is compressed by {}, which packit cannot undo", format.name())),
        }
    }
}

fn shown(name: &OsString) -> String {
    name.to_string_lossy().escape_debug().take(200).collect()
}

/// What was read of an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Look {
    /// What the members are below.
    pub top: TopFolder,
    /// Whether all was read. Else reading ended after 4 GiB, and `top` is what the members up to there say.
    pub whole: bool,
}

/// The folder that all members of the archive at `path` are below. `./` in front of names does not count. Files beside the one
/// folder do not change it, as in the Python packit: the packages of PEAR are made so.
///
/// The archive is read as a stream, to its end, so that a cut or damaged one is found. Takes as long as unpacking takes: call it on
/// a thread for blocking work.
///
/// # Errors
/// Of kind [`Kind::Project`] when the file cannot be read, is no archive, is cut or damaged, or when its name promises a tar and
/// something else is in it; of kind [`Kind::Interrupted`].
pub fn top_folder(path: &Path, interrupt: &Interrupt) -> Result<Look> {
    look(path, interrupt, MOST)
}

fn look(path: &Path, interrupt: &Interrupt, most: u64) -> Result<Look> {
    let mut opened = Opened::new(path)?;
    let format = opened.format(path)?;
    let unreadable = || archive_content::unreadable(path);
    opened.file.rewind().or_error(Kind::Project, unreadable)?;
    let Some(stream) = unpack::stream(opened.file, format).or_error(Kind::Project, unreadable)? else {
        let compressed = matches!(format, Format::Compress | Format::Lz4 | Format::Lzop);
        let top = if compressed { TopFolder::Unread(format) } else { TopFolder::NotTar(format) };
        return Ok(Look { top, whole: false });
    };
    let mut source = Watched { stream, left: most, interrupt };
    let read = read(&mut source, path, format);
    match read {
        Ok(top) => Ok(Look { top, whole: source.left > 0 }),
        Err(_) if interrupt.is_stopped() => Err(Error::interrupted()),
        Err(Failure::Ours(error)) => Err(error),
        Err(Failure::Read(error)) if error.kind() == ErrorKind::UnexpectedEof => Err(archive_content::cut(path)),
        Err(Failure::Read(error)) => {
            let message = format!("`{}` is damaged", archive_content::name(path));
            Err(Error::new(Kind::Project, message)
                .source(error)
                .hint("see what the command that makes it says and does"))
        }
    }
}

enum Failure {
    Read(io::Error),
    Ours(Error),
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Read(error)
    }
}

fn read(source: &mut Watched<'_>, path: &Path, format: Format) -> Result<TopFolder, Failure> {
    let mut head = Vec::new();
    source.take(archive_content::HEAD).read_to_end(&mut head)?;
    match archive_content::of_beginning(&head) {
        Content::Archive(Format::Tar) => {}
        content if archive_content::promises_tar(path) => {
            let subject = format!("what is in `{}`", archive_content::name(path));
            return Err(Failure::Ours(archive_content::no_archive(&subject, &content, &head)));
        }
        _ => return Ok(TopFolder::NotTar(format)),
    }
    let mut seen = Seen::default();
    for member in Members::new(head.as_slice().chain(&mut *source)) {
        match member {
            Ok(member) => seen.add(member),
            Err(error) if is_limit(&error) => return Ok(seen.top()),
            Err(error) => return Err(error.into()),
        }
    }
    // A tar may be whole where the file around it is not.
    match io::copy(source, &mut io::sink()) {
        Err(error) if !is_limit(&error) => Err(error.into()),
        _ => Ok(seen.top()),
    }
}

/// What members lie in, as far as was read.
#[derive(Default)]
struct Seen {
    folder: Option<Vec<u8>>,
    another: Option<Vec<u8>>,
    beside: Option<Vec<u8>>,
    outside: Option<Vec<u8>>,
}

impl Seen {
    fn add(&mut self, member: Member) {
        let Member { name, folder } = member;
        let mut parts = name.split(|byte| *byte == b'/').filter(|part| !part.is_empty() && *part != b".");
        if name.starts_with(b"/") || parts.clone().any(|part| part == b"..") {
            self.outside.get_or_insert(name);
            return;
        }
        // `./` alone is the folder that all is unpacked in.
        let Some(first) = parts.next() else { return };
        if !folder && parts.next().is_none() {
            let first = first.to_vec();
            self.beside.get_or_insert(first);
        } else if self.folder.as_deref().is_none_or(|known| known == first) {
            self.folder.get_or_insert_with(|| first.to_vec());
        } else {
            self.another.get_or_insert_with(|| first.to_vec());
        }
    }

    fn top(self) -> TopFolder {
        let os = OsString::from_vec;
        match (self.outside, self.folder, self.another) {
            (Some(outside), ..) => TopFolder::Outside(os(outside)),
            (None, None, _) => TopFolder::None,
            (None, Some(folder), Some(another)) => TopFolder::Several(os(folder), os(another)),
            (None, Some(folder), None) => match String::from_utf8(folder) {
                Ok(name) if !name.contains(|c: char| c.is_control() || "\"'\\".contains(c)) => {
                    TopFolder::One { name, beside: self.beside.map(os) }
                }
                Ok(name) => TopFolder::Odd(name.into()),
                Err(error) => TopFolder::Odd(os(error.into_bytes())),
            },
        }
    }
}

/// A stream that ends with an error when the work is to stop, or when enough was read.
struct Watched<'a> {
    stream: Box<dyn BufRead>,
    left: u64,
    interrupt: &'a Interrupt,
}

#[derive(Debug)]
struct Limit;

impl std::fmt::Display for Limit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("it unpacks to more than packit reads")
    }
}

impl std::error::Error for Limit {}

fn is_limit(error: &io::Error) -> bool {
    error.get_ref().is_some_and(|inner| inner.is::<Limit>())
}

impl BufRead for Watched<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.interrupt.is_stopped() {
            return Err(io::Error::other("interrupted"));
        }
        let buffer = self.stream.fill_buf()?;
        if self.left == 0 && !buffer.is_empty() {
            return Err(io::Error::other(Limit));
        }
        Ok(buffer)
    }

    fn consume(&mut self, count: usize) {
        self.left = self.left.saturating_sub(count as u64);
        self.stream.consume(count);
    }
}

impl Read for Watched<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let available = self.fill_buf()?;
        let count = available.len().min(buffer.len());
        if let (Some(to), Some(from)) = (buffer.get_mut(..count), available.get(..count)) {
            to.copy_from_slice(from);
        }
        self.consume(count);
        Ok(count)
    }
}

/// The folder that `archive_root_dir_template` names: `{upstream_pkg_name}` and `{version}` are replaced, nothing else is. A
/// warning comes along where the template has other words in braces: they stay as they are.
pub fn root_folder_from_template(template: &str, upstream_name: &str, version: &str) -> (String, Option<Finding>) {
    const NAME: &str = "{upstream_pkg_name}";
    const VERSION: &str = "{version}";
    let mut folder = String::with_capacity(template.len());
    let mut unknown = None;
    let mut rest = template;
    while let Some(open) = rest.find('{') {
        let (before, from) = rest.split_at(open);
        folder.push_str(before);
        let (value, length) = if from.starts_with(NAME) {
            (upstream_name, NAME.len())
        } else if from.starts_with(VERSION) {
            (version, VERSION.len())
        } else {
            let end = from.get(1..).and_then(|behind| behind.find(['{', '}']));
            let word = end.and_then(|end| from.get(..end + 2)).filter(|word| word.ends_with('}'));
            unknown = unknown.or(word);
            ("{", 1)
        };
        folder.push_str(value);
        rest = from.get(length..).unwrap_or_default();
    }
    folder.push_str(rest);
    let finding = unknown.map(|word| {
        Finding::warning(format!("`archive_root_dir_template` has `{word}`, which packit does not replace"))
            .hint(format!("`{NAME}` and `{VERSION}` are replaced"))
    });
    (folder, finding)
}

#[cfg(test)]
mod tests;
