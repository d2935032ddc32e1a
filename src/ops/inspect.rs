//! `packit inspect`: what packit finds in a checkout, and what `packit srpm` would do. Builds nothing, changes nothing, and asks nobody.

use std::path::{Path, PathBuf};

use serde::Serialize;

use super::action_variables::Variables;
use super::actions::Actions;
use super::packages::{Failed, each};
use super::prepare::Options;
use super::project::{Project, ProjectRequest};
use super::reading::Reading;
use super::shared_answers::Shared;
use super::sources::{Missing, Needs};
use super::spec_edits::{Edits, Made, Naming};
use super::trust;
use super::version::{Choice, choose_version};
use super::workspace::Workspace;
use crate::config::{ActionName, Command, Package, Setting};
use crate::context::Context;
use crate::error::{Error, Kind, Result};
use crate::git::CommitId;
use crate::paths;
use crate::project::archive::ArchiveName;
use crate::project::version::{self, Chosen, Origin};
use crate::secret::redacted;
use crate::spec::{Facts, SourceId};

/// What to look at.
#[derive(Debug, Clone)]
pub struct Request {
    /// Which project, and which of its packages.
    pub project: ProjectRequest,
    /// How each package would be prepared.
    pub options: Options,
}

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
    /// Name, epoch and release of the source RPM; none where the spec is not there yet.
    pub names: Option<Names>,
    /// The archive.
    pub archive: Option<Archive>,
    /// Files that would be downloaded.
    pub downloads: Vec<Missing>,
    /// Actions in the order in which they would be run.
    pub actions: Vec<InspectedAction>,
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

/// Looks at each chosen package.
///
/// # Errors
/// What concerns all packages; what is wrong with one is in the report.
pub async fn run(context: &Context, request: Request) -> Result<Report> {
    let project = Project::look(context, &request.project).await?;
    let shared = Shared::read(context, &project, true)?;
    let (packages, failed) = each(context, &project, |context, package| {
        let (project, options, shared) = (&project, &request.options, &shared);
        async move {
            let look = async |_: &mut Workspace| inspect(&context, project, package, options, shared).await;
            Workspace::around_version(&context, project, package, look).await
        }
    })
    .await?;
    let remotes = project.repo.remotes()?;
    let remote = remotes.iter().find(|remote| remote.name == "origin").or(remotes.first());
    let repository = Repository {
        folder: project.repo.root().to_owned(),
        name: project.repository.clone(),
        remote: remote.and_then(|remote| remote.urls.first()).map(|url| redacted(url).into_owned()),
        branch: project.head.branch.clone(),
        commit: project.head.commit,
        shallow: project.repo.is_shallow(),
    };
    Ok(Report { repository, config: project.config.file.clone(), packages, failed })
}

async fn inspect(
    context: &Context,
    project: &Project,
    package: &Package,
    options: &Options,
    shared: &Shared,
) -> Result<Inspected> {
    let (actions, folder) = (Actions::of(project, package)?, project.folder(package)?);
    let staging = shared.staging(&package.name)?;
    let made_later = actions.run_any(&[ActionName::PostUpstreamClone]);
    let reading = match Reading::new(context, project, package, &staging, &folder) {
        Ok(reading) => Some(reading),
        Err(_) if made_later => None,
        Err(error) => return Err(error),
    };
    let facts = match &reading {
        Some(reading) => Some(reading.facts().await.map(|(facts, _)| facts)),
        None => None,
    };
    // An action may mend what rpm cannot read.
    let facts = if made_later { facts.and_then(Result::ok) } else { facts.transpose()? };

    let untrusted = trust::check(project).is_err() && actions.run_any(&[ActionName::GetCurrentVersion]);
    let choice = Choice { tags: &shared.tags, scope: &options.tags, tip: project.head.commit };
    let no_spec = || Error::new(Kind::Project, "there is no spec file yet");
    let spec_version = async || facts.as_ref().map(|facts| facts.version.clone()).ok_or_else(no_spec);
    let chosen = if untrusted {
        None
    } else {
        match choose_version(context, project, package, &actions, choice, spec_version).await {
            Ok(chosen) => Some(chosen),
            Err(_) if made_later && facts.is_none() => None,
            Err(error) => return Err(error),
        }
    };
    let of = Of { context, project, package, options, actions: &actions };
    let named = of.names(shared, chosen.as_ref(), facts.as_ref()).await?;
    let archive = of.archive(chosen.as_ref(), facts.as_ref())?;
    let downloads = match (&reading, &facts) {
        (Some(reading), Some(facts)) => {
            let edits = Edits::wanted(package, options) != Edits::None && !actions.has(ActionName::FixSpecFile);
            let needs = Needs {
                package,
                root: project.repo.root(),
                spec_file: &reading.file,
                facts,
                replaced: edits.then_some(SourceId::Number(package.spec_source_id.value)),
                archive: archive.name.as_ref().map(|name| name.file.as_str()),
            };
            if folder.join("sources").is_file() { Vec::new() } else { needs.missing()? }
        }
        _ => Vec::new(),
    };
    Ok(Inspected {
        package: package.name.clone(),
        settings: package.settings(),
        spec_file: reading.map(|reading| reading.file.path.clone()),
        version: chosen.as_ref().map(Version::of),
        actions: of.actions(chosen.as_ref(), facts.as_ref(), named.as_ref(), &folder),
        names: named.map(|(names, _)| names),
        archive: Some(archive),
        downloads,
        folder,
    })
}

