//! What is in a compressed file, as a stream.

use std::io::{self, BufRead, BufReader, ErrorKind, Read};

use bzip2::bufread::BzDecoder;
use flate2::bufread::GzDecoder;
use fs_err::File;
use liblzma::bufread::XzDecoder;
use liblzma::stream::{CONCATENATED, Stream};
use ruzstd::decoding::errors::FrameDecoderError;
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};

use super::archive_content::Format;

/// How much memory xz and its kin may take: what `xz -9` writes needs 65 MiB; a file can ask for 4 GiB.
const MEMORY: u64 = 1 << 30;
const BUFFER: usize = 64 * 1024;

type Source = BufReader<File>;

/// A stream of what `file`, which is in `format`, holds. `None` for formats that cannot be unpacked here, and for those of several
/// files; a tar is given as it is. Memory does not grow with the file.
///
/// Reading fails with [`ErrorKind::UnexpectedEof`] where the file is cut, and with other kinds where it is damaged, or asks for
/// more memory than it may have. Checksums are verified.
///
/// # Errors
/// When the decoder cannot be set up.
pub fn stream(file: File, format: Format) -> io::Result<Option<Box<dyn BufRead>>> {
    let source = BufReader::with_capacity(BUFFER, file);
    let lzma = |source, stream: Result<Stream, liblzma::stream::Error>| {
        stream.map(|stream| XzDecoder::new_stream(source, stream)).map_err(io::Error::from)
    };
    let stream: Box<dyn Read> = match format {
        Format::Tar => return Ok(Some(Box::new(source))),
        Format::Gzip => Box::new(Parts::<GzDecoder<Source>>::new(source)),
        Format::Bzip2 => Box::new(Parts::<BzDecoder<Source>>::new(source)),
        Format::Xz => Box::new(lzma(source, Stream::new_stream_decoder(MEMORY, CONCATENATED))?),
        Format::Lzma => Box::new(lzma(source, Stream::new_lzma_decoder(MEMORY))?),
        Format::Lzip => Box::new(lzma(source, Stream::new_lzip_decoder(MEMORY, CONCATENATED))?),
        Format::Zstd => Box::new(Frames { source, decoder: FrameDecoder::new(), inside: false }),
        _ => return Ok(None),
    };
    Ok(Some(Box::new(BufReader::with_capacity(BUFFER, stream))))
}

/// The decoder of one part of a file that may consist of several, one behind the other.
trait Part: Read {
    /// The bytes that each part begins with.
    const MAGIC: &'static [u8];
    fn begin(source: Source) -> Self;
    fn end(self) -> Source;
}

impl Part for GzDecoder<Source> {
    const MAGIC: &'static [u8] = b"\x1f\x8b";
    fn begin(source: Source) -> Self {
        Self::new(source)
    }
    fn end(self) -> Source {
        self.into_inner()
    }
}

impl Part for BzDecoder<Source> {
    const MAGIC: &'static [u8] = b"BZh";
    fn begin(source: Source) -> Self {
        Self::new(source)
    }
    fn end(self) -> Source {
        self.into_inner()
    }
}

/// All parts as one stream. What stands behind them and is no part is passed over, as gzip and bzip2 do.
struct Parts<P>(Option<P>);

impl<P: Part> Parts<P> {
    fn new(source: Source) -> Self {
        Self(Some(P::begin(source)))
    }
}

impl<P: Part> Read for Parts<P> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while let Some(part) = &mut self.0 {
            let count = part.read(buffer)?;
            if count > 0 || buffer.is_empty() {
                return Ok(count);
            }
            if let Some(mut source) = self.0.take().map(P::end)
                && peek(&mut source, P::MAGIC.len())? == P::MAGIC
            {
                self.0 = Some(P::begin(source));
            }
        }
        Ok(0)
    }
}

/// The next `count` bytes, or those that are left. They are read again.
fn peek(source: &mut Source, count: usize) -> io::Result<Vec<u8>> {
    let mut next = Vec::with_capacity(count);
    source.take(count as u64).read_to_end(&mut next)?;
    source.seek_relative(-i64::try_from(next.len()).unwrap_or(0))?;
    Ok(next)
}

/// The frames of a zstd file as one stream.
struct Frames {
    source: Source,
    decoder: FrameDecoder,
    /// Whether a frame has begun whose end was not seen yet.
    inside: bool,
}

impl Read for Frames {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            if self.inside && self.decoder.can_collect() > 0 {
                return self.decoder.read(buffer);
            }
            if self.inside && !self.decoder.is_finished() {
                let decoded = self.decoder.decode_blocks(&mut self.source, BlockDecodingStrategy::UptoBlocks(1));
                decoded.map_err(|error| self.failure(&error))?;
            } else if self.inside {
                let (written, real) = (self.decoder.get_checksum_from_data(), self.decoder.get_calculated_checksum());
                if written.is_some() && written != real {
                    return Err(io::Error::new(ErrorKind::InvalidData, "the checksum of a zstd frame does not fit"));
                }
                self.inside = false;
            } else if !self.begin()? {
                return Ok(0);
            }
        }
    }
}

impl Frames {
    /// Begins the next frame, or passes over one without content; `false` when there is none.
    fn begin(&mut self) -> io::Result<bool> {
        match peek(&mut self.source, 8)?.as_slice() {
            [] => Ok(false),
            [first, b'\x2a', b'\x4d', b'\x18', a, b, c, d] if first & 0xf0 == 0x50 => {
                let length = 8 + u64::from(u32::from_le_bytes([*a, *b, *c, *d]));
                let skipped = io::copy(&mut (&mut self.source).take(length), &mut io::sink())?;
                if skipped < length { Err(ErrorKind::UnexpectedEof.into()) } else { Ok(true) }
            }
            _ => {
                self.decoder.reset(&mut self.source).map_err(|error| self.failure(&error))?;
                self.inside = true;
                Ok(true)
            }
        }
    }

    /// The decoder tells what it could not read, but not that nothing was left to read.
    fn failure(&mut self, error: &FrameDecoderError) -> io::Error {
        match self.source.fill_buf() {
            Ok([]) => ErrorKind::UnexpectedEof.into(),
            _ => io::Error::new(ErrorKind::InvalidData, error.to_string()),
        }
    }
}
