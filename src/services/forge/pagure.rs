//! Pagure, its interface of version 0. What it says was recorded from a real one: it takes forms, answers 401 for three different
//! things, has `errors` as a text or an object, and takes the same pull request twice.

use serde::Deserialize;
use serde_json::Value;

use super::api::Api;
use super::documents::{opened, web_page};
use super::kind::ForgeKind;
use super::names::{self, BranchName, CloneUrl, ProjectPath, encoded};
use super::one_of::Made;
use super::values::{Identity, Project, Proposal, PullRequest, TokenFacts, Who};
use crate::context::Context;
use crate::error::Result;
use crate::secret::Token;
use crate::services::call::{Body, Method};
use crate::services::http::Client;

/// More pages of pull requests than anybody has open in one package.
const PAGES: u32 = 20;

/// Where those are pushed to over ssh that are known: the host of the pages, and what stands before the path. `{}` is the user.
const SSH: [(&str, &str); 3] = [
    ("src.fedoraproject.org", "ssh://{}@pkgs.fedoraproject.org"),
    ("src.stg.fedoraproject.org", "ssh://{}@pkgs.stg.fedoraproject.org"),
    ("pagure.io", "ssh://git@pagure.io"),
];

/// A Pagure.
#[derive(Debug, Clone)]
pub struct Pagure {
    api: Api,
}

/// A project, as far as it is used.
#[derive(Debug, Deserialize)]
pub(super) struct Document {
    fullname: String,
    parent: Option<Box<Document>>,
    #[serde(default)]
    pub(super) access_users: Access,
    #[serde(default)]
    pub(super) access_groups: Access,
}

/// Who may do what in a project.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Access {
    pub(super) owner: Vec<String>,
    pub(super) admin: Vec<String>,
    pub(super) commit: Vec<String>,
    pub(super) collaborator: Vec<String>,
    pub(super) ticket: Vec<String>,
}

#[derive(Deserialize)]
struct Branches {
    #[serde(default)]
    branches: Vec<String>,
    default: Option<String>,
}

#[derive(Deserialize)]
struct Urls {
    urls: Named,
}

#[derive(Deserialize)]
struct Named {
    ssh: Option<String>,
}

#[derive(Deserialize)]
struct Requests {
    requests: Vec<Request>,
    #[serde(default)]
    pagination: Pagination,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Pagination {
    pages: u32,
}

#[derive(Deserialize)]
struct Request {
    id: u64,
    title: Option<String>,
    initial_comment: Option<String>,
    branch: Option<String>,
    branch_from: Option<String>,
    full_url: Option<String>,
    user: Option<User>,
    repo_from: Option<Origin>,
}

#[derive(Deserialize)]
struct User {
    name: String,
}

#[derive(Deserialize)]
struct Origin {
    fullname: String,
}

impl Pagure {
    pub(super) fn new(base: &str, token: Option<Token>) -> Self {
        Self { api: Api::new(ForgeKind::Pagure, base, format!("{base}/api/0"), token) }
    }

    pub(super) fn api(&self) -> &Api {
        &self.api
    }

    /// `/[fork/USER/]NAMESPACE/NAME`, as the interface has it.
    pub(super) fn place(path: &ProjectPath) -> String {
        let fork = path.fork_owner().map(|owner| format!("/fork/{}", encoded(owner))).unwrap_or_default();
        format!("{fork}/{}", path.in_address())
    }

    /// `[forks/USER/]NAMESPACE/NAME`, as git has it.
    fn full_name(path: &ProjectPath) -> String {
        let fork = path.fork_owner().map(|owner| format!("forks/{owner}/")).unwrap_or_default();
        format!("{fork}{}", path.plain())
    }

    pub(super) async fn who_am_i(&self, context: &Context, client: &Client) -> Result<Who> {
        #[derive(Deserialize)]
        struct Answer {
            username: String,
        }
        // There is nothing but a POST that checks a token, and a dry run sends none.
        if context.gate().is_closed() {
            return Ok(Who::Unknown);
        }
        let call = self.api.call(Method::POST, "/-/whoami")?.repeatable();
        let reply = client.ask(context, &call).await?;
        let answer: Answer = self.api.taken(context, &reply, "ask whose the token is")?;
        Ok(Who::Known(Identity { login: names::user(answer.username)?, token: TokenFacts::default() }))
    }

