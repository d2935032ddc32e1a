//! What a commit says of its patch: in trailers of its message, or in the older form, a YAML mapping at the end of the message.

use crate::config::{Scalar, mapping};
use crate::context::Context;
use crate::error::{Error, Finding, Kind, Result};
use crate::git::patches::Commit;

use super::trailers;

/// The trailers that are ours.
const TRAILERS: [&str; 6] =
    ["Patch-name", "Patch-id", "Patch-status", "Patch-present-in-specfile", "Ignore-patch", "No-prefix"];

/// The keys of the older form, in the order of [`TRAILERS`], and one more.
const KEYS: [&str; 7] =
    ["patch_name", "patch_id", "description", "present_in_specfile", "ignore", "no_prefix", "squash_commits"];

/// So many beginnings of a message are tried for the older form.
const MOST: usize = 1000;

/// What a commit says of its patch.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Metadata {
    /// The name of the patch file; not checked yet.
    pub(super) name: Option<String>,
    /// The number of the Patch tag.
    pub(super) id: Option<u32>,
    /// The text above the Patch tag; empty when there is none.
    pub(super) comment: String,
    /// Whether the spec file has the Patch tag already.
    pub(super) present: bool,
    /// Whether there is to be no patch.
    pub(super) ignored: bool,
    /// Whether the names of files in the patch are without `a/` and `b/`.
    pub(super) no_prefix: bool,
    /// Whether the commits before this one go into its patch; in the older form only.
    pub(super) squash: bool,
    /// Whether the commit says anything.
    pub(super) defined: bool,
}

/// An error about a commit.
pub(super) fn refused(commit: &Commit, message: impl std::fmt::Display) -> Error {
    Error::new(Kind::Project, format!("{}: {message}", named(commit)))
}

/// A commit in a message.
pub(super) fn named(commit: &Commit) -> String {
    let subject = trailers::parse(&String::from_utf8_lossy(&commit.message)).subject;
    format!("commit {} ({})", commit.id.short(8), subject.escape_debug().collect::<String>().replace("\\'", "'"))
}

/// Reads trailers. Without `Patch-status` the comment is the message.
///
/// # Errors
/// A trailer's value is not of its kind.
pub(super) fn of_trailers(commit: &Commit) -> Result<Metadata> {
    let message = trailers::parse(&String::from_utf8_lossy(&commit.message));
    let mut metadata = Metadata::default();
    let mut status = None;
    for (name, value) in &message.trailers {
        let Some(at) = TRAILERS.iter().position(|trailer| trailer == name) else { continue };
        metadata.defined = true;
        let scalar = mapping(&format!("{name}: {value}\n"))
            .and_then(|entries| entries.into_iter().find(|(key, _)| key == name))
            .map(|(_, scalar)| scalar);
        match (scalar, at) {
            (Some(Scalar::Text(text)), 2) => status = Some(text),
            (Some(Scalar::Null), 2) => status = None,
            // Text that YAML takes for something else is a comment all the same.
            (_, 2) => status = Some(value.trim_start_matches(['|', '>']).to_owned()),
            (Some(scalar), _) if metadata.set(at, &scalar) => {}
            _ => return Err(wrong(commit, name, value, at)),
        }
    }
    let text = status.filter(|text| !text.trim().is_empty());
    metadata.comment = text.unwrap_or_else(|| format!("{}\n\n{}", message.subject, message.body)).trim().to_owned();
    Ok(metadata)
}

