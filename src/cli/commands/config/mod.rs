//! `packit config`: one file for each of its commands.

mod group;
mod targets;

pub use group::Arguments;
pub(in crate::cli) use group::run;
