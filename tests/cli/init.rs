//! `packit init` in repositories of many kinds: what it writes is valid, and `packit srpm` can use it.

use crate::support::{Repository, SPEC, Srpm, World};

/// A repository: its name, its files and tags, the options of init, the names of the source packages, words of the configuration.
struct Kind {
    name: &'static str,
    files: &'static [(&'static str, &'static str)],
    tags: &'static [&'static str],
    options: &'static [&'static str],
    packages: &'static [&'static str],
    config: &'static [&'static str],
}

const KINDS: [Kind; 11] = [
    Kind {
        name: "spec-at-the-top",
        files: &[("hello.spec", SPEC)],
        tags: &["1.0", "1.1"],
        options: &[],
        packages: &["hello-1.1"],
        config: &["specfile_path: hello.spec", "upstream_project_url: https://github.com/example/hello\n"],
    },
    Kind {
        name: "cargo",
        files: &[("Cargo.toml", "[package]\nname = \"hello\"\nversion = \"2.0.0\"\n"), ("rpm/hello.spec", SPEC)],
        tags: &["v1.9.0", "v2.0.0"],
        options: &["--job", "copr-build", "--job", "propose-downstream"],
        packages: &["hello-2.0.0"],
        config: &["rpm/hello.spec", "\"v{version}\"", "job: copr_build", "job: propose_downstream"],
    },
    Kind {
        name: "pyproject",
        files: &[(
            "pyproject.toml",
            "[project]\nname = \"hello\"\nversion = \"1.0\"\ndescription = \"Says 100% hello.\"\nlicense = \"MIT\"\n",
        )],
        tags: &["1.2"],
        options: &["--spec-template"],
        packages: &["hello-1.2"],
        config: &["specfile_path: hello.spec"],
    },
    Kind {
        name: "setup.py",
        files: &[
            ("setup.py", "setup(name='hello', version='1.0')\n"),
            ("hello.spec", SPEC),
            ("tests/other.spec", SPEC),
        ],
        tags: &["hello-1.0"],
        options: &["--downstream-name", "python-hello"],
        packages: &["hello-1.0"],
        config: &["\"hello-{version}\"", "downstream_package_name: python-hello"],
    },
    Kind {
        name: "npm",
        files: &[("package.json", "{\"name\": \"@ann/hello\", \"version\": \"3.1.4\"}")],
        tags: &[],
        options: &["--spec-template"],
        packages: &["hello-3.1.4"],
        config: &["specfile_path: hello.spec"],
    },
    Kind {
        name: "go",
        files: &[("go.mod", "module example.com/hello/v2\n")],
        tags: &["v2.3.4"],
        options: &["--spec-template", "--upstream-name", "go-hello"],
        packages: &["go-hello-2.3.4"],
        config: &["upstream_package_name: go-hello", "specfile_path: go-hello.spec"],
    },
    Kind {
        name: "meson",
        files: &[("meson.build", "project('hello', 'c', version: '1.0')\n"), ("packaging/fedora/hello.spec", SPEC)],
        tags: &["release-1.0", "release-1.1"],
        options: &[],
        packages: &["hello-1.1"],
        config: &["packaging/fedora/hello.spec", "\"release-{version}\""],
    },
    Kind {
        name: "autotools",
        files: &[("configure.ac", "AC_INIT([hello], [1.0])\n"), ("hello.spec", SPEC), ("old.spec", SPEC)],
        tags: &["1.0"],
        options: &[],
        packages: &["hello-1.0"],
        config: &["specfile_path: hello.spec"],
    },
    Kind {
        name: "cmake",
        files: &[("CMakeLists.txt", "project(hello VERSION 1.5 DESCRIPTION \"Says hello\")\n")],
        tags: &[],
        options: &["--spec-template"],
        packages: &["hello-1.5"],
        config: &["specfile_path: hello.spec"],
    },
    Kind {
        name: "several",
        files: &[("core/core.spec", SPEC), ("cli/cli.spec", SPEC)],
        tags: &["v1.0"],
        options: &["--spec", "core/core.spec", "--spec", "./cli/cli.spec"],
        packages: &["hello-1.0"],
        config: &["packages:", "specfile_path: core/core.spec", "specfile_path: cli/cli.spec"],
    },
    Kind {
        name: "nothing",
        files: &[("hello.sh", "echo hello\n")],
        tags: &["nightly"],
        options: &["--spec-template"],
        packages: &["hello-0"],
        config: &["specfile_path: hello.spec", "upstream_tag_include: \"\\\\d\""],
    },
];

