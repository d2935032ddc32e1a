//! Who the user is for Copr, for forges and for Kerberos, how long that is good, and whether the servers say the same.

use jiff::SignedDuration;
use jiff::tz::TimeZone;

use super::check::{Check, State};
use super::needs::{Need, Needs};
use crate::config::{CoprFile, User};
use crate::context::Context;
use crate::error::{Error, Kind, Result};
use crate::ops::copr_access::{self, CoprRequest};
use crate::ops::dist_git_place::DistGitPlace;
use crate::ops::forge_access;
use crate::ops::project::Project;
use crate::ops::sync_target::UpstreamPlace;
use crate::secret::redacted;
use crate::services::forge::ForgeKind;
use crate::services::http::date;
use crate::services::negotiate::Negotiate;
use crate::services::{self, Address, Client};

/// How many days before its last day a token is warned of.
const SOON: i64 = 14;

/// Clocks that differ by less than this many seconds are right for Kerberos.
const SKEW: i64 = 300;

/// What is looked at.
pub(super) struct Looked<'a> {
    /// What is needed.
    pub(super) needs: &'a Needs,
    /// Which Copr server.
    pub(super) copr: &'a CoprRequest,
    /// The user's own configuration.
    pub(super) user: &'a User,
    /// The project.
    pub(super) project: Option<&'a Project>,
    /// Who asks the servers; nobody is asked where there is none.
    pub(super) client: Option<&'a Client>,
}

/// All of it.
///
/// # Errors
/// When the work is interrupted.
pub(super) async fn access(context: &Context, looked: &Looked<'_>) -> Result<Vec<Check>> {
    let mut checks = Vec::new();
    let mut kerberos = looked.needs.kerberos;
    let mut servers = Vec::new();
    if looked.needs.copr != Need::No {
        let file = CoprFile::look(context, looked.copr.file.as_deref());
        if let Ok(file) = &file {
            servers.push(file.url.clone());
            if file.kerberos && file.token.is_none() {
                kerberos = kerberos.max(looked.needs.copr);
            }
        }
        checks.push(copr(context, looked, file).await?);
    }
    if looked.needs.forge != Need::No {
        let needed = match looked.needs.is_of_upstream {
            true => upstream_servers(looked, &mut checks),
            false => dist_git_servers(context, looked),
        };
        let others = forge_access::configured_servers(looked.user);
        let others = others.into_iter().filter(|other| !needed.iter().any(|one| forge_access::is_same(one, other)));
        let others: Vec<_> = others.map(|server| (server, Need::Useful)).collect();
        for (server, need) in needed.into_iter().map(|server| (server, looked.needs.forge)).chain(others) {
            checks.push(forge(context, looked, &server, need).await?);
            servers.push(server);
        }
    }
    if kerberos != Need::No {
        checks.push(ticket(context, kerberos));
    }
    if let Some(client) = looked.client {
        checks.extend(clock(context, client, kerberos, &servers).await?);
    }
    Ok(checks)
}

async fn copr(context: &Context, looked: &Looked<'_>, file: Result<CoprFile>) -> Result<Check> {
    const NAME: &str = "Copr";
    let need = looked.needs.copr;
    let broken = need.max(looked.needs.broken);
    let file = match file {
        Ok(file) => file,
        Err(error) => return Ok(Check::failed(NAME, need, &error)),
    };
    let shown = file.shown.display().to_string();
    if file.token.is_none() && !file.kerberos {
        let found = match file.exists {
            true => format!("{shown} has neither login and token nor gssapi"),
            false => format!("there is no {shown} that says who you are"),
        };
        return Ok(Check::bad(NAME, need, found).hint(file.how_to_get()));
    }
    let way = if file.token.is_some() { "token" } else { "Kerberos" };
    let whose = file.username.as_ref().map(|user| format!(" of {user}")).unwrap_or_default();
    let mut check = Check::ok(NAME, format!("{way}{whose} for {} in {shown}", redacted(&file.url)));
    if let Some((last, left)) = file.days_left(context) {
        check.found = format!("{}, good until {last}", check.found);
        check = match left {
            ..0 => {
                let over = Check::bad(NAME, broken, format!("{}: it is over", check.found));
                return Ok(over.ending(last).hint(file.how_to_get()));
            }
            0..=SOON => Check::warning(NAME, check.found).hint(file.how_to_get()),
            _ => check,
        }
        .ending(last);
    }
    let Some(client) = looked.client else { return Ok(check) };
    let asked = async {
        let (_, copr) = copr_access::log_in(context, client, looked.copr)?;
        copr.user(context).await.map(str::to_owned)
    };
    match asked.await {
        Ok(user) => Ok(Check { found: format!("{}; the server knows you as {user}", check.found), ..check }),
        Err(error) if services::copr::is_of_token(&error) => {
            Ok(Check { ends: check.ends, ..Check::failed(NAME, broken, &error) })
        }
        Err(error) => failed(NAME, need, error),
    }
}

fn failed(name: impl Into<String>, need: Need, error: Error) -> Result<Check> {
    match error.kind() {
        Kind::Interrupted => Err(error),
        _ => Ok(Check::failed(name, need, &error)),
    }
}

