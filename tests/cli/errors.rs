//! One clear message for everything that can be wrong, exit code 2, and an untouched checkout.

use crate::support::{Repository, Run, World};

/// Runs `packit srpm` on the repository, which must fail; the message must hold all of `words`.
#[track_caller]
fn refused(repository: &Repository<'_>, words: &[&str]) -> Run {
    let run = repository.packit_from_outside(&["srpm"]).failure(2, words);
    assert_eq!(run.stdout, "", "{run}");
    assert_eq!(run.stderr.lines().filter(|line| line.starts_with("error:")).count(), 1, "{run}");
    run
}

#[test]
fn no_configuration() {
    let world = World::new();
    let repository = Repository::hello(&world);
    repository.git(&["rm", "--quiet", ".packit.yaml"]);
    repository.commit("No config");
    refused(&repository, &[".packit.yaml", "packit.yml", "specfile_path"]);
    world.packit(&repository.folder, &["-c", "nope.yaml", "srpm"]).failure(2, &["nope.yaml"]);
}

#[test]
fn configuration_of_the_wrong_shape() {
    let world = World::new();
    let repository = Repository::hello(&world);
    for (config, words) in [
        ("- a\n- b\n", &[".packit.yaml:1:1"][..]),
        ("a: [1, 2\nb: }\n", &[".packit.yaml:2"]),
        ("specfile_path: [1]\n", &[".packit.yaml:1:16", "specfile_path"]),
        (
            "downstream_package_name: a/b\nupstream_package_name: a/b\nspecfile_path: hello.spec\n",
            &["upstream_package_name"],
        ),
        ("update_release: perhaps\nspecfile_path: hello.spec\n", &[".packit.yaml:1", "update_release"]),
        ("specfile_path: hello.spec\njobs: 3\n", &[".packit.yaml:2", "jobs"]),
    ] {
        repository.write(".packit.yaml", config).commit("Config");
        let run = repository.packit_from_outside(&["srpm"]).failure(2, words);
        assert_eq!(run.stdout, "");
    }
    repository.write(".packit.yaml", "specfile_pth: hello.spec\nsynced_files: []\nsome_key: 1\n").commit("Config");
    let run = repository.packit_from_outside(&["srpm"]);
    run.failure(
        2,
        &[
            "specfile_pth",
            "did you mean",
            "specfile_path",
            "synced_files",
            "files_to_sync",
            "some_key",
            ".packit.yaml:3:1",
        ],
    );
}

#[test]
fn specs_that_are_not_there() {
    let world = World::new();
    let repository = Repository::hello(&world);
    repository.git(&["rm", "--quiet", "hello.spec"]);
    repository.commit("No spec");
    refused(&repository, &["hello.spec"]);
    repository.write(".packit.yaml", "").write("one.spec", "").write("two.spec", "").commit("Two specs");
    refused(&repository, &["one.spec", "two.spec", "specfile_path"]);
}

#[test]
fn specs_that_rpm_cannot_parse() {
    let world = World::new();
    let repository = Repository::hello(&world);
    let spec = fs_err::read_to_string(repository.path("hello.spec")).unwrap();
    for (from, to, words) in [
        ("%description", "%if 1 ==\n%description", &["hello.spec", "1 =="][..]),
        ("License:        MIT", "Lisense:        MIT", &["hello.spec", "line 5", "Lisense"]),
        ("Name:           hello\n", "", &["Name"]),
        ("Version:        0.9\n", "", &["Version"]),
        ("Source0:        %{name}-%{version}.tar.gz\n", "", &["hello.spec", "Source0", "spec_source_id"]),
    ] {
        assert!(spec.contains(from));
        repository.write("hello.spec", spec.replace(from, to)).commit("Broken");
        let run = repository.packit_from_outside(&["srpm"]).failure(2, words);
        assert!(!run.stderr.contains("/SOURCES/"), "a path of the staging folder is shown:\n{run}");
    }
    repository.write("hello.spec", "").commit("Empty");
    repository.packit_from_outside(&["srpm"]).failure(2, &["hello.spec"]);
}

