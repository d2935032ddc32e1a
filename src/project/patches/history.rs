//! The commits that patches are made of. Where the history reaches back before upstream's commit (by a merge of something older), git
//! would make patches that do not apply one behind the other: there only first parents count. The commits with one parent that this
//! takes are made beside the repository, which gets nothing.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use crate::context::Context;
use crate::error::{Finding, Result};
use crate::git::CommitId;
use crate::git::patches::{self, Commit};

/// Commits in one line, or in branches that all begin at upstream's commit.
#[derive(Debug)]
pub(super) struct History {
    /// The last commit.
    pub(super) head: CommitId,
    /// The folder of the commits that the repository does not have.
    pub(super) beside: Option<PathBuf>,
    /// The commits as the repository has them, oldest first.
    pub(super) commits: Vec<Commit>,
    /// The place in that list by the id that git puts into patches.
    pub(super) places: HashMap<CommitId, usize>,
}

/// Finds the commits that `head` has and `since` has not. `beside` gets the commits that have to be made.
///
/// # Errors
/// When git fails, `beside` cannot be written or the work is interrupted.
pub(super) async fn since(
    context: &Context,
    folder: &Path,
    since: CommitId,
    head: CommitId,
    beside: PathBuf,
) -> Result<History> {
    let commits = patches::commits(context, folder, since, head).await?;
    let range: HashSet<CommitId> = commits.iter().map(|commit| commit.id).collect();
    let within = |parent: &CommitId| *parent == since || range.contains(parent);
    let line = if commits.iter().all(|commit| commit.parents.iter().all(within)) {
        Vec::new()
    } else {
        first_parents(&commits, head)
    };
    if line.iter().all(|commit| commit.parents.len() < 2) {
        let places = commits.iter().enumerate().map(|(at, commit)| (commit.id, at)).collect();
        return Ok(History { head, beside: None, commits, places });
    }
    tell(context, &line, since);
    straight(context, folder, line, head, beside).await
}

/// The line of first parents that ends in `head`, as far as it is in the list, oldest first.
fn first_parents(commits: &[Commit], head: CommitId) -> Vec<Commit> {
    let by_id: HashMap<CommitId, &Commit> = commits.iter().map(|commit| (commit.id, commit)).collect();
    let mut line = Vec::new();
    let mut next = by_id.get(&head);
    while let Some(commit) = next {
        line.push((*commit).clone());
        next = commit.parents.first().and_then(|parent| by_id.get(parent));
    }
    line.reverse();
    line
}

fn tell(context: &Context, line: &[Commit], since: CommitId) {
    let message = "a merge brings commits from before `upstream_ref`: patches are made along first parents, one for a whole merge";
    let stands = line.first().is_some_and(|first| first.parents.first() == Some(&since));
    context.found(if stands {
        Finding::note(message)
    } else {
        let hint = "`git rebase` of the downstream commits onto `upstream_ref` makes patches that apply";
        Finding::warning(format!("{message}, and the first of them is not based on `upstream_ref`")).hint(hint)
    });
}

async fn straight(
    context: &Context,
    folder: &Path,
    mut line: Vec<Commit>,
    head: CommitId,
    beside: PathBuf,
) -> Result<History> {
    let kept = line.iter().position(|commit| commit.parents.len() > 1).unwrap_or(line.len());
    let ids: Vec<CommitId> = line.iter().skip(kept).map(|commit| commit.id).collect();
    let raw = patches::raw_commits(context, folder, &ids).await?;
    let mut last = line.get(kept).and_then(|commit| commit.parents.first().copied());
    let mut places: HashMap<CommitId, usize> =
        line.iter().take(kept).enumerate().map(|(at, commit)| (commit.id, at)).collect();
    let mut contents = Vec::with_capacity(raw.len());
    for (at, raw) in raw.iter().enumerate() {
        let content = with_parent(raw, last);
        let id = CommitId::of_content(&content)?;
        places.insert(id, kept + at);
        contents.push(content);
        last = Some(id);
    }
    for commit in &mut line {
        commit.parents.truncate(1);
    }
    patches::write_commits(context, folder, &contents, &beside).await?;
    Ok(History { head: last.unwrap_or(head), beside: Some(beside), commits: line, places })
}

/// A commit's raw content with no other parent than this one, and without signatures and what else belonged to the commit as it was.
fn with_parent(raw: &[u8], parent: Option<CommitId>) -> Vec<u8> {
    let end = raw.windows(2).position(|two| two == b"\n\n").map_or(raw.len(), |at| at + 1);
    let (headers, message) = raw.split_at(end);
    let mut content = Vec::with_capacity(raw.len());
    for line in headers.split_inclusive(|byte| *byte == b'\n') {
        if [&b"tree "[..], b"author ", b"committer ", b"encoding "].iter().any(|name| line.starts_with(name)) {
            content.extend_from_slice(line);
        }
        if let (true, Some(parent)) = (line.starts_with(b"tree "), parent) {
            content.extend_from_slice(format!("parent {parent}\n").as_bytes());
        }
    }
    content.extend_from_slice(message);
    content
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_the_message_and_drops_what_signs_the_old_commit() {
        let raw = b"tree 1\nparent 2\nparent 3\nauthor A <a> 1 +0000\ncommitter C <c> 1 +0000\nencoding ISO-8859-1\n\
            mergetag object 3\n type commit\n tag x\ngpgsig -----BEGIN\n tree of bytes\n \n -----END\n\nSubj\xe9ct\n\ntree x\n";
        let parent: CommitId = "00fa8deb00000000000000000000000000000000".parse().unwrap();
        let content = with_parent(raw, Some(parent));
        let expected: &[u8] = b"tree 1\nparent 00fa8deb00000000000000000000000000000000\nauthor A <a> 1 +0000\n\
            committer C <c> 1 +0000\nencoding ISO-8859-1\n\nSubj\xe9ct\n\ntree x\n";
        assert_eq!(content, expected, "{}", String::from_utf8_lossy(&content));
    }
}
