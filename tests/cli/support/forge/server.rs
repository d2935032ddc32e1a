use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

use super::book::{Book, Project, Token, clone_bare};
use super::{forgejo, git_over_http, github, gitlab, pagure};
use crate::support::{Answer, Request, Server};

/// Which forge it plays.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Kind {
    Pagure,
    Forgejo,
    GitLab,
    GitHub,
}

/// What goes wrong when it is told to.
#[derive(Debug, Clone)]
pub enum Fault {
    /// This status, with the document that the forge has for it.
    Status(u16),
    /// This status, with this document.
    Document(u16, Value),
    /// This status, with a web page.
    Html(u16),
    /// The connection is closed without an answer.
    Closed,
    /// It is done, and the connection is closed without an answer.
    Lost,
    /// It is done, but takes so long.
    Slow(Duration),
}

/// A forge with the users `owner`, `tester` and `stranger`, whose tokens are `TOKEN_OWNER` and so on; `TOKEN_TESTER_WEAK` has not
/// the rights that packit needs, `TOKEN_TESTER_EXPIRED` is not known any more.
///
/// When it is dropped, the test fails if a client sent what the forge does not know, or wrote without a token.
pub struct ForgeServer {
    server: Server,
    book: Arc<Mutex<Book>>,
    _folder: TempDir,
}

impl ForgeServer {
    pub fn pagure() -> Self {
        Self::new(Kind::Pagure)
    }

    pub fn forgejo() -> Self {
        Self::new(Kind::Forgejo)
    }

    pub fn gitlab() -> Self {
        Self::new(Kind::GitLab)
    }

    pub fn github() -> Self {
        Self::new(Kind::GitHub)
    }

    fn new(kind: Kind) -> Self {
        let folder = tempfile::Builder::new().prefix("forge-").tempdir().unwrap();
        let token = |text: &str, user: &str, rights: &[&str]| Token {
            text: text.to_owned(),
            user: user.to_owned(),
            rights: rights.iter().map(|&right| right.to_owned()).collect(),
            is_expired: text.ends_with("EXPIRED"),
            ends: None,
        };
        let weak = match kind {
            Kind::Pagure => "issue_comment",
            Kind::Forgejo => "read:user",
            Kind::GitLab => "read_api",
            Kind::GitHub => "gist",
        };
        let tokens = vec![
            token("TOKEN_OWNER", "owner", &[]),
            token("TOKEN_TESTER", "tester", &[]),
            token("TOKEN_STRANGER", "stranger", &[]),
            token("TOKEN_TESTER_WEAK", "tester", &[weak]),
            token("TOKEN_TESTER_EXPIRED", "tester", &[]),
        ];
        let book = Arc::new(Mutex::new(Book {
            kind,
            root: folder.path().canonicalize().unwrap(),
            tokens,
            projects: Vec::new(),
            pulls: Vec::new(),
            flags: Vec::new(),
            faults: Vec::new(),
            fork_takes: Duration::ZERO,
            refused_push: None,
            complaints: Vec::new(),
        }));
        let shared = Arc::clone(&book);
        let server = Server::new(move |request| answer(&mut lock(&shared), request));
        Self { server, book, _folder: folder }
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        lock(&self.book)
    }

    /// The address of the forge, without a slash at its end.
    pub fn base(&self) -> String {
        self.server.url("")
    }

    /// Adds the project `rpms/hello` of `owner`, with all branches and the HEAD of a repository.
    pub fn project(&self, full_name: &str, from: &Path) {
        let (namespace, name) = full_name.rsplit_once('/').unwrap();
        let mut book = self.book();
        book.projects.push(Project {
            full_name: full_name.to_owned(),
            namespace: namespace.to_owned(),
            name: name.to_owned(),
            owner: if namespace == "tester" || namespace == "stranger" { namespace } else { "owner" }.to_owned(),
            parent: None,
            ready: Instant::now(),
            users: BTreeMap::new(),
            groups: BTreeMap::new(),
            releases: Vec::new(),
            is_private: false,
        });
        let to = book.folder(book.projects.len() - 1);
        clone_bare(from, &to);
    }

