//! `packit doctor`: all that a command needs, looked at in turn. Nothing is changed; nobody is asked over the network but where
//! the user says so.

use std::path::PathBuf;

use serde::Serialize;

use super::access::{Looked, access};
use super::check::{Check, State};
use super::checkout::{Named, checkout, specs};
use super::needs::{Need, Needs};
use super::programs::{macros, programs};
use crate::config::User;
use crate::context::Context;
use crate::error::{Error, Kind, Result};
use crate::ops::copr_access::CoprRequest;
use crate::services::{Client, Settings};

/// What to look at.
#[derive(Debug, Clone)]
pub struct Request {
    /// The command that is to work, with the names of its groups (`build in-mock`); all of packit when not given.
    pub command: Option<String>,
    /// The configuration file, when it is not to be searched.
    pub config: Option<PathBuf>,
    /// The git remote that is upstream.
    pub remote: Option<String>,
    /// The user's own configuration.
    pub user: User,
    /// Why that cannot be read; `user` is empty then.
    pub unread: Option<Error>,
    /// Which Copr server.
    pub copr: CoprRequest,
    /// Whether servers are asked.
    pub online: bool,
}

/// What was found.
#[derive(Debug, Serialize)]
pub struct Report {
    /// The command that is to work.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub command: Option<String>,
    /// Whether nothing keeps it from working.
    pub can_work: bool,
    /// What was looked at.
    pub checks: Vec<Check>,
}

impl Report {
    /// The failure that the errors among the checks stand for; `with_causes`, it also says what they found.
    pub fn failure(&self, with_causes: bool) -> Option<Error> {
        let errors: Vec<&Check> = self.checks.iter().filter(|check| check.state == State::Error).collect();
        let names = errors.iter().map(|check| check.name.as_str()).collect::<Vec<_>>().join(", ");
        let what = self.command.as_ref().map_or_else(|| "packit".to_owned(), |command| format!("`packit {command}`"));
        let error = Error::new(Kind::Environment, format!("{what} cannot work here: {names}"));
        let told = errors.iter().filter(|_| with_causes);
        let error = told.fold(error, |error, check| {
            let error = error.cause(format_args!("{}: {}", check.name, check.found));
            check.hints.iter().fold(error, Error::hint)
        });
        (!errors.is_empty()).then_some(error)
    }
}

/// Looks at the machine, the checkout and the user's access to services.
///
/// # Errors
/// When the work is interrupted; what is wrong is in the report.
pub async fn run(context: &Context, request: &Request) -> Result<Report> {
    // What is found is in the report.
    let context = &context.quiet();
    let needs = Needs::of(request.command.as_deref());
    let mut checks = programs(context, &needs).await?;
    let named = Named { config: request.config.clone(), remote: request.remote.clone(), user: &request.user };
    // No command begins without it.
    checks.extend(request.unread.iter().map(|error| Check::failed("user config", Need::Required, error)));
    let seen = checkout(context, &needs, &named).await?;
    let specs = seen.project.as_ref().map(specs).unwrap_or_default();
    checks.extend(macros(context, needs.macros, &specs, request.command.is_none()).await?);
    checks.extend(seen.checks);
    // Whoever does not answer at once is told as such: nobody waits for a doctor.
    let client = request.online.then(|| Client::new(Settings { pauses: Vec::new(), ..Settings::default() }));
    let looked = Looked {
        needs: &needs,
        copr: &request.copr,
        user: &request.user,
        project: seen.project.as_ref(),
        client: client.as_ref(),
    };
    checks.extend(access(context, &looked).await?);
    let can_work = checks.iter().all(|check| check.state != State::Error);
    Ok(Report { command: request.command.clone(), can_work, checks })
}
