//! What Forgejo and GitHub have in common: the addresses, and most of the documents.

use std::time::Instant;

use serde_json::{Value, json};

use super::book::{Book, filled, page};
use super::query::Query;
use super::server::{base_of, json_answer};
use crate::support::{Answer, Request};

/// In what they differ.
pub(super) struct Dialect {
    /// Name in complaints.
    pub(super) name: &'static str,
    /// What the path begins with.
    pub(super) root: &'static str,
    /// The documents, with the keys of the recorded ones.
    pub(super) shapes: &'static str,
    /// Between project and number in the address of a pull request for people.
    pub(super) pulls: &'static str,
    /// The name of the shape of an owner.
    pub(super) owner: &'static str,
    /// What the header with a token begins with.
    pub(super) scheme: &'static [&'static str],
    /// A right that is needed for all that writes; any of them will do.
    pub(super) right: &'static [&'static str],
    /// The parameters of lists.
    pub(super) paging: [&'static str; 2],
    pub(super) pull_filters: &'static [&'static str],
    /// The fields of the bodies: of a fork, of a pull request.
    pub(super) fork_fields: &'static [&'static str],
    pub(super) pull_fields: &'static [&'static str],
    /// The status of a pull request that was changed.
    pub(super) changed: u16,
    /// The error document for a status and a text; the second text is what it says in particular.
    pub(super) error: fn(&Request, u16, &str, Option<Value>) -> Answer,
    /// A token that is unknown, or missing.
    pub(super) no_user: fn(&Request, bool) -> Answer,
    /// A token without a right.
    pub(super) no_right: fn(&Request, &[&str]) -> Answer,
    /// What is said to a fork that exists, if it is an error.
    pub(super) fork_exists: Option<fn(&Request, &str) -> Answer>,
    /// There is such a pull request already.
    pub(super) pull_exists: fn(&Request, &str) -> Answer,
    /// A branch that is not there: the field, and the name.
    pub(super) no_branch: fn(&Request, &str, &str) -> Answer,
    /// Nothing to be merged.
    pub(super) empty: Option<fn(&Request) -> Answer>,
}

pub(super) fn answer(book: &mut Book, request: &Request, dialect: &Dialect) -> Answer {
    let Some(query) = Query::new(request, dialect.root) else {
        return Answer::new(404, "<html>404</html>").header("Content-Type", "text/html; charset=utf-8");
    };
    let line = format!("{} {}", request.method, request.path);
    if let Some(sent) = request.header("authorization")
        && !dialect.scheme.iter().any(|scheme| sent.starts_with(scheme))
    {
        book.complain(format!("{line}: not the header that {} wants for a token", dialect.name));
    }
    let is_write = query.method != "GET";
    // A bad token is refused everywhere, a missing one where something is written.
    let user = match book.token(request) {
        Some(None) => return (dialect.no_user)(request, true),
        Some(Some(token)) => {
            let has =
                |rights: &[&str]| token.rights.is_empty() || token.rights.iter().any(|r| rights.contains(&r.as_str()));
            if is_write && !has(dialect.right) {
                return (dialect.no_right)(request, dialect.right);
            }
            Some(token.user.clone())
        }
        None if is_write => {
            book.complain(format!("{line}: a write without a token"));
            return (dialect.no_user)(request, false);
        }
        None => None,
    };
    let asked = Asked { book, request, dialect, query, user };
    asked.answer()
}

struct Asked<'a> {
    book: &'a mut Book,
    request: &'a Request,
    dialect: &'a Dialect,
    query: Query<'a>,
    user: Option<String>,
}

