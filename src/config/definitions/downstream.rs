//! Keys of the way to dist-git, Koji and Bodhi.

use super::definition::{Choice, Definition, Type};

const PKG_TOOLS: &[Choice] = &[
    ("fedpkg", "Fedora's dist-git"),
    ("fedpkg-stage", "the staging copy of Fedora's dist-git"),
    ("centpkg", "CentOS Stream"),
    ("centpkg-sig", "the CentOS special interest group that `sig` names"),
];

const fn key(name: &'static str, kind: Type, example: &'static str, about: &'static str) -> Definition {
    Definition::new(name, kind, example, about)
}

/// The keys.
pub(super) const KEYS: &[Definition] = &[
    key(
        "files_to_sync",
        Type::SyncedFiles,
        "[\"hello.spec\"]",
        "Files that go from upstream to dist-git; by default the spec file and the configuration",
    )
    .default("[]")
    .or_empty()
    .old(&["synced_files"]),
    key(
        "dist_git_branches",
        Type::Branches,
        "[\"fedora-all\"]",
        "The branches of dist-git, or aliases of several; as a mapping, with what each is merged into",
    )
    .default("[]")
    .or_empty()
    .metadata()
    .old(&["dist_git_branch", "dist-git-branch"]),
    key("pkg_tool", Type::Known(PKG_TOOLS), "\"centpkg\"", "The dist-git to use, by the name of its tool"),
    key("sig", Type::Text, "\"Integration\"", "The special interest group of `pkg_tool: centpkg-sig`"),
    key(
        "dist_git_base_url",
        Type::Text,
        "\"https://gitlab.com/\"",
        "The server of dist-git; by default the one of `pkg_tool`",
    ),
    key(
        "dist_git_namespace",
        Type::Text,
        "\"rpms\"",
        "The folder of the packages on that server; counts together with `dist_git_base_url`",
    ),
    key("create_pr", Type::Flag, "false", "Whether a change of dist-git becomes a pull request; else it is pushed")
        .default("true"),
    key("sync_changelog", Type::Flag, "true", "Whether the changelog of the upstream spec file goes to dist-git")
        .default("false"),
    key("create_sync_note", Type::Flag, "false", "Whether dist-git gets a `README.packit`").default("true"),
    key(
        "copy_upstream_release_description",
        Type::Flag,
        "true",
        "Whether the changelog entry is the text of the upstream release",
    )
    .default("false"),
    key("upload_sources", Type::Flag, "false", "Whether new sources go to the lookaside cache").default("true"),
    key(
        "version_update_mask",
        Type::Pattern,
        "\"\\\\d+\\\\.\"",
        "A regular expression for the part of the version that must stay as it is in a branch",
    ),
    key(
        "version_update_specifiers",
        Type::Specifiers,
        "\">=1.0, <2\"",
        "Which versions may go to a branch, in the way of Python's packages",
    ),
    key("allowed_gpg_keys", Type::Texts, "[\"5DE3E050\"]", "The GPG keys whose signatures on commits are accepted"),
    key("issue_repository", Type::Text, "\"https://example.com/hello\"", "Where issues about failures are opened")
        .service(),
    key("bodhi_extra_params", Type::Mapping, "{\"unstable_karma\": -1}", "More parameters of a Bodhi update")
        .default("{}")
        .or_empty(),
    key("allowed_pr_authors", Type::Texts, "[\"me\"]", "Whose pull requests in dist-git lead to a build in Koji")
        .default("[\"packit\"]")
        .or_empty()
        .service(),
    key("allowed_committers", Type::Texts, "[\"me\"]", "Whose commits in dist-git lead to a build in Koji")
        .default("[]")
        .or_empty()
        .service(),
    key("allowed_builders", Type::Texts, "[\"me\"]", "Whose builds in Koji lead to a Bodhi update")
        .default("[\"packit\"]")
        .or_empty()
        .service(),
];
