use super::super::testing::{by_text, facts, rpmspec, spec_with};
use super::*;

const SOURCE: &str = "Source0:       %{name}-%{version}.tar.gz";

fn of(text: &str) -> Spec {
    Spec::parse(text.as_bytes())
}

#[test]
fn the_text_answers_when_it_can() {
    let facts = by_text(&spec_with(&[])).unwrap();
    assert_eq!((facts.name.as_str(), facts.version.as_str(), facts.release.as_str()), ("hello", "1.0", "1"));
    assert_eq!(facts.epoch, None);
    assert_eq!(facts.evr(), "1.0-1");
    assert_eq!(facts.sources.len(), 1);
    assert_eq!(facts.sources[0].location, "hello-1.0.tar.gz");

    for replacements in [
        &[("Name:          hello", "name :\thello  \nEpoch: 2")][..],
        &[("%global rel 1\n", "%global rel 1\n%global rel 2\n")],
        &[("%global rel 1\n", "%global rel 1%{?dist}\n"), ("%{rel}%{?dist}", "%{rel}")],
        &[(SOURCE, "Source0: %{url}/archive/%name-%version.tar.gz\nPatch: a%%b.patch\nPatch7: c.patch")],
        &[(
            "License:       MIT",
            "License: MIT\n%{?systemd_requires}\n%bcond_without tests\n%{!?py3: %global py3 /usr/bin/python3}",
        )],
        &[("%description", "%if 0%{?fedora}\nRequires: x\n%endif\n\n%description")],
        &[("%description", "%package devel\nSummary: x\nVersion: %{?fedora}\n%description devel\nx\n%description")],
        &[("Name: ", "%dnl Version: 3\n# Version: %{x}\nName: ")],
        &[("%global rel 1\n", "%define macro() \\\nVersion: 7\\\nSource0: x\n%global rel 1\n")],
        &[("License:       MIT", "License: MIT\nBuildRoot: %(mktemp -ud %{_tmppath}/%{name}-XXXXXX)")],
        &[("%build", "%build\n./configure \\\n%if 0\n  --x \\\n%endif\n  --y")],
    ] {
        assert!(by_text(&spec_with(replacements)).is_some(), "{replacements:?}");
    }
}

#[test]
fn rpm_is_asked_when_the_text_cannot_tell() {
    for replacements in [
        &[("Version:       1.%{minor}", "%if 1\nVersion: 1\n%endif")][..],
        &[("%global minor 0", "%if 1\n%global minor 0\n%endif")],
        &[("%global minor 0", "%{!?minor: %global minor 0}")],
        &[("%global minor 0", "%global minor %(echo 0)")],
        &[("%global minor 0\n", "%global minor 0\n%undefine minor\n%global minor 1\n%{?x:%global minor 2}\n")],
        &[(SOURCE, "%ifarch x86_64\nSource0: a\n%endif")],
        &[(SOURCE, "%{?fedora:Source0: a}")],
        &[(SOURCE, "%{lua: print('Source0: a')}")],
        &[("%{rel}%{?dist}", "%autorelease")],
        &[("%{rel}%{?dist}", "1%{?dist}%{?extra}")],
        // The Python packit takes the shell out of a spec before it reads it, and this Version with it.
        &[("Version:       1.%{minor}", "Version: %(echo 1.0)")],
        &[("%description", "%sourcelist\n%{!?x:\n%patchlist\na.patch\n}\n%description")],
        &[(SOURCE, "Source0: %{name}%{?dist}.tgz")],
    ] {
        let spec = spec_with(replacements);
        assert!(by_text(&spec).is_none(), "{replacements:?}");
        assert_eq!(facts(&spec).name, "hello", "{replacements:?}");
    }
}

