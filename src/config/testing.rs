//! What is configured for tests in Testing Farm.

use serde_json::{Map, Value as Json};

use super::read::{Empty, Layers, Reader};
use super::source::Spanned;
use super::value::values;

/// What is in force for tests.
#[derive(Debug, Clone)]
pub struct Testing {
    /// `use_internal_tf`: whether they run in Red Hat's internal Testing Farm.
    pub use_internal_tf: Spanned<bool>,
    /// `fmf_url`: the git repository with the tests.
    pub fmf_url: Option<Spanned<String>>,
    /// `fmf_ref`: the branch, tag or commit with the tests.
    pub fmf_ref: Option<Spanned<String>>,
    /// `fmf_path`: the folder with the tests.
    pub fmf_path: Option<Spanned<String>>,
    /// `use_target_repo_for_fmf_url`.
    pub use_target_repo_for_fmf_url: Spanned<bool>,
    /// `tmt_plan`: a regular expression for the plans to run.
    pub tmt_plan: Option<Spanned<String>>,
    /// `env`: variables; a number whose spelling matters (`1.10`) is text.
    pub env: Map<String, Json>,
    /// `tf_post_install_script`.
    pub tf_post_install_script: Option<Spanned<String>>,
    /// `tf_extra_params`: more of the request.
    pub tf_extra_params: Map<String, Json>,
    /// `default_labels` of `test_command`.
    pub default_labels: Option<Vec<Spanned<String>>>,
    /// `default_identifier` of `test_command`.
    pub default_identifier: Option<Spanned<String>>,
    /// `sync_test_job_statuses_with_builds`.
    pub sync_statuses_with_builds: Spanned<bool>,
    /// `skip_missing_branched_composes`.
    pub skip_missing_branched_composes: Spanned<bool>,
}

/// Reads the keys.
pub(super) fn read(reader: &mut Reader<'_>, keys: Layers<'_>) -> Testing {
    use Empty::Unset;
    let mut default_labels = None;
    let mut default_identifier = None;
    reader.group(keys, "test_command", |reader, command| {
        default_labels = reader.texts(command, "default_labels", Unset);
        default_identifier = reader.text(command, "default_identifier", Unset);
    });
    let filled = |text: Option<Spanned<String>>| text.filter(|text| !text.value.is_empty());
    Testing {
        use_internal_tf: reader.flag_or(keys, "use_internal_tf", false),
        fmf_url: filled(reader.text(keys, "fmf_url", Unset)),
        fmf_ref: filled(reader.text(keys, "fmf_ref", Unset)),
        fmf_path: filled(reader.text(keys, "fmf_path", Unset)),
        use_target_repo_for_fmf_url: reader.flag_or(keys, "use_target_repo_for_fmf_url", false),
        tmt_plan: filled(reader.text(keys, "tmt_plan", Unset)),
        env: values(reader, keys, "env", Unset).unwrap_or_default(),
        tf_post_install_script: filled(reader.text(keys, "tf_post_install_script", Unset)),
        tf_extra_params: values(reader, keys, "tf_extra_params", Unset).unwrap_or_default(),
        default_labels,
        default_identifier,
        sync_statuses_with_builds: reader.flag_or(keys, "sync_test_job_statuses_with_builds", true),
        skip_missing_branched_composes: reader.flag_or(keys, "skip_missing_branched_composes", false),
    }
}
