//! The project in Copr that something is built in: looked at before the work, made or changed after it.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Serialize;

use super::copr_wishes::{Expanded, Wish, days};
use crate::context::Context;
use crate::error::{Error, Finding, Kind, Result};
use crate::git::url::RemoteUrl;
use crate::services::copr::{BuildOptions, Change, ChrootWishes, Copr, Project, ProjectSettings};

/// How often a change is tried that others get in the way of, and how long it is waited for them.
const TRIES: u32 = 3;
const PAUSE: Duration = Duration::from_secs(3);

/// What is to be done about a project, before anything is done.
#[derive(Debug)]
pub struct Plan {
    /// Its owner: a user, or `@group`.
    pub owner: String,
    /// Its name.
    pub name: String,
    /// The chroots to build for.
    pub chroots: Vec<String>,
    /// How it is built.
    pub build: BuildOptions,
    existing: Option<Project>,
    settings: ProjectSettings,
    changes: Vec<Change>,
    special: BTreeMap<String, ChrootWishes>,
}

/// What may be done to projects.
#[derive(Debug, Clone, Copy)]
pub struct Permissions {
    /// Whether a project that exists may be changed.
    pub edit: bool,
    /// Whether its administrators are asked for the right to, where the user lacks it.
    pub request_admin: bool,
}

/// What was done to a project.
#[derive(Debug, Clone, Serialize)]
pub struct Done {
    /// Its owner.
    pub owner: String,
    /// Its name.
    pub name: String,
    /// Whether it was made.
    pub is_new: bool,
    /// What was changed.
    pub changes: Vec<Change>,
    /// What was changed for single chroots.
    pub chroot_changes: BTreeMap<String, Vec<Change>>,
}

impl Plan {
    /// Looks at the project of a wish, and checks that the user may build in it. Changes nothing.
    ///
    /// # Errors
    /// Of kind [`Kind::Service`] when the owner does not exist, or the user may not build there or not change what must be changed.
    pub async fn make(
        context: &Context,
        copr: &Copr<'_>,
        owner: &str,
        wish: &Wish,
        expanded: Expanded,
        permissions: Permissions,
    ) -> Result<Self> {
        let Expanded { chroots, special } = expanded;
        let existing = copr.project(context, owner, &wish.project).await?;
        let settings = ProjectSettings { chroots: chroots.clone(), ..wish.settings.clone() };
        let changes = existing.as_ref().map(|project| settings.changes(project)).unwrap_or_default();
        let build = BuildOptions { chroots: chroots.clone(), ..wish.build.clone() };
        let name = wish.project.clone();
        let mut plan = Self { owner: owner.to_owned(), name, chroots, build, existing, settings, changes, special };
        match plan.existing {
            Some(_) => plan.check_existing(context, copr, permissions).await?,
            None => plan.check_new(context, copr).await?,
        }
        Ok(plan)
    }

    /// Whether the user can make a project of this owner, as far as Copr tells without making it.
    async fn check_new(&self, context: &Context, copr: &Copr<'_>) -> Result<()> {
        let user = copr.user(context).await?;
        if self.owner.starts_with('@') || self.owner == user {
            return Ok(());
        }
        let message = format!("`{user}` cannot make projects of `{}` in Copr", self.owner);
        Err(Error::new(Kind::Service, message)
            .cause(format!("there is no project `{}/{}` yet", self.owner, self.name))
            .hint(format!("name a project of your own: --owner {user}"))
            .hint("or one of a group of yours: --owner @GROUP"))
    }

    async fn check_existing(&mut self, context: &Context, copr: &Copr<'_>, permissions: Permissions) -> Result<()> {
        let Some(project) = &self.existing else { return Ok(()) };
        let missing: Vec<&str> =
            self.chroots.iter().filter(|c| !project.chroot_repos.contains_key(*c)).map(String::as_str).collect();
        if !permissions.edit {
            if !missing.is_empty() {
                let message = format!("`{}` is not enabled for {}", self.full_name(), missing.join(", "));
                let error = Error::new(Kind::Usage, message).hint("without --no-edit-project it is enabled");
                return Err(error.hint("or build for what is enabled: --targets"));
            }
            if !self.changes.is_empty() || !self.special.is_empty() {
                let note = format!("`{}` is left as it is: --no-edit-project", self.full_name());
                context.found(Finding::note(note));
            }
            self.changes.clear();
            self.special.clear();
        }
        self.check_build(context, copr, &missing).await?;
        self.check_edit(context, copr, permissions).await
    }

