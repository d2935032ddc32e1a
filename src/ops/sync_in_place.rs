//! Files of dist-git in the user's checkout of upstream. They are brought to a checkout of packit's own first: so it is known what
//! changes before anything is written.

use std::collections::BTreeSet;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use fs_err as fs;
use serde::{Serialize, Serializer};

use super::downstream_files::DownstreamFiles;
use super::project::Project;
use crate::context::Context;
use crate::error::{Context as _, Error, Kind, Result};
use crate::git::BranchName;
use crate::git::changes::{self, Change};
use crate::paths;
use crate::project::tag_checkout::TagCheckout;

/// So many names are told in a message.
const NAMED: usize = 10;

/// What is to be written.
#[derive(Debug)]
pub(super) struct Wanted<'a> {
    pub(super) files: DownstreamFiles<'a>,
    /// The checkout of dist-git.
    pub(super) dist_git: &'a Path,
    /// Its branch.
    pub(super) branch: &'a BranchName,
    /// Whether what is not committed may be lost.
    pub(super) force: bool,
}

/// What was written.
#[derive(Debug, Serialize)]
pub struct Written {
    /// The package.
    pub package: String,
    /// The branch of dist-git.
    pub branch: String,
    /// The files that the checkout has otherwise now, relative to its top.
    #[serde(serialize_with = "as_texts")]
    pub files: Vec<PathBuf>,
    /// Whether they were written: in a dry run they are not.
    pub is_written: bool,
}

/// Writes the files into the checkout of `project`. Nothing is committed, and the index stays.
///
/// # Errors
/// Of kind [`Kind::Project`] when changes that are not committed would be lost; when a file cannot be copied.
pub(super) async fn write(context: &Context, project: &Project, wanted: Wanted<'_>) -> Result<Written> {
    let copy = TagCheckout::make(context, &project.repo, project.head.commit).await?;
    let upstream = project.in_own_checkout(copy.root())?;
    wanted.files.copy(context, wanted.dist_git, &upstream).await?;
    let root = project.repo.root();
    let mut files = Vec::new();
    let mut lost = Vec::new();
    let changed_here: BTreeSet<PathBuf> = project.repo.uncommitted()?.into_iter().collect();
    for Change { file, is_new } in changes::since_head(context, copy.root()).await? {
        let here = paths::join_within(root, root, &file)?;
        if is_same(&copy.root().join(&file), &here) {
            continue;
        }
        let is_untracked = is_new && here.symlink_metadata().is_ok();
        if changed_here.contains(&file) || is_untracked {
            lost.push(file.clone());
        }
        files.push(file);
    }
    if !lost.is_empty() && !wanted.force {
        return Err(Error::new(Kind::Project, "changes that are not committed would be lost")
            .cause(paths::listed(&lost, NAMED))
            .hint("commit them or `git stash` them, or leave the files out with --exclude")
            .hint("to lose them: --force"));
    }
    let is_written = !context.gate().is_closed();
    if is_written {
        for file in &files {
            context.interrupt().check()?;
            // Again: what was written before may be a link.
            put(&copy.root().join(file), &paths::join_within(root, root, file)?)?;
        }
    }
    let (package, branch) = (wanted.files.package.name.clone(), wanted.branch.to_string());
    Ok(Written { package, branch, files, is_written })
}

fn as_texts<S: Serializer>(files: &[PathBuf], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(files.iter().map(|file| file.to_string_lossy()))
}

/// Whether two files are the same, with their modes; of links, whether they lead to the same place.
fn is_same(one: &Path, other: &Path) -> bool {
    let data = |path: &Path| path.symlink_metadata().ok();
    let (Some(first), Some(second)) = (data(one), data(other)) else { return false };
    if first.is_symlink() || second.is_symlink() {
        let target = |path: &Path| fs::read_link(path).ok();
        return target(one).is_some() && target(one) == target(other);
    }
    let is_executable = |mode: u32| mode & 0o100 != 0;
    first.is_file()
        && second.is_file()
        && is_executable(first.permissions().mode()) == is_executable(second.permissions().mode())
        && fs::read(one).is_ok_and(|one| fs::read(other).is_ok_and(|other| one == other))
}

/// Puts a file, or a link, in its place, whole or not at all.
fn put(from: &Path, to: &Path) -> Result<()> {
    let cannot = || format!("`{}` cannot be written", to.display());
    let folder = to.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder).or_error(Kind::Environment, cannot)?;
    let temporary =
        tempfile::Builder::new().prefix(".packit-").tempdir_in(folder).or_error(Kind::Environment, cannot)?;
    let finished = temporary.path().join("file");
    match fs::read_link(from) {
        Ok(target) => std::os::unix::fs::symlink(target, &finished).or_error(Kind::Environment, cannot)?,
        Err(_) => fs::copy(from, &finished).map(drop).or_error(Kind::Environment, cannot)?,
    }
    fs::rename(&finished, to).or_error(Kind::Environment, cannot)
}
