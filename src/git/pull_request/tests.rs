use std::collections::HashMap;
use std::sync::Arc;

use super::*;
use crate::interrupt::Interrupt;

/// A server's bare repository with a pull request, and the clone of it.
struct World {
    dir: tempfile::TempDir,
    context: Context,
}

impl World {
    /// The server has the branches `main` and `old`, the one before its last commit, and the pull request under `name`, which
    /// branches off before that commit, too. Hooks of the clone would leave a file `hooked`.
    fn new(name: &str) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let context =
            Context::with(dir.path().to_owned(), HashMap::new(), Arc::new(|_| {}), Interrupt::default()).unwrap();
        let world = Self { dir, context };
        fs_err::create_dir(world.dir.path().join("work")).unwrap();
        world.git("work", 0, &["init", "-q", "-b", "main", "."]);
        world.commit(1, "file", "1\n2\n3\n4\n5\n");
        world.git("work", 0, &["branch", "old"]);
        world.git("work", 0, &["checkout", "-q", "-b", "request"]);
        world.commit(2, "file", "1 of the request\n2\n3\n4\n5\n");
        world.commit(3, "new", "new\n");
        world.git("work", 0, &["checkout", "-q", "main"]);
        world.commit(4, "file", "1\n2\n3\n4\n5 of main\n");
        world.git(".", 0, &["clone", "-q", "--bare", "work", "server"]);
        world.git("server", 0, &["update-ref", name, "refs/heads/request"]);
        world.git("server", 0, &["update-ref", "-d", "refs/heads/request"]);
        world.clone();
        world
    }

    fn clone(&self) {
        let _ = fs_err::remove_dir_all(self.dir.path().join("clone"));
        let url = format!("file://{}", self.dir.path().join("server").display());
        self.git(".", 0, &["clone", "-q", &url, "clone"]);
        for hook in ["post-checkout", "pre-merge-commit", "post-merge", "commit-msg", "reference-transaction"] {
            let path = self.dir.path().join("clone/.git/hooks").join(hook);
            fs_err::create_dir_all(path.parent().unwrap()).unwrap();
            fs_err::write(&path, format!("#!/bin/sh\ntouch {}\n", self.dir.path().join("hooked").display())).unwrap();
            fs_err::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
        }
    }

    fn commit(&self, hours: i64, file: &str, content: &str) {
        fs_err::write(self.dir.path().join("work").join(file), content).unwrap();
        self.git("work", hours, &["add", "-A"]);
        self.git("work", hours, &["commit", "-q", "-m", &format!("Change {file}")]);
    }

    /// Runs git in a folder of this world, so many hours after its beginning.
    #[expect(clippy::disallowed_methods, reason = "tests make their repositories with the real git")]
    fn git(&self, folder: &str, hours: i64, args: &[&str]) -> String {
        let date = format!("{} +0100", 1_700_000_000 + hours * 3600);
        let output = std::process::Command::new("git")
            .args(["-c", "protocol.file.allow=always", "-c", "gc.auto=0"])
            .args(args)
            .current_dir(self.dir.path().join(folder))
            .envs([("GIT_CONFIG_GLOBAL", "/dev/null"), ("GIT_CONFIG_NOSYSTEM", "1"), ("LC_ALL", "C")])
            .envs([("GIT_AUTHOR_NAME", "Ann"), ("GIT_AUTHOR_EMAIL", "ann@example.com"), ("GIT_AUTHOR_DATE", &date)])
            .envs([("GIT_COMMITTER_NAME", "Ann"), ("GIT_COMMITTER_EMAIL", "ann@example.com")])
            .env("GIT_COMMITTER_DATE", &date)
            .output()
            .unwrap();
        assert!(output.status.success(), "git {args:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    }

    fn check_out(&self, id: &str, host: &str, target: Option<&str>, merge: bool) -> Result<PullRequest> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let clone = self.dir.path().join("clone");
        runtime.block_on(check_out(&self.context, &clone, id, host, target, merge))
    }

    fn id(&self, name: &str) -> String {
        self.git("clone", 0, &["rev-parse", name])
    }

    fn file(&self, name: &str) -> String {
        fs_err::read_to_string(self.dir.path().join("clone").join(name)).unwrap()
    }

    /// The clone is clean, on the branch of the pull request, and no hook has run.
    fn is_clean_on(&self, branch: &str) {
        assert_eq!(self.git("clone", 0, &["status", "--porcelain", "--branch"]), format!("## {branch}"));
        assert!(!self.dir.path().join("hooked").exists(), "a hook has run");
    }
}