fn made<'w>(world: &'w World, kind: &Kind) -> Repository<'w> {
    let repository = world.repository(kind.name);
    for (file, text) in kind.files {
        // Packages of one repository have names of their own.
        let name = file.rsplit('/').next().unwrap().trim_end_matches(".spec");
        repository.write(file, if kind.name == "several" { text.replace("hello", name) } else { (*text).to_owned() });
    }
    repository.commit("Import");
    for tag in kind.tags {
        repository.commit("Work").tag(tag);
    }
    repository
}

#[test]
fn what_is_written_is_valid_and_builds() {
    let world = World::new();
    for kind in &KINDS {
        let repository = made(&world, kind);
        let run = repository.packit(&[&["init"], kind.options].concat()).success();
        assert_eq!(run.paths(), [std::path::Path::new(".packit.yaml")], "{run}");
        let text = fs_err::read_to_string(repository.path(".packit.yaml")).unwrap();
        for words in kind.config {
            assert!(text.contains(words), "{}: {words}\n{text}", kind.name);
        }
        drop(repository.packit(&["config", "validate"]).success().silent_on("warning").silent_on("error"));
        repository.commit("Package");
        let run = repository.packit_from_outside(&["srpm"]).success();
        let built: Vec<_> = run.paths().iter().map(|path| Srpm::open(path).query("%{NAME}-%{VERSION}")).collect();
        if kind.name == "several" {
            assert_eq!(built, ["core-1.0", "cli-1.0"]);
        } else {
            assert_eq!(built, kind.packages, "{}", kind.name);
        }
        let ignored = fs_err::read_to_string(repository.path(".gitignore")).unwrap();
        assert_eq!(ignored.matches("prepare_sources_result*/").count(), 1);
    }
}

#[test]
fn a_spec_template_says_what_the_language_says() {
    let world = World::new();
    let repository = made(&world, &KINDS[2]);
    drop(repository.packit(&["init", "--spec-template"]).success());
    let spec = fs_err::read_to_string(repository.path("hello.spec")).unwrap();
    for words in
        ["Summary:        Says 100%% hello\n", "License:        MIT\n", "%pyproject_wheel", "Version:        1.0\n"]
    {
        assert!(spec.contains(words), "{words}\n{spec}");
    }
    assert!(!spec.contains("TODO"));
}

#[test]
fn nothing_is_replaced_without_force() {
    let world = World::new();
    let repository = Repository::hello(&world);
    repository
        .write(".pre-commit-config.yaml", "# ours\nrepos:\n- repo: local\n  hooks: []\n")
        .write("packit.yml", "# first\n");
    fs_err::remove_file(repository.path(".packit.yaml")).unwrap();
    let before = repository.state();
    drop(repository.packit(&["init"]).failure(2, &["packit.yml", "--force"]));
    assert_eq!(repository.state(), before, "nothing is written where it is refused");
    drop(repository.packit(&["init", "--force-precommit", "--without-precommit"]).failure(2, &["exclude each other"]));
    drop(
        repository
            .packit(&["init", "--force", "--tag-template", "{versio}"])
            .failure(2, &["{version}", "--tag-template"]),
    );
    drop(repository.packit(&["init", "--force", "--spec", "../x.spec"]).failure(2, &["../x.spec"]));
    drop(repository.packit(&["init", "--force", "--upstream-name", "a/b"]).failure(2, &["a/b"]));
    assert_eq!(repository.state(), before);

    for _ in 0..2 {
        drop(repository.packit(&["generate", "-f"]).success());
        let hooks = fs_err::read_to_string(repository.path(".pre-commit-config.yaml")).unwrap();
        assert!(hooks.starts_with("# ours\nrepos:\n- repo: local\n  hooks: []\n- repo: local\n"), "{hooks}");
        assert_eq!(hooks.matches("entry: packit config validate").count(), 1);
        assert_eq!(fs_err::read_to_string(repository.path(".gitignore")).unwrap(), "prepare_sources_result*/\n");
    }
    assert!(!repository.path(".packit.yaml").exists(), "the file that is there is written anew");
    assert!(fs_err::read_to_string(repository.path("packit.yml")).unwrap().contains("specfile_path: hello.spec"));
}

