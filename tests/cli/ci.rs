//! packit in a CI: its log, annotations, outputs and summary; and the examples of `docs/ci`, whose commands are run as the CI runs them.

use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::support::{CoprStage, Repository, Run, Script, Srpm, World};

/// Sets what GitHub Actions sets, and gives the file of outputs and that of the summary.
fn github(world: &mut World) -> (PathBuf, PathBuf) {
    let (outputs, summary) = (world.path("outputs"), world.path("summary.md"));
    for file in [&outputs, &summary] {
        fs_err::write(file, "").unwrap();
    }
    world.set("CI", "true");
    world.set("GITHUB_ACTIONS", "true");
    world.set("GITHUB_OUTPUT", &outputs);
    world.set("GITHUB_STEP_SUMMARY", &summary);
    (outputs, summary)
}

fn read(file: impl AsRef<Path>) -> String {
    fs_err::read_to_string(file.as_ref()).unwrap()
}

/// The outputs as GitHub reads them: `NAME=VALUE`, or lines between marks.
fn outputs(file: &Path) -> BTreeMap<String, String> {
    let text = read(file);
    let mut lines = text.lines();
    let mut found = BTreeMap::new();
    while let Some(line) = lines.next() {
        let (name, value) = match line.split_once("<<").filter(|(name, _)| !name.contains('=')) {
            Some((name, mark)) => {
                let value: Vec<&str> = lines.by_ref().take_while(|line| *line != mark).collect();
                (name, value.join("\n"))
            }
            None => line.split_once('=').map(|(name, value)| (name, value.to_owned())).unwrap(),
        };
        found.insert(name.to_owned(), value);
    }
    found
}

/// The commands of a workflow in a log: lines that begin with two colons.
fn commands(run: &Run) -> Vec<&str> {
    run.stderr.split(['\n', '\r']).filter(|line| line.trim_start().starts_with("::") || line.contains("##[")).collect()
}

#[test]
fn results_are_outputs_and_a_summary() {
    let mut world = World::new();
    let (file, summary) = github(&mut world);
    world.set("PACKIT_DOTENV", world.path("packit.env"));
    let repository = Repository::hello(&world);
    let run = repository.packit_from_outside(&["srpm"]).success();
    assert_eq!(commands(&run), [] as [&str; 0]);
    let made = outputs(&file);
    let srpm = run.path();
    assert_eq!(made["srpm"], srpm.display().to_string());
    assert_eq!(made["version"], "1.0.0");
    assert_eq!(made["tag"], "1.0.0");
    assert_eq!(made["commit"].len(), 40);
    assert!(read(&summary).starts_with("### packit srpm: done\n"), "{}", read(&summary));
    assert!(read(&summary).contains("| version | <code>1.0.0</code> |\n"));
    let dotenv = read(world.path("packit.env"));
    assert!(dotenv.contains(&format!("PACKIT_RESULT_SRPM={}\n", srpm.display())), "{dotenv}");

    // A failure is in the summary, and there are no outputs of it.
    fs_err::write(&file, "").unwrap();
    repository.replace(".packit.yaml", "specfile_path: hello.spec", "specfile_path: hallo.spec");
    drop(repository.packit(&["srpm"]).failure(2, &["::error file=.packit.yaml,line=1,col="]));
    assert_eq!(read(&file), "");
    assert!(read(&summary).contains("### packit srpm: failed\n"));
    assert!(read(&summary).contains("* **error**: "), "{}", read(&summary));

    // Nobody finds results that could not be written.
    repository.git(&["checkout", "--quiet", "--", "."]);
    world.set("GITHUB_OUTPUT", "/nonexistent/outputs");
    drop(world.packit(world.path("hello"), &["srpm"]).failure(2, &["/nonexistent/outputs"]));
}

