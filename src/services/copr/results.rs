//! What builds leave on Copr's server of results: logs and packages.

use std::fs::Permissions;
use std::io::Write;
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
                let mut rest = Rest { skip, sink, written: &mut written };
                let failed = || "the log cannot be shown".to_owned();
                if !log.is_packed {
                    while let Some(piece) = response.chunk().await? {
                        rest.write_all(piece.as_ref()).or_error(Kind::Environment, failed)?;
                    }
                    return Ok(());
                }
                let Some(first) = response.chunk().await? else { return Ok(()) };
                if !first.as_ref().starts_with(GZIP) {
                    // A proxy on the way has unpacked it.
                    rest.write_all(first.as_ref()).or_error(Kind::Environment, failed)?;
                    while let Some(piece) = response.chunk().await? {
                        rest.write_all(piece.as_ref()).or_error(Kind::Environment, failed)?;
                    }
                    return Ok(());
                }
                let mut unpacked = MultiGzDecoder::new(rest);
                let mut next = Some(first);
                while let Some(piece) = next {
                    if unpacked.write_all(piece.as_ref()).is_err() {
                        // What could be unpacked has been shown.
                        break;
                    }
                    next = response.chunk().await?;
                }
                let _ = unpacked.try_finish();
                Ok(())
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

/// Writes what comes after the first bytes.
struct Rest<'a> {
    skip: u64,
    sink: &'a mut dyn Write,
    written: &'a mut u64,
}

impl Write for Rest<'_> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let skipped = usize::try_from(self.skip).unwrap_or(usize::MAX).min(bytes.len());
        self.skip -= skipped as u64;
        let (_, rest) = bytes.split_at(skipped);
        self.sink.write_all(rest)?;
        *self.written += rest.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.sink.flush()
    }
}
