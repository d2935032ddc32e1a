//! What `packit doctor --online` tells of the tokens for Copr and for forges: whether they are accepted, and how long.

use jiff::{Timestamp, ToSpan as _, tz::TimeZone};
use serde_json::Value;

use crate::support::forge::ForgeServer;
use crate::support::{CoprStage, Run, World};

/// The day so many days from now, as ISO 8601 has it.
fn day(days: i32) -> String {
    let today = Timestamp::now().to_zoned(TimeZone::UTC).date();
    today.saturating_add(days.days()).to_string()
}

/// The check about `name` in the report.
#[track_caller]
fn check(run: &Run, name: &str) -> Value {
    let report = run.json();
    let checks = report["result"]["checks"].as_array().unwrap();
    checks.iter().find(|check| check["name"] == name).unwrap_or_else(|| panic!("nothing about {name}: {run}")).clone()
}

/// Writes which forges the user has tokens for.
fn log_in(world: &World, forges: &[(&str, &ForgeServer, &str)]) {
    let mut text = "authentication:\n".to_owned();
    for (kind, forge, token) in forges {
        let base = forge.base();
        text += &format!("  {base}:\n    type: {kind}\n    instance_url: {base}\n    token: {token}\n");
    }
    fs_err::create_dir_all(world.path("home/.config")).unwrap();
    fs_err::write(world.path("home/.config/packit.yaml"), text).unwrap();
}

/// A project whose dist-git is on `dist_git`, and a Copr that knows the user.
fn stage(dist_git: &ForgeServer) -> CoprStage {
    let stage = CoprStage::new();
    stage.hello_with(&format!("dist_git_base_url: {}/\n", dist_git.base()));
    stage
}

#[test]
fn forges_that_tell_when_a_token_ends() {
    for (kind, forge, name) in
        [("github", ForgeServer::github(), "GitHub"), ("gitlab", ForgeServer::gitlab(), "GitLab")]
    {
        let stage = stage(&forge);
        log_in(&stage.world, &[(kind, &forge, "TOKEN_TESTER")]);
        let token = format!("token for {}", forge.base());
        let doctor = |command: &str| stage.hello().packit(&["--json", "doctor", "--online", command]);
        let knows = format!("; {name} knows you as tester");

        // One without an end.
        let told = check(&doctor("propose-update").success(), &token);
        assert_eq!((&told["state"], &told["ends"]), (&"ok".into(), &Value::Null), "{told}");
        assert!(told["found"].as_str().unwrap().ends_with(&knows), "{told}");

        for (days, state, words) in [
            (200, "ok", "it ends on"),
            (16, "ok", "it ends on"),
            (13, "warning", "it ends on"),
            (2, "warning", "it ends on"),
        ] {
            forge.token_ends("TOKEN_TESTER", &day(days));
            let run = doctor("propose-update").success();
            let told = check(&run, &token);
            assert_eq!((&told["state"], &told["ends"]), (&state.into(), &day(days).into()), "{told}");
            assert!(told["found"].as_str().unwrap().ends_with(&format!("{knows}; {words} {}", day(days))), "{told}");
            let mends = told["hints"].to_string();
            assert_eq!(mends.contains("make one with the rights"), state != "ok", "{told}");
            assert!(!run.to_string().contains("TOKEN_TESTER"), "{run}");
        }

        // By its own words it is over, whatever else the forge says.
        forge.token_ends("TOKEN_TESTER", &day(-1));
        let told = check(&doctor("propose-update").failure(2, &[]), &token);
        assert_eq!((&told["state"], &told["ends"]), (&"error".into(), &day(-1).into()), "{told}");
        assert!(told["found"].as_str().unwrap().contains("it ended on"), "{told}");
        // Nobody is asked for this without a word.
        let before = forge.requests().len();
        stage.hello().packit(&["doctor", "propose-update"]).success();
        assert_eq!(forge.requests().len(), before);
        assert!(forge.writes().is_empty());
    }
}

#[test]
fn forges_that_do_not_tell() {
    let (pagure, forgejo) = (ForgeServer::pagure(), ForgeServer::forgejo());
    let stage = stage(&pagure);
    log_in(&stage.world, &[("pagure", &pagure, "TOKEN_TESTER"), ("forgejo", &forgejo, "TOKEN_TESTER")]);
    let run = stage.hello().packit(&["--json", "doctor", "--online", "propose-update"]).success();
    for (forge, words) in [
        (&pagure, "Pagure knows you as tester; Pagure does not tell when it ends"),
        (&forgejo, "Forgejo knows you as tester"),
    ] {
        let told = check(&run, &format!("token for {}", forge.base()));
        assert_eq!((&told["state"], &told["ends"]), (&"ok".into(), &Value::Null), "{told}");
        assert!(told["found"].as_str().unwrap().ends_with(words), "{told}");
        assert!(forge.writes().is_empty());
    }
}

