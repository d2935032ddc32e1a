//! `packit doctor` on bare and complete machines, in checkouts that lack something, and with servers.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use crate::support::forge::ForgeServer;
use crate::support::{Answer, CoprStage, Kdc, REALM, Release, Repository, Run, Server, World};

/// The lines about `name`: state, and what was found.
#[track_caller]
fn line<'r>(run: &'r Run, name: &str) -> (&'r str, &'r str) {
    let mut found = run.stdout.lines().filter_map(|line| {
        let (state, rest) = (line.get(..9)?.trim_end(), line.get(9..)?);
        Some((state, rest.strip_prefix(name)?.strip_prefix("  ")?.trim_start()))
    });
    found.find(|(state, _)| !state.is_empty()).unwrap_or_else(|| panic!("nothing about {name}:\n{run}"))
}

/// All lines that are neither ok nor a mend.
fn complaints(run: &Run) -> Vec<&str> {
    run.stdout.lines().filter(|line| line.starts_with("warning") || line.starts_with("error")).collect()
}

fn program(world: &World, name: &str, script: &str) {
    let file = world.path("bin").join(name);
    fs_err::create_dir_all(world.path("bin")).unwrap();
    fs_err::write(&file, format!("#!/bin/sh\n{script}\n")).unwrap();
    fs_err::set_permissions(file, std::fs::Permissions::from_mode(0o755)).unwrap();
}

fn link_git(world: &World) {
    let path = std::env::var("PATH").unwrap();
    let git = std::env::split_paths(&path).map(|folder| folder.join("git")).find(|file| file.is_file()).unwrap();
    fs_err::create_dir_all(world.path("bin")).unwrap();
    std::os::unix::fs::symlink(git, world.path("bin/git")).unwrap();
}

/// A machine with git and nothing else of what packit calls.
fn bare() -> World {
    let mut world = World::new();
    link_git(&world);
    world.set("PATH", world.path("bin"));
    world
}

#[test]
fn a_git_that_is_too_old_for_some_work() {
    let world = World::new();
    let repository = Repository::hello(&world);
    for (version, said) in
        [("2.30.2", "too old to push"), ("2.31.0", "too old to merge"), ("2.38.0", ""), ("version-unknown", "")]
    {
        program(
            &world,
            "git",
            &format!("test \"$1\" = --version && exec echo git version {version}\nPATH=${{PATH#*:}} exec git \"$@\""),
        );
        let path = std::env::var("PATH").unwrap();
        let mut command = world.packit_command(&repository.folder, &["doctor", "create-archive"]);
        command.env("PATH", format!("{}:{path}", world.path("bin").display()));
        let run = Run::new(command.output().unwrap(), &world.path(""));
        let expected = if said.is_empty() { "ok" } else { "warning" };
        assert_eq!(line(&run, "git").0, expected, "{version}: {run}");
        assert!(line(&run, "git").1.contains(said) && run.code == Some(0), "{run}");
    }
}

