//! Copying files between an upstream repository and dist-git, as `files_to_sync` says, by the rules of rsync: what is more than plain
//! files is copied by that program.
//!
//! Both sides are untrusted: no name leads out of its repository, nothing goes into or out of a `.git`, and rsync gets names only.

use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

use fs_err as fs;

use crate::config::{Spanned, SyncedFiles};
use crate::context::Context;
use crate::error::{Context as _, Error, Finding, Kind, Result};
use crate::paths::{self, glob};
use crate::tools::rsync::{Copy, Filter};

/// A repository on one side of the copy.
#[derive(Debug, Clone, Copy)]
pub struct Side<'a> {
    /// Its top folder: nothing leads out of it.
    pub root: &'a Path,
    /// What names are relative to: the top folder or one in it.
    pub base: &'a Path,
}

/// Files to copy.
#[derive(Debug)]
pub struct Sync<'a> {
    /// Where from.
    pub from: Side<'a>,
    /// Where to.
    pub to: Side<'a>,
    /// The spec file on both sides, absolute, where it is not to be copied: it gets its text in another way.
    pub leave_out: Option<SpecFiles<'a>>,
}

/// The spec file of both sides, absolute.
#[derive(Debug, Clone, Copy)]
pub struct SpecFiles<'a> {
    /// Where it comes from.
    pub from: &'a Path,
    /// Where it goes.
    pub to: &'a Path,
}

/// The list where the configuration has none: the spec file, which becomes `PKG.spec` at the top of dist-git, and the configuration
/// file, which keeps its path. Both paths are relative to where paths of the list are.
pub fn default_list(spec: &str, package: &str, config_file: Option<&str>) -> Vec<SyncedFiles> {
    let item = |src: &str, dest: String| SyncedFiles {
        src: vec![Spanned::default_value(src.to_owned())],
        dest: Spanned::default_value(dest),
        mkpath: true,
        delete: false,
        filters: Vec::new(),
    };
    let config_file = config_file.map(|file| item(file, file.to_owned()));
    std::iter::once(item(spec, format!("{package}.spec"))).chain(config_file).collect()
}

