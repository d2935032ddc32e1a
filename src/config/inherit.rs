//! Which mappings a value is looked for in: a job's package, the job, the package, the top level, in this order.

use std::fmt;
use std::sync::Arc;

use super::definitions::{self, Level};
use super::job;
use super::node::{Entry, Mapping, Node, Value};
use super::package::{self, Names, Package};
use super::read::{Layers, Reader};
use super::source::{Source, Span};

/// The weight of a package besides its values.
const PACKAGE: usize = 100;

/// A configuration file, ready to be read: no job has `metadata` any more.
pub(super) struct Tree {
    /// The file.
    pub(super) source: Arc<Source>,
    /// The name of the upstream repository.
    pub(super) repository: Option<String>,
    /// The top level.
    pub(super) top: Mapping,
    /// The packages below `packages`; `None`: there is no such key, and the top level is the one package.
    pub(super) packages: Option<Vec<(String, Mapping)>>,
    /// The items of `jobs`, or the default ones.
    pub(super) jobs: Vec<Item>,
}

/// An item of `jobs`.
#[derive(Debug, Clone)]
pub(super) struct Item {
    /// Where it stands.
    pub(super) span: Span,
    /// Its keys, those of `metadata` among them.
    pub(super) keys: Mapping,
}

impl fmt::Debug for Tree {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tree").field("source", &self.source).finish_non_exhaustive()
    }
}

impl Tree {
    /// Where the values of a package (in the job `job`) are looked for, the nearest first; the first ones, as many as the number says,
    /// are not shared with other packages.
    pub(super) fn layers(&self, package: Option<&str>, job: Option<usize>) -> (Vec<&Mapping>, usize) {
        let mut layers = Vec::with_capacity(4);
        if let Some(item) = job.and_then(|job| self.jobs.get(job)) {
            if let Some(Value::Mapping(packages)) = item.keys.get("packages").map(|node| &node.value)
                && let Some(Value::Mapping(own)) = package.and_then(|name| packages.get(name)).map(|node| &node.value)
            {
                layers.push(own);
            }
            layers.push(&item.keys);
        }
        let Some(packages) = &self.packages else {
            layers.push(&self.top);
            let own = layers.len();
            return (layers, own);
        };
        layers.extend(packages.iter().find(|(name, _)| Some(name.as_str()) == package).map(|(_, own)| own));
        let own = layers.len();
        layers.push(&self.top);
        (layers, own)
    }

    /// How much has to be read for the package `name` (in the job `job`).
    pub(super) fn weight(&self, name: &str, job: Option<usize>) -> usize {
        let (layers, _) = self.layers(Some(name), job);
        PACKAGE + layers.iter().map(|keys| keys.weight(&["_", "jobs", "packages"])).sum::<usize>()
    }

    /// The package `name` as it is in force (for the job `job`); `None` when it has no name.
    pub(super) fn package(&self, reader: &mut Reader<'_>, name: &str, job: Option<usize>) -> Option<Package> {
        let (layers, own) = self.layers(Some(name), job);
        let key = self.packages.is_some().then_some(name);
        let names = Names { own, key, repository: self.repository.as_deref() };
        let mut package = package::read(reader, Layers(&layers), names)?;
        // A job may call it otherwise in the distribution, and it is the same package.
        name.clone_into(&mut package.name);
        Some(package)
    }

    /// The packages as they are in force without a job.
    pub(super) fn read_packages(&self, reader: &mut Reader<'_>) -> Vec<Package> {
        if let Some(packages) = &self.packages {
            let span = self.top.entry("packages").map_or(Span::default(), |entry| entry.key.span);
            let mut read = Vec::new();
            for (name, _) in packages {
                if !reader.spend(self.weight(name, None), span) {
                    break;
                }
                read.extend(self.package(reader, name, None));
            }
            return read;
        }
        let (layers, own) = self.layers(None, None);
        let names = Names { own, key: None, repository: self.repository.as_deref() };
        package::read(reader, Layers(&layers), names).into_iter().collect()
    }
}

/// The packages below `packages`, and what is wrong with the key; `None`: there is no such key.
pub(super) fn packages(reader: &mut Reader<'_>, top: &Mapping) -> Option<Vec<(String, Mapping)>> {
    let entry = top.entry("packages")?;
    let mut found = Vec::new();
    let what = "a mapping of names to mappings";
    let Some(packages) = reader.mapping_of(entry, "packages", what) else { return Some(found) };
    if packages.entries.is_empty() {
        reader.error(entry.key.span, "`packages` names no package", Some("name one, or remove the key".to_owned()));
    }
    reader.check_names(
        packages,
        |name| !name.is_empty() && !name.contains(['/', '\0']),
        |name, _| {
            let message = format!("the package name `{name}` becomes a file name and cannot be empty or contain `/`");
            let last = name.rsplit('/').find(|part| !part.is_empty()).unwrap_or("NAME");
            (message, Some(format!("write `{last}:`; its folder is `paths: [FOLDER]`")))
        },
    );
    for entry in &packages.entries {
        let Some(name) = entry.name() else { continue };
        match &entry.value.value {
            Value::Mapping(own) => {
                reader.check_keys(own, Level::Package);
                found.push((name.to_owned(), own.clone()));
            }
            other => {
                let message = format!("the package `{name}` must be a mapping, not {}", other.kind());
                reader.error(entry.key.span, message, Some(format!("write `{name}: {{}}` when it has no keys")));
            }
        }
    }
    Some(found)
}

