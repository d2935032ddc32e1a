//! Joining names that come from outside to a folder that they must not leave, and putting files in place whole.

pub mod glob;

use std::ffi::OsStr;
use std::io::Write;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Component, Path, PathBuf};

use fs_err as fs;
use jiff::Timestamp;
use serde::Serializer;

use crate::error::{Context as _, Error, Kind, Result};

/// Joins `name` to `base`, which is `root` or a folder in it, and refuses a name that leads out of the root: absolute, with `..`
/// that climbs above it, or through a link that points out of it. What does not exist yet is judged by the part that does. The
/// result has neither `.` nor `..`.
///
/// # Errors
/// Of kind [`Kind::Config`] when the name leaves the root; of kind [`Kind::Environment`] when the root cannot be read.
pub fn join_within(root: &Path, base: &Path, name: &Path) -> Result<PathBuf> {
    let refuse = |why: &str| {
        Error::new(Kind::Config, format!("`{}` {why}", name.display()))
            .cause(format!("it must stay in `{}`", root.display()))
            .hint("write a path that is relative and stays inside")
    };
    let mut joined = base.to_owned();
    for component in name.components() {
        match component {
            Component::Normal(part) => joined.push(part),
            Component::CurDir => {}
            Component::ParentDir if joined.pop() && joined.starts_with(root) => {}
            Component::ParentDir => return Err(refuse("leads out of its folder")),
            Component::RootDir | Component::Prefix(_) => return Err(refuse("is an absolute path")),
        }
    }
    if name.as_os_str().as_encoded_bytes().contains(&0) {
        return Err(refuse("holds a NUL"));
    }
    let root = match fs::canonicalize(root) {
        Ok(root) => root,
        // Nothing is there, so no link can lead out.
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(joined),
        Err(error) => return Err(Error::new(Kind::Environment, "the folder cannot be read").source(error)),
    };
    let existing = joined.ancestors().find(|path| path.symlink_metadata().is_ok()).unwrap_or(&root);
    match fs::canonicalize(existing) {
        Ok(real) if real.starts_with(&root) => Ok(joined),
        Ok(_) => Err(refuse("is a link that leads out of its folder")),
        Err(_) => Err(refuse("is a link to nothing")),
    }
}

/// `path`, which is absolute, from `root` on, where links lead where they do.
///
/// # Errors
/// Of kind [`Kind::Config`] when it is not below the root, as for [`join_within`].
pub fn below(root: &Path, path: &Path) -> Result<PathBuf> {
    let real = |path: &Path| fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let direct = path.strip_prefix(root).ok().map(Path::to_owned);
    // What does not exist yet is in a folder that does.
    let through_links = || {
        let folder = real(path.parent()?);
        Some(folder.strip_prefix(real(root)).ok()?.join(path.file_name()?))
    };
    let name = direct.or_else(through_links).unwrap_or_else(|| path.to_owned());
    let joined = join_within(root, root, &name)?;
    Ok(joined.strip_prefix(root).map(Path::to_owned).unwrap_or(name))
}

/// The first `most` of some paths, and how many more there are, for messages.
pub fn listed<P: AsRef<Path>>(paths: &[P], most: usize) -> String {
    let shown = |path: &P| format!("`{}`", path.as_ref().display());
    let first = paths.iter().take(most).map(shown).collect::<Vec<_>>().join(", ");
    match paths.len().saturating_sub(most) {
        0 => first,
        more => format!("{first} and {more} more"),
    }
}

/// A name that is safe as one component of a path: not empty, not `.` or `..`, without `/` and NUL.
pub fn is_file_name(name: &OsStr) -> bool {
    let bytes = name.as_encoded_bytes();
    !bytes.is_empty() && bytes != b"." && bytes != b".." && !bytes.iter().any(|byte| matches!(byte, b'/' | 0))
}

