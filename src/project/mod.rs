//! The upstream checkout that is being packaged.

pub mod tag_remains;
pub mod tag_rules;
pub mod version;
