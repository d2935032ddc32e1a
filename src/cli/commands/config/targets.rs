//! `packit config targets`.

use std::fmt::Write as _;

use clap::Args;

use crate::cli::commands::outcome;
use crate::cli::run::{Failed, Run};
use crate::cli::values;
use crate::ops::release_lists::{self, Origin};
use crate::ops::targets::{self, Meaning, Request};
use crate::ui::diagnostic::printable;

const EXAMPLES: &str = "\
Examples:
  packit config targets                            all aliases
  packit config targets fedora-stable epel-9-aarch64
  packit config targets --branches fedora-branched
  packit config targets --offline --json fedora-all

Aliases:
  fedora-all            every release of Fedora, and Rawhide
  fedora-stable         what is released
  fedora-development    what is being made: Rawhide, and the release that has branched off
  fedora-latest         the one that has branched off, else the newest released one
  fedora-latest-stable  the newest released one
  fedora-branched       all but Rawhide
  epel-all              every release of EPEL
  epel-10-all           every minor version; epel-10-branched: those with branches of their own
  opensuse-all          also opensuse-leap-all, opensuse-leap-micro-all, opensuse-tumbleweed-all
  With an architecture behind it, such as fedora-stable-aarch64, an alias means chroots of that architecture.";

/// Show what targets such as fedora-stable mean today
///
/// Prints the chroots and the dist-git branches of each target, and where that comes from. Aliases are read from
/// bodhi.fedoraproject.org and get.opensuse.org, at most twice a day; names that say what they mean, such as fedora-43 or
/// epel-9-aarch64, ask nobody. The branch rawhide stands for the default branch of the package.
#[derive(Debug, Args)]
#[command(args_override_self = true, after_long_help = EXAMPLES)]
pub(super) struct Arguments {
    /// The targets [default: all aliases]
    #[arg(value_name = "TARGET")]
    targets: Vec<String>,

    /// Ask nobody: take what the cache has, however old, else the list that packit was built with
    #[arg(long, env = "PACKIT_OFFLINE", value_parser = values::switch, hide_env = true)]
    offline: bool,

    /// Print only the chroots, one a line
    #[arg(long, overrides_with = "branches")]
    chroots: bool,

    /// Print only the branches, one a line
    #[arg(long, overrides_with = "chroots")]
    branches: bool,
}

/// Runs the command.
pub(super) async fn run(run: &Run<'_>, arguments: &Arguments) -> Result<(), Failed> {
    let request = Request { targets: arguments.targets.clone(), offline: arguments.offline };
    let report = targets::run(run.context, request).await?;
    if run.global.json {
        outcome::json(run, "config targets", &report, None)?;
    } else if arguments.chroots {
        print(run, report.targets.iter().flat_map(|meaning| &meaning.chroots))?;
    } else if arguments.branches {
        print(run, report.targets.iter().flat_map(|meaning| &meaning.branches))?;
    } else {
        run.ui.print(text(&report.targets).as_bytes())?;
    }
    Ok(())
}

/// Prints names, each once.
fn print<'a>(run: &Run<'_>, names: impl Iterator<Item = &'a String>) -> crate::error::Result<()> {
    let mut lines: Vec<String> = Vec::new();
    for name in names {
        let line = printable(name) + "\n";
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
    run.ui.print(lines.concat().as_bytes())
}

/// The report for people.
fn text(meanings: &[Meaning]) -> String {
    let mut text = String::new();
    for meaning in meanings {
        let names = |names: &[String]| if names.is_empty() { "none".to_owned() } else { printable(&names.join(" ")) };
        let from = meaning.from.as_ref().map_or_else(|| "its name".to_owned(), origin);
        let gap = if text.is_empty() { "" } else { "\n" };
        // Writing to memory cannot fail.
        let _ = writeln!(text, "{gap}{}", printable(&meaning.target));
        for (title, value) in
            [("chroots", names(&meaning.chroots)), ("branches", names(&meaning.branches)), ("from", from)]
        {
            let _ = writeln!(text, "  {title:<9} {value}");
        }
    }
    text
}

fn origin(origin: &Origin) -> String {
    match origin {
        Origin::Server { server, time } => format!("{server} at {time}"),
        Origin::Cache { server, time, age_seconds } => {
            format!("the cache, {}: {server} at {time}", release_lists::old(*age_seconds))
        }
        Origin::BuiltIn { date } => format!("the list of {date} that packit was built with"),
    }
}
