//! Local reads of a git repository through libgit2. Nothing here writes to it.

use std::collections::{BinaryHeap, HashSet};
use std::ffi::OsStr;
use std::fmt;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use git2::{ErrorCode, ObjectType, Oid, Repository, RepositoryOpenFlags, StatusOptions};
use serde::{Serialize, Serializer};

use crate::error::{Context, Error, Kind, Result};
use crate::process::shell_word;

/// The id of a commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CommitId(Oid);

impl CommitId {
    /// Its first `digits` hex digits.
    pub fn short(self, digits: usize) -> String {
        let mut hex = self.to_string();
        hex.truncate(digits);
        hex
    }

    /// The id that a commit with this raw content (headers, an empty line, the message) has.
    ///
    /// # Errors
    /// Of kind [`Kind::Bug`] when libgit2 cannot compute it.
    pub fn of_content(raw: &[u8]) -> Result<Self> {
        Oid::hash_object(ObjectType::Commit, raw)
            .map(Self)
            .or_error(Kind::Bug, || "an id cannot be computed".to_owned())
    }
}

impl fmt::Display for CommitId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for CommitId {
    type Err = Error;

    /// Reads up to 40 hex digits; missing ones count as zeros.
    fn from_str(hex: &str) -> Result<Self> {
        Oid::from_str(hex).map(Self).or_error(Kind::Project, || format!("`{hex}` is not a commit id"))
    }
}

impl Serialize for CommitId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// What is checked out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Head {
    /// Short name of the branch; `None` when HEAD is detached.
    pub branch: Option<String>,
    /// The commit.
    pub commit: CommitId,
}

/// A remote and all its URLs, in the order of the configuration, `url.*.insteadOf` applied.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Remote {
    /// Its name.
    pub name: String,
    /// Where it is fetched from.
    pub urls: Vec<String>,
}

/// That there is no remote called `name`, and which ones there are.
pub fn no_remote(name: &str, known: &[Remote]) -> Error {
    let error = Error::new(Kind::Usage, format!("there is no git remote `{}`", name.escape_debug()));
    let known: Vec<&str> = known.iter().map(|remote| remote.name.as_str()).collect();
    if known.is_empty() { error } else { error.hint(format!("there are: {}", known.join(", "))) }
}

/// A tag that leads to a commit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Tag {
    /// Its name without `refs/tags/`.
    pub name: String,
    /// The commit it leads to, through other tags where they nest.
    pub commit: CommitId,
    /// When it was made, in seconds since 1970: the tagger's date, else the committer's date of its commit.
    pub created: i64,
    /// Whether it is a tag object and not just a name for a commit.
    pub annotated: bool,
}

/// Who commits here, by git's configuration (repository, user, system).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Identity {
    /// `user.name`
    pub name: Option<String>,
    /// `user.email`
    pub email: Option<String>,
}

/// A repository with a work tree, opened for reading.
pub struct Repo {
    inner: Repository,
    root: PathBuf,
}

impl fmt::Debug for Repo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Repo").field("root", &self.root).finish_non_exhaustive()
    }
}

impl Repo {
    /// Opens the repository whose work tree holds `dir` (an existing folder, absolute): the main work tree, a linked
    /// one, or a submodule. The search goes upwards and stops where the file system ends, as git's does.
    ///
    /// # Errors
    ///
    /// No repository, one without a work tree, one that belongs to somebody else, or a damaged one.
    pub fn open(dir: &Path) -> Result<Self> {
        if !dir.is_dir() {
            return Err(Error::new(Kind::Project, format!("{} is not a folder", dir.display())));
        }
        #[expect(clippy::disallowed_methods, reason = "this is the one gate to libgit2")]
        let opened = Repository::open_ext(dir, RepositoryOpenFlags::empty(), std::iter::empty::<&OsStr>());
        let inner = opened.map_err(|error| not_opened(dir, error))?;
        let Some(root) = inner.workdir() else {
            let message = format!("{} is a bare git repository, it has no files to package", inner.path().display());
            let hint = "make a checkout of it and run packit there: `git clone REPOSITORY FOLDER`";
            return Err(Error::new(Kind::Project, message).hint(hint));
        };
        // libgit2 ends it with a slash.
        let root = root.components().collect();
        Ok(Self { inner, root })
    }

    /// The top folder of the work tree.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The folder in which git keeps what belongs to this work tree and no other.
    pub fn git_folder(&self) -> &Path {
        self.inner.path()
    }