/// Puts a finished file at its destination: by renaming, or across file systems by copying to a temporary file beside the
/// destination first, so that nobody ever sees half of it. An existing file is replaced.
///
/// # Errors
/// Of kind [`Kind::Environment`]; the destination is as before then.
pub fn put_in_place(finished: &Path, destination: &Path) -> Result<()> {
    let cannot = || format!("`{}` cannot be written", destination.display());
    if fs::rename(finished, destination).is_ok() {
        return Ok(());
    }
    let folder = destination.parent().unwrap_or(Path::new("."));
    let temporary =
        tempfile::Builder::new().prefix(".packit-").tempfile_in(folder).or_error(Kind::Environment, cannot)?;
    fs::copy(finished, temporary.path()).or_error(Kind::Environment, cannot)?;
    temporary.persist(destination).or_error(Kind::Environment, cannot)?;
    // It is in place; what stays of it elsewhere goes with its folder.
    let _ = fs::remove_file(finished);
    Ok(())
}

/// Replaces the content of an existing file, whole or not at all; its permissions stay. A link is followed.
///
/// # Errors
/// Of kind [`Kind::Environment`]; the file is as before then.
pub fn replace_content(file: &Path, content: &[u8]) -> Result<()> {
    let cannot = || format!("`{}` cannot be written", file.display());
    let real = fs::canonicalize(file).or_error(Kind::Environment, cannot)?;
    let folder = real.parent().unwrap_or(Path::new("/"));
    let mut temporary =
        tempfile::Builder::new().prefix(".packit-").tempfile_in(folder).or_error(Kind::Environment, cannot)?;
    temporary.write_all(content).or_error(Kind::Environment, cannot)?;
    let permissions = fs::metadata(&real).or_error(Kind::Environment, cannot)?.permissions();
    fs::set_permissions(temporary.path(), permissions).or_error(Kind::Environment, cannot)?;
    temporary.persist(&real).or_error(Kind::Environment, cannot)?;
    Ok(())
}

/// A folder for what is needed for a while, below the folder for temporary files, for its user only: a clone in it may know a password.
/// It goes when it is dropped.
///
/// # Errors
/// Of kind [`Kind::Environment`].
pub fn temporary_folder(below: &Path) -> Result<tempfile::TempDir> {
    let private = std::fs::Permissions::from_mode(0o700);
    let folder = tempfile::Builder::new().prefix("packit-").permissions(private).tempdir_in(below);
    folder.or_error(Kind::Environment, || "no temporary folder can be made".to_owned())
}

/// Writes a file that only its user can read, whole or not at all.
///
/// # Errors
/// Of kind [`Kind::Environment`]; the file is as before then.
pub fn write_private(file: &Path, content: &[u8]) -> Result<()> {
    let cannot = || format!("`{}` cannot be written", file.display());
    let folder = file.parent().unwrap_or(Path::new("."));
    // Temporary files are for their user only.
    let mut temporary =
        tempfile::Builder::new().prefix(".packit-").tempfile_in(folder).or_error(Kind::Environment, cannot)?;
    temporary.write_all(content).or_error(Kind::Environment, cannot)?;
    temporary.persist(file).or_error(Kind::Environment, cannot)?;
    Ok(())
}

/// Writes a path for JSON: what is not UTF-8 in it is replaced.
///
/// # Errors
/// What the serializer fails with.
pub fn serialize<S: Serializer>(path: &Path, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&path.display())
}

/// Writes a path that may be missing for JSON.
///
/// # Errors
/// What the serializer fails with.
pub fn serialize_some<S: Serializer>(path: &Option<PathBuf>, serializer: S) -> Result<S::Ok, S::Error> {
    match path {
        Some(path) => serialize(path, serializer),
        None => serializer.serialize_none(),
    }
}

/// Writes paths for JSON.
///
/// # Errors
/// What the serializer fails with.
pub fn serialize_all<S: Serializer>(paths: &[PathBuf], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(paths.iter().map(|path| path.to_string_lossy()))
}

