//! `kinit`: a Kerberos ticket from the user's keytab.

use std::path::{Path, PathBuf};

use tokio::sync::OnceCell;

use super::program::require;
use crate::context::Context;
use crate::error::{Error, Finding, Kind, Result};
use crate::process::Command;

/// Where tickets come from for one run of packit.
#[derive(Debug, Default)]
pub struct Login {
    principal: Option<String>,
    keytab: Option<PathBuf>,
    done: OnceCell<bool>,
}

impl Login {
    /// The login of `user` (the name of an account, or a whole principal) in `realm`, with the keys in `keytab`. Without a user or
    /// a keytab the tickets that are there have to do.
    pub fn new(user: Option<&str>, realm: &str, keytab: Option<&Path>) -> Self {
        let principal = user.map(|user| if user.contains('@') { user.to_owned() } else { format!("{user}@{realm}") });
        Self { principal, keytab: keytab.map(Path::to_owned), done: OnceCell::new() }
    }

    /// Who logs in, `USER@REALM`, where that is known.
    pub fn principal(&self) -> Option<&str> {
        self.principal.as_deref()
    }

    /// Gets a fresh ticket by the keytab, once: further calls wait for the first and give what it gave. Where user and keytab are not
    /// both known, or the keytab is not there, nothing happens. Asks the KDC. Returns whether there is a fresh ticket.
    ///
    /// # Errors
    /// Of kind [`Kind::Environment`] when kinit is missing, or the keytab cannot be read; [`Kind::Tool`] with kinit's own
    /// words and how to mend it when it fails. After a failure the next call tries again.
    pub async fn refresh(&self, context: &Context) -> Result<bool> {
        self.done.get_or_try_init(async || self.run(context).await).await.copied()
    }

    async fn run(&self, context: &Context) -> Result<bool> {
        let (Some(principal), Some(keytab)) = (&self.principal, &self.keytab) else { return Ok(false) };
        let keytab = context.absolute(keytab);
        match fs_err::File::open(&keytab) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                let message = format!("there is no keytab `{}`: an existing ticket is used", keytab.display());
                context.found(Finding::warning(message).hint("correct `keytab_path` in the user configuration"));
                return Ok(false);
            }
            Err(error) => {
                return Err(Error::new(Kind::Environment, "the keytab cannot be read")
                    .source(error)
                    .hint("`keytab_path` of the user configuration names it: make it yours, with mode 0600"));
            }
            Ok(_) => {}
        }
        require(context, &["kinit"])?;
        context.step(format!("getting a Kerberos ticket for {principal}"));
        let command = Command::new("kinit").env("LC_ALL", "C").arg(principal).args(["-k", "-t"]).arg(&keytab);
        let output = command.output(context).await?;
        if output.status.success() {
            return Ok(true);
        }
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        let error = output.failure().within(format!("there is no Kerberos ticket for {principal}"));
        Err(match mend(&said, principal, &keytab) {
            Some(hint) => error.hint(hint),
            None => error,
        })
    }
}

/// How to mend what kinit says.
fn mend(said: &str, principal: &str, keytab: &Path) -> Option<String> {
    let keytab = keytab.display();
    let has = |words: &[&str]| words.iter().any(|word| said.contains(word));
    if has(&["Keytab contains no suitable keys"]) {
        Some(format!("`klist -k {keytab}` lists whose keys are in the keytab: correct `fas_user` or `kerberos_realm`"))
    } else if has(&["Unsupported key table format", "Bad format in keytab", "End of file", "Is a directory"]) {
        Some(format!("`{keytab}` is not a keytab: correct `keytab_path`, or make it again by ktutil"))
    } else if has(&["not found in Kerberos database"]) {
        Some(format!("nobody is called {principal} there: correct `fas_user` or `kerberos_realm`"))
    } else if has(&["Preauthentication failed", "Password incorrect", "Decrypt integrity check failed"]) {
        Some("the key in the keytab is not that of the account any more: make the keytab again by ktutil".to_owned())
    } else if has(&["expired", "revoked"]) {
        Some("the account or its password has expired or is locked: log in at the website of the accounts".to_owned())
    } else if has(&["Cannot find KDC", "Cannot contact any KDC", "Cannot resolve network address"]) {
        Some("check the network, and `kerberos_realm` against the realms of /etc/krb5.conf".to_owned())
    } else if has(&["Clock skew too great"]) {
        Some("set the clock: timedatectl set-ntp true".to_owned())
    } else {
        None
    }
}