#[test]
fn a_bare_machine_with_only_git() {
    let world = bare();
    let repository = Repository::hello(&world);
    let before = repository.state();
    let run = repository.packit(&["doctor"]).failure(2, &["packit cannot work here: rpmbuild"]);
    assert_eq!(line(&run, "git").0, "ok", "{run}");
    assert!(line(&run, "git").1.ends_with("([W]/bin/git)"), "{run}");
    assert_eq!(line(&run, "rpmbuild"), ("error", "not installed; wanted by packit srpm and all builds"), "{run}");
    for (name, package) in [("rpmspec", "rpm-build"), ("rsync", "rsync"), ("mock", "mock")] {
        assert_eq!(line(&run, name).0, "warning", "{run}");
        assert!(run.stdout.contains(&format!("-> on Fedora, CentOS and RHEL: dnf install {package}\n")), "{run}");
    }
    assert!(run.stdout.contains("-> on Debian and Ubuntu: apt-get install krb5-user"), "{run}");
    assert!(run.stdout.contains("-> Debian has no package of mock: https://"), "{run}");
    assert!(!run.stdout.contains("apt-get install mock") && !run.stdout.contains("koji"), "{run}");
    // The address of a server makes no wide table.
    assert!(run.stdout.lines().any(|line| line.starts_with("ok       git               ")), "{run}");
    for name in ["repository", "history", "configuration", "tags", "clock"] {
        assert_eq!(line(&run, name).0, "ok", "{run}");
    }
    assert_eq!(line(&run, "tags").1, "version 1.0.0 from the tag `1.0.0`, the newest one in the history");
    for (command, code) in [
        (&["srpm"][..], 2),
        (&["build", "locally"], 2),
        (&["build in-mock"], 2),
        (&["copr-build"], 2),
        (&["propose-downstream"], 2),
        (&["pull-from-upstream"], 2),
        (&["sync-from-downstream"], 2),
        (&["prepare-sources"], 0),
        (&["copr", "whoami"], 2),
        (&["copr", "watch"], 0),
        (&["packit", "create-archive"], 0),
        (&["inspect"], 0),
        (&["config", "validate"], 0),
        (&["validate"], 0),
        (&["config", "show"], 0),
        (&["config", "targets"], 0),
        (&["init"], 0),
        (&["build"], 2),
    ] {
        let run = repository.packit(&[&["doctor"], command].concat());
        assert_eq!(run.code, Some(code), "{command:?} {run}");
    }
    // What a command does not need is not spoken of.
    let run = repository.packit(&["doctor", "srpm"]);
    assert!(!run.stdout.contains("mock") && !run.stdout.contains("Copr"), "{run}");
    assert_eq!(repository.state(), before);
}

#[test]
fn a_complete_machine() {
    let mut world = World::new();
    for (name, script) in [
        ("rpmbuild", "echo 'RPM version 4.20.1'"),
        ("rpmspec", "echo 'RPM version 4.20.1'"),
        ("rsync", "echo 'rsync  version 3.4.1  protocol version 32'"),
        ("mock", "echo 6.3"),
        ("kinit", "exit 1"),
        ("klist", "echo 'Kerberos 5 version 1.21.3'"),
        ("rpm", "echo known"),
    ] {
        program(&world, name, script);
    }
    link_git(&world);
    world.set("PATH", world.path("bin"));
    world.set("PACKIT_PAGURE_TOKEN", "canary-token");
    fs_err::create_dir_all(world.path("home/.config")).unwrap();
    let copr = "[copr-cli]\ncopr_url = https://copr.example.org\nlogin = a\ntoken = canary\nusername = ann\n# expiration date: 2099-01-02\n";
    fs_err::write(world.path("home/.config/copr"), copr).unwrap();
    let kdc = Kdc::new();
    kdc.add_user("dora");
    world.set("KRB5_CONFIG", kdc.config());
    world.set("KRB5CCNAME", kdc.ticket("dora", "1h"));
    let repository = Repository::hello(&world);
    let run = repository.packit(&["doctor"]).success();
    // Whoever runs the test need not be in mock's group.
    let wrong: Vec<_> = complaints(&run).into_iter().filter(|line| !line.contains("mock's group")).collect();
    assert_eq!(wrong, Vec::<&str>::new(), "{run}");
    for (name, found) in [
        ("rpmbuild", "4.20.1 ([W]/bin/rpmbuild)"),
        ("rpmspec", "4.20.1 ([W]/bin/rpmspec)"),
        ("rsync", "3.4.1 ([W]/bin/rsync)"),
        ("mock", "6.3 ([W]/bin/mock)"),
        ("kinit", "1.21.3 ([W]/bin/kinit)"),
        ("%autorelease", "rpm knows it; no spec here uses it"),
        ("%pyproject_*", "rpm knows it; no spec here uses it"),
        ("configuration", ".packit.yaml is valid"),
        ("Copr", "token of ann for https://copr.example.org in ~/.config/copr, good until 2099-01-02"),
        ("token for https://src.fedoraproject.org", "there is one in PACKIT_PAGURE_TOKEN"),
    ] {
        assert_eq!(line(&run, name), ("ok", found), "{run}");
    }
    assert!(line(&run, "Kerberos ticket").1.starts_with(&format!("dora@{REALM} until 20")), "{run}");
    assert!(!run.to_string().contains("canary"), "{run}");
    for command in ["srpm", "local-build", "copr-build", "propose-update", "copr whoami"] {
        repository.packit(&["doctor", command]).success();
    }
}

