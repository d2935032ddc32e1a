//! `packit sync-from-downstream`: files that were changed in dist-git come back to upstream as a pull request.
//!
//! First the files are brought on this machine, branch by branch, in a clone of packit's own; then they are pushed and proposed.

use std::path::Path;
use std::rc::Rc;

use serde::Serialize;

use super::dist_git_place::DistGitPlace;
use super::dist_git_update::{Commit, Made};
use super::downstream_files::{self, DownstreamFiles};
use super::packages::Failed;
use super::project::{Project, ProjectRequest};
use super::proposal::{self, Target};
use super::propose_update::{PackageReport, Question, Report, Transport};
use super::sync_in_place::{self, Written};
pub use super::sync_target::PushTo;
use super::sync_target::{UpstreamPlace, Wishes};
use super::update_branch::Finished;
use super::{forge_access, release_lists, trust, update_branches};
use crate::config::{JobType, Package};
use crate::context::Context;
use crate::dist_git::texts;
use crate::error::{Error, Kind, Result};
use crate::git::next_commit::Published;
use crate::git::working_clone::{CloneRequest, Place, WorkingClone, missing_branches, remote_branches};
use crate::git::{Address, BranchName};
use crate::services::Client;
use crate::tools::program;

/// What to bring from where.
#[derive(Debug, Clone)]
pub struct Request {
    /// The upstream project, and which of its packages.
    pub project: ProjectRequest,
    /// The branches of dist-git; those of the configuration when there are none, else the default one.
    pub branches: Vec<String>,
    /// The branch of upstream that the files go to; the default one when not given.
    pub upstream_branch: Option<String>,
    /// Whether a pull request is made.
    pub wants_request: bool,
    /// Which repository gets the branch.
    pub to: PushTo,
    /// How it is pushed; chosen by the forge when not given.
    pub transport: Option<Transport>,
    /// Names of files that stay as they are.
    pub excluded: Vec<String>,
    /// Whether the files go into the checkout, and nothing is sent.
    pub in_place: bool,
    /// Whether changes in the checkout that are not committed may be lost in place.
    pub force: bool,
    /// The folder that keeps packit's own clone of upstream.
    pub keep: Option<std::path::PathBuf>,
    /// Whether nothing is sent or written that would change something.
    pub dry_run: bool,
}

/// How it went.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum Done {
    /// Branches were pushed, or would be.
    Sent(Report),
    /// Files were written into the checkout, or would be.
    Written {
        /// What was written for each package.
        packages: Vec<Written>,
        /// The packages of which nothing came.
        failed: Vec<Failed>,
    },
}

/// Brings the files. `allowed` is asked before a branch is pushed for which there will be no pull request.
///
/// # Errors
/// What concerns all packages; the failures of packages and branches are in the report.
pub async fn run(
    context: &Context,
    request: Request,
    allowed: impl AsyncFn(&Question<'_>) -> Result<bool>,
) -> Result<Done> {
    let dry = request.dry_run.then(|| context.dry());
    let context = dry.as_ref().unwrap_or(context);
    request.excluded.iter().try_for_each(|name| downstream_files::rule(name).map(drop))?;
    program::require(context, &["git", "rsync"])?;
    let project = Project::look(context, &request.project).await?;
    trust::check(&project)?;
    let several = project.packages.len() > 1;
    let mut report = Report { packages: Vec::new(), failed: Vec::new(), held: Vec::new() };
    let mut written = Vec::new();
    for package in project.packages.iter() {
        let context = if several { context.for_package(&package.name, 1) } else { context.clone() };
        let sync = Sync { project: &project, package, request: &request, client: Client::default() };
        let done = match request.in_place {
            true => sync.in_place(&context).await.map(|done| written.push(done)),
            false => sync.send(&context, &allowed).await.map(|done| report.packages.push(done)),
        };
        match done {
            Ok(()) => {}
            Err(error) if error.kind() == Kind::Interrupted => return Err(error),
            Err(error) => report.failed.push(Failed { package: package.name.clone(), error }),
        }
    }
    report.held = context.gate().held();
    Ok(match request.in_place {
        true => Done::Written { packages: written, failed: report.failed },
        false => Done::Sent(report),
    })
}

/// The work for one package.
struct Sync<'a> {
    project: &'a Project,
    package: &'a Package,
    request: &'a Request,
    client: Client,
}

