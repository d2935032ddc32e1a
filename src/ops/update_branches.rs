//! Which branches of dist-git an update goes to, in the order in which they are worked on.

use super::project::Project;
use super::targets::Targets;
use crate::config::{Branch, JobType, Package};
use crate::context::Context;
use crate::error::{Error, Kind, Result};
use crate::git::BranchName;
use crate::services::Client;

/// A branch, and those that get the same commits.
#[derive(Debug, Clone)]
pub struct ChosenBranch {
    /// The branch.
    pub name: BranchName,
    /// Branches that get a pull request of their own with the same commit.
    pub merged_into: Vec<BranchName>,
}

impl ChosenBranch {
    /// Whether `version_update_mask` counts here: on released branches of Fedora, and on those of EPEL.
    pub fn is_masked(&self) -> bool {
        is_masked(&self.name)
    }
}

/// The branches: `named`, else those of the first job of the kind `job`, else the `default` one. The default branch comes first, the
/// others in the order in which they are given. A list on the command line leaves `fast_forward_merge_into` out.
///
/// # Errors
/// Of kind [`Kind::Usage`] for what is no branch; when an alias cannot be resolved.
pub async fn choose(
    context: &Context,
    client: &Client,
    project: &Project,
    package: &Package,
    named: &[String],
    (job, default): (JobType, &str),
) -> Result<Vec<ChosenBranch>> {
    let targets = Targets::new(context, client);
    let mut chosen: Vec<ChosenBranch> = Vec::new();
    let configured = if named.is_empty() { configured(project, package, job) } else { Vec::new() };
    let wanted: Vec<(String, Vec<String>)> = match (named.is_empty(), configured.is_empty()) {
        (false, _) => named.iter().map(|name| (name.clone(), Vec::new())).collect(),
        (true, true) => vec![(default.to_owned(), Vec::new())],
        (true, false) => configured.iter().map(names).collect(),
    };
    for (name, merged_into) in wanted {
        let mut merged = Vec::new();
        for branch in &merged_into {
            merged.extend(targets.branches(std::slice::from_ref(branch), default).await?);
        }
        for branch in targets.branches(&[name], default).await? {
            if chosen.iter().any(|chosen| chosen.name.as_str() == branch) {
                continue;
            }
            let others = merged.iter().filter(|other| **other != branch);
            let merged_into = others.map(|other| BranchName::new(other)).collect::<Result<_>>()?;
            chosen.push(ChosenBranch { name: BranchName::new(&branch)?, merged_into });
        }
    }
    if chosen.is_empty() {
        let error = Error::new(Kind::Refused, "there is no branch to update: the targets stand for none today");
        return Err(error.hint("packit config targets: shows what they stand for"));
    }
    chosen.sort_by_key(|branch| branch.name.as_str() != default);
    Ok(chosen)
}

/// The branches of the first job of a kind, else of the package.
fn configured(project: &Project, package: &Package, kind: JobType) -> Vec<Branch> {
    let mut jobs = project.config.jobs.iter().filter(|job| job.kind.value == kind && job.is_given());
    let of_job = jobs.find_map(|job| job.package(&package.name));
    of_job.unwrap_or(package).downstream.branches.clone()
}

fn names(branch: &Branch) -> (String, Vec<String>) {
    let merged = branch.fast_forward_merge_into.iter().map(|name| name.value.clone()).collect();
    (branch.name.value.clone(), merged)
}

/// Whether a name is that of a released branch of Fedora (`f43`) or of one of EPEL (`epel9`, `epel10.1`, `el6`): told by the name, so
/// that nobody has to be asked.
pub(super) fn is_masked(name: &BranchName) -> bool {
    let name = name.as_str();
    let rest = ["epel", "el", "f"].into_iter().find_map(|start| name.strip_prefix(start)).unwrap_or_default();
    !rest.is_empty() && rest.chars().all(|c| c.is_ascii_digit() || c == '.')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn released_branches_are_masked() {
        for (name, masked) in [
            ("f43", true),
            ("epel9", true),
            ("epel10.1", true),
            ("el6", true),
            ("rawhide", false),
            ("main", false),
            ("f", false),
            ("fix", false),
            ("c10s", false),
        ] {
            assert_eq!(is_masked(&BranchName::new(name).unwrap()), masked, "{name}");
        }
    }
}
