use std::io::{BufRead, Read as _};

use ring::digest::{Context, SHA256};

use super::request::Part;

/// More than this of a body or of a part is counted and hashed, but not kept.
const KEPT: usize = 4 << 20;

/// What stands between the parts, where the body has parts.
pub fn boundary(content_type: &str) -> Option<String> {
    let parameters = content_type.strip_prefix("multipart/form-data")?;
    let boundary = parameters.split(';').find_map(|parameter| parameter.trim().strip_prefix("boundary="))?;
    Some(boundary.trim_matches('"').to_owned())
}

struct Digest {
    context: Context,
    size: u64,
}

impl Digest {
    fn new() -> Self {
        Self { context: Context::new(&SHA256), size: 0 }
    }

    fn update(&mut self, bytes: &[u8]) {
        self.context.update(bytes);
        self.size += bytes.len() as u64;
    }

    fn finish(self) -> (u64, String) {
        (self.size, self.context.finish().as_ref().iter().map(|byte| format!("{byte:02x}")).collect())
    }
}

/// A body that hashes what is read of it.
pub struct Counted<R> {
    from: R,
    digest: Digest,
}

impl<R: BufRead> Counted<R> {
    pub fn new(from: R) -> Self {
        Self { from, digest: Digest::new() }
    }

    /// Size and SHA-256 of all that was read.
    pub fn finish(self) -> (u64, String) {
        self.digest.finish()
    }

    /// Reads all that is left.
    pub fn rest(&mut self, mut to: impl FnMut(&[u8])) {
        let mut piece = vec![0; 1 << 16];
        while let Ok(count @ 1..) = self.from.read(&mut piece) {
            self.digest.update(&piece[..count]);
            to(&piece[..count]);
        }
    }

    /// The next line, or a piece of it; empty at the end. The search for the end of a line is the standard library's, which is
    /// fast in a test too.
    fn piece(&mut self, piece: &mut Vec<u8>) {
        piece.clear();
        let _ = (&mut self.from).take(1 << 16).read_until(b'\n', piece);
        self.digest.update(piece);
    }
}

impl Part {
    /// Adds to the content, as long as there is room.
    pub fn keep(&mut self, piece: &[u8]) {
        let room = KEPT.saturating_sub(self.content.len()).min(piece.len());
        self.content.extend_from_slice(&piece[..room]);
    }
}

/// Reads all parts; what is wrong with them.
pub fn read_parts<R: BufRead>(body: &mut Counted<R>, boundary: &str, parts: &mut Vec<Part>) -> Option<String> {
    let delimiter = format!("--{boundary}");
    let mut piece = Vec::new();
    body.piece(&mut piece);
    if !piece.starts_with(delimiter.as_bytes()) {
        return Some("a multipart body that does not begin with its boundary".to_owned());
    }
    loop {
        if piece.starts_with(format!("{delimiter}--").as_bytes()) {
            body.piece(&mut piece);
            return (!piece.is_empty()).then(|| "something behind the last boundary of a multipart body".to_owned());
        }
        let mut part = Part::default();
        loop {
            body.piece(&mut piece);
            let line = String::from_utf8_lossy(&piece).trim_end().to_owned();
            let Some((name, value)) = line.split_once(':') else { break };
            if name.eq_ignore_ascii_case("content-disposition") {
                part.name = parameter(value, "name").unwrap_or_default();
                part.filename = parameter(value, "filename");
            } else if name.eq_ignore_ascii_case("content-type") {
                part.content_type = Some(value.trim().to_owned());
            }
        }
        // The end of a line belongs to the content only if no boundary follows.
        let (mut digest, mut held, mut start) = (Digest::new(), Vec::new(), true);
        loop {
            body.piece(&mut piece);
            if piece.is_empty() {
                return Some("a multipart body that does not end with its boundary: is its length right?".to_owned());
            }
            if start && piece.starts_with(delimiter.as_bytes()) {
                break;
            }
            held.extend_from_slice(&piece);
            let end = if held.ends_with(b"\r\n") { 2 } else { usize::from(held.ends_with(b"\r")) };
            let content = held.len() - end;
            digest.update(&held[..content]);
            part.keep(&held[..content]);
            held.drain(..content);
            start = end == 2;
        }
        (part.size, part.sha256) = digest.finish();
        parts.push(part);
    }
}

fn parameter(value: &str, name: &str) -> Option<String> {
    let (_, behind) = value.split_once(&format!(" {name}=\""))?;
    behind.split_once('"').map(|(text, _)| text.to_owned())
}
