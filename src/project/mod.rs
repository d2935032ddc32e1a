//! The upstream checkout that is being packaged.

pub mod release;
pub mod snapshot;
pub mod tag_remains;
pub mod tag_rules;
pub mod template;
pub mod version;
