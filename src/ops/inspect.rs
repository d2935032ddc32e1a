//! `packit inspect`: what packit finds in a checkout, and what `packit srpm` would do. Builds nothing, changes nothing, and asks nobody.

use std::cell::Cell;
use std::path::Path;

use super::action_variables::Variables;
use super::actions::Actions;
use super::inspected::{Archive, Candidate, Inspected, InspectedAction, Names, Report, Repository, SourceGit, Version};
use super::packages::each;
use super::prepare::Options;
use super::project::{Project, ProjectRequest};
use super::reading::Reading;
use super::shared_answers::Shared;
use super::sources::{self, Needs};
use super::spec_edits::{self, Edits, Ingredients, Naming};
use super::trust;
use super::version::{Choice, choose_version};
use super::workspace::Workspace;
use crate::config::{ActionName, Command, Package};
use crate::context::Context;
use crate::error::{Error, Finding, Kind, Result};
use crate::project::archive::ArchiveName;
use crate::project::version::{self, Chosen};
use crate::project::{guard, upstream_ref};
use crate::secret::{redacted, redacted_line};
use crate::spec::{Facts, SourceId};
use crate::tools::program;

/// What to look at.
#[derive(Debug, Clone)]
pub struct Request {
    /// Which project, and which of its packages.
    pub project: ProjectRequest,
    /// How each package would be prepared.
    pub options: Options,
}

