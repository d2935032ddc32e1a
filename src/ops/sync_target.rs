//! Where files that come from dist-git go: the upstream repository on its forge, and the repository that gets the branch.

use super::forge_access::ForgeAccess;
use super::project::Project;
use super::proposal::{Fork, Target};
use super::propose_update::Transport;
use crate::config::{Package, Spanned};
use crate::context::Context;
use crate::error::{Error, Kind, Result};
use crate::git::repo::no_remote;
use crate::git::url::RemoteUrl;
use crate::git::working_clone::remote_branches;
use crate::git::{Address, command};
use crate::services::Client;
use crate::services::forge::{self, ProjectPath};

/// The upstream repository.
#[derive(Debug)]
pub(super) struct UpstreamPlace {
    /// Its forge, without a slash at its end.
    pub(super) server: String,
    path: ProjectPath,
    origin: Address,
}

/// Which repository gets the branch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PushTo {
    /// The user's fork, which is made where there is none.
    Fork,
    /// The upstream repository itself.
    Upstream,
    /// The one that a remote of the checkout names.
    Remote(String),
}

/// What is wanted of the forge of upstream.
#[derive(Debug, Clone)]
pub(super) struct Wishes<'a> {
    /// Which repository gets the branch.
    pub(super) to: &'a PushTo,
    /// How it is pushed.
    pub(super) transport: Option<Transport>,
    /// Whether there is to be a pull request.
    pub(super) wants_request: bool,
}

impl UpstreamPlace {
    /// Where the upstream repository of `package` is: as configured, else as the remote of the checkout says.
    ///
    /// # Errors
    /// Of kind [`Kind::Project`] when nothing says it; of kind [`Kind::Config`] when it is no address that packit would hand to git.
    pub(super) fn of(project: &Project, package: &Package) -> Result<Self> {
        let configured = package.upstream_project_url.as_ref();
        let placed = |error: Error| configured.and_then(Spanned::place).into_iter().fold(error, Error::at);
        let url = match configured {
            Some(url) => url.value.clone(),
            None => project.address.clone().ok_or_else(|| {
                Error::new(
                    Kind::Project,
                    "nothing says where the upstream repository is: the checkout has no such remote",
                )
                .hint("write `upstream_project_url: URL` into the configuration")
                .hint("to have the files in the checkout, and send nothing: --in-place")
            })?,
        };
        let written = match url.contains(':') || url.starts_with('/') {
            // People write domains without a scheme in configurations.
            false => format!("https://{url}"),
            true => url,
        };
        let origin = Address::new(&written).map_err(placed)?;
        let nowhere = || {
            placed(Error::new(Kind::Project, format!("`{origin}` does not say on which forge upstream is")))
                .hint("write `upstream_project_url: https://HOST/NAMESPACE/NAME` into the configuration")
                .hint("to have the files in the checkout, and send nothing: --in-place")
        };
        let parsed = RemoteUrl::parse(origin.reveal()).ok_or_else(nowhere)?;
        let server = server(&parsed).ok_or_else(nowhere)?;
        let path = path(&parsed).map_err(placed)?;
        Ok(Self { server, path, origin })
    }
}

