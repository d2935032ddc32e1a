//! Real public configurations against the verdicts of the Python packit, where they lie beside the project.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::*;

fn corpus() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus");
    let present = folder.join("oracle.jsonl.gz").is_file();
    if !present {
        // Not by `println!`, which nobody sees when a test passes.
        let line = format!("\nNOTHING IS COMPARED WITH THE PYTHON PACKIT: `{}` is not there\n", folder.display());
        std::io::Write::write_all(&mut std::io::stderr(), line.as_bytes()).unwrap();
    }
    present.then_some(folder)
}

/// How many configurations the corpus has.
fn count(folder: &Path) -> usize {
    ["configs", "historic"].iter().map(|below| fs_err::read_dir(folder.join(below)).unwrap().count()).sum()
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

/// What is in force, in the shape of the Python packit's own values.
fn effective(loaded: &Loaded, package: &str, job: Option<usize>) -> BTreeMap<&'static str, Json> {
    loaded.effective(package, job).unwrap().into_iter().map(|key| (key.key, key.value)).collect()
}

/// Keys that the version behind the oracle does not know.
const NEWER: &[&str] = &["use_copr_dist_git_build"];

/// Where we differ on purpose.
fn is_meant(package: &Package, key: &str, row: &Json, ours: &Json, theirs: &Json) -> bool {
    let spec_files = row["spec_files"].as_array().map_or(&[][..], Vec::as_slice);
    match key {
        // The documented default; the Python packit takes the repository's name and so calls all packages alike.
        "downstream_package_name" => {
            !package.downstream_package_name.is_given() && package.downstream_package_name.value == package.name
        }
        // `- false`: the program of that name; the Python packit keeps the boolean and fails when it runs the action.
        "actions" => row["file"].as_str().unwrap().starts_with("historic/packit__specfile__"),
        // A spec file that is named after the package or searched for: a step of its own here, after the loading.
        "specfile_path" => {
            let named = format!("{}.spec", package.downstream_package_name.value);
            let searched = spec_files.iter().any(|file| file == theirs);
            ours.is_null() && (searched || theirs.is_null() || theirs.as_str() == Some(named.as_str()))
        }
        _ => false,
    }
}

/// The same shape out of the Python packit's values: one command and a list of one are the same to us.
fn same_shape(key: &str, value: &Json) -> Json {
    match (key, value) {
        ("actions", Json::Object(actions)) => actions
            .iter()
            .map(|(name, value)| {
                (name.clone(), if value.is_string() { Json::Array(vec![value.clone()]) } else { value.clone() })
            })
            .collect(),
        (_, value) => value.clone(),
    }
}

/// The counts and the differences of a comparison.
#[derive(Default)]
struct Comparison {
    counts: BTreeMap<String, usize>,
    differences: Vec<String>,
}

impl Comparison {
    fn count(&mut self, what: impl Into<String>) {
        *self.counts.entry(what.into()).or_default() += 1;
    }

    fn package(&mut self, row: &Json, at: &str, package: &Package, ours: &BTreeMap<&'static str, Json>, theirs: &Json) {
        let theirs = theirs.as_object().unwrap();
        let file = row["file"].as_str().unwrap();
        for key in theirs.keys() {
            if !ours.contains_key(key.as_str()) {
                self.differences.push(format!("{file}: {at}: {key} is no key of ours"));
            }
        }
        for (key, value) in ours {
            let Some(theirs) = theirs.get(*key) else {
                if !NEWER.contains(key) {
                    self.differences.push(format!("{file}: {at}: {key} is no key of theirs"));
                }
                continue;
            };
            let theirs = same_shape(key, theirs);
            self.count("values compared");
            if *value == theirs {
                self.count("values equal");
            } else if is_meant(package, key, row, value, &theirs) {
                self.count(format!("{key} differs on purpose"));
            } else {
                self.differences.push(format!("{file}: {at}: {key}: {value}, not {theirs}"));
            }
        }
    }

