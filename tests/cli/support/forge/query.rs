use serde_json::Value;

use crate::support::Request;

/// What a client asks for, taken apart.
pub(super) struct Query<'r> {
    pub(super) method: &'r str,
    /// The path without the query, decoded part by part: `%2F` stays in its part.
    pub(super) parts: Vec<String>,
    query: Vec<(String, String)>,
    /// The fields of the body: of a form, or of a JSON object.
    pub(super) fields: Vec<(String, Value)>,
}

impl<'r> Query<'r> {
    /// `below` is what the path begins with; `None` for a path elsewhere.
    pub(super) fn new(request: &'r Request, below: &str) -> Option<Self> {
        let (path, query) = request.path.split_once('?').unwrap_or((&request.path, ""));
        let parts = path.strip_prefix(below)?.trim_matches('/').split('/').map(decoded).collect();
        let is_json = request.header("content-type").is_some_and(|media| media.starts_with("application/json"));
        let fields = if is_json {
            let document: Value = serde_json::from_slice(&request.body).unwrap_or(Value::Null);
            document.as_object().into_iter().flatten().map(|(name, value)| (name.clone(), value.clone())).collect()
        } else {
            let text = String::from_utf8_lossy(&request.body).into_owned();
            pairs(&text).into_iter().map(|(name, value)| (name, Value::String(value))).collect()
        };
        Some(Self { method: &request.method, parts, query: pairs(query), fields })
    }

    /// The path as words, to be matched.
    pub(super) fn words(&self) -> Vec<&str> {
        self.parts.iter().map(String::as_str).collect()
    }

    pub(super) fn asked(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(sent, _)| sent == name).map(|(_, value)| value.as_str())
    }

    pub(super) fn number(&self, name: &str, otherwise: usize) -> usize {
        self.asked(name).and_then(|text| text.parse().ok()).unwrap_or(otherwise)
    }

    /// A field that is a text and not empty.
    pub(super) fn field(&self, name: &str) -> Option<&str> {
        let value = self.fields.iter().find(|(sent, _)| sent == name).map(|(_, value)| value)?;
        value.as_str().filter(|text| !text.is_empty())
    }

    /// The names in the query and the body that are not among `known`.
    pub(super) fn unknown(&self, known: &[&str]) -> Vec<String> {
        let names = self.query.iter().map(|(name, _)| name).chain(self.fields.iter().map(|(name, _)| name));
        names.filter(|name| !known.contains(&name.as_str())).cloned().collect()
    }
}

fn pairs(text: &str) -> Vec<(String, String)> {
    let pairs = text.split('&').filter(|pair| !pair.is_empty());
    pairs.map(|pair| pair.split_once('=').unwrap_or((pair, ""))).map(|(n, v)| (form(n), form(v))).collect()
}

fn form(text: &str) -> String {
    decoded(&text.replace('+', " "))
}

pub(super) fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let [first, behind @ ..] = rest {
        let hex = behind.get(..2).filter(|_| *first == b'%').and_then(|hex| std::str::from_utf8(hex).ok());
        match hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = &behind[2..];
            }
            None => {
                bytes.push(*first);
                rest = behind;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
