use super::super::testing::{World, branch, branches, shown};
use super::*;

#[tokio::test]
async fn fetches_all_branches_and_checks_one_out() {
    let world = World::new();
    let clone = world.clone(Place::Temporary).await.unwrap();
    assert_eq!(clone.fetch(&world.context, &branches(&["rawhide", "f41"])).await.unwrap(), []);
    for (name, version) in [("f41", "1.0"), ("rawhide", "1.1"), ("f41", "1.0")] {
        // What one branch left is not there for the next.
        fs_err::write(clone.root().join("left"), "x").unwrap();
        fs_err::write(clone.root().join("left.tar.gz"), "x").unwrap();
        fs_err::write(clone.root().join("hello.spec"), "x").unwrap();
        let base = clone.start(&world.context, &branch(name), &branch(name).update()).await.unwrap();
        assert_eq!(base.to_string(), world.git("server", &["rev-parse", name]));
        let spec = fs_err::read_to_string(clone.root().join("hello.spec")).unwrap();
        assert_eq!(spec, format!("Name: hello\nVersion: {version}\n"));
        let head = world.git(clone.root().to_str().unwrap(), &["symbolic-ref", "HEAD"]);
        assert_eq!(head, format!("refs/heads/{name}-update"));
        assert!(!clone.root().join("left").exists() && !clone.root().join("left.tar.gz").exists());
    }
    let (has_f42, _) = world.try_git(clone.root().to_str().unwrap(), &["rev-parse", "--verify", "origin/f42"]);
    assert!(!has_f42, "it was not asked for");
    let root = clone.root().to_owned();
    drop(clone);
    assert!(!root.exists());
}

#[tokio::test]
async fn a_server_that_can_sends_old_files_only_on_demand() {
    let world = World::new();
    world.git("server", &["config", "uploadpack.allowFilter", "true"]);
    world.git("server", &["config", "uploadpack.allowAnySHA1InWant", "true"]);
    let clone = world.clone(Place::Temporary).await.unwrap();
    clone.fetch(&world.context, &branches(&["rawhide", "f42"])).await.unwrap();
    let root = clone.root().to_str().unwrap().to_owned();
    let missing = |revision: &str| {
        let list = world.git(&root, &["rev-list", "--objects", "--no-walk", "--missing=print", revision]);
        list.lines().filter(|line| line.starts_with('?')).count()
    };
    assert_eq!((missing("origin/rawhide"), missing("origin/f42")), (0, 0), "what is checked out is there");
    // All is there, so nothing more is fetched when the server is gone.
    fs_err::rename(world.path("server"), world.path("gone")).unwrap();
    clone.start(&world.context, &branch("f42"), &branch("f42-update")).await.unwrap();
    clone.start(&world.context, &branch("rawhide"), &branch("rawhide-update")).await.unwrap();
}

#[tokio::test]
async fn missing_branches_are_told_together_and_the_others_fetched() {
    let world = World::new();
    let clone = world.clone(Place::Temporary).await.unwrap();
    let missing = clone.fetch(&world.context, &branches(&["f14", "f42", "rawhid"])).await.unwrap();
    let names: Vec<&str> = missing.iter().map(|missing| missing.branch.as_str()).collect();
    assert_eq!(names, ["f14", "rawhid"]);
    clone.start(&world.context, &branch("f42"), &branch("f42-update")).await.unwrap();
    let error = missing_branches(&missing, clone.origin());
    assert_eq!(error.kind(), Kind::Project);
    let said = shown(&error);
    assert!(
        said.contains("no branches `f14`, `rawhid` | ") && said.contains("for `rawhid`, did you mean `rawhide`?"),
        "{said}"
    );
    let all = clone.fetch(&world.context, &branches(&["nope"])).await.unwrap();
    assert_eq!(all.len(), 1);
}

#[tokio::test]
async fn a_repository_that_is_not_there() {
    let world = World::new();
    fs_err::rename(world.path("server"), world.path("gone")).unwrap();
    let clone = world.clone(Place::Temporary).await.unwrap();
    let error = clone.fetch(&world.context, &branches(&["f42"])).await.unwrap_err();
    assert_eq!(error.kind(), Kind::Service);
    assert!(shown(&error).contains("does not appear to be a git repository"), "{}", shown(&error));
    let error = remote_branches(&world.context, clone.root(), clone.origin(), None).await.unwrap_err();
    assert_eq!(error.kind(), Kind::Service);
}

