//! Why there is no ticket or no token, in plain words.

use super::gssapi::{CREDENTIAL_EXPIRED, FAILURE, NO_CREDENTIAL, Refusal};
use crate::error::{Error, Kind};

/// What the library says of an expired ticket when it is to be used.
const EXPIRED: &str = "Ticket expired";

/// The Kerberos library cannot be opened.
pub(super) fn no_library(file: &str, error: &libloading::Error) -> Error {
    Error::new(Kind::Environment, format!("the Kerberos library `{file}` cannot be opened"))
        .cause(error)
        .hint("on Fedora, CentOS and RHEL: dnf install krb5-libs")
        .hint("on Debian and Ubuntu: apt-get install libgssapi-krb5-2")
}

/// There was one.
pub(super) fn expired(principal: Option<&str>) -> Error {
    let whose = principal.map(|principal| format!(" of {principal}")).unwrap_or_default();
    Error::new(Kind::Environment, format!("the Kerberos ticket{whose} has expired")).hint(kinit(principal))
}

/// There is none for `principal`, or it cannot be used; `other` has one.
pub(super) fn no_ticket(principal: Option<&str>, other: Option<&str>, refusal: &Refusal) -> Error {
    if refusal.routine == CREDENTIAL_EXPIRED || refusal.says(EXPIRED) {
        return expired(principal);
    }
    let whose = principal.map(|principal| format!(" for {principal}")).unwrap_or_default();
    let mut error = refusal.told(Error::new(Kind::Environment, format!("there is no Kerberos ticket{whose}")));
    if let Some(other) = other {
        error = error.cause(format!("there is one for {other}"));
    }
    error.hint(kinit(principal))
}

/// Whether a ticket would mend it.
pub(super) fn is_about_the_ticket(refusal: &Refusal) -> bool {
    matches!(refusal.routine, NO_CREDENTIAL | CREDENTIAL_EXPIRED) || refusal.says(EXPIRED)
}

/// There is a ticket, that of `principal`, but no token to the service of `host`.
pub(super) fn no_token(host: &str, principal: Option<&str>, refusal: &Refusal) -> Error {
    let (kind, hint) = if refusal.says("not found in Kerberos database") || refusal.says("Server not found") {
        let hint = format!(
            "check the name of the host; if `HTTP/{host}` is of another realm than your ticket, run `kinit USER@REALM` for that, \
             and let [domain_realm] of krb5.conf say so"
        );
        (Kind::Service, hint)
    } else if refusal.says("Clock skew") || refusal.says("Ticket not yet valid") {
        (Kind::Environment, "set the clock: timedatectl set-ntp true".to_owned())
    } else if refusal.says("any KDC") || refusal.says("find KDC") {
        (Kind::Service, "check the network, and the realms of /etc/krb5.conf".to_owned())
    } else {
        (Kind::Service, format!("`kvno HTTP/{host}` tries the same, with KRB5_TRACE=/dev/stderr step by step"))
    };
    let mut error = refusal.told(Error::new(kind, format!("Kerberos gives no login for {host}")));
    if let Some(principal) = principal {
        error = error.cause(format!("the ticket is that of {principal}"));
    }
    error.hint(hint)
}

fn kinit(principal: Option<&str>) -> String {
    format!("run `kinit {}`", principal.unwrap_or("USER@REALM"))
}

impl Refusal {
    fn says(&self, words: &str) -> bool {
        self.of_mechanism.iter().chain(&self.of_call).any(|text| text.contains(words))
    }

    /// The error with the texts of the library as its causes.
    fn told(&self, error: Error) -> Error {
        // That a call failed "for an unspecified reason" is worth nothing where the reason stands beside it.
        let of_call =
            if self.routine == FAILURE && !self.of_mechanism.is_empty() { &[] } else { self.of_call.as_slice() };
        of_call.iter().chain(&self.of_mechanism).fold(error, |error, text| error.cause(text))
    }
}
