//! What packit itself changes in the spec: by which rules, and what goes into the changelog entry.

use jiff::Zoned;

use super::action_variables::{Variables, base_variables};
use super::actions::Actions;
use super::prepare::Options;
use super::project::Project;
use super::spec_update::{self, GivenSuffix, Update};
use crate::config::{ActionName, Package, Spanned};
use crate::context::Context;
use crate::error::Result;
use crate::git::CommitId;
use crate::project::archive::ArchiveName;
use crate::project::release::{self, Named, Parts, SourceGit, Suffix};
use crate::project::snapshot::{snapshot_id, snapshot_ref};
use crate::project::version::Chosen;
use crate::spec::{Facts, Spec};

/// What of the spec is edited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edits {
    /// Nothing.
    None,
    /// Version, Source and %setup.
    Version,
    /// Release and changelog too.
    VersionAndRelease,
}

impl Edits {
    /// What is wanted of a package: by the options, else by the configuration.
    pub fn wanted(package: &Package, options: &Options) -> Self {
        let configured = |key: &Option<Spanned<bool>>| key.as_ref().map(|key| key.value);
        let preserve = options.preserve_spec.or(configured(&package.preserve_spec)).unwrap_or(false);
        let update = options.update_release.or(configured(&package.update_release)).unwrap_or(true);
        match (preserve, update) {
            (true, _) => Self::None,
            (false, false) => Self::Version,
            (false, true) => Self::VersionAndRelease,
        }
    }
}

/// What Version and Release are made of, and what they are.
pub struct Naming {
    /// Version and Release.
    pub named: Named,
    /// When.
    pub moment: Zoned,
    given: Option<String>,
}

impl Naming {
    /// Names the version and the release that the spec is to have, and tells what there is to say of them.
    ///
    /// # Errors
    /// When a suffix cannot be read, or makes what rpm refuses.
    pub fn new(
        context: &Context,
        project: &Project,
        package: &Package,
        options: &Options,
        made: Ingredients<'_>,
    ) -> Result<Self> {
        let branch = snapshot_ref(&project.head, |name| context.variable(name));
        let moment = context.now();
        let snapshot = snapshot_id(&moment, &branch.name, made.described);
        let suffix = release_suffix(package, options);
        let named = release::name(&Parts {
            base: &base_variables(package),
            version: &made.chosen.version,
            spec_release: &made.facts.release,
            snapshot_id: &snapshot,
            commit: project.head.commit,
            archive: &made.archive.file,
            branch: &branch.name,
            release_suffix: suffix,
            version_suffix: package.version_suffix.as_ref().map(|key| key.value.as_str()),
        })?;
        let noted = Edits::wanted(package, options) == Edits::VersionAndRelease;
        for finding in named.warnings.iter().chain(branch.note.iter().filter(|_| noted)) {
            context.found(finding.clone());
        }
        Ok(Self { named, moment, given: suffix.map(|suffix| suffix.text.to_owned()) })
    }

    /// Edits the spec for its archive, version and release.
    ///
    /// # Errors
    /// As [`spec_update::update`].
    pub fn edit(
        &self,
        context: &Context,
        package: &Package,
        (facts, archive): (&Facts, &ArchiveName),
        edits: Edits,
        entry: Option<Entry>,
        spec: &mut Spec,
    ) -> Result<()> {
        let update = Update {
            package,
            archive,
            named: &self.named,
            update_release: edits == Edits::VersionAndRelease,
            release_given: self.given(),
            entry,
            moment: self.moment.clone(),
        };
        spec_update::update(context, spec, facts, update)
    }

    /// The suffix that the user gave for this very release.
    fn given(&self) -> Option<GivenSuffix<'_>> {
        self.given.as_deref().map(|text| match self.named.is_template {
            true => GivenSuffix::Whole,
            false => GivenSuffix::Literal(text),
        })
    }
}

/// The suffix that counts: of the options, else of the configuration.
fn release_suffix<'a>(package: &'a Package, options: &'a Options) -> Option<Suffix<'a>> {
    let configured = package.release_suffix.as_ref().map(|key| key.value.as_str());
    release::release_suffix(options.release_suffix.as_deref(), options.default_release_suffix, configured)
}

/// The Release that a source-git package is to have; `None` where it stays. Tells what there is to say of it.
///
/// # Errors
/// As [`release::of_source_git`].
pub fn source_git_release(
    context: &Context,
    project: &Project,
    package: &Package,
    options: &Options,
    facts: &Facts,
) -> Result<Option<String>> {
    let (release, finding) = release::of_source_git(&SourceGit {
        spec_release: &facts.release,
        commit: project.head.commit,
        release_suffix: release_suffix(package, options),
        update_release: Edits::wanted(package, options) == Edits::VersionAndRelease,
    })?;
    if let Some(finding) = finding {
        context.found(finding);
    }
    Ok(release)
}

/// What a name is made of, besides configuration and options.
#[derive(Clone, Copy)]
pub struct Ingredients<'a> {
    /// What the spec says.
    pub facts: &'a Facts,
    /// The version.
    pub chosen: &'a Chosen,
    /// The archive.
    pub archive: &'a ArchiveName,
    /// What `git describe` says.
    pub described: Option<&'a str>,
}

/// What goes into the changelog.
pub struct Entry {
    /// Its lines.
    pub lines: Vec<String>,
    /// Who signs it.
    pub author: String,
}

/// The lines of the changelog entry that the action `changelog-entry` prints. `None` without such an action, and when it prints
/// nothing.
///
/// # Errors
/// When the action fails.
pub async fn entry_by_action(
    context: &Context,
    actions: &Actions<'_>,
    variables: &Variables,
) -> Result<Option<Vec<String>>> {
    let outputs = actions.run(context, ActionName::ChangelogEntry, variables).await?.unwrap_or_default();
    let texts = outputs.iter().map(|output| String::from_utf8_lossy(output));
    let lines: Vec<String> =
        texts.flat_map(|text| text.trim_end().lines().map(str::to_owned).collect::<Vec<_>>()).collect();
    Ok(Some(lines).filter(|lines| lines.iter().any(|line| !line.trim().is_empty())))
}

/// The lines for a build without commits to tell of.
pub fn snapshot_entry(commit: CommitId) -> Vec<String> {
    vec![format!("- Development snapshot ({})", commit.short(8))]
}
