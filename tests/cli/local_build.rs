//! `packit build locally`: RPMs from a checkout or a source RPM, and nothing else changes.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::Stdio;

use crate::support::{Repository, Run, World};

/// A project whose packages have files, for this machine and for all.
const SPEC: &str = "\
# No program of this machine is in it, and newer rpm refuses debug packages without one.
%global debug_package %{nil}
Name:           hello
Version:        0.9
Release:        1%{?dist}
Summary:        A trivial program
License:        MIT
Source0:        %{name}-%{version}.tar.gz

%description
Prints hello.

%package doc
Summary:        Its text
BuildArch:      noarch

%description doc
The text.

%prep
%autosetup

%build
echo building for the user
test ! -e fail

%install
install -D -m 755 hello.sh %{buildroot}%{_bindir}/hello
install -D -m 644 hello.txt %{buildroot}%{_datadir}/hello/hello.txt

%files
%{_bindir}/hello

%files doc
%{_datadir}/hello/
";

fn project(world: &World) -> Repository<'_> {
    let repository = Repository::hello(world);
    repository.write("hello.spec", SPEC).write("hello.sh", "#!/bin/sh\necho hello\n").commit("Build something");
    repository
}

/// rpm's own database, in which nothing is installed, whatever the machine has.
fn nothing_installed(world: &World) {
    let database = world.path("rpmdb");
    fs_err::write(world.path("home/.rpmmacros"), format!("%_dbpath {}\n", database.display())).unwrap();
    assert!(world.command("rpm", world.path("")).arg("--initdb").status().unwrap().success());
}

/// What rpm lists in an RPM.
#[track_caller]
fn files(rpm: &Path) -> Vec<String> {
    let output = std::process::Command::new("rpm").args(["-qpl", "--nosignature"]).arg(rpm).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect()
}

/// The paths on standard output, below the folder `out`, without what stands for time and commit.
fn names(run: &Run) -> Vec<String> {
    let shorten = |line: &str| {
        let (before, rest) = line.split_once("-1.2023").unwrap_or((line, ""));
        let end = rest.rsplit('.').take(2).collect::<Vec<_>>().into_iter().rev().collect::<Vec<_>>().join(".");
        format!("{}-{end}", before.trim_start_matches("[W]/out/"))
    };
    run.stdout.lines().map(shorten).collect()
}

#[test]
fn the_rpms_of_a_checkout() {
    let world = World::new();
    let repository = project(&world);
    let arch = std::env::consts::ARCH;
    let expected = ["noarch/hello-doc-1.0.0-noarch.rpm".to_owned(), format!("{arch}/hello-1.0.0-{arch}.rpm")];
    for command in [&["build", "locally"][..], &["local-build"]] {
        let run = repository.packit_from_outside(command).success().told("version 1.0.0 from the tag");
        let mut found = names(&run);
        found.sort();
        assert_eq!(found, expected, "{run}");
        let listed: Vec<Vec<String>> = run.paths().iter().map(|path| files(path)).collect();
        assert_eq!(listed, [&["/usr/share/hello", "/usr/share/hello/hello.txt"][..], &["/usr/bin/hello"]]);
        let told: Vec<&str> = run.stderr.lines().skip_while(|line| *line != "RPMs:").skip(1).collect();
        assert_eq!(told, run.stdout.lines().map(|line| format!(" * {line}")).collect::<Vec<_>>());
        run.told("rpmbuild: building for the user").silent_on("Wrote: ");
    }
    assert_eq!(fs_err::read_dir(world.path("out")).unwrap().count(), 2, "only the folders of the RPMs are new");
}

