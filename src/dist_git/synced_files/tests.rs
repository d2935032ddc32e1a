use std::collections::HashMap;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::sync::{Arc, Mutex};

use super::*;
use crate::event::What;
use crate::interrupt::Interrupt;

/// An upstream repository and one of dist-git.
struct World {
    dir: tempfile::TempDir,
    context: Context,
    notes: Arc<Mutex<Vec<String>>>,
}

impl World {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let notes = Arc::new(Mutex::new(Vec::new()));
        let told = Arc::clone(&notes);
        let events = Arc::new(move |event: crate::event::Event| {
            if let What::Found(finding) = event.what {
                told.lock().unwrap().push(finding.message);
            }
        });
        let path = HashMap::from([("PATH".into(), "/usr/bin:/bin:/usr/local/bin".into())]);
        let context = Context::with(dir.path().to_owned(), path, events, Interrupt::default()).unwrap();
        let world = Self { dir, context, notes };
        for file in [
            "up/hello.spec",
            "up/.packit.yaml",
            "up/.git/config",
            "up/sub/a.txt",
            "up/sub/deep/b.txt",
            "up/sub/.hidden",
        ] {
            world.write(file, &format!("{file} of upstream"));
        }
        for file in ["dg/hello.spec", "dg/sources", "dg/.gitignore", "dg/.git/config", "dg/own.patch"] {
            world.write(file, &format!("{file} of dist-git"));
        }
        world
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().canonicalize().unwrap().join(name)
    }

    fn write(&self, name: &str, content: &str) {
        fs::create_dir_all(self.path(name).parent().unwrap()).unwrap();
        fs::write(self.path(name), content).unwrap();
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_default()
    }

    /// All files below a folder, without those of git.
    fn files(&self, folder: &str) -> Vec<String> {
        fn walk(top: &Path, folder: &Path, found: &mut Vec<String>) {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() && !path.is_symlink() {
                    if path.file_name().unwrap() != ".git" {
                        walk(top, &path, found);
                    }
                } else {
                    found.push(path.strip_prefix(top).unwrap().to_str().unwrap().to_owned());
                }
            }
        }
        let mut found = Vec::new();
        walk(&self.path(folder), &self.path(folder), &mut found);
        found.sort();
        found
    }

    async fn sync_from(&self, base: &str, items: &[SyncedFiles], with_spec: bool) -> Result<()> {
        let (up, dg) = (self.path("up"), self.path("dg"));
        let (base, from, to) = (self.path(base), self.path("up/hello.spec"), self.path("dg/hello.spec"));
        let leave_out = (!with_spec).then_some(SpecFiles { from: &from, to: &to });
        let sync = Sync { from: Side { root: &up, base: &base }, to: Side { root: &dg, base: &dg }, leave_out };
        sync.run(&self.context, items).await
    }

    async fn sync(&self, items: &[SyncedFiles]) -> Result<()> {
        self.sync_from("up", items, false).await
    }

    /// That the sync is refused by a message with these words, and that nothing was written.
    async fn refused(&self, item: SyncedFiles, words: &str) {
        let before = self.files("");
        let named = format!("{:?} -> {:?}", item.src, item.dest);
        // The good item before it is not copied, either.
        let synced = self.sync(&[one("sub/", "new/"), item]).await;
        let error = synced.expect_err(&named);
        assert_eq!(error.kind(), Kind::Config, "{named}: {error:?}");
        assert!(error.message().contains(words), "{named}: {}", error.message());
        assert_eq!(self.files(""), before, "{named}");
    }
}

fn text(value: &str) -> Spanned<String> {
    Spanned::default_value(value.to_owned())
}

fn item(src: &[&str], dest: &str) -> SyncedFiles {
    let src = src.iter().map(|src| text(src)).collect();
    SyncedFiles { src, dest: text(dest), mkpath: false, delete: false, filters: Vec::new() }
}

fn one(src: &str, dest: &str) -> SyncedFiles {
    item(&[src], dest)
}

fn filters(rules: &[&str]) -> Vec<Spanned<String>> {
    rules.iter().map(|rule| text(rule)).collect()
}

const OWN: [&str; 4] = [".gitignore", "hello.spec", "own.patch", "sources"];

fn with_own(more: &[&str]) -> Vec<String> {
    let mut all: Vec<String> = OWN.iter().chain(more).map(|name| (*name).to_owned()).collect();
    all.sort();
    all
}

