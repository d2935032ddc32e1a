//! What a dry run did not send.

use std::fmt::Write as _;

use crate::cli::run::Run;
use crate::error::Result;
use crate::outward::Write as Held;
use crate::ui::diagnostic::printable;

/// Prints it: the method and the place, and below it what would have been sent there.
pub(super) fn print(run: &Run<'_>, held: &[Held]) -> Result<()> {
    let mut text = String::new();
    for write in held {
        let _ = writeln!(text, "{} {}", write.method, printable(&write.target));
        if !write.body.is_null() {
            let body = format!("{:#}", write.body);
            body.lines().for_each(|line| {
                let _ = writeln!(text, "  {line}");
            });
        }
    }
    run.ui.print(text.as_bytes())
}
