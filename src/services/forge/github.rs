//! GitHub, its REST interface.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::api::Api;
use super::documents::{self, Branch, Published, Pull, Repository, User};
use super::kind::ForgeKind;
use super::names::{self, BranchName, ProjectPath, encoded};
use super::one_of::Made;
use super::values::{Identity, Project, Proposal, PullRequest, Release, TokenFacts};
use crate::context::Context;
use crate::error::Result;
use crate::secret::Token;
use crate::services::call::{Body, Method};
use crate::services::http::Client;

/// The longest page.
const ROWS: usize = 100;

/// A GitHub.
#[derive(Debug, Clone)]
pub struct GitHub {
    api: Api,
}

impl GitHub {
    /// github.com has its interface on a host of its own; an Enterprise server has it below its pages.
    pub(super) fn new(base: &str, token: Option<Token>) -> Self {
        let root = match base {
            "https://github.com" | "https://www.github.com" => "https://api.github.com".to_owned(),
            other => format!("{other}/api/v3"),
        };
        Self { api: Api::new(ForgeKind::GitHub, base, root, token) }
    }

    pub(super) fn api(&self) -> &Api {
        &self.api
    }

    fn place(path: &ProjectPath) -> String {
        format!("/repos/{}", path.in_address())
    }

    pub(super) async fn who_am_i(&self, context: &Context, client: &Client) -> Result<Identity> {
        let reply = self.api.get(context, client, "/user").await?;
        let user: User = self.api.taken(context, &reply, "ask whose the token is")?;
        // Tokens of the newer kind have no scopes and get no such header.
        let scopes = reply.header("x-oauth-scopes");
        let listed = |scopes: &str| {
            scopes.split(',').map(str::trim).filter(|scope| !scope.is_empty()).map(str::to_owned).collect()
        };
        let ends = reply.header("github-authentication-token-expiration").and_then(end);
        Ok(Identity { login: names::user(user.login)?, token: TokenFacts { rights: scopes.map(listed), ends } })
    }

    async fn repository(&self, context: &Context, client: &Client, path: &ProjectPath) -> Result<Option<Repository>> {
        self.api.find(context, client, &Self::place(path), &format!("show {path}")).await
    }

    pub(super) async fn project(
        &self,
        context: &Context,
        client: &Client,
        path: &ProjectPath,
    ) -> Result<Option<Project>> {
        let found = self.repository(context, client, path).await?;
        found.map(|found| found.project(self.api.base())).transpose()
    }

    pub(super) async fn branches(
        &self,
        context: &Context,
        client: &Client,
        path: &ProjectPath,
    ) -> Result<Vec<BranchName>> {
        let place = format!("{}/branches?per_page={ROWS}", Self::place(path));
        let doing = format!("list the branches of {path}");
        let listed = self.api.pages::<Branch>(context, client, (&place, ROWS), &doing, |_| false).await?;
        Ok(documents::branches(listed))
    }

    pub(super) async fn find_fork(
        &self,
        context: &Context,
        client: &Client,
        parent: &ProjectPath,
        user: &str,
    ) -> Result<Option<Project>> {
        let likely = ProjectPath::new(Some(user), parent.name(), None)?;
        let found = self.repository(context, client, &likely).await?;
        if let Some(found) = found.filter(|found| found.is_fork_of(parent)) {
            return found.project(self.api.base()).map(Some);
        }
        // One page: of a project with thousands of forks the rest is not worth the time, since a request to make a fork is
        // answered with the one that is there.
        let place = format!("{}/forks?per_page={ROWS}", Self::place(parent));
        let doing = format!("list the forks of {parent}");
        let listed: Vec<Repository> = self.api.read(context, client, &place, &doing).await?;
        listed.into_iter().find(|fork| fork.belongs_to(user)).map(|fork| fork.project(self.api.base())).transpose()
    }

