//! `packit propose-update`: a release of upstream becomes a pull request in dist-git.
//!
//! First everything is read and made on this machine; then the plan is told; then it is carried out.

use std::path::PathBuf;
use std::rc::Rc;

use serde::Serialize;
use tempfile::TempDir;

use super::dist_git_lookaside;
use super::dist_git_place::DistGitPlace;
use super::dist_git_update::{Made, Making};
use super::forge_access;
use super::packages::Failed;
use super::project::{Project, ProjectRequest};
use super::proposal::{self, Outcome, Target};
use super::release_version::{self, Search, UpstreamRelease};
use super::spec_source::SpecSource;
use super::upstream_copy::Upstream;
use super::{release_lists, trust, update_branches};
use crate::config::Package;
use crate::context::Context;
use crate::error::{Error, Finding, Kind, Result};
use crate::outward::Write;
use crate::paths;
use crate::services::{Client, bugzilla};
use crate::tools::program;

/// The variable that names another server of Bugzilla.
const BUGZILLA: &str = "PACKIT_BUGZILLA_URL";

/// What to bring where, and how.
#[derive(Debug, Clone)]
pub struct Request {
    /// Which project, and which of its packages.
    pub project: ProjectRequest,
    /// From which side: the project is upstream, or dist-git.
    pub source: SpecSource,
    /// The version; searched when not given.
    pub version: Option<String>,
    /// The branches; those of the configuration when there are none.
    pub branches: Vec<String>,
    /// How dist-git is worked in.
    pub dist_git: Working,
    /// Whether a pull request is made; as configured when not given.
    pub pull_request: Option<bool>,
    /// How branches are pushed; chosen by the forge when not given.
    pub transport: Option<Transport>,
    /// The bugs that the update resolves.
    pub bugs: Vec<String>,
    /// Whether the bug that release monitoring has opened is searched.
    pub search_bug: bool,
    /// Whether sources are uploaded that the cache has already.
    pub force_new_sources: bool,
    /// Whether those may commit to the fork who may commit to the package.
    pub sync_acls: bool,
    /// Whether what is checked out is taken instead of a tag.
    pub local_content: bool,
    /// The last commit of upstream, for a source-git repository.
    pub upstream_ref: Option<String>,
    /// Whether nothing is sent that would change something.
    pub dry_run: bool,
}

impl Request {
    /// The last commit of upstream below a package of a source-git repository: given, else configured.
    pub fn upstream_ref_of<'a>(&'a self, package: &'a Package) -> Option<&'a str> {
        let configured = package.upstream_ref.as_ref().filter(|_| self.source == SpecSource::Upstream);
        self.upstream_ref.as_deref().or(configured.map(|reference| reference.value.as_str()))
    }
}

/// How dist-git is worked in.
#[derive(Debug, Clone, Default)]
pub struct Working {
    /// A clone of the user.
    pub path: Option<PathBuf>,
    /// Whether that clone itself is worked in.
    pub in_place: bool,
    /// The folder that keeps packit's own clone.
    pub keep: Option<PathBuf>,
}

/// How git speaks to a forge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transport {
    /// By ssh, with the user's keys.
    Ssh,
    /// By https, with the token or the user's helpers.
    Https,
}

/// How it went.
#[derive(Debug, Serialize)]
pub struct Report {
    /// The packages whose branches were worked on.
    pub packages: Vec<PackageReport>,
    /// The packages that came to no branch.
    pub failed: Vec<Failed>,
    /// What a dry run did not send.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub held: Vec<Write>,
}

/// How it went with one package.
#[derive(Debug, Serialize)]
pub struct PackageReport {
    /// The package.
    pub package: String,
    /// What was brought, where it is a release.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub release: Option<UpstreamRelease>,
    /// The branches, in the order in which they were worked on.
    pub branches: Vec<BranchReport>,
}

/// How it went with one branch.
#[derive(Debug, Serialize)]
pub struct BranchReport {
    /// The branch.
    pub branch: String,
    /// The version that it had before.
    pub previous_version: Option<String>,
    /// What became of it.
    #[serde(flatten)]
    pub outcome: Outcome,
}

/// What the user is asked before something is pushed without a pull request.
pub struct Question<'a> {
    /// The package.
    pub package: &'a str,
    /// The branches that are pushed to.
    pub branches: Vec<&'a str>,
    /// The repository.
    pub repository: String,
}