#[test]
fn the_hook_is_added_where_it_is_wanted() {
    let world = World::new();
    let repository = Repository::hello(&world);
    drop(repository.packit(&["init", "--force"]).success());
    assert!(!repository.path(".pre-commit-config.yaml").exists());
    drop(repository.packit(&["init", "--force", "--force-precommit"]).success());
    assert!(repository.path(".pre-commit-config.yaml").exists());
    repository.write(".pre-commit-config.yaml", "repos: []\n");
    drop(repository.packit(&["init", "--force", "--without-precommit"]).success());
    let run = repository.packit(&["init", "--force"]).success().told("entry: packit config validate");
    drop(run.told("not added"));
    assert_eq!(fs_err::read_to_string(repository.path(".pre-commit-config.yaml")).unwrap(), "repos: []\n");
}

#[test]
fn what_cannot_be_chosen_is_asked_for() {
    let world = World::new();
    let repository = world.repository("many");
    repository.write("a.spec", SPEC).write("b.spec", SPEC).write("c.txt", "");
    drop(repository.packit(&["init"]).failure(2, &["a.spec, b.spec", "--spec a.spec"]));
    assert!(!repository.path(".packit.yaml").exists());
    fs_err::remove_file(repository.path("a.spec")).unwrap();
    fs_err::remove_file(repository.path("b.spec")).unwrap();
    drop(repository.packit(&["init"]).success().told("packit needs `hello.spec`").told("--spec-template"));
    drop(world.packit(world.path("out"), &["init"]).failure(2, &["git init"]));
    let printed = repository.packit(&["init", "--print", "--tag-template", "r{version}"]).success();
    assert!(printed.stdout.contains("upstream_tag_template: \"r{version}\"\n"), "{printed}");
    let json = repository.packit(&["--json", "init", "--force"]).success().json();
    assert_eq!(json["result"]["written"][0]["path"], ".packit.yaml");
}

#[test]
fn a_name_may_hold_a_blank_and_a_variable_holds_several() {
    let mut world = World::new();
    let folder = world.repository("hello").write("rpm dir/a.spec", SPEC).write("b.spec", SPEC).folder.clone();
    let print = |world: &World, options: &[&str]| {
        world.packit(&folder, &[&["init", "--print"], options].concat()).success().stdout
    };
    let text = print(&world, &["--spec", "rpm dir/a.spec"]);
    assert!(text.contains("specfile_path: \"rpm dir/a.spec\"\n") && !text.contains("packages:"), "{text}");
    world.set("PACKIT_SPEC", "b.spec  c.spec");
    let text = print(&world, &[]);
    assert!(text.contains("specfile_path: b.spec\n") && text.contains("specfile_path: c.spec\n"), "{text}");
    let text = print(&world, &["--spec", "rpm dir/a.spec"]);
    assert!(!text.contains("b.spec"), "the command line counts before the variable: {text}");
}

/// The source packages that `packit srpm` makes of what is committed.
fn built(repository: &Repository<'_>) -> Vec<String> {
    let run = repository.packit_from_outside(&["srpm"]).success();
    run.paths().iter().map(|path| Srpm::open(path).query("%{NAME}-%{VERSION}")).collect()
}

/// Two packages, each with a folder, a spec file and a version of its own.
fn two<'w>(world: &'w World, specs: [&str; 2]) -> Repository<'w> {
    let repository = world.repository("mono");
    for (spec, version) in specs.iter().zip(["0.1", "0.2"]) {
        let name = spec.rsplit('/').next().unwrap().trim_end_matches(".spec");
        repository
            .write(spec, SPEC.replace("hello", name).replace("Version:        0.9", &format!("Version: {version}")));
    }
    repository.commit("Import");
    repository
}

