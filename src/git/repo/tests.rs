use std::os::unix::ffi::OsStringExt;

use super::*;

/// A folder with a git repository, made by the git program under a fixed identity and clock.
struct Fixture {
    dir: tempfile::TempDir,
    clock: std::cell::Cell<i64>,
}

impl Fixture {
    fn new() -> Self {
        let fixture = Self { dir: tempfile::tempdir().unwrap(), clock: std::cell::Cell::new(1_700_000_000) };
        fixture.git(&["init", "-q", "-b", "main", "."]);
        fixture
    }

    fn with_commit() -> Self {
        let fixture = Self::new();
        fixture.commit("First");
        fixture
    }

    fn path(&self) -> PathBuf {
        self.dir.path().canonicalize().unwrap()
    }

    fn git(&self, args: &[&str]) -> String {
        git(&self.path(), self.clock.get(), args)
    }

    /// An empty commit, an hour after the one before.
    fn commit(&self, message: &str) -> CommitId {
        self.clock.set(self.clock.get() + 3600);
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "--allow-empty", "-m", message]);
        self.id("HEAD")
    }

    fn id(&self, rev: &str) -> CommitId {
        self.git(&["rev-parse", &format!("{rev}^{{commit}}")]).trim().parse().unwrap()
    }

    fn write(&self, name: &str, content: &str) {
        let path = self.path().join(name);
        fs_err::create_dir_all(path.parent().unwrap()).unwrap();
        fs_err::write(path, content).unwrap();
    }

    fn open(&self) -> Repo {
        Repo::open(&self.path()).unwrap()
    }
}

#[expect(clippy::disallowed_methods, reason = "tests make their repositories with the real git")]
fn git(dir: &Path, clock: i64, args: &[&str]) -> String {
    let date = format!("{clock} +0000");
    let out = std::process::Command::new("git")
        .args(["-c", "protocol.file.allow=always", "-c", "gc.auto=0"])
        .args(args)
        .current_dir(dir)
        .env_clear()
        .env("PATH", "/usr/bin:/bin:/usr/local/bin")
        .env("HOME", "/nonexistent")
        .envs([("GIT_CONFIG_GLOBAL", "/dev/null"), ("GIT_CONFIG_NOSYSTEM", "1"), ("LC_ALL", "C")])
        .envs([("GIT_AUTHOR_NAME", "Ann"), ("GIT_AUTHOR_EMAIL", "ann@example.com"), ("GIT_AUTHOR_DATE", &date)])
        .envs([
            ("GIT_COMMITTER_NAME", "Ann"),
            ("GIT_COMMITTER_EMAIL", "ann@example.com"),
            ("GIT_COMMITTER_DATE", &date),
        ])
        .output()
        .unwrap();
    assert!(out.status.success(), "git {args:?}: {}", String::from_utf8_lossy(&out.stderr));
    String::from_utf8_lossy(&out.stdout).into_owned()
}

fn shown(error: &Error) -> String {
    [&[error.message().to_owned()], error.causes(), error.hints()].concat().join(" | ")
}

#[test]
fn opens_from_the_root_a_subfolder_and_a_linked_work_tree() {
    let fixture = Fixture::with_commit();
    fixture.write("sub/deep/file", "x");
    fixture.git(&["worktree", "add", "-q", "-b", "wt", "linked"]);
    let root = fixture.path();
    for (dir, top, branch) in [
        (root.clone(), root.clone(), "main"),
        (root.join("sub/deep"), root.clone(), "main"),
        (root.join("linked"), root.join("linked"), "wt"),
    ] {
        let repo = Repo::open(&dir).unwrap();
        assert_eq!(repo.root(), top);
        assert_eq!(repo.head().unwrap(), Head { branch: Some(branch.to_owned()), commit: fixture.id("HEAD") });
    }
}

#[test]
fn no_repository_a_bare_one_and_no_folder() {
    let outside = tempfile::tempdir().unwrap();
    let dir = outside.path().canonicalize().unwrap();
    let error = Repo::open(&dir).unwrap_err();
    assert_eq!(error.message(), format!("{} is not in a git repository", dir.display()));
    assert!(error.hints()[0].contains("git init"), "{}", shown(&error));

    let error = Repo::open(&dir.join("nope")).unwrap_err();
    assert_eq!(error.message(), format!("{} is not a folder", dir.join("nope").display()));

    git(&dir, 1_700_000_000, &["init", "-q", "--bare", "."]);
    let error = Repo::open(&dir).unwrap_err();
    assert!(error.message().contains("is a bare git repository"), "{}", shown(&error));
    assert_eq!(error.kind(), Kind::Project);
}

