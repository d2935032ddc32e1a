//! Which Copr server is asked, and as whom.

use std::path::PathBuf;

use crate::config::CoprFile;
use crate::context::Context;
use crate::error::{Error, Kind, Result};
use crate::services::copr::{Access, Copr};
use crate::services::negotiate::Negotiate;
use crate::services::{Address, Client};

/// Which server.
#[derive(Debug, Clone, Default)]
pub struct CoprRequest {
    /// The file to read instead of `~/.config/copr`.
    pub file: Option<PathBuf>,
}

impl CoprRequest {
    /// What a command needs to be asked of the same server: nothing, or the option and a blank.
    pub fn option(&self) -> String {
        self.file.as_ref().map(|file| format!("--copr-config {} ", file.display())).unwrap_or_default()
    }
}

/// The file, and the server that it names, for work that only reads.
///
/// # Errors
/// Of kind [`Kind::Config`] when the file is not as it must be.
pub fn open<'c>(context: &Context, client: &'c Client, request: &CoprRequest) -> Result<(CoprFile, Copr<'c>)> {
    let file = CoprFile::read(context, request.file.as_deref())?;
    let copr = copr(client, &file, Access::Nobody)?;
    Ok((file, copr))
}

/// The same for work that needs to be somebody.
///
/// # Errors
/// As [`open`]; when nothing says who; [`Kind::Environment`] when that is a ticket of Kerberos which is not there.
pub fn log_in<'c>(context: &Context, client: &'c Client, request: &CoprRequest) -> Result<(CoprFile, Copr<'c>)> {
    let file = CoprFile::read(context, request.file.as_deref())?;
    let access = match &file.token {
        Some((login, token)) => Access::Token { login: login.clone(), token: token.clone() },
        None if file.kerberos => {
            let negotiate = Negotiate::new(None)?;
            // Without a ticket nothing else needs to be tried.
            negotiate.ticket(context)?;
            Access::Kerberos(negotiate)
        }
        None => return Err(nobody(&file)),
    };
    let copr = copr(client, &file, access)?;
    Ok((file, copr))
}

fn copr<'c>(client: &'c Client, file: &CoprFile, access: Access) -> Result<Copr<'c>> {
    Ok(Copr::new(client, Address::parse(&file.url)?, access, file.shown.display().to_string()))
}

fn nobody(file: &CoprFile) -> Error {
    let shown = file.shown.display();
    let message = match file.exists {
        true => format!("`{shown}` has neither login and token nor gssapi"),
        false => format!("there is no file `{shown}` that says who you are in Copr"),
    };
    Error::new(Kind::Config, message).hint(file.how_to_get())
}
