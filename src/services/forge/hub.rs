//! What GitHub's interface and Forgejo's, which was made after it, have in common.

use serde_json::json;

use super::api::Api;
use super::documents::{self, Branch, Published, Pull, Repository};
use super::names::{BranchName, ProjectPath, encoded};
use super::one_of::Made;
use super::values::{Project, Proposal, PullRequest, Release};
use crate::context::Context;
use crate::error::Result;
use crate::services::call::{Body, Method, Reply};
use crate::services::http::Client;

/// A GitHub or a Forgejo.
#[derive(Debug, Clone)]
pub(super) struct Hub {
    /// How it is asked.
    pub(super) api: Api,
    /// How many things a page is asked to hold: more is cut to this by the server.
    pub(super) rows: usize,
    /// What that is called in a query.
    pub(super) rows_are: &'static str,
    /// What stands before the number in the address of a pull request's page.
    pub(super) page: &'static str,
}

impl Hub {
    /// A project's address in the interface.
    pub(super) fn place(path: &ProjectPath) -> String {
        format!("/repos/{}", path.in_address())
    }

    /// A project as the server tells of it; `None` where there is none that this token may see.
    pub(super) async fn repository(
        &self,
        context: &Context,
        client: &Client,
        path: &ProjectPath,
    ) -> Result<Option<Repository>> {
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

    /// The part of a query that asks for whole pages.
    pub(super) fn whole_pages(&self) -> String {
        format!("{}={}", self.rows_are, self.rows)
    }

    pub(super) async fn branches(
        &self,
        context: &Context,
        client: &Client,
        path: &ProjectPath,
    ) -> Result<Vec<BranchName>> {
        let place = format!("{}/branches?{}", Self::place(path), self.whole_pages());
        let doing = format!("list the branches of {path}");
        let listed = self.api.pages::<Branch>(context, client, (&place, self.rows), &doing, |_| false).await?;
        Ok(documents::branches(listed))
    }

    /// A pull request of `target`; one whose page the server does not name gets the usual address.
    pub(super) fn pull_request(&self, pull: Pull, target: &ProjectPath) -> PullRequest {
        pull.pull_request(|number| format!("{}/{}/{}/{number}", self.api.base(), target.in_address(), self.page))
    }

    /// Opens a pull request of `head`, which names a branch and whose it is. `is_there` knows the refusal that says that it is open.
    pub(super) async fn open_pull_request(
        &self,
        context: &Context,
        client: &Client,
        proposal: &Proposal<'_>,
        head: String,
        is_there: impl FnOnce(&Reply) -> bool,
    ) -> Result<Made> {
        let target = proposal.target;
        let body = json!({
            "title": proposal.title,
            "body": proposal.text,
            "base": proposal.target_branch.as_str(),
            "head": head,
        });
        let place = format!("{}/pulls", Self::place(target));
        let sent = self.api.send(context, client, (Method::POST, &place), Body::Json(body)).await?;
        let Some(reply) = sent else { return Ok(Made::HeldBack) };
        match documents::opened::<Pull>(&self.api, context, &reply, target) {
            Err(refusal) if is_there(&reply) => Ok(Made::Before(refusal)),
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
        self.api.change(context, client, (Method::PATCH, &place), body, &doing).await
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
        self.api.change(context, client, (Method::POST, &place), json!({ "body": text }), &doing).await
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
