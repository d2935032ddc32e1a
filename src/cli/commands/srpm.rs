//! `packit srpm`.

use std::path::PathBuf;

use clap::{Args, ValueHint};

use super::outcome;
use super::project::{ProjectArguments, PullRequestArguments, VersionArguments};
use crate::cli::run::{Failed, Run};
use crate::cli::values;
use crate::error::{Error, Finding, Kind, Result};
use crate::ops::prepare::Options;
use crate::ops::srpm::{self, Built, Mode, Report, Request};

const EXAMPLES: &str = "\
Examples:
  packit srpm                        build what is checked out, here or in any folder below
  packit srpm --output dist/         put the source RPM into a folder
  packit srpm --spec-diff            show what would change in the spec file
  packit srpm -p core -p cli         two packages of a monorepo
  packit srpm --release-suffix pr7   Release 1.pr7 instead of time and commit
  packit srpm --ref v1.2.0 https://github.com/example/hello.git
  packit srpm --pr-id 7 --trust https://github.com/example/hello.git
  rpm -qpi \"$(packit srpm)\"          what came out: standard output is the path";

/// Make source RPMs from the project
///
/// Takes the version from the newest git tag that HEAD contains, makes the archive of HEAD with `git archive`, sets Version, Release,
/// Source and %setup in a copy of the spec file, downloads sources that are not there, and calls `rpmbuild -bs`. All of that happens in a
/// temporary folder. The actions of the configuration run in the checkout, which is put back afterwards. Prints the path of each source
/// RPM.
#[derive(Debug, Args)]
#[command(args_override_self = true, after_long_help = EXAMPLES)]
pub struct Arguments {
    #[command(flatten)]
    pub(super) project: ProjectArguments,

    #[command(flatten)]
    pub(super) version: VersionArguments,

    /// Where to put the source RPM: a file, or a folder [default: the current folder]
    ///
    /// With several packages it must be a folder.
    #[arg(long, env = "PACKIT_OUTPUT", value_name = "FILE|DIR", value_hint = ValueHint::AnyPath, hide_env = true)]
    output: Option<PathBuf>,

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
    ///
    /// A text that holds a variable in braces, such as 0.{PACKIT_RPMSPEC_RELEASE}, is the whole Release.
    #[arg(long, env = "PACKIT_RELEASE_SUFFIX", value_name = "TEXT", allow_hyphen_values = true, hide_env = true)]
    release_suffix: Option<String>,

    /// Put the time and the commit behind the release number, whatever the configuration says
    #[arg(long, env = "PACKIT_DEFAULT_RELEASE_SUFFIX", value_parser = values::switch, hide_env = true)]
    default_release_suffix: bool,

    /// Take the spec file as it is
    #[arg(long, env = "PACKIT_PRESERVE_SPEC", value_parser = values::switch, hide_env = true)]
    preserve_spec: bool,

    /// Keep the changed spec file and the archive in the project, as the Python packit does
    #[arg(long, env = "PACKIT_IN_PLACE", value_parser = values::switch, hide_env = true)]
    in_place: bool,

    /// Download nothing: sources that are not there must be in the cache
    #[arg(long, env = "PACKIT_OFFLINE", value_parser = values::switch, hide_env = true)]
    offline: bool,

    /// Copy an archive that `create-archive` made elsewhere beside the spec file, where it is linked by default
    #[arg(long, overrides_with = "create_symlinks")]
    no_create_symlinks: bool,

    /// Link it: this is the default
    #[arg(long, env = "PACKIT_CREATE_SYMLINKS", overrides_with = "no_create_symlinks", value_parser = values::switch, hide = true)]
    create_symlinks: bool,

    /// Print what would change in the spec file as a unified diff, and stop
    #[arg(long, env = "PACKIT_SPEC_DIFF", value_parser = values::switch, hide_env = true)]
    spec_diff: bool,

    /// With a URL: the branch, tag or commit to build [default: the default branch]
    #[arg(long = "ref", env = "PACKIT_REF", value_name = "REF", hide_env = true)]
    reference: Option<String>,

    #[command(flatten)]
    pub(super) pull_request: PullRequestArguments,

