//! `rpmbuild --rebuild` and `rpmbuild -bb`: from a source RPM, or a spec file and its sources, to RPMs.

use std::cell::Cell;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

use fs_err as fs;

use super::package_manager::PackageManager;
use super::rpmbuild::Definitions;
use crate::context::Context;
use crate::error::{Context as _, Error, Kind, Result};
use crate::process::{Command, Output};

/// What rpmbuild says before the build dependencies that are missing.
const MISSING: &str = "Failed build dependencies:";
/// What rpmbuild says before it says all errors once more.
const AGAIN: &str = "RPM build errors:";
/// So many of the files that rpmbuild lists below an error are told.
const LISTED: usize = 20;

/// One build of RPMs.
#[derive(Debug)]
pub struct BinaryBuild<'a> {
    /// What is built.
    pub input: Input<'a>,
    /// A folder of its own, in which rpm unpacks, builds and writes.
    pub folder: &'a Path,
    /// Further macros.
    pub definitions: Definitions,
    /// Whether rpm is not asked for the build dependencies.
    pub no_dependencies: bool,
}

/// What RPMs are built of.
#[derive(Debug, Clone, Copy)]
pub enum Input<'a> {
    /// A source RPM.
    SourceRpm(&'a Path),
    /// A spec file.
    Spec {
        /// The file.
        file: &'a Path,
        /// The folder with its sources.
        sources: &'a Path,
        /// The folder in which it is built.
        build: &'a Path,
        /// The folder to run in: macros that call programs and files that the spec includes are looked for there.
        run_in: &'a Path,
        /// Whether the build folder holds what is to be built: rpm then runs in it.
        in_place: bool,
        /// The file as the user would name it.
        shown: &'a Path,
    },
}

impl BinaryBuild<'_> {
    /// The folder that gets the RPMs.
    pub fn result(&self) -> PathBuf {
        self.folder.join("RPMS")
    }

    fn command(&self) -> Result<Command> {
        let mut definitions = Definitions::default();
        let below = |name: &str| self.folder.join(name);
        let (mode, file, sources, build, run_in, in_place) = match self.input {
            Input::SourceRpm(file) => {
                ("--rebuild", file.as_os_str().to_owned(), below("SOURCES"), below("BUILD"), self.folder, false)
            }
            Input::Spec { file, sources, build, run_in, in_place, .. } => {
                let run_in = if in_place { build } else { run_in };
                ("-bb", file.as_os_str().to_owned(), sources.to_owned(), build.to_owned(), run_in, in_place)
            }
        };
        for (name, folder) in [
            ("_topdir", self.folder.to_owned()),
            ("_builddir", build),
            ("_buildrootdir", below("BUILDROOT")),
            ("_sourcedir", sources.clone()),
            ("_srcdir", sources.clone()),
            ("_specdir", sources),
            ("_srcrpmdir", below("SRPMS")),
            ("_rpmdir", self.result()),
            // The scripts that rpm writes: it leaves those of a build that fails, in /var/tmp unless told otherwise.
            ("_tmppath", below("TMP")),
        ] {
            fs::create_dir_all(&folder).or_error(Kind::Environment, || "the build folder cannot be made".to_owned())?;
            definitions.define_path(name, &folder)?;
        }
        let command = Command::new("rpmbuild").env("LC_ALL", "C.UTF-8").current_dir(run_in);
        let mut command = command.in_one_stream().arg(mode);
        if self.no_dependencies {
            command = command.arg("--nodeps");
        }
        if in_place {
            command = command.arg("--build-in-place");
        }
        Ok(command.args(definitions.arguments()).args(self.definitions.arguments()).arg(file))
    }

    /// Builds, showing rpm's lines as they come, and returns the RPMs, relative to [`BinaryBuild::result`], in the order of their
    /// names.
    ///
    /// # Errors
    /// Of kind [`Kind::Environment`] when build dependencies are missing: names all of them, and how to install them; of kind
    /// [`Kind::Tool`] when the build fails.
    pub async fn run(&self, context: &Context) -> Result<Vec<PathBuf>> {
        let (ended, listing, paths) = (Cell::new(false), Cell::new(false), self.paths());
        let rewrite = |line: &[u8]| {
            // Where the files are now is nobody's business: they are put elsewhere. The error at the end says what went wrong.
            ended.set(ended.get() || line.starts_with(AGAIN.as_bytes()));
            let line = String::from_utf8_lossy(line);
            let is_error = line.starts_with("error: ") && !line.contains(MISSING);
            let is_listed = listing.get() && is_listed(&line);
            listing.set(is_listed || (is_error && line.ends_with(':')));
            let is_said = ended.get() || is_error || is_listed || line.starts_with("Wrote: ");
            (!is_said)
                .then(|| paths.iter().fold(line.into_owned(), |line, (from, to)| line.replace(from, to)).into_bytes())
        };
        let output = self.command()?.stream(context, rewrite).await?;
        if !output.status.success() {
            return Err(self.failure(context, &output));
        }
        let mut found = Vec::new();
        search(&self.result(), Path::new(""), &mut found)?;
        found.sort();
        if found.is_empty() {
            let error = Error::new(Kind::Tool, format!("rpmbuild made no package of `{}`", self.name()));
            return Err(error.hint("a package is made for each %files section of the spec"));
        }
        Ok(found)
    }

    /// The path of the spec file, which says nothing to the user, and what stands for it.
    fn paths(&self) -> Option<(String, String)> {
        match self.input {
            Input::SourceRpm(_) => None,
            Input::Spec { file, shown, .. } => Some((file.display().to_string(), shown.display().to_string())),
        }
    }

    fn name(&self) -> String {
        match self.input {
            Input::SourceRpm(file) => file.file_name().unwrap_or_default().to_string_lossy().into_owned(),
            Input::Spec { shown, .. } => shown.display().to_string(),
        }
    }

    fn failure(&self, context: &Context, output: &Output) -> Error {
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        let missing = missing(&said);
        if !missing.is_empty() {
            return dependencies(context, &self.name(), &missing);
        }
        let lines = errors(&said);
        if lines.is_empty() {
            return output.failure();
        }
        let error = Error::new(Kind::Tool, format!("rpmbuild cannot build `{}`", self.name()));
        if matches!(self.input, Input::Spec { .. }) {
            return lines.into_iter().fold(error, Error::cause);
        }
        let unlisted = lines.iter().find_map(|line| line.strip_prefix("Unable to open ")?.split(':').next());
        let hint = unlisted.map(|name| format!("the spec reads `{name}` and does not list it: add it as a source"));
        let error = lines.into_iter().fold(error, Error::cause);
        hint.into_iter().fold(error, Error::hint)
    }
}

