//! What each command of packit needs of the machine.

use super::check::State;

/// How much something is needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Need {
    /// Not at all.
    No,
    /// Sometimes.
    Useful,
    /// Always.
    Required,
}

impl Need {
    /// What it means that it is not there.
    pub(super) fn state(self) -> State {
        match self {
            Self::No => State::Ok,
            Self::Useful => State::Warning,
            Self::Required => State::Error,
        }
    }
}

/// The programs that can be needed, in the order in which they are told, and what wants them.
pub(super) const PROGRAMS: [(&str, &str); 6] = [
    ("git", "everything"),
    ("rpmbuild", "packit srpm and all builds"),
    ("rpmspec", "packit srpm, where the text of a spec does not say all"),
    ("rsync", "packit propose-update, pull-from-upstream and sync-from-downstream"),
    ("mock", "packit build in-mock"),
    ("kinit", "logins by Kerberos with a keytab"),
];

/// What a command needs.
#[derive(Debug, Clone, Copy)]
pub(super) struct Needs {
    /// Programs without which it cannot work.
    required: &'static [&'static str],
    /// Programs that it calls now and then.
    useful: &'static [&'static str],
    /// A git checkout.
    pub(super) checkout: Need,
    /// A configuration; with a checkout, also the tags and specs that it names.
    pub(super) configuration: Need,
    /// The macros that the spec uses.
    pub(super) macros: Need,
    /// Access to Copr.
    pub(super) copr: Need,
    /// A token for the forge.
    pub(super) forge: Need,
    /// Whether that is the forge of upstream, and not the one of dist-git.
    pub(super) is_of_upstream: bool,
    /// Tokens that are configured, and not accepted.
    pub(super) broken: Need,
    /// A ticket of Kerberos.
    pub(super) kerberos: Need,
}

impl Needs {
    const NOTHING: Self = Self {
        required: &[],
        useful: &[],
        checkout: Need::No,
        configuration: Need::No,
        macros: Need::No,
        copr: Need::No,
        forge: Need::No,
        is_of_upstream: false,
        broken: Need::Useful,
        kerberos: Need::No,
    };

    const SOURCE_RPM: Self = Self {
        required: &["git", "rpmbuild"],
        useful: &["rpmspec"],
        checkout: Need::Required,
        configuration: Need::Required,
        macros: Need::Useful,
        ..Self::NOTHING
    };

    /// What the command with this name, behind those of its groups, needs; without a name, what packit as a whole can make use of.
    pub(super) fn of(command: Option<&str>) -> Self {
        use Need::{No, Required, Useful};
        let Some(command) = command else {
            let useful = &["rpmspec", "rsync", "mock", "kinit"];
            let (checkout, configuration, copr, forge, kerberos) = (Useful, Useful, Useful, Useful, Useful);
            // Nobody writes down a token that is not to be used.
            let broken = Required;
            return Self { useful, checkout, configuration, copr, forge, broken, kerberos, ..Self::SOURCE_RPM };
        };
        match command {
            "srpm" => Self::SOURCE_RPM,
            "create-archive" | "inspect" | "prepare-sources" => Self { required: &["git"], ..Self::SOURCE_RPM },
            // Each way to build needs more than that.
            "build" => Self { useful: &["rpmspec", "mock"], copr: Useful, ..Self::SOURCE_RPM },
            "local-build" | "build locally" => Self { macros: Required, ..Self::SOURCE_RPM },
            "build in-mock" => Self { required: &["git", "rpmbuild", "mock"], ..Self::SOURCE_RPM },
            "copr-build" | "build in-copr" => Self { copr: Required, ..Self::SOURCE_RPM },
            "copr cancel" | "copr whoami" => Self { copr: Required, ..Self::NOTHING },
            name if name == "copr" || name.starts_with("copr ") => Self { copr: Useful, ..Self::NOTHING },
            // It writes the configuration.
            "init" => Self { checkout: Required, ..Self::NOTHING },
            "config schema" | "config targets" | "doctor" => Self::NOTHING,
            "validate-config" | "config" | "config validate" | "config show" => {
                Self { configuration: Required, ..Self::NOTHING }
            }
            "propose-update" | "pull-from-upstream" => Self {
                required: &["git", "rsync"],
                useful: &["rpmspec", "kinit"],
                macros: No,
                forge: Required,
                kerberos: Useful,
                ..Self::SOURCE_RPM
            },
            "sync-from-downstream" => {
                Self { required: &["git", "rsync"], forge: Required, is_of_upstream: true, ..Self::SOURCE_RPM }
            }
            _ => Self::SOURCE_RPM,
        }
    }

    /// How much a program is needed.
    pub(super) fn program(&self, name: &str) -> Need {
        match (self.required.contains(&name), self.useful.contains(&name)) {
            (true, _) => Need::Required,
            (false, true) => Need::Useful,
            (false, false) => Need::No,
        }
    }
}
