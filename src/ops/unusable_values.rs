//! Values of a configuration that load and are of no use later: the loader takes what the Python packit takes.

use super::target_names;
use crate::config::{ActionName, Commands, Loaded, Package, RemoteSource, Spanned};
use crate::error::{Error, Finding, Severity};
use crate::project::release;
use crate::project::tag_rules::TagTemplate;
use crate::services::address::Address;

/// The findings for all packages and jobs: an error where a step fails when it comes to that value, a warning where it may never come to it.
pub(super) fn unusable_values(loaded: &Loaded) -> Vec<Finding> {
    let of_jobs = loaded.jobs.iter().flat_map(|job| &job.packages);
    let mut findings = Vec::new();
    for package in &loaded.packages {
        findings.extend(tag_template(package));
        findings.extend(commands(package));
        findings.extend(package.sources.iter().filter_map(source));
        findings.extend(release_suffix(package));
    }
    for package in loaded.packages.iter().chain(of_jobs) {
        findings.extend(package.build.targets.iter().filter_map(|target| misspelt(&target.name)));
    }
    findings
}

/// Tags are read in any case, unless an action says the version or upstream is a commit.
fn tag_template(package: &Package) -> Option<Finding> {
    let (template, name) = (&package.upstream_tag_template, &package.upstream_package_name.value);
    let error = TagTemplate::new(&template.value, Some(name)).err()?;
    let is_read = package.upstream_ref.is_none() && !has(package, ActionName::GetCurrentVersion);
    Some(finding(&error, if is_read { Severity::Error } else { Severity::Warning }, template))
}

fn has(package: &Package, name: ActionName) -> bool {
    package.action(name).is_some_and(|action| !action.is_absent())
}

/// Commands that are no words.
fn commands(package: &Package) -> Vec<Finding> {
    let mut findings = Vec::new();
    for action in &package.actions {
        let Commands::List(commands) = &action.commands else { continue };
        for command in commands {
            let Err(why) = command.value.words() else { continue };
            let message = format!("the action `{}` cannot be run: {why}", action.name.value.as_str());
            let found = Finding::new(Severity::Error, message);
            let found = found.hint("close the quote, or write the command as a list of words");
            findings.push(command.place().into_iter().fold(found, Finding::at));
        }
    }
    findings
}

/// A file that is there is not fetched.
fn source(source: &RemoteSource) -> Option<Finding> {
    let error = Address::parse(&source.url.value).err()?;
    Some(finding(&error, Severity::Warning, &source.url))
}

fn release_suffix(package: &Package) -> Vec<Finding> {
    // In source-git it is no template.
    let Some(suffix) = package.release_suffix.as_ref().filter(|_| package.upstream_ref.is_none()) else {
        return Vec::new();
    };
    let placed = |found: Finding| suffix.place().into_iter().fold(found, Finding::at);
    match release::judge_suffix(&suffix.value) {
        Ok(warnings) => warnings.into_iter().map(placed).collect(),
        Err(error) => vec![finding(&error, Severity::Error, suffix)],
    }
}

/// A target that no list has here may be the name of a chroot; one that is nearly an alias is likely meant to be that.
fn misspelt(name: &Spanned<String>) -> Option<Finding> {
    let is_unknown = matches!(target_names::read(&name.value).0, target_names::Name::Unknown);
    let near = target_names::near(&name.value).into_iter().next().filter(|_| is_unknown)?;
    let found = Finding::warning(format!("`{}` is no target that is known", name.value));
    Some(name.place().into_iter().fold(found.hint(format!("did you mean `{near}`?")), Finding::at))
}

fn finding<T>(error: &Error, severity: Severity, value: &Spanned<T>) -> Finding {
    let found = error.hints().iter().fold(Finding::new(severity, error.message()), Finding::hint);
    value.place().into_iter().fold(found, Finding::at)
}
