//! The login by Kerberos through the library, with a real KDC and a real Apache: a token for each request, tickets that are not
//! there, and those that kinit gets.

use std::io::{Read as _, Seek as _};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use packit::context::Context;
use packit::error::{Error, Result};
use packit::event::{Event, What};
use packit::interrupt::Interrupt;
use packit::services::negotiate::Negotiate;
use packit::services::{Address, Client, Settings};
use packit::tools::kinit::Login;

use crate::support::{Apache, Kdc, REALM};

/// It writes down who came, too.
const SCRIPT: &str = r#"#!/bin/sh
echo "$REQUEST_METHOD $REMOTE_USER" >> "$DATA/files/visitors"
printf 'Content-Type: text/plain\n\nhello %s\n' "$REMOTE_USER"
"#;

/// A cache without tickets.
const NONE: &str = "FILE:/nonexistent/cache";

/// What the tests below run in a process of its own, because the library reads the environment of its process.
#[test]
#[ignore = "run by other tests"]
fn child() {
    let told = Arc::new(Mutex::new(Vec::new()));
    let sink = Arc::clone(&told);
    let interrupt = Interrupt::default();
    let context = Context::new(Arc::new(move |event| sink.lock().unwrap().push(event)), interrupt.clone()).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let variable = |name: &str| context.variable(name).unwrap();
    let principal = context.variable("PRINCIPAL");
    let negotiate = || Negotiate::new(principal.as_deref());
    let to = || Address::parse(&variable("TO"));
    let said = match variable("DO").as_str() {
        "ticket" => negotiate().and_then(|negotiate| negotiate.ticket(&context)).map(|ticket| {
            let left = ticket.expires.unwrap().duration_since(context.clock()).as_secs();
            format!("{} for {} minutes", ticket.principal, (left + 30) / 60)
        }),
        "token" => runtime.block_on(async { Ok(negotiate()?.token(&context, &to()?).await?.reveal().to_owned()) }),
        "interrupted token" => runtime.block_on(async {
            std::thread::spawn(move || {
                std::thread::sleep(Duration::from_millis(300));
                interrupt.stop();
            });
            Ok(negotiate()?.token(&context, &to()?).await?.reveal().to_owned())
        }),
        "get" => runtime.block_on(get(&context, &negotiate, &variable("TO"))),
        "kinit" => runtime.block_on(async {
            let keytab = context.variable("KEYTAB");
            let login = Login::new(context.variable("LOGIN").as_deref(), REALM, keytab.as_deref().map(Path::new));
            let (first, second) = tokio::join!(login.refresh(&context), login.refresh(&context));
            Ok(format!("{:?} {} {}", login.principal(), first?, second?))
        }),
        other => panic!("{other}"),
    };
    runtime.shutdown_background();
    let told = told.lock().unwrap().iter().map(told_line).collect::<String>();
    match said {
        Ok(said) => println!("\ngot {said}{told}"),
        Err(error) => println!("\nfailed {}{told}", words(&error)),
    }
}

/// What is at a URL, by packit's own client, with a login. Whatever is traced does not tell the token.
async fn get(context: &Context, negotiate: &impl Fn() -> Result<Negotiate>, url: &str) -> Result<String> {
    let mut traces = tempfile::tempfile().unwrap();
    let writer = Mutex::new(traces.try_clone().unwrap());
    let subscriber = tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_writer(writer).finish();
    tracing::subscriber::set_global_default(subscriber).unwrap();
    let address = Address::parse(url)?;
    let token = negotiate()?.token(context, &address).await?;
    assert!(!format!("{token} {token:?}").contains(token.reveal()));
    let client = Client::new(Settings::default());
    let take = async |response: &mut packit::services::http::Response| {
        let mut body = Vec::new();
        while let Some(piece) = response.chunk().await? {
            body.extend_from_slice(piece.as_ref());
        }
        Ok(String::from_utf8(body).unwrap().trim().to_owned())
    };
    let got = client.get(context, &address, &[("authorization", token.reveal())], take).await;
    let mut traced = String::new();
    traces.seek(std::io::SeekFrom::Start(0)).unwrap();
    traces.read_to_string(&mut traced).unwrap();
    assert!(traced.contains("asked") && !traced.contains(token.reveal()), "{traced}");
    got
}

