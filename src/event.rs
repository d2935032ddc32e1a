//! What an operation tells while it works. Operations send events; only `ui` decides how they look.

use std::sync::Arc;

use crate::error::Finding;

/// One thing that happened.
#[derive(Debug, Clone)]
pub enum Event {
    /// A step of the work begins: what is being done, and for which package.
    Step {
        /// The package, where there are several.
        package: Option<Arc<str>>,
        /// What is being done, a fragment such as "building the source RPM".
        text: String,
    },
    /// Something worth telling once: which version was chosen, what was left alone.
    Told {
        /// The package, where there are several.
        package: Option<Arc<str>>,
        /// What there is to tell, a fragment.
        text: String,
    },
    /// A line that a child wrote, as bytes, without its line ending.
    Line {
        /// The package, where there are several.
        package: Option<Arc<str>>,
        /// The program, by its name.
        program: String,
        /// The text of the line.
        bytes: Vec<u8>,
    },
    /// How many bytes of the running step are done, in all.
    Bytes {
        /// The package, where there are several.
        package: Option<Arc<str>>,
        /// Bytes written so far.
        done: u64,
    },
    /// A note or a warning.
    Found {
        /// The package, where there are several.
        package: Option<Arc<str>>,
        /// The finding.
        finding: Finding,
    },
    /// The work of one package is over.
    Finished {
        /// The package, where there are several.
        package: Option<Arc<str>>,
    },
}

/// Takes events, from any thread.
pub type Sink = Arc<dyn Fn(Event) + Send + Sync>;
