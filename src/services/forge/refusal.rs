//! What a forge says when it does not do what it was asked, in its own words and with the way to mend it.

use serde_json::Value;

use super::kind::ForgeKind;
use crate::context::Context;
use crate::error::{Error, Kind};
use crate::secret::redacted_line;
use crate::services::call::Reply;

/// How much of one sentence of a server is shown, in characters.
const LONGEST: usize = 500;

/// What is said of a token that is not known, or not any more.
const REFUSES: &str = "refuses the token";

/// How many sentences of a server are shown.
const MOST: usize = 12;

/// The error for an answer that is not one of success. `doing` is what it was asked to do: "fork rpms/hello".
pub(super) fn refusal(
    context: &Context,
    kind: ForgeKind,
    base: &str,
    has_token: bool,
    doing: &str,
    reply: &Reply,
) -> Error {
    let host = reply.address.host();
    let document = serde_json::from_slice(&reply.body).ok();
    let code = document.as_ref().and_then(|document: &Value| document.get("error_code")).and_then(Value::as_str);
    // Pagure answers 401 to a good token that is not allowed to do something with this project.
    let is_token = reply.status == 401 && code.is_none_or(|code| code == "EINVALIDTOK");
    let is_exhausted = reply.status == 403 && reply.header("x-ratelimit-remaining") == Some("0");
    let message = match reply.status {
        _ if is_exhausted => format!("{host} takes no more requests for now"),
        401 if is_token && !has_token => format!("{host} wants a token to {doing}"),
        401 if is_token => format!("{host} {REFUSES}"),
        401 | 403 => format!("{host} does not allow you to {doing}"),
        _ => format!("{host} refuses to {doing}"),
    };
    let mut error = Error::new(Kind::Service, message);
    for said in words(reply, document.as_ref()) {
        error = error.cause(said);
    }
    error = error.cause(format!("it was asked for `{}` and answered {}", reply.address, reply.status));
    if document.is_none() && is_page(reply) {
        error = error
            .hint(format!("is it a {kind}? If not, name its type in the user's configuration, under authentication"));
    }
    let page = kind.token_page(base);
    let rights = kind.rights();
    match reply.status {
        _ if is_exhausted => error.hint(match minutes_left(context, reply) {
            Some(minutes) => format!("try again in {minutes} minutes, or with another token"),
            None => "try again in an hour, or with another token".to_owned(),
        }),
        401 if is_token => error.hint(format!("make a token with the rights {rights} at {page}")),
        401 | 403 => error
            .hint("check that the user of the token may do this in the project")
            .hint(format!("the token needs the rights {rights}: make one at {page}")),
        404 => error.hint(
            "check the address and the name of the project; a private one is shown only to a token that may see it",
        ),
        500.. => {
            error.hint("the fault is on the server's side: look whether it was done all the same, and try again later")
        }
        _ => error.hint("mend what the server says, and run it again: what was done already is found"),
    }
}

/// Whether an error of a forge means that the token is not accepted, not that nobody could be asked.
pub fn is_of_token(error: &Error) -> bool {
    error.kind() == Kind::Service && error.message().ends_with(REFUSES)
}

/// The error where there is no token at all, and one is needed.
pub(super) fn no_token(kind: ForgeKind, base: &str, host: &str) -> Error {
    Error::new(Kind::Config, format!("there is no token for {host}")).hint(format!(
        "make one with the rights {} at {}, and put it into the user's configuration, under authentication",
        kind.rights(),
        kind.token_page(base)
    ))
}

fn minutes_left(context: &Context, reply: &Reply) -> Option<i64> {
    let reset: i64 = reply.header("x-ratelimit-reset")?.parse().ok()?;
    let left = reset.checked_sub(context.clock().as_second())?;
    (0..86_400).contains(&left).then_some((left + 59) / 60)
}

/// What the server says.
fn words(reply: &Reply, document: Option<&Value>) -> Vec<String> {
    match document {
        Some(document) => sentences(document),
        None if is_page(reply) => {
            vec!["the answer is a web page, not one of the interface".to_owned()]
        }
        None => lines(&[reply.text()]),
    }
}

fn is_page(reply: &Reply) -> bool {
    reply.header("content-type").is_some_and(|media| media.starts_with("text/html"))
}

/// What an error document says.
fn sentences(document: &Value) -> Vec<String> {
    let mut said = Vec::new();
    match document {
        Value::Object(fields) => ["error", "message", "error_description", "errors"]
            .iter()
            .filter_map(|&name| fields.get(name))
            .for_each(|value| collect(value, None, &mut said)),
        other => collect(other, None, &mut said),
    }
    lines(&said)
}

/// Each line once, without anything that a terminal would obey.
fn lines(said: &[String]) -> Vec<String> {
    let mut shown: Vec<String> = Vec::new();
    for line in said.iter().flat_map(|sentence| sentence.lines()).map(one_line) {
        if !line.is_empty() && !shown.contains(&line) && shown.len() < MOST {
            shown.push(line);
        }
    }
    shown
}

fn collect(value: &Value, field: Option<&str>, said: &mut Vec<String>) {
    match value {
        Value::String(text) => said.push(field.map_or_else(|| text.clone(), |field| format!("{field}: {text}"))),
        Value::Array(values) => values.iter().for_each(|value| collect(value, field, said)),
        // GitHub lists objects that name the field and say what is wrong with it by a message or a code.
        Value::Object(fields) if fields.contains_key("code") || fields.contains_key("message") => {
            let text = |name: &str| fields.get(name).and_then(Value::as_str);
            if let Some(what) = text("message").or_else(|| text("code")) {
                said.push(text("field").map_or_else(|| what.to_owned(), |field| format!("{field}: {what}")));
            }
        }
        Value::Object(fields) => fields.iter().for_each(|(name, value)| collect(value, Some(name), said)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// A text of a server as one line that can be shown.
pub(super) fn one_line(text: &str) -> String {
    let plain: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(LONGEST).collect();
    redacted_line(plain.trim())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_words_of_all_forges() {
        for (document, words) in [
            (
                json!({"error": "Invalid input", "error_code": "EINVALIDREQ", "errors": "Branch nope does not exist"}),
                "Invalid input|Branch nope does not exist",
            ),
            (
                json!({"error": "Invalid input", "errors": {"title": ["This field is required."]}}),
                "Invalid input|title: This field is required.",
            ),
            (
                json!({"message": ["Another open merge request already exists: !1"]}),
                "Another open merge request already exists: !1",
            ),
            (json!({"message": {"base": ["a", "b"]}}), "base: a|base: b"),
            (
                json!({"message": "Validation Failed", "errors": [{"resource": "PullRequest", "code": "custom", "message": "A pull request already exists"}, {"field": "base", "code": "invalid"}]}),
                "Validation Failed|A pull request already exists|base: invalid",
            ),
            (
                json!({"message": "not found", "errors": ["user does not exist", "user does not exist"], "url": "x"}),
                "not found|user does not exist",
            ),
            (json!({"error": "x\u{1b}[31m\ny", "errors": null}), "x [31m|y"),
            (json!(["a"]), "a"),
        ] {
            assert_eq!(sentences(&document).join("|"), words);
        }
    }
}
