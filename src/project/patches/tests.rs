use std::collections::BTreeMap;
use std::os::unix::ffi::OsStrExt as _;
use std::sync::{Arc, Mutex};

use super::*;
use crate::event::What;
use crate::interrupt::Interrupt;

/// A repository made by the git program, with a staging folder beside it.
struct Fixture {
    dir: tempfile::TempDir,
    clock: std::cell::Cell<i64>,
    /// The author's name: nothing that goes into a patch need be UTF-8.
    who: &'static [u8],
    found: Arc<Mutex<Vec<Finding>>>,
}

/// What a request has besides commits and folders.
#[derive(Default)]
struct Options<'a> {
    ignored: &'a [&'a str],
    taken: &'a [&'a str],
    since: Option<&'a str>,
    variables: &'a [(&'a str, &'a str)],
}

impl Fixture {
    /// With one commit, tagged `1.0`: `file` with the lines 1 to 9.
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let clock = std::cell::Cell::new(1_700_000_000);
        let fixture = Self { dir, clock, who: b"Zo\xebe", found: Arc::default() };
        for folder in ["repo", "into", "scratch"] {
            fs::create_dir(fixture.path(folder)).unwrap();
        }
        fixture.git(&["init", "-q", "-b", "main", "."]);
        fixture.git(&["commit", "-q", "--allow-empty", "-m", "Root"]);
        fixture.write("file", "1\n2\n3\n4\n5\n6\n7\n8\n9\n");
        fixture.commit("Upstream");
        fixture.git(&["tag", "1.0"]);
        fixture
    }

    fn path(&self, folder: &str) -> PathBuf {
        self.dir.path().canonicalize().unwrap().join(folder)
    }

    fn git(&self, args: &[&str]) -> String {
        git(&self.path("repo"), self.clock.get(), args)
    }

    fn write(&self, name: impl AsRef<Path>, content: impl AsRef<[u8]>) {
        fs::write(self.path("repo").join(name), content).unwrap();
    }

    /// A commit of all there is, an hour after the one before; the message may be any bytes.
    fn commit(&self, message: impl AsRef<[u8]>) -> CommitId {
        self.commit_in("", message)
    }

    /// The same with one more header. It is made by hand: `git commit` would make UTF-8 of all of it.
    fn commit_in(&self, header: &str, message: impl AsRef<[u8]>) -> CommitId {
        self.clock.set(self.clock.get() + 3600);
        self.git(&["add", "-A"]);
        let mut raw = format!("tree {}", self.git(&["write-tree"])).into_bytes();
        raw.extend(format!("parent {}", self.git(&["rev-parse", "HEAD"])).into_bytes());
        for role in ["author", "committer"] {
            raw.extend([role.as_bytes(), b" ", self.who, b" <zoe@example.com> "].concat());
            raw.extend(format!("{} +0000\n", self.clock.get()).as_bytes());
        }
        raw.extend(header.as_bytes());
        raw.push(b'\n');
        raw.extend(message.as_ref());
        fs::write(self.path("commit"), raw).unwrap();
        let id = self.git(&["hash-object", "-t", "commit", "-w", "../commit"]);
        self.git(&["reset", "-q", "--soft", id.trim()]);
        self.id("HEAD")
    }

    /// A commit that writes `content` into the file `name`.
    fn change(&self, name: impl AsRef<Path>, content: impl AsRef<[u8]>, message: impl AsRef<[u8]>) -> CommitId {
        self.write(name, content);
        self.commit(message)
    }

    fn id(&self, rev: &str) -> CommitId {
        self.git(&["rev-parse", &format!("{rev}^{{commit}}")]).trim().parse().unwrap()
    }

    fn make(&self) -> Result<Vec<Patch>> {
        self.make_with(&Options::default())
    }

    fn make_with(&self, options: &Options<'_>) -> Result<Vec<Patch>> {
        let found = Arc::clone(&self.found);
        let sink = Arc::new(move |event: crate::event::Event| {
            if let What::Found(finding) = event.what {
                found.lock().unwrap().push(finding);
            }
        });
        let variables = options.variables.iter().map(|(name, value)| (name.into(), value.into())).collect();
        let context = Context::with(self.path("repo"), variables, sink, Interrupt::default()).unwrap();
        let (root, into, scratch) = (self.path("repo"), self.path("into"), self.path("scratch"));
        let request = Request {
            root: &root,
            since: self.id(options.since.unwrap_or("1.0")),
            head: self.id("HEAD"),
            ignored: options.ignored,
            taken: options.taken,
            into: &into,
            scratch: &scratch,
        };
        let before = tree(&root);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let made = runtime.block_on(make(&context, &request));
        assert!(before == tree(&root), "the repository is not as it was");
        assert_eq!(fs::read_dir(&scratch).unwrap().count(), 0, "something is left in the scratch folder");
        made
    }

    /// Messages of what was found.
    fn found(&self) -> Vec<String> {
        self.found.lock().unwrap().iter().map(|finding| finding.message.clone()).collect()
    }

    fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.path("into").join(name)).unwrap()
    }

    /// The names of the files that were made.
    fn files(&self) -> Vec<String> {
        tree(&self.path("into")).into_keys().map(|path| path.to_string_lossy().into_owned()).collect()
    }

    /// Shows that the patches, applied to upstream one behind the other, give the files of HEAD.
    fn applies(&self, patches: &[Patch]) {
        let other = self.path("applied");
        git(&self.path("."), 0, &["clone", "-q", "repo", "applied"]);
        git(&other, 0, &["checkout", "-q", "1.0"]);
        for patch in patches {
            git(&other, 0, &["am", "-q", patch.path.to_str().unwrap()]);
        }
        assert_eq!(git(&other, 0, &["rev-parse", "HEAD^{tree}"]), self.git(&["rev-parse", "HEAD^{tree}"]));
    }
}

