use std::cell::Cell;
use std::collections::BTreeMap;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use super::{Run, World};

/// A real git repository with fixed dates, so that every commit id is the same on every machine.
pub struct Repository<'w> {
    pub world: &'w World,
    pub folder: PathBuf,
    time: Cell<i64>,
}

/// The spec file of the example that most tests build.
pub const SPEC: &str = "\
Name:           hello
Version:        0.9
Release:        1%{?dist}
Summary:        A trivial program
License:        MIT
URL:            https://github.com/example/hello
Source0:        %{name}-%{version}.tar.gz
BuildArch:      noarch

%description
Prints hello.

%prep
%autosetup -n %{name}-%{version}

%files

%changelog
* Tue Nov 14 2023 Ann Author <ann@example.com> - 0.9-1
- First build
";

/// Its configuration.
pub const CONFIG: &str = "\
specfile_path: hello.spec
upstream_package_name: hello
downstream_package_name: hello
";

impl<'w> Repository<'w> {
    pub fn new(world: &'w World, folder: PathBuf) -> Self {
        fs_err::create_dir_all(&folder).unwrap();
        let repository = Self { world, folder, time: Cell::new(1_690_000_000) };
        // Without the 14 examples of hooks of git's template, which nobody runs: each is a file to make and to remove.
        repository.git(&["init", "--quiet", "--template="]);
        fs_err::create_dir(repository.path(".git/hooks")).unwrap();
        fs_err::create_dir(repository.path(".git/info")).unwrap();
        fs_err::write(repository.path(".git/info/exclude"), "# one pattern a line\n").unwrap();
        repository.git(&["remote", "add", "origin", "https://github.com/example/hello.git"]);
        repository
    }

    /// A repository, or a work tree of one, that is there already.
    pub fn at(world: &'w World, folder: PathBuf) -> Self {
        Self { world, folder, time: Cell::new(1_695_000_000) }
    }

    /// The example project with tag 1.0.0 and one commit after it.
    pub fn hello(world: &'w World) -> Self {
        let repository = world.repository("hello");
        repository.write("hello.spec", SPEC).write(".packit.yaml", CONFIG).write("hello.txt", "hello\n");
        repository.commit("Import").tag("1.0.0").write("hello.txt", "hello again\n").commit("Greet twice");
        repository
    }

    pub fn path(&self, below: impl AsRef<Path>) -> PathBuf {
        self.folder.join(below)
    }

    pub fn write(&self, file: &str, content: impl AsRef<[u8]>) -> &Self {
        let path = self.path(file);
        fs_err::create_dir_all(path.parent().unwrap()).unwrap();
        fs_err::write(path, content).unwrap();
        self
    }

    /// Changes a file: the text `from` must be there once.
    #[track_caller]
    pub fn replace(&self, file: &str, from: &str, to: &str) -> &Self {
        let text = fs_err::read_to_string(self.path(file)).unwrap();
        assert_eq!(text.matches(from).count(), 1, "`{from}` in {file}");
        self.write(file, text.replace(from, to))
    }

    /// Appends to a file.
    pub fn append(&self, file: &str, text: &str) -> &Self {
        let old = fs_err::read_to_string(self.path(file)).unwrap_or_default();
        self.write(file, old + text)
    }

