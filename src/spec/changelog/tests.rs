use super::super::testing::{facts, queried, spec_with};
use super::*;

const HEADER: &str = "* Tue Nov 14 2023 Ann Author <ann@example.com> - 1.0-1";

/// An entry made at a point in time, such as `2026-11-20T22:30:00Z`, in a time zone so many hours ahead of UTC.
fn entry_at((time, hours): (&str, i8), evr: &str, lines: &[&str]) -> ChangelogEntry {
    let zone = if hours == 0 { TimeZone::UTC } else { TimeZone::fixed(jiff::tz::offset(hours)) };
    ChangelogEntry {
        moment: time.parse::<jiff::Timestamp>().unwrap().to_zoned(zone),
        author: "Test User <test@example.com>".into(),
        evr: evr.into(),
        lines: lines.iter().map(|line| (*line).to_owned()).collect(),
    }
}

fn entry(time: &str, evr: &str, lines: &[&str]) -> ChangelogEntry {
    entry_at((time, 0), evr, lines)
}

fn after_changelog(spec: &Spec) -> String {
    let text = String::from_utf8(spec.to_bytes()).unwrap();
    text.split_once("%changelog").unwrap().1.trim_start_matches('\n').to_owned()
}

fn added(replacements: &[(&str, &str)], entry: &ChangelogEntry) -> (String, Outcome) {
    let mut spec = spec_with(replacements);
    let facts = facts(&spec);
    let outcome = spec.add_changelog_entry(entry, &facts).unwrap();
    (after_changelog(&spec), outcome)
}

const NOV: &str = "2026-11-20T22:30:00Z";

#[test]
fn adds() {
    let new = entry(NOV, "1.0.0-3.1", &["- Second commit: 100% better (Test User)"]);
    let text = "* Fri Nov 20 2026 Test User <test@example.com> - 1.0.0-3.1\n- Second commit: 100% better (Test User)\n";
    let rest = format!("{HEADER}\n- Initial release\n");
    for (replacements, expected) in [
        (&[][..], format!("{text}\n{rest}")),
        (&[("%changelog\n", "%changelog\n# keep this on top\n\n")], format!("# keep this on top\n\n{text}\n{rest}")),
        (&[(HEADER, ""), ("\n\n- Initial release\n", "\n")], text.to_owned()),
        (
            &[(HEADER, "# old ones\n%include changes"), ("- Initial release\n", "")],
            format!("# old ones\n{text}\n%include changes\n"),
        ),
        (
            &[(HEADER, "# only a comment\n"), ("\n\n- Initial release\n", "\n\n\n")],
            format!("# only a comment\n{text}\n\n"),
        ),
        (&[(HEADER, ""), ("%changelog\n\n- Initial release\n", "%changelog")], text.trim_end().to_owned()),
    ] {
        let (after, outcome) = added(replacements, &new);
        assert_eq!(after, expected);
        assert!(matches!(outcome, Outcome::Changed { .. }));
    }
}

#[test]
fn rpm_reads_it_back() {
    let mut spec = spec_with(&[]);
    let facts = facts(&spec);
    let lines = ["* star", "- %{name} and %version and %(rm -rf /) and 5%x", "%prep", "  %if 0", "%{?name} %!?name"];
    spec.add_changelog_entry(&entry(NOV, "1.0-1", &lines), &facts).unwrap();
    let read = queried(&spec, "[%{CHANGELOGNAME}|%{CHANGELOGTEXT}\\n]");
    assert!(read.starts_with(
        "Test User <test@example.com> - 1.0-1|* star\n- %{name} and %version and %(rm -rf /) and 5%x\n- %prep\n- %if 0\n%{?name} %!?name\nAnn"
    ), "{read}");
}

