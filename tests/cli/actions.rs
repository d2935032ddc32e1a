//! Actions of the configuration: when and where each is run, what it gets and what becomes of its output.

use std::collections::BTreeMap;

use crate::support::{Repository, SPEC, Srpm, World};

/// The example project with these actions, committed and tagged 1.0.0.
fn project<'w>(world: &'w World, actions: &str) -> Repository<'w> {
    let repository = Repository::hello(world);
    repository.append(".packit.yaml", &format!("actions:\n{actions}")).commit("Add actions");
    repository
}

/// The lines `NAME=VALUE` of a file.
fn variables(repository: &Repository<'_>, file: &str) -> BTreeMap<String, String> {
    let text = fs_err::read_to_string(repository.path(file)).unwrap();
    text.lines().filter_map(|line| line.split_once('=')).map(|(a, b)| (a.to_owned(), b.to_owned())).collect()
}

#[test]
fn every_action_is_run_in_its_place_with_its_variables() {
    let world = World::new();
    let repository = project(
        &world,
        "  post-upstream-clone: sh -c 'pwd > 1.pwd; env > 1.env'
  get-current-version: sh -c 'env > 2.env; echo noise; echo 2.5; echo'
  create-archive:
  - sh -c 'env > 3.env; ls hello.spec >> order'
  - sh -c 'mkdir hello-2.5; echo hi > hello-2.5/x; tar czf hello-2.5.tar.gz hello-2.5; echo hello-2.5.tar.gz'
  changelog-entry: sh -c 'env > 4.env; echo \"- from an action\"; echo \"- and more\"; echo'
  post-modifications: sh -c 'env > 5.env; cp hello.spec seen.spec; echo \"# by post-modifications\" >> hello.spec'
  pre-sync: touch must-not-run
  run-condition: touch must-not-run
",
    );
    let run = repository.srpm(&[]).success();
    assert!(!repository.path("must-not-run").exists(), "{run}");
    let built = Srpm::open(run.path());
    assert_eq!(built.version(), "2.5");
    let seen = fs_err::read_to_string(repository.path("seen.spec")).unwrap();
    assert!(seen.contains("Version:        2.5\n") && seen.contains("- from an action\n- and more\n"), "{seen}");
    assert_eq!(built.spec(), seen + "# by post-modifications\n");
    let folder = repository.folder.display().to_string();
    assert_eq!(fs_err::read_to_string(repository.path("1.pwd")).unwrap().trim(), folder);
    let base = [
        ("PACKIT_CONFIG_PACKAGE_NAME", "hello"),
        ("PACKIT_UPSTREAM_PACKAGE_NAME", "hello"),
        ("PACKIT_DOWNSTREAM_PACKAGE_NAME", "hello"),
        ("PACKIT_SPECFILE_PATH", "hello.spec"),
    ];
    let upstream = [("PACKIT_UPSTREAM_REPO", folder.as_str()), ("PACKIT_PWD", folder.as_str())];
    let version = [("PACKIT_PROJECT_VERSION", "2.5")];
    let archive = [("PACKIT_PROJECT_NAME_VERSION", "hello-2.5")];
    let entry =
        [("PACKIT_RESOLVED_BUGS", ""), ("PACKIT_PROJECT_UPSTREAM_TAG", ""), ("PACKIT_PROJECT_PREVIOUS_VERSION", "")];
    let expected: [(&str, Vec<(&str, &str)>); 5] = [
        ("1.env", [&base[..], &upstream].concat()),
        ("2.env", base.to_vec()),
        ("3.env", [&base[..], &version, &archive].concat()),
        ("4.env", [&base[..], &version, &entry].concat()),
        ("5.env", [&base[..], &upstream, &version].concat()),
    ];
    for (file, mut expected) in expected {
        let mut found: Vec<(String, String)> =
            variables(&repository, file).into_iter().filter(|(name, _)| name.starts_with("PACKIT_")).collect();
        found.sort();
        expected.sort_unstable();
        let expected: Vec<(String, String)> =
            expected.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
        assert_eq!(found, expected, "{file}: one action's variables are not another's");
    }
}

