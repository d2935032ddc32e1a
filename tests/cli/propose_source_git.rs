//! `packit propose-update` from a source-git repository: its commits become patches in dist-git.

use super::support::Release;
use super::support::forge::ForgeServer;

const FORK: &str = "forks/tester/rpms/hello";

/// The release 1.1.0 and two commits after it, the second of which is not in UTF-8.
fn source_git() -> Release {
    let release = Release::on("pagure", ForgeServer::pagure(), &["rawhide", "f43"]);
    let upstream = release.upstream();
    upstream
        .write("hello.c", "int main(void) { return 1; }\n")
        .commit("Return one\n\nPatch-name: one.patch\nPatch-id: 3");
    upstream.write("latin.txt", b"caf\xe9\n").commit("Add coffee");
    release
}

fn raw(release: &Release, branch: &str, name: &str) -> Vec<u8> {
    let mut git = release.world.command("git", release.forge.git_folder(FORK));
    git.args(["-c", "safe.directory=*", "show", &format!("{branch}:{name}")]).output().unwrap().stdout
}

fn files(release: &Release, branch: &str) -> String {
    release.git(FORK, &["ls-tree", "-r", "--name-only", branch])
}

fn message(release: &Release, branch: &str) -> String {
    release.git(FORK, &["log", "-1", "--format=%B", branch])
}

#[test]
fn commits_become_patches_in_dist_git() {
    let release = source_git();
    let run = release.propose(&["--upstream-ref", "1.1.0", "--dist-git-branch", "rawhide,f43"]).success();
    drop(run.told("patches from the commits since 1.1.0"));
    let head = release.upstream().git(&["rev-parse", "HEAD"]);
    for branch in ["rawhide-update", "f43-update"] {
        let all = files(&release, branch);
        assert!(all.contains("0002-Add-coffee.patch\n") && all.contains("one.patch\n"), "{all}");
        let spec = release.file(FORK, branch, "hello.spec");
        let tags = "# Return one\nPatch3:         one.patch\n# Add coffee\nPatch4:         0002-Add-coffee.patch\n";
        assert!(spec.contains(tags) && spec.contains("Version:        1.1.0"), "{spec}");
        let patch = raw(&release, branch, "0002-Add-coffee.patch");
        assert!(patch.windows(6).any(|part| part == b"+caf\xe9\n"), "{}", String::from_utf8_lossy(&patch));
        // What is checked out is taken, and not the tag.
        let said = message(&release, branch);
        assert!(
            said.contains(&format!("Upstream commit: {}\n", &head[..8])) && !said.contains("Upstream tag"),
            "{said}"
        );
        assert!(said.trim_end().ends_with(&format!("\n\nFrom-source-git-commit: {}", head.trim())), "{said}");
    }
    let (writes, asked) = (release.forge.writes().len(), release.lookaside.asked().len());
    release.propose(&["--upstream-ref", "1.1.0", "--dist-git-branch", "rawhide,f43"]).success();
    assert_eq!(release.forge.writes().len(), writes);
    assert!(release.lookaside.asked()[asked..].iter().all(|asked| asked == "HEAD"));
}

#[test]
fn the_key_counts_and_a_patch_that_says_the_same_stays() {
    let release = source_git();
    let upstream = release.upstream();
    upstream.append(
        ".packit.yaml",
        "upstream_ref: 1.1.0\npatch_generation_ignore_paths: [.packit.yaml]\n\
         files_to_sync: [{src: packaging/, dest: ./, delete: true, filters: ['protect hello.spec', 'protect sources']}]\n",
    );
    upstream.write("packaging/README", "For packagers\n").commit("Say it to packit");
    release.propose(&["--dist-git-branch", "rawhide"]).success();
    let first = raw(&release, "rawhide-update", "one.patch");
    assert!(first.starts_with(b"From ") && files(&release, "rawhide-update").contains("README\n"));
    // The same commits once more, with another date and a message that says more.
    let merged = release.world.path("merged");
    fs_err::create_dir_all(&merged).unwrap();
    let merged = super::support::Repository::at(&release.world, merged);
    merged.git(&[
        "clone",
        "--quiet",
        "--branch",
        "rawhide-update",
        &release.forge.git_folder(FORK).display().to_string(),
        ".",
    ]);
    merged.git(&["push", "--quiet", &release.forge.git_folder("rpms/hello").display().to_string(), "HEAD:rawhide"]);
    upstream.git(&["reset", "--quiet", "--soft", "1.1.0"]);
    upstream.git(&["reset", "--quiet", "latin.txt"]);
    upstream.git(&[
        "commit",
        "--quiet",
        "--message",
        "Return one\n\nSaid better.\n\nPatch-name: one.patch\nPatch-id: 3",
        "hello.c",
    ]);
    upstream.write("latin.txt", b"th\xe9\n").commit("Add coffee");
    let run = release.propose(&["--dist-git-branch", "rawhide"]).success();
    let again = raw(&release, "rawhide-update", "one.patch");
    assert_eq!(String::from_utf8_lossy(&again), String::from_utf8_lossy(&first), "{run}");
    let changed = raw(&release, "rawhide-update", "0002-Add-coffee.patch");
    assert!(changed.windows(5).any(|part| part == b"+th\xe9\n"), "{}", String::from_utf8_lossy(&changed));
}

#[test]
fn patch_tags_in_dist_git_have_the_digits_that_the_key_says() {
    let release = source_git();
    release.upstream().append(".packit.yaml", "upstream_ref: 1.1.0\npatch_generation_patch_id_digits: 4\n");
    release.propose(&["--dist-git-branch", "rawhide"]).success();
    let spec = release.file(FORK, "rawhide-update", "hello.spec");
    assert!(spec.contains("Patch0003:      one.patch\n"), "{spec}");
}

#[test]
fn what_is_no_commit_of_upstream() {
    let release = source_git();
    for (reference, word) in [("nope", "`upstream_ref`"), ("--output=x", "--output=x"), ("x*", "no tag that matches")] {
        drop(
            release
                .propose(&[&format!("--upstream-ref={reference}"), "--dist-git-branch", "rawhide"])
                .failure(2, &[word]),
        );
    }
    release.upstream().write("hello.c", "x\n").commit("Bad\n\nPatch-name: ../../x.patch");
    drop(release.propose(&["--upstream-ref", "1.1.0", "--dist-git-branch", "rawhide"]).failure(2, &["../../x.patch"]));
    assert!(release.forge.pull_requests().is_empty());
}

#[test]
fn the_action_makes_the_patches() {
    let release = source_git();
    let action = "actions:\n  create-patches: [\"bash -c 'echo mine > $PACKIT_DOWNSTREAM_REPO/mine.patch'\"]\n";
    release.upstream().append(".packit.yaml", action);
    release.propose(&["--upstream-ref", "1.1.0", "--dist-git-branch", "rawhide"]).success();
    assert_eq!(release.file(FORK, "rawhide-update", "mine.patch"), "mine\n");
    assert!(!files(&release, "rawhide-update").contains("one.patch"));
}
