//! The git program as the maker of patches: commits of a range, patch files, and commits that exist beside the repository only.

use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

use fs_err as fs;

use super::command::git;
use super::repo::CommitId;
use crate::context::Context;
use crate::error::{Context as _, Error, Kind, Result};
use crate::process::Command;

/// What the user's git would change in a patch, set to git's defaults. A key is used where an old git may lack the option: it takes no
/// notice of keys that it does not know.
const DEFAULTS: &[&str] = &[
    "core.abbrev=auto",
    "core.attributesFile=/dev/null",
    "core.quotePath=true",
    "diff.context=3",
    "diff.ignoreSubmodules=none",
    "diff.indentHeuristic=true",
    "diff.interHunkContext=0",
    "diff.renameLimit=1000",
    "diff.renames=true",
    "diff.statGraphWidth=-1",
    "diff.statNameWidth=-1",
    "diff.suppressBlankEmpty=false",
    "format.coverLetter=false",
    "format.encodeEmailHeaders=true",
    "format.filenameMaxLength=64",
    "format.forceInBodyFrom=false",
    "format.from=false",
    "format.mboxrd=false",
    "format.numbered=auto",
    "format.signOff=false",
    "format.subjectPrefix=PATCH",
    "format.suffix=.patch",
    "format.thread=false",
    "format.useAutoBase=false",
];

/// The same by options: for keys that add up, that no value switches off, or that an attribute of a file outdoes.
const OPTIONS: &[&str] = &[
    "--no-attach",
    "--no-to",
    "--no-cc",
    "--no-add-header",
    "--no-notes",
    "--no-ext-diff",
    "--no-textconv",
    "--no-color",
    "--no-relative",
    "-O/dev/null",
    "--diff-algorithm=default",
    "--encoding=UTF-8",
];

/// Variables that change what git diffs or which paths it takes.
const VARIABLES: &[&str] =
    &["GIT_DIFF_OPTS", "GIT_GLOB_PATHSPECS", "GIT_ICASE_PATHSPECS", "GIT_LITERAL_PATHSPECS", "GIT_NOGLOB_PATHSPECS"];

/// A commit as the making of patches needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commit {
    /// Its id.
    pub id: CommitId,
    /// The ids of its parents.
    pub parents: Vec<CommitId>,
    /// `NAME <ADDRESS>`, in UTF-8 where git can tell.
    pub author: Vec<u8>,
    /// The whole message, in UTF-8 where git can tell.
    pub message: Vec<u8>,
}

/// Where commits are looked up: a repository, and perhaps a folder with objects that it does not have.
#[derive(Debug, Clone, Copy)]
pub struct Objects<'a> {
    /// A folder of the work tree.
    pub folder: &'a Path,
    /// The folder that [`write_commits`] filled.
    pub beside: Option<&'a Path>,
}

impl Objects<'_> {
    fn git(&self) -> Command {
        let command = git(self.folder);
        match self.beside {
            Some(beside) => command.env("GIT_OBJECT_DIRECTORY", beside),
            None => command,
        }
    }
}

/// The commits that `head` has and `since` has not, oldest first, merges too.
///
/// # Errors
/// When git fails or the work is interrupted.
pub async fn commits(context: &Context, folder: &Path, since: CommitId, head: CommitId) -> Result<Vec<Commit>> {
    let command = git(folder).args(["log", "-z", "--reverse", "--no-color", "--encoding=UTF-8", "--no-notes"]);
    let command = command.arg("--format=tformat:%H%n%P%n%an <%ae>%n%B").arg(format!("{since}..{head}")).arg("--");
    let output = command.output(context).await?.success()?;
    output.stdout.split(|byte| *byte == 0).filter(|record| !record.is_empty()).map(commit).collect()
}

fn commit(record: &[u8]) -> Result<Commit> {
    let mut lines = record.splitn(4, |byte| *byte == b'\n');
    let mut line = || lines.next().ok_or_else(|| Error::bug("git log said less than it was asked for"));
    let (ids, parents, author, message) = (line()?, line()?, line()?, line()?);
    let parents = String::from_utf8_lossy(parents);
    Ok(Commit {
        id: String::from_utf8_lossy(ids).parse()?,
        parents: parents.split_whitespace().map(str::parse).collect::<Result<_>>()?,
        author: author.to_vec(),
        message: message.to_vec(),
    })
}

