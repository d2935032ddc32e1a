//! Names of branches and addresses of repositories that come from outside (options, configuration, servers, the remotes of a clone),
//! checked once: what is of these types, git takes for nothing else.

use std::borrow::Cow;
use std::fmt;

use serde::{Serialize, Serializer};

use super::url::{self, is_clone_url};
use crate::error::{Error, Kind, Result};
use crate::secret::redacted;

/// The name of a branch, as git allows it: never an option, a refspec or a revision.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BranchName(String);

impl BranchName {
    /// Takes `text` for the short name of a branch, such as `rawhide` or `stream-mysql-8.0-rhel-9.2.0`.
    ///
    /// # Errors
    /// Of kind [`Kind::Config`] when git allows no such name, or would take it for something else.
    pub fn new(text: &str) -> Result<Self> {
        match wrong(text) {
            None => Ok(Self(text.to_owned())),
            Some(why) => Err(Error::new(Kind::Config, format!("`{}` is no name of a branch", text.escape_debug()))
                .cause(format!("it {why}"))
                .hint("write the short name, such as `rawhide` or `epel9`")),
        }
    }

    /// The short name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The branch in which the work for this one is done: `NAME-update`.
    #[must_use]
    pub fn update(&self) -> Self {
        Self(format!("{}-update", self.0))
    }

    /// The full name of the branch.
    pub fn full(&self) -> String {
        format!("refs/heads/{}", self.0)
    }

    /// The full name under which a clone keeps the branch of the remote `remote`.
    pub fn of_remote(&self, remote: &str) -> String {
        format!("refs/remotes/{remote}/{}", self.0)
    }
}

impl fmt::Display for BranchName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Serialize for BranchName {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

/// Why `text` cannot be the short name of a branch: the rules of `git check-ref-format --branch`, and no `HEAD`.
fn wrong(text: &str) -> Option<&'static str> {
    if text.is_empty() {
        return Some("is empty");
    }
    if text.starts_with('-') {
        return Some("begins like an option");
    }
    if text.contains(|c: char| c.is_control() || " ~^:?*[\\".contains(c)) {
        return Some("has a character that git does not allow there");
    }
    let parts_fit = text.split('/').all(|part| !part.is_empty() && !part.starts_with('.') && !part.ends_with(".lock"));
    if !parts_fit || text.contains("..") || text.contains("@{") || text.ends_with('.') || text == "@" {
        return Some("is not put together as git wants it");
    }
    (text == "HEAD" || text.starts_with("refs/")).then_some("is not a short name")
}

/// The address of a repository that can be fetched from and pushed to: a URL with a protocol that transports, `user@host:path`, or
/// an absolute path. Shown without credentials.
#[derive(Clone, PartialEq, Eq)]
pub struct Address(String);

impl Address {
    /// Takes `text` for an address.
    ///
    /// # Errors
    /// Of kind [`Kind::Config`] for what would run a program (`ext::…`), an option, a relative path, and white space.
    pub fn new(text: &str) -> Result<Self> {
        let refused = |why: &str| {
            let shown = redacted(text);
            Err(Error::new(Kind::Config, format!("`{}` is no address of a git repository", shown.escape_debug()))
                .cause(why)
                .hint("https://, ssh://, git@HOST:PATH and absolute paths can be used"))
        };
        if text.contains(char::is_control) {
            return refused("it has a line break or another control character");
        }
        if text.starts_with('/') {
            return Ok(Self(text.to_owned()));
        }
        if !is_clone_url(text) {
            return refused("git would take it for something else than a repository");
        }
        Ok(Self(url::for_git(text).to_owned()))
    }

    /// The address as git gets it: it may hold credentials.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// The address without credentials, for messages.
    pub fn shown(&self) -> Cow<'_, str> {
        redacted(&self.0)
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown())
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown())
    }
}

impl Serialize for Address {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn branches() {
        for good in
            ["rawhide", "f41", "c10s", "epel9-next", "private/me/x", "1.0.x", "é", "stream-mysql-8.0-rhel-9.2.0", "+a"]
        {
            assert_eq!(BranchName::new(good).unwrap().as_str(), good);
        }
        for bad in [
            "",
            "-x",
            "--upload-pack=touch x",
            "a b",
            "a\nb",
            "a:b",
            "a..b",
            "a/",
            "/a",
            "a//b",
            ".a",
            "a/.b",
            "a.lock",
            "a.lock/b",
            "a.",
            "@",
            "a@{1}",
            "HEAD",
            "refs/heads/a",
            "a^",
            "a~1",
            "a?",
            "a*",
            "[a",
            "a\\b",
            "a\0",
            "a\u{7f}",
        ] {
            assert_eq!(BranchName::new(bad).unwrap_err().kind(), Kind::Config, "{bad}");
        }
        let branch = BranchName::new("f41").unwrap();
        assert_eq!(branch.update().of_remote("fork"), "refs/remotes/fork/f41-update");
    }

    #[test]
    fn addresses() {
        for good in [
            "https://src.fedoraproject.org/rpms/hello.git",
            "http://127.0.0.1:5801/rpms/hello.git",
            "ssh://ann@pkgs.fedoraproject.org/forks/ann/rpms/hello.git",
            "git@gitlab.com:ann/hello.git",
            "file:///srv/git/hello.git",
            "/srv/git/a:b.git",
        ] {
            assert_eq!(Address::new(good).unwrap().reveal(), good);
        }
        assert_eq!(Address::new("git+https://h/x").unwrap().reveal(), "https://h/x");
        for bad in [
            "",
            "-x",
            "--upload-pack=touch x",
            "ext::sh -c touch% x",
            "ext::sh",
            "fd::3",
            "../x",
            "x",
            "https://",
            "ssh://-oProxyCommand=x/y",
            "-oProxyCommand=x:y",
            "https://h/x\n",
            "https://h/a b",
            "transport::https://h/x",
            "foo://h/x",
            "git@-h:x",
            "h:-x",
        ] {
            let error = Address::new(bad).unwrap_err();
            assert_eq!(error.kind(), Kind::Config, "{bad}");
        }
    }

    #[test]
    fn addresses_hide_credentials() {
        let address = Address::new("https://me:canary@example.com/x.git").unwrap();
        let shown = format!("{address} {address:?} {}", serde_json::to_string(&address).unwrap());
        assert!(!shown.contains("canary"), "{shown}");
        assert!(!Address::new("https://me:canary@example.com/x .git").unwrap_err().message().contains("canary"));
    }
}
