//! `packit copr ...`: following, looking at, reading, downloading and cancelling builds that are there, and who the user is.

use serde_json::json;

use super::support::{CoprStage, Fault, Run, Script, THREE};

/// A stage with a project of three chroots, and builds that go like this.
fn with_builds(scripts: impl IntoIterator<Item = Script>) -> CoprStage {
    let stage = CoprStage::new();
    stage.copr.add_project("alice", "p1", &["fedora-43-x86_64", "epel-9-x86_64", "epel-10-x86_64"]);
    for script in scripts {
        stage.copr.script(script);
        let srpm = stage.srpm("hello");
        stage.packit(&["copr-build", "--srpm", &srpm, "--project", "p1", "--targets", THREE, "--no-wait"]).success();
    }
    // What follows is asked without being anybody, but where something is changed.
    stage
}

/// All steps, taken.
fn done(stage: &CoprStage) {
    for id in stage.copr.builds() {
        stage.copr.advance(id, 20);
    }
}

fn anonymous(stage: &CoprStage) {
    let text = format!("[copr-cli]\ncopr_url = {}\nencrypted = False\n", stage.copr.address());
    fs_err::write(stage.world.path("home/.config/copr"), text).unwrap();
}

fn watch(stage: &CoprStage, ids: &[&str]) -> Run {
    stage.packit(&[&["copr", "watch", "--poll-interval", "0.1"], ids].concat())
}

#[test]
fn builds_are_followed_again() {
    let failing = Script::new().chroot("epel-9-x86_64", &["running", "failed"]).log("epel-9-x86_64", &["the cause"]);
    let stage = with_builds([Script::new(), failing]);
    anonymous(&stage);
    let run = watch(&stage, &["1"]).success();
    assert_eq!(run.stdout.matches(" succeeded ").count(), 3, "{run}");
    let run = watch(&stage, &["1", "2"]).failure(1, &["build 2 of hello failed: epel-9-x86_64", "the cause"]);
    assert_eq!(run.stdout.matches(" succeeded ").count(), 5, "{run}");
    // A build that is over is told once, and again.
    assert_eq!(watch(&stage, &["2"]).failure(1, &["the cause"]).stdout.lines().count(), 4);
    let json = stage.packit(&["--json", "copr", "watch", "2"]).failure(1, &[]).json();
    assert_eq!((&json["command"], &json["error"]["kind"]), (&json!("copr watch"), &json!("failed")));
    watch(&stage, &["999"]).failure(3, &["Build 999 does not exist", "check the name"]);
    watch(&stage, &[]).failure(2, &["ID"]);
    assert!(stage.copr.requests().iter().all(|request| request.header("authorization").is_none()
        || request.is_write()
        || request.path.contains("auth-check")));
}

#[test]
fn a_watch_that_is_over_its_time() {
    let stage = with_builds([Script::new().by_hand()]);
    watch(&stage, &["1", "--timeout", "1"]).failure(124, &["packit copr watch 1"]);
    let json = stage
        .packit(&["--json", "copr", "watch", "--poll-interval", "0.2", "--timeout", "1", "1"])
        .failure(124, &[])
        .json();
    assert_eq!(json["result"]["builds"][0]["state"], "pending");
}

#[test]
fn builds_as_they_are_now() {
    let stage = with_builds([Script::new().by_hand(), Script::new().by_hand().chroot("epel-9-x86_64", &["failed"])]);
    let run = stage.packit(&["copr", "status", "1"]).success();
    assert!(run.stdout.starts_with("BUILD  CHROOT ") && run.stdout.contains("waiting"), "{run}");
    done(&stage);
    anonymous(&stage);
    let run = stage.packit(&["copr", "status", "1", "2"]).success();
    assert_eq!((run.stdout.matches(" succeeded ").count(), run.stdout.matches(" failed").count()), (5, 1), "{run}");
    let json = stage.packit(&["--json", "copr", "status", "2"]).success().json();
    let build = &json["result"]["builds"][0];
    assert_eq!((&build["state"], &build["package"]), (&json!("failed"), &json!("hello")));
    assert_eq!(build["page"], format!("{}/coprs/build/2/", stage.copr.address()));
    assert!(stage.copr.writes().iter().all(|write| write.contains("/build/c")));
    stage.packit(&["copr", "status", "x"]).failure(2, &["x"]);
}

#[test]
fn logs_of_a_build() {
    let name = "epel-9-x86_64";
    let script = || Script::new().by_hand().log(name, &["one", "\u{1b}[1mtwo"]).log("srpm", &["made"]);
    let stage = with_builds([script(), script().chroot(name, &["running", "failed"])]);
    let logs = |rest: &[&str]| stage.packit(&[&["copr", "logs"], rest].concat());
    logs(&["1"]).failure(5, &["build 1 has no log yet: it is pending", "packit copr watch --logs 1"]);
    done(&stage);
    anonymous(&stage);
    assert_eq!(logs(&["1", name]).success().stdout, "one\n\u{1b}[1mtwo\n");
    assert_eq!(logs(&["1", "srpm"]).success().stdout, "made\n");
    // Of all, and of those that failed.
    let run = logs(&["1"]).success();
    assert_eq!(run.stdout.matches("==> ").count(), 4, "{run}");
    assert!(run.stdout.contains("==> epel-9-x86_64 succeeded: http://"), "{run}");
    assert_eq!(logs(&["2"]).success().stdout, "one\n\u{1b}[1mtwo\n");
    logs(&["1", "epel-8-x86_64"]).failure(2, &["build 1 is not for `epel-8-x86_64`", "epel-10-x86_64, epel-9-x86_64"]);
    logs(&["9"]).failure(3, &["Build 9 does not exist"]);
    stage.packit(&["--json", "copr", "logs", "1"]).failure(2, &["a log is no JSON document"]);
    // A terminal is not steered by it.
    let words = format!("{} copr logs 1 {name}", env!("CARGO_BIN_EXE_packit"));
    let mut command = stage.world.command("script", stage.world.path("out"));
    let output = command.args(["--quiet", "--return", "--command", &words, "/dev/null"]).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout), "one\r\n[1mtwo\r\n");
    // A disk that is full is told.
    let mut command = stage.world.packit_command(stage.world.path("out"), &["copr", "logs", "1", name]);
    command.stdout(fs_err::OpenOptions::new().write(true).open("/dev/full").unwrap().into_file());
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(2), "{}", String::from_utf8_lossy(&output.stderr));
    // The connection breaks in the middle: nothing is shown twice.
    stage.copr.fault(Fault::cut(20).on("GET", "/results/").times(1));
    assert_eq!(logs(&["1", name]).success().stdout, "one\n\u{1b}[1mtwo\n");
}

