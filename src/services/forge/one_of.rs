//! A forge, whichever it is.

use super::acls::{self, AccessChanges};
use super::api::Api;
use super::forgejo::Forgejo;
use super::github::GitHub;
use super::gitlab::GitLab;
use super::kind::ForgeKind;
use super::names::{BranchName, CloneUrl, ProjectPath};
use super::pagure::Pagure;
use super::values::{Project, Proposal, Proposed, PullRequest, Release, TokenFacts, Who};
use super::waiting::{self, Patience};
use crate::context::Context;
use crate::error::{Error, Kind, Result};
use crate::secret::Token;
use crate::services::address::Address;
use crate::services::call;
use crate::services::http::Client;

/// A forge at an address, with the token for it where there is one: all that only reads works without one, as far as the forge
/// allows it.
///
/// Every method that asks fails with an error of kind [`Kind::Service`] when the forge cannot be reached, refuses (in its own words),
/// or gives an answer that is not known; of kind [`Kind::Project`] when the client is offline; with [`Kind::Interrupted`]. A refused
/// token costs one request and names the rights to ask for. What writes gives `None` in a dry run, where nothing is sent, and is
/// never sent twice.
#[derive(Debug, Clone)]
pub enum Forge {
    /// Pagure.
    Pagure(Pagure),
    /// Forgejo.
    Forgejo(Forgejo),
    /// GitLab.
    GitLab(GitLab),
    /// GitHub.
    GitHub(GitHub),
}

impl Forge {
    /// The forge of `kind` whose pages are at `base`: an http or https URL, with port and path where it has some.
    ///
    /// # Errors
    /// Of kind [`Kind::Project`] when `base` is no such URL, [`Kind::Config`] when it holds credentials or a query.
    pub fn new(kind: ForgeKind, base: &str, token: Option<Token>) -> Result<Self> {
        let address = Address::parse(base)?;
        if base.contains(['@', '?', '#']) {
            return Err(Error::new(Kind::Config, format!("`{address}` is no address of a forge")).hint(
                "name it as https://HOST, and put the token into the user's configuration, under authentication",
            ));
        }
        if token.is_some() && !address.is_safe() {
            return Err(Error::new(Kind::Config, format!("the token for `{address}` is not sent without encryption"))
                .hint("name the forge as https://HOST"));
        }
        // Host and scheme in lower case.
        let base = address.to_string();
        let base = base.trim_end_matches('/');
        Ok(match kind {
            ForgeKind::Pagure => Self::Pagure(Pagure::new(base, token)),
            ForgeKind::Forgejo => Self::Forgejo(Forgejo::new(base, token)),
            ForgeKind::GitLab => Self::GitLab(GitLab::new(base, token)),
            ForgeKind::GitHub => Self::GitHub(GitHub::new(base, token)),
        })
    }

    /// Which it is.
    pub fn kind(&self) -> ForgeKind {
        match self {
            Self::Pagure(_) => ForgeKind::Pagure,
            Self::Forgejo(_) => ForgeKind::Forgejo,
            Self::GitLab(_) => ForgeKind::GitLab,
            Self::GitHub(_) => ForgeKind::GitHub,
        }
    }

    /// Its host, with the port where it is not the usual one.
    pub fn host(&self) -> String {
        self.api().host()
    }

    fn api(&self) -> &Api {
        match self {
            Self::Pagure(forge) => forge.api(),
            Self::Forgejo(Forgejo { hub }) | Self::GitHub(GitHub { hub }) => &hub.api,
            Self::GitLab(forge) => forge.api(),
        }
    }

    /// Whose the token is: this is what checks it. One request.
    ///
    /// # Errors
    /// Of kind [`Kind::Config`] when there is no token; as all of them.
    pub async fn who_am_i(&self, context: &Context, client: &Client) -> Result<Who> {
        self.api().needs_token()?;
        match self {
            Self::Pagure(forge) => forge.who_am_i(context, client).await,
            Self::Forgejo(forge) => forge.who_am_i(context, client).await.map(Who::Known),
            Self::GitLab(forge) => forge.who_am_i(context, client).await.map(Who::Known),
            Self::GitHub(forge) => forge.who_am_i(context, client).await.map(Who::Known),
        }
    }

