//! How the files of a work tree differ from what an index says, and how they become that again. The index is a copy that the
//! caller keeps: git's own is neither read nor written.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

use super::command::git;
use crate::context::Context;
use crate::error::Result;
use crate::process::Command;

/// So many files are named to git at a time.
const AT_A_TIME: usize = 200;

/// A work tree and the copy of an index that it is held against.
#[derive(Debug, Clone, Copy)]
pub struct WorkTree<'a> {
    /// The top folder.
    pub root: &'a Path,
    /// The copy of the index.
    pub index: &'a Path,
}

/// Files by how they stand to the index, relative to the top folder.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Listing {
    /// Tracked ones whose content, kind or executable bit differs, that are missing, or that are in conflict.
    pub changed: BTreeSet<PathBuf>,
    /// Those that are not tracked, ignored ones too.
    pub untracked: BTreeSet<PathBuf>,
}

impl WorkTree<'_> {
    fn git(&self) -> Command {
        git(self.root).env("GIT_INDEX_FILE", self.index)
    }

    /// Compares the files with the index. Submodules are left aside.
    ///
    /// # Errors
    /// When git fails or the work is interrupted.
    pub async fn listing(&self, context: &Context) -> Result<Listing> {
        let status = self.git().args(["-c", "status.relativePaths=false", "status", "--porcelain=v1", "-z"]);
        let options = ["--untracked-files=all", "--ignored=traditional", "--ignore-submodules=all", "--no-renames"];
        let output = status.args(options).output(context).await?.success()?;
        Ok(Listing::read(&output.stdout))
    }

    /// Whether the index has this file, which is named relative to the top folder.
    ///
    /// # Errors
    /// When git fails or the work is interrupted.
    pub async fn is_tracked(&self, context: &Context, file: &Path) -> Result<bool> {
        let list = self.git().args(["--literal-pathspecs", "ls-files", "-z", "--cached", "--"]).arg(file);
        Ok(!list.output(context).await?.success()?.stdout.is_empty())
    }

    /// The tracked files that git does not look at: those with the flags assume-unchanged and skip-worktree.
    ///
    /// # Errors
    /// When git fails or the work is interrupted.
    pub async fn not_looked_at(&self, context: &Context) -> Result<Vec<PathBuf>> {
        let listed = self.git().args(["ls-files", "-z", "-v"]).output(context).await?.success()?;
        let entries = listed.stdout.split(|&byte| byte == 0).filter_map(|entry| entry.split_at_checked(2));
        let flagged = entries.filter(|(letter, _)| {
            let letter = letter.first().copied().unwrap_or(b'H');
            letter.is_ascii_lowercase() || letter == b'S'
        });
        Ok(flagged.map(|(_, path)| PathBuf::from(OsStr::from_bytes(path))).collect())
    }

    /// What the index says: the mode, content and name of each file.
    ///
    /// # Errors
    /// When git fails or the work is interrupted.
    pub async fn entries(&self, context: &Context) -> Result<Vec<u8>> {
        Ok(self.git().args(["ls-files", "-z", "--stage"]).output(context).await?.success()?.stdout)
    }

    /// Makes `files` what the index says they are.
    ///
    /// # Errors
    /// When git fails or the work is interrupted.
    pub async fn restore(&self, context: &Context, files: &BTreeSet<PathBuf>) -> Result<()> {
        let files: Vec<&PathBuf> = files.iter().collect();
        for some in files.chunks(AT_A_TIME) {
            let checkout = self.git().args(["checkout-index", "--force", "--quiet", "--"]);
            checkout.args(some.iter().map(|file| file.as_os_str())).output(context).await?.success()?;
        }
        Ok(())
    }
}

impl Listing {
    /// Reads what `git status --porcelain=v1 -z` without renames says: two letters, a blank, a path, a NUL.
    fn read(status: &[u8]) -> Self {
        let mut listing = Self::default();
        for entry in status.split(|&byte| byte == 0) {
            let Some((letters, path)) = entry.split_at_checked(3) else { continue };
            let path = PathBuf::from(OsStr::from_bytes(path));
            match letters {
                b"?? " | b"!! " => listing.untracked.insert(path),
                // The first letter is about the index and the last commit.
                [index, file, _] if *file != b' ' || *index == b'U' => listing.changed.insert(path),
                _ => continue,
            };
        }
        listing
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_git_says() {
        let listing = Listing::read(b" M a b\0M  staged\0MM both\0UU torn\0 D gone\0?? new\nline\0!! out/\xff\0");
        let paths = |paths: &[&[u8]]| paths.iter().map(|path| PathBuf::from(OsStr::from_bytes(path))).collect();
        let changed: BTreeSet<PathBuf> = paths(&[b"a b", b"both", b"torn", b"gone"]);
        assert_eq!(listing, Listing { changed, untracked: paths(&[b"new\nline", b"out/\xff"]) });
    }
}
