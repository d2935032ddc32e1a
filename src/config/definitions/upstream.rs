//! Keys of the way from the upstream checkout to a source RPM.

use super::definition::{Definition, Type};

const fn key(name: &'static str, kind: Type, example: &'static str, about: &'static str) -> Definition {
    Definition::new(name, kind, example, about)
}

/// The keys.
pub(super) const KEYS: &[Definition] = &[
    key("specfile_path", Type::Text, "\"rpm/hello.spec\"", "The spec file, relative to the package's folder"),
    key(
        "downstream_package_name",
        Type::Name,
        "\"hello\"",
        "The package's name in the distribution; by default its key below `packages`, else the repository's name",
    )
    .old(&["package_name"]),
    key(
        "upstream_package_name",
        Type::Name,
        "\"hello\"",
        "The project's name upstream, which archives are named after; by default the repository's name",
    )
    .old(&["upstream_name", "upstream_project_name"]),
    key("upstream_project_url", Type::Text, "\"https://example.com/hello\"", "Where the upstream project lives"),
    key("paths", Type::Folders, "[\"rpm\"]", "The package's folder, relative to the repository; the first one counts")
        .default("[\"./\"]"),
    key(
        "upstream_ref",
        Type::Text,
        "\"v1.0\"",
        "The last upstream commit of a source-git repository: a tag, branch, commit or glob",
    ),
    key(
        "upstream_tag_template",
        Type::Text,
        "\"v{version}\"",
        "What tags of releases look like; `{version}` stands for the version",
    )
    .default("\"{version}\""),
    key(
        "upstream_tag_include",
        Type::Pattern,
        "\"^v\\\\d\"",
        "Only tags count whose beginning fits this regular expression",
    )
    .default("\"\""),
    key(
        "upstream_tag_exclude",
        Type::Pattern,
        "\".*-rc\"",
        "No tag counts whose beginning fits this regular expression",
    )
    .default("\"\""),
    key(
        "archive_root_dir_template",
        Type::Text,
        "\"{version}\"",
        "The name of the top folder in the archive; `{upstream_pkg_name}` and `{version}` can stand in it",
    )
    .default("\"{upstream_pkg_name}-{version}\""),
    key("spec_source_id", Type::SourceNumber, "1", "The Source tag of the archive: its number or its name")
        .default("\"Source0\""),
    key("actions", Type::Actions, "{\"create-archive\": [\"make dist\"]}", "Your commands for packit's steps")
        .default("{}"),
    key(
        "sources",
        Type::Sources,
        "[{\"path\": \"a.tar.gz\", \"url\": \"https://example.com/a.tar.gz\"}]",
        "Files to download besides the sources of the spec file",
    )
    .default("[]")
    .or_empty(),
    key("update_release", Type::Flag, "false", "Whether the release of a source RPM tells its commit").default("true"),
    key("preserve_spec", Type::Flag, "true", "Whether the spec file goes into the source RPM as it is")
        .default("false"),
    key("release_suffix", Type::Text, "\"{PACKIT_PROJECT_BRANCH}\"", "A template of what is added to the release"),
    key("version_suffix", Type::Text, "\"dev\"", "A template of what is added to the version"),
    key(
        "parse_time_macros",
        Type::Macros,
        "{\"dist\": \".fc42\"}",
        "Macros that are set while the spec file is read; without a value: undefined",
    )
    .default("{}")
    .or_empty(),
    key(
        "prerelease_suffix_pattern",
        Type::Pattern,
        "\"([.-]?)(rc)(\\\\d+)?\"",
        "A regular expression for what makes a version a pre-release; without a value: there are none",
    )
    .default("\"([.\\\\-_~^]?)(alpha|beta|rc|pre(view)?)([.\\\\-_]?\\\\d+)?\"")
    .or_empty(),
    key(
        "prerelease_suffix_macro",
        Type::Text,
        "\"prerel\"",
        "The macro of the spec file that holds the suffix of a pre-release",
    ),
    key(
        "patch_generation_ignore_paths",
        Type::Texts,
        "[\".distro\"]",
        "Files (git's pathspecs) whose changes go into no patch of a source-git repository",
    )
    .default("[]")
    .or_empty(),
    key(
        "patch_generation_patch_id_digits",
        Type::Integer(0, 10),
        "1",
        "With how many digits a new Patch tag is numbered at least",
    )
    .default("4"),
    key("config_file_path", Type::Text, "\".packit.yaml\"", "The configuration file's own path; packit sets it"),
];
