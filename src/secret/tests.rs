use proptest::prelude::*;

use super::*;

#[test]
fn a_token_cannot_be_printed() {
    let token = Token::new("cAnArY");
    assert_eq!(format!("{token} {token:?} {token:#?} {:?}", Some(&token)), "*** *** *** Some(***)");
    assert_eq!(token.reveal(), "cAnArY");
}

#[test]
fn secrets_are_not_shown() {
    for (url, shown) in [
        ("https://github.com/a/b.git", "https://github.com/a/b.git"),
        ("https://user:tok@github.com/a/b.git", "https://***@github.com/a/b.git"),
        ("https://tok@github.com/a/b.git", "https://***@github.com/a/b.git"),
        ("https://jane@x.org:tok@github.com/a", "https://***@github.com/a"),
        ("https://u:to/ken@github.com/a", "https://***@github.com/a"),
        ("https://host/a@v1", "https://host/a@v1"),
        ("https://host:8443/a@v1", "https://host:8443/a@v1"),
        ("ssh://git@host/a", "ssh://git@host/a"),
        ("ssh://git:pw@host/a", "ssh://***@host/a"),
        ("git@host:a/b", "git@host:a/b"),
        ("u:pw@host:a/b", "***@host:a/b"),
        ("https://h/a?private_token=tok&ref=main", "https://h/a?private_token=***&ref=main"),
        (
            "https://h/a?ref=main&X-Amz-Signature=tok#access_token=tok",
            "https://h/a?ref=main&X-Amz-Signature=***#access_token=***",
        ),
        ("/plain/path", "/plain/path"),
    ] {
        assert_eq!(redacted(url), shown);
    }
}

#[test]
fn urls_in_a_line() {
    for (line, shown) in [
        (
            "fatal: unable to access 'https://me:canary@example.com/a.git/': no",
            "fatal: unable to access 'https://***@example.com/a.git/': no",
        ),
        ("error for url (https://u:canary@h/a)", "error for url (https://***@h/a)"),
        ("see <https://h/?token=canary> and https://b/", "see <https://h/?token=*** and https://b/"),
        ("https://a.b/c,https://u:can)ary@h/", "https://a.b/c,https://***@h/"),
        ("\"https://u:can'ar\"y@h/\"", "\"https://***@h/\""),
        ("nothing: to hide @ all\n", "nothing: to hide @ all\n"),
        ("://", "://"),
    ] {
        assert_eq!(redacted_line(line), shown);
    }
}

proptest! {
    #[test]
    fn no_text_is_too_strange(text in "\\PC*|[a-z:/@]{0,12}") {
        let _ = redacted(&text);
        let _ = redacted_line(&text);
    }

    #[test]
    fn the_password_never_shows(password in "[a-z:/@%]{6,20}", path in "[a-z]{1,5}/[a-z]{1,5}") {
        let secret = format!("SECRET{password}");
        let url = format!("https://user:{secret}@host.org/{path}");
        prop_assert!(!redacted(&url).contains("SECRET"), "{}", redacted(&url));
        let line = redacted_line(&format!("cannot read ({url})"));
        prop_assert!(!line.contains("SECRET"), "{}", line);
    }
}
