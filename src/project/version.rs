//! Which version is built, and why: the choice among the tags, and the version of the spec where no tag counts.

use std::cmp::Ordering;
use std::fmt;

use serde::Serialize;

use crate::error::{Error, Finding, Kind, Result};
use crate::evr;
use crate::git::{CommitId, Tag};
use crate::project::tag_remains::remains;
use crate::project::tag_rules::{Fit, TagFilter, TagTemplate, refused_by_rpm, sanitise_version};

/// Which tags the user lets in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope<'a> {
    /// Those that HEAD contains; where it contains none, all.
    Head,
    /// Those that this ref contains (`--merged-ref`).
    MergedRef(&'a str),
    /// All, wherever they are (`--any-tag`), as in the Python packit.
    AnyTag,
}

/// By which rules a version is chosen.
pub struct Rules<'a> {
    /// `upstream_tag_template`
    pub template: &'a TagTemplate,
    /// `upstream_tag_include` and `upstream_tag_exclude`
    pub filter: &'a TagFilter,
    /// Which tags the user lets in.
    pub scope: Scope<'a>,
    /// Whether the history of the clone was cut off.
    pub shallow: bool,
    /// `upstream_package_name`
    pub package: Option<&'a str>,
    /// Makes `2.0.0~rc1` of `2.0.0.rc1`.
    pub normalise: &'a dyn Fn(&str) -> String,
}

/// Where a version came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Origin {
    /// The newest tag that HEAD, or the ref of `--merged-ref`, contains.
    ContainedTag,
    /// The newest tag of all, as HEAD contains none.
    TagElsewhere,
    /// The newest tag of all, as `--any-tag` asks for.
    AnyTag,
    /// The Version of the spec file.
    Spec,
    /// What the action `get-current-version` printed.
    Action,
}

/// What became of a tag.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Its version is built.
    Chosen,
    /// It would count, but another one is newer.
    Older,
    /// It would count, but it lies on another branch.
    NotContained,
    /// The key of the configuration that leaves it out.
    LeftOut(&'static str),
    /// It is the tag of another package by the name in it.
    OtherPackage,
    /// Why it names no version.
    NoVersion(String),
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Chosen => f.write_str("chosen"),
            Self::Older => f.write_str("older than the chosen one"),
            Self::NotContained => f.write_str("on another branch"),
            Self::LeftOut(key) => write!(f, "left out by {key}"),
            Self::OtherPackage => f.write_str("named after another package"),
            Self::NoVersion(why) => f.write_str(why),
        }
    }
}

/// A tag, the version in it, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Candidate {
    /// The tag.
    pub tag: Tag,
    /// Its version; `None` where the tag names none.
    pub version: Option<String>,
    /// What became of it.
    pub verdict: Verdict,
}

/// The version to build and all that led to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Chosen {
    /// As it goes into the spec, without `version_suffix`.
    pub version: String,
    /// The tag it comes from.
    pub tag: Option<Tag>,
    /// The tag behind which the changes of this version begin.
    pub since: Option<Tag>,
    /// Where it comes from.
    pub origin: Origin,
    /// All tags in the order in which they were looked at, newest first.
    pub candidates: Vec<Candidate>,
    /// What the user should know about the choice.
    pub warnings: Vec<Finding>,
}

impl Chosen {
    /// The version of the spec file, where no tag is asked for.
    pub fn by_spec(version: String) -> Self {
        Self { version, tag: None, since: None, origin: Origin::Spec, candidates: Vec::new(), warnings: Vec::new() }
    }

    /// The version that the action `get-current-version` printed. `since` is the tag that would count without it.
    pub fn by_action(version: String, since: Option<Tag>) -> Self {
        Self { version, tag: None, since, origin: Origin::Action, candidates: Vec::new(), warnings: Vec::new() }
    }

    /// The same choice with the expanded Version of the spec file, where no tag counts.
    ///
    /// # Errors
    ///
    /// The spec has no version either.
    pub fn with_spec_version(mut self, version: String, shallow: bool) -> Result<Self> {
        if version.is_empty() {
            return Err(no_version(shallow));
        }
        self.version = version;
        Ok(self)
    }