#[test]
fn findings_are_marked_in_files_of_the_repository() {
    let mut world = World::new();
    github(&mut world);
    let repository = Repository::hello(&world);
    repository.append(".packit.yaml", "specfile_pth: x\nupstream_tag_template: \"100%: a,b\"\n");
    fs_err::create_dir(repository.path("below")).unwrap();
    for folder in [repository.path("below"), world.path("out")] {
        let path = if folder.ends_with("out") { repository.folder.clone() } else { folder.clone() };
        let run = world.packit(&folder, &["config".as_ref(), "validate".as_ref(), path.as_os_str()]);
        let run = run.failure(2, &["::error file=.packit.yaml,line=4,col=1::", "did you mean"]);
        for command in commands(&run) {
            assert!(command.starts_with("::error ") || command.starts_with("::error::"), "{command}");
        }
    }
}

#[test]
fn a_summary_says_why_it_failed() {
    let mut world = World::new();
    let (_, summary) = github(&mut world);
    let repository = Repository::hello(&world);
    repository.append(".packit.yaml", "actions:\n  post-upstream-clone: bash -c 'exit 7'\n").commit("Act");
    drop(repository.packit(&["srpm"]).failure(2, &[]));
    assert!(read(&summary).contains("\n  * cause: ") && read(&summary).contains("7"), "{}", read(&summary));

    // What is wrong with each package, not only their names.
    fs_err::write(&summary, "").unwrap();
    let packages = "packages:\n  one:\n    specfile_path: hello.spec\n    downstream_package_name: one\n  two:\n    \
                    specfile_path: missing.spec\n    downstream_package_name: two\n";
    repository.write(".packit.yaml", packages).commit("Two");
    drop(repository.packit(&["srpm"]).failure(6, &[]));
    let text = read(&summary);
    assert!(text.contains("* **error**: two: ") && text.contains("missing.spec"), "{text}");
    assert!(text.contains("1 of 2 packages failed: two"), "{text}");

    fs_err::write(&summary, "").unwrap();
    let path = world.path("bin");
    fs_err::create_dir(&path).unwrap();
    world.set("PATH", &path);
    drop(world.packit(world.path("hello"), &["doctor", "srpm"]).failure(2, &[]));
    assert!(read(&summary).contains("  * cause: rpmbuild: not installed"), "{}", read(&summary));
    world.unset("GITHUB_ACTIONS");
    drop(world.packit(world.path("hello"), &["doctor", "srpm"]).failure(2, &[]).silent_on("not installed"));
}

#[test]
fn findings_of_a_configuration_are_errors_and_told_once() {
    let mut world = World::new();
    let (_, summary) = github(&mut world);
    let repository = Repository::hello(&world);
    repository.append(".packit.yaml", "specfile_pth: x\n");
    for options in [&[][..], &["--format", "github"], &["--format", "sarif"]] {
        fs_err::write(&summary, "").unwrap();
        let run = repository.packit(&[&["config", "validate"], options].concat()).failure(2, &["1 problem"]);
        let marks: Vec<&str> = run.stdout.lines().chain(run.stderr.lines()).filter(|l| l.starts_with("::")).collect();
        let expected = usize::from(!options.contains(&"sarif"));
        assert_eq!(marks.len(), expected, "{run}");
        assert!(marks.iter().all(|mark| mark.starts_with("::error file=.packit.yaml,line=")), "{run}");
        let text = read(&summary);
        assert!(text.contains("* **error**: .packit.yaml:") && text.contains("specfile&#95;pth"), "{text}");
        assert!(!text.contains("warning"), "{text}");
    }
}

