//! The lookaside cache through the library, against a server with the protocol of `upload.cgi`: files that are there, come, break off, or are
//! refused.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use packit::checksum::{Algorithm, Checksum};
use packit::context::Context;
use packit::error::{Error, Kind, Result};
use packit::event::Event;
use packit::interrupt::Interrupt;
use packit::secret::Token;
use packit::services::{Client, Login, Lookaside, Settings, Upload, Uploaded};

use crate::support::{Lookaside as Server, LookasideFault as Fault, parts};

const PACKAGE: &str = "rpms/hello";

/// A file of this machine, and who uploads it.
struct Stage {
    folder: tempfile::TempDir,
    events: Arc<Mutex<Vec<Event>>>,
    settings: Settings,
    login: Login,
    tokens: Arc<AtomicU32>,
    file: String,
    content: Vec<u8>,
}

impl Stage {
    fn new() -> Self {
        let milliseconds = Duration::from_millis;
        let pauses = vec![milliseconds(10), milliseconds(20)];
        Self {
            folder: tempfile::tempdir().unwrap(),
            events: Arc::default(),
            settings: Settings { connect: milliseconds(200), idle: milliseconds(200), pauses, ..Settings::default() },
            login: Login::Nobody,
            tokens: Arc::default(),
            file: "hello-2.12.tar.gz".to_owned(),
            content: b"hello\r\n--not the boundary\r\n\0".to_vec(),
        }
    }

    /// The same with a login as a user: each token is a new one.
    fn by_user(self, user: &'static str) -> Self {
        let tokens = Arc::clone(&self.tokens);
        let login = Login::negotiate(move |_, address| {
            let number = tokens.fetch_add(1, Ordering::Relaxed);
            async move {
                assert!(address.to_string().ends_with("/upload.cgi"));
                Ok(Token::new(format!("Negotiate {user}:{number}")))
            }
        });
        Self { login, ..self }
    }

    fn with(self, content: impl Into<Vec<u8>>) -> Self {
        Self { content: content.into(), ..self }
    }

    fn named(self, file: &str) -> Self {
        Self { file: file.to_owned(), ..self }
    }

    fn context(&self) -> Context {
        let events = Arc::clone(&self.events);
        let sink = Arc::new(move |event| events.lock().unwrap().push(event));
        Context::with(self.folder.path().to_owned(), HashMap::new(), sink, Interrupt::default()).unwrap()
    }

    fn told(&self) -> String {
        format!("{:?}", self.events.lock().unwrap())
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("any name")
    }

    fn cache(&self, server: &Server) -> Lookaside {
        Lookaside {
            download: server.download_url(),
            upload: Some(server.upload_url()),
            algorithm: Algorithm::Sha512,
            name: PACKAGE.to_owned(),
            login: self.login.clone(),
        }
    }

    fn checksum(&self) -> Checksum {
        Checksum::of_bytes(Algorithm::Sha512, &self.content)
    }

    fn upload_to(&self, cache: &Lookaside, context: &Context) -> Result<Uploaded> {
        fs_err::write(self.path(), &self.content).unwrap();
        let date = SystemTime::UNIX_EPOCH + Duration::from_millis(1_600_000_000_900);
        fs_err::File::options().write(true).open(self.path()).unwrap().file().set_modified(date).unwrap();
        let upload = Upload { path: self.path(), file: self.file.clone(), checksum: self.checksum() };
        let client = Client::new(self.settings.clone());
        runtime().block_on(cache.upload(context, &client, &upload))
    }

    fn upload(&self, server: &Server) -> Result<Uploaded> {
        self.upload_to(&self.cache(server), &self.context())
    }

    /// The failure of an upload, which says how to mend it.
    #[track_caller]
    fn fail(&self, server: &Server) -> Error {
        let error = self.upload(server).unwrap_err();
        assert_eq!(error.message(), format!("`{}` cannot be put into the lookaside cache", self.file));
        assert!(!error.hints().is_empty(), "{error:?}");
        assert_eq!(server.stored(PACKAGE, &self.file, &self.content), None);
        error
    }

