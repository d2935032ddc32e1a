//! `packit pull-from-upstream` from a checkout of dist-git to a pull request, against servers on the loopback interface.

use super::support::forge::ForgeServer;
use super::support::release::ARCHIVE;
use super::support::{Release, ReleaseMonitoring, Repository, Run};

const FORK: &str = "forks/tester/rpms/hello";

/// A checkout of dist-git whose configuration, with `more` in it, is in all branches.
struct DistGit {
    release: Release,
    /// The repository of the forge.
    url: String,
}

impl DistGit {
    /// Upstream is a git repository.
    fn with_upstream(more: &str) -> Self {
        let release = Release::on("pagure", ForgeServer::pagure(), &["rawhide", "f43"]);
        let url = format!("file://{}", release.upstream().folder.display());
        Self::of(release, format!("upstream_project_url: {url}\n{more}"))
    }

    /// Upstream has none.
    fn without_upstream(more: &str) -> Self {
        Self::of(Release::on("pagure", ForgeServer::pagure(), &["rawhide", "f43"]), more.to_owned())
    }

    fn of(release: Release, more: String) -> Self {
        let url = release.forge.git_folder("rpms/hello").display().to_string();
        let folder = release.world.path("rpms/hello");
        fs_err::create_dir_all(&folder).unwrap();
        let checkout = Repository::at(&release.world, folder);
        checkout.git(&["clone", "--quiet", &url, "."]);
        checkout.write(
            ".packit.yaml",
            format!(
                "upstream_package_name: hello\ndownstream_package_name: hello\ndist_git_base_url: {}/\n\
                 dist_git_namespace: rpms\n{more}",
                release.forge.base()
            ),
        );
        checkout.commit("Configure packit");
        checkout.git(&["push", "--quiet", "origin", "HEAD:rawhide", "HEAD:f43"]);
        Self { release, url }
    }

    fn checkout(&self) -> Repository<'_> {
        Repository::at(&self.release.world, self.release.world.path("rpms/hello"))
    }

    /// Runs the command from outside on the checkout, which must stay as it is.
    #[track_caller]
    fn pull(&self, arguments: &[&str]) -> Run {
        self.checkout().packit_from_outside(&[&["pull-from-upstream"], arguments].concat())
    }

    /// Runs it in the checkout, where a version can be given.
    #[track_caller]
    fn pull_version(&self, version: &str, arguments: &[&str]) -> Run {
        let before = self.checkout().state();
        let run = self.checkout().packit(&[&["pull-from-upstream", ".", version], arguments].concat());
        assert_eq!(self.checkout().state(), before, "{run}");
        assert_eq!(self.release.world.leftovers(), Vec::<std::path::PathBuf>::new(), "{run}");
        run
    }

    fn of_fork(&self, branch: &str, name: &str) -> String {
        self.release.file(FORK, branch, name)
    }

    fn message(&self, branch: &str) -> String {
        self.release.git(FORK, &["log", "-1", "--format=%B", branch])
    }
}

#[test]
fn the_spec_file_of_dist_git_gets_the_release() {
    let dist_git = DistGit::with_upstream("");
    // What is in the checkout besides is nobody's business.
    dist_git.checkout().write("hello.spec", "Name: mine\n").write("notes", "mine\n");
    let run = dist_git.pull(&[]).success();
    let requests = dist_git.release.forge.pull_requests();
    assert_eq!(requests.len(), 1, "{run}");
    assert_eq!(requests[0]["title"], "Update rawhide to upstream release 1.1.0");
    let text = requests[0]["text"].as_str().unwrap();
    let commit = dist_git.release.upstream().git(&["rev-parse", "--short=8", "1.1.0^{}"]);
    assert!(text.contains("Upstream tag: 1.1.0") && text.contains(commit.trim()), "{text}");
    assert_eq!(run.stdout, format!("{}/rpms/hello/pull-request/1\n", dist_git.release.forge.base()), "{run}");
    let spec = dist_git.of_fork("rawhide-update", "hello.spec");
    let old = dist_git.release.file("rpms/hello", "rawhide", "hello.spec");
    let wanted = old.replace("1.0.0\nRelease:        3", "1.1.0\nRelease:        1").replace(
        "%changelog\n",
        "%changelog\n* Tue Nov 14 2023 Ann Author <ann@example.com> - 1.1.0-1\n- Update to version 1.1.0\n\n",
    );
    assert_eq!(spec, wanted);
    assert!(dist_git.of_fork("rawhide-update", "sources").starts_with("SHA512 (hello-1.1.0.tar.gz) = "));
    assert!(dist_git.of_fork("rawhide-update", "README.packit").contains("maintained by packit"));
    assert!(dist_git.release.lookaside.stored("rpms/hello", "hello-1.1.0.tar.gz", ARCHIVE).is_some());
    let message = dist_git.message("rawhide-update");
    assert!(message.starts_with("Update to 1.1.0 upstream release\n\nUpstream tag: 1.1.0\n"), "{message}");
}

