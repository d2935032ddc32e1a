//! Options and keys that change how an update is made or where it goes.

use super::{FORK, on_pagure};
use crate::support::forge::ForgeServer;
use crate::support::{LookasideFault, Release, ReleaseMonitoring};

#[test]
fn without_a_pull_request_the_branch_itself_is_pushed() {
    for (kind, forge) in
        [("pagure", ForgeServer::pagure()), ("forgejo", ForgeServer::forgejo()), ("gitlab", ForgeServer::gitlab())]
    {
        let release = Release::on(kind, forge, &["rawhide", "f43"]);
        release.forge.access("rpms/hello", "commit", &["tester"]);
        let all = ["--no-pr", "--yes", "--dist-git-branch", "rawhide,f43"];
        let run = release.propose(&all).success();
        assert_eq!(release.forge.projects(), ["rpms/hello"], "{run}");
        assert_eq!(release.forge.writes(), ["PUSH /rpms/hello.git"], "{run}");
        for branch in ["rawhide", "f43"] {
            assert!(release.file("rpms/hello", branch, "hello.spec").contains("1.1.0\n"));
        }
        assert!(release.forge.branch("rpms/hello", "rawhide-update").is_none());
        release.propose(&all).failure(5, &["nothing to do"]);
        assert_eq!(release.forge.writes().len(), 1);
    }
}

#[test]
fn create_pr_can_be_configured() {
    let release = on_pagure(&["rawhide"]);
    release.forge.access("rpms/hello", "commit", &["tester"]);
    release.configure("create_pr: false\n");
    release.propose(&["--dry-run"]).success();
    release.propose(&[]).success();
    assert_eq!(release.forge.writes(), ["PUSH /rpms/hello.git"]);
    let release = on_pagure(&["rawhide"]);
    release.configure("create_pr: false\n");
    release.propose(&["--pr"]).success();
    assert_eq!(release.forge.pull_requests().len(), 1);
}

#[test]
fn a_terminal_is_asked_before_a_branch_is_pushed() {
    let release = on_pagure(&["rawhide"]);
    release.forge.access("rpms/hello", "commit", &["tester"]);
    let ask = |answer: &str| {
        let line = format!("propose-update --no-pr '{}'", release.upstream().folder.display());
        let question = "Push hello to rawhide of ";
        release.world.on_terminal(release.world.path("out"), &line, &[(question, answer)])
    };
    if which::which("script").is_err() {
        return;
    }
    // Neither is an answer.
    for key in ["\u{3}", "\u{4}"] {
        let (code, said) = ask(key);
        assert_eq!(code, Some(130), "{said}");
        assert!(release.forge.writes().is_empty() && release.lookaside.count() == 0);
    }
    let (code, said) = ask("n\n");
    assert!(said.contains("Push hello to rawhide of ") && code == Some(5), "{code:?} {said}");
    assert!(release.forge.writes().is_empty() && release.lookaside.count() == 0);
    let (code, said) = ask("y\n");
    assert_eq!((code, release.forge.writes().len()), (Some(0), 1), "{said}");
}

#[test]
fn who_may_commit_to_the_package_may_commit_to_the_fork() {
    let release = on_pagure(&["rawhide"]);
    release.forge.access("rpms/hello", "commit", &["bob", "@python-sig"]);
    release.propose(&["--dry-run", "--sync-acls"]).success();
    release.propose(&["--sync-acls"]).success();
    let who = release.forge.who_has(FORK, "commit");
    assert!(who.contains(&"bob".to_owned()) && who.contains(&"@python-sig".to_owned()), "{who:?}");
}

