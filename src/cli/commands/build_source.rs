//! The arguments of the builds on this machine that say what is built, and how their results are printed.

use std::path::PathBuf;

use clap::{Args, ValueHint};

use super::outcome;
use super::project::{ProjectArguments, PullRequestArguments, VersionArguments};
use crate::cli::run::{Failed, Run};
use crate::cli::values;
use crate::error::Result;
use crate::ops::prepare::Options;
use crate::ops::source_rpms::{Report, Request};

/// The options that say how a source RPM is made: one that is there stays as it is.
const OF_NO_SOURCE_RPM: [&str; 8] = [
    "update_release",
    "no_update_release",
    "release_suffix",
    "default_release_suffix",
    "upstream_ref",
    "merged_ref",
    "any_tag",
    "package",
];

/// What is built.
#[derive(Debug, Args)]
pub(super) struct SourceArguments {
    #[command(flatten)]
    project: ProjectArguments,

    #[command(flatten)]
    version: VersionArguments,

    /// Build this source RPM instead of making one
    #[arg(long, env = "PACKIT_SRPM", value_name = "FILE", value_hint = ValueHint::FilePath, hide_env = true)]
    srpm: Option<PathBuf>,

    /// Set Release and add a changelog entry [default: what the configuration says, else yes]
    #[arg(long, env = "PACKIT_UPDATE_RELEASE", overrides_with = "no_update_release", value_parser = values::switch, hide_env = true)]
    update_release: bool,

    /// Leave Release and %changelog as they are
    #[arg(long, overrides_with = "update_release")]
    no_update_release: bool,

    /// What to put behind the release number, instead of the time and the commit
    #[arg(long, env = "PACKIT_RELEASE_SUFFIX", value_name = "TEXT", allow_hyphen_values = true, hide_env = true)]
    release_suffix: Option<String>,

    /// Put the time and the commit behind the release number, whatever the configuration says
    #[arg(long, env = "PACKIT_DEFAULT_RELEASE_SUFFIX", value_parser = values::switch, hide_env = true)]
    default_release_suffix: bool,

    /// Download nothing: sources that are not there must be in the cache
    #[arg(long, env = "PACKIT_OFFLINE", value_parser = values::switch, hide_env = true)]
    offline: bool,

    /// With a URL: the branch, tag or commit to build [default: the default branch]
    #[arg(long = "ref", env = "PACKIT_REF", value_name = "REF", hide_env = true)]
    reference: Option<String>,

    #[command(flatten)]
    pull_request: PullRequestArguments,

    /// Source-git mode: the last commit of upstream; the commits since then become patches
    #[arg(long, env = "PACKIT_UPSTREAM_REF", value_name = "REF", hide_env = true)]
    upstream_ref: Option<String>,
}

impl SourceArguments {
    /// The request. `srpm` is the source RPM that `packit build --srpm` names.
    ///
    /// # Errors
    /// When the arguments contradict each other, or the project is none.
    pub(super) fn request(&self, run: &Run<'_>, srpm: Option<PathBuf>) -> Result<Request> {
        let project = self.project.request(run, self.reference.clone(), self.pull_request.request(run)?)?;
        self.project.refuse_reference(&project.place, self.reference.as_deref())?;
        let update_release = values::pair(run.matches, "update_release", "no_update_release");
        let srpm = self.srpm.clone().or(srpm).filter(|file| !file.as_os_str().is_empty());
        if srpm.is_some() {
            run.tell_without_effect(&OF_NO_SOURCE_RPM, "--srpm");
        } else if update_release == Some(false) {
            run.tell_without_effect(&["release_suffix", "default_release_suffix"], "--no-update-release");
        }
        Ok(Request {
            project,
            options: Options {
                tags: self.version.request()?,
                update_release,
                release_suffix: self.release_suffix.clone(),
                default_release_suffix: self.default_release_suffix,
                offline: self.offline,
                upstream_ref: self.upstream_ref.clone().filter(|reference| !reference.is_empty()),
                ..Options::default()
            },
            srpm,
        })
    }
}

/// Prints what came out of `command`.
pub(super) fn present(run: &Run<'_>, command: &str, report: &Report) -> Result<(), Failed> {
    let failure = outcome::failure(run, &report.failed, report.packages.len());
    for rpm in report.packages.iter().flat_map(|package| &package.rpms) {
        run.ui.result("rpm", rpm.display().to_string());
    }
    if run.global.json {
        outcome::json(run, command, report, failure.as_ref())?;
    } else {
        let paths: Vec<_> = report.packages.iter().flat_map(|package| &package.rpms).collect();
        run.ui.rpm_lines(&paths);
        run.ui.paths(&paths)?;
    }
    outcome::end(run, failure)
}