#[tokio::test]
async fn the_default_list() {
    let world = World::new();
    let list = default_list("hello.spec", "other", Some("dir/.packit.yaml"));
    world.write("up/dir/.packit.yaml", "x");
    world.sync(&list).await.unwrap();
    assert_eq!(world.files("dg"), with_own(&["dir/.packit.yaml"]), "the spec is merged, not copied");
    world.sync_from("up", &list, true).await.unwrap();
    assert_eq!(world.read("dg/other.spec"), "up/hello.spec of upstream");
}

#[tokio::test]
async fn a_slash_means_the_content() {
    for (src, dest, expected) in [
        ("sub/", "new/", &["new/.hidden", "new/a.txt", "new/deep/b.txt"][..]),
        ("sub/", "new", &["new/.hidden", "new/a.txt", "new/deep/b.txt"]),
        ("sub", "new/", &["new/sub/.hidden", "new/sub/a.txt", "new/sub/deep/b.txt"]),
        ("sub/.", ".", &[".hidden", "a.txt", "deep/b.txt"]),
        ("sub/a.txt", "b.txt", &["b.txt"]),
        ("sub/a.txt", "new/", &["new/a.txt"]),
        ("sub/*.txt", ".", &["a.txt"]),
        ("sub/*", ".", &["a.txt", "deep/b.txt"]),
        ("s*/d*/", "n/", &["n/b.txt"]),
    ] {
        let world = World::new();
        world.sync(&[one(src, dest)]).await.unwrap();
        assert_eq!(world.files("dg"), with_own(expected), "{src} {dest}");
    }
}

#[tokio::test]
async fn paths_are_made_on_demand() {
    let world = World::new();
    let error = world.sync(&[one("sub/a.txt", "x/y/z.txt")]).await.unwrap_err();
    assert_eq!((error.kind(), error.message()), (Kind::Tool, "`x/y/z.txt` cannot be synced"));
    world.sync(&[SyncedFiles { mkpath: true, ..one("sub/a.txt", "x/y/z.txt") }]).await.unwrap();
    world.sync(&[SyncedFiles { mkpath: true, ..one("sub/a.txt", "v/w/") }]).await.unwrap();
    assert_eq!(world.files("dg"), with_own(&["v/w/a.txt", "x/y/z.txt"]));
}

#[tokio::test]
async fn names_are_relative_to_the_folder_of_the_package() {
    let world = World::new();
    world.sync_from("up/sub", &[one("a.txt", "."), one("../.packit.yaml", ".")], false).await.unwrap();
    assert_eq!(world.files("dg"), with_own(&[".packit.yaml", "a.txt"]));
    let error = world.sync_from("up/sub", &[one("../../dg/sources", "x")], false).await.unwrap_err();
    assert_eq!(error.kind(), Kind::Config);
}

#[tokio::test]
async fn what_is_missing_is_left_aside() {
    let world = World::new();
    world.sync(&[item(&["nope", "sub/a.txt", "no*pe", "hello.spec/"], "."), one("gone/", "gone/")]).await.unwrap();
    assert_eq!(world.files("dg"), with_own(&["a.txt"]));
    let notes = world.notes.lock().unwrap().clone();
    let note = |name: &str| format!("`{name}` is not there and is not synced");
    assert_eq!(notes, ["nope", "no*pe", "hello.spec/", "gone/"].map(note));
}

#[tokio::test]
async fn the_spec_is_left_out_wherever_it_lies() {
    for src in ["hello.spec", "*.spec", "./", "."] {
        let world = World::new();
        let item = SyncedFiles { delete: true, filters: filters(&["protect .git*"]), ..one(src, ".") };
        world.sync(&[item]).await.unwrap();
        assert_eq!(world.read("dg/hello.spec"), "dg/hello.spec of dist-git", "{src}");
        assert_eq!(world.read("dg/.git/config"), "dg/.git/config of dist-git", "{src}");
        assert_eq!(world.files("dg").contains(&"sources".to_owned()), src.ends_with(".spec"), "{src}");
    }
    // It has another name there and would be deleted.
    let world = World::new();
    world.write("up/sub/up.spec", "of upstream");
    let (up, dg) = (world.path("up"), world.path("dg"));
    let (from, to) = (world.path("up/sub/up.spec"), world.path("dg/hello.spec"));
    let sides = (Side { root: &up, base: &up }, Side { root: &dg, base: &dg });
    let sync = Sync { from: sides.0, to: sides.1, leave_out: Some(SpecFiles { from: &from, to: &to }) };
    sync.run(&world.context, &[SyncedFiles { delete: true, ..one("sub/", ".") }]).await.unwrap();
    assert_eq!(world.files("dg"), [".hidden", "a.txt", "deep/b.txt", "hello.spec"]);
    // As a folder, with the same name inside.
    sync.run(&world.context, &[one("sub", ".")]).await.unwrap();
    assert!(!world.path("dg/sub/up.spec").exists() && world.path("dg/sub/a.txt").exists());
}

