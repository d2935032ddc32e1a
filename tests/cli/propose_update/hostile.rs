//! Names and documents that are made to lead elsewhere: refused, nothing is written outside, and no token is told.

use serde_json::json;

use super::{FORK, on_pagure};
use crate::support::forge::{Fault, ForgeServer};
use crate::support::{Release, ReleaseMonitoring};

/// Nothing was sent, and nothing lies where it should not.
#[track_caller]
fn unharmed(release: &Release) {
    assert!(release.forge.writes().is_empty(), "{:?}", release.forge.writes());
    assert_eq!(release.lookaside.count(), 0);
    for place in ["evil", "tmp/evil", "upstream/evil", "out/evil", "home/evil"] {
        assert!(release.world.path(place).symlink_metadata().is_err(), "{place}");
    }
    assert_eq!(fs_err::read_to_string(release.world.path("precious")).unwrap(), "precious\n");
}

fn prepared() -> Release {
    let release = on_pagure(&["rawhide"]);
    fs_err::write(release.world.path("precious"), "precious\n").unwrap();
    release
}

#[test]
fn files_to_sync() {
    let release = prepared();
    let config = fs_err::read_to_string(release.upstream().path(".packit.yaml")).unwrap();
    let outside = release.world.path("evil").display().to_string();
    for item in [
        "{src: hello.c, dest: ../evil}".to_owned(),
        "{src: hello.c, dest: ../../evil}".to_owned(),
        format!("{{src: hello.c, dest: {outside}}}"),
        format!("{{src: {outside}, dest: .}}"),
        "{src: ../../precious, dest: .}".to_owned(),
        "{src: '../../prec*', dest: .}".to_owned(),
        "{src: hello.c, dest: .git/config}".to_owned(),
        "{src: hello.c, dest: .git/hooks/pre-push}".to_owned(),
        "{src: .git/config, dest: .}".to_owned(),
        "{src: \"hello.c\\nevil\", dest: .}".to_owned(),
    ] {
        release.release_again(".packit.yaml", &format!("{config}files_to_sync:\n- hello.spec\n- {item}\n"));
        let run = release.propose(&[]);
        assert_eq!(run.code, Some(2), "{item}\n{run}");
        unharmed(&release);
    }
    // A name that is nothing but strange is one that is not there.
    release.release_again(".packit.yaml", &format!("{config}files_to_sync: [hello.spec, '--rsh=touch evil']\n"));
    release.propose(&["--dry-run"]).success().told("`--rsh=touch evil` is not there");
    unharmed(&release);
}

#[test]
fn links_in_both_repositories() {
    let release = prepared();
    let precious = release.world.path("precious").display().to_string();
    // In dist-git: what packit writes goes to the file, not to what a link names.
    release.in_dist_git("rawhide", |package| {
        for name in ["README.packit", "sources", ".gitignore"] {
            let _ = fs_err::remove_file(package.path(name));
            std::os::unix::fs::symlink(&precious, package.path(name)).unwrap();
        }
    });
    let run = release.propose(&[]);
    assert_eq!(fs_err::read_to_string(release.world.path("precious")).unwrap(), "precious\n", "{run}");
    assert!(matches!(run.code, Some(0 | 2)), "{run}");
    let release = prepared();
    release.in_dist_git("rawhide", |package| {
        fs_err::remove_file(package.path("hello.spec")).unwrap();
        std::os::unix::fs::symlink(&precious, package.path("hello.spec")).unwrap();
    });
    let run = release.propose(&[]);
    assert!(run.code != Some(0), "{run}");
    unharmed(&release);
    // Upstream: a link out is not followed.
    let release = prepared();
    std::os::unix::fs::symlink(release.world.path("precious"), release.upstream().path("link")).unwrap();
    release.configure("files_to_sync: [hello.spec, link]\n");
    let run = release.propose(&[]);
    if run.code == Some(0) {
        let mode = release.git(FORK, &["ls-tree", "rawhide-update", "link"]);
        assert!(mode.starts_with("120000"), "{mode}{run}");
    } else {
        unharmed(&release);
    }
}

#[test]
fn sources_and_their_names() {
    let release = prepared();
    release.in_dist_git("rawhide", |package| {
        package.write("sources", format!("SHA512 (../../evil) = {}\n", "0".repeat(128)));
    });
    release.configure("actions:\n  post-modifications: 'true'\n");
    release.propose(&[]).failure(2, &["evil"]);
    unharmed(&release);
    let spec = prepared().upstream_spec();
    for name in [
        "SERVER/x/..",
        "SERVER/a#/../../evil",
        "SERVER/hello-1.1.0.tar.gz#/..",
        "../evil",
        "/etc/passwd",
        "SERVER/-x.tar.gz#/--option",
    ] {
        let release = prepared();
        let address = release.archives.url("");
        let line = format!("Source0:        {}", name.replace("SERVER", address.trim_end_matches('/')));
        let text: Vec<&str> =
            spec.lines().map(|text| if text.starts_with("Source0:") { line.as_str() } else { text }).collect();
        release.release_again("hello.spec", &(text.join("\n") + "\n"));
        let run = release.propose(&[]);
        assert!(matches!(run.code, Some(2 | 3)), "{name}\n{run}");
        unharmed(&release);
    }
    let release = prepared();
    release.configure("sources:\n- {path: ../../evil, url: https://localhost:1/x}\n");
    release.propose(&[]).failure(2, &["../../evil"]);
    unharmed(&release);
}

