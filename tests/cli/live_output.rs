//! What actions write is shown as it comes, whatever it is.

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, ChildStderr, Stdio};
use std::time::{Duration, Instant};

use crate::support::{Repository, Run, World};

/// Waits until the test lets it go on.
const WAIT: &str = "while [ ! -e go ]; do sleep 0.01; done; rm go";

fn project<'w>(world: &'w World, script: &str) -> Repository<'w> {
    let repository = Repository::hello(world);
    repository.write("action.sh", script).append(".packit.yaml", "actions:\n  post-upstream-clone: bash action.sh\n");
    repository.commit("Add an action");
    repository
}

fn start(repository: &Repository<'_>) -> (Child, BufReader<ChildStderr>) {
    let folder = repository.folder.as_os_str();
    let mut command = repository.world.packit_command(repository.world.path("out"), &["srpm".as_ref(), folder]);
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let stderr = BufReader::new(child.stderr.take().unwrap());
    (child, stderr)
}

/// Reads lines until one holds `text`.
#[track_caller]
fn until(stderr: &mut BufReader<ChildStderr>, text: &str) {
    let mut line = String::new();
    while !line.contains(text) {
        line.clear();
        assert_ne!(stderr.read_line(&mut line).unwrap(), 0, "`{text}` was never told");
    }
}

fn go(repository: &Repository<'_>) {
    repository.write("go", "");
}

/// Ends the run; the rest of what it told.
fn rest(mut child: Child, mut stderr: BufReader<ChildStderr>) -> String {
    let mut text = String::new();
    stderr.read_to_string(&mut text).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0), "{text}");
    text
}

fn run(repository: &Repository<'_>) -> Run {
    repository.world.packit(repository.world.path("out"), &["srpm".as_ref(), repository.folder.as_os_str()])
}

/// Point 1: a line is there before the next one is made.
#[test]
fn lines_are_shown_while_the_action_works() {
    let world = World::new();
    let repository = project(&world, &format!("echo first\n{WAIT}\necho second >&2\n{WAIT}\necho third\n"));
    let (child, mut stderr) = start(&repository);
    until(&mut stderr, "post-upstream-clone: first");
    go(&repository);
    until(&mut stderr, "post-upstream-clone: second");
    go(&repository);
    until(&mut stderr, "post-upstream-clone: third");
    drop(rest(child, stderr));
}

/// Point 2: both streams, in full.
#[test]
fn megabytes_on_both_streams_come_through() {
    let world = World::new();
    let repository = project(&world, "seq 1 200000 & seq -f 'e%.0f' 1 200000 >&2 & wait\n");
    let run = run(&repository).success();
    let lines: Vec<&str> = run.stderr.lines().filter_map(|line| line.strip_prefix("post-upstream-clone: ")).collect();
    let (errors, outputs): (Vec<&str>, Vec<&str>) = lines.iter().partition(|line| line.starts_with('e'));
    assert_eq!((errors.len(), outputs.len()), (200_000, 200_000));
    assert_eq!((errors[199_999], outputs[199_999]), ("e200000", "200000"));
}

/// Point 3: bytes that are not UTF-8.
#[test]
fn undecodable_bytes_are_shown_and_the_rest_too() {
    let world = World::new();
    let repository = project(&world, "printf 'caf\\351 au lait\\n'; seq 1 80000; printf '\\377\\376'; exit 3\n");
    let run = run(&repository).failure(2, &["caf\u{fffd} au lait", "80000", "\u{fffd}\u{fffd}", "exit code 3"]);
    assert_eq!(run.stderr.lines().filter(|line| line.starts_with("post-upstream-clone: ")).count(), 80_002);
}

/// Point 4: a last line without its end.
#[test]
fn a_line_without_end_is_shown() {
    let world = World::new();
    let repository = project(&world, "printf 'no end'\n");
    drop(run(&repository).success().told("post-upstream-clone: no end\n"));
}

/// Point 5: progress that returns the carriage.
#[test]
fn progress_with_carriage_returns_is_shown_as_it_comes() {
    let world = World::new();
    let repository =
        project(&world, &format!("printf '10%%\\r'\n{WAIT}\nprintf '20%%\\r'\n{WAIT}\nprintf '100%%\\r\\n'\n"));
    let (child, mut stderr) = start(&repository);
    until(&mut stderr, "post-upstream-clone: 10%");
    go(&repository);
    until(&mut stderr, "post-upstream-clone: 20%");
    go(&repository);
    let rest = rest(child, stderr);
    assert_eq!(rest.matches("post-upstream-clone: 100%\n").count(), 1, "{rest}");
    assert!(!rest.contains("post-upstream-clone: \n"), "{rest}");
}

/// Point 6: somebody who lives on and keeps the output open.
#[test]
fn a_grandchild_that_keeps_the_output_open_is_not_waited_for() {
    let world = World::new();
    let repository = project(&world, "sleep 30 & echo $! > pid; echo started\n");
    let begin = Instant::now();
    drop(run(&repository).success().told("post-upstream-clone: started"));
    assert!(begin.elapsed() < Duration::from_secs(20));
    let id = fs_err::read_to_string(repository.path("pid")).unwrap();
    crate::signals::kill("-KILL", id.trim().parse().unwrap());
}

/// Point 7: what is set for one child is not seen by the next, nor by rpmbuild.
#[test]
fn variables_of_one_child_are_not_seen_by_the_next() {
    let world = World::new();
    let repository = project(&world, "env > first\n");
    repository.append(".packit.yaml", "  get-current-version: sh -c 'env > second; echo 1.0'\n");
    repository.replace("hello.spec", "A trivial program", "%(env > third; echo x)").commit("More");
    drop(run(&repository).success());
    let has = |file: &str| fs_err::read_to_string(repository.path(file)).unwrap().contains("PACKIT_PWD=");
    assert!(has("first") && !has("second") && !has("third"));
}
