//! The staging area of one run and the staging folders of its builds: what rpmbuild works in instead of the user's checkout.
//!
//! rpm writes the paths of its folders into a source RPM (in the expanded spec that the header holds), so that the same commit
//! gives the same bytes only if the folders bear the same names each time. The area is therefore the first free one of
//! `packit-0`, `packit-1`, ... and not a random name.

use std::ffi::OsStr;
use std::fs::File;
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _};
use std::path::{Path, PathBuf};

use fs_err as fs;
use jiff::Timestamp;

use crate::context::Context;
use crate::error::{Context as _, Error, Kind, Result};
use crate::paths;

/// The name of the file that tells whether an area is in use: locked as long as its process lives.
const LOCK: &str = "lock";
/// More runs at a time than this are not to be expected.
const MOST: u32 = 1000;

/// The folder for everything temporary of one run, removed when dropped. One that a killed run left is emptied and used again.
#[derive(Debug)]
pub struct Area {
    folder: PathBuf,
    _lock: File,
}

impl Area {
    /// Claims the first free area below the folder for temporary files.
    ///
    /// # Errors
    /// Of kind [`Kind::Environment`] when none can be made.
    pub fn claim(context: &Context) -> Result<Self> {
        let below = context.temporary();
        let cannot = || format!("no temporary folder can be made in `{}`", below.display());
        let hint = |error: Error| error.hint("TMPDIR names another place for temporary files");
        for number in 0..MOST {
            let folder = below.join(format!("packit-{number}"));
            if let Some(area) = Self::try_claim(&folder).or_error(Kind::Environment, cannot).map_err(hint)? {
                return Ok(area);
            }
        }
        Err(hint(Error::new(Kind::Environment, cannot()).cause(format!("packit-0 to packit-{MOST} are all in use"))))
    }

    /// `None` when the area is in use, or belongs to another user.
    fn try_claim(folder: &Path) -> std::io::Result<Option<Self>> {
        match std::fs::DirBuilder::new().mode(0o700).create(folder) {
            Ok(()) => {}
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
                let found = fs::symlink_metadata(folder);
                if !found.is_ok_and(|found| found.is_dir() && found.uid() == rustix::process::getuid().as_raw()) {
                    return Ok(None);
                }
            }
            Err(error) => return Err(error),
        }
        let path = folder.join(LOCK);
        let Ok(lock) = fs::OpenOptions::new().create(true).truncate(false).write(true).open(&path) else {
            return Ok(None);
        };
        let lock = lock.into_parts().0;
        if lock.try_lock().is_err() {
            return Ok(None);
        }
        // Between opening and locking, the run that had the area may have removed it.
        let same = fs::metadata(&path).is_ok_and(|now| lock.metadata().is_ok_and(|then| now.ino() == then.ino()));
        if !same {
            return Ok(None);
        }
        empty(folder)?;
        Ok(Some(Self { folder: folder.to_owned(), _lock: lock }))
    }

    /// An empty folder of that name in the area.
    ///
    /// # Errors
    /// Of kind [`Kind::Environment`] when it cannot be made; of kind [`Kind::Config`] when the name leads out of the area.
    pub fn folder(&self, name: &str) -> Result<PathBuf> {
        let folder = paths::join_within(&self.folder, &self.folder, Path::new(name))?;
        fs::create_dir_all(&folder).or_error(Kind::Environment, || "the staging area cannot be filled".to_owned())?;
        Ok(folder)
    }
}

impl Drop for Area {
    fn drop(&mut self) {
        // What cannot be removed now is removed by the next run.
        if empty(&self.folder).is_ok() && fs::remove_file(self.folder.join(LOCK)).is_ok() {
            let _ = fs::remove_dir(&self.folder);
        }
    }
}

/// Removes all that is in the folder of an area but its lock.
fn empty(folder: &Path) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_name() == LOCK {
            continue;
        }
        if entry.file_type()?.is_dir() { fs::remove_dir_all(entry.path())? } else { fs::remove_file(entry.path())? }
    }
    Ok(())
}

/// The staging folder of one build.
#[derive(Debug)]
pub struct Staging {
    folder: PathBuf,
}

impl Staging {
    /// The staging folder for a package, with empty folders for sources, result and scratch.
    ///
    /// # Errors
    /// As [`Area::folder`].
    pub fn new(area: &Area, package: &str) -> Result<Self> {
        let staging = Self { folder: area.folder(package)? };
        for part in [staging.sources(), staging.result(), staging.scratch()] {
            fs::create_dir(part).or_error(Kind::Environment, || "the staging folder cannot be filled".to_owned())?;
        }
        Ok(staging)
    }

    /// The folder with the spec and all its sources.
    pub fn sources(&self) -> PathBuf {
        self.folder.join("SOURCES")
    }

    /// The folder that gets the source RPM.
    pub fn result(&self) -> PathBuf {
        self.folder.join("SRPMS")
    }

    /// The folder for what rpm makes on the way.
    pub fn scratch(&self) -> PathBuf {
        self.folder.join("BUILD")
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

    /// Writes a file of ours into the folder with the sources; a link of that name gives way. `modified` is its time of last
    /// change, where that must not be now.
    ///
    /// # Errors
    /// Of kind [`Kind::Environment`].
    pub fn write(&self, name: &OsStr, content: &[u8], modified: Option<Timestamp>) -> Result<PathBuf> {
        let path = self.sources().join(name);
        let cannot = || "the staging folder cannot be filled".to_owned();
        if path.symlink_metadata().is_ok() {
            fs::remove_file(&path).or_error(Kind::Environment, cannot)?;
        }
        fs::write(&path, content).or_error(Kind::Environment, cannot)?;
        if let Some(time) = modified {
            paths::set_modified(&path, time)?;
        }
        Ok(path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn areas_are_numbered_used_again_and_removed() {
        let below = tempfile::tempdir().unwrap();
        let folder = below.path().join("packit-0");
        let first = Area::try_claim(&folder).unwrap().unwrap();
        fs::create_dir_all(first.folder("a").unwrap().join("b")).unwrap();
        assert!(Area::try_claim(&folder).unwrap().is_none(), "it is in use");
        assert!(first.folder("..").is_err());
        drop(first);
        assert!(!folder.exists());
        // What a killed run left.
        fs::create_dir_all(folder.join("old/SOURCES")).unwrap();
        fs::write(folder.join(LOCK), "").unwrap();
        let again = Area::try_claim(&folder).unwrap().unwrap();
        assert!(!folder.join("old").exists());
        drop(again);
        std::os::unix::fs::symlink(below.path(), &folder).unwrap();
        assert!(Area::try_claim(&folder).unwrap().is_none(), "a link is nobody's area");
    }
}
