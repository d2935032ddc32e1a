//! Downloads through the library, from real servers on the loopback interface: whole, verified, cached, or nothing at all.

use std::collections::HashMap;
use std::io::Write as _;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex, OnceLock};
use std::time::{Duration, Instant, SystemTime};

use packit::checksum::{Algorithm, Checksum};
use packit::context::Context;
use packit::error::{Error, Kind, Result};
use packit::event::Event;
use packit::interrupt::Interrupt;
use packit::services::http::Response;
use packit::services::{Address, Client, Downloaded, Origin, Settings, Wanted, download};

use crate::support::{Answer, Server};

/// More than one read of a socket brings.
fn content() -> Vec<u8> {
    (0..300_000_u32).flat_map(|number| number.to_le_bytes()).collect()
}

fn sha512(bytes: &[u8]) -> Checksum {
    Checksum::of_bytes(Algorithm::Sha512, bytes)
}

/// All that is traced in this process, at any level and for any target.
fn traced() -> &'static Mutex<Vec<u8>> {
    static TRACED: OnceLock<Mutex<Vec<u8>>> = OnceLock::new();
    TRACED.get_or_init(|| {
        struct Writer;
        impl std::io::Write for Writer {
            fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
                traced().lock().unwrap().extend(bytes);
                Ok(bytes.len())
            }
            fn flush(&mut self) -> std::io::Result<()> {
                Ok(())
            }
        }
        let all = tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_writer(|| Writer).finish();
        tracing::subscriber::set_global_default(all).unwrap();
        Mutex::default()
    })
}

/// A folder for a destination and a cache, and what is told.
struct Stage {
    folder: tempfile::TempDir,
    variables: HashMap<std::ffi::OsString, std::ffi::OsString>,
    events: Arc<Mutex<Vec<Event>>>,
    interrupt: Interrupt,
    settings: Settings,
}

impl Stage {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs_err::create_dir(folder.path().join("out")).unwrap();
        let home = folder.path().join("home");
        let milliseconds = Duration::from_millis;
        Self {
            variables: HashMap::from([("HOME".into(), home.into())]),
            folder,
            events: Arc::default(),
            interrupt: Interrupt::default(),
            settings: Settings {
                idle: milliseconds(300),
                pauses: vec![milliseconds(10), milliseconds(20)],
                ..Settings::default()
            },
        }
    }

    fn offline(mut self) -> Self {
        self.settings.offline = true;
        self
    }

    fn set(mut self, name: &str, value: impl Into<std::ffi::OsString>) -> Self {
        self.variables.insert(name.into(), value.into());
        self
    }

    fn to(&self) -> PathBuf {
        self.folder.path().join("out/hello.tar.gz")
    }

    fn got(&self) -> Vec<u8> {
        fs_err::read(self.to()).unwrap()
    }

    fn context(&self) -> Context {
        let events = Arc::clone(&self.events);
        let sink = Arc::new(move |event| events.lock().unwrap().push(event));
        Context::with(self.folder.path().to_owned(), self.variables.clone(), sink, self.interrupt.clone()).unwrap()
    }

    fn get(&self, url: &str) -> Result<Downloaded> {
        self.get_known(url, &[])
    }

    /// Downloads with a new client, in a runtime of its own, and checks that nothing but the file itself is left.
    #[track_caller]
    fn get_known(&self, url: &str, checksums: &[Checksum]) -> Result<Downloaded> {
        let had = self.to().exists().then(|| self.got());
        let wanted = Wanted {
            url: url.to_owned(),
            name: "hello.tar.gz".to_owned(),
            checksums: checksums.to_owned(),
            check: |_, _| Ok(()),
        };
        let client = Client::new(self.settings.clone());
        let got = runtime().block_on(download(&self.context(), &client, &wanted, &self.to()));
        let left = files(&self.folder.path().join("out"));
        assert!(left.is_empty() || left == [self.to()], "{left:?}");
        if got.is_err() {
            assert_eq!(self.to().exists().then(|| self.got()), had, "a failure changed the file");
        }
        for kept in self.kept() {
            let name = kept.file_name().unwrap().to_string_lossy().into_owned();
            assert_eq!(Checksum::of_file(Algorithm::Sha512, &kept).unwrap().hex(), name, "a broken cache");
        }
        got
    }

    #[track_caller]
    fn fail(&self, url: &str) -> Error {
        let error = self.get(url).unwrap_err();
        assert!(!error.hints().is_empty(), "no mend: {error:?}");
        error
    }

    /// The contents in the cache.
    fn kept(&self) -> Vec<PathBuf> {
        files(&self.folder.path().join("home/.cache/packit/downloads/files"))
    }

    fn told(&self) -> String {
        format!("{:?}", self.events.lock().unwrap())
    }
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs_err::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found
}

