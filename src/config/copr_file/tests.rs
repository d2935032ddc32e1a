use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use super::*;
use crate::event::{Event, What};
use crate::interrupt::Interrupt;

/// What is read from a file with this text, and what is told.
fn read(text: &str) -> (Result<CoprFile>, String) {
    let home = tempfile::tempdir().unwrap();
    fs_err::create_dir(home.path().join(".config")).unwrap();
    fs_err::write(home.path().join(".config/copr"), text).unwrap();
    let told = Arc::new(Mutex::new(String::new()));
    let kept = Arc::clone(&told);
    let sink = Arc::new(move |event: Event| {
        if let What::Found(finding) = event.what {
            kept.lock().unwrap().push_str(&format!("{} ({})", finding.message, finding.hints.concat()));
        }
    });
    let variables = HashMap::from([("HOME".into(), home.path().into())]);
    let context = Context::with("/".into(), variables, sink, Interrupt::default()).unwrap();
    let file = CoprFile::read(&context, None);
    let told = told.lock().unwrap().clone();
    (file, told)
}

const TOKEN: &str = "[copr-cli]\nlogin = log%in\nusername = alice\ntoken = can%ary\ncopr_url = https://copr.example/\n";

#[test]
fn a_token() {
    let (file, told) = read(TOKEN);
    let file = file.unwrap();
    assert_eq!(
        (file.url.as_str(), file.username.as_deref(), told.as_str()),
        ("https://copr.example", Some("alice"), "")
    );
    assert_eq!(file.token.as_ref().map(|(login, token)| (login.reveal(), token.reveal())), Some(("log%in", "can%ary")));
    assert!(!format!("{file:?}").contains("can%ary"));
    assert_eq!(file.shown, Path::new("~/.config/copr"));
}

#[test]
fn kerberos_and_nobody() {
    let (file, _) = read("[copr-cli]\nCOPR_URL: http://127.0.0.1:81\nencrypted = no\ngssapi = Yes\n");
    let file = file.unwrap();
    assert!(file.kerberos && file.token.is_none() && file.url == "http://127.0.0.1:81");
    let context = Context::with("/tmp".into(), HashMap::new(), Arc::new(|_| {}), Interrupt::default()).unwrap();
    let file = CoprFile::read(&context, None).unwrap();
    assert!(!file.exists && file.url == FEDORA);
    let error = CoprFile::read(&context, Some(Path::new("/nowhere/copr"))).unwrap_err();
    assert_eq!(error.message(), "there is no file `/nowhere/copr`");
}

#[test]
fn what_is_wrong_is_told() {
    for (text, message, hint) in [
        ("[other]\na = b\n", "`~/.config/copr` has no section [copr-cli]", "/api/"),
        ("[copr-cli]\nlogin = a\ntoken = b\n", "`~/.config/copr` has no copr_url", "copr_url = https://copr"),
        ("[copr-cli]\ntoken = b\ncopr_url = https://h\n", "`~/.config/copr` has no login", "https://h/api/"),
        ("[copr-cli]\nlogin = b\ncopr_url = https://h\n", "`~/.config/copr` has no token", "https://h/api/"),
        ("[copr-cli]\nlogin = a:b\ntoken = c\ncopr_url = https://h\n", "a login of Copr has no colon", "/api/"),
        ("[copr-cli]\ncopr_url = http://h\n", "copr_url is not encrypted", "encrypted = False"),
        ("[copr-cli]\ncopr_url = h\n", "copr_url is not the address", "copr_url = https://copr"),
        ("[copr-cli]\ncopr_url = http://h\nencrypted = perhaps\n", "", ""),
        ("[copr-cli]\ncopr_url = https://h\ngssapi = perhaps\n", "", ""),
        (
            "[copr-cli]\nlogin = a\ntoken = b\ncopr_url = https://h\n# expiration date: 2020-02-29\n",
            "was good until 2020-02-29",
            "https://h/api/",
        ),
    ] {
        let (file, _) = read(text);
        let error = file.unwrap_err();
        assert_eq!(error.kind(), Kind::Config, "{text}");
        assert!(error.message().contains(message), "{text}: {error}");
        assert!(error.hints().concat().replace('\n', "").contains(hint), "{text}: {:?}", error.hints());
        assert!(!format!("{error:?}").contains("canary"));
    }
}

#[test]
fn a_token_that_will_be_over_soon_is_warned_of() {
    #[expect(clippy::disallowed_methods, reason = "the file is read with the real clock")]
    let today = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date();
    for (days, warned) in [(0, true), (14, true), (15, false), (200, false)] {
        let last = today.checked_add(jiff::Span::new().days(days)).unwrap();
        let (file, told) = read(&format!("{TOKEN}# expiration date: {last}\n"));
        assert_eq!(file.unwrap().expires, Some(last));
        assert_eq!(told.contains("is good until"), warned, "{days}: {told}");
    }
}
