//! What is looked up about a release, through the library: the newest version in release monitoring, the bug in Bugzilla.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use packit::context::Context;
use packit::error::{Kind, Result};
use packit::interrupt::Interrupt;
use packit::services::bugzilla::release_bug;
use packit::services::release_monitoring::newest_version;
use packit::services::{Client, Settings};

use crate::support::{Answer, Bug, Bugzilla, ReleaseMonitoring};

/// Runs one search with a client of its own.
fn run<T>(search: impl AsyncFnOnce(&Context, &Client) -> Result<T>) -> Result<T> {
    let context = Context::with("/".into(), HashMap::new(), Arc::new(|_| ()), Interrupt::default()).unwrap();
    let idle = Duration::from_millis(200);
    let client = Client::new(Settings { idle, connect: idle, pauses: vec![], ..Settings::default() });
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(search(&context, &client))
}

fn version(server: &ReleaseMonitoring, package: &str) -> Result<Option<String>> {
    run(async |context, client| newest_version(context, client, &server.url(), package).await)
}

fn bug(server: &Bugzilla, package: &str, version: &str) -> Result<Option<u64>> {
    run(async |context, client| release_bug(context, client, &server.url(), package, version).await)
}

#[test]
fn the_newest_version() {
    let server = ReleaseMonitoring::new()
        .with_package("hello", Some("2.12"))
        .with_package("empty", None)
        .with_project("hello", Some("9"))
        .with_project("empty-other", Some("7"))
        .with_project("empty", Some("3.1"))
        .with_project("python-unmapped", Some("8"))
        .with_project("unmapped", Some("4"))
        .with_project("versionless", None);
    for (package, newest) in [
        ("hello", Some("2.12")),
        ("empty", Some("3.1")),
        ("unmapped", Some("4")),
        ("versionless", None),
        ("none", None),
    ] {
        assert_eq!(version(&server, package).unwrap().as_deref(), newest, "{package}");
    }
    assert_eq!(
        server.paths()[..3],
        ["/api/project/Fedora/hello", "/api/project/Fedora/empty", "/api/projects?pattern=empty"]
    );
}

#[test]
fn names_stay_names() {
    let server = ReleaseMonitoring::new();
    for package in ["a/../../b", "a?x=1&y#z", "..", "%2e%2e", ""] {
        assert_eq!(version(&server, package).unwrap(), None, "{package}");
    }
    let paths = server.paths();
    assert!(paths.contains(&"/api/project/Fedora/a%2F..%2F..%2Fb".to_owned()), "{paths:?}");
    assert!(paths.contains(&"/api/projects?pattern=a%3Fx%3D1%26y%23z".to_owned()), "{paths:?}");
    assert!(paths.contains(&"/api/project/Fedora/%252e%252e".to_owned()), "{paths:?}");
}

#[test]
fn a_search_for_a_version_that_fails_says_so() {
    for (answer, told) in [
        (Answer::new(500, "oops"), "answered 500"),
        (Answer::closed(), "closed the connection"),
        (Answer::ok("{}").stalling_after(1), "does not answer"),
        (Answer::ok("<html>").header("Content-Type", "text/html"), "gave another answer"),
        (Answer::ok("[1]"), "gave another answer"),
        (Answer::ok("{\"version\": {\"x\": 1}}"), "gave another answer"),
    ] {
        let server = ReleaseMonitoring::new();
        server.fail(answer);
        let error = version(&server, "hello").unwrap_err();
        assert!(error.kind() == Kind::Service && error.message().contains(told), "{told}: {error:?}");
        assert!(!error.hints().is_empty(), "{error:?}");
    }
}

#[test]
fn the_bug_of_a_release() {
    let of_release = |id, summary: &str| Bug::of_release(id, "hello", summary);
    let server = Bugzilla::new([
        of_release(1, "hello-2.12.1 is available"),
        of_release(2, "python-hello-2.12 is available"),
        Bug { creator: "ann", creator_name: "Ann Author", ..of_release(3, "hello-2.12 is available") },
        Bug { status: "CLOSED", ..of_release(4, "hello-2.12 is available") },
        Bug { component: "other", ..of_release(5, "hello-2.12 is available") },
        of_release(6, "Hello-2.12 is available"),
        of_release(7, "hello-2.12 is available"),
        of_release(8, "hello-2.12 is available"),
        Bug {
            creator: "upstream-release-monitoring@fedoraproject.org",
            creator_name: "",
            ..of_release(9, "hello-3 is available")
        },
        Bug { creator: "robot@example.com", ..of_release(10, "hello-4 is available") },
        // The Python packit takes the name for a regular expression.
        Bug::of_release(11, "a.c", "abc-1 is available"),
        Bug::of_release(12, "c++", "c++-1&2 is available"),
    ]);
    for (package, version, id) in [
        ("hello", "2.12", Some(7)),
        ("hello", "3", Some(9)),
        ("hello", "4", Some(10)),
        ("hello", "5", None),
        ("a.c", "1", None),
        ("c++", "1&2", Some(12)),
        ("", "", None),
    ] {
        assert_eq!(bug(&server, package, version).unwrap(), id, "{package} {version}");
    }
    assert_eq!(
        server.paths()[0],
        "/rest/bug?product=Fedora&component=hello&status=NEW&summary=hello-2.12+is+available&include_fields=id%2Csummary%2Ccreator%2Ccreator_detail"
    );
}

#[test]
fn a_search_for_a_bug_that_fails_says_so() {
    let failure = "{\"error\": true, \"code\": 51, \"message\": \"There is no component named 'x'.\"}";
    for (answer, told) in [
        (
            Answer::new(400, failure).header("Content-Type", "application/json"),
            ": it says: There is no component named 'x'.",
        ),
        (Answer::new(500, "<html><title>Oops</title>").header("Content-Type", "text/html"), "a web page: Oops"),
        (Answer::closed(), "closed the connection"),
        (Answer::ok("{\"bugs\": 1}"), "gave another answer"),
        (Answer::ok("{\"error\": true}"), "gave another answer"),
    ] {
        let server = Bugzilla::new([]);
        server.fail(answer);
        let error = bug(&server, "hello", "1").unwrap_err();
        assert_eq!(error.kind(), Kind::Service);
        let all = format!("{}: {}", error.message(), error.causes().join(": "));
        assert!(all.contains(told), "{told}: {error:?}");
    }
}
