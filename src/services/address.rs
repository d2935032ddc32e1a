//! The address of a file on a server. It may hold credentials: however it is printed, they do not show.

use std::fmt;

use reqwest::Url;

use crate::error::{Error, Kind, Result};
use crate::secret::redacted;

/// An `http` or `https` URL. `Display` and `Debug` show it without its credentials.
#[derive(Clone, PartialEq, Eq)]
pub struct Address(Url);

impl Address {
    /// Reads a URL.
    ///
    /// # Errors
    /// Of kind [`Kind::Project`] when it is no URL, or not one with `http` or `https`.
    pub fn parse(text: &str) -> Result<Self> {
        let text = text.trim();
        match Url::parse(text) {
            Ok(url) if is_web(&url) => Ok(Self(url)),
            Ok(url) => {
                let message =
                    format!("`{}` cannot be fetched: packit does not speak `{}`", redacted(text), url.scheme());
                Err(Error::new(Kind::Project, message).hint("use a URL that begins with https:// or http://"))
            }
            Err(error) => Err(Error::new(Kind::Project, format!("`{}` is not a URL", redacted(text)))
                .cause(error)
                .hint("a URL that can be fetched begins with https:// or http://")),
        }
    }

    /// The host, with the port where it is not the usual one: for messages.
    pub fn host(&self) -> String {
        let host = self.0.host_str().unwrap_or_default();
        self.0.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
    }

    /// The name of the host alone, or its IP address without brackets.
    pub(super) fn host_name(&self) -> &str {
        let host = self.0.host_str().unwrap_or_default();
        host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host)
    }

    /// An address below this one: `segments` of a path, each of which may hold any character, and pairs of a query.
    ///
    /// # Errors
    /// Of kind [`Kind::Service`] when a segment leads out: `..`, or nothing between two slashes; an empty last one is a final slash.
    pub fn below(&self, segments: &[&str], query: &[(&str, &str)]) -> Result<Self> {
        let mut url = self.0.clone();
        url.set_query(None);
        url.set_fragment(None);
        let last = segments.len().saturating_sub(1);
        let leads_out = |(at, segment): (usize, &&str)| {
            matches!(*segment, "." | "..")
                || (segment.is_empty() && at != last)
                || segment.chars().any(char::is_control)
        };
        if segments.iter().enumerate().any(leads_out) {
            let message = format!("`{}` is no part of an address", segments.join("/").escape_debug());
            return Err(Error::new(Kind::Service, message).cause(format!("it was to be asked for at {}", self.host())));
        }
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend(segments);
        }
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        Ok(Self(url))
    }

    /// Where a redirection to `location` leads from here. Credentials stay with the host that they were given for.
    ///
    /// # Errors
    /// Of kind [`Kind::Service`] when it leads nowhere, away from the web, or from `https` to `http`.
    pub fn redirected(&self, location: &str) -> Result<Self> {
        let refuse = |why: String| Error::new(Kind::Service, format!("{} leads astray", self.host())).cause(why);
        let mut next =
            self.0.join(location).map_err(|error| refuse(format!("`{}` is not a URL: {error}", redacted(location))))?;
        let shown = redacted(next.as_str()).into_owned();
        if !is_web(&next) {
            return Err(refuse(format!("`{self}` leads to `{shown}`, which is not on the web")));
        }
        if self.0.scheme() == "https" && next.scheme() == "http" {
            return Err(refuse(format!("`{self}` leads to `{shown}`, which is not encrypted"))
                .hint("if the file may come without encryption, give that address instead"));
        }
        if next.username().is_empty() && next.password().is_none() && same_server(&self.0, &next) {
            // Neither fails for a URL with a host.
            let _ = next.set_username(self.0.username());
            let _ = next.set_password(self.0.password());
        }
        Ok(Self(next))
    }

    /// Whether a token may be sent there: it is encrypted, or stays on this machine.
    pub(super) fn is_safe(&self) -> bool {
        self.0.scheme() == "https" || matches!(self.host_name(), "127.0.0.1" | "localhost" | "::1")
    }

    /// Whether what is given to the server of this address may be given to that of the other one.
    pub(super) fn has_server_of(&self, other: &Self) -> bool {
        same_server(&self.0, &other.0)
    }

    /// Whether the other address is on a host of another name.
    pub fn is_elsewhere(&self, other: &Self) -> bool {
        self.0.host_str() != other.0.host_str()
    }

    /// The URL with its credentials: to be sent or hashed, never to be shown.
    pub(super) fn secret(&self) -> &Url {
        &self.0
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&redacted(self.0.as_str()))
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Address({self})")
    }
}

