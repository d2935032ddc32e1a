use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::time::Instant;

use super::book::{Book, git};
use super::query::decoded;
use crate::support::{Answer, Request};

/// What the path of a request to git ends with.
const SERVICES: [&str; 3] = ["/info/refs", "/git-upload-pack", "/git-receive-pack"];

/// Answers what git asks for; `None` for other requests.
pub(super) fn answer(book: &mut Book, request: &Request) -> Option<Answer> {
    let (path, query) = request.path.split_once('?').unwrap_or((&request.path, ""));
    let service = SERVICES.into_iter().find(|service| path.ends_with(service))?;
    let is_push = service == "/git-receive-pack" || query.contains("git-receive-pack");
    let name = decoded(path.trim_end_matches(service).trim_start_matches('/'));
    let name = name.strip_suffix(".git").unwrap_or(&name);
    let found = book.find(name).filter(|&project| book.projects[project].ready <= Instant::now());
    let login = credentials(request);
    let user = login.as_ref().and_then(|(name, secret)| {
        let token = book.tokens.iter().find(|token| token.text == *secret && !token.is_expired);
        token
            .map(|token| token.user.clone())
            .filter(|user| name == user || name == "oauth2" || name == "x-access-token")
    });
    let is_private = found.is_some_and(|project| book.projects[project].is_private);
    if ((is_push || is_private) && user.is_none()) || (login.is_some() && user.is_none()) {
        let refused = Answer::new(401, "Authorization Required\n").header("WWW-Authenticate", "Basic realm=\"git\"");
        return Some(refused.header("Content-Type", "text/plain"));
    }
    let Some(project) = found else { return Some(Answer::new(404, "no such repository\n")) };
    let place = format!("/{}.git{service}", book.projects[project].full_name);
    Some(run(book, request, (&place, query), (project, user)))
}

fn run(
    book: &Book,
    request: &Request,
    (path, query): (&str, &str),
    (project, user): (usize, Option<String>),
) -> Answer {
    let search = std::env::var_os("PATH").unwrap_or_default();
    let mut command = Command::new(backend());
    command.env_clear().current_dir(&book.root);
    command.env("PATH", search).env("HOME", &book.root);
    command.env("GIT_CONFIG_NOSYSTEM", "1").env("GIT_HTTP_EXPORT_ALL", "1").env("GIT_PROJECT_ROOT", &book.root);
    command.env("REQUEST_METHOD", &request.method).env("PATH_INFO", path).env("QUERY_STRING", query);
    command.env("CONTENT_LENGTH", request.body.len().to_string()).env("REMOTE_ADDR", "127.0.0.1");
    for (variable, header) in [
        ("CONTENT_TYPE", "content-type"),
        ("HTTP_CONTENT_ENCODING", "content-encoding"),
        ("GIT_PROTOCOL", "git-protocol"),
    ] {
        if let Some(value) = request.header(header) {
            command.env(variable, value);
        }
    }
    if let Some(user) = user {
        if !book.may_push(project, &user) {
            command.env("DENIED", &user);
        }
        command.env("REMOTE_USER", user);
    }
    if let Some(refused) = &book.refused_push {
        command.env("REFUSED", refused);
    }
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::inherit()).spawn().unwrap();
    let (mut input, body) = (child.stdin.take().unwrap(), request.body.clone());
    let sending = std::thread::spawn(move || input.write_all(&body).is_ok());
    let output = child.wait_with_output().unwrap();
    sending.join().unwrap();
    cgi(&output.stdout)
}

/// The program that `git http-backend` starts: a web server names it itself.
fn backend() -> &'static Path {
    static BACKEND: OnceLock<PathBuf> = OnceLock::new();
    BACKEND.get_or_init(|| Path::new(&git(Path::new("/"), &["--exec-path"])).join("git-http-backend"))
}

/// The answer of a program that speaks CGI.
fn cgi(output: &[u8]) -> Answer {
    let end = output.windows(4).position(|bytes| bytes == b"\r\n\r\n").unwrap_or(output.len());
    let body = output.get(end + 4..).unwrap_or_default();
    let head = String::from_utf8_lossy(&output[..end]).into_owned();
    let headers: Vec<(&str, &str)> = head.lines().filter_map(|line| line.split_once(": ")).collect();
    let status = headers.iter().find(|(name, _)| *name == "Status").and_then(|(_, text)| text.get(..3)?.parse().ok());
    let answer = Answer::new(status.unwrap_or(200), body);
    headers
        .iter()
        .filter(|(name, _)| *name != "Status")
        .fold(answer, |answer, (name, value)| answer.header(name, *value))
}

/// User and password of a request.
fn credentials(request: &Request) -> Option<(String, String)> {
    let encoded = request.header("authorization")?.strip_prefix("Basic ")?;
    let text = String::from_utf8(base64(encoded)).ok()?;
    text.split_once(':').map(|(user, secret)| (user.to_owned(), secret.to_owned()))
}

fn base64(text: &str) -> Vec<u8> {
    let digit = |byte: u8| match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' => 62,
        _ => 63,
    };
    let digits: Vec<u8> = text.bytes().filter(|&byte| byte != b'=').map(digit).collect();
    let mut bytes = Vec::new();
    for four in digits.chunks(4) {
        let bits = four.iter().fold(0_u32, |bits, &digit| bits << 6 | u32::from(digit)) << (6 * (4 - four.len()));
        bytes.extend_from_slice(&bits.to_be_bytes()[1..four.len()]);
    }
    bytes
}
