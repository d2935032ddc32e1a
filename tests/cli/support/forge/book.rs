use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::server::{Fault, Kind};
use crate::support::Request;

/// All that a forge knows.
pub(super) struct Book {
    pub(super) kind: Kind,
    /// Where the bare repositories are.
    pub(super) root: PathBuf,
    pub(super) tokens: Vec<Token>,
    pub(super) projects: Vec<Project>,
    pub(super) pulls: Vec<Pull>,
    pub(super) flags: Vec<Flag>,
    pub(super) faults: Vec<(String, Fault, bool)>,
    pub(super) fork_takes: Duration,
    pub(super) refused_push: Option<String>,
    /// What a client did that no client should do.
    pub(super) complaints: Vec<String>,
}

pub(super) struct Token {
    pub(super) text: String,
    pub(super) user: String,
    /// The rights, as the forge calls them; empty: all.
    pub(super) rights: Vec<String>,
    pub(super) is_expired: bool,
    /// The day on which it ends; the forges that tell it do.
    pub(super) ends: Option<String>,
}

/// A project, and its repository.
#[derive(Clone)]
pub(super) struct Project {
    /// As git has it: `rpms/hello`, `forks/tester/rpms/hello` (Pagure), `tester/hello`.
    pub(super) full_name: String,
    pub(super) namespace: String,
    pub(super) name: String,
    pub(super) owner: String,
    pub(super) parent: Option<usize>,
    pub(super) ready: Instant,
    /// Level and names: `commit`, `admin`.
    pub(super) users: BTreeMap<String, Vec<String>>,
    pub(super) groups: BTreeMap<String, Vec<String>>,
    pub(super) releases: Vec<(String, String, String)>,
    pub(super) is_private: bool,
}

pub(super) struct Pull {
    pub(super) target: usize,
    pub(super) source: usize,
    pub(super) number: usize,
    pub(super) title: String,
    pub(super) text: String,
    pub(super) author: String,
    pub(super) source_branch: String,
    pub(super) target_branch: String,
    /// `open`, `closed` or `merged`.
    pub(super) state: &'static str,
    pub(super) comments: Vec<(String, String)>,
    /// The commits at both ends when it was opened.
    pub(super) commits: (Option<String>, Option<String>),
}

/// What a service says of a commit.
pub(super) struct Flag {
    pub(super) project: usize,
    pub(super) commit: String,
    pub(super) uid: String,
    pub(super) user: String,
    /// The fields as they were sent: `username`, `comment`, `url`, `status`.
    pub(super) fields: Vec<(String, String)>,
}

impl Book {
    pub(super) fn complain(&mut self, what: impl Into<String>) {
        self.complaints.push(what.into());
    }

    /// Whose token a request bears; `None` without one, `Some(None)` with one that is not known any more.
    pub(super) fn token(&self, request: &Request) -> Option<Option<&Token>> {
        let sent = request.header("authorization")?;
        let text = sent.split_once(' ').map_or(sent, |(_, text)| text);
        Some(self.tokens.iter().find(|token| token.text == text && !token.is_expired))
    }

    pub(super) fn find(&self, full_name: &str) -> Option<usize> {
        self.projects.iter().position(|project| project.full_name.eq_ignore_ascii_case(full_name))
    }

    pub(super) fn folder(&self, project: usize) -> PathBuf {
        self.root.join(format!("{}.git", self.projects[project].full_name))
    }

    /// Whether `user` may push to a project.
    pub(super) fn may_push(&self, project: usize, user: &str) -> bool {
        let project = &self.projects[project];
        let named = |level: &str| project.users.get(level).is_some_and(|names| names.iter().any(|name| name == user));
        project.owner == user || named("commit") || named("admin")
    }

    /// The branches of a project and their commits; none while it is not ready.
    pub(super) fn branches(&self, project: usize) -> Vec<(String, String)> {
        if self.projects[project].ready > Instant::now() {
            return Vec::new();
        }
        let format = "--format=%(refname:lstrip=2) %(objectname)";
        let listed = git(&self.folder(project), &["for-each-ref", format, "refs/heads/"]);
        listed.lines().filter_map(|line| line.split_once(' ')).map(|(n, c)| (n.to_owned(), c.to_owned())).collect()
    }

    pub(super) fn commit(&self, project: usize, branch: &str) -> Option<String> {
        self.branches(project).into_iter().find(|(name, _)| name == branch).map(|(_, commit)| commit)
    }

    pub(super) fn default_branch(&self, project: usize) -> String {
        git(&self.folder(project), &["symbolic-ref", "--short", "HEAD"])
    }

