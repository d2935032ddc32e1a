//! Who the user is in Copr: the file that says it, tokens that are wrong, and where a token must never be seen.

use std::time::{Duration, Instant};

use super::support::{CoprStage, Fault, Script, THREE};

const FILE: &str = "home/.config/copr";

/// A stage whose file has this text; `[URL]` stands for the server.
fn with_file(text: &str) -> CoprStage {
    let stage = CoprStage::new();
    fs_err::write(stage.world.path(FILE), text.replace("[URL]", &stage.copr.address())).unwrap();
    stage
}

#[test]
fn each_defect_of_the_file_has_its_message() {
    for (text, words) in [
        ("[other]\na = b\n", &["`~/.config/copr` has no section [copr-cli]", "/api/"][..]),
        ("", &["has no section [copr-cli]"]),
        ("login = x\n", &["~/.config/copr:1:1"]),
        (
            "[copr-cli]\nlogin = a\ntoken = b\nusername = alice\n",
            &["`~/.config/copr` has no copr_url", "copr_url = https://copr.fedorainfracloud.org"],
        ),
        (
            "[copr-cli]\nlogin = a\ntoken = b\ncopr_url = [URL]\n",
            &["copr_url is not encrypted", "encrypted = False", "copr:4:"],
        ),
        (
            "[copr-cli]\nlogin = a\ntoken = b\ncopr_url = [URL]\nencrypted = perhaps\n",
            &["`encrypted` is neither yes nor no", "copr:5:"],
        ),
        ("[copr-cli]\ncopr_url = https://h\ngssapi = 2\n", &["gssapi", "copr:3:"]),
        (
            "[copr-cli]\nlogin = a\ntoken = b\ncopr_url = [URL]\nencrypted = no\n# expiration date: 2023-01-31\n",
            &["was good until 2023-01-31", "[URL]/api/"],
        ),
        ("[copr-cli]\ntoken = b\ncopr_url = https://h\n", &["has no login"]),
        ("[copr-cli]\nlogin = b\ncopr_url = https://h\n", &["has no token"]),
        (
            "[copr-cli]\nusername = alice\ncopr_url = https://h\n",
            &["has neither login and token nor gssapi", "https://h/api/"],
        ),
    ] {
        let stage = with_file(text);
        let address = stage.copr.address();
        let run = stage.build(&["--targets", THREE]);
        assert_eq!(run.code, Some(2), "{text}: {run}");
        for word in words {
            assert!(run.stderr.contains(&word.replace("[URL]", &address)), "{word} for {text}: {run}");
        }
        assert!(stage.copr.requests().is_empty(), "{text}");
    }
}

#[test]
fn no_file_at_all() {
    let stage = CoprStage::new();
    fs_err::remove_file(stage.world.path(FILE)).unwrap();
    stage.build(&["--targets", THREE]).failure(
        2,
        &["there is no file `~/.config/copr` that says who you are in Copr", "https://copr.fedorainfracloud.org/api/"],
    );
    stage.build(&["--copr-config", "nowhere"]).failure(2, &["there is no file `nowhere`"]);
    // Another file, by the option or the variable.
    stage.copr.write_config(stage.world.path("out/other"), "alice");
    stage.build(&["--copr-config", "other", "--targets", THREE, "--no-wait"]).success();
    let mut stage = stage;
    stage.world.set("PACKIT_COPR_CONFIG", "other");
    stage.build(&["--targets", THREE, "--no-wait"]).success();
    stage.world.unset("PACKIT_COPR_CONFIG");
    stage.copr.write_config(stage.world.path("elsewhere/copr"), "alice");
    stage.world.set("XDG_CONFIG_HOME", stage.world.path("elsewhere"));
    stage.build(&["--targets", THREE, "--no-wait"]).success();
}

#[test]
fn a_wrong_token_is_told_at_once() {
    for user in ["bad", "stale"] {
        let stage = CoprStage::of("alice");
        let config = stage.copr.config(user).replace("2023-11-13", "2099-01-01");
        fs_err::write(stage.world.path(FILE), config).unwrap();
        let hello = stage.hello();
        let begun = Instant::now();
        let run = hello.packit(&["copr-build", "--targets", THREE]);
        let took = begun.elapsed();
        let again = format!("get a new token at {}/api/ and put it into ~/.config/copr", stage.copr.address());
        run.failure(3, &["does not know you", "Login invalid/expired", &again]).silent_on("version 1.0.0");
        assert!(took < Duration::from_secs(1), "{took:?}");
        assert_eq!(stage.reads(), ["/api_3/auth-check"]);
        assert!(stage.copr.writes().is_empty());
    }
}

