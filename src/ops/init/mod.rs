//! `packit init`: a configuration for the repository at hand, from what is found in it.

mod hook;
mod language;
mod packages;
mod plan;
mod spec_template;
mod survey;
mod tag_template;
mod texts;

pub use packages::{offered_specs, refused_name, refused_specs};
pub use plan::{JobWish, Plan, Planned, Report, Wishes, plan, write};
pub use survey::{Survey, survey};
