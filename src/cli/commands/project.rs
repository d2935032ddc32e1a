//! The arguments that say which project, which packages and which version.

use std::path::PathBuf;

use clap::{Args, ValueHint};

use crate::cli::run::Run;
use crate::cli::values;
use crate::error::{Error, Kind, Result};
use crate::ops::actions::ActionChoice;
use crate::ops::project::{Place, ProjectRequest, TagChoice};

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
    /// What the spec file itself calls is run by rpm in any case.
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
    /// The request for the project, with what the global options say of it.
    pub(super) fn request(&self, run: &Run<'_>, reference: Option<String>) -> Result<ProjectRequest> {
        let mut packages = self.package.clone();
        packages.retain(|name| !name.is_empty());
        Ok(ProjectRequest {
            place: Place::read(run.context, &self.path_or_url, reference, self.trust)?,
            config: run.global.config.clone(),
            remote: run.global.remote.clone(),
            packages,
            user: run.user.clone(),
            actions: ActionChoice { none: self.no_actions, pass_env: self.pass_env.clone() },
        })
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
