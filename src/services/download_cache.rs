//! The cache of downloads in the user's cache folder: each content once, under its sha512, and for each URL a note of what was
//! last there. What cannot be kept is not kept: a cache that does not work is no reason to fail.
//!
//! | place below `packit/downloads/` | holds |
//! |---|---|
//! | `files/ab/abcd…` | a content, named by its sha512 |
//! | `urls/1234….json` | an [`Entry`], named by the sha256 of the URL |
//!
//! Several packits may use it at a time: everything is written to a temporary file and renamed.

use std::fs::{DirBuilder, File};
use std::io::Write as _;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::address::Address;
use crate::checksum::{Algorithm, Checksum};
use crate::context::Context;
use crate::error::{Context as _, Error, Kind, Result};

/// What was last at a URL.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The URL without its credentials: for people who look into the cache.
    pub url: String,
    /// The content, by its sha512 in hex.
    pub sha512: String,
    /// Its size in bytes.
    pub size: u64,
    /// The `ETag` of the answer, as it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub etag: Option<String>,
    /// The `Last-Modified` of the answer, as it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_modified: Option<String>,
}

impl Entry {
    /// The checksum of the content; `None` when the entry is damaged.
    pub fn checksum(&self) -> Option<Checksum> {
        Checksum::new(Algorithm::Sha512.name(), &self.sha512).ok()
    }
}

/// The cache of one user.
#[derive(Debug, Clone)]
pub struct DownloadCache {
    folder: Option<PathBuf>,
}

impl DownloadCache {
    /// The cache of the user; without a home it keeps nothing.
    pub fn of(context: &Context) -> Self {
        Self { folder: context.cache_home().map(|home| home.join("packit/downloads")) }
    }

    /// What was last at the address, where it was kept.
    pub fn entry(&self, address: &Address) -> Option<Entry> {
        let text = fs_err::read(self.entry_path(address)?).ok()?;
        serde_json::from_slice(&text).inspect_err(|error| tracing::debug!(%error, "a damaged entry of the cache")).ok()
    }

    /// Copies a content into `into`, an empty file, and gives the checksums of `algorithms` of what is there then. `None` when
    /// the cache has no such content, or what it has is damaged: that is removed. What is in `into` then is of no use.
    pub async fn copy(&self, sha512: &Checksum, into: &Path, algorithms: &[Algorithm]) -> Option<Vec<Checksum>> {
        let path = self.content_path(sha512)?;
        let mut from = File::from(fs_err::File::open(&path).ok()?);
        // Not created again where it has been removed meanwhile.
        let mut to = File::from(fs_err::OpenOptions::new().write(true).open(into).ok()?);
        let into = into.to_owned();
        let wanted: Vec<Algorithm> = [Algorithm::Sha512].iter().chain(algorithms).copied().collect();
        let copied = tokio::task::spawn_blocking(move || {
            std::io::copy(&mut from, &mut to).ok()?;
            Checksum::all_of_file(&wanted, &into).ok()
        });
        let mut checksums = copied.await.ok().flatten().unwrap_or_default();
        if checksums.first() == Some(sha512) {
            return Some(checksums.split_off(1));
        }
        tracing::debug!(file = %path.display(), "damaged: removed from the cache");
        let _ = fs_err::remove_file(path);
        None
    }

    /// Whether the content of an entry is there, whole or not.
    pub fn has(&self, entry: &Entry) -> bool {
        entry.checksum().and_then(|sum| self.content_path(&sum)).is_some_and(|path| path.is_file())
    }

    /// Keeps a copy of `file` as what is at the address. A failure is only told to the log.
    pub async fn keep(&self, address: &Address, file: &Path, entry: Entry) {
        let places = entry.checksum().and_then(|sum| Some((self.content_path(&sum)?, self.entry_path(address)?)));
        let Some((content, note)) = places else { return };
        let file = file.to_owned();
        let kept = tokio::task::spawn_blocking(move || -> Result<()> {
            place(&content, |to| std::io::copy(&mut File::from(fs_err::File::open(&file)?), to).map(drop))?;
            let text = serde_json::to_vec_pretty(&entry).or_error(Kind::Bug, || "no JSON".to_owned())?;
            place(&note, |to| to.write_all(&text))
        });
        match kept.await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::debug!(%error, causes = ?error.causes(), "not kept in the cache"),
            Err(error) => tracing::debug!(%error, "not kept in the cache"),
        }
    }

    fn content_path(&self, sha512: &Checksum) -> Option<PathBuf> {
        let hex = sha512.hex();
        Some(self.folder.as_ref()?.join("files").join(hex.get(..2)?).join(hex))
    }

    fn entry_path(&self, address: &Address) -> Option<PathBuf> {
        let name = Checksum::of_bytes(Algorithm::Sha256, address.secret().as_str().as_bytes());
        Some(self.folder.as_ref()?.join("urls").join(format!("{}.json", name.hex())))
    }
}

/// Writes a file whole or not at all, for its owner alone: a URL with credentials may give what is not for all.
fn place(path: &Path, write: impl FnOnce(&mut File) -> std::io::Result<()>) -> Result<()> {
    let cannot = || format!("`{}` cannot be written", path.display());
    let folder = path.parent().ok_or_else(|| Error::bug("a file of the cache is in no folder"))?;
    DirBuilder::new().recursive(true).mode(0o700).create(folder).or_error(Kind::Environment, cannot)?;
    let temporary = tempfile::Builder::new().prefix(".partial-").tempfile_in(folder);
    let mut temporary = temporary.or_error(Kind::Environment, cannot)?;
    write(temporary.as_file_mut()).or_error(Kind::Environment, cannot)?;
    temporary.persist(path).or_error(Kind::Environment, cannot)?;
    Ok(())
}