    /// What is checked out.
    ///
    /// # Errors
    ///
    /// There is no commit yet, or HEAD leads nowhere.
    pub fn head(&self) -> Result<Head> {
        let head = self.inner.head().map_err(|error| match error.code() {
            ErrorCode::UnbornBranch => self.unborn(),
            _ => Error::new(Kind::Project, format!("HEAD of {} is broken", self.root.display()))
                .source(error)
                .hint("`git status` and `git fsck` show the damage; `git switch BRANCH` sets HEAD anew"),
        })?;
        let commit = head.peel_to_commit().map_err(|error| {
            let target = head.target().map(|id| id.to_string()).unwrap_or_default();
            Error::new(
                Kind::Project,
                format!("HEAD of {} is broken: commit {target} cannot be read", self.root.display()),
            )
            .source(error)
            .hint("`git fsck` shows what is missing; `git fetch` brings it back where the remote has it")
        })?;
        let branch = head.is_branch().then(|| text(head.shorthand_bytes()));
        Ok(Head { branch, commit: CommitId(commit.id()) })
    }

    fn unborn(&self) -> Error {
        let name = self.inner.find_reference("HEAD").ok().and_then(|head| head.symbolic_target_bytes().map(text));
        let name = name.unwrap_or_default();
        let name = name.strip_prefix("refs/heads/").unwrap_or(&name);
        let branches = self.inner.branches(None).into_iter().flatten().flatten();
        let branches: Vec<String> =
            branches.filter_map(|(branch, _)| branch.name_bytes().ok().map(text)).take(5).collect();
        if branches.is_empty() {
            Error::new(Kind::Project, format!("the git repository {} has no commit yet", self.root.display()))
                .hint("packit builds what is committed: `git add` the files and `git commit` them")
        } else {
            Error::new(
                Kind::Project,
                format!("HEAD of {} names the branch `{name}`, which has no commit", self.root.display()),
            )
            .hint(format!("switch to a branch that has one: `git switch BRANCH`; there are {}", branches.join(", ")))
        }
    }

    /// All remotes that have a URL, in the order of the configuration.
    ///
    /// # Errors
    ///
    /// The configuration of git cannot be read.
    pub fn remotes(&self) -> Result<Vec<Remote>> {
        let mut remotes: Vec<Remote> = Vec::new();
        let mut rewrites: Vec<(String, String)> = Vec::new();
        let config = self.config()?;
        let unreadable = |error| Error::new(Kind::Project, "cannot read the configuration of git").source(error);
        let entries = config.entries(None).map_err(unreadable)?;
        entries
            .for_each(|entry| {
                let (key, Some(value)) = (text(entry.name_bytes()), value(entry)) else { return };
                // The section and the name of the key come in lower case, what stands between as it is written.
                if let Some(name) = key.strip_prefix("remote.").and_then(|rest| rest.strip_suffix(".url")) {
                    match remotes.iter_mut().find(|remote| remote.name == name) {
                        Some(remote) => remote.urls.push(value),
                        None => remotes.push(Remote { name: name.to_owned(), urls: vec![value] }),
                    }
                } else if let Some(base) = key.strip_prefix("url.").and_then(|rest| rest.strip_suffix(".insteadof")) {
                    rewrites.push((value, base.to_owned()));
                }
            })
            .map_err(unreadable)?;
        for url in remotes.iter_mut().flat_map(|remote| &mut remote.urls) {
            let longest =
                rewrites.iter().filter(|(from, _)| url.starts_with(from.as_str())).max_by_key(|(from, _)| from.len());
            if let Some((from, base)) = longest {
                *url = format!("{base}{}", &url[from.len()..]);
            }
        }
        Ok(remotes)
    }

    /// The remote that names the upstream project: the one called `wanted`, else `origin`, else the first, as in the reference.
    /// `None` when there is no remote at all.
    ///
    /// # Errors
    ///
    /// Of kind [`Kind::Usage`] when there is no remote called `wanted`; the configuration of git cannot be read.
    pub fn upstream_remote(&self, wanted: Option<&str>) -> Result<Option<Remote>> {
        let remotes = self.remotes()?;
        let named = |name: &str| remotes.iter().find(|remote| remote.name == name);
        let Some(name) = wanted else { return Ok(named("origin").or(remotes.first()).cloned()) };
        named(name).cloned().map(Some).ok_or_else(|| no_remote(name, &remotes))
    }

    /// All tags that lead to a commit, in no order that means anything. A tag of a file or a folder, and one that
    /// leads nowhere, is not among them.
    ///
    /// # Errors
    ///
    /// The refs cannot be read.
    pub fn tags(&self) -> Result<Vec<Tag>> {
        let unreadable =
            |error| Error::new(Kind::Project, format!("cannot read the tags of {}", self.root.display())).source(error);
        let refs = self.inner.references_glob("refs/tags/*").map_err(unreadable)?;
        Ok(refs.flatten().filter_map(|reference| self.tag(&reference)).collect())
    }

