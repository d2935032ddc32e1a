//! Whether the forges of the tests answer as the real ones that were recorded, where the recordings lie beside the project.

use std::path::Path;

use packit::context::Context;
use packit::interrupt::Interrupt;
use packit::secret::Token;
use packit::services::{Address, Body, Call, Client, Method, Reply};
use serde_json::{Value, json};

use crate::support::World;
use crate::support::forge::ForgeServer;

/// What the Pagure of the tests does not play, and why.
const NOT_PLAYED: &[(&str, &str)] = &[
    ("tags", "packit asks git"),
    ("options (owner)", "not asked"),
    ("user info", "not asked"),
    ("file content (not under /api)", "packit asks git"),
    ("file content, no such file", "packit asks git"),
    ("tree", "packit asks git"),
    ("PR patch (not under /api)", "not asked"),
    ("PR diffstats, empty PR", "packit compares trees itself"),
    ("PR diffstats", "packit compares trees itself"),
    ("PR 1 after the force-push", "a worker adds a comment a while later"),
    ("PR merge by a non-committer", "packit does not merge"),
    ("PR merge by the owner, no wait", "packit does not merge"),
    ("PR merge by the owner", "packit does not merge"),
    ("PR 1 merged", "packit does not merge"),
    ("PRs, merged", "packit does not merge"),
    ("create a branch by API, owner", "packit pushes"),
    ("create a branch by API, not a committer", "packit pushes"),
    ("new project in a namespace that is not allowed", "not asked"),
    ("error codes", "not asked"),
];

/// What is different in each run: only the type counts.
const VOLATILE: &[&str] = &[
    "date_created",
    "date_modified",
    "date_updated",
    "avatar_url",
    "last_updated",
    "updated_on",
    "uid",
    "commit_start",
    "commit_stop",
    "ssh",
];

/// What GitHub shows to the owner of a repository only, and not in the answer to a fork.
const OWNERS: &[&str] = &[
    "allow_auto_merge",
    "allow_merge_commit",
    "allow_rebase_merge",
    "allow_squash_merge",
    "allow_update_branch",
    "delete_branch_on_merge",
    "merge_commit_message",
    "merge_commit_title",
    "security_and_analysis",
    "squash_merge_commit_message",
    "squash_merge_commit_title",
    "temp_clone_token",
    "use_squash_pr_title_as_default",
];

const NONE: &str = "the recordings do not lie beside the project";

fn recordings(name: &str) -> Option<Vec<Value>> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/reference/recordings").join(name);
    let Ok(text) = fs_err::read_to_string(&file) else {
        return None;
    };
    if name.ends_with(".json") {
        return Some(serde_json::from_str(&text).unwrap());
    }
    Some(text.lines().map(|line| serde_json::from_str(line).unwrap()).collect())
}

struct Desk {
    world: World,
    server: ForgeServer,
    context: Context,
    client: Client,
}

impl Desk {
    fn new(server: ForgeServer) -> Self {
        let world = World::new();
        let repository = world.repository("hello");
        repository.write("hello.spec", "Name: hello\n").commit("Import");
        repository.git(&["branch", "-m", "rawhide"]);
        for branch in ["f41", "epel9"] {
            repository.git(&["branch", branch]);
        }
        server.project("rpms/hello", &repository.folder);
        drop(repository);
        let variables = [("HOME".into(), world.path("home").into())].into();
        let context = Context::with(world.path(""), variables, std::sync::Arc::new(|_| {}), Interrupt::default());
        Self { world, server, context: context.unwrap(), client: Client::default() }
    }

    fn ask(&self, method: &str, path: &str, token: Option<String>, body: Body) -> Reply {
        let address = Address::parse(&format!("{}{path}", self.server.base())).unwrap();
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        let call = Call::new(method, address).authorization(token.map(Token::new)).body(body);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(self.client.ask(&self.context, &call)).unwrap()
    }
}

/// The fields of a recorded form.
fn form(recorded: &Value) -> Body {
    let Some(fields) = recorded.as_object() else { return Body::Nothing };
    let text = |value: &Value| match value {
        Value::String(text) => text.clone(),
        Value::Bool(true) => "True".to_owned(),
        other => other.to_string(),
    };
    Body::Form(fields.iter().map(|(name, value)| (&*name.clone().leak(), text(value))).collect())
}

/// A document without what differs from run to run. `base` is the address of the server.
fn settled(value: &Value, base: &str) -> Value {
    match value {
        Value::String(text) => json!(text.replace(base, "BASE")),
        Value::Array(values) => values.iter().map(|value| settled(value, base)).collect(),
        Value::Object(fields) => fields
            .iter()
            .map(|(name, value)| {
                let is_commit = value.as_str().is_some_and(|text| text.len() == 40 && !text.contains('/'));
                let value = match VOLATILE.contains(&name.as_str()) || is_commit {
                    true if value.is_string() => json!("VOLATILE"),
                    _ => settled(value, base),
                };
                (name.clone(), value)
            })
            .collect(),
        other => other.clone(),
    }
}

