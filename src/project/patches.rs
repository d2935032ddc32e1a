//! Source-git: from the commits behind `upstream_ref` to patch files with what their commits say of them.
//!
//! The repository is only read. A commit's message can name its patch (`Patch-name`), number it (`Patch-id`), describe it
//! (`Patch-status`), say that the spec file has it already (`Patch-present-in-specfile`), leave it out (`Ignore-patch`) or want it
//! without `a/` and `b/` (`No-prefix`). Neighbours of one name become one file. Contents are bytes from the beginning to the end.

mod history;
mod metadata;
mod trailers;

use std::collections::HashMap;
use std::ffi::OsStr;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use fs_err as fs;

use self::history::History;
use self::metadata::{Metadata, named, refused};
use crate::config::refused_in_name;
use crate::context::Context;
use crate::error::{Context as _, Error, Finding, Kind, Result};
use crate::git::CommitId;
use crate::git::patches::{self, Commit, Objects, Range};
use crate::paths;

/// What patches are to be made of, and where.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// The top folder of the work tree.
    pub root: &'a Path,
    /// The last commit of upstream.
    pub since: CommitId,
    /// The commit that is packaged.
    pub head: CommitId,
    /// `patch_generation_ignore_paths` and every `src` of `files_to_sync`, relative to the root.
    pub ignored: &'a [&'a str],
    /// File names that no patch may have: those of the spec file and of the archive.
    pub taken: &'a [&'a str],
    /// An existing folder for the patches. A file or a link that has the name of a patch gives way.
    pub into: &'a Path,
    /// An existing folder, on the same file system, for what is made on the way; it is as before in the end.
    pub scratch: &'a Path,
}

/// A patch file and what goes into the spec file with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Patch {
    /// The file name.
    pub name: String,
    /// The file.
    pub path: PathBuf,
    /// The number that the Patch tag is to have; `None`: the next one.
    pub id: Option<u32>,
    /// The lines for the comment above the Patch tag, some of them perhaps with `#` already.
    pub comment: Vec<String>,
    /// Whether the spec file has the Patch tag already.
    pub present_in_specfile: bool,
    /// The commit that speaks for the patch.
    pub commit: CommitId,
    /// All commits of which it has the changes, oldest first.
    pub commits: Vec<CommitId>,
}

/// One commit's part of a patch.
struct Piece {
    /// The place of the commit in the history.
    at: usize,
    /// What git made of it; `None` for a commit without changes.
    file: Option<PathBuf>,
    /// `Patch-name`, else the name that git gave to the file.
    name: String,
    metadata: Metadata,
}

/// The pieces of one patch.
struct Group {
    /// Which of them speaks for it.
    top: usize,
    pieces: Vec<Piece>,
}

impl Group {
    fn of(piece: Piece) -> Self {
        Self { top: 0, pieces: vec![piece] }
    }

    fn speaker(&self) -> Option<&Piece> {
        self.pieces.get(self.top)
    }

    fn name(&self) -> &str {
        self.speaker().map_or("", |piece| &piece.name)
    }
}

/// Makes the patches, in the order in which they apply.
///
/// # Errors
/// Of kind [`Kind::Project`] when a commit says of its patch what cannot be, or two patches would have one name; of kind
/// [`Kind::Config`] when git does not take an ignored path; when git fails, a file cannot be written or the work is interrupted. What
/// is in the folder for the patches then is for nobody.
pub async fn make(context: &Context, request: &Request<'_>) -> Result<Vec<Patch>> {
    let cannot = || format!("`{}` cannot be written", request.scratch.display());
    let scratch = tempfile::Builder::new().prefix("patches-").tempdir_in(request.scratch);
    let scratch = scratch.or_error(Kind::Environment, cannot)?;
    let folder = |name: &str| -> Result<PathBuf> {
        let folder = scratch.path().join(name);
        fs::create_dir(&folder).or_error(Kind::Environment, cannot)?;
        Ok(folder)
    };
    let (root, beside) = (request.root, scratch.path().join("objects"));
    let history = history::since(context, root, request.since, request.head, beside).await?;
    let range = Range {
        objects: Objects { folder: root, beside: history.beside.as_deref() },
        since: request.since,
        head: history.head,
        ignored: request.ignored,
    };
    let files = patches::format_patch(context, range, true, &folder("prefixed")?).await?;
    let (mut pieces, by_trailers) = pieces(context, &history, files)?;
    if !by_trailers && !pieces.is_empty() {
        add_empty(context, root, &history, &mut pieces).await?;
    }
    pieces.retain(|piece| !piece.metadata.ignored);
    if pieces.iter().any(|piece| piece.metadata.no_prefix && piece.file.is_some()) {
        // All of them once more, so that each has the same name and number.
        let plain = folder("plain")?;
        patches::format_patch(context, range, false, &plain).await?;
        for piece in pieces.iter_mut().filter(|piece| piece.metadata.no_prefix) {
            piece.file = piece.file.as_ref().and_then(|file| Some(plain.join(file.file_name()?)));
        }
    }
    for piece in pieces.iter().filter(|piece| piece.metadata.name.is_some()) {
        check_name(&piece.name, commit(&history, piece), request.taken)?;
    }
    let groups = by_name(by_squash_commits(pieces), &history)?;
    groups.into_iter().map(|group| finish(context, request, scratch.path(), &history, group)).collect()
}

