//! Bringing updates that are made to the distribution: uploads, pushes, pull requests.

use serde::{Serialize, Serializer};

use super::dist_git_place::DistGitPlace;
use super::dist_git_update::{Commit, Made};
use super::forge_access::ForgeAccess;
use super::project::Project;
use super::propose_update::{BranchReport, Request, Transport};
use super::update_branch::Finished;
use crate::context::Context;
use crate::error::{Error, Finding, Kind, Result};
use crate::git::push::{Before, Push, Pushed};
use crate::git::working_clone::remote_branches;
use crate::git::{Address, BranchName, CommitId, Credentials};
use crate::secret::Token;
use crate::services::forge::{self, Forge, ForgeKind, Patience, ProjectPath, Proposal, Proposed, Who};
use crate::services::{Client, Lookaside};

/// Where updates go.
pub struct Target {
    /// The repository of the package.
    pub origin: Address,
    /// Its default branch.
    pub default_branch: String,
    forge: Forge,
    token: Option<Token>,
    path: ProjectPath,
    transport: Option<Transport>,
    user: Option<String>,
    fork: Option<Fork>,
    wants_request: bool,
}

/// A fork that is there.
#[derive(Debug, Clone)]
struct Fork {
    project: forge::Project,
    address: Address,
}

/// What became of the update of a branch.
#[derive(Debug, Serialize)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub enum Outcome {
    /// The branch had all of it.
    UpToDate,
    /// All that was to be done had been done before.
    Unchanged {
        /// The pull requests.
        pull_requests: Vec<String>,
    },
    /// It was brought.
    Updated {
        /// The commit.
        commit: CommitId,
        /// The pull requests.
        pull_requests: Vec<String>,
        /// Files that the lookaside cache has now.
        uploaded: Vec<String>,
    },
    /// It would be brought: this is a dry run.
    Held {
        /// The commit.
        commit: CommitId,
        /// The message of the commit.
        message: String,
        /// What it changes.
        #[serde(serialize_with = "as_text")]
        diff: Vec<u8>,
        /// The title of the pull request.
        title: String,
        /// Its text.
        text: String,
    },
    /// A rule keeps it from the branch.
    Skipped {
        /// Which one.
        error: Error,
    },
    /// It could not be brought.
    Failed {
        /// Why.
        error: Error,
        /// What had been done before.
        done: Vec<String>,
    },
}

fn as_text<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&String::from_utf8_lossy(bytes))
}

impl Outcome {
    /// Why the branch is not updated.
    pub fn error(&self) -> Option<&Error> {
        match self {
            Self::Failed { error, .. } => Some(error),
            _ => None,
        }
    }

    /// Whether there was nothing to do.
    pub fn is_nothing(&self) -> bool {
        matches!(self, Self::UpToDate | Self::Skipped { .. } | Self::Unchanged { .. })
    }

    /// The pull requests.
    pub fn pull_requests(&self) -> &[String] {
        match self {
            Self::Unchanged { pull_requests } | Self::Updated { pull_requests, .. } => pull_requests,
            _ => &[],
        }
    }
}

impl Target {
    /// Looks at dist-git: whether the user's token is accepted, which branch is the default one, whether there is a fork. Changes nothing.
    ///
    /// # Errors
    /// Of kind [`Kind::Config`] when there is no token and a pull request is wanted; of kind [`Kind::Service`] when the forge does not
    /// accept it, or dist-git cannot be reached.
    pub async fn find(
        context: &Context,
        client: &Client,
        access: &ForgeAccess,
        place: &DistGitPlace,
        project: &Project,
        request: &Request,
        wants_request: bool,
    ) -> Result<Self> {
        let (forge, token) = (access.forge.clone(), access.token.clone());
        let path = ProjectPath::new(place.namespace.as_deref(), &place.package, None)?;
        let mut target = Self {
            origin: place.address()?,
            default_branch: String::new(),
            forge,
            token,
            path,
            transport: request.transport,
            user: project.user.fas_user.as_ref().map(|user| user.value.clone()),
            fork: None,
            wants_request,
        };
        if wants_request {
            target.log_in(context, client).await?;
        }
        let credentials = target.credentials_for(&target.origin)?;
        let branches = remote_branches(context, project.repo.root(), &target.origin, credentials.as_ref()).await?;
        target.default_branch = branches.default.clone().unwrap_or_else(|| "rawhide".to_owned());
        if let (true, Some(user)) = (wants_request, target.user.clone()) {
            let found = target.forge.find_fork(context, client, &target.path, &user).await?;
            if let Some(found) = found {
                target.fork = Some(target.fork_of(context, client, found).await?);
            }
        }
        Ok(target)
    }

