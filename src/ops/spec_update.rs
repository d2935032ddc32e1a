//! The edits that make a spec file fit the archive and the version, as the Python packit makes them: Source, %setup, Version,
//! Release, changelog entry.

use jiff::Zoned;

use crate::config::Package;
use crate::context::Context;
use crate::error::{Finding, Result};
use crate::ops::project::prerelease;
use crate::ops::spec_edits::Entry;
use crate::project::archive::ArchiveName;
use crate::project::release::Named;
use crate::spec::{ChangelogEntry, Facts, Outcome, SourceId, Spec, Why};

/// What the spec is to say.
pub struct Update<'a> {
    /// The package.
    pub package: &'a Package,
    /// The name of the archive.
    pub archive: &'a ArchiveName,
    /// Version and Release.
    pub named: &'a Named,
    /// Whether Release and changelog are set.
    pub update_release: bool,
    /// Whether the user asked for this very release, by a suffix.
    pub release_given: Option<GivenSuffix<'a>>,
    /// The changelog entry, where there is to be one.
    pub entry: Option<Entry>,
    /// When.
    pub moment: Zoned,
}

/// A release suffix that the user gave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GivenSuffix<'a> {
    /// A text to put behind the release number.
    Literal(&'a str),
    /// A template for the whole Release.
    Whole,
}

/// Edits the spec.
///
/// # Errors
/// When the spec has no such source, no Version or no Release, or a value cannot stand in a spec.
pub fn update(context: &Context, spec: &mut Spec, facts: &Facts, update: Update<'_>) -> Result<()> {
    let version = update.named.version.as_str();
    spec.set_version(version, &prerelease(update.package)?, facts)?;
    let source = SourceId::Number(update.package.spec_source_id.value);
    spec.set_source(source, &update.archive.file, facts).map_err(|error| {
        let key = &update.package.spec_source_id;
        let named = if key.is_given() { "`spec_source_id` names it" } else { "`spec_source_id` can name another one" };
        error.hint(format!("the archive takes the place of {source}: {named}"))
    })?;
    set_folder(context, spec, facts, source, &update.archive.top_folder);
    let release = match update.update_release {
        true => set_release(context, spec, facts, &update)?,
        false if spec.uses_autorelease() => None,
        false => Some(facts.release.as_str()),
    };
    match update.entry {
        Some(entry) => {
            let evr = evr(facts, version, release);
            add_entry(context, spec, facts, entry, evr, update.moment)
        }
        None => Ok(()),
    }
}

fn set_folder(context: &Context, spec: &mut Spec, facts: &Facts, source: SourceId, folder: &str) {
    let why = match spec.set_setup_dir(folder, source, facts) {
        Outcome::LeftAlone(Why::NoPrep) => "there is no %prep section",
        Outcome::LeftAlone(_) => "there is no %setup or %autosetup in %prep",
        Outcome::Changed { .. } | Outcome::AlreadyRight { .. } => return,
    };
    context.found(Finding::note(format!("{why}: nothing tells rpm that the archive unpacks to `{folder}`")));
}

/// Sets the Release, and returns it where it is known.
fn set_release<'a>(context: &Context, spec: &mut Spec, facts: &Facts, update: &Update<'a>) -> Result<Option<&'a str>> {
    let release = update.named.release.as_str();
    let outcome = match update.release_given {
        Some(GivenSuffix::Whole) => spec.force_release(release, facts)?,
        Some(GivenSuffix::Literal(suffix)) if spec.uses_autorelease() => spec.add_autorelease_suffix(suffix, facts)?,
        _ => spec.set_release(release, facts)?,
    };
    match outcome {
        Outcome::LeftAlone(Why::Autorelease) => {
            context.found(Finding::note("Release is made by %autorelease and stays; --release-suffix adds to it"));
            Ok(None)
        }
        _ if spec.uses_autorelease() => Ok(None),
        _ => Ok(Some(release)),
    }
}

/// What stands behind the name in a changelog entry.
pub fn evr(facts: &Facts, version: &str, release: Option<&str>) -> String {
    let epoch = facts.epoch.as_ref().map(|epoch| format!("{epoch}:")).unwrap_or_default();
    let release = release.map(|release| format!("-{release}")).unwrap_or_default();
    format!("{epoch}{version}{release}")
}

/// Adds an entry to the changelog, where there is one.
///
/// # Errors
/// When the entry cannot stand in a spec.
pub fn add_entry(
    context: &Context,
    spec: &mut Spec,
    facts: &Facts,
    entry: Entry,
    evr: String,
    moment: Zoned,
) -> Result<()> {
    let entry = ChangelogEntry { moment, author: entry.author, evr, lines: entry.lines };
    if let Outcome::LeftAlone(Why::NoChangelog) = spec.add_changelog_entry(&entry, facts)? {
        context.found(Finding::note("there is no %changelog section: no entry is added"));
    }
    Ok(())
}
