//! `packit copr-build` from a checkout to the end of the builds, against a Copr server that answers as the real one was recorded.

use serde_json::json;

use super::support::{Answer, CoprStage, Fault, Repository, SPEC, Script, Server, THREE};

#[test]
fn three_chroots_of_which_one_fails() {
    let stage = CoprStage::new();
    let script = Script::new()
        .chroot("epel-9-x86_64", &["pending", "running", "failed"])
        .log("epel-9-x86_64", &["line one", "line two", "No matching package to install: 'libnone'"]);
    stage.copr.script(script);
    let run = stage.build(&["--targets", THREE]).failure(
        1,
        &["build 1 failed: epel-9-x86_64", "No matching package to install: 'libnone'", "packit copr logs 1"],
    );
    let address = stage.copr.address();
    assert!(run.stdout.starts_with(&format!("Build id: 1, repo url: {address}/coprs/build/1/\n")), "{run}");
    for (chroot, state) in
        [("epel-10-x86_64", "succeeded"), ("epel-9-x86_64", "failed"), ("fedora-43-x86_64", "succeeded")]
    {
        let row = run.stdout.lines().find(|line| line.contains(chroot)).unwrap_or_else(|| panic!("{run}"));
        assert!(row.contains(state) && row.contains("builder-live.log.gz"), "{row}");
    }
    // The source RPM is no row once there are chroots.
    assert!(!run.stdout.contains("SRPM"), "{run}");
    assert_eq!(stage.copr.writes(), ["POST /api_3/project/add/alice", "POST /api_3/build/create/upload"]);
}

#[test]
fn all_succeed_and_again() {
    let stage = CoprStage::new();
    for id in 1..3 {
        let run = stage.build(&["--targets", THREE]).success();
        assert_eq!(run.stdout.matches(" succeeded ").count(), 3, "{run}");
        assert!(run.stdout.starts_with(&format!("Build id: {id}, ")), "{run}");
    }
    // The second run finds the project as it must be.
    let writes = stage.copr.writes();
    assert_eq!(
        writes.iter().filter(|write| !write.contains("upload") && !write.contains("check-")).count(),
        1,
        "{writes:?}"
    );
}

#[test]
fn only_the_chroots_asked_for_are_built() {
    let stage = CoprStage::new();
    stage.copr.add_project("alice", "p1", &["epel-8-x86_64", "epel-9-x86_64"]);
    stage.build(&["--project", "p1", "--targets", "epel-9-x86_64", "--no-wait"]).success();
    let sent = stage.sent_build();
    assert_eq!(sent, json!({ "ownername": "alice", "projectname": "p1", "chroots": ["epel-9-x86_64"] }));
}

#[test]
fn what_the_build_is_told() {
    let stage = CoprStage::new();
    stage.copr.add_project("alice", "p1", &["epel-9-x86_64"]);
    let srpm = stage.srpm("hello");
    for _ in 0..2 {
        stage
            .packit(&["copr-build", "--srpm", &srpm, "--project", "p1", "--targets", "epel-9-x86_64", "--no-wait"])
            .success();
    }
    let options = [
        "--enable-net",
        "--build-timeout",
        "3600",
        "--background",
        "--isolation",
        "simple",
        "--after-build-id",
        "1",
        "--project-dirname",
        "p1:pr:3",
        "--no-wait",
        "--project",
        "p1",
        "--targets",
        "epel-9-x86_64",
        "--bootstrap",
        "off",
    ];
    stage.build(&options).success();
    let sent = stage.sent_build();
    for (key, value) in [
        ("enable_net", json!(true)),
        ("timeout", json!(3600)),
        ("background", json!(true)),
        ("isolation", json!("simple")),
        ("after_build_id", json!(1)),
        ("project_dirname", json!("p1:pr:3")),
        ("bootstrap", json!("off")),
    ] {
        assert_eq!(sent[key], value, "{sent}");
    }
    stage
        .build(&["--with-build-id", "2", "--disable-net", "--project", "p1", "--targets", "epel-9-x86_64", "--no-wait"])
        .success();
    assert_eq!((&stage.sent_build()["with_build_id"], &stage.sent_build()["enable_net"]), (&json!(2), &json!(false)));
    stage.build(&["--with-build-id", "2", "--after-build-id", "2"]).failure(2, &["cannot be used with"]);
    stage.build(&["--build-timeout", "108001"]).failure(2, &["108000"]);
    stage.build(&["--bootstrap", "perhaps"]).failure(2, &["possible values", "image"]);
    stage
        .build(&["--project", "p1", "--project-dirname", "p2:x", "--no-wait"])
        .failure(2, &["--project-dirname", "p1:"]);
}

