//! What `packit srpm` makes of specs of all kinds: the spec in the source RPM, as rpm reads it.

use crate::support::{Repository, Run, SPEC, Srpm, World};

/// Builds the example with a spec in which each `(from, to)` was replaced.
#[track_caller]
fn build(world: &World, replacements: &[(&str, &str)]) -> Run {
    let repository = Repository::hello(world);
    let mut spec = SPEC.to_owned();
    for (from, to) in replacements {
        assert_eq!(spec.matches(from).count(), 1, "{from}");
        spec = spec.replace(from, to);
    }
    repository.write("hello.spec", spec).commit("Spec");
    repository.packit_from_outside(&["srpm", "--release-suffix", "x"])
}

/// The spec in the source RPM, and its name, version and release as rpm reads them.
#[track_caller]
fn built(world: &World, replacements: &[(&str, &str)]) -> (String, String) {
    let srpm = Srpm::open(build(world, replacements).success().path());
    (srpm.spec(), srpm.nvr())
}

const VERSION: &str = "Version:        0.9";
const SOURCE: &str = "Source0:        %{name}-%{version}.tar.gz";
const SETUP: &str = "%autosetup -n %{name}-%{version}";

#[test]
fn a_version_made_of_macros_stays_so() {
    let world = World::new();
    let (spec, nvr) =
        built(&world, &[(VERSION, "%global major 0\n%global minor 9\nVersion:        %{major}.%{minor}.0")]);
    assert!(spec.contains("%global major 1\n%global minor 0\nVersion:        %{major}.%{minor}.0\n"), "{spec}");
    assert_eq!(nvr, "hello-1.0.0-1.x");
}

#[test]
fn a_macro_that_a_condition_computes_with_gets_no_version() {
    let world = World::new();
    let text = "%global base 9\n%if 0%{?base}\n%global extra 1\n%endif\nVersion:        %{base}";
    let (spec, nvr) = built(&world, &[(VERSION, text)]);
    assert!(spec.contains("%global base 9\n") && spec.contains("Version:        1.0.0\n"), "{spec}");
    assert_eq!(nvr, "hello-1.0.0-1.x");
}

#[test]
fn the_branch_of_a_condition_that_rpm_reads_is_edited() {
    let world = World::new();
    let conditional =
        "%if 0%{?nothing}\nVersion: 7\nSource0: seven.tar.gz\n%else\nVersion: 8\nSource0: eight.tar.gz\n%endif";
    let (spec, nvr) = built(&world, &[(VERSION, "# version below"), (SOURCE, conditional)]);
    let expected = "Version: 7\nSource0: seven.tar.gz\n%else\nVersion: 1.0.0\nSource0: hello-1.0.0.tar.gz\n%endif";
    assert!(spec.contains(expected), "{spec}");
    assert_eq!(nvr, "hello-1.0.0-1.x");
}

#[test]
fn a_source_whose_file_name_is_right_stays() {
    let world = World::new();
    let url = "Source0:        %{url}/archive/%{version}/%{name}-%{version}.tar.gz";
    let (spec, _) = built(&world, &[(SOURCE, url)]);
    assert!(spec.contains(url), "{spec}");
    let world = World::new();
    let (spec, _) = built(&world, &[(SOURCE, "Source0:        https://example.com/%{version}.zip")]);
    assert!(spec.contains("Source0:        hello-1.0.0.tar.gz\n"), "{spec}");
}

#[test]
fn the_source_of_the_archive_is_found() {
    let world = World::new();
    // rpm itself counts on from the number before, and %autosetup wants a source 0.
    let bare = "Source1: hello.txt\nSource: https://example.com/%{version}.tgz";
    build(&world, &[(SOURCE, bare)]).failure(2, &["no Source0", "is source number 2", "spec_source_id"]);
    let world = World::new();
    let repository = Repository::hello(&world);
    repository.replace("hello.spec", "Source0: ", "Source0: hello.txt\nSource7: ");
    repository.append(".packit.yaml", "spec_source_id: 7\n").commit("Seven");
    let srpm = Srpm::open(repository.packit_from_outside(&["srpm"]).success().path());
    assert_eq!(srpm.files(), ["hello-1.0.0.tar.gz", "hello.spec", "hello.txt"]);
    repository.replace(".packit.yaml", "spec_source_id: 7", "spec_source_id: 3").commit("Three");
    repository.packit_from_outside(&["srpm"]).failure(2, &["Source3", "spec_source_id"]);
}

#[test]
fn setup_gets_the_folder_of_the_archive_only_where_it_must() {
    for (setup, expected) in [
        ("%autosetup", "%autosetup"),
        ("%autosetup -p1 -S git", "%autosetup -p1 -S git"),
        ("%setup -q", "%setup -q"),
        ("%setup -q -n other", "%setup -q -n hello-1.0.0"),
        ("%autosetup -nother", "%autosetup -nhello-1.0.0"),
        ("%setup -qn other", "%setup -qn hello-1.0.0"),
        ("# %setup -n no\n%setup -q -n 'a b'", "# %setup -n no\n%setup -q -n hello-1.0.0"),
    ] {
        let world = World::new();
        let (spec, _) = built(&world, &[(SETUP, setup)]);
        assert!(spec.contains(&format!("%prep\n{expected}\n")), "{setup}: {spec}");
    }
}

