//! The list of openSUSE's distributions at get.opensuse.org.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::address::Address;
use super::http::Client;
use super::json;
use crate::context::Context;
use crate::error::Result;

/// The server of openSUSE.
pub const SERVER: &str = "https://get.opensuse.org";

/// A distribution.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Distribution {
    /// The family, as the server names it: `Leap`, `LeapMicro`, `Tumbleweed`.
    pub family: String,
    /// Its name: `openSUSE Leap`.
    pub name: String,
    /// Its version: `16.0`; a date for Tumbleweed.
    pub version: String,
}

#[derive(Deserialize)]
struct Listed {
    name: Option<String>,
    version: Option<String>,
    state: Option<String>,
}

/// The distributions that are not at the end of their life, those being made too, in the order of the server within each family.
/// `server` is the base URL, such as [`SERVER`].
///
/// # Errors
/// Of kind [`crate::error::Kind::Service`] when the server cannot be reached, refuses, or gives no list;
/// [`crate::error::Kind::Project`] when `server` is no URL or the client is offline; [`crate::error::Kind::Interrupted`].
pub async fn active_distributions(context: &Context, client: &Client, server: &str) -> Result<Vec<Distribution>> {
    let address = Address::parse(&format!("{}/api/v0/distributions.json", server.trim_end_matches('/')))?;
    let families: BTreeMap<String, Vec<Listed>> = json::get(context, client, &address).await?;
    let mut distributions = Vec::new();
    for (family, listed) in families {
        for Listed { name, version, state } in listed {
            if let (Some(name), Some(version), false) = (name, version, state.as_deref() == Some("EOL")) {
                distributions.push(Distribution { family: family.clone(), name, version });
            }
        }
    }
    Ok(distributions)
}