fn commit<'h>(history: &'h History, piece: &Piece) -> Option<&'h Commit> {
    history.commits.get(piece.at)
}

/// Brings what git wrote together with what the commits say, and tells whether they say it in trailers. The older form counts where no
/// commit has a trailer of ours.
fn pieces(context: &Context, history: &History, files: Vec<patches::File>) -> Result<(Vec<Piece>, bool)> {
    let mut found = Vec::with_capacity(files.len());
    for file in files {
        let place = history.places.get(&file.commit).and_then(|at| Some((*at, history.commits.get(*at)?)));
        let Some((at, commit)) = place else {
            return Err(Error::bug(format!("a patch of commit {}, which is not in the range", file.commit)));
        };
        found.push((at, commit, file.path, metadata::of_trailers(commit)?));
    }
    let by_trailers = found.iter().any(|(.., metadata)| metadata.defined);
    let by_mapping = !by_trailers;
    let mut pieces = Vec::with_capacity(found.len());
    for (at, commit, path, metadata) in found {
        let metadata = if by_mapping { metadata::of_mapping(context, commit)? } else { metadata };
        let given = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let name = metadata.name.clone().unwrap_or(given);
        pieces.push(Piece { at, file: Some(path), name, metadata });
    }
    Ok((pieces, by_trailers))
}

/// Adds commits without changes that say, in the older form, that the spec file has their patch: its file is empty. As in the Python
/// packit, nobody asks them where no commit has a patch or where trailers count.
async fn add_empty(context: &Context, root: &Path, history: &History, pieces: &mut Vec<Piece>) -> Result<()> {
    for (at, one) in history.commits.iter().enumerate() {
        let [parent] = one.parents.as_slice() else { continue };
        if pieces.iter().any(|piece| piece.at == at) || !metadata::may_have_mapping(one) {
            continue;
        }
        let metadata = metadata::of_mapping(context, one)?;
        if !metadata.present || !patches::same_files(context, root, *parent, one.id).await? {
            continue;
        }
        let Some(name) = metadata.name.clone() else {
            return Err(refused(
                one,
                "it has no changes, and its patch, which is present in the spec file, has no name",
            )
            .hint("add `patch_name: NAME.patch` to its message"));
        };
        let behind = pieces.iter().position(|piece| piece.at > at).unwrap_or(pieces.len());
        pieces.insert(behind, Piece { at, file: None, name, metadata });
    }
    Ok(())
}

/// Refuses what is no plain file name, what would change what a spec file does, and what another file is called.
fn check_name(name: &str, commit: Option<&Commit>, taken: &[&str]) -> Result<()> {
    let why = if !paths::is_file_name(OsStr::new(name)) || name.contains(char::is_control) {
        Some("be the name of a patch: it is no plain file name".to_owned())
    } else if let Some(wrong) = refused_in_name(name) {
        Some(format!("be the name of a patch, which cannot {wrong}"))
    } else if taken.contains(&name) {
        Some("be the name of a patch: another file of the package has it".to_owned())
    } else {
        None
    };
    match (why, commit) {
        (Some(why), Some(commit)) => {
            Err(refused(commit, format!("`{}` cannot {why}", name.escape_debug()))
                .hint("write `Patch-name: NAME.patch`"))
        }
        _ => Ok(()),
    }
}

