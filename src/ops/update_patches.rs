//! The patches of a source-git package on their way to dist-git: files beside the spec file, and tags in it.

use std::path::Path;

use fs_err as fs;

use super::from_source_git::{add_patches, patches_of};
use super::update_branch::Update;
use crate::config::ActionName;
use crate::context::Context;
use crate::error::{Context as _, Kind, Result};
use crate::git::patches::patch_id;
use crate::ops::action_variables::Variables;
use crate::ops::actions::Actions;
use crate::spec::{Facts, Spec};

impl Update<'_> {
    /// Makes the patches of the commits since `upstream_ref` in dist-git, and names them in `spec`, whose facts are `facts`. A patch
    /// that dist-git has with the same changes stays as it is there, byte for byte. The action `create-patches` takes the place of all
    /// that.
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
    ) -> Result<()> {
        const NAME: ActionName = ActionName::CreatePatches;
        let actions = Actions::of(self.project, self.package);
        if actions.has(NAME) {
            return actions.run(context, NAME, &Variables::base(self.package)).await.map(drop);
        }
        let cannot = || "the staging folder cannot be filled".to_owned();
        let scratch = self.staging.scratch();
        let into =
            tempfile::Builder::new().prefix("update-").tempdir_in(&scratch).or_error(Kind::Environment, cannot)?;
        let (project, package, name) = (self.project, self.package, spec_name.as_os_str());
        let patches =
            patches_of(context, (project, package), upstream_ref, name, facts, (into.path(), &scratch)).await?;
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
            if !is_same {
                self.write(Path::new(&patch.name), &new)?;
            }
        }
        add_patches(spec, facts, &patches)
    }
}