    fn tag(&self, reference: &git2::Reference<'_>) -> Option<Tag> {
        let name = text(reference.name_bytes().strip_prefix(b"refs/tags/")?);
        let id = reference.target().or_else(|| reference.resolve().ok()?.target())?;
        let object = self.inner.find_object(id, None).ok()?;
        let annotated = object.kind() == Some(ObjectType::Tag);
        let tag = object.as_tag();
        let tagged = tag.and_then(|tag| tag.tagger().map(|tagger| tagger.when().seconds()));
        // The commit itself is not read where the tag says all: there can be thousands.
        let direct = tag.filter(|tag| tag.target_type() == Some(ObjectType::Commit)).map(|tag| tag.target_id());
        let (commit, created) = match (direct, tagged) {
            (Some(commit), Some(created)) => (commit, created),
            _ => {
                let commit = object.peel_to_commit().ok()?;
                (commit.id(), tagged.unwrap_or_else(|| commit.time().seconds()))
            }
        };
        Some(Tag { name, commit: CommitId(commit), created, annotated })
    }

    /// Answers which commits `tip` contains; made for many questions about one tip.
    pub fn history(&self, tip: CommitId) -> History<'_> {
        History { repo: self, tip: tip.0, asked: false, seen: HashSet::new(), queue: BinaryHeap::new() }
    }

    /// Whether `head` is `commit` or a descendant of it.
    ///
    /// # Errors
    ///
    /// A commit between them cannot be read.
    pub fn contains(&self, head: CommitId, commit: CommitId) -> Result<bool> {
        self.history(head).contains(commit)
    }

    /// Whether the history was cut off by `git clone --depth` or the like.
    pub fn is_shallow(&self) -> bool {
        self.inner.is_shallow()
    }

    /// Tracked files that differ from HEAD, in the index or in the work tree, relative to the root. Untracked files
    /// do not count, and neither do submodules, of which no archive has the content.
    ///
    /// # Errors
    ///
    /// The index or a folder cannot be read.
    pub fn uncommitted(&self) -> Result<Vec<PathBuf>> {
        let mut options = StatusOptions::new();
        // No refresh of the index on disk: nothing is written to the repository.
        options.include_untracked(false).include_ignored(false).exclude_submodules(true).update_index(false);
        let unreadable = |error| {
            let message = format!("cannot compare the files of {} with its last commit", self.root.display());
            Error::new(Kind::Project, message).source(error)
        };
        let statuses = self.inner.statuses(Some(&mut options)).map_err(unreadable)?;
        let changed: Vec<(PathBuf, bool)> = statuses
            .iter()
            .map(|entry| (path(entry.path_bytes()), entry.status() == git2::Status::WT_DELETED))
            .collect();
        if !changed.iter().any(|(_, gone)| *gone) {
            return Ok(changed.into_iter().map(|(file, _)| file).collect());
        }
        let index = self.inner.index().map_err(unreadable)?;
        // A sparse checkout leaves files out on purpose, which libgit2 takes for their deletion.
        let left_out = |file: &Path| {
            let flags = index.get_path(file, 0).map(|entry| entry.flags_extended).unwrap_or_default();
            flags & git2::IndexEntryExtendedFlag::SKIP_WORKTREE.bits() != 0
        };
        Ok(changed.into_iter().filter(|(file, gone)| !(*gone && left_out(file))).map(|(file, _)| file).collect())
    }

    /// Where submodules stand in `commit`: folders that are empty in an archive of it.
    ///
    /// # Errors
    ///
    /// A folder of the commit cannot be read.
    pub fn submodules(&self, commit: CommitId) -> Result<Vec<PathBuf>> {
        let unreadable =
            |error| Error::new(Kind::Project, format!("cannot read the files of commit {commit}")).source(error);
        let top = self.inner.find_commit(commit.0).and_then(|commit| commit.tree()).map_err(unreadable)?;
        let mut found = Vec::new();
        // Without this file there is none, and a large tree need not be walked.
        if top.get_name_bytes(b".gitmodules").is_none() {
            return Ok(found);
        }
        let mut folders = vec![(PathBuf::new(), top)];
        while let Some((at, tree)) = folders.pop() {
            for entry in &tree {
                let here = at.join(path(entry.name_bytes()));
                match entry.kind() {
                    Some(ObjectType::Commit) => found.push(here),
                    Some(ObjectType::Tree) => {
                        folders.push((here, self.inner.find_tree(entry.id()).map_err(unreadable)?))
                    }
                    _ => {}
                }
            }
        }
        found.sort();
        Ok(found)
    }

    /// The id of the files of `commit`: two commits with the same files have the same.
    ///
    /// # Errors
    ///
    /// The commit cannot be read.
    pub fn tree(&self, commit: CommitId) -> Result<String> {
        let found = self.inner.find_commit(commit.0);
        let unreadable = |error| Error::new(Kind::Project, format!("commit {commit} cannot be read")).source(error);
        found.map(|commit| commit.tree_id().to_string()).map_err(unreadable)
    }

    /// Name and e-mail address as git's configuration has them.
    ///
    /// # Errors
    ///
    /// The configuration of git cannot be read.
    pub fn identity(&self) -> Result<Identity> {
        let config = self.config()?;
        let value = |key| config.get_entry(key).ok().and_then(|entry| value(&entry));
        Ok(Identity { name: value("user.name"), email: value("user.email") })
    }

    /// The commit that `rev` names: a branch, a tag, an id, `HEAD~2` and all that git understands.
    ///
    /// # Errors
    ///
    /// `rev` names nothing, several things, or something that is no commit; or it looks like an option.
    pub fn resolve(&self, rev: &str) -> Result<CommitId> {
        if rev.is_empty() || rev.starts_with('-') || rev.contains(|c: char| c.is_control()) {
            return Err(Error::new(Kind::Usage, format!("{rev:?} is not the name of a commit"))
                .hint("give a branch, a tag or a commit id"));
        }
        let object = self.inner.revparse_single(rev).and_then(|object| object.peel_to_commit());
        object.map(|commit| CommitId(commit.id())).map_err(|error| {
            let error = match error.code() {
                ErrorCode::NotFound => Error::new(Kind::Project, format!("no branch, tag or commit is named `{rev}`")),
                _ => Error::new(Kind::Project, format!("`{rev}` does not name one commit")).source(error),
            };
            let fetch = if self.is_shallow() { "git fetch --unshallow --tags" } else { "git fetch --tags" };
            error.hint(format!(
                "`git branch --all` and `git tag` list what there is; `{fetch}` gets what the remote has"
            ))
        })
    }

    /// Where upstream is: the first address of [`Self::upstream_remote`]. `None` when there is no remote at all.
    ///
    /// # Errors
    ///
    /// As [`Self::upstream_remote`].
    pub fn upstream_address(&self, wanted: Option<&str>) -> Result<Option<String>> {
        Ok(self.upstream_remote(wanted)?.and_then(|remote| remote.urls.into_iter().next()))
    }

    /// Whether git tracks `path`, or something below it: an absolute path, which need not be there. What cannot be told counts as tracked.
    pub fn tracks(&self, path: &Path) -> bool {
        let Ok(below) = path.strip_prefix(&self.root) else { return false };
        let Ok(index) = self.inner.index() else { return true };
        let below = below.as_os_str().as_encoded_bytes();
        index.iter().any(|entry| {
            let rest = entry.path.strip_prefix(below);
            rest.is_some_and(|rest| below.is_empty() || rest.is_empty() || rest.starts_with(b"/"))
        })
    }

    /// The commit that `rev` names as [`Self::resolve`] finds it, else that of a branch which only `origin` has; with the name that it
    /// was found by.
    ///
    /// # Errors
    ///
    /// As [`Self::resolve`].
    pub fn resolve_with_origin(&self, rev: &str) -> Result<(String, CommitId)> {
        match self.resolve(rev) {
            Ok(commit) => Ok((rev.to_owned(), commit)),
            Err(error) if error.kind() == Kind::Project => match self.origin_branch(rev) {
                Some(commit) => Ok((format!("origin/{rev}"), commit)),
                None => Err(error),
            },
            Err(error) => Err(error),
        }
    }

    /// The commit of the branch `name` of `origin`; `None` where it has no such branch.
    pub fn origin_branch(&self, name: &str) -> Option<CommitId> {
        self.resolve(&format!("refs/remotes/origin/{name}")).ok()
    }

    fn config(&self) -> Result<git2::Config> {
        let config = self.inner.config().and_then(|mut config| config.snapshot());
        config.or_error(Kind::Project, || format!("cannot read the git configuration of {}", self.root.display()))
    }
}

