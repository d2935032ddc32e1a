//! The spec file as lossless text: every byte that an edit does not touch stays.
//!
//! [`Spec::parse`] takes the bytes, [`Spec::facts`] says what is known of the main package (or what rpm must be asked),
//! the edits change single lines, and [`Spec::to_bytes`] gives the bytes back. Nothing here runs rpm or touches a file.
//!
//! ```
//! use packit::spec::{Known, Prerelease, SourceId, Spec};
//!
//! let mut spec = Spec::parse(
//!     "%global minor 0\n\
//!      Name: hello\n\
//!      Version: 1.%{minor}\n\
//!      Release: 3%{?dist}\n\
//!      Source0: https://example.com/v%{version}.tar.gz\n\
//!      %prep\n\
//!      %autosetup\n",
//! );
//! let Known::Text(facts) = spec.facts()? else { panic!("rpm must be asked") };
//! assert_eq!(facts.evr(), "1.0-3");
//!
//! spec.set_version("1.1", &Prerelease::off(), &facts)?;
//! spec.set_release("3.main", &facts)?;
//! spec.set_source(SourceId::Number(0), "hello-1.1.tar.gz", &facts)?;
//! spec.set_setup_dir("hello-1.1", SourceId::Number(0), &facts);
//! assert_eq!(
//!     String::from_utf8_lossy(&spec.to_bytes()),
//!     "%global minor 1\n\
//!      Name: hello\n\
//!      Version: 1.%{minor}\n\
//!      Release: 3.main%{?dist}\n\
//!      Source0: hello-1.1.tar.gz\n\
//!      %prep\n\
//!      %autosetup\n"
//! );
//! # Ok::<(), packit::error::Error>(())
//! ```

mod changelog;
mod conditions;
mod definitions;
mod expand;
mod facts;
mod fit;
mod lines;
mod merge;
mod nodes;
mod options;
mod outcome;
mod patches;
mod prep;
mod prerelease;
mod probe;
mod reach;
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

pub use changelog::{ChangelogEntry, ChangelogTop};
pub use facts::{Facts, Known, SourceFact};
pub use lines::{LineId, Spec};
pub use merge::{Merge, Merged};
pub use outcome::{Outcome, Why};
pub use patches::PatchNumber;
pub use prerelease::{DEFAULT_PATTERN, Prerelease};
pub use probe::Probe;
pub use release::{ReleaseParts, release_parts};
pub use sources::SourceId;