    pub(super) async fn document(
        &self,
        context: &Context,
        client: &Client,
        path: &ProjectPath,
    ) -> Result<Option<Document>> {
        self.api.find(context, client, &Self::place(path), &format!("show {path}")).await
    }

    pub(super) async fn project(
        &self,
        context: &Context,
        client: &Client,
        path: &ProjectPath,
    ) -> Result<Option<Project>> {
        let Some(document) = self.document(context, client, path).await? else { return Ok(None) };
        let mut project = self.known(path)?;
        project.parent = document.parent.and_then(|parent| ProjectPath::of_full_name(&parent.fullname, true));
        Ok(Some(project))
    }

    /// Where `user` pushes to over ssh, where that is known without asking.
    pub(super) fn known_ssh(&self, path: &ProjectPath, user: Option<&str>) -> Option<CloneUrl> {
        let host = self.api.host();
        let (_, start) = SSH.iter().find(|(known, _)| *known == host)?;
        let start = match user {
            Some(user) => start.replace("{}", user),
            None if start.contains("{}") => return None,
            None => (*start).to_owned(),
        };
        CloneUrl::new(&format!("{start}/{}.git", Self::full_name(path)), self.api.base()).ok()
    }

    /// What is known of a project without asking.
    pub(super) fn known(&self, path: &ProjectPath) -> Result<Project> {
        let base = self.api.base();
        // Nobody but the owner pushes to a fork.
        let ssh = self.known_ssh(path, path.fork_owner());
        let https = CloneUrl::new(&format!("{base}/{}.git", Self::full_name(path)), base)?;
        Ok(Project {
            path: path.clone(),
            default_branch: None,
            parent: None,
            https: Some(https),
            ssh,
            id: None,
            parent_id: None,
            is_new: false,
        })
    }

    async fn listed(&self, context: &Context, client: &Client, path: &ProjectPath) -> Result<Branches> {
        let place = format!("{}/git/branches", Self::place(path));
        self.api.read(context, client, &place, &format!("list the branches of {path}")).await
    }

    pub(super) async fn default_branch(
        &self,
        context: &Context,
        client: &Client,
        path: &ProjectPath,
    ) -> Result<BranchName> {
        let listed = self.listed(context, client, path).await?;
        BranchName::new(listed.default.as_deref().unwrap_or_default())
    }

    pub(super) async fn branches(
        &self,
        context: &Context,
        client: &Client,
        path: &ProjectPath,
    ) -> Result<Vec<BranchName>> {
        let listed = self.listed(context, client, path).await?;
        Ok(listed.branches.iter().filter_map(|name| BranchName::new(name).ok()).collect())
    }

    pub(super) async fn ssh_url(
        &self,
        context: &Context,
        client: &Client,
        path: &ProjectPath,
    ) -> Result<Option<CloneUrl>> {
        let place = format!("{}/git/urls", Self::place(path));
        let urls: Urls = self.api.read(context, client, &place, &format!("tell where {path} is pushed to")).await?;
        // Without a token the user is a placeholder in braces.
        let told = urls.urls.ssh.filter(|url| !url.contains('{'));
        told.map(|url| CloneUrl::new(&url, self.api.base())).transpose()
    }

    pub(super) async fn find_fork(
        &self,
        context: &Context,
        client: &Client,
        parent: &ProjectPath,
        user: &str,
    ) -> Result<Option<Project>> {
        self.project(context, client, &parent.fork_of(user)?).await
    }

    pub(super) async fn create_fork(
        &self,
        context: &Context,
        client: &Client,
        parent: &ProjectPath,
        user: &str,
    ) -> Result<Option<Project>> {
        let fork = parent.fork_of(user)?;
        let mut fields = vec![("repo", parent.name().to_owned())];
        fields.extend(parent.namespace().map(|namespace| ("namespace", namespace.to_owned())));
        // Any text at all would make Pagure answer only when it has finished, which may take longer than a proxy waits.
        fields.push(("wait", String::new()));
        let sent = self.api.send_fork(context, client, "/fork", Body::Form(fields)).await?;
        let Some(reply) = sent else { return Ok(None) };
        let is_there = reply.status == 400 && reply.text().contains("already exists");
        if !is_there {
            self.api.succeeded(context, &reply, &format!("fork {parent}"))?;
        }
        let mut project = self.known(&fork)?;
        (project.parent, project.is_new) = (Some(parent.clone()), !is_there);
        Ok(Some(project))
    }