fn shown(error: &Error) -> String {
    [&[error.message().to_owned()], error.causes(), error.hints()].concat().join(" | ")
}

const GITHUB: &str = "refs/pull/7/head";
const GITLAB: &str = "refs/merge-requests/7/head";

#[test]
fn the_head_is_checked_out_under_either_name() {
    for (name, host) in
        [(GITHUB, "github.com"), (GITLAB, "gitlab.example.com"), (GITLAB, "salsa.debian.org"), (GITHUB, "")]
    {
        let world = World::new(name);
        let done = world.check_out("7", host, None, false).unwrap();
        let head = world.git("server", 0, &["rev-parse", name]);
        assert_eq!((done.branch.as_str(), done.merged_into), ("pr/7", None));
        assert_eq!((done.commit.to_string(), done.head.to_string()), (head.clone(), head.clone()));
        assert_eq!(world.id("HEAD"), head);
        assert_eq!(world.file("file"), "1 of the request\n2\n3\n4\n5\n");
        world.is_clean_on("pr/7");
    }
}

#[test]
fn the_host_tells_which_name_comes_first() {
    let world = World::new(GITHUB);
    world.git("server", 0, &["update-ref", GITLAB, "refs/heads/old"]);
    assert_eq!(
        world.check_out("7", "example.com", None, false).unwrap().head.to_string(),
        world.id("refs/packit/pull-request")
    );
    assert_ne!(world.id("pr/7"), world.id("origin/old"));
    world.check_out("7", "GitLab.com", None, false).unwrap();
    assert_eq!(world.id("pr/7"), world.id("origin/old"));
}

#[test]
fn a_merge_has_both_changes_and_is_the_same_each_time() {
    let world = World::new(GITHUB);
    let done = world.check_out("007", "github.com", None, true).unwrap();
    assert_eq!((done.branch.as_str(), done.merged_into.as_deref()), ("pr/7", Some("main")));
    assert_eq!(world.file("file"), "1 of the request\n2\n3\n4\n5 of main\n");
    assert_eq!(world.file("new"), "new\n");
    world.is_clean_on("pr/7");
    let commit = world.id("HEAD");
    assert_eq!(commit, done.commit.to_string());
    assert_eq!(world.id("HEAD^1"), world.id("origin/main"));
    assert_eq!(world.id("HEAD^2"), done.head.to_string());
    let said = world.git("clone", 0, &["log", "-1", "--format=%an %ae %ad %cn %ce %cd %s", "--date=raw"]);
    let who = "packit packit@localhost 1700014400 +0100";
    assert_eq!(said, format!("{who} {who} Merge pull request 7"));
    world.clone();
    assert_eq!(world.check_out("7", "github.com", Some("main"), true).unwrap().commit.to_string(), commit);
    // A rerun in the same clone: onto what is checked out now, which contains the head.
    assert_eq!(world.check_out("7", "github.com", None, true).unwrap().commit.to_string(), commit);
}

#[test]
fn where_one_contains_the_other_there_is_no_new_commit() {
    let world = World::new(GITHUB);
    let done = world.check_out("7", "github.com", Some("old"), true).unwrap();
    assert_eq!((done.commit, done.merged_into.as_deref()), (done.head, Some("old")));
    world.is_clean_on("pr/7");
    world.git("server", 0, &["update-ref", GITHUB, "refs/heads/old"]);
    let done = world.check_out("7", "github.com", Some("main"), true).unwrap();
    assert_eq!(done.commit.to_string(), world.id("origin/main"));
    assert_eq!(done.head.to_string(), world.id("origin/old"));
    world.git("clone", 0, &["checkout", "-q", "--detach", "origin/main"]);
    let short: String = world.id("origin/main").chars().take(8).collect();
    assert_eq!(world.check_out("7", "github.com", None, true).unwrap().merged_into, Some(short));
}

