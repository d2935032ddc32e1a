//! Forgejo (and Gitea), its interface of version 1. Forks are found by what they are forks of: without namespaces for forks, those
//! of `rpms/x` and `tests/x` cannot both be called `USER/x`.

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

/// What a page is asked to hold: more is cut to this by the server.
const ROWS: usize = 50;

/// A Forgejo.
#[derive(Debug, Clone)]
pub struct Forgejo {
    api: Api,
}

impl Forgejo {
    pub(super) fn new(base: &str, token: Option<Token>) -> Self {
        Self { api: Api::new(ForgeKind::Forgejo, base, format!("{base}/api/v1"), token) }
    }

    pub(super) fn api(&self) -> &Api {
        &self.api
    }

    fn place(path: &ProjectPath) -> String {
        format!("/repos/{}", path.in_address())
    }

    pub(super) async fn who_am_i(&self, context: &Context, client: &Client) -> Result<Identity> {
        let user: User = self.api.read(context, client, "/user", "ask whose the token is").await?;
        Ok(Identity { login: names::user(user.login)?, token: TokenFacts::default() })
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
        let place = format!("{}/branches?limit={ROWS}", Self::place(path));
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
        let place = format!("{}/forks?limit={ROWS}", Self::place(parent));
        let doing = format!("list the forks of {parent}");
        let is_his = |fork: &Repository| fork.belongs_to(user);
        let seen = |page: &[Repository]| page.iter().any(is_his);
        let listed = self.api.pages::<Repository>(context, client, (&place, ROWS), &doing, seen).await?;
        listed.into_iter().find(is_his).map(|fork| fork.project(self.api.base())).transpose()
    }

    pub(super) async fn create_fork(
        &self,
        context: &Context,
        client: &Client,
        parent: &ProjectPath,
        user: &str,
    ) -> Result<Option<Project>> {
        let place = format!("{}/forks", Self::place(parent));
        let doing = format!("fork {parent}");
        let mut body = json!({});
        for is_last in [false, true] {
            let sent = self.api.send_fork(context, client, &place, Body::Json(body)).await?;
            let Some(reply) = sent else { return Ok(None) };
            if reply.status != 409 || is_last {
                let made: Repository = self.api.taken(context, &reply, &doing)?;
                return Ok(Some(Project { is_new: true, ..made.project(self.api.base())? }));
            }
            if let Some(found) = self.find_fork(context, client, parent, user).await? {
                return Ok(Some(found));
            }
            // The user has something else of that name.
            body = json!({ "name": parent.plain().replace('/', "-") });
        }
        Ok(None)
    }

    pub(super) async fn find_pull_request(
        &self,
        context: &Context,
        client: &Client,
        proposal: &Proposal<'_>,
    ) -> Result<Option<PullRequest>> {
        let target = proposal.target;
        let poster = proposal.author.map(|author| format!("&poster={}", encoded(author))).unwrap_or_default();
        let place = format!("{}/pulls?state=open&limit={ROWS}{poster}", Self::place(target));
        let doing = format!("list the pull requests of {target}");
        let is_it = |pull: &Pull| pull.is_of(proposal);
        let seen = |page: &[Pull]| page.iter().any(is_it);
        let listed = self.api.pages::<Pull>(context, client, (&place, ROWS), &doing, seen).await?;
        Ok(listed.into_iter().find(is_it).map(|pull| self.pull_request(pull, target)))
    }

    fn pull_request(&self, pull: Pull, target: &ProjectPath) -> PullRequest {
        pull.pull_request(|number| format!("{}/{}/pulls/{number}", self.api.base(), target.in_address()))
    }

    pub(super) async fn create_pull_request(
        &self,
        context: &Context,
        client: &Client,
        proposal: &Proposal<'_>,
    ) -> Result<Made> {
        let (source, target) = (&proposal.source.path, proposal.target);
        let branch = proposal.source_branch;
        let head = match source.namespace() {
            Some(owner) if source != target => format!("{owner}:{branch}"),
            _ => branch.to_string(),
        };
        let body = json!({
            "title": proposal.title,
            "body": proposal.text,
            "base": proposal.target_branch.as_str(),
            "head": head,
        });
        let place = format!("{}/pulls", Self::place(target));
        let sent = self.api.send(context, client, (Method::POST, &place), Body::Json(body)).await?;
        let Some(reply) = sent else { return Ok(Made::HeldBack) };
        let opened = documents::opened::<Pull>(&self.api, context, &reply, target);
        match opened {
            Err(refusal) if reply.status == 409 => Ok(Made::Before(refusal)),
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
