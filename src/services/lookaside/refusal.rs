//! Why a lookaside cache refused, in plain words beside its own.

use super::{Lookaside, Upload};
use crate::error::{Error, Kind};
use crate::services::address::Address;
use crate::services::call::Reply;
use crate::services::words::words;

/// The answer of a script that did not do what it was asked for.
pub(super) fn of(reply: &Reply, cache: &Lookaside, upload: &Upload) -> Error {
    let host = reply.address.host();
    let said = words(reply).unwrap_or_default();
    let error = |message: String| {
        let error = Error::new(Kind::Service, message);
        let error = error.cause(format!("`{}` answered {}", reply.address, reply.status));
        if said.is_empty() { error } else { error.cause(format!("it says: {said}")) }
    };
    match reply.status {
        401 => unauthorized(reply, cache),
        403 => error(format!("{host} does not let you upload files of `{}`", cache.name))
            .hint("only members of the group `packager` may: `klist` shows who you are")
            .hint("a membership that is new counts from the next ticket on: `kdestroy`, then `kinit`"),
        404 if said.contains("does not exist") => error(format!("{host} has no package `{}`", cache.name)).hint(
            "check `downstream_package_name`: its repository must be in dist-git before its files can be uploaded",
        ),
        404 => error(format!("{host} has nothing that takes files at this address"))
            .hint("check $PACKIT_LOOKASIDE_UPLOAD_URL, or `lookaside_cgi` in the file of /etc/rpkg"),
        400 if said.contains("check failed") => error(format!("{} did not arrive as it was sent", upload.file))
            .hint("was the file changed meanwhile? run it again: nothing of it was stored"),
        406 => error(format!("{host} does not take the checksum {}", upload.checksum.algorithm().name()))
            .hint("set `lookasidehash = sha512` in the file of /etc/rpkg"),
        413 => error(format!("{} is too long for {host}", upload.file))
            .hint("ask the administrators of the server for a higher limit"),
        407 => {
            error("the proxy wants a login".to_owned()).hint("put it into https_proxy=http://USER:PASSWORD@HOST:PORT")
        }
        400..=499 => error(format!("{host} refused {}", upload.file)).hint("look whether there is a newer packit"),
        500..=599 => error(format!("{host} failed")).hint("try again later: the fault is on the server's side"),
        _ => unknown(reply),
    }
}

/// The words of a server that knows nobody are Apache's, and help nobody.
fn unauthorized(reply: &Reply, cache: &Lookaside) -> Error {
    let host = reply.address.host();
    let wants_ticket =
        reply.header("www-authenticate").is_some_and(|wants| wants.to_ascii_lowercase().starts_with("negotiate"));
    let kinit = "get a ticket: `kinit USER@FEDORAPROJECT.ORG`, or `fkinit -u USER`";
    let error = |message: String| Error::new(Kind::Service, message).cause(format!("`{}` answered 401", reply.address));
    match (cache.login.is_nobody(), wants_ticket) {
        (true, true) => error(format!("{host} wants a Kerberos ticket, and none was sent")).hint(kinit),
        (false, _) => error(format!("{host} refused your Kerberos ticket"))
            .hint(
                "look with `klist` whether it is one of the right realm and still good, and whether the clock is right",
            )
            .hint(kinit),
        (true, false) => error(format!("{host} wants a login of a kind that packit does not know"))
            .hint("check $PACKIT_LOOKASIDE_UPLOAD_URL, or `lookaside_cgi` in the file of /etc/rpkg"),
    }
}

/// A good answer with a text that the script does not have.
pub(super) fn unknown(reply: &Reply) -> Error {
    let said = words(reply).unwrap_or_else(|| "nothing".to_owned());
    reply.unknown(&format!("it says: {said}"))
}

/// A cache that does not say whether it has a file.
pub(super) fn unsaid(reply: &Reply, file: &str) -> Error {
    let message = format!("{} does not say whether it has {file}", reply.address.host());
    Error::new(Kind::Service, message).cause(format!("`{}` answered {}", reply.address, reply.status)).hint(
        "check $PACKIT_LOOKASIDE_URL, or `lookaside` in the file of /etc/rpkg; if they are right, try again later",
    )
}

/// A file that was taken and is not there.
pub(super) fn lost(script: &Address, address: &Address) -> Error {
    Error::new(Kind::Service, format!("{} said that it has stored the file, and does not have it", script.host()))
        .cause(format!("there is nothing at `{address}`"))
        .hint("check that $PACKIT_LOOKASIDE_URL and $PACKIT_LOOKASIDE_UPLOAD_URL, or `lookaside` and `lookaside_cgi`, are of one cache")
        .hint("if they are, run it again later")
}
