//! `packit prepare-sources`: a folder with all that `rpmbuild -bs` needs, and nothing else.

use std::collections::HashMap;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use fs_err as fs;
use serde::Serialize;

use super::packages::{Failed, each};
use super::prepare::{Options, Prepared, prepare};
use super::project::{Project, ProjectRequest};
use super::shared_answers::Shared;
use super::trust;
use super::workspace::Workspace;
use crate::config::Package;
use crate::context::Context;
use crate::error::{Context as _, Error, Finding, Kind, Result};
use crate::git::CommitId;
use crate::paths;
use crate::tools::program;

/// The folder that is made where none is named.
const FOLDER: &str = "prepare_sources_result";

/// How many other files of a folder are named.
const NAMED: usize = 5;

/// What to prepare, and where.
#[derive(Debug, Clone)]
pub struct Request {
    /// Which project, and which of its packages.
    pub project: ProjectRequest,
    /// How each package is prepared.
    pub options: Options,
    /// The job whose settings count, counted from 0.
    pub job: Option<usize>,
    /// The folder for the result.
    pub folder: Option<PathBuf>,
}

/// What was prepared.
#[derive(Debug, Serialize)]
pub struct Report {
    /// The packages that were prepared.
    pub packages: Vec<Done>,
    /// The packages that failed.
    pub failed: Vec<Failed>,
}

/// A package that was prepared.
#[derive(Debug, Serialize)]
pub struct Done {
    /// The package.
    pub package: String,
    /// The folder.
    #[serde(serialize_with = "paths::serialize")]
    pub folder: PathBuf,
    /// The files in it, the spec first.
    pub files: Vec<String>,
    /// The version.
    pub version: String,
    /// The tag that the version comes from.
    pub tag: Option<String>,
    /// The commit.
    pub commit: CommitId,
}

/// Prepares each chosen package, and puts its spec, archive and other sources into a folder.
///
/// # Errors
/// What concerns all packages; the failure of one is in the report.
pub async fn run(context: &Context, request: Request) -> Result<Report> {
    program::require(context, &["git"])?;
    let mut project = Project::open(context, &request.project).await?;
    if let Some(index) = request.job {
        project = project.in_job(index)?;
    }
    trust::check(&project)?;
    let shared = Shared::read(context, &project, request.options.offline)?;
    let (prepared, failed) = each(context, &project, |context, package| {
        let (project, options, shared) = (&project, &request.options, &shared);
        async move {
            let prepared = Workspace::around(&context, project, package, false, async |workspace| {
                let prepared = prepare(&context, project, package, options, shared, workspace).await?;
                // What an action has made beside the spec is there only as long as the checkout is as the action left it.
                prepared.staging.copy_files(&prepared.spec_file.folder, &prepared.files)?;
                prepared.staging.write(&prepared.spec_file.name, &prepared.for_rpm(), context.source_date())?;
                Ok(prepared)
            })
            .await?;
            Ok((package, prepared))
        }
    })
    .await?;
    let mut report = Report { packages: Vec::new(), failed };
    let mut taken: HashMap<PathBuf, String> = HashMap::new();
    for (package, prepared) in prepared {
        let folder = folder(context, &request, package);
        match deliver(context, &request, package, &prepared, &folder, &mut taken) {
            Ok(done) => report.packages.push(done),
            Err(error) => report.failed.push(Failed { package: package.name.clone(), error }),
        }
    }
    Ok(report)
}

/// The folder for a package: the named one, else one of the current folder that bears the name of the package's own folder.
fn folder(context: &Context, request: &Request, package: &Package) -> PathBuf {
    if let Some(folder) = &request.folder {
        return context.absolute(folder);
    }
    let below = package
        .paths
        .first()
        .map(|path| path.value.trim_matches(|c| matches!(c, '.' | '/' | '\\')))
        .unwrap_or_default();
    let name = match below {
        "" => FOLDER.to_owned(),
        below => format!("{FOLDER}_{}", below.replace('/', "_")),
    };
    context.cwd().join(name)
}

