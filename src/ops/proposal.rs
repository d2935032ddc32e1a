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
use crate::git::push::{Before, Move, Push, Pushed};
use crate::git::working_clone::remote_branches;
use crate::git::{Address, BranchName, CommitId, Credentials};
use crate::secret::Token;
use crate::services::Client;
use crate::services::forge::{self, Forge, ForgeKind, Patience, ProjectPath, Proposal, Proposed, Who};
use crate::services::lookaside::Uploaded;

/// Where updates go.
pub struct Target {
    /// The repository of the package, where everybody can fetch.
    pub origin: Address,
    /// Where it is pushed to when there are no pull requests.
    pub pushed: Address,
    /// Its default branch.
    pub default_branch: String,
    pub(super) forge: Forge,
    pub(super) token: Option<Token>,
    pub(super) path: ProjectPath,
    pub(super) transport: Option<Transport>,
    pub(super) user: Option<String>,
    /// Where branches of work are pushed to.
    pub(super) fork: Option<Fork>,
    pub(super) wants_request: bool,
    /// Whether the branches themselves are pushed to, and no branches of work.
    pub(super) is_direct: bool,
}

/// A fork that is there, or another repository for branches of work.
#[derive(Debug, Clone)]
pub(super) struct Fork {
    pub(super) project: forge::Project,
    pub(super) address: Address,
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
            pushed: place.address()?,
            default_branch: String::new(),
            forge,
            token,
            path,
            transport: request.transport,
            user: project.user.fas_user.as_ref().map(|user| user.value.clone()),
            fork: None,
            wants_request,
            is_direct: !wants_request,
        };
        if wants_request {
            target.log_in(context, client).await?;
        } else {
            target.find_own(context, client).await?;
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

    pub(super) async fn log_in(&mut self, context: &Context, client: &Client) -> Result<()> {
        let who = self.forge.who_am_i(context, client).await?;
        if let Some(rights) = self.forge.token_facts(context, client, &who).await?.rights {
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

    /// Finds out how the package itself is pushed to, and as whom.
    pub(super) async fn find_own(&mut self, context: &Context, client: &Client) -> Result<()> {
        // Without a token git's own means serve: keys, helpers.
        if self.token.is_some()
            && (self.is_by_https() || self.user.is_none())
            && let Who::Known(identity) = self.forge.who_am_i(context, client).await?
        {
            self.user = Some(identity.login);
        }
        if self.is_by_https() {
            return Ok(());
        }
        let ssh = self.forge.own_ssh_url(context, client, &self.path, self.user.as_deref()).await?;
        match ssh {
            Some(ssh) => self.pushed = Address::new(ssh.as_str())?,
            None => context.found(
                Finding::warning(format!("{} does not say where the package is pushed to by ssh", self.forge.host()))
                    .hint("name yourself with `fas_user` in the user's configuration, or choose --push-over=https"),
            ),
        }
        Ok(())
    }

    /// Whether git pushes by https, with the token.
    fn is_by_https(&self) -> bool {
        match self.transport {
            Some(transport) => transport == Transport::Https,
            // Fedora's Pagure takes no token for pushes; what speaks http is no server of the world.
            None => self.forge.kind() != ForgeKind::Pagure || self.origin.reveal().starts_with("http://"),
        }
    }

    pub(super) async fn fork_of(&self, context: &Context, client: &Client, project: forge::Project) -> Result<Fork> {
        let ssh = match &project.ssh {
            _ if self.is_by_https() => None,
            // One that is only planned cannot be asked for.
            known if project.is_new && context.gate().is_closed() => known.clone(),
            _ => self.forge.ssh_url(context, client, &project).await?,
        };
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
            // It wants the right name with it; everybody can read without.
            ForgeKind::Pagure if self.user.is_none() => return Ok(None),
            ForgeKind::Pagure | ForgeKind::Forgejo => self.user.as_deref().unwrap_or("git"),
        };
        if !is_web {
            return Ok(None);
        }
        Credentials::new(address, user, token.clone()).map(Some)
    }
}

/// Carries all updates out that were made: uploads, then one push of all branches, then the pull requests. One that fails does not
/// stop the others.
///
/// # Errors
/// Of kind [`Kind::Interrupted`], with what had been done.
pub async fn carry_out(
    context: &Context,
    client: &Client,
    target: &Target,
    made: Vec<Made>,
    sync_acls: bool,
) -> Result<Vec<BranchReport>> {
    let mut acts = Acts { client, target, fork: target.fork.clone() };
    let mut works: Vec<Work> = made.into_iter().map(Work::new).collect();
    let carried = async {
        if !target.is_direct && works.iter().any(|work| work.commit.is_some()) {
            acts.find_fork(context, sync_acls).await?;
        }
        upload(context, client, &mut works).await?;
        acts.push(context, &mut works).await?;
        for work in &mut works {
            acts.propose(context, work).await?;
        }
        Ok(())
    };
    let carried: Result<()> = carried.await;
    match carried {
        Ok(()) => {}
        Err(error) if error.kind() == Kind::Interrupted => {
            let done =
                works.iter().flat_map(|work| work.done.iter().map(|done| format!("{}: {done}", work.made.branch)));
            return Err(done.fold(error, Error::cause));
        }
        // What concerns all of them is the failure of each.
        Err(error) => works.iter_mut().filter(|work| work.commit.is_some()).for_each(|work| work.fail(error.clone())),
    }
    let mut reports = Vec::new();
    for work in works {
        reports.push(work.report(context).await?);
    }
    Ok(reports)
}

/// One branch on its way.
struct Work {
    made: Made,
    /// The commit that is to be brought, as long as nothing has failed.
    commit: Option<CommitId>,
    failure: Option<Error>,
    pushed: Option<Pushed>,
    uploaded: Vec<String>,
    pull_requests: Vec<String>,
    /// Whether something was sent that the distribution had not.
    is_changed: bool,
    /// What was done, in words.
    done: Vec<String>,
}

impl Work {
    fn new(made: Made) -> Self {
        let commit = match &made.update {
            Ok(Commit { finished: Finished::Published(commit) | Finished::Committed(commit), .. }) => Some(*commit),
            _ => None,
        };
        let (failure, pushed) = (None, None);
        let (uploaded, pull_requests, done) = (Vec::new(), Vec::new(), Vec::new());
        Self { made, commit, failure, pushed, uploaded, pull_requests, is_changed: false, done }
    }

    fn fail(&mut self, error: Error) {
        self.commit = None;
        self.failure.get_or_insert(error);
    }

    /// The commit that has to be pushed.
    fn to_push(&self) -> Option<CommitId> {
        let update = self.made.update.as_ref().ok()?;
        self.commit.filter(|_| matches!(update.finished, Finished::Committed(_)))
    }

    async fn report(self, context: &Context) -> Result<BranchReport> {
        let branch = self.made.branch.to_string();
        let outcome = match (self.made.update, self.failure) {
            (Err(error), _) if error.kind() == Kind::Refused => Outcome::Skipped { error },
            (Err(error), _) | (_, Some(error)) => Outcome::Failed { error, done: self.done },
            (Ok(update), None) => match update.finished {
                Finished::UpToDate => Outcome::UpToDate,
                Finished::Committed(commit) if context.gate().is_closed() => Outcome::Held {
                    commit,
                    message: update.message.text(),
                    diff: self.made.clone.diff(context, update.base, commit).await?,
                    title: update.pull_request.title,
                    text: update.pull_request.body,
                },
                Finished::Committed(commit) | Finished::Published(commit) if self.is_changed => {
                    Outcome::Updated { commit, pull_requests: self.pull_requests, uploaded: self.uploaded }
                }
                _ => Outcome::Unchanged { pull_requests: self.pull_requests },
            },
        };
        Ok(BranchReport { branch, previous_version: self.made.previous_version, outcome })
    }
}

/// Uploads what the cache lacks, each file once.
async fn upload(context: &Context, client: &Client, works: &mut [Work]) -> Result<()> {
    // Branches have files in common: each is sent once, and one that was refused for all of them.
    let mut sent: Vec<((String, String), Option<Error>)> = Vec::new();
    for work in works.iter_mut().filter(|work| work.commit.is_some()) {
        let Ok(update) = &work.made.update else { continue };
        let mut failure = None;
        for upload in &update.uploads {
            let known = (upload.file.clone(), upload.checksum.hex().to_owned());
            if let Some((_, refused)) = sent.iter().find(|(sent, _)| *sent == known) {
                failure = failure.or_else(|| refused.clone());
                continue;
            }
            let Some(lookaside) = &work.made.lookaside else { continue };
            match lookaside.upload(context, client, upload).await {
                Ok(Uploaded::New) => {
                    work.done.push(format!("{} was uploaded", upload.file));
                    work.uploaded.push(upload.file.clone());
                    work.is_changed = true;
                    sent.push((known, None));
                }
                Ok(Uploaded::Known | Uploaded::Held) => sent.push((known, None)),
                Err(error) if error.kind() == Kind::Interrupted => return Err(error),
                Err(error) => {
                    sent.push((known, Some(error.clone())));
                    failure = failure.or(Some(error));
                }
            }
        }
        if let Some(error) = failure {
            work.fail(error);
        }
    }
    Ok(())
}

struct Acts<'a> {
    client: &'a Client,
    target: &'a Target,
    fork: Option<Fork>,
}

