//! `packit create-archive`.

use std::path::PathBuf;

use clap::{Args, ValueHint};

use super::outcome;
use super::project::{ProjectArguments, VersionArguments};
use crate::cli::run::{Failed, Run};
use crate::ops::create_archive::{self, Request};

const EXAMPLES: &str = "\
Examples:
  packit create-archive                      the archive of what is checked out
  packit create-archive --ref v1.2.0         the archive of a tag
  packit create-archive --output-dir dist/";

/// Make the archive of the project that goes into a source RPM
///
/// Makes NAME-VERSION.tar.gz of HEAD with `git archive`, everything in it below NAME-VERSION/, or lets the action `create-archive` make
/// the archive, and prints its path.
#[derive(Debug, Args)]
#[command(args_override_self = true, after_long_help = EXAMPLES)]
pub struct Arguments {
    #[command(flatten)]
    project: ProjectArguments,

    #[command(flatten)]
    version: VersionArguments,

    /// Where to put the archive [default: the current folder]
    #[arg(long, env = "PACKIT_OUTPUT_DIR", value_name = "DIR", value_hint = ValueHint::DirPath, hide_env = true)]
    output_dir: Option<PathBuf>,

    /// The branch, tag or commit to archive [default: HEAD]
    #[arg(long = "ref", env = "PACKIT_REF", value_name = "REF", hide_env = true)]
    reference: Option<String>,
}

/// Runs the command.
pub(in crate::cli) async fn run(run: &Run<'_>, arguments: &Arguments) -> Result<(), Failed> {
    let request = Request {
        project: arguments.project.request(run, arguments.reference.clone(), None)?,
        tags: arguments.version.request()?,
        output_dir: arguments.output_dir.clone(),
        reference: arguments.reference.clone(),
    };
    let report = create_archive::run(run.context, request).await?;
    let failure = outcome::failure(run, &report.failed, report.archives.len());
    for archive in &report.archives {
        run.ui.result("archive", archive.path.display().to_string());
    }
    if run.global.json {
        outcome::json(run, "create-archive", &report, failure.as_ref())?;
    } else {
        run.ui.paths(&report.archives.iter().map(|archive| &archive.path).collect::<Vec<_>>())?;
    }
    outcome::end(run, failure)
}
