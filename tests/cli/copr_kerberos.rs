//! Logging in to Copr by Kerberos: a real KDC, a real Apache in front of what Copr answers to a login, and the session that is kept.

use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use serde_json::{Value, json};

use super::support::{Apache, CoprStage, Kdc, World, ask};

/// What Copr answers to a login, to a session, and to a write. It knows the sessions in the file `sessions` only.
const SCRIPT: &str = r#"#!/bin/sh
echo "$REQUEST_METHOD $PATH_INFO $HTTP_COOKIE $REMOTE_USER" >> "$DATA/requests"
touch "$DATA/sessions"
known() { grep -qxF "$HTTP_COOKIE" "$DATA/sessions"; }
case "$PATH_INFO" in
*/gssapi_login/)
  session="session=ann-session-canary-$(wc -l < "$DATA/requests")"
  echo "$session" >> "$DATA/sessions"
  printf 'Content-Type: application/json\nSet-Cookie: %s; HttpOnly; Path=/\n\n{"name":"ann","id":7}' "$session" ;;
*/auth-check)
  known && printf 'Content-Type: application/json\n\n{"name":"ann","id":7}' ||
    printf 'Status: 401\nContent-Type: application/json\n\n{"output":"notok","error":"Login invalid/expired."}' ;;
*/build/cancel/1)
  test ! -e "$DATA/forgets" || { rm "$DATA/forgets"; : > "$DATA/sessions"; }
  known && printf 'Content-Type: application/json\n\n{"id":1,"state":"canceled","ownername":"ann","projectname":"p"}' ||
    printf 'Status: 401\nContent-Type: application/json\n\n{"output":"notok","error":"Login invalid/expired."}' ;;
*) printf 'Status: 404\nContent-Type: application/json\n\n{"error":"no"}' ;;
esac
"#;

/// Writes a file of Copr that asks for a login by Kerberos.
fn configure(world: &World, url: &str) {
    let file = world.path("home/.config/copr");
    fs_err::create_dir_all(file.parent().unwrap()).unwrap();
    fs_err::write(file, format!("[copr-cli]\ncopr_url = {url}\nencrypted = False\ngssapi = True\n")).unwrap();
}

/// A world with a ticket of ann's.
fn world_of_ann(kdc: &Kdc) -> World {
    let mut world = World::new();
    world.set("KRB5_CONFIG", kdc.config());
    world.set("KRB5CCNAME", kdc.ticket("ann", "1h"));
    world
}

/// The file of the only session that is kept.
fn kept(world: &World) -> (PathBuf, Value) {
    let folder = world.path("home/.cache/copr");
    let files: Vec<_> = fs_err::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
    let file = files.iter().find(|file| file.display().to_string().ends_with("-session")).unwrap();
    (file.clone(), serde_json::from_slice(&fs_err::read(file).unwrap()).unwrap())
}

