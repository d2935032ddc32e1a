//! The upstream archive that packit makes when no action does: `NAME-VERSION.tar.gz` of a commit, everything below `NAME-VERSION/`.

use std::ffi::OsStr;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use fs_err as fs;
use serde::Serialize;

use crate::context::Context;
use crate::error::{Context as _, Error, Kind, Result};
use crate::event::What;
use crate::git::command;
use crate::paths;
use crate::project::gzip;

/// More threads are idle: git does not write faster.
const MOST_THREADS: usize = 8;

/// The name of an archive and of the folder that everything in it is below.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ArchiveName {
    /// File name, `NAME-VERSION.tar.gz`.
    pub file: String,
    /// Top folder, `NAME-VERSION`.
    pub top_folder: String,
}

impl ArchiveName {
    /// The name for a package: `base` is its upstream name, else its downstream name. The extension is always `.tar.gz`,
    /// whatever Source0 says, as in the Python packit.
    ///
    /// # Errors
    /// Of kind [`Kind::Config`] when the names do not make a file name.
    pub fn new(base: &str, version: &str) -> Result<Self> {
        let top_folder = format!("{base}-{version}");
        if !paths::is_file_name(OsStr::new(&top_folder)) || top_folder.contains(char::is_control) {
            return Err(Error::new(Kind::Config, format!("`{}` cannot be the name of an archive", top_folder.escape_debug()))
                .hint("a name and a version hold neither `/` nor control characters: set `upstream_package_name` and `upstream_tag_template`"));
        }
        Ok(Self { file: format!("{top_folder}.tar.gz"), top_folder })
    }
}

/// Makes the archive of `commit` in the folder `into` and returns its path. `folder` is the package's folder: below the root of
/// the work tree only that part goes in. The tar inside is git's own, byte for byte; the gzip around it holds no time.
///
/// # Errors
/// When git fails, the file cannot be written, or the work is interrupted; no file is left then.
pub async fn make(context: &Context, folder: &Path, commit: &str, name: &ArchiveName, into: &Path) -> Result<PathBuf> {
    let path = into.join(&name.file);
    let temporary = tempfile::Builder::new().prefix(".packit-").suffix(".tar.gz").tempfile_in(into);
    let temporary = temporary.or_error(Kind::Environment, || format!("`{}` cannot be written", path.display()))?;
    let (progress, threads, shown) = (context.clone(), context.parallelism().min(MOST_THREADS), path.clone());
    let prefix = format!("{}/", name.top_folder);
    let written = command::archive(context, folder, commit, &prefix, move |tar| {
        let cannot = || format!("`{}` cannot be written", shown.display());
        let mut file = fs::OpenOptions::new().write(true).open(temporary.path()).or_error(Kind::Environment, cannot)?;
        let tell = |done| progress.send(What::Bytes { done, total: None });
        gzip::compress(tar, &mut file, threads, tell).or_error(Kind::Environment, cannot)?;
        file.flush().or_error(Kind::Environment, cannot)?;
        Ok(temporary)
    });
    let temporary = written.await?;
    context.interrupt().check()?;
    let cannot = || format!("`{}` cannot be written", path.display());
    let readable = std::os::unix::fs::PermissionsExt::from_mode(0o644);
    fs::set_permissions(temporary.path(), readable).or_error(Kind::Environment, cannot)?;
    temporary.persist(&path).or_error(Kind::Environment, cannot)?;
    Ok(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_file_names() {
        let name = ArchiveName::new("hello", "1.0").unwrap();
        assert_eq!((name.file.as_str(), name.top_folder.as_str()), ("hello-1.0.tar.gz", "hello-1.0"));
        for (base, version) in [("a/b", "1"), ("a", "../1"), ("a", "1\0"), ("a\nb", "1"), ("a", "\u{1b}1")] {
            assert_eq!(ArchiveName::new(base, version).unwrap_err().kind(), Kind::Config, "{base} {version}");
        }
    }
}
