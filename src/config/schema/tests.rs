use std::path::Path;

use jsonschema::Validator;

use super::*;
use crate::config::load::parse;
use crate::config::node::{Node, Value};
use crate::config::{Loaded, Source, yaml};

fn validator() -> Validator {
    let schema = schema();
    assert!(jsonschema::draft202012::meta::is_valid(&schema));
    jsonschema::draft202012::new(&schema).unwrap()
}

fn load(document: &Json) -> crate::error::Result<Loaded> {
    parse(document.to_string().into_bytes(), Path::new(".packit.yaml"), Some("repo"))
}

/// Values of every shape.
fn samples(example: &Json) -> Vec<Json> {
    let mut samples = vec![example.clone()];
    for text in [
        "null",
        "true",
        "1",
        "1.5",
        "-1",
        "99999999999",
        "\"\"",
        "\"x\"",
        "\"two words\"",
        "\"-x\"",
        "\"a/b\"",
        "\"yes\"",
        "\"12\"",
        "[]",
        "[\"x\"]",
        "[1]",
        "[null]",
        "[[\"x\"]]",
        "[{}]",
        "[{\"x\": \"y\"}]",
        "{}",
        "{\"x\": \"y\"}",
        "{\"x\": {}}",
        "{\"x\": null}",
        "{\"x\": [\"y\"]}",
        "{\"x\": [1]}",
        "{\"x\": {\"y\": {}}}",
        "{\"pre-sync\": [[1, true]]}",
        "{\"pre-sync\": 1}",
        "[{\"src\": \"a\", \"dest\": \"b\"}]",
        "[{\"src\": [\"a\"], \"dest\": null}]",
        "[{\"path\": \"a\", \"url\": \"b\"}]",
        "{\"x\": {\"distros\": \"y\"}}",
        "{\"x\": {\"distros\": [\"y\"], \"with_opts\": [1]}}",
        "{\"x\": {\"additional_modules\": \"y\"}}",
        "{\"x\": {\"fast_forward_merge_into\": [\"y\"]}}",
        "\"commit|release\"",
        "\"commit|\"",
        "\"release\"",
        "\"on\"",
        "\"Source2\"",
        "\"Patch2\"",
        "\"stg\"",
        "[\"stg\"]",
        "\">=1, <2\"",
        "\"1.0\"",
        "{\"label\": {\"present\": \"x\"}}",
        "{\"label\": null}",
        "{\"targets\": \"x\"}",
        "{\"dist-git-branch\": [\"x\"]}",
        "{\"specfile_path\": \"x\"}",
        "{\"repo\": {\"owner\": \"x\"}}",
        "{\"repo\": {\"trigger\": \"commit\"}}",
        "[\"repo\"]",
    ] {
        samples.push(serde_json::from_str(text).unwrap());
    }
    samples
}

/// What a schema cannot say.
fn is_beyond_schema(key: &str, value: &Json) -> bool {
    match key {
        // The names of packages are in another place of the file.
        "packages" => ["\"x\"", "\"stg\""].iter().any(|name| value.to_string().contains(name)),
        _ => false,
    }
}

#[test]
fn accepts_what_the_loader_accepts_and_nothing_else() {
    let validator = validator();
    let mut differences = Vec::new();
    let mut both = [0_u32; 2];
    for level in [Level::Top, Level::Job, Level::JobPackage, Level::Metadata] {
        for definition in definitions(level) {
            let key = definition.name;
            let example = serde_json::from_str(&definition.example.replace("PACKAGE", "repo")).unwrap();
            for value in samples(&example) {
                let keys = json!({key: value});
                let mut job = json!({"job": "tests", "trigger": "commit"});
                let mut document = match level {
                    Level::Top => keys,
                    Level::Job => {
                        set(&mut job, key, value.clone());
                        json!({"jobs": [job]})
                    }
                    Level::Package | Level::JobPackage => {
                        json!({"jobs": [{"job": "tests", "trigger": "commit", "packages": {"repo": keys}}]})
                    }
                    Level::Metadata => json!({"jobs": [{"job": "tests", "trigger": "commit", "metadata": keys}]}),
                };
                if key == "pkg_tool" {
                    // An unknown tool is no error then.
                    set(&mut document, "dist_git_base_url", "https://example.com".into());
                }
                let ours = load(&document);
                let theirs = validator.is_valid(&document);
                both[usize::from(theirs)] += 1;
                if ours.is_ok() != theirs && !is_beyond_schema(key, &value) {
                    let why = ours
                        .err()
                        .map(|error| format!("{:?}", error.all_findings().first().map(|f| f.message.clone())));
                    differences.push(format!("{level:?} {document}: schema {theirs}, loader {why:?}"));
                }
            }
        }
    }
    assert!(both[0] > 1000 && both[1] > 1000, "{both:?}");
    assert!(differences.is_empty(), "{}\n{}", differences.len(), differences.join("\n"));
}

