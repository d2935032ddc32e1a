//! URLs of git remotes: which host, namespace and repository they name, which texts are URLs at all.

use crate::secret::{split_scheme, split_scp};

/// What the URL of a remote says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemoteUrl {
    /// The scheme in lower case; `ssh` for the form `user@host:path`, `file` for plain paths.
    pub scheme: String,
    /// The host in lower case; `None` for paths and `file://`.
    pub host: Option<String>,
    /// The port where the URL names one.
    pub port: Option<u16>,
    /// All but the last part of the path (`a/b` of `https://gitlab.com/a/b/c.git`); `None` where there is nothing
    /// before the repository, and for paths on this machine: a folder is not a namespace.
    pub namespace: Option<String>,
    /// The last part of the path, without `.git`.
    pub repository: String,
    /// The owner, where the path is that of a fork on Pagure (`fork/OWNER/NAMESPACE/REPOSITORY`).
    pub fork_of_user: Option<String>,
}

/// Schemes that the PATH_OR_URL argument takes.
const SCHEMES: [&str; 7] = ["http", "https", "ssh", "git", "git+https", "git+ssh", "file"];

impl RemoteUrl {
    /// Reads `text` as git reads the URL of a remote: a URL with a scheme, `[user@]host:path`, or a path. A domain
    /// without a scheme (`github.com/foo/bar`), as users write it in their configuration, is taken as https.
    ///
    /// `None` where no repository can be named: an empty text, or a host without a path.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Some((scheme, rest)) = split_scheme(text) {
            let scheme = scheme.to_ascii_lowercase();
            if scheme == "file" {
                return Self::local(rest);
            }
            let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
            // `ssh://git@host:namespace/repository` is not a URL, but people have it in their remotes.
            let (host, port, first) = split_authority(authority);
            let path = [first.unwrap_or_default(), strip_query(path)].join("/");
            return Self::remote(&scheme, host, port, &path);
        }
        if let Some((host, path)) = split_scp(text) {
            return Self::remote("ssh", host, None, path);
        }
        match text.split_once('/') {
            Some((host, path)) if is_domain(host) => Self::remote("https", host, None, strip_query(path)),
            _ => Self::local(text),
        }
    }

    /// `NAMESPACE/REPOSITORY`, or the repository alone.
    pub fn full_name(&self) -> String {
        match &self.namespace {
            Some(namespace) => format!("{namespace}/{}", self.repository),
            None => self.repository.clone(),
        }
    }

    fn local(path: &str) -> Option<Self> {
        let (repository, _) = last_part(path)?;
        let repository = repository.to_owned();
        Some(Self { scheme: "file".into(), host: None, port: None, namespace: None, repository, fork_of_user: None })
    }

    fn remote(scheme: &str, host: &str, port: Option<u16>, path: &str) -> Option<Self> {
        if host.is_empty() {
            return None;
        }
        let (repository, before) = last_part(path)?;
        let mut before: Vec<&str> = before.split('/').filter(|part| !part.is_empty()).collect();
        let mut fork_of_user = None;
        if before.len() >= 2 && matches!(before.first(), Some(&("fork" | "forks"))) {
            fork_of_user = before.get(1).map(|&user| user.to_owned());
            before.drain(..2);
        }
        Some(Self {
            scheme: scheme.to_owned(),
            host: Some(host.to_ascii_lowercase()),
            port,
            namespace: (!before.is_empty()).then(|| before.join("/")),
            repository: repository.to_owned(),
            fork_of_user,
        })
    }
}

/// Whether the PATH_OR_URL argument `text` is a URL to clone: a known scheme, or `[user@]host:path`. Never a bare word,
/// never a remote helper (`ext::…`), never anything that git could take for an option.
pub fn is_clone_url(text: &str) -> bool {
    if text.starts_with('-') || text.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return false;
    }
    if let Some((scheme, rest)) = split_scheme(text) {
        let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
        let (host, ..) = split_authority(authority);
        return SCHEMES.contains(&scheme)
            && !path.is_empty()
            && !authority.starts_with('-')
            && !host.starts_with('-')
            && (scheme == "file" || !host.is_empty());
    }
    split_scp(text).is_some_and(|(host, path)| {
        !host.starts_with('-')
            && !path.is_empty()
            && !path.starts_with('-')
            && !format!(":{path}").contains("::")
            && (host.starts_with('[') || host.chars().all(|c| c.is_alphanumeric() || "._-".contains(c)))
    })
}

/// The URL as the git program takes it: `git+https://` is a spelling that git itself does not know.
pub fn for_git(text: &str) -> &str {
    if text.starts_with("git+https://") { text.trim_start_matches("git+") } else { text }
}

/// Host, port, and the first part of the path where it follows the host after a colon.
fn split_authority(authority: &str) -> (&str, Option<u16>, Option<&str>) {
    let place = authority.rsplit_once('@').map_or(authority, |(_, place)| place);
    let (host, after) = match place.find(']') {
        Some(end) => (&place[..=end], place[end + 1..].strip_prefix(':')),
        None => place.split_once(':').map_or((place, None), |(host, after)| (host, Some(after))),
    };
    match after {
        None | Some("") => (host, None, None),
        Some(after) => match after.parse() {
            Ok(port) => (host, Some(port), None),
            Err(_) => (host, None, Some(after)),
        },
    }
}

fn strip_query(path: &str) -> &str {
    path.split(['?', '#']).next().unwrap_or_default()
}

/// The last part of a path without `.git`, and what stands before it.
fn last_part(path: &str) -> Option<(&str, &str)> {
    let path = path.trim_end_matches('/');
    let path = path.strip_suffix(".git").unwrap_or(path).trim_end_matches('/');
    let (before, last) = path.rsplit_once('/').unwrap_or(("", path));
    (!matches!(last, "" | "." | "..")).then_some((last, before))
}

fn is_domain(text: &str) -> bool {
    let labels: Vec<&str> = text.split('.').collect();
    labels.len() > 1 && labels.iter().all(|l| !l.is_empty() && l.chars().all(|c| c.is_ascii_alphanumeric() || c == '-'))
}

#[cfg(test)]
mod tests;