    /// What may be done with the token, and when it ends. `who` is what [`Self::who_am_i`] gave: GitHub told then; GitLab is asked
    /// once more; Forgejo and Pagure never tell.
    ///
    /// # Errors
    /// As all of them.
    pub async fn token_facts(&self, context: &Context, client: &Client, who: &Who) -> Result<TokenFacts> {
        match (self, who) {
            (Self::GitLab(forge), _) => forge.token_facts(context, client).await,
            (_, Who::Known(identity)) => Ok(identity.token.clone()),
            (_, Who::Unknown) => Ok(TokenFacts::default()),
        }
    }

    /// A project; `None` where there is none that this token may see.
    ///
    /// # Errors
    /// As all of them.
    pub async fn project(&self, context: &Context, client: &Client, path: &ProjectPath) -> Result<Option<Project>> {
        match self {
            Self::Pagure(forge) => forge.project(context, client, path).await,
            Self::Forgejo(Forgejo { hub }) | Self::GitHub(GitHub { hub }) => hub.project(context, client, path).await,
            Self::GitLab(forge) => forge.project(context, client, path).await,
        }
    }

    /// The branch of a project that is checked out without being asked for. One request.
    ///
    /// # Errors
    /// As all of them; when there is no such project, or no branch in it.
    pub async fn default_branch(&self, context: &Context, client: &Client, path: &ProjectPath) -> Result<BranchName> {
        if let Self::Pagure(forge) = self {
            return forge.default_branch(context, client, path).await;
        }
        let found = self.project(context, client, path).await?;
        let project = found.ok_or_else(|| {
            Error::new(Kind::Service, format!("{} has no project {path}", self.host()))
                .hint("check the name; a private project is shown only to a token that may see it")
        })?;
        project.default_branch.ok_or_else(|| {
            Error::new(Kind::Service, format!("{path} on {} has no branch", self.host()))
                .hint("push a first commit to it, or name the branch")
        })
    }

    /// The branches of a project, in the order of the forge. One that git would not allow is left out.
    ///
    /// # Errors
    /// As all of them.
    pub async fn branches(&self, context: &Context, client: &Client, path: &ProjectPath) -> Result<Vec<BranchName>> {
        match self {
            Self::Pagure(forge) => forge.branches(context, client, path).await,
            Self::Forgejo(Forgejo { hub }) | Self::GitHub(GitHub { hub }) => hub.branches(context, client, path).await,
            Self::GitLab(forge) => forge.branches(context, client, path).await,
        }
    }

    /// The address for git over ssh; `None` where the forge offers none. Costs a request only for a Pagure that packit does not
    /// know by name.
    ///
    /// # Errors
    /// As all of them.
    pub async fn ssh_url(&self, context: &Context, client: &Client, project: &Project) -> Result<Option<CloneUrl>> {
        match (self, &project.ssh) {
            (_, Some(ssh)) => Ok(Some(ssh.clone())),
            (Self::Pagure(forge), None) => forge.ssh_url(context, client, &project.path).await,
            (_, None) => Ok(None),
        }
    }

    /// The address for git over ssh of a project itself, for somebody who may push there; `None` where the forge offers none.
    ///
    /// # Errors
    /// As all of them.
    pub async fn own_ssh_url(
        &self,
        context: &Context,
        client: &Client,
        path: &ProjectPath,
        user: Option<&str>,
    ) -> Result<Option<CloneUrl>> {
        match self {
            Self::Pagure(forge) => match forge.known_ssh(path, user) {
                Some(known) => Ok(Some(known)),
                None => forge.ssh_url(context, client, path).await,
            },
            Self::Forgejo(_) | Self::GitLab(_) | Self::GitHub(_) => {
                Ok(self.project(context, client, path).await?.and_then(|project| project.ssh))
            }
        }
    }

    /// The fork that `user` has of a project, whatever its name is. One request, or two where a fork is not called as its parent.
    ///
    /// # Errors
    /// As all of them.
    pub async fn find_fork(
        &self,
        context: &Context,
        client: &Client,
        parent: &ProjectPath,
        user: &str,
    ) -> Result<Option<Project>> {
        match self {
            Self::Pagure(forge) => forge.find_fork(context, client, parent, user).await,
            Self::Forgejo(forge) => forge.find_fork(context, client, parent, user).await,
            Self::GitLab(forge) => forge.find_fork(context, client, parent, user).await,
            Self::GitHub(forge) => forge.find_fork(context, client, parent, user).await,
        }
    }

