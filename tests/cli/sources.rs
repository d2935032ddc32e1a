//! Sources and patches that are URLs, and `sources` of the configuration: fetched, checked, confined, cached.

use std::path::PathBuf;

use crate::support::{Answer, Repository, Run, Server, Srpm, World};

/// A gzip file.
fn archive() -> Vec<u8> {
    let mut command = std::process::Command::new("sh");
    let packed = command.args(["-c", "echo content | gzip -9n"]).output().unwrap().stdout;
    assert!(packed.starts_with(b"\x1f\x8b"));
    packed
}

/// The example project with these lines in the preamble of its spec.
fn project<'w>(world: &'w World, lines: &str) -> Repository<'w> {
    let repository = Repository::hello(world);
    repository.replace("hello.spec", "BuildArch:", &format!("{lines}\nBuildArch:")).commit("More sources");
    repository
}

/// Builds and replaces what was built before.
#[track_caller]
fn build(repository: &Repository<'_>, arguments: &[&str]) -> Run {
    repository.packit_from_outside(&[&["srpm", "--output", "x.src.rpm"], arguments].concat())
}

fn cache(world: &World) -> PathBuf {
    world.path("home/.cache/packit")
}

#[test]
fn sources_patches_and_those_of_the_configuration_are_fetched() {
    let world = World::new();
    let server = Server::new(|request| match request.path.as_str() {
        "/a/data.tar.gz" => Answer::ok(archive()).header("ETag", "\"1\""),
        "/get?file=b.conf" => Answer::ok("from a query\n"),
        "/fix.patch" => Answer::ok("--- a\n+++ b\n").chunked(3),
        "/extra" => Answer::ok("extra\n"),
        _ => Answer::new(404, "no"),
    });
    let lines = format!(
        "Source1: {}\nSource2: {}\nSource3: here.txt\nPatch1: {}\n%if 0\nSource4: {}\n%endif",
        server.url("/a/data.tar.gz"),
        server.url("/get?file=b.conf"),
        server.url("/fix.patch"),
        server.url("/never"),
    );
    let repository = project(&world, &lines);
    let config = format!("sources:\n- path: ext.txt\n  url: {}\n", server.url("/extra"));
    repository.write("here.txt", "here").append(".packit.yaml", &config);
    repository.replace("hello.spec", "Source3: here.txt", "Source3: here.txt\nSource5: ext.txt").commit("Configure");
    let run = build(&repository, &[]).success();
    let built = Srpm::open(run.path());
    assert_eq!(
        built.files(),
        ["b.conf", "data.tar.gz", "ext.txt", "fix.patch", "hello-1.0.0.tar.gz", "hello.spec", "here.txt"]
    );
    assert_eq!(built.file("data.tar.gz"), archive());
    assert_eq!(built.file("ext.txt"), b"extra\n");
    assert_eq!(server.paths(), ["/extra", "/a/data.tar.gz", "/get?file=b.conf", "/fix.patch"]);
    for request in server.requests() {
        assert_eq!(request.method, "GET");
        assert_eq!(request.header("accept-encoding").unwrap_or("identity"), "identity");
        assert!(request.header("user-agent").unwrap().starts_with("packit/"));
    }
    // Offline, all of it comes from the cache, and nobody is asked.
    let count = server.requests().len();
    drop(build(&repository, &["--offline"]).success());
    assert_eq!(server.requests().len(), count);
    // Only the spec is looked at: nothing is fetched.
    fs_err::remove_dir_all(cache(&world)).unwrap();
    drop(build(&repository, &["--spec-diff"]).success());
    assert_eq!(server.requests().len(), count);
    build(&repository, &["--offline"]).failure(2, &["--offline", "ext.txt"]);
}

#[test]
fn a_file_beside_the_spec_is_not_fetched() {
    let world = World::new();
    let server = Server::new(|_| Answer::new(500, "must not be asked"));
    let repository = project(&world, &format!("Source1: {}", server.url("/data.txt")));
    repository.write("data.txt", "mine").commit("Data");
    let run = build(&repository, &[]).success();
    assert_eq!(Srpm::open(run.path()).file("data.txt"), b"mine");
    assert!(server.requests().is_empty());
}

