//! `packit propose-update`, today `packit propose-downstream`.

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::{Args, ValueEnum, ValueHint};

use super::outcome;
use super::project::ProjectArguments;
use super::writes;
use crate::cli::run::{Failed, Run};
use crate::cli::values;
use crate::error::{Finding, Result};
use crate::ops::proposal::Outcome;
use crate::ops::propose_update::{self, BranchReport, Question, Report, Request, Transport, Working};
use crate::ops::spec_source::SpecSource;
use crate::ui::diagnostic::printable;

const EXAMPLES: &str = "\
Examples:
  packit propose-update                          the newest release, to the branches of the configuration
  packit propose-update . 1.2.0 --dist-git-branch rawhide,f43
  packit propose-update --dry-run                show the changes, and send nothing
  packit propose-update --resolve-bug rhbz#123456
  packit propose-update --no-pr --yes            push to the branches themselves
  packit propose-update --dist-git-path ../rpms/hello   use the objects of a clone that is there";

/// Bring a release to dist-git as pull requests
///
/// Takes the tag of the release, brings spec and files of it to each branch of dist-git, uploads new sources to the lookaside cache, and
/// opens a pull request from your fork, or updates the one that is open. Your own checkout and your clone of dist-git stay as they are.
/// Everything is made on this machine first, and then told, and then sent. The addresses of the pull requests go to standard output.
#[derive(Debug, Args)]
#[command(args_override_self = true, after_long_help = EXAMPLES)]
pub struct Arguments {
    #[command(flatten)]
    update: UpdateArguments,

    /// Take what is checked out, with all changes, instead of the tag
    #[arg(long, env = "PACKIT_LOCAL_CONTENT", value_parser = values::switch, hide_env = true)]
    local_content: bool,

    /// Source-git: make patches of the commits since this one, and take what is checked out instead of the tag
    ///
    /// A branch, tag or commit, or a glob of tags. Counts more than `upstream_ref` of the configuration.
    #[arg(long, env = "PACKIT_UPSTREAM_REF", value_name = "REF", hide_env = true)]
    upstream_ref: Option<String>,
}

/// What the commands that bring a release to dist-git have in common.
#[derive(Debug, Args)]
pub(super) struct UpdateArguments {
    #[command(flatten)]
    project: ProjectArguments,

    /// The version [default: what release monitoring knows, else that of the newest tag]
    #[arg(value_name = "VERSION")]
    version: Option<String>,

    /// The branches: names or aliases, separated by commas [default: those of the configuration, else the default branch]
    #[arg(long, env = "PACKIT_DIST_GIT_BRANCH", value_name = "LIST", value_delimiter = ',', hide_env = true)]
    dist_git_branch: Vec<String>,

    #[command(flatten)]
    dist_git: DistGitArguments,

    /// Open a pull request [default: what the configuration says, else yes]
    #[arg(long, env = "PACKIT_PR", overrides_with = "no_pr", value_parser = values::switch, hide_env = true)]
    pr: bool,

    /// Push to the branches themselves; on a terminal packit asks before
    #[arg(long, overrides_with = "pr")]
    no_pr: bool,

    /// Do not ask before pushing
    #[arg(short, long, env = "PACKIT_YES", value_parser = values::switch, hide_env = true)]
    pub(super) yes: bool,

    /// Ask everything and make the commits, but send nothing: print what would be sent
    #[arg(long, env = "PACKIT_DRY_RUN", value_parser = values::switch, hide_env = true)]
    dry_run: bool,

    /// How to push to the fork [default: https with a token, ssh on Fedora's Pagure]
    #[arg(long, env = "PACKIT_PUSH_OVER", value_name = "HOW", hide_env = true)]
    push_over: Option<PushOver>,

    /// A bug that the update resolves, such as rhbz#123456; can be given several times
    #[arg(short = 'b', long, env = "PACKIT_RESOLVE_BUG", value_name = "BUG", value_delimiter = ' ', hide_env = true)]
    resolve_bug: Vec<String>,

    /// Do not search the bug that release monitoring has opened
    #[arg(long, env = "PACKIT_NO_BUG_SEARCH", value_parser = values::switch, hide_env = true)]
    no_bug_search: bool,

    /// Upload the sources even if the lookaside cache has them
    #[arg(long, env = "PACKIT_FORCE_NEW_SOURCES", value_parser = values::switch, hide_env = true)]
    force_new_sources: bool,

    /// Let those commit to the fork who may commit to the package (on Pagure)
    #[arg(long, env = "PACKIT_SYNC_ACLS", value_parser = values::switch, hide_env = true)]
    sync_acls: bool,

    /// Needed by the Python packit only: here the checkout is never changed
    #[arg(short, long, env = "PACKIT_FORCE", value_parser = values::switch, hide = true)]
    force: bool,
}

/// How dist-git is worked in.
#[derive(Debug, Args)]
pub(super) struct DistGitArguments {
    /// A clone of dist-git whose objects need not be fetched again; it is only read
    #[arg(long, env = "PACKIT_DIST_GIT_PATH", value_name = "DIR", value_hint = ValueHint::DirPath, hide_env = true)]
    dist_git_path: Option<PathBuf>,

    /// Work in the clone of --dist-git-path itself, and leave the commits there
    #[arg(long, env = "PACKIT_IN_PLACE", value_parser = values::switch, requires = "dist_git_path", hide_env = true)]
    in_place: bool,

    /// Keep packit's own clone of dist-git in this folder, for a look
    #[arg(long, env = "PACKIT_KEEP", value_name = "DIR", value_hint = ValueHint::DirPath, conflicts_with = "in_place", hide_env = true)]
    keep: Option<PathBuf>,
}

