//! Processes that descend from packit, by what the system says of the parents of processes.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};

/// How often those that descend from packit are looked for until none is left.
const ROUNDS: usize = 100;

/// From now on, a process whose parent ends becomes a child of packit, so that [`end_descendants`] finds it.
pub fn adopt_orphans() {
    // Where the system cannot do it, only those are found that stayed in their parent's family.
    let _ = rustix::process::set_child_subreaper(Some(rustix::process::getpid()));
}

/// Ends all processes that descend from this one: what children left behind in groups of their own.
pub async fn end_descendants() {
    let own = std::process::id();
    // One that is ended may have started another meanwhile.
    for _ in 0..ROUNDS {
        let family = family(own);
        let below = family.iter().filter(|pid| u32::try_from(pid.as_raw_nonzero().get()) != Ok(own));
        let killed = below.filter(|&&pid| may(kill_process(pid, Signal::KILL))).count();
        if killed == 0 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// Whether the process `id` has started this one, or one that has started this one, and so on.
pub fn is_ancestor(id: u32) -> bool {
    let mut at = std::process::id();
    while at > 1 {
        let Some((_, parent)) = state_and_parent(&PathBuf::from(format!("/proc/{at}"))) else { return false };
        if parent == id {
            return true;
        }
        at = parent;
    }
    false
}

/// The state and the parent of a process, given by its folder in `/proc`.
fn state_and_parent(process: &Path) -> Option<(String, u32)> {
    let status = fs_err::read(process.join("stat")).ok()?;
    // The name, in parentheses, may hold anything; behind it stand the state and the parent.
    let behind = String::from_utf8_lossy(&status).rsplit_once(')')?.1.to_owned();
    let (state, behind) = behind.trim_start().split_once(' ')?;
    Some((state.to_owned(), behind.split_whitespace().next()?.parse().ok()?))
}

/// Ends the processes of this user, but for this one, that hold `file` open.
pub fn end_holders(file: &Path) {
    let own = i32::try_from(std::process::id()).ok();
    for entry in fs_err::read_dir("/proc").into_iter().flatten().flatten() {
        let id = entry.file_name().to_str().and_then(|name| name.parse::<i32>().ok());
        let open = || fs_err::read_dir(entry.path().join("fd")).into_iter().flatten().flatten();
        if id != own
            && open().any(|fd| fs_err::read_link(fd.path()).is_ok_and(|target| target == file))
            && let Some(pid) = id.and_then(Pid::from_raw)
        {
            let _ = kill_process(pid, Signal::KILL);
        }
    }
}

/// A process and all below it, by what the system says of the parents of processes.
pub(super) fn family(root: u32) -> Vec<Pid> {
    let processes = fs_err::read_dir("/proc").into_iter().flatten().flatten();
    let parents: Vec<(i32, i32)> = processes
        .filter_map(|entry| {
            let id = entry.file_name().to_str()?.parse().ok()?;
            let (state, parent) = state_and_parent(&entry.path())?;
            // One that has ended and only waits to be noticed has no children.
            (state != "Z").then_some((id, i32::try_from(parent).ok()?))
        })
        .collect();
    let mut family: Vec<i32> = i32::try_from(root).into_iter().collect();
    let mut at = 0;
    while let Some(&parent) = family.get(at) {
        family.extend(parents.iter().filter(|(_, of)| *of == parent).map(|(id, _)| *id));
        at += 1;
    }
    family.into_iter().filter_map(Pid::from_raw).collect()
}

/// Whether a process may be told anything: one of another user may not.
pub(super) fn may(told: rustix::io::Result<()>) -> bool {
    told != Err(rustix::io::Errno::PERM)
}
