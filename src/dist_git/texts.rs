//! The texts of an update in dist-git: commit message, pull request, `README.packit`, the changelog entry where nobody else writes it.
//! What comes from outside is put into them so that it stays text.

use crate::error::{Error, Kind, Result};
use crate::git::CommitId;
use crate::git::url::RemoteUrl;

/// What the action `commit-message` prints before its message, where it prints other things, too.
pub const DIVIDER: &str = "---%<--- snip ---%<--- here ---%<---";

/// Title and body of a commit or a pull request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// The title, one line.
    pub title: String,
    /// The rest; may be empty.
    pub body: String,
}

impl Message {
    /// The same message with a trailer that names the commit of a source-git repository.
    #[must_use]
    pub fn from_source_git(mut self, commit: CommitId) -> Self {
        self.body = format!("{}\n\nFrom-source-git-commit: {commit}\n", self.body.trim_end());
        self
    }

    /// The whole message of a commit.
    pub fn text(&self) -> String {
        match self.body.trim_end() {
            "" => format!("{}\n", self.title),
            body => format!("{}\n\n{body}\n", self.title),
        }
    }
}

/// The release that becomes an update.
#[derive(Debug, Clone)]
pub struct Release<'a> {
    /// Its version.
    pub version: &'a str,
    /// Its tag; `None` where upstream is no git repository.
    pub tag: Option<&'a str>,
    /// The commit of that tag.
    pub commit: Option<CommitId>,
    /// The upstream repository as a person opens it, `https://github.com/owner/name`.
    pub upstream: Option<&'a str>,
    /// The page of the project in release monitoring.
    pub monitoring: Option<&'a str>,
    /// Bugs that the update resolves, such as `rhbz#123`.
    pub bugs: &'a [String],
}

impl Release<'_> {
    /// The message of the commit, where no action writes it.
    pub fn commit_message(&self) -> Message {
        let mut body = String::new();
        if !self.bugs.is_empty() {
            body.extend(self.bugs.iter().map(|bug| format!("- Resolves: {}\n", one_line(bug))));
            body.push('\n');
        }
        let facts = [("tag", self.tag.map(one_line)), ("commit", self.commit.map(|commit| commit.short(8)))];
        for (what, value) in facts {
            body.extend(value.map(|value| format!("Upstream {what}: {value}\n")));
        }
        if self.tag.is_some() || self.commit.is_some() {
            body.push('\n');
        }
        body.push_str("Commit authored by Packit automation (https://packit.dev/)\n");
        Message { title: format!("Update to {} upstream release", one_line(self.version)), body }
    }

    /// Title and description of the pull request to `branch`.
    pub fn pull_request(&self, branch: &str) -> Message {
        let links = self.upstream.and_then(Links::of);
        let mut lines = Vec::new();
        if let Some(tag) = self.tag {
            let url = links.as_ref().and_then(|links| links.tag(tag));
            lines.push(format!("Upstream tag: {}", link(tag, url)));
        }
        if let Some(commit) = self.commit {
            let url = links.as_ref().map(|links| links.commit(commit));
            lines.push(format!("Upstream commit: {}", link(&commit.short(8), url)));
        }
        if let Some(page) = self.monitoring {
            lines.push(format!("Release monitoring project: {}", link("page", Some(one_line(page)))));
        }
        lines.extend(self.bugs.iter().map(|bug| format!("Resolves: {}", link(bug, bug_page(bug)))));
        // Two lines beside each other would be one paragraph.
        let body = lines.iter().map(|line| format!("{line}\n")).collect::<Vec<_>>().join("\n");
        let title = format!("Update {branch} to upstream release {}", one_line(self.version));
        Message { title, body }
    }

    /// The lines of the changelog entry. In this order: the `description` of the release on its forge, where the configuration wants
    /// it and it says something; what the action `changelog-entry` printed; a line that names the version, and one for each bug.
    pub fn changelog_lines(&self, description: Option<&str>, by_action: Option<Vec<String>>) -> Vec<String> {
        if let Some(description) = description.filter(|text| !text.trim().is_empty()) {
            let lines = description.trim().lines().map(|line| line.trim_end().to_owned());
            return lines.chain(self.bug_lines().filter(|_| by_action.is_none())).collect();
        }
        by_action.unwrap_or_else(|| {
            std::iter::once(format!("- Update to version {}", one_line(self.version))).chain(self.bug_lines()).collect()
        })
    }

    fn bug_lines(&self) -> impl Iterator<Item = String> {
        self.bugs.iter().map(|bug| format!("- Resolves: {}", one_line(bug)))
    }
}

/// What is said of files that come back from `branch` of dist-git at `commit`: the message of the commit, and that of the pull request.
pub fn sync_from_downstream(branch: &str, commit: CommitId) -> (Message, Message) {
    let branch = one_line(branch);
    let body = format!("Downstream commit: {}\n", commit.short(8));
    (
        Message { title: format!("[packit] Sync from downstream branch '{branch}'"), body: body.clone() },
        Message { title: format!("Update from downstream branch '{branch}'"), body },
    )
}

