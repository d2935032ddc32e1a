use std::ffi::OsStr;
use std::path::PathBuf;
use std::process::Command;

/// A command whose program is looked up on `path` here and now, as the child would look it up later: one that is not there keeps its
/// name, and fails to start. A child with another environment than this process is forked where it has a name to look up, and a fork
/// copies the page tables of everything that the tests hold; with a path it is started without.
pub fn found_on(program: impl AsRef<OsStr>, path: impl AsRef<OsStr>) -> Command {
    let program = program.as_ref();
    let found = which::which_in(program, Some(path), "/").unwrap_or_else(|_| PathBuf::from(program));
    Command::new(found)
}
