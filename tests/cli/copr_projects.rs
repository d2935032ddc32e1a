//! The project in Copr: its name, its settings, who may change it, and what the configuration says of it.

use std::time::Duration;

use serde_json::json;

use super::support::{Answer, CoprStage, Fault, Server, THREE};

const JOB: &str = "jobs:\n- job: copr_build\n  trigger: pull_request\n";

/// A project with settings unlike those of a new one.
fn unusual(stage: &CoprStage, owner: &str) {
    let copr = &stage.copr;
    copr.add_project(owner, "p1", &["epel-9-x86_64", "fedora-43-x86_64"]);
    for (field, value) in [
        ("description", json!("Mine, all mine")),
        ("instructions", json!("dnf copr enable")),
        ("homepage", json!("https://example.test/")),
        ("contact", json!("ann@example.test")),
        ("unlisted_on_hp", json!(true)),
        ("module_hotfixes", json!(true)),
        ("devel_mode", json!(true)),
        ("enable_net", json!(true)),
        ("bootstrap", json!("image")),
        ("isolation", json!("nspawn")),
        ("additional_repos", json!(["https://example.test/repo/", "copr://a/b"])),
        ("follow_fedora_branching", json!(true)),
    ] {
        copr.set(owner, "p1", field, value);
    }
}

#[test]
fn a_project_stays_as_it_is() {
    let stage = CoprStage::new();
    unusual(&stage, "alice");
    let before = stage.copr.project("alice", "p1").to_string();
    stage.build(&["--project", "p1", "--targets", "epel-9-x86_64"]).success();
    assert_eq!(stage.copr.project("alice", "p1").to_string(), before);
    assert_eq!(stage.copr.writes(), ["POST /api_3/build/check-before-build", "POST /api_3/build/create/upload"]);
    // What it has already is no change either.
    stage
        .build(&[
            "--project",
            "p1",
            "--targets",
            "epel-9-x86_64",
            "--no-wait",
            "--no-list-on-homepage",
            "--module-hotfixes",
            "--bootstrap",
            "image",
            "--description",
            "Mine, all mine ",
            "--additional-repos",
            "copr://a/b,https://example.test/repo/",
        ])
        .success();
    assert_eq!(stage.copr.project("alice", "p1").to_string(), before);
}

#[test]
fn what_is_named_is_changed_and_told() {
    let stage = CoprStage::new();
    unusual(&stage, "alice");
    let before = stage.copr.project("alice", "p1");
    stage
        .build(&[
            "--project", "p1", "--targets", "epel-10-x86_64", "--no-wait", "--list-on-homepage", "--no-module-hotfixes",
            "--instructions", "Other ones", "--additional-repos", "", "--preserve-project",
        ])
        .success()
        .told("alice/p1: chroots = [\"epel-10-x86_64\",\"epel-9-x86_64\",\"fedora-43-x86_64\"] (was [\"epel-9-x86_64\",\"fedora-43-x86_64\"])")
        .told("alice/p1: unlisted_on_hp = false (was true)")
        .told("alice/p1: module_hotfixes = false (was true)")
        .told("alice/p1: instructions = \"Other ones\" (was \"dnf copr enable\")")
        .told("alice/p1: additional_repos = [] (was [")
        .told("alice/p1: delete_after_days = -1\n")
        .silent_on("bootstrap");
    let sent = stage.sent("PUT", "/api_3/project/edit/alice/p1");
    let mut keys: Vec<_> = sent.as_object().unwrap().keys().cloned().collect();
    keys.sort();
    assert_eq!(keys, ["chroots", "delete_after_days", "instructions", "module_hotfixes", "repos", "unlisted_on_hp"]);
    let after = stage.copr.project("alice", "p1");
    for field in ["description", "bootstrap", "isolation", "enable_net", "contact", "homepage", "devel_mode", "hidden"]
    {
        assert_eq!(after[field], before[field], "{field}");
    }
    assert_eq!((&after["additional_repos"], &after["delete_after_days"]), (&json!([]), &json!(-1)));
    // The last one given counts.
    stage
        .build(&[
            "--project",
            "p1",
            "--targets",
            "epel-9-x86_64",
            "--no-wait",
            "--list-on-homepage",
            "--no-list-on-homepage",
        ])
        .success();
    assert_eq!(stage.copr.project("alice", "p1")["unlisted_on_hp"], true);
}

