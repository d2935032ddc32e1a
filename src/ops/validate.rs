//! `packit config validate`: all that is wrong with a configuration, and what it names that is not there. Asks nobody.

use std::path::{Path, PathBuf};

use serde::Serialize;

use super::config_file::ConfigFile;
use super::unusable_values::unusable_values;
use crate::config::{self, ActionName, Loaded, Package, Roots, Spanned};
use crate::context::Context;
use crate::error::{Error, Finding, Kind, Result, Severity};
use crate::paths::{self, glob};

/// What to check.
#[derive(Debug, Clone)]
pub struct Request {
    /// The project's folder, or a file in it.
    pub path: PathBuf,
    /// The configuration file, when it is not to be searched.
    pub config: Option<PathBuf>,
}

/// What was found.
#[derive(Debug, Serialize)]
pub struct Report {
    /// The configuration file, as the user would name it.
    #[serde(serialize_with = "paths::serialize")]
    pub file: PathBuf,
    /// Whether there is no error among the findings.
    pub valid: bool,
    /// Errors, warnings and notes, each at its place.
    pub findings: Vec<Finding>,
}

/// Checks the configuration of a project: its text, and the files that it names.
///
/// # Errors
/// When there is no configuration, or it cannot be read; what is wrong in it is in the report.
pub fn run(context: &Context, request: &Request) -> Result<Report> {
    let ConfigFile { found, shown: file, root, repository } =
        ConfigFile::find(context, &request.path, request.config.as_deref())?;
    let mut findings = found.findings;
    match config::load(&found.file, &file, Some(&repository)) {
        Ok(loaded) => {
            findings.extend(loaded.findings.iter().cloned());
            let roots = Roots { root: &root, base: &found.base, repository: Some(&repository) };
            findings.extend(once(unusable_values(&loaded)));
            findings.extend(once(missing_files(&loaded, roots)));
        }
        Err(error) if error.all_findings().is_empty() => return Err(error),
        Err(error) => findings.extend(error.all_findings().iter().cloned()),
    }
    let valid = !findings.iter().any(|finding| finding.severity == Severity::Error);
    Ok(Report { file, valid, findings })
}

/// What the packages name and is not there: a spec file that no action makes, and files to sync.
fn missing_files(loaded: &Loaded, roots: Roots<'_>) -> Vec<Finding> {
    let mut findings: Vec<Finding> = Vec::new();
    for package in &loaded.packages {
        findings.extend(missing_spec(package, roots));
        let folder = match config::package_folder(package, roots) {
            Ok(folder) => folder,
            Err(error) => {
                findings.push(as_finding(&error));
                continue;
            }
        };
        let sources = package.files_to_sync.iter().flat_map(|files| &files.src);
        let acts = package.actions.iter().any(|action| !action.shown().is_empty());
        findings.extend(sources.filter_map(|source| missing_source(source, &folder, roots, acts)));
    }
    findings
}

/// Each finding once: packages and jobs inherit values.
fn once(findings: Vec<Finding>) -> Vec<Finding> {
    let mut once: Vec<Finding> = Vec::new();
    for finding in findings {
        if !once.contains(&finding) {
            once.push(finding);
        }
    }
    once
}

/// A spec file may be made by an action, so that its absence is never an error.
fn missing_spec(package: &Package, roots: Roots<'_>) -> Option<Finding> {
    let error = config::find_spec_file(package, roots).err()?;
    let made = package.action(ActionName::PostUpstreamClone).is_some_and(|action| !action.is_absent());
    let Some(path) = &package.specfile_path else {
        let severity = if made { Severity::Note } else { Severity::Warning };
        return Some(Finding { severity, ..as_finding(&error) });
    };
    if error.kind() != Kind::Project {
        return Some(as_finding(&error));
    }
    let found = if made {
        Finding::note(format!("the spec file `{}` is not there yet: `post-upstream-clone` can make it", path.value))
    } else {
        Finding::warning(format!("the spec file `{}` does not exist", path.value))
            .hint("when an action makes it, that must be `post-upstream-clone`")
    };
    Some(path.place().into_iter().fold(found, Finding::at))
}

/// A file to sync must be there, and a pattern match something, unless an action may make it. As for the Python packit, files are
/// looked for in the package's folder, and patterns in that of the configuration, too.
fn missing_source(source: &Spanned<String>, folder: &Path, roots: Roots<'_>, acts: bool) -> Option<Finding> {
    let placed = |found: Finding| source.place().into_iter().fold(found, Finding::at);
    let pattern = glob::is_pattern(&source.value);
    let there = paths::join_within(roots.root, folder, Path::new(&source.value)).and_then(|file| {
        // A file may be called like a pattern.
        let there = file.symlink_metadata().is_ok();
        let matches = |folder| Ok::<_, Error>(!glob::expand(folder, &source.value)?.is_empty());
        Ok(there || (pattern && (matches(folder)? || matches(roots.base)?)))
    });
    match there {
        Ok(true) => return None,
        Ok(false) => {}
        Err(error) => return Some(placed(Finding::new(Severity::Error, error.message()))),
    }
    let what = format!("`{}` of `files_to_sync`", source.value);
    let found = match (acts, pattern) {
        (true, true) => Finding::note(format!("{what} matches nothing yet: an action can make it")),
        (true, false) => Finding::note(format!("{what} is not there yet: an action can make it")),
        (false, true) => Finding::new(Severity::Error, format!("{what} matches nothing"))
            .hint(format!("it was looked for in `{}`; `**` is no more than `*`", folder.display())),
        (false, false) => Finding::new(Severity::Error, format!("{what} does not exist"))
            .hint(format!("it was looked for in `{}`", folder.display())),
    };
    Some(placed(found))
}

fn as_finding(error: &Error) -> Finding {
    let found = Finding::new(Severity::Error, error.message());
    let found = error.hints().iter().fold(found, |found, hint| found.hint(hint));
    error.place().cloned().into_iter().fold(found, Finding::at)
}
