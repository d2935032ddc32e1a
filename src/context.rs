//! What an operation gets from outside, besides its request: environment, folders, clock, where events go.
//!
//! This is the only module that reads the environment, the clock and the home folder.

use std::collections::HashMap;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};

use crate::error::{Error, Finding, Kind, Result};
use crate::event::{Event, Sink, What};
use crate::interrupt::Interrupt;
use crate::outward::Gate;

/// The world around one run of packit. Cheap to clone.
#[derive(Clone)]
pub struct Context {
    world: Arc<World>,
    package: Option<Arc<str>>,
    shares: usize,
    interrupt: Interrupt,
    gate: Gate,
}

struct World {
    cwd: PathBuf,
    variables: HashMap<OsString, OsString>,
    source_date: Option<Timestamp>,
    events: Sink,
}

impl Context {
    /// The context of this process.
    ///
    /// # Errors
    /// When the current folder is gone, or `SOURCE_DATE_EPOCH` is not a number of seconds.
    #[expect(clippy::disallowed_methods, reason = "this is the place that reads the environment")]
    pub fn new(events: Sink, interrupt: Interrupt) -> Result<Self> {
        let cwd = std::env::current_dir().map_err(|source| {
            Error::new(Kind::Environment, "the current folder cannot be read")
                .source(source)
                .hint("cd to a folder that exists")
        })?;
        Self::with(cwd, std::env::vars_os().collect(), events, interrupt)
    }

    /// A context made of the given parts.
    ///
    /// # Errors
    /// When `SOURCE_DATE_EPOCH` is not a number of seconds.
    pub fn with(
        cwd: PathBuf,
        variables: HashMap<OsString, OsString>,
        events: Sink,
        interrupt: Interrupt,
    ) -> Result<Self> {
        let source_date = variables.get(OsStr::new("SOURCE_DATE_EPOCH")).map(|value| source_date(value)).transpose()?;
        let world = World { cwd, variables, source_date: source_date.flatten(), events };
        Ok(Self { world: Arc::new(world), package: None, shares: 1, interrupt, gate: Gate::default() })
    }

    /// The same context for one of several packages, `side_by_side` of which are worked on at a time: its events are marked with
    /// the name, and it has its share of the processors.
    #[must_use]
    pub fn for_package(&self, package: &str, side_by_side: usize) -> Self {
        Self { package: Some(Arc::from(package)), shares: side_by_side.max(1), ..self.clone() }
    }

    /// The same context for a look at something: what happens on the way is told to nobody.
    #[must_use]
    pub fn quiet(&self) -> Self {
        let World { cwd, variables, source_date, .. } = &*self.world;
        let (cwd, variables, source_date) = (cwd.clone(), variables.clone(), *source_date);
        let world = World { cwd, variables, source_date, events: Arc::new(|_| {}) };
        Self { world: Arc::new(world), ..self.clone() }
    }

    /// The same context for work that a signal must not stop: putting back what was changed.
    #[must_use]
    pub fn sheltered(&self) -> Self {
        Self { interrupt: Interrupt::default(), ..self.clone() }
    }

    /// The same context for a dry run: nothing is sent that would change something outside.
    #[must_use]
    pub fn dry(&self) -> Self {
        Self { gate: Gate::closed(), ..self.clone() }
    }

    /// What everything passes that changes something outside.
    pub fn gate(&self) -> &Gate {
        &self.gate
    }

    /// The current folder, absolute.
    pub fn cwd(&self) -> &Path {
        &self.world.cwd
    }

    /// `path` made absolute against the current folder, without `.` in it; `..` and links stay.
    pub fn absolute(&self, path: &Path) -> PathBuf {
        self.world.cwd.join(path).components().collect()
    }

    /// An environment variable that is set, not empty and UTF-8.
    pub fn variable(&self, name: &str) -> Option<String> {
        self.world.variables.get(OsStr::new(name)).and_then(|v| v.to_str()).filter(|v| !v.is_empty()).map(str::to_owned)
    }

    /// The names of all environment variables.
    pub fn variable_names(&self) -> impl Iterator<Item = &OsStr> {
        self.world.variables.keys().map(OsString::as_os_str)
    }

    fn folder_variable(&self, name: &str) -> Option<PathBuf> {
        self.world.variables.get(OsStr::new(name)).map(PathBuf::from).filter(|path| path.is_absolute())
    }

    /// The home folder, where `HOME` names one.
    pub fn home(&self) -> Option<PathBuf> {
        self.folder_variable("HOME")
    }

    /// The folder of the user's configuration: `$XDG_CONFIG_HOME`, else `~/.config`.
    pub fn config_home(&self) -> Option<PathBuf> {
        self.folder_variable("XDG_CONFIG_HOME").or_else(|| Some(self.home()?.join(".config")))
    }

    /// The user's cache folder: `$XDG_CACHE_HOME`, else `~/.cache`.
    pub fn cache_home(&self) -> Option<PathBuf> {
        self.folder_variable("XDG_CACHE_HOME").or_else(|| Some(self.home()?.join(".cache")))
    }

    /// The folder for temporary files: `$TMPDIR`, else `/tmp`.
    pub fn temporary(&self) -> PathBuf {
        self.folder_variable("TMPDIR").unwrap_or_else(|| PathBuf::from("/tmp"))
    }