#[test]
fn each_package_has_its_own_tags() {
    for (tags, built_core, built_cli, templates) in [
        (&["core-1.0", "cli-2.0"][..], "core-1.0", "cli-2.0", &["\"core-{version}\"", "\"cli-{version}\""][..]),
        (&["core/v1.0", "cli/v2.0"], "core-1.0", "cli-2.0", &["\"core/v{version}\"", "\"cli/v{version}\""]),
        (&["v1.0", "v1.1"], "core-1.1", "cli-1.1", &["\nupstream_tag_template: \"v{version}\""]),
        (&["core-1.0"], "core-1.0", "cli-0.2", &["\"core-{version}\"", "\"cli-{version}\""]),
    ] {
        let world = World::new();
        let repository = two(&world, ["core/core.spec", "cli/cli.spec"]);
        for tag in tags {
            repository.commit("Work").tag(tag);
        }
        let run = repository.packit(&["init", "--spec", "core/core.spec", "--spec", "cli/cli.spec"]).success();
        assert_eq!(run.stderr.contains("warning: no tag is one of `cli`"), tags.len() == 1, "{run}");
        let text = fs_err::read_to_string(repository.path(".packit.yaml")).unwrap();
        assert!(templates.iter().all(|template| text.contains(template)), "{text}");
        repository.commit("Package");
        assert_eq!(built(&repository), [built_core, built_cli], "{text}");
        // One of them alone does not take the tags of the other.
        drop(repository.packit(&["init", "--force", "--spec", "cli/cli.spec"]).success());
        repository.commit("Package one");
        assert_eq!(built(&repository), [built_cli], "{tags:?}");
    }
}

#[test]
fn two_spec_files_of_one_name_are_two_packages() {
    let world = World::new();
    let repository = two(&world, ["fedora/foo.spec", "epel/foo.spec"]);
    drop(repository.packit(&["init", "--spec", "fedora/foo.spec", "--spec", "epel/foo.spec"]).success());
    let text = fs_err::read_to_string(repository.path(".packit.yaml")).unwrap();
    assert!(text.contains("  fedora-foo:\n") && text.contains("  epel-foo:\n"), "{text}");
    drop(repository.packit(&["config", "validate"]).success().silent_on("warning"));
}

#[test]
fn a_spec_file_is_named_as_people_name_files() {
    let world = World::new();
    let repository = world.repository("hello");
    repository.write("packaging/rpm/hello.spec", SPEC).write("other.spec", SPEC);
    let print = |folder: &str, spec: &str| world.packit(repository.path(folder), &["init", "--print", "--spec", spec]);
    let absolute = repository.path("packaging/rpm/hello.spec").display().to_string();
    for (folder, spec) in [
        ("", "packaging/rpm/hello.spec"),
        ("packaging", "packaging/rpm/hello.spec"),
        ("packaging", "rpm/hello.spec"),
        ("packaging/rpm", "../rpm/./hello.spec"),
        ("", &absolute),
    ] {
        let run = print(folder, spec).success();
        assert!(run.stdout.contains("specfile_path: packaging/rpm/hello.spec\n"), "{folder} {spec}: {run}");
    }
    drop(print("", "packaging").failure(2, &["`packaging` is a folder", "the file in it"]));
    drop(print("", "/etc/hello.spec").failure(2, &["/etc/hello.spec"]));
    drop(print("packaging", "../../x.spec").failure(2, &["../../x.spec"]));
    drop(print("", "new.spec").success().told("warning: there is no spec file: packit needs `new.spec`"));
    drop(
        repository
            .packit(&["init", "--upstream-name", "a b"])
            .failure(2, &["`a b` cannot be a name: it must not hold ` `"]),
    );
}

#[test]
fn a_spec_template_is_written_where_it_is_named() {
    let world = World::new();
    let repository = world.repository("hello");
    repository.write("hello.spec", SPEC);
    let before = repository.state();
    drop(repository.packit(&["init", "--spec", "hello.spec", "--spec-template"]).failure(2, &["`hello.spec` already"]));
    assert_eq!(repository.state(), before);
    drop(repository.packit(&["init", "--spec", "rpm/new.spec", "--spec-template"]).success());
    assert!(fs_err::read_to_string(repository.path("rpm/new.spec")).unwrap().starts_with("Name:           new\n"));
    assert_eq!(fs_err::read_to_string(repository.path("hello.spec")).unwrap(), SPEC);
}

#[test]
fn nothing_is_written_when_something_cannot_be() {
    let world = World::new();
    let repository = world.repository("hello");
    repository.write("hello.spec", SPEC).write(".copr", "");
    let before = repository.state();
    drop(repository.packit(&["init", "--copr-makefile"]).failure(2, &["`.copr/Makefile`", "`.copr` is no folder"]));
    drop(repository.packit(&["init", "--spec", ".copr/a.spec", "--spec-template"]).failure(2, &[".copr/a.spec"]));
    fs_err::create_dir(repository.path(".gitignore")).unwrap();
    drop(repository.packit(&["init"]).failure(2, &["`.gitignore`"]));
    fs_err::remove_dir(repository.path(".gitignore")).unwrap();
    assert_eq!(repository.state(), before);
}

