//! `packit sync-from-downstream`.

use std::path::PathBuf;

use clap::{Args, ValueHint};

use super::outcome;
use super::project::ProjectArguments;
use super::propose_update::{PushOver, present};
use crate::cli::run::{Failed, Run};
use crate::cli::values;
use crate::error::{Error, Finding, Kind, Result};
use crate::ops::propose_update::Question;
use crate::ops::sync_from_downstream::{self, Done, PushTo, Request};
use crate::ui::diagnostic::printable;

const EXAMPLES: &str = "\
Examples:
  packit sync-from-downstream                    the default branch of dist-git, as a pull request from your fork
  packit sync-from-downstream --dist-git-branch f43 --upstream-branch main
  packit sync-from-downstream --dry-run          show the changes, and send nothing
  packit sync-from-downstream --no-pr --yes      push the branch to your fork, and open no pull request
  packit sync-from-downstream --in-place         have the files in the checkout, and send nothing";

/// Bring changes of dist-git back to upstream as a pull request
///
/// Takes the files that `files_to_sync` brings to dist-git, else spec file and configuration, out of each branch of dist-git, commits them
/// to a branch BRANCH-downstream-sync of upstream, pushes that to your fork, and opens a pull request, or updates the one that is open. Nothing
/// is deleted. Your own checkout stays as it is, unless --in-place has the files written there.
#[derive(Debug, Args)]
#[command(args_override_self = true, after_long_help = EXAMPLES)]
pub struct Arguments {
    #[command(flatten)]
    project: ProjectArguments,

    /// The branches of dist-git: names or aliases, separated by commas [default: those of the job, else the default branch]
    #[arg(long, env = "PACKIT_DIST_GIT_BRANCH", value_name = "LIST", value_delimiter = ',', hide_env = true)]
    dist_git_branch: Vec<String>,

    /// The branch of upstream that the files go to [default: its default branch]
    #[arg(long, env = "PACKIT_UPSTREAM_BRANCH", value_name = "BRANCH", conflicts_with = "in_place", hide_env = true)]
    upstream_branch: Option<String>,

    /// Open no pull request: push the branch alone; on a terminal packit asks before, in a script it wants --yes
    #[arg(long, env = "PACKIT_NO_PR", value_parser = values::switch, hide_env = true)]
    no_pr: bool,

    /// Write the files into the checkout, uncommitted, and send nothing; of one branch
    #[arg(long, env = "PACKIT_IN_PLACE", value_parser = values::switch, conflicts_with_all = ["keep", "remote_to_push"], hide_env = true)]
    in_place: bool,

    /// Push to your fork, which is made where there is none: this is the default
    #[arg(long, env = "PACKIT_FORK", overrides_with = "no_fork", value_parser = values::switch, hide_env = true)]
    fork: bool,

    /// Push to the upstream repository itself
    #[arg(long, overrides_with = "fork")]
    no_fork: bool,

    /// Push to the repository of this git remote of the checkout
    #[arg(long, env = "PACKIT_REMOTE_TO_PUSH", value_name = "NAME", hide_env = true)]
    remote_to_push: Option<String>,

    /// How to push to the fork, or upstream [default: https with a token, ssh on Fedora's Pagure]
    #[arg(long, env = "PACKIT_PUSH_OVER", value_name = "HOW", hide_env = true)]
    push_over: Option<PushOver>,

    /// Leave files of this name as they are; can be given several times
    #[arg(short = 'x', long, env = "PACKIT_EXCLUDE", value_name = "FILE", hide_env = true)]
    exclude: Vec<String>,

    /// With --in-place: overwrite changes that are not committed
    #[arg(short, long, env = "PACKIT_FORCE", value_parser = values::switch, hide_env = true)]
    force: bool,

    /// Do not ask before pushing
    #[arg(short, long, env = "PACKIT_YES", value_parser = values::switch, hide_env = true)]
    yes: bool,

