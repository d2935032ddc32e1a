//! Waiting for a fork: a forge says that it makes one long before git can use it.

use std::time::{Duration, Instant};

use super::api::Api;
use super::one_of::Forge;
use super::values::Project;
use crate::context::Context;
use crate::error::{Error, Kind, Result};
use crate::services::address::Address;
use crate::services::call::Call;
use crate::services::http::Client;

/// How long a fork is waited for, and how.
#[derive(Debug, Clone)]
pub struct Patience {
    /// The longest time.
    pub limit: Duration,
    /// After this time it is told what is waited for.
    pub tell_after: Duration,
    /// The pause between two looks at the beginning; it grows to five times as much.
    pub pause: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        let seconds = Duration::from_secs;
        Self { limit: seconds(300), tell_after: seconds(10), pause: seconds(1) }
    }
}

/// Waits until git can read branches of `fork`.
pub(super) async fn until_git_answers(
    context: &Context,
    client: &Client,
    (forge, api): (&Forge, &Api),
    fork: &Project,
    patience: &Patience,
) -> Result<()> {
    tokio::select! {
        biased;
        () = context.interrupt().stopped() => Err(Error::interrupted()),
        waited = look_again(context, client, (forge, api), fork, patience) => waited,
    }
}

async fn look_again(
    context: &Context,
    client: &Client,
    (forge, api): (&Forge, &Api),
    fork: &Project,
    patience: &Patience,
) -> Result<()> {
    let start = Instant::now();
    let mut told = false;
    let mut pause = patience.pause;
    loop {
        let seen = match is_ready(context, client, forge, fork).await {
            Ok(true) => return Ok(()),
            Ok(false) => None,
            // A server that stumbles while it makes the fork may be well a moment later.
            Err(error) if error.kind() == Kind::Service => Some(error),
            Err(error) => return Err(error),
        };
        let waited = start.elapsed();
        if waited >= patience.limit {
            let message = format!("{} has not finished the fork {} in {} s", api.host(), fork.path, waited.as_secs());
            let error = Error::new(Kind::Service, message);
            let error = seen
                .into_iter()
                .fold(error, |error, seen| seen.causes().iter().fold(error.cause(seen.message()), Error::cause));
            return Err(error.hint("run the same command again in a few minutes: the fork is found then"));
        }
        if waited >= patience.tell_after && !std::mem::replace(&mut told, true) {
            context.tell(format!("waiting for {} to finish the fork {}", api.host(), fork.path));
        }
        tokio::time::sleep(pause.min(patience.limit.saturating_sub(waited))).await;
        pause = (pause * 3 / 2).min(patience.pause * 5);
    }
}

/// Whether git can read a branch of the fork. Git is asked where it answers without a login, else the interface.
async fn is_ready(context: &Context, client: &Client, forge: &Forge, fork: &Project) -> Result<bool> {
    if let Some(https) = &fork.https {
        let place = https.as_str().trim_end_matches('/');
        let address = Address::parse(&format!("{place}/info/refs?service=git-upload-pack"))?;
        let reply = client.ask(context, &Call::get(address)).await?;
        // What is private, and on some forges what does not exist, wants a login.
        if !matches!(reply.status, 401 | 403) {
            let is_git = reply.header("content-type") == Some("application/x-git-upload-pack-advertisement");
            let has_branch = reply.body.windows(11).any(|bytes| bytes == b"refs/heads/");
            return Ok(reply.is_success() && is_git && has_branch);
        }
    }
    Ok(!forge.branches(context, client, &fork.path).await?.is_empty())
}
