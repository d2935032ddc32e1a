//! Which kinds of forges there are, and what each wants of a token.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The software of a forge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ForgeKind {
    /// Pagure: pagure.io, Fedora's dist-git up to now.
    Pagure,
    /// Forgejo, and Gitea with the same interface: codeberg.org, Fedora's dist-git to come.
    Forgejo,
    /// GitLab: gitlab.com with CentOS Stream.
    GitLab,
    /// GitHub.
    GitHub,
}

impl ForgeKind {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Pagure, Self::Forgejo, Self::GitLab, Self::GitHub];

    /// The kind that a configuration names (`type: forgejo`), in any case; `None` for another word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name().eq_ignore_ascii_case(word.trim()))
    }

    /// Its name in configurations.
    pub fn name(self) -> &'static str {
        match self {
            Self::Pagure => "pagure",
            Self::Forgejo => "forgejo",
            Self::GitLab => "gitlab",
            Self::GitHub => "github",
        }
    }

    /// The rights that a token must have for forks and pull requests, for people.
    pub fn rights(self) -> &'static str {
        match self {
            Self::Pagure => {
                "fork_project, pull_request_create, pull_request_update (and modify_project for --sync-acls)"
            }
            Self::Forgejo => "write:repository, read:user",
            Self::GitLab => "api",
            Self::GitHub => "public_repo (a fine-grained token: read and write for contents and pull requests)",
        }
    }

    /// The page on which a user makes a token; `base` is the address of the forge without a slash at its end.
    pub fn token_page(self, base: &str) -> String {
        let page = match self {
            Self::Pagure => "settings#nav-api-tab",
            Self::Forgejo => "user/settings/applications",
            Self::GitLab => "-/user_settings/personal_access_tokens",
            Self::GitHub => "settings/tokens",
        };
        format!("{base}/{page}")
    }

    /// Of the rights that forks and pull requests need, those that are not among the `granted` ones of a token.
    pub fn missing_rights(self, granted: &[String]) -> Vec<&'static str> {
        let has = |names: &[&str]| granted.iter().any(|granted| names.contains(&granted.as_str()));
        let needed: &[(&'static str, &[&str])] = match self {
            Self::Pagure => &[
                ("fork_project", &["fork_project"]),
                ("pull_request_create", &["pull_request_create"]),
                ("pull_request_update", &["pull_request_update"]),
            ],
            Self::Forgejo => &[
                ("write:repository", &["write:repository", "all"]),
                ("read:user", &["read:user", "write:user", "all"]),
            ],
            Self::GitLab => &[("api", &["api"])],
            Self::GitHub => &[("public_repo", &["public_repo", "repo"])],
        };
        needed.iter().filter(|(_, names)| !has(names)).map(|(right, _)| *right).collect()
    }
}

impl fmt::Display for ForgeKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Pagure => "Pagure",
            Self::Forgejo => "Forgejo",
            Self::GitLab => "GitLab",
            Self::GitHub => "GitHub",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_in_any_case() {
        for kind in ForgeKind::ALL {
            assert_eq!(ForgeKind::parse(kind.name()), Some(kind));
            assert_eq!(ForgeKind::parse(&kind.to_string()), Some(kind));
        }
        assert_eq!(ForgeKind::parse("bitbucket"), None);
    }

    #[test]
    fn a_wider_right_counts_for_a_narrower_one() {
        let missing = |kind: ForgeKind, granted: &[&str]| {
            kind.missing_rights(&granted.iter().map(|&right| right.to_owned()).collect::<Vec<_>>())
        };
        assert!(missing(ForgeKind::GitHub, &["repo", "gist"]).is_empty());
        assert_eq!(missing(ForgeKind::GitHub, &["gist"]), ["public_repo"]);
        assert_eq!(missing(ForgeKind::GitLab, &["read_api"]), ["api"]);
        assert!(missing(ForgeKind::Forgejo, &["all"]).is_empty());
        assert_eq!(missing(ForgeKind::Forgejo, &["read:repository", "write:user"]), ["write:repository"]);
    }
}
