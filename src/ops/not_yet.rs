//! What a configuration can ask for and this version does not do yet: refused by name instead of being left out silently.

use crate::config::{ActionName, Package};
use crate::error::{Error, Kind, Place, Result};
use crate::ops::project::Project;

/// The actions that have a place in the way to a source RPM.
const ACTIONS: [ActionName; 7] = [
    ActionName::PostUpstreamClone,
    ActionName::GetCurrentVersion,
    ActionName::CreateArchive,
    ActionName::FixSpecFile,
    ActionName::ChangelogEntry,
    ActionName::CreatePatches,
    ActionName::PostModifications,
];

/// Checks all chosen packages of a project.
///
/// # Errors
/// Of kind [`Kind::Config`] with the place of the key. For a clone that is not trusted, one line lists what would run.
pub fn refuse(project: &Project) -> Result<()> {
    if !project.trusted {
        refuse_untrusted(project)?;
    }
    project.packages.iter().try_for_each(check)
}

fn refuse_untrusted(project: &Project) -> Result<()> {
    let actions = project.packages.iter().flat_map(|package| &package.actions);
    let mut commands: Vec<String> =
        actions.filter(|action| ACTIONS.contains(&action.name.value)).flat_map(|action| action.shown()).collect();
    commands.dedup();
    if commands.is_empty() {
        return Ok(());
    }
    Err(Error::new(Kind::Config, "the configuration of the cloned project would run commands on this machine")
        .cause(format!("they are: {}", commands.join("; ")))
        .hint("if you trust them: --trust"))
}

fn check(package: &Package) -> Result<()> {
    for name in ACTIONS {
        if let Some(action) = package.action(name).filter(|action| !action.is_absent()) {
            return Err(not_yet(&format!("the action `{}`", name.as_str()), action.name.place()));
        }
    }
    if let Some(reference) = &package.upstream_ref {
        return Err(not_yet("source-git mode (`upstream_ref`)", reference.place()));
    }
    match package.sources.first() {
        Some(source) => Err(not_yet("downloading `sources`", source.url.place())),
        None => Ok(()),
    }
}

fn not_yet(what: &str, place: Option<Place>) -> Error {
    let error = Error::new(Kind::Config, format!("{what} is not in this version yet"));
    place.into_iter().fold(error, Error::at).hint("until then, the Python packit builds this project")
}
