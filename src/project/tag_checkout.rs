//! A release of upstream in a folder of packit's own: actions can work there, and the checkout of the user is only read.

use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::context::Context;
use crate::error::{Context as _, Kind, Result};
use crate::git::{CommitId, Repo, private_checkout};

/// A checkout of one commit, removed when it is dropped.
#[derive(Debug)]
pub struct TagCheckout {
    root: PathBuf,
    _folder: TempDir,
}

impl TagCheckout {
    /// Checks out `commit` of the repository `repo` into a temporary folder. The folder is called like the one of the repository, which
    /// can be the name of a package. Its objects are those of `repo`, its branches and tags have the same names there, and its remotes
    /// the same addresses; nothing is written to `repo`. HEAD is the commit, and no branch.
    ///
    /// # Errors
    /// When git fails, or a folder cannot be made.
    pub async fn make(context: &Context, repo: &Repo, commit: CommitId) -> Result<Self> {
        let made = tempfile::Builder::new().prefix("packit-upstream-").tempdir_in(context.temporary());
        let folder = made.or_error(Kind::Environment, || "a temporary folder cannot be made".to_owned())?;
        let top = folder.path().canonicalize();
        let top = top.or_error(Kind::Environment, || "a temporary folder cannot be read".to_owned())?;
        let root = top.join(repo.root().file_name().unwrap_or("upstream".as_ref()));
        context.step(format!("checking out {}", commit.short(8)));
        private_checkout::make(context, repo, commit, &root).await?;
        Ok(Self { root, _folder: folder })
    }

    /// The top folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Where a path in the repository that was checked out lies here; `None` when it is not in that.
    pub fn counterpart(&self, repo: &Repo, path: &Path) -> Option<PathBuf> {
        path.strip_prefix(repo.root()).ok().map(|below| self.root.join(below))
    }
}

#[cfg(test)]
mod tests;
