use super::*;

const SNAPSHOT: &str = "20261120233102238314.main.3.g5608069";

fn base() -> BaseVariables {
    BaseVariables {
        config_package_name: "hello".to_owned(),
        upstream_package_name: "hello".to_owned(),
        downstream_package_name: String::new(),
        specfile_path: "fedora/hello.spec".to_owned(),
    }
}

fn with(spec_release: &str, release: Option<&str>, version: Option<&str>) -> Result<Named> {
    name(&Parts {
        base: &base(),
        version: "1.0.0",
        spec_release,
        snapshot_id: SNAPSHOT,
        commit: "5608069e1a341855bff9baaf0b553f9c84d424e7".parse().unwrap(),
        archive: "hello-1.0.0.tar.gz",
        branch: "main",
        release_suffix: release.map(|text| Suffix { key: "release_suffix", text }),
        version_suffix: version,
    })
}

#[test]
fn the_generated_release() {
    for (spec, release) in [
        ("3", "3.20261120233102238314.main.3.g5608069"),
        ("3.fc42", "3.20261120233102238314.main.3.g5608069"),
        ("0.5.rc1", "0.20261120233102238314.main.3.g5608069"),
        ("%autorelease", "%autorelease.20261120233102238314.main.3.g5608069"),
        ("", "20261120233102238314.main.3.g5608069"),
    ] {
        let named = with(spec, None, None).unwrap();
        assert_eq!((named.release.as_str(), named.version.as_str()), (release, "1.0.0"), "{spec}");
        assert_eq!(named.warnings, []);
    }
}

#[test]
fn suffixes_of_the_release() {
    for (suffix, release) in [
        ("5", "3.5"),
        ("mysuffix", "3.mysuffix"),
        ("pr%{?dist}", "3.pr%{?dist}"),
        ("x{NOPE}", "3.x{NOPE}"),
        ("{PACKIT_PROJECT_BRANCH}", "main"),
        ("dev.{PACKIT_PROJECT_BRANCH}", "dev.main"),
        ("0.{PACKIT_RPMSPEC_RELEASE}", "0.3.20261120233102238314.main.3.g5608069"),
        ("99.{PACKIT_PROJECT_SNAPSHOTID}", "99.20261120233102238314.main.3.g5608069"),
        ("{PACKIT_PROJECT_COMMIT:.7}", "5608069"),
        ("1.{PACKIT_UPSTREAM_PACKAGE_NAME}%{{?dist}}", "1.hello%{?dist}"),
        // The name alone makes a template of it, too.
        ("PACKIT_PROJECT_BRANCH", "PACKIT_PROJECT_BRANCH"),
    ] {
        assert_eq!(with("3.fc42", Some(suffix), None).unwrap().release, release, "{suffix}");
    }
}

#[test]
fn doubtful_suffixes_get_a_warning() {
    for (suffix, message, hint) in [
        ("x{NOPE}", "`{NOPE}` is no variable, it stands in the Release as it is", "there are PACKIT_PROJECT_VERSION,"),
        ("{PACKIT_PROJECT_BRANHC}", "is no variable", "did you mean `{PACKIT_PROJECT_BRANCH}`?"),
        (
            "PACKIT_PROJECT_BRANCH",
            "has the name PACKIT_PROJECT_BRANCH without braces",
            "write `{PACKIT_PROJECT_BRANCH}`",
        ),
        ("{PACKIT_PROJECT_BRANCH}.PACKIT_PROJECT_COMMIT", "has the name PACKIT_PROJECT_COMMIT without braces", "write"),
    ] {
        let named = with("3", Some(suffix), None).unwrap();
        assert_eq!(named.warnings.len(), 1, "{suffix}");
        assert!(named.warnings[0].message.starts_with("release_suffix"), "{suffix}");
        assert!(named.warnings[0].message.contains(message), "{}", named.warnings[0].message);
        assert!(named.warnings[0].hints[0].contains(hint), "{:?}", named.warnings[0].hints);
    }
    for suffix in ["5", "x%{?dist}", "{PACKIT_PROJECT_BRANCH}", "{PACKIT_PROJECT_COMMIT:.7}"] {
        assert_eq!(with("3", Some(suffix), None).unwrap().warnings, [], "{suffix}");
    }
}

#[test]
fn suffixes_that_rpm_would_refuse() {
    for (suffix, message, hint) in [
        ("my-fix", "rpm takes no Release `3.my-fix`: it has the character `-`", "for example `my.fix`"),
        ("my fix", "rpm takes no Release `3.my fix`: it has a blank", "for example `my.fix`"),
        (".x", "rpm takes no Release `3..x`: it has two periods in a row", "for example `x`"),
        ("é", "it has the character `é`", "letters, digits"),
        ("x\nBuildRequires: evil", "it has a control character", "letters, digits"),
        ("%{?x:\nBuildRequires: evil}", "it has a control character", "letters, digits"),
        ("%{?dist", "a macro is not closed", "letters, digits"),
        ("{PACKIT_PROJECT_BRANCH}-x", "rpm takes no Release `main-x`", "for example `main.x`"),
        ("{PACKIT_SPECFILE_PATH}", "it has the character `/`", "letters, digits"),
        ("{PACKIT_DOWNSTREAM_PACKAGE_NAME}", "it is empty", "letters, digits"),
        ("{PACKIT_PROJECT_BRANCH}.{NOPE}", "unknown variable `NOPE` at character 25", "there are"),
    ] {
        let error = with("3", Some(suffix), None).unwrap_err();
        assert_eq!(error.kind(), Kind::Config);
        assert!(error.message().starts_with("release_suffix: "), "{error}");
        assert!(error.message().contains(message), "{suffix}: {error}");
        assert!(error.hints()[0].contains(hint), "{suffix}: {:?}", error.hints());
    }
}

