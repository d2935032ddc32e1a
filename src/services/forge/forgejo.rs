//! Forgejo (and Gitea), its interface of version 1. Forks are found by what they are forks of: without namespaces for forks, those
//! of `rpms/x` and `tests/x` cannot both be called `USER/x`.

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
use crate::services::call::Body;
use crate::services::http::Client;

/// A Forgejo.
#[derive(Debug, Clone)]
pub struct Forgejo {
    pub(super) hub: Hub,
}

impl Forgejo {
    pub(super) fn new(base: &str, token: Option<Token>) -> Self {
        let api = Api::new(ForgeKind::Forgejo, base, format!("{base}/api/v1"), token);
        Self { hub: Hub { api, rows: 50, rows_are: "limit", page: "pulls" } }
    }

    pub(super) async fn who_am_i(&self, context: &Context, client: &Client) -> Result<Identity> {
        let user: User = self.hub.api.read(context, client, "/user", "ask whose the token is").await?;
        Ok(Identity { login: names::user(user.login)?, token: TokenFacts::default() })
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
        let place = format!("{}/forks?{pages}", Hub::place(parent), pages = self.hub.whole_pages());
        let doing = format!("list the forks of {parent}");
        let is_his = |fork: &Repository| fork.belongs_to(user);
        let seen = |page: &[Repository]| page.iter().any(is_his);
        let listed = self.hub.api.pages::<Repository>(context, client, (&place, self.hub.rows), &doing, seen).await?;
        listed.into_iter().find(is_his).map(|fork| fork.project(self.hub.api.base())).transpose()
    }

    pub(super) async fn create_fork(
        &self,
        context: &Context,
        client: &Client,
        parent: &ProjectPath,
        user: &str,
    ) -> Result<Option<Project>> {
        let place = format!("{}/forks", Hub::place(parent));
        let doing = format!("fork {parent}");
        let mut body = json!({});
        for is_last in [false, true] {
            let sent = self.hub.api.send_fork(context, client, &place, Body::Json(body)).await?;
            let Some(reply) = sent else { return Ok(None) };
            if reply.status != 409 || is_last {
                let made: Repository = self.hub.api.taken(context, &reply, &doing)?;
                return Ok(Some(Project { is_new: true, ..made.project(self.hub.api.base())? }));
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
        let place = format!("{}/pulls?state=open&{pages}{poster}", Hub::place(target), pages = self.hub.whole_pages());
        let doing = format!("list the pull requests of {target}");
        let is_it = |pull: &Pull| pull.is_of(proposal);
        let seen = |page: &[Pull]| page.iter().any(is_it);
        let listed = self.hub.api.pages::<Pull>(context, client, (&place, self.hub.rows), &doing, seen).await?;
        Ok(listed.into_iter().find(is_it).map(|pull| self.hub.pull_request(pull, target)))
    }

    pub(super) async fn create_pull_request(
        &self,
        context: &Context,
        client: &Client,
        proposal: &Proposal<'_>,
    ) -> Result<Made> {
        let branch = proposal.source_branch;
        let head = match proposal.source.path.namespace() {
            Some(owner) if proposal.source.path != *proposal.target => format!("{owner}:{branch}"),
            _ => branch.to_string(),
        };
        self.hub.open_pull_request(context, client, proposal, head, |reply| reply.status == 409).await
    }
}
