//! The way of a source-git package: upstream's sources stay, and each commit on top of them becomes a patch.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use super::action_variables::Variables;
use super::prepare::{Edited, Work};
use super::project::Project;
use super::reading::Reading;
use super::spec_edits::{self, Edits, Entry};
use super::spec_update;
use super::workspace::{ShownAs, Workspace};
use crate::config::{ActionName, Package};
use crate::context::Context;
use crate::error::{Error, Finding, Result};
use crate::project::patches::{self, Patch};
use crate::project::upstream_ref::{self, UpstreamRef};
use crate::project::{packager, release};
use crate::spec::{Facts, Outcome, PatchNumber, Spec, Why};

impl Work<'_> {
    /// Makes the patches, or lets the action `create-patches` do it, and names them in the spec with a new Release and a changelog
    /// entry.
    pub(super) async fn edit_source_git(
        &self,
        reading: Reading,
        upstream_ref: &str,
        workspace: &mut Workspace,
    ) -> Result<Edited> {
        const NAME: ActionName = ActionName::CreatePatches;
        let edits = Edits::wanted(self.package, self.options);
        // Before anything is downloaded: a name that is none is told soon.
        let upstream = if self.actions.has(NAME) {
            None
        } else {
            let (repo, head) = (&self.project.repo, self.project.head.commit);
            Some(upstream_ref::resolve(self.context, repo, head, upstream_ref).await?)
        };
        let mut reading = reading;
        let (facts, _) = reading.facts().await?;
        let staged = self.staging.sources();
        let mut made = self.fetch(&self.needs_of(&reading.file, &facts, &staged), workspace).await?;
        let mut patches = Vec::new();
        if let Some(upstream) = &upstream {
            patches = self.patches(upstream, &reading.file.name, &facts).await?;
            made.extend(patches.iter().map(|patch| PathBuf::from(&patch.name)));
            for patch in &patches {
                let beside = reading.file.folder.join(&patch.name);
                workspace.show_file(self.context, &patch.path, &beside, ShownAs::Copy).await?;
            }
        } else {
            self.actions.run(self.context, NAME, &Variables::base(self.package)).await?;
            reading = self.read()?;
        }
        let (facts, stand_ins) = reading.facts().await?;
        let Reading { file, mut spec, .. } = reading;
        if edits != Edits::None {
            let named = |error: Error| file.named(error);
            add_patches(&mut spec, self.package, &facts, &patches).map_err(named)?;
            if self.actions.run_any(&[ActionName::ChangelogEntry]) {
                workspace.show_spec(self.context, &file.path, &spec.to_bytes()).await?;
            }
            let release = self.set_release(&mut spec, &facts).map_err(named)?;
            self.add_entry(&mut spec, &facts, edits, release.as_deref()).await.map_err(named)?;
        }
        let facts = facts.after_edits(&spec).unwrap_or(facts);
        let lacks = |patch: &&Patch| !facts.patches.iter().any(|fact| fact.file_name() == patch.name);
        let lacking: Vec<_> = patches.iter().filter(lacks).map(|patch| format!("`{}`", patch.name)).collect();
        if !lacking.is_empty() {
            let what = format!("the spec does not name the patches {}: they are not packed", lacking.join(", "));
            self.context.found(
                Finding::warning(what).hint("--preserve-spec and Patch-present-in-specfile leave that to the spec"),
            );
        }
        let version = facts.version.clone();
        Ok(Edited { text: spec.to_bytes(), file, facts, stand_ins, archive: None, replaced: None, made, version })
    }

    /// The patches, in the staging folder.
    async fn patches(&self, upstream: &UpstreamRef, spec: &OsStr, facts: &Facts) -> Result<Vec<Patch>> {
        let folders = (&*self.staging.sources(), &*self.staging.scratch());
        patches_of(self.context, (self.project, self.package), upstream, spec, facts, folders).await
    }

    /// Sets the Release, and returns it where it is known.
    fn set_release(&self, spec: &mut Spec, facts: &Facts) -> Result<Option<String>> {
        let release = spec_edits::source_git_release(self.context, self.project, self.package, self.options, facts)?;
        if spec.uses_autorelease() {
            self.context.found(Finding::note("Release is made by %autorelease and stays"));
            return Ok(None);
        }
        let Some(release) = release else { return Ok(Some(facts.release.clone())) };
        match spec.set_release(&release, facts)? {
            Outcome::LeftAlone(Why::Autorelease) => Ok(None),
            _ => Ok(Some(release)),
        }
    }

    async fn add_entry(&self, spec: &mut Spec, facts: &Facts, edits: Edits, release: Option<&str>) -> Result<()> {
        let variables = Variables::changelog_entry(self.package, "");
        let lines = match spec_edits::entry_by_action(self.context, &self.actions, &variables).await? {
            None if edits == Edits::Version => return Ok(()),
            None => vec![release::entry_of_source_git(self.project.head.commit)],
            Some(lines) => lines,
        };
        let author = packager::author(self.context, &self.project.repo, &self.shared.macros).await?;
        let evr = spec_update::evr(facts, &facts.version, release);
        spec_update::add_entry(self.context, spec, facts, Entry { lines, author }, evr, self.context.now())
    }
}

/// The patches of the commits since `upstream`, in the first of the `folders`; the second one is for what is made on the way.
/// `spec` is the name of the spec file, and `facts` are what it says.
///
/// # Errors
/// As [`patches::make`].
pub(super) async fn patches_of(
    context: &Context,
    (project, package): (&Project, &Package),
    upstream: &UpstreamRef,
    spec: &OsStr,
    facts: &Facts,
    (into, scratch): (&Path, &Path),
) -> Result<Vec<Patch>> {
    let (repo, head) = (&project.repo, project.head.commit);
    let commit = upstream.commit.short(8);
    context.tell(format!("patches from the commits since {} ({commit})", upstream.name));
    let ignored = package.patch_generation_ignore_paths.iter().map(|path| path.value.as_str());
    let synced = package.files_to_sync.iter().flat_map(|files| &files.src).map(|path| path.value.as_str());
    let ignored: Vec<&str> = ignored.chain(synced).collect();
    let spec = spec.to_string_lossy();
    let sources = facts.sources.iter().map(|source| source.file_name());
    let taken: Vec<&str> = sources.chain([&*spec]).filter(|name| !name.is_empty()).collect();
    let (since, ignored, taken) = (upstream.commit, &*ignored, &*taken);
    let request = patches::Request { root: repo.root(), since, head, ignored, taken, into, scratch };
    patches::make(context, &request).await
}

/// Names patches in the spec. One that it names already stays as it is: a second run adds nothing.
pub(super) fn add_patches(spec: &mut Spec, package: &Package, facts: &Facts, patches: &[Patch]) -> Result<()> {
    // The default of the key is no wish: then the style of the spec counts.
    let configured = &package.patch_generation_patch_id_digits;
    let digits = configured.place().and_then(|_| usize::try_from(configured.value).ok());
    for patch in patches.iter().filter(|patch| !patch.present_in_specfile) {
        if facts.patches.iter().any(|fact| fact.file_name() == patch.name) {
            continue;
        }
        let commit = patch.commit.short(8);
        spec.add_patch(&patch.name, PatchNumber { number: patch.id, digits }, &patch.comment, facts)
            .map_err(|error| error.within(format!("the patch of commit {commit} cannot be added")))?;
    }
    Ok(())
}
