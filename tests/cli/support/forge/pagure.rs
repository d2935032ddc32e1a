use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::book::{Book, Project, page};
use super::pagure_flags;
use super::query::Query;
use super::server::{base_of, json_answer};
use crate::support::{Answer, Request};

/// The interface of Pagure, as a real one answered.
pub(super) fn answer(book: &mut Book, request: &Request) -> Answer {
    let Some(query) = Query::new(request, "/api/0/") else { return no_such_page() };
    let words = query.words();
    if request.method == "GET" {
        return match words.as_slice() {
            ["version"] => json_answer(200, &json!({ "version": "0.31" })),
            ["projects"] => forks(book, request, &query),
            _ => read(book, request, &query, &words),
        };
    }
    if request.method != "POST" {
        book.complain(format!("{} {} is no method of Pagure", request.method, request.path));
        return no_such_page();
    }
    match words.as_slice() {
        ["-", "whoami"] => match user(book, request, None) {
            // Nothing but the error here when no token came at all.
            Err(_) if request.header("authorization").is_none() => {
                let mut document = bad_token(request, "");
                document.as_object_mut().unwrap().remove("errors");
                json_answer(401, &document)
            }
            Err(refused) => refused,
            Ok(user) => json_answer(200, &json!({ "username": user })),
        },
        ["fork"] => fork(book, request, &query),
        _ => write(book, request, &query, &words),
    }
}

/// What Pagure says with a status.
pub(super) fn refusal(request: &Request, status: u16) -> Answer {
    match status {
        401 => json_answer(401, &bad_token(request, "Invalid token")),
        403 => json_answer(403, &error("You are not allowed to view this pull-request", "EPRNOTALLOWED")),
        404 => json_answer(404, &error("Project not found", "ENOPROJECT")),
        409 => json_answer(409, &error("This pull-request conflicts and thus cannot be merged", "EPRCONFLICTS")),
        other => json_answer(other, &error("An error occurred", "ENOCODE")),
    }
}

pub(super) fn error(text: &str, code: &str) -> Value {
    json!({ "error": text, "error_code": code })
}

pub(super) fn invalid(errors: Value) -> Answer {
    let text = "Invalid or incomplete input submitted";
    json_answer(400, &json!({ "error": text, "error_code": "EINVALIDREQ", "errors": errors }))
}

pub(super) fn required(field: &str) -> Answer {
    invalid(json!({ field: ["This field is required."] }))
}

fn bad_token(request: &Request, why: &str) -> Value {
    let page = format!("{}/settings#nav-api-tab", base_of(request));
    let text = format!("Invalid or expired token. Please visit {page} to get or renew your API token.");
    json!({ "error": text, "error_code": "EINVALIDTOK", "errors": why })
}

/// The user of the token, if it has a right.
fn user(book: &mut Book, request: &Request, right: Option<&str>) -> Result<String, Answer> {
    let line = format!("{} {}", request.method, request.path);
    let sent = request.header("authorization");
    if sent.is_some_and(|sent| !sent.starts_with("token ")) {
        book.complain(format!("{line}: Pagure wants `Authorization: token …`"));
    }
    let why = match book.token(request) {
        Some(Some(token)) => {
            match right.filter(|&right| !token.rights.is_empty() && !token.rights.iter().any(|r| r == right)) {
                None => return Ok(token.user.clone()),
                Some(right) => format!("Missing ACLs: {right}"),
            }
        }
        Some(None) => {
            let expired = sent.is_some_and(|sent| sent.ends_with("EXPIRED"));
            if expired { "Expired token" } else { "Invalid token" }.to_owned()
        }
        None => {
            if right.is_some() {
                book.complain(format!("{line}: a write without a token"));
            }
            "Invalid token".to_owned()
        }
    };
    Err(json_answer(401, &bad_token(request, &why)))
}

/// The project that is named by the words, `[fork, USER,] [NAMESPACE,] NAME`.
fn find(book: &Book, words: &[&str]) -> Option<usize> {
    match words {
        ["fork", user, rest @ ..] if !rest.is_empty() => book.find(&format!("forks/{user}/{}", rest.join("/"))),
        words => book.find(&words.join("/")),
    }
}

/// Words of a project before, and words behind it.
fn split<'a, 'w>(words: &'a [&'w str], behind: usize) -> Option<(&'a [&'w str], &'a [&'w str])> {
    words.len().checked_sub(behind).map(|at| words.split_at(at))
}