#[test]
fn damaged_repositories() {
    type Damage = fn(&Fixture);
    let breaks: [(&str, Damage, &str); 5] = [
        ("no HEAD", |f| fs_err::remove_file(f.path().join(".git/HEAD")).unwrap(), ".git is damaged"),
        (
            "a .git that leads nowhere",
            |f| {
                fs_err::remove_dir_all(f.path().join(".git")).unwrap();
                f.write(".git", "gitdir: /nonexistent/repo\n");
            },
            ".git is damaged or leads nowhere",
        ),
        ("a config that does not parse", |f| f.write(".git/config", "[core\n"), "cannot open the git repository"),
        (
            "a ref store we cannot read",
            |f| {
                f.git(&["config", "core.repositoryformatversion", "1"]);
                f.git(&["config", "extensions.unheardof", "x"]);
            },
            "unheardof",
        ),
        ("a HEAD of nonsense", |f| f.write(".git/HEAD", "nonsense\n"), ""),
    ];
    for (what, damage, expected) in breaks {
        let fixture = Fixture::with_commit();
        damage(&fixture);
        let error = match Repo::open(&fixture.path()) {
            Err(error) => error,
            Ok(repo) => repo.head().expect_err(what),
        };
        assert_eq!(error.kind(), Kind::Project, "{what}");
        assert!(shown(&error).contains(expected), "{what}: {}", shown(&error));
        assert!(shown(&error).contains(&*fixture.path().to_string_lossy()), "{what}: {}", shown(&error));
        assert!(!error.hints().is_empty(), "{what}");
    }
}

#[test]
fn a_repository_of_another_user() {
    let fixture = Fixture::with_commit();
    // Only root can give a folder away.
    if std::os::unix::fs::chown(fixture.path().join(".git"), Some(65534), None).is_err() {
        return;
    }
    std::os::unix::fs::chown(fixture.path(), Some(65534), None).unwrap();
    fixture.write("sub/file", "x");
    let error = Repo::open(&fixture.path().join("sub")).unwrap_err();
    assert_eq!(error.kind(), Kind::Environment);
    let command = format!("`git config --global --add safe.directory {}`", fixture.path().display());
    assert!(error.hints()[0].contains(&command), "{}", shown(&error));
}

#[test]
fn words_of_a_shell() {
    assert_eq!(shell_word("/a/b-c_1.0"), "/a/b-c_1.0");
    assert_eq!(shell_word("/a b/it's"), r"'/a b/it'\''s'");
}

#[test]
fn head_without_a_commit() {
    let fixture = Fixture::new();
    let error = fixture.open().head().unwrap_err();
    assert!(error.message().ends_with("has no commit yet"), "{}", shown(&error));
    assert!(error.hints()[0].contains("git commit"), "{}", shown(&error));

    let fixture = Fixture::with_commit();
    fixture.git(&["symbolic-ref", "HEAD", "refs/heads/gone"]);
    let error = fixture.open().head().unwrap_err();
    assert!(error.message().contains("names the branch `gone`"), "{}", shown(&error));
    assert!(error.hints()[0].contains("main"), "{}", shown(&error));
}

#[test]
fn head_whose_commit_is_missing() {
    let fixture = Fixture::with_commit();
    fixture.write(".git/refs/heads/main", "1234567890123456789012345678901234567890\n");
    let error = fixture.open().head().unwrap_err();
    assert!(
        error.message().contains("commit 1234567890123456789012345678901234567890 cannot be read"),
        "{}",
        shown(&error)
    );
    assert!(error.hints()[0].contains("git fsck"));
}

