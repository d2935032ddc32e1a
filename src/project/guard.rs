//! Promise P1 where the user's own commands work in the checkout: what is there is written down first, and put back afterwards.
//!
//! All that is needed for that lies in `packit` in git's folder of the work tree, from before the first change until everything
//! is as it was: when packit is killed, the next run finds it and does the rest. There are a copy of the index, which tells what
//! the tracked files were, and copies of the files of which git could not tell it: those with changes that are not committed, and
//! spec files.

use std::collections::{BTreeSet, HashMap};
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use fs_err as fs;

use crate::context::Context;
use crate::error::{Context as _, Finding, Kind, Result};
use crate::git::work_tree::{Listing, WorkTree};
use crate::git::{Head, Repo, command};
use crate::paths;
use crate::process;

mod journal;
mod lock;
mod recovery;
mod restore;

pub use recovery::{is_disturbed, is_within, recover};

use journal::{Files, Form, Found, Journal, Kept};
use lock::Lock;
use recovery::{put_right, sweep};
use restore::restore;

/// The folder in git's folder.
const FOLDER: &str = "packit";
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
        let folder = path.parent().and_then(|folder| fs::canonicalize(folder).ok());
        let real = folder.zip(path.file_name()).map(|(folder, name)| folder.join(name));
        let path = real.as_deref().unwrap_or(path);
        path.strip_prefix(&self.root).unwrap_or(path).to_owned()
    }

    fn keep(&mut self, path: &Path) -> Result<()> {
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
        if self.journal.kept.iter().any(|kept| kept.path == below.as_os_str()) {
            return Ok(());
        }
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
            // A signal that came meanwhile is heard here.
            tokio::task::yield_now().await;
            if stopped == context.interrupt().is_stopped() {
                break now;
            }
        };
        // Without its journal the rest of the folder is harmless.
        self.files.end();
        let left: Vec<&PathBuf> = now.untracked.difference(&self.before.untracked).collect();
        if !left.is_empty() {
            context.found(Finding::note(format!("the actions left in the checkout: {}", named(&left))));
        }
        let _ = fs::remove_dir_all(&self.files.folder);
        drop(self.lock);
        Ok(())
    }

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

/// The first of some paths, and how many more there are.
fn named<P: AsRef<Path>>(paths: &[P]) -> String {
    paths::listed(paths, NAMED)
}
