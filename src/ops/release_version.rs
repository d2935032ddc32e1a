//! Which release of upstream is brought to dist-git: its version, and the tag and the commit of it.

use serde::Serialize;

use super::project::{Project, TagChoice, prerelease};
use super::spec_source::SpecSource;
use super::version::{self, Choice};
use crate::config::Package;
use crate::context::Context;
use crate::error::{Error, Finding, Kind, Result};
use crate::git::{CommitId, Tag};
use crate::project::tag_rules::Fit;
use crate::services::{Client, release_monitoring};

/// The variable that names another server of release monitoring.
const SERVER: &str = "PACKIT_RELEASE_MONITORING_URL";

/// How many tags are named in a message.
const NAMED: usize = 5;

/// A release of upstream.
#[derive(Debug, Clone, Serialize)]
pub struct UpstreamRelease {
    /// Its version.
    pub version: String,
    /// Its tag; none where what is checked out is taken as it is.
    pub tag: Option<String>,
    /// The commit that becomes the update; none where upstream is no git repository.
    pub commit: Option<CommitId>,
}

/// Where a release is looked for.
#[derive(Debug, Clone, Copy)]
pub struct Search<'a> {
    /// Upstream, whose tags count; none where it is no git repository.
    pub upstream: Option<&'a Project>,
    /// The package.
    pub package: &'a Package,
    /// From which side the update is made, for hints.
    pub source: SpecSource,
}

/// The version to bring to dist-git: `given`, else what release monitoring knows, else that of the newest tag that counts. Tells
/// where it comes from.
///
/// # Errors
/// When there is none of them.
pub async fn version(context: &Context, client: &Client, search: Search<'_>, given: Option<&str>) -> Result<String> {
    if let Some(version) = given {
        return match is_plain(version) {
            true => Ok(version.to_owned()),
            false => Err(Error::new(Kind::Usage, format!("`{}` is no version", version.escape_debug()))
                .hint("a version has no blanks and slashes, and does not begin with `-`")),
        };
    }
    if let Some(version) = monitored(context, client, search).await? {
        return Ok(version);
    }
    let command = search.source.command();
    let none = |why: &str| {
        Error::new(Kind::Project, "there is no version to update to")
            .cause(why)
            .hint(format!("name it: {command} . VERSION"))
    };
    let package = search.package;
    let Some(project) = search.upstream else {
        let error = none("release monitoring names none, and the configuration no git repository of upstream");
        return Err(error.hint("name the repository: `upstream_project_url: URL`"));
    };
    let tags = project.repo.tags()?;
    let choice =
        Choice { tags: &tags, scope: &TagChoice { merged_ref: None, any_tag: true }, tip: project.head.commit };
    let chosen = version::by_tags(project, package, choice)?;
    let Some(tag) = &chosen.tag else {
        let error = none("neither release monitoring nor a tag names one");
        return Err(if project.is_clone() { error } else { error.hint("or fetch the tags: git fetch --tags") });
    };
    context.tell(format!("version {} of the tag {}", chosen.version, tag.name));
    Ok(chosen.version.clone())
}

/// What release monitoring knows. That it cannot be asked is no failure: tags say it too.
async fn monitored(context: &Context, client: &Client, search: Search<'_>) -> Result<Option<String>> {
    let server = context.variable(SERVER).unwrap_or_else(|| release_monitoring::SERVER.to_owned());
    let name = &search.package.downstream_package_name.value;
    context.step("asking release monitoring");
    let newest = release_monitoring::newest_version(context, client, &server, name).await;
    let newest = match newest {
        Ok(Some(version)) if !is_plain(&version) => {
            Err(Error::new(Kind::Service, format!("`{}` is no version", version.escape_debug())))
        }
        newest => newest,
    };
    match newest {
        Ok(Some(version)) => {
            context.tell(format!("version {version} is the newest that release monitoring knows of {name}"));
            Ok(Some(version))
        }
        Ok(None) => Ok(None),
        Err(error) if error.kind() == Kind::Interrupted => Err(error),
        Err(error) => {
            tracing::debug!(%error, "release monitoring cannot be asked");
            let warning = Finding::warning(format!("release monitoring was not asked: {}", error.message()));
            let choose = format!("{} . VERSION", search.source.command());
            context.found(warning.hint(match search.upstream {
                Some(_) => format!("the newest tag counts; to choose another: {choose}"),
                None => format!("name the version: {choose}"),
            }));
            Ok(None)
        }
    }
}

/// Whether a text can be a version: it goes into names, messages and the spec file.
fn is_plain(version: &str) -> bool {
    !version.starts_with('-') && !version.contains(|c: char| c.is_control() || c.is_whitespace() || c == '/')
}

/// The release of a version, by its tag in the repository.
///
/// # Errors
/// Of kind [`Kind::Project`] when there is no such tag; it names some that there are.
pub fn release_of(project: &Project, package: &Package, version: &str) -> Result<UpstreamRelease> {
    let name = package.upstream_package_name.value.as_str();
    let template = version::tag_template(package)?;
    let tags = project.repo.tags()?;
    let wanted = template.tag_of(version, name);
    if let Some(tag) = tags.iter().find(|tag| tag.name == wanted) {
        return Ok(UpstreamRelease {
            version: version.to_owned(),
            tag: Some(tag.name.clone()),
            commit: Some(tag.commit),
        });
    }
    let prerelease = prerelease(package)?;
    // `1.0rc1` and `1.0~rc1` are one version; and who names the tag means its version.
    let same = |tag: &&Tag| match template.fit(&tag.name) {
        Fit::Version(of_tag) => {
            tag.name == version || of_tag == version || prerelease.normalise(&of_tag) == prerelease.normalise(version)
        }
        _ => false,
    };
    if let Some(tag) = tags.iter().find(same)
        && let Fit::Version(of_tag) = template.fit(&tag.name)
    {
        return Ok(UpstreamRelease { version: of_tag, tag: Some(tag.name.clone()), commit: Some(tag.commit) });
    }
    let error = Error::new(Kind::Project, format!("there is no tag `{wanted}` for version {version}"));
    let mut newest: Vec<&Tag> = tags.iter().collect();
    newest.sort_by_key(|tag| std::cmp::Reverse(tag.created));
    let known: Vec<&str> = newest.iter().take(NAMED).map(|tag| tag.name.as_str()).collect();
    let error = if known.is_empty() {
        error.cause("there are no tags")
    } else {
        error.cause(format!("the newest tags: {}", known.join(", ")))
    };
    let template = "where tags are called otherwise, say how: `upstream_tag_template: \"v{version}\"`";
    Err(match project.is_clone() {
        true => error.hint(template),
        false => error
            .hint("fetch the tags: git fetch --tags")
            .hint(template)
            .hint("to take what is checked out: --local-content"),
    })
}
