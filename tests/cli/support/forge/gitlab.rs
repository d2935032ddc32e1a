use std::time::Instant;

use serde_json::{Value, json};

use super::book::{Book, Project, filled, page};
use super::query::Query;
use super::server::{base_of, json_answer};
use crate::support::{Answer, Request};

const SHAPES: &str = include_str!("gitlab.json");

/// The interface of GitLab.
pub(super) fn answer(book: &mut Book, request: &Request) -> Answer {
    let Some(query) = Query::new(request, "/api/v4/") else {
        return Answer::new(404, "<html>404</html>").header("Content-Type", "text/html; charset=utf-8");
    };
    let line = format!("{} {}", request.method, request.path);
    if request.header("authorization").is_some_and(|sent| !sent.starts_with("Bearer ")) {
        book.complain(format!("{line}: not the header that GitLab wants for a token"));
    }
    let is_write = request.method != "GET";
    let user = match book.token(request) {
        Some(None) => return refusal(401),
        Some(Some(token)) => {
            if is_write && !token.rights.is_empty() && !token.rights.iter().any(|right| right == "api") {
                let text = "The request requires higher privileges than provided by the access token.";
                let document = json!({ "error": "insufficient_scope", "error_description": text, "scope": "api" });
                return json_answer(403, &document);
            }
            Some(token.user.clone())
        }
        None if is_write => {
            book.complain(format!("{line}: a write without a token"));
            return refusal(401);
        }
        None => None,
    };
    let parts = query.parts.clone();
    let words: Vec<&str> = parts.iter().map(String::as_str).collect();
    let asked = Asked { book, request, query, user };
    asked.answer(&words)
}

/// What GitLab says with a status.
pub(super) fn refusal(status: u16) -> Answer {
    match status {
        401 => message(401, "401 Unauthorized"),
        403 => message(403, "403 Forbidden"),
        404 => message(404, "404 Project Not Found"),
        409 => json_answer(
            409,
            &json!({ "message": ["Another open merge request already exists for this source branch: !1"] }),
        ),
        other => message(other, "It went wrong"),
    }
}

fn message(status: u16, text: &str) -> Answer {
    json_answer(status, &json!({ "message": text }))
}

struct Asked<'a> {
    book: &'a mut Book,
    request: &'a Request,
    query: Query<'a>,
    user: Option<String>,
}

