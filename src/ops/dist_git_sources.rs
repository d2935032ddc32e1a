//! The sources of an update in dist-git: downloaded, held against what `sources` lists, and written down there. Nothing is uploaded
//! here.

use std::cell::RefCell;
use std::collections::HashMap;
use std::path::{Path, PathBuf};

use super::sources::Needs;
use super::spec_file::SpecFile;
use crate::checksum::Checksum;
use crate::config::Package;
use crate::context::Context;
use crate::dist_git::gitignore;
use crate::dist_git::sources_file::{self, Entry};
use crate::error::{Error, Finding, Kind, Result};
use crate::git::working_clone::WorkingClone;
use crate::project::archive_content;
use crate::services::Client;
use crate::services::download::{Wanted, download};
use crate::services::lookaside::{Lookaside, Upload};
use crate::spec::{Facts, SourceFact};

/// What the sources of an update are looked for by.
pub struct Sources<'a> {
    /// The package.
    pub package: &'a Package,
    /// Dist-git, with the files of the update.
    pub clone: &'a WorkingClone,
    /// The lookaside cache.
    pub lookaside: &'a Lookaside,
    /// Who asks servers.
    pub client: &'a Client,
    /// The folder that keeps the files until they are uploaded.
    pub keep: &'a Path,
    /// What other branches have found out before.
    pub found: &'a Found,
    /// Whether the cache gets the files even if it has them.
    pub force: bool,
}

/// What one branch finds out for all: branches have most sources in common, and servers are asked once.
#[derive(Debug, Default)]
pub struct Found {
    /// Where a file of a URL was kept.
    downloaded: RefCell<HashMap<String, PathBuf>>,
    /// Whether the cache has the file of a name and a checksum.
    held: RefCell<HashMap<(String, String), bool>>,
}

/// The sources that an update brings.
#[derive(Debug, Default)]
pub struct NewSources {
    /// All that `sources` lists now.
    pub entries: Vec<Entry>,
    /// Those that the cache lacks.
    pub uploads: Vec<Upload>,
}

