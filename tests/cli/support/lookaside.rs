use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard};

use jiff::Timestamp;
use packit::checksum::{Algorithm, Checksum};

use super::multipart::{Sent, parts};
use super::{Answer, Request, Server};

/// Where the script is, as on Fedora's server.
const SCRIPT: &str = "/repo/pkgs/upload.cgi";

/// Below this lie the files.
const FILES: &str = "/repo/pkgs/";

/// Contents longer than this are hashed and not kept.
const KEPT: usize = 1 << 20;

/// What a server does once instead of what it should.
#[derive(Debug, Clone)]
pub enum Fault {
    /// It answers with this status and plain text.
    Status(u16, &'static str),
    /// It answers with this status and a web page.
    Page(u16),
    /// It takes all, stores nothing, and closes the connection.
    Cut,
    /// It stores the file and closes the connection.
    CutAfterwards,
    /// It sends half of its answer and no more.
    Stall,
    /// It says that it has stored the file, and has not.
    Lie,
    /// It is busy and did nothing.
    Busy,
    /// It answers with a good status and this text.
    Says(&'static str),
}

/// A file in the cache.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    pub size: usize,
    /// `None` for a long one.
    pub content: Option<Vec<u8>>,
    pub mtime: i64,
    /// Who uploaded it, where a login is wanted.
    pub by: Option<String>,
}

#[derive(Default)]
struct State {
    packages: BTreeSet<String>,
    /// By the path below the base.
    files: BTreeMap<String, Stored>,
    wants_login: bool,
    packagers: BTreeSet<String>,
    spent: BTreeSet<String>,
    checks: VecDeque<Fault>,
    uploads: VecDeque<Fault>,
    faults_of_files: VecDeque<Fault>,
    complaints: Vec<String>,
}

/// A lookaside cache as `upload.cgi` of dist-git is one. What it is sent in a way that the real one would not understand fails the test.
pub struct Lookaside {
    server: Server,
    state: Arc<Mutex<State>>,
}

impl Lookaside {
    /// A cache without a login that knows the package `rpms/hello` and has no files.
    pub fn new() -> Self {
        let state = Arc::new(Mutex::new(State::default()));
        let own = Arc::clone(&state);
        let server = Server::new(move |request| own.lock().unwrap().answer(request));
        Self { server, state }.with_package("rpms/hello")
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    /// The same with the git repository of another package.
    pub fn with_package(self, name: &str) -> Self {
        self.state().packages.insert(name.to_owned());
        self
    }

    /// The same, wanting a login for the script. A good one is `Negotiate USER:NUMBER`, each of which counts once, of a user who is one
    /// of these packagers.
    pub fn with_packagers(self, users: &[&str]) -> Self {
        self.state().wants_login = true;
        self.state().packagers.extend(users.iter().map(|user| (*user).to_owned()));
        self
    }

    /// The same with a file.
    pub fn with_file(self, package: &str, file: &str, content: &[u8]) -> Self {
        let stored = Stored { size: content.len(), content: Some(content.to_owned()), mtime: 784_111_777, by: None };
        self.state().files.insert(path(package, file, &sha512(content)), stored);
        self
    }

    /// What goes wrong with the next checks, one after the other.
    pub fn next_checks(&self, faults: impl IntoIterator<Item = Fault>) {
        self.state().checks.extend(faults);
    }

    /// What goes wrong with the next uploads.
    pub fn next_uploads(&self, faults: impl IntoIterator<Item = Fault>) {
        self.state().uploads.extend(faults);
    }

    /// What goes wrong with the next requests for files.
    pub fn next_files(&self, faults: impl IntoIterator<Item = Fault>) {
        self.state().faults_of_files.extend(faults);
    }

    /// The address below which files lie: `lookaside`, `$PACKIT_LOOKASIDE_URL`.
    pub fn download_url(&self) -> String {
        self.server.url(FILES.trim_end_matches('/'))
    }

    /// The address of the script: `lookaside_cgi`, `$PACKIT_LOOKASIDE_UPLOAD_URL`.
    pub fn upload_url(&self) -> String {
        self.server.url(SCRIPT)
    }

    pub fn host(&self) -> String {
        format!("127.0.0.1:{}", self.server.port())
    }

    /// The server below, for all requests and for cutting them.
    pub fn server(&self) -> &Server {
        &self.server
    }

    /// The file of this content, where it is in the cache.
    pub fn stored(&self, package: &str, file: &str, content: &[u8]) -> Option<Stored> {
        self.state().files.get(&path(package, file, &sha512(content))).cloned()
    }

    /// How many files there are.
    pub fn count(&self) -> usize {
        self.state().files.len()
    }

    /// What was asked, in order: `HEAD`, `GET`, `check`, `upload`, or else method and path.
    pub fn asked(&self) -> Vec<String> {
        let kind = |request: Request| match (request.method.as_str(), request.path.as_str()) {
            ("POST", SCRIPT) if parts(&request).is_ok_and(|sent| sent.iter().any(|part| part.name == "filename")) => {
                "check".to_owned()
            }
            ("POST", SCRIPT) => "upload".to_owned(),
            (method @ ("GET" | "HEAD"), path) if path.starts_with(FILES) => method.to_owned(),
            (method, path) => format!("{method} {path}"),
        };
        self.server.requests().into_iter().map(kind).collect()
    }
}

impl Drop for Lookaside {
    fn drop(&mut self) {
        let complaints = self.state.lock().map(|state| state.complaints.clone()).unwrap_or_default();
        if !std::thread::panicking() {
            assert_eq!(complaints, Vec::<String>::new());
        }
    }
}

impl State {
    fn answer(&mut self, request: &Request) -> Answer {
        let path = request.path.split('?').next().unwrap().to_owned();
        match (request.method.as_str(), path.as_str()) {
            ("POST", SCRIPT) => self.script(request),
            ("GET" | "HEAD", path) if path.starts_with(FILES) && path != SCRIPT => {
                self.file(request, &path[FILES.len()..])
            }
            _ => {
                self.complaints.push(format!("{} {}", request.method, request.path));
                page(404)
            }
        }
    }