/// The best common ancestor of two commits; `None` when they have none.
///
/// # Errors
/// When git fails or the work is interrupted.
pub async fn common_ancestor(
    context: &Context,
    folder: &Path,
    one: CommitId,
    other: CommitId,
) -> Result<Option<CommitId>> {
    let command = git(folder).arg("merge-base").args([one.to_string(), other.to_string()]);
    let output = command.output(context).await?;
    if output.status.code() == Some(1) {
        return Ok(None);
    }
    output.success()?.text().parse().map(Some)
}

/// Whether a commit has the same files as its parent.
///
/// # Errors
/// When git fails or the work is interrupted.
pub async fn same_files(context: &Context, folder: &Path, one: CommitId, other: CommitId) -> Result<bool> {
    let command =
        git(folder).args(["diff-tree", "--quiet", "--no-ext-diff"]).args([one.to_string(), other.to_string()]);
    let output = command.output(context).await?;
    if output.status.code() == Some(1) { Ok(false) } else { output.success().map(|_| true) }
}

/// The raw contents of commits, in their order.
///
/// # Errors
/// When git fails or the work is interrupted.
pub async fn raw_commits(context: &Context, folder: &Path, ids: &[CommitId]) -> Result<Vec<Vec<u8>>> {
    let asked: String = ids.iter().map(|id| format!("{id}\n")).collect();
    let output = git(folder).args(["cat-file", "--batch"]).input(asked).output(context).await?.success()?;
    let mut rest = output.stdout.as_slice();
    let mut contents = Vec::with_capacity(ids.len());
    for id in ids {
        let (content, behind) = first_object(rest)
            .ok_or_else(|| Error::new(Kind::Project, format!("commit {id} cannot be read")).hint("try `git fsck`"))?;
        contents.push(content.to_vec());
        rest = behind;
    }
    Ok(contents)
}

/// The first object of what `git cat-file --batch` says, and what is behind it.
fn first_object(said: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = said.iter().position(|byte| *byte == b'\n')?;
    let header = String::from_utf8_lossy(said.get(..end)?).into_owned();
    let mut words = header.split(' ').skip(1);
    let size: usize = words.next().filter(|kind| *kind == "commit").and(words.next())?.parse().ok()?;
    let behind = said.get(end + 1..)?;
    Some((behind.get(..size)?, behind.get(size + 1..)?))
}

/// Writes commits with these raw contents as objects into `beside`, a folder of its own that then serves as [`Objects::beside`]. The
/// repository gets nothing: it is where all other objects are looked up.
///
/// # Errors
/// When the folder cannot be written, git fails or the work is interrupted.
pub async fn write_commits(context: &Context, folder: &Path, contents: &[Vec<u8>], beside: &Path) -> Result<()> {
    let cannot = || format!("`{}` cannot be written", beside.display());
    let place = git(folder).args(["rev-parse", "--git-path", "objects"]).output(context).await?.success()?;
    let place = place.stdout.strip_suffix(b"\n").unwrap_or(&place.stdout);
    let place = fs::canonicalize(folder.join(std::ffi::OsStr::from_bytes(place)));
    let place = place.or_error(Kind::Project, || "the objects of the repository are not there".to_owned())?;
    fs::create_dir_all(beside.join("info")).or_error(Kind::Environment, cannot)?;
    // A file and not the variable, in which a colon would part the path.
    fs::write(beside.join("info/alternates"), quoted(&place)).or_error(Kind::Environment, cannot)?;
    let mut files = Vec::new();
    for (number, content) in contents.iter().enumerate() {
        let file = beside.join(format!("commit-{number}"));
        fs::write(&file, content).or_error(Kind::Environment, cannot)?;
        files.extend_from_slice(quoted(&file).as_slice());
    }
    // `--literally`: a commit that git takes for malformed today is in the history all the same.
    let command = Objects { folder, beside: Some(beside) }.git();
    let command = command.args(["hash-object", "-t", "commit", "-w", "--literally", "--no-filters", "--stdin-paths"]);
    command.input(files).output(context).await?.success()?;
    Ok(())
}

/// A path between quotes, as git reads names in its own files and on its standard input, with a line feed behind it.
fn quoted(path: &Path) -> Vec<u8> {
    let mut quoted = vec![b'"'];
    for &byte in path.as_os_str().as_bytes() {
        match byte {
            b'"' | b'\\' => quoted.extend([b'\\', byte]),
            b'\n' => quoted.extend(*b"\\n"),
            _ => quoted.push(byte),
        }
    }
    quoted.extend(*b"\"\n");
    quoted
}