/// The commits that one tip contains, found out as they are asked for.
pub struct History<'r> {
    repo: &'r Repo,
    tip: Oid,
    asked: bool,
    seen: HashSet<Oid>,
    queue: BinaryHeap<(i64, Oid)>,
}

/// By how much the clocks of two committers may differ, in seconds: a commit that is older than its parent by more
/// can hide what lies behind it.
const CLOCK_SKEW: i64 = 7 * 24 * 3600;

impl History<'_> {
    /// Whether the tip is `commit` or a descendant of it.
    ///
    /// Dates decide how far back it looks, so that thousands of questions cost one short walk. Only where clocks were
    /// wrong by more than a week can an answer be "no" instead of "yes"; the first one asked also survives that,
    /// except when it is the clock of the tip.
    ///
    /// # Errors
    ///
    /// A commit between them cannot be read.
    pub fn contains(&mut self, commit: CommitId) -> Result<bool> {
        if self.tip == commit.0 {
            return Ok(true);
        }
        self.answer(commit.0)
            .or_error(Kind::Project, || format!("cannot read the history of {}", self.repo.root.display()))
    }

    fn answer(&mut self, wanted: Oid) -> Result<bool, git2::Error> {
        // Not here: it lies behind the end of a shallow clone.
        let Ok(made) = self.time(wanted) else { return Ok(false) };
        if made - CLOCK_SKEW > self.time(self.tip)? {
            return Ok(false);
        }
        let first = !std::mem::replace(&mut self.asked, true);
        // libgit2's own answer does not know where a shallow clone ends.
        if first && !self.repo.is_shallow() {
            self.repo.inner.graph_descendant_of(self.tip, wanted)
        } else {
            self.walk_to(wanted, made - CLOCK_SKEW)
        }
    }

    fn walk_to(&mut self, wanted: Oid, end: i64) -> Result<bool, git2::Error> {
        if self.seen.is_empty() {
            self.seen.insert(self.tip);
            self.queue.push((self.time(self.tip)?, self.tip));
        }
        while !self.seen.contains(&wanted) {
            let Some(&(newest, id)) = self.queue.peek() else { return Ok(false) };
            if newest < end {
                return Ok(false);
            }
            self.queue.pop();
            for parent in self.repo.inner.find_commit(id)?.parent_ids() {
                if self.seen.insert(parent) {
                    self.queue.push((self.time(parent)?, parent));
                }
            }
        }
        Ok(true)
    }

    fn time(&self, id: Oid) -> Result<i64, git2::Error> {
        Ok(self.repo.inner.find_commit(id)?.time().seconds())
    }
}

