//! The login by Kerberos over HTTP (SPNEGO, RFC 4559): whether the user has a ticket, and a token for each request.
//!
//! The library reads `KRB5CCNAME` and `KRB5_CONFIG` from the environment of the process itself.

mod failure;
mod gssapi;

use std::fmt;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::{SignedDuration, Timestamp};

use super::address::Address;
use crate::context::Context;
use crate::error::{Error, Result};
use crate::secret::Token;
use gssapi::{Credential, Library, Mechanism, Refusal};

/// MIT Kerberos: wherever git or curl can speak https, it is installed with them.
const LIBRARY: &str = "libgssapi_krb5.so.2";

/// A ticket of the user's, with which tickets for services can be had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ticket {
    /// Whose it is: `USER@REALM`.
    pub principal: String,
    /// Until when it can be used; `None`: without end.
    pub expires: Option<Timestamp>,
}

/// Logs in by Kerberos. Cheap to clone.
#[derive(Clone)]
pub struct Negotiate {
    library: Arc<Library>,
    principal: Option<Arc<str>>,
}

impl fmt::Debug for Negotiate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Negotiate").field("principal", &self.principal).finish_non_exhaustive()
    }
}

impl Negotiate {
    /// A login as `principal` (`USER@REALM`), or, for `None`, as whoever has a ticket.
    ///
    /// # Errors
    /// Of kind [`crate::error::Kind::Environment`] when the Kerberos library is not installed: names its package.
    pub fn new(principal: Option<&str>) -> Result<Self> {
        Self::with_library(LIBRARY, principal)
    }

    fn with_library(file: &str, principal: Option<&str>) -> Result<Self> {
        let library = Library::open(file).map_err(|error| failure::no_library(file, &error))?;
        Ok(Self { library: Arc::new(library), principal: principal.map(Arc::from) })
    }

    /// The ticket that the user has, so that it can be looked for before any work is done. Nobody is asked over the network
    /// (but where the machine has a client keytab, by which the library itself gets tickets).
    ///
    /// # Errors
    /// Of kind [`crate::error::Kind::Environment`] when there is no ticket, or it has expired: says how to get one.
    pub fn ticket(&self, context: &Context) -> Result<Ticket> {
        let (principal, lifetime) = self.owner().map_err(|refusal| self.no_ticket(&refusal))?;
        if lifetime == Some(0) {
            return Err(failure::expired(Some(&principal)));
        }
        let expires = lifetime.map(|seconds| {
            let left = SignedDuration::from_secs(seconds.into());
            context.clock().checked_add(left).unwrap_or(Timestamp::MAX)
        });
        Ok(Ticket { principal, expires })
    }

    /// What stands in the header `Authorization` of one request to `address`: `Negotiate` and a token of SPNEGO for the service
    /// `HTTP/HOST`, whatever the port. A server takes a token only once, so each request needs a new one, a second try of the same
    /// request too. Asks the KDC where the user has no ticket for the service yet.
    ///
    /// # Errors
    /// Of kind [`crate::error::Kind::Environment`] when there is no ticket, or it has expired;
    /// [`crate::error::Kind::Service`] when no KDC knows the service or none answers; [`crate::error::Kind::Interrupted`].
    pub async fn token(&self, context: &Context, address: &Address) -> Result<Token> {
        let host = address.host_name();
        let (login, service) = (self.clone(), format!("HTTP@{host}"));
        // The library waits for the KDC, for long where that does not answer.
        let asking = tokio::task::spawn_blocking(move || login.first_token(&service));
        let asked = tokio::select! {
            biased;
            () = context.interrupt().stopped() => return Err(Error::interrupted()),
            asked = asking => asked.map_err(|_| Error::bug("the thread that asks for a token broke"))?,
        };
        match asked {
            Ok(token) => Ok(Token::new(format!("Negotiate {}", STANDARD.encode(token)))),
            Err(refusal) if failure::is_about_the_ticket(&refusal) => {
                self.ticket(context)?;
                Err(self.no_ticket(&refusal))
            }
            Err(refusal) => {
                let owner = self.owner().ok().map(|(principal, _)| principal);
                Err(failure::no_token(host, owner.as_deref(), &refusal))
            }
        }
    }

    /// Whose ticket it is, and for how many seconds more it can be used.
    fn owner(&self) -> Result<(String, Option<u32>), Refusal> {
        match self.named(Mechanism::Kerberos)? {
            Some(credential) => credential.owner(),
            None => self.library.credential(None, Mechanism::Kerberos)?.owner(),
        }
    }

    /// The credential of the principal, where one was named.
    fn named(&self, way: Mechanism) -> Result<Option<Credential<'_>>, Refusal> {
        let Some(principal) = &self.principal else { return Ok(None) };
        let name = self.library.principal(principal)?;
        self.library.credential(Some(&name), way).map(Some)
    }

    fn first_token(&self, service: &str) -> Result<Vec<u8>, Refusal> {
        let credential = self.named(Mechanism::Spnego)?;
        self.library.first_token(credential.as_ref(), &self.library.service(service)?)
    }

    fn no_ticket(&self, refusal: &Refusal) -> Error {
        let other =
            self.principal.as_ref().and_then(|_| self.library.credential(None, Mechanism::Kerberos).ok()?.owner().ok());
        failure::no_ticket(self.principal.as_deref(), other.as_ref().map(|(owner, _)| owner.as_str()), refusal)
    }
}

#[cfg(test)]
mod tests;