#[test]
fn a_project_that_is_to_be_left_alone() {
    let stage = CoprStage::new();
    unusual(&stage, "alice");
    let before = stage.copr.project("alice", "p1");
    let build = |rest: &[&str]| stage.build(&[&["--project", "p1", "--no-edit-project", "--no-wait"], rest].concat());
    build(&["--targets", "epel-9-x86_64", "--description", "x"]).success().told("is left as it is: --no-edit-project");
    build(&["--targets", "epel-9-x86_64,epel-10-x86_64"])
        .failure(2, &["`alice/p1` is not enabled for epel-10-x86_64", "without --no-edit-project"])
        .silent_on("version 1.0.0");
    assert_eq!(stage.copr.project("alice", "p1"), before);
}

#[test]
fn a_new_project() {
    let stage = CoprStage::new();
    stage
        .build(&["--targets", THREE, "--no-wait"])
        .success()
        .told("making the Copr project alice/packit-cli-hello-main");
    let project = stage.copr.project("alice", "packit-cli-hello-main");
    for (field, value) in [
        ("unlisted_on_hp", json!(true)),
        ("module_hotfixes", json!(false)),
        ("follow_fedora_branching", json!(false)),
        ("delete_after_days", json!(60)),
        ("contact", json!("https://github.com/example/hello.git")),
        ("description", json!("Builds made with packit from https://github.com/example/hello.git")),
    ] {
        assert_eq!(project[field], value, "{project:#}");
    }
    stage
        .build(&[
            "--project",
            "p2",
            "--targets",
            THREE,
            "--no-wait",
            "--preserve-project",
            "--description",
            "d",
            "--instructions",
            "i",
            "--list-on-homepage",
            "--module-hotfixes",
            "--bootstrap",
            "on",
            "--additional-repos",
            "https://example.test/r/ , copr://a/b",
        ])
        .success();
    let project = stage.copr.project("alice", "p2");
    for (field, value) in [
        ("unlisted_on_hp", json!(false)),
        ("module_hotfixes", json!(true)),
        ("delete_after_days", json!(-1)),
        ("description", json!("d")),
        ("instructions", json!("i")),
        ("bootstrap", json!("on")),
        ("additional_repos", json!(["https://example.test/r/", "copr://a/b"])),
    ] {
        assert_eq!(project[field], value, "{project:#}");
    }
}

#[test]
fn names_that_are_made() {
    let stage = CoprStage::new();
    let hello = stage.hello();
    let name = || {
        stage.build(&["--targets", "epel-9-x86_64", "--no-wait"]).success();
        stage.sent_build()["projectname"].as_str().unwrap().to_owned()
    };
    hello.git(&["checkout", "-q", "-b", "feature/new+thing"]);
    assert_eq!(name(), "packit-cli-hello-feature-new-thing");
    hello.git(&["checkout", "-q", "--detach"]);
    assert_eq!(name(), format!("packit-cli-hello-{}", hello.short(40)));
    // Two long ones that begin alike stay two.
    let mut names = Vec::new();
    for end in ["a", "b"] {
        hello.git(&["checkout", "-q", "-b", &format!("{}{end}", "long".repeat(30))]);
        names.push(name());
    }
    assert!(names.iter().all(|name| name.len() == 100) && names[0] != names[1], "{names:?}");
}

#[test]
fn names_that_cannot_be() {
    let stage = CoprStage::new();
    let long = "x".repeat(101);
    for (name, words) in [
        ("12345", "it is only a number"),
        ("a b", "it contains ` `"),
        ("a/b", "it contains `/`"),
        ("ä", "it contains `ä`"),
        (long.as_str(), "it has 101 characters, 100 are allowed"),
    ] {
        stage
            .build(&["--project", name])
            .failure(2, &["cannot be the name of a Copr project", words, "--project NAME"]);
    }
    for owner in ["a/b", "@", "..", "a?b", "a b", "@a@b"] {
        stage.build(&["--owner", owner]).failure(2, &["cannot be the owner of a Copr project"]);
    }
    assert!(stage.copr.writes().is_empty());
}

