//! The arguments that say which project, which packages and which version.

use std::path::PathBuf;

use clap::{Args, ValueHint};

use crate::cli::run::Run;
use crate::cli::values;
use crate::error::{Error, Kind, Result};
use crate::ops::actions::ActionChoice;
use crate::ops::project::{Place, ProjectRequest, PullRequest, TagChoice};

/// Which project, and which of its packages.
#[derive(Debug, Args)]
pub struct ProjectArguments {
    /// The project: a folder, a file in it, or the URL of a git repository
    #[arg(value_name = "PATH_OR_URL", default_value = ".", hide_default_value = true, value_hint = ValueHint::DirPath)]
    path_or_url: PathBuf,

    /// Only this package; can be given several times [default: all packages of the configuration]
    #[arg(short, long, env = "PACKIT_PACKAGE", value_name = "NAME", value_delimiter = ' ', hide_env = true)]
    package: Vec<String>,

    /// With a URL: let the commands of the project's configuration run
    ///
    /// What the spec file itself calls is run by rpm in any case. `packit prepare-sources`, which Copr and the packit service call, needs
    /// no such leave.
    #[arg(long, env = "PACKIT_TRUST", value_parser = values::switch, hide_env = true)]
    trust: bool,

    /// Run no actions: packit's own steps take their places
    #[arg(long, env = "PACKIT_NO_ACTIONS", value_parser = values::switch, hide_env = true)]
    no_actions: bool,

    /// Hand an environment variable to actions though it looks like a credential; can be given several times
    ///
    /// Actions get the environment without variables whose names end in TOKEN, PASSWORD, SECRET and the like.
    #[arg(long, env = "PACKIT_PASS_ENV", value_name = "NAME", value_delimiter = ' ', hide_env = true)]
    pass_env: Vec<String>,
}

impl ProjectArguments {
    /// The request for the project, with what the global options say of it. `reference` and `pull_request` are those of a URL.
    pub(super) fn request(
        &self,
        run: &Run<'_>,
        reference: Option<String>,
        pull_request: Option<PullRequest>,
    ) -> Result<ProjectRequest> {
        let asked = pull_request.as_ref().map(|wanted| wanted.id.clone());
        let mut packages = self.package.clone();
        packages.retain(|name| !name.is_empty());
        let place = Place::read(run.context, &self.path_or_url, reference, pull_request, self.trust)?;
        if let (Some(id), Place::Folder(_)) = (asked, &place) {
            let error = format!("--pr-id {id} goes with the URL of a repository, not with a checkout");
            return Err(Error::new(Kind::Usage, error).hint(
                "packit never changes what is checked out: check the pull request out, or give its repository's URL",
            ));
        }
        Ok(ProjectRequest {
            place,
            config: run.config_file(),
            remote: run.global.remote.clone(),
            packages,
            user: run.user.clone(),
            actions: ActionChoice { none: self.no_actions, pass_env: self.pass_env.clone() },
        })
    }
}

impl ProjectArguments {
    /// Refuses `--ref` where there is nothing to check out.
    ///
    /// # Errors
    /// Of kind [`Kind::Usage`].
    pub(super) fn refuse_reference(&self, place: &Place, reference: Option<&str>) -> Result<()> {
        let (Some(reference), Place::Folder(_)) = (reference, place) else { return Ok(()) };
        Err(Error::new(
            Kind::Usage,
            format!("--ref {reference} goes with the URL of a repository, not with a checkout"),
        )
        .hint(format!("packit never changes what is checked out: git worktree add ../other {reference}")))
    }
}

/// Which pull request of a URL.
#[derive(Debug, Args)]
pub struct PullRequestArguments {
    /// With a URL: the pull request, or merge request, to check out
    #[arg(long, env = "PACKIT_PR_ID", value_name = "NUMBER", allow_negative_numbers = true, hide_env = true)]
    pr_id: Option<String>,

    /// Take the pull request as it is [default: merged into its target branch]
    #[arg(long, overrides_with = "merge_pr")]
    no_merge_pr: bool,

    /// Merge it: this is the default
    #[arg(long, env = "PACKIT_MERGE_PR", overrides_with = "no_merge_pr", value_parser = values::switch, hide_env = true)]
    merge_pr: bool,

    /// The branch that the pull request is merged into [default: the branch of --ref, else the default branch]
    #[arg(long, env = "PACKIT_TARGET_BRANCH", value_name = "BRANCH", hide_env = true)]
    target_branch: Option<String>,
}

impl PullRequestArguments {
    /// The pull request.
    ///
    /// # Errors
    /// Of kind [`Kind::Usage`] for a target without a pull request.
    pub(super) fn request(&self, run: &Run<'_>) -> Result<Option<PullRequest>> {
        let target = self.target_branch.clone().filter(|branch| !branch.is_empty());
        let merge = values::pair(run.matches, "merge_pr", "no_merge_pr").unwrap_or(true);
        match self.pr_id.clone().filter(|id| !id.is_empty()) {
            Some(id) => Ok(Some(PullRequest { id, target, merge })),
            None if target.is_some() => {
                Err(Error::new(Kind::Usage, "--target-branch goes with --pr-id").hint("leave it out"))
            }
            None => Ok(None),
        }
    }
}

/// Which version.
#[derive(Debug, Args)]
pub struct VersionArguments {
    /// Only tags that this branch, tag or commit contains count [default: HEAD]
    #[arg(long, env = "PACKIT_MERGED_REF", value_name = "REF", hide_env = true)]
    merged_ref: Option<String>,

    /// The newest tag counts, wherever it is, as in the Python packit
    #[arg(long, env = "PACKIT_ANY_TAG", value_parser = values::switch, hide_env = true)]
    any_tag: bool,
}

impl VersionArguments {
    /// Which tags count.
    ///
    /// # Errors
    /// Of kind [`Kind::Usage`] when the two exclude each other.
    pub(super) fn request(&self) -> Result<TagChoice> {
        if self.any_tag && self.merged_ref.is_some() {
            return Err(
                Error::new(Kind::Usage, "--merged-ref and --any-tag exclude each other").hint("leave one of them out")
            );
        }
        Ok(TagChoice { merged_ref: self.merged_ref.clone(), any_tag: self.any_tag })
    }
}
