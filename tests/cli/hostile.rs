//! Configurations, names and addresses that mean no good.

use crate::support::{Repository, Run, World};

#[test]
fn no_path_of_the_configuration_leaves_the_repository() {
    let world = World::new();
    let repository = Repository::hello(&world);
    let spec = fs_err::read(repository.path("hello.spec")).unwrap();
    fs_err::write(world.path("outside.spec"), &spec).unwrap();
    std::os::unix::fs::symlink(world.path("outside.spec"), repository.path("link.spec")).unwrap();
    let absolute = world.path("outside.spec").display().to_string();
    for path in ["../outside.spec", "sub/../../outside.spec", "link.spec", &absolute] {
        repository.write(".packit.yaml", format!("specfile_path: {path}\n")).commit("Out");
        repository.packit_from_outside(&["srpm"]).failure(2, &["specfile_path"]);
        repository.packit_from_outside(&["config", "validate"]).failure(2, &[".packit.yaml:1:16"]);
    }
    // As some do whose action clones another repository beside their own.
    repository.write(".packit.yaml", "specfile_path: ../distro/hello.spec\nactions: {post-upstream-clone: 'true'}\n");
    for command in [&["srpm"][..], &["config", "validate"]] {
        let words =
            ["`specfile_path: ../distro/hello.spec` is not in the repository", "`specfile_path: distro/NAME.spec`"];
        repository.packit_from_outside(command).failure(2, &words);
    }
    for paths in ["../hello2", "/etc"] {
        repository.write(".packit.yaml", format!("specfile_path: hello.spec\npaths: [{paths}]\n")).commit("Out");
        repository.packit_from_outside(&["srpm"]).failure(2, &[paths]);
    }
    assert_eq!(fs_err::read(world.path("outside.spec")).unwrap(), spec);
}

#[test]
fn a_package_name_does_not_lead_out_of_the_output_folder() {
    let world = World::new();
    let repository = Repository::hello(&world);
    let config = "specfile_path: hello.spec\nupstream_package_name: hello\npackages:\n  one: {}\n  ../../two: {}\n";
    repository.write(".packit.yaml", config).commit("Names");
    let run = repository.packit_from_outside(&["srpm", "--no-update-release"]);
    assert_ne!(run.code, Some(0), "{run}");
    assert!(!world.path("two").exists());
}

#[test]
fn credentials_in_an_address_are_not_shown() {
    let mut world = World::new();
    world.set("GIT_TERMINAL_PROMPT", "0");
    let repository = Repository::hello(&world);
    repository.git(&["remote", "set-url", "origin", "https://me@corp.com:s3cr3t-canary@127.0.0.1:1/team/hello.git"]);
    let run = repository.packit_from_outside(&["-d", "srpm"]).success();
    assert!(!format!("{run}").contains("s3cr3t-canary"), "{run}");
    let url = "https://me:s3cr3t-canary@127.0.0.1:1/team/hello.git";
    let run = world.packit(world.path("out"), &["-d", "srpm", url]).failure(2, &["cannot be cloned"]);
    assert!(!format!("{run}").contains("s3cr3t-canary"), "{run}");
}

#[test]
fn control_characters_of_a_project_do_not_reach_the_terminal() {
    let world = World::new();
    let repository = Repository::hello(&world);
    repository.write(".packit.yaml", "specfile_path: \"a\\e]0;title\\abc.spec\"\n").commit("Escape");
    let run = repository.packit_from_outside(&["srpm"]);
    assert_eq!(run.code, Some(2), "{run}");
    assert!(!run.stderr.contains('\u{1b}') && !run.stderr.contains('\u{7}'), "{run}");
}

#[test]
fn a_commit_message_cannot_put_macros_into_the_spec() {
    let world = World::new();
    let repository = Repository::hello(&world);
    let marker = world.path("marker");
    for message in [
        format!("%(touch {})", marker.display()),
        "100% of %{name} and %%x".to_owned(),
        "* star".to_owned(),
        "%changelog".to_owned(),
    ] {
        repository.commit(&message);
    }
    let run = repository.packit_from_outside(&["srpm"]).success();
    assert!(!marker.exists(), "{run}");
    let changelog = crate::support::Srpm::open(run.path()).query("%{CHANGELOGTEXT}");
    assert!(
        changelog.contains("100% of %{name} and %%x") || changelog.contains("100% of %{name} and %x"),
        "{changelog}"
    );
}