#[test]
fn an_id_and_a_page_without_waiting() {
    let stage = CoprStage::new();
    let run = stage.build(&["--targets", THREE, "--no-wait"]).success();
    assert_eq!(run.stdout, format!("Build id: 1, repo url: {}/coprs/build/1/\n", stage.copr.address()));
    assert!(!stage.reads().iter().any(|path| path.starts_with("/api_3/build")), "{:?}", stage.reads());
    assert_eq!(stage.copr.build(1)["state"], "pending");
    // The old spelling.
    stage.build(&["--targets", THREE, "--nowait"]).success();
    stage.build(&["--targets", THREE, "--no-wait", "--logs"]).failure(2, &["--logs", "--no-wait"]);
}

#[test]
fn the_source_rpm_is_that_of_packit_srpm() {
    let stage = CoprStage::new();
    stage.build(&["--targets", THREE, "--no-wait"]).success();
    let made = stage.hello().packit_from_outside(&["srpm"]).success().path();
    let requests = stage.copr.requests();
    let upload = requests.iter().find(|request| request.file().is_some()).unwrap();
    let file = upload.file().unwrap();
    assert_eq!(file.filename.as_deref(), made.file_name().unwrap().to_str());
    assert!(file.content == fs_err::read(&made).unwrap());
    assert_eq!(upload.header("content-length").unwrap(), upload.size.to_string());
    assert_eq!(upload.header("transfer-encoding"), None);
    // Nothing is left where the command was run.
    fs_err::remove_file(&made).unwrap();
    assert_eq!(fs_err::read_dir(stage.world.path("out")).unwrap().count(), 0);
}

#[test]
fn a_source_rpm_that_is_there_already() {
    let stage = CoprStage::new();
    let srpm = stage.srpm("hello");
    let rest = ["--targets", "epel-9-x86_64", "--no-wait", "--project", "p1"];
    // Out of any project.
    stage.packit(&[&["copr-build", "--srpm", &srpm], &rest[..]].concat()).success();
    stage.packit(&[&["build", "--srpm", &srpm, "in-copr"], &rest[..]].concat()).success();
    stage.packit(&[&["build", "in-copr", "--srpm", &srpm], &rest[..]].concat()).success();
    let files: Vec<_> =
        stage.copr.requests().iter().filter_map(|r| r.file().map(|file| file.content.clone())).collect();
    assert_eq!(files, vec![b"SRPM of hello".to_vec(); 3]);
    assert_eq!(stage.copr.builds().len(), 3);
    stage.packit(&["copr-build", "--srpm", &srpm, "--no-wait"]).failure(2, &["--project NAME"]);
    // With that of a project, its settings count.
    let hello = stage
        .hello_with("jobs:\n- job: copr_build\n  trigger: pull_request\n  project: p2\n  targets: [epel-8-x86_64]\n");
    hello.packit(&["copr-build", "--srpm", &srpm, "--no-wait"]).success();
    assert_eq!(stage.sent_build()["projectname"], "p2");
    assert_eq!(stage.sent_build()["chroots"], json!(["epel-8-x86_64"]));
    // What is none is refused before anybody is asked.
    let count = stage.copr.requests().len();
    let text = stage.world.path("notes.txt").display().to_string();
    fs_err::write(&text, "x").unwrap();
    for (file, words) in [
        (text.as_str(), "is not a source RPM"),
        ("nowhere-1-1.src.rpm", "`nowhere-1-1.src.rpm` cannot be read"),
        ("/", "/"),
    ] {
        stage.packit(&["copr-build", "--srpm", file, "--project", "p1"]).failure(2, &[words]);
    }
    assert_eq!(stage.copr.requests().len(), count);
}