#[test]
fn a_login_is_kept_for_the_next_runs() {
    let kdc = Kdc::new();
    let apache = Apache::new(&kdc, SCRIPT);
    let world = world_of_ann(&kdc);
    configure(&world, &apache.url("/open"));
    let whoami = || world.packit(world.path("out"), &["-d", "copr", "whoami"]);
    let requests = || {
        let file = apache.data().join("requests");
        let text = fs_err::read_to_string(&file).unwrap_or_default();
        let _ = fs_err::remove_file(&file);
        text.lines().map(str::to_owned).collect::<Vec<_>>()
    };
    let run = whoami();
    assert_eq!((run.code, run.stdout.as_str()), (Some(0), "ann\n"), "{run} {}", apache.log());
    assert!(!run.to_string().contains("canary") && !run.to_string().contains("Negotiate Y"), "{run}");
    assert_eq!(requests(), ["GET /api_3/gssapi_login/  ann@TEST.EXAMPLE"]);
    let (file, session) = kept(&world);
    assert_eq!(fs_err::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(
        file.file_name().unwrap().to_str().unwrap(),
        format!("{}-session", apache.url("").trim_start_matches("http://"))
    );
    assert_eq!((&session["name"], &session["session"]), (&json!("ann"), &json!("ann-session-canary-1")));
    let left = session["expiration"].as_f64().unwrap() - jiff::Timestamp::now().as_second() as f64;
    assert!((35_000.0..=36_000.0).contains(&left), "{left}");

    // The session is enough, also for what writes.
    assert_eq!(whoami().success().stdout, "ann\n");
    assert_eq!(requests(), ["GET /api_3/auth-check session=ann-session-canary-1 "]);
    world.packit(world.path("out"), &["copr", "cancel", "1"]).success();
    assert_eq!(requests().last().unwrap(), "PUT /api_3/build/cancel/1 session=ann-session-canary-1 ");

    // One that the server has forgotten, one that is over, and one that cannot be read give a new login.
    fs_err::write(apache.data().join("sessions"), "").unwrap();
    fs_err::set_permissions(apache.data().join("sessions"), PermissionsExt::from_mode(0o666)).unwrap();
    whoami().success();
    assert_eq!(
        requests(),
        ["GET /api_3/auth-check session=ann-session-canary-1 ", "GET /api_3/gssapi_login/  ann@TEST.EXAMPLE"]
    );
    for text in [
        r#"{"name":"ann","session":"old","expiration":1700000000.5}"#,
        "{",
        r#"{"name":"ann","session":"a\nb","expiration":9e9}"#,
    ] {
        fs_err::write(&file, text).unwrap();
        whoami().success();
        assert_eq!(requests().last().unwrap(), "GET /api_3/gssapi_login/  ann@TEST.EXAMPLE", "{text}");
        assert_eq!(fs_err::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    }
}

#[test]
fn a_session_that_ends_in_the_middle_is_begun_anew_once() {
    let kdc = Kdc::new();
    let apache = Apache::new(&kdc, SCRIPT);
    let mut world = world_of_ann(&kdc);
    configure(&world, &apache.url("/open"));
    world.packit(world.path("out"), &["copr", "whoami"]).success();
    let forget = || {
        fs_err::write(apache.data().join("forgets"), "").unwrap();
        for name in ["", "forgets", "sessions"] {
            fs_err::set_permissions(apache.data().join(name), PermissionsExt::from_mode(0o777)).unwrap();
        }
    };
    forget();
    let run = world.packit(world.path("out"), &["copr", "cancel", "1"]).success();
    drop(run.told("is over: logging in again"));
    let requests = fs_err::read_to_string(apache.data().join("requests")).unwrap();
    let requests: Vec<&str> = requests.lines().collect();
    assert_eq!(
        requests[1..],
        [
            "GET /api_3/auth-check session=ann-session-canary-1 ",
            "PUT /api_3/build/cancel/1 session=ann-session-canary-1 ",
            "GET /api_3/gssapi_login/  ann@TEST.EXAMPLE",
            "PUT /api_3/build/cancel/1 session=ann-session-canary-4 ",
        ]
    );
    // Without a ticket for that, the ticket is what is missing: not a token.
    forget();
    world.set("KRB5CCNAME", "FILE:/nonexistent");
    let run = world.packit(world.path("out"), &["copr", "cancel", "1"]).failure(2, &["ticket", "kinit"]);
    assert!(!run.to_string().contains("token"), "{run}");
}

#[test]
fn no_ticket_is_told_before_anything_is_asked() {
    let kdc = Kdc::new();
    let apache = Apache::new(&kdc, SCRIPT);
    let mut world = world_of_ann(&kdc);
    world.set("KRB5CCNAME", "FILE:/nonexistent");
    configure(&world, &apache.url("/open"));
    let run = world.packit(world.path("out"), &["copr", "whoami"]);
    run.failure(2, &["ticket", "kinit"]);
    assert!(!apache.data().join("requests").exists());
}

#[test]
fn a_build_with_a_session() {
    let kdc = Kdc::new();
    let stage = CoprStage::new();
    let mut stage = stage;
    stage.world.set("KRB5_CONFIG", kdc.config());
    stage.world.set("KRB5CCNAME", kdc.ticket("ann", "1h"));
    configure(&stage.world, &stage.copr.address());
    stage.copr.accept_negotiate("abc", "alice");
    let told = ask(&stage.copr.address(), "GET", "/api_3/gssapi_login/", &[("Authorization", "Negotiate abc")], b"");
    let cookie =
        told.header("set-cookie").unwrap().split(';').next().unwrap().trim_start_matches("session=").to_owned();
    let host = stage.copr.address().trim_start_matches("http://").to_owned();
    let file = stage.world.path(format!("home/.cache/copr/{host}-session"));
    fs_err::create_dir_all(file.parent().unwrap()).unwrap();
    fs_err::write(file, json!({ "name": "alice", "session": cookie, "expiration": 9e9 }).to_string()).unwrap();
    stage.build(&["--targets", "epel-9-x86_64", "--project", "p1"]).success();
    assert_eq!(stage.sent_build()["ownername"], "alice");
    let requests = stage.copr.requests();
    for request in requests.iter().filter(|request| request.is_write()) {
        assert_eq!(request.header("cookie"), Some(format!("session={cookie}").as_str()));
        assert_eq!(request.header("authorization"), None);
    }
    // The server of results is told nothing.
    assert!(!requests.iter().any(|request| request.path.starts_with("/results") && request.header("cookie").is_some()));
}