#[test]
fn owners() {
    let stage = CoprStage::new();
    let build =
        |rest: &[&str]| stage.build(&[&["--project", "p1", "--targets", "epel-9-x86_64", "--no-wait"], rest].concat());
    build(&["--owner", "@testers"]).success();
    assert_eq!(stage.sent_build()["ownername"], "@testers");
    assert!(!stage.copr.project("@testers", "p1").is_null());
    build(&["--owner", "@nobody"])
        .failure(3, &["Group nobody does not exist", "check --owner"])
        .silent_on("version 1.0.0");
    build(&["--owner", "bob"])
        .failure(3, &["`alice` cannot make projects of `bob`", "--owner alice", "--owner @GROUP"])
        .silent_on("version 1.0.0");
    // Without `username` the server says who it is.
    let config = stage.copr.config("alice").replace("username = alice\n", "");
    fs_err::write(stage.world.path("home/.config/copr"), config).unwrap();
    build(&[]).success();
    assert_eq!(stage.sent_build()["ownername"], "alice");
}

#[test]
fn targets_that_copr_does_not_have() {
    let stage = CoprStage::new();
    stage
        .build(&["--targets", "fedora-34-x86_64,epel-9-x68_64,epel-9"])
        .failure(
            2,
            &["does not build for `fedora-34-x86_64`", "`epel-9-x68_64`", "did you mean `epel-9-x86_64`?", "fedora-4"],
        )
        .silent_on("version 1.0.0");
    assert!(stage.copr.writes().is_empty());
    // A name that only the server knows.
    stage.copr.set_chroots(&["mageia-cauldron-x86_64", "fedora-rawhide-x86_64"]);
    stage.build(&["--targets", "mageia-cauldron-x86_64", "--no-wait"]).success();
    stage.build(&["--targets", "mageia-cauldron", "--no-wait"]).success();
    stage.build(&["--no-wait"]).success();
    assert_eq!(stage.sent_build()["chroots"], json!(["fedora-rawhide-x86_64"]));
}

#[test]
fn somebody_elses_project() {
    let stage = CoprStage::of("bob");
    unusual(&stage, "alice");
    let before = stage.copr.project("alice", "p1");
    let build = |rest: &[&str]| stage.build(&[&["--owner", "alice", "--project", "p1", "--no-wait"], rest].concat());
    let epel = ["--targets", "epel-9-x86_64"];
    build(&epel)
        .failure(3, &["alice/p1", "ask for the permission to build on the project's page"])
        .silent_on("version 1.0.0");
    stage.copr.permit("alice", "p1", "bob", "builder", "approved");
    build(&epel).success();
    // He may build, but not change it: that is found out before anything is built.
    let more = ["--targets", "epel-9-x86_64,epel-10-x86_64", "--description", "x"];
    let hints = [
        "`bob` may not change `alice/p1`",
        "to be changed: chroots, description",
        "--request-admin-if-needed",
        "--no-edit-project",
        "coprs/alice/p1/permissions/",
    ];
    build(&more).failure(3, &hints).silent_on("version 1.0.0");
    let count = stage.copr.builds().len();
    build(&[&more[..], &["--request-admin-if-needed"]].concat())
        .failure(3, &["the administrators of `alice/p1` are asked to let you change it", "run the command again"]);
    let mut after = stage.copr.project("alice", "p1");
    assert_eq!(after["permissions"]["bob"]["admin"], "request");
    after["permissions"] = json!({ "bob": { "builder": "approved" } });
    let mut expected = before;
    expected["permissions"] = after["permissions"].clone();
    assert_eq!((after, stage.copr.builds().len()), (expected, count));
    stage.copr.permit("alice", "p1", "bob", "admin", "approved");
    build(&[&more[..], &["--request-admin-if-needed"]].concat()).success();
    assert_eq!(stage.copr.project("alice", "p1")["description"], "x");
}

#[test]
fn settings_of_the_job() {
    let stage = CoprStage::new();
    let config = format!(
        "{JOB}  owner: somebody\n  project: of-the-job\n  targets: [epel-9, fedora-43-x86_64]\n  enable_net: true\n  timeout: 600\n  \
         list_on_homepage: true\n  preserve_project: true\n  additional_repos: [copr://a/b]\n  bootstrap: 'off'\n  module_hotfixes: true\n"
    );
    stage.hello_with(&config);
    stage
        .build(&["--no-wait"])
        .success()
        .told("as in job 0 of the configuration (copr_build on pull_request)")
        .told("targets, project, list_on_homepage, additional_repos, bootstrap, module_hotfixes, preserve_project, enable_net, timeout")
        .told("the project of `somebody`, which the job names, is not used")
        .told("--owner somebody");
    let sent = stage.sent_build();
    assert_eq!(sent["chroots"], json!(["epel-9-x86_64", "fedora-43-x86_64"]));
    assert_eq!(
        (&sent["projectname"], &sent["enable_net"], &sent["timeout"]),
        (&json!("of-the-job"), &json!(true), &json!(600))
    );
    let project = stage.copr.project("alice", "of-the-job");
    for (field, value) in [
        ("unlisted_on_hp", json!(false)),
        ("delete_after_days", json!(-1)),
        ("bootstrap", json!("off")),
        ("module_hotfixes", json!(true)),
        ("additional_repos", json!(["copr://a/b"])),
    ] {
        assert_eq!(project[field], value, "{project:#}");
    }
    // The command line counts more; what it names is not told of.
    stage
        .build(&[
            "--no-wait",
            "--project",
            "p2",
            "--targets",
            "epel-8-x86_64",
            "--disable-net",
            "--build-timeout",
            "60",
        ])
        .success()
        .silent_on("targets,");
    let sent = stage.sent_build();
    assert_eq!(
        (&sent["chroots"], &sent["enable_net"], &sent["timeout"]),
        (&json!(["epel-8-x86_64"]), &json!(false), &json!(60))
    );
}

