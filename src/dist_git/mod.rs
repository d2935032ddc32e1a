//! The distribution's repository of a package.

pub mod gitignore;
pub mod sources_file;
mod tracked_file;