#[test]
fn each_forge_with_a_token_is_looked_at() {
    let (dist_git, github, gitlab) = (ForgeServer::forgejo(), ForgeServer::github(), ForgeServer::gitlab());
    let stage = stage(&dist_git);
    let hello = stage.hello();
    let forges = |github_token| {
        log_in(
            &stage.world,
            &[
                ("gitlab", &gitlab, "TOKEN_TESTER"),
                ("github", &github, github_token),
                ("forgejo", &dist_git, "TOKEN_TESTER"),
            ],
        );
    };
    let name = |forge: &ForgeServer| format!("token for {}", forge.base());
    forges("TOKEN_TESTER");
    gitlab.token_ends("TOKEN_TESTER", &day(3));
    let run = hello.packit(&["--json", "doctor", "--online", "propose-update"]).success();
    let report = run.json();
    let checks = report["result"]["checks"].as_array().unwrap();
    let tokens: Vec<(&str, &str)> = checks
        .iter()
        .map(|check| (check["name"].as_str().unwrap(), check["state"].as_str().unwrap()))
        .filter(|(name, _)| name.starts_with("token for "))
        .collect();
    // That of dist-git first, and once.
    let (first, second, third) = (name(&dist_git), name(&gitlab), name(&github));
    assert_eq!(tokens, [(first.as_str(), "ok"), (second.as_str(), "warning"), (third.as_str(), "ok")], "{run}");

    // One that is refused keeps only what needs it from working; for packit as a whole it is wrong.
    forges("TOKEN_TESTER_EXPIRED");
    let run = hello.packit(&["--json", "doctor", "--online", "propose-update"]).success();
    assert_eq!(check(&run, &name(&github))["state"], "warning", "{run}");
    let run = hello.packit(&["--json", "doctor", "--online"]).failure(2, &[]);
    let told = check(&run, &name(&github));
    assert_eq!(told["state"], "error", "{run}");
    assert!(told["found"].as_str().unwrap().contains("refuses the token: Bad credentials"), "{told}");
    assert!(told["hints"].to_string().contains("make a token with the rights"), "{told}");
    assert!(!run.to_string().contains("TOKEN_TESTER"), "{run}");
    // A server that does not answer says nothing of the token.
    github.fault("GET /api/v3/user", crate::support::forge::Fault::Closed);
    let run = hello.packit(&["--json", "doctor", "--online"]);
    assert_eq!(check(&run, &name(&github))["state"], "warning", "{run}");
    // What needs no forge does not ask one.
    let before = github.requests().len();
    hello.packit(&["doctor", "--online", "srpm"]).success();
    assert_eq!(github.requests().len(), before);
}

#[test]
fn a_token_for_copr() {
    let dist_git = ForgeServer::forgejo();
    let stage = stage(&dist_git);
    let hello = stage.hello();
    let told = |run: &Run| {
        assert!(!run.to_string().contains("\"found\":\"\""), "{run}");
        let told = check(run, "Copr");
        (told["state"].as_str().unwrap().to_owned(), told["ends"].as_str().unwrap_or("").to_owned())
    };
    let with_day = |user: &str, day: &str| {
        let text = stage.copr.config(user);
        let line = text.lines().find(|line| line.contains("expiration date:")).unwrap();
        let text = text.replace(line, &format!("# expiration date: {day}"));
        fs_err::write(stage.world.path("home/.config/copr"), text).unwrap();
    };
    for (days, state) in [(200, "ok"), (15, "ok"), (14, "warning"), (0, "warning")] {
        with_day("alice", &day(days));
        let run = hello.packit(&["--json", "doctor", "--online", "copr-build"]).success();
        assert_eq!(told(&run), (state.to_owned(), day(days)), "{run}");
    }
    with_day("alice", &day(-1));
    for command in [&["copr-build"][..], &[]] {
        let run = hello.packit(&[&["--json", "doctor", "--online"], command].concat()).failure(2, &[]);
        assert_eq!(told(&run), ("error".to_owned(), day(-1)), "{run}");
    }
    // The file promises more than the server holds.
    with_day("stale", &day(200));
    for command in [&["copr-build"][..], &[]] {
        let run = hello.packit(&[&["--json", "doctor", "--online"], command].concat()).failure(2, &[]);
        assert_eq!(told(&run), ("error".to_owned(), day(200)), "{run}");
    }
}