#[test]
fn the_configuration_is_the_file_that_the_user_names() {
    let world = World::new();
    let repository = world.repository("hello");
    repository.write("hello.spec", SPEC).write(".packit.yaml", "# mine\n").write("ci/x", "");
    let run = world.packit(repository.path("ci"), &["-c", "foo.yaml", "init"]).success();
    assert_eq!(run.paths(), [std::path::Path::new("foo.yaml")], "{run}");
    assert_eq!(fs_err::read_to_string(repository.path(".packit.yaml")).unwrap(), "# mine\n");
    drop(repository.packit(&["-c", "ci/foo.yaml", "config", "validate"]).success());
    drop(repository.packit(&["-c", "ci/foo.yaml", "init"]).failure(2, &["ci/foo.yaml", "--force"]));
    drop(repository.packit(&["-c", "../foo.yaml", "init"]).failure(2, &["../foo.yaml"]));
    let printed = repository.packit(&["--json", "-c", "bar.yaml", "init", "--print"]).success().json();
    assert_eq!(printed["result"]["planned"][0]["path"], "bar.yaml");
    assert!(printed["result"]["text"].as_str().unwrap().contains("specfile_path: hello.spec\n"), "{printed}");
    assert!(!repository.path("bar.yaml").exists());
}

#[test]
fn tags_without_periods_are_told() {
    let world = World::new();
    let repository = world.repository("hello");
    repository.write("hello.spec", SPEC).commit("Import").tag("R_1_2_3");
    let run = repository.packit(&["init"]).success().told("warning: the version of the tag `R_1_2_3` is 1_2_3");
    drop(run.told("get-current-version"));
    repository.commit("Package");
    assert_eq!(built(&repository), ["hello-1_2_3"]);
}

#[test]
fn a_spec_template_says_what_is_missing() {
    let world = World::new();
    let template = |name: &str, files: &[(&str, &str)], tag: Option<&str>| {
        let repository = world.repository(name);
        repository.git(&["remote", "remove", "origin"]);
        for (file, text) in files {
            repository.write(file, text);
        }
        repository.commit("Import");
        tag.map(|tag| repository.tag(tag));
        let run = repository.packit(&["init", "--spec-template"]).success();
        let config = fs_err::read_to_string(repository.path(".packit.yaml")).unwrap();
        let spec = config.lines().find_map(|line| line.strip_prefix("specfile_path: ")).unwrap().to_owned();
        let text = fs_err::read_to_string(repository.path(&spec)).unwrap();
        (spec, text, run.stderr)
    };
    let scripts = "[project]\nname = 'py'\nversion = '1.0.0-rc.1'\ndescription = 'd'\nlicense = 'MIT'\n[project.scripts]\nsay = 'a:b'\n";
    let (spec, text, said) = template("folder", &[("pyproject.toml", scripts)], None);
    assert_eq!(spec, "py.spec", "the language names what no remote does");
    assert!(text.contains("Version:        1.0.0~rc.1\n") && text.contains("BuildArch:      noarch\n"), "{text}");
    assert!(text.contains("%files -f %{pyproject_files}\n%{_bindir}/say\n") && !text.contains("TODO"), "{text}{said}");

    let workspace = "[workspace]\nmembers = ['a']\n[workspace.package]\nversion = '0.5.0'\n";
    let (_, text, said) = template("libraries", &[("Cargo.toml", workspace)], None);
    assert!(!text.contains("%{_bindir}") && text.contains("# TODO: what is installed"), "{text}");
    assert!(said.contains("has lines with TODO"), "{said}");
    let main = [("Cargo.toml", "[package]\nname = 'tool'\n"), ("src/main.rs", "")];
    let (_, text, _) = template("program", &main, Some("v1.2.3"));
    assert!(text.contains("\n%files\n%{_bindir}/%{name}\n") && text.contains("Version:        1.2.3\n"), "{text}");

    let (_, text, said) = template("gem", &[("gem.gemspec", "Gem::Specification.new\n")], Some("v0.1.2"));
    assert!(text.contains("Version:        0.1.2\n") && text.contains("%build\n# TODO"), "{text}");
    assert!(said.contains("warning: `gem.spec` does not say how the project is built"), "{said}");
}

