//! The program that installs packages on this machine, and what to type for packages that are missing.

use super::program;
use crate::context::Context;
use crate::process::shell_word;

/// The program that installs packages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PackageManager {
    /// Of Fedora, CentOS and RHEL: knows what rpm asks for by rpm's own words.
    Dnf,
    /// Its forerunner.
    Yum,
    /// Of SUSE: takes the same words.
    Zypper,
    /// Of Debian and Ubuntu: has other names for most packages.
    Apt,
}

impl PackageManager {
    /// The one on the search path; where there are several, one that rpm's words can be given to.
    pub fn of_machine(context: &Context) -> Option<Self> {
        let all = [(Self::Dnf, "dnf"), (Self::Yum, "yum"), (Self::Zypper, "zypper"), (Self::Apt, "apt-get")];
        all.into_iter().find(|(_, name)| program::find(context, name).is_some()).map(|(manager, _)| manager)
    }

    /// How to install what `dependencies` of a package ask for, in rpm's words (`gcc`, `pkgconfig(zlib) >= 1.2`).
    pub fn install(self, dependencies: &[String]) -> String {
        let sudo = if rustix::process::geteuid().is_root() { "" } else { "sudo " };
        let words = |names: &[String]| names.iter().map(|name| shell_word(name)).collect::<Vec<_>>().join(" ");
        match self {
            Self::Dnf => format!("install them: {sudo}dnf install {}", words(dependencies)),
            Self::Yum => format!("install them: {sudo}yum install {}", words(dependencies)),
            Self::Zypper => format!("install them: {sudo}zypper install {}", words(dependencies)),
            Self::Apt => {
                let mut names: Vec<String> = dependencies.iter().filter_map(|name| of_debian(name)).collect();
                names.sort();
                names.dedup();
                if names.is_empty() {
                    return "install what they are called on this distribution".to_owned();
                }
                format!(
                    "install them, by the names that they likely have here: {sudo}apt-get install {}",
                    words(&names)
                )
            }
        }
    }
}

/// The name that a package of Fedora likely has on Debian; none where there is nothing of that kind.
fn of_debian(dependency: &str) -> Option<String> {
    let name = dependency.split_whitespace().next()?;
    let known = match name {
        "gcc-c++" => "g++",
        "python3-devel" => "python3-dev",
        "perl-interpreter" => "perl",
        "golang" => "golang-go",
        "rust" => "rustc",
        "java-devel" => "default-jdk-headless",
        "rpm-build" => "rpm",
        "systemd-rpm-macros" => "systemd-dev",
        "pkgconf-pkg-config" | "pkgconfig" => "pkg-config",
        _ => "",
    };
    if !known.is_empty() {
        return Some(known.to_owned());
    }
    // Macro packages, paths, and what only rpm's own generators provide.
    if name.contains(['(', '/', ')']) || name.ends_with("-macros") {
        return None;
    }
    let lower = name.to_ascii_lowercase();
    Some(match lower.strip_suffix("-devel") {
        Some(library) if library.starts_with("lib") => format!("{library}-dev"),
        Some(library) => format!("lib{library}-dev"),
        None => lower,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_on_debian() {
        for (fedora, debian) in [
            ("gcc", Some("gcc")),
            ("gcc-c++ >= 12", Some("g++")),
            ("openssl-devel", Some("libopenssl-dev")),
            ("libcurl-devel", Some("libcurl-dev")),
            ("python3-devel", Some("python3-dev")),
            ("pyproject-rpm-macros", None),
            ("pkgconfig(zlib)", None),
            ("/usr/bin/perl", None),
            ("(a or b)", None),
        ] {
            assert_eq!(of_debian(fedora).as_deref(), debian, "{fedora}");
        }
    }

    #[test]
    fn rpms_words_are_one_word_each() {
        let command = PackageManager::Dnf.install(&["gcc".to_owned(), "pkgconfig(zlib) >= 1.2".to_owned()]);
        assert!(command.ends_with("dnf install gcc 'pkgconfig(zlib) >= 1.2'"), "{command}");
        let command = PackageManager::Apt.install(&["gcc".to_owned(), "pkgconfig(zlib) >= 1.2".to_owned()]);
        assert!(command.ends_with("apt-get install gcc"), "{command}");
    }
}