#[test]
fn the_result_folder_can_be_named_and_is_made() {
    let world = World::new();
    let repository = project(&world);
    let run = repository.packit_from_outside(&["--json", "build", "locally", "--resultdir", "a/b"]).success();
    let report = run.json();
    assert_eq!(report["command"], "build locally");
    let package = &report["result"]["packages"][0];
    let release = package["release"].as_str().unwrap();
    assert_eq!(package["srpm"], format!("hello-1.0.0-{release}.src.rpm"), "{run}");
    assert_eq!(package["name"], "hello", "{run}");
    assert_eq!(package["version"], "1.0.0", "{run}");
    assert!(package["tag"].as_str().unwrap().ends_with("1.0.0"), "{run}");
    assert_eq!(package["commit"].as_str().map(str::len), Some(40), "{run}");
    let rpms = report["result"]["packages"][0]["rpms"].as_array().unwrap();
    assert_eq!(rpms.len(), 2, "{run}");
    for rpm in rpms {
        assert!(Path::new(rpm.as_str().unwrap()).starts_with(world.path("out/a/b")), "{rpm}");
        assert!(Path::new(rpm.as_str().unwrap()).is_file(), "{rpm}");
    }
    fs_err::write(world.path("out/file"), "").unwrap();
    repository.packit_from_outside(&["build", "locally", "--resultdir", "file"]).failure(2, &["is a file"]);
}

#[test]
fn a_source_rpm_is_built_where_there_is_no_project() {
    let mut world = World::new();
    let srpm = project(&world).packit_from_outside(&["srpm", "--output", "a b%c.src.rpm"]).success().path();
    let elsewhere = world.path("else where");
    fs_err::create_dir(&elsewhere).unwrap();
    for arguments in [
        &["build", "--srpm", "../out/a b%c.src.rpm", "locally"][..],
        &["local-build", "--srpm", "../out/a b%c.src.rpm"],
    ] {
        let run = world.packit(&elsewhere, arguments).success();
        assert_eq!(run.paths().len(), 2, "{run}");
        assert!(run.paths().iter().all(|path| path.starts_with(&elsewhere) && path.is_file()), "{run}");
    }
    assert!(srpm.is_file());
    world.set("PACKIT_BUILD_SRPM", &srpm);
    assert_eq!(world.packit(&elsewhere, &["build", "locally"]).success().paths().len(), 2);
    world.set("PACKIT_BUILD_SRPM", "");
    world
        .packit(&elsewhere, &["build", "--srpm", "no.src.rpm", "locally"])
        .failure(2, &["no.src.rpm", "cannot be read"]);
    fs_err::write(elsewhere.join("text"), "").unwrap();
    world.packit(&elsewhere, &["build", "--srpm", "text", "locally"]).failure(2, &["is not a source RPM"]);
    fs_err::write(elsewhere.join("x.src.rpm"), "no rpm").unwrap();
    world.packit(&elsewhere, &["build", "--srpm", "x.src.rpm", "locally"]).failure(2, &["x.src.rpm"]);
    assert_eq!(world.leftovers(), Vec::<PathBuf>::new());
}

#[test]
fn missing_build_dependencies_are_all_named_with_the_command_that_installs_them() {
    let mut world = World::new();
    nothing_installed(&world);
    let dependencies = "Source0:        %{name}-%{version}.tar.gz\nBuildRequires:  gcc-c++ >= 12, pkgconfig(zlib)\nBuildRequires: cmake";
    let path = std::env::var("PATH").unwrap();
    let bin = world.path("bin");
    fs_err::create_dir(&bin).unwrap();
    {
        let repository = project(&world);
        repository.replace("hello.spec", "Source0:        %{name}-%{version}.tar.gz", dependencies).commit("Need");
    }
    for (manager, words) in [
        ("dnf", &["dnf install cmake 'gcc-c++ >= 12' 'pkgconfig(zlib)'", "packit build in-mock"][..]),
        ("apt-get", &["apt-get install cmake g++", "--nodeps"]),
    ] {
        for program in fs_err::read_dir(&bin).unwrap() {
            fs_err::remove_file(program.unwrap().path()).unwrap();
        }
        for program in
            ["git", "rpmbuild", "rpmspec", "rpm", "sh", "bash", "gzip", "tar", "cat", "rm", "mkdir", "cp", "chmod"]
        {
            let found = std::env::split_paths(&path).map(|folder| folder.join(program)).find(|file| file.is_file());
            found.into_iter().for_each(|file| std::os::unix::fs::symlink(file, bin.join(program)).unwrap());
        }
        std::os::unix::fs::symlink("/bin/false", bin.join(manager)).unwrap();
        world.set("PATH", &bin);
        let repository = Repository::at(&world, world.path("hello"));
        let all = ["3 build dependencies", "cmake, gcc-c++ >= 12, pkgconfig(zlib)"];
        repository.packit_from_outside(&["build", "locally"]).failure(2, &[&all, words].concat());
    }
    world.set("PATH", &path);
    let repository = Repository::at(&world, world.path("hello"));
    let run = repository.packit_from_outside(&["build", "locally", "--nodeps"]).success();
    assert_eq!(run.paths().len(), 2, "{run}");
}