impl Sources<'_> {
    /// Downloads into the clone what the spec names by URL, and, where `is_complete`, also what lies in the cache: an action is to
    /// look at it.
    ///
    /// # Errors
    /// When a file cannot be had whole, or has a name that leads elsewhere.
    pub async fn bring(&self, context: &Context, spec: (&SpecFile, &Facts), is_complete: bool) -> Result<()> {
        let root = self.clone.root();
        for one in self.needs(spec).missing()? {
            let placed = |error: Error| one.place.iter().cloned().fold(error, Error::at);
            let to = crate::paths::join_within(root, root, &one.path).map_err(placed)?;
            let name = one.path.to_string_lossy().into_owned();
            let wanted =
                Wanted { url: one.url.clone(), name, checksums: Vec::new(), check: archive_content::check_download };
            self.fetch(context, &wanted, &to).await.map_err(placed)?;
        }
        if is_complete {
            self.bring_cached(context).await?;
        }
        Ok(())
    }

    /// Downloads one file, or takes what another branch has got from the same URL.
    async fn fetch(&self, context: &Context, wanted: &Wanted, to: &Path) -> Result<()> {
        let known = self.found.downloaded.borrow().get(&wanted.url).cloned();
        if let Some(known) = known {
            // No link: an action may change the file where it is.
            return copy(&known, to);
        }
        download(context, self.client, wanted, to).await?;
        let kept = self.keep.join(format!("downloaded-{}", self.found.downloaded.borrow().len()));
        copy(to, &kept)?;
        self.found.downloaded.borrow_mut().insert(wanted.url.clone(), kept);
        Ok(())
    }

    /// Whether the cache has a file.
    async fn is_held(&self, context: &Context, name: &str, checksum: &Checksum) -> Result<bool> {
        let key = (name.to_owned(), checksum.hex().to_owned());
        let known = self.found.held.borrow().get(&key).copied();
        if let Some(known) = known {
            return Ok(known);
        }
        let held = self.lookaside.holds(context, self.client, name, checksum).await?;
        self.found.held.borrow_mut().insert(key, held);
        Ok(held)
    }

    /// Downloads what `sources` lists and is not there. What the cache does not give is left out, as the action may not need it.
    async fn bring_cached(&self, context: &Context) -> Result<()> {
        let root = self.clone.root();
        for entry in sources_file::read(root)? {
            let to = crate::paths::join_within(root, root, Path::new(&entry.file))?;
            let Ok(checksum) = Checksum::new(entry.checksum, &entry.hex) else { continue };
            if to.symlink_metadata().is_ok() {
                continue;
            }
            let wanted = self.lookaside.wanted(&entry.file, checksum, archive_content::check_download)?;
            if let Err(error) = download(context, self.client, &wanted, &to).await {
                if error.kind() == Kind::Interrupted {
                    return Err(error);
                }
                let note = format!("{} was not taken from the lookaside cache: {}", entry.file, error.message());
                context.found(Finding::note(note));
            }
        }
        Ok(())
    }

    /// Writes down which files the update has: `sources` lists them, `.gitignore` keeps them out of git. A file of the list that
    /// was neither downloaded nor made stays in it as it is.
    ///
    /// # Errors
    /// When a file is missing that the list does not have either, or its name cannot be in it; when the cache cannot be asked.
    pub async fn write(&self, context: &Context, spec: (&SpecFile, &Facts)) -> Result<NewSources> {
        let root = self.clone.root();
        let listed = sources_file::read(root)?;
        let archive = self.package.spec_source_id.value;
        let live: Vec<&SourceFact> = spec.1.sources.iter().filter(|fact| is_file(fact)).collect();
        let names: Vec<&str> = live.iter().map(|fact| fact.file_name()).collect();
        let tracked = self.clone.tracked(context, &names).await?;
        let mut new = NewSources::default();
        for fact in live {
            let name = fact.file_name();
            if tracked.iter().any(|tracked| tracked == name) || new.entries.iter().any(|entry| entry.file == name) {
                continue;
            }
            let file = crate::paths::join_within(root, root, Path::new(name))?;
            if file.is_file() {
                let measured = self.lookaside.measured(&file)?;
                let entry = Entry::new(name, &measured.checksum)?;
                if self.force || !self.is_held(context, name, &measured.checksum).await? {
                    new.uploads.push(Upload { path: self.kept(&file, name, &measured.checksum)?, ..measured });
                }
                new.entries.push(entry);
            } else if let Some(old) = listed.iter().find(|entry| entry.file == name) {
                new.entries.push(old.clone());
            } else if fact.is_remote() || fact.number == archive {
                let place = |error: Error| spec.0.line_of(fact.line).into_iter().fold(error, Error::at);
                let error =
                    Error::new(Kind::Project, format!("Source{} names `{name}`, which is not there", fact.number));
                return Err(place(error.hint("give it a URL, or have the action `post-modifications` make it")));
            }
        }
        if !new.entries.is_empty() && !sources_file::same_files(&listed, &new.entries) {
            sources_file::new_sources(root, &new.entries)?;
        }
        let files: Vec<&str> = new.entries.iter().map(|entry| entry.file.as_str()).collect();
        gitignore::ignore(root, &files)?;
        Ok(new)
    }

    /// A copy of a file of the clone that stays when another branch is checked out.
    fn kept(&self, file: &Path, name: &str, checksum: &Checksum) -> Result<PathBuf> {
        use crate::error::Context as _;
        let cannot = || format!("`{}` cannot be kept", file.display());
        let digits: String = checksum.hex().chars().take(16).collect();
        let folder = self.keep.join(digits);
        fs_err::create_dir_all(&folder).or_error(Kind::Environment, cannot)?;
        let kept = folder.join(name);
        if !kept.is_file() && fs_err::hard_link(file, &kept).is_err() {
            copy(file, &kept)?;
        }
        Ok(kept)
    }

    fn needs<'n>(&'n self, (spec_file, facts): (&'n SpecFile, &'n Facts)) -> Needs<'n> {
        Needs {
            package: self.package,
            root: self.clone.root(),
            spec_file,
            facts,
            replaced: None,
            archive: None,
            staged: None,
        }
    }
}

/// Copies a file with its time, which the lookaside cache keeps.
fn copy(from: &Path, to: &Path) -> Result<()> {
    use crate::error::Context as _;
    let cannot = || format!("`{}` cannot be copied", from.display());
    fs_err::copy(from, to).or_error(Kind::Environment, cannot)?;
    let modified =
        fs_err::metadata(from).and_then(|metadata| metadata.modified()).or_error(Kind::Environment, cannot)?;
    let time = jiff::Timestamp::try_from(modified).or_error(Kind::Environment, cannot)?;
    crate::paths::set_modified(to, time)
}

/// Whether rpm reads a source, and it is a file with a name.
fn is_file(fact: &SourceFact) -> bool {
    fact.live && !fact.file_name().is_empty() && !fact.has_unknown_macro()
}
