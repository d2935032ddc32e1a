//! `packit local-build`, today `packit build locally`.

use std::path::PathBuf;

use clap::{Args, ValueHint};

use super::build_source::{self, SourceArguments};
use crate::cli::run::{Failed, Run};
use crate::cli::values;
use crate::ops::local_build::{self, Request};

const EXAMPLES: &str = "\
Examples:
  packit build locally                               build what is checked out
  packit build locally --resultdir rpms/             put the RPMs below a folder
  packit build --srpm hello-1.0-1.src.rpm locally    build a source RPM
  sudo dnf install $(packit build locally)           install what was built";

/// Build packages on this machine
///
/// Prepares spec and archive as `packit srpm` does, and calls `rpmbuild -bb` on them in a temporary folder; a spec that reads other files of
/// its folder, or that unpacks nothing, is built in a copy of the checkout. The RPMs go into folders named by their architectures, below
/// the current one, and their paths to standard output. Build dependencies that are missing are all named, with the command that installs
/// them.
#[derive(Debug, Args)]
#[command(args_override_self = true, after_long_help = EXAMPLES)]
pub struct Arguments {
    #[command(flatten)]
    source: SourceArguments,

    /// The folder for the folders with the RPMs [default: the current one]
    #[arg(long, env = "PACKIT_RESULTDIR", value_name = "DIR", value_hint = ValueHint::DirPath, hide_env = true)]
    resultdir: Option<PathBuf>,

    /// Do not ask rpm whether the build dependencies are there: where another program installs packages, rpm does not know them
    #[arg(long, env = "PACKIT_NODEPS", value_parser = values::switch, hide_env = true)]
    nodeps: bool,
}

/// Runs the command. `srpm` is the source RPM that `packit build --srpm` names.
pub(in crate::cli) async fn run(run: &Run<'_>, arguments: &Arguments, srpm: Option<PathBuf>) -> Result<(), Failed> {
    let request = Request {
        sources: arguments.source.request(run, srpm)?,
        result: arguments.resultdir.clone().filter(|folder| !folder.as_os_str().is_empty()),
        no_dependencies: arguments.nodeps,
    };
    let report = local_build::run(run.context, &request).await?;
    build_source::present(run, "build locally", &report)
}
