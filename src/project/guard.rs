//! Promise P1 where the user's own commands work in the checkout: what is there is written down first, and put back afterwards.
//!
//! All that is needed for that lies in `packit` in git's folder of the work tree, from before the first change until everything
//! is as it was: when packit is killed, the next run finds it and does the rest. There are a copy of the index, which tells what
//! the tracked files were, and copies of the files of which git could not tell it: those with changes that are not committed, and
//! spec files.

use std::collections::{BTreeSet, HashMap};
use std::ffi::OsStr;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use fs_err as fs;

use crate::config::FILE_NAMES;
use crate::context::Context;
use crate::error::{Context as _, Finding, Kind, Result};
use crate::git::work_tree::{Listing, WorkTree};
use crate::git::{Head, Repo, command};
use crate::paths;
use crate::process::{self, shell_word};

mod journal;
mod lock;

use journal::{Files, Form, Found, Journal, Kept, copy_file};
use lock::Lock;

/// The folder in git's folder.
const FOLDER: &str = "packit";
/// Where the next run keeps what it overwrites when it puts a checkout back: somebody may have worked on since.
const RECOVERED: &str = "packit-recovered";
/// So many files are named in a message.
const NAMED: usize = 10;

/// Keeps a checkout as it was, until [`Guard::put_back`].
#[derive(Debug)]
pub struct Guard {
    root: PathBuf,
    git_folder: PathBuf,
    files: Files,
    journal: Journal,
    before: Listing,
    /// What was laid into the checkout, by its path.
    laid: HashMap<PathBuf, Form>,
    lock: Option<Lock>,
}

impl Guard {
    /// Writes down what the checkout is. `specs` are spec files, which are kept byte for byte whatever git says of them.
    ///
    /// # Errors
    /// When git fails, or its folder cannot be written; and of kind [`Kind::Interrupted`].
    pub async fn begin(context: &Context, repo: &Repo, specs: &[PathBuf]) -> Result<Self> {
        let begun = Self::try_begin(context, repo, specs).await;
        begun.map_err(|error| match error.kind() {
            Kind::Interrupted => error,
            _ => error
                .within("what the checkout is cannot be written down, and actions may change it")
                .hint("--in-place lets them work without that, --no-actions leaves them out"),
        })
    }

    async fn try_begin(context: &Context, repo: &Repo, specs: &[PathBuf]) -> Result<Self> {
        let files = Files { folder: repo.git_folder().join(FOLDER) };
        let lock = Lock::claim(context, &files.folder).await?;
        if files.is_there() {
            put_right(context, repo, &files).await?;
        }
        sweep(&files.folder);
        let begun = Self::write_down(context, repo, specs, files.clone()).await;
        if begun.is_err() {
            let _ = fs::remove_dir_all(&files.folder);
        }
        begun.map(|guard| Self { lock: Some(lock), ..guard })
    }

    async fn write_down(context: &Context, repo: &Repo, specs: &[PathBuf], files: Files) -> Result<Self> {
        let root = repo.root().to_owned();
        let index = repo.git_folder().join("index");
        if index.exists() {
            copy_index(&index, &files.index())?;
        }
        let kept_index = files.index();
        let tree = WorkTree { root: &root, index: &kept_index };
        let (before, hidden) = (tree.listing(context).await?, tree.not_looked_at(context).await?);
        let Head { commit, branch } = repo.head()?;
        let journal = Journal { head: commit.to_string(), branch, ..Journal::default() };
        let git_folder = repo.git_folder().to_owned();
        let mut guard = Self { root, git_folder, files, journal, before, laid: HashMap::new(), lock: None };
        let is_spec = |path: &&PathBuf| path.extension().is_some_and(|extension| extension == "spec");
        let mut kept: BTreeSet<PathBuf> = guard.before.untracked.iter().filter(is_spec).cloned().collect();
        kept.extend(guard.before.changed.iter().cloned());
        // Git would not tell of their changes; those that are not there are left out on purpose.
        kept.extend(hidden.into_iter().filter(|path| guard.root.join(path).symlink_metadata().is_ok()));
        for spec in specs {
            kept.insert(guard.below(spec));
            // Where it is a link, what it leads to is what gets changed.
            let real = fs::canonicalize(spec).ok();
            kept.extend(real.and_then(|real| real.strip_prefix(&guard.root).map(Path::to_owned).ok()));
        }
        for path in kept {
            guard.keep(&path)?;
        }
        guard.files.write(&guard.journal)?;
        Ok(guard)
    }

