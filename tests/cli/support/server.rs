use std::io::{BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

/// What a client asked for.
#[derive(Debug, Clone)]
pub struct Request {
    pub method: String,
    /// Path and query, as they were sent.
    pub path: String,
    headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Request {
    /// The value of a header; the name in any case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(sent, _)| sent.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// Reads a request; `None` at the end of the connection, or in the middle of a body that is longer than `cut`.
    fn read(from: &mut impl std::io::BufRead, cut: &Mutex<Option<usize>>) -> Option<Self> {
        let mut line = String::new();
        from.read_line(&mut line).ok().filter(|&count| count > 0)?;
        let mut words = line.split_whitespace().map(str::to_owned);
        let (method, path) = (words.next()?, words.next()?);
        let mut headers = Vec::new();
        loop {
            let mut line = String::new();
            from.read_line(&mut line).ok()?;
            let Some((name, value)) = line.trim_end().split_once(':') else { break };
            headers.push((name.to_owned(), value.trim().to_owned()));
        }
        let mut request = Self { method, path, headers, body: Vec::new() };
        if request.header("transfer-encoding") == Some("chunked") {
            request.body = read_chunks(from)?;
            return Some(request);
        }
        let length = request.header("content-length").map_or(0, |length| length.parse().unwrap());
        let cut = cut.lock().unwrap().take_if(|cut| length > *cut);
        request.body.resize(cut.unwrap_or(length), 0);
        from.read_exact(&mut request.body).ok()?;
        cut.is_none().then_some(request)
    }
}

/// A body in chunks, as git sends a large one.
fn read_chunks(from: &mut impl std::io::BufRead) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let mut line = String::new();
        from.read_line(&mut line).ok().filter(|&count| count > 0)?;
        let size = usize::from_str_radix(line.trim(), 16).ok()?;
        let mut piece = vec![0; size + 2];
        from.read_exact(&mut piece).ok()?;
        if size == 0 {
            return Some(body);
        }
        body.extend_from_slice(&piece[..size]);
    }
}

/// How a server answers.
#[derive(Debug, Clone)]
pub struct Answer {
    status: u16,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    /// The announced length, where it is not that of the body.
    announced: Option<usize>,
    /// Sizes of chunks; empty for a body with a length.
    chunk: Option<usize>,
    /// How long it takes.
    delay: Duration,
    end: End,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum End {
    Whole,
    /// After so many bytes of the body the connection is closed.
    Cut(usize),
    /// After so many bytes of the body nothing comes any more.
    Stall(usize),
    /// No answer at all: the connection is closed.
    Closed,
}

impl Answer {
    /// A whole answer with a status and a body.
    pub fn new(status: u16, body: impl AsRef<[u8]>) -> Self {
        let body = body.as_ref().to_owned();
        Self { status, headers: Vec::new(), body, announced: None, chunk: None, delay: Duration::ZERO, end: End::Whole }
    }

    pub fn ok(body: impl AsRef<[u8]>) -> Self {
        Self::new(200, body)
    }

    pub fn redirect(to: impl Into<String>) -> Self {
        Self::new(302, "").header("Location", to)
    }

    /// The connection is closed without an answer.
    pub fn closed() -> Self {
        Self { end: End::Closed, ..Self::ok("") }
    }

    #[must_use]
    pub fn header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    /// The body in chunks of this size, without a length.
    #[must_use]
    pub fn chunked(self, size: usize) -> Self {
        Self { chunk: Some(size), ..self }
    }

    #[must_use]
    pub fn announcing(self, length: usize) -> Self {
        Self { announced: Some(length), ..self }
    }

    #[must_use]
    pub fn cut_after(self, count: usize) -> Self {
        Self { end: End::Cut(count), ..self }
    }

    #[must_use]
    pub fn stalling_after(self, count: usize) -> Self {
        Self { end: End::Stall(count), ..self }
    }

    /// The head alone, as for HEAD.
    #[must_use]
    pub fn without_body(self) -> Self {
        Self { announced: Some(self.announced.unwrap_or(self.body.len())), body: Vec::new(), ..self }
    }

    /// The status that a client sees; none where the connection is closed.
    pub fn told(&self) -> Option<u16> {
        (self.end != End::Closed).then_some(self.status)
    }

    /// The same after a while, in which the server answers others.
    #[must_use]
    pub fn after(self, delay: Duration) -> Self {
        Self { delay, ..self }
    }

