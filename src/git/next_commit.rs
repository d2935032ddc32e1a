//! The commit that a branch gets in a working clone: what is in it, whether it changes anything, and whether it is already where it
//! would be pushed to.

use std::ffi::OsString;
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;

use jiff::Timestamp;

use super::credentials::Credentials;
use super::names::{Address, BranchName};
use super::repo::CommitId;
use super::untracked::untouched;
use super::working_clone::{ORIGIN, WorkingClone, not_reached};
use crate::context::Context;
use crate::error::{Error, Kind, Result};

/// The remote name of what the fork has.
const FORK: &str = "fork";

/// What the next commit of a clone will hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Staged {
    /// The commit that it follows.
    pub base: CommitId,
    /// Its files, as git names them.
    pub tree: String,
    /// Whether the base has the same files: there is nothing to commit.
    pub is_empty: bool,
}

/// The last commit of a branch of work that is already at its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    /// The branch.
    pub branch: BranchName,
    /// Its last commit.
    pub commit: CommitId,
    /// The commits that it follows.
    pub parents: Vec<CommitId>,
    /// When it was made, by its author's date.
    pub moment: Timestamp,
    tree: String,
    message: String,
}

impl Published {
    /// Whether a commit of `staged` with `message` would say the same as this one does.
    pub fn is_same(&self, staged: &Staged, message: &str) -> bool {
        self.tree == staged.tree && self.parents == [staged.base] && self.message.trim_end() == cleaned(message)
    }
}

/// A message as git keeps it with `--cleanup=whitespace`.
fn cleaned(message: &str) -> String {
    let mut lines: Vec<&str> = message.lines().map(str::trim_end).collect();
    lines.dedup_by(|next, line| next.is_empty() && line.is_empty());
    lines.join("\n").trim_matches('\n').to_owned()
}

impl WorkingClone {
    /// Takes all changes of the work tree into the index, as `git add -A` does: ignored files are left out, and in a clone of the user
    /// what lay there before and was not written since.
    ///
    /// # Errors
    /// When git fails or the work is interrupted.
    pub async fn stage(&self, context: &Context) -> Result<Staged> {
        let mut paths = b".".to_vec();
        for path in self.foreign().into_iter().flat_map(|before| untouched(self.root(), before)) {
            paths.extend_from_slice(b"\0:(exclude,literal,top)");
            paths.extend_from_slice(path.as_os_str().as_bytes());
        }
        let add = self.git().args(["add", "--all", "--pathspec-from-file=-", "--pathspec-file-nul"]);
        add.input(paths).output(context).await?.success()?;
        let tree = self.git().arg("write-tree").output(context).await?.success()?.text();
        let (repo, base) = self.head()?;
        Ok(Staged { base, is_empty: repo.tree(base)? == tree, tree })
    }

    /// The content of a file of `branch` as it was fetched; `None` where it has none of that name.
    ///
    /// # Errors
    /// When git cannot be run or the work is interrupted.
    pub async fn file_of(&self, context: &Context, branch: &BranchName, name: &Path) -> Result<Option<Vec<u8>>> {
        let mut object = OsString::from(format!("{}:", branch.of_remote(ORIGIN)));
        object.push(name);
        let shown = self.git().args(["cat-file", "blob"]).arg(object).output(context).await?;
        Ok(shown.status.success().then_some(shown.stdout))
    }

    /// Which of these files, named relative to the top folder, git tracks.
    ///
    /// # Errors
    /// When git fails or the work is interrupted.
    pub async fn tracked(&self, context: &Context, files: &[&str]) -> Result<Vec<String>> {
        if files.is_empty() {
            return Ok(Vec::new());
        }
        let list = self.git().args(["--literal-pathspecs", "ls-files", "-z", "--cached", "--"]).args(files);
        let listed = list.output(context).await?.success()?.stdout;
        Ok(String::from_utf8_lossy(&listed).split('\0').filter(|name| !name.is_empty()).map(str::to_owned).collect())
    }

    /// Commits what is in the index, by the user's identity (and signature, where he signs his commits), without hooks.
    ///
    /// # Errors
    /// Of kind [`Kind::Environment`] when git does not know who the user is; of kind [`Kind::Tool`] when it fails otherwise.
    pub async fn commit_staged(&self, context: &Context, message: &str) -> Result<CommitId> {
        let mut commit = self.git().args(["-c", "i18n.commitEncoding=UTF-8", "commit", "--quiet", "--no-verify"]);
        if let Some(moment) = context.source_date() {
            for who in ["GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE"] {
                commit = commit.env(who, format!("@{} +0000", moment.as_second()));
            }
        }
        let commit = commit.args(["--cleanup=whitespace", "--file=-"]).input(message);
        let output = commit.output(context).await?;
        if output.status.success() {
            return self.head().map(|(_, commit)| commit);
        }
        let failed = output.failure();
        let said = failed.causes().join("\n");
        if said.contains("Please tell me who you are") || said.contains("empty ident name") {
            return Err(Error::new(Kind::Environment, "git does not know who commits")
                .hint("git config --global user.name \"Your Name\"")
                .hint("git config --global user.email you@example.com"));
        }
        Err(failed.within("the update cannot be committed"))
    }

