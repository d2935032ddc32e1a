//! The same commit gives the same bytes when SOURCE_DATE_EPOCH is set.

use crate::support::{Repository, Srpm, World};

fn bytes(world: &World, folder: &std::path::Path) -> Vec<u8> {
    let run = world.packit(world.path("out"), &["srpm".as_ref(), folder.as_os_str()]).success();
    fs_err::read(run.path()).unwrap()
}

#[test]
fn two_runs_and_two_clones_give_the_same_bytes() {
    let world = World::new();
    let repository = Repository::hello(&world);
    repository
        .replace("hello.spec", "BuildArch", "Patch0: fix.patch\nBuildArch")
        .write("fix.patch", "patch")
        .commit("Patch");
    let first = bytes(&world, &repository.folder);
    std::thread::sleep(std::time::Duration::from_millis(1100));
    assert!(bytes(&world, &repository.folder) == first, "a second run differs");
    let url = repository.folder.display().to_string();
    world.command("git", world.path("")).args(["clone", "--quiet", &url, "clone"]).status().unwrap();
    let origin = repository.git(&["remote", "get-url", "origin"]);
    let clone = world.path("clone");
    world.command("git", &clone).args(["remote", "set-url", "origin", origin.trim()]).status().unwrap();
    assert!(bytes(&world, &clone) == first, "a clone differs");
}

#[test]
fn without_it_the_time_is_now() {
    let mut world = World::new();
    let folder = Repository::hello(&world).folder;
    world.unset("SOURCE_DATE_EPOCH");
    let run = world.packit(world.path("out"), &["srpm".as_ref(), folder.as_os_str()]).success();
    let built: i64 = Srpm::open(run.path()).query("%{BUILDTIME}").parse().unwrap();
    assert!(built > 1_700_000_000 + 86_400);
}