#[test]
fn a_build_that_fails_says_what_rpm_says_and_leaves_nothing() {
    let world = World::new();
    let repository = project(&world);
    repository.write("fail", "").commit("Break it");
    let run = repository
        .packit_from_outside(&["build", "locally"])
        .failure(2, &["cannot build `", "hello.spec`", "(%build)"]);
    assert_eq!(run.stdout, "");
    assert_eq!(fs_err::read_dir(world.path("out")).unwrap().count(), 0, "{run}");
}

#[test]
fn files_that_no_package_takes_are_named() {
    let world = World::new();
    let repository = project(&world);
    repository.replace("hello.spec", "%files doc\n%{_datadir}/hello/\n", "").commit("Forget them");
    let said = "cause: Installed (but unpackaged) file(s) found:\n  cause: /usr/share/hello/hello.txt\n";
    let run = repository.packit_from_outside(&["build", "locally"]).failure(2, &[said]);
    assert!(!run.stderr.contains("rpmbuild:    /usr/share"), "{run}");
}

#[test]
fn the_scripts_of_rpm_are_written_to_the_folder_for_temporary_files() {
    let world = World::new();
    let repository = project(&world);
    let root = "BuildRoot:      %{_tmppath}/%{name}-root\nSource0: ";
    repository.replace("hello.spec", "Source0: ", root).write("fail", "").commit("Break it");
    let run = repository.packit_from_outside(&["build", "locally"]).failure(2, &["(%build)"]);
    assert!(run.stderr.contains("Executing(%build): /bin/sh -e [W]/tmp/packit-"), "{run}");
    assert!(!run.stderr.contains("/var/tmp"), "{run}");
    assert_eq!(fs_err::read_dir(world.path("tmp")).unwrap().count(), 0, "{run}");
    repository.replace("hello.spec", "test ! -e fail", ":").commit("Mend it");
    assert_eq!(repository.packit_from_outside(&["build", "locally"]).success().paths().len(), 2);
}

#[test]
fn lines_of_both_streams_keep_their_order() {
    let world = World::new();
    let repository = project(&world);
    let lines = "echo 1 of 4\necho 2 of 4 >&2\necho 3 of 4\necho 4 of 4 >&2";
    repository.replace("hello.spec", "test ! -e fail", lines).commit("Say more");
    let run = repository.packit_from_outside(&["build", "locally"]).success();
    let said = |line: &&str| line.ends_with(" of 4");
    let lines: Vec<&str> = run.stderr.lines().filter(said).collect();
    let expected = (1..5).flat_map(|n| [format!("rpmbuild: + echo {n} of 4"), format!("rpmbuild: {n} of 4")]);
    assert_eq!(lines, expected.collect::<Vec<_>>(), "{run}");
}

#[test]
fn a_folder_that_takes_nothing_is_told_before_the_work() {
    let world = World::new();
    let repository = project(&world);
    if !world.command("unshare", "/").args(["--mount", "true"]).status().is_ok_and(|status| status.success()) {
        println!("left out: this machine lets nobody mount");
        return;
    }
    let script = "mount --bind out out && mount -o remount,bind,ro out && cd out && exec \"$@\"";
    for (arguments, hint) in [
        (&["build", "locally"][..], "--resultdir names another place"),
        (&["build", "locally", "--resultdir", "new/folder"], "--resultdir names another place"),
        (&["create-archive"], "--output-dir names another place"),
        (&["srpm"], "--output names another place"),
    ] {
        let mut command = world.command("unshare", world.path(""));
        command.args(["--mount", "sh", "-c", script, "sh", env!("CARGO_BIN_EXE_packit")]).args(arguments);
        let output = command.arg(&repository.folder).output().unwrap();
        let run = Run::new(output, &world.path("")).failure(2, &["`[W]/out` takes no file", hint]);
        assert!(!run.stderr.contains("rpmbuild"), "{run}");
    }
}