    /// A path relative to the top, whichever links lead to its folder.
    fn below(&self, path: &Path) -> PathBuf {
        let real = || Some(fs::canonicalize(path.parent()?).ok()?.join(path.file_name()?));
        let real = real();
        let path = real.as_deref().unwrap_or(path);
        path.strip_prefix(&self.root).unwrap_or(path).to_owned()
    }

    fn keep(&mut self, path: &Path) -> Result<()> {
        if self.journal.kept.iter().any(|kept| kept.path == path.as_os_str()) {
            return Ok(());
        }
        let (number, path) = (self.journal.kept.len(), path.as_os_str().to_owned());
        match self.files.keep(&self.root.join(&path), number)? {
            Found::File => self.journal.kept.push(Kept { path, copy: Some(number) }),
            Found::Nothing => self.journal.kept.push(Kept { path, copy: None }),
            Found::Other => self.journal.left.push(path),
        }
        Ok(())
    }

    /// Keeps a file that is about to be overwritten: to be put back as it is now, or, where it is a tracked file without changes at the
    /// beginning, as git knows it.
    async fn keep_late(&mut self, context: &Context, below: &Path) -> Result<()> {
        let tree = WorkTree { root: &self.root, index: &self.files.index() };
        if !self.before.untracked.contains(below) && tree.is_tracked(context, below).await? {
            return Ok(());
        }
        self.keep(below)
    }

    /// Makes sure that the file at `path` is put back, before it is overwritten.
    ///
    /// # Errors
    /// Of kind [`Kind::Environment`], and when git fails or the work is interrupted.
    pub async fn keep_now(&mut self, context: &Context, path: &Path) -> Result<()> {
        let below = self.below(path);
        self.keep_late(context, &below).await?;
        self.files.write(&self.journal)
    }

    /// Lays the file `from` into the checkout as `path`, for the actions that come: as a link that says `target`, or as a copy. In the
    /// end what is there then is removed, even if an action has changed it; a file that was there before comes back.
    ///
    /// # Errors
    /// Of kind [`Kind::Environment`], and when git fails or the work is interrupted.
    pub async fn lay(&mut self, context: &Context, from: &Path, path: &Path, target: Option<&Path>) -> Result<()> {
        let cannot = || format!("`{}` cannot be written", path.display());
        let below = self.below(path);
        if path.symlink_metadata().is_ok() && !self.laid.contains_key(&below) {
            self.keep_late(context, &below).await?;
        }
        self.journal.laid.push(below.as_os_str().to_owned());
        self.files.write(&self.journal)?;
        lay_file(from, path, target).or_error(Kind::Environment, cannot)?;
        self.laid.extend(Form::of(path).map(|form| (below, form)));
        Ok(())
    }

    /// Whether the file at `path` is still what [`Guard::lay`] made of it.
    pub fn is_laid(&self, path: &Path) -> bool {
        let laid = self.laid.get(&self.below(path));
        laid.is_some_and(|laid| Form::of(path).as_ref() == Some(laid))
    }

    /// Makes the checkout what it was, and names what the actions left besides. A signal does not stop it, but ends what the actions
    /// left running.
    ///
    /// # Errors
    /// When a file cannot be put back: the next run tries again.
    pub async fn put_back(self, context: &Context) -> Result<()> {
        let sheltered = &context.sheltered();
        let now = loop {
            let stopped = context.interrupt().is_stopped();
            if stopped {
                // What an action left behind in a group of its own would go on in the checkout.
                process::end_descendants().await;
            }
            let restored = restore(sheltered, &self.root, &self.files, &self.journal, None).await;
            let restored = match restored {
                Ok((_, now)) => self.head_back(sheltered).await.map(|()| now),
                Err(error) => Err(error),
            };
            let now = restored.map_err(|error| {
                error
                    .within("the checkout cannot be put back as it was")
                    .hint("the next run of packit tries it again")
                    .hint(format!("copies of what was not committed are in `{}`", self.files.folder.display()))
            })?;
            if stopped == context.interrupt().is_stopped() {
                break now;
            }
        };
        let left: Vec<&PathBuf> = now.untracked.difference(&self.before.untracked).collect();
        if !left.is_empty() {
            context.found(Finding::note(format!("the actions left in the checkout: {}", named(&left))));
        }
        // What cannot be removed now is harmless: there is nothing more to be put back.
        let _ = fs::remove_dir_all(&self.files.folder);
        drop(self.lock);
        Ok(())
    }
}