/// Puts spec and sources into the folder.
fn deliver(
    context: &Context,
    request: &Request,
    package: &Package,
    prepared: &Prepared,
    folder: &Path,
    taken: &mut HashMap<PathBuf, String>,
) -> Result<Done> {
    let cannot = || format!("`{}` cannot be filled", folder.display());
    fs::create_dir_all(folder).or_error(Kind::Environment, cannot)?;
    let (staged, beside) = (prepared.staging.sources(), &prepared.spec_file.folder);
    let names = std::iter::once(prepared.spec_file.name.clone()).chain(prepared.files.iter().map(OsString::from));
    let mut files: Vec<String> = Vec::new();
    for name in names {
        let shown = name.to_string_lossy().into_owned();
        if files.contains(&shown) {
            continue;
        }
        if !paths::is_file_name(&name) {
            return Err(Error::new(Kind::Config, format!("`{}` is not the name of a file", shown.escape_debug())));
        }
        let to = folder.join(&name);
        if let Some(other) = taken.insert(to.clone(), package.name.clone()).filter(|other| *other != package.name) {
            let message = format!("`{shown}` is of `{other}` and of `{}`", package.name);
            return Err(Error::new(Kind::Usage, message).hint("prepare one package at a time: --package NAME"));
        }
        let archive = prepared.archive.as_ref().filter(|archive| OsStr::new(&archive.name.file) == name);
        match archive.filter(|archive| !archive.path.starts_with(&staged)) {
            // The archive of an action stays where the action wants it.
            Some(archive) if !request.options.copy_archive && is_kept(request) => link(&archive.path, &to)?,
            Some(archive) => copy(&archive.path, &to)?,
            None => {
                let from = [staged.join(&name), beside.join(&name)].into_iter().find(|file| file.is_file());
                let from = from.ok_or_else(|| {
                    Error::new(Kind::Project, format!("`{shown}` is named in the spec, and is not there"))
                        .hint("give it a URL, or have an action make it")
                })?;
                copy(&from, &to)?;
            }
        }
        files.push(shown);
    }
    tidy(context, request, folder, taken)?;
    let (version, tag, commit) = (prepared.version.clone(), prepared.tag.clone(), prepared.commit);
    Ok(Done { package: package.name.clone(), folder: folder.to_owned(), files, version, tag, commit })
}

/// Whether the project is there when packit is done: a clone of a URL is not.
fn is_kept(request: &Request) -> bool {
    matches!(request.project.place, super::project::Place::Folder(_))
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    let cannot = || format!("`{}` cannot be written", to.display());
    let folder = to.parent().unwrap_or(Path::new("."));
    let temporary =
        tempfile::Builder::new().prefix(".packit-").tempfile_in(folder).or_error(Kind::Environment, cannot)?;
    fs::copy(from, temporary.path()).or_error(Kind::Environment, cannot)?;
    temporary.persist(to).or_error(Kind::Environment, cannot)?;
    Ok(())
}

fn link(from: &Path, to: &Path) -> Result<()> {
    let cannot = || format!("`{}` cannot be written", to.display());
    if to.symlink_metadata().is_ok() {
        fs::remove_file(to).or_error(Kind::Environment, cannot)?;
    }
    fs_err::os::unix::fs::symlink(from, to).or_error(Kind::Environment, cannot)
}

/// Removes what an earlier run has left in packit's own folder; in a folder that the user named, other files are told and stay.
fn tidy(context: &Context, request: &Request, folder: &Path, taken: &HashMap<PathBuf, String>) -> Result<()> {
    let cannot = || format!("`{}` cannot be read", folder.display());
    let mut others = Vec::new();
    for entry in fs::read_dir(folder).or_error(Kind::Environment, cannot)? {
        let path = entry.or_error(Kind::Environment, cannot)?.path();
        if taken.contains_key(&path) {
            continue;
        }
        if request.folder.is_none() && !path.is_dir() {
            fs::remove_file(&path).or_error(Kind::Environment, cannot)?;
        } else {
            others.push(path);
        }
    }
    if !others.is_empty() {
        others.sort();
        let note = format!("`{}` holds other files, too: {}", folder.display(), paths::listed(&others, NAMED));
        context.found(Finding::note(note));
    }
    Ok(())
}
