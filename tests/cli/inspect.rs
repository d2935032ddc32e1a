//! `packit inspect`: what is found and what would be done.

use crate::support::{Repository, World};

#[test]
fn a_plain_project() {
    let world = World::new();
    let repository = Repository::hello(&world);
    repository.append(".packit.yaml", "upstream_tag_exclude: nightly\n").commit("Configure").tag("nightly");
    repository.git(&["tag", "0.5", "HEAD~2"]);
    let run = repository.packit_from_outside(&["inspect"]).success();
    let commit = repository.git(&["rev-parse", "HEAD"]);
    for line in [
        "repository     [W]/hello, https://github.com/example/hello.git",
        &format!("checked out    main at {}", commit.trim()),
        "version        1.0.0 from the tag `1.0.0`, the newest one in the history",
        "  1.0.0                          1.0.0: chosen",
        "  0.5                            0.5: older than the chosen one",
        "  nightly                        -: left out by upstream_tag_exclude",
        "archive        hello-1.0.0.tar.gz, everything below hello-1.0.0/, made by git",
        "Source0        hello-0.9.tar.gz",
        "  upstream_tag_template          {version} (default)",
        "  specfile_path                  hello.spec (line 1)",
    ] {
        assert!(run.stdout.lines().any(|found| found.trim_end() == line), "`{line}` is missing:\n{run}");
    }
    let release = format!("1.20231114221320000000.main.0.g{}", &commit[..7]);
    assert!(run.stdout.contains(&format!("hello-1.0.0-{release} (set by packit)")), "{run}");
    assert_eq!(fs_err::read_dir(world.path("out")).unwrap().count(), 0);
}

#[test]
fn a_ref_goes_with_a_url() {
    let world = World::new();
    let repository = Repository::hello(&world);
    repository.packit_from_outside(&["inspect", "--ref", "1.0.0"]).failure(2, &["--ref", "URL"]);
}

#[test]
fn what_is_said_is_what_is_built() {
    let world = World::new();
    let repository = Repository::hello(&world);
    repository
        .append(".packit.yaml", "release_suffix: \"7.{PACKIT_PROJECT_BRANCH}\"\nversion_suffix: \"^x\"\n")
        .commit("Suffix");
    let inspected = repository.packit_from_outside(&["inspect", "--json"]).success().json();
    let built = repository.packit_from_outside(&["srpm", "--json"]).success().json();
    let (inspected, built) = (&inspected["result"]["packages"][0], &built["result"]["packages"][0]);
    for key in ["name", "version", "release"] {
        assert_eq!(inspected["names"][key], built[key], "{key}");
    }
    assert_eq!(inspected["archive"]["name"], built["archive"]);
    assert_eq!(inspected["version"]["tag"], built["tag"]);
}

#[test]
fn actions_with_their_variables_and_only_the_version_is_run() {
    let world = World::new();
    let repository = Repository::hello(&world);
    repository
        .append(
            ".packit.yaml",
            "actions:
  post-modifications: touch ran
  fix-spec-file: []
  get-current-version: sh -c 'echo changed >> hello.txt; echo 4.2'
  create-archive: [[make, 'a dist'], echo x]
sources:
- {path: data.txt, url: 'https://127.0.0.1:1/data.txt'}
",
        )
        .commit("Actions");
    let before = repository.tracked();
    let run = repository.packit(&["inspect", "--json"]).success().told("get-current-version: 4.2");
    assert_eq!(repository.tracked(), before);
    assert!(!repository.path(".git/packit").exists());
    let report = run.json();
    let package = &report["result"]["packages"][0];
    assert_eq!(package["version"]["version"], "4.2");
    assert_eq!(package["version"]["origin"], "action");
    let names: Vec<&str> =
        package["actions"].as_array().unwrap().iter().map(|action| action["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["get-current-version", "create-archive", "fix-spec-file", "post-modifications"]);
    let archive = &package["actions"][1];
    assert_eq!(archive["commands"], serde_json::json!([["make", "a dist"], ["echo", "x"]]));
    let variables = archive["variables"].as_array().unwrap();
    assert!(variables.contains(&serde_json::json!(["PACKIT_PROJECT_NAME_VERSION", "hello-4.2"])), "{variables:?}");
    assert_eq!(package["downloads"][0]["path"], "data.txt");
    assert_eq!(package["archive"]["made_by"], "create-archive");
    assert!(!repository.path("ran").exists());
    // Not even that.
    let run = repository.packit_from_outside(&["inspect", "--json", "--no-actions"]).success();
    assert!(!run.stderr.contains("get-current-version"), "{run}");
    let report = run.json();
    assert_eq!(report["result"]["packages"][0]["version"]["version"], "1.0.0");
    assert_eq!(report["result"]["packages"][0]["actions"], serde_json::json!([]));
}

#[test]
fn a_clone_is_looked_at_without_running_anything() {
    let world = World::new();
    let repository = Repository::hello(&world);
    let marker = world.path("marker").display().to_string();
    repository
        .append(
            ".packit.yaml",
            &format!("actions:\n  get-current-version: touch {marker}\n  post-upstream-clone: touch {marker}\n"),
        )
        .commit("Actions");
    let url = format!("file://{}", repository.folder.display());
    let run = world.packit(world.path("out"), &["inspect", &url]).success();
    assert!(
        run.stdout.contains("touch [W]/marker") && run.stdout.contains("not known before an action is run"),
        "{run}"
    );
    assert!(!world.path("marker").exists());
    assert!(world.leftovers().is_empty());
}

#[test]
fn the_spec_of_a_clone_runs_nothing() {
    let world = World::new();
    let repository = Repository::hello(&world);
    let marker = format!("%(touch {})", world.path("marker").display());
    repository.replace("hello.spec", "A trivial program", &marker).commit("Evil");
    repository.replace("hello.spec", "Version:        0.9", "Version:        %(touch ../marker)0.9").commit("Evil");
    let url = format!("file://{}", repository.folder.display());
    let run = world.packit(world.path("out"), &["inspect", &url]).success().told("not shown to rpm");
    assert!(run.stdout.contains("version        1.0.0 from the tag"), "{run}");
    assert!(!world.path("marker").exists());
}

#[test]
fn a_spec_that_an_action_makes_is_not_missed() {
    let world = World::new();
    let repository = Repository::hello(&world);
    repository.append(".packit.yaml", "actions:\n  post-upstream-clone: mv x hello.spec\n");
    repository.git(&["mv", "hello.spec", "x"]);
    repository.commit("Later");
    let run = repository.packit_from_outside(&["inspect"]).success();
    assert!(run.stdout.contains("not there yet"), "{run}");
    assert!(run.stdout.contains("version        1.0.0 from the tag"), "{run}");
    repository.replace(".packit.yaml", "post-upstream-clone: mv", "pre-sync: mv").commit("Never");
    repository.packit_from_outside(&["inspect"]).failure(2, &["hello.spec", "does not exist"]);
}