    #[track_caller]
    pub fn git(&self, arguments: &[&str]) -> String {
        let date = format!("{} +0000", self.time.get());
        let mut command = self.world.command("git", &self.folder);
        // Nothing here is worth tidying up: that would be one more process for each commit.
        command.args(["-c", "protocol.file.allow=always", "-c", "maintenance.auto=false"]).args(arguments);
        command.env("GIT_AUTHOR_DATE", &date).env("GIT_COMMITTER_DATE", &date);
        let output = command.output().unwrap();
        assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    pub fn commit(&self, message: &str) -> &Self {
        self.time.set(self.time.get() + 3600);
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--allow-empty", "--message", message]);
        self
    }

    pub fn tag(&self, name: &str) -> &Self {
        self.time.set(self.time.get() + 60);
        self.git(&["tag", "--annotate", "--message", name, name]);
        self
    }

    /// The first characters of the commit id of HEAD.
    pub fn short(&self, length: usize) -> String {
        self.git(&["rev-parse", "HEAD"])[..length].to_owned()
    }

    /// Runs packit in the repository's folder.
    pub fn packit(&self, arguments: &[&str]) -> Run {
        self.world.packit(&self.folder, arguments)
    }

    /// Runs packit in an empty folder on this repository, and checks that nothing of the repository has changed, that no
    /// temporary file is left, and that packit did not panic.
    #[track_caller]
    pub fn packit_from_outside(&self, arguments: &[&str]) -> Run {
        let before = self.state();
        let mut all = arguments.to_vec();
        let folder = self.folder.display().to_string();
        all.push(&folder);
        let run = self.world.packit(self.world.path("out"), &all);
        assert_eq!(self.state(), before, "{run}");
        assert_eq!(self.world.leftovers(), Vec::<PathBuf>::new(), "{run}");
        assert!(!run.stderr.contains("panicked"), "{run}");
        run
    }

    /// All that must stay as it is: every file outside `.git` with its bytes, mode and inode's time, refs, HEAD, the index, stashes,
    /// other work trees, the configuration and what git says of the work tree.
    pub fn state(&self) -> BTreeMap<String, String> {
        let mut state = BTreeMap::new();
        files(&self.folder, &self.folder, &mut state);
        let said = |arguments: &[&str]| {
            let output =
                self.world.command("git", &self.folder).env("GIT_OPTIONAL_LOCKS", "0").args(arguments).output();
            (arguments.join(" "), String::from_utf8_lossy(&output.unwrap().stdout).into_owned())
        };
        state.extend([said(&["status", "--porcelain", "--ignored", "--untracked-files=all"])]);
        if self.path(".git").is_dir() {
            // The files themselves: they say more than git does, and start no process for each question.
            for folder in [".git/refs", ".git/worktrees", ".git/logs/refs"] {
                contents(&self.folder, &self.path(folder), &mut state);
            }
        } else {
            let asked: [&[&str]; 4] =
                [&["for-each-ref"], &["stash", "list"], &["worktree", "list"], &["config", "--local", "--list"]];
            state.extend(asked.map(said));
        }
        for file in ["HEAD", "index", "packed-refs", "config"] {
            let content = fs_err::read(self.path(".git").join(file)).unwrap_or_default();
            state.insert(format!(".git/{file}"), format!("{content:?}"));
        }
        state
    }
}

impl Repository<'_> {
    /// Builds in an empty folder where actions work in the checkout: it is as before, and nothing temporary is left.
    #[track_caller]
    pub fn srpm(&self, arguments: &[&str]) -> Run {
        let before = self.tracked();
        let folder = self.folder.display().to_string();
        let run = self.world.packit(self.world.path("out"), &[&["srpm"], arguments, &[&folder]].concat());
        assert_eq!(self.tracked(), before, "{run}");
        assert!(!self.path(".git/packit").exists(), "{run}");
        assert_eq!(self.world.leftovers(), Vec::<PathBuf>::new(), "{run}");
        run
    }

    /// What must stay as it is where actions work: every tracked file and the spec with bytes and executable bit, refs, HEAD, the
    /// index, and what git says of tracked files.
    pub fn tracked(&self) -> BTreeMap<String, String> {
        let mut state = BTreeMap::new();
        for file in self.git(&["ls-files", "-z"]).split('\0').filter(|file| !file.is_empty()) {
            let path = self.path(file);
            let mode =
                path.symlink_metadata().map(|metadata| metadata.permissions().mode() & 0o100).unwrap_or_default();
            let content = match fs_err::read_link(&path) {
                Ok(target) => format!("{target:?}"),
                Err(_) => format!("{:?}", fs_err::read(&path).unwrap_or_default()),
            };
            state.insert(file.to_owned(), format!("{mode:o} {content}"));
        }
        let status = self.git(&["status", "--porcelain", "--untracked-files=no"]);
        state.insert("status".to_owned(), status);
        state.insert("HEAD".to_owned(), fs_err::read_to_string(self.path(".git/HEAD")).unwrap());
        state
    }
}

/// The bytes of all files below a folder, if it is there.
fn contents(root: &Path, folder: &Path, state: &mut BTreeMap<String, String>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => contents(root, &path, state),
            false => {
                let name = path.strip_prefix(root).unwrap().display().to_string();
                state.insert(name, format!("{:?}", fs_err::read(&path).unwrap()));
            }
        }
    }
}

fn files(root: &Path, folder: &Path, state: &mut BTreeMap<String, String>) {
    for entry in fs_err::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let metadata = path.symlink_metadata().unwrap();
        let name = path.strip_prefix(root).unwrap().display().to_string();
        if metadata.is_dir() {
            if name != ".git" {
                files(root, &path, state);
            }
        } else {
            let content = if metadata.is_symlink() {
                format!("{:?}", fs_err::read_link(&path).unwrap())
            } else {
                format!("{:?}", fs_err::read(&path).unwrap_or_default())
            };
            let mode = metadata.permissions().mode();
            state.insert(name, format!("{mode:o} {}.{} {content}", metadata.mtime(), metadata.mtime_nsec()));
        }
    }
}
