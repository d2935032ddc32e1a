//! The staging folder of one build: what rpmbuild works in instead of the user's checkout.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use fs_err as fs;
use tempfile::TempDir;

use crate::context::Context;
use crate::error::{Context as _, Kind, Result};

/// A temporary folder with the sources of a build, removed when dropped.
#[derive(Debug)]
pub struct Staging {
    folder: TempDir,
}

impl Staging {
    /// An empty staging folder below the folder for temporary files.
    ///
    /// # Errors
    /// Of kind [`Kind::Environment`] when it cannot be made.
    pub fn new(context: &Context) -> Result<Self> {
        let below = context.temporary();
        let folder = tempfile::Builder::new().prefix("packit-").tempdir_in(&below);
        let folder = folder
            .map_err(anyhow::Error::new)
            .or_error(Kind::Environment, || format!("no temporary folder can be made in `{}`", below.display()));
        let staging =
            Self { folder: folder.map_err(|error| error.hint("TMPDIR names another place for temporary files"))? };
        for part in [staging.sources(), staging.result(), staging.scratch()] {
            fs::create_dir(part).or_error(Kind::Environment, || "the staging folder cannot be filled".to_owned())?;
        }
        Ok(staging)
    }

    /// The folder with the spec and all its sources.
    pub fn sources(&self) -> PathBuf {
        self.folder.path().join("SOURCES")
    }

    /// The folder that gets the source RPM.
    pub fn result(&self) -> PathBuf {
        self.folder.path().join("SRPMS")
    }

    /// The folder for what rpm makes on the way.
    pub fn scratch(&self) -> PathBuf {
        self.folder.path().join("BUILD")
    }

    /// Puts a link to each entry of the user's spec folder beside our own files, which stay where the names are the same.
    ///
    /// # Errors
    /// Of kind [`Kind::Environment`] when the folder cannot be read or the links cannot be made.
    pub fn link_entries(&self, spec_folder: &Path) -> Result<()> {
        let cannot = || format!("`{}` cannot be brought into the staging folder", spec_folder.display());
        let sources = self.sources();
        for entry in fs::read_dir(spec_folder).or_error(Kind::Environment, cannot)? {
            let entry = entry.or_error(Kind::Environment, cannot)?;
            let name = entry.file_name();
            let link = sources.join(&name);
            if name == OsStr::new(".git") || link.symlink_metadata().is_ok() {
                continue;
            }
            std::os::unix::fs::symlink(entry.path(), link).or_error(Kind::Environment, cannot)?;
        }
        Ok(())
    }

    /// Writes a file of ours into the folder with the sources; a link of that name gives way.
    ///
    /// # Errors
    /// Of kind [`Kind::Environment`].
    pub fn write(&self, name: &OsStr, content: &[u8]) -> Result<PathBuf> {
        let path = self.sources().join(name);
        let cannot = || "the staging folder cannot be filled".to_owned();
        if path.symlink_metadata().is_ok() {
            fs::remove_file(&path).or_error(Kind::Environment, cannot)?;
        }
        fs::write(&path, content).or_error(Kind::Environment, cannot)?;
        Ok(path)
    }
}
