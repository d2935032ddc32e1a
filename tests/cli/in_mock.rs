//! `packit build in-mock`, with a program called mock that says what a real one (6.x, with dnf, on a repository of one package) was
//! seen to say, and ends and writes logs as that one did: real chroots need root, and packages from the network.

use std::io::{BufRead as _, BufReader};
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
case $MODE in
group)
    echo "You are not in the \`mock\` group. See https://rpm-software-management.github.io/mock/#setup" >&2
    exit 1 ;;
other-group)
    echo "ERROR: Must be member of 'builders' group to run mock! (users, wheel)" >&2
    echo "Traceback (most recent call last):" >&2
    echo '  File "/usr/libexec/mock/mock", line 718, in main' >&2
    echo "RuntimeError: Must be member of 'builders' group to run mock! (users, wheel)" >&2
    exit 1 ;;
esac
if [ "$root" = nowhere ]; then
    echo "ERROR: Could not find required config file: /etc/mock/nowhere.cfg" >&2
    echo "ERROR:   If you're trying to specify a path, include the .cfg extension, e.g. -r ./target.cfg" >&2
    echo "ERROR: Non-existing Mock config 'nowhere'" >&2
    exit 3
fi
echo "INFO: mock.py version 6.3 starting (python version = 3.13.0, NVR = mock-6.3-1.fc42), args: /usr/libexec/mock/mock $*" >&2
echo "Start: init plugins" >&2
echo "INFO: Signal handler active" >&2
if [ ! -f "$srpm" ]; then
    echo "ERROR: Cannot find/open srpm: $srpm. Error: [Errno 2] No such file or directory: '$srpm'" >&2
    exit 1
fi
name=$(basename "$srpm" .src.rpm)
echo "INFO: Start($srpm)  Config($root)" >&2
failed() {
    echo "ERROR: Exception($srpm) Config($root) 0 minutes 12 seconds" >&2
    echo "INFO: Results and/or logs in: $result" >&2
    echo "INFO: Cleaning up build root ('cleanup_on_failure=True')" >&2
    echo "Start: clean chroot" >&2
    echo "Finish: clean chroot" >&2
    echo "ERROR: $1" >&2
}
if [ "$MODE" = no-folder ]; then
    echo "ERROR: Could not create dir $result. Error: [Errno 13] Permission denied: '$result'" >&2
    echo "Traceback (most recent call last):" >&2
    echo '  File "/usr/lib/python3.13/site-packages/mockbuild/file_util.py", line 19, in mkdirIfAbsent' >&2
    echo "PermissionError: [Errno 13] Permission denied: '$result'" >&2
    failed ""
    printf 'Could not create output directory for built rpms. The directory specified was:\n    %s\n\n' "$result" >&2
    exit 70
fi
if [ "$MODE" = locked ]; then
    failed "Build root is locked by another process."
    exit 60
fi
mkdir -p "$result"
# What was there before stays.
echo "Mock Version: 6.3" >> "$result/build.log"
echo "INFO buildroot.py:700:  Mock Version: 6.3" >> "$result/root.log"
echo "Mock Version: 6.3" >&2
echo "INFO: Mock Version: 6.3" >&2
echo "Start: build phase for $name.src.rpm" >&2
if [ -n "$GO" ]; then while [ ! -e "$GO" ]; do sleep 0.01; done; fi
case $MODE in *-repository)
    echo "DEBUG util.py:460:  Errors during downloading metadata for repository 'local':" >> "$result/root.log"
    echo "DEBUG util.py:609:  Child return code was: 1" >> "$result/root.log"
    echo "DEBUG util.py:557:  Executing command: ['/bin/umount', '-n', '-l', '/var/lib/mock/x/root/proc']" >> "$result/root.log"
    echo "DEBUG util.py:609:  Child return code was: 0" >> "$result/root.log"
    failed "Command failed: "
    echo " # /usr/bin/dnf-3 --installroot /var/lib/mock/x/root/ --releasever 42 install @buildsys-build" >&2
    if [ "$MODE" = silent-repository ]; then exit 30; fi
    echo "Errors during downloading metadata for repository 'local':" >&2
    echo "Error: Failed to download metadata for repo 'local': Cannot download repomd.xml" >&2
    echo >&2
    exit 30 ;;
