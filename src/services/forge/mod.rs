//! The forges on which distributions and upstream projects live: Pagure, Forgejo, GitLab, GitHub.
//!
//! [`Forge`] is the one that answers at a base address, found by [`detect`]; what comes from a server and is to be given to git
//! has been checked ([`BranchName`], [`CloneUrl`], [`ProjectPath`]).

mod acls;
mod api;
mod detect;
mod documents;
mod forgejo;
mod github;
mod gitlab;
mod hub;
mod kind;
mod names;
mod one_of;
mod pagure;
mod refusal;
mod values;
mod waiting;

pub use acls::{AccessChange, AccessChanges, Account};
pub use detect::{detect, forget};
pub use kind::ForgeKind;
pub use names::{BranchName, CloneUrl, ProjectPath};
pub use one_of::Forge;
pub use refusal::is_of_token;
pub use values::{Identity, Project, Proposal, Proposed, PullRequest, Release, TokenFacts, Who};
pub use waiting::Patience;
