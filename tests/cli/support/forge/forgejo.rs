use serde_json::{Value, json};

use super::book::Book;
use super::hub::{self, Dialect};
use super::server::{base_of, json_answer};
use crate::support::{Answer, Request};

const FORGEJO: Dialect = Dialect {
    name: "Forgejo",
    root: "/api/v1/",
    shapes: include_str!("forgejo.json"),
    pulls: "pulls",
    owner: "user",
    scheme: &["token "],
    right: &["write:repository"],
    paging: ["page", "limit"],
    pull_filters: &["state", "sort", "milestone", "labels", "poster"],
    fork_fields: &["organization", "name"],
    pull_fields: &[
        "title",
        "body",
        "base",
        "head",
        "state",
        "assignee",
        "assignees",
        "labels",
        "milestone",
        "allow_maintainer_edit",
    ],
    changed: 201,
    error,
    no_user: |request, is_sent| {
        let text = if is_sent { "user does not exist [uid: 0, name: ]" } else { "token is required" };
        plain(request, 401, text)
    },
    no_right: |request, rights| {
        plain(request, 403, &format!("token does not have at least one of required scope(s): {rights:?}"))
    },
    fork_exists: Some(|request, text| plain(request, 409, text)),
    pull_exists: |request, _| {
        let text = "pull request already exists for these targets [id: 1, issue_id: 1, head_repo_id: 2, base_repo_id: 1, \
                    head_branch: x, base_branch: y]";
        plain(request, 409, text)
    },
    no_branch: |request, _, name| {
        let errors = json!([format!("branch does not exist [name: {name}]")]);
        error(request, 404, "The target couldn't be found.", Some(errors))
    },
    empty: None,
};

pub(super) fn answer(book: &mut Book, request: &Request) -> Answer {
    hub::answer(book, request, &FORGEJO)
}

/// What Forgejo says with a status.
pub(super) fn refusal(request: &Request, status: u16) -> Answer {
    match status {
        401 => (FORGEJO.no_user)(request, true),
        403 => (FORGEJO.no_right)(request, FORGEJO.right),
        404 => error(request, 404, "The target couldn't be found.", None),
        409 => (FORGEJO.pull_exists)(request, ""),
        other => plain(request, other, ""),
    }
}

fn plain(request: &Request, status: u16, text: &str) -> Answer {
    json_answer(status, &json!({ "message": text, "url": format!("{}/api/swagger", base_of(request)) }))
}

fn error(request: &Request, status: u16, text: &str, errors: Option<Value>) -> Answer {
    if status != 404 {
        return plain(request, status, text);
    }
    let errors = errors.unwrap_or_else(|| json!([]));
    let url = format!("{}/api/swagger", base_of(request));
    json_answer(status, &json!({ "errors": errors, "message": text, "url": url }))
}
