use std::collections::BTreeMap;
use std::time::Instant;

use serde_json::{Value, json};

use super::request::Part;
use super::script::{Pace, Script};

/// A build, which goes as its script says.
pub struct Build {
    pub id: u64,
    pub owner: String,
    pub project: String,
    pub dirname: String,
    pub submitter: String,
    /// Seconds since 1970.
    pub submitted: u64,
    pub since: Instant,
    pub file: Part,
    /// Name of the file after the server has cleaned it, and of the folder in which it waits.
    pub filename: String,
    pub folder: String,
    /// The chroots that the upload named, or all of the project at that time.
    pub wanted: Vec<String>,
    pub named: bool,
    pub background: bool,
    pub timeout: u64,
    pub bootstrap: Value,
    pub script: Script,
    /// How often each route has looked at it.
    pub reads: BTreeMap<String, u32>,
    pub by_hand: u32,
    pub canceled: Option<Canceled>,
    /// How often each log was read while it grew.
    pub log_reads: BTreeMap<String, usize>,
    /// Lines that a test has added to logs.
    pub more_log: BTreeMap<String, String>,
}

/// A build that somebody has cancelled stays where it was until the backend confirms.
#[derive(Clone, Copy)]
pub struct Canceled {
    step: usize,
    /// Reads of the list of chroots so far; the second one sees them cancelled.
    reads: u32,
}

/// One chroot of a build, as it is now.
pub struct Chroot {
    pub name: String,
    pub state: String,
    /// The step in which it was started, and in which it ended.
    started: Option<usize>,
    ended: Option<usize>,
}

const ENDS: &[&str] = &["failed", "succeeded", "canceled", "skipped", "forked"];

impl Chroot {
    pub fn has_started(&self) -> bool {
        self.started.is_some()
    }
}

impl Build {
    pub fn is_of(&self, owner: &str, project: &str) -> bool {
        self.owner == owner && self.project == project
    }

    /// A route has looked at the build.
    pub fn read(&mut self, route: &str) {
        *self.reads.entry(route.to_owned()).or_default() += 1;
        if let Some(canceled) = self.canceled.as_mut().filter(|_| route == "chroots") {
            canceled.reads += 1;
        }
    }

    pub fn cancel(&mut self) {
        let step = self.step();
        self.canceled.get_or_insert(Canceled { step, reads: 0 });
    }

    fn step(&self) -> usize {
        if let Some(canceled) = &self.canceled {
            return canceled.step;
        }
        match self.script.pace {
            Pace::Reads(count) => {
                (self.reads.values().max().copied().unwrap_or(0).saturating_sub(1) / count.max(1)) as usize
            }
            Pace::Time(time) => (self.since.elapsed().as_nanos() / time.as_nanos().max(1)) as usize,
            Pace::ByHand => self.by_hand as usize,
        }
    }

    /// Whether the SRPM's list ends in the chroots' lists.
    fn goes_on(&self) -> bool {
        self.script.source.last().is_none_or(|last| last == "importing")
    }

    /// The step of the chroots' lists.
    fn chroot_step(&self) -> Option<usize> {
        self.step().checked_sub(self.script.source.len()).filter(|_| self.goes_on())
    }

    pub fn source_state(&self) -> &str {
        let source = &self.script.source;
        match self.chroot_step() {
            Some(_) => "succeeded",
            None => &source[self.step().min(source.len() - 1)],
        }
    }

    /// Whether a builder has taken the SRPM.
    pub fn source_has_started(&self) -> bool {
        let source = &self.script.source;
        let seen = source.iter().take(self.step() + 1);
        self.chroot_step().is_some() || seen.into_iter().any(|state| state != "pending" && state != "waiting")
    }

    /// Whether the server knows what is in the SRPM.
    pub fn is_imported(&self) -> bool {
        let mut seen = self.script.source.iter().take(self.step() + 1);
        self.chroot_step().is_some() || seen.any(|state| state == "importing")
    }

    /// The chroots that the server knows of now.
    pub fn chroots(&self) -> Vec<Chroot> {
        if !self.named && !self.is_imported() {
            return Vec::new();
        }
        self.wanted.iter().map(|name| self.chroot(name)).collect()
    }