#[tokio::test]
async fn branches_of_a_remote() {
    let world = World::new();
    let all = remote_branches(&world.context, world.dir.path(), &world.address("server"), None).await.unwrap();
    assert_eq!(
        all,
        RemoteBranches { default: Some("rawhide".into()), names: ["f41", "f42", "rawhide"].map(str::to_owned).into() }
    );
}

#[tokio::test]
async fn a_clone_of_the_user_is_borrowed_from_and_left_alone() {
    let world = World::new();
    world.user_clone();
    world.git("theirs", &["config", "core.hooksPath", &world.path("hooks").display().to_string()]);
    world.hook("hooks");
    world.hook("theirs/.git/hooks");
    world.write("theirs/hello.spec", "changed\n");
    let before = world.state("theirs");
    let clone = world.clone(Place::Temporary).await.unwrap();
    clone.fetch(&world.context, &branches(&["rawhide"])).await.unwrap();
    clone.start(&world.context, &branch("rawhide"), &branch("rawhide-update")).await.unwrap();
    let own = world.git(clone.root().to_str().unwrap(), &["count-objects", "-v"]);
    assert!(own.contains("in-pack: 0\n") && own.contains("count: 0\n"), "nothing needed to be fetched: {own}");
    assert_eq!(world.git(clone.root().to_str().unwrap(), &["config", "--get-all", "user.name"]), "Bob");
    drop(clone);
    assert_eq!(world.state("theirs"), before);
    assert!(!world.path("hooked").exists());
}

#[tokio::test]
async fn a_shallow_clone_is_not_borrowed_from() {
    let world = World::new();
    world.git(".", &["clone", "-q", "--depth=1", &world.address("server").shown(), "theirs"]);
    let clone = world.clone(Place::Temporary).await.unwrap();
    clone.fetch(&world.context, &branches(&["rawhide", "f41"])).await.unwrap();
    clone.start(&world.context, &branch("f41"), &branch("f41-update")).await.unwrap();
}

#[tokio::test]
async fn remotes_of_a_clone() {
    let world = World::new();
    world.user_clone();
    let remotes = Remotes::of(&world.context, &world.path("theirs")).await.unwrap();
    let server = || Some(world.address("server"));
    assert_eq!(remotes, Remotes { origin: server(), origin_push: server(), fork: None });
    world.git("theirs", &["remote", "set-url", "--push", "origin", "ssh://ann@example.com/a.git"]);
    world.git("theirs", &["remote", "add", "fork", "https://example.com/a.git"]);
    world.git("theirs", &["remote", "set-url", "--push", "fork", "git@example.com:a.git"]);
    let remotes = Remotes::of(&world.context, &world.path("theirs")).await.unwrap();
    assert_eq!(remotes.fork, Some(Address::new("git@example.com:a.git").unwrap()));
    assert_eq!(remotes.origin_push, Some(Address::new("ssh://ann@example.com/a.git").unwrap()));
    assert_eq!(remotes.origin, server());
    world.git("theirs", &["remote", "set-url", "origin", "ext::sh -c touch% x"]);
    assert_eq!(Remotes::of(&world.context, &world.path("theirs")).await.unwrap_err().kind(), Kind::Config);
}

#[tokio::test]
async fn in_place() {
    let world = World::new();
    world.user_clone();
    world.write("theirs/hello.spec", "changed\n");
    let error = world.clone(Place::InPlace(world.path("theirs"))).await.unwrap_err();
    assert!(shown(&error).contains("`hello.spec`"), "{}", shown(&error));
    world.git("theirs", &["checkout", "-q", "hello.spec"]);
    world.hook("theirs/.git/hooks");
    let clone = world.clone(Place::InPlace(world.path("theirs"))).await.unwrap();
    clone.fetch(&world.context, &branches(&["rawhide"])).await.unwrap();
    clone.start(&world.context, &branch("rawhide"), &branch("rawhide-update")).await.unwrap();
    assert_eq!(world.read("theirs/mine") + &world.read("theirs/mine.tar.gz"), "mine\nmine\n");
    assert_eq!(world.git("theirs", &["branch", "--show-current"]), "rawhide-update");
    // `old` is a file of the branch f42: one of the user's must not be lost.
    world.write("theirs/old", "of the user\n");
    let error = clone.start(&world.context, &branch("f42"), &branch("f42-update")).await.unwrap_err();
    assert!(error.kind() == Kind::Project && shown(&error).contains("old"), "{}", shown(&error));
    assert_eq!(world.read("theirs/old"), "of the user\n");
    assert!(!world.path("hooked").exists());
}