/// Runs packit, which may take 200 MB of memory and not a byte more, on the repository: it must fail in under a second.
#[track_caller]
fn refused_at_once(repository: &Repository<'_>, world: &World, arguments: &[&str], words: &[&str]) -> Run {
    let mut command = world.command("sh", &repository.folder);
    command.args(["-c", "ulimit -v 204800 && exec \"$@\"", "sh", env!("CARGO_BIN_EXE_packit")]).args(arguments);
    let begin = std::time::Instant::now();
    let run = Run::new(command.output().unwrap(), &world.path("")).failure(2, words);
    let took = begin.elapsed();
    assert!(took < std::time::Duration::from_secs(5), "{arguments:?} {words:?}: {took:?}");
    run
}

#[test]
fn a_configuration_that_explodes_is_refused_quickly() {
    let world = World::new();
    let repository = Repository::hello(&world);
    let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..10 {
        let below = format!("*a{}, ", level - 1).repeat(9);
        bomb += &format!("a{level}: &a{level} [{}]\n", below.trim_end_matches(", "));
    }
    let mut merges = "m0: &m0 {k0: x}\n".to_owned();
    for level in 1..30 {
        let below = level - 1;
        merges += &format!("m{level}: &m{level} {{a: {{<<: *m{below}}}, b: {{<<: *m{below}}}}}\n");
    }
    let large = |begin: &str, end: &str| format!("{begin}{}{end}", "x".repeat(50 << 20));
    let configs: &[(Vec<u8>, &[&str])] = &[
        (bomb.into(), &["unfold to more than 8 MiB", ".packit.yaml:6:20"]),
        (merges.into(), &["unfold to more than 8 MiB"]),
        ("[".repeat(20_000).into(), &["too deep", "at most 100 levels"]),
        ("{a: ".repeat(20_000).into(), &["too deep"]),
        ("- ".repeat(20_000).into(), &["too deep"]),
        (large("specfile_path: ", "\n").into(), &["larger than 1 MiB"]),
        (large("specfile_path: \"", "\"\n").into(), &["larger than 1 MiB"]),
        (large("", "").into(), &["larger than 1 MiB"]),
        // As much as is read.
        (format!("specfile_path: [{}]\n", "x".repeat(1_000_000)).into(), &["specfile_path"]),
        (format!("jobs:\n- job: {}\n", "y".repeat(1_000_000)).into(), &[".packit.yaml:2:8", "no `trigger`"]),
        (vec![0; 50 << 20], &["larger than 1 MiB"]),
        (vec![0; 1 << 20], &["U+0000", ".packit.yaml:1:1"]),
        (b"specfile_path: hello.spec\njobs: \0[]\n".into(), &["U+0000", ".packit.yaml:2:7"]),
        (
            b"specfile_path: hello\xff.spec\n".into(),
            &["not UTF-8", "0xff", ".packit.yaml:1:21", "save the file as UTF-8"],
        ),
        (b"\xff\xfes\0p\0e\0c\0".into(), &["not UTF-8"]),
        (b"specfile_path: \xed\xa0\x80\n".into(), &["not UTF-8", "0xed"]),
        (vec![0xff; 1 << 20], &["not UTF-8"]),
    ];
    for (config, words) in configs {
        repository.write(".packit.yaml", config);
        for arguments in [&["config", "validate"][..], &["config", "validate", "--format", "json"], &["srpm"]] {
            let run = refused_at_once(&repository, &world, arguments, if arguments.len() > 2 { &[] } else { words });
            assert!(run.to_string().len() < 20_000, "an enormous line is not shown: {} bytes", run.to_string().len());
        }
    }
}

