use serde_json::{Value, json};

use super::super::Answer;
use super::messages::error;
use super::request::Request;

/// Which part of a list a client wants.
pub struct Paging {
    limit: Option<usize>,
    offset: usize,
    pub order: String,
    pub descending: bool,
    order_type: String,
}

impl Paging {
    pub fn read(request: &Request) -> Result<Self, Answer> {
        let number = |name: &str| match request.argument(name) {
            None => Ok(None),
            Some(text) => text
                .parse::<usize>()
                .map(Some)
                .map_err(|_| error(500, format!("{{'{name}': ['Not a valid integer value.']}}"))),
        };
        let order_type = request.argument("order_type").unwrap_or_else(|| "ASC".to_owned());
        Ok(Self {
            limit: number("limit")?,
            offset: number("offset")?.unwrap_or(0),
            order: request.argument("order").unwrap_or_else(|| "id".to_owned()),
            descending: order_type == "DESC",
            order_type,
        })
    }

    /// The wanted part, with what the server says of it.
    pub fn page(&self, items: impl Iterator<Item = Value>) -> Value {
        let items: Vec<Value> = items.skip(self.offset).take(self.limit.unwrap_or(usize::MAX)).collect();
        json!({ "items": items, "meta": {
            "limit": self.limit, "offset": self.offset, "order": self.order, "order_type": self.order_type,
        } })
    }
}

/// An argument that must be there.
pub fn argument(request: &Request, name: &str) -> Result<String, Answer> {
    request.argument(name).ok_or_else(|| error(400, format!("Missing argument {name}")))
}
