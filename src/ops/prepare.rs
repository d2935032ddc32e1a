//! Everything of a package up to the call of rpmbuild: version, archive and edited spec, in a staging folder.

use std::path::{Path, PathBuf};
use std::rc::Rc;

use super::action_variables::Variables;
use super::actions::Actions;
use super::project::{Project, TagChoice};
use super::reading::Reading;
use super::shared_answers::Shared;
use super::sources::{self, Needs};
use super::spec_file::SpecFile;
use super::upstream_archive::Made;
use super::workspace::{ACTIONS, ShownAs, Workspace};
use crate::config::{ActionName, Package};
use crate::context::Context;
use crate::error::{Finding, Result};
use crate::git::CommitId;
use crate::project::staging::Staging;
use crate::spec::{Facts, SourceId, Spec};
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
    /// The last commit of upstream, for a source-git repository.
    pub upstream_ref: Option<String>,
    /// Whether nothing may be downloaded.
    pub offline: bool,
    /// Whether a source or patch that is not there is told, and is no error: a build of RPMs fails only where it is used.
    pub without_absent: bool,
    /// Whether an archive that an action made elsewhere is copied beside the spec, and not linked.
    pub copy_archive: bool,
}

/// A package that is ready for rpmbuild.
pub struct Prepared {
    /// The package, as the configuration calls it.
    pub package: String,
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
    /// What was downloaded or made for the spec, as paths in its folder.
    pub made: Vec<PathBuf>,
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

impl Prepared {
    /// The spec as rpm gets it: with the line ends of Unix. With those of Windows the shell that runs %prep and %build finds a carriage return
    /// behind each word.
    pub fn for_rpm(&self) -> Vec<u8> {
        let mut text = Vec::with_capacity(self.edited.len());
        for line in self.edited.split_inclusive(|&byte| byte == b'\n') {
            match line.strip_suffix(b"\r\n") {
                Some(line) => text.extend(line.iter().chain(b"\n")),
                None => text.extend(line),
            }
        }
        text
    }
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
    let runs_actions = Actions::of(project, package).run_any(&ACTIONS);
    let original = runs_actions.then(|| SpecFile::read(context, project, package).ok()).flatten().map(|spec| spec.text);
    let fresh = match after_clone(context, project, package).await? {
        Some(project) => Some((shared.read_again(context, &project)?, project)),
        None => None,
    };
    let (shared, project) = fresh.as_ref().map_or((shared, project), |(shared, project)| (shared, project));
    let (actions, folder) = (Actions::of(project, package), project.folder(package)?);
    let staging = shared.staging(&package.name)?;
    let work = Work { context, project, package, options, shared, actions, folder, staging };
    let reading = work.read()?;
    let original = original.unwrap_or_else(|| reading.file.text.clone());

    let (mut edited, tag) = match options.upstream_ref_of(package) {
        Some(upstream_ref) => (work.edit_source_git(reading, upstream_ref, workspace).await?, None),
        None => work.edit_upstream(reading, workspace).await?,
    };
    let fetched = work.fetch(&work.needs(&edited, &work.staging.sources()), workspace).await?;
    edited.made.extend(fetched);
    let edited = work.post_modifications(edited, workspace).await?;

    let facts = &edited.facts;
    let files = facts.sources.iter().chain(&facts.patches).filter(|file| file.live);
    let files: Vec<_> = files.map(|file| file.file_name().to_owned()).collect();
    if !options.only_spec {
        work.check_absent(&edited)?;
        tell_unlisted(context, &edited.file, &files);
    }
    Ok(Prepared {
        package: package.name.clone(),
        name: facts.name.clone(),
        epoch: facts.epoch.clone(),
        version: facts.version.clone(),
        files,
        original,
        edited: edited.text,
        spec_file: edited.file,
        tag,
        commit: project.head.commit,
        archive: edited.archive,
        made: edited.made,
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
    let actions = Actions::of(project, package);
    if !actions.run_any(&[NAME]) {
        return Ok(None);
    }
    actions.run(context, NAME, &Variables::post_upstream_clone(package, &project.folder(package)?)).await?;
    project.reopened().map(Some)
}

/// Tells which files the spec includes that are not in its source RPM.
fn tell_unlisted(context: &Context, spec_file: &SpecFile, files: &[String]) {
    let spec = Spec::parse(&spec_file.text);
    for (line, name) in spec.unlisted_includes(files) {
        let found = Finding::warning(format!("the source RPM is without `{name}`, which the spec includes"));
        let found =
            found.hint("mock and Copr cannot build it: list the file as a source, and include it as `%{SOURCE1}`");
        context.found(spec_file.line_of(line).into_iter().fold(found, Finding::at));
    }
}

/// A package in work.
pub(super) struct Work<'a> {
    pub(super) context: &'a Context,
    pub(super) project: &'a Project,
    pub(super) package: &'a Package,
    pub(super) options: &'a Options,
    pub(super) shared: &'a Shared,
    pub(super) actions: Actions<'a>,
    pub(super) folder: PathBuf,
    pub(super) staging: Staging,
}

/// A spec as it is to be, and what it says.
pub(super) struct Edited {
    pub(super) file: Rc<SpecFile>,
    pub(super) text: Vec<u8>,
    pub(super) facts: Facts,
    pub(super) stand_ins: Definitions,
    pub(super) archive: Option<Made>,
    pub(super) replaced: Option<SourceId>,
    /// The version of the project, without `version_suffix`.
    pub(super) version: String,
    /// Files that were made for the spec, as paths in its folder.
    pub(super) made: Vec<PathBuf>,
}

impl Work<'_> {
    /// The spec as it is now.
    pub(super) fn read(&self) -> Result<Reading> {
        Reading::new(self.context, self.project, self.package, &self.staging, &self.folder)
    }