    /// Makes a project one that only users see.
    pub fn make_private(&self, full_name: &str) {
        let mut book = self.book();
        let project = book.find(full_name).unwrap();
        book.projects[project].is_private = true;
    }

    /// Gives users a level of access (`commit`, `admin`, `ticket`, `collaborator`) to a project; with `@` before it a group.
    pub fn access(&self, full_name: &str, level: &str, names: &[&str]) {
        let mut book = self.book();
        let project = book.find(full_name).unwrap();
        let project = &mut book.projects[project];
        for name in names {
            let (levels, name) = match name.strip_prefix('@') {
                Some(group) => (&mut project.groups, group),
                None => (&mut project.users, *name),
            };
            levels.entry(level.to_owned()).or_default().push(name.to_owned());
        }
    }

    /// Those who have a level of access to a project, users, then groups with `@`.
    pub fn who_has(&self, full_name: &str, level: &str) -> Vec<String> {
        let book = self.book();
        let project = &book.projects[book.find(full_name).unwrap()];
        let users = project.users.get(level).into_iter().flatten().cloned();
        users.chain(project.groups.get(level).into_iter().flatten().map(|group| format!("@{group}"))).collect()
    }

    /// Publishes a release.
    pub fn release(&self, full_name: &str, tag: &str, title: &str, text: &str) {
        let mut book = self.book();
        let project = book.find(full_name).unwrap();
        book.projects[project].releases.push((tag.to_owned(), title.to_owned(), text.to_owned()));
    }

    /// A fork takes so long from now on; Pagure answers only then when it is told to wait.
    pub fn fork_takes(&self, time: Duration) {
        self.book().fork_takes = time;
    }

    /// From now on what begins with `on` (`POST /api/0/fork`) fails.
    pub fn fault(&self, on: &str, fault: Fault) {
        self.book().faults.push((on.to_owned(), fault, false));
    }

    /// The next request that begins with `on` fails.
    pub fn fault_once(&self, on: &str, fault: Fault) {
        self.book().faults.push((on.to_owned(), fault, true));
    }

    /// All is well again.
    pub fn no_faults(&self) {
        self.book().faults.clear();
    }

    /// Refuses all pushes with a text, or none.
    pub fn refuse_pushes(&self, why: Option<&str>) {
        self.book().refused_push = why.map(str::to_owned);
    }

    /// Another token of a user, with all rights.
    pub fn token(&self, text: &str, user: &str) {
        let (text, user) = (text.to_owned(), user.to_owned());
        self.book().tokens.push(Token { text, user, rights: Vec::new(), is_expired: false, ends: None });
    }

    /// Lets a token end on a day (`2099-01-02`); until then it is accepted.
    pub fn token_ends(&self, text: &str, day: &str) {
        let mut book = self.book();
        book.tokens.iter_mut().find(|token| token.text == text).unwrap().ends = Some(day.to_owned());
    }

    /// All pull requests: `number`, `title`, `text`, `author`, `source`, `source_branch`, `target`, `target_branch`, `state`
    /// (`open`, `closed`, `merged`), `comments`.
    pub fn pull_requests(&self) -> Vec<Value> {
        self.book().told()
    }

    /// The commit of a branch; `None` where there is none.
    pub fn branch(&self, full_name: &str, branch: &str) -> Option<String> {
        let book = self.book();
        book.commit(book.find(full_name)?, branch)
    }

    /// Lines for a `.gitconfig`, so that git logs in to this forge as a user.
    pub fn login(&self, user: &str, token: &str) -> String {
        let answer = format!("!f() {{ echo username={user}; echo password={token}; }}; f");
        format!("[credential \"{}\"]\n\thelper =\n\thelper = \"{answer}\"\n", self.base())
    }

