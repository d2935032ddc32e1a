//! What is asked of servers: one HTTP client for all, verified downloads and the cache of them. Services take and give plain
//! values: they know neither the configuration nor each other.

pub mod address;
pub mod bodhi;
pub mod bugzilla;
pub mod call;
pub mod copr;
pub mod download;
pub mod download_cache;
mod failure;
pub mod forge;
pub mod http;
mod json;
mod login;
pub mod lookaside;
pub mod negotiate;
pub mod opensuse;
pub mod release_monitoring;
mod words;

pub use address::Address;
pub use call::{Body, Call, Content, Method, Part, Reply};
pub use download::{Downloaded, Origin, Wanted, download};
pub use http::{Client, Settings};
pub use login::Login;
pub use lookaside::{Lookaside, Upload, Uploaded};
