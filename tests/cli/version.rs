//! Which version is built, and that packit says why.

use crate::support::{Repository, Run, Srpm, World};

/// Name and version of what was built.
fn version(run: &Run) -> String {
    Srpm::open(run.path()).query("%{VERSION}")
}

#[test]
fn the_newest_tag_that_head_contains_counts() {
    let world = World::new();
    let repository = Repository::hello(&world);
    repository.git(&["checkout", "--quiet", "-b", "maintenance", "1.0.0"]);
    repository.commit("Backport").tag("0.9.9");
    repository.commit("Next").tag("3.0.0");
    repository.git(&["checkout", "--quiet", "main"]);
    let run = repository.packit_from_outside(&["srpm"]).success().told("3.0.0").told("--any-tag");
    assert_eq!(version(&run), "1.0.0");
    let run = repository.packit_from_outside(&["srpm", "--any-tag"]).success().silent_on("--any-tag");
    assert_eq!(version(&run), "3.0.0");
    let run = repository.packit_from_outside(&["srpm", "--merged-ref", "maintenance~1"]).success();
    assert_eq!(version(&run), "0.9.9");
    repository.packit_from_outside(&["srpm", "--merged-ref", "nope"]).failure(2, &["nope"]);
    repository.packit_from_outside(&["srpm", "--merged-ref", "--output"]).failure(2, &[]);
    let log = repository.packit_from_outside(&["-d", "srpm"]).success();
    for words in ["3.0.0", "0.9.9", "on another branch", "chosen"] {
        assert!(log.stderr.contains(words), "{words}:\n{log}");
    }
}

#[test]
fn a_head_without_a_tag_takes_the_newest_of_all_with_a_warning() {
    let world = World::new();
    let repository = Repository::hello(&world);
    repository.git(&["checkout", "--quiet", "--orphan", "fresh"]);
    repository.commit("Start anew");
    let run = repository.packit_from_outside(&["srpm"]).success().told("warning").told("HEAD contains no tag");
    assert_eq!(version(&run), "1.0.0");
}

#[test]
fn without_tags_the_spec_says_the_version() {
    let world = World::new();
    let repository = Repository::hello(&world);
    repository.git(&["tag", "--delete", "1.0.0"]);
    let run = repository.packit_from_outside(&["srpm"]).success().told("no tags").told("git tag");
    assert_eq!(Srpm::open(run.path()).nvr(), "hello-0.9-1.20231114221320000000.main");
}

#[test]
fn a_pre_release_sorts_before_its_release() {
    for (tag, expected) in
        [("2.0.0-rc1", "2.0.0~rc1"), ("2.0.0-beta.2", "2.0.0~beta.2"), ("2.0pre3", "2.0~pre3"), ("2.0-5", "2.0.5")]
    {
        let world = World::new();
        let repository = Repository::hello(&world);
        repository.tag(tag);
        let run = repository.packit_from_outside(&["srpm"]).success();
        assert_eq!(version(&run), expected, "{tag}");
        assert!(Srpm::open(run.path()).files().contains(&format!("hello-{expected}.tar.gz")), "{tag}");
    }
    let world = World::new();
    let repository = Repository::hello(&world);
    repository.append(".packit.yaml", "prerelease_suffix_pattern: null\n").commit("Off").tag("2.0.0-rc1");
    assert_eq!(version(&repository.packit_from_outside(&["srpm"]).success()), "2.0.0.rc1");
}

#[test]
fn a_pre_release_macro_is_used_where_there_is_one() {
    let world = World::new();
    let repository = Repository::hello(&world);
    repository.replace("hello.spec", "Version:        0.9", "Version:        %{base}%{?prerel:~%{prerel}}");
    repository.replace("hello.spec", "Name:  ", "%global base 0.9\n#global prerel rc0\nName:  ");
    repository.append(".packit.yaml", "prerelease_suffix_macro: prerel\n").commit("Macros").tag("2.0.0-rc3");
    let run = repository.packit_from_outside(&["srpm"]).success();
    assert_eq!(version(&run), "2.0.0~rc3");
    let spec = Srpm::open(run.path()).spec();
    assert!(spec.contains("%global base 2.0.0\n%global prerel rc3\n"), "{spec}");
    assert!(spec.contains("Version:        %{base}%{?prerel:~%{prerel}}\n"), "{spec}");
    repository.commit("Next").tag("2.0.0");
    let run = repository.packit_from_outside(&["srpm"]).success();
    assert_eq!(version(&run), "2.0.0");
}

