//! Following builds in Copr until each of their chroots is done.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Serialize;

use super::copr_access::CoprRequest;
use super::copr_logs::{self, Logs};
use crate::context::Context;
use crate::error::{Error, Finding, Kind, Result};
use crate::event::{BuildPart, What};
use crate::services::copr::{Build, ChrootBuild, Copr, State};

/// The part of a build that is no chroot.
pub const SRPM: &str = "SRPM";

/// How much longer the pause gets when nothing has changed, and how long it gets at most, as parts of the first.
const SLOWER: f64 = 1.5;
const SLOWEST: f64 = 3.0;

/// Every so many looks at the chroots the build itself is looked at too: its chroots do not tell at once that it was canceled.
const LOOK_AT_BUILD: u32 = 3;

/// After so many looks at a build whose state is final, no chroot that lags behind is waited for any more.
const SETTLED: u32 = 3;

/// How builds are followed.
#[derive(Debug, Clone, Copy)]
pub struct Watch {
    /// The pause between two looks.
    pub pause: Duration,
    /// For how long.
    pub limit: Duration,
    /// Whether their logs are shown while they grow.
    pub logs: bool,
}

/// How a build went.
#[derive(Debug, Clone, Serialize)]
pub struct Watched {
    /// Its number.
    pub id: u64,
    /// Its page.
    pub page: String,
    /// The package.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub package: Option<String>,
    /// Its state as a whole.
    pub state: State,
    /// Its source RPM, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<Part>,
    /// Its chroots, by name.
    pub chroots: Vec<Part>,
    /// In how many looks, one after the other, its state as a whole was final.
    #[serde(skip)]
    final_looks: u32,
}

/// A part of a build.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Part {
    /// `SRPM`, or the name of the chroot.
    pub name: String,
    /// Its state.
    pub state: State,
    /// How long it took, in seconds, once it is over.
    pub seconds: Option<u64>,
    /// The folder of its logs and packages.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub results: Option<String>,
    /// Its log.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub log: Option<String>,
}

impl Watched {
    /// A build as it is now.
    ///
    /// # Errors
    /// When there is none, or Copr cannot be reached.
    pub async fn look(context: &Context, copr: &Copr<'_>, id: u64) -> Result<Self> {
        let build = copr.build(context, id).await?;
        let mut watched = Self::new(copr, &build);
        watched.look_at_parts(context, copr).await?;
        if watched.source.is_none() {
            watched.look_at_source(context, copr).await?;
        }
        Ok(watched)
    }

    /// A build that was just sent.
    pub fn new(copr: &Copr<'_>, build: &Build) -> Self {
        let page = copr.page(&format!("coprs/build/{}/", build.id));
        let package = build.source_package.name.clone();
        Self { id: build.id, page, package, state: build.state, source: None, chroots: Vec::new(), final_looks: 0 }
    }

    async fn look_at_parts(&mut self, context: &Context, copr: &Copr<'_>) -> Result<()> {
        let now = context.clock().as_second();
        let chroots = copr.build_chroots(context, self.id).await?;
        self.chroots = chroots.iter().map(|chroot| Part::of(chroot, now)).collect();
        // The source RPM is of interest until chroots are at work, and where it failed.
        if self.is_in_source() {
            self.look_at_source(context, copr).await?;
        } else if let Some(source) = self.source.take() {
            // Chroots begin when it is done.
            self.source = Some(Part::new(SRPM, State::Succeeded, None, source.results));
        }
        Ok(())
    }

    async fn look_at_source(&mut self, context: &Context, copr: &Copr<'_>) -> Result<()> {
        let source = copr.build_source(context, self.id).await?;
        self.source = source.map(|(state, results)| Part::new(SRPM, state, None, results));
        Ok(())
    }

    /// Whether no chroot has begun.
    fn is_in_source(&self) -> bool {
        self.chroots.iter().all(|part| matches!(part.state, State::Waiting | State::Pending) || part.results.is_none())
    }

