use super::*;

fn parse(text: &str) -> Result<Ini> {
    Ini::parse(Path::new("a.conf"), text)
}

#[test]
fn sections_keys_and_values() {
    let text = "\u{feff}# first\n; second\r\n\n[fedpkg]\r\nLookaside = https://h:80/a=b\r\n hash: \"sha512\" ; no comment\n  # a comment\n\
                token=50%\\n%(x)s \nempty =\n[a b]x\nmore =\n  one\n   ; none\n\n  two = 2\nlast: x\n  [no section]\n";
    let ini = parse(text).unwrap();
    assert_eq!(ini.names().collect::<Vec<_>>(), ["fedpkg", "a b"]);
    let section = ini.section("fedpkg").unwrap();
    assert_eq!(section.get("lookaside"), Some("https://h:80/a=b\nhash: \"sha512\" ; no comment"));
    assert_eq!(section.get("TOKEN"), Some("50%\\n%(x)s"));
    assert_eq!((section.get("empty"), section.filled("empty"), section.get("none")), (Some(""), None, None));
    assert_eq!(
        (section.line_of("lookaside"), section.line_of("token"), section.line_of("none")),
        (Some(5), Some(8), None)
    );
    let other = ini.section("a b").unwrap();
    assert_eq!((other.get("more"), other.get("last")), (Some("\none\ntwo = 2"), Some("x\n[no section]")));
    assert!(ini.section("FEDPKG").is_none());
    assert!(parse("").unwrap().names().next().is_none());
}

#[test]
fn defaults_and_flags() {
    let ini = parse("[DEFAULT]\na = 1\nb = 2\n[x]\nb = No\nc = TRUE\nd = maybe-canary\n e\nf = off\n").unwrap();
    let section = ini.section("x").unwrap();
    assert_eq!((section.get("a"), section.get("b")), (Some("1"), Some("No")));
    let flags = ["a", "b", "c", "f", "none"].map(|key| section.flag(key).unwrap());
    assert_eq!(flags, [Some(true), Some(false), Some(true), Some(false), None]);
    let error = section.flag("d").unwrap_err();
    assert_eq!((error.kind(), error.message()), (Kind::Config, "`d` is neither yes nor no"));
    let place = error.place().unwrap();
    assert_eq!((place.line, place.column, place.length, &*place.text), (7, 1, 1, "d = ***"));
}

#[test]
fn every_wrong_line_is_found_and_no_value_shows() {
    let text = "early = canary\n[a]\ncanary\n= canary\nx = canary\nX: canary\n[b]\n[a]\n[canary\n";
    let error = parse(text).unwrap_err();
    assert_eq!((error.kind(), error.message()), (Kind::Config, "`a.conf` is not valid: 6 problems"));
    let found: Vec<_> =
        error.all_findings().iter().map(|found| (found.place.as_ref().unwrap().line, &*found.message)).collect();
    assert_eq!(
        found,
        [
            (1, "this key is in no section"),
            (3, "this is neither a section nor a key with a value"),
            (4, "there is no key here"),
            (6, "this section has the key already"),
            (8, "this section was there before"),
            (9, "this is neither a section nor a key with a value"),
        ]
    );
    assert!(!format!("{error:?}").contains("canary"), "{error:?}");
    assert!(!format!("{:?}", parse("[a]\nx = canary").unwrap()).contains("canary"));
}

#[test]
fn files_that_are_missing_or_no_text() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.conf");
    let read = || Ini::read(&file, Path::new("a.conf"));
    assert!(read().unwrap().is_none());
    fs_err::write(&file, "[a]\nx = 1\n").unwrap();
    assert_eq!(read().unwrap().unwrap().section("a").unwrap().get("x"), Some("1"));
    fs_err::write(&file, b"[a]\nx = canary\xe9\n").unwrap();
    let error = read().unwrap_err();
    assert!(!format!("{error:?}").contains("canary"), "{error:?}");
    fs_err::remove_file(&file).unwrap();
    fs_err::create_dir(&file).unwrap();
    assert_eq!(read().unwrap_err().kind(), Kind::Config);
}

proptest::proptest! {
    #[test]
    fn nothing_breaks_it(text in "([a-c\\[\\]=:;# \t\r\n%\u{e9}\u{2003}]{0,40})") {
        let _ = parse(&text);
    }
}
