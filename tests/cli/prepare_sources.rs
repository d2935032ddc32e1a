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
fn settings_of_a_job() {
    let world = World::new();
    let repository = Repository::hello(&world);
    let run = repository.packit_from_outside(&["prepare-sources", "--job-config-index", "99"]);
    run.failure(2, &["there is no job 99"]);
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
