//! GitHub, its REST interface.

use jiff::Timestamp;
use serde_json::json;

use super::api::Api;
use super::documents::{Pull, Repository, User};
use super::hub::Hub;
use super::kind::ForgeKind;
use super::names::{self, ProjectPath, encoded};
use super::one_of::Made;
use super::values::{Identity, Project, Proposal, PullRequest, TokenFacts};
use crate::context::Context;
use crate::error::Result;
use crate::secret::Token;
use crate::services::call::{Body, Reply};
use crate::services::http::Client;

/// A GitHub.
#[derive(Debug, Clone)]
pub struct GitHub {
    pub(super) hub: Hub,
}

impl GitHub {
    /// github.com has its interface on a host of its own; an Enterprise server has it below its pages.
    pub(super) fn new(base: &str, token: Option<Token>) -> Self {
        let root = match base {
            "https://github.com" | "https://www.github.com" => "https://api.github.com".to_owned(),
            other => format!("{other}/api/v3"),
        };
        let api = Api::new(ForgeKind::GitHub, base, root, token);
        Self { hub: Hub { api, rows: 100, rows_are: "per_page", page: "pull" } }
    }

    pub(super) async fn who_am_i(&self, context: &Context, client: &Client) -> Result<Identity> {
        let reply = self.hub.api.get(context, client, "/user").await?;
        let user: User = self.hub.api.taken(context, &reply, "ask whose the token is")?;
        // Tokens of the newer kind have no scopes and get no such header.
        let scopes = reply.header("x-oauth-scopes");
        let listed = |scopes: &str| {
            scopes.split(',').map(str::trim).filter(|scope| !scope.is_empty()).map(str::to_owned).collect()
        };
        let ends = reply.header("github-authentication-token-expiration").and_then(end);
        Ok(Identity { login: names::user(user.login)?, token: TokenFacts { rights: scopes.map(listed), ends } })
    }

    pub(super) async fn find_fork(
        &self,
        context: &Context,
        client: &Client,
        parent: &ProjectPath,
        user: &str,
    ) -> Result<Option<Project>> {
        let likely = ProjectPath::new(Some(user), parent.name(), None)?;
        let found = self.hub.repository(context, client, &likely).await?;
        if let Some(found) = found.filter(|found| found.is_fork_of(parent)) {
            return found.project(self.hub.api.base()).map(Some);
        }
        // One page: of a project with thousands of forks the rest is not worth the time, since a request to make a fork is
        // answered with the one that is there.
        let place = format!("{}/forks?{pages}", Hub::place(parent), pages = self.hub.whole_pages());
        let doing = format!("list the forks of {parent}");
        let listed: Vec<Repository> = self.hub.api.read(context, client, &place, &doing).await?;
        listed.into_iter().find(|fork| fork.belongs_to(user)).map(|fork| fork.project(self.hub.api.base())).transpose()
    }

    pub(super) async fn create_fork(
        &self,
        context: &Context,
        client: &Client,
        parent: &ProjectPath,
        _user: &str,
    ) -> Result<Option<Project>> {
        let place = format!("{}/forks", Hub::place(parent));
        let sent = self.hub.api.send_fork(context, client, &place, Body::Json(json!({}))).await?;
        let Some(reply) = sent else { return Ok(None) };
        let made: Repository = self.hub.api.taken(context, &reply, &format!("fork {parent}"))?;
        Ok(Some(Project { is_new: true, ..made.project(self.hub.api.base())? }))
    }

    pub(super) async fn find_pull_request(
        &self,
        context: &Context,
        client: &Client,
        proposal: &Proposal<'_>,
    ) -> Result<Option<PullRequest>> {
        let (target, base) = (proposal.target, encoded(proposal.target_branch.as_str()));
        let head = encoded(&head(proposal));
        let place = format!(
            "{}/pulls?state=open&base={base}&head={head}&{pages}",
            Hub::place(target),
            pages = self.hub.whole_pages()
        );
        let listed: Vec<Pull> =
            self.hub.api.read(context, client, &place, &format!("list the pull requests of {target}")).await?;
        Ok(listed.into_iter().find(|pull| pull.is_of(proposal)).map(|pull| self.hub.pull_request(pull, target)))
    }

    pub(super) async fn create_pull_request(
        &self,
        context: &Context,
        client: &Client,
        proposal: &Proposal<'_>,
    ) -> Result<Made> {
        let is_there = |reply: &Reply| reply.status == 422 && reply.text().contains("already exists");
        self.hub.open_pull_request(context, client, proposal, head(proposal), is_there).await
    }
}

/// `USER:BRANCH`, which GitHub wants in its lists even where both ends are in one project.
fn head(proposal: &Proposal<'_>) -> String {
    let branch = proposal.source_branch;
    match proposal.source.path.namespace() {
        Some(owner) => format!("{owner}:{branch}"),
        None => branch.to_string(),
    }
}

/// When a token ends: `2027-05-20 09:00:00 UTC`, or with an offset such as `+0200` in place of the name.
fn end(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    let text = text.strip_suffix("UTC").map_or_else(|| text.to_owned(), |time| format!("{time}+0000"));
    Timestamp::strptime("%Y-%m-%d %H:%M:%S %z", &text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ends_of_tokens() {
        let at = |text: &str| end(text).map(|time| time.to_string());
        assert_eq!(at("2027-05-20 09:00:00 UTC").as_deref(), Some("2027-05-20T09:00:00Z"));
        assert_eq!(at("2027-05-20 01:00:00 +0200").as_deref(), Some("2027-05-19T23:00:00Z"));
        for unknown in ["", "never", "2027-05-20", "2027-13-20 09:00:00 UTC"] {
            assert_eq!(at(unknown), None, "{unknown}");
        }
    }
}
