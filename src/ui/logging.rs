//! The log of `-d`: what tracing collects, as lines on standard error that do not disturb the progress bars.

use std::io::{self, Write};
use std::sync::Arc;

use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

use super::console::Ui;

/// Switches the log on. A second call changes nothing.
pub fn start(ui: &Arc<Ui>) {
    let layer = tracing_subscriber::fmt::layer().without_time().with_target(false).with_ansi(ui.has_color());
    let filter = Targets::new().with_target("packit", LevelFilter::DEBUG);
    let _ = tracing_subscriber::registry().with(layer.with_writer(Lines(Arc::clone(ui)))).with(filter).try_init();
}

/// Writes log lines through the user interface.
struct Lines(Arc<Ui>);

impl<'a> MakeWriter<'a> for Lines {
    type Writer = Line<'a>;

    fn make_writer(&'a self) -> Self::Writer {
        Line(&self.0)
    }
}

/// One log line.
struct Line<'a>(&'a Ui);

impl Write for Line<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.log(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