fn is_project(words: &[&str]) -> bool {
    let rest = if let ["fork", _, rest @ ..] = words { rest } else { words };
    (1..=2).contains(&rest.len())
}

fn no_project() -> Answer {
    json_answer(404, &error("Project not found", "ENOPROJECT"))
}

fn no_such_page() -> Answer {
    let text = "The requested URL was not found on the server. If you entered the URL manually please check your spelling and \
                try again.";
    let page =
        format!("<!doctype html>\n<html lang=en>\n<title>404 Not Found</title>\n<h1>Not Found</h1>\n<p>{text}</p>\n");
    Answer::new(404, page).header("Content-Type", "text/html; charset=utf-8")
}

fn read(book: &mut Book, request: &Request, query: &Query<'_>, words: &[&str]) -> Answer {
    if let Some((place, ["git", "branches"])) = split(words, 2) {
        return found(book, place, |book, project| branches(book, project, query.asked("with_commits").is_some()));
    }
    if let Some((place, ["git", "urls"])) = split(words, 2) {
        let token = book.token(request).map(|token| token.map(|token| token.user.clone()));
        if token == Some(None) {
            return json_answer(401, &bad_token(request, "Invalid token"));
        }
        return found(book, place, |book, project| {
            let name = &book.projects[project].full_name;
            let user = token.flatten().unwrap_or_else(|| "{username}".to_owned());
            let ssh = format!("ssh://{user}@pkgs.example.com/{name}.git");
            let urls = json!({ "git": format!("{}/{name}.git", base_of(request)), "ssh": ssh });
            json_answer(200, &json!({ "total_urls": 2, "urls": urls }))
        });
    }
    if let Some((place, ["pull-requests"])) = split(words, 1) {
        return found(book, place, |book, project| pull_requests(book, request, project, query));
    }
    if let Some((place, ["pull-request", number])) = split(words, 2) {
        return found(book, place, |book, project| match book.pull(project, number) {
            Some(pull) => json_answer(200, &pull_request(book, request, pull)),
            None => json_answer(404, &error("Pull-Request not found", "ENOREQ")),
        });
    }
    if let Some((place, ["pull-request", number, "flag"])) = split(words, 3) {
        return found(book, place, |book, project| match book.pull(project, number) {
            Some(pull) => pagure_flags::list(book, request, pull),
            None => json_answer(404, &error("Pull-Request not found", "ENOREQ")),
        });
    }
    if !is_project(words) {
        return no_such_page();
    }
    found(book, words, |book, project| json_answer(200, &document(book, request, project)))
}

fn found(book: &Book, place: &[&str], answer: impl FnOnce(&Book, usize) -> Answer) -> Answer {
    match find(book, place) {
        Some(project) => answer(book, project),
        None if is_project(place) => no_project(),
        None => no_such_page(),
    }
}

fn branches(book: &Book, project: usize, with_commits: bool) -> Answer {
    let listed = book.branches(project);
    let default = book.default_branch(project);
    let total = listed.len();
    let commits: BTreeMap<_, _> = listed.into_iter().collect();
    let document = if with_commits {
        let commit = commits.get(&default).cloned();
        json!({ "branches": commits, "default": { default: commit }, "total_branches": total })
    } else {
        json!({ "branches": commits.keys().collect::<Vec<_>>(), "default": default, "total_branches": total })
    };
    json_answer(200, &document)
}

pub(super) fn person(request: &Request, name: &str) -> Value {
    let full_name: String = name.chars().take(1).flat_map(char::to_uppercase).chain(name.chars().skip(1)).collect();
    let path = format!("user/{name}");
    json!({ "full_url": format!("{}/{path}", base_of(request)), "fullname": full_name, "name": name, "url_path": path })
}

fn levels(given: &BTreeMap<String, Vec<String>>, names: &[&str]) -> Value {
    names.iter().map(|&name| (name.to_owned(), json!(given.get(name).cloned().unwrap_or_default()))).collect::<Value>()
}

fn document(book: &Book, request: &Request, at: usize) -> Value {
    let project: &Project = &book.projects[at];
    let path = project.full_name.replacen("forks/", "fork/", 1);
    let mut users = levels(&project.users, &["admin", "collaborator", "commit", "owner", "ticket"]);
    users["owner"] = json!([project.owner]);
    json!({
        "access_groups": levels(&project.groups, &["admin", "collaborator", "commit", "ticket"]),
        "access_users": users,
        "close_status": [],
        "custom_keys": [],
        "date_created": "1795217822.821784",
        "date_modified": "1795217822.821788",
        "description": format!("The {} rpms", project.name),
        "full_url": format!("{}/{path}", base_of(request)),
        "fullname": project.full_name,
        "id": at + 1,
        "milestones": {},
        "name": project.name,
        "namespace": project.namespace,
        "parent": project.parent.map(|parent| document(book, request, parent)),
        "priorities": {},
        "tags": [],
        "url_path": path,
        "user": person(request, &project.owner),
    })
}

