//! The preparation of all chosen packages, and the first thing that is done with each while the checkout is as its actions left it.

use std::cell::OnceCell;
use std::path::PathBuf;

use super::left_out::LeftOut;
use super::packages::{Failed, each};
use super::prepare::{Options, Prepared, prepare};
use super::project::Project;
use super::shared_answers::Shared;
use super::workspace::{self, Workspace};
use crate::config::{self, Package};
use crate::context::Context;
use crate::error::Result;

/// The packages with what was made of them, and those that failed.
type Outcome<'p, T> = (Vec<(&'p Package, Prepared, T)>, Vec<Failed>);

/// Prepares each chosen package and does `work` with it, side by side, and tells which changes do not go into the archives.
///
/// # Errors
/// When the work is interrupted; the failure of one package is among the results.
pub async fn prepare_each<'p, T>(
    context: &Context,
    project: &'p Project,
    options: &Options,
    shared: &Shared,
    in_place: bool,
    work: impl AsyncFn(&Context, &Prepared) -> Result<T>,
) -> Result<Outcome<'p, T>> {
    let left_out = OnceCell::new();
    if workspace::is_changed_by_actions(project) {
        // What actions change is not the user's.
        let _ = left_out.set(LeftOut::search(project.repo.root(), project.head.commit).found().await);
    }
    let (done, failed) = each(context, project, |context, package| {
        let (left_out, work) = (&left_out, &work);
        async move {
            let (prepared, made) = Workspace::around(&context, project, package, in_place, async |workspace| {
                let prepared = prepare(&context, project, package, options, shared, workspace).await?;
                // rpmbuild leaves processors idle: that is the time for it.
                left_out.get_or_init(|| LeftOut::search(project.repo.root(), project.head.commit));
                let made = work(&context, &prepared).await?;
                Ok((prepared, made))
            })
            .await?;
            Ok((package, prepared, made))
        }
    })
    .await?;
    // The spec of a package that failed is read from the checkout too.
    let failed_ones =
        project.packages.iter().filter(|package| failed.iter().any(|failed| failed.package == package.name));
    let found: Vec<_> =
        failed_ones.filter_map(|package| config::find_spec_file(package, project.roots()).ok()).collect();
    let built = done.iter().map(|(_, prepared, _)| prepared.spec_file.path.as_path());
    let specs: Vec<_> = built.chain(found.iter().map(PathBuf::as_path)).collect();
    if let Some(left_out) = left_out.into_inner().filter(|_| workspace::uses_git_archive(project)) {
        left_out.tell(context, project.repo.root(), &specs).await;
    }
    Ok((done, failed))
}