#[test]
fn a_rerun_sends_nothing_and_a_merged_update_is_done() {
    let dist_git = DistGit::with_upstream("");
    dist_git.pull(&[]).success();
    let writes = dist_git.release.forge.writes().len();
    let run = dist_git.pull(&[]).success();
    assert_eq!(dist_git.release.forge.writes().len(), writes, "{run}");
    // The request is merged.
    let fork = dist_git.release.forge.git_folder(FORK).display().to_string();
    dist_git.checkout().git(&["push", "--quiet", &dist_git.url, "HEAD:refs/heads/unused"]);
    let merge = dist_git.release.world.path("merge");
    fs_err::create_dir_all(&merge).unwrap();
    let merge = Repository::at(&dist_git.release.world, merge);
    merge.git(&["clone", "--quiet", "--branch", "rawhide-update", &fork, "."]);
    merge.git(&["push", "--quiet", &dist_git.url, "HEAD:rawhide"]);
    drop(dist_git.pull(&[]).failure(5, &["rawhide", "nothing to do"]));
    assert_eq!(dist_git.release.forge.writes().len(), writes);
}

#[test]
fn the_branches_are_those_of_the_job() {
    let job = "jobs:\n- {job: propose_downstream, trigger: release, dist_git_branches: [epel9]}\n\
               - {job: pull_from_upstream, trigger: release, dist_git_branches: [f43, rawhide]}\n";
    let dist_git = DistGit::with_upstream(job);
    let run = dist_git.pull(&["--dry-run"]).success();
    assert!(
        dist_git.release.forge.writes().is_empty() && dist_git.release.lookaside.asked().iter().all(|a| a == "HEAD")
    );
    assert!(run.stdout.find("branch rawhide") < run.stdout.find("branch f43"), "{run}");
    assert!(run.stdout.contains("+Version:        1.1.0\n+Release:        1%{?dist}\n"), "{run}");
    let run = dist_git.pull(&[]).success();
    assert_eq!(run.stdout.lines().count(), 2, "{run}");
    let run = dist_git.pull(&["--dist-git-branch", "f43,nope"]).failure(6, &["nope"]);
    assert!(run.stdout.contains("/pull-request/"), "{run}");
}

#[test]
fn upstream_without_git_needs_a_version_and_has_no_tag() {
    let dist_git = DistGit::without_upstream("");
    drop(dist_git.pull(&[]).failure(2, &["no version", "packit pull-from-upstream . VERSION", "upstream_project_url"]));
    let run = dist_git.pull_version("1.1.0", &[]).success();
    let requests = dist_git.release.forge.pull_requests();
    assert_eq!(requests[0]["title"], "Update rawhide to upstream release 1.1.0", "{run}");
    let text = requests[0]["text"].as_str().unwrap();
    let message = dist_git.message("rawhide-update");
    assert!(!text.contains("Upstream") && !message.contains("Upstream tag") && !message.contains("Upstream commit"));
    assert!(dist_git.of_fork("rawhide-update", "hello.spec").contains("Version:        1.1.0"));
    assert!(dist_git.release.lookaside.stored("rpms/hello", "hello-1.1.0.tar.gz", ARCHIVE).is_some());
    let writes = dist_git.release.forge.writes().len();
    dist_git.pull_version("1.1.0", &[]).success();
    assert_eq!(dist_git.release.forge.writes().len(), writes);
}