    /// Makes a fork, whose repository is there a while later.
    pub(super) fn fork(&mut self, parent: usize, full_name: &str, namespace: &str, name: &str, owner: &str) -> usize {
        let from = self.folder(parent);
        self.projects.push(Project {
            full_name: full_name.to_owned(),
            namespace: namespace.to_owned(),
            name: name.to_owned(),
            owner: owner.to_owned(),
            parent: Some(parent),
            ready: Instant::now() + self.fork_takes,
            users: BTreeMap::new(),
            groups: BTreeMap::new(),
            releases: Vec::new(),
            is_private: self.projects[parent].is_private,
        });
        let project = self.projects.len() - 1;
        clone_bare(&from, &self.folder(project));
        project
    }

    /// Opens a pull request; its number is the next one of the target.
    pub(super) fn open(
        &mut self,
        (source, source_branch): (usize, &str),
        (target, target_branch): (usize, &str),
        author: &str,
        (title, text): (&str, &str),
    ) -> usize {
        let number = self.pulls.iter().filter(|pull| pull.target == target).count() + 1;
        let commits = (self.commit(source, source_branch), self.commit(target, target_branch));
        self.pulls.push(Pull {
            target,
            source,
            number,
            title: title.to_owned(),
            text: text.to_owned(),
            author: author.to_owned(),
            source_branch: source_branch.to_owned(),
            target_branch: target_branch.to_owned(),
            state: "open",
            comments: Vec::new(),
            commits,
        });
        self.pulls.len() - 1
    }

    pub(super) fn pull(&self, target: usize, number: &str) -> Option<usize> {
        let number: usize = number.parse().ok()?;
        self.pulls.iter().position(|pull| pull.target == target && pull.number == number)
    }

    /// An open pull request for the same branches.
    pub(super) fn same(&self, source: (usize, &str), target: (usize, &str)) -> Option<usize> {
        self.pulls.iter().position(|pull| {
            pull.state == "open"
                && (pull.source, pull.source_branch.as_str()) == source
                && (pull.target, pull.target_branch.as_str()) == target
        })
    }

    /// The pull requests in the same form for all forges.
    pub(super) fn told(&self) -> Vec<Value> {
        let tell = |pull: &Pull| {
            json!({
                "number": pull.number,
                "title": pull.title,
                "text": pull.text,
                "author": pull.author,
                "source": self.projects[pull.source].full_name,
                "source_branch": pull.source_branch,
                "target": self.projects[pull.target].full_name,
                "target_branch": pull.target_branch,
                "state": pull.state,
                "comments": pull.comments.iter().map(|(_, text)| text).collect::<Vec<_>>(),
            })
        };
        self.pulls.iter().map(tell).collect()
    }
}

/// One page of a list, and whether there is another one behind it. Pages are counted from 1.
pub(super) fn page<T: Clone>(all: &[T], page: usize, rows: usize) -> (Vec<T>, bool) {
    let rows = rows.clamp(1, 100);
    let start = (page.max(1) - 1) * rows;
    let rows: Vec<T> = all.iter().skip(start).take(rows).cloned().collect();
    let has_more = start + rows.len() < all.len() && !rows.is_empty();
    (rows, has_more)
}

/// Fills a document whose keys are those of a recorded one.
pub(super) fn filled(shapes: &str, name: &str, values: Value) -> Value {
    let shapes: Value = serde_json::from_str(shapes).unwrap();
    let mut document = shapes[name].clone();
    for (key, value) in values.as_object().unwrap() {
        assert!(document.get(key).is_some(), "{name} has no {key} in the recordings");
        document[key] = value.clone();
    }
    document
}

#[track_caller]
pub(super) fn git(folder: &Path, arguments: &[&str]) -> String {
    let mut command = Command::new("git");
    command.args(arguments).current_dir(folder).env("GIT_CONFIG_NOSYSTEM", "1").env("HOME", "/nonexistent");
    let output = command.output().unwrap();
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).trim_end().to_owned()
}

/// Refuses a push with the words of a real Pagure where the user may not push, or with those that a test has given.
const HOOK: &str = r#"#!/bin/sh
if [ -n "$DENIED" ]; then
    echo "Has commit access: False" >&2
    while read -r _ _ name; do echo "Denied push for ref '$name' for user '$DENIED'" >&2; done
    echo "All changes have been rejected" >&2
    exit 1
fi
[ -z "$REFUSED" ] && exit 0
printf '%s\n' "$REFUSED" >&2
exit 1
"#;

/// A bare copy with a hook that refuses what the server wants refused.
pub(super) fn clone_bare(from: &Path, to: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    fs_err::create_dir_all(to.parent().unwrap()).unwrap();
    let (from, to_text) = (from.display().to_string(), to.display().to_string());
    git(to.parent().unwrap(), &["clone", "--quiet", "--template=", "--bare", "--no-hardlinks", &from, &to_text]);
    git(to, &["remote", "remove", "origin"]);
    let hook = to.join("hooks/pre-receive");
    fs_err::create_dir_all(hook.parent().unwrap()).unwrap();
    fs_err::write(&hook, HOOK).unwrap();
    fs_err::set_permissions(&hook, std::fs::Permissions::from_mode(0o755)).unwrap();
}
