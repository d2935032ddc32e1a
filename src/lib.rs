//! From an upstream git repository with a `.packit.yaml` to source RPMs, Copr builds and dist-git pull requests.

pub mod cli;
pub mod config;
pub mod context;
pub mod error;
pub mod event;
pub mod evr;
pub mod git;
pub mod interrupt;
pub mod ops;
pub mod paths;
pub mod process;
pub mod project;
pub mod spec;
pub mod tools;
pub mod ui;
