//! Where a package lies in the distribution: the server of dist-git, and the repository there.

use super::forge_access::is_same;
use crate::config::Package;
use crate::context::Context;
use crate::error::Result;
use crate::git::Address;
use crate::ops::project::Project;

/// The variables that name another dist-git, as in the Python packit.
const URL: &str = "DISTGIT_URL";
const NAMESPACE: &str = "DISTGIT_NAMESPACE";

/// The tool whose settings count where nothing says which.
const FEDORA: &str = "fedpkg";

/// The repository of a package in dist-git.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DistGitPlace {
    /// The server, without a slash at its end.
    pub server: String,
    /// The folder of the packages there.
    pub namespace: Option<String>,
    /// The package.
    pub package: String,
    /// The name of the tool whose lookaside cache it has.
    pub tool: String,
    /// Whether it is another server than the dist-git of that tool.
    pub is_foreign: bool,
}

impl DistGitPlace {
    /// Where `package` lies: as its configuration says, else as the environment, else as the user's configuration, else in Fedora.
    pub fn of(context: &Context, project: &Project, package: &Package) -> Self {
        let downstream = &package.downstream;
        let by_user = project.user.pkg_tool.as_ref().map(|tool| tool.value.as_str());
        let tool = downstream.pkg_tool.as_ref().map(|tool| tool.value.as_str()).or(by_user).unwrap_or(FEDORA);
        let is_configured = downstream.base_url.is_some() || downstream.pkg_tool.is_some();
        let (server, namespace) = match context.variable(URL).filter(|_| !is_configured) {
            Some(url) => (url, context.variable(NAMESPACE)),
            None => {
                let place = if is_configured { downstream.dist_git() } else { downstream.dist_git_of(tool) };
                (place.base_url, place.namespace)
            }
        };
        let of_tool = downstream.dist_git_of(tool).base_url;
        Self {
            is_foreign: !is_same(&server, &of_tool),
            server: server.trim_end_matches('/').to_owned(),
            namespace: namespace.filter(|namespace| !namespace.is_empty()),
            package: package.downstream_package_name.value.clone(),
            tool: tool.to_owned(),
        }
    }

    /// The address that everybody can fetch from.
    ///
    /// # Errors
    /// When it is no address that packit would hand to git.
    pub fn address(&self) -> Result<Address> {
        let namespace = self.namespace.as_ref().map(|namespace| format!("{namespace}/")).unwrap_or_default();
        Address::new(&format!("{}/{namespace}{}.git", self.server, self.package))
    }

    /// Whether it is the dist-git of Fedora, whose bugs and releases the usual servers know.
    pub fn is_fedora(&self) -> bool {
        self.tool == FEDORA
    }
}
