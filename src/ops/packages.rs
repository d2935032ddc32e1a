//! The same work for several packages, side by side: one that fails does not stop the others.

use futures_util::stream::{self, StreamExt as _};
use serde::Serialize;

use super::project::Project;
use super::workspace::is_changed_by_actions;
use crate::config::Package;
use crate::context::Context;
use crate::error::{Error, Kind, Result};
use crate::event::What;

/// What the system says where a file system is full.
const FULL: &str = "No space left on device";

/// A package that failed, and why.
#[derive(Debug, Serialize)]
pub struct Failed {
    /// The package.
    pub package: String,
    /// Why.
    pub error: Error,
}

impl Failed {
    /// The failure of the package of this name. Where the folder for temporary files is full, it says how to take another.
    pub fn new(context: &Context, package: &str, error: Error) -> Self {
        let folder = context.temporary().display().to_string();
        let said = || error.causes().iter().map(String::as_str).chain([error.message()]);
        let is_full = said().any(|text| text.contains(FULL)) && said().any(|text| text.contains(&folder));
        let error = if is_full { error.hint("TMPDIR names another place for temporary files") } else { error };
        Self { package: package.to_owned(), error }
    }
}

/// Does `work` for each chosen package, twice as many at a time as the machine has processors, and returns the results and the
/// failures in the order of the packages. Where actions work in the checkout, one comes after the other: they share it. Where there are
/// several packages, all that is told of one bears its name.
///
/// # Errors
/// When the work is interrupted.
pub async fn each<'p, T, F>(
    context: &Context,
    project: &'p Project,
    work: impl Fn(Context, &'p Package) -> F,
) -> Result<(Vec<T>, Vec<Failed>)>
where
    F: Future<Output = Result<T>>,
{
    let packages = &project.packages;
    let several = packages.len() > 1;
    // Each spends a part of its time in waiting.
    let most = if is_changed_by_actions(project) { 1 } else { 2 * context.parallelism() };
    let side_by_side = packages.len().min(most);
    let works = packages.iter().map(|package| {
        let context = if several { context.for_package(&package.name, side_by_side) } else { context.clone() };
        let running = work(context.clone(), package);
        async move {
            let result = running.await;
            context.send(What::Finished);
            (package, result)
        }
    });
    let mut running = stream::iter(works).buffered(side_by_side.max(1));
    let (mut done, mut failed, mut interrupted) = (Vec::new(), Vec::new(), None);
    // After an interrupt too all are awaited: each ends its children.
    while let Some((package, result)) = running.next().await {
        match result {
            Ok(result) => done.push(result),
            Err(error) if error.kind() == Kind::Interrupted => interrupted = Some(error),
            Err(error) => failed.push(Failed::new(context, &package.name, error)),
        }
    }
    match interrupted {
        Some(error) => Err(error),
        None => Ok((done, failed)),
    }
}