#[tokio::test]
async fn filters_protect_and_leave_out() {
    let world = World::new();
    let rules = filters(&["protect sources", "protect own*", "- deep", "exclude .hidden"]);
    world.sync(&[SyncedFiles { delete: true, filters: rules, ..one("sub/", "./") }]).await.unwrap();
    assert_eq!(world.files("dg"), ["a.txt", "hello.spec", "own.patch", "sources"]);
}

#[tokio::test]
async fn a_file_of_the_same_size_and_time_is_compared() {
    let world = World::new();
    world.write("up/x", "new");
    world.write("dg/x", "old");
    for file in ["up/x", "dg/x"] {
        paths::set_modified(&world.path(file), jiff::Timestamp::UNIX_EPOCH).unwrap();
    }
    fs::set_permissions(world.path("up/x"), std::fs::Permissions::from_mode(0o755)).unwrap();
    world.sync(&[one("x", "x")]).await.unwrap();
    assert_eq!(world.read("dg/x"), "new");
    assert_eq!(fs::metadata(world.path("dg/x")).unwrap().permissions().mode() & 0o777, 0o755);
}

#[tokio::test]
async fn names_lead_neither_out_nor_into_git() {
    let world = World::new();
    world.write("outside/secret", "secret");
    symlink(world.path("outside"), world.path("up/out")).unwrap();
    symlink(world.path("outside/secret"), world.path("up/sub/link")).unwrap();
    symlink(world.path("outside"), world.path("dg/out")).unwrap();
    symlink(".git", world.path("up/dotgit")).unwrap();
    symlink(".git", world.path("dg/dotgit")).unwrap();
    for (src, dest, words) in [
        ("../outside/secret", "x", "leads out"),
        ("../../../../../etc/passwd", "x", "leads out"),
        ("/etc/passwd", "x", "absolute"),
        ("/etc/pass*", "x", "absolute"),
        ("../*", "x", "leads out"),
        ("out/secret", "x", "link that leads out"),
        ("out/", "x", "link that leads out"),
        ("ou?/secret", "x", "link that leads out"),
        ("sub/link", "x", "link that leads out"),
        ("sub/a.txt", "../x", "leads out"),
        ("sub/a.txt", "/tmp/x", "absolute"),
        ("sub/a.txt", "out/x", "link that leads out"),
        ("sub/", "out", "link that leads out"),
        ("sub/a.txt", "host:x/../../..", "leads out"),
        ("sub/a.txt", ".git/hooks/x", "folder of git"),
        ("sub/a.txt", "dotgit/hooks/", "folder of git"),
        (".git/config", "x", "folder of git"),
        (".GIT/config", "x", "folder of git"),
        (".g*/config", "x", "folder of git"),
        ("dotgit/config", "x", "folder of git"),
        ("", "x", "no name"),
        ("sub/a.txt", "", "no name"),
        ("sub/a\n.txt", "x", "no name"),
        ("sub/a.txt", "x\u{1b}[31m", "no name"),
    ] {
        world.refused(one(src, dest), words).await;
    }
    for rule in ["merge /etc/passwd", ". /etc/passwd", "dir-merge .rules", "!", "- x\n+ y", "--rsh=touch x"] {
        let item = SyncedFiles { filters: filters(&[rule]), ..one("sub/", "x/") };
        world.refused(item, "cannot be used as a filter").await;
    }
}

#[tokio::test]
async fn names_are_names_to_rsync() {
    let world = World::new();
    for name in ["-e sh", "--rsh=touch pwned", "host:file", "host::module", "rsync:", "a b'c", "#x", "\u{fc}"] {
        world.write(&format!("up/odd/{name}"), name);
        world.sync(&[one(&format!("odd/{name}"), &format!("{name}.copy"))]).await.unwrap();
        assert_eq!(world.read(&format!("dg/{name}.copy")), name);
    }
    for name in ["-x", "host:x"] {
        world.write(&format!("up/{name}/f"), "f");
        world.sync(&[SyncedFiles { mkpath: true, ..one(name, &format!("to/{name}/")) }]).await.unwrap();
        assert_eq!(world.read(&format!("dg/to/{name}/{name}/f")), "f");
    }
    assert!(!world.path("up/pwned").exists() && !world.path("pwned").exists());
}

