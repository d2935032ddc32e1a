//! `packit copr-build` from a checkout to the end of the builds, against a Copr server that answers as the real one was recorded.

use super::support::{Copr, Repository, Run, Script, World};

const THREE: &str = "fedora-43-x86_64,epel-9-x86_64,epel-10-x86_64";

/// The example project, a Copr server, and alice's access to it.
struct Stage {
    world: World,
    copr: Copr,
}

impl Stage {
    fn new() -> Self {
        let (world, copr) = (World::new(), Copr::new());
        copr.write_config(world.path("home/.config/copr"), "alice");
        Self { world, copr }
    }

    fn hello(&self) -> Repository<'_> {
        Repository::hello(&self.world)
    }

    fn build(&self, arguments: &[&str]) -> Run {
        let all = [&["copr-build", "--poll-interval", "0.1"], arguments].concat();
        self.hello().packit_from_outside(&all)
    }
}

#[test]
fn three_chroots_of_which_one_fails() {
    let stage = Stage::new();
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
    assert_eq!(stage.copr.writes(), ["POST /api_3/project/add/alice", "POST /api_3/build/create/upload"]);
}

#[test]
fn all_succeed() {
    let stage = Stage::new();
    let run = stage.build(&["--targets", THREE]).success();
    assert_eq!(run.stdout.matches(" succeeded ").count(), 3, "{run}");
}