#[test]
fn versions_and_tags() {
    for version in ["1.1.0\n%(touch evil)", "--upload-pack=touch evil", "../../evil", "1.1.0\u{1b}[2J"] {
        let mut release = prepared();
        release.monitoring = ReleaseMonitoring::new().with_package("hello", Some(version));
        release.world.set("PACKIT_RELEASE_MONITORING_URL", release.monitoring.url());
        // It is not taken for a version: the newest tag counts.
        let run =
            release.propose(&["--dry-run"]).success().told("release monitoring was not asked").told("of the tag 1.1.0");
        assert!(!run.stderr.contains('\u{1b}') && !run.stdout.contains("evil"), "{run}");
        unharmed(&release);
        let folder = release.upstream().folder.display().to_string();
        let run = release.world.packit(release.world.path("out"), &["propose-update", &folder, "--", version]);
        assert_eq!(run.code, Some(2), "{version:?}\n{run}");
        unharmed(&release);
    }
}

#[test]
fn documents_of_the_forge() {
    let project = |url: &str| {
        json!({
            "id": 9, "name": "hello", "full_name": "tester/hello", "fork": true, "default_branch": "rawhide", "empty": false,
            "clone_url": url, "ssh_url": url, "html_url": url, "owner": {"login": "tester", "id": 2},
            "parent": {"id": 1, "name": "hello", "full_name": "rpms/hello", "owner": {"login": "rpms", "id": 1}},
        })
    };
    for url in
        ["ext::sh -c touch% evil", "--upload-pack=touch evil", "file:///etc", "https://h/../../x", "http://h/a\nb"]
    {
        let release = Release::on("forgejo", ForgeServer::forgejo(), &["rawhide"]);
        fs_err::write(release.world.path("precious"), "precious\n").unwrap();
        release.forge.fault("GET /api/v1/repos/tester/hello", Fault::Document(200, project(url)));
        let run = release.propose(&[]);
        assert!(matches!(run.code, Some(2 | 3)), "{url}\n{run}");
        unharmed(&release);
        drop(release.forge.take_complaints());
    }
    let release = Release::on("pagure", ForgeServer::pagure(), &["rawhide"]);
    fs_err::write(release.world.path("precious"), "precious\n").unwrap();
    for name in ["../../evil", "a\nb", "--option", ""] {
        release.forge.fault_once("POST /api/0/-/whoami", Fault::Document(200, json!({"username": name})));
        release.propose(&[]).failure(3, &["is no name on a forge"]);
        unharmed(&release);
    }
}

#[test]
fn addresses_of_dist_git() {
    for base in ["ext::sh -c 'touch evil'", "file:///", "--upload-pack=touch"] {
        let release = prepared();
        let file = release.upstream().path(".packit.yaml");
        let text = fs_err::read_to_string(file)
            .unwrap()
            .replace(&format!("{}/", release.forge.base()), &format!("\"{base}\""));
        release.release_again(".packit.yaml", &text);
        let run = release.propose(&[]);
        assert!(matches!(run.code, Some(2 | 3)), "{base}\n{run}");
        unharmed(&release);
    }
    // A token is not sent where everybody can read it.
    let release = prepared();
    release.configure_user("  \"http://forge.example.com\": {type: pagure, token: CANARY}\n");
    let file = release.upstream().path(".packit.yaml");
    let text = fs_err::read_to_string(file).unwrap().replace(&release.forge.base(), "http://forge.example.com");
    release.release_again(".packit.yaml", &text);
    let run = release.propose(&[]).failure(2, &["not sent without encryption"]);
    assert!(!run.stderr.contains("CANARY"), "{run}");
}

#[test]
fn tokens_are_told_nowhere() {
    for (kind, forge) in [
        ("pagure", ForgeServer::pagure()),
        ("forgejo", ForgeServer::forgejo()),
        ("gitlab", ForgeServer::gitlab()),
        ("github", ForgeServer::github()),
    ] {
        let mut release = Release::on(kind, forge, &["rawhide"]);
        release.world.set("GIT_TRACE_CURL", "1");
        release.world.set("RUST_LOG", "trace");
        release.forge.access("rpms/hello", "commit", &["tester"]);
        let log = release.world.path("environment").display().to_string();
        release.configure(&format!("actions:\n  pre-sync: \"sh -c 'env > {log}'\"\n"));
        let mut said = String::new();
        for arguments in [&["-d"][..], &["-d", "--json", "--dry-run"], &["-d", "--no-pr"]] {
            let run = release.propose(arguments);
            said += &format!("{run}");
        }
        release.forge.refuse_pushes(Some("no TOKEN"));
        said += &format!("{}", release.propose(&["-d"]));
        said += &fs_err::read_to_string(&log).unwrap();
        assert!(!said.contains("TOKEN_TESTER"), "{said}");
        // As git is told it, in a header.
        for user in ["tester", "oauth2", "x-access-token"] {
            let header = base64(&format!("{user}:TOKEN_TESTER"));
            assert!(!said.contains(&header), "{user} {said}");
        }
    }
}

fn base64(text: &str) -> String {
    const DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut encoded = String::new();
    for three in text.as_bytes().chunks(3) {
        let bits = three.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - three.len()));
        for at in 0..=three.len() {
            encoded.push(char::from(DIGITS[(bits >> (18 - 6 * at) & 63) as usize]));
        }
    }
    encoded
}
