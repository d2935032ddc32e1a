//! `packit build in-mock`.

use std::path::PathBuf;

use clap::{Args, ValueHint};

use super::build_source::{self, SourceArguments};
use crate::cli::run::{Failed, Run};
use crate::cli::values;
use crate::ops::mock_build::{self, Request};

const EXAMPLES: &str = "\
Examples:
  packit build in-mock                                        build what is checked out, in mock's default chroot
  packit build in-mock -r fedora-rawhide-x86_64 --resultdir results/
  packit build in-mock --default-resultdir                    leave the results in mock's own folder
  packit build --srpm hello-1.0-1.src.rpm in-mock             build a source RPM";

/// Build packages in a chroot of mock
///
/// Makes the source RPM as `packit srpm` does, and lets mock build it in a chroot that it makes. RPMs and logs go where --resultdir says,
/// the paths of the RPMs to standard output. Where the build fails, the end of the log that says why is shown.
#[derive(Debug, Args)]
#[command(args_override_self = true, after_long_help = EXAMPLES)]
pub struct Arguments {
    #[command(flatten)]
    source: SourceArguments,

    /// The chroot: the name or the file of one of mock's configurations [default: default]
    #[arg(
        short,
        long,
        env = "PACKIT_ROOT",
        value_name = "NAME",
        default_value = "default",
        hide_default_value = true,
        hide_env = true
    )]
    root: String,

    /// Leave the results in mock's own folder
    #[arg(long, env = "PACKIT_DEFAULT_RESULTDIR", value_parser = values::switch, hide_env = true)]
    default_resultdir: bool,

    /// The folder for RPMs and logs [default: the current one]
    #[arg(long, env = "PACKIT_RESULTDIR", value_name = "DIR", value_hint = ValueHint::DirPath, hide_env = true)]
    resultdir: Option<PathBuf>,
}

/// Runs the command. `srpm` is the source RPM that `packit build --srpm` names.
pub(in crate::cli) async fn run(run: &Run<'_>, arguments: &Arguments, srpm: Option<PathBuf>) -> Result<(), Failed> {
    let named = arguments.resultdir.clone().filter(|folder| !folder.as_os_str().is_empty());
    let request = Request {
        sources: arguments.source.request(run, srpm)?,
        root: arguments.root.clone(),
        result: (!arguments.default_resultdir).then(|| named.unwrap_or_else(|| PathBuf::from("."))),
    };
    let report = mock_build::run(run.context, &request).await?;
    build_source::present(run, "build in-mock", &report)
}
