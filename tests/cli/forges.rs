//! Forges through the library, from servers on the loopback interface with real git behind them: forks, pull requests, rights,
//! and what is said when they refuse.

use std::collections::HashMap;
use std::path::PathBuf;
use std::process::{Command, Output};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use packit::context::Context;
use packit::error::{Error, Kind, Result};
use packit::event::{Event, What};
use packit::interrupt::Interrupt;
use packit::secret::Token;
use packit::services::forge::{
    BranchName, Forge, ForgeKind, Patience, Project, ProjectPath, Proposal, Proposed, Who, detect, forget,
};
use packit::services::{Client, Settings};
use serde_json::json;

use crate::support::World;
use crate::support::forge::{Fault, ForgeServer};

const TITLE: &str = "Update rawhide to upstream release 2.12";
const TEXT: &str = "Upstream tag: 2.12\n";

/// A forge with the project `rpms/hello`, and somebody who works with it.
struct Desk {
    server: ForgeServer,
    kind: ForgeKind,
    world: World,
    context: Context,
    client: Client,
    events: Arc<Mutex<Vec<Event>>>,
    interrupt: Interrupt,
}

impl Desk {
    fn new(kind: ForgeKind) -> Self {
        let server = match kind {
            ForgeKind::Pagure => ForgeServer::pagure(),
            ForgeKind::Forgejo => ForgeServer::forgejo(),
            ForgeKind::GitLab => ForgeServer::gitlab(),
            ForgeKind::GitHub => ForgeServer::github(),
        };
        let world = World::new();
        let repository = world.repository("hello");
        repository.write("hello.spec", "Name: hello\n").commit("Import");
        repository.git(&["branch", "-m", "rawhide"]);
        for branch in ["f41", "epel9"] {
            repository.git(&["branch", branch]);
        }
        server.project("rpms/hello", &repository.folder);
        drop(repository);
        let events: Arc<Mutex<Vec<Event>>> = Arc::default();
        let interrupt = Interrupt::default();
        let context = context(&world, &events, &interrupt);
        let milliseconds = Duration::from_millis;
        let settings = Settings {
            idle: milliseconds(2000),
            pauses: vec![milliseconds(10), milliseconds(20)],
            ..Settings::default()
        };
        Self { server, kind, world, context, client: Client::new(settings), events, interrupt }
    }

    /// The forge for a token; an empty one is none.
    fn forge(&self, token: &str) -> Forge {
        let token = (!token.is_empty()).then(|| Token::new(token));
        Forge::new(self.kind, &self.server.base(), token).unwrap()
    }

    fn tester(&self) -> Forge {
        self.forge("TOKEN_TESTER")
    }

    fn who(&self) -> Result<Who> {
        run(self.tester().who_am_i(&self.context, &self.client))
    }

    fn fork(&self) -> Option<Project> {
        run(self.tester().find_fork(&self.context, &self.client, &hello(), "tester")).unwrap()
    }

    fn make_fork(&self) -> Project {
        let made = run(self.tester().create_fork(&self.context, &self.client, &hello(), "tester"));
        made.unwrap().unwrap()
    }

    fn await_fork(&self, fork: &Project, limit: u64) -> Result<()> {
        let milliseconds = Duration::from_millis;
        let patience = Patience { limit: milliseconds(limit), tell_after: milliseconds(200), pause: milliseconds(20) };
        run(self.tester().await_fork(&self.context, &self.client, fork, &patience))
    }

    /// A ready fork with a commit on `rawhide-update`.
    fn pushed(&self) -> Project {
        let fork = self.fork().unwrap_or_else(|| self.make_fork());
        self.await_fork(&fork, 5000).unwrap();
        let output = self.push(&fork, "tester:TOKEN_TESTER", "rawhide-update");
        assert!(output.status.success(), "{output:?}");
        fork
    }

