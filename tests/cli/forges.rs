//! Forges through the library, from servers on the loopback interface with real git behind them: forks, pull requests, rights,
//! and what is said when they refuse.

mod detection;
mod hostile;
mod pagure;
mod recordings;
mod refusals;
mod ways;

use std::collections::HashMap;
use std::path::PathBuf;
use std::process::Output;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime};

use packit::context::Context;
use packit::error::{Error, Kind, Result};
use packit::event::{Event, What};
use packit::interrupt::Interrupt;
use packit::secret::Token;
use packit::services::forge::{
    BranchName, Forge, ForgeKind, Patience, Project, ProjectPath, Proposal, Proposed, Who, detect, forget,
};
use packit::services::{Address, Body, Call, Client, Method, Settings};
use serde_json::json;

use crate::support::forge::{Fault, ForgeServer};
use crate::support::{Answer, Server, World};

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

    /// Pushes a new commit to a branch of a project over http; without a login git asks the user's helpers.
    fn push(&self, project: &Project, login: &str, branch: &str) -> Output {
        let folder = self.world.path("hello");
        let count = fs_err::read_dir(&folder).unwrap().count();
        fs_err::write(folder.join(format!("more-{count}")), vec![b'x'; 3_000_000]).unwrap();
        self.git(&["add", "-A"]);
        self.git(&["-c", "core.compression=0", "commit", "-qm", "Update"]);
        let login = if login.is_empty() { String::new() } else { format!("{login}@") };
        let url = project.https.as_ref().unwrap().as_str().replace("http://", &format!("http://{login}"));
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

    /// Proposes `rawhide-update` for another branch.
    fn propose_to(&self, branch: &BranchName, fork: &Project) -> Result<Proposed> {
        let (target, from) = (hello(), BranchName::new("rawhide-update").unwrap());
        let proposal = Proposal {
            target: &target,
            target_branch: branch,
            source: fork,
            source_branch: &from,
            author: Some("tester"),
            title: TITLE,
            text: TEXT,
        };
        run(self.tester().propose(&self.context, &self.client, &proposal))
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
