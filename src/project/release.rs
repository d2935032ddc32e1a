//! The Release and the Version that go into the spec: the generated Release, `release_suffix`, `version_suffix`, and
//! the variables that suffixes and actions can use.

use crate::error::{Error, Finding, Kind, Result};
use crate::git::CommitId;
use crate::project::tag_rules::refused_by_rpm;
use crate::project::template::{self, Variable};

/// What a package is called and where its spec is; empty where the configuration does not say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BaseVariables {
    /// `PACKIT_CONFIG_PACKAGE_NAME`: its key under `packages`.
    pub config_package_name: String,
    /// `PACKIT_UPSTREAM_PACKAGE_NAME`
    pub upstream_package_name: String,
    /// `PACKIT_DOWNSTREAM_PACKAGE_NAME`
    pub downstream_package_name: String,
    /// `PACKIT_SPECFILE_PATH`: as configured.
    pub specfile_path: String,
}

/// The variables of `release_suffix`, `version_suffix` and the action `fix-spec-file`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Variables {
    /// Those of every action.
    pub base: BaseVariables,
    /// `PACKIT_PROJECT_VERSION`: without `version_suffix`.
    pub project_version: String,
    /// `PACKIT_RPMSPEC_VERSION`: with it.
    pub rpmspec_version: String,
    /// `PACKIT_RPMSPEC_RELEASE`: the generated one, or with a literal suffix. Where `release_suffix` is a template,
    /// it stays the generated one, as in the Python packit: a template is made of it.
    pub rpmspec_release: String,
    /// `PACKIT_PROJECT_SNAPSHOTID`
    pub snapshot_id: String,
    /// `PACKIT_PROJECT_COMMIT`: eight hex digits.
    pub commit: String,
    /// `PACKIT_PROJECT_ARCHIVE`: the file name.
    pub archive: String,
    /// `PACKIT_PROJECT_BRANCH`: as a Release can hold it.
    pub branch: String,
}

impl Variables {
    /// All of them with their names.
    pub fn all(&self) -> Vec<Variable<'_>> {
        vec![
            ("PACKIT_PROJECT_VERSION", &self.project_version),
            ("PACKIT_RPMSPEC_VERSION", &self.rpmspec_version),
            ("PACKIT_RPMSPEC_RELEASE", &self.rpmspec_release),
            ("PACKIT_PROJECT_SNAPSHOTID", &self.snapshot_id),
            ("PACKIT_PROJECT_COMMIT", &self.commit),
            ("PACKIT_PROJECT_ARCHIVE", &self.archive),
            ("PACKIT_PROJECT_BRANCH", &self.branch),
            ("PACKIT_CONFIG_PACKAGE_NAME", &self.base.config_package_name),
            ("PACKIT_UPSTREAM_PACKAGE_NAME", &self.base.upstream_package_name),
            ("PACKIT_DOWNSTREAM_PACKAGE_NAME", &self.base.downstream_package_name),
            ("PACKIT_SPECFILE_PATH", &self.base.specfile_path),
        ]
    }
}

/// A suffix and how the user knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Suffix<'a> {
    /// The key of the configuration, or the option.
    pub key: &'a str,
    /// What the user wrote there.
    pub text: &'a str,
}

/// Which release suffix counts: none with `--default-release-suffix`, else the option's, else the configuration's.
/// An empty one is none; an empty option sets aside the one of the configuration.
pub fn release_suffix<'a>(option: Option<&'a str>, default: bool, config: Option<&'a str>) -> Option<Suffix<'a>> {
    let chosen = match option {
        _ if default => None,
        Some(text) => Some(Suffix { key: "--release-suffix", text }),
        None => config.map(|text| Suffix { key: "release_suffix", text }),
    };
    chosen.filter(|suffix| !suffix.text.is_empty())
}

/// What Version and Release are made of.
#[derive(Debug, Clone, Copy)]
pub struct Parts<'a> {
    /// What the package is called.
    pub base: &'a BaseVariables,
    /// The chosen version.
    pub version: &'a str,
    /// The Release of the spec, expanded by rpm.
    pub spec_release: &'a str,
    /// From [`snapshot_id`](crate::project::snapshot::snapshot_id).
    pub snapshot_id: &'a str,
    /// The commit that is packaged.
    pub commit: CommitId,
    /// The file name of the archive.
    pub archive: &'a str,
    /// The name of the [`SnapshotRef`](crate::project::snapshot::SnapshotRef).
    pub branch: &'a str,
    /// From [`release_suffix`].
    pub release_suffix: Option<Suffix<'a>>,
    /// `version_suffix`
    pub version_suffix: Option<&'a str>,
}