fn told_line(event: &Event) -> String {
    match &event.what {
        What::Found(finding) => format!(" [{}; {}]", finding.message, finding.hints.join("; ")),
        _ => String::new(),
    }
}

fn words(error: &Error) -> String {
    format!("{:?}: {error} | {} | {}", error.kind(), error.causes().join(" | "), error.hints().join("; "))
}

/// What the child says of its work, in one line: `got ...` or `failed ...`.
fn says(kdc: &Kdc, cache: &str, work: &str, variables: &[(&str, &str)]) -> String {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "kerberos::child", "--ignored", "--nocapture"]).env_clear();
    command.env("PATH", std::env::var_os("PATH").unwrap()).env("KRB5_CONFIG", kdc.config()).env("KRB5CCNAME", cache);
    let output = command.env("DO", work).envs(variables.iter().copied()).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    let line = said.lines().find(|line| line.starts_with("got ") || line.starts_with("failed "));
    line.unwrap_or_else(|| panic!("{said}")).to_owned()
}

fn token(kdc: &Kdc, cache: &str) -> String {
    let said = says(kdc, cache, "token", &[("TO", "http://localhost:1/x")]);
    said.strip_prefix("got ").unwrap_or_else(|| panic!("{said}")).to_owned()
}

#[test]
fn a_token_opens_the_door_once() {
    let kdc = Kdc::new();
    let apache = Apache::new(&kdc, SCRIPT);
    assert_eq!(apache.get("/open", None).status, 200);
    let refused = apache.get("/protected", None);
    assert_eq!((refused.status, refused.header("www-authenticate")), (401, Some("Negotiate")));
    let cache = kdc.ticket("ann", "1h");
    let (first, second) = (token(&kdc, &cache), token(&kdc, &cache));
    assert_ne!(first, second);
    for token in [&first, &second] {
        let answer = apache.get("/protected", Some(token));
        assert_eq!((answer.status, answer.body.as_str()), (200, "hello ann@TEST.EXAMPLE\n"), "{}", apache.log());
        // The server proves who it is, too.
        assert!(answer.header("www-authenticate").unwrap().starts_with("Negotiate oY"));
        assert_eq!(apache.get("/protected", Some(token)).status, 401);
    }
    assert!(apache.log().contains("Request is a replay"), "{}", apache.log());
    assert_eq!(apache.get("/protected", Some("Negotiate bm9uc2Vuc2U=")).status, 401);
    let url = apache.url("/protected");
    let said = says(&kdc, &cache, "get", &[("TO", &url)]);
    assert_eq!(said, "got hello ann@TEST.EXAMPLE");
    let visitors = format!("GET \n{}", "GET ann@TEST.EXAMPLE\n".repeat(3));
    assert_eq!(fs_err::read_to_string(apache.data().join("files/visitors")).unwrap(), visitors);
    assert_eq!(apache.get("/files/visitors", None).body, visitors);
}

#[test]
fn whose_ticket_it_is_and_for_how_long() {
    let kdc = Kdc::new();
    kdc.add_user("bob");
    let ann = kdc.ticket("ann", "1h");
    assert_eq!(says(&kdc, &ann, "ticket", &[]), "got ann@TEST.EXAMPLE for 60 minutes");
    let said = says(&kdc, &ann, "ticket", &[("PRINCIPAL", "bob@TEST.EXAMPLE")]);
    assert!(said.starts_with("failed Environment: there is no Kerberos ticket for bob@TEST.EXAMPLE | "), "{said}");
    assert!(said.ends_with(" | there is one for ann@TEST.EXAMPLE | run `kinit bob@TEST.EXAMPLE`"), "{said}");
    // A collection with the tickets of both: the first is the default.
    fs_err::create_dir(kdc.path("caches")).unwrap();
    let both = format!("DIR:{}", kdc.path("caches").display());
    kdc.ticket_in(&both, "ann", "1h");
    kdc.ticket_in(&both, "bob", "2h");
    let apache = Apache::new(&kdc, SCRIPT);
    for (name, minutes) in [("ann", 60), ("bob", 120)] {
        let principal = format!("{name}@{REALM}");
        let with = [("PRINCIPAL", principal.as_str()), ("TO", &apache.url("/protected"))];
        assert_eq!(says(&kdc, &both, "ticket", &with), format!("got {principal} for {minutes} minutes"));
        assert_eq!(says(&kdc, &both, "get", &with), format!("got hello {principal}"));
    }
}