#[test]
fn packages_of_a_build() {
    let (name, rpm) = ("epel-9-x86_64", "hello-1.0-1.noarch.rpm");
    let script = || {
        Script::new().by_hand().rpm(name, rpm, "RPM one").rpm(name, "hello-1.0-1.src.rpm", "SRPM").rpm(
            "epel-10-x86_64",
            rpm,
            "RPM two",
        )
    };
    let stage = with_builds([script(), script().every_chroot(&["failed"]).source(&["running", "failed"])]);
    let download = |rest: &[&str]| stage.packit(&[&["copr", "download"], rest].concat());
    download(&["1"]).failure(5, &["build 1 has made nothing to download", "it is pending"]);
    done(&stage);
    anonymous(&stage);
    for _ in 0..2 {
        let run = download(&["1", "-d", "rpms"]).success();
        let names: Vec<_> = run.paths().iter().map(|path| path.display().to_string()).collect();
        let at = |below: &str| stage.world.path(format!("out/rpms/{below}")).display().to_string();
        assert_eq!(
            names,
            [
                at(&format!("epel-10-x86_64/{rpm}")),
                at(&format!("{name}/{rpm}")),
                at(&format!("{name}/hello-1.0-1.src.rpm"))
            ]
        );
        assert_eq!(fs_err::read(at(&format!("{name}/{rpm}"))).unwrap(), b"RPM one");
    }
    let json =
        stage.packit(&["--json", "copr", "download", "1", "--chroot", name, "--logs", "-d", "one"]).success().json();
    assert_eq!(json["result"]["files"].as_array().unwrap().len(), 2 + 5, "{json:#}");
    assert!(!stage.world.path("out/one/epel-10-x86_64").exists());
    download(&["1", "--chroot", "epel-8-x86_64"]).failure(2, &["build 1 is not for `epel-8-x86_64`"]);
    download(&["2"]).failure(5, &["build 2 has made nothing"]);
    // What breaks off leaves nothing; a second try is whole.
    stage.copr.fault(Fault::cut(3).on("GET", "/results/").always());
    download(&["1", "-d", "cut", "--chroot", name]).failure(3, &[]);
    assert_eq!(fs_err::read_dir(stage.world.path(format!("out/cut/{name}"))).unwrap().count(), 0);
    stage.copr.clear_faults();
    stage.copr.fault(Fault::cut(3).on("GET", "/results/").times(1));
    download(&["1", "-d", "cut", "--chroot", name]).success();
    assert_eq!(fs_err::read(stage.world.path(format!("out/cut/{name}/{rpm}"))).unwrap(), b"RPM one");
}

#[test]
fn builds_are_canceled() {
    let stage = with_builds([Script::new().by_hand(), Script::new().by_hand(), Script::new().by_hand()]);
    let cancel = |rest: &[&str]| stage.packit(&[&["copr", "cancel"], rest].concat());
    let run = cancel(&["--dry-run", "1"]).success();
    assert_eq!(run.stdout, format!("PUT {}/api_3/build/cancel/1\n", stage.copr.address()));
    assert_eq!(stage.copr.build(1)["state"], "pending");
    // Twice is as good as once.
    for _ in 0..2 {
        let run = cancel(&["1"]).success();
        assert!(run.stdout.contains("canceled"), "{run}");
    }
    stage.copr.advance(2, 20);
    cancel(&["2"]).failure(3, &["Cannot cancel build 2", "it has succeeded"]);
    let json = stage
        .packit(&["--json", "copr", "cancel", "2", "3"])
        .failure(6, &["1 of 2 builds cannot be canceled", "Cannot cancel build 2"])
        .json();
    assert_eq!((&json["ok"], &json["result"]["builds"][0]["id"]), (&json!(false), &json!(3)));
    cancel(&["77"]).failure(3, &["Build 77 does not exist"]);
    stage.copr.write_config(stage.world.path("home/.config/copr"), "bob");
    let stage = with_builds([Script::new().by_hand()]);
    stage.copr.write_config(stage.world.path("home/.config/copr"), "bob");
    stage
        .packit(&["copr", "cancel", "1"])
        .failure(3, &["You are not allowed to cancel this build", "only who submitted"]);
    anonymous(&stage);
    stage.packit(&["copr", "cancel", "1"]).failure(2, &["has neither login and token nor gssapi"]);
}

#[test]
fn who_the_user_is() {
    let stage = CoprStage::of("bob");
    assert_eq!(stage.packit(&["copr", "whoami"]).success().stdout, "bob\n");
    let json = stage.packit(&["copr", "whoami", "--json"]).success().json();
    assert_eq!(json["result"], json!({ "name": "bob", "server": stage.copr.address() }));
    assert_eq!(stage.reads(), ["/api_3/auth-check"; 2]);
}
