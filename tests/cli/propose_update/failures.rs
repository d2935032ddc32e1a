//! What fails: one clear message each, nothing half done that is not told, and a rerun that completes.

use std::os::unix::fs::PermissionsExt;
use std::time::{Duration, Instant};

use super::{FORK, on_pagure};
use crate::support::forge::{Fault, ForgeServer};
use crate::support::release::ARCHIVE;
use crate::support::{Answer, Apache, Kdc, LookasideFault, Release, Server};

/// Another token of the user.
fn with_token(release: &Release, token: &str) {
    let file = release.world.path("home/.config/packit.yaml");
    let text = fs_err::read_to_string(&file).unwrap();
    fs_err::write(&file, text.replace("TOKEN_TESTER", token)).unwrap();
}

#[test]
fn a_token_that_is_refused_is_told_at_once() {
    for (kind, forge, page) in [
        ("pagure", ForgeServer::pagure(), "/settings#nav-api-tab"),
        ("forgejo", ForgeServer::forgejo(), "/user/settings/applications"),
        ("gitlab", ForgeServer::gitlab(), "access_tokens"),
        ("github", ForgeServer::github(), "tokens"),
    ] {
        let release = Release::on(kind, forge, &["rawhide"]);
        with_token(&release, "CANARY_EXPIRED");
        // The machine may be busy: the best of three counts.
        let mut best = Duration::MAX;
        for number in 1..=3 {
            let begun = Instant::now();
            let run = release.propose(&[]).failure(3, &["refuses the token", "rights", page]);
            best = best.min(begun.elapsed());
            assert_eq!(release.forge.requests().len(), number, "nothing else was asked: {run}");
            assert!(!run.stderr.contains("CANARY"), "{run}");
        }
        assert!(best < Duration::from_secs(3), "{best:?}");
        assert!(release.lookaside.asked().is_empty() && release.archives.requests().is_empty());
        assert!(release.monitoring.paths().is_empty());
    }
}

#[test]
fn a_token_without_the_rights() {
    for (kind, forge, rights) in [
        ("pagure", ForgeServer::pagure(), "fork_project"),
        ("forgejo", ForgeServer::forgejo(), "write:repository"),
        ("gitlab", ForgeServer::gitlab(), "api"),
        ("github", ForgeServer::github(), "repo"),
    ] {
        let release = Release::on(kind, forge, &["rawhide"]);
        with_token(&release, "TOKEN_TESTER_WEAK");
        let run = release.propose(&[]).failure(3, &[rights]);
        assert!(release.forge.branch("tester/hello", "rawhide-update").is_none(), "{run}");
        assert!(release.lookaside.asked().iter().all(|asked| asked == "HEAD"), "{run}");
    }
}

#[test]
fn no_token_at_all() {
    let release = on_pagure(&["rawhide"]);
    fs_err::write(release.world.path("home/.config/packit.yaml"), "fas_user: tester\n").unwrap();
    release.propose(&[]).failure(2, &["there is no token for 127.0.0.1", "fork_project", "authentication"]);
    assert!(release.lookaside.asked().is_empty() && release.forge.writes().is_empty());
    // A token for another server hinders nobody from reading.
    let text = "authentication:\n  github.com: {token: CANARY}\n";
    fs_err::write(release.world.path("home/.config/packit.yaml"), text).unwrap();
    let run = release.propose(&["--no-pr", "--dry-run"]).success();
    assert!(!format!("{run}").contains("CANARY"), "{run}");
    release.propose(&[]).failure(2, &["there is no token for 127.0.0.1"]);
}

#[test]
fn a_token_of_the_environment() {
    let mut release = on_pagure(&["rawhide"]);
    let file = release.world.path("home/.config/packit.yaml");
    let text = fs_err::read_to_string(&file).unwrap().replace("    token: TOKEN_TESTER\n", "");
    fs_err::write(&file, text).unwrap();
    release.propose(&[]).failure(2, &["there is no token"]);
    release.world.set("PACKIT_PAGURE_TOKEN", "TOKEN_TESTER");
    release.propose(&[]).success();
}

#[test]
fn a_fork_that_takes_its_time() {
    for (kind, forge) in
        [("forgejo", ForgeServer::forgejo()), ("github", ForgeServer::github()), ("pagure", ForgeServer::pagure())]
    {
        let release = Release::on(kind, forge, &["rawhide"]);
        release.forge.fork_takes(Duration::from_millis(2500));
        let run = release.propose(&[]).success();
        assert_eq!(release.forge.pull_requests().len(), 1, "{run}");
    }
}

