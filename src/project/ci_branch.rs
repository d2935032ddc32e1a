//! The branch that a CI builds: it checks out a commit, and says in variables of which branch that is.

/// The branch that a CI says it builds, and the variable that says so; none for a tag. `env` gives the value of an environment variable.
pub(super) fn ci_branch(env: impl Fn(&str) -> Option<String>) -> Option<(&'static str, String)> {
    let set = |name: &'static str| env(name).filter(|value| !value.trim().is_empty()).map(|value| (name, value));
    let unless = |name: &'static str, tag: &'static str| set(name).filter(|_| set(tag).is_none());
    // The branch of a change comes before that of a push. GitHub Actions, and those of Forgejo and Gitea.
    let pushed = || set("GITHUB_REF_NAME").filter(|_| env("GITHUB_REF_TYPE").as_deref() == Some("branch"));
    set("GITHUB_HEAD_REF")
        .or_else(pushed)
        .or_else(|| set("CI_MERGE_REQUEST_SOURCE_BRANCH_NAME"))
        // Woodpecker has the branch into which a change is to go where GitLab has none.
        .or_else(|| set("CI_COMMIT_SOURCE_BRANCH"))
        .or_else(|| unless("CI_COMMIT_BRANCH", "CI_COMMIT_TAG"))
        // Zuul tells its jobs by Ansible: it is there where the job exports it.
        .or_else(|| set("ZUUL_BRANCH"))
        .or_else(|| set("JENKINS_URL").and_then(|_| jenkins_branch(set)))
        .or_else(|| set("TF_BUILD").and_then(|_| azure_branch(set)))
        .or_else(|| set("TRAVIS_PULL_REQUEST_BRANCH"))
        .or_else(|| unless("TRAVIS_BRANCH", "TRAVIS_TAG"))
        .or_else(|| set("CIRCLE_BRANCH"))
}

/// Jenkins has the branch of a change, that of a pipeline, or that of its git plugin with the name of the remote.
fn jenkins_branch(set: impl Fn(&'static str) -> Option<(&'static str, String)>) -> Option<(&'static str, String)> {
    // A pipeline for a tag has its name where others have the branch.
    if set("TAG_NAME").is_some() {
        return None;
    }
    let of_remote = || {
        let (name, value) = set("GIT_BRANCH")?;
        if let Some(head) = value.strip_prefix("refs/heads/") {
            return Some((name, head.to_owned()));
        }
        let value = ["refs/", "remotes/"].iter().fold(value.as_str(), |at, part| at.strip_prefix(part).unwrap_or(at));
        let branch = value.split_once('/').map_or(value, |(_, branch)| branch);
        // A commit and a tag have no branch.
        (branch != "detached" && !value.starts_with("tags/")).then(|| (name, branch.to_owned()))
    };
    set("CHANGE_BRANCH").or_else(|| set("BRANCH_NAME")).or_else(of_remote)
}

