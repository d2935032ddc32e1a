//! The lookaside cache of a package in dist-git, and the login there.

use std::path::PathBuf;

use super::dist_git_place::DistGitPlace;
use super::project::Project;
use crate::config::{LookasideSettings, Package, Spanned, User};
use crate::context::Context;
use crate::error::{Error, Result};
use crate::services::Login;
use crate::services::lookaside::Lookaside;
use crate::services::negotiate::Negotiate;
use crate::tools::kinit;

/// The realm of the user where nobody names another.
const REALM: &str = "FEDORAPROJECT.ORG";

/// The lookaside cache of `package`. Where uploads will want a ticket of Kerberos, it is looked for now, before anything else is
/// done.
///
/// # Errors
/// When settings cannot be read, `kinit` fails, or there is no ticket.
pub async fn open(context: &Context, project: &Project, package: &Package, place: &DistGitPlace) -> Result<Lookaside> {
    let settings = LookasideSettings::load(context, &place.tool)?;
    let name = settings.name(&place.package);
    // Nobody has said that files of another dist-git belong into the cache that packit knows of.
    let upload = settings.upload.filter(|_| !(settings.is_upload_built_in && place.is_foreign));
    let login = match &upload {
        Some(upload) if package.downstream.upload_sources.value && !context.gate().is_closed() => {
            login(context, &project.user, upload).await?
        }
        _ => Login::Nobody,
    };
    Ok(Lookaside { download: settings.download, upload, algorithm: settings.algorithm, name, login })
}

async fn login(context: &Context, user: &User, upload: &str) -> Result<Login> {
    let text = |key: &Option<Spanned<String>>| key.as_ref().map(|key| key.value.clone());
    let realm = text(&user.kerberos_realm).unwrap_or_else(|| REALM.to_owned());
    let keytab = text(&user.keytab_path).map(PathBuf::from);
    let kinit = kinit::Login::new(text(&user.fas_user).as_deref(), &realm, keytab.as_deref());
    kinit.refresh(context).await?;
    let ticket = Negotiate::new(None).and_then(|negotiate| negotiate.ticket(context).map(|_| negotiate));
    match ticket {
        Ok(negotiate) => Ok(Login::negotiate(move |context, address| {
            let negotiate = negotiate.clone();
            async move { negotiate.token(&context, &address).await }
        })),
        // A server of one's own may want no login.
        Err(_) if upload.starts_with("http://") => Ok(Login::Nobody),
        Err(error) => Err(missing_ticket(error)),
    }
}

fn missing_ticket(error: Error) -> Error {
    error
        .within("new sources could not be uploaded")
        .hint("to leave uploads to somebody else: `upload_sources: false` in the package configuration")
}