    /// Where the version comes from, in words.
    pub fn explanation(&self) -> String {
        let tag = self.tag.as_ref().map(|tag| tag.name.as_str()).unwrap_or_default();
        match self.origin {
            Origin::ContainedTag => format!("from the tag `{tag}`, the newest one in the history"),
            Origin::TagElsewhere => format!("from the tag `{tag}`, the newest of all, which HEAD does not contain"),
            Origin::AnyTag => format!("from the tag `{tag}`, the newest of all"),
            Origin::Spec => "from the spec file".to_owned(),
            Origin::Action => "from the action `get-current-version`".to_owned(),
        }
    }
}

/// Chooses the version: the newest of the `tags` that count by `rules`. Where none does, the origin is the spec and the
/// version still empty: [`Chosen::with_spec_version`] fills it in.
///
/// `contains` tells whether HEAD, or the ref of `--merged-ref`, contains a commit. It is asked for the newest tags
/// first and as seldom as possible.
///
/// # Errors
///
/// None of the tags fits the template; and what `contains` fails with.
pub fn choose(tags: Vec<Tag>, rules: &Rules<'_>, mut contains: impl FnMut(CommitId) -> Result<bool>) -> Result<Chosen> {
    let mut candidates = candidates(tags, rules)?;
    let matching: Vec<usize> =
        candidates.iter().enumerate().filter(|(_, c)| c.version.is_some()).map(|(n, _)| n).collect();
    let mut warnings = Vec::new();

    let (chosen, origin) = match (rules.scope, matching.first()) {
        (_, None) => {
            warnings.push(no_tag(&candidates, rules)?);
            (None, Origin::Spec)
        }
        (Scope::AnyTag, newest) => (newest.copied(), Origin::AnyTag),
        (Scope::Head | Scope::MergedRef(_), newest) => {
            let mut contained = None;
            for &n in &matching {
                let Some(candidate) = candidates.get_mut(n) else { continue };
                if contains(candidate.tag.commit)? {
                    contained = Some(n);
                    break;
                }
                candidate.verdict = Verdict::NotContained;
            }
            match (contained, rules.scope) {
                (Some(n), _) => (Some(n), Origin::ContainedTag),
                (None, Scope::MergedRef(name)) => {
                    warnings.push(none_in_merged_ref(name, rules.shallow));
                    (None, Origin::Spec)
                }
                (None, _) => (newest.copied(), Origin::TagElsewhere),
            }
        }
    };

    let Some((candidate, n)) = chosen.and_then(|n| Some((candidates.get_mut(n)?, n))) else {
        return Ok(Chosen { version: String::new(), tag: None, since: None, origin, candidates, warnings });
    };
    candidate.verdict = Verdict::Chosen;
    let tag = candidate.tag.clone();
    let version = candidate.version.clone().unwrap_or_default();
    match origin {
        Origin::TagElsewhere => warnings.push(none_in_head(&tag, &version, rules.shallow)),
        Origin::ContainedTag => {
            warnings.extend(higher_elsewhere(&candidates, n, &version, rules));
            warnings.extend(higher_before(&candidates, n, &version, rules.scope, contains)?);
        }
        Origin::AnyTag | Origin::Spec | Origin::Action => {}
    }
    warnings.extend(remains(&tag.name, &version, rules.package));
    Ok(Chosen { version, since: Some(tag.clone()), tag: Some(tag), origin, candidates, warnings })
}

