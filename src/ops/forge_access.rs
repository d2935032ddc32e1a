//! Which forge a server is, and the token that the user has for it.

use crate::config::{ForgeLogin, User};
use crate::context::Context;
use crate::error::Result;
use crate::git::url::RemoteUrl;
use crate::secret::Token;
use crate::services::Client;
use crate::services::forge::{self, Forge, ForgeKind};

/// Names of one server.
const SAME: &[&[&str]] = &[
    &["src.fedoraproject.org", "pkgs.fedoraproject.org"],
    &["src.stg.fedoraproject.org", "pkgs.stg.fedoraproject.org"],
];

/// The servers that a key of `authentication` means which is the name of a kind of forge.
const OF_KINDS: &[(&str, &str)] = &[
    ("pagure", "src.fedoraproject.org"),
    ("gitlab", "gitlab.com"),
    ("github", "github.com"),
    ("forgejo", "codeberg.org"),
];

/// A forge, and whether anything is known of the user there.
#[derive(Debug)]
pub struct ForgeAccess {
    /// The forge.
    pub forge: Forge,
    /// The token; none where nobody is logged in.
    pub token: Option<Token>,
}

/// The forge at `server` (an address without a path), with the user's token for it and for no other: of `PACKIT_KIND_TOKEN`, the
/// user's configuration, or the variable that is usual for it.
///
/// # Errors
/// When the server cannot be asked what it is, or is no forge that packit knows.
pub async fn open(context: &Context, client: &Client, server: &str, user: &User) -> Result<ForgeAccess> {
    let login = login_of(server, &user.forges);
    let configured = login.and_then(|login| login.kind.as_deref()).and_then(ForgeKind::parse);
    let kind = forge::detect(context, client, server, configured).await?;
    let by_variable = |name: &str| context.variable(name).map(Token::new);
    let own = by_variable(&format!("PACKIT_{}_TOKEN", kind.name().to_ascii_uppercase()));
    let token = own.or_else(|| login.and_then(|login| login.token.clone())).or_else(|| {
        let variables = usual_variables(context, kind, server);
        variables.iter().find_map(|name| by_variable(name))
    });
    Ok(ForgeAccess { forge: Forge::new(kind, server, token.clone())?, token })
}

/// What the user's configuration says of a server.
fn login_of<'u>(server: &str, logins: &'u [ForgeLogin]) -> Option<&'u ForgeLogin> {
    logins.iter().find(|login| {
        let by_kind = OF_KINDS.iter().find(|(kind, _)| *kind == login.name).map(|(_, host)| *host);
        let named = login.instance_url.as_deref().or(by_kind).unwrap_or(&login.name);
        is_same(server, named)
    })
}

/// The variables that CI services and other tools keep tokens in, where they mean this server.
fn usual_variables(context: &Context, kind: ForgeKind, server: &str) -> &'static [&'static str] {
    let is_at = |host: &str| is_same(server, host);
    match kind {
        ForgeKind::GitHub if is_at("github.com") => &["GH_TOKEN", "GITHUB_TOKEN"],
        ForgeKind::GitLab if is_at("gitlab.com") => &["GITLAB_TOKEN"],
        ForgeKind::GitLab if context.variable("CI_SERVER_HOST").is_some_and(|host| is_at(&host)) => &["GITLAB_TOKEN"],
        ForgeKind::Forgejo if is_at("codeberg.org") => &["CODEBERG_TOKEN", "FORGEJO_TOKEN"],
        ForgeKind::Pagure if is_at("src.fedoraproject.org") || is_at("pagure.io") => &["PAGURE_TOKEN"],
        _ => &[],
    }
}

/// Whether two texts, each an address or a host with or without a port, mean one server.
pub(super) fn is_same(one: &str, other: &str) -> bool {
    let (one, other) = (host_and_port(one), host_and_port(other));
    let same_host = one.0 == other.0 || SAME.iter().any(|names| names.contains(&&*one.0) && names.contains(&&*other.0));
    same_host && one.1 == other.1
}

fn host_and_port(text: &str) -> (String, Option<u16>) {
    let url = if text.contains("://") { text.to_owned() } else { format!("https://{text}") };
    let parsed = RemoteUrl::parse(&format!("{}/x/y", url.trim_end_matches('/')));
    parsed.map_or((text.to_ascii_lowercase(), None), |url| {
        let usual = match url.scheme.as_str() {
            "http" => 80,
            _ => 443,
        };
        (url.host.unwrap_or_default(), url.port.filter(|port| *port != usual))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_for_its_own_server() {
        let login = |name: &str, instance_url: Option<&str>| ForgeLogin {
            name: name.to_owned(),
            kind: None,
            instance_url: instance_url.map(str::to_owned),
            token: Some(Token::new("t")),
        };
        for (server, name, instance, is_its) in [
            ("https://src.fedoraproject.org", "src.fedoraproject.org", None, true),
            ("https://src.fedoraproject.org", "pkgs.fedoraproject.org", None, true),
            ("https://src.fedoraproject.org", "https://src.fedoraproject.org/", None, true),
            ("https://src.fedoraproject.org", "pagure", None, true),
            ("https://src.stg.fedoraproject.org", "pagure", None, false),
            ("http://127.0.0.1:81", "http://127.0.0.1:81", None, true),
            ("http://127.0.0.1:81", "127.0.0.1:81", None, true),
            ("http://127.0.0.1:81", "127.0.0.1:82", None, false),
            ("http://127.0.0.1:81", "127.0.0.1", None, false),
            ("http://127.0.0.1:81", "pagure", Some("http://127.0.0.1:81"), true),
            ("https://gitlab.com", "gitlab", None, true),
            ("https://gitlab.com.example.org", "gitlab.com", None, false),
            ("https://github.com:443", "github.com", None, true),
        ] {
            let logins = [login(name, instance)];
            assert_eq!(login_of(server, &logins).is_some(), is_its, "{server} {name} {instance:?}");
        }
    }
}
