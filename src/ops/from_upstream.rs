//! The way of a package whose archive is made of its repository: version, archive, spec.

use std::rc::Rc;

use futures_util::future::join;

use super::action_variables::Variables;
use super::gathering::{Gathered, Gathering};
use super::prepare::{Edited, Work};
use super::reading::Reading;
use super::spec_edits::{self, Edits, Entry, Naming};
use super::spec_file::SpecFile;
use super::upstream_archive::{self, Made};
use super::version::{Choice, choose_version};
use super::workspace::{ShownAs, Workspace};
use crate::config::ActionName;
use crate::error::{Error, Result};
use crate::project::archive::ArchiveName;
use crate::project::version::Chosen;
use crate::spec::{Facts, SourceId, Spec};
use crate::tools::rpmbuild::Definitions;

/// What the edits of the spec are made of.
struct Basis {
    file: Rc<SpecFile>,
    spec: Spec,
    facts: Facts,
    stand_ins: Definitions,
    archive: Option<Made>,
    gathered: Gathered,
    chosen: Chosen,
    own_name: ArchiveName,
}

impl Work<'_> {
    /// Chooses the version, makes the archive, and lets the action `fix-spec-file` or packit's own rules edit the spec. Returns the
    /// tag of the version, too.
    pub(super) async fn edit_upstream(
        &self,
        mut reading: Reading,
        workspace: &mut Workspace,
    ) -> Result<(Edited, Option<String>)> {
        let (context, package, actions) = (self.context, self.package, &self.actions);
        let choice = Choice { tags: &self.shared.tags, scope: &self.options.tags, tip: self.project.head.commit };
        let spec_version = async || reading.version().await;
        let chosen = choose_version(context, self.project, package, actions, choice, spec_version).await?;
        let tag = chosen.tag.as_ref().map(|tag| tag.name.clone());
        let edits = Edits::wanted(package, self.options);
        let fixed = edits != Edits::None && actions.has(ActionName::FixSpecFile);
        let own = edits != Edits::None && !fixed;
        let of = (self.project, package);
        let by_action = upstream_archive::by_action(context, of, actions, &chosen.version, own).await?;
        if by_action.is_some() {
            reading = self.read()?;
        }
        let own_name = ArchiveName::new(&package.upstream_package_name.value, &chosen.version)?;
        let own_entry = own && actions.has(ActionName::ChangelogEntry);
        let with_entry = edits == Edits::VersionAndRelease && !fixed;
        let (sources, shown) = (self.staging.sources(), self.is_archive_shown());
        let gathering = Gathering {
            project: self.project,
            shared: self.shared,
            folder: &self.folder,
            archive: (by_action.is_none() && (shown || !self.options.only_spec))
                .then_some((&own_name, sources.as_path())),
            since: chosen.since.as_ref().filter(|_| with_entry).map(|tag| tag.commit),
            author: with_entry || own_entry,
        };
        let (gathered, facts) = join(gathering.gather(context), reading.facts()).await;
        let (gathered, (facts, stand_ins)) = (gathered?, facts?);
        let shown_as = match &by_action {
            Some(_) if !self.options.copy_archive => ShownAs::Link,
            _ => ShownAs::Copy,
        };
        let archive = match by_action {
            Some(made) => Some(made),
            None => gathered.archive.clone().map(|path| Made { name: own_name.clone(), path }),
        };
        if let Some(archive) = archive.as_ref().filter(|_| shown) {
            let beside = reading.file.folder.join(&archive.name.file);
            workspace.show_file(context, &archive.path, &beside, shown_as).await?;
        }

        let basis =
            Basis { file: reading.file, spec: reading.spec, facts, stand_ins, archive, gathered, chosen, own_name };
        self.spec_edited(basis, workspace).await.map(|edited| (edited, tag))
    }

    /// Lets the action `fix-spec-file`, or packit's own rules, edit the spec.
    async fn spec_edited(&self, basis: Basis, workspace: &mut Workspace) -> Result<Edited> {
        let Basis { file, mut spec, facts, stand_ins, archive, gathered, chosen, own_name } = basis;
        let (context, package, actions) = (self.context, self.package, &self.actions);
        let edits = Edits::wanted(package, self.options);
        let (made, version) = (Vec::new(), chosen.version.clone());
        if edits == Edits::None {
            return Ok(Edited {
                text: spec.to_bytes(),
                file,
                facts,
                stand_ins,
                archive,
                replaced: None,
                made,
                version,
            });
        }
        let name = archive.as_ref().map_or(&own_name, |archive| &archive.name);
        let parts = spec_edits::Ingredients {
            facts: &facts,
            chosen: &chosen,
            archive: name,
            described: gathered.described.as_deref(),
        };
        let naming = Naming::new(context, self.project, package, self.options, parts)?;
        if actions.has(ActionName::FixSpecFile) {
            let variables = Variables::fix_spec_file(package, &naming.named.variables);
            actions.run(context, ActionName::FixSpecFile, &variables).await?;
            let reading = self.read()?;
            let (facts, stand_ins) = reading.facts().await?;
            let Reading { file, spec, .. } = reading;
            return Ok(Edited {
                text: spec.to_bytes(),
                file,
                facts,
                stand_ins,
                archive,
                replaced: None,
                made,
                version,
            });
        }
        let named = |error: Error| file.named(error);
        if actions.run_any(&[ActionName::ChangelogEntry]) {
            // As the Python packit has it then: the entry and the Release are still to come.
            let mut so_far = spec.clone();
            naming.edit(context, package, (&facts, name), Edits::Version, None, &mut so_far).map_err(named)?;
            workspace.show_spec(context, &file.path, &so_far.to_bytes()).await?;
        }
        let variables = Variables::changelog_entry(package, &naming.named.version);
        let lines = match spec_edits::entry_by_action(context, actions, &variables).await? {
            None if edits == Edits::Version => None,
            None if gathered.changes.is_empty() => Some(spec_edits::snapshot_entry(self.project.head.commit)),
            None => Some(gathered.changes),
            lines => lines,
        };
        let entry = lines.map(|lines| Entry { lines, author: gathered.author });
        naming.edit(context, package, (&facts, name), edits, entry, &mut spec).map_err(named)?;
        let mut facts = facts.after_edits(&spec).unwrap_or(facts);
        facts.version = naming.named.version;
        let replaced = Some(SourceId::Number(package.spec_source_id.value));
        Ok(Edited { text: spec.to_bytes(), file, facts, stand_ins, archive, replaced, made, version })
    }

    /// Whether the archive is to stand beside the spec while actions work.
    pub(super) fn is_archive_shown(&self) -> bool {
        self.actions.run_any(&[
            ActionName::CreateArchive,
            ActionName::FixSpecFile,
            ActionName::ChangelogEntry,
            ActionName::PostModifications,
        ])
    }
}
