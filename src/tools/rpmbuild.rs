//! `rpmbuild -bs`: from a spec file and its sources to a source RPM.

use std::ffi::OsString;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

use fs_err as fs;

use crate::context::Context;
use crate::error::{Context as _, Error, Kind, Result};
use crate::process::Command;

/// Macros given to rpm on its command line: a body, or none to undefine.
#[derive(Debug, Clone, Default)]
pub struct Definitions(Vec<(String, Option<OsString>)>);

impl Definitions {
    /// Adds the definition of a macro.
    pub fn define(&mut self, name: impl Into<String>, body: impl Into<OsString>) {
        self.0.push((name.into(), Some(body.into())));
    }

    /// Adds the definition of a macro whose body is a path.
    ///
    /// # Errors
    /// Of kind [`Kind::Environment`] for a path with a line break, which rpm cannot take.
    pub fn define_path(&mut self, name: impl Into<String>, path: &Path) -> Result<()> {
        self.define(name, macro_path(path)?);
        Ok(())
    }

    /// Adds the removal of a macro.
    pub fn undefine(&mut self, name: impl Into<String>) {
        self.0.push((name.into(), None));
    }

    /// The macros of `parse_time_macros`: those of a package, and those of the user that the package does not set.
    pub fn parse_time(package: &[(String, Option<String>)], user: &[(String, Option<String>)]) -> Self {
        let unset = user.iter().filter(|(name, _)| package.iter().all(|(set, _)| set != name));
        Self(package.iter().chain(unset).map(|(name, body)| (name.clone(), body.clone().map(OsString::from))).collect())
    }

    /// These and the `others`.
    #[must_use]
    pub fn with(&self, others: &Self) -> Self {
        Self(self.0.iter().chain(&others.0).cloned().collect())
    }

    /// The arguments that pass them.
    pub fn arguments(&self) -> Vec<OsString> {
        let mut arguments = Vec::new();
        for (name, body) in &self.0 {
            let mut value = OsString::from(name);
            if let Some(body) = body {
                value.push(" ");
                value.push(body);
            }
            arguments.push(OsString::from(if body.is_some() { "--define" } else { "--undefine" }));
            arguments.push(value);
        }
        arguments
    }
}

/// One source RPM to build.
#[derive(Debug)]
pub struct SourceBuild<'a> {
    /// The spec file.
    pub spec: &'a Path,
    /// The folder with the spec's sources.
    pub sources: &'a Path,
    /// An empty folder for the source RPM.
    pub result: &'a Path,
    /// A folder for what rpm makes on the way.
    pub scratch: &'a Path,
    /// The folder to run in: macros that call programs see it.
    pub folder: &'a Path,
    /// Further macros.
    pub definitions: Definitions,
}

impl SourceBuild<'_> {
    fn command(&self) -> Result<Command> {
        let mut definitions = Definitions::default();
        for (name, folder) in [
            ("_topdir", self.scratch),
            ("_builddir", self.scratch),
            ("_rpmdir", self.scratch),
            ("_buildrootdir", self.scratch),
            ("_sourcedir", self.sources),
            ("_srcdir", self.sources),
            ("_specdir", self.sources),
            ("_srcrpmdir", self.result),
        ] {
            definitions.define_path(name, folder)?;
        }
        let command = Command::new("rpmbuild").env("LC_ALL", "C.UTF-8").current_dir(self.folder).arg("-bs");
        Ok(command.args(definitions.arguments()).args(self.definitions.arguments()).arg(self.spec))
    }

    /// Builds the source RPM, showing rpm's lines as `rewrite` gives them, and returns the path of the file.
    ///
    /// # Errors
    /// Of kind [`Kind::Tool`] when rpmbuild fails.
    pub async fn run(&self, context: &Context, rewrite: impl Fn(&[u8]) -> Option<Vec<u8>>) -> Result<PathBuf> {
        self.command()?.stream(context, rewrite).await?.success()?;
        let entries =
            fs::read_dir(self.result).or_error(Kind::Environment, || "the result cannot be read".to_owned())?;
        let mut found = entries
            .flatten()
            .map(|entry| entry.path())
            .filter(|path| path.as_os_str().as_bytes().ends_with(b".src.rpm"));
        found.next().ok_or_else(|| Error::new(Kind::Tool, "rpmbuild ended well and wrote no source RPM"))
    }
}

/// A path as the body of a macro: rpm expands `%`, so it is doubled.
///
/// # Errors
/// Of kind [`Kind::Environment`] for a path with a line break.
fn macro_path(path: &Path) -> Result<OsString> {
    use std::os::unix::ffi::OsStringExt as _;
    let bytes = path.as_os_str().as_bytes();
    if bytes.contains(&b'\n') {
        return Err(Error::new(Kind::Environment, format!("rpm takes no line break in a path: `{}`", path.display())));
    }
    let doubled = bytes.iter().flat_map(|&byte| if byte == b'%' { vec![b'%', b'%'] } else { vec![byte] }).collect();
    Ok(OsString::from_vec(doubled))
}
