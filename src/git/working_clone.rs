//! A clone in which branches of a repository get their next commit: one of packit's own, which borrows the objects of a clone of the
//! user where there is one, or, in place, the user's clone itself.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use fs_err as fs;
use tempfile::TempDir;

use super::command::{PROTOCOLS, plain_git, without_credentials};
use super::credentials::Credentials;
use super::names::{Address, BranchName};
use super::repo::{CommitId, Repo};
use super::shared_objects::{configure, git_paths, init, quoted, share};
use super::untracked::{self, Stamp};
use crate::context::Context;
use crate::error::{Context as _, Error, Kind, Result};
use crate::paths;
use crate::process::Command;

/// So many names are told in a message.
const NAMED: usize = 10;
/// The remote that is fetched from.
pub(super) const ORIGIN: &str = "origin";

/// Where the work is done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// In a temporary folder, which goes with the clone.
    Temporary,
    /// In this folder, which stays. It is made, or is empty.
    Keep(PathBuf),
    /// In this clone of the user.
    InPlace(PathBuf),
}

/// What a clone is made of.
#[derive(Debug)]
pub struct CloneRequest<'a> {
    /// Where the branches are fetched from. In place it is the clone's own `origin` that counts.
    pub origin: Address,
    /// For fetching from there; without, by git's own means.
    pub credentials: Option<Credentials>,
    /// A clone of the user whose objects need not be fetched again. Nothing is written to it.
    pub objects_of: Option<&'a Path>,
    /// Where it is to be.
    pub place: Place,
}

/// A clone to work in. A temporary one is removed when this is dropped.
#[derive(Debug)]
pub struct WorkingClone {
    root: PathBuf,
    origin: Address,
    credentials: Option<Credentials>,
    /// What lay in a clone of the user without being tracked; `None` in one of packit's own.
    foreign: Option<HashMap<PathBuf, Stamp>>,
    _temporary: Option<TempDir>,
}

/// A branch that the remote repository does not have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MissingBranch {
    /// The name.
    pub branch: BranchName,
    /// Names of branches that there are and that look like it, the most similar first.
    pub similar: Vec<String>,
}

/// The addresses of the remotes of a clone that matter to packit.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Remotes {
    /// Where `origin` is fetched from.
    pub origin: Option<Address>,
    /// Where `origin` is pushed to.
    pub origin_push: Option<Address>,
    /// Where `fork` is pushed to.
    pub fork: Option<Address>,
}

impl Remotes {
    /// Reads those of the user's clone in `folder`.
    ///
    /// # Errors
    /// When git fails, or one of them is no address that packit would hand to git.
    pub async fn of(context: &Context, folder: &Path) -> Result<Self> {
        let list = plain_git(folder).args(["config", "--null", "--get-regexp", r"^remote\.(origin|fork)\.(push)?url$"]);
        let output = list.output(context).await?;
        let entries = String::from_utf8_lossy(&output.stdout).into_owned();
        let value = |key: &str| {
            let mut found = entries.split('\0').filter_map(|entry| entry.split_once('\n'));
            found.find(|(name, _)| *name == key).map(|(_, value)| value.to_owned())
        };
        let address = |text: Option<String>| text.map(|text| Address::new(&text)).transpose();
        Ok(Self {
            origin: address(value("remote.origin.url"))?,
            origin_push: address(value("remote.origin.pushurl").or_else(|| value("remote.origin.url")))?,
            fork: address(value("remote.fork.pushurl").or_else(|| value("remote.fork.url")))?,
        })
    }
}

