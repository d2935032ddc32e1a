//! The git repository: local reads through libgit2, everything else through the git program.

pub mod command;
pub mod patches;
pub mod pull_request;
pub mod repo;
pub mod url;
pub mod work_tree;

pub use repo::{CommitId, Head, Identity, Remote, Repo, Tag};