#[test]
fn detached_head_and_branch_with_slashes() {
    let fixture = Fixture::with_commit();
    fixture.git(&["switch", "-q", "-c", "feature/some-thing_2"]);
    assert_eq!(fixture.open().head().unwrap().branch.as_deref(), Some("feature/some-thing_2"));
    fixture.git(&["switch", "-q", "--detach"]);
    let head = fixture.open().head().unwrap();
    assert_eq!(head.branch, None);
    assert_eq!(head.commit.short(8), fixture.git(&["rev-parse", "--short=8", "HEAD"]).trim());
}

#[test]
fn remotes_in_the_order_of_the_config() {
    let fixture = Fixture::with_commit();
    fixture.git(&["remote", "add", "zed", "gh:foo/hello.git"]);
    fixture.git(&["remote", "add", "origin", "https://github.com/foo/hello.git"]);
    fixture.git(&["remote", "set-url", "--add", "origin", "https://jane@x.org:t@github.com/a/b"]);
    fixture.git(&["config", "remote.empty.fetch", "+refs/*:refs/*"]);
    fixture.git(&["config", "url.git@github.com:.insteadOf", "gh:"]);
    let remotes = fixture.open().remotes().unwrap();
    let flat: Vec<(&str, Vec<&str>)> =
        remotes.iter().map(|r| (r.name.as_str(), r.urls.iter().map(String::as_str).collect())).collect();
    assert_eq!(
        flat,
        [
            ("zed", vec!["git@github.com:foo/hello.git"]),
            ("origin", vec!["https://github.com/foo/hello.git", "https://jane@x.org:t@github.com/a/b"]),
        ]
    );
    assert_eq!(Fixture::new().open().remotes().unwrap(), []);
}

#[test]
fn upstream_is_the_named_remote_or_origin_or_the_first() {
    let fixture = Fixture::new();
    let chosen = |wanted| fixture.open().upstream_remote(wanted).map(|found| found.map(|remote| remote.name));
    assert_eq!(chosen(None).unwrap(), None);
    fixture.git(&["remote", "add", "zed", "https://github.com/zed/hello.git"]);
    assert_eq!(chosen(None).unwrap().as_deref(), Some("zed"));
    fixture.git(&["remote", "add", "origin", "https://github.com/foo/hello.git"]);
    assert_eq!(chosen(None).unwrap().as_deref(), Some("origin"));
    assert_eq!(chosen(Some("zed")).unwrap().as_deref(), Some("zed"));
    let error = chosen(Some("nowhere")).unwrap_err();
    assert_eq!(error.message(), "there is no git remote `nowhere`");
    assert_eq!(error.hints(), ["there are: zed, origin"]);
}

#[test]
fn tags_with_their_dates() {
    let fixture = Fixture::with_commit();
    let first = fixture.id("HEAD");
    let committed = fixture.clock.get();
    fixture.git(&["tag", "light"]);
    fixture.clock.set(committed + 500_000);
    fixture.git(&["tag", "-a", "-m", "x", "annotated"]);
    fixture.git(&["tag", "-a", "-m", "x", "nested", "annotated"]);
    fixture.git(&["tag", "rel/with/slash"]);
    fixture.write("file", "x");
    fixture.commit("Second");
    fixture.git(&["tag", "blob", "HEAD:file"]);
    fixture.git(&["tag", "-a", "-m", "x", "tree", "HEAD^{tree}"]);
    fixture.write(".git/refs/tags/dangling", "1234567890123456789012345678901234567890\n");
    for packed in [false, true] {
        if packed {
            fs_err::remove_file(fixture.path().join(".git/refs/tags/dangling")).unwrap();
            fixture.git(&["pack-refs", "--all"]);
        }
        let mut tags = fixture.open().tags().unwrap();
        tags.sort_by(|a, b| a.name.cmp(&b.name));
        let expected = [
            ("annotated", committed + 500_000, true),
            ("light", committed, false),
            ("nested", committed + 500_000, true),
            ("rel/with/slash", committed, false),
        ]
        .map(|(name, created, annotated)| Tag { name: name.to_owned(), commit: first, created, annotated });
        assert_eq!(tags, expected, "packed: {packed}");
    }
}