#[test]
fn one_of_several_jobs() {
    let stage = CoprStage::new();
    let config = format!(
        "{JOB}  project: first\n  targets: [epel-8-x86_64]\n- job: tests\n  trigger: pull_request\n  targets: [epel-8-x86_64]\n\
         - job: copr_build\n  trigger: release\n  project: third\n  targets: [epel-10-x86_64]\n"
    );
    stage.hello_with(&config);
    stage
        .build(&["--no-wait"])
        .success()
        .told("jobs name different projects of Copr: `first`, `third`; the first counts")
        .told("--job-config-index N");
    assert_eq!(
        (&stage.sent_build()["projectname"], &stage.sent_build()["chroots"]),
        (&json!("first"), &json!(["epel-8-x86_64"]))
    );
    stage
        .build(&["--no-wait", "--job-config-index", "2"])
        .success()
        .told("job 2 of the configuration (copr_build on release)");
    assert_eq!(
        (&stage.sent_build()["projectname"], &stage.sent_build()["chroots"]),
        (&json!("third"), &json!(["epel-10-x86_64"]))
    );
    stage.build(&["--job-config-index", "1"]).failure(2, &["job 1 is a `tests`, not a `copr_build`"]);
    stage.build(&["--job-config-index", "3"]).failure(2, &["there is no job 3: the configuration has 3"]);
    assert_eq!(stage.copr.builds().len(), 2);
}

#[test]
fn settings_of_single_chroots() {
    let stage = CoprStage::new();
    let config = format!(
        "{JOB}  project: p1\n  targets:\n    epel-9-x86_64:\n      additional_packages: [make, gcc]\n      additional_repos: [copr://a/b]\n      \
         additional_modules: nodejs:18, perl:5\n      with_opts: [check]\n      without_opts: [docs]\n    epel-10: {{}}\n"
    );
    stage.hello_with(&config);
    stage
        .build(&["--no-wait"])
        .success()
        .told("alice/p1, epel-9-x86_64: additional_packages = [\"make\",\"gcc\"] (was [])")
        .told("alice/p1, epel-9-x86_64: without_opts = [\"docs\"]");
    let chroots = stage.copr.project("alice", "p1")["chroots"].clone();
    for (field, value) in [
        ("additional_packages", json!(["make", "gcc"])),
        ("additional_repos", json!(["copr://a/b"])),
        ("additional_modules", json!(["nodejs:18", "perl:5"])),
        ("with_opts", json!(["check"])),
        ("without_opts", json!(["docs"])),
    ] {
        assert_eq!(chroots["epel-9-x86_64"][field], value, "{chroots:#}");
    }
    let before = stage.copr.project("alice", "p1");
    let writes = stage.copr.writes().len();
    stage.build(&["--no-wait"]).success().silent_on("additional_packages = ");
    assert_eq!(stage.copr.project("alice", "p1"), before);
    assert_eq!(stage.copr.writes().len(), writes + 2);
    // A chroot that is named on the command line has what the job says of it; another has nothing.
    stage.build(&["--no-wait", "--project", "p2", "--targets", "epel-9-x86_64,epel-8-x86_64"]).success();
    let chroots = stage.copr.project("alice", "p2")["chroots"].clone();
    assert_eq!(
        (&chroots["epel-9-x86_64"]["with_opts"], &chroots["epel-8-x86_64"]["with_opts"]),
        (&json!(["check"]), &json!([]))
    );
    stage.build(&["--no-wait", "--no-edit-project", "--project", "p1"]).success();
}

