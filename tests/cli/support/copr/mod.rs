//! A Copr server for tests: stateful, and answering as the real one did in `recordings/copr.jsonl`.

mod access;
mod body;
mod build_routes;
mod builds;
mod chroots;
mod connection;
mod faults;
mod frontend;
mod messages;
mod paging;
mod permissions;
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
