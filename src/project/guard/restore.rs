//! The files of a checkout made what a journal says they were. No link is followed out of the checkout.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use fs_err as fs;

use super::journal::{Files, Journal, copy_file};
use crate::context::Context;
use crate::error::{Context as _, Kind, Result};
use crate::git::work_tree::{Listing, WorkTree};

/// Makes the files of a checkout what a journal says they were. What is overwritten goes to `backup` first, if given. Returns what
/// was not as it was, and how the files stand then.
pub(super) async fn restore(
    context: &Context,
    root: &Path,
    files: &Files,
    journal: &Journal,
    backup: Option<&Path>,
) -> Result<(BTreeSet<PathBuf>, Listing)> {
    let secure = |path: &Path| -> Result<()> {
        let Some(backup) = backup else { return Ok(()) };
        let to = backup.join(path);
        let cannot = || format!("`{}` cannot be written", to.display());
        fs::create_dir_all(to.parent().unwrap_or(backup)).or_error(Kind::Environment, cannot)?;
        let from = root.join(path);
        if !is_inside(root, path) {
            return Ok(());
        }
        if from.symlink_metadata().is_ok_and(|found| found.is_dir()) {
            return fs::rename(&from, &to).or_error(Kind::Environment, cannot);
        }
        copy_file(&from, &to).or_error(Kind::Environment, cannot).map(|_| ())
    };
    for laid in &journal.laid {
        let path = root.join(laid);
        if is_inside(root, Path::new(laid)) && path.symlink_metadata().is_ok_and(|found| !found.is_dir()) {
            secure(Path::new(laid))?;
            fs::remove_file(&path).or_error(Kind::Environment, || format!("`{}` cannot be removed", path.display()))?;
        }
    }
    let (index, mut restored) = (files.index(), BTreeSet::new());
    let tree = WorkTree { root, index: &index };
    let mut now = tree.listing(context).await?;
    let kept: BTreeSet<&OsStr> = journal.kept.iter().map(|kept| kept.path.as_os_str()).collect();
    let left = |path: &Path| journal.left.iter().any(|left| path.starts_with(left));
    let through_git = now.changed.iter().filter(|path| !kept.contains(path.as_os_str()) && !left(path));
    let through_git: BTreeSet<PathBuf> = through_git.cloned().collect();
    for path in &through_git {
        secure(path)?;
    }
    tree.restore(context, &through_git).await?;
    let mut failed = None;
    for kept in &journal.kept {
        let path = Path::new(&kept.path);
        let put = match kept.copy {
            // Behind a link that an action made there is nothing of the checkout.
            None if !is_inside(root, path) => Ok(false),
            None => files.put(None, &root.join(path), || secure(path)),
            Some(_) => without_links(root, path).and_then(|()| files.put(kept.copy, &root.join(path), || secure(path))),
        };
        match put {
            Ok(true) => drop(restored.insert(path.to_owned())),
            Ok(false) => {}
            // The others come back all the same.
            Err(error) => failed = failed.or(Some(error)),
        }
    }
    if let Some(error) = failed {
        return Err(error);
    }
    now.untracked.retain(|path| root.join(path).symlink_metadata().is_ok());
    restored.extend(through_git);
    Ok((restored, now))
}

/// Whether no link stands on the way to a file: what is behind one is not in the checkout.
fn is_inside(root: &Path, below: &Path) -> bool {
    link_on_the_way(root, below).is_none()
}

fn link_on_the_way(root: &Path, below: &Path) -> Option<PathBuf> {
    let folders = below.ancestors().skip(1).map(|folder| root.join(folder));
    folders.filter(|folder| folder.as_path() != root && folder.is_symlink()).last()
}

/// Removes links that actions have put where folders stood on the way to a file.
fn without_links(root: &Path, below: &Path) -> Result<()> {
    while let Some(link) = link_on_the_way(root, below) {
        fs::remove_file(&link).or_error(Kind::Environment, || format!("`{}` cannot be removed", link.display()))?;
    }
    Ok(())
}
