//! Finding the package configuration file of a project.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::error::{Error, Finding, Kind, Result};

/// The names of a configuration file; of several in a folder the first counts.
pub const FILE_NAMES: [&str; 4] = [".packit.yaml", ".packit.yml", "packit.yaml", "packit.yml"];

/// A configuration file that was found.
#[derive(Debug, Clone)]
pub struct Found {
    /// The file.
    pub file: PathBuf,
    /// The folder that the paths in it are relative to.
    pub base: PathBuf,
    /// Warnings.
    pub findings: Vec<Finding>,
}

/// Looks for the configuration in `start` and in the folders above it, up to and including `ceiling` (the root of the
/// repository). Without a ceiling, and with one that is not above `start`, only `start` is looked into: a file that lies
/// around above a project is not its configuration.
///
/// # Errors
/// [`Kind::Config`] when there is none; it names the folders and the file names.
pub fn discover(start: &Path, ceiling: Option<&Path>) -> Result<Found> {
    let folders = folders(start, ceiling);
    let mut findings = Vec::new();
    for folder in &folders {
        if let Some(name) = pick(folder, &mut findings)? {
            return Ok(Found { file: folder.join(name), base: folder.clone(), findings });
        }
    }
    let names = FILE_NAMES.map(|name| format!("`{name}`")).join(", ");
    let looked: Vec<String> = folders.iter().map(|folder| format!("`{}`", folder.display())).collect();
    Err(Error::new(Kind::Config, "no packit configuration found")
        .cause(format!("looked for {names} in {}", looked.join(", ")))
        .hint("write a `.packit.yaml` with at least the line `specfile_path: NAME.spec`")
        .hint("or name the file with `-c FILE`")
        .findings(findings))
}

/// Takes the configuration `file` that the user named; the paths in it are relative to `start`, the project's folder.
///
/// # Errors
/// [`Kind::Config`] when it does not exist or is not a file.
pub fn explicit(file: &Path, start: &Path) -> Result<Found> {
    let metadata = fs_err::metadata(file).map_err(|error| match error.kind() {
        ErrorKind::NotFound => Error::new(Kind::Config, format!("there is no configuration `{}`", file.display()))
            .hint("`-c` takes a path relative to the current folder; without it the configuration is searched"),
        _ => Error::new(Kind::Config, format!("cannot read the configuration `{}`", file.display())).source(error),
    })?;
    if metadata.is_dir() {
        return Err(Error::new(Kind::Config, format!("the configuration `{}` is a folder", file.display()))
            .hint("name the file in it"));
    }
    Ok(Found { file: file.to_owned(), base: start.to_owned(), findings: Vec::new() })
}

/// The name of the configuration file in `folder`; says in `findings` what it passed over.
pub(super) fn pick(folder: &Path, findings: &mut Vec<Finding>) -> Result<Option<&'static str>> {
    let mut present = Vec::new();
    for name in FILE_NAMES {
        let file = folder.join(name);
        match fs_err::metadata(&file) {
            Ok(metadata) if metadata.is_file() => present.push(name),
            Ok(_) => {}
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
                if fs_err::symlink_metadata(&file).is_ok() {
                    findings.push(Finding::warning(format!("`{}` is a link to nothing", file.display())));
                }
            }
            Err(error) => {
                let message = format!("cannot look for a configuration in `{}`", folder.display());
                return Err(Error::new(Kind::Config, message).source(error));
            }
        }
    }
    if let [first, second, ..] = present[..] {
        let message = format!("`{}` has `{first}` and `{second}`: `{first}` counts", folder.display());
        findings.push(Finding::warning(message).hint(format!("remove `{second}`, or name it with `-c`")));
    }
    Ok(present.first().copied())
}

fn folders(start: &Path, ceiling: Option<&Path>) -> Vec<PathBuf> {
    let up_to = |start: &Path, ceiling: &Path| -> Option<Vec<PathBuf>> {
        let count = start.strip_prefix(ceiling).ok()?.components().count();
        Some(start.ancestors().take(count + 1).map(Path::to_owned).collect())
    };
    let Some(ceiling) = ceiling else { return vec![start.to_owned()] };
    up_to(start, ceiling)
        .or_else(|| up_to(&fs_err::canonicalize(start).ok()?, &fs_err::canonicalize(ceiling).ok()?))
        .unwrap_or_else(|| vec![start.to_owned()])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(files: &[&str]) -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        for file in files {
            let file = root.path().join(file);
            fs_err::create_dir_all(file.parent().unwrap()).unwrap();
            fs_err::write(&file, "").unwrap();
        }
        root
    }

    #[test]
    fn the_first_name_counts_and_the_others_are_named() {
        // W02: the Python packit takes one of them at random.
        let root = tree(&["packit.yml", ".packit.yml", "packit.yaml"]);
        for _ in 0..5 {
            let found = discover(root.path(), None).unwrap();
            assert_eq!(found.file, root.path().join(".packit.yml"));
            assert_eq!(found.findings.len(), 1);
            let message = &found.findings[0].message;
            assert!(message.contains("`.packit.yml` and `packit.yaml`: `.packit.yml` counts"), "{message}");
        }
        fs_err::write(root.path().join(".packit.yaml"), "").unwrap();
        assert_eq!(discover(root.path(), None).unwrap().file, root.path().join(".packit.yaml"));
    }

    #[test]
    fn looks_upwards_as_far_as_the_ceiling() {
        // W11: the Python packit does not look upwards at all.
        let root = tree(&["packit.yaml", "repo/a/b/x", "repo/a/packit.yml", "other/x"]);
        let at = |path: &str| root.path().join(path);
        let found = discover(&at("repo/a/b"), Some(&at("repo"))).unwrap();
        assert_eq!((found.file, found.base), (at("repo/a/packit.yml"), at("repo/a")));
        let above = discover(&at("repo"), Some(&at("repo"))).unwrap_err();
        assert_eq!(above.kind(), Kind::Config);
        assert!(discover(&at("repo/a/b"), None).is_err());
        assert!(discover(&at("repo/a/b"), Some(&at("other"))).is_err());
        let looked = discover(&at("repo/a/b"), Some(&at("repo/a/b"))).unwrap_err();
        assert!(looked.causes()[0].contains("`packit.yml` in `") && !looked.hints().is_empty());
    }

    #[test]
    fn a_ceiling_in_another_spelling_is_the_same_folder() {
        let root = tree(&["repo/packit.yaml", "repo/a/x"]);
        std::os::unix::fs::symlink(root.path().join("repo"), root.path().join("link")).unwrap();
        let found = discover(&root.path().join("link/a"), Some(&root.path().join("repo"))).unwrap();
        assert!(found.file.ends_with("repo/packit.yaml"));
    }

    #[test]
    fn folders_and_dead_links_are_no_configuration() {
        let root = tree(&[".packit.yaml/x", "packit.yml"]);
        std::os::unix::fs::symlink("nowhere", root.path().join("packit.yaml")).unwrap();
        let found = discover(root.path(), None).unwrap();
        assert_eq!(found.file, root.path().join("packit.yml"));
        assert!(found.findings[0].message.contains("link to nothing"));
    }

    #[test]
    fn a_named_file_must_exist() {
        let root = tree(&["sub/any.name"]);
        let found = explicit(&root.path().join("sub/any.name"), root.path()).unwrap();
        assert_eq!(found.base, root.path());
        for bad in ["sub", "none", "sub/any.name/x"] {
            assert_eq!(explicit(&root.path().join(bad), root.path()).unwrap_err().kind(), Kind::Config, "{bad}");
        }
    }
}