/// In which order things stand in an object says nothing.
fn sorted(value: &Value) -> Value {
    match value {
        Value::Object(fields) => {
            let mut fields: Vec<_> = fields.iter().map(|(name, value)| (name.clone(), sorted(value))).collect();
            fields.sort_by(|a, b| a.0.cmp(&b.0));
            fields.into_iter().collect()
        }
        Value::Array(values) => values.iter().map(sorted).collect(),
        other => other.clone(),
    }
}

#[test]
fn the_pagure_answers_as_the_recorded_one() {
    let Some(recorded) = recordings("pagure.json") else { return println!("left out: {NONE}") };
    let desk = Desk::new(ForgeServer::pagure());
    let mut seen = 0;
    for exchange in &recorded {
        let label = exchange["label"].as_str().unwrap();
        if let Some(command) = exchange["git"].as_str() {
            push(&desk, label, command, exchange);
            continue;
        }
        if NOT_PLAYED.iter().any(|(name, _)| *name == label) {
            continue;
        }
        let path = exchange["url"].as_str().unwrap();
        let path = path.strip_prefix("http://127.0.0.1:5801").unwrap_or(path);
        let body =
            if exchange["json"].is_null() { form(&exchange["form"]) } else { Body::Json(exchange["json"].clone()) };
        let token = exchange["auth"].as_str().map(|token| format!("token {token}"));
        let reply = desk.ask(exchange["method"].as_str().unwrap(), path, token, body);
        assert_eq!(json!(reply.status), exchange["status"], "{label}: {}", reply.text());
        let media = exchange["content_type"].as_str().unwrap();
        assert_eq!(reply.header("content-type"), Some(media), "{label}");
        if media == "application/json" {
            let ours: Value = serde_json::from_slice(&reply.body).unwrap();
            let (ours, theirs) =
                (settled(&ours, &desk.server.base()), settled(&exchange["body"], "http://127.0.0.1:5801"));
            let (ours, theirs) = (sorted(&ours), sorted(&theirs));
            assert_eq!(format!("{ours:#}"), format!("{theirs:#}"), "{label}");
        } else {
            assert_eq!(json!(reply.text()), exchange["body"], "{label}");
        }
        seen += 1;
    }
    assert_eq!(seen, 64, "another number of exchanges than there were");
    // The recorder tried what no client should do.
    assert!(!desk.server.take_complaints().is_empty());
}

/// A recorded git command over http, with our own commits. Over ssh there is nothing here.
fn push(desk: &Desk, label: &str, command: &str, recorded: &Value) {
    if !command.contains("http://") || label.starts_with("clone") {
        return;
    }
    let folder = desk.world.path("hello");
    let git = |arguments: &[&str]| {
        let mut git = desk.world.command("git", &folder);
        git.env("GIT_TERMINAL_PROMPT", "0").args(arguments).output().unwrap()
    };
    if label.ends_with("no credentials") {
        git(&["checkout", "-qb", "rawhide-update"]);
        fs_err::write(folder.join("hello.spec"), "Name: hello\nVersion: 2.12\n").unwrap();
        git(&["commit", "-qam", "Update"]);
    }
    if label.starts_with("force-push") {
        git(&["commit", "-q", "--amend", "-m", "Update again"]);
    }
    let host = desk.server.base().replace("http://", "");
    let command = command.replace("127.0.0.1:5801", &host).replace(['<', '>'], "");
    let arguments: Vec<&str> = command.split(' ').skip(1).collect();
    let output = git(&arguments);
    assert_eq!(json!(output.status.code()), recorded["rc"], "{label}: {output:?}");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    // What the hooks tell of their own work when all is well is not played.
    let lines = recorded["stderr"].as_str().unwrap().lines().filter(|line| !line.is_empty());
    for line in lines.filter(|line| recorded["rc"] != json!(0) && !line.starts_with("To ")) {
        let line = line.replace("127.0.0.1:5801", &host);
        assert!(said.contains(line.trim_end()), "{label}: `{line}` is missing:\n{said}");
    }
}

/// Fails unless the documents have the same keys, and values of the same type where both have one.
#[track_caller]
fn same_shape(what: &str, ours: &Value, theirs: &Value, except: &[&str]) {
    let (Some(our_fields), Some(their_fields)) = (ours.as_object(), theirs.as_object()) else {
        panic!("{what}: no document: {ours} {theirs}");
    };
    let keys = |fields: &serde_json::Map<String, Value>| {
        let mut keys: Vec<String> = fields.keys().filter(|key| !except.contains(&key.as_str())).cloned().collect();
        keys.sort();
        keys
    };
    assert_eq!(keys(our_fields), keys(their_fields), "{what}");
    for (key, value) in our_fields {
        let other = their_fields.get(key).unwrap_or(&Value::Null);
        let is_same = std::mem::discriminant(value) == std::mem::discriminant(other);
        assert!(value.is_null() || other.is_null() || is_same || except.contains(&key.as_str()), "{what}: {key}");
    }
}

