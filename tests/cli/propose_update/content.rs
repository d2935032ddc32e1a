//! What is in the commit: files, modes, spec, changelog, message.

use std::os::unix::fs::PermissionsExt;

use super::{FORK, on_pagure};
use crate::support::{Answer, Bug, Bugzilla, Release};

const WORK: &str = "rawhide-update";

fn message(release: &Release) -> String {
    release.git(FORK, &["log", "-1", "--format=%an <%ae>%n%B", WORK]).trim_end().to_owned()
}

/// Mode and name of the files of the update.
fn files(release: &Release) -> Vec<String> {
    let listed = release.git(FORK, &["ls-tree", "-r", "--format=%(objectmode) %(path)", WORK]);
    listed.lines().map(str::to_owned).collect()
}

#[test]
fn the_message_names_tag_commit_and_bugs() {
    let release = on_pagure(&["rawhide"]);
    let run = release.propose(&["-b", "rhbz#12", "--resolve-bug", "34"]).success();
    let commit = release.upstream().git(&["rev-parse", "1.1.0^{commit}"]);
    assert_eq!(
        message(&release),
        format!(
            "Ann Author <ann@example.com>\nUpdate to 1.1.0 upstream release\n\n- Resolves: rhbz#12\n- Resolves: rhbz#34\n\n\
             Upstream tag: 1.1.0\nUpstream commit: {}\n\n\
             Commit authored by Packit automation (https://packit.dev/)",
            &commit[..8]
        )
    );
    let spec = release.file(FORK, WORK, "hello.spec");
    let entry = "%changelog\n* Tue Nov 14 2023 Ann Author <ann@example.com> - 1.1.0-1\n- Update to version 1.1.0\n\
                 - Resolves: rhbz#12\n- Resolves: rhbz#34\n\n* Mon Nov 13 2023 Dora Downstream <dora@example.com> - 1.0.0-3\n- Rebuilt\n";
    assert!(spec.ends_with(entry), "{spec}");
    assert!(release.forge.pull_requests()[0]["text"].as_str().unwrap().contains("show_bug.cgi?id=34"), "{run}");
    assert!(release.bugzilla.paths().is_empty());
    let readme = release.file(FORK, WORK, "README.packit");
    assert!(readme.lines().count() == 3 && readme.contains(env!("CARGO_PKG_VERSION")), "{readme}");
    release.propose(&["-b", "no bug"]).failure(2, &["is not the name of a bug"]);
}

#[test]
fn bugs_are_searched_and_nobody_minds_when_that_fails() {
    let mut release = on_pagure(&["rawhide"]);
    let bugs = [
        Bug::of_release(7, "hello", "hello-1.1.0 is available"),
        Bug::of_release(8, "hello", "hello-1.1.0.1 is available"),
        Bug {
            creator: "somebody",
            creator_name: "Somebody",
            ..Bug::of_release(6, "hello", "hello-1.1.0 is available")
        },
    ];
    release.bugzilla = Bugzilla::new(bugs);
    release.world.set("PACKIT_BUGZILLA_URL", release.bugzilla.url());
    release.propose(&["--dry-run", "--no-bug-search"]).success();
    assert!(release.bugzilla.paths().is_empty());
    release.propose(&[]).success();
    assert!(message(&release).contains("- Resolves: rhbz#7\n\n"), "{}", message(&release));
    release.bugzilla.fail(Answer::new(500, "down"));
    let run = release.propose(&["--dry-run"]).success();
    assert!(run.stderr.contains("warning: no bug was searched") && run.stderr.contains("--no-bug-search"), "{run}");
}

#[test]
fn spec_and_configuration_are_synced_to_their_names() {
    let release = on_pagure(&["rawhide"]);
    let upstream = release.upstream();
    let spec = release.upstream_spec();
    fs_err::remove_file(upstream.path("hello.spec")).unwrap();
    upstream.write("fedora/hi.spec", &spec).replace(
        ".packit.yaml",
        "specfile_path: hello.spec",
        "specfile_path: fedora/hi.spec",
    );
    release.release_again("hello.c", "int main(void) { return 1; }\n");
    release.propose(&[]).success();
    assert_eq!(
        files(&release),
        ["100644 .gitignore", "100644 .packit.yaml", "100644 README.packit", "100644 hello.spec", "100644 sources"]
    );
    assert!(release.file(FORK, WORK, "hello.spec").contains("1.1.0\n"));
    assert_eq!(
        release.file(FORK, WORK, ".packit.yaml"),
        fs_err::read_to_string(upstream.path(".packit.yaml")).unwrap()
    );
}

#[test]
fn a_list_of_files_is_exactly_that() {
    let release = on_pagure(&["rawhide"]);
    let upstream = release.upstream();
    for file in
        ["fedora/run.sh", "fedora/a.patch", "fedora/b.patch", "fedora/.hidden", "dir/one", "dir/two.o", "dir/sub/three"]
    {
        upstream.write(file, format!("{file}\n"));
    }
    let script = upstream.path("fedora/run.sh");
    fs_err::set_permissions(&script, PermissionsExt::from_mode(0o755)).unwrap();
    release.in_dist_git("rawhide", |package| {
        package.write("copy/old", "goes\n").write("stays.patch", "stays\n").write("tests/main.fmf", "x\n");
    });
    release.configure(
        "create_sync_note: false\nfiles_to_sync:\n- hello.spec\n- {src: fedora/run.sh, dest: fedora/, mkpath: true}\n- src: fedora/*.patch\n  dest: .\n\
         - {src: dir/, dest: copy/, delete: true, filters: ['- *.o']}\n- {src: [dir/one, missing], dest: new/deep/, mkpath: true}\n",
    );
    let run = release.propose(&[]).success();
    assert_eq!(
        files(&release),
        [
            "100644 .gitignore",
            "100644 a.patch",
            "100644 b.patch",
            "100644 copy/one",
            "100644 copy/sub/three",
            "100755 fedora/run.sh",
            "100644 hello.spec",
            "100644 new/deep/one",
            "100644 sources",
            "100644 stays.patch",
            "100644 tests/main.fmf",
        ],
        "{run}"
    );
}

