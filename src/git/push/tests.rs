use super::super::testing::{World, branch, shown};
use super::*;

struct Pushing {
    world: World,
    to: Address,
    work: BranchName,
}

impl Pushing {
    fn new() -> Self {
        let world = World::new();
        Self { to: world.address("fork"), work: branch("rawhide-update"), world }
    }

    fn commit(&self, name: &str) -> CommitId {
        self.world.git("work", &["rev-parse", name]).parse().unwrap()
    }

    async fn push(&self, context: &Context, name: &str, before: Before) -> Result<Pushed> {
        let commit = self.commit(name);
        let moved = Move { commit, branch: &self.work, before };
        Push { to: &self.to, credentials: None }.one(context, &self.world.path("work"), moved).await
    }

    fn there(&self) -> String {
        self.world.try_git("fork", &["rev-parse", "--verify", "-q", "rawhide-update"]).1
    }
}

#[tokio::test]
async fn a_branch_is_replaced_only_where_it_is_what_it_was() {
    let pushing = Pushing::new();
    let context = &pushing.world.context;
    pushing.world.hook("work/.git/hooks");
    assert_eq!(pushing.push(context, "f42", Before::Exactly(None)).await.unwrap(), Pushed::Sent);
    assert_eq!(
        pushing.push(context, "f42", Before::Exactly(Some(pushing.commit("f42")))).await.unwrap(),
        Pushed::UpToDate
    );
    for before in [Before::Exactly(None), Before::Exactly(Some(pushing.commit("f41")))] {
        let error = pushing.push(context, "rawhide", before).await.unwrap_err();
        assert_eq!(error.kind(), Kind::Service);
        assert!(shown(&error).contains("stale info") && shown(&error).contains("run this again"), "{}", shown(&error));
        assert_eq!(pushing.there(), pushing.commit("f42").to_string());
    }
    let error = pushing.push(context, "rawhide", Before::Contained).await.unwrap_err();
    assert!(shown(&error).contains("other commits meanwhile"), "{}", shown(&error));
    let forced = pushing.push(context, "rawhide", Before::Exactly(Some(pushing.commit("f42")))).await.unwrap();
    assert_eq!((forced, pushing.there()), (Pushed::Sent, pushing.commit("rawhide").to_string()));
    assert!(!pushing.world.path("hooked").exists());
}

#[tokio::test]
async fn a_dry_run_sends_nothing_and_says_what_it_would() {
    let pushing = Pushing::new();
    let context = pushing.world.context.dry();
    assert_eq!(pushing.push(&context, "f42", Before::Exactly(None)).await.unwrap(), Pushed::Held);
    assert_eq!(pushing.there(), "");
    let held = context.gate().held();
    let [write] = &held[..] else { panic!("{held:?}") };
    assert_eq!((write.method.as_str(), &write.target), ("push", &pushing.to.to_string()));
    assert_eq!(write.body["branch"], "rawhide-update");
}

#[tokio::test]
async fn what_the_server_says_is_told() {
    let pushing = Pushing::new();
    let hook = "#!/bin/sh\necho \"You are not a \x1b[31mcommitter of rpms/hello\" >&2\necho 'see https://u:canary@h/x' >&2\nexit 1\n";
    pushing.world.script("fork/hooks/pre-receive", hook);
    let error = pushing.push(&pushing.world.context, "f42", Before::Exactly(None)).await.unwrap_err();
    assert_eq!(error.kind(), Kind::Service);
    let causes = error.causes().join("\n");
    assert!(causes.contains("committer of rpms/hello") && causes.contains("pre-receive hook declined"), "{causes}");
    assert!(!causes.contains("canary") && !causes.contains('\x1b'), "{causes}");
    assert_eq!(pushing.there(), "");
}

#[tokio::test]
async fn a_repository_that_is_gone() {
    let pushing = Pushing::new();
    fs_err::remove_dir_all(pushing.world.path("fork")).unwrap();
    let error = pushing.push(&pushing.world.context, "f42", Before::Exactly(None)).await.unwrap_err();
    assert_eq!(error.kind(), Kind::Service);
    assert!(shown(&error).contains("does not appear to be a git repository"), "{}", shown(&error));
    let names = ["one", "two"].map(branch);
    let commit = pushing.commit("f42");
    let moves = names.each_ref().map(|branch| Move { commit, branch, before: Before::Contained });
    let push = Push { to: &pushing.to, credentials: None };
    let results = push.all(&pushing.world.context, &pushing.world.path("work"), &moves).await.unwrap();
    assert!(results.len() == 2 && results.iter().all(Result::is_err), "{results:?}");
}

#[tokio::test]
async fn several_at_once_and_one_that_is_refused() {
    let pushing = Pushing::new();
    let context = &pushing.world.context;
    // A hook of the whole push: it refuses all for the sake of one.
    let hook = "#!/bin/sh\ncount=0\nwhile read old new ref; do\n  count=$((count+1))\n  \
                case $ref in *bad) echo 'bad is closed' >&2; exit 1;; esac\ndone\necho $count >> pushes\n";
    pushing.world.script("fork/hooks/pre-receive", hook);
    let names = ["one", "bad", "two"].map(branch);
    let moves: Vec<Move<'_>> = names
        .iter()
        .map(|branch| Move { commit: pushing.commit("f42"), branch, before: Before::Exactly(None) })
        .collect();
    let push = Push { to: &pushing.to, credentials: None };
    let results = push.all(context, &pushing.world.path("work"), &moves).await.unwrap();
    let [Ok(Pushed::Sent), Err(error), Ok(Pushed::Sent)] = &results[..] else { panic!("{results:?}") };
    assert!(error.message().starts_with("`bad` cannot be pushed") && error.causes()[0] == "bad is closed", "{error:?}");
    pushing.world.git("fork", &["rev-parse", "one^{commit}", "two^{commit}"]);
    assert!(!pushing.world.try_git("fork", &["rev-parse", "--verify", "bad"]).0);
    // Without a bad one they are one push.
    let good = [moves[0], moves[2]].map(|moved| Move {
        commit: pushing.commit("rawhide"),
        before: Before::Exactly(Some(moved.commit)),
        ..moved
    });
    fs_err::remove_file(pushing.world.path("fork/pushes")).unwrap();
    let results = push.all(context, &pushing.world.path("work"), &good).await.unwrap();
    assert!(results.iter().all(|result| matches!(result, Ok(Pushed::Sent))), "{results:?}");
    assert_eq!(pushing.world.read("fork/pushes"), "2\n");
    assert!(push.all(context, &pushing.world.path("work"), &[]).await.unwrap().is_empty());
}