/// All tags with their versions, newest first; those of one second in the order of their versions, highest first.
fn candidates(tags: Vec<Tag>, rules: &Rules<'_>) -> Result<Vec<Candidate>> {
    let mut candidates = Vec::with_capacity(tags.len());
    let mut own_name = false;
    for tag in tags {
        let (version, verdict) = match rules.filter.refused(&tag.name)? {
            Some(key) => (None, Verdict::LeftOut(key)),
            None => match rules.template.fit(&tag.name) {
                Fit::Version(text) => {
                    own_name = true;
                    version_in(&text, rules)
                }
                Fit::OtherName(text) => match version_in(&text, rules) {
                    (Some(version), _) => (Some(version), Verdict::OtherPackage),
                    unfit => unfit,
                },
                Fit::No(why) => (None, Verdict::NoVersion(why.to_owned())),
            },
        };
        candidates.push(Candidate { tag, version, verdict });
    }
    // A project whose tags bear another name than the package is served as the Python packit serves it. But where
    // tags bear the package's own name, the others belong to its neighbours in the repository.
    for candidate in candidates.iter_mut().filter(|candidate| candidate.verdict == Verdict::OtherPackage) {
        if own_name {
            candidate.version = None;
        } else {
            candidate.verdict = Verdict::Older;
        }
    }
    candidates.sort_by(|a, b| {
        let dates = b.tag.created.cmp(&a.tag.created);
        dates.then_with(|| by_version(b, a)).then_with(|| a.tag.name.cmp(&b.tag.name))
    });
    Ok(candidates)
}

fn by_version(a: &Candidate, b: &Candidate) -> Ordering {
    match (&a.version, &b.version) {
        (Some(a), Some(b)) => evr::compare(a, b),
        (a, b) => a.is_some().cmp(&b.is_some()),
    }
}

fn version_in(text: &str, rules: &Rules<'_>) -> (Option<String>, Verdict) {
    let version = (rules.normalise)(&sanitise_version(text));
    match refused_by_rpm(&version) {
        Some(why) => (None, Verdict::NoVersion(format!("rpm takes no version `{version}`: {why}"))),
        None => (Some(version), Verdict::Older),
    }
}

/// The warning for a version that comes from the spec because no tag counts; the error where tags should count.
fn no_tag(candidates: &[Candidate], rules: &Rules<'_>) -> Result<Finding> {
    let asked: Vec<&Candidate> = candidates.iter().filter(|c| !matches!(c.verdict, Verdict::LeftOut(_))).collect();
    if let Some(newest) = asked.first() {
        return Err(none_fits(newest, asked.len(), rules));
    }
    let found = match candidates.len() {
        0 if rules.shallow => "this is a shallow clone without tags".to_owned(),
        0 => "the repository has no tags".to_owned(),
        count => format!("upstream_tag_include and upstream_tag_exclude leave none of the {count} tags"),
    };
    let found = Finding::warning(format!("{found}: the version comes from the spec file"));
    Ok(match (candidates.len(), rules.shallow) {
        (_, true) => unshallow(found),
        (0, false) => found.hint("`git fetch --tags` gets those of the remote; `git tag VERSION` makes one"),
        (_, false) => found.hint("`packit -d srpm` lists the tags and what leaves each of them out"),
    })
}

fn none_fits(newest: &Candidate, count: usize, rules: &Rules<'_>) -> Error {
    let template = rules.template.text();
    let what = if count == 1 { "the only tag does not fit".to_owned() } else { format!("none of {count} tags fits") };
    let error = Error::new(Kind::Project, format!("{what} the upstream_tag_template `{template}`"))
        .cause(format!("`{}`: {}", newest.tag.name, newest.verdict))
        .hint("write the template as the tags are spelt, or leave tags that are no releases out with upstream_tag_exclude");
    if template.replace("{version}", "").contains(['\\', '*', '+', '?', '[', '(', '|', '^', '$']) {
        return error.hint("a template is literal text; for a regular expression there is upstream_tag_include");
    }
    error
}

fn no_version(shallow: bool) -> Error {
    let error = Error::new(Kind::Project, "there is no version: no tag counts and the spec file has no Version");
    if shallow {
        return error.hint("get the tags with `git fetch --unshallow --tags`");
    }
    error.hint("tag the release (`git tag VERSION`), or write a Version into the spec file")
}

fn unshallow(found: Finding) -> Finding {
    found.hint("get the history and the tags with `git fetch --unshallow --tags` (`fetch-depth: 0` in GitHub's checkout action)")
}

