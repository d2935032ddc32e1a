//! The checkout around the current folder: repository, history, tags, configuration.

use std::path::PathBuf;

use super::check::Check;
use super::needs::{Need, Needs};
use crate::config::{self, ActionName, Package, User};
use crate::context::Context;
use crate::error::{Kind, Result, Severity};
use crate::git::{Head, Repo, command};
use crate::ops::actions::ActionChoice;
use crate::ops::project::{Place, Project, ProjectRequest, TagChoice};
use crate::ops::reading::Reading;
use crate::ops::shared_answers::Shared;
use crate::ops::validate;
use crate::ops::version::{self, Choice};
use crate::project::version::Origin;

/// Clocks that differ by less than this are right.
const SKEW: i64 = 300;

/// What the user says about the checkout.
pub(super) struct Named<'a> {
    /// The configuration file.
    pub(super) config: Option<PathBuf>,
    /// The git remote that is upstream.
    pub(super) remote: Option<String>,
    /// The user's own configuration.
    pub(super) user: &'a User,
}

/// What was seen of the checkout.
#[derive(Default)]
pub(super) struct Seen {
    /// The checks.
    pub(super) checks: Vec<Check>,
    /// The project, where it can be opened.
    pub(super) project: Option<Project>,
}

/// Looks at the checkout.
///
/// # Errors
/// When the work is interrupted.
pub(super) async fn checkout(context: &Context, needs: &Needs, named: &Named<'_>) -> Result<Seen> {
    let mut seen = Seen::default();
    let need = needs.checkout;
    if need == Need::No {
        seen.checks.extend(configuration(context, needs.configuration, named));
        return Ok(seen);
    }
    let repo = match Repo::open(context.cwd()) {
        Ok(repo) => repo,
        Err(error) => {
            // One that git does not trust is there, and can be used by nothing.
            let need = if error.kind() == Kind::Environment { Need::Required } else { need };
            seen.checks.push(Check::failed("repository", need, &error));
            seen.checks.extend(configuration(context, needs.configuration.min(need), named));
            return Ok(seen);
        }
    };
    match repo.head() {
        Ok(head) => {
            let on = head.branch.clone().unwrap_or_else(|| "no branch".to_owned());
            let found = format!("{} at {} on {on}", repo.root().display(), head.commit.short(8));
            seen.checks.push(Check::ok("repository", found));
            seen.checks.push(history(&repo));
            seen.checks.extend(last_commit(context, &repo, &head).await?);
        }
        Err(error) => seen.checks.push(Check::failed("repository", needs.configuration, &error)),
    }
    if needs.configuration == Need::No {
        return Ok(seen);
    }
    seen.checks.extend(configuration(context, needs.configuration, named));
    let request = ProjectRequest {
        place: Place::Folder(context.cwd().to_owned()),
        config: named.config.clone(),
        remote: named.remote.clone(),
        packages: Vec::new(),
        user: named.user.clone(),
        actions: ActionChoice::default(),
    };
    // What keeps it from being opened is told already.
    match Project::look(context, &request).await {
        Ok(project) => seen.project = Some(project),
        Err(error) if error.kind() == Kind::Interrupted => return Err(error),
        Err(error) => {
            tracing::debug!(%error, "the project cannot be opened");
            return Ok(seen);
        }
    }
    if let Some(project) = &seen.project {
        let shared = Shared::read(context, project, true);
        if let Err(error) = &shared {
            seen.checks.push(Check::failed("temporary files", need, error));
        }
        for package in project.packages.iter() {
            seen.checks.push(tags(project, package, need));
            seen.checks.extend(spec(context, project, package, need, shared.as_ref().ok()).await?);
        }
    }
    Ok(seen)
}

/// The texts of the specs of all packages.
pub(super) fn specs(project: &Project) -> Vec<String> {
    let found = project.packages.iter().filter_map(|package| config::find_spec_file(package, project.roots()).ok());
    found.filter_map(|file| fs_err::read(file).ok()).map(|text| String::from_utf8_lossy(&text).into_owned()).collect()
}

fn history(repo: &Repo) -> Check {
    if repo.is_shallow() {
        let found = "shallow: tags can be missing, and commits since the last one";
        return Check::warning("history", found)
            .hint("git fetch --unshallow --tags")
            .hint("in CI: ask for the whole history (GitHub: fetch-depth: 0; GitLab: GIT_DEPTH: 0)");
    }
    Check::ok("history", "whole")
}

/// Whether the last commit is from the future: one of two clocks is wrong then.
async fn last_commit(context: &Context, repo: &Repo, head: &Head) -> Result<Option<Check>> {
    match command::commit_time(context, repo.root(), head.commit).await {
        Ok(time) if time.as_second() > context.clock().as_second() + SKEW => {
            let check = Check::warning("clock", format!("the last commit is from the future: {time}"));
            Ok(Some(check.hint("where this machine's clock is wrong: timedatectl set-ntp true")))
        }
        Ok(_) => Ok(Some(Check::ok("clock", format!("{:.0}, later than the last commit", context.clock())))),
        Err(error) if error.kind() == Kind::Interrupted => Err(error),
        // Without git that is told already.
        Err(_) => Ok(None),
    }
}

