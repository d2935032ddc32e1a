//! The files that a package needs besides its archive: those that are there, and those that have to be downloaded.

use std::path::{Component, Path, PathBuf};

use fs_err as fs;
use serde::Serialize;

use super::project::shown;
use crate::checksum::Checksum;
use crate::config::Package;
use crate::context::Context;
use crate::dist_git::sources_file::{self, Entry};
use crate::error::{Context as _, Error, Finding, Kind, Place, Result, Severity};
use crate::ops::spec_file::SpecFile;
use crate::paths;
use crate::project::archive_content;
use crate::secret::redacted;
use crate::services::download::{Wanted, download};
use crate::services::http::Client;
use crate::spec::{Facts, SourceFact, SourceId};

/// The file of dist-git that lists what lies in the lookaside cache.
const LOOKASIDE: &str = "sources";

/// A file that is to be downloaded.
#[derive(Clone, Serialize)]
pub struct Missing {
    /// Who wants it: a tag of the spec such as `Source1`, or `sources` of the configuration.
    pub wanted_by: String,
    /// Where it is. Credentials in it are not shown.
    #[serde(serialize_with = "serialize_redacted")]
    pub url: String,
    /// Where it goes, relative to the folder of the spec.
    #[serde(serialize_with = "paths::serialize")]
    pub path: PathBuf,
    /// Where that is written.
    #[serde(skip)]
    pub place: Option<Place>,
}

impl Missing {
    /// Where it is, without credentials.
    pub fn shown_url(&self) -> String {
        redacted(&self.url).into_owned()
    }
}

impl std::fmt::Debug for Missing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Missing").field("path", &self.path).field("url", &redacted(&self.url)).finish_non_exhaustive()
    }
}

fn serialize_redacted<S: serde::Serializer>(url: &str, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&redacted(url))
}

/// The spec of a package and what rpm reads of it.
#[derive(Clone, Copy)]
pub struct Needs<'a> {
    /// The package.
    pub package: &'a Package,
    /// The top of the repository, out of which nothing is taken.
    pub root: &'a Path,
    /// The spec file.
    pub spec_file: &'a SpecFile,
    /// What it says.
    pub facts: &'a Facts,
    /// The source that the archive takes the place of.
    pub replaced: Option<SourceId>,
    /// The file name of the archive.
    pub archive: Option<&'a str>,
    /// The folder with what was made and fetched already.
    pub staged: Option<&'a Path>,
}

