//! `packit sync-from-downstream`: from dist-git on a Pagure to a pull request upstream, on several forges, on the loopback interface.

use super::support::forge::ForgeServer;
use super::support::{Release, Repository, Run};

/// Dist-git and upstream, each on its forge.
struct Setting {
    release: Release,
    upstream: ForgeServer,
}

impl Setting {
    /// Upstream lies on a forge of the kind that the configuration calls `kind`; its configuration has `more` in it.
    fn on(kind: &str, upstream: ForgeServer, more: &str) -> Self {
        let release = Release::on("pagure", ForgeServer::pagure(), &["rawhide", "f43"]);
        let base = upstream.base();
        release.configure_user(&format!("  \"{base}\":\n    type: {kind}\n    token: TOKEN_TESTER\n"));
        let checkout = release.upstream();
        checkout.append(".packit.yaml", &format!("upstream_project_url: {base}/example/hello\n{more}"));
        checkout.write("data/kept", "upstream's own\n").commit("Configure");
        upstream.project("example/hello", &checkout.folder);
        Self { release, upstream }
    }

    fn github(more: &str) -> Self {
        Self::on("github", ForgeServer::github(), more)
    }

    fn checkout(&self) -> Repository<'_> {
        self.release.upstream()
    }

    /// Runs the command from outside on the checkout, which must stay as it is.
    #[track_caller]
    fn sync(&self, arguments: &[&str]) -> Run {
        let run = self.checkout().packit_from_outside(&[&["sync-from-downstream"], arguments].concat());
        assert!(self.release.forge.writes().is_empty(), "dist-git is only read: {run}");
        run
    }

    /// A file of a branch upstream, or of its fork.
    fn of(&self, project: &str, branch: &str, name: &str) -> String {
        self.git(project, &["show", &format!("{branch}:{name}")])
    }

    fn git(&self, project: &str, arguments: &[&str]) -> String {
        let mut git = self.release.world.command("git", self.upstream.git_folder(project));
        let output = git.args(["-c", "safe.directory=*"]).args(arguments).output().unwrap();
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// Changes a file in a branch of dist-git.
    fn change(&self, branch: &str, name: &str, content: &str) {
        self.release.in_dist_git(branch, |package| {
            package.write(name, content);
        });
    }

    fn dist_git_spec(&self) -> String {
        self.release.file("rpms/hello", "rawhide", "hello.spec")
    }
}

#[test]
fn the_spec_file_of_dist_git_becomes_a_pull_request_on_every_forge() {
    for (kind, forge, fork, page) in [
        ("github", ForgeServer::github(), "tester/hello", "example/hello/pull/1"),
        ("gitlab", ForgeServer::gitlab(), "tester/hello", "example/hello/-/merge_requests/1"),
        ("forgejo", ForgeServer::forgejo(), "tester/hello", "example/hello/pulls/1"),
        ("pagure", ForgeServer::pagure(), "forks/tester/example/hello", "example/hello/pull-request/1"),
    ] {
        let setting = Setting::on(kind, forge, "");
        setting.checkout().write("untracked", "mine\n").write("hello.c", "mine\n");
        let run = setting.sync(&[]).success();
        assert_eq!(run.stdout, format!("{}/{page}\n", setting.upstream.base()), "{run}");
        let requests = setting.upstream.pull_requests();
        assert_eq!(requests.len(), 1, "{run}");
        let commit = setting.release.forge.branch("rpms/hello", "rawhide").unwrap();
        let request = &requests[0];
        assert_eq!(request["title"], "Update from downstream branch 'rawhide'");
        assert_eq!(request["text"].as_str().unwrap().trim(), format!("Downstream commit: {}", &commit[..8]));
        assert_eq!(
            (request["source_branch"].as_str(), request["target_branch"].as_str()),
            (Some("rawhide-downstream-sync"), Some("main"))
        );
        let work = "rawhide-downstream-sync";
        assert_eq!(setting.of(fork, work, "hello.spec"), setting.dist_git_spec());
        // Only what belongs to upstream goes there.
        assert_eq!(setting.git(fork, &["diff", "--name-only", "main", work]), "hello.spec\n");
        let message = setting.git(fork, &["log", "-1", "--format=%B%an", work]);
        let wanted = format!(
            "[packit] Sync from downstream branch 'rawhide'\n\nDownstream commit: {}\nAnn Author\n",
            &commit[..8]
        );
        assert_eq!(message, wanted);
        // Once more: nothing is sent.
        let writes = setting.upstream.writes().len();
        let run = setting.sync(&[]).success();
        assert_eq!(setting.upstream.writes().len(), writes, "{run}");
        assert_eq!(setting.upstream.pull_requests().len(), 1);
        // Dist-git goes on: the same request.
        setting.change("rawhide", "hello.spec", &setting.dist_git_spec().replace("trivial", "small"));
        setting.sync(&[]).success();
        assert_eq!(setting.upstream.pull_requests().len(), 1);
        assert!(setting.of(fork, work, "hello.spec").contains("A small program"));
        assert_eq!(setting.git(fork, &["rev-list", "--count", &format!("main..{work}")]), "1\n");
    }
}

