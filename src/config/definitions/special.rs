//! What can be special for one target or one branch.

use super::definition::{Definition, Type};

/// What can be special for a target.
pub(in crate::config) const TARGET: &[Definition] = &[
    Definition::new("distros", Type::Texts, "[\"centos-7\"]", "The distributions of Testing Farm to test on").filled(),
    Definition::new("additional_modules", Type::Text, "\"ruby:2.7\"", "Modules, separated by commas").filled(),
    Definition::new("additional_packages", Type::Texts, "[\"gcc\"]", "Packages that are installed first").filled(),
    Definition::new("additional_repos", Type::Texts, "[\"copr://me/x\"]", "More repositories").filled(),
    Definition::new("with_opts", Type::Texts, "[\"tests\"]", "Switches of the spec file that are set").filled(),
    Definition::new("without_opts", Type::Texts, "[\"tests\"]", "Switches of the spec file that are not set").filled(),
];

/// What can be special for a branch.
pub(in crate::config) const BRANCH: &[Definition] =
    &[Definition::new("fast_forward_merge_into", Type::Texts, "[\"f42\"]", "Branches that get the same commits")
        .filled()];
