//! What belongs to the user stays as it is: the upstream checkout, and a clone of dist-git.

use std::path::PathBuf;
use std::process::Stdio;
use std::time::{Duration, Instant};

use super::{FORK, on_pagure};
use crate::signals::{children, kill};
use crate::support::LookasideFault as Fault;
use crate::support::{Release, Repository};

/// Both trees with changes that nobody has committed.
fn dirty(release: &Release) -> Repository<'_> {
    release.upstream().append("hello.c", "/* mine */\n").write("untracked/note", "mine\n").write("staged", "mine\n");
    release.upstream().git(&["add", "staged"]);
    let clone = release.dist_git_clone();
    clone.git(&["checkout", "--quiet", "-b", "my-work"]);
    clone.append("hello.spec", "# mine\n").write("untracked.patch", "mine\n").write("staged", "mine\n");
    clone.git(&["add", "staged"]);
    clone
}

#[test]
fn a_clone_of_dist_git_is_only_read() {
    let release = on_pagure(&["rawhide", "f43"]);
    let clone = dirty(&release);
    let before = clone.state();
    let path = clone.folder.display().to_string();
    let all = ["--dist-git-branch", "rawhide,f43", "--dist-git-path", &path];
    let run = release.propose(&all).success();
    assert_eq!(clone.state(), before, "{run}");
    assert_eq!(release.forge.pull_requests().len(), 2);
    // What is not committed is in no update.
    let changed = release.git(FORK, &["diff", "--name-only", "rawhide", "rawhide-update"]);
    assert_eq!(changed, ".gitignore\n.packit.yaml\nREADME.packit\nhello.spec\nsources\n");
    let folder = release.upstream().folder.display().to_string();
    let given = [&["propose-update"], &all[..], &[folder.as_str(), "99.9"]].concat();
    let run = release.world.packit(release.world.path("out"), &given).failure(2, &["there is no tag `99.9`"]);
    assert_eq!(clone.state(), before, "{run}");
    release.forge.refuse_pushes(Some("closed for maintenance"));
    release.release_again("hello.c", "x\n");
    let before = clone.state();
    let run = release.propose(&all).failure(3, &["closed for maintenance"]);
    assert_eq!(clone.state(), before, "{run}");
}

#[test]
fn a_stop_at_any_moment_changes_nothing_here() {
    let release = on_pagure(&["rawhide"]);
    let clone = dirty(&release);
    let (upstream, path) = (release.upstream(), clone.folder.display().to_string());
    let before = (upstream.state(), clone.state());
    let begun = Instant::now();
    release.propose(&["--dry-run"]).success();
    let whole = begun.elapsed();
    let mut ended = 0;
    for number in 0..10_u32 {
        let folder = upstream.folder.display().to_string();
        let arguments = ["propose-update", "--dist-git-path", &path, &folder];
        let mut command = release.world.packit_command(release.world.path("out"), &arguments);
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        // Another moment each time, up to where it would be done.
        std::thread::sleep(whole.mul_f64((f64::from(number) + f64::from(std::process::id() % 10) / 10.0) / 10.0));
        kill(if number % 2 == 0 { "-INT" } else { "-TERM" }, child.id());
        let code = child.wait().unwrap().code();
        assert!(matches!(code, Some(130 | 0) | None), "{code:?}");
        ended += u32::from(code == Some(130));
        assert_eq!((upstream.state(), clone.state()), before, "stopped as number {number}");
        assert_eq!(release.world.leftovers(), Vec::<PathBuf>::new());
        assert_eq!(children(&release.world), Vec::new());
    }
    assert!(ended >= 4, "packit was ended only {ended} times while it worked");
    let run = release.propose(&[]).success();
    assert_eq!(release.forge.pull_requests().len(), 1, "{run}");
}

#[test]
fn a_stop_between_upload_and_push_is_made_good_by_the_next_run() {
    let release = on_pagure(&["rawhide"]);
    release.lookaside.next_uploads([Fault::Stall]);
    let folder = release.upstream().folder.display().to_string();
    let mut command = release.world.packit_command(release.world.path("out"), &["propose-update", &folder]);
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let begun = Instant::now();
    while !release.lookaside.asked().iter().any(|asked| asked == "upload") {
        assert!(begun.elapsed() < Duration::from_secs(30));
        std::thread::sleep(Duration::from_millis(10));
    }
    kill("-INT", child.id());
    assert_eq!(child.wait().unwrap().code(), Some(130));
    assert!(release.forge.pull_requests().is_empty());
    release.propose(&[]).success();
    assert_eq!((release.forge.pull_requests().len(), release.lookaside.count()), (1, 1));
}

#[test]
fn in_place_the_commit_stays_in_the_clone() {
    let release = on_pagure(&["rawhide"]);
    let clone = release.dist_git_clone();
    clone.write("untracked.patch", "mine\n");
    let path = clone.folder.display().to_string();
    release.propose(&["--dist-git-path", &path, "--in-place"]).success();
    assert_eq!(clone.git(&["branch", "--show-current"]), "rawhide-update\n");
    assert_eq!(clone.git(&["log", "-1", "--format=%s"]), "Update to 1.1.0 upstream release\n");
    assert_eq!(fs_err::read_to_string(clone.path("untracked.patch")).unwrap(), "mine\n");
    assert!(!release.git(FORK, &["ls-tree", "-r", "--name-only", "rawhide-update"]).contains("untracked.patch"));
    clone.append("hello.spec", "# mine\n");
    let before = clone.state();
    release.propose(&["--dist-git-path", &path, "--in-place"]).failure(2, &["not committed", "--in-place"]);
    assert_eq!(clone.state(), before);
}

#[test]
fn the_clone_of_packit_is_kept_where_that_is_wanted() {
    let release = on_pagure(&["rawhide", "f43"]);
    let kept = release.world.path("kept");
    let name = kept.display().to_string();
    release.propose(&["--dist-git-branch", "rawhide,f43", "--dry-run", "--keep", &name]).success();
    let clone = Repository::at(&release.world, kept);
    assert_eq!(clone.git(&["branch", "--format=%(refname:short)"]), "f43-update\nrawhide-update\n");
    assert!(clone.path("hello-1.1.0.tar.gz").is_file());
    release.propose(&["--keep", &name]).failure(2, &["is not empty"]);
}
