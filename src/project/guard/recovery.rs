//! The checkout of a packit that was killed, put right by the next one.

use std::path::{Path, PathBuf};

use fs_err as fs;

use super::journal::{Files, copy_file};
use super::lock::{self, Lock};
use super::restore::restore;
use super::{FOLDER, named};
use crate::config::FILE_NAMES;
use crate::context::Context;
use crate::error::{Context as _, Finding, Kind, Result};
use crate::git::Repo;
use crate::process::shell_word;

/// Where what is overwritten is kept: somebody may have worked on since.
const RECOVERED: &str = "packit-recovered";

/// Puts a checkout right in which a packit was killed while actions worked there.
///
/// # Errors
/// When a file cannot be put back, and of kind [`Kind::Interrupted`].
pub async fn recover(context: &Context, repo: &Repo) -> Result<()> {
    let files = Files { folder: repo.git_folder().join(FOLDER) };
    if !files.is_there() || is_within(repo) {
        return Ok(());
    }
    let _lock = Lock::claim(context, &files.folder).await?;
    // Whoever had the lock may have done it.
    if files.is_there() {
        put_right(context, repo, &files).await?;
    }
    let _ = fs::remove_dir_all(&files.folder);
    Ok(())
}

/// Whether this packit was started by an action of another one in the same checkout, which puts everything back.
pub fn is_within(repo: &Repo) -> bool {
    lock::is_held_by_ancestor(&repo.git_folder().join(FOLDER))
}

/// Whether a packit was killed in this checkout while actions worked there, or one is at work right now.
pub fn is_disturbed(repo: &Repo) -> bool {
    Files { folder: repo.git_folder().join(FOLDER) }.is_there()
}

pub(super) async fn put_right(context: &Context, repo: &Repo, files: &Files) -> Result<()> {
    let put_right = try_put_right(&context.sheltered(), repo, files).await;
    if put_right.is_ok() {
        sweep(&files.folder);
    }
    put_right.map_err(|error| {
        let give_up = format!("to give it up: rm -r {}", shell_word(&files.folder.to_string_lossy()));
        error
            .within("a packit was killed in this checkout while actions worked in it, and it cannot be put back")
            .hint(format!("{give_up}; copies of what was not committed are in `kept` there"))
    })
}

async fn try_put_right(context: &Context, repo: &Repo, files: &Files) -> Result<()> {
    let mut journal = files.read()?;
    let backup = free_name(&repo.git_folder().join(RECOVERED));
    let what = "a packit was killed in this checkout while actions worked in it";
    if repo.head()?.commit.to_string() != journal.head {
        // Somebody has moved on: what the files were is not what they are to be.
        let found = Finding::warning(format!("{what}, and another commit was checked out since: nothing is put back"));
        for kept in &journal.kept {
            let to = backup.join(&kept.path);
            let cannot = || format!("`{}` cannot be written", to.display());
            let Some(copy) = kept.copy.map(|copy| files.copy(copy)) else { continue };
            fs::create_dir_all(to.parent().unwrap_or(&backup)).or_error(Kind::Environment, cannot)?;
            copy_file(&copy, &to).or_error(Kind::Environment, cannot)?;
        }
        let hint = format!("what was not committed then is in `{}`", backup.display());
        context.found(if backup.exists() { found.hint(hint) } else { found });
        return Ok(());
    }
    // The configuration may have been mended since, and what it ran is why packit was killed.
    journal.left.extend(FILE_NAMES.iter().map(Into::into));
    journal.kept.retain(|kept| !FILE_NAMES.iter().any(|name| kept.path == *name));
    let (restored, _) = restore(context, repo.root(), files, &journal, Some(&backup)).await?;
    if !restored.is_empty() {
        let names = named(&restored.iter().collect::<Vec<_>>());
        let found = Finding::warning(format!("{what}: put back as before it are {names}"));
        context.found(found.hint(format!("what they were until now is in `{}`", backup.display())));
    }
    Ok(())
}

/// Empties the folder of a guard, but for its locks.
pub(super) fn sweep(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        if !lock::NAMES.iter().any(|name| entry.file_name() == *name) {
            let path = entry.path();
            let _ = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
        }
    }
}

/// `path`, or `path` with the first number behind it that is free.
fn free_name(path: &Path) -> PathBuf {
    let numbered = |number: u32| path.with_file_name(format!("{RECOVERED}-{number}"));
    let names = std::iter::once(path.to_owned()).chain((2..).map(numbered));
    names.into_iter().find(|name| name.symlink_metadata().is_err()).unwrap_or_else(|| path.to_owned())
}
