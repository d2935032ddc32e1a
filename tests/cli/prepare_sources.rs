//! `packit prepare-sources`: what the folder holds, and that `rpmbuild -bs` needs nothing else.

use std::path::{Path, PathBuf};

use super::support::{Repository, World};

/// The names in a folder, sorted.
fn names(folder: &Path) -> Vec<String> {
    let entries = fs_err::read_dir(folder).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

/// Builds the source RPM of a folder with nothing but rpmbuild.
#[track_caller]
fn rpmbuild(world: &World, folder: &Path) -> String {
    let spec = names(folder).into_iter().find(|name| name.ends_with(".spec")).unwrap();
    let defined = |name: &str, value: &Path| format!("{name} {}", value.display());
    let mut rpmbuild = world.command("rpmbuild", folder);
    rpmbuild.args(["-bs", "--define", &defined("_sourcedir", folder), "--define", &defined("_specdir", folder)]);
    rpmbuild.args(["--define", &defined("_srcrpmdir", &world.path("out")), "--define", "dist %{nil}"]).arg(spec);
    let output = rpmbuild.output().unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn what_rpmbuild_needs_and_nothing_else() {
    let world = World::new();
    let repository = Repository::hello(&world);
    let folder = world.path("result");
    let run = repository.packit_from_outside(&["prepare-sources", "--result-dir", folder.to_str().unwrap()]).success();
    assert_eq!(run.path(), folder);
    let run = run.told("Directory with sources: [W]/result");
    assert_eq!(names(&folder).len(), 2, "{run}{:?}", names(&folder));
    let said = rpmbuild(&world, &folder);
    assert!(said.contains("hello-1.0.0-1."), "{said}");
}

#[test]
fn the_default_folder_and_a_rerun() {
    let world = World::new();
    let repository = Repository::hello(&world);
    let out = world.path("elsewhere");
    fs_err::create_dir(&out).unwrap();
    let prepare = || world.packit(&out, &["prepare-sources", repository.path("").to_str().unwrap()]).success();
    let first = prepare().path();
    assert_eq!(first, out.join("prepare_sources_result"));
    repository.write("more", "x").commit("More").tag("1.1.0");
    let before = names(&first);
    prepare();
    let after = names(&first);
    assert_eq!(after.len(), before.len());
    assert!(after.iter().any(|name| name.contains("1.1.0")), "{after:?}");
    assert!(!after.iter().any(|name| name.contains("1.0.0")), "{after:?}");
}

#[test]
fn other_files_of_a_named_folder_stay_and_are_told() {
    let world = World::new();
    let folder = world.path("result");
    fs_err::create_dir(&folder).unwrap();
    fs_err::write(folder.join("mine"), "x").unwrap();
    let run =
        Repository::hello(&world).packit_from_outside(&["prepare-sources", "--result-dir", folder.to_str().unwrap()]);
    run.success().told("holds other files, too").told("mine");
    assert_eq!(fs_err::read_to_string(folder.join("mine")).unwrap(), "x");
}

/// A bare repository with a pull request that changes a file, reached by its address.
fn remote(world: &World) -> (PathBuf, String) {
    let repository = Repository::hello(world);
    repository.git(&["checkout", "--quiet", "-b", "change"]);
    repository.write("hello.c", "int main(void) { return 1; }\n").commit("Change it");
    repository.git(&["update-ref", "refs/pull/7/head", "HEAD"]);
    repository.git(&["checkout", "--quiet", "main"]);
    repository.write("README", "More\n").commit("Go on");
    let url = format!("file://{}", repository.path("").display());
    (repository.folder.clone(), url)
}

#[test]
fn the_call_of_the_service() {
    let world = World::new();
    let (upstream, url) = remote(&world);
    let config = upstream.join(".packit.yaml");
    let text = fs_err::read_to_string(&config).unwrap();
    let jobs = "jobs:\n- job: copr_build\n  trigger: pull_request\n  release_suffix: from.job\n";
    fs_err::write(&config, text + jobs).unwrap();
    Repository::at(&world, upstream).commit("Configure");
    let folder = world.path("result");
    let arguments = ["-d", "prepare-sources", "--result-dir", folder.to_str().unwrap(), "--pr-id", "7", "--merge-pr"];
    let more = ["--target-branch", "main", "--job-config-index", "0", &url];
    let run = world.packit(world.path("out"), &[&arguments[..], &more[..]].concat()).success();
    let said = rpmbuild(&world, &folder);
    assert!(said.contains("hello-1.0.0-1.from.job"), "{run}{said}");
}

#[test]
fn a_pull_request_that_does_not_merge() {
    let world = World::new();
    let (upstream, url) = remote(&world);
    Repository::at(&world, upstream).write("hello.c", "int other;\n").commit("In the way");
    let folder = world.path("result");
    let arguments = ["prepare-sources", "--result-dir", folder.to_str().unwrap(), "--pr-id", "7"];
    let run = world.packit(world.path("out"), &[&arguments[..], &["--target-branch", "main", &url]].concat());
    run.failure(2, &["hello.c"]);
    assert!(!folder.exists());
}

#[test]
fn the_service_names_the_head_of_a_pull_request_too() {
    let world = World::new();
    let (upstream, url) = remote(&world);
    let upstream = Repository::at(&world, upstream);
    upstream.git(&["branch", "--quiet", "stable", "1.0.0"]);
    upstream.git(&["branch", "--quiet", "--delete", "--force", "change"]);
    let head = upstream.git(&["rev-parse", "refs/pull/7/head"]);
    let folder = world.path("result").display().to_string();
    let prepare = |more: &[&str]| {
        let arguments = ["prepare-sources", "--result-dir", &folder, "--pr-id", "7", "--merge-pr"];
        world.packit(world.path("out"), &[&arguments[..], more, &[&url]].concat())
    };
    drop(prepare(&["--ref", head.trim(), "--target-branch", "main"]).success().told("merged into main"));
    drop(prepare(&["--ref", head.trim()]).success().told("merged into main"));
    drop(prepare(&["--ref", "stable"]).success().told("merged into stable"));
    // The branch is one of the clone's origin only.
    let run = prepare(&["--target-branch", "stable", "--merged-ref", "stable"]).success();
    drop(run.told("merged into stable").told("version 1.0.0"));
}

#[test]
fn whatever_ref_of_a_url() {
    let world = World::new();
    let (upstream, url) = remote(&world);
    let upstream = Repository::at(&world, upstream);
    upstream.git(&["branch", "--quiet", "stable", "1.0.0"]);
    upstream.git(&["branch", "--quiet", "--delete", "--force", "change"]);
    let commit = |name: &str| upstream.git(&["rev-parse", name]).trim().to_owned();
    let (stable, head, before) = (commit("1.0.0^{commit}"), commit("refs/pull/7/head"), commit("main~1"));
    for (reference, is) in [
        ("stable", &stable),
        ("refs/heads/stable", &stable),
        ("1.0.0", &stable),
        ("refs/tags/1.0.0", &stable),
        ("HEAD~1", &before),
        ("main~1", &before),
        (&before[..10], &before),
        (&*head, &head),
        ("refs/pull/7/head", &head),
    ] {
        let run = world.packit(world.path("out"), &["--json", "prepare-sources", "--ref", reference, &url]).success();
        let report: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
        assert_eq!(report["result"]["packages"][0]["commit"], **is, "{reference}: {run}");
    }
    for nothing in ["nothing", "refs/pull/8/head", "main~99", &"0".repeat(40), "-x"] {
        let run = world.packit(world.path("out"), &["prepare-sources", &format!("--ref={nothing}"), &url]);
        run.failure(2, &[nothing]).silent_on("ended with exit code");
    }
}

#[test]
fn a_message_of_a_clone_names_its_files_as_the_project_does() {
    let world = World::new();
    let (upstream, url) = remote(&world);
    let upstream = Repository::at(&world, upstream);
    upstream.write("ci/packit.yaml", "specfile_path: rpm/hello.spec\n");
    upstream.write("rpm/hello.spec", "Name: hello\nVersion: 1\n%if 1\n").commit("Break it");
    let run = world.packit(world.path("out"), &["-c", "ci/packit.yaml", "prepare-sources", &url]);
    run.failure(2, &["`rpm/hello.spec`"]).silent_on("packit-");
    upstream.write("ci/packit.yaml", "specfile_pat: rpm/hello.spec\n").commit("Break it more");
    let run = world.packit(world.path("out"), &["-c", "ci/packit.yaml", "prepare-sources", &url]);
    run.failure(2, &["--> ci/packit.yaml:1:1"]).silent_on("/packit-");
    world.packit(world.path("out"), &["-c", "../../out/x.yaml", "prepare-sources", &url]).failure(2, &["x.yaml"]);
}

const TWO_PACKAGES: &str = "\
upstream_tag_template: '{version}'
packages:
  core: {specfile_path: core.spec, downstream_package_name: core}
  cli: {specfile_path: cli.spec, downstream_package_name: cli}
jobs:
- {job: copr_build, trigger: pull_request, packages: [cli], release_suffix: for.cli}
- {job: copr_build, trigger: pull_request, packages: [core], release_suffix: for.core}
- {job: copr_build, trigger: release, packages: [core, cli], release_suffix: for.both}
";

#[test]
fn settings_of_a_job_count_the_jobs_of_the_package() {
    let world = World::new();
    let repository = Repository::hello(&world);
    let run = repository.packit_from_outside(&["prepare-sources", "--job-config-index", "99"]);
    run.failure(2, &["there is no job 99 of the package `hello`"]);
    repository.packit_from_outside(&["prepare-sources", "--job-config-index=-1"]).failure(2, &["-1", "counted from 0"]);
    let spec = fs_err::read_to_string(repository.path("hello.spec")).unwrap();
    repository.write("core.spec", spec.replace("hello", "core")).write("cli.spec", spec.replace("hello", "cli"));
    repository.write(".packit.yaml", TWO_PACKAGES).commit("Two packages");
    let suffix = |package: &str, index: &str| {
        let arguments = ["prepare-sources", "--job-config-index", index, "--package", package, "--result-dir"];
        let folder = world.path(format!("{package}-{index}"));
        repository.packit_from_outside(&[&arguments[..], &[folder.to_str().unwrap()]].concat()).success();
        let spec = fs_err::read_to_string(folder.join(format!("{package}.spec"))).unwrap();
        let release = spec.lines().find_map(|line| line.strip_prefix("Release:")).unwrap().trim().to_owned();
        release.trim_start_matches("1.").trim_end_matches("%{?dist}").to_owned()
    };
    assert_eq!((suffix("core", "0"), suffix("core", "1")), ("for.core".to_owned(), "for.both".to_owned()));
    assert_eq!((suffix("cli", "0"), suffix("cli", "1")), ("for.cli".to_owned(), "for.both".to_owned()));
    let run = repository.packit_from_outside(&["prepare-sources", "--job-config-index", "2", "--package", "core"]);
    run.failure(2, &["there is no job 2 of the package `core`: it has 2"]);
}

const ARCHIVE_ACTION: &str = "\
actions:
  create-archive:
  - mkdir -p dist
  - bash -c 'git archive --prefix hello-$PACKIT_PROJECT_VERSION/ -o dist/hello-$PACKIT_PROJECT_VERSION.tar.gz HEAD'
  - bash -c 'echo dist/hello-$PACKIT_PROJECT_VERSION.tar.gz'
";

#[test]
fn the_archive_of_an_action_is_linked_or_copied() {
    let world = World::new();
    let repository = Repository::hello(&world);
    repository.append(".packit.yaml", ARCHIVE_ACTION).commit("Make the archive");
    let archive = |folder: &Path| folder.join("hello-1.0.0.tar.gz");
    for (options, linked) in
        [(&["--result-dir", "linked"][..], true), (&["--result-dir", "copied", "--no-create-symlinks"], false)]
    {
        let source = repository.path("");
        let run =
            world.packit(world.path("out"), &[&["prepare-sources"], options, &[source.to_str().unwrap()]].concat());
        let folder = run.success().path();
        assert_eq!(archive(&folder).is_symlink(), linked);
        rpmbuild(&world, &folder);
    }
}

#[test]
fn the_commands_of_a_url_run_and_leave_whole_files() {
    let world = World::new();
    let repository = Repository::hello(&world);
    repository.append(".packit.yaml", ARCHIVE_ACTION).commit("Make the archive");
    let url = format!("file://{}", repository.path("").display());
    let folder = world.path("result");
    world.packit(world.path("out"), &["prepare-sources", "--result-dir", folder.to_str().unwrap(), &url]).success();
    assert!(folder.join("hello-1.0.0.tar.gz").symlink_metadata().unwrap().is_file());
    rpmbuild(&world, &folder);
    assert_eq!(world.leftovers(), Vec::<PathBuf>::new());
}

#[test]
fn a_clone_is_for_its_user_only() {
    let world = World::new();
    let repository = Repository::hello(&world);
    repository.append(".packit.yaml", "actions:\n  post-upstream-clone: stat -c %a .\n").commit("Look");
    let url = format!("file://{}", repository.path("").display());
    world.packit(world.path("out"), &["prepare-sources", &url]).success().told("post-upstream-clone: 700");
}

#[test]
fn an_archive_that_is_in_the_folder_already_stays() {
    let world = World::new();
    let repository = Repository::hello(&world);
    repository.append(".packit.yaml", ARCHIVE_ACTION).commit("Make the archive");
    let prepare = |folder: &Path| {
        let (folder, source) = (folder.to_str().unwrap(), repository.path(""));
        let arguments = ["prepare-sources", "--result-dir", folder, source.to_str().unwrap()];
        world.packit(world.path("out"), &arguments).success()
    };
    for run in 0..2 {
        drop(prepare(&repository.path("dist")));
        let archive = repository.path("dist/hello-1.0.0.tar.gz");
        assert!(archive.symlink_metadata().unwrap().is_file(), "run {run}");
        rpmbuild(&world, &repository.path("dist"));
    }
    // Reached by a link.
    std::os::unix::fs::symlink(repository.path("dist"), world.path("link")).unwrap();
    drop(prepare(&world.path("link")));
    assert!(repository.path("dist/hello-1.0.0.tar.gz").symlink_metadata().unwrap().is_file());
}

#[test]
fn an_archive_beside_the_spec_is_copied() {
    let world = World::new();
    let repository = Repository::hello(&world);
    let action = ARCHIVE_ACTION.replace("dist/", "").replace("  - mkdir -p dist\n", "");
    repository.append(".packit.yaml", &action).commit("Make the archive");
    let folder = world.packit(repository.path(""), &["prepare-sources"]).success().path();
    assert!(folder.join("hello-1.0.0.tar.gz").symlink_metadata().unwrap().is_file());
}

#[test]
fn what_the_spec_includes_is_there_too() {
    let world = World::new();
    let repository = Repository::hello(&world);
    let spec = fs_err::read_to_string(repository.path("hello.spec")).unwrap();
    repository.write("common.inc", "%global foo bar\n").write("hello.spec", format!("%include common.inc\n{spec}"));
    repository.commit("Include a file");
    let folder = world.path("result").display().to_string();
    let run = world.packit(repository.path(""), &["prepare-sources", "--result-dir", &folder]).success();
    let folder = run.told("the source RPM is without `common.inc`").path();
    assert_eq!(names(&folder), ["common.inc", "hello-1.0.0.tar.gz", "hello.spec"]);
}

#[test]
fn what_is_not_committed_is_told() {
    let world = World::new();
    let repository = Repository::hello(&world);
    repository.write("hello.txt", "changed\n");
    let run = repository.packit_from_outside(&["prepare-sources"]).success();
    drop(run.told("changes that are not committed do not go into the archive: `hello.txt`"));
}

#[test]
fn files_that_git_tracks_are_neither_removed_nor_replaced() {
    let world = World::new();
    let repository = Repository::hello(&world);
    repository.write("prepare_sources_result/mine", "a\n").commit("Mine");
    repository.write("prepare_sources_result/mine", "b\n");
    let run = world.packit(repository.path(""), &["prepare-sources"]).success();
    drop(run.told("holds other files, too").told("prepare_sources_result/mine"));
    assert_eq!(fs_err::read_to_string(repository.path("prepare_sources_result/mine")).unwrap(), "b\n");
    let before = fs_err::read(repository.path("hello.spec")).unwrap();
    let run = world.packit(repository.path(""), &["prepare-sources", "--result-dir", "."]);
    run.failure(2, &["hello.spec` is there, and git tracks it", "--result-dir"]);
    assert_eq!(fs_err::read(repository.path("hello.spec")).unwrap(), before);
    assert!(!repository.path("hello-1.0.0.tar.gz").exists());
    let run = world.packit(repository.path(""), &["prepare-sources", "--result-dir", ".git/x"]);
    run.failure(2, &["is in the folder that git keeps the repository in"]);
    assert!(!repository.path(".git/x").exists());
}

#[test]
fn a_folder_that_cannot_be_filled_is_found_before_the_work() {
    let world = World::new();
    let repository = Repository::hello(&world);
    repository.append(".packit.yaml", "actions: {post-upstream-clone: touch ran}\n").commit("Act");
    fs_err::write(world.path("file"), "").unwrap();
    for folder in ["file", "file/x"] {
        let folder = world.path(folder).display().to_string();
        let run = world.packit(repository.path(""), &["prepare-sources", "--result-dir", &folder]);
        run.failure(2, &["cannot be filled", "is not a folder", "--result-dir"]).silent_on("touch");
        assert!(!repository.path("ran").exists());
    }
}

#[test]
fn packages_that_share_a_folder() {
    let world = World::new();
    let repository = Repository::hello(&world);
    let spec = fs_err::read_to_string(repository.path("hello.spec")).unwrap();
    let of =
        |name: &str, more: &str| spec.replace("hello", name).replace("Source0:", &format!("Source9: {more}\nSource0:"));
    repository.write("core.spec", of("core", "same.txt")).write("cli.spec", of("cli", "same.txt"));
    repository.write("same.txt", "x").write(".packit.yaml", TWO_PACKAGES).commit("Two packages");
    let run = repository.packit_from_outside(&["prepare-sources", "--result-dir", "all"]).success();
    assert_eq!(run.paths(), [world.path("out/all")], "{run}");
    // The archive is the same for both, too.
    let all = ["cli.spec", "core.spec", "hello-1.0.0.tar.gz", "same.txt"];
    assert_eq!(names(&world.path("out/all")), all);

    // One that does not fit leaves nothing of itself.
    repository.write("a/other.txt", "a").write("b/other.txt", "b");
    repository.write("a/core.spec", of("core", "other.txt")).write("b/cli.spec", of("cli", "other.txt"));
    let config = TWO_PACKAGES.replace("{specfile_path: core", "{paths: [./], specfile_path: a/core");
    repository.write(".packit.yaml", config.replace("{specfile_path: cli", "{specfile_path: b/cli")).commit("Differ");
    let run = repository.packit_from_outside(&["prepare-sources", "--result-dir", "apart"]);
    let run = run.failure(6, &["`other.txt` is of `core` and of `cli`, and they differ", "--package"]);
    assert_eq!(names(&world.path("out/apart")), ["core.spec", "hello-1.0.0.tar.gz", "other.txt"], "{run}");
}
