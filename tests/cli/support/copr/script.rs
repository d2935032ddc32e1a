use std::collections::BTreeMap;
use std::time::Duration;

/// How a build goes: the states of its SRPM and then of its chroots, one per step.
///
/// The SRPM's list comes first, step by step; when it is over, all chroots begin their lists at once. The last state of a list
/// stays for ever. The chroots begin only if the SRPM's last state is `importing`: `["pending", "failed"]` is an SRPM that cannot
/// be built, `["pending", "running"]` one that never ends. `"running*5"` is five steps of `running`.
#[derive(Debug, Clone)]
pub struct Script {
    pub(super) source: Vec<String>,
    pub(super) chroots: BTreeMap<String, Vec<String>>,
    pub(super) others: Vec<String>,
    pub(super) pace: Pace,
    pub(super) logs: BTreeMap<String, Vec<String>>,
    pub(super) rpms: BTreeMap<String, Vec<(String, Vec<u8>)>>,
}

/// When a build takes its next step.
#[derive(Debug, Clone, Copy)]
pub(super) enum Pace {
    Reads(u32),
    Time(Duration),
    ByHand,
}

impl Script {
    /// SRPM `pending`, `running`, `importing`; every chroot `pending`, `running`, `succeeded`; a step whenever it is looked at.
    pub fn new() -> Self {
        Self {
            source: states(&["pending", "running", "importing"]),
            chroots: BTreeMap::new(),
            others: states(&["pending", "running", "succeeded"]),
            pace: Pace::Reads(1),
            logs: BTreeMap::new(),
            rpms: BTreeMap::new(),
        }
    }

    /// The states of the SRPM. `canceled` cancels the build, as if somebody had done it on the web page.
    #[must_use]
    pub fn source(self, list: &[&str]) -> Self {
        let mut source = states(list);
        source.retain(|state| state != "succeeded");
        Self { source, ..self }
    }

    /// The states of one chroot. `canceled` cancels the build.
    #[must_use]
    pub fn chroot(mut self, name: &str, list: &[&str]) -> Self {
        self.chroots.insert(name.to_owned(), states(list));
        self
    }

    /// The states of every chroot that has no list of its own.
    #[must_use]
    pub fn every_chroot(self, list: &[&str]) -> Self {
        Self { others: states(list), ..self }
    }

    /// A step after so many reads. A client that asks several routes (build, list of chroots, one chroot, SRPM) in each round
    /// takes one step per round: the route that was read most often counts. The first read sees the first state.
    #[must_use]
    pub fn per_reads(self, count: u32) -> Self {
        Self { pace: Pace::Reads(count), ..self }
    }

    /// A step every so often since the submission.
    #[must_use]
    pub fn per(self, time: Duration) -> Self {
        Self { pace: Pace::Time(time), ..self }
    }

    /// A step when the test calls [`super::Copr::advance`].
    #[must_use]
    pub fn by_hand(self) -> Self {
        Self { pace: Pace::ByHand, ..self }
    }

    /// The lines of `builder-live.log` of a chroot, or of the SRPM (`"srpm"`). While it runs, the first read of the log sees the
    /// first line, and each read sees one line more; then all are there.
    #[must_use]
    pub fn log(mut self, name: &str, lines: &[&str]) -> Self {
        self.logs.insert(name.to_owned(), lines.iter().map(|line| format!("{line}\n")).collect());
        self
    }

    /// An RPM that is there once the chroot has succeeded; `name-version-release.arch.rpm`.
    #[must_use]
    pub fn rpm(mut self, chroot: &str, file: &str, content: impl AsRef<[u8]>) -> Self {
        self.rpms.entry(chroot.to_owned()).or_default().push((file.to_owned(), content.as_ref().to_owned()));
        self
    }

    pub(super) fn list(&self, chroot: &str) -> &[String] {
        self.chroots.get(chroot).unwrap_or(&self.others)
    }
}

fn states(list: &[&str]) -> Vec<String> {
    const KNOWN: &[&str] = &[
        "failed",
        "succeeded",
        "canceled",
        "running",
        "pending",
        "skipped",
        "starting",
        "importing",
        "forked",
        "waiting",
        "unknown",
    ];
    let mut states = Vec::new();
    for word in list {
        let (state, count) = word.split_once('*').unwrap_or((word, "1"));
        assert!(KNOWN.contains(&state), "`{state}` is no state of Copr");
        states.extend(std::iter::repeat_n(state.to_owned(), count.parse().unwrap()));
    }
    assert!(!states.is_empty(), "a list of states needs one");
    states
}
