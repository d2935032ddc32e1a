//! `packit build locally`: from a checkout, or a source RPM, to RPMs, with what is installed on this machine.

use std::path::{Path, PathBuf};

use fs_err as fs;

use super::source_rpm;
use super::source_rpms::{self, Built, Report, Source, Sources, check_result_folder};
use crate::context::Context;
use crate::error::{Context as _, Error, Kind, Result};
use crate::paths;
use crate::process::shell_word;
use crate::project::staging::Area;
use crate::tools::binary_build::BinaryBuild;
use crate::tools::program;
use crate::tools::rpm_macros::UserMacros;

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
/// whatever the user's macro `_rpmfilename` says.
///
/// # Errors
/// What concerns all packages; the failure of one is in the report.
pub async fn run(context: &Context, request: &Request) -> Result<Report> {
    program::require(context, &["rpmbuild"])?;
    let result = context.absolute(request.result.as_deref().unwrap_or(Path::new(".")));
    check_result_folder(&result)?;
    let sources = Sources::make(context, &request.sources).await?;
    let macros = UserMacros::read(context);
    sources.each(context, async |context, source| build(context, source, &macros, &result, request).await).await
}

async fn build(
    context: &Context,
    source: &Source,
    macros: &UserMacros,
    result: &Path,
    request: &Request,
) -> Result<Built> {
    // Its name is that of the commit: what is built twice is built in the same folder, which debug information names.
    let area = Area::claim(context, source.commit)?;
    let folder = area.folder("rpm")?;
    check_for_shells(&folder)?;
    let build = BinaryBuild {
        srpm: &source.file,
        folder: &folder,
        definitions: source.stand_ins.with(&source_rpm::definitions(context, macros)),
        no_dependencies: request.no_dependencies,
    };
    context.step(format!("rpmbuild --rebuild {}", source.name()));
    let mut rpms = Vec::new();
    fs::create_dir_all(result).or_error(Kind::Environment, || format!("`{}` cannot be made", result.display()))?;
    for name in build.run(context).await? {
        let finished = build.result().join(&name);
        let path = paths::join_within(result, result, &name)?;
        let folder = path.parent().unwrap_or(result);
        fs::create_dir_all(folder).or_error(Kind::Environment, || format!("`{}` cannot be made", folder.display()))?;
        paths::put_in_place(&finished, &path)?;
        rpms.push(path);
    }
    Ok(Built { package: source.package.clone(), srpm: source.name(), results: None, rpms })
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