impl Target {
    /// Looks at the upstream repository as [`Target::find`] looks at dist-git. Changes nothing.
    ///
    /// # Errors
    /// As [`Target::find`]; of kind [`Kind::Usage`] when the remote to push to is none, or one that no pull request can come from.
    pub(super) async fn for_sync(
        context: &Context,
        client: &Client,
        access: &ForgeAccess,
        upstream: UpstreamPlace,
        project: &Project,
        wishes: Wishes<'_>,
    ) -> Result<Self> {
        let mut target = Self {
            pushed: upstream.origin.clone(),
            origin: upstream.origin,
            default_branch: String::new(),
            forge: access.forge.clone(),
            token: access.token.clone(),
            path: upstream.path,
            transport: wishes.transport,
            // The name in the Fedora Account System is not that of the user elsewhere.
            user: None,
            fork: None,
            wants_request: wishes.wants_request,
            is_direct: false,
        };
        if wishes.wants_request || *wishes.to == PushTo::Fork {
            target.log_in(context, client).await?;
        }
        let credentials = target.credentials_for(&target.origin)?;
        let branches = remote_branches(context, project.repo.root(), &target.origin, credentials.as_ref()).await?;
        target.default_branch = branches.default.unwrap_or_else(|| "main".to_owned());
        target.fork = match wishes.to {
            PushTo::Fork => match target.user.clone() {
                Some(user) => match target.forge.find_fork(context, client, &target.path, &user).await? {
                    Some(found) => Some(target.fork_of(context, client, found).await?),
                    None => None,
                },
                None => None,
            },
            PushTo::Upstream => Some(target.itself(context, client).await?),
            PushTo::Remote(name) => Some(target.remote(context, client, project, name).await?),
        };
        Ok(target)
    }

    /// The upstream repository, for branches of work.
    async fn itself(&mut self, context: &Context, client: &Client) -> Result<Fork> {
        // Without a token git's own means serve, at the address that the user has.
        if self.token.is_some() {
            self.find_own(context, client).await?;
        }
        let project = self.source(context, client, self.path.clone()).await?;
        Ok(Fork { address: self.pushed.clone(), project })
    }

    /// The repository of a remote of the checkout.
    async fn remote(&mut self, context: &Context, client: &Client, project: &Project, name: &str) -> Result<Fork> {
        let Some(url) = command::push_url(context, project.repo.root(), name).await? else {
            return Err(no_remote(name, &project.repo.remotes()?));
        };
        let address = Address::new(&url)?;
        let parsed = RemoteUrl::parse(address.reveal());
        let host = |url: &RemoteUrl| url.host.clone();
        let of_forge = RemoteUrl::parse(self.origin.reveal()).as_ref().and_then(host);
        let here = parsed.as_ref().filter(|url| url.host.is_some() && url.host == of_forge);
        let source = match (here, self.wants_request) {
            (Some(url), true) => self.source(context, client, path(url)?).await?,
            (None, true) => {
                let message =
                    format!("the remote `{name}` is not on {}: no pull request can come from it", self.forge.host());
                return Err(Error::new(Kind::Usage, message).hint("--no-pr pushes the branch alone"));
            }
            (on_forge, false) => {
                if on_forge.is_none() {
                    // Nobody else gets it.
                    self.token = None;
                }
                self.unasked(self.path.clone())
            }
        };
        Ok(Fork { address, project: source })
    }

    /// The project from which the pull request comes.
    async fn source(&self, context: &Context, client: &Client, path: ProjectPath) -> Result<forge::Project> {
        if !self.wants_request {
            return Ok(self.unasked(path));
        }
        let found = self.forge.project(context, client, &path).await?;
        found.ok_or_else(|| {
            Error::new(
                Kind::Service,
                format!("there is no project {path} on {}, or you may not see it", self.forge.host()),
            )
        })
    }

    /// A project that the forge has not been asked for: it is only pushed to.
    fn unasked(&self, path: ProjectPath) -> forge::Project {
        let (default_branch, parent, https, ssh, id, parent_id) = (None, None, None, None, None, None);
        forge::Project { path, default_branch, parent, https, ssh, id, parent_id, is_new: false }
    }
}

/// The address of the remote that counts.
/// The address of the server that has a repository; `None` for a folder.
fn server(url: &RemoteUrl) -> Option<String> {
    let host = url.host.as_ref()?;
    // ssh goes by a port of its own.
    let (scheme, port) = match url.scheme.as_str() {
        "http" => ("http", url.port),
        "https" | "git+https" => ("https", url.port),
        _ => ("https", None),
    };
    let port = port.map(|port| format!(":{port}")).unwrap_or_default();
    Some(format!("{scheme}://{host}{port}"))
}

fn path(url: &RemoteUrl) -> Result<ProjectPath> {
    ProjectPath::new(url.namespace.as_deref(), &url.repository, url.fork_of_user.as_deref())
}
