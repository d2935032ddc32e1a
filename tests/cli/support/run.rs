use std::fmt;
use std::path::{Path, PathBuf};
use std::process::Output;

/// What a run of packit left: exit code and both streams, with the paths of the world shown as `[W]`.
pub struct Run {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
    raw_stdout: Vec<u8>,
}

impl Run {
    pub fn new(output: Output, root: &Path) -> Self {
        let root = root.display().to_string();
        let root = root.trim_end_matches('/');
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).replace(root, "[W]");
        Self {
            code: output.status.code(),
            stdout: text(&output.stdout),
            stderr: text(&output.stderr),
            raw_stdout: output.stdout,
        }
    }

    /// Fails the test unless packit ended well.
    #[track_caller]
    pub fn success(self) -> Self {
        assert_eq!(self.code, Some(0), "{self}");
        self
    }

    /// Fails the test unless packit ended with this code and told all of `words`.
    #[track_caller]
    pub fn failure(self, code: i32, words: &[&str]) -> Self {
        assert_eq!(self.code, Some(code), "{self}");
        for word in words {
            assert!(self.stderr.contains(word), "`{word}` is missing:\n{self}");
        }
        assert!(!self.stderr.contains("panicked"), "{self}");
        self
    }

    /// Fails the test unless packit told `word`.
    #[track_caller]
    pub fn told(self, word: &str) -> Self {
        assert!(self.stderr.contains(word), "`{word}` is missing:\n{self}");
        self
    }

    /// Fails the test if packit told `word`.
    #[track_caller]
    pub fn silent_on(self, word: &str) -> Self {
        assert!(!self.stderr.contains(word), "`{word}` is there:\n{self}");
        self
    }

    /// The paths on standard output.
    pub fn paths(&self) -> Vec<PathBuf> {
        use std::os::unix::ffi::OsStrExt as _;
        let lines = self.raw_stdout.split(|&byte| byte == b'\n').filter(|line| !line.is_empty());
        lines.map(|line| PathBuf::from(std::ffi::OsStr::from_bytes(line))).collect()
    }

    /// The one path on standard output.
    #[track_caller]
    pub fn path(&self) -> PathBuf {
        let paths = self.paths();
        assert_eq!(paths.len(), 1, "{self}");
        paths[0].clone()
    }

    /// The one JSON object on standard output.
    #[track_caller]
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.raw_stdout).unwrap_or_else(|error| panic!("{error}:\n{self}"))
    }
}

impl fmt::Display for Run {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}------- stderr -------\n{}", self.stdout, self.stderr)?;
        match self.code {
            Some(code) => writeln!(f, "[exit code: {code}]"),
            None => writeln!(f, "[ended by a signal]"),
        }
    }
}
