//! One file for each thing that a user asks for, and the steps that several of them share.

pub mod action_variables;
pub mod actions;
pub mod create_archive;
pub mod delivery;
mod from_source_git;
mod from_upstream;
pub mod gathering;
pub mod inspect;
pub mod inspected;
pub mod left_out;
pub mod packages;
pub mod prepare;
pub mod project;
pub mod reading;
pub mod shared_answers;
pub mod source_rpm;
pub mod sources;
pub mod spec_edits;
pub mod spec_file;
pub mod spec_update;
pub mod srpm;
pub mod stand_ins;
pub mod trust;
pub mod upstream_archive;
pub mod version;
pub mod workspace;