    /// Pushes a new commit to a branch of a project over http.
    fn push(&self, project: &Project, login: &str, branch: &str) -> Output {
        let folder = self.world.path("hello");
        let count = fs_err::read_dir(&folder).unwrap().count();
        fs_err::write(folder.join(format!("more-{count}")), vec![b'x'; 3_000_000]).unwrap();
        self.git(&["add", "-A"]);
        self.git(&["-c", "core.compression=0", "commit", "-qm", "Update"]);
        let url = project.https.as_ref().unwrap().as_str().replace("http://", &format!("http://{login}@"));
        let mut git = self.world.command("git", folder);
        git.env("GIT_TERMINAL_PROMPT", "0").args(["-c", "core.compression=0", "push", "--force", &url]);
        git.arg(format!("HEAD:refs/heads/{branch}")).output().unwrap()
    }

    fn git(&self, arguments: &[&str]) -> Output {
        let output = self.world.command("git", self.world.path("hello")).args(arguments).output().unwrap();
        assert!(output.status.success(), "{output:?}");
        output
    }

    fn propose_as(
        &self,
        forge: &Forge,
        context: &Context,
        fork: &Project,
        (title, text): (&str, &str),
    ) -> Result<Proposed> {
        let (target, to) = (hello(), BranchName::new("rawhide").unwrap());
        let from = BranchName::new("rawhide-update").unwrap();
        let proposal = Proposal {
            target: &target,
            target_branch: &to,
            source: fork,
            source_branch: &from,
            author: Some("tester"),
            title,
            text,
        };
        run(forge.propose(context, &self.client, &proposal))
    }

    fn propose(&self, fork: &Project, said: (&str, &str)) -> Result<Proposed> {
        self.propose_as(&self.tester(), &self.context, fork, said)
    }

    fn told(&self) -> Vec<String> {
        let events = self.events.lock().unwrap();
        events
            .iter()
            .filter_map(|event| if let What::Told(text) = &event.what { Some(text.clone()) } else { None })
            .collect()
    }
}

fn context(world: &World, events: &Arc<Mutex<Vec<Event>>>, interrupt: &Interrupt) -> Context {
    let kept = Arc::clone(events);
    let variables = HashMap::from([("HOME".into(), world.path("home").into())]);
    let sink = Arc::new(move |event| kept.lock().unwrap().push(event));
    Context::with(world.path(""), variables, sink, interrupt.clone()).unwrap()
}

fn run<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work)
}

fn hello() -> ProjectPath {
    ProjectPath::new(Some("rpms"), "hello", None).unwrap()
}

/// All that an error says.
fn words(error: &Error) -> String {
    let all = [error.message()].into_iter().map(str::to_owned).chain(error.causes().iter().cloned());
    let all: Vec<String> = all.chain(error.hints().iter().cloned()).collect();
    assert!(!error.hints().is_empty(), "no mend: {error:?}");
    assert!(!all.concat().contains("TOKEN_T"), "{all:?}");
    all.join("\n")
}

#[track_caller]
fn says(error: &Error, expected: &[&str]) {
    let said = words(error);
    for word in expected {
        assert!(said.contains(word), "`{word}` is missing:\n{said}");
    }
}

