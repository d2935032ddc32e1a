//! `packit copr-build`, today `packit build in-copr`.

use std::path::PathBuf;

use clap::{Args, ValueEnum, ValueHint};

use super::copr::{CoprArguments, WatchArguments, table};
use super::outcome;
use super::project::{ProjectArguments, PullRequestArguments, VersionArguments};
use super::writes;
use crate::cli::run::{Failed, Run};
use crate::cli::values;
use crate::error::{Error, Kind, Result};
use crate::ops::copr_build::{self, Report, Request};
use crate::ops::copr_project::Permissions;
use crate::ops::copr_wishes::{self, BuildOptions, Choice, ProjectSettings};
use crate::ops::prepare::Options;

const EXAMPLES: &str = "\
Examples:
  packit copr-build                              build what is checked out, as the copr_build job says
  packit copr-build --targets fedora-stable,epel-9-x86_64
  packit copr-build --owner @rust --project nightly --no-wait
  packit copr-build --srpm hello-1.0-1.src.rpm --project hello
  packit copr-build --dry-run                    show what would be sent, and send nothing
  packit copr watch 1234567                      follow a build again";

/// Build packages in Copr
///
/// Makes the source RPM, sends it to Copr, and follows the build of each chroot. Who you are is read from ~/.config/copr. Before
/// anything is built or changed, packit asks Copr whether it knows you, has the chroots, and lets you build in the project.
/// Targets and settings that are not given come from the copr_build job of the configuration. A setting of an existing project that
/// nobody names is not changed. The number and the page of each build go to standard output at once, how each chroot went at the end.
#[derive(Debug, Args)]
#[command(args_override_self = true, after_long_help = EXAMPLES)]
pub struct Arguments {
    #[command(flatten)]
    project: ProjectArguments,

    #[command(flatten)]
    version: VersionArguments,

    #[command(flatten)]
    copr: CoprArguments,

    /// Send this source RPM instead of making one
    #[arg(long, env = "PACKIT_SRPM", value_name = "FILE", value_hint = ValueHint::FilePath, hide_env = true)]
    srpm: Option<PathBuf>,

    /// Ask Copr everything, but send nothing: print what would be sent
    #[arg(long, env = "PACKIT_DRY_RUN", value_parser = values::switch, hide_env = true)]
    dry_run: bool,

    /// Download no sources, and ask nobody what an alias means: take what is cached
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

    /// What to put behind the release number, instead of the time and the commit
    #[arg(long, env = "PACKIT_RELEASE_SUFFIX", value_name = "TEXT", allow_hyphen_values = true, hide_env = true)]
    release_suffix: Option<String>,

    /// Put the time and the commit behind the release number, whatever the configuration says
    #[arg(long, env = "PACKIT_DEFAULT_RELEASE_SUFFIX", value_parser = values::switch, hide_env = true)]
    default_release_suffix: bool,

    /// The job to take targets and settings from, counted from 0 [default: the first copr_build job]
    #[arg(long, env = "PACKIT_JOB_CONFIG_INDEX", value_name = "N", value_parser = values::job_index, allow_negative_numbers = true, hide_env = true)]
    job_config_index: Option<usize>,

    /// Do not follow the build: print its number and page, and stop
    #[arg(long, alias = "nowait", overrides_with = "wait", help_heading = "Following builds")]
    no_wait: bool,

    /// Follow the build: this is the default
    #[arg(long, env = "PACKIT_WAIT", overrides_with = "no_wait", value_parser = values::switch, hide = true)]
    wait: bool,

    #[command(flatten)]
    watch: WatchArguments,

    #[command(flatten)]
    settings: SettingsArguments,

    #[command(flatten)]
    build: BuildArguments,
}

/// The project in Copr.
#[derive(Debug, Args)]
#[command(next_help_heading = "Project in Copr")]
struct SettingsArguments {
    /// The owner of the project: a user, or @GROUP [default: you]
    #[arg(long, env = "PACKIT_OWNER", value_name = "NAME", hide_env = true)]
    owner: Option<String>,

    /// The project [default: that of the job, else packit-cli-REPOSITORY-BRANCH]
    #[arg(long = "project", id = "copr_project", env = "PACKIT_PROJECT", value_name = "NAME", hide_env = true)]
    project: Option<String>,