#[test]
fn every_example_and_default_is_valid() {
    let validator = validator();
    for definition in definitions(Level::Package) {
        let example: Json = serde_json::from_str(definition.example).unwrap();
        assert!(validator.is_valid(&json!({definition.name: example})), "{}", definition.name);
        let default: Json = serde_json::from_str(definition.default).unwrap();
        if !default.is_null() {
            assert!(validator.is_valid(&json!({definition.name: default})), "{}", definition.name);
            assert_ne!(example, default, "{}", definition.name);
        }
        assert!(!definition.about.ends_with('.') && definition.about.len() > 10, "{}", definition.name);
    }
}

#[test]
fn the_readers_read_every_key_of_the_table() {
    // A key that nothing reads would not change what is loaded.
    let without = load(&json!({})).unwrap();
    let shown = |loaded: &Loaded| format!("{:?} {:?} {:?}", loaded.packages, loaded.jobs, loaded.findings);
    for definition in definitions(Level::Top).filter(|key| !matches!(key.kind, Type::Shelf)) {
        let example: Json = serde_json::from_str(definition.example).unwrap();
        let with = load(&json!({definition.name: example})).unwrap();
        assert_ne!(shown(&without), shown(&with), "{}", definition.name);
    }
    let job = json!({"job": "tests", "trigger": "commit"});
    let without = load(&json!({"packages": {"repo": {}, "b": {}}, "jobs": [job]})).unwrap();
    for definition in definitions(Level::Job).filter(|key| key.name != "job") {
        let mut job = job.clone();
        set(&mut job, definition.name, serde_json::from_str(&definition.example.replace("PACKAGE", "repo")).unwrap());
        let with = load(&json!({"packages": {"repo": {}, "b": {}}, "jobs": [job]})).unwrap();
        assert_ne!(shown(&without), shown(&with), "{}", definition.name);
    }
}

#[test]
fn refuses_broken_configurations() {
    let validator = validator();
    for document in [
        json!({"synced_files": ["a"]}),
        json!({"jobs": null}),
        json!({"jobs": {"job": "tests"}}),
        json!({"jobs": [{"job": "tests"}]}),
        json!({"jobs": [{"job": "production_build", "trigger": "release"}]}),
        json!({"jobs": [{"job": "tests", "trigger": ["commit"]}]}),
        json!({"jobs": [{"job": "tests", "trigger": "comit"}]}),
        json!({"packages": {"a": null}}),
        json!({"branch": 3.10}),
        json!([]),
    ] {
        assert!(!validator.is_valid(&document), "{document}");
        assert!(load(&document).is_err(), "{document}");
    }
}

/// The file as a validator of an editor sees it.
fn seen(node: &Node) -> Json {
    match &node.value {
        Value::Null => Json::Null,
        Value::Bool(value) => Json::Bool(*value),
        Value::Number(number) => match number.integer() {
            Some(whole) => whole.into(),
            None => number.text.parse::<f64>().unwrap().into(),
        },
        Value::String(text) => Json::String(text.clone()),
        Value::Sequence(items) => items.iter().map(seen).collect(),
        Value::Mapping(mapping) => {
            mapping.entries.iter().map(|entry| (entry.name().unwrap().to_owned(), seen(&entry.value))).collect()
        }
    }
}

#[test]
fn accepts_every_valid_public_configuration() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus");
    if !folder.is_dir() {
        println!("left out: `{}` is not there", folder.display());
        return;
    }
    let validator = validator();
    let mut counts = [0_u32; 2];
    for part in ["configs", "historic"] {
        for entry in fs_err::read_dir(folder.join(part)).unwrap() {
            let file = entry.unwrap().path();
            let bytes = fs_err::read(&file).unwrap();
            let text = String::from_utf8(bytes.clone()).unwrap();
            let valid = parse(bytes, &file, Some("repo")).is_ok();
            let Some(root) = yaml::read(&Source::new(&file, text), &mut Vec::new()) else { continue };
            let errors: Vec<String> = validator.iter_errors(&seen(&root)).map(|error| error.to_string()).collect();
            counts[usize::from(valid)] += 1;
            // `metadata` mixed with other keys is all that a schema does not see.
            let mixed = ["packit__hello-world__.packit@83bd16a108", "packit__specfile__.packit@910e2bef39"];
            let is_mixed = mixed.iter().any(|name| file.to_string_lossy().contains(name));
            assert!(valid == errors.is_empty() || is_mixed, "{}: {errors:?}", file.display());
        }
    }
    println!("{counts:?}");
}
