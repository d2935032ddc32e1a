use proptest::prelude::*;

use super::super::prerelease::DEFAULT_PATTERN;
use super::super::testing::{facts, queried, spec_with};
use super::*;

const TAG: &str = "Version:       1.%{minor}\n";

/// The lines that changed, joined by ` | `, after rpm confirmed the version.
fn updated(head: &str, version: &str, macro_name: Option<&str>, expands_to: &str) -> String {
    let mut spec = spec_with(&[("%global minor 0\n", ""), (TAG, head)]);
    let facts = facts(&spec);
    let prerelease = Prerelease::new(Some(DEFAULT_PATTERN), macro_name).unwrap();
    let before = spec.clone();
    spec.set_version(version, &prerelease, &facts).unwrap();
    let once = spec.clone();
    spec.set_version(version, &prerelease, &facts).unwrap();
    assert_eq!(spec, once, "a second run changes nothing: {head}");
    assert_eq!(queried(&spec, "%{VERSION}"), expands_to, "{head}");
    let changed = before.lines.iter().zip(&spec.lines).filter(|(old, new)| old != new);
    assert_eq!(before.lines.len(), spec.lines.len());
    changed.map(|(_, new)| new.text.clone()).collect::<Vec<_>>().join(" | ")
}

const BASE: &str = "\
%global base_version 3.28.0
%global prerelease rc3
%global package_version %{base_version}%{?prerelease:~%{prerelease}}
Version: %{package_version}
";

const GOLANG: &str = "\
%global go_api 1.20
%global go_patch 4
#%%global go_prerelease rc3
%global go_version %{go_api}%{?go_patch:.%{go_patch}}%{?go_prerelease:~%{go_prerelease}}
Version: %{go_version}
";

const BRANCHES: &str = "\
%global majorver 3
%global minorver 0
%global patchver 0
#global prerel rc2
%if 0%{?prerel:1}
Version: %{majorver}.%{minorver}.%{patchver}~%{prerel}
%else
Version: %{majorver}.%{minorver}.%{patchver}
%endif
";

#[test]
fn goes_through_macros() {
    for (head, version, expected) in [
        ("Version: 1.0.0\n", "2.0.0", "Version: 2.0.0"),
        ("%global base_version 1.0.0\nVersion: %{base_version}\n", "2.0.0", "%global base_version 2.0.0"),
        ("%define  base_version\t1.0.0  \nVersion: %base_version\n", "2.0.0", "%define  base_version\t2.0.0  "),
        ("%global minor 0\nVersion: 1.%{minor}.0\n", "1.5.0", "%global minor 5"),
        (
            "%global maj 1\n%global min 0\nVersion: %{maj}.%{min}.0\n",
            "2.7.3",
            "%global maj 2 | %global min 7 | Version: %{maj}.%{min}.3",
        ),
        ("%global maj 1\n%global min 0\nVersion: %{maj}%{min}\n", "27", "Version: 27"),
        ("%define version 1.0\nVersion: %{version}\n", "2.0", "%define version 2.0"),
        ("Version: 1.0.0\nEpoch: 1\n", "1.0.0", ""),
        (
            "%global v %{v1}.%{v2}\n%global v1 1\n%global v2 0\n%global v %{v1}.%{v2}\nVersion: %{v}\n",
            "2.1",
            "%global v1 2 | %global v2 1",
        ),
        // A number of parts that does not fit leaves the macros alone.
        ("%global maj 1\n%global min 0\nVersion: %{maj}.%{min}\n", "3", "Version: 3"),
        ("%global a 1\n%global b 2\n%global c 3\nVersion: %{a}.%{b}.%{c}\n", "1.2.3.4", "%global c 3.4"),
        ("Version: %{?nope:7}%{!?nope:8}\n", "9", "Version: %{?nope:7}%{!?nope:9}"),
        ("%global maj 1\nVersion: %{maj}.%(echo 0)\n", "2.0", "Version: 2.0"),
        ("%define ver() 1.0\nVersion: %{ver}\n", "2.0", "Version: 2.0"),
    ] {
        assert_eq!(updated(head, version, None, version), expected, "{head}");
    }
}

