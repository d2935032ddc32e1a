//! The logs of builds in Copr: shown while they grow, or the end of those of what failed.

use std::collections::BTreeMap;

use super::copr_watch::Watched;
use crate::context::Context;
use crate::error::{Error, Finding};
use crate::event::What;
use crate::services::copr::{Copr, State};

/// How many lines of a log are shown of a chroot that failed.
const TAIL: usize = 30;

/// How much of a log is kept for that, in bytes.
const TAIL_BYTES: usize = 64 << 10;

/// How much of one line is shown, in bytes.
const LONGEST_LINE: usize = 4 << 10;

/// Shows the end of the logs of what failed. A log that cannot be had is no failure of its own.
pub async fn show_failures(context: &Context, copr: &Copr<'_>, build: &Watched) {
    for part in build.failed().filter(|part| part.state == State::Failed) {
        let Some(results) = &part.results else { continue };
        let mut tail = Tail::default();
        let read = async {
            let Some(log) = copr.log(context, results, true).await? else { return Ok(None) };
            copr.read_log(context, &log, 0, &mut tail).await?;
            Ok::<_, Error>(Some(log.address.to_string()))
        };
        match read.await {
            Ok(Some(address)) => {
                let title = format!("{} failed: the end of {address}", part.name);
                context.send(What::Excerpt { title, text: tail.lines(TAIL) });
            }
            Ok(None) => context.found(Finding::note(format!("{} failed, and left no log at {results}", part.name))),
            Err(error) => {
                let note = Finding::note(format!("the log of {} cannot be shown: {}", part.name, error.message()));
                context.found(note.hint(format!("look at {results}")));
            }
        }
    }
}

/// The last part of what is written to it.
#[derive(Default)]
struct Tail {
    kept: Vec<u8>,
}

impl Tail {
    fn lines(&self, count: usize) -> Vec<u8> {
        let lines = self.kept.trim_ascii_end().split(|&byte| byte == b'\n');
        let mut last: Vec<&[u8]> = lines.rev().take(count).map(beginning).collect();
        last.reverse();
        last.join(&b'\n')
    }
}

impl std::io::Write for Tail {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.kept.extend_from_slice(bytes);
        if self.kept.len() > 2 * TAIL_BYTES {
            self.kept.drain(..self.kept.len() - TAIL_BYTES);
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Logs that are shown while they grow.
#[derive(Debug, Default)]
pub struct Logs {
    shown: BTreeMap<(u64, String), Shown>,
}

#[derive(Debug, Default)]
struct Shown {
    bytes: u64,
    line: Vec<u8>,
    is_whole: bool,
}

impl Logs {
    /// Shows what is new in the logs of a build. What cannot be had now is shown later.
    pub async fn show_new(&mut self, context: &Context, copr: &Copr<'_>, build: &Watched) {
        for part in build.parts() {
            let Some(results) = &part.results else { continue };
            let shown = self.shown.entry((build.id, part.name.clone())).or_default();
            if shown.is_whole {
                continue;
            }
            let is_over = part.state.is_final();
            let Ok(Some(log)) = copr.log(context, results, is_over).await else { continue };
            let mut sink = Lines { context, program: &part.name, line: &mut shown.line };
            match copr.read_log(context, &log, shown.bytes, &mut sink).await {
                Ok(count) => {
                    shown.bytes += count;
                    if is_over {
                        if !sink.line.is_empty() {
                            sink.end();
                        }
                        shown.is_whole = true;
                    }
                }
                Err(error) => tracing::debug!(%error, "a log cannot be read"),
            }
        }
    }
}

/// As much of a line as is shown.
fn beginning(line: &[u8]) -> &[u8] {
    line.get(..LONGEST_LINE).unwrap_or(line)
}

/// Shows each line that is written to it, as far as lines are shown.
struct Lines<'a> {
    context: &'a Context,
    program: &'a str,
    line: &'a mut Vec<u8>,
}

impl Lines<'_> {
    fn add(&mut self, bytes: &[u8]) {
        let room = LONGEST_LINE.saturating_sub(self.line.len());
        self.line.extend_from_slice(bytes.get(..room).unwrap_or(bytes));
    }

    fn end(&mut self) {
        let bytes = std::mem::take(self.line);
        self.context.send(What::Line { program: self.program.to_owned(), bytes });
    }
}

impl std::io::Write for Lines<'_> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        for piece in bytes.split_inclusive(|&byte| byte == b'\n') {
            match piece.strip_suffix(b"\n") {
                Some(rest) => {
                    self.add(rest);
                    self.end();
                }
                None => self.add(piece),
            }
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
