//! The variables that actions get, and those of packit's own environment that they do not get.

use std::ffi::{OsStr, OsString};
use std::path::Path;

use crate::config::Package;
use crate::project::release::{self, BaseVariables};

/// Names that no rule below catches.
const WITHHELD: [&str; 8] = [
    "AWS_ACCESS_KEY_ID",
    "CI_REPOSITORY_URL",
    "DATABASE_URL",
    "DOCKER_AUTH_CONFIG",
    "NETRC",
    "PGPASS",
    "PGPASSWORD",
    "SENTRY_DSN",
];
/// Parts of names, between underscores, that mean credentials wherever they stand.
const PARTS: [&str; 11] = [
    "APIKEY",
    "BEARER",
    "CREDENTIALS",
    "JWT",
    "PASSPHRASE",
    "PASSWD",
    "PASSWORD",
    "SECRET",
    "SECRETS",
    "TOKEN",
    "TOKENS",
];
/// What names with credentials end in.
const ENDINGS: [&str; 10] =
    ["TOKEN", "PASSWORD", "SECRET", "_API_KEY", "_PRIVATE_KEY", "_ACCESS_KEY", "_SECRET_KEY", "_PASS", "_PAT", "_AUTH"];

/// Whether a variable of packit's environment is kept from actions: it looks like a credential, and is not among those that the user
/// wants to hand over.
pub fn is_withheld(name: &OsStr, pass_env: &[String]) -> bool {
    let Some(name) = name.to_str() else { return false };
    let upper = name.to_ascii_uppercase();
    let secret = WITHHELD.contains(&upper.as_str())
        || upper.split('_').any(|part| PARTS.contains(&part))
        || ENDINGS.iter().any(|ending| upper.ends_with(ending));
    secret && !pass_env.iter().any(|passed| passed == name)
}

/// The variables of one call of an action, in the order in which they are set.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Variables(Vec<(&'static str, OsString)>);

impl Variables {
    /// Those of an action of `package`, as the Python packit gives them.
    ///
    /// `get-current-version` and `create-patches` get only the names of the package and its spec file.
    pub fn base(package: &Package) -> Self {
        let base = base_variables(package);
        Self::default()
            .with("PACKIT_CONFIG_PACKAGE_NAME", base.config_package_name)
            .with("PACKIT_UPSTREAM_PACKAGE_NAME", base.upstream_package_name)
            .with("PACKIT_DOWNSTREAM_PACKAGE_NAME", base.downstream_package_name)
            .with("PACKIT_SPECFILE_PATH", base.specfile_path)
    }

    /// `post-upstream-clone`: also where the package is.
    pub fn post_upstream_clone(package: &Package, folder: &Path) -> Self {
        Self::base(package).with("PACKIT_UPSTREAM_REPO", folder).with("PACKIT_PWD", folder)
    }

    /// `create-archive`: also the version, and name and version as the archive is to have them.
    pub fn create_archive(package: &Package, version: &str) -> Self {
        let name = format!("{}-{version}", package.upstream_package_name.value);
        Self::base(package).with("PACKIT_PROJECT_VERSION", version).with("PACKIT_PROJECT_NAME_VERSION", name)
    }

    /// `fix-spec-file`: also what the spec is to say. Name and version are among them because the Python packit, which lets variables
    /// leak from one action to the next, has them there, and public configurations use them.
    pub fn fix_spec_file(package: &Package, named: &release::Variables) -> Self {
        Self::create_archive(package, &named.project_version)
            .with("PACKIT_RPMSPEC_VERSION", &named.rpmspec_version)
            .with("PACKIT_RPMSPEC_RELEASE", &named.rpmspec_release)
            .with("PACKIT_PROJECT_SNAPSHOTID", &named.snapshot_id)
            .with("PACKIT_PROJECT_COMMIT", &named.commit)
            .with("PACKIT_PROJECT_ARCHIVE", &named.archive)
            .with("PACKIT_PROJECT_BRANCH", &named.branch)
    }