impl Sync<'_> {
    /// Brings the files of each branch to a branch of upstream.
    async fn send(
        &self,
        context: &Context,
        allowed: &impl AsyncFn(&Question<'_>) -> Result<bool>,
    ) -> Result<PackageReport> {
        let (project, request) = (self.project, self.request);
        let place = UpstreamPlace::of(project, self.package)?;
        let access = forge_access::open(context, &self.client, &place.server, &project.user).await?;
        let wishes = Wishes { to: &request.to, transport: request.transport, wants_request: request.wants_request };
        let target = Target::for_sync(context, &self.client, &access, place, project, wishes).await?;
        let into = BranchName::new(request.upstream_branch.as_deref().unwrap_or(&target.default_branch))?;
        let (branches, origin) = self.branches(context).await?;
        let (dist_git, missing) = self.dist_git(context, origin, &branches).await?;
        let clone = Rc::new(self.upstream(context, &target, &into).await?);
        let works = branches.iter().map(work).collect::<Result<Vec<_>>>()?;
        let published = match target.fork_address() {
            Some(fork) => clone.published(context, fork, target.credentials_for(fork)?.as_ref(), &works).await?,
            None => Vec::new(),
        };
        let mut made = Vec::new();
        for (branch, work) in branches.iter().zip(works) {
            context.interrupt().check()?;
            let published = published.iter().find(|published| published.branch == work);
            let update = match missing.iter().find(|missing| missing.branch == *branch) {
                Some(missing) => Err(missing_branches(std::slice::from_ref(missing), dist_git.origin())),
                None => self.one(context, (&dist_git, branch), (&clone, &into, &work), published).await,
            };
            if let Err(error) = &update
                && error.kind() == Kind::Interrupted
            {
                return Err(error.clone());
            }
            let (previous_version, merged_into, lookaside) = (None, Vec::new(), None);
            let (branch, clone) = (into.clone(), Rc::clone(&clone));
            made.push(Made { branch, merged_into, work, previous_version, clone, lookaside, update });
        }
        tell_plan(context, &branches, &made, &target);
        if !request.wants_request {
            let pushed: Vec<&str> =
                made.iter().filter(|made| made.has_commit()).map(|made| made.work.as_str()).collect();
            let to = target.fork_address().unwrap_or(&target.origin).to_string();
            let question = Question { package: &self.package.name, branches: pushed, repository: to };
            if !question.branches.is_empty() && !context.gate().is_closed() && !allowed(&question).await? {
                return Err(Error::new(Kind::Refused, "nothing was pushed: you did not agree"));
            }
        }
        let mut reports = proposal::carry_out(context, &self.client, &target, made, false).await?;
        for (report, branch) in reports.iter_mut().zip(&branches) {
            report.branch = branch.to_string();
        }
        Ok(PackageReport { package: self.package.name.clone(), release: None, branches: reports })
    }

    /// Brings the files of one branch into the user's checkout.
    async fn in_place(&self, context: &Context) -> Result<Written> {
        let (branches, origin) = self.branches(context).await?;
        let [branch] = branches.as_slice() else {
            let names: Vec<&str> = branches.iter().map(BranchName::as_str).collect();
            return Err(Error::new(
                Kind::Usage,
                format!("a checkout holds the files of one branch, not of {}", names.join(", ")),
            )
            .hint(format!("name one of them: --dist-git-branch {}", names.first().unwrap_or(&"rawhide"))));
        };
        let (dist_git, missing) = self.dist_git(context, origin, &branches).await?;
        if !missing.is_empty() {
            return Err(missing_branches(&missing, dist_git.origin()));
        }
        dist_git.start(context, branch, &branch.update()).await?;
        let config_file = self.config_file(context);
        let files = self.files(config_file.as_deref());
        let wanted = sync_in_place::Wanted { files, dist_git: dist_git.root(), branch, force: self.request.force };
        sync_in_place::write(context, self.project, wanted).await
    }

    /// The branches of dist-git, and where it is.
    async fn branches(&self, context: &Context) -> Result<(Vec<BranchName>, Address)> {
        let (project, package) = (self.project, self.package);
        let origin = DistGitPlace::of(context, project, package).address()?;
        let kind = JobType::SyncFromDownstream;
        let mut jobs = project.config.jobs.iter().filter(|job| job.kind.value == kind && job.is_given());
        // What stands outside of jobs is for the way to dist-git.
        let has_job = jobs.any(|job| job.package(&package.name).is_some());
        let default = match self.request.branches.is_empty() {
            true => remote_branches(context, project.repo.root(), &origin, None).await?.default,
            false => None,
        };
        let default = default.unwrap_or_else(|| "rawhide".to_owned());
        let named = match self.request.branches.as_slice() {
            [] if !has_job => vec![default.clone()],
            named => named.to_vec(),
        };
        let asked = Client::new(release_lists::settings(false));
        let chosen = update_branches::choose(context, &asked, project, package, &named, (kind, &default)).await?;
        Ok((chosen.into_iter().map(|chosen| chosen.name).collect(), origin))
    }

    /// A clone of dist-git with these branches, and those that it has not.
    async fn dist_git(
        &self,
        context: &Context,
        origin: Address,
        branches: &[BranchName],
    ) -> Result<(WorkingClone, Vec<crate::git::working_clone::MissingBranch>)> {
        let request = CloneRequest { origin, credentials: None, objects_of: None, place: Place::Temporary };
        let clone = WorkingClone::open(context, request).await?;
        let missing = clone.fetch(context, branches).await?;
        Ok((clone, missing))
    }

    /// A clone of upstream with the branch that the files go to.
    async fn upstream(&self, context: &Context, target: &Target, into: &BranchName) -> Result<WorkingClone> {
        let place = self.request.keep.as_ref().map_or(Place::Temporary, |keep| Place::Keep(context.absolute(keep)));
        let origin = target.origin.clone();
        let credentials = target.credentials_for(&origin)?;
        let objects_of = Some(self.project.repo.root());
        let clone = WorkingClone::open(context, CloneRequest { origin, credentials, objects_of, place }).await?;
        let missing = clone.fetch(context, std::slice::from_ref(into)).await?;
        match missing.is_empty() {
            true => Ok(clone),
            false => Err(missing_branches(&missing, clone.origin())
                .hint("--upstream-branch names the branch of upstream that the files go to")),
        }
    }

    /// The commit with the files of one branch.
    async fn one(
        &self,
        context: &Context,
        (dist_git, branch): (&WorkingClone, &BranchName),
        (clone, into, work): (&WorkingClone, &BranchName, &BranchName),
        published: Option<&Published>,
    ) -> Result<Commit> {
        let from = dist_git.start(context, branch, &branch.update()).await?;
        let base = clone.start(context, into, work).await?;
        let upstream = self.project.in_own_checkout(clone.root())?;
        let config_file = self.config_file(context);
        self.files(config_file.as_deref()).copy(context, dist_git.root(), &upstream).await?;
        let (message, pull_request) = texts::sync_from_downstream(branch.as_str(), from);
        let staged = clone.stage(context).await?;
        let text = message.text();
        let finished = match published.filter(|published| published.is_same(&staged, &text)) {
            _ if staged.is_empty => Finished::UpToDate,
            Some(published) => Finished::Published(published.commit),
            None => Finished::Committed(clone.commit_staged(context, &text).await?),
        };
        let published = published.map(|published| published.commit);
        Ok(Commit { finished, base, uploads: Vec::new(), message, pull_request, published })
    }

    /// The configuration file, relative to the top of the checkout.
    fn config_file(&self, context: &Context) -> Option<std::path::PathBuf> {
        let file = context.absolute(&self.project.config.file);
        let file = file.canonicalize().unwrap_or(file);
        file.strip_prefix(self.project.repo.root()).ok().map(Path::to_owned)
    }

    fn files<'f>(&'f self, config_file: Option<&'f Path>) -> DownstreamFiles<'f> {
        DownstreamFiles { package: self.package, config_file, excluded: &self.request.excluded }
    }
}

/// The branch of upstream that gets the files of a branch of dist-git.
fn work(branch: &BranchName) -> Result<BranchName> {
    BranchName::new(&format!("{branch}-downstream-sync"))
}

fn tell_plan(context: &Context, branches: &[BranchName], made: &[Made], target: &Target) {
    for (branch, made) in branches.iter().zip(made) {
        let request = if target.wants_request() { format!(", pull request to {}", made.branch) } else { String::new() };
        let what = match made.update.as_ref().map(|update| &update.finished) {
            Err(error) => format!("cannot be synced: {}", error.message()),
            Ok(Finished::UpToDate) => "upstream has the same files".to_owned(),
            Ok(Finished::Published(commit)) => format!("{} was pushed before{request}", commit.short(8)),
            Ok(Finished::Committed(commit)) => format!("push {} as {}{request}", commit.short(8), made.work),
        };
        context.tell(format!("{branch}: {what}"));
    }
}
