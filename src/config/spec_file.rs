//! Where a package's spec file is. A step of its own: in a third of all projects an action makes the file.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::package::Package;
use super::source::Spanned;
use crate::error::{Context, Error, Kind, Result};
use crate::paths;

/// So many candidates are named in a message.
const NAMED: usize = 10;

/// The folders that the paths of a configuration are held against.
#[derive(Debug, Clone, Copy)]
pub struct Roots<'a> {
    /// The root of the repository, absolute: no path leaves it.
    pub root: &'a Path,
    /// The folder that paths are relative to: the root or a folder in it, absolute.
    pub base: &'a Path,
    /// The repository's name: of several spec files, the one that is called like it counts.
    pub repository: Option<&'a str>,
}

/// The folder of `package`, absolute and without `..`: what the first of its `paths` names.
///
/// # Errors
/// [`Kind::Config`] when it is not in the repository.
pub fn package_folder(package: &Package, roots: Roots<'_>) -> Result<PathBuf> {
    match package.paths.first() {
        Some(path) => confine(roots.root, roots.base, path, "paths"),
        None => Ok(roots.base.to_owned()),
    }
}

/// The spec file that the configuration of `package` names, whether or not it exists; `None` when it names none, and one
/// has to be searched for.
///
/// # Errors
/// [`Kind::Config`] when it is not in the repository.
pub fn named_spec_file(package: &Package, roots: Roots<'_>) -> Result<Option<PathBuf>> {
    let folder = package_folder(package, roots)?;
    if let Some(path) = &package.specfile_path {
        return confine(roots.root, &folder, path, "specfile_path").map(Some);
    }
    Ok(package
        .downstream_package_name
        .is_given()
        .then(|| folder.join(format!("{}.spec", package.downstream_package_name.value))))
}

/// The spec file of `package`, absolute: the one that `specfile_path` names; else `NAME.spec` for a given
/// `downstream_package_name`; else the only one, or the one called like the package or the repository, in the package's
/// folder; else the same below that folder.
///
/// # Errors
/// [`Kind::Project`] when there is none (an action may have to make it first), [`Kind::Config`] when there are several
/// to choose from or when it is not in the repository.
pub fn find_spec_file(package: &Package, roots: Roots<'_>) -> Result<PathBuf> {
    let folder = package_folder(package, roots)?;
    let named = named_spec_file(package, roots)?;
    if let Some(file) = &named
        && is_file(roots.root, file)?
    {
        return Ok(file.clone());
    }
    if let (Some(path), Some(file)) = (&package.specfile_path, &named) {
        let error = Error::new(Kind::Project, format!("the spec file `{}` does not exist", path.value))
            .cause(format!("looked for `{}`", file.display()));
        return Err(missing(match path.place() {
            Some(place) => error.at(place),
            None => error,
        }));
    }
    let mut found = spec_files_in(&folder, false)?;
    if found.is_empty() {
        found = spec_files_in(&folder, true)?;
    }
    found.sort();
    let chosen = match &found[..] {
        [] => {
            let error = Error::new(Kind::Project, format!("there is no spec file in `{}`", folder.display()));
            return Err(missing(error.hint("name it with `specfile_path: FOLDER/NAME.spec`")));
        }
        [only] => only.clone(),
        several => choose(package, roots, several).ok_or_else(|| ambiguous(&folder, several))?,
    };
    // Found by its name only: it may still be a link to elsewhere.
    if is_file(roots.root, &chosen)? { Ok(chosen) } else { Err(missing(no_file(&chosen))) }
}

fn missing(error: Error) -> Error {
    error
        .hint("when an action makes it, that must be `post-upstream-clone`: it runs before the spec file is read")
        .hint("to have one to begin with, and the configuration written anew: `packit init --force --spec-template`")
}

fn no_file(path: &Path) -> Error {
    Error::new(Kind::Project, format!("the spec file `{}` is not a file", path.display()))
}

