//! `packit create-archive`.

use crate::support::{Repository, World, members};

#[test]
fn prints_the_path_of_the_archive_of_head() {
    let world = World::new();
    let repository = Repository::hello(&world);
    let run = repository.packit_from_outside(&["create-archive"]).success();
    assert_eq!(run.stdout, "[W]/out/hello-1.0.0.tar.gz\n");
    assert_eq!(members(&run.path()).len(), 4);
    fs_err::create_dir(world.path("out/dist")).unwrap();
    let run = repository.packit_from_outside(&["create-archive", "--output-dir", "dist"]).success();
    assert_eq!(run.path(), world.path("out/dist/hello-1.0.0.tar.gz"));
    repository.packit_from_outside(&["create-archive", "--output-dir", "nodir"]).failure(2, &["nodir"]);
}

#[test]
fn needs_no_spec_and_no_rpm_where_a_tag_says_the_version() {
    let mut world = World::new();
    let folder = Repository::hello(&world).folder;
    fs_err::remove_file(folder.join("hello.spec")).unwrap();
    let git = world.command("sh", "/").args(["-c", "command -v git"]).output().unwrap().stdout;
    let bin = world.path("bin");
    fs_err::create_dir(&bin).unwrap();
    std::os::unix::fs::symlink(String::from_utf8(git).unwrap().trim(), bin.join("git")).unwrap();
    world.set("PATH", bin);
    world.packit(world.path("out"), &["create-archive".as_ref(), folder.as_os_str()]).success();
}

#[test]
fn another_commit_gives_its_own_version() {
    let world = World::new();
    let repository = Repository::hello(&world);
    repository.write("new", "x").commit("New").tag("2.0.0").commit("Later");
    let run = repository.packit_from_outside(&["create-archive", "--ref", "1.0.0"]).success();
    assert_eq!(run.stdout, "[W]/out/hello-1.0.0.tar.gz\n");
    assert!(!members(&run.path()).contains(&"hello-1.0.0/new".to_owned()));
    repository.packit_from_outside(&["create-archive", "--ref", "nope"]).failure(2, &["nope"]);
    let url = format!("file://{}", repository.folder.display());
    let run = world.packit(world.path("out"), &["create-archive", "--ref", "1.0.0", &url]).success();
    assert_eq!(run.stdout, "[W]/out/hello-1.0.0.tar.gz\n");
}

#[test]
fn json_says_what_is_in_it() {
    let world = World::new();
    let repository = Repository::hello(&world);
    let json = repository.packit_from_outside(&["create-archive", "--json"]).success().json();
    let archive = &json["result"]["archives"][0];
    assert_eq!(archive["path"], world.path("out/hello-1.0.0.tar.gz").display().to_string());
    assert_eq!(archive["version"], "1.0.0");
    assert_eq!(archive["top_folder"], "hello-1.0.0");
    assert_eq!(archive["commit"], repository.short(40));
}
