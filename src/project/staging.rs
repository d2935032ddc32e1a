//! The staging area of one run and the staging folders of its builds: what rpmbuild works in instead of the user's checkout.
//!
//! rpm writes the paths of its folders into a source RPM (in the expanded spec that the header holds), so that the same commit
//! gives the same bytes only if the folders bear the same names each time. The area is therefore named after the commit, with a
//! number behind it where another run has that commit in work, and not by chance.

use std::ffi::OsStr;
use std::fs::File;
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _};
use std::path::{Path, PathBuf};

use fs_err as fs;
use jiff::Timestamp;

use crate::context::Context;
use crate::error::{Context as _, Error, Kind, Result};
use crate::git::CommitId;
use crate::paths;
use crate::project::checkout_copy;

/// The name of the file that tells whether an area is in use: locked as long as its process lives.
const LOCK: &str = "lock";
/// The folder that holds the folders of the builds, so that none of them bears the name of the lock.
const BUILDS: &str = "builds";
/// The folder that holds the folders in which RPMs are built.
const RPMS: &str = "rpms";
/// How the name of an area begins; the commit follows.
const PREFIX: &str = "packit-";
/// So many digits of the commit.
const COMMIT: usize = 12;
/// More runs at a time than this are not to be expected.
const MOST: u32 = 1000;

/// The folder for everything temporary of one run, removed when dropped. One that a killed run left is emptied and used again.
#[derive(Debug)]
pub struct Area {
    folder: PathBuf,
    _lock: File,
}

impl Area {
    /// Claims the first free area for a commit, below the folder for temporary files.
    ///
    /// # Errors
    /// Of kind [`Kind::Environment`] when none can be made.
    pub fn claim(context: &Context, commit: CommitId) -> Result<Self> {
        let below = context.temporary();
        let cannot = || format!("no temporary folder can be made in `{}`", below.display());
        let hint = |error: Error| error.hint("TMPDIR names another place for temporary files");
        remove_abandoned(&below);
        let name = format!("{PREFIX}{}", commit.short(COMMIT));
        for number in 0..MOST {
            let folder = below.join(if number == 0 { name.clone() } else { format!("{name}-{number}") });
            if let Some(area) = Self::try_claim(&folder).or_error(Kind::Environment, cannot).map_err(hint)? {
                return Ok(area);
            }
        }
        Err(hint(Error::new(Kind::Environment, cannot()).cause(format!("`{name}` and {MOST} more are all in use"))))
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
        if empty(folder).is_err() {
            return Ok(None);
        }
        Ok(Some(Self { folder: folder.to_owned(), _lock: lock }))
    }

    /// A folder of that name in the area.
    ///
    /// # Errors
    /// Of kind [`Kind::Environment`] when it cannot be made; of kind [`Kind::Config`] when the name leads out of the area.
    pub fn folder(&self, name: &str) -> Result<PathBuf> {
        let builds = self.folder.join(BUILDS);
        let folder = paths::join_within(&builds, &builds, Path::new(name))?;
        fs::create_dir_all(&folder).or_error(Kind::Environment, || "the staging area cannot be filled".to_owned())?;
        Ok(folder)
    }
}

