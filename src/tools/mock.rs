//! `mock`: from a source RPM to RPMs, in a chroot.

use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use fs_err as fs;

use super::mock_errors;
use crate::context::Context;
use crate::error::{Context as _, Error, Kind, Result};
use crate::event::What;
use crate::process::{self, Command, Output};

/// What mock says before the folder with RPMs and logs.
const RESULTS: &str = "Results and/or logs in: ";

/// One source RPM to build.
#[derive(Debug)]
pub struct MockBuild<'a> {
    /// The source RPM.
    pub srpm: &'a Path,
    /// The name or the file of mock's configuration of the chroot.
    pub root: &'a str,
    /// Where the results go; mock's own place when not given.
    pub result: Option<&'a Path>,
    /// The folder to run in.
    pub folder: &'a Path,
    /// The time at which the build began, as the file system tells it: what is older was there before.
    pub began: SystemTime,
}

/// What mock built.
#[derive(Debug)]
pub struct MockResult {
    /// The folder with RPMs and logs.
    pub folder: PathBuf,
    /// The RPMs, without source RPMs, in the order of their names.
    pub rpms: Vec<PathBuf>,
}

impl MockBuild<'_> {
    /// Builds, showing mock's lines as they come.
    ///
    /// # Errors
    /// Of kind [`Kind::Environment`] when the user may not run mock; of kind [`Kind::Tool`] when mock fails, or leaves nothing:
    /// says where the logs are, and shows the end of the one that tells why.
    pub async fn run(&self, context: &Context) -> Result<MockResult> {
        let mut command = Command::new("mock").env("LC_ALL", "C.UTF-8").current_dir(self.folder);
        command = command.arg("--root").arg(self.root);
        if let Some(result) = self.result {
            command = command.arg("--resultdir").arg(result);
        }
        // What builds in the chroot is in a session of its own, and stays where mock has no time to end it.
        process::adopt_orphans();
        // mock can ask for a password, and only the terminal can interrupt it while it works as root.
        let command = command.arg(self.srpm).foreground();
        let output = match command.stream(context, |line| Some(line.to_owned())).await {
            Err(error) if error.kind() == Kind::Interrupted => {
                process::end_descendants().await;
                return Err(error);
            }
            output => output?,
        };
        // Older ones say it on standard output.
        let folder = result_folder(&output.stderr).or_else(|| result_folder(&output.stdout));
        let folder = folder.map(|folder| self.folder.join(folder).components().collect::<PathBuf>());
        if !output.status.success() {
            return Err(self.failure(context, &output, folder.as_deref()));
        }
        let Some(folder) = folder else {
            let error = Error::new(Kind::Tool, "mock ended well, and did not say where its results are");
            return Err(error.hint("--resultdir says where they are to be"));
        };
        let rpms = self.rpms(&folder)?;
        if rpms.is_empty() {
            return Err(Error::new(Kind::Tool, format!("mock put no package into `{}`", folder.display())));
        }
        Ok(MockResult { folder, rpms })
    }

    /// The RPMs of this build in the folder: those of other builds can be there too.
    fn rpms(&self, folder: &Path) -> Result<Vec<PathBuf>> {
        let cannot = || format!("mock's result folder `{}` cannot be read", folder.display());
        let mut found = Vec::new();
        for entry in fs::read_dir(folder).or_error(Kind::Tool, cannot)? {
            let path = entry.or_error(Kind::Tool, cannot)?.path();
            let name = path.as_os_str().as_bytes();
            let is_source = name.ends_with(b".src.rpm") || name.ends_with(b".nosrc.rpm");
            let modified = fs::metadata(&path).and_then(|metadata| metadata.modified());
            if name.ends_with(b".rpm") && !is_source && modified.is_ok_and(|time| time >= self.began) {
                found.push(path);
            }
        }
        found.sort();
        Ok(found)
    }

    fn failure(&self, context: &Context, output: &Output, folder: Option<&Path>) -> Error {
        let said = String::from_utf8_lossy(&output.stderr).into_owned() + &String::from_utf8_lossy(&output.stdout);
        let root = self.root;
        let has = |words: &[&str]| words.iter().any(|word| said.contains(word));
        if has(&["group to run mock", "the mock group", "'mock' group", "`mock` group", "You are not authenticated"]) {
            return Error::new(Kind::Environment, "mock does not let you use it: you are not in its group")
                .cause(last_error(&said))
                .hint("join it: sudo usermod -a -G mock $USER")
                .hint("then log in again, or run packit in a shell of `newgrp mock`");
        }
        let name = self.srpm.file_name().unwrap_or_default().to_string_lossy();
        if has(&["Could not find required config file", "Config file not found"]) {
            return Error::new(Kind::Environment, format!("mock has no chroot `{root}`"))
                .cause(last_error(&said))
                .hint("`mock --list-chroots` lists those that are there; `--root NAME` chooses one")
                .hint("the package mock-core-configs has those of Fedora, EPEL and others");
        }
        let causes = mock_errors::causes(&said);
        if causes.is_empty() {
            return output.failure();
        }
        let is_told = causes.len() > 1;
        let mut error = Error::new(Kind::Tool, format!("mock cannot build `{name}` for `{root}`"));
        error = causes.into_iter().fold(error, Error::cause);
        if has(&["locked by another process"]) {
            error =
                error.hint(format!("another mock works in the chroot `{root}`: wait for it, or choose another --root"));
        }
        // Where mock could not make it there are no logs.
        let Some(folder) = folder.filter(|folder| folder.is_dir()) else { return error };
        if let Some((log, text)) = mock_errors::telling_log(folder, self.began, is_told) {
            context.send(What::Excerpt { title: format!("the end of {}", folder.join(log).display()), text });
        }
        error.hint(format!("all logs are in {}", folder.display()))
    }
}

/// The last folder that mock says its results are in.
fn result_folder(said: &[u8]) -> Option<PathBuf> {
    let said = String::from_utf8_lossy(said);
    let folders = said.lines().filter_map(|line| line.split_once(RESULTS));
    let mut folders = folders.map(|(_, folder)| folder.trim_end());
    folders.rfind(|folder| !folder.is_empty()).map(PathBuf::from)
}

fn last_error(said: &str) -> String {
    let mut lines = said.lines().map(str::trim).filter(|line| !line.is_empty());
    let line =
        lines.clone().rfind(|line| line.starts_with("ERROR: ")).or(lines.next_back()).unwrap_or("it said nothing");
    line.strip_prefix("ERROR: ").unwrap_or(line).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_result_folder_is_in_mocks_own_words() {
        let said = "INFO: Done(a.src.rpm) Config(default) 0 minutes 5 seconds\nINFO: Results and/or logs in: /var/lib/mock/a b/result\n\
                    Finish: run\n";
        assert_eq!(result_folder(said.as_bytes()), Some(PathBuf::from("/var/lib/mock/a b/result")));
        assert_eq!(result_folder(b"INFO: nothing"), None);
        assert_eq!(last_error("INFO: a\nERROR: b\n"), "b");
        assert_eq!(last_error("x\n\n"), "x");
        assert_eq!(last_error(""), "it said nothing");
    }
}
