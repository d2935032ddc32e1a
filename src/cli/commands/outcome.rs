//! How a command that works on several packages ends.

use serde::Serialize;
use serde_json::Value;

use crate::cli::run::{Failed, Run};
use crate::config;
use crate::error::{Context as _, Error, Kind, Result};
use crate::ops::packages;
use crate::ui::envelope;

/// The one error that stands for the failures of packages, `done` of which went well. Where there are several, each is told.
pub(super) fn failure(run: &Run<'_>, failed: &[packages::Failed], done: usize) -> Option<Error> {
    let (first, others) = failed.split_first()?;
    let all = failed.len() + done;
    if all == 1 {
        return Some(first.error.clone());
    }
    for failed in failed {
        run.ui.package_error(&failed.package, &failed.error);
    }
    let first = first.error.kind();
    let kind = match others.iter().all(|other| other.error.kind() == first) {
        _ if done > 0 => Kind::Partial,
        true => first,
        false => Kind::Project,
    };
    let names = failed.iter().map(|failed| failed.package.as_str()).collect::<Vec<_>>().join(", ");
    Some(Error::new(kind, format!("{} of {all} packages failed: {names}", failed.len())))
}

/// Prints the report as JSON.
pub(super) fn json(run: &Run<'_>, command: &str, report: &impl Serialize, failure: Option<&Error>) -> Result<()> {
    run.ui.json(&object(run, command, report, failure)?)
}

/// Prints what [`json`] prints, as YAML.
pub(super) fn yaml(run: &Run<'_>, command: &str, report: &impl Serialize) -> Result<()> {
    run.ui.print(config::to_yaml(&object(run, command, report, None)?)?.as_bytes())
}

fn object(run: &Run<'_>, command: &str, report: &impl Serialize, failure: Option<&Error>) -> Result<Value> {
    let object = envelope::done(command, report, failure, &run.ui.warnings());
    object.or_error(Kind::Bug, || "the result cannot be written as JSON".to_owned())
}

/// The end of a command whose result is printed.
pub(super) fn end(run: &Run<'_>, failure: Option<Error>) -> Result<(), Failed> {
    match failure {
        None => Ok(()),
        Some(error) => Err(Failed { error, printed: run.global.json }),
    }
}
