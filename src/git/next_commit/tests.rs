use super::super::push::{Before, Move, Push, Pushed};
use super::super::testing::{World, branch, branches, shown};
use super::super::working_clone::Place;
use super::*;

async fn started(world: &World, place: Place) -> WorkingClone {
    let clone = world.clone(place).await.unwrap();
    clone.fetch(&world.context, &branches(&["rawhide"])).await.unwrap();
    clone.start(&world.context, &branch("rawhide"), &branch("rawhide-update")).await.unwrap();
    clone
}

const MESSAGE: &str = "Update to 1.2 upstream release\n\n\n# a line like a comment\nUpstream tag: 1.2  \n\n";

#[tokio::test]
async fn commits_all_but_what_is_ignored() {
    let world = World::new();
    world.hook("hooks");
    let clone = started(&world, Place::Temporary).await;
    let context = &world.context;
    let nothing = clone.stage(context).await.unwrap();
    assert!(nothing.is_empty);
    for (name, text) in [("hello.spec", "new\r\n"), ("sub/new", "x\n"), ("-x", "y\n"), ("big.tar.gz", "z\n")] {
        fs_err::create_dir_all(clone.root().join(name).parent().unwrap()).unwrap();
        fs_err::write(clone.root().join(name), text).unwrap();
    }
    let root = clone.root().to_str().unwrap().to_owned();
    world.git(&root, &["config", "core.hooksPath", &world.path("hooks").display().to_string()]);
    world.git(&root, &["config", "core.autocrlf", "input"]);
    let staged = clone.stage(context).await.unwrap();
    assert!(!staged.is_empty && staged.base == nothing.base);
    let commit = clone.commit_staged(context, MESSAGE).await.unwrap();
    assert_eq!(
        world.git(&root, &["log", "-1", "--format=%an <%ae> %T"]),
        format!("Bob <bob@example.com> {}", staged.tree)
    );
    assert_eq!(world.git(&root, &["ls-tree", "-r", "--name-only", "HEAD"]), "-x\n.gitignore\nhello.spec\nsub/new");
    assert_eq!(
        world.git(&root, &["log", "-1", "--format=%B"]),
        "Update to 1.2 upstream release\n\n# a line like a comment\nUpstream tag: 1.2"
    );
    let diff = String::from_utf8(clone.diff(context, staged.base, commit).await.unwrap()).unwrap();
    assert!(
        diff.contains("+++ b/hello.spec\n") && diff.contains("\n+new\r\n") && diff.contains("+++ b/sub/new\n"),
        "{diff}"
    );
    assert!(!world.path("hooked").exists());
}

#[tokio::test]
async fn who_commits_must_be_known() {
    let world = World::new();
    let clone = started(&world, Place::Temporary).await;
    fs_err::write(clone.root().join("new"), "x").unwrap();
    clone.stage(&world.context).await.unwrap();
    let root = clone.root().to_str().unwrap();
    world.git(root, &["config", "user.useConfigOnly", "true"]);
    world.git(root, &["config", "user.name", ""]);
    let error = clone.commit_staged(&world.context, "x").await.unwrap_err();
    assert_eq!(error.kind(), Kind::Environment);
    assert!(shown(&error).contains("git config --global user.name"), "{}", shown(&error));
}

#[tokio::test]
async fn in_place_the_users_own_files_stay_out_unless_they_are_written() {
    let world = World::new();
    world.user_clone();
    world.write("theirs/:(top)odd\nname", "odd\n");
    world.write("theirs/given", "of the user\n");
    let clone = started(&world, Place::InPlace(world.path("theirs"))).await;
    fs_err::write(clone.root().join("ours"), "x").unwrap();
    fs_err::write(clone.root().join("given"), "synced\n").unwrap();
    clone.stage(&world.context).await.unwrap();
    clone.commit_staged(&world.context, "x").await.unwrap();
    assert_eq!(world.git("theirs", &["ls-tree", "--name-only", "HEAD"]), ".gitignore\ngiven\nhello.spec\nours");
    assert_eq!(world.read("theirs/mine"), "mine\n");
}

#[tokio::test]
async fn what_is_published_already_is_recognised() {
    let world = World::new();
    let context = &world.context;
    let fork = world.address("fork");
    let update = branch("rawhide-update");
    let other = branch("f41-update");
    let both = [other, update.clone()];
    let mut pushed = None;
    for round in 0..2 {
        let clone = started(&world, Place::Temporary).await;
        let there = clone.published(context, &fork, None, &both).await.unwrap();
        assert_eq!(there.len(), round);
        fs_err::write(clone.root().join("new"), "x\n").unwrap();
        let staged = clone.stage(context).await.unwrap();
        if let Some(there) = there.first() {
            assert_eq!((&there.branch, Some(there.commit)), (&update, pushed));
            assert!(there.is_same(&staged, MESSAGE));
            assert!(!there.is_same(&staged, "Another message"));
            fs_err::write(clone.root().join("new"), "y\n").unwrap();
            assert!(!there.is_same(&clone.stage(context).await.unwrap(), MESSAGE));
            // The branch of dist-git has moved on.
            let moved = Staged { base: there.commit, ..staged };
            assert!(!there.is_same(&moved, MESSAGE));
            break;
        }
        let commit = clone.commit_staged(context, MESSAGE).await.unwrap();
        let push = Push { to: &fork, credentials: None };
        let moved = Move { commit, branch: &update, before: Before::Exactly(None) };
        assert_eq!(push.one(context, clone.root(), moved).await.unwrap(), Pushed::Sent);
        pushed = Some(commit);
    }
    let clone = started(&world, Place::Temporary).await;
    fs_err::remove_dir_all(world.path("fork")).unwrap();
    assert_eq!(clone.published(context, &fork, None, &both).await.unwrap_err().kind(), Kind::Service);
    assert_eq!(clone.published(context, &fork, None, &[]).await.unwrap(), []);
}

#[test]
fn messages_are_compared_as_git_keeps_them() {
    assert_eq!(cleaned("\n\na  \n\n\n\nb\n# c\n\n"), "a\n\nb\n# c");
}
