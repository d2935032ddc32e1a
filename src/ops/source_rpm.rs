//! From a prepared package to its source RPM.

use std::path::PathBuf;

use super::prepare::Prepared;
use super::shared_answers::Shared;
use crate::context::Context;
use crate::error::{Finding, Kind, Result};
use crate::tools::rpm_macros::UserMacros;
use crate::tools::rpmbuild::{Definitions, SourceBuild};

/// Lines of rpmbuild that are not shown: the error at the end says what went wrong, the result is put elsewhere, and a source RPM is for
/// no platform, of which newer rpm tells all the same.
const UNSAID: [&str; 5] =
    ["Wrote: ", "error: ", "RPM build errors:", "Building target platforms: ", "Building for target "];

/// Fills the staging folder of a prepared package and lets rpmbuild make the source RPM in it.
///
/// # Errors
/// When rpmbuild fails: its own lines, about the user's files, are the causes.
pub async fn build(context: &Context, prepared: &Prepared, shared: &Shared) -> Result<PathBuf> {
    let (staging, spec_file) = (&prepared.staging, &prepared.spec_file);
    if context.source_date().is_some() {
        staging.copy_files(&spec_file.folder, &prepared.files)?;
    }
    staging.link_entries(&spec_file.folder, &prepared.root)?;
    let spec = staging.write(&spec_file.name, &prepared.for_rpm(), context.source_date())?;
    context.step(format!("rpmbuild -bs {}", spec_file.shown.display()));
    let build = SourceBuild {
        spec: &spec,
        sources: &staging.sources(),
        result: &staging.result(),
        scratch: &staging.scratch(),
        folder: &prepared.folder,
        definitions: prepared.stand_ins.with(&definitions(context, &shared.macros)),
    };
    // The path of the staging folder says nothing to the user.
    let (inside, outside) = (spec.display().to_string(), spec_file.shown.display().to_string());
    let rewrite = |line: &[u8]| {
        let line = String::from_utf8_lossy(line);
        (!UNSAID.iter().any(|begin| line.starts_with(begin))).then(|| line.replace(&inside, &outside).into_bytes())
    };
    let built = build.run(context, rewrite).await.map_err(|error| match error.kind() {
        Kind::Tool => spec_file.build_failed("make the source RPM of", &error, &prepared.edited, &spec, build.sources),
        _ => error,
    })?;
    let name = built.file_name().unwrap_or_default().to_string_lossy();
    if name.contains('%') {
        let message = format!("the name of the source RPM holds a macro that rpm does not know here: `{name}`");
        context.found(Finding::warning(message).hint("install the package that has the macro, or write another value"));
    }
    Ok(built)
}

/// What packit wants of every RPM, unless the user's own macros say otherwise.
pub(super) fn definitions(context: &Context, macros: &UserMacros) -> Definitions {
    let mut definitions = Definitions::default();
    // The archive in it is compressed already: a second time costs much and gains nothing.
    if macros.get("_source_payload").is_none() {
        definitions.define("_source_payload", "w.ufdio");
    }
    if context.source_date().is_some() {
        definitions.define("use_source_date_epoch_as_buildtime", "1");
        definitions.define("clamp_mtime_to_source_date_epoch", "1");
        // The same under the name that rpm has for it since 4.20.
        definitions.define("build_mtime_policy", "clamp_to_source_date_epoch");
        if macros.get("_buildhost").is_none() {
            definitions.define("_buildhost", "localhost");
        }
    }
    definitions
}
