//! One branch of dist-git gets the files of a release: everything that is done on this machine, but for its sources.
//!
//! [`Update::begin`] makes the files, then whoever calls brings the sources, and [`Update::finish`] makes the commit. Nothing is
//! sent.

use std::path::{Path, PathBuf};

use fs_err as fs;
use jiff::Zoned;

use super::action_variables::Variables;
use super::actions::{Actions, Outputs};
use super::project::{Project, prerelease};
use super::spec_edits;
use super::spec_file::SpecFile;
use super::spec_source::SpecSource;
use super::stand_ins;
use super::update_patches::PatchFile;
use crate::config::{self, ActionName, Package};
use crate::context::Context;
use crate::dist_git::synced_files::{Side, SpecFiles, Sync, default_list};
use crate::dist_git::texts::{self, DIVIDER, Message, Release};
use crate::dist_git::version_rules::{compare, fits_mask, fits_specifiers, not_older};
use crate::error::{Context as _, Error, Finding, Kind, Result};
use crate::git::next_commit::Published;
use crate::git::signature::Validity;
use crate::git::working_clone::WorkingClone;
use crate::git::{BranchName, CommitId};
use crate::paths;
use crate::project::staging::Staging;
use crate::spec::{Facts, Merge, Spec};

/// The note that packit maintains the repository.
const README: &str = "README.packit";

/// What the updates of all branches have in common.
#[derive(Debug)]
pub struct Update<'a> {
    /// Upstream, in a checkout of packit's own at the release: see [`Project::in_own_checkout`]. Actions run there. Where upstream is
    /// no git repository, it is an empty folder.
    pub project: &'a Project,
    /// Where the spec file comes from.
    pub source: SpecSource,
    /// The package.
    pub package: &'a Package,
    /// The configuration file, relative to the folder that paths of the configuration are relative to; `None` where it is elsewhere.
    pub config_file: Option<&'a str>,
    /// Dist-git; the branches are fetched.
    pub clone: &'a WorkingClone,
    /// The release.
    pub release: Release<'a>,
    /// What upstream's forge says of the release, where the configuration wants that in the changelog.
    pub description: Option<&'a str>,
    /// The last commit of upstream, where the project is a source-git repository: what comes after it becomes patches.
    pub upstream_ref: Option<&'a str>,
    /// Who signs the changelog entry.
    pub author: &'a str,
    /// A folder for what is made on the way.
    pub staging: &'a Staging,
}

/// A branch to update.
#[derive(Debug, Clone, Copy)]
pub struct Branch<'a> {
    /// Its name.
    pub name: &'a BranchName,
    /// The branch that is made for the update.
    pub work: &'a BranchName,
    /// Whether `version_update_mask` counts here: it does on branches of Fedora and EPEL that are not rawhide.
    pub is_masked: bool,
    /// What an earlier run has left of the update, where it goes to.
    pub published: Option<&'a Published>,
}

/// An update whose files are there, but for its sources.
#[derive(Debug)]
pub struct Begun {
    /// The commit that it follows.
    pub base: CommitId,
    /// The version that the branch had; `None` where it had no spec file.
    pub previous_version: Option<String>,
    /// The message of the commit.
    pub message: Message,
    /// The spec file in dist-git.
    pub spec: PathBuf,
    variables: Variables,
}

/// What became of an update.
#[derive(Debug)]
pub enum Finished {
    /// The branch has all of it already.
    UpToDate,
    /// An earlier run has made the same commit, which is at its place.
    Published(CommitId),
    /// A commit on the branch of the update: [`WorkingClone::diff`] shows what it changes.
    Committed(CommitId),
}

/// A spec file, and what it says.
#[derive(Clone)]
struct Read {
    path: PathBuf,
    spec: Spec,
    facts: Facts,
}

/// The spec files of both sides: the first is the one that the update is made of.
struct Specs {
    upstream: Read,
    dist_git: Option<Read>,
}

