//! `packit propose-update` from a checkout and a token to a pull request, against servers on the loopback interface.

use super::support::Release;
use super::support::forge::ForgeServer;
use super::support::release::ARCHIVE;

#[test]
fn a_release_becomes_a_pull_request() {
    let release = Release::on("pagure", ForgeServer::pagure(), &["rawhide", "f43"]);
    let run = release.propose(&["--dist-git-branch", "rawhide"]).success();
    let requests = release.forge.pull_requests();
    assert_eq!(requests.len(), 1, "{run}");
    assert_eq!(requests[0]["title"], "Update rawhide to upstream release 1.1.0");
    assert!(run.stdout.trim().ends_with("/pull-request/1"), "{run}");
    let fork = "forks/tester/rpms/hello";
    let spec = release.file(fork, "rawhide-update", "hello.spec");
    assert!(spec.contains("Version:        1.1.0") && spec.contains("- Update to version 1.1.0"), "{spec}");
    assert!(spec.contains("Dora Downstream") && !spec.contains("Upstream's own entry"), "{spec}");
    assert!(release.file(fork, "rawhide-update", "sources").starts_with("SHA512 (hello-1.1.0.tar.gz) = "));
    assert!(release.file(fork, "rawhide-update", ".gitignore").contains("/hello-1.1.0.tar.gz"));
    assert!(release.lookaside.stored("rpms/hello", "hello-1.1.0.tar.gz", ARCHIVE).is_some());
}

#[test]
fn a_rerun_changes_nothing() {
    let release = Release::on("pagure", ForgeServer::pagure(), &["rawhide"]);
    release.propose(&[]).success();
    let (writes, uploads) = (release.forge.writes().len(), release.lookaside.asked().len());
    let run = release.propose(&[]).success();
    assert_eq!(release.forge.writes().len(), writes, "{run}");
    let asked: Vec<String> = release.lookaside.asked().split_off(uploads);
    assert!(asked.iter().all(|asked| asked == "HEAD"), "{asked:?}");
    assert_eq!(release.forge.pull_requests().len(), 1);
}
