//! The command line: everything of clap. A command turns its arguments into a request, hands it to an operation, and prints the
//! report.

pub mod commands;
pub mod exit;
pub mod generated;
pub mod global;
pub mod names;
pub mod run;
pub mod values;

pub use run::main;