    /// The search path for programs.
    pub fn search_path(&self) -> Option<&OsStr> {
        self.world.variables.get(OsStr::new("PATH")).map(OsString::as_os_str)
    }

    /// Now: local time, or the time of `SOURCE_DATE_EPOCH` in UTC where that is set.
    #[expect(clippy::disallowed_methods, reason = "this is the place that reads the clock")]
    pub fn now(&self) -> Zoned {
        match self.world.source_date {
            Some(fixed) => fixed.to_zoned(TimeZone::UTC),
            None => Timestamp::now().to_zoned(self.time_zone()),
        }
    }

    /// What time it really is, whatever `SOURCE_DATE_EPOCH` says: for the age of what is kept, never for what goes into a result.
    #[expect(clippy::disallowed_methods, reason = "this is the place that reads the clock")]
    pub fn clock(&self) -> Timestamp {
        Timestamp::now()
    }

    /// The time zone: the one that `TZ` names, else that of the machine, read from its file. jiff would find it too, but walks
    /// through the whole database of time zones for it.
    fn time_zone(&self) -> TimeZone {
        let named = self.variable("TZ");
        let file = match named.as_deref().map(|name| name.trim_start_matches(':')) {
            None => PathBuf::from("/etc/localtime"),
            Some(name) => Path::new("/usr/share/zoneinfo").join(name),
        };
        match fs_err::read(file).ok().and_then(|data| TimeZone::tzif("Local", &data).ok()) {
            Some(zone) => zone,
            None if named.is_some() => TimeZone::system(),
            None => TimeZone::UTC,
        }
    }

    /// The time of `SOURCE_DATE_EPOCH`, where that is set: the results are to be reproducible.
    pub fn source_date(&self) -> Option<Timestamp> {
        self.world.source_date
    }

    /// How many things may run at the same time.
    pub fn parallelism(&self) -> usize {
        (std::thread::available_parallelism().map_or(1, usize::from) / self.shares).max(1)
    }

    /// Whether and when the work is to stop.
    pub fn interrupt(&self) -> &Interrupt {
        &self.interrupt
    }

    /// Tells what happened to the package of this context.
    pub fn send(&self, what: What) {
        (self.world.events)(Event { package: self.package.clone(), what });
    }

    /// Tells that a step begins.
    pub fn step(&self, text: impl Into<String>) {
        let text = text.into();
        tracing::debug!(package = self.package.as_deref(), "{text}");
        self.send(What::Step(text));
    }

    /// Tells something once.
    pub fn tell(&self, text: impl Into<String>) {
        self.send(What::Told(text.into()));
    }

    /// Reports a note or a warning.
    pub fn found(&self, finding: Finding) {
        self.send(What::Found(finding));
    }
}

/// Whether an environment variable is set to an empty value.
#[expect(clippy::disallowed_methods, reason = "this is the place that reads the environment")]
pub fn is_empty_variable(name: &OsStr) -> bool {
    std::env::var_os(name).is_some_and(|value| value.is_empty())
}

/// Whether the terminal's settings allow colours: `NO_COLOR` is not set, and `TERM` is not `dumb`.
pub fn terminal_takes_colors() -> bool {
    !is_set("NO_COLOR") && terminal_moves()
}

/// Whether lines can be redrawn on the terminal: `TERM` is not `dumb`, and no CI collects the output.
#[expect(clippy::disallowed_methods, reason = "this is the place that reads the environment")]
pub fn terminal_moves() -> bool {
    std::env::var_os("TERM").is_none_or(|term| term != "dumb") && !is_set("CI")
}

/// Whether an environment variable is set and not empty.
#[expect(clippy::disallowed_methods, reason = "this is the place that reads the environment")]
pub fn is_set(name: &str) -> bool {
    std::env::var_os(name).is_some_and(|value| !value.is_empty())
}

/// The value of a variable of the environment of this process, for what is decided before there is a [`Context`].
#[expect(clippy::disallowed_methods, reason = "this is the place that reads the environment")]
pub fn variable_of_process(name: &str) -> Option<OsString> {
    std::env::var_os(name)
}

/// The arguments of this process, its own name first.
pub fn arguments() -> Vec<OsString> {
    std::env::args_os().collect()
}

/// Reads `SOURCE_DATE_EPOCH`: seconds since 1970; an empty value is as if it were not set.
fn source_date(value: &OsStr) -> Result<Option<Timestamp>> {
    let text = value.to_string_lossy();
    if text.is_empty() {
        return Ok(None);
    }
    let refuse = || {
        Error::new(Kind::Usage, format!("SOURCE_DATE_EPOCH is not a number of seconds: `{text}`"))
            .hint("for the time of the last commit: export SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)")
    };
    let seconds: i64 = text.parse().map_err(|_| refuse())?;
    Timestamp::from_second(seconds).map(Some).map_err(|_| refuse())
}

/// Whether a CI service says by this variable that it is at work.
#[expect(clippy::disallowed_methods, reason = "this is the place that reads the environment")]
pub fn is_in_ci(name: &str) -> bool {
    std::env::var_os(name).is_some_and(|value| value == "true")
}
