//! What holds for every text, however odd.

use proptest::prelude::*;

use super::patches::PatchNumber;
use super::testing::HELLO;
use super::{ChangelogEntry, Facts, Known, Prerelease, SourceId, Spec};

/// Lines of which odd specs are made.
const LINES: &[&str] = &[
    "Name: hello",
    "Version: 1.0",
    "Version: %{aa}.%{bb}",
    "Release: 1%{?dist}",
    "Release: %autorelease",
    "Epoch: 1",
    "Source0: a.tgz",
    "Source: %{name}-%{version}.tgz",
    "source7 : b",
    "%{?aa:Source1: c}",
    "Patch: a.patch",
    "Patch0001: b.patch",
    "%global aa 1",
    "%define bb 2",
    "%global aa %{bb}",
    "#global aa 3",
    "#%%global aa 4",
    "%dnl %global aa 5",
    "%{!?aa: %global aa 6}",
    "%undefine aa",
    "%if 0%{?aa}",
    "%if 1",
    "%ifarch x86_64",
    "%elif 0",
    "%else",
    "%endif",
    "%package sub",
    "%description",
    "%sourcelist",
    "%patchlist",
    "%prep",
    "%setup -q",
    "%autosetup -p1 -n %{name}-%{version}",
    "# %setup -n old",
    "%changelog",
    "%autochangelog",
    "* Tue Nov 14 2023 A <a@b> - 1.0-1",
    "- 100%{x}",
    "%define body() \\",
    "text \\",
    "%{lua:",
    "}",
    "%(",
    "",
    "  \t",
    "\u{c}\u{2028}\u{85}",
    "é%é%",
    "%",
    "%{",
    "# comment %{",
];

fn odd_spec() -> impl Strategy<Value = String> {
    let line = prop::sample::select(LINES).prop_map(str::to_owned);
    let ending = prop_oneof![9 => Just("\n"), 1 => Just("\r\n")];
    (any::<bool>(), prop::collection::vec((line, ending), 0..30)).prop_map(|(whole, lines)| {
        let soup: String = lines.into_iter().map(|(line, ending)| line + ending).collect();
        if whole { HELLO.replacen("License:", &format!("{soup}License:"), 1) } else { soup }
    })
}

/// Facts without rpm: what it would say to a probe is made up out of the probe itself.
fn facts_of(spec: &Spec) -> Option<Facts> {
    match spec.facts().ok()? {
        Known::Text(facts) => Some(*facts),
        Known::Ask(probe) => {
            let text = String::from_utf8_lossy(probe.text()).into_owned();
            let marks: String = text
                .split("%{echo:")
                .skip(1)
                .filter_map(|mark| mark.split_once("@packit-end@").map(|(mark, _)| format!("{mark}@packit-end@")))
                .collect();
            probe.read(marks.as_bytes()).ok()
        }
    }
}

/// How the lines begin that an edit may change, and the edit.
type Edit<'a> = (&'a [&'a str], &'a dyn Fn(&mut Spec));

/// The lines of `before` that `after` does not have, by their text, in order.
fn gone(before: &Spec, after: &Spec) -> Vec<String> {
    let missing = before.lines.iter().filter(|line| !after.lines.iter().any(|other| other.id == line.id));
    let changed = before
        .lines
        .iter()
        .filter(|line| after.lines.iter().any(|other| other.id == line.id && other.text != line.text));
    missing.chain(changed).map(|line| line.text.clone()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn edits_change_only_the_lines_they_name(text in odd_spec(), version in "[1-9](\\.[0-9]){0,3}(-rc1)?") {
        let spec = Spec::parse(text.as_bytes());
        prop_assert_eq!(spec.to_bytes(), text.as_bytes());
        let Some(facts) = facts_of(&spec) else { return Ok(()) };
        let rule = Prerelease::new(Some(super::DEFAULT_PATTERN), Some("aa")).unwrap();
        let id = SourceId::Number(0);
        let entry = ChangelogEntry {
            moment: jiff::Timestamp::UNIX_EPOCH.to_zoned(jiff::tz::TimeZone::UTC),
            author: "B <b@c>".into(),
            evr: "2-1".into(),
            lines: vec!["- 100%{x}".into()],
        };
        let edits: [Edit<'_>; 6] = [
            (&["version", "%global aa", "%define bb", "#global aa", "#%%global aa", "%dnl %global aa", "%global minor", "%{?aa:"], &|spec| {
                let _ = spec.set_version(&version, &rule, &facts);
            }),
            (&["release"], &|spec| {
                let _ = spec.set_release("7", &facts);
            }),
            (&["source", "%{?aa:source1", ""], &|spec| {
                let _ = spec.set_source(id, "new.tgz", &facts);
            }),
            (&["%setup", "%autosetup"], &|spec| {
                spec.set_setup_dir("new", id, &facts);
            }),
            (&["* tue", "* thu"], &|spec| {
                let _ = spec.add_changelog_entry(&entry, &facts);
            }),
            (&["nothing"], &|spec| {
                let _ = spec.add_patch("new.patch", PatchNumber::default(), &["why".into()], &facts);
            }),
        ];
        for (starts, edit) in edits {
            let mut edited = spec.clone();
            edit(&mut edited);
            for line in gone(&spec, &edited) {
                let lower = line.trim().to_ascii_lowercase();
                let is_list_line = starts.contains(&"") && text.contains("list");
                prop_assert!(is_list_line || starts.iter().any(|start| !start.is_empty() && lower.starts_with(start)), "{line:?}");
            }
            // The answers made up here say that rpm reads both sides of an `%else`, which no spec can keep up.
            if !starts.contains(&"nothing") && !text.contains("%el") {
                let mut again = edited.clone();
                edit(&mut again);
                prop_assert_eq!(&again, &edited, "a second run changes nothing");
            }
            let bytes = edited.to_bytes();
            prop_assert_eq!(Spec::parse(&bytes).to_bytes(), bytes);
        }
    }

    #[test]
    fn nothing_panics(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let text = [b"Name: a\nVersion: %{x", &bytes[..], b"\nRelease: 1\nSource: ", &bytes[..], b"\n%prep\n%setup ", &bytes[..]].concat();
        let mut spec = Spec::parse(&text);
        if let Some(facts) = facts_of(&spec) {
            let _ = spec.set_version("2", &Prerelease::off(), &facts);
            let _ = spec.set_source(SourceId::Unnumbered, "x", &facts);
            spec.set_setup_dir("x", SourceId::Number(0), &facts);
        }
    }
}
