//! The git program: what it does better than a library, or must do because the user's own set-up (attributes, ssh, credential
//! helpers) belongs to it. Each call has a function that builds it and, where it answers, one that reads the answer.

use std::io::PipeReader;
use std::path::Path;

use jiff::Timestamp;

use super::names::Address;
use super::repo::CommitId;
use crate::context::Context;
use crate::error::{Context as _, Error, Finding, Kind, Result};
use crate::process::Command;
use crate::secret::{redacted, redacted_line};

/// The protocols that fetch: a URL cannot name a program to run.
pub(super) const PROTOCOLS: &str = "file:git:http:https:ssh:git+ssh:git+https";

/// A git command in `folder`, in an environment in which its answers can be read by a program.
pub(super) fn git(folder: &Path) -> Command {
    Command::new("git")
        .args(["-c", "core.fsmonitor=false", "-c", "log.showSignature=false", "-c", "color.ui=false"])
        .current_dir(folder)
        .env("LC_ALL", "C")
        .env("GIT_OPTIONAL_LOCKS", "0")
        .env_remove("LANGUAGE")
}

/// A git command without hooks, and without the user's wish for submodules and housekeeping: the clone lives for one run.
pub(super) fn plain_git(folder: &Path) -> Command {
    let git = git(folder).args(["-c", "core.hooksPath=/dev/null", "-c", "submodule.recurse=false"]);
    git.args(["-c", "gc.auto=0", "-c", "maintenance.auto=false"])
}

/// What `git describe --long` says of `commit`: `TAG-DISTANCE-gSHORT` for the nearest tag of any name; `None` when no tag can be
/// reached from it.
///
/// # Errors
/// When git cannot be started, or the work is interrupted.
pub async fn describe(context: &Context, folder: &Path, commit: &str) -> Result<Option<String>> {
    let command = git(folder).args(["describe", "--tags", "--long", "--match", "*", commit]);
    let output = command.output(context).await?;
    if output.status.success() {
        return Ok(Some(output.text()));
    }
    let said = String::from_utf8_lossy(&output.stderr);
    if !said.contains("No names found") && !said.contains("No tags can describe") {
        let why = said.lines().last().unwrap_or_default().to_owned();
        context.found(Finding::warning(format!("git cannot tell how far HEAD is from its last tag: {why}")));
    }
    Ok(None)
}

/// When `commit` was made, by the clock of the machine that made it.
///
/// # Errors
/// When git cannot be started or does not know the commit, and when the work is interrupted.
pub async fn commit_time(context: &Context, folder: &Path, commit: CommitId) -> Result<Timestamp> {
    let command = git(folder).args(["show", "--no-patch", "--format=%ct"]).arg(commit.to_string());
    let said = command.output(context).await?.success()?.text();
    let seconds: i64 = said.parse().or_error(Kind::Tool, || format!("git tells no time of {commit}: `{said}`"))?;
    Timestamp::from_second(seconds).or_error(Kind::Tool, || format!("git tells no time of {commit}: `{said}`"))
}

/// The name of the nearest tag (with `all`: branch or tag, as `heads/NAME` or `tags/NAME`) that matches `glob` and that `commit`
/// contains. `None` when there is none.
///
/// # Errors
/// When git cannot be started, or the work is interrupted.
pub async fn nearest(
    context: &Context,
    folder: &Path,
    glob: &str,
    all: bool,
    commit: CommitId,
) -> Result<Option<String>> {
    let command = git(folder).args(["describe", "--abbrev=0", if all { "--all" } else { "--tags" }, "--match"]);
    let output = command.arg(glob).arg(commit.to_string()).output(context).await?;
    Ok(Some(output.text()).filter(|name| output.status.success() && !name.is_empty()))
}

/// One line `- SUBJECT (AUTHOR)` for each commit that `commit` has and `since` has not, newest first, without merges.
///
/// # Errors
/// When git fails or the work is interrupted.
pub async fn log_since(context: &Context, folder: &Path, since: &str, commit: &str) -> Result<Vec<String>> {
    let command = git(folder).args(["log", "--no-merges", "--encoding=UTF-8", "--pretty=format:- %s (%an)"]);
    let output = command.arg(format!("{since}..{commit}")).arg("--").output(context).await?.success()?;
    Ok(String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect())
}

/// Runs `git archive` of `commit` as a tar with all members below `prefix`, and gives its output to `consume`. Below the root of
/// the work tree, `folder` is what goes into the archive.
///
/// # Errors
/// When git or `consume` fails, or the work is interrupted.
pub async fn archive<T: Send + 'static>(
    context: &Context,
    folder: &Path,
    commit: &str,
    prefix: &str,
    consume: impl FnOnce(PipeReader) -> Result<T> + Send + 'static,
) -> Result<T> {
    let command = git(folder).args(["archive", "--format=tar"]).arg(format!("--prefix={prefix}")).arg(commit);
    let (value, output) = command.pipe(context, consume).await?;
    output.success().map_err(|failed| failed.within("git cannot make the archive"))?;
    Ok(value)
}

/// Makes HEAD name `branch` (`refs/heads/NAME`), or, without one, `commit`; neither index nor files change.
///
/// # Errors
/// When git fails or the work is interrupted.
pub async fn set_head(context: &Context, folder: &Path, branch: Option<&str>, commit: &str) -> Result<()> {
    let set = match branch {
        Some(branch) => git(folder).args(["symbolic-ref", "HEAD", branch]),
        None => git(folder).args(["update-ref", "--no-deref", "HEAD", commit]),
    };
    set.output(context).await?.success().map(|_| ())
}

/// What a ref is called in a clone that is neither branch nor tag.
const FETCHED: &str = "refs/packit/reference";

