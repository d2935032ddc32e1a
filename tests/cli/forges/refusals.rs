//! What is said when a forge refuses, breaks, or takes too long, and what a dry run holds back.

use super::*;

/// A refused token: one request, one clear message, at once.
fn refused_token(kind: ForgeKind, rights: &[&str]) {
    for token in ["nonsense", "TOKEN_TESTER_EXPIRED"] {
        let desk = Desk::new(kind);
        let start = Instant::now();
        let error = run(desk.forge(token).who_am_i(&desk.context, &desk.client)).unwrap_err();
        assert!(start.elapsed() < Duration::from_secs(1));
        assert_eq!(desk.server.calls().len(), 1);
        assert_eq!(error.kind(), Kind::Service);
        says(&error, &["127.0.0.1", "refuses the token", &desk.server.base()]);
        says(&error, rights);
    }
    let desk = Desk::new(kind);
    let error = run(desk.forge("").who_am_i(&desk.context, &desk.client)).unwrap_err();
    assert_eq!(error.kind(), Kind::Config);
    says(&error, &["there is no token for 127.0.0.1"]);
    says(&error, rights);
    assert!(desk.server.calls().is_empty());
}

#[test]
fn a_refused_token_of_pagure() {
    refused_token(
        ForgeKind::Pagure,
        &["fork_project, pull_request_create, pull_request_update", "modify_project", "settings"],
    );
}

#[test]
fn a_refused_token_of_forgejo() {
    refused_token(ForgeKind::Forgejo, &["write:repository, read:user", "user/settings/applications"]);
}

#[test]
fn a_refused_token_of_gitlab() {
    refused_token(ForgeKind::GitLab, &["the rights api", "personal_access_tokens"]);
}

#[test]
fn a_refused_token_of_github() {
    refused_token(ForgeKind::GitHub, &["public_repo", "contents and pull requests", "settings/tokens"]);
}

/// A token without the rights: the words of the server, one request, nothing sent twice.
fn weak_token(kind: ForgeKind, said: &[&str]) {
    let desk = Desk::new(kind);
    let weak = desk.forge("TOKEN_TESTER_WEAK");
    let error = run(weak.create_fork(&desk.context, &desk.client, &hello(), "tester")).unwrap_err();
    assert_eq!(error.kind(), Kind::Service);
    says(&error, said);
    assert_eq!(desk.server.calls().len(), 1);
    let fork = desk.pushed();
    let fork = Project { is_new: false, ..fork };
    let error = desk.propose_as(&weak, &desk.context, &fork, (TITLE, TEXT)).unwrap_err();
    says(&error, &["the rights"]);
    assert!(desk.server.pull_requests().is_empty());
}

#[test]
fn a_weak_token_of_pagure() {
    weak_token(ForgeKind::Pagure, &["refuses the token", "Missing ACLs: fork_project", "renew your API token"]);
}

#[test]
fn a_weak_token_of_forgejo() {
    weak_token(
        ForgeKind::Forgejo,
        &["does not allow you to fork rpms/hello", "required scope(s)", "write:repository, read:user"],
    );
}

#[test]
fn a_weak_token_of_gitlab() {
    weak_token(ForgeKind::GitLab, &["does not allow you to fork rpms/hello", "insufficient_scope", "the rights api"]);
}

#[test]
fn a_weak_token_of_github() {
    weak_token(ForgeKind::GitHub, &["does not allow you to fork rpms/hello", "Resource not accessible", "public_repo"]);
}

