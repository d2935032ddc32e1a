//! Who signs a changelog entry.

use fs_err as fs;

use crate::context::Context;
use crate::error::{Error, Kind, Result};
use crate::git::repo::Repo;
use crate::tools::rpm_macros::{self, UserMacros};

/// The author of a changelog entry, `NAME <ADDRESS>`: `$RPM_PACKAGER`, else the macro `%packager`, else the name and address of
/// git's configuration, else the name of the user of the machine, as in the Python packit.
///
/// # Errors
/// Of kind [`Kind::Environment`] when none of them says a name.
pub async fn author(context: &Context, repo: &Repo, macros: &UserMacros) -> Result<String> {
    if let Some(packager) = context.variable("RPM_PACKAGER") {
        return Ok(packager);
    }
    if let Some(body) = macros.get("packager") {
        let packager =
            if body.contains('%') { rpm_macros::expand(context, "%packager").await? } else { body.to_owned() };
        if !packager.is_empty() {
            return Ok(packager);
        }
    }
    let identity = repo.identity()?;
    match (identity.name, identity.email) {
        (Some(name), Some(email)) => Ok(format!("{name} <{email}>")),
        (Some(name), None) => Ok(name),
        (None, _) => user_of_the_machine(context).ok_or_else(|| {
            Error::new(Kind::Environment, "nobody is there to sign the changelog entry")
                .hint("git config --global user.name 'YOUR NAME'; git config --global user.email ADDRESS")
                .hint("or set RPM_PACKAGER='YOUR NAME <ADDRESS>'")
        }),
    }
}

/// The full name of the user, else the login name.
fn user_of_the_machine(context: &Context) -> Option<String> {
    let id = rustix::process::getuid().as_raw().to_string();
    let users = fs::read("/etc/passwd").unwrap_or_default();
    let users = String::from_utf8_lossy(&users);
    let user =
        users.lines().map(|line| line.split(':').collect::<Vec<_>>()).find(|user| user.get(2) == Some(&id.as_str()));
    let full = user.as_ref().and_then(|user| user.get(4)?.split(',').next()).filter(|name| !name.is_empty());
    let login = user.as_ref().and_then(|user| user.first().copied());
    full.or(login).map(str::to_owned).or_else(|| context.variable("LOGNAME")).or_else(|| context.variable("USER"))
}
