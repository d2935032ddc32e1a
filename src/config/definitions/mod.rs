//! Every key of a package configuration: what it holds, where it may stand, its default, and what it is called today.

mod builds;
mod definition;
mod downstream;
mod find;
mod job;
mod retired;
mod service;
mod special;
mod testing;
mod upstream;

pub use definition::{Choice, Definition, Level, Type};
pub use find::{definitions, find};
pub(super) use find::{group, known, places};
pub use job::{JOB_TYPES, TRIGGERS};
pub(super) use retired::{retired, retired_job};
pub(super) use special::{BRANCH, TARGET};
