use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::{Copr, Repository, Run, World};

/// Chroots that the server offers.
pub const THREE: &str = "fedora-43-x86_64,epel-9-x86_64,epel-10-x86_64";

/// The example project, a Copr server, and alice's access to it.
pub struct CoprStage {
    pub world: World,
    pub copr: Copr,
}

impl CoprStage {
    pub fn new() -> Self {
        Self::of("alice")
    }

    /// The same for another user of the server.
    pub fn of(user: &str) -> Self {
        let (world, copr) = (World::new(), Copr::new());
        copr.write_config(world.path("home/.config/copr"), user);
        Self { world, copr }
    }

    /// The example project; made by the first call.
    pub fn hello(&self) -> Repository<'_> {
        match self.world.path("hello").is_dir() {
            true => Repository::at(&self.world, self.world.path("hello")),
            false => Repository::hello(&self.world),
        }
    }

    /// The same with lines at the end of its configuration.
    pub fn hello_with(&self, config: &str) -> Repository<'_> {
        let hello = self.hello();
        hello.append(".packit.yaml", config).commit("Configure");
        hello
    }

    /// `packit copr-build` on the example project, with short pauses.
    #[track_caller]
    pub fn build(&self, arguments: &[&str]) -> Run {
        self.hello().packit_from_outside(&[&["copr-build", "--poll-interval", "0.1"], arguments].concat())
    }

    /// Any command, in an empty folder.
    pub fn packit(&self, arguments: &[&str]) -> Run {
        self.world.packit(self.world.path("out"), arguments)
    }

    /// `packit copr-build` on the example project, which works while the test goes on.
    pub fn start(&self, arguments: &[&str]) -> Child {
        let folder = self.hello().folder.display().to_string();
        let all = [&["copr-build", "--poll-interval", "0.1"], arguments, &[&folder]].concat();
        let mut command = self.world.packit_command(self.world.path("out"), &all);
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    }

    /// Waits until something is so.
    #[track_caller]
    pub fn until(&self, mut is_so: impl FnMut(&Copr) -> bool) {
        let begun = Instant::now();
        while !is_so(&self.copr) {
            assert!(begun.elapsed() < Duration::from_secs(20), "it did not come: {:?}", self.reads());
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Sends a signal to a packit and waits for its end.
    pub fn signalled(&self, child: Child, signal: &str) -> Run {
        // By the shell's own command: a machine may have no program for it.
        Command::new("sh").arg("-c").arg(format!("kill {signal} {}", child.id())).status().unwrap();
        self.ended(child)
    }

    /// Waits for the end of a packit.
    pub fn ended(&self, child: Child) -> Run {
        Run::new(child.wait_with_output().unwrap(), &self.world.path(""))
    }

    /// A file that is named like the source RPM of this package; Copr looks into it later.
    pub fn srpm(&self, name: &str) -> String {
        let path = self.world.path(format!("{name}-1.0-1.src.rpm"));
        fs_err::write(&path, format!("SRPM of {name}")).unwrap();
        path.display().to_string()
    }

    /// The paths and methods of what was asked of the frontend and changed nothing.
    pub fn reads(&self) -> Vec<String> {
        let requests = self.copr.requests().into_iter().filter(|request| !request.is_write());
        requests.map(|request| request.plain_path().to_owned()).collect()
    }

    /// The JSON of the last write to a path that begins so.
    #[track_caller]
    pub fn sent(&self, method: &str, path: &str) -> serde_json::Value {
        let requests = self.copr.requests();
        let sent = requests.iter().rev().find(|request| request.method == method && request.path.starts_with(path));
        sent.unwrap_or_else(|| panic!("no {method} {path} in {:?}", self.copr.writes())).json()
    }

    /// The build that was sent last.
    #[track_caller]
    pub fn sent_build(&self) -> serde_json::Value {
        self.sent("POST", "/api_3/build/create/upload")
    }
}
