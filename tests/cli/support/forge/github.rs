use serde_json::{Value, json};

use super::book::Book;
use super::hub::{self, Dialect};
use super::server::json_answer;
use crate::support::{Answer, Request};

const GITHUB: Dialect = Dialect {
    name: "GitHub",
    root: "/api/v3/",
    shapes: include_str!("github.json"),
    pulls: "pull",
    owner: "owner",
    scheme: &["Bearer ", "token "],
    right: &["public_repo", "repo"],
    paging: ["page", "per_page"],
    pull_filters: &["state", "head", "base", "sort", "direction"],
    fork_fields: &["organization", "name", "default_branch_only"],
    pull_fields: &["title", "body", "head", "base", "state", "draft", "maintainer_can_modify", "head_repo"],
    changed: 200,
    error,
    no_user: |request, is_sent| {
        error(request, 401, if is_sent { "Bad credentials" } else { "Requires authentication" }, None)
    },
    no_right: |request, _| error(request, 403, "Resource not accessible by personal access token", None),
    fork_exists: None,
    pull_exists: |request, head| {
        let text = format!("A pull request already exists for {head}.");
        let errors = json!([{ "resource": "PullRequest", "code": "custom", "message": text }]);
        error(request, 422, "Validation Failed", Some(errors))
    },
    no_branch: |request, field, _| {
        let errors = json!([{ "resource": "PullRequest", "field": field, "code": "invalid" }]);
        error(request, 422, "Validation Failed", Some(errors))
    },
    empty: Some(|request| {
        let errors = json!([{ "resource": "PullRequest", "code": "custom", "message": "No commits between both" }]);
        error(request, 422, "Validation Failed", Some(errors))
    }),
};

pub(super) fn answer(book: &mut Book, request: &Request) -> Answer {
    let answer = hub::answer(book, request, &GITHUB);
    // Tokens of the older kind are told what they may do.
    match book.token(request) {
        Some(Some(token)) => {
            let rights = if token.rights.is_empty() { "gist, repo".to_owned() } else { token.rights.join(", ") };
            let answer = answer.header("X-OAuth-Scopes", rights);
            match &token.ends {
                Some(day) => answer.header("GitHub-Authentication-Token-Expiration", format!("{day} 09:30:00 UTC")),
                None => answer,
            }
        }
        _ => answer,
    }
}

/// What GitHub says with a status.
pub(super) fn refusal(request: &Request, status: u16) -> Answer {
    match status {
        401 => (GITHUB.no_user)(request, true),
        403 => (GITHUB.no_right)(request, &[]),
        404 => error(request, 404, "Not Found", None),
        other => error(request, other, "Validation Failed", None),
    }
}

fn error(_request: &Request, status: u16, text: &str, errors: Option<Value>) -> Answer {
    let page = "https://docs.github.com/rest";
    let mut document = json!({ "documentation_url": page, "message": text, "status": status.to_string() });
    if let Some(errors) = errors {
        document["errors"] = errors;
    }
    json_answer(status, &document)
}
