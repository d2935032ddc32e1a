//! Bugzilla, where release monitoring opens a bug for each new version of a package of Fedora.

use serde::Deserialize;

use super::address::Address;
use super::call::Call;
use super::http::Client;
use super::words::words;
use crate::context::Context;
use crate::error::{Error, Kind, Result};

/// The server of Fedora.
pub const SERVER: &str = "https://bugzilla.redhat.com";

/// Who opens these bugs: the name that people see, and the first part of the account.
const REPORTER: (&str, &str) = ("upstream release monitoring", "upstream-release-monitoring");

#[derive(Deserialize)]
struct Found {
    bugs: Vec<Bug>,
}

#[derive(Deserialize)]
struct Bug {
    id: u64,
    #[serde(default)]
    summary: String,
    #[serde(default)]
    creator: String,
    #[serde(default)]
    creator_detail: Creator,
}

#[derive(Deserialize, Default)]
struct Creator {
    #[serde(default)]
    real_name: String,
}

/// The number of the new bug that tells of `version` of a package of Fedora: its summary is `PACKAGE-VERSION is available`, and
/// release monitoring has opened it. `server` is the base URL, such as [`SERVER`].
///
/// # Errors
/// Of kind [`Kind::Service`] when the server cannot be reached, refuses, or gives another answer than the known one;
/// [`Kind::Project`] when `server` is no URL or the client is offline; [`Kind::Interrupted`].
pub async fn release_bug(
    context: &Context,
    client: &Client,
    server: &str,
    package: &str,
    version: &str,
) -> Result<Option<u64>> {
    let summary = format!("{package}-{version} is available");
    let query = [
        ("product", "Fedora"),
        ("component", package),
        ("status", "NEW"),
        // A part of the text, as it is written.
        ("summary", summary.as_str()),
        ("include_fields", "id,summary,creator,creator_detail"),
    ];
    let address = Address::parse(server)?.below(&["rest", "bug"], &query)?;
    let reply = client.ask(context, &Call::get(address).header("accept", "application/json")).await?;
    if !reply.is_success() {
        let error = Error::new(Kind::Service, format!("{} answered {}", reply.address.host(), reply.status));
        let said = words(&reply).map(|said| format!("it says: {said}"));
        return Err(said.into_iter().fold(error, Error::cause).hint("name the bug with --resolve-bug"));
    }
    let found: Found = reply.json()?;
    Ok(found.bugs.into_iter().find(|bug| bug.summary == summary && bug.is_of_release_monitoring()).map(|bug| bug.id))
}

impl Bug {
    fn is_of_release_monitoring(&self) -> bool {
        let (name, account) = REPORTER;
        let creator = self.creator.to_ascii_lowercase();
        let is_account = creator.split('@').next() == Some(account);
        is_account || creator == name || self.creator_detail.real_name.to_ascii_lowercase() == name
    }
}
