//! Whether all files are there that a spec names, before rpmbuild finds out.

use std::path::Path;

use crate::error::{Error, Kind, Result};
use crate::ops::spec_file::SpecFile;
use crate::paths;
use crate::spec::{Facts, SourceFact, SourceId};

/// Checks the sources and patches of a spec, but for the `source` that the archive takes the place of.
///
/// # Errors
/// Of kind [`Kind::Project`] for a file that is not beside the spec, of kind [`Kind::Config`] for one that is a link out of the
/// repository at `root`; with the line that names it.
pub fn check(
    spec_file: &SpecFile,
    root: &Path,
    facts: &Facts,
    source: Option<SourceId>,
    archive: Option<&str>,
) -> Result<()> {
    let named = |kind, facts: &[SourceFact]| facts.iter().map(|fact| (kind, fact.clone())).collect::<Vec<_>>();
    let all = named("Source", &facts.sources).into_iter().chain(named("Patch", &facts.patches));
    for (kind, fact) in all.filter(|(_, fact)| fact.live) {
        let replaced = kind == "Source" && source == Some(SourceId::Number(fact.number));
        let name = fact.file_name();
        // A name with a macro that nobody knows is rpm's to judge.
        if replaced || name.is_empty() || name.contains('%') || archive == Some(name) {
            continue;
        }
        if spec_file.folder.join(name).symlink_metadata().is_ok() {
            let place = |error: Error| spec_file.line_of(fact.line).into_iter().fold(error, Error::at);
            paths::join_within(root, &spec_file.folder, Path::new(name)).map_err(place)?;
            continue;
        }
        let tag = format!("{kind}{}", fact.number);
        let error = if fact.is_remote() {
            Error::new(
                Kind::Project,
                format!("{tag} is to be downloaded from {}, which this version does not do yet", fact.location),
            )
            .hint(format!("put the file `{name}` beside the spec: `{}`", spec_file.folder.display()))
        } else {
            Error::new(Kind::Project, format!("{tag} names the file `{name}`, which is not there"))
                .cause(format!("it was looked for in `{}`", spec_file.folder.display()))
        };
        return Err(spec_file.line_of(fact.line).into_iter().fold(error, Error::at));
    }
    Ok(())
}
