//! `packit config validate` and `packit config schema`.

use crate::support::{Repository, World};

/// Checks, and that nothing of the repository has changed.
#[track_caller]
fn check(repository: &Repository<'_>, arguments: &[&str]) -> crate::support::Run {
    repository.packit_from_outside(&[&["config", "validate"], arguments].concat())
}

#[test]
fn a_valid_configuration() {
    let world = World::new();
    let repository = Repository::hello(&world);
    let run = check(&repository, &[]).success().told("hello/.packit.yaml` is valid");
    assert_eq!(run.stdout, "");
    for name in ["validate", "validate-config"] {
        drop(repository.packit_from_outside(&[name]).success().told("is valid"));
        drop(repository.packit_from_outside(&[name, "--offline"]).success());
    }
    // A folder that is no repository has a configuration too.
    fs_err::write(world.path("out/.packit.yaml"), "upstream_package_name: hello\n").unwrap();
    drop(world.packit(world.path("out"), &["config", "validate"]).success());
}

#[test]
fn all_that_is_wrong_is_told_at_once() {
    let world = World::new();
    let repository = Repository::hello(&world);
    repository.append(
        ".packit.yaml",
        "upstream_tag_templat: v{version}\njobs:\n- job: copr_biuld\n  trigger: commit\n- job: tests\n",
    );
    let words = ["upstream_tag_template", "copr_build", "trigger", ".packit.yaml:4", ".packit.yaml:6", "3 problems"];
    check(&repository, &[]).failure(2, &words);
    let json = check(&repository, &["--format", "json"]).failure(2, &["3 problems"]).json();
    assert_eq!(json["ok"], false);
    assert_eq!(json["result"]["valid"], false);
    assert_eq!(json["result"]["findings"].as_array().unwrap().len(), 3);
    assert_eq!(json["result"]["findings"][0]["place"]["line"], 4);
    let github = check(&repository, &["--format", "github"]).failure(2, &[]);
    assert_eq!(github.stdout.lines().filter(|line| line.starts_with("::error file=")).count(), 3, "{github}");
    assert!(github.stdout.contains(",line=4,col=1::"), "{github}");
    let sarif = check(&repository, &["--format", "sarif"]).failure(2, &[]).json();
    assert_eq!(sarif["version"], "2.1.0");
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    assert_eq!(results.len(), 3);
    assert_eq!(results[0]["locations"][0]["physicalLocation"]["region"]["startLine"], 4);
    // What is wrong keeps an SRPM from being made, too.
    repository.packit_from_outside(&["srpm"]).failure(2, &words);
}

#[test]
fn text_of_a_configuration_makes_no_commands() {
    let world = World::new();
    let repository = Repository::hello(&world);
    repository.append(".packit.yaml", "\"a\\n::error::evil%0A\": 1\n");
    let run = check(&repository, &["--format", "github"]).failure(2, &[]);
    assert!(run.stdout.lines().all(|line| line.starts_with("::error file=")), "{run}");
}

#[test]
fn what_is_named_and_not_there() {
    let world = World::new();
    let repository = Repository::hello(&world);
    repository.replace(".packit.yaml", "hello.spec", "no.spec");
    drop(check(&repository, &[]).success().told("`no.spec` does not exist").told(".packit.yaml:1"));
    repository.append(".packit.yaml", "actions: {post-upstream-clone: make no.spec}\n");
    drop(check(&repository, &[]).success().told("is not there yet"));
    repository
        .append(".packit.yaml", "files_to_sync:\n- hello.txt\n- nope/x\n- src: [\"*.txt\", missing.d/*]\n  dest: .\n");
    let run = check(&repository, &[]).success().told("`nope/x` of `files_to_sync` is not there yet");
    assert!(run.stderr.contains("`missing.d/*`"), "{run}");
    repository.replace(".packit.yaml", "actions: {post-upstream-clone: make no.spec}\n", "");
    check(&repository, &[]).failure(2, &["`nope/x` of `files_to_sync`", "`missing.d/*`", "2 problems"]);
    repository.replace(".packit.yaml", "- nope/x\n", "- ../../x\n");
    check(&repository, &[]).failure(2, &["../../x"]);
}