    fn loaded(&mut self, file: &str, loaded: &Loaded, row: &Json) {
        let before = self.differences.len();
        let packages = row["normalised"]["packages"].as_object().unwrap();
        let names: Vec<&str> = loaded.packages.iter().map(|package| package.name.as_str()).collect();
        if names != packages.keys().collect::<Vec<_>>() {
            self.differences.push(format!("{file}: packages {names:?}, not {:?}", packages.keys()));
        }
        for package in &loaded.packages {
            self.count("packages compared");
            self.package(
                row,
                &package.name,
                package,
                &effective(loaded, &package.name, None),
                &packages[&package.name],
            );
        }
        let jobs = row["normalised"]["jobs"].as_array().unwrap();
        if jobs.len() != loaded.jobs.len() {
            self.differences.push(format!("{file}: {} jobs, not {}", loaded.jobs.len(), jobs.len()));
            return;
        }
        for (index, (job, theirs)) in loaded.jobs.iter().zip(jobs).enumerate() {
            self.count("jobs compared");
            self.job(file, index, job, theirs);
            let names: Vec<&str> = job.packages.iter().map(|package| package.name.as_str()).collect();
            let packages = theirs["packages"].as_object().unwrap();
            if names != packages.keys().collect::<Vec<_>>() {
                self.differences.push(format!("{file}: job {index}: {names:?}, not {:?}", packages.keys()));
                continue;
            }
            for package in &job.packages {
                self.count("packages of jobs compared");
                let ours = effective(loaded, &package.name, Some(index));
                let at = format!("job {index}: {}", package.name);
                self.package(row, &at, package, &ours, &packages[&package.name]);
            }
        }
        let views: Json = loaded
            .packages
            .iter()
            .map(|package| {
                let jobs = loaded.jobs.iter().filter(|job| job.package(&package.name).is_some());
                let shown = jobs.map(|job| format!("{}:{}", job.kind.value.as_str(), job.trigger.value.as_str()));
                (package.name.clone(), shown.map(Json::from).collect::<Json>())
            })
            .collect();
        if views != row["views"] {
            self.differences.push(format!("{file}: views {views}, not {}", row["views"]));
        }
        if self.differences.len() == before {
            self.count("files with equal values");
        }
    }

    fn job(&mut self, file: &str, index: usize, job: &crate::config::Job, theirs: &Json) {
        let texts = |texts: &Option<Vec<Spanned<String>>>| match texts {
            Some(texts) => texts.iter().map(|text| Json::from(text.value.clone())).collect(),
            None => Json::Null,
        };
        let ours = serde_json::json!({
            "job": job.kind.value.as_str(),
            "trigger": job.trigger.value.as_str(),
            "skip_build": job.skip_build,
            "manual_trigger": job.manual_trigger,
            "labels": texts(&job.labels),
            "package": null,
            "sidetag_group": job.sidetag_group.as_ref().map(|text| text.value.clone()),
            "dependents": texts(&job.dependents),
            "dependencies": texts(&job.dependencies),
        });
        for (key, value) in theirs.as_object().unwrap() {
            if key != "packages" && ours[key] != *value {
                self.differences.push(format!("{file}: job {index}: {key}: {}, not {value}", ours[key]));
            }
        }
    }

    fn refused(&mut self, file: &str, error: &Error, row: &Json) {
        let mut unknown = Vec::new();
        unknown_fields(&row["messages"], &mut unknown);
        for key in unknown {
            let finding = error.all_findings().iter().find(|finding| finding.message.contains(&format!("`{key}`")));
            match finding {
                Some(finding) if finding.place.is_some() && !finding.hints.is_empty() => {
                    self.count("unknown keys explained");
                }
                other => self.differences.push(format!("{file}: {key}: {other:?}")),
            }
        }
        // A finding without place or mend helps nobody; how broken YAML is mended is not always known.
        let errors = error.all_findings().iter().filter(|finding| finding.severity == Severity::Error);
        for finding in errors {
            if finding.place.is_none() || (finding.hints.is_empty() && row["stage"] != "yaml") {
                self.differences.push(format!("{file}: no place or mend: {finding:?}"));
            }
        }
    }
}

#[test]
fn same_verdicts_and_values_as_the_python_packit() {
    let Some(folder) = corpus() else { return };
    let mut comparison = Comparison::default();
    let rows = oracle(&folder);
    assert_eq!(rows.len(), count(&folder), "each configuration has a row");
    for row in rows {
        let file = row["file"].as_str().unwrap();
        let bytes = fs_err::read(folder.join(file)).unwrap();
        let ours = parse(bytes, Path::new(row["path"].as_str().unwrap()), row["repo_name"].as_str());
        match (row["valid"] == true, ours) {
            (true, Ok(loaded)) => {
                comparison.count("both load");
                comparison.loaded(file, &loaded, &row);
            }
            (false, Err(error)) => {
                comparison.count("both refuse");
                comparison.refused(file, &error, &row);
            }
            (true, Err(error)) => {
                comparison.differences.push(format!("{file}: refused: {:?}", error.all_findings()));
            }
            (false, Ok(_)) => comparison.differences.push(format!("{file}: loads, but: {}", row["error_text"])),
        }
    }
    println!("{:#?}", comparison.counts);
    let loaded_or_refused = ["both load", "both refuse"].map(|what| comparison.counts.get(what).copied().unwrap_or(0));
    assert!(loaded_or_refused.iter().all(|&count| count > 0), "{loaded_or_refused:?}");
    assert!(comparison.differences.is_empty(), "{}", comparison.differences.join("\n"));
}
