//! gzip on several threads: the input is cut into blocks, each of which becomes a gzip member of its own. Readers of gzip see one
//! stream (RFC 1952, 2.2). The same input gives the same bytes, whatever the number of threads: no time, no name, fixed blocks.

use std::io::{self, Read, Write};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use libdeflater::{CompressionLvl, Compressor};

/// The level that git uses for its own `.tar.gz`.
const LEVEL: i32 = 6;
/// Large enough that cutting costs nothing in size, small enough that all threads have work early.
const BLOCK: usize = 1 << 20;

/// Compresses all of `source` into `sink` on up to `threads` threads, telling `progress` how many bytes were written so far.
/// Returns the number of bytes written.
///
/// # Errors
/// What reading or writing fails with.
pub fn compress(
    mut source: impl Read,
    sink: &mut impl Write,
    threads: usize,
    progress: impl Fn(u64),
) -> io::Result<u64> {
    let first = next_block(&mut source)?;
    if first.len() < BLOCK || threads < 2 {
        compress_here(first, source, sink, progress)
    } else {
        compress_on_threads(first, source, sink, threads, progress)
    }
}

fn compress_here(
    first: Vec<u8>,
    mut source: impl Read,
    sink: &mut impl Write,
    progress: impl Fn(u64),
) -> io::Result<u64> {
    let (mut compressor, mut block, mut written) = (compressor(), first, 0);
    loop {
        let packed = member(&mut compressor, &block)?;
        sink.write_all(&packed)?;
        written += packed.len() as u64;
        progress(written);
        if block.len() < BLOCK {
            return Ok(written);
        }
        block = next_block(&mut source)?;
        if block.is_empty() {
            return Ok(written);
        }
    }
}

/// How many blocks each thread may have waiting: enough that none is idle while the next ones are read or written.
const QUEUE: usize = 4;

/// Blocks go round to the threads and come back in the same round, so that they stay in order.
fn compress_on_threads(
    first: Vec<u8>,
    mut source: impl Read,
    sink: &mut impl Write,
    threads: usize,
    progress: impl Fn(u64),
) -> io::Result<u64> {
    thread::scope(|scope| {
        let lanes: Vec<_> = (0..threads).map(|_| lane(scope)).collect();
        let (mut sent, mut received, mut written) = (0_usize, 0_usize, 0_u64);
        let mut block = first;
        loop {
            let at_end = block.is_empty();
            if !at_end {
                lanes[sent % threads].0.send(block).map_err(|_| broken())?;
                sent += 1;
            }
            while received < sent && (at_end || sent - received >= threads * QUEUE) {
                let packed = lanes[received % threads].1.recv().map_err(|_| broken())??;
                received += 1;
                sink.write_all(&packed)?;
                written += packed.len() as u64;
                progress(written);
            }
            if at_end {
                return Ok(written);
            }
            block = next_block(&mut source)?;
        }
    })
}

type Lane = (SyncSender<Vec<u8>>, Receiver<io::Result<Vec<u8>>>);

/// A thread that compresses what it is sent, until nobody sends any more.
fn lane<'scope>(scope: &'scope thread::Scope<'scope, '_>) -> Lane {
    let (to_thread, blocks) = sync_channel::<Vec<u8>>(QUEUE);
    let (results, from_thread) = sync_channel(QUEUE);
    scope.spawn(move || {
        let mut compressor = compressor();
        for block in blocks {
            if results.send(member(&mut compressor, &block)).is_err() {
                break;
            }
        }
    });
    (to_thread, from_thread)
}

fn broken() -> io::Error {
    io::Error::other("a thread that compresses has ended early")
}

fn compressor() -> Compressor {
    Compressor::new(CompressionLvl::new(LEVEL).unwrap_or_default())
}

/// One gzip member.
fn member(compressor: &mut Compressor, block: &[u8]) -> io::Result<Vec<u8>> {
    let mut packed = vec![0; compressor.gzip_compress_bound(block.len())];
    let length = compressor.gzip_compress(block, &mut packed).map_err(io::Error::other)?;
    packed.truncate(length);
    packed.shrink_to_fit();
    Ok(packed)
}

/// The next block of the input: full, or what is left, which may be nothing.
fn next_block(source: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut block = Vec::with_capacity(BLOCK);
    source.take(BLOCK as u64).read_to_end(&mut block)?;
    Ok(block)
}

#[cfg(test)]
mod tests {
    use super::*;
    use libdeflater::Decompressor;

    /// Undoes all members, one after the other.
    fn decompress(packed: &[u8]) -> Vec<u8> {
        use std::io::Write as _;
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(packed).unwrap();
        #[expect(clippy::disallowed_methods, reason = "the real gzip is the judge")]
        let output = std::process::Command::new("gzip").arg("-dc").stdin(file.reopen().unwrap()).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        output.stdout
    }

    fn sample(length: usize) -> Vec<u8> {
        let mut seed = 7_u32;
        (0..length)
            .map(|i| {
                seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                if i % 3 == 0 { (seed >> 24) as u8 } else { b'a' }
            })
            .collect()
    }

    #[test]
    fn gzip_reads_it_back_whatever_the_size_and_the_threads() {
        for length in [0, 1, 511, BLOCK - 1, BLOCK, BLOCK + 1, 5 * BLOCK, 7 * BLOCK + 13] {
            let data = sample(length);
            let mut one = Vec::new();
            let written = compress(data.as_slice(), &mut one, 1, |_| {}).unwrap();
            assert_eq!(written, one.len() as u64);
            for threads in [2, 3, 8] {
                let mut several = Vec::new();
                compress(data.as_slice(), &mut several, threads, |_| {}).unwrap();
                assert_eq!(one, several, "{length} bytes on {threads} threads");
            }
            assert_eq!(decompress(&one), data, "{length} bytes");
        }
    }

    #[test]
    fn no_time_stands_in_the_header() {
        let mut packed = Vec::new();
        compress(&b"x"[..], &mut packed, 1, |_| {}).unwrap();
        assert_eq!(packed[4..8], [0, 0, 0, 0]);
        let mut out = [0; 1];
        assert_eq!(Decompressor::new().gzip_decompress(&packed, &mut out).unwrap(), 1);
    }

    #[test]
    fn a_source_or_sink_that_fails_ends_it() {
        struct Broken;
        impl Read for Broken {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                Err(io::Error::other("cut"))
            }
        }
        impl Write for Broken {
            fn write(&mut self, _: &[u8]) -> io::Result<usize> {
                Err(io::Error::other("full"))
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        let data = sample(9 * BLOCK);
        let cut = compress(data.as_slice().chain(Broken), &mut Vec::new(), 2, |_| {}).unwrap_err();
        assert_eq!(cut.to_string(), "cut");
        let full = compress(data.as_slice(), &mut Broken, 2, |_| {}).unwrap_err();
        assert_eq!(full.to_string(), "full");
    }
}