#[test]
fn a_version_that_holds_a_word_of_the_tag_gets_the_template() {
    for (tag, template) in
        [("v2.3.0", "v{version}"), ("hello-2.5", "hello-{version}"), ("release.4.2", "release.{version}")]
    {
        let world = World::new();
        let repository = Repository::hello(&world);
        repository.tag(tag);
        let run = repository
            .packit_from_outside(&["srpm"])
            .success()
            .told("warning")
            .told(&format!("upstream_tag_template: \"{template}\""));
        drop(run);
        repository
            .append(".packit.yaml", &format!("upstream_tag_template: \"{template}\"\n"))
            .commit("Template")
            .tag(&format!("{tag}.1"));
        repository.packit_from_outside(&["srpm"]).success().silent_on("warning");
    }
}

#[test]
fn templates_and_filters_choose_the_tags() {
    let world = World::new();
    let repository = Repository::hello(&world);
    repository.tag("rel-9.9").tag("2.0.0").tag("rel-10.0-nightly");
    let config = "upstream_tag_template: rel-{version}\nupstream_tag_exclude: '.*nightly'\n";
    repository.append(".packit.yaml", config).commit("Choose");
    assert_eq!(version(&repository.packit_from_outside(&["srpm"]).success()), "9.9");
    repository.append(".packit.yaml", "upstream_tag_include: '(?!rel-9)'\n").commit("Look ahead");
    let run = repository.packit_from_outside(&["srpm"]);
    run.failure(2, &["rel-{version}"]);
    repository.append(".packit.yaml", "upstream_tag_include: '['\n").commit("Broken");
    repository.packit_from_outside(&["srpm"]).failure(2, &["upstream_tag_include"]);
}

#[test]
fn a_template_that_no_tag_fits_is_an_error() {
    let world = World::new();
    let repository = Repository::hello(&world);
    repository.append(".packit.yaml", "upstream_tag_template: rel-{version}\n").commit("Template");
    repository.packit_from_outside(&["srpm"]).failure(2, &["rel-{version}", "1.0.0"]);
    repository.replace(".packit.yaml", "rel-{version}", "nothing").commit("No placeholder");
    repository.packit_from_outside(&["srpm"]).failure(2, &["nothing", "{version}"]);
}

#[test]
fn release_suffixes() {
    let world = World::new();
    let repository = Repository::hello(&world);
    let release = |arguments: &[&str]| {
        let run = repository.packit_from_outside(&[&["srpm"], arguments].concat()).success();
        Srpm::open(run.path()).query("%{RELEASE}").replace(&repository.short(7), "COMMIT")
    };
    let generated = "1.20231114221320000000.main.1.gCOMMIT";
    assert_eq!(release(&[]), generated);
    assert_eq!(release(&["--release-suffix", "pr7"]), "1.pr7");
    assert_eq!(release(&["--release-suffix", ""]), generated);
    assert_eq!(release(&["--release-suffix", "0.{PACKIT_RPMSPEC_RELEASE}"]), format!("0.{generated}"));
    assert_eq!(release(&["--release-suffix", "dev.{PACKIT_PROJECT_BRANCH}"]), "dev.main");
    assert_eq!(release(&["--no-update-release"]), "1");
    assert_eq!(release(&["--no-update-release", "--update-release"]), generated);
    repository
        .packit_from_outside(&["srpm", "--release-suffix", "{PACKIT_PROJECT_BRANCH}.{NOPE}"])
        .failure(2, &["NOPE", "PACKIT_PROJECT_COMMIT"]);
    repository.packit_from_outside(&["srpm", "--release-suffix", "a b"]).failure(2, &["a b"]);
    repository.append(
        ".packit.yaml",
        "release_suffix: cfg.{PACKIT_PROJECT_BRANCH}\nversion_suffix: ^{PACKIT_PROJECT_SNAPSHOTID}\n",
    );
    repository.commit("Suffixes");
    assert_eq!(release(&[]), "cfg.main");
    assert_eq!(release(&["--release-suffix", "pr7"]), "1.pr7");
    let run = repository.packit_from_outside(&["srpm", "--default-release-suffix"]).success();
    let srpm = Srpm::open(run.path());
    let short = repository.short(7);
    assert_eq!(srpm.query("%{RELEASE}"), format!("1.20231114221320000000.main.2.g{short}"));
    assert_eq!(srpm.query("%{VERSION}"), format!("1.0.0^20231114221320000000.main.2.g{short}"));
    assert!(srpm.files().contains(&"hello-1.0.0.tar.gz".to_owned()));
}