#[test]
fn without_a_ticket_the_way_to_one_is_told() {
    let mut kdc = Kdc::new();
    let short = kdc.ticket("ann", "1s");
    let begun = Instant::now();
    // No KDC is asked for what can be told without.
    kdc.stop();
    let missing = kdc.path("missing");
    for (cache, principal, message, mend) in [
        (NONE, "", "there is no Kerberos ticket | No credentials were supplied", "run `kinit USER@REALM`"),
        (
            NONE,
            "ann@TEST.EXAMPLE",
            "there is no Kerberos ticket for ann@TEST.EXAMPLE | ",
            "run `kinit ann@TEST.EXAMPLE`",
        ),
        (missing.to_str().unwrap(), "", "there is no Kerberos ticket | ", "run `kinit USER@REALM`"),
    ] {
        for work in ["ticket", "token"] {
            let said = says(&kdc, cache, work, &[("PRINCIPAL", principal), ("TO", "http://localhost:1/x")]);
            assert!(said.starts_with(&format!("failed Environment: {message}")), "{work} {said}");
            assert!(said.ends_with(&format!(" | {mend}")), "{work} {said}");
        }
    }
    std::thread::sleep(Duration::from_millis(2100).saturating_sub(begun.elapsed()));
    for (principal, whose, who) in
        [("", "", "USER@REALM"), ("ann@TEST.EXAMPLE", " of ann@TEST.EXAMPLE", "ann@TEST.EXAMPLE")]
    {
        let want = format!("failed Environment: the Kerberos ticket{whose} has expired |  | run `kinit {who}`");
        for work in ["ticket", "token"] {
            let said = says(&kdc, &short, work, &[("PRINCIPAL", principal), ("TO", "http://localhost:1/x")]);
            assert_eq!(said, want, "{work} {principal}");
        }
    }
}

#[test]
fn services_that_cannot_be_had() {
    let mut kdc = Kdc::new();
    let cache = kdc.ticket("ann", "1h");
    let said = says(&kdc, &cache, "token", &[("TO", "http://127.0.0.1:1/x")]);
    let want = "failed Service: Kerberos gives no login for 127.0.0.1 | Server HTTP/127.0.0.1@TEST.EXAMPLE not found in Kerberos \
                database | the ticket is that of ann@TEST.EXAMPLE | check the name of the host; if `HTTP/127.0.0.1` is of another";
    assert!(said.starts_with(want), "{said}");
    let said = says(&kdc, &cache, "token", &[("TO", "https://host.elsewhere.example/")]);
    assert!(said.contains("not found in Kerberos database") && said.contains("run `kinit USER@REALM`"), "{said}");
    kdc.stop();
    let said = says(&kdc, &cache, "token", &[("TO", "http://localhost:1/x")]);
    assert!(
        said.contains("Cannot contact any KDC for realm 'TEST.EXAMPLE'") && said.contains("check the network"),
        "{said}"
    );
}

#[test]
fn a_kdc_that_is_silent_does_not_hold_the_user() {
    let mut kdc = Kdc::new();
    let cache = kdc.ticket("ann", "1h");
    kdc.stop();
    // It takes connections and says nothing.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    kdc.configure(silent.local_addr().unwrap().port());
    let begun = Instant::now();
    let said = says(&kdc, &cache, "interrupted token", &[("TO", "http://localhost:1/x")]);
    assert!(said.starts_with("failed Interrupted: interrupted"), "{said}");
    assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
    drop(silent);
}

