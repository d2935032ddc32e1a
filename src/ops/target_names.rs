//! The names of targets: which of them say what they mean by themselves, and which are aliases for what a service lists.

use serde::Serialize;

/// The architecture of a target that names none.
pub const DEFAULT_ARCHITECTURE: &str = "x86_64";

/// Every architecture that chroots of mock and Copr have. A longer name comes before one that it ends with.
const ARCHITECTURES: [&str; 13] = [
    "aarch64",
    "armhfp",
    "i386",
    "i586",
    "i686",
    "loongarch64",
    "ppc64le",
    "ppc64",
    "riscv64",
    "s390x",
    "x86_64_v2",
    "x86_64_v3",
    "x86_64",
];

/// From this version on EPEL has minor versions.
const FIRST_EPEL_WITH_MINORS: u32 = 10;

/// A name from the time when there was one CentOS Stream.
pub(super) const OLD_STREAM: &str = "centos-stream";

/// A distribution that packages are built for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Distro {
    /// Its name: `fedora-43`, `epel-10.2`.
    pub name: String,
    /// Its branch in dist-git; none where it has none that is known.
    pub branch: Option<String>,
    /// Its chroots without the architecture: `rhel+epel-10`; none where it is only a branch.
    pub chroots: Option<String>,
}

impl Distro {
    fn new(name: impl Into<String>, branch: Option<&str>, chroots: Option<&str>) -> Self {
        Self { name: name.into(), branch: branch.map(str::to_owned), chroots: chroots.map(str::to_owned) }
    }

    /// A release of Fedora and its branch.
    pub fn fedora(version: &str, branch: &str) -> Self {
        let name = format!("fedora-{version}");
        Self::new(name.clone(), Some(branch), Some(&name))
    }

    /// Rawhide.
    pub fn rawhide() -> Self {
        Self::fedora("rawhide", "rawhide")
    }

    /// A release of EPEL (`9`, `10.2`) and its branch. A minor version that has a branch of its own is built against RHEL, the
    /// newest one, which is not branched, against CentOS Stream.
    pub fn epel(version: &str, branch: &str) -> Self {
        let major = version.split('.').next().unwrap_or(version);
        let branched = branch.contains('.') && number(major).is_some_and(|major| major >= FIRST_EPEL_WITH_MINORS);
        let chroots = if branched { format!("rhel+epel-{major}") } else { format!("epel-{major}") };
        Self::new(format!("epel-{version}"), Some(branch), Some(&chroots))
    }

    /// One that has chroots only.
    pub fn with_chroots(name: &str) -> Self {
        Self::new(name, None, Some(name))
    }

    /// The chroot for an architecture.
    pub fn chroot(&self, architecture: &str) -> Option<String> {
        self.chroots.as_ref().map(|chroots| format!("{chroots}-{architecture}"))
    }

    /// The target in Koji: named as the branch, but for the first versions of EPEL.
    pub fn koji_target(&self) -> Option<String> {
        let branch = self.branch.as_deref()?;
        match branch.strip_prefix("el").and_then(number) {
            Some(version) => Some(format!("epel{version}")),
            None => Some(branch.to_owned()),
        }
    }
}

/// A name that stands for what a service lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Alias {
    /// `fedora-all`: every release, and Rawhide.
    FedoraAll,
    /// `fedora-stable`: what is released.
    FedoraStable,
    /// `fedora-development`: what is being made, Rawhide too.
    FedoraDevelopment,
    /// `fedora-latest`: the one being made beside Rawhide, else the newest released one.
    FedoraLatest,
    /// `fedora-latest-stable`: the newest released one.
    FedoraLatestStable,
    /// `fedora-branched`: all but Rawhide.
    FedoraBranched,
    /// `epel-all`: every release of EPEL.
    EpelAll,
    /// `epel-10-all`: every minor version.
    EpelMinors(u32),
    /// `epel-10-branched`: the minor versions that have branches of their own.
    EpelBranched(u32),
    /// `epel-10.2`: a minor version, which has a branch of its own or, if it is the newest, that of the major version.
    EpelMinor(u32, u32),
    /// `opensuse-all`.
    OpenSuseAll,
    /// `opensuse-leap-all` and others: `leap`.
    OpenSuse(String),
}

/// What a name is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Name {
    /// Says what it means.
    Literal(Distro),
    /// Stands for what a service lists.
    Alias(Alias),
    /// Neither.
    Unknown,
}