#[test]
fn escapes() {
    for (text, escaped) in [
        ("- 100% done", "- 100% done"),
        ("%{name}", "%%{name}"),
        ("%version", "%%version"),
        ("%(id)", "%%(id)"),
        ("%[1+1]", "%%[1+1]"),
        ("%%{x}", "%%{x}"),
        ("5%x", "5%%x"),
        ("%%%{a}", "%%%%{a}"),
        ("%", "%"),
    ] {
        assert_eq!(super::escaped(text), escaped);
    }
    let lines = sanitised(&["* star\n** two\n  * ind".to_owned(), String::new()]);
    assert_eq!(lines, [" * star", " ** two", "  * ind"]);
    // An empty line between others is a part of the entry.
    let texts = ["", "- one", "", "- two", ""].map(str::to_owned);
    assert_eq!(sanitised(&texts), ["- one", "", "- two"]);
}

#[test]
fn dates_are_written_as_in_the_entries_below() {
    let day = "2026-12-03T12:00:00Z";
    for (header, date) in [
        ("* Tue Nov 14 2023 A <a@b> - 1-1", "* Thu Dec 03 2026 "),
        ("* Fri Nov  3 2023 A <a@b> - 1-1", "* Thu Dec  3 2026 "),
        ("* Fri Nov 3 2023 A <a@b> - 1-1", "* Thu Dec 3 2026 "),
        ("* Fri Nov 03 2023 A <a@b> - 1-1", "* Thu Dec 03 2026 "),
        ("* Fri Nov  3 10:11:12 UTC 2023 A <a@b> - 1-1", "* Thu Dec  3 12:00:00 UTC 2026 "),
        ("* Fri Nov 03 10:11:12 CET 2023 A <a@b> - 1-1", "* Thu Dec 03 12:00:00 UTC 2026 "),
        // rpm refuses a newest entry that is older than the one below it.
        ("* Fri Jan 01 2027 A <a@b> - 1-1", "* Fri Jan 01 2027 "),
        ("* Thu Dec 03 13:00:00 UTC 2026 A <a@b> - 1-1", "* Thu Dec 03 13:00:00 UTC 2026 "),
    ] {
        let (after, _) = added(&[(HEADER, header)], &entry(day, "2-1", &["- x"]));
        assert!(after.starts_with(date), "{header}: {after}");
    }
    // The date is that in UTC.
    let (after, _) = added(&[], &entry_at(("2026-11-20T22:30:00Z", 2), "2-1", &["- x"]));
    assert!(after.starts_with("* Fri Nov 20 2026 "), "{after}");
}

#[test]
fn a_second_run_adds_no_second_entry() {
    let first = entry(NOV, "1.0-1.20261120233102238314.main.1.g0736650", &["- 100%{x}", "- two"]);
    let mut spec = spec_with(&[]);
    let facts = facts(&spec);
    spec.add_changelog_entry(&first, &facts).unwrap();
    let once = after_changelog(&spec);
    assert!(matches!(spec.add_changelog_entry(&first, &facts).unwrap(), Outcome::AlreadyRight { .. }));
    assert_eq!(after_changelog(&spec), once);

    let later = entry("2026-11-22T10:00:00Z", "1.0-1.20261122100000000000.main.1.g0736650", &["- 100%{x}", "- two"]);
    spec.add_changelog_entry(&later, &facts).unwrap();
    let twice = after_changelog(&spec);
    assert!(twice.starts_with("* Sun Nov 22 2026 Test User <test@example.com> - 1.0-1.20261122100000000000.main"));
    assert_eq!(twice.lines().skip(1).collect::<Vec<_>>(), once.lines().skip(1).collect::<Vec<_>>());

    for other in [
        entry(NOV, "2.0-1.20261122100000000000.main.1.g0736650", &["- 100%{x}", "- two"]),
        entry(NOV, "1.0-2", &["- 100%{x}", "- two"]),
        entry(NOV, "1.0-1.20261122100000000000.main.1.g0736650", &["- other"]),
    ] {
        let mut spec = spec.clone();
        spec.add_changelog_entry(&other, &facts).unwrap();
        assert_eq!(after_changelog(&spec).matches("Test User").count(), 2);
    }
}