    /// The bare repository of a project.
    pub fn git_folder(&self, full_name: &str) -> PathBuf {
        let book = self.book();
        book.folder(book.find(full_name).unwrap())
    }

    /// The projects, as git has them.
    pub fn projects(&self) -> Vec<String> {
        self.book().projects.iter().map(|project| project.full_name.clone()).collect()
    }

    /// All that was asked, in order.
    pub fn requests(&self) -> Vec<Request> {
        self.server.requests()
    }

    /// `METHOD PATH` of all requests to the interface, in order: without those of git.
    pub fn calls(&self) -> Vec<String> {
        let requests = self.requests().into_iter().filter(|request| request.path.starts_with("/api/"));
        requests.map(|request| format!("{} {}", request.method, request.path)).collect()
    }

    /// `METHOD PATH` of all that could change something: requests to the interface, and pushes as `PUSH /rpms/hello.git`. The
    /// question of Pagure whose a token is changes nothing.
    pub fn writes(&self) -> Vec<String> {
        let mut writes = Vec::new();
        for request in self.requests() {
            if let Some(place) = request.path.strip_suffix("/git-receive-pack") {
                writes.push(format!("PUSH {place}"));
            } else if !matches!(request.method.as_str(), "GET" | "HEAD")
                && !request.path.ends_with("/git-upload-pack")
                && !request.path.ends_with("/-/whoami")
            {
                writes.push(format!("{} {}", request.method, request.path));
            }
        }
        writes
    }

    /// What a client did that no client should do; the test does not fail for it any more.
    pub fn take_complaints(&self) -> Vec<String> {
        std::mem::take(&mut self.book().complaints)
    }
}

impl Drop for ForgeServer {
    fn drop(&mut self) {
        let complaints = self.take_complaints();
        if !std::thread::panicking() {
            assert!(complaints.is_empty(), "the forge complains: {complaints:#?}");
        }
    }
}

fn lock(book: &Mutex<Book>) -> MutexGuard<'_, Book> {
    book.lock().unwrap_or_else(PoisonError::into_inner)
}

fn answer(book: &mut Book, request: &Request) -> Answer {
    let line = format!("{} {}", request.method, request.path);
    let found = book.faults.iter().position(|(on, ..)| line.starts_with(on.as_str()));
    let fault = found.map(|at| if book.faults[at].2 { book.faults.remove(at).1 } else { book.faults[at].1.clone() });
    match fault {
        None => sound(book, request),
        Some(Fault::Status(status)) => match book.kind {
            Kind::Pagure => pagure::refusal(request, status),
            Kind::Forgejo => forgejo::refusal(request, status),
            Kind::GitLab => gitlab::refusal(status),
            Kind::GitHub => github::refusal(request, status),
        },
        Some(Fault::Document(status, document)) => json_answer(status, &document),
        Some(Fault::Html(status)) => {
            let page = "<!DOCTYPE html><html><title>Something is wrong</title><body>Something is wrong</body></html>";
            Answer::new(status, page).header("Content-Type", "text/html; charset=utf-8")
        }
        Some(Fault::Closed) => Answer::closed(),
        Some(Fault::Lost) => {
            sound(book, request);
            Answer::closed()
        }
        Some(Fault::Slow(time)) => sound(book, request).after(time),
    }
}

fn sound(book: &mut Book, request: &Request) -> Answer {
    if let Some(answer) = git_over_http::answer(book, request) {
        return answer;
    }
    match book.kind {
        Kind::Pagure => pagure::answer(book, request),
        Kind::Forgejo => forgejo::answer(book, request),
        Kind::GitLab => gitlab::answer(book, request),
        Kind::GitHub => github::answer(book, request),
    }
}

/// An answer with a JSON document.
pub(super) fn json_answer(status: u16, document: &Value) -> Answer {
    Answer::new(status, document.to_string()).header("Content-Type", "application/json")
}

/// Where the server is, as the client calls it.
pub(super) fn base_of(request: &Request) -> String {
    format!("http://{}", request.header("host").unwrap_or("127.0.0.1"))
}
