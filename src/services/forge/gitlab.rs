//! GitLab, its interface of version 4. Forks are told by the number of the project, and a merge request is opened in the project
//! that it comes from.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Deserialize;
use serde_json::json;

use super::api::Api;
use super::documents::{self, Branch, web_page};
use super::kind::ForgeKind;
use super::names::{self, BranchName, CloneUrl, ProjectPath, encoded};
use super::one_of::Made;
use super::values::{Identity, Project, Proposal, PullRequest, Release, TokenFacts};
use crate::context::Context;
use crate::error::{Error, Kind, Result};
use crate::secret::Token;
use crate::services::call::{Body, Method};
use crate::services::http::Client;

/// The longest page.
const ROWS: usize = 100;

/// A GitLab.
#[derive(Debug, Clone)]
pub struct GitLab {
    api: Api,
}

#[derive(Deserialize)]
struct Document {
    id: u64,
    path_with_namespace: String,
    default_branch: Option<String>,
    http_url_to_repo: Option<String>,
    ssh_url_to_repo: Option<String>,
    forked_from_project: Option<Parent>,
    namespace: Option<Namespace>,
}

#[derive(Deserialize)]
struct Parent {
    id: u64,
    path_with_namespace: String,
}

#[derive(Deserialize)]
struct Namespace {
    full_path: String,
}

#[derive(Deserialize)]
struct User {
    username: String,
}

#[derive(Deserialize)]
struct MergeRequest {
    iid: u64,
    title: Option<String>,
    description: Option<String>,
    web_url: Option<String>,
    author: Option<User>,
    source_branch: Option<String>,
    target_branch: Option<String>,
    source_project_id: Option<u64>,
}

#[derive(Deserialize)]
struct Published {
    tag_name: String,
    name: Option<String>,
    description: Option<String>,
    #[serde(rename = "_links", default)]
    links: Links,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Links {
    #[serde(rename = "self")]
    page: Option<String>,
}

impl Document {
    fn project(self, base: &str) -> Result<Project> {
        let parent_id = self.forked_from_project.as_ref().map(|parent| parent.id);
        Ok(Project {
            path: ProjectPath::given(&self.path_with_namespace)?,
            default_branch: documents::branch(self.default_branch.as_deref())?,
            parent: self.forked_from_project.and_then(|parent| ProjectPath::given(&parent.path_with_namespace).ok()),
            https: CloneUrl::offered(self.http_url_to_repo.as_deref(), base)?,
            ssh: CloneUrl::offered(self.ssh_url_to_repo.as_deref(), base)?,
            id: Some(self.id),
            parent_id,
            is_new: false,
        })
    }
}

impl GitLab {
    pub(super) fn new(base: &str, token: Option<Token>) -> Self {
        Self { api: Api::new(ForgeKind::GitLab, base, format!("{base}/api/v4"), token) }
    }

    pub(super) fn api(&self) -> &Api {
        &self.api
    }

    fn place(path: &ProjectPath) -> String {
        format!("/projects/{}", path.as_one_part())
    }

    pub(super) async fn who_am_i(&self, context: &Context, client: &Client) -> Result<Identity> {
        let user: User = self.api.read(context, client, "/user", "ask whose the token is").await?;
        Ok(Identity { login: names::user(user.username)?, token: TokenFacts::default() })
    }

    pub(super) async fn token_facts(&self, context: &Context, client: &Client) -> Result<TokenFacts> {
        #[derive(Deserialize)]
        struct Answer {
            scopes: Vec<String>,
            expires_at: Option<String>,
        }
        let reply = self.api.get(context, client, "/personal_access_tokens/self").await?;
        // Older servers do not know the question, tokens of other kinds get no answer.
        if !reply.is_success() {
            return Ok(TokenFacts::default());
        }
        let answer: Answer = reply.json()?;
        // It is refused from the first minute of that day on.
        let day = answer.expires_at.and_then(|day| day.parse::<Date>().ok());
        let ends = day.and_then(|day| day.to_zoned(TimeZone::UTC).ok()).map(|time| time.timestamp());
        Ok(TokenFacts { rights: Some(answer.scopes), ends })
    }

    pub(super) async fn project(
        &self,
        context: &Context,
        client: &Client,
        path: &ProjectPath,
    ) -> Result<Option<Project>> {
        let found: Option<Document> =
            self.api.find(context, client, &Self::place(path), &format!("show {path}")).await?;
        found.map(|found| found.project(self.api.base())).transpose()
    }

    pub(super) async fn branches(
        &self,
        context: &Context,
        client: &Client,
        path: &ProjectPath,
    ) -> Result<Vec<BranchName>> {
        let place = format!("{}/repository/branches?per_page={ROWS}", Self::place(path));
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
        let place = format!("{}/forks?owned=true&per_page={ROWS}", Self::place(parent));
        let doing = format!("list the forks of {parent}");
        // A user may have another fork in a group of his: his own one counts.
        let is_his = |fork: &Document| {
            fork.namespace.as_ref().is_some_and(|namespace| namespace.full_path.eq_ignore_ascii_case(user))
        };
        let seen = |page: &[Document]| page.iter().any(is_his);
        let listed = self.api.pages::<Document>(context, client, (&place, ROWS), &doing, seen).await?;
        listed.into_iter().find(is_his).map(|fork| fork.project(self.api.base())).transpose()
    }

