//! `packit doctor`: whether packit can work here.

mod access;
mod check;
mod checkout;
mod examine;
mod needs;
mod programs;

pub use check::{Check, State};
pub use examine::{Report, Request, run};