    /// Makes a fork of a project for `user`, to whom the token belongs. Git cannot use it at once: see [`Self::await_fork`]. One
    /// that somebody has made meanwhile is given as it is.
    ///
    /// # Errors
    /// As all of them.
    pub async fn create_fork(
        &self,
        context: &Context,
        client: &Client,
        parent: &ProjectPath,
        user: &str,
    ) -> Result<Option<Project>> {
        let created = match self {
            Self::Pagure(forge) => forge.create_fork(context, client, parent, user).await,
            Self::Forgejo(forge) => forge.create_fork(context, client, parent, user).await,
            Self::GitLab(forge) => forge.create_fork(context, client, parent, user).await,
            Self::GitHub(forge) => forge.create_fork(context, client, parent, user).await,
        };
        match created {
            // A forge may take longer to fork than a connection lives.
            Err(error) if call::is_lost(&error) => {
                let found = self.find_fork(context, client, parent, user).await;
                found.ok().flatten().map(Some).ok_or(error)
            }
            created => created,
        }
    }

    /// The fork that [`Self::create_fork`] would make for `user`, as far as that is known before: for a dry run.
    ///
    /// # Errors
    /// Of kind [`Kind::Project`] when `user` is no name on a forge.
    pub fn planned_fork(&self, parent: &ProjectPath, user: &str) -> Result<Project> {
        let path = match self {
            Self::Pagure(forge) => {
                return Ok(Project {
                    parent: Some(parent.clone()),
                    is_new: true,
                    ..forge.known(&parent.fork_of(user)?)?
                });
            }
            Self::Forgejo(_) | Self::GitLab(_) | Self::GitHub(_) => ProjectPath::new(Some(user), parent.name(), None)?,
        };
        let base = self.api().base();
        Ok(Project {
            https: Some(CloneUrl::new(&format!("{base}/{}.git", path.plain()), base)?),
            path,
            default_branch: None,
            parent: Some(parent.clone()),
            ssh: None,
            id: None,
            parent_id: None,
            is_new: true,
        })
    }

    /// Waits until git can read branches of a new fork.
    ///
    /// # Errors
    /// Of kind [`Kind::Service`] when it takes longer than `patience` allows; [`Kind::Interrupted`].
    pub async fn await_fork(
        &self,
        context: &Context,
        client: &Client,
        fork: &Project,
        patience: &Patience,
    ) -> Result<()> {
        waiting::until_git_answers(context, client, (self, self.api()), fork, patience).await
    }

    /// The open pull request for these branches, by this author where one is given.
    ///
    /// # Errors
    /// As all of them.
    pub async fn find_pull_request(
        &self,
        context: &Context,
        client: &Client,
        proposal: &Proposal<'_>,
    ) -> Result<Option<PullRequest>> {
        match self {
            Self::Pagure(forge) => forge.find_pull_request(context, client, proposal).await,
            Self::Forgejo(forge) => forge.find_pull_request(context, client, proposal).await,
            Self::GitLab(forge) => forge.find_pull_request(context, client, proposal).await,
            Self::GitHub(forge) => forge.find_pull_request(context, client, proposal).await,
        }
    }