impl Update<'_> {
    fn actions(&self) -> Actions<'_> {
        Actions::of(self.project, self.package)
    }

    /// Checks out the branch, holds the version against the rules, runs the actions, and makes the files of the update.
    ///
    /// # Errors
    /// Of kind [`Kind::Refused`] when a rule keeps the version from the branch; and when a spec file cannot be read, an action fails,
    /// or a file cannot be synced.
    pub async fn begin(&self, context: &Context, branch: Branch<'_>) -> Result<Begun> {
        let version = self.release.version;
        let base = self.clone.start(context, branch.name, branch.work).await?;
        let folder = self.project.folder(self.package)?;
        let variables = Variables::in_dist_git(self.package, &folder, self.clone.root(), version);
        let keys = self.allowed_keys(branch.name)?;
        let before = self.dist_git_spec(context).await?;
        let previous_version = before.as_ref().map(|read| read.facts.version.clone());
        if let Some(previous) = &previous_version {
            not_older(version, previous, branch.name.as_str())?;
        }
        self.run(context, ActionName::PostUpstreamClone, &variables).await?;
        let mut specs = self.specs(context, before).await?;
        self.check_version(context, branch, &specs.upstream)?;
        self.check_signature(context, branch.name, &keys).await?;
        self.run(context, ActionName::PreSync, &variables).await?;
        if self.actions().run_any(&[ActionName::PostUpstreamClone, ActionName::PreSync]) {
            // They may have changed both.
            let dist_git = self.dist_git_spec(context).await?;
            specs = self.specs(context, dist_git).await?;
        }
        if self.package.downstream.create_sync_note.value && !self.is_there(&specs) {
            self.write(Path::new(README), texts::readme(env!("CARGO_PKG_VERSION")).as_bytes())?;
        }
        let message = self.message(context, &variables).await?;
        let previous = previous_version.as_deref().unwrap_or_default();
        let moment = branch.published.filter(|published| published.parents == [base]).map(|published| published.moment);
        let moment = moment.map_or_else(|| context.now(), |moment| moment.to_zoned(jiff::tz::TimeZone::UTC));
        let spec = self.make_files(context, &specs, &variables, moment, previous).await?;
        Ok(Begun { base, previous_version, message, spec, variables })
    }

    /// The spec files, of which the one of dist-git has been read.
    async fn specs(&self, context: &Context, dist_git: Option<Read>) -> Result<Specs> {
        let upstream = match (self.source, &dist_git) {
            (SpecSource::Upstream, _) => self.upstream_spec(context).await?,
            (SpecSource::DistGit, Some(there)) => there.clone(),
            (SpecSource::DistGit, None) => {
                let name = self.spec_name();
                return Err(Error::new(Kind::Project, format!("the branch has no `{}`", name.display()))
                    .hint("the spec file is called like `downstream_package_name`")
                    .hint("to begin with the spec file of upstream: packit propose-update, in a checkout of that"));
            }
        };
        Ok(Specs { upstream, dist_git })
    }

    /// Whether the spec file of dist-git has the version already and there is no other one to be brought.
    fn is_there(&self, specs: &Specs) -> bool {
        let has = &specs.upstream.facts.version;
        self.source == SpecSource::DistGit && compare(has, self.release.version).is_eq()
    }

    /// Whether the action `post-modifications` will look at what is there.
    pub fn is_modified_by_action(&self) -> bool {
        self.actions().run_any(&[ActionName::PostModifications])
    }

    /// Runs `post-modifications`.
    ///
    /// # Errors
    /// When the action fails.
    pub async fn modify(&self, context: &Context, begun: &Begun) -> Result<()> {
        self.run(context, ActionName::PostModifications, &begun.variables).await.map(drop)
    }

    /// The spec file of the update as it is now, and what it says.
    ///
    /// # Errors
    /// When there is none, or rpm cannot parse it.
    pub async fn spec_now(&self, context: &Context) -> Result<(SpecFile, Facts)> {
        let missing = || {
            let name = self.spec_name();
            Error::new(Kind::Project, format!("the update has no `{}`", name.display()))
                .hint("leave `files_to_sync` out, or have an action make it")
        };
        let file = self.dist_git_spec_file()?.ok_or_else(missing)?;
        let (spec, facts) = self.parse(context, &file).await?;
        drop(spec);
        Ok((file, facts))
    }

    /// Commits all that has changed. The commit is on the branch that was made for the update, and nowhere else.
    ///
    /// # Errors
    /// When git fails.
    pub async fn finish(&self, context: &Context, begun: &Begun, published: Option<&Published>) -> Result<Finished> {
        let staged = self.clone.stage(context).await?;
        // An action may have committed something itself.
        let is_moved = staged.base != begun.base;
        if staged.is_empty && !is_moved {
            return Ok(Finished::UpToDate);
        }
        let message = begun.message.text();
        if let Some(published) = published.filter(|published| published.is_same(&staged, &message)) {
            return Ok(Finished::Published(published.commit));
        }
        if staged.is_empty {
            return Ok(Finished::Committed(staged.base));
        }
        self.clone.commit_staged(context, &message).await.map(Finished::Committed)
    }

    /// Holds a branch that is to get the commit of another one, too, against the rules for versions: by the version that it has itself.
    ///
    /// # Errors
    /// Of kind [`Kind::Refused`] when a rule keeps the version from the branch; of kind [`Kind::Project`] when it has no spec file, or
    /// one that cannot be read.
    pub async fn may_follow(&self, context: &Context, branch: &BranchName, is_masked: bool) -> Result<()> {
        let name = self.spec_name();
        let Some(text) = self.clone.file_of(context, branch, &name).await? else {
            return Err(Error::new(Kind::Project, format!("`{branch}` has no `{}`", name.display())));
        };
        let file = self.spec_file_of(branch.as_str(), text)?;
        let (_, facts) = self.parse(context, &file).await?;
        not_older(self.release.version, &facts.version, branch.as_str())?;
        self.check_rules(is_masked, &facts.version)
    }

    /// The rules of the configuration for versions.
    fn check_version(&self, context: &Context, branch: Branch<'_>, upstream: &Read) -> Result<()> {
        let (version, in_spec) = (self.release.version, &upstream.facts.version);
        if self.source == SpecSource::Upstream && compare(in_spec, version).is_lt() {
            let message = format!("the upstream spec file has version {in_spec}, which is older than {version}");
            context.found(Finding::warning(message));
        }
        self.check_rules(branch.is_masked, in_spec)
    }

    fn check_rules(&self, is_masked: bool, in_spec: &str) -> Result<()> {
        let (rules, version) = (&self.package.downstream, self.release.version);
        if let Some(mask) = rules.version_update_mask.as_ref().filter(|_| is_masked) {
            fits_mask(&mask.value, version, in_spec)
                .map_err(|error| mask.place().into_iter().fold(error, Error::at))?;
        }
        match &rules.version_update_specifiers {
            Some(key) => {
                fits_specifiers(&key.value, version).map_err(|error| key.place().into_iter().fold(error, Error::at))
            }
            None => Ok(()),
        }
    }

    /// The keys by one of which the last commit of the branch must be signed, as the configuration there says; `None` when it does not.
    fn allowed_keys(&self, branch: &BranchName) -> Result<Option<Vec<String>>> {
        let root = self.clone.root();
        let Ok(found) = config::discover(root, Some(root)) else { return Ok(None) };
        let named = found.file.strip_prefix(root).unwrap_or(&found.file);
        let file = self.place(named)?;
        let shown = Path::new("dist-git").join(named);
        match config::load(&file, &shown, None) {
            Ok(loaded) => {
                let keys = loaded.packages.first().and_then(|package| package.downstream.allowed_gpg_keys.as_ref());
                let keys = keys.filter(|keys| !keys.is_empty());
                Ok(keys.map(|keys| keys.iter().map(|key| key.value.clone()).collect()))
            }
            // One that has nothing to do with signatures is not packit's business here.
            Err(_)
                if !fs::read(&file).is_ok_and(|text| String::from_utf8_lossy(&text).contains("allowed_gpg_keys")) =>
            {
                Ok(None)
            }
            Err(error) => Err(error.within(format!("which keys may sign the commits of `{branch}` cannot be read"))),
        }
    }

    async fn check_signature(&self, context: &Context, branch: &BranchName, keys: &Option<Vec<String>>) -> Result<()> {
        let Some(keys) = keys else { return Ok(()) };
        let signature = self.clone.signature(context, branch).await?;
        let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
        if signature.is_by(&keys) {
            return Ok(());
        }
        let by = signature.keys.first().map(String::as_str).unwrap_or_default();
        let message =
            format!("the last commit of `{branch}` is not signed as `allowed_gpg_keys` of its configuration wants it");
        let error = Error::new(Kind::Refused, message);
        Err(match signature.validity {
            Validity::Missing => error.cause("it is not signed"),
            Validity::Bad => error.cause("its signature is bad"),
            Validity::Outdated => error.cause(format!("its signature has expired, or its key {by} was revoked")),
            Validity::Good => error.cause(format!("it is signed by {by}")),
            Validity::Unknown => {
                let error =
                    error.cause(format!("its signature cannot be checked: the key {by} is not in your keyring"));
                let hex = keys.iter().filter(|key| key.bytes().all(|byte| byte.is_ascii_hexdigit()));
                hex.fold(error, |error, key| error.hint(format!("gpg --recv-keys {key}")))
            }
        })
    }

    async fn run(&self, context: &Context, name: ActionName, variables: &Variables) -> Result<Option<Outputs>> {
        self.actions().run(context, name, variables).await
    }

    /// The message of the commit: by the action, else packit's own.
    async fn message(&self, context: &Context, variables: &Variables) -> Result<Message> {
        let mut default = self.release.commit_message();
        if self.upstream_ref.is_some() {
            default = default.from_source_git(self.project.head.commit);
        }
        // Eight digits, as the Python packit gives them.
        let commit = self.release.commit.map(|commit| commit.short(8)).unwrap_or_default();
        let tag = self.release.tag.unwrap_or_default();
        let variables = variables.clone().for_commit_message(tag, &commit, DIVIDER, self.release.bugs);
        let outputs = self.run(context, ActionName::CommitMessage, &variables).await?;
        Ok(match outputs {
            Some(outputs) => texts::message_of_action(&outputs.concat(), default),
            None => default,
        })
    }

    /// Makes spec file and synced files, and returns where the spec file is.
    async fn make_files(
        &self,
        context: &Context,
        specs: &Specs,
        variables: &Variables,
        moment: Zoned,
        previous_version: &str,
    ) -> Result<PathBuf> {
        let Specs { upstream, dist_git } = specs;
        let spec = self.place(&self.spec_name())?;
        if self.source == SpecSource::DistGit {
            return self.make_files_beside_spec(context, specs, variables, moment, previous_version).await;
        }
        let mut patches = Vec::new();
        let is_replaced = self.actions().has(ActionName::PrepareFiles);
        let is_copied = self.package.downstream.sync_changelog.value || is_replaced;
        if is_replaced {
            self.run(context, ActionName::PrepareFiles, variables).await?;
        } else if !is_copied {
            if dist_git.is_none() {
                let what =
                    format!("dist-git has no `{}` yet: the upstream spec file becomes it", self.spec_name().display());
                context.found(Finding::warning(what));
            }
            let merged = self.merged(context, upstream, dist_git.as_ref(), moment, previous_version).await?;
            self.write(&self.spec_name(), &merged.0)?;
            patches = merged.1;
        }
        let project = self.project;
        let folder = project.folder(self.package)?;
        let files = SpecFiles { from: &upstream.path, to: &spec };
        let sync = |base| Sync {
            from: Side { root: project.repo.root(), base },
            to: Side { root: self.clone.root(), base: self.clone.root() },
            leave_out: (!is_copied).then_some(files),
        };
        if !self.package.files_to_sync.is_empty() {
            sync(&folder).run(context, &self.package.files_to_sync).await?;
            self.write_patches(&patches)?;
            return Ok(spec);
        }
        let below = upstream.path.strip_prefix(project.repo.root()).unwrap_or(&upstream.path);
        let config = self
            .config_file
            .and_then(|file| project.base.join(file).strip_prefix(project.repo.root()).ok().map(Path::to_owned));
        let config = config.as_deref().and_then(Path::to_str);
        let list = default_list(&below.to_string_lossy(), &self.package.downstream_package_name.value, config);
        sync(project.repo.root()).run(context, &list).await?;
        self.write_patches(&patches)?;
        Ok(spec)
    }

    /// Makes the spec file out of the one that is there, and brings the files that upstream is asked for. The spec file comes last:
    /// nothing of upstream takes its place.
    async fn make_files_beside_spec(
        &self,
        context: &Context,
        specs: &Specs,
        variables: &Variables,
        moment: Zoned,
        previous_version: &str,
    ) -> Result<PathBuf> {
        let name = self.spec_name();
        let text = if self.actions().has(ActionName::PrepareFiles) {
            self.run(context, ActionName::PrepareFiles, variables).await?;
            fs::read(self.place(&name)?).or_error(Kind::Project, || format!("`{}` cannot be read", name.display()))?
        } else if self.is_there(specs) {
            specs.upstream.spec.to_bytes()
        } else {
            self.merged(context, &specs.upstream, None, moment, previous_version).await?.0
        };
        let project = self.project;
        let folder = project.folder(self.package)?;
        let from = Side { root: project.repo.root(), base: &folder };
        let to = Side { root: self.clone.root(), base: self.clone.root() };
        Sync { from, to, leave_out: None }.run(context, &self.package.files_to_sync).await?;
        let spec = self.place(&name)?;
        if spec.is_symlink() || !fs::read(&spec).is_ok_and(|there| there == text) {
            self.write(&name, &text)?;
        }
        Ok(spec)
    }

    /// The text of the spec file for dist-git, and the patches that it names.
    async fn merged(
        &self,
        context: &Context,
        upstream: &Read,
        dist_git: Option<&Read>,
        moment: Zoned,
        previous_version: &str,
    ) -> Result<(Vec<u8>, Vec<PatchFile>)> {
        let dist_git = dist_git.unwrap_or(upstream);
        let merge = Merge {
            upstream: &upstream.spec,
            upstream_facts: &upstream.facts,
            dist_git: &dist_git.spec,
            dist_git_facts: &dist_git.facts,
            version: self.release.version,
            prerelease: &prerelease(self.package)?,
        };
        let mut merged = merge.merged()?;
        merged.findings.drain(..).for_each(|finding| context.found(finding));
        if !merged.spec.uses_autochangelog() {
            let tag = self.release.tag.unwrap_or_default();
            let (version, bugs) = (self.release.version, self.release.bugs);
            let variables = Variables::changelog_entry_of_update(self.package, version, bugs, tag, previous_version);
            let by_action = spec_edits::entry_by_action(context, &self.actions(), &variables).await?;
            let wanted = self.package.downstream.copy_upstream_release_description.value;
            let lines = self.release.changelog_lines(self.description.filter(|_| wanted), by_action);
            merged.add_entry(moment, self.author.to_owned(), lines, &upstream.facts)?;
        }
        let mut patches = Vec::new();
        if let Some(upstream_ref) = self.upstream_ref {
            let name = self.spec_name();
            patches = self.make_patches(context, upstream_ref, &mut merged.spec, &name, &upstream.facts).await?;
        }
        Ok((merged.spec.to_bytes(), patches))
    }

    async fn upstream_spec(&self, context: &Context) -> Result<Read> {
        self.read(context, SpecFile::read(context, self.project, self.package)?).await
    }

    async fn dist_git_spec(&self, context: &Context) -> Result<Option<Read>> {
        match self.dist_git_spec_file()? {
            Some(file) => self.read(context, file).await.map(Some),
            None => Ok(None),
        }
    }

    /// The spec file of the branch; `None` where there is none.
    fn dist_git_spec_file(&self) -> Result<Option<SpecFile>> {
        let (name, path) = (self.spec_name(), self.place(&self.spec_name())?);
        let text = match fs::read(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => {
                return Err(
                    Error::new(Kind::Project, format!("`{}` of dist-git cannot be read", name.display())).source(error)
                );
            }
        };
        self.spec_file_of("dist-git", text).map(Some)
    }

    /// The spec file of this text; `of` is what messages name before its name.
    fn spec_file_of(&self, of: &str, text: Vec<u8>) -> Result<SpecFile> {
        let (name, folder) = (self.spec_name(), self.clone.root().to_owned());
        let (shown, file, path) = (Path::new(of).join(&name), name.clone().into_os_string(), self.place(&name)?);
        Ok(SpecFile { path, shown, in_repository: name, folder, name: file, text })
    }

    async fn read(&self, context: &Context, file: SpecFile) -> Result<Read> {
        let (spec, facts) = self.parse(context, &file).await?;
        Ok(Read { path: file.path, spec, facts })
    }

    async fn parse(&self, context: &Context, file: &SpecFile) -> Result<(Spec, Facts)> {
        let spec = Spec::parse(&file.text);
        let known = spec.facts().map_err(|error| file.unread(error))?;
        let macros = self.project.parse_time_macros(self.package).with(&stand_ins::needed(context, &spec).await?);
        let facts = file.facts(context, known, &macros, self.staging, &file.folder).await?;
        Ok((spec, facts))
    }

    fn spec_name(&self) -> PathBuf {
        PathBuf::from(format!("{}.spec", self.package.downstream_package_name.value))
    }

    /// A file in dist-git, which no link leads out of it.
    pub(super) fn place(&self, name: &Path) -> Result<PathBuf> {
        paths::join_within(self.clone.root(), self.clone.root(), name)
    }

    fn write_patches(&self, patches: &[PatchFile]) -> Result<()> {
        patches.iter().try_for_each(|patch| self.write(&patch.name, &patch.content))
    }

    /// Writes a file of dist-git; where a link was, it is the file.
    pub(super) fn write(&self, name: &Path, content: &[u8]) -> Result<()> {
        let path = self.place(name)?;
        let cannot = || format!("`{}` cannot be written", path.display());
        if path.is_symlink() {
            fs::remove_file(&path).or_error(Kind::Environment, cannot)?;
        }
        fs::write(&path, content).or_error(Kind::Environment, cannot)
    }
}

#[cfg(test)]
mod tests;
