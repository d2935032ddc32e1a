use serde_json::{Value, json};

use super::book::{Book, Flag};
use super::pagure::{error, invalid, person, required};
use super::query::Query;
use super::server::json_answer;
use crate::support::{Answer, Request};

const STATES: [&str; 5] = ["pending", "success", "error", "failure", "canceled"];

/// The flags of a pull request.
pub(super) fn list(book: &Book, request: &Request, pull: usize) -> Answer {
    let (source, commit) = (book.pulls[pull].source, &book.pulls[pull].commits.0);
    let flags = book.flags.iter().filter(|flag| flag.project == source && Some(&flag.commit) == commit.as_ref());
    let flags: Vec<Value> = flags.map(|flag| document(request, flag, false)).collect();
    json_answer(200, &json!({ "flags": flags }))
}

/// Sets a flag of the last commit of a pull request, or of a commit. The same `uid` again changes the flag.
pub(super) fn set(
    book: &mut Book,
    request: &Request,
    query: &Query<'_>,
    (project, user): (usize, &str),
    (pull, commit): (Option<usize>, &str),
) -> Answer {
    for name in ["username", "comment", "url", "status"] {
        if query.field(name).is_none() {
            return required(name);
        }
    }
    if !STATES.contains(&query.field("status").unwrap_or_default()) {
        return invalid(json!({ "status": ["Not a valid choice."] }));
    }
    let (project, commit) = match pull.map(|pull| &book.pulls[pull]) {
        None => (project, commit.to_owned()),
        Some(pull) if pull.commits.0 == pull.commits.1 => {
            let text = "An error occurred at the database level and prevent the action from reaching completion";
            return json_answer(400, &error(text, "EDBERROR"));
        }
        Some(pull) => (pull.source, pull.commits.0.clone().unwrap_or_default()),
    };
    let uid =
        query.field("uid").map_or_else(|| format!("9b3c8382d2c94993a73f3a61{:08}", book.flags.len()), str::to_owned);
    let names = ["username", "comment", "url", "status"];
    let fields = names.map(|name| (name.to_owned(), query.field(name).unwrap_or_default().to_owned()));
    let flag = Flag { project, commit, uid: uid.clone(), user: user.to_owned(), fields: fields.into() };
    let told = document(request, &flag, true);
    let there = book.flags.iter().position(|there| there.uid == uid);
    let message = if there.is_some() { "Flag updated" } else { "Flag added" };
    match there {
        Some(there) => book.flags[there] = flag,
        None => book.flags.push(flag),
    }
    let mut answer = json!({ "flag": told, "message": message, "uid": uid });
    if pull.is_some() {
        answer["avatar_url"] = json!("https://seccdn.libravatar.org/avatar/0?s=30&d=retro");
        answer["user"] = json!(user);
    }
    json_answer(200, &answer)
}

fn document(request: &Request, flag: &Flag, with_mail: bool) -> Value {
    let field = |name: &str| flag.fields.iter().find(|(sent, _)| sent == name).map(|(_, value)| value.clone());
    let mut user = person(request, &flag.user);
    if with_mail {
        let mail = format!("{}@localhost.localdomain", flag.user);
        user["default_email"] = json!(mail);
        user["emails"] = json!([mail]);
    }
    json!({
        "comment": field("comment"),
        "commit_hash": flag.commit,
        "date_created": "1795217933.35335",
        "date_updated": "1795217933.353354",
        "percent": null,
        "status": field("status"),
        "url": field("url"),
        "user": user,
        "username": field("username"),
    })
}
