//! The package configuration file (`.packit.yaml`) and the user's own configuration.

mod action;
mod discover;
mod files_to_sync;
mod keys;
mod load;
mod metadata;
mod node;
mod package;
mod padding;
mod read;
mod scalar;
mod select;
mod settings;
mod source;
mod spec_file;
mod user;
mod words;
mod yaml;

pub use action::{Action, ActionName, Command, Commands};
pub use discover::{FILE_NAMES, Found, discover, explicit};
pub use files_to_sync::SyncedFiles;
pub use load::{Loaded, load, parse};
pub use metadata::{Scalar, mapping};
pub use package::{PRERELEASE_SUFFIX_PATTERN, Package, RemoteSource, refused_in_name};
pub use select::select;
pub use settings::Setting;
pub use source::{Source, Span, Spanned};
pub use spec_file::{Roots, find_spec_file, named_spec_file, package_folder};
pub use user::{User, load_user};
