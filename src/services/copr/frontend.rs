//! Who is asked, and as whom.

use std::cell::RefCell;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::sync::OnceCell;

use super::refusal;
use super::session;
use crate::context::Context;
use crate::error::Result;
use crate::secret::Token;
use crate::services::negotiate::Negotiate;
use crate::services::{Address, Body, Call, Client, Method, Reply};

/// As whom Copr is asked.
#[derive(Debug, Clone)]
pub enum Access {
    /// As nobody: only to read.
    Nobody,
    /// With the login and the token that Copr's page `/api/` gives.
    Token {
        /// The login.
        login: Token,
        /// The token.
        token: Token,
    },
    /// With the ticket of Kerberos that the user has.
    Kerberos(Negotiate),
}

/// A Copr server.
pub struct Copr<'a> {
    client: &'a Client,
    frontend: Address,
    access: Access,
    /// The file that the access comes from, as the user would name it: for messages.
    source: String,
    session: RefCell<Option<Token>>,
    user: OnceCell<String>,
}

#[derive(Deserialize)]
struct Identity {
    name: String,
}

impl<'a> Copr<'a> {
    /// The server at `frontend`, asked as `access` says, which comes from the file `source`.
    pub fn new(client: &'a Client, frontend: Address, access: Access, source: impl Into<String>) -> Self {
        let (session, user) = (RefCell::default(), OnceCell::new());
        Self { client, frontend, access, source: source.into(), session, user }
    }

    /// The address of the server.
    pub fn frontend(&self) -> &Address {
        &self.frontend
    }

    /// The address of a page for people, below the server's own: `coprs/build/7/`.
    pub fn page(&self, path: &str) -> String {
        format!("{}/{path}", self.frontend.to_string().trim_end_matches('/'))
    }

    /// The page of a project; one of a group has another path.
    pub fn project_page(&self, owner: &str, project: &str) -> String {
        let owner = match owner.strip_prefix('@') {
            Some(group) => format!("g/{group}"),
            None => owner.to_owned(),
        };
        self.page(&format!("coprs/{owner}/{project}/"))
    }

    /// The name of the user as whom the server is asked: its own answer, asked for once.
    ///
    /// # Errors
    /// Of kind [`crate::error::Kind::Service`] when the server does not accept the access, or cannot be reached.
    pub async fn user(&self, context: &Context) -> Result<&str> {
        let name = self
            .user
            .get_or_try_init(async || {
                if let Access::Kerberos(negotiate) = &self.access {
                    let login = session::login(context, self.client, &self.frontend, negotiate).await?;
                    *self.session.borrow_mut() = Some(login.cookie);
                    return Ok(login.name);
                }
                let call = self.authorized(Call::get(self.address("auth-check", &[])?));
                let identity: Identity = self.understood(&self.client.ask(context, &call).await?)?;
                Ok::<_, crate::error::Error>(identity.name)
            })
            .await?;
        Ok(name)
    }

    /// The chroots that the server builds for, in its own order.
    ///
    /// # Errors
    /// As [`Client::send`].
    pub async fn chroots(&self, context: &Context) -> Result<Vec<String>> {
        let chroots: serde_json::Map<String, Value> = self.read(context, "mock-chroots/list", &[]).await?;
        Ok(chroots.into_iter().map(|(name, _)| name).filter(|name| !name.starts_with('_')).collect())
    }

    /// What a route answers to somebody who only reads.
    pub(super) async fn read<T: DeserializeOwned>(
        &self,
        context: &Context,
        route: &str,
        query: &[(&str, &str)],
    ) -> Result<T> {
        let reply = self.ask(context, route, query).await?;
        self.understood(&reply)
    }

    /// The answer of a route, whatever its status is.
    pub(super) async fn ask(&self, context: &Context, route: &str, query: &[(&str, &str)]) -> Result<Reply> {
        self.client.ask(context, &Call::get(self.address(route, query)?)).await
    }