/// Writes text that may not be UTF-8 for JSON: what is not is replaced.
///
/// # Errors
/// What the serializer fails with.
pub fn serialize_bytes<S: Serializer>(text: &Option<Vec<u8>>, serializer: S) -> Result<S::Ok, S::Error> {
    match text {
        Some(text) => serializer.serialize_str(&String::from_utf8_lossy(text)),
        None => serializer.serialize_none(),
    }
}

/// Sets the time of last change of a file that packit made.
///
/// # Errors
/// Of kind [`Kind::Environment`].
pub fn set_modified(file: &Path, time: Timestamp) -> Result<()> {
    let cannot = || format!("the time of `{}` cannot be set", file.display());
    let opened = fs::OpenOptions::new().write(true).open(file).or_error(Kind::Environment, cannot)?;
    opened.file().set_modified(time.into()).or_error(Kind::Environment, cannot)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_named_from_the_root_through_links_too() {
        let folder = tempfile::tempdir().unwrap();
        let (root, link) = (folder.path().join("root"), folder.path().join("link"));
        fs::create_dir_all(root.join("a")).unwrap();
        std::os::unix::fs::symlink(&root, &link).unwrap();
        for (path, expected) in [
            (root.join("a/new"), Some("a/new")),
            (link.join("a/new"), Some("a/new")),
            (root.join("a/../b"), Some("b")),
            (root.join("../b"), None),
            (PathBuf::from("/etc/passwd"), None),
        ] {
            assert_eq!(below(&root, &path).ok().as_deref(), expected.map(Path::new), "{}", path.display());
        }
    }

    #[test]
    fn names_stay_inside_their_root() {
        let root = tempfile::tempdir().unwrap();
        let outside = tempfile::tempdir().unwrap();
        fs::create_dir(root.path().join("sub")).unwrap();
        std::os::unix::fs::symlink(outside.path(), root.path().join("out")).unwrap();
        std::os::unix::fs::symlink("sub", root.path().join("in")).unwrap();
        let top = root.path();
        for (good, expected) in [
            ("a", "a"),
            ("sub/a", "sub/a"),
            ("./a", "a"),
            ("sub/../a", "a"),
            ("in/new", "in/new"),
            ("new/deep", "new/deep"),
        ] {
            assert_eq!(join_within(top, top, Path::new(good)).unwrap(), top.join(expected), "{good}");
        }
        for bad in ["../a", "/etc/passwd", "out/a", "out", "sub/../../a", "sub/../../x/..", "a/../../b", "a\0b"] {
            let error = join_within(top, top, Path::new(bad)).unwrap_err();
            assert_eq!(error.kind(), Kind::Config, "{bad}");
        }
        assert_eq!(join_within(top, &top.join("sub"), Path::new("../a")).unwrap(), top.join("a"));
        assert!(join_within(top, &top.join("sub"), Path::new("../../a")).is_err());
    }

    proptest::proptest! {
        #[test]
        fn no_name_leads_out(name in "[a-c./]{0,24}|(\\.\\./){1,4}[a-z]*|.{0,12}") {
            let root = tempfile::tempdir().unwrap();
            fs::create_dir_all(root.path().join("a/b")).unwrap();
            if let Ok(joined) = join_within(root.path(), &root.path().join("a"), Path::new(&name)) {
                proptest::prop_assert!(joined.starts_with(root.path()));
                proptest::prop_assert!(joined.components().all(|part| part != Component::ParentDir));
            }
        }
    }

    #[test]
    fn replaces_content_and_keeps_permissions() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.spec");
        fs::write(&file, "old").unwrap();
        fs::set_permissions(&file, std::fs::Permissions::from_mode(0o640)).unwrap();
        replace_content(&file, b"new").unwrap();
        assert_eq!(fs::read(&file).unwrap(), b"new");
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o640);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
