//! Every name that a command of packit ever had.

/// Commands of the Python packit, today's and former names, that this version does not have yet.
const NOT_YET: &[&str] = &[
    "create-update",
    "dist-git",
    "local-build",
    "prepare-sources",
    "pull-from-upstream",
    "push-updates",
    "scan-in-osh",
    "source-git",
    "status",
    "sync-from-downstream",
    "test",
];

/// Whether `name` is a command that the Python packit has, or once had, and this version does not have yet.
pub fn is_not_yet(name: &str) -> bool {
    NOT_YET.contains(&name)
}
