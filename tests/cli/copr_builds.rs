//! How builds go on the Copr server of the tests, and what its server of results has of them.

use std::io::Read as _;
use std::thread;
use std::time::{Duration, Instant};

use flate2::read::GzDecoder;
use serde_json::{Value, json};

use super::support::{Copr, Script, Told, ask};

const CHROOTS: &[&str] = &["fedora-43-x86_64", "epel-9-x86_64", "epel-10-x86_64"];

/// A server with a project of three chroots and one build in it, which goes as the script says.
fn building(script: Script) -> Copr {
    let copr = Copr::new();
    copr.add_project("alice", "p1", CHROOTS);
    copr.script(script);
    let body = "--xyz\r\nContent-Disposition: form-data; name=\"pkgs\"; filename=\"hello-2.0-1.src.rpm\"\r\n\r\nSRPM\r\n\
                --xyz\r\nContent-Disposition: form-data; name=\"json\"; filename=\"json\"\r\n\r\n\
                {\"ownername\":\"alice\",\"projectname\":\"p1\"}\r\n--xyz--\r\n";
    let authorization = copr.authorization("alice");
    let headers = [("Authorization", authorization.as_str()), ("Content-Type", "multipart/form-data; boundary=xyz")];
    let told = ask(&copr.address(), "POST", "/api_3/build/create/upload", &headers, body.as_bytes());
    assert_eq!((told.status, &told.json()["id"]), (200, &json!(1)));
    copr
}

fn get(copr: &Copr, path: &str) -> Value {
    ask(&copr.address(), "GET", &format!("/api_3/{path}"), &[], b"").json()
}

/// A file of the server of results.
fn result(copr: &Copr, url: &Value, file: &str, headers: &[(&str, &str)]) -> Told {
    let path = url.as_str().unwrap().strip_prefix(&copr.results_address()).unwrap().trim_end_matches('/').to_owned();
    ask(&copr.results_address(), "GET", &format!("{path}/{file}"), headers, b"")
}

fn unzipped(told: &Told) -> String {
    let mut text = String::new();
    GzDecoder::new(&told.body[..]).read_to_string(&mut text).unwrap();
    text
}

/// The states that a client sees which asks until the build has ended.
fn watched(copr: &Copr) -> Vec<String> {
    let mut states: Vec<String> = Vec::new();
    loop {
        let state = get(copr, "build/1")["state"].as_str().unwrap().to_owned();
        let end = ["failed", "succeeded", "canceled"].contains(&state.as_str());
        states.push(state);
        if end {
            return states;
        }
    }
}

