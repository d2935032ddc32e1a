//! Whether what a configuration would run is trusted: that of the user's own checkout is, that of a clone only if the user says so.

use crate::error::{Error, Kind, Result};
use crate::ops::project::Project;
use crate::ops::workspace::ACTIONS;
use crate::secret::redacted_line;

/// Checks all chosen packages of a project.
///
/// # Errors
/// Of kind [`Kind::Config`], for a clone that is not trusted: lists what would run.
pub fn check(project: &Project) -> Result<()> {
    if project.trusted || project.actions.none {
        return Ok(());
    }
    let actions = project.packages.iter().flat_map(|package| &package.actions);
    let mut commands: Vec<String> =
        actions.filter(|action| ACTIONS.contains(&action.name.value)).flat_map(|action| action.shown()).collect();
    commands.dedup();
    if commands.is_empty() {
        return Ok(());
    }
    Err(Error::new(Kind::Config, "the configuration of the cloned project would run commands on this machine")
        .cause(format!("they are: {}", redacted_line(&commands.join("; "))))
        .hint("if you trust them: --trust")
        .hint("without them: --no-actions"))
}