#[test]
fn a_spec_file_that_is_made_is_made_by_an_action() {
    let world = World::new();
    let repository = world.repository("hello");
    repository.write("rpm/hello.spec.in", SPEC.replace("Version:        0.9", "Version: @VERSION@")).commit("Import");
    repository.commit("Work").tag("v1.5");
    let run = repository.packit(&["init"]).success().told("found rpm/hello.spec.in");
    drop(
        run.told("warning: there is no spec file `rpm/hello.spec`, but `rpm/hello.spec.in`")
            .told("post-upstream-clone"),
    );
    let text = fs_err::read_to_string(repository.path(".packit.yaml")).unwrap();
    assert!(text.contains("specfile_path: rpm/hello.spec\n"), "{text}");
    repository
        .write(".packit.yaml", text.replace("# actions:", "actions:").replace("#   post", "  post"))
        .commit("Package");
    // What an action makes stays in the checkout.
    let run = world.packit(world.path("out"), &["srpm".as_ref(), repository.folder.as_os_str()]).success();
    assert_eq!(Srpm::open(run.path()).query("%{NAME}-%{VERSION}"), "hello-1.5");
}

#[test]
fn dist_git_is_not_the_project() {
    let world = World::new();
    let repository = world.repository("hello");
    repository.write("hello.spec", SPEC).commit("Import");
    repository.git(&["remote", "set-url", "origin", "https://src.fedoraproject.org/rpms/hello.git"]);
    let run = repository.packit(&["init", "--job", "pull-from-upstream"]).success();
    drop(run.told("upstream_project_url").told("packit pull-from-upstream"));
    let text = fs_err::read_to_string(repository.path(".packit.yaml")).unwrap();
    assert!(!text.contains("src.fedoraproject.org") && text.contains("- job: pull_from_upstream\n"), "{text}");
    drop(repository.packit(&["config", "validate"]).success());
    let question = ("Shall releases of the project be brought here? [y/N] ", "y\n");
    let dialogue = [("The name of the project? [hello] ", "\n"), question];
    let (code, shown) = world.on_terminal(&repository.folder, "init --force", &dialogue);
    assert_eq!(code, Some(0), "{shown}");
}

#[test]
fn without_a_spec_file_the_error_names_init() {
    let world = World::new();
    let repository = world.repository("hello");
    repository.write("a", "").commit("Import");
    drop(repository.packit(&["init"]).success());
    repository.commit("Package");
    drop(repository.packit(&["srpm"]).failure(2, &["packit init --force --spec-template"]));
}

#[test]
fn a_password_of_a_remote_stays_there() {
    let world = World::new();
    let repository = Repository::hello(&world);
    repository.git(&["remote", "set-url", "origin", "https://ann:canary@git.example.com:8443/team/hello.git"]);
    let run = repository.packit(&["init", "--force"]).success().silent_on("canary");
    drop(run.told("https://git.example.com:8443/team/hello"));
    assert!(!fs_err::read_to_string(repository.path(".packit.yaml")).unwrap().contains("canary"));
}

#[test]
fn the_makefile_for_copr_makes_the_source_rpm() {
    let mut world = World::new();
    let folder = Repository::hello(&world).folder;
    fs_err::remove_file(folder.join(".packit.yaml")).unwrap();
    drop(world.packit(&folder, &["init", "--copr-makefile"]).success());
    drop(world.packit(&folder, &["init", "--copr-makefile"]).failure(2, &["--force"]));
    // What Copr calls, with packit on the search path.
    let bin = std::path::Path::new(env!("CARGO_BIN_EXE_packit")).parent().unwrap().display().to_string();
    world.set("PATH", format!("{bin}:{}", std::env::var("PATH").unwrap()));
    let outdir = format!("outdir={}", world.path("out").display());
    let made =
        world.command("make", &folder).args(["-f", ".copr/Makefile", "srpm", &outdir, "spec=hello.spec"]).output();
    let made = made.unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let names: Vec<_> = fs_err::read_dir(world.path("out")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names.len(), 1);
    assert!(names[0].to_string_lossy().ends_with(".src.rpm"), "{names:?}");
}

