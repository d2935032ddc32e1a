//! Everything of a package up to the call of rpmbuild: version, archive and edited spec, in a staging folder.

use std::cell::RefCell;
use std::collections::HashMap;
use std::path::{Path, PathBuf};

use futures_util::FutureExt as _;
use futures_util::future::{self, LocalBoxFuture, join, join4};

use super::project::{Project, TagChoice};
use super::sources;
use super::spec_file::SpecFile;
use super::spec_update::{self, GivenSuffix, Update};
use super::stand_ins;
use crate::config::Package;
use crate::context::Context;
use crate::error::{Error, Result};
use crate::git::{CommitId, Tag, command};
use crate::project::archive::{self, ArchiveName};
use crate::project::packager;
use crate::project::release::{self, BaseVariables, Named, Parts};
use crate::project::snapshot::{snapshot_id, snapshot_ref};
use crate::project::staging::{Area, Staging};
use crate::project::version::Chosen;
use crate::spec::{Facts, SourceId, Spec};
use crate::tools::rpm_macros::UserMacros;
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
}

/// A package that is ready for rpmbuild.
pub struct Prepared {
    /// The user's spec file.
    pub spec_file: SpecFile,
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
    /// The name of the archive.
    pub archive: ArchiveName,
    /// The archive in the staging folder.
    pub archive_path: Option<PathBuf>,
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

/// What all packages of a project have in common, found out once.
pub struct Shared {
    /// All tags of the repository.
    pub tags: Vec<Tag>,
    /// The user's rpm macros.
    pub macros: UserMacros,
    area: Area,
    described: Answer<Option<String>>,
    changes: RefCell<HashMap<CommitId, Answer<Vec<String>>>>,
}

/// An answer of git that several packages wait for.
type Answer<T> = future::Shared<LocalBoxFuture<'static, Result<T>>>;

impl Shared {
    /// Reads it, and lets git begin to describe HEAD: that goes on beside what comes before its answer is needed.
    ///
    /// # Errors
    /// When the tags cannot be read or no staging area can be made.
    pub async fn read(context: &Context, project: &Project) -> Result<Self> {
        let (asked, root, commit) = (context.clone(), project.repo.root().to_owned(), project.head.commit.to_string());
        let described = async move { command::describe(&asked, &root, &commit).await }.boxed_local().shared();
        let _ = futures_util::poll!(described.clone());
        Ok(Self {
            tags: project.repo.tags()?,
            macros: UserMacros::read(context),
            area: Area::claim(context, project.head.commit)?,
            described,
            changes: RefCell::default(),
        })
    }

    /// The lines of a changelog entry for what came since a commit.
    fn changes(&self, context: &Context, project: &Project, since: CommitId) -> Answer<Vec<String>> {
        let (context, root, commit) =
            (context.clone(), project.repo.root().to_owned(), project.head.commit.to_string());
        let ask = async move { command::log_since(&context, &root, &since.to_string(), &commit).await };
        self.changes.borrow_mut().entry(since).or_insert_with(|| ask.boxed_local().shared()).clone()
    }
}

/// Prepares a package: reads its spec, chooses the version, makes the archive, edits the spec.
///
/// # Errors
/// Whatever keeps it from being prepared.
pub async fn prepare(
    context: &Context,
    project: &Project,
    package: &Package,
    options: &Options,
    shared: &Shared,
) -> Result<Prepared> {
    let folder = project.folder(package)?;
    let spec_file = SpecFile::read(context, project, package)?;
    let staging = Staging::new(&shared.area, &package.name)?;
    let mut spec = Spec::parse(&spec_file.text);
    let known = spec.facts().map_err(|error| spec_file.named(error))?;
    // rpm, where it must be asked, answers beside the work that does not need to know: only where no tag says the version, that
    // waits for the answer.
    let facts = async {
        let stand_ins = stand_ins::needed(context, &spec).await?;
        let macros = project.parse_time_macros(package).with(&stand_ins);
        let facts = spec_file.facts(context, known, &macros, &staging, &folder).await?;
        Ok::<_, Error>((facts, stand_ins))
    };
    let facts = facts.boxed_local().shared();
    let spec_version = async || facts.clone().await.map(|(facts, _)| facts.version);
    let head = project.head.commit;
    let chosen = project.version(context, package, &shared.tags, &options.tags, head, spec_version).await?;
    let archive = ArchiveName::new(&package.upstream_package_name.value, &chosen.version)?;

    let edits = Edits::wanted(package, options);
    let into = (!options.only_spec).then(|| staging.sources());
    let with_entry = edits == Edits::VersionAndRelease;
    let gathering = Gathering {
        project,
        shared,
        folder: &folder,
        archive: &archive,
        into: into.as_deref(),
        since: chosen.tag.as_ref().filter(|_| with_entry).map(|tag| tag.commit),
        author: with_entry,
    };
    let (gathered, facts) = join(gathering.gather(context), facts).await;
    let (gathered, (facts, stand_ins)) = (gathered?, facts?);
    let version = match edits {
        Edits::None => facts.version.clone(),
        Edits::Version | Edits::VersionAndRelease => {
            let edited = Edited { package, options, facts: &facts, chosen: &chosen, archive: &archive, edits };
            edited.edit(context, project, &spec_file, &mut spec, &gathered)?
        }
    };
    let facts = facts.after_edits(&spec).unwrap_or(facts);
    if !options.only_spec {
        let replaced = (edits != Edits::None).then_some(SourceId::Number(package.spec_source_id.value));
        sources::check(&spec_file, project.repo.root(), &facts, replaced, &archive)?;
    }
    let files = facts.sources.iter().chain(&facts.patches).filter(|file| file.live);
    Ok(Prepared {
        edited: spec.to_bytes(),
        spec_file,
        name: facts.name.clone(),
        epoch: facts.epoch.clone(),
        version,
        tag: chosen.tag.map(|tag| tag.name),
        archive,
        archive_path: gathered.archive,
        files: files.map(|file| file.file_name().to_owned()).collect(),
        staging,
        folder,
        root: project.repo.root().to_owned(),
        stand_ins,
    })
}

/// What of the spec is edited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Edits {
    /// Nothing.
    None,
    /// Version, Source and %setup.
    Version,
    /// Release and changelog too.
    VersionAndRelease,
}

