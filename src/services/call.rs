//! One request to an interface that answers with more than a file: with any method, and any status in the answer.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use fs_err as fs;
use futures_util::{Stream, stream};
use reqwest::header::{DATE, HeaderMap, HeaderValue, LOCATION, RETRY_AFTER};
use reqwest::multipart;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::address::Address;
use super::failure::{self, Failure};
use super::http::{Client, REDIRECTIONS, asked_pause};
use super::login::Login;
use crate::context::Context;
use crate::error::{Context as _, Error, Kind, Result};
use crate::event::What;
use crate::outward::Write;
use crate::secret::Token;

/// The longest answer that is read, in bytes.
const LONGEST: usize = 16 << 20;

/// How much of a file is sent at a time, in bytes.
const PIECE: usize = 64 << 10;

/// What the cause begins with that is given to an error when an answer was lost.
const LOST: &str = "whether";

pub use reqwest::Method;

/// A request.
#[derive(Debug, Clone)]
pub struct Call {
    method: Method,
    address: Address,
    headers: Vec<(&'static str, Token)>,
    login: Login,
    body: Body,
    repeats: bool,
    patience: Duration,
    is_single: bool,
}

/// What a request sends.
#[derive(Debug, Clone, Default)]
pub enum Body {
    /// Nothing.
    #[default]
    Nothing,
    /// A JSON document.
    Json(Value),
    /// Fields of a form, URL encoded.
    Form(Vec<(&'static str, String)>),
    /// Parts of a form, some of which may be files.
    Parts(Vec<Part>),
}

/// One part of a form.
#[derive(Debug, Clone)]
pub struct Part {
    /// The name of the field.
    pub name: &'static str,
    /// The name of the file, for those that are one to the server.
    pub file_name: Option<String>,
    /// The media type, where it is to be sent.
    pub media_type: Option<&'static str>,
    /// What is in it.
    pub content: Content,
}

/// What is in a part.
#[derive(Debug, Clone)]
pub enum Content {
    /// A text.
    Text(String),
    /// The content of a file, read while it is sent.
    File(PathBuf),
}

impl Part {
    /// A plain field.
    pub fn field(name: &'static str, text: impl Into<String>) -> Self {
        Self { name, file_name: None, media_type: None, content: Content::Text(text.into()) }
    }
}

impl Call {
    /// A request with a method. One that only reads is repeated when the connection breaks or the server is busy.
    pub fn new(method: Method, address: Address) -> Self {
        let repeats = is_read(&method);
        let headers = Vec::new();
        let (login, patience) = (Login::Nobody, Duration::ZERO);
        Self { method, address, headers, login, body: Body::Nothing, repeats, patience, is_single: false }
    }

    /// Asks for what is at `address`.
    pub fn get(address: Address) -> Self {
        Self::new(Method::GET, address)
    }

    /// The same with a header; its name in lower case. It goes to the server of the address only.
    #[must_use]
    pub fn header(self, name: &'static str, value: impl Into<String>) -> Self {
        self.secret_header(name, Token::new(value))
    }

    /// The same with a header that holds a secret.
    #[must_use]
    pub fn secret_header(mut self, name: &'static str, value: Token) -> Self {
        self.headers.push((name, value));
        self
    }

    /// The same with an `Authorization` header, where there is one.
    #[must_use]
    pub fn authorization(self, value: Option<Token>) -> Self {
        match value {
            Some(value) => self.secret_header("authorization", value),
            None => self,
        }
    }

    /// The same, sent by somebody whose proof is asked for anew at each try. It goes to the server of the address only.
    #[must_use]
    pub fn login(mut self, login: Login) -> Self {
        self.login = login;
        self
    }

    /// The same with something to send.
    #[must_use]
    pub fn body(mut self, body: Body) -> Self {
        self.body = body;
        self
    }

    /// The same, for a request that writes, where a second time changes nothing more than the first: it is repeated like one that reads.
    #[must_use]
    pub fn repeatable(mut self) -> Self {
        self.repeats = true;
        self
    }

    /// The same, where the server may be silent for so much longer: it works on what it was sent before it answers.
    #[must_use]
    pub fn patience(mut self, more: Duration) -> Self {
        self.patience = more;
        self
    }

    /// The same, sent only once whatever happens: a token in it counts only once.
    #[must_use]
    pub fn once(mut self) -> Self {
        self.is_single = true;
        self
    }

    /// What is shown of it when it is not sent.
    fn write(&self) -> Write {
        Write { method: self.method.to_string(), target: self.address.to_string(), body: self.body.shown() }
    }
}

impl Body {
    fn shown(&self) -> Value {
        match self {
            Self::Nothing => Value::Null,
            Self::Json(document) => document.clone(),
            Self::Form(fields) => fields.iter().map(|(name, text)| ((*name).to_owned(), json!(text))).collect(),
            Self::Parts(parts) => parts.iter().map(|part| (part.name.to_owned(), part.shown())).collect(),
        }
    }
}

impl Part {
    fn shown(&self) -> Value {
        match &self.content {
            // A document that is sent as a file is shown as what it is.
            Content::Text(text) => serde_json::from_str(text)
                .ok()
                .filter(|_| self.media_type == Some("application/json"))
                .unwrap_or_else(|| json!(text)),
            Content::File(path) => {
                let size = fs::metadata(path).map(|file| file.len()).ok();
                json!({ "file": self.file_name, "bytes": size })
            }
        }
    }
}

/// An answer, whatever its status is, but none that says the server is busy.
#[derive(Debug)]
pub struct Reply {
    /// The status.
    pub status: u16,
    /// Where it came from: behind all redirections.
    pub address: Address,
    headers: HeaderMap,
    /// The body.
    pub body: Vec<u8>,
}

impl Reply {
    /// Whether the status says that it was done.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// The value of a header (name in lower case), where it is text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// All values of a header (name in lower case) that are text.
    pub fn headers<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a str> {
        self.headers.get_all(name).into_iter().filter_map(|value| value.to_str().ok())
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as a JSON document.
    ///
    /// # Errors
    /// Of kind [`Kind::Service`] when it is no such document.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T> {
        serde_json::from_slice(&self.body).map_err(|error| self.unknown(&error.to_string()))
    }

    /// An answer that is not understood.
    pub fn unknown(&self, why: &str) -> Error {
        let is_page = self.header("content-type").is_some_and(|media| media.starts_with("text/html"));
        let error = Error::new(
            Kind::Service,
            format!("{} gave another answer than the one that is known", self.address.host()),
        )
        .cause(format!("it was asked for `{}` and answered {}", self.address, self.status));
        match is_page {
            true => error
                .cause("the answer is a web page")
                .hint("open the address in a browser: a proxy or a login page may stand before it"),
            false => error.cause(why).hint("check the address, and look whether there is a newer packit"),
        }
    }
}

impl Client {
    /// Sends a request. `None`: the gate holds it back, because it could change something and this is a dry run.
    ///
    /// An answer with any status is given, but for those of a server that is busy (429, 502, 503, 504): these are tried again where
    /// that is safe, and then fail. What writes is tried again where the connection could not be made, and where the server says
    /// that it did nothing (429, 503), unless it is [`Call::repeatable`].
    ///
    /// # Errors
    /// Of kind [`Kind::Service`] when there is no answer, [`Kind::Project`] when the client is offline,
    /// [`Kind::Environment`] when a file that is to be sent cannot be read, [`Kind::Interrupted`] when the work is to stop.
    pub async fn send(&self, context: &Context, call: &Call) -> Result<Option<Reply>> {
        if !is_read(&call.method) && !context.gate().lets_through(|| call.write()) {
            return Ok(None);
        }
        self.ask(context, call).await.map(Some)
    }

    /// Sends a request that changes nothing, whatever its method is.
    ///
    /// # Errors
    /// As [`Client::send`].
    pub async fn ask(&self, context: &Context, call: &Call) -> Result<Reply> {
        let inner = self.connected(context, &call.address).await?;
        let attempt = async || match self.attempt(context, inner, call).await {
            Err(Failure::Passing(error, _)) if call.is_single => Err(Failure::Final(error)),
            other => other,
        };
        self.repeated(context, attempt).await
    }

    async fn attempt(&self, context: &Context, inner: &reqwest::Client, call: &Call) -> Result<Reply, Failure> {
        let mut address = call.address.clone();
        for _ in 0..=REDIRECTIONS {
            let progress = Arc::new(AtomicU64::new(0));
            let proof = match call.address.has_server_of(&address) {
                true => call.login.token(context, &address).await?,
                false => None,
            };
            let request = request(context, inner, call, &address, proof.as_ref(), &progress)?;
            let sending = request.send();
            let sent = self
                .unless_silent(&progress, call.patience, sending)
                .await
                .ok_or_else(|| call.lost(failure::silent(&address, self.settings().idle + call.patience)))?;
            let answer = sent.map_err(|error| {
                let never_arrived = error.is_connect();
                match failure::unreachable(context, &address, self.settings().connect, error) {
                    Failure::Passing(error, _) if !never_arrived => call.lost(error),
                    failed => failed,
                }
            })?;
            let status = answer.status();
            tracing::debug!(method = %call.method, %address, status = status.as_u16(), "asked");
            let header = |name| answer.headers().get(name).map(|value| String::from_utf8_lossy(value.as_bytes()));
            if matches!(status.as_u16(), 429 | 502..=504) {
                let wait = header(RETRY_AFTER).and_then(|text| asked_pause(&text, header(DATE).as_deref()));
                let failed = failure::refused(&address, &call.address, status, wait);
                return Err(match (status.as_u16(), failed) {
                    (502 | 504, Failure::Passing(error, _)) => call.lost(error),
                    (_, failed) => failed,
                });
            }
            if let (true, Some(location)) = (matches!(status.as_u16(), 301..=303 | 307 | 308), header(LOCATION)) {
                let next = address.redirected(&location)?;
                if !is_read(&call.method) {
                    return Err(moved(call, &next).into());
                }
                address = next;
                continue;
            }
            return self.whole(call, answer, address).await;
        }
        let message = format!("`{}` leads on and on", call.address);
        Err(Error::new(Kind::Service, message).hint("check the address in a browser").into())
    }

    /// What `sending` gives, unless nothing moves for too long; while a body is on its way, each piece of it counts.
    async fn unless_silent<T>(
        &self,
        progress: &AtomicU64,
        patience: Duration,
        sending: impl Future<Output = T>,
    ) -> Option<T> {
        let limit = self.settings().connect + self.settings().idle + patience;
        let mut sending = std::pin::pin!(sending);
        loop {
            let before = progress.load(Ordering::Relaxed);
            match tokio::time::timeout(limit, &mut sending).await {
                Ok(sent) => return Some(sent),
                Err(_) if progress.load(Ordering::Relaxed) > before => {}
                Err(_) => return None,
            }
        }
    }

    async fn whole(&self, call: &Call, answer: reqwest::Response, address: Address) -> Result<Reply, Failure> {
        let (status, headers, length) = (answer.status(), answer.headers().clone(), answer.content_length());
        let mut answer = answer;
        let mut body = Vec::new();
        loop {
            let received = body.len() as u64;
            let read = tokio::time::timeout(self.settings().idle, answer.chunk()).await;
            let failed = match read {
                Ok(Ok(Some(piece))) => {
                    body.extend_from_slice(&piece);
                    if body.len() > LONGEST {
                        let error = Error::new(Kind::Service, format!("the answer of {} is too long", address.host()));
                        return Err(error.cause(format!("it was asked for `{address}`")).into());
                    }
                    continue;
                }
                Ok(Ok(None)) => return Ok(Reply { status: status.as_u16(), address, headers, body }),
                Ok(Err(error)) => failure::cut(&address, received, length, Some(error)),
                Err(_) => failure::silent(&address, self.settings().idle),
            };
            return Err(call.lost(failed));
        }
    }
}

impl Call {
    /// What to do when it is not known whether the server has seen the request.
    fn lost(&self, error: Error) -> Failure {
        if self.repeats {
            return Failure::Passing(error, None);
        }
        let what = format!("{LOST} {} `{}` was done all the same is not known", self.method, self.address);
        Failure::Final(error.cause(what))
    }
}

/// Whether an error says that it is not known if a request was done: the answer was lost, not the request refused.
pub(super) fn is_lost(error: &Error) -> bool {
    error.causes().iter().any(|cause| cause.starts_with(LOST))
}

fn request(
    context: &Context,
    inner: &reqwest::Client,
    call: &Call,
    address: &Address,
    proof: Option<&Token>,
    progress: &Arc<AtomicU64>,
) -> Result<reqwest::RequestBuilder> {
    let mut request = inner.request(call.method.clone(), address.secret().clone());
    // Another server is told nothing: a header may be a token.
    if call.address.has_server_of(address) {
        let headers = call.headers.iter().map(|(name, value)| (*name, value));
        for (name, value) in headers.chain(proof.map(|proof| ("authorization", proof))) {
            let mut header = HeaderValue::from_str(value.reveal()).map_err(|_| {
                let message = format!("the token for {} has characters that cannot be sent", address.host());
                Error::new(Kind::Config, message).hint("copy it again, without line ends and blanks")
            })?;
            header.set_sensitive(true);
            request = request.header(name, header);
        }
    }
    Ok(match &call.body {
        Body::Nothing if is_read(&call.method) => request,
        // Some servers want a length even where there is nothing.
        Body::Nothing => request.header("content-length", "0"),
        Body::Json(document) => request.json(document),
        Body::Form(fields) => request.form(fields),
        Body::Parts(parts) => request.multipart(form(context, parts, progress)?),
    })
}

/// The parts as a form whose length is known before it is sent: Apache refuses one in chunks.
fn form(context: &Context, parts: &[Part], progress: &Arc<AtomicU64>) -> Result<multipart::Form> {
    let mut form = multipart::Form::new();
    for part in parts {
        let mut made = match &part.content {
            Content::Text(text) => multipart::Part::text(text.clone()),
            Content::File(path) => {
                let cannot = || format!("`{}` cannot be read", path.display());
                let file = fs::File::open(path).or_error(Kind::Environment, cannot)?;
                let length = file.metadata().or_error(Kind::Environment, cannot)?.len();
                let body = reqwest::Body::wrap_stream(pieces(context.clone(), file, length, Arc::clone(progress)));
                multipart::Part::stream_with_length(body, length)
            }
        };
        if let Some(name) = &part.file_name {
            made = made.file_name(name.clone());
        }
        if let Some(media_type) = part.media_type {
            made = made.mime_str(media_type).or_error(Kind::Bug, || format!("`{media_type}` is no media type"))?;
        }
        form = form.part(part.name, made);
    }
    Ok(form)
}

/// The content of a file, piece by piece, and how far it is. A file that has become longer is sent up to its first length.
fn pieces(
    context: Context,
    file: fs::File,
    length: u64,
    progress: Arc<AtomicU64>,
) -> impl Stream<Item = std::io::Result<Vec<u8>>> + Send + 'static {
    use std::io::Read as _;
    stream::try_unfold((file, 0_u64), move |(mut file, done)| {
        let (context, progress) = (context.clone(), Arc::clone(&progress));
        async move {
            let left = usize::try_from(length - done).unwrap_or(PIECE).min(PIECE);
            if left == 0 {
                return Ok(None);
            }
            let mut piece = vec![0; left];
            let count = file.read(&mut piece)?;
            if count == 0 {
                return Err(std::io::Error::other("the file has become shorter while it was sent"));
            }
            piece.truncate(count);
            let done = done + count as u64;
            progress.store(done, Ordering::Relaxed);
            context.send(What::Bytes { done, total: Some(length) });
            Ok(Some((piece, (file, done))))
        }
    })
}

fn moved(call: &Call, next: &Address) -> Error {
    let message = format!("{} is elsewhere now", call.address.host());
    Error::new(Kind::Service, message)
        .cause(format!("`{}` leads to `{next}`", call.address))
        .hint("name the new address in the configuration: what changes something is not sent on")
}

fn is_read(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD)
}
