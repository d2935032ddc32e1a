//! The action `create-archive`: which file it names, what is accepted, and what becomes of it.

use crate::support::{Repository, Srpm, World};

/// Makes `hello-1.0.0.tar.gz` in the folder of its argument, with the top folder of its second.
const MAKE: &str = "#!/bin/sh
set -e
work=$(mktemp -d)
mkdir -p \"$1\" \"$work/$2\"
echo content > \"$work/$2/file\"
tar -C \"$work\" -czf \"$1/hello-1.0.0.tar.gz\" \"$2\"
rm -r \"$work\"
";

/// The example project whose `create-archive` runs these commands.
fn project<'w>(world: &'w World, commands: &[&str]) -> Repository<'w> {
    let repository = Repository::hello(world);
    let commands: String =
        commands.iter().map(|command| format!("  - |\n    {}\n", command.replace('\n', "\n    "))).collect();
    repository.append(".packit.yaml", &format!("actions:\n  create-archive:\n{commands}")).write("make", MAKE);
    let executable = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    fs_err::set_permissions(repository.path("make"), executable).unwrap();
    repository.commit("Make the archive");
    repository
}

/// Builds, and checks that the archive of the action is in the source RPM and fits its spec.
#[track_caller]
fn builds(commands: &[&str]) {
    let world = World::new();
    let repository = project(&world, commands);
    let run = repository.srpm(&[]).success();
    let built = Srpm::open(run.path());
    assert_eq!(built.files(), ["hello-1.0.0.tar.gz", "hello.spec"], "{run}");
    assert!(built.spec().contains("%autosetup -n top"), "{}", built.spec());
    let made = built.file("hello-1.0.0.tar.gz");
    assert!(!made.is_empty());
}

/// Point 1: noise before and after.
#[test]
fn is_found_among_other_lines() {
    builds(&["sh -c './make . top; seq 200; echo hello-1.0.0.tar.gz; echo done; echo; seq 100000 >&2'"]);
}

/// Point 2: three ways to name it.
#[test]
fn is_named_relative_or_absolute() {
    builds(&["./make . top", "echo hello-1.0.0.tar.gz"]);
    builds(&["./make out/deep top", "echo out/deep/hello-1.0.0.tar.gz"]);
    builds(&["sh -c './make \"$TMPDIR/../elsewhere\" top; echo \"$TMPDIR/../elsewhere/hello-1.0.0.tar.gz\"'"]);
}

/// Point 3: the outputs of several commands, the last first.
#[test]
fn the_last_command_that_names_a_file_counts() {
    builds(&["./make . top", "echo make", "echo hello-1.0.0.tar.gz", "echo no file", "true"]);
}

/// Points 4 and 7: long lines, folders, bytes that are not UTF-8, blanks and carriage returns.
#[test]
fn odd_lines_are_passed_over() {
    builds(&[
        "./make . top",
        "printf '  hello-1.0.0.tar.gz \\t\\r\\n'",
        "sh -c 'mkdir folder; echo folder; printf \"caf\\351\\n\"; touch \"$(printf \"caf\\351\")\"; head -c 300 /dev/zero | tr \"\\0\" a; echo; head -c 200000 /dev/zero | tr \"\\0\" b; echo; printf \"a\\0b\\n\"'",
    ]);
}

/// Point 5: nothing, or nothing that is there.
#[test]
fn no_file_is_an_error_that_says_what_is_expected() {
    let world = World::new();
    for (command, words) in [
        ("true", &["printed nothing", "on a line of its own"][..]),
        ("sh -c './make . top; echo hello-1.0.0.tar.gz >&2'", &["printed nothing"]),
        (
            "sh -c 'echo made hello-1.0.0.tar.gz'",
            &["printed no path of a file", "on a line of its own", ".packit.yaml:7"],
        ),
        ("echo .", &["printed no path of a file"]),
    ] {
        let repository = project(&world, &[command]);
        let run = repository.srpm(&[]).failure(2, words);
        assert_eq!(run.stdout, "");
        fs_err::remove_dir_all(&repository.folder).unwrap();
    }
}

