use std::path::{Path, PathBuf};
use std::process::Command;

/// A source RPM, read by rpm.
pub struct Srpm {
    pub path: PathBuf,
}

impl Srpm {
    #[track_caller]
    pub fn open(path: impl Into<PathBuf>) -> Self {
        let path = path.into();
        assert!(path.is_file(), "{} is not there", path.display());
        Self { path }
    }

    /// What rpm answers to a query format.
    #[track_caller]
    pub fn query(&self, format: &str) -> String {
        text(Command::new("rpm").args(["-qp", "--nosignature", "--qf", format]).arg(&self.path))
    }

    pub fn nvr(&self) -> String {
        self.query("%{NAME}-%{VERSION}-%{RELEASE}")
    }

    pub fn version(&self) -> String {
        self.query("%{VERSION}")
    }

    /// The names of the files in it, sorted.
    pub fn files(&self) -> Vec<String> {
        let mut names: Vec<_> = self.query("[%{FILENAMES}\n]").lines().map(str::to_owned).collect();
        names.sort();
        names
    }

    /// The content of a file in it.
    #[track_caller]
    pub fn file(&self, name: &str) -> Vec<u8> {
        let folder = tempfile::tempdir().unwrap();
        let unpack = format!("rpm2cpio '{}' | cpio -id --quiet", self.path.display());
        text(Command::new("sh").arg("-c").arg(unpack).current_dir(folder.path()));
        fs_err::read(folder.path().join(name)).unwrap()
    }

    /// The spec file in it, as text.
    #[track_caller]
    pub fn spec(&self) -> String {
        let name = self.files().into_iter().find(|name| name.ends_with(".spec")).unwrap();
        String::from_utf8_lossy(&self.file(&name)).into_owned()
    }

    /// The members of an archive in it.
    #[track_caller]
    pub fn members(&self, archive: &str) -> Vec<String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("archive");
        fs_err::write(&path, self.file(archive)).unwrap();
        members(&path)
    }
}

/// The members of a compressed tar.
#[track_caller]
pub fn members(archive: &Path) -> Vec<String> {
    text(Command::new("tar").arg("tzf").arg(archive)).lines().map(str::to_owned).collect()
}

#[track_caller]
fn text(command: &mut Command) -> String {
    let output = command.env("LC_ALL", "C.UTF-8").output().unwrap();
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}
