//! The commands of `packit config`.

use clap::{Args, Subcommand};

use super::targets;
use crate::cli::run::{Failed, Run};

/// Look at the configuration and what it means
#[derive(Debug, Args)]
#[command(args_override_self = true, subcommand_required = true, arg_required_else_help = true)]
#[command(disable_help_subcommand = true)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Targets(targets::Arguments),
}

/// Runs the command.
pub(in crate::cli) async fn run(run: &Run<'_>, arguments: &Arguments) -> Result<(), Failed> {
    match &arguments.command {
        Command::Targets(arguments) => targets::run(run, arguments).await,
    }
}