/// The whole way, twice, on each forge.
#[track_caller]
fn whole_way(kind: ForgeKind, fork_name: &str) {
    let desk = Desk::new(kind);
    assert_eq!(desk.who().unwrap().login(), Some("tester"));
    assert_eq!(desk.fork(), None);
    desk.server.fork_takes(Duration::from_millis(800));
    let fork = desk.make_fork();
    assert_eq!(fork.parent, Some(hello()));
    desk.await_fork(&fork, 5000).unwrap();
    assert!(desk.told().iter().any(|told| told.contains("waiting for 127.0.0.1")), "{:?}", desk.told());
    let output = desk.push(&fork, "tester:TOKEN_TESTER", "rawhide-update");
    assert!(output.status.success(), "{output:?}");
    let head = String::from_utf8(desk.git(&["rev-parse", "HEAD"]).stdout).unwrap();
    assert_eq!(desk.server.branch(fork_name, "rawhide-update").as_deref(), Some(head.trim()));
    let Proposed::Created(created) = desk.propose(&fork, (TITLE, TEXT)).unwrap() else { panic!("not created") };
    assert!(created.url.starts_with(&desk.server.base()), "{created:?}");
    let calls = desk.server.calls();
    assert!(calls.len() <= 5, "{calls:#?}");
    let opened = desk.server.pull_requests();
    assert_eq!(opened.len(), 1, "{opened:#?}");
    for (name, value) in [
        ("title", TITLE),
        ("author", "tester"),
        ("source", fork_name),
        ("source_branch", "rawhide-update"),
        ("target", "rpms/hello"),
        ("target_branch", "rawhide"),
        ("state", "open"),
    ] {
        assert_eq!(opened[0][name], json!(value), "{name}");
    }
    assert_eq!(opened[0]["text"].as_str().unwrap().trim_end(), TEXT.trim_end());

    // Again: nothing is written.
    let writes = desk.server.writes();
    let before = desk.server.calls().len();
    assert_eq!(desk.who().unwrap().login(), Some("tester"));
    let again = desk.fork().unwrap();
    assert_eq!((again.parent.as_ref(), again.is_new), (Some(&hello()), false));
    assert_eq!(again.https, fork.https);
    desk.await_fork(&again, 5000).unwrap();
    let found = desk.propose(&again, (TITLE, TEXT)).unwrap();
    assert_eq!(found, Proposed::Unchanged(found.pull_request().unwrap().clone()));
    assert_eq!(found.pull_request().unwrap().url, created.url);
    assert_eq!(desk.server.writes(), writes);
    assert!(desk.server.calls().len() - before <= 5);

    // Another text: the same pull request.
    let updated = desk.propose(&again, (TITLE, "Something else\n\n* äöü & = +\n")).unwrap();
    assert!(matches!(&updated, Proposed::Updated(pull) if pull.url == created.url), "{updated:?}");
    let opened = desk.server.pull_requests();
    assert_eq!(opened.len(), 1);
    assert_eq!(opened[0]["text"].as_str().unwrap().trim_end(), "Something else\n\n* äöü & = +");
    assert_eq!(desk.server.writes().len(), writes.len() + 1);

    let number = created.number;
    assert!(run(desk.tester().comment(&desk.context, &desk.client, &hello(), number, "A word")).unwrap());
    assert_eq!(desk.server.pull_requests()[0]["comments"], json!(["A word"]));
}

#[test]
fn the_whole_way_on_pagure() {
    whole_way(ForgeKind::Pagure, "forks/tester/rpms/hello");
}

#[test]
fn the_whole_way_on_forgejo() {
    whole_way(ForgeKind::Forgejo, "tester/hello");
}

#[test]
fn the_whole_way_on_gitlab() {
    whole_way(ForgeKind::GitLab, "tester/hello");
}

#[test]
fn the_whole_way_on_github() {
    whole_way(ForgeKind::GitHub, "tester/hello");
}

/// What reads works without a token, and with one.
fn reads(kind: ForgeKind) {
    let desk = Desk::new(kind);
    desk.server.release("rpms/hello", "v2.12", "Hello 2.12", "* Greets twice\n");
    for token in ["", "TOKEN_TESTER"] {
        let forge = desk.forge(token);
        let (context, client, path) = (&desk.context, &desk.client, hello());
        let project = run(forge.project(context, client, &path)).unwrap().unwrap();
        assert_eq!((project.path, project.parent), (path.clone(), None));
        assert_eq!(project.https.unwrap().as_str(), format!("{}/rpms/hello.git", desk.server.base()));
        assert_eq!(run(forge.default_branch(context, client, &path)).unwrap().as_str(), "rawhide");
        let mut branches = run(forge.branches(context, client, &path)).unwrap();
        branches.sort();
        assert_eq!(branches.iter().map(BranchName::as_str).collect::<Vec<_>>(), ["epel9", "f41", "rawhide"]);
        let nothing = ProjectPath::new(Some("rpms"), "nothere", None).unwrap();
        assert_eq!(run(forge.project(context, client, &nothing)).unwrap(), None);
        let release = run(forge.release(context, client, &path, "v2.12")).unwrap();
        if kind == ForgeKind::Pagure {
            assert_eq!(release, None);
            continue;
        }
        let release = release.unwrap();
        assert_eq!((release.tag.as_str(), release.text.as_str()), ("v2.12", "* Greets twice\n"));
        assert!(release.url.unwrap().starts_with(&desk.server.base()));
        assert_eq!(run(forge.release(context, client, &path, "v9")).unwrap(), None);
    }
    assert!(desk.server.writes().is_empty());
}

