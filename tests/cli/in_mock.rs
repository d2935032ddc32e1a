//! `packit build in-mock`, with a program called mock that behaves as mock's documentation and the logs of real ones say: real chroots
//! need root, and packages from the network.

use std::path::{Path, PathBuf};

use crate::support::{Repository, World};

/// Tells what it was called with, makes "packages" and logs where mock does, and says so in mock's words.
const MOCK: &str = r#"#!/bin/sh
exec 3>&2
echo "$@" > "$ARGUMENTS"
pwd >> "$ARGUMENTS"
result=$DEFAULT/result
while [ $# -gt 0 ]; do
    case $1 in
    --root) root=$2; shift ;;
    --resultdir) result=$2; shift ;;
    *) srpm=$1 ;;
    esac
    shift
done
if [ "$MODE" = group ]; then
    echo "ERROR: Must be member of 'mock' group to run mock! ([Errno 1] Operation not permitted)" >&2
    exit 1
fi
if [ "$root" = nowhere ]; then
    echo "ERROR: Could not find required config file: /etc/mock/nowhere.cfg" >&2
    exit 5
fi
test -f "$srpm" || exit 40
name=$(basename "$srpm" .src.rpm)
mkdir -p "$result"
echo "INFO: mock.py version 5.9 starting (python version = 3.13.0, NVR = mock-5.9-1.fc42)..." >&2
echo "Start: build phase for $name.src.rpm" >&2
if [ -n "$GO" ]; then while [ ! -e "$GO" ]; do sleep 0.01; done; fi
if [ "$MODE" = fail ]; then
    seq -f 'line %.0f of the log' 1 100 > "$result/build.log"
    echo "error: Bad exit status from /var/tmp/rpm-tmp.1 (%build)" >> "$result/build.log"
    echo "ERROR: Exception($srpm) Config($root) 0 minutes 12 seconds" >&2
    echo "INFO: Results and/or logs in: $result" >&2
    echo "ERROR: Command failed: " >&2
    echo " # /usr/bin/systemd-nspawn -q -M 1 rpmbuild -bb" >&2
    exit 1
fi
echo log > "$result/build.log"
cp "$srpm" "$result/$name.fc42.src.rpm"
if [ "$MODE" != empty ]; then
    echo rpm > "$result/$name.fc42.noarch.rpm"
    echo rpm > "$result/$name-doc.fc42.noarch.rpm"
fi
echo "Finish: build phase for $name.src.rpm" >&2
echo "INFO: Done($srpm) Config($root) 0 minutes 17 seconds" >&2
if [ "$MODE" != silent ]; then echo "INFO: Results and/or logs in: $result" >&2; fi
echo "Finish: run" >&2
"#;

/// A world with mock.
fn with_mock() -> World {
    let mut world = World::new();
    let bin = world.path("bin");
    fs_err::create_dir(&bin).unwrap();
    fs_err::write(bin.join("mock"), MOCK).unwrap();
    make_executable(&bin.join("mock"));
    let path = std::env::var("PATH").unwrap();
    world.set("PATH", format!("{}:{path}", bin.display()));
    world.set("ARGUMENTS", world.path("arguments"));
    world.set("DEFAULT", world.path("var lib mock"));
    world
}

fn make_executable(file: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    fs_err::set_permissions(file, std::fs::Permissions::from_mode(0o755)).unwrap();
}

/// The arguments of the last mock, and the folder that it ran in.
fn arguments(world: &World) -> (String, String) {
    let text = fs_err::read_to_string(world.path("arguments")).unwrap();
    let text = text.replace(&world.path("").display().to_string(), "[W]/").replace("[W]//", "[W]/");
    let (arguments, folder) = text.split_once('\n').unwrap();
    (arguments.to_owned(), folder.trim().to_owned())
}

#[test]
fn rpms_are_those_that_mock_made() {
    let world = with_mock();
    let repository = Repository::hello(&world);
    // What an earlier build left there is no result of this one.
    fs_err::write(world.path("out/old-1-1.noarch.rpm"), "old").unwrap();
    std::thread::sleep(std::time::Duration::from_millis(50));
    let run = repository.packit_from_outside(&["build", "in-mock"]).success();
    let names: Vec<_> =
        run.paths().iter().map(|path| path.file_name().unwrap().to_string_lossy().into_owned()).collect();
    assert_eq!(names.len(), 2, "{run}");
    assert!(
        names.iter().all(|name| name.starts_with("hello-1.0.0-1.2023") && name.ends_with(".fc42.noarch.rpm")),
        "{run}"
    );
    assert!(run.paths().iter().all(|path| path.parent() == Some(&world.path("out")) && path.is_file()), "{run}");
    let (arguments, folder) = arguments(&world);
    assert!(arguments.starts_with("--root default --resultdir [W]/out [W]/tmp/packit-"), "{arguments}");
    assert!(arguments.ends_with(".src.rpm"), "{arguments}");
    assert_eq!(folder, "[W]/out");
    let told: Vec<&str> = run.stderr.lines().skip_while(|line| *line != "RPMs:").skip(1).collect();
    assert_eq!(told, run.stdout.lines().map(|line| format!(" * {line}")).collect::<Vec<_>>());
    run.told("mock: INFO: mock.py version 5.9 starting");
}