impl WorkingClone {
    /// Prepares a clone. Nothing is fetched yet.
    ///
    /// # Errors
    /// Of kind [`Kind::Usage`] when the folder to keep is not empty; of kind [`Kind::Project`] when the clone to work in, or to borrow
    /// from, is none, or has changes that are not committed; and when git fails or a folder cannot be written.
    pub async fn open(context: &Context, request: CloneRequest<'_>) -> Result<Self> {
        let CloneRequest { origin, credentials, objects_of, place } = request;
        let (root, temporary) = match place {
            Place::InPlace(folder) => return Self::in_place(context, &folder, origin, credentials).await,
            Place::Temporary => {
                let made = tempfile::Builder::new().prefix("packit-dist-git-").tempdir_in(context.temporary());
                let made = made.or_error(Kind::Environment, || "a temporary folder cannot be made".to_owned())?;
                (made.path().to_owned(), Some(made))
            }
            Place::Keep(folder) => (empty_folder(&folder)?, None),
        };
        let clone = Self { root, origin, credentials, foreign: None, _temporary: temporary };
        init(context, &clone.root).await?;
        let mut settings = format!(
            "[remote \"{ORIGIN}\"]\n\turl = {}\n\tfetch = +refs/heads/*:refs/remotes/{ORIGIN}/*\n",
            quoted(clone.origin.reveal())
        );
        if let Some(theirs) = objects_of {
            let repo = Repo::open(theirs)?;
            let identity = repo.identity()?;
            for (key, value) in [("name", identity.name), ("email", identity.email)] {
                settings.extend(value.map(|value| format!("[user]\n\t{key} = {}\n", quoted(&value))));
            }
            // What a shallow clone lacks looks to git like damage.
            if !repo.is_shallow()
                && let [objects] = &*git_paths(context, &repo, &["objects"]).await?
            {
                share(&clone.root, objects)?;
            }
        }
        configure(&clone.root, &settings)?;
        Ok(clone)
    }

    async fn in_place(
        context: &Context,
        folder: &Path,
        origin: Address,
        credentials: Option<Credentials>,
    ) -> Result<Self> {
        let repo = Repo::open(folder)?;
        let changed = repo.uncommitted()?;
        if !changed.is_empty() {
            let root = repo.root().display();
            return Err(Error::new(Kind::Project, format!("`{root}` has changes that are not committed"))
                .cause(paths::listed(&changed, NAMED))
                .hint("commit them or `git stash` them, or leave --in-place out: then the clone stays as it is"));
        }
        let root = repo.root().to_owned();
        let foreign = untracked::stamps(context, &root).await?;
        Ok(Self { root, origin, credentials, foreign: Some(foreign), _temporary: None })
    }

    /// The top folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Whether it is the user's own clone.
    pub fn is_in_place(&self) -> bool {
        self.foreign.is_some()
    }

    /// Where it is fetched from.
    pub fn origin(&self) -> &Address {
        &self.origin
    }

    /// What lay in a clone of the user before, without being tracked; nothing in one of packit's own.
    pub(super) fn foreign(&self) -> Option<&HashMap<PathBuf, Stamp>> {
        self.foreign.as_ref()
    }

    /// A git command in the clone, of which neither hooks nor the user's habits change the result.
    pub(super) fn git(&self) -> Command {
        let git = plain_git(&self.root).args(["-c", "core.autocrlf=false", "-c", "core.quotePath=false"]);
        // In a clone of the user, what he ignores everywhere stays ignored.
        if self.is_in_place() { git } else { git.args(["-c", "core.excludesFile=/dev/null"]) }
    }

    /// A git command that speaks to the server of `address`.
    pub(super) fn git_for(&self, context: &Context, address: &Address, credentials: Option<&Credentials>) -> Command {
        let git = self.git().env("GIT_ALLOW_PROTOCOL", PROTOCOLS).foreground();
        match credentials {
            Some(credentials) => credentials.hand_to(context, git, address),
            None => git,
        }
    }

    fn git_for_origin(&self, context: &Context) -> Command {
        self.git_for(context, &self.origin, self.credentials.as_ref())
    }

    /// Fetches all `branches` at once, without their tags, and where the server can, without old content of files. Gives those that
    /// there are not, each with names that look like it; the others are fetched.
    ///
    /// # Errors
    /// Of kind [`Kind::Service`] when the repository cannot be fetched from.
    pub async fn fetch(&self, context: &Context, branches: &[BranchName]) -> Result<Vec<MissingBranch>> {
        if branches.is_empty() {
            return Ok(Vec::new());
        }
        context.step(format!("fetching {}", self.origin));
        let output = self.try_fetch(context, branches).await?;
        if output.status.success() {
            self.complete(context, branches).await?;
            return Ok(Vec::new());
        }
        if !String::from_utf8_lossy(&output.stderr).contains("couldn't find remote ref") {
            return Err(self.not_fetched(&output.failure()));
        }
        // git names one of them only, and fetches none.
        let there = remote_branches(context, &self.root, &self.origin, self.credentials.as_ref()).await?;
        let is_there = |branch: &&BranchName| there.names.iter().any(|name| name == branch.as_str());
        let (found, missing): (Vec<&BranchName>, Vec<&BranchName>) = branches.iter().partition(is_there);
        let found: Vec<BranchName> = found.into_iter().cloned().collect();
        if !found.is_empty() {
            let output = self.try_fetch(context, &found).await?;
            if !output.status.success() {
                return Err(self.not_fetched(&output.failure()));
            }
            self.complete(context, &found).await?;
        }
        let similar = |branch: &BranchName| MissingBranch { similar: there.like(branch), branch: branch.clone() };
        Ok(missing.into_iter().map(similar).collect())
    }