#[test]
fn marks_stand_where_the_file_is_known() {
    let mut world = World::new();
    github(&mut world);
    let repository = Repository::hello(&world);
    let spec = read(repository.path("hello.spec"));
    let name = 1 + spec.lines().position(|line| line.starts_with("Name:")).unwrap();
    for tag in ["Version:", "Release:", "License:"] {
        let without: Vec<&str> = spec.lines().filter(|line| !line.starts_with(tag)).collect();
        repository.write("hello.spec", &(without.join("\n") + "\n"));
        let run = repository.packit(&["srpm"]).failure(2, &[&format!("::error file=hello.spec,line={name},col=1::")]);
        assert!(run.stderr.contains(tag.trim_end_matches(':')), "{run}");
    }
    repository.write("hello.spec", &spec);
    repository.append(".packit.yaml", "upstream_tag_template: v{version}{other}\n");
    drop(repository.packit(&["srpm"]).failure(2, &["::error file=.packit.yaml,line="]));

    let run = repository.packit(&["srpm", "--nope"]).failure(2, &[]);
    assert!(matches!(commands(&run)[..], [one] if one.starts_with("::error::unexpected argument")), "{run}");
    let run = repository.packit(&["srpm", "--nope", "--no-ci"]).failure(2, &[]);
    assert_eq!(commands(&run), [] as [&str; 0]);
    assert_eq!(commands(&repository.packit(&["--help"]).success()), [] as [&str; 0]);
    assert_eq!(commands(&repository.packit(&["build"])), [] as [&str; 0]);
}

#[test]
fn lines_of_packages_side_by_side_are_not_folded_one_by_one() {
    let mut world = World::new();
    github(&mut world);
    let repository = Repository::hello(&world);
    let spec = "%(for i in 1 2 3 4; do echo said $i >&2; sleep 0.2; done)\nVersion: 1\nRelease: 1\nSummary: x\nLicense: MIT\n\
                Source0: %{name}-%{version}.tar.gz\n%description\nx\n%prep\n%autosetup\n";
    let names = ["one", "two", "three"];
    for name in names {
        repository.write(&format!("{name}.spec"), format!("Name: {name}\n{spec}"));
    }
    let package = |name: &str| format!("  {name}:\n    specfile_path: {name}.spec\n");
    repository.write(".packit.yaml", format!("packages:\n{}", names.map(package).concat())).commit("Three");
    let run = repository.packit(&["srpm"]).success();
    assert!(run.stderr.matches("said ").count() >= 12, "{run}");
    assert!(commands(&run).iter().filter(|line| line.starts_with("::group::")).count() <= 3, "{run}");
    assert_eq!(run.stderr.matches("::group::").count(), run.stderr.matches("::endgroup::").count(), "{run}");
}

#[test]
fn what_commands_say_is_folded_and_is_no_command() {
    let mut world = World::new();
    let (file, _) = github(&mut world);
    let repository = Repository::hello(&world);
    repository.write(
        "say",
        "#!/bin/sh\necho '::add-mask::x'\nprintf '  ::error::no\\r::stop-commands::x\\n'\necho '##[group]no'\n",
    );
    fs_err::set_permissions(repository.path("say"), std::fs::Permissions::from_mode(0o755)).unwrap();
    repository
        .append(".packit.yaml", "actions:\n  post-upstream-clone: ./say\n  post-modifications: ./say\n")
        .commit("Act");
    let run = repository.srpm(&[]).success();
    assert_eq!(
        commands(&run),
        ["::group::action post-upstream-clone", "::endgroup::", "::group::action post-modifications", "::endgroup::"],
        "{run}"
    );
    assert!(run.stderr.contains("add-mask"), "{run}");

    // A tag whose name is a command, and an error that holds it.
    world.set("PACKIT_PACKAGE", "x\n::add-mask::y%0A");
    let run = world.packit(world.path("hello"), &["srpm"]);
    assert_eq!(run.code, Some(2), "{run}");
    assert!(commands(&run).iter().all(|line| line.starts_with("::error")), "{run}");
    drop(fs_err::write(&file, ""));
    world.unset("PACKIT_PACKAGE");

    world.unset("GITHUB_ACTIONS");
    world.set("GITLAB_CI", "true");
    let run = world.packit(world.path("hello"), &["srpm"]).success();
    assert!(run.stderr.contains("\u{1b}[0Ksection_start:0:packit_1[collapsed=true]\r\u{1b}[0Kaction post-up"), "{run}");
    assert_eq!(run.stderr.matches("section_start:").count(), 2, "{run}");
    assert_eq!(run.stderr.matches("section_end:").count(), 2, "{run}");
}