/// A request to one of our forges, and the recorded exchange that it is held against.
struct Shape {
    /// Method and path of ours.
    ours: (&'static str, &'static str),
    body: Value,
    /// Method, end of the address and status of the recorded one.
    theirs: (&'static str, &'static str, u16),
    /// Keys that may differ.
    except: &'static [&'static str],
}

fn shape(
    ours: (&'static str, &'static str),
    body: Value,
    theirs: (&'static str, &'static str, u16),
    except: &'static [&'static str],
) -> Shape {
    Shape { ours, body, theirs, except }
}

fn shapes(server: ForgeServer, recorded: &[Value], scheme: &str, fork: &str, shapes: &[Shape]) {
    let desk = Desk::new(server);
    desk.server.release("rpms/hello", "2.12", "Hello", "Text");
    let token = |name: &str| Some(format!("{scheme} {name}"));
    let made = desk.ask("POST", fork, token("TOKEN_TESTER"), Body::Json(json!({})));
    assert!(made.is_success(), "{}", made.text());
    let repository = desk.server.git_folder("tester/hello");
    let mut making = desk.world.command("git", &repository);
    making.args(["commit-tree", "-m", "x", "rawhide^{tree}", "-p", "rawhide"]);
    let commit = commit_of(&mut making);
    desk.world.command("git", &repository).args(["branch", "rawhide-update", commit.trim()]).output().unwrap();
    for shape in shapes {
        let (method, path) = shape.ours;
        let name = if shape.theirs.2 == 401 { "nonsense" } else { "TOKEN_TESTER" };
        let body = if shape.body.is_null() { Body::Nothing } else { Body::Json(shape.body.clone()) };
        let reply = desk.ask(method, path, token(name), body);
        let what = format!("{method} {path}");
        let (method, end, status) = shape.theirs;
        let theirs = recorded.iter().find(|exchange| {
            let is_end = exchange["url"].as_str().unwrap().split('?').next().unwrap().ends_with(end);
            let is_full = !exchange["response"].as_array().is_some_and(Vec::is_empty);
            exchange["method"] == json!(method) && exchange["status"] == json!(status) && is_end && is_full
        });
        let theirs = theirs.unwrap_or_else(|| panic!("no {method} {end} with {status} was recorded"));
        assert_eq!(reply.status, status, "{what}: {}", reply.text());
        let first = |document: &Value| document.as_array().map_or_else(|| document.clone(), |list| list[0].clone());
        let ours: Value = serde_json::from_slice(&reply.body).unwrap();
        same_shape(&what, &first(&ours), &first(&theirs["response"]), shape.except);
    }
}

