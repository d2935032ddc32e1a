//! `packit create-archive`: the archive of a commit, as it goes into a source RPM.

use std::path::PathBuf;

use serde::Serialize;

use super::delivery::Destination;
use super::left_out::LeftOut;
use super::not_yet;
use super::packages::{Failed, each};
use super::project::{Place, Project, ProjectRequest, TagChoice};
use super::spec_file::SpecFile;
use crate::config::Package;
use crate::context::Context;
use crate::error::Result;
use crate::git::{CommitId, Tag};
use crate::paths;
use crate::project::archive::{self, ArchiveName};
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
    not_yet::refuse(&project)?;
    let output = request.output_dir.as_deref();
    let mut destination = Destination::folder(context, output)?;
    let commit = match (&request.reference, &request.project.place) {
        (Some(reference), Place::Folder(_)) => project.repo.resolve(reference)?,
        _ => project.head.commit,
    };
    let tags = project.repo.tags()?;
    let left_out = LeftOut::search(project.repo.root(), commit);
    let area = Area::claim(context, commit)?;
    let (made, failed) = each(context, &project.packages, |context, package| {
        let (project, request, tags, area) = (&project, &request, &tags, &area);
        async move { make(&context, project, package, request, tags, commit, area).await }
    })
    .await?;
    left_out.tell(context, project.repo.root(), &[]).await;
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
    tags: &[Tag],
    commit: CommitId,
    area: &Area,
) -> Result<Archive> {
    let folder = project.folder(package)?;
    let staging = Staging::new(area, &package.name)?;
    let spec = async || SpecFile::read(context, project, package)?.version(context, project, package, &staging).await;
    let chosen = project.version(context, package, tags, &request.tags, commit, spec).await?;
    let name = ArchiveName::new(&package.upstream_package_name.value, &chosen.version)?;
    context.step(format!("making {}", name.file));
    let path = archive::make(context, &folder, &commit.to_string(), &name, &staging.sources()).await?;
    Ok(Archive {
        package: package.name.clone(),
        path,
        version: chosen.version,
        tag: chosen.tag.map(|tag| tag.name),
        commit,
        top_folder: name.top_folder,
    })
}