    fn holds(&self, server: &Server) -> Result<bool> {
        let client = Client::new(self.settings.clone());
        runtime().block_on(self.cache(server).holds(&self.context(), &client, &self.file, &self.checksum()))
    }
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

#[test]
fn a_file_goes_up_once() {
    let server = Server::new().with_packagers(&["ann"]);
    let stage = Stage::new().by_user("ann");
    assert!(!stage.holds(&server).unwrap());
    assert_eq!(stage.upload(&server).unwrap(), Uploaded::New);
    assert_eq!(server.asked(), ["HEAD", "check", "upload", "HEAD"]);
    let stored = server.stored(PACKAGE, &stage.file, &stage.content).unwrap();
    assert_eq!((stored.content.as_deref(), stored.mtime), (Some(&*stage.content), 1_600_000_000));
    assert_eq!(stored.by.as_deref(), Some("ann"));
    let requests = server.server().requests();
    let names = |at: usize| parts(&requests[at]).unwrap().into_iter().map(|part| part.name).collect::<Vec<_>>();
    assert_eq!(names(1), ["name", "sha512sum", "filename"]);
    assert_eq!(names(2), ["name", "sha512sum", "file", "mtime"]);
    assert!(stage.told().contains(&format!("uploading {} to {}", stage.file, server.host())), "{}", stage.told());
    assert!(!stage.told().contains("ann:"), "{}", stage.told());

    assert!(stage.holds(&server).unwrap());
    let measured = stage.cache(&server).measured(&stage.path()).unwrap();
    assert_eq!((measured.file.as_str(), measured.checksum), ("any name", stage.checksum()));
    assert_eq!(stage.upload(&server).unwrap(), Uploaded::Known);
    assert_eq!(server.asked()[4..], ["HEAD", "check"]);
    // The same name with another content is another file.
    let other = Stage::new().by_user("ann").with("other");
    other.tokens.store(100, Ordering::Relaxed);
    assert!(!other.holds(&server).unwrap());
    assert_eq!(other.upload(&server).unwrap(), Uploaded::New);
    assert_eq!(server.count(), 2);
}

#[test]
fn names_and_packages_of_all_kinds() {
    let server = Server::new();
    for name in ["a+b~1^2_é.tar.gz", "50%25&x=1;?#y.zip", "(a)[b]{c}", "a\"b\\c"] {
        let stage = Stage::new().named(name);
        assert_eq!(stage.upload(&server).unwrap(), Uploaded::New, "{name}");
        assert!(stage.holds(&server).unwrap() && server.stored(PACKAGE, name, &stage.content).is_some(), "{name}");
    }
    let stage = Stage::new();
    let mut cache = stage.cache(&server);
    cache.name = "hello".to_owned();
    // The script puts the namespace in front, downloads do not.
    let error = stage.upload_to(&cache, &stage.context()).unwrap_err();
    assert!(error.causes()[0].contains("said that it has stored the file, and does not have it"), "{error:?}");
}

#[test]
fn a_large_file_tells_how_far_it_is() {
    let server = Server::new();
    let mut stage = Stage::new().with(vec![b'x'; 2 << 20]);
    // The server reads and hashes it meanwhile.
    stage.settings.idle = Duration::from_secs(20);
    assert_eq!(stage.upload(&server).unwrap(), Uploaded::New);
    assert_eq!(server.stored(PACKAGE, &stage.file, &stage.content).unwrap().size, 2 << 20);
    assert!(stage.told().contains(&format!("Bytes {{ done: {}, total: Some({}) }}", 2 << 20, 2 << 20)));
}

#[test]
fn a_dry_run_only_looks() {
    let server = Server::new().with_packagers(&["ann"]).with_file(PACKAGE, "old.tar.gz", b"old");
    let stage = Stage::new().by_user("ann");
    let dry = stage.context().dry();
    assert_eq!(stage.upload_to(&stage.cache(&server), &dry).unwrap(), Uploaded::Held);
    let old = Stage::new().named("old.tar.gz").with("old");
    assert_eq!(old.upload_to(&old.cache(&server), &dry).unwrap(), Uploaded::Known);
    assert_eq!((server.asked(), server.count()), (vec!["HEAD".to_owned(), "HEAD".to_owned()], 1));
    let [held] = &dry.gate().held()[..] else { panic!("{:?}", dry.gate().held()) };
    assert_eq!((held.method.as_str(), held.target.as_str()), ("POST", server.upload_url().as_str()));
    let body = serde_json::json!({
        "name": PACKAGE, "sha512sum": stage.checksum().hex(),
        "file": { "file": stage.file, "bytes": stage.content.len() }, "mtime": "1600000000",
    });
    assert_eq!(held.body, body);
    assert_eq!(stage.tokens.load(Ordering::Relaxed), 0);
}

#[test]
fn what_breaks_off_is_sent_again() {
    let large = vec![7; 200_000];
    let server = Server::new().with_packagers(&["ann"]);
    let stage = Stage::new().by_user("ann").with(large.clone());
    server.server().cut_next_body_after(100_000);
    assert_eq!(stage.upload(&server).unwrap(), Uploaded::New);
    assert_eq!((server.asked(), server.count()), (["check", "upload", "HEAD"].map(str::to_owned).to_vec(), 1));

    // The answer is lost, and the file is there.
    let server = Server::new();
    server.next_uploads([Fault::CutAfterwards]);
    assert_eq!(Stage::new().upload(&server).unwrap(), Uploaded::Known);
    assert_eq!(
        (server.asked(), server.count()),
        (["check", "upload", "upload", "HEAD"].map(str::to_owned).to_vec(), 1)
    );

    // Each try proves anew who it is.
    let server = Server::new().with_packagers(&["ann"]);
    server.next_checks([Fault::Busy, Fault::Cut]);
    server.next_uploads([Fault::Stall, Fault::Busy]);
    server.next_files([Fault::Busy, Fault::Stall]);
    let stage = Stage::new().by_user("ann");
    assert_eq!(stage.upload(&server).unwrap(), Uploaded::New);
    assert_eq!(stage.tokens.load(Ordering::Relaxed), 6);
}

#[test]
fn what_breaks_off_again_and_again_is_an_error_and_a_rerun_completes() {
    for (fault, told) in [
        (Fault::Cut, "closed the connection without an answer"),
        (Fault::Stall, "does not answer"),
        (Fault::Busy, "answered 503"),
    ] {
        let server = Server::new();
        let stage = Stage::new();
        server.next_uploads(vec![fault; 3]);
        let error = stage.fail(&server);
        assert_eq!(error.kind(), Kind::Service);
        assert!(error.causes()[0].contains(told), "{error:?}");
        assert!(error.causes().iter().any(|cause| cause.contains("tried 3 times")), "{error:?}");
        assert_eq!(stage.upload(&server).unwrap(), Uploaded::New);
        assert_eq!(stage.upload(&server).unwrap(), Uploaded::Known);
    }
}

/// A cache in which something is prepared to go wrong.
fn with(prepare: impl FnOnce(&Server)) -> Server {
    let server = Server::new();
    prepare(&server);
    server
}

#[test]
fn a_cache_that_does_not_say_whether_it_has_a_file() {
    let server = with(|server| server.next_files([Fault::Page(403)]));
    let stage = Stage::new();
    let error = stage.upload(&server).unwrap_err();
    let told = format!("{} does not say whether it has hello-2.12.tar.gz", server.host());
    assert_eq!((error.kind(), &error.causes()[0]), (Kind::Service, &told));
    assert!(error.causes()[1].ends_with("answered 403") && error.hints()[0].contains("$PACKIT_LOOKASIDE_URL"));
    assert_eq!(stage.upload(&server).unwrap(), Uploaded::Known);
}

#[test]
fn each_refusal_is_one_clear_message() {
    let ticket = || Server::new().with_packagers(&["ann"]);
    let checks = |fault| with(|server| server.next_checks([fault]));
    let uploads = |fault| with(|server| server.next_uploads([fault]));
    let text = Fault::Status;
    let cases = [
        (ticket(), Stage::new(), "wants a Kerberos ticket, and none was sent", "answered 401", "kinit"),
        (
            ticket(),
            Stage::new().by_user("bob"),
            "does not let you upload files of `rpms/hello`",
            "it says: You must connect with a valid certificate and be in the packager group to upload.",
            "group `packager`",
        ),
        (
            checks(Fault::Page(401)),
            Stage::new().by_user("ann"),
            "refused your Kerberos ticket",
            "answered 401",
            "klist",
        ),
        (
            uploads(Fault::Page(404)),
            Stage::new(),
            "has nothing that takes files at this address",
            "it says: a web page: 404 Whatever",
            "lookaside_cgi",
        ),
        (
            uploads(text(406, "Uploads with md5 are no longer allowed.")),
            Stage::new(),
            "does not take the checksum sha512",
            "it says: Uploads with md5",
            "lookasidehash = sha512",
        ),
        (
            uploads(text(400, "Required field \"name\" is not present.")),
            Stage::new(),
            "refused hello-2.12.tar.gz",
            "it says: Required field \"name\"",
            "newer packit",
        ),
        (
            uploads(text(413, "too large")),
            Stage::new(),
            "hello-2.12.tar.gz is too long for",
            "it says: too large",
            "administrators",
        ),
        (
            uploads(text(500, "No space\u{1b}[2J left\non device")),
            Stage::new(),
            "failed",
            "it says: No space [2J left\non device",
            "on the server's side",
        ),
        (
            uploads(Fault::Lie),
            Stage::new(),
            "said that it has stored the file, and does not have it",
            "there is nothing at `http://",
            "$PACKIT_LOOKASIDE_URL",
        ),
        (
            checks(Fault::Says("<b>welcome</b>")),
            Stage::new(),
            "gave another answer than the one that is known",
            "it says: <b>welcome</b>",
            "newer packit",
        ),
        (
            uploads(Fault::Says("thank you")),
            Stage::new(),
            "gave another answer than the one that is known",
            "it says: thank you",
            "newer packit",
        ),
    ];
    for (server, stage, message, cause, hint) in cases {
        let error = stage.fail(&server);
        assert_eq!(error.kind(), Kind::Service, "{error:?}");
        assert!(error.causes()[0].contains(message), "`{message}`: {error:?}");
        assert!(error.causes()[0].contains(&server.host()), "{error:?}");
        assert!(error.causes().iter().any(|told| told.contains(cause)), "`{cause}`: {error:?}");
        assert!(error.hints().concat().contains(hint), "`{hint}`: {error:?}");
        assert!(!format!("{error:?}").contains("<html>") && !format!("{error}").contains("ann:"), "{error:?}");
        // A rerun completes, where the fault was a passing one.
        if !matches!(hint, "kinit" | "group `packager`") {
            assert!(stage.upload(&server).is_ok(), "{message}");
        }
    }
}

#[test]
fn a_package_that_the_server_does_not_have() {
    let server = Server::new();
    let stage = Stage::new();
    let mut cache = stage.cache(&server);
    cache.name = "rpms/nope".to_owned();
    let error = stage.upload_to(&cache, &stage.context()).unwrap_err();
    assert_eq!(error.causes()[0], format!("{} has no package `rpms/nope`", server.host()));
    assert!(error.causes()[2].contains("Module \"rpms/nope\" does not exist!"), "{error:?}");
    assert_eq!(server.asked(), ["check"]);
}

#[test]
fn a_login_that_fails_sends_nothing() {
    let server = Server::new().with_packagers(&["ann"]);
    let login =
        Login::negotiate(|_, _| async { Err(Error::new(Kind::Environment, "there is no ticket").hint("kinit")) });
    let stage = Stage { login, ..Stage::new() };
    let error = stage.fail(&server);
    assert_eq!((error.kind(), &*error.causes()[0]), (Kind::Environment, "there is no ticket"));
    assert_eq!(server.asked(), Vec::<String>::new());
}

#[test]
fn a_file_that_changes_is_not_stored() {
    let server = Server::new();
    let stage = Stage::new();
    fs_err::write(stage.path(), "another content").unwrap();
    let upload = Upload { path: stage.path(), file: stage.file.clone(), checksum: stage.checksum() };
    let client = Client::new(stage.settings.clone());
    let error = runtime().block_on(stage.cache(&server).upload(&stage.context(), &client, &upload)).unwrap_err();
    assert_eq!(error.causes()[0], "hello-2.12.tar.gz did not arrive as it was sent");
    assert!(error.causes()[2].contains("SHA512 check failed"), "{error:?}");
    assert_eq!(server.count(), 0);

    fs_err::remove_file(stage.path()).unwrap();
    let error = runtime().block_on(stage.cache(&server).upload(&stage.context(), &client, &upload)).unwrap_err();
    assert_eq!(error.kind(), Kind::Environment, "{error:?}");
}

#[test]
fn hostile_names_are_refused_before_anything_is_sent() {
    let server = Server::new();
    for name in ["", ".", "..", "../x", "/etc/passwd", "a/b", "--x", "a\nb", "a\r\nX: y", "a\0", "a\u{1b}[2J"] {
        let stage = Stage::new().named(name);
        for error in [stage.upload(&server).unwrap_err(), stage.holds(&server).unwrap_err()] {
            assert_eq!(error.kind(), Kind::Project, "{name:?}");
            assert!(
                error.message().ends_with("is not the name of a file") && !error.message().contains('\n'),
                "{error:?}"
            );
        }
        let stage = Stage::new();
        let mut cache = stage.cache(&server);
        cache.name = format!("rpms/{name}");
        let expected = if name == "a/b" { None } else { Some(Kind::Project) };
        assert_eq!(cache.address("x", &stage.checksum()).err().map(|error| error.kind()), expected, "{name:?}");
    }
    assert_eq!(server.asked(), Vec::<String>::new());
}

#[test]
fn nowhere_to_send_it() {
    let server = Server::new();
    let stage = Stage::new();
    let cache = Lookaside { upload: None, ..stage.cache(&server) };
    let error = stage.upload_to(&cache, &stage.context()).unwrap_err();
    assert_eq!(
        (error.kind(), error.message()),
        (Kind::Config, "where files of `rpms/hello` are uploaded is not known")
    );
    assert!(error.hints()[0].contains("$PACKIT_LOOKASIDE_UPLOAD_URL"), "{error:?}");
    let moved = Lookaside { upload: Some("file:///etc/passwd".to_owned()), ..cache };
    assert_eq!(stage.upload_to(&moved, &stage.context()).unwrap_err().kind(), Kind::Project);
    assert_eq!(server.asked(), Vec::<String>::new());
}

#[test]
fn offline_nobody_is_asked() {
    let server = Server::new();
    let mut stage = Stage::new();
    stage.settings.offline = true;
    assert_eq!(stage.upload(&server).unwrap_err().kind(), Kind::Project);
    assert_eq!(stage.holds(&server).unwrap_err().kind(), Kind::Project);
    assert_eq!(server.asked(), Vec::<String>::new());
}
