use std::io::{BufRead, Read as _, Write};

use serde_json::{Map, Value};

use super::body::{Counted, boundary, read_parts};

/// What a client asked for.
#[derive(Debug, Clone, Default)]
pub struct Request {
    pub method: String,
    /// Path and query, as they were sent.
    pub path: String,
    pub headers: Vec<(String, String)>,
    /// The body of what is no multipart; at most its first 4 MiB.
    pub body: Vec<u8>,
    /// The parts of a multipart body, in the order in which they came.
    pub parts: Vec<Part>,
    /// Number of bytes of the body.
    pub size: u64,
    /// SHA-256 of the body, in hexadecimal digits.
    pub sha256: String,
    /// False where the client went away before all was sent.
    pub whole: bool,
    /// Whose credentials came with it, where they were good.
    pub user: Option<String>,
    /// With which status it was answered; none where the connection was closed without an answer.
    pub status: Option<u16>,
}

/// A part of a multipart body.
#[derive(Debug, Clone, Default)]
pub struct Part {
    pub name: String,
    pub filename: Option<String>,
    pub content_type: Option<String>,
    /// At most the first 4 MiB.
    pub content: Vec<u8>,
    pub size: u64,
    /// SHA-256 of all of it, in hexadecimal digits.
    pub sha256: String,
}

impl Request {
    /// The value of a header; the name in any case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(sent, _)| sent.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// Whether it asks for a change.
    pub fn is_write(&self) -> bool {
        !matches!(self.method.as_str(), "GET" | "HEAD")
    }

    /// The path without the query and without a slash at its end.
    pub fn plain_path(&self) -> &str {
        let path = self.path.split('?').next().unwrap_or_default();
        path.strip_suffix('/').unwrap_or(path)
    }

    /// The decoded parts of the path.
    pub fn segments(&self) -> Vec<String> {
        self.plain_path().split('/').skip(1).map(|segment| decoded(segment, false)).collect()
    }

    /// An argument of the query.
    pub fn argument(&self, name: &str) -> Option<String> {
        let query = self.path.split_once('?')?.1;
        pairs(query).into_iter().find(|(key, _)| key == name).map(|(_, value)| value)
    }

    /// The uploaded file.
    pub fn file(&self) -> Option<&Part> {
        self.parts.iter().find(|part| part.name == "pkgs")
    }

    /// The JSON that was sent, as a body or in the part `json`; null where there was none.
    pub fn json(&self) -> Value {
        let part = self.parts.iter().find(|part| part.name == "json").map(|part| &part.content);
        serde_json::from_slice(part.unwrap_or(&self.body)).unwrap_or_default()
    }

    /// What the server's forms see: keys that are null are as not sent; JSON counts only where it is announced as such.
    pub fn form(&self) -> Map<String, Value> {
        let content_type = self.header("content-type").unwrap_or_default();
        let mut form = Map::new();
        if content_type.starts_with("application/json") {
            form = serde_json::from_slice(&self.body).unwrap_or_default();
        } else if content_type.starts_with("application/x-www-form-urlencoded") {
            for (name, value) in pairs(&String::from_utf8_lossy(&self.body)) {
                form.entry(name).or_insert(Value::String(value));
            }
        } else {
            for part in &self.parts {
                let text = String::from_utf8_lossy(&part.content);
                match &part.filename {
                    Some(_) if part.name == "json" => {
                        form.extend(serde_json::from_str::<Map<_, _>>(&text).unwrap_or_default())
                    }
                    None if part.name == "chroots" => {
                        let list = form.entry("chroots").or_insert_with(|| Value::Array(Vec::new()));
                        list.as_array_mut().unwrap().push(text.into());
                    }
                    None => _ = form.insert(part.name.clone(), text.into()),
                    Some(_) => {}
                }
            }
        }
        form.retain(|_, value| !value.is_null());
        form
    }
}