    /// `changelog-entry`: also the version; the others are those of an update in dist-git, and empty here.
    pub fn changelog_entry(package: &Package, version: &str) -> Self {
        Self::changelog_entry_of_update(package, version, &[], "", "")
    }

    /// `post-modifications`: also where the package is, and its version.
    pub fn post_modifications(package: &Package, folder: &Path, version: &str) -> Self {
        Self::post_upstream_clone(package, folder).with("PACKIT_PROJECT_VERSION", version)
    }

    /// The actions of an update in dist-git: also where both repositories are, and the version.
    pub fn in_dist_git(package: &Package, upstream: &Path, dist_git: &Path, version: &str) -> Self {
        Self::post_upstream_clone(package, upstream)
            .with("PACKIT_DOWNSTREAM_REPO", dist_git)
            .with("PACKIT_PROJECT_VERSION", version)
    }

    /// `commit-message`, besides those of all actions in dist-git: what the message can name, and the divider before it. What there
    /// is not, is empty.
    #[must_use]
    pub fn for_commit_message(self, tag: &str, commit: &str, divider: &str, bugs: &[String]) -> Self {
        self.with("PACKIT_UPSTREAM_TAG", tag)
            .with("PACKIT_UPSTREAM_COMMIT", commit)
            .with("PACKIT_DEBUG_DIVIDER", divider)
            .with("PACKIT_RESOLVED_BUGS", bugs.join(" "))
    }

    /// `changelog-entry` of an update in dist-git: also what the entry can name. What there is not, is empty.
    pub fn changelog_entry_of_update(
        package: &Package,
        version: &str,
        bugs: &[String],
        tag: &str,
        previous_version: &str,
    ) -> Self {
        Self::base(package)
            .with("PACKIT_PROJECT_VERSION", version)
            .with("PACKIT_RESOLVED_BUGS", bugs.join(" "))
            .with("PACKIT_PROJECT_UPSTREAM_TAG", tag)
            .with("PACKIT_PROJECT_PREVIOUS_VERSION", previous_version)
    }

    fn with(mut self, name: &'static str, value: impl Into<OsString>) -> Self {
        self.0.push((name, value.into()));
        self
    }

    /// All of them.
    pub fn all(&self) -> impl Iterator<Item = (&'static str, &OsStr)> {
        self.0.iter().map(|(name, value)| (*name, value.as_os_str()))
    }
}

/// What a package is called and where its spec is, as suffixes and actions know it.
pub fn base_variables(package: &Package) -> BaseVariables {
    BaseVariables {
        config_package_name: package.name.clone(),
        upstream_package_name: package.upstream_package_name.value.clone(),
        downstream_package_name: package.downstream_package_name.value.clone(),
        specfile_path: {
            let given = package.specfile_path.as_ref().map(|path| path.value.clone());
            given.or_else(|| package.found_specfile_path.clone()).unwrap_or_default()
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_are_withheld_unless_they_are_named() {
        for (name, withheld) in [
            ("GITHUB_TOKEN", true),
            ("CI_JOB_TOKEN", true),
            ("copr_api_token", true),
            ("AWS_SECRET_ACCESS_KEY", true),
            ("CI_REPOSITORY_URL", true),
            ("CI_JOB_JWT_V2", true),
            ("GH_TOKEN_2", true),
            ("SSH_PASS", true),
            ("NPM_AUTH", true),
            ("github_pat", true),
            ("SSH_AUTH_SOCK", false),
            ("PACKIT_PASS_ENV", false),
            ("PWD", false),
            ("PATH", false),
            ("GITHUB_STEP_SUMMARY", false),
            ("PACKIT_PROJECT_VERSION", false),
            ("TOKENIZERS_PARALLELISM", false),
        ] {
            assert_eq!(is_withheld(OsStr::new(name), &[]), withheld, "{name}");
        }
        assert!(!is_withheld(OsStr::new("GITHUB_TOKEN"), &["GITHUB_TOKEN".to_owned()]));
    }
}