impl Edits {
    fn wanted(package: &Package, options: &Options) -> Self {
        let configured = |key: &Option<crate::config::Spanned<bool>>| key.as_ref().map(|key| key.value);
        let preserve = options.preserve_spec.or(configured(&package.preserve_spec)).unwrap_or(false);
        let update = options.update_release.or(configured(&package.update_release)).unwrap_or(true);
        match (preserve, update) {
            (true, _) => Self::None,
            (false, false) => Self::Version,
            (false, true) => Self::VersionAndRelease,
        }
    }
}

/// What other programs say or make, all at the same time.
struct Gathered {
    archive: Option<PathBuf>,
    changes: Vec<String>,
    described: Option<String>,
    author: String,
}

/// What is to be found out and made for a package whose version is known.
struct Gathering<'a> {
    project: &'a Project,
    shared: &'a Shared,
    folder: &'a Path,
    archive: &'a ArchiveName,
    into: Option<&'a Path>,
    since: Option<CommitId>,
    author: bool,
}

impl Gathering<'_> {
    async fn gather(&self, context: &Context) -> Result<Gathered> {
        let (archive, changes, described, author) =
            join4(self.archive(context), self.changes(context), self.shared.described.clone(), self.author(context))
                .await;
        Ok(Gathered { archive: archive?, changes: changes?, described: described?, author: author? })
    }

    async fn archive(&self, context: &Context) -> Result<Option<PathBuf>> {
        let Some(into) = self.into else { return Ok(None) };
        context.step(format!("making {}", self.archive.file));
        let commit = self.project.head.commit.to_string();
        archive::make(context, self.folder, &commit, self.archive, into).await.map(Some)
    }

    async fn changes(&self, context: &Context) -> Result<Vec<String>> {
        match self.since {
            Some(since) => self.shared.changes(context, self.project, since).await,
            None => Ok(Vec::new()),
        }
    }

    async fn author(&self, context: &Context) -> Result<String> {
        match self.author {
            true => packager::author(context, &self.project.repo, &self.shared.macros).await,
            false => Ok(String::new()),
        }
    }
}

/// What the spec of a package is edited by.
struct Edited<'a> {
    package: &'a Package,
    options: &'a Options,
    facts: &'a Facts,
    chosen: &'a Chosen,
    archive: &'a ArchiveName,
    edits: Edits,
}

impl Edited<'_> {
    /// Edits the spec and returns the version that it says then.
    fn edit(
        &self,
        context: &Context,
        project: &Project,
        spec_file: &SpecFile,
        spec: &mut Spec,
        gathered: &Gathered,
    ) -> Result<String> {
        let update_release = self.edits == Edits::VersionAndRelease;
        let branch = snapshot_ref(&project.head, |name| context.variable(name));
        let moment = context.now();
        let snapshot = snapshot_id(&moment, &branch.name, gathered.described.as_deref());
        let named = self.name(project.head.commit, &snapshot, &branch.name)?;
        for finding in named.warnings.iter().chain(branch.note.iter().filter(|_| update_release)) {
            context.found(finding.clone());
        }
        let update = Update {
            package: self.package,
            archive: self.archive,
            named: &named,
            update_release,
            release_given: self.release_suffix().map(|suffix| match named.is_template {
                true => GivenSuffix::Whole,
                false => GivenSuffix::Literal(suffix.text),
            }),
            commit: project.head.commit,
            changes: gathered.changes.clone(),
            author: gathered.author.clone(),
            moment,
        };
        spec_update::update(context, spec, self.facts, update).map_err(|error| spec_file.named(error))?;
        Ok(named.version)
    }

    fn release_suffix(&self) -> Option<release::Suffix<'_>> {
        let configured = self.package.release_suffix.as_ref().map(|key| key.value.as_str());
        release::release_suffix(self.options.release_suffix.as_deref(), self.options.default_release_suffix, configured)
    }

    /// Version and Release.
    fn name(&self, commit: CommitId, snapshot_id: &str, branch: &str) -> Result<Named> {
        let package = self.package;
        release::name(&Parts {
            base: &BaseVariables {
                config_package_name: package.name.clone(),
                upstream_package_name: package.upstream_package_name.value.clone(),
                downstream_package_name: package.downstream_package_name.value.clone(),
                specfile_path: package.specfile_path.as_ref().map(|path| path.value.clone()).unwrap_or_default(),
            },
            version: &self.chosen.version,
            spec_release: &self.facts.release,
            snapshot_id,
            commit,
            archive: &self.archive.file,
            branch,
            release_suffix: self.release_suffix(),
            version_suffix: package.version_suffix.as_ref().map(|key| key.value.as_str()),
        })
    }
}