    /// Whether it stays as it is.
    pub fn is_over(&self) -> bool {
        // While a chroot is canceled, it still shows its old state; where the source RPM failed, none ever begins.
        let has_no_chroots = self.state == State::Canceled || self.source_failed();
        let is_settled = has_no_chroots || self.final_looks >= SETTLED;
        self.state.is_final() && (is_settled || self.chroots.iter().all(|part| part.state.is_final()))
    }

    fn source_failed(&self) -> bool {
        self.source.as_ref().is_some_and(|source| source.state == State::Failed)
    }

    /// Whether it went well.
    pub fn is_success(&self) -> bool {
        self.state.is_success() && self.chroots.iter().all(|part| part.state.is_success())
    }

    /// The parts that failed: chroots, or the source RPM.
    pub fn failed(&self) -> impl Iterator<Item = &Part> {
        let source = self.source.as_ref().filter(|_| self.chroots.is_empty() || self.is_in_source());
        source.into_iter().chain(&self.chroots).filter(|part| part.state.is_final() && !part.state.is_success())
    }

    /// Its source RPM where that is known, and its chroots.
    pub fn parts(&self) -> impl Iterator<Item = &Part> {
        self.source.iter().chain(&self.chroots)
    }
}

impl Part {
    fn new(name: &str, state: State, seconds: Option<u64>, results: Option<String>) -> Self {
        let name_of_log = if state.is_final() { "builder-live.log.gz" } else { "builder-live.log" };
        let log = results.as_ref().map(|folder| format!("{}/{name_of_log}", folder.trim_end_matches('/')));
        Self { name: name.to_owned(), state, seconds, results, log }
    }

    fn of(chroot: &ChrootBuild, now: i64) -> Self {
        let end = if chroot.state.is_final() { chroot.ended_on } else { Some(now) };
        let took = chroot.started_on.zip(end).and_then(|(start, end)| u64::try_from(end.checked_sub(start)?).ok());
        Self::new(&chroot.name, chroot.state, took, chroot.result_url.clone())
    }

    fn event(&self, build: u64) -> What {
        What::Build(BuildPart {
            build,
            part: self.name.clone(),
            state: self.state.as_str().to_owned(),
            is_over: self.state.is_final(),
            is_failure: self.state.is_final() && !self.state.is_success(),
            seconds: self.seconds,
            log: self.log.clone(),
        })
    }
}

/// Builds that were followed.
#[derive(Debug)]
pub struct Followed {
    /// How they are, in the same order.
    pub builds: Vec<Watched>,
    /// Why they were not followed to their end: [`Kind::Timeout`] or [`Kind::Interrupted`], with the command that follows them
    /// again, for they go on; [`Kind::Service`] where one is gone.
    pub unfinished: Option<Error>,
}

/// Follows builds to their end, and tells every change. What keeps the server from answering is told, and waited for.
pub async fn watch(
    context: &Context,
    copr: &Copr<'_>,
    request: &CoprRequest,
    mut builds: Vec<Watched>,
    how: Watch,
) -> Followed {
    let mut follower = Follower { context, copr, how, seen: BTreeMap::new(), logs: Logs::default(), is_silent: false };
    for build in &builds {
        follower.tell(build);
    }
    let followed = tokio::time::timeout(how.limit, follower.follow(&mut builds)).await;
    let unfinished = match followed {
        Ok(Ok(())) => None,
        Ok(Err(error)) if error.kind() == Kind::Interrupted => Some(error.hint(again(request, &builds))),
        Ok(Err(error)) => Some(error),
        Err(_) => {
            let open: Vec<&Watched> = builds.iter().filter(|build| !build.is_over()).collect();
            let message = format!("build {} is not finished after {} s", ids(open), how.limit.as_secs());
            Some(Error::new(Kind::Timeout, message).hint(again(request, &builds)))
        }
    };
    if !how.logs {
        for build in builds.iter().filter(|build| build.is_over()) {
            copr_logs::show_failures(context, copr, build).await;
        }
    }
    Followed { builds, unfinished }
}

/// The command that follows those builds again which are not over.
pub fn again(request: &CoprRequest, builds: &[Watched]) -> String {
    let open = builds.iter().filter(|build| !build.is_over());
    format!("the build goes on; to follow it again: packit copr watch {}{}", request.option(), ids(open))
}

