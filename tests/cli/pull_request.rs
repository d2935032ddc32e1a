//! `packit srpm URL --pr-id N`: a pull request of a repository, merged or as it is.

use crate::support::{Repository, Srpm, World};

/// A server with pull request 7 on top of the tag, and one commit more on main.
fn server(world: &World) -> (Repository<'_>, String) {
    let repository = Repository::hello(world);
    repository.git(&["switch", "--quiet", "--create", "feature", "1.0.0"]);
    repository.write("feature.txt", "new\n").commit("Add a feature");
    repository.git(&["update-ref", "refs/pull/7/head", "HEAD"]);
    repository.write("hello.txt", "something else\n").commit("Conflict");
    repository.git(&["update-ref", "refs/merge-requests/8/head", "HEAD"]);
    repository.git(&["switch", "--quiet", "main"]);
    let url = format!("file://{}", repository.folder.display());
    (repository, url)
}

#[test]
fn is_merged_or_taken_as_it_is() {
    let world = World::new();
    let (_, url) = server(&world);
    let packit = |arguments: &[&str]| world.packit(world.path("out"), arguments);
    let run = packit(&["srpm", "--pr-id", "7", &url]).success().told("pull request 7 at");
    let built = Srpm::open(run.path());
    assert!(built.nvr().contains(".pr7."), "{}", built.nvr());
    let names = |built: &Srpm| {
        fs_err::write(world.path("a.tar.gz"), built.file("hello-1.0.0.tar.gz")).unwrap();
        let listed = world.command("tar", world.path("")).args(["tzf", "a.tar.gz"]).output().unwrap();
        String::from_utf8(listed.stdout).unwrap()
    };
    assert!(names(&built).contains("feature.txt"));
    assert!(built.spec().contains("- Add a feature") && built.spec().contains("- Greet twice"), "{}", built.spec());
    let run = packit(&["srpm", "--pr-id", "7", "--no-merge-pr", &url]).success();
    let spec = Srpm::open(run.path()).spec();
    assert!(spec.contains("- Add a feature") && !spec.contains("- Greet twice"), "{spec}");
    // The same pull request gives the same bytes.
    let bytes =
        |name: &str| fs_err::read(packit(&["srpm", "--pr-id", "7", "--output", name, &url]).success().path()).unwrap();
    assert_eq!(bytes("one.src.rpm"), bytes("two.src.rpm"));
    assert!(world.leftovers().is_empty());
}

#[test]
fn what_cannot_be_is_one_error() {
    let world = World::new();
    let (repository, url) = server(&world);
    let packit = |arguments: &[&str]| world.packit(world.path("out"), arguments);
    packit(&["srpm", "--pr-id", "8", &url]).failure(2, &["hello.txt", "--no-merge-pr"]);
    packit(&["srpm", "--pr-id", "99", &url]).failure(2, &["99"]);
    packit(&["srpm", "--pr-id", "7;x", &url]).failure(2, &["7;x"]);
    packit(&["srpm", "--pr-id", "7", "--target-branch", "nope", &url]).failure(2, &["nope"]);
    packit(&["srpm", "--target-branch", "main", &url]).failure(2, &["--pr-id"]);
    let folder = repository.folder.display().to_string();
    packit(&["srpm", "--pr-id", "7", &folder]).failure(2, &["--pr-id", "URL"]);
    drop(packit(&["inspect", "--pr-id", "8", "--no-merge-pr", &url]).success());
    assert!(world.leftovers().is_empty());
}

#[test]
fn its_actions_run_only_when_trusted() {
    let world = World::new();
    let (repository, url) = server(&world);
    repository.git(&["switch", "--quiet", "feature"]);
    repository.append(".packit.yaml", "actions: {post-upstream-clone: touch ../../marker}\n").commit("Act");
    repository.git(&["update-ref", "refs/pull/9/head", "HEAD"]).clear();
    repository.git(&["switch", "--quiet", "main"]);
    let packit = |arguments: &[&str]| world.packit(world.path("out"), arguments);
    packit(&["srpm", "--pr-id", "9", "--no-merge-pr", &url]).failure(2, &["would run commands", "--trust"]);
    assert!(!world.path("marker").exists());
    drop(packit(&["srpm", "--pr-id", "9", "--no-merge-pr", "--trust", &url]).success());
    assert!(world.path("marker").exists());
}