/// The aliases that are always there. Those of the minor versions of EPEL come with the list of releases.
pub const ALIASES: [&str; 11] = [
    "fedora-all",
    "fedora-stable",
    "fedora-development",
    "fedora-latest",
    "fedora-latest-stable",
    "fedora-branched",
    "epel-all",
    "opensuse-all",
    "opensuse-leap-all",
    "opensuse-leap-micro-all",
    "opensuse-tumbleweed-all",
];

/// Other names that people mean.
const WORDS: [&str; 8] = [
    "rawhide",
    "fedora-rawhide",
    "fedora-eln",
    "opensuse-tumbleweed",
    "epel-10-all",
    "epel-10-branched",
    "epel-9",
    "main",
];

/// Reads a target: what its name is, and the architecture where it has one.
pub fn read(target: &str) -> (Name, Option<&str>) {
    let suffix = |architecture: &&&str| target.strip_suffix(**architecture).is_some_and(|rest| rest.ends_with('-'));
    let Some(architecture) = ARCHITECTURES.iter().find(suffix) else { return (name(target), None) };
    let rest = target.strip_suffix(architecture).and_then(|rest| rest.strip_suffix('-')).unwrap_or(target);
    let name = match name(rest) {
        // Whatever has an architecture is a chroot, and only Copr knows all of them.
        Name::Unknown if is_foreign(rest) => Name::Literal(Distro::with_chroots(rest)),
        Name::Literal(Distro { name, branch: Some(branch), .. }) if name == rest && branch == rest => {
            Name::Literal(Distro::with_chroots(rest))
        }
        other => other,
    };
    (name, Some(architecture))
}

/// What a name without an architecture is.
fn name(name: &str) -> Name {
    if !is_plain(name) {
        return Name::Unknown;
    }
    match name {
        "rawhide" | "fedora-rawhide" => return Name::Literal(Distro::rawhide()),
        "eln" | "fedora-eln" => return Name::Literal(Distro::fedora("eln", "eln")),
        OLD_STREAM => return Name::Literal(Distro::with_chroots("centos-stream-8")),
        "main" | "master" => return Name::Literal(Distro::new(name, Some(name), None)),
        _ => {}
    }
    if let Some(alias) = alias(name) {
        return Name::Alias(alias);
    }
    if let Some(version) = name.strip_prefix("fedora-").or_else(|| name.strip_prefix('f')).and_then(number) {
        return Name::Literal(Distro::fedora(&version.to_string(), &format!("f{version}")));
    }
    if let Some(version) = name.strip_prefix("centos-stream-").and_then(number) {
        return Name::Literal(Distro::new(name, Some(&format!("c{version}s")), Some(name)));
    }
    if let Some(version) = name.strip_prefix('c').and_then(|rest| rest.strip_suffix('s')).and_then(number) {
        let stream = format!("centos-stream-{version}");
        return Name::Literal(Distro::new(stream.clone(), Some(name), Some(&stream)));
    }
    if let Some(distro) = epel(name) {
        return Name::Literal(distro);
    }
    let has_version = name.contains(|c: char| c.is_ascii_digit());
    match name {
        "opensuse-tumbleweed" => Name::Literal(Distro::with_chroots(name)),
        _ if name.starts_with("opensuse-") && has_version => Name::Literal(Distro::with_chroots(name)),
        // Branches may have any name, and so may chroots.
        _ if is_foreign(name) && has_version => {
            let chroots = (!name.contains('/')).then_some(name);
            Name::Literal(Distro::new(name, Some(name), chroots))
        }
        _ => Name::Unknown,
    }
}

fn alias(name: &str) -> Option<Alias> {
    Some(match name {
        "fedora-all" => Alias::FedoraAll,
        "fedora-stable" => Alias::FedoraStable,
        "fedora-development" => Alias::FedoraDevelopment,
        "fedora-latest" => Alias::FedoraLatest,
        "fedora-latest-stable" => Alias::FedoraLatestStable,
        "fedora-branched" => Alias::FedoraBranched,
        "epel-all" => Alias::EpelAll,
        "opensuse-all" => Alias::OpenSuseAll,
        _ => {
            if let Some(family) = name.strip_prefix("opensuse-").and_then(|rest| rest.strip_suffix("-all")) {
                return Some(Alias::OpenSuse(family.to_owned()));
            }
            let epel = name.strip_prefix("epel-")?;
            let with_minors = |major: &str| number(major).filter(|major| *major >= FIRST_EPEL_WITH_MINORS);
            if let Some(major) = epel.strip_suffix("-all") {
                return with_minors(major).map(Alias::EpelMinors);
            }
            if let Some(major) = epel.strip_suffix("-branched") {
                return with_minors(major).map(Alias::EpelBranched);
            }
            let (major, minor) = epel.split_once('.')?;
            Alias::EpelMinor(with_minors(major)?, number(minor)?)
        }
    })
}