esac
# Every build makes the source RPM anew first.
echo "Wrote: /builddir/build/SRPMS/$name.src.rpm" >> "$result/build.log"
echo "Child return code was: 0" >> "$result/build.log"
if [ "$MODE" = requires ]; then
    echo "DEBUG util.py:460:  No matching package to install: 'nonexistent-devel >= 3'" >> "$result/root.log"
    echo "DEBUG util.py:609:  Child return code was: 1" >> "$result/root.log"
    failed "Command failed: "
    echo " # /usr/bin/dnf-3 builddep --installroot /var/lib/mock/x/root/ $name.src.rpm" >&2
    echo "No matching package to install: 'nonexistent-devel >= 3'" >&2
    echo "Not all dependencies satisfied" >&2
    echo >&2
    exit 30
fi
if [ "$MODE" = fail ]; then
    seq -f 'line %.0f of the log' 1 100 >> "$result/build.log"
    echo "error: Bad exit status from /var/tmp/rpm-tmp.1 (%build)" >> "$result/build.log"
    echo "Child return code was: 1" >> "$result/build.log"
    failed "Command failed: "
    echo " # bash --login -c '/usr/bin/rpmbuild -bb  --target x86_64 --nodeps /builddir/build/SPECS/hello.spec'" >&2
    echo >&2
    exit 1
fi
echo "Child return code was: 0" >> "$result/build.log"
cp "$srpm" "$result/$name.fc42.src.rpm"
if [ "$MODE" != empty ]; then
    echo rpm > "$result/$name.fc42.noarch.rpm"
    echo rpm > "$result/$name-doc.fc42.noarch.rpm"
fi
echo "Finish: build phase for $name.src.rpm" >&2
echo "INFO: Done($srpm) Config($root) 0 minutes 17 seconds" >&2
if [ "$MODE" != silent ]; then echo "INFO: Results and/or logs in: $result" >&2; fi
echo "INFO: Cleaning up build root ('cleanup_on_success=True')" >&2
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
    run.told("mock: INFO: mock.py version 6.3 starting");
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
    let of_build = [
        "mock cannot build `hello-1.0.0-1.",
        "for `default`",
        "cause: Command failed: bash --login -c '/usr/bin/rpmbuild -bb",
        "the end of [W]/out/build.log",
        // The end of the log, and not its beginning.
        "  line 100 of the log",
        "  error: Bad exit status from",
        "all logs are in [W]/out",
    ];
    let of_dependencies = [
        "cause: Command failed: /usr/bin/dnf-3 builddep",
        "cause: No matching package to install: 'nonexistent-devel >= 3'",
        "all logs are in [W]/out",
    ];
    let of_chroot = [
        "cause: Error: Failed to download metadata for repo 'local': Cannot download repomd.xml",
        "all logs are in [W]/out",
    ];
    let of_lock = ["cause: Build root is locked by another process.", "another mock works in the chroot `default`"];
    let silent_mock = ["the end of [W]/out/root.log", "  DEBUG util.py:609:  Child return code was: 1"];
    let no_folder = ["cause: Could not create dir [W]/out/made. Error: [Errno 13] Permission denied"];
    for (mode, options, words, silent) in [
        ("fail", &[][..], &of_build[..], &["line 20 of the log", "cause: Exception("][..]),
        // The log of the build ends with the failure before, which says nothing of this one.
        ("requires", &[], &of_dependencies, &["Bad exit status", "the end of [W]/out/build.log"]),
        ("no-repository", &[], &of_chroot, &["Bad exit status", "the end of"]),
        // Where mock itself says nothing, the log of the chroot does, without what is cleaned up behind it.
        ("silent-repository", &[], &silent_mock, &["Bad exit status", "  DEBUG util.py:557:  Executing command"]),
        ("locked", &[], &of_lock, &["the end of"]),
        ("no-folder", &["--resultdir", "made"], &no_folder, &["all logs are in", "cause: Traceback"]),
        ("group", &[], &["not in its group", "cause: You are not in the `mock` group", "usermod -a -G mock"], &[]),
        ("other-group", &[], &["not in its group", "Must be member of 'builders' group"], &[]),
        ("", &["-r", "nowhere"], &["mock has no chroot `nowhere`", "mock --list-chroots"], &[]),
        ("silent", &[], &["did not say where its results are"], &[]),
        ("empty", &[], &["mock put no package into `[W]/out`"], &[]),
        ("", &["--resultdir", "file"], &["is a file"], &[]),
    ] {
        fs_err::write(world.path("out/file"), "").unwrap();
        world.set("MODE", mode);
        let repository = Repository::at(&world, world.path("hello"));
        let mut run = repository.packit_from_outside(&[&["build", "in-mock"], options].concat()).failure(2, words);
        assert_eq!(run.stdout, "", "{run}");
        for words in silent {
            run = run.silent_on(words);
        }
    }
}

