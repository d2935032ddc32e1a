//! `packit srpm` on a simple project: what comes out, and where.

use crate::support::{Repository, Srpm, World};

/// The release that the fixed clock and the branch give, before the distance and the commit.
const RELEASE: &str = "1.20231114221320000000.main";

#[test]
fn standard_output_is_one_path_and_the_checkout_stays_as_it_was() {
    let world = World::new();
    let repository = Repository::hello(&world);
    let run = repository.packit_from_outside(&["srpm"]).success().told("version 1.0.0 from the tag `1.0.0`");
    let name = format!("hello-1.0.0-{RELEASE}.1.g{}.src.rpm", repository.short(7));
    assert_eq!(run.stdout, format!("[W]/out/{name}\n"));
    assert_eq!(
        run.stderr.lines().filter(|line| line.starts_with("SRPM: ")).collect::<Vec<_>>(),
        [format!("SRPM: [W]/out/{name}")]
    );
    let srpm = Srpm::open(run.path());
    assert_eq!(srpm.files(), ["hello-1.0.0.tar.gz", "hello.spec"]);
    assert_eq!(
        srpm.members("hello-1.0.0.tar.gz"),
        ["hello-1.0.0/", "hello-1.0.0/.packit.yaml", "hello-1.0.0/hello.spec", "hello-1.0.0/hello.txt"]
    );
}