#[tokio::test]
async fn links_that_are_copied_lead_nobody_out() {
    let world = World::new();
    fs::create_dir(world.path("outside")).unwrap();
    fs::create_dir(world.path("up/links")).unwrap();
    symlink(world.path("outside"), world.path("up/links/evil")).unwrap();
    // The link is copied as a link, and the next item does not go through it.
    let items = [one("links/", "."), one("sub/a.txt", "evil/")];
    let error = world.sync(&items).await.unwrap_err();
    assert_eq!(error.kind(), Kind::Config);
    assert!(world.path("dg/evil").is_symlink() && fs::read_dir(world.path("outside")).unwrap().next().is_none());
    // A folder that stands where the destination has a link out takes its place.
    world.write("up/tree/evil/x", "x");
    world.sync(&[one("tree/", ".")]).await.unwrap();
    assert!(world.path("dg/evil/x").exists() && fs::read_dir(world.path("outside")).unwrap().next().is_none());
}

#[tokio::test]
async fn without_rsync() {
    let mut world = World::new();
    let empty = HashMap::from([("PATH".into(), world.path("nowhere").into())]);
    world.context = Context::with(world.path(""), empty, Arc::new(|_| {}), Interrupt::default()).unwrap();
    let error = world.sync(&[one("sub/", "x/")]).await.unwrap_err();
    assert_eq!((error.kind(), error.message()), (Kind::Environment, "`rsync` is not installed"));
    // For nothing but files it is not needed.
    fs::create_dir(world.path("dg/there")).unwrap();
    fs::set_permissions(world.path("up/sub/a.txt"), std::fs::Permissions::from_mode(0o755)).unwrap();
    world.write("outside", "outside");
    symlink("../outside-link", world.path("dg/dangling")).unwrap();
    symlink("sources", world.path("dg/link")).unwrap();
    let items = [
        one("sub/*.txt", "there"),
        item(&["sub/a.txt", ".packit.yaml"], "there/"),
        one("sub/a.txt", "link"),
        SyncedFiles { mkpath: true, ..one("sub/a.txt", "made/a.txt") },
        SyncedFiles { mkpath: true, ..one("sub/a.txt", "made/too/") },
    ];
    world.sync(&items).await.unwrap();
    let expected = ["dangling", "link", "made/a.txt", "made/too/a.txt", "there/.packit.yaml", "there/a.txt"];
    assert_eq!(world.files("dg"), with_own(&expected));
    assert_eq!(world.read("dg/sources"), "dg/sources of dist-git", "a link is replaced, not followed");
    assert_eq!(world.read("dg/link"), "up/sub/a.txt of upstream");
    assert_eq!(fs::metadata(world.path("dg/there/a.txt")).unwrap().permissions().mode() & 0o777, 0o755);
    assert_eq!(world.sync(&[one("sub/a.txt", "dangling")]).await.unwrap_err().kind(), Kind::Config);
}

#[tokio::test]
async fn there_and_back_again() {
    let world = World::new();
    let items = [
        one("hello.spec", "other.spec"),
        SyncedFiles { mkpath: true, ..one("sub/", "tests/sub/") },
        SyncedFiles { mkpath: true, ..item(&["sub/*.txt", ".packit.yaml"], "some/files/") },
    ];
    world.sync_from("up", &items, true).await.unwrap();
    for (file, text) in
        [("other.spec", "spec"), ("tests/sub/deep/b.txt", "deep"), ("some/files/.packit.yaml", "config")]
    {
        world.write(&format!("dg/{file}"), text);
    }
    let (up, dg) = (world.path("up"), world.path("dg"));
    let before = world.files("up");
    let upstream = Side { root: &up, base: &up };
    let (list, unclear) = super::super::reversed_files::reversed(&items, upstream);
    assert!(unclear.is_empty());
    let sync = Sync { from: Side { root: &dg, base: &dg }, to: upstream, leave_out: None };
    sync.run(&world.context, &list).await.unwrap();
    assert_eq!(world.files("up"), before);
    assert_eq!(
        world.read("up/hello.spec") + &world.read("up/sub/deep/b.txt") + &world.read("up/.packit.yaml"),
        "specdeepconfig"
    );
    assert_eq!(world.read("up/sub/a.txt"), "up/sub/a.txt of upstream");
}
