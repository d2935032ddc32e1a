//! The git repository: local reads through libgit2, everything else through the git program.

pub mod changes;
pub mod command;
pub mod credentials;
pub mod names;
pub mod next_commit;
pub mod patches;
pub mod private_checkout;
pub mod pull_request;
pub mod push;
pub mod repo;
mod shared_objects;
pub mod signature;
#[cfg(test)]
pub(crate) mod testing;
mod untracked;
pub mod url;
pub mod work_tree;
pub mod working_clone;

pub use credentials::Credentials;
pub use names::{Address, BranchName};
pub use repo::{CommitId, Head, Identity, Remote, Repo, Tag};