    /// Source-git mode: the last commit of upstream; the commits since then become patches
    ///
    /// A branch, tag or commit, or a glob of tags. Counts more than `upstream_ref` of the configuration.
    #[arg(long, env = "PACKIT_UPSTREAM_REF", value_name = "REF", hide_env = true)]
    upstream_ref: Option<String>,
}

impl Arguments {
    fn request(&self, run: &Run<'_>) -> Result<Request> {
        if self.in_place && self.spec_diff {
            return Err(Error::new(
                Kind::Usage,
                "--in-place keeps the changes of the spec, --spec-diff only shows them",
            )
            .hint("leave one of them out"));
        }
        let update_release = update_release(run)?;
        if self.preserve_spec {
            run.tell_without_effect(&["release_suffix", "default_release_suffix", "update_release"], "--preserve-spec");
        } else if update_release == Some(false) {
            run.tell_without_effect(&["release_suffix", "default_release_suffix"], "--no-update-release");
        }
        let project = self.project.request(run, self.reference.clone(), self.pull_request.request(run)?)?;
        self.project.refuse_reference(&project.place, self.reference.as_deref())?;
        Ok(Request {
            project,
            output: self.output.clone(),
            options: Options {
                tags: self.version.request()?,
                update_release,
                preserve_spec: self.preserve_spec.then_some(true),
                release_suffix: self.release_suffix.clone(),
                default_release_suffix: self.default_release_suffix,
                only_spec: false,
                copy_archive: values::pair(run.matches, "create_symlinks", "no_create_symlinks") == Some(false),
                without_absent: false,
                offline: self.offline,
                upstream_ref: self.upstream_ref.clone().filter(|reference| !reference.is_empty()),
            },
            mode: match (self.in_place, self.spec_diff) {
                (true, _) => Mode::InPlace,
                (_, true) => Mode::SpecDiff,
                _ => Mode::Build,
            },
        })
    }
}

/// `--[no-]update-release`, or its old name, which the Python packit still takes with a warning.
///
/// # Errors
/// Of kind [`Kind::Usage`] when both are given.
pub(super) fn update_release(run: &Run<'_>) -> Result<Option<bool>> {
    let today = values::pair(run.matches, "update_release", "no_update_release");
    let former = values::pair(run.matches, "bump", "no_bump");
    match (today, former) {
        (Some(_), Some(_)) => Err(Error::new(Kind::Usage, "--[no-]bump and --[no-]update-release exclude each other")
            .hint("--[no-]bump is the old name: leave it out")),
        (None, Some(value)) => {
            let name = if value { "--update-release" } else { "--no-update-release" };
            run.context.found(
                Finding::warning("--[no-]bump is the old name of --[no-]update-release").hint(format!("write {name}")),
            );
            Ok(Some(value))
        }
        (today, None) => Ok(today),
    }
}

/// Runs the command.
pub(in crate::cli) async fn run(run: &Run<'_>, arguments: &Arguments) -> Result<(), Failed> {
    let report = srpm::run(run.context, arguments.request(run)?).await?;
    present(run, report)
}

fn present(run: &Run<'_>, report: Report) -> Result<(), Failed> {
    let failure = outcome::failure(run, &report.failed, report.packages.len());
    for package in &report.packages {
        keep(run, package);
    }
    if run.global.json {
        outcome::json(run, "srpm", &report, failure.as_ref())?;
    } else {
        for package in &report.packages {
            if let Some(diff) = &package.spec_diff {
                run.ui.print(diff)?;
            }
        }
        let paths: Vec<_> = report.packages.iter().filter_map(|package| package.srpm.as_ref()).collect();
        for path in &paths {
            run.ui.line_for_scripts("SRPM: ", path);
        }
        run.ui.paths(&paths)?;
    }
    outcome::end(run, failure)
}

/// Keeps what came out for the CI.
fn keep(run: &Run<'_>, package: &Built) {
    let Some(srpm) = &package.srpm else { return };
    run.ui.result("srpm", srpm.display().to_string());
    run.ui.result("name", &package.name);
    run.ui.result("version", &package.version);
    if let Some(release) = &package.release {
        run.ui.result("release", release);
    }
    if let Some(tag) = &package.tag {
        run.ui.result("tag", tag);
    }
    run.ui.result("commit", package.commit.to_string());
}
