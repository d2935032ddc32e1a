//! What a repository has that a configuration must know.

use std::path::{Path, PathBuf};

use serde::Serialize;

use super::language::{self, Language};
use super::tag_template;
use crate::config::{self, FILE_NAMES};
use crate::context::Context;
use crate::error::{Error, Kind, Result};
use crate::git::url::RemoteUrl;
use crate::git::{Repo, Tag};
use crate::ops::project::{folder_name, repository_name};
use crate::paths;
use crate::spec::{Known, Spec};

/// How many folders below the top spec files are looked for.
const DEPTH: usize = 3;

/// Folders in which no spec file of the project is.
const PASSED_OVER: [&str; 6] = ["node_modules", "target", "vendor", "third_party", "test", "tests"];

/// A spec file.
#[derive(Debug, Clone, Serialize, PartialEq, Eq)]
pub struct SpecFound {
    /// Where, from the top of the repository.
    #[serde(serialize_with = "paths::serialize")]
    pub path: PathBuf,
    /// Its Name, where the text says it.
    pub name: Option<String>,
}

impl SpecFound {
    /// The spec file at a path from the top of the repository, whether it is there or not.
    pub(super) fn at(root: &Path, path: PathBuf) -> Self {
        let name = fs_err::read(root.join(&path)).ok().and_then(|text| name_of(&text)).flatten();
        Self { path, name }
    }
}

/// What was found in a repository.
#[derive(Debug, Clone, Serialize)]
pub struct Survey {
    /// The top of the repository.
    #[serde(serialize_with = "paths::serialize")]
    pub root: PathBuf,
    /// The configuration that is there already.
    #[serde(serialize_with = "paths::serialize_some")]
    pub config: Option<PathBuf>,
    /// Where a configuration belongs, from the top of the repository.
    #[serde(skip)]
    pub(super) file: PathBuf,
    /// The name of the repository: of its remote, else of its folder.
    pub repository: String,
    /// The address of the project, where a remote names a host.
    pub url: Option<String>,
    /// Spec files, the nearest to the top first.
    pub specs: Vec<SpecFound>,
    /// How tags are spelt, where there are any with a version.
    pub tag_template: Option<String>,
    /// Which tags count, where others fit the template too.
    pub tag_include: Option<String>,
    /// How many tags there are.
    pub tags: usize,
    /// All of them.
    #[serde(skip)]
    pub(super) all_tags: Vec<Tag>,
    /// What the files of a language or a build system say.
    pub language: Option<Language>,
    /// Whether pre-commit is used.
    pub has_pre_commit: bool,
}

/// Looks through the repository that holds `path`. `config` is the file that the user wants the configuration to be.
///
/// # Errors
/// Of kind [`Kind::Usage`] when `path` is no folder, of kind [`Kind::Project`] when it is in no git repository; when `config` is not in it.
pub fn survey(context: &Context, path: &Path, remote: Option<&str>, config: Option<&Path>) -> Result<Survey> {
    let start = context.absolute(path);
    if !start.is_dir() {
        let error = Error::new(Kind::Usage, format!("there is no folder `{}`", path.display()));
        return Err(error.hint("packit init writes into a checkout on this machine: clone the repository first"));
    }
    let repo = Repo::open(&start)?;
    let root = repo.root().to_owned();
    let is_there = |name: &PathBuf| root.join(name).symlink_metadata().is_ok();
    let named = config.map(|file| paths::below(&root, &context.absolute(file))).transpose()?;
    let found = named.clone().or_else(|| FILE_NAMES.iter().map(PathBuf::from).find(is_there));
    let file = found.unwrap_or_else(|| PathBuf::from(FILE_NAMES[0]));
    let config = is_there(&file).then(|| root.join(&file));
    let mut specs = Vec::new();
    specs_below(&root, &root, 0, &mut specs);
    specs.sort_by_key(|spec| (spec.path.components().count(), spec.path.clone()));
    let remote = repo.upstream_remote(remote)?;
    let address = remote.and_then(|remote| remote.urls.into_iter().next());
    let tags = repo.tags()?;
    let tag_template = tag_template::of(&tags);
    Ok(Survey {
        repository: name(&repo, address.as_deref()),
        url: address.as_deref().and_then(page),
        tag_include: tag_template::include(&tags, tag_template.as_deref().unwrap_or("{version}")),
        tag_template,
        tags: tags.len(),
        all_tags: tags,
        language: language::read(&root),
        has_pre_commit: root.join(".pre-commit-config.yaml").is_file(),
        root,
        config,
        file,
        specs,
    })
}

/// A name that packages and paths can bear.
fn name(repo: &Repo, address: Option<&str>) -> String {
    let name = repository_name(repo, address);
    if config::refused_in_name(&name).is_none() { name } else { clean(&folder_name(repo.root())) }
}

/// What is left of a text when only that remains which a name can hold.
pub(super) fn clean(text: &str) -> String {
    let kept: String = text.chars().filter(|c| c.is_ascii_alphanumeric() || "._+-".contains(*c)).collect();
    let kept = kept.trim_start_matches(|c: char| !c.is_ascii_alphanumeric());
    if kept.is_empty() { "package".to_owned() } else { kept.to_owned() }
}

/// The page of the project, made of host, namespace and repository alone: a remote may hold a password.
fn page(address: &str) -> Option<String> {
    let url = RemoteUrl::parse(address)?;
    let host = url.host.as_ref()?;
    let port = url.port.filter(|_| url.scheme.starts_with("http")).map(|port| format!(":{port}")).unwrap_or_default();
    let scheme = if url.scheme == "http" { "http" } else { "https" };
    let page = format!("{scheme}://{host}{port}/{}", url.full_name());
    (!page.contains(|c: char| c.is_whitespace() || c.is_control() || "\"'`<>\\".contains(c))).then_some(page)
}

fn specs_below(root: &Path, folder: &Path, depth: usize, found: &mut Vec<SpecFound>) {
    let Ok(entries) = fs_err::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let (path, name) = (entry.path(), entry.file_name().to_string_lossy().into_owned());
        let Ok(kind) = entry.file_type() else { continue };
        if kind.is_dir() {
            let is_hidden = name.starts_with('.') && name != ".distro" && name != ".packaging";
            let is_other = PASSED_OVER.contains(&name.as_str()) || path.join(".git").exists();
            if depth < DEPTH && !is_hidden && !is_other {
                specs_below(root, &path, depth + 1, found);
            }
        } else if kind.is_file()
            && name.ends_with(".spec")
            && let (Ok(below), Ok(text)) = (path.strip_prefix(root), fs_err::read(&path))
            && let Some(name) = name_of(&text)
        {
            found.push(SpecFound { path: below.to_owned(), name });
        }
    }
}

/// The Name of a spec file, as far as its text says it; `None` for what is no spec of rpm: others have files of that name too.
fn name_of(text: &[u8]) -> Option<Option<String>> {
    let is_tag = |line: &[u8]| line.get(..5).is_some_and(|start| start.eq_ignore_ascii_case(b"name:"));
    let line = text.split(|&byte| byte == b'\n').map(<[u8]>::trim_ascii_start).find(|line| is_tag(line))?;
    let expanded = match Spec::parse(text).facts() {
        Ok(Known::Text(facts)) => Some(facts.name),
        _ => line.get(5..).map(|value| String::from_utf8_lossy(value.trim_ascii()).into_owned()),
    };
    Some(expanded.filter(|name| !name.is_empty() && clean(name) == *name))
}
