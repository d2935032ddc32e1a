//! The spec of a package as it is at one moment, and what rpm says of it, asked beside other work.

use std::path::Path;
use std::rc::Rc;

use futures_util::FutureExt as _;

use super::project::Project;
use super::shared_answers::Answer;
use super::spec_file::SpecFile;
use super::stand_ins;
use crate::config::Package;
use crate::context::Context;
use crate::error::Result;
use crate::project::staging::Staging;
use crate::spec::{Facts, Known, Spec};
use crate::tools::rpmbuild::Definitions;

/// A spec file that was read.
pub struct Reading {
    /// The file.
    pub file: Rc<SpecFile>,
    /// Its text.
    pub spec: Spec,
    /// Whether the text says all, and rpm is not asked.
    pub says_all: bool,
    facts: Answer<(Facts, Definitions)>,
}

impl Reading {
    /// Reads the spec file of a package. rpm is asked only where the text does not say all, and not before somebody waits for the
    /// answer.
    ///
    /// # Errors
    /// When there is no spec file, or it is none.
    pub fn new(
        context: &Context,
        project: &Project,
        package: &Package,
        staging: &Staging,
        folder: &Path,
    ) -> Result<Self> {
        let file = Rc::new(SpecFile::read(context, project, package)?);
        let spec = Spec::parse(&file.text);
        let known = spec.facts().map_err(|error| file.unread(error))?;
        let says_all = matches!(known, Known::Text(_)) && !spec.uses_autorelease() && !spec.uses_autochangelog();
        let macros = project.parse_time_macros(package);
        let (asked, context, spec_file) = (spec.clone(), context.clone(), Rc::clone(&file));
        let (staging, folder) = (staging.clone(), folder.to_owned());
        let facts = async move {
            let stand_ins = stand_ins::needed(&context, &asked).await?;
            let facts = spec_file.facts(&context, known, &macros.with(&stand_ins), &staging, &folder).await?;
            Ok((facts, stand_ins))
        };
        Ok(Self { file, spec, says_all, facts: facts.boxed_local().shared() })
    }

    /// What the spec says, and the macros that rpm needs to read it.
    pub fn facts(&self) -> Answer<(Facts, Definitions)> {
        self.facts.clone()
    }

    /// The expanded Version of the spec.
    ///
    /// # Errors
    /// When rpm cannot parse the spec.
    pub async fn version(&self) -> Result<String> {
        self.facts().await.map(|(facts, _)| facts.version)
    }
}