/// What goes wrong is said once, and another run completes.
fn faults(kind: ForgeKind, fork: &str, open: &str) {
    let desk = Desk::new(kind);
    for (fault, said) in [
        (Fault::Html(500), "the answer is a web page"),
        (Fault::Status(403), "does not allow you to fork rpms/hello"),
        (Fault::Status(422), "refuses to fork rpms/hello"),
        (
            Fault::Document(400, json!({"error": "Too many\u{1b}[31m forks", "errors": {"repo": ["Not today."]}})),
            "repo: Not today.",
        ),
        (Fault::Closed, "whether POST"),
        (Fault::Status(503), "answered 503"),
    ] {
        desk.server.fault(fork, fault.clone());
        let before = desk.server.writes().len();
        let start = Instant::now();
        let error = run(desk.tester().create_fork(&desk.context, &desk.client, &hello(), "tester")).unwrap_err();
        assert!(start.elapsed() < Duration::from_secs(1));
        says(&error, &[said]);
        assert!(!words(&error).contains('\u{1b}'));
        // Only a server that says that it did nothing is asked again.
        let count = desk.server.writes().len() - before;
        assert_eq!(count, if matches!(fault, Fault::Status(503)) { 3 } else { 1 }, "{fault:?}");
        desk.server.no_faults();
    }
    desk.server.fault_once(fork, Fault::Lost);
    let made = desk.make_fork();
    assert_eq!(made.parent, Some(hello()));
    let fork = desk.pushed();
    let fork = Project { is_new: false, ..fork };
    // It is opened, but the answer is lost: it is looked for.
    desk.server.fault_once(open, Fault::Lost);
    assert!(matches!(desk.propose(&fork, (TITLE, TEXT)).unwrap(), Proposed::Created(_)));
    assert!(matches!(desk.propose(&fork, (TITLE, TEXT)).unwrap(), Proposed::Unchanged(_)));
    assert_eq!(desk.server.pull_requests().len(), 1);
    // It is not opened, and nobody says so.
    let changed = BranchName::new("f41").unwrap();
    desk.server.fault_once(open, Fault::Closed);
    let error = desk.propose_to(&changed, &fork).unwrap_err();
    says(&error, &["whether POST"]);
    assert!(matches!(desk.propose_to(&changed, &fork).unwrap(), Proposed::Created(_)));
    assert_eq!(desk.server.pull_requests().len(), 2);
}

#[test]
fn faults_of_a_pagure() {
    faults(ForgeKind::Pagure, "POST /api/0/fork", "POST /api/0/rpms/hello/pull-request/new");
}

#[test]
fn faults_of_a_forgejo() {
    faults(ForgeKind::Forgejo, "POST /api/v1/repos/rpms/hello/forks", "POST /api/v1/repos/rpms/hello/pulls");
}

#[test]
fn faults_of_a_gitlab() {
    let open = "POST /api/v4/projects/tester%2Fhello/merge_requests";
    faults(ForgeKind::GitLab, "POST /api/v4/projects/rpms%2Fhello/fork", open);
}

#[test]
fn faults_of_a_github() {
    faults(ForgeKind::GitHub, "POST /api/v3/repos/rpms/hello/forks", "POST /api/v3/repos/rpms/hello/pulls");
}

/// A fork that is never finished: told once, and found by the next run.
fn fork_that_takes_too_long(kind: ForgeKind) {
    let desk = Desk::new(kind);
    desk.server.fork_takes(Duration::from_millis(900));
    let start = Instant::now();
    let fork = desk.make_fork();
    assert!(start.elapsed() < Duration::from_millis(800), "making a fork waits for it");
    let error = desk.await_fork(&fork, 300).unwrap_err();
    assert_eq!(error.kind(), Kind::Service);
    says(&error, &["has not finished the fork", "run the same command again"]);
    let told = desk.told();
    assert_eq!(told.iter().filter(|told| told.contains("waiting for")).count(), 1, "{told:?}");
    let again = desk.fork().unwrap();
    desk.await_fork(&again, 5000).unwrap();
    assert_eq!(desk.server.writes().len(), 1);
}

#[test]
fn a_fork_that_takes_too_long_on_pagure() {
    fork_that_takes_too_long(ForgeKind::Pagure);
}

#[test]
fn a_fork_that_takes_too_long_on_forgejo() {
    fork_that_takes_too_long(ForgeKind::Forgejo);
}

#[test]
fn a_fork_that_takes_too_long_on_gitlab() {
    fork_that_takes_too_long(ForgeKind::GitLab);
}

#[test]
fn a_fork_that_takes_too_long_on_github() {
    fork_that_takes_too_long(ForgeKind::GitHub);
}

