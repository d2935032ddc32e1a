//! The source RPMs that are to be built on this machine: made from a project, or one that is there already.

use std::path::{Path, PathBuf};

use serde::Serialize;
use tempfile::TempDir;

use super::packages::Failed;
use super::prepare::{Options, Prepared};
use super::project::{Project, ProjectRequest};
use super::srpm;
use crate::context::Context;
use crate::error::{Context as _, Error, Kind, Result};
use crate::git::CommitId;
use crate::paths;
use crate::services::copr;
use crate::tools::rpmbuild::Definitions;

/// Which source RPMs.
#[derive(Debug, Clone)]
pub struct Request {
    /// Which project, and which of its packages.
    pub project: ProjectRequest,
    /// How each package is prepared.
    pub options: Options,
    /// A source RPM that is there already: the project is not looked at.
    pub srpm: Option<PathBuf>,
}

/// A source RPM to build.
#[derive(Debug)]
pub struct Source {
    /// The package that it is of.
    pub package: String,
    /// The file.
    pub file: PathBuf,
    /// What it was made of, or what stands for that.
    pub commit: CommitId,
    /// What it is of, where packit made it.
    pub made_of: Option<MadeOf>,
    /// The macros that rpm does not know on this machine, and what stands in for them.
    pub stand_ins: Definitions,
}

/// The source RPMs.
#[derive(Debug)]
pub struct Sources {
    /// Those that are there, in the order of the configuration.
    pub found: Vec<Source>,
    /// The packages of which none could be made.
    pub failed: Vec<Failed>,
    /// Whether there are several packages.
    pub are_several: bool,
    /// Keeps those that were made.
    _folder: Option<TempDir>,
}

/// What came out of the builds.
#[derive(Debug, Serialize)]
pub struct Report {
    /// The packages that were built, in the order of the configuration.
    pub packages: Vec<Built>,
    /// The packages that failed.
    pub failed: Vec<Failed>,
}

/// What a source RPM is of.
#[derive(Debug, Clone, Serialize)]
pub struct MadeOf {
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
}

impl MadeOf {
    /// Of a prepared package, of which the source RPM of this name is.
    pub fn prepared(prepared: &Prepared, srpm: &str) -> Self {
        Self {
            name: prepared.name.clone(),
            epoch: prepared.epoch.clone(),
            version: prepared.version.clone(),
            release: srpm::release_of(Path::new(srpm), prepared),
            tag: prepared.tag.clone(),
            commit: prepared.commit,
        }
    }
}

/// A package that was built.
#[derive(Debug, Serialize)]
pub struct Built {
    /// The package, as the configuration calls it.
    pub package: String,
    /// The file name of the source RPM that it was built from.
    pub srpm: String,
    /// What is in it, where packit made it.
    #[serde(flatten)]
    pub made_of: Option<MadeOf>,
    /// Where the builder put RPMs and logs, where it has a place for both.
    #[serde(serialize_with = "paths::serialize_some", skip_serializing_if = "Option::is_none")]
    pub results: Option<PathBuf>,
    /// The RPMs, without source RPMs.
    #[serde(serialize_with = "paths::serialize_all")]
    pub rpms: Vec<PathBuf>,
}

impl Sources {
    /// Makes the source RPMs as `packit srpm` does, into a temporary folder; one that is named is checked to be one.
    ///
    /// # Errors
    /// What concerns all packages; the failure of one is told with the rest.
    pub async fn make(context: &Context, request: &Request) -> Result<Self> {
        if let Some(srpm) = &request.srpm {
            return Self::given(context, srpm);
        }
        let folder = paths::temporary_folder(&context.temporary())?;
        let project = Project::open(context, &request.project).await?;
        let build = srpm::Request {
            project: request.project.clone(),
            options: request.options.clone(),
            output: Some(folder.path().to_owned()),
            mode: srpm::Mode::Build,
        };
        let report = srpm::build(context, &project, &build).await?;
        let source = |built: srpm::Built| {
            let (commit, stand_ins) = (built.commit, built.stand_ins);
            let (name, epoch, version) = (built.name, built.epoch, built.version);
            let made_of = Some(MadeOf { name, epoch, version, release: built.release, tag: built.tag, commit });
            Some(Source { file: built.srpm?, package: built.package, commit, made_of, stand_ins })
        };
        Ok(Self {
            found: report.packages.into_iter().filter_map(source).collect(),
            failed: report.failed,
            are_several: project.packages.len() > 1,
            _folder: Some(folder),
        })
    }

