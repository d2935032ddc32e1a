//! `authentication` of the user's configuration: which token belongs to which forge, and the keys that had their place before.

use super::node::Value;
use super::read::{Empty, Layers, Reader};
use crate::secret::Token;

/// What a forge is told about the user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForgeLogin {
    /// The key: a host, a URL, or the name of a kind of forge.
    pub name: String,
    /// `type`: the kind of forge, as it is written.
    pub kind: Option<String>,
    /// `instance_url`: where it is.
    pub instance_url: Option<String>,
    /// `token`.
    pub token: Option<Token>,
}

/// The keys that count where there is no `authentication`, and whose tokens they hold.
const OLD: [(&str, &str); 2] = [("github_token", "github.com"), ("pagure_user_token", "src.fedoraproject.org")];

/// Reads the keys.
pub(super) fn read(reader: &mut Reader<'_>, keys: Layers<'_>) -> Vec<ForgeLogin> {
    let Some(entry) = reader.entry(keys, "authentication", Empty::Unset) else { return old(reader, keys) };
    let Value::Mapping(forges) = &entry.value.value else {
        let hint = "write `authentication: {HOST: {token: TOKEN}}`".to_owned();
        reader.error(entry.value.span, "`authentication` must be a mapping of hosts", Some(hint));
        return Vec::new();
    };
    let mut logins = Vec::new();
    for forge in &forges.entries {
        let Some(name) = reader.written(&forge.key) else { continue };
        let Value::Mapping(values) = &forge.value.value else {
            let hint = "write `HOST: {token: TOKEN}`".to_owned();
            reader.error(forge.value.span, "what is known of a forge must be a mapping", Some(hint));
            continue;
        };
        let layers = [values];
        let mut text = |key: &str| {
            let entry = reader.entry(Layers(&layers), key, Empty::Unset)?;
            // As it is written: what is wrong with a value would show a token.
            let text = reader.written(&entry.value);
            if text.is_none() {
                reader.error(entry.value.span, format!("`{key}` must be text"), None);
            }
            text.filter(|text| !text.is_empty())
        };
        let (kind, instance_url, token) = (text("type"), text("instance_url"), text("token"));
        logins.push(ForgeLogin { name, kind, instance_url, token: token.map(Token::new) });
    }
    logins
}

fn old(reader: &mut Reader<'_>, keys: Layers<'_>) -> Vec<ForgeLogin> {
    let mut logins = Vec::new();
    for (key, host) in OLD {
        let Some(entry) = reader.entry(keys, key, Empty::Unset) else { continue };
        let message = format!("`{key}` has another place today");
        reader.warning(entry.key.span, message, format!("write `authentication: {{{host}: {{token: TOKEN}}}}`"));
        let Some(token) = reader.written(&entry.value) else { continue };
        logins.push(ForgeLogin {
            name: host.to_owned(),
            kind: None,
            instance_url: None,
            token: Some(Token::new(token)).filter(|token| !token.is_empty()),
        });
    }
    logins
}
