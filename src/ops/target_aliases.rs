//! What the aliases for targets stand for, given the lists of the services.

use super::target_names::{Alias, Distro, is_plain, number};
use crate::services::bodhi::Release;
use crate::services::opensuse::Distribution;

/// The releases of Fedora and EPEL in the order of their versions, as aliases see them.
#[derive(Debug, Clone, Default)]
pub struct Releases {
    fedora: Vec<Fedora>,
    epel: Vec<Epel>,
}

#[derive(Debug, Clone)]
struct Fedora {
    distro: Distro,
    is_stable: bool,
}

#[derive(Debug, Clone)]
struct Epel {
    distro: Distro,
    version: Vec<u32>,
}

impl Epel {
    fn major(&self) -> Option<u32> {
        self.version.first().copied()
    }

    fn is_branched(&self) -> bool {
        self.distro.branch.as_ref().is_some_and(|branch| branch.contains('.'))
    }
}

impl Releases {
    /// Sorts what Bodhi lists. ELN, containers, Flatpaks and modules are no releases that aliases stand for.
    pub fn new(listed: &[Release]) -> Self {
        let mut releases = Self::default();
        let active = |release: &&Release| matches!(release.state.as_str(), "current" | "pending" | "frozen");
        let sound = |release: &&Release| release.name != "ELN" && is_plain(&release.branch);
        let mut sorted: Vec<(Vec<u32>, &Release)> = listed
            .iter()
            .filter(active)
            .filter(sound)
            .filter_map(|release| Some((version(&release.version)?, release)))
            .collect();
        sorted.sort_by(|(one, _), (other, _)| one.cmp(other));
        sorted.dedup_by(|(_, one), (_, other)| one.name == other.name);
        for (version, release) in sorted {
            let Release { version: text, branch, .. } = release;
            match release.id_prefix.as_str() {
                "FEDORA" => releases
                    .fedora
                    .push(Fedora { distro: Distro::fedora(text, branch), is_stable: release.state == "current" }),
                "FEDORA-EPEL" => releases.epel.push(Epel { distro: Distro::epel(text, branch), version }),
                _ => {}
            }
        }
        releases.name_rawhide();
        releases
    }

    /// Bodhi has a number for Rawhide, and in the weeks after a branching it may still give Rawhide's branch to the release
    /// before.
    fn name_rawhide(&mut self) {
        let Some((newest, others)) = self.fedora.split_last_mut() else { return };
        newest.distro = Distro::rawhide();
        if let Some(before) = others.last_mut()
            && before.distro.branch.as_deref() == Some("rawhide")
        {
            before.distro.branch = Some(before.distro.name.replacen("fedora-", "f", 1));
        }
    }

    /// Whether there is nothing that an alias could stand for.
    pub fn is_empty(&self) -> bool {
        self.fedora.is_empty()
    }

    /// The aliases for the minor versions of EPEL that there are.
    pub fn aliases_of_minors(&self) -> Vec<String> {
        let mut majors: Vec<u32> =
            self.epel.iter().filter(|epel| epel.version.len() > 1).filter_map(Epel::major).collect();
        majors.dedup();
        majors.into_iter().flat_map(|major| [format!("epel-{major}-all"), format!("epel-{major}-branched")]).collect()
    }

    /// What an alias stands for, oldest first; empty for those of openSUSE.
    pub fn members(&self, alias: &Alias) -> Vec<Distro> {
        let (stable, development): (Vec<&Fedora>, Vec<&Fedora>) =
            self.fedora.iter().partition(|fedora| fedora.is_stable);
        // The last one being made is Rawhide.
        let branched = development.split_last().map(|(_, branched)| branched).unwrap_or_default();
        let fedora: Vec<&Fedora> = match alias {
            Alias::FedoraAll => self.fedora.iter().collect(),
            Alias::FedoraStable => stable,
            Alias::FedoraDevelopment => development,
            Alias::FedoraLatest => branched.last().or(stable.last()).copied().into_iter().collect(),
            Alias::FedoraLatestStable => stable.last().copied().into_iter().collect(),
            Alias::FedoraBranched => [&stable, branched].concat(),
            _ => Vec::new(),
        };
        let epel = self.epel.iter().filter(|epel| match *alias {
            Alias::EpelAll => true,
            Alias::EpelMinors(major) => epel.major() == Some(major),
            Alias::EpelBranched(major) => epel.major() == Some(major) && epel.is_branched(),
            Alias::EpelMinor(major, minor) => epel.version == [major, minor],
            _ => false,
        });
        let fedora = fedora.into_iter().map(|fedora| &fedora.distro);
        fedora.chain(epel.map(|epel| &epel.distro)).cloned().collect()
    }
}

