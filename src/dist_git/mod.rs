//! The distribution's repository of a package.

pub mod gitignore;
pub mod reversed_files;
pub mod sources_file;
pub mod synced_files;
pub mod texts;
mod tracked_file;
pub mod version_rules;
