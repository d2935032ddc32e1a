use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use super::*;
use crate::event::What;
use crate::interrupt::Interrupt;

#[expect(clippy::disallowed_methods, reason = "tests make their repositories with the real git")]
fn git(dir: &Path, args: &[&str]) -> String {
    let mut command = std::process::Command::new("git");
    command.args(["-c", "protocol.file.allow=always", "-c", "gc.auto=0"]).args(args).current_dir(dir);
    command.env_clear().env("PATH", std::env::var_os("PATH").unwrap()).env("HOME", "/nonexistent");
    command.envs([("GIT_CONFIG_GLOBAL", "/dev/null"), ("GIT_CONFIG_NOSYSTEM", "1"), ("LC_ALL", "C")]);
    for who in ["AUTHOR", "COMMITTER"] {
        command.env(format!("GIT_{who}_NAME"), "Zoe").env(format!("GIT_{who}_EMAIL"), "zoe@example.com");
        command.env(format!("GIT_{who}_DATE"), "1700000000 +0000");
    }
    let out = command.output().unwrap();
    assert!(out.status.success(), "git {args:?}: {}", String::from_utf8_lossy(&out.stderr));
    String::from_utf8_lossy(&out.stdout).trim().to_owned()
}

/// A folder with `repo`: upstream (`v1.0`, `v1.1`) and one commit on top of it; a tag and a branch beside it; a branch of origin; one
/// without a commit in common.
fn fixture() -> (tempfile::TempDir, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let repo = dir.path().canonicalize().unwrap().join("repo");
    fs_err::create_dir(&repo).unwrap();
    let run = |args: &[&str]| git(&repo, args);
    run(&["init", "-q", "-b", "main", "."]);
    let commit = |message: &str| run(&["commit", "-q", "--allow-empty", "-m", message]);
    commit("1.0");
    run(&["tag", "v1.0"]);
    commit("1.1");
    run(&["tag", "-a", "-m", "x", "v1.1"]);
    run(&["branch", "release-1"]);
    run(&["update-ref", "refs/remotes/origin/upstream", "HEAD"]);
    run(&["checkout", "-q", "-b", "beside"]);
    commit("2.0");
    run(&["tag", "v2.0"]);
    run(&["checkout", "-q", "--orphan", "other"]);
    commit("other");
    run(&["checkout", "-q", "main"]);
    commit("Downstream");
    (dir, repo)
}

/// What is found, and the warnings.
fn found(folder: &Path, written: &str) -> (Result<UpstreamRef>, Vec<Finding>) {
    let told: Arc<Mutex<Vec<Finding>>> = Arc::default();
    let sink = Arc::clone(&told);
    let sink = Arc::new(move |event: crate::event::Event| {
        if let What::Found(finding) = event.what {
            sink.lock().unwrap().push(finding);
        }
    });
    let context = Context::with(folder.to_owned(), std::collections::HashMap::new(), sink, Interrupt::default());
    let repo = Repo::open(folder).unwrap();
    let head = repo.head().unwrap().commit;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let found = runtime.block_on(resolve(&context.unwrap(), &repo, head, written));
    let told = told.lock().unwrap().clone();
    (found, told)
}

fn shown(error: &Error) -> String {
    [&[error.message().to_owned()], error.causes(), error.hints()].concat().join(" | ")
}

#[test]
fn names_and_globs() {
    let (_dir, repo) = fixture();
    let id = git(&repo, &["rev-parse", "v1.0"]);
    for (written, name, rev) in [
        ("v1.0", "v1.0", "v1.0"),
        ("v1.1", "v1.1", "v1.1"),
        ("release-1", "release-1", "v1.1"),
        ("upstream", "origin/upstream", "v1.1"),
        ("origin/upstream", "origin/upstream", "v1.1"),
        (id.as_str(), id.as_str(), "v1.0"),
        (&id[..9], &id[..9], "v1.0"),
        ("HEAD~1", "HEAD~1", "v1.1"),
        ("v*", "v1.1", "v1.1"),
        ("v?.0", "v1.0", "v1.0"),
        ("v[0-9].0", "v1.0", "v1.0"),
        ("branches/release-*", "heads/release-1", "v1.1"),
    ] {
        let (found, told) = found(&repo, written);
        let commit = git(&repo, &["rev-parse", &format!("{rev}^{{commit}}")]);
        assert_eq!(found.unwrap(), UpstreamRef { name: name.to_owned(), commit: commit.parse().unwrap() }, "{written}");
        assert_eq!(told, [], "{written}");
    }
}

#[test]
fn what_head_does_not_contain() {
    let (_dir, repo) = fixture();
    let (upstream, told) = found(&repo, "v2.0");
    assert_eq!(upstream.unwrap().commit.to_string(), git(&repo, &["rev-parse", "v2.0"]));
    let parted = &git(&repo, &["rev-parse", "v1.1^{commit}"])[..8];
    let message = format!(
        "HEAD does not contain the `upstream_ref` v2.0: patches are made of all commits since the two parted at {parted}"
    );
    assert_eq!((told.len(), told[0].message.as_str()), (1, message.as_str()));
    assert_eq!(told[0].hints, ["`git rebase v2.0` puts the commits on top of it"]);

    let error = found(&repo, "other").0.unwrap_err();
    assert_eq!(error.kind(), Kind::Project);
    assert!(shown(&error).contains("the two have no commit in common"), "{}", shown(&error));
}

#[test]
fn what_is_not_there() {
    let (_dir, repo) = fixture();
    for (written, kind, message) in [
        ("nope", Kind::Project, "no branch, tag or commit is named `nope`"),
        ("w*", Kind::Project, "HEAD contains no tag that matches `w*`"),
        ("v2.*", Kind::Project, "HEAD contains no tag that matches `v2.*`"),
        ("branches/w*", Kind::Project, "HEAD contains no branch or tag that matches `w*`"),
        ("-x", Kind::Usage, "is not the name of a commit"),
        ("--exec=*", Kind::Project, "HEAD contains no tag that matches `--exec=*`"),
        ("HEAD:file", Kind::Project, "no branch, tag or commit"),
    ] {
        let error = found(&repo, written).0.unwrap_err();
        assert_eq!(error.kind(), kind, "{written}");
        assert!(error.message().starts_with("the `upstream_ref` cannot be found"), "{}", shown(&error));
        assert!(shown(&error).contains(message), "{}", shown(&error));
        assert!(!error.hints().is_empty(), "{written}");
    }
}

#[test]
fn a_history_that_is_cut_off() {
    let (dir, repo) = fixture();
    let shallow = dir.path().join("shallow");
    let url = format!("file://{}", repo.display());
    git(dir.path(), &["clone", "-q", "--depth=1", "-b", "main", &url, "shallow"]);
    git(&shallow, &["fetch", "-q", "--depth=1", "origin", "tag", "v1.0"]);
    for written in ["v1.0", "v*", "v1.1"] {
        let error = found(&shallow, written).0.unwrap_err();
        assert!(shown(&error).contains("git fetch --unshallow --tags"), "{}", shown(&error));
    }
}
