//! Which forge answers at an address. Fedora's dist-git changes from Pagure to Forgejo under the same name, on a day that nobody
//! knows: it is asked, and the answer is kept for a while.
//!
//! The cache is `packit/forges/HASH.json` in the user's cache folder, by the sha256 of the address. What cannot be kept is not kept.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::kind::ForgeKind;
use crate::checksum::{Algorithm, Checksum};
use crate::context::Context;
use crate::error::{Error, Kind, Result};
use crate::services::address::Address;
use crate::services::call::Call;
use crate::services::http::Client;

/// How long an answer counts, in seconds: a host changes its forge once in ten years, but on that day nothing works until it is noticed.
const FRESH: i64 = 6 * 3600;

/// Those that will not change and need not be asked.
const KNOWN: [(&str, ForgeKind); 9] = [
    ("github.com", ForgeKind::GitHub),
    ("gitlab.com", ForgeKind::GitLab),
    ("gitlab.gnome.org", ForgeKind::GitLab),
    ("gitlab.freedesktop.org", ForgeKind::GitLab),
    ("salsa.debian.org", ForgeKind::GitLab),
    ("framagit.org", ForgeKind::GitLab),
    ("codeberg.org", ForgeKind::Forgejo),
    ("forge.fedoraproject.org", ForgeKind::Forgejo),
    ("pagure.io", ForgeKind::Pagure),
];

#[derive(Serialize, Deserialize)]
struct Kept {
    base: String,
    kind: ForgeKind,
    /// In seconds since 1970.
    time: i64,
}

/// Which forge answers at `base`. `configured` wins; hosts that are known are not asked; else the cache is looked at, and the host is
/// asked by requests that read, without a token.
///
/// # Errors
/// Of kind [`Kind::Project`] when `base` is no URL; [`Kind::Service`] when the host cannot be reached; [`Kind::Config`] when it answers like none of
/// them, or may not be asked because the client is offline; [`Kind::Interrupted`].
pub async fn detect(
    context: &Context,
    client: &Client,
    base: &str,
    configured: Option<ForgeKind>,
) -> Result<ForgeKind> {
    if let Some(kind) = configured {
        return Ok(kind);
    }
    let base = base.trim().trim_end_matches('/');
    let address = Address::parse(base)?;
    let host = address.host();
    if let Some((_, kind)) = KNOWN.iter().find(|(known, _)| *known == host.trim_start_matches("www.")) {
        return Ok(*kind);
    }
    let shown = address.to_string();
    let kept = file(context, &shown).and_then(|file| read(&file)).filter(|kept| kept.base == shown);
    let now = context.clock().as_second();
    if let Some(kept) = kept {
        let age = now.saturating_sub(kept.time);
        // Offline an old answer is better than none.
        if client.is_offline() || (0..FRESH).contains(&age) {
            return Ok(kept.kind);
        }
    }
    let unknown = || {
        Error::new(Kind::Config, format!("which forge {host} is cannot be told")).hint(format!(
            "name it in the user's configuration, under authentication: {host}: {{type: pagure}} (or forgejo, gitlab, github)"
        ))
    };
    if client.is_offline() {
        return Err(unknown().cause("--offline forbids to ask it, and it was not asked before"));
    }
    match ask(context, client, base).await? {
        Ok(kind) => {
            if let Some(file) = file(context, &shown) {
                keep(&file, &Kept { base: shown, kind, time: now });
            }
            Ok(kind)
        }
        Err(answers) => Err(answers.into_iter().fold(unknown(), Error::cause)),
    }
}

/// Forgets which forge answers at `base`, so that it is asked again: for a host whose answers have become strange.
pub fn forget(context: &Context, base: &str) {
    let Ok(address) = Address::parse(base.trim().trim_end_matches('/')) else { return };
    if let Some(file) = file(context, &address.to_string()) {
        let _ = fs_err::remove_file(file);
    }
}

/// Asks for what only one of them has, the most likely first. The inner error: what was answered instead.
async fn ask(context: &Context, client: &Client, base: &str) -> Result<Result<ForgeKind, Vec<String>>> {
    let mut answers = Vec::new();
    for (path, kind) in [
        ("/api/v1/version", ForgeKind::Forgejo),
        ("/api/0/version", ForgeKind::Pagure),
        ("/api/v4/version", ForgeKind::GitLab),
    ] {
        let address = Address::parse(&format!("{base}{path}"))?;
        let reply = client.ask(context, &Call::get(address).header("accept", "application/json")).await?;
        let document: Option<Value> = serde_json::from_slice(&reply.body).ok();
        let has = |name: &str| document.as_ref().and_then(|document| document.get(name)).is_some_and(Value::is_string);
        let is_it = match kind {
            // It tells its version to users only.
            ForgeKind::GitLab => (reply.status == 200 && has("version")) || (reply.status == 401 && has("message")),
            _ => reply.status == 200 && has("version"),
        };
        if is_it {
            return Ok(Ok(kind));
        }
        let what = if document.is_some() { "another document" } else { "no JSON" };
        answers.push(format!("`{}` answered {} with {what}", reply.address, reply.status));
    }
    Ok(Err(answers))
}

fn file(context: &Context, base: &str) -> Option<PathBuf> {
    let name = Checksum::of_bytes(Algorithm::Sha256, base.as_bytes());
    Some(context.cache_home()?.join("packit/forges").join(format!("{}.json", name.hex())))
}

fn read(file: &Path) -> Option<Kept> {
    let text = fs_err::read(file).ok()?;
    serde_json::from_slice(&text).inspect_err(|error| tracing::debug!(%error, "a damaged note of the cache")).ok()
}

fn keep(file: &Path, kept: &Kept) {
    let write = || -> std::io::Result<()> {
        let folder = file.parent().unwrap_or(file);
        fs_err::create_dir_all(folder)?;
        let temporary = tempfile::Builder::new().prefix(".partial-").tempfile_in(folder)?;
        serde_json::to_writer(&temporary, kept)?;
        temporary.persist(file)?;
        Ok(())
    };
    if let Err(error) = write() {
        tracing::debug!(%error, "not kept in the cache");
    }
}
