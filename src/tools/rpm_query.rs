//! `rpm -qp`: what an RPM says of itself.

use std::path::Path;

use crate::context::Context;
use crate::error::Result;
use crate::process::Command;

/// The file name of the source RPM that goes with an RPM.
///
/// # Errors
/// When rpm cannot read the file.
pub async fn source_rpm(context: &Context, rpm: &Path) -> Result<String> {
    let command = Command::new("rpm").env("LC_ALL", "C.UTF-8").args(["-qp", "--nosignature", "--qf", "%{SOURCERPM}"]);
    Ok(command.arg(rpm).output(context).await?.success()?.text())
}
