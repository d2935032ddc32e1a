//! The keys that may stand somewhere, and what an unknown one most probably means.

use strsim::{damerau_levenshtein, jaro_winkler};

use super::definitions::{JOB_TYPES, Level, definitions, known, places, retired};
use super::node::{Node, Value};

impl Level {
    /// Whether `key` may stand here.
    pub(super) fn knows(self, key: &str) -> bool {
        known(self, key)
    }

    /// What to do about the unknown key `key` with its `value`: the message and a hint.
    pub(super) fn explain(self, key: &str, value: &Node) -> (String, Option<String>) {
        if let Some((message, hint)) = retired(key, value) {
            return (message, Some(hint));
        }
        let message = format!("unknown key `{key}`");
        let elsewhere = match places(key)[..] {
            [] => nearest(key, definitions(self).map(|key| key.name)).map(|near| format!("did you mean `{near}`?")),
            [Level::Top] => Some(format!("`{key}` belongs to the top level of the file")),
            [Level::Job] => Some(format!("`{key}` belongs into a job, below `jobs:`")),
            [Level::Top, Level::Job] => Some(format!("`{key}` belongs to the top level of the file, or into a job")),
            [..] => Some(format!("`{key}` belongs beside `metadata`, which is not needed any more")),
        };
        let hint = elsewhere.or_else(|| meant(key)).unwrap_or_else(|| match value.value {
            Value::Sequence(_) | Value::Mapping(_) if self == Level::Top => {
                format!("remove it, or move it below the key `_` if it only holds anchors; {LIST}")
            }
            _ => format!("remove it; {LIST}"),
        });
        (message, Some(hint))
    }
}

/// Where all keys are told.
const LIST: &str = "`packit config schema` lists the keys";

/// What those meant who wrote a key that is nothing like one of ours.
fn meant(key: &str) -> Option<String> {
    Some(match key {
        "repos" | "repo" | "rev" | "hooks" => format!("move `{key}` to `.pre-commit-config.yaml`, where it belongs"),
        "version" => {
            "remove it: the version comes from the newest tag, or from the action `get-current-version`".to_owned()
        }
        "deployment" => "write `packit_instances: [prod]`, or `[stg]`, to choose the service that works".to_owned(),
        "release_to" => "write `dist_git_branches:` with the branches, in the job `propose_downstream`".to_owned(),
        "checks" => "remove it: packit waits for no checks; a job `tests` makes some".to_owned(),
        _ => {
            let (job, _) = JOB_TYPES.iter().find(|(job, _)| *job == key)?;
            format!("`{job}` is a job: write `- job: {job}` below `jobs:`, with its keys below that")
        }
    })
}

/// The one of `known` that `word` most probably means.
pub fn nearest<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let word: String = word.chars().take(64).collect::<String>().to_lowercase();
    let word = word.trim_matches(|c: char| !c.is_alphanumeric()).replace([' ', '-'], "_");
    if word.is_empty() {
        return None;
    }
    known
        .filter(|candidate| *candidate != "_")
        .filter_map(|candidate| {
            let plain = candidate.replace('-', "_");
            let distance = damerau_levenshtein(&word, &plain);
            let near = distance <= 1 + plain.len() / 6 || (distance <= 5 && jaro_winkler(&word, &plain) > 0.92);
            (near && distance < plain.len()).then_some((distance, candidate))
        })
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::source::Span;

    fn node(value: Value) -> Node {
        Node { value, span: Span::default() }
    }

    fn text(text: &str) -> Node {
        node(Value::String(text.to_owned()))
    }

    #[test]
    fn suggests_the_nearest_key() {
        for (level, key, want) in [
            (Level::Top, "acrions", Some("actions")),
            (Level::Top, "-jobs", Some("jobs")),
            (Level::Top, "target", Some("targets")),
            (Level::Top, "dist-git-branches", Some("dist_git_branches")),
            (Level::Top, "Specfile_Path", Some("specfile_path")),
            (Level::Top, "spec_file_path", Some("specfile_path")),
            (Level::Job, "triggers", Some("trigger")),
            (Level::Job, "package", Some("packages")),
            (Level::Top, "update-release", Some("update_release")),
            (Level::Top, "upstream_tag_exlude", Some("upstream_tag_exclude")),
            (Level::Top, "nothing_like_it", None),
            (Level::Top, "x", None),
            (Level::Top, "---", None),
        ] {
            if level.knows(key) {
                continue;
            }
            let (message, hint) = level.explain(key, &text("x"));
            let removed = "remove it; `packit config schema` lists the keys".to_owned();
            assert_eq!(message, format!("unknown key `{key}`"));
            assert_eq!(hint, Some(want.map_or(removed, |near| format!("did you mean `{near}`?"))), "{key}");
        }
    }

    #[test]
    fn tells_what_a_foreign_key_is() {
        let hint = |key: &str, value: &Node| Level::Top.explain(key, value).1.unwrap();
        assert!(hint("tests", &text("x")).contains("write `- job: tests` below `jobs:`"));
        assert!(hint("hooks", &text("x")).contains("`.pre-commit-config.yaml`"));
        assert!(hint("shelf", &node(Value::Sequence(Vec::new()))).contains("below the key `_`"));
    }

    #[test]
    fn names_the_right_level() {
        let value = text("x");
        assert!(Level::Top.explain("trigger", &value).1.unwrap().contains("below `jobs:`"));
        assert!(Level::Package.explain("jobs", &value).1.unwrap().contains("top level"));
        assert!(Level::Metadata.explain("specfile_path", &value).1.unwrap().contains("beside `metadata`"));
    }

    #[test]
    fn retired_keys_show_the_line_to_write() {
        let list = node(Value::Sequence(vec![text("python3"), text("setup.py"), text("a b")]));
        for (key, value, hint) in [
            ("upstream_project_name", text("ogr"), "write `upstream_package_name: ogr`"),
            ("upstream_name", text("no"), "write `upstream_package_name: \"no\"`"),
            ("package_name", text("a: b"), "write `downstream_package_name: \"a: b\"`"),
            ("synced_files", list.clone(), "write `files_to_sync:` instead of `synced_files:`"),
            ("current_version_command", list, "write `actions: {get-current-version: \"python3 setup.py 'a b'\"}`"),
            ("create_tarball_command", text("make \"x\""), "write `actions: {create-archive: \"make \\\"x\\\"\"}`"),
            ("create_tarball_command", node(Value::Null), "write `actions: {create-archive: \"COMMAND\"}`"),
            (
                "dist_git_url",
                text("https://src.fedoraproject.org/rpms/ogr"),
                "write `dist_git_base_url: https://src.fedoraproject.org/`",
            ),
        ] {
            let got = Level::Top.explain(key, &value).1.unwrap();
            assert!(got.starts_with(hint), "{key}: {got}");
        }
    }
}
