//! SIGINT and SIGTERM at any moment: the checkout is as before, no child and no temporary folder is left.

use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::support::{Repository, World};

/// Ends a run of packit by `signal` after `wait`, and returns its exit code.
fn interrupted(world: &World, folder: &std::path::Path, signal: &str, wait: Duration) -> Option<i32> {
    let mut command = world.packit_command(world.path("out"), &["srpm".as_ref(), folder.as_os_str()]);
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    std::thread::sleep(wait);
    kill(signal, child.id());
    child.wait().unwrap().code()
}

/// Sends a signal, by the shell's own command: a machine may have no program for it.
pub fn kill(signal: &str, id: u32) {
    let command = format!("kill {signal} {id} 2>/dev/null");
    Command::new("sh").arg("-c").arg(command).status().unwrap();
}

/// The processes that work in the world's folder for temporary files or in the repository, with their ids.
pub fn children(world: &World) -> Vec<(u32, String)> {
    let marks = [world.path("tmp").display().to_string(), world.path("hello").display().to_string()];
    let mut found = Vec::new();
    for entry in fs_err::read_dir("/proc").unwrap().flatten() {
        let command = fs_err::read(entry.path().join("cmdline")).unwrap_or_default();
        let folder = fs_err::read_link(entry.path().join("cwd")).unwrap_or_default().display().to_string();
        let command = String::from_utf8_lossy(&command).into_owned();
        if marks.iter().any(|mark| command.contains(mark.as_str()) || folder.starts_with(mark.as_str())) {
            let id = entry.file_name().to_string_lossy().parse().unwrap();
            found.push((id, command));
        }
    }
    found
}

#[test]
fn nothing_is_left_whenever_it_ends() {
    let world = World::new();
    let repository = Repository::hello(&world);
    // A spec that takes its time, in a child that does not heed SIGTERM, and an archive worth compressing.
    repository.replace("hello.spec", "A trivial program", "%(trap '' TERM; sleep 30 & sleep 0.4; echo slow)");
    for number in 0..40_u8 {
        let line = format!("{number} {}\n", "the quick brown fox ".repeat(usize::from(number) + 1));
        repository.write(&format!("data/{number}"), line.repeat(3000));
    }
    repository.commit("A lot");
    let before = repository.state();
    let mut ended = 0;
    for (number, wait) in [1_u64, 5, 10, 20, 40, 70, 120, 200, 300, 450].into_iter().enumerate() {
        let signal = if number % 2 == 0 { "-INT" } else { "-TERM" };
        let code = interrupted(&world, &repository.folder, signal, Duration::from_millis(wait));
        ended += i32::from(code == Some(130));
        assert!(matches!(code, Some(130) | None), "{code:?} after {wait} ms");
        assert_eq!(repository.state(), before, "{signal} after {wait} ms");
        assert_eq!(world.leftovers(), Vec::<PathBuf>::new(), "{signal} after {wait} ms");
        assert_eq!(children(&world), Vec::new(), "{signal} after {wait} ms");
        assert_eq!(fs_err::read_dir(world.path("out")).unwrap().count(), 0, "{signal} after {wait} ms");
    }
    assert!(ended >= 5, "packit was ended only {ended} times while it worked");
}

#[test]
fn a_grandchild_that_keeps_the_pipe_open_does_not_keep_packit() {
    let world = World::new();
    let repository = Repository::hello(&world);
    repository
        .replace("hello.spec", "A trivial program", "%(setsid sleep 20 >/dev/null & echo quick)")
        .commit("Leave a child");
    let begin = std::time::Instant::now();
    repository.packit_from_outside(&["srpm"]).success();
    assert!(begin.elapsed() < Duration::from_secs(15));
}

#[test]
fn a_clone_that_hangs_is_ended_with_all_its_children() {
    let world = World::new();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url =
        format!("http://127.0.0.1:{}/{}.git", listener.local_addr().unwrap().port(), world.path("hello").display());
    let mut child = world.packit_command(world.path("out"), &["srpm", &url]).stderr(Stdio::null()).spawn().unwrap();
    // The connection tells that git works on it; nobody ever answers.
    let connection = listener.accept().unwrap();
    kill("-TERM", child.id());
    assert_eq!(child.wait().unwrap().code(), Some(130));
    drop(connection);
    assert_eq!(children(&world), Vec::new());
    assert_eq!(world.leftovers(), Vec::<PathBuf>::new());
}

#[test]
fn a_signal_that_is_to_be_ignored_stays_so() {
    let world = World::new();
    let repository = Repository::hello(&world);
    repository.replace("hello.spec", "A trivial program", "%(sleep 0.5; echo slow)").commit("Slow");
    let mut command = world.command("sh", world.path("out"));
    command
        .args(["-c", "trap '' HUP; exec \"$0\" srpm \"$1\""])
        .arg(env!("CARGO_BIN_EXE_packit"))
        .arg(&repository.folder);
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    std::thread::sleep(Duration::from_millis(200));
    kill("-HUP", child.id());
    assert_eq!(child.wait().unwrap().code(), Some(0));
}