    pub(super) async fn create_fork(
        &self,
        context: &Context,
        client: &Client,
        parent: &ProjectPath,
        _user: &str,
    ) -> Result<Option<Project>> {
        let place = format!("{}/forks", Self::place(parent));
        let sent = self.api.send_fork(context, client, &place, Body::Json(json!({}))).await?;
        let Some(reply) = sent else { return Ok(None) };
        let made: Repository = self.api.taken(context, &reply, &format!("fork {parent}"))?;
        Ok(Some(Project { is_new: true, ..made.project(self.api.base())? }))
    }

    pub(super) async fn find_pull_request(
        &self,
        context: &Context,
        client: &Client,
        proposal: &Proposal<'_>,
    ) -> Result<Option<PullRequest>> {
        let (target, base) = (proposal.target, encoded(proposal.target_branch.as_str()));
        let head = encoded(&head(proposal));
        let place = format!("{}/pulls?state=open&base={base}&head={head}&per_page={ROWS}", Self::place(target));
        let listed: Vec<Pull> =
            self.api.read(context, client, &place, &format!("list the pull requests of {target}")).await?;
        Ok(listed.into_iter().find(|pull| pull.is_of(proposal)).map(|pull| self.pull_request(pull, target)))
    }

    fn pull_request(&self, pull: Pull, target: &ProjectPath) -> PullRequest {
        pull.pull_request(|number| format!("{}/{}/pull/{number}", self.api.base(), target.in_address()))
    }

    pub(super) async fn create_pull_request(
        &self,
        context: &Context,
        client: &Client,
        proposal: &Proposal<'_>,
    ) -> Result<Made> {
        let target = proposal.target;
        let body = json!({
            "title": proposal.title,
            "body": proposal.text,
            "base": proposal.target_branch.as_str(),
            "head": head(proposal),
        });
        let place = format!("{}/pulls", Self::place(target));
        let sent = self.api.send(context, client, (Method::POST, &place), Body::Json(body)).await?;
        let Some(reply) = sent else { return Ok(Made::HeldBack) };
        match documents::opened::<Pull>(&self.api, context, &reply, target) {
            Err(refusal) if reply.status == 422 && reply.text().contains("already exists") => Ok(Made::Before(refusal)),
            opened => Ok(Made::Now(self.pull_request(opened?, target))),
        }
    }

    pub(super) async fn update_pull_request(
        &self,
        context: &Context,
        client: &Client,
        proposal: &Proposal<'_>,
        number: u64,
    ) -> Result<bool> {
        let place = format!("{}/pulls/{number}", Self::place(proposal.target));
        let body = json!({ "title": proposal.title, "body": proposal.text });
        let doing = format!("change pull request {number} of {}", proposal.target);
        self.write(context, client, (Method::PATCH, &place), body, &doing).await
    }

    pub(super) async fn comment(
        &self,
        context: &Context,
        client: &Client,
        project: &ProjectPath,
        number: u64,
        text: &str,
    ) -> Result<bool> {
        let place = format!("{}/issues/{number}/comments", Self::place(project));
        let doing = format!("comment on pull request {number} of {project}");
        self.write(context, client, (Method::POST, &place), json!({ "body": text }), &doing).await
    }

    async fn write(
        &self,
        context: &Context,
        client: &Client,
        to: (Method, &str),
        body: Value,
        doing: &str,
    ) -> Result<bool> {
        let sent = self.api.send(context, client, to, Body::Json(body)).await?;
        let Some(reply) = sent else { return Ok(false) };
        self.api.taken::<Value>(context, &reply, doing).map(|_| true)
    }

    pub(super) async fn release(
        &self,
        context: &Context,
        client: &Client,
        project: &ProjectPath,
        tag: &str,
    ) -> Result<Option<Release>> {
        let place = format!("{}/releases/tags/{}", Self::place(project), encoded(tag));
        let doing = format!("show the release {tag} of {project}");
        let found: Option<Published> = self.api.find(context, client, &place, &doing).await?;
        Ok(found.map(Published::release))
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
