//! Forks and pull requests, from nothing to the second run.

use super::*;

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

/// A user who has something else of the same name gets a fork of another name, and it is found again.
fn fork_of_another_name(kind: ForgeKind, root: &str, name: &str) {
    let desk = Desk::new(kind);
    desk.server.project("tester/hello", &desk.world.path("hello"));
    assert_eq!(desk.fork(), None);
    let made = desk.make_fork();
    assert_eq!((made.path.to_string().as_str(), made.parent), (name, Some(hello())));
    let fork = desk.pushed();
    assert_eq!(fork.path, made.path);
    assert!(matches!(desk.propose(&fork, (TITLE, TEXT)).unwrap(), Proposed::Created(_)));
    assert_eq!(desk.server.projects(), ["rpms/hello", "tester/hello", name]);
    // Somebody, or an earlier attempt, was faster: it is no error.
    let writes = desk.server.writes().len();
    let again = desk.make_fork();
    assert_eq!(again.path, made.path);
    assert!(matches!(desk.propose(&again, (TITLE, TEXT)).unwrap(), Proposed::Unchanged(_)), "{root}");
    assert!(desk.server.writes().len() <= writes + 2, "{:#?}", desk.server.writes());
    assert_eq!(desk.server.pull_requests().len(), 1);
}

#[test]
fn a_fork_of_another_name_on_forgejo() {
    fork_of_another_name(ForgeKind::Forgejo, "/api/v1", "tester/rpms-hello");
}

#[test]
fn a_fork_of_another_name_on_gitlab() {
    fork_of_another_name(ForgeKind::GitLab, "/api/v4", "tester/rpms-hello");
}

#[test]
fn a_fork_of_another_name_on_github() {
    fork_of_another_name(ForgeKind::GitHub, "/api/v3", "tester/hello-1");
}

#[test]
fn a_pull_request_that_is_there_already() {
    for kind in [ForgeKind::Forgejo, ForgeKind::GitLab, ForgeKind::GitHub] {
        let desk = Desk::new(kind);
        let fork = Project { is_new: true, ..desk.pushed() };
        desk.propose(&fork, (TITLE, TEXT)).unwrap();
        assert!(matches!(desk.propose(&fork, (TITLE, "New")).unwrap(), Proposed::Updated(_)), "{kind}");
        // One that is refused for another reason stays refused.
        let error = desk.propose_to(&BranchName::new("nope").unwrap(), &fork).unwrap_err();
        says(&error, &["refuses to open a pull request in rpms/hello"]);
        assert_eq!(desk.server.pull_requests().len(), 1);
    }
}

#[test]
fn a_private_project() {
    for kind in [ForgeKind::Forgejo, ForgeKind::GitLab, ForgeKind::GitHub] {
        let desk = Desk::new(kind);
        desk.server.make_private("rpms/hello");
        assert_eq!(run(desk.forge("").project(&desk.context, &desk.client, &hello())).unwrap(), None);
        desk.server.fork_takes(Duration::from_millis(300));
        let fork = desk.make_fork();
        desk.await_fork(&fork, 5000).unwrap();
        // Through a helper, as users have it.
        let file = desk.world.path("home/.gitconfig");
        let settings = fs_err::read_to_string(&file).unwrap() + &desk.server.login("tester", "TOKEN_TESTER");
        fs_err::write(&file, settings).unwrap();
        let output = desk.push(&fork, "", "rawhide-update");
        assert!(output.status.success(), "{output:?}");
        // The token goes to the interface only, never to git's addresses.
        let requests = desk.server.requests();
        let to_git = requests.iter().filter(|request| request.path.contains(".git/info/refs"));
        let tokens = to_git.filter_map(|request| request.header("authorization"));
        assert!(tokens.into_iter().all(|token| token.starts_with("Basic ")), "{kind}");
    }
}

#[test]
fn all_pages_are_read() {
    for kind in [ForgeKind::Forgejo, ForgeKind::GitLab, ForgeKind::GitHub] {
        let desk = Desk::new(kind);
        let folder = desk.server.git_folder("rpms/hello");
        let names: Vec<String> = (0..230).map(|number| format!("rawhide:f{number:03}")).collect();
        let made = desk.world.command("git", &folder).args(["fetch", "-q", "."]).args(names).output().unwrap();
        assert!(made.status.success(), "{made:?}");
        let listed = run(desk.forge("").branches(&desk.context, &desk.client, &hello())).unwrap();
        assert_eq!(listed.len(), 233, "{kind}");
    }
}

/// Somebody else has a pull request from a branch of the same name: each keeps his own.
#[test]
fn only_pull_requests_of_ours_count() {
    for kind in ForgeKind::ALL {
        let desk = Desk::new(kind);
        let fork = Project { is_new: false, ..desk.pushed() };
        assert!(matches!(desk.propose(&fork, (TITLE, TEXT)).unwrap(), Proposed::Created(_)), "{kind}");
        let stranger = desk.forge("TOKEN_STRANGER");
        let other = run(stranger.create_fork(&desk.context, &desk.client, &hello(), "stranger")).unwrap().unwrap();
        let other = Project { is_new: false, ..other };
        let output = desk.push(&other, "stranger:TOKEN_STRANGER", "rawhide-update");
        assert!(output.status.success(), "{output:?}");
        let (target, to) = (hello(), BranchName::new("rawhide").unwrap());
        let from = BranchName::new("rawhide-update").unwrap();
        for author in [Some("stranger"), None] {
            let proposal = Proposal {
                target: &target,
                target_branch: &to,
                source: &other,
                source_branch: &from,
                author,
                title: "Mine",
                text: TEXT,
            };
            let made = run(stranger.propose(&desk.context, &desk.client, &proposal)).unwrap();
            assert_eq!(matches!(made, Proposed::Created(_)), author.is_some(), "{kind}: {made:?}");
            // Without a name, as in a dry run, the fork still tells which one is meant.
            let proposal = Proposal { source: &fork, author: author.map(|_| "tester"), ..proposal };
            let found = run(desk.tester().find_pull_request(&desk.context, &desk.client, &proposal)).unwrap().unwrap();
            assert_eq!((found.author.as_deref(), found.number), (Some("tester"), 1), "{kind}");
        }
        assert_eq!(desk.server.pull_requests().len(), 2);
    }
}