#[test]
fn any_branch_goes_to_any_branch_and_one_that_fails_stops_no_other() {
    let setting = Setting::github("");
    setting.change("f43", "hello.spec", "Name: of f43\n");
    let upstream = setting.upstream.git_folder("example/hello");
    drop(setting.release.world.command("git", upstream).args(["branch", "stable", "main"]).output().unwrap());
    let run =
        setting.sync(&["--dist-git-branch", "f43,nope,rawhide", "--upstream-branch", "stable"]).failure(6, &["nope"]);
    assert_eq!(run.stdout.lines().count(), 2, "{run}");
    assert!(setting.upstream.pull_requests().iter().all(|request| request["target_branch"] == "stable"));
    assert_eq!(setting.of("tester/hello", "f43-downstream-sync", "hello.spec"), "Name: of f43\n");
    drop(setting.sync(&["--upstream-branch", "nope"]).failure(2, &["`nope`", "--upstream-branch"]));
    drop(setting.sync(&["--upstream-branch=--output=x"]).failure(2, &["no name of a branch"]));
    // The branches of a job count before the default one, those outside of jobs do not.
    let setting = Setting::github("dist_git_branches: [rawhide, f43]\n");
    drop(setting.sync(&["--dry-run"]).success().told("rawhide: push").silent_on("f43"));
    let setting = Setting::github("jobs: [{job: sync_from_downstream, trigger: commit, dist_git_branches: [f43]}]\n");
    drop(setting.sync(&["--dry-run"]).success().told("f43: push").silent_on("rawhide:"));
}

#[test]
fn nothing_is_sent_when_all_files_are_the_same() {
    let setting = Setting::github("files_to_sync: [README]\n");
    drop(setting.sync(&[]).failure(5, &["nothing to do", "`README` is not there"]));
    assert!(setting.upstream.writes().is_empty());
}

#[test]
fn a_dry_run_shows_what_a_real_run_commits() {
    let setting = Setting::github("");
    let dry = setting.sync(&["--dry-run"]).success();
    assert!(setting.upstream.writes().is_empty(), "{dry}");
    assert!(dry.stdout.contains("pull request: Update from downstream branch 'rawhide'"), "{dry}");
    setting.sync(&[]).success();
    let diff = setting.git("tester/hello", &["diff", "--full-index", "main", "rawhide-downstream-sync"]);
    assert!(diff.contains("-Version:        1.1.0") && dry.stdout.contains(&diff), "{dry}");
    let json = setting.sync(&["--json"]).success().json();
    let branch = &json["result"]["packages"][0]["branches"][0];
    assert_eq!((branch["branch"].as_str(), branch["state"].as_str()), (Some("rawhide"), Some("unchanged")));
}

