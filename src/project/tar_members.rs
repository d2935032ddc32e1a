//! The names of the members of a tar, one after the other, from any stream: what GNU tar, the tar of POSIX, star and the tar of
//! Unix v7 write. What the members hold is skipped. Memory stays small whatever the headers claim.

use std::io::{self, BufRead, ErrorKind, Read as _};
use std::ops::Range;

/// All in a tar comes in blocks of this many bytes.
const BLOCK: usize = 512;
/// The longest name or set of extended attributes that is read; GNU tar itself writes no path longer than 4096 bytes.
const LONGEST: u64 = 1 << 20;

const NAME: Range<usize> = 0..100;
const SIZE: Range<usize> = 124..136;
const CHECKSUM: Range<usize> = 148..156;
const TYPE: usize = 156;
const MAGIC: Range<usize> = 257..263;
const PREFIX: Range<usize> = 345..500;
/// In GNU's header of a sparse file: whether a block with more of the map follows.
const MORE_SPARSE: usize = 482;
/// The same in such a block.
const MORE_SPARSE_AGAIN: usize = 504;

/// A member of a tar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// The name as it is written, in bytes.
    pub name: Vec<u8>,
    /// Whether it is a folder.
    pub folder: bool,
}

/// Reads the members of a tar, up to its end mark or the end of the stream.
///
/// An item is an error when reading fails: of kind [`ErrorKind::UnexpectedEof`] when the tar ends in the midst of a member, of kind
/// [`ErrorKind::InvalidData`] when it is damaged. Nothing sensible comes behind an error.
pub struct Members<R> {
    source: R,
}

/// What the headers in front of a member say of it.
#[derive(Default)]
struct Extended {
    name: Option<Vec<u8>>,
    size: Option<u64>,
}

impl<R: BufRead> Members<R> {
    /// The members of the tar in `source`.
    pub fn new(source: R) -> Self {
        Self { source }
    }

    /// The next member; `None` behind the last one.
    fn read(&mut self) -> io::Result<Option<Member>> {
        let mut extended = Extended::default();
        loop {
            let Some(header) = self.block()? else { return Ok(None) };
            if header.iter().all(|byte| *byte == 0) {
                return Ok(None);
            }
            if !checksum_fits(&header) {
                return Err(damaged("the checksum of a header does not fit"));
            }
            let kind = header.get(TYPE).copied().unwrap_or_default();
            let size = number(field(&header, SIZE)).ok_or_else(|| damaged("the size of a member is not a number"))?;
            match kind {
                b'L' => extended.name = Some(until_nul(&self.data(size)?).to_vec()),
                b'x' | b'X' => extended.read(&self.data(size)?)?,
                b'g' | b'K' | b'V' => self.skip(size)?,
                _ => {
                    let folder = matches!(kind, b'5' | b'D');
                    let name = extended.name.unwrap_or_else(|| name(&header));
                    if kind == b'S' && header.get(MORE_SPARSE).is_some_and(|more| *more != 0) {
                        self.skip_sparse_map()?;
                    }
                    // A hard link bears the size of what it links to, but not its content.
                    self.skip(if kind == b'1' { 0 } else { extended.size.unwrap_or(size) })?;
                    // The tar of Unix v7 has no type for folders.
                    let folder = folder || (matches!(kind, b'0' | 0) && name.ends_with(b"/"));
                    return Ok(Some(Member { name, folder }));
                }
            }
        }
    }

