//! Release monitoring (Anitya), which knows the newest version of upstream projects.

use serde::Deserialize;

use super::address::Address;
use super::call::{Call, Reply};
use super::http::Client;
use crate::context::Context;
use crate::error::{Error, Kind, Result};

/// The server of Fedora.
pub const SERVER: &str = "https://release-monitoring.org";

#[derive(Deserialize)]
struct Project {
    #[serde(default)]
    name: String,
    version: Option<String>,
}

#[derive(Deserialize)]
struct Projects {
    projects: Vec<Project>,
}

/// The newest upstream version of a package of Fedora: by the mapping of its name, else of the project of the same name. `None`:
/// the server does not know one. `server` is the base URL, such as [`SERVER`].
///
/// # Errors
/// Of kind [`Kind::Service`] when the server cannot be reached, refuses, or gives another answer than the known one;
/// [`Kind::Project`] when `server` is no URL or the client is offline; [`Kind::Interrupted`].
pub async fn newest_version(context: &Context, client: &Client, server: &str, package: &str) -> Result<Option<String>> {
    let server = Address::parse(server)?;
    // What cannot be a part of an address is the name of no package.
    if let Ok(mapping) = server.below(&["api", "project", "Fedora", package], &[])
        && !package.is_empty()
    {
        let mapped = ask(context, client, mapping).await?;
        let mapped: Option<Project> = mapped.map(|reply| reply.json()).transpose()?;
        if let Some(version) = mapped.and_then(version) {
            return Ok(Some(version));
        }
    }
    let projects = server.below(&["api", "projects"], &[("pattern", package)])?;
    let found = ask(context, client, projects).await?;
    let found: Option<Projects> = found.map(|reply| reply.json()).transpose()?;
    let mut projects = found.into_iter().flat_map(|found| found.projects);
    Ok(projects.find(|project| project.name == package).and_then(version))
}

fn version(project: Project) -> Option<String> {
    project.version.map(|version| version.trim().to_owned()).filter(|version| !version.is_empty())
}

/// The answer, unless it is that there is nothing.
async fn ask(context: &Context, client: &Client, address: Address) -> Result<Option<Reply>> {
    let reply = client.ask(context, &Call::get(address).header("accept", "application/json")).await?;
    match reply.status {
        404 => Ok(None),
        200..=299 => Ok(Some(reply)),
        status => Err(Error::new(Kind::Service, format!("{} answered {status}", reply.address.host()))
            .cause(format!("it was asked for `{}`", reply.address))
            .hint("give the version as an argument")),
    }
}
