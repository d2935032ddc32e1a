//! `packit create-archive`: the archive of a commit, as it goes into a source RPM.

use std::path::{Path, PathBuf};

use serde::Serialize;

use super::actions::Actions;
use super::delivery::Destination;
use super::left_out::LeftOut;
use super::packages::{Failed, each};
use super::prepare::after_clone;
use super::project::{Place, Project, ProjectRequest, TagChoice};
use super::reading::Reading;
use super::version::{Choice, choose_version};
use super::workspace::{self, Workspace};
use super::{trust, upstream_archive};
use crate::config::{ActionName, Package};
use crate::context::Context;
use crate::error::{Error, Kind, Result};
use crate::git::CommitId;
use crate::paths;
use crate::project::archive::ArchiveName;
use crate::project::staging::{Area, Staging};
use crate::tools::program;

/// What to archive, and where to put it.
#[derive(Debug, Clone)]
pub struct Request {
    /// Which project, and which of its packages.
    pub project: ProjectRequest,
    /// Which tags count for the version.
    pub tags: TagChoice,
    /// The folder for the archives; the current one when not given.
    pub output_dir: Option<PathBuf>,
    /// The commit to archive instead of HEAD, by any name that git knows.
    pub reference: Option<String>,
}

/// What was made.
#[derive(Debug, Serialize)]
pub struct Report {
    /// The archives, in the order of the configuration.
    pub archives: Vec<Archive>,
    /// The packages that failed.
    pub failed: Vec<Failed>,
}

/// One archive.
#[derive(Debug, Serialize)]
pub struct Archive {
    /// The package.
    pub package: String,
    /// The file.
    #[serde(serialize_with = "paths::serialize")]
    pub path: PathBuf,
    /// The version in its name.
    pub version: String,
    /// The tag that the version comes from.
    pub tag: Option<String>,
    /// The commit in it.
    pub commit: CommitId,
    /// The folder that everything in it is below.
    pub top_folder: String,
}

/// Makes the archive of each chosen package.
///
/// # Errors
/// What concerns all packages; the failure of one is in the report.
pub async fn run(context: &Context, request: Request) -> Result<Report> {
    program::require(context, &["git"])?;
    let project = Project::open(context, &request.project).await?;
    trust::check(&project)?;
    let output = request.output_dir.as_deref();
    let mut destination = Destination::folder(context, output)?;
    let commit = match (&request.reference, &request.project.place) {
        (Some(reference), Place::Folder(_)) => Some(project.repo.resolve(reference)?),
        _ => None,
    };
    let mut left_out = LeftOut::search(project.repo.root(), commit.unwrap_or(project.head.commit));
    if workspace::is_changed_by_actions(&project) {
        left_out = left_out.found().await;
    }
    let area = Area::claim(context, commit.unwrap_or(project.head.commit))?;
    let (made, failed) = each(context, &project, |context, package| {
        let (project, request, area) = (&project, &request, &area);
        async move {
            let work = async |_: &mut Workspace| make(&context, project, package, request, commit, area).await;
            Workspace::around(&context, project, package, false, work).await
        }
    })
    .await?;
    if workspace::uses_git_archive(&project) {
        left_out.tell(context, project.repo.root(), &[]).await;
    }
    let mut report = Report { archives: Vec::new(), failed };
    for mut archive in made {
        tokio::task::yield_now().await;
        context.interrupt().check()?;
        match destination.put(context, &archive.path, &archive.package) {
            Ok(path) => {
                archive.path = path;
                report.archives.push(archive);
            }
            Err(error) => report.failed.push(Failed { package: archive.package, error }),
        }
    }
    Ok(report)
}

async fn make(
    context: &Context,
    project: &Project,
    package: &Package,
    request: &Request,
    commit: Option<CommitId>,
    area: &Area,
) -> Result<Archive> {
    let fresh = after_clone(context, project, package).await?;
    let project = fresh.as_ref().unwrap_or(project);
    let (actions, folder) = (Actions::of(project, package), project.folder(package)?);
    let staging = Staging::new(area, &package.name)?;
    let (tags, head) = (project.repo.tags()?, project.head.commit);
    let choice = Choice { tags: &tags, scope: &request.tags, tip: commit.unwrap_or(head) };
    let spec = async || Reading::new(context, project, package, &staging, &folder)?.version().await;
    let chosen = choose_version(context, project, package, &actions, choice, spec).await?;
    let by_action = match commit {
        Some(_) if actions.has(ActionName::CreateArchive) => return Err(of_another_commit()),
        _ => upstream_archive::by_action(context, (project, package), &actions, &chosen.version, true).await?,
    };
    let (name, path) = match by_action {
        Some(made) => {
            // What the action made stays where it is.
            let modified = context.source_date().unwrap_or_else(|| context.now().timestamp());
            staging.bring(&made.path, Path::new(&made.name.file), Some(modified))?;
            let path = staging.sources().join(&made.name.file);
            (made.name, path)
        }
        None => {
            let name = ArchiveName::new(&package.upstream_package_name.value, &chosen.version)?;
            let into = staging.sources();
            let path = upstream_archive::by_git(context, &folder, commit.unwrap_or(head), &name, &into).await?;
            (name, path)
        }
    };
    Ok(Archive {
        package: package.name.clone(),
        path,
        version: chosen.version,
        tag: chosen.tag.map(|tag| tag.name),
        commit: commit.unwrap_or(head),
        top_folder: name.top_folder,
    })
}

fn of_another_commit() -> Error {
    Error::new(Kind::Usage, "--ref names another commit, and the action `create-archive` works on what is checked out")
        .hint("check that commit out, in a work tree of its own: git worktree add ../other REF")
        .hint("or let git make the archive: --no-actions")
}