/// Percent signs, and in a query the plus, decoded.
fn decoded(text: &str, plus: bool) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'%' => {
                let digits: Vec<u8> = rest.by_ref().take(2).collect();
                u8::from_str_radix(&String::from_utf8_lossy(&digits), 16).unwrap_or(b'?')
            }
            b'+' if plus => b' ',
            _ => byte,
        });
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn pairs(text: &str) -> Vec<(String, String)> {
    let pairs = text.split('&').filter(|pair| !pair.is_empty());
    let pairs = pairs.map(|pair| pair.split_once('=').unwrap_or((pair, "")));
    pairs.map(|(name, value)| (decoded(name, true), decoded(value, true))).collect()
}

/// Why there is no request, or none that is as it should be.
#[derive(Debug, PartialEq)]
pub enum Trouble {
    /// The client has closed the connection.
    Gone,
    /// The body comes in chunks, which the web server does not take.
    Chunked,
    /// Something that no client may send.
    Wrong(String),
}

/// Reads all but the body.
pub fn read_head(from: &mut impl BufRead) -> Result<Request, Trouble> {
    let line = read_line(from)?;
    let mut words = line.split_whitespace().map(str::to_owned);
    let (Some(method), Some(path), Some(version)) = (words.next(), words.next(), words.next()) else {
        return Err(Trouble::Wrong(format!("`{}` where a request should begin", line.escape_debug())));
    };
    if !version.starts_with("HTTP/1.") || !path.starts_with('/') {
        return Err(Trouble::Wrong(format!("`{}` where a request should begin", line.escape_debug())));
    }
    let mut request = Request { method, path, ..Request::default() };
    loop {
        let line = read_line(from)?;
        let Some((name, value)) = line.split_once(':') else { break };
        request.headers.push((name.to_owned(), value.trim().to_owned()));
    }
    if request.header("transfer-encoding").is_some() {
        return Err(Trouble::Chunked);
    }
    if request.header("host").is_none() {
        return Err(Trouble::Wrong("a request without a Host".to_owned()));
    }
    Ok(request)
}

fn read_line(from: &mut impl BufRead) -> Result<String, Trouble> {
    let mut line = Vec::new();
    let count = from.take(1 << 16).read_until(b'\n', &mut line).map_err(|_| Trouble::Gone)?;
    if count == 0 { Err(Trouble::Gone) } else { Ok(String::from_utf8_lossy(&line).trim_end().to_owned()) }
}

/// The announced length of the body.
pub fn length(request: &Request) -> Result<u64, Trouble> {
    let Some(length) = request.header("content-length") else { return Ok(0) };
    length.parse().map_err(|_| Trouble::Wrong(format!("a Content-Length of `{length}`")))
}

/// Reads the body of a request, as a stream: however large it is, little of it is kept.
///
/// # Errors
///
/// `Gone` if the client went away, `Wrong` for a multipart body that does not end where its length says.
pub fn read_body(request: &mut Request, from: &mut impl BufRead) -> Result<(), Trouble> {
    let length = length(request)?;
    let mut body = Counted::new(from.take(length));
    let boundary = request.header("content-type").and_then(boundary);
    let wrong = match boundary {
        Some(boundary) => read_parts(&mut body, &boundary, &mut request.parts),
        None => {
            let mut whole = Part::default();
            body.rest(|piece| whole.keep(piece));
            request.body = whole.content;
            None
        }
    };
    body.rest(|_| {});
    (request.size, request.sha256) = body.finish();
    request.whole = request.size == length;
    match wrong {
        _ if !request.whole => Err(Trouble::Gone),
        Some(wrong) => Err(Trouble::Wrong(wrong)),
        None => Ok(()),
    }
}

/// Allows the body to be sent, where the client waits for that.
pub fn allow_body(request: &Request, to: &mut impl Write) -> std::io::Result<()> {
    if request.header("expect").is_some_and(|expect| expect.eq_ignore_ascii_case("100-continue")) {
        to.write_all(b"HTTP/1.1 100 Continue\r\n\r\n")?;
    }
    Ok(())
}
