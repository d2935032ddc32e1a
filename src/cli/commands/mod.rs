//! One file for each command: its arguments, the request that they make, and how the report is printed.

pub mod build;
pub mod config;
pub mod copr;
pub mod copr_build;
pub mod create_archive;
pub mod init;
pub mod inspect;
mod outcome;
pub mod project;
pub mod propose_update;
pub mod srpm;
mod writes;