/// Brings a release to dist-git. `allowed` is asked before a branch of the package itself is pushed to.
///
/// # Errors
/// What concerns all packages; the failures of packages and branches are in the report.
pub async fn run(
    context: &Context,
    request: Request,
    allowed: impl AsyncFn(&Question<'_>) -> Result<bool>,
) -> Result<Report> {
    let dry = request.dry_run.then(|| context.dry());
    let context = dry.as_ref().unwrap_or(context);
    program::require(context, &["git", "rsync"])?;
    let project = Project::open(context, &request.project).await?;
    trust::check(&project)?;
    let several = project.packages.len() > 1;
    let mut report = Report { packages: Vec::new(), failed: Vec::new(), held: Vec::new() };
    for package in project.packages.iter() {
        let context = if several { context.for_package(&package.name, 1) } else { context.clone() };
        match update(&context, &project, package, &request, &allowed).await {
            Ok(done) => report.packages.push(done),
            Err(error) if error.kind() == Kind::Interrupted => return Err(error),
            Err(error) => report.failed.push(Failed { package: package.name.clone(), error }),
        }
    }
    report.held = context.gate().held();
    Ok(report)
}

/// Brings the release to the branches of one package.
async fn update(
    context: &Context,
    project: &Project,
    package: &Package,
    request: &Request,
    allowed: &impl AsyncFn(&Question<'_>) -> Result<bool>,
) -> Result<PackageReport> {
    let client = Client::default();
    let place = DistGitPlace::of(context, project, package);
    // Who we are comes first: without that nothing can come of all the rest.
    let wants_request = request.pull_request.unwrap_or(package.downstream.create_pr.value);
    let access = forge_access::open(context, &client, &place.server, &project.user).await?;
    let target = Target::find(context, &client, &access, &place, project, request, wants_request).await?;
    let lookaside = Rc::new(dist_git_lookaside::open(context, project, package, &place).await?);
    let upstream = Upstream::find(context, project, package, request.source).await?;
    let search = Search { upstream: upstream.project(), package, source: request.source };
    let release = find_release(context, &client, search, request).await?;
    let bugs = bugs(context, &client, &place, request, &release.version).await?;
    let copy = upstream.copy(context, project, &release, request.local_content).await?;
    let asked = Client::new(release_lists::settings(false));
    let branches = update_branches::choose(
        context,
        &asked,
        project,
        package,
        &request.branches,
        (request.source.job(), &target.default_branch),
    )
    .await?;
    let folder = temporary(context)?;
    let file = context.absolute(&project.config.file);
    let file = file.canonicalize().unwrap_or(file);
    let making = Making {
        home: project,
        upstream: &copy.project,
        package,
        config_file: file.strip_prefix(&project.base).ok().and_then(|file| file.to_str()),
        lookaside,
        target: &target,
        client: &client,
        release: &release,
        bugs: &bugs,
        request,
        keep: folder.path(),
    };
    let made = making.branches(context, &branches).await?;
    tell_plan(context, &place, &release, &made, &target);
    if !wants_request {
        let pushed: Vec<&str> = made.iter().filter(|made| made.has_commit()).map(|made| made.branch.as_str()).collect();
        let question = Question { package: &package.name, branches: pushed, repository: target.pushed.to_string() };
        if !question.branches.is_empty() && !context.gate().is_closed() && !allowed(&question).await? {
            return Err(Error::new(Kind::Refused, "nothing was pushed: you did not agree"));
        }
    }
    let branches = proposal::carry_out(context, &client, &target, made, request.sync_acls).await?;
    Ok(PackageReport { package: package.name.clone(), release: Some(release), branches })
}

/// The release to bring: of a tag, or what is checked out.
async fn find_release(
    context: &Context,
    client: &Client,
    search: Search<'_>,
    request: &Request,
) -> Result<UpstreamRelease> {
    let given = request.version.as_deref();
    let version = release_version::version(context, client, search, given).await?;
    if version.starts_with('v') {
        context.found(Finding::warning(format!("the version `{version}` begins with a letter")).hint(
            "if that belongs to the tag only, write `upstream_tag_template: \"v{version}\"` into the configuration",
        ));
    }
    match search.upstream {
        Some(project) if request.local_content || request.upstream_ref_of(search.package).is_some() => {
            Ok(UpstreamRelease { version, tag: None, commit: Some(project.head.commit) })
        }
        Some(project) => release_version::release_of(project, search.package, &version),
        None => Ok(UpstreamRelease { version, tag: None, commit: None }),
    }
}

/// The bugs that the update resolves: given, else the one that release monitoring has opened. That Bugzilla cannot be asked is no
/// failure.
async fn bugs(
    context: &Context,
    client: &Client,
    place: &DistGitPlace,
    request: &Request,
    version: &str,
) -> Result<Vec<String>> {
    if !request.bugs.is_empty() {
        return request.bugs.iter().map(|bug| crate::dist_git::texts::bug(bug)).collect();
    }
    if !request.search_bug || !place.is_fedora() {
        return Ok(Vec::new());
    }
    let server = context.variable(BUGZILLA).unwrap_or_else(|| bugzilla::SERVER.to_owned());
    context.step("asking Bugzilla");
    match bugzilla::release_bug(context, client, &server, &place.package, version).await {
        Ok(Some(id)) => {
            context.tell(format!("the update resolves rhbz#{id}"));
            Ok(vec![format!("rhbz#{id}")])
        }
        Ok(None) => Ok(Vec::new()),
        Err(error) if error.kind() == Kind::Interrupted => Err(error),
        Err(error) => {
            let warning = Finding::warning(format!("no bug was searched: {}", error.message()));
            context.found(warning.hint("name it with --resolve-bug, or leave the search out with --no-bug-search"));
            Ok(Vec::new())
        }
    }
}

fn tell_plan(context: &Context, place: &DistGitPlace, release: &UpstreamRelease, made: &[Made], target: &Target) {
    let tag = match (&release.tag, release.commit) {
        (Some(tag), Some(commit)) => format!(" ({tag}, {})", commit.short(8)),
        _ => String::new(),
    };
    context.tell(format!("{} {}{tag}:", place.package, release.version));
    for one in made {
        context.tell(format!("  {}: {}", one.branch, one.plan(target)));
    }
}

pub(super) fn temporary(context: &Context) -> Result<TempDir> {
    paths::temporary_folder(&context.temporary())
}

/// The failure that a report stands for: the worst of its branches.
pub fn failure_of(report: &Report) -> Option<Error> {
    let branches = || report.packages.iter().flat_map(|package| &package.branches);
    let failed: Vec<&BranchReport> = branches().filter(|branch| branch.outcome.error().is_some()).collect();
    let (first, others) = failed.split_first()?;
    let error = first.outcome.error()?;
    let all = branches().count();
    if all == 1 {
        return Some(error.clone());
    }
    let same = others.iter().all(|other| other.outcome.error().map(Error::kind) == Some(error.kind()));
    let kind = if failed.len() < all {
        Kind::Partial
    } else if same {
        error.kind()
    } else {
        Kind::Project
    };
    let names = named(report, |outcome| outcome.error().is_some());
    Some(Error::new(kind, format!("{} of {all} branches failed: {}", failed.len(), names.join(", "))))
}

/// The refusal that a report stands for in which nothing has failed: of all branches, some were skipped by a rule and the others have
/// the release, so that nothing was done. Where a branch was updated, a rule that keeps the release from another one has done its work.
pub fn refusal_of(report: &Report) -> Option<Error> {
    let branches = || report.packages.iter().flat_map(|package| &package.branches);
    let skipped = named(report, |outcome| matches!(outcome, Outcome::Skipped { .. }));
    let all = branches().count();
    if branches().any(|branch| !matches!(branch.outcome, Outcome::UpToDate | Outcome::Skipped { .. })) {
        return None;
    }
    let message = match skipped.len() {
        0 if all > 0 => match report.packages.iter().any(|package| package.release.is_some()) {
            true => "there is nothing to do: the release is in dist-git".to_owned(),
            false => "there is nothing to do: all files are the same".to_owned(),
        },
        0 => return None,
        // The rule itself says best what is the matter.
        1 if all == 1 => {
            return branches().find_map(|branch| match &branch.outcome {
                Outcome::Skipped { error } => Some(error.clone()),
                _ => None,
            });
        }
        count => format!("{count} of {all} branches were skipped by a rule: {}", skipped.join(", ")),
    };
    Some(Error::new(Kind::Refused, message))
}

/// The branches with such an outcome; where there are several packages, with the package before them.
fn named(report: &Report, is_meant: impl Fn(&Outcome) -> bool) -> Vec<String> {
    let is_one = report.packages.len() == 1;
    let all = report.packages.iter().flat_map(|package| package.branches.iter().map(move |branch| (package, branch)));
    let meant = all.filter(|(_, branch)| is_meant(&branch.outcome));
    meant
        .map(|(package, branch)| match is_one {
            true => branch.branch.clone(),
            false => format!("{}/{}", package.package, branch.branch),
        })
        .collect()
}