impl DistGitArguments {
    pub(super) fn request(&self) -> Working {
        let filled = |path: &Option<PathBuf>| path.clone().filter(|path| !path.as_os_str().is_empty());
        Working { path: filled(&self.dist_git_path), in_place: self.in_place, keep: filled(&self.keep) }
    }
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum PushOver {
    Ssh,
    Https,
}

impl PushOver {
    pub(super) fn transport(self) -> Transport {
        match self {
            Self::Ssh => Transport::Ssh,
            Self::Https => Transport::Https,
        }
    }
}

impl UpdateArguments {
    /// The request, without what only one of the commands can say.
    pub(super) fn request(&self, run: &Run<'_>, source: SpecSource) -> Result<Request> {
        if self.force {
            run.context.found(Finding::note("--force is not needed: the checkout is not changed").hint("leave it out"));
        }
        let lists = |list: &[String]| -> Vec<String> {
            list.iter().map(|item| item.trim().to_owned()).filter(|item| !item.is_empty()).collect()
        };
        Ok(Request {
            project: self.project.request(run, None, None)?,
            source,
            version: self.version.clone().filter(|version| !version.is_empty()),
            branches: lists(&self.dist_git_branch),
            dist_git: self.dist_git.request(),
            pull_request: values::pair(run.matches, "pr", "no_pr"),
            transport: self.push_over.map(PushOver::transport),
            bugs: lists(&self.resolve_bug),
            search_bug: !self.no_bug_search,
            force_new_sources: self.force_new_sources,
            sync_acls: self.sync_acls,
            local_content: false,
            upstream_ref: None,
            dry_run: self.dry_run,
        })
    }
}

/// Runs the command.
pub(in crate::cli) async fn run(run: &Run<'_>, arguments: &Arguments) -> Result<(), Failed> {
    let mut request = arguments.update.request(run, SpecSource::Upstream)?;
    request.local_content = arguments.local_content;
    request.upstream_ref = arguments.upstream_ref.clone().filter(|reference| !reference.is_empty());
    carry_out(run, "propose-update", request, arguments.update.yes).await
}

/// Runs the operation, asks what it wants to know, and prints the report.
pub(super) async fn carry_out(run: &Run<'_>, command: &str, request: Request, yes: bool) -> Result<(), Failed> {
    let report = propose_update::run(run.context, request, async |question| allowed(run, yes, question).await).await?;
    present(run, command, &report)
}

/// Whether the user agrees to a push: asked on a terminal only.
async fn allowed(run: &Run<'_>, yes: bool, question: &Question<'_>) -> Result<bool> {
    if yes || !run.ui.can_ask() {
        return Ok(true);
    }
    let asked = format!("Push {} to {} of {}?", question.package, question.branches.join(", "), question.repository);
    run.ui.ask(run.context.interrupt(), &asked).await
}

/// Prints a report.
pub(super) fn present(run: &Run<'_>, command: &str, report: &Report) -> Result<(), Failed> {
    let branches = || report.packages.iter().flat_map(|package| &package.branches);
    let count = branches().count();
    for branch in branches().filter(|_| count > 1) {
        match &branch.outcome {
            Outcome::Failed { error, .. } => run.ui.package_error(&branch.branch, error),
            Outcome::Skipped { error } => run.context.for_package(&branch.branch, count).found(error.as_warning()),
            _ => {}
        }
    }
    let failure = outcome::failure(run, &report.failed, report.packages.len())
        .or_else(|| propose_update::failure_of(report))
        .or_else(|| propose_update::refusal_of(report));
    for url in branches().flat_map(|branch| branch.outcome.pull_requests()) {
        run.ui.result("pull_request", url);
    }
    if run.global.json {
        outcome::json(run, command, report, failure.as_ref())?;
    } else {
        for package in &report.packages {
            for branch in &package.branches {
                show(run, branch)?;
            }
        }
        writes::print(run, &report.held)?;
        if count > 1 {
            table(run, report);
        }
    }
    outcome::end(run, failure)
}

/// Prints what a branch came to: addresses of pull requests, or, in a dry run, what would be sent.
fn show(run: &Run<'_>, branch: &BranchReport) -> Result<()> {
    if let Outcome::Held { message, diff, title, text, .. } = &branch.outcome {
        let mut said = format!("branch {}\n\ncommit message:\n", branch.branch);
        message.lines().for_each(|line| {
            let _ = writeln!(said, "    {}", printable(line).trim_end());
        });
        let _ = writeln!(said, "\npull request: {}", printable(title));
        text.lines().for_each(|line| {
            let _ = writeln!(said, "    {}", printable(line).trim_end());
        });
        said.push('\n');
        run.ui.print(said.as_bytes())?;
        return run.ui.print(diff);
    }
    let lines: String = branch.outcome.pull_requests().iter().map(|url| format!("{}\n", printable(url))).collect();
    run.ui.print(lines.as_bytes())
}

/// Tells how it went with each branch.
fn table(run: &Run<'_>, report: &Report) {
    for package in &report.packages {
        for branch in &package.branches {
            let what = match &branch.outcome {
                Outcome::UpToDate => "up to date".to_owned(),
                Outcome::Unchanged { pull_requests } => format!("unchanged {}", pull_requests.join(" ")),
                Outcome::Updated { commit, pull_requests, .. } => {
                    format!("updated to {} {}", commit.short(8), pull_requests.join(" "))
                }
                Outcome::Held { commit, .. } => format!("would be {}", commit.short(8)),
                Outcome::Skipped { error } => format!("skipped: {}", error.message()),
                Outcome::Failed { error, done } => {
                    let done = if done.is_empty() { String::new() } else { format!(" (after: {})", done.join(", ")) };
                    format!("failed: {}{done}", error.message())
                }
            };
            run.context.tell(format!("{:24} {}", branch.branch, what.trim_end()));
        }
    }
}