/// The configuration, where it is needed.
fn configuration(context: &Context, need: Need, named: &Named<'_>) -> Option<Check> {
    (need != Need::No).then(|| examine_configuration(context, need, named))
}

fn examine_configuration(context: &Context, need: Need, named: &Named<'_>) -> Check {
    const NAME: &str = "configuration";
    let request = validate::Request { path: context.cwd().to_owned(), config: named.config.clone() };
    let report = match validate::run(context, &request) {
        Ok(report) => report,
        Err(error) => return Check::failed(NAME, need, &error),
    };
    let of = |severity: Severity| report.findings.iter().filter(move |finding| finding.severity == severity);
    let (errors, warnings) = (of(Severity::Error).count(), of(Severity::Warning).count());
    let file = report.file.display();
    let first = |severity| of(severity).next().map_or("", |finding| finding.message.as_str());
    let check = match (errors, warnings) {
        (0, 0) => return Check::ok(NAME, format!("{file} is valid")),
        (0, warnings) => {
            let found = format!("{file} is valid, with {}: {}", count(warnings, "warning"), first(Severity::Warning));
            Check::warning(NAME, found)
        }
        (errors, _) => {
            let found = format!("{file} has {}: {}", count(errors, "error"), first(Severity::Error));
            Check::bad(NAME, Need::Required, found)
        }
    };
    check.hint("packit config validate tells all, with their places")
}

fn count(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}

/// The name of a check of a package.
fn name_of(project: &Project, what: &str, package: &Package) -> String {
    if project.packages.len() > 1 { format!("{what} of {}", package.name) } else { what.to_owned() }
}

fn tags(project: &Project, package: &Package, need: Need) -> Check {
    let name = name_of(project, "tags", package);
    let fetch = match (&project.address, project.repo.is_shallow()) {
        (None, _) => "there is no remote to fetch tags from: git remote add origin URL, or tag the release here",
        (_, true) => "git fetch --unshallow --tags",
        (_, false) => "git fetch --tags",
    };
    let tags = match project.repo.tags() {
        Ok(tags) => tags,
        Err(error) => return Check::failed(name, need, &error),
    };
    let scope = TagChoice::default();
    let choice = Choice { tags: &tags, scope: &scope, tip: project.head.commit };
    let is_by_action = package.actions.iter().any(|action| action.name.value == ActionName::GetCurrentVersion);
    match version::by_tags(project, package, choice) {
        _ if is_by_action => Check::ok(name, "the action get-current-version tells the version"),
        Err(error) => Check::failed(name, need, &error),
        Ok(chosen) if chosen.origin == Origin::Spec && tags.is_empty() => {
            Check::warning(name, "there are none: the version is that of the spec file").hint(fetch)
        }
        Ok(chosen) if chosen.origin == Origin::Spec => {
            let found = format!("none of {} counts: the version is that of the spec file", tags.len());
            Check::warning(name, found).hint(fetch).hint("packit inspect says why each of them does not")
        }
        Ok(chosen) => {
            let mut found = format!("version {} {}", chosen.version, chosen.explanation());
            if chosen.origin == Origin::TagElsewhere {
                // Its warning says the rest.
                found = format!("version {}", chosen.version);
            }
            let warnings = chosen.warnings.iter();
            warnings.fold(Check::ok(name, found), |check, warning| {
                let found = format!("{}; {}", check.found, warning.message);
                let check = Check { hints: check.hints.clone(), ..Check::warning(check.name, found) };
                warning.hints.iter().fold(check, Check::hint)
            })
        }
    }
}

/// The spec file, where it is not there, or neither its text nor rpm says what must be known of it: an action may make it, or mend it.
async fn spec(
    context: &Context,
    project: &Project,
    package: &Package,
    need: Need,
    shared: Option<&Shared>,
) -> Result<Option<Check>> {
    let makes = |name: ActionName| name == ActionName::PostUpstreamClone;
    let is_made = package.actions.iter().any(|action| makes(action.name.value));
    let need = if is_made { Need::No } else { need };
    let read = async {
        config::find_spec_file(package, project.roots())?;
        let (Some(shared), false) = (shared, is_made) else { return Ok(()) };
        let (staging, folder) = (shared.staging(&package.name)?, project.folder(package)?);
        let reading = Reading::new(context, project, package, &staging, &folder)?;
        reading.facts().await.map(drop)
    };
    match read.await {
        Ok(()) => Ok(None),
        Err(error) if error.kind() == Kind::Interrupted => Err(error),
        Err(error) => Ok(Some(Check::failed(name_of(project, "spec file", package), need, &error))),
    }
}