#[test]
fn a_push_that_is_refused() {
    let release = on_pagure(&["rawhide", "f43"]);
    release.forge.refuse_pushes(Some("You are not in the group packager"));
    let all = ["--dist-git-branch", "rawhide,f43"];
    let run = release.propose(&all).failure(3, &["You are not in the group packager", "2 of 2 branches failed"]);
    assert!(run.stderr.contains("(after: hello-1.1.0.tar.gz was uploaded)"), "what was done is told: {run}");
    assert!(release.forge.pull_requests().is_empty());
    release.forge.refuse_pushes(None);
    release.propose(&all).success();
    assert_eq!((release.forge.pull_requests().len(), release.lookaside.count()), (2, 1));
    // Without a pull request, by somebody who may not commit.
    let release = on_pagure(&["rawhide"]);
    release.propose(&["--no-pr"]).failure(3, &["`rawhide` cannot be pushed", "tester"]);
    release.forge.access("rpms/hello", "commit", &["tester"]);
    release.propose(&["--no-pr"]).success();
}

#[test]
fn a_lookaside_that_refuses() {
    let release = on_pagure(&["rawhide", "f43"]);
    for (fault, words) in [
        (LookasideFault::Page(401), &["Kerberos ticket", "kinit"][..]),
        (LookasideFault::Status(403, "You must be in the packager group"), &["packager group", "klist"]),
        (
            LookasideFault::Status(404, "Module \"rpms/hello\" does not exist!"),
            &["has no package", "downstream_package_name"],
        ),
        (LookasideFault::Status(500, "No space left"), &["No space left", "server's side"]),
    ] {
        release.lookaside.next_uploads([fault]);
        let run = release
            .propose(&["--dist-git-branch", "rawhide,f43"])
            .failure(3, words)
            .failure(3, &["2 of 2 branches failed"]);
        assert!(release.forge.branch(FORK, "rawhide-update").is_none(), "nothing is pushed without its sources: {run}");
        assert_eq!(release.lookaside.count(), 0);
    }
    release.propose(&[]).success();
}

#[test]
fn an_upload_whose_answer_is_lost() {
    let release = on_pagure(&["rawhide"]);
    release.lookaside.next_uploads([LookasideFault::CutAfterwards]);
    let run = release.propose(&[]);
    if run.code != Some(0) {
        run.failure(3, &["hello-1.1.0.tar.gz"]);
        release.propose(&[]).success();
    }
    assert_eq!((release.forge.pull_requests().len(), release.lookaside.count()), (1, 1));
}

#[test]
fn a_download_that_lies_or_breaks() {
    let release = on_pagure(&["rawhide"]);
    let spec = release.upstream_spec();
    for (answer, word) in [
        (Answer::ok(ARCHIVE).cut_after(9), "hello-1.1.0.tar.gz"),
        (Answer::ok("<html><body>Not found</body></html>").header("Content-Type", "text/html"), "web page"),
        (Answer::new(404, "gone"), "404"),
        (Answer::new(403, "no"), "403"),
        (Answer::ok(""), "hello-1.1.0.tar.gz"),
    ] {
        let server = Server::new(move |_| answer.clone());
        let old = release.archives.url("");
        release.release_again(
            "hello.spec",
            &spec.replace(old.trim_end_matches('/'), server.url("").trim_end_matches('/')),
        );
        let run = release.propose(&[]);
        assert!(matches!(run.code, Some(2 | 3)) && run.stderr.contains(word), "{word}: {run}");
        assert!(release.forge.writes().is_empty() && release.lookaside.count() == 0, "{run}");
    }
    release.release_again("hello.spec", &spec);
    release.propose(&[]).success();
}

#[test]
fn a_forge_that_fails_in_the_middle() {
    let release = on_pagure(&["rawhide"]);
    release.forge.fault("POST /api/0/rpms/hello/pull-request/new", Fault::Status(500));
    let run = release.propose(&[]).failure(3, &["500"]);
    assert!(release.forge.branch(FORK, "rawhide-update").is_some() && release.lookaside.count() == 1, "{run}");
    release.forge.no_faults();
    let run = release.propose(&[]).success();
    assert_eq!(release.forge.pull_requests().len(), 1, "{run}");
    // It is made, and the answer is lost.
    let release = on_pagure(&["rawhide"]);
    release.forge.fault_once("POST /api/0/rpms/hello/pull-request/new", Fault::Lost);
    release.propose(&[]).success();
    assert_eq!(release.forge.pull_requests().len(), 1);
}