/// All files of a folder with their contents.
fn tree(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(at) = folders.pop() {
        for entry in fs::read_dir(at).unwrap() {
            let path = entry.unwrap().path();
            let name = path.strip_prefix(folder).unwrap().to_owned();
            if path.is_dir() && !path.is_symlink() {
                files.insert(name, b"folder".to_vec());
                folders.push(path);
            } else {
                files.insert(name, fs::read(&path).unwrap_or_default());
            }
        }
    }
    files
}

#[expect(clippy::disallowed_methods, reason = "tests make their repositories with the real git")]
fn git(dir: &Path, clock: i64, args: &[&str]) -> String {
    let date = format!("{} +0000", clock.max(1_700_000_000));
    let mut command = std::process::Command::new("git");
    command
        .args(["-c", "gc.auto=0"])
        .args(args)
        .current_dir(dir)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap())
        .env("HOME", "/nonexistent")
        .envs([("GIT_CONFIG_GLOBAL", "/dev/null"), ("GIT_CONFIG_NOSYSTEM", "1"), ("LC_ALL", "C")])
        .env("FILTER_BRANCH_SQUELCH_WARNING", "1");
    for who in ["AUTHOR", "COMMITTER"] {
        command.env(format!("GIT_{who}_NAME"), "Zoe");
        command.env(format!("GIT_{who}_EMAIL"), "zoe@example.com").env(format!("GIT_{who}_DATE"), &date);
    }
    let out = command.output().unwrap();
    assert!(out.status.success(), "git {args:?}: {}", String::from_utf8_lossy(&out.stderr));
    String::from_utf8_lossy(&out.stdout).into_owned()
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

fn names(patches: &[Patch]) -> Vec<&str> {
    patches.iter().map(|patch| patch.name.as_str()).collect()
}

fn shown(error: &Error) -> String {
    [&[error.message().to_owned()], error.causes(), error.hints()].concat().join(" | ")
}

#[test]
fn plain_commits_are_what_git_makes_of_them() {
    let fixture = Fixture::new();
    assert_eq!(fixture.make().unwrap(), []);
    let one = fixture.change("file", "1\nzwei\n3\n4\n5\n6\n7\n8\n9\n", "Change a line\n\nWhy.\n");
    let two = fixture.change("new", "x\n", "Add a file\n");
    fixture.commit("Nothing");
    let patches = fixture.make().unwrap();
    assert_eq!(names(&patches), ["0001-Change-a-line.patch", "0002-Add-a-file.patch"]);
    assert_eq!(patches[0].comment, ["Change a line", "Author: Zo\u{fffd}e <zoe@example.com>"]);
    assert_eq!((patches[0].commit, &patches[1].commits[..]), (one, &[two][..]));
    assert_eq!((patches[0].id, patches[0].present_in_specfile), (None, false));
    assert_eq!(patches[0].path, fixture.path("into").join("0001-Change-a-line.patch"));
    fixture.git(&["format-patch", "-q", "-o", "../plain", "1.0..HEAD", "--", "."]);
    assert_eq!(tree(&fixture.path("into")), tree(&fixture.path("plain")));
    // A second run gives the same.
    assert_eq!(fixture.make().unwrap(), patches);
    assert_eq!(tree(&fixture.path("into")), tree(&fixture.path("plain")));
    fixture.applies(&patches);
}