impl Needs<'_> {
    /// The files to be downloaded that are not there: those of `sources` in the configuration, then the sources and patches of the
    /// spec that are URLs.
    ///
    /// # Errors
    /// Of kind [`Kind::Config`] for a name that leads out of the repository, or is none of a file.
    pub fn missing(&self) -> Result<Vec<Missing>> {
        let mut missing: Vec<Missing> = Vec::new();
        let folder = &self.spec_file.folder;
        let mut want = |mut one: Missing| -> Result<()> {
            let placed = |error: Error| one.place.iter().cloned().fold(error, Error::at);
            if is_plain(&one.path) && self.is_staged(&one.path) {
                return Ok(());
            }
            let to = file_within(self.root, folder, &one.path).map_err(placed)?;
            // The names of what packit makes itself are taken.
            let is_archive = self.archive.is_some_and(|name| one.path == Path::new(name));
            one.path = to.strip_prefix(folder).unwrap_or(&to).to_owned();
            if to.symlink_metadata().is_err() && !is_archive && missing.iter().all(|other| other.path != one.path) {
                missing.push(one);
            }
            Ok(())
        };
        for source in &self.package.sources {
            want(Missing {
                wanted_by: LOOKASIDE.to_owned(),
                url: source.url.value.clone(),
                path: PathBuf::from(&source.path.value),
                place: source.path.place(),
            })?;
        }
        for (tag, fact) in self.live().filter(|(_, fact)| fact.is_remote() && !fact.has_unknown_macro()) {
            want(Missing {
                wanted_by: tag,
                url: fact.location.clone(),
                path: PathBuf::from(fact.file_name()),
                place: self.spec_file.line_of(fact.line),
            })?;
        }
        Ok(missing)
    }

    fn is_staged(&self, name: &Path) -> bool {
        self.staged.is_some_and(|staged| staged.join(name).symlink_metadata().is_ok())
    }

    /// Looks for every other file that the spec names, and returns the errors of those that are not beside the spec, of kind
    /// [`Kind::Project`], with the lines that name them.
    ///
    /// # Errors
    /// Of kind [`Kind::Config`] for a file that is a link out of the repository, with the line that names it.
    pub fn absent(&self) -> Result<Vec<Error>> {
        let folder = &self.spec_file.folder;
        let mut absent = Vec::new();
        for (tag, fact) in self.live() {
            let name = fact.file_name();
            let place = |error: Error| self.spec_file.line_of(fact.line).into_iter().fold(error, Error::at);
            if self.is_staged(Path::new(name)) {
                continue;
            }
            if folder.join(name).symlink_metadata().is_ok() {
                paths::join_within(self.root, folder, Path::new(name)).map_err(place)?;
            } else {
                let error = Error::new(Kind::Project, format!("{tag} names the file `{name}`, which is not there"));
                let error = error.cause(format!("it was looked for in `{}`", folder.display()));
                let hint = "`sources` lists what lies in the lookaside cache: `fedpkg sources` downloads it";
                absent.push(place(if fact.is_remote() { error.hint(hint) } else { error }));
            }
        }
        Ok(absent)
    }

    /// The sources and patches that rpm reads and that are files of their own, with the names of their tags.
    fn live(&self) -> impl Iterator<Item = (String, &SourceFact)> {
        let tagged = |kind: &'static str| move |fact: &SourceFact| format!("{kind}{}", fact.number);
        let (source, patch) = (tagged("Source"), tagged("Patch"));
        let sources = self.facts.sources.iter().filter(|fact| self.replaced != Some(SourceId::Number(fact.number)));
        let all = sources
            .map(move |fact| (source(fact), fact))
            .chain(self.facts.patches.iter().map(move |fact| (patch(fact), fact)));
        all.filter(|(_, fact)| {
            let name = fact.file_name();
            // A name with a macro that nobody knows is rpm's to judge.
            fact.live && !name.is_empty() && !fact.has_unknown_macro() && self.archive != Some(name)
        })
    }
}

/// Whether a path goes down only.
fn is_plain(path: &Path) -> bool {
    path.components().all(|part| matches!(part, Component::Normal(_)))
}

/// Joins a name from outside to `folder` in `root`, for a file to be written there.
///
/// # Errors
/// Of kind [`Kind::Config`] when it leads out, or is none of a file.
fn file_within(root: &Path, folder: &Path, name: &Path) -> Result<PathBuf> {
    let refused = |why: &str| {
        let shown = name.to_string_lossy().escape_debug().to_string();
        Err(Error::new(Kind::Config, format!("`{shown}` {why}")).hint("write the plain name of a file"))
    };
    let text = name.to_string_lossy();
    if text.chars().any(char::is_control) {
        return refused("holds a control character");
    }
    if name.components().any(|part| part.as_os_str().as_encoded_bytes().starts_with(b"-")) {
        return refused("begins with `-`");
    }
    if text.ends_with('/') || name.file_name().is_none() {
        return refused("names no file");
    }
    // The repository is what nothing may leave, but a source lies with its spec.
    paths::join_within(folder, folder, name).and_then(|_| paths::join_within(root, folder, name))
}

