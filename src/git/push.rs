//! Pushing one branch: through the gate, without hooks, with what the server says in the message when it refuses.

use std::path::Path;

use serde::Serialize;
use serde_json::json;

use super::command::{PROTOCOLS, plain_git};
use super::credentials::Credentials;
use super::names::{Address, BranchName};
use super::repo::CommitId;
use super::working_clone::not_reached;
use crate::context::Context;
use crate::error::{Error, Kind, Result};
use crate::outward::Write;
use crate::process::Output;
use crate::secret::redacted_line;

/// What is pushed.
#[derive(Debug)]
pub struct Push<'a> {
    /// The repository that it goes to.
    pub to: &'a Address,
    /// For that repository; without, by git's own means.
    pub credentials: Option<&'a Credentials>,
    /// The commit.
    pub commit: CommitId,
    /// The branch that becomes that commit.
    pub branch: &'a BranchName,
    /// What the branch may be before.
    pub before: Before,
}

/// What a branch may be before a push.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Before {
    /// Anything that the commit contains: nothing is lost.
    Contained,
    /// Exactly this commit, which may be lost; `None`: the branch is not there.
    Exactly(Option<CommitId>),
}

/// What became of a push.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Pushed {
    /// The branch is the commit now.
    Sent,
    /// It was that before.
    UpToDate,
    /// It is a dry run: nothing was sent.
    Held,
}

impl Push<'_> {
    /// Pushes from the repository in `folder`.
    ///
    /// # Errors
    /// Of kind [`Kind::Service`] when the server refuses or cannot be reached: its own lines are the causes.
    pub async fn run(&self, context: &Context, folder: &Path) -> Result<Pushed> {
        let forced = self.before != Before::Contained;
        let write = || Write {
            method: "push".to_owned(),
            target: self.to.to_string(),
            body: json!({"branch": self.branch, "commit": self.commit, "force": forced}),
        };
        if !context.gate().lets_through(write) {
            return Ok(Pushed::Held);
        }
        context.step(format!("pushing {} to {}", self.branch, self.to));
        let git = plain_git(folder).env("GIT_ALLOW_PROTOCOL", PROTOCOLS).foreground();
        let git = match self.credentials {
            Some(credentials) => credentials.hand_to(context, git, self.to),
            None => git,
        };
        let mut push = git.args(["push", "--porcelain", "--no-verify", "--no-follow-tags", "--recurse-submodules=no"]);
        if let Before::Exactly(commit) = self.before {
            let commit = commit.map(|commit| commit.to_string()).unwrap_or_default();
            push = push.arg(format!("--force-with-lease={}:{commit}", self.branch.full()));
        }
        let push = push.arg("--").secret_arg(self.to.reveal(), &*self.to.shown());
        let output = push.arg(format!("{}:{}", self.commit, self.branch.full())).output(context).await?;
        if !output.status.success() {
            return Err(self.refused(&output));
        }
        let up_to_date = output.stdout.split(|&byte| byte == b'\n').any(|line| line.starts_with(b"=\t"));
        Ok(if up_to_date { Pushed::UpToDate } else { Pushed::Sent })
    }

    fn refused(&self, output: &Output) -> Error {
        let message = format!("`{}` cannot be pushed to `{}`", self.branch, self.to);
        let Some(reason) = reason(&output.stdout) else {
            return not_reached(&output.failure(), &message, self.to);
        };
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        let of_server = said.lines().filter_map(|line| line.strip_prefix("remote:")).map(plain);
        let of_server = of_server.filter(|line| !line.is_empty());
        let error = of_server.chain([plain(&reason)]).fold(Error::new(Kind::Service, message), Error::cause);
        if reason.contains("stale info") {
            return error.hint("somebody else has pushed it meanwhile: run this again");
        }
        if reason.contains("non-fast-forward") || reason.contains("fetch first") {
            return error.hint("the branch has got other commits meanwhile: run this again");
        }
        error.hint("what the server says is above: it can want other rights, or a pull request")
    }
}

/// Why the branch was not taken, as `git push --porcelain` says it: `!<TAB>FROM:TO<TAB>[rejected] (REASON)`.
fn reason(said: &[u8]) -> Option<String> {
    let said = String::from_utf8_lossy(said);
    let line = said.lines().find_map(|line| line.strip_prefix("!\t"))?;
    line.split_once('\t').map(|(_, summary)| summary.to_owned())
}

/// A line of a server without credentials, and without characters that would move a terminal.
fn plain(line: &str) -> String {
    redacted_line(line.trim()).chars().filter(|c| !c.is_control()).collect()
}

#[cfg(test)]
mod tests;