    /// Writes the answer; whether the connection can be used for another.
    pub(super) fn write(&self, to: &mut (impl Read + Write)) -> std::io::Result<bool> {
        thread::sleep(self.delay);
        if self.end == End::Closed {
            return Ok(false);
        }
        let mut head = format!("HTTP/1.1 {} Whatever\r\n", self.status);
        for (name, value) in &self.headers {
            head += &format!("{name}: {value}\r\n");
        }
        match self.chunk {
            Some(_) => head += "Transfer-Encoding: chunked\r\n",
            None if self.status == 304 => {}
            None => head += &format!("Content-Length: {}\r\n", self.announced.unwrap_or(self.body.len())),
        }
        to.write_all(format!("{head}\r\n").as_bytes())?;
        let count = match self.end {
            End::Cut(count) | End::Stall(count) => count,
            End::Whole | End::Closed => self.body.len(),
        };
        let sent = &self.body[..count.min(self.body.len())];
        match self.chunk {
            Some(size) => {
                for piece in sent.chunks(size) {
                    to.write_all(format!("{:x}\r\n", piece.len()).as_bytes())?;
                    to.write_all(piece)?;
                    to.write_all(b"\r\n")?;
                }
                if self.end == End::Whole {
                    to.write_all(b"0\r\n\r\n")?;
                }
            }
            None => to.write_all(sent)?,
        }
        if let End::Stall(_) = self.end {
            // Until the client has had enough, or the test is over.
            to.flush()?;
            let _ = to.read(&mut [0]);
        }
        to.flush()?;
        Ok(self.end == End::Whole && self.announced.is_none())
    }
}

/// A server on the loopback interface that answers each request as its function says. It ends with the test.
pub struct Server {
    address: SocketAddr,
    requests: Arc<Mutex<Vec<Request>>>,
    cut: Arc<Mutex<Option<usize>>>,
    /// The certificate in PEM, where the server speaks TLS.
    pub certificate: Option<String>,
}

impl Server {
    pub fn new(answer: impl FnMut(&Request) -> Answer + Send + 'static) -> Self {
        Self::start(None, answer)
    }

    /// A server that speaks TLS, with a certificate for `localhost` that it has signed itself.
    pub fn secure(answer: impl FnMut(&Request) -> Answer + Send + 'static) -> Self {
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(made.signing_key.serialize_der()));
        let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()));
        let config = config.with_safe_default_protocol_versions().unwrap().with_no_client_auth();
        let config = config.with_single_cert(vec![made.cert.der().clone()], key).unwrap();
        let server = Self::start(Some(Arc::new(config)), answer);
        Self { certificate: Some(made.cert.pem()), ..server }
    }

    fn start(tls: Option<Arc<ServerConfig>>, answer: impl FnMut(&Request) -> Answer + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let requests = Arc::new(Mutex::new(Vec::new()));
        let (kept, answer) = (Arc::clone(&requests), Arc::new(Mutex::new(answer)));
        let cut = Arc::new(Mutex::new(None));
        let shared = Arc::clone(&cut);
        thread::spawn(move || {
            for stream in listener.incoming() {
                let stream = stream.unwrap();
                stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
                let (kept, answer, tls) = (Arc::clone(&kept), Arc::clone(&answer), tls.clone());
                let cut = Arc::clone(&shared);
                thread::spawn(move || {
                    let answer = |request: &Request| {
                        kept.lock().unwrap().push(request.clone());
                        (answer.lock().unwrap())(request)
                    };
                    match tls {
                        None => talk(stream, &cut, answer),
                        Some(tls) => talk(StreamOwned::new(ServerConnection::new(tls).unwrap(), stream), &cut, answer),
                    }
                });
            }
        });
        Self { address, requests, cut, certificate: None }
    }

    /// A server that gives these answers one after the other, and 500 to a request too many.
    pub fn scripted(answers: impl IntoIterator<Item = Answer>) -> Self {
        let mut answers = answers.into_iter().collect::<Vec<_>>().into_iter();
        Self::new(move |_| answers.next().unwrap_or_else(|| Answer::new(500, "one request too many")))
    }

    /// The URL of a path that begins with a slash.
    pub fn url(&self, path: &str) -> String {
        self.url_of("127.0.0.1", path)
    }

    /// The same with another name of this machine, or with credentials before it.
    pub fn url_of(&self, host: &str, path: &str) -> String {
        format!("http://{host}:{}{path}", self.address.port())
    }

    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// The URL of a path of a server that speaks TLS.
    pub fn secure_url(&self, path: &str) -> String {
        format!("https://localhost:{}{path}", self.port())
    }

    /// The next request with a longer body than this many bytes is read so far, and gets no answer: the connection is closed.
    pub fn cut_next_body_after(&self, count: usize) {
        *self.cut.lock().unwrap() = Some(count);
    }

    /// What was asked so far.
    pub fn requests(&self) -> Vec<Request> {
        self.requests.lock().unwrap().clone()
    }

    /// The paths that were asked for, in order.
    pub fn paths(&self) -> Vec<String> {
        self.requests().into_iter().map(|request| request.path).collect()
    }
}

/// Answers all requests of one connection.
fn talk(stream: impl Read + Write, cut: &Mutex<Option<usize>>, mut answer: impl FnMut(&Request) -> Answer) {
    let mut stream = BufReader::new(stream);
    while let Some(request) = Request::read(&mut stream, cut) {
        if !answer(&request).write(stream.get_mut()).unwrap_or(false) {
            break;
        }
    }
}