/// In a dry run nothing but GET is sent, and what would be sent is told.
fn dry_run(kind: ForgeKind, fork_call: &str) {
    let desk = Desk::new(kind);
    let dry = desk.context.dry();
    let forge = desk.tester();
    let who = run(forge.who_am_i(&dry, &desk.client)).unwrap();
    assert_eq!(who.login().is_none(), kind == ForgeKind::Pagure);
    assert_eq!(run(forge.create_fork(&dry, &desk.client, &hello(), "tester")).unwrap(), None);
    let held = dry.gate().held();
    assert_eq!(held.len(), 1);
    assert_eq!(format!("{} {}", held[0].method, held[0].target), fork_call.replace("BASE", &desk.server.base()));
    assert!(desk.server.requests().iter().all(|request| request.method == "GET"), "{:?}", desk.server.calls());

    let planned = forge.planned_fork(&hello(), "tester").unwrap();
    assert_eq!(desk.propose_as(&forge, &dry, &planned, (TITLE, TEXT)).unwrap(), Proposed::HeldBack(None));
    assert!(dry.gate().held()[1].body.to_string().contains(TITLE));

    let fork = desk.pushed();
    assert_eq!(planned.path, fork.path);
    let writes = desk.server.writes();
    let dry = desk.context.dry();
    assert_eq!(desk.propose_as(&forge, &dry, &fork, (TITLE, TEXT)).unwrap(), Proposed::HeldBack(None));
    assert_eq!(dry.gate().held().len(), 1);
    desk.propose(&fork, (TITLE, TEXT)).unwrap();
    let fork = Project { is_new: false, ..fork };
    let dry = desk.context.dry();
    assert!(matches!(desk.propose_as(&forge, &dry, &fork, (TITLE, TEXT)).unwrap(), Proposed::Unchanged(_)));
    assert!(matches!(desk.propose_as(&forge, &dry, &fork, ("New", TEXT)).unwrap(), Proposed::HeldBack(Some(_))));
    assert!(!run(forge.comment(&dry, &desk.client, &hello(), 1, "x")).unwrap());
    assert_eq!(dry.gate().held().len(), 2);
    assert_eq!(desk.server.writes().len(), writes.len() + 1);
}

#[test]
fn a_dry_run_on_pagure() {
    dry_run(ForgeKind::Pagure, "POST BASE/api/0/fork");
}

#[test]
fn a_dry_run_on_forgejo() {
    dry_run(ForgeKind::Forgejo, "POST BASE/api/v1/repos/rpms/hello/forks");
}

#[test]
fn a_dry_run_on_gitlab() {
    dry_run(ForgeKind::GitLab, "POST BASE/api/v4/projects/rpms%2Fhello/fork");
}

#[test]
fn a_dry_run_on_github() {
    dry_run(ForgeKind::GitHub, "POST BASE/api/v3/repos/rpms/hello/forks");
}

#[test]
fn pushes_that_are_refused() {
    let desk = Desk::new(ForgeKind::Pagure);
    let fork = desk.pushed();
    let main = run(desk.tester().project(&desk.context, &desk.client, &hello())).unwrap().unwrap();
    for (project, login, said) in [
        (&main, "tester:TOKEN_TESTER", "remote: Denied push for ref"),
        (&fork, "stranger:TOKEN_STRANGER", "remote: All changes have been rejected"),
        (&fork, "tester:nonsense", "Authentication failed"),
    ] {
        let output = desk.push(project, login, "rawhide-update");
        assert!(!output.status.success());
        let shown = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(shown.contains(said), "{shown}");
    }
    desk.server.refuse_pushes(Some("The branch is closed.\nAsk releng."));
    let output = desk.push(&fork, "tester:TOKEN_TESTER", "rawhide-update");
    assert!(String::from_utf8_lossy(&output.stderr).contains("remote: The branch is closed."));
    assert_eq!(desk.server.branch("rpms/hello", "rawhide-update"), None);
}

#[test]
fn an_interrupt_ends_the_waiting_for_a_fork() {
    let desk = Desk::new(ForgeKind::Pagure);
    desk.server.fork_takes(Duration::from_secs(60));
    let fork = desk.make_fork();
    let interrupt = desk.interrupt.clone();
    let start = Instant::now();
    let stopping = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(200));
        interrupt.stop();
    });
    let error = desk.await_fork(&fork, 60_000).unwrap_err();
    stopping.join().unwrap();
    assert_eq!(error.kind(), Kind::Interrupted);
    assert!(start.elapsed() < Duration::from_secs(5));
}