#[test]
fn kinit_gets_a_ticket_once() {
    let kdc = Kdc::new();
    let cache = format!("FILE:{}", kdc.path("new.cache").display());
    let keytab = kdc.keytab("ann").display().to_string();
    let kinit = |user: &str, keytab: &str| says(&kdc, &cache, "kinit", &[("LOGIN", user), ("KEYTAB", keytab)]);
    assert_eq!(kinit("ann", ""), "got Some(\"ann@TEST.EXAMPLE\") false false");
    assert_eq!(kinit("", &keytab), "got None false false");
    let said = kinit("ann", "/nonexistent/keytab");
    let want = "got Some(\"ann@TEST.EXAMPLE\") false false [there is no keytab `/nonexistent/keytab`: an existing ticket is used; ";
    assert!(
        said.starts_with(want) && said.contains("`keytab_path`") && said.matches("no keytab").count() == 1,
        "{said}"
    );
    assert!(!kdc.path("new.cache").exists());
    let issued = || fs_err::read_to_string(kdc.path("kdc.log")).unwrap().matches(": ISSUE:").count();
    let before = issued();
    assert_eq!(kinit("ann", &keytab), "got Some(\"ann@TEST.EXAMPLE\") true true");
    assert_eq!(issued(), before + 1);
    assert_eq!(says(&kdc, &cache, "ticket", &[]), "got ann@TEST.EXAMPLE for 1440 minutes");
    assert_eq!(kinit("ann@TEST.EXAMPLE", &keytab), "got Some(\"ann@TEST.EXAMPLE\") true true");
}

#[test]
fn failures_of_kinit_say_what_to_do() {
    let mut kdc = Kdc::new();
    kdc.add_user("bob");
    let path = |name: &str| kdc.path(name).display().to_string();
    fs_err::write(path("text"), "not a keytab at all").unwrap();
    fs_err::copy(kdc.keytab("bob"), path("old.keytab")).unwrap();
    kdc.admin(&[
        "cpw -pw another bob",
        "addprinc -randkey -expire yesterday old",
        &format!("ktadd -k {} old", path("expired")),
    ]);
    fs_err::copy(kdc.keytab("ann"), path("closed")).unwrap();
    fs_err::set_permissions(path("closed"), PermissionsExt::from_mode(0o000)).unwrap();
    let gone = path("gone.keytab");
    kdc.admin(&["addprinc -randkey gone", &format!("ktadd -k {gone} gone"), "delprinc -force gone"]);
    let ann = kdc.keytab("ann").display().to_string();
    let says_with = |kdc: &Kdc, more: &[(&str, &str)]| says(kdc, "MEMORY:", "kinit", more);
    for (user, keytab, words) in [
        ("bob", &ann, ["failed Tool: there is no Kerberos ticket for bob@TEST.EXAMPLE | `kinit bob@", "`klist -k "]),
        ("ann", &path("text"), ["Unsupported key table format", "is not a keytab: correct `keytab_path`"]),
        (
            "bob",
            &path("old.keytab"),
            ["kinit: Password incorrect while getting initial credentials", "make the keytab again"],
        ),
        ("gone", &gone, ["'gone@TEST.EXAMPLE' not found in Kerberos database", "correct `fas_user`"]),
        ("old", &path("expired"), ["expired while getting initial credentials", "has expired or is locked"]),
    ] {
        let said = says_with(&kdc, &[("LOGIN", user), ("KEYTAB", keytab)]);
        assert!(words.iter().all(|word| said.contains(word)), "{said}");
    }
    let closed = path("closed");
    // Root may read everything.
    if fs_err::File::open(&closed).is_err() {
        let said = says_with(&kdc, &[("LOGIN", "ann"), ("KEYTAB", &closed)]);
        assert!(said.starts_with("failed Environment: the keytab cannot be read | "), "{said}");
    }
    let said = says_with(&kdc, &[("LOGIN", "ann"), ("KEYTAB", &ann), ("PATH", "/nonexistent")]);
    assert!(said.starts_with("failed Environment: `kinit` is not installed | "), "{said}");
    assert!(said.contains("dnf install krb5-workstation") && said.contains("apt-get install krb5-user"), "{said}");
    kdc.stop();
    let said = says_with(&kdc, &[("LOGIN", "ann"), ("KEYTAB", &ann)]);
    assert!(said.contains("Cannot contact any KDC") && said.contains("check the network"), "{said}");
}
