//! `packit init`: a configuration for the repository at hand, from what is found in it.

mod hook;
mod language;
mod plan;
mod survey;
mod tag_template;
mod texts;

pub use plan::{JobWish, Plan, Report, Wishes, plan, refused_name, write};
pub use survey::{Survey, survey};
