//! What is in force for a package, as keys and values to be shown.

use serde::Serialize;

use super::package::Package;
use super::source::Spanned;

/// A key of the configuration and its value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Setting {
    /// The key.
    pub key: &'static str,
    /// The value, as text.
    pub value: String,
    /// The line of the file that says so, from 1; none for a default.
    pub line: Option<usize>,
}

impl Package {
    /// What is in force for this package on the way to a source RPM, inherited values and defaults included; keys without a value are
    /// left out, and actions and `sources` are not among them.
    pub fn settings(&self) -> Vec<Setting> {
        let spec_source_id = self.spec_source_id.clone().map(|number| number.to_string());
        let pattern = self.prerelease_suffix_pattern.clone().map(|text| text.unwrap_or_else(|| "null".to_owned()));
        let flag = |key: &Option<Spanned<bool>>| key.clone().map(|key| key.map(|value| value.to_string()));
        let paths: Vec<&str> = self.paths.iter().map(|path| path.value.as_str()).collect();
        let paths = self.paths.first().map(|first| first.clone().map(|_| paths.join(", ")));
        let settings = [
            ("specfile_path", self.specfile_path.clone()),
            ("downstream_package_name", Some(self.downstream_package_name.clone())),
            ("upstream_package_name", Some(self.upstream_package_name.clone())),
            ("upstream_project_url", self.upstream_project_url.clone()),
            ("paths", paths),
            ("upstream_ref", self.upstream_ref.clone()),
            ("upstream_tag_template", Some(self.upstream_tag_template.clone())),
            ("upstream_tag_include", self.upstream_tag_include.clone()),
            ("upstream_tag_exclude", self.upstream_tag_exclude.clone()),
            ("archive_root_dir_template", Some(self.archive_root_dir_template.clone())),
            ("spec_source_id", Some(spec_source_id)),
            ("update_release", flag(&self.update_release)),
            ("preserve_spec", flag(&self.preserve_spec)),
            ("release_suffix", self.release_suffix.clone()),
            ("version_suffix", self.version_suffix.clone()),
            ("prerelease_suffix_pattern", Some(pattern)),
            ("prerelease_suffix_macro", self.prerelease_suffix_macro.clone()),
        ];
        let given = settings.into_iter().filter_map(|(key, value)| Some((key, value?)));
        given
            .map(|(key, value)| Setting { key, line: value.place().map(|place| place.line), value: value.value })
            .collect()
    }
}