#[test]
fn reading_a_pagure() {
    reads(ForgeKind::Pagure);
}

#[test]
fn reading_a_forgejo() {
    reads(ForgeKind::Forgejo);
}

#[test]
fn reading_a_gitlab() {
    reads(ForgeKind::GitLab);
}

#[test]
fn reading_a_github() {
    reads(ForgeKind::GitHub);
}

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
    let fork = desk.pushed();
    let fork = Project { is_new: false, ..fork };
    // It is opened, but nobody hears of it: another run finds it.
    desk.server.fault_once(open, Fault::Lost);
    let error = desk.propose(&fork, (TITLE, TEXT)).unwrap_err();
    says(&error, &["whether POST"]);
    assert!(matches!(desk.propose(&fork, (TITLE, TEXT)).unwrap(), Proposed::Unchanged(_)));
    assert_eq!(desk.server.pull_requests().len(), 1);
    desk.server.fault_once(open, Fault::Slow(Duration::from_millis(10)));
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

    let fork = desk.pushed();
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
fn only_pull_requests_of_ours_count() {
    let desk = Desk::new(ForgeKind::Pagure);
    let fork = Project { is_new: false, ..desk.pushed() };
    // Somebody else has one from a branch of the same name.
    let stranger = desk.forge("TOKEN_STRANGER");
    let other = run(stranger.create_fork(&desk.context, &desk.client, &hello(), "stranger")).unwrap().unwrap();
    desk.push(&other, "stranger:TOKEN_STRANGER", "rawhide-update");
    let (target, to) = (hello(), BranchName::new("rawhide").unwrap());
    let from = BranchName::new("rawhide-update").unwrap();
    let proposal = Proposal {
        target: &target,
        target_branch: &to,
        source: &other,
        source_branch: &from,
        author: Some("stranger"),
        title: TITLE,
        text: TEXT,
    };
    run(stranger.propose(&desk.context, &desk.client, &proposal)).unwrap();
    assert!(matches!(desk.propose(&fork, (TITLE, TEXT)).unwrap(), Proposed::Created(_)));
    assert_eq!(desk.server.pull_requests().len(), 2);
    // Without a name, as in a dry run, the fork still tells which one is meant.
    let proposal = Proposal { source: &fork, author: None, ..proposal };
    let found = run(desk.tester().find_pull_request(&desk.context, &desk.client, &proposal)).unwrap().unwrap();
    assert_eq!(found.author.as_deref(), Some("tester"));
}

#[test]
fn one_of_many_pull_requests_is_found() {
    let desk = Desk::new(ForgeKind::Pagure);
    let fork = Project { is_new: false, ..desk.pushed() };
    desk.propose(&fork, (TITLE, TEXT)).unwrap();
    let (target, to) = (hello(), BranchName::new("f41").unwrap());
    let from = BranchName::new("rawhide-update").unwrap();
    let new = Project { is_new: true, ..fork.clone() };
    for _ in 0..120 {
        let proposal = Proposal {
            target: &target,
            target_branch: &to,
            source: &new,
            source_branch: &from,
            author: Some("tester"),
            title: "another",
            text: "",
        };
        run(desk.tester().propose(&desk.context, &desk.client, &proposal)).unwrap();
    }
    assert!(matches!(desk.propose(&fork, (TITLE, TEXT)).unwrap(), Proposed::Unchanged(pull) if pull.number == 1));
}