#[test]
fn says_what_rpm_says() {
    for (replacements, version, release, sources) in [
        (&[("%global minor 0", "%{!?minor: %global minor 4}")][..], "1.4", "1", &["0 hello-1.4.tar.gz live"][..]),
        (&[("%{rel}%{?dist}", "0.%{rel}%{?dist}%{?extra}.2")], "1.0", "0.1.2", &["0 hello-1.0.tar.gz live"]),
        (
            &[("%global rel 1\n", "%global rel 3%{?dist}.4\n%{?nothing}\n"), ("%{rel}%{?dist}", "%{rel}%(echo)")],
            "1.0",
            "3.4",
            &["0 hello-1.0.tar.gz live"],
        ),
        (
            &[(
                SOURCE,
                "%if 0\nSource0: a\n%else\nSource0: b-%{version}\n%endif\nSource: c\nSource5: d\n%{?nope:Source6: e}\n%{!?nope:Source6: f}\nSource: {g",
            )],
            "1.0",
            "1",
            &["0 a dead", "0 b-1.0 live", "1 c live", "5 d live", "6 e dead", "6 f live", "7 {g live"],
        ),
        (
            &[
                (SOURCE, "%if 0\n%if 1\nSource0: a\n%endif\n%elif 1\nSource1: https://example.com/x#/b\n%endif"),
                ("%prep\n", "%sourcelist\nc-%{version}\n%if 0\nd\n%endif\n\n# e\n  f\n%prep\n"),
            ],
            "1.0",
            "1",
            &["0 a dead", "1 https://example.com/x#/b live", "2 c-1.0 live", "3 d dead", "3 f live"],
        ),
        (
            &[(
                "Version:       1.%{minor}",
                "%if 0\nVersion: 7\n%else\nVersion: %{expr:1+1}\n%endif\nBuildArch: noarch",
            )],
            "2",
            "1",
            &["0 hello-2.tar.gz live"],
        ),
    ] {
        let spec = spec_with(replacements);
        let facts = facts(&spec);
        assert_eq!((facts.version.as_str(), facts.release.as_str()), (version, release), "{replacements:?}");
        let found: Vec<String> = facts
            .sources
            .iter()
            .map(|source| {
                format!("{} {} {}", source.number, source.location, if source.live { "live" } else { "dead" })
            })
            .collect();
        assert_eq!(found, sources);
    }
}

/// rpm numbers a source without a number one higher than the highest before it.
#[test]
fn numbers_as_rpm_does() {
    let sources =
        "Source1: s1\nSource: s2\nSource5: s5\nSource: s6\nSource3: s3\nsource: s7\nSOURCE09 : s9\nSource: s10";
    let spec = spec_with(&[
        (SOURCE, sources),
        (
            "%build\n",
            "%build\necho %{?SOURCE1} %{?SOURCE2} %{?SOURCE3} %{?SOURCE5} %{?SOURCE6} %{?SOURCE7} %{?SOURCE9} %{?SOURCE10}\n",
        ),
    ]);
    let facts = by_text(&spec).unwrap();
    for source in &facts.sources {
        assert_eq!(source.location, format!("s{}", source.number));
    }
    let parsed = String::from_utf8(rpmspec(&["-P"], &spec.to_bytes())).unwrap();
    let echo = parsed.lines().find(|line| line.starts_with("echo")).unwrap();
    let names: Vec<&str> = echo.split_whitespace().skip(1).filter_map(|path| path.rsplit('/').next()).collect();
    assert_eq!(names, ["s1", "s2", "s3", "s5", "s6", "s7", "s9", "s10"]);
}

#[test]
fn a_missing_tag_is_an_error() {
    let error = of("Version: 1\nRelease: 1\n%package x\nName: y\n").facts().unwrap_err();
    assert_eq!(error.message(), "the spec file has no `Name` tag");
}

#[test]
fn tags_of_subpackages_are_not_the_main_ones() {
    let spec = spec_with(&[(
        "%prep\n",
        "%package -n other\nSummary: x\nVersion: 7\nRelease: 8\n%description -n other\nx\n%prep\n",
    )]);
    let facts = by_text(&spec).unwrap();
    assert_eq!(facts.evr(), "1.0-1");
}

#[test]
fn file_names_are_those_of_rpm() {
    for (location, name) in [
        ("https://x/y/z.tgz", "z.tgz"),
        ("https://x/y#/z.tgz", "z.tgz"),
        ("https://x/y?f=z.tgz", "z.tgz"),
        ("https://x/?a=b&name=z", "z"),
        ("https://x/y/", ""),
        ("a.tar.gz", "a.tar.gz"),
        ("a=b.tar.gz", "a=b.tar.gz"),
    ] {
        assert_eq!(file_name(location), name);
    }
}

#[test]
fn tells_remote_sources() {
    let fact = |location: &str| SourceFact { number: 0, location: location.into(), line: LineId(0), live: true };
    for (location, remote) in [
        ("https://example.com/x", true),
        ("ftp://example.com/x", true),
        ("git+https://example.com/x", true),
        ("file:///tmp/x", false),
        ("x.tar.gz", false),
        ("://x", false),
        ("a/b://c", false),
    ] {
        assert_eq!(fact(location).is_remote(), remote, "{location}");
    }
}

#[test]
fn percent_signs_of_urls_are_no_macros() {
    for (location, unknown) in [
        ("https://h/extra%201.tar.gz", false),
        ("https://h/%C3%A9.tar.gz", false),
        ("https://h/%{name}.tar.gz", true),
        ("https://h/a-%beta.tar.gz", true),
        ("https://h/a%", true),
        ("a.tar.gz", false),
    ] {
        let mut facts = by_text(&spec_with(&[])).unwrap();
        let fact = SourceFact { location: location.to_owned(), ..facts.sources.remove(0) };
        assert_eq!(fact.has_unknown_macro(), unknown, "{location}");
    }
}
