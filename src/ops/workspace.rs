//! The checkout as actions see it: what packit has made so far stands in it while they work, and in the end it is as before.

use std::panic::AssertUnwindSafe;
use std::path::{Path, PathBuf};

use fs_err as fs;
use futures_util::FutureExt as _;

use super::actions::Actions;
use crate::config::{self, ActionName, Package};
use crate::context::Context;
use crate::error::{Context as _, Kind, Result};
use crate::ops::project::Project;
use crate::paths;
use crate::process;
use crate::project::guard::{self, Guard, lay_file};

/// The checkout of a package while it is prepared and built.
#[derive(Debug)]
pub enum Workspace {
    /// No action is run: the checkout is read, and nothing is put there.
    Read,
    /// Actions work in it, and it is put back afterwards.
    Guarded(Box<Guard>),
    /// Actions work in it, and what they and packit make stays: the user wants that, or it is a clone of packit's own.
    Kept,
}

/// The actions on the way to a source RPM.
pub const ACTIONS: [ActionName; 7] = [
    ActionName::PostUpstreamClone,
    ActionName::GetCurrentVersion,
    ActionName::CreateArchive,
    ActionName::FixSpecFile,
    ActionName::ChangelogEntry,
    ActionName::CreatePatches,
    ActionName::PostModifications,
];

impl Workspace {
    /// Does `work` in the checkout of a package, and puts the checkout back where actions may have changed it: whether the work
    /// goes well, fails, is interrupted or breaks.
    ///
    /// # Errors
    /// Those of the work; and when the checkout cannot be written down or put back.
    pub async fn around<T>(
        context: &Context,
        project: &Project,
        package: &Package,
        in_place: bool,
        work: impl AsyncFnOnce(&mut Self) -> Result<T>,
    ) -> Result<T> {
        Self::around_those(context, project, package, (in_place, &ACTIONS), work).await
    }

    /// Does `work` in the checkout of a package where of all actions only `get-current-version` is run.
    ///
    /// # Errors
    /// As [`Workspace::around`].
    pub async fn around_version<T>(
        context: &Context,
        project: &Project,
        package: &Package,
        work: impl AsyncFnOnce(&mut Self) -> Result<T>,
    ) -> Result<T> {
        let actions = [ActionName::GetCurrentVersion];
        Self::around_those(context, project, package, (false, &actions), work).await
    }

    async fn around_those<T>(
        context: &Context,
        project: &Project,
        package: &Package,
        (in_place, actions): (bool, &[ActionName]),
        work: impl AsyncFnOnce(&mut Self) -> Result<T>,
    ) -> Result<T> {
        if !Actions::of(project, package).run_any(actions) {
            return work(&mut Self::Read).await;
        }
        process::adopt_orphans();
        let mut workspace = if in_place || project.is_clone() || guard::is_within(&project.repo) {
            Self::Kept
        } else {
            let spec = config::find_spec_file(package, project.roots()).ok();
            Self::Guarded(Box::new(Guard::begin(context, &project.repo, spec.as_slice()).await?))
        };
        let done = AssertUnwindSafe(work(&mut workspace)).catch_unwind().await;
        let put_back = match workspace {
            Self::Guarded(guard) => guard.put_back(context).await,
            Self::Read | Self::Kept => Ok(()),
        };
        tokio::task::yield_now().await;
        if context.interrupt().is_stopped() {
            // Also what actions left running in a checkout that is as it was.
            process::end_descendants().await;
        }
        match (done, put_back) {
            (Ok(Ok(done)), put_back) => put_back.map(|()| done),
            (Ok(Err(error)), Ok(())) => Err(error),
            (failed, Err(error)) => {
                // Two things went wrong: this one is told first, and the other ends the run.
                context.found(error.as_warning());
                failed.unwrap_or_else(|broken| std::panic::resume_unwind(broken))
            }
            (Err(broken), Ok(())) => std::panic::resume_unwind(broken),
        }
    }

    /// Writes the edited spec into the checkout, for the actions that come.
    ///
    /// # Errors
    /// Of kind [`Kind::Environment`], and when git fails or the work is interrupted.
    pub async fn show_spec(&mut self, context: &Context, spec: &Path, edited: &[u8]) -> Result<()> {
        match self {
            Self::Read => return Ok(()),
            Self::Guarded(guard) => guard.keep_now(context, spec).await?,
            Self::Kept => {}
        }
        paths::replace_content(spec, edited)
    }

    /// Shows a file that packit made or fetched, or that an action made elsewhere, beside the spec, for the actions that come: as a
    /// link or as a copy. One that is there already is it.
    ///
    /// # Errors
    /// Of kind [`Kind::Environment`], and when git fails or the work is interrupted.
    pub async fn show_file(&mut self, context: &Context, file: &Path, beside: &Path, shown_as: ShownAs) -> Result<()> {
        let is_copy = shown_as == ShownAs::Copy;
        if matches!(self, Self::Read) || (is_same(file, beside) && !(is_copy && beside.is_symlink())) {
            return Ok(());
        }
        let folder = beside.parent().unwrap_or(Path::new("/"));
        let cannot = || format!("`{}` cannot be written", beside.display());
        fs::create_dir_all(folder).or_error(Kind::Environment, cannot)?;
        let target = target_of_link(file, folder);
        let target = (!is_copy).then_some(target.as_path());
        match self {
            Self::Guarded(guard) => guard.lay(context, file, beside, target).await,
            _ => lay_file(file, beside, target).or_error(Kind::Environment, cannot),
        }
    }

    /// Whether an action has put a file of its own where packit had shown `file`.
    pub fn is_replaced(&self, beside: &Path, file: &Path) -> bool {
        let shown = matches!(self, Self::Guarded(guard) if guard.is_laid(beside));
        beside.is_file() && !shown && !is_same(file, beside)
    }
}

/// How a file is shown beside the spec.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ShownAs {
    /// A link, for a file of the project.
    Link,
    /// A copy, for one of packit's own: actions may move, unpack and change it.
    Copy,
}

fn is_same(file: &Path, other: &Path) -> bool {
    fs::canonicalize(file).is_ok_and(|file| fs::canonicalize(other).is_ok_and(|other| other == file))
}

/// Whether an action works in the checkout of one of the chosen packages.
pub fn is_changed_by_actions(project: &Project) -> bool {
    let runs = |package: &Package| Actions::of(project, package).run_any(&ACTIONS);
    project.packages.iter().any(runs)
}

/// Whether git makes the archive of one of the chosen packages.
pub fn uses_git_archive(project: &Project) -> bool {
    let own = |package: &Package| !Actions::of(project, package).has(ActionName::CreateArchive);
    project.packages.iter().any(own)
}

/// What a link in `folder` to `file` is to say: relative where both are in one checkout, so that it survives a move.
fn target_of_link(file: &Path, folder: &Path) -> PathBuf {
    let (Ok(file), Ok(folder)) = (fs::canonicalize(file), fs::canonicalize(folder)) else { return file.to_owned() };
    let shared = file.components().zip(folder.components()).take_while(|(a, b)| a == b).count();
    if shared <= 1 {
        return file;
    }
    let up = folder.components().skip(shared).map(|_| Path::new(".."));
    let down = file.components().skip(shared).map(|part| Path::new(part.as_os_str()).to_owned());
    up.map(Path::to_owned).chain(down).collect()
}