/// Why the repository around `dir` could not be opened, and what to do.
fn not_opened(dir: &Path, error: git2::Error) -> Error {
    // libgit2 names the folder in one case and not in the other; the user needs it in all.
    let dir = fs_err::canonicalize(dir).unwrap_or_else(|_| dir.to_owned());
    let root = dir.ancestors().find(|folder| folder.join(".git").symlink_metadata().is_ok());
    match (error.code(), root) {
        (ErrorCode::NotFound, None) => {
            Error::new(Kind::Project, format!("{} is not in a git repository", dir.display())).hint(
                "run packit in a checkout of the project, or make one here: `git init`, `git add` and `git commit`",
            )
        }
        (ErrorCode::Owner, _) => {
            let root = root.unwrap_or(&dir);
            let message =
                format!("the git repository {} belongs to another user, git does not trust it", root.display());
            let command = format!("git config --global --add safe.directory {}", shell_word(&root.to_string_lossy()));
            Error::new(Kind::Environment, message).hint(format!("if you trust it, run `{command}`"))
        }
        (_, root) => {
            let root = root.unwrap_or(&dir);
            let unknown = error.message().contains("extension") || error.message().contains("repository version");
            let failed = Error::new(Kind::Project, format!("cannot open the git repository {}", root.display()));
            let failed = match error.code() {
                ErrorCode::NotFound => {
                    failed.cause(format!("{} is damaged or leads nowhere", root.join(".git").display()))
                }
                _ => failed.source(error),
            };
            failed.hint(if unknown {
                "packit reads repositories in git's standard format: `git refs migrate --ref-format=files`, or make a new clone"
            } else {
                "`git status` there says what git thinks of it; a new clone is whole again"
            })
        }
    }
}

/// The value of a key of git's configuration; `None` for an empty one and for a key without `=`.
fn value(entry: &git2::ConfigEntry<'_>) -> Option<String> {
    let value = entry.has_value().then(|| text(entry.value_bytes()).trim().to_owned());
    value.filter(|value| !value.is_empty())
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn path(bytes: &[u8]) -> PathBuf {
    PathBuf::from(OsStr::from_bytes(bytes))
}

#[cfg(test)]
mod tests;
