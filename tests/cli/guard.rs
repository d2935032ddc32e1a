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
    let names: Vec<_> = kept.map(|file| file.unwrap().file_name()).collect();
    let mine = fs_err::read_to_string(repository.path(".git/packit-recovered/dirty.txt"));
    assert_eq!(mine.unwrap(), "my own change\n", "{names:?}");
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

/// A project whose actions are these, committed.
fn acting<'w>(world: &'w World, actions: &str) -> Repository<'w> {
    let repository = Repository::hello(world);
    repository.append(".packit.yaml", &format!("actions:\n{actions}")).commit("Act");
    repository
}

const OUTPUT: [&str; 3] = ["srpm", "--output", "../out/x.src.rpm"];

#[test]
fn a_change_in_the_second_of_the_commit_is_kept() {
    let world = World::new();
    let repository = acting(&world, "  post-upstream-clone: sh -c 'echo more >> hello.txt'\n");
    // The same size, and by the clock of the file system the same moment as the index: git must look at the content.
    repository.write("hello.txt", "hello AGAIN\n");
    let time = fs_err::metadata(repository.path(".git/index")).unwrap().modified().unwrap();
    for file in ["hello.txt", ".git/index"] {
        fs_err::OpenOptions::new().write(true).open(repository.path(file)).unwrap().file().set_modified(time).unwrap();
    }
    drop(repository.packit(&OUTPUT).success());
    assert_eq!(fs_err::read_to_string(repository.path("hello.txt")).unwrap(), "hello AGAIN\n");
}

#[test]
fn what_is_checked_out_and_staged_is_put_back() {
    let world = World::new();
    let repository = acting(
        &world,
        "  post-upstream-clone: git checkout --quiet 1.0.0
  post-modifications: sh -c 'echo new > new.txt; echo x >> hello.txt; git add --all; git rm --quiet --cached hello.spec'
",
    );
    repository.write("hello.txt", "mine\n").git(&["add", "hello.txt"]);
    repository.write("hello.txt", "mine and more\n");
    // The change would keep git from checking out the tag.
    repository.replace(".packit.yaml", "checkout --quiet", "checkout --quiet --force");
    let before = (repository.tracked(), repository.git(&["diff", "--cached"]));
    let run = repository.packit(&OUTPUT).success().told("HEAD is put back");
    assert_eq!((repository.tracked(), repository.git(&["diff", "--cached"])), before, "{run}");
}

#[test]
fn a_branch_that_actions_move_is_told() {
    let world = World::new();
    let repository =
        acting(&world, "  post-upstream-clone: sh -c 'echo x >> hello.txt; git commit --quiet --all --message auto'\n");
    let head = repository.git(&["rev-parse", "HEAD"]);
    let run = repository
        .packit(&OUTPUT)
        .success()
        .told("have moved the branch `main`")
        .told(&format!("git reset {}", head.trim()));
    assert_eq!(fs_err::read_to_string(repository.path("hello.txt")).unwrap(), "hello again\n", "{run}");
    repository.git(&["reset", "--quiet", head.trim()]);
    assert_eq!(repository.git(&["status", "--porcelain"]), "");
}

#[test]
fn a_tracked_archive_that_an_action_makes_anew_is_put_back() {
    let world = World::new();
    let repository = acting(
        &world,
        "  create-archive:
  - sh -c 'echo overwritten > hello-1.0.0.tar.gz; mkdir -p out/top; tar -C out -czf out/hello-1.0.0.tar.gz top; echo out/hello-1.0.0.tar.gz'
",
    );
    repository.write("hello-1.0.0.tar.gz", "committed").commit("Commit an archive");
    let before = repository.tracked();
    let run = repository.packit(&OUTPUT).success();
    assert_eq!(repository.tracked(), before, "{run}");
}