/// Azure Pipelines has whole names of refs.
fn azure_branch(set: impl Fn(&'static str) -> Option<(&'static str, String)>) -> Option<(&'static str, String)> {
    let (name, value) = set("SYSTEM_PULLREQUEST_SOURCEBRANCH").or_else(|| set("BUILD_SOURCEBRANCH"))?;
    value.strip_prefix("refs/heads/").map(|branch| (name, branch.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(env: &[(&str, &str)]) -> Option<(&'static str, String)> {
        ci_branch(|key| env.iter().find(|(name, _)| *name == key).map(|(_, value)| (*value).to_owned()))
    }

    #[test]
    fn each_ci_names_its_branch() {
        const JENKINS: (&str, &str) = ("JENKINS_URL", "https://ci");
        const AZURE: (&str, &str) = ("TF_BUILD", "True");
        for (env, variable, branch) in [
            (
                &[("GITHUB_HEAD_REF", "my/fix"), ("GITHUB_REF_NAME", "12/merge"), ("GITHUB_REF_TYPE", "branch")][..],
                "GITHUB_HEAD_REF",
                "my/fix",
            ),
            (
                &[("GITHUB_HEAD_REF", ""), ("GITHUB_REF_NAME", "main"), ("GITHUB_REF_TYPE", "branch")],
                "GITHUB_REF_NAME",
                "main",
            ),
            (
                &[("CI_COMMIT_BRANCH", "main"), ("CI_MERGE_REQUEST_SOURCE_BRANCH_NAME", "fix-1")],
                "CI_MERGE_REQUEST_SOURCE_BRANCH_NAME",
                "fix-1",
            ),
            (&[("CI_COMMIT_BRANCH", "main"), ("CI_COMMIT_TAG", "")], "CI_COMMIT_BRANCH", "main"),
            (&[("CI_COMMIT_BRANCH", "main"), ("CI_COMMIT_SOURCE_BRANCH", "fix")], "CI_COMMIT_SOURCE_BRANCH", "fix"),
            (&[("ZUUL_BRANCH", "stable")], "ZUUL_BRANCH", "stable"),
            (&[JENKINS, ("GIT_BRANCH", "origin/fix/it"), ("BRANCH_NAME", "")], "GIT_BRANCH", "fix/it"),
            (&[JENKINS, ("GIT_BRANCH", "refs/remotes/origin/main")], "GIT_BRANCH", "main"),
            (&[JENKINS, ("GIT_BRANCH", "refs/heads/fix/it")], "GIT_BRANCH", "fix/it"),
            (&[JENKINS, ("GIT_BRANCH", "main")], "GIT_BRANCH", "main"),
            (&[JENKINS, ("GIT_BRANCH", "origin/main"), ("BRANCH_NAME", "fix/it")], "BRANCH_NAME", "fix/it"),
            (&[JENKINS, ("BRANCH_NAME", "PR-7"), ("CHANGE_BRANCH", "fix")], "CHANGE_BRANCH", "fix"),
            (&[AZURE, ("BUILD_SOURCEBRANCH", "refs/heads/fix/it")], "BUILD_SOURCEBRANCH", "fix/it"),
            (
                &[
                    AZURE,
                    ("BUILD_SOURCEBRANCH", "refs/pull/7/merge"),
                    ("SYSTEM_PULLREQUEST_SOURCEBRANCH", "refs/heads/fix"),
                ],
                "SYSTEM_PULLREQUEST_SOURCEBRANCH",
                "fix",
            ),
            (&[("TRAVIS_BRANCH", "main"), ("TRAVIS_PULL_REQUEST_BRANCH", "")], "TRAVIS_BRANCH", "main"),
            (&[("TRAVIS_BRANCH", "main"), ("TRAVIS_PULL_REQUEST_BRANCH", "fix")], "TRAVIS_PULL_REQUEST_BRANCH", "fix"),
            (&[("CIRCLE_BRANCH", "main")], "CIRCLE_BRANCH", "main"),
        ] {
            assert_eq!(found(env), Some((variable, branch.to_owned())), "{env:?}");
        }
    }

    #[test]
    fn tags_and_commits_have_no_branch() {
        for env in [
            &[][..],
            &[("GITHUB_REF_NAME", "v1.0"), ("GITHUB_REF_TYPE", "tag")],
            &[("CI_COMMIT_BRANCH", "main"), ("CI_COMMIT_TAG", "v1")],
            &[("JENKINS_URL", "x"), ("BRANCH_NAME", "v1"), ("TAG_NAME", "v1")],
            &[("JENKINS_URL", "x"), ("GIT_BRANCH", "detached")],
            &[("JENKINS_URL", "x"), ("GIT_BRANCH", "origin/detached")],
            &[("JENKINS_URL", "x"), ("GIT_BRANCH", "refs/tags/v1")],
            &[("TF_BUILD", "True"), ("BUILD_SOURCEBRANCH", "refs/tags/v1")],
            &[("TRAVIS_BRANCH", "v1"), ("TRAVIS_TAG", "v1")],
            // Common names count only where the service is.
            &[("BRANCH_NAME", "other"), ("GIT_BRANCH", "other"), ("BUILD_SOURCEBRANCH", "refs/heads/other")],
        ] {
            assert_eq!(found(env), None, "{env:?}");
        }
    }
}
