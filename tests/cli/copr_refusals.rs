//! What Copr refuses, and what packit finds out before it asks: one clear message each, with the mend, and the right exit code.

use std::time::{Duration, Instant};

use super::support::{CoprStage, Fault};

const PROJECT: &str = "/api_3/project/add";
const EDIT: &str = "/api_3/project/edit";
const CHROOT: &str = "/api_3/project-chroot/edit";
const UPLOAD: &str = "/api_3/build/create/upload";
const CHECK: &str = "/api_3/build/check-before-build";

/// Where Copr says something, with which status, what it says, and what packit says to do about it.
const REFUSALS: &[(&str, u16, &str, &str)] = &[
    (PROJECT, 400, "name: You already have a project named 'p1'.", "--project NAME"),
    (PROJECT, 400, "Copr 'alice/x' has not been created (race condition)", "run the command again"),
    (PROJECT, 400, "chroots: 'fedora-99-x86_64' is not a valid choice for this field.", "/api_3/mock-chroots/list"),
    (
        PROJECT,
        400,
        "chroots: 'fedora-99-x86_64', 'foo' are not valid choices for this field.",
        "/api_3/mock-chroots/list",
    ),
    (PROJECT, 400, "name: Name must contain only letters, digits, underscores, dashes and dots.", "--project NAME"),
    (PROJECT, 400, "name: Project's name can not be just number.", "--project NAME"),
    (PROJECT, 400, "delete_after_days: Number must be between -1 and 720.", "-1 (for ever) to 720 days"),
    (PROJECT, 400, "bootstrap: Not a valid choice.", "--bootstrap is default, on, off or image"),
    (
        PROJECT,
        400,
        "repos: A list of http[s] URLs separated by whitespace characters is needed ('not' doesn't seem to be a valid URL).",
        "copr://OWNER/PROJECT",
    ),
    (PROJECT, 400, "contact: Contact must be email address or URL", "an e-mail address or a URL"),
    (PROJECT, 403, "Non-admin cannot create persistent project.", "administrator of the Copr server"),
    (
        PROJECT,
        403,
        "You were authorized as 'bob' user without permissions to access projects of user 'alice'",
        "--owner @GROUP",
    ),
    (
        PROJECT,
        403,
        "User 'bob' doesn't have access to the copr group 'testers' (fas_name='testers-fas')",
        "ask somebody of the group",
    ),
    (PROJECT, 404, "Group none does not exist.", "check --owner"),
    (PROJECT, 404, "No such user `nobody'", "check --owner"),
    (
        PROJECT,
        400,
        "name: This field is required.\nchroots: '[]' is not a valid choice for this field.",
        "cause: chroots: '[]'",
    ),
    (EDIT, 403, "Only owners and admins may update their projects.", "--request-admin-if-needed"),
    (
        EDIT,
        409,
        "Can't drop chroot from project, related builds 5 and 14 are still in progress",
        "run the command again",
    ),
    (CHROOT, 403, "Only owners and admins may update their projects.", "--no-edit-project"),
    (CHROOT, 404, "Chroot name fedora-41-x86_64 does not exist in Copr alice/p1.", "check the name"),
    (
        UPLOAD,
        400,
        "Bad request parameters: {'pkgs': ['You can upload only .src.rpm, .nosrc.rpm, and .spec files']}",
        "its name ends in .src.rpm",
    ),
    (
        UPLOAD,
        400,
        "Bad request parameters: {'timeout': ['Number must be between 0 and 108000.']}",
        "--build-timeout is at most 108000",
    ),
    (UPLOAD, 404, "Project alice/nope does not exist.", "check the name"),
    (UPLOAD, 403, "User bob is not allowed to build in the copr: alice/p1", "ask for the permission to build"),
    (UPLOAD, 400, "Copr dirname must start with 'p1:' prefix", "PROJECT:WORDS"),
    (UPLOAD, 400, "Something that Copr says since yesterday", "look at http://"),
    (CHECK, 403, "User bob is not allowed to build in 'alice/p1'", "ask for the permission to build"),
    (CHECK, 404, "Project alice/there does not exist.", "check the name"),
];

/// A project that is there with a chroot less than is asked for, and a package to be installed in the other one.
fn stage() -> CoprStage {
    let stage = CoprStage::new();
    stage.copr.add_project("alice", "there", &["epel-9-x86_64"]);
    stage.hello_with(
        "jobs:\n- job: copr_build\n  trigger: release\n  targets:\n    epel-9-x86_64:\n      with_opts: [check]\n    epel-10-x86_64: {}\n",
    );
    stage
}

