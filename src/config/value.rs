//! What is in force for a key, as plain data: for `packit config show`, and to compare with the Python packit.

use serde_json::{Map, Value as Json, json};

use super::action::{self, Action, Command, Commands};
use super::definitions::{Definition, Type};
use super::files_to_sync;
use super::node::{Mapping, Node, Value};
use super::package;
use super::read::{Empty, Layers, Reader};
use super::source::Spanned;
use super::targets;

/// The value of the mapping `key`, whatever it holds.
pub(super) fn values(reader: &mut Reader<'_>, keys: Layers<'_>, key: &str, empty: Empty) -> Option<Map<String, Json>> {
    let entry = reader.entry(keys, key, empty)?;
    let mapping = reader.mapping_of(entry, key, "a mapping")?;
    reader.check_names(mapping, |_| true, |_, _| (String::new(), None));
    Some(map(mapping))
}

fn map(mapping: &Mapping) -> Map<String, Json> {
    let entries = mapping.entries.iter();
    entries.filter_map(|entry| Some((entry.name()?.to_owned(), plain(&entry.value)))).collect()
}

/// `node` as plain data. A number whose spelling would be lost (`1.10`, `010`) is text.
pub(super) fn plain(node: &Node) -> Json {
    match &node.value {
        Value::Null => Json::Null,
        Value::Bool(value) => Json::Bool(*value),
        Value::Number(number) => match serde_json::from_str::<serde_json::Number>(&number.text) {
            Ok(value) if value.to_string() == number.text => Json::Number(value),
            _ => Json::String(number.text.clone()),
        },
        Value::String(text) => Json::String(text.clone()),
        Value::Sequence(items) => items.iter().map(plain).collect(),
        Value::Mapping(mapping) => Json::Object(map(mapping)),
    }
}

/// What is in force for the key `definition` of a package.
pub(super) fn in_force(reader: &mut Reader<'_>, keys: Layers<'_>, definition: &Definition) -> Json {
    let given = keys.entry(definition.name).is_some_and(|entry| !matches!(entry.value.value, Value::Null));
    let read = if given { read(reader, keys, definition) } else { None };
    read.unwrap_or_else(|| match keys.entry(definition.name) {
        // An empty value hides an inherited one, and what is not there has the default.
        Some(_) => empty_of(&default(definition)),
        None => default(definition),
    })
}

fn default(definition: &Definition) -> Json {
    serde_json::from_str(definition.default).unwrap_or_default()
}

/// What is in force for a key that is written without a value and has the default `default`.
fn empty_of(default: &Json) -> Json {
    match default {
        Json::Array(_) => json!([]),
        Json::Object(_) => json!({}),
        Json::Bool(_) => default.clone(),
        _ => Json::Null,
    }
}

fn read(reader: &mut Reader<'_>, keys: Layers<'_>, definition: &Definition) -> Option<Json> {
    let key = definition.name;
    let empty = Empty::Unset;
    Some(match definition.kind {
        Type::Text | Type::Name | Type::Pattern | Type::Specifiers | Type::Known(_) => {
            reader.text(keys, key, empty)?.value.into()
        }
        Type::Flag => reader.flag(keys, key, empty)?.value.into(),
        Type::Integer(least, most) => reader.integer(keys, key, (least, most))?.value.into(),
        Type::SourceNumber => format!("Source{}", package::spec_source_id(reader, keys).value).into(),
        Type::Choice(choices) => reader.choice(keys, key, empty, choices)?.value.into(),
        Type::Texts | Type::Folders => texts(&reader.texts(keys, key, empty)?),
        Type::Choices(choices) => {
            reader.choices(keys, key, choices)?.iter().map(|item| Json::from(item.value)).collect()
        }
        Type::Group(inner) => {
            let mut found = Map::new();
            reader.group(keys, key, |reader, keys| {
                found.extend(inner.iter().map(|key| (key.name.to_owned(), in_force(reader, keys, key))));
            });
            Json::Object(found)
        }
        Type::Mapping => Json::Object(values(reader, keys, key, empty)?),
        Type::Macros => {
            package::macros(reader, keys, key).into_iter().map(|(name, value)| (name, json!(value))).collect()
        }
        Type::Actions => {
            action::read(reader, keys).iter().map(|a| (a.name.value.as_str().to_owned(), commands(a))).collect()
        }
        Type::SyncedFiles => {
            let items = files_to_sync::read(reader, keys);
            let item = |item: &files_to_sync::SyncedFiles| {
                json!({
                    "src": texts(&item.src), "dest": item.dest.value, "mkpath": item.mkpath, "delete": item.delete,
                    "filters": texts(&item.filters),
                })
            };
            items.iter().map(item).collect()
        }
        Type::Sources => {
            let sources = package::sources(reader, keys);
            sources.iter().map(|source| json!({"path": source.path.value, "url": source.url.value})).collect()
        }
        Type::Targets => {
            let targets = targets::targets(reader, keys);
            targets.iter().map(|target| (target.name.value.clone(), special(target))).collect()
        }
        Type::Branches => {
            let branches = targets::branches(reader, keys);
            if keys.entry(key).is_some_and(|entry| matches!(entry.value.value, Value::Mapping(_))) {
                let merged = |branch: &targets::Branch| match &branch.fast_forward_merge_into[..] {
                    [] => json!({}),
                    into => json!({"fast_forward_merge_into": texts(into)}),
                };
                branches.iter().map(|branch| (branch.name.value.clone(), merged(branch))).collect()
            } else {
                branches.iter().map(|branch| Json::from(branch.name.value.clone())).collect()
            }
        }
        Type::Triggers | Type::JobPackages | Type::Metadata | Type::Jobs | Type::Packages | Type::Shelf => {
            plain(&keys.entry(key)?.value)
        }
    })
}

fn texts(items: &[Spanned<String>]) -> Json {
    items.iter().map(|item| Json::from(item.value.clone())).collect()
}

fn commands(action: &Action) -> Json {
    match &action.commands {
        Commands::Null => Json::Null,
        Commands::List(list) => list
            .iter()
            .map(|command| match &command.value {
                Command::Line(line) => Json::from(line.clone()),
                Command::Words(words) => Json::from(words.clone()),
            })
            .collect(),
    }
}

fn special(target: &targets::Target) -> Json {
    let lists = [
        ("distros", &target.distros),
        ("additional_packages", &target.additional_packages),
        ("additional_repos", &target.additional_repos),
        ("with_opts", &target.with_opts),
        ("without_opts", &target.without_opts),
    ];
    let given = lists.into_iter().filter(|(_, list)| !list.is_empty());
    let mut special: Map<String, Json> = given.map(|(key, list)| (key.to_owned(), texts(list))).collect();
    if let Some(modules) = &target.additional_modules {
        special.insert("additional_modules".to_owned(), modules.value.clone().into());
    }
    Json::Object(special)
}
