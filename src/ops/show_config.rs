//! `packit config show`: what is in force after inheritance, and where each value comes from.

use std::path::PathBuf;

use serde::Serialize;

use super::config_file::ConfigFile;
use crate::config::{self, Effective};
use crate::context::Context;
use crate::error::{Error, Kind, Result};
use crate::paths;

/// What to show.
#[derive(Debug, Clone)]
pub struct Request {
    /// The project's folder, or a file in it.
    pub path: PathBuf,
    /// The configuration file, when it is not to be searched.
    pub config: Option<PathBuf>,
    /// The packages; none for all.
    pub packages: Vec<String>,
    /// The job, from 0, in the order of the file with `a | b` unfolded; the package outside of jobs when not given.
    pub job: Option<usize>,
    /// Whether defaults are shown, too.
    pub effective: bool,
}

/// What is in force.
#[derive(Debug, Serialize)]
pub struct Report {
    /// The configuration file, as the user would name it.
    #[serde(serialize_with = "paths::serialize")]
    pub file: PathBuf,
    /// The packages.
    pub packages: Vec<Shown>,
}

/// What is in force for a package.
#[derive(Debug, Serialize)]
pub struct Shown {
    /// The package, as the configuration calls it.
    pub package: String,
    /// Its keys.
    pub keys: Vec<Effective>,
}

/// Shows what is in force.
///
/// # Errors
/// When there is no valid configuration, or no such package or job.
pub fn run(context: &Context, request: &Request) -> Result<Report> {
    let ConfigFile { found, shown: file, repository, .. } =
        ConfigFile::find(context, &request.path, request.config.as_deref())?;
    let loaded = config::load(&found.file, &file, Some(&repository))?;
    for finding in found.findings.iter().chain(&loaded.findings) {
        context.found(finding.clone());
    }
    request.job.map(|job| loaded.job(job)).transpose()?;
    let chosen = config::select(&loaded.packages, &request.packages)?;
    let mut packages = Vec::new();
    for package in chosen {
        // A job may be for other packages.
        let Some(mut keys) = loaded.effective(&package.name, request.job) else { continue };
        keys.retain(|key| request.effective || key.place.is_some());
        packages.push(Shown { package: package.name.clone(), keys });
    }
    if packages.is_empty() {
        return Err(Error::new(Kind::Usage, "the job is not for this package").hint("leave --package out"));
    }
    Ok(Report { file, packages })
}