#[tokio::test]
async fn a_folder_to_keep() {
    let world = World::new();
    world.write("full/x", "x");
    let error = world.clone(Place::Keep(world.path("full"))).await.unwrap_err();
    assert_eq!(error.kind(), Kind::Usage);
    let clone = world.clone(Place::Keep(world.path("new/kept"))).await.unwrap();
    clone.fetch(&world.context, &branches(&["f41"])).await.unwrap();
    clone.start(&world.context, &branch("f41"), &branch("f41-update")).await.unwrap();
    drop(clone);
    assert_eq!(world.read("new/kept/hello.spec"), "Name: hello\nVersion: 1.0\n");
}

/// Lets the server leave files out.
fn allow_partial(world: &World) {
    world.git("server", &["config", "uploadpack.allowFilter", "true"]);
    world.git("server", &["config", "uploadpack.allowAnySHA1InWant", "true"]);
}

#[tokio::test]
async fn what_was_left_out_still_reaches_a_fork_that_lacks_it() {
    use super::super::push::{Before, Move, Push, Pushed};

    let world = World::new();
    allow_partial(&world);
    for number in 0..3 {
        world.write("work/changes", &format!("{number}\n"));
        world.git("work", &["add", "-A"]);
        world.git("work", &["commit", "-q", "-m", "Change"]);
    }
    world.git("work", &["push", "-q", "../server", "rawhide"]);
    let clone = world.clone(Place::Temporary).await.unwrap();
    clone.fetch(&world.context, &branches(&["rawhide"])).await.unwrap();
    let (name, work) = (branch("rawhide"), branch("rawhide-update"));
    clone.start(&world.context, &name, &work).await.unwrap();
    let root = clone.root().to_str().unwrap();
    let list = world.git(root, &["rev-list", "--objects", "--missing=print", "HEAD"]);
    assert!(list.contains("\n?"), "old files are left out: {list}");
    fs_err::write(clone.root().join("new"), "x").unwrap();
    clone.stage(&world.context).await.unwrap();
    let commit = clone.commit_staged(&world.context, "x").await.unwrap();
    let fork = world.address("fork");
    let moved = Move { commit, branch: &work, before: Before::Exactly(None) };
    let push = Push { to: &fork, credentials: None };
    assert_eq!(push.one(&world.context, clone.root(), moved).await.unwrap(), Pushed::Sent);
    world.git("fork", &["fsck", "--connectivity-only"]);
    assert_eq!(world.git("fork", &["show", "rawhide-update~1:changes"]), "2");
}

#[tokio::test]
async fn a_partial_clone_of_the_user_can_be_borrowed_from() {
    let world = World::new();
    allow_partial(&world);
    let url = world.address("server");
    world.git(".", &["clone", "-q", "--filter=blob:none", "--no-checkout", &url.shown(), "theirs"]);
    for _ in 0..2 {
        let clone = world.clone(Place::Temporary).await.unwrap();
        clone.fetch(&world.context, &branches(&["rawhide", "f41"])).await.unwrap();
        clone.start(&world.context, &branch("f41"), &branch("f41-update")).await.unwrap();
        assert!(clone.root().join("hello.spec").exists());
        // Now from a server that leaves nothing out.
        world.git("server", &["config", "uploadpack.allowFilter", "false"]);
    }
}

#[tokio::test]
async fn nothing_stays_of_work_that_is_interrupted() {
    let world = World::new();
    world.user_clone();
    let before = world.state("theirs");
    let interrupt = crate::interrupt::Interrupt::default();
    let variables = std::collections::HashMap::from([("TMPDIR".into(), world.path("tmp").into())]);
    let context = Context::with(world.path(""), variables, std::sync::Arc::new(|_| {}), interrupt.clone()).unwrap();
    let clone = world.clone(Place::Temporary).await.unwrap();
    interrupt.stop();
    let error = clone.fetch(&context, &branches(&["rawhide"])).await.unwrap_err();
    assert_eq!(error.kind(), Kind::Interrupted);
    drop(clone);
    assert_eq!(fs_err::read_dir(world.path("tmp")).unwrap().count(), 0);
    assert_eq!(world.state("theirs"), before);
}