#[test]
fn fix_spec_file_takes_the_place_of_packits_own_edits() {
    let world = World::new();
    let repository = project(
        &world,
        "  fix-spec-file:
  - sh -c 'env > fix.env; ls $PACKIT_PROJECT_ARCHIVE'
  - |-
    sed -i -e 's/^Version:.*/Version: 7/' -e 's/^Source0:.*/Source0: hello-1.0.0.tar.gz/' hello.spec
",
    );
    let run = repository.srpm(&[]).success().told("fix-spec-file: hello-1.0.0.tar.gz");
    let built = Srpm::open(run.path());
    assert_eq!(
        built.spec(),
        SPEC.replace("Version:        0.9", "Version: 7")
            .replace("%{name}-%{version}.tar", "hello-1.0.0.tar")
            .replace("Source0:        ", "Source0: ")
    );
    assert_eq!(built.version(), "7");
    let variables = variables(&repository, "fix.env");
    let commit = repository.short(8);
    let release = format!("1.20231114221320000000.main.2.g{}", repository.short(7));
    for (name, value) in [
        ("PACKIT_PROJECT_VERSION", "1.0.0"),
        ("PACKIT_RPMSPEC_VERSION", "1.0.0"),
        ("PACKIT_RPMSPEC_RELEASE", release.as_str()),
        ("PACKIT_PROJECT_SNAPSHOTID", &release[2..]),
        ("PACKIT_PROJECT_COMMIT", commit.as_str()),
        ("PACKIT_PROJECT_ARCHIVE", "hello-1.0.0.tar.gz"),
        ("PACKIT_PROJECT_BRANCH", "main"),
    ] {
        assert_eq!(variables[name], value, "{name}");
    }
    assert!(!repository.path("hello-1.0.0.tar.gz").exists(), "packit takes away what it laid there");
    // The reference leaves it out too.
    let kept = repository.srpm(&["--preserve-spec", "--output", "preserved.src.rpm"]);
    assert!(!kept.stderr.contains("action fix-spec-file"), "{kept}");
}

#[test]
fn an_empty_list_skips_a_step_and_nothing_is_as_absent() {
    let world = World::new();
    let repository = project(&world, "  fix-spec-file: []\n  get-current-version: []\n  create-archive:\n");
    repository
        .replace("hello.spec", "Source0:        %{name}-%{version}.tar.gz", "Source0: hello-1.0.0.tar.gz")
        .commit("Source");
    let run = repository.srpm(&[]).success();
    let built = Srpm::open(run.path());
    assert_eq!(built.version(), "0.9", "the spec is as it is");
    assert_eq!(built.files(), ["hello-1.0.0.tar.gz", "hello.spec"]);
    repository.replace(".packit.yaml", "create-archive:", "create-archive: []").commit("No archive");
    repository.srpm(&[]).failure(2, &["create-archive", "printed nothing"]);
}

#[test]
fn no_actions_leaves_them_all_out() {
    let world = World::new();
    let repository =
        project(&world, "  post-upstream-clone: touch ran\n  create-archive: 'false'\n  fix-spec-file: []\n");
    let run = repository.packit_from_outside(&["srpm", "--no-actions"]).success();
    assert_eq!(Srpm::open(run.path()).version(), "1.0.0");
}

#[test]
fn forms_of_commands() {
    let world = World::new();
    let repository = project(
        &world,
        "  post-upstream-clone:
  - |
    touch \"a b\" 'c d' $HOME #e
  - [touch, 'f; touch g', '*']
  - cp --help
",
    );
    drop(repository.srpm(&[]).success());
    for file in ["a b", "c d", "$HOME", "#e", "f; touch g", "*"] {
        assert!(repository.path(file).exists(), "{file}");
    }
    assert!(!repository.path("g").exists());
}