fn commit_of(command: &mut std::process::Command) -> String {
    let identity = ["AUTHOR", "COMMITTER"].map(|who| [format!("GIT_{who}_NAME"), format!("GIT_{who}_EMAIL")]);
    for name in identity.iter().flatten() {
        command.env(name, "me@example.com");
    }
    let output = command.output().unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn the_forgejo_answers_as_the_recorded_one() {
    let Some(recorded) = recordings("forgejo.jsonl") else { return println!("left out: {NONE}") };
    let pull = json!({ "title": "t", "body": "b", "base": "rawhide", "head": "tester:rawhide-update" });
    let hello = "/api/v1/repos/rpms/hello";
    let list = [
        shape(("GET", "/api/v1/user"), Value::Null, ("GET", "/api/v1/user", 200), &[]),
        // A fork has no key of the wiki and the tracker.
        shape(
            ("GET", hello),
            Value::Null,
            ("GET", "packit-validator/ogr-tests", 200),
            &["wiki_branch", "internal_tracker", "external_tracker"],
        ),
        shape(("GET", "/api/v1/repos/tester/hello"), Value::Null, ("GET", "/repos/mfocko/ogr-tests", 200), &[]),
        shape(("GET", "/api/v1/repos/tester/none"), Value::Null, ("GET", "/repos/mfocko/ogr-tests", 404), &[]),
        shape(("GET", "/api/v1/repos/rpms/hello/forks"), Value::Null, ("GET", "/forks", 200), &[]),
        shape(("GET", "/api/v1/repos/rpms/hello/branches"), Value::Null, ("GET", "/branches", 200), &[]),
        shape(("POST", "/api/v1/repos/rpms/hello/pulls"), pull, ("POST", "/pulls", 201), &[]),
        shape(("GET", "/api/v1/repos/rpms/hello/pulls?state=open"), Value::Null, ("GET", "/pulls", 200), &[]),
        shape(("PATCH", "/api/v1/repos/rpms/hello/pulls/1"), json!({ "title": "x" }), ("PATCH", "/pulls/4", 201), &[]),
        shape(
            ("POST", "/api/v1/repos/rpms/hello/issues/1/comments"),
            json!({ "body": "x" }),
            ("POST", "/issues/245/comments", 201),
            &[],
        ),
        shape(
            ("GET", "/api/v1/repos/rpms/hello/releases/tags/2.12"),
            Value::Null,
            ("GET", "/releases/tags/0.1.0", 200),
            &[],
        ),
    ];
    shapes(ForgeServer::forgejo(), &recorded, "token", "/api/v1/repos/rpms/hello/forks", &list);
}

#[test]
fn the_gitlab_answers_as_the_recorded_one() {
    let Some(recorded) = recordings("gitlab.jsonl") else { return println!("left out: {NONE}") };
    let request = json!({
        "title": "t", "description": "d", "source_branch": "rawhide-update", "target_branch": "rawhide", "target_project_id": 1,
    });
    let open = ("POST", "/api/v4/projects/tester%2Fhello/merge_requests");
    let list = [
        shape(("GET", "/api/v4/user"), Value::Null, ("GET", "/user", 401), &[]),
        shape(("GET", "/api/v4/user"), Value::Null, ("GET", "/user", 200), &[]),
        shape(("GET", "/api/v4/projects/rpms%2Fnone"), Value::Null, ("GET", "/mfocko%2Fogr-tests", 404), &[]),
        shape(
            ("GET", "/api/v4/projects/rpms%2Fhello/repository/branches"),
            Value::Null,
            ("GET", "/repository/branches", 200),
            &[],
        ),
        shape(open, request.clone(), ("POST", "/projects/20772752/merge_requests", 201), &[]),
        shape(open, request, ("POST", "/projects/20772752/merge_requests", 409), &[]),
        // The recorded one is not from a fork.
        shape(
            ("PUT", "/api/v4/projects/rpms%2Fhello/merge_requests/1"),
            json!({ "title": "x" }),
            ("PUT", "/merge_requests/1", 200),
            &["allow_collaboration", "allow_maintainer_to_push"],
        ),
        shape(
            ("POST", "/api/v4/projects/rpms%2Fhello/merge_requests/1/notes"),
            json!({ "body": "x" }),
            ("POST", "/merge_requests/2/notes", 201),
            &[],
        ),
        shape(("GET", "/api/v4/projects/rpms%2Fhello/releases/2.12"), Value::Null, ("GET", "/releases", 200), &[]),
    ];
    shapes(ForgeServer::gitlab(), &recorded, "Bearer", "/api/v4/projects/rpms%2Fhello/fork", &list);
}

#[test]
fn the_github_answers_as_the_recorded_one() {
    let Some(recorded) = recordings("github.jsonl") else { return println!("left out: {NONE}") };
    let pull = json!({ "title": "t", "body": "b", "base": "rawhide", "head": "tester:rawhide-update" });
    // The status in the document is younger than most recordings.
    let list = [
        shape(("GET", "/api/v3/user"), Value::Null, ("GET", "/user", 200), &[]),
        shape(("GET", "/api/v3/repos/rpms/hello"), Value::Null, ("GET", "/repos/packit/ogr", 401), &["status"]),
        shape(("GET", "/api/v3/repos/tester/hello"), Value::Null, ("GET", "/repos/mfocko/fed-to-brew", 200), OWNERS),
        shape(("GET", "/api/v3/repos/tester/none"), Value::Null, ("GET", "/repos/mfocko/fed-to-brew", 404), &[]),
        shape(
            ("GET", "/api/v3/repos/rpms/hello/branches"),
            Value::Null,
            ("GET", "/repos/packit/ogr/branches", 200),
            &[],
        ),
        shape(("POST", "/api/v3/repos/rpms/hello/pulls"), pull, ("POST", "/packit/hello-world/pulls", 201), &[]),
        shape(
            ("PATCH", "/api/v3/repos/rpms/hello/pulls/1"),
            json!({ "title": "x" }),
            ("PATCH", "/pulls/145", 200),
            &[],
        ),
        shape(
            ("POST", "/api/v3/repos/rpms/hello/issues/1/comments"),
            json!({ "body": "x" }),
            ("POST", "/issues/61/comments", 201),
            &[],
        ),
        shape(
            ("GET", "/api/v3/repos/rpms/hello/releases/tags/2.12"),
            Value::Null,
            ("GET", "/releases/latest", 200),
            &["reactions"],
        ),
    ];
    shapes(ForgeServer::github(), &recorded, "Bearer", "/api/v3/repos/rpms/hello/forks", &list);
}