#[test]
fn every_refusal_has_its_mend() {
    let stage = stage();
    let srpm = stage.srpm("hello");
    let hello = stage.hello();
    for (route, status, said, mend) in REFUSALS {
        let method = if matches!(*route, EDIT | CHROOT) { "PUT" } else { "POST" };
        stage.copr.clear_faults();
        stage.copr.fault(Fault::error(*status, said).on(method, route).always());
        let project = if *route == PROJECT { "fresh" } else { "there" };
        let begun = Instant::now();
        let run = hello.packit(&["copr-build", "--srpm", &srpm, "--project", project]);
        let run = run.failure(3, &[said.lines().next().unwrap(), mend]);
        assert_eq!(run.stderr.matches("error: ").count(), 1, "{run}");
        assert!(!run.stderr.contains("  cause: it was tried"), "{run}");
        let most = if said.contains("Can't drop") { 10 } else { 2 };
        assert!(begun.elapsed() < Duration::from_secs(most), "{said}: {run}");
    }
    assert!(stage.copr.builds().is_empty());
}

#[test]
fn pages_instead_of_answers() {
    for (status, route, words) in [
        (500, PROJECT, "the fault is on the server's side"),
        (500, UPLOAD, "the fault is on the server's side"),
        (411, UPLOAD, "does not take the upload"),
        (413, UPLOAD, "the file is larger than the server takes"),
        (404, "/api_3/auth-check", "check copr_url in ~/.config/copr"),
        (401, "/api_3/auth-check", "/api/ and put it into ~/.config/copr"),
        (403, PROJECT, "a proxy or a login page may stand before it"),
    ] {
        let stage = stage();
        stage.copr.fault(Fault::html(status).on("*", route).always());
        let run = stage.build(&["--project", "fresh", "--no-wait"]).failure(3, &[words]);
        assert!(!run.stderr.contains("<html") && !run.stderr.contains("DOCTYPE"), "{run}");
    }
    let stage = stage();
    stage.copr.fault(Fault::not_json().on("GET", "/api_3/auth-check").always());
    stage
        .build(&["--no-wait"])
        .failure(3, &["another answer than the one that is known", "a web page", "a proxy or a login page"]);
    stage.copr.clear_faults();
    stage.copr.fault(Fault::too_large().on("POST", UPLOAD));
    stage.build(&["--no-wait"]).failure(3, &[]);
}

#[test]
fn a_project_is_made_though_the_server_stumbles() {
    let stage = stage();
    // Redis is gone: the project was made, and the answer says otherwise.
    stage.copr.fault(Fault::html(502).having_done_it().on("POST", PROJECT).times(2));
    stage.build(&["--project", "fresh", "--no-wait"]).success();
    assert_eq!(stage.copr.builds(), [1]);
    stage.copr.fault(Fault::html(502).on("GET", "/api_3/").times(2));
    stage.copr.fault(Fault::unavailable("1").on("POST", UPLOAD).times(1));
    stage.build(&["--project", "fresh", "--no-wait"]).success();
    assert_eq!(stage.copr.builds(), [1, 2]);
    let sizes: Vec<_> =
        stage.copr.requests().iter().filter_map(|request| request.file().map(|file| file.size)).collect();
    assert_eq!((sizes.len(), sizes[1]), (3, sizes[2]));
}

#[test]
fn an_upload_that_breaks_is_not_made_twice() {
    for (fault, taken) in [
        (Fault::upload_cut(1000), false),
        (Fault::closed(), false),
        (Fault::html(502).having_done_it(), true),
        (Fault::html(504).having_done_it(), true),
        (Fault::cut(30), true),
    ] {
        let stage = stage();
        stage.copr.fault(fault.clone().on("POST", UPLOAD).always());
        let run = stage.build(&["--project", "there"]);
        let run = run.failure(
            3,
            &[
                "whether POST",
                "was done all the same is not known",
                "coprs/alice/there/builds/ whether Copr has taken it",
            ],
        );
        let uploads = stage.copr.writes().iter().filter(|write| write.contains("upload")).count();
        assert_eq!((uploads, stage.copr.builds().len()), (1, usize::from(taken)), "{fault:?}: {run}");
    }
}

#[test]
fn a_server_that_is_not_there() {
    let stage = stage();
    stage.copr.down();
    stage.build(&["--no-wait"]).failure(3, &["127.0.0.1"]).silent_on("version 1.0.0");
}
