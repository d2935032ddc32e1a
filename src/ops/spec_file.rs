//! The spec file of a package: where it is, what it says, and what rpm makes of it.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use fs_err as fs;

use crate::config::{self, Package};
use crate::context::Context;
use crate::error::{Context as _, Error, Kind, Place, Result};
use crate::ops::project::Project;
use crate::project::staging::Staging;
use crate::spec::{Facts, Known, LineId, Probe, Spec};
use crate::tools::rpmbuild::Definitions;
use crate::tools::{program, rpmspec};

/// A spec file that was read.
#[derive(Debug)]
pub struct SpecFile {
    /// The file.
    pub path: PathBuf,
    /// The file as the user would name it.
    pub shown: PathBuf,
    /// The file relative to the top of the repository.
    pub in_repository: PathBuf,
    /// The folder with its sources.
    pub folder: PathBuf,
    /// Its name.
    pub name: std::ffi::OsString,
    /// Its text.
    pub text: Vec<u8>,
}

impl SpecFile {
    /// Finds and reads the spec file of a package.
    ///
    /// # Errors
    /// When there is none, or nothing to choose by.
    pub fn read(context: &Context, project: &Project, package: &Package) -> Result<Self> {
        let path = config::find_spec_file(package, project.roots())?;
        let shown = project.shown(context, &path);
        let text = fs::read(&path)
            .or_error(Kind::Project, || format!("the spec file `{}` cannot be read", shown.display()))?;
        let folder = path.parent().unwrap_or(Path::new("/")).to_owned();
        let name = path.file_name().unwrap_or(OsStr::new("package.spec")).to_owned();
        let in_repository = path.strip_prefix(project.repo.root()).unwrap_or(&path).to_owned();
        Ok(Self { path, shown, in_repository, folder, name, text })
    }

    /// What is known of the spec: what its text says, as `known`, or, where that is not all, what rpm says. `run_in` is the folder that
    /// the programs which the spec calls see.
    ///
    /// # Errors
    /// When rpm cannot parse the spec: its own lines are the causes.
    pub async fn facts(
        &self,
        context: &Context,
        known: Known,
        macros: &Definitions,
        staging: &Staging,
        run_in: &Path,
    ) -> Result<Facts> {
        match known {
            Known::Text(facts) => Ok(*facts),
            Known::Ask(probe) => {
                program::require(context, &["rpmspec"])?;
                context.step(format!("asking rpm about {}", self.shown.display()));
                let file = staging.scratch().join(&self.name);
                fs::write(&file, probe.text())
                    .or_error(Kind::Environment, || "the staging folder cannot be filled".to_owned())?;
                let mut definitions = macros.clone();
                definitions.define_path("_sourcedir", &self.folder)?;
                definitions.define_path("_specdir", &self.folder)?;
                let said = rpmspec::parse(context, run_in, &file, &definitions).await?;
                match probe.read(&said.text) {
                    Ok(facts) => Ok(facts),
                    Err(_) if !said.failed.is_empty() => Err(self.refused(&file, &said.failed, &probe)),
                    Err(error) => Err(self.unread(error)),
                }
            }
        }
    }

    /// How `edited` differs from what the file was, as a unified diff that `git apply` takes.
    pub fn diff(&self, original: &[u8], edited: &[u8]) -> Vec<u8> {
        let name = self.in_repository.display();
        let (old, new) = (format!("a/{name}"), format!("b/{name}"));
        let mut diff = Vec::new();
        // Writing to memory cannot fail.
        let _ = similar::TextDiff::from_lines(original, edited).unified_diff().header(&old, &new).to_writer(&mut diff);
        diff
    }

    /// The place of a line of the spec.
    pub fn line_of(&self, line: LineId) -> Option<Place> {
        self.place(Spec::parse(&self.text).line_number(line)?)
    }

    /// An error of the spec editor, with the name of the file.
    pub fn named(&self, error: Error) -> Error {
        error.within(format!("`{}` cannot be used", self.shown.display()))
    }

    /// An error about what the spec does not say, at the line of its name, where the rest is looked for.
    pub fn unread(&self, error: Error) -> Error {
        let has_place = error.place().is_some();
        let place = self.line_of_name().filter(|_| !has_place);
        place.into_iter().fold(self.named(error), Error::at)
    }

    /// The line with the name of the package, else the first one.
    fn line_of_name(&self) -> Option<Place> {
        let is_name = |line: &[u8]| line.get(..5).is_some_and(|begin| begin.eq_ignore_ascii_case(b"name:"));
        let number = self.text.split(|&byte| byte == b'\n').position(is_name).unwrap_or(0);
        self.place(number + 1)
    }

