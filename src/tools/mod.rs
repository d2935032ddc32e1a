//! The programs of rpm, and rsync: building their arguments, running them, reading what they say.

pub mod kinit;
pub mod program;
pub mod rpm_macros;
pub mod rpmbuild;
pub mod rpmspec;
pub mod rsync;
