//! `upstream_ref`: the last commit of upstream below the downstream commits of a source-git repository.

use crate::context::Context;
use crate::error::{Error, Finding, Kind, Result};
use crate::git::{CommitId, Repo, command, patches};

/// The commit that patches begin behind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UpstreamRef {
    /// The branch, tag or commit as git knows it; for a glob the one that was found.
    pub name: String,
    /// Its commit.
    pub commit: CommitId,
}

/// Finds the commit of `written`: a branch (also one that only `origin` has), a tag, a commit, or a glob (with `[`, `?` or `*`) of
/// the nearest tag that `head` contains. A glob behind `branches/` is one of branches and tags.
///
/// Where `head` does not contain the commit, there is a warning and no error: upstream may have tagged a commit beside its main
/// branch, and patches since the commit where the two parted can well apply. The Python packit says nothing.
///
/// # Errors
/// Nothing has that name, the history between the two is cut off or there is none, git fails or the work is interrupted.
pub async fn resolve(context: &Context, repo: &Repo, head: CommitId, written: &str) -> Result<UpstreamRef> {
    let name = if written.contains(['[', '?', '*']) {
        expand(context, repo, head, written).await?
    } else {
        written.to_owned()
    };
    let found = repo.resolve_with_origin(&name);
    let (name, commit) = found.map_err(|error| error.within("the `upstream_ref` cannot be found"))?;
    if !repo.contains(head, commit)? {
        beside(context, repo, head, &name, commit).await?;
    }
    Ok(UpstreamRef { name, commit })
}

async fn expand(context: &Context, repo: &Repo, head: CommitId, glob: &str) -> Result<String> {
    let (kind, all, pattern) = match glob.strip_prefix("branches/") {
        Some(pattern) => ("branch or tag", true, pattern),
        None => ("tag", false, glob),
    };
    let found = command::nearest(context, repo.root(), pattern, all, head).await?;
    found.ok_or_else(|| {
        let message = format!("the `upstream_ref` cannot be found: HEAD contains no {kind} that matches `{pattern}`");
        let list = if all { "git branch --all --merged" } else { "git tag --merged" };
        let error = Error::new(Kind::Project, message).hint(format!("`{list}` lists what it contains"));
        if repo.is_shallow() { error.hint("`git fetch --unshallow --tags` gets the whole history") } else { error }
    })
}

/// Judges an upstream commit that the head does not contain.
async fn beside(context: &Context, repo: &Repo, head: CommitId, name: &str, commit: CommitId) -> Result<()> {
    let message = format!("HEAD does not contain the `upstream_ref` {name}");
    let parted = patches::common_ancestor(context, repo.root(), commit, head).await?;
    let rebase = format!("`git rebase {name}` puts the commits on top of it");
    match parted {
        _ if repo.is_shallow() => Err(Error::new(Kind::Project, message)
            .cause("the history of this clone is cut off")
            .hint("`git fetch --unshallow --tags` gets the whole history; in CI: fetch-depth: 0, or GIT_DEPTH: 0")),
        None => {
            let error = Error::new(Kind::Project, message).cause("the two have no commit in common");
            Err(error.hint("set `upstream_ref` to the commit of upstream that the downstream commits are based on"))
        }
        Some(parted) => {
            let since = format!("patches are made of all commits since the two parted at {}", parted.short(8));
            context.found(Finding::warning(format!("{message}: {since}")).hint(rebase));
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests;
