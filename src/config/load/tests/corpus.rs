//! Real public configurations against the verdicts of the Python packit, where they lie beside the project.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::*;

/// Files that the Python packit refuses for the value of a job's key. Those values are not read yet.
const JOB_VALUES: &[&str] = &["Must be one of", "Not a valid string", "Mixing obsolete metadata", "unhashable type"];

fn corpus() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus");
    let present = folder.join("oracle.jsonl.gz").is_file();
    if !present {
        println!("left out: `{}` is not there", folder.display());
    }
    present.then_some(folder)
}

fn oracle(folder: &Path) -> Vec<Json> {
    let packed = fs_err::read(folder.join("oracle.jsonl.gz")).unwrap();
    let size = u32::from_le_bytes(packed[packed.len() - 4..].try_into().unwrap()) as usize;
    let mut text = vec![0; size];
    libdeflater::Decompressor::new().gzip_decompress(&packed, &mut text).unwrap();
    let text = String::from_utf8(text).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The keys that the Python packit calls unknown.
fn unknown_fields(messages: &Json, found: &mut Vec<String>) {
    let Json::Object(map) = messages else { return };
    for (key, value) in map {
        if value.as_array().is_some_and(|list| list.iter().any(|text| text == "Unknown field.")) {
            found.push(key.clone());
        }
        unknown_fields(value, found);
    }
}

/// What we read, in the shape of the Python packit's own values.
fn effective(package: &Package) -> BTreeMap<&'static str, Json> {
    let text = |value: &Option<Spanned<String>>| value.as_ref().map_or(Json::Null, |text| text.value.clone().into());
    let or_empty = |value: &Option<Spanned<String>>| value.as_ref().map_or("", |text| text.value.as_str()).into();
    let flag = |value: &Option<Spanned<bool>>, default| value.as_ref().map_or(default, |flag| flag.value).into();
    let commands = |action: &crate::config::Action| match &action.commands {
        Commands::Null => Json::Null,
        Commands::List(list) => list
            .iter()
            .map(|command| match &command.value {
                Command::Line(line) => Json::from(line.clone()),
                Command::Words(words) => Json::from(words.clone()),
            })
            .collect(),
    };
    let paths: Vec<&str> = package.paths.iter().map(|path| path.value.as_str()).collect();
    BTreeMap::from([
        ("specfile_path", text(&package.specfile_path)),
        ("downstream_package_name", package.downstream_package_name.value.clone().into()),
        ("upstream_package_name", package.upstream_package_name.value.clone().into()),
        ("upstream_project_url", text(&package.upstream_project_url)),
        ("paths", if paths.is_empty() { Json::from(vec!["./"]) } else { Json::from(paths) }),
        ("upstream_ref", text(&package.upstream_ref)),
        ("upstream_tag_template", package.upstream_tag_template.value.clone().into()),
        ("upstream_tag_include", or_empty(&package.upstream_tag_include)),
        ("upstream_tag_exclude", or_empty(&package.upstream_tag_exclude)),
        ("archive_root_dir_template", package.archive_root_dir_template.value.clone().into()),
        ("spec_source_id", format!("Source{}", package.spec_source_id.value).into()),
        ("actions", package.actions.iter().map(|a| (a.name.value.as_str().to_owned(), commands(a))).collect()),
        (
            "sources",
            package.sources.iter().map(|s| serde_json::json!({"path": s.path.value, "url": s.url.value})).collect(),
        ),
        ("update_release", flag(&package.update_release, true)),
        ("preserve_spec", flag(&package.preserve_spec, false)),
        ("release_suffix", text(&package.release_suffix)),
        ("version_suffix", text(&package.version_suffix)),
        ("prerelease_suffix_pattern", package.prerelease_suffix_pattern.value.clone().into()),
        ("prerelease_suffix_macro", text(&package.prerelease_suffix_macro)),
    ])
}

/// Where we differ on purpose.
fn is_meant(package: &Package, key: &str, file: &str) -> bool {
    match key {
        // The documented default; the Python packit takes the repository's name and so calls all packages alike.
        "downstream_package_name" => {
            !package.downstream_package_name.is_given() && package.downstream_package_name.value == package.name
        }
        // `- false`: the program of that name; the Python packit keeps the boolean and fails when it runs the action.
        "actions" => file.starts_with("historic/packit__specfile__"),
        _ => false,
    }
}

/// The same shape out of the Python packit's values: one command and a list of one are the same to us.
fn theirs(package: &Json, key: &str, ours_is_unset: bool) -> Json {
    let value = package[key].clone();
    match (key, value) {
        ("actions", Json::Object(actions)) => actions
            .into_iter()
            .map(|(name, value)| (name, if value.is_string() { Json::Array(vec![value]) } else { value }))
            .collect(),
        // A spec file that was searched for.
        ("specfile_path", _) if ours_is_unset => Json::Null,
        (_, value) => value,
    }
}

#[test]
fn same_verdicts_and_values_as_the_python_packit() {
    let Some(folder) = corpus() else { return };
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let mut differences = Vec::new();
    for row in oracle(&folder) {
        let file = row["file"].as_str().unwrap();
        let repository = row["repo_name"].as_str();
        let bytes = fs_err::read(folder.join(file)).unwrap();
        let ours = parse(bytes, Path::new(row["path"].as_str().unwrap()), repository);
        let mut count = |what: &str| *counts.entry(what.to_owned()).or_default() += 1;
        match (row["valid"] == true, ours) {
            (true, Ok(loaded)) => {
                count("both load");
                let packages = row["normalised"]["packages"].as_object().unwrap();
                let names: Vec<&str> = loaded.packages.iter().map(|package| package.name.as_str()).collect();
                if names != packages.keys().collect::<Vec<_>>() {
                    differences.push(format!("{file}: packages {names:?}, not {:?}", packages.keys()));
                }
                for package in &loaded.packages {
                    count("packages compared");
                    for (key, value) in effective(package) {
                        let theirs = theirs(&packages[&package.name], key, value.is_null());
                        if value != theirs && is_meant(package, key, file) {
                            count(&format!("{key} differs on purpose"));
                        } else if value != theirs {
                            differences.push(format!("{file}: {}: {key}: {value}, not {theirs}", package.name));
                        }
                    }
                }
            }
            (true, Err(error)) => differences.push(format!("{file}: refused: {:?}", error.all_findings())),
            (false, Err(error)) => {
                count("both refuse");
                let mut unknown = Vec::new();
                unknown_fields(&row["messages"], &mut unknown);
                for key in unknown {
                    let finding =
                        error.all_findings().iter().find(|finding| finding.message.contains(&format!("`{key}`")));
                    match finding {
                        Some(finding) if finding.place.is_some() && !finding.hints.is_empty() => {
                            count("unknown keys explained")
                        }
                        other => differences.push(format!("{file}: {key}: {other:?}")),
                    }
                }
            }
            (false, Ok(_)) => {
                let text = row["error_text"].as_str().unwrap_or_default();
                if JOB_VALUES.iter().any(|value| text.contains(value)) {
                    count("refused by the Python packit for a value in a job");
                } else {
                    differences.push(format!("{file}: loads, but: {text}"));
                }
            }
        }
    }
    println!("{counts:#?}");
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}