#[test]
fn undecodable_bytes_stay_as_they_are() {
    let fixture = Fixture::new();
    let odd = Path::new(OsStr::from_bytes(b"caf\xe9 \"x\".txt"));
    fixture.change(odd, b"caf\xe9\n\xff\xfe\x80\n", b"Latin \xe9 subject\n\nBody \xfc.\n");
    fixture.change("binary", b"a\0b\xff", "Binary\n");
    fixture.write(odd, b"th\xe9\n\xff\xfe\x80\n");
    let message = b"Declared latin \xe9\n\nPatch-name: declared.patch\nPatch-status: caf\xe9\n";
    fixture.commit_in("encoding ISO-8859-1\n", message);
    fixture.change(odd, b"th\xe8\n\xff\xfe\x80\n", b"Body \xff\n\nPatch-name: \xe9.patch\nIgnore-patch: true\n");
    let patches = fixture.make().unwrap();
    assert_eq!(names(&patches)[1..], ["0002-Binary.patch", "declared.patch"]);
    let file = fs::read(&patches[0].path).unwrap();
    assert!(contains(&file, b"+caf\xe9\n+\xff\xfe\x80\n"), "{}", String::from_utf8_lossy(&file));
    assert!(contains(&file, b"Body \xfc.\n"));
    assert_eq!(patches[0].comment, ["Latin \u{fffd} subject", "", "Body \u{fffd}."]);
    // Git knows the encoding of this one.
    assert_eq!(patches[2].comment, ["caf\u{e9}"]);

    // Without the ignored one they give what was there before it.
    fixture.git(&["reset", "-q", "--hard", "HEAD~"]);
    fixture.applies(&patches);

    fixture.change("file", "x\n", b"Body\n\nPatch-name: \xe9.patch\n");
    let error = fixture.make().unwrap_err();
    assert!(error.message().contains("which cannot hold `\u{fffd}`"), "{}", shown(&error));
}

#[test]
fn undecodable_patches_are_joined_and_lose_their_prefixes() {
    let fixture = Fixture::new();
    let odd = Path::new(OsStr::from_bytes(b"\xe9.txt"));
    let one = fixture.change(odd, b"\xe9\n", "One\n\nPatch-name: joined.patch\nPatch-id: 0012\nNo-prefix: true\n");
    let two = fixture.change(odd, b"\xe8\n", "Two\n\nPatch-name: joined.patch\nNo-prefix: yes\nPatch-id: 3\n");
    fixture.change("file", "a\n", "Three\n\nBody.\n\nSigned-off-by: x <x@y>\nPatch-present-in-specfile: true\n");
    let patches = fixture.make_with(&Options { ignored: &["file"], ..Options::default() }).unwrap();
    assert_eq!(names(&patches), ["joined.patch"], "the last one changes only what is ignored");
    let patches = fixture.make().unwrap();
    assert_eq!(names(&patches), ["joined.patch", "0003-Three.patch"]);
    assert_eq!((patches[0].id, patches[0].commit), (Some(12), one));
    assert_eq!(patches[0].commits, [one, two]);
    assert_eq!(patches[0].comment, ["One"]);
    assert_eq!(patches[1].comment, ["Three", "", "Body."]);
    assert!(patches[1].present_in_specfile);
    fixture.git(&["format-patch", "-q", "--no-prefix", "-o", "../plain", "1.0..HEAD", "--", "."]);
    let piece = |name: &str| fs::read(fixture.path("plain").join(name)).unwrap();
    assert!(fixture.read("joined.patch") == [piece("0001-One.patch"), piece("0002-Two.patch")].concat());
    assert!(contains(&fixture.read("joined.patch"), b"\n+++ \"\\351.txt\"\n"));
    assert!(contains(&fixture.read("0003-Three.patch"), b"--- a/file\n"));
    assert_eq!(fixture.files(), ["0003-Three.patch", "joined.patch"]);
    assert_eq!(fixture.found(), [""; 0]);

    fixture.git(&["checkout", "-q", "1.0"]);
    fixture.git(&["apply", "-p0", "../into/joined.patch"]);
    assert_eq!(fs::read(fixture.path("repo").join(odd)).unwrap(), b"\xe8\n");
}