/// Point 6: a relative link stands beside the spec, or a copy, and a second run finds it there.
#[test]
fn stands_beside_the_spec_while_actions_work_and_with_in_place() {
    let world = World::new();
    let repository = project(&world, &["./make out top", "echo out/hello-1.0.0.tar.gz"]);
    fs_err::create_dir(repository.path("fedora")).unwrap();
    repository.git(&["mv", "hello.spec", "fedora/hello.spec"]);
    let config = fs_err::read_to_string(repository.path(".packit.yaml")).unwrap();
    let config = config.replace("specfile_path: ", "specfile_path: fedora/") + "  post-modifications: ls -l fedora\n";
    repository.write(".packit.yaml", config).commit("Spec in a folder");
    let link = repository.path("fedora/hello-1.0.0.tar.gz");
    let output = ["--output", "x.src.rpm"];
    for _ in 0..2 {
        let run = repository.srpm(&output).success().told("hello-1.0.0.tar.gz -> ../out/hello-1.0.0.tar.gz");
        assert!(link.symlink_metadata().is_err(), "{run}");
    }
    drop(repository.srpm(&[&output[..], &["--no-create-symlinks"]].concat()).success().silent_on("->"));
    assert!(link.symlink_metadata().is_err());
    for _ in 0..2 {
        drop(repository.packit(&["srpm", "--in-place"]).success());
        assert_eq!(fs_err::read_link(&link).unwrap(), std::path::Path::new("../out/hello-1.0.0.tar.gz"));
    }
    drop(repository.packit(&["srpm", "--in-place", "--no-create-symlinks"]).success());
    assert!(!link.is_symlink());
    assert_eq!(fs_err::read(&link).unwrap(), fs_err::read(repository.path("out/hello-1.0.0.tar.gz")).unwrap());
}

/// What stood there under the name of the archive comes back.
#[test]
fn an_old_archive_beside_the_spec_comes_back() {
    let world = World::new();
    let repository = project(&world, &["./make out top", "echo out/hello-1.0.0.tar.gz"]);
    repository.write("hello-1.0.0.tar.gz", "my own");
    let run = repository.srpm(&[]).success();
    assert_ne!(Srpm::open(run.path()).file("hello-1.0.0.tar.gz"), b"my own");
    assert_eq!(fs_err::read(repository.path("hello-1.0.0.tar.gz")).unwrap(), b"my own");
}

/// Without an action that could have made it, it is not the archive.
#[test]
fn an_old_archive_is_not_taken_for_a_new_one() {
    let world = World::new();
    let repository = Repository::hello(&world);
    repository.append(".packit.yaml", "actions: {get-current-version: echo 1.0.0, post-upstream-clone: 'true'}\n");
    repository.commit("Act").write("hello-1.0.0.tar.gz", "my own");
    let run = repository.srpm(&[]).success();
    assert_ne!(Srpm::open(run.path()).file("hello-1.0.0.tar.gz"), b"my own");
}

/// Point 8: what the action does to the spec counts, and its variables are its own.
#[test]
fn the_spec_is_read_again() {
    let world = World::new();
    let repository = project(
        &world,
        &["sh -c './make . top; sed -i s/trivial/simple/ hello.spec; env > a.env; echo hello-1.0.0.tar.gz'"],
    );
    repository.append(".packit.yaml", "  post-modifications: sh -c 'env > b.env'\n").commit("More");
    let run = repository.srpm(&[]).success();
    assert!(Srpm::open(run.path()).spec().contains("A simple program"), "{run}");
    let variables = |file: &str| fs_err::read_to_string(repository.path(file)).unwrap();
    assert!(variables("a.env").contains("PACKIT_PROJECT_NAME_VERSION=hello-1.0.0\n"));
    assert!(!variables("b.env").contains("PACKIT_PROJECT_NAME_VERSION"));
}