#[test]
fn a_release_with_a_minor_number_does_not_double_the_dist_tag() {
    let world = World::new();
    let repository = Repository::hello(&world);
    fs_err::write(world.path("home/.rpmmacros"), "%dist .fc42\n").unwrap();
    repository.replace("hello.spec", "1%{?dist}", "3%{?dist}.2").commit("Minor");
    let run = repository.packit_from_outside(&["srpm", "--release-suffix", "x"]).success();
    assert_eq!(Srpm::open(run.path()).query("%{RELEASE}"), "3.x.fc42");
}

#[test]
fn autorelease_and_autochangelog_stay() {
    let world = World::new();
    let repository = Repository::hello(&world);
    let spec = fs_err::read_to_string(repository.path("hello.spec")).unwrap();
    let (head, _) = spec.split_once("%changelog").unwrap();
    for spelling in ["%autorelease", "%{autorelease}", "%{?autorelease}", "%autorelease -b 3"] {
        repository
            .write("hello.spec", head.replace("1%{?dist}", spelling) + "%changelog\n%autochangelog\n")
            .commit(spelling);
        let run = repository.packit_from_outside(&["srpm"]).success().told("autorelease");
        let srpm = Srpm::open(run.path());
        assert!(srpm.spec().contains(&format!("Release:        {spelling}\n")), "{}", srpm.spec());
        assert!(srpm.spec().ends_with("%changelog\n%autochangelog\n"), "{}", srpm.spec());
        assert!(!srpm.nvr().contains('%'), "{}", srpm.nvr());
    }
    let run = repository.packit_from_outside(&["srpm", "--release-suffix", "pr7"]).success();
    assert_eq!(Srpm::open(run.path()).query("%{RELEASE}"), "3.pr7");
}

#[test]
fn the_time_of_the_release_is_the_clock_without_source_date_epoch() {
    let mut world = World::new();
    world.unset("SOURCE_DATE_EPOCH");
    let folder = Repository::hello(&world).folder;
    let run = world.packit(world.path("out"), &["srpm".as_ref(), folder.as_os_str()]).success();
    let release = Srpm::open(run.path()).query("%{RELEASE}");
    let time = release.split('.').nth(1).unwrap();
    assert!(
        time.len() == 20 && time.bytes().all(|byte| byte.is_ascii_digit()) && !time.starts_with("2023"),
        "{release}"
    );
    // The hour of the release is that of the time zone.
    let hour = |world: &World| {
        let run = world.packit(world.path("out"), &["srpm".as_ref(), folder.as_os_str()]).success();
        let release = Srpm::open(run.path()).query("%{RELEASE}");
        release.split('.').nth(1).unwrap()[8..10].parse::<i32>().unwrap()
    };
    for (zone, offset) in [("UTC", 0), ("JST-9", 9), ("Etc/GMT+5", -5)] {
        let before = hour(&world);
        world.set("TZ", zone);
        let there = hour(&world);
        world.set("TZ", "UTC");
        let after = hour(&world);
        let expected = [(before + offset).rem_euclid(24), (after + offset).rem_euclid(24)];
        assert!(expected.contains(&there), "{zone}: {there} between {before} and {after}");
    }
    world.set("SOURCE_DATE_EPOCH", "yesterday");
    world
        .packit(world.path("out"), &["srpm".as_ref(), folder.as_os_str()])
        .failure(2, &["SOURCE_DATE_EPOCH", "yesterday"]);
}
