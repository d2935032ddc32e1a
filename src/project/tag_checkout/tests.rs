use super::*;
use crate::git::testing::World;

async fn checked_out(world: &World, folder: &str, commit: &str) -> TagCheckout {
    let repo = Repo::open(&world.path(folder)).unwrap();
    let commit = repo.resolve(commit).unwrap();
    TagCheckout::make(&world.context, &repo, commit).await.unwrap()
}

#[tokio::test]
async fn the_commit_is_there_and_the_users_tree_as_it_was() {
    let world = World::new();
    world.user_clone();
    world.git("theirs", &["tag", "-a", "-m", "1.0", "v1.0", "origin/f41"]);
    world.git("theirs", &["tag", "light", "origin/rawhide"]);
    world.git("theirs", &["config", "remote.odd \"name\\.url", "https://example.com/a.git"]);
    world.hook("theirs/.git/hooks");
    world.write("theirs/hello.spec", "changed by the user\n");
    let before = world.state("theirs");
    let checkout = checked_out(&world, "theirs", "v1.0").await;
    let root = checkout.root().to_str().unwrap().to_owned();
    assert_eq!(fs_err::read_to_string(checkout.root().join("hello.spec")).unwrap(), "Name: hello\nVersion: 1.0\n");
    assert_eq!(world.git(&root, &["status", "--porcelain", "--ignored"]), "");
    assert_eq!(
        world.git(&root, &["describe", "--tags", "--long"]),
        world.git("theirs", &["describe", "--tags", "--long", "v1.0"])
    );
    for (what, list) in [
        ("branches and tags", &["for-each-ref", "--format=%(refname) %(objectname) %(*objectname)"][..]),
        ("addresses", &["config", "--get-regexp", r"^remote\..*url$"]),
        ("who", &["config", "user.name"]),
    ] {
        assert_eq!(world.git(&root, list), world.git("theirs", list), "{what}");
    }
    assert!(!world.try_git(&root, &["symbolic-ref", "-q", "HEAD"]).0, "HEAD is a branch");
    let repo = Repo::open(checkout.root()).unwrap();
    assert_eq!(repo.head().unwrap().commit.to_string(), world.git("theirs", &["rev-parse", "v1.0^{commit}"]));
    assert_eq!(repo.tags().unwrap().len(), 2);
    // What an action does there stays there.
    world.git(&root, &["commit", "-q", "--allow-empty", "-m", "by an action"]);
    world.git(&root, &["tag", "-d", "v1.0"]);
    let theirs = Repo::open(&world.path("theirs")).unwrap();
    let below = checkout.counterpart(&theirs, &world.path("theirs/sub/x.spec")).unwrap();
    assert_eq!(below, checkout.root().join("sub/x.spec"));
    assert_eq!(checkout.counterpart(&theirs, &world.path("elsewhere")), None);
    let folder = checkout.root().parent().unwrap().to_owned();
    drop(checkout);
    assert!(!folder.exists());
    assert_eq!(world.state("theirs"), before);
    assert_eq!(world.read("theirs/hello.spec"), "changed by the user\n");
    assert!(!world.path("hooked").exists());
}

#[tokio::test]
async fn of_linked_work_trees_and_shallow_clones() {
    let world = World::new();
    world.user_clone();
    world.git("theirs", &["worktree", "add", "-q", "../linked", "origin/f41"]);
    let checkout = checked_out(&world, "linked", "HEAD").await;
    assert_eq!(fs_err::read_to_string(checkout.root().join("hello.spec")).unwrap(), "Name: hello\nVersion: 1.0\n");
    assert_eq!(checkout.root().file_name().unwrap(), "linked");
    world.git(".", &["clone", "-q", "--depth=1", &world.address("server").shown(), "shallow"]);
    let checkout = checked_out(&world, "shallow", "HEAD").await;
    assert_eq!(world.git(checkout.root().to_str().unwrap(), &["rev-list", "--count", "HEAD"]), "1");
}

#[tokio::test]
async fn of_a_partial_clone_the_missing_files_are_fetched() {
    let world = World::new();
    world.git("server", &["config", "uploadpack.allowFilter", "true"]);
    world.git("server", &["config", "uploadpack.allowAnySHA1InWant", "true"]);
    world.git(".", &["clone", "-q", "--filter=blob:none", &world.address("server").shown(), "partial"]);
    let checkout = checked_out(&world, "partial", "origin/f41").await;
    assert_eq!(fs_err::read_to_string(checkout.root().join("hello.spec")).unwrap(), "Name: hello\nVersion: 1.0\n");
}