#[test]
fn names_that_are_not_utf8() {
    let fixture = Fixture::with_commit();
    let id = fixture.id("HEAD");
    let odd = |name: &[u8]| fixture.path().join(std::ffi::OsString::from_vec(name.to_vec()));
    fs_err::write(odd(b".git/refs/tags/v1\xff"), format!("{id}\n")).unwrap();
    fs_err::write(odd(b".git/refs/heads/br\xe9"), format!("{id}\n")).unwrap();
    fs_err::write(odd(b".git/HEAD"), b"ref: refs/heads/br\xe9\n").unwrap();
    fs_err::write(odd(b"caf\xe9"), "x").unwrap();
    fixture.git(&["add", "-A"]);
    let repo = fixture.open();
    assert_eq!(repo.head().unwrap().branch.as_deref(), Some("br\u{fffd}"));
    assert_eq!(repo.tags().unwrap()[0].name, "v1\u{fffd}");
    assert_eq!(repo.uncommitted().unwrap(), [PathBuf::from(std::ffi::OsString::from_vec(b"caf\xe9".to_vec()))]);
}

#[test]
fn what_head_contains() {
    let fixture = Fixture::with_commit();
    let base = fixture.id("HEAD");
    fixture.git(&["switch", "-q", "-c", "side"]);
    let side = fixture.commit("On the side");
    fixture.git(&["switch", "-q", "main"]);
    let mut main = Vec::new();
    for n in 0..10 {
        main.push(fixture.commit(&format!("Number {n}")));
    }
    let repo = fixture.open();
    let head = fixture.id("HEAD");
    assert!(repo.contains(head, head).unwrap() && repo.contains(head, base).unwrap());
    assert!(!repo.contains(head, side).unwrap() && !repo.contains(base, head).unwrap());
    // Both ways of answering: the first few one by one, the others from the walk.
    let mut history = repo.history(head);
    for _ in 0..3 {
        for commit in &main {
            assert!(history.contains(*commit).unwrap());
        }
        assert!(history.contains(base).unwrap() && !history.contains(side).unwrap());
    }
    fixture.git(&["merge", "-q", "--no-ff", "-m", "Merge", "side"]);
    assert!(fixture.open().contains(fixture.id("HEAD"), side).unwrap());
}

#[test]
fn a_wrong_clock_hides_nothing_from_the_first_question() {
    let fixture = Fixture::with_commit();
    let base = fixture.id("HEAD");
    let now = fixture.clock.replace(1_000_000_000);
    fixture.commit("Clock of the first boot");
    fixture.clock.set(now);
    let head = fixture.commit("Right again");
    assert!(fixture.open().contains(head, base).unwrap());
    // A tip that is older than what is asked for is not walked at all.
    fixture.git(&["switch", "-q", "--detach", &base.to_string()]);
    fixture.clock.set(now + 30 * 24 * 3600);
    let later = fixture.commit("Later");
    assert!(!fixture.open().contains(head, later).unwrap());
}

#[test]
fn shallow_clones() {
    let fixture = Fixture::with_commit();
    let first = fixture.id("HEAD");
    fixture.git(&["tag", "1.0"]);
    let second = fixture.commit("Second");
    let third = fixture.commit("Third");
    let clones = tempfile::tempdir().unwrap();
    let url = format!("file://{}", fixture.path().display());
    git(clones.path(), 1_700_000_000, &["clone", "-q", "--depth", "2", &url, "shallow"]);
    let repo = Repo::open(&clones.path().join("shallow")).unwrap();
    assert!(repo.is_shallow() && !fixture.open().is_shallow());
    assert_eq!(repo.tags().unwrap(), []);
    // The parent of the last commit is not there; that is no error.
    assert!(repo.contains(third, second).unwrap() && !repo.contains(third, first).unwrap());
    let error = repo.resolve("1.0").unwrap_err();
    assert!(error.hints()[0].contains("git fetch --unshallow --tags"), "{}", shown(&error));
}

