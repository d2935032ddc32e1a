//! Which release of upstream is brought to dist-git: its version, and the tag and the commit of it.

use serde::Serialize;

use super::project::{Project, TagChoice, prerelease};
use super::version::{self, Choice};
use crate::config::Package;
use crate::context::Context;
use crate::error::{Error, Finding, Kind, Result};
use crate::git::{CommitId, Tag};
use crate::project::tag_rules::{Fit, TagTemplate};
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
    /// The commit that becomes the update.
    pub commit: CommitId,
}

/// The version to bring to dist-git: `given`, else what release monitoring knows, else that of the newest tag that counts. Tells
/// where it comes from.
///
/// # Errors
/// When there is none of them.
pub async fn version(
    context: &Context,
    client: &Client,
    project: &Project,
    package: &Package,
    given: Option<&str>,
) -> Result<String> {
    if let Some(version) = given {
        return match is_plain(version) {
            true => Ok(version.to_owned()),
            false => Err(Error::new(Kind::Usage, format!("`{}` is no version", version.escape_debug()))
                .hint("a version has no blanks and slashes, and does not begin with `-`")),
        };
    }
    if let Some(version) = monitored(context, client, package).await? {
        return Ok(version);
    }
    let tags = project.repo.tags()?;
    let choice =
        Choice { tags: &tags, scope: &TagChoice { merged_ref: None, any_tag: true }, tip: project.head.commit };
    let chosen = version::by_tags(project, package, choice)?;
    let Some(tag) = &chosen.tag else {
        return Err(Error::new(Kind::Project, "there is no version to update to")
            .cause("neither release monitoring nor a tag names one")
            .hint("name it: packit propose-update . VERSION")
            .hint("or fetch the tags: git fetch --tags"));
    };
    context.tell(format!("version {} of the tag {}", chosen.version, tag.name));
    Ok(chosen.version.clone())
}

/// What release monitoring knows. That it cannot be asked is no failure: tags say it too.
async fn monitored(context: &Context, client: &Client, package: &Package) -> Result<Option<String>> {
    let server = context.variable(SERVER).unwrap_or_else(|| release_monitoring::SERVER.to_owned());
    let name = &package.downstream_package_name.value;
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
            context.found(warning.hint("the newest tag counts; to choose another: packit propose-update . VERSION"));
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
    let template = TagTemplate::new(&package.upstream_tag_template.value, Some(name))?;
    let tags = project.repo.tags()?;
    let wanted = template.tag_of(version, name);
    if let Some(tag) = tags.iter().find(|tag| tag.name == wanted) {
        return Ok(UpstreamRelease { version: version.to_owned(), tag: Some(tag.name.clone()), commit: tag.commit });
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
        return Ok(UpstreamRelease { version: of_tag, tag: Some(tag.name.clone()), commit: tag.commit });
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
    Err(error
        .hint("fetch the tags: git fetch --tags")
        .hint("where tags are called otherwise, say how: `upstream_tag_template: \"v{version}\"`")
        .hint("to take what is checked out: --local-content"))
}
