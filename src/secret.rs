//! Secrets that cannot be shown, and text for messages and logs without the secrets that are in it.

use std::borrow::Cow;
use std::fmt;

/// A token or a password. However it is printed, it does not show.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    /// Keeps a secret.
    pub fn new(secret: impl Into<String>) -> Self {
        Self(secret.into())
    }

    /// What `Authorization` holds for a user and a password.
    pub fn basic(user: &Token, password: &Token) -> Self {
        use base64::Engine as _;
        let pair = format!("{}:{}", user.0, password.0);
        Self(format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(pair)))
    }

    /// The secret itself: to be sent, never to be shown.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// Parts of the names of query parameters whose values are never shown.
const SECRET_NAMES: [&str; 8] = ["token", "key", "secret", "pass", "auth", "sig", "cred", "jwt"];

/// Schemes of URLs that stand close to each other in a line.
const COMMON_SCHEMES: [&str; 4] = ["http", "https", "ssh", "ftp"];

/// `text` without its secrets, for messages: user and password (over ssh only the password), and the values of
/// query parameters that look like tokens.
pub fn redacted(text: &str) -> Cow<'_, str> {
    let (prefix, rest, ssh) = match split_scheme(text) {
        Some((scheme, rest)) => (&text[..scheme.len() + 3], rest, scheme.ends_with("ssh")),
        None if split_scp(text).is_some() => ("", text, true),
        None => return Cow::Borrowed(text),
    };
    let (place, query) = match rest.find(['?', '#']) {
        Some(at) => rest.split_at(at),
        None => (rest, ""),
    };
    // An unescaped slash in a password moves the end of the authority into it.
    let authority = place.split('/').next().unwrap_or_default();
    let broken =
        !authority.contains('@') && authority.split_once(':').is_some_and(|(_, port)| port.parse::<u16>().is_err());
    let end = if broken { place.rfind('@') } else { authority.rfind('@') };
    let (user, host) = match end {
        Some(at) => (Some(&place[..at]), &place[at + 1..]),
        None => (None, place),
    };
    let user = match user {
        Some(name) if ssh && !name.contains(':') => format!("{name}@"),
        Some(_) => "***@".to_owned(),
        None => String::new(),
    };
    Cow::Owned(format!("{prefix}{user}{host}{}", redacted_query(query)))
}

/// A line of text, such as a program or a library writes, with each URL in it as [`redacted`] shows it.
pub fn redacted_line(line: &str) -> String {
    // Only blanks end a URL here: brackets and quotes, which often stand around one, can be in a password.
    line.split_inclusive(char::is_whitespace).map(redacted_word).collect()
}

fn redacted_word(word: &str) -> String {
    let is_scheme = |c: char| c.is_ascii_alphanumeric() || "+.-".contains(c);
    let before = |at| word.get(..at).unwrap_or_default();
    let schemes = word.match_indices("://").map(|(at, _)| (before(at).trim_end_matches(is_scheme).len(), at));
    // Behind the first, `://` is the beginning of a URL only with a scheme that is common: it can be in a password too.
    let begins = |(count, (start, end)): &(usize, (usize, usize))| {
        *count == 0 || word.get(*start..*end).is_some_and(|scheme| COMMON_SCHEMES.contains(&scheme))
    };
    let starts: Vec<usize> = schemes.enumerate().filter(begins).map(|(_, (start, _))| start).collect();
    let mut end = word.trim_end().len();
    let mut shown = word.get(end..).unwrap_or_default().to_owned();
    for start in starts.into_iter().rev() {
        shown.insert_str(0, &redacted(word.get(start..end).unwrap_or_default()));
        end = start;
    }
    before(end).to_owned() + &shown
}

fn redacted_query(query: &str) -> String {
    let mut shown = String::with_capacity(query.len());
    for part in query.split_inclusive(['?', '#', '&', ';']) {
        let (body, end) = match part.char_indices().last() {
            Some((at, '?' | '#' | '&' | ';')) => part.split_at(at),
            _ => (part, ""),
        };
        match body.split_once('=') {
            Some((name, _)) if SECRET_NAMES.iter().any(|secret| name.to_ascii_lowercase().contains(secret)) => {
                shown.push_str(name);
                shown.push_str("=***");
            }
            _ => shown.push_str(body),
        }
        shown.push_str(end);
    }
    shown
}

/// Scheme and rest of a URL; `None` where `text` does not begin with a scheme and `://`.
pub(crate) fn split_scheme(text: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = text.split_once("://")?;
    let known = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+.-".contains(c));
    known.then_some((scheme, rest))
}

/// Host and path of `[user@]host:path`: as git has it, the colon comes before the first slash.
pub(crate) fn split_scp(text: &str) -> Option<(&str, &str)> {
    let start = text.split('/').next()?;
    // The name of a user can be an e-mail address, a password can hold a colon: the last `@` ends both.
    let user = start.rfind('@').map_or(0, |at| at + 1);
    let rest = text.get(user..)?;
    if rest.starts_with('[') {
        let end = rest.find("]:")?;
        return Some((rest.get(..=end)?, rest.get(end + 2..)?));
    }
    let (host, path) = rest.split_once(':')?;
    (!host.is_empty() && !host.contains('/')).then_some((host, path))
}

#[cfg(test)]
mod tests;