#[test]
fn the_ci_is_forced_and_refused() {
    let mut world = World::new();
    let folder = Repository::hello(&world).folder;
    Repository::at(&world, folder.clone()).append(".packit.yaml", "nope: 1\n");
    drop(world.packit(&folder, &["srpm", "--ci"]).silent_on("::error"));
    github(&mut world);
    drop(world.packit(&folder, &["srpm"]).told("::error file=.packit.yaml"));
    drop(world.packit(&folder, &["--no-ci", "srpm"]).silent_on("::error"));
    drop(world.packit(&folder, &["srpm", "--no-ci"]).silent_on("::error"));
    world.set("PACKIT_CI", "no");
    drop(world.packit(&folder, &["srpm"]).silent_on("::error"));
    drop(world.packit(&folder, &["srpm", "--ci"]).told("::error file=.packit.yaml"));
}

/// What stands in a document of YAML.
fn yaml(file: &str) -> Value {
    serde_yaml::from_str(&read(Path::new(env!("CARGO_MANIFEST_DIR")).join(file))).unwrap()
}

/// A Copr and a checkout of the example as a CI makes it, with `packit` on the search path and a `dnf` that installs nothing.
fn stage() -> (CoprStage, PathBuf) {
    let mut stage = CoprStage::new();
    stage.copr.every_script(Script::new().every_chroot(&["succeeded"]));
    let hello = stage.hello().folder;
    let checkout = stage.world.path("checkout");
    let repository = Repository::at(&stage.world, hello);
    repository.git(&["clone", "--quiet", ".", &checkout.display().to_string()]);
    Repository::at(&stage.world, checkout.clone()).git(&["checkout", "--quiet", "--detach"]);
    let bin = stage.world.path("bin");
    fs_err::create_dir(&bin).unwrap();
    fs_err::write(bin.join("dnf"), "#!/bin/sh\n").unwrap();
    fs_err::set_permissions(bin.join("dnf"), std::fs::Permissions::from_mode(0o755)).unwrap();
    let packit = Path::new(env!("CARGO_BIN_EXE_packit")).parent().unwrap();
    let path = format!("{}:{}:{}", bin.display(), packit.display(), std::env::var("PATH").unwrap());
    stage.world.set("PATH", path);
    stage.world.set("CI", "true");
    stage.world.set("PACKIT_POLL_INTERVAL", "0.1");
    (stage, checkout)
}

/// Runs the commands of a step, as both services do.
fn step(world: &World, folder: &Path, commands: &str, variables: &BTreeMap<String, String>) -> Run {
    let mut command = world.command("bash", folder);
    let output = command.args(["-e", "-o", "pipefail", "-c", commands]).envs(variables).output().unwrap();
    Run::new(output, &world.path("")).success()
}

