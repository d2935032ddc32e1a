//! What other programs say or make for a package, all at the same time.

use std::path::{Path, PathBuf};

use futures_util::future::join4;

use super::project::Project;
use super::shared_answers::Shared;
use super::upstream_archive;
use crate::context::Context;
use crate::error::Result;
use crate::git::CommitId;
use crate::project::archive::ArchiveName;
use crate::project::packager;

/// What was gathered.
pub struct Gathered {
    /// The archive, where git was to make it.
    pub archive: Option<PathBuf>,
    /// A line for each commit since the tag.
    pub changes: Vec<String>,
    /// What `git describe` says.
    pub described: Option<String>,
    /// Who signs a changelog entry; empty where nobody is to.
    pub author: String,
}

/// What is to be found out and made for a package whose version is known.
pub struct Gathering<'a> {
    /// The project.
    pub project: &'a Project,
    /// What is asked once for all packages.
    pub shared: &'a Shared,
    /// The folder of the package.
    pub folder: &'a Path,
    /// The archive that git is to make, and where.
    pub archive: Option<(&'a ArchiveName, &'a Path)>,
    /// The commit behind which the changes begin.
    pub since: Option<CommitId>,
    /// Whether somebody is to sign a changelog entry.
    pub author: bool,
}

impl Gathering<'_> {
    /// Gathers it.
    ///
    /// # Errors
    /// When a program fails, or nobody can sign.
    pub async fn gather(&self, context: &Context) -> Result<Gathered> {
        let (archive, changes, described, author) =
            join4(self.archive(context), self.changes(context), self.shared.described(), self.author(context)).await;
        Ok(Gathered { archive: archive?, changes: changes?, described: described?, author: author? })
    }

    async fn archive(&self, context: &Context) -> Result<Option<PathBuf>> {
        let Some((name, into)) = self.archive else { return Ok(None) };
        upstream_archive::by_git(context, self.folder, self.project.head.commit, name, into).await.map(Some)
    }

    async fn changes(&self, context: &Context) -> Result<Vec<String>> {
        match self.since {
            Some(since) => self.shared.changes(context, self.project, since).await,
            None => Ok(Vec::new()),
        }
    }

    async fn author(&self, context: &Context) -> Result<String> {
        match self.author {
            true => packager::author(context, &self.project.repo, &self.shared.macros).await,
            false => Ok(String::new()),
        }
    }
}
