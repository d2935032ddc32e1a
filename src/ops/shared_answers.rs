//! What all packages of a project have in common, asked once.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use futures_util::FutureExt as _;
use futures_util::future::{self, LocalBoxFuture};

use super::project::Project;
use crate::context::Context;
use crate::error::Result;
use crate::git::{CommitId, Tag, command};
use crate::project::staging::{Area, Staging};
use crate::services::http::{Client, Settings};
use crate::tools::rpm_macros::UserMacros;

/// What all packages of a project have in common, found out once.
pub struct Shared {
    /// All tags of the repository.
    pub tags: Vec<Tag>,
    /// The user's rpm macros.
    pub macros: UserMacros,
    /// Who downloads.
    pub client: Rc<Client>,
    area: Rc<Area>,
    described: Answer<Option<String>>,
    changes: RefCell<HashMap<CommitId, Answer<Vec<String>>>>,
}

/// An answer of git that several packages wait for.
pub type Answer<T> = future::Shared<LocalBoxFuture<'static, Result<T>>>;

impl Shared {
    /// Reads it, and lets git begin to describe HEAD: that goes on beside what comes before its answer is needed.
    ///
    /// # Errors
    /// When the tags cannot be read or no staging area can be made.
    pub fn read(context: &Context, project: &Project, offline: bool) -> Result<Self> {
        let area = Rc::new(Area::claim(context, project.head.commit)?);
        let client = Rc::new(Client::new(Settings { offline, ..Settings::default() }));
        Self::of(context, project, UserMacros::read(context), area, client)
    }

    /// The same for the project as it is after commands that may have changed it, in the same staging area.
    ///
    /// # Errors
    /// When the tags cannot be read.
    pub fn read_again(&self, context: &Context, project: &Project) -> Result<Self> {
        Self::of(context, project, self.macros.clone(), Rc::clone(&self.area), Rc::clone(&self.client))
    }

    fn of(
        context: &Context,
        project: &Project,
        macros: UserMacros,
        area: Rc<Area>,
        client: Rc<Client>,
    ) -> Result<Self> {
        let (asked, root, commit) = (context.clone(), project.repo.root().to_owned(), project.head.commit.to_string());
        let described = async move { command::describe(&asked, &root, &commit).await }.boxed_local().shared();
        let _ = described.clone().now_or_never();
        Ok(Self { tags: project.repo.tags()?, macros, client, area, described, changes: RefCell::default() })
    }

    /// The staging folder for a package.
    ///
    /// # Errors
    /// As [`Staging::new`].
    pub fn staging(&self, package: &str) -> Result<Staging> {
        Staging::new(&self.area, package)
    }

    /// The staging area.
    pub fn area(&self) -> &Area {
        &self.area
    }

    /// What `git describe` says of HEAD.
    pub fn described(&self) -> Answer<Option<String>> {
        self.described.clone()
    }

    /// The lines of a changelog entry for what came since a commit.
    pub fn changes(&self, context: &Context, project: &Project, since: CommitId) -> Answer<Vec<String>> {
        let (context, root, commit) =
            (context.clone(), project.repo.root().to_owned(), project.head.commit.to_string());
        let ask = async move { command::log_since(&context, &root, &since.to_string(), &commit).await };
        self.changes.borrow_mut().entry(since).or_insert_with(|| ask.boxed_local().shared()).clone()
    }
}