#[test]
fn one_package_of_several_fails_and_the_others_are_built() {
    let world = World::new();
    let repository = project(&world);
    let packages = "packages:\n  good:\n    specfile_path: hello.spec\n  bad:\n    specfile_path: bad.spec\n";
    let bad = SPEC.replace("Name:           hello", "Name:           bad").replace("test ! -e fail", "exit 7");
    repository.write("bad.spec", bad).write(".packit.yaml", packages).commit("Two");
    let run = repository.packit_from_outside(&["build", "locally"]);
    assert_eq!(run.paths().len(), 2, "{run}");
    let run = run.failure(6, &["1 of 2 packages failed: bad", "(%build)", "good: rpmbuild: building for the user"]);
    assert!(run.paths().iter().all(|path| path.is_file()), "{run}");
}

#[test]
fn lines_are_shown_as_they_come() {
    let world = World::new();
    let repository = project(&world);
    let go = world.path("go");
    let wait = format!("echo waiting for it\nwhile [ ! -e {} ]; do sleep 0.01; done", go.display());
    repository.replace("hello.spec", "test ! -e fail", &wait).commit("Wait");
    let folder = repository.folder.as_os_str();
    let mut command = world.packit_command(world.path("out"), &["local-build".as_ref(), folder]);
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    assert!(lines.any(|line| line.unwrap() == "rpmbuild: waiting for it"));
    fs_err::write(go, "").unwrap();
    lines.for_each(drop);
    assert!(child.wait().unwrap().success());
}

#[test]
fn same_commit_same_bytes() {
    let world = World::new();
    let repository = project(&world);
    let built = || {
        let run = repository.packit_from_outside(&["build", "locally"]).success();
        run.paths().iter().map(|path| fs_err::read(path).unwrap()).collect::<Vec<_>>()
    };
    assert!(built() == built());
}

#[test]
fn a_folder_for_temporary_files_that_rpm_cannot_build_in_is_told() {
    let mut world = World::new();
    let folder = project(&world).folder;
    let temporary = world.path("t m p");
    fs_err::create_dir(&temporary).unwrap();
    world.set("TMPDIR", &temporary);
    world.packit(&folder, &["build", "locally"]).failure(2, &["rpm cannot build in `[W]/t m p/", "TMPDIR"]);
}

/// It is there in the checkout, and nowhere else.
#[test]
fn a_file_that_the_spec_includes_is_found_beside_it() {
    let world = World::new();
    let repository = project(&world);
    repository.replace("hello.spec", "%prep\n", "%include more.inc\n%prep\n").commit("Include");
    repository
        .packit_from_outside(&["build", "locally"])
        .failure(2, &["Unable to open more.inc", "cannot build `[W]/hello/hello.spec`"]);
    repository.write("more.inc", "%global included yes\n").commit("Add it");
    repository.replace("hello.spec", "echo building for the user", "test %{included} = yes").commit("Use it");
    let warning = "the source RPM is without `more.inc`, which the spec includes";
    repository.packit_from_outside(&["build", "locally"]).success().told(warning).told("hello.spec:20:1");
    let srpm = repository.packit_from_outside(&["srpm"]).success().told(warning).path();
    world
        .packit(world.path("out"), &["build", "--srpm", srpm.to_str().unwrap(), "locally"])
        .failure(2, &["Unable to open more.inc", "add it as a source"]);
    repository.replace("hello.spec", "License:", "Source1: more.inc\nLicense:");
    repository.replace("hello.spec", "%include more.inc", "%include %{SOURCE1}").commit("List it");
    let run = repository.packit_from_outside(&["build", "locally"]).success();
    assert_eq!(run.paths().len(), 2, "{run}");
    run.silent_on("warning");
}

