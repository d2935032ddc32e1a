//! Following builds in Copr until each of their chroots is done.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Serialize;

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

/// How many lines of a log are shown of a chroot that failed.
const TAIL: usize = 30;

/// How much of a log is kept for that, in bytes.
const TAIL_BYTES: usize = 64 << 10;

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
        Ok(watched)
    }

    /// A build that was just sent.
    pub fn new(copr: &Copr<'_>, build: &Build) -> Self {
        let page = copr.page(&format!("coprs/build/{}/", build.id));
        let package = build.source_package.name.clone();
        Self { id: build.id, page, package, state: build.state, source: None, chroots: Vec::new() }
    }

    async fn look_at_parts(&mut self, context: &Context, copr: &Copr<'_>) -> Result<()> {
        let now = context.clock().as_second();
        let chroots = copr.build_chroots(context, self.id).await?;
        self.chroots = chroots.iter().map(|chroot| Part::of(chroot, now)).collect();
        // The source RPM is of interest until chroots are at work, and where it failed.
        if self.is_in_source() {
            let source = copr.build_source(context, self.id).await?;
            self.source = source.map(|(state, results)| Part::new(SRPM, state, None, results));
        }
        Ok(())
    }

    /// Whether no chroot has begun.
    fn is_in_source(&self) -> bool {
        self.chroots.iter().all(|part| matches!(part.state, State::Waiting | State::Pending) || part.results.is_none())
    }

    /// Whether it stays as it is.
    pub fn is_over(&self) -> bool {
        // While a chroot is canceled, it still shows its old state.
        self.state.is_final()
            && (self.state == State::Canceled || self.chroots.iter().all(|part| part.state.is_final()))
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

    fn parts(&self) -> impl Iterator<Item = &Part> {
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
        let took = chroot.started_on.zip(end).and_then(|(start, end)| u64::try_from(end - start).ok());
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

/// Follows builds to their end, and tells every change. What keeps the server from answering is told, and waited for.
///
/// # Errors
/// Of kind [`Kind::Timeout`] when the limit is over, and [`Kind::Interrupted`]: the builds go on, and the command that follows them
/// again is in the error.
pub async fn watch(context: &Context, copr: &Copr<'_>, mut builds: Vec<Watched>, how: Watch) -> Result<Vec<Watched>> {
    let again = format!("the build goes on; to follow it again: packit copr watch {}", ids(&builds));
    let mut seen = BTreeMap::new();
    let mut logs = Logs::default();
    for build in &builds {
        tell(context, build, &mut seen);
    }
    let following = async {
        let mut pause = how.pause.as_secs_f64();
        let mut looks = 0;
        let mut is_gone = false;
        while !builds.iter().all(Watched::is_over) {
            tokio::select! {
                biased;
                () = context.interrupt().stopped() => return Err(Error::interrupted()),
                () = tokio::time::sleep(Duration::from_secs_f64(pause)) => {}
            }
            looks += 1;
            let mut changed = false;
            for build in builds.iter_mut().filter(|build| !build.is_over()) {
                match look_again(context, copr, build, looks % LOOK_AT_BUILD == 0).await {
                    Ok(()) => {
                        if std::mem::take(&mut is_gone) {
                            context.tell(format!("{} is back", copr.frontend().host()));
                        }
                        changed |= tell(context, build, &mut seen);
                    }
                    Err(error) if error.kind() == Kind::Service => {
                        tracing::debug!(%error, "the build cannot be looked at");
                        if !std::mem::replace(&mut is_gone, true) {
                            let warning = Finding::warning(format!("{}: the build goes on", error.message()));
                            context.found(warning.hint("packit keeps asking"));
                        }
                    }
                    Err(error) => return Err(error),
                }
                if how.logs {
                    logs.show_new(context, copr, build).await;
                }
            }
            let longest = how.pause.as_secs_f64() * SLOWEST;
            pause = if changed { how.pause.as_secs_f64() } else { (pause * SLOWER).min(longest) };
        }
        Ok(())
    };
    let followed = tokio::time::timeout(how.limit, following).await;
    match followed {
        Ok(Ok(())) => {}
        Ok(Err(error)) => return Err(error.hint(again)),
        Err(_) => {
            let open: Vec<&Watched> = builds.iter().filter(|build| !build.is_over()).collect();
            let message = format!("build {} is not finished after {} s", ids(open), how.limit.as_secs());
            return Err(Error::new(Kind::Timeout, message).hint(again));
        }
    }
    for build in &builds {
        if !how.logs {
            show_failures(context, copr, build).await;
        }
    }
    Ok(builds)
}

fn ids<'b>(builds: impl IntoIterator<Item = &'b Watched>) -> String {
    builds.into_iter().map(|build| build.id.to_string()).collect::<Vec<_>>().join(" ")
}

/// Looks again at a build, with as few requests as tell what is new.
async fn look_again(context: &Context, copr: &Copr<'_>, build: &mut Watched, at_build: bool) -> Result<()> {
    let at_chroots = build.chroots.iter().any(|part| part.results.is_some());
    if at_chroots && !at_build {
        build.look_at_parts(context, copr).await?;
        if !build.chroots.iter().all(|part| part.state.is_final()) {
            return Ok(());
        }
    }
    let now = copr.build(context, build.id).await?;
    let changed = build.state != now.state;
    build.state = now.state;
    build.package = now.source_package.name;
    // Between two looks the source RPM can be done and chroots begin, all under the same state.
    if changed || (!at_chroots && (at_build || build.state.is_final())) {
        build.look_at_parts(context, copr).await?;
    }
    Ok(())
}

/// Tells the parts of a build that have changed; whether there were any.
fn tell(context: &Context, build: &Watched, seen: &mut BTreeMap<(u64, String), State>) -> bool {
    let mut changed = false;
    for part in build.parts() {
        let key = (build.id, part.name.clone());
        if seen.get(&key) != Some(&part.state) {
            seen.insert(key, part.state);
            context.send(part.event(build.id));
            changed = true;
        }
    }
    changed
}

/// Shows the end of the logs of what failed. A log that cannot be had is no failure of its own.
async fn show_failures(context: &Context, copr: &Copr<'_>, build: &Watched) {
    for part in build.failed().filter(|part| part.state == State::Failed) {
        let Some(results) = &part.results else { continue };
        let mut tail = Tail::default();
        let read = async {
            let Some(log) = copr.log(context, results, true).await? else { return Ok(None) };
            copr.read_log(context, &log, 0, &mut tail).await?;
            Ok::<_, Error>(Some(log.address.to_string()))
        };
        match read.await {
            Ok(Some(address)) => {
                let title = format!("{} failed: the end of {address}", part.name);
                context.send(What::Excerpt { title, text: tail.lines(TAIL) });
            }
            Ok(None) => context.found(Finding::note(format!("{} failed, and left no log at {results}", part.name))),
            Err(error) => {
                let note = Finding::note(format!("the log of {} cannot be shown: {}", part.name, error.message()));
                context.found(note.hint(format!("look at {results}")));
            }
        }
    }
}

/// The last part of what is written to it.
#[derive(Default)]
struct Tail {
    kept: Vec<u8>,
}

impl Tail {
    fn lines(&self, count: usize) -> Vec<u8> {
        let lines: Vec<&[u8]> = self.kept.trim_ascii_end().split(|&byte| byte == b'\n').collect();
        lines[lines.len().saturating_sub(count)..].join(&b'\n')
    }
}

impl std::io::Write for Tail {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.kept.extend_from_slice(bytes);
        if self.kept.len() > 2 * TAIL_BYTES {
            self.kept.drain(..self.kept.len() - TAIL_BYTES);
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Logs that are shown while they grow.
#[derive(Default)]
pub struct Logs {
    shown: BTreeMap<(u64, String), Shown>,
}

#[derive(Default)]
struct Shown {
    bytes: u64,
    line: Vec<u8>,
    is_whole: bool,
}

impl Logs {
    /// Shows what is new in the logs of a build. What cannot be had now is shown later.
    pub async fn show_new(&mut self, context: &Context, copr: &Copr<'_>, build: &Watched) {
        for part in build.parts() {
            let Some(results) = &part.results else { continue };
            let shown = self.shown.entry((build.id, part.name.clone())).or_default();
            if shown.is_whole {
                continue;
            }
            let is_over = part.state.is_final();
            let Ok(Some(log)) = copr.log(context, results, is_over).await else { continue };
            let mut sink = Lines { context, program: &part.name, line: &mut shown.line };
            match copr.read_log(context, &log, shown.bytes, &mut sink).await {
                Ok(count) => {
                    shown.bytes += count;
                    if is_over {
                        sink.end();
                        shown.is_whole = true;
                    }
                }
                Err(error) => tracing::debug!(%error, "a log cannot be read"),
            }
        }
    }
}

/// Shows each line that is written to it.
struct Lines<'a> {
    context: &'a Context,
    program: &'a str,
    line: &'a mut Vec<u8>,
}

impl Lines<'_> {
    fn end(&mut self) {
        if !self.line.is_empty() {
            let bytes = std::mem::take(self.line);
            self.context.send(What::Line { program: self.program.to_owned(), bytes });
        }
    }
}

impl std::io::Write for Lines<'_> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        for piece in bytes.split_inclusive(|&byte| byte == b'\n') {
            match piece.strip_suffix(b"\n") {
                Some(rest) => {
                    self.line.extend_from_slice(rest);
                    let bytes = std::mem::take(self.line);
                    self.context.send(What::Line { program: self.program.to_owned(), bytes });
                }
                None => self.line.extend_from_slice(piece),
            }
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
