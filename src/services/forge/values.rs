//! What is asked of forges and what they answer, the same for all of them.

use jiff::Timestamp;
use serde::Serialize;

use super::names::{BranchName, CloneUrl, ProjectPath};

/// Whose the token is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Who {
    /// The forge has told.
    Known(Identity),
    /// It was not asked: this is a dry run, and the forge can be asked only by a request that looks like one that writes.
    Unknown,
}

impl Who {
    /// The name of the user, where it is known.
    pub fn login(&self) -> Option<&str> {
        match self {
            Self::Known(identity) => Some(&identity.login),
            Self::Unknown => None,
        }
    }
}

/// A user whose token was accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The name with which forks and pull requests are marked.
    pub login: String,
    /// What the forge told of the token with the name.
    pub token: TokenFacts,
}

/// What a forge tells of a token.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TokenFacts {
    /// What it may do; `None` where that is not told.
    pub rights: Option<Vec<String>>,
    /// From when on it is refused; `None` where that is not told, and for one without an end.
    pub ends: Option<Timestamp>,
}

/// A project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Project {
    /// Where it is.
    pub path: ProjectPath,
    /// The branch that is checked out without being asked for, where the forge tells it with the project: Pagure does not.
    pub default_branch: Option<BranchName>,
    /// Of what it is a fork.
    pub parent: Option<ProjectPath>,
    /// The address for git over https (or http).
    pub https: Option<CloneUrl>,
    /// The address for git over ssh, where it is known without another request: see `Forge::ssh_url`.
    pub ssh: Option<CloneUrl>,
    /// The number that GitLab has for it.
    pub id: Option<u64>,
    /// The number that GitLab has for the parent.
    pub parent_id: Option<u64>,
    /// Whether it has been made just now: nobody has opened a pull request from it.
    pub is_new: bool,
}

/// An open pull request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PullRequest {
    /// Its number in the project.
    pub number: u64,
    /// Its page for people: an http or https URL in one line.
    pub url: String,
    /// The title.
    pub title: String,
    /// The text below the title.
    pub text: String,
    /// Who opened it.
    pub author: Option<String>,
}

impl PullRequest {
    /// Whether title and text are these. Forges cut blanks from the end, and may keep line ends as browsers send them.
    pub fn says(&self, title: &str, text: &str) -> bool {
        let plain = |text: &str| text.replace("\r\n", "\n").trim_end().to_owned();
        self.title.trim() == title.trim() && plain(&self.text) == plain(text)
    }
}

/// A pull request as it is to be.
#[derive(Debug, Clone)]
pub struct Proposal<'a> {
    /// The project into which it is to be merged.
    pub target: &'a ProjectPath,
    /// The branch there.
    pub target_branch: &'a BranchName,
    /// The project that it comes from: a fork, or the target itself.
    pub source: &'a Project,
    /// The branch there.
    pub source_branch: &'a BranchName,
    /// Who opens it, where that is known.
    pub author: Option<&'a str>,
    /// The title, one line.
    pub title: &'a str,
    /// The text, in Markdown.
    pub text: &'a str,
}

/// What became of a proposal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Proposed {
    /// A new pull request.
    Created(PullRequest),
    /// There was one, with another title or text.
    Updated(PullRequest),
    /// There was one, and it says the same.
    Unchanged(PullRequest),
    /// In a dry run: it would be a new one, or an update of this one.
    HeldBack(Option<PullRequest>),
}

impl Proposed {
    /// The pull request, where there is one.
    pub fn pull_request(&self) -> Option<&PullRequest> {
        match self {
            Self::Created(made) | Self::Updated(made) | Self::Unchanged(made) => Some(made),
            Self::HeldBack(there) => there.as_ref(),
        }
    }
}

/// A release that a project has published on its forge.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Release {
    /// The tag.
    pub tag: String,
    /// Its title.
    pub title: Option<String>,
    /// Its text, in Markdown; empty where there is none.
    pub text: String,
    /// Its page for people, where the forge gave one.
    pub url: Option<String>,
}
