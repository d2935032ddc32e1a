//! Keys and values that packit once had: what to write today.

use super::definition::Level;
use super::find::definitions;
use crate::config::node::{Node, Value};
use crate::config::scalar;
use crate::config::words;

/// Keys that became actions, with the action.
const BECAME_ACTIONS: &[(&str, &str)] =
    &[("create_tarball_command", "create-archive"), ("current_version_command", "get-current-version")];

/// Jobs that were renamed, with today's name.
const RENAMED_JOBS: &[(&str, &str)] = &[
    ("build", "copr_build"),
    ("copr", "copr_build"),
    ("production_build", "upstream_koji_build"),
    ("test", "tests"),
    ("sync_to_downstream", "propose_downstream"),
    ("propose_update", "propose_downstream"),
    ("update", "propose_downstream"),
    ("koji", "koji_build"),
    ("bodhi", "bodhi_update"),
];

/// Today's name of the job type `name`.
pub(in crate::config) fn retired_job(name: &str) -> Option<&'static str> {
    RENAMED_JOBS.iter().find(|(old, _)| *old == name).map(|(_, today)| *today)
}

/// What became of the key `key`, and what to write instead of it and its `value`.
pub(in crate::config) fn retired(key: &str, value: &Node) -> Option<(String, String)> {
    if let Some(today) = definitions(Level::Job).find(|definition| definition.old.contains(&key)) {
        let today = today.name;
        let hint = match line(value) {
            Some(value) => format!("write `{today}: {value}`"),
            None => format!("write `{today}:` instead of `{key}:`; what stands below it stays as it is"),
        };
        return Some((format!("`{key}` is `{today}` today"), hint));
    }
    if let Some((_, action)) = BECAME_ACTIONS.iter().find(|(old, _)| *old == key) {
        let command = command(value).map_or_else(|| "\"COMMAND\"".to_owned(), |words| quoted(&words));
        let message = format!("`{key}` is the action `{action}` today");
        return Some((
            message,
            format!(
                "write `actions: {{{action}: {command}}}`; beside other actions, `{action}: {command}` below `actions:`"
            ),
        ));
    }
    if key == "dist_git_url" {
        let base = match &value.value {
            Value::String(url) => base_url(url),
            _ => None,
        };
        let base = base.unwrap_or_else(|| "https://src.fedoraproject.org/".to_owned());
        let message =
            "`dist_git_url` is `dist_git_base_url` today; the package's name comes from `downstream_package_name`";
        return Some((message.to_owned(), format!("write `dist_git_base_url: {base}`, or remove the line for Fedora")));
    }
    None
}

/// `value` as it stands behind a key, in one line; `None` for a list or a mapping of its own lines.
fn line(value: &Node) -> Option<String> {
    match &value.value {
        Value::String(text) if is_plain(text) => Some(text.clone()),
        Value::String(text) => Some(quoted(text)),
        Value::Number(number) => Some(quoted(&number.text)),
        _ => None,
    }
}

fn is_plain(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.chars().all(|c| c.is_alphanumeric() || "._-+/".contains(c))
        && matches!(scalar::resolve(text), scalar::Plain::Text)
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// The command line of an old command key: a list there was one command's words.
fn command(value: &Node) -> Option<String> {
    match &value.value {
        Value::String(text) => Some(text.clone()),
        Value::Sequence(items) => {
            let words: Option<Vec<String>> = items
                .iter()
                .map(|item| match &item.value {
                    Value::String(text) => Some(words::quote(text)),
                    Value::Number(number) => Some(number.text.clone()),
                    _ => None,
                })
                .collect();
            words.map(|words| words.join(" "))
        }
        _ => None,
    }
}

fn base_url(url: &str) -> Option<String> {
    let (scheme, rest) = url.split_once("://")?;
    let host = rest.split('/').next().filter(|host| !host.is_empty() && !host.contains('@'))?;
    Some(format!("{scheme}://{host}/"))
}
