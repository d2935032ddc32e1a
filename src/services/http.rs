//! The HTTP client: timeouts, redirections, tries.

use std::time::Duration;

use jiff::Timestamp;
use reqwest::header::{ACCEPT_ENCODING, DATE, HeaderName, HeaderValue, LOCATION, RETRY_AFTER};
use tokio::sync::OnceCell;

use super::address::Address;
use super::failure::{self, Failure};
use crate::context::Context;
use crate::error::{Error, Finding, Kind, Result};

/// How many redirections are followed for one file.
pub(super) const REDIRECTIONS: usize = 10;

/// A pause before another try that is worth telling.
const LONG_PAUSE: Duration = Duration::from_secs(4);

/// How a client behaves.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Nobody may be asked.
    pub offline: bool,
    /// How long a connection may take to be made.
    pub connect: Duration,
    /// How long a server may be silent before and within an answer.
    pub idle: Duration,
    /// The pauses before the second try, the third, and so on: there are no more tries than these and the first.
    pub pauses: Vec<Duration>,
    /// The longest time that a server may ask to wait for another try (`Retry-After`).
    pub longest_pause: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            offline: false,
            connect: Duration::from_secs(10),
            idle: Duration::from_secs(30),
            pauses: vec![Duration::from_millis(500), Duration::from_secs(2)],
            longest_pause: Duration::from_secs(60),
        }
    }
}

/// The client for all requests of one run. It costs nothing until the first request.
#[derive(Debug, Default)]
pub struct Client {
    settings: Settings,
    inner: OnceCell<reqwest::Client>,
}

impl Client {
    /// A client that behaves as `settings` say.
    pub fn new(settings: Settings) -> Self {
        Self { settings, inner: OnceCell::new() }
    }

    /// Whether nobody may be asked.
    pub fn is_offline(&self) -> bool {
        self.settings.offline
    }

    /// Asks for what is at `address`, with some more headers (name in lower case, value), and lets `take` read the answer, which
    /// has a status of success, or is 304 where a header made the request a conditional one. When the connection breaks or the
    /// server is busy, all is done again: `take` begins anew with each answer. A redirection to another server takes no credentials and none of
    /// the headers along, but for those of a condition.
    ///
    /// # Errors
    /// What `take` fails with; of kind [`Kind::Service`] when there is no such answer in all tries, [`Kind::Project`] when the
    /// client is offline, [`Kind::Interrupted`] as soon as the work is to stop.
    pub async fn get<T>(
        &self,
        context: &Context,
        address: &Address,
        headers: &[(&str, &str)],
        take: impl AsyncFnMut(&mut Response) -> Result<T>,
    ) -> Result<T> {
        let inner = self.connected(context, address).await?;
        let mut take = take;
        let mut told = false;
        let attempt = async || {
            let mut response = self.follow(context, inner, address, headers, &mut told).await?;
            match take(&mut response).await {
                Err(error) if response.is_broken => Err(Failure::Passing(error, None)),
                taken => Ok(taken?),
            }
        };
        self.repeated(context, attempt).await
    }

    /// What sends requests, where `address` may be asked.
    pub(super) async fn connected(&self, context: &Context, address: &Address) -> Result<&reqwest::Client> {
        if self.settings.offline {
            return Err(Error::new(Kind::Project, format!("`{address}` cannot be asked for: --offline forbids it")));
        }
        self.inner.get_or_try_init(async || self.build(context)).await
    }

    /// How the client behaves.
    pub(super) fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Makes attempts until one succeeds, fails for good, or was the last one; stops when the work is to stop.
    pub(super) async fn repeated<T>(
        &self,
        context: &Context,
        attempt: impl AsyncFnMut() -> Result<T, Failure>,
    ) -> Result<T> {
        tokio::select! {
            biased;
            () = context.interrupt().stopped() => Err(Error::interrupted()),
            result = self.tries(context, attempt) => result,
        }
    }