#[test]
fn one_document_whatever_happens() {
    let stage = CoprStage::new();
    let run = stage.build(&["--targets", THREE, "--json"]).success();
    let json = run.json();
    assert_eq!((&json["ok"], &json["command"]), (&json!(true), &json!("copr-build")));
    let build = &json["result"]["builds"][0];
    assert_eq!((&build["id"], &build["state"], &build["package"]), (&json!(1), &json!("succeeded"), &json!("hello")));
    assert_eq!(build["chroots"].as_array().unwrap().len(), 3);
    assert_eq!(json["result"]["projects"][0]["is_new"], true);

    stage.copr.script(Script::new().chroot("epel-9-x86_64", &["running", "failed"]));
    let json = stage.build(&["--targets", THREE, "--json"]).failure(1, &[]).json();
    assert_eq!((&json["ok"], &json["error"]["kind"]), (&json!(false), &json!("failed")));
    let states: Vec<_> =
        json["result"]["builds"][0]["chroots"].as_array().unwrap().iter().map(|c| c["state"].clone()).collect();
    assert_eq!(states, ["succeeded", "failed", "succeeded"]);

    stage.copr.script(Script::new().by_hand());
    let json = stage.build(&["--targets", THREE, "--json", "--timeout", "1"]).failure(124, &[]).json();
    assert_eq!((&json["error"]["kind"], &json["result"]["builds"][0]["id"]), (&json!("timeout"), &json!(3)));
    assert!(json["error"]["hints"][0].as_str().unwrap().contains("packit copr watch 3"), "{json}");

    let json = stage.build(&["--targets", "fedora-99-x86_64", "--json"]).failure(2, &[]).json();
    assert_eq!((&json["ok"], &json["error"]["kind"]), (&json!(false), &json!("usage")));
    stage.hello().append(".packit.yaml", "specfile_pth: x\n").commit("Break");
    let json = stage.build(&["--json"]).failure(2, &[]).json();
    assert_eq!(json["error"]["kind"], "config");
    stage.copr.write_config(stage.world.path("home/.config/copr"), "bad");
    stage.hello().replace(".packit.yaml", "specfile_pth: x\n", "").commit("Mend");
    let json = stage.build(&["--json"]).failure(3, &[]).json();
    assert_eq!(json["error"]["kind"], "service");
    let json = stage.packit(&["--json", "copr-build", "--nope"]).failure(2, &[]).json();
    assert_eq!(json["error"]["kind"], "usage");
}

#[test]
fn a_dry_run_asks_and_sends_nothing() {
    let stage = CoprStage::new();
    stage.copr.add_project("alice", "there", &["epel-9-x86_64"]);
    let config = "jobs:\n- job: copr_build\n  trigger: pull_request\n  targets:\n    epel-9-x86_64:\n      additional_packages: [make]\n";
    stage.hello_with(config);
    let options =
        ["--dry-run", "--project", "there", "--targets", "epel-9-x86_64,epel-10-x86_64", "--description", "mine"];
    let run = stage.build(&options).success();
    let address = stage.copr.address();
    for line in [
        &format!("PUT {address}/api_3/project/edit/alice/there\n"),
        "  \"description\": \"mine\"",
        "    \"epel-10-x86_64\",",
        &format!("PUT {address}/api_3/project-chroot/edit/alice/there/epel-9-x86_64\n"),
        "      \"make\"",
        &format!("POST {address}/api_3/build/create/upload\n"),
        "    \"file\": \"hello-1.0.0-",
    ] {
        assert!(run.stdout.contains(line), "{line} is missing: {run}");
    }
    let run = stage.build(&["--dry-run", "--project", "fresh", "--targets", THREE]).success();
    assert!(run.stdout.contains(&format!("POST {address}/api_3/project/add/alice?exist_ok=True")), "{run}");
    let json = stage.build(&["--dry-run", "--json", "--targets", THREE]).success().json();
    let held: Vec<_> = json["result"]["held"].as_array().unwrap().iter().map(|write| write["method"].clone()).collect();
    assert_eq!(held, ["POST", "PUT", "POST"]);
    assert_eq!(stage.copr.writes(), Vec::<String>::new());
    assert_eq!(stage.copr.builds(), Vec::<u64>::new());
    // What would be refused is refused here too.
    stage.copr.add_project("bob", "his", &["epel-9-x86_64"]);
    stage
        .build(&["--dry-run", "--owner", "bob", "--project", "his", "--targets", "epel-9-x86_64"])
        .failure(3, &["may not build"]);
    stage.build(&["--dry-run", "--targets", "fedora-99-x86_64"]).failure(2, &["does not build for"]);
    assert_eq!(stage.copr.writes(), Vec::<String>::new());
}

