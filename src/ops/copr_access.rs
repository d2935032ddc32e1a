//! Which Copr server is asked, and as whom.

use std::path::PathBuf;

use crate::config::CoprFile;
use crate::context::Context;
use crate::error::{Error, Kind, Result};
use crate::services::copr::{Access, Copr};
use crate::services::{Address, Client};

/// Which server.
#[derive(Debug, Clone, Default)]
pub struct CoprRequest {
    /// The file to read instead of `~/.config/copr`.
    pub file: Option<PathBuf>,
}

/// The file, and the server that it names.
///
/// # Errors
/// Of kind [`Kind::Config`] when the file is not as it must be.
pub fn open<'c>(context: &Context, client: &'c Client, request: &CoprRequest) -> Result<(CoprFile, Copr<'c>)> {
    let file = CoprFile::read(context, request.file.as_deref())?;
    let access = match &file.token {
        Some((login, token)) => Access::Token { login: login.clone(), token: token.clone() },
        None => Access::Nobody,
    };
    let frontend = Address::parse(&file.url)?;
    let copr = Copr::new(client, frontend, access, file.shown.display().to_string());
    Ok((file, copr))
}

/// The same for work that needs to be somebody.
///
/// # Errors
/// As [`open`]; when nothing says who.
pub fn log_in<'c>(context: &Context, client: &'c Client, request: &CoprRequest) -> Result<(CoprFile, Copr<'c>)> {
    let (file, copr) = open(context, client, request)?;
    if file.token.is_some() || file.kerberos {
        return Ok((file, copr));
    }
    let error = match file.exists {
        true => Error::new(Kind::Config, format!("`{}` has neither login and token nor gssapi", file.shown.display())),
        false => Error::new(
            Kind::Config,
            format!("there is no file `{}` that says who you are in Copr", file.shown.display()),
        ),
    };
    Err(error.hint(file.how_to_get()))
}

/// The name in an RPM's file name: all before the version.
pub fn name_of(srpm: &std::path::Path) -> String {
    let name = srpm.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let mut parts: Vec<&str> = name.split('-').collect();
    if parts.len() > 2 {
        parts.truncate(parts.len() - 2);
    }
    parts.join("-")
}