#[test]
fn in_place_keeps_them_beside_the_spec() {
    let world = World::new();
    let server = Server::new(|_| Answer::ok("data\n"));
    let repository = project(&world, &format!("Source1: {}", server.url("/data.txt")));
    drop(repository.packit(&["srpm", "--in-place"]).success());
    assert_eq!(fs_err::read_to_string(repository.path("data.txt")).unwrap(), "data\n");
}

#[test]
fn actions_see_what_was_fetched() {
    let world = World::new();
    let server = Server::new(|_| Answer::ok("data\n"));
    let repository = project(&world, &format!("Source1: {}", server.url("/data.txt")));
    repository.append(".packit.yaml", "actions:\n  post-modifications: sh -c 'echo more >> data.txt'\n").commit("Act");
    let folder = repository.folder.display().to_string();
    let run = world.packit(world.path("out"), &["srpm", &folder]).success();
    assert_eq!(Srpm::open(run.path()).file("data.txt"), b"data\nmore\n");
    assert!(!repository.path("data.txt").exists());
}

#[test]
fn what_actions_make_of_it_is_the_same_each_time() {
    let world = World::new();
    let server = Server::new(|_| Answer::ok("data\n"));
    let repository = project(&world, &format!("Source1: {}", server.url("/data.txt")));
    repository
        .append(".packit.yaml", "actions:\n  post-modifications: sed -i s/data/datadata/ data.txt\n")
        .commit("Act");
    for _ in 0..2 {
        let run = repository.packit(&["srpm", "--output", "../out/x.src.rpm"]).success();
        assert_eq!(Srpm::open(world.path("out/x.src.rpm")).file("data.txt"), b"datadata\n", "{run}");
        assert!(!repository.path("data.txt").exists());
    }
    // In place it stays, as the action left it.
    drop(repository.packit(&["srpm", "--in-place", "--output", "../out/x.src.rpm"]).success());
    assert!(!repository.path("data.txt").is_symlink());
    assert_eq!(fs_err::read_to_string(repository.path("data.txt")).unwrap(), "datadata\n");
}

#[test]
fn in_place_leaves_files_and_no_links_when_it_fails() {
    let world = World::new();
    let server = Server::new(|_| Answer::ok("data\n"));
    let repository = project(&world, &format!("Source1: {}", server.url("/data.txt")));
    repository.append(".packit.yaml", "actions:\n  post-modifications: 'false'\n").commit("Fail");
    repository.packit(&["srpm", "--in-place"]).failure(2, &["post-modifications"]);
    assert_eq!(fs_err::read_to_string(repository.path("data.txt")).unwrap(), "data\n");
    assert!(repository.path("hello-1.0.0.tar.gz").is_file() && !repository.path("hello-1.0.0.tar.gz").is_symlink());
    drop(repository.packit(&["srpm", "--no-actions", "--output", "../out/x.src.rpm"]).success());
}

#[test]
fn the_archive_of_packit_is_not_replaced() {
    let world = World::new();
    let server = Server::new(|_| Answer::ok(archive()));
    let repository = Repository::hello(&world);
    let config = format!("sources:\n- path: hello-1.0.0.tar.gz\n  url: {}\n", server.url("/x.tar.gz"));
    repository.append(".packit.yaml", &config).commit("Configure");
    let run = build(&repository, &[]).success();
    assert_ne!(Srpm::open(run.path()).file("hello-1.0.0.tar.gz"), archive());
    assert!(server.requests().is_empty());
}

#[test]
fn a_missing_source_is_marked_in_the_text_that_the_action_left() {
    let world = World::new();
    let repository = Repository::hello(&world);
    let action = "actions:\n  post-modifications: |\n    sed -i '1i Source5: missing.txt' hello.spec\n";
    repository.append(".packit.yaml", action).commit("Act");
    let run = repository.packit(&["srpm"]).failure(2, &["Source5 names the file `missing.txt`", "hello.spec:1"]);
    assert!(run.stderr.contains("1 | Source5: missing.txt"), "{run}");
}