#[test]
fn what_is_said_in_trailers() {
    let fixture = Fixture::new();
    let status = "Subject\n\nBody.\n\nPatch-name: one.patch # of 3\nPatch-id: 7\nPatch-status: |\n    # Already a comment\n      more: [x\nSigned-off-by: a\n";
    fixture.change("a", "1", status);
    fixture.change("a", "2", "Dropped\n\nIgnore-patch: true\nPatch-name: one.patch\n");
    fixture.change("a", "3", "Odd\n\nPatch-status: not: YAML \u{1b}[31m\nPatch-present-in-specfile: no\n");
    fixture.change("a", "4", "[PATCH 3/4] Kept\n\nPatch-status:\nPatch-name:\nOther: x\n");
    fixture.change("a", "5", "Body with a line\n---\n\nPatch-name: dashes.patch\n");
    let patches = fixture.make().unwrap();
    assert_eq!(names(&patches), ["one.patch", "0003-Odd.patch", "0004-PATCH-3-4-Kept.patch", "dashes.patch"]);
    assert_eq!(fixture.files().len(), 4);
    assert_eq!(patches[0].comment, ["# Already a comment", "  more: [x"]);
    assert_eq!(patches[1].comment, ["not: YAML  [31m"]);
    assert_eq!(patches[2].comment, ["[PATCH 3/4] Kept"]);
    assert_eq!(patches[3].comment, ["Body with a line ---"]);
    assert!(patches.iter().all(|patch| !patch.present_in_specfile));
    assert!(contains(&fixture.read("one.patch"), b"Subject: [PATCH 1/5] Subject\n"));
}

#[test]
fn what_cannot_be_said() {
    let fixture = Fixture::new();
    for (trailer, message, hint) in [
        ("Patch-id: x", "`Patch-id` is no number: `x`", "write `Patch-id: 12`"),
        ("Patch-id: -1", "`Patch-id` is no number: `-1`", "write"),
        ("Patch-id: 0x1", "`Patch-id` is no number", "write"),
        ("Patch-id: [1]", "`Patch-id` is no number", "write"),
        ("Patch-id: 99999999999", "`Patch-id` is no number", "write"),
        ("Patch-name: [a]", "`Patch-name` is no file name: `[a]`", "write `Patch-name: NAME.patch`"),
        ("Patch-name: a: b", "`Patch-name` is no file name: `a: b`", "write"),
        ("Ignore-patch: perhaps", "`Ignore-patch` is neither true nor false: `perhaps`", "write `Ignore-patch: true`"),
        ("No-prefix: [", "`No-prefix` is neither true nor false", "write"),
        ("Patch-name: ../a.patch", "`../a.patch` cannot be the name of a patch: it is no plain file name", "write"),
        ("Patch-name: /etc/passwd", "it is no plain file name", "write"),
        ("Patch-name: ..", "it is no plain file name", "write"),
        ("Patch-name: \"a\\nb\"", "`a\\nb` cannot be the name of a patch: it is no plain file name", "write"),
        ("Patch-name: \"a\\0b\"", "it is no plain file name", "write"),
        ("Patch-name: -rf", "`-rf` cannot be the name of a patch, which cannot begin with `-`", "write"),
        ("Patch-name: a b.patch", "which cannot hold ` `", "write"),
        ("Patch-name: '%(id).patch'", "which cannot hold `%`", "write"),
        ("Patch-name: 'a;b'", "which cannot hold `;`", "write"),
        ("Patch-name: hello.spec", "another file of the package has it", "write"),
    ] {
        let commit = fixture.change("file", trailer, format!("Subject's\n\n{trailer}\n"));
        let error = fixture.make_with(&Options { taken: &["hello.spec"], ..Options::default() }).unwrap_err();
        assert_eq!(error.kind(), Kind::Project, "{trailer}");
        let begin = format!("commit {} (Subject's): ", commit.short(8));
        assert!(error.message().starts_with(&begin), "{}", shown(&error));
        assert!(error.message().contains(message), "{}", shown(&error));
        assert!(error.hints()[0].starts_with(hint), "{}", shown(&error));
        assert_eq!(fixture.files(), [""; 0], "{trailer}");
        fixture.git(&["reset", "-q", "--hard", "HEAD~"]);
    }
}

