//! A pull request of a hosting service, checked out in a clone: its head, or what it gives merged into a branch.

use std::path::Path;

use serde::Serialize;

use super::command::{PROTOCOLS, plain_git, without_credentials};
use super::repo::CommitId;
use crate::context::Context;
use crate::error::{Error, Kind, Result};
use crate::process::Command;

/// Where the head of the pull request is kept in the clone.
const KEPT: &str = "refs/packit/pull-request";
/// The most files with conflicts that a message names.
const MOST_NAMED: usize = 20;

/// What was checked out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PullRequest {
    /// The branch, `pr/NUMBER`.
    pub branch: String,
    /// The commit that is checked out.
    pub commit: CommitId,
    /// The last commit of the pull request.
    pub head: CommitId,
    /// What it was merged into, as a person calls it; `None` when it was not merged.
    pub merged_into: Option<String>,
}

/// Checks out a pull request in `folder`, a full clone that packit made for itself, on a branch `pr/ID`.
///
/// `id` is the number of the pull request. `host` is the host that the clone comes from, empty when there is none: it tells which
/// name to try first, that of GitHub, Pagure and Forgejo (`refs/pull`) or that of GitLab (`refs/merge-requests`). With `merge`, the
/// head is merged into the branch `target` of the clone's origin, or else into what is checked out in the clone, as `git merge`
/// would: where one contains the other, there is no new commit. The same head and target give the same commit, for everybody:
/// neither hooks nor the user's merge drivers, signatures and identity take part.
///
/// # Errors
/// Of kind [`Kind::Usage`] when `id` is not a number; of kind [`Kind::Project`] when it cannot be fetched, when there is no such
/// pull request or branch, and when it cannot be merged; of kind [`Kind::Environment`] when git is too old for merging.
pub async fn check_out(
    context: &Context,
    folder: &Path,
    id: &str,
    host: &str,
    target: Option<&str>,
    merge: bool,
) -> Result<PullRequest> {
    let number = number(id)?;
    let head = fetch(context, folder, number, host).await?;
    let branch = format!("pr/{number}");
    if !merge {
        put(context, folder, &branch, &head).await?;
        let head: CommitId = head.parse()?;
        return Ok(PullRequest { branch, commit: head, head, merged_into: None });
    }
    let (name, target) = target_of(context, folder, target).await?;
    // git takes the attributes that say how to merge from what is checked out.
    put(context, folder, &branch, &target).await?;
    let commit = merged(context, folder, number, &head, &name, &target).await?;
    put(context, folder, &branch, &commit).await?;
    Ok(PullRequest { branch, commit: commit.parse()?, head: head.parse()?, merged_into: Some(name) })
}

fn number(id: &str) -> Result<u64> {
    let number = if id.bytes().all(|byte| byte.is_ascii_digit()) { id.parse().ok() } else { None };
    number.filter(|number| *number > 0).ok_or_else(|| {
        Error::new(Kind::Usage, format!("`{}` is not the number of a pull request", id.escape_debug()))
            .hint("write the number alone, as in `--pr-id 42`")
    })
}

/// A git command that does not know the configuration of the user and the machine: its result is the same for everybody.
fn impersonal_git(folder: &Path) -> Command {
    plain_git(folder)
        .args(["-c", "core.attributesFile=/dev/null"])
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_ATTR_NOSYSTEM", "1")
        .env_remove("GIT_CONFIG_COUNT")
        .env_remove("GIT_CONFIG_PARAMETERS")
}

/// Fetches the head of the pull request and returns its commit.
async fn fetch(context: &Context, folder: &Path, number: u64, host: &str) -> Result<String> {
    let mut names = [format!("refs/pull/{number}/head"), format!("refs/merge-requests/{number}/head")];
    if host.to_ascii_lowercase().contains("gitlab") {
        names.reverse();
    }
    for name in &names {
        let fetch = plain_git(folder)
            .env("GIT_ALLOW_PROTOCOL", PROTOCOLS)
            .args(["fetch", "--quiet", "--no-tags", "--no-recurse-submodules", "--refmap=", "--", "origin"])
            .arg(format!("+{name}:{KEPT}"))
            .foreground();
        let output = fetch.output(context).await?;
        if output.status.success() {
            return commit(context, folder, KEPT)
                .await?
                .ok_or_else(|| Error::new(Kind::Project, format!("`{name}` is not a commit")));
        }
        let said = String::from_utf8_lossy(&output.stderr).to_lowercase();
        if !said.contains("couldn't find remote ref") {
            let message = format!("pull request {number} cannot be fetched");
            return Err(without_credentials(&output.failure(), Kind::Project, message)
                .hint("check that `git fetch` works with this repository"));
        }
    }
    let [first, second] = names;
    Err(Error::new(Kind::Project, format!("there is no pull request {number}"))
        .cause(format!("the repository has neither `{first}` nor `{second}`"))
        .hint("check the number, and that the pull request is one to this repository"))
}

