//! `packit propose-update` from a checkout and a token to a pull request, against servers on the loopback interface.

mod branches;
mod content;
mod dry_run;
mod failures;
mod hostile;
mod options;
mod over_ssh;
mod own_trees;

use super::support::Release;
use super::support::forge::ForgeServer;
use super::support::release::ARCHIVE;

/// The package with these branches on a Pagure.
fn on_pagure(branches: &[&str]) -> Release {
    Release::on("pagure", ForgeServer::pagure(), branches)
}

/// The fork that is made there.
const FORK: &str = "forks/tester/rpms/hello";

/// A new pull request, and the same command again. `fork` is where the forge puts it, `most` the limit for calls of the interface.
#[track_caller]
fn from_checkout_to_pull_request(kind: &str, forge: ForgeServer, fork: &str) {
    let release = Release::on(kind, forge, &["rawhide", "f43"]);
    let run = release.propose(&["--dist-git-branch", "rawhide"]).success();
    let requests = release.forge.pull_requests();
    assert_eq!(requests.len(), 1, "{run}");
    let request = &requests[0];
    assert_eq!(request["title"], "Update rawhide to upstream release 1.1.0");
    let commit = release.upstream().git(&["rev-parse", "1.1.0^{commit}"]);
    let commit = commit.trim();
    let github = "https://github.com/example/hello";
    let text = format!(
        "Upstream tag: [1.1.0]({github}/releases/tag/1.1.0)\n\nUpstream commit: [{}]({github}/commit/{commit})",
        &commit[..8]
    );
    assert_eq!(request["text"].as_str().unwrap().trim_end(), text, "{run}");
    assert_eq!((&request["author"], &request["state"]), (&"tester".into(), &"open".into()), "{request}");
    assert_eq!((&request["target"], &request["target_branch"]), (&"rpms/hello".into(), &"rawhide".into()), "{request}");
    assert_eq!((&request["source"], &request["source_branch"]), (&fork.into(), &"rawhide-update".into()), "{request}");
    let address = run.stdout.trim();
    assert!(address.starts_with(&release.forge.base()) && address.ends_with("/1"), "{run}");
    let changed = release.git(fork, &["diff", "--name-status", "rawhide", "rawhide-update"]);
    assert_eq!(changed, "M\t.gitignore\nA\t.packit.yaml\nA\tREADME.packit\nM\thello.spec\nM\tsources\n");
    let spec = release.file(fork, "rawhide-update", "hello.spec");
    assert!(spec.contains("Version:        1.1.0") && spec.contains("- Update to version 1.1.0"), "{spec}");
    assert!(spec.contains("Dora Downstream") && !spec.contains("Upstream's own entry"), "{spec}");
    let stored = release.lookaside.stored("rpms/hello", "hello-1.1.0.tar.gz", ARCHIVE).unwrap();
    assert_eq!(stored.content.as_deref(), Some(ARCHIVE));
    let hash = packit::checksum::Checksum::of_bytes(packit::checksum::Algorithm::Sha512, ARCHIVE);
    let sources = release.file(fork, "rawhide-update", "sources");
    assert_eq!(sources, format!("SHA512 (hello-1.1.0.tar.gz) = {}\n", hash.hex()));
    assert!(release.file(fork, "rawhide-update", ".gitignore").contains("/hello-1.1.0.tar.gz"));
    let calls = release.forge.calls();
    assert!(calls.len() <= 5, "{calls:#?}");

    // Once more: it is all there.
    let (writes, asked) = (release.forge.writes(), release.lookaside.asked().len());
    let commit = release.forge.branch(fork, "rawhide-update");
    let again = release.propose(&["--dist-git-branch", "rawhide"]).success();
    assert_eq!(again.stdout, run.stdout);
    assert_eq!(release.forge.writes(), writes, "{again}");
    assert_eq!(release.forge.branch(fork, "rawhide-update"), commit, "{again}");
    assert!(release.lookaside.asked()[asked..].iter().all(|asked| asked == "HEAD"), "{again}");
    assert_eq!(release.forge.pull_requests().len(), 1, "{again}");
    let calls = release.forge.calls().split_off(calls.len());
    assert!(calls.len() <= 4, "{calls:#?}");
}

#[test]
fn from_checkout_to_pull_request_on_pagure() {
    from_checkout_to_pull_request("pagure", ForgeServer::pagure(), FORK);
}

#[test]
fn from_checkout_to_pull_request_on_forgejo() {
    from_checkout_to_pull_request("forgejo", ForgeServer::forgejo(), "tester/hello");
}

#[test]
fn from_checkout_to_pull_request_on_gitlab() {
    from_checkout_to_pull_request("gitlab", ForgeServer::gitlab(), "tester/hello");
}

#[test]
fn from_checkout_to_pull_request_on_github() {
    from_checkout_to_pull_request("github", ForgeServer::github(), "tester/hello");
}

#[test]
fn a_forge_of_unknown_kind_is_asked_once() {
    let release = on_pagure(&["rawhide"]);
    let file = release.world.path("home/.config/packit.yaml");
    let text = fs_err::read_to_string(&file).unwrap();
    fs_err::write(&file, text.replace("    type: pagure\n", "")).unwrap();
    release.propose(&[]).success();
    let asks = |calls: &[String]| calls.iter().filter(|call| call.ends_with("/version")).count();
    let calls = release.forge.calls();
    assert!(asks(&calls) <= 3 && calls.len() - asks(&calls) <= 5, "{calls:#?}");
    release.propose(&[]).success();
    assert_eq!(asks(&release.forge.calls()[calls.len()..]), 0);
}

#[test]
fn what_is_merged_is_nothing_to_do() {
    let release = on_pagure(&["rawhide"]);
    release.propose(&[]).success();
    let to = release.forge.git_folder("rpms/hello").display().to_string();
    release.git(FORK, &["push", "--quiet", &to, "rawhide-update:rawhide"]);
    let writes = release.forge.writes().len();
    let run = release.propose(&[]).failure(5, &["nothing to do", "is up to date"]);
    assert_eq!(release.forge.writes().len(), writes, "{run}");
}

#[test]
fn a_new_commit_moves_the_pull_request() {
    let release = on_pagure(&["rawhide"]);
    release.propose(&[]).success();
    let before = release.forge.branch(FORK, "rawhide-update").unwrap();
    release.release_again("hello.spec", &release.upstream_spec().replace("Prints hello.", "Prints hello twice."));
    let run = release.propose(&[]).success();
    assert_ne!(release.forge.branch(FORK, "rawhide-update").unwrap(), before, "{run}");
    assert_eq!(release.forge.pull_requests().len(), 1, "{run}");
    assert!(release.file(FORK, "rawhide-update", "hello.spec").contains("twice"));
    assert_eq!(release.git(FORK, &["rev-list", "--count", "rawhide..rawhide-update"]), "1\n");
}