#[test]
fn no_patch_overwrites_another() {
    let fixture = Fixture::new();
    // Names that others have before they are renamed, in a circle.
    fixture.change("a", "1", "a\n\nPatch-name: 0002-b.patch\n");
    fixture.change("b", "2", "b\n\nPatch-name: 0003-c.patch\n");
    fixture.change("c", "3", "c\n\nPatch-name: 0001-a.patch\n");
    let patches = fixture.make().unwrap();
    assert_eq!(names(&patches), ["0002-b.patch", "0003-c.patch", "0001-a.patch"]);
    for (name, line) in [("0002-b.patch", "+++ b/a\n"), ("0003-c.patch", "+++ b/b\n"), ("0001-a.patch", "+++ b/c\n")] {
        assert!(contains(&fixture.read(name), line.as_bytes()), "{name}");
    }
    fixture.applies(&patches);

    let last = fixture.change("d", "4", "d\n\nPatch-name: 0002-b.patch\n");
    let error = fixture.make().unwrap_err();
    let (last, first) = (last.short(8), fixture.id("HEAD~3").short(8));
    let message = "its patch has the name `0002-b.patch`, as has that of commit";
    assert_eq!(error.message(), format!("commit {last} (d): {message} {first} (a)"));
    assert!(error.hints()[0].contains("git rebase --interactive"), "{}", shown(&error));
}

#[test]
fn a_name_that_git_gives_to_another_one_is_the_same_name() {
    let fixture = Fixture::new();
    fixture.change("a", "1", "a\n\nPatch-name: 0002-b.patch\n");
    fixture.change("b", "2", "b\n");
    let patches = fixture.make().unwrap();
    assert_eq!((names(&patches), patches[0].commits.len()), (vec!["0002-b.patch"], 2));
    fixture.applies(&patches);
}

#[test]
fn links_and_files_of_that_name_give_way() {
    let fixture = Fixture::new();
    fixture.write("greet.patch", "the user's own\n");
    fixture.change("file", "x\n", "Change\n\nPatch-name: greet.patch\n");
    std::os::unix::fs::symlink(fixture.path("repo/greet.patch"), fixture.path("into/greet.patch")).unwrap();
    fixture.make().unwrap();
    assert!(contains(&fixture.read("greet.patch"), b"Subject: [PATCH] Change\n"));
    assert!(!fixture.path("into/greet.patch").is_symlink());
    assert_eq!(fs::read(fixture.path("repo/greet.patch")).unwrap(), b"the user's own\n");
}

#[test]
fn mode_and_time_depend_on_nothing() {
    let fixture = Fixture::new();
    fixture.change("a", "1", "a\n");
    let variables = &[("SOURCE_DATE_EPOCH", "1000000000")];
    let patches = fixture.make_with(&Options { variables, ..Options::default() }).unwrap();
    let metadata = fs::metadata(&patches[0].path).unwrap();
    let modified = metadata.modified().unwrap().duration_since(std::time::UNIX_EPOCH).unwrap();
    assert_eq!((modified.as_secs(), metadata.permissions().mode() & 0o777), (1_000_000_000, 0o644));
}

#[test]
fn mixed_prefixes_in_one_patch_are_told() {
    let fixture = Fixture::new();
    fixture.change("a", "1", "a\n\nPatch-name: x.patch\nNo-prefix: true\n");
    fixture.change("b", "2", "b\n\nPatch-name: x.patch\n");
    fixture.make().unwrap();
    let message = "only some of the commits of the patch `x.patch` have `No-prefix`: no one `-p` fits all of it";
    assert_eq!(fixture.found(), [message]);
}

#[test]
fn paths_that_are_left_out() {
    let fixture = Fixture::new();
    fs::create_dir(fixture.path("repo/.distro")).unwrap();
    fixture.write(".distro/x.spec", "1");
    fixture.change("file", "x\n", "Both\n");
    fixture.change(".distro/x.spec", "2", "Packaging\n");
    fixture.change("docs.md", "d\n", "Docs\n");
    let patches = fixture.make_with(&Options { ignored: &[".distro/", "*.md"], ..Options::default() }).unwrap();
    assert_eq!(names(&patches), ["0001-Both.patch"]);
    assert!(!contains(&fixture.read("0001-Both.patch"), b"x.spec"));
    let error = fixture.make_with(&Options { ignored: &["../x"], ..Options::default() }).unwrap_err();
    assert_eq!(error.kind(), Kind::Config, "{}", shown(&error));
    assert!(error.hints()[0].contains("patch_generation_ignore_paths"), "{}", shown(&error));
}

