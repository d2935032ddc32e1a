//! Opening the project that a command works on: where it is, its checkout, its configuration, and the chosen packages.

use std::path::{Path, PathBuf};
use std::rc::Rc;

use tempfile::TempDir;

use super::actions::ActionChoice;
use crate::config::{self, Found, Loaded, Package, Roots, User};
use crate::context::Context;
use crate::error::{Error, Finding, Kind, Result};
use crate::git::url::{self, RemoteUrl};
use crate::git::{Head, Repo, command, pull_request};
use crate::paths;
use crate::project::guard;
use crate::secret;
use crate::spec::Prerelease;
use crate::tools::rpmbuild::Definitions;

/// Where the project is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// A folder of this machine, absolute.
    Folder(PathBuf),
    /// A git repository to be cloned.
    Url {
        /// Its address.
        url: String,
        /// The branch, tag or commit to check out instead of the default branch.
        reference: Option<String>,
        /// The pull request to check out.
        pull_request: Option<PullRequest>,
        /// Whether the user trusts what its configuration would run.
        trusted: bool,
    },
}

/// A pull request, and how it is checked out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PullRequest {
    /// Its number.
    pub id: String,
    /// The branch that it goes to; that of the clone when not given.
    pub target: Option<String>,
    /// Whether it is merged into that branch.
    pub merge: bool,
}

impl Place {
    /// Reads `PATH_OR_URL`: an existing folder, an existing file (its folder counts), or an address that git can clone.
    ///
    /// # Errors
    /// Of kind [`Kind::Usage`] when it is none of them: a mistyped path is never taken for an address.
    pub fn read(
        context: &Context,
        path: &Path,
        reference: Option<String>,
        pull_request: Option<PullRequest>,
        trusted: bool,
    ) -> Result<Self> {
        let absolute = context.absolute(path);
        if absolute.is_dir() {
            return Ok(Self::Folder(absolute));
        }
        if let (true, Some(folder)) = (absolute.is_file(), absolute.parent()) {
            return Ok(Self::Folder(folder.to_owned()));
        }
        match path.to_str().filter(|text| url::is_clone_url(text)) {
            Some(text) => Ok(Self::Url { url: text.to_owned(), reference, pull_request, trusted }),
            None => Err(Error::new(
                Kind::Usage,
                format!("`{}` is neither a folder, nor a file, nor the URL of a git repository", path.display()),
            )
            .hint("a URL begins with https://, http://, ssh:// or file://, or reads USER@HOST:PATH")),
        }
    }
}

/// Which project, and which of its packages.
#[derive(Debug, Clone)]
pub struct ProjectRequest {
    /// Where it is.
    pub place: Place,
    /// The configuration file, when it is not to be searched.
    pub config: Option<PathBuf>,
    /// The name of the git remote that names the upstream project.
    pub remote: Option<String>,
    /// The names of the packages; none for all.
    pub packages: Vec<String>,
    /// The user's own configuration.
    pub user: User,
    /// What the user says about actions.
    pub actions: ActionChoice,
}

/// Which tags count for the version.
#[derive(Debug, Clone, Default)]
pub struct TagChoice {
    /// Only those that this ref contains.
    pub merged_ref: Option<String>,
    /// All, wherever they are.
    pub any_tag: bool,
}

/// An opened project.
#[derive(Debug)]
pub struct Project {
    /// The checkout.
    pub repo: Repo,
    /// What is checked out.
    pub head: Head,
    /// The folder that paths in the configuration are relative to.
    pub base: PathBuf,
    /// Where upstream is: the URL that was cloned, else the first one of the chosen remote. It may hold credentials.
    pub address: Option<String>,
    /// The name of the upstream repository: of its address, else of the folder.
    pub repository: String,
    /// The configuration.
    pub config: Rc<Loaded>,
    /// The chosen packages, in the order of the configuration.
    pub packages: Rc<[Package]>,
    /// The user's own configuration.
    pub user: User,
    /// Whether what the configuration would run is trusted: it is the user's own checkout, or the user said so.
    pub trusted: bool,
    /// What the user says about actions.
    pub actions: ActionChoice,
    /// Keeps the clone of a URL.
    clone: Option<Rc<TempDir>>,
    /// Whether packit has made the checkout.
    is_private: bool,
}

