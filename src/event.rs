//! What an operation tells while it works. Operations send events; only `ui` decides how they look.

use std::sync::Arc;

use crate::error::Finding;

/// One thing that happened.
#[derive(Debug, Clone)]
pub struct Event {
    /// The package that it is about, where there are several.
    pub package: Option<Arc<str>>,
    /// What happened.
    pub what: What,
}

/// What can happen.
#[derive(Debug, Clone)]
pub enum What {
    /// A step of the work begins: a fragment such as "making hello-1.0.tar.gz".
    Step(String),
    /// Something worth telling once, a fragment: which version was chosen.
    Told(String),
    /// A child wrote a line.
    Line {
        /// The program, by its name.
        program: String,
        /// The text of the line, without its line ending.
        bytes: Vec<u8>,
    },
    /// So many bytes of the running step are done.
    Bytes {
        /// Up to now.
        done: u64,
        /// How many there are in all, where that is known.
        total: Option<u64>,
    },
    /// A part of a build on a server has come to another state, or to its end.
    Build(BuildPart),
    /// Some lines of a log, to be read with a title.
    Excerpt {
        /// What the lines are.
        title: String,
        /// The lines.
        text: Vec<u8>,
    },
    /// A note or a warning.
    Found(Finding),
    /// The work is over.
    Finished,
}

/// A part of a build on a server: its source RPM, or one of its chroots.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BuildPart {
    /// The number of the build.
    pub build: u64,
    /// `SRPM`, or the name of the chroot.
    pub part: String,
    /// Its state, as the server calls it.
    pub state: String,
    /// Whether it stays as it is.
    pub is_over: bool,
    /// Whether it ended without a result.
    pub is_failure: bool,
    /// How many seconds it has taken, up to now or to its end.
    pub seconds: Option<u64>,
    /// Where its log is.
    pub log: Option<String>,
}

/// Takes events, from any thread.
pub type Sink = Arc<dyn Fn(Event) + Send + Sync>;
