//! Progress on a terminal: one moving line for each package at work. Only this file names indicatif.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use indicatif::{HumanBytes, MultiProgress, ProgressBar, ProgressStyle};

use super::diagnostic::printable;
use crate::event::BuildPart;

/// How many characters a bar has.
const BAR: u64 = 24;

/// The moving lines at the foot of the terminal.
#[derive(Debug, Default)]
pub struct Progress {
    lines: MultiProgress,
    bars: HashMap<Option<Arc<str>>, (ProgressBar, String)>,
    builds: HashMap<(u64, String), ProgressBar>,
}

impl Progress {
    /// Shows what a package is being put through now.
    pub fn step(&mut self, package: Option<Arc<str>>, text: String) {
        let lines = &self.lines;
        let (bar, step) = self.bars.entry(package.clone()).or_insert_with(|| {
            let bar = lines.add(ProgressBar::new_spinner());
            if let Ok(style) = ProgressStyle::with_template("{spinner} {prefix}{wide_msg}") {
                bar.set_style(style);
            }
            bar.set_prefix(package.map(|package| format!("{package}: ")).unwrap_or_default());
            bar.enable_steady_tick(Duration::from_millis(120));
            (bar, String::new())
        });
        bar.set_message(text.clone());
        *step = text;
    }

    /// Shows how many bytes of the running step are done, of how many where that is known.
    pub fn bytes(&mut self, package: &Option<Arc<str>>, done: u64, total: Option<u64>) {
        if let Some((bar, step)) = self.bars.get(package) {
            match total {
                None => bar.set_message(format!("{step} ({})", HumanBytes(done))),
                Some(total) => {
                    let filled = usize::try_from(done.saturating_mul(BAR) / total.max(1)).unwrap_or_default();
                    let drawn = format!("{:-<width$}", "#".repeat(filled), width = BAR as usize);
                    bar.set_message(format!("{step} [{drawn}] {} of {}", HumanBytes(done), HumanBytes(total)));
                }
            }
        }
    }

    /// Shows a part of a build, with the time since its last change and its log, until it is over.
    pub fn build(&mut self, part: &BuildPart) {
        let key = (part.build, part.part.clone());
        if part.is_over {
            if let Some(bar) = self.builds.remove(&key) {
                bar.finish_and_clear();
            }
            return;
        }
        let lines = &self.lines;
        let bar = self.builds.entry(key).or_insert_with(|| {
            let bar = lines.add(ProgressBar::new_spinner());
            if let Ok(style) = ProgressStyle::with_template("{spinner} {prefix} {elapsed:>6}  {wide_msg}") {
                bar.set_style(style);
            }
            bar.enable_steady_tick(Duration::from_millis(500));
            bar
        });
        let name = format!("{} {}", part.build, part.part);
        bar.set_prefix(printable(&format!("{name:32} {:10}", part.state)));
        bar.set_message(printable(part.log.as_deref().unwrap_or_default()));
        bar.reset_elapsed();
    }

    /// Removes the line of a package.
    pub fn finish(&mut self, package: &Option<Arc<str>>) {
        if let Some((bar, _)) = self.bars.remove(package) {
            bar.finish_and_clear();
        }
    }

    /// Removes all lines.
    pub fn clear(&mut self) {
        let bars = self.bars.drain().map(|(_, (bar, _))| bar);
        bars.chain(self.builds.drain().map(|(_, bar)| bar)).for_each(|bar| bar.finish_and_clear());
    }

    /// Runs `write` while no moving line is on the screen.
    pub fn suspend<T>(&self, write: impl FnOnce() -> T) -> T {
        self.lines.suspend(write)
    }
}