/// Version and Release for the spec.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// With `version_suffix`.
    pub version: String,
    /// Without the dist macro.
    pub release: String,
    /// Whether a template made the whole Release.
    pub is_template: bool,
    /// For actions.
    pub variables: Variables,
    /// What the user should know.
    pub warnings: Vec<Finding>,
}

/// Makes Version and Release.
///
/// Without a suffix the Release is `NUMBER.SNAPSHOTID`, the number being the spec's Release up to its first period. A
/// suffix that names none of the variables makes it `NUMBER.SUFFIX`; one that names a variable is a template for the
/// whole Release (as in the Python packit).
///
/// # Errors
///
/// A template names an unknown variable or is malformed, or rpm would refuse the result.
pub fn name(parts: &Parts<'_>) -> Result<Named> {
    let number = parts.spec_release.split('.').next().unwrap_or_default();
    let numbered = |rest: &str| if number.is_empty() { rest.to_owned() } else { format!("{number}.{rest}") };
    let generated = numbered(parts.snapshot_id);
    let mut variables = Variables {
        base: parts.base.clone(),
        project_version: parts.version.to_owned(),
        rpmspec_version: parts.version.to_owned(),
        rpmspec_release: generated,
        snapshot_id: parts.snapshot_id.to_owned(),
        commit: parts.commit.short(8),
        archive: parts.archive.to_owned(),
        branch: parts.branch.to_owned(),
    };
    let mut warnings = Vec::new();
    let literal = parts.release_suffix.filter(|suffix| !names_variable(suffix.text, &variables));
    if let Some(suffix) = literal {
        warnings.extend(unknown_placeholder(suffix, &variables));
        variables.rpmspec_release = numbered(suffix.text);
        accepted(suffix.key, "Release", &variables.rpmspec_release, suffix.text)?;
    }
    if let Some(text) = parts.version_suffix.filter(|text| !text.is_empty()) {
        let suffix = template::format("version_suffix", text, &variables.all())?;
        let version = format!("{}{suffix}", parts.version);
        accepted("version_suffix", "Version", &version, &suffix)?;
        variables.rpmspec_version = version;
    }
    let release = match parts.release_suffix {
        Some(suffix) if literal.is_none() => {
            warnings.extend(bare_name(suffix, &variables));
            let release = template::format(suffix.key, suffix.text, &variables.all())?;
            accepted(suffix.key, "Release", &release, &release)?;
            release
        }
        _ => variables.rpmspec_release.clone(),
    };
    let is_template = parts.release_suffix.is_some() && literal.is_none();
    Ok(Named { version: variables.rpmspec_version.clone(), release, is_template, variables, warnings })
}

/// What can be said of a `release_suffix` before there is a version: warnings.
///
/// # Errors
/// As [`name`].
pub fn judge_suffix(text: &str) -> Result<Vec<Finding>> {
    let parts = Parts {
        base: &BaseVariables::default(),
        version: "1",
        spec_release: "1",
        snapshot_id: "1",
        commit: CommitId::of_content(b"")?,
        archive: "a",
        branch: "a",
        release_suffix: release_suffix(None, false, Some(text)),
        version_suffix: None,
    };
    Ok(name(&parts)?.warnings)
}

/// What the Release of a source-git package is made of.
#[derive(Debug, Clone, Copy)]
pub struct SourceGit<'a> {
    /// The Release of the spec, expanded by rpm, without the dist macro.
    pub spec_release: &'a str,
    /// The commit that is packaged.
    pub commit: CommitId,
    /// From [`release_suffix`].
    pub release_suffix: Option<Suffix<'a>>,
    /// Whether the Release is to be changed at all.
    pub update_release: bool,
}

/// The Release of a source-git package, without the dist macro, and what the user should know; `None` where it stays as it is.
///
/// With a suffix, which is no template here, it is `OLD.SUFFIX`; else a whole number goes up by one, and `.gCOMMIT` with eight hex
/// digits follows. Not to update counts more than a suffix, as it does outside of source-git: the Python packit adds the suffix, and
/// without one writes the word None.
///
/// # Errors
///
/// rpm would refuse the result.
pub fn of_source_git(parts: &SourceGit<'_>) -> Result<(Option<String>, Option<Finding>)> {
    if !parts.update_release {
        return Ok((None, None));
    }
    let old = parts.spec_release;
    let Some(suffix) = parts.release_suffix else {
        let digits = old.bytes().all(|byte| byte.is_ascii_digit());
        let next = old.parse::<u64>().ok().filter(|_| digits).and_then(|number| number.checked_add(1));
        let number = next.map_or_else(|| old.to_owned(), |next| next.to_string());
        return Ok((Some(format!("{number}.g{}", parts.commit.short(8))), None));
    };
    let release = format!("{old}.{}", suffix.text);
    accepted(suffix.key, "Release", &release, suffix.text)?;
    let placeholder = suffix.text.split_once("{PACKIT_").filter(|(before, _)| !before.ends_with('%'));
    let warning = placeholder.map(|_| {
        let message = format!(
            "{} is no template in source-git: what it has in braces stands in the Release as it is",
            suffix.key
        );
        Finding::warning(message).hint("write a suffix without variables")
    });
    Ok((Some(release), warning))
}

