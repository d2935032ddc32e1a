//! Source-git mode: the commits on top of upstream's become patches in the source RPM.

use crate::support::{Answer, Repository, Run, SPEC, Server, Srpm, World};

/// Upstream's tag 1.0.0, then packaging that does not go into patches, and two commits that do.
fn project(world: &World) -> Repository<'_> {
    let repository = world.repository("hello");
    repository
        .write("hello.c", "int main() { return 1; }\n")
        .write("latin.txt", b"caf\xe9\n")
        .commit("Upstream")
        .tag("1.0.0");
    let config = "specfile_path: .distro/hello.spec
upstream_package_name: hello
downstream_package_name: hello
upstream_ref: 1.0.0
patch_generation_ignore_paths: [.distro]
files_to_sync: [{src: .packit.yaml, dest: .packit.yaml}]
";
    let spec = SPEC.replace("0.9", "1.0.0").replace("%autosetup -n %{name}-%{version}", "%autosetup -p1");
    repository.write(".packit.yaml", config).write(".distro/hello.spec", spec);
    repository.write(".distro/hello-1.0.0.tar.gz", "the archive of upstream").commit("Package it");
    repository.write("hello.c", "int main() { return 0; }\n");
    repository.commit(
        "Return zero\n\nIt works.\n\nPatch-name: zero.patch\nPatch-id: 7\nPatch-status: |\n    # upstream wants it\n",
    );
    repository.write("latin.txt", b"caf\xe9 au lait\n").commit("Add milk");
    repository
}

#[track_caller]
fn build(repository: &Repository<'_>, arguments: &[&str]) -> Run {
    repository.packit_from_outside(&[&["srpm", "--output", "x.src.rpm"], arguments].concat())
}

#[test]
fn commits_become_patches_that_apply() {
    let world = World::new();
    let repository = project(&world);
    let run = build(&repository, &[]).success().told("patches from the commits since 1.0.0");
    let built = Srpm::open(run.path());
    assert_eq!(built.files(), ["0002-Add-milk.patch", "hello-1.0.0.tar.gz", "hello.spec", "zero.patch"]);
    assert_eq!(built.file("hello-1.0.0.tar.gz"), b"the archive of upstream");
    let spec = built.spec();
    let patches = "# upstream wants it\nPatch7:         zero.patch\n# Add milk\nPatch8:         0002-Add-milk.patch\n";
    assert!(spec.contains(patches), "{spec}");
    let short = repository.short(8);
    assert_eq!(built.query("%{VERSION}-%{RELEASE}"), format!("1.0.0-2.g{short}"));
    assert!(spec.contains(&format!("- Downstream changes ({short})\n")), "{spec}");
    // Byte for byte: they apply to what upstream has.
    let clone = world.path("upstream");
    repository.git(&["worktree", "add", "--quiet", "--detach", &clone.display().to_string(), "1.0.0"]);
    for name in ["zero.patch", "0002-Add-milk.patch"] {
        fs_err::write(world.path(name), built.file(name)).unwrap();
        let applied = world.command("git", &clone).arg("am").arg(world.path(name)).output().unwrap();
        assert!(applied.status.success(), "{}", String::from_utf8_lossy(&applied.stderr));
    }
    assert_eq!(fs_err::read(clone.join("latin.txt")).unwrap(), b"caf\xe9 au lait\n");
}

#[test]
fn patch_tags_have_the_digits_that_the_key_says() {
    let world = World::new();
    let repository = project(&world);
    repository.append(".packit.yaml", "patch_generation_patch_id_digits: 4\n");
    let spec = Srpm::open(build(&repository, &[]).success().path()).spec();
    assert!(spec.contains("Patch0007:      zero.patch\n"), "{spec}");
    assert!(spec.contains("Patch0008:      0002-Add-milk.patch\n"), "{spec}");
}

#[test]
fn the_option_counts_more_than_the_key() {
    let world = World::new();
    let repository = project(&world);
    let run = build(&repository, &["--upstream-ref", "HEAD~1"]).success();
    assert_eq!(Srpm::open(run.path()).files(), ["0001-Add-milk.patch", "hello-1.0.0.tar.gz", "hello.spec"]);
    build(&repository, &["--upstream-ref", "nope"]).failure(2, &["nope"]);
    // Before anything is downloaded.
    repository.replace(".distro/hello.spec", "%{name}-%{version}.tar.gz", "http://127.0.0.1:1/new-1.0.0.tar.gz");
    build(&repository, &["--upstream-ref", "nope"]).failure(2, &["`upstream_ref` cannot be found"]);
    repository.git(&["checkout", "--quiet", "--", "."]);
    build(&repository, &["--upstream-ref=--output=x"]).failure(2, &["--output=x"]);
}

