//! What is asked of servers: one HTTP client for all, verified downloads and the cache of them. Services take and give plain
//! values: they know neither the configuration nor each other.

pub mod address;
pub mod bodhi;
pub mod call;
pub mod download;
pub mod download_cache;
mod failure;
pub mod forge;
pub mod http;
mod json;
pub mod opensuse;

pub use address::Address;
pub use call::{Body, Call, Content, Method, Part, Reply};
pub use download::{Downloaded, Origin, Wanted, download};
pub use http::{Client, Settings};
