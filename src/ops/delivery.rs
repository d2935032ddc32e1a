//! Where results go: checked before the work, filled after it.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use fs_err as fs;

use crate::context::Context;
use crate::error::{Error, Finding, Kind, Result};
use crate::paths;
use crate::process::shell_word;

/// Where finished files are put.
#[derive(Debug)]
pub struct Destination {
    folder: PathBuf,
    file: Option<PathBuf>,
    taken: BTreeSet<PathBuf>,
}

impl Destination {
    /// Checks where the user wants the results: `output` is a file or a folder, or nothing for the current folder. For
    /// `several` results it must be a folder.
    ///
    /// # Errors
    /// Of kind [`Kind::Usage`] when it is a file for several results; of kind [`Kind::Environment`] when the folder is not there
    /// or takes no file.
    pub fn check(context: &Context, output: Option<&Path>, several: bool) -> Result<Self> {
        let given = output.filter(|path| !path.as_os_str().is_empty());
        let path = context.absolute(given.unwrap_or(Path::new(".")));
        let as_folder = given.is_none_or(|path| path.as_os_str().as_encoded_bytes().ends_with(b"/"));
        let destination = if path.is_dir() || as_folder {
            Self { folder: path, file: None, taken: BTreeSet::new() }
        } else if path.symlink_metadata().is_ok() && !path.is_file() {
            return Err(Error::new(Kind::Usage, format!("`{}` is neither a file nor a folder", path.display())));
        } else if several {
            return Err(Error::new(
                Kind::Usage,
                format!("`{}` is not a folder, and there are several results", path.display()),
            )
            .hint("name a folder")
            .hint("or choose one package: --package NAME"));
        } else {
            // What a link leads to is replaced, not the link.
            let path = fs::canonicalize(&path).unwrap_or(path);
            let folder = path.parent().unwrap_or(Path::new("/")).to_owned();
            Self { folder, file: Some(path), taken: BTreeSet::new() }
        };
        destination.check_folder(given.is_some(), "--output")?;
        Ok(destination)
    }

    /// Checks the folder in which the user wants the results, which may be named after their own names only.
    ///
    /// # Errors
    /// Of kind [`Kind::Environment`] when the folder is not there or takes no file.
    pub fn folder(context: &Context, folder: Option<&Path>) -> Result<Self> {
        let given = folder.filter(|path| !path.as_os_str().is_empty());
        let folder = context.absolute(given.unwrap_or(Path::new(".")));
        let destination = Self { folder, file: None, taken: BTreeSet::new() };
        destination.check_folder(given.is_some(), "--output-dir")?;
        Ok(destination)
    }

    /// The folder must be there and take a file: better told now than after the work.
    /// `option` is the one that names it, which the user did where it is `named`.
    fn check_folder(&self, named: bool, option: &str) -> Result<()> {
        if !self.folder.is_dir() {
            let error = Error::new(Kind::Environment, format!("there is no folder `{}`", self.folder.display()));
            let taken = self.folder.symlink_metadata().is_ok();
            return Err(if taken { error.cause("a file has that name") } else { error.hint(mkdir(&self.folder)) });
        }
        check_takes_files(&self.folder).map_err(|error| {
            if named { error } else { error.hint(format!("{option} names another place for the result")) }
        })
    }

    /// Puts a finished file in place and returns its path. A name that another package of this run has taken already gets a
    /// folder with the name of the package, so that none is lost.
    ///
    /// # Errors
    /// Of kind [`Kind::Environment`] when the file cannot be written.
    pub fn put(&mut self, context: &Context, finished: &Path, package: &str) -> Result<PathBuf> {
        let name = finished.file_name().unwrap_or(OsStr::new("result"));
        let mut path = self.file.clone().unwrap_or_else(|| self.folder.join(name));
        if self.taken.contains(&path) {
            let folder = paths::join_within(&self.folder, &self.folder, Path::new(package))?;
            let note = format!("another package has the same file name: this one goes to `{}`", folder.display());
            context.found(Finding::note(note));
            fs::create_dir_all(&folder)
                .map_err(|error| Error::new(Kind::Environment, "no folder for the result").source(error))?;
            path = folder.join(name);
        }
        paths::put_in_place(finished, &path)?;
        self.taken.insert(path.clone());
        Ok(path)
    }
}

/// Whether files can be made in a folder that is there.
///
/// # Errors
/// Of kind [`Kind::Environment`] when they cannot.
pub(super) fn check_takes_files(folder: &Path) -> Result<()> {
    rustix::fs::access(folder, rustix::fs::Access::WRITE_OK).map_err(|errno| {
        let error = Error::new(Kind::Environment, format!("`{}` takes no file", folder.display()));
        error.cause(std::io::Error::from(errno))
    })
}

fn mkdir(folder: &Path) -> String {
    format!("make it: mkdir -p {}", shell_word(&folder.to_string_lossy()))
}
