//! A child that runs: its streams, and how it ends.

use std::process::ExitStatus;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process, kill_process_group};
use tokio::io::{AsyncRead, AsyncReadExt as _};
use tokio::process::Child;

use super::family::{family, may};
use crate::context::Context;
use crate::error::{Context as _, Error, Finding, Kind, Result};

/// How long a child may take to end after SIGTERM.
const GRACE: Duration = Duration::from_secs(3);
/// How often a child is told to end that does not belong to the user yet.
const AGAIN: Duration = Duration::from_millis(200);
/// How long a pipe may stay open after its child has ended: a grandchild holds it.
const LINGER: Duration = Duration::from_millis(500);

/// A child and its process group. Dropped before the child has ended, it kills the whole group.
pub(super) struct Running<'a> {
    child: &'a mut Child,
    group: Option<Pid>,
    ended: bool,
}

impl<'a> Running<'a> {
    pub(super) fn new(child: &'a mut Child, foreground: bool) -> Self {
        let id = child.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw);
        Self { child, group: id.filter(|_| !foreground), ended: false }
    }

    /// Reads both streams until the child has ended and they are dry.
    pub(super) async fn wait(
        &mut self,
        context: &Context,
        show: &mut dyn FnMut(&[u8]),
        kept: usize,
    ) -> Result<(ExitStatus, Vec<u8>, Vec<u8>)> {
        let mut stdout = Reader::new(self.child.stdout.take(), kept);
        let mut stderr = Reader::new(self.child.stderr.take(), kept);
        let mut status = None;
        let linger = tokio::time::sleep(LINGER);
        tokio::pin!(linger);
        while status.is_none() || stdout.open() || stderr.open() {
            tokio::select! {
                biased;
                () = context.interrupt().stopped() => {
                    self.end(context).await;
                    return Err(Error::interrupted());
                }
                read = stdout.read(), if stdout.open() => stdout.take(read, show),
                read = stderr.read(), if stderr.open() => stderr.take(read, show),
                ended = self.child.wait(), if status.is_none() => {
                    status = Some(ended.or_error(Kind::Environment, || "a child cannot be awaited".to_owned())?);
                    self.ended = true;
                    linger.as_mut().reset(tokio::time::Instant::now() + LINGER);
                }
                () = &mut linger, if status.is_some() => break,
            }
        }
        let (stdout, stderr) = (stdout.finish(show), stderr.finish(show));
        status.map(|status| (status, stdout, stderr)).ok_or_else(|| Error::bug("a child ended without a status"))
    }

    /// Ends the group: first politely, then, after a while or when the user says so again, not.
    ///
    /// mock works as root now and then, and cannot be told anything then: it is told as soon as it works as the user again.
    async fn end(&mut self, context: &Context) {
        let family = if self.group.is_none() { self.child.id().map(family).unwrap_or_default() } else { Vec::new() };
        let mut heard = self.signal(Signal::TERM);
        let patience = tokio::time::sleep(GRACE);
        tokio::pin!(patience);
        let mut is_told = false;
        let ended = loop {
            tokio::select! {
                _ = self.child.wait() => break true,
                () = tokio::time::sleep(if heard { GRACE } else { AGAIN }) => {
                    if heard {
                        break false;
                    }
                    heard = self.signal(Signal::TERM);
                }
                () = &mut patience, if !heard && !is_told => {
                    is_told = true;
                    let message = "a program works as another user just now: it is ended as soon as that can be";
                    context.found(Finding::warning(message).hint("interrupt packit once more to leave it alone"));
                }
                () = context.interrupt().insisted() => break false,
            }
        };
        if !ended && self.signal(Signal::KILL) {
            let _ = self.child.wait().await;
        }
        // Whoever outlived the leader.
        self.signal(Signal::KILL);
        for pid in family {
            let _ = kill_process(pid, Signal::KILL);
        }
        self.ended = true;
    }

    /// Whether the child may be told: not while it works as another user.
    fn signal(&self, signal: Signal) -> bool {
        // Who is gone already needs no signal.
        match self.group {
            Some(group) => may(kill_process_group(group, signal)),
            None => {
                let family = self.child.id().map(family).unwrap_or_default();
                // The child itself is the first of them.
                let told: Vec<bool> = family.into_iter().map(|pid| may(kill_process(pid, signal))).collect();
                told.first().copied().unwrap_or(true)
            }
        }
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        if !self.ended {
            self.signal(Signal::KILL);
        }
    }
}

/// One stream of a child: cuts it into lines, and keeps the last `kept` bytes.
struct Reader<R> {
    source: Option<R>,
    buffer: Vec<u8>,
    line: Vec<u8>,
    returned: bool,
    all: Vec<u8>,
    kept: usize,
}

impl<R: AsyncRead + Unpin> Reader<R> {
    fn new(source: Option<R>, kept: usize) -> Self {
        let buffer = if source.is_some() { vec![0; 16 * 1024] } else { Vec::new() };
        Self { source, buffer, line: Vec::new(), returned: false, all: Vec::new(), kept }
    }

    fn open(&self) -> bool {
        self.source.is_some()
    }

    async fn read(&mut self) -> std::io::Result<usize> {
        match &mut self.source {
            Some(source) => source.read(&mut self.buffer).await,
            None => Ok(0),
        }
    }

    fn take(&mut self, read: std::io::Result<usize>, show: &mut dyn FnMut(&[u8])) {
        // A stream that breaks is one that has ended: the status of the child tells the rest.
        let count = read.unwrap_or(0);
        if count == 0 {
            self.source = None;
            return;
        }
        let bytes = self.buffer.get(..count).unwrap_or_default();
        self.all.extend_from_slice(bytes);
        if self.all.len() / 2 > self.kept {
            self.all.drain(..self.all.len() - self.kept);
        }
        for &byte in bytes {
            // A carriage return ends a line too (progress of other programs), but not one more before its line feed.
            if byte == b'\r' || (byte == b'\n' && !std::mem::take(&mut self.returned)) {
                show(&self.line);
                self.line.clear();
            } else if byte != b'\n' {
                self.line.push(byte);
            }
            self.returned = byte == b'\r';
        }
    }

    fn finish(self, show: &mut dyn FnMut(&[u8])) -> Vec<u8> {
        if !self.line.is_empty() {
            show(&self.line);
        }
        self.all
    }
}