    /// What to build for: chroots, distributions or aliases [default: those of the job, else fedora-rawhide-x86_64]
    #[arg(long, env = "PACKIT_TARGETS", value_name = "LIST", value_delimiter = ',', hide_env = true)]
    targets: Vec<String>,

    /// What the project is
    #[arg(long, env = "PACKIT_DESCRIPTION", value_name = "TEXT", hide_env = true)]
    description: Option<String>,

    /// How to install from it
    #[arg(long, env = "PACKIT_INSTRUCTIONS", value_name = "TEXT", hide_env = true)]
    instructions: Option<String>,

    /// Show the project on Copr's front page
    #[arg(long, env = "PACKIT_LIST_ON_HOMEPAGE", overrides_with = "no_list_on_homepage", value_parser = values::switch, hide_env = true)]
    list_on_homepage: bool,

    /// Do not show it there: a new project is not shown by default
    #[arg(long, overrides_with = "list_on_homepage")]
    no_list_on_homepage: bool,

    /// Keep the project [default: Copr deletes a new one after 60 days without a build]
    #[arg(long, env = "PACKIT_PRESERVE_PROJECT", overrides_with = "no_preserve_project", value_parser = values::switch, hide_env = true)]
    preserve_project: bool,

    /// Let Copr delete it after 60 days without a build
    #[arg(long, overrides_with = "preserve_project")]
    no_preserve_project: bool,

    /// More repositories for the builds: addresses, or copr://OWNER/PROJECT
    #[arg(long, env = "PACKIT_ADDITIONAL_REPOS", value_name = "LIST", value_delimiter = ',', hide_env = true)]
    additional_repos: Option<Vec<String>>,

    /// How the chroots are made
    #[arg(long, env = "PACKIT_BOOTSTRAP", value_name = "HOW", hide_env = true)]
    bootstrap: Option<Bootstrap>,

    /// Let the packages count as fixes of modules
    #[arg(long, env = "PACKIT_MODULE_HOTFIXES", overrides_with = "no_module_hotfixes", value_parser = values::switch, hide_env = true)]
    module_hotfixes: bool,

    /// Do not let them
    #[arg(long, overrides_with = "module_hotfixes")]
    no_module_hotfixes: bool,

    /// Leave a project that exists as it is
    #[arg(long, env = "PACKIT_NO_EDIT_PROJECT", value_parser = values::switch, hide_env = true)]
    no_edit_project: bool,

    /// Where only administrators may change the project: ask them to become one
    #[arg(long, env = "PACKIT_REQUEST_ADMIN_IF_NEEDED", value_parser = values::switch, hide_env = true)]
    request_admin_if_needed: bool,
}

/// How Copr builds.
#[derive(Debug, Args)]
#[command(next_help_heading = "Build in Copr")]
struct BuildArguments {
    /// Give the build a network
    #[arg(long, env = "PACKIT_ENABLE_NET", overrides_with = "disable_net", value_parser = values::switch, hide_env = true)]
    enable_net: bool,

    /// Give it none: this is the default
    #[arg(long, overrides_with = "enable_net")]
    disable_net: bool,

    /// After how many seconds Copr gives up a build [default: that of the job, else Copr's own]
    #[arg(long, env = "PACKIT_BUILD_TIMEOUT", value_name = "SECONDS", value_parser = clap::value_parser!(u32).range(0..=108_000), hide_env = true)]
    build_timeout: Option<u32>,

    /// Let other builds go first
    #[arg(long, env = "PACKIT_BACKGROUND", value_parser = values::switch, hide_env = true)]
    background: bool,

    /// How the chroots are shut off
    #[arg(long, env = "PACKIT_ISOLATION", value_name = "HOW", hide_env = true)]
    isolation: Option<Isolation>,

    /// Begin when this build is done
    #[arg(long, env = "PACKIT_AFTER_BUILD_ID", value_name = "ID", hide_env = true, conflicts_with = "with_build_id")]
    after_build_id: Option<u64>,

    /// Belong to the same batch as this build
    #[arg(long, env = "PACKIT_WITH_BUILD_ID", value_name = "ID", hide_env = true)]
    with_build_id: Option<u64>,

