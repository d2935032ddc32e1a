//! `packit srpm`: from a checkout to source RPMs.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use fs_err as fs;
use serde::Serialize;

use super::delivery::Destination;
use super::packages::{Failed, each};
use super::prepare::{Options, Prepared, prepare};
use super::prepare_each::prepare_each;
use super::project::{Project, ProjectRequest};
use super::shared_answers::Shared;
use super::workspace::Workspace;
use super::{source_rpm, trust};
use crate::config;
use crate::context::Context;
use crate::error::{Context as _, Error, Kind, Result};
use crate::git::CommitId;
use crate::paths;
use crate::project::archive::ArchiveName;
use crate::tools::program;
use crate::tools::rpmbuild::Definitions;

/// What to build, and how.
#[derive(Debug, Clone)]
pub struct Request {
    /// Which project, and which of its packages.
    pub project: ProjectRequest,
    /// How each package is prepared.
    pub options: Options,
    /// Where the source RPMs go: a file or a folder; the current folder when not given.
    pub output: Option<PathBuf>,
    /// What becomes of the edited spec.
    pub mode: Mode,
}

/// What becomes of the edited spec.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// It goes into the source RPM, and nowhere else.
    Build,
    /// It and the archive also replace those of the project.
    InPlace,
    /// Its difference to the project's is the result; nothing is built.
    SpecDiff,
}

/// What was built.
#[derive(Debug, Serialize)]
pub struct Report {
    /// The packages that were built, in the order of the configuration.
    pub packages: Vec<Built>,
    /// The packages that failed.
    pub failed: Vec<Failed>,
}

/// A package that was built.
#[derive(Debug, Serialize)]
pub struct Built {
    /// The package, as the configuration calls it.
    pub package: String,
    /// The source RPM.
    #[serde(serialize_with = "paths::serialize_some", skip_serializing_if = "Option::is_none")]
    pub srpm: Option<PathBuf>,
    /// How the spec was changed, as a unified diff, when that was asked for.
    #[serde(serialize_with = "paths::serialize_bytes", skip_serializing_if = "Option::is_none")]
    pub spec_diff: Option<Vec<u8>>,
    /// The name of the source package.
    pub name: String,
    /// Its epoch.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub epoch: Option<String>,
    /// Its version.
    pub version: String,
    /// Its release, with the dist tag.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub release: Option<String>,
    /// The tag that the version comes from.
    pub tag: Option<String>,
    /// The commit in the archive.
    pub commit: CommitId,
    /// The archive, where one was made and is in the source RPM.
    pub archive: Option<ArchiveName>,
    /// The macros that rpm does not know on this machine, and what stands in for them.
    #[serde(skip)]
    pub stand_ins: Definitions,
}

/// Builds the source RPM of each chosen package.
///
/// # Errors
/// What concerns all packages; the failure of one is in the report.
pub async fn run(context: &Context, request: Request) -> Result<Report> {
    require_programs(context, request.mode)?;
    let project = Project::open(context, &request.project).await?;
    build(context, &project, &request).await
}

fn require_programs(context: &Context, mode: Mode) -> Result<()> {
    program::require(context, if mode == Mode::SpecDiff { &["git"] } else { &["git", "rpmbuild"] })
}

/// The same for a project that is open.
///
/// # Errors
/// As [`run`].
pub async fn build(context: &Context, project: &Project, request: &Request) -> Result<Report> {
    require_programs(context, request.mode)?;
    trust::check(project)?;
    if request.mode == Mode::SpecDiff {
        return spec_diffs(context, project, request).await;
    }
    if request.mode == Mode::InPlace {
        check_in_place(project)?;
    }
    let mut destination = Destination::check(context, request.output.as_deref(), project.packages.len() > 1)?;
    let shared = Shared::read(context, project, request.options.offline)?;
    let in_place = request.mode == Mode::InPlace;
    let (built, failed) =
        prepare_each(context, project, &request.options, &shared, in_place, async |context, prepared| {
            source_rpm::build(context, prepared, &shared).await
        })
        .await?;
    let mut report = Report { packages: Vec::new(), failed };
    for (package, prepared, srpm) in built {
        let package = package.name.as_str();
        // A signal that came meanwhile is heard here.
        tokio::task::yield_now().await;
        context.interrupt().check()?;
        let kept = if in_place { keep_in_place(&prepared) } else { Ok(()) };
        match kept.and_then(|()| destination.put(context, &srpm, package)) {
            Ok(path) => report.packages.push(Built {
                release: release_of(&srpm, &prepared),
                srpm: Some(path),
                ..Built::new(package, &prepared)
            }),
            Err(error) => report.failed.push(Failed { package: package.to_owned(), error }),
        }
    }
    Ok(report)
}