#[test]
fn files_that_the_spec_names_and_that_are_not_there() {
    let world = World::new();
    let repository = Repository::hello(&world);
    repository.replace("hello.spec", "BuildArch", "Patch0: nope.patch\nBuildArch").commit("Patch");
    refused(&repository, &["nope.patch", "Patch0"]);
    repository.write("nope.patch", "x").commit("There it is");
    repository.packit_from_outside(&["srpm"]).success();
}

#[test]
fn missing_programs_are_told_before_any_work() {
    let mut world = World::new();
    let folder = Repository::hello(&world).folder;
    let bin = world.path("bin");
    fs_err::create_dir(&bin).unwrap();
    let git = std::env::var_os("PATH").into_iter().flat_map(|path| std::env::split_paths(&path).collect::<Vec<_>>());
    let git = git.map(|folder| folder.join("git")).find(|path| path.is_file()).unwrap();
    std::os::unix::fs::symlink(git, bin.join("git")).unwrap();
    world.set("PATH", &bin);
    let run = world.packit(&folder, &["srpm"]);
    run.failure(2, &["`rpmbuild` is not installed", "dnf install rpm-build", "apt-get install rpm"])
        .silent_on("version");
}

#[test]
fn not_a_repository_or_an_empty_one() {
    let world = World::new();
    fs_err::write(world.path("out/.packit.yaml"), "specfile_path: a.spec\n").unwrap();
    world.packit(world.path("out"), &["srpm"]).failure(2, &["git repository"]);
    let repository = world.repository("empty");
    repository.packit_from_outside(&["srpm"]).failure(2, &["no packit configuration"]);
    repository.write("hello.spec", "").write(".packit.yaml", "specfile_path: hello.spec\n");
    refused(&repository, &["no commit"]);
    world.command("git", world.path("")).args(["init", "--quiet", "--bare", "bare"]).status().unwrap();
    world.packit(world.path("bare"), &["srpm"]).failure(2, &["bare"]);
}

#[test]
fn a_broken_head() {
    let world = World::new();
    let repository = Repository::hello(&world);
    repository.write(".git/HEAD", "0123456789012345678901234567890123456789\n");
    refused(&repository, &["HEAD"]);
    repository.write(".git/HEAD", "nonsense\n");
    repository.packit_from_outside(&["srpm"]).failure(2, &[]);
    repository.write(".git/HEAD", "ref: refs/heads/gone\n");
    refused(&repository, &["gone"]);
}

#[test]
fn no_tags_and_no_version() {
    let world = World::new();
    let repository = Repository::hello(&world);
    repository.git(&["tag", "--delete", "1.0.0"]);
    repository.replace("hello.spec", "0.9\n", "%{?nothing}\n").commit("No version");
    repository.packit_from_outside(&["srpm"]).failure(2, &["ersion"]);
}

#[test]
fn wrong_command_lines() {
    let world = World::new();
    let repository = Repository::hello(&world);
    let packit = |arguments: &[&str]| world.packit(world.path("out"), arguments);
    packit(&["srpm", "nosuchfolder"]).failure(2, &["nosuchfolder", "neither"]);
    packit(&["srpm", "/no/such/folder"]).failure(2, &["/no/such/folder"]);
    packit(&["srpm", "ext::sh -c 'touch x'"]).failure(2, &["neither"]);
    packit(&["srpm", "--nope"]).failure(2, &["--nope"]);
    packit(&["nope"]).failure(2, &["nope"]);
    packit(&["scan-in-osh"]).failure(2, &["this version does not have yet"]);
    packit(&["build", "in-koji"])
        .failure(2, &["`packit build in-koji` is a command that this version does not have yet"]);
    packit(&["srpm", "a", "b"]).failure(2, &["b"]);
    packit(&[]).failure(2, &["Usage"]);
    repository.packit_from_outside(&["srpm", "-p", "nope"]).failure(2, &["nope", "hello"]);
    repository.packit_from_outside(&["--remote", "nope", "srpm"]).failure(2, &["nope", "origin"]);
    repository.packit_from_outside(&["srpm", "--bump", "--update-release"]).failure(2, &["exclude"]);
    repository.packit_from_outside(&["srpm", "--in-place", "--spec-diff"]).failure(2, &["--spec-diff"]);
    let version = packit(&["--version"]).success();
    assert_eq!(version.stdout, concat!(env!("CARGO_PKG_VERSION"), "\n"));
    assert!(packit(&["--help"]).success().stdout.contains("Exit codes"));
}