    fn chroot(&self, name: &str) -> Chroot {
        let confirmed = self.canceled.is_some_and(|canceled| canceled.reads > 1);
        let mut chroot = Chroot { name: name.to_owned(), state: "waiting".to_owned(), started: None, ended: None };
        if let Some(step) = self.chroot_step() {
            let list = self.script.list(name);
            let first = self.script.source.len();
            let seen = &list[..list.len().min(step + 1)];
            chroot.state = seen.last().cloned().unwrap_or_default();
            let started = |state: &String| {
                !["pending", "waiting", "importing", "failed", "canceled", "skipped", "forked"]
                    .contains(&state.as_str())
            };
            chroot.started = seen.iter().position(started).map(|step| first + step);
            if ENDS.contains(&chroot.state.as_str()) {
                let same = seen.iter().rev().take_while(|state| **state == chroot.state).count();
                chroot.ended = Some(first + seen.len() - same);
            }
        }
        if confirmed && chroot.ended.is_none() {
            chroot.state = "canceled".to_owned();
        }
        chroot
    }

    pub fn is_canceled(&self) -> bool {
        let of_source = self.source_state() == "canceled";
        self.canceled.is_some() || of_source || self.chroots().iter().any(|chroot| chroot.state == "canceled")
    }

    /// The state of the whole, made of the states of its parts.
    pub fn state(&self) -> &'static str {
        const SOURCE: &[&str] = &["starting", "pending", "running", "importing", "failed"];
        const CHROOTS: &[&str] = &["running", "starting", "pending", "failed", "succeeded", "skipped", "forked"];
        if self.is_canceled() {
            return "canceled";
        }
        let source = self.source_state();
        if let Some(state) = SOURCE.iter().find(|state| **state == source) {
            return state;
        }
        let chroots = self.chroots();
        if chroots.is_empty() {
            return "waiting";
        }
        if chroots.iter().all(|chroot| chroot.state == "waiting") {
            return "pending";
        }
        let found = CHROOTS.iter().find(|state| chroots.iter().any(|chroot| chroot.state == **state));
        found.copied().unwrap_or("unknown")
    }

    pub fn is_finished(&self) -> bool {
        ENDS.contains(&self.state())
    }

    /// Name, version and release as the file's name has them.
    pub fn package(&self) -> (String, String) {
        let bare = [".nosrc.rpm", ".src.rpm", ".spec"].iter().find_map(|end| self.filename.strip_suffix(end));
        let bare = bare.unwrap_or(&self.filename);
        let mut parts = bare.rsplitn(3, '-');
        match (parts.next(), parts.next(), parts.next()) {
            (Some(release), Some(version), Some(name)) => (name.to_owned(), format!("{version}-{release}")),
            _ => (bare.to_owned(), "1-1".to_owned()),
        }
    }

    fn base(&self, results: &str) -> String {
        format!("{results}/results/{}/{}", self.owner, self.dirname)
    }

    pub fn source_url(&self, results: &str) -> String {
        format!("{}/srpm-builds/{:08}", self.base(results), self.id)
    }

    /// As the real server shows it.
    pub fn shown(&self, address: &str, results: &str) -> Value {
        let chroots = self.chroots();
        let (name, version) = self.package();
        let source = match self.is_imported() {
            true => {
                let url = format!("{}/{}", self.source_url(results), self.filename);
                json!({ "name": name, "version": version, "url": url })
            }
            false => {
                let url = format!("{address}/tmp/{}/{}", self.folder, self.filename);
                json!({ "name": null, "version": null, "url": url })
            }
        };
        let started = chroots.iter().filter_map(|chroot| chroot.started).min();
        let all_ended =
            !chroots.is_empty() && !self.is_canceled() && chroots.iter().all(|chroot| chroot.ended.is_some());
        let ended = chroots.iter().filter_map(|chroot| chroot.ended).max().filter(|_| all_ended);
        json!({
            "id": self.id, "state": self.state(), "ownername": self.owner, "projectname": self.project,
            "project_dirname": self.dirname, "repo_url": format!("{results}/results/{}/{}", self.owner, self.project),
            "chroots": chroots.iter().map(|chroot| &chroot.name).collect::<Vec<_>>(), "submitter": self.submitter,
            "submitted_on": self.submitted, "started_on": self.time(started), "ended_on": self.time(ended),
            "is_background": self.background, "source_package": source,
        })
    }

    pub fn shown_chroot(&self, chroot: &Chroot, results: &str) -> Value {
        let url = chroot.started.map(|_| format!("{}/", self.chroot_url(&chroot.name, results)));
        json!({
            "name": chroot.name, "state": chroot.state, "started_on": self.time(chroot.started),
            "ended_on": self.time(chroot.ended), "result_url": url,
        })
    }

    pub fn chroot_url(&self, chroot: &str, results: &str) -> String {
        format!("{}/{chroot}/{:08}-{}", self.base(results), self.id, self.package().0)
    }

    /// As if each step took a second.
    fn time(&self, step: Option<usize>) -> Option<u64> {
        step.map(|step| self.submitted + 1 + step as u64)
    }
}