/// Takes what Apache let through to the cache, with the name of the user whom Kerberos knows.
const GATE: &str = r#"#!/bin/sh
body="$DATA/body.$$"
cat > "$body"
if wget -q -O "$body.out" --header "Content-Type: $CONTENT_TYPE" --header "Authorization: Negotiate ${REMOTE_USER%@*}:$$" \
    --post-file "$body" "$(cat "$DATA/cache")"; then
    printf 'Content-Type: text/plain\n\n'
else
    printf 'Status: 403 Forbidden\nContent-Type: text/plain\n\nYou must be in the packager group to upload.\n'
fi
cat "$body.out"
rm "$body" "$body.out"
"#;

#[test]
fn uploads_with_a_ticket_of_a_real_kdc() {
    let mut release = on_pagure(&["rawhide"]);
    release.lookaside = crate::support::Lookaside::new().with_packagers(&["ann"]);
    release.world.set("PACKIT_LOOKASIDE_URL", release.lookaside.download_url());
    let mut kdc = Kdc::new();
    kdc.add_user("bob");
    let apache = Apache::new(&kdc, GATE);
    fs_err::write(apache.data().join("cache"), release.lookaside.upload_url()).unwrap();
    fs_err::set_permissions(apache.data().join("cache"), PermissionsExt::from_mode(0o644)).unwrap();
    release.world.set("PACKIT_LOOKASIDE_UPLOAD_URL", apache.url("/protected"));
    release.world.set("KRB5_CONFIG", kdc.config());
    // Who is no packager.
    release.world.set("KRB5CCNAME", kdc.ticket("bob", "1h"));
    release.propose(&[]).failure(3, &["packager group", "klist"]);
    // By the keytab of the configuration.
    release.world.set("KRB5CCNAME", format!("FILE:{}", kdc.path("new.cache").display()));
    release.configure_user(&format!(
        "fas_user: ann\nkerberos_realm: {}\nkeytab_path: {}\n",
        crate::support::REALM,
        kdc.keytab("ann").display()
    ));
    let run = release.propose(&[]).success();
    let stored = release.lookaside.stored("rpms/hello", "hello-1.1.0.tar.gz", ARCHIVE).unwrap();
    assert_eq!(stored.by.as_deref(), Some("ann"), "{run}");
    assert_eq!(release.forge.pull_requests().len(), 1);
    kdc.stop();
}

#[test]
fn a_ticket_that_is_missing_is_told_before_any_work() {
    let mut release = on_pagure(&["rawhide"]);
    release.world.set("PACKIT_LOOKASIDE_UPLOAD_URL", "https://localhost:1/upload.cgi");
    release.world.set("KRB5CCNAME", "FILE:/nonexistent/cache");
    release
        .propose(&[])
        .failure(2, &["no Kerberos ticket", "new sources could not be uploaded", "kinit", "upload_sources: false"]);
    assert!(release.archives.requests().is_empty() && release.forge.writes().is_empty());
    assert!(release.monitoring.paths().is_empty());
    // Nobody needs one who uploads nothing.
    release.propose(&["--dry-run"]).success();
    release.configure("upload_sources: false\n");
    release.propose(&[]).success();
}

#[test]
fn files_of_another_dist_git_do_not_go_to_fedora() {
    let mut release = on_pagure(&["rawhide"]);
    release.world.unset("PACKIT_LOOKASIDE_UPLOAD_URL");
    let run = release
        .propose(&[])
        .failure(2, &["where files of `rpms/hello` are uploaded is not known", "$PACKIT_LOOKASIDE_UPLOAD_URL"]);
    assert!(release.forge.writes().is_empty(), "{run}");
    // A file of rpkg is an order.
    let folder = release.world.path("rpkg");
    fs_err::create_dir(&folder).unwrap();
    let text = format!("[fedpkg]\nlookaside_cgi = {}\n", release.lookaside.upload_url());
    fs_err::write(folder.join("fedpkg.conf"), text).unwrap();
    release.world.set("PACKIT_RPKG_CONFIG_DIR", &folder);
    release.propose(&[]).success();
}
