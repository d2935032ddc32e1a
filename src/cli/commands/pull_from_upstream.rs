//! `packit pull-from-upstream`.

use clap::Args;

use super::propose_update::{UpdateArguments, carry_out};
use crate::cli::run::{Failed, Run};
use crate::error::Result;
use crate::ops::spec_source::SpecSource;

const EXAMPLES: &str = "\
Examples, in a checkout of dist-git with a .packit.yaml:
  packit pull-from-upstream                      the newest release, to the branches of the configuration
  packit pull-from-upstream . 1.2.0 --dist-git-branch rawhide,f43
  packit pull-from-upstream --dry-run            show the changes, and send nothing
  packit pull-from-upstream --no-pr --yes        push to the branches themselves";

/// Bring a release to dist-git, from a checkout of dist-git
///
/// Does what `packit propose-update` does, for packages whose configuration stands in dist-git: version, release and changelog of the spec
/// file there are changed, and nothing of upstream takes its place. With `upstream_project_url` the release is a tag of that repository,
/// which packit clones; without, the version comes from the command line or from release monitoring. Your checkout is only read: its
/// objects need not be fetched again.
#[derive(Debug, Args)]
#[command(args_override_self = true, after_long_help = EXAMPLES)]
pub struct Arguments {
    #[command(flatten)]
    update: UpdateArguments,
}

/// Runs the command.
pub(in crate::cli) async fn run(run: &Run<'_>, arguments: &Arguments) -> Result<(), Failed> {
    let request = arguments.update.request(run, SpecSource::DistGit)?;
    carry_out(run, "pull-from-upstream", request, arguments.update.yes).await
}