#[test]
fn the_example_for_github_works() {
    let (mut stage, checkout) = stage();
    let (file, summary) = github(&mut stage.world);
    stage.world.set("GITHUB_WORKSPACE", &checkout);
    stage.world.set("RUNNER_TEMP", stage.world.path("tmp"));
    stage.world.set("GITHUB_REF_NAME", "main");
    stage.world.set("GITHUB_REF_TYPE", "branch");
    let secret = read(stage.world.path("home/.config/copr"));
    fs_err::remove_file(stage.world.path("home/.config/copr")).unwrap();
    let workflow = yaml("docs/ci/github.yml");
    let mut known: BTreeMap<String, String> = [("secrets.COPR_CONFIG".to_owned(), secret)].into();
    let filled = |text: &str, known: &BTreeMap<String, String>| {
        let mut text = text.to_owned();
        while let Some((before, rest)) = text.clone().split_once("${{ ") {
            let (name, after) = rest.split_once(" }}").unwrap();
            text = format!("{before}{}{after}", known.get(name).unwrap_or_else(|| panic!("{name} is not known")));
        }
        text
    };
    let mut log = String::new();
    for now in workflow["jobs"]["srpm"]["steps"].as_array().unwrap() {
        // What is given to the actions of others must be known, too.
        let with = now["with"].as_object().into_iter().flatten();
        with.filter_map(|(_, value)| value.as_str()).for_each(|value| drop(filled(value, &known)));
        let Some(commands) = now["run"].as_str() else { continue };
        let variables = now["env"].as_object().into_iter().flatten();
        let variables = variables.map(|(name, value)| (name.clone(), filled(value.as_str().unwrap(), &known)));
        fs_err::write(&file, "").unwrap();
        log += &step(&stage.world, &checkout, commands, &variables.collect()).stderr;
        if let Some(id) = now["id"].as_str() {
            known.extend(outputs(&file).into_iter().map(|(name, value)| (format!("steps.{id}.outputs.{name}"), value)));
        }
    }
    let srpm = &known["steps.packit.outputs.srpm"];
    assert_eq!(Srpm::open(srpm).version(), "1.0.0");
    assert!(Srpm::open(srpm).query("%{RELEASE}").contains(".main."), "{srpm}");
    assert!(log.contains("comes from GITHUB_REF_NAME"), "{log}");
    assert_eq!(known["steps.copr.outputs.build_id"], "1");
    assert!(known["steps.copr.outputs.build_url"].starts_with("http://"));
    assert!(read(&summary).contains("### packit srpm: done\n") && read(&summary).contains("| build_url | <a href="));
}

#[test]
fn the_example_for_gitlab_works() {
    let (mut stage, checkout) = stage();
    stage.world.set("GITLAB_CI", "true");
    stage.world.set("CI_PROJECT_DIR", &checkout);
    stage.world.set("CI_COMMIT_BRANCH", "main");
    stage.world.set("COPR_CONFIG", stage.world.path("home/.config/copr"));
    let pipeline = yaml("docs/ci/gitlab.yml");
    let before = pipeline["default"]["before_script"].as_array().unwrap();
    // What the job before has left in its report.
    let mut handed: BTreeMap<String, String> = BTreeMap::new();
    let mut shown = String::new();
    for job in ["srpm", "copr"] {
        let job = &pipeline[job];
        assert!(pipeline["stages"].as_array().unwrap().contains(&job["stage"]));
        let mut variables = handed.clone();
        for (name, value) in job["variables"].as_object().into_iter().flatten() {
            variables.insert(name.clone(), value.as_str().unwrap().to_owned());
        }
        let lines = before.iter().chain(job["script"].as_array().unwrap()).map(|line| line.as_str().unwrap());
        let run = step(&stage.world, &checkout, &lines.collect::<Vec<_>>().join("\n"), &variables);
        shown += &(run.stdout + &run.stderr);
        if let Some(report) = job["artifacts"]["reports"]["dotenv"].as_str() {
            let text = read(checkout.join(report));
            handed.extend(text.lines().map(|line| line.split_once('=').unwrap()).map(|(k, v)| (k.into(), v.into())));
        }
    }
    assert_eq!(handed["PACKIT_RESULT_VERSION"], "1.0.0");
    assert!(handed["PACKIT_RESULT_RELEASE"].contains(".main."), "{handed:?}");
    for words in ["comes from CI_COMMIT_BRANCH", "building hello 1.0.0\n", "Build id: 1, "] {
        assert!(shown.contains(words), "{words}: {shown}");
    }
}

/// The example, with an action that takes its time, at a commit that is checked out as a CI does it.
fn detached(world: &World) -> Repository<'_> {
    let repository = Repository::hello(world);
    repository
        .append(".packit.yaml", "actions:\n  post-upstream-clone: bash -c 'echo said; sleep 0.5'\n")
        .commit("Act");
    repository.git(&["checkout", "--quiet", "--detach"]);
    repository
}

