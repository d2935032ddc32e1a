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
    /// A note or a warning.
    Found(Finding),
    /// The work is over.
    Finished,
}

/// Takes events, from any thread.
pub type Sink = Arc<dyn Fn(Event) + Send + Sync>;