#[test]
fn merges_from_before_upstream() {
    let mut fixture = Fixture::new();
    // `git filter-branch` makes UTF-8 of names.
    fixture.who = "Zo\u{eb}".as_bytes();
    fixture.git(&["checkout", "-q", "-b", "topic"]);
    fixture.change("topic", "t\n", b"Topic \xe9\n\nPatch-name: topic.patch\n");
    fixture.git(&["checkout", "-q", "main"]);
    fixture.change("file", "one\n2\n3\n", "Upstream goes on\n");
    fixture.git(&["tag", "-f", "1.0"]);
    let one = fixture.change("one", "1\n", "One\n");
    fixture.git(&["merge", "-q", "--no-ff", "-m", "Merge topic\n\nPatch-name: merge.patch\n", "topic"]);
    let merge = fixture.id("HEAD");
    let two = fixture.change("two", "2\n", "Two\n");
    // What is not committed is no obstacle.
    fixture.write("file", "dirty\n");

    let patches = fixture.make().unwrap();
    assert_eq!(names(&patches), ["0001-One.patch", "merge.patch", "0003-Two.patch"]);
    let commits: Vec<CommitId> = patches.iter().map(|patch| patch.commit).collect();
    assert_eq!(commits, [one, merge, two], "the user knows these, not the ones that were made");
    assert!(fixture.found()[0].contains("one for a whole merge"), "{:?}", fixture.found());
    fixture.applies(&patches);

    // The Python packit's way, in a clone.
    git(&fixture.path("."), 0, &["clone", "-q", "repo", "other"]);
    let other = fixture.path("other");
    git(&other, 0, &["filter-branch", "-f", "--parent-filter", "cut -f 2,3 -d \" \"", "1.0..HEAD"]);
    git(&other, 0, &["format-patch", "-q", "-o", "../plain", "1.0..HEAD", "--", "."]);
    for (ours, theirs) in [
        ("0001-One.patch", "0001-One.patch"),
        ("merge.patch", "0002-Merge-topic.patch"),
        ("0003-Two.patch", "0003-Two.patch"),
    ] {
        let theirs = fs::read(fixture.path("plain").join(theirs)).unwrap();
        assert_eq!(String::from_utf8_lossy(&fixture.read(ours)), String::from_utf8_lossy(&theirs), "{ours}");
    }
}

#[test]
fn merges_within_the_range_stay() {
    let fixture = Fixture::new();
    fixture.git(&["checkout", "-q", "-b", "topic"]);
    fixture.change("topic", "t\n", "Topic\n");
    fixture.git(&["checkout", "-q", "main"]);
    fixture.change("one", "1\n", "One\n");
    fixture.git(&["merge", "-q", "--no-ff", "-m", "Merge topic", "topic"]);
    let patches = fixture.make().unwrap();
    assert_eq!(names(&patches), ["0001-Topic.patch", "0002-One.patch"]);
    assert_eq!(fixture.found(), [""; 0]);
    fixture.applies(&patches);
}

#[test]
fn upstream_merged_into_the_downstream_branch_is_told() {
    let fixture = Fixture::new();
    fixture.git(&["branch", "downstream"]);
    fixture.change("file", "one\n", "Upstream goes on\n");
    fixture.git(&["tag", "2.0"]);
    fixture.git(&["checkout", "-q", "downstream"]);
    fixture.change("mine", "1\n", "Mine\n");
    fixture.git(&["merge", "-q", "--no-ff", "-m", "Merge 2.0", "2.0"]);
    let patches = fixture.make_with(&Options { since: Some("2.0"), ..Options::default() }).unwrap();
    assert_eq!(names(&patches), ["0001-Mine.patch", "0002-Merge-2.0.patch"]);
    assert!(fixture.found()[0].contains("the first of them is not based on"), "{:?}", fixture.found());
}

#[test]
fn linked_work_trees_and_odd_folders() {
    let fixture = Fixture::new();
    fixture.git(&["checkout", "-q", "-b", "topic"]);
    fixture.change("topic", "t\n", "Topic\n");
    fixture.git(&["checkout", "-q", "main"]);
    fixture.change("file", "one\n", "Upstream goes on\n");
    fixture.git(&["tag", "-f", "1.0"]);
    fixture.git(&["merge", "-q", "--no-ff", "-m", "Merge topic", "topic"]);
    // A colon parts paths in the variables of git, a quote begins quoted ones.
    let moved = fixture.path("a:b \"c\"\\n");
    fs::rename(fixture.path("repo"), &moved).unwrap();
    git(&moved, 0, &["worktree", "add", "-q", "--detach", fixture.path("repo").to_str().unwrap()]);
    let objects = tree(&moved);
    let patches = fixture.make().unwrap();
    assert_eq!(names(&patches), ["0001-Merge-topic.patch"]);
    assert!(objects == tree(&moved), "the repository is not as it was");
}