fn seconds(time: SystemTime) -> u64 {
    time.duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs()
}

/// Message and causes as one text.
fn words(error: &Error) -> String {
    format!("{}: {}", error.message(), error.causes().join(": "))
}

#[test]
fn a_whole_file() {
    let stage = Stage::new();
    let date = "Sun, 06 Nov 1994 08:49:37 GMT";
    let server = Server::scripted([Answer::ok(content()).header("Last-Modified", date)]);
    let got = stage.get(&server.url("/dir/hello.tar.gz?x=1#/other.tar.gz")).unwrap();
    assert_eq!((got.size, got.origin), (1_200_000, Origin::Server));
    assert_eq!(got.sha512, sha512(&content()));
    assert_eq!(stage.got(), content());
    let metadata = fs_err::metadata(stage.to()).unwrap();
    assert_eq!(metadata.permissions().mode() & 0o7777, 0o644);
    assert_eq!(seconds(metadata.modified().unwrap()), 784_111_777);
    let [request] = &server.requests()[..] else { panic!("{:?}", server.requests()) };
    assert_eq!((request.method.as_str(), request.path.as_str()), ("GET", "/dir/hello.tar.gz?x=1"));
    assert_eq!(request.header("accept-encoding"), Some("identity"));
    assert_eq!(request.header("user-agent"), Some(concat!("packit/", env!("CARGO_PKG_VERSION"))));
    for absent in ["if-none-match", "if-modified-since", "authorization", "cookie", "referer", "range"] {
        assert_eq!(request.header(absent), None, "{absent}");
    }
    let told = stage.told();
    assert!(told.contains(&format!("downloading hello.tar.gz from 127.0.0.1:{}", server.port())), "{told}");
    assert!(told.contains("Bytes { done: 1200000"), "{told}");
}

#[test]
fn without_a_date_the_source_date_counts() {
    let stage = Stage::new().set("SOURCE_DATE_EPOCH", "1700000000").set("PACKIT_USER_AGENT", "robot (ann@example.com)");
    let server = Server::scripted([Answer::ok("bytes")]);
    stage.get(&server.url("/hello.tar.gz")).unwrap();
    assert_eq!(seconds(fs_err::metadata(stage.to()).unwrap().modified().unwrap()), 1_700_000_000);
    assert_eq!(server.requests()[0].header("user-agent"), Some("robot (ann@example.com)"));
}

#[test]
fn a_file_in_chunks() {
    let stage = Stage::new();
    let server = Server::scripted([Answer::ok(content()).chunked(70_000), Answer::ok("").chunked(1)]);
    stage.get(&server.url("/a")).unwrap();
    assert_eq!(stage.got(), content());
    assert_eq!(stage.get(&server.url("/empty")).unwrap().size, 0);
}

#[test]
fn a_cut_file_is_fetched_again_and_never_used() {
    let whole = Answer::ok(content());
    let cuts = [
        (whole.clone().cut_after(700_000), "was cut after 700000 of 1200000 bytes"),
        (whole.clone().chunked(1000).cut_after(700_000), "was cut after 700000 bytes"),
    ];
    for (cut, told) in cuts {
        let stage = Stage::new();
        let server = Server::scripted([cut.clone(), Answer::closed(), whole.clone()]);
        stage.get(&server.url("/a")).unwrap();
        assert_eq!((stage.got(), server.paths().len()), (content(), 3));

        let stage = Stage::new();
        let server = Server::scripted([cut.clone(), cut.clone(), cut, whole.clone()]);
        let error = stage.fail(&server.url("/a"));
        assert_eq!((error.kind(), error.message()), (Kind::Service, "`hello.tar.gz` cannot be downloaded"));
        assert!(words(&error).contains(told), "{error:?}");
        assert!(words(&error).contains("tried 3 times"), "{error:?}");
        assert_eq!((stage.kept(), server.paths().len()), (vec![], 3));
        // A rerun completes.
        stage.get(&server.url("/a")).unwrap();
        assert_eq!(stage.got(), content());
    }
}