/// What an alias of openSUSE stands for, in the order of the list; empty for the others.
pub fn opensuse(listed: &[Distribution], alias: &Alias) -> Vec<Distro> {
    let wanted = |family: &str| match alias {
        Alias::OpenSuseAll => true,
        Alias::OpenSuse(wanted) => *wanted == alias_of(family),
        _ => false,
    };
    let mut members: Vec<Distro> = Vec::new();
    for distribution in listed.iter().filter(|distribution| wanted(&distribution.family)) {
        let Distribution { family, name, version } = distribution;
        let chroots = match family.as_str() {
            "Tumbleweed" => "opensuse-tumbleweed".to_owned(),
            _ => format!("{}-{version}", name.to_lowercase().replace(' ', "-")),
        };
        let distro = Distro::with_chroots(&chroots);
        if is_plain(&chroots) && !members.contains(&distro) {
            members.push(distro);
        }
    }
    members
}

/// The family as aliases call it.
fn alias_of(family: &str) -> String {
    if family == "LeapMicro" { "leap-micro".to_owned() } else { family.to_lowercase() }
}

/// A version of numbers with points between them.
fn version(text: &str) -> Option<Vec<u32>> {
    text.split('.').map(number).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::target_names::{Name, read};

    fn release(name: &str, version: &str, branch: &str, id_prefix: &str, state: &str) -> Release {
        let [name, version, branch, id_prefix, state] = [name, version, branch, id_prefix, state].map(str::to_owned);
        Release { name, version, branch, id_prefix, state }
    }

    fn fedora(version: &str, branch: &str, state: &str) -> Release {
        release(&format!("F{version}"), version, branch, "FEDORA", state)
    }

    fn epel(version: &str, branch: &str) -> Release {
        release(&format!("EPEL-{version}"), version, branch, "FEDORA-EPEL", "current")
    }

    /// Branches and chroots that an alias stands for.
    fn expand(listed: &[Release], target: &str) -> String {
        let (Name::Alias(alias), architecture) = read(target) else { panic!("{target}") };
        let members = Releases::new(listed).members(&alias);
        let branches: Vec<_> = members.iter().filter_map(|distro| distro.branch.clone()).collect();
        let chroots: Vec<_> = members.iter().filter_map(|distro| distro.chroot(architecture.unwrap_or("A"))).collect();
        format!("{} | {}", branches.join(" "), chroots.join(" "))
    }

    /// The list of the reference (M.6), in the order of names, with what aliases leave out.
    fn listed() -> Vec<Release> {
        vec![
            release("ELN", "eln", "eln", "FEDORA", "current"),
            epel("10.1", "epel10.1"),
            epel("10.2", "epel10"),
            epel("8", "epel8"),
            epel("9", "epel9"),
            release("EPEL-9N", "9", "epel9-next", "FEDORA-EPEL-NEXT", "current"),
            fedora("41", "f41", "archived"),
            fedora("42", "f42", "current"),
            release("F42F", "42", "f42", "FEDORA-FLATPAK", "current"),
            release("F43C", "43", "f43", "FEDORA-CONTAINER", "current"),
            fedora("43", "f43", "current"),
            fedora("44", "f44", "frozen"),
            fedora("45", "f45", "pending"),
            fedora("46", "../../f46", "pending"),
            fedora("x", "f47", "pending"),
        ]
    }

    #[test]
    fn while_a_release_has_branched_off() {
        for (target, want) in [
            ("fedora-all", "f42 f43 f44 rawhide | fedora-42-A fedora-43-A fedora-44-A fedora-rawhide-A"),
            ("fedora-stable", "f42 f43 | fedora-42-A fedora-43-A"),
            ("fedora-stable-aarch64", "f42 f43 | fedora-42-aarch64 fedora-43-aarch64"),
            ("fedora-development", "f44 rawhide | fedora-44-A fedora-rawhide-A"),
            ("fedora-latest", "f44 | fedora-44-A"),
            ("fedora-latest-stable", "f43 | fedora-43-A"),
            ("fedora-branched", "f42 f43 f44 | fedora-42-A fedora-43-A fedora-44-A"),
            ("epel-all", "epel8 epel9 epel10.1 epel10 | epel-8-A epel-9-A rhel+epel-10-A epel-10-A"),
            ("epel-10-all", "epel10.1 epel10 | rhel+epel-10-A epel-10-A"),
            ("epel-10-branched", "epel10.1 | rhel+epel-10-A"),
            ("epel-10.1", "epel10.1 | rhel+epel-10-A"),
            ("epel-10.2", "epel10 | epel-10-A"),
            ("epel-10.3", " | "),
            ("epel-11-all", " | "),
        ] {
            assert_eq!(expand(&listed(), target), want, "{target}");
        }
        assert_eq!(Releases::new(&listed()).aliases_of_minors(), ["epel-10-all", "epel-10-branched"]);
    }

    #[test]
    fn while_none_has() {
        let listed =
            [fedora("44", "f44", "current"), fedora("45", "rawhide", "pending"), fedora("43", "f43", "current")];
        for (target, want) in [
            ("fedora-all", "f43 f44 rawhide | fedora-43-A fedora-44-A fedora-rawhide-A"),
            ("fedora-development", "rawhide | fedora-rawhide-A"),
            ("fedora-latest", "f44 | fedora-44-A"),
            ("fedora-branched", "f43 f44 | fedora-43-A fedora-44-A"),
            ("epel-all", " | "),
        ] {
            assert_eq!(expand(&listed, target), want, "{target}");
        }
        assert!(Releases::new(&[epel("9", "epel9")]).is_empty());
    }

    #[test]
    fn in_the_days_of_a_branching() {
        // Bodhi gives Rawhide's branch to the one that has branched off, and a number to Rawhide.
        let listed =
            [fedora("44", "f44", "current"), fedora("46", "f46", "pending"), fedora("45", "rawhide", "pending")];
        assert_eq!(expand(&listed, "fedora-development"), "f45 rawhide | fedora-45-A fedora-rawhide-A");
        assert_eq!(expand(&listed, "fedora-latest"), "f45 | fedora-45-A");
    }

    #[test]
    fn versions_are_numbers() {
        let listed = [epel("10.10", "epel10"), epel("10.9", "epel10.9"), epel("9", "epel9"), epel("10.1", "epel10.1")];
        assert!(expand(&listed, "epel-all").starts_with("epel9 epel10.1 epel10.9 epel10 |"));
        assert!(expand(&listed, "epel-10.1").starts_with("epel10.1 |"));
    }

    #[test]
    fn families_of_opensuse() {
        let distribution = |family: &str, name: &str, version: &str| {
            let [family, name, version] = [family, name, version].map(str::to_owned);
            Distribution { family, name, version }
        };
        let listed = [
            distribution("Leap", "openSUSE Leap", "16.0"),
            distribution("Leap", "openSUSE Leap", "15.6"),
            distribution("LeapMicro", "openSUSE Leap Micro", "6.2"),
            distribution("Tumbleweed", "openSUSE Tumbleweed", "20260601"),
            distribution("Odd", "../x", "1"),
        ];
        for (target, want) in [
            ("opensuse-leap-all", "opensuse-leap-16.0 opensuse-leap-15.6"),
            ("opensuse-leap-micro-all", "opensuse-leap-micro-6.2"),
            ("opensuse-tumbleweed-all", "opensuse-tumbleweed"),
            ("opensuse-odd-all", ""),
            ("opensuse-all", "opensuse-leap-16.0 opensuse-leap-15.6 opensuse-leap-micro-6.2 opensuse-tumbleweed"),
        ] {
            let (Name::Alias(alias), _) = read(target) else { panic!("{target}") };
            let names: Vec<_> = opensuse(&listed, &alias).into_iter().map(|distro| distro.name).collect();
            assert_eq!(names.join(" "), want, "{target}");
        }
    }
}