impl Asked<'_> {
    fn answer(mut self) -> Answer {
        let parts = self.query.parts.clone();
        let words: Vec<&str> = parts.iter().map(String::as_str).collect();
        match (self.query.method, words.as_slice()) {
            ("GET", ["version"]) if self.dialect.name == "Forgejo" => {
                json_answer(200, &json!({ "version": "11.0.1+gitea-1.22.0" }))
            }
            ("GET", ["user"]) => match self.user.clone() {
                None => (self.dialect.no_user)(self.request, false),
                Some(user) => json_answer(200, &self.person("user", &user)),
            },
            (_, ["repos", owner, name, rest @ ..]) => {
                let visible = |project: &usize| !self.book.projects[*project].is_private || self.user.is_some();
                match self.book.find(&format!("{owner}/{name}")).filter(visible) {
                    Some(project) => self.project(project, rest),
                    None => self.missing(),
                }
            }
            _ => self.unknown(),
        }
    }

    fn unknown(&mut self) -> Answer {
        let what = format!("{} {} is nothing that {} knows", self.request.method, self.request.path, self.dialect.name);
        self.book.complain(what);
        self.missing()
    }

    fn missing(&self) -> Answer {
        let text = if self.dialect.name == "GitHub" { "Not Found" } else { "The target couldn't be found." };
        (self.dialect.error)(self.request, 404, text, None)
    }

    fn check(&mut self, known: &[&str]) {
        for name in self.query.unknown(known) {
            let what = format!("{} {}: no field `{name}`", self.request.method, self.request.path);
            self.book.complain(what);
        }
    }

    fn project(&mut self, project: usize, rest: &[&str]) -> Answer {
        let paging = self.dialect.paging;
        match (self.query.method, rest) {
            ("GET", []) => json_answer(200, &self.document(project, true)),
            ("GET", ["branches"]) => {
                self.check(&paging);
                let all = self.book.branches(project).into_iter();
                let branch = |(name, _)| filled(self.dialect.shapes, "branch", json!({ "name": name }));
                self.listed(all.map(branch).collect())
            }
            ("GET", ["forks"]) => {
                self.check(&paging);
                let is_fork = |&at: &usize| self.book.projects[at].parent == Some(project);
                let forks: Vec<usize> = (0..self.book.projects.len()).filter(is_fork).collect();
                self.listed(forks.into_iter().map(|at| self.document(at, self.dialect.name == "Forgejo")).collect())
            }
            ("POST", ["forks"]) => self.fork(project),
            ("GET", ["pulls"]) => self.pulls(project),
            ("POST", ["pulls"]) => self.open(project),
            ("PATCH", ["pulls", number]) => {
                self.check(self.dialect.pull_fields);
                let Some(pull) = self.book.pull(project, number) else { return self.missing() };
                let user = self.user.clone().unwrap_or_default();
                if self.book.pulls[pull].author != user && !self.book.may_push(project, &user) {
                    return (self.dialect.error)(self.request, 403, "Must have admin rights to Repository.", None);
                }
                let [title, text] = ["title", "body"].map(|name| self.query.field(name).map(str::to_owned));
                let changed = &mut self.book.pulls[pull];
                changed.title = title.unwrap_or_else(|| changed.title.clone());
                changed.text = text.unwrap_or_else(|| changed.text.clone());
                json_answer(self.dialect.changed, &self.pull(pull))
            }
            ("POST", ["issues", number, "comments"]) => {
                self.check(&["body"]);
                let Some(pull) = self.book.pull(project, number) else { return self.missing() };
                let (user, text) = (self.user.clone().unwrap_or_default(), self.query.field("body"));
                let Some(text) = text.map(str::to_owned) else {
                    return (self.dialect.error)(self.request, 422, "Validation Failed", None);
                };
                self.book.pulls[pull].comments.push((user.clone(), text.clone()));
                let values = json!({ "body": text, "user": self.person(self.dialect.owner, &user) });
                json_answer(201, &filled(self.dialect.shapes, "comment", values))
            }
            ("GET", ["releases", "tags", tag]) => {
                let found = self.book.projects[project].releases.iter().find(|(there, ..)| there == tag).cloned();
                let Some((tag, title, text)) = found else { return self.missing() };
                let url = format!("{}/releases/tag/{tag}", self.page_of(project));
                let values = json!({ "tag_name": tag, "name": title, "body": text, "html_url": url });
                json_answer(200, &filled(self.dialect.shapes, "release", values))
            }
            _ => self.unknown(),
        }
    }

    fn base(&self) -> String {
        base_of(self.request)
    }

    fn page_of(&self, project: usize) -> String {
        format!("{}/{}", self.base(), self.book.projects[project].full_name)
    }

    fn person(&self, shape: &str, name: &str) -> Value {
        filled(
            self.dialect.shapes,
            shape,
            json!({ "login": name, "html_url": format!("{}/{name}", self.base()), "id": 7 }),
        )
    }

    fn document(&self, at: usize, with_parent: bool) -> Value {
        let project = &self.book.projects[at];
        let parent = project.parent.filter(|_| with_parent).map(|parent| self.document(parent, false));
        let values = json!({
            "id": at + 1,
            "name": project.name,
            "full_name": project.full_name,
            "owner": self.person(self.dialect.owner, &project.namespace),
            "default_branch": self.book.default_branch(at),
            "html_url": self.page_of(at),
            "clone_url": format!("{}.git", self.page_of(at)),
            "ssh_url": format!("ssh://git@127.0.0.1:2222/{}.git", project.full_name),
            "fork": project.parent.is_some(),
            "private": project.is_private,
            "parent": parent,
        });
        let mut document = filled(self.dialect.shapes, "repository", values);
        if document["parent"].is_null() && self.dialect.name == "GitHub" {
            // What is no fork has not even the key; in lists nothing has.
            let fields = document.as_object_mut().unwrap();
            fields.shift_remove("parent");
            fields.shift_remove("source");
        }
        document
    }

    fn pull(&self, at: usize) -> Value {
        let pull = &self.book.pulls[at];
        let end = |project: usize, branch: &str, commit: &Option<String>| {
            let label = if self.dialect.name == "GitHub" {
                format!("{}:{branch}", self.book.projects[project].namespace)
            } else {
                branch.to_owned()
            };
            json!({ "label": label, "ref": branch, "repo": self.document(project, false), "sha": commit })
        };
        let values = json!({
            "id": at + 100,
            "number": pull.number,
            "title": pull.title,
            "body": pull.text,
            "state": if pull.state == "open" { "open" } else { "closed" },
            "html_url": format!("{}/{}/{}", self.page_of(pull.target), self.dialect.pulls, pull.number),
            "user": self.person(self.dialect.owner, &pull.author),
            "head": end(pull.source, &pull.source_branch, &pull.commits.0),
            "base": end(pull.target, &pull.target_branch, &pull.commits.1),
            "comments": pull.comments.len(),
        });
        filled(self.dialect.shapes, "pull", values)
    }

    fn listed(&self, all: Vec<Value>) -> Answer {
        let [number, rows] = self.dialect.paging;
        let number = self.query.number(number, 1);
        let (rows, has_more) = page(&all, number, self.query.number(rows, 30));
        let answer = json_answer(200, &Value::Array(rows)).header("X-Total-Count", all.len().to_string());
        let path = self.request.path.split('?').next().unwrap();
        let next = format!("<{}{path}?page={}>; rel=\"next\"", self.base(), number + 1);
        if has_more { answer.header("Link", next) } else { answer }
    }

    fn fork(&mut self, parent: usize) -> Answer {
        self.check(self.dialect.fork_fields);
        let user = self.user.clone().unwrap_or_default();
        let is_his = |project: &super::book::Project| project.owner == user && project.parent == Some(parent);
        if let Some(there) = self.book.projects.iter().position(is_his) {
            return match self.dialect.fork_exists {
                Some(refuse) => refuse(self.request, "repository is already forked by user"),
                None => json_answer(202, &self.document(there, true)),
            };
        }
        let name = self.query.field("name").map_or_else(|| self.book.projects[parent].name.clone(), str::to_owned);
        let full_name = format!("{user}/{name}");
        if self.book.find(&full_name).is_some() {
            return match self.dialect.fork_exists {
                Some(refuse) => refuse(self.request, "The repository with the same name already exists."),
                // GitHub takes the next free name.
                None => {
                    let name = format!("{name}-1");
                    let made = self.book.fork(parent, &format!("{user}/{name}"), &user, &name, &user);
                    json_answer(202, &self.document(made, true))
                }
            };
        }
        let made = self.book.fork(parent, &full_name, &user, &name, &user);
        json_answer(202, &self.document(made, true))
    }

    fn pulls(&mut self, target: usize) -> Answer {
        let known: Vec<&str> = self.dialect.pull_filters.iter().chain(&self.dialect.paging).copied().collect();
        self.check(&known);
        let (state, poster) = (self.query.asked("state").unwrap_or("open"), self.query.asked("poster"));
        let (head, base) = (self.query.asked("head"), self.query.asked("base"));
        let is_listed = |&at: &usize| {
            let pull = &self.book.pulls[at];
            let label = format!("{}:{}", self.book.projects[pull.source].namespace, pull.source_branch);
            pull.target == target
                && (state == "all" || (state == "open") == (pull.state == "open"))
                && poster.is_none_or(|poster| pull.author == poster)
                // A head without a user is not looked at, as GitHub does.
                && head.filter(|head| head.contains(':')).is_none_or(|head| label == head)
                && base.is_none_or(|base| pull.target_branch == base)
        };
        let all: Vec<usize> = (0..self.book.pulls.len()).rev().filter(is_listed).collect();
        self.listed(all.into_iter().map(|at| self.pull(at)).collect())
    }

    fn open(&mut self, target: usize) -> Answer {
        self.check(self.dialect.pull_fields);
        let names = ["title", "body", "base", "head"];
        let [title, text, base, head] = names.map(|name| self.query.field(name).unwrap_or_default().to_owned());
        let (owner, branch) = head.split_once(':').unwrap_or(("", &head));
        let is_source = |project: &super::book::Project| project.namespace == owner && project.parent == Some(target);
        let source = match owner {
            "" => Some(target),
            owner if self.book.projects[target].namespace == owner => Some(target),
            _ => self.book.projects.iter().position(is_source),
        };
        if title.is_empty() {
            return (self.dialect.error)(self.request, 422, "Validation Failed", None);
        }
        let ready = |source: &usize| self.book.projects[*source].ready <= Instant::now();
        let Some(source) = source.filter(ready).filter(|&source| self.book.commit(source, branch).is_some()) else {
            return (self.dialect.no_branch)(self.request, "head", &head);
        };
        if self.book.commit(target, &base).is_none() {
            return (self.dialect.no_branch)(self.request, "base", &base);
        }
        if self.book.same((source, branch), (target, &base)).is_some() {
            return (self.dialect.pull_exists)(self.request, &head);
        }
        if let Some(empty) = self.dialect.empty
            && self.book.commit(source, branch) == self.book.commit(target, &base)
        {
            return empty(self.request);
        }
        let user = self.user.clone().unwrap_or_default();
        let made = self.book.open((source, branch), (target, &base), &user, (&title, &text));
        json_answer(201, &self.pull(made))
    }
}
