//! Several branches, of which one cannot be updated; those that get the same commit; aliases.

use super::{FORK, on_pagure};
use crate::support::{Answer, Release, Server};

const ALL: [&str; 2] = ["--dist-git-branch", "rawhide,f43,f42"];

fn three() -> Release {
    on_pagure(&["rawhide", "f43", "f42"])
}

/// The branches with an open pull request.
fn proposed(release: &Release) -> Vec<String> {
    let requests = release.forge.pull_requests();
    requests.iter().map(|request| request["target_branch"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_branch_that_is_not_there_stops_no_other() {
    let release = three();
    let run = release.propose(&["--dist-git-branch", "f43,f99,rawhide"]);
    let run = run.failure(6, &["1 of 3 branches failed: f99", "has no branch `f99`", "git ls-remote"]);
    assert_eq!(proposed(&release), ["rawhide", "f43"], "rawhide first\n{run}");
    let table: Vec<&str> =
        run.stderr.lines().filter(|line| line.contains("updated to ") || line.contains("failed:")).collect();
    assert!(table.iter().any(|line| line.trim().starts_with("rawhide ")), "{run}");
    assert!(table.iter().any(|line| line.trim().starts_with("f99 ")), "{run}");
    assert_eq!(run.stdout.lines().count(), 2, "{run}");
    // One clone for all, one push for all.
    let pushes = release.forge.writes().into_iter().filter(|write| write.starts_with("PUSH")).count();
    assert_eq!(pushes, 1, "{:#?}", release.forge.writes());
    let fetches =
        release.forge.requests().into_iter().filter(|request| request.path == "/rpms/hello.git/git-upload-pack");
    assert!(fetches.count() <= 6);
}

#[test]
fn a_branch_alone_that_is_not_there() {
    let release = three();
    release.propose(&["--dist-git-branch", "f99"]).failure(2, &["has no branch `f99`"]);
    assert!(release.forge.writes().is_empty());
}

#[test]
fn a_branch_with_a_newer_version_is_skipped() {
    let release = three();
    release.in_dist_git("f42", |package| {
        package.replace("hello.spec", "1.0.0\n", "2.0.0\n");
    });
    let run = release.propose(&ALL).success();
    let run = run.told("warning: f42: `f42` has version 2.0.0, which is newer than 1.1.0").silent_on("error");
    assert_eq!(proposed(&release), ["rawhide", "f43"], "{run}");
    // A rerun finds the pull requests: the same end.
    drop(release.propose(&ALL).success().told("warning: f42: `f42` has version 2.0.0"));
    release.propose(&["--dist-git-branch", "f42"]).failure(5, &["`f42` has version 2.0.0, which is newer than 1.1.0"]);
}

#[test]
fn rules_for_versions_skip_branches() {
    // The mask counts on released branches only.
    let release = three();
    release.configure("version_update_mask: '\\d+\\.\\d+'\n");
    release.release_again("hello.spec", &release.upstream_spec().replace("1.1.0\n", "1.0.0\n"));
    let run =
        release.propose(&ALL).success().told("warning: f43: ").told("version_update_mask").told("older than 1.1.0");
    assert_eq!(proposed(&release), ["rawhide"], "{run}");
    // The limits count everywhere.
    let release = three();
    release.configure("version_update_specifiers: '<1.1'\n");
    let run = release
        .propose(&ALL)
        .failure(5, &["3 of 3 branches were skipped", "version_update_specifiers", ".packit.yaml:"]);
    assert!(release.forge.writes().is_empty() && release.lookaside.count() == 0, "{run}");
}

#[test]
fn an_action_that_fails_for_one_branch() {
    let release = three();
    release.configure(
        "actions:\n  pre-sync: 'sh -c \"test $(git -C $PACKIT_DOWNSTREAM_REPO branch --show-current) != f43-update\"'\n",
    );
    let run = release.propose(&ALL).failure(6, &["1 of 3 branches failed: f43", "pre-sync"]);
    assert_eq!(proposed(&release), ["rawhide", "f42"], "{run}");
    let run = release.propose(&[&ALL[..], &["--json"]].concat());
    let json = run.json();
    let states: Vec<_> = json["result"]["packages"][0]["branches"]
        .as_array()
        .unwrap_or_else(|| panic!("{run}"))
        .iter()
        .map(|branch| (branch["branch"].as_str().unwrap(), branch["state"].as_str().unwrap()))
        .collect();
    assert_eq!(states, [("rawhide", "unchanged"), ("f43", "failed"), ("f42", "unchanged")], "{json:#}");
    assert_eq!((&json["ok"], &json["error"]["kind"]), (&false.into(), &"partial".into()), "{json:#}");
}

#[test]
fn branches_of_the_configuration_and_their_followers() {
    let release = on_pagure(&["rawhide", "f43", "f42"]);
    release.configure(
        "jobs:\n- job: propose_downstream\n  trigger: release\n  dist_git_branches:\n    rawhide: {fast_forward_merge_into: [f43, f42, f99]}\n",
    );
    release.in_dist_git("f42", |package| {
        package.replace("hello.spec", "1.0.0\n", "2.0.0\n");
    });
    let run = release.propose(&[]).success().told("no pull request to `f42`").told("no pull request to `f99`");
    assert_eq!(proposed(&release), ["rawhide", "f43"], "{run}");
    let requests = release.forge.pull_requests();
    assert_eq!(requests[1]["source_branch"], "rawhide-update");
    assert_eq!(requests[1]["title"], "Update f43 to upstream release 1.1.0");
    assert_eq!(run.stdout.lines().count(), 2, "{run}");
    assert!(release.forge.branch(FORK, "f43-update").is_none());
    let writes = release.forge.writes();
    release.propose(&[]).success();
    assert_eq!(release.forge.writes(), writes);
    // A list on the command line knows no followers.
    let release = on_pagure(&["rawhide", "f43"]);
    release.configure(
        "jobs:\n- job: propose_downstream\n  trigger: release\n  dist_git_branches:\n    rawhide: {fast_forward_merge_into: [f43]}\n",
    );
    release.propose(&["--dist-git-branch", "rawhide"]).success();
    assert_eq!(proposed(&release), ["rawhide"]);
}

#[test]
fn the_mask_counts_for_followers() {
    let release = on_pagure(&["rawhide", "f43", "f42"]);
    release.configure(
        "version_update_mask: '\\d+\\.\\d+'\njobs:\n- job: propose_downstream\n  trigger: release\n  \
         dist_git_branches:\n    rawhide: {fast_forward_merge_into: [f43, f42]}\n",
    );
    release.in_dist_git("f43", |package| {
        package.replace("hello.spec", "1.0.0\n", "1.1.0~rc1\n");
    });
    let run = release.propose(&[]).success().told(
        "no pull request to `f42`, which `fast_forward_merge_into` names: version 1.1.0 is not of the series of 1.0.0",
    );
    assert_eq!(proposed(&release), ["rawhide", "f43"], "{run}");
}

#[test]
fn names_ask_nobody_and_aliases_work_without_a_network() {
    let mut release = three();
    let bodhi = Server::new(|_| Answer::new(500, "down"));
    release.world.set("PACKIT_BODHI_URL", bodhi.url(""));
    release.propose(&ALL).success();
    assert_eq!(bodhi.requests().len(), 0);
    // The list that packit has itself knows none of these branches of the past, but some of it.
    let run = release.propose(&["--dist-git-branch", "fedora-development"]);
    assert!(!bodhi.requests().is_empty() && run.code != Some(3), "{run}");
    assert!(run.stderr.contains("rawhide") && run.stderr.contains("built"), "{run}");
}

#[test]
fn what_is_no_branch_is_refused() {
    let release = three();
    for name in ["--upload-pack=x", "a b", "..", "f43:main", "refs/../x"] {
        release.propose(&[&format!("--dist-git-branch={name}")]).failure(2, &["`"]);
    }
    assert!(release.forge.writes().is_empty());
}
