//! `packit build locally`: from a checkout, or a source RPM, to RPMs, with what is installed on this machine.

use std::path::{Path, PathBuf};

use fs_err as fs;

use super::prepare::{Options, Prepared};
use super::prepare_each::prepare_each;
use super::project::Project;
use super::rpm_folder::RpmFolder;
use super::shared_answers::Shared;
use super::source_rpms::{self, Built, MadeOf, Report, Source, Sources, check_result_folder, one_by_one};
use super::{source_rpm, trust, workspace};
use crate::context::Context;
use crate::error::{Context as _, Error, Kind, Result};
use crate::paths;
use crate::process::shell_word;
use crate::project::staging::Area;
use crate::tools::binary_build::{BinaryBuild, Input};
use crate::tools::rpm_macros::UserMacros;
use crate::tools::rpmbuild::Definitions;
use crate::tools::{program, rpm_query};

/// What to build, and how.
#[derive(Debug, Clone)]
pub struct Request {
    /// Which source RPMs.
    pub sources: source_rpms::Request,
    /// The folder that gets a folder of RPMs for each architecture; the current one when not given.
    pub result: Option<PathBuf>,
    /// Whether rpm is not asked for the build dependencies.
    pub no_dependencies: bool,
}

/// Builds the RPMs of each chosen package: rpm works in a temporary folder, and puts them into folders named by their architectures, or
/// whatever the user's macro `_rpmfilename` says. What is built is the source RPM that is named, else the checkout, as `packit srpm`
/// would take it.
///
/// # Errors
/// What concerns all packages; the failure of one is in the report.
pub async fn run(context: &Context, request: &Request) -> Result<Report> {
    program::require(context, &["rpmbuild"])?;
    let result = context.absolute(request.result.as_deref().unwrap_or(Path::new(".")));
    check_result_folder(&result)?;
    if request.sources.srpm.is_none() {
        return from_checkout(context, request, &result).await;
    }
    let sources = Sources::make(context, &request.sources).await?;
    let macros = UserMacros::read(context);
    sources.each(context, async |context, source| rebuild(context, source, &macros, &result, request).await).await
}

async fn from_checkout(context: &Context, request: &Request, result: &Path) -> Result<Report> {
    program::require(context, &["git"])?;
    let project = Project::open(context, &request.sources.project).await?;
    trust::check(&project)?;
    let options = Options { without_absent: true, ..request.sources.options.clone() };
    let shared = Shared::read(context, &project, options.offline)?;
    check_for_shells(&shared.area().for_rpms(0))?;
    // Its name is that of the commit: what is built twice is built in the same folder, which debug information names.
    let fill = async |context: &Context, prepared: &Prepared| {
        let number = project.packages.iter().position(|package| package.name == prepared.package);
        RpmFolder::fill(context, prepared, shared.area().for_rpms(number.unwrap_or_default())).await
    };
    // What actions leave in the checkout is built, and put back before rpm begins; else one copy at a time is enough.
    let fills_now = workspace::is_changed_by_actions(&project);
    let (prepared, failed) = prepare_each(context, &project, &options, &shared, false, async |context, prepared| {
        Ok(if fills_now { Some(fill(context, prepared).await?) } else { None })
    })
    .await?;
    let several = project.packages.len() > 1;
    let found = prepared.into_iter().map(|(package, prepared, filled)| (package.name.as_str(), (prepared, filled)));
    one_by_one(context, found.collect(), (failed, several), async |context, (prepared, filled)| {
        let folder = match filled {
            Some(folder) => folder,
            None => fill(context, &prepared).await?,
        };
        let definitions = prepared.stand_ins.with(&source_rpm::definitions(context, &shared.macros));
        let built = build(context, &prepared, &folder, definitions, request.no_dependencies).await;
        let rpms = built.and_then(|(made, names)| put(&made, names, result));
        // The next package may need the room; what cannot be removed now goes with the area.
        let _ = fs::remove_dir_all(&folder.folder);
        let rpms = rpms?;
        let srpm = match rpms.first() {
            Some(rpm) => rpm_query::source_rpm(context, rpm).await?,
            None => String::new(),
        };
        let made_of = Some(MadeOf::prepared(&prepared, &srpm));
        Ok(Built { package: prepared.package.clone(), srpm, made_of, results: None, rpms })
    })
    .await
}

/// Builds a prepared package, and returns the folder with the RPMs and their names.
async fn build(
    context: &Context,
    prepared: &Prepared,
    folder: &RpmFolder,
    definitions: Definitions,
    no_dependencies: bool,
) -> Result<(PathBuf, Vec<PathBuf>)> {
    let spec_file = &prepared.spec_file;
    context.step(format!("rpmbuild -bb {}", spec_file.shown.display()));
    let input = Input::Spec {
        file: &folder.spec,
        sources: &folder.sources,
        build: &folder.build,
        run_in: &prepared.folder,
        in_place: folder.in_place,
        shown: &spec_file.shown,
    };
    let build = BinaryBuild { input, folder: &folder.folder, definitions, no_dependencies };
    let names = build.run(context).await.map_err(|error| match error.kind() {
        Kind::Tool => spec_file.build_failed("build", &error, &prepared.edited, &folder.spec, &folder.sources),
        _ => error,
    })?;
    Ok((build.result(), names))
}

async fn rebuild(
    context: &Context,
    source: &Source,
    macros: &UserMacros,
    result: &Path,
    request: &Request,
) -> Result<Built> {
    let area = Area::claim(context, source.commit)?;
    let folder = area.for_rpms(0);
    check_for_shells(&folder)?;
    let build = BinaryBuild {
        input: Input::SourceRpm(&source.file),
        folder: &folder,
        definitions: source.stand_ins.with(&source_rpm::definitions(context, macros)),
        no_dependencies: request.no_dependencies,
    };
    context.step(format!("rpmbuild --rebuild {}", source.name()));
    let rpms = put(&build.result(), build.run(context).await?, result)?;
    let (package, made_of) = (source.package.clone(), source.made_of.clone());
    Ok(Built { package, srpm: source.name(), made_of, results: None, rpms })
}

/// Puts the RPMs of these names from the folder `made` into the folder `result`.
fn put(made: &Path, names: Vec<PathBuf>, result: &Path) -> Result<Vec<PathBuf>> {
    let cannot = |folder: &Path| format!("`{}` cannot be made", folder.display());
    fs::create_dir_all(result).or_error(Kind::Environment, || cannot(result))?;
    let mut rpms = Vec::new();
    for name in names {
        let path = paths::join_within(result, result, &name)?;
        let folder = path.parent().unwrap_or(result);
        fs::create_dir_all(folder).or_error(Kind::Environment, || cannot(folder))?;
        paths::put_in_place(&made.join(&name), &path)?;
        rpms.push(path);
    }
    Ok(rpms)
}

/// The scripts that rpm makes of a spec name their folders without quotes.
fn check_for_shells(folder: &Path) -> Result<()> {
    let shown = folder.to_string_lossy();
    if shell_word(&shown) == shown {
        return Ok(());
    }
    let error = Error::new(Kind::Environment, format!("rpm cannot build in `{}`", folder.display()));
    Err(error.cause("its scripts take that for several words").hint("TMPDIR names another place for temporary files"))
}