    /// The next block; `None` at the end of the stream.
    fn block(&mut self) -> io::Result<Option<[u8; BLOCK]>> {
        let mut block = [0; BLOCK];
        let mut filled = 0;
        while let Some(rest) = block.get_mut(filled..).filter(|rest| !rest.is_empty()) {
            match self.source.read(rest) {
                Ok(0) if filled == 0 => return Ok(None),
                Ok(0) => return Err(ErrorKind::UnexpectedEof.into()),
                Ok(count) => filled += count,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(Some(block))
    }

    /// The content of a member that is a part of the header of the next.
    fn data(&mut self, size: u64) -> io::Result<Vec<u8>> {
        if size > LONGEST {
            return Err(damaged("a header is too long"));
        }
        let mut data = Vec::new();
        (&mut self.source).take(size).read_to_end(&mut data)?;
        if (data.len() as u64) < size {
            return Err(ErrorKind::UnexpectedEof.into());
        }
        self.pad(size)?;
        Ok(data)
    }

    fn skip(&mut self, size: u64) -> io::Result<()> {
        if self.advance(size)? < size { Err(ErrorKind::UnexpectedEof.into()) } else { self.pad(size) }
    }

    /// Skips what fills up the last block behind `size` bytes; the last of all may lack it.
    fn pad(&mut self, size: u64) -> io::Result<()> {
        let block = BLOCK as u64;
        self.advance((block - size % block) % block).map(drop)
    }

    /// Skips `count` bytes and returns how many there were.
    fn advance(&mut self, count: u64) -> io::Result<u64> {
        let mut left = count;
        while left > 0 {
            let available = match self.source.fill_buf() {
                Ok(buffer) => buffer.len(),
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            if available == 0 {
                break;
            }
            let step = available.min(usize::try_from(left).unwrap_or(usize::MAX));
            self.source.consume(step);
            left -= step as u64;
        }
        Ok(count - left)
    }

    fn skip_sparse_map(&mut self) -> io::Result<()> {
        loop {
            let block = self.block()?.ok_or(ErrorKind::UnexpectedEof)?;
            if block.get(MORE_SPARSE_AGAIN).is_none_or(|more| *more == 0) {
                return Ok(());
            }
        }
    }
}

impl<R: BufRead> Iterator for Members<R> {
    type Item = io::Result<Member>;

    fn next(&mut self) -> Option<Self::Item> {
        self.read().transpose()
    }
}

impl Extended {
    /// Reads records `LENGTH KEY=VALUE\n`.
    fn read(&mut self, mut records: &[u8]) -> io::Result<()> {
        let wrong = || damaged("an extended header is malformed");
        let mut real_name = None;
        while !records.is_empty() {
            let space = records.iter().position(|byte| *byte == b' ').ok_or_else(wrong)?;
            let (digits, _) = records.split_at(space);
            let length: usize =
                std::str::from_utf8(digits).ok().and_then(|text| text.parse().ok()).ok_or_else(wrong)?;
            let record = records.get(space + 1..length).and_then(|record| record.strip_suffix(b"\n"));
            let record = record.ok_or_else(wrong)?;
            let equals = record.iter().position(|byte| *byte == b'=').ok_or_else(wrong)?;
            let value = record.get(equals + 1..).unwrap_or_default();
            match record.get(..equals).unwrap_or_default() {
                b"path" => self.name = Some(value.to_vec()),
                // A sparse file goes by a made-up name in a made-up folder; here is the real one.
                b"GNU.sparse.name" => real_name = Some(value.to_vec()),
                b"size" => {
                    let size = std::str::from_utf8(value).ok().and_then(|text| text.parse().ok());
                    self.size = Some(size.ok_or_else(wrong)?);
                }
                _ => {}
            }
            records = records.get(length..).unwrap_or_default();
        }
        if real_name.is_some() {
            self.name = real_name;
        }
        Ok(())
    }
}

/// Whether a file that begins with `head` is a tar: its first header fits its checksum, or it has the mark of a tar; or it is one
/// without members, two blocks of NULs.
pub fn is_beginning(head: &[u8]) -> bool {
    let Some(header) = head.first_chunk::<BLOCK>() else { return false };
    if header.iter().all(|byte| *byte == 0) {
        return head.get(BLOCK..2 * BLOCK).is_some_and(|second| second.iter().all(|byte| *byte == 0));
    }
    field(header, MAGIC).starts_with(b"ustar") || (checksum_fits(header) && !field(header, NAME).starts_with(b"\0"))
}

fn checksum_fits(header: &[u8; BLOCK]) -> bool {
    let Some(written) = octal(field(header, CHECKSUM)) else { return false };
    let bytes = || header.iter().enumerate().map(|(at, byte)| if CHECKSUM.contains(&at) { b' ' } else { *byte });
    // Some old programs take the bytes for signed numbers.
    let signed: i64 = bytes().map(|byte| i64::from(byte.cast_signed())).sum();
    written == bytes().map(u64::from).sum::<u64>() || i64::try_from(written) == Ok(signed)
}

fn field(header: &[u8; BLOCK], range: Range<usize>) -> &[u8] {
    header.get(range).unwrap_or_default()
}

fn until_nul(bytes: &[u8]) -> &[u8] {
    bytes.split(|byte| *byte == 0).next().unwrap_or_default()
}

fn name(header: &[u8; BLOCK]) -> Vec<u8> {
    let name = until_nul(field(header, NAME));
    // GNU's own headers (`ustar  `) have other things where POSIX has the prefix.
    let prefix = if field(header, MAGIC) == b"ustar\0" { until_nul(field(header, PREFIX)) } else { &[] };
    if prefix.is_empty() { name.to_vec() } else { [prefix, b"/", name].concat() }
}

/// A number of a header: octal digits, or binary where the first bit is set.
fn number(field: &[u8]) -> Option<u64> {
    match field.split_first() {
        Some((0x80, rest)) => {
            rest.iter().try_fold(0_u64, |number, byte| number.checked_mul(256).map(|number| number | u64::from(*byte)))
        }
        _ => octal(field),
    }
}

/// Octal digits with white space before and anything behind a space or NUL; nothing at all is 0.
fn octal(field: &[u8]) -> Option<u64> {
    let text = field.trim_ascii_start();
    let digits = text.split(|byte| matches!(byte, b' ' | 0)).next().unwrap_or_default();
    digits.iter().try_fold(0_u64, |number, digit| match digit {
        b'0'..=b'7' => number.checked_mul(8).map(|number| number + u64::from(digit - b'0')),
        _ => None,
    })
}

fn damaged(what: &str) -> io::Error {
    io::Error::new(ErrorKind::InvalidData, what)
}

#[cfg(test)]
mod tests;
