//! The archive of a package: made by git, or by the action `create-archive`.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

use super::action_variables::Variables;
use super::actions::{Actions, Outputs};
use super::project::Project;
use crate::config::{ActionName, Package};
use crate::context::Context;
use crate::error::{Context as _, Error, Finding, Kind, Result};
use crate::git::CommitId;
use crate::project::archive::{self, ArchiveName};
use crate::project::archive_content;
use crate::project::top_folder::{self, Look, TopFolder};

/// Longer lines are no paths: the system takes none of that length.
const LONGEST_PATH: usize = 4095;

/// An archive that is there.
#[derive(Debug, Clone)]
pub struct Made {
    /// Its name, and the folder in it.
    pub name: ArchiveName,
    /// The file.
    pub path: PathBuf,
}

/// Lets git make the archive of `commit`, in the folder `into`.
///
/// # Errors
/// As [`archive::make`].
pub async fn by_git(
    context: &Context,
    folder: &Path,
    commit: CommitId,
    name: &ArchiveName,
    into: &Path,
) -> Result<PathBuf> {
    context.step(format!("making {}", name.file));
    archive::make(context, folder, &commit.to_string(), name, into).await
}

/// Lets the action `create-archive` make the archive of `version`, finds in its output where it is, and makes sure that it is one.
/// Where the folder in it `matters`, that is looked for too: all of the archive must be read for it. `None` without such an action.
///
/// # Errors
/// When the action fails, or names no file that is an archive.
pub async fn by_action(
    context: &Context,
    (project, package): (&Project, &Package),
    actions: &Actions<'_>,
    version: &str,
    matters: bool,
) -> Result<Option<Made>> {
    const NAME: ActionName = ActionName::CreateArchive;
    let Some(outputs) = actions.run(context, NAME, &Variables::create_archive(package, version)).await? else {
        return Ok(None);
    };
    let folder = project.folder(package)?;
    let place = actions.commands(NAME).last().and_then(|command| command.place());
    let placed = |error: Error| place.iter().cloned().fold(error, Error::at);
    let path = named_file(&outputs, &folder).ok_or_else(|| placed(no_archive(&outputs, &folder)))?;
    let file = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    context.step(format!("looking into {file}"));
    let (looked_into, interrupt) = (path.clone(), context.interrupt().clone());
    let looking = tokio::task::spawn_blocking(move || {
        archive_content::check(&looked_into)?;
        // A script as the only source has nothing in it.
        let looks = matters && archive_content::promises_archive(&looked_into);
        looks.then(|| top_folder::top_folder(&looked_into, &interrupt)).transpose()
    });
    let look = looking.await.or_error(Kind::Bug, || "the reader of an archive broke".to_owned())?;
    let look = look.map_err(placed)?;
    if look.as_ref().is_some_and(|look| !look.whole) {
        context.found(Finding::note(format!("`{file}` unpacks to more than 4 GiB: only the beginning was looked at")));
    }
    let top_folder = match &look {
        Some(Look { top: TopFolder::One { name, .. }, .. }) => name.clone(),
        look => by_template(context, package, version, &file, look.as_ref()),
    };
    context.tell(format!("archive {}", path.strip_prefix(&folder).unwrap_or(&path).display()));
    Ok(Some(Made { name: ArchiveName { file, top_folder }, path }))
}

/// The folder that the configuration says is in an archive whose own top folder does not tell.
fn by_template(context: &Context, package: &Package, version: &str, file: &str, look: Option<&Look>) -> String {
    let template = &package.archive_root_dir_template;
    let (folder, finding) =
        top_folder::root_folder_from_template(&template.value, &package.upstream_package_name.value, version);
    if let Some(why) = look.and_then(|look| look.top.why_not()) {
        let note = Finding::note(format!("`{file}` {why}: `{folder}` is taken for what it unpacks to"));
        context.found(note.hint("`archive_root_dir_template` in the configuration can name another folder"));
    }
    if let Some(finding) = finding {
        context.found(template.place().into_iter().fold(finding, Finding::at));
    }
    folder
}

/// The last line, of the last command first, that names a file: relative to `folder`, or absolute.
fn named_file(outputs: &Outputs, folder: &Path) -> Option<PathBuf> {
    let lines = outputs.iter().rev().flat_map(|output| output.rsplit(|byte| matches!(byte, b'\n' | b'\r')));
    let paths = lines.filter_map(|line| {
        let line = std::str::from_utf8(line).ok()?.trim();
        let possible = !line.is_empty() && line.len() <= LONGEST_PATH && !line.contains('\0');
        possible.then(|| folder.join(OsStr::from_bytes(line.as_bytes())).components().collect::<PathBuf>())
    });
    paths.into_iter().find(|path| path.is_file() && path.file_name().is_some_and(|name| name.to_str().is_some()))
}

fn no_archive(outputs: &Outputs, folder: &Path) -> Error {
    let silent = outputs.iter().all(|output| output.iter().all(u8::is_ascii_whitespace));
    let what = if silent { "printed nothing" } else { "printed no path of a file" };
    Error::new(Kind::Project, format!("the action `create-archive` {what}"))
        .cause(format!("paths are taken as relative to `{}`", folder.display()))
        .hint("it must print the path of the archive that it made, on a line of its own, to standard output")
}
