//! From a configuration file to the packages that it configures.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::keys::Level;
use super::node::{Mapping, Node, Value};
use super::package::{self, Names, Package};
use super::read::{Layers, Reader};
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
    /// Whether the file has a `packages` key.
    pub is_monorepo: bool,
    /// Warnings.
    pub findings: Vec<Finding>,
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
    let mut packages = Vec::new();
    let mut is_monorepo = false;
    // What could not be read as YAML would be reported a second time, as a missing or wrong value.
    if let (Some(root), false) = (root, reader.failed())
        && let Some(top) = top(&mut reader, &root)
    {
        is_monorepo = top.entry("packages").is_some();
        packages = configuration(&mut reader, top, repository);
    }
    let findings = reader.finish();
    if findings.iter().any(|finding| finding.severity == Severity::Error) {
        return Err(invalid(shown, findings));
    }
    Ok(Loaded { file: shown.to_owned(), packages, is_monorepo, findings })
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

fn top<'n>(reader: &mut Reader<'_>, root: &'n Node) -> Option<&'n Mapping> {
    match &root.value {
        Value::Mapping(mapping) => Some(mapping),
        other => {
            let message = format!("a configuration is a mapping of keys to values, and this is {}", other.kind());
            reader.error(root.span, message, Some("write `specfile_path: NAME.spec` to begin with".to_owned()));
            None
        }
    }
}

fn configuration(reader: &mut Reader<'_>, top: &Mapping, repository: Option<&str>) -> Vec<Package> {
    reader.check_keys(top, Level::Top);
    jobs(reader, top);
    let Some(entry) = top.entry("packages") else {
        let package = package::read(reader, Layers(&[top]), Names { key: None, repository });
        if package.is_none() && !reader.failed() {
            let hint = "write `downstream_package_name: NAME`".to_owned();
            reader.error(
                Span::default(),
                "the package has no name, and the repository has none to give it",
                Some(hint),
            );
        }
        return package.into_iter().collect();
    };
    let what = "a mapping of names to mappings";
    let Some(packages) = reader.mapping_of(entry, "packages", what) else { return Vec::new() };
    if packages.entries.is_empty() {
        reader.error(entry.key.span, "`packages` names no package", Some("name one, or remove the key".to_owned()));
    }
    reader.check_names(
        packages,
        |name| !name.is_empty() && !name.contains(['/', '\0']),
        |name, _| (format!("the package name `{name}` becomes a file name and cannot be empty or contain `/`"), None),
    );
    let mut loaded = Vec::new();
    for entry in &packages.entries {
        let Some(name) = entry.name() else { continue };
        match &entry.value.value {
            Value::Mapping(own) => {
                reader.check_keys(own, Level::Package);
                let names = Names { key: Some(name), repository };
                loaded.extend(package::read(reader, Layers(&[own, top]), names));
            }
            other => {
                let message = format!("the package `{name}` must be a mapping, not {}", other.kind());
                reader.error(entry.key.span, message, Some(format!("write `{name}: {{}}` when it has no keys")));
            }
        }
    }
    loaded
}

/// Checks the shape of `jobs` and the names of the keys in it.
fn jobs(reader: &mut Reader<'_>, top: &Mapping) {
    let Some(entry) = top.entry("jobs") else { return };
    if matches!(entry.value.value, Value::Null) {
        let hint = "write `jobs: []` for no jobs, or remove the line for the default ones".to_owned();
        return reader.error(entry.key.span, "`jobs` has no value", Some(hint));
    }
    let Some(jobs) = reader.list_of(entry, "jobs", "a list of jobs") else { return };
    for job in jobs {
        let Value::Mapping(mapping) = &job.value else {
            let message = format!("a job must be a mapping, not {}", job.value.kind());
            reader.error(job.span, message, Some("write `- job: NAME` and `trigger: EVENT` below it".to_owned()));
            continue;
        };
        reader.check_keys(mapping, Level::Job);
        if let Some(Value::Mapping(metadata)) = mapping.get("metadata").map(|node| &node.value) {
            reader.check_keys(metadata, Level::Metadata);
        }
        if let Some(Value::Mapping(packages)) = mapping.get("packages").map(|node| &node.value) {
            for package in &packages.entries {
                if let Value::Mapping(keys) = &package.value.value {
                    reader.check_keys(keys, Level::JobPackage);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests;