    /// The error for a spec that rpm cannot parse: rpm's own lines, about the user's file and its lines.
    fn refused(&self, file: &Path, said: &[String], probe: &Probe) -> Error {
        let error = Error::new(Kind::Project, format!("rpm cannot parse `{}`", self.shown.display()));
        self.with_lines_of_rpm(error, said, |number| probe.original_line(number), &[(file, &self.shown)])
    }

    /// The error `failed` of an rpmbuild that cannot do `what` with the text `edited`, which stood in the file `spec` beside its
    /// `sources`: about the user's files.
    pub fn build_failed(&self, what: &str, failed: &Error, edited: &[u8], spec: &Path, sources: &Path) -> Error {
        let message = format!("rpmbuild cannot {what} `{}`", self.shown.display());
        let error = failed.hints().iter().fold(Error::new(failed.kind(), message), Error::hint);
        let same_line = |number: usize| {
            let line = |text: &[u8]| text.split(|&byte| byte == b'\n').nth(number.checked_sub(1)?).map(<[u8]>::to_vec);
            (line(&self.text)? == line(edited)?).then_some(number)
        };
        let mut said = failed.causes().to_vec();
        said.retain(|line| line != "RPM build errors:");
        said.dedup();
        if said.is_empty() {
            said.push(failed.message().to_owned());
        }
        self.with_lines_of_rpm(error, &said, same_line, &[(spec, &self.shown), (sources, &self.folder)])
    }

    /// `error` with the lines that rpm said as its causes: numbers of lines are those of the user's file as `original` tells
    /// them, paths are exchanged, and the first line that is named becomes the place.
    fn with_lines_of_rpm(
        &self,
        error: Error,
        said: &[String],
        original: impl Fn(usize) -> Option<usize>,
        paths: &[(&Path, &Path)],
    ) -> Error {
        let (mut error, mut place) = (error, None);
        for line in said {
            let trimmed = line.trim_start();
            // A mark stands under the column that it means.
            let line = trimmed.strip_prefix("error: ").unwrap_or(if trimmed == "^" { line } else { trimmed });
            let (line, number) = with_own_number(line, &original);
            place = place.or_else(|| self.place(number?));
            if line.contains("field must be present in package") {
                place = place.or_else(|| self.line_of_name());
            }
            let exchange = |line: String, (from, to): &(&Path, &Path)| {
                line.replace(&from.display().to_string(), &to.display().to_string())
            };
            error = error.cause(paths.iter().fold(line, exchange));
        }
        place.into_iter().fold(error, Error::at)
    }

    /// A whole line of the file, from 1.
    fn place(&self, number: usize) -> Option<Place> {
        let line = self.text.split(|&byte| byte == b'\n').nth(number.checked_sub(1)?)?;
        let text = String::from_utf8_lossy(line).trim_end().to_owned();
        Some(Place { file: self.shown.clone(), line: number, column: 1, length: text.chars().count(), text })
    }
}

/// A line of rpm with the number of the line of the user's file in it, and that number: `line 6: Unknown tag`, or
/// `/path/to/hello.spec:13: bad %if condition`.
fn with_own_number(line: &str, original: impl Fn(usize) -> Option<usize>) -> (String, Option<usize>) {
    for before in ["line ", ".spec:"] {
        let Some(start) = line.find(before).map(|at| at + before.len()) else { continue };
        let (head, tail) = line.split_at(start);
        let (digits, rest) = tail.split_at(tail.find(|c: char| !c.is_ascii_digit()).unwrap_or(tail.len()));
        if let (Some(number), true) = (digits.parse().ok().and_then(&original), rest.starts_with(':')) {
            return (format!("{head}{number}{rest}"), Some(number));
        }
    }
    (line.to_owned(), None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_lines_are_the_users() {
        let shifted = |number| Some(number).filter(|&number| number > 2).map(|number| number - 2);
        for (line, expected, number) in [
            ("line 6: Unknown tag: Lisense: MIT", "line 4: Unknown tag: Lisense: MIT", Some(4)),
            ("/tmp/x/hello.spec:13: bad %if condition", "/tmp/x/hello.spec:11: bad %if condition", Some(11)),
            ("line 1: ours", "line 1: ours", None),
            ("in line with it", "in line with it", None),
            ("a.spec: line 7: x", "a.spec: line 5: x", Some(5)),
        ] {
            assert_eq!(with_own_number(line, shifted), (expected.to_owned(), number));
        }
    }
}
