//! Drawing events, errors and results.

use std::collections::{HashMap, HashSet};
use std::io::{self, IsTerminal as _, Write};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::Value;

use super::ci::Ci;
use super::ci_files::{CiFiles, Ending};
use super::diagnostic::{self, printable};
use super::envelope::Warning;
use super::findings;
use super::progress::Progress;
use super::question;
use crate::error::{Context as _, Error, Finding, Kind, Result, Severity};
use crate::event::{BuildPart, Event, Sink, What};
use crate::interrupt::Interrupt;

/// How things look.
#[derive(Debug, Clone, Copy, Default)]
pub struct Appearance {
    /// Standard error takes colours.
    pub color: bool,
    /// Standard error is a terminal on which lines can move.
    pub progress: bool,
    /// The CI whose log the messages go to.
    pub ci: Option<Ci>,
}

/// The user interface of one run.
pub struct Ui {
    appearance: Appearance,
    state: Mutex<State>,
}

/// What can be folded: the package and the title.
type Part = (Option<Arc<str>>, String);

#[derive(Default)]
struct State {
    progress: Progress,
    warnings: Vec<Warning>,
    /// How many parts that can be folded there were.
    parts: usize,
    /// The part that is open.
    open: Option<Part>,
    /// Parts that were ended by something of another package.
    alternating: HashSet<Part>,
    /// What each package is being put through.
    steps: HashMap<Option<Arc<str>>, String>,
    /// What came out: names and values.
    results: Vec<(&'static str, String)>,
    /// What failed of several packages or branches.
    failures: Vec<(String, Error)>,
    /// Findings that were printed for another program.
    printed: Vec<Finding>,
    files: CiFiles,
}

impl Ui {
    /// A user interface that looks like this.
    pub fn new(appearance: Appearance) -> Arc<Self> {
        Arc::new(Self { appearance, state: Mutex::default() })
    }

    /// Where operations send their events.
    pub fn sink(self: &Arc<Self>) -> Sink {
        let ui = Arc::clone(self);
        Arc::new(move |event| ui.draw(event))
    }

    /// Whether standard error takes colours.
    pub fn has_color(&self) -> bool {
        self.appearance.color
    }

    /// Whether the messages go to the log of a CI.
    pub fn is_in_ci(&self) -> bool {
        self.appearance.ci.is_some()
    }

    /// Whether standard error is a terminal.
    pub fn is_terminal() -> bool {
        io::stderr().is_terminal()
    }

    /// Whether standard output is a terminal.
    pub fn prints_to_terminal() -> bool {
        io::stdout().is_terminal()
    }

    /// Whether somebody is there who can be asked.
    pub fn can_ask(&self) -> bool {
        io::stderr().is_terminal() && io::stdin().is_terminal()
    }

    /// Asks a question that `y` answers with yes, and Enter with no, until it is answered.
    ///
    /// # Errors
    /// When the answer cannot be read; of kind [`Kind::Interrupted`] after a signal and at the end of the input.
    pub async fn ask(&self, interrupt: &Interrupt, question: &str) -> Result<bool> {
        let question = format!("{} [y/N] ", printable(question));
        loop {
            match self.asked(interrupt, &question).await?.to_ascii_lowercase().as_str() {
                "y" | "yes" => return Ok(true),
                "" | "n" | "no" => return Ok(false),
                _ => self.refuse("answer with y or n"),
            }
        }
    }

    /// Asks for a text until `refused` gives no reason against it; `default` is the answer of who only presses Enter.
    ///
    /// # Errors
    /// As [`Ui::ask`].
    pub async fn answer(
        &self,
        interrupt: &Interrupt,
        question: &str,
        default: &str,
        refused: impl Fn(&str) -> Option<String>,
    ) -> Result<String> {
        let question = format!("{} [{}] ", printable(question), printable(default));
        loop {
            let answer = self.asked(interrupt, &question).await?;
            let answer = if answer.is_empty() { default.to_owned() } else { answer };
            match refused(&answer) {
                None => return Ok(answer),
                Some(why) => self.refuse(&why),
            }
        }
    }

    /// Moving lines would run over the question: they come back with the next step.
    async fn asked(&self, interrupt: &Interrupt, question: &str) -> Result<String> {
        self.state().progress.clear();
        question::line(interrupt, question).await
    }

    fn refuse(&self, why: &str) {
        self.write(&self.state(), printable(why).as_bytes());
    }