/// The names of EPEL that say by themselves which branch they are: all but those of minor versions as `epel-10.2`.
fn epel(name: &str) -> Option<Distro> {
    if let Some((major, minor)) = name.strip_prefix("epel").and_then(|rest| rest.split_once('.')) {
        let (major, minor) = (number(major)?, number(minor)?);
        return (major >= FIRST_EPEL_WITH_MINORS).then(|| Distro::epel(&format!("{major}.{minor}"), name));
    }
    let old = name.strip_prefix("el").and_then(number).filter(|version| *version <= 6);
    let version = name.strip_prefix("epel-").or_else(|| name.strip_prefix("epel")).and_then(number).or(old)?;
    let branch = if version <= 6 { format!("el{version}") } else { format!("epel{version}") };
    Some(Distro::epel(&version.to_string(), &branch))
}

/// Whether a name is none of those whose every form is known here.
fn is_foreign(name: &str) -> bool {
    let next = name.strip_prefix("epel-next-").and_then(number).is_some();
    is_plain(name) && (next || !["fedora-", "epel-", "opensuse-"].iter().any(|prefix| name.starts_with(prefix)))
}

/// Whether a name has only the characters that branches and chroots have. They end up in addresses and commands.
pub fn is_plain(name: &str) -> bool {
    let first = name.chars().next().is_some_and(|c| c.is_ascii_alphanumeric());
    first && name.chars().all(|c| c.is_ascii_alphanumeric() || "+-._/".contains(c)) && !name.contains("..")
}

