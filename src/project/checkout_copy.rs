//! Copies of what lies in a checkout, for programs that may change what they work on.

use std::ffi::OsStr;
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use fs_err as fs;
use rustix::fs::{AtFlags, CWD, Timespec, Timestamps, utimensat};

use crate::error::{Context as _, Kind, Result};
use crate::paths;

/// Copies a file with its mode and its times, which `make` compares. A link is followed.
///
/// # Errors
/// Of kind [`Kind::Environment`].
pub fn copy_file(from: &Path, to: &Path) -> Result<()> {
    let copy = || -> io::Result<()> {
        let metadata = fs::metadata(from)?;
        fs::copy(from, to)?;
        let last_access = Timespec { tv_sec: metadata.atime(), tv_nsec: metadata.atime_nsec() };
        let last_modification = Timespec { tv_sec: metadata.mtime(), tv_nsec: metadata.mtime_nsec() };
        utimensat(CWD, to, &Timestamps { last_access, last_modification }, AtFlags::empty())?;
        Ok(())
    };
    copy().or_error(Kind::Environment, || format!("`{}` cannot be copied", from.display()))
}

/// Copies all that lies in the checkout `root` into the folder `to`: what is not committed and what git ignores too, as it can be what is
/// packaged. Left out are the repositories `.git`, links that are absolute or lead out of the checkout, which would lead to the user's
/// own files, and the folder `without`, which may lie in the checkout.
///
/// # Errors
/// Of kind [`Kind::Environment`].
pub fn copy_checkout(root: &Path, to: &Path, without: &Path) -> Result<()> {
    let without = fs::canonicalize(without).unwrap_or_else(|_| without.to_owned());
    let mut folders = vec![PathBuf::new()];
    while let Some(folder) = folders.pop() {
        let (from, into) = (root.join(&folder), to.join(&folder));
        let cannot = || format!("`{}` cannot be copied", from.display());
        fs::create_dir_all(&into).or_error(Kind::Environment, cannot)?;
        for entry in fs::read_dir(&from).or_error(Kind::Environment, cannot)? {
            let entry = entry.or_error(Kind::Environment, cannot)?;
            let (name, kind) = (entry.file_name(), entry.file_type().or_error(Kind::Environment, cannot)?);
            if name == OsStr::new(".git") {
                continue;
            }
            let copy = into.join(&name);
            if kind.is_dir() {
                if fs::canonicalize(entry.path()).or_error(Kind::Environment, cannot)? != without {
                    folders.push(folder.join(&name));
                }
            } else if kind.is_symlink() {
                let target = fs::read_link(entry.path()).or_error(Kind::Environment, cannot)?;
                if paths::join_within(root, &from, &target).is_ok() {
                    std::os::unix::fs::symlink(target, copy).or_error(Kind::Environment, cannot)?;
                }
            } else if kind.is_file() {
                copy_file(&entry.path(), &copy)?;
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn a_checkout_is_copied_without_what_leads_out_of_it() {
        let (root, copies) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let root = root.path();
        for folder in [".git", "a/b", "a/.git", "tmp/x"] {
            fs::create_dir_all(root.join(folder)).unwrap();
            fs::write(root.join(folder).join("file"), folder).unwrap();
        }
        fs::set_permissions(root.join("a/b/file"), PermissionsExt::from_mode(0o555)).unwrap();
        symlink("b/file", root.join("a/link")).unwrap();
        symlink("../../tmp", root.join("a/b/folder")).unwrap();
        symlink("/etc/passwd", root.join("a/absolute")).unwrap();
        symlink("../..", root.join("a/out")).unwrap();
        let old = jiff::Timestamp::from_second(1_000_000_000).unwrap();
        paths::set_modified(&root.join(".git/file"), old).unwrap();
        paths::set_modified(&root.join("tmp/x/file"), old).unwrap();
        let to = copies.path().join("copy");
        copy_checkout(root, &to, &root.join("a/b/../b")).unwrap();
        assert!(!to.join("a/b").exists(), "the folder to leave out");
        fs::remove_dir_all(&to).unwrap();
        copy_checkout(root, &to, Path::new("/nowhere")).unwrap();
        let here = |path: &str| to.join(path).symlink_metadata().is_ok();
        assert!(here("a/b/file") && here("a/link") && here("a/b/folder") && here("tmp/x/file"));
        assert!(!here(".git") && !here("a/.git") && !here("a/absolute") && !here("a/out"));
        assert_eq!(fs::metadata(to.join("a/b/file")).unwrap().mode() & 0o777, 0o555);
        assert_eq!(fs::metadata(to.join("tmp/x/file")).unwrap().mtime(), 1_000_000_000);
        assert_eq!(fs::read_to_string(to.join("a/link")).unwrap(), "a/b");
    }
}
