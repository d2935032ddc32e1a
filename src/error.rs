//! The one error type at the border of every layer: what kind of failure it is, what happened, why, and how to mend it.

use std::fmt;
use std::path::PathBuf;

use serde::Serialize;

use crate::secret::redacted_line;

/// Result of everything that can fail.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What kind of failure it was. The kind alone decides the exit code (`cli::exit`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// The command line asks for something that cannot be.
    Usage,
    /// A configuration file is missing, broken or asks for something that cannot be.
    Config,
    /// The machine lacks something: a program, room on the disk, a permission.
    Environment,
    /// The project is not as it must be: no commit, no spec, a tag template that matches nothing.
    Project,
    /// A program that packit called failed.
    Tool,
    /// A service refused or could not be reached.
    Service,
    /// A remote build or check was carried out and failed.
    Failed,
    /// Nothing to do, or skipped by a rule of the configuration.
    Refused,
    /// Some of several packages, branches or chroots failed.
    Partial,
    /// The time that the user allowed for waiting is over.
    Timeout,
    /// SIGINT or SIGTERM.
    Interrupted,
    /// A defect of packit itself.
    Bug,
}

/// A position in a text file, as an editor counts: lines and columns start at 1, columns count characters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Place {
    /// The file, as the user would name it.
    #[serde(serialize_with = "crate::paths::serialize")]
    pub file: PathBuf,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// How many characters the marked text has; 0 marks a position between two characters.
    pub length: usize,
    /// The text of that line, without its line ending.
    pub text: String,
}

impl Place {
    /// The same place without credentials in URLs of its line: where there are any, the whole line is marked.
    #[must_use]
    fn without_credentials(mut self) -> Self {
        let shown = redacted_line(&self.text);
        if shown != self.text {
            (self.column, self.length) = (1, shown.chars().count());
            self.text = shown;
        }
        self
    }
}

/// So many characters a finding says at most.
const LONG: usize = 2000;

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Worth knowing; nothing is wrong.
    Note,
    /// Probably not what the user wants; the work goes on.
    Warning,
    /// The work cannot be done like this.
    Error,
}

/// One thing that is wrong (or odd) with an input, at its place. A file can have many; they are reported together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Error, warning or note.
    pub severity: Severity,
    /// What is wrong, a fragment in lower case without a final period.
    pub message: String,
    /// Where; `None` when it concerns the whole file or no file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
    /// How to mend it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub hints: Vec<String>,
}

impl Finding {
    /// A finding without place and hints.
    pub fn new(severity: Severity, message: impl Into<String>) -> Self {
        Self { severity, message: shortened(message.into()), place: None, hints: Vec::new() }
    }

    /// A warning without place and hints.
    pub fn warning(message: impl Into<String>) -> Self {
        Self::new(Severity::Warning, message)
    }

    /// A note without place and hints.
    pub fn note(message: impl Into<String>) -> Self {
        Self::new(Severity::Note, message)
    }

    /// The same finding at `place`.
    #[must_use]
    pub fn at(mut self, place: Place) -> Self {
        self.place = Some(place.without_credentials());
        self
    }

    /// The same finding with one more way to mend it.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(shortened(hint.into()));
        self
    }
}

/// What a finding says may hold a name or a value of the file, and that may be a megabyte long.
fn shortened(mut text: String) -> String {
    if let Some((end, _)) = text.char_indices().nth(LONG) {
        text.truncate(end);
        text.push('…');
    }
    text
}

/// A failure: kind, message, the chain of causes below it, hints, and what was found in an input file.
#[derive(Debug, Clone, Serialize)]
pub struct Error {
    kind: Kind,
    message: String,
    causes: Vec<String>,
    hints: Vec<String>,
    findings: Vec<Finding>,
    place: Option<Box<Place>>,
}

impl Error {
    /// An error of `kind` that says `message` (a fragment in lower case, without a final period).
    pub fn new(kind: Kind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), causes: Vec::new(), hints: Vec::new(), findings: Vec::new(), place: None }
    }

    /// A defect of packit itself: something that its own code promises did not hold.
    pub fn bug(message: impl Into<String>) -> Self {
        Self::new(Kind::Bug, message)
    }

    /// The error for work that was stopped by a signal.
    pub fn interrupted() -> Self {
        Self::new(Kind::Interrupted, "interrupted")
    }

    /// The same error with a cause below the ones it has.
    #[must_use]
    pub fn cause(mut self, cause: impl fmt::Display) -> Self {
        self.causes.push(cause.to_string());
        self
    }

    /// The same error with the whole chain of `source` as its causes.
    #[must_use]
    pub fn source(mut self, source: impl Into<anyhow::Error>) -> Self {
        self.causes.extend(source.into().chain().map(ToString::to_string));
        self
    }

    /// The same error with one more way to mend it.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// The same error with all that was found in an input file.
    #[must_use]
    pub fn findings(mut self, findings: Vec<Finding>) -> Self {
        self.findings = findings;
        self
    }

    /// The same error at a place of a file.
    #[must_use]
    pub fn at(mut self, place: Place) -> Self {
        self.place = Some(Box::new(place.without_credentials()));
        self
    }

    /// The same failure told from one level up: `message` on top, the old message becomes the first cause.
    #[must_use]
    pub fn within(mut self, message: impl Into<String>) -> Self {
        let below = std::mem::replace(&mut self.message, message.into());
        self.causes.insert(0, below);
        self
    }

    /// What happened and why, in one line.
    pub fn in_one_line(&self) -> String {
        [std::slice::from_ref(&self.message), &self.causes].concat().join(": ")
    }

    /// The same as a warning, for what does not end the command.
    pub fn as_warning(&self) -> Finding {
        let finding = self.place().cloned().into_iter().fold(Finding::warning(self.in_one_line()), Finding::at);
        self.hints.iter().fold(finding, Finding::hint)
    }

    /// What kind of failure it is.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// What happened.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Why, outermost first.
    pub fn causes(&self) -> &[String] {
        &self.causes
    }

    /// How to mend it.
    pub fn hints(&self) -> &[String] {
        &self.hints
    }

    /// What was found in the input, each at its place.
    pub fn all_findings(&self) -> &[Finding] {
        &self.findings
    }

    /// Where.
    pub fn place(&self) -> Option<&Place> {
        self.place.as_deref()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}

/// Gives a foreign error a kind and a sentence of ours.
pub trait Context<T> {
    /// Turns the error into an [`Error`] of `kind` with `message` on top of its own chain.
    fn or_error(self, kind: Kind, message: impl FnOnce() -> String) -> Result<T>;
}

impl<T, E: Into<anyhow::Error>> Context<T> for std::result::Result<T, E> {
    fn or_error(self, kind: Kind, message: impl FnOnce() -> String) -> Result<T> {
        self.map_err(|source| Error::new(kind, message()).source(source))
    }
}