impl Asked<'_> {
    fn answer(mut self, words: &[&str]) -> Answer {
        match (self.query.method, words) {
            ("GET", ["version" | "metadata"]) => match &self.user {
                Some(_) => json_answer(200, &json!({ "version": "18.5.0-ee", "revision": "abcdef01234" })),
                None => refusal(401),
            },
            ("GET", ["user"]) => match self.user.clone() {
                None => refusal(401),
                Some(user) => json_answer(200, &self.person("user", &user)),
            },
            ("GET", ["personal_access_tokens", "self"]) => match self.book.token(self.request).flatten() {
                None => refusal(401),
                Some(token) => {
                    let rights = if token.rights.is_empty() { vec!["api".to_owned()] } else { token.rights.clone() };
                    let document = json!({
                        "id": 1,
                        "name": "packit",
                        "revoked": false,
                        "created_at": "2025-05-20T09:00:00.000Z",
                        "scopes": rights,
                        "user_id": 7,
                        "active": true,
                        "expires_at": token.ends,
                    });
                    json_answer(200, &document)
                }
            },
            (_, ["projects", name, rest @ ..]) => {
                let number = name.parse::<usize>().ok().map(|number| number.wrapping_sub(1));
                let found = number.filter(|&at| at < self.book.projects.len()).or_else(|| self.book.find(name));
                match found.filter(|&at| !self.book.projects[at].is_private || self.user.is_some()) {
                    Some(project) => self.project(project, rest),
                    None => refusal(404),
                }
            }
            _ => self.unknown(),
        }
    }

    fn unknown(&mut self) -> Answer {
        let what = format!("{} {} is nothing that GitLab knows", self.request.method, self.request.path);
        self.book.complain(what);
        json_answer(404, &json!({ "error": "404 Not Found" }))
    }

    fn check(&mut self, known: &[&str]) {
        for name in self.query.unknown(known) {
            let what = format!("{} {}: GitLab knows no field `{name}`", self.request.method, self.request.path);
            self.book.complain(what);
        }
    }

    fn project(&mut self, project: usize, rest: &[&str]) -> Answer {
        match (self.query.method, rest) {
            ("GET", []) => json_answer(200, &self.document(project)),
            ("GET", ["repository", "branches"]) => {
                self.check(&["page", "per_page", "search", "regex"]);
                let all = self.book.branches(project).into_iter();
                let branch = |(name, _)| filled(SHAPES, "branch", json!({ "name": name }));
                self.listed(all.map(branch).collect())
            }
            ("GET", ["forks"]) => {
                self.check(&["page", "per_page", "owned"]);
                let user = self.user.clone();
                let is_owned = self.query.asked("owned") == Some("true");
                let is_fork = |&at: &usize| {
                    let fork = &self.book.projects[at];
                    fork.parent == Some(project) && (!is_owned || user.as_ref() == Some(&fork.owner))
                };
                let forks: Vec<usize> = (0..self.book.projects.len()).filter(is_fork).collect();
                self.listed(forks.into_iter().map(|at| self.document(at)).collect())
            }
            ("POST", ["fork"]) => self.fork(project),
            ("GET", ["merge_requests"]) => self.merge_requests(project),
            ("POST", ["merge_requests"]) => self.open(project),
            ("PUT", ["merge_requests", number]) => {
                self.check(&["title", "description", "state_event", "target_branch"]);
                let Some(pull) = self.book.pull(project, number) else { return message(404, "404 Not found") };
                let user = self.user.clone().unwrap_or_default();
                if self.book.pulls[pull].author != user && !self.book.may_push(project, &user) {
                    return refusal(403);
                }
                let [title, text] = ["title", "description"].map(|name| self.query.field(name).map(str::to_owned));
                let changed = &mut self.book.pulls[pull];
                changed.title = title.unwrap_or_else(|| changed.title.clone());
                changed.text = text.unwrap_or_else(|| changed.text.clone());
                json_answer(200, &self.merge_request(pull))
            }
            ("POST", ["merge_requests", number, "notes"]) => {
                self.check(&["body"]);
                let Some(pull) = self.book.pull(project, number) else { return message(404, "404 Not found") };
                let Some(text) = self.query.field("body").map(str::to_owned) else {
                    return json_answer(400, &json!({ "error": "body is missing" }));
                };
                let user = self.user.clone().unwrap_or_default();
                self.book.pulls[pull].comments.push((user.clone(), text.clone()));
                let values = json!({ "body": text, "author": self.person("author", &user) });
                json_answer(201, &filled(SHAPES, "note", values))
            }
            ("GET", ["releases", tag]) => {
                let found = self.book.projects[project].releases.iter().find(|(there, ..)| there == tag).cloned();
                let Some((tag, title, text)) = found else { return message(404, "404 Not Found") };
                let page = format!("{}/-/releases/{tag}", self.page_of(project));
                let links = json!({ "self": page, "edit_url": format!("{page}/edit") });
                let values = json!({ "tag_name": tag, "name": title, "description": text, "_links": links });
                json_answer(200, &filled(SHAPES, "release", values))
            }
            _ => self.unknown(),
        }
    }

    fn page_of(&self, project: usize) -> String {
        format!("{}/{}", base_of(self.request), self.book.projects[project].full_name)
    }

    fn person(&self, shape: &str, name: &str) -> Value {
        let url = format!("{}/{name}", base_of(self.request));
        filled(SHAPES, shape, json!({ "username": name, "name": name, "web_url": url, "id": 7, "state": "active" }))
    }

    fn parent(&self, at: usize) -> Value {
        let project = &self.book.projects[at];
        let values = json!({
            "id": at + 1,
            "path": project.name,
            "path_with_namespace": project.full_name,
            "default_branch": self.book.default_branch(at),
            "http_url_to_repo": format!("{}.git", self.page_of(at)),
            "ssh_url_to_repo": format!("git@127.0.0.1:{}.git", project.full_name),
            "web_url": self.page_of(at),
        });
        filled(SHAPES, "parent", values)
    }

    fn document(&self, at: usize) -> Value {
        let project = &self.book.projects[at];
        let is_ready = project.ready <= Instant::now();
        let namespace = json!({ "full_path": project.namespace, "path": project.namespace, "id": 9, "kind": "user" });
        let values = json!({
            "id": at + 1,
            "name": project.name,
            "path": project.name,
            "path_with_namespace": project.full_name,
            "namespace": filled(SHAPES, "namespace", namespace),
            // As it was recorded: an import that is only planned has no branch.
            "default_branch": is_ready.then(|| self.book.default_branch(at)),
            "empty_repo": !is_ready,
            "import_status": if project.parent.is_none() { "none" } else if is_ready { "finished" } else { "scheduled" },
            "http_url_to_repo": format!("{}.git", self.page_of(at)),
            "ssh_url_to_repo": format!("git@127.0.0.1:{}.git", project.full_name),
            "web_url": self.page_of(at),
            "visibility": if project.is_private { "private" } else { "public" },
            "forked_from_project": project.parent.map(|parent| self.parent(parent)),
            "owner": self.person("author", &project.owner),
        });
        let mut document = filled(SHAPES, "project", values);
        if project.parent.is_none() {
            document.as_object_mut().unwrap().shift_remove("forked_from_project");
        }
        document
    }

    fn merge_request(&self, at: usize) -> Value {
        let pull = &self.book.pulls[at];
        let values = json!({
            "id": at + 100,
            "iid": pull.number,
            "title": pull.title,
            "description": pull.text,
            "state": if pull.state == "open" { "opened" } else { pull.state },
            "web_url": format!("{}/-/merge_requests/{}", self.page_of(pull.target), pull.number),
            "author": self.person("author", &pull.author),
            "source_branch": pull.source_branch,
            "target_branch": pull.target_branch,
            "source_project_id": pull.source + 1,
            "target_project_id": pull.target + 1,
            "project_id": pull.target + 1,
            "sha": pull.commits.0,
            "user_notes_count": pull.comments.len(),
        });
        filled(SHAPES, "merge_request", values)
    }

    fn listed(&self, all: Vec<Value>) -> Answer {
        let number = self.query.number("page", 1);
        let (rows, has_more) = page(&all, number, self.query.number("per_page", 20));
        let path = self.request.path.split('?').next().unwrap();
        let link =
            |number: usize, name: &str| format!("<{}{path}?page={number}>; rel=\"{name}\"", base_of(self.request));
        let next = if has_more { (number + 1).to_string() } else { String::new() };
        let mut links = vec![link(1, "first")];
        links.extend(has_more.then(|| link(number + 1, "next")));
        json_answer(200, &Value::Array(rows))
            .header("Link", links.join(", "))
            .header("X-Next-Page", next)
            .header("X-Total", all.len().to_string())
    }

    fn fork(&mut self, parent: usize) -> Answer {
        self.check(&["namespace_path", "namespace", "namespace_id", "name", "path", "visibility"]);
        let user = self.user.clone().unwrap_or_default();
        let path = self.query.field("path").map_or_else(|| self.book.projects[parent].name.clone(), str::to_owned);
        let full_name = format!("{user}/{path}");
        if self.book.find(&full_name).is_some() {
            let taken = json!(["has already been taken"]);
            return json_answer(409, &json!({ "message": { "name": taken, "path": taken } }));
        }
        let made = self.book.fork(parent, &full_name, &user, &path, &user);
        json_answer(201, &self.document(made))
    }

    fn merge_requests(&mut self, target: usize) -> Answer {
        self.check(&[
            "state",
            "source_branch",
            "target_branch",
            "author_username",
            "order_by",
            "sort",
            "page",
            "per_page",
        ]);
        let state = self.query.asked("state").unwrap_or("all");
        let fits = |name: &str, value: &str| self.query.asked(name).is_none_or(|asked| asked == value);
        let is_listed = |&at: &usize| {
            let pull = &self.book.pulls[at];
            let own = if pull.state == "open" { "opened" } else { pull.state };
            pull.target == target
                && (state == "all" || state == own)
                && fits("source_branch", &pull.source_branch)
                && fits("target_branch", &pull.target_branch)
                && fits("author_username", &pull.author)
        };
        let all: Vec<usize> = (0..self.book.pulls.len()).rev().filter(is_listed).collect();
        self.listed(all.into_iter().map(|at| self.merge_request(at)).collect())
    }

    fn open(&mut self, source: usize) -> Answer {
        self.check(&[
            "title",
            "description",
            "source_branch",
            "target_branch",
            "target_project_id",
            "allow_collaboration",
        ]);
        let user = self.user.clone().unwrap_or_default();
        for name in ["title", "source_branch", "target_branch"] {
            if self.query.field(name).is_none() {
                return json_answer(400, &json!({ "error": format!("{name} is missing") }));
            }
        }
        let names = ["title", "description", "source_branch", "target_branch"];
        let [title, text, from, to] = names.map(|name| self.query.field(name).unwrap_or_default().to_owned());
        let number = self.query.fields.iter().find(|(name, _)| name == "target_project_id").map(|(_, value)| value);
        let target = match number.and_then(Value::as_u64) {
            None if number.is_some() => return refusal(404),
            None => source,
            Some(number) => usize::try_from(number).unwrap() - 1,
        };
        let Some(Project { parent, .. }) = self.book.projects.get(source) else { return refusal(404) };
        if source != target && *parent != Some(target) {
            return refusal(404);
        }
        if !self.book.may_push(source, &user) {
            return refusal(403);
        }
        if let Some(there) = self.book.same((source, &from), (target, &to)) {
            let number = self.book.pulls[there].number;
            let text = format!("Another open merge request already exists for this source branch: !{number}");
            return json_answer(409, &json!({ "message": [text] }));
        }
        for (project, branch, field) in [(source, &from, "source_branch"), (target, &to, "target_branch")] {
            if self.book.commit(project, branch).is_none() {
                return json_answer(422, &json!({ "message": { field: ["does not exist"] } }));
            }
        }
        let made = self.book.open((source, &from), (target, &to), &user, (&title, &text));
        json_answer(201, &self.merge_request(made))
    }
}