#[test]
fn files_to_sync_are_taken_the_other_way_round() {
    let setting = Setting::github(
        "files_to_sync:\n- {src: packaging/, dest: dist, delete: true}\n- {src: sub/a.conf, dest: b.conf}\n- {src: [data/*.txt], dest: .}\n\
         - {src: '*/x', dest: .}\n- hello.c\n",
    );
    for (name, content) in [
        ("dist/one", "1\n"),
        ("dist/deep/two", "2\n"),
        ("b.conf", "b\n"),
        ("t.txt", "t\n"),
        ("hello.c", "c\n"),
        ("x", "x\n"),
        ("dist/three four", "3 4\n"),
        ("dist/four", "4\n"),
    ] {
        setting.change("rawhide", name, content);
    }
    let run =
        setting.sync(&["-x", "two", "--exclude", "hello.c", "-x", "three four"]).success().told("`*/x` is left aside");
    let changed = setting.git("tester/hello", &["diff", "--name-status", "main", "rawhide-downstream-sync"]);
    assert_eq!(changed, "A\tdata/t.txt\nA\tpackaging/four\nA\tpackaging/one\nA\tsub/a.conf\n", "{run}");
    assert_eq!(setting.of("tester/hello", "rawhide-downstream-sync", "sub/a.conf"), "b\n");
    let requests = setting.upstream.requests().len();
    drop(setting.sync(&["-x", "../hello.c"]).failure(2, &["../hello.c", "--exclude"]));
    assert_eq!(setting.upstream.requests().len(), requests);
}

#[test]
fn branches_are_pushed_where_the_user_says() {
    let setting = Setting::github("");
    // Upstream itself: the user may push there.
    setting.upstream.access("example/hello", "commit", &["tester"]);
    setting.sync(&["--no-fork"]).success();
    let request = &setting.upstream.pull_requests()[0];
    assert_eq!(
        (request["source"].as_str(), request["target"].as_str()),
        (Some("example/hello"), Some("example/hello"))
    );
    assert_eq!(setting.of("example/hello", "rawhide-downstream-sync", "hello.spec"), setting.dist_git_spec());
    assert!(!setting.upstream.projects().contains(&"tester/hello".to_owned()));
    let writes = setting.upstream.writes().len();
    setting.sync(&["--no-fork"]).success();
    assert_eq!(setting.upstream.writes().len(), writes);
    // The repository of a remote.
    let setting = Setting::github("");
    setting.upstream.project("tester/other", &setting.checkout().folder);
    let url = format!("{}/tester/other.git", setting.upstream.base());
    setting.checkout().git(&["remote", "add", "mine", &url]);
    drop(setting.sync(&["--remote-to-push", "nope"]).failure(2, &["no git remote `nope`", "mine"]));
    drop(setting.sync(&["--remote-to-push", "mine", "--no-fork"]).failure(2, &["--remote-to-push"]));
    let run = setting.sync(&["--remote-to-push", "mine", "--no-pr", "--yes"]).success();
    assert_eq!(setting.of("tester/other", "rawhide-downstream-sync", "hello.spec"), setting.dist_git_spec(), "{run}");
    // Elsewhere, where nobody gets the token.
    let elsewhere = setting.release.world.path("elsewhere.git");
    setting.checkout().git(&["clone", "--quiet", "--bare", ".", &elsewhere.display().to_string()]);
    setting.checkout().git(&["remote", "add", "elsewhere", &elsewhere.display().to_string()]);
    drop(setting.sync(&["--remote-to-push", "elsewhere"]).failure(2, &["no pull request can come", "--no-pr"]));
    setting.sync(&["--remote-to-push", "elsewhere", "--no-pr", "--yes"]).success();
    let branches = setting.checkout().git(&["ls-remote", "--heads", "elsewhere"]);
    assert!(branches.contains("refs/heads/rawhide-downstream-sync"), "{branches}");
    setting.checkout().git(&["remote", "add", "bad", "ext::sh -c touch% pwned"]);
    drop(setting.sync(&["--remote-to-push", "bad", "--no-pr", "--yes"]).failure(2, &["no address"]));
}

#[test]
fn without_a_pull_request_a_script_must_mean_it() {
    let setting = Setting::github("");
    drop(setting.sync(&["--no-pr"]).failure(2, &["rawhide-downstream-sync would be pushed", "--yes", "--in-place"]));
    assert!(setting.upstream.branch("tester/hello", "rawhide-downstream-sync").is_none());
    setting.sync(&["--no-pr", "--yes"]).success();
    assert!(setting.upstream.pull_requests().is_empty());
    assert_eq!(setting.of("tester/hello", "rawhide-downstream-sync", "hello.spec"), setting.dist_git_spec());
    drop(setting.sync(&["--force", "--dry-run"]).success().told("--force is not needed"));
}

