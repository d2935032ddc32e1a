//! Everything of a package up to the call of rpmbuild: version, archive and edited spec, in a staging folder.

use std::path::{Path, PathBuf};
use std::rc::Rc;

use futures_util::future::join;

use super::action_variables::Variables;
use super::actions::Actions;
use super::gathering::Gathering;
use super::project::{Project, TagChoice};
use super::reading::Reading;
use super::shared_answers::Shared;
use super::sources::{self, Needs};
use super::spec_edits::{self, Edits, Entry, Naming};
use super::spec_file::SpecFile;
use super::upstream_archive::{self, Made};
use super::version::{Choice, choose_version};
use super::workspace::Workspace;
use crate::config::{ActionName, Package};
use crate::context::Context;
use crate::error::Result;
use crate::git::CommitId;
use crate::project::archive::ArchiveName;
use crate::project::guard::LaidAs;
use crate::project::staging::Staging;
use crate::project::version::Chosen;
use crate::spec::{Facts, SourceId};
use crate::tools::rpmbuild::Definitions;

/// How a package is prepared; what is not given is as configured.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Which tags count for the version.
    pub tags: TagChoice,
    /// Whether Release and changelog are set.
    pub update_release: Option<bool>,
    /// Whether the spec is taken as it is.
    pub preserve_spec: Option<bool>,
    /// What stands behind the release number.
    pub release_suffix: Option<String>,
    /// The generated suffix, whatever is given and configured.
    pub default_release_suffix: bool,
    /// Whether only the spec is wanted, and no archive.
    pub only_spec: bool,
    /// Whether nothing may be downloaded.
    pub offline: bool,
    /// Whether an archive that an action made elsewhere is copied beside the spec, and not linked.
    pub copy_archive: bool,
}

/// A package that is ready for rpmbuild.
pub struct Prepared {
    /// The spec file, as the user or the last action left it.
    pub spec_file: Rc<SpecFile>,
    /// What it said in the beginning.
    pub original: Vec<u8>,
    /// The spec as it is to be.
    pub edited: Vec<u8>,
    /// The name of the source package.
    pub name: String,
    /// Its epoch.
    pub epoch: Option<String>,
    /// Its version.
    pub version: String,
    /// The tag that the version comes from.
    pub tag: Option<String>,
    /// The commit that is packaged.
    pub commit: CommitId,
    /// The archive, where one was made.
    pub archive: Option<Made>,
    /// What was downloaded, as paths in the folder of the spec.
    pub fetched: Vec<PathBuf>,
    /// The names of the sources and patches that rpm reads.
    pub files: Vec<String>,
    /// The staging folder.
    pub staging: Staging,
    /// The folder of the package, in which programs of the spec run.
    pub folder: PathBuf,
    /// The top of the repository, out of which nothing is taken.
    pub root: PathBuf,
    /// Macros that rpm needs for this spec.
    pub stand_ins: Definitions,
}

/// Prepares a package: runs its actions where they belong, reads its spec, chooses the version, makes the archive, edits the spec,
/// and fetches the sources.
///
/// # Errors
/// Whatever keeps it from being prepared.
pub async fn prepare(
    context: &Context,
    project: &Project,
    package: &Package,
    options: &Options,
    shared: &Shared,
    workspace: &mut Workspace,
) -> Result<Prepared> {
    let original = SpecFile::read(context, project, package).ok().map(|spec_file| spec_file.text);
    let fresh = match after_clone(context, project, package).await? {
        Some(project) => Some((shared.read_again(context, &project)?, project)),
        None => None,
    };
    let (shared, project) = fresh.as_ref().map_or((shared, project), |(shared, project)| (shared, project));
    let (actions, folder) = (Actions::of(project, package)?, project.folder(package)?);
    let staging = shared.staging(&package.name)?;
    let work = Work { context, project, package, options, shared, actions, folder, staging };
    let reading = work.read()?;
    let original = original.unwrap_or_else(|| reading.file.text.clone());

    let choice = Choice { tags: &shared.tags, scope: &options.tags, tip: project.head.commit };
    let spec_version = async || reading.version().await;
    let chosen = choose_version(context, project, package, &work.actions, choice, spec_version).await?;
    let edited = work.edit(reading, &chosen, workspace).await?;
    let fetched = work.fetch(&edited, workspace).await?;
    let edited = work.post_modifications(edited, &fetched, workspace).await?;

    let facts = &edited.facts;
    if !options.only_spec {
        work.needs(&edited).check(&work.staging.sources())?;
    }
    let files = facts.sources.iter().chain(&facts.patches).filter(|file| file.live);
    Ok(Prepared {
        name: facts.name.clone(),
        epoch: facts.epoch.clone(),
        version: facts.version.clone(),
        files: files.map(|file| file.file_name().to_owned()).collect(),
        original,
        edited: edited.text,
        spec_file: edited.file,
        tag: chosen.tag.map(|tag| tag.name),
        commit: project.head.commit,
        archive: edited.archive,
        fetched,
        staging: work.staging,
        folder: work.folder,
        root: project.repo.root().to_owned(),
        stand_ins: edited.stand_ins,
    })
}

