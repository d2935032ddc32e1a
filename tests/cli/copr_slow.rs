//! What takes its time: `make test-slow` runs it.

use std::time::{Duration, Instant};

use super::support::{CoprStage, Script, THREE};

/// `packit copr-build` with the pauses that users have.
fn start(stage: &CoprStage, rest: &[&str]) -> std::process::Child {
    stage.start(&[&["--poll-interval", "10"], rest].concat())
}

#[test]
#[ignore = "takes two minutes"]
fn a_server_that_is_gone_for_forty_seconds() {
    let stage = CoprStage::new();
    stage.copr.script(Script::new().per(Duration::from_secs(15)));
    let child = start(&stage, &["--targets", THREE]);
    stage.until(|copr| copr.build(1)["state"] == "running");
    std::thread::sleep(Duration::from_secs(12));
    stage.copr.gone_for(Duration::from_secs(40));
    let run = stage.ended(child).success();
    assert_eq!(
        (run.stderr.matches("packit keeps asking").count(), run.stderr.matches(" is back").count()),
        (1, 1),
        "{run}"
    );
    println!("{run}");
}

#[test]
#[ignore = "takes half a minute"]
fn few_requests_while_nothing_changes() {
    for source in [&["pending"][..], &["running"], &["importing"]] {
        let stage = CoprStage::new();
        stage.copr.script(Script::new().source(source).every_chroot(&["running"]).per(Duration::from_millis(1)));
        let child = start(&stage, &["--targets", THREE]);
        stage.until(|copr| !copr.builds().is_empty());
        let before = stage.copr.requests().len();
        std::thread::sleep(Duration::from_secs(25));
        let asked: Vec<_> = stage.copr.requests().split_off(before).into_iter().map(|request| request.path).collect();
        assert!((1..=4).contains(&asked.len()), "{asked:?}");
        println!("{source:?}: {asked:?}");
        stage.signalled(child, "-INT").failure(130, &["packit copr watch 1"]);
    }
}

#[test]
#[ignore = "sends 300 MB"]
fn a_large_source_rpm_takes_little_memory() {
    let stage = CoprStage::new();
    let srpm = stage.srpm("large");
    let file = fs_err::OpenOptions::new().write(true).open(&srpm).unwrap();
    file.set_len(300 << 20).unwrap();
    let begun = Instant::now();
    let mut command = stage.world.command("sh", stage.world.path("out"));
    // The shell tells the memory that its child had at most, when it has ended.
    let script = r#""$@" & child=$!; most=0
        while kill -0 $child 2>/dev/null; do
          now=$(sed -n 's/^VmHWM:[^0-9]*\([0-9]*\).*/\1/p' /proc/$child/status 2>/dev/null); [ "${now:-0}" -gt $most ] && most=$now; sleep 0.02
        done
        wait $child; echo "exit $? most $most""#;
    command.args([
        "-c",
        script,
        "sh",
        env!("CARGO_BIN_EXE_packit"),
        "copr-build",
        "--srpm",
        &srpm,
        "--project",
        "p1",
        "--no-wait",
    ]);
    let output = command.output().unwrap();
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    println!("{told} after {:?}", begun.elapsed());
    let kilobytes: u64 = told.split(" most ").nth(1).unwrap().trim().parse().unwrap();
    assert!(told.contains("exit 0") && (1000..100_000).contains(&kilobytes), "{told}");
    let requests = stage.copr.requests();
    let upload = requests.iter().find_map(|request| request.file()).unwrap();
    assert_eq!(upload.size, 300 << 20);
}