/// Whether `next` is on the same server: the same port, or https instead of http on the usual ones.
fn same_server(first: &Url, next: &Url) -> bool {
    let ports = (first.port_or_known_default(), next.port_or_known_default());
    let same = first.scheme() == next.scheme() && ports.0 == ports.1;
    first.host_str() == next.host_str() && (same || ports == (Some(80), Some(443)))
}

fn is_web(url: &Url) -> bool {
    matches!(url.scheme(), "http" | "https") && url.has_host()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_web() {
        for good in ["https://h/a", "http://127.0.0.1:80/", " HTTPS://h/a%20b#/name.tar.gz ", "https://u:p@h/"] {
            assert!(Address::parse(good).is_ok(), "{good}");
        }
        for (bad, words) in [
            ("ftp://u:canary@h/a", "`ftp://***@h/a` cannot be fetched: packit does not speak `ftp`"),
            ("file:///etc/passwd", "does not speak `file`"),
            ("hello.tar.gz", "`hello.tar.gz` is not a URL"),
            ("https://", "is not a URL"),
            ("https://u:can/ary@h/a", "`https://***@h/a` is not a URL"),
        ] {
            let error = Address::parse(bad).unwrap_err();
            assert!(error.message().contains(words), "{bad}: {error}");
            assert!(error.hints().iter().any(|hint| hint.contains("https://")), "{bad}");
        }
    }

    #[test]
    fn credentials_stay_at_home_and_out_of_sight() {
        let start = Address::parse("https://me:canary@h/a/b?token=canary").unwrap();
        assert_eq!(format!("{start} {start:?}").matches("canary").count(), 0);
        for (location, whole) in [
            ("c", "https://me:canary@h/a/c"),
            ("/c", "https://me:canary@h/c"),
            ("https://h/c", "https://me:canary@h/c"),
            ("https://h:443/c", "https://me:canary@h/c"),
            ("https://h:8443/c", "https://h:8443/c"),
            ("https://other/c", "https://other/c"),
            ("//other/c", "https://other/c"),
            ("https://you@h/c", "https://you@h/c"),
        ] {
            assert_eq!(start.redirected(location).unwrap().secret().as_str(), whole, "{location}");
        }
        let plain = Address::parse("http://me:canary@h/a").unwrap();
        assert_eq!(plain.redirected("https://h/a").unwrap().secret().as_str(), "https://me:canary@h/a");
        assert_eq!(plain.redirected("https://h:8443/a").unwrap().secret().as_str(), "https://h:8443/a");
    }

    #[test]
    fn what_is_below_an_address() {
        let base = |text| Address::parse(text).unwrap();
        for (text, segments, query, whole) in [
            ("http://h:81", &["api_3", "a"][..], &[][..], "http://h:81/api_3/a"),
            ("http://h/copr/?x=1", &["@group", "a/b c"], &[("q", "a&b")], "http://h/copr/@group/a%2Fb%20c?q=a%26b"),
            ("http://h/", &["a", ""], &[], "http://h/a/"),
        ] {
            assert_eq!(base(text).below(segments, query).unwrap().to_string(), whole);
        }
        for segments in [&["..", "a"][..], &["a", "", "b"], &["."], &["a\nb"]] {
            assert!(base("http://h/a").below(segments, &[]).is_err(), "{segments:?}");
        }
    }

    #[test]
    fn where_no_redirection_is_followed() {
        let start = Address::parse("https://me:canary@h/a").unwrap();
        for (location, words) in [
            ("http://h/a?sig=canary", "`https://***@h/a` leads to `http://h/a?sig=***`, which is not encrypted"),
            ("file:///etc/passwd", "not on the web"),
            ("ftp://h/a", "not on the web"),
            ("https://u:canary@:x/", "is not a URL"),
        ] {
            let error = start.redirected(location).unwrap_err();
            assert_eq!(error.kind(), Kind::Service);
            assert!(error.causes().concat().contains(words), "{location}: {error:?}");
            assert!(!format!("{error:?}").contains("canary"), "{error:?}");
        }
    }
}