/// The servers with the dist-git of the packages; that of Fedora where there is no project.
fn dist_git_servers(context: &Context, looked: &Looked<'_>) -> Vec<String> {
    let Some(project) = looked.project else { return vec!["https://src.fedoraproject.org".to_owned()] };
    let mut servers: Vec<String> = Vec::new();
    for package in project.packages.iter() {
        let server = DistGitPlace::of(context, project, package).server;
        if !servers.contains(&server) {
            servers.push(server);
        }
    }
    servers
}

/// The servers with the upstream repositories of the packages, and a check for each package of which that is not known.
fn upstream_servers(looked: &Looked<'_>, checks: &mut Vec<Check>) -> Vec<String> {
    let Some(project) = looked.project else { return Vec::new() };
    let mut servers: Vec<String> = Vec::new();
    for package in project.packages.iter() {
        match UpstreamPlace::of(project, package) {
            Ok(place) if servers.contains(&place.server) => {}
            Ok(place) => servers.push(place.server),
            Err(error) => checks.push(Check::failed("upstream", looked.needs.forge, &error)),
        }
    }
    servers
}

async fn forge(context: &Context, looked: &Looked<'_>, server: &str, need: Need) -> Result<Check> {
    let name = format!("token for {}", redacted(server));
    let Some(source) = forge_access::source_of_token(context, server, looked.user) else {
        let hint = format!("write into the user configuration: authentication: {{\"{server}\": {{token: TOKEN}}}}");
        return Ok(Check::bad(name, need, "none")
            .hint(hint)
            .hint("or set PACKIT_PAGURE_TOKEN, PACKIT_FORGEJO_TOKEN, ..."));
    };
    let found = format!("there is one in {source}");
    let Some(client) = looked.client else { return Ok(Check::ok(name, found)) };
    let asked = async {
        let access = forge_access::open(context, client, server, looked.user).await?;
        let who = access.forge.who_am_i(context, client).await?;
        let facts = access.forge.token_facts(context, client, &who).await?;
        Ok((access.forge.kind(), who.login().unwrap_or("somebody").to_owned(), facts))
    };
    let broken = need.max(looked.needs.broken);
    let (kind, login, facts) = match asked.await {
        Ok(asked) => asked,
        Err(error) if services::forge::is_of_token(&error) => return Ok(Check::failed(name, broken, &error)),
        Err(error) => return failed(name, need, error),
    };
    let mut found = format!("{found}; {kind} knows you as {login}");
    let missing = facts.rights.map(|rights| kind.missing_rights(&rights)).unwrap_or_default();
    if !missing.is_empty() {
        found = format!("{found}; it lacks {}", missing.join(", "));
    }
    let ends = facts.ends.map(|time| (time, time.to_zoned(TimeZone::UTC).date()));
    let left = facts.ends.map(|time| time.duration_since(context.clock()));
    match ends {
        Some((time, day)) if time <= context.clock() => found = format!("{found}; it ended on {day}"),
        Some((_, day)) => found = format!("{found}; it ends on {day}"),
        // All of its tokens end.
        None if kind == ForgeKind::Pagure => found = format!("{found}; Pagure does not tell when it ends"),
        None => {}
    }
    let check = match left {
        Some(left) if !left.is_positive() => Check::bad(name, broken, found),
        _ if !missing.is_empty() => Check::bad(name, need, found),
        Some(left) if left <= SignedDuration::from_hours(24 * SOON) => Check::warning(name, found),
        _ => Check::ok(name, found),
    };
    let check = ends.into_iter().fold(check, |check, (_, day)| check.ending(day));
    Ok(match check.state {
        State::Ok => check,
        _ => check.hint(format!("make one with the rights {} at {}", kind.rights(), kind.token_page(server))),
    })
}

fn ticket(context: &Context, need: Need) -> Check {
    const NAME: &str = "Kerberos ticket";
    match Negotiate::new(None).and_then(|login| login.ticket(context)) {
        Ok(ticket) => {
            let until = ticket.expires.map(|time| format!(" until {time:.0}")).unwrap_or_default();
            Check::ok(NAME, format!("{}{until}", ticket.principal))
        }
        Err(error) => Check::failed(NAME, need, &error),
    }
}

/// This machine's clock against that of the first server that tells its own.
async fn clock(context: &Context, client: &Client, kerberos: Need, servers: &[String]) -> Result<Option<Check>> {
    for server in servers {
        let Ok(address) = Address::parse(server) else { continue };
        let read = client.get(context, &address, &[], async |reply| Ok(reply.header("date").and_then(date))).await;
        let theirs = match read {
            Ok(Some(time)) => time,
            Err(error) if error.kind() == Kind::Interrupted => return Err(error),
            Ok(None) | Err(_) => continue,
        };
        let ahead = context.clock().as_second().saturating_sub(theirs.as_second());
        let host = address.host();
        let name = format!("clock at {host}");
        if ahead.abs() <= SKEW {
            return Ok(Some(Check::ok(name, "says the same as this one")));
        }
        let which = if ahead > 0 { "ahead of" } else { "behind" };
        let check = Check::warning(name, format!("this one is {} seconds {which} it", ahead.abs()));
        // Tickets are refused then.
        let state = if kerberos == Need::Required { State::Error } else { State::Warning };
        return Ok(Some(Check { state, ..check }.hint("timedatectl set-ntp true")));
    }
    Ok(None)
}
