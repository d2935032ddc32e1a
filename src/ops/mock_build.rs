//! `packit build in-mock`: from a checkout, or a source RPM, to RPMs, in a chroot that mock makes.

use std::path::{Path, PathBuf};

use super::source_rpms::{self, Built, Report, Source, Sources, check_result_folder};
use crate::context::Context;
use crate::error::{Context as _, Kind, Result};
use crate::tools::mock::MockBuild;
use crate::tools::program;

/// What to build, and how.
#[derive(Debug, Clone)]
pub struct Request {
    /// Which source RPMs.
    pub sources: source_rpms::Request,
    /// The name or the file of mock's configuration of the chroot.
    pub root: String,
    /// Where RPMs and logs go; mock's own place when not given.
    pub result: Option<PathBuf>,
}

/// Builds the RPMs of each chosen package by mock.
///
/// # Errors
/// What concerns all packages; the failure of one is in the report.
pub async fn run(context: &Context, request: &Request) -> Result<Report> {
    program::require(context, &["mock"])?;
    let result = request.result.as_ref().map(|folder| context.absolute(folder));
    if let Some(result) = &result {
        check_result_folder(result)?;
    }
    let sources = Sources::make(context, &request.sources).await?;
    sources.each(context, async |context, source| build(context, source, request, result.as_deref()).await).await
}

async fn build(context: &Context, source: &Source, request: &Request, result: Option<&Path>) -> Result<Built> {
    // The file system tells the time: its clock need not be the machine's.
    let cannot = || "no temporary file can be made".to_owned();
    let now = tempfile::NamedTempFile::new_in(context.temporary()).or_error(Kind::Environment, cannot)?;
    let began =
        now.as_file().metadata().and_then(|metadata| metadata.modified()).or_error(Kind::Environment, cannot)?;
    context.step(format!("mock --root {} {}", request.root, source.name()));
    let build = MockBuild { srpm: &source.file, root: &request.root, result, folder: context.cwd(), began };
    let built = build.run(context).await?;
    let (package, srpm) = (source.package.clone(), source.name());
    let made_of = source.made_of.clone();
    Ok(Built { package, srpm, made_of, results: Some(built.folder), rpms: built.rpms })
}
