//! Following a build: what is told, what it ends with, and what it survives.

use std::time::{Duration, Instant};

use super::support::{CoprStage, Fault, Script, THREE};

#[test]
fn an_srpm_that_fails() {
    let stage = CoprStage::new();
    stage.copr.script(Script::new().source(&["pending", "running", "failed"]).log("srpm", &["error: bad %prep"]));
    let run = stage.build(&["--targets", THREE]).failure(1, &["build 1 failed: SRPM", "error: bad %prep"]);
    let row = run.stdout.lines().find(|line| line.contains("SRPM")).unwrap_or_else(|| panic!("{run}"));
    assert!(row.contains(" failed ") && row.contains("srpm-builds/00000001/builder-live.log.gz"), "{run}");
}

#[test]
fn a_build_that_is_canceled_on_the_server() {
    let stage = CoprStage::new();
    stage.copr.script(Script::new().source(&["running"]));
    let child = stage.start(&["--targets", THREE]);
    stage.until(|copr| copr.build(1)["state"] == "running");
    stage.copr.cancel(1);
    stage.ended(child).failure(1, &["build 1 was canceled"]);
    // While its chroots are at work.
    stage.copr.script(Script::new().every_chroot(&["running*3", "canceled"]));
    stage.build(&["--targets", THREE]).failure(1, &["build 2 was canceled"]);
}

#[test]
fn every_change_is_a_line() {
    let stage = CoprStage::new();
    let script = Script::new().source(&["pending", "starting", "running", "importing"]).per_reads(1);
    stage.copr.script(script.every_chroot(&["pending", "starting", "running*2", "succeeded"]));
    let run = stage.build(&["--targets", "epel-9-x86_64"]).success();
    let lines: Vec<_> = run.stderr.lines().filter_map(|line| line.strip_prefix("build 1: ")).collect();
    let of = |name: &str| -> Vec<_> {
        let words = lines.iter().filter_map(|line| line.strip_prefix(name)?.split_whitespace().next());
        words.collect()
    };
    assert_eq!(of("epel-9-x86_64 ").last(), Some(&"succeeded"), "{run}");
    assert!(of("epel-9-x86_64 ").contains(&"running"), "{run}");
    assert_eq!(of("SRPM ").last(), Some(&"succeeded"), "{run}");
    assert!(of("SRPM ").contains(&"running"), "{run}");
    let mut once = lines.clone();
    once.dedup();
    assert_eq!(once, lines, "{run}");
    assert!(
        lines.iter().any(|line| line.contains("succeeded after ") && line.contains("builder-live.log.gz)")),
        "{run}"
    );
}

#[test]
fn a_server_that_is_gone_comes_back() {
    let stage = CoprStage::new();
    stage.copr.script(Script::new().per(Duration::from_millis(400)));
    let child = stage.start(&["--targets", THREE]);
    stage.until(|copr| copr.build(1)["state"] == "running");
    stage.copr.gone_for(Duration::from_secs(5));
    let run = stage.ended(child).success();
    assert_eq!(run.stderr.matches("packit keeps asking").count(), 1, "{run}");
    assert_eq!(run.stderr.matches(" is back").count(), 1, "{run}");
}

#[test]
fn what_a_watch_survives() {
    let faults = [
        Fault::html(502),
        Fault::html(503),
        Fault::html(504),
        Fault::html(500),
        Fault::bug(),
        Fault::html(404),
        Fault::closed(),
        Fault::cut(20),
        Fault::not_json(),
        Fault::error(500, "database"),
    ];
    let survived = |fault: Fault| {
        let stage = CoprStage::new();
        stage.copr.fault(fault.clone().on("GET", "/api_3/build").after(1).times(4));
        let run = stage.build(&["--targets", "epel-9-x86_64"]);
        assert_eq!(run.code, Some(0), "{fault:?}: {run}");
    };
    std::thread::scope(|scope| {
        for fault in faults {
            scope.spawn(move || survived(fault));
        }
    });
}

#[test]
fn a_build_that_is_deleted_ends_the_watch() {
    let stage = CoprStage::new();
    stage.copr.script(Script::new().source(&["running"]));
    stage.copr.fault(Fault::error(404, "Build 1 does not exist.").on("GET", "/api_3/build/1").after(2).always());
    stage.build(&["--targets", "epel-9-x86_64"]).failure(3, &["build 1 is not there any more", "deleted"]);
}

