//! `packit build`: builds in several places.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueHint};

use super::{copr_build, in_mock, local_build};
use crate::cli::run::{Failed, Run};

/// Build packages
#[derive(Debug, Args)]
#[command(args_override_self = true, subcommand_required = true, arg_required_else_help = true)]
#[command(disable_help_subcommand = true)]
pub struct Arguments {
    /// Build this source RPM instead of making one
    #[arg(long, env = "PACKIT_BUILD_SRPM", value_name = "FILE", value_hint = ValueHint::FilePath, hide_env = true)]
    srpm: Option<PathBuf>,

    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Locally(Box<local_build::Arguments>),
    InMock(Box<in_mock::Arguments>),
    InCopr(Box<copr_build::Arguments>),
}

/// Runs the command.
pub(in crate::cli) async fn run(run: &Run<'_>, arguments: &Arguments) -> Result<(), Failed> {
    match &arguments.command {
        Command::Locally(command) => local_build::run(&run.inner(), command, arguments.srpm.clone()).await,
        Command::InMock(command) => in_mock::run(&run.inner(), command, arguments.srpm.clone()).await,
        Command::InCopr(command) => copr_build::run(&run.inner(), command, arguments.srpm.clone()).await,
    }
}
