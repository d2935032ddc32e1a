//! The Copr server of the tests itself: it answers as the real one was recorded.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;

use serde_json::{Map, Value};

use super::support::{Copr, Fault, Script};

/// What a server has answered.
struct Told {
    status: u16,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Told {
    fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(sent, _)| sent.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// The JSON, or the text as a JSON string.
    fn json(&self) -> Value {
        let text = || Value::String(String::from_utf8_lossy(&self.body).into_owned());
        serde_json::from_slice(&self.body).unwrap_or_else(|_| text())
    }
}

/// Sends one request on a connection of its own.
fn ask(address: &str, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Told {
    let host = address.strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(host).unwrap();
    let mut head = format!("{method} {path} HTTP/1.1\r\nHost: {host}\r\n");
    for (name, value) in headers {
        head += &format!("{name}: {value}\r\n");
    }
    if !body.is_empty() {
        head += &format!("Content-Length: {}\r\n", body.len());
    }
    stream.write_all(format!("{head}\r\n").as_bytes()).unwrap();
    stream.write_all(body).unwrap();
    let mut stream = BufReader::new(stream);
    let mut line = String::new();
    stream.read_line(&mut line).unwrap();
    let status = line.split(' ').nth(1).unwrap_or_else(|| panic!("`{line}` for {method} {path}")).parse().unwrap();
    let mut told = Told { status, headers: Vec::new(), body: Vec::new() };
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).unwrap();
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        told.headers.push((name.to_owned(), value.trim().to_owned()));
    }
    let length = told.header("content-length").unwrap().parse().unwrap();
    stream.take(length).read_to_end(&mut told.body).unwrap();
    told
}

/// Exchanges of the recordings that are not replayed, and why.
const SKIPPED: &[(u64, &str)] = &[];

/// Before these exchanges a builder had done something: exchange, build, steps.
const BUILDERS: &[(u64, u64, u32)] = &[
    (160, 1, 1),
    (162, 1, 1),
    (166, 14, 1),
    (169, 14, 1),
    (172, 14, 1),
    (173, 14, 1),
    (174, 14, 2),
    (190, 16, 3),
    (195, 16, 1),
];

#[test]
fn the_recordings_are_answered_as_they_were() {
    let copr = Copr::new();
    let scripts = [
        (1, Script::new().source(&["pending", "running", "failed"])),
        (
            14,
            Script::new()
                .source(&["pending", "importing"])
                .chroot("epel-9-x86_64", &["pending*3", "running", "failed"])
                .chroot("fedora-rawhide-x86_64", &["starting", "running", "succeeded"]),
        ),
        (16, Script::new().source(&["pending", "importing"]).every_chroot(&["starting", "running", "succeeded"])),
    ];
    for id in 1..=17 {
        let script = scripts.iter().find(|(scripted, _)| *scripted == id).map(|(_, script)| script.clone());
        copr.script(script.unwrap_or_else(|| Script::new().source(&["pending"])).by_hand());
    }
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/recordings/copr.jsonl");
    let mut wrong = Vec::new();
    let mut count = 0;
    for line in fs_err::read_to_string(path).unwrap().lines() {
        let exchange: Value = serde_json::from_str(line).unwrap();
        let number = exchange["n"].as_u64().unwrap();
        if SKIPPED.iter().any(|(skipped, _)| *skipped == number) {
            continue;
        }
        for (_, build, steps) in BUILDERS.iter().filter(|(at, ..)| *at == number) {
            copr.advance(*build, *steps);
        }
        let told = replay(&copr, &exchange);
        let real = comparable(&exchange["response"], "http://127.0.0.1:5555", "http://127.0.0.1:5558");
        let ours = comparable(&told.json(), &copr.address(), &copr.results_address());
        let warning = exchange["headers"]["Warning"].as_str();
        if exchange["status"] != told.status || real != ours || told.header("warning") != warning {
            let what = format!("{} {}", exchange["method"], exchange["path"]);
            wrong.push(format!("{number} {what}:\n real {} {real}\n ours {} {ours}", exchange["status"], told.status));
        }
        count += 1;
    }
    copr.complaints();
    assert!(wrong.is_empty(), "{} of {count}:\n{}", wrong.len(), wrong.join("\n"));
    assert_eq!(count + SKIPPED.len(), 230);
}