#[test]
fn suffixes_of_the_version() {
    let named = with("3", None, Some("^{PACKIT_PROJECT_SNAPSHOTID}")).unwrap();
    assert_eq!(named.version, format!("1.0.0^{SNAPSHOT}"));
    assert_eq!(named.variables.project_version, "1.0.0");
    assert_eq!(named.variables.rpmspec_version, named.version);
    // The suffix of the Release sees the suffixed version.
    let named = with("3", Some("1.{PACKIT_RPMSPEC_VERSION}"), Some("~dev")).unwrap();
    assert_eq!((named.version.as_str(), named.release.as_str()), ("1.0.0~dev", "1.1.0.0~dev"));
    assert_eq!(with("3", None, Some("")).unwrap().version, "1.0.0");

    for (suffix, message) in
        [("-{PACKIT_PROJECT_BRANCH}", "rpm takes no Version `1.0.0-main`"), ("{NOPE}", "unknown variable")]
    {
        let error = with("3", None, Some(suffix)).unwrap_err();
        assert!(error.message().starts_with("version_suffix: "), "{error}");
        assert!(error.message().contains(message), "{error}");
    }
}

#[test]
fn one_time_stamp_in_all_variables() {
    // The Python packit reads the clock twice.
    let variables = with("3", None, None).unwrap().variables;
    assert_eq!(variables.rpmspec_release, format!("3.{}", variables.snapshot_id));
}

#[test]
fn variables_for_actions() {
    let expected = |release: &'static str| {
        [
            ("PACKIT_PROJECT_VERSION", "1.0.0"),
            ("PACKIT_RPMSPEC_VERSION", "1.0.0"),
            ("PACKIT_RPMSPEC_RELEASE", release),
            ("PACKIT_PROJECT_SNAPSHOTID", SNAPSHOT),
            ("PACKIT_PROJECT_COMMIT", "5608069e"),
            ("PACKIT_PROJECT_ARCHIVE", "hello-1.0.0.tar.gz"),
            ("PACKIT_PROJECT_BRANCH", "main"),
            ("PACKIT_CONFIG_PACKAGE_NAME", "hello"),
            ("PACKIT_UPSTREAM_PACKAGE_NAME", "hello"),
            ("PACKIT_DOWNSTREAM_PACKAGE_NAME", ""),
            ("PACKIT_SPECFILE_PATH", "fedora/hello.spec"),
        ]
    };
    for (suffix, release) in [
        (None, "3.20261120233102238314.main.3.g5608069"),
        (Some("5"), "3.5"),
        (Some("{PACKIT_PROJECT_BRANCH}"), "3.20261120233102238314.main.3.g5608069"),
    ] {
        assert_eq!(with("3", suffix, None).unwrap().variables.all(), expected(release), "{suffix:?}");
    }
}

#[test]
fn which_suffix_counts() {
    for (option, default, config, chosen) in [
        (None, false, None, None),
        (None, false, Some("cfg"), Some(("release_suffix", "cfg"))),
        (Some("opt"), false, Some("cfg"), Some(("--release-suffix", "opt"))),
        (Some("opt"), true, Some("cfg"), None),
        (Some(""), false, Some("cfg"), None),
        (None, false, Some(""), None),
    ] {
        let found = release_suffix(option, default, config).map(|suffix| (suffix.key, suffix.text));
        assert_eq!(found, chosen, "{option:?} {default} {config:?}");
    }
}

#[test]
fn releases_of_source_git() {
    let commit: CommitId = "00fa8deb00000000000000000000000000000000".parse().unwrap();
    let of = |spec_release, suffix: Option<&'static str>, update_release| {
        let release_suffix = suffix.map(|text| Suffix { key: "release_suffix", text });
        of_source_git(&SourceGit { spec_release, commit, release_suffix, update_release })
    };
    for (old, suffix, update, release) in [
        ("3", None, true, Some("4.g00fa8deb")),
        ("0.1.rc1", None, true, Some("0.1.rc1.g00fa8deb")),
        ("99999999999999999999", None, true, Some("99999999999999999999.g00fa8deb")),
        ("+3", None, true, Some("+3.g00fa8deb")),
        ("3", Some("5"), true, Some("3.5")),
        ("0.1.rc1", Some("x"), true, Some("0.1.rc1.x")),
        ("3", None, false, None),
        ("3", Some("5"), false, None),
    ] {
        let (found, warning) = of(old, suffix, update).unwrap();
        assert_eq!((found.as_deref(), warning), (release, None), "{old} {suffix:?} {update}");
    }
    let (release, warning) = of("3", Some("{PACKIT_PROJECT_BRANCH}"), true).unwrap();
    assert_eq!(release.as_deref(), Some("3.{PACKIT_PROJECT_BRANCH}"));
    assert!(warning.unwrap().message.contains("is no template in source-git"));
    assert!(of("3", Some("a-b"), true).unwrap_err().message().contains("rpm takes no Release `3.a-b`"));
    assert_eq!(entry_of_source_git(commit), "- Downstream changes (00fa8deb)");
}