#[test]
fn services_without_commands_and_files_of_their_own() {
    for (variables, source) in [
        (&[("ZUUL_UUID", "1"), ("ZUUL_BRANCH", "my-branch")][..], "ZUUL_BRANCH"),
        (
            &[
                ("JENKINS_URL", "https://ci/"),
                ("BUILD_ID", "7"),
                ("BRANCH_NAME", "PR-7"),
                ("CHANGE_BRANCH", "my-branch"),
                ("GIT_BRANCH", "origin/PR-7"),
            ],
            "CHANGE_BRANCH",
        ),
        (&[("JENKINS_URL", "https://ci/"), ("BUILD_ID", "7"), ("GIT_BRANCH", "origin/my-branch")], "GIT_BRANCH"),
    ] {
        let mut world = World::new();
        // What another service would have is not taken for its own.
        let (outputs, summary) = github(&mut world);
        world.unset("GITHUB_ACTIONS");
        world.unset("CI");
        variables.iter().for_each(|(name, value)| world.set(name, value));
        let repository = detached(&world);
        let run = repository.packit_from_outside(&["srpm"]).success();
        let branch = format!("HEAD is detached; the branch `my-branch` in the Release comes from {source}");
        let run = run.told(&branch).silent_on("::").silent_on("section_");
        assert!(Srpm::open(run.path()).query("%{RELEASE}").contains(".my.branch."), "{run}");
        assert_eq!((read(&outputs), read(&summary)), (String::new(), String::new()));
    }
}

#[test]
fn the_branch_of_services_that_are_only_asked_for_it() {
    for (variables, source) in [
        // A change in Woodpecker.
        (&[("CI_COMMIT_BRANCH", "main"), ("CI_COMMIT_SOURCE_BRANCH", "my-branch")][..], "CI_COMMIT_SOURCE_BRANCH"),
        (&[("TF_BUILD", "True"), ("BUILD_SOURCEBRANCH", "refs/heads/my-branch")], "BUILD_SOURCEBRANCH"),
    ] {
        let mut world = World::new();
        variables.iter().for_each(|(name, value)| world.set(name, value));
        let run = detached(&world).packit_from_outside(&["srpm"]).success();
        drop(run.told(&format!("the branch `my-branch` in the Release comes from {source}")));
    }
}

#[test]
fn forgejo_takes_what_github_takes() {
    let mut world = World::new();
    let (file, summary) = github(&mut world);
    world.unset("GITHUB_ACTIONS");
    world.set("FORGEJO_ACTIONS", "true");
    world.set("GITHUB_REF_NAME", "my-branch");
    world.set("GITHUB_REF_TYPE", "branch");
    let run = detached(&world).packit_from_outside(&["srpm"]).success();
    assert_eq!(commands(&run), ["::group::action post-upstream-clone", "::endgroup::"]);
    assert!(outputs(&file)["release"].contains(".my.branch."));
    assert!(read(&summary).starts_with("### packit srpm: done\n"));
}

#[test]
fn no_lines_move_in_a_ci() {
    let mut world = World::new();
    let folder = detached(&world).folder;
    let moves = |world: &World, options: &str| {
        let packit = env!("CARGO_BIN_EXE_packit");
        let line = format!("{packit} {options} srpm --output x.src.rpm {}", folder.display());
        let mut command = world.command("script", world.path("out"));
        let output = command.args(["--quiet", "--return", "--command", &line, "/dev/null"]).output().unwrap();
        let shown = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success() && shown.contains("said"), "{shown}");
        shown.contains("\u{1b}[2K")
    };
    world.set("TERM", "xterm");
    assert!(moves(&world, ""));
    assert!(!moves(&world, "--ci"));
    for (name, value) in [("ZUUL_UUID", "1"), ("GITLAB_CI", "true"), ("GITHUB_ACTIONS", "true"), ("CI", "true")] {
        world.set(name, value);
        assert!(!moves(&world, ""), "{name}");
        world.unset(name);
    }
    world.set("JENKINS_URL", "https://ci/");
    world.set("BUILD_ID", "7");
    assert!(!moves(&world, ""));
    assert!(moves(&world, "--no-ci"));
}
