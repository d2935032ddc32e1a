//! Keys of tests in Testing Farm.

use super::definition::{Definition, Type};

const LABELS: &[Definition] = &[
    key("default_labels", Type::Texts, "[\"quick\"]", "The labels of the jobs that `/packit test` runs"),
    key("default_identifier", Type::Text, "\"quick\"", "The identifier of the job that `/packit test` runs"),
];

const fn key(name: &'static str, kind: Type, example: &'static str, about: &'static str) -> Definition {
    Definition::new(name, kind, example, about).service()
}

/// The keys.
pub(super) const KEYS: &[Definition] = &[
    key("use_internal_tf", Type::Flag, "true", "Whether the tests run in Red Hat's internal Testing Farm")
        .default("false")
        .metadata(),
    key("fmf_url", Type::Text, "\"https://example.com/tests\"", "The git repository with the tests").metadata(),
    key("fmf_ref", Type::Text, "\"main\"", "The branch, tag or commit with the tests").metadata(),
    key("fmf_path", Type::Text, "\"packaging\"", "The folder with the tests").metadata(),
    key("use_target_repo_for_fmf_url", Type::Flag, "true", "Whether tests come from the target of a pull request")
        .default("false"),
    key("tmt_plan", Type::Text, "\"/plans/quick\"", "A regular expression for the names of the plans to run")
        .metadata(),
    key("env", Type::Mapping, "{\"DEBUG\": \"1\"}", "Variables of the environment of tests")
        .default("{}")
        .or_empty()
        .metadata(),
    key(
        "tf_post_install_script",
        Type::Text,
        "\"dnf update -y\"",
        "A script that runs when a machine for tests is ready",
    )
    .metadata(),
    key("tf_extra_params", Type::Mapping, "{\"settings\": {}}", "More of the request to Testing Farm")
        .default("{}")
        .or_empty()
        .metadata(),
    key(
        "test_command",
        Type::Group(LABELS),
        "{\"default_identifier\": \"x\"}",
        "What the comment `/packit test` means",
    )
    .default("{\"default_labels\": null, \"default_identifier\": null}"),
    key(
        "sync_test_job_statuses_with_builds",
        Type::Flag,
        "false",
        "Whether tests show the state of the build they wait for",
    )
    .default("true"),
    key(
        "skip_missing_branched_composes",
        Type::Flag,
        "true",
        "Whether tests for a branched Fedora without compose are left out",
    )
    .default("false"),
];
