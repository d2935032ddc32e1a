//! The package configuration file (`.packit.yaml`) and the user's own configuration.

mod action;
mod keys;
mod load;
mod node;
mod package;
mod read;
mod scalar;
mod source;
mod words;
mod yaml;

pub use action::{Action, ActionName, Command, Commands};
pub use load::{Loaded, load, parse};
pub use package::{PRERELEASE_SUFFIX_PATTERN, Package, RemoteSource};
pub use source::{Source, Span, Spanned};