impl Project {
    /// Opens the project: clones a URL, puts a checkout right where a packit was killed, reads HEAD and remotes, loads the
    /// configuration and chooses the packages. Warnings of the configuration are told.
    ///
    /// # Errors
    /// Whatever keeps it from being opened.
    pub async fn open(context: &Context, request: &ProjectRequest) -> Result<Self> {
        Self::open_then(context, request, async |repo| guard::recover(context, repo).await).await
    }

    /// Opens the project as [`Project::open`] does, and writes nothing to the checkout.
    ///
    /// # Errors
    /// As [`Project::open`].
    pub async fn look(context: &Context, request: &ProjectRequest) -> Result<Self> {
        let tell = async |repo: &Repo| {
            if guard::is_disturbed(repo) {
                let what =
                    "a packit works in this checkout, or was killed there: what actions changed is not put back yet";
                context.found(Finding::warning(what).hint("the next `packit srpm` puts it back"));
            }
            Ok(())
        };
        Self::open_then(context, request, tell).await
    }

    async fn open_then(
        context: &Context,
        request: &ProjectRequest,
        first: impl AsyncFnOnce(&Repo) -> Result<()>,
    ) -> Result<Self> {
        let (start, clone, trusted) = match &request.place {
            Place::Folder(folder) => (folder.clone(), None, true),
            Place::Url { url, reference, pull_request, trusted } => {
                // The packit service names the head of a pull request as well, which may be in no branch of the repository.
                let checked_out = reference.as_deref().filter(|_| pull_request.is_none());
                let clone = clone(context, url, checked_out).await?;
                if let Some(wanted) = pull_request {
                    check_out(context, url, wanted, reference.as_deref(), clone.path()).await?;
                }
                (clone.path().to_owned(), Some(Rc::new(clone)), *trusted)
            }
        };
        let repo = Repo::open(&start)?;
        first(&repo).await?;
        let configured = request.user.upstream_git_remote.as_ref().map(|name| name.value.as_str());
        let of_remote = repo.upstream_address(request.remote.as_deref().or(configured))?;
        let address = match &request.place {
            Place::Url { url, .. } => Some(url::for_git(url).to_owned()),
            Place::Folder(_) => of_remote,
        };
        let repository = repository_name(&repo, address.as_deref());
        let found = find_config(context, request, &start, &repo)?;
        let from = if clone.is_some() { repo.root() } else { context.cwd() };
        let config = config::load(&found.file, &below(from, &found.file), Some(&repository))?;
        for finding in found.findings.iter().chain(&config.findings) {
            context.found(finding.clone());
        }
        let mut packages: Vec<Package> =
            config::select(&config.packages, &request.packages)?.into_iter().cloned().collect();
        let roots = Roots { root: repo.root(), base: &found.base, repository: Some(&repository) };
        packages.iter_mut().for_each(|package| fill_spec_path(package, roots));
        let packages = packages.into();
        let head = repo.head()?;
        let (user, actions) = (request.user.clone(), request.actions.clone());
        let config = Rc::new(config);
        Ok(Self {
            repo,
            head,
            base: found.base,
            address,
            repository,
            config,
            packages,
            user,
            trusted,
            actions,
            clone,
            is_private: false,
        })
    }

