//! `packit prepare-sources`.

use std::path::PathBuf;

use clap::{Args, ValueHint};

use super::outcome;
use super::project::{ProjectArguments, PullRequestArguments, VersionArguments};
use super::srpm;
use crate::cli::run::{Failed, Run};
use crate::cli::values;
use crate::error::Result;
use crate::ops::prepare::Options;
use crate::ops::prepare_sources::{self, Report, Request};
use crate::ops::project::Place;

const EXAMPLES: &str = "\
Examples:
  packit prepare-sources                         fill ./prepare_sources_result
  packit prepare-sources --result-dir \"$resultdir\" https://github.com/example/hello.git
  packit prepare-sources --pr-id 7 --merge-pr --target-branch main --job-config-index 0 URL
  rpmbuild -bs --define \"_sourcedir $resultdir\" --define \"_specdir $resultdir\" \"$resultdir\"/*.spec";

/// Fill a folder with all that `rpmbuild -bs` needs
///
/// Does what `packit srpm` does up to the call of rpmbuild, and puts the spec file, the archive and all other sources into a folder. Copr's
/// custom source method and the packit service call it like this. With a URL, the commands of the project's configuration run, as there:
/// use it in a container, or with --no-actions. Prints the path of each folder.
#[derive(Debug, Args)]
#[command(args_override_self = true, after_long_help = EXAMPLES)]
pub struct Arguments {
    #[command(flatten)]
    project: ProjectArguments,

    #[command(flatten)]
    version: VersionArguments,

    /// The folder to fill [default: prepare_sources_result, with the package's own folder behind it where it has one]
    #[arg(long, env = "PACKIT_RESULT_DIR", value_name = "DIR", value_hint = ValueHint::DirPath, hide_env = true)]
    result_dir: Option<PathBuf>,

    /// The job whose settings count, counted from 0 among those of the package; one with `trigger: a | b` counts twice
    #[arg(long, env = "PACKIT_JOB_CONFIG_INDEX", value_name = "N", value_parser = values::job_index, allow_negative_numbers = true, hide_env = true)]
    job_config_index: Option<usize>,

    /// Set Release and add a changelog entry [default: what the configuration says, else yes]
    #[arg(long, env = "PACKIT_UPDATE_RELEASE", overrides_with = "no_update_release", value_parser = values::switch, hide_env = true)]
    update_release: bool,

    /// Leave Release and %changelog as they are
    #[arg(long, overrides_with = "update_release")]
    no_update_release: bool,

    /// The old name of --update-release
    #[arg(long, env = "PACKIT_BUMP", overrides_with = "no_bump", value_parser = values::switch, hide = true)]
    bump: bool,

    /// The old name of --no-update-release
    #[arg(long, overrides_with = "bump", hide = true)]
    no_bump: bool,

    /// What to put behind the release number, instead of the time and the commit
    #[arg(long, env = "PACKIT_RELEASE_SUFFIX", value_name = "TEXT", allow_hyphen_values = true, hide_env = true)]
    release_suffix: Option<String>,

    /// Put the time and the commit behind the release number, whatever the configuration says
    #[arg(long, env = "PACKIT_DEFAULT_RELEASE_SUFFIX", value_parser = values::switch, hide_env = true)]
    default_release_suffix: bool,

    /// Take the spec file as it is
    #[arg(long, env = "PACKIT_PRESERVE_SPEC", value_parser = values::switch, hide_env = true)]
    preserve_spec: bool,

    /// Download nothing: sources that are not there must be in the cache
    #[arg(long, env = "PACKIT_OFFLINE", value_parser = values::switch, hide_env = true)]
    offline: bool,

    /// Copy an archive that `create-archive` made elsewhere into the folder, where it is linked by default
    #[arg(long, overrides_with = "create_symlinks")]
    no_create_symlinks: bool,

    /// Link it: this is the default
    #[arg(long, env = "PACKIT_CREATE_SYMLINKS", overrides_with = "no_create_symlinks", value_parser = values::switch, hide_env = true)]
    create_symlinks: bool,

    /// With a URL: the branch, tag or commit to take [default: the default branch]
    #[arg(long = "ref", env = "PACKIT_REF", value_name = "REF", hide_env = true)]
    reference: Option<String>,

    #[command(flatten)]
    pull_request: PullRequestArguments,

    /// Source-git mode: the last commit of upstream; the commits since then become patches
    #[arg(long, env = "PACKIT_UPSTREAM_REF", value_name = "REF", hide_env = true)]
    upstream_ref: Option<String>,
}

impl Arguments {
    fn request(&self, run: &Run<'_>) -> Result<Request> {
        let filled = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
        let reference = filled(&self.reference);
        let mut project = self.project.request(run, reference.clone(), self.pull_request.request(run)?)?;
        if let Place::Url { trusted, .. } = &mut project.place {
            // Copr's builders and the service call it for a URL, in a place made for the commands of strangers.
            *trusted = true;
        }
        self.project.refuse_reference(&project.place, reference.as_deref())?;
        Ok(Request {
            project,
            options: Options {
                tags: self.version.request()?,
                update_release: srpm::update_release(run)?,
                preserve_spec: self.preserve_spec.then_some(true),
                release_suffix: self.release_suffix.clone(),
                default_release_suffix: self.default_release_suffix,
                only_spec: false,
                copy_archive: values::pair(run.matches, "create_symlinks", "no_create_symlinks") == Some(false),
                without_absent: false,
                offline: self.offline,
                upstream_ref: filled(&self.upstream_ref),
            },
            job: self.job_config_index,
            folder: self.result_dir.clone().filter(|folder| !folder.as_os_str().is_empty()),
        })
    }
}

/// Runs the command.
pub(in crate::cli) async fn run(run: &Run<'_>, arguments: &Arguments) -> Result<(), Failed> {
    let report = prepare_sources::run(run.context, arguments.request(run)?).await?;
    present(run, &report)
}

fn present(run: &Run<'_>, report: &Report) -> Result<(), Failed> {
    let failure = outcome::failure(run, &report.failed, report.packages.len());
    // Several packages may share one.
    let mut folders: Vec<_> = report.packages.iter().map(|package| &package.folder).collect();
    folders.dedup();
    for folder in &folders {
        run.ui.result("result_dir", folder.display().to_string());
    }
    if run.global.json {
        outcome::json(run, "prepare-sources", report, failure.as_ref())?;
    } else {
        folders.iter().for_each(|folder| run.ui.line_for_scripts("Directory with sources: ", folder));
        run.ui.paths(&folders)?;
    }
    outcome::end(run, failure)
}
