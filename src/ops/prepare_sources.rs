//! `packit prepare-sources`: a folder with all that `rpmbuild -bs` needs, and nothing else.

use std::collections::{BTreeSet, HashMap};
use std::ffi::{OsStr, OsString};
use std::path::{Component, Path, PathBuf};

use fs_err as fs;
use serde::Serialize;

use super::left_out::LeftOut;
use super::packages::{Failed, each};
use super::prepare::{Options, Prepared, prepare};
use super::project::{Place, Project, ProjectRequest};
use super::shared_answers::Shared;
use super::trust;
use super::workspace::{self, Workspace};
use crate::config::Package;
use crate::context::Context;
use crate::error::{Context as _, Error, Finding, Kind, Result};
use crate::git::CommitId;
use crate::paths;
use crate::spec::Spec;
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
    for package in project.packages.iter() {
        check_folder(&project, &folder(context, &request, package))?;
    }
    let shared = Shared::read(context, &project, request.options.offline)?;
    let mut left_out = LeftOut::search(project.repo.root(), project.head.commit);
    if workspace::is_changed_by_actions(&project) {
        // What actions change is not the user's.
        left_out = left_out.found().await;
    }
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
    if workspace::uses_git_archive(&project) {
        let specs: Vec<_> = prepared.iter().map(|(_, prepared)| prepared.spec_file.path.as_path()).collect();
        left_out.tell(context, project.repo.root(), &specs).await;
    }
    let mut report = Report { packages: Vec::new(), failed };
    let mut taken = Taken::default();
    for (package, prepared) in prepared {
        let folder = folder(context, &request, package);
        match deliver(&project, &request, package, &prepared, &folder, &mut taken) {
            Ok(done) => report.packages.push(done),
            Err(error) => report.failed.push(Failed { package: package.name.clone(), error }),
        }
    }
    let folders: BTreeSet<&Path> = report.packages.iter().map(|done| done.folder.as_path()).collect();
    for folder in folders {
        tidy(context, &project, &request, folder, &taken)?;
    }
    Ok(report)
}

/// The files of the result that are there, and the package of each.
type Taken = HashMap<PathBuf, String>;

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
    let is_plain = Path::new(below).components().all(|part| matches!(part, Component::Normal(_)));
    let name = match below {
        "" => FOLDER.to_owned(),
        below if is_plain => format!("{FOLDER}_{below}"),
        below => format!("{FOLDER}_{}", below.replace('/', "_")),
    };
    context.cwd().join(name)
}

/// The folder can be made and filled, and it is none of git's own: better told now than after the work.
fn check_folder(project: &Project, folder: &Path) -> Result<()> {
    let there = folder.ancestors().find(|folder| folder.symlink_metadata().is_ok()).unwrap_or(Path::new("/"));
    let hint = "--result-dir names another folder";
    let of_git = there.canonicalize().is_ok_and(|there| there.starts_with(project.repo.git_folder()));
    if of_git {
        let message = format!("`{}` is in the folder that git keeps the repository in", folder.display());
        return Err(Error::new(Kind::Usage, message).hint(hint));
    }
    let cannot = || Error::new(Kind::Environment, format!("`{}` cannot be filled", folder.display())).hint(hint);
    if !there.is_dir() {
        return Err(cannot().cause(format!("`{}` is not a folder", there.display())));
    }
    let takes = rustix::fs::access(there, rustix::fs::Access::WRITE_OK | rustix::fs::Access::EXEC_OK);
    takes.map_err(|errno| cannot().cause(format!("`{}`: {}", there.display(), std::io::Error::from(errno))))
}

/// A file of the result: where it comes from, and where it goes.
struct Delivery {
    name: String,
    from: PathBuf,
    to: PathBuf,
    is_linked: bool,
}

