//! The distribution's repository of a package.

pub mod sources_file;