#[test]
fn three_chroots_of_which_one_fails() {
    let script = Script::new()
        .source(&["pending", "starting", "running", "importing"])
        .every_chroot(&["pending", "running*2", "succeeded"])
        .chroot("epel-9-x86_64", &["pending", "failed"]);
    let copr = building(script.clone());
    let states = ["pending", "starting", "running", "importing", "pending", "running", "running", "failed"];
    assert_eq!(watched(&copr), states);

    // All routes of one round see the same step.
    let copr = building(script);
    for state in &states[..5] {
        assert_eq!(get(&copr, "build/1")["state"], **state);
        get(&copr, "build-chroot/list?build_id=1");
        get(&copr, "build/source-chroot/1");
    }
    let build = get(&copr, "build/1");
    assert_eq!((&build["state"], &build["ended_on"]), (&json!("running"), &Value::Null));
    let chroots = get(&copr, "build-chroot/list?build_id=1");
    let said: Vec<(&str, &str)> = chroots["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|chroot| (chroot["name"].as_str().unwrap(), chroot["state"].as_str().unwrap()))
        .collect();
    assert_eq!(said, [("fedora-43-x86_64", "running"), ("epel-9-x86_64", "failed"), ("epel-10-x86_64", "running")]);
    let one = get(&copr, "build-chroot?build_id=1&chrootname=epel-10-x86_64");
    assert_eq!(one["state"], "running");
    let result_url = format!("{}/results/alice/p1/epel-10-x86_64/00000001-hello/", copr.results_address());
    assert_eq!(one["result_url"], result_url);
    assert_eq!(watched(&copr).last().unwrap(), "failed");
    assert!(get(&copr, "build/1")["ended_on"].is_u64());
}

#[test]
fn an_srpm_that_cannot_be_built_ends_the_build() {
    let copr = building(Script::new().source(&["pending", "running", "failed"]).log("srpm", &["bad spec"]));
    assert_eq!(ask(&copr.address(), "GET", "/api_3/build/source-chroot/1", &[], b"").status, 500);
    assert_eq!(watched(&copr), ["pending", "running", "failed"]);
    let source = get(&copr, "build/source-chroot/1");
    assert_eq!(source["state"], "failed");
    assert_eq!(unzipped(&result(&copr, &source["result_url"], "builder-live.log.gz", &[])), "bad spec\n");
    assert_eq!(get(&copr, "build/1")["chroots"], json!([]));
}

#[test]
fn a_build_is_cancelled_on_the_server() {
    let copr = building(Script::new().every_chroot(&["running"]).chroot("epel-9-x86_64", &["running", "canceled"]));
    assert_eq!(watched(&copr), ["pending", "running", "importing", "running", "canceled"]);
    let copr = building(Script::new().source(&["pending", "canceled"]));
    assert_eq!(watched(&copr), ["pending", "canceled"]);

    let copr = building(Script::new().source(&["running"]));
    for _ in 0..20 {
        assert_eq!(get(&copr, "build/1")["state"], "running");
    }
    copr.cancel(1);
    assert_eq!(get(&copr, "build/1")["state"], "canceled");
    assert_eq!((copr.build(1)["state"].as_str(), copr.build(2)), (Some("canceled"), Value::Null));
}

#[test]
fn steps_are_taken_by_reads_by_time_or_by_hand() {
    let copr = building(Script::new().per_reads(2));
    assert_eq!(watched(&copr)[..5], ["pending", "pending", "running", "running", "importing"]);

    let start = Instant::now();
    let copr = building(Script::new().per(Duration::from_millis(50)));
    while copr.build(1)["state"] != "succeeded" {
        assert!(start.elapsed() < Duration::from_secs(20));
        thread::sleep(Duration::from_millis(5));
    }
    assert!(start.elapsed() >= Duration::from_millis(250));

    let copr = building(Script::new().by_hand());
    for state in ["pending", "running", "importing", "pending", "running", "succeeded", "succeeded"] {
        assert_eq!([&get(&copr, "build/1")["state"], &get(&copr, "build/1")["state"]], [state, state]);
        copr.advance(1, 1);
    }
}

#[test]
fn a_log_grows_while_its_chroot_builds() {
    let name = "fedora-43-x86_64";
    let script = Script::new().by_hand().log(name, &["one", "two", "three"]).rpm(name, "hello-2.0-1.noarch.rpm", "RPM");
    let copr = building(script);
    let chroot = || get(&copr, &format!("build-chroot?build_id=1&chrootname={name}"));
    copr.advance(1, 3);
    assert_eq!(chroot()["result_url"], Value::Null);
    copr.advance(1, 1);
    let url = chroot()["result_url"].clone();
    let read = |file: &str, headers: &[(&str, &str)]| result(&copr, &url, file, headers);
    let log = || String::from_utf8(read("builder-live.log", &[]).body).unwrap();
    assert_eq!([log(), log()], ["one\n", "one\ntwo\n"]);
    copr.add_log(1, name, "more\n");
    let part = read("builder-live.log", &[("Range", "bytes=8-")]);
    assert_eq!((part.status, &part.body[..]), (206, &b"three\nmore\n"[..]));
    assert_eq!(part.header("content-range"), Some("bytes 8-18/19"));
    assert_eq!(read("builder-live.log", &[("Range", "bytes=19-")]).status, 416);
    assert_eq!(read("builder-live.log.gz", &[]).status, 404);

    copr.advance(1, 1);
    assert_eq!(read("builder-live.log", &[]).status, 404);
    let log = read("builder-live.log.gz", &[]);
    assert_eq!(unzipped(&log), "one\ntwo\nthree\nmore\n");
    assert_eq!((log.header("content-type"), log.header("content-encoding")), (Some("text/plain"), Some("gzip")));
    copr.plain_gzip();
    let log = read("builder-live.log.gz", &[]);
    assert_eq!((log.header("content-type"), log.header("content-encoding")), (Some("application/gzip"), None));
    assert_eq!(read("hello-2.0-1.noarch.rpm", &[]).body, b"RPM");
    let listing = String::from_utf8(read("", &[]).body).unwrap();
    assert!(["success", "results.json", "root.log.gz"].iter().all(|file| listing.contains(file)), "{listing}");
    let package = json!({ "name": "hello", "epoch": 0, "version": "2.0", "release": "1", "arch": "noarch" });
    assert_eq!(get(&copr, "build/built-packages/1")[name], json!({ "packages": [package] }));
    assert_eq!(read("results.json", &[]).json(), json!({ "packages": [package] }));
    let monitor = get(&copr, "monitor?ownername=alice&projectname=p1&additional_fields[]=url_build_log");
    assert_eq!(
        monitor["packages"][0]["chroots"][name]["url_build_log"],
        format!("{}builder-live.log.gz", url.as_str().unwrap())
    );
}

#[test]
fn the_web_address_of_a_build_leads_to_its_project() {
    let copr = building(Script::new());
    let told = ask(&copr.address(), "GET", "/coprs/build/1/", &[], b"");
    let page = format!("{}/coprs/alice/p1/build/1/", copr.address());
    assert_eq!((told.status, told.header("location")), (302, Some(page.as_str())));
    assert_eq!(ask(&copr.address(), "GET", "/coprs/alice/p1/", &[], b"").status, 200);
    let head = ask(&copr.address(), "HEAD", "/coprs/alice/p1/", &[], b"");
    assert_eq!((head.status, head.body.len()), (200, 0));
    assert_eq!(ask(&copr.address(), "GET", "/coprs/alice/nope/", &[], b"").status, 404);
    let source =
        copr.build(1)["source_package"]["url"].as_str().unwrap().strip_prefix(&copr.address()).unwrap().to_owned();
    assert_eq!(ask(&copr.address(), "GET", &source, &[], b"").body, b"SRPM");
}
