//! `packit config validate`, once `packit validate-config`.

use std::path::PathBuf;

use clap::{Args, ValueEnum, ValueHint};

use crate::cli::commands::outcome;
use crate::cli::run::{Failed, Run};
use crate::cli::values;
use crate::error::{Error, Kind, Severity};
use crate::ops::validate::{self, Report, Request};
use crate::ui::findings;

const EXAMPLES: &str = "\
Examples:
  packit config validate                       the configuration of this project
  packit config validate --format github       annotations in a workflow of GitHub
  packit config validate --format sarif > packit.sarif
  packit -c other.yaml config validate";

/// Check the configuration: everything that is wrong with it, with its place and how to mend it
///
/// Also tells which spec files and files to sync are not there, and which values load and fail later. Exits with 2 when something is wrong; warnings do not count.
/// Asks nobody.
#[derive(Debug, Args)]
#[command(args_override_self = true, after_long_help = EXAMPLES)]
pub struct Arguments {
    /// The project: a folder, or a file in it
    #[arg(value_name = "PATH", default_value = ".", hide_default_value = true, value_hint = ValueHint::DirPath)]
    path: PathBuf,

    /// How the findings are told
    #[arg(long, env = "PACKIT_FORMAT", value_name = "FORMAT", default_value = "human", hide_env = true)]
    format: Format,

    /// Ask nobody: that is so in any case
    #[arg(long, env = "PACKIT_OFFLINE", value_parser = values::switch, hide = true)]
    offline: bool,
}

/// How findings are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// As messages with marked lines, on standard error
    Human,
    /// As one JSON object
    Json,
    /// As workflow commands of GitHub
    Github,
    /// As a SARIF document
    Sarif,
}

/// Runs the command.
pub(in crate::cli) fn run(run: &Run<'_>, arguments: &Arguments) -> Result<(), Failed> {
    let report = validate::run(run.context, &Request { path: arguments.path.clone(), config: run.config_file() })?;
    let format = if run.global.json { Format::Json } else { arguments.format };
    let errors = report.findings.iter().filter(|finding| finding.severity == Severity::Error).count();
    let mut failure = (!report.valid).then(|| failure(&report, errors));
    match format {
        Format::Human => match failure.take() {
            // They are told with the failure: it is one thing that is wrong.
            Some(error) => failure = Some(error.findings(report.findings.clone())),
            None => report.findings.iter().for_each(|finding| run.context.found(finding.clone())),
        },
        Format::Json => outcome::json(run, "config validate", &report, failure.as_ref())?,
        Format::Github | Format::Sarif => {
            let found = run.ui.in_repository(report.findings.clone());
            if format == Format::Github {
                run.ui.print(findings::github(&found).as_bytes())?;
            } else {
                run.ui.json(&findings::sarif(&found))?;
            }
            run.ui.printed(&found);
        }
    }
    if let Some(error) = failure {
        return Err(Failed { error, printed: format == Format::Json });
    }
    run.context.tell(format!("`{}` is valid", report.file.display()));
    Ok(())
}

fn failure(report: &Report, errors: usize) -> Error {
    let problems = if errors == 1 { "1 problem".to_owned() } else { format!("{errors} problems") };
    Error::new(Kind::Config, format!("`{}` is not valid: {problems}", report.file.display()))
}