    /// What a spec needs for which no archive is made.
    pub(super) fn needs_of<'a>(&'a self, spec_file: &'a SpecFile, facts: &'a Facts, staged: &'a Path) -> Needs<'a> {
        let root = self.project.repo.root();
        Needs { package: self.package, root, spec_file, facts, replaced: None, archive: None, staged: Some(staged) }
    }

    fn needs<'a>(&'a self, edited: &'a Edited, staged: &'a Path) -> Needs<'a> {
        let archive = edited.archive.as_ref().map(|archive| archive.name.file.as_str());
        Needs { replaced: edited.replaced, archive, ..self.needs_of(&edited.file, &edited.facts, staged) }
    }

    /// Sources and patches that are not there are an error, or are told.
    fn check_absent(&self, edited: &Edited) -> Result<()> {
        for error in self.needs(edited, &self.staging.sources()).absent()? {
            if !self.options.without_absent {
                return Err(error);
            }
            let found =
                Finding::warning(error.message()).hint("it is built without; `packit srpm` and other builds need it");
            self.context.found(error.place().cloned().into_iter().fold(found, Finding::at));
        }
        Ok(())
    }

    /// Downloads what is not there, and shows it to the actions that come. Returns the paths in the folder of the spec.
    pub(super) async fn fetch(&self, needs: &Needs<'_>, workspace: &mut Workspace) -> Result<Vec<PathBuf>> {
        if self.options.only_spec && !self.actions.run_any(&[ActionName::CreatePatches, ActionName::PostModifications])
        {
            return Ok(Vec::new());
        }
        let into = self.staging.sources();
        let fetched = sources::fetch(self.context, &self.shared.client, needs, &self.folder, &into).await?;
        for path in &fetched {
            let beside = needs.spec_file.folder.join(path);
            workspace.show_file(self.context, &into.join(path), &beside, ShownAs::Copy).await?;
        }
        Ok(fetched)
    }

    /// Runs `post-modifications` with all edits in the checkout.
    async fn post_modifications(&self, edited: Edited, workspace: &mut Workspace) -> Result<Edited> {
        const NAME: ActionName = ActionName::PostModifications;
        let mut edited = edited;
        if self.actions.run_any(&[NAME]) {
            workspace.show_spec(self.context, &edited.file.path, &edited.text).await?;
            let variables = Variables::post_modifications(self.package, &self.folder, &edited.version);
            self.actions.run(self.context, NAME, &variables).await?;
            let reading = self.read()?;
            let (facts, stand_ins) = reading.facts().await?;
            let Reading { file, spec, .. } = reading;
            edited = Edited { file, text: spec.to_bytes(), facts, stand_ins, ..edited };
            for path in &edited.made {
                let (beside, own) = (edited.file.folder.join(path), self.staging.sources().join(path));
                if workspace.is_replaced(&beside, &own) {
                    self.staging.bring(&beside, path, self.context.source_date())?;
                }
            }
        }
        if let Some(archive) = &mut edited.archive {
            let beside = edited.file.folder.join(&archive.name.file);
            if self.is_archive_shown() && workspace.is_replaced(&beside, &archive.path) {
                archive.path = beside;
            }
            self.staging.bring(&archive.path, Path::new(&archive.name.file), self.context.source_date())?;
        }
        Ok(edited)
    }
}

impl Options {
    /// The last commit of upstream, for a source-git package: by the option, else by the configuration.
    pub fn upstream_ref_of<'a>(&'a self, package: &'a Package) -> Option<&'a str> {
        self.upstream_ref.as_deref().or(package.upstream_ref.as_ref().map(|reference| reference.value.as_str()))
    }
}
