//! From a prepared package to the folder in which rpm builds its RPMs.
//!
//! rpm finds there what it would find in a source RPM: the spec and the sources that it lists, and an empty folder to build in. A spec that
//! reads other files of its folder, or that builds what is there instead of unpacking an archive, gets a copy of the checkout: its scripts
//! may write wherever they read, and must not write into the user's files.

use std::cmp::Ordering;
use std::path::{Path, PathBuf};

use fs_err as fs;

use super::prepare::Prepared;
use crate::context::Context;
use crate::error::{Context as _, Error, Finding, Kind, Result};
use crate::evr::compare;
use crate::paths;
use crate::project::checkout_copy::{copy_checkout, copy_file};
use crate::spec::Spec;
use crate::tools::rpm_macros;

/// The folder of a build.
#[derive(Debug)]
pub struct RpmFolder {
    /// All of it.
    pub folder: PathBuf,
    /// The spec file.
    pub spec: PathBuf,
    /// The folder with its sources.
    pub sources: PathBuf,
    /// The folder to build in.
    pub build: PathBuf,
    /// Whether rpm must be told that this folder holds what is to be built.
    pub in_place: bool,
}

/// Since this version rpm builds in an empty folder below the build folder.
const FOLDER_OF_ITS_OWN: &str = "4.19.90";

impl RpmFolder {
    /// Fills the folder `folder`, which is in the staging area `area`, with what a prepared package is built of.
    ///
    /// # Errors
    /// Of kind [`Kind::Environment`] when it cannot be filled, and when the work is interrupted.
    pub async fn fill(context: &Context, prepared: &Prepared, folder: PathBuf) -> Result<Self> {
        let spec_file = &prepared.spec_file;
        let spec = Spec::parse(&prepared.edited);
        let unpacks = spec.unpacks();
        let mut in_place = false;
        let (sources, build) = if unpacks && !spec.names_source_folder() {
            (folder.join("SOURCES"), folder.join("BUILD"))
        } else {
            if !unpacks {
                let what = format!(
                    "`{}` unpacks nothing in %prep: a copy of the checkout is built",
                    spec_file.shown.display()
                );
                let hint = "mock and Copr build in an empty folder: %setup or %autosetup unpacks the archive there";
                context.found(Finding::note(what).hint(hint));
                // An older rpm builds there anyway, and is run where macros find the git repository.
                let rpm = rpm_macros::expand(context, "%{rpmversion}").await?;
                in_place = compare(rpm.trim(), FOLDER_OF_ITS_OWN) != Ordering::Less;
            }
            let checkout = folder.join("BUILD");
            copy(context, &prepared.root, &checkout, &folder).await?;
            // One folder, as in the Python packit.
            let within = spec_file.folder.strip_prefix(&prepared.root).unwrap_or(Path::new(""));
            (checkout.join(within), checkout.join(within))
        };
        let filled = Self { spec: sources.join(&spec_file.name), folder, sources, build, in_place };
        filled.bring_sources(context, prepared)?;
        Ok(filled)
    }

    fn bring_sources(&self, context: &Context, prepared: &Prepared) -> Result<()> {
        let (staging, beside) = (&prepared.staging, &prepared.spec_file.folder);
        staging.write(&prepared.spec_file.name, &prepared.for_rpm(), context.source_date())?;
        if context.source_date().is_some() {
            staging.copy_files(beside, &prepared.files)?;
        }
        staging.move_sources(&self.sources)?;
        for name in prepared.files.iter().filter(|name| paths::is_file_name(name.as_ref())) {
            let (from, to) = (beside.join(name), self.sources.join(name));
            if from.is_file() && to.symlink_metadata().is_err() {
                copy_file(&from, &to)?;
            }
        }
        Ok(())
    }
}

/// Copies the checkout at `root`, but for the folder `without`, beside what else goes on.
async fn copy(context: &Context, root: &Path, to: &Path, without: &Path) -> Result<()> {
    fs::create_dir_all(without).or_error(Kind::Environment, || "the build folder cannot be made".to_owned())?;
    context.step(format!("copying {}", root.display()));
    let (root, to, without) = (root.to_owned(), to.to_owned(), without.to_owned());
    let copying = tokio::task::spawn_blocking(move || copy_checkout(&root, &to, &without));
    copying.await.map_err(|_| Error::bug("the copying of the checkout broke")).flatten()?;
    context.interrupt().check()
}
