//! The spec file as lossless text: every byte that an edit does not touch stays.
//!
//! [`Spec::parse`] takes the bytes, [`Spec::facts`] says what is known of the main package (or what rpm must be asked),
//! the edits (`set_version`, `set_release`, `set_source`, `set_setup_dir`, `add_changelog_entry`, `add_patch`) change
//! single lines, and [`Spec::to_bytes`] gives the bytes back. Nothing here runs rpm or touches a file.

mod changelog;
mod conditions;
mod definitions;
mod expand;
mod facts;
mod fit;
mod lines;
mod nodes;
mod options;
mod outcome;
mod patches;
mod prep;
mod prerelease;
mod probe;
mod reading;
mod release;
mod sections;
mod sources;
mod tags;
mod version;

#[cfg(test)]
mod properties;
#[cfg(test)]
mod testing;

pub use changelog::{Entry, TopEntry};
pub use facts::{Facts, Known, SourceFact};
pub use lines::{LineId, Spec};
pub use outcome::{Outcome, Why};
pub use prerelease::{DEFAULT_PATTERN, Prerelease};
pub use probe::Probe;
pub use release::{Release, release_parts};
pub use sources::SourceId;