#[test]
fn autochangelog_is_left_alone() {
    for call in
        ["%autochangelog", "%{autochangelog}", "%{?autochangelog}", "  %autochangelog ", "%{?fedora:%autochangelog}"]
    {
        let mut spec = spec_with(&[(HEADER, call), ("- Initial release\n", "")]);
        assert!(spec.uses_autochangelog(), "{call}");
        let before = spec.to_bytes();
        let facts = facts(&spec);
        let outcome = spec.add_changelog_entry(&entry(NOV, "1-1", &["- x"]), &facts).unwrap();
        assert_eq!(outcome, Outcome::LeftAlone(Why::Autochangelog));
        assert_eq!(spec.to_bytes(), before);
    }
    assert!(!spec_with(&[(HEADER, "# %autochangelog\n* Tue Nov 14 2023 A - 1-1")]).uses_autochangelog());
}

#[test]
fn no_changelog_is_no_error() {
    let mut spec = spec_with(&[("%changelog\n", "%post\n"), (HEADER, ""), ("- Initial release", "")]);
    let facts = facts(&spec);
    let outcome = spec.add_changelog_entry(&entry(NOV, "1-1", &["- x"]), &facts).unwrap();
    assert_eq!(outcome, Outcome::LeftAlone(Why::NoChangelog));
    let error = spec.add_changelog_entry(&entry(NOV, "1-1", &["", "  "]), &facts).unwrap_err();
    assert_eq!(error.message(), "the changelog entry has no text");
}

#[test]
fn reads_the_top_entry() {
    for (header, date, author, evr) in [
        (HEADER, "Tue Nov 14 2023", "Ann Author <ann@example.com>", Some("1.0-1")),
        ("* Tue Nov 14 2023 A B <a@b> 2:1.0-1", "Tue Nov 14 2023", "A B <a@b>", Some("2:1.0-1")),
        ("* Tue Nov 14 2023 A <a@b> [1.0-1]", "Tue Nov 14 2023", "A <a@b>", Some("1.0-1")),
        ("* Tue Nov 14 2023 A1 <a1@b>", "Tue Nov 14 2023", "A1 <a1@b>", None),
        ("*  Fri Nov  3 10:11:12 CET 2023  A <a@b> - 1", "Fri Nov  3 10:11:12 CET 2023", "A <a@b>", Some("1")),
    ] {
        let top = spec_with(&[(HEADER, header)]).changelog_top().unwrap();
        assert_eq!((top.date.as_str(), top.author.as_str(), top.evr.as_deref()), (date, author, evr), "{header}");
        assert_eq!(top.lines, ["- Initial release"]);
    }
    for header in ["* nonsense", "* Tue Foo 14 2023 A - 1", "* Tue Nov 99 2023 A - 1", "no entry"] {
        assert_eq!(spec_with(&[(HEADER, header)]).changelog_top(), None, "{header}");
    }
}

#[test]
fn other_bytes_stay() {
    let old = b"%changelog\r\n* Mon Nov 13 2023 J\xf6rg <j@example.com> - 0.9-1\r\n- \xff\x0c\xe2\x80\xa8\r\n";
    let bytes = [b"Name: a\r\nVersion: 1\r\nRelease: 1\r\n", &old[..]].concat();
    let mut spec = Spec::parse(&bytes);
    let facts = facts(&spec);
    spec.add_changelog_entry(&entry(NOV, "1-1", &["- x"]), &facts).unwrap();
    let new = b"* Fri Nov 20 2026 Test User <test@example.com> - 1-1\r\n- x\r\n\r\n";
    let expected = [b"Name: a\r\nVersion: 1\r\nRelease: 1\r\n%changelog\r\n", &new[..], &old[12..]].concat();
    assert_eq!(spec.to_bytes(), expected);
}
