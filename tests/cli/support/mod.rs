//! The sealed world in which the tests run the built `packit`: empty home, fixed clock, hermetic git, real git and rpm.

mod repository;
mod run;
mod srpm;
mod world;

pub use repository::{Repository, SPEC};
pub use run::Run;
pub use srpm::{Srpm, members};
pub use world::World;