#[test]
fn what_is_longer_than_announced_ends_where_it_was_announced() {
    let stage = Stage::new();
    let server = Server::scripted([Answer::ok("hello, world").announcing(5), Answer::ok("next")]);
    assert_eq!(stage.get(&server.url("/a")).unwrap().size, 5);
    assert_eq!(stage.got(), b"hello");
    let error = {
        let server = Server::scripted([Answer::ok("hello, world").announcing(5)]);
        stage.get_known(&server.url("/a"), &[sha512(b"hello, world")]).unwrap_err()
    };
    assert!(words(&error).contains("gave another file"), "{error:?}");
}

#[test]
fn a_silent_server() {
    let stage = Stage::new();
    let stalled = Answer::ok(content()).stalling_after(1000);
    let server = Server::scripted([stalled.clone(), stalled.clone(), stalled]);
    let error = stage.fail(&server.url("/a"));
    assert_eq!(error.kind(), Kind::Service);
    assert!(words(&error).contains("nothing came for 0.3 s"), "{error:?}");
    assert!(words(&error).contains("1000 bytes had come before"), "{error:?}");
    assert_eq!(server.paths().len(), 3);
}

#[test]
fn redirections() {
    let stage = Stage::new();
    let server = Server::new(|request| match request.path.as_str() {
        "/a/1?x=1" => Answer::redirect("2"),
        "/a/2" => Answer::new(308, "").header("Location", "/3"),
        "/3" => Answer::ok("moved"),
        "/loop" => Answer::redirect("/loop"),
        "/out" => Answer::redirect("file:///etc/passwd"),
        "/nowhere" => Answer::new(302, ""),
        other => Answer::new(404, other),
    });
    stage.get(&server.url_of("me:pw@127.0.0.1", "/a/1?x=1")).unwrap();
    assert_eq!(stage.got(), b"moved");
    assert_eq!(server.paths(), ["/a/1?x=1", "/a/2", "/3"]);
    for request in server.requests() {
        assert_eq!(request.header("authorization"), Some("Basic bWU6cHc="), "{}", request.path);
        assert_eq!(request.header("referer"), None);
    }
    assert!(!stage.told().contains("leads to"), "{}", stage.told());
    for (path, told) in [
        ("/loop", "leads through more than 10 other addresses"),
        ("/out", "leads to `file:///etc/passwd`, which is not on the web"),
        ("/nowhere", "answered 302 Found"),
    ] {
        let error = stage.get(&server.url(path)).unwrap_err();
        assert_eq!(error.kind(), Kind::Service);
        assert!(words(&error).contains(told), "{error:?}");
    }
    assert_eq!(server.paths().len(), 3 + 11 + 1 + 1);
}

#[test]
fn another_host_is_told_once_and_gets_no_credentials() {
    let stage = Stage::new();
    let other = Server::scripted([Answer::ok(content()).cut_after(9), Answer::redirect("/b"), Answer::ok("there")]);
    let there = other.url_of("localhost", "/there?signature=canary");
    let server = Server::new(move |_| Answer::redirect(there.clone()));
    stage.get(&server.url_of("me:canary@127.0.0.1", "/a?token=canary")).unwrap();
    assert_eq!(stage.got(), b"there");
    assert_eq!(other.paths(), ["/there?signature=canary", "/there?signature=canary", "/b"]);
    assert!(other.requests().iter().all(|request| request.header("authorization").is_none()));
    let told = stage.told();
    let host = format!("localhost:{}", other.port());
    let note = format!("`http://***@127.0.0.1:{}/a?token=***` leads to the host {host}", server.port());
    assert_eq!(told.matches(&note).count(), 1, "{told}");
    assert!(!told.contains("canary"), "{told}");
}

#[test]
fn headers_stay_with_the_server_that_they_are_for() {
    let stage = Stage::new();
    let other = Server::new(|_| Answer::new(304, ""));
    let there = other.url_of("localhost", "/there");
    let server = Server::new(move |request| match request.path.as_str() {
        "/a" => Answer::redirect("/b"),
        _ => Answer::redirect(there.clone()),
    });
    let address = Address::parse(&server.url("/a")).unwrap();
    let headers = [("authorization", "Bearer canary"), ("if-none-match", "\"1\"")];
    let (context, client) = (stage.context(), Client::default());
    let status = client.get(&context, &address, &headers, async |response: &mut Response| Ok(response.status()));
    assert_eq!(runtime().block_on(status).unwrap(), 304);
    for (request, authorization) in server.requests().iter().chain(&other.requests()).zip([true, true, false]) {
        assert_eq!(request.header("authorization").is_some(), authorization, "{request:?}");
        assert_eq!(request.header("if-none-match"), Some("\"1\""), "{request:?}");
    }
    assert_eq!((server.paths().len(), other.paths().len()), (2, 1));
}

