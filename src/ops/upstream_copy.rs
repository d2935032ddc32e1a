//! A copy of upstream for the work on an update: the user's own checkout is only read.

use std::path::{Path, PathBuf};

use super::project::Project;
use super::release_version::UpstreamRelease;
use crate::context::Context;
use crate::error::Result;
use crate::project::tag_checkout::TagCheckout;
use crate::tools::rsync;

/// A project in a checkout of packit's own, which goes when this is dropped.
#[derive(Debug)]
pub struct UpstreamCopy {
    /// The project.
    pub project: Project,
    _checkout: TagCheckout,
}

/// A copy at the commit of `release`; with `local_content` also with everything in the checkout that is not committed.
///
/// # Errors
/// When git or rsync fails.
pub async fn make(
    context: &Context,
    project: &Project,
    release: &UpstreamRelease,
    local_content: bool,
) -> Result<UpstreamCopy> {
    let checkout = TagCheckout::make(context, &project.repo, release.commit).await?;
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
