//! SIGINT and SIGTERM: the work is told to stop, cleans up, and ends with the exit code for it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::Notify;

use crate::error::{Error, Kind, Result};

/// The signals that whoever started packit wants to be ignored (`nohup`, a shell's `&`), as bits: they stay ignored.
fn ignored() -> u64 {
    let status = fs_err::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0)
}

#[derive(Debug, Default)]
struct State {
    signals: AtomicUsize,
    changed: Notify,
}

/// Whether the user wants the work to stop. Cheap to clone; all clones share one state.
#[derive(Debug, Clone, Default)]
pub struct Interrupt(Arc<State>);

impl Interrupt {
    /// Listens for SIGINT, SIGTERM and SIGHUP from now on. Must be called inside the runtime.
    ///
    /// # Errors
    /// When the system refuses to install a signal handler.
    pub fn listen() -> Result<Self> {
        let interrupt = Self::default();
        let ignored = ignored();
        let kinds = [SignalKind::interrupt(), SignalKind::terminate(), SignalKind::hangup()];
        for kind in kinds.into_iter().filter(|kind| ignored >> (kind.as_raw_value() - 1) & 1 == 0) {
            let mut signals = signal(kind).map_err(|source| {
                Error::new(Kind::Environment, "the handler for signals cannot be installed").source(source)
            })?;
            let told = interrupt.clone();
            tokio::spawn(async move {
                while signals.recv().await.is_some() {
                    told.stop();
                }
            });
        }
        Ok(interrupt)
    }

    /// Tells everybody to stop.
    pub fn stop(&self) {
        self.0.signals.fetch_add(1, Ordering::SeqCst);
        self.0.changed.notify_waiters();
    }

    /// Whether the work is to stop.
    pub fn is_stopped(&self) -> bool {
        self.signals() > 0
    }

    /// An error when the work is to stop: for the places between two steps.
    ///
    /// # Errors
    /// Of kind [`Kind::Interrupted`], after a signal.
    pub fn check(&self) -> Result<()> {
        if self.is_stopped() { Err(Error::interrupted()) } else { Ok(()) }
    }

    /// Returns as soon as the work is to stop.
    pub async fn stopped(&self) {
        self.signalled(1).await;
    }

    /// Returns as soon as the user says so a second time: what was asked politely to end is ended now.
    pub async fn insisted(&self) {
        self.signalled(2).await;
    }

    fn signals(&self) -> usize {
        self.0.signals.load(Ordering::SeqCst)
    }

    async fn signalled(&self, times: usize) {
        loop {
            let changed = self.0.changed.notified();
            tokio::pin!(changed);
            changed.as_mut().enable();
            if self.signals() >= times {
                return;
            }
            changed.await;
        }
    }
}