fn pull_request(book: &Book, request: &Request, at: usize) -> Value {
    let pull = &book.pulls[at];
    let target = document(book, request, pull.target);
    let (source, base) = &pull.commits;
    let commit = source.as_ref().filter(|_| source != base);
    let comment = |(at, (user, text)): (usize, &(String, String))| {
        json!({
            "comment": text, "commit": null, "date_created": "1795217931.199404", "edited_on": null, "editor": null,
            "filename": null, "id": at + 1, "line": null, "notification": false, "parent": null, "reactions": {},
            "tree": null, "user": person(request, user),
        })
    };
    let comments: Vec<Value> = pull.comments.iter().enumerate().map(comment).collect();
    let is_open = pull.state == "open";
    let status = match pull.state {
        "open" => "Open",
        "merged" => "Merged",
        _ => "Closed",
    };
    json!({
        "assignee": null,
        "branch": pull.target_branch,
        "branch_from": pull.source_branch,
        "cached_merge_status": "unknown",
        "closed_at": if is_open { Value::Null } else { json!("1795218234.165204") },
        "closed_by": if is_open { Value::Null } else { person(request, &pull.author) },
        "comments": comments,
        "commit_start": commit,
        "commit_stop": commit,
        "date_created": "1795217913.563055",
        "full_url": format!("{}/pull-request/{}", target["full_url"].as_str().unwrap(), pull.number),
        "id": pull.number,
        "initial_comment": pull.text,
        "last_updated": "1795217913.561018",
        "project": target,
        "remote_git": null,
        "repo_from": document(book, request, pull.source),
        "status": status,
        "tags": [],
        "threshold_reached": null,
        "title": pull.title,
        "uid": format!("c78452c36cdd4001836710f85725{at:04}"),
        "updated_on": "1795217913.561022",
        "user": person(request, &pull.author),
    })
}

/// The numbers and addresses of a page.
fn pagination(request: &Request, query: &Query<'_>, total: usize) -> Value {
    let (number, rows) = (query.number("page", 1), query.number("per_page", 20).clamp(1, 100));
    let pages = total.div_ceil(rows);
    let path = request.path.split_once('?').map_or(request.path.as_str(), |(path, _)| path);
    let others = request.path.split_once('?').map_or("", |(_, query)| query);
    let is_other = |pair: &&str| !pair.is_empty() && !pair.starts_with("page=") && !pair.starts_with("per_page=");
    let others: String = others.split('&').filter(is_other).map(|pair| format!("{pair}&")).collect();
    let link = |number: usize| json!(format!("{}{path}?per_page={rows}&{others}page={number}", base_of(request)));
    json!({
        "first": link(1),
        "last": link(pages),
        "next": if number < pages { link(number + 1) } else { Value::Null },
        "page": number,
        "pages": pages,
        "per_page": rows,
        "prev": if number > 1 { link(number - 1) } else { Value::Null },
    })
}

fn pull_requests(book: &Book, request: &Request, project: usize, query: &Query<'_>) -> Answer {
    let status = query.asked("status").unwrap_or("Open");
    let author = query.asked("author");
    let is_listed = |&at: &usize| {
        let pull = &book.pulls[at];
        let fits = status == "All" || status.eq_ignore_ascii_case(pull.state);
        pull.target == project && fits && author.is_none_or(|author| pull.author == author)
    };
    // The newest first.
    let all: Vec<usize> = (0..book.pulls.len()).rev().filter(is_listed).collect();
    let (number, rows) = (query.number("page", 1), query.number("per_page", 20));
    let (listed, _) = page(&all, number, rows);
    let listed: Vec<Value> = listed.into_iter().map(|at| pull_request(book, request, at)).collect();
    let args = json!({
        "assignee": query.asked("assignee"), "author": author, "page": number, "per_page": rows, "status": status, "tags": [],
    });
    let pagination = pagination(request, query, all.len());
    json_answer(
        200,
        &json!({ "args": args, "pagination": pagination, "requests": listed, "total_requests": all.len() }),
    )
}