/// A number without a sign and without zeros before it.
pub(super) fn number(text: &str) -> Option<u32> {
    let plain = text.bytes().all(|b| b.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
    if plain { text.parse().ok() } else { None }
}

/// The known names that a target may be meant to be, the nearest first, with the architecture that it has.
pub fn near(target: &str) -> Vec<String> {
    let (_, architecture) = read(target);
    let suffix = architecture.map(|architecture| format!("-{architecture}")).unwrap_or_default();
    let name: String = target.strip_suffix(&suffix).unwrap_or(target).chars().take(64).collect();
    let name = name.to_lowercase().replace('_', "-");
    let known = ALIASES.iter().chain(&WORDS);
    let mut near: Vec<(usize, &str)> = known
        .map(|known| (strsim::damerau_levenshtein(&name, known), *known))
        .filter(|(d, known)| d * 4 <= known.len())
        .collect();
    near.sort();
    near.into_iter().take(3).map(|(_, known)| format!("{known}{suffix}")).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_that_say_what_they_mean() {
        for (target, chroot, branch) in [
            ("fedora-42", "fedora-42-x86_64", "f42"),
            ("fedora-42-x86_64", "fedora-42-x86_64", "f42"),
            ("f42", "fedora-42-x86_64", "f42"),
            ("f42-s390x", "fedora-42-s390x", "f42"),
            ("rawhide", "fedora-rawhide-x86_64", "rawhide"),
            ("fedora-rawhide-aarch64", "fedora-rawhide-aarch64", "rawhide"),
            ("eln", "fedora-eln-x86_64", "eln"),
            ("fedora-eln-ppc64le", "fedora-eln-ppc64le", "eln"),
            ("epel-9-aarch64", "epel-9-aarch64", "epel9"),
            ("epel9", "epel-9-x86_64", "epel9"),
            ("epel-7", "epel-7-x86_64", "epel7"),
            ("epel-6", "epel-6-x86_64", "el6"),
            ("el6", "epel-6-x86_64", "el6"),
            ("epel-10", "epel-10-x86_64", "epel10"),
            ("epel10", "epel-10-x86_64", "epel10"),
            ("epel10.1", "rhel+epel-10-x86_64", "epel10.1"),
            ("epel10.1-s390x", "rhel+epel-10-s390x", "epel10.1"),
            ("centos-stream-9-x86_64", "centos-stream-9-x86_64", "c9s"),
            ("c10s", "centos-stream-10-x86_64", "c10s"),
            ("centos-stream", "centos-stream-8-x86_64", "-"),
            ("centos-stream-aarch64", "centos-stream-8-aarch64", "-"),
            ("rhel+epel-9-x86_64", "rhel+epel-9-x86_64", "-"),
            ("centos-stream+epel-next-9-x86_64", "centos-stream+epel-next-9-x86_64", "-"),
            ("epel-next-9-x86_64", "epel-next-9-x86_64", "-"),
            ("mageia-cauldron-x86_64", "mageia-cauldron-x86_64", "-"),
            ("alma-kitten+epel-10-x86_64_v2", "alma-kitten+epel-10-x86_64_v2", "-"),
            ("opensuse-tumbleweed-i586", "opensuse-tumbleweed-i586", "-"),
            ("opensuse-leap-15.6-ppc64", "opensuse-leap-15.6-ppc64", "-"),
            ("fedora-43-riscv64", "fedora-43-riscv64", "f43"),
            ("amazonlinux-2023", "amazonlinux-2023-x86_64", "amazonlinux-2023"),
            ("main", "-", "main"),
            ("main-x86_64", "main-x86_64", "-"),
            ("private/f42-test", "-", "private/f42-test"),
            ("epel9-next", "epel9-next-x86_64", "epel9-next"),
        ] {
            let (Name::Literal(distro), architecture) = read(target) else { panic!("{target}: {:?}", read(target)) };
            let found = distro.chroot(architecture.unwrap_or(DEFAULT_ARCHITECTURE));
            assert_eq!(found.as_deref().unwrap_or("-"), chroot, "{target}");
            assert_eq!(distro.branch.as_deref().unwrap_or("-"), branch, "{target}");
        }
    }

    #[test]
    fn koji_targets_are_named_as_branches() {
        for (target, koji) in [("fedora-42", "f42"), ("rawhide", "rawhide"), ("eln", "eln"), ("el6", "epel6")] {
            let (Name::Literal(distro), _) = read(target) else { panic!("{target}") };
            assert_eq!(distro.koji_target().as_deref(), Some(koji));
        }
        assert_eq!(Distro::with_chroots("mageia-9").koji_target(), None);
    }

    #[test]
    fn aliases() {
        for alias in ALIASES {
            assert!(matches!(read(alias), (Name::Alias(_), None)), "{alias}");
            let target = format!("{alias}-s390x");
            assert!(matches!(read(&target), (Name::Alias(_), Some("s390x"))), "{target}");
        }
        assert_eq!(read("epel-10-all"), (Name::Alias(Alias::EpelMinors(10)), None));
        assert_eq!(read("epel-11-branched-aarch64"), (Name::Alias(Alias::EpelBranched(11)), Some("aarch64")));
        assert_eq!(read("epel-10.12"), (Name::Alias(Alias::EpelMinor(10, 12)), None));
        assert_eq!(read("opensuse-leap-micro-all"), (Name::Alias(Alias::OpenSuse("leap-micro".to_owned())), None));
    }

    #[test]
    fn names_that_are_not_known_and_what_may_be_meant() {
        for (target, meant) in [
            ("fedora-stabel", &["fedora-stable"][..]),
            ("fedora-stabel-aarch64", &["fedora-stable-aarch64"]),
            ("Fedora-All", &["fedora-all"]),
            ("fedora_rawhide", &["fedora-rawhide"]),
            ("rawhid", &["rawhide"]),
            ("epel-9-all", &["epel-10-all", "epel-all"]),
            ("epel-9.1", &[]),
            ("fedora-042", &[]),
            ("opensuse-tumblewed", &["opensuse-tumbleweed"]),
            ("foo", &[]),
            ("", &[]),
            ("x86_64", &[]),
            ("-x86_64", &[]),
            ("../f42", &[]),
            ("f42 f43", &[]),
            ("fedora-+42", &[]),
            ("fedora-42\n", &[]),
        ] {
            let unknown = matches!(read(target).0, Name::Unknown) || target == "x86_64";
            assert!(unknown, "{target}: {:?}", read(target));
            let near = near(target);
            assert!(near.iter().zip(meant).all(|(one, other)| one == other), "{target}: {near:?}");
            assert_eq!(near.is_empty(), meant.is_empty(), "{target}: {near:?}");
        }
    }

    proptest! {
        #[test]
        fn any_target_is_read_without_panic(target in "\\PC*") {
            let _ = (read(&target), near(&target));
        }

        #[test]
        fn an_architecture_is_never_doubled(version in 1_u32..200, architecture in proptest::sample::select(&ARCHITECTURES[..])) {
            let target = format!("fedora-{version}-{architecture}");
            let (Name::Literal(distro), Some(found)) = read(&target) else { panic!("{target}") };
            prop_assert_eq!(distro.chroot(found), Some(target));
        }
    }
}
