//! The programs of rpm, mock, and rsync: building their arguments, running them, reading what they say.

pub mod binary_build;
pub mod installed;
pub mod kinit;
pub mod mock;
mod mock_errors;
pub mod package_manager;
pub mod program;
pub mod rpm_macros;
pub mod rpm_query;
pub mod rpmbuild;
pub mod rpmspec;
pub mod rsync;
