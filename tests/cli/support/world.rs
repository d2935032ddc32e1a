use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

use super::program::found_on;
use super::{Repository, Run};

/// A temporary folder with a home of its own, and what is run in it.
pub struct World {
    folder: TempDir,
    variables: Vec<(OsString, OsString)>,
}

/// 2023-11-14 22:13:20 UTC.
pub const NOW: &str = "1700000000";

impl World {
    pub fn new() -> Self {
        let folder = tempfile::Builder::new().prefix("world-").tempdir().unwrap();
        for below in ["home", "tmp", "out"] {
            fs_err::create_dir(folder.path().join(below)).unwrap();
        }
        let identity = "[user]\n name = Ann Author\n email = ann@example.com\n[init]\n defaultBranch = main\n";
        fs_err::write(folder.path().join("home/.gitconfig"), identity).unwrap();
        Self { folder, variables: vec![("SOURCE_DATE_EPOCH".into(), NOW.into())] }
    }

    /// A path below the root of the world.
    pub fn path(&self, below: impl AsRef<Path>) -> PathBuf {
        self.folder.path().canonicalize().unwrap().join(below)
    }

    /// Sets an environment variable for all that is run from now on.
    pub fn set(&mut self, name: &str, value: impl AsRef<OsStr>) {
        self.variables.retain(|(set, _)| set != name);
        self.variables.push((name.into(), value.as_ref().to_owned()));
    }

    /// Removes an environment variable.
    pub fn unset(&mut self, name: &str) {
        self.variables.retain(|(set, _)| set != name);
    }

    /// An empty git repository below the root, with the project's address as origin.
    pub fn repository(&self, name: &str) -> Repository<'_> {
        Repository::new(self, self.path(name))
    }

    /// A program in this world's environment and no other.
    pub fn command(&self, program: impl AsRef<OsStr>, folder: impl AsRef<Path>) -> Command {
        let set = self.variables.iter().find(|(name, _)| name == "PATH").map(|(_, value)| value.clone());
        let path = set.or_else(|| std::env::var_os("PATH")).unwrap_or_default();
        let mut command = found_on(program, &path);
        command.env_clear().current_dir(folder).stdin(Stdio::null());
        command.env("PATH", path);
        command.env("HOME", self.path("home")).env("TMPDIR", self.path("tmp"));
        command.env("LANG", "C.UTF-8").env("TZ", "UTC").env("TERM", "dumb").env("GIT_CONFIG_NOSYSTEM", "1");
        command.envs(self.variables.iter().cloned());
        command
    }

    /// The built packit, to be run in `folder`.
    pub fn packit_command<A: AsRef<OsStr>>(&self, folder: impl AsRef<Path>, arguments: &[A]) -> Command {
        let mut command = self.command(env!("CARGO_BIN_EXE_packit"), folder);
        command.args(arguments);
        command
    }

    /// Runs packit in `folder` to its end.
    pub fn packit<A: AsRef<OsStr>>(&self, folder: impl AsRef<Path>, arguments: &[A]) -> Run {
        let output = self.packit_command(folder, arguments).output().unwrap();
        Run::new(output, &self.path(""))
    }

    /// What was left in the folder for temporary files.
    pub fn leftovers(&self) -> Vec<PathBuf> {
        fs_err::read_dir(self.path("tmp")).unwrap().map(|entry| entry.unwrap().path()).collect()
    }
}
