//! A Copr server for tests: stateful, and answering as the real one did in `recordings/copr.jsonl`.
#![allow(dead_code, reason = "first version: the tests that use all of it follow")]

mod access;
mod build_routes;
mod builds;
mod chroots;
mod connection;
mod faults;
mod frontend;
mod messages;
mod paging;
mod project_form;
mod projects;
mod request;
mod results;
mod routes;
mod script;
mod state;
mod uploads;

pub use faults::Fault;
pub use frontend::Copr;
pub use script::Script;
