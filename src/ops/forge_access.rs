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

/// Where a token for `server` comes from, for people; nothing where there is none. Nobody is asked: where it cannot be told which
/// forge the server is, all are thought of.
pub fn source_of_token(context: &Context, server: &str, user: &User) -> Option<String> {
    let login = login_of(server, &user.forges);
    let configured = login.and_then(|login| login.kind.as_deref()).and_then(ForgeKind::parse);
    let kinds: Vec<ForgeKind> = configured.map_or_else(|| ForgeKind::ALL.to_vec(), |kind| vec![kind]);
    let is_set = |name: &String| context.variable(name).is_some();
    let own = kinds.iter().map(|kind| format!("PACKIT_{}_TOKEN", kind.name().to_ascii_uppercase())).find(is_set);
    let in_file = || {
        login.filter(|login| login.token.is_some())?;
        Some(user.file.as_ref().map_or("the user configuration".to_owned(), |file| file.display().to_string()))
    };
    let usual = || kinds.iter().flat_map(|kind| usual_variables(context, *kind, server)).map(|&name| name.to_owned());
    own.or_else(in_file).or_else(|| usual().find(is_set))
}

/// The addresses of the servers that the user's configuration has a token for, each once.
pub fn configured_servers(user: &User) -> Vec<String> {
    let mut servers: Vec<String> = Vec::new();
    for login in user.forges.iter().filter(|login| login.token.is_some()) {
        let named = address_of(login);
        let host = named.split_once("://").map_or(named, |(_, host)| host).trim_end_matches('/');
        // The pages are on the first of the names.
        let same = SAME.iter().find(|names| names.iter().any(|name| name.eq_ignore_ascii_case(host)));
        let server = match same.and_then(|names| names.first()) {
            Some(first) => format!("https://{first}"),
            None if named.contains("://") => named.trim_end_matches('/').to_owned(),
            None => format!("https://{host}"),
        };
        if !servers.iter().any(|known| is_same(known, &server)) {
            servers.push(server);
        }
    }
    servers
}

/// The address or host that an entry of `authentication` is for.
fn address_of(login: &ForgeLogin) -> &str {
    let by_kind = OF_KINDS.iter().find(|(kind, _)| *kind == login.name).map(|(_, host)| *host);
    login.instance_url.as_deref().or(by_kind).unwrap_or(&login.name)
}

/// What the user's configuration says of a server.
fn login_of<'u>(server: &str, logins: &'u [ForgeLogin]) -> Option<&'u ForgeLogin> {
    logins.iter().find(|login| is_same(server, address_of(login)))
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

    fn login(name: &str, instance_url: Option<&str>) -> ForgeLogin {
        ForgeLogin {
            name: name.to_owned(),
            kind: None,
            instance_url: instance_url.map(str::to_owned),
            token: Some(Token::new("t")),
        }
    }

    #[test]
    fn servers_with_a_token() {
        let forges = vec![
            login("pagure", None),
            login("pkgs.fedoraproject.org", None),
            login("github.com", None),
            login("github", Some("https://github.com/")),
            login("work", Some("http://127.0.0.1:81/")),
            ForgeLogin { token: None, ..login("gitlab.com", None) },
        ];
        let servers = configured_servers(&User { forges, ..User::default() });
        assert_eq!(servers, ["https://src.fedoraproject.org", "https://github.com", "http://127.0.0.1:81"]);
    }

    #[test]
    fn a_token_is_for_its_own_server() {
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
