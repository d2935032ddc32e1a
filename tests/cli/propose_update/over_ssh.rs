//! Pushes over ssh: git starts the user's `ssh`, which here runs git's own program of the server on this machine.

use std::os::unix::fs::PermissionsExt;

use super::FORK;
use crate::support::Release;
use crate::support::forge::ForgeServer;

/// Puts an `ssh` before all others that notes how it is called and runs what it is told in the folder of the forge's repositories.
fn with_ssh(release: &mut Release) {
    let bin = release.world.path("bin");
    let root = release.forge.git_folder("rpms/hello").parent().unwrap().parent().unwrap().to_owned();
    let asked = release.world.path("ssh.log");
    // The last word is the command: git-receive-pack '/rpms/hello.git'.
    let script = format!(
        "#!/bin/sh\necho \"$*\" >> '{asked}'\nenv >> '{asked}.env'\nfor last; do :; done\n\
         place=$(echo \"$last\" | sed \"s/^[a-z-]* '\\/*//; s/'\\$//\")\ncommand=${{last%% *}}\n\
         exec git \"${{command#git-}}\" '{root}'/\"$place\"\n",
        asked = asked.display(),
        root = root.display()
    );
    fs_err::create_dir(&bin).unwrap();
    fs_err::write(bin.join("ssh"), script).unwrap();
    fs_err::set_permissions(bin.join("ssh"), std::fs::Permissions::from_mode(0o755)).unwrap();
    let path = std::env::var("PATH").unwrap();
    release.world.set("PATH", format!("{}:{path}", bin.display()));
}

fn pushed_over_ssh(kind: &str, forge: ForgeServer, fork: &str, address: &str) {
    let mut release = Release::on(kind, forge, &["rawhide", "f43"]);
    with_ssh(&mut release);
    let run = release.propose(&["--push-over", "ssh", "--dist-git-branch", "rawhide,f43"]).success();
    let asked = fs_err::read_to_string(release.world.path("ssh.log")).unwrap();
    let pushes: Vec<&str> = asked.lines().filter(|line| line.contains("git-receive-pack")).collect();
    assert!(pushes.len() == 1 && pushes[0].ends_with(address), "one push for both branches: {pushes:#?}\n{run}");
    assert!(!release.forge.writes().iter().any(|write| write.starts_with("PUSH")), "{:#?}", release.forge.writes());
    for branch in ["rawhide-update", "f43-update"] {
        assert!(release.file(fork, branch, "hello.spec").contains("1.1.0\n"), "{branch}");
    }
    assert_eq!(release.forge.pull_requests().len(), 2, "{run}");
    let environment = fs_err::read_to_string(release.world.path("ssh.log.env")).unwrap();
    assert!(!environment.contains("TOKEN_TESTER") && !asked.contains("TOKEN_TESTER"), "{environment}");
    // A rerun has nothing to push.
    let again = release.propose(&["--push-over", "ssh", "--dist-git-branch", "rawhide,f43"]).success();
    assert_eq!(again.stdout, run.stdout);
    let later = fs_err::read_to_string(release.world.path("ssh.log")).unwrap();
    assert!(!later[asked.len()..].contains("git-receive-pack"), "{later}");
}

#[test]
fn on_pagure() {
    let address = "tester@pkgs.example.com git-receive-pack '/forks/tester/rpms/hello.git'";
    pushed_over_ssh("pagure", ForgeServer::pagure(), FORK, address);
}

#[test]
fn on_forgejo_at_a_port_of_its_own() {
    let address = "-p 2222 git@127.0.0.1 git-receive-pack '/tester/hello.git'";
    pushed_over_ssh("forgejo", ForgeServer::forgejo(), "tester/hello", address);
}

#[test]
fn on_gitlab() {
    let address = "git@127.0.0.1 git-receive-pack 'tester/hello.git'";
    pushed_over_ssh("gitlab", ForgeServer::gitlab(), "tester/hello", address);
}

#[test]
fn a_refused_key_is_told_in_the_words_of_ssh() {
    let mut release = Release::on("pagure", ForgeServer::pagure(), &["rawhide"]);
    with_ssh(&mut release);
    let ssh = release.world.path("bin/ssh");
    fs_err::write(ssh, "#!/bin/sh\necho 'tester@pkgs.example.com: Permission denied (publickey).' >&2\nexit 255\n")
        .unwrap();
    let run =
        release.propose(&["--push-over", "ssh"]).failure(3, &["Permission denied (publickey)", "the key is loaded"]);
    assert!(release.forge.pull_requests().is_empty(), "{run}");
}