    /// The same for the user.
    pub(super) async fn ask_as_user(&self, context: &Context, route: &str) -> Result<Reply> {
        self.user(context).await?;
        let call = Call::get(self.address(route, &[])?);
        let reply = self.client.ask(context, &self.authorized(call.clone())).await?;
        match self.begins_anew(context, &reply).await? {
            true => self.client.ask(context, &self.authorized(call)).await,
            false => Ok(reply),
        }
    }

    /// Sends something that changes what the server has; `None` where the gate holds it back. `repeatable`: a second time does
    /// no harm.
    pub(super) async fn write<T: DeserializeOwned>(
        &self,
        context: &Context,
        method: Method,
        route: &str,
        body: Body,
        repeatable: bool,
    ) -> Result<Option<T>> {
        match self.send(context, method, route, body, repeatable).await? {
            Some(reply) => self.understood(&reply).map(Some),
            None => Ok(None),
        }
    }

    /// The same, with the answer as it is, whatever its status is.
    pub(super) async fn send(
        &self,
        context: &Context,
        method: Method,
        route: &str,
        body: Body,
        repeatable: bool,
    ) -> Result<Option<Reply>> {
        let (path, query) = route.split_once('?').unwrap_or((route, ""));
        let query: Vec<_> = query.split('&').filter_map(|pair| pair.split_once('=')).collect();
        let call = Call::new(method, self.address(path, &query)?).body(body);
        let call = if repeatable { call.repeatable() } else { call };
        if !context.gate().is_closed() {
            // A session of Kerberos begins with the first write.
            self.user(context).await?;
        }
        let reply = self.client.send(context, &self.authorized(call.clone())).await?;
        match &reply {
            // What was refused was not carried out.
            Some(refused) if self.begins_anew(context, refused).await? => {
                self.client.send(context, &self.authorized(call)).await
            }
            _ => Ok(reply),
        }
    }

    /// Whether the answer says that the session of Kerberos is over, and there is a new one now.
    async fn begins_anew(&self, context: &Context, reply: &Reply) -> Result<bool> {
        let Access::Kerberos(negotiate) = &self.access else { return Ok(false) };
        if reply.status != 401 || self.session.borrow_mut().take().is_none() {
            return Ok(false);
        }
        context.tell(format!("the session on {} is over: logging in again", self.frontend.host()));
        let login = session::begin(context, self.client, &self.frontend, negotiate).await?;
        *self.session.borrow_mut() = Some(login.cookie);
        Ok(true)
    }

    /// Asks a route that changes nothing, though it takes a body, as the user.
    pub(super) async fn check(&self, context: &Context, route: &str, body: Value) -> Result<()> {
        let call = Call::new(Method::POST, self.address(route, &[])?).body(Body::Json(body)).repeatable();
        self.understood::<Value>(&self.client.ask(context, &self.authorized(call)).await?).map(drop)
    }

    /// The address of a route of the interface.
    fn address(&self, route: &str, query: &[(&str, &str)]) -> Result<Address> {
        self.frontend.below(&["api_3"].into_iter().chain(route.split('/')).collect::<Vec<_>>(), query)
    }

    fn authorized(&self, call: Call) -> Call {
        match &self.access {
            Access::Nobody => call,
            Access::Token { login, token } => call.authorization(Some(Token::basic(login, token))),
            Access::Kerberos(_) => match &*self.session.borrow() {
                Some(cookie) => call.secret_header("cookie", Token::new(format!("session={}", cookie.reveal()))),
                None => call,
            },
        }
    }

    pub(super) fn understood<T: DeserializeOwned>(&self, reply: &Reply) -> Result<T> {
        if reply.is_success() {
            return reply.json();
        }
        Err(refusal::read(reply, &self.frontend, &self.source))
    }

    pub(super) fn client(&self) -> &Client {
        self.client
    }
}