    pub(super) async fn create_fork(
        &self,
        context: &Context,
        client: &Client,
        parent: &ProjectPath,
        user: &str,
    ) -> Result<Option<Project>> {
        let place = format!("{}/fork", Self::place(parent));
        let doing = format!("fork {parent}");
        let mut body = json!({});
        for is_last in [false, true] {
            let sent = self.api.send_fork(context, client, &place, Body::Json(body)).await?;
            let Some(reply) = sent else { return Ok(None) };
            if reply.status != 409 || is_last {
                let made: Document = self.api.taken(context, &reply, &doing)?;
                return Ok(Some(Project { is_new: true, ..made.project(self.api.base())? }));
            }
            if let Some(found) = self.find_fork(context, client, parent, user).await? {
                return Ok(Some(found));
            }
            // The user has something else of that name.
            let name = parent.plain().replace('/', "-");
            body = json!({ "name": name, "path": name });
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
        let branches = [("source_branch", proposal.source_branch), ("target_branch", proposal.target_branch)];
        let branches = branches.map(|(name, branch)| format!("&{name}={}", encoded(branch.as_str()))).concat();
        let author = proposal.author.map(|author| format!("&author_username={}", encoded(author))).unwrap_or_default();
        let place = format!("{}/merge_requests?state=opened{branches}{author}&per_page={ROWS}", Self::place(target));
        let listed: Vec<MergeRequest> =
            self.api.read(context, client, &place, &format!("list the merge requests of {target}")).await?;
        let is_it = |request: &MergeRequest| {
            request.source_branch.as_deref() == Some(proposal.source_branch.as_str())
                && request.target_branch.as_deref() == Some(proposal.target_branch.as_str())
                && request.source_project_id.is_some()
                && request.source_project_id == proposal.source.id
                && proposal.author.is_none_or(|author| {
                    request.author.as_ref().is_some_and(|user| user.username.eq_ignore_ascii_case(author))
                })
        };
        Ok(listed.into_iter().find(is_it).map(|request| self.pull_request(request, target)))
    }

    fn pull_request(&self, request: MergeRequest, target: &ProjectPath) -> PullRequest {
        let made = || format!("{}/{}/-/merge_requests/{}", self.api.base(), target.in_address(), request.iid);
        PullRequest {
            number: request.iid,
            url: web_page(request.web_url.as_deref()).unwrap_or_else(made),
            title: request.title.unwrap_or_default(),
            text: request.description.unwrap_or_default(),
            author: request.author.map(|user| user.username),
        }
    }

    pub(super) async fn create_pull_request(
        &self,
        context: &Context,
        client: &Client,
        proposal: &Proposal<'_>,
    ) -> Result<Made> {
        let (source, target) = (&proposal.source.path, proposal.target);
        let mut body = json!({
            "title": proposal.title,
            "description": proposal.text,
            "source_branch": proposal.source_branch.as_str(),
            "target_branch": proposal.target_branch.as_str(),
        });
        if source != target {
            let known = proposal.source.parent_id.filter(|_| proposal.source.parent.as_ref() == Some(target));
            let id = match known {
                Some(id) => id,
                None => self.target_id(context, client, target).await?,
            };
            body["target_project_id"] = json!(id);
        }
        let place = format!("{}/merge_requests", Self::place(source));
        let sent = self.api.send(context, client, (Method::POST, &place), Body::Json(body)).await?;
        let Some(reply) = sent else { return Ok(Made::HeldBack) };
        match documents::opened::<MergeRequest>(&self.api, context, &reply, target) {
            Err(refusal) if reply.status == 409 => Ok(Made::Before(refusal)),
            opened => Ok(Made::Now(self.pull_request(opened?, target))),
        }
    }

    /// The number of a project, by which alone the target of a merge request is named.
    async fn target_id(&self, context: &Context, client: &Client, target: &ProjectPath) -> Result<u64> {
        let project = self.project(context, client, target).await?;
        project.and_then(|project| project.id).ok_or_else(|| {
            Error::new(Kind::Service, format!("{} has no project {target}", self.api.host())).hint("check the name")
        })
    }

    pub(super) async fn update_pull_request(
        &self,
        context: &Context,
        client: &Client,
        proposal: &Proposal<'_>,
        number: u64,
    ) -> Result<bool> {
        let place = format!("{}/merge_requests/{number}", Self::place(proposal.target));
        let body = json!({ "title": proposal.title, "description": proposal.text });
        let doing = format!("change merge request {number} of {}", proposal.target);
        self.api.change(context, client, (Method::PUT, &place), body, &doing).await
    }

    pub(super) async fn comment(
        &self,
        context: &Context,
        client: &Client,
        project: &ProjectPath,
        number: u64,
        text: &str,
    ) -> Result<bool> {
        let place = format!("{}/merge_requests/{number}/notes", Self::place(project));
        let doing = format!("comment on merge request {number} of {project}");
        self.api.change(context, client, (Method::POST, &place), json!({ "body": text }), &doing).await
    }

    pub(super) async fn release(
        &self,
        context: &Context,
        client: &Client,
        project: &ProjectPath,
        tag: &str,
    ) -> Result<Option<Release>> {
        let place = format!("{}/releases/{}", Self::place(project), encoded(tag));
        let doing = format!("show the release {tag} of {project}");
        let found: Option<Published> = self.api.find(context, client, &place, &doing).await?;
        Ok(found.map(|found| Release {
            tag: found.tag_name,
            title: found.name.filter(|name| !name.is_empty()),
            text: found.description.unwrap_or_default(),
            url: web_page(found.links.page.as_deref()),
        }))
    }
}