#[test]
fn patterns_of_files_to_sync_match_something() {
    let world = World::new();
    let repository = Repository::hello(&world);
    repository.write("plans/a/main.fmf", "").write("plans/.hidden", "").write("odd[1]", "");
    let config = fs_err::read_to_string(repository.path(".packit.yaml")).unwrap();
    let sync = |pattern: &str, actions: &str| {
        let files = format!("files_to_sync:\n- {{src: [hello.spec, '{pattern}'], dest: .}}\n");
        repository.write(".packit.yaml", config.clone() + &files + actions);
        check(&repository, &[])
    };
    for pattern in
        ["*.spec", "hell?.spec", "[a-h]ello.spec", "plans/*", "plans/", "p*/a/*.fmf", "**/a", "plans/.h*", "odd[1]"]
    {
        drop(sync(pattern, "").success().silent_on("files_to_sync"));
    }
    let actions = "actions: {post-upstream-clone: make x}\n";
    for pattern in ["*.none", "hell??.spec", "[!h]ello.spec", "plans/*.fmf", "none/*", "**/main.fmf", "plans/?hidden"] {
        let run =
            sync(pattern, "").failure(2, &[&format!("`{pattern}` of `files_to_sync` matches nothing"), "1 problem"]);
        assert!(run.stderr.contains(".packit.yaml:"), "{run}");
        drop(
            sync(pattern, actions).success().told(&format!("note: `{pattern}` of `files_to_sync` matches nothing yet")),
        );
    }
    for pattern in ["../*", "/etc/*", "*/../../*"] {
        sync(pattern, actions).failure(2, &[pattern]);
    }
    // In the folder of the package, or beside the configuration.
    let of = |pattern: &str| {
        let package = format!("{{specfile_path: ../hello.spec, paths: [plans], files_to_sync: ['{pattern}']}}");
        repository.write(".packit.yaml", format!("packages:\n  hello: {package}\n"));
        check(&repository, &[])
    };
    drop(of("a*").success().silent_on("files_to_sync"));
    drop(of("hello.sp*").success().silent_on("files_to_sync"));
    of("*.txt.none").failure(2, &["matches nothing"]);
}

#[test]
fn no_spec_file_and_none_named() {
    let world = World::new();
    let repository = Repository::hello(&world);
    repository.replace(".packit.yaml", "specfile_path: hello.spec\n", "");
    drop(check(&repository, &[]).success().silent_on("spec file"));
    fs_err::remove_file(repository.path("hello.spec")).unwrap();
    drop(
        check(&repository, &[])
            .success()
            .told("warning: there is no spec file")
            .told("`specfile_path: FOLDER/NAME.spec`"),
    );
    repository.append(".packit.yaml", "actions: {post-upstream-clone: make hello.spec}\n");
    drop(check(&repository, &[]).success().told("note: there is no spec file"));
    repository.write("a/one.spec", "").write("a/two.spec", "");
    drop(check(&repository, &[]).success().told("there are 2 spec files").told("a/one.spec"));
}

#[test]
fn a_file_of_another_name() {
    let world = World::new();
    let repository = Repository::hello(&world);
    repository.write("other.yaml", "jobs: 7\n");
    let file = repository.path("other.yaml").display().to_string();
    check(&repository, &["-c", &file]).failure(2, &["other.yaml", "jobs"]);
}

#[test]
fn the_schema_is_that_of_the_project() {
    let world = World::new();
    let run = world.packit(world.path("out"), &["config", "schema"]).success();
    let committed = fs_err::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/schema/packit.json")).unwrap();
    assert_eq!(run.stdout, committed);
}