#[test]
fn the_spec_is_edited_as_little_as_possible() {
    let world = World::new();
    let repository = Repository::hello(&world);
    let run = repository.packit_from_outside(&["srpm", "--spec-diff"]).success();
    insta::with_settings!({filters => vec![(r"\.g[0-9a-f]{7}\b", ".g[COMMIT]")]}, {
        insta::assert_snapshot!(run.stdout, @"
        --- a/hello.spec
        +++ b/hello.spec
        @@ -1,6 +1,6 @@
         Name:           hello
        -Version:        0.9
        -Release:        1%{?dist}
        +Version:        1.0.0
        +Release:        1.20231114221320000000.main.1.g[COMMIT]%{?dist}
         Summary:        A trivial program
         License:        MIT
         URL:            https://github.com/example/hello
        @@ -16,5 +16,8 @@
         %files
         
         %changelog
        +* Tue Nov 14 2023 Ann Author <ann@example.com> - 1.0.0-1.20231114221320000000.main.1.g[COMMIT]
        +- Greet twice (Ann Author)
        +
         * Tue Nov 14 2023 Ann Author <ann@example.com> - 0.9-1
         - First build
        ");
    });
    let built = Srpm::open(repository.packit_from_outside(&["srpm"]).success().path());
    for line in run.stdout.lines().filter_map(|line| line.strip_prefix('+')).filter(|line| !line.starts_with("++")) {
        assert!(built.spec().contains(line), "{line}");
    }
}

#[test]
fn the_source_rpm_lands_in_the_current_folder() {
    let world = World::new();
    let repository = Repository::hello(&world);
    let before = repository.state();
    let path = repository.packit(&["srpm"]).success().path();
    assert_eq!(path.parent().unwrap(), repository.folder);
    fs_err::remove_file(path).unwrap();
    assert_eq!(repository.state(), before);
}

#[test]
fn works_from_a_subfolder_and_on_a_file() {
    let world = World::new();
    let repository = Repository::hello(&world);
    repository.write("src/deep/file.c", "int x;\n").commit("Sources");
    let run = world.packit(repository.path("src/deep"), &["srpm"]).success();
    assert_eq!(run.path().parent().unwrap(), repository.path("src/deep"));
    assert!(Srpm::open(run.path()).members("hello-1.0.0.tar.gz").contains(&"hello-1.0.0/src/deep/file.c".to_owned()));
    let spec = repository.path("hello.spec").display().to_string();
    world.packit(world.path("out"), &["srpm", &spec]).success();
}

#[test]
fn output_is_a_file_or_a_folder() {
    let world = World::new();
    let repository = Repository::hello(&world);
    let out = world.path("out");
    fs_err::create_dir(out.join("dist")).unwrap();
    let cases =
        [("my.src.rpm", "out/my.src.rpm"), ("dist/my.src.rpm", "out/dist/my.src.rpm"), ("dist/../x.rpm", "out/x.rpm")];
    for (output, expected) in cases {
        let run = repository.packit_from_outside(&["srpm", "--output", output]).success();
        assert_eq!(run.path().canonicalize().unwrap(), world.path(expected));
    }
    for output in ["dist", "dist/", "."] {
        let run = repository.packit_from_outside(&["srpm", "--output", output]).success();
        assert!(run.path().display().to_string().ends_with(".src.rpm"), "{run}");
        assert!(run.path().is_file(), "{run}");
    }
    // A second run replaces the file.
    repository.packit_from_outside(&["srpm", "--output", "my.src.rpm"]).success();
}

#[test]
fn a_place_that_cannot_take_the_result_is_told_before_the_work() {
    let world = World::new();
    let repository = Repository::hello(&world);
    for output in ["nodir/my.src.rpm", "nodir/"] {
        let run = repository.packit_from_outside(&["srpm", "--output", output]);
        run.failure(2, &["there is no folder", "mkdir -p"]).silent_on("rpmbuild");
    }
}

#[test]
fn json_is_one_object_with_all_that_is_known() {
    let world = World::new();
    let repository = Repository::hello(&world);
    let run = repository.packit_from_outside(&["--json", "srpm"]).success();
    let json = run.json();
    assert_eq!(json["format_version"], 1);
    assert_eq!(json["command"], "srpm");
    assert_eq!(json["ok"], true);
    let package = &json["result"]["packages"][0];
    assert_eq!(package["package"], "hello");
    assert_eq!(package["name"], "hello");
    assert_eq!(package["version"], "1.0.0");
    assert_eq!(package["release"], format!("{RELEASE}.1.g{}", repository.short(7)));
    assert_eq!(package["tag"], "1.0.0");
    assert_eq!(package["commit"], repository.short(40));
    assert_eq!(package["archive"]["file"], "hello-1.0.0.tar.gz");
    assert_eq!(package["archive"]["top_folder"], "hello-1.0.0");
    assert!(Srpm::open(package["srpm"].as_str().unwrap()).nvr().starts_with("hello-1.0.0-"));
    let failed = repository.packit_from_outside(&["srpm", "--json", "-p", "nope"]).failure(2, &["nope"]);
    assert_eq!(failed.json()["ok"], false);
    assert_eq!(failed.json()["error"]["kind"], "usage");
}

#[test]
fn the_payload_is_not_compressed_again_unless_the_user_says_so() {
    let world = World::new();
    let repository = Repository::hello(&world);
    let payload =
        || Srpm::open(repository.packit_from_outside(&["srpm"]).success().path()).query("%{PAYLOADCOMPRESSOR}");
    assert_eq!(payload(), "(none)");
    fs_err::write(world.path("home/.rpmmacros"), "%_source_payload w9.gzdio\n").unwrap();
    assert_eq!(payload(), "gzip");
}

#[test]
fn patches_and_other_files_beside_the_spec_go_in() {
    let world = World::new();
    let repository = Repository::hello(&world);
    repository.replace("hello.spec", "BuildArch:", "Source1: hello.conf\nPatch0: fix.patch\nBuildArch:");
    repository
        .write("hello.conf", "conf\n")
        .write("fix.patch", "patch\n")
        .write("hello-1.0.0.tar.gz", "an old archive");
    repository.commit("More sources");
    let srpm = Srpm::open(repository.packit_from_outside(&["srpm"]).success().path());
    assert_eq!(srpm.files(), ["fix.patch", "hello-1.0.0.tar.gz", "hello.conf", "hello.spec"]);
    assert_eq!(srpm.file("hello.conf"), b"conf\n");
    assert!(srpm.members("hello-1.0.0.tar.gz").contains(&"hello-1.0.0/hello.conf".to_owned()));
}

#[test]
fn rpmbuild_sees_the_project_as_its_folder() {
    let world = World::new();
    let repository = Repository::hello(&world);
    repository
        .write("SUMMARY", "from a file")
        .replace("hello.spec", "A trivial program", "%(cat SUMMARY)")
        .commit("Ask");
    let srpm = Srpm::open(repository.packit_from_outside(&["srpm"]).success().path());
    assert_eq!(srpm.query("%{SUMMARY}"), "from a file");
}

#[test]
fn preserve_spec_takes_the_spec_as_it_is() {
    let world = World::new();
    let repository = Repository::hello(&world);
    repository.replace("hello.spec", "0.9\n", "1.0.0\n").commit("Version");
    let spec = fs_err::read_to_string(repository.path("hello.spec")).unwrap();
    let srpm = Srpm::open(repository.packit_from_outside(&["srpm", "--preserve-spec"]).success().path());
    assert_eq!((srpm.nvr().as_str(), srpm.spec()), ("hello-1.0.0-1", spec.clone()));
    let named = |spec: &str, archive: serde_json::Value| {
        repository.write("hello.spec", spec).write("hello-0.9.tar.gz", "old").commit("Name an archive");
        let run = repository.packit_from_outside(&["--json", "srpm", "--preserve-spec", "--output", "x.src.rpm"]);
        let report: serde_json::Value = serde_json::from_str(&run.success().stdout).unwrap();
        assert_eq!(report["result"]["packages"][0]["archive"]["file"], archive);
    };
    named(&spec, "hello-1.0.0.tar.gz".into());
    named(&spec.replace("1.0.0\n", "0.9\n"), serde_json::Value::Null);
    repository.write("hello.spec", spec.as_bytes());
    repository.append(".packit.yaml", "preserve_spec: true\n").commit("Configure");
    let srpm = Srpm::open(repository.packit_from_outside(&["srpm"]).success().path());
    assert_eq!((srpm.nvr().as_str(), srpm.spec()), ("hello-1.0.0-1", spec));
}

#[test]
fn the_change_of_a_dirty_tree_is_told() {
    let world = World::new();
    let repository = Repository::hello(&world);
    repository.write("hello.txt", "not committed\n").write("untracked", "x").replace(
        "hello.spec",
        "A trivial",
        "A changed",
    );
    let run = repository.packit_from_outside(&["srpm"]).success().told("hello.txt").silent_on("untracked");
    let srpm = Srpm::open(run.path());
    assert_eq!(srpm.query("%{SUMMARY}"), "A changed program");
    assert!(!srpm.members("hello-1.0.0.tar.gz").contains(&"hello-1.0.0/untracked".to_owned()));
}

#[test]
fn the_archive_is_gits_own_tar() {
    let world = World::new();
    let repository = Repository::hello(&world);
    repository.write(".gitattributes", "left-out export-ignore\nsubst export-subst\n").write("left-out", "x");
    repository.write("subst", "$Format:%H$\n").write("name with ä and blank", "x").commit("Attributes");
    std::os::unix::fs::symlink("hello.txt", repository.path("link")).unwrap();
    repository.commit("A link");
    let run = repository.packit_from_outside(&["create-archive"]).success();
    let unpacked = world.command("gzip", world.path("out")).arg("-dc").arg(run.path()).output().unwrap();
    let tar = world
        .command("git", &repository.folder)
        .args(["archive", "--prefix", "hello-1.0.0/", "HEAD"])
        .output()
        .unwrap();
    assert!(unpacked.stdout == tar.stdout, "the tar differs from git's");
}

#[test]
fn the_spec_of_a_package_that_fails_is_not_left_out() {
    let world = World::new();
    let repository = Repository::hello(&world);
    repository.replace("hello.spec", "License:        MIT\n", "").append("hello.txt", "more\n");
    let run = repository.packit_from_outside(&["srpm"]).failure(2, &["License"]);
    drop(run.told("do not go into the archive: `hello.txt`\n"));
}

#[test]
fn a_percent_sign_in_the_folder_for_temporary_files() {
    let mut world = World::new();
    let repository = Repository::hello(&world).folder;
    let temporary = world.path("w%d");
    fs_err::create_dir(&temporary).unwrap();
    world.set("TMPDIR", &temporary);
    let run = world.packit(world.path("out"), &["srpm".as_ref(), repository.as_os_str()]).success();
    assert!(run.path().is_file(), "{run}");
}
