//! Small files of a dist-git repository that packit keeps: never written through a link, for whoever can push could lead it anywhere.

use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use crate::error::{Context as _, Error, Kind, Result};
use crate::paths;

/// The content of a file in the folder of a repository; `None` when there is none.
pub(super) fn read(repository: &Path, name: &str) -> Result<Option<Vec<u8>>> {
    let path = repository.join(name);
    match fs_err::symlink_metadata(&path) {
        Ok(found) if found.is_file() => {
            fs_err::read(&path).map(Some).or_error(Kind::Environment, || format!("`{name}` of dist-git cannot be read"))
        }
        Ok(_) => Err(Error::new(Kind::Project, format!("`{name}` of dist-git is no regular file"))
            .cause(format!("what is there is a link or a folder: `{}`", path.display()))
            .hint("replace it in dist-git with a file")),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Error::new(Kind::Environment, format!("`{name}` of dist-git cannot be read")).source(error)),
    }
}

/// Makes `content` that of a file in the folder of a repository: whole or not at all. Gives whether it was another one before.
pub(super) fn write(repository: &Path, name: &str, content: &[u8]) -> Result<bool> {
    let before = read(repository, name)?;
    if before.as_deref().unwrap_or_default() == content {
        return Ok(false);
    }
    let path = repository.join(name);
    if before.is_some() {
        return paths::replace_content(&path, content).map(|()| true);
    }
    let cannot = || format!("`{}` cannot be written", path.display());
    let made = tempfile::Builder::new().prefix(".packit-").tempfile_in(repository);
    let mut file = made.or_error(Kind::Environment, cannot)?;
    file.write_all(content).or_error(Kind::Environment, cannot)?;
    let readable = std::fs::Permissions::from_mode(0o644);
    file.as_file().set_permissions(readable).or_error(Kind::Environment, cannot)?;
    file.persist(&path).or_error(Kind::Environment, cannot)?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_come_and_stay_as_files() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("sources");
        assert!(!write(folder.path(), "sources", b"").unwrap() && !path.exists());
        assert!(write(folder.path(), "sources", b"a").unwrap());
        assert_eq!(fs_err::metadata(&path).unwrap().permissions().mode() & 0o777, 0o644);
        assert!(!write(folder.path(), "sources", b"a").unwrap() && write(folder.path(), "sources", b"").unwrap());
        assert_eq!(read(folder.path(), "sources").unwrap().unwrap(), b"");
        assert_eq!(fs_err::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn nothing_is_written_through_a_link() {
        let folder = tempfile::tempdir().unwrap();
        let (link, target) = (folder.path().join("sources"), folder.path().join("target"));
        fs_err::write(&target, "mine").unwrap();
        for to in [target.as_path(), Path::new("nothing"), Path::new(".")] {
            std::os::unix::fs::symlink(to, &link).unwrap();
            let error = write(folder.path(), "sources", b"theirs").unwrap_err();
            assert_eq!((error.kind(), error.message()), (Kind::Project, "`sources` of dist-git is no regular file"));
            fs_err::remove_file(&link).unwrap();
        }
        assert_eq!(fs_err::read(&target).unwrap(), b"mine");
        fs_err::create_dir(&link).unwrap();
        assert!(read(folder.path(), "sources").is_err());
    }
}
