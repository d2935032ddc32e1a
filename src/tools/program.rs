//! Whether a program is there, and what to install where it is not.

use std::path::PathBuf;

use crate::context::Context;
use crate::error::{Error, Kind, Result};

/// Where a program is on the search path.
pub fn find(context: &Context, program: &str) -> Option<PathBuf> {
    which::which_in(program, context.search_path(), context.cwd()).ok()
}

/// Looks for the programs on the search path, before any work is done.
///
/// # Errors
/// Of kind [`Kind::Environment`]: names each missing program with the package that brings it on Fedora and on Debian.
pub fn require(context: &Context, programs: &[&str]) -> Result<()> {
    let missing: Vec<&str> = programs.iter().copied().filter(|program| find(context, program).is_none()).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let error = Error::new(Kind::Environment, are_missing(&missing));
    Err(how_to_install(&missing).into_iter().fold(error, Error::hint))
}

fn are_missing(missing: &[&str]) -> String {
    let names = missing.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" and ");
    let verb = if missing.len() == 1 { "is" } else { "are" };
    format!("{names} {verb} not installed")
}

/// What to type where programs are missing, on Fedora and on Debian, or that Debian has no package of them.
pub fn how_to_install(missing: &[&str]) -> Vec<String> {
    let (mut fedora, debian): (Vec<_>, Vec<_>) = missing.iter().map(|program| packages(program)).unzip();
    let mut debian: Vec<&str> = debian.into_iter().flatten().collect();
    fedora.dedup();
    debian.dedup();
    let mut hints = vec![format!("on Fedora, CentOS and RHEL: dnf install {}", fedora.join(" "))];
    if !debian.is_empty() {
        hints.push(format!("on Debian and Ubuntu: apt-get install {}", debian.join(" ")));
    }
    if missing.contains(&"mock") {
        hints.push("Debian has no package of mock: https://rpm-software-management.github.io/mock/".to_owned());
    }
    hints
}

/// The packages that bring a program, on Fedora and, where it has one, on Debian.
fn packages(program: &str) -> (&str, Option<&str>) {
    match program {
        "rpmbuild" | "rpmspec" => ("rpm-build", Some("rpm")),
        "kinit" => ("krb5-workstation", Some("krb5-user")),
        "git" => ("git-core", Some("git")),
        "mock" => ("mock", None),
        other => (other, Some(other)),
    }
}
