//! Which version of a program is installed.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::program;
use crate::context::Context;
use crate::error::{Error, Kind, Result};
use crate::process::Command;

/// How long a program may take to tell its version.
const LONGEST: Duration = Duration::from_secs(20);

/// A program that is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Installed {
    /// Where it is.
    pub path: PathBuf,
    /// Its version, where it tells one without asking a server.
    pub version: Option<String>,
}

/// The program on the search path, and what it says of its version; `None` where there is no such program.
///
/// # Errors
/// Of kind [`Kind::Tool`] when the program is there and does not run; [`Kind::Interrupted`].
pub async fn installed(context: &Context, name: &str) -> Result<Option<Installed>> {
    let Some(path) = program::find(context, name) else { return Ok(None) };
    let version = match name {
        // It has no option for that; who belongs to the same package has.
        "kinit" => match program::find(context, "klist") {
            Some(klist) => said(context, &klist, "-V").await.ok().flatten(),
            None => None,
        },
        // It asks its server before it tells its own version.
        "koji" => of_package(context, &path).await,
        _ => said(context, &path, "--version").await?,
    };
    Ok(Some(Installed { path, version }))
}

/// The version in the first line that a program prints for `option`.
async fn said(context: &Context, program: &Path, option: &str) -> Result<Option<String>> {
    let asking = Command::new(program).env("LC_ALL", "C").arg(option).output(context);
    let Ok(output) = tokio::time::timeout(LONGEST, asking).await else {
        let message = format!("`{} {option}` did not end within {} seconds", program.display(), LONGEST.as_secs());
        return Err(Error::new(Kind::Tool, message));
    };
    Ok(version_in(&output?.success()?.text()))
}

/// The version of the package that a file is of.
async fn of_package(context: &Context, file: &Path) -> Option<String> {
    program::find(context, "rpm")?;
    let query = Command::new("rpm").env("LC_ALL", "C").args(["-q", "--qf", "%{VERSION}", "-f"]).arg(file);
    let output = query.output(context).await.ok()?;
    output.status.success().then(|| output.text())
}

/// The first word with a digit at its beginning, behind the word "version" where there is one.
fn version_in(text: &str) -> Option<String> {
    let line = text.lines().next()?;
    let behind = line.split_once("version").map_or(line, |(_, behind)| behind);
    let words = behind.split(|c: char| c.is_whitespace() || c == ',');
    let mut versions = words.map(|word| word.trim_start_matches('v').trim_end_matches(['.', ';']));
    versions.find(|word| word.starts_with(|c: char| c.is_ascii_digit())).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_found_in_what_programs_say() {
        for (said, version) in [
            ("git version 2.39.5", Some("2.39.5")),
            ("RPM version 4.18.0", Some("4.18.0")),
            ("rsync  version 3.2.7  protocol version 31\nCopyright", Some("3.2.7")),
            ("rsync  version v3.4.1  protocol version 32", Some("3.4.1")),
            ("6.3", Some("6.3")),
            ("Kerberos 5 version 1.20.1", Some("1.20.1")),
            ("", None),
            ("no version", None),
        ] {
            assert_eq!(version_in(said).as_deref(), version, "{said}");
        }
    }
}
