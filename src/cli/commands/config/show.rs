//! `packit config show`.

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::{Args, ValueHint};

use crate::cli::commands::outcome;
use crate::cli::run::{Failed, Run};
use crate::error::{Error, Kind};
use crate::ops::show_config::{self, Report, Request};
use crate::ui::diagnostic::printable;

const EXAMPLES: &str = "\
Examples:
  packit config show                           what the configuration says, per package, with the lines
  packit config show --effective               defaults, too
  packit config show --job 1 --package core    what is in force in the second job
  packit config show --effective --json | jq '.result.packages[0].keys[] | {key, value}'
  packit config show --yaml > in-force.yaml";

/// Show what is in force after inheritance, and where each value comes from
#[derive(Debug, Args)]
#[command(args_override_self = true, after_long_help = EXAMPLES)]
pub(super) struct Arguments {
    /// The project: a folder, or a file in it
    #[arg(value_name = "PATH", default_value = ".", hide_default_value = true, value_hint = ValueHint::DirPath)]
    path: PathBuf,

    /// Only this package; can be given several times [default: all packages of the configuration]
    #[arg(short, long, env = "PACKIT_PACKAGE", value_name = "NAME", value_delimiter = ' ', hide_env = true)]
    package: Vec<String>,

    /// In this job, counted from 0; one with `trigger: a | b` counts twice [default: outside of jobs]
    #[arg(long, value_name = "NUMBER")]
    job: Option<usize>,

    /// Defaults, too
    #[arg(long)]
    effective: bool,

    /// Print one YAML document, with what --json has
    #[arg(long)]
    yaml: bool,
}

/// Runs the command.
pub(super) fn run(run: &Run<'_>, arguments: &Arguments) -> Result<(), Failed> {
    if arguments.yaml && run.global.json {
        let error = Error::new(Kind::Usage, "--json and --yaml exclude each other");
        return Err(error.hint("leave one of them out; the variable PACKIT_JSON stands for --json").into());
    }
    let mut packages = arguments.package.clone();
    packages.retain(|name| !name.is_empty());
    let request = Request {
        path: arguments.path.clone(),
        config: run.config_file(),
        packages,
        job: arguments.job,
        effective: arguments.effective,
    };
    let report = show_config::run(run.context, &request)?;
    if run.global.json {
        return outcome::json(run, "config show", &report, None).map_err(Failed::from);
    }
    if arguments.yaml {
        return outcome::yaml(run, "config show", &report).map_err(Failed::from);
    }
    run.ui.print(text(&report).as_bytes()).map_err(Failed::from)
}

/// The report for people: a key with its value as JSON, and the place.
fn text(report: &Report) -> String {
    let mut text = String::new();
    for (number, package) in report.packages.iter().enumerate() {
        let break_before = if number == 0 { "" } else { "\n" };
        // Writing to memory cannot fail.
        let _ = writeln!(text, "{break_before}{}", printable(&package.package));
        for key in &package.keys {
            let from = key
                .place
                .as_ref()
                .map_or_else(|| "default".to_owned(), |place| format!("{}:{}", place.file.display(), place.line));
            let value = printable(&key.value.to_string());
            let _ = writeln!(text, "  {:<34} {value}  ({})", key.key, printable(&from));
        }
    }
    text
}