#[test]
fn a_command_that_fails_ends_the_run() {
    let world = World::new();
    for (actions, words) in [
        (
            "  fix-spec-file:\n  - sh -c 'echo broken >> hello.spec; exit 7'\n  - touch after\n",
            &["`fix-spec-file` failed", "exit code 7", ".packit.yaml:6"][..],
        ),
        ("  post-upstream-clone: cd src\n", &["`post-upstream-clone` failed", "no shell runs", "bash -c 'cd src'"]),
        ("  post-upstream-clone: nosuchprogram --x\n", &["nosuchprogram", "cannot be started", ".packit.yaml:5"]),
        ("  post-upstream-clone: ''\n", &["is empty", ".packit.yaml:5"]),
        ("  post-upstream-clone: sh -c 'kill -9 $$'\n", &["ended by signal 9"]),
        ("  get-current-version: sh -c 'echo; echo \" \"'\n", &["printed no version", ".packit.yaml:5"]),
        ("  get-current-version: echo '1.0 %(touch x)'\n", &["which is no version", "it has"]),
        ("  get-current-version: echo '1..0'\n", &["which is no version", "two periods"]),
        ("  get-current-version: echo a b\n", &["`a b`", "which is no version"]),
    ] {
        let repository = project(&world, actions);
        let run = repository.srpm(&[]).failure(2, words);
        assert_eq!(run.stdout, "");
        assert!(!repository.path("after").exists());
        fs_err::remove_dir_all(&repository.folder).unwrap();
    }
}

#[test]
fn the_last_line_that_is_not_empty_is_the_version() {
    let world = World::new();
    for (command, version) in [
        ("sh -c 'echo 1.0; echo 2.0; echo; echo \"  \"'", "2.0"),
        ("sh -c 'echo 3.0; echo 4.0 >&2'", "3.0"),
        ("printf '5.0\\r\\n'", "5.0"),
        ("echo 6.0-rc1", "6.0~rc1"),
        ("echo 1.0.0-2-g4c6d7e4", "1.0.0.2.g4c6d7e4"),
        ("echo 2024-01-02", "2024.01.02"),
        ("echo '\"1.0\";'", "1.0"),
        ("sh -c 'printf \"\\377\\n7.0\"'", "7.0"),
    ] {
        let repository = project(&world, &format!("  get-current-version: {command}\n"));
        let run = repository.srpm(&[]).success().told("from the action `get-current-version`");
        assert!(
            Srpm::open(run.path()).spec().contains("- Greet twice (Ann Author)\n"),
            "the changes since the last tag"
        );
        assert_eq!(Srpm::open(run.path()).version(), version, "{command}");
        fs_err::remove_dir_all(&repository.folder).unwrap();
    }
}

#[test]
fn an_action_may_make_the_spec_fetch_tags_and_commit() {
    let world = World::new();
    let repository = project(
        &world,
        "  post-upstream-clone:
  - sh -c 'sed s/@V@/0.1/ hello.spec.in > hello.spec'
  - git tag 3.0.0
",
    );
    repository.write("hello.spec.in", SPEC.replace("Version:        0.9", "Version: @V@"));
    repository.write(".gitignore", "/hello.spec\n").git(&["rm", "--quiet", "--cached", "hello.spec"]);
    fs_err::remove_file(repository.path("hello.spec")).unwrap();
    repository.commit("Make the spec");
    let run = repository.srpm(&[]).success().told("`hello.spec`");
    assert_eq!(Srpm::open(run.path()).version(), "3.0.0");
    let left = fs_err::read_to_string(repository.path("hello.spec")).unwrap();
    assert_eq!(
        left,
        SPEC.replace("Version:        0.9", "Version: 0.1"),
        "what the action made, without packit's edits"
    );
    // A second run has it already.
    repository.git(&["tag", "--delete", "3.0.0"]);
    drop(repository.srpm(&[]).success());
    assert_eq!(fs_err::read_to_string(repository.path("hello.spec")).unwrap(), left);
}