    async fn tries<T>(&self, context: &Context, mut attempt: impl AsyncFnMut() -> Result<T, Failure>) -> Result<T> {
        let mut pauses = self.settings.pauses.iter();
        let mut tries = 1;
        loop {
            let (error, asked) = match attempt().await {
                Ok(taken) => return Ok(taken),
                Err(Failure::Final(error)) => return Err(error),
                Err(Failure::Passing(error, asked)) => (error, asked),
            };
            let too_long = asked.is_some_and(|asked| asked > self.settings.longest_pause);
            let pause = match pauses.next() {
                Some(pause) if !too_long => asked.unwrap_or(*pause),
                _ if tries > 1 => return Err(error.cause(format!("it was tried {tries} times"))),
                _ => return Err(error),
            };
            tries += 1;
            tracing::debug!(why = error.message(), causes = ?error.causes(), ?pause, "trying again");
            if pause > LONG_PAUSE {
                context.tell(format!("{error}: trying again in {}", failure::seconds(pause)));
            }
            tokio::time::sleep(pause).await;
        }
    }

    /// The answer that all redirections lead to.
    async fn follow(
        &self,
        context: &Context,
        inner: &reqwest::Client,
        start: &Address,
        headers: &[(&str, &str)],
        told: &mut bool,
    ) -> Result<Response, Failure> {
        let conditional = headers.iter().any(|(name, _)| is_condition(name));
        let mut address = start.clone();
        for _ in 0..=REDIRECTIONS {
            let mut request = inner.get(address.secret().clone());
            // Another server is told only what makes the request a conditional one: the rest may be a token.
            let at_home = start.has_server_of(&address);
            for (name, value) in headers.iter().filter(|(name, _)| at_home || is_condition(name)) {
                // What cannot be a header came from a server and is not worth a failure.
                if let (Ok(name), Ok(value)) = (HeaderName::from_bytes(name.as_bytes()), HeaderValue::from_str(value)) {
                    request = request.header(name, value);
                }
            }
            let limit = self.settings.connect + self.settings.idle;
            let sent = tokio::time::timeout(limit, request.send()).await;
            let answer = sent
                .map_err(|_| Failure::Passing(failure::silent(&address, limit), None))?
                .map_err(|error| failure::unreachable(context, &address, self.settings.connect, error))?;
            let status = answer.status();
            tracing::debug!(%address, status = status.as_u16(), "asked");
            if status.is_success() || (conditional && status.as_u16() == 304) {
                return Ok(Response::new(answer, address, self.settings.idle));
            }
            let header = |name| answer.headers().get(name).map(|value| String::from_utf8_lossy(value.as_bytes()));
            let location = if matches!(status.as_u16(), 301..=303 | 307 | 308) { header(LOCATION) } else { None };
            let Some(location) = location else {
                let wait = header(RETRY_AFTER).and_then(|text| asked_pause(&text, header(DATE).as_deref()));
                return Err(failure::refused(&address, start, status, wait));
            };
            let next = address.redirected(&location)?;
            if start.is_elsewhere(&next) && !std::mem::replace(told, true) {
                context.found(Finding::note(format!("`{start}` leads to the host {}", next.host())));
            }
            address = next;
        }
        let message = format!("{} leads on and on", start.host());
        let lost = Error::new(Kind::Service, message)
            .cause(format!("`{start}` leads through more than {REDIRECTIONS} other addresses"))
            .hint("check the address in a browser");
        Err(Failure::Final(lost))
    }

    fn build(&self, context: &Context) -> Result<reqwest::Client> {
        // Somebody else's provider would do as well.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let agent = context.variable("PACKIT_USER_AGENT");
        let agent = match agent.as_deref() {
            Some(agent) => HeaderValue::from_str(agent).map_err(|_| {
                Error::new(Kind::Usage, "PACKIT_USER_AGENT has characters that cannot be sent")
                    .hint("use letters, digits and punctuation of ASCII")
            })?,
            None => HeaderValue::from_static(concat!("packit/", env!("CARGO_PKG_VERSION"))),
        };
        let builder = || {
            // The bytes that are sent are the file. Redirections are followed here: reqwest would tell the next host by a
            // `Referer` where the last one was.
            let plain = [(ACCEPT_ENCODING, HeaderValue::from_static("identity"))];
            reqwest::Client::builder()
                .user_agent(agent.clone())
                .default_headers(plain.into_iter().collect())
                .connect_timeout(self.settings.connect)
                .redirect(reqwest::redirect::Policy::none())
                .referer(false)
        };
        builder().build().or_else(|error| {
            // A small container may have no certificates: then nothing is trusted, but plain http works.
            tracing::debug!(%error, "no certificates of authorities");
            let bare = builder().tls_certs_only([]).build();
            bare.map_err(|error| Error::new(Kind::Environment, "the HTTP client cannot be made").source(error))
        })
    }
}

