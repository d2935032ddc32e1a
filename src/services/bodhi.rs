//! Bodhi, which knows the releases of Fedora and EPEL and in what state they are.

use serde::{Deserialize, Serialize};

use super::address::Address;
use super::http::Client;
use super::json;
use crate::context::Context;
use crate::error::{Error, Kind, Result};

/// The server of Fedora.
pub const SERVER: &str = "https://bodhi.fedoraproject.org";

/// More releases than there ever were at a time: one page holds them all, and the loop is for a server that makes smaller ones.
const ROWS: u32 = 100;

/// More pages than a sound server has.
const PAGES: u64 = 50;

/// A release, as Bodhi tells of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Release {
    /// Its short name: `F43`, `EPEL-9`, `EPEL-10.2`, `ELN`.
    pub name: String,
    /// Its number: `43`, `10.2`, `eln`.
    pub version: String,
    /// Its branch in dist-git: `f43`, `rawhide`, `epel10`.
    pub branch: String,
    /// `FEDORA`, `FEDORA-EPEL`, or that of modules, containers and Flatpaks.
    pub id_prefix: String,
    /// `current`, `pending`, `frozen`; `archived` and `disabled` are not asked for.
    pub state: String,
}

#[derive(Deserialize)]
struct Page {
    releases: Vec<Listed>,
    #[serde(default)]
    pages: u64,
}

/// A release on a page. One that lacks something is none that anybody can build for.
#[derive(Deserialize)]
struct Listed {
    name: Option<String>,
    version: Option<String>,
    branch: Option<String>,
    id_prefix: Option<String>,
    state: Option<String>,
}

impl Listed {
    fn complete(self) -> Option<Release> {
        let Self { name, version, branch, id_prefix, state } = self;
        Some(Release { name: name?, version: version?, branch: branch?, id_prefix: id_prefix?, state: state? })
    }
}

/// The releases that are current, pending or frozen, in the order of the server. `server` is the base URL, such as [`SERVER`].
///
/// # Errors
/// Of kind [`Kind::Service`] when the server cannot be reached, refuses, or gives no list; [`Kind::Project`] when `server` is no URL
/// or the client is offline; [`Kind::Interrupted`].
pub async fn active_releases(context: &Context, client: &Client, server: &str) -> Result<Vec<Release>> {
    let base = server.trim_end_matches('/');
    let mut releases = Vec::new();
    for number in 1..=PAGES {
        let query = format!("state=current&state=pending&state=frozen&rows_per_page={ROWS}&page={number}");
        let address = Address::parse(&format!("{base}/releases/?{query}"))?;
        let page: Page = json::get(context, client, &address).await?;
        releases.extend(page.releases.into_iter().filter_map(Listed::complete));
        if number >= page.pages {
            return Ok(releases);
        }
    }
    let host = Address::parse(server)?.host();
    Err(Error::new(Kind::Service, format!("{host} has more than {PAGES} pages of releases"))
        .hint("check the address of Bodhi in $PACKIT_BODHI_URL"))
}
