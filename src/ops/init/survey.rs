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
    /// The name of the project: of the repository, or where that has no remote of the files of the language.
    pub project: String,
    /// The address of the project, where a remote names a host.
    pub url: Option<String>,
    /// Whether this is the package's repository in a distribution, and not the project's.
    pub is_dist_git: bool,
    /// Spec files, the nearest to the top first.
    pub specs: Vec<SpecFound>,
    /// Files of which spec files are made, such as `hello.spec.in`, in the same order.
    #[serde(serialize_with = "paths::serialize_all")]
    pub spec_templates: Vec<PathBuf>,
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
    let (mut specs, mut spec_templates) = (Vec::new(), Vec::new());
    specs_below(&root, &root, 0, (&mut specs, &mut spec_templates));
    specs.sort_by_key(|spec| (spec.path.components().count(), spec.path.clone()));
    spec_templates.sort_by_key(|path| (path.components().count(), path.clone()));
    let address = repo.upstream_address(remote)?;
    let tags = repo.tags()?;
    let tag_template = tag_template::of(&tags);
    let language = language::read(&root);
    let repository = name(&repo, address.as_deref());
    let said = language.as_ref().and_then(|language| language.name.clone()).filter(|name| clean(name) == *name);
    let url = address.as_deref().and_then(RemoteUrl::parse);
    let is_dist_git = url.as_ref().is_some_and(is_dist_git);
    Ok(Survey {
        project: said.filter(|_| address.is_none()).unwrap_or_else(|| repository.clone()),
        repository,
        url: url.filter(|_| !is_dist_git).as_ref().and_then(page),
        is_dist_git,
        tag_include: tag_template::include(&tags, tag_template.as_deref().unwrap_or("{version}")),
        tag_template,
        tags: tags.len(),
        all_tags: tags,
        language,
        has_pre_commit: root.join(".pre-commit-config.yaml").is_file(),
        root,
        config,
        file,
        specs,
        spec_templates,
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

/// Whether an address is that of a package in a distribution: its namespace is `rpms`, as Fedora and CentOS Stream have it.
fn is_dist_git(url: &RemoteUrl) -> bool {
    url.host.is_some() && url.namespace.as_deref().and_then(|name| name.rsplit('/').next()) == Some("rpms")
}

/// The page of the project, made of host, namespace and repository alone: a remote may hold a password. Not every remote has one:
/// over ssh, the host may be a name of the user's own ssh configuration, and the path one in a home folder.
fn page(url: &RemoteUrl) -> Option<String> {
    let host = url.host.as_ref()?;
    let is_web = url.scheme.starts_with("http");
    let is_home = url.namespace.as_deref().and_then(|name| name.split('/').next()) == Some("~");
    if !is_web && (is_home || !host.contains('.')) {
        return None;
    }
    let port = url.port.filter(|_| is_web).map(|port| format!(":{port}")).unwrap_or_default();
    let scheme = if url.scheme == "http" { "http" } else { "https" };
    let page = format!("{scheme}://{host}{port}/{}", url.full_name());
    (!page.contains(|c: char| c.is_whitespace() || c.is_control() || "\"'`<>\\".contains(c))).then_some(page)
}

fn specs_below(root: &Path, folder: &Path, depth: usize, (specs, templates): (&mut Vec<SpecFound>, &mut Vec<PathBuf>)) {
    let Ok(entries) = fs_err::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let (path, name) = (entry.path(), entry.file_name().to_string_lossy().into_owned());
        let Ok(kind) = entry.file_type() else { continue };
        if kind.is_dir() {
            let is_hidden = name.starts_with('.') && name != ".distro" && name != ".packaging";
            let is_other = PASSED_OVER.contains(&name.as_str()) || path.join(".git").exists();
            if depth < DEPTH && !is_hidden && !is_other {
                specs_below(root, &path, depth + 1, (specs, templates));
            }
        } else if kind.is_file()
            && (name.ends_with(".spec") || made_of(&name).is_some())
            && let (Ok(below), Ok(text)) = (path.strip_prefix(root), fs_err::read(&path))
            && let Some(own) = name_of(&text)
        {
            match made_of(&name) {
                Some(_) => templates.push(below.to_owned()),
                None => specs.push(SpecFound { path: below.to_owned(), name: own }),
            }
        }
    }
}

/// The name of the spec file that is made of a file of this name.
pub(super) fn made_of(template: &str) -> Option<&str> {
    let (spec, ending) = template.rsplit_once('.')?;
    (spec.ends_with(".spec") && ["in", "tmpl", "tpl", "template", "rpkg"].contains(&ending)).then_some(spec)
}

/// The Name of a spec file, as far as its text says it; `None` for what is no spec of rpm: others have files of that name too.
pub(super) fn name_of(text: &[u8]) -> Option<Option<String>> {
    let is_tag = |line: &[u8]| line.get(..5).is_some_and(|start| start.eq_ignore_ascii_case(b"name:"));
    let line = text.split(|&byte| byte == b'\n').map(<[u8]>::trim_ascii_start).find(|line| is_tag(line))?;
    let expanded = match Spec::parse(text).facts() {
        Ok(Known::Text(facts)) => Some(facts.name),
        _ => line.get(5..).map(|value| String::from_utf8_lossy(value.trim_ascii()).into_owned()),
    };
    Some(expanded.filter(|name| !name.is_empty() && clean(name) == *name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_one_that_a_browser_finds() {
        for (address, expected) in [
            ("https://github.com/acme/x.git", Some("https://github.com/acme/x")),
            ("git@github.com:acme/x.git", Some("https://github.com/acme/x")),
            ("git@git.sr.ht:~ann/x", Some("https://git.sr.ht/~ann/x")),
            ("http://forge:3000/acme/x", Some("http://forge:3000/acme/x")),
            ("gh:acme/x", None),
            ("ann@example.com:~/foo.git", None),
            ("ssh://ann@example.com/~/foo.git", None),
            ("/srv/git/x.git", None),
        ] {
            assert_eq!(RemoteUrl::parse(address).as_ref().and_then(page).as_deref(), expected, "{address}");
        }
    }

    #[test]
    fn dist_git_is_known_by_its_namespace() {
        for (address, expected) in [
            ("https://src.fedoraproject.org/rpms/dg.git", true),
            ("ssh://ann@pkgs.fedoraproject.org/rpms/foo", true),
            ("https://src.fedoraproject.org/fork/ann/rpms/foo", true),
            ("git@gitlab.com:redhat/centos-stream/rpms/foo.git", true),
            ("https://github.com/rpms/foo/bar", false),
            ("https://github.com/acme/rpms", false),
            ("/srv/rpms/foo", false),
        ] {
            assert_eq!(RemoteUrl::parse(address).as_ref().is_some_and(is_dist_git), expected, "{address}");
        }
    }
}
