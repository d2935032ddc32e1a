//! `targets` and `dist_git_branches`: a text, a list, or a mapping with what is special for each.

use super::definitions::{BRANCH, Definition, TARGET};
use super::node::{Mapping, Node, Value};
use super::read::{Empty, Layers, Reader};
use super::source::Spanned;

/// A target, as it is written: a chroot, a chroot without architecture, or an alias of several.
#[derive(Debug, Clone)]
pub struct Target {
    /// Its name.
    pub name: Spanned<String>,
    /// `distros`: the distributions of Testing Farm to test on, where they are not the target's own.
    pub distros: Vec<Spanned<String>>,
    /// `additional_modules`: modules, separated by commas.
    pub additional_modules: Option<Spanned<String>>,
    /// `additional_packages`: packages that are installed before the build.
    pub additional_packages: Vec<Spanned<String>>,
    /// `additional_repos`: repositories that the build can use.
    pub additional_repos: Vec<Spanned<String>>,
    /// `with_opts`: switches of the spec file that are set.
    pub with_opts: Vec<Spanned<String>>,
    /// `without_opts`: switches of the spec file that are not set.
    pub without_opts: Vec<Spanned<String>>,
}

/// A branch of dist-git, as it is written: a branch, or an alias of several.
#[derive(Debug, Clone)]
pub struct Branch {
    /// Its name.
    pub name: Spanned<String>,
    /// `fast_forward_merge_into`: branches that get the same commits.
    pub fast_forward_merge_into: Vec<Spanned<String>>,
}

/// Reads `targets`.
pub(super) fn targets(reader: &mut Reader<'_>, keys: Layers<'_>) -> Vec<Target> {
    let items = named(reader, keys, "targets", "target", TARGET);
    for (name, _) in &items {
        if let Some(rest) = name.value.strip_prefix("centos-stream")
            && !rest.trim_start_matches('-').starts_with(|c: char| c.is_ascii_digit())
        {
            let message = format!("the target `{}` is an old name", name.value);
            let span = keys.entry("targets").map(|entry| entry.value.span).unwrap_or_default();
            reader.warning(name.span().unwrap_or(span), message, format!("write `centos-stream-8{rest}`"));
        }
    }
    let none = Mapping::default();
    let mut targets = Vec::with_capacity(items.len());
    for (name, special) in items {
        let layers = [special.unwrap_or(&none)];
        let special = Layers(&layers);
        let mut texts = |key: &str| reader.texts(special, key, Empty::Refused).unwrap_or_default();
        targets.push(Target {
            name,
            distros: texts("distros"),
            additional_packages: texts("additional_packages"),
            additional_repos: texts("additional_repos"),
            with_opts: texts("with_opts"),
            without_opts: texts("without_opts"),
            additional_modules: reader.text(special, "additional_modules", Empty::Refused),
        });
    }
    targets
}

/// Reads `dist_git_branches`.
pub(super) fn branches(reader: &mut Reader<'_>, keys: Layers<'_>) -> Vec<Branch> {
    let none = Mapping::default();
    let items = named(reader, keys, "dist_git_branches", "branch", BRANCH);
    let mut branches = Vec::with_capacity(items.len());
    for (name, special) in items {
        let layers = [special.unwrap_or(&none)];
        let merge = reader.texts(Layers(&layers), "fast_forward_merge_into", Empty::Refused);
        branches.push(Branch { name, fast_forward_merge_into: merge.unwrap_or_default() });
    }
    branches
}

/// The names that `key` lists, each with what is special for it.
fn named<'n>(
    reader: &mut Reader<'_>,
    keys: Layers<'n>,
    key: &str,
    what: &str,
    special: &[Definition],
) -> Vec<(Spanned<String>, Option<&'n Mapping>)> {
    let Some(entry) = reader.entry(keys, key, Empty::Unset) else { return Vec::new() };
    match &entry.value.value {
        Value::String(text) => vec![(reader.spanned(text.clone(), entry.value.span), None)],
        Value::Mapping(mapping) => {
            reader.check_names(mapping, |_| true, |_, _| (String::new(), None));
            mapping.entries.iter().filter_map(|entry| one(reader, what, &entry.key, &entry.value, special)).collect()
        }
        _ => {
            let Some(items) = reader.list_of(entry, key, "a list of texts, or a mapping") else { return Vec::new() };
            items.iter().filter_map(|item| Some((text_or_key(reader, key, item)?, None))).collect()
        }
    }
}

/// An item of the list; a mapping there is mostly a colon too many.
fn text_or_key(reader: &mut Reader<'_>, key: &str, item: &Node) -> Option<Spanned<String>> {
    if let Value::Mapping(mapping) = &item.value
        && let Some(name) = mapping.entries.first().and_then(|entry| entry.name())
    {
        let message = format!("an item of the list `{key}` must be text, not a mapping");
        let hint = format!("write `{key}: {{{name}: {{…}}}}`: without list when something is special, or `- {name}`");
        reader.error(item.span, message, Some(hint));
        return None;
    }
    reader.text_of(item, key)
}

fn one<'n>(
    reader: &mut Reader<'_>,
    what: &str,
    key: &Node,
    value: &'n Node,
    special: &[Definition],
) -> Option<(Spanned<String>, Option<&'n Mapping>)> {
    let Value::String(name) = &key.value else { return None };
    let names = || special.iter().map(|key| format!("`{}`", key.name)).collect::<Vec<_>>().join(", ");
    match &value.value {
        Value::Mapping(mapping) => {
            let known = |key: &str| special.iter().any(|known| known.name == key);
            reader.check_names(mapping, known, |key, _| {
                let near = super::keys::nearest(key, special.iter().map(|key| key.name));
                let hint = near
                    .map_or_else(|| format!("a {what} can have {}", names()), |near| format!("did you mean `{near}`?"));
                (format!("unknown key `{key}`"), Some(hint))
            });
            Some((reader.spanned(name.clone(), key.span), Some(mapping)))
        }
        other => {
            let message = format!("what is special for the {what} `{name}` must be a mapping, not {}", other.kind());
            let hint = format!("write `{name}: {{}}` when nothing is; else it can have {}", names());
            reader.error(key.span, message, Some(hint));
            None
        }
    }
}