#[test]
fn in_place_the_files_are_in_the_checkout_and_nothing_is_sent() {
    let setting = Setting::github("files_to_sync: [hello.spec, {src: data/, dest: data}]\n");
    setting.change("rawhide", "data/new file", "new\n");
    let checkout = setting.checkout();
    let run = |arguments: &[&str]| checkout.packit(&[&["sync-from-downstream", "--in-place"], arguments].concat());
    // Neither a change nor a file of the user is lost.
    checkout.write("hello.spec", "Name: mine\n").write("data/new file", "mine\n").write("hello.c", "mine\n");
    let before = checkout.state();
    drop(run(&[]).failure(2, &["would be lost", "`hello.spec`", "`data/new file`", "--force"]));
    assert_eq!(checkout.state(), before);
    drop(run(&["--dry-run", "--force"]).success());
    assert_eq!(checkout.state(), before);
    assert_eq!(run(&["--force"]).success().stdout, "data/new file\nhello.spec\n");
    let text = |name: &str| fs_err::read_to_string(checkout.path(name)).unwrap();
    assert_eq!(
        (text("hello.spec"), text("data/new file"), text("data/kept")),
        (setting.dist_git_spec(), "new\n".to_owned(), "upstream's own\n".to_owned())
    );
    assert_eq!(text("hello.c"), "mine\n");
    let status = checkout.git(&["status", "--porcelain"]);
    assert_eq!(status, " M hello.c\n M hello.spec\n?? \"data/new file\"\n");
    drop(run(&[]).failure(5, &["nothing to do"]));
    drop(run(&["--dist-git-branch", "rawhide,f43"]).failure(2, &["one branch", "--dist-git-branch"]));
    drop(run(&["--upstream-branch", "main"]).failure(2, &["--upstream-branch"]));
    assert!(setting.upstream.requests().is_empty() && setting.release.world.leftovers().is_empty());
}

#[test]
fn the_clone_is_kept_where_the_user_wants_it() {
    let setting = Setting::github("");
    let kept = setting.release.world.path("kept");
    setting.sync(&["--dry-run", "--keep", &kept.display().to_string()]).success();
    assert_eq!(fs_err::read_to_string(kept.join("hello.spec")).unwrap(), setting.dist_git_spec());
}

#[test]
fn what_is_refused() {
    let setting = Setting::github("");
    setting.upstream.refuse_pushes(Some("the hook says no"));
    drop(setting.sync(&[]).failure(3, &["the hook says no"]));
    setting.upstream.refuse_pushes(None);
    setting.sync(&[]).success();
    // No token.
    let file = setting.release.world.path("home/.config/packit.yaml");
    let user = fs_err::read_to_string(&file).unwrap();
    fs_err::write(&file, user.replace("TOKEN_TESTER", "TOKEN_TESTER_EXPIRED")).unwrap();
    drop(setting.sync(&[]).failure(3, &["token"]));
    // Names that lead elsewhere, and links of dist-git.
    for item in ["../out", "/etc/out", ".git/config", "{src: ../../up/, dest: .}", "{src: a, dest: ../x}"] {
        let setting =
            Setting::github(&format!("files_to_sync: [\"{item}\"]\n").replace("\"{", "{").replace("}\"", "}"));
        let run = setting.sync(&[]).failure(2, &[".packit.yaml"]);
        assert!(setting.upstream.pull_requests().is_empty(), "{run}");
    }
    let setting = Setting::github("files_to_sync: [hello.spec, data/]\n");
    setting.release.in_dist_git("rawhide", |package| {
        fs_err::remove_file(package.path("hello.spec")).unwrap();
        std::os::unix::fs::symlink("/etc/passwd", package.path("hello.spec")).unwrap();
    });
    drop(setting.sync(&[]).failure(2, &["hello.spec", "leads out"]));
    assert!(setting.upstream.pull_requests().is_empty());
    for url in ["ext::sh -c touch% pwned", "--upload-pack=x", "/srv/hello.git", "file:///srv/hello.git"] {
        let setting = Setting::github("");
        let checkout = setting.checkout();
        let text = fs_err::read_to_string(checkout.path(".packit.yaml")).unwrap();
        let base = format!("{}/example/hello", setting.upstream.base());
        checkout.write(".packit.yaml", text.replace(&base, &format!("'{url}'")));
        let run = setting.sync(&[]).failure(2, &[]);
        assert!(setting.upstream.requests().is_empty() && !checkout.path("pwned").exists(), "{run}");
    }
}