    /// What `commit` changes in `base`, as text that `git apply` takes.
    ///
    /// # Errors
    /// When git fails or the work is interrupted.
    pub async fn diff(&self, context: &Context, base: CommitId, commit: CommitId) -> Result<Vec<u8>> {
        let diff = self.git().args(["diff-tree", "-p", "-r", "--no-ext-diff", "--no-textconv", "--no-renames"]);
        let diff = diff.args(["--full-index", "--src-prefix=a/", "--dst-prefix=b/"]);
        let diff = diff.args([base.to_string(), commit.to_string()]).arg("--");
        Ok(diff.output(context).await?.success()?.stdout)
    }

    /// What of `branches` is in the repository at `fork` already: their last commits, fetched at once. Those that are not there are
    /// not in the answer.
    ///
    /// # Errors
    /// Of kind [`Kind::Service`] when it cannot be fetched from.
    pub async fn published(
        &self,
        context: &Context,
        fork: &Address,
        credentials: Option<&Credentials>,
        branches: &[BranchName],
    ) -> Result<Vec<Published>> {
        if branches.is_empty() {
            return Ok(Vec::new());
        }
        let failed = |output: &crate::process::Output| {
            not_reached(&output.failure(), &format!("the fork `{fork}` cannot be read"), fork)
        };
        let list = self.git_for(context, fork, credentials).args(["ls-remote", "--quiet", "--"]);
        let list = list.secret_arg(fork.reveal(), &*fork.shown()).args(branches.iter().map(BranchName::full));
        let output = list.output(context).await?;
        if !output.status.success() {
            return Err(failed(&output));
        }
        let said = output.text();
        let names: Vec<&str> = said.lines().filter_map(|line| line.split_once('\t')).map(|(_, name)| name).collect();
        let there: Vec<&BranchName> = branches.iter().filter(|branch| names.contains(&&*branch.full())).collect();
        if there.is_empty() {
            return Ok(Vec::new());
        }
        let fetch = self.git_for(context, fork, credentials).args(["fetch", "--quiet", "--no-tags", "--no-prune"]);
        let fetch =
            fetch.args(["--no-recurse-submodules", "--refmap=", "--"]).secret_arg(fork.reveal(), &*fork.shown());
        let specs = there.iter().map(|branch| format!("+{}:{}", branch.full(), branch.of_remote(FORK)));
        let output = fetch.args(specs).output(context).await?;
        if !output.status.success() {
            return Err(failed(&output));
        }
        let log = self.git().args(["log", "-z", "--no-walk=unsorted", "--encoding=UTF-8", "--no-show-signature"]);
        let refs: Vec<String> = there.iter().map(|branch| branch.of_remote(FORK)).collect();
        let log = log.arg("--format=%H%n%T%n%P%n%at%n%B").args(&refs);
        let output = log.arg("--").output(context).await?.success()?;
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        let read = said.split('\0').filter_map(read_commit).collect::<Result<Vec<_>>>()?;
        // Branches that have a commit in common: it is told once.
        let ids = self.git().arg("rev-parse").args(&refs).arg("--").output(context).await?.success()?.text();
        let of_branch = |(branch, id): (&BranchName, &str)| {
            let commit = read.iter().find(|commit| commit.commit.to_string() == id);
            let commit = commit.ok_or_else(|| Error::bug("git told less commits than it was asked for"))?;
            Ok(Published { branch: branch.clone(), ..commit.clone() })
        };
        there.into_iter().zip(ids.lines()).map(of_branch).collect()
    }
}

/// A commit as the format above tells it, without its branch.
fn read_commit(text: &str) -> Option<Result<Published>> {
    let mut lines = text.splitn(5, '\n');
    let (commit, tree, parents, time) = (lines.next()?, lines.next()?, lines.next()?, lines.next()?);
    let message = lines.next().unwrap_or_default().to_owned();
    let read = || {
        Ok(Published {
            branch: BranchName::new("work")?,
            commit: commit.parse()?,
            parents: parents.split_whitespace().map(str::parse).collect::<Result<_>>()?,
            moment: time.parse().ok().and_then(|seconds| Timestamp::from_second(seconds).ok()).unwrap_or_default(),
            tree: tree.to_owned(),
            message,
        })
    };
    Some(read())
}

#[cfg(test)]
mod tests;
