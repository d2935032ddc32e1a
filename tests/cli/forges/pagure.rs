//! What only Pagure has.

use super::*;

#[test]
fn one_of_many_pull_requests_is_found() {
    let desk = Desk::new(ForgeKind::Pagure);
    let fork = Project { is_new: false, ..desk.pushed() };
    desk.propose(&fork, (TITLE, TEXT)).unwrap();
    let (target, to) = (hello(), BranchName::new("f41").unwrap());
    let from = BranchName::new("rawhide-update").unwrap();
    let new = Project { is_new: true, ..fork.clone() };
    for _ in 0..101 {
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
fn a_fork_on_pagure_that_is_there_already() {
    let desk = Desk::new(ForgeKind::Pagure);
    assert!(desk.make_fork().is_new);
    assert!(!desk.make_fork().is_new);
}
