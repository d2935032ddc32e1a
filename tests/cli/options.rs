//! Options from variables, old names, and the user's own configuration.

use crate::support::{Repository, Srpm, World};

fn release(world: &World, folder: &std::path::Path, arguments: &[&str]) -> String {
    let mut all: Vec<&std::ffi::OsStr> = arguments.iter().map(AsRef::as_ref).collect();
    all.push(folder.as_os_str());
    Srpm::open(world.packit(world.path("out"), &all).success().path()).query("%{RELEASE}")
}

#[test]
fn every_option_has_a_variable() {
    let mut world = World::new();
    let folder = Repository::hello(&world).folder;
    world.set("PACKIT_UPDATE_RELEASE", "no");
    assert_eq!(release(&world, &folder, &["srpm"]), "1");
    assert_ne!(release(&world, &folder, &["srpm", "--update-release"]), "1");
    world.set("PACKIT_UPDATE_RELEASE", "");
    assert_ne!(release(&world, &folder, &["srpm"]), "1");
    world.set("PACKIT_RELEASE_SUFFIX", "env");
    assert_eq!(release(&world, &folder, &["srpm"]), "1.env");
    assert_eq!(release(&world, &folder, &["srpm", "--release-suffix", "cli"]), "1.cli");
    world.set("PACKIT_OUTPUT", "named.src.rpm");
    let run = world.packit(world.path("out"), &["srpm".as_ref(), folder.as_os_str()]).success();
    assert_eq!(run.path(), world.path("out/named.src.rpm"));
    world.set("PACKIT_PACKAGE", "hello nope");
    drop(world.packit(&folder, &["srpm"]).failure(2, &["nope"]));
    world.set("PACKIT_PACKAGE", "hello");
    world.set("PACKIT_PACKAGE_CONFIG_PATH", "nope.yaml");
    drop(world.packit(&folder, &["srpm"]).failure(2, &["nope.yaml"]));
    world.unset("PACKIT_PACKAGE_CONFIG_PATH");
    world.set("PACKIT_DEBUG", "maybe");
    drop(world.packit(&folder, &["srpm"]).failure(2, &["maybe"]));
}

#[test]
fn the_old_name_of_update_release_still_works() {
    let world = World::new();
    let folder = Repository::hello(&world).folder;
    assert_eq!(release(&world, &folder, &["srpm", "--no-bump"]), "1");
    let run = world.packit(world.path("out"), &["srpm".as_ref(), "--bump".as_ref(), folder.as_os_str()]).success();
    drop(run.told("--update-release"));
}

#[test]
fn update_release_of_the_configuration_is_followed() {
    let world = World::new();
    let repository = Repository::hello(&world);
    repository.append(".packit.yaml", "update_release: false\n").commit("Configure");
    assert_eq!(release(&world, &repository.folder, &["srpm"]), "1");
    assert_ne!(release(&world, &repository.folder, &["srpm", "--update-release"]), "1");
}

#[test]
fn the_user_configuration_is_read() {
    let world = World::new();
    let repository = Repository::hello(&world);
    let config = world.path("home/.config/packit.yaml");
    fs_err::create_dir(world.path("home/.config")).unwrap();
    fs_err::write(&config, "upstream_git_remote: nope\n").unwrap();
    repository.packit_from_outside(&["srpm"]).failure(2, &["nope"]);
    fs_err::write(&config, "debug: true\n").unwrap();
    repository.packit_from_outside(&["srpm"]).success().told("DEBUG");
    fs_err::write(&config, "").unwrap();
    repository.packit_from_outside(&["srpm"]).success().silent_on("DEBUG");
    fs_err::write(&config, "debg: true\n").unwrap();
    repository.packit_from_outside(&["srpm"]).failure(2, &["debg", "debug", "packit.yaml:1:1"]);
}

#[test]
fn another_remote_or_another_configuration_names_the_project() {
    let world = World::new();
    let repository = Repository::hello(&world);
    repository.write(".packit.yaml", "specfile_path: hello.spec\n").commit("No names");
    repository.git(&["remote", "add", "other", "git@example.com:team/greeting.git"]);
    let archive = |arguments: &[&str]| {
        repository.packit_from_outside(&[&["create-archive"], arguments].concat()).success().stdout
    };
    assert_eq!(archive(&[]), "[W]/out/hello-1.0.0.tar.gz\n");
    assert_eq!(archive(&["--remote", "other"]), "[W]/out/greeting-1.0.0.tar.gz\n");
    let inspected = repository.packit_from_outside(&["inspect", "--remote", "other"]).success().stdout;
    assert!(inspected.contains("[W]/hello, git@example.com:team/greeting.git"), "{inspected}");
    let config = world.path("home/.config/packit.yaml");
    fs_err::create_dir(world.path("home/.config")).unwrap();
    fs_err::write(&config, "upstream_git_remote: other\n").unwrap();
    assert_eq!(archive(&[]), "[W]/out/greeting-1.0.0.tar.gz\n");
    let inspected = repository.packit_from_outside(&["inspect"]).success().stdout;
    assert!(inspected.contains("[W]/hello, git@example.com:team/greeting.git"), "{inspected}");
    fs_err::remove_file(&config).unwrap();
    repository.write("ci/other.yaml", "specfile_path: hello.spec\nupstream_package_name: named\n");
    let file = repository.path("ci/other.yaml").display().to_string();
    assert_eq!(archive(&["-c", &file]), "[W]/out/named-1.0.0.tar.gz\n");
}