/// What becomes of release and changelog, for spec files of these on both sides.
#[track_caller]
fn merged(upstream: (&str, &str), dist_git: (&str, &str)) -> String {
    let release = on_pagure(&["rawhide"]);
    let with = |spec: String, old: &str, (number, changelog): (&str, &str)| {
        let spec = spec.replace(old, number);
        let cut = spec.find("%changelog\n").unwrap();
        format!("{}%changelog\n{changelog}", &spec[..cut])
    };
    release.release_again("hello.spec", &with(release.upstream_spec(), "1%{?dist}", upstream));
    release.in_dist_git("rawhide", |package| {
        let spec = fs_err::read_to_string(package.path("hello.spec")).unwrap();
        package.write("hello.spec", with(spec, "3%{?dist}", dist_git));
    });
    release.propose(&[]).success();
    let spec = release.file(FORK, WORK, "hello.spec");
    let of_release = spec.lines().find_map(|line| line.strip_prefix("Release:")).unwrap().trim().to_owned();
    format!("{of_release}|{}", spec.split_once("%changelog\n").unwrap().1)
}

#[test]
fn release_and_changelog_of_both_kinds() {
    const OLD: &str = "* Mon Nov 13 2023 Dora Downstream <dora@example.com> - 1.0.0-3\n- Rebuilt\n";
    let entry = |number: &str| {
        format!("* Tue Nov 14 2023 Ann Author <ann@example.com> - 1.1.0-{number}\n- Update to version 1.1.0\n\n{OLD}")
    };
    let auto = ("%autorelease", "%autochangelog\n");
    assert_eq!(merged(("1%{?dist}", OLD), ("3%{?dist}", OLD)), format!("1%{{?dist}}|{}", entry("1")));
    assert_eq!(merged(("2%{?dist}", OLD), ("3%{?dist}", OLD)), format!("2%{{?dist}}|{}", entry("2")));
    assert_eq!(merged(auto, ("3%{?dist}", OLD)), format!("1%{{?dist}}|{}", entry("1")));
    assert_eq!(merged(("1%{?dist}", OLD), auto), "%autorelease|%autochangelog\n");
    assert_eq!(merged(auto, auto), "%autorelease|%autochangelog\n");
}

#[test]
fn a_package_without_a_spec_file_yet() {
    let release = on_pagure(&["rawhide"]);
    release.in_dist_git("rawhide", |package| fs_err::remove_file(package.path("hello.spec")).unwrap());
    let run = release.propose(&[]).success().told("dist-git has no `hello.spec` yet");
    assert!(release.file(FORK, WORK, "hello.spec").contains("- Update to version 1.1.0"), "{run}");
}

#[test]
fn the_changelog_is_synced_where_that_is_wanted() {
    let release = on_pagure(&["rawhide"]);
    release.configure("sync_changelog: true\n");
    release.propose(&[]).success();
    assert_eq!(release.file(FORK, WORK, "hello.spec"), release.upstream_spec());
}

#[test]
fn actions_have_the_last_word() {
    let release = on_pagure(&["rawhide"]);
    let log = release.world.path("log").display().to_string();
    release.configure(&format!(
        "actions:\n  post-upstream-clone: \"sh -c 'echo $PACKIT_PROJECT_VERSION $PACKIT_DOWNSTREAM_PACKAGE_NAME >> {log}'\"\n  \
         commit-message: \"sh -c 'echo noise; echo \\\"$PACKIT_DEBUG_DIVIDER\\\"; echo Rebase to $PACKIT_UPSTREAM_TAG; echo; echo Why: $PACKIT_RESOLVED_BUGS'\"\n  \
         changelog-entry: 'echo - By the action'\n  \
         post-modifications: \"sh -c 'echo made > $PACKIT_DOWNSTREAM_REPO/made'\"\n"
    ));
    release.propose(&["-b", "rhbz#9"]).success();
    assert_eq!(fs_err::read_to_string(&log).unwrap(), "1.1.0 hello\n");
    assert_eq!(message(&release), "Ann Author <ann@example.com>\nRebase to 1.1.0\n\nWhy: rhbz#9");
    assert!(release.file(FORK, WORK, "hello.spec").contains("1.1.0-1\n- By the action\n\n* Mon"));
    assert_eq!(release.file(FORK, WORK, "made"), "made\n");
    // An action that makes the files itself.
    let release = on_pagure(&["rawhide"]);
    release.configure("actions:\n  prepare-files: \"sh -c 'echo x > $PACKIT_DOWNSTREAM_REPO/prepared'\"\n");
    release.propose(&[]).success();
    assert_eq!(release.file(FORK, WORK, "prepared"), "x\n");
    assert_eq!(release.file(FORK, WORK, "hello.spec"), release.upstream_spec());
}
