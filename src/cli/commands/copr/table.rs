//! How builds went, as a table.

use std::fmt::Write as _;

use crate::cli::run::Run;
use crate::error::Result;
use crate::ops::copr_watch::Watched;
use crate::outward::Write;
use crate::ui::diagnostic::printable;
use crate::ui::duration;

/// Prints a line for each part of each build.
pub(in crate::cli) fn builds(run: &Run<'_>, builds: &[Watched]) -> Result<()> {
    let mut rows = Vec::new();
    for build in builds {
        // The source RPM is a row of its own as long as there are no chroots, or where it is what failed.
        let source = build.source.iter().filter(|source| build.chroots.is_empty() || !source.state.is_success());
        for part in source.chain(&build.chroots) {
            let took = part.seconds.map(duration).unwrap_or_default();
            let log = part.log.clone().unwrap_or_default();
            rows.push([build.id.to_string(), part.name.clone(), part.state.as_str().to_owned(), took, log]);
        }
        if build.chroots.is_empty() && build.source.is_none() {
            let (state, page) = (build.state.as_str().to_owned(), build.page.clone());
            rows.push([build.id.to_string(), String::new(), state, String::new(), page]);
        }
    }
    let head = ["BUILD", "CHROOT", "STATE", "TIME", "LOG"].map(str::to_owned);
    rows.insert(0, head);
    let width = |column: usize| rows.iter().filter_map(|row| row.get(column)).map(String::len).max().unwrap_or(0);
    let widths: Vec<usize> = (0..4).map(width).collect();
    let mut text = String::new();
    for row in &rows {
        let line: String =
            row.iter().zip(widths.iter().chain([&0])).map(|(cell, width)| format!("{cell:width$}  ")).collect();
        let _ = writeln!(text, "{}", printable(line.trim_end()));
    }
    run.ui.print(text.as_bytes())
}

/// Prints what a dry run did not send.
pub(in crate::cli) fn held(run: &Run<'_>, held: &[Write]) -> Result<()> {
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
