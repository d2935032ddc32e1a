//! The configuration file of a folder, whether that is a git repository or not.

use std::path::{Path, PathBuf};

use super::project::{folder_name, repository_name, shown};
use crate::config::{self, Found};
use crate::context::Context;
use crate::error::{Error, Kind, Result};
use crate::git::Repo;

/// A configuration file that was found.
#[derive(Debug)]
pub struct ConfigFile {
    /// The file, and the folder that its paths are relative to.
    pub found: Found,
    /// The file as the user would name it.
    pub shown: PathBuf,
    /// The top of the repository, or the folder where it is none.
    pub root: PathBuf,
    /// The name of the upstream repository.
    pub repository: String,
}

impl ConfigFile {
    /// Finds the configuration of `path`, a folder or a file in it, or takes the one that is `named`.
    ///
    /// # Errors
    /// When there is no such folder, or no configuration.
    pub fn find(context: &Context, path: &Path, named: Option<&Path>) -> Result<Self> {
        let path = context.absolute(path);
        let start = if path.is_file() { path.parent().unwrap_or(&path).to_owned() } else { path };
        if !start.is_dir() {
            return Err(Error::new(Kind::Usage, format!("there is no folder `{}`", start.display())));
        }
        // A folder that is no repository yet has a configuration too.
        let repo = Repo::open(&start).ok();
        let root = repo.as_ref().map_or_else(|| start.clone(), |repo| repo.root().to_owned());
        let found = match named {
            Some(file) => config::explicit(&context.absolute(file), &root)?,
            None => config::discover(&start, repo.as_ref().map(Repo::root))?,
        };
        let repository = match &repo {
            Some(repo) => repository_name(repo, repo.upstream_address(None)?.as_deref()),
            None => folder_name(&root),
        };
        let shown = shown(context, &found.file);
        Ok(Self { found, shown, root, repository })
    }
}