#[test]
fn a_failure_to_put_back_is_told_beside_the_failure_of_the_work() {
    let world = World::new();
    let repository = acting(
        &world,
        "  post-upstream-clone: sh -c 'echo x >> hello.txt; rm -r .git/packit/index; mkdir .git/packit/index; exit 3'\n",
    );
    let run =
        repository.packit(&OUTPUT).failure(2, &["cannot be put back", "`post-upstream-clone` failed", "the next run"]);
    assert_eq!(run.stderr.matches("error:").count(), 1, "{run}");
    // It cannot be done by the next run either, which says how to give it up.
    let run =
        repository.packit(&[&OUTPUT[..], &["--no-actions"]].concat()).failure(2, &["cannot be put back", "rm -r"]);
    assert!(run.stderr.contains(".git/packit"), "{run}");
    fs_err::remove_dir_all(repository.path(".git/packit")).unwrap();
    drop(repository.packit(&[&OUTPUT[..], &["--no-actions"]].concat()).success());
}

#[test]
fn a_living_packit_of_another_name_is_waited_for() {
    let world = World::new();
    let repository = acting(&world, "  post-upstream-clone: sleep 0.5\n");
    // By another process: a file that this one has open for writing, and forks while it has, cannot be run.
    let copied = world.command("cp", world.path("")).args([env!("CARGO_BIN_EXE_packit"), "packit-other"]).status();
    assert!(copied.unwrap().success());
    let mut other = world.command(world.path("packit-other"), &repository.folder);
    let mut first = other.args(["srpm", "--output", "../out/y.src.rpm"]).stderr(Stdio::null()).spawn().unwrap();
    while !repository.path(".git/packit/journal.json").exists() {
        std::thread::sleep(Duration::from_millis(2));
    }
    drop(repository.packit(&OUTPUT).success().told("waiting for it"));
    assert_eq!(first.wait().unwrap().code(), Some(0));
}

#[test]
fn what_a_killed_packit_left_running_is_ended() {
    let world = World::new();
    let repository = acting(
        &world,
        "  post-upstream-clone: sh -c 'trap \"\" TERM; while true; do echo still here >> hello.txt; sleep 0.05; done'\n",
    );
    let before = repository.tracked();
    let mut child = start(&world, &repository.folder);
    while repository.tracked() == before {
        std::thread::sleep(Duration::from_millis(5));
    }
    kill("-KILL", child.id());
    child.wait().unwrap();
    drop(repository.packit(&[&OUTPUT[..], &["--no-actions"]].concat()).success().told("left running"));
    assert_eq!(repository.tracked(), before);
    assert_eq!(children(&world), Vec::new());
}

/// A folder outside of the repository with a file `a` in it.
fn outside(world: &World) -> PathBuf {
    let outside = world.path("outside");
    fs_err::create_dir(&outside).unwrap();
    fs_err::write(outside.join("a"), "foreign\n").unwrap();
    outside
}

#[test]
fn a_folder_or_pipe_where_a_file_was_is_left_alone() {
    let world = World::new();
    let repository = acting(&world, "  post-upstream-clone: 'true'\n");
    repository.write("gone.txt", "x").write("pipe.txt", "x").commit("More files");
    for file in ["gone.txt", "pipe.txt"] {
        fs_err::remove_file(repository.path(file)).unwrap();
    }
    repository.write("gone.txt/precious", "data\n");
    assert!(world.command("mkfifo", &repository.folder).arg("pipe.txt").status().unwrap().success());
    drop(repository.packit(&OUTPUT).success());
    assert_eq!(fs_err::read_to_string(repository.path("gone.txt/precious")).unwrap(), "data\n");
    use std::os::unix::fs::FileTypeExt as _;
    assert!(fs_err::metadata(repository.path("pipe.txt")).unwrap().file_type().is_fifo());
}

#[test]
fn nothing_outside_is_touched_where_an_action_makes_a_folder_a_link() {
    let world = World::new();
    let outside = outside(&world);
    let link = format!("rm -rf sub extra; ln -s {0} sub; ln -s {0} extra", outside.display());
    let repository = acting(&world, &format!("  post-upstream-clone: bash -c '{link}'\n"));
    repository.write("sub/a", "tracked\n").write("sub/b", "tracked\n").commit("A folder");
    repository.write("sub/a", "mine\n").write("extra/new.spec", "untracked spec\n");
    fs_err::remove_file(repository.path("sub/b")).unwrap();
    let before = repository.tracked();
    drop(repository.packit(&OUTPUT).success());
    assert_eq!(repository.tracked(), before);
    assert_eq!(fs_err::read_to_string(repository.path("extra/new.spec")).unwrap(), "untracked spec\n");
    assert_eq!(fs_err::read_to_string(outside.join("a")).unwrap(), "foreign\n");
    assert_eq!(fs_err::read_dir(&outside).unwrap().count(), 1);
}

