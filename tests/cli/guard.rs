//! The checkout after a run whose actions change it: as before, however the run ends.

use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use crate::signals::{children, kill};
use crate::support::{Repository, World};

/// Actions that edit the spec and other files, take their time and leave children behind.
const ACTIONS: &str = "actions:
  post-upstream-clone:
  - sh -c 'echo one >> hello.txt; echo \"# one\" >> hello.spec; rm gone.txt; sleep 0.03'
  - sh -c '(setsid sleep 60 &) ; sleep 60 > /dev/null 2>&1 & echo started'
  get-current-version: sh -c 'sleep 0.03; echo 1.5'
  create-archive:
  - sh -c 'echo two >> hello.txt; mkdir -p dist/hello-1.5; echo x > dist/hello-1.5/x; sleep 0.03'
  - sh -c 'tar -C dist -czf dist/hello-1.5.tar.gz hello-1.5; echo dist/hello-1.5.tar.gz'
  changelog-entry: sh -c 'sleep 0.03; echo \"- entry\"'
  post-modifications:
  - sh -c 'echo \"# post\" >> hello.spec; chmod +x hello.txt; ln -sf hello.txt link.txt; sleep 0.05'
  - sh -c 'trap \"\" TERM; echo mine > dirty.txt; sleep 0.05'
";

/// A project with a clean, a dirty, a linked and an ignored file, and those actions.
fn project(world: &World) -> Repository<'_> {
    let repository = Repository::hello(world);
    repository.append(".packit.yaml", ACTIONS).write("gone.txt", "here\n").write("dirty.txt", "clean\n");
    repository.write(".gitignore", "dist/\n");
    std::os::unix::fs::symlink("gone.txt", repository.path("link.txt")).unwrap();
    repository.commit("Add actions").write("dirty.txt", "my own change\n").write("notes", "untracked\n");
    repository.append("hello.spec", "# not committed\n");
    repository
}