/// Settings that change what git writes, all of them other than the default.
const ODD: &str = r#"
[core]
    abbrev = 20
    quotePath = false
    attributesFile = ATTRIBUTES
    commentChar = P
[color]
    ui = always
    diff = always
[diff]
    algorithm = patience
    external = /bin/false
    context = 1
    interHunkContext = 9
    colorMoved = zebra
    dstPrefix = new/
    srcPrefix = old/
    noPrefix = true
    mnemonicPrefix = true
    ignoreSubmodules = all
    indentHeuristic = false
    orderFile = ORDER
    relative = true
    renameLimit = 1
    renames = false
    statGraphWidth = 5
    statNameWidth = 5
    submodule = log
    suppressBlankEmpty = true
    wordRegex = .
    wsErrorHighlight = all
[diff "odd"]
    textconv = /bin/false
    command = /bin/false
[format]
    attach = yes
    cc = x@cc
    to = x@to
    headers = "X-Odd: 1\n"
    coverLetter = true
    coverFromDescription = subject
    encodeEmailHeaders = false
    filenameMaxLength = 20
    forceInBodyFrom = true
    from = Me <me@me>
    mboxrd = true
    noprefix = true
    notes = true
    numbered = false
    outputDirectory = OUTSIDE
    pretty = oneline
    signOff = true
    signature = odd
    signatureFile = /etc/passwd
    subjectPrefix = ODD
    suffix = .txt
    thread = deep
    useAutoBase = true
[i18n]
    logOutputEncoding = ISO-8859-2
[log]
    date = iso
    abbrevCommit = true
    decorate = full
    mailmap = false
    showSignature = true
    showRoot = false
    follow = true
    diffMerges = on
