//! The commands of `packit copr`.

use std::borrow::Cow;
use std::path::PathBuf;

use clap::{Args, Subcommand, ValueHint};

use super::{CoprArguments, WatchArguments, table};
use crate::cli::commands::{outcome, writes};
use crate::cli::run::{Failed, Run};
use crate::cli::values;
use crate::error::{Error, Kind};
use crate::ops::copr_build;
use crate::ops::copr_builds::{self, DownloadRequest, Report};
use crate::ui::Ui;

/// Look at builds in Copr, follow, download and cancel them
#[derive(Debug, Args)]
#[command(args_override_self = true, subcommand_required = true, arg_required_else_help = true)]
#[command(disable_help_subcommand = true)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Watch(Watch),
    Status(Builds),
    Logs(Logs),
    Download(Download),
    Cancel(Cancel),
    Whoami(Whoami),
}

/// Follow builds to their end
///
/// The exit code is 0 when all succeeded, 1 when one failed, 124 when the time is over.
#[derive(Debug, Args)]
#[command(args_override_self = true)]
struct Watch {
    /// The numbers of the builds
    #[arg(value_name = "ID", required = true)]
    ids: Vec<u64>,

    #[command(flatten)]
    copr: CoprArguments,

    #[command(flatten)]
    watch: WatchArguments,
}

/// Show how builds are now
///
/// The exit code is 0 whatever the builds do: it was possible to ask.
#[derive(Debug, Args)]
#[command(args_override_self = true)]
struct Builds {
    /// The numbers of the builds
    #[arg(value_name = "ID", required = true)]
    ids: Vec<u64>,

    #[command(flatten)]
    copr: CoprArguments,
}

/// Print the log of a build
///
/// Without a chroot: the logs of all that failed, else of all.
#[derive(Debug, Args)]
#[command(args_override_self = true)]
struct Logs {
    /// The number of the build
    #[arg(value_name = "ID")]
    id: u64,

    /// The chroot, or SRPM for the log of the source RPM
    #[arg(value_name = "CHROOT")]
    chroot: Option<String>,

    #[command(flatten)]
    copr: CoprArguments,
}

/// Download the packages of a build
///
/// Makes a folder for each chroot. Prints the path of each file.
#[derive(Debug, Args)]
#[command(args_override_self = true)]
struct Download {
    /// The number of the build
    #[arg(value_name = "ID")]
    id: u64,

    /// Only this chroot; can be given several times
    #[arg(long, value_name = "CHROOT")]
    chroot: Vec<String>,

    /// Where to put them [default: the current folder]
    #[arg(short, long, value_name = "DIR", default_value = ".", hide_default_value = true, value_hint = ValueHint::DirPath)]
    dest: PathBuf,

    /// Download the logs too
    #[arg(long)]
    logs: bool,

    /// Show how decisions were made: here without its short form, which is --dest
    #[arg(long, env = "PACKIT_DEBUG", value_parser = values::switch, hide_env = true, help_heading = "Global options")]
    debug: bool,

    #[command(flatten)]
    copr: CoprArguments,
}

/// Cancel builds
#[derive(Debug, Args)]
#[command(args_override_self = true)]
struct Cancel {
    /// The numbers of the builds
    #[arg(value_name = "ID", required = true)]
    ids: Vec<u64>,

    /// Send nothing: print what would be sent
    #[arg(long, env = "PACKIT_DRY_RUN", value_parser = values::switch, hide_env = true)]
    dry_run: bool,

    #[command(flatten)]
    copr: CoprArguments,
}

/// Print who you are in Copr, by the server's own answer
#[derive(Debug, Args)]
#[command(args_override_self = true)]
struct Whoami {
    #[command(flatten)]
    copr: CoprArguments,
}

/// Runs the command.
pub(in crate::cli) async fn run(run: &Run<'_>, arguments: &Arguments) -> Result<(), Failed> {
    match &arguments.command {
        Command::Watch(command) => {
            let (request, how) = (command.copr.request(), command.watch.request());
            let report = copr_builds::watch(run.context, &request, &command.ids, how).await?;
            let failure = report.unfinished.clone().or_else(|| copr_build::failure_of(&report.builds, &request));
            present(run, "copr watch", &report, failure)
        }
        Command::Status(command) => {
            let report = copr_builds::status(run.context, &command.copr.request(), &command.ids).await?;
            present(run, "copr status", &report, None)
        }
        Command::Logs(command) => logs(run, command).await,
        Command::Download(command) => download(run, command).await,
        Command::Cancel(command) => {
            let request = command.copr.request();
            let report = copr_builds::cancel(run.context, &request, &command.ids, command.dry_run).await?;
            let failure = report.unfinished.clone();
            present(run, "copr cancel", &report, failure)
        }
        Command::Whoami(command) => {
            let identity = copr_builds::whoami(run.context, &command.copr.request()).await?;
            match run.global.json {
                true => outcome::json(run, "copr whoami", &identity, None)?,
                false => run.ui.print(format!("{}\n", identity.name).as_bytes())?,
            }
            Ok(())
        }
    }
}

fn present(run: &Run<'_>, name: &str, report: &Report, failure: Option<Error>) -> Result<(), Failed> {
    if run.global.json {
        outcome::json(run, name, report, failure.as_ref())?;
    } else if report.held.is_empty() {
        table::builds(run, &report.builds)?;
    } else {
        writes::print(run, &report.held)?;
    }
    outcome::end(run, failure)
}

async fn logs(run: &Run<'_>, command: &Logs) -> Result<(), Failed> {
    if run.global.json {
        let error = Error::new(Kind::Usage, "a log is no JSON document");
        return Err(error.hint("leave --json out; packit copr status --json has the addresses of the logs").into());
    }
    let mut sink = Printed(run);
    copr_builds::logs(run.context, &command.copr.request(), command.id, command.chroot.as_deref(), &mut sink).await?;
    Ok(())
}

/// Writes to standard output.
struct Printed<'a>(&'a Run<'a>);

impl std::io::Write for Printed<'_> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        // On a terminal a log is only read; a file gets it as it is.
        let shown = match Ui::prints_to_terminal() {
            true => Cow::Owned(
                bytes.iter().copied().filter(|byte| !byte.is_ascii_control() || b"\n\t".contains(byte)).collect(),
            ),
            false => Cow::Borrowed(bytes),
        };
        self.0.ui.print(&shown).map_err(|error| std::io::Error::other(error.to_string()))?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

async fn download(run: &Run<'_>, command: &Download) -> Result<(), Failed> {
    let request = DownloadRequest {
        copr: command.copr.request(),
        id: command.id,
        chroots: command.chroot.clone(),
        folder: command.dest.clone(),
        logs: command.logs,
    };
    let downloaded = copr_builds::download(run.context, &request).await?;
    match run.global.json {
        true => outcome::json(run, "copr download", &downloaded, None)?,
        false => run.ui.paths(&downloaded.files)?,
    }
    Ok(())
}