/// Two packages in folders of their own.
fn two(stage: &CoprStage) -> Repository<'_> {
    let repository = stage.world.repository("mono");
    let mut packages = String::from("upstream_tag_template: v{version}\npackages:\n");
    for name in ["core", "cli"] {
        repository.write(&format!("{name}/{name}.spec"), SPEC.replace("hello", name).replace("0.9", "0.5.0"));
        packages += &format!(
            "  {name}:\n    downstream_package_name: {name}\n    upstream_package_name: {name}\n    \
             specfile_path: {name}.spec\n    paths: [{name}]\n"
        );
    }
    repository.write(".packit.yaml", packages).commit("Import").tag("v0.5.0");
    repository
}

#[test]
fn several_packages() {
    let stage = CoprStage::new();
    let repository = two(&stage);
    let build = |arguments: &[&str]| {
        repository
            .packit_from_outside(&[&["copr-build", "--poll-interval", "0.1", "--targets", THREE], arguments].concat())
    };
    let run = build(&["--project", "mono"]).success();
    assert!(run.stdout.contains("Build id: 1, ") && run.stdout.contains("Build id: 2, "), "{run}");
    assert_eq!(run.stdout.matches(" succeeded ").count(), 6, "{run}");
    assert_eq!(
        stage.copr.writes().iter().filter(|write| write.contains("/project/")).count(),
        1,
        "{:?}",
        stage.copr.writes()
    );
    let json = build(&["--json"]).success().json();
    let names: Vec<_> =
        json["result"]["builds"].as_array().unwrap().iter().map(|build| build["package"].clone()).collect();
    assert_eq!(names, ["core", "cli"]);
    // One of two fails in Copr.
    stage.copr.script(Script::new().source(&["running", "failed"]).log("srpm", &["bad spec"]));
    build(&[]).failure(1, &["build 5 of core failed: SRPM", "bad spec", "build 6 is of cli"]);
    // One of two comes to no build.
    repository.replace("cli/cli.spec", "Summary:        A trivial program\n", "").commit("Break");
    let json = build(&["--json"]).failure(6, &["cli"]).json();
    assert_eq!(json["result"]["builds"].as_array().unwrap().len(), 1, "{json}");
    assert_eq!(json["result"]["failed"][0]["package"], "cli");
    build(&["-p", "cli"]).failure(2, &[]);
    // Both are refused.
    stage.copr.fault(Fault::error(403, "No more builds today").on("POST", "/api_3/build/create").always());
    build(&["-p", "core"]).failure(3, &["No more builds today"]);
    let srpm = stage.srpm("core");
    build(&["--srpm", &srpm]).failure(2, &["core, cli", "--package NAME"]);
}

#[test]
fn nobody_else_is_asked() {
    let mut stage = CoprStage::new();
    let proxy = Server::new(|_| Answer::new(500, "must not be asked"));
    for name in ["http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"] {
        stage.world.set(name, proxy.url(""));
    }
    stage.world.set("no_proxy", "127.0.0.1");
    stage.build(&["--offline", "--targets", THREE]).success();
    // Neither without the option: literal names say what they mean.
    stage.build(&["--targets", "fedora-43,epel-9"]).success();
    assert!(proxy.requests().is_empty(), "{:?}", proxy.paths());
    assert_eq!(stage.sent_build()["chroots"], json!(["fedora-43-x86_64", "epel-9-x86_64"]));
    // The same proxy is asked for an alias.
    stage.build(&["--targets", "fedora-stable", "--no-wait"]);
    assert!(!proxy.requests().is_empty());
}
