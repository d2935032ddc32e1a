//! Logging in to Copr with Kerberos: one request gives a cookie that stands for the user for some hours.

use std::path::PathBuf;

use fs_err as fs;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::context::Context;
use crate::error::{Error, Kind, Result};
use crate::paths;
use crate::secret::Token;
use crate::services::negotiate::Negotiate;
use crate::services::{Address, Call, Client};

/// How long a session is used, in seconds: as long as Copr's own client does.
const LIFE: i64 = 10 * 60 * 60;

/// Somebody who is logged in.
pub(super) struct Login {
    pub(super) name: String,
    pub(super) cookie: Token,
}

/// What is kept of a session, in the file and the form of Copr's own client: both can use it.
#[derive(Serialize, Deserialize)]
struct Kept {
    name: String,
    session: String,
    expiration: f64,
}

#[derive(Deserialize)]
struct Identity {
    name: String,
}

/// The session that is kept, else a new one.
pub(super) async fn login(
    context: &Context,
    client: &Client,
    frontend: &Address,
    negotiate: &Negotiate,
) -> Result<Login> {
    if let Some(login) = kept(context, frontend) {
        let address = frontend.below(&["api_3", "auth-check"], &[])?;
        let call = Call::get(address).secret_header("cookie", Token::new(format!("session={}", login.cookie.reveal())));
        if client.ask(context, &call).await?.is_success() {
            return Ok(login);
        }
    }
    begin(context, client, frontend, negotiate).await
}

/// A new session, which is kept.
pub(super) async fn begin(
    context: &Context,
    client: &Client,
    frontend: &Address,
    negotiate: &Negotiate,
) -> Result<Login> {
    let address = frontend.below(&["api_3", "gssapi_login", ""], &[])?;
    let token = negotiate.token(context, &address).await?;
    // A second try would need another token.
    let reply = client.ask(context, &Call::get(address).authorization(Some(token)).once()).await?;
    if !reply.is_success() {
        let error = Error::new(Kind::Service, format!("{} does not accept your Kerberos ticket", frontend.host()));
        let error = error.cause(format!("it answered {}", reply.status));
        return Err(error.hint("check with `klist` whose ticket it is; or use a token: see Copr's page /api/"));
    }
    let Identity { name } = reply.json()?;
    let cookie = reply.headers("set-cookie").find_map(|cookie| {
        let (name, value) = cookie.split(';').next()?.split_once('=')?;
        (name.trim() == "session").then(|| value.trim().to_owned())
    });
    let Some(session) = cookie else {
        return Err(reply.unknown("it began no session"));
    };
    keep(context, frontend, &Kept { name: name.clone(), session: session.clone(), expiration: later(context) });
    Ok(Login { name, cookie: Token::new(session) })
}

/// When a session that begins now is over, in seconds since 1970.
fn later(context: &Context) -> f64 {
    (context.clock().as_second() + LIFE) as f64
}

fn file(context: &Context, frontend: &Address) -> Option<PathBuf> {
    Some(context.cache_home()?.join("copr").join(format!("{}-session", frontend.host())))
}

fn kept(context: &Context, frontend: &Address) -> Option<Login> {
    let kept: Kept = serde_json::from_slice(&fs::read(file(context, frontend)?).ok()?).ok()?;
    let over = Timestamp::from_second(kept.expiration as i64).ok()?;
    let can_be_sent = kept.session.bytes().all(|byte| byte.is_ascii_graphic() && byte != b';');
    (over > context.clock() && can_be_sent).then(|| Login { name: kept.name, cookie: Token::new(kept.session) })
}

/// Keeps a session for the next run, readable for its user only. Where it cannot be kept, the next run logs in again.
fn keep(context: &Context, frontend: &Address, kept: &Kept) {
    let Some(file) = file(context, frontend) else { return };
    let written = serde_json::to_vec(kept).map_err(drop).and_then(|text| {
        file.parent().map_or(Ok(()), |folder| fs::create_dir_all(folder).map_err(drop))?;
        paths::write_private(&file, &text).map_err(drop)
    });
    if written.is_err() {
        tracing::debug!(file = %file.display(), "the session of Copr is not kept");
    }
}
