//! `packit config schema`.

use clap::Args;

use crate::cli::run::{Failed, Run};
use crate::config;

const EXAMPLES: &str = "\
Examples:
  packit config schema > packit.schema.json
  # yaml-language-server: $schema=packit.schema.json     the first line of .packit.yaml, for editors";

/// Print the JSON Schema of the configuration, for editors
#[derive(Debug, Args)]
#[command(args_override_self = true, after_long_help = EXAMPLES)]
pub(super) struct Arguments {}

/// Runs the command.
pub(super) fn run(run: &Run<'_>, _: &Arguments) -> Result<(), Failed> {
    run.ui.json(&config::schema()).map_err(Failed::from)
}
