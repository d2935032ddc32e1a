//! `packit srpm`: from a checkout to source RPMs.

use std::cell::RefCell;
use std::collections::HashMap;
use std::path::{Path, PathBuf};

use futures_util::FutureExt as _;
use futures_util::future::{self, LocalBoxFuture, try_join4};
use serde::Serialize;

use super::delivery::Destination;
use super::left_out::LeftOut;
use super::packages::{Failed, each};
use super::project::{Project, ProjectRequest, TagChoice};
use super::spec_file::SpecFile;
use super::spec_update::{self, GivenSuffix, Update};
use super::{not_yet, sources};
use crate::config::Package;
use crate::context::Context;
use crate::error::{Finding, Kind, Result};
use crate::git::{CommitId, Tag, command};
use crate::paths;
use crate::project::archive::{self, ArchiveName};
use crate::project::packager;
use crate::project::release::{self, BaseVariables, Parts};
use crate::project::snapshot::{snapshot_id, snapshot_ref};
use crate::project::staging::{Area, Staging};
use crate::spec::{SourceId, Spec};
use crate::tools::program;
use crate::tools::rpm_macros::{self, UserMacros};
use crate::tools::rpmbuild::{Definitions, SourceBuild};

/// What to build, and how.
#[derive(Debug, Clone)]
pub struct Request {
    /// Which project, and which of its packages.
    pub project: ProjectRequest,
    /// Which tags count for the version.
    pub tags: TagChoice,
    /// Where the source RPMs go: a file or a folder; the current folder when not given.
    pub output: Option<PathBuf>,
    /// Whether Release and changelog are set; as configured when not given.
    pub update_release: Option<bool>,
    /// Whether the spec is taken as it is; as configured when not given.
    pub preserve_spec: Option<bool>,
    /// What stands behind the release number; as configured when not given.
    pub release_suffix: Option<String>,
    /// The generated suffix, whatever is given and configured.
    pub default_release_suffix: bool,
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
    #[serde(skip_serializing_if = "Option::is_none")]
    pub spec_diff: Option<String>,
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
    /// The archive in the source RPM.
    pub archive: ArchiveName,
}

/// A package that was built in its staging folder.
struct Staged {
    built: Built,
    spec_file: SpecFile,
    edited: Vec<u8>,
    archive: Option<PathBuf>,
}

/// Builds the source RPM of each chosen package.
///
/// # Errors
/// What concerns all packages; the failure of one is in the report.
pub async fn run(context: &Context, request: Request) -> Result<Report> {
    let builds = request.mode != Mode::SpecDiff;
    program::require(context, if builds { &["git", "rpmbuild"] } else { &["git"] })?;
    let project = Project::open(context, &request.project).await?;
    not_yet::refuse(&project)?;
    let several = project.packages.len() > 1;
    let mut destination =
        if builds { Some(Destination::check(context, request.output.as_deref(), several)?) } else { None };
    let shared = Shared::read(context, &project).await?;
    let left_out = builds.then(|| LeftOut::search(project.repo.root(), project.head.commit));
    let (staged, failed) = each(context, &project.packages, |context, package| {
        let (project, request, shared) = (&project, &request, &shared);
        async move { build(&context, project, package, request, shared).await }
    })
    .await?;
    let specs: Vec<_> = staged.iter().map(|staged| staged.spec_file.path.as_path()).collect();
    if let Some(left_out) = left_out {
        left_out.tell(context, project.repo.root(), &specs).await?;
    }
    let mut report = Report { packages: Vec::new(), failed };
    for staged in staged {
        context.interrupt().check()?;
        report.packages.push(deliver(context, staged, destination.as_mut(), request.mode)?);
    }
    Ok(report)
}

/// What all packages of a project have in common, found out once.
struct Shared {
    tags: Vec<Tag>,
    macros: UserMacros,
    area: Area,
    described: Answer<Option<String>>,
    changes: RefCell<HashMap<CommitId, Answer<Vec<String>>>>,
}

/// An answer of git that several packages wait for.
type Answer<T> = future::Shared<LocalBoxFuture<'static, Result<T>>>;