    fn given(context: &Context, srpm: &Path) -> Result<Self> {
        let file = context.absolute(srpm);
        copr::check_srpm(srpm)?;
        fs_err::File::open(&file).or_error(Kind::Usage, || format!("`{}` cannot be read", srpm.display()))?;
        let name = file.file_name().unwrap_or_default();
        let commit = CommitId::of_content(name.as_encoded_bytes())?;
        let package = package_of(&name.to_string_lossy());
        let source = Source { package, file, commit, made_of: None, stand_ins: Definitions::default() };
        Ok(Self { found: vec![source], failed: Vec::new(), are_several: false, _folder: None })
    }

    /// Builds one after the other by `build`.
    ///
    /// # Errors
    /// As [`one_by_one`].
    pub async fn each(
        self,
        context: &Context,
        build: impl AsyncFnMut(&Context, &Source) -> Result<Built>,
    ) -> Result<Report> {
        let found = self.found.iter().map(|source| (source.package.as_str(), source)).collect();
        one_by_one(context, found, (self.failed, self.are_several), build).await
    }
}

/// Builds each package, by its name, one after the other by `build`: each has the machine for itself, and its lines stay together. One
/// that fails does not stop the others, and comes behind those that `failed` before. Where there `are_several`, all that is told of one
/// bears its name.
///
/// # Errors
/// When the work is interrupted.
pub async fn one_by_one<T>(
    context: &Context,
    packages: Vec<(&str, T)>,
    (failed, are_several): (Vec<Failed>, bool),
    mut build: impl AsyncFnMut(&Context, T) -> Result<Built>,
) -> Result<Report> {
    let mut report = Report { packages: Vec::new(), failed };
    for (package, source) in packages {
        let context = if are_several { context.for_package(package, 1) } else { context.clone() };
        let built = build(&context, source).await;
        context.send(crate::event::What::Finished);
        match built {
            Ok(built) => report.packages.push(built),
            Err(error) if error.kind() == Kind::Interrupted => return Err(error),
            Err(error) => report.failed.push(Failed::new(&context, package, error)),
        }
    }
    Ok(report)
}

impl Source {
    /// The name of the file.
    pub fn name(&self) -> String {
        self.file.file_name().unwrap_or_default().to_string_lossy().into_owned()
    }
}

/// The package in the name of a source RPM: all before the version.
fn package_of(name: &str) -> String {
    name.rsplitn(3, '-').nth(2).unwrap_or(name).to_owned()
}

/// Refuses a folder for results that can neither be written to nor be made: better told now than after the work.
///
/// # Errors
/// Of kind [`Kind::Usage`] when a file has the name; of kind [`Kind::Environment`] when nothing can be written there.
pub fn check_result_folder(folder: &Path) -> Result<()> {
    if folder.symlink_metadata().is_ok() && !folder.is_dir() {
        let message = format!("`{}` is a file, and the results need a folder", folder.display());
        return Err(Error::new(Kind::Usage, message));
    }
    // What is not there yet is made in the nearest folder that is.
    let there = folder.ancestors().find(|folder| folder.is_dir()).unwrap_or(folder);
    super::delivery::check_takes_files(there)
        .map_err(|error| error.hint("--resultdir names another place for the results"))
}