#[test]
fn a_web_page_is_not_the_file() {
    let pages = [
        Answer::ok("\u{feff}\n<!DOCTYPE html>\n<title>Sign in</title>"),
        Answer::ok("<html>"),
        Answer::ok("Please sign in").header("Content-Type", "text/html; charset=utf-8"),
    ];
    for page in pages {
        let stage = Stage::new();
        let server = Server::scripted([page]);
        let url = server.url("/a");
        let error = stage.fail(&url);
        assert_eq!(error.kind(), Kind::Service);
        assert!(words(&error).contains(&format!("`{url}` gave a web page instead of hello.tar.gz")), "{error:?}");
        assert_eq!(stage.kept(), [] as [PathBuf; 0]);
    }
    // A file whose checksum is right is that file, whatever the server calls it.
    let stage = Stage::new();
    let server = Server::scripted([Answer::ok("bytes").header("Content-Type", "text/html")]);
    stage.get_known(&server.url("/a"), &[sha512(b"bytes")]).unwrap();
    // And a page may be what is wanted.
    let server = Server::scripted([Answer::ok("<html>")]);
    let wanted =
        Wanted { url: server.url("/a"), name: "manual.html".to_owned(), checksums: vec![], check: |_, _| Ok(()) };
    let client = Client::default();
    runtime().block_on(download(&stage.context(), &client, &wanted, &stage.to())).unwrap();
    assert_eq!(stage.got(), b"<html>");
}

#[test]
fn refusals_are_not_repeated() {
    for (status, told) in
        [(401, "Unauthorized"), (403, "Forbidden"), (404, "Not Found"), (500, "Internal Server Error")]
    {
        let stage = Stage::new();
        let server = Server::new(move |_| Answer::new(status, "no").header("Retry-After", "0"));
        let url = server.url("/a/hello.tar.gz");
        let error = stage.fail(&url);
        assert_eq!(error.kind(), Kind::Service);
        let expected = format!("127.0.0.1:{} answered {status} {told}: it was asked for `{url}`", server.port());
        assert!(words(&error).contains(&expected), "{error:?}");
        assert_eq!(server.paths().len(), 1);
    }
    let stage = Stage::new();
    let server = Server::new(|_| Answer::new(202, "wait"));
    assert!(words(&stage.fail(&server.url("/a"))).contains("answered 202"));
    assert_eq!(server.paths().len(), 1);
}

#[test]
fn a_busy_server_is_asked_again() {
    for status in [429, 502, 503, 504] {
        let mut stage = Stage::new();
        // What the server asks for counts, not these.
        stage.settings.pauses = vec![Duration::from_secs(30); 2];
        let busy = Answer::new(status, "busy").header("Retry-After", "0");
        let server = Server::scripted([busy.clone(), busy, Answer::ok("done")]);
        stage.get(&server.url("/a")).unwrap();
        assert_eq!((stage.got(), server.paths().len()), (b"done".to_vec(), 3));
    }
    let stage = Stage::new();
    let server = Server::new(|_| Answer::new(503, "busy"));
    let error = stage.fail(&server.url("/a"));
    assert!(words(&error).contains("answered 503 Service Unavailable"), "{error:?}");
    assert!(words(&error).contains("tried 3 times"), "{error:?}");
    assert_eq!(server.paths().len(), 3);
}

#[test]
fn a_pause_is_as_long_as_asked_but_not_for_ever() {
    let date = |second: u32| format!("Sun, 06 Nov 1994 08:49:{second:02} GMT");
    let stage = Stage::new();
    let busy = Answer::new(503, "").header("Date", date(1)).header("Retry-After", date(2));
    let server = Server::scripted([busy, Answer::ok("done")]);
    let start = Instant::now();
    stage.get(&server.url("/a")).unwrap();
    assert!((1.0..5.0).contains(&start.elapsed().as_secs_f64()), "{:?}", start.elapsed());

    let server = Server::new(|_| Answer::new(429, "").header("Retry-After", "3600"));
    let start = Instant::now();
    let error = stage.fail(&server.url("/a"));
    assert!(words(&error).contains("it asks to wait 3600 s"), "{error:?}");
    assert!(start.elapsed() < Duration::from_secs(5));
    assert_eq!(server.paths().len(), 1);
}