#[test]
fn release_and_changelog_by_the_options() {
    let world = World::new();
    let repository = project(&world);
    let release = |arguments: &[&str]| Srpm::open(build(&repository, arguments).success().path()).query("%{RELEASE}");
    assert_eq!(release(&["--no-update-release"]), "1");
    assert_eq!(release(&["--release-suffix", "pr7"]), "1.pr7");
    repository.append(".packit.yaml", "actions: {changelog-entry: echo '- my own words'}\n").commit("Entry");
    let folder = repository.folder.display().to_string();
    let run = world.packit(world.path("out"), &["srpm", "--output", "x.src.rpm", &folder]).success();
    assert!(Srpm::open(run.path()).spec().contains("- my own words\n"));
}

#[test]
fn the_action_create_patches_takes_their_place() {
    let world = World::new();
    let repository = project(&world);
    let action = "actions:
  create-patches: |
    sh -c 'echo --- > .distro/own.patch; sed -i \"s/^BuildArch/Patch1: own.patch\\nBuildArch/\" .distro/hello.spec'
";
    repository.append(".packit.yaml", action).commit("Own patches");
    let before = repository.tracked();
    let run = repository.packit(&["srpm", "--output", "../out/x.src.rpm"]).success();
    assert_eq!(Srpm::open(run.path()).files(), ["hello-1.0.0.tar.gz", "hello.spec", "own.patch"]);
    assert_eq!(repository.tracked(), before);
}

#[test]
fn a_preserved_spec_that_lacks_the_patches_is_told() {
    let world = World::new();
    let repository = project(&world);
    let run = build(&repository, &["--preserve-spec"]).success().told("does not name the patches `zero.patch`");
    assert_eq!(Srpm::open(run.path()).query("%{RELEASE}"), "1");
}

#[test]
fn sources_are_there_when_patches_are_made() {
    let world = World::new();
    let server = Server::new(|_| Answer::ok("data\n"));
    let repository = project(&world);
    repository.replace(".distro/hello.spec", "BuildArch", &format!("Source1: {}\nBuildArch", server.url("/data.txt")));
    repository.append(".packit.yaml", "actions: {create-patches: cat .distro/data.txt}\n").commit("Look");
    let run = repository.packit(&["srpm", "--output", "../out/x.src.rpm"]).success().told("create-patches: data");
    assert_eq!(Srpm::open(world.path("out/x.src.rpm")).file("data.txt"), b"data\n", "{run}");
}

#[test]
fn a_second_run_in_place_adds_nothing() {
    let world = World::new();
    let repository = project(&world);
    let run = || {
        drop(
            repository.packit(&["srpm", "--in-place", "--no-update-release", "--output", "../out/x.src.rpm"]).success(),
        );
        fs_err::read_to_string(repository.path(".distro/hello.spec")).unwrap()
    };
    let first = run();
    assert!(first.contains("Patch7:") && repository.path(".distro/zero.patch").is_file(), "{first}");
    assert_eq!(run(), first);
}

#[test]
fn what_commits_say_of_their_patches_is_checked() {
    let world = World::new();
    for (message, words) in [
        ("Evil\n\nPatch-name: ../evil.patch\n", &["../evil.patch"][..]),
        ("Evil\n\nPatch-name: hello.spec\n", &["hello.spec"]),
        ("Evil\n\nPatch-name: zero.patch\n", &["zero.patch"]),
        ("Evil\n\nPatch-name: hello-1.0.0.tar.gz\n", &["hello-1.0.0.tar.gz"]),
        ("Evil\n\nPatch-name: -rf.patch\n", &["-rf.patch"]),
        ("Evil\n\nPatch-id: 3\n", &["Patch8", "number 3"]),
    ] {
        let repository = project(&world);
        repository.write("evil", message).commit(message);
        build(&repository, &[]).failure(2, words);
        assert!(!world.path("out/x.src.rpm").exists());
        fs_err::remove_dir_all(&repository.folder).unwrap();
    }
}

#[test]
fn inspect_shows_it() {
    let world = World::new();
    let repository = project(&world);
    let run = repository.packit_from_outside(&["inspect"]).success();
    assert!(run.stdout.contains("patches        from the commits since 1.0.0"), "{run}");
    assert!(run.stdout.contains(&format!("hello-1.0.0-2.g{} (set by packit)", repository.short(8))), "{run}");
    assert!(!run.stdout.contains("\narchive "), "{run}");
}