impl Sync<'_> {
    /// Looks whether all items can be copied, without copying anything.
    ///
    /// # Errors
    /// Of kind [`Kind::Config`] when a name leads out of its repository, or a filter is none that packit hands to rsync; each is told
    /// with its place.
    pub fn check(&self, items: &[SyncedFiles]) -> Result<()> {
        items.iter().try_for_each(|item| self.planned(item).map(drop))
    }

    /// Copies all items, one after the other. Sources that are not there are left aside with a note.
    ///
    /// # Errors
    /// As [`Sync::check`]; and when rsync is missing or fails.
    pub async fn run(&self, context: &Context, items: &[SyncedFiles]) -> Result<()> {
        self.check(items)?;
        for item in items {
            // Again: what was copied before may be a link.
            let plan = self.planned(item)?;
            for missing in &plan.missing {
                context
                    .found(at(missing, Finding::note(format!("`{}` is not there and is not synced", missing.value))));
            }
            if plan.sources.is_empty() {
                continue;
            }
            if let Some(folder) = &plan.make {
                fs::create_dir_all(folder)
                    .or_error(Kind::Environment, || format!("`{}` cannot be made", folder.display()))?;
            }
            if item.filters.is_empty() && !item.delete && self.copied_plainly(&plan)? {
                continue;
            }
            let copy = Copy {
                folder: self.from.root,
                sources: plan.sources,
                destination: plan.destination,
                delete: item.delete,
                filters: plan.filters,
            };
            copy.run(context).await.map_err(|error| match error.kind() {
                Kind::Tool => placed(&item.dest, error.within(format!("`{}` cannot be synced", item.dest.value))),
                _ => error,
            })?;
        }
        Ok(())
    }

    /// Copies what is nothing but files, as rsync would, without needing it. `false` where there is more to it.
    fn copied_plainly(&self, plan: &Plan<'_>) -> Result<bool> {
        let files: Vec<PathBuf> = plan.sources.iter().map(|source| self.from.root.join(source)).collect();
        let is_file = |path: &PathBuf| path.symlink_metadata().is_ok_and(|data| data.is_file());
        let is_into = plan.destination.is_dir();
        let has_place = is_into || plan.destination.parent().is_some_and(Path::is_dir);
        let is_one = files.len() == 1 && !is_folder(&plan.destination.to_string_lossy());
        if !files.iter().all(is_file) || !has_place || !(is_into || is_one) {
            return Ok(false);
        }
        for file in files {
            let to = if is_into {
                plan.destination.join(file.file_name().unwrap_or_default())
            } else {
                plan.destination.clone()
            };
            copy_file(&file, &to).or_error(Kind::Environment, || format!("`{}` cannot be written", to.display()))?;
        }
        Ok(true)
    }

    fn planned<'i>(&self, item: &'i SyncedFiles) -> Result<Plan<'i>> {
        let target = confined(self.to, &item.dest, &item.dest.value)?;
        let mut sources = Vec::new();
        let mut missing = Vec::new();
        for source in &item.src {
            let found = self.sources(source)?;
            if found.is_empty() {
                missing.push(source);
            }
            sources.extend(found);
        }
        let ends_in_slash = is_folder(&item.dest.value);
        let make = if ends_in_slash { Some(target.as_path()) } else { target.parent() };
        let make = make.filter(|_| item.mkpath).map(Path::to_owned);
        let mut filters = vec![Filter::leave_out_everywhere(".git")];
        if let Some(spec) = self.leave_out {
            let is_spec = |source: &Source| is_same(&source.path, spec.from);
            sources.retain(|source| !is_spec(source));
            filters.extend(
                sources.iter().filter_map(|source| source.below(spec.from)).map(|path| Filter::leave_out(&path)),
            );
            if item.delete {
                // Where it has another name there, it is not in the way of anything.
                filters.extend(sources.iter().filter_map(|source| {
                    let top = if source.content { target.clone() } else { target.join(source.path.file_name()?) };
                    let below = spec.to.strip_prefix(&top).ok()?;
                    let below =
                        if source.content { below.to_owned() } else { Path::new(source.path.file_name()?).join(below) };
                    Some(Filter::protect(&below))
                }));
            }
        }
        for rule in &item.filters {
            filters.push(Filter::new(&rule.value).map_err(|error| placed(rule, error))?);
        }
        let with_slash = |path: &Path, slash: bool| {
            let mut name = path.as_os_str().to_owned();
            if slash {
                name.push("/");
            }
            PathBuf::from(name)
        };
        let below_root = |source: &Source| {
            let path = source.path.strip_prefix(self.from.root).unwrap_or(&source.path);
            // The top folder itself has no name there.
            with_slash(if path.as_os_str().is_empty() { Path::new(".") } else { path }, source.content)
        };
        let sources = sources.iter().map(below_root).collect();
        Ok(Plan { sources, missing, make, destination: with_slash(&target, ends_in_slash), filters })
    }

    /// What a source of an item stands for.
    fn sources(&self, source: &Spanned<String>) -> Result<Vec<Source>> {
        let text = source.value.as_str();
        let content = is_folder(text);
        // Even a pattern that fits nothing must not look outside.
        confined(self.from, source, if glob::is_pattern(text) { before_wildcard(text) } else { text })?;
        let base = self.from.base;
        let names = if glob::is_pattern(text) && base.join(text).symlink_metadata().is_err() {
            glob::expand(base, text)?
        } else {
            vec![base.join(text)]
        };
        let mut found = Vec::new();
        for name in names {
            let path = confined_path(self.from, source, name.strip_prefix(base).unwrap_or(&name))?;
            if path.symlink_metadata().is_ok() && (!content || path.is_dir()) {
                // Of a file, or a pattern that finds files, rsync copies no content.
                found.push(Source { content, path });
            }
        }
        Ok(found)
    }
}