/// Edits can be kept in spec files that can be written, and of two packages that share one only those of one.
fn check_in_place(project: &Project) -> Result<()> {
    let mut seen: HashMap<PathBuf, &str> = HashMap::new();
    for package in project.packages.iter() {
        let Ok(spec) = config::find_spec_file(package, project.roots()) else { continue };
        if let Some(other) = seen.insert(spec.clone(), &package.name) {
            let message =
                format!("the packages `{other}` and `{}` share the spec file `{}`", package.name, spec.display());
            return Err(Error::new(Kind::Usage, message).hint("keep the edits of one: --in-place --package NAME"));
        }
        for path in [Some(spec.as_path()), spec.parent()].into_iter().flatten() {
            if let Err(errno) = rustix::fs::access(path, rustix::fs::Access::WRITE_OK) {
                let error = Error::new(Kind::Environment, format!("`{}` cannot be changed", path.display()));
                return Err(error.cause(std::io::Error::from(errno)).hint("without --in-place nothing is changed"));
            }
        }
    }
    Ok(())
}

/// How the spec of each chosen package would be changed.
async fn spec_diffs(context: &Context, project: &Project, request: &Request) -> Result<Report> {
    let shared = Shared::read(context, project, request.options.offline)?;
    let options = Options { only_spec: true, ..request.options.clone() };
    let (packages, failed) = each(context, project, |context, package| {
        let (options, shared) = (&options, &shared);
        async move {
            let prepared = Workspace::around(&context, project, package, false, async |workspace| {
                prepare(&context, project, package, options, shared, workspace).await
            })
            .await?;
            let spec_diff = Some(prepared.spec_file.diff(&prepared.original, &prepared.edited));
            Ok(Built { spec_diff, ..Built::new(&package.name, &prepared) })
        }
    })
    .await?;
    Ok(Report { packages, failed })
}

impl Built {
    fn new(package: &str, prepared: &Prepared) -> Self {
        // A spec that stays as it is may name another one.
        let archive = prepared.archive.as_ref().filter(|archive| prepared.files.contains(&archive.name.file));
        Self {
            package: package.to_owned(),
            srpm: None,
            spec_diff: None,
            name: prepared.name.clone(),
            epoch: prepared.epoch.clone(),
            version: prepared.version.clone(),
            release: None,
            tag: prepared.tag.clone(),
            commit: prepared.commit,
            archive: archive.map(|archive| archive.name.clone()),
            stand_ins: prepared.stand_ins.clone(),
        }
    }
}

/// The release in the name of a source RPM, which holds the dist tag that rpm put in.
pub(super) fn release_of(srpm: &Path, prepared: &Prepared) -> Option<String> {
    let name = srpm.file_name()?.to_string_lossy().into_owned();
    let rest = name.strip_prefix(&format!("{}-{}-", prepared.name, prepared.version))?;
    rest.strip_suffix(".src.rpm").map(str::to_owned)
}

/// Keeps the edited spec and the archive in the project.
fn keep_in_place(prepared: &Prepared) -> Result<()> {
    let spec_file = &prepared.spec_file;
    if prepared.edited != spec_file.text {
        paths::replace_content(&spec_file.path, &prepared.edited)?;
    }
    for path in &prepared.made {
        let beside = spec_file.folder.join(path);
        let folder = beside.parent().unwrap_or(&spec_file.folder);
        fs::create_dir_all(folder)
            .or_error(Kind::Environment, || format!("`{}` cannot be written", beside.display()))?;
        let own = prepared.staging.sources().join(path);
        // What was there for actions, and what they made of it, stays.
        if beside.symlink_metadata().is_err() {
            paths::put_in_place(&own, &beside)?;
        }
    }
    match &prepared.archive {
        // An archive of an action is where the action wants it.
        Some(archive) if archive.path.starts_with(prepared.staging.sources()) => {
            paths::put_in_place(&archive.path, &spec_file.folder.join(&archive.name.file))
        }
        _ => Ok(()),
    }
}
