//! Which programs are there, in which version, and which macros rpm knows.

use std::cmp::Ordering;

use super::check::Check;
use super::needs::{Need, Needs, PROGRAMS};
use crate::context::Context;
use crate::error::{Kind, Result};
use crate::evr;
use crate::tools::installed::installed;
use crate::tools::{program, rpm_macros};

/// The group whose members may use mock.
const MOCK: &str = "mock";

/// Macros of packages of their own: how a spec names them, what to ask rpm for, the package on Fedora.
const MACROS: [(&str, &str, &str); 2] = [
    ("%autorelease", "autorelease", "rpmautospec-rpm-macros"),
    ("%pyproject_*", "pyproject_wheel", "pyproject-rpm-macros"),
];

/// What older programs cannot do: the program, the first version that can, and what. Seen with git 2.30 and rpm 4.16.
const CANNOT: [(&str, &str, &str); 2] = [
    ("git", "2.31", "it is too old to push with a token"),
    ("git", "2.38", "it is too old to merge a pull request (--pr-id)"),
];

/// The programs.
///
/// # Errors
/// When the work is interrupted.
pub(super) async fn programs(context: &Context, needs: &Needs) -> Result<Vec<Check>> {
    let mut checks = Vec::new();
    for (name, of_whom) in PROGRAMS {
        let need = needs.program(name);
        if need == Need::No {
            continue;
        }
        checks.push(match installed(context, name).await {
            Ok(Some(found)) => {
                let version = found.version.as_deref();
                let shown = format!("{} ({})", version.unwrap_or("version unknown"), found.path.display());
                let is_older = |since| version.is_some_and(|version| evr::compare(version, since) == Ordering::Less);
                match CANNOT.iter().find(|(program, since, _)| *program == name && is_older(since)) {
                    Some((_, since, what)) => Check::bad(name, Need::Useful, format!("{shown}: {what}"))
                        .hint(format!("install {name} {since} or later")),
                    None => Check::ok(name, shown),
                }
            }
            Ok(None) => {
                let check = Check::bad(name, need, format!("not installed; wanted by {of_whom}"));
                program::how_to_install(&[name]).iter().fold(check, Check::hint)
            }
            Err(error) if error.kind() == Kind::Interrupted => return Err(error),
            Err(error) => Check::failed(name, need, &error),
        });
        if name == MOCK && program::find(context, MOCK).is_some() {
            checks.extend(mock_group(need));
        }
    }
    Ok(checks)
}

/// Whether the user is in mock's group; nothing where this machine does not list such a group.
fn mock_group(need: Need) -> Option<Check> {
    let groups = fs_err::read("/etc/group").ok()?;
    let id = group_id(&String::from_utf8_lossy(&groups), MOCK)?;
    let own = rustix::process::getgroups().unwrap_or_default().into_iter().chain([rustix::process::getegid()]);
    let is_in = rustix::process::geteuid().is_root() || own.into_iter().any(|group| group.as_raw() == id);
    let name = "mock's group";
    Some(if is_in {
        Check::ok(name, "you may use mock")
    } else {
        let check = Check::bad(name, need, "you are not in the group `mock`");
        check.hint("sudo usermod -a -G mock $USER, then log in again")
    })
}

/// The number of a group in a text like `/etc/group`.
fn group_id(text: &str, name: &str) -> Option<u32> {
    let line = text.lines().find(|line| line.split(':').next() == Some(name))?;
    line.split(':').nth(2)?.parse().ok()
}

/// Whether rpm knows the macros that specs use, of which `specs` are the texts; without any, and where `all` are wanted, those that none uses
/// are asked for too.
///
/// # Errors
/// When the work is interrupted.
pub(super) async fn macros(context: &Context, need: Need, specs: &[String], all: bool) -> Result<Vec<Check>> {
    if need == Need::No || program::find(context, "rpm").is_none() {
        return Ok(Vec::new());
    }
    let mut checks = Vec::new();
    for (shown, name, package) in MACROS {
        let begin = shown.trim_matches(['%', '*']);
        let is_used =
            specs.iter().any(|spec| spec.contains(&format!("%{begin}")) || spec.contains(&format!("%{{{begin}")));
        if !specs.is_empty() && !is_used && !all {
            continue;
        }
        let known = match rpm_macros::expand(context, &format!("%{{?{name}:known}}")).await {
            Ok(known) => known == "known",
            Err(error) if error.kind() == Kind::Interrupted => return Err(error),
            Err(error) => {
                checks.push(Check::failed(shown, need, &error));
                continue;
            }
        };
        let by_whom = match is_used {
            true => "; the spec uses it",
            false if specs.is_empty() => "",
            false => "; no spec here uses it",
        };
        checks.push(if known {
            Check::ok(shown, format!("rpm knows it{by_whom}"))
        } else {
            let need = match is_used {
                false if !specs.is_empty() => Need::No,
                // There is a stand-in.
                true if begin == "autorelease" => Need::Useful,
                true => need,
                false => Need::Useful,
            };
            let check = Check::bad(shown, need, format!("rpm does not know it here{by_whom}"));
            check.hint(format!("on Fedora, CentOS and RHEL: dnf install {package}"))
        });
    }
    Ok(checks)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_are_found_by_their_names() {
        let text = "root:x:0:\nmockery:x:5:\nmock:x:135:ann,bob\n";
        assert_eq!(group_id(text, "mock"), Some(135));
        assert_eq!(group_id("mock:x\n", "mock"), None);
        assert_eq!(group_id("", "mock"), None);
    }
}