    /// The warnings so far.
    pub fn warnings(&self) -> Vec<Warning> {
        self.state().warnings.clone()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Says where the CI wants to have results.
    pub fn set_files(&self, files: CiFiles) {
        self.state().files = files;
    }

    /// Keeps something that came out of the run, such as the path of a source RPM, for the CI. A name can come several times.
    pub fn result(&self, name: &'static str, value: impl Into<String>) {
        self.state().results.push((name, value.into()));
    }

    /// Ends the run of `command`: what is open is closed, and results are written where the CI wants to have them.
    ///
    /// # Errors
    /// When a file of the CI cannot be written: the next step would not find what it waits for.
    pub fn end(&self, command: &str, failure: Option<&Error>) -> Result<()> {
        let mut state = self.state();
        self.close(&mut state);
        let State { failures: parts, printed, warnings, results, files, .. } = &*state;
        files.write(&Ending { command, failure, parts, printed, warnings, results })
    }

    fn draw(&self, event: Event) {
        let Event { package, what } = event;
        let mut state = self.state();
        let prefix = package.as_ref().map(|name| format!("{name}: ")).unwrap_or_default();
        if !matches!(what, What::Line { .. } | What::Step(_) | What::Bytes { .. }) {
            self.close_for(&mut state, &package);
        }
        match what {
            What::Step(text) if self.appearance.progress => state.progress.step(package, text),
            What::Bytes { done, total } if self.appearance.progress => state.progress.bytes(&package, done, total),
            What::Step(text) => {
                state.steps.insert(package, text);
            }
            What::Bytes { .. } => {}
            What::Build(part) => {
                if self.appearance.progress {
                    state.progress.build(&part);
                }
                if part.is_over || !self.appearance.progress {
                    self.write(&state, format!("{prefix}{}", build_line(&part)).as_bytes());
                }
                if let Some(line) = self.appearance.ci.and_then(|ci| ci.failed_build(&part)) {
                    write(&state, line.as_bytes());
                }
            }
            What::Excerpt { title, text } => {
                state.parts += 1;
                let (number, title) = (state.parts, printable(&title));
                let opened = self.appearance.ci.map(|ci| ci.opened(number, &title));
                write(&state, opened.unwrap_or_else(|| format!("{title}:")).as_bytes());
                for line in text.split(|&byte| byte == b'\n') {
                    let line = format!("  {}", printable(&String::from_utf8_lossy(line)));
                    self.write(&state, line.as_bytes());
                }
                if let Some(end) = self.appearance.ci.and_then(|ci| ci.closed(number)) {
                    write(&state, end.as_bytes());
                }
            }
            What::Finished => state.progress.finish(&package),
            What::Told(text) => self.write(&state, format!("{prefix}{}", printable(&text)).as_bytes()),
            What::Line { program, bytes } => {
                self.open(&mut state, &package, &program);
                let text = String::from_utf8_lossy(&bytes);
                let line = format!("{prefix}{program}: {}", printable(&text));
                self.write(&state, line.as_bytes());
            }
            What::Found(finding) => {
                let text = diagnostic::finding(&finding, package.as_deref(), self.appearance.color);
                self.write(&state, text.as_bytes());
                if finding.severity > Severity::Note {
                    self.annotate(&state, package.as_deref(), finding.clone());
                    state.warnings.push(Warning { package: package.map(|name| name.to_string()), finding });
                }
            }
        }
    }

    /// Lines of the child of a step are a part that can be folded.
    fn open(&self, state: &mut State, package: &Option<Arc<str>>, program: &str) {
        let Some(ci) = self.appearance.ci.filter(|ci| ci.folds()) else { return };
        let prefix = package.as_ref().map(|name| format!("{name}: ")).unwrap_or_default();
        let step = state.steps.get(package).map_or(program, String::as_str);
        let part = (package.clone(), printable(&format!("{prefix}{step}")));
        if state.open.as_ref() != Some(&part) {
            self.close_for(state, package);
            // Each line of packages that run side by side would be a part of its own.
            if state.alternating.contains(&part) {
                return;
            }
            state.parts += 1;
            write(state, ci.opened(state.parts, &part.1).as_bytes());
            state.open = Some(part);
        }
    }

    /// Ends the part that is open for what comes of `package`.
    fn close_for(&self, state: &mut State, package: &Option<Arc<str>>) {
        let open = state.open.clone().filter(|(of, _)| of != package);
        state.alternating.extend(open);
        self.close(state);
    }

    fn close(&self, state: &mut State) {
        if state.open.take().is_some()
            && let Some(line) = self.appearance.ci.and_then(|ci| ci.closed(state.parts))
        {
            write(state, line.as_bytes());
        }
    }

    /// Makes a mark at the line of the file, where the CI has such.
    fn annotate(&self, state: &State, package: Option<&str>, mut finding: Finding) {
        if self.appearance.ci == Some(Ci::GitHub) {
            if let Some(place) = &mut finding.place {
                place.file = state.files.in_repository(&place.file);
            }
            if let Some(package) = package {
                finding.message = format!("{package}: {}", finding.message);
            }
            write(state, findings::github(&[finding]).trim_end().as_bytes());
        }
    }

    /// Writes lines in which the CI finds no commands.
    fn write(&self, state: &State, text: &[u8]) {
        match self.appearance.ci {
            Some(ci) => write(state, ci.quoted(&String::from_utf8_lossy(text)).as_bytes()),
            None => write(state, text),
        }
    }

    /// Tells a failure.
    pub fn error(&self, error: &Error) {
        self.failure(None, error);
    }

    /// Tells the failure of one of several packages.
    pub fn package_error(&self, package: &str, error: &Error) {
        self.failure(Some(package), error);
        self.state().failures.push((package.to_owned(), error.clone()));
    }

    /// Keeps findings that a command prints in a form for other programs: they belong into the summary of a CI, and the failure
    /// that they stand for is no annotation of its own.
    pub fn printed(&self, findings: &[Finding]) {
        self.state().printed.extend_from_slice(findings);
    }

    /// The findings with the paths of their files from the top of the repository that they are in, as code hosts want them.
    pub fn in_repository(&self, mut findings: Vec<Finding>) -> Vec<Finding> {
        let state = self.state();
        for place in findings.iter_mut().filter_map(|finding| finding.place.as_mut()) {
            place.file = state.files.in_repository(&place.file);
        }
        findings
    }

    fn failure(&self, package: Option<&str>, error: &Error) {
        let mut state = self.state();
        self.close(&mut state);
        state.progress.clear();
        self.write(&state, diagnostic::error(error, package, self.appearance.color).as_bytes());
        let findings = error.all_findings().iter().filter(|finding| finding.severity > Severity::Note);
        findings.for_each(|finding| self.annotate(&state, package, finding.clone()));
        if error.all_findings().is_empty() && state.printed.is_empty() {
            self.mark_in(&state, package, error);
        }
    }

    /// Makes a mark for a failure that was told otherwise, where the CI has such.
    pub fn mark(&self, error: &Error) {
        self.mark_in(&self.state(), None, error);
    }

    fn mark_in(&self, state: &State, package: Option<&str>, error: &Error) {
        let text = [&[error.message().to_owned()], error.causes(), error.hints()].concat().join("\n");
        let finding = error.place().cloned().into_iter().fold(Finding::new(Severity::Error, text), Finding::at);
        self.annotate(state, package, finding);
    }

    /// A line of the log.
    pub fn log(&self, line: &[u8]) {
        self.write(&self.state(), line.strip_suffix(b"\n").unwrap_or(line));
    }

    /// Tells where a result is, for scripts that look for this line among the messages: the Python packit has no other way
    /// to tell it. A person at a terminal reads the path on standard output.
    pub fn line_for_scripts(&self, words: &str, path: &Path) {
        use std::os::unix::ffi::OsStrExt as _;
        if !Self::is_terminal() {
            self.write(&self.state(), &[words.as_bytes(), path.as_os_str().as_bytes()].concat());
        }
    }

    /// Tells where RPMs are, as the Python packit does, for the same scripts.
    pub fn rpm_lines<P: AsRef<Path>>(&self, paths: &[P]) {
        use std::os::unix::ffi::OsStrExt as _;
        if !Self::is_terminal() && !paths.is_empty() {
            let state = self.state();
            self.write(&state, b"RPMs:");
            for path in paths {
                self.write(&state, &[b" * ", path.as_ref().as_os_str().as_bytes()].concat());
            }
        }
    }

    /// Prints paths, one a line, to standard output.
    ///
    /// # Errors
    /// When standard output takes no more, unless its reader is gone.
    pub fn paths<P: AsRef<Path>>(&self, paths: &[P]) -> Result<()> {
        use std::os::unix::ffi::OsStrExt as _;
        let lines = paths.iter().flat_map(|path| [path.as_ref().as_os_str().as_bytes(), b"\n"].concat());
        self.print(&lines.collect::<Vec<_>>())
    }

    /// Prints text or bytes as they are to standard output.
    ///
    /// # Errors
    /// As [`Ui::paths`].
    pub fn print(&self, bytes: &[u8]) -> Result<()> {
        let mut state = self.state();
        self.close(&mut state);
        state.progress.clear();
        drop(state);
        let mut stdout = io::stdout().lock();
        match stdout.write_all(bytes).and_then(|()| stdout.flush()) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            result => result.or_error(Kind::Environment, || "standard output cannot be written".to_owned()),
        }
    }