    async fn log_in(&mut self, context: &Context, client: &Client) -> Result<()> {
        let who = self.forge.who_am_i(context, client).await?;
        if let Some(rights) = self.forge.token_rights(context, client, &who).await? {
            let missing = self.forge.kind().missing_rights(&rights);
            if !missing.is_empty() {
                let message = format!("the token for {} lacks the rights: {}", self.forge.host(), missing.join(", "));
                let page = self.forge.kind().token_page(&format!("https://{}", self.forge.host()));
                return Err(Error::new(Kind::Service, message).hint(format!("make another at {page}")));
            }
        }
        match who {
            Who::Known(identity) => self.user = Some(identity.login),
            Who::Unknown => context.found(Finding::note(format!(
                "{} cannot be asked in a dry run who you are: whether the token is accepted is not known",
                self.forge.host()
            ))),
        }
        Ok(())
    }

    async fn fork_of(&self, context: &Context, client: &Client, project: forge::Project) -> Result<Fork> {
        let by_https = match self.transport {
            Some(transport) => transport == Transport::Https,
            // Fedora's Pagure takes no token for pushes; what speaks http is no server of the world.
            None => self.forge.kind() != ForgeKind::Pagure || self.origin.reveal().starts_with("http://"),
        };
        let ssh = if by_https { None } else { self.forge.ssh_url(context, client, &project).await? };
        let url = ssh.or_else(|| project.https.clone()).ok_or_else(|| {
            Error::new(Kind::Service, format!("{} does not say where git finds the fork", self.forge.host()))
        })?;
        Ok(Fork { address: Address::new(url.as_str())?, project })
    }

    /// Where the fork is that is there already.
    pub fn fork_address(&self) -> Option<&Address> {
        self.fork.as_ref().map(|fork| &fork.address)
    }

    /// Whether updates become pull requests.
    pub fn wants_request(&self) -> bool {
        self.wants_request
    }

    /// What git is told at an address: the token where it is of use there.
    ///
    /// # Errors
    /// As [`Credentials::new`].
    pub fn credentials_for(&self, address: &Address) -> Result<Option<Credentials>> {
        let Some(token) = &self.token else { return Ok(None) };
        let is_web = address.reveal().starts_with("https://") || address.reveal().starts_with("http://");
        let user = match self.forge.kind() {
            // Its repositories are open to everybody, and take no such token.
            ForgeKind::Pagure if !self.origin.reveal().starts_with("http://") => return Ok(None),
            ForgeKind::GitLab => "oauth2",
            ForgeKind::GitHub => "x-access-token",
            ForgeKind::Pagure | ForgeKind::Forgejo => self.user.as_deref().unwrap_or("git"),
        };
        if !is_web {
            return Ok(None);
        }
        Credentials::new(address, user, token.clone()).map(Some)
    }
}

/// Carries all updates out that were made. One that fails does not stop the others.
///
/// # Errors
/// Of kind [`Kind::Interrupted`].
pub async fn carry_out(
    context: &Context,
    client: &Client,
    target: &Target,
    made: Vec<Made>,
    sync_acls: bool,
) -> Result<Vec<BranchReport>> {
    let mut acts = Acts { client, target, fork: target.fork.clone(), uploaded: Vec::new(), synced: !sync_acls };
    let mut reports = Vec::new();
    for one in made {
        let branch = one.branch.to_string();
        let outcome = match one.update {
            Ok(commit) => {
                let names = Names { branch: &one.branch, merged_into: &one.merged_into, work: &one.work };
                acts.bring(context, names, commit, one.clone.root(), &one.lookaside).await?
            }
            Err(error) if error.kind() == Kind::Refused => Outcome::Skipped { error },
            Err(error) => Outcome::Failed { error, done: Vec::new() },
        };
        reports.push(BranchReport { branch, previous_version: one.previous_version, outcome });
    }
    Ok(reports)
}

/// The branches that an update is about.
#[derive(Clone, Copy)]
struct Names<'a> {
    branch: &'a BranchName,
    merged_into: &'a [BranchName],
    work: &'a BranchName,
}

struct Acts<'a> {
    client: &'a Client,
    target: &'a Target,
    fork: Option<Fork>,
    /// Files that were uploaded for an earlier branch.
    uploaded: Vec<(String, String)>,
    /// Whether nothing is to be done about who may commit to the fork.
    synced: bool,
}

