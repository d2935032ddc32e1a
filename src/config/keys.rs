//! Every key that a package configuration may have, and what became of the keys that it once had.

use strsim::{damerau_levenshtein, jaro_winkler};

use super::node::{Node, Value};

/// Keys that may stand at the top level, in a package, in a job and in a job's package.
pub(super) const PACKAGE: &[&str] = &[
    "actions",
    "additional_packages",
    "additional_repos",
    "allowed_builders",
    "allowed_committers",
    "allowed_gpg_keys",
    "allowed_pr_authors",
    "archive_root_dir_template",
    "bodhi_extra_params",
    "bootstrap",
    "branch",
    "clone_repos_before_run_condition",
    "config_file_path",
    "copr_chroot",
    "copy_upstream_release_description",
    "create_pr",
    "create_sync_note",
    "csmock_args",
    "dist_git_base_url",
    "dist_git_branches",
    "dist_git_namespace",
    "downstream_package_name",
    "enable_net",
    "env",
    "files_to_sync",
    "fmf_path",
    "fmf_ref",
    "fmf_url",
    "identifier",
    "image_customizations",
    "image_distribution",
    "image_request",
    "issue_repository",
    "list_on_homepage",
    "merge_pr_in_ci",
    "module_hotfixes",
    "notifications",
    "osh_diff_scan_after_copr_build",
    "osh_options",
    "owner",
    "packit_instances",
    "parse_time_macros",
    "patch_generation_ignore_paths",
    "patch_generation_patch_id_digits",
    "paths",
    "pkg_tool",
    "prerelease_suffix_macro",
    "prerelease_suffix_pattern",
    "preserve_project",
    "preserve_spec",
    "project",
    "release_suffix",
    "require",
    "scratch",
    "sig",
    "skip_missing_branched_composes",
    "sources",
    "spec_source_id",
    "specfile_path",
    "srpm_build_deps",
    "status_name_template",
    "sync_changelog",
    "sync_test_job_statuses_with_builds",
    "targets",
    "test_command",
    "tf_extra_params",
    "tf_post_install_script",
    "timeout",
    "tmt_plan",
    "update_release",
    "upload_sources",
    "upstream_package_name",
    "upstream_project_url",
    "upstream_ref",
    "upstream_tag_exclude",
    "upstream_tag_include",
    "upstream_tag_template",
    "use_copr_dist_git_build",
    "use_internal_tf",
    "use_target_repo_for_fmf_url",
    "version_suffix",
    "version_update_mask",
    "version_update_specifiers",
];

/// Keys that may stand at the top level only. `_` is a shelf for anchors, nothing reads it.
pub(super) const TOP: &[&str] = &["_", "jobs", "packages"];

/// Keys that may stand in a job only.
pub(super) const JOB: &[&str] = &[
    "dependencies",
    "dependents",
    "job",
    "labels",
    "manual_trigger",
    "metadata",
    "package",
    "packages",
    "sidetag_group",
    "skip_build",
    "skip_install",
    "trigger",
];

/// Keys of a job's `metadata`, an older place for keys of the job.
pub(super) const METADATA: &[&str] = &[
    "additional_packages",
    "additional_repos",
    "bootstrap",
    "branch",
    "dist-git-branch",
    "dist_git_branch",
    "dist_git_branches",
    "enable_net",
    "env",
    "fmf_path",
    "fmf_ref",
    "fmf_url",
    "list_on_homepage",
    "module_hotfixes",
    "owner",
    "preserve_project",
    "project",
    "scratch",
    "skip_build",
    "skip_install",
    "targets",
    "tf_extra_params",
    "tf_post_install_script",
    "timeout",
    "tmt_plan",
    "use_copr_dist_git_build",
    "use_internal_tf",
];

/// A place where keys stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Level {
    Top,
    Package,
    Job,
    JobPackage,
    Metadata,
}