impl Guard {
    /// Brings HEAD and the index back where an action has checked out or staged something. What it committed on the branch stays.
    async fn head_back(&self, context: &Context) -> Result<()> {
        let (repo, before) = (Repo::open(&self.root)?, &self.journal);
        let now = repo.head()?;
        if now.commit.to_string() != before.head || now.branch != before.branch {
            let branch = before.branch.as_ref().map(|name| format!("refs/heads/{name}"));
            let moved = branch
                .as_ref()
                .is_some_and(|name| repo.resolve(name).is_ok_and(|commit| commit.to_string() != before.head));
            if moved {
                let name = before.branch.as_deref().unwrap_or_default();
                let what =
                    format!("the actions have moved the branch `{name}`, which stays so: the files are as before");
                let hint = format!("`git reset {}` takes the branch back, too", before.head);
                context.found(Finding::warning(what).hint(hint));
                return Ok(());
            }
            command::set_head(context, &self.root, branch.as_deref(), &before.head).await?;
            context.found(Finding::note("the actions have checked out another commit: HEAD is put back"));
        }
        let (kept, index) = (self.files.index(), self.git_folder.join("index"));
        let entries = async |index: &Path| WorkTree { root: &self.root, index }.entries(context).await;
        if kept.exists() && entries(&kept).await? != entries(&index).await? {
            let fresh = self.files.folder.join("index-to-be");
            copy_index(&kept, &fresh)?;
            paths::put_in_place(&fresh, &index)?;
        }
        Ok(())
    }
}

/// Copies an index with its time: git judges by it which files may have changed in the same moment.
fn copy_index(index: &Path, to: &Path) -> Result<()> {
    let copy = || {
        fs::copy(index, to)?;
        let modified = fs::metadata(index)?.modified()?;
        fs::OpenOptions::new().write(true).open(to)?.file().set_modified(modified)
    };
    copy().or_error(Kind::Environment, || format!("`{}` cannot be copied", index.display()))
}

/// Puts a link with this target, or a copy of `from`, at `path`; what is there gives way.
///
/// # Errors
/// When it cannot be written.
pub fn lay_file(from: &Path, path: &Path, target: Option<&Path>) -> std::io::Result<()> {
    // It may be what stands at `path`.
    let from = fs::canonicalize(from)?;
    if path.symlink_metadata().is_ok() {
        fs::remove_file(path)?;
    }
    match target {
        Some(target) => symlink(target, path),
        None => fs::copy(from, path).map(|_| ()),
    }
}

/// Puts a checkout right in which a packit was killed while actions worked there.
///
/// # Errors
/// When a file cannot be put back, and of kind [`Kind::Interrupted`].
pub async fn recover(context: &Context, repo: &Repo) -> Result<()> {
    let files = Files { folder: repo.git_folder().join(FOLDER) };
    if !files.is_there() {
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

/// Whether a packit was killed in this checkout while actions worked there, or one is at work right now.
pub fn is_disturbed(repo: &Repo) -> bool {
    Files { folder: repo.git_folder().join(FOLDER) }.is_there()
}

async fn put_right(context: &Context, repo: &Repo, files: &Files) -> Result<()> {
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
fn sweep(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        if !lock::NAMES.iter().any(|name| entry.file_name() == *name) {
            let path = entry.path();
            let _ = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
        }
    }
}

/// Makes the files of a checkout what a journal says they were. What is overwritten goes to `backup` first, if given. Returns what
/// was not as it was, and how the files stand then.
async fn restore(
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

/// `path`, or `path` with the first number behind it that is free.
fn free_name(path: &Path) -> PathBuf {
    let numbered = |number: u32| path.with_file_name(format!("{RECOVERED}-{number}"));
    let names = std::iter::once(path.to_owned()).chain((2..).map(numbered));
    names.into_iter().find(|name| name.symlink_metadata().is_err()).unwrap_or_else(|| path.to_owned())
}

/// The first of some paths, and how many more there are.
fn named(paths: &[&PathBuf]) -> String {
    let first = paths.iter().take(NAMED).map(|path| format!("`{}`", path.display())).collect::<Vec<_>>().join(", ");
    match paths.len().saturating_sub(NAMED) {
        0 => first,
        more => format!("{first} and {more} more"),
    }
}
