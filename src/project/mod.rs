//! The upstream checkout that is being packaged.

pub mod archive;
pub mod archive_content;
pub mod checkout_copy;
mod ci_branch;
pub mod guard;
pub mod gzip;
pub mod packager;
pub mod patches;
pub mod release;
pub mod snapshot;
pub mod staging;
pub mod tag_checkout;
pub mod tag_remains;
pub mod tag_rules;
pub mod tar_members;
pub mod template;
pub mod top_folder;
pub mod unpack;
pub mod upstream_ref;
pub mod version;