    /// Whether the user may build there, in chroots other than the `missing` ones: those would be refused as long as they are.
    async fn check_build(&self, context: &Context, copr: &Copr<'_>, missing: &[&str]) -> Result<()> {
        // The check itself is no change, but it is sent as one: a dry run asks in another way.
        if context.gate().is_closed() {
            let user = copr.user(context).await?;
            if !copr.can_build(context, user, &self.owner, &self.name).await? {
                let message = format!("`{user}` may not build in `{}`", self.full_name());
                return Err(Error::new(Kind::Service, message).hint(format!(
                    "ask for the permission on the page {}permissions/",
                    copr.project_page(&self.owner, &self.name)
                )));
            }
            return Ok(());
        }
        let enabled = self.chroots.iter().filter(|chroot| !missing.contains(&chroot.as_str())).cloned().collect();
        let options = BuildOptions { chroots: enabled, ..self.build.clone() };
        copr.check_build(context, &self.owner, &self.name, &options).await
    }

    /// Whether the user may make the changes that are needed: to be known before anything is built.
    async fn check_edit(&self, context: &Context, copr: &Copr<'_>, permissions: Permissions) -> Result<()> {
        let mut needed: Vec<&str> = self.changes.iter().map(|change| change.setting).collect();
        let Some(project) = &self.existing else { return Ok(()) };
        if self.owner == copr.user(context).await? || (needed.is_empty() && self.special.is_empty()) {
            return Ok(());
        }
        for (chroot, wishes) in &self.special {
            if project.chroot_repos.contains_key(chroot) {
                let now = copr.chroot_settings(context, &self.owner, &self.name, chroot).await?;
                needed.extend(wishes.changes(&now).iter().map(|change| change.setting));
            }
        }
        if needed.is_empty() || copr.can_edit(context, &self.owner, &self.name).await? {
            return Ok(());
        }
        let user = copr.user(context).await?;
        let error = Error::new(Kind::Service, format!("`{user}` may not change `{}`", self.full_name()))
            .cause(format!("to be changed: {}", needed.join(", ")));
        Err(self.refused(context, copr, permissions, error).await)
    }

    /// Makes the project, or changes what is to be changed. Every change is told.
    ///
    /// # Errors
    /// Of kind [`Kind::Service`] when Copr refuses.
    pub async fn carry_out(
        &self,
        context: &Context,
        copr: &Copr<'_>,
        permissions: Permissions,
        upstream: Option<&str>,
    ) -> Result<Done> {
        let (owner, name) = (&self.owner, &self.name);
        let mut changes = Vec::new();
        // Another package, or somebody else, can have made it while this one was built.
        let is_new = self.existing.is_none() && copr.project(context, owner, name).await?.is_none();
        if is_new {
            context.tell(format!("making the Copr project {}", self.full_name()));
            let settings = for_a_new_one(&self.settings, upstream);
            let made = copr.add_project(context, owner, name, &settings, upstream.and_then(web_page)).await?;
            let chroots = ProjectSettings { chroots: self.chroots.clone(), ..ProjectSettings::default() };
            if made.is_some_and(|made| !chroots.changes(&made).is_empty()) {
                // Somebody else has made it meanwhile, for other chroots.
                changes = self.edit(context, copr, permissions, &chroots).await?;
            }
        } else if !self.changes.is_empty() || (permissions.edit && self.existing.is_none()) {
            changes = self.edit(context, copr, permissions, &self.settings).await?;
        }
        let mut chroot_changes = BTreeMap::new();
        for (chroot, wishes) in &self.special {
            // A dry run can have made no project whose chroots could be looked at.
            let now = match context.gate().is_closed() && is_new {
                true => Default::default(),
                false => copr.chroot_settings(context, owner, name, chroot).await?,
            };
            let changes = wishes.changes(&now);
            if changes.is_empty() {
                continue;
            }
            self.tell(context, &format!(", {chroot}"), &changes);
            if let Err(error) = copr.edit_chroot(context, owner, name, chroot, &changes).await {
                return Err(self.refused(context, copr, permissions, error).await);
            }
            chroot_changes.insert(chroot.clone(), changes);
        }
        Ok(Done { owner: owner.clone(), name: name.clone(), is_new, changes, chroot_changes })
    }