/// Reads the older form. Without `description` the comment is the subject and the author.
///
/// # Errors
/// A key's value is not of its kind.
pub(super) fn of_mapping(context: &Context, commit: &Commit) -> Result<Metadata> {
    let message = String::from_utf8_lossy(&commit.message);
    let subject = trailers::parse(&message).subject;
    let author = String::from_utf8_lossy(&commit.author);
    let mut metadata = Metadata { comment: format!("{subject}\nAuthor: {author}"), ..Metadata::default() };
    let entries = last_mapping(&message).unwrap_or_default();
    metadata.defined = !entries.is_empty();
    for (key, scalar) in entries {
        let Some(at) = KEYS.iter().position(|known| *known == key) else { continue };
        match (at, &scalar) {
            (2, Scalar::Text(text)) if !text.trim().is_empty() => metadata.comment = text.trim().to_owned(),
            (2, _) => {}
            _ if metadata.set(at, &scalar) => {}
            // `ignore: what flake8 says` is the subject of a commit, and the Python packit then loses its patch.
            (4, _) => {
                let message = format!("{}: `{key}:` in its message is neither true nor false", named(commit));
                context.found(Finding::note(format!("{message}: it has a patch")));
            }
            (_, Scalar::Text(text)) => return Err(wrong(commit, &key, text, at)),
            _ => return Err(wrong(commit, &key, "", at)),
        }
    }
    Ok(metadata)
}

/// Whether a message can hold the older form.
pub(super) fn may_have_mapping(commit: &Commit) -> bool {
    let message = String::from_utf8_lossy(&commit.message);
    message.lines().any(|line| KEYS.iter().any(|key| line.contains(key)))
}

/// The entries of the longest end of a message (from the beginning of a line on) that is a YAML mapping.
fn last_mapping(message: &str) -> Option<Vec<(String, Scalar)>> {
    let begins = std::iter::once(0).chain(message.match_indices('\n').map(|(at, _)| at + 1));
    let begins: Vec<usize> = begins.collect();
    let tried = begins.get(begins.len().saturating_sub(MOST)..).unwrap_or_default();
    let mut parts = tried.iter().filter_map(|begin| message.get(*begin..)).filter(|part| part.contains(':'));
    parts.find_map(mapping)
}

fn wrong(commit: &Commit, name: &str, value: &str, at: usize) -> Error {
    let value = value.escape_debug();
    match at {
        0 => {
            refused(commit, format!("`{name}` is no file name: `{value}`")).hint(format!("write `{name}: NAME.patch`"))
        }
        1 => refused(commit, format!("`{name}` is no number: `{value}`")).hint(format!("write `{name}: 12`")),
        _ => refused(commit, format!("`{name}` is neither true nor false: `{value}`"))
            .hint(format!("write `{name}: true` or remove the line")),
    }
}

impl Metadata {
    /// Sets what the trailer or key at a place of the lists says; false when the value is not of its kind.
    fn set(&mut self, at: usize, value: &Scalar) -> bool {
        match (at, value) {
            (_, Scalar::Other) => return false,
            (0, Scalar::Text(text)) => self.name = Some(text.clone()).filter(|text| !text.is_empty()),
            (1, Scalar::Text(text)) => {
                // In decimal whatever stands in front: `0012` is the 12 of `Patch0012`, and not the 10 that YAML reads.
                let number = text.parse().ok().filter(|_| text.bytes().all(|byte| byte.is_ascii_digit()));
                self.id = number;
                return number.is_some();
            }
            (0 | 1, Scalar::Null) => {}
            (0 | 1, Scalar::Bool(_)) => return false,
            (_, value) => {
                let Some(value) = truth(value) else { return false };
                match at {
                    3 => self.present = value,
                    4 => self.ignored = value,
                    5 => self.no_prefix = value,
                    _ => self.squash = value,
                }
            }
        }
        true
    }
}

fn truth(value: &Scalar) -> Option<bool> {
    match value {
        Scalar::Null => Some(false),
        Scalar::Bool(value) => Some(*value),
        Scalar::Text(text) => match text.to_ascii_lowercase().as_str() {
            "true" | "yes" | "on" | "y" | "t" | "1" => Some(true),
            "false" | "no" | "off" | "n" | "f" | "0" | "" => Some(false),
            _ => None,
        },
        Scalar::Other => None,
    }
}