#[test]
fn rights_of_a_fork_on_pagure() {
    let desk = Desk::new(ForgeKind::Pagure);
    desk.server.access("rpms/hello", "commit", &["carl", "@packagers"]);
    desk.server.access("rpms/hello", "admin", &["ann", "nobody"]);
    desk.server.access("rpms/hello", "ticket", &["tim"]);
    let fork = desk.make_fork();
    let name = "forks/tester/rpms/hello";
    desk.server.access(name, "commit", &["eve", "carl", "@old"]);
    let (context, client, forge) = (&desk.context, &desk.client, desk.tester());
    let dry = context.dry();
    let changes = run(forge.sync_acls(&dry, client, &hello(), &fork.path)).unwrap().unwrap();
    assert_eq!((changes.done.len(), changes.held_back.len()), (0, 6));
    let changes = run(forge.sync_acls(context, client, &hello(), &fork.path)).unwrap().unwrap();
    assert_eq!((changes.done.len(), changes.refused.len()), (5, 1));
    assert_eq!(changes.refused[0].0.name, "nobody");
    assert!(changes.refused[0].1.contains("No such user found"), "{changes:?}");
    assert_eq!(desk.server.who_has(name, "commit"), ["carl", "owner", "ann", "@packagers"]);
    // Again: nothing but what failed.
    let changes = run(forge.sync_acls(context, client, &hello(), &fork.path)).unwrap().unwrap();
    assert_eq!((changes.done.len(), changes.refused.len()), (0, 1));
    let error = run(desk.forge("TOKEN_TESTER_WEAK").sync_acls(context, client, &hello(), &fork.path)).unwrap_err();
    says(&error, &["Missing ACLs: modify_project"]);
}

#[test]
fn addresses_of_pagure_over_ssh() {
    let desk = Desk::new(ForgeKind::Pagure);
    let fork = desk.make_fork();
    assert_eq!(fork.ssh, None);
    let ssh = |token: &str| run(desk.forge(token).ssh_url(&desk.context, &desk.client, &fork)).unwrap();
    assert_eq!(ssh("TOKEN_TESTER").unwrap().as_str(), "ssh://tester@pkgs.example.com/forks/tester/rpms/hello.git");
    // The placeholder for a user is no address.
    assert_eq!(ssh(""), None);
}

