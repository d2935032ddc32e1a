//! Every name that a command of packit ever had.

/// Commands of the Python packit, today's and former names, that this version does not have yet.
const NOT_YET: &[&str] = &["create-update", "dist-git", "push-updates", "scan-in-osh", "source-git", "status", "test"];

/// Its commands below `packit build`, of which the same is true.
const NOT_YET_BELOW_BUILD: &[&str] = &["in-image-builder", "in-koji", "in-obs"];

/// The command of this name that the Python packit has, or once had, and this version does not have yet, as it is called.
pub fn not_yet(name: &str) -> Option<String> {
    if NOT_YET_BELOW_BUILD.contains(&name) {
        return Some(format!("packit build {name}"));
    }
    NOT_YET.contains(&name).then(|| format!("packit {name}"))
}