#[test]
fn json_is_one_object() {
    let world = bare();
    let repository = Repository::hello(&world);
    let report = repository.packit(&["--json", "doctor", "build", "in-mock"]).failure(2, &[]).json();
    assert_eq!(report["command"], "doctor");
    assert_eq!(report["ok"], false);
    let result = &report["result"];
    assert_eq!((&result["command"], &result["can_work"]), (&"build in-mock".into(), &false.into()));
    let states: Vec<(&str, &str)> = result["checks"]
        .as_array()
        .unwrap()
        .iter()
        .map(|check| (check["name"].as_str().unwrap(), check["state"].as_str().unwrap()))
        .collect();
    let expected = [
        ("git", "ok"),
        ("rpmbuild", "error"),
        ("rpmspec", "warning"),
        ("mock", "error"),
        ("repository", "ok"),
        ("history", "ok"),
        ("clock", "ok"),
        ("configuration", "ok"),
        ("tags", "ok"),
    ];
    assert_eq!(states, expected);
    assert!(result["checks"][1]["hints"][0].as_str().unwrap().contains("dnf install rpm-build"));
    let report = repository.packit(&["doctor", "inspect", "--json"]).success().json();
    assert_eq!((&report["ok"], &report["result"]["can_work"]), (&true.into(), &true.into()));
}

#[test]
fn what_is_wrong_with_a_checkout() {
    let world = World::new();
    let doctor = |folder: &Path| world.packit(folder, &["doctor", "srpm"]);
    // No repository at all.
    let run = doctor(&world.path("out"));
    assert_eq!(line(&run, "repository").0, "error", "{run}");
    assert_eq!(line(&run, "configuration").0, "error", "{run}");
    assert_eq!(run.code, Some(2));
    // For packit as a whole that is no failure.
    let run = world.packit(world.path("out"), &["doctor"]).success();
    assert_eq!(line(&run, "repository").0, "warning", "{run}");

    let repository = Repository::hello(&world);
    assert_eq!(complaints(&doctor(&repository.folder)), Vec::<&str>::new());
    let url = format!("file://{}", repository.folder.display());
    repository.git(&["clone", "--quiet", "--depth", "1", "--no-tags", &url, "../shallow"]);
    let run = doctor(&world.path("shallow")).success();
    assert_eq!(line(&run, "history").0, "warning", "{run}");
    assert_eq!(line(&run, "tags").0, "warning", "{run}");
    assert!(run.stdout.contains("-> git fetch --unshallow --tags"), "{run}");

    repository.append(".packit.yaml", "upstream_tag_templete: x\nnonsense: 1\n").commit("Break it");
    let run = doctor(&repository.folder);
    let (state, found) = line(&run, "configuration");
    assert!(state == "error" && found.starts_with(".packit.yaml has 2 errors: "), "{run}");
    assert_eq!(run.code, Some(2));

    repository.write(".packit.yaml", "specfile_path: other.spec\nupstream_tag_template: v{version}\n").commit("Others");
    let run = doctor(&repository.folder);
    assert_eq!(line(&run, "tags").0, "error", "{run}");
    assert_eq!(line(&run, "spec file").0, "error", "{run}");
    assert_eq!(run.code, Some(2));
}