#[test]
fn sources_that_are_not_there_matter_only_where_they_are_used() {
    let world = World::new();
    let repository = project(&world);
    let absent = "Source1: https://example.com/more.tar.gz\nPatch0: more.patch\nLicense:";
    repository.replace("hello.spec", "License:", absent).replace("hello.spec", "%autosetup", "%setup -q");
    repository.write("sources", "").commit("Name what is not there");
    let run = repository.packit_from_outside(&["build", "locally"]).success();
    assert_eq!(run.paths().len(), 2, "{run}");
    run.told("warning: Source1 names the file `more.tar.gz`").told("warning: Patch0 names the file `more.patch`");
    repository.packit_from_outside(&["srpm"]).failure(2, &["Source1 names the file `more.tar.gz`"]);
    repository.replace("hello.spec", "%setup -q", "%autosetup").commit("Use it");
    repository.packit_from_outside(&["build", "locally"]).failure(2, &["more.patch", "cannot build"]);
}

/// As in the Python packit, where rpm builds in the checkout itself; here it stays as it was.
#[test]
fn what_unpacks_nothing_is_built_in_a_copy_of_the_checkout() {
    let mut world = World::new();
    {
        let repository = project(&world);
        let built = "%build\ncp built hello.sh\necho more >> hello.txt\n";
        repository.replace("hello.spec", "%build\n", built).replace("hello.spec", "%prep\n%autosetup\n", "");
        repository.write(".gitignore", "built\ntmp/\n").commit("Without %prep");
        repository.write("built", "#!/bin/sh\n").write("tmp/x", "");
    }
    // The copy is made in the folder that is copied.
    world.set("TMPDIR", world.path("hello/tmp"));
    let repository = Repository::at(&world, world.path("hello"));
    for _ in 0..2 {
        let run = repository.packit_from_outside(&["build", "locally"]).success().told("unpacks nothing in %prep");
        assert_eq!(run.paths().iter().map(|path| files(path).len()).collect::<Vec<_>>(), [2, 1], "{run}");
    }
    assert_eq!(fs_err::read_dir(world.path("hello/tmp")).unwrap().count(), 1);
}

#[test]
fn what_is_in_the_folder_of_the_spec_can_be_read_and_is_not_changed() {
    let world = World::new();
    let repository = project(&world);
    let reads = "%install\necho more >> %{_sourcedir}/unlisted\ncp -p %{_sourcedir}/../top %{SOURCE1} .\n";
    let spec = SPEC.replace("%install\n", reads).replace("%autosetup", "%setup -q\necho x >> %{SOURCE1}");
    let spec = spec.replace("License:", "Source1: listed\nLicense:");
    repository.write("rpm/hello.spec", spec).write("rpm/unlisted", "").write("rpm/listed", "").write("top", "");
    repository.write(".packit.yaml", "specfile_path: rpm/hello.spec\n").commit("Read the folder");
    let run = repository.packit_from_outside(&["--json", "build", "locally"]).success();
    let package = &run.json()["result"]["packages"][0];
    assert_eq!(package["rpms"].as_array().unwrap().len(), 2, "{run}");
    let srpm = package["srpm"].as_str().unwrap();
    assert!(srpm.starts_with("hello-1.0.0-1.2023") && srpm.ends_with(".src.rpm"), "{srpm}");
    run.silent_on("warning");
    assert_eq!(fs_err::read_to_string(world.path("hello/rpm/unlisted")).unwrap(), "");
    // What is listed is a copy where nothing else is read, too.
    repository.replace("rpm/hello.spec", reads, "%install\n").commit("Read what is listed");
    repository.packit_from_outside(&["build", "locally"]).success();
    assert_eq!(fs_err::read_to_string(world.path("hello/rpm/listed")).unwrap(), "");
}

/// They are put back before rpm begins.
#[test]
fn what_actions_change_in_the_checkout_is_built() {
    let world = World::new();
    let repository = project(&world);
    repository.replace("hello.spec", "%build\n", "%build\ngrep of-the-action %{_sourcedir}/hello.txt\n");
    let config = "actions:\n  post-modifications:\n    - bash -c 'echo of-the-action > hello.txt'\n";
    repository.append(".packit.yaml", config).commit("Change it");
    let before = repository.tracked();
    let folder = repository.folder.to_str().unwrap();
    let run = world.packit(world.path("out"), &["build", "locally", folder]).success().told("rpmbuild: of-the-action");
    assert_eq!(run.paths().len(), 2, "{run}");
    assert_eq!(repository.tracked(), before);
}