#[test]
fn files_that_git_does_not_look_at_are_kept() {
    let world = World::new();
    let repository = acting(&world, "  post-upstream-clone: sh -c 'echo x > hello.txt; echo x > other.txt'\n");
    repository.write("other.txt", "tracked\n").commit("Another");
    repository.git(&["update-index", "--assume-unchanged", "hello.txt"]);
    repository.git(&["update-index", "--skip-worktree", "other.txt"]);
    repository.write("hello.txt", "mine\n").write("other.txt", "mine too\n");
    drop(repository.packit(&OUTPUT).success());
    assert_eq!(fs_err::read_to_string(repository.path("hello.txt")).unwrap(), "mine\n");
    assert_eq!(fs_err::read_to_string(repository.path("other.txt")).unwrap(), "mine too\n");
}

#[test]
fn a_link_in_place_of_the_folder_of_the_guard_is_refused() {
    let world = World::new();
    let outside = outside(&world);
    let repository = acting(&world, "  post-upstream-clone: 'true'\n");
    std::os::unix::fs::symlink(&outside, repository.path(".git/packit")).unwrap();
    repository.packit(&OUTPUT).failure(2, &[".git/packit", "is not a folder"]);
    assert_eq!(fs_err::read_dir(&outside).unwrap().count(), 1);
}

#[test]
fn a_mended_configuration_stays_mended() {
    let world = World::new();
    let repository = acting(&world, "  post-upstream-clone: sh -c 'echo x >> hello.txt; kill -9 $PPID'\n");
    let before = repository.tracked();
    assert_eq!(repository.packit(&OUTPUT).code, None);
    assert_ne!(repository.tracked(), before);
    repository.replace(".packit.yaml", "kill -9 $PPID", "true");
    let run = repository.packit(&OUTPUT).success().told("put back as before it are `hello.txt`");
    assert!(fs_err::read_to_string(repository.path(".packit.yaml")).unwrap().contains("; true'"), "{run}");
    assert_eq!(fs_err::read_to_string(repository.path("hello.txt")).unwrap(), "hello again\n");
}

#[test]
fn a_signal_while_it_puts_back_ends_what_actions_left_running() {
    let world = World::new();
    let repository = acting(
        &world,
        "  post-upstream-clone:
  - bash -c 'for n in {1..600}; do echo x >> many/$n; done'
  - bash -c 'setsid bash -c \"trap true TERM; while true; do echo daemon >> hello.txt; sleep 0.01; done\" > /dev/null 2>&1 &'
  get-current-version: sh -c 'touch ../now; echo 1.0.0'
",
    );
    for number in 1..=600 {
        repository.write(&format!("many/{number}"), format!("{number}\n"));
    }
    repository.commit("Many files");
    let before = repository.tracked();
    let mut checked = 0;
    for round in 0..6_u64 {
        let mut child = start(&world, &repository.folder);
        while !world.path("now").exists() {
            std::thread::sleep(Duration::from_millis(1));
        }
        fs_err::remove_file(world.path("now")).unwrap();
        std::thread::sleep(Duration::from_millis(25 + round * 12));
        kill("-TERM", child.id());
        // A signal that comes when all is put back finds the checkout as what still runs there has made it.
        let was_at_work = repository.path(".git/packit/journal.json").exists();
        if child.wait().unwrap().code() == Some(130) && was_at_work {
            assert_eq!(children(&world), Vec::new(), "round {round}");
            assert_eq!(repository.tracked(), before, "round {round}");
            checked += 1;
        }
        end_sleepers(&world);
        repository.git(&["checkout", "--quiet", "--", "."]);
    }
    assert!(checked > 0, "no signal came while it worked");
}

/// What files of a work tree hold.
fn contents(repository: &Repository<'_>) -> Vec<Vec<u8>> {
    let files = ["a.bat", "hello.spec", "gone.txt", "link.txt", "hello.txt"];
    files.iter().map(|file| fs_err::read(repository.path(file)).unwrap()).collect()
}
