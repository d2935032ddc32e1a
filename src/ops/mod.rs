//! One file for each thing that a user asks for, and the steps that several of them share.

pub mod create_archive;
pub mod delivery;
pub mod left_out;
pub mod not_yet;
pub mod packages;
pub mod prepare;
pub mod project;
pub mod source_rpm;
pub mod sources;
pub mod spec_file;
pub mod spec_update;
pub mod srpm;
pub mod stand_ins;