/// The name of what is to be merged into, and its commit.
async fn target_of(context: &Context, folder: &Path, target: Option<&str>) -> Result<(String, String)> {
    if let Some(target) = target {
        let found = commit(context, folder, &format!("refs/remotes/origin/{target}")).await?;
        return found.map(|commit| (target.to_owned(), commit)).ok_or_else(|| {
            Error::new(Kind::Project, format!("there is no branch `{target}` to merge the pull request into"))
                .hint("`git branch --remotes` in a clone lists what there is")
        });
    }
    let head = commit(context, folder, "HEAD").await?;
    let head = head.ok_or_else(|| Error::new(Kind::Project, "there is no commit to merge the pull request into"))?;
    let branch = plain_git(folder).args(["symbolic-ref", "--quiet", "--short", "HEAD"]).output(context).await?;
    let name = if branch.status.success() { branch.text() } else { head.chars().take(8).collect() };
    Ok((name, head))
}

/// The commit that `name` stands for; `None` when there is none.
async fn commit(context: &Context, folder: &Path, name: &str) -> Result<Option<String>> {
    let command = plain_git(folder).args(["rev-parse", "--verify", "--quiet"]).arg(format!("{name}^{{commit}}"));
    let output = command.output(context).await?;
    Ok(output.status.success().then(|| output.text()))
}

/// Puts the branch at `commit` and checks it out.
async fn put(context: &Context, folder: &Path, branch: &str, commit: &str) -> Result<()> {
    let command = plain_git(folder).args(["checkout", "--quiet", "--force", "--no-track", "-B", branch, commit, "--"]);
    let output = command.output(context).await?.success();
    output.map(drop).map_err(|failed| failed.within(format!("`{branch}` cannot be checked out")))
}

/// The commit that `head` merged into `target` gives.
async fn merged(context: &Context, folder: &Path, number: u64, head: &str, name: &str, target: &str) -> Result<String> {
    let cannot = || format!("pull request {number} cannot be merged into `{name}`");
    let unmerged = "with `--no-merge-pr` the pull request is taken as it is";
    let base = impersonal_git(folder).args(["merge-base", target, head]).output(context).await?;
    match base.text() {
        _ if base.status.code() == Some(1) => {
            return Err(Error::new(Kind::Project, cannot()).cause("they have no commit in common").hint(unmerged));
        }
        _ if !base.status.success() => return Err(base.failure().within(cannot())),
        base if base == head => return Ok(target.to_owned()),
        base if base == target => return Ok(head.to_owned()),
        _ => {}
    }
    let merge = impersonal_git(folder).args(["merge-tree", "--write-tree", "-z", "--name-only", "--no-messages"]);
    let output = merge.args([target, head]).output(context).await?;
    let mut parts = output.stdout.split(|byte| *byte == 0).filter(|part| !part.is_empty());
    let tree = String::from_utf8_lossy(parts.next().unwrap_or_default()).into_owned();
    match output.status.code() {
        Some(0) => {}
        Some(1) => {
            let files: Vec<_> = parts.map(|file| format!("`{}`", String::from_utf8_lossy(file))).collect();
            let named = files.get(..MOST_NAMED).unwrap_or(&files).join(", ");
            let more = files.len().saturating_sub(MOST_NAMED);
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            return Err(Error::new(Kind::Project, cannot())
                .cause(format!("both change {named}{more}"))
                .hint(format!("rebase the pull request onto `{name}`"))
                .hint(unmerged));
        }
        // What it says of an option that it does not know.
        Some(129) => {
            return Err(Error::new(Kind::Environment, cannot())
                .cause("this git cannot merge without a work tree")
                .hint("install git 2.38 or later")
                .hint(unmerged));
        }
        _ => return Err(output.failure().within(cannot())),
    }
    let date = date(context, folder, head, target).await?;
    let message = format!("Merge pull request {number}");
    let mut commit = impersonal_git(folder);
    for who in ["AUTHOR", "COMMITTER"] {
        let identity = [("NAME", "packit"), ("EMAIL", "packit@localhost"), ("DATE", &*date)];
        commit =
            identity.into_iter().fold(commit, |commit, (what, value)| commit.env(format!("GIT_{who}_{what}"), value));
    }
    let commit = commit.args(["commit-tree", &tree, "-p", target, "-p", head, "-m", &message]);
    let output = commit.output(context).await?.success().map_err(|failed| failed.within(cannot()))?;
    Ok(output.text())
}

/// The later of the dates of two commits, as git reads it: a commit is not older than those before it.
async fn date(context: &Context, folder: &Path, head: &str, target: &str) -> Result<String> {
    let command =
        impersonal_git(folder).args(["log", "--no-walk=unsorted", "--format=%cd", "--date=raw", head, target]);
    let dates = command.output(context).await?.success()?.text();
    let seconds = |date: &str| date.split(' ').next().and_then(|seconds| seconds.parse::<i64>().ok());
    let latest = dates.lines().rev().max_by_key(|date| seconds(date));
    latest.map(|date| format!("@{date}")).ok_or_else(|| Error::bug("git told no date of a commit"))
}

#[cfg(test)]
mod tests;
