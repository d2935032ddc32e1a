//! Reading the answer to a question from the terminal, in a way that a signal ends.

use std::io::{self, Write as _};
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;

use crate::error::{Context as _, Error, Kind, Result};
use crate::interrupt::Interrupt;

/// So many bytes an answer has at most: a terminal gives no longer line.
const LONGEST: usize = 4096;
/// How often the terminal is looked at: nobody notices so short a time.
const PAUSE: Duration = Duration::from_millis(20);
const AT_ONCE: Timespec = Timespec { tv_sec: 0, tv_nsec: 0 };

/// Shows `question` and reads the line that the user answers with, without white space around it.
///
/// The terminal is read only when it has something: a read that waits would keep the thread, on which signals are taken.
///
/// # Errors
/// Of kind [`Kind::Interrupted`] after a signal and at the end of the input (Ctrl-D): neither is an answer.
pub async fn line(interrupt: &Interrupt, question: &str) -> Result<String> {
    let _ = io::stderr().write_all(question.as_bytes());
    let mut answer = Vec::new();
    while !answer.contains(&b'\n') {
        tokio::select! {
            biased;
            () = interrupt.stopped() => return Err(ended(Error::interrupted())),
            () = tokio::time::sleep(PAUSE) => {}
        }
        let Some(part) = part().or_error(Kind::Environment, || "the answer cannot be read".to_owned())? else {
            continue;
        };
        if part.is_empty() {
            let error = Error::new(Kind::Interrupted, "the input ended at a question");
            return Err(ended(error.hint("`--yes` asks nothing")));
        }
        answer.extend(part);
        // What has no end is no answer of a person.
        if answer.len() > LONGEST {
            return Err(Error::new(Kind::Usage, "the answer is too long"));
        }
    }
    Ok(String::from_utf8_lossy(&answer).trim().to_owned())
}

/// What standard input has now: nothing at its end, `None` where it has nothing yet.
fn part() -> Result<Option<Vec<u8>>, Errno> {
    let stdin = io::stdin();
    match poll(&mut [PollFd::new(&stdin, PollFlags::IN)], Some(&AT_ONCE)) {
        Ok(0) | Err(Errno::INTR) => return Ok(None),
        Ok(_) => {}
        Err(error) => return Err(error),
    }
    let mut bytes = vec![0; LONGEST];
    match rustix::io::read(&stdin, &mut bytes) {
        Ok(count) => {
            bytes.truncate(count);
            Ok(Some(bytes))
        }
        Err(Errno::INTR | Errno::AGAIN) => Ok(None),
        Err(error) => Err(error),
    }
}

/// What is told next begins on a line of its own, behind the question.
fn ended(error: Error) -> Error {
    let _ = io::stderr().write_all(b"\n");
    error
}