#[test]
fn a_commit_from_the_future_and_a_repository_of_somebody_else() {
    let world = World::new();
    let repository = Repository::hello(&world);
    let mut commit = world.command("git", &repository.folder);
    commit.env("GIT_COMMITTER_DATE", "4070908800 +0000").args(["commit", "-q", "--allow-empty", "-m", "Later"]);
    assert!(commit.status().unwrap().success());
    let run = repository.packit(&["doctor", "srpm"]).success();
    assert_eq!(line(&run, "clock").0, "warning", "{run}");
    assert!(run.stdout.contains("timedatectl set-ntp true"), "{run}");
    // Only root can give a folder away.
    let give = |path: &Path| std::os::unix::fs::chown(path, Some(65534), None);
    if give(&repository.path(".git")).is_ok() {
        give(&repository.folder).unwrap();
        let run = repository.packit(&["doctor"]).failure(2, &["repository"]);
        assert_eq!(line(&run, "repository").0, "error", "{run}");
        assert!(run.stdout.contains("git config --global --add safe.directory [W]/hello"), "{run}");
    }
}

#[test]
fn macros_that_the_spec_uses() {
    let mut world = World::new();
    program(&world, "rpm", "");
    let path = std::env::var("PATH").unwrap();
    world.set("PATH", format!("{}:{path}", world.path("bin").display()));
    let repository = Repository::hello(&world);
    let run = repository.packit(&["doctor", "local-build"]).success();
    assert!(!run.stdout.contains("%autorelease"), "{run}");
    repository.replace("hello.spec", "Release:        1%{?dist}", "Release:        %autorelease");
    repository.replace("hello.spec", "%files", "%build\n%pyproject_wheel\n\n%files").commit("Macros");
    let run = repository.packit(&["doctor", "srpm"]).success();
    assert_eq!(line(&run, "%autorelease"), ("warning", "rpm does not know it here; the spec uses it"), "{run}");
    assert_eq!(line(&run, "%pyproject_*").0, "warning", "{run}");
    let run = repository.packit(&["doctor", "local-build"]).failure(2, &["%pyproject_*"]);
    assert!(run.stdout.contains("dnf install pyproject-rpm-macros"), "{run}");
}

#[test]
fn a_program_that_does_not_run() {
    let mut world = World::new();
    program(&world, "rpmbuild", "echo 'librpm.so.9: cannot open shared object file' >&2; exit 127");
    let path = std::env::var("PATH").unwrap();
    world.set("PATH", format!("{}:{path}", world.path("bin").display()));
    let run = Repository::hello(&world).packit(&["doctor", "srpm"]).failure(2, &["rpmbuild"]);
    let (state, found) = line(&run, "rpmbuild");
    assert!(state == "error" && found.contains("exit code 127") && found.contains("librpm.so.9"), "{run}");
}

#[test]
fn copr_is_asked_only_with_online() {
    let stage = CoprStage::new();
    let hello = stage.hello();
    let run = hello.packit(&["doctor", "copr-build"]).success();
    assert_eq!(line(&run, "Copr").0, "ok", "{run}");
    assert!(stage.copr.requests().is_empty(), "{run}");
    let run = hello.packit(&["doctor", "--online", "copr-build"]).success();
    assert!(line(&run, "Copr").1.ends_with("; the server knows you as alice"), "{run}");
    assert!(stage.copr.requests().iter().all(|request| !request.is_write()));
    let config = stage.copr.config("bad").replace("2023-11-13", "2099-01-01");
    fs_err::write(stage.world.path("home/.config/copr"), &config).unwrap();
    hello.packit(&["doctor", "copr-build"]).success();
    let run =
        hello.packit(&["doctor", "--online", "copr-build"]).failure(2, &["`packit copr-build` cannot work here: Copr"]);
    assert!(line(&run, "Copr").1.contains("does not know you"), "{run}");
    assert!(run.stdout.contains("-> get a new token at "), "{run}");
    // A token that is over, and one that soon will be.
    let with_day = |day: &str| {
        let text = stage.copr.config("alice");
        let line = text.lines().find(|line| line.contains("expiration date:")).unwrap();
        fs_err::write(stage.world.path("home/.config/copr"), text.replace(line, &format!("# expiration date: {day}")))
            .unwrap();
    };
    with_day("2023-01-31");
    let run = hello.packit(&["doctor", "copr-build"]).failure(2, &["Copr"]);
    assert!(line(&run, "Copr").1.contains("good until 2023-01-31: it is over"), "{run}");
    let soon = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date().saturating_add(jiff::ToSpan::days(3));
    with_day(&soon.to_string());
    let run = hello.packit(&["doctor", "copr-build"]).success();
    assert_eq!(line(&run, "Copr").0, "warning", "{run}");
}