#[test]
fn a_chroot_that_never_begins_does_not_keep_a_build() {
    let stage = CoprStage::new();
    stage.copr.script(Script::new().every_chroot(&["waiting"]).chroot("epel-9-x86_64", &["running", "failed"]));
    stage.build(&["--targets", THREE]).failure(1, &["build 1 failed: epel-9-x86_64"]);
}

#[test]
fn the_time_is_over() {
    let stage = CoprStage::new();
    stage.copr.every_script(Script::new().every_chroot(&["running"]));
    let begun = Instant::now();
    let run = stage.build(&["--targets", THREE, "--timeout", "2"]);
    let run = run.failure(124, &["build 1 is not finished after 2 s", "packit copr watch 1"]);
    assert!(begun.elapsed() < Duration::from_secs(8));
    assert!(run.stdout.starts_with("Build id: 1, "), "{run}");
    // While the server does not answer, too.
    stage.copr.fault(Fault::stalled(5).on("GET", "/api_3/build").always());
    let begun = Instant::now();
    stage.build(&["--targets", THREE, "--timeout", "2"]).failure(124, &["packit copr watch 2"]);
    assert!(begun.elapsed() < Duration::from_secs(8));
}

#[test]
fn ctrl_c_leaves_the_build_running() {
    let stage = CoprStage::new();
    stage.copr.every_script(Script::new().every_chroot(&["running"]));
    let config = stage.world.path("other.copr").display().to_string();
    stage.copr.write_config(&config, "alice");
    for (signal, options) in [("-INT", &[][..]), ("-TERM", &["--copr-config", &config])] {
        let child = stage.start(&[&["--targets", THREE], options].concat());
        let id = stage.copr.builds().len() as u64 + 1;
        stage.until(|copr| copr.build(id)["state"] == "running");
        let again = match options {
            [] => format!("packit copr watch {id}"),
            _ => format!("packit copr watch --copr-config {config} {id}")
                .replace(&stage.world.path("").display().to_string(), "[W]/"),
        };
        let again = again.replace("[W]//", "[W]/");
        stage.signalled(child, signal).failure(130, &["the build goes on", &again]);
        assert_eq!(stage.copr.build(id)["state"], "running");
    }
    assert!(!stage.copr.writes().iter().any(|write| write.contains("cancel")));
}

#[test]
fn a_build_that_cannot_be_told_goes_on() {
    let stage = CoprStage::new();
    stage.copr.every_script(Script::new().every_chroot(&["running"]));
    let folder = stage.hello().folder.display().to_string();
    let mut command = stage.world.packit_command(stage.world.path("out"), &["copr-build", "--targets", THREE, &folder]);
    command.stdout(fs_err::OpenOptions::new().write(true).open("/dev/full").unwrap().into_file());
    let output = command.output().unwrap();
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{told}");
    assert!(told.contains("standard output") && told.contains("packit copr watch 1"), "{told}");
}

#[test]
fn ctrl_c_while_the_source_rpm_is_sent() {
    let stage = CoprStage::new();
    stage.copr.fault(Fault::slow(Duration::from_secs(4)).on("POST", "/api_3/build/create"));
    let child = stage.start(&["--targets", THREE, "--project", "p1"]);
    stage.until(|copr| copr.writes().iter().any(|write| write.contains("upload")));
    let run = stage.signalled(child, "-INT");
    run.failure(130, &["the project alice/p1 was made all the same", "coprs/alice/p1/builds/"]);
}

#[test]
fn logs_are_shown_while_they_grow() {
    let stage = CoprStage::new();
    let script = Script::new().every_chroot(&["pending", "running*5", "succeeded"]);
    stage.copr.script(script.log("epel-9-x86_64", &["one", "two", "three", "\u{1b}[31mfour"]).log("srpm", &["made"]));
    let run = stage.build(&["--targets", "epel-9-x86_64", "--logs"]).success();
    let lines: Vec<_> = run.stderr.lines().filter_map(|line| line.strip_prefix("epel-9-x86_64: ")).collect();
    assert_eq!(lines, ["one", "two", "three", "[31mfour"], "{run}");
    assert_eq!(run.stderr.matches("SRPM: made").count(), 1, "{run}");
}

