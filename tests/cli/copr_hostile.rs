//! A Copr server that means harm: names that lead out, addresses that lead elsewhere, answers without end.

use serde_json::json;

use super::support::{Answer, CoprStage, Request, Server, World};

/// A world whose Copr is this server; alice's token is in its file.
fn world(server: &Server) -> World {
    let world = World::new();
    let file = world.path("home/.config/copr");
    fs_err::create_dir_all(file.parent().unwrap()).unwrap();
    let text = "[copr-cli]\nlogin = l\ntoken = canary-77\nusername = alice\nencrypted = False\ncopr_url = ";
    fs_err::write(file, format!("{text}{}\n", server.url(""))).unwrap();
    world
}

/// A server with one finished build, whose chroot has this name and these results.
fn server(
    state: &'static str,
    chroot: &'static str,
    results: impl Fn() -> String + Send + 'static,
    package: &'static str,
) -> Server {
    Server::new(move |request: &Request| {
        let body = match request.path.split('?').next().unwrap_or_default() {
            "/api_3/build/1" => format!(
                r#"{{"id":1,"state":"{state}","ownername":"alice","projectname":"p","started_on":-9223372036854775808}}"#
            ),
            "/api_3/build-chroot/list" => format!(
                r#"{{"items":[{{"name":{},"state":"{state}","started_on":-9223372036854775808,"ended_on":9223372036854775807,"result_url":{}}}]}}"#,
                json!(chroot),
                json!(results())
            ),
            "/api_3/build/source-chroot/1" => r#"{"state":"succeeded","result_url":null}"#.to_owned(),
            "/api_3/build/built-packages/1" => format!(
                r#"{{{}:{{"packages":[{{"name":{package:?},"version":"1","release":"1","arch":"noarch"}}]}}}}"#,
                json!(chroot)
            ),
            _ => return Answer::new(404, "no"),
        };
        Answer::ok(body).header("Content-Type", "application/json")
    })
}

#[test]
fn names_that_lead_out() {
    for (chroot, package) in [
        ("../../escaped", "hello"),
        ("/escaped", "hello"),
        ("epel-9-x86_64", "../../escaped"),
        ("epel-9-x86_64", "a/../../b"),
        ("..", "hello"),
    ] {
        let files = Server::new(|_| Answer::ok("RPM"));
        let url = files.url("/results/");
        let server = server("succeeded", chroot, move || url.clone(), package);
        let world = world(&server);
        let run = world.packit(world.path("out"), &["copr", "download", "1", "-d", "rpms"]);
        assert!(matches!(run.code, Some(2 | 3)), "{chroot} {package}: {run}");
        let outside: Vec<_> =
            fs_err::read_dir(world.path("")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(outside.len(), 3, "{outside:?}");
        assert!(
            !world.path("out/escaped-1-1.noarch.rpm").exists() && !world.path("out/rpms/b-1-1.noarch.rpm").exists()
        );
    }
}

#[test]
fn addresses_that_lead_elsewhere() {
    for url in ["file:///etc/", "ftp://h/", "not an address"] {
        let server = server("failed", "epel-9-x86_64", move || url.to_owned(), "hello");
        let world = world(&server);
        for command in [&["copr", "logs", "1"][..], &["copr", "download", "1"], &["copr", "watch", "1"]] {
            let run = world.packit(world.path("out"), command);
            assert!(matches!(run.code, Some(1..=3)), "{url}: {run}");
            assert!(!run.to_string().contains("root:") && !run.stderr.contains("panicked"), "{run}");
        }
    }
    // Another server gets no token, and its log is only text.
    let other = Server::new(|_| Answer::ok("plain \u{1b}]0;x\u{7}text\n"));
    let url = other.url("/r/");
    let server = server("failed", "epel-9\u{1b}[31m", move || url.clone(), "hello");
    let world = world(&server);
    let run = world.packit(world.path("out"), &["-d", "copr", "watch", "1"]).failure(1, &["plain ]0;xtext"]);
    assert!(!run.to_string().contains('\u{1b}'), "{run}");
    assert!(!other.requests().is_empty());
    assert!(
        other
            .requests()
            .iter()
            .all(|request| request.header("authorization").is_none() && request.header("cookie").is_none())
    );
}

#[test]
fn a_write_is_not_sent_on() {
    let trap = Server::new(|_| Answer::ok("{}"));
    let there = trap.url("/");
    let server = Server::new(move |request: &Request| match request.path.as_str() {
        "/api_3/auth-check" => Answer::ok(r#"{"name":"alice","id":1}"#),
        _ => Answer::redirect(there.clone()),
    });
    let world = world(&server);
    world.packit(world.path("out"), &["copr", "cancel", "1"]).failure(3, &["is elsewhere now"]);
    // What is read may be elsewhere, without the token.
    world.packit(world.path("out"), &["copr", "status", "1"]).failure(3, &[]);
    assert!(trap.requests().iter().all(|request| request.method == "GET" && request.header("authorization").is_none()));
}

#[test]
fn answers_that_are_none() {
    let long = "x".repeat(20 << 20);
    for body in [
        "",
        "[]",
        "null",
        "{\"id\":\"7\"}",
        "<html>",
        "\u{0}",
        long.as_str(),
        r#"{"id":1,"state":"marvellous","ownername":"a","projectname":"p"}"#,
    ] {
        let body = body.to_owned();
        let server = Server::new(move |_| Answer::ok(&body).header("Content-Type", "application/json"));
        let world = world(&server);
        let run = world.packit(world.path("out"), &["copr", "status", "1"]).failure(3, &["127.0.0.1"]);
        assert!(run.stderr.len() < 2000);
    }
}

#[test]
fn a_chroot_that_only_the_server_names() {
    let stage = CoprStage::new();
    stage.copr.set_chroots(&["../../x", "epel-9-x86_64\u{1b}", "fedora-rawhide-x86_64"]);
    stage.build(&["--targets", "../../x", "--project", "p1", "--no-wait"]);
    let run = stage.build(&["--targets", "epel-9-x86_65", "--no-wait"]).failure(2, &["does not build for"]);
    assert!(!run.stderr.contains('\u{1b}'), "{run}");
}