/// Looks at each chosen package.
///
/// # Errors
/// What concerns all packages; what is wrong with one is in the report.
pub async fn run(context: &Context, request: Request) -> Result<Report> {
    program::require(context, &["git"])?;
    let project = Project::look(context, &request.project).await?;
    let shared = Shared::read(context, &project, true)?;
    let (packages, failed) = each(context, &project, |context, package| {
        let (project, options, shared) = (&project, &request.options, &shared);
        async move {
            let runs_version = runs_version(project) && options.upstream_ref_of(package).is_none();
            let look =
                async |_: &mut Workspace| inspect(&context, project, package, options, shared, runs_version).await;
            if !runs_version {
                return look(&mut Workspace::Read).await;
            }
            Workspace::around_version(&context, project, package, look).await
        }
    })
    .await?;
    let repository = Repository {
        folder: project.repo.root().to_owned(),
        name: project.repository.clone(),
        remote: project.address.as_deref().map(|url| redacted(url).into_owned()),
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
    runs_version: bool,
) -> Result<Inspected> {
    let (actions, folder) = (Actions::of(project, package), project.folder(package)?);
    let staging = shared.staging(&package.name)?;
    let made_later = actions.run_any(&[ActionName::PostUpstreamClone]);
    let reading = match Reading::new(context, project, package, &staging, &folder) {
        Ok(reading) => Some(reading),
        Err(_) if made_later => None,
        Err(error) => return Err(error),
    };
    let facts = match &reading {
        Some(reading) if !project.trusted && !reading.says_all => {
            let what = "the spec of a clone that is not trusted is not shown to rpm: its macros could run programs";
            context.found(Finding::note(what).hint("--trust allows it"));
            None
        }
        Some(reading) => match reading.facts().await {
            Ok((facts, _)) => Some(facts),
            // An action may mend what rpm cannot read.
            Err(error) if made_later && error.kind() != Kind::Interrupted => None,
            Err(error) => return Err(error),
        },
        None => None,
    };

    let of = Of { context, project, package, options, actions: &actions, runs_version };
    let source_git = match options.upstream_ref_of(package) {
        Some(written) => Some(upstream_ref::resolve(context, &project.repo, project.head.commit, written).await?),
        None => None,
    };
    let chosen = match &source_git {
        Some(_) => facts.as_ref().map(|facts| Chosen::by_spec(facts.version.clone())),
        None => of.version(shared, facts.as_ref(), made_later).await?,
    };
    let (named, archive) = match &source_git {
        Some(_) => (facts.as_ref().map(|facts| of.source_git_names(facts)).transpose()?, None),
        None => {
            let named = of.names(shared, chosen.as_ref(), facts.as_ref()).await?;
            (named, Some(of.archive(chosen.as_ref(), facts.as_ref())?))
        }
    };
    let downloads = match (&reading, &facts) {
        (Some(reading), Some(facts)) if !sources::is_lookaside(&folder) => {
            let own = Edits::wanted(package, options) != Edits::None && !actions.has(ActionName::FixSpecFile);
            let needs = Needs {
                package,
                root: project.repo.root(),
                spec_file: &reading.file,
                facts,
                replaced: (own && archive.is_some()).then_some(SourceId::Number(package.spec_source_id.value)),
                archive: archive.as_ref().and_then(|archive| Some(archive.name.as_ref()?.file.as_str())),
                staged: None,
            };
            needs.missing()?
        }
        _ => Vec::new(),
    };
    Ok(Inspected {
        package: package.name.clone(),
        settings: package.settings(),
        spec_file: reading.map(|reading| reading.file.path.clone()),
        version: chosen.as_ref().map(Version::of),
        actions: match &source_git {
            Some(_) => of.source_git_actions(facts.as_ref(), &folder),
            None => of.actions(chosen.as_ref(), named.as_ref(), &folder),
        },
        source_git: source_git.map(|found| SourceGit { name: found.name, commit: found.commit }),
        names: named.map(|(names, _)| names),
        archive,
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
    /// Whether `get-current-version` may run.
    runs_version: bool,
}

impl Of<'_> {
    /// The version; `None` where nothing says it before an action is run that is not.
    async fn version(&self, shared: &Shared, facts: Option<&Facts>, made_later: bool) -> Result<Option<Chosen>> {
        let by_action = self.actions.run_any(&[ActionName::GetCurrentVersion]);
        if by_action && !self.runs_version {
            return Ok(None);
        }
        let choice = Choice { tags: &shared.tags, scope: &self.options.tags, tip: self.project.head.commit };
        let unknown = Cell::new(false);
        let no_spec = || {
            unknown.set(true);
            Error::new(Kind::Project, "what the spec says is not known")
        };
        let spec_version = async || facts.map(|facts| facts.version.clone()).ok_or_else(no_spec);
        let chosen = choose_version(self.context, self.project, self.package, self.actions, choice, spec_version).await;
        match chosen {
            // The action, or the spec, may need what `post-upstream-clone` makes.
            Err(_) if unknown.get() => Ok(None),
            Err(error) if made_later && by_action && error.kind() != Kind::Interrupted => Ok(None),
            chosen => chosen.map(Some),
        }
    }

    fn source_git_names(&self, facts: &Facts) -> Result<(Names, Option<Naming>)> {
        let release = spec_edits::source_git_release(self.context, self.project, self.package, self.options, facts)?;
        let set_by = if release.is_some() { "packit" } else { "spec" };
        let names = Names {
            name: facts.name.clone(),
            epoch: facts.epoch.clone(),
            version: facts.version.clone(),
            release: release.unwrap_or_else(|| facts.release.clone()),
            set_by,
        };
        Ok((names, None))
    }

    fn source_git_actions(&self, facts: Option<&Facts>, folder: &Path) -> Vec<InspectedAction> {
        let (package, version) = (self.package, facts.map(|facts| facts.version.as_str()).unwrap_or_default());
        let edits = Edits::wanted(package, self.options) != Edits::None;
        self.shown([
            (ActionName::PostUpstreamClone, true, Some(Variables::post_upstream_clone(package, folder))),
            (ActionName::CreatePatches, true, Some(Variables::base(package))),
            (ActionName::ChangelogEntry, edits, Some(Variables::changelog_entry(package, ""))),
            (ActionName::PostModifications, true, Some(Variables::post_modifications(package, folder, version))),
        ])
    }

    /// Those of the actions that the package has, and that are wanted.
    fn shown<const N: usize>(&self, in_order: [(ActionName, bool, Option<Variables>); N]) -> Vec<InspectedAction> {
        let run = in_order.into_iter().filter(|(name, wanted, _)| *wanted && self.actions.has(*name));
        run.map(|(name, _, variables)| InspectedAction {
            name: name.as_str(),
            commands: self.actions.commands(name).iter().map(|command| words(&command.value)).collect(),
            variables: shown(&variables.unwrap_or_else(|| Variables::base(self.package))),
        })
        .collect()
    }

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
        let made = Ingredients { facts, chosen, archive: &archive, described: described.as_deref() };
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
        named: Option<&(Names, Option<Naming>)>,
        folder: &Path,
    ) -> Vec<InspectedAction> {
        let package = self.package;
        let version = chosen.map(|chosen| chosen.version.as_str());
        let naming = named.and_then(|(_, naming)| naming.as_ref());
        let edits = Edits::wanted(package, self.options) != Edits::None;
        let fixed = self.actions.has(ActionName::FixSpecFile);
        self.shown([
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
                version.map(|version| Variables::post_modifications(package, folder, version)),
            ),
        ])
    }
}

/// Whether `get-current-version` may run: its project is trusted, and nobody else works in the checkout.
fn runs_version(project: &Project) -> bool {
    trust::check(project).is_ok() && !guard::is_disturbed(&project.repo)
}

/// The words of a command; a line that cannot be read stays one.
fn words(command: &Command) -> Vec<String> {
    let words = command.words().unwrap_or_else(|_| match command {
        Command::Line(line) => vec![line.clone()],
        Command::Words(words) => words.clone(),
    });
    words.iter().map(|word| redacted_line(word)).collect()
}

fn shown(variables: &Variables) -> Vec<(&'static str, String)> {
    variables.all().map(|(name, value)| (name, value.to_string_lossy().into_owned())).collect()
}