/// Downloads what is missing into the folder `into`, and returns the paths in it. Where the package has a `sources` file, nothing is
/// downloaded, as in the Python packit: its files come from the lookaside cache. Those that are there are held against their checksums.
///
/// # Errors
/// When a file cannot be had, or is not the one that `sources` lists; as [`Needs::missing`].
pub async fn fetch(
    context: &Context,
    client: &Client,
    needs: &Needs<'_>,
    folder: &Path,
    into: &Path,
) -> Result<Vec<PathBuf>> {
    let missing = needs.missing()?;
    if has_lookaside(context, folder, &needs.spec_file.folder).await? {
        if !missing.is_empty() {
            let names: Vec<_> = missing.iter().map(|one| format!("`{}`", one.path.display())).collect();
            let note = format!("there is a file `sources`: nothing is downloaded, not even {}", names.join(", "));
            context.found(Finding::note(note));
        }
        return Ok(Vec::new());
    }
    let mut fetched = Vec::new();
    for one in missing {
        let placed = |error: Error| one.place.iter().cloned().fold(error, Error::at);
        let to = file_within(into, into, &one.path).map_err(placed)?;
        let cannot = || format!("`{}` cannot be written", to.display());
        fs::create_dir_all(to.parent().unwrap_or(into)).or_error(Kind::Environment, cannot)?;
        let name = one.path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let check = archive_content::check_download;
        let wanted = Wanted { url: one.url.clone(), name, checksums: Vec::new(), check };
        download(context, client, &wanted, &to).await.map_err(placed)?;
        fetched.push(one.path);
    }
    Ok(fetched)
}

/// Whether the package has a `sources` file. The files of it that are there are held against their checksums.
async fn has_lookaside(context: &Context, folder: &Path, spec_folder: &Path) -> Result<bool> {
    let path = folder.join(LOOKASIDE);
    if !is_lookaside(folder) {
        return Ok(false);
    }
    let file = shown(context, &path);
    let text = fs::read(&path).or_error(Kind::Project, || format!("`{}` cannot be read", file.display()))?;
    let entries = match sources_file::parse(&file, &text) {
        Ok(entries) => entries,
        Err(error) => {
            // A file of that name may be anything.
            let unchecked = "the files that it lists are not checked";
            if error.all_findings().is_empty() {
                context.found(error.as_warning().hint(unchecked));
            }
            for finding in error.all_findings() {
                context.found(Finding { severity: Severity::Warning, ..finding.clone() }.hint(unchecked));
            }
            return Ok(true);
        }
    };
    let spec_folder = spec_folder.to_owned();
    let checking = tokio::task::spawn_blocking(move || {
        let there = entries.iter().map(|entry| (entry, spec_folder.join(&entry.file)));
        there
            .filter(|(_, beside)| beside.is_file())
            .try_for_each(|(entry, beside)| check_entry(entry, &beside, &file, &text))
    });
    checking.await.or_error(Kind::Bug, || "the reader of sources broke".to_owned())??;
    Ok(true)
}

/// Whether the folder of a package has a `sources` file, which keeps packit from downloading.
pub fn is_lookaside(folder: &Path) -> bool {
    folder.join(LOOKASIDE).is_file()
}

fn check_entry(entry: &Entry, beside: &Path, listed_in: &Path, text: &[u8]) -> Result<()> {
    // One of an unknown kind cannot be held against anything.
    let Ok(listed) = Checksum::new(entry.checksum, &entry.hex) else { return Ok(()) };
    let found = Checksum::of_file(listed.algorithm(), beside)?;
    if found == listed {
        return Ok(());
    }
    let text = String::from_utf8_lossy(text).lines().nth(entry.line.saturating_sub(1)).unwrap_or_default().to_owned();
    let place = Place { file: listed_in.to_owned(), line: entry.line, column: 1, length: text.chars().count(), text };
    Err(Error::new(Kind::Project, format!("`{}` is not the file that `sources` lists", entry.file))
        .cause(format!("its {} is {}", found.algorithm().name(), found.hex()))
        .hint("get it again: remove it and run `fedpkg sources`, or bring `sources` up to date")
        .at(place))
}
