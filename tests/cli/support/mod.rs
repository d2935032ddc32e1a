//! The sealed world in which the tests run the built `packit`: empty home, fixed clock, hermetic git, real git and rpm.

mod bugzilla;
mod client;
mod copr;
mod copr_stage;
pub mod forge;
mod kerberos;
mod lookaside;
mod multipart;
mod program;
pub mod release;
mod release_monitoring;
mod repository;
mod run;
mod server;
mod srpm;
mod terminal;
mod world;

pub use bugzilla::{Bug, Bugzilla};
pub use client::{Told, ask, try_ask};
pub use copr::{Copr, Fault, Script};
pub use copr_stage::{CoprStage, THREE};
pub use kerberos::{Apache, Kdc, REALM};
pub use lookaside::{Fault as LookasideFault, Lookaside};
pub use multipart::parts;
pub use release::Release;
pub use release_monitoring::ReleaseMonitoring;
pub use repository::{Repository, SPEC};
pub use run::Run;
pub use server::{Answer, Request, Server};
pub use srpm::{Srpm, members};
pub use world::World;