/// The items of `jobs`, and what is wrong with their shape and their keys; the default ones when there is no such key.
pub(super) fn jobs(reader: &mut Reader<'_>, top: &Mapping) -> Vec<Item> {
    let Some(entry) = top.entry("jobs") else { return default_jobs() };
    let mut items = Vec::new();
    if matches!(entry.value.value, Value::Null) {
        let hint = "write `jobs: []` for no jobs, or remove the line for the default ones".to_owned();
        reader.error(entry.key.span, "`jobs` has no value", Some(hint));
        return items;
    }
    let Some(jobs) = reader.list_of(entry, "jobs", "a list of jobs") else { return items };
    for job in jobs {
        let Value::Mapping(mapping) = &job.value else {
            let message = format!("a job must be a mapping, not {}", job.value.kind());
            reader.error(job.span, message, Some("write `- job: NAME` and `trigger: EVENT` below it".to_owned()));
            continue;
        };
        reader.check_keys(mapping, Level::Job);
        items.push(Item { span: job.span, keys: without_metadata(reader, mapping) });
    }
    items
}

/// The keys of `job`, with those of its `metadata` among them.
fn without_metadata(reader: &mut Reader<'_>, job: &Mapping) -> Mapping {
    const KEY: &str = "metadata";
    let mut keys = job.clone();
    let Some(entry) = job.entry(KEY) else { return keys };
    keys.entries.retain(|entry| entry.name() != Some(KEY));
    if let Value::Null = entry.value.value {
        reader.warning(entry.key.span, "`metadata` has no value", "remove the line");
        return keys;
    }
    let Some(metadata) = reader.mapping_of(entry, KEY, "a mapping") else { return keys };
    reader.check_keys(metadata, Level::Metadata);
    let mixed = job::mixed(&keys);
    if let (Some(first), false) = (mixed.first(), metadata.entries.is_empty()) {
        let names: Vec<String> = mixed.iter().filter_map(|entry| Some(format!("`{}`", entry.name()?))).collect();
        let stand = if names.len() == 1 { "stands" } else { "stand" };
        let message = format!(
            "{} {stand} beside `metadata`, where keys of that kind must be all in or all out",
            names.join(", ")
        );
        let hint = "move what is below `metadata` up into the job, and remove `metadata:`".to_owned();
        reader.error(first.key.span, message, Some(hint));
        return keys;
    }
    let hint = "move what is below it up into the job, and remove `metadata:`";
    reader.warning(entry.key.span, "`metadata` is not needed any more", hint);
    for entry in metadata.entries.iter().filter(|entry| entry.name().is_some_and(|name| Level::Metadata.knows(name))) {
        let mut entry = entry.clone();
        let old = definitions::definitions(Level::Metadata)
            .find(|key| entry.name().is_some_and(|name| key.old.contains(&name)));
        if let Some(today) = old {
            let message = format!("`{}` is `{}` today", entry.name().unwrap_or_default(), today.name);
            reader.warning(entry.key.span, message, format!("write `{}:` instead", today.name));
            entry.key.value = Value::String(today.name.to_owned());
        }
        keys.entries.retain(|other| other.name().is_none() || other.name() != entry.name());
        keys.entries.push(entry);
    }
    keys
}

/// What a service does when the file says nothing of jobs.
fn default_jobs() -> Vec<Item> {
    let node = |value| Node { value, span: Span::NOWHERE };
    let text = |text: &str| node(Value::String(text.to_owned()));
    let job = |name: &str, trigger: &str, key: &str, value: &str| {
        let entry = |key: &str, value| Entry { key: text(key), value };
        let list = node(Value::Sequence(vec![text(value)]));
        let entries = vec![entry("job", text(name)), entry("trigger", text(trigger)), entry(key, list)];
        Item { span: Span::NOWHERE, keys: Mapping { entries } }
    };
    vec![
        job("copr_build", "pull_request", "targets", "fedora-stable"),
        job("tests", "pull_request", "targets", "fedora-stable"),
        job("propose_downstream", "release", "dist_git_branches", "fedora-all"),
    ]
}