fn forks(book: &Book, request: &Request, query: &Query<'_>) -> Answer {
    let pattern = query.asked("pattern").unwrap_or_default();
    let is_listed = |&at: &usize| book.projects[at].parent.is_some() && book.projects[at].name == pattern;
    let all: Vec<usize> = (0..book.projects.len()).filter(is_listed).collect();
    let (number, rows) = (query.number("page", 1), query.number("per_page", 20));
    let listed: Vec<Value> = page(&all, number, rows).0.into_iter().map(|at| document(book, request, at)).collect();
    let args = json!({
        "fork": true, "namespace": null, "owner": null, "page": number, "pattern": pattern, "per_page": rows,
        "short": false, "tags": [], "username": null,
    });
    let pagination = pagination(request, query, all.len());
    json_answer(
        200,
        &json!({ "args": args, "pagination": pagination, "projects": listed, "total_projects": all.len() }),
    )
}

fn check_fields(book: &mut Book, request: &Request, query: &Query<'_>, known: &[&str]) {
    for name in query.unknown(known) {
        book.complain(format!("{} {}: Pagure knows no field `{name}`", request.method, request.path));
    }
}

fn fork(book: &mut Book, request: &Request, query: &Query<'_>) -> Answer {
    check_fields(book, request, query, &["repo", "namespace", "username", "wait"]);
    let user = match user(book, request, Some("fork_project")) {
        Ok(user) => user,
        Err(refused) => return refused,
    };
    let Some(name) = query.field("repo") else { return required("repo") };
    let namespace = query.field("namespace").unwrap_or_default();
    let full_name = [namespace, name].join("/");
    let Some(parent) = book.find(full_name.trim_start_matches('/')) else { return no_project() };
    let fork = format!("forks/{user}/{full_name}");
    if book.find(&fork).is_some() {
        return json_answer(400, &error(&format!("Repo \"forks/{user}/{name}\" already exists"), "ENOCODE"));
    }
    book.fork(parent, &fork, namespace, name, &user);
    let waits = query.fields.iter().find(|(name, _)| name == "wait").is_none_or(|(_, wait)| *wait != json!(""));
    if waits {
        let text = format!("Repo \"{full_name}\" cloned to \"{user}/{full_name}\"");
        return json_answer(200, &json!({ "message": text })).after(book.fork_takes);
    }
    json_answer(200, &json!({ "message": "Project forking queued", "taskid": "5b2c0b0e-7d3f-4c39-9d0e-000000000001" }))
}

fn write(book: &mut Book, request: &Request, query: &Query<'_>, words: &[&str]) -> Answer {
    let (place, action, right) = if let Some((place, ["pull-request", "new"])) = split(words, 2) {
        (place, Action::Open, "pull_request_create")
    } else if let Some((place, ["git", "modifyacls"])) = split(words, 2) {
        (place, Action::Access, "modify_project")
    } else if let Some((place, ["pull-request", number])) = split(words, 2) {
        (place, Action::Update(number), "pull_request_update")
    } else if let Some((place, ["pull-request", number, "comment"])) = split(words, 3) {
        (place, Action::Comment(number), "pull_request_comment")
    } else if let Some((place, ["pull-request", number, "close"])) = split(words, 3) {
        (place, Action::State(number, "closed"), "pull_request_close")
    } else if let Some((place, ["pull-request", number, "reopen"])) = split(words, 3) {
        (place, Action::State(number, "open"), "pull_request_close")
    } else if let Some((place, ["pull-request", number, "flag"])) = split(words, 3) {
        (place, Action::Flag(Some(number), ""), "pull_request_flag")
    } else if let Some((place, ["c", commit, "flag"])) = split(words, 3) {
        (place, Action::Flag(None, commit), "commit_flag")
    } else {
        book.complain(format!("POST {} is nothing that Pagure knows", request.path));
        return no_such_page();
    };
    let user = match user(book, request, Some(right)) {
        Ok(user) => user,
        Err(refused) => return refused,
    };
    let Some(project) = find(book, place) else { return no_project() };
    match action {
        Action::Open => open(book, request, query, (project, &user)),
        Action::Access => change_access(book, request, query, (project, &user)),
        Action::Update(number) => {
            check_fields(book, request, query, &["title", "initial_comment"]);
            let Some(pull) = book.pull(project, number) else { return no_pull_request() };
            if book.pulls[pull].author != user && !book.may_push(project, &user) {
                return refusal(request, 403);
            }
            let Some(title) = query.field("title") else { return required("title") };
            book.pulls[pull].title = title.to_owned();
            book.pulls[pull].text = query.field("initial_comment").unwrap_or_default().trim_end().to_owned();
            json_answer(200, &pull_request(book, request, pull))
        }
        Action::Flag(number, commit) => {
            check_fields(book, request, query, &["username", "comment", "url", "status", "percent", "uid"]);
            let pull = number.map(|number| book.pull(project, number));
            if pull == Some(None) {
                return no_pull_request();
            }
            pagure_flags::set(book, request, query, (project, &user), (pull.flatten(), commit))
        }
        Action::Comment(number) => {
            check_fields(book, request, query, &["comment"]);
            let Some(pull) = book.pull(project, number) else { return no_pull_request() };
            let Some(text) = query.field("comment") else { return required("comment") };
            book.pulls[pull].comments.push((user, text.to_owned()));
            json_answer(200, &json!({ "message": "Comment added" }))
        }
        Action::State(number, state) => {
            let Some(pull) = book.pull(project, number) else { return no_pull_request() };
            if book.pulls[pull].author != user && !book.may_push(project, &user) {
                let text = "You are not allowed to merge/close pull-request for this project";
                return json_answer(403, &error(text, "ENOPRCLOSE"));
            }
            book.pulls[pull].state = state;
            let text = if state == "open" { "Pull-request reopened!" } else { "Pull-request closed!" };
            json_answer(200, &json!({ "message": text }))
        }
    }
}