/// One source, absolute.
#[derive(Debug)]
struct Source {
    path: PathBuf,
    /// Whether the content of the folder is meant, and not the folder.
    content: bool,
}

impl Source {
    /// Where `file` lies in what rsync transfers of this source, relative to the top of that.
    fn below(&self, file: &Path) -> Option<PathBuf> {
        let real = |path: &Path| fs::canonicalize(path).ok();
        // The file itself may be a link.
        let file = real(file.parent()?)?.join(file.file_name()?);
        let below = file.strip_prefix(real(&self.path)?).ok()?.to_owned();
        if self.content { Some(below) } else { Some(Path::new(self.path.file_name()?).join(below)) }
    }
}

/// What an item comes to.
struct Plan<'i> {
    sources: Vec<PathBuf>,
    missing: Vec<&'i Spanned<String>>,
    make: Option<PathBuf>,
    destination: PathBuf,
    filters: Vec<Filter>,
}

/// Copies a file with its mode. A link that stands at its place gives way, as any file does.
fn copy_file(from: &Path, to: &Path) -> std::io::Result<()> {
    let folder = to.parent().unwrap_or(Path::new("/"));
    let mut temporary = tempfile::Builder::new().prefix(".packit-").tempfile_in(folder)?;
    let mut content = fs::File::open(from)?;
    std::io::copy(&mut content, &mut temporary)?;
    fs::set_permissions(temporary.path(), content.metadata()?.permissions())?;
    temporary.persist(to)?;
    Ok(())
}

/// Whether a name is that of a folder's content: a slash ends it, or one and a dot.
pub(super) fn is_folder(name: &str) -> bool {
    name.ends_with('/') || name == "." || name.ends_with("/.")
}

fn before_wildcard(pattern: &str) -> &str {
    let wild = pattern.find(['*', '?', '[']).unwrap_or(pattern.len());
    let before = pattern.get(..wild).unwrap_or_default();
    before.rfind('/').and_then(|end| before.get(..end)).unwrap_or(".")
}

fn is_same(one: &Path, other: &Path) -> bool {
    one == other || fs::canonicalize(one).is_ok_and(|one| fs::canonicalize(other).is_ok_and(|other| one == other))
}

/// Joins a name of an item to its side, and refuses one that leads out, or into the folder of git.
fn confined(side: Side<'_>, key: &Spanned<String>, name: &str) -> Result<PathBuf> {
    if name.is_empty() || name.contains(char::is_control) {
        let error =
            Error::new(Kind::Config, format!("`{}` in `files_to_sync` is no name of a file", name.escape_debug()));
        return Err(placed(key, error));
    }
    confined_path(side, key, Path::new(name))
}

fn confined_path(side: Side<'_>, key: &Spanned<String>, name: &Path) -> Result<PathBuf> {
    let joined = paths::join_within(side.root, side.base, name).map_err(|error| placed(key, error))?;
    let of_git = |root: &Path, path: &Path| {
        let below = path.strip_prefix(root).unwrap_or(path);
        below.components().any(|part| part.as_os_str().as_bytes().eq_ignore_ascii_case(b".git"))
    };
    // What is not there yet is judged by where the folder is that is.
    let root = fs::canonicalize(side.root).unwrap_or_else(|_| side.root.to_owned());
    let real = joined.ancestors().find_map(|path| fs::canonicalize(path).ok()).unwrap_or_else(|| joined.clone());
    if of_git(side.root, &joined) || of_git(&root, &real) {
        let error = Error::new(Kind::Config, format!("`{}` is in the folder of git itself", name.display()))
            .hint("nothing there is a part of the repository's files: leave it out of `files_to_sync`");
        return Err(placed(key, error));
    }
    Ok(joined)
}

fn placed(key: &Spanned<String>, error: Error) -> Error {
    match key.place() {
        Some(place) => error.at(place),
        None => error,
    }
}

fn at(key: &Spanned<String>, finding: Finding) -> Finding {
    match key.place() {
        Some(place) => finding.at(place),
        None => finding,
    }
}

#[cfg(test)]
mod tests;
