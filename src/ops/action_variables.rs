//! The variables that actions get, and those of packit's own environment that they do not get.

use std::ffi::{OsStr, OsString};
use std::path::Path;

use crate::config::Package;
use crate::project::release::BaseVariables;

/// Names that no rule below catches: addresses with credentials in them, and whole sets of credentials.
const WITHHELD: [&str; 6] =
    ["CI_REPOSITORY_URL", "CI_JOB_JWT_V1", "CI_JOB_JWT_V2", "DOCKER_AUTH_CONFIG", "AWS_ACCESS_KEY_ID", "NETRC"];
/// What the names of variables with credentials end in.
const ENDINGS: [&str; 14] = [
    "TOKEN",
    "PASSWORD",
    "PASSWD",
    "PASSPHRASE",
    "SECRET",
    "SECRETS",
    "API_KEY",
    "APIKEY",
    "PRIVATE_KEY",
    "ACCESS_KEY",
    "SECRET_KEY",
    "CREDENTIALS",
    "JWT",
    "AUTH_CONFIG",
];

/// Whether a variable of packit's environment is kept from actions: it looks like a credential, and is not among those that the user
/// wants to hand over.
pub fn is_withheld(name: &OsStr, pass_env: &[String]) -> bool {
    let Some(name) = name.to_str() else { return false };
    let upper = name.to_ascii_uppercase();
    let secret = WITHHELD.contains(&upper.as_str()) || ENDINGS.iter().any(|ending| upper.ends_with(ending));
    secret && !pass_env.iter().any(|passed| passed == name)
}

/// The variables of one call of an action, in the order in which they are set.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Variables(Vec<(&'static str, OsString)>);

impl Variables {
    /// Those of every action: the names of the package and its spec file.
    pub fn base(package: &Package) -> Self {
        let base = base_variables(package);
        let mut variables = Self::default();
        variables.set("PACKIT_CONFIG_PACKAGE_NAME", base.config_package_name);
        variables.set("PACKIT_UPSTREAM_PACKAGE_NAME", base.upstream_package_name);
        variables.set("PACKIT_DOWNSTREAM_PACKAGE_NAME", base.downstream_package_name);
        variables.set("PACKIT_SPECFILE_PATH", base.specfile_path);
        variables
    }

    /// The same with the folder of the package in the checkout.
    #[must_use]
    pub fn in_folder(mut self, folder: &Path) -> Self {
        self.set("PACKIT_UPSTREAM_REPO", folder);
        self.set("PACKIT_PWD", folder);
        self
    }

    /// The same with one more variable.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<OsString>) -> Self {
        self.set(name, value);
        self
    }

    /// Sets a variable; one of that name gives way.
    pub fn set(&mut self, name: &'static str, value: impl Into<OsString>) {
        self.0.retain(|(set, _)| *set != name);
        self.0.push((name, value.into()));
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
        specfile_path: package.specfile_path.as_ref().map(|path| path.value.clone()).unwrap_or_default(),
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
            ("CI_JOB_JWT", true),
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