/// The errors of rpmbuild in its words, each followed by the files that it lists below.
fn errors(said: &str) -> Vec<String> {
    let mut errors: Vec<String> = Vec::new();
    let mut listed = None;
    // What comes behind says all of that once more.
    for line in said.lines().take_while(|line| *line != AGAIN) {
        if let Some(error) = line.strip_prefix("error: ") {
            listed = error.ends_with(':').then_some(0);
            if errors.last().is_none_or(|last| last != error) {
                errors.push(error.to_owned());
            }
        } else if let Some(count) = listed.filter(|_| is_listed(line)) {
            let is_told = count < LISTED;
            errors.extend(is_told.then(|| line.trim().to_owned()));
            // Beyond those there is one line, which counts.
            errors.pop_if(|last| count > LISTED && last.starts_with("and "));
            errors.extend((!is_told).then(|| format!("and {} more", count + 1 - LISTED)));
            listed = Some(count + 1);
        } else {
            listed = None;
        }
    }
    errors
}

/// Whether rpmbuild names a file in this line, below an error about files.
fn is_listed(line: &str) -> bool {
    line.starts_with(' ') && line.trim_start().starts_with('/')
}

/// The build dependencies that rpmbuild says are missing, in its words.
fn missing(said: &str) -> Vec<String> {
    let mut lines = said.lines().skip_while(|line| !line.contains(MISSING)).skip(1);
    let mut missing: Vec<String> = Vec::new();
    while let Some((what, _)) = lines.next().and_then(|line| line.strip_prefix('\t')?.split_once(" is needed by ")) {
        if !missing.iter().any(|known| known == what) {
            missing.push(what.to_owned());
        }
    }
    missing
}

fn dependencies(context: &Context, srpm: &str, missing: &[String]) -> Error {
    let (noun, verb) = if missing.len() == 1 { ("dependency", "is") } else { ("dependencies", "are") };
    let message = format!("{} build {noun} of `{srpm}` {verb} missing: {}", missing.len(), missing.join(", "));
    let error = Error::new(Kind::Environment, message);
    let manager = PackageManager::of_machine(context);
    let error = manager.into_iter().fold(error, |error, manager| error.hint(manager.install(missing)));
    if manager == Some(PackageManager::Apt) {
        return error.hint("rpm knows only what it has installed itself: when they are there, build with --nodeps");
    }
    error.hint("or build where they need not be installed: packit build in-mock, packit copr-build")
}

/// All RPMs below a folder, by their paths below it.
fn search(root: &Path, below: &Path, found: &mut Vec<PathBuf>) -> Result<()> {
    let cannot = || "the result cannot be read".to_owned();
    for entry in fs::read_dir(root.join(below)).or_error(Kind::Environment, cannot)? {
        let entry = entry.or_error(Kind::Environment, cannot)?;
        let path = below.join(entry.file_name());
        if entry.file_type().or_error(Kind::Environment, cannot)?.is_dir() {
            search(root, &path, found)?;
        } else if path.as_os_str().as_bytes().ends_with(b".rpm") {
            found.push(path);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_that_are_listed_below_an_error_belong_to_it() {
        let said = "+ exit 0\n   /no\nerror: Installed (but unpackaged) file(s) found:\n   /usr/a\n   /usr/b c\n\nRPM build \
                    errors:\n    Installed (but unpackaged) file(s) found:\n   /usr/a\n";
        assert_eq!(errors(said), ["Installed (but unpackaged) file(s) found:", "/usr/a", "/usr/b c"]);
        let many: String = (0..23).map(|number| format!("   /usr/{number}\n")).collect();
        let errors = errors(&format!("error: found:\n{many}error: File not found: /x\n"));
        assert_eq!(errors.len(), 23);
        assert_eq!(errors.get(21).map(String::as_str), Some("and 3 more"));
    }

    #[test]
    fn missing_dependencies_are_read() {
        let said = "warning: x\nerror: Failed build dependencies:\n\tgcc is needed by a-1-1.x86_64\n\tpkgconfig(z) >= 1 is \
                    needed by a-1-1.x86_64\n\tgcc is needed by a-1-1.x86_64\nRPM build errors:\n";
        assert_eq!(missing(said), ["gcc", "pkgconfig(z) >= 1"]);
        assert_eq!(errors(said), ["Failed build dependencies:"]);
        assert_eq!(missing("error: Bad exit status\n\tgcc is needed by nobody"), Vec::<String>::new());
    }
}
