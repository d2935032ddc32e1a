//! Copies of upstream for the work on an update: the user's own checkout is only read.

use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::project::Project;
use super::release_version::UpstreamRelease;
use super::spec_source::SpecSource;
use crate::config::{Package, Spanned};
use crate::context::Context;
use crate::error::{Context as _, Error, Kind, Result};
use crate::git::url::RemoteUrl;
use crate::git::{Address, CommitId, command};
use crate::project::tag_checkout::TagCheckout;
use crate::tools::rsync;

/// Where upstream is.
#[derive(Debug)]
pub enum Upstream<'a> {
    /// In the user's checkout.
    Checkout(&'a Project),
    /// In a clone of packit's own.
    Clone(UpstreamClone),
    /// Nowhere: it is no git repository.
    Elsewhere,
}

/// A clone of upstream, which goes when this is dropped.
#[derive(Debug)]
pub struct UpstreamClone {
    project: Project,
    _folder: TempDir,
}

/// A project in a checkout of packit's own, which goes when this is dropped.
#[derive(Debug)]
pub struct UpstreamCopy {
    /// The project.
    pub project: Project,
    _checkout: TagCheckout,
}

impl<'a> Upstream<'a> {
    /// Finds upstream: it is `project` itself, or what the configuration in dist-git says of it, which is cloned then.
    ///
    /// # Errors
    /// Of kind [`Kind::Config`] when `upstream_project_url` is no address that packit would hand to git; of kind [`Kind::Project`] when
    /// it cannot be cloned.
    pub async fn find(
        context: &Context,
        project: &'a Project,
        package: &Package,
        source: SpecSource,
    ) -> Result<Upstream<'a>> {
        match (source, &package.upstream_project_url) {
            (SpecSource::Upstream, _) => Ok(Self::Checkout(project)),
            (SpecSource::DistGit, Some(url)) => UpstreamClone::make(context, project, url).await.map(Self::Clone),
            (SpecSource::DistGit, None) => Ok(Self::Elsewhere),
        }
    }

    /// The project whose tags are those of upstream.
    pub fn project(&self) -> Option<&Project> {
        match self {
            Self::Checkout(project) => Some(project),
            Self::Clone(clone) => Some(&clone.project),
            Self::Elsewhere => None,
        }
    }

    /// A copy at the commit of `release`, where upstream has commits; with `local_content` also with everything in the checkout that
    /// is not committed.
    ///
    /// # Errors
    /// When git or rsync fails.
    pub async fn copy(
        &self,
        context: &Context,
        release: &UpstreamRelease,
        local_content: bool,
    ) -> Result<Option<UpstreamCopy>> {
        let (Some(project), Some(commit)) = (self.project(), release.commit) else { return Ok(None) };
        make(context, project, commit, local_content).await.map(Some)
    }
}

impl UpstreamClone {
    /// Clones upstream for the package of `project`, which keeps its configuration. Files are fetched when they are needed.
    async fn make(context: &Context, project: &Project, url: &Spanned<String>) -> Result<Self> {
        let placed = |error: Error| url.place().into_iter().fold(error, Error::at);
        let named = RemoteUrl::parse(&url.value);
        let written = match &named {
            // People write domains without a scheme there.
            Some(parsed) if parsed.host.is_some() && !url.value.contains(':') => format!("https://{}", url.value),
            _ => url.value.clone(),
        };
        let address = Address::new(&written).map_err(placed)?;
        let folder = tempfile::Builder::new().prefix("packit-clone-").tempdir_in(context.temporary());
        let folder = folder.or_error(Kind::Environment, || "a temporary folder cannot be made".to_owned())?;
        let name =
            named.map(|url| url.repository).filter(|name| is_plain(name)).unwrap_or_else(|| "upstream".to_owned());
        let root = folder.path().join(name);
        fs_err::create_dir(&root).or_error(Kind::Environment, || "a temporary folder cannot be made".to_owned())?;
        context.step(format!("cloning {address}"));
        command::clone_history(context, &address, &root).await.map_err(placed)?;
        Ok(Self { project: project.in_own_checkout(&root)?, _folder: folder })
    }
}

/// Whether a name of a server can be that of a folder.
fn is_plain(name: &str) -> bool {
    !name.is_empty() && !name.starts_with(['.', '-']) && !name.contains(['/', '\\', '\n'])
}

/// A copy at a commit of a project.
async fn make(context: &Context, project: &Project, commit: CommitId, local_content: bool) -> Result<UpstreamCopy> {
    let checkout = TagCheckout::make(context, &project.repo, commit).await?;
    if local_content {
        context.step("copying what is checked out");
        let copy = rsync::Copy {
            folder: project.repo.root(),
            sources: vec![PathBuf::new()],
            destination: checkout.root().join(""),
            delete: true,
            filters: vec![rsync::Filter::leave_out(Path::new(".git"))],
        };
        copy.run(context).await?;
    }
    let project = project.in_own_checkout(checkout.root())?;
    Ok(UpstreamCopy { project, _checkout: checkout })
}
