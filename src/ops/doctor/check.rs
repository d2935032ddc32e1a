//! One thing that was looked at, and what came of it.

use jiff::civil::Date;
use serde::Serialize;

use super::needs::Need;
use crate::error::{Error, Place};
use crate::secret::redacted_line;

/// How something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// As it should be.
    Ok,
    /// The work goes on without it, or with something else than the user may want.
    Warning,
    /// The work cannot be done.
    Error,
}

/// One thing that was looked at.
#[derive(Debug, Clone, Serialize)]
pub struct Check {
    /// What was looked at.
    pub name: String,
    /// How it is.
    pub state: State,
    /// What was found, a fragment.
    pub found: String,
    /// The day on which it ends, as ISO 8601 has it; where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ends: Option<String>,
    /// How to mend it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub hints: Vec<String>,
}

impl Check {
    /// Something that is as it should be.
    pub(super) fn ok(name: impl Into<String>, found: impl Into<String>) -> Self {
        let found = redacted_line(&found.into());
        Self { name: name.into(), state: State::Ok, found, ends: None, hints: Vec::new() }
    }

    /// Something that may not be what the user wants.
    pub(super) fn warning(name: impl Into<String>, found: impl Into<String>) -> Self {
        Self { state: State::Warning, ..Self::ok(name, found) }
    }

    /// Something that is not as it must be: an error where it is needed, else a warning.
    pub(super) fn bad(name: impl Into<String>, need: Need, found: impl Into<String>) -> Self {
        Self { state: need.state(), ..Self::ok(name, found) }
    }

    /// The same for what failed: with all of its causes and hints, its place, and the first of its findings.
    pub(super) fn failed(name: impl Into<String>, need: Need, error: &Error) -> Self {
        let said = [&[error.message().to_owned()], error.causes()].concat().join(": ");
        let mut found = format!("{said}{}", error.place().map(behind).unwrap_or_default());
        if let Some(first) = error.all_findings().first() {
            found.push_str(&format!(": {}{}", first.message, first.place.as_ref().map(behind).unwrap_or_default()));
        }
        let check = Self::bad(name, need, found);
        error.hints().iter().fold(check, Self::hint)
    }

    /// The same check of something that ends on `day`.
    #[must_use]
    pub(super) fn ending(self, day: Date) -> Self {
        Self { ends: Some(day.to_string()), ..self }
    }

    /// The same check with one more way to mend it.
    #[must_use]
    pub(super) fn hint(mut self, hint: impl AsRef<str>) -> Self {
        self.hints.push(redacted_line(hint.as_ref()));
        self
    }
}

/// A place as it stands behind what is said of it.
fn behind(place: &Place) -> String {
    format!(" ({}:{})", place.file.display(), place.line)
}
