//! The JSON Schema of a package configuration, for editors: made from the table of keys.

use serde_json::{Map, Value as Json, json};

use super::action::ActionName;
use super::definitions::{BRANCH, Choice, Definition, Level, TARGET, TRIGGERS, Type, definitions};

/// Spellings of true and false besides YAML's own.
const TRUTHS: &[&str] = &[
    "t", "T", "true", "True", "TRUE", "on", "On", "ON", "y", "Y", "yes", "Yes", "YES", "1", "f", "F", "false", "False",
    "FALSE", "off", "Off", "OFF", "n", "N", "no", "No", "NO", "0",
];

/// A name that becomes a part of file names: see `refused_in_name`.
const NAME: &str = r"^[\p{L}\p{N}._+~^@=,][\p{L}\p{N}._+~^@=,-]*$";

const SPECIFIERS: &str = r"^[\s,]*((===|~=|==|!=|<=|>=|<|>)\s*[^\s,<>=!~][^\s,]*\s*(,[\s,]*|$))*$";

/// The JSON Schema (draft 2020-12) of a package configuration.
///
/// It accepts what packit accepts, as far as a schema can say it: that names of packages in jobs are known, and that
/// regular expressions can be used, it cannot say.
pub fn schema() -> Json {
    let mut parts = Map::new();
    for definition in definitions(Level::Package) {
        parts.insert(definition.name.to_owned(), key(definition));
    }
    let mut choices: Vec<Json> = vec![json!({"type": "boolean"})];
    choices.push(
        json!({"enum": TRUTHS.iter().map(|text| Json::from(*text)).chain([0.into(), 1.into()]).collect::<Vec<_>>()}),
    );
    parts.insert("flag".to_owned(), json!({"anyOf": choices}));
    parts.insert("commands".to_owned(), commands());
    parts.insert("package".to_owned(), object(properties(Level::Package)));
    let mut job = object(properties(Level::Job));
    set(&mut job, "required", json!(["job", "trigger"]));
    parts.insert("job".to_owned(), job);
    let mut schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "packit's package configuration",
        "description": "The file .packit.yaml: how a project gets from upstream to packages of a distribution.",
    });
    if let (Json::Object(schema), Json::Object(top)) = (&mut schema, object(properties(Level::Top))) {
        schema.extend(top);
        schema.insert("$defs".to_owned(), Json::Object(parts));
    }
    schema
}

fn set(schema: &mut Json, keyword: &str, value: Json) {
    if let Json::Object(schema) = schema {
        schema.insert(keyword.to_owned(), value);
    }
}

fn reference(part: &str) -> Json {
    json!({"$ref": format!("#/$defs/{part}")})
}

fn object(properties: Map<String, Json>) -> Json {
    json!({"type": "object", "properties": properties, "additionalProperties": false})
}

/// The keys of `level`; those that may stand in several places are references.
fn properties(level: Level) -> Map<String, Json> {
    let mut properties = Map::new();
    for definition in definitions(level) {
        let shared = definitions(Level::Package).any(|key| key.name == definition.name);
        let schema = if shared { reference(definition.name) } else { key(definition) };
        if level == Level::Metadata {
            for old in definition.old {
                let mut schema = schema.clone();
                set(&mut schema, "deprecated", Json::Bool(true));
                properties.insert((*old).to_owned(), schema);
            }
        }
        properties.insert(definition.name.to_owned(), schema);
    }
    properties
}

/// One key.
fn key(definition: &Definition) -> Json {
    let mut schema = kind(&definition.kind);
    if definition.empty {
        schema = or_nothing(schema);
    }
    let by = if definition.service { " Only a service uses it." } else { "" };
    let mut described = Map::new();
    described.insert("description".to_owned(), format!("{}.{by}", definition.about).into());
    match serde_json::from_str::<Json>(definition.default) {
        Ok(Json::Null) | Err(_) => {}
        Ok(default) => {
            described.insert("default".to_owned(), default);
        }
    }
    if matches!(definition.kind, Type::Metadata) || definition.name == "package" {
        described.insert("deprecated".to_owned(), Json::Bool(true));
    }
    if let Json::Object(schema) = schema {
        described.extend(schema);
    }
    Json::Object(described)
}

fn or_nothing(schema: Json) -> Json {
    match schema {
        Json::Object(mut schema) if schema.get("type").is_some_and(Json::is_string) => {
            if let Some(kind) = schema.get_mut("type") {
                *kind = json!([kind.clone(), "null"]);
            }
            Json::Object(schema)
        }
        Json::Object(mut schema) if schema.get("anyOf").is_some_and(Json::is_array) => {
            if let Some(Json::Array(choices)) = schema.get_mut("anyOf") {
                choices.push(json!({"type": "null"}));
            }
            Json::Object(schema)
        }
        schema @ Json::Object(_) => json!({"anyOf": [schema, {"type": "null"}]}),
        schema => schema,
    }
}

