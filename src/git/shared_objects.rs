//! A new repository that uses the objects of another one of this machine, which is only read.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

use fs_err as fs;

use super::command::plain_git;
use super::repo::Repo;
use crate::context::Context;
use crate::error::{Context as _, Error, Kind, Result};

/// Makes an empty repository in `folder`, which may exist and be empty. Templates, which would bring hooks, are left out.
pub(super) async fn init(context: &Context, folder: &Path) -> Result<()> {
    fs::create_dir_all(folder).or_error(Kind::Environment, cannot)?;
    // Refs are files here, and one of them is written by packit itself.
    let init = plain_git(folder).env("GIT_DEFAULT_REF_FORMAT", "files").env("GIT_DEFAULT_HASH", "sha1");
    init.args(["init", "--quiet", "--template=", "--initial-branch=packit"]).output(context).await?.success()?;
    Ok(())
}

/// Where git keeps `names` of a repository: they can lie in another folder than its own.
pub(super) async fn git_paths(context: &Context, repo: &Repo, names: &[&str]) -> Result<Vec<PathBuf>> {
    let parse =
        names.iter().fold(plain_git(repo.root()).arg("rev-parse"), |parse, name| parse.args(["--git-path", name]));
    let said = parse.output(context).await?.success()?.stdout;
    let paths: Vec<PathBuf> = said
        .split(|&byte| byte == b'\n')
        .map(|line| repo.root().join(OsStr::from_bytes(line)))
        .take(names.len())
        .collect();
    if said.iter().filter(|&&byte| byte == b'\n').count() == names.len() {
        return Ok(paths);
    }
    Err(Error::new(Kind::Environment, format!("`{}` has a line break in its name", repo.root().display())))
}

/// Lets the repository in `folder` read the `objects` of another one.
pub(super) fn share(folder: &Path, objects: &Path) -> Result<()> {
    let info = folder.join(".git/objects/info");
    let line = [objects.as_os_str().as_bytes(), b"\n"].concat();
    fs::create_dir_all(&info)
        .and_then(|()| fs::write(info.join("alternates"), line))
        .or_error(Kind::Environment, cannot)
}

/// Adds sections to the configuration of the repository in `folder`.
pub(super) fn configure(folder: &Path, sections: &str) -> Result<()> {
    let file = folder.join(".git/config");
    let written = fs::read_to_string(&file).and_then(|text| fs::write(&file, text + sections));
    written.or_error(Kind::Environment, cannot)
}

fn cannot() -> String {
    "a clone cannot be set up".to_owned()
}

/// A value as git's configuration takes it.
pub(super) fn quoted(value: &str) -> String {
    let escaped = value.chars().map(|c| match c {
        '"' | '\\' => format!("\\{c}"),
        '\n' => "\\n".to_owned(),
        '\t' => "\\t".to_owned(),
        c => c.to_string(),
    });
    format!("\"{}\"", escaped.collect::<String>())
}
