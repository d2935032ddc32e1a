//! `packit copr-build`: from a checkout, or a source RPM, to packages in Copr.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Serialize;
use tempfile::TempDir;

use super::copr_access::{self, CoprRequest};
use super::copr_project::{Done, Permissions, Plan};
use super::copr_watch::{self, Watch, Watched};
use super::copr_wishes::{self, Choice, Wish};
use super::packages::Failed;
use super::prepare::Options;
use super::project::{Place, Project, ProjectRequest};
use super::release_lists;
use super::srpm;
use super::targets::Targets;
use crate::context::Context;
use crate::error::{Context as _, Error, Finding, Kind, Result};
use crate::outward::Write;
use crate::paths;
use crate::secret;
use crate::services::Client;
use crate::services::copr::{self, Copr, Sent, State};

/// How often a source RPM is sent whose chroots others take out of the project at the same time.
const TRIES: u32 = 5;

/// What to build, where, and how.
#[derive(Debug, Clone)]
pub struct Request {
    /// Which project, and which of its packages.
    pub project: ProjectRequest,
    /// How each package is prepared.
    pub options: Options,
    /// A source RPM that is there already.
    pub srpm: Option<PathBuf>,
    /// Which Copr server.
    pub copr: CoprRequest,
    /// What the command line says about project and build.
    pub choice: Choice,
    /// What may be done to projects.
    pub permissions: Permissions,
    /// How the builds are followed; not at all when not given.
    pub watch: Option<Watch>,
    /// Whether nothing is sent that would change something.
    pub dry_run: bool,
}

/// How it went.
#[derive(Debug, Default, Serialize)]
pub struct Report {
    /// The builds, in the order of the packages.
    pub builds: Vec<Watched>,
    /// What was done to their projects.
    pub projects: Vec<Done>,
    /// The packages that came to no build.
    pub failed: Vec<Failed>,
    /// Why not all of it was done, or not followed to its end; the builds go on.
    #[serde(skip)]
    pub unfinished: Option<Error>,
    /// What a dry run did not send.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub held: Vec<Write>,
}

/// A build that Copr has taken.
#[derive(Debug, Clone, Serialize)]
pub struct Submitted {
    /// Its number.
    pub id: u64,
    /// Its page.
    pub page: String,
}

/// A source RPM, and the package that it is of.
struct Source {
    package: String,
    file: PathBuf,
}

/// Builds in Copr. `submitted` is told of each build as soon as Copr has taken it.
///
/// # Errors
/// What concerns all packages; the failure of one is in the report, and so is how the builds went.
pub async fn run(context: &Context, request: Request, submitted: impl Fn(&Submitted) -> Result<()>) -> Result<Report> {
    let dry = request.dry_run.then(|| context.dry());
    let context = dry.as_ref().unwrap_or(context);
    let client = Client::default();
    let (file, copr) = copr_access::log_in(context, &client, &request.copr)?;
    if matches!(request.project.place, Place::Url { .. }) {
        // A clone takes longer than the question whether the login is good.
        copr.user(context).await?;
    }
    let project = open_project(context, &request).await?;
    let wishes = wishes(context, project.as_ref(), &request)?;
    // Everything is asked before anything is made.
    let plans = plans(context, &copr, &request, file.username, &wishes).await?;
    let folder = temporary(context)?;
    let (sources, failed) = source_rpms(context, project.as_ref(), &request, &wishes, folder.path()).await?;
    let mut report = Report { failed, ..Report::default() };
    let upstream = project.as_ref().and_then(upstream_page);
    for source in sources {
        let Some(plan) = plans.get(&source.package) else { continue };
        match send(context, &copr, plan, &source, request.permissions, upstream.as_deref()).await {
            Ok((done, build)) => {
                report.projects.push(done);
                let Some(mut build) = build else { continue };
                let told = submitted(&Submitted { id: build.id, page: build.page.clone() });
                if plans.len() > 1 {
                    context.tell(format!("build {} is of {}", build.id, source.package));
                }
                build.package = Some(source.package);
                report.builds.push(build);
                report.unfinished = told.err();
            }
            Err(error) if error.kind() == Kind::Interrupted => report.unfinished = Some(error),
            Err(error) => report.failed.push(Failed { package: source.package, error }),
        }
        if report.unfinished.is_some() {
            break;
        }
    }
    drop(folder);
    report.held = context.gate().held();
    report.unfinished = report.unfinished.map(|error| match report.builds.is_empty() {
        true => error,
        false => error.hint(copr_watch::again(&request.copr, &report.builds)),
    });
    if let (Some(watch), false, None) = (request.watch, report.builds.is_empty(), &report.unfinished) {
        let names: Vec<_> = report.builds.iter().map(|build| build.package.clone()).collect();
        let followed = copr_watch::watch(context, &copr, &request.copr, report.builds, watch).await;
        (report.builds, report.unfinished) = (followed.builds, followed.unfinished);
        for (build, name) in report.builds.iter_mut().zip(names) {
            build.package = build.package.take().or(name);
        }
    }
    Ok(report)
}

