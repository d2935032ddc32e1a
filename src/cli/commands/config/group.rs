//! The commands of `packit config`.

use clap::{Args, Subcommand};

use super::{schema, show, targets, validate};
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
    Schema(schema::Arguments),
    Show(show::Arguments),
    Targets(targets::Arguments),
    Validate(validate::Arguments),
}

/// Runs the command.
pub(in crate::cli) async fn run(run: &Run<'_>, arguments: &Arguments) -> Result<(), Failed> {
    match &arguments.command {
        Command::Schema(arguments) => schema::run(run, arguments),
        Command::Show(arguments) => show::run(run, arguments),
        Command::Targets(arguments) => targets::run(run, arguments).await,
        Command::Validate(arguments) => validate::run(run, arguments),
    }
}
