use std::io::{Read as _, Write as _};
use std::path::Path;
use std::process::Stdio;
use std::sync::mpsc;
use std::time::{Duration, Instant};

use super::World;

/// How long a question or the end may take: the machine may be busy.
const PATIENCE: Duration = Duration::from_secs(60);

impl World {
    /// Runs packit on a terminal of its own: what is typed when which words are shown. Gives the exit code and all that was shown.
    pub fn on_terminal(
        &self,
        folder: impl AsRef<Path>,
        arguments: &str,
        dialogue: &[(&str, &str)],
    ) -> (Option<i32>, String) {
        let line = format!("'{}' {arguments}", env!("CARGO_BIN_EXE_packit"));
        let mut command = self.command("script", folder);
        command.args(["--quiet", "--return", "--command", &line, "/dev/null"]);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let (mut typed, mut stdout) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        let (sender, receiver) = mpsc::channel();
        std::thread::spawn(move || {
            let mut bytes = [0; 4096];
            while let Ok(count @ 1..) = stdout.read(&mut bytes) {
                if sender.send(String::from_utf8_lossy(&bytes[..count]).into_owned()).is_err() {
                    return;
                }
            }
        });
        let (mut shown, mut seen) = (String::new(), 0);
        for (words, answer) in dialogue {
            let begin = Instant::now();
            while !shown[seen..].contains(words) {
                match receiver.recv_timeout(Duration::from_millis(100)) {
                    Ok(part) => shown += &part,
                    Err(_) if child.try_wait().unwrap().is_none() && begin.elapsed() < PATIENCE => {}
                    Err(_) => {
                        child.kill().unwrap();
                        panic!("{words:?} is not shown:\n{shown}");
                    }
                }
            }
            seen += shown[seen..].find(words).unwrap() + words.len();
            typed.write_all(answer.as_bytes()).unwrap();
        }
        let begin = Instant::now();
        let status = loop {
            shown.extend(receiver.try_iter());
            match child.try_wait().unwrap() {
                Some(status) => break status,
                None if begin.elapsed() > PATIENCE => {
                    child.kill().unwrap();
                    panic!("packit goes on after the last answer:\n{shown}");
                }
                None => std::thread::sleep(Duration::from_millis(20)),
            }
        };
        while let Ok(part) = receiver.recv_timeout(Duration::from_secs(1)) {
            shown += &part;
        }
        (status.code(), shown)
    }
}