fn choose(package: &Package, roots: Roots<'_>, found: &[PathBuf]) -> Option<PathBuf> {
    let names = [Some(package.downstream_package_name.value.as_str()), roots.repository];
    names.into_iter().flatten().find_map(|name| {
        let name = format!("{name}.spec");
        let mut same = found.iter().filter(|file| file.file_name().is_some_and(|file| file == name.as_str()));
        // The one nearest to the package's folder, when that is one.
        let first = same.by_ref().min_by_key(|file| file.components().count())?;
        let depth = first.components().count();
        let equal = found
            .iter()
            .filter(|file| file.file_name() == first.file_name() && file.components().count() == depth)
            .count();
        (equal == 1).then(|| first.clone())
    })
}

fn ambiguous(folder: &Path, found: &[PathBuf]) -> Error {
    let shown = |file: &PathBuf| format!("`{}`", file.strip_prefix(folder).unwrap_or(file).display());
    let mut names: Vec<String> = found.iter().take(NAMED).map(shown).collect();
    if found.len() > NAMED {
        names.push(format!("{} more", found.len() - NAMED));
    }
    let first = found.first().map(shown).unwrap_or_default();
    Error::new(Kind::Config, format!("there are {} spec files in `{}`", found.len(), folder.display()))
        .cause(names.join(", "))
        .hint(format!("choose one with `specfile_path: {}`", first.trim_matches('`')))
}

/// `*.spec` in `folder`, or below it too; links to folders are not followed.
fn spec_files_in(folder: &Path, below: bool) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(current) = folders.pop() {
        let cannot = || format!("cannot search for a spec file in `{}`", current.display());
        let entries = match fs_err::read_dir(&current) {
            Ok(entries) => entries,
            // A folder of the search that cannot be read hides nothing that the user can mean.
            Err(_) if current != folder => continue,
            Err(error) if error.kind() == ErrorKind::NotFound => {
                let message = format!("the package's folder `{}` does not exist", current.display());
                return Err(Error::new(Kind::Project, message).hint("correct `paths`"));
            }
            Err(error) => return Err(Error::new(Kind::Project, cannot()).source(error)),
        };
        for entry in entries {
            let entry = entry.or_error(Kind::Project, cannot)?;
            let kind = entry.file_type().or_error(Kind::Project, cannot)?;
            let path = entry.path();
            if kind.is_dir() {
                let skipped = entry.file_name() == ".git" || (current == folder && entry.file_name() == "tests");
                if below && !skipped {
                    folders.push(path);
                }
            } else if path.extension().is_some_and(|extension| extension == "spec") && path.is_file() {
                found.push(path);
            }
        }
    }
    Ok(found)
}

/// Whether `file` is a file.
///
/// # Errors
/// [`Kind::Config`] when it lies outside of `root` through links.
fn is_file(root: &Path, file: &Path) -> Result<bool> {
    let cannot = || format!("cannot read `{}`", file.display());
    let real = match fs_err::canonicalize(file) {
        Ok(real) => real,
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => return Ok(false),
        Err(error) => return Err(Error::new(Kind::Project, cannot()).source(error)),
    };
    if !real.starts_with(fs_err::canonicalize(root).or_error(Kind::Project, cannot)?) {
        return Err(Error::new(
            Kind::Config,
            format!("the spec file `{}` is a link out of the repository", file.display()),
        )
        .cause(format!("it leads to `{}`", real.display()))
        .hint("put the spec file into the repository, or make it with an action"));
    }
    Ok(real.is_file())
}

/// `path`, relative to `folder`, as an absolute path without `.` and `..` that does not leave `root`.
fn confine(root: &Path, folder: &Path, path: &Spanned<String>, key: &str) -> Result<PathBuf> {
    paths::join_within(root, folder, Path::new(&path.value)).map_err(|error| {
        let mut error = error.within(format!("`{key}: {}` is not in the repository", path.value));
        if key == "specfile_path" {
            // Some projects clone another repository beside their own for it.
            error = error.hint(
                "when an action fetches the spec file, let `post-upstream-clone` put it into the repository, \
                 such as by `git clone URL distro`, and write `specfile_path: distro/NAME.spec`",
            );
        }
        path.place().into_iter().fold(error, Error::at)
    })
}

#[cfg(test)]
mod tests;