#[test]
fn the_forge_of_dist_git_and_its_clock_are_asked_only_with_online() {
    let release = Release::on("forgejo", ForgeServer::forgejo(), &["rawhide"]);
    let (upstream, name) = (release.upstream(), format!("token for {}", release.forge.base()));
    let run = upstream.packit(&["doctor", "propose-update"]).success();
    assert_eq!(line(&run, &name), ("ok", "there is one in [W]/home/.config/packit.yaml"), "{run}");
    assert!(release.forge.requests().is_empty(), "{run}");
    let run = upstream.packit(&["doctor", "--online", "propose-update"]).success();
    assert!(line(&run, &name).1.ends_with("; Forgejo knows you as tester"), "{run}");
    assert!(release.forge.writes().is_empty(), "{run}");
    let user = release.world.path("home/.config/packit.yaml");
    let text = fs_err::read_to_string(&user).unwrap();
    fs_err::write(&user, text.replace("TOKEN_TESTER", "TOKEN_OF_NOBODY")).unwrap();
    let run = upstream.packit(&["doctor", "--online", "propose-update"]).failure(2, &[&name]);
    assert_eq!(line(&run, &name).0, "error", "{run}");
    assert!(!run.to_string().contains("TOKEN_OF_NOBODY"), "{run}");
    fs_err::write(&user, "").unwrap();
    let run = upstream.packit(&["doctor", "propose-update"]).failure(2, &[&name]);
    assert_eq!(line(&run, &name), ("error", "none"), "{run}");
}

#[test]
fn commands_that_are_none() {
    let world = World::new();
    let doctor = |words: &[&str]| world.packit(world.path("out"), &[&["doctor"], words].concat());
    doctor(&["nope"]).failure(2, &["packit has no command `nope`", "packit --help"]);
    doctor(&["build", "in-space"]).failure(2, &["packit has no command `build in-space`", "packit build --help"]);
    doctor(&["create-update"]).failure(2, &["create-update"]);
}

#[test]
fn the_clock_is_held_against_that_of_a_server() {
    let world = World::new();
    let now = jiff::Timestamp::now();
    for (seconds, state) in [(0, "ok"), (-4000, "warning"), (4000, "warning")] {
        let time = now + jiff::SignedDuration::from_secs(seconds);
        let date = time.to_zoned(jiff::tz::TimeZone::UTC).strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
        let server = Server::new(move |_| Answer::ok("").header("Date", &date));
        let url = server.url("");
        let url = url.trim_end_matches('/');
        fs_err::create_dir_all(world.path("home/.config")).unwrap();
        let config = format!("[copr-cli]\ncopr_url = {url}\nencrypted = no\nlogin = a\ntoken = b\n");
        fs_err::write(world.path("home/.config/copr"), config).unwrap();
        let run = world.packit(world.path("out"), &["doctor", "--online", "copr", "watch"]);
        let (_, host) = url.split_once("//").unwrap();
        let (found, what) = line(&run, &format!("clock at {host}"));
        assert_eq!(found, state, "{run}");
        assert!(
            seconds == 0 || what.contains("4000 seconds") || what.contains("3999") || what.contains("4001"),
            "{run}"
        );
    }
}

#[test]
fn what_makes_a_configuration_needs_none() {
    let world = World::new();
    let repository = Repository::new(&world, world.path("bare"));
    repository.write("README", "").commit("Begin");
    for command in ["init", "generate"] {
        let run = repository.packit(&["doctor", command]).success();
        assert_eq!(complaints(&run), Vec::<&str>::new(), "{run}");
        assert!(!run.stdout.contains("Kerberos") && !run.stdout.contains("token for"), "{run}");
    }
    drop(world.packit(world.path("out"), &["doctor", "init"]).failure(2, &["repository"]));
    // What looks at a configuration needs no repository.
    fs_err::write(world.path("out/.packit.yaml"), "upstream_package_name: hello\n").unwrap();
    for command in ["show", "validate"] {
        let run = world.packit(world.path("out"), &["doctor", "config", command]).success();
        assert!(run.stdout.contains("configuration") && !run.stdout.contains("repository"), "{run}");
    }
}

