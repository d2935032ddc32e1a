//! Stand-ins for the macros of rpmautospec where the machine does not have them.

use crate::context::Context;
use crate::error::{Finding, Result};
use crate::spec::Spec;
use crate::tools::rpm_macros;
use crate::tools::rpmbuild::Definitions;

/// What `%autorelease` gives where no rpmautospec has prepared the spec: the base number, with the options for a pre-release
/// (`-p`), extra version (`-e`), snapshot (`-s`), base (`-b`) and no dist tag (`-n`).
const AUTORELEASE: &str = "%{?-p:0.}%{?-b*}%{!?-b:1}%{?-e:.%{-e*}}%{?-s:.%{-s*}}%{!?-n:%{?dist}}";

/// Definitions for those of `%autorelease` and `%autochangelog` that the spec uses and rpm does not know, with a note.
///
/// # Errors
/// When rpm cannot be asked.
pub async fn needed(context: &Context, spec: &Spec) -> Result<Definitions> {
    let mut stand_ins = Definitions::default();
    if !spec.uses_autorelease() && !spec.uses_autochangelog() {
        return Ok(stand_ins);
    }
    let known = rpm_macros::expand(context, "%{?autorelease:release}%{?autochangelog:changelog}").await?;
    let mut missing = Vec::new();
    if spec.uses_autorelease() && !known.contains("release") {
        stand_ins.define("autorelease(b:e:s:pn)", AUTORELEASE);
        missing.push("%autorelease");
    }
    if spec.uses_autochangelog() && !known.contains("changelog") {
        stand_ins.define("autochangelog()", "%{nil}");
        missing.push("%autochangelog");
    }
    if !missing.is_empty() {
        let note = format!("rpm does not know {} here: a stand-in takes its place", missing.join(" and "));
        context.found(Finding::note(note).hint("the package rpmautospec-rpm-macros has the real ones"));
    }
    Ok(stand_ins)
}
