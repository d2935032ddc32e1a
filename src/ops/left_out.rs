//! What is in the checkout and does not get into the archive.

use std::path::{Path, PathBuf};

use futures_util::FutureExt as _;
use futures_util::future::{LocalBoxFuture, ready};

use crate::context::Context;
use crate::error::{Error, Finding, Result};
use crate::git::{CommitId, Repo};
use crate::paths;

/// So many files are named in a message.
const NAMED: usize = 5;

/// The search for what is left out, which goes on beside other work: in a large checkout it takes its time.
pub struct LeftOut(LocalBoxFuture<'static, Result<(Vec<PathBuf>, Vec<PathBuf>)>>);

impl LeftOut {
    /// Starts the search in the repository at `root`, of which `commit` is archived.
    pub fn search(root: &Path, commit: CommitId) -> Self {
        let root = root.to_owned();
        let searching = tokio::task::spawn_blocking(move || {
            let repo = Repo::open(&root)?;
            let changed = repo.uncommitted()?.into_iter().map(|file| root.join(file)).collect();
            Ok((changed, repo.submodules(commit)?))
        });
        Self(
            searching
                .map(|found| found.map_err(|_| Error::bug("the search for changes broke")).flatten())
                .boxed_local(),
        )
    }

    /// The same search when it is over.
    pub async fn found(self) -> Self {
        let found = self.0.await;
        Self(ready(found).boxed_local())
    }

    /// Tells what was found: changes that are not committed, but for those of the files in `taken`, which are read from the
    /// checkout; and submodules.
    ///
    /// A checkout that cannot be compared with its commit is a note too: it keeps nothing from being built.
    pub async fn tell(self, context: &Context, root: &Path, taken: &[&Path]) {
        let (mut changed, submodules) = match self.0.await {
            Ok(found) => found,
            Err(error) => {
                let cause = error.causes().last().map_or(error.message(), String::as_str);
                let message = format!("whether changes are left out of the archive cannot be told: {cause}");
                context.found(Finding::note(message).hint("`git status` tells it"));
                return;
            }
        };
        changed.retain(|file| !taken.contains(&file.as_path()));
        if !changed.is_empty() {
            let message =
                format!("changes that are not committed do not go into the archive: {}", listed(root, &changed));
            context.found(Finding::note(message).hint("`git commit` brings them in"));
        }
        if !submodules.is_empty() {
            let message = format!("the folder of a submodule is empty in the archive: {}", listed(root, &submodules));
            context.found(Finding::warning(message));
        }
    }
}

/// The first of some paths, relative to the root where they are below it, and how many more there are.
fn listed(root: &Path, paths: &[PathBuf]) -> String {
    let below: Vec<&Path> = paths.iter().map(|path| path.strip_prefix(root).unwrap_or(path)).collect();
    paths::listed(&below, NAMED)
}