impl Shared {
    async fn read(context: &Context, project: &Project) -> Result<Self> {
        let (asked, root, commit) = (context.clone(), project.repo.root().to_owned(), project.head.commit.to_string());
        let described = async move { command::describe(&asked, &root, &commit).await }.boxed_local().shared();
        // git begins now and works beside what comes before its answer is needed.
        let _ = futures_util::poll!(described.clone());
        Ok(Self {
            tags: project.repo.tags()?,
            macros: UserMacros::read(context),
            area: Area::claim(context)?,
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

/// Builds one package in a staging folder of its own.
async fn build(
    context: &Context,
    project: &Project,
    package: &Package,
    request: &Request,
    shared: &Shared,
) -> Result<Staged> {
    let folder = project.folder(package)?;
    let spec_file = SpecFile::read(context, project, package)?;
    let staging = Staging::new(&shared.area, &package.name)?;
    let mut spec = Spec::parse(&spec_file.text);
    let known = Definitions::parse_time(&package.parse_time_macros, &request.project.user.default_parse_time_macros);
    let stand_ins = stand_ins(context, &spec).await?;
    let facts = spec_file.facts(context, &spec, &known.with(&stand_ins), &staging, &folder).await?;
    let head = project.head.commit;
    let spec_version = async || Ok(facts.version.clone());
    let chosen = project.version(context, package, &shared.tags, &request.tags, head, spec_version).await?;
    let archive = ArchiveName::new(&package.upstream_package_name.value, &chosen.version)?;

    let preserve = request.preserve_spec.or(package.preserve_spec.as_ref().map(|key| key.value)).unwrap_or(false);
    let update_release =
        request.update_release.or(package.update_release.as_ref().map(|key| key.value)).unwrap_or(true);
    let since = chosen.tag.as_ref().filter(|_| update_release && !preserve).map(|tag| tag.commit);
    let commit = head.to_string();
    let made = async {
        if request.mode == Mode::SpecDiff {
            return Ok(None);
        }
        context.step(format!("making {}", archive.file));
        archive::make(context, &folder, &commit, &archive, &staging.sources()).await.map(Some)
    };
    let changes = async {
        match since {
            Some(since) => shared.changes(context, project, since).await,
            None => Ok(Vec::new()),
        }
    };
    let author = packager::author(context, &project.repo, &shared.macros);
    let (made, changes, described, author) = try_join4(made, changes, shared.described.clone(), author).await?;

    let branch = snapshot_ref(&project.head, |name| context.variable(name));
    let now = context.now();
    let snapshot = snapshot_id(&now, &branch.name, described.as_deref());
    let configured = package.release_suffix.as_ref().map(|key| key.value.as_str());
    let suffix = release::release_suffix(request.release_suffix.as_deref(), request.default_release_suffix, configured);
    let named = release::name(&Parts {
        base: &base_variables(package),
        version: &chosen.version,
        spec_release: &facts.release,
        snapshot_id: &snapshot,
        commit: head,
        archive: &archive.file,
        branch: &branch.name,
        release_suffix: suffix,
        version_suffix: package.version_suffix.as_ref().map(|key| key.value.as_str()),
    })?;
    let source = SourceId::Number(package.spec_source_id.value);
    if !preserve {
        for finding in named.warnings.iter().chain(branch.note.iter().filter(|_| update_release)) {
            context.found(finding.clone());
        }
        let release_given = suffix.map(|suffix| match named.is_template {
            true => GivenSuffix::Whole,
            false => GivenSuffix::Literal(suffix.text),
        });
        let update = Update {
            package,
            source,
            archive: &archive,
            named: &named,
            update_release,
            release_given,
            commit: head,
            changes,
            author,
            moment: now,
        };
        spec_update::update(context, &mut spec, &facts, update).map_err(|error| spec_file.named(error))?;
    }
    let edited = spec.to_bytes();
    let mut built = Built {
        package: package.name.clone(),
        srpm: None,
        spec_diff: None,
        name: facts.name.clone(),
        epoch: facts.epoch.clone(),
        version: if preserve { facts.version.clone() } else { named.version.clone() },
        release: None,
        tag: chosen.tag.map(|tag| tag.name),
        commit: head,
        archive,
    };
    if request.mode == Mode::SpecDiff {
        built.spec_diff = Some(spec_file.diff(&edited));
        return Ok(Staged { built, spec_file, edited, archive: None });
    }
    let source = (!preserve).then_some(source);
    let edited_facts = facts.after_edits(&spec).unwrap_or(facts);
    sources::check(&spec_file, &edited_facts, source, &built.archive)?;
    let srpm = rpmbuild(context, &staging, &spec_file, &edited, &folder, shared, &stand_ins).await?;
    built.release = release_of(&srpm, &built);
    built.srpm = Some(srpm);
    Ok(Staged { built, spec_file, edited, archive: made })
}

/// Stand-ins for `%autorelease` and `%autochangelog` where the spec uses them and rpm does not know them: what they give where no
/// rpmautospec prepares the spec.
async fn stand_ins(context: &Context, spec: &Spec) -> Result<Definitions> {
    let mut stand_ins = Definitions::default();
    if !spec.uses_autorelease() && !spec.uses_autochangelog() {
        return Ok(stand_ins);
    }
    let known = rpm_macros::expand(context, "%{?autorelease:release}%{?autochangelog:changelog}").await?;
    let missing = |name: &str, used: bool| used && !known.contains(name);
    let (release, changelog) =
        (missing("release", spec.uses_autorelease()), missing("changelog", spec.uses_autochangelog()));
    if release {
        let body = "%{?-p:0.}%{?-b*}%{!?-b:1}%{?-e:.%{-e*}}%{?-s:.%{-s*}}%{!?-n:%{?dist}}";
        stand_ins.define("autorelease(b:e:s:pn)", body);
    }
    if changelog {
        stand_ins.define("autochangelog()", "%{nil}");
    }
    let names = [(release, "%autorelease"), (changelog, "%autochangelog")];
    let names: Vec<_> = names.iter().filter(|(missing, _)| *missing).map(|(_, name)| *name).collect();
    if !names.is_empty() {
        let note = format!("rpm does not know {} here: a stand-in takes its place", names.join(" and "));
        context.found(Finding::note(note).hint("the package rpmautospec-rpm-macros has the real ones"));
    }
    Ok(stand_ins)
}

fn base_variables(package: &Package) -> BaseVariables {
    BaseVariables {
        config_package_name: package.name.clone(),
        upstream_package_name: package.upstream_package_name.value.clone(),
        downstream_package_name: package.downstream_package_name.value.clone(),
        specfile_path: package.specfile_path.as_ref().map(|path| path.value.clone()).unwrap_or_default(),
    }
}

/// Fills the staging folder and lets rpmbuild make the source RPM in it.
async fn rpmbuild(
    context: &Context,
    staging: &Staging,
    spec_file: &SpecFile,
    edited: &[u8],
    folder: &Path,
    shared: &Shared,
    stand_ins: &Definitions,
) -> Result<PathBuf> {
    staging.link_entries(&spec_file.folder)?;
    let spec = staging.write(&spec_file.name, edited, context.source_date())?;
    context.step(format!("rpmbuild -bs {}", spec_file.shown.display()));
    let build = SourceBuild {
        spec: &spec,
        sources: &staging.sources(),
        result: &staging.result(),
        scratch: &staging.scratch(),
        folder,
        definitions: stand_ins.with(&source_definitions(context, &shared.macros)),
    };
    // The path of the staging folder says nothing to the user.
    let (inside, outside) = (spec.display().to_string(), spec_file.shown.display().to_string());
    let rewrite = |line: &[u8]| {
        let line = String::from_utf8_lossy(line);
        // The error at the end says what went wrong, and the result is put elsewhere.
        let said_later = ["Wrote: ", "error: ", "RPM build errors:"].iter().any(|begin| line.starts_with(begin));
        (!said_later).then(|| line.replace(&inside, &outside).into_bytes())
    };
    build.run(context, rewrite).await.map_err(|error| match error.kind() {
        Kind::Tool => spec_file.build_failed(error, edited, &spec, build.sources),
        _ => error,
    })
}

/// What packit wants of every source RPM, unless the user's own macros say otherwise.
fn source_definitions(context: &Context, macros: &UserMacros) -> Definitions {
    let mut definitions = Definitions::default();
    // The archive in it is compressed already: a second time costs much and gains nothing.
    if macros.get("_source_payload").is_none() {
        definitions.define("_source_payload", "w.ufdio");
    }
    if context.source_date().is_some() {
        definitions.define("use_source_date_epoch_as_buildtime", "1");
        definitions.define("clamp_mtime_to_source_date_epoch", "1");
        // The same under the name that rpm has for it since 4.20.
        definitions.define("build_mtime_policy", "clamp_to_source_date_epoch");
        if macros.get("_buildhost").is_none() {
            definitions.define("_buildhost", "localhost");
        }
    }
    definitions
}

/// The release in the name of a source RPM, which holds the dist tag that rpm put in.
fn release_of(srpm: &Path, built: &Built) -> Option<String> {
    let name = srpm.file_name()?.to_string_lossy().into_owned();
    let rest = name.strip_prefix(&format!("{}-{}-", built.name, built.version))?;
    rest.strip_suffix(".src.rpm").map(str::to_owned)
}

/// Puts the results of a package in place.
fn deliver(context: &Context, staged: Staged, destination: Option<&mut Destination>, mode: Mode) -> Result<Built> {
    let Staged { mut built, spec_file, edited, archive } = staged;
    if let (Some(srpm), Some(destination)) = (&built.srpm, destination) {
        built.srpm = Some(destination.put(context, srpm, &built.package)?);
    }
    if mode == Mode::InPlace {
        if edited != spec_file.text {
            paths::replace_content(&spec_file.path, &edited)?;
        }
        if let Some(archive) = archive {
            paths::put_in_place(&archive, &spec_file.folder.join(&built.archive.file))?;
        }
    }
    Ok(built)
}