/// Gives a folder and all in it to the user `nobody`.
fn give_away(path: &Path) {
    std::os::unix::fs::lchown(path, Some(NOBODY), Some(NOBODY)).unwrap();
    if path.is_dir() && !path.is_symlink() {
        fs_err::read_dir(path).unwrap().for_each(|entry| give_away(&entry.unwrap().path()));
    }
}

const NOBODY: u32 = 65534;

/// mock as it is installed works as root while it makes the chroot, and as the user while it builds.
#[test]
fn a_mock_that_works_as_root_is_ended_when_it_can_be() {
    use std::os::unix::process::CommandExt as _;
    let mut world = with_mock();
    let (setpriv, mock) = (Path::new("/usr/bin/setpriv"), world.path("bin/mock"));
    // Only root can make a program that works as root.
    if std::os::unix::fs::chown(&mock, Some(NOBODY), None).is_err() || !setpriv.is_file() {
        return;
    }
    let script = "#!/bin/sh\nexec \"$BIN/as-root\" --reuid=0 sh -c '\
                  echo Start: installing minimal buildroot with dnf >&2; sleep 1; \
                  exec setpriv --reuid=65534 sh -c \"echo Start: rpmbuild >&2; setsid sleep 30 & trap \\\"echo ended >&2; exit 143\\\" TERM; wait\"'\n";
    fs_err::write(&mock, script).unwrap();
    fs_err::copy(env!("CARGO_BIN_EXE_packit"), world.path("bin/packit")).unwrap();
    let folder = Repository::hello(&world).folder;
    world.set("BIN", world.path("bin"));
    give_away(&world.path(""));
    fs_err::copy(setpriv, world.path("bin/as-root")).unwrap();
    let as_root = std::os::unix::fs::PermissionsExt::from_mode(0o4755);
    fs_err::set_permissions(world.path("bin/as-root"), as_root).unwrap();
    for signals in [1, 2] {
        let mut command =
            world.packit_command(world.path("out"), &["build".as_ref(), "in-mock".as_ref(), folder.as_os_str()]);
        let variables: Vec<_> =
            command.get_envs().map(|(name, value)| (name.to_owned(), value.unwrap_or_default().to_owned())).collect();
        let arguments: Vec<_> = command.get_args().map(ToOwned::to_owned).collect();
        command = std::process::Command::new(world.path("bin/packit"));
        command.env_clear().envs(variables).args(arguments).current_dir(world.path("out")).uid(NOBODY).gid(NOBODY);
        let mut child =
            command.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines().map(Result::unwrap);
        assert!(lines.any(|line| line.contains("installing minimal buildroot")));
        let began = std::time::Instant::now();
        for _ in 0..signals {
            super::signals::kill("-TERM", child.id());
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
        assert_eq!(child.wait().unwrap().code(), Some(130));
        // It waits for mock, unless it is told not to.
        let waited = began.elapsed().as_millis();
        assert!(if signals == 1 { (700..5000).contains(&waited) } else { waited < 700 }, "{signals}: {waited}");
        if signals == 1 {
            assert_eq!(super::signals::children(&world), Vec::new());
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
    run.failure(2, &["`mock` is not installed", "dnf install mock", "Debian has no package of mock"])
        .silent_on("version");
    assert_eq!(world.leftovers(), Vec::<PathBuf>::new());
}