#[test]
fn conflicts_name_the_files() {
    let world = World::new(GITHUB);
    world.commit(5, "file", "1 of somebody else\n2\n");
    world.commit(6, "new", "another\n");
    world.git("work", 0, &["push", "-q", "../server", "main"]);
    world.clone();
    let error = world.check_out("7", "github.com", None, true).unwrap_err();
    assert_eq!(error.kind(), Kind::Project);
    assert_eq!(
        shown(&error),
        "pull request 7 cannot be merged into `main` | both change `file`, `new` | rebase the pull request onto `main` | \
         with `--no-merge-pr` the pull request is taken as it is"
    );
    world.check_out("7", "github.com", None, false).unwrap();
    world.is_clean_on("pr/7");
}

#[test]
fn what_cannot_be_had_is_told() {
    let world = World::new(GITHUB);
    for id in ["", "abc", "-1", "+7", "7/head", "#7", "0", "99999999999999999999999", "7\n", "--upload-pack=x"] {
        let error = world.check_out(id, "github.com", None, false).unwrap_err();
        assert_eq!(error.kind(), Kind::Usage, "{id}");
        assert!(error.message().ends_with("is not the number of a pull request"), "{error}");
    }
    let error = world.check_out("8", "gitlab.com", None, false).unwrap_err();
    assert_eq!(error.kind(), Kind::Project);
    assert!(
        shown(&error).starts_with(
            "there is no pull request 8 | the repository has neither `refs/merge-requests/8/head` nor `refs/pull/8/head` | "
        ),
        "{}",
        shown(&error)
    );
    for target in ["none", "--help", "..", ""] {
        let error = world.check_out("7", "github.com", Some(target), true).unwrap_err();
        assert_eq!(error.kind(), Kind::Project);
        assert!(error.message().starts_with(&format!("there is no branch `{target}` to merge")), "{error}");
    }
    world.git("work", 7, &["checkout", "-q", "--orphan", "alone"]);
    world.commit(7, "file", "alone\n");
    world.git("work", 0, &["push", "-q", "../server", "alone:refs/pull/9/head"]);
    let error = world.check_out("9", "github.com", None, true).unwrap_err();
    assert!(shown(&error).contains("into `main` | they have no commit in common"), "{}", shown(&error));
    fs_err::rename(world.dir.path().join("server"), world.dir.path().join("moved")).unwrap();
    let error = world.check_out("7", "github.com", None, true).unwrap_err();
    assert_eq!((error.kind(), error.message()), (Kind::Project, "pull request 7 cannot be fetched"));
    assert!(!error.causes().is_empty());
}

/// The body of the test below, which runs it in a process with a configuration of its own.
#[test]
#[ignore = "run by the test below"]
fn under_a_configuration_of_its_own() {
    let world = World::new(GITHUB);
    let done = world.check_out("7", "github.com", None, true).unwrap();
    assert_eq!(world.file("file"), "1 of the request\n2\n3\n4\n5 of main\n");
    world.is_clean_on("pr/7");
    print!("made {} ", done.commit);
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the configuration of git is that of the process")]
fn the_users_configuration_has_no_say() {
    let dir = tempfile::tempdir().unwrap();
    fs_err::write(dir.path().join("attributes"), "* merge=mine\n").unwrap();
    let touch = format!("touch {}", dir.path().join("ran").display());
    let config = format!(
        "[user]\nname = Me\nemail = me@example.com\n[commit]\ngpgSign = true\n[gpg]\nprogram = false\n[merge]\nff = only\n\
         default = mine\nverifySignatures = true\n[merge \"mine\"]\ndriver = {touch}\n[core]\nattributesFile = {0}/attributes\n\
         editor = {touch}\n[fetch]\nprune = true\n",
        dir.path().display()
    );
    fs_err::write(dir.path().join("config"), config).unwrap();
    fs_err::write(dir.path().join("empty"), "").unwrap();
    let made = ["config", "empty"].map(|config| {
        let output = std::process::Command::new(std::env::current_exe().unwrap())
            .args(["--ignored", "--exact", "--nocapture", "git::pull_request::tests::under_a_configuration_of_its_own"])
            .envs([("GIT_CONFIG_GLOBAL", dir.path().join(config)), ("HOME", dir.path().to_owned())])
            .envs([("GIT_AUTHOR_NAME", "Somebody"), ("GIT_COMMITTER_DATE", "1999-01-01T00:00:00Z")])
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
        said.split_once("made ").unwrap().1.split(' ').next().unwrap().to_owned()
    });
    assert_eq!(made[0], made[1]);
    assert!(!dir.path().join("ran").exists());
}