/// The message that the action `commit-message` printed: what stands behind the last line that is [`DIVIDER`], up to its first empty
/// line the title, the rest the body. `default` where that is nothing.
pub fn message_of_action(output: &[u8], default: Message) -> Message {
    let text = String::from_utf8_lossy(output);
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    let begin = lines.iter().rposition(|line| line.trim() == DIVIDER).map_or(0, |at| at + 1);
    let mut said = lines.iter().skip(begin).skip_while(|line| line.is_empty());
    let title: Vec<&str> = said.by_ref().take_while(|line| !line.is_empty()).copied().collect();
    if title.is_empty() {
        return default;
    }
    let body: Vec<&str> = said.skip_while(|line| line.is_empty()).copied().collect();
    Message { title: title.join("\n"), body: body.join("\n").trim_end().to_owned() }
}

/// The file `README.packit`: that packit maintains the package, where to read about it, and which packit did it last.
pub fn readme(packit_version: &str) -> String {
    format!(
        "This repository is maintained by packit.\nhttps://packit.dev/\nThe file was generated using packit {packit_version}.\n"
    )
}

/// The message of the commit that brings files of the dist-git branch `branch`, at `commit`, back to upstream.
pub fn message_from_downstream(branch: &str, commit: CommitId) -> Message {
    Message {
        title: format!("[packit] Sync from downstream branch '{branch}'"),
        body: format!("Downstream commit: {}\n", commit.short(8)),
    }
}

/// The title of the pull request with such a commit.
pub fn pull_request_from_downstream(branch: &str) -> String {
    format!("Update from downstream branch '{branch}'")
}

/// Reads the name of a bug as options and actions give it: `rhbz#123`, or a number, which is one of Red Hat's Bugzilla.
///
/// # Errors
/// Of kind [`Kind::Usage`] when it is neither.
pub fn bug(text: &str) -> Result<String> {
    let text = text.trim();
    let (tracker, number) = text.split_once('#').unwrap_or(("rhbz", text));
    let named =
        !tracker.is_empty() && tracker.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
    let counted = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    if named && counted {
        return Ok(format!("{tracker}#{number}"));
    }
    Err(Error::new(Kind::Usage, format!("`{}` is not the name of a bug", text.escape_debug()))
        .hint("write TRACKER#NUMBER, such as `rhbz#1234567`"))
}

fn bug_page(bug: &str) -> Option<String> {
    let number = bug.strip_prefix("rhbz#")?;
    let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| format!("https://bugzilla.redhat.com/show_bug.cgi?id={number}"))
}

/// A text of outside in one line, without characters that steer a terminal.
fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect::<String>().trim().to_owned()
}

/// `text` as Markdown shows it, as a link where there is a URL.
fn link(text: &str, url: Option<String>) -> String {
    let text = one_line(text);
    // Letters, digits and what is common in names stand for themselves.
    let special = |c: char| "\\`*[]<>()!#|".contains(c);
    let marked = text.chars().any(|c| "\\`*[]<>".contains(c));
    let escape = |c: char| if marked && special(c) { format!("\\{c}") } else { c.to_string() };
    let escaped: String = text.chars().map(escape).collect();
    match url {
        Some(url) => format!("[{escaped}]({url})"),
        None => escaped,
    }
}

/// How a host shows tags and commits.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Links {
    repository: String,
    host: Host,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Host {
    GitHub,
    GitLab,
    Pagure,
    Forgejo,
}

impl Links {
    /// `None` for hosts whose pages are not known.
    fn of(upstream: &str) -> Option<Self> {
        let url = RemoteUrl::parse(upstream)?;
        let host = url.host.clone()?;
        let kind = match host.as_str() {
            "github.com" => Host::GitHub,
            "pagure.io" => Host::Pagure,
            "codeberg.org" | "forge.fedoraproject.org" => Host::Forgejo,
            host if host.split('.').any(|part| part == "gitlab") => Host::GitLab,
            _ => return None,
        };
        // ssh goes by a port of its own.
        let (scheme, port) = match url.scheme.as_str() {
            "http" => ("http", url.port),
            "https" => ("https", url.port),
            _ => ("https", None),
        };
        let port = port.map(|port| format!(":{port}")).unwrap_or_default();
        Some(Self { repository: format!("{scheme}://{host}{port}/{}", encoded(&url.full_name())), host: kind })
    }

    fn tag(&self, tag: &str) -> Option<String> {
        let folder = match self.host {
            Host::GitHub => "releases/tag",
            Host::GitLab => "-/tags",
            Host::Forgejo => "src/tag",
            Host::Pagure => return None,
        };
        Some(format!("{}/{folder}/{}", self.repository, encoded(tag)))
    }

    fn commit(&self, commit: CommitId) -> String {
        let folder = match self.host {
            Host::GitHub | Host::Forgejo => "commit",
            Host::GitLab => "-/commit",
            Host::Pagure => "c",
        };
        format!("{}/{folder}/{commit}", self.repository)
    }
}

/// A path of a URL: what is not a letter, a digit or harmless becomes `%XX`.
fn encoded(path: &str) -> String {
    let one = |byte: u8| match byte {
        b'/' | b'-' | b'.' | b'_' | b'~' | b'+' | b'@' | b':' | b',' | b'=' => char::from(byte).to_string(),
        byte if byte.is_ascii_alphanumeric() => char::from(byte).to_string(),
        byte => format!("%{byte:02X}"),
    };
    path.bytes().map(one).collect()
}

#[cfg(test)]
mod tests;