impl Acts<'_> {
    async fn bring(
        &mut self,
        context: &Context,
        names: Names<'_>,
        update: Commit,
        folder: &std::path::Path,
        lookaside: &Lookaside,
    ) -> Result<Outcome> {
        let mut done = Vec::new();
        match self.steps(context, names, &update, folder, lookaside, &mut done).await {
            Ok(outcome) => Ok(outcome),
            Err(error) if error.kind() == Kind::Interrupted => {
                Err(done.iter().fold(error, |error, done| error.cause(format!("{}: {done}", names.branch))))
            }
            Err(error) => Ok(Outcome::Failed { error, done }),
        }
    }

    async fn steps(
        &mut self,
        context: &Context,
        names: Names<'_>,
        update: &Commit,
        folder: &std::path::Path,
        lookaside: &Lookaside,
        done: &mut Vec<String>,
    ) -> Result<Outcome> {
        let commit = match &update.finished {
            Finished::UpToDate => return Ok(Outcome::UpToDate),
            Finished::Published(commit) | Finished::Committed { commit, .. } => *commit,
        };
        let mut uploaded = Vec::new();
        for upload in &update.uploads {
            let known = (upload.file.clone(), upload.checksum.hex().to_owned());
            if self.uploaded.contains(&known) {
                continue;
            }
            lookaside.upload(context, self.client, upload).await?;
            done.push(format!("{} was uploaded", upload.file));
            uploaded.push(upload.file.clone());
            self.uploaded.push(known);
        }
        let pushed = match self.target.wants_request {
            true => self.push_to_fork(context, names, update, commit, folder).await?,
            false => Some(self.push(context, names, commit, folder).await?),
        };
        if pushed == Some(Pushed::Sent) {
            done.push(format!("{} was pushed", commit.short(8)));
        }
        let (mut pull_requests, mut changed) = (Vec::new(), pushed == Some(Pushed::Sent) || !uploaded.is_empty());
        if self.target.wants_request {
            for branch in std::iter::once(names.branch).chain(names.merged_into) {
                let proposed = self.propose(context, branch, names, update).await?;
                changed |= matches!(proposed, Some(Proposed::Created(_) | Proposed::Updated(_)));
                if let Some(made) = proposed.as_ref().and_then(Proposed::pull_request) {
                    pull_requests.push(made.url.clone());
                    done.push(format!("pull request {}", made.url));
                }
            }
        }
        Ok(match &update.finished {
            Finished::Committed { diff, .. } if context.gate().is_closed() => Outcome::Held {
                commit,
                message: update.message.text(),
                diff: diff.clone(),
                title: update.pull_request.title.clone(),
                text: update.pull_request.body.clone(),
            },
            _ if changed => Outcome::Updated { commit, pull_requests, uploaded },
            _ => Outcome::Unchanged { pull_requests },
        })
    }

    /// Pushes to a branch of the package itself.
    async fn push(
        &self,
        context: &Context,
        names: Names<'_>,
        commit: CommitId,
        folder: &std::path::Path,
    ) -> Result<Pushed> {
        let credentials = self.target.credentials_for(&self.target.origin)?;
        let push = Push {
            to: &self.target.origin,
            credentials: credentials.as_ref(),
            commit,
            branch: names.branch,
            before: Before::Contained,
        };
        push.run(context, folder).await
    }

    /// Pushes to the fork, which is made where there is none. `None`: it is there already.
    async fn push_to_fork(
        &mut self,
        context: &Context,
        names: Names<'_>,
        update: &Commit,
        commit: CommitId,
        folder: &std::path::Path,
    ) -> Result<Option<Pushed>> {
        let Some(fork) = self.fork(context).await? else { return Ok(Some(Pushed::Held)) };
        if matches!(update.finished, Finished::Published(_)) {
            return Ok(None);
        }
        let credentials = self.target.credentials_for(&fork.address)?;
        let push = Push {
            to: &fork.address,
            credentials: credentials.as_ref(),
            commit,
            branch: names.work,
            before: Before::Exactly(update.published),
        };
        push.run(context, folder).await.map(Some)
    }

    /// The fork; `None` where the gate held its making back.
    async fn fork(&mut self, context: &Context) -> Result<Option<Fork>> {
        let (target, client) = (self.target, self.client);
        if self.fork.is_none() {
            let user = target.user.clone().unwrap_or_default();
            context.step(format!("making a fork of {}", target.path));
            let Some(made) = target.forge.create_fork(context, client, &target.path, &user).await? else {
                return Ok(None);
            };
            target.forge.await_fork(context, client, &made, &Patience::default()).await?;
            context.tell(format!("{} has a fork of {} now", user, target.path));
            self.fork = Some(target.fork_of(context, client, made).await?);
        }
        if let (false, Some(fork)) = (self.synced, &self.fork) {
            self.synced = true;
            let changes = target.forge.sync_acls(context, client, &target.path, &fork.project.path).await?;
            for (change, why) in changes.iter().flat_map(|changes| &changes.refused) {
                context.found(Finding::warning(format!("the access of {} was not changed: {why}", change.name)));
            }
        }
        Ok(self.fork.clone())
    }

    /// Opens a pull request, or brings the one that is open up to date. `None`: there is no fork that it could come from.
    async fn propose(
        &self,
        context: &Context,
        branch: &BranchName,
        names: Names<'_>,
        update: &Commit,
    ) -> Result<Option<Proposed>> {
        let Some(fork) = &self.fork else { return Ok(None) };
        let (target_branch, source_branch) =
            (forge::BranchName::new(branch.as_str())?, forge::BranchName::new(names.work.as_str())?);
        let title = match branch == names.branch {
            true => update.pull_request.title.clone(),
            false => update.pull_request.title.replacen(names.branch.as_str(), branch.as_str(), 1),
        };
        let proposal = Proposal {
            target: &self.target.path,
            target_branch: &target_branch,
            source: &fork.project,
            source_branch: &source_branch,
            author: self.target.user.as_deref(),
            title: &title,
            text: &update.pull_request.body,
        };
        self.target.forge.propose(context, self.client, &proposal).await.map(Some)
    }
}
