//! One packit at a time may let actions work in a checkout.

use std::fs::{File, TryLockError};
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _};
use std::path::Path;
use std::time::Duration;

use fs_err as fs;

use crate::context::Context;
use crate::error::{Context as _, Error, Kind, Result};
use crate::process;

/// Locked as long as a packit works in the checkout; holds the id of its process.
const PACKIT: &str = "lock";
/// Locked as long as a packit or one of its children does: children inherit this one.
const CHILDREN: &str = "children";
/// The files that belong to the lock.
pub(super) const NAMES: [&str; 2] = [PACKIT, CHILDREN];
/// How often somebody who waits looks again.
const PAUSE: Duration = Duration::from_millis(100);

/// The lock of a folder, given back when dropped.
#[derive(Debug)]
pub(super) struct Lock {
    packit: File,
    children: File,
}

impl Lock {
    /// Locks `folder`, which is made where it is not there. Waits as long as another packit has it; what one that was killed has
    /// left running is ended.
    ///
    /// # Errors
    /// Of kind [`Kind::Environment`] when the folder cannot be written or locked; of kind [`Kind::Interrupted`].
    pub(super) async fn claim(context: &Context, folder: &Path) -> Result<Self> {
        let cannot = || format!("`{}` cannot be locked", folder.display());
        let packit = waited_for(context, folder, PACKIT, || {
            let holder = fs::read_to_string(folder.join(PACKIT)).unwrap_or_default();
            let id = Some(holder.trim()).filter(|id| !id.is_empty()).map(|id| format!(" (process {id})"));
            context.tell(format!("another packit{} works in this checkout: waiting for it", id.unwrap_or_default()));
        });
        let mut packit = packit.await?;
        write!(packit, "{}", std::process::id()).or_error(Kind::Environment, cannot)?;
        let children = waited_for(context, folder, CHILDREN, || {
            context.tell("ending what a packit that was killed has left running in this checkout");
            process::end_holders(&folder.join(CHILDREN));
        });
        let children = children.await?;
        let inherited = rustix::io::FdFlags::empty();
        rustix::io::fcntl_setfd(&children, inherited)
            .map_err(std::io::Error::from)
            .or_error(Kind::Environment, cannot)?;
        Ok(Self { packit, children })
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Closing it would not do: a child that goes on has it too.
        let _ = self.children.unlock();
        let _ = self.packit.unlock();
    }
}

/// Whether a packit that has the lock has started this one, through an action: waiting for it would be for ever.
pub(super) fn is_held_by_ancestor(folder: &Path) -> bool {
    let holder = fs::read_to_string(folder.join(PACKIT)).ok().and_then(|id| id.trim().parse::<u32>().ok());
    let is_locked = || {
        let file = fs::OpenOptions::new().write(true).open(folder.join(PACKIT));
        file.is_ok_and(|file| file.into_parts().0.try_lock().is_err())
    };
    holder.is_some_and(process::is_ancestor) && is_locked()
}

/// The locked file of that name, emptied. `told` is called once before there is a wait.
async fn waited_for(context: &Context, folder: &Path, name: &str, told: impl FnOnce()) -> Result<File> {
    let mut told = Some(told);
    loop {
        let cannot = || format!("`{}` cannot be locked", folder.join(name).display());
        if let Some(file) = try_lock(folder, name).or_error(Kind::Environment, cannot)? {
            return Ok(file);
        }
        if let Some(told) = told.take() {
            told();
        }
        tokio::select! {
            () = tokio::time::sleep(PAUSE) => {}
            () = context.interrupt().stopped() => return Err(Error::interrupted()),
        }
    }
}

/// `None` when somebody else has the lock.
fn try_lock(folder: &Path, name: &str) -> std::io::Result<Option<File>> {
    match std::fs::DirBuilder::new().mode(0o700).create(folder) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => return Err(error),
        _ => {}
    }
    if !fs::symlink_metadata(folder)?.is_dir() {
        let what = format!("`{}` is not a folder", folder.display());
        return Err(std::io::Error::new(ErrorKind::NotADirectory, what));
    }
    let path = folder.join(name);
    let file = match fs::OpenOptions::new().create(true).truncate(false).write(true).open(&path) {
        Ok(file) => file.into_parts().0,
        // Whoever had the folder has just removed it.
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Ok(None),
        Err(TryLockError::Error(error)) => return Err(error),
    }
    // Between opening and locking, whoever had it may have removed it.
    if !fs::metadata(&path).is_ok_and(|now| file.metadata().is_ok_and(|then| now.ino() == then.ino())) {
        return Ok(None);
    }
    file.set_len(0)?;
    Ok(Some(file))
}