    fn file(&mut self, request: &Request, path: &str) -> Answer {
        if let Some(fault) = self.faults_of_files.pop_front() {
            return faulty(&fault);
        }
        if request.header("authorization").is_some() {
            self.complaints.push("a login where none is wanted".to_owned());
        }
        let Some(stored) = self.files.get(&decoded(path)) else { return page(404) };
        let modified = Timestamp::from_second(stored.mtime).unwrap().strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
        let answer = match request.method.as_str() {
            // A length and no body.
            "HEAD" => Answer::ok("").announcing(stored.size),
            _ => Answer::ok(stored.content.as_deref().unwrap()),
        };
        answer.header("Last-Modified", modified)
    }

    /// The order is that of Apache and the script.
    fn script(&mut self, request: &Request) -> Answer {
        if request.header("transfer-encoding").is_some() || request.header("content-length").is_none() {
            self.complaints.push("a body without a length".to_owned());
        }
        let user = match self.user(request) {
            Ok(user) => user,
            Err(answer) => return answer,
        };
        let sent = match parts(request) {
            Ok(sent) => sent,
            Err(complaint) => {
                self.complaints.push(complaint.clone());
                return plain(400, &complaint);
            }
        };
        let is_check = sent.iter().any(|part| part.name == "filename");
        let fault = if is_check { self.checks.pop_front() } else { self.uploads.pop_front() };
        if user.as_ref().is_some_and(|user| !self.packagers.contains(user)) {
            return plain(403, "You must connect with a valid certificate and be in the packager group to upload.");
        }
        let mut fault = fault;
        if let Some(fault) = fault.take_if(|fault| !matches!(fault, Fault::Lie | Fault::CutAfterwards)) {
            return faulty(&fault);
        }
        self.form(&sent, user, fault.as_ref()).unwrap_or_else(|answer| answer)
    }

    fn user(&mut self, request: &Request) -> Result<Option<String>, Answer> {
        if !self.wants_login {
            return Ok(None);
        }
        let refused = || page(401).header("WWW-Authenticate", "Negotiate");
        let token =
            request.header("authorization").and_then(|value| value.strip_prefix("Negotiate ")).ok_or_else(refused)?;
        let (user, number) = token.split_once(':').ok_or_else(refused)?;
        let is_new = number.parse::<u32>().is_ok() && self.spent.insert(token.to_owned());
        if is_new { Ok(Some(user.to_owned())) } else { Err(refused()) }
    }