#[test]
fn variables_do_not_block_options_of_the_command_line() {
    let mut world = World::new();
    let folder = Repository::hello(&world).folder;
    let packit = |world: &World, arguments: &[&str]| {
        let arguments: Vec<&std::ffi::OsStr> =
            arguments.iter().map(AsRef::as_ref).chain([folder.as_os_str()]).collect();
        world.packit(world.path("out"), &arguments)
    };
    world.set("PACKIT_OUTPUT", "named.src.rpm");
    drop(packit(&world, &["srpm", "--spec-diff"]).success());
    world.set("PACKIT_SPEC_DIFF", "0");
    drop(packit(&world, &["srpm", "--output", "x.src.rpm"]).success());
    world.set("PACKIT_ANY_TAG", "no");
    drop(packit(&world, &["srpm", "--merged-ref", "HEAD"]).success());
    drop(packit(&world, &["srpm", "--merged-ref", "HEAD", "--any-tag"]).failure(2, &["exclude each other"]));
    drop(packit(&world, &["srpm", "--no-update-release", "--release-suffix", "x"]).success().told("no effect"));
}

#[test]
fn a_file_called_packit_in_the_current_folder_is_not_read() {
    let world = World::new();
    let folder = Repository::hello(&world).folder;
    fs_err::write(world.path("out/.packit"), "no JSON at all").unwrap();
    assert_ne!(release(&world, &folder, &["srpm"]), "1");
}

#[test]
fn options_without_effect_are_told() {
    let mut world = World::new();
    let folder = Repository::hello(&world).folder;
    let run = |world: &World, arguments: &[&str]| {
        let mut all: Vec<&std::ffi::OsStr> = arguments.iter().map(AsRef::as_ref).collect();
        all.push(folder.as_os_str());
        world.packit(world.path("out"), &all)
    };
    for (arguments, told) in [
        (
            &["srpm", "--preserve-spec", "--release-suffix", "x"][..],
            "--release-suffix has no effect with --preserve-spec",
        ),
        (&["srpm", "--preserve-spec", "--update-release"], "--update-release has no effect with --preserve-spec"),
        (
            &["srpm", "--no-update-release", "--release-suffix", "x"],
            "--release-suffix has no effect with --no-update-release",
        ),
        (
            &["build", "locally", "--no-update-release", "--release-suffix", "x"],
            "--release-suffix has no effect with --no-update-release",
        ),
        (
            &["build", "--srpm", "nope.src.rpm", "locally", "--release-suffix", "x"],
            "--release-suffix has no effect with --srpm",
        ),
    ] {
        drop(run(&world, arguments).told(told));
    }
    world.set("PACKIT_RELEASE_SUFFIX", "x");
    drop(run(&world, &["srpm", "--preserve-spec"]).silent_on("no effect"));
}

#[test]
fn help_is_a_command_too() {
    let world = World::new();
    let packit = |arguments: &[&str]| world.packit(world.path("out"), arguments).success().stdout;
    assert_eq!(packit(&["help"]), packit(&["--help"]));
    assert_eq!(packit(&["help", "srpm"]), packit(&["srpm", "--help"]));
    assert_eq!(packit(&["help", "build", "locally"]), packit(&["build", "locally", "--help"]));
    drop(world.packit(world.path("out"), &["help", "nope"]).failure(2, &["unrecognized subcommand 'nope'"]));
}

#[test]
fn help_and_refusals_have_the_colours_that_are_asked_for() {
    let mut world = World::new();
    world.set("TERM", "xterm-256color");
    let on_terminal = |world: &World, words: &str| {
        let words = format!("{} {words}", env!("CARGO_BIN_EXE_packit"));
        let mut command = world.command("script", world.path("out"));
        let output = command.args(["--quiet", "--return", "--command", &words, "/dev/null"]).output().unwrap();
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    for words in ["srpm --nope", "srpm --help", "--help"] {
        assert!(on_terminal(&world, words).contains("\u{1b}["), "{words}");
        let piped = on_terminal(&world, &format!("{words} 2>/dev/null | cat"));
        assert!(!piped.contains("\u{1b}["), "{piped}");
        let never = on_terminal(&world, &format!("--color never {words}"));
        assert!(!never.is_empty() && !never.contains("\u{1b}["), "{never}");
        let always = on_terminal(&world, &format!("--color=always {words} 2>&1 | cat"));
        assert!(always.contains("\u{1b}["), "{always}");
    }
    for (name, value) in [("NO_COLOR", "1"), ("TERM", "dumb"), ("PACKIT_COLOR", "never")] {
        let mut world = World::new();
        world.set("TERM", "xterm-256color");
        world.set(name, value);
        for words in ["srpm --nope", "srpm --help"] {
            let shown = on_terminal(&world, words);
            assert!(!shown.is_empty() && !shown.contains("\u{1b}["), "{name}: {shown}");
        }
    }
}