#[test]
fn what_is_checked_out_can_be_taken() {
    let release = on_pagure(&["rawhide"]);
    release.upstream().replace("hello.spec", "Prints hello.", "Prints hello locally.").write("extra.conf", "x\n");
    release.upstream().replace(
        ".packit.yaml",
        "specfile_path",
        "files_to_sync: [hello.spec, extra.conf]\nspecfile_path",
    );
    let run = release.propose(&["--local-content"]).success();
    assert!(release.file(FORK, "rawhide-update", "hello.spec").contains("locally"), "{run}");
    assert_eq!(release.file(FORK, "rawhide-update", "extra.conf"), "x\n");
    let text = release.forge.pull_requests()[0]["text"].as_str().unwrap().to_owned();
    assert!(!text.contains("Upstream tag") && text.contains("Upstream commit"), "{text}");
}

#[test]
fn sources_are_uploaded_once_unless_that_is_wanted() {
    let release = on_pagure(&["rawhide"]);
    release.configure("upload_sources: false\n");
    release.propose(&[]).success();
    assert_eq!(release.lookaside.count(), 0);
    assert!(release.file(FORK, "rawhide-update", "sources").contains("hello-1.1.0.tar.gz"));
    let release = on_pagure(&["rawhide"]);
    release.propose(&[]).success();
    let asked = release.lookaside.asked().len();
    release.propose(&["--force-new-sources"]).success();
    let again = release.lookaside.asked().split_off(asked);
    assert!(again.contains(&"check".to_owned()), "{again:?}");
    assert_eq!(release.forge.pull_requests().len(), 1);
}

#[test]
fn a_name_in_sources_with_another_hash_is_replaced() {
    let release = on_pagure(&["rawhide"]);
    release.in_dist_git("rawhide", |package| {
        package.write("sources", format!("SHA512 (hello-1.1.0.tar.gz) = {}\n", "1".repeat(128)));
    });
    release.propose(&[]).success();
    assert_eq!(release.lookaside.count(), 1);
    assert!(!release.file(FORK, "rawhide-update", "sources").contains("1111111111"));
}