#[test]
fn root_and_result_folder() {
    let mut world = with_mock();
    for (options, root, result) in [
        (&["-r", "fedora-42-x86_64", "--resultdir", "a/b"][..], "fedora-42-x86_64", Some("[W]/out/a/b")),
        (&["--root=x", "--default-resultdir"], "x", None),
        (&["--resultdir", "."], "default", Some("[W]/out")),
    ] {
        let repository = Repository::at(&world, world.path("hello"));
        if !repository.folder.exists() {
            Repository::hello(&world);
        }
        let run = repository.packit_from_outside(&[&["--json", "build", "in-mock"], options].concat()).success();
        let (arguments, _) = arguments(&world);
        let expected = result.map(|result| format!(" --resultdir {result}")).unwrap_or_default();
        assert!(arguments.starts_with(&format!("--root {root}{expected} [W]/tmp/")), "{arguments}");
        let report = run.json();
        let package = &report["result"]["packages"][0];
        let folder = result.unwrap_or("[W]/var lib mock/result");
        assert_eq!(
            package["results"]
                .as_str()
                .unwrap()
                .replace(&world.path("x").display().to_string().replace("/x", ""), "[W]"),
            folder
        );
        assert_eq!(package["rpms"].as_array().unwrap().len(), 2, "{run}");
    }
    world.set("PACKIT_ROOT", "by-variable");
    world.set("PACKIT_RESULTDIR", "by/variable");
    Repository::at(&world, world.path("hello")).packit_from_outside(&["build", "in-mock"]).success();
    assert!(arguments(&world).0.starts_with("--root by-variable --resultdir [W]/out/by/variable "));
}

#[test]
fn a_source_rpm_of_the_user() {
    let world = with_mock();
    let repository = Repository::hello(&world);
    let srpm = repository.packit_from_outside(&["srpm", "--output", "my own.src.rpm"]).success().path();
    for arguments in [
        &["build", "--srpm", "../out/my own.src.rpm", "in-mock"][..],
        &["build", "in-mock", "--srpm", "../out/my own.src.rpm"],
    ] {
        let folder = world.path("elsewhere");
        fs_err::create_dir_all(&folder).unwrap();
        let run = world.packit(&folder, arguments).success();
        assert_eq!(run.paths().len(), 2, "{run}");
    }
    assert!(srpm.is_file());
    assert!(arguments(&world).0.ends_with("/out/my own.src.rpm"));
}

#[test]
fn lines_are_shown_as_they_come() {
    use std::io::{BufRead as _, BufReader};
    let mut world = with_mock();
    world.set("GO", world.path("go"));
    let folder = Repository::hello(&world).folder;
    let mut command =
        world.packit_command(world.path("out"), &["build".as_ref(), "in-mock".as_ref(), folder.as_os_str()]);
    let mut child = command.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    assert!(lines.any(|line| line.unwrap().starts_with("mock: Start: build phase for hello-1.0.0-1.")));
    fs_err::write(world.path("go"), "").unwrap();
    lines.for_each(drop);
    assert!(child.wait().unwrap().success());
}

#[test]
fn failures_are_explained() {
    let mut world = with_mock();
    Repository::hello(&world);
    let words = ["mock cannot build `hello-1.0.0-1.", "for `default`", "Command failed", "all logs are in [W]/out"];
    for (mode, options, words) in [
        ("fail", &[][..], &words[..]),
        ("group", &[], &["not in its group", "Must be member of 'mock' group", "usermod -a -G mock"]),
        ("", &["-r", "nowhere"], &["mock has no chroot `nowhere`", "mock --list-chroots"]),
        ("silent", &[], &["did not say where its results are"]),
        ("empty", &[], &["mock put no package into `[W]/out`"]),
        ("", &["--resultdir", "file"], &["is a file"]),
    ] {
        fs_err::write(world.path("out/file"), "").unwrap();
        world.set("MODE", mode);
        let repository = Repository::at(&world, world.path("hello"));
        let run = repository.packit_from_outside(&[&["build", "in-mock"], options].concat()).failure(2, words);
        assert_eq!(run.stdout, "", "{run}");
        if mode == "fail" {
            // The end of the log, and not its beginning.
            let log = ["the end of [W]/out/build.log", "  line 100 of the log", "  error: Bad exit status from"];
            run.failure(2, &log).silent_on("line 20 of the log");
        }
    }
}

#[test]
fn without_mock_it_is_said_before_any_work() {
    let mut world = World::new();
    let folder = Repository::hello(&world).folder;
    let bin = world.path("bin");
    fs_err::create_dir(&bin).unwrap();
    world.set("PATH", &bin);
    let run = world.packit(&folder, &["build", "in-mock"]);
    run.failure(2, &["`mock` is not installed", "dnf install mock", "apt-get install mock"]).silent_on("version");
    assert_eq!(world.leftovers(), Vec::<PathBuf>::new());
}