    /// Ask everything and make the commits, but send and write nothing: print what would be sent
    #[arg(long, env = "PACKIT_DRY_RUN", value_parser = values::switch, hide_env = true)]
    dry_run: bool,

    /// Keep packit's own clone of upstream in this folder, for a look
    #[arg(long, env = "PACKIT_KEEP", value_name = "DIR", value_hint = ValueHint::DirPath, hide_env = true)]
    keep: Option<PathBuf>,
}

impl Arguments {
    fn request(&self, run: &Run<'_>) -> Result<Request> {
        if self.force && !self.in_place {
            let note = Finding::note("--force is not needed: the checkout is not changed");
            run.context.found(note.hint("leave it out, or have the files in the checkout: --in-place"));
        }
        let remote = self.remote_to_push.clone().filter(|name| !name.is_empty());
        let fork = values::pair(run.matches, "fork", "no_fork");
        let to = match (remote, fork) {
            (Some(name), Some(_)) => {
                return Err(Error::new(Kind::Usage, format!("--remote-to-push {name} already says where to push"))
                    .hint("leave --fork and --no-fork out"));
            }
            (Some(name), None) => PushTo::Remote(name),
            (None, Some(false)) => PushTo::Upstream,
            (None, _) => PushTo::Fork,
        };
        let filled = |list: &[String]| -> Vec<String> {
            list.iter().map(|item| item.trim().to_owned()).filter(|item| !item.is_empty()).collect()
        };
        Ok(Request {
            project: self.project.request(run, None, None)?,
            branches: filled(&self.dist_git_branch),
            upstream_branch: self.upstream_branch.clone().filter(|branch| !branch.is_empty()),
            wants_request: !self.no_pr,
            to,
            transport: self.push_over.map(PushOver::transport),
            excluded: values::several(run.matches, "exclude", &self.exclude),
            in_place: self.in_place,
            force: self.force,
            keep: self.keep.clone().filter(|path| !path.as_os_str().is_empty()),
            dry_run: self.dry_run,
        })
    }
}

/// Runs the command.
pub(in crate::cli) async fn run(run: &Run<'_>, arguments: &Arguments) -> Result<(), Failed> {
    let request = arguments.request(run)?;
    let yes = arguments.yes;
    match sync_from_downstream::run(run.context, request, async |question| allowed(run, yes, question).await).await? {
        Done::Sent(report) => present(run, "sync-from-downstream", &report),
        Done::Written { packages, failed } => {
            let nothing = || {
                let error = Error::new(Kind::Refused, "there is nothing to do: all files are the same");
                packages.iter().all(|package| package.files.is_empty()).then_some(error)
            };
            let failure = outcome::failure(run, &failed, packages.len()).or_else(nothing);
            let names: String = packages
                .iter()
                .flat_map(|package| &package.files)
                .map(|file| format!("{}\n", printable(&file.to_string_lossy())))
                .collect();
            if run.global.json {
                outcome::json(run, "sync-from-downstream", &Done::Written { packages, failed }, failure.as_ref())?;
            } else {
                run.ui.print(names.as_bytes())?;
            }
            outcome::end(run, failure)
        }
    }
}

/// Whether the user agrees to a push. The Python packit pushes nothing with `--no-pr`: a script must say that it means it.
async fn allowed(run: &Run<'_>, yes: bool, question: &Question<'_>) -> Result<bool> {
    let branches = question.branches.join(", ");
    if yes {
        return Ok(true);
    }
    if !run.ui.can_ask() {
        return Err(Error::new(Kind::Usage, format!("{branches} would be pushed to {}", question.repository))
            .hint("to push without being asked: --yes")
            .hint("to have the files in the checkout, and send nothing: --in-place"));
    }
    let asked = format!("Push {branches} of {} to {}?", question.package, question.repository);
    run.ui.ask(run.context.interrupt(), &asked).await
}