impl Level {
    /// The lists of keys that may stand here.
    fn known(self) -> &'static [&'static [&'static str]] {
        match self {
            Level::Top => &[PACKAGE, TOP],
            Level::Package | Level::JobPackage => &[PACKAGE],
            Level::Job => &[PACKAGE, JOB],
            Level::Metadata => &[METADATA],
        }
    }

    /// Whether `key` may stand here.
    pub(super) fn knows(self, key: &str) -> bool {
        self.known().iter().any(|list| list.contains(&key))
    }

    /// What to do about the unknown key `key` with its `value`: the message and a hint.
    pub(super) fn explain(self, key: &str, value: &Node) -> (String, Option<String>) {
        if let Some((message, hint)) = retired(key, value) {
            return (message, Some(hint));
        }
        let message = format!("unknown key `{key}`");
        let elsewhere = if JOB.contains(&key) {
            Some(format!("`{key}` belongs into a job, below `jobs:`"))
        } else if TOP.contains(&key) {
            Some(format!("`{key}` belongs to the top level of the file"))
        } else if PACKAGE.contains(&key) {
            Some(format!("`{key}` belongs beside `metadata`, which is not needed any more"))
        } else {
            nearest(key, self.known().iter().copied().flatten().copied()).map(|near| format!("did you mean `{near}`?"))
        };
        let unneeded = if self == Level::Top { "remove it; anchors can stand below the key `_`" } else { "remove it" };
        (message, Some(elsewhere.unwrap_or_else(|| unneeded.to_owned())))
    }
}

/// Keys that were renamed, with today's name.
const RENAMED: &[(&str, &str)] = &[
    ("dist-git-branch", "dist_git_branches"),
    ("dist_git_branch", "dist_git_branches"),
    ("package_name", "downstream_package_name"),
    ("packit_instance", "packit_instances"),
    ("synced_files", "files_to_sync"),
    ("upstream_name", "upstream_package_name"),
    ("upstream_project_name", "upstream_package_name"),
];

/// Keys that became actions, with the action.
const BECAME_ACTIONS: &[(&str, &str)] =
    &[("create_tarball_command", "create-archive"), ("current_version_command", "get-current-version")];

fn retired(key: &str, value: &Node) -> Option<(String, String)> {
    if let Some((_, today)) = RENAMED.iter().find(|(old, _)| *old == key) {
        let hint = match line(value) {
            Some(value) => format!("write `{today}: {value}`"),
            None => format!("write `{today}:` instead of `{key}:`; what stands below it stays as it is"),
        };
        return Some((format!("`{key}` is `{today}` today"), hint));
    }
    if let Some((_, action)) = BECAME_ACTIONS.iter().find(|(old, _)| *old == key) {
        let command = command(value).map_or_else(|| "\"COMMAND\"".to_owned(), |words| quoted(&words));
        let message = format!("`{key}` is the action `{action}` today");
        return Some((message, format!("write `actions: {{{action}: {command}}}`")));
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
        && matches!(super::scalar::resolve(text), super::scalar::Plain::Text)
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
                    Value::String(text) => Some(super::words::quote(text)),
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

/// The one of `known` that `word` most probably means.
pub(super) fn nearest<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
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
    fn lists_are_sorted_and_apart() {
        for list in [PACKAGE, TOP, JOB, METADATA] {
            assert!(list.is_sorted(), "{list:?}");
        }
        assert!(PACKAGE.iter().all(|key| !JOB.contains(key) && !TOP.contains(key)));
        assert!(RENAMED.iter().all(|(old, new)| !PACKAGE.contains(old) && PACKAGE.contains(new)));
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
            (Level::Top, "deployment", None),
            (Level::Top, "hooks", None),
            (Level::Top, "x", None),
            (Level::Top, "---", None),
        ] {
            if level.knows(key) {
                continue;
            }
            let (message, hint) = level.explain(key, &text("x"));
            let removed = "remove it; anchors can stand below the key `_`".to_owned();
            assert_eq!(message, format!("unknown key `{key}`"));
            assert_eq!(hint, Some(want.map_or(removed, |near| format!("did you mean `{near}`?"))), "{key}");
        }
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
