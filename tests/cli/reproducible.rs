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

#[test]
fn neither_the_umask_nor_another_run_changes_the_bytes() {
    let world = World::new();
    let repository = Repository::hello(&world);
    repository.replace("hello.spec", "BuildArch", "Source1: %{name}.txt\nBuildArch").commit("A second source");
    let url = repository.folder.display().to_string();
    let build = |umask: &str, name: &str| {
        let script = "umask $0; git clone -q \"$1\" \"$2\" && git -C \"$2\" remote set-url origin https://github.com/example/hello.git \
                      && exec \"$3\" srpm --output \"$2.src.rpm\" \"$2\"";
        let mut command = world.command("sh", world.path("out"));
        command.args(["-c", script, umask, &url, name, env!("CARGO_BIN_EXE_packit")]);
        let output = command.output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        fs_err::read(world.path(format!("out/{name}.src.rpm"))).unwrap()
    };
    let plain = build("022", "plain");
    assert!(build("077", "narrow") == plain, "the umask changes the bytes");
    // A run that was killed left its staging area, and a run of another project has its own.
    fs_err::create_dir_all(world.path("tmp/packit-0123456789ab")).unwrap();
    assert!(build("022", "again") == plain, "another run changes the bytes");
}