    /// Prints a JSON document to standard output.
    ///
    /// # Errors
    /// As [`Ui::paths`].
    pub fn json(&self, value: &Value) -> Result<()> {
        self.print(format!("{value:#}\n").as_bytes())
    }
}

/// `build 7: fedora-43-x86_64 failed after 1m05s (LOG)`.
fn build_line(part: &BuildPart) -> String {
    let took = match part.seconds {
        Some(seconds) if part.is_over => format!(" after {}", duration(seconds)),
        _ => String::new(),
    };
    let log = part.log.as_ref().map(|log| format!(" ({log})")).unwrap_or_default();
    printable(&format!("build {}: {} {}{took}{log}", part.build, part.part, part.state))
}

/// A time for people: `1h02m03s`, `2m03s`, `3s`.
pub fn duration(seconds: u64) -> String {
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    match (hours, minutes) {
        (0, 0) => format!("{seconds}s"),
        (0, _) => format!("{minutes}m{seconds:02}s"),
        _ => format!("{hours}h{minutes:02}m{seconds:02}s"),
    }
}

/// Writes a line to standard error. When that is closed there is nobody left to tell.
fn write(state: &State, line: &[u8]) {
    state.progress.suspend(|| {
        let mut stderr = io::stderr().lock();
        let _ = stderr.write_all(&[line, b"\n"].concat());
    });
}