/// Point 9: without the action, git makes it.
#[test]
fn without_it_git_makes_the_archive() {
    let world = World::new();
    let repository = project(&world, &["false"]);
    let run = repository.packit_from_outside(&["srpm", "--no-actions"]).success();
    assert!(Srpm::open(run.path()).spec().contains("%autosetup -n %{name}-%{version}\n"));
}

#[test]
fn what_is_no_archive_is_an_error_that_says_what_it_is() {
    let world = World::new();
    for (content, words) in [
        ("<!DOCTYPE html>\n<html><body>Not found</body></html>", &["hello-1.0.0.tar.gz", "web page"][..]),
        ("", &["empty"]),
        ("no archive at all", &["hello-1.0.0.tar.gz", "no archive"]),
    ] {
        let repository = project(&world, &["sh -c 'cp page hello-1.0.0.tar.gz; echo hello-1.0.0.tar.gz'"]);
        repository.write("page", content).commit("Page");
        let run = repository.srpm(&[]).failure(2, words);
        assert_eq!(run.stdout, "");
        fs_err::remove_dir_all(&repository.folder).unwrap();
    }
    let repository =
        project(&world, &["sh -c './make . top; truncate -s -20 hello-1.0.0.tar.gz; echo hello-1.0.0.tar.gz'"]);
    repository.srpm(&[]).failure(2, &["hello-1.0.0.tar.gz", "cut"]);
}

#[test]
fn a_script_may_be_the_source() {
    let world = World::new();
    let repository = project(&world, &["echo make"]);
    let run = repository.srpm(&[]).success();
    assert_eq!(Srpm::open(run.path()).files(), ["hello.spec", "make"]);
}

#[test]
fn an_archive_without_one_top_folder_takes_the_template() {
    let world = World::new();
    let repository = project(&world, &["sh -c 'tar czf hello-1.0.0.tgz hello.txt hello.spec; echo hello-1.0.0.tgz'"]);
    let run = repository.srpm(&["--output", "x.src.rpm"]).success().told("holds no folder at its top");
    assert!(Srpm::open(run.path()).spec().contains("%autosetup -n %{name}-%{version}\n"));
    repository
        .append(".packit.yaml", "archive_root_dir_template: \"{upstream_pkg_name}_{version}\"\n")
        .commit("Template");
    let run = repository.srpm(&["--output", "x.src.rpm"]).success();
    assert!(Srpm::open(run.path()).spec().contains("%autosetup -n hello_1.0.0\n"));
    // `./` before the members changes nothing.
    repository.replace(
        ".packit.yaml",
        "tar czf hello-1.0.0.tgz hello.txt hello.spec",
        "mkdir -p t/dots; cp make t/dots; tar -C t -czf hello-1.0.0.tgz ./dots",
    );
    repository.commit("Dots");
    let run = repository.srpm(&["--output", "x.src.rpm"]).success();
    assert!(Srpm::open(run.path()).spec().contains("%autosetup -n dots\n"));
}

#[test]
fn the_command_create_archive_uses_it_too() {
    let world = World::new();
    let repository = project(&world, &["./make out top", "echo out/hello-1.0.0.tar.gz"]);
    let run = world.packit(world.path("out"), &["create-archive".as_ref(), repository.folder.as_os_str()]).success();
    assert_eq!(run.path(), world.path("out/hello-1.0.0.tar.gz"));
    assert_eq!(fs_err::read(run.path()).unwrap(), fs_err::read(repository.path("out/hello-1.0.0.tar.gz")).unwrap());
    repository.packit(&["create-archive", "--ref", "1.0.0"]).failure(2, &["--ref", "create-archive", "--no-actions"]);
    drop(repository.packit(&["create-archive", "--ref", "1.0.0", "--no-actions"]).success());
}