    async fn try_fetch(&self, context: &Context, branches: &[BranchName]) -> Result<crate::process::Output> {
        let fetch = self.git_for_origin(context).args(FETCH);
        // In a clone of the user it is not for packit to leave something out.
        let fetch = if self.is_in_place() { fetch } else { fetch.arg("--filter=blob:none") };
        let specs = branches.iter().map(|branch| format!("+{}:{}", branch.full(), branch.of_remote(ORIGIN)));
        fetch.args(["--", ORIGIN]).args(specs).output(context).await
    }

    /// Fetches the files of the branches where they were left out: all of them at once, instead of those of each branch when it is
    /// checked out.
    async fn complete(&self, context: &Context, branches: &[BranchName]) -> Result<()> {
        if self.is_in_place() {
            return Ok(());
        }
        let list = self.git().args(["rev-list", "--objects", "--no-walk", "--no-object-names", "--missing=print"]);
        let listed =
            list.args(branches.iter().map(|branch| branch.of_remote(ORIGIN))).arg("--").output(context).await?;
        let said = listed.success()?.stdout;
        let said = String::from_utf8_lossy(&said);
        let missing: Vec<&str> = said.lines().filter_map(|line| line.strip_prefix('?')).collect();
        if missing.is_empty() {
            return Ok(());
        }
        let fetch = self.git_for_origin(context).args(["-c", "fetch.negotiationAlgorithm=noop"]).args(FETCH);
        let fetch = fetch.args(["--no-write-fetch-head", "--filter=blob:none", "--stdin", "--", ORIGIN]);
        let output = fetch.input(missing.join("\n") + "\n").output(context).await?;
        if output.status.success() {
            return Ok(());
        }
        tracing::debug!("the files cannot be fetched alone, so everything is");
        let fetch = self.git_for_origin(context).args(FETCH).args(["--refetch", "--no-filter", "--", ORIGIN]);
        let specs = branches.iter().map(|branch| format!("+{}:{}", branch.full(), branch.of_remote(ORIGIN)));
        let output = fetch.args(specs).output(context).await?;
        if output.status.success() { Ok(()) } else { Err(self.not_fetched(&output.failure())) }
    }

    fn not_fetched(&self, failed: &Error) -> Error {
        not_reached(failed, &format!("`{}` cannot be fetched", self.origin), &self.origin)
    }

    /// Checks out `work`, a branch of this clone that is made or moved to where `branch` of the remote is, and returns that commit.
    /// In a clone of packit's own nothing else stays in the folder.
    ///
    /// # Errors
    /// Of kind [`Kind::Project`] when it cannot be checked out: in place, a file that is not tracked may be in the way.
    pub async fn start(&self, context: &Context, branch: &BranchName, work: &BranchName) -> Result<CommitId> {
        let mut checkout = self.git_for_origin(context).args(["checkout", "--quiet", "--no-track"]);
        if !self.is_in_place() {
            let clean = self.git().args(["clean", "--quiet", "-xdff"]).output(context).await?;
            clean.success()?;
            checkout = checkout.arg("--force");
        }
        let from = branch.of_remote(ORIGIN);
        let output = checkout.args(["-B", work.as_str(), &from, "--"]).output(context).await?;
        if !output.status.success() {
            return Err(without_credentials(
                &output.failure(),
                Kind::Project,
                format!("the branch `{branch}` cannot be checked out"),
            ));
        }
        self.head().map(|(_, commit)| commit)
    }

    /// What is checked out.
    pub(super) fn head(&self) -> Result<(Repo, CommitId)> {
        let repo = Repo::open(&self.root)?;
        let commit = repo.head()?.commit;
        Ok((repo, commit))
    }
}

/// What every fetch is told.
const FETCH: [&str; 6] = ["fetch", "--quiet", "--no-tags", "--no-recurse-submodules", "--no-prune", "--refmap="];