/// What is to be done about the project of each package.
async fn plans(
    context: &Context,
    copr: &Copr<'_>,
    request: &Request,
    username: Option<String>,
    wishes: &[Wish],
) -> Result<BTreeMap<String, Plan>> {
    context.step(format!("asking {}", copr.frontend().host()));
    let user = copr.user(context).await?;
    let owner = request.choice.owner.clone().or(username).unwrap_or_else(|| user.to_owned());
    copr::check_owner(&owner)?;
    let offers = copr.chroots(context).await?;
    let asked = Client::new(release_lists::settings(request.options.offline));
    let targets = Targets::new(context, &asked);
    let mut plans = BTreeMap::new();
    for wish in wishes {
        let expanded = wish.expand(context, &targets, &offers, &copr.frontend().host()).await?;
        let plan = Plan::make(context, copr, &owner, wish, expanded, request.permissions).await?;
        plans.insert(wish.package.clone(), plan);
    }
    Ok(plans)
}

/// The project; a source RPM may be none's.
async fn open_project(context: &Context, request: &Request) -> Result<Option<Project>> {
    let opened = Project::open(context, &request.project).await;
    match (opened, &request.srpm) {
        (Err(error), Some(_)) if request.choice.project.is_some() && request.choice.job.is_none() => {
            tracing::debug!(%error, "the source RPM is of no project here");
            Ok(None)
        }
        (Err(error), Some(_)) => Err(error.hint("or name the Copr project: --project NAME")),
        (opened, _) => opened.map(Some),
    }
}

fn wishes(context: &Context, project: Option<&Project>, request: &Request) -> Result<Vec<Wish>> {
    let of_project = project.map(|project| copr_wishes::wishes(context, project, &request.choice)).transpose()?;
    let Some(srpm) = &request.srpm else { return Ok(of_project.unwrap_or_default()) };
    let file = context.absolute(srpm);
    copr::check_srpm(srpm)?;
    fs_err::File::open(&file).or_error(Kind::Usage, || format!("`{}` cannot be read", srpm.display()))?;
    match of_project {
        Some(wishes) => first(wishes),
        None => {
            let name = request.choice.project.clone().unwrap_or_default();
            Ok(vec![copr_wishes::wish_alone(&request.choice, &name, &package_of(&file))?])
        }
    }
}

/// The package in the name of a source RPM: all before the version.
fn package_of(srpm: &Path) -> String {
    let name = srpm.file_name().unwrap_or_default().to_string_lossy();
    name.rsplitn(3, '-').nth(2).unwrap_or(&name).to_owned()
}

/// The one wish that a source RPM can be built by.
fn first(wishes: Vec<Wish>) -> Result<Vec<Wish>> {
    if wishes.len() > 1 {
        let names: Vec<&str> = wishes.iter().map(|wish| wish.package.as_str()).collect();
        let message = format!("the source RPM is one, the packages are several: {}", names.join(", "));
        return Err(Error::new(Kind::Usage, message).hint("say which one it is: --package NAME"));
    }
    Ok(wishes)
}

