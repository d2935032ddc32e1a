//! From an upstream git repository with a `.packit.yaml` to source RPMs, Copr builds and dist-git pull requests.

pub mod config;
pub mod error;
pub mod evr;
pub mod git;
pub mod project;
pub mod spec;
