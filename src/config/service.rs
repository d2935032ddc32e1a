//! What is configured for a service: when it works, and what it tells.

use super::definitions::{Level, Type, find};
use super::read::{Empty, Layers, Reader};
use super::source::Spanned;

/// What is in force for a service.
#[derive(Debug, Clone)]
pub struct Service {
    /// `identifier`: tells this job from others of its kind.
    pub identifier: Option<Spanned<String>>,
    /// `status_name_template`.
    pub status_name_template: Option<Spanned<String>>,
    /// `packit_instances`: `prod`, `stg` or `dev`; `prod` by default.
    pub instances: Vec<Spanned<&'static str>>,
    /// `notifications`.
    pub notifications: Notifications,
    /// `present` below `label` of `require`: labels that a pull request must have.
    pub labels_present: Vec<Spanned<String>>,
    /// `absent` below `label` of `require`: labels that a pull request must not have.
    pub labels_absent: Vec<Spanned<String>>,
    /// `merge_pr_in_ci`: whether a pull request is merged into its target before the work.
    pub merge_pr_in_ci: Spanned<bool>,
    /// `clone_repos_before_run_condition`.
    pub clone_repos_before_run_condition: Spanned<bool>,
}

/// What is told.
#[derive(Debug, Clone)]
pub struct Notifications {
    /// `successful_build` below `pull_request`.
    pub successful_build: Spanned<bool>,
    /// `message` below `failure_comment`.
    pub failure_comment: Option<Spanned<String>>,
    /// `create` below `failure_issue`.
    pub failure_issue: Spanned<bool>,
}

/// Reads the keys.
pub(super) fn read(reader: &mut Reader<'_>, keys: Layers<'_>) -> Service {
    use Empty::Unset;
    let filled = |text: Option<Spanned<String>>| text.filter(|text| !text.value.is_empty());
    let mut labels_present = Vec::new();
    let mut labels_absent = Vec::new();
    reader.group(keys, "require", |reader, require| {
        reader.group(require, "label", |reader, label| {
            labels_present = reader.texts(label, "present", Empty::Refused).unwrap_or_default();
            labels_absent = reader.texts(label, "absent", Empty::Refused).unwrap_or_default();
        });
    });
    Service {
        identifier: filled(reader.text(keys, "identifier", Unset)),
        status_name_template: filled(reader.text(keys, "status_name_template", Unset)),
        instances: instances(reader, keys),
        notifications: notifications(reader, keys),
        labels_present,
        labels_absent,
        merge_pr_in_ci: reader.flag_or(keys, "merge_pr_in_ci", true),
        clone_repos_before_run_condition: reader.flag_or(keys, "clone_repos_before_run_condition", false),
    }
}

fn instances(reader: &mut Reader<'_>, keys: Layers<'_>) -> Vec<Spanned<&'static str>> {
    const KEY: &str = "packit_instances";
    let choices = match find(Level::Package, KEY).map(|key| key.kind) {
        Some(Type::Choices(choices)) => choices,
        _ => &[],
    };
    reader.choices(keys, KEY, choices).unwrap_or_else(|| vec![Spanned::default_value("prod")])
}

fn notifications(reader: &mut Reader<'_>, keys: Layers<'_>) -> Notifications {
    let mut told = Notifications {
        successful_build: Spanned::default_value(false),
        failure_comment: None,
        failure_issue: Spanned::default_value(true),
    };
    reader.group(keys, "notifications", |reader, notifications| {
        reader.group(notifications, "pull_request", |reader, keys| {
            told.successful_build = reader.flag_or(keys, "successful_build", false);
        });
        reader.group(notifications, "failure_comment", |reader, keys| {
            told.failure_comment = reader.text(keys, "message", Empty::Unset);
        });
        reader.group(notifications, "failure_issue", |reader, keys| {
            told.failure_issue = reader.flag_or(keys, "create", true);
        });
    });
    told
}
