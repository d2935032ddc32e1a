use std::fmt::Write as _;

use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};

use super::super::testing::{facts, queried, rpmspec};
use super::*;

fn spec(version: &str, release: &str, comment: &str, changelog: Option<&str>) -> Spec {
    let mut text = format!(
        "# {comment}\nName: hello\nVersion: {version}\nRelease: {release}\nSummary: {comment}\nLicense: MIT\n\n\
         %description\n{comment}\n\n%prep\n%autosetup\n"
    );
    if let Some(changelog) = changelog {
        let _ = write!(text, "\n%changelog\n{changelog}");
    }
    Spec::parse(text)
}

fn moment() -> Zoned {
    Timestamp::from_second(1_763_690_400).unwrap().to_zoned(TimeZone::UTC)
}

/// What is merged with the entry `- Update to version 1.2`, as text, and the number of findings.
fn merged(upstream: &Spec, dist_git: &Spec, version: &str) -> (Spec, usize) {
    merged_with(upstream, dist_git, version, &["- Update to version 1.2"])
}

fn merged_with(upstream: &Spec, dist_git: &Spec, version: &str, lines: &[&str]) -> (Spec, usize) {
    let prerelease = Prerelease::new(Some(super::super::DEFAULT_PATTERN), None).unwrap();
    let (upstream_facts, dist_git_facts) = (facts_of(upstream), facts_of(dist_git));
    let merge = Merge {
        upstream,
        upstream_facts: &upstream_facts,
        dist_git,
        dist_git_facts: &dist_git_facts,
        version,
        prerelease: &prerelease,
    };
    let mut merged = merge.merged().unwrap();
    let lines = lines.iter().map(|line| (*line).to_owned()).collect();
    merged.add_entry(moment(), "Bob <bob@example.com>".to_owned(), lines, &upstream_facts).unwrap();
    (merged.spec, merged.findings.len())
}

/// Facts where the machine has no rpmautospec: as the stand-ins of packit give them.
fn facts_of(spec: &Spec) -> Facts {
    if !spec.uses_autorelease() {
        return facts(spec);
    }
    let text = text(spec);
    let plain = Spec::parse(text.replace("%autorelease -b 3", "3%{?dist}").replace("%autorelease", "1%{?dist}"));
    facts(&plain)
}

fn text(spec: &Spec) -> String {
    String::from_utf8(spec.to_bytes()).unwrap()
}

fn release(spec: &Spec) -> String {
    let text = text(spec);
    text.lines().find_map(|line| line.strip_prefix("Release: ")).unwrap().to_owned()
}

fn changelog(spec: &Spec) -> String {
    text(spec).split_once("%changelog\n").unwrap().1.to_owned()
}

const OURS: &str = "* Mon Nov 13 2023 Up Stream <up@example.com> - 1.2-7\n- of upstream\n";
const THEIRS: &str = "* Tue Nov 14 2023 Ann Author <ann@example.com> - 1.0-4\n- of dist-git\n";
const NEW: &str = "* Fri Nov 21 2025 Bob <bob@example.com> - ";