fn start(world: &World, folder: &Path) -> Child {
    let mut command = world.packit_command(world.path("out"), &["srpm".as_ref(), folder.as_os_str()]);
    command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

#[track_caller]
fn assert_as_before(repository: &Repository<'_>, before: &std::collections::BTreeMap<String, String>, what: &str) {
    assert_eq!(&repository.tracked(), before, "{what}");
    assert_eq!(fs_err::read_to_string(repository.path("notes")).unwrap(), "untracked\n", "{what}");
    assert!(!repository.path(".git/packit").exists(), "{what}");
    assert!(!repository.path("hello-1.5.tar.gz").is_symlink(), "{what}");
    assert_eq!(repository.world.leftovers(), Vec::<PathBuf>::new(), "{what}");
}

#[test]
fn tracked_files_are_put_back_and_new_ones_are_named() {
    let world = World::new();
    let repository = project(&world);
    let before = repository.tracked();
    let run = repository.packit(&["srpm", "--output", "../out/x.src.rpm"]).success();
    let run = run.told("the actions left in the checkout: `dist/hello-1.5/x`, `dist/hello-1.5.tar.gz`");
    assert_as_before(&repository, &before, &run.to_string());
    assert_eq!(
        repository.packit(&["srpm", "--output", "../out/x.src.rpm"]).success().stderr.matches("left in").count(),
        0
    );
    // When it fails, too.
    repository.replace(".packit.yaml", "echo mine", "exit 3; echo mine");
    let before = repository.tracked();
    let run = repository.packit(&["srpm"]).failure(2, &["post-modifications", "exit code 3"]);
    assert_as_before(&repository, &before, &run.to_string());
    end_sleepers(&world);
}

/// What the actions have started on purpose goes on after a run that went well.
fn end_sleepers(world: &World) {
    for process in children(world) {
        kill("-KILL", process.0);
    }
}

#[test]
fn the_checkout_is_as_before_whenever_a_signal_comes() {
    let world = World::new();
    let repository = project(&world);
    let before = repository.tracked();
    let mut ended = 0;
    for round in 0..24_u64 {
        let signal = ["-INT", "-TERM", "-HUP"][usize::try_from(round % 3).unwrap()];
        let mut child = start(&world, &repository.folder);
        std::thread::sleep(Duration::from_millis(3 + round * 23));
        kill(signal, child.id());
        if round % 2 == 1 {
            // A second one, while it cleans up.
            std::thread::sleep(Duration::from_millis(round % 5));
            kill(signal, child.id());
        }
        let begin = Instant::now();
        let code = child.wait().unwrap().code();
        assert!(begin.elapsed() < Duration::from_secs(8));
        assert!(matches!(code, Some(130 | 0) | None), "{code:?}");
        let what = format!("{signal} in round {round}: {code:?}");
        if code == Some(130) {
            ended += 1;
            assert_eq!(children(&world), Vec::new(), "{what}");
        }
        if code.is_some() {
            assert_as_before(&repository, &before, &what);
        }
        end_sleepers(&world);
    }
    assert!(ended >= 10, "packit was ended only {ended} times while it worked");
}

#[test]
fn the_next_run_puts_right_what_a_killed_one_left() {
    let world = World::new();
    let repository = project(&world);
    let before = repository.tracked();
    let mut disturbed = 0;
    for round in 0..12_u64 {
        let mut child = start(&world, &repository.folder);
        std::thread::sleep(Duration::from_millis(20 + round * 31));
        kill("-KILL", child.id());
        child.wait().unwrap();
        let was_disturbed = repository.tracked() != before;
        disturbed += i32::from(was_disturbed);
        let run = repository.packit(&["srpm", "--output", "../out/x.src.rpm"]).success();
        assert_as_before(&repository, &before, &format!("round {round}\n{run}"));
        assert_eq!(run.stderr.contains("a packit was killed in this checkout"), was_disturbed, "{run}");
        end_sleepers(&world);
    }
    assert!(disturbed >= 3, "only {disturbed} of the killed runs left anything to put right");
    assert!(repository.path(".git/packit-recovered").exists());
}

#[test]
fn a_command_without_actions_puts_it_right_too() {
    let world = World::new();
    let repository = project(&world);
    let before = repository.tracked();
    let mut child = start(&world, &repository.folder);
    let journal = repository.path(".git/packit/journal.json");
    while !journal.exists() || repository.tracked() == before {
        std::thread::sleep(Duration::from_millis(2));
    }
    kill("-KILL", child.id());
    child.wait().unwrap();
    let run = repository.packit(&["srpm", "--no-actions", "--output", "../out/x.src.rpm"]).success();
    assert_as_before(&repository, &before, &run.to_string());
    end_sleepers(&world);
}

#[test]
fn nothing_is_put_back_where_somebody_moved_on() {
    let world = World::new();
    let repository = project(&world);
    let before = repository.tracked();
    let mut child = start(&world, &repository.folder);
    while !repository.path(".git/packit/journal.json").exists() || repository.tracked() == before {
        std::thread::sleep(Duration::from_millis(2));
    }
    kill("-KILL", child.id());
    child.wait().unwrap();
    end_sleepers(&world);
    repository.git(&["reset", "--hard", "--quiet", "HEAD~1"]);
    let moved = repository.tracked();
    let run = repository.packit(&["srpm", "--no-actions", "--output", "../out/x.src.rpm"]).success();
    let run = run.told("another commit was checked out since");
    assert_eq!(repository.tracked(), moved, "{run}");
    let kept = fs_err::read_dir(repository.path(".git/packit-recovered")).unwrap();
    let texts: Vec<String> = kept.map(|file| fs_err::read_to_string(file.unwrap().path()).unwrap()).collect();
    assert!(texts.contains(&"my own change\n".to_owned()), "{texts:?}");
}

#[test]
fn two_runs_in_one_checkout_wait_for_each_other() {
    let world = World::new();
    let repository = project(&world);
    let before = repository.tracked();
    let mut first = start(&world, &repository.folder);
    while !repository.path(".git/packit/journal.json").exists() {
        std::thread::sleep(Duration::from_millis(2));
    }
    let run = repository.packit(&["srpm", "--output", "../out/x.src.rpm"]).success();
    let run = run.told("another packit (process ").told("waiting for it");
    assert_eq!(first.wait().unwrap().code(), Some(0));
    assert_as_before(&repository, &before, &run.to_string());
    end_sleepers(&world);
}

#[test]
fn unusual_checkouts_are_put_back_too() {
    let world = World::new();
    let repository = project(&world);
    // A file with a name that is not UTF-8, one in a linked work tree, one that git converts.
    let name = <std::ffi::OsStr as std::os::unix::ffi::OsStrExt>::from_bytes(b"caf\xe9 -x\n.txt");
    fs_err::write(repository.path(name), "old\n").unwrap();
    repository.write(".gitattributes", "*.bat text eol=crlf\n").write("a.bat", "one\r\ntwo\r\n").commit("Odd files");
    let tree = world.path("tree");
    repository.git(&["worktree", "add", "--quiet", "--detach", &tree.display().to_string()]);
    let linked = Repository::at(&world, tree);
    let config = fs_err::read_to_string(linked.path(".packit.yaml")).unwrap();
    linked.write(
        ".packit.yaml",
        config.replace("echo one >>", "for file in *.txt *.bat; do echo x > \"$file\"; done; echo one >>"),
    );
    let before = contents(&linked);
    drop(linked.packit(&["srpm", "--output", "../out/x.src.rpm"]).success());
    assert_eq!(contents(&linked), before);
    assert_eq!(fs_err::read(linked.path(name)).unwrap(), b"old\n");
    end_sleepers(&world);
}

/// What files of a work tree hold.
fn contents(repository: &Repository<'_>) -> Vec<Vec<u8>> {
    let files = ["a.bat", "hello.spec", "gone.txt", "link.txt", "hello.txt"];
    files.iter().map(|file| fs_err::read(repository.path(file)).unwrap()).collect()
}