#[test]
fn a_link_of_the_project_does_not_bring_files_of_the_machine_into_the_source_rpm() {
    let world = World::new();
    let repository = Repository::hello(&world);
    fs_err::write(world.path("secret"), "s3cr3t").unwrap();
    std::os::unix::fs::symlink(world.path("secret"), repository.path("leak")).unwrap();
    repository.replace("hello.spec", "BuildArch", "Source1: leak\nBuildArch").commit("Leak");
    repository.packit_from_outside(&["srpm"]).failure(2, &["leak", "leads out"]);
    repository.replace("hello.spec", "Source1: leak", "Source1: %(echo leak)").commit("Hidden");
    let run = repository.packit_from_outside(&["srpm"]);
    assert_eq!(run.code, Some(2), "{run}");
}

#[test]
fn names_that_would_change_what_the_spec_does_are_refused() {
    let world = World::new();
    let repository = Repository::hello(&world);
    let names = [
        "\"he\\e]0;x\\a\"",
        "\"x\\nSource9: y\"",
        "'$(touch pwn)'",
        "'x;y'",
        "-rf",
        "a b",
        "'%{lua:print(1)}'",
        "it's",
    ];
    for name in names {
        for key in ["upstream_package_name", "downstream_package_name"] {
            repository.write(".packit.yaml", format!("specfile_path: hello.spec\n{key}: {name}\n")).commit("Name");
            let run = repository.packit_from_outside(&["srpm"]).failure(2, &[".packit.yaml:2", key]);
            assert!(!run.stderr.contains('\u{1b}'), "{run}");
        }
    }
}

#[test]
fn the_commands_of_a_clone_are_listed_and_run_only_when_trusted() {
    let world = World::new();
    let repository = Repository::hello(&world);
    let marker = world.path("marker").display().to_string();
    repository.append(".packit.yaml", &format!("actions:\n  post-upstream-clone: touch {marker}\n")).commit("Actions");
    let url = format!("file://{}", repository.folder.display());
    for command in ["srpm", "create-archive"] {
        let run = world.packit(world.path("out"), &[command, &url]).failure(2, &["would run commands", "--trust"]);
        assert!(run.stderr.contains("touch [W]/marker"), "{run}");
        drop(world.packit(world.path("out"), &[command, "--no-actions", &url]).success());
        assert!(!world.path("marker").exists());
        drop(world.packit(world.path("out"), &[command, "--trust", &url]).success());
        assert!(world.path("marker").exists());
        fs_err::remove_file(world.path("marker")).unwrap();
        assert_eq!(world.leftovers(), Vec::<std::path::PathBuf>::new());
    }
}

#[test]
fn the_configuration_of_a_clone_is_no_link_out() {
    let world = World::new();
    let repository = Repository::hello(&world);
    fs_err::write(world.path("secret"), "canary: yes\n").unwrap();
    fs_err::remove_file(repository.path(".packit.yaml")).unwrap();
    std::os::unix::fs::symlink(world.path("secret"), repository.path(".packit.yaml")).unwrap();
    repository.commit("Link");
    let url = format!("file://{}", repository.folder.display());
    let run = world.packit(world.path("out"), &["srpm", &url]).failure(2, &[".packit.yaml", "link that leads out"]);
    assert!(!run.stderr.contains("canary"), "{run}");
}

#[test]
fn an_output_that_is_no_file_is_not_replaced() {
    let world = World::new();
    let repository = Repository::hello(&world);
    let made = world.command("mkfifo", world.path("out")).arg("pipe").status().unwrap();
    assert!(made.success());
    repository.packit_from_outside(&["srpm", "--output", "pipe"]).failure(2, &["neither a file nor a folder"]);
    std::os::unix::fs::symlink("real.src.rpm", world.path("out/link")).unwrap();
    repository.packit_from_outside(&["srpm", "--output", "link"]).failure(2, &["neither a file nor a folder"]);
    fs_err::write(world.path("out/real.src.rpm"), "old").unwrap();
    repository.packit_from_outside(&["srpm", "--output", "link"]).success();
    assert!(world.path("out/link").is_symlink());
}