#[test]
fn nobody_at_home() {
    let stage = Stage::new();
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let error = stage.fail(&format!("http://127.0.0.1:{port}/a"));
    assert_eq!(error.kind(), Kind::Service);
    assert!(
        words(&error).contains(&format!("127.0.0.1:{port} cannot be reached: the connection was refused")),
        "{error:?}"
    );
    let error = stage.fail("http://no-such-host.invalid/a");
    assert!(words(&error).contains("the host no-such-host.invalid cannot be found"), "{error:?}");
    let plain = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = plain.local_addr().unwrap().port();
    std::thread::spawn(move || {
        let mut stream = plain.accept().unwrap().0;
        stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").unwrap();
        std::io::copy(&mut stream, &mut std::io::sink())
    });
    let error = stage.fail(&format!("https://127.0.0.1:{port}/a"));
    let expected = format!("there is no secure connection to 127.0.0.1:{port}: what answers there does not speak TLS");
    assert!(words(&error).contains(&expected), "{error:?}");
    let error = stage.fail("ftp://example.com/a");
    assert_eq!(error.kind(), Kind::Project);
    assert!(words(&error).contains("packit does not speak `ftp`"), "{error:?}");
}

#[test]
fn other_content_than_known_leaves_nothing() {
    let stage = Stage::new();
    fs_err::write(stage.to(), "from before").unwrap();
    let server = Server::new(|_| Answer::ok("evil"));
    let good = sha512(b"good");
    let error = stage.get_known(&server.url("/a"), std::slice::from_ref(&good)).unwrap_err();
    assert_eq!(error.kind(), Kind::Service);
    for told in [format!("expected {good}"), format!("got      {}", sha512(b"evil"))] {
        assert!(error.causes().contains(&told), "{error:?}");
    }
    assert_eq!((stage.kept(), server.paths().len()), (vec![], 1));
    // One wrong checksum of several is enough.
    let md5 = Checksum::of_bytes(Algorithm::Md5, b"good");
    let error = stage.get_known(&server.url("/a"), &[sha512(b"evil"), md5.clone()]).unwrap_err();
    assert!(error.causes().contains(&format!("expected {md5}")), "{error:?}");
    stage.get_known(&server.url("/a"), &[sha512(b"evil"), Checksum::of_bytes(Algorithm::Md5, b"evil")]).unwrap();
    assert_eq!(stage.got(), b"evil");
}

#[test]
fn what_is_known_and_cached_is_not_asked_for() {
    let stage = Stage::new();
    let server = Server::scripted([Answer::ok("bytes").header("Last-Modified", "Sun, 06 Nov 1994 08:49:37 GMT")]);
    let url = server.url("/a");
    assert_eq!(stage.get(&url).unwrap().origin, Origin::Server);
    for checksum in [sha512(b"bytes"), Checksum::of_bytes(Algorithm::Md5, b"bytes")] {
        fs_err::remove_file(stage.to()).unwrap();
        let got = stage.get_known(&url, &[checksum]).unwrap();
        assert_eq!((got.size, got.origin, got.sha512), (5, Origin::Cache, sha512(b"bytes")));
        assert_eq!(stage.got(), b"bytes");
        let metadata = fs_err::metadata(stage.to()).unwrap();
        assert_eq!(metadata.permissions().mode() & 0o7777, 0o644);
        assert_eq!(seconds(metadata.modified().unwrap()), 784_111_777);
    }
    // The same content from another address.
    let dead = "http://127.0.0.1:9/elsewhere";
    assert_eq!(stage.get_known(dead, &[sha512(b"bytes")]).unwrap().origin, Origin::Cache);
    assert_eq!(server.paths().len(), 1);
    // A changed copy at the destination does not change the cache.
    fs_err::write(stage.to(), "edited").unwrap();
    assert_eq!(stage.get_known(dead, &[sha512(b"bytes")]).unwrap().origin, Origin::Cache);
    assert_eq!(stage.got(), b"bytes");
}

