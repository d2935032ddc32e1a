//! Names and addresses that come from a server or a configuration and are given to git or put into addresses: only what can do no
//! harm there becomes one of these.

use std::fmt;

use crate::error::{Error, Kind, Result};
use crate::secret::{split_scheme, split_scp};

/// The name of a branch as git allows it, and none that git could take for an option.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BranchName(String);

impl BranchName {
    /// Checks a name.
    ///
    /// # Errors
    /// Of kind [`Kind::Service`] when git allows no such name.
    pub fn new(text: &str) -> Result<Self> {
        if is_branch(text) {
            return Ok(Self(text.to_owned()));
        }
        Err(Error::new(Kind::Service, format!("`{}` is no name of a branch", text.escape_debug()))
            .hint("packit gives git no other names than those that `git check-ref-format --branch` accepts"))
    }

    /// The name, without `refs/heads/`.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for BranchName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn is_branch(text: &str) -> bool {
    let part = |part: &str| !part.is_empty() && !part.starts_with('.') && !part.ends_with(".lock");
    !text.starts_with('-')
        && !text.ends_with('.')
        && text != "@"
        && text != "HEAD"
        && !text.contains("..")
        && !text.contains("@{")
        && !text.contains(|c: char| c.is_control() || c.is_whitespace() || "~^:?*[\\".contains(c))
        && text.split('/').all(part)
}

/// The place of a project on a forge.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ProjectPath {
    namespace: Option<String>,
    name: String,
    fork_owner: Option<String>,
}

impl ProjectPath {
    /// The project `name` in `namespace` (`rpms`, `redhat/centos-stream/rpms`; a Pagure has projects without one); on Pagure the
    /// fork of it that belongs to `fork_owner`.
    ///
    /// # Errors
    /// Of kind [`Kind::Project`] when a part is empty, `.` or `..`, begins with a dash, or has blanks or control characters.
    pub fn new(namespace: Option<&str>, name: &str, fork_owner: Option<&str>) -> Result<Self> {
        let parts = namespace.into_iter().flat_map(|namespace| namespace.split('/'));
        for part in parts.chain([name]).chain(fork_owner) {
            if !is_path_part(part) {
                return Err(Error::new(Kind::Project, format!("`{}` is no name on a forge", part.escape_debug()))
                    .hint("the address of a project is https://HOST/NAMESPACE/NAME"));
            }
        }
        Ok(Self {
            namespace: namespace.map(str::to_owned),
            name: name.to_owned(),
            fork_owner: fork_owner.map(str::to_owned),
        })
    }

    /// The path that a server gives: `rpms/hello`; of Pagure's forks `forks/USER/rpms/hello` or `fork/USER/rpms/hello`.
    pub(super) fn of_full_name(text: &str, has_forks_below: bool) -> Option<Self> {
        let mut rest = text;
        let mut fork_owner = None;
        if let Some((user, behind)) = text
            .strip_prefix("forks/")
            .or_else(|| text.strip_prefix("fork/"))
            .filter(|_| has_forks_below)
            .and_then(|text| text.split_once('/'))
        {
            (fork_owner, rest) = (Some(user), behind);
        }
        let (namespace, name) = match rest.rsplit_once('/') {
            Some((namespace, name)) => (Some(namespace), name),
            None => (None, rest),
        };
        Self::new(namespace, name, fork_owner).ok()
    }

    /// The path that a server gives, for a forge on which forks are projects as all others.
    ///
    /// # Errors
    /// Of kind [`Kind::Service`] when it is none.
    pub(super) fn given(text: &str) -> Result<Self> {
        Self::of_full_name(text, false).ok_or_else(|| strange(text))
    }

    /// All before the name.
    pub fn namespace(&self) -> Option<&str> {
        self.namespace.as_deref()
    }

    /// The name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whose fork it is, on Pagure.
    pub fn fork_owner(&self) -> Option<&str> {
        self.fork_owner.as_deref()
    }