enum Action<'a> {
    /// Of a pull request, or of a commit.
    Flag(Option<&'a str>, &'a str),
    Open,
    Access,
    Update(&'a str),
    Comment(&'a str),
    State(&'a str, &'static str),
}

fn no_pull_request() -> Answer {
    json_answer(404, &error("Pull-Request not found", "ENOREQ"))
}

fn open(book: &mut Book, request: &Request, query: &Query<'_>, (target, user): (usize, &str)) -> Answer {
    let known = [
        "title",
        "branch_to",
        "branch_from",
        "initial_comment",
        "repo_from",
        "repo_from_username",
        "repo_from_namespace",
    ];
    check_fields(book, request, query, &known);
    let mut source = target;
    if let Some(name) = query.field("repo_from") {
        let namespace = query.field("repo_from_namespace").map(|namespace| format!("{namespace}/")).unwrap_or_default();
        let owner = query.field("repo_from_username").unwrap_or_default();
        match book.find(&format!("forks/{owner}/{namespace}{name}")) {
            Some(fork) => source = fork,
            None => return no_project(),
        }
    }
    for field in ["title", "branch_to", "branch_from"] {
        if query.field(field).is_none() {
            return required(field);
        }
    }
    let [title, to, from] = ["title", "branch_to", "branch_from"].map(|name| query.field(name).unwrap_or_default());
    if !book.may_push(source, user) {
        let text = "You do not have sufficient permissions to perform this action";
        return json_answer(401, &error(text, "ENOTHIGHENOUGH"));
    }
    if book.commit(source, from).is_none() {
        return invalid(json!(format!("Branch {from} does not exist")));
    }
    if book.commit(target, to).is_none() {
        return invalid(json!(format!("Branch {to} could not be found in the target repo")));
    }
    let text = query.field("initial_comment").unwrap_or_default().trim_end();
    // The same one twice, or one with nothing in it, is not refused.
    let made = book.open((source, from), (target, to), user, (title, text));
    json_answer(200, &pull_request(book, request, made))
}

fn change_access(book: &mut Book, request: &Request, query: &Query<'_>, (project, user): (usize, &str)) -> Answer {
    check_fields(book, request, query, &["user_type", "name", "acl"]);
    let (Some(kind), Some(name)) = (query.field("user_type"), query.field("name")) else { return required("name") };
    if book.projects[project].owner != user {
        return json_answer(401, &error("You are not allowed to modify this project", "EMODIFYPROJECTNOTALLOWED"));
    }
    if name == "nobody" {
        return json_answer(404, &error("No such user found", "ENOUSER"));
    }
    let name = name.to_owned();
    let levels = match kind {
        "user" => &mut book.projects[project].users,
        "group" => &mut book.projects[project].groups,
        _ => return invalid(json!({ "user_type": ["Not a valid choice"] })),
    };
    levels.values_mut().for_each(|names| names.retain(|there| *there != name));
    if let Some(level) = query.field("acl") {
        levels.entry(level.to_owned()).or_default().push(name);
    }
    json_answer(200, &document(book, request, project))
}