#[test]
fn a_spec_that_rpm_cannot_read_and_no_place_for_temporary_files() {
    let mut world = World::new();
    let repository = Repository::hello(&world);
    repository.write("hello.spec", "Name: %{\n").commit("Break it");
    let run = repository.packit(&["doctor", "srpm"]).failure(2, &["spec file"]);
    assert_eq!(line(&run, "spec file").0, "error", "{run}");
    drop(repository.packit(&["srpm"]).failure(2, &[]));
    repository.git(&["reset", "--quiet", "--hard", "HEAD~1"]);
    let folder = repository.folder.clone();
    world.set("TMPDIR", "/nonexistent");
    let run = world.packit(&folder, &["doctor", "srpm"]).failure(2, &["temporary files"]);
    assert!(line(&run, "temporary files").1.contains("/nonexistent"), "{run}");
    assert!(run.stdout.contains("-> TMPDIR names another place"), "{run}");
}

#[test]
fn broken_files_of_the_user_are_lines_of_the_table() {
    let world = World::new();
    let repository = Repository::hello(&world);
    let home = world.path("home/.config");
    fs_err::create_dir_all(&home).unwrap();
    fs_err::write(home.join("copr"), "[copr-cli\n").unwrap();
    let run = repository.packit(&["doctor", "copr-build"]).failure(2, &["Copr"]);
    assert!(line(&run, "Copr").1.contains("(~/.config/copr:1)"), "{run}");
    fs_err::write(home.join("packit.yaml"), "authentication: [\n").unwrap();
    let run = repository.packit(&["doctor", "srpm"]).failure(2, &["user config"]);
    assert_eq!(line(&run, "git").0, "ok", "{run}");
    let (state, found) = line(&run, "user config");
    assert!(state == "error" && found.contains("packit.yaml:"), "{run}");
    let report = repository.packit(&["--json", "doctor", "srpm"]).failure(2, &[]).json();
    let checks = report["result"]["checks"].as_array().unwrap();
    assert!(checks.iter().any(|check| check["name"] == "user config" && check["state"] == "error"), "{report}");
    drop(repository.packit(&["srpm"]).failure(2, &["is not valid"]));
}

#[test]
fn a_sync_goes_to_the_forge_of_upstream() {
    let world = World::new();
    let repository = Repository::hello(&world);
    repository.append(".packit.yaml", "upstream_project_url: https://git.example.org/a/hello\n").commit("Say where");
    let run = repository.packit(&["doctor", "sync-from-downstream"]).failure(2, &["token for https://git.example.org"]);
    assert!(!run.stdout.contains("src.fedoraproject.org"), "{run}");
    repository.git(&["reset", "--quiet", "--hard", "HEAD~1"]);
    repository.git(&["remote", "remove", "origin"]);
    let run = repository.packit(&["doctor", "sync-from-downstream"]).failure(2, &["upstream"]);
    assert!(line(&run, "upstream").1.contains("nothing says where the upstream repository is"), "{run}");
}

#[test]
fn tags_that_are_elsewhere_and_nowhere() {
    let world = World::new();
    let repository = Repository::hello(&world);
    repository.git(&["checkout", "--quiet", "--orphan", "other"]);
    repository.commit("Begin again");
    let run = repository.packit(&["doctor", "srpm"]).success();
    assert_eq!(line(&run, "tags").1.matches("the newest").count(), 1, "{run}");
    repository.git(&["tag", "-d", "1.0.0"]);
    repository.git(&["remote", "remove", "origin"]);
    let run = repository.packit(&["doctor", "srpm"]).success();
    assert!(run.stdout.contains("-> there is no remote to fetch tags from: git remote add origin URL"), "{run}");
}