    /// Brings a proposal to the forge: opens a pull request, or gives the one that is open the title and the text, where it says
    /// something else. The branch must have been pushed, with something in it that the target has not: Pagure refuses no empty one.
    ///
    /// # Errors
    /// As all of them.
    pub async fn propose(&self, context: &Context, client: &Client, proposal: &Proposal<'_>) -> Result<Proposed> {
        // Nobody has opened one from a fork that has just been made.
        let found =
            if proposal.source.is_new { None } else { self.find_pull_request(context, client, proposal).await? };
        if let Some(found) = found {
            return self.update_pull_request(context, client, proposal, found).await;
        }
        let created = match self {
            Self::Pagure(forge) => forge.create_pull_request(context, client, proposal).await,
            Self::Forgejo(forge) => forge.create_pull_request(context, client, proposal).await,
            Self::GitLab(forge) => forge.create_pull_request(context, client, proposal).await,
            Self::GitHub(forge) => forge.create_pull_request(context, client, proposal).await,
        };
        let created = match created {
            Err(error) if call::is_lost(&error) => {
                let found = self.find_pull_request(context, client, proposal).await;
                return found.ok().flatten().map(Proposed::Created).ok_or(error);
            }
            created => created?,
        };
        match created {
            Made::Now(created) => Ok(Proposed::Created(created)),
            Made::HeldBack => Ok(Proposed::HeldBack(None)),
            // Somebody was faster, or the answer to an earlier attempt was lost.
            Made::Before(refusal) => match self.find_pull_request(context, client, proposal).await? {
                Some(found) => self.update_pull_request(context, client, proposal, found).await,
                None => Err(refusal),
            },
        }
    }

    /// Gives an open pull request the title and text of `proposal`, where it says something else.
    ///
    /// # Errors
    /// As all of them.
    pub async fn update_pull_request(
        &self,
        context: &Context,
        client: &Client,
        proposal: &Proposal<'_>,
        found: PullRequest,
    ) -> Result<Proposed> {
        if found.says(proposal.title, proposal.text) {
            return Ok(Proposed::Unchanged(found));
        }
        let sent = match self {
            Self::Pagure(forge) => forge.update_pull_request(context, client, proposal, found.number).await?,
            Self::Forgejo(Forgejo { hub }) | Self::GitHub(GitHub { hub }) => {
                hub.update_pull_request(context, client, proposal, found.number).await?
            }
            Self::GitLab(forge) => forge.update_pull_request(context, client, proposal, found.number).await?,
        };
        if !sent {
            return Ok(Proposed::HeldBack(Some(found)));
        }
        let (title, text) = (proposal.title.to_owned(), proposal.text.to_owned());
        Ok(Proposed::Updated(PullRequest { title, text, ..found }))
    }

    /// Adds a comment to a pull request of `project`. Whether it was sent: not so in a dry run.
    ///
    /// # Errors
    /// As all of them.
    pub async fn comment(
        &self,
        context: &Context,
        client: &Client,
        project: &ProjectPath,
        number: u64,
        text: &str,
    ) -> Result<bool> {
        match self {
            Self::Pagure(forge) => forge.comment(context, client, project, number, text).await,
            Self::Forgejo(Forgejo { hub }) | Self::GitHub(GitHub { hub }) => {
                hub.comment(context, client, project, number, text).await
            }
            Self::GitLab(forge) => forge.comment(context, client, project, number, text).await,
        }
    }

    /// The release that a project has published for a tag; `None` where there is none, and on Pagure, which has no releases.
    ///
    /// # Errors
    /// As all of them.
    pub async fn release(
        &self,
        context: &Context,
        client: &Client,
        project: &ProjectPath,
        tag: &str,
    ) -> Result<Option<Release>> {
        match self {
            Self::Pagure(_) => Ok(None),
            Self::Forgejo(Forgejo { hub }) | Self::GitHub(GitHub { hub }) => {
                hub.release(context, client, project, tag).await
            }
            Self::GitLab(forge) => forge.release(context, client, project, tag).await,
        }
    }

    /// Lets those commit to `fork` who may commit to `main`, and nobody else but its owner. `None` on forges other than Pagure.
    ///
    /// # Errors
    /// As all of them, for what is read, and where a token has not the right to change anything. A single user or group that cannot
    /// be added or removed is no error: the changes tell of it.
    pub async fn sync_acls(
        &self,
        context: &Context,
        client: &Client,
        main: &ProjectPath,
        fork: &ProjectPath,
    ) -> Result<Option<AccessChanges>> {
        match self {
            Self::Pagure(forge) => acls::sync(context, client, forge, main, fork).await.map(Some),
            Self::Forgejo(_) | Self::GitLab(_) | Self::GitHub(_) => Ok(None),
        }
    }
}

/// What became of a request to open a pull request.
#[derive(Debug)]
pub(super) enum Made {
    /// It is open.
    Now(PullRequest),
    /// The forge says that there is one already.
    Before(Error),
    /// This is a dry run.
    HeldBack,
}