#[test]
fn the_path_of_the_spec_is_known_where_the_configuration_does_not_say_it() {
    let world = World::new();
    for (config, expected) in
        [("downstream_package_name: hello\n", "hello.spec"), ("upstream_package_name: hello\n", "sub/hello.spec")]
    {
        let repository = project(&world, "  post-upstream-clone: sh -c 'echo $PACKIT_SPECFILE_PATH > path'\n");
        let actions = fs_err::read_to_string(repository.path(".packit.yaml")).unwrap();
        let actions = &actions[actions.find("actions:").unwrap()..];
        repository.write(".packit.yaml", format!("{config}{actions}"));
        fs_err::create_dir_all(repository.path(expected).parent().unwrap()).unwrap();
        fs_err::rename(repository.path("hello.spec"), repository.path(expected)).unwrap();
        repository.commit("Move");
        drop(repository.srpm(&[]).success());
        assert_eq!(fs_err::read_to_string(repository.path("path")).unwrap().trim(), expected);
        fs_err::remove_dir_all(&repository.folder).unwrap();
    }
}

#[test]
fn the_archive_is_a_file_that_actions_may_change() {
    let world = World::new();
    let script = "set -e; test -f hello-1.0.0.tar.gz; test ! -L hello-1.0.0.tar.gz; gunzip hello-1.0.0.tar.gz
    echo more > more; tar rf hello-1.0.0.tar more; gzip hello-1.0.0.tar";
    let repository = project(&world, &format!("  post-modifications: |\n    bash -c '{script}'\n"));
    let run = repository.srpm(&[]).success();
    let built = Srpm::open(run.path());
    assert!(built.members("hello-1.0.0.tar.gz").contains(&"more".to_owned()), "{run}");
    assert!(!repository.path("hello-1.0.0.tar.gz").exists());
}

#[test]
fn post_modifications_knows_the_version_of_the_archive() {
    let world = World::new();
    let repository = project(
        &world,
        "  fix-spec-file: sh -c 'echo $PACKIT_PROJECT_NAME_VERSION > name; sed -i s/^Source0.*/Source0:hello-1.0.0.tar.gz/ hello.spec'
  post-modifications: sh -c 'tar tzf hello-$PACKIT_PROJECT_VERSION.tar.gz'
",
    );
    drop(repository.srpm(&[]).success().told("hello-1.0.0/hello.txt"));
    assert_eq!(fs_err::read_to_string(repository.path("name")).unwrap(), "hello-1.0.0\n");
}

#[test]
fn changelog_entry_sees_the_new_version() {
    let world = World::new();
    let repository = project(
        &world,
        "  changelog-entry: |\n    sh -c 'sed -n \"s/^Version: */- update to /p\" hello.spec; echo \"- $PACKIT_PROJECT_VERSION\"'\n",
    );
    repository.append(".packit.yaml", "version_suffix: +git\n").commit("Suffix");
    let spec = Srpm::open(repository.srpm(&[]).success().path()).spec();
    assert!(spec.contains("- update to 1.0.0+git\n- 1.0.0+git\n"), "{spec}");
    assert_eq!(spec.matches("\n* ").count(), 2, "{spec}");
}

#[test]
fn an_action_may_call_packit_in_the_same_checkout() {
    let world = World::new();
    let packit = env!("CARGO_BIN_EXE_packit");
    let inner = format!("{packit} srpm --no-update-release --output ../out/inner.src.rpm");
    let repository =
        project(&world, &format!("  post-modifications: sh -c 'if [ -z \"$INNER\" ]; then INNER=1 {inner}; fi'\n"));
    drop(repository.srpm(&["--output", "outer.src.rpm"]).success());
    assert!(world.path("out/inner.src.rpm").is_file() && world.path("out/outer.src.rpm").is_file());
}

