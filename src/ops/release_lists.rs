//! The lists that aliases for targets are read from: asked of the services, kept in the user's cache, and, as the last resort, those
//! that packit was built with.
//!
//! | file below `packit/releases/` in the cache | holds |
//! |---|---|
//! | `fedora.json` | what Bodhi lists of Fedora and EPEL |
//! | `opensuse.json` | what get.opensuse.org lists |

use std::io::Write as _;
use std::path::PathBuf;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use tokio::sync::OnceCell;

use super::target_aliases::Releases;
use crate::context::Context;
use crate::error::{Context as _, Error, Finding, Kind, Result};
use crate::services::Address;
use crate::services::bodhi::{self, Release};
use crate::services::http::{Client, Settings};
use crate::services::opensuse::{self, Distribution};

/// How long a kept list is taken without asking: a release changes its state some six times in half a year, on a day that is
/// announced, so half a day late is early enough, and the commands of a working day ask once.
const FRESH: SignedDuration = SignedDuration::from_hours(12);

/// Raised when a reader of the old form could misread the new one.
const FORMAT: u32 = 1;

/// The lists that packit was built with, in the form of the cache. To renew one: `packit config targets` with a network, then put
/// the file of the cache here.
const BUILT_IN_FEDORA: &str = include_str!("release_lists/fedora.json");
const BUILT_IN_OPENSUSE: &str = include_str!("release_lists/opensuse.json");

/// Where a list comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Origin {
    /// The server was asked.
    Server {
        /// Its host, or base URL.
        server: String,
        /// When, in UTC.
        time: String,
    },
    /// The cache.
    Cache {
        /// The server that was asked then.
        server: String,
        /// When, in UTC.
        time: String,
        /// How long ago that was.
        age_seconds: i64,
    },
    /// The list that packit was built with.
    BuiltIn {
        /// The day of the list.
        date: String,
    },
}

/// A list and where it comes from.
#[derive(Debug, Clone)]
pub struct Listed<T> {
    /// What is on it.
    pub list: T,
    /// Where it comes from.
    pub origin: Origin,
}

/// The lists for one run. Each is looked for when it is first needed, and once.
pub struct ReleaseLists<'a> {
    context: &'a Context,
    client: &'a Client,
    fedora: OnceCell<Listed<Releases>>,
    opensuse: OnceCell<Listed<Vec<Distribution>>>,
}

/// How a client behaves that asks for lists: as there is something to fall back to, it gives up early.
pub fn settings(offline: bool) -> Settings {
    let seconds = Duration::from_secs;
    let pauses = vec![Duration::from_millis(500)];
    Settings { offline, connect: seconds(5), idle: seconds(15), pauses, longest_pause: seconds(5) }
}

impl<'a> ReleaseLists<'a> {
    /// The lists as `client` may ask for them. A client that is offline takes what the cache has, however old.
    pub fn new(context: &'a Context, client: &'a Client) -> Self {
        Self { context, client, fedora: OnceCell::new(), opensuse: OnceCell::new() }
    }

    /// The releases of Fedora and EPEL, of Bodhi at `$PACKIT_BODHI_URL` or Fedora's own.
    ///
    /// # Errors
    /// Of kind [`Kind::Usage`] when the variable holds no URL; [`Kind::Interrupted`]. A server that gives no list is no error: the
    /// cache or the list that packit was built with takes its place, with a warning.
    pub async fn fedora(&self) -> Result<&Listed<Releases>> {
        let ask = async |server: &str| {
            let list = bodhi::active_releases(self.context, self.client, server).await?;
            // A list without Fedora is the page of something else.
            if Releases::new(&list).is_empty() { Err(nothing(server)) } else { Ok(list) }
        };
        let source =
            self.source("fedora.json", "PACKIT_BODHI_URL", bodhi::SERVER, "Fedora and EPEL", BUILT_IN_FEDORA)?;
        self.fedora
            .get_or_try_init(async || {
                let Listed { list, origin } = self.look_for::<Release>(&source, ask).await?;
                Ok(Listed { list: Releases::new(&list), origin })
            })
            .await
    }

    /// The distributions of openSUSE, of the server at `$PACKIT_OPENSUSE_URL` or openSUSE's own.
    ///
    /// # Errors
    /// As [`Self::fedora`].
    pub async fn opensuse(&self) -> Result<&Listed<Vec<Distribution>>> {
        let ask = async |server: &str| {
            let list = opensuse::active_distributions(self.context, self.client, server).await?;
            if list.is_empty() { Err(nothing(server)) } else { Ok(list) }
        };
        let source =
            self.source("opensuse.json", "PACKIT_OPENSUSE_URL", opensuse::SERVER, "openSUSE", BUILT_IN_OPENSUSE)?;
        self.opensuse.get_or_try_init(async || self.look_for::<Distribution>(&source, ask).await).await
    }

    fn source(
        &self,
        file: &str,
        variable: &str,
        server: &str,
        of: &'static str,
        built_in: &'static str,
    ) -> Result<Source> {
        let server = self.context.variable(variable).unwrap_or_else(|| server.to_owned());
        let address = Address::parse(&server).map_err(|error| {
            let message = format!("{variable} is to be the base URL of a server");
            error.hints().iter().fold(Error::new(Kind::Usage, message).cause(error.message()), |e, hint| e.hint(hint))
        })?;
        let file = self.context.cache_home().map(|home| home.join("packit/releases").join(file));
        Ok(Source { file, server, shown: address.to_string().trim_end_matches('/').to_owned(), of, built_in })
    }