/// Puts spec and sources into the folder: all of them, or none.
fn deliver(
    project: &Project,
    request: &Request,
    package: &Package,
    prepared: &Prepared,
    folder: &Path,
    taken: &mut Taken,
) -> Result<Done> {
    let deliveries = deliveries(request, prepared, folder)?;
    for delivery in &deliveries {
        let (name, to) = (&delivery.name, &delivery.to);
        if let Some(other) = taken.get(to).filter(|other| **other != package.name && !is_same(&delivery.from, to)) {
            let message = format!("`{name}` is of `{other}` and of `{}`, and they differ", package.name);
            return Err(Error::new(Kind::Usage, message).hint("prepare one package at a time: --package NAME"));
        }
        if is_kept(request) && project.repo.tracks(to) && !is_same(&delivery.from, to) {
            let message = format!("`{}` is there, and git tracks it: it is not replaced", to.display());
            return Err(Error::new(Kind::Usage, message).hint("--result-dir names another folder"));
        }
    }
    let cannot = || format!("`{}` cannot be filled", folder.display());
    fs::create_dir_all(folder).or_error(Kind::Environment, cannot)?;
    for delivery in &deliveries {
        let (from, to) = (&delivery.from, &delivery.to);
        taken.insert(to.clone(), package.name.clone());
        // An action may have made the archive in this very folder.
        if from.canonicalize().is_ok_and(|from| to.canonicalize().is_ok_and(|to| from == to)) {
            continue;
        }
        if delivery.is_linked { link(from, to)? } else { copy(from, to)? }
    }
    let (version, tag, commit) = (prepared.version.clone(), prepared.tag.clone(), prepared.commit);
    let files = deliveries.into_iter().map(|delivery| delivery.name).collect();
    Ok(Done { package: package.name.clone(), folder: folder.to_owned(), files, version, tag, commit })
}

/// The files of the result, the spec first.
fn deliveries(request: &Request, prepared: &Prepared, folder: &Path) -> Result<Vec<Delivery>> {
    let (staged, beside) = (prepared.staging.sources(), &prepared.spec_file.folder);
    // rpmbuild reads what the spec includes, though it does not get into the source RPM.
    let spec = Spec::parse(&prepared.edited);
    let included = spec.unlisted_includes(&prepared.files);
    let included = included.into_iter().map(|(_, name)| OsString::from(name));
    let included = included.filter(|name| paths::is_file_name(name) && beside.join(name).is_file());
    let names = std::iter::once(prepared.spec_file.name.clone()).chain(prepared.files.iter().map(OsString::from));
    let names = names.chain(included);
    let mut deliveries: Vec<Delivery> = Vec::new();
    for name in names {
        let shown = name.to_string_lossy().into_owned();
        if deliveries.iter().any(|delivery| delivery.name == shown) {
            continue;
        }
        if !paths::is_file_name(&name) {
            return Err(Error::new(Kind::Config, format!("`{}` is not the name of a file", shown.escape_debug())));
        }
        let archive = prepared.archive.as_ref().filter(|archive| OsStr::new(&archive.name.file) == name);
        let elsewhere = archive.filter(|archive| !archive.path.starts_with(&staged));
        let from = match elsewhere {
            Some(archive) => archive.path.clone(),
            None => {
                let from = [staged.join(&name), beside.join(&name)].into_iter().find(|file| file.is_file());
                from.ok_or_else(|| {
                    Error::new(Kind::Project, format!("`{shown}` is named in the spec, and is not there"))
                        .hint("give it a URL, or have an action make it")
                })?
            }
        };
        // The archive of an action stays where the action wants it; one beside the spec is a source like others.
        let is_linked = elsewhere.is_some_and(|archive| archive.path.parent() != Some(beside.as_path()))
            && !request.options.copy_archive
            && is_kept(request);
        deliveries.push(Delivery { to: folder.join(&name), name: shown, from, is_linked });
    }
    Ok(deliveries)
}

/// Whether both are files with the same content.
fn is_same(one: &Path, other: &Path) -> bool {
    fs::read(one).is_ok_and(|one| fs::read(other).is_ok_and(|other| one == other))
}

/// Whether the project is there when packit is done: a clone of a URL is not.
fn is_kept(request: &Request) -> bool {
    matches!(request.project.place, Place::Folder(_))
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

/// Removes what an earlier run has left in packit's own folder; in a folder that the user named, or of which git tracks something, other
/// files are told and stay.
fn tidy(context: &Context, project: &Project, request: &Request, folder: &Path, taken: &Taken) -> Result<()> {
    let cannot = || format!("`{}` cannot be read", folder.display());
    let is_own = request.folder.is_none() && !project.repo.tracks(folder);
    let mut others = Vec::new();
    for entry in fs::read_dir(folder).or_error(Kind::Environment, cannot)? {
        let path = entry.or_error(Kind::Environment, cannot)?.path();
        if taken.contains_key(&path) {
            continue;
        }
        if is_own && !path.is_dir() {
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
