//! How requests to a forge are made: address, token, what an answer is taken for.

use std::time::Duration;

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::kind::ForgeKind;
use super::refusal;
use crate::context::Context;
use crate::error::{Error, Result};
use crate::secret::Token;
use crate::services::address::Address;
use crate::services::call::{Body, Call, Method, Reply};
use crate::services::http::Client;

/// More pages than anybody has reason to read.
const PAGES: u32 = 50;

/// How much longer than others a request for a fork may take.
const FORKING: Duration = Duration::from_secs(120);

/// One forge: where it is, and the token for it.
#[derive(Debug, Clone)]
pub(super) struct Api {
    kind: ForgeKind,
    base: String,
    root: String,
    token: Option<Token>,
}

impl Api {
    /// The forge whose pages are at `base` and whose interface is at `root`.
    pub(super) fn new(kind: ForgeKind, base: &str, root: String, token: Option<Token>) -> Self {
        let token = token.filter(|token| !token.is_empty());
        Self { kind, base: base.to_owned(), root, token }
    }

    /// The address of its pages, without a slash at its end.
    pub(super) fn base(&self) -> &str {
        &self.base
    }

    /// The host, with the port where it is not the usual one.
    pub(super) fn host(&self) -> String {
        Address::parse(&self.base).map_or_else(|_| self.base.clone(), |address| address.host())
    }

    /// Fails where there is no token.
    pub(super) fn needs_token(&self) -> Result<()> {
        if self.token.is_some() { Ok(()) } else { Err(refusal::no_token(self.kind, &self.base, &self.host())) }
    }

    /// A request; `path` begins with a slash and is encoded.
    pub(super) fn call(&self, method: Method, path: &str) -> Result<Call> {
        let address = Address::parse(&format!("{}{path}", self.root))?;
        let scheme = match self.kind {
            ForgeKind::Pagure | ForgeKind::Forgejo => "token",
            ForgeKind::GitLab | ForgeKind::GitHub => "Bearer",
        };
        let media = match self.kind {
            ForgeKind::GitHub => "application/vnd.github+json",
            _ => "application/json",
        };
        let token = self.token.as_ref().map(|token| Token::new(format!("{scheme} {}", token.reveal())));
        Ok(Call::new(method, address).header("accept", media).authorization(token))
    }

    /// The answer to a request that reads, whatever its status is.
    pub(super) async fn get(&self, context: &Context, client: &Client, path: &str) -> Result<Reply> {
        client.ask(context, &self.call(Method::GET, path)?).await
    }

    /// The document at `path`. `doing` is what for: "list the branches of rpms/hello".
    pub(super) async fn read<T: DeserializeOwned>(
        &self,
        context: &Context,
        client: &Client,
        path: &str,
        doing: &str,
    ) -> Result<T> {
        let reply = self.get(context, client, path).await?;
        self.taken(context, &reply, doing)
    }

    /// The same; `None` where there is nothing of that name.
    pub(super) async fn find<T: DeserializeOwned>(
        &self,
        context: &Context,
        client: &Client,
        path: &str,
        doing: &str,
    ) -> Result<Option<T>> {
        let reply = self.get(context, client, path).await?;
        // A web page says nothing of the project: the interface itself is not there.
        if reply.status == 404 && serde_json::from_slice::<Value>(&reply.body).is_ok() {
            return Ok(None);
        }
        self.taken(context, &reply, doing).map(Some)
    }

    /// Reads page after page from `path`, which has a query; `rows` is how many things a full page has. Ends with a page that is
    /// not full, or as soon as `stop` has seen enough.
    pub(super) async fn pages<T: DeserializeOwned>(
        &self,
        context: &Context,
        client: &Client,
        (path, rows): (&str, usize),
        doing: &str,
        mut stop: impl FnMut(&[T]) -> bool,
    ) -> Result<Vec<T>> {
        let mut all = Vec::new();
        for number in 1..=PAGES {
            let reply = self.get(context, client, &format!("{path}&page={number}")).await?;
            let page: Vec<T> = self.taken(context, &reply, doing)?;
            // Servers may have smaller pages than the one that was asked for: those that tell of a next one have one.
            let linked = reply.header("link").map(|link| link.contains("rel=\"next\""));
            let is_last = page.is_empty() || !linked.unwrap_or(page.len() >= rows);
            let enough = stop(&page);
            all.extend(page);
            if is_last || enough {
                return Ok(all);
            }
        }
        tracing::debug!(path, "more pages than are read");
        Ok(all)
    }

    /// The answer to a request that writes, whatever its status is; `None` in a dry run, where it is not sent.
    pub(super) async fn send(
        &self,
        context: &Context,
        client: &Client,
        (method, path): (Method, &str),
        body: Body,
    ) -> Result<Option<Reply>> {
        self.send_patiently(context, client, (method, path), body, Duration::ZERO).await
    }

    /// Changes something whose new state nobody asks for. Whether it was sent: not so in a dry run.
    pub(super) async fn change(
        &self,
        context: &Context,
        client: &Client,
        to: (Method, &str),
        body: Value,
        doing: &str,
    ) -> Result<bool> {
        let sent = self.send(context, client, to, Body::Json(body)).await?;
        let Some(reply) = sent else { return Ok(false) };
        self.taken::<Value>(context, &reply, doing).map(|_| true)
    }

    /// The same as [`Self::send`], to which the forge may take so much longer to answer.
    pub(super) async fn send_patiently(
        &self,
        context: &Context,
        client: &Client,
        (method, path): (Method, &str),
        body: Body,
        patience: Duration,
    ) -> Result<Option<Reply>> {
        if !context.gate().is_closed() {
            self.needs_token()?;
        }
        client.send(context, &self.call(method, path)?.body(body).patience(patience)).await
    }

    /// Asks for a fork: some forges answer only when they have copied the repository.
    pub(super) async fn send_fork(
        &self,
        context: &Context,
        client: &Client,
        path: &str,
        body: Body,
    ) -> Result<Option<Reply>> {
        self.send_patiently(context, client, (Method::POST, path), body, FORKING).await
    }

    /// The document of an answer of success.
    pub(super) fn taken<T: DeserializeOwned>(&self, context: &Context, reply: &Reply, doing: &str) -> Result<T> {
        self.succeeded(context, reply, doing)?;
        reply.json()
    }

    /// Fails for an answer that is not one of success.
    pub(super) fn succeeded(&self, context: &Context, reply: &Reply, doing: &str) -> Result<()> {
        if reply.is_success() { Ok(()) } else { Err(self.refusal(context, reply, doing)) }
    }

    /// The error for an answer that is not one of success.
    pub(super) fn refusal(&self, context: &Context, reply: &Reply, doing: &str) -> Error {
        refusal::refusal(context, self.kind, &self.base, self.token.is_some(), doing, reply)
    }
}