impl Version {
    fn of(chosen: &Chosen) -> Self {
        let candidate = |candidate: &version::Candidate| Candidate {
            tag: candidate.tag.name.clone(),
            version: candidate.version.clone(),
            chosen: chosen.tag.as_ref() == Some(&candidate.tag),
            reason: candidate.verdict.to_string(),
        };
        Self {
            version: chosen.version.clone(),
            origin: chosen.origin,
            explanation: chosen.explanation(),
            tag: chosen.tag.as_ref().map(|tag| tag.name.clone()),
            candidates: chosen.candidates.iter().map(candidate).collect(),
        }
    }
}

/// A package that is looked at.
struct Of<'a> {
    context: &'a Context,
    project: &'a Project,
    package: &'a Package,
    options: &'a Options,
    actions: &'a Actions<'a>,
}

impl Of<'_> {
    /// What the source RPM would be called, and the variables for that.
    async fn names(
        &self,
        shared: &Shared,
        chosen: Option<&Chosen>,
        facts: Option<&Facts>,
    ) -> Result<Option<(Names, Option<Naming>)>> {
        let (Some(chosen), Some(facts)) = (chosen, facts) else { return Ok(None) };
        let edits = Edits::wanted(self.package, self.options);
        let mut names = Names {
            name: facts.name.clone(),
            epoch: facts.epoch.clone(),
            version: facts.version.clone(),
            release: facts.release.clone(),
            set_by: "spec",
        };
        if edits == Edits::None {
            return Ok(Some((names, None)));
        }
        let archive = ArchiveName::new(&self.package.upstream_package_name.value, &chosen.version)?;
        let described = shared.described().await?;
        let made = Made { facts, chosen, archive: &archive, described: described.as_deref() };
        let naming = Naming::new(self.context, self.project, self.package, self.options, made)?;
        names.version.clone_from(&naming.named.version);
        if edits == Edits::VersionAndRelease {
            names.release.clone_from(&naming.named.release);
        }
        names.set_by = if self.actions.has(ActionName::FixSpecFile) { "fix-spec-file" } else { "packit" };
        Ok(Some((names, Some(naming))))
    }

    fn archive(&self, chosen: Option<&Chosen>, facts: Option<&Facts>) -> Result<Archive> {
        let by_action = self.actions.has(ActionName::CreateArchive);
        let upstream = &self.package.upstream_package_name.value;
        let name = match chosen {
            Some(chosen) if !by_action => Some(ArchiveName::new(upstream, &chosen.version)?),
            _ => None,
        };
        let source = self.package.spec_source_id.value;
        let fact = facts.and_then(|facts| facts.sources.iter().find(|fact| fact.live && fact.number == source));
        Ok(Archive {
            name,
            made_by: if by_action { "create-archive" } else { "git" },
            source: SourceId::Number(source).to_string(),
            location: fact.map(|fact| redacted(&fact.location).into_owned()),
        })
    }

    fn actions(
        &self,
        chosen: Option<&Chosen>,
        facts: Option<&Facts>,
        named: Option<&(Names, Option<Naming>)>,
        folder: &Path,
    ) -> Vec<InspectedAction> {
        let package = self.package;
        let version = chosen.map(|chosen| chosen.version.as_str());
        let naming = named.and_then(|(_, naming)| naming.as_ref());
        let edits = Edits::wanted(package, self.options) != Edits::None;
        let fixed = self.actions.has(ActionName::FixSpecFile);
        let in_order = [
            (ActionName::PostUpstreamClone, true, Some(Variables::post_upstream_clone(package, folder))),
            (ActionName::GetCurrentVersion, true, Some(Variables::base(package))),
            (ActionName::CreateArchive, true, version.map(|version| Variables::create_archive(package, version))),
            (
                ActionName::FixSpecFile,
                edits,
                naming.map(|naming| Variables::fix_spec_file(package, &naming.named.variables)),
            ),
            (
                ActionName::ChangelogEntry,
                edits && !fixed,
                version.map(|version| Variables::changelog_entry(package, version)),
            ),
            (
                ActionName::PostModifications,
                true,
                facts.and(named).map(|(names, _)| Variables::post_modifications(package, folder, &names.version)),
            ),
        ];
        let run = in_order.into_iter().filter(|(name, wanted, _)| *wanted && self.actions.has(*name));
        run.map(|(name, _, variables)| InspectedAction {
            name: name.as_str(),
            commands: self.actions.commands(name).iter().map(|command| words(&command.value)).collect(),
            variables: shown(&variables.unwrap_or_else(|| Variables::base(package))),
        })
        .collect()
    }
}

/// The words of a command; a line that cannot be read stays one.
fn words(command: &Command) -> Vec<String> {
    command.words().unwrap_or_else(|_| match command {
        Command::Line(line) => vec![line.clone()],
        Command::Words(words) => words.clone(),
    })
}

fn shown(variables: &Variables) -> Vec<(&'static str, String)> {
    variables.all().map(|(name, value)| (name, value.to_string_lossy().into_owned())).collect()
}