fn none_in_merged_ref(name: &str, shallow: bool) -> Finding {
    let found = Finding::warning(format!("`{name}` contains no tag that counts: the version comes from the spec file"));
    if shallow { unshallow(found) } else { found.hint("`git tag --merged REF` lists the tags that a ref contains") }
}

fn none_in_head(tag: &Tag, version: &str, shallow: bool) -> Finding {
    if shallow {
        return unshallow(Finding::warning(format!(
            "this is a shallow clone whose history holds no tag that counts: the version {version} comes from `{}`, the newest tag of all",
            tag.name
        )));
    }
    Finding::warning(format!(
        "HEAD contains no tag that counts: the version {version} comes from `{}`, the newest tag of all, on another branch",
        tag.name
    ))
    .hint("merge the tagged commit or tag one of this branch; `--any-tag` says that the newest tag of all is wanted")
}

/// A note on the highest version among the newer tags that are elsewhere: the Python packit would look at those.
fn higher_elsewhere(candidates: &[Candidate], chosen: usize, version: &str, rules: &Rules<'_>) -> Option<Finding> {
    let newer = || candidates.iter().take(chosen).filter_map(with_version);
    let above = newer().filter(|(_, v)| evr::compare(v, version) == Ordering::Greater);
    let (tag, v) = above.max_by(|(_, a), (_, b)| evr::compare(a, b))?;
    let here = tip(rules.scope);
    let note =
        Finding::note(format!("the tag `{}` has a higher version ({v}), but {here} does not contain it", tag.name));
    if rules.shallow {
        return Some(unshallow(note));
    }
    Some(match newer().next() {
        Some((newest, _)) if newest.name != tag.name => note.hint(format!(
            "`--merged-ref {}` takes the newest tag of its history; `--any-tag` takes the newest of all, `{}`",
            tag.name, newest.name
        )),
        _ => note.hint("`--any-tag` takes the newest tag of all, which is this one"),
    })
}

/// How many higher versions of the history are asked for: one note is enough.
const HIGHER_ASKED: usize = 4;

/// A note on a higher version that the chosen tag hides because it was made later, as for a backport.
fn higher_before(
    candidates: &[Candidate],
    chosen: usize,
    version: &str,
    scope: Scope<'_>,
    mut contains: impl FnMut(CommitId) -> Result<bool>,
) -> Result<Option<Finding>> {
    let older = candidates.iter().skip(chosen + 1).filter_map(with_version);
    let mut above: Vec<(&Tag, &str)> =
        older.filter(|(_, v)| same_numbering(v, version) && evr::compare(v, version) == Ordering::Greater).collect();
    above.sort_by(|(_, a), (_, b)| evr::compare(b, a));
    for (tag, v) in above.into_iter().take(HIGHER_ASKED) {
        if contains(tag.commit)? {
            let (name, here) = (&tag.name, tip(scope));
            let note =
                format!("{here} also contains the tag `{name}` with a higher version ({v}), which was made earlier");
            let hint = "the newest tag counts; upstream_tag_include and upstream_tag_exclude choose among tags";
            return Ok(Some(Finding::note(note).hint(hint)));
        }
    }
    Ok(None)
}

/// Whether two versions count alike: a project that went from `2013.04` to `36.0` changed its scheme, and nobody
/// wants to hear of it for years.
fn same_numbering(a: &str, b: &str) -> bool {
    let first = |text: &str| text.split(|c: char| !c.is_ascii_digit()).next().and_then(|n| n.parse::<u64>().ok());
    matches!((first(a), first(b)), (Some(a), Some(b)) if a.abs_diff(b) <= 1)
}

fn with_version(candidate: &Candidate) -> Option<(&Tag, &str)> {
    candidate.version.as_deref().map(|version| (&candidate.tag, version))
}

/// What the tags must be contained in, as the user knows it.
fn tip(scope: Scope<'_>) -> String {
    match scope {
        Scope::MergedRef(name) => format!("`{name}`"),
        Scope::Head | Scope::AnyTag => "HEAD".to_owned(),
    }
}

#[cfg(test)]
mod tests;