#[test]
fn only_the_end_of_a_log_is_shown() {
    let stage = CoprStage::new();
    let mut lines: Vec<String> = (0..2000).map(|number| format!("line {number} {}", "x".repeat(100))).collect();
    lines.push(format!("{}the far end", "y".repeat(300_000)));
    lines.push("\u{1b}]0;title\u{7}::error::no".to_owned());
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    stage.copr.every_script(Script::new().every_chroot(&["running", "failed"]).log("epel-9-x86_64", &lines));
    let run = stage.build(&["--targets", "epel-9-x86_64"]).failure(1, &["yyyy", "]0;title::error::no"]);
    assert!(!run.stderr.contains('\u{1b}') && !run.stderr.contains("line 1900 "), "{run}");
    assert!(run.stderr.len() < 20_000);
    // However the server calls the compression.
    stage.copr.plain_gzip();
    stage.build(&["--targets", "epel-9-x86_64"]).failure(1, &["]0;title::error::no"]);
}

#[test]
fn logs_that_cannot_be_had() {
    let stage = CoprStage::new();
    stage.copr.every_script(Script::new().every_chroot(&["running", "failed"]));
    stage.copr.fault(Fault::html(500).on("*", "/results/").always());
    stage.build(&["--targets", "epel-9-x86_64"]).failure(1, &["build 1 failed: epel-9-x86_64"]);
}

#[test]
fn groups_and_annotations_in_ci() {
    let mut stage = CoprStage::new();
    stage.copr.every_script(
        Script::new().every_chroot(&["running", "failed"]).log("epel-9-x86_64", &["  ::error::no", "##[group]no"]),
    );
    stage.world.set("GITHUB_ACTIONS", "true");
    let run =
        stage.build(&["--targets", "epel-9-x86_64"]).failure(1, &["::group::epel-9-x86_64 failed", "::endgroup::"]);
    assert!(run.stderr.contains("::error title=build 1%3A epel-9-x86_64 failed::http://"), "{run}");
    assert!(!run.stderr.contains(" ::error::no") && !run.stderr.contains("##["), "{run}");
    stage.world.unset("GITHUB_ACTIONS");
    stage.world.set("GITLAB_CI", "true");
    let run = stage.build(&["--targets", "epel-9-x86_64"]).failure(1, &[]);
    assert!(
        run.stderr.contains("\u{1b}[0Ksection_start:0:packit_1[collapsed=true]\r\u{1b}[0Kepel-9-x86_64 failed"),
        "{run}"
    );
    assert!(run.stderr.contains("\u{1b}[0Ksection_end:0:packit_1\r\u{1b}[0K"), "{run}");
}

#[test]
fn a_live_table_on_a_terminal() {
    let mut stage = CoprStage::new();
    stage.world.set("TERM", "xterm-256color");
    stage.copr.script(
        Script::new()
            .every_chroot(&["pending", "running*6", "succeeded"])
            .chroot("epel-9-x86_64", &["running", "failed"]),
    );
    let folder = stage.hello().folder.display().to_string();
    let words =
        format!("{} copr-build --poll-interval 0.3 --targets {THREE} {folder} >out.txt", env!("CARGO_BIN_EXE_packit"));
    let mut command = stage.world.command("script", stage.world.path("out"));
    let output = command.args(["--quiet", "--return", "--command", &words, "/dev/null"]).output().unwrap();
    let shown = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(output.status.code(), Some(1), "{shown}");
    // Several rows at once, which are drawn again and again; what is over becomes a line that stays.
    assert!(
        shown.contains("1 fedora-43-x86_64") && shown.contains("1 epel-10-x86_64") && shown.contains("\u{1b}["),
        "{shown}"
    );
    assert!(shown.contains("running  ") && shown.contains("0s  http://127.0.0.1"), "{shown}");
    assert!(shown.contains("build 1: epel-9-x86_64 failed"), "{shown}");
    assert!(!shown.contains("build 1: epel-10-x86_64 running"), "{shown}");
    let out = fs_err::read_to_string(stage.world.path("out/out.txt")).unwrap();
    assert!(out.starts_with("Build id: 1, ") && out.contains(" failed "), "{out}");
}