/// What patches are made of, and how.
#[derive(Debug, Clone, Copy)]
pub struct Range<'a> {
    /// Where commits are looked up.
    pub objects: Objects<'a>,
    /// The last commit without a patch.
    pub since: CommitId,
    /// The last commit with one.
    pub head: CommitId,
    /// Pathspecs of files whose changes are left out.
    pub ignored: &'a [&'a str],
}

/// A patch file and the commit that it says it was made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// The file: `NNNN-SUBJECT.patch`.
    pub path: PathBuf,
    /// The commit.
    pub commit: CommitId,
}

/// Writes the patches of a range into the empty folder `into`, as `git format-patch` does where nobody has configured git, and returns
/// them in the order in which they apply. The names of files in them begin with `a/` and `b/` if `prefixed`. Attributes of files are
/// those of `head`, not those of the work tree, from git 2.41 on.
///
/// # Errors
/// Of kind [`Kind::Config`] when git does not take an ignored path; when git fails or the work is interrupted.
pub async fn format_patch(context: &Context, range: Range<'_>, prefixed: bool, into: &Path) -> Result<Vec<File>> {
    let version = git(range.objects.folder).arg("--version").output(context).await?.success()?.text();
    let version = version.strip_prefix("git version ").unwrap_or(&version).to_owned();
    let command = range.objects.git().env("GIT_ATTR_NOSYSTEM", "1").env("GIT_ATTR_SOURCE", range.head.to_string());
    let command = VARIABLES.iter().fold(command, |command, name| command.env_remove(name));
    let command = DEFAULTS.iter().fold(command, |command, default| command.arg("-c").arg(*default));
    let command = command.args(["format-patch", "--quiet"]).args(OPTIONS.iter().copied());
    let (old, new) = if prefixed { ("a/", "b/") } else { ("", "") };
    let command = command
        .arg(format!("--src-prefix={old}"))
        .arg(format!("--dst-prefix={new}"))
        .arg(format!("--signature={version}"))
        .arg("--output-directory")
        .arg(into)
        .arg(format!("{}..{}", range.since, range.head))
        .args(["--", "."])
        .args(range.ignored.iter().map(|path| format!(":(exclude){path}")));
    let output = command.output(context).await?;
    if !output.status.success() {
        let failed = output.failure();
        let outside = failed.causes().iter().any(|cause| cause.contains("outside repository"));
        let kind = if outside { Kind::Config } else { Kind::Tool };
        let error = failed.causes().iter().fold(Error::new(kind, "git cannot make the patches"), Error::cause);
        let mend = "paths that patches leave out (`patch_generation_ignore_paths`, `files_to_sync`) are relative to the repository";
        return Err(if outside { error.hint(mend) } else { error });
    }
    let mut files = written(into).or_error(Kind::Environment, || format!("`{}` cannot be read", into.display()))?;
    files.sort();
    files.into_iter().map(|(_, path)| Ok(File { commit: commit_of(&path)?, path })).collect()
}

/// What names the changes of a patch, whoever made it from whichever commit; `None` where it changes nothing. `folder` is one in a
/// repository.
///
/// # Errors
/// When git fails or the work is interrupted.
pub async fn patch_id(context: &Context, folder: &Path, patch: &[u8]) -> Result<Option<String>> {
    let output = git(folder).args(["patch-id", "--verbatim"]).input(patch).output(context).await?;
    // An old git does not know how to do it with blanks; then nothing is the same.
    Ok(Some(output.text())
        .filter(|_| output.status.success())
        .unwrap_or_default()
        .split(' ')
        .next()
        .filter(|id| !id.is_empty())
        .map(str::to_owned))
}

/// The files of a folder with the number that their names begin with: there can be more than four digits can count.
fn written(folder: &Path) -> std::io::Result<Vec<(u64, PathBuf)>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let number = name.split('-').next().and_then(|digits| digits.parse().ok());
        files.push((number.unwrap_or(u64::MAX), path));
    }
    Ok(files)
}

/// The commit that the first line of a patch names: `From ID DATE`.
fn commit_of(path: &Path) -> Result<CommitId> {
    use std::io::Read as _;
    let cannot = || format!("`{}` cannot be read", path.display());
    let mut head = Vec::new();
    let file = fs::File::open(path).or_error(Kind::Environment, cannot)?;
    file.take(128).read_to_end(&mut head).or_error(Kind::Environment, cannot)?;
    let head = String::from_utf8_lossy(&head).into_owned();
    let id = head.strip_prefix("From ").and_then(|rest| rest.split(' ').next());
    id.ok_or_else(|| Error::new(Kind::Tool, format!("{}: git wrote no patch", path.display())))?.parse()
}
