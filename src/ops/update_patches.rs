//! The patches of a source-git package on their way to dist-git: files beside the spec file, and tags in it.

use std::path::{Path, PathBuf};

use fs_err as fs;

use super::from_source_git::{add_patches, patches_of};
use super::update_branch::Update;
use crate::config::ActionName;
use crate::context::Context;
use crate::error::{Context as _, Kind, Result};
use crate::git::patches::patch_id;
use crate::ops::action_variables::Variables;
use crate::ops::actions::Actions;
use crate::project::upstream_ref;
use crate::spec::{Facts, Spec};

/// A patch for dist-git.
#[derive(Debug)]
pub(super) struct PatchFile {
    /// Its name.
    pub(super) name: PathBuf,
    /// Its content: what dist-git has, where that changes the same.
    pub(super) content: Vec<u8>,
}

impl Update<'_> {
    /// Makes the patches of the commits since `upstream_ref`, and names them in `spec`, whose facts are `facts`. One that dist-git has
    /// with the same changes stays as it is there, byte for byte. Nothing is written: files that are synced may come first. The action
    /// `create-patches` takes the place of all that.
    ///
    /// # Errors
    /// When the patches cannot be made, or their tags cannot be added.
    pub(super) async fn make_patches(
        &self,
        context: &Context,
        upstream_ref: &str,
        spec: &mut Spec,
        spec_name: &Path,
        facts: &Facts,
    ) -> Result<Vec<PatchFile>> {
        const NAME: ActionName = ActionName::CreatePatches;
        let actions = Actions::of(self.project, self.package);
        if actions.has(NAME) {
            let (root, version) = (self.clone.root(), self.release.version);
            let variables = Variables::in_dist_git(self.package, &self.project.folder(self.package)?, root, version);
            actions.run(context, NAME, &variables).await?;
            return Ok(Vec::new());
        }
        let cannot = || "the staging folder cannot be filled".to_owned();
        let scratch = self.staging.scratch();
        let into =
            tempfile::Builder::new().prefix("update-").tempdir_in(&scratch).or_error(Kind::Environment, cannot)?;
        let (project, package, name) = (self.project, self.package, spec_name.as_os_str());
        let upstream = upstream_ref::resolve(context, &project.repo, project.head.commit, upstream_ref).await?;
        let patches = patches_of(context, (project, package), &upstream, name, facts, (into.path(), &scratch)).await?;
        let mut files = Vec::with_capacity(patches.len());
        for patch in &patches {
            let new = fs::read(&patch.path).or_error(Kind::Environment, cannot)?;
            let there = self.place(Path::new(&patch.name))?;
            let old = fs::read(&there).ok();
            let root = self.clone.root();
            let is_same = match &old {
                Some(old) if *old == new => true,
                Some(old) => {
                    let id = patch_id(context, root, old).await?;
                    id.is_some() && id == patch_id(context, root, &new).await?
                }
                None => false,
            };
            let content = if is_same { old.unwrap_or(new) } else { new };
            files.push(PatchFile { name: PathBuf::from(&patch.name), content });
        }
        add_patches(spec, self.package, facts, &patches)?;
        Ok(files)
    }
}