#[test]
fn a_full_disk() {
    let world = World::new();
    let repository = Repository::hello(&world);
    let script = "mount -t tmpfs -o size=200k none \"$1\" && exec \"$2\" srpm --output \"$3\" \"$4\"";
    repository.write("large", noise(600_000)).commit("Large");
    let mut command = world.command("unshare", world.path("out"));
    command.args(["--mount", "sh", "-c", script, "sh"]).arg(world.path("tmp")).arg(env!("CARGO_BIN_EXE_packit"));
    command.arg(world.path("out")).arg(&repository.folder);
    if !world.command("unshare", "/").args(["--mount", "true"]).status().is_ok_and(|status| status.success()) {
        println!("left out: this machine lets nobody mount");
        return;
    }
    let before = repository.state();
    let run = Run::new(command.output().unwrap(), &world.path(""));
    let run = run.failure(2, &["cannot be written", "No space left", "hint: TMPDIR names another place"]);
    assert_eq!(repository.state(), before, "{run}");
    assert_eq!(fs_err::read_dir(world.path("out")).unwrap().count(), 0, "{run}");
}

/// Bytes that do not compress.
fn noise(length: usize) -> Vec<u8> {
    let mut state = 1_u64;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 56) as u8
    };
    (0..length).map(|_| next()).collect()
}

#[test]
fn standard_output_that_takes_nothing_is_a_failure() {
    let world = World::new();
    let repository = Repository::hello(&world);
    let full = fs_err::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let mut command = world.packit_command(world.path("out"), &["srpm".as_ref(), repository.folder.as_os_str()]);
    let output = command.stdout(full.into_parts().0).output().unwrap();
    Run::new(output, &world.path("")).failure(2, &["standard output cannot be written"]);
}

#[test]
fn json_is_there_for_every_failure_whatever_the_bytes() {
    use std::os::unix::ffi::OsStrExt as _;
    let world = World::new();
    let folder = world.path("").join(std::ffi::OsStr::from_bytes(b"caf\xe9"));
    fs_err::rename(Repository::hello(&world).folder, &folder).unwrap();
    let packit = |arguments: &[&str]| {
        let arguments: Vec<&std::ffi::OsStr> =
            arguments.iter().map(AsRef::as_ref).chain([folder.as_os_str()]).collect();
        world.packit(world.path("out"), &arguments)
    };
    assert_eq!(packit(&["srpm", "--json"]).success().json()["ok"], true);
    let config = fs_err::read_to_string(folder.join(".packit.yaml")).unwrap();
    fs_err::write(folder.join(".packit.yaml"), config.clone() + "specfile_path: hello.spec\n").unwrap();
    let twice = packit(&["srpm", "--json"]).success().json();
    assert_eq!(twice["warnings"].as_array().unwrap().len(), 1, "{twice}");
    fs_err::write(folder.join(".packit.yaml"), config + "nonsense: 1\n").unwrap();
    assert_eq!(packit(&["srpm", "--json"]).failure(2, &["nonsense"]).json()["ok"], false);
    assert_eq!(packit(&["srpm", "--json", "--nonsense"]).failure(2, &["nonsense"]).json()["error"]["kind"], "usage");
}

#[test]
fn an_rpmbuild_that_says_nothing_is_still_explained() {
    let mut world = World::new();
    let folder = Repository::hello(&world).folder;
    let bin = world.path("bin");
    fs_err::create_dir(&bin).unwrap();
    let mut path = std::ffi::OsString::from(&bin);
    path.push(":");
    path.push(std::env::var_os("PATH").unwrap());
    world.set("PATH", path);
    for (script, words) in [("exit 1", "exit code 1"), ("kill -9 $$", "signal 9"), ("exit 0", "wrote no source RPM")] {
        fs_err::write(bin.join("rpmbuild"), format!("#!/bin/sh\n{script}\n")).unwrap();
        fs_err::set_permissions(bin.join("rpmbuild"), std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
        drop(world.packit(world.path("out"), &["srpm".as_ref(), folder.as_os_str()]).failure(2, &[words]));
    }
}