    /// What the paths of a configuration are relative to, and what they must not leave.
    pub fn roots(&self) -> Roots<'_> {
        Roots { root: self.repo.root(), base: &self.base, repository: Some(&self.repository) }
    }

    /// The folder of a package: where its archive is made and the programs of its spec run.
    ///
    /// # Errors
    /// When `paths` leads out of the repository or to nothing.
    pub fn folder(&self, package: &Package) -> Result<PathBuf> {
        // Without `paths` a package is the whole repository, wherever its configuration stands.
        let Some(path) = package.paths.first() else { return Ok(self.repo.root().to_owned()) };
        let folder = config::package_folder(package, self.roots())?;
        if folder.is_dir() {
            return Ok(folder);
        }
        let error =
            Error::new(Kind::Config, format!("there is no folder `{}`, the first of `paths`", folder.display()));
        Err(path.place().into_iter().fold(error, Error::at))
    }

    /// The macros that are set while the spec of a package is parsed: those of the package, then those of the user.
    pub fn parse_time_macros(&self, package: &Package) -> Definitions {
        Definitions::parse_time(&package.parse_time_macros, &self.user.default_parse_time_macros)
    }

    /// The same project in which each chosen package has the settings of one of its jobs, counted from 0. Those of other packages do
    /// not count, as in the reference.
    ///
    /// # Errors
    /// Of kind [`Kind::Usage`] when a chosen package has no such job.
    pub fn in_job(&self, index: usize) -> Result<Self> {
        let of_job = |package: &Package| {
            let jobs: Vec<_> = self.config.jobs.iter().filter_map(|job| job.package(&package.name)).collect();
            jobs.get(index).map(|&package| package.clone()).ok_or_else(|| {
                let message =
                    format!("there is no job {index} of the package `{}`: it has {}", package.name, jobs.len());
                Error::new(Kind::Usage, message).hint(
                    "jobs are counted from 0, those of other packages left out; one with `trigger: a | b` counts twice",
                )
            })
        };
        let mut packages = self.packages.iter().map(of_job).collect::<Result<Vec<Package>>>()?;
        packages.iter_mut().for_each(|package| fill_spec_path(package, self.roots()));
        Ok(Self { packages: packages.into(), ..self.reopened()? })
    }

    /// A path as the user would name it: relative to the current folder where it is below it; in a checkout that packit has made, and
    /// that is gone when the user reads of it, relative to its top.
    pub fn shown(&self, context: &Context, path: &Path) -> PathBuf {
        below(if self.is_clone() { self.repo.root() } else { context.cwd() }, path)
    }

    /// Whether packit has made the checkout itself: nobody else works in it.
    pub fn is_clone(&self) -> bool {
        self.clone.is_some() || self.is_private
    }

    /// The same project, with the same configuration, in a checkout of its repository that packit made for itself.
    ///
    /// # Errors
    /// When `root` is no repository.
    pub fn in_own_checkout(&self, root: &Path) -> Result<Self> {
        let repo = Repo::open(root)?;
        let head = repo.head()?;
        let below = self.base.strip_prefix(self.repo.root()).unwrap_or(Path::new(""));
        let base = repo.root().join(below).components().collect();
        Ok(Self { repo, head, base, is_private: true, ..self.reopened()? })
    }

    /// The same project, with the same configuration, in a repository of packit's own that is empty: no commit is checked out there.
    ///
    /// # Errors
    /// When `root` is no repository.
    pub fn in_own_folder(&self, root: &Path) -> Result<Self> {
        let repo = Repo::open(root)?;
        let base = repo.root().to_owned();
        Ok(Self { repo, base, is_private: true, ..self.reopened()? })
    }

    /// The same project as it is now, after commands that may have fetched tags or checked out something else.
    ///
    /// # Errors
    /// When the repository cannot be read any more.
    pub fn reopened(&self) -> Result<Self> {
        let repo = Repo::open(self.repo.root())?;
        let head = repo.head()?;
        Ok(Self {
            repo,
            head,
            base: self.base.clone(),
            address: self.address.clone(),
            repository: self.repository.clone(),
            config: Rc::clone(&self.config),
            packages: Rc::clone(&self.packages),
            user: self.user.clone(),
            trusted: self.trusted,
            actions: self.actions.clone(),
            clone: self.clone.clone(),
            is_private: self.is_private,
        })
    }
}

/// The rule for pre-releases of a package.
///
/// # Errors
/// When `prerelease_suffix_pattern` is no regular expression.
pub fn prerelease(package: &Package) -> Result<Prerelease> {
    let pattern = package.prerelease_suffix_pattern.value.as_deref();
    let macro_name = package.prerelease_suffix_macro.as_ref().map(|name| name.value.as_str());
    Prerelease::new(pattern, macro_name)
}

/// A clone in a temporary folder.
async fn clone(context: &Context, url: &str, reference: Option<&str>) -> Result<TempDir> {
    context.step(format!("cloning {}", secret::redacted(url)));
    let folder = paths::temporary_folder(&context.temporary())?;
    command::clone(context, url::for_git(url), folder.path(), reference).await?;
    Ok(folder)
}

