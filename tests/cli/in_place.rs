//! `--in-place` keeps what the Python packit leaves behind: the changed spec and the archive.

use crate::support::{Repository, Srpm, World};

fn spec(repository: &Repository<'_>) -> String {
    fs_err::read_to_string(repository.path("hello.spec")).unwrap()
}

#[test]
fn spec_and_archive_stay_in_the_project() {
    let world = World::new();
    let repository = Repository::hello(&world);
    let run = repository.packit(&["srpm", "--in-place"]).success();
    let built = Srpm::open(run.path());
    assert_eq!(spec(&repository), built.spec());
    assert_eq!(fs_err::read(repository.path("hello-1.0.0.tar.gz")).unwrap(), built.file("hello-1.0.0.tar.gz"));
    let status = repository.git(&["status", "--porcelain"]);
    assert_eq!(status.lines().count(), 3, "{status}");
}

#[test]
fn a_second_run_adds_no_second_changelog_entry() {
    let mut world = World::new();
    let folder = Repository::hello(&world).folder;
    let run = |world: &World| {
        for entry in fs_err::read_dir(world.path("out")).unwrap() {
            fs_err::remove_file(entry.unwrap().path()).unwrap();
        }
        let arguments: [&std::ffi::OsStr; 3] = ["srpm".as_ref(), "--in-place".as_ref(), folder.as_os_str()];
        drop(world.packit(world.path("out"), &arguments).success());
        fs_err::read_to_string(folder.join("hello.spec")).unwrap()
    };
    let first = run(&world);
    assert_eq!(first.matches("\n* ").count(), 2, "{first}");
    assert_eq!(run(&world), first);
    world.set("SOURCE_DATE_EPOCH", "1700003600");
    let later = run(&world);
    assert_eq!(later.matches("\n* ").count(), 2, "{later}");
    assert!(later.contains("1.20231114231320000000.main"), "{later}");
}

#[test]
fn a_failure_keeps_nothing() {
    let world = World::new();
    let repository = Repository::hello(&world);
    repository.replace("hello.spec", "License:        MIT\n", "").commit("No license");
    let before = repository.state();
    let run = repository.packit(&["srpm", "--in-place"]).failure(2, &["License"]);
    assert_eq!(repository.state(), before, "{run}");
}

#[test]
fn packages_that_share_a_spec_cannot_both_keep_their_edits() {
    let world = World::new();
    let repository = Repository::hello(&world);
    repository.write(".packit.yaml", "specfile_path: hello.spec\npackages:\n  one: {}\n  two: {}\n").commit("Two");
    let before = repository.state();
    let run = repository.packit(&["srpm", "--in-place"]).failure(2, &["one", "two", "hello.spec"]);
    assert_eq!(repository.state(), before, "{run}");
}