#[test]
fn the_version_comes_from_release_monitoring() {
    let mut dist_git = DistGit::without_upstream("");
    let monitoring = ReleaseMonitoring::new().with_package("hello", Some("1.1.0"));
    dist_git.release.world.set("PACKIT_RELEASE_MONITORING_URL", monitoring.url());
    let run = dist_git.pull(&["--json"]).success();
    let json = run.json();
    let release = &json["result"]["packages"][0]["release"];
    assert_eq!(release["version"], "1.1.0", "{run}");
    assert!(release["tag"].is_null() && release["commit"].is_null(), "{run}");
    assert_eq!(json["command"], "pull-from-upstream");
}

#[test]
fn files_of_upstream_come_where_they_are_asked_for_and_the_spec_file_stays() {
    let dist_git =
        DistGit::with_upstream("files_to_sync: [hello.c, hello.spec, {src: data/, dest: data/, mkpath: true}]\n");
    let upstream = dist_git.release.upstream();
    upstream.write("data/a", "a\n").commit("Data");
    upstream.git(&["tag", "--force", "1.1.0"]);
    dist_git.pull(&[]).success();
    assert_eq!(dist_git.of_fork("rawhide-update", "hello.c"), "int main(void) { return 0; }\n");
    assert_eq!(dist_git.of_fork("rawhide-update", "data/a"), "a\n");
    let spec = dist_git.of_fork("rawhide-update", "hello.spec");
    assert!(spec.contains("Dora Downstream") && !spec.contains("Upstream's own entry"), "{spec}");
}

#[test]
fn actions_run_upstream_and_without_it_in_the_clone_of_dist_git() {
    let actions = "actions:\n  post-upstream-clone: [\"bash -c 'ls > $PACKIT_DOWNSTREAM_REPO/seen; pwd >&2'\"]\n";
    let dist_git = DistGit::with_upstream(actions);
    dist_git.pull(&[]).success();
    assert_eq!(dist_git.of_fork("rawhide-update", "seen"), "hello.c\nhello.spec\n");
    let dist_git = DistGit::without_upstream(&format!("{actions}files_to_sync: [hello.c]\n"));
    let run = dist_git.pull_version("1.1.0", &[]).success();
    assert_eq!(dist_git.of_fork("rawhide-update", "seen"), "hello.spec\nseen\nsources\n");
    drop(run.told("`files_to_sync` is left aside"));
}

#[test]
fn what_cannot_be_pulled() {
    let dist_git = DistGit::with_upstream("");
    drop(dist_git.pull_version("2.0", &[]).failure(2, &["no tag `2.0`", "1.1.0"]));
    drop(dist_git.pull_version("0.9", &[]).failure(2, &["0.9"]));
    assert!(dist_git.release.forge.writes().is_empty());
    for url in ["ext::sh -c touch% pwned", "--upload-pack=touch pwned", "../hello", "file:///nowhere/at-all"] {
        let dist_git = DistGit::without_upstream(&format!("upstream_project_url: '{url}'\n"));
        let run = dist_git.pull_version("1.1.0", &[]).failure(2, &[]);
        assert!(dist_git.release.forge.writes().is_empty(), "{run}");
        assert!(!dist_git.checkout().path("pwned").exists() && !run.stderr.contains("panicked"), "{run}");
    }
    let dist_git = DistGit::without_upstream("");
    dist_git.checkout().git(&["push", "--quiet", "origin", "--delete", "f43"]);
    let renamed = Repository::at(&dist_git.release.world, dist_git.checkout().folder.clone());
    renamed.git(&["mv", "hello.spec", "other.spec"]);
    renamed.commit("Rename");
    renamed.git(&["push", "--quiet", "origin", "HEAD:rawhide"]);
    drop(dist_git.pull_version("1.1.0", &[]).failure(2, &["no `hello.spec`", "downstream_package_name"]));
}

#[test]
fn a_push_without_a_pull_request() {
    let dist_git = DistGit::with_upstream("");
    dist_git.release.forge.access("rpms/hello", "commit", &["tester"]);
    let run = dist_git.pull(&["--no-pr", "--yes"]).success();
    assert!(dist_git.release.forge.pull_requests().is_empty(), "{run}");
    assert!(dist_git.release.file("rpms/hello", "rawhide", "hello.spec").contains("Version:        1.1.0"));
}