async fn source_rpms(
    context: &Context,
    project: Option<&Project>,
    request: &Request,
    wishes: &[Wish],
    folder: &Path,
) -> Result<(Vec<Source>, Vec<Failed>)> {
    if let (Some(srpm), Some(wish)) = (&request.srpm, wishes.first()) {
        return Ok((vec![Source { package: wish.package.clone(), file: context.absolute(srpm) }], Vec::new()));
    }
    let Some(project) = project else { return Ok((Vec::new(), Vec::new())) };
    let build = srpm::Request {
        project: request.project.clone(),
        options: request.options.clone(),
        output: Some(folder.to_owned()),
        mode: srpm::Mode::Build,
    };
    let report = srpm::build(context, project, &build).await?;
    let source = |built: srpm::Built| Some(Source { file: built.srpm?, package: built.package });
    Ok((report.packages.into_iter().filter_map(source).collect(), report.failed))
}

/// Makes or changes the project, and sends the source RPM. No build: the gate held it back.
async fn send(
    context: &Context,
    copr: &Copr<'_>,
    plan: &Plan,
    source: &Source,
    permissions: Permissions,
    upstream: Option<&str>,
) -> Result<(Done, Option<Watched>)> {
    let done = plan.carry_out(context, copr, permissions, upstream).await?;
    context.step(format!("sending {} to {}", source.file.file_name().unwrap_or_default().display(), plan.full_name()));
    let mut sent = copr.upload(context, &plan.owner, &plan.name, &source.file, &plan.build).await;
    for _ in 1..TRIES {
        let Err(error) = &sent else { break };
        if !plan.has_lost_chroots(context, copr, permissions, error).await? {
            break;
        }
        sent = copr.upload(context, &plan.owner, &plan.name, &source.file, &plan.build).await;
    }
    match sent {
        Ok(Sent::Build(build)) => Ok((done, Some(Watched::new(copr, &build)))),
        Ok(Sent::Held) => Ok((done, None)),
        Err(error) => {
            // What was done before stays done: that is worth knowing.
            if done.is_new {
                context.found(Finding::note(format!("the project {} was made all the same", plan.full_name())));
            }
            Err(error)
        }
    }
}

fn temporary(context: &Context) -> Result<TempDir> {
    paths::temporary_folder(&context.temporary())
}

/// Where the upstream project is, for people; nothing where the address has credentials in it.
fn upstream_page(project: &Project) -> Option<String> {
    project.address.clone().filter(|url| secret::redacted(url) == *url)
}

/// The failure that builds of a server stand for, as far as they are over.
pub fn failure_of(builds: &[Watched], request: &CoprRequest) -> Option<Error> {
    let watched: Vec<&Watched> = builds.iter().filter(|build| build.is_over()).collect();
    let bad: Vec<&&Watched> = watched.iter().filter(|build| !build.is_success()).collect();
    if bad.is_empty() {
        return None;
    }
    let of_one = |build: &&Watched| {
        let of = build.package.as_ref().filter(|_| builds.len() > 1);
        let of = of.map(|package| format!(" of {package}")).unwrap_or_default();
        let parts: Vec<&str> = build.failed().map(|part| part.name.as_str()).collect();
        match build.state {
            State::Canceled => format!("build {}{of} was canceled", build.id),
            _ if parts.is_empty() => format!("build {}{of} {}", build.id, build.state.as_str()),
            _ => format!("build {}{of} failed: {}", build.id, parts.join(", ")),
        }
    };
    let message = bad.iter().map(|build| of_one(build)).collect::<Vec<_>>().join("; ");
    let error = Error::new(Kind::Failed, message);
    let first = bad.first()?;
    let whole = format!("for the whole log: packit copr logs {}{}", request.option(), first.id);
    Some(error.hint(format!("see {}", first.page)).hint(whole))
}