/// Clones `url` with all its tags into `into`, an empty folder, and checks out `reference` if given: a branch, a tag, a commit, or another ref by its whole name.
/// Only protocols that fetch are allowed.
///
/// # Errors
/// Of kind [`Kind::Project`] when git cannot clone or there is no such reference.
pub async fn clone(context: &Context, url: &str, into: &Path, reference: Option<&str>) -> Result<()> {
    let shown = redacted(url);
    if let Some(option) = reference.filter(|name| name.starts_with('-')) {
        return Err(Error::new(Kind::Usage, format!("`{option}` is not the name of a branch, tag or commit")));
    }
    let clone = git(into)
        .env("GIT_ALLOW_PROTOCOL", PROTOCOLS)
        .args(["clone", "--quiet", "--tags", "--no-recurse-submodules", "--"])
        .secret_arg(url, &*shown)
        .arg(".")
        .foreground();
    let output = clone.output(context).await?;
    if !output.status.success() {
        return Err(without_credentials(&output.failure(), Kind::Project, format!("`{shown}` cannot be cloned"))
            .hint("check the address, and that `git clone` of it works here"));
    }
    let Some(reference) = reference else { return Ok(()) };
    let branch = reference.strip_prefix("refs/heads/").unwrap_or(reference);
    let is_branch = git(into).args(["show-ref", "--verify", "--quiet"]).arg(format!("refs/remotes/origin/{branch}"));
    if is_branch.output(context).await?.status.success() {
        let checkout =
            git(into).args(["checkout", "--quiet", "-B", branch]).arg(format!("refs/remotes/origin/{branch}"));
        return checkout.output(context).await?.success().map(drop);
    }
    let found = match commit_in_clone(context, into, reference).await? {
        Some(commit) => Some(commit),
        None if fetched(context, into, reference).await? => commit_in_clone(context, into, FETCHED).await?,
        None => None,
    };
    let Some(commit) = found else {
        return Err(Error::new(Kind::Project, format!("`{shown}` has no branch, tag or commit `{reference}`"))
            .hint(format!("`git ls-remote {shown}` lists what there is")));
    };
    let checkout = git(into).args(["checkout", "--quiet", "--detach"]).arg(commit);
    checkout.output(context).await?.success().map(drop)
}

/// The commit that `reference` names in a clone, as its origin or the clone itself calls it.
async fn commit_in_clone(context: &Context, clone: &Path, reference: &str) -> Result<Option<String>> {
    for name in [format!("refs/tags/{reference}"), format!("refs/remotes/origin/{reference}"), reference.to_owned()] {
        let found = git(clone).args(["rev-parse", "--verify", "--quiet", "--end-of-options"]);
        let found = found.arg(format!("{name}^{{commit}}")).output(context).await?;
        if found.status.success() {
            return Ok(Some(found.text()));
        }
    }
    Ok(None)
}

/// Whether the server has given what no branch and no tag leads to: a ref of another kind, by its whole name, or a commit, by all its
/// digits. It is called [`FETCHED`] then.
async fn fetched(context: &Context, clone: &Path, reference: &str) -> Result<bool> {
    let is_commit = matches!(reference.len(), 40 | 64) && reference.bytes().all(|byte| byte.is_ascii_hexdigit());
    if !is_commit && !reference.starts_with("refs/") {
        return Ok(false);
    }
    let fetch = git(clone)
        .env("GIT_ALLOW_PROTOCOL", PROTOCOLS)
        .args(["fetch", "--quiet", "--no-tags", "--no-recurse-submodules", "--refmap=", "--", "origin"])
        .arg(format!("+{reference}:{FETCHED}"))
        .foreground();
    Ok(fetch.output(context).await?.status.success())
}

/// Clones `address` with all its branches and tags into `into`, an empty folder; nothing is checked out. Where the server can leave
/// the content of files out, that is fetched when it is needed.
///
/// # Errors
/// Of kind [`Kind::Project`] when git cannot clone.
pub async fn clone_history(context: &Context, address: &Address, into: &Path) -> Result<()> {
    let clone = plain_git(into).env("GIT_ALLOW_PROTOCOL", PROTOCOLS).foreground();
    let clone = clone.args(["clone", "--quiet", "--template=", "--no-checkout", "--filter=blob:none", "--tags"]);
    let clone = clone.args(["--no-recurse-submodules", "--"]).secret_arg(address.reveal(), &*address.shown()).arg(".");
    let output = clone.output(context).await?;
    if output.status.success() {
        return Ok(());
    }
    Err(without_credentials(&output.failure(), Kind::Project, format!("`{address}` cannot be cloned"))
        .hint("check the address, and that `git clone` of it works here"))
}

/// Where the remote `name` of the repository in `folder` is pushed to; `None` when there is no such remote.
///
/// # Errors
/// When git cannot be started, or the work is interrupted.
pub async fn push_url(context: &Context, folder: &Path, name: &str) -> Result<Option<String>> {
    let output = git(folder).args(["remote", "get-url", "--push", "--", name]).output(context).await?;
    Ok(Some(output.text()).filter(|url| output.status.success() && !url.is_empty()))
}

/// The failure of a git command that was given a URL, without credentials in what git says: it may name another URL, as the
/// user's `insteadOf` makes it.
pub(super) fn without_credentials(failed: &Error, kind: Kind, message: String) -> Error {
    failed.causes().iter().map(|cause| redacted_line(cause)).fold(Error::new(kind, message), Error::cause)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_git_lose_their_credentials() {
        let failed =
            Error::new(Kind::Tool, "x").cause("fatal: unable to access 'https://me:canary@example.com/a.git/': no");
        let shown = without_credentials(&failed, Kind::Project, "y".to_owned());
        assert_eq!(shown.causes(), ["fatal: unable to access 'https://***@example.com/a.git/': no"]);
    }
}
