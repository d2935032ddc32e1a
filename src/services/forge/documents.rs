//! The documents that Forgejo and GitHub have in common, and what is taken out of those of all forges in the same way.

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::api::Api;
use super::names::{BranchName, CloneUrl, ProjectPath};
use super::values::{Project, Proposal, PullRequest, Release};
use crate::context::Context;
use crate::error::Result;
use crate::services::address::Address;
use crate::services::call::Reply;

/// A user.
#[derive(Debug, Deserialize)]
pub(super) struct User {
    pub(super) login: String,
}

/// A repository.
#[derive(Debug, Deserialize)]
pub(super) struct Repository {
    pub(super) full_name: String,
    owner: Option<User>,
    default_branch: Option<String>,
    clone_url: Option<String>,
    ssh_url: Option<String>,
    parent: Option<Box<Repository>>,
}

/// A branch.
#[derive(Debug, Deserialize)]
pub(super) struct Branch {
    name: String,
}

/// A pull request.
#[derive(Debug, Deserialize)]
pub(super) struct Pull {
    number: u64,
    title: Option<String>,
    body: Option<String>,
    html_url: Option<String>,
    user: Option<User>,
    head: Option<End>,
    base: Option<End>,
}

/// One end of a pull request.
#[derive(Debug, Deserialize)]
struct End {
    #[serde(rename = "ref")]
    branch: Option<String>,
    repo: Option<Repository>,
}

/// A release.
#[derive(Debug, Deserialize)]
pub(super) struct Published {
    tag_name: String,
    name: Option<String>,
    body: Option<String>,
    html_url: Option<String>,
}

impl Repository {
    /// The project, if its name can be one. `base` is the address of the forge.
    pub(super) fn project(self, base: &str) -> Result<Project> {
        Ok(Project {
            path: ProjectPath::given(&self.full_name)?,
            // An empty repository has none, or the name of one that is to come.
            default_branch: branch(self.default_branch.as_deref())?,
            parent: self.parent.and_then(|parent| ProjectPath::of_full_name(&parent.full_name, false)),
            https: CloneUrl::offered(self.clone_url.as_deref(), base)?,
            ssh: CloneUrl::offered(self.ssh_url.as_deref(), base)?,
            id: None,
            parent_id: None,
            is_new: false,
        })
    }

    /// Whether it is a fork of `parent`.
    pub(super) fn is_fork_of(&self, parent: &ProjectPath) -> bool {
        self.parent.as_ref().is_some_and(|found| parent.is_called(&found.full_name))
    }

    /// Whether it belongs to `user`.
    pub(super) fn belongs_to(&self, user: &str) -> bool {
        self.owner.as_ref().is_some_and(|owner| owner.login.eq_ignore_ascii_case(user))
    }
}

impl Pull {
    /// Whether it is the one of `proposal`.
    pub(super) fn is_of(&self, proposal: &Proposal<'_>) -> bool {
        let branch = |end: &Option<End>, name: &BranchName| {
            end.as_ref().is_some_and(|end| end.branch.as_deref() == Some(name.as_str()))
        };
        let source = self.head.as_ref().and_then(|head| head.repo.as_ref());
        branch(&self.base, proposal.target_branch)
            && branch(&self.head, proposal.source_branch)
            && source.is_some_and(|source| proposal.source.path.is_called(&source.full_name))
            && proposal
                .author
                .is_none_or(|author| self.user.as_ref().is_some_and(|user| user.login.eq_ignore_ascii_case(author)))
    }

    /// The pull request; `made` is its page where the forge names none.
    pub(super) fn pull_request(self, made: impl FnOnce(u64) -> String) -> PullRequest {
        PullRequest {
            number: self.number,
            url: web_page(self.html_url.as_deref()).unwrap_or_else(|| made(self.number)),
            title: self.title.unwrap_or_default(),
            text: self.body.unwrap_or_default(),
            author: self.user.map(|user| user.login),
        }
    }
}

impl Published {
    pub(super) fn release(self) -> Release {
        Release {
            tag: self.tag_name,
            title: self.name.filter(|name| !name.is_empty()),
            text: self.body.unwrap_or_default(),
            url: web_page(self.html_url.as_deref()),
        }
    }
}

/// The branch that a server names; `None` for an empty name.
pub(super) fn branch(name: Option<&str>) -> Result<Option<BranchName>> {
    name.filter(|name| !name.is_empty()).map(BranchName::new).transpose()
}

/// The branches that git allows.
pub(super) fn branches(listed: Vec<Branch>) -> Vec<BranchName> {
    listed.iter().filter_map(|branch| BranchName::new(&branch.name).ok()).collect()
}

/// An address that a server names as a page, if it is one: it is printed for people and scripts.
pub(super) fn web_page(url: Option<&str>) -> Option<String> {
    let url = url.filter(|url| !url.contains(|c: char| c.is_control() || c.is_whitespace()))?;
    Address::parse(url).is_ok_and(|address| address.to_string() == url).then(|| url.to_owned())
}

/// The document of a pull request that has been opened.
pub(super) fn opened<T: DeserializeOwned>(
    api: &Api,
    context: &Context,
    reply: &Reply,
    target: &ProjectPath,
) -> Result<T> {
    api.taken(context, reply, &format!("open a pull request in {target}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_that_may_be_printed() {
        for good in ["https://h/a/pulls/1", "http://127.0.0.1:8080/x"] {
            assert_eq!(web_page(Some(good)).as_deref(), Some(good));
        }
        for bad in ["javascript:x", "https://h/a\nhttps://evil", "/a", "https://me:canary@h/a", "\u{1b}[31mhttps://h"] {
            assert_eq!(web_page(Some(bad)), None, "{bad:?}");
        }
    }
}