    /// The fork that `user` has of it, on Pagure.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub(super) fn fork_of(&self, user: &str) -> Result<Self> {
        Self::new(self.namespace(), &self.name, Some(user))
    }

    /// `NAMESPACE/NAME`.
    pub(super) fn plain(&self) -> String {
        self.namespace.iter().map(|namespace| format!("{namespace}/")).collect::<String>() + &self.name
    }

    /// Whether a forge means this project by `full_name`: names do not differ by case alone on any of them.
    pub(super) fn is_called(&self, full_name: &str) -> bool {
        self.plain().eq_ignore_ascii_case(full_name)
    }

    /// `NAMESPACE/NAME` for an address, where slashes stay.
    pub(super) fn in_address(&self) -> String {
        self.plain().split('/').map(encoded).collect::<Vec<_>>().join("/")
    }

    /// `NAMESPACE/NAME` as one part of an address.
    pub(super) fn as_one_part(&self) -> String {
        encoded(&self.plain())
    }
}

impl fmt::Display for ProjectPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.fork_owner {
            Some(owner) => write!(f, "fork/{owner}/{}", self.plain()),
            None => f.write_str(&self.plain()),
        }
    }
}

/// The name of a user that a server gives.
///
/// # Errors
/// Of kind [`Kind::Service`] when it is none.
pub(super) fn user(name: String) -> Result<String> {
    if is_path_part(&name) { Ok(name) } else { Err(strange(&name)) }
}

fn strange(text: &str) -> Error {
    let shown: String = text.escape_debug().take(200).collect();
    Error::new(Kind::Service, format!("`{shown}` is no name on a forge"))
        .cause("it came from the server")
        .hint("check the address: names are put into other addresses, and given to git")
}

fn is_path_part(part: &str) -> bool {
    !matches!(part, "" | "." | "..")
        && !part.starts_with('-')
        && !part.contains(|c: char| c.is_control() || c.is_whitespace() || "/\\?#%:@{}".contains(c))
}

/// A text as a part of an address: all but letters, digits and `-._~` is encoded.
pub(super) fn encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => encoded.push(char::from(byte)),
            _ => encoded += &format!("%{byte:02X}"),
        }
    }
    encoded
}

/// The address of a git repository that a forge has given: over https, ssh, or http where the forge itself is asked over http.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CloneUrl(String);

impl CloneUrl {
    /// Checks an address that the forge at `base` gave.
    ///
    /// # Errors
    /// Of kind [`Kind::Service`] when it is one of another kind (`ext::`, `file://`, a path), one that git could take for an
    /// option, or one with blanks, control characters, a password, or `..` in it.
    pub fn new(text: &str, base: &str) -> Result<Self> {
        if is_clone_url(text, base) {
            return Ok(Self(text.to_owned()));
        }
        let shown: String = crate::secret::redacted_line(&text.escape_debug().to_string()).chars().take(200).collect();
        Err(Error::new(Kind::Service, format!("`{shown}` is no address that packit gives to git"))
            .cause(format!("it came from {base}"))
            .hint("a repository on a forge is at https://HOST/PATH or ssh://USER@HOST/PATH"))
    }

