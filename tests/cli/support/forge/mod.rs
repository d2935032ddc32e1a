//! Forges on the loopback interface: with projects, forks, branches, pull requests, comments and rights, and with real git over
//! http. They answer as the recorded ones, and a test fails whose client sends what they do not understand.

mod book;
mod forgejo;
mod git_over_http;
mod github;
mod gitlab;
mod hub;
mod pagure;
mod pagure_flags;
mod query;
mod server;

pub use server::{Fault, ForgeServer};
