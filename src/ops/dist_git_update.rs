//! Making the updates of all branches on this machine: files, sources and commit of each. Nothing is sent.

use std::path::Path;
use std::rc::Rc;

use super::dist_git_sources::{Found, Sources};
use super::forge_access;
use super::project::Project;
use super::proposal::Target;
use super::propose_update::Request;
use super::release_version::UpstreamRelease;
use super::spec_source::SpecSource;
use super::update_branch::{Branch, Finished, Update};
use super::update_branches::{ChosenBranch, is_masked};
use crate::config::Package;
use crate::context::Context;
use crate::dist_git::texts::{Message, Release};
use crate::error::{Error, Finding, Kind, Result};
use crate::git::next_commit::Published;
use crate::git::url::RemoteUrl;
use crate::git::working_clone::{CloneRequest, MissingBranch, Place, WorkingClone, missing_branches};
use crate::git::{BranchName, CommitId};
use crate::project::packager;
use crate::project::staging::{Area, Staging};
use crate::services::Client;
use crate::services::forge::ProjectPath;
use crate::services::lookaside::{Lookaside, Upload};
use crate::tools::rpm_macros::UserMacros;

/// What the updates of a package are made of.
pub struct Making<'a> {
    /// What the user has checked out.
    pub home: &'a Project,
    /// Upstream, in a checkout of packit's own; an empty folder where it is no git repository.
    pub upstream: &'a Project,
    /// The package.
    pub package: &'a Package,
    /// The configuration file, relative to what its paths are relative to; none where it is elsewhere.
    pub config_file: Option<&'a str>,
    /// The lookaside cache.
    pub lookaside: Rc<Lookaside>,
    /// Where updates go.
    pub target: &'a Target,
    /// Who asks servers.
    pub client: &'a Client,
    /// The release.
    pub release: &'a UpstreamRelease,
    /// The bugs that it resolves.
    pub bugs: &'a [String],
    /// What the user wants.
    pub request: &'a Request,
    /// A folder for files that are to be uploaded.
    pub keep: &'a Path,
}

/// The update of one branch, as it was made.
pub struct Made {
    /// The branch.
    pub branch: BranchName,
    /// Branches that get the same commit.
    pub merged_into: Vec<BranchName>,
    /// The branch of the update.
    pub work: BranchName,
    /// The version that the branch had.
    pub previous_version: Option<String>,
    /// The clone with the commit.
    pub clone: Rc<WorkingClone>,
    /// The cache for its sources; none where it has none.
    pub lookaside: Option<Rc<Lookaside>>,
    /// What was made, or why not.
    pub update: Result<Commit>,
}

/// What was made of an update.
pub struct Commit {
    /// The commit; none where the branch has all of it.
    pub finished: Finished,
    /// The commit that it follows.
    pub base: CommitId,
    /// Files for the cache.
    pub uploads: Vec<Upload>,
    /// The message of the commit.
    pub message: Message,
    /// Title and text of the pull request.
    pub pull_request: Message,
    /// What an earlier run has left where it goes to.
    pub published: Option<CommitId>,
}

impl Made {
    /// Whether there is a commit to be pushed.
    pub fn has_commit(&self) -> bool {
        matches!(&self.update, Ok(Commit { finished: Finished::Committed(_), .. }))
    }

    /// What is to be done with it, in words.
    pub fn plan(&self, target: &Target) -> String {
        let update = match &self.update {
            Ok(update) => update,
            Err(error) => return format!("cannot be updated: {}", error.message()),
        };
        let from =
            self.previous_version.as_ref().map(|version| format!("from {version}")).unwrap_or_else(|| "new".to_owned());
        let uploads = match update.uploads.as_slice() {
            [] => String::new(),
            files => format!(", upload {}", files.iter().map(|file| file.file.as_str()).collect::<Vec<_>>().join(", ")),
        };
        let what = match &update.finished {
            Finished::UpToDate => "is up to date".to_owned(),
            Finished::Published(commit) => format!("{from}; {} was pushed before", commit.short(8)),
            Finished::Committed(commit) => format!("{from}; push {}", commit.short(8)),
        };
        let way = if target.wants_request() { ", pull request" } else { "" };
        let way = if matches!(update.finished, Finished::UpToDate) { "" } else { way };
        format!("{what}{uploads}{way}")
    }
}