/// The branches of a repository.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RemoteBranches {
    /// The one that its HEAD names.
    pub default: Option<String>,
    /// All of them, in the order of their names.
    pub names: Vec<String>,
}

/// Asks a repository for its branches; nothing is fetched. `folder` is any folder.
///
/// # Errors
/// Of kind [`Kind::Service`] when it cannot be reached, or does not let us in.
pub async fn remote_branches(
    context: &Context,
    folder: &Path,
    address: &Address,
    credentials: Option<&Credentials>,
) -> Result<RemoteBranches> {
    let list = plain_git(folder).env("GIT_ALLOW_PROTOCOL", PROTOCOLS).foreground();
    let list = match credentials {
        Some(credentials) => credentials.hand_to(context, list, address),
        None => list,
    };
    let list = list.args(["ls-remote", "--quiet", "--symref", "--"]).secret_arg(address.reveal(), &*address.shown());
    let output = list.args(["HEAD", "refs/heads/*"]).output(context).await?;
    if !output.status.success() {
        return Err(not_reached(&output.failure(), &format!("`{address}` cannot be read"), address));
    }
    Ok(RemoteBranches::read(&String::from_utf8_lossy(&output.stdout)))
}

impl RemoteBranches {
    fn read(said: &str) -> Self {
        let mut all = Self::default();
        for (what, name) in said.lines().filter_map(|line| line.split_once('\t')) {
            match (what.strip_prefix("ref: refs/heads/"), name.strip_prefix("refs/heads/")) {
                (Some(default), _) if name == "HEAD" => all.default = Some(default.to_owned()),
                (None, Some(branch)) => all.names.push(branch.to_owned()),
                _ => {}
            }
        }
        all
    }

    /// The names that look like `branch`, at most three.
    fn like(&self, branch: &BranchName) -> Vec<String> {
        let rated = self.names.iter().map(|name| (strsim::jaro_winkler(branch.as_str(), name), name));
        let mut near: Vec<(f64, &String)> = rated.filter(|(likeness, _)| *likeness > 0.7).collect();
        near.sort_by(|(one, _), (other, _)| other.total_cmp(one));
        near.into_iter().take(3).map(|(_, name)| name.clone()).collect()
    }
}

/// The error that tells of all branches that are missing, with names that look like them.
pub fn missing_branches(missing: &[MissingBranch], origin: &Address) -> Error {
    let names: Vec<String> = missing.iter().map(|missing| format!("`{}`", missing.branch)).collect();
    let what = if names.len() == 1 { "branch" } else { "branches" };
    let error = Error::new(Kind::Project, format!("`{origin}` has no {what} {}", names.join(", ")));
    let error = missing.iter().filter(|missing| !missing.similar.is_empty()).fold(error, |error, missing| {
        let similar: Vec<String> = missing.similar.iter().map(|name| format!("`{name}`")).collect();
        error.hint(format!("for `{}`, did you mean {}?", missing.branch, similar.join(" or ")))
    });
    error.hint(format!("`git ls-remote --heads {origin}` lists what there is"))
}

/// The error for a server that git could not do its work with.
pub(super) fn not_reached(failed: &Error, message: &str, address: &Address) -> Error {
    let error = without_credentials(failed, Kind::Service, message.to_owned());
    let said = error.causes().join("\n").to_lowercase();
    let is_http = address.reveal().starts_with("http");
    if said.contains("authentication failed") || said.contains("could not read username") || said.contains(" 403") {
        return error.hint(format!("check the token for `{address}`, or the credential helper of git"));
    }
    if said.contains("permission denied") || (said.contains("could not read from remote") && !is_http) {
        return error.hint("check that `ssh` gets you in there: the user, the key, and that the key is loaded");
    }
    error.hint(format!("check that `git ls-remote {address}` works here"))
}

/// The folder, empty: made where it is not there.
fn empty_folder(folder: &Path) -> Result<PathBuf> {
    let cannot = || format!("`{}` cannot be used", folder.display());
    fs::create_dir_all(folder).or_error(Kind::Environment, cannot)?;
    if fs::read_dir(folder).or_error(Kind::Environment, cannot)?.next().is_some() {
        return Err(Error::new(Kind::Usage, format!("the folder `{}` is not empty", folder.display()))
            .hint("name one that is empty or not there: the clone is made and kept in it"));
    }
    fs::canonicalize(folder).or_error(Kind::Environment, cannot)
}

#[cfg(test)]
mod tests;
