//! A checkout of one commit beside the repository that has it, whose objects it shares.

use std::path::Path;

use fs_err as fs;

use super::command::{PROTOCOLS, plain_git};
use super::repo::{CommitId, Repo};
use super::shared_objects::{configure, git_paths, init, quoted, share};
use crate::context::Context;
use crate::error::{Context as _, Kind, Result};

/// Settings that a private checkout has as well: where the remotes are and how objects that are missing are fetched from them, and who
/// commits.
const SETTINGS: &str = r"^(remote\..*\.(url|pushurl|fetch|promisor|partialclonefilter)|user\.(name|email))$";

/// Makes an empty repository in `into`, a folder that is made: for files that come from no repository.
///
/// # Errors
/// When git fails.
pub async fn make_empty(context: &Context, into: &Path) -> Result<()> {
    init(context, into).await
}

/// Checks out `commit` into `into`, a folder that is made. The objects are those of `repo`; its branches, tags and remotes are there,
/// too; HEAD is no branch. Nothing is written to `repo`, and no hooks are run.
///
/// # Errors
/// When git fails: it can miss objects of a partial clone.
pub async fn make(context: &Context, repo: &Repo, commit: CommitId, into: &Path) -> Result<()> {
    init(context, into).await?;
    if let [objects, shallow] = &*git_paths(context, repo, &["objects", "shallow"]).await? {
        share(into, objects)?;
        if shallow.exists() {
            let copied = fs::copy(shallow, into.join(".git/shallow"));
            copied.or_error(Kind::Environment, || "a clone cannot be set up".to_owned())?;
        }
    }
    // At once, where each by itself would cost a file.
    let list = plain_git(repo.root()).args(["for-each-ref", "--sort=refname", "--format=%(objectname) %(refname)"]);
    let refs = list.args(["refs/heads/", "refs/remotes/", "refs/tags/"]).output(context).await?.success()?.stdout;
    let written = fs::write(into.join(".git/packed-refs"), refs);
    written.or_error(Kind::Environment, || "a clone cannot be set up".to_owned())?;
    let list = plain_git(repo.root()).args(["config", "--local", "--null", "--get-regexp", SETTINGS]);
    let found = list.output(context).await?.stdout;
    configure(into, &settings(&String::from_utf8_lossy(&found)))?;
    let checkout = plain_git(into).env("GIT_ALLOW_PROTOCOL", PROTOCOLS).args(["checkout", "--quiet", "--force"]);
    let output = checkout.args(["--detach", &commit.to_string(), "--"]).foreground().output(context).await?;
    output.success().map_err(|failed| failed.within(format!("commit {} cannot be checked out", commit.short(8))))?;
    Ok(())
}

/// The sections that say what `git config --null --get-regexp` said.
fn settings(said: &str) -> String {
    let entries = said.split('\0').filter_map(|entry| entry.split_once('\n'));
    let sections = entries.filter_map(|(key, value)| {
        let (section, key) = key.rsplit_once('.')?;
        let header = match section.split_once('.') {
            Some((section, name)) => format!("{section} {}", quoted(name)),
            None => section.to_owned(),
        };
        Some(format!("[{header}]\n\t{key} = {}\n", quoted(value)))
    });
    sections.collect()
}