    /// Put the results into a directory of the project of its own: PROJECT:WORDS
    #[arg(long, env = "PACKIT_PROJECT_DIRNAME", value_name = "NAME", hide_env = true)]
    project_dirname: Option<String>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Bootstrap {
    Default,
    On,
    Off,
    Image,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Isolation {
    Default,
    Simple,
    Nspawn,
}

fn word(value: impl ValueEnum) -> String {
    value.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
}

impl Arguments {
    fn request(&self, run: &Run<'_>, srpm: Option<PathBuf>) -> Result<Request> {
        let srpm = self.srpm.clone().or(srpm).filter(|file| !file.as_os_str().is_empty());
        let filled = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
        let pair = |on, off| values::pair(run.matches, on, off);
        let project = self.project.request(run, self.reference.clone(), self.pull_request.request(run)?)?;
        self.project.refuse_reference(&project.place, self.reference.as_deref())?;
        let (settings, build) = (&self.settings, &self.build);
        let targets = settings.targets.iter().map(|name| name.trim().to_owned()).filter(|name| !name.is_empty());
        Ok(Request {
            project,
            options: Options {
                tags: self.version.request()?,
                release_suffix: self.release_suffix.clone(),
                default_release_suffix: self.default_release_suffix,
                upstream_ref: filled(&self.upstream_ref),
                offline: self.offline,
                ..Options::default()
            },
            srpm,
            copr: self.copr.request(),
            choice: Choice {
                owner: filled(&settings.owner),
                project: filled(&settings.project),
                targets: targets.collect(),
                job: self.job_config_index,
                settings: ProjectSettings {
                    chroots: Vec::new(),
                    description: settings.description.clone(),
                    instructions: settings.instructions.clone(),
                    list_on_homepage: pair("list_on_homepage", "no_list_on_homepage"),
                    delete_after_days: pair("preserve_project", "no_preserve_project").map(copr_wishes::days),
                    days_of_a_new_one: None,
                    additional_repos: settings.additional_repos.as_ref().map(|repos| {
                        repos.iter().map(|repo| repo.trim().to_owned()).filter(|repo| !repo.is_empty()).collect()
                    }),
                    bootstrap: settings.bootstrap.map(word),
                    module_hotfixes: pair("module_hotfixes", "no_module_hotfixes"),
                },
                build: BuildOptions {
                    chroots: Vec::new(),
                    enable_net: pair("enable_net", "disable_net"),
                    timeout: build.build_timeout,
                    background: build.background,
                    bootstrap: settings.bootstrap.map(word),
                    isolation: build.isolation.map(word),
                    after: build.after_build_id,
                    with: build.with_build_id,
                    directory: filled(&build.project_dirname),
                },
            },
            permissions: Permissions {
                edit: !settings.no_edit_project,
                request_admin: settings.request_admin_if_needed,
            },
            watch: self.watch(run)?,
            dry_run: self.dry_run,
        })
    }

    fn watch(&self, run: &Run<'_>) -> Result<Option<crate::ops::copr_watch::Watch>> {
        if values::pair(run.matches, "wait", "no_wait") == Some(false) {
            return match self.watch.logs {
                true => {
                    Err(Error::new(Kind::Usage, "--logs goes with a build that is followed")
                        .hint("leave --no-wait out"))
                }
                false => Ok(None),
            };
        }
        Ok(Some(self.watch.request()))
    }
}

/// Runs the command. `srpm` is the source RPM that `packit build --srpm` names.
pub(in crate::cli) async fn run(run: &Run<'_>, arguments: &Arguments, srpm: Option<PathBuf>) -> Result<(), Failed> {
    let request = arguments.request(run, srpm)?;
    let report = copr_build::run(run.context, request, |build| {
        run.ui.result("build_id", build.id.to_string());
        run.ui.result("build_url", &build.page);
        if run.global.json {
            return Ok(());
        }
        run.ui.print(format!("Build id: {}, repo url: {}\n", build.id, build.page).as_bytes())
    })
    .await?;
    present(run, arguments, &report)
}

fn present(run: &Run<'_>, arguments: &Arguments, report: &Report) -> Result<(), Failed> {
    // A package that came to no build weighs more than one whose build failed: it is told with its cause.
    let failure = outcome::failure(run, &report.failed, report.projects.len());
    let failure = report
        .unfinished
        .clone()
        .or(failure)
        .or_else(|| copr_build::failure_of(&report.builds, &arguments.copr.request()));
    if run.global.json {
        outcome::json(run, "copr-build", report, failure.as_ref())?;
    } else {
        writes::print(run, &report.held)?;
        if report.builds.iter().any(|build| build.is_over()) {
            table::builds(run, &report.builds)?;
        }
    }
    outcome::end(run, failure)
}
