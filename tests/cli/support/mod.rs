//! The sealed world in which the tests run the built `packit`: empty home, fixed clock, hermetic git, real git and rpm.

mod client;
mod copr;
mod copr_stage;
mod kerberos;
mod repository;
mod run;
mod server;
mod srpm;
mod world;

pub use client::{Told, ask, try_ask};
pub use copr::{Copr, Fault, Script};
pub use copr_stage::{CoprStage, THREE};
pub use kerberos::{Apache, Kdc, REALM};
pub use repository::{Repository, SPEC};
pub use run::Run;
pub use server::{Answer, Request, Server};
pub use srpm::{Srpm, members};
pub use world::World;