#[test]
fn what_is_in_force_is_shown_with_its_place() {
    let world = World::new();
    let repository = world.repository("mono");
    let config = "upstream_tag_template: v{version}
packages:
  core: {specfile_path: core.spec, paths: [core]}
  cli: {specfile_path: cli.spec, paths: [cli], upstream_tag_template: \"cli-{version}\"}
jobs:
- job: copr_build
  trigger: commit | pull_request
  packages: [core]
  targets: [fedora-43]
";
    repository.write(".packit.yaml", config);
    repository.write("core/core.spec", "").write("cli/cli.spec", "").commit("Import");
    let show = |arguments: &[&str]| repository.packit(&[&["config", "show"], arguments].concat());
    let run = show(&[]).success();
    let line = |run: &crate::support::Run, key: &str, rest: &str| {
        let found = run.stdout.lines().any(|line| line.split_whitespace().next() == Some(key) && line.ends_with(rest));
        assert!(found, "{key} {rest}:\n{run}");
    };
    line(&run, "upstream_tag_template", "\"v{version}\"  (.packit.yaml:1)");
    line(&run, "upstream_tag_template", "\"cli-{version}\"  (.packit.yaml:4)");
    assert!(!run.stdout.contains("(default)"), "{run}");
    let run = show(&["--effective", "-p", "core"]).success();
    line(&run, "spec_source_id", "(default)");
    assert!(!run.stdout.contains("cli.spec"), "{run}");
    let json = repository.packit(&["config", "show", "--job", "1", "--json"]).success().json();
    assert_eq!(json["result"]["packages"].as_array().unwrap().len(), 1, "the job is for one package");
    let keys = json["result"]["packages"][0]["keys"].as_array().unwrap();
    let targets = keys.iter().find(|key| key["key"] == "targets").unwrap();
    assert_eq!(targets["place"]["line"], 9, "{targets}");
    show(&["--job", "2"]).failure(2, &["no job 2", "has 2"]);
    show(&["--job", "0", "-p", "cli"]).failure(2, &["not for this package"]);
    show(&["-p", "nope"]).failure(2, &["nope", "core"]);
}

#[test]
fn yaml_has_what_json_has() {
    let world = World::new();
    let repository = world.repository("odd");
    let config = "\
files_to_sync: [odd.spec, {src: [a*, 'b: c'], dest: '#d', filters: [\"- \\u00e9\"]}]
actions:
  create-archive:
  - |
    bash -c 'one
      two'
  - [make, 'yes', '1.10', '']
  post-upstream-clone:
env: {a: 'no', b: 1.10, c: ~, d: [1, 1.5, true, {e: '0o17'}]}
specfile_path: odd.spec
specfile_path: odd.spec
";
    repository.write(".packit.yaml", config).write("odd.spec", "").commit("Import");
    let show = |arguments: &[&str]| repository.packit(&[&["config", "show", "--effective"], arguments].concat());
    let json = show(&["--json"]).success().json();
    assert_eq!(json["warnings"].as_array().unwrap().len(), 1, "a key stands twice: {json}");
    let yaml = show(&["--yaml"]).success().stdout;
    assert!(yaml.contains("\nresult:\n"), "blocks, not JSON: {yaml}");
    // The same loader reads it, as a value of a configuration.
    let inner: String = yaml.lines().map(|line| format!("  {line}\n")).collect();
    let reader = world.repository("reader");
    reader.write(".packit.yaml", format!("tf_extra_params:\n{inner}")).commit("What was shown");
    let shown = reader.packit(&["config", "show", "--json"]).success().json();
    let keys = shown["result"]["packages"][0]["keys"].as_array().unwrap();
    assert_eq!(keys.iter().find(|key| key["key"] == "tf_extra_params").unwrap()["value"], json, "{yaml}");
    // So does the loader of the Python packit, where it is at hand.
    fs_err::write(world.path("out/shown.yaml"), &yaml).unwrap();
    let script = "import json, yaml; print(json.dumps(yaml.safe_load(open('shown.yaml'))))";
    let python = world.command("python3", world.path("out")).args(["-c", script]).output();
    match python.ok().filter(|output| output.status.success()) {
        Some(output) => {
            assert_eq!(serde_json::from_slice::<serde_json::Value>(&output.stdout).unwrap(), json, "{yaml}")
        }
        None => println!("left out: there is no python3 with yaml here"),
    }
    drop(show(&["--yaml", "--json"]).failure(2, &["--json and --yaml exclude each other"]));
}

#[test]
fn the_hook_checks_whatever_is_committed() {
    let text = fs_err::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/.pre-commit-hooks.yaml")).unwrap();
    let entry = text.lines().find_map(|line| line.trim().strip_prefix("entry: packit ")).unwrap();
    assert!(text.contains("always_run: true") && text.contains("pass_filenames: false"));
    let world = World::new();
    let repository = Repository::hello(&world);
    let arguments: Vec<&str> = entry.split(' ').collect();
    drop(repository.packit(&arguments).success());
    repository.append(".packit.yaml", "nope: 1\n");
    repository.packit(&arguments).failure(2, &["nope"]);
    fs_err::remove_file(repository.path(".packit.yaml")).unwrap();
    repository.packit(&arguments).failure(2, &["no packit configuration"]);
    // pre-commit builds packit itself; where that went wrong, nothing else answers to the name.
    assert!(text.contains("language: rust"));
}

#[test]
fn code_hosts_get_paths_from_the_top_of_the_repository() {
    let world = World::new();
    let repository = Repository::hello(&world);
    fs_err::create_dir_all(repository.path("same")).unwrap();
    repository.write("same/a b%ä.yaml", "specfile_pth: ä😀x\n");
    let name = repository.path("same/a b%ä.yaml").display().to_string();
    for (folder, file) in [("", "same/a b%ä.yaml"), ("same", name.as_str()), ("same", "../same/a b%ä.yaml")] {
        let validate = |format: &str| {
            let options = ["-c", file, "config", "validate", "--format", format];
            world.packit(repository.path(folder), &options).failure(2, &[])
        };
        let run = validate("github");
        assert!(run.stdout.contains("::error file=same/a b%25ä.yaml,line=1,"), "{run}");
        let sarif = validate("sarif").json();
        let place = &sarif["runs"][0]["results"][0]["locations"][0]["physicalLocation"];
        assert_eq!(place["artifactLocation"]["uri"], "same/a%20b%25%C3%A4.yaml");
        assert_eq!(sarif["runs"][0]["columnKind"], "unicodeCodePoints");
    }
}

#[test]
fn values_that_load_and_are_of_no_use() {
    let world = World::new();
    let repository = Repository::hello(&world);
    let original = fs_err::read_to_string(repository.path(".packit.yaml")).unwrap();
    for (lines, words, is_error) in [
        ("upstream_tag_template: \"v{version\"\n", &["{version} once", ".packit.yaml:"][..], true),
        ("upstream_tag_template: v1\n", &["{version} once"], true),
        ("upstream_tag_template: \"{version}-{version}\"\n", &["{version} once"], true),
        ("upstream_tag_template: v1\nupstream_ref: main\n", &["{version} once"], false),
        (
            "actions:\n  post-upstream-clone: \"unclosed \\\"quote\"\n",
            &["`post-upstream-clone` cannot be run: a double quote is not closed", ".packit.yaml:"],
            true,
        ),
        ("sources: [{path: foo, url: \"ftp://x/foo\"}]\n", &["packit does not speak `ftp`"], false),
        ("release_suffix: \"{foo}\"\n", &["`{foo}` is no variable"], false),
        ("release_suffix: \"a b\"\n", &["rpm takes no Release"], true),
        (
            "jobs: [{job: copr_build, trigger: commit, targets: [foo, fedora_stable]}]\n",
            &["`fedora_stable` is no target", "did you mean `fedora-stable`?"],
            false,
        ),
    ] {
        repository.write(".packit.yaml", format!("{original}{lines}"));
        let run = check(&repository, &[]);
        let run = if is_error { run.failure(2, words) } else { run.success() };
        for word in words {
            assert!(run.stderr.contains(word), "{lines}: {run}");
        }
        if is_error {
            repository.packit_from_outside(&["srpm"]).failure(2, &[]);
        }
    }
}