/// Runs `post-upstream-clone`. Gives the project as it is then, with what was fetched and checked out; `None` when there is nothing
/// to run.
///
/// # Errors
/// When the action fails, or leaves no repository.
pub async fn after_clone(context: &Context, project: &Project, package: &Package) -> Result<Option<Project>> {
    const NAME: ActionName = ActionName::PostUpstreamClone;
    let actions = Actions::of(project, package)?;
    if !actions.run_any(&[NAME]) {
        return Ok(None);
    }
    actions.run(context, NAME, &Variables::post_upstream_clone(package, &project.folder(package)?)).await?;
    project.reopened().map(Some)
}

/// A package in work.
struct Work<'a> {
    context: &'a Context,
    project: &'a Project,
    package: &'a Package,
    options: &'a Options,
    shared: &'a Shared,
    actions: Actions<'a>,
    folder: PathBuf,
    staging: Staging,
}

/// A spec as it is to be, and what it says.
struct Edited {
    file: Rc<SpecFile>,
    text: Vec<u8>,
    facts: Facts,
    stand_ins: Definitions,
    archive: Option<Made>,
    replaced: Option<SourceId>,
}

impl Work<'_> {
    fn read(&self) -> Result<Reading> {
        Reading::new(self.context, self.project, self.package, &self.staging, &self.folder)
    }

    /// Makes the archive, and lets the action `fix-spec-file` or packit's own rules edit the spec.
    async fn edit(&self, mut reading: Reading, chosen: &Chosen, workspace: &mut Workspace) -> Result<Edited> {
        let (context, package, actions) = (self.context, self.package, &self.actions);
        let edits = Edits::wanted(package, self.options);
        let fixed = edits != Edits::None && actions.has(ActionName::FixSpecFile);
        let own = edits != Edits::None && !fixed;
        let of = (self.project, package);
        let by_action = upstream_archive::by_action(context, of, actions, &chosen.version, own).await?;
        if by_action.is_some() {
            reading = self.read()?;
        }
        let own_name = ArchiveName::new(&package.upstream_package_name.value, &chosen.version)?;
        let own_entry = own && actions.has(ActionName::ChangelogEntry);
        let with_entry = edits == Edits::VersionAndRelease && !fixed;
        let (sources, shown) = (self.staging.sources(), self.is_archive_shown());
        let gathering = Gathering {
            project: self.project,
            shared: self.shared,
            folder: &self.folder,
            archive: (by_action.is_none() && (shown || !self.options.only_spec))
                .then_some((&own_name, sources.as_path())),
            since: chosen.tag.as_ref().filter(|_| with_entry).map(|tag| tag.commit),
            author: with_entry || own_entry,
        };
        let (gathered, facts) = join(gathering.gather(context), reading.facts()).await;
        let (gathered, (facts, stand_ins)) = (gathered?, facts?);
        let archive = match by_action {
            Some(made) => Some(made),
            None => gathered.archive.map(|path| Made { name: own_name.clone(), path }),
        };
        if let Some(archive) = archive.as_ref().filter(|_| shown) {
            let beside = reading.file.folder.join(&archive.name.file);
            workspace.show_file(&archive.path, &beside, self.options.archive_as())?;
        }

        let name = archive.as_ref().map_or(&own_name, |archive| &archive.name);
        let made = spec_edits::Made { facts: &facts, chosen, archive: name, described: gathered.described.as_deref() };
        let Reading { file, mut spec, .. } = reading;
        if edits == Edits::None {
            return Ok(Edited { text: spec.to_bytes(), file, facts, stand_ins, archive, replaced: None });
        }
        let naming = Naming::new(context, self.project, package, self.options, made)?;
        if fixed {
            actions
                .run(context, ActionName::FixSpecFile, &Variables::fix_spec_file(package, &naming.named.variables))
                .await?;
            let reading = self.read()?;
            let (facts, stand_ins) = reading.facts().await?;
            let Reading { file, spec, .. } = reading;
            return Ok(Edited { text: spec.to_bytes(), file, facts, stand_ins, archive, replaced: None });
        }
        let lines = match spec_edits::entry_by_action(context, package, actions, &chosen.version).await? {
            None if !with_entry => None,
            None if gathered.changes.is_empty() => Some(spec_edits::snapshot_entry(self.project.head.commit)),
            None => Some(gathered.changes),
            lines => lines,
        };
        let entry = lines.map(|lines| Entry { lines, author: gathered.author });
        naming
            .edit(context, (package, self.options), (&facts, name), entry, &mut spec)
            .map_err(|error| file.named(error))?;
        let mut facts = facts.after_edits(&spec).unwrap_or(facts);
        facts.version = naming.named.version;
        let replaced = Some(SourceId::Number(package.spec_source_id.value));
        Ok(Edited { text: spec.to_bytes(), file, facts, stand_ins, archive, replaced })
    }

    /// Whether the archive is to stand beside the spec while actions work.
    fn is_archive_shown(&self) -> bool {
        self.actions.run_any(&[ActionName::FixSpecFile, ActionName::ChangelogEntry, ActionName::PostModifications])
            || self.actions.run_any(&[ActionName::CreateArchive])
    }

    fn needs<'a>(&'a self, edited: &'a Edited) -> Needs<'a> {
        Needs {
            package: self.package,
            root: self.project.repo.root(),
            spec_file: &edited.file,
            facts: &edited.facts,
            replaced: edited.replaced,
            archive: edited.archive.as_ref().map(|archive| archive.name.file.as_str()),
        }
    }

    /// Downloads what is not there, and shows it to the actions that come.
    async fn fetch(&self, edited: &Edited, workspace: &mut Workspace) -> Result<Vec<PathBuf>> {
        if self.options.only_spec && !self.actions.run_any(&[ActionName::PostModifications]) {
            return Ok(Vec::new());
        }
        let (needs, into) = (self.needs(edited), self.staging.sources());
        let fetched = sources::fetch(self.context, &self.shared.client, &needs, &self.folder, &into).await?;
        for path in &fetched {
            workspace.show_file(&into.join(path), &edited.file.folder.join(path), LaidAs::Link)?;
        }
        Ok(fetched)
    }

    /// Runs `post-modifications` with all edits in the checkout.
    async fn post_modifications(
        &self,
        edited: Edited,
        fetched: &[PathBuf],
        workspace: &mut Workspace,
    ) -> Result<Edited> {
        const NAME: ActionName = ActionName::PostModifications;
        let mut edited = edited;
        if self.actions.run_any(&[NAME]) {
            workspace.show_spec(&edited.file.path, &edited.text)?;
            let variables = Variables::post_modifications(self.package, &self.folder, &edited.facts.version);
            self.actions.run(self.context, NAME, &variables).await?;
            let reading = self.read()?;
            let (facts, stand_ins) = reading.facts().await?;
            edited = Edited { text: reading.spec.to_bytes(), facts, stand_ins, ..edited };
            for path in fetched {
                let (beside, own) = (edited.file.folder.join(path), self.staging.sources().join(path));
                if workspace.is_replaced(&beside, &own) {
                    self.staging.bring(&beside, path, self.context.source_date().is_some())?;
                }
            }
        }
        if let Some(archive) = &mut edited.archive {
            let beside = edited.file.folder.join(&archive.name.file);
            if self.is_archive_shown() && workspace.is_replaced(&beside, &archive.path) {
                archive.path = beside;
            }
            self.staging.bring(&archive.path, Path::new(&archive.name.file), self.context.source_date().is_some())?;
        }
        Ok(edited)
    }
}

impl Options {
    fn archive_as(&self) -> LaidAs {
        if self.copy_archive { LaidAs::Copy } else { LaidAs::Link }
    }
}