#[test]
fn pushes_go_over_ssh_where_that_is_wanted() {
    let mut release = on_pagure(&["rawhide"]);
    // An ssh that leads to the folder of the forge, and tells that it was there.
    let (log, root) = (release.world.path("ssh.log"), release.forge.git_folder("rpms/hello"));
    let root = root.parent().unwrap().parent().unwrap().display().to_string();
    let script = release.world.path("ssh");
    let text = format!(
        "#!/bin/sh\necho \"$@\" >> '{}'\nfor last; do :; done\nset -- $(echo \"$last\" | tr -d \"'\")\n\
         exec \"$1\" \"{root}/$(echo \"$2\" | sed 's,^/,,')\"\n",
        log.display()
    );
    fs_err::write(&script, text).unwrap();
    fs_err::set_permissions(&script, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    release.world.set("GIT_SSH", script.display().to_string());
    let run = release.propose(&["--push-over", "ssh"]).success();
    assert_eq!(release.forge.pull_requests().len(), 1, "{run}");
    assert!(release.forge.writes().iter().all(|write| !write.starts_with("PUSH")), "{:?}", release.forge.writes());
    let said = fs_err::read_to_string(log).unwrap();
    assert!(said.contains("git-receive-pack") && said.contains("forks/tester/rpms/hello.git"), "{said}");
}

#[test]
fn several_packages_go_their_own_ways() {
    let mut release = on_pagure(&["rawhide"]);
    release.lookaside = crate::support::Lookaside::new().with_package("rpms/world");
    release.world.set("PACKIT_LOOKASIDE_URL", release.lookaside.download_url());
    release.world.set("PACKIT_LOOKASIDE_UPLOAD_URL", release.lookaside.upload_url());
    let base = release.forge.base();
    {
        let package = release.world.repository("world-package");
        package.write("world.spec", release.upstream_spec().replace("1.1.0\n", "1.0.0\n")).commit("Import");
        package.git(&["branch", "-m", "rawhide"]);
        release.forge.project("rpms/world", &package.folder);
    }
    release.release_again(
        ".packit.yaml",
        &format!(
            "dist_git_base_url: {base}/\ndist_git_namespace: rpms\npackages:\n  hello: {{downstream_package_name: hello, specfile_path: hello.spec}}\n  \
             world: {{downstream_package_name: world, specfile_path: hello.spec}}\n  gone: {{downstream_package_name: gone, specfile_path: hello.spec}}\n"
        ),
    );
    let run = release.propose(&["--json"]);
    assert_eq!(run.code, Some(6), "{run}");
    let json = run.json();
    let done: Vec<_> =
        json["result"]["packages"].as_array().unwrap().iter().map(|package| package["package"].clone()).collect();
    assert_eq!(done, ["hello", "world"], "{json:#}");
    assert_eq!(json["result"]["failed"][0]["package"], "gone", "{json:#}");
    assert_eq!(release.forge.pull_requests().len(), 2, "{json:#}");
    release.propose(&["--package", "world"]).success();
}

#[test]
fn json_is_one_document_in_every_case() {
    let release = on_pagure(&["rawhide", "f43"]);
    for (arguments, code) in [
        (&["--json", "--dry-run"][..], 0),
        (&["--json"], 0),
        (&["--json"], 0),
        (&["--json", "--dist-git-branch", "rawhide,f99"], 6),
        (&["--json", "--dist-git-branch", "f99"], 2),
        (&["--json", "-b", "nonsense"], 2),
    ] {
        let run = release.propose(arguments);
        assert_eq!(run.code, Some(code), "{run}");
        let json = run.json();
        assert_eq!((&json["command"], &json["ok"]), (&"propose-update".into(), &(code == 0).into()), "{json:#}");
    }
}

#[test]
fn the_words_of_the_release_become_the_changelog() {
    let release = on_pagure(&["rawhide"]);
    let elsewhere = ForgeServer::forgejo();
    elsewhere.project("example/hello", &release.upstream().folder);
    elsewhere.release("example/hello", "1.1.0", "Hello 1.1", "* Faster: 100%done\n* Smaller");
    let base = elsewhere.base();
    release.configure_user(&format!("  \"{base}\": {{type: forgejo}}\n"));
    release
        .configure(&format!("copy_upstream_release_description: true\nupstream_project_url: {base}/example/hello\n"));
    release.propose(&[]).success();
    let spec = release.file(FORK, "rawhide-update", "hello.spec");
    assert!(
        spec.contains("1.1.0-1\n* Faster: 100%%done\n* Smaller\n")
            || spec.contains("1.1.0-1\n * Faster: 100%%done\n * Smaller\n"),
        "{spec}"
    );
    elsewhere.fault("GET /api/v1/repos", crate::support::forge::Fault::Status(500));
    let run = release.propose(&["--dry-run"]).success().told("the description of the release was not read");
    drop(run);
    elsewhere.no_faults();
}

#[test]
fn the_version_comes_from_release_monitoring_or_the_newest_tag() {
    let mut release = on_pagure(&["rawhide"]);
    release.monitoring = ReleaseMonitoring::new().with_package("hello", Some("9.9"));
    release.world.set("PACKIT_RELEASE_MONITORING_URL", release.monitoring.url());
    release.propose(&["--dry-run"]).failure(2, &["there is no tag `9.9`", "the newest tags: 1.1.0"]);
    // Given, nobody is asked.
    let asked = release.monitoring.paths().len();
    let folder = release.upstream().folder.display().to_string();
    let run = release.world.packit(release.world.path("out"), &["propose-update", "--dry-run", &folder, "1.1.0"]);
    assert_eq!((run.code, release.monitoring.paths().len()), (Some(0), asked), "{run}");
    release.monitoring.fail(crate::support::Answer::new(500, "down"));
    release
        .propose(&["--dry-run"])
        .success()
        .told("release monitoring was not asked")
        .told("version 1.1.0 of the tag 1.1.0");
}

#[test]
fn the_old_and_the_new_name_are_one_command() {
    let release = on_pagure(&["rawhide"]);
    let run = release.upstream().packit_from_outside(&["propose-downstream", "--force"]).success();
    assert_eq!(release.forge.pull_requests().len(), 1, "{run}");
    release.lookaside.next_uploads([LookasideFault::Busy]);
}
