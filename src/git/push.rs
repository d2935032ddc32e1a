//! Pushing branches: through the gate, without hooks, with what the server says in the message when it refuses.

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

/// Where is pushed to.
#[derive(Debug, Clone, Copy)]
pub struct Push<'a> {
    /// The repository.
    pub to: &'a Address,
    /// For that repository; without, by git's own means.
    pub credentials: Option<&'a Credentials>,
}

/// A branch that becomes another commit.
#[derive(Debug, Clone, Copy)]
pub struct Move<'a> {
    /// The commit.
    pub commit: CommitId,
    /// The branch.
    pub branch: &'a BranchName,
    /// What it may be before.
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

/// Why a branch is not there.
enum Failed {
    Refused(Error),
    NotReached(Error),
}

impl Failed {
    fn into_error(self) -> Error {
        match self {
            Self::Refused(error) | Self::NotReached(error) => error,
        }
    }
}

impl Push<'_> {
    /// Pushes one branch from the repository in `folder`.
    ///
    /// # Errors
    /// Of kind [`Kind::Service`] when the server refuses or cannot be reached: its own lines are the causes.
    pub async fn one(&self, context: &Context, folder: &Path, moved: Move<'_>) -> Result<Pushed> {
        let all = self.all(context, folder, &[moved]).await?;
        all.into_iter().next().unwrap_or_else(|| Err(Error::bug("a push has no result")))
    }

    /// Pushes several branches at once from the repository in `folder`, and gives what became of each, in their order. Where the server
    /// refuses some, these are tried once more each by itself: a hook can refuse all for the sake of one.
    ///
    /// # Errors
    /// When git cannot be started, or the work is interrupted.
    pub async fn all(&self, context: &Context, folder: &Path, moves: &[Move<'_>]) -> Result<Vec<Result<Pushed>>> {
        let allowed = moves.iter().filter(|moved| context.gate().lets_through(|| self.write(moved))).count();
        if allowed < moves.len() {
            return Ok(moves.iter().map(|_| Ok(Pushed::Held)).collect());
        }
        let mut results = self.send(context, folder, moves).await?;
        // Nobody has looked at any of them where the server was not reached.
        if results.iter().any(|result| !matches!(result, Err(Failed::NotReached(_)))) && moves.len() > 1 {
            for (moved, result) in moves.iter().zip(&mut results) {
                if result.is_err() {
                    let again = self.send(context, folder, std::slice::from_ref(moved)).await?;
                    if let Some(again) = again.into_iter().next() {
                        *result = again;
                    }
                }
            }
        }
        Ok(results.into_iter().map(|result| result.map_err(Failed::into_error)).collect())
    }

    fn write(&self, moved: &Move<'_>) -> Write {
        let force = moved.before != Before::Contained;
        let body = json!({"branch": moved.branch, "commit": moved.commit, "force": force});
        Write { method: "push".to_owned(), target: self.to.to_string(), body }
    }

    async fn send(&self, context: &Context, folder: &Path, moves: &[Move<'_>]) -> Result<Vec<Result<Pushed, Failed>>> {
        let names = moves.iter().map(|moved| moved.branch.as_str()).collect::<Vec<_>>().join(", ");
        if moves.is_empty() {
            return Ok(Vec::new());
        }
        context.step(format!("pushing {names} to {}", self.to));
        let git = plain_git(folder).env("GIT_ALLOW_PROTOCOL", PROTOCOLS).foreground();
        let git = match self.credentials {
            Some(credentials) => credentials.hand_to(context, git, self.to),
            None => git,
        };
        let mut push = git.args(["push", "--porcelain", "--no-verify", "--no-follow-tags", "--recurse-submodules=no"]);
        for moved in moves {
            if let Before::Exactly(commit) = moved.before {
                let commit = commit.map(|commit| commit.to_string()).unwrap_or_default();
                push = push.arg(format!("--force-with-lease={}:{commit}", moved.branch.full()));
            }
        }
        let push = push.arg("--").secret_arg(self.to.reveal(), &*self.to.shown());
        let specs = moves.iter().map(|moved| format!("{}:{}", moved.commit, moved.branch.full()));
        let output = push.args(specs).output(context).await?;
        Ok(moves.iter().map(|moved| self.result(moved, &output)).collect())
    }

    /// What became of one branch, as `git push --porcelain` says it: a letter, `FROM:TO`, and `[rejected] (REASON)`.
    fn result(&self, moved: &Move<'_>, output: &Output) -> Result<Pushed, Failed> {
        let said = String::from_utf8_lossy(&output.stdout);
        let suffix = format!(":{}", moved.branch.full());
        let mut lines = said.lines().filter_map(|line| {
            let mut parts = line.splitn(3, '\t');
            Some((parts.next()?, parts.next()?, parts.next().unwrap_or_default()))
        });
        match lines.find(|(_, refs, _)| refs.ends_with(&suffix)) {
            Some(("=", ..)) => Ok(Pushed::UpToDate),
            Some(("!", _, reason)) => Err(Failed::Refused(self.refused(moved, output, reason))),
            Some(_) => Ok(Pushed::Sent),
            None => Err(Failed::NotReached(not_reached(&output.failure(), &self.cannot(moved), self.to))),
        }
    }

    fn cannot(&self, moved: &Move<'_>) -> String {
        format!("`{}` cannot be pushed to `{}`", moved.branch, self.to)
    }

    fn refused(&self, moved: &Move<'_>, output: &Output, reason: &str) -> Error {
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        let of_server = said.lines().filter_map(|line| line.strip_prefix("remote:")).map(plain);
        let of_server = of_server.filter(|line| !line.is_empty());
        let error = Error::new(Kind::Service, self.cannot(moved));
        let error = of_server.chain([plain(reason)]).fold(error, Error::cause);
        if reason.contains("stale info") {
            return error.hint("somebody else has pushed it meanwhile: run this again");
        }
        if reason.contains("non-fast-forward") || reason.contains("fetch first") {
            return error.hint("the branch has got other commits meanwhile: run this again");
        }
        error.hint("what the server says is above: it can want other rights, or a pull request")
    }
}

/// A line of a server without credentials, and without characters that would move a terminal.
fn plain(line: &str) -> String {
    redacted_line(line.trim()).chars().filter(|c| !c.is_control()).collect()
}

#[cfg(test)]
mod tests;