    /// The same for one of several addresses; `None` where it is empty, or not encrypted though the forge is: servers behind a
    /// proxy may not know how they are asked.
    pub(super) fn offered(text: Option<&str>, base: &str) -> Result<Option<Self>> {
        let is_downgrade = |text: &str| text.starts_with("http://") && base.starts_with("https://");
        text.filter(|text| !text.is_empty() && !is_downgrade(text)).map(|text| Self::new(text, base)).transpose()
    }

    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for CloneUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn is_clone_url(text: &str, base: &str) -> bool {
    let strange = |c: char| c.is_control() || c.is_whitespace() || "{}\\\"'`$;|&<>?#".contains(c);
    if text.starts_with('-') || text.contains(strange) || text.contains("::") {
        return false;
    }
    let is_host = |host: &str| {
        !host.is_empty()
            && !host.starts_with(['-', '.'])
            && host.chars().all(|c| c.is_ascii_alphanumeric() || ".-_:[]".contains(c))
    };
    let is_path = |path: &str| !path.is_empty() && path.split('/').all(|part| part != ".." && !part.starts_with('-'));
    let is_user = |user: &str| !user.is_empty() && !user.starts_with('-') && !user.contains([':', '@', '/']);
    if let Some((scheme, rest)) = split_scheme(text) {
        let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
        let (user, host) = match authority.rsplit_once('@') {
            Some((user, host)) => (Some(user), host),
            None => (None, authority),
        };
        let allowed = match scheme {
            "https" => user.is_none(),
            "http" => user.is_none() && base.starts_with("http://"),
            "ssh" | "git+ssh" => user.is_none_or(is_user),
            _ => false,
        };
        return allowed && is_host(host) && is_path(path);
    }
    split_scp(text).is_some_and(|(host, path)| {
        let user = text.split_once('@').map(|(user, _)| user);
        user.is_some_and(is_user) && is_host(host) && !path.starts_with('/') && is_path(path)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn branches_that_git_allows() {
        for good in ["rawhide", "f41", "epel10.0", "user/topic", "a-b", "ä", "c9s", "releases/1.x"] {
            assert_eq!(BranchName::new(good).unwrap().as_str(), good);
        }
        for bad in [
            "",
            "-x",
            "--upload-pack=x",
            "a..b",
            "../x",
            "a\nb",
            "a b",
            "a/",
            "/a",
            "a//b",
            ".a",
            "a/.b",
            "a.lock",
            "@",
            "a@{1}",
            "a~1",
            "a:b",
            "a*",
            "a\\b",
            "HEAD",
            "a.",
            "\u{1b}[31m",
        ] {
            assert!(BranchName::new(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn places_of_projects() {
        let path = ProjectPath::new(Some("redhat/rpms"), "gtk+", None).unwrap();
        assert_eq!(path.in_address(), "redhat/rpms/gtk%2B");
        assert_eq!(path.as_one_part(), "redhat%2Frpms%2Fgtk%2B");
        assert_eq!(path.fork_of("me").unwrap().to_string(), "fork/me/redhat/rpms/gtk+");
        for bad in ["", "..", ".", "-x", "a b", "a/b", "a\n", "a?b", "%2e%2e", "a#", "{username}"] {
            assert!(ProjectPath::new(Some("rpms"), bad, None).is_err(), "{bad:?}");
            assert!(ProjectPath::new(Some("rpms"), "hello", Some(bad)).is_err(), "{bad:?}");
        }
        assert!(ProjectPath::new(Some("rpms/../x"), "hello", None).is_err());
        let fork = ProjectPath::of_full_name("forks/me/rpms/hello", true).unwrap();
        assert_eq!((fork.fork_owner(), fork.namespace(), fork.name()), (Some("me"), Some("rpms"), "hello"));
        assert_eq!(ProjectPath::of_full_name("fork/me/hello", false).unwrap().namespace(), Some("fork/me"));
    }

    #[test]
    fn addresses_for_git() {
        for good in [
            "https://h/rpms/a.git",
            "https://h:8443/rpms/a.git",
            "ssh://me@h/a.git",
            "ssh://git@h:2222/a/b.git",
            "git@gitlab.com:a/b.git",
        ] {
            assert_eq!(CloneUrl::new(good, "https://h").unwrap().as_str(), good);
        }
        assert_eq!(CloneUrl::offered(Some("http://h/a.git"), "https://h").unwrap(), None);
        assert!(CloneUrl::offered(Some("ext::x"), "https://h").is_err());
        assert!(CloneUrl::new("http://127.0.0.1:80/a.git", "http://127.0.0.1:80").is_ok());
        for bad in [
            "http://h/a.git",
            "ext::sh -c x",
            "ext::x",
            "file:///etc",
            "/etc/passwd",
            "../a",
            "--upload-pack=touch x",
            "-oProxyCommand=x",
            "ssh://-oProxyCommand=x/a",
            "ssh://{username}@h/a.git",
            "git@-x:a",
            "https://h/../a",
            "https://h/a\nb",
            "https://me:canary@h/a",
            "https://",
            "h:a",
            "git@h:-x",
            "git@h:../a",
            "git://h/a",
            "https://h/a?x=1",
            "ssh://me:canary@h/a",
        ] {
            let error = CloneUrl::new(bad, "https://h").unwrap_err();
            assert!(!format!("{error:?}").contains("canary"), "{error:?}");
        }
    }
}