#[test]
fn rights_of_tokens() {
    for (kind, token, rights, missing) in [
        (ForgeKind::GitHub, "TOKEN_TESTER", Some(vec!["gist", "repo"]), vec![]),
        (ForgeKind::GitHub, "TOKEN_TESTER_WEAK", Some(vec!["gist"]), vec!["public_repo"]),
        (ForgeKind::GitLab, "TOKEN_TESTER", Some(vec!["api"]), vec![]),
        (ForgeKind::GitLab, "TOKEN_TESTER_WEAK", Some(vec!["read_api"]), vec!["api"]),
        (ForgeKind::Forgejo, "TOKEN_TESTER", None, vec![]),
        (ForgeKind::Pagure, "TOKEN_TESTER", None, vec![]),
    ] {
        let desk = Desk::new(kind);
        let forge = desk.forge(token);
        let who = run(forge.who_am_i(&desk.context, &desk.client)).unwrap();
        let told = run(forge.token_facts(&desk.context, &desk.client, &who)).unwrap().rights;
        assert_eq!(told.as_deref().map(|told| told.iter().map(String::as_str).collect()), rights, "{kind}");
        assert_eq!(told.map(|told| kind.missing_rights(&told)).unwrap_or_default(), missing, "{kind}");
        assert!(desk.server.calls().len() <= 2);
    }
}

#[test]
fn requests_are_over_for_now() {
    let desk = Desk::new(ForgeKind::GitHub);
    let server = Server::new(|_| {
        let document = json!({ "message": "API rate limit exceeded for user ID 1.", "documentation_url": "x" });
        let soon = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs() + 600;
        Answer::new(403, document.to_string())
            .header("X-RateLimit-Remaining", "0")
            .header("X-RateLimit-Reset", soon.to_string())
    });
    let forge = Forge::new(ForgeKind::GitHub, &server.url(""), Some(Token::new("TOKEN_TESTER"))).unwrap();
    let error = run(forge.who_am_i(&desk.context, &desk.client)).unwrap_err();
    says(&error, &["takes no more requests for now", "API rate limit exceeded", "try again in 10 minutes"]);
    assert_eq!(server.requests().len(), 1);
}

#[test]
fn the_forges_of_the_tests_complain() {
    let desk = Desk::new(ForgeKind::Forgejo);
    // A client that takes it for another forge.
    let pagure = Forge::new(ForgeKind::Pagure, &desk.server.base(), Some(Token::new("TOKEN_TESTER"))).unwrap();
    let error = run(pagure.who_am_i(&desk.context, &desk.client)).unwrap_err();
    says(&error, &["the answer is a web page", "is it a Pagure?"]);
    assert!(desk.server.take_complaints().is_empty());
    let runtime = |call: &Call| run(desk.client.ask(&desk.context, call)).unwrap().status;
    let address = |path: &str| Address::parse(&format!("{}{path}", desk.server.base())).unwrap();
    let forks = "/api/v1/repos/rpms/hello/forks";
    let post = |token: &str| {
        let token = Some(Token::new(token));
        Call::new(Method::POST, address(forks)).authorization(token).body(Body::Json(json!({ "naem": "x" })))
    };
    assert_eq!(runtime(&post("token TOKEN_TESTER")), 202);
    assert!(desk.server.take_complaints().concat().contains("no field `naem`"));
    assert_eq!(runtime(&Call::new(Method::POST, address(forks))), 401);
    assert!(desk.server.take_complaints().concat().contains("a write without a token"));
    assert_eq!(
        runtime(&Call::new(Method::DELETE, address(forks)).authorization(Some(Token::new("token TOKEN_TESTER")))),
        404
    );
    assert!(desk.server.take_complaints().concat().contains("is nothing that Forgejo knows"));
    desk.server.token("another", "tester");
    assert_eq!(runtime(&post("Bearer another")), 409);
    assert!(desk.server.take_complaints().concat().contains("not the header"));
}

/// A forge that answers only when it has made the fork: it is waited for, longer than for other answers.
#[test]
fn a_fork_whose_answer_takes_long() {
    let desk = Desk::new(ForgeKind::Forgejo);
    let short = Duration::from_millis(150);
    let settings = Settings { connect: short, idle: short, pauses: Vec::new(), ..Settings::default() };
    let hasty = Client::new(settings);
    desk.server.fault("POST /api/v1/repos/rpms/hello/forks", Fault::Slow(Duration::from_millis(900)));
    let made = run(desk.tester().create_fork(&desk.context, &hasty, &hello(), "tester")).unwrap().unwrap();
    assert_eq!(made.path.to_string(), "tester/hello");
    assert_eq!(desk.server.writes().len(), 1);
}
