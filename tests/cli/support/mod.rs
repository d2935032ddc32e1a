//! The sealed world in which the tests run the built `packit`: empty home, fixed clock, hermetic git, real git and rpm.

pub mod forge;
mod repository;
mod run;
mod server;
mod srpm;
mod world;

pub use repository::{Repository, SPEC};
pub use run::Run;
pub use server::{Answer, Request, Server};
pub use srpm::{Srpm, members};
pub use world::World;