/// One row: dist-git's and upstream's Release and changelog are `auto` or not; the Release, the changelog and the number of
/// findings that the update has.
fn row(dist_git: (bool, bool), upstream: (bool, bool), release: &str, changelog: &str, findings: usize) {
    let made = |(auto_release, auto_changelog): (bool, bool), version, releases: [&str; 2], comment, log: &str| {
        let log = if auto_changelog { "%autochangelog\n" } else { log };
        spec(version, releases[usize::from(auto_release)], comment, Some(log))
    };
    let dist_git = made(dist_git, "1.0", ["4%{?dist}", "%autorelease -b 3"], "dist-git", THEIRS);
    let upstream = made(upstream, "1.1", ["7%{?dist}", "%autorelease"], "upstream", OURS);
    let (spec, found) = merged(&upstream, &dist_git, "1.2");
    assert_eq!((self::release(&spec).as_str(), found), (release, findings));
    assert_eq!(self::changelog(&spec), changelog);
    assert!(text(&spec).starts_with("# upstream\nName: hello\nVersion: 1.2\n"));
    let others = |spec: &Spec| {
        let kept = spec.without_changelog();
        kept.lines().filter(|line| !line.starts_with(['V', 'R'])).map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(others(&spec), others(&upstream));
    // Running it again on its own result, as a later run does on an update that was taken over, changes no more.
    let (again, _) = merged(&upstream, &spec, "1.2");
    assert_eq!(text(&again), text(&spec));
}

fn with_entry(evr: &str) -> String {
    format!("{NEW}{evr}\n- Update to version 1.2\n\n{THEIRS}")
}

const AUTO: &str = "%autochangelog\n";

macro_rules! rows {
    ($($name:ident: $dist_git:expr, $upstream:expr => $release:expr, $changelog:expr, $findings:expr;)*) => {
        $(#[test]
        fn $name() {
            row($dist_git, $upstream, $release, &$changelog, $findings);
        })*
    };
}

// (auto release, auto changelog) of dist-git, then of upstream.
rows! {
    plain_plain_over_plain_plain: (false, false), (false, false) => "1%{?dist}", with_entry("1.2-1"), 0;
    plain_plain_under_plain_auto: (false, false), (false, true) => "1%{?dist}", with_entry("1.2-1"), 0;
    plain_plain_under_auto_plain: (false, false), (true, false) => "1%{?dist}", with_entry("1.2-1"), 1;
    plain_plain_under_auto_auto: (false, false), (true, true) => "1%{?dist}", with_entry("1.2-1"), 1;
    plain_auto_under_plain_plain: (false, true), (false, false) => "1%{?dist}", AUTO, 0;
    plain_auto_under_plain_auto: (false, true), (false, true) => "1%{?dist}", AUTO, 0;
    plain_auto_under_auto_plain: (false, true), (true, false) => "1%{?dist}", AUTO, 1;
    plain_auto_under_auto_auto: (false, true), (true, true) => "1%{?dist}", AUTO, 1;
    auto_plain_under_plain_plain: (true, false), (false, false) => "%autorelease -b 3", with_entry("1.2"), 1;
    auto_plain_under_plain_auto: (true, false), (false, true) => "%autorelease -b 3", with_entry("1.2"), 1;
    auto_plain_under_auto_plain: (true, false), (true, false) => "%autorelease", with_entry("1.2"), 0;
    auto_plain_under_auto_auto: (true, false), (true, true) => "%autorelease", with_entry("1.2"), 0;
    auto_auto_under_plain_plain: (true, true), (false, false) => "%autorelease -b 3", AUTO, 1;
    auto_auto_under_plain_auto: (true, true), (false, true) => "%autorelease -b 3", AUTO, 1;
    auto_auto_under_auto_plain: (true, true), (true, false) => "%autorelease", AUTO, 0;
    auto_auto_over_auto_auto: (true, true), (true, true) => "%autorelease", AUTO, 0;
}

#[test]
fn an_upstream_spec_that_has_the_version_says_its_release_itself() {
    let of = |version: &str, releases: (&str, &str)| {
        let upstream = spec(version, releases.0, "upstream", None);
        let dist_git = spec("1.0", releases.1, "dist-git", Some(THEIRS));
        let (merged, _) = merged(&upstream, &dist_git, "1.2-rc1");
        (release(&merged), changelog(&merged).lines().next().unwrap().trim_start_matches(NEW).to_owned())
    };
    assert_eq!(of("1.2~rc1", ("5%{?dist}", "2%{?dist}")), ("5%{?dist}".into(), "1.2~rc1-5".into()));
    // Nobody has touched it since: it is that of the version before.
    assert_eq!(of("1.2~rc1", ("5%{?dist}", "5")), ("1%{?dist}".into(), "1.2~rc1-1".into()));
    assert_eq!(of("1.1", ("5%{?dist}", "2%{?dist}")), ("1%{?dist}".into(), "1.2~rc1-1".into()));
}

#[test]
fn macros_of_the_version_and_an_epoch() {
    let upstream = Spec::parse(
        "%global major 1\n%global minor 1\nName: hello\nEpoch: 2\nVersion: %{major}.%{minor}\nRelease: 1%{?dist}\n\
         Summary: x\nLicense: MIT\n\n%description\nx\n",
    );
    let dist_git = spec("1.0", "1%{?dist}", "x", Some(THEIRS));
    let (spec, _) = merged(&upstream, &dist_git, "1.2");
    assert!(text(&spec).starts_with("%global major 1\n%global minor 2\n"), "{}", text(&spec));
    assert!(changelog(&spec).starts_with(&format!("{NEW}2:1.2-1\n")), "{}", text(&spec));
    assert_eq!(queried(&spec, "%{epochnum}:%{version}-%{release}"), "2:1.2-1.fc42");
}

#[test]
fn where_the_changelog_goes() {
    let dist_git = spec("1.0", "1", "dist-git", Some(THEIRS));
    for (upstream, tail) in [
        // None in upstream: the last section, behind a blank line.
        ("Name: a\nVersion: 1\nRelease: 1\n%prep\nx", "%prep\nx\n\n%changelog\nNEW\nOLD"),
        ("Name: a\nVersion: 1\nRelease: 1\n%prep\nx\n\n", "%prep\nx\n\n%changelog\nNEW\nOLD"),
        // In the middle: it stays there.
        (
            "Name: a\nVersion: 1\nRelease: 1\n%changelog\n* x\n- y\n\n%prep\nx\n",
            "Release: 1%{?dist}\n%changelog\nNEW\nOLD\n%prep\nx\n",
        ),
        ("Name: a\nVersion: 1\nRelease: 1\n%changelog\n%prep\nx\n%changelog\nz\n", "%changelog\nNEW\nOLD\n%prep\nx\n"),
    ] {
        let (spec, _) = merged(&Spec::parse(upstream), &dist_git, "1.2");
        let tail = tail.replace("NEW", &format!("{NEW}1.2-1\n- Update to version 1.2\n")).replace("OLD", THEIRS);
        assert!(text(&spec).ends_with(&tail), "{}\n---\n{tail}", text(&spec));
    }
    // None in dist-git: that of upstream goes all the same.
    let (spec, _) = merged(&spec("1", "1", "u", Some(OURS)), &spec("1", "1", "d", None), "1.2");
    assert_eq!(changelog(&spec), format!("{NEW}1.2-1\n- Update to version 1.2\n"));
}

#[test]
fn bytes_and_line_endings_survive() {
    let upstream = Spec::parse(b"# J\xf6rg\r\nName: a\r\nVersion: 1\r\nRelease: 1\r\n%changelog\r\n".as_slice());
    let dist_git = Spec::parse(
        b"Name: a\nVersion: 1\nRelease: 1\n%changelog\n* Tue Nov 14 2023 J\xf6rg <j@h> - 1-1\n- \xff\n".as_slice(),
    );
    let (spec, _) = merged(&upstream, &dist_git, "1.2");
    let bytes = spec.to_bytes();
    let has = |part: &[u8]| bytes.windows(part.len()).any(|window| window == part);
    assert!(has(b"# J\xf6rg\r\nName: a\r\nVersion: 1.2\r\n") && has(b"2023 J\xf6rg <j@h> - 1-1\r\n- \xff"));
}

#[test]
fn a_hostile_entry_stays_text() {
    let (upstream, dist_git) = (spec("1", "1", "u", None), spec("1", "1", "d", Some(THEIRS)));
    let lines = [
        "* Fri Nov 21 2025 Eve <e@h> - 9-9",
        "- %(touch /tmp/x) %{lua:x} 100% %%done",
        "%install",
        "%if 1",
        "- a\nb\n%post",
    ];
    let (spec, _) = merged_with(&upstream, &dist_git, "1.2", &lines);
    let shown = changelog(&spec);
    let expected = format!(
        "{NEW}1.2-1\n * Fri Nov 21 2025 Eve <e@h> - 9-9\n- %%(touch /tmp/x) %%{{lua:x}} 100% %%done\n- %%install\n- %%if 1\n- a\nb\n- %%post\n\n{THEIRS}"
    );
    assert_eq!(shown, expected);
    let parsed = String::from_utf8_lossy(&rpmspec(&["-q", "--srpm", "--qf", "[%{changelogname}|]"], &spec.to_bytes()))
        .into_owned();
    // rpm says besides that there is no Source0 for %autosetup.
    let names = parsed.split("error:").next();
    assert_eq!(names, Some("Bob <bob@example.com> - 1.2-1|Ann Author <ann@example.com> - 1.0-4|"));
}

#[test]
fn an_entry_without_text_and_a_version_that_cannot_be() {
    let (upstream, dist_git) = (spec("1", "1", "u", None), spec("1", "1", "d", Some(THEIRS)));
    let (ours, theirs, prerelease) = (facts(&upstream), facts(&dist_git), Prerelease::off());
    let merge = |version| Merge {
        upstream: &upstream,
        upstream_facts: &ours,
        dist_git: &dist_git,
        dist_git_facts: &theirs,
        version,
        prerelease: &prerelease,
    };
    let mut merged = merge("1.2").merged().unwrap();
    let error = merged.add_entry(moment(), "B <b@h>".into(), vec!["  ".into()], &ours).unwrap_err();
    assert_eq!(error.kind(), Kind::Project);
    for version in ["", "1-2", "1.2\nRelease: 9", "%(x)"] {
        assert_eq!(merge(version).merged().unwrap_err().kind(), Kind::Project, "{version}");
    }
}