#[test]
fn the_makefile_for_copr_makes_the_one_that_is_asked_for() {
    let mut world = World::new();
    let folder = two(&world, ["core/core.spec", "cli/cli.spec"]).folder.clone();
    let options = ["init", "--copr-makefile", "--spec", "core/core.spec", "--spec", "cli/cli.spec"];
    drop(world.packit(&folder, &options).success());
    let bin = std::path::Path::new(env!("CARGO_BIN_EXE_packit")).parent().unwrap().display().to_string();
    world.set("PATH", format!("{bin}:{}", std::env::var("PATH").unwrap()));
    let make = |spec: &str| {
        let outdir = format!("outdir={}", world.path("out").display());
        let made = world
            .command("make", &folder)
            .args(["-f", ".copr/Makefile", "srpm", &outdir, &format!("spec={spec}")])
            .output()
            .unwrap();
        let mut names: Vec<_> =
            fs_err::read_dir(world.path("out")).unwrap().map(|entry| entry.unwrap().path()).collect();
        names.sort();
        let built: Vec<_> = names.iter().map(|path| Srpm::open(path).query("%{NAME}")).collect();
        names.iter().for_each(|path| fs_err::remove_file(path).unwrap());
        (made.status.success(), built, String::from_utf8_lossy(&made.stderr).into_owned())
    };
    for (spec, name) in [("core/core.spec", "core"), ("/mnt/workdir/mono/cli/cli.spec", "cli")] {
        let (done, built, said) = make(spec);
        assert!(done && built == [name], "{spec}: {built:?} {said}");
    }
    let (done, built, said) = make("other.spec");
    assert!(
        !done && built.is_empty() && said.contains("names no spec file of the configuration: other.spec"),
        "{said}"
    );
}

#[test]
fn a_terminal_is_asked() {
    let mut world = World::new();
    world.set("TERM", "xterm-256color");
    let repository = world.repository("new");
    repository.write("meson.build", "project('hello')\n");
    let answers = [
        ("Write one to begin with? [y/N] ", "y\n"),
        ("The name of the project? [hello] ", "my hello\n"),
        ("must not hold ` `", ""),
        ("The name of the project? [hello] ", "greeting\n"),
        ("built in Copr? [y/N] ", "my proj\n"),
        ("built in Copr? [y/N] ", "y\n"),
        ("dist-git? [y/N] ", "\n"),
    ];
    let (code, shown) = world.on_terminal(&repository.folder, "init --without-precommit", &answers);
    assert_eq!(code, Some(0), "{shown}");
    let config = fs_err::read_to_string(repository.path(".packit.yaml")).unwrap();
    assert!(config.contains("upstream_package_name: greeting\n") && config.contains("job: copr_build"), "{config}");
    assert!(!config.contains("propose_downstream"), "{config}");
    assert!(repository.path("greeting.spec").is_file());
}

#[test]
fn all_spec_files_are_offered_and_those_that_are_there_taken() {
    let world = World::new();
    let repository = two(&world, ["a.spec", "b.spec"]);
    let question = "Which spec files, with blanks between them? [a.spec b.spec] ";
    let rest = [("in Copr? [y/N] ", "\n"), ("dist-git? [y/N] ", "\n")];
    let (code, shown) = world.on_terminal(&repository.folder, "init", &[&[(question, "\n")], &rest[..]].concat());
    assert_eq!(code, Some(0), "{shown}");
    let text = fs_err::read_to_string(repository.path(".packit.yaml")).unwrap();
    assert!(text.contains("specfile_path: a.spec\n") && text.contains("specfile_path: b.spec\n"), "{text}");
    let answers = [(question, "c.spec\n"), ("there is no file `c.spec`", ""), (question, "b.spec\n")];
    let name = [("name of the project? [hello] ", "\n")];
    let dialogue = [&answers[..], &name[..], &rest[..]].concat();
    let (code, shown) = world.on_terminal(&repository.folder, "init --force", &dialogue);
    assert_eq!(code, Some(0), "{shown}");
    let text = fs_err::read_to_string(repository.path(".packit.yaml")).unwrap();
    assert!(text.contains("specfile_path: b.spec\n") && !text.contains("a.spec"), "{text}");
}

#[test]
fn ctrl_c_and_ctrl_d_are_no_answers() {
    let world = World::new();
    let repository = world.repository("new");
    repository.write("hello.spec", SPEC);
    let before = repository.state();
    for (key, said) in [("\u{3}", "interrupted"), ("half\u{3}", "interrupted"), ("\u{4}", "the input ended")] {
        let (code, shown) = world.on_terminal(&repository.folder, "init", &[("The name of the project? ", key)]);
        assert!(code == Some(130) && shown.contains(said), "{key:?}: {code:?} {shown}");
        assert_eq!(repository.state(), before, "{shown}");
    }
}
