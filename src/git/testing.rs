//! Repositories for tests, made by the real git.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

use super::names::{Address, BranchName};
use super::working_clone::{CloneRequest, Place, WorkingClone};
use crate::context::Context;
use crate::error::{Error, Result};
use crate::interrupt::Interrupt;

/// A server with the bare repositories `server` and `fork`, and a folder for everything else.
pub(crate) struct World {
    pub(crate) dir: tempfile::TempDir,
    pub(crate) context: Context,
}

impl World {
    /// `server` has `rawhide` with two commits, `f41` at the first of them and `f42` beside it. `fork` has the first commit alone.
    pub(crate) fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let variables = HashMap::from([("TMPDIR".into(), dir.path().join("tmp").into())]);
        let context = Context::with(dir.path().to_owned(), variables, Arc::new(|_| {}), Interrupt::default()).unwrap();
        let world = Self { dir, context };
        for folder in ["tmp", "work"] {
            fs_err::create_dir(world.path(folder)).unwrap();
        }
        world.git("work", &["init", "-q", "-b", "rawhide", "."]);
        world.write("work/hello.spec", "Name: hello\nVersion: 1.0\n");
        world.write("work/.gitignore", "*.tar.gz\n");
        world.commit("Import");
        world.git("work", &["branch", "f41"]);
        world.git(".", &["clone", "-q", "--bare", "work", "fork"]);
        world.git("work", &["checkout", "-q", "-b", "f42"]);
        world.write("work/old", "of f42\n");
        world.commit("Only in f42");
        world.git("work", &["checkout", "-q", "rawhide"]);
        world.write("work/hello.spec", "Name: hello\nVersion: 1.1\n");
        world.commit("Update");
        world.git(".", &["clone", "-q", "--bare", "work", "server"]);
        world
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.path().canonicalize().unwrap().join(name)
    }

    pub(crate) fn write(&self, name: &str, content: &str) {
        fs_err::create_dir_all(self.path(name).parent().unwrap()).unwrap();
        fs_err::write(self.path(name), content).unwrap();
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs_err::read_to_string(self.path(name)).unwrap()
    }

    /// Writes an executable script.
    pub(crate) fn script(&self, name: &str, content: &str) {
        self.write(name, content);
        fs_err::set_permissions(self.path(name), std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    }

    /// Hooks of a repository's folder, all of which leave a file `hooked`.
    pub(crate) fn hook(&self, folder: &str) {
        for hook in [
            "post-checkout",
            "pre-commit",
            "commit-msg",
            "post-commit",
            "pre-push",
            "reference-transaction",
            "post-rewrite",
        ] {
            self.script(&format!("{folder}/{hook}"), &format!("#!/bin/sh\ntouch {}\n", self.path("hooked").display()));
        }
    }

    pub(crate) fn address(&self, name: &str) -> Address {
        Address::new(&format!("file://{}", self.path(name).display())).unwrap()
    }

    pub(crate) fn commit(&self, message: &str) {
        self.git("work", &["add", "-A"]);
        self.git("work", &["commit", "-q", "-m", message]);
    }

    /// Runs git in a folder of this world.
    pub(crate) fn git(&self, folder: &str, args: &[&str]) -> String {
        let (good, said) = self.try_git(folder, args);
        assert!(good, "git {args:?}: {said}");
        said
    }

    #[expect(clippy::disallowed_methods, reason = "tests make their repositories with the real git")]
    pub(crate) fn try_git(&self, folder: &str, args: &[&str]) -> (bool, String) {
        let output = std::process::Command::new("git")
            .args(["-c", "protocol.file.allow=always", "-c", "gc.auto=0", "-c", "core.hooksPath=/dev/null"])
            .args(args)
            .current_dir(self.dir.path().join(folder))
            .envs([("GIT_CONFIG_GLOBAL", "/dev/null"), ("GIT_CONFIG_NOSYSTEM", "1"), ("LC_ALL", "C")])
            .envs([("GIT_AUTHOR_NAME", "Ann"), ("GIT_AUTHOR_EMAIL", "ann@example.com")])
            .envs([("GIT_COMMITTER_NAME", "Ann"), ("GIT_COMMITTER_EMAIL", "ann@example.com")])
            .envs([("GIT_AUTHOR_DATE", "1700000000 +0000"), ("GIT_COMMITTER_DATE", "1700000000 +0000")])
            .output()
            .unwrap();
        let text = [output.stdout, output.stderr].concat();
        (output.status.success(), String::from_utf8_lossy(&text).trim().to_owned())
    }

    /// A clone of `server` by packit, in which a user commits.
    pub(crate) async fn clone(&self, place: Place) -> Result<WorkingClone> {
        let user_clone = self.path("theirs");
        let objects_of = user_clone.exists().then_some(user_clone.as_path());
        let request = CloneRequest { origin: self.address("server"), credentials: None, objects_of, place };
        let clone = WorkingClone::open(&self.context, request).await?;
        let folder = clone.root().to_str().unwrap();
        self.git(folder, &["config", "user.name", "Bob"]);
        self.git(folder, &["config", "user.email", "bob@example.com"]);
        Ok(clone)
    }

    /// A clone of `server` that belongs to the user: on `f42`, with a file that is not tracked and one that is ignored.
    pub(crate) fn user_clone(&self) {
        self.git(".", &["clone", "-q", &self.address("server").shown(), "theirs"]);
        self.git("theirs", &["checkout", "-q", "f42"]);
        self.git("theirs", &["config", "user.name", "Carol"]);
        self.write("theirs/mine", "mine\n");
        self.write("theirs/mine.tar.gz", "mine\n");
    }

    /// All that the user's clone is: work tree, index and refs.
    pub(crate) fn state(&self, folder: &str) -> Vec<String> {
        let status = self.git(folder, &["status", "--porcelain", "--ignored", "--branch"]);
        let refs = self.git(folder, &["for-each-ref", "--format=%(refname) %(objectname)"]);
        let index = self.git(folder, &["ls-files", "--stage"]);
        let objects = self.git(folder, &["count-objects", "-v"]);
        vec![status, refs, index, objects, self.git(folder, &["rev-parse", "HEAD"])]
    }
}

pub(crate) fn branch(name: &str) -> BranchName {
    BranchName::new(name).unwrap()
}

pub(crate) fn branches(names: &[&str]) -> Vec<BranchName> {
    names.iter().map(|name| branch(name)).collect()
}

/// All that an error says.
pub(crate) fn shown(error: &Error) -> String {
    [&[error.message().to_owned()], error.causes(), error.hints()].concat().join(" | ")
}
