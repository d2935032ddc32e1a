//! Answers that are JSON documents.

use serde::de::DeserializeOwned;

use super::address::Address;
use super::http::{Client, Response};
use crate::context::Context;
use crate::error::{Error, Kind, Result};

/// The longest document that is read, in bytes: the longest that a server has reason to send is a tenth of it.
const LONGEST: usize = 4 << 20;

/// The document at `address`.
///
/// # Errors
/// As [`Client::get`]; of kind [`Kind::Service`] when the answer is no such document.
pub(super) async fn get<T: DeserializeOwned>(context: &Context, client: &Client, address: &Address) -> Result<T> {
    // Bodhi answers the same address with a web page unless it is told what is wanted.
    client.get(context, address, &[("accept", "application/json")], async |response| read(response).await).await
}

async fn read<T: DeserializeOwned>(response: &mut Response) -> Result<T> {
    let mut body = Vec::new();
    while let Some(piece) = response.chunk().await? {
        body.extend_from_slice(piece.as_ref());
        if body.len() > LONGEST {
            return Err(other(response, "it is longer than 4 MiB"));
        }
    }
    serde_json::from_slice(&body).map_err(|error| other(response, &error.to_string()))
}

fn other(response: &Response, why: &str) -> Error {
    let address = response.address();
    Error::new(Kind::Service, format!("{} gave another answer than the one that is known", address.host()))
        .cause(format!("it was asked for `{address}`"))
        .cause(why)
        .hint("open the address in a browser: a proxy or a login page may stand before it")
}
