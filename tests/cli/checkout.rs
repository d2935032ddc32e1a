//! The checkout in all its shapes, and that it stays as it was.

use std::path::PathBuf;

use crate::support::{Repository, Srpm, World};

fn nvr(repository: &Repository<'_>, arguments: &[&str]) -> String {
    Srpm::open(repository.packit_from_outside(arguments).success().path()).nvr()
}

#[test]
fn the_release_names_the_branch() {
    let world = World::new();
    let repository = Repository::hello(&world);
    repository.git(&["checkout", "--quiet", "-b", "feature/some-thing_2"]);
    let short = repository.short(7);
    assert_eq!(
        nvr(&repository, &["srpm"]),
        format!("hello-1.0.0-1.20231114221320000000.featuresome.thing_2.1.g{short}")
    );
}

#[test]
fn a_detached_head_is_named_by_the_ci_or_by_its_short_commit_id() {
    let mut world = World::new();
    let (folder, short) = {
        let repository = Repository::hello(&world);
        repository.git(&["checkout", "--quiet", "--detach"]);
        let (short, eight) = (repository.short(7), repository.short(8));
        assert_eq!(nvr(&repository, &["srpm"]), format!("hello-1.0.0-1.20231114221320000000.{eight}.1.g{short}"));
        (repository.folder.clone(), short)
    };
    world.set("GITHUB_HEAD_REF", "fix/it");
    let run = world.packit(world.path("out"), &["srpm".as_ref(), folder.as_os_str()]).success().told("GITHUB_HEAD_REF");
    assert_eq!(Srpm::open(run.path()).nvr(), format!("hello-1.0.0-1.20231114221320000000.fixit.1.g{short}"));
}

#[test]
fn a_worktree_is_a_checkout() {
    let world = World::new();
    let repository = Repository::hello(&world);
    repository.git(&["worktree", "add", "--quiet", "-b", "wt", "../tree"]);
    let tree = world.path("tree");
    let run = world.packit(world.path("out"), &["srpm".as_ref(), tree.as_os_str()]).success();
    assert!(Srpm::open(run.path()).nvr().contains(".wt.1.g"), "{run}");
}

#[test]
fn a_submodule_is_a_checkout_and_its_parent_is_told_of_the_empty_folder() {
    let world = World::new();
    let inner = Repository::hello(&world);
    let outer = world.repository("outer");
    outer
        .write("hello.spec", fs_err::read(inner.path("hello.spec")).unwrap())
        .write(".packit.yaml", "specfile_path: hello.spec\n");
    outer.git(&["submodule", "--quiet", "add", &inner.folder.display().to_string(), "sub"]);
    outer.commit("With a submodule").tag("3.0");
    let run = outer.packit_from_outside(&["srpm"]).success().told("submodule").told("sub");
    assert!(Srpm::open(run.path()).nvr().starts_with("hello-3.0-"), "{run}");
    let sub = outer.path("sub");
    let run = world.packit(world.path("out"), &["srpm".as_ref(), sub.as_os_str()]).success();
    assert!(Srpm::open(run.path()).nvr().starts_with("hello-1.0.0-"), "{run}");
}

#[test]
fn a_shallow_clone_is_explained() {
    let world = World::new();
    let repository = Repository::hello(&world);
    let url = format!("file://{}", repository.folder.display());
    world
        .command("git", world.path(""))
        .args(["clone", "--quiet", "--depth", "1", "--no-tags", &url, "shallow"])
        .status()
        .unwrap();
    let shallow = world.path("shallow");
    let run = world.packit(world.path("out"), &["srpm".as_ref(), shallow.as_os_str()]).success();
    let run = run.told("shallow").told("git fetch --unshallow --tags");
    assert_eq!(Srpm::open(run.path()).nvr(), "hello-0.9-1.20231114221320000000.main");
}

#[test]
fn a_url_is_cloned_and_nothing_is_left_of_it() {
    let world = World::new();
    let repository = Repository::hello(&world);
    let url = format!("file://{}", repository.folder.display());
    let run = world.packit(world.path("out"), &["srpm", &url]).success();
    assert!(Srpm::open(run.path()).nvr().ends_with(&format!(".main.1.g{}", repository.short(7))), "{run}");
    let run = world.packit(world.path("out"), &["srpm", "--ref", "1.0.0", &url]).success();
    let tagged = repository.git(&["rev-parse", "1.0.0^{commit}"]);
    assert!(Srpm::open(run.path()).nvr().ends_with(&format!(".{}.0.g{}", &tagged[..8], &tagged[..7])), "{run}");
    assert_eq!(world.leftovers(), Vec::<PathBuf>::new());
    world.packit(world.path("out"), &["srpm", "--ref", "nope", &url]).failure(2, &["nope", "git ls-remote"]);
    world.packit(world.path("out"), &["srpm", "file:///nowhere/at/all"]).failure(2, &["cannot be cloned"]);
    assert_eq!(world.leftovers(), Vec::<PathBuf>::new());
}

#[test]
fn the_environment_of_a_git_hook_does_not_lead_astray() {
    let mut world = World::new();
    let other = world.path("other");
    fs_err::create_dir(&other).unwrap();
    world.command("git", &other).args(["init", "--quiet"]).status().unwrap();
    let folder = Repository::hello(&world).folder;
    world.set("GIT_DIR", other.join(".git"));
    world.set("GIT_INDEX_FILE", other.join(".git/index"));
    let run = world.packit(world.path("out"), &["srpm".as_ref(), folder.as_os_str()]).success();
    assert!(Srpm::open(run.path()).nvr().contains(".main.1.g"), "{run}");
}

