//! What Copr says when it refuses, and how that is mended.

use crate::error::{Error, Kind};
use crate::services::{Address, Reply};

/// Parts of Copr's texts, and the mend. The first that occurs counts. `{page}` is the server, `{file}` the file of the token.
const MENDS: &[(&str, &str)] = &[
    ("Login invalid/expired", "get a new token at {page}/api/ and put it into {file}"),
    (
        "without permissions to access projects of user",
        "name a project of your own, or of a group of yours: --owner NAME or --owner @GROUP",
    ),
    ("doesn't have access to the copr group", "ask somebody of the group to let you in, or choose another --owner"),
    ("Group ", "check --owner: a group is written as Copr calls it, with @ before it"),
    ("No such user", "check --owner: it must be a user who has logged in to Copr once, or @GROUP"),
    (
        "is not allowed to build in",
        "ask for the permission to build on the project's page, under Settings, Permissions",
    ),
    ("Only owners and admins may update", "only administrators of the project may change it"),
    ("Can't drop chroot", "run the command again: somebody changed the chroots at the same time"),
    ("not a valid choice for this field", "see which chroots there are: {page}/api_3/mock-chroots/list"),
    ("not valid choices for this field", "see which chroots there are: {page}/api_3/mock-chroots/list"),
    ("Unexpected chroot", "see which chroots there are: {page}/api_3/mock-chroots/list"),
    ("repos: ", "each of --additional-repos is a URL with http:// or https://, or copr://OWNER/PROJECT"),
    ("name: ", "choose another name: --project NAME"),
    ("bootstrap: ", "--bootstrap is default, on, off or image"),
    ("delete_after_days: ", "Copr keeps a project for -1 (for ever) to 720 days"),
    ("contact: ", "the contact is an e-mail address or a URL"),
    ("Non-admin", "ask an administrator of the Copr server"),
    ("{'timeout'", "--build-timeout is at most 108000 seconds"),
    ("You can upload only", "give a source RPM: its name ends in .src.rpm"),
    ("must start with", "--project-dirname is PROJECT:WORDS"),
    ("race condition", "run the command again: somebody made the project at the same time"),
    ("Cannot cancel build", "only a build that is not finished can be canceled: packit copr status ID"),
    ("not allowed to cancel", "only who submitted a build, and administrators of the project, can cancel it"),
    ("does not exist", "check the name: {page}/coprs/"),
];

/// What is said of a token that is not known, or not any more.
const KNOWS_NOT: &str = "does not know you";

/// Whether an error of Copr means that the token is not accepted, not that nobody could be asked.
pub fn is_of_token(error: &Error) -> bool {
    error.kind() == Kind::Service && error.message().ends_with(KNOWS_NOT)
}

/// A refusal in the server's own words. `source` is the file that the access comes from.
pub(super) fn read(reply: &Reply, frontend: &Address, source: &str) -> Error {
    let host = frontend.host();
    let said = reply.json::<serde_json::Value>().ok().and_then(|json| Some(json.get("error")?.as_str()?.to_owned()));
    let message = match reply.status {
        401 => format!("{host} {KNOWS_NOT}"),
        400 | 403 | 409 => format!("{host} refuses"),
        404 => format!("{host} has no such thing"),
        411 | 413 | 415 => format!("{host} does not take the upload"),
        status => format!("{host} answered {status}"),
    };
    let mut error = Error::new(Kind::Service, message).cause(format!("it was asked for `{}`", reply.address));
    let page = frontend.to_string();
    let page = page.trim_end_matches('/');
    match said {
        Some(said) => {
            // Errors of a form come one a line.
            error = said.lines().map(str::trim).filter(|line| !line.is_empty()).fold(error, Error::cause);
            match MENDS.iter().find(|(part, _)| said.contains(part)) {
                Some((_, mend)) => error.hint(mend.replace("{page}", page).replace("{file}", source)),
                None if reply.status >= 500 => error.hint("try again later: the fault is on the server's side"),
                None => error.hint(format!("look at {page}/")),
            }
        }
        None => {
            let what = match reply.status {
                413 => "the file is larger than the server takes",
                _ => "the answer has no words of Copr",
            };
            error = error.cause(what);
            match reply.status {
                401 => error.hint(format!("get a new token at {page}/api/ and put it into {source}")),
                413 => error.hint("leave large files out of the source RPM, or ask the administrator of the server"),
                404 => error.hint(format!("check copr_url in {source}: is `{page}` a Copr server?")),
                status if status >= 500 => error.hint("try again later: the fault is on the server's side"),
                _ => error.hint(format!("open {page}/ in a browser: a proxy or a login page may stand before it")),
            }
        }
    }
}
