use super::Request;

/// One part of a form that was sent.
#[derive(Debug, Clone)]
pub struct Sent {
    pub name: String,
    pub file_name: Option<String>,
    pub content: Vec<u8>,
}

impl Sent {
    pub fn text(&self) -> String {
        String::from_utf8(self.content.clone()).unwrap()
    }
}

/// The parts of a request with `multipart/form-data`, in order; what is wrong with it.
pub fn parts(request: &Request) -> Result<Vec<Sent>, String> {
    let media = request.header("content-type").unwrap_or_default();
    let boundary =
        media.strip_prefix("multipart/form-data; boundary=").ok_or_else(|| format!("a form as `{media}`"))?;
    let line = format!("--{}", boundary.trim_matches('"'));
    let mut rest = request.body.strip_prefix(line.as_bytes()).ok_or("a form that does not begin with its boundary")?;
    let mut sent = Vec::new();
    while let Some(part) = rest.strip_prefix(b"\r\n") {
        let head = find(part, b"\r\n\r\n").ok_or("a part without an end of its headers")?;
        let end = find(&part[head + 4..], format!("\r\n{line}").as_bytes()).ok_or("a part without an end")? + head + 4;
        let headers = String::from_utf8(part[..head].to_owned()).map_err(|error| error.to_string())?;
        let disposition = headers.lines().find_map(|header| header.strip_prefix("Content-Disposition: form-data; "));
        let disposition = disposition.ok_or_else(|| format!("headers `{headers}`"))?;
        let value = |key: &str| {
            let (_, behind) = disposition.split_once(&format!("{key}=\""))?;
            let mut escaped = false;
            let end = behind.find(|c| {
                let is_end = c == '"' && !escaped;
                escaped = c == '\\' && !escaped;
                is_end
            })?;
            Some(behind[..end].replace("\\\\", "\\").replace("\\\"", "\""))
        };
        let name = disposition.strip_prefix("name=\"").and_then(|_| value("name"));
        sent.push(Sent {
            name: name.ok_or_else(|| format!("a part without a name: `{disposition}`"))?,
            file_name: value("; filename"),
            content: part[head + 4..end].to_owned(),
        });
        rest = &part[end + 2 + line.len()..];
    }
    if rest == b"--\r\n" { Ok(sent) } else { Err("a form without an end".to_owned()) }
}

fn find(text: &[u8], part: &[u8]) -> Option<usize> {
    // The first byte is rare in a large file.
    let mut from = 0;
    while let Some(at) = text[from..].iter().position(|byte| *byte == part[0]) {
        if text[from + at..].starts_with(part) {
            return Some(from + at);
        }
        from += at + 1;
    }
    None
}
