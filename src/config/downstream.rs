//! What is configured for the way to dist-git, Koji and Bodhi.

use serde_json::{Map, Value as Json};

use super::pattern;
use super::read::{Empty, Layers, Reader};
use super::source::Spanned;
use super::specifiers;
use super::targets::{self, Branch};
use super::value::values;

/// The names of dist-gits, each with its server and the folder of the packages there.
const DIST_GITS: &[(&str, &str, &str)] = &[
    ("fedpkg", "https://src.fedoraproject.org/", "rpms"),
    ("fedpkg-stage", "https://src.stg.fedoraproject.org/", "rpms"),
    ("centpkg", "https://gitlab.com/", "redhat/centos-stream/rpms"),
    ("centpkg-sig", "https://gitlab.com/", "CentOS/{sig}/rpms"),
];

/// What is in force on the way to dist-git, Koji and Bodhi.
#[derive(Debug, Clone)]
pub struct Downstream {
    /// `dist_git_branches`.
    pub branches: Vec<Branch>,
    /// `pkg_tool`: the dist-git, by the name of its tool.
    pub pkg_tool: Option<Spanned<String>>,
    /// `sig`: the special interest group of `centpkg-sig`.
    pub sig: Option<Spanned<String>>,
    /// `dist_git_base_url`, as it is written.
    pub base_url: Option<Spanned<String>>,
    /// `dist_git_namespace`, as it is written.
    pub namespace: Option<Spanned<String>>,
    /// `create_pr`: whether a change becomes a pull request.
    pub create_pr: Spanned<bool>,
    /// `sync_changelog`: whether the changelog of the upstream spec file goes to dist-git.
    pub sync_changelog: Spanned<bool>,
    /// `create_sync_note`: whether dist-git gets a `README.packit`.
    pub create_sync_note: Spanned<bool>,
    /// `copy_upstream_release_description`: whether the changelog entry is the text of the release.
    pub copy_upstream_release_description: Spanned<bool>,
    /// `upload_sources`: whether new sources go to the lookaside cache.
    pub upload_sources: Spanned<bool>,
    /// `version_update_mask`: a regular expression for what must stay of a version.
    pub version_update_mask: Option<Spanned<String>>,
    /// `version_update_specifiers`: which versions may go to a branch.
    pub version_update_specifiers: Option<Spanned<String>>,
    /// `allowed_gpg_keys`; `None`: signatures are not looked at.
    pub allowed_gpg_keys: Option<Vec<Spanned<String>>>,
    /// `issue_repository`: where issues about failures are opened.
    pub issue_repository: Option<Spanned<String>>,
    /// `bodhi_extra_params`.
    pub bodhi_extra_params: Map<String, Json>,
    /// `allowed_pr_authors`; `packit` by default.
    pub allowed_pr_authors: Vec<Spanned<String>>,
    /// `allowed_committers`.
    pub allowed_committers: Vec<Spanned<String>>,
    /// `allowed_builders`; `packit` by default.
    pub allowed_builders: Vec<Spanned<String>>,
}

/// A server of dist-git and the folder of the packages on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DistGit {
    /// The server's URL, with a slash at its end.
    pub base_url: String,
    /// The folder; `None` where the packages lie at the top.
    pub namespace: Option<String>,
}

impl Downstream {
    /// The dist-git that the configuration names; Fedora's by default.
    pub fn dist_git(&self) -> DistGit {
        if let Some(url) = &self.base_url {
            let namespace = self.namespace.as_ref().map(|namespace| namespace.value.clone());
            return DistGit { base_url: server(&url.value), namespace };
        }
        self.dist_git_of(self.pkg_tool.as_ref().map_or("fedpkg", |tool| tool.value.as_str()))
    }

    /// The dist-git of a tool; Fedora's for one that is not known.
    pub fn dist_git_of(&self, tool: &str) -> DistGit {
        let (_, base_url, namespace) = DIST_GITS.iter().find(|(name, ..)| *name == tool).copied().unwrap_or(FEDORA);
        let sig = self.sig.as_ref().map_or("", |sig| sig.value.as_str());
        DistGit { base_url: base_url.to_owned(), namespace: Some(namespace.replace("{sig}", sig)) }
    }
}

const FEDORA: (&str, &str, &str) = ("fedpkg", "https://src.fedoraproject.org/", "rpms");

/// The server of `url`, without what stands behind it.
fn server(url: &str) -> String {
    let (scheme, rest) = url.split_once("://").unwrap_or(("https", url));
    let host = rest.split('/').next().unwrap_or(rest);
    format!("{scheme}://{host}/")
}

/// Reads the keys.
pub(super) fn read(reader: &mut Reader<'_>, keys: Layers<'_>) -> Downstream {
    use Empty::Unset;
    let packit = || vec![Spanned::default_value("packit".to_owned())];
    let filled = |text: Option<Spanned<String>>| text.filter(|text| !text.value.is_empty());
    let downstream = Downstream {
        branches: targets::branches(reader, keys),
        pkg_tool: filled(reader.text(keys, "pkg_tool", Unset)),
        sig: filled(reader.text(keys, "sig", Unset)),
        base_url: filled(reader.text(keys, "dist_git_base_url", Unset)),
        namespace: filled(reader.text(keys, "dist_git_namespace", Unset)),
        create_pr: reader.flag_or(keys, "create_pr", true),
        sync_changelog: reader.flag_or(keys, "sync_changelog", false),
        create_sync_note: reader.flag_or(keys, "create_sync_note", true),
        copy_upstream_release_description: reader.flag_or(keys, "copy_upstream_release_description", false),
        upload_sources: reader.flag_or(keys, "upload_sources", true),
        version_update_mask: filled(pattern::read(reader, keys, "version_update_mask", Unset)),
        version_update_specifiers: filled(specifiers::read(reader, keys, "version_update_specifiers")),
        allowed_gpg_keys: reader.texts(keys, "allowed_gpg_keys", Unset),
        issue_repository: filled(reader.text(keys, "issue_repository", Unset)),
        bodhi_extra_params: values(reader, keys, "bodhi_extra_params", Unset).unwrap_or_default(),
        allowed_pr_authors: texts_or(reader, keys, "allowed_pr_authors", packit),
        allowed_committers: reader.texts(keys, "allowed_committers", Unset).unwrap_or_default(),
        allowed_builders: texts_or(reader, keys, "allowed_builders", packit),
    };
    if let (Some(tool), None) = (&downstream.pkg_tool, &downstream.base_url)
        && !DIST_GITS.iter().any(|(name, ..)| *name == tool.value)
    {
        unknown_tool(reader, tool);
    }
    downstream
}

fn unknown_tool(reader: &mut Reader<'_>, tool: &Spanned<String>) {
    let Some(span) = tool.span() else { return };
    let hint = match super::keys::nearest(&tool.value, DIST_GITS.iter().map(|(name, ..)| *name)) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "write `fedpkg`, `fedpkg-stage`, `centpkg` or `centpkg-sig`, or give `dist_git_base_url`".to_owned(),
    };
    reader.error(span, format!("the dist-git of the tool `{}` is not known", tool.value), Some(hint));
}

/// The texts of `key`; when it is not given, `default`; when it stands without a value, none.
fn texts_or(
    reader: &mut Reader<'_>,
    keys: Layers<'_>,
    key: &str,
    default: impl Fn() -> Vec<Spanned<String>>,
) -> Vec<Spanned<String>> {
    match keys.entry(key) {
        Some(_) => reader.texts(keys, key, Empty::Unset).unwrap_or_default(),
        None => default(),
    }
}