#[test]
fn credentials_are_handed_over_only_by_name() {
    let mut world = World::new();
    for name in ["GITHUB_TOKEN", "CI_JOB_TOKEN", "COPR_API_TOKEN", "MY_PASSWORD"] {
        world.set(name, "canary-secret");
    }
    world.set("HARMLESS", "kept");
    let repository = project(
        &world,
        "  post-upstream-clone: sh -c 'env | sort > seen; env >&2; git remote -v; git remote -v >&2'\n",
    );
    repository.git(&["remote", "set-url", "origin", "https://user:canary-secret@example.com/hello.git"]);
    let run = repository.srpm(&["--debug"]).success();
    let seen = fs_err::read_to_string(repository.path("seen")).unwrap();
    assert!(seen.contains("HARMLESS=kept") && !seen.contains("canary"), "{seen}");
    assert!(!run.stderr.contains("canary"), "{run}");
    drop(repository.srpm(&["--pass-env", "GITHUB_TOKEN"]).success());
    let seen = fs_err::read_to_string(repository.path("seen")).unwrap();
    assert_eq!(seen.matches("canary").count(), 1, "{seen}");
    assert!(seen.contains("GITHUB_TOKEN=canary-secret"), "{seen}");
    repository
        .replace(".packit.yaml", "env >&2; git remote -v; git remote -v >&2'", "git remote -v >&2; exit 1'")
        .commit("Fail");
    let run = repository.srpm(&[]).failure(2, &["GITHUB_TOKEN", "--pass-env", "https://***@example.com"]);
    assert!(!run.stderr.contains("canary"), "{run}");
    repository.replace(".packit.yaml", "exit 1'", "exit 1' https://me:canary@example.com/x").commit("An address");
    for arguments in [&["srpm", "-d"][..], &["srpm", "--json"], &["inspect"], &["inspect", "--json"]] {
        let run = repository.packit(arguments);
        assert!(run.code == Some(0) || run.code == Some(2), "{run}");
        assert!(!run.stdout.contains("canary") && !run.stderr.contains("canary"), "{arguments:?}\n{run}");
    }
    let url = format!("file://{}", repository.folder.display());
    let run = world.packit(world.path("out"), &["srpm", &url]).failure(2, &["--trust"]);
    assert!(!run.stderr.contains("canary"), "{run}");
}

#[test]
fn each_package_of_several_has_its_own_actions() {
    let world = World::new();
    let repository = world.repository("mono");
    let config = "packages:
  one: {downstream_package_name: one, upstream_package_name: one, specfile_path: one.spec, paths: [a], actions: {fix-spec-file: \"sh -c 'pwd > at; sed -i s/0.9/1.1/ one.spec'\"}}
  two: {downstream_package_name: two, upstream_package_name: two, specfile_path: two.spec, paths: [b], actions: {get-current-version: \"sh -c 'pwd > at; echo 4'\"}}
";
    repository.write(".packit.yaml", config);
    repository.write("a/one.spec", SPEC.replace("hello", "one").replace("%{name}-%{version}", "one-1.0.0"));
    repository.write("b/two.spec", SPEC.replace("hello", "two")).commit("Import").tag("1.0.0");
    let run = repository.srpm(&[]).success().told("one: action fix-spec-file:");
    let names: Vec<String> =
        run.paths().iter().map(|path| path.file_name().unwrap().to_string_lossy().into_owned()).collect();
    assert_eq!(names.len(), 2, "{run}");
    assert!(names[0].starts_with("one-1.1-1") && names[1].starts_with("two-4-1."), "{names:?}");
    for below in ["a", "b"] {
        let at = fs_err::read_to_string(repository.path(below).join("at")).unwrap();
        assert_eq!(at.trim(), repository.path(below).display().to_string());
    }
}

#[test]
fn in_place_keeps_what_actions_do() {
    let world = World::new();
    let repository =
        project(&world, "  post-modifications: sh -c 'echo \"# kept\" >> hello.spec; echo changed > hello.txt'\n");
    let run = repository.packit(&["srpm", "--in-place"]).success();
    let spec = fs_err::read_to_string(repository.path("hello.spec")).unwrap();
    assert!(spec.ends_with("# kept\n") && spec.contains("Version:        1.0.0"), "{spec}");
    assert_eq!(spec, Srpm::open(run.path()).spec());
    assert_eq!(fs_err::read_to_string(repository.path("hello.txt")).unwrap(), "changed\n");
    assert!(!repository.path("hello-1.0.0.tar.gz").is_symlink());
}

#[test]
fn spec_diff_shows_what_actions_do() {
    let world = World::new();
    let repository = project(&world, "  post-modifications: sh -c 'echo \"# more\" >> hello.spec'\n");
    let run = repository.srpm(&["--spec-diff"]).success();
    assert!(run.stdout.contains("+Version:        1.0.0") && run.stdout.contains("+# more"), "{run}");
}