#[test]
fn uncommitted_changes() {
    let fixture = Fixture::new();
    for name in ["clean", "changed", "staged", "removed", "sub/changed"] {
        fixture.write(name, "one\n");
    }
    fixture.write(".gitignore", "ignored\n");
    fixture.commit("First");
    assert_eq!(fixture.open().uncommitted().unwrap(), Vec::<PathBuf>::new());
    // The same size within the same second: only the content tells.
    for name in ["changed", "staged", "sub/changed"] {
        fixture.write(name, "two\n");
    }
    fixture.git(&["add", "staged"]);
    fixture.write("untracked", "x");
    fixture.write("ignored", "x");
    fixture.write("new", "x");
    fixture.git(&["add", "new"]);
    fs_err::remove_file(fixture.path().join("removed")).unwrap();
    let index = fs_err::read(fixture.path().join(".git/index")).unwrap();
    let mut changed = fixture.open().uncommitted().unwrap();
    changed.sort();
    assert_eq!(changed, ["changed", "new", "removed", "staged", "sub/changed"].map(PathBuf::from));
    assert_eq!(fs_err::read(fixture.path().join(".git/index")).unwrap(), index, "the index was written");
}

#[test]
fn a_sparse_checkout_is_not_a_change() {
    let fixture = Fixture::new();
    fixture.write("kept/file", "x");
    fixture.write("left/out/file", "x");
    fixture.commit("First");
    fixture.git(&["sparse-checkout", "set", "kept"]);
    assert!(!fixture.path().join("left").exists());
    assert_eq!(fixture.open().uncommitted().unwrap(), Vec::<PathBuf>::new());
}

#[test]
fn submodules_and_what_is_inside_them() {
    let library = Fixture::with_commit();
    let fixture = Fixture::with_commit();
    assert_eq!(fixture.open().submodules(fixture.id("HEAD")).unwrap(), Vec::<PathBuf>::new());
    let url = format!("file://{}", library.path().display());
    fixture.git(&["submodule", "--quiet", "add", &url, "vendor/lib"]);
    fixture.git(&["submodule", "--quiet", "add", &url, "another"]);
    let commit = fixture.commit("With submodules");
    let repo = fixture.open();
    assert_eq!(repo.submodules(commit).unwrap(), ["another", "vendor/lib"].map(PathBuf::from));
    assert_eq!(repo.uncommitted().unwrap(), Vec::<PathBuf>::new());

    let inside = Repo::open(&fixture.path().join("vendor/lib")).unwrap();
    assert_eq!(inside.root(), fixture.path().join("vendor/lib"));
    assert_eq!(inside.head().unwrap().commit, library.id("HEAD"));
}

#[test]
fn identity_of_the_repository() {
    let fixture = Fixture::with_commit();
    fixture.git(&["config", "user.name", "Jürgen Ann"]);
    fixture.git(&["config", "user.email", "ann@example.com"]);
    let identity = fixture.open().identity().unwrap();
    assert_eq!(identity.name.as_deref(), Some("Jürgen Ann"));
    assert_eq!(identity.email.as_deref(), Some("ann@example.com"));
    fixture.git(&["config", "user.email", " "]);
    assert_eq!(fixture.open().identity().unwrap().email, None);
}

#[test]
fn config_keys_without_a_value() {
    let fixture = Fixture::with_commit();
    fixture.write(".git/config", "[core]\n\trepositoryformatversion = 0\n[user]\n\tname\n[remote \"x\"]\n\turl\n");
    let repo = fixture.open();
    assert_eq!(repo.identity().unwrap().name, None);
    assert_eq!(repo.remotes().unwrap(), []);
}

#[test]
fn revisions() {
    let fixture = Fixture::with_commit();
    let first = fixture.id("HEAD");
    fixture.git(&["tag", "-a", "-m", "x", "1.0"]);
    fixture.write("file", "x");
    let second = fixture.commit("Second");
    let repo = fixture.open();
    for (rev, commit) in [
        ("1.0", first),
        ("HEAD~1", first),
        ("main", second),
        ("refs/heads/main", second),
        (first.to_string().as_str(), first),
        (first.short(10).as_str(), first),
    ] {
        assert_eq!(repo.resolve(rev).unwrap(), commit, "{rev}");
    }
    for (rev, kind) in [
        ("--output=x", Kind::Usage),
        ("-x", Kind::Usage),
        ("", Kind::Usage),
        ("a\0b", Kind::Usage),
        ("nope", Kind::Project),
        ("HEAD:file", Kind::Project),
        ("main~100", Kind::Project),
        ("::", Kind::Project),
    ] {
        let error = repo.resolve(rev).unwrap_err();
        assert_eq!(error.kind(), kind, "{rev}: {}", shown(&error));
        assert!(!error.hints().is_empty(), "{rev}");
    }
}
