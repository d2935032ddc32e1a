//! The official client of Copr against the tests' own server: what copr-cli can work with, is a Copr server.

use std::path::{Path, PathBuf};
use std::process::Output;

use super::support::{Copr, Repository, Script, World};

/// Copr's own client, with the user's configuration for the server; it does not sleep between two polls.
struct Client {
    world: World,
    program: PathBuf,
}

/// Python runs this first: the client polls every 30 seconds.
const IMPATIENT: &str = "import time\nreal = time.sleep\ntime.sleep = lambda seconds: real(min(seconds, 0.02))\n";

impl Client {
    fn new(copr: &Copr, user: &str) -> Self {
        let mut world = World::new();
        copr.write_config(world.path("home/.config/copr"), user);
        fs_err::create_dir(world.path("python")).unwrap();
        fs_err::write(world.path("python/sitecustomize.py"), IMPATIENT).unwrap();
        let python = world.path("python");
        world.set("PYTHONPATH", python);
        Self { world, program: program() }
    }

    fn output(&self, arguments: &[&str]) -> Output {
        self.world.command(&self.program, self.world.path("out")).args(arguments).output().unwrap()
    }

    /// Runs it to a good end; what it printed.
    #[track_caller]
    fn run(&self, arguments: &[&str]) -> String {
        let output = self.output(arguments);
        assert!(output.status.success(), "{arguments:?}: {}", text(&output));
        String::from_utf8(output.stdout).unwrap()
    }

    /// Runs it to a bad end; all that it said.
    #[track_caller]
    fn fail(&self, arguments: &[&str], code: i32) -> String {
        let output = self.output(arguments);
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {}", text(&output));
        text(&output)
    }

    /// A source RPM, built by packit.
    fn srpm(&self) -> String {
        let repository = Repository::hello(&self.world);
        let run = self.world.packit(self.world.path("out"), &["srpm", repository.path("").to_str().unwrap()]).success();
        let name = run.path().file_name().unwrap().to_str().unwrap().to_owned();
        assert!(self.world.path("out").join(&name).is_file(), "{run}");
        name
    }
}

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

/// Where `make test` has put it: in the folder in which cargo builds.
fn program() -> PathBuf {
    let places = Path::new(env!("CARGO_BIN_EXE_packit")).ancestors().skip(1);
    let mut programs = places.map(|folder| folder.join("copr-cli/bin/copr-cli"));
    programs.find(|program| program.is_file()).unwrap_or_else(|| {
        panic!("copr-cli is missing: `make test` installs it, and so does `scripts/install-copr-cli target`")
    })
}

#[test]
fn a_project_is_made_built_in_and_deleted() {
    let copr = Copr::new();
    let client = Client::new(&copr, "alice");
    assert_eq!(client.run(&["whoami"]), "alice\n");
    let chroots = ["--chroot", "fedora-rawhide-x86_64", "--chroot", "epel-9-x86_64"];
    let made = client.run(&[&["create", "p1", "--description", "Hello"], &chroots[..]].concat());
    assert!(made.contains(&format!("{}/coprs/alice/p1/", copr.address())), "{made}");
    assert_eq!(copr.project("alice", "p1")["description"], "Hello");

    let srpm = client.srpm();
    let built = client.run(&["build", "p1", &srpm]);
    assert!(built.contains("Created builds: 1\n"), "{built}");
    let states: Vec<&str> =
        built.lines().filter_map(|line| line.split_once("Build 1: ")).map(|(_, state)| state).collect();
    assert_eq!(states, ["pending", "running", "importing", "pending", "running", "succeeded"]);
    let sent = fs_err::read(client.world.path("out").join(&srpm)).unwrap();
    let upload = copr.requests().into_iter().find(|request| request.file().is_some()).unwrap();
    let file = upload.file().unwrap();
    assert_eq!((file.filename.as_deref(), &file.content), (Some(srpm.as_str()), &sent));
    assert_eq!(upload.json()["projectname"], "p1");
    assert_eq!(upload.user.as_deref(), Some("alice"));

    assert!(client.run(&["status", "1"]).contains("succeeded"));
    assert!(client.run(&["list-builds", "p1"]).contains("succeeded"));
    assert!(client.run(&["list"]).contains("Name: p1"));
    client.run(&["modify", "p1", "--unlisted-on-hp", "on"]);
    assert_eq!(copr.project("alice", "p1")["unlisted_on_hp"], true);
    client.run(&["edit-chroot", "p1/epel-9-x86_64", "--packages", "gcc make"]);
    assert!(client.run(&["get-chroot", "p1/epel-9-x86_64"]).contains("\"gcc\""));
    client.run(&["monitor", "p1"]);
    client.run(&["mock-config", "p1", "epel-9-x86_64"]);
    client.run(&["delete-build", "1"]);
    client.run(&["delete", "p1"]);
    assert!(copr.project("alice", "p1").is_null());
}

#[test]
fn a_failed_and_a_cancelled_build_are_told() {
    let copr = Copr::new();
    copr.add_project("alice", "p1", &["fedora-rawhide-x86_64", "epel-9-x86_64", "fedora-43-x86_64"]);
    copr.script(Script::new().chroot("epel-9-x86_64", &["pending", "running", "failed"]));
    copr.every_script(Script::new().every_chroot(&["running"]));
    let client = Client::new(&copr, "alice");
    let srpm = client.srpm();
    client.run(&["build", "--nowait", "p1", &srpm]);
    assert!(client.fail(&["watch-build", "1"], 4).contains("Build(s) 1 failed."));

    client.run(&["build", "--nowait", "p1", &srpm]);
    assert_eq!(client.run(&["cancel", "2"]), "canceled\n");
    assert!(client.fail(&["watch-build", "2"], 4).contains("Build(s) 2 canceled."));
    assert!(client.fail(&["cancel", "2"], 1).contains("Cannot cancel build 2"));
}

#[test]
fn what_was_built_is_downloaded() {
    let copr = Copr::new();
    copr.add_project("@testers", "p1", &["fedora-43-x86_64"]);
    let rpm = "hello-1.0.0-1.fc43.noarch.rpm";
    copr.script(Script::new().rpm("fedora-43-x86_64", rpm, "the package").log("fedora-43-x86_64", &["one", "two"]));
    let client = Client::new(&copr, "alice");
    client.run(&["build", "@testers/p1", &client.srpm()]);
    client.run(&["download-build", "1"]);
    let folder = client.world.path("out/fedora-43-x86_64");
    assert_eq!(fs_err::read(folder.join(rpm)).unwrap(), b"the package");
    assert!(folder.join("builder-live.log.gz").is_file());
}

#[test]
fn a_stranger_and_a_token_that_ran_out_are_refused() {
    let copr = Copr::new();
    copr.add_project("alice", "p1", &["epel-9-x86_64"]);
    let before = copr.project("alice", "p1");
    let bob = Client::new(&copr, "bob");
    let srpm = bob.srpm();
    assert!(bob.fail(&["build", "alice/p1", &srpm], 7).contains("not allowed to build in 'alice/p1'"));
    let stale = Client::new(&copr, "stale");
    assert!(stale.fail(&["create", "p2", "--chroot", "epel-9-x86_64"], 1).contains("Login invalid/expired"));
    assert_eq!(copr.project("alice", "p1"), before);
    assert!(copr.builds().is_empty());
}
