//! One file for each command: its arguments, the request that they make, and how the report is printed.

pub mod build;
mod build_source;
pub mod config;
pub mod copr;
pub mod copr_build;
pub mod create_archive;
pub mod doctor;
pub mod in_mock;
pub mod init;
pub mod inspect;
pub mod local_build;
mod outcome;
pub mod prepare_sources;
pub mod project;
pub mod propose_update;
pub mod pull_from_upstream;
pub mod srpm;
pub mod sync_from_downstream;
mod writes;
