//! One packit at a time may let actions work in a checkout.

use std::fs::File;
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use fs_err as fs;

use crate::context::Context;
use crate::error::{Context as _, Error, Kind, Result};
use crate::process;

/// The name of the locked file. It holds the id of the process that locked it.
pub(super) const NAME: &str = "lock";
/// How often somebody who waits looks again.
const PAUSE: Duration = Duration::from_millis(100);

/// The lock of a folder, given back when dropped.
#[derive(Debug)]
pub(super) struct Lock(File);

impl Lock {
    /// Locks `folder`, which is made where it is not there. Waits as long as another packit has it. What a packit that was killed
    /// has left running is ended: children inherit the lock.
    ///
    /// # Errors
    /// Of kind [`Kind::Environment`] when the folder cannot be written; of kind [`Kind::Interrupted`].
    pub(super) async fn claim(context: &Context, folder: &Path) -> Result<Self> {
        let path = folder.join(NAME);
        let mut told = false;
        loop {
            let cannot = || format!("`{}` cannot be written", path.display());
            if let Some(lock) = try_claim(folder, &path).or_error(Kind::Environment, cannot)? {
                return Ok(lock);
            }
            match holder(&path) {
                Some(id) if is_packit(id) && !told => {
                    context.tell(format!("another packit (process {id}) works in this checkout: waiting for it"));
                    told = true;
                }
                Some(id) if !is_packit(id) => process::end_holders(&path),
                _ => {}
            }
            tokio::select! {
                () = tokio::time::sleep(PAUSE) => {}
                () = context.interrupt().stopped() => return Err(Error::interrupted()),
            }
        }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Closing it would not do: a child that goes on has it too.
        let _ = self.0.unlock();
    }
}

/// `None` when somebody else has the lock.
fn try_claim(folder: &Path, path: &PathBuf) -> std::io::Result<Option<Lock>> {
    match std::fs::DirBuilder::new().mode(0o700).create(folder) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => return Err(error),
        _ => {}
    }
    let opened = fs::OpenOptions::new().create(true).truncate(false).write(true).open(path);
    let mut file = match opened {
        Ok(file) => file.into_parts().0,
        // Whoever had the folder has just removed it.
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    if file.try_lock().is_err() {
        return Ok(None);
    }
    // Between opening and locking, whoever had it may have removed it.
    if !fs::metadata(path).is_ok_and(|now| file.metadata().is_ok_and(|then| now.ino() == then.ino())) {
        return Ok(None);
    }
    rustix::io::fcntl_setfd(&file, rustix::io::FdFlags::empty())?;
    file.set_len(0)?;
    write!(file, "{}", std::process::id())?;
    Ok(Some(Lock(file)))
}

fn holder(path: &Path) -> Option<u32> {
    fs::read_to_string(path).ok()?.trim().parse().ok()
}

/// Whether a process runs this very program.
fn is_packit(id: u32) -> bool {
    let name = |of: &str| {
        let path = fs::read_link(format!("/proc/{of}/exe")).ok()?;
        // A program that was replaced meanwhile has ` (deleted)` behind its name.
        Some(path.file_name()?.to_string_lossy().trim_end_matches(" (deleted)").to_owned())
    };
    name(&id.to_string()).is_some_and(|other| Some(other) == name("self"))
}
