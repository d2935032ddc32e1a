//! Which version is built: the one that the action `get-current-version` prints, else that of the newest tag that counts, else that
//! of the spec.

use super::action_variables::Variables;
use super::actions::Actions;
use super::project::{Project, TagChoice, prerelease};
use crate::config::{ActionName, Package, Spanned};
use crate::context::Context;
use crate::error::{Error, Finding, Kind, Result};
use crate::git::{CommitId, Tag};
use crate::project::tag_rules::{TagFilter, TagTemplate, refused_by_rpm, sanitise_version};
use crate::project::version::{Chosen, Origin, Rules, Scope, choose};

/// What tags there are, and which of them count.
#[derive(Debug, Clone, Copy)]
pub struct Choice<'a> {
    /// All tags of the repository.
    pub tags: &'a [Tag],
    /// Which of them the user lets in.
    pub scope: &'a TagChoice,
    /// The commit whose tags count.
    pub tip: CommitId,
}

/// Chooses the version of a package and tells where it comes from. `spec` gives the expanded Version of the spec, asked for only
/// where no action and no tag says the version.
///
/// # Errors
/// As [`choose`], when a rule of the configuration cannot be read, and when the action fails or prints no version.
pub async fn choose_version(
    context: &Context,
    project: &Project,
    package: &Package,
    actions: &Actions<'_>,
    choice: Choice<'_>,
    spec: impl AsyncFnOnce() -> Result<String>,
) -> Result<Chosen> {
    let chosen = match by_action(context, package, actions).await? {
        // A project whose tags do not fit has no changes to tell of, and needs none.
        Some(version) => Chosen::by_action(version, by_tags(project, package, choice).ok().and_then(|by| by.tag)),
        None => match by_tags(project, package, choice)? {
            chosen if chosen.origin == Origin::Spec => {
                chosen.with_spec_version(spec().await?, project.repo.is_shallow())?
            }
            chosen => chosen,
        },
    };
    for candidate in &chosen.candidates {
        let version = candidate.version.as_deref().unwrap_or("-");
        tracing::debug!(tag = candidate.tag.name, version, "{}", candidate.verdict);
    }
    context.tell(format!("version {} {}", chosen.version, chosen.explanation()));
    for finding in &chosen.warnings {
        context.found(finding.clone());
    }
    Ok(chosen)
}

/// How the tags of a package are spelt.
///
/// # Errors
/// As [`TagTemplate::new`], at the place of the key.
pub fn tag_template(package: &Package) -> Result<TagTemplate> {
    let written = &package.upstream_tag_template;
    let read = TagTemplate::new(&written.value, Some(&package.upstream_package_name.value));
    read.map_err(|error| written.place().into_iter().fold(error, Error::at))
}

/// The version of the newest tag that counts.
///
/// # Errors
/// As [`choose`], and when a rule of the configuration cannot be read.
pub fn by_tags(project: &Project, package: &Package, choice: Choice<'_>) -> Result<Chosen> {
    let name = package.upstream_package_name.value.as_str();
    let text = |key: &Option<Spanned<String>>| key.as_ref().map(|text| text.value.clone());
    let template = tag_template(package)?;
    let (include, exclude) = (text(&package.upstream_tag_include), text(&package.upstream_tag_exclude));
    let filter = TagFilter::new(include.as_deref(), exclude.as_deref())?;
    let prerelease = prerelease(package)?;
    let (scope, tip) = match (&choice.scope.merged_ref, choice.scope.any_tag) {
        (Some(name), _) => (Scope::MergedRef(name), project.repo.resolve_with_origin(name)?.1),
        (None, true) => (Scope::AnyTag, choice.tip),
        (None, false) => (Scope::Head, choice.tip),
    };
    let shallow = project.repo.is_shallow();
    let rules = Rules {
        template: &template,
        filter: &filter,
        scope,
        shallow,
        package: Some(name),
        normalise: &|version| prerelease.normalise(version),
    };
    let mut history = project.repo.history(tip);
    choose(choice.tags.to_vec(), &rules, |commit| history.contains(commit))
}

/// The version that the action prints; `None` without such an action, and when it is an empty list.
async fn by_action(context: &Context, package: &Package, actions: &Actions<'_>) -> Result<Option<String>> {
    const NAME: ActionName = ActionName::GetCurrentVersion;
    let (Some(last), Some(outputs)) =
        (actions.commands(NAME).last(), actions.run(context, NAME, &Variables::base(package)).await?)
    else {
        return Ok(None);
    };
    let place = |error: Error| last.place().into_iter().fold(error, Error::at);
    let printed = String::from_utf8_lossy(outputs.last().map(Vec::as_slice).unwrap_or_default()).into_owned();
    let Some(line) = printed.lines().map(str::trim).rfind(|line| !line.is_empty()) else {
        let error = Error::new(Kind::Project, "the action `get-current-version` printed no version");
        return Err(place(error.hint("its last command must print the version to standard output")));
    };
    let Some(why) = refused_by_rpm(line) else { return Ok(Some(line.to_owned())) };
    let normal = prerelease(package)?.normalise(&sanitise_version(line));
    if refused_by_rpm(&normal).is_none() {
        context.found(Finding::note(format!("rpm takes no version `{line}`: it is written `{normal}`")));
        return Ok(Some(normal));
    }
    let message = format!("the action `get-current-version` printed `{}`, which is no version", line.escape_debug());
    let error = Error::new(Kind::Project, message).cause(format!("rpm refuses it: {why}"));
    Err(place(error.hint("the last line that is not empty counts: letters, digits, `.`, `_`, `+`, `~` and `^`")))
}