impl Making<'_> {
    /// Makes the update of each branch, one after the other. One that fails does not stop the others.
    ///
    /// # Errors
    /// What concerns all of them: dist-git cannot be fetched, nobody is there to sign the changelog entry.
    pub async fn branches(&self, context: &Context, branches: &[ChosenBranch]) -> Result<Vec<Made>> {
        let clone = Rc::new(self.clone(context).await?);
        let names: Vec<BranchName> = branches
            .iter()
            .flat_map(|branch| std::iter::once(&branch.name).chain(&branch.merged_into))
            .fold(Vec::new(), |mut all, name| {
                if !all.contains(name) {
                    all.push(name.clone());
                }
                all
            });
        let missing = clone.fetch(context, &names).await?;
        let published = self.published(context, &clone, branches).await?;
        let description = self.description(context).await?;
        let macros = UserMacros::read(context);
        let author = packager::author(context, &self.home.repo, &macros).await?;
        let area = Area::claim(context, self.release.commit.unwrap_or(self.home.head.commit))?;
        let staging = Staging::new(&area, &self.package.name)?;
        let upstream = self.upstream_page();
        let update = Update {
            project: self.upstream,
            source: self.request.source,
            package: self.package,
            config_file: self.config_file,
            clone: &clone,
            release: Release {
                version: &self.release.version,
                tag: self.release.tag.as_deref(),
                commit: self.release.commit,
                upstream: upstream.as_deref(),
                monitoring: None,
                bugs: self.bugs,
            },
            description: description.as_deref(),
            upstream_ref: self.request.upstream_ref_of(self.package),
            author: &author,
            staging: &staging,
        };
        let found = Found::default();
        let mut made = Vec::new();
        for branch in branches {
            context.interrupt().check()?;
            let work = self.work(&branch.name);
            let published = published.iter().find(|published| published.branch == work);
            let mut previous_version = None;
            let done = match missing.iter().find(|missing| missing.branch == branch.name) {
                Some(missing) => Err(missing_branches(std::slice::from_ref(missing), clone.origin())),
                None => {
                    let at = Branch { name: &branch.name, work: &work, is_masked: branch.is_masked(), published };
                    self.one(context, &update, at, &found, &mut previous_version).await
                }
            };
            if let Err(error) = &done
                && error.kind() == Kind::Interrupted
            {
                return Err(error.clone());
            }
            let merged_into = match &done {
                Ok(_) => following(context, &update, &branch.merged_into, &missing).await?,
                Err(_) => Vec::new(),
            };
            made.push(Made {
                branch: branch.name.clone(),
                merged_into,
                work,
                previous_version,
                clone: Rc::clone(&clone),
                lookaside: Some(Rc::clone(&self.lookaside)),
                update: done,
            });
        }
        Ok(made)
    }

    /// Files, sources and commit of one branch.
    async fn one(
        &self,
        context: &Context,
        update: &Update<'_>,
        branch: Branch<'_>,
        found: &Found,
        previous_version: &mut Option<String>,
    ) -> Result<Commit> {
        let begun = update.begin(context, branch).await?;
        previous_version.clone_from(&begun.previous_version);
        let sources = Sources {
            package: self.package,
            clone: update.clone,
            lookaside: &self.lookaside,
            client: self.client,
            keep: self.keep,
            found,
            force: self.request.force_new_sources,
        };
        let (mut file, mut facts) = update.spec_now(context).await?;
        let by_action = update.is_modified_by_action();
        sources.bring(context, (&file, &facts), by_action).await?;
        if by_action {
            update.modify(context, &begun).await?;
            // It may have changed the spec, too.
            (file, facts) = update.spec_now(context).await?;
            sources.bring(context, (&file, &facts), false).await?;
        }
        let mut new = sources.write(context, (&file, &facts)).await?;
        if !self.package.downstream.upload_sources.value {
            new.uploads.clear();
        }
        new.uploads.iter().try_for_each(|upload| self.lookaside.takes(upload))?;
        let finished = update.finish(context, &begun, branch.published).await?;
        Ok(Commit {
            finished,
            base: begun.base,
            uploads: new.uploads,
            pull_request: update.release.pull_request(branch.name.as_str()),
            message: begun.message,
            published: branch.published.map(|published| published.commit),
        })
    }

    async fn clone(&self, context: &Context) -> Result<WorkingClone> {
        let working = &self.request.dist_git;
        let of_home = (self.request.source == SpecSource::DistGit).then(|| self.home.repo.root().to_owned());
        let path = working.path.as_ref().map(|path| context.absolute(path)).or(of_home);
        let place = match (&path, working.in_place, &working.keep) {
            (Some(path), true, _) => Place::InPlace(path.clone()),
            (_, _, Some(keep)) => Place::Keep(context.absolute(keep)),
            _ => Place::Temporary,
        };
        let credentials = self.target.credentials_for(&self.target.origin)?;
        let origin = self.target.origin.clone();
        WorkingClone::open(context, CloneRequest { origin, credentials, objects_of: path.as_deref(), place }).await
    }

    /// The branch on which the update of `branch` is made: without a pull request too, the user's own branches stay as they are.
    fn work(&self, branch: &BranchName) -> BranchName {
        branch.update()
    }

    /// What earlier runs have left in the fork.
    async fn published(
        &self,
        context: &Context,
        clone: &WorkingClone,
        branches: &[ChosenBranch],
    ) -> Result<Vec<Published>> {
        let Some(fork) = self.target.fork_address() else { return Ok(Vec::new()) };
        let names: Vec<BranchName> = branches.iter().map(|branch| self.work(&branch.name)).collect();
        clone.published(context, fork, self.target.credentials_for(fork)?.as_ref(), &names).await
    }

    /// What upstream's forge says of the release, where the configuration wants that in the changelog.
    async fn description(&self, context: &Context) -> Result<Option<String>> {
        let (true, Some(tag)) =
            (self.package.downstream.copy_upstream_release_description.value, self.release.tag.as_deref())
        else {
            return Ok(None);
        };
        match self.ask_for_description(context, tag).await {
            Ok(text) => Ok(text.filter(|text| !text.trim().is_empty())),
            Err(error) if error.kind() == Kind::Interrupted => Err(error),
            Err(error) => {
                let warning = format!("the description of the release was not read: {}", error.message());
                context.found(Finding::warning(warning).hint("the changelog entry names the version only"));
                Ok(None)
            }
        }
    }

    async fn ask_for_description(&self, context: &Context, tag: &str) -> Result<Option<String>> {
        let page = self.upstream_page().ok_or_else(|| Error::new(Kind::Project, "upstream has no address"))?;
        let url = RemoteUrl::parse(&page).ok_or_else(|| Error::new(Kind::Project, "upstream has no address"))?;
        let (Some(host), port) = (&url.host, url.port) else { return Ok(None) };
        let port = port.map(|port| format!(":{port}")).unwrap_or_default();
        let scheme = if url.scheme == "http" { "http" } else { "https" };
        let server = format!("{scheme}://{host}{port}");
        let access = forge_access::open(context, self.client, &server, &self.home.user).await?;
        let path = ProjectPath::new(url.namespace.as_deref(), &url.repository, None)?;
        Ok(access.forge.release(context, self.client, &path, tag).await?.map(|release| release.text))
    }

    /// Where upstream is, as a person opens it: as configured, else of the remote.
    fn upstream_page(&self) -> Option<String> {
        let configured = self.package.upstream_project_url.as_ref().map(|url| url.value.clone());
        configured.or_else(|| self.upstream.address.clone()).filter(|url| crate::secret::redacted(url) == *url)
    }
}

/// Those of `wanted` that may get the same commit. Why another one may not is a warning: the update of the branch itself goes on.
async fn following(
    context: &Context,
    update: &Update<'_>,
    wanted: &[BranchName],
    missing: &[MissingBranch],
) -> Result<Vec<BranchName>> {
    let mut following = Vec::new();
    for branch in wanted {
        let may = match missing.iter().find(|missing| missing.branch == *branch) {
            Some(missing) => Err(missing_branches(std::slice::from_ref(missing), update.clone.origin())),
            None => update.may_follow(context, branch, is_masked(branch)).await,
        };
        match may {
            Ok(()) => following.push(branch.clone()),
            Err(error) if error.kind() == Kind::Interrupted => return Err(error),
            Err(error) => {
                let warning = format!("no pull request to `{branch}`, which `fast_forward_merge_into` names");
                context.found(Finding::warning(format!("{warning}: {}", error.in_one_line())));
            }
        }
    }
    Ok(following)
}