#[test]
fn each_fault_is_one_clear_error_and_a_rerun_completes() {
    let world = World::new();
    let page = "<!DOCTYPE html><html><title>Sign in</title></html>";
    let bad: [(Answer, &[&str]); 6] = [
        (Answer::ok(archive()).cut_after(10), &["data.tar.gz", "cut"]),
        (Answer::ok(archive()).announcing(5000).cut_after(20), &["data.tar.gz", "cut after 20 of 5000 bytes"]),
        (Answer::ok(page), &["data.tar.gz", "web page"]),
        (Answer::ok("{\"error\": \"no\"}"), &["data.tar.gz", "no archive"]),
        (Answer::ok(archive()).header("Content-Encoding", "gzip"), &["data.tar.gz", "packed by `gzip`"]),
        (Answer::new(404, "gone"), &["data.tar.gz", "404"]),
    ];
    for (answer, words) in bad {
        let good = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
        let is_good = std::sync::Arc::clone(&good);
        let server = Server::new(move |_| match is_good.load(std::sync::atomic::Ordering::SeqCst) {
            true => Answer::ok(archive()),
            false => answer.clone(),
        });
        let repository = project(&world, &format!("Source1: {}", server.url("/data.tar.gz")));
        let run = build(&repository, &[]);
        assert!(matches!(run.code, Some(2 | 3)), "{run}");
        let code = run.code.unwrap();
        let run = run.failure(code, words).failure(code, &["hello.spec:8"]);
        assert_eq!(run.stderr.matches("error:").count(), 1, "{run}");
        assert!(!world.path("out/x.src.rpm").exists());
        good.store(true, std::sync::atomic::Ordering::SeqCst);
        let run = build(&repository, &[]).success();
        assert_eq!(Srpm::open(run.path()).file("data.tar.gz"), archive());
        fs_err::remove_dir_all(&repository.folder).unwrap();
        fs_err::remove_file(world.path("out/x.src.rpm")).unwrap();
        fs_err::remove_dir_all(cache(&world)).unwrap();
    }
}

#[test]
fn redirections_are_followed_and_another_host_is_told() {
    let world = World::new();
    let target = Server::new(|_| Answer::ok("data\n"));
    let to = target.url_of("localhost", "/there.txt");
    let server = Server::new(move |_| Answer::redirect(to.clone()));
    let repository = project(&world, &format!("Source1: {}", server.url("/data.txt")));
    let run = build(&repository, &[]).success().told("localhost");
    assert_eq!(Srpm::open(run.path()).file("data.txt"), b"data\n");
}

#[test]
fn names_that_lead_out_are_refused() {
    let world = World::new();
    let server = Server::new(|_| Answer::ok("evil\n"));
    let outside = world.path("outside");
    fs_err::create_dir(&outside).unwrap();
    for (path, words) in [
        ("../evil", &["../evil", ".packit.yaml:5"][..]),
        ("/tmp/evil", &["/tmp/evil", "absolute"]),
        ("out/evil", &["out/evil", "link"]),
        ("a/../../evil", &["a/../../evil"]),
        ("\"new\\nline\"", &["control character"]),
        ("-rf", &["begins with `-`"]),
        ("./", &["names no file"]),
        ("..", &[".."]),
        ("sub/../../x", &["leads out"]),
    ] {
        let repository = Repository::hello(&world);
        std::os::unix::fs::symlink(&outside, repository.path("out")).unwrap();
        repository
            .append(".packit.yaml", &format!("sources:\n- path: {path}\n  url: {}\n", server.url("/x")))
            .commit("Evil");
        build(&repository, &[]).failure(2, words);
        fs_err::remove_dir_all(&repository.folder).unwrap();
    }
    for (source, words) in [
        ("%{lua: print('http://127.0.0.1:1/a/..')}", &["Source1", ".."][..]),
        ("ext::sh -c touch", &["is not there"]),
        ("ftp://127.0.0.1/x.txt", &["http"]),
        ("file://localhost/etc/passwd", &["http"]),
    ] {
        let repository = project(&world, &format!("Source1: {source}"));
        let run = build(&repository, &[]);
        assert!(matches!(run.code, Some(2 | 3)), "{run}");
        let code = run.code.unwrap();
        drop(run.failure(code, words));
        fs_err::remove_dir_all(&repository.folder).unwrap();
    }
    assert!(server.requests().is_empty());
    assert_eq!(fs_err::read_dir(&outside).unwrap().count(), 0);
    assert_eq!(fs_err::read_dir(world.path("out")).unwrap().count(), 0);
}