#[test]
fn a_wrong_token_is_told_before_anything_is_cloned() {
    let stage = CoprStage::of("bad");
    let url = format!("file://{}", stage.hello().folder.display());
    stage.packit(&["copr-build", &url]).failure(3, &["does not know you"]).silent_on("clon");
    stage.copr.write_config(stage.world.path(FILE), "alice");
    stage.packit(&["copr-build", "--no-wait", "--targets", THREE, &url]).success();
    assert_eq!(stage.copr.builds(), [1]);
}

#[test]
fn a_token_that_ends_soon_is_warned_of() {
    let stage = CoprStage::new();
    let config = stage.copr.config("alice").replace("2099-01-01", "0000-00-00");
    let soon = jiff::Timestamp::now() + jiff::SignedDuration::from_hours(72);
    let soon = soon.strftime("%Y-%m-%d").to_string();
    fs_err::write(stage.world.path(FILE), config.replace("0000-00-00", &soon)).unwrap();
    stage.packit(&["copr", "whoami"]).success().told(&format!("is good until {soon}"));
}

/// All that a run leaves where somebody may look, and the arguments of all processes while it ran.
#[test]
fn tokens_are_seen_nowhere() {
    const LOGIN: &str = "canary-login-5f3e";
    const TOKEN: &str = "canary-token-8d1c";
    let stage = CoprStage::new();
    let encoded = "Y2FuYXJ5LWxvZ2luLTVmM2U6Y2FuYXJ5LXRva2VuLThkMWM=";
    let seen_in = |text: &str, where_: &str| {
        for canary in [LOGIN, TOKEN, encoded] {
            assert!(!text.contains(canary), "{canary} in {where_}: {text}");
        }
    };
    stage.copr.set_credentials("alice", LOGIN, TOKEN);
    let config = stage.copr.config("alice");
    assert!(config.contains(LOGIN) && config.contains(TOKEN));
    fs_err::write(stage.world.path(FILE), &config).unwrap();
    // An action sees neither the file's content nor variables of packit; it prints all that it has.
    stage.hello_with("actions:\n  post-upstream-clone: [env, cat /proc/self/cmdline]\n");
    stage.copr.every_script(Script::new().every_chroot(&["running", "failed"]));
    let all: [&[&str]; 7] = [
        &["-d", "copr-build", "--poll-interval", "0.1", "--targets", THREE, "../hello"],
        &["-d", "copr-build", "--dry-run", "--json", "--targets", THREE, "../hello"],
        &["-d", "copr-build", "--no-wait", "--logs", "--targets", THREE, "../hello"],
        &["-d", "copr-build", "--targets", "nope", "../hello"],
        &["-d", "copr", "whoami"],
        &["-d", "copr", "cancel", "1"],
        &["-d", "copr", "watch", "1"],
    ];
    let mut stage = stage;
    stage.world.set("RUST_LOG", "trace");
    for arguments in all {
        for fault in
            [None, Some(Fault::html(500)), Some(Fault::unauthorized()), Some(Fault::closed()), Some(Fault::not_json())]
        {
            stage.copr.clear_faults();
            if let Some(fault) = fault {
                stage.copr.fault(fault.on("*", "/api_3/").after(2).always());
            }
            let run = stage.packit(arguments);
            seen_in(&run.to_string(), &format!("{arguments:?}"));
            assert!(!run.stderr.contains("panicked"), "{run}");
        }
    }
    // The arguments of all processes while it works.
    stage.copr.clear_faults();
    stage
        .hello()
        .replace(
            ".packit.yaml",
            "[env, cat /proc/self/cmdline]",
            "bash -c 'cat /proc/[0-9]*/cmdline > ../all; env >> ../all; cat /proc/$PPID/cmdline >> ../all'",
        )
        .commit("Look");
    stage.packit(&["copr-build", "--targets", THREE, "--no-wait", "../hello"]).success();
    let seen = String::from_utf8_lossy(&fs_err::read(stage.world.path("all")).unwrap()).into_owned();
    assert!(seen.contains("copr-build"));
    seen_in(&seen, "arguments and environment");
    // A file that cannot be read as it must be is not shown either.
    fs_err::write(
        stage.world.path(FILE),
        config.replace("encrypted = False", "encrypted = perhaps").replace("token =", "token"),
    )
    .unwrap();
    let run = stage.packit(&["-d", "copr", "whoami"]).failure(2, &[]);
    seen_in(&run.to_string(), "a broken file");
    let sent = stage.copr.requests();
    assert!(sent.iter().any(|request| request.header("authorization").is_some_and(|value| value.contains(encoded))));
}