#[test]
fn a_fault_hits_as_often_as_it_was_asked_for() {
    let copr = Copr::new();
    copr.fail_next(2, Fault::html(502));
    let statuses = [(); 3].map(|()| ask(&copr.address(), "GET", "/api_3/", &[], b"").status);
    assert_eq!(statuses, [502, 502, 200]);
}

fn replay(copr: &Copr, exchange: &Value) -> Told {
    let mut headers = Vec::new();
    if let Some(user) = exchange["as"].as_str() {
        let known = ["alice", "bob", "admin", "stale", "bad"].contains(&user);
        headers.push(("Authorization".to_owned(), if known { copr.authorization(user) } else { user.to_owned() }));
    }
    let request = &exchange["request"];
    let mut body = Vec::new();
    if let Some(json) = request.get("json") {
        headers.push(("Content-Type".to_owned(), "application/json".to_owned()));
        body = json.to_string().into_bytes();
    } else if let Some(raw) = request["raw"].as_str() {
        let kind = if raw.contains('=') { "application/x-www-form-urlencoded" } else { "application/json" };
        headers.push(("Content-Type".to_owned(), kind.to_owned()));
        body = raw.as_bytes().to_vec();
    } else if let Some(parts) = request["multipart"].as_array() {
        headers.push(("Content-Type".to_owned(), "multipart/form-data; boundary=xyz".to_owned()));
        body = multipart(parts);
    }
    let headers: Vec<(&str, &str)> = headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let (method, path) = (exchange["method"].as_str().unwrap(), exchange["path"].as_str().unwrap());
    ask(&copr.address(), method, path, &headers, &body)
}

fn multipart(parts: &[Value]) -> Vec<u8> {
    let mut body = Vec::new();
    for part in parts {
        let mut head = format!("--xyz\r\nContent-Disposition: form-data; name={}", part["name"]);
        if !part["filename"].is_null() {
            head += &format!("; filename={}", part["filename"]);
        }
        if let Some(kind) = part["type"].as_str() {
            head += &format!("\r\nContent-Type: {kind}");
        }
        body.extend(format!("{head}\r\n\r\n").into_bytes());
        match part["body"].as_str() {
            Some(text) => match text.strip_prefix('<').and_then(|text| text.strip_suffix(" bytes>")) {
                Some(size) => body.extend(std::iter::repeat_n(b'\n', size.parse().unwrap())),
                None => body.extend_from_slice(text.as_bytes()),
            },
            None => body.extend(part["body"].to_string().into_bytes()),
        }
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"--xyz--\r\n");
    body
}

/// An answer without what is different each time: addresses, times, temporary names, the order of chroots and of letters.
fn comparable(value: &Value, address: &str, results: &str) -> Value {
    let again = |value: &Value| comparable(value, address, results);
    match value {
        Value::Object(fields) => {
            let mut sorted: Vec<_> = fields.iter().collect();
            sorted.sort_by_key(|(name, _)| name.as_str());
            let of = |name: &str, value: &Value| match name {
                "submitted_on" | "started_on" | "ended_on" if value.is_u64() => "TIME".into(),
                _ => again(value),
            };
            Value::Object(
                sorted.into_iter().map(|(name, value)| (name.clone(), of(name, value))).collect::<Map<_, _>>(),
            )
        }
        Value::Array(items) => {
            let mut items: Vec<Value> = items.iter().map(again).collect();
            if items.iter().all(Value::is_string) || items.iter().all(|item| item.get("result_url").is_some()) {
                items.sort_by_key(Value::to_string);
            }
            Value::Array(items)
        }
        Value::String(text) => {
            let mut text = text.replace(address, "FRONTEND").replace(results, "RESULTS");
            if let Some(at) = text.find("tmp/tmp") {
                let end = text[at + 7..].find('/').map_or(text.len(), |end| at + 7 + end);
                text.replace_range(at..end, "tmp/TMP");
            } else if text.starts_with("tmp") {
                text = "TMP".to_owned();
            }
            if text.starts_with("chroots: ") || text.starts_with("Unexpected chroot: ") {
                let mut letters: Vec<char> = text.chars().collect();
                letters.sort_unstable();
                text = letters.into_iter().collect();
            }
            text.into()
        }
        _ => value.clone(),
    }
}