/// An answer whose body has yet to be read.
#[derive(Debug)]
pub struct Response {
    inner: reqwest::Response,
    address: Address,
    idle: Duration,
    received: u64,
    is_broken: bool,
}

impl Response {
    fn new(inner: reqwest::Response, address: Address, idle: Duration) -> Self {
        Self { inner, address, idle, received: 0, is_broken: false }
    }

    /// The status of the answer.
    pub fn status(&self) -> u16 {
        self.inner.status().as_u16()
    }

    /// The address that answered: behind all redirections.
    pub fn address(&self) -> &Address {
        &self.address
    }

    /// The value of a header (name in lower case), where it is text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.inner.headers().get(name)?.to_str().ok()
    }

    /// Whether the end of the body can be told from a connection that breaks: its length is announced, or it comes in chunks.
    pub fn is_measured(&self) -> bool {
        self.inner.content_length().is_some() || self.header("transfer-encoding").is_some()
    }

    /// The next piece of the body; `None` at its end, which has been checked against the length that the server announced.
    ///
    /// # Errors
    /// Of kind [`Kind::Service`] when the body breaks off or the server is silent for too long. Passed on by the function that
    /// reads the answer, it makes the client try again.
    pub async fn chunk(&mut self) -> Result<Option<impl AsRef<[u8]> + use<>>> {
        let length = self.inner.content_length().map(|left| left + self.received);
        let read = tokio::time::timeout(self.idle, self.inner.chunk()).await;
        let failed = match read {
            Ok(Ok(Some(piece))) => {
                self.received += piece.len() as u64;
                return Ok(Some(piece));
            }
            Ok(Ok(None)) => return Ok(None),
            Ok(Err(error)) => failure::cut(&self.address, self.received, length, Some(error)),
            Err(_) => {
                let got = format!("{} bytes had come before", self.received);
                failure::silent(&self.address, self.idle).cause(got)
            }
        };
        self.is_broken = true;
        Err(failed)
    }
}

/// A time as HTTP has it: `Sun, 06 Nov 1994 08:49:37 GMT`.
pub fn date(text: &str) -> Option<Timestamp> {
    jiff::fmt::rfc2822::parse(text.trim()).ok().map(|time| time.timestamp())
}

/// Whether a header (name in lower case) makes a request a conditional one.
fn is_condition(name: &str) -> bool {
    name.starts_with("if-")
}

/// The pause that a `Retry-After` asks for: seconds, or a date by the server's own clock.
pub(super) fn asked_pause(text: &str, now: Option<&str>) -> Option<Duration> {
    let text = text.trim();
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let (then, now) = (date(text)?, date(now?)?);
    Some(Duration::try_from(then.duration_since(now)).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_that_servers_ask_for() {
        let now = "Sun, 06 Nov 1994 08:49:37 GMT";
        for (text, now, seconds) in [
            ("0", None, Some(0)),
            (" 7 ", None, Some(7)),
            ("Sun, 06 Nov 1994 08:49:57 GMT", Some(now), Some(20)),
            ("Sun, 06 Nov 1994 08:49:27 GMT", Some(now), Some(0)),
            ("Sun, 06 Nov 1994 08:49:57 GMT", None, None),
            ("soon", Some(now), None),
            ("-3", Some(now), None),
        ] {
            assert_eq!(asked_pause(text, now), seconds.map(Duration::from_secs), "{text}");
        }
    }
}