#[test]
fn hostile_answers_are_refused() {
    let place = "GET /api/0/rpms/hello";
    let desk = Desk::new(ForgeKind::Pagure);
    let forge = desk.tester();
    let (context, client) = (&desk.context, &desk.client);
    for name in ["--upload-pack=touch x", "a\nb", "../../x", "", "a..b"] {
        let document = json!({ "branches": ["f41", name], "default": name, "total_branches": 2 });
        desk.server.fault("GET /api/0/rpms/hello/git/branches", Fault::Document(200, document));
        let error = run(forge.default_branch(context, client, &hello())).unwrap_err();
        says(&error, &["is no name of a branch"]);
        let listed = run(forge.branches(context, client, &hello())).unwrap();
        assert_eq!(listed, [BranchName::new("f41").unwrap()]);
        desk.server.no_faults();
    }
    let project = run(forge.project(context, client, &hello())).unwrap().unwrap();
    for url in ["ext::sh -c 'touch x'", "file:///etc", "--upload-pack=x", "ssh://-oProxyCommand=x/a", "/srv/a.git"] {
        let document = json!({ "total_urls": 1, "urls": { "git": url, "ssh": url } });
        desk.server.fault("GET /api/0/rpms/hello/git/urls", Fault::Document(200, document));
        says(&run(forge.ssh_url(context, client, &project)).unwrap_err(), &["is no address that packit gives to git"]);
        desk.server.no_faults();
    }
    desk.server.fault(place, Fault::Html(200));
    says(&run(forge.project(context, client, &hello())).unwrap_err(), &["a web page"]);
    desk.server.no_faults();
    desk.server.fault(place, Fault::Document(200, json!(["a"])));
    says(&run(forge.project(context, client, &hello())).unwrap_err(), &["another answer than the one that is known"]);
    desk.server.no_faults();
    desk.server.fault("POST /api/0/-/whoami", Fault::Document(200, json!({ "username": "../owner" })));
    let who = desk.who().unwrap();
    let error = run(forge.find_fork(context, client, &hello(), who.login().unwrap())).unwrap_err();
    says(&error, &["`../owner` is no name on a forge"]);
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

/// The notes on which forge answers where.
fn notes(world: &World) -> Vec<PathBuf> {
    let folder = world.path("home/.cache/packit/forges");
    let Ok(entries) = fs_err::read_dir(folder) else { return Vec::new() };
    entries.map(|entry| entry.unwrap().path()).collect()
}

/// A host is asked once, and again when it is told to have changed.
fn detected(kind: ForgeKind, requests: usize) {
    let desk = Desk::new(kind);
    let (context, client, base) = (&desk.context, &desk.client, desk.server.base());
    assert_eq!(run(detect(context, client, &base, None)).unwrap(), kind);
    assert_eq!(desk.server.requests().len(), requests);
    assert_eq!(run(detect(context, client, &format!("{base}/"), None)).unwrap(), kind);
    assert_eq!(desk.server.requests().len(), requests);
    let offline = Client::new(Settings { offline: true, ..Settings::default() });
    assert_eq!(run(detect(context, &offline, &base, None)).unwrap(), kind);
    // A note that is damaged, or too old, is none.
    let note = notes(&desk.world).remove(0);
    let text = fs_err::read_to_string(&note).unwrap();
    let time = text.split("\"time\":").nth(1).unwrap().trim_end_matches('}');
    let old: i64 = time.parse::<i64>().unwrap() - 7 * 3600;
    for bad in ["{", &text.replace(time, &old.to_string())] {
        fs_err::write(&note, bad).unwrap();
        let before = desk.server.requests().len();
        assert_eq!(run(detect(context, client, &base, None)).unwrap(), kind);
        assert_eq!(desk.server.requests().len(), before + requests, "{bad}");
    }
    forget(context, &base);
    assert!(notes(&desk.world).is_empty());
    says(
        &run(detect(context, &offline, &base, None)).unwrap_err(),
        &["which forge 127.0.0.1", "--offline", "type: pagure"],
    );
    assert!(desk.server.writes().is_empty());
    assert!(desk.server.requests().iter().all(|request| request.header("authorization").is_none()));
}

#[test]
fn a_pagure_is_told_from_others() {
    detected(ForgeKind::Pagure, 2);
}

#[test]
fn a_forgejo_is_told_from_others() {
    detected(ForgeKind::Forgejo, 1);
}

#[test]
fn a_gitlab_is_told_from_others() {
    detected(ForgeKind::GitLab, 3);
}

#[test]
fn which_forge_it_is_without_asking() {
    let desk = Desk::new(ForgeKind::Pagure);
    let offline = Client::new(Settings { offline: true, ..Settings::default() });
    for (base, kind) in [
        ("https://github.com", ForgeKind::GitHub),
        ("https://gitlab.com/", ForgeKind::GitLab),
        ("https://codeberg.org", ForgeKind::Forgejo),
        ("https://pagure.io", ForgeKind::Pagure),
    ] {
        assert_eq!(run(detect(&desk.context, &offline, base, None)).unwrap(), kind);
    }
    for kind in ForgeKind::ALL {
        assert_eq!(run(detect(&desk.context, &offline, "https://src.fedoraproject.org", Some(kind))).unwrap(), kind);
    }
    // A host that answers everything with a page, as some do to programs.
    desk.server.fault("GET /", Fault::Html(200));
    let error = run(detect(&desk.context, &desk.client, &desk.server.base(), None)).unwrap_err();
    assert_eq!(error.kind(), Kind::Config);
    says(&error, &["/api/v1/version` answered 200 with no JSON", "type: pagure"]);
    assert!(notes(&desk.world).is_empty());
}

#[test]
fn git_itself_is_installed() {
    assert!(Command::new("git").arg("http-backend").env_clear().output().is_ok());
}