impl Area {
    /// The folder for the RPMs of the package with this number, and for all that is made on the way to them.
    pub fn for_rpms(&self, number: usize) -> PathBuf {
        self.folder.join(RPMS).join(number.to_string())
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

/// Removes the areas that killed runs left: nobody holds their locks. Folders that only look like areas have no lock.
fn remove_abandoned(below: &Path) {
    let Ok(entries) = fs::read_dir(below) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let digits = name.to_str().and_then(|name| name.strip_prefix(PREFIX)?.split('-').next());
        let is_named =
            digits.is_some_and(|digits| digits.len() == COMMIT && digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
        let folder = entry.path();
        if is_named && folder.join(LOCK).is_file() {
            // Whoever claims it removes it in the end.
            drop(Area::try_claim(&folder));
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
#[derive(Debug, Clone)]
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

    /// Puts a link to each entry of the user's spec folder beside our own files, which stay where the names are the same. A link
    /// that leads out of the repository at `root` is left out: a source RPM holds nothing else of this machine.
    ///
    /// # Errors
    /// Of kind [`Kind::Environment`] when the folder cannot be read or the links cannot be made.
    pub fn link_entries(&self, spec_folder: &Path, root: &Path) -> Result<()> {
        link_into(&self.sources(), spec_folder, root)
    }

    /// Moves all that is in the folder with the sources to the folder `to`; of a link, a copy of its file gets there. What is there
    /// gives way.
    ///
    /// # Errors
    /// Of kind [`Kind::Environment`].
    pub fn move_sources(&self, to: &Path) -> Result<()> {
        move_into(&self.sources(), to)
    }

    /// Copies the files of these names from the user's spec folder, with modes that do not depend on the user's umask: for a source
    /// RPM that is to be reproducible. What is no file, or not there, is rpm's to judge.
    ///
    /// # Errors
    /// Of kind [`Kind::Environment`] when a file cannot be copied.
    pub fn copy_files(&self, spec_folder: &Path, names: &[String]) -> Result<()> {
        for name in names {
            let (from, to) = (spec_folder.join(name), self.sources().join(name));
            let Some(metadata) = fs::metadata(&from).ok().filter(|found| found.is_file()) else { continue };
            if !paths::is_file_name(OsStr::new(name)) || to.symlink_metadata().is_ok() {
                continue;
            }
            let cannot = || format!("`{}` cannot be brought into the staging folder", from.display());
            let executable = metadata.mode() & 0o100 != 0;
            fs::copy(&from, &to).or_error(Kind::Environment, cannot)?;
            let mode = std::os::unix::fs::PermissionsExt::from_mode(if executable { 0o755 } else { 0o644 });
            fs::set_permissions(&to, mode).or_error(Kind::Environment, cannot)?;
        }
        Ok(())
    }

    /// Brings a file from elsewhere into the folder with the sources, under this name: as a link, or, for a source RPM that is to be
    /// reproducible, as a copy with the time `modified` and a mode that does not depend on the user's umask.
    ///
    /// # Errors
    /// Of kind [`Kind::Environment`].
    pub fn bring(&self, file: &Path, name: &Path, modified: Option<Timestamp>) -> Result<()> {
        let to = self.sources().join(name);
        if to == file {
            return Ok(());
        }
        let cannot = || format!("`{}` cannot be brought into the staging folder", file.display());
        if to.symlink_metadata().is_ok() {
            fs::remove_file(&to).or_error(Kind::Environment, cannot)?;
        }
        let real = fs::canonicalize(file).or_error(Kind::Environment, cannot)?;
        let Some(modified) = modified else {
            return std::os::unix::fs::symlink(real, to).or_error(Kind::Environment, cannot);
        };
        fs::copy(real, &to).or_error(Kind::Environment, cannot)?;
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o644);
        fs::set_permissions(&to, mode).or_error(Kind::Environment, cannot)?;
        paths::set_modified(&to, modified)
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
        // rpm writes the mode into the source RPM: it is not to depend on the user's umask.
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o644);
        fs::set_permissions(&path, mode).or_error(Kind::Environment, cannot)?;
        if let Some(time) = modified {
            paths::set_modified(&path, time)?;
        }
        Ok(path)
    }
}

fn move_into(folder: &Path, to: &Path) -> Result<()> {
    let cannot = || "the staging folder cannot be filled".to_owned();
    fs::create_dir_all(to).or_error(Kind::Environment, cannot)?;
    for entry in fs::read_dir(folder).or_error(Kind::Environment, cannot)? {
        let entry = entry.or_error(Kind::Environment, cannot)?;
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        if entry.file_type().or_error(Kind::Environment, cannot)?.is_dir() {
            move_into(&from, &to)?;
            continue;
        }
        if to.symlink_metadata().is_ok() {
            fs::remove_file(&to).or_error(Kind::Environment, cannot)?;
        }
        if from.is_symlink() {
            checkout_copy::copy_file(&from, &to)?;
        } else {
            fs::rename(&from, &to).or_error(Kind::Environment, cannot)?;
        }
    }
    Ok(())
}

fn link_into(folder: &Path, spec_folder: &Path, root: &Path) -> Result<()> {
    let cannot = || format!("`{}` cannot be brought into the staging folder", spec_folder.display());
    for entry in fs::read_dir(spec_folder).or_error(Kind::Environment, cannot)? {
        let entry = entry.or_error(Kind::Environment, cannot)?;
        let (name, kind) = (entry.file_name(), entry.file_type().or_error(Kind::Environment, cannot)?);
        let link = folder.join(&name);
        if let Ok(there) = link.symlink_metadata() {
            // A folder of ours holds what was downloaded into it.
            if there.is_dir() && kind.is_dir() {
                link_into(&link, &entry.path(), root)?;
            }
            continue;
        }
        let leads_out = || paths::join_within(root, spec_folder, Path::new(&name)).is_err();
        if name == OsStr::new(".git") || (kind.is_symlink() && leads_out()) {
            continue;
        }
        std::os::unix::fs::symlink(entry.path(), link).or_error(Kind::Environment, cannot)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;
    use std::ffi::OsString;
    use std::sync::Arc;

    use super::*;
    use crate::interrupt::Interrupt;

    #[test]
    fn areas_of_killed_runs_go_with_the_next_run() {
        let below = tempfile::tempdir().unwrap();
        let variables = HashMap::from([(OsString::from("TMPDIR"), below.path().as_os_str().to_owned())]);
        let context = Context::with(PathBuf::from("/"), variables, Arc::new(|_| {}), Interrupt::default()).unwrap();
        let (left, other) = (below.path().join("packit-0123456789ab-1"), below.path().join("packit-0123456789ac"));
        for folder in [&left, &other] {
            fs::create_dir_all(folder.join("rpms/0")).unwrap();
        }
        fs::write(left.join(LOCK), "").unwrap();
        let in_use = Area::claim(&context, CommitId::of_content(b"a").unwrap()).unwrap();
        assert!(!left.exists());
        assert!(other.exists(), "it has no lock, so that it is no area");
        let second = Area::claim(&context, CommitId::of_content(b"b").unwrap()).unwrap();
        assert!(in_use.folder.is_dir() && second.folder.is_dir());
    }

    #[test]
    fn areas_are_numbered_used_again_and_removed() {
        let below = tempfile::tempdir().unwrap();
        let folder = below.path().join("packit-0");
        let first = Area::try_claim(&folder).unwrap().unwrap();
        fs::create_dir_all(first.folder("a").unwrap().join("b")).unwrap();
        assert!(Area::try_claim(&folder).unwrap().is_none(), "it is in use");
        assert!(first.folder("..").is_err());
        assert!(first.folder(LOCK).unwrap().is_dir());
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
