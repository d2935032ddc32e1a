//! `~/.config/copr`: which Copr server to ask, and as whom. Copr's page `/api/` writes it.

use std::path::{Path, PathBuf};

use jiff::civil::Date;

use super::ini::{Ini, Section};
use crate::context::Context;
use crate::error::{Error, Finding, Kind, Result};
use crate::secret::Token;

/// The section of the file.
const SECTION: &str = "copr-cli";

/// The server that Copr's own client asks where there is no file.
const FEDORA: &str = "https://copr.fedorainfracloud.org";

/// What the page writes before the last day of the token.
const EXPIRES: &str = "expiration date:";

/// How many days before its last day a token is warned of.
const SOON: i64 = 14;

/// What the file says.
#[derive(Debug, Clone)]
pub struct CoprFile {
    /// The file, as the user would name it.
    pub shown: PathBuf,
    /// Whether there is one.
    pub exists: bool,
    /// `copr_url`, without a slash at its end.
    pub url: String,
    /// `username`: the owner of projects when no other is named.
    pub username: Option<String>,
    /// `login` and `token`.
    pub token: Option<(Token, Token)>,
    /// `gssapi`: whether to log in with Kerberos; a token counts more.
    pub kerberos: bool,
    /// The last day of the token.
    pub expires: Option<Date>,
}

impl CoprFile {
    /// Reads `named`, else `copr` in the folder of the user's configuration. Without a file there is Fedora's server, and nobody
    /// is logged in.
    ///
    /// # Errors
    /// Of kind [`Kind::Config`] when a named file is missing, when the file cannot be read or lacks what it must have, when
    /// a token is over, and when the token would go to the server without encryption though nobody said so.
    pub fn read(context: &Context, named: Option<&Path>) -> Result<Self> {
        let file = Self::look(context, named)?;
        file.check_expiry(context)?;
        Ok(file)
    }

    /// The same without a look at how long the token is good.
    ///
    /// # Errors
    /// As [`CoprFile::read`], but for a token that is over.
    pub fn look(context: &Context, named: Option<&Path>) -> Result<Self> {
        let home = context.config_home().map(|folder| folder.join("copr"));
        let Some(file) = named.map(|path| context.absolute(path)).or(home) else {
            return Ok(Self::absent(PathBuf::from("~/.config/copr")));
        };
        let shown = shown(context, &file);
        match Ini::read(&file, &shown)? {
            Some(ini) => Self::of(ini, &file, shown),
            None if named.is_some() => {
                let error = Error::new(Kind::Config, format!("there is no file `{}`", shown.display()));
                Err(error.hint(how_to_get(FEDORA, &shown)))
            }
            None => Ok(Self::absent(shown)),
        }
    }

    fn absent(shown: PathBuf) -> Self {
        let url = FEDORA.to_owned();
        Self { shown, exists: false, url, username: None, token: None, kerberos: false, expires: None }
    }

    fn of(ini: Ini, file: &Path, shown: PathBuf) -> Result<Self> {
        let Some(section) = ini.section(SECTION) else {
            let error = Error::new(Kind::Config, format!("`{}` has no section [{SECTION}]", shown.display()));
            return Err(error.hint(how_to_get(FEDORA, &shown)));
        };
        let Some(url) = section.filled("copr_url") else {
            let error = Error::new(Kind::Config, format!("`{}` has no copr_url", shown.display()));
            return Err(error.hint(format!("write under [{SECTION}]: copr_url = {FEDORA}")));
        };
        let url = url.trim_end_matches('/').to_owned();
        check_url(section, &url)?;
        let kerberos = section.flag("gssapi")?.unwrap_or(false);
        let token = token(section, &shown, &url, kerberos)?;
        let text = String::from_utf8_lossy(&fs_err::read(file).unwrap_or_default()).into_owned();
        let copr = Self {
            exists: true,
            username: section.filled("username").map(str::to_owned),
            token,
            kerberos,
            expires: text.lines().find_map(expiry),
            shown,
            url,
        };
        Ok(copr)
    }

    /// The last day of the token, and how many days are left up to it: less than none when it is over.
    pub fn days_left(&self, context: &Context) -> Option<(Date, i64)> {
        let (Some(last), Some(_)) = (self.expires, &self.token) else { return None };
        let today = context.clock().to_zoned(jiff::tz::TimeZone::UTC).date();
        Some((last, last.since(today).map_or(0, |span| i64::from(span.get_days()))))
    }

    /// Tells when the token will be over soon.
    fn check_expiry(&self, context: &Context) -> Result<()> {
        let Some((last, left)) = self.days_left(context) else { return Ok(()) };
        let hint = format!("get a new one at {}/api/ and put it into {}", self.url, self.shown.display());
        if left < 0 {
            let message = format!("the token in `{}` was good until {last}", self.shown.display());
            return Err(Error::new(Kind::Config, message).hint(hint));
        }
        if left <= SOON {
            let message = format!("the token in `{}` is good until {last}", self.shown.display());
            context.found(Finding::warning(message).hint(hint));
        }
        Ok(())
    }

    /// How to get what the file must have.
    pub fn how_to_get(&self) -> String {
        how_to_get(&self.url, &self.shown)
    }
}

fn how_to_get(url: &str, shown: &Path) -> String {
    format!("open {url}/api/ and put what it shows into {}", shown.display())
}

/// A path as the user would write it.
fn shown(context: &Context, file: &Path) -> PathBuf {
    let below = context.home().and_then(|home| Some(Path::new("~").join(file.strip_prefix(home).ok()?)));
    below.unwrap_or_else(|| file.strip_prefix(context.cwd()).unwrap_or(file).to_owned())
}

fn at(section: Section<'_>, key: &str, error: Error) -> Error {
    section.place_of(key).into_iter().fold(error, Error::at)
}

fn check_url(section: Section<'_>, url: &str) -> Result<()> {
    let lower = url.to_ascii_lowercase();
    if lower.starts_with("http://") && section.flag("encrypted")?.unwrap_or(true) {
        let message = "copr_url is not encrypted: the token could be read on its way";
        let error = Error::new(Kind::Config, message).hint("write https://");
        return Err(at(section, "copr_url", error.hint("for a server of this machine: encrypted = False")));
    }
    if !lower.starts_with("http://") && !lower.starts_with("https://") {
        let error = Error::new(Kind::Config, "copr_url is not the address of a server");
        return Err(at(section, "copr_url", error.hint(format!("write copr_url = {FEDORA}"))));
    }
    Ok(())
}

fn token(section: Section<'_>, shown: &Path, url: &str, kerberos: bool) -> Result<Option<(Token, Token)>> {
    match (section.filled("login"), section.filled("token")) {
        (Some(login), Some(_)) if login.contains(':') => {
            let error = Error::new(Kind::Config, "a login of Copr has no colon");
            Err(at(section, "login", error.hint(how_to_get(url, shown))))
        }
        (Some(login), Some(token)) => Ok(Some((Token::new(login), Token::new(token)))),
        (None, None) => Ok(None),
        _ if kerberos => Ok(None),
        (given, _) => {
            let missing = if given.is_some() { "token" } else { "login" };
            let error = Error::new(Kind::Config, format!("`{}` has no {missing}", shown.display()));
            Err(error.hint(how_to_get(url, shown)))
        }
    }
}

/// The last day in a comment: `# expiration date: 2027-05-20`.
fn expiry(line: &str) -> Option<Date> {
    let comment = line.trim().strip_prefix(['#', ';'])?.trim();
    comment.strip_prefix(EXPIRES)?.trim().parse().ok()
}

#[cfg(test)]
mod tests;
