//! What builds leave on Copr's server of results: logs and packages.

use std::fs::Permissions;
use std::io::{self, Write};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use flate2::write::MultiGzDecoder;

use super::frontend::Copr;
use crate::context::Context;
use crate::error::{Context as _, Kind, Result};
use crate::event::What;
use crate::services::http::Response;
use crate::services::{Address, Call, Method};

/// How a file of gzip begins.
const GZIP: &[u8] = &[0x1f, 0x8b];

/// The log of a build.
#[derive(Debug, Clone)]
pub struct Log {
    /// Where it is.
    pub address: Address,
    /// Whether it is the packed one, which grows no more.
    is_packed: bool,
}

impl Copr<'_> {
    /// The log of a build below the folder `result_url`: the one that grows while the build runs, else the packed one that stays.
    /// `None` where there is none (yet).
    ///
    /// # Errors
    /// When the server of the results cannot be reached.
    pub async fn log(&self, context: &Context, result_url: &str, is_over: bool) -> Result<Option<Log>> {
        let folder = Address::parse(result_url)?;
        for is_packed in [is_over, !is_over] {
            let name = if is_packed { "builder-live.log.gz" } else { "builder-live.log" };
            let address = folder.below(&[name], &[])?;
            if self.client().ask(context, &Call::new(Method::HEAD, address.clone())).await?.is_success() {
                return Ok(Some(Log { address, is_packed }));
            }
        }
        Ok(None)
    }

    /// Writes a log to `sink`, as text, from its byte `from` on. Gives how many bytes were written.
    ///
    /// # Errors
    /// When the log is gone or the server cannot be reached; whatever `sink` fails with.
    pub async fn read_log(&self, context: &Context, log: &Log, from: u64, sink: &mut dyn Write) -> Result<u64> {
        let range = format!("bytes={from}-");
        let headers: &[(&str, &str)] = if from > 0 && !log.is_packed { &[("range", &range)] } else { &[] };
        // Where the connection breaks, what was written already is not written again.
        let mut written = 0;
        self.client()
            .get(context, &log.address, headers, async |response| {
                // A packed log, and one from a server without parts, comes from its beginning.
                let skip = if response.status() == 206 { written } else { from + written };
                let mut rest = Some(Rest { skip, sink, written: &mut written, is_broken: false });
                let mut text = None;
                let failed = || "the log cannot be shown".to_owned();
                while let Some(piece) = response.chunk().await? {
                    if let Some(rest) = rest.take() {
                        // A proxy on the way may have unpacked it.
                        text = Some(Text::new(log.is_packed && piece.as_ref().starts_with(GZIP), rest));
                    }
                    if let Some(text) = &mut text {
                        text.add(piece.as_ref()).or_error(Kind::Environment, failed)?;
                    }
                }
                text.map_or(Ok(()), Text::end).or_error(Kind::Environment, failed)
            })
            .await?;
        Ok(written)
    }
}

impl Copr<'_> {
    /// Downloads one file of a build, whole or not at all. An existing file is replaced.
    ///
    /// # Errors
    /// When it is not there, the server cannot be reached, or the file cannot be written.
    pub async fn fetch(&self, context: &Context, address: &Address, to: &Path) -> Result<()> {
        let cannot = || format!("`{}` cannot be written", to.display());
        let folder = to.parent().unwrap_or(Path::new("."));
        let temporary = || {
            let (mut made, readable) = (tempfile::Builder::new(), Permissions::from_mode(0o644));
            made.prefix(".packit-").permissions(readable).tempfile_in(folder).or_error(Kind::Environment, cannot)
        };
        context.step(format!("downloading {}", to.file_name().unwrap_or_default().display()));
        let receive = async |response: &mut Response| {
            let mut file = temporary()?;
            let mut done = 0;
            while let Some(piece) = response.chunk().await? {
                file.write_all(piece.as_ref()).or_error(Kind::Environment, cannot)?;
                done += piece.as_ref().len() as u64;
                context.send(What::Bytes { done, total: None });
            }
            Ok(file)
        };
        let file = self.client().get(context, address, &[], receive).await?;
        file.persist(to).or_error(Kind::Environment, cannot)?;
        Ok(())
    }
}

/// A log as it comes.
enum Text<'a> {
    Plain(Rest<'a>),
    Packed(Box<MultiGzDecoder<Rest<'a>>>),
}

impl<'a> Text<'a> {
    fn new(is_packed: bool, rest: Rest<'a>) -> Self {
        if is_packed { Self::Packed(Box::new(MultiGzDecoder::new(rest))) } else { Self::Plain(rest) }
    }

    fn add(&mut self, bytes: &[u8]) -> io::Result<()> {
        match self {
            Self::Plain(rest) => rest.write_all(bytes),
            Self::Packed(unpacked) => match unpacked.write_all(bytes) {
                Err(error) if unpacked.get_ref().is_broken => Err(error),
                // Of what is damaged there is what could be unpacked.
                _ => Ok(()),
            },
        }
    }

    fn end(mut self) -> io::Result<()> {
        match &mut self {
            Self::Plain(_) => Ok(()),
            Self::Packed(unpacked) => match unpacked.try_finish() {
                Err(error) if unpacked.get_ref().is_broken => Err(error),
                _ => Ok(()),
            },
        }
    }
}

/// Writes what comes after the first bytes.
struct Rest<'a> {
    skip: u64,
    sink: &'a mut dyn Write,
    written: &'a mut u64,
    /// Whether the sink takes no more.
    is_broken: bool,
}

impl Write for Rest<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let skipped = usize::try_from(self.skip).unwrap_or(usize::MAX).min(bytes.len());
        self.skip -= skipped as u64;
        let (_, rest) = bytes.split_at(skipped);
        self.sink.write_all(rest).inspect_err(|_| self.is_broken = true)?;
        *self.written += rest.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.sink.flush()
    }
}