#[test]
fn a_sources_file_skips_downloads_and_its_checksums_are_checked() {
    let world = World::new();
    let server = Server::new(|_| Answer::new(500, "must not be asked"));
    let repository = project(&world, &format!("Source1: {}", server.url("/data.txt")));
    let sum = "SHA512 (data.txt) = 95ee06b2c1ca4c6b9fddb3fe2fc7e6d06ca09d4b7ba93e1a56fb4ab4bfa3a5eb9c8f2c2f0a3f7b3ba55e9b8a5f5a0e0c7ff4d4e5e5a3c1d1e3f1a2b3c4d5e6f7\n";
    repository.write("sources", sum).commit("Sources");
    build(&repository, &[]).failure(2, &["data.txt", "is not there", "fedpkg sources", "nothing is downloaded"]);
    repository.write("data.txt", "data\n").commit("Data");
    build(&repository, &[]).failure(2, &["data.txt", "is not the file that `sources` lists", "sources:1"]);
    let listed = world.command("sh", &repository.folder).args(["-c", "sha512sum data.txt | cut -d' ' -f1"]).output();
    let hex = String::from_utf8(listed.unwrap().stdout).unwrap();
    repository.write("sources", format!("SHA512 (data.txt) = {hex}")).commit("Right");
    drop(build(&repository, &[]).success());
    // A folder of that name is no such file, and neither is a text that lists nothing.
    fs_err::remove_file(repository.path("sources")).unwrap();
    repository.write("sources/x", "").commit("A folder");
    drop(build(&repository, &[]).success().silent_on("`sources`"));
    fs_err::remove_dir_all(repository.path("sources")).unwrap();
    repository.write("sources", "my list of things\n").commit("Something else");
    drop(build(&repository, &[]).success().told("not checked"));
    assert!(server.requests().is_empty());
}

#[test]
fn credentials_in_addresses_are_used_and_never_shown() {
    let mut world = World::new();
    world.set("GITHUB_TOKEN", "canary-env");
    let server = Server::new(|request| match request.header("authorization") {
        Some(_) if request.path.starts_with("/good") => Answer::ok("data\n"),
        _ => Answer::new(403, "no"),
    });
    for (path, code) in [("/good/data.txt?token=canary-query", 0), ("/bad/data.txt?token=canary-query", 3)] {
        let url = server.url(path).replace("http://", "http://me:canary-word@");
        let repository = Repository::hello(&world);
        repository.append(".packit.yaml", &format!("sources:\n- path: data.txt\n  url: {url}\n")).commit("Sources");
        repository.git(&["remote", "set-url", "origin", "https://me:canary-remote@example.com/hello.git"]);
        for arguments in [&["inspect"][..], &["inspect", "--json"], &["srpm", "-d"], &["srpm", "--json"]] {
            let run = repository.packit_from_outside(arguments);
            assert!(run.code == Some(0) || (arguments[0] == "srpm" && run.code == Some(code)), "{run}");
            assert!(!run.stdout.contains("canary") && !run.stderr.contains("canary"), "{arguments:?}\n{run}");
        }
        fs_err::remove_dir_all(&repository.folder).unwrap();
    }
    for file in walk(&cache(&world)) {
        assert!(!String::from_utf8_lossy(&fs_err::read(&file).unwrap()).contains("canary"), "{}", file.display());
    }
}

fn walk(folder: &std::path::Path) -> Vec<PathBuf> {
    let entries = fs_err::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { walk(&path) } else { vec![path] }).collect()
}

#[test]
fn nobody_is_asked_where_nothing_is_remote() {
    let mut world = World::new();
    let proxy = Server::new(|_| Answer::new(500, "must not be asked"));
    for name in ["http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"] {
        world.set(name, proxy.url(""));
    }
    let repository = Repository::hello(&world);
    for arguments in [&["srpm"][..], &["create-archive"], &["inspect"]] {
        drop(repository.packit_from_outside(arguments).success());
    }
    assert!(proxy.requests().is_empty());
}
