//! From a configuration file to the packages that it configures.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::definitions::Level;
use super::inherit::{self, Tree};
use super::job::{self, Job};
use super::node::{Mapping, Node, Value};
use super::package::Package;
use super::read::Reader;
use super::source::{Source, Span};
use super::yaml;
use crate::error::{Context, Error, Finding, Kind, Result, Severity};

/// A larger configuration file is not one.
const LARGEST: u64 = 1 << 20;

/// A configuration that can be worked with.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// The file, as the user would name it.
    pub file: PathBuf,
    /// The packages in the order of the file; never empty.
    pub packages: Vec<Package>,
    /// The jobs in the order of the file; the default ones where it has no `jobs` key.
    pub jobs: Vec<Job>,
    /// Whether the file has a `packages` key.
    pub is_monorepo: bool,
    /// Warnings.
    pub findings: Vec<Finding>,
    pub(super) tree: Arc<Tree>,
}

impl Loaded {
    /// The job of a number, from 0.
    ///
    /// # Errors
    /// Of kind [`Kind::Usage`] when there is none.
    pub fn job(&self, index: usize) -> Result<&Job> {
        let count = self.jobs.len();
        self.jobs.get(index).ok_or_else(|| {
            Error::new(Kind::Usage, format!("there is no job {index}: the configuration has {count}"))
                .hint("jobs are counted from 0; one with `trigger: a | b` counts twice")
        })
    }
}

/// Loads the configuration `file`.
///
/// `shown` is the file as the user would name it, for messages. `repository` is the upstream repository's name, the
/// default of the packages' names.
///
/// # Errors
/// [`Kind::Config`] when the file cannot be read or is not valid; all that is wrong, and the warnings, are the findings
/// of the error.
pub fn load(file: &Path, shown: &Path, repository: Option<&str>) -> Result<Loaded> {
    parse(read_file(file, shown)?, shown, repository)
}

/// Loads a configuration from the bytes of its file: see [`load`].
///
/// # Errors
/// As [`load`].
pub fn parse(bytes: Vec<u8>, shown: &Path, repository: Option<&str>) -> Result<Loaded> {
    let source =
        Arc::new(decode(bytes, |text| Source::new(shown, text)).map_err(|finding| invalid(shown, vec![*finding]))?);
    let mut findings = Vec::new();
    let root = yaml::read(&source, &mut findings);
    let mut reader = Reader::new(&source, findings);
    let mut read = None;
    // What could not be read as YAML would be reported a second time, as a missing or wrong value.
    if let (Some(root), false) = (root, reader.failed())
        && let Some(top) = top(&mut reader, root)
    {
        read = Some(configuration(&mut reader, &source, top, repository));
    }
    let findings = reader.finish();
    match read {
        Some((tree, packages, jobs)) if findings.iter().all(|finding| finding.severity != Severity::Error) => {
            let is_monorepo = tree.packages.is_some();
            Ok(Loaded { file: shown.to_owned(), packages, jobs, is_monorepo, findings, tree: Arc::new(tree) })
        }
        _ => Err(invalid(shown, findings)),
    }
}

/// Reads the bytes of a configuration file.
pub(super) fn read_file(file: &Path, shown: &Path) -> Result<Vec<u8>> {
    let message = || format!("cannot read the configuration `{}`", shown.display());
    let opened = fs_err::File::open(file).or_error(Kind::Config, message)?;
    let mut bytes = Vec::new();
    opened.take(LARGEST + 1).read_to_end(&mut bytes).or_error(Kind::Config, message)?;
    if bytes.len() as u64 > LARGEST {
        let message = format!("`{}` is larger than 1 MiB, and that is no configuration", shown.display());
        return Err(Error::new(Kind::Config, message));
    }
    Ok(bytes)
}

/// The text of a file as a source; a finding when it is not UTF-8.
pub(super) fn decode(bytes: Vec<u8>, source: impl Fn(String) -> Source) -> Result<Source, Box<Finding>> {
    let without_bom = |text: String| text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text);
    String::from_utf8(bytes).map(|text| source(without_bom(text))).map_err(|error| {
        let start = error.utf8_error().valid_up_to();
        let byte = error.as_bytes().get(start).copied().unwrap_or_default();
        let text = String::from_utf8_lossy(error.as_bytes()).into_owned();
        let message = format!("the file is not UTF-8: the byte 0x{byte:02x} here begins no character");
        let place = source(text).place(Span { start, end: start + '\u{fffd}'.len_utf8() });
        Box::new(Finding::new(Severity::Error, message).at(place).hint("save the file as UTF-8"))
    })
}

/// The error for a file in which something is wrong.
pub(super) fn invalid(shown: &Path, findings: Vec<Finding>) -> Error {
    let count = findings.iter().filter(|finding| finding.severity == Severity::Error).count();
    let problems = if count == 1 { "1 problem".to_owned() } else { format!("{count} problems") };
    Error::new(Kind::Config, format!("`{}` is not valid: {problems}", shown.display())).findings(findings)
}

fn top(reader: &mut Reader<'_>, root: Node) -> Option<Mapping> {
    match root.value {
        Value::Mapping(mapping) => Some(mapping),
        other => {
            let message = format!("a configuration is a mapping of keys to values, and this is {}", other.kind());
            reader.error(root.span, message, Some("write `specfile_path: NAME.spec` to begin with".to_owned()));
            None
        }
    }
}

fn configuration(
    reader: &mut Reader<'_>,
    source: &Arc<Source>,
    top: Mapping,
    repository: Option<&str>,
) -> (Tree, Vec<Package>, Vec<Job>) {
    reader.check_keys(&top, Level::Top);
    let packages = inherit::packages(reader, &top);
    let jobs = inherit::jobs(reader, &top);
    let tree = Tree { source: Arc::clone(source), repository: repository.map(str::to_owned), top, packages, jobs };
    let packages = tree.read_packages(reader);
    if packages.is_empty() && !reader.failed() {
        let hint = "write `downstream_package_name: NAME`".to_owned();
        reader.error(Span::default(), "the package has no name, and the repository has none to give it", Some(hint));
    }
    let names: Vec<&str> = packages.iter().map(|package| package.name.as_str()).collect();
    // Where packages could not be read, no job names a wrong one.
    let jobs = job::read(reader, &tree, (!names.is_empty()).then_some(&names));
    (tree, packages, jobs)
}

#[cfg(test)]
mod tests;
