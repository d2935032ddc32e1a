//! What has been changed in a checkout of packit's own, ignored files and all.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

use super::command::plain_git;
use crate::context::Context;
use crate::error::Result;

/// A file that differs from HEAD.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Its path, relative to the top folder.
    pub file: PathBuf,
    /// Whether HEAD has no such file.
    pub is_new: bool,
}

/// The files of the checkout at `root` that differ from its HEAD, in the order of their names. Those that are gone are not among them.
/// Its index has them afterwards.
///
/// # Errors
/// When git fails or the work is interrupted.
pub async fn since_head(context: &Context, root: &Path) -> Result<Vec<Change>> {
    let git = || plain_git(root).args(["-c", "core.autocrlf=false"]);
    git().args(["add", "--all", "--force", "--", "."]).output(context).await?.success()?;
    let diff =
        git().args(["diff", "--cached", "--name-status", "-z", "--no-renames", "--diff-filter=d", "--no-ext-diff"]);
    let said = diff.args(["HEAD", "--"]).output(context).await?.success()?.stdout;
    let mut parts = said.split(|&byte| byte == 0);
    let mut changes = Vec::new();
    while let (Some(kind), Some(name)) = (parts.next(), parts.next()) {
        changes.push(Change { file: PathBuf::from(OsStr::from_bytes(name)), is_new: kind == b"A" });
    }
    Ok(changes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::git::testing::World;

    #[tokio::test]
    async fn all_that_differs_is_told() {
        let world = World::new();
        world.write("work/gone", "x");
        world.commit("More");
        world.write("work/hello.spec", "Name: other\n");
        world.write("work/a.tar.gz", "ignored");
        world.write("work/sub/ne\nw", "new");
        fs_err::remove_file(world.path("work/gone")).unwrap();
        let found = since_head(&world.context, &world.path("work")).await.unwrap();
        let change = |file: &str, is_new| Change { file: PathBuf::from(file), is_new };
        assert_eq!(found, [change("a.tar.gz", true), change("hello.spec", false), change("sub/ne\nw", true)]);
    }
}
