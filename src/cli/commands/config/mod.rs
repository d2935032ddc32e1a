//! `packit config`: one file for each of its commands.

mod group;
mod schema;
mod show;
mod targets;
pub mod validate;

pub use group::Arguments;
pub(in crate::cli) use group::run;