impl Acts<'_> {
    /// Makes the fork where there is none; in a dry run it is one that would be.
    async fn find_fork(&mut self, context: &Context, sync_acls: bool) -> Result<()> {
        let (target, client) = (self.target, self.client);
        if self.fork.is_none() {
            let Some(user) = target.user.clone() else {
                context.found(
                    Finding::note(
                        "where the fork is, or would be, is not known: what would be sent there is not shown",
                    )
                    .hint("name yourself with `fas_user` in the user's configuration"),
                );
                return Ok(());
            };
            context.step(format!("making a fork of {}", target.path));
            let Some(made) = target.forge.create_fork(context, client, &target.path, &user).await? else {
                let planned = target.forge.planned_fork(&target.path, &user)?;
                self.fork = Some(target.fork_of(context, client, planned).await?);
                return Ok(());
            };
            target.forge.await_fork(context, client, &made, &Patience::default()).await?;
            context.tell(format!("{user} has a fork of {} now", target.path));
            self.fork = Some(target.fork_of(context, client, made).await?);
        }
        let is_there = |fork: &&Fork| !(fork.project.is_new && context.gate().is_closed());
        if let (true, Some(fork)) = (sync_acls, self.fork.as_ref().filter(is_there)) {
            let changes = target.forge.sync_acls(context, client, &target.path, &fork.project.path).await?;
            for (change, why) in changes.iter().flat_map(|changes| &changes.refused) {
                context.found(Finding::warning(format!("the access of {} was not changed: {why}", change.name)));
            }
        }
        Ok(())
    }

    /// Pushes all branches at once: to the fork, or to the package itself.
    async fn push(&self, context: &Context, works: &mut [Work]) -> Result<()> {
        let is_direct = self.target.is_direct;
        let to = if !is_direct { self.fork.as_ref().map(|fork| &fork.address) } else { Some(&self.target.pushed) };
        // A dry run may not know where the fork would be.
        let Some(to) = to else { return Ok(()) };
        let credentials = self.target.credentials_for(to)?;
        let mut moves = Vec::new();
        for work in works.iter() {
            let (Some(commit), Ok(update)) = (work.to_push(), &work.made.update) else { continue };
            moves.push(match !is_direct {
                true => Move { commit, branch: &work.made.work, before: Before::Exactly(update.published) },
                false => Move { commit, branch: &work.made.branch, before: Before::Contained },
            });
        }
        let Some(folder) = works.first().map(|work| work.made.clone.root().to_owned()) else { return Ok(()) };
        let pushed = Push { to, credentials: credentials.as_ref() }.all(context, &folder, &moves).await?;
        for (work, pushed) in works.iter_mut().filter(|work| work.to_push().is_some()).zip(pushed) {
            match pushed {
                Ok(pushed) => {
                    if let (Pushed::Sent, Some(commit)) = (pushed, work.commit) {
                        work.done.push(format!("{} was pushed", commit.short(8)));
                        work.is_changed = true;
                    }
                    work.pushed = Some(pushed);
                }
                Err(error) => work.fail(error),
            }
        }
        Ok(())
    }

    /// Opens the pull requests of a branch, or brings those that are open up to date.
    async fn propose(&self, context: &Context, work: &mut Work) -> Result<()> {
        let (Some(fork), Some(_), true) = (&self.fork, work.commit, self.target.wants_request) else { return Ok(()) };
        let branches: Vec<BranchName> =
            std::iter::once(&work.made.branch).chain(&work.made.merged_into).cloned().collect();
        for branch in branches {
            match self.propose_to(context, &branch, work, fork).await {
                Ok(proposed) => {
                    work.is_changed |= matches!(proposed, Proposed::Created(_) | Proposed::Updated(_));
                    if let Some(made) = proposed.pull_request() {
                        work.pull_requests.push(made.url.clone());
                        work.done.push(format!("pull request {}", made.url));
                    }
                }
                Err(error) if error.kind() == Kind::Interrupted => return Err(error),
                Err(error) => work.fail(error),
            }
        }
        Ok(())
    }

    async fn propose_to(&self, context: &Context, branch: &BranchName, work: &Work, fork: &Fork) -> Result<Proposed> {
        let Ok(update) = &work.made.update else { return Err(Error::bug("an update that failed was to be proposed")) };
        let target_branch = forge::BranchName::new(branch.as_str())?;
        let source_branch = forge::BranchName::new(work.made.work.as_str())?;
        let title = match *branch == work.made.branch {
            true => update.pull_request.title.clone(),
            false => update.pull_request.title.replacen(work.made.branch.as_str(), branch.as_str(), 1),
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
        self.target.forge.propose(context, self.client, &proposal).await
    }
}
