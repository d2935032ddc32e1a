//! What a checkout was, in a file that outlives packit.

use std::ffi::OsString;
use std::os::unix::fs::{MetadataExt as _, symlink};
use std::path::{Path, PathBuf};

use fs_err as fs;
use serde::{Deserialize, Serialize};

use crate::error::{Context as _, Kind, Result};
use crate::paths;

/// The name of the journal in the folder of the guard.
const NAME: &str = "journal.json";
/// The folder with the copies in it.
const KEPT: &str = "kept";
/// The name of the copy of the index.
const INDEX: &str = "index";

/// What a checkout was before actions worked in it. Paths are relative to the top of the work tree.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Journal {
    /// The commit that was checked out.
    pub(super) head: String,
    /// The branch that was checked out.
    pub(super) branch: Option<String>,
    /// Files with a copy.
    pub(super) kept: Vec<Kept>,
    /// Names of tracked files at which something else stood, such as a folder: that is nobody's to touch.
    pub(super) left: Vec<OsString>,
    /// Files that packit itself lays into the checkout: in the end there are none of these names but those that are kept.
    pub(super) laid: Vec<OsString>,
}

/// A file that is to be as its copy is.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Kept {
    /// The file.
    pub(super) path: OsString,
    /// The number of its copy; none when there was no such file.
    pub(super) copy: Option<usize>,
}

/// What a file is, to tell whether it is still the same one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Form {
    /// A symbolic link, and what it leads to.
    Link(PathBuf),
    /// A file: device, inode, size in bytes, and time of last change in seconds and nanoseconds.
    File(u64, u64, u64, i64, i64),
}

impl Form {
    /// What `path` is.
    pub(super) fn of(path: &Path) -> Option<Self> {
        let found = path.symlink_metadata().ok()?;
        if found.is_symlink() {
            return fs::read_link(path).ok().map(Self::Link);
        }
        Some(Self::File(found.dev(), found.ino(), found.len(), found.mtime(), found.mtime_nsec()))
    }
}

/// The files of a journal: the journal itself, copies, and the copy of the index.
#[derive(Debug, Clone)]
pub(super) struct Files {
    /// The folder of the guard.
    pub(super) folder: PathBuf,
}

impl Files {
    /// The copy of the index.
    pub(super) fn index(&self) -> PathBuf {
        self.folder.join(INDEX)
    }

    /// Whether there is a journal.
    pub(super) fn is_there(&self) -> bool {
        self.folder.join(NAME).is_file()
    }

    /// Reads the journal.
    ///
    /// # Errors
    /// Of kind [`Kind::Environment`] when it cannot be read.
    pub(super) fn read(&self) -> Result<Journal> {
        let path = self.folder.join(NAME);
        let cannot = || format!("`{}` cannot be read", path.display());
        let text = fs::read(&path).or_error(Kind::Environment, cannot)?;
        serde_json::from_slice(&text).or_error(Kind::Environment, cannot)
    }

    /// Writes the journal, whole or not at all.
    ///
    /// # Errors
    /// Of kind [`Kind::Environment`].
    pub(super) fn write(&self, journal: &Journal) -> Result<()> {
        let path = self.folder.join(NAME);
        let cannot = || format!("`{}` cannot be written", path.display());
        let temporary = tempfile::NamedTempFile::new_in(&self.folder).or_error(Kind::Environment, cannot)?;
        let text = serde_json::to_vec(journal).or_error(Kind::Bug, cannot)?;
        fs::write(temporary.path(), text).or_error(Kind::Environment, cannot)?;
        temporary.persist(&path).or_error(Kind::Environment, cannot)?;
        Ok(())
    }

    /// Removes the journal: there is nothing more to be put back. Where it cannot be removed, the next run puts the same back again.
    pub(super) fn end(&self) {
        let _ = fs::remove_file(self.folder.join(NAME));
    }

    /// Copies `from`, a file or a link, as number `copy`.
    ///
    /// # Errors
    /// Of kind [`Kind::Environment`].
    pub(super) fn keep(&self, from: &Path, copy: usize) -> Result<Found> {
        let cannot = || format!("`{}` cannot be kept while actions work in the checkout", from.display());
        let folder = self.folder.join(KEPT);
        fs::create_dir_all(&folder).or_error(Kind::Environment, cannot)?;
        copy_file(from, &folder.join(copy.to_string())).or_error(Kind::Environment, cannot)
    }

    /// The copy of that number.
    pub(super) fn copy(&self, copy: usize) -> PathBuf {
        self.folder.join(KEPT).join(copy.to_string())
    }

    /// Makes the file at `to` what its copy is, and tells whether it was something else.
    ///
    /// # Errors
    /// Of kind [`Kind::Environment`].
    pub(super) fn put(&self, copy: Option<usize>, to: &Path, before: impl FnOnce() -> Result<()>) -> Result<bool> {
        let cannot = || format!("`{}` cannot be put back", to.display());
        let kept = copy.map(|copy| self.copy(copy));
        if same(kept.as_deref(), to) {
            return Ok(false);
        }
        before()?;
        let is_folder = to.symlink_metadata().is_ok_and(|found| found.is_dir());
        let Some(kept) = kept else {
            // A folder where nothing was is what an action made.
            if !is_folder {
                fs::remove_file(to).or_error(Kind::Environment, cannot)?;
            }
            return Ok(!is_folder);
        };
        if is_folder {
            // A file stood there: all that is in the folder came since.
            fs::remove_dir_all(to).or_error(Kind::Environment, cannot)?;
        }
        let folder = to.parent().unwrap_or(Path::new("/"));
        fs::create_dir_all(folder).or_error(Kind::Environment, cannot)?;
        let beside =
            tempfile::Builder::new().prefix(".packit-").tempdir_in(folder).or_error(Kind::Environment, cannot)?;
        let fresh = beside.path().join("file");
        copy_file(&kept, &fresh).or_error(Kind::Environment, cannot)?;
        paths::put_in_place(&fresh, to)?;
        Ok(true)
    }
}

/// What stood where a file was to be copied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Found {
    /// A file or a link, which is copied.
    File,
    /// Nothing.
    Nothing,
    /// A folder, a pipe or the like.
    Other,
}

/// Copies a file with its permissions, or a link.
pub(super) fn copy_file(from: &Path, to: &Path) -> std::io::Result<Found> {
    let metadata = match from.symlink_metadata() {
        Err(error) if matches!(error.kind(), std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory) => {
            return Ok(Found::Nothing);
        }
        found => found?,
    };
    if metadata.is_symlink() {
        symlink(fs::read_link(from)?, to)?;
    } else if metadata.is_file() {
        fs::copy(from, to)?;
    } else {
        return Ok(Found::Other);
    }
    Ok(Found::File)
}

/// Whether two files, or links, are the same in kind, permissions and content.
fn same(kept: Option<&Path>, to: &Path) -> bool {
    let (Some(kept), Ok(now)) = (kept, to.symlink_metadata()) else {
        return kept.is_none() && to.symlink_metadata().is_err();
    };
    let Ok(then) = kept.symlink_metadata() else { return false };
    if then.is_symlink() || now.is_symlink() {
        return then.is_symlink() && now.is_symlink() && fs::read_link(kept).ok() == fs::read_link(to).ok();
    }
    then.is_file()
        && now.is_file()
        && then.mode() == now.mode()
        && then.len() == now.len()
        && fs::read(kept).is_ok_and(|kept| fs::read(to).is_ok_and(|now| kept == now))
}
