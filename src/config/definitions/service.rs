//! Keys that tell a service when and how to work.

use super::definition::{Choice, Definition, Type};

const INSTANCES: &[Choice] =
    &[("prod", "the service for everybody"), ("stg", "the staging service"), ("dev", "a service of developers")];

const NOTIFICATIONS: &[Definition] = &[
    key("pull_request", Type::Group(PULL_REQUEST), "{\"successful_build\": true}", "Comments in pull requests")
        .default("{\"successful_build\": false}"),
    key("failure_comment", Type::Group(FAILURE_COMMENT), "{\"message\": \"x\"}", "The comment about a failure")
        .default("{\"message\": null}"),
    key("failure_issue", Type::Group(FAILURE_ISSUE), "{\"create\": false}", "The issue about a failure")
        .default("{\"create\": true}"),
];

const PULL_REQUEST: &[Definition] =
    &[key("successful_build", Type::Flag, "true", "Whether a successful build is told").default("false")];

const FAILURE_COMMENT: &[Definition] =
    &[key("message", Type::Text, "\"failed: {commit_sha}\"", "The comment's template; without it there is none")];

const FAILURE_ISSUE: &[Definition] =
    &[key("create", Type::Flag, "false", "Whether an issue is opened").default("true")];

const REQUIRE: &[Definition] =
    &[key("label", Type::Group(LABEL), "{\"present\": [\"ready\"]}", "Labels of the pull request")
        .default("{\"present\": [], \"absent\": []}")];

const LABEL: &[Definition] = &[
    key("present", Type::Texts, "[\"ready\"]", "Labels that must be there").default("[]"),
    key("absent", Type::Texts, "[\"draft\"]", "Labels that must not be there").default("[]"),
];

const fn key(name: &'static str, kind: Type, example: &'static str, about: &'static str) -> Definition {
    Definition::new(name, kind, example, about).service()
}

/// The keys.
pub(super) const KEYS: &[Definition] = &[
    key("identifier", Type::Text, "\"quick\"", "Tells this job from others of its kind"),
    key(
        "status_name_template",
        Type::Text,
        "\"rpm/{identifier}\"",
        "The name under which results are shown",
    ),
    key("packit_instances", Type::Choices(INSTANCES), "[\"prod\", \"stg\"]", "The services that work on the project")
        .default("[\"prod\"]")
        .old(&["packit_instance"]),
    key(
        "notifications",
        Type::Group(NOTIFICATIONS),
        "{\"failure_issue\": {\"create\": false}}",
        "What is told, and where",
    )
    .default(
        "{\"pull_request\": {\"successful_build\": false}, \"failure_comment\": {\"message\": null}, \"failure_issue\": {\"create\": true}}",
    ),
    key("require", Type::Group(REQUIRE), "{\"label\": {\"absent\": [\"draft\"]}}", "What a pull request needs for jobs to run")
        .default("{\"label\": {\"present\": [], \"absent\": []}}"),
    key("merge_pr_in_ci", Type::Flag, "false", "Whether a pull request is merged into its target before the work")
        .default("true"),
    key(
        "clone_repos_before_run_condition",
        Type::Flag,
        "true",
        "Whether the repositories are there when the action `run-condition` runs",
    )
    .default("false"),
];