    fn form(&mut self, sent: &[Sent], user: Option<String>, fault: Option<&Fault>) -> Result<Answer, Answer> {
        let mut fields: HashMap<&str, &Sent> = HashMap::new();
        for part in sent {
            if fields.insert(&part.name, part).is_some() {
                return Err(plain(400, &format!("Multiple values given for \"{}\". Aborting.", part.name)));
            }
            if !["name", "sha512sum", "md5sum", "file", "filename", "mtime"].contains(&part.name.as_str()) {
                self.complaints.push(format!("a field `{}`", part.name));
            }
        }
        let required = |name: &str| {
            fields.get(name).copied().ok_or_else(|| plain(400, &format!("Required field \"{name}\" is not present.")))
        };
        let name = required("name")?.text();
        let (sum, hash) = match (fields.get("sha512sum"), fields.get("md5sum")) {
            (Some(hash), _) => ("sha512", hash.text()),
            (None, Some(hash)) => ("md5", hash.text()),
            (None, None) => return Err(plain(400, "Required checksum is not present")),
        };
        let checked = fields.get("filename");
        let file = match checked {
            Some(file) => file.text(),
            None => match &required("file")?.file_name {
                Some(file) => file.clone(),
                None => return Err(plain(500, "'str' object has no attribute 'file'")),
            },
        };
        // The namespace is put in front of a name that has none.
        let name = if name.contains('/') { name } else { format!("rpms/{name}") };
        if !self.packages.contains(&name) {
            return Err(plain(404, &format!("Module \"{name}\" does not exist!")));
        }
        let path = format!("{name}/{file}/{sum}/{hash}/{file}");
        let known = self.files.get(&path);
        if checked.is_some() {
            return Ok(plain(200, if known.is_some() { "Available" } else { "Missing" }));
        }
        if let Some(known) = known {
            return Ok(plain(
                200,
                &format!("File {file} already exists\nFile: /srv/cache/{path} Size: {}", known.size),
            ));
        }
        if sum == "md5" {
            return Err(plain(406, "Uploads with md5 are no longer allowed."));
        }
        let content = &required("file")?.content;
        let got = sha512(content);
        if got != hash {
            return Err(plain(400, &format!("SHA512 check failed. Received {got} instead of {hash}.")));
        }
        let mtime = fields.get("mtime").map(|mtime| mtime.text());
        let number = mtime.as_ref().map(|mtime| mtime.parse()).transpose();
        let stored = Stored {
            size: content.len(),
            content: (content.len() <= KEPT).then(|| content.clone()),
            mtime: number.clone().ok().flatten().unwrap_or_default(),
            by: user,
        };
        if !matches!(fault, Some(Fault::Lie)) {
            self.files.insert(path, stored);
        }
        if let (Err(_), Some(mtime)) = (number, mtime) {
            return Err(plain(400, &format!("Invalid value sent for mtime \"{mtime}\". Aborting.")));
        }
        if matches!(fault, Some(Fault::CutAfterwards)) {
            return Ok(Answer::closed());
        }
        Ok(plain(200, &format!("File {file} size {} SHA512 {hash} stored OK", content.len())))
    }
}

fn faulty(fault: &Fault) -> Answer {
    match fault {
        Fault::Status(status, text) => plain(*status, text),
        Fault::Page(401) => page(401).header("WWW-Authenticate", "Negotiate"),
        Fault::Page(status) => page(*status),
        Fault::Cut | Fault::CutAfterwards | Fault::Lie => Answer::closed(),
        Fault::Stall => plain(200, "File hello stored OK").stalling_after(8),
        Fault::Busy => plain(503, "busy"),
        Fault::Says(text) => plain(200, text),
    }
}

fn plain(status: u16, text: &str) -> Answer {
    Answer::new(status, format!("{text}\n")).header("Content-Type", "text/plain; charset=utf-8")
}

/// As Apache writes it.
fn page(status: u16) -> Answer {
    let text = format!(
        "<!DOCTYPE HTML PUBLIC \"-//IETF//DTD HTML 2.0//EN\">\n<html><head>\n<title>{status} Whatever</title>\n</head></html>\n"
    );
    Answer::new(status, text).header("Content-Type", "text/html; charset=iso-8859-1")
}

fn path(package: &str, file: &str, hash: &str) -> String {
    format!("{package}/{file}/sha512/{hash}/{file}")
}

fn sha512(content: &[u8]) -> String {
    Checksum::of_bytes(Algorithm::Sha512, content).hex().to_owned()
}

/// A path without its percent signs.
pub(super) fn decoded(path: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = path.as_bytes();
    while let Some((&byte, behind)) = rest.split_first() {
        let code = (byte == b'%').then(|| std::str::from_utf8(&behind[..2]).unwrap());
        bytes.push(code.map_or(byte, |code| u8::from_str_radix(code, 16).unwrap()));
        rest = if code.is_some() { &behind[2..] } else { behind };
    }
    String::from_utf8(bytes).unwrap()
}
