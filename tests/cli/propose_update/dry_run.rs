//! A dry run: everything is read and made, and nothing is sent.

use super::FORK;
use crate::support::forge::ForgeServer;
use crate::support::{Bug, Release};

/// Shows it on a forge where nothing is there yet, then for real, then with a fork and a pull request.
#[track_caller]
fn sends_nothing(kind: &str, forge: ForgeServer, fork: &str, has_name: bool) {
    let mut release = Release::on(kind, forge, &["rawhide"]);
    if has_name {
        release.configure_user("fas_user: tester\n");
    }
    let bug = Bug::of_release(7, "hello", "hello-1.1.0 is available");
    release.bugzilla = crate::support::Bugzilla::new([bug]);
    release.world.set("PACKIT_BUGZILLA_URL", release.bugzilla.url());
    let only_reads = |release: &Release| {
        let methods = release.forge_methods();
        assert!(methods.iter().all(|method| method == "GET" || method == "HEAD"), "{methods:?}");
        assert!(release.lookaside.asked().iter().all(|asked| asked == "HEAD"), "{:?}", release.lookaside.asked());
    };
    let run = release.propose(&["--dry-run"]).success();
    only_reads(&release);
    assert!(release.forge.writes().is_empty() && release.lookaside.count() == 0);
    assert!(release.forge.projects() == ["rpms/hello"], "{run}");
    assert!(!release.bugzilla.paths().is_empty() && !release.monitoring.paths().is_empty());
    for part in [
        "Update to 1.1.0 upstream release",
        "- Resolves: rhbz#7",
        "Update rawhide to upstream release 1.1.0",
        "upload.cgi",
        "hello-1.1.0.tar.gz",
        "diff --git a/hello.spec b/hello.spec",
    ] {
        assert!(run.stdout.contains(part), "`{part}`\n{run}");
    }
    if has_name {
        for part in ["/fork", "push ", "rawhide-update", "\"title\""] {
            assert!(run.stdout.contains(part), "`{part}`\n{run}");
        }
    } else {
        assert!(run.stderr.contains("fas_user"), "{run}");
    }
    let json = release.propose(&["--dry-run", "--json"]).success().json();
    let branch = &json["result"]["packages"][0]["branches"][0];
    assert_eq!(branch["state"], "held", "{json:#}");
    release.propose(&[]).success();
    let diff =
        release.git(fork, &["diff-tree", "-p", "-r", "--full-index", "--no-renames", "rawhide", "rawhide-update"]);
    assert!(run.stdout.contains(&diff), "{diff}\n---\n{run}");
    assert_eq!(branch["diff"].as_str().unwrap(), diff);
    let commit = release.forge.branch(fork, "rawhide-update").unwrap();
    let message = release.git(fork, &["log", "-1", "--format=%B", "rawhide-update"]);
    assert_eq!(branch["message"].as_str().unwrap().trim(), message.trim());
    assert_eq!(branch["commit"], *commit);
    // Now that all is there, a dry run knows that there is nothing to send.
    let (writes, requests) = (release.forge.writes(), release.forge.requests().len());
    let run = release.propose(&["--dry-run"]).success();
    assert_eq!(release.forge.writes(), writes);
    let later = release.forge.requests().split_off(requests);
    assert!(later.iter().all(|asked| asked.method == "GET" || asked.path.ends_with("/git-upload-pack")), "{run}");
    if has_name || kind != "pagure" {
        assert!(!run.stdout.contains("diff --git") && run.stdout.contains("/1"), "{run}");
    }
}

#[test]
fn sends_nothing_to_pagure() {
    sends_nothing("pagure", ForgeServer::pagure(), FORK, true);
}

#[test]
fn sends_nothing_to_a_pagure_that_does_not_say_who_we_are() {
    sends_nothing("pagure", ForgeServer::pagure(), FORK, false);
}

#[test]
fn sends_nothing_to_forgejo() {
    sends_nothing("forgejo", ForgeServer::forgejo(), "tester/hello", true);
}

#[test]
fn sends_nothing_to_gitlab() {
    sends_nothing("gitlab", ForgeServer::gitlab(), "tester/hello", true);
}

#[test]
fn sends_nothing_to_github() {
    sends_nothing("github", ForgeServer::github(), "tester/hello", true);
}

#[test]
fn sends_nothing_without_pull_requests_either() {
    let release = Release::on("pagure", ForgeServer::pagure(), &["rawhide"]);
    let before = release.forge.branch("rpms/hello", "rawhide");
    let run = release.propose(&["--no-pr", "--dry-run"]).success();
    assert!(release.forge.writes().is_empty() && release.forge.branch("rpms/hello", "rawhide") == before, "{run}");
    assert!(run.stdout.contains("push ") && run.stdout.contains("diff --git"), "{run}");
}