    async fn look_for<T: Serialize + DeserializeOwned>(
        &self,
        source: &Source,
        ask: impl AsyncFnOnce(&str) -> Result<Vec<T>>,
    ) -> Result<Listed<Vec<T>>> {
        let now = self.context.clock();
        let kept = source.kept::<T>().map(|(kept, time)| (kept, now.duration_since(time)));
        // A list from the future was kept by a clock that was wrong: nobody knows how old it is.
        let is_fresh = |age: &SignedDuration| !age.is_negative() && *age < FRESH;
        let kept = match kept {
            Some((kept, age)) if is_fresh(&age) && !self.client.is_offline() => return Ok(kept.listed(age)),
            kept => kept,
        };
        if self.client.is_offline() {
            let Some((kept, age)) = kept else {
                let message = format!("--offline, and the cache has no list of the releases of {}", source.of);
                return source.built_in(self.context, message);
            };
            let note = format!("the releases of {} are those of {}, {}", source.of, kept.time, old(age.as_secs()));
            self.context.found(Finding::note(note));
            return Ok(kept.listed(age));
        }
        self.context.step(format!("asking {} for the releases of {}", source.shown, source.of));
        match ask(&source.server).await {
            Ok(list) => {
                let time = now.to_string();
                let time = time.split_once('.').map_or(time.clone(), |(seconds, _)| format!("{seconds}Z"));
                let server = source.shown.clone();
                let kept = Kept { format: FORMAT, server: server.clone(), time: time.clone(), releases: list };
                source.keep(&kept);
                Ok(Listed { list: kept.releases, origin: Origin::Server { server, time } })
            }
            Err(error) if error.kind() == Kind::Service => {
                let message = format!("the releases of {} cannot be asked for: {}", source.of, error.in_one_line());
                let Some((kept, age)) = kept else { return source.built_in(self.context, message) };
                let hint = format!("those of {} are used, {}, from the cache", kept.time, old(age.as_secs()));
                self.context.found(Finding::warning(message).hint(hint));
                Ok(kept.listed(age))
            }
            Err(error) => Err(error),
        }
    }
}

/// How old a list is, for people.
pub fn old(seconds: i64) -> String {
    match seconds / 3600 {
        _ if seconds < 0 => "kept by a clock that was ahead of this one".to_owned(),
        0 => format!("{} minutes old", seconds / 60),
        hours @ 1..48 => format!("{hours} hours old"),
        hours => format!("{} days old", hours / 24),
    }
}

fn nothing(server: &str) -> Error {
    let host = Address::parse(server).map(|address| address.host()).unwrap_or_default();
    Error::new(Kind::Service, format!("{host} lists no release")).hint("check the address of the server")
}

/// A list in the cache, or in packit itself.
#[derive(Serialize, Deserialize)]
struct Kept<T> {
    format: u32,
    server: String,
    /// When the server was asked, in UTC.
    time: String,
    releases: Vec<T>,
}

impl<T> Kept<T> {
    fn listed(self, age: SignedDuration) -> Listed<Vec<T>> {
        let Self { server, time, releases, .. } = self;
        Listed { list: releases, origin: Origin::Cache { server, time, age_seconds: age.as_secs() } }
    }
}

/// Where one list is found.
struct Source {
    file: Option<PathBuf>,
    server: String,
    /// The server as it may be shown.
    shown: String,
    /// Whose releases they are.
    of: &'static str,
    built_in: &'static str,
}

impl Source {
    /// What the cache has of this server, and since when.
    fn kept<T: DeserializeOwned>(&self) -> Option<(Kept<T>, Timestamp)> {
        let text = fs_err::read(self.file.as_ref()?).ok()?;
        let kept: Kept<T> = serde_json::from_slice(&text)
            .inspect_err(|error| tracing::debug!(%error, "a damaged list in the cache"))
            .ok()?;
        let sound = kept.format == FORMAT && kept.server == self.shown && !kept.releases.is_empty();
        let time = kept.time.parse().ok()?;
        sound.then_some((kept, time))
    }

    /// Keeps a list. A cache that does not work is no reason to fail.
    fn keep<T: Serialize>(&self, kept: &Kept<T>) {
        let Some(file) = &self.file else { return };
        let write = || -> Result<()> {
            let cannot = || format!("`{}` cannot be written", file.display());
            let folder = file.parent().ok_or_else(|| Error::bug("a file of the cache is in no folder"))?;
            fs_err::create_dir_all(folder).or_error(Kind::Environment, cannot)?;
            let made = tempfile::Builder::new().prefix(".partial-").tempfile_in(folder);
            let mut temporary = made.or_error(Kind::Environment, cannot)?;
            let text = serde_json::to_vec_pretty(kept).or_error(Kind::Bug, || "no JSON".to_owned())?;
            temporary.write_all(&text).or_error(Kind::Environment, cannot)?;
            temporary.persist(file).or_error(Kind::Environment, cannot)?;
            Ok(())
        };
        if let Err(error) = write() {
            tracing::debug!(%error, causes = ?error.causes(), "not kept in the cache");
        }
    }

    /// The list that packit was built with, and a warning.
    fn built_in<T: DeserializeOwned>(&self, context: &Context, message: String) -> Result<Listed<Vec<T>>> {
        let kept: Kept<T> = serde_json::from_str(self.built_in)
            .or_error(Kind::Bug, || format!("the built-in list of {} is damaged", self.of))?;
        let date = kept.time.chars().take(10).collect::<String>();
        let hint = format!("the list that packit was built with is used, as of {date}: newer releases are not on it");
        context.found(Finding::warning(message).hint(hint));
        Ok(Listed { list: kept.releases, origin: Origin::BuiltIn { date } })
    }
}