    pub(super) async fn find_pull_request(
        &self,
        context: &Context,
        client: &Client,
        proposal: &Proposal<'_>,
    ) -> Result<Option<PullRequest>> {
        let target = proposal.target;
        let author = proposal.author.map(|author| format!("&author={}", encoded(author))).unwrap_or_default();
        let doing = format!("list the pull requests of {target}");
        let source = Self::full_name(&proposal.source.path);
        for number in 1..=PAGES {
            let place = format!("{}/pull-requests?status=Open&per_page=100{author}&page={number}", Self::place(target));
            let page: Requests = self.api.read(context, client, &place, &doing).await?;
            let found = page.requests.into_iter().find(|request| {
                request.branch.as_deref() == Some(proposal.target_branch.as_str())
                    && request.branch_from.as_deref() == Some(proposal.source_branch.as_str())
                    && request.repo_from.as_ref().is_some_and(|origin| origin.fullname == source)
                    && proposal.author.is_none_or(|author| request.user.as_ref().is_some_and(|u| u.name == author))
            });
            if let Some(found) = found {
                return self.pull_request(found, target).map(Some);
            }
            if number >= page.pagination.pages {
                break;
            }
        }
        Ok(None)
    }

    fn pull_request(&self, request: Request, target: &ProjectPath) -> Result<PullRequest> {
        let base = self.api.base();
        // `fork/USER/…` in addresses for people.
        let made = format!("{base}{}/pull-request/{}", Self::place(target), request.id);
        Ok(PullRequest {
            number: request.id,
            url: web_page(request.full_url.as_deref()).unwrap_or(made),
            title: request.title.unwrap_or_default(),
            text: request.initial_comment.unwrap_or_default(),
            author: request.user.map(|user| user.name),
        })
    }

    pub(super) async fn create_pull_request(
        &self,
        context: &Context,
        client: &Client,
        proposal: &Proposal<'_>,
    ) -> Result<Made> {
        let (source, target) = (&proposal.source.path, proposal.target);
        let mut fields = vec![
            ("title", proposal.title.to_owned()),
            ("branch_to", proposal.target_branch.to_string()),
            ("branch_from", proposal.source_branch.to_string()),
            ("initial_comment", proposal.text.to_owned()),
        ];
        if let Some(owner) = source.fork_owner() {
            fields.push(("repo_from", source.name().to_owned()));
            fields.push(("repo_from_username", owner.to_owned()));
            fields.extend(source.namespace().map(|namespace| ("repo_from_namespace", namespace.to_owned())));
        }
        let place = format!("{}/pull-request/new", Self::place(target));
        let sent = self.api.send(context, client, (Method::POST, &place), Body::Form(fields)).await?;
        let Some(reply) = sent else { return Ok(Made::HeldBack) };
        let request: Request = opened(&self.api, context, &reply, target)?;
        self.pull_request(request, target).map(Made::Now)
    }

    pub(super) async fn update_pull_request(
        &self,
        context: &Context,
        client: &Client,
        proposal: &Proposal<'_>,
        number: u64,
    ) -> Result<bool> {
        let place = format!("{}/pull-request/{number}", Self::place(proposal.target));
        // What is missing would be emptied.
        let fields = vec![("title", proposal.title.to_owned()), ("initial_comment", proposal.text.to_owned())];
        let doing = format!("change pull request {number} of {}", proposal.target);
        self.post(context, client, &place, fields, &doing).await
    }

    pub(super) async fn comment(
        &self,
        context: &Context,
        client: &Client,
        project: &ProjectPath,
        number: u64,
        text: &str,
    ) -> Result<bool> {
        let place = format!("{}/pull-request/{number}/comment", Self::place(project));
        let doing = format!("comment on pull request {number} of {project}");
        self.post(context, client, &place, vec![("comment", text.to_owned())], &doing).await
    }

    /// Sends a form to whose answer nobody looks but for its status. Whether it was sent.
    pub(super) async fn post(
        &self,
        context: &Context,
        client: &Client,
        place: &str,
        fields: Vec<(&'static str, String)>,
        doing: &str,
    ) -> Result<bool> {
        let sent = self.api.send(context, client, (Method::POST, place), Body::Form(fields)).await?;
        let Some(reply) = sent else { return Ok(false) };
        self.api.taken::<Value>(context, &reply, doing).map(|_| true)
    }
}