#[test]
fn others_change_the_project_meanwhile() {
    let stage = CoprStage::new();
    let hello = stage.hello();
    // The project is made, or its chroots are, while the source RPM is built: an action gives the time for it.
    hello
        .append(
            ".packit.yaml",
            "actions:\n  post-modifications: bash -c 'touch ../ready; while [ ! -e ../go ]; do sleep 0.01; done'\n",
        )
        .commit("Wait");
    let meanwhile = |project: &str, change: &dyn Fn()| {
        let child = stage.start(&["--project", project, "--targets", "epel-9-x86_64,epel-10-x86_64", "--no-wait"]);
        stage.until(|_| stage.world.path("ready").exists());
        change();
        fs_err::write(stage.world.path("go"), "").unwrap();
        let run = stage.ended(child);
        fs_err::remove_file(stage.world.path("go")).unwrap();
        fs_err::remove_file(stage.world.path("ready")).unwrap();
        run
    };
    meanwhile("p1", &|| stage.copr.add_project("alice", "p1", &["epel-8-x86_64"])).success();
    let enabled = |name: &str| {
        stage.copr.project("alice", name)["chroot_repos"].as_object().unwrap().keys().cloned().collect::<Vec<_>>()
    };
    assert_eq!(enabled("p1"), ["epel-10-x86_64", "epel-8-x86_64", "epel-9-x86_64"]);
    stage.copr.add_project("alice", "p2", &["epel-9-x86_64"]);
    meanwhile("p2", &|| stage.copr.add_project("alice", "p2", &["epel-9-x86_64", "fedora-43-x86_64"])).success();
    assert_eq!(enabled("p2"), ["epel-10-x86_64", "epel-9-x86_64", "fedora-43-x86_64"]);
    // Copr refuses for a while.
    stage.copr.add_project("alice", "p3", &["epel-9-x86_64"]);
    hello
        .append(".packit.yaml", "jobs:\n- job: copr_build\n  trigger: release\n  list_on_homepage: false\n")
        .commit("Hide");
    let text = "Can't drop chroot from project, related build 5 is still in progress";
    stage.copr.fault(Fault::error(409, text).on("PUT", "/api_3/project/edit").times(1));
    let begun = std::time::Instant::now();
    meanwhile("p3", &|| {}).success().told("trying again");
    assert!(begun.elapsed() > Duration::from_secs(3));
    assert_eq!(enabled("p3"), ["epel-10-x86_64", "epel-9-x86_64"]);
    assert_eq!(stage.copr.project("alice", "p3")["unlisted_on_hp"], true);
}

#[test]
fn many_at_once_make_one_project() {
    let stage = CoprStage::new();
    let chroots = ["epel-8-x86_64", "epel-9-x86_64", "epel-10-x86_64", "fedora-43-x86_64"];
    let children: Vec<_> =
        chroots.iter().map(|chroot| stage.start(&["--project", "p1", "--no-wait", "--targets", chroot])).collect();
    for child in children {
        stage.ended(child).success();
    }
    let mut built: Vec<_> = stage.copr.builds().iter().map(|id| stage.copr.build(*id)["chroots"][0].clone()).collect();
    built.sort_by_key(|chroot| chroots.iter().position(|name| chroot == name));
    assert_eq!(built, chroots);
}

#[test]
fn an_alias_in_the_job_is_expanded() {
    let mut stage = CoprStage::new();
    let lists = Server::new(|_| Answer::new(503, "no"));
    for name in ["http_proxy", "https_proxy", "HTTPS_PROXY"] {
        stage.world.set(name, lists.url(""));
    }
    stage.world.set("no_proxy", "127.0.0.1");
    stage.hello_with(&format!("{JOB}  targets: [fedora-all]\n"));
    // Of the list that packit was built with this server has one chroot.
    stage.copr.set_chroots(&["fedora-rawhide-x86_64", "epel-9-x86_64"]);
    let run = stage.build(&["--offline", "--no-wait"]).success();
    assert!(run.stderr.contains("which `fedora-all` stands for") && run.stderr.contains("it is left out"), "{run}");
    assert_eq!(stage.sent_build()["chroots"], json!(["fedora-rawhide-x86_64"]));
    // It has none of these.
    stage.build(&["--offline", "--targets", "opensuse-all"]).failure(2, &["does not build for `opensuse-"]);
    assert!(lists.requests().is_empty());
}
