//! What `packit inspect` finds, as it is printed with `--json`.

use std::path::PathBuf;

use serde::Serialize;

use super::packages::Failed;
use super::sources::Missing;
use crate::config::Setting;
use crate::git::CommitId;
use crate::paths;
use crate::project::archive::ArchiveName;
use crate::project::version::Origin;

/// What was found.
#[derive(Debug, Serialize)]
pub struct Report {
    /// The checkout.
    pub repository: Repository,
    /// The configuration file.
    #[serde(serialize_with = "paths::serialize")]
    pub config: PathBuf,
    /// The packages, in the order of the configuration.
    pub packages: Vec<Inspected>,
    /// The packages of which nothing can be said.
    pub failed: Vec<Failed>,
}

/// A checkout.
#[derive(Debug, Serialize)]
pub struct Repository {
    /// Its top folder.
    #[serde(serialize_with = "paths::serialize")]
    pub folder: PathBuf,
    /// The name of the upstream repository.
    pub name: String,
    /// The address of the remote, without credentials.
    pub remote: Option<String>,
    /// The branch; none when HEAD is detached.
    pub branch: Option<String>,
    /// The commit.
    pub commit: CommitId,
    /// Whether its history was cut off.
    pub shallow: bool,
}

/// A package.
#[derive(Debug, Serialize)]
pub struct Inspected {
    /// The package, as the configuration calls it.
    pub package: String,
    /// What is in force for it: keys of the configuration and their values, inherited ones and defaults too.
    pub settings: Vec<Setting>,
    /// Its folder.
    #[serde(serialize_with = "paths::serialize")]
    pub folder: PathBuf,
    /// The spec file; none where an action is to make it.
    #[serde(serialize_with = "paths::serialize_some")]
    pub spec_file: Option<PathBuf>,
    /// The version; none where nothing says it before an action is run.
    pub version: Option<Version>,
    /// For a source-git repository, the last commit of upstream: those that follow become patches.
    pub source_git: Option<SourceGit>,
    /// Name, epoch and release of the source RPM; none where the spec is not there yet.
    pub names: Option<Names>,
    /// The archive; none for a source-git repository.
    pub archive: Option<Archive>,
    /// Files that would be downloaded.
    pub downloads: Vec<Missing>,
    /// Actions in the order in which they would be run.
    pub actions: Vec<InspectedAction>,
}

/// The last commit of upstream in a source-git repository.
#[derive(Debug, Serialize)]
pub struct SourceGit {
    /// Its name, as git knows it.
    pub name: String,
    /// The commit.
    pub commit: CommitId,
}

/// A version and where it comes from.
#[derive(Debug, Serialize)]
pub struct Version {
    /// The version.
    pub version: String,
    /// Where it comes from.
    pub origin: Origin,
    /// The same in words.
    pub explanation: String,
    /// The tag.
    pub tag: Option<String>,
    /// All tags, in the order in which they were looked at.
    pub candidates: Vec<Candidate>,
}

/// A tag, and what became of it.
#[derive(Debug, Serialize)]
pub struct Candidate {
    /// The tag.
    pub tag: String,
    /// The version in it.
    pub version: Option<String>,
    /// Whether it was chosen.
    pub chosen: bool,
    /// Why, or why not.
    pub reason: String,
}

/// What the source RPM would be called.
#[derive(Debug, Serialize)]
pub struct Names {
    /// Name of the source package.
    pub name: String,
    /// Its epoch.
    pub epoch: Option<String>,
    /// Version in the spec, with `version_suffix`.
    pub version: String,
    /// Release without the dist tag; the time in it is that of this run.
    pub release: String,
    /// Who says version and release: `packit`, `fix-spec-file`, or `spec` where it is kept as it is.
    pub set_by: &'static str,
}

/// The archive and the source that it takes the place of.
#[derive(Debug, Serialize)]
pub struct Archive {
    /// File name and top folder; none where the action `create-archive` says them.
    pub name: Option<ArchiveName>,
    /// `git`, or `create-archive`.
    pub made_by: &'static str,
    /// The tag whose place it takes: `Source0`.
    pub source: String,
    /// What that says now.
    pub location: Option<String>,
}

/// An action that would be run.
#[derive(Debug, Serialize)]
pub struct InspectedAction {
    /// Its name.
    pub name: &'static str,
    /// Its commands, each as its words; none: packit's own step is left out.
    pub commands: Vec<Vec<String>>,
    /// The variables it would get; those that only earlier actions decide are left out.
    pub variables: Vec<(&'static str, String)>,
}
