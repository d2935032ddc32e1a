//! What `--json` prints: exactly one object.

use serde::Serialize;
use serde_json::{Value, json};

use crate::error::{Error, Finding};

/// A warning, and the package that it is about where there are several.
#[derive(Debug, Clone, Serialize)]
pub struct Warning {
    /// The package.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub package: Option<String>,
    /// What was found.
    #[serde(flatten)]
    pub finding: Finding,
}

/// The version of the format, raised when a reader of the old one could misread the new one.
const FORMAT_VERSION: u32 = 1;

/// The object for a command that did its work, or a part of it when there is also an `error`.
///
/// # Errors
/// When the result cannot be written as JSON: a path that is not UTF-8.
pub fn done(
    command: &str,
    result: &impl Serialize,
    error: Option<&Error>,
    warnings: &[Warning],
) -> serde_json::Result<Value> {
    let mut object = json!({
        "format_version": FORMAT_VERSION,
        "command": command,
        "ok": error.is_none(),
        "result": serde_json::to_value(result)?,
    });
    finish(&mut object, error, warnings)?;
    Ok(object)
}

/// The object for a command that failed.
///
/// # Errors
/// When the error names a path that is not UTF-8.
pub fn failed(command: &str, error: &Error, warnings: &[Warning]) -> serde_json::Result<Value> {
    let mut object = json!({ "format_version": FORMAT_VERSION, "command": command, "ok": false });
    finish(&mut object, Some(error), warnings)?;
    Ok(object)
}

fn finish(object: &mut Value, error: Option<&Error>, warnings: &[Warning]) -> serde_json::Result<()> {
    if let Some(error) = error {
        object["error"] = serde_json::to_value(error)?;
    }
    object["warnings"] = serde_json::to_value(warnings)?;
    Ok(())
}
