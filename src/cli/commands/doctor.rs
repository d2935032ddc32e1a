//! `packit doctor`.

use std::fmt::Write as _;

use clap::{Args, CommandFactory as _};

use super::copr::CoprArguments;
use super::outcome;
use crate::cli::names;
use crate::cli::run::{Cli, Failed, Run};
use crate::cli::values;
use crate::error::{Error, Kind, Result};
use crate::ops::doctor::{self, Report, Request, State};
use crate::ui::diagnostic::printable;

const EXAMPLES: &str = "\
Examples:
  packit doctor                        all that packit can make use of
  packit doctor srpm && packit srpm    exit code 2 where the command could not work
  packit doctor build in-mock
  packit doctor --online copr-build    ask Copr whether it takes the token";

/// See whether packit can work here
///
/// Looks for the programs that packit calls and their versions, the macros of rpm, repository, tags and configuration around the current
/// folder, tokens for Copr and forges, the Kerberos ticket and the clock. Each line is ok, warning or error, with what mends it. With a
/// command, only what that needs counts, and the exit code is 2 where it could not work. Nobody is asked over the network without --online.
#[derive(Debug, Args)]
#[command(args_override_self = true, after_long_help = EXAMPLES)]
pub struct Arguments {
    /// The command that is to work, such as srpm or build in-mock [default: packit as a whole]
    #[arg(value_name = "COMMAND")]
    command: Vec<String>,

    /// Ask the servers whether they take the tokens and until when, and what time it is
    #[arg(long, env = "PACKIT_ONLINE", value_parser = values::switch, hide_env = true)]
    online: bool,

    #[command(flatten)]
    copr: CoprArguments,
}

/// Runs the command. `unread` says why the user's own configuration cannot be read.
pub(in crate::cli) async fn run(run: &Run<'_>, arguments: &Arguments, unread: Option<Error>) -> Result<(), Failed> {
    let request = Request {
        command: command(&arguments.command)?,
        config: run.config_file(),
        remote: run.global.remote.clone(),
        user: run.user.clone(),
        unread,
        copr: arguments.copr.request(),
        online: arguments.online,
    };
    let report = doctor::run(run.context, &request).await?;
    // The table is no part of a summary.
    let failure = report.failure(run.ui.is_in_ci());
    if run.global.json {
        outcome::json(run, "doctor", &report, failure.as_ref())?;
    } else {
        run.ui.print(table(&report).as_bytes())?;
    }
    outcome::end(run, failure)
}

/// The command of packit that the words name, by today's names.
fn command(words: &[String]) -> Result<Option<String>> {
    let words: Vec<&str> = words.iter().flat_map(|word| word.split_whitespace()).collect();
    let words = words.strip_prefix(&["packit"]).unwrap_or(&words);
    let (mut names, root) = (Vec::new(), Cli::command());
    let mut at = &root;
    for word in words {
        let Some(found) = at.find_subcommand(word) else {
            let message = match names::not_yet(word) {
                Some(name) => format!("`{name}` is a command that this version does not have yet"),
                None => format!("packit has no command `{}`", words.join(" ")),
            };
            let of_group = if names.is_empty() { String::new() } else { format!(" {}", names.join(" ")) };
            return Err(
                Error::new(Kind::Usage, message).hint(format!("packit{of_group} --help lists those that there are"))
            );
        };
        names.push(found.get_name().to_owned());
        at = found;
    }
    Ok((!names.is_empty()).then(|| names.join(" ")))
}

/// A name with more characters than this does not widen its column: the address of a server.
const WIDEST: usize = 16;

/// One line for each check, and one for each mend.
fn table(report: &Report) -> String {
    let width = report.checks.iter().map(|check| check.name.chars().count()).max().unwrap_or(0).min(WIDEST);
    let mut text = String::new();
    for check in &report.checks {
        let state = match check.state {
            State::Ok => "ok",
            State::Warning => "warning",
            State::Error => "error",
        };
        // Writing to memory cannot fail.
        let _ = writeln!(text, "{state:<8} {:<width$}  {}", printable(&check.name), printable(&check.found));
        for hint in check.hints.iter().filter(|_| check.state != State::Ok) {
            let _ = writeln!(text, "{:<8} {:<width$}  -> {}", "", "", printable(hint));
        }
    }
    text
}
