//! `rpmspec`: what rpm itself makes of a spec file.

use std::path::Path;

use crate::context::Context;
use crate::error::Result;
use crate::process::Command;
use crate::tools::rpmbuild::Definitions;

/// What rpm said about a spec file.
#[derive(Debug)]
pub struct Parsed {
    /// All that it wrote, standard output before standard error.
    pub text: Vec<u8>,
    /// Its own lines about what is wrong, when it could not parse the file.
    pub failed: Vec<String>,
}

/// Lets rpm parse the spec file `file`, with `folder` as the folder to run in.
///
/// # Errors
/// When rpmspec cannot be started, or the work is interrupted.
pub async fn parse(context: &Context, folder: &Path, file: &Path, definitions: &Definitions) -> Result<Parsed> {
    let command = Command::new("rpmspec").env("LC_ALL", "C.UTF-8").current_dir(folder).args(definitions.arguments());
    let output = command.args(["-q", "--srpm", "--qf", ""]).arg(file).output(context).await?;
    let failed = if output.status.success() { Vec::new() } else { complaints(&output.stderr) };
    Ok(Parsed { text: [output.stdout, output.stderr].concat(), failed })
}

/// rpm's lines about the spec file, without those about the call.
fn complaints(stderr: &[u8]) -> Vec<String> {
    let said = String::from_utf8_lossy(stderr);
    let lines = said.lines().map(|line| line.strip_prefix("error: ").unwrap_or(line).trim_end());
    lines.filter(|line| !line.is_empty() && !line.starts_with("query of specfile")).map(str::to_owned).collect()
}
