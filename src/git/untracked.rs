//! The files of a work tree that git does not track, and whether one was written since.

use std::collections::HashMap;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use super::command::plain_git;
use crate::context::Context;
use crate::error::Result;

/// What tells a file from the same file after somebody wrote it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stamp {
    inode: u64,
    size: u64,
    changed: (i64, i64),
}

impl Stamp {
    fn of(path: &Path) -> Option<Self> {
        let data = path.symlink_metadata().ok()?;
        Some(Self { inode: data.ino(), size: data.size(), changed: (data.ctime(), data.ctime_nsec()) })
    }
}

/// The files below `root` that git would add, with their stamps.
///
/// # Errors
/// When git fails or the work is interrupted.
pub(super) async fn stamps(context: &Context, root: &Path) -> Result<HashMap<PathBuf, Stamp>> {
    let list = plain_git(root).args(["ls-files", "-z", "--others", "--exclude-standard"]);
    let output = list.output(context).await?.success()?;
    let names = output.stdout.split(|&byte| byte == 0).filter(|name| !name.is_empty());
    let paths = names.map(|name| PathBuf::from(OsStr::from_bytes(name)));
    Ok(paths.filter_map(|path| Stamp::of(&root.join(&path)).map(|stamp| (path, stamp))).collect())
}

/// Those of `before` that lie below `root` as they did.
pub(super) fn untouched<'a>(root: &'a Path, before: &'a HashMap<PathBuf, Stamp>) -> impl Iterator<Item = &'a Path> {
    let same = before.iter().filter(|(path, stamp)| Stamp::of(&root.join(path)).as_ref() == Some(stamp));
    same.map(|(path, _)| path.as_path())
}