fn ids<'b>(builds: impl IntoIterator<Item = &'b Watched>) -> String {
    builds.into_iter().map(|build| build.id.to_string()).collect::<Vec<_>>().join(" ")
}

/// What is known while builds are followed.
struct Follower<'a> {
    context: &'a Context,
    copr: &'a Copr<'a>,
    how: Watch,
    seen: BTreeMap<(u64, String), State>,
    logs: Logs,
    /// Whether the server did not answer the last time, and that was told.
    is_silent: bool,
}

impl Follower<'_> {
    async fn follow(&mut self, builds: &mut [Watched]) -> Result<()> {
        let shortest = self.how.pause.as_secs_f64();
        let mut pause = shortest;
        let mut looks = 0;
        while !builds.iter().all(Watched::is_over) {
            tokio::select! {
                biased;
                () = self.context.interrupt().stopped() => return Err(Error::interrupted()),
                () = tokio::time::sleep(Duration::from_secs_f64(pause)) => {}
            }
            looks += 1;
            let changed = self.look(builds, looks % LOOK_AT_BUILD == 0).await?;
            pause = if changed { shortest } else { (pause * SLOWER).min(shortest * SLOWEST) };
        }
        Ok(())
    }

    /// Looks at each build that is not over; whether something has changed.
    async fn look(&mut self, builds: &mut [Watched], at_build: bool) -> Result<bool> {
        let (mut changed, mut silent) = (false, None);
        for build in builds.iter_mut().filter(|build| !build.is_over()) {
            match look_again(self.context, self.copr, build, at_build).await {
                Ok(true) => {
                    if std::mem::take(&mut self.is_silent) {
                        self.context.tell(format!("{} is back", self.copr.frontend().host()));
                    }
                    changed |= self.tell(build);
                }
                Ok(false) => {
                    let message = format!("build {} is not there any more", build.id);
                    let gone = Error::new(Kind::Service, message).cause("somebody has deleted it, or its project");
                    return Err(gone.hint("to build again, run the command again"));
                }
                Err(error) if error.kind() == Kind::Service => silent = Some(error),
                Err(error) => return Err(error),
            }
            if self.how.logs {
                self.logs.show_new(self.context, self.copr, build).await;
            }
        }
        if let Some(error) = silent {
            tracing::debug!(%error, causes = ?error.causes(), "the build cannot be looked at");
            if !std::mem::replace(&mut self.is_silent, true) {
                let warning = Finding::warning(format!("{}: the build goes on", error.message()));
                self.context.found(warning.hint("packit keeps asking"));
            }
        }
        Ok(changed)
    }

    /// Tells the parts of a build that have changed; whether there were any.
    fn tell(&mut self, build: &Watched) -> bool {
        let mut changed = false;
        for part in build.parts() {
            let key = (build.id, part.name.clone());
            if self.seen.get(&key) != Some(&part.state) {
                self.seen.insert(key, part.state);
                self.context.send(part.event(build.id));
                changed = true;
            }
        }
        changed
    }
}

/// Looks again at a build, with as few requests as tell what is new. `false`: it is not there any more.
async fn look_again(context: &Context, copr: &Copr<'_>, build: &mut Watched, at_build: bool) -> Result<bool> {
    let at_chroots = build.chroots.iter().any(|part| part.results.is_some());
    if at_chroots && !at_build && !build.state.is_final() {
        build.look_at_parts(context, copr).await?;
        if !build.chroots.iter().all(|part| part.state.is_final()) {
            return Ok(true);
        }
    }
    let Some(now) = copr.find_build(context, build.id).await? else { return Ok(false) };
    // Between two looks the source RPM can be done and chroots begin, all under the same state.
    if build.state != now.state || now.state.is_final() || (!at_chroots && at_build) {
        build.look_at_parts(context, copr).await?;
    }
    // Not before the parts are known: an end counts only with theirs.
    build.state = now.state;
    build.final_looks = if now.state.is_final() { build.final_looks + 1 } else { 0 };
    build.package = now.source_package.name;
    Ok(true)
}