#[test]
fn odd_names_of_folders_are_no_trouble() {
    use std::os::unix::ffi::OsStrExt as _;
    for name in [&b"with blank"[..], b"quo'te\"s", b"per%cent%{name}", b"$(touch x);`id`", b"caf\xe9", b"-dash"] {
        let world = World::new();
        let outside = Repository::hello(&world).folder;
        let folder = world.path("").join(std::ffi::OsStr::from_bytes(name));
        fs_err::rename(outside, &folder).unwrap();
        let out = folder.join("out dir");
        fs_err::create_dir(&out).unwrap();
        let run = world.packit(&out, &["srpm".as_ref(), folder.as_os_str()]).success();
        assert!(run.path().starts_with(&out), "{run}");
        Srpm::open(run.path());
        assert_eq!(world.leftovers(), Vec::<PathBuf>::new());
    }
}

#[test]
fn nothing_changes_when_rpmbuild_fails() {
    let world = World::new();
    let repository = Repository::hello(&world);
    repository.replace("hello.spec", "License:        MIT\n", "").commit("No license");
    repository.packit_from_outside(&["srpm"]).failure(2, &["License"]);
}

#[test]
fn a_read_only_checkout_works() {
    let world = World::new();
    let repository = Repository::hello(&world);
    let script = "mount --bind \"$1\" \"$1\" && mount -o remount,bind,ro \"$1\" && cd out && exec \"$2\" srpm \"$1\"";
    let run = || {
        let mut command = world.command("unshare", world.path(""));
        command.args(["--mount", "sh", "-c", script, "sh"]).arg(&repository.folder).arg(env!("CARGO_BIN_EXE_packit"));
        command.output().unwrap()
    };
    let allowed = world.command("unshare", "/").args(["--mount", "true"]).status().is_ok_and(|status| status.success());
    if !allowed {
        println!("left out: this machine lets nobody mount");
        return;
    }
    let run = crate::support::Run::new(run(), &world.path("")).success();
    Srpm::open(run.path());
}

#[test]
fn a_checkout_of_another_user_is_explained() {
    let world = World::new();
    let repository = Repository::hello(&world);
    let mine = world.command("id", "/").arg("-u").output().unwrap().stdout == b"0\n";
    if !mine {
        println!("left out: only root can give a folder away");
        return;
    }
    world.command("chown", "/").args(["-R", "12345"]).arg(&repository.folder).status().unwrap();
    let folder = repository.folder.display().to_string();
    let run = world.packit(world.path("out"), &["srpm", &folder]);
    run.failure(
        2,
        &["git config --global --add safe.directory", &folder.replace(&world.path("").display().to_string(), "[W]/")],
    );
}

#[test]
fn a_repository_that_libgit2_reads_only_in_part_is_built_all_the_same() {
    let world = World::new();
    let repository = Repository::hello(&world);
    repository.git(&["update-index", "--split-index"]);
    let run = repository.packit_from_outside(&["srpm"]).success().told("cannot be told");
    Srpm::open(run.path());
}

#[test]
fn the_programs_of_the_spec_see_the_project_from_a_git_hook_too() {
    let mut world = World::new();
    let folder = {
        let repository = Repository::hello(&world);
        repository.replace("hello.spec", "A trivial program", "%(git rev-parse --show-toplevel | xargs basename)");
        repository.commit("Ask git").folder.clone()
    };
    world.command("git", world.path("")).args(["init", "--quiet", "elsewhere"]).status().unwrap();
    world.set("GIT_DIR", world.path("elsewhere/.git"));
    world.set("GIT_OBJECT_DIRECTORY", world.path("elsewhere/.git/objects"));
    let run = world.packit(world.path("out"), &["srpm".as_ref(), folder.as_os_str()]).success();
    assert_eq!(Srpm::open(run.path()).query("%{SUMMARY}"), "hello");
}

#[test]
fn nothing_asks_the_network() {
    let world = World::new();
    let repository = Repository::hello(&world);
    let allowed = world.command("unshare", "/").args(["--net", "true"]).status().is_ok_and(|status| status.success());
    if !allowed {
        println!("left out: this machine lets nobody cut the network off");
        return;
    }
    let mut command = world.command("unshare", world.path("out"));
    command.args(["--net", env!("CARGO_BIN_EXE_packit"), "srpm"]).arg(&repository.folder);
    let run = crate::support::Run::new(command.output().unwrap(), &world.path("")).success();
    Srpm::open(run.path());
}

#[test]
fn the_configuration_of_the_current_folder_is_not_that_of_another_project() {
    let world = World::new();
    let repository = Repository::hello(&world);
    let other = world.repository("other");
    other.write("hello.spec", fs_err::read(repository.path("hello.spec")).unwrap()).commit("No config").tag("7.0");
    let run = world.packit(&repository.folder, &["srpm".as_ref(), other.folder.as_os_str()]);
    run.failure(2, &["no packit configuration", "[W]/other"]);
}

#[test]
fn a_remote_of_the_distribution_does_not_make_it_a_checkout_of_the_distribution() {
    let world = World::new();
    let repository = Repository::hello(&world);
    repository.git(&["remote", "add", "fedora", "https://src.fedoraproject.org/rpms/hello.git"]);
    assert!(nvr(&repository, &["srpm"]).starts_with("hello-1.0.0-1."));
}

#[test]
fn output_of_children_that_is_not_utf8_is_no_trouble() {
    let world = World::new();
    let repository = Repository::hello(&world);
    let noisy = "%(head -c 100000 /dev/zero | tr '\\\\0' '\\\\377' >&2; printf 'a\\\\rb\\\\377\\\\n' >&2; echo quiet)";
    repository.replace("hello.spec", "A trivial program", noisy).commit("Noise");
    let run = repository.packit_from_outside(&["srpm"]).success();
    assert_eq!(Srpm::open(run.path()).query("%{SUMMARY}"), "quiet");
}