fn kind(kind: &Type) -> Json {
    let text = || json!({"type": "string"});
    let texts = || json!({"type": "array", "items": text()});
    match kind {
        Type::Text => text(),
        Type::Pattern => json!({"type": "string", "format": "regex"}),
        Type::Name => json!({"type": "string", "pattern": NAME}),
        Type::Specifiers => json!({"type": "string", "pattern": SPECIFIERS}),
        Type::Flag => reference("flag"),
        Type::Integer(least, most) => {
            let digits = match most {
                0..=99 => {
                    format!(r"^\s*0*({})\s*$", (*least..=*most).map(|n| n.to_string()).collect::<Vec<_>>().join("|"))
                }
                _ => r"^\s*\d{1,9}\s*$".to_owned(),
            };
            json!({"anyOf": [
                {"type": "integer", "minimum": least, "maximum": most},
                {"type": "string", "pattern": digits},
            ]})
        }
        Type::SourceNumber => json!({"anyOf": [
            {"type": "integer", "minimum": 0, "maximum": u32::MAX},
            {"type": "string", "pattern": r"^\s*([Ss][Oo][Uu][Rr][Cc][Ee]\d*|\d+)\s*$"},
        ]}),
        Type::Choice(choices) => json!({"anyOf": constants(choices)}),
        Type::Known(choices) => {
            let mut any = constants(choices);
            any.push(text());
            json!({"anyOf": any})
        }
        Type::Texts => texts(),
        Type::Folders => json!({"type": "array", "items": text(), "minItems": 1}),
        Type::Choices(choices) => json!({"type": "array", "items": {"anyOf": constants(choices)}}),
        Type::Group(keys) => object(keys.iter().map(|inner| (inner.name.to_owned(), key(inner))).collect()),
        Type::Mapping => json!({"type": "object"}),
        Type::Macros => {
            json!({"type": "object", "additionalProperties": {"type": ["string", "number", "boolean", "null"]}})
        }
        Type::Actions => {
            let actions = ActionName::ALL.map(|action| (action.as_str().to_owned(), reference("commands")));
            object(actions.into_iter().collect())
        }
        Type::SyncedFiles => json!({"type": "array", "items": {"anyOf": [text(), {
            "type": "object",
            "properties": {
                "src": {"description": "Files and folders upstream.", "anyOf": [text(), texts()]},
                "dest": {"description": "Their place in dist-git.", "type": "string"},
                "mkpath": {"description": "Whether folders on the way are made.", "$ref": "#/$defs/flag"},
                "delete": {"description": "Whether what is only in dist-git is removed.", "$ref": "#/$defs/flag"},
                "filters": {"description": "Rules of rsync.", "type": "array", "items": text()},
            },
            "required": ["src", "dest"],
            "additionalProperties": false,
        }]}}),
        Type::Sources => json!({"type": "array", "items": {
            "type": "object",
            "properties": {
                "path": {"description": "Where to put the file, relative to the spec file's folder.", "type": "string"},
                "url": {"description": "Where to get it.", "type": "string"},
            },
            "required": ["path", "url"],
            "additionalProperties": false,
        }}),
        Type::Targets => listed_or_special(TARGET),
        Type::Branches => listed_or_special(BRANCH),
        Type::Triggers => {
            let names: Vec<&str> = TRIGGERS.iter().map(|(name, _)| *name).collect();
            let one = names.join("|");
            let mut any = constants(TRIGGERS);
            any.push(json!({"type": "string", "pattern": format!(r"^\s*({one})\s*(\|\s*({one})\s*)*$")}));
            json!({"anyOf": any})
        }
        Type::JobPackages => json!({"anyOf": [
            texts(),
            {"type": "object", "additionalProperties": reference("package")},
        ]}),
        Type::Metadata => object(properties(Level::Metadata)),
        Type::Jobs => json!({"type": "array", "items": reference("job")}),
        Type::Packages => json!({
            "type": "object",
            "propertyNames": {"pattern": r"^[^/\u0000]+$"},
            "additionalProperties": reference("package"),
            "minProperties": 1,
        }),
        Type::Shelf => json!({}),
    }
}

fn constants(choices: &[Choice]) -> Vec<Json> {
    choices.iter().map(|(value, about)| json!({"const": value, "description": about})).collect()
}

/// A text, a list of texts, or a mapping with what is special for each.
fn listed_or_special(special: &[Definition]) -> Json {
    let special = object(special.iter().map(|inner| (inner.name.to_owned(), key(inner))).collect());
    json!({"anyOf": [
        {"type": "string"},
        {"type": "array", "items": {"type": "string"}},
        {"type": "object", "additionalProperties": special},
    ]})
}

/// What stands behind an action's name.
fn commands() -> Json {
    let word = json!({"type": ["string", "number", "boolean"]});
    json!({
        "description": "A command, or a list of commands; an empty list: the step is left out.",
        "anyOf": [
            {"type": "null"},
            {"type": "string"},
            {"type": "array", "items": {"anyOf": [word, {"type": "array", "items": word}]}},
        ],
    })
}

#[cfg(test)]
mod tests;
