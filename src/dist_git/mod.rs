//! The distribution's repository of a package.

pub mod reversed_files;
pub mod sources_file;
pub mod synced_files;
pub mod texts;
pub mod version_rules;
mod wildcards;
