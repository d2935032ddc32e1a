//! The part of a Release that tells one development snapshot from another: time, branch, distance from the tag.

use jiff::Zoned;

use crate::error::Finding;
use crate::git::Head;
use crate::project::ci_branch::ci_branch;
use crate::project::tag_rules::sanitise_version;

/// What the snapshot is named after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SnapshotRef {
    /// The branch, or the first eight hex digits of the commit; as a Release can hold it.
    pub name: String,
    /// Where the name of the branch comes from when it is not the one that is checked out.
    pub note: Option<Finding>,
}

/// What the snapshot of `head` is named after: the branch that is checked out; with a detached HEAD the branch that the
/// CI system says it builds; else the commit. `env` gives the value of an environment variable.
pub fn snapshot_ref(head: &Head, env: impl Fn(&str) -> Option<String>) -> SnapshotRef {
    if let Some(name) = head.branch.as_deref().and_then(in_release) {
        return SnapshotRef { name, note: None };
    }
    let from_ci = if head.branch.is_none() { ci_branch(env) } else { None };
    match from_ci.and_then(|(variable, branch)| Some((in_release(&branch)?, variable, branch))) {
        Some((name, variable, branch)) => {
            let note = format!("HEAD is detached; the branch `{branch}` in the Release comes from {variable}");
            SnapshotRef { name, note: Some(Finding::note(note)) }
        }
        None => SnapshotRef { name: head.commit.short(8), note: None },
    }
}

/// `name` as a Release can hold it: cleaned as a version is, and without what rpm still refuses in the result.
/// `None` where nothing is left.
fn in_release(name: &str) -> Option<String> {
    let clean = sanitise_version(name);
    let allowed = clean.chars().filter(|c| c.is_ascii_alphanumeric() || "._+~^".contains(*c));
    let parts: String = allowed.collect();
    let parts: Vec<&str> = parts.split('.').filter(|part| !part.is_empty()).collect();
    Some(parts.join(".")).filter(|name| !name.is_empty())
}

/// `20261120233102238314.main.3.g5608069`: the time `now` down to the microsecond, the name of the ref, and from
/// `describe` (the answer of `git describe --tags --long`) the number of commits since the tag and the commit.
pub fn snapshot_id(now: &Zoned, name: &str, describe: Option<&str>) -> String {
    let time = now.strftime("%Y%m%d%H%M%S%6f");
    match describe.and_then(distance) {
        Some((commits, commit)) => format!("{time}.{name}.{commits}.{commit}"),
        None => format!("{time}.{name}"),
    }
}

fn distance(describe: &str) -> Option<(&str, &str)> {
    let (rest, commit) = describe.trim().rsplit_once('-')?;
    let (_, commits) = rest.rsplit_once('-')?;
    let hex = commit.strip_prefix('g')?;
    let digits = |text: &str, is: fn(&char) -> bool| !text.is_empty() && text.chars().all(|c| is(&c));
    (digits(commits, char::is_ascii_digit) && digits(hex, char::is_ascii_hexdigit)).then_some((commits, commit))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::project::tag_rules::refused_by_rpm;

    fn head(branch: Option<&str>) -> Head {
        let commit = "5608069e1a341855bff9baaf0b553f9c84d424e7".parse().unwrap();
        Head { branch: branch.map(str::to_owned), commit }
    }

    #[test]
    fn names_of_branches() {
        for (branch, name) in [
            ("main", "main"),
            ("feature/some-thing_2", "featuresome.thing_2"),
            ("PR#12", "PR12"),
            // rpm refuses what the Python packit makes of these.
            ("fix--it-", "fix.it"),
            ("-x.", "x"),
            ("brück", "brck"),
            ("é", "5608069e"),
        ] {
            let found = snapshot_ref(&head(Some(branch)), |_| panic!("the environment was asked"));
            assert_eq!((found.name.as_str(), &found.note), (name, &None), "{branch}");
            assert_eq!(refused_by_rpm(&found.name), None);
        }
    }

    #[test]
    fn a_detached_head_is_named_after_the_branch_of_the_ci_or_the_commit() {
        for (env, name, source) in [
            (&[][..], "5608069e", None),
            (&[("GITHUB_HEAD_REF", "my/fix")], "myfix", Some("GITHUB_HEAD_REF")),
            (&[("CI_MERGE_REQUEST_SOURCE_BRANCH_NAME", "fix-1")], "fix.1", Some("CI_MERGE_REQUEST_SOURCE_BRANCH_NAME")),
            (&[("JENKINS_URL", "x"), ("GIT_BRANCH", "origin/fix/it")], "fixit", Some("GIT_BRANCH")),
            (&[("CI_COMMIT_BRANCH", "é")], "5608069e", None),
        ] {
            let get = |key: &str| env.iter().find(|(name, _)| *name == key).map(|(_, value)| (*value).to_owned());
            let found = snapshot_ref(&head(None), get);
            assert_eq!(found.name, name, "{env:?}");
            assert_eq!(found.note.is_some(), source.is_some());
            if let (Some(note), Some(source)) = (found.note, source) {
                assert!(note.message.ends_with(&format!("comes from {source}")), "{}", note.message);
            }
        }
    }

    #[test]
    fn ids() {
        let now: Zoned = "2026-11-20T23:31:02.238314+01:00[+01:00]".parse().unwrap();
        for (describe, id) in [
            (Some("1.0.0-3-g5608069"), "20261120233102238314.main.3.g5608069"),
            (Some("v1.0-rc-1-0-g5608069e1a\n"), "20261120233102238314.main.0.g5608069e1a"),
            (None, "20261120233102238314.main"),
            (Some(""), "20261120233102238314.main"),
            (Some("1.0.0"), "20261120233102238314.main"),
            (Some("a-b-c"), "20261120233102238314.main"),
        ] {
            assert_eq!(snapshot_id(&now, "main", describe), id, "{describe:?}");
        }
        let epoch = jiff::Timestamp::from_second(1_700_000_000).unwrap().to_zoned(jiff::tz::TimeZone::UTC);
        assert_eq!(snapshot_id(&epoch, "main", None), "20231114221320000000.main");
    }

    proptest! {
        #[test]
        fn rpm_takes_the_name_of_every_branch(branch in "\\PC{0,30}", ci in "\\PC{0,30}") {
            let checked_out = snapshot_ref(&head(Some(&branch)), |_| None);
            let detached = snapshot_ref(&head(None), |_| Some(ci.clone()));
            for found in [checked_out, detached] {
                let release = format!("1.{}.2.gabc", found.name);
                prop_assert_eq!(refused_by_rpm(&release), None, "{}", release);
            }
        }
    }
}