/// Fills in where the spec file of a package is, for actions and templates that want to know.
fn fill_spec_path(package: &mut Package, roots: Roots<'_>) {
    let suffixes = [&package.release_suffix, &package.version_suffix].into_iter().flatten();
    let is_asked = !package.actions.is_empty() || suffixes.into_iter().any(|key| key.value.contains("PACKIT_SPECFILE"));
    if package.specfile_path.is_some() || !is_asked {
        return;
    }
    // The Python packit takes a given name before it searches, whether there is such a file or not.
    let named = config::named_spec_file(package, roots).ok().flatten();
    let spec = named.or_else(|| config::find_spec_file(package, roots).ok());
    let folder = config::package_folder(package, roots).unwrap_or_else(|_| roots.root.to_owned());
    let below = spec.and_then(|spec| spec.strip_prefix(folder).ok().map(Path::to_owned));
    package.found_specfile_path = below.map(|below| below.to_string_lossy().into_owned());
}

/// Checks a pull request out in a clone, and tells what that is. It is merged into its target, else into `reference` where that is a
/// branch.
async fn check_out(
    context: &Context,
    url: &str,
    wanted: &PullRequest,
    reference: Option<&str>,
    clone: &Path,
) -> Result<()> {
    let host = RemoteUrl::parse(url).and_then(|url| url.host).unwrap_or_default();
    let repo = Repo::open(clone)?;
    let target = wanted.target.as_deref().or(reference.filter(|name| repo.origin_branch(name).is_some()));
    let found = pull_request::check_out(context, clone, &wanted.id, &host, target, wanted.merge).await?;
    let into = found.merged_into.map(|branch| format!(", merged into {branch}")).unwrap_or_default();
    context.tell(format!("pull request {} at {}{into}", wanted.id, found.head.short(8)));
    Ok(())
}

/// The name of the upstream repository: of its address, else of the folder.
pub fn repository_name(repo: &Repo, address: Option<&str>) -> String {
    let of_address = address.and_then(RemoteUrl::parse).map(|url| url.repository).filter(|name| !name.is_empty());
    of_address.unwrap_or_else(|| folder_name(repo.root()))
}

/// The name of a folder, for what is called like it.
pub fn folder_name(folder: &Path) -> String {
    folder.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// Finds the configuration: the one that the user names, whose paths are relative to the top of the repository, or the nearest
/// one from the start folder up to the top, whose paths are relative to its own folder.
fn find_config(context: &Context, request: &ProjectRequest, start: &Path, repo: &Repo) -> Result<Found> {
    match &request.config {
        Some(path) => {
            let named = context.absolute(path);
            match &request.place {
                // A configuration that is not in the current folder is one of the repository.
                Place::Url { .. } if path.is_relative() && !named.exists() => {
                    config::explicit(&paths::join_within(repo.root(), repo.root(), path)?, repo.root())
                }
                _ => config::explicit(&named, repo.root()),
            }
        }
        None => {
            let found = config::discover(start, Some(repo.root()))?;
            // The files of this machine are none of a clone's business.
            if let Place::Url { .. } = &request.place {
                let name = found.file.strip_prefix(repo.root()).unwrap_or(&found.file);
                paths::join_within(repo.root(), repo.root(), name)?;
            }
            Ok(found)
        }
    }
}

/// A path as the user would name it: relative to the current folder where it is below it.
pub fn shown(context: &Context, path: &Path) -> PathBuf {
    below(context.cwd(), path)
}

/// A path relative to `folder` where it is below it.
fn below(folder: &Path, path: &Path) -> PathBuf {
    path.strip_prefix(folder).unwrap_or(path).to_owned()
}

#[cfg(test)]
mod tests {
    use crate::config::PRERELEASE_SUFFIX_PATTERN;
    use crate::spec::DEFAULT_PATTERN;

    #[test]
    fn configuration_and_spec_mean_the_same_pre_releases() {
        assert_eq!(PRERELEASE_SUFFIX_PATTERN, DEFAULT_PATTERN);
    }
}