#[test]
fn what_is_cached_and_not_known_is_asked_for() {
    let stage = Stage::new();
    let date = "Sun, 06 Nov 1994 08:49:37 GMT";
    let server = Server::scripted([
        Answer::ok("old").header("ETag", "\"1\"").header("Last-Modified", date),
        Answer::new(304, ""),
        Answer::ok("new").header("ETag", "\"2\""),
        Answer::ok("newer"),
        Answer::ok("newest"),
    ]);
    let url = server.url("/a");
    let conditions = |at: usize| {
        let requests = server.requests();
        let header = |name| requests[at].header(name).map(str::to_owned);
        (header("if-none-match"), header("if-modified-since"))
    };
    let some = |text: &str| Some(text.to_owned());
    let mut stages = Vec::new();
    for (at, content, origin, asked) in [
        (0, "old", Origin::Server, (None, None)),
        (1, "old", Origin::Unchanged, (some("\"1\""), some(date))),
        (2, "new", Origin::Server, (some("\"1\""), some(date))),
        (3, "newer", Origin::Server, (some("\"2\""), None)),
        (4, "newest", Origin::Server, (None, None)),
    ] {
        let got = stage.get(&url).unwrap();
        assert_eq!((stage.got(), got.origin), (content.as_bytes().to_owned(), origin), "{at}");
        assert_eq!(conditions(at), asked, "{at}");
        stages.push(got.sha512);
    }
    assert_eq!(server.paths().len(), 5);
    // Another query is another file.
    assert_eq!(stage.fail(&server.url("/a?b")).kind(), Kind::Service);
}

#[test]
fn a_damaged_cache_mends_itself() {
    let stage = Stage::new();
    let server = Server::new(|request| match request.header("if-none-match") {
        Some("\"1\"") => Answer::new(304, ""),
        _ => Answer::ok("bytes").header("ETag", "\"1\""),
    });
    let url = server.url("/a");
    stage.get(&url).unwrap();
    let damage = || fs_err::write(&stage.kept()[0], "bytez").unwrap();
    damage();
    assert_eq!(stage.get(&url).unwrap().origin, Origin::Server);
    assert_eq!((stage.got(), server.paths().len()), (b"bytes".to_vec(), 3));
    damage();
    assert_eq!(stage.get_known(&url, &[sha512(b"bytes")]).unwrap().origin, Origin::Server);
    assert_eq!((stage.got(), server.paths().len()), (b"bytes".to_vec(), 4));
    // A content that is gone, and an entry that is none.
    fs_err::remove_file(&stage.kept()[0]).unwrap();
    assert_eq!(stage.get(&url).unwrap().origin, Origin::Server);
    assert_eq!(server.requests()[4].header("if-none-match"), None);
    for entry in files(&stage.folder.path().join("home/.cache/packit/downloads/urls")) {
        fs_err::write(entry, r#"{"url":"","sha512":"../../../../etc/passwd","size":1,"etag":"\"1\""}"#).unwrap();
    }
    assert_eq!(stage.get(&url).unwrap().origin, Origin::Server);
    assert_eq!(server.requests()[5].header("if-none-match"), None);
    // Something else stands where the content belongs.
    let content = stage.kept()[0].clone();
    fs_err::remove_file(&content).unwrap();
    fs_err::create_dir(&content).unwrap();
    assert_eq!(stage.get_known(&url, &[sha512(b"bytes")]).unwrap().origin, Origin::Server);
    assert_eq!(stage.got(), b"bytes");
}

#[test]
fn without_a_cache_it_works_all_the_same() {
    let server = Server::new(|_| Answer::ok("bytes"));
    let mut homeless = Stage::new();
    homeless.variables.clear();
    let blocked = Stage::new();
    fs_err::write(blocked.folder.path().join("home"), "a file").unwrap();
    let relative = Stage::new().set("XDG_CACHE_HOME", "cache");
    for stage in [&homeless, &blocked, &relative] {
        for _ in 0..2 {
            assert_eq!(stage.get_known(&server.url("/a"), &[]).unwrap().origin, Origin::Server);
            assert_eq!(stage.got(), b"bytes");
            assert!(!stage.told().contains("Found"), "{}", stage.told());
        }
    }
    assert!(!relative.folder.path().join("cache").exists());
    let placed = Stage::new();
    let cache = placed.folder.path().join("elsewhere");
    let placed = placed.set("XDG_CACHE_HOME", &cache);
    placed.get(&server.url("/a")).unwrap();
    assert_eq!(files(&cache.join("packit/downloads")).len(), 2);
    let mode = fs_err::metadata(cache.join("packit/downloads/files")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o700);
}

#[test]
fn offline() {
    let stage = Stage::new();
    let server = Server::new(|_| Answer::ok("bytes"));
    let url = server.url_of("me:canary@127.0.0.1", "/a");
    let stage = stage.offline();
    let error = stage.fail(&url);
    assert_eq!(error.kind(), Kind::Project);
    let expected = format!(
        "hello.tar.gz is to be downloaded from `http://***@127.0.0.1:{}/a`, and --offline forbids it",
        server.port()
    );
    assert_eq!(error.message(), expected);
    assert_eq!(server.paths().len(), 0);
    let mut stage = stage;
    stage.settings.offline = false;
    stage.get(&url).unwrap();
    stage.settings.offline = true;
    assert_eq!(stage.get(&url).unwrap().origin, Origin::Cache);
    assert!(stage.told().contains("hello.tar.gz comes from the cache"), "{}", stage.told());
    assert_eq!(stage.get_known(&url, &[sha512(b"bytes")]).unwrap().origin, Origin::Cache);
    assert_eq!(stage.get_known(&url, &[sha512(b"other")]).unwrap_err().kind(), Kind::Project);
    assert_eq!(server.paths().len(), 1);
}

#[test]
fn a_server_that_is_gone_leaves_the_cache_to_be_chosen() {
    let stage = Stage::new();
    let server = Server::scripted([Answer::ok("bytes")]);
    stage.get(&server.url("/a")).unwrap();
    let error = stage.fail(&server.url("/a"));
    assert!(error.hints().iter().any(|hint| hint.contains("--offline takes it")), "{error:?}");
}

#[test]
fn two_at_a_time() {
    let stage = Stage::new();
    let server = Server::new(|_| Answer::ok(content()));
    let client = Client::default();
    let context = stage.context();
    let wanted =
        Wanted { url: server.url("/a"), name: "hello.tar.gz".to_owned(), checksums: vec![], check: |_, _| Ok(()) };
    let places: Vec<PathBuf> = (0..8).map(|at| stage.folder.path().join(format!("out/{at}"))).collect();
    runtime().block_on(async {
        let all = places.iter().map(|to| download(&context, &client, &wanted, to));
        for got in futures_util::future::join_all(all).await {
            got.unwrap();
        }
    });
    assert!(places.iter().all(|place| fs_err::read(place).unwrap() == content()));
    assert_eq!(files(stage.folder.path()).len(), places.len() + 2);
}

#[test]
fn an_interrupt_ends_a_stalled_transfer_and_a_pause() {
    let stalled = Answer::ok(content()).stalling_after(500_000);
    let busy = Answer::new(503, "").header("Retry-After", "30");
    for answer in [stalled, busy] {
        let mut stage = Stage::new();
        stage.settings.idle = Duration::from_secs(30);
        let server = Server::scripted([answer]);
        let interrupt = stage.interrupt.clone();
        let stopped = std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(300));
            interrupt.stop();
            Instant::now()
        });
        let error = stage.get(&server.url("/a")).unwrap_err();
        assert_eq!(error.kind(), Kind::Interrupted);
        assert!(stopped.join().unwrap().elapsed() < Duration::from_secs(1));
        assert_eq!(server.paths().len(), 1);
        assert_eq!(stage.kept(), [] as [PathBuf; 0]);
        // And nothing begins after it.
        assert_eq!(stage.get(&server.url("/a")).unwrap_err().kind(), Kind::Interrupted);
        assert_eq!(server.paths().len(), 1);
    }
}