/// The older way to put several commits into one patch: each commit with `squash_commits` (or anything else of the older form) takes
/// those before it that say nothing, and the last one with `squash_commits` all behind it too.
fn by_squash_commits(pieces: Vec<Piece>) -> Vec<Group> {
    let Some(last) = pieces.iter().rposition(|piece| piece.metadata.squash) else {
        return pieces.into_iter().map(Group::of).collect();
    };
    let mut groups: Vec<Group> = Vec::new();
    let mut waiting: Vec<Piece> = Vec::new();
    for (at, piece) in pieces.into_iter().enumerate() {
        if at > last {
            if let Some(group) = groups.last_mut() {
                group.pieces.push(piece);
            }
            continue;
        }
        let speaks = piece.metadata.squash || piece.metadata.present || piece.metadata.defined;
        waiting.push(piece);
        if speaks {
            groups.push(Group { top: waiting.len() - 1, pieces: std::mem::take(&mut waiting) });
        }
    }
    groups
}

/// Makes one of neighbours that have one name.
fn by_name(groups: Vec<Group>, history: &History) -> Result<Vec<Group>> {
    let mut joined: Vec<Group> = Vec::with_capacity(groups.len());
    let mut seen: HashMap<String, usize> = HashMap::new();
    for group in groups {
        match joined.last_mut() {
            Some(last) if last.name() == group.name() => last.pieces.extend(group.pieces),
            _ => {
                let speaker = group.speaker().map(|piece| piece.at);
                if let Some(earlier) = seen.insert(group.name().to_owned(), speaker.unwrap_or_default())
                    && let (Some(one), Some(other)) =
                        (history.commits.get(earlier), speaker.and_then(|at| history.commits.get(at)))
                {
                    let message = format!("its patch has the name `{}`, as has that of {}", group.name(), named(one));
                    return Err(refused(other, message)
                        .cause("patches of one name become one file only where none stands between them")
                        .hint("make the commits neighbours with `git rebase --interactive`, or give one another `Patch-name`"));
                }
                joined.push(group);
            }
        }
    }
    Ok(joined)
}

/// Puts the file of a patch in place.
fn finish(context: &Context, request: &Request<'_>, scratch: &Path, history: &History, group: Group) -> Result<Patch> {
    let gone = || Error::bug("a patch of no commit");
    let speaker = group.speaker().ok_or_else(gone)?;
    let path = request.into.join(&speaker.name);
    let cannot = || format!("`{}` cannot be written", path.display());
    let files: Vec<&PathBuf> = group.pieces.iter().filter_map(|piece| piece.file.as_ref()).collect();
    let prefixes = group.pieces.iter().filter(|piece| piece.file.is_some()).map(|piece| piece.metadata.no_prefix);
    let prefixes: Vec<bool> = prefixes.collect();
    if prefixes.contains(&true) && prefixes.contains(&false) {
        let message = format!("only some of the commits of the patch `{}` have `No-prefix`", speaker.name);
        let finding = Finding::warning(format!("{message}: no one `-p` fits all of it"));
        context.found(finding.hint("write it into all of them or into none"));
    }
    let empty = scratch.join("empty");
    let whole = files.first().copied().unwrap_or(&empty);
    let mut file = fs::OpenOptions::new().create(true).append(true).open(whole).or_error(Kind::Environment, cannot)?;
    for more in files.iter().skip(1) {
        let mut more = fs::File::open(more).or_error(Kind::Environment, cannot)?;
        std::io::copy(&mut more, &mut file).or_error(Kind::Environment, cannot)?;
    }
    file.flush().or_error(Kind::Environment, cannot)?;
    drop(file);
    // rpm writes mode and time into the source RPM: the one is not to depend on the user's umask, the other on the clock.
    fs::set_permissions(whole, std::fs::Permissions::from_mode(0o644)).or_error(Kind::Environment, cannot)?;
    if let Some(time) = context.source_date() {
        paths::set_modified(whole, time)?;
    }
    paths::put_in_place(whole, &path)?;
    let id = |piece: &Piece| commit(history, piece).map(|commit| commit.id);
    Ok(Patch {
        name: speaker.name.clone(),
        path,
        id: speaker.metadata.id,
        comment: comment(speaker),
        present_in_specfile: speaker.metadata.present,
        commit: id(speaker).ok_or_else(gone)?,
        commits: group.pieces.iter().filter_map(id).collect(),
    })
}

fn comment(piece: &Piece) -> Vec<String> {
    let text = &piece.metadata.comment;
    if text.is_empty() {
        return vec![format!("Patch \"{}\"", piece.name)];
    }
    // Nothing in a comment is to move the cursor of who reads the spec file in a terminal.
    text.lines().map(|line| line.trim_end().replace(|c: char| c.is_control() && c != '\t', " ")).collect()
}

#[cfg(test)]
mod tests;
