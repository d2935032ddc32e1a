//! Why a server did not give what it was asked for, in plain words, and whether another try could help.

use std::error::Error as StdError;
use std::io;
use std::time::Duration;

use reqwest::StatusCode;

use super::address::Address;
use crate::context::Context;
use crate::error::{Error, Kind};
use crate::secret::redacted_line;

/// A try that gave nothing.
pub(super) enum Failure {
    /// Another try would end the same way.
    Final(Error),
    /// Another try may do better, after the time that the server asks for.
    Passing(Error, Option<Duration>),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Final(error)
    }
}

/// The names of the variables that send requests through a proxy.
const PROXIES: [&str; 6] = ["https_proxy", "HTTPS_PROXY", "http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"];

/// A server that answered with a status that is not the one hoped for.
pub(super) fn refused(address: &Address, start: &Address, status: StatusCode, wait: Option<Duration>) -> Failure {
    let reason = status.canonical_reason().map(|reason| format!(" {reason}")).unwrap_or_default();
    let message = format!("{} answered {}{reason}", address.host(), status.as_u16());
    let mut error = Error::new(Kind::Service, message).cause(format!("it was asked for `{address}`"));
    if address != start {
        error = error.cause(format!("`{start}` leads there"));
    }
    let passing = matches!(status.as_u16(), 429 | 502..=504);
    error = match status.as_u16() {
        401 | 403 => error.hint("check that the address needs no login, or has the right one in it"),
        404 | 410 => error.hint("check the address: has this version been published there, under this name?"),
        407 => error.hint("the proxy wants a login: put it into https_proxy=http://USER:PASSWORD@HOST:PORT"),
        _ if passing || status.is_server_error() => error.hint("try again later: the fault is on the server's side"),
        _ => error.hint("check the address"),
    };
    match wait {
        Some(wait) if passing => {
            let asked = format!("it asks to wait {} s", wait.as_secs());
            Failure::Passing(error.cause(asked), Some(wait))
        }
        _ if passing => Failure::Passing(error, None),
        _ => Failure::Final(error),
    }
}

/// A server that sends nothing for too long.
pub(super) fn silent(address: &Address, limit: Duration) -> Error {
    let message = format!("{} does not answer", address.host());
    Error::new(Kind::Service, message)
        .cause(format!("nothing came for {} from `{address}`", seconds(limit)))
        .hint("try again later")
}

/// A request that did not come to an answer.
pub(super) fn unreachable(context: &Context, address: &Address, limit: Duration, error: reqwest::Error) -> Failure {
    let error = error.without_url();
    let host = address.host();
    let chain = Chain::of(&error);
    if let Some(tls) = chain.tls {
        let failed = Error::new(Kind::Service, format!("there is no secure connection to {host}"));
        return Failure::Final(failed.cause(tls_words(tls)).hint(tls_hint(tls)));
    }
    if error.is_builder() {
        let failed = Error::new(Kind::Project, format!("`{address}` cannot be asked for"));
        return Failure::Final(failed.cause(redacted_line(&chain.last)));
    }
    let (message, cause) = if chain.all.iter().any(|text| text.contains("dns error")) {
        (format!("the host {host} cannot be found"), redacted_line(&chain.last))
    } else if chain.io == Some(io::ErrorKind::ConnectionRefused) {
        (format!("{host} cannot be reached"), "the connection was refused".to_owned())
    } else if error.is_timeout() || chain.io == Some(io::ErrorKind::TimedOut) {
        (format!("{host} cannot be reached"), format!("there was no connection within {}", seconds(limit)))
    } else if error.is_connect() {
        (format!("{host} cannot be reached"), redacted_line(&chain.last))
    } else {
        (format!("{host} closed the connection without an answer"), redacted_line(&chain.last))
    };
    let mut failed = Error::new(Kind::Service, message).cause(cause);
    failed = match PROXIES.iter().find(|name| context.variable(name).is_some()) {
        Some(proxy) => {
            failed.hint(format!("check the proxy that ${proxy} names; $no_proxy lists hosts to reach without it"))
        }
        None => failed.hint("check the network and the address"),
    };
    Failure::Passing(failed, None)
}

/// A body that broke off.
pub(super) fn cut(address: &Address, received: u64, length: Option<u64>, error: Option<reqwest::Error>) -> Error {
    let of = length.map(|length| format!(" of {length}")).unwrap_or_default();
    let message = format!("the answer of {} was cut after {received}{of} bytes", address.host());
    let failed = Error::new(Kind::Service, message).cause(format!("it was asked for `{address}`"));
    let why = error.map(|error| redacted_line(&Chain::of(&error.without_url()).last));
    why.into_iter().fold(failed, Error::cause).hint("try again: nothing of the part that came is used")
}

/// A time for people: `30 s`, `0.3 s`.
pub(super) fn seconds(time: Duration) -> String {
    format!("{} s", time.as_secs_f64())
}

/// What a chain of errors tells.
struct Chain<'a> {
    all: Vec<String>,
    last: String,
    io: Option<io::ErrorKind>,
    tls: Option<&'a rustls::Error>,
}

impl<'a> Chain<'a> {
    fn of(error: &'a reqwest::Error) -> Self {
        let mut chain = Self { all: Vec::new(), last: error.to_string(), io: None, tls: None };
        let mut next: Option<&'a (dyn StdError + 'static)> = error.source();
        while let Some(error) = next {
            chain.last = error.to_string();
            chain.all.push(chain.last.clone());
            chain.tls = chain.tls.or_else(|| error.downcast_ref());
            next = match error.downcast_ref::<io::Error>() {
                Some(io) => {
                    chain.io = Some(io.kind());
                    // The source of an I/O error skips the error that it was made of.
                    io.get_ref().map(|inner| inner as &(dyn StdError + 'static))
                }
                None => error.source(),
            };
        }
        chain
    }
}

fn tls_words(error: &rustls::Error) -> String {
    use rustls::CertificateError as Certificate;
    match error {
        rustls::Error::InvalidCertificate(Certificate::UnknownIssuer) => {
            "its certificate is signed by nobody whom this machine trusts".to_owned()
        }
        rustls::Error::InvalidCertificate(Certificate::Expired | Certificate::ExpiredContext { .. }) => {
            "its certificate has expired".to_owned()
        }
        rustls::Error::InvalidCertificate(
            Certificate::NotValidForName | Certificate::NotValidForNameContext { .. },
        ) => "its certificate is for another host".to_owned(),
        rustls::Error::InvalidMessage(_) => "what answers there does not speak TLS".to_owned(),
        other => redacted_line(&other.to_string()),
    }
}

fn tls_hint(error: &rustls::Error) -> &'static str {
    match error {
        rustls::Error::InvalidCertificate(_) => {
            "for a certificate of your own authority: add it to those that the system trusts, or name a file of \
             certificates in $SSL_CERT_FILE"
        }
        _ => "check the address and its port",
    }
}