#[test]
fn handles_prereleases() {
    for (head, version, macro_name, expands_to, expected) in [
        ("Version: 1.0.0~rc1\n", "1.0.0-rc2", None, "1.0.0~rc2", "Version: 1.0.0~rc2"),
        ("Version: 1.0.0~rc1\n", "1.0.0.rc2", None, "1.0.0~rc2", "Version: 1.0.0~rc2"),
        ("Version: 1.0.0~rc1\n", "1.0.0", None, "1.0.0", "Version: 1.0.0"),
        ("Version: 1.0.0\n", "1.1.0rc1", None, "1.1.0~rc1", "Version: 1.1.0~rc1"),
        ("Version: 1.0.0\n", "1.1.0b1", None, "1.1.0b1", "Version: 1.1.0b1"),
        (
            "#global prerel rc1\nVersion: 1.0.0%{?prerel:~%{prerel}}\n",
            "1.1.0-rc3",
            Some("prerel"),
            "1.1.0~rc3",
            "%global prerel rc3 | Version: 1.1.0%{?prerel:~%{prerel}}",
        ),
        (
            "%dnl %global prerel rc1\nVersion: 1.0.0%{?prerel:~%{prerel}}\n",
            "1.1.0-rc3",
            Some("prerel"),
            "1.1.0~rc3",
            "%global prerel rc3 | Version: 1.1.0%{?prerel:~%{prerel}}",
        ),
        (BASE, "3.28.0", Some("prerelease"), "3.28.0", "#global prerelease rc3"),
        (BASE, "3.29.0-rc1", Some("prerelease"), "3.29.0~rc1", "%global base_version 3.29.0 | %global prerelease rc1"),
        (BASE, "3.28.1", None, "3.28.1", "%global package_version 3.28.1"),
        (BRANCHES, "4.0.0rc1", Some("prerel"), "4.0.0~rc1", "%global majorver 4 | %global prerel rc1"),
        (BRANCHES, "3.1.0", Some("prerel"), "3.1.0", "%global minorver 1"),
        (GOLANG, "1.21.0", None, "1.21.0", "%global go_api 1.21 | %global go_patch 0"),
        (GOLANG, "1.20.6", None, "1.20.6", "%global go_patch 6"),
        // The Python packit cannot enable `#%%global`, and makes this 1.22.
        (
            GOLANG,
            "1.22.0rc1",
            Some("go_prerelease"),
            "1.22.0~rc1",
            "%global go_api 1.22 | %global go_patch 0 | %global go_prerelease rc1",
        ),
        (
            GOLANG,
            "1.22rc1",
            Some("go_prerelease"),
            "1.22~rc1",
            "%global go_prerelease rc1 | %global go_version 1.22~rc1",
        ),
        ("%global prerel .rc1\nVersion: 1.0.0\n", "1.0.0", Some("prerel"), "1.0.0", "#global prerel .rc1"),
        ("Version: 1.0.0\n", "1.1.0rc1", Some("nowhere"), "1.1.0~rc1", "Version: 1.1.0~rc1"),
    ] {
        assert_eq!(updated(head, version, macro_name, expands_to), expected, "{head} {version}");
    }
}

#[test]
fn never_changes_what_was_not_asked_for() {
    for (head, version, expected) in [
        // Release or Name are made of the same macro.
        ("%global rel 3\nVersion: %{rel}\n", "9.9.9", "Version: 9.9.9"),
        (
            "%global javaver 1.8.0\n%global updatever 2\nVersion: %{javaver}.%{updatever}.b06\n",
            "9.9.9",
            "Version: 9.9.9",
        ),
    ] {
        assert_eq!(updated(head, version, None, version), expected, "{head}");
    }
}

#[test]
fn only_live_lines_count() {
    for (head, version, expected) in [
        ("%if 0\n%global v 1\n%else\n%global v 2\n%endif\nVersion: %{v}\n", "7", "%global v 7"),
        ("%if 0\nVersion: 1\n%endif\nVersion: 2\n", "7", "Version: 7"),
        ("%if 0%{?nope}\nVersion: 1\n%elif 1\nVersion: 2\n%else\nVersion: 3\n%endif\n", "7", "Version: 7"),
        ("%{!?v: %global v 1}\nVersion: %{v}\n", "7", "Version: 7"),
    ] {
        assert_eq!(updated(head, version, None, version), expected, "{head}");
    }
    // The condition depends on the version: what cannot be proven is not tried.
    let head = "%global maj 1\n%if %{maj} > 1\n%global sub 5\n%else\n%global sub 6\n%endif\nVersion: %{maj}.%{sub}\n";
    assert_eq!(updated(head, "2.9", None, "2.9"), "Version: 2.9");
    assert_eq!(updated(head, "1.9", None, "1.9"), "%global sub 9");
}

#[test]
fn refuses_what_rpm_refuses() {
    let mut spec = spec_with(&[]);
    let facts = facts(&spec);
    for version in ["", "1-2", "1 2", "1.0é", "1\n2", "%{x}"] {
        let error = spec.set_version(version, &Prerelease::off(), &facts).unwrap_err();
        assert_eq!(error.kind(), Kind::Project, "{version}");
    }
    assert_eq!(spec, spec_with(&[]));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever the version and the macros: by the text the result is the version, and only lines that define or use
    /// it change.
    #[test]
    fn the_text_says_what_was_asked(
        a in "[0-9]{1,2}", b in "[0-9]{1,2}(\\.[0-9])?", template in 0..6_usize,
        version in "[0-9]{1,2}(\\.[0-9a-z]{1,2}){0,4}((-|~|\\.)?rc[0-9])?",
    ) {
        let value = ["%{aa}.%{bb}", "%{aa}", "1.%{aa}.%{bb}.0", "%{aa}%{bb}", "%{aa}%{?cc:~%{cc}}", "%{aa}~%{bb}.%{aa}"][template];
        let head = format!("%global aa {a}\n%global bb {b}\n%global cc rc1\nVersion: {value}\n");
        let mut spec = spec_with(&[("%global minor 0\n", ""), (TAG, &head)]);
        let before = spec.clone();
        let facts = facts(&spec);
        let prerelease = Prerelease::new(Some(DEFAULT_PATTERN), None).unwrap();
        let wanted = prerelease.normalise(&version);
        prop_assume!(!wanted.contains('-'));
        spec.set_version(&version, &prerelease, &facts).unwrap();
        let reading = spec.reading(&facts);
        prop_assert_eq!(reading.main("version").unwrap().value.full.clone(), Some(wanted));
        for (old, new) in before.lines.iter().zip(&spec.lines) {
            let may = ["%global aa", "%global bb", "%global cc", "Version:"].iter().any(|start| old.text.starts_with(start));
            prop_assert!(may || old == new, "{}", new.text);
        }
        let once = spec.clone();
        spec.set_version(&version, &prerelease, &facts).unwrap();
        prop_assert_eq!(spec, once);
    }
}