#[test]
fn credentials_show_nowhere() {
    let canary = "cAnArY-7f3a";
    let traced = traced();
    let stage = Stage::new();
    let server = Server::new(move |request| match request.path.split('?').next().unwrap() {
        "/ok" => Answer::ok("bytes").header("ETag", "\"1\""),
        "/busy" => Answer::new(503, request.path.clone()),
        "/cut" => Answer::ok("bytes").cut_after(2),
        "/page" => Answer::ok("<html>"),
        "/away" => Answer::redirect(format!("file:///x?token={canary}")),
        "/closed" => Answer::closed(),
        "/hop" => Answer::redirect(format!("//user:{canary}@localhost/x?key={canary}")),
        other => Answer::new(404, other),
    });
    let mut said = String::new();
    let host = format!("user:{canary}@127.0.0.1");
    let query = format!("?token={canary}");
    for path in ["/ok", "/ok", "/busy", "/cut", "/page", "/away", "/closed", "/hop", "/none"] {
        let result = stage.get(&server.url_of(&host, &format!("{path}{query}")));
        assert_eq!(result.is_ok(), path == "/ok", "{path}");
        said += &format!("{result:?}\n");
    }
    for url in [
        format!("http://user:{canary}@127.0.0.1:9/a{query}"),
        format!("https://user:{canary}@127.0.0.1:{}/a{query}", server.port()),
        format!("http://user:{canary}@no-such-host.invalid/a{query}"),
        format!("ftp://user:{canary}@h/a{query}"),
        format!("https://user:{canary}@:x/a{query}"),
        format!("https://user:a/{canary}@h/a{query}"),
    ] {
        said += &format!("{:?}\n", stage.get_known(&url, &[sha512(b"x")]).unwrap_err());
    }
    let stage = stage.offline();
    said += &format!("{:?}\n", stage.get(&server.url_of(&host, &format!("/miss{query}"))).unwrap_err());
    said += &stage.told();
    said += &String::from_utf8_lossy(&traced.lock().unwrap());
    for file in files(&stage.folder.path().join("home")) {
        said += &format!("{} {}\n", file.display(), fs_err::read_to_string(&file).unwrap());
    }
    assert!(said.contains("asked") && said.contains("***@127.0.0.1"), "{said}");
    assert!(server.requests().iter().any(|request| request.path.contains(canary)));
    let wrong: Vec<&str> = said.lines().filter(|line| line.contains(canary)).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// What the tests below run in a process of its own, because the environment belongs to it.
#[test]
#[ignore = "run by other tests"]
fn child() {
    let context = Context::new(Arc::new(|_| {}), Interrupt::default()).unwrap();
    let to = context.cwd().join("file");
    let wanted = Wanted {
        url: context.variable("TEST_URL").unwrap(),
        name: "file".to_owned(),
        checksums: vec![],
        check: |_, _| Ok(()),
    };
    let client = Client::new(Settings { pauses: vec![], ..Settings::default() });
    match runtime().block_on(download(&context, &client, &wanted, &to)) {
        Ok(_) => println!("got {}", fs_err::read_to_string(to).unwrap()),
        Err(error) => println!("failed {} hints {}", words(&error), error.hints().join("; ")),
    }
}

/// What the child says of a URL in an environment.
fn child_says(url: &str, variables: &[(&str, &Path)]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "download::child", "--ignored", "--nocapture"]).env_clear().env("TEST_URL", url);
    command.current_dir(folder.path()).envs(variables.iter().copied());
    let output = command.output().unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn only_trusted_certificates() {
    let plain = Server::new(|_| Answer::ok("plain"));
    let down = plain.url_of("localhost", "/b");
    let server = Server::secure(move |request| match request.path.as_str() {
        "/down" => Answer::redirect(down.clone()),
        _ => Answer::ok("secure"),
    });
    let folder = tempfile::tempdir().unwrap();
    let trusted = folder.path().join("trusted.pem");
    fs_err::write(&trusted, server.certificate.as_ref().unwrap()).unwrap();
    let says = |url: &str, file: &Path| child_says(url, &[("SSL_CERT_FILE", file)]);
    let url = server.secure_url("/a");
    assert!(says(&url, &trusted).contains("got secure"), "{}", says(&url, &trusted));
    let said = child_says(&url, &[]);
    assert!(said.contains("signed by nobody whom this machine trusts"), "{said}");
    assert!(said.contains("$SSL_CERT_FILE"), "{said}");
    let said = says(&url.replace("localhost", "127.0.0.1"), &trusted);
    assert!(said.contains("its certificate is for another host"), "{said}");
    let said = says(&server.secure_url("/down"), &trusted);
    assert!(said.contains("which is not encrypted"), "{said}");
    assert_eq!(plain.paths().len(), 0);
    // Without any certificate, plain http still works, and nothing is trusted.
    let none = folder.path().join("none.pem");
    fs_err::write(&none, "").unwrap();
    assert!(says(&plain.url("/a"), &none).contains("got plain"));
    let said = says(&url, &none);
    assert!(said.contains("signed by nobody whom this machine trusts"), "{said}");
}

#[test]
fn proxies_of_the_environment() {
    let proxy = Server::new(|_| Answer::ok("through the proxy"));
    let address = proxy.url("");
    let said = child_says("http://example.invalid/a", &[("http_proxy", Path::new(&address))]);
    assert!(said.contains("got through the proxy"), "{said}");
    assert_eq!(proxy.paths(), ["http://example.invalid/a"]);
    let said = child_says("http://example.invalid/a", &[("http_proxy", Path::new("http://u:canary@127.0.0.1:9"))]);
    assert!(said.contains("check the proxy that $http_proxy names") && !said.contains("canary"), "{said}");
}