/// The line for the changelog of a source-git package.
pub fn entry_of_source_git(commit: CommitId) -> String {
    format!("- Downstream changes ({})", commit.short(8))
}

/// Whether the name of a variable stands anywhere in `text`, with or without braces.
fn names_variable(text: &str, variables: &Variables) -> bool {
    variables.all().iter().any(|(name, _)| text.contains(name))
}

/// A warning where a template has the name of a variable without braces.
fn bare_name(suffix: Suffix<'_>, variables: &Variables) -> Option<Finding> {
    let names = variables.all();
    let (bare, _) = names.iter().find(|(name, _)| suffix.text.replace(&format!("{{{name}"), "").contains(name))?;
    let message = format!("{} has the name {bare} without braces: it stands in the Release as it is", suffix.key);
    Some(Finding::warning(message).hint(format!("write `{{{bare}}}` for the value of the variable")))
}

/// A warning where a suffix that is no template has something like a placeholder.
fn unknown_placeholder(suffix: Suffix<'_>, variables: &Variables) -> Option<Finding> {
    let (before, after) = suffix.text.split_once('{')?;
    let (name, _) = after.split_once('}')?;
    if before.ends_with('%') {
        return None;
    }
    let message = format!("{}: `{{{name}}}` is no variable, it stands in the Release as it is", suffix.key);
    let found = Finding::warning(message);
    let names = variables.all();
    Some(match template::nearest(name, &names) {
        Some(near) => found.hint(format!("did you mean `{{{near}}}`?")),
        None => {
            let names: Vec<&str> = names.iter().map(|(name, _)| *name).collect();
            found.hint(format!("there are {}", names.join(", ")))
        }
    })
}

/// Refuses `value` for the tag `tag` of the spec where rpm would; `part` is what came from `key`.
fn accepted(key: &str, tag: &str, value: &str, part: &str) -> Result<()> {
    let Some(why) = refused(value) else { return Ok(()) };
    let error = Error::new(Kind::Config, format!("{key}: rpm takes no {tag} `{value}`: {why}"));
    let dotted = part.replace(|c: char| c == '-' || c.is_whitespace(), ".");
    let mended = dotted.split('.').filter(|part| !part.is_empty()).collect::<Vec<_>>().join(".");
    let rule = "letters, digits, `.`, `_`, `+`, `~` and `^` can be used";
    if mended != part && !mended.is_empty() && refused(&mended).is_none() {
        return Err(error.hint(format!("{rule}: for example `{mended}`")));
    }
    Err(error.hint(rule))
}

/// Why rpm refuses `value`, macros left aside: what they expand to is not known here.
fn refused(value: &str) -> Option<String> {
    if value.chars().any(char::is_control) {
        return Some("it has a control character".to_owned());
    }
    let mut plain = String::with_capacity(value.len());
    let mut chars = value.chars().peekable();
    let mut open: Vec<char> = Vec::new();
    while let Some(c) = chars.next() {
        match (c, open.last()) {
            ('%', None) => {
                // A macro stands for text.
                plain.push('0');
                while chars.next_if_eq(&'%').is_some() {}
                if let Some(end) = chars.next_if(|c| "{([".contains(*c)).and_then(closing) {
                    open.push(end);
                }
            }
            (c, Some(end)) if c == *end => {
                open.pop();
            }
            (c, Some(_)) => open.extend(closing(c)),
            // rpm lets braces pass, as the rest of a macro that it does not know.
            ('{' | '}', None) => plain.push('0'),
            (c, None) => plain.push(c),
        }
    }
    if !open.is_empty() {
        return Some("a macro is not closed".to_owned());
    }
    refused_by_rpm(&plain)
}

fn closing(open: char) -> Option<char> {
    match open {
        '{' => Some('}'),
        '(' => Some(')'),
        '[' => Some(']'),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