[notes]
    displayRef = refs/notes/*
[trailer]
    separators = "=%"
[trailer "patch-name"]
    key = Nope
"#;

#[test]
fn the_user_s_configuration_of_git_changes_nothing() {
    let fixture = Fixture::new();
    let lines = |x: &[usize]| -> String {
        (1..60).map(|line| if x.contains(&line) { "x\n".to_owned() } else { format!("{line}\n") }).collect()
    };
    let function = |name: &str, value: u8| format!("int {name}(void)\n{{\n\n    return {value};\n}}\n\n");
    fixture.write("a.txt", lines(&[]));
    fixture.write("f.c", function("f", 1) + &function("g", 2));
    fixture.write(".gitattributes", "b.txt diff=odd\n");
    fixture.write("b.txt", "1\n");
    fs::create_dir(fixture.path("repo/sub")).unwrap();
    fixture.write("sub/s", "s\n");
    fixture.commit("Upstream with more");
    fixture.git(&["tag", "-f", "1.0"]);
    fixture.write("a.txt", lines(&[30, 38]));
    fixture.git(&["mv", "f.c", "g.c"]);
    fixture.write("g.c", function("f", 1) + &function("h", 3) + &function("g", 2));
    fixture.write("b.txt", "2\n");
    fixture.write("sub/\u{17e}", "t\n");
    fixture.write("bin", b"a\0b");
    let subject = "P\u{159}\u{ed}li\u{161} long subject that goes on and on beyond the sixty four characters of a name";
    fixture.commit(format!("{subject}\n\nBody\n\nPatch-status: x\n"));
    fixture.change("a.txt", "short\n", "Two\n\nPatch-name: two.patch\nNo-prefix: true\n");
    fixture.git(&["notes", "add", "-m", "note", "HEAD"]);
    let plain = fixture.make().unwrap();
    assert_eq!(names(&plain)[1], "two.patch");
    let files = tree(&fixture.path("into"));
    fixture.git(&["format-patch", "-q", "-o", "../plain", "1.0..HEAD", "--", "."]);
    let theirs = tree(&fixture.path("plain"));
    assert_eq!(files.first_key_value(), theirs.first_key_value());
    fs::remove_dir_all(fixture.path("into")).unwrap();
    fs::create_dir(fixture.path("into")).unwrap();

    let place = |name: &str| fixture.path(name).to_str().unwrap().to_owned();
    let odd = ODD.replace("ATTRIBUTES", &place("attributes")).replace("ORDER", &place("order"));
    fs::write(fixture.path("attributes"), "*.c -diff\n").unwrap();
    fs::write(fixture.path("order"), "sub/*\n").unwrap();
    let config = fixture.path("repo/.git/config");
    let before = fs::read_to_string(&config).unwrap();
    fs::write(&config, format!("{before}{}", odd.replace("OUTSIDE", &place("outside")))).unwrap();
    assert_eq!(fixture.make().unwrap(), plain);
    let made = tree(&fixture.path("into"));
    for (name, content) in &files {
        let made = made.get(name).unwrap();
        assert_eq!(String::from_utf8_lossy(made), String::from_utf8_lossy(content), "{}", name.display());
    }
    assert_eq!(made.len(), files.len());
    assert!(!fixture.path("outside").exists());
}

#[test]
fn attributes_that_are_not_committed_change_nothing() {
    let fixture = Fixture::new();
    let version = fixture.git(&["version"]);
    let number = |at| version.split([' ', '.']).nth(at).and_then(|part| part.parse::<u32>().ok()).unwrap();
    if (number(2), number(3)) < (2, 41) {
        println!("left out: this git reads attributes from the work tree");
        return;
    }
    fixture.change("file", "x\n", "x\n");
    fixture.write(".gitattributes", "file -diff\n");
    fixture.make().unwrap();
    assert!(contains(&fixture.read("0001-x.patch"), b"\n+x\n"));
}

#[test]
fn the_older_form() {
    let fixture = Fixture::new();
    let named =
        "Named\n\ntext: more\nand more\n\npatch_name: named.patch\ndescription: |\n  What it is\n  for\npatch_id: 5\n";
    fixture.change("a", "1", named);
    fixture.change("b", "2", "Dropped\n\nignore: true\n");
    fixture.change("c", b"3\xe9\n", "Plain\n\nno_prefix: true\n");
    fixture.change("d", "4", "ignore: what flake8 says\n");
    let empty = fixture.commit("Empty\n\npatch_name: empty.patch\npresent_in_specfile: true\n");
    fixture.commit("Empty too\n\npatch_name: nothing.patch\n");
    fixture.change("e", "5", "Last\n");
    let patches = fixture.make().unwrap();
    assert_eq!(
        names(&patches),
        ["named.patch", "0003-Plain.patch", "0004-ignore-what-flake8-says.patch", "empty.patch", "0005-Last.patch"]
    );
    assert_eq!((patches[0].id, &patches[0].comment[..]), (Some(5), &["What it is".to_owned(), "for".to_owned()][..]));
    assert!(contains(&fixture.read("0003-Plain.patch"), b"+++ c\n"));
    assert_eq!((patches[3].commit, patches[3].present_in_specfile), (empty, true));
    assert_eq!(fixture.read("empty.patch"), b"");
    assert!(fixture.found()[0].contains("`ignore:` in its message is neither true nor"), "{:?}", fixture.found());
    assert_eq!(fixture.files().len(), 5);

    fixture.commit("Empty\n\npresent_in_specfile: true\n");
    let error = fixture.make().unwrap_err();
    assert!(error.message().contains("it has no changes, and its patch"), "{}", shown(&error));
    fixture.git(&["reset", "-q", "--hard", "HEAD~"]);

    // One trailer, and the older form counts no more.
    fixture.change("f", "6", "Trailer\n\nPatch-name: f.patch\n");
    assert_eq!(names(&fixture.make().unwrap())[0], "0001-Named.patch");
}

#[test]
fn squash_commits_takes_what_stands_before() {
    let fixture = Fixture::new();
    fixture.change("a", b"1\xe9", "a\n");
    let top = fixture.change("b", "2", "b\n\npatch_name: ab.patch\nsquash_commits: true\n");
    fixture.change("c", "3", "c\n");
    fixture.change("d", "4", "d\n\nSigned-off-by: x <x@y>\n");
    fixture.change("e", "5", "e\n");
    fixture.change("f", "6", "f\n\nsquash_commits: true\n");
    fixture.change("g", "7", "g\n\npatch_name: lost.patch\n");
    let patches = fixture.make().unwrap();
    assert_eq!(names(&patches), ["ab.patch", "0004-d.patch", "0006-f.patch"]);
    assert_eq!(patches.iter().map(|patch| patch.commits.len()).collect::<Vec<_>>(), [2, 2, 3]);
    assert_eq!(patches[0].commit, top);
    assert_eq!(patches[0].comment[0], "b");
    fixture.applies(&patches);
}