#[test]
fn a_spec_without_prep_or_changelog_is_told() {
    let world = World::new();
    build(&world, &[("%prep\n%autosetup -n %{name}-%{version}\n", "")]).success().told("no %prep");
    let world = World::new();
    let (_, changelog) = SPEC.split_once("%changelog").unwrap();
    build(&world, &[(&format!("%changelog{changelog}"), "")]).success().told("no %changelog");
}

#[test]
fn odd_bytes_survive_and_line_ends_are_those_that_rpm_can_build_with() {
    let world = World::new();
    let repository = Repository::hello(&world);
    let check = |text: Vec<u8>| {
        repository.write("hello.spec", &text).commit("Bytes");
        let srpm = Srpm::open(repository.packit_from_outside(&["srpm", "--release-suffix", "x"]).success().path());
        srpm.file("hello.spec")
    };
    let crlf = check(SPEC.replace('\n', "\r\n").into_bytes());
    assert!(!crlf.contains(&b'\r'), "{}", String::from_utf8_lossy(&crlf));
    let open = check(SPEC.trim_end().as_bytes().to_vec());
    assert!(open.ends_with(b"- First build"), "{}", String::from_utf8_lossy(&open));
    // A comment is the one place where rpm minds no byte.
    let latin = [b"# caf\xe9 \x0c form feed\n".to_vec(), SPEC.as_bytes().to_vec()].concat();
    assert!(check(latin).starts_with(b"# caf\xe9 \x0c form feed\n"));
}

#[test]
fn the_spec_may_stand_in_a_subfolder_or_above_the_configuration() {
    let world = World::new();
    let repository = Repository::hello(&world);
    repository.git(&["rm", "--quiet", "--cached", "hello.spec", ".packit.yaml"]);
    for file in ["hello.spec", ".packit.yaml"] {
        fs_err::remove_file(repository.path(file)).unwrap();
    }
    repository.write("packaging/rpm/hello.spec", SPEC.replace("BuildArch:", "Patch0: a.patch\nBuildArch:"));
    repository
        .write("packaging/rpm/a.patch", "patch")
        .write(".packit.yaml", "specfile_path: packaging/rpm/hello.spec\n");
    repository.commit("Subfolder");
    let srpm = Srpm::open(repository.packit_from_outside(&["srpm"]).success().path());
    assert_eq!(srpm.files(), ["a.patch", "hello-1.0.0.tar.gz", "hello.spec"]);
    fs_err::rename(repository.path(".packit.yaml"), repository.path("packaging/packit.yml")).unwrap();
    repository
        .write("packaging/packit.yml", "specfile_path: ../hello.spec\n")
        .write("hello.spec", SPEC)
        .commit("Above");
    let run = world.packit(repository.path("packaging"), &["srpm"]).success();
    let srpm = Srpm::open(run.path());
    assert_eq!(srpm.files(), ["hello-1.0.0.tar.gz", "hello.spec"]);
    assert!(srpm.members("hello-1.0.0.tar.gz").contains(&"hello-1.0.0/packaging/rpm/a.patch".to_owned()));
}

#[test]
fn the_changelog_entry_has_the_subjects_since_the_tag_and_an_author() {
    let mut world = World::new();
    let folder = {
        let repository = Repository::hello(&world);
        repository.git(&["checkout", "--quiet", "-b", "side"]);
        repository.commit("On the side");
        repository.git(&["checkout", "--quiet", "main"]);
        repository.commit("Umlaut \u{e4} and 100%");
        repository.git(&["merge", "--quiet", "--no-ff", "--message", "Merge side", "side"]);
        repository.folder.clone()
    };
    let changelog = |world: &World| {
        let run = world.packit(world.path("out"), &["srpm".as_ref(), folder.as_os_str()]).success();
        let query = "[%{CHANGELOGNAME}\n%{CHANGELOGTEXT}\n--\n]";
        let all = Srpm::open(run.path()).query(query);
        all.split("--\n").next().unwrap().to_owned()
    };
    let first = changelog(&world);
    for line in ["- On the side (Ann Author)", "- Umlaut \u{e4} and 100% (Ann Author)", "- Greet twice (Ann Author)"] {
        assert!(first.contains(line), "{first}");
    }
    assert!(!first.contains("Merge side") && !first.contains("Import"), "{first}");
    assert!(first.starts_with("Ann Author <ann@example.com> - 1.0.0-1.2023"), "{first}");
    fs_err::write(world.path("home/.rpmmacros"), "%packager Mac Ro <%{?nothing}mac@example.com>\n").unwrap();
    assert!(changelog(&world).starts_with("Mac Ro <mac@example.com> - "), "{first}");
    world.set("RPM_PACKAGER", "En Vee <env@example.com>");
    assert!(changelog(&world).starts_with("En Vee <env@example.com> - "), "{first}");
}

#[test]
fn parse_time_macros_reach_rpm() {
    let world = World::new();
    let repository = Repository::hello(&world);
    repository.replace(
        "hello.spec",
        "Version:        0.9",
        "%if 0%{?mine}\nVersion: 0.9\n%else\nVersion: broken-here\n%endif",
    );
    repository.append(".packit.yaml", "parse_time_macros:\n  mine: 1\n").commit("Macros");
    let run = repository.packit_from_outside(&["srpm", "--spec-diff"]).success();
    assert!(run.stdout.contains("+Version: 1.0.0"), "{run}");
}