    /// Changes the project to what `settings` say, as it is now: a build takes long, and the chroots of a project can only be set
    /// all at once, so that an old list would take away what others have enabled meanwhile.
    async fn edit(
        &self,
        context: &Context,
        copr: &Copr<'_>,
        permissions: Permissions,
        settings: &ProjectSettings,
    ) -> Result<Vec<Change>> {
        let (owner, name) = (&self.owner, &self.name);
        for attempt in 1.. {
            let Some(now) = copr.project(context, owner, name).await? else {
                let message = format!("the Copr project {} is not there any more", self.full_name());
                return Err(Error::new(Kind::Service, message).hint("run the command again: it makes the project"));
            };
            let changes = settings.changes(&now);
            if changes.is_empty() {
                break;
            }
            if attempt == 1 {
                self.tell(context, "", &changes);
            }
            match copr.edit_project(context, owner, name, &changes).await {
                Ok(_) => return Ok(changes),
                // Nothing was changed: others have enabled chroots since the look.
                Err(error) if attempt < TRIES && says(&error, "Can't drop chroot") => {
                    context.tell(format!("{}: trying again", error.message()));
                    tokio::select! {
                        biased;
                        () = context.interrupt().stopped() => return Err(Error::interrupted()),
                        () = tokio::time::sleep(PAUSE) => {}
                    }
                }
                Err(error) => return Err(self.refused(context, copr, permissions, error).await),
            }
        }
        Ok(Vec::new())
    }

    /// Whether Copr refused a build because somebody who changed the project at the same time has set its chroots without ours;
    /// they are enabled again. A build that is refused was not made.
    ///
    /// # Errors
    /// As [`Plan::carry_out`].
    pub async fn has_lost_chroots(
        &self,
        context: &Context,
        copr: &Copr<'_>,
        permissions: Permissions,
        refusal: &Error,
    ) -> Result<bool> {
        if !permissions.edit || !says(refusal, "'chroots': ") {
            return Ok(false);
        }
        let chroots = ProjectSettings { chroots: self.chroots.clone(), ..ProjectSettings::default() };
        Ok(!self.edit(context, copr, permissions, &chroots).await?.is_empty())
    }

    fn tell(&self, context: &Context, of: &str, changes: &[Change]) {
        for Change { setting, from, to } in changes {
            let was = if from.is_null() { String::new() } else { format!(" (was {from})") };
            context.tell(format!("{}{of}: {setting} = {to}{was}", self.full_name()));
        }
    }

    /// A change that Copr refused: the administrators are asked where the user wants that.
    async fn refused(&self, context: &Context, copr: &Copr<'_>, permissions: Permissions, error: Error) -> Error {
        let page = format!("{}permissions/", copr.project_page(&self.owner, &self.name));
        let for_admins = says(&error, "Only owners and admins may update") || says(&error, "to be changed: ");
        if !for_admins {
            return error;
        }
        if !permissions.request_admin {
            let ask = format!("to ask its administrators to let you: --request-admin-if-needed, or {page}");
            return error.hint(ask).hint("to build in the project as it is: --no-edit-project");
        }
        match copr.request_admin(context, &self.owner, &self.name).await {
            Ok(_) => {
                let message = format!("the administrators of `{}` are asked to let you change it", self.full_name());
                let asked = error.causes().iter().fold(Error::new(Kind::Service, message), |e, cause| e.cause(cause));
                asked.hint(format!("run the command again when they have agreed: {page}"))
            }
            Err(failed) => error.cause(format!("asking for it failed too: {failed}")).hint(format!("ask on {page}")),
        }
    }

    /// `OWNER/PROJECT`.
    pub fn full_name(&self) -> String {
        format!("{}/{}", self.owner, self.name)
    }
}

/// Whether the server said this.
fn says(error: &Error, words: &str) -> bool {
    error.causes().iter().any(|cause| cause.contains(words))
}

/// The settings of a project that is made: those that nobody wishes for are as the Python packit has them.
fn for_a_new_one(settings: &ProjectSettings, upstream: Option<&str>) -> ProjectSettings {
    let of = upstream.map(|url| format!(" from {url}")).unwrap_or_default();
    ProjectSettings {
        description: settings.description.clone().or_else(|| Some(format!("Builds made with packit{of}"))),
        list_on_homepage: settings.list_on_homepage.or(Some(false)),
        days_of_a_new_one: settings.days_of_a_new_one.or_else(|| Some(days(false))),
        module_hotfixes: settings.module_hotfixes.or(Some(false)),
        ..settings.clone()
    }
}

/// The page of a repository, where its address is one of the web: Copr takes a contact that is an address or a page.
fn web_page(upstream: &str) -> Option<&str> {
    let url = RemoteUrl::parse(upstream)?;
    matches!(url.scheme.as_str(), "http" | "https").then_some(upstream)
}
