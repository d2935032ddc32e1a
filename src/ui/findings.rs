//! Findings for other programs: workflow commands of GitHub, and SARIF.

use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;

use serde_json::{Value, json};

use super::diagnostic::printable;
use crate::error::{Finding, Severity};

/// A workflow command of GitHub for each finding, which makes an annotation of it.
pub fn github(findings: &[Finding]) -> String {
    let lines = findings.iter().map(|finding| {
        let level = match finding.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "notice",
        };
        let place = finding.place.as_ref().map(|place| {
            let file = property(&place.file.display().to_string());
            format!(" file={file},line={},col={}", place.line, place.column)
        });
        let text = text(finding);
        format!("::{level}{}::{}\n", place.unwrap_or_default(), data(&text))
    });
    lines.collect()
}

/// What is wrong, and how to mend it.
fn text(finding: &Finding) -> String {
    [vec![finding.message.clone()], finding.hints.clone()].concat().join("\n")
}

/// As GitHub wants the text of a command.
fn data(text: &str) -> String {
    printable(text).replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// As GitHub wants a property of a command.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

/// A path as a reference of RFC 3986: what is not a plain character is escaped; a whole path is a `file` address.
fn uri(file: &Path) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte);
    let escape = |&byte: &u8| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    let path: String = file.as_os_str().as_bytes().iter().map(escape).collect();
    if file.is_absolute() { format!("file://{path}") } else { path }
}

/// The findings as a SARIF 2.1.0 document.
pub fn sarif(findings: &[Finding]) -> Value {
    let results = findings.iter().map(|finding| {
        let level = match finding.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "note",
        };
        let text = text(finding);
        let locations = finding.place.iter().map(|place| {
            json!({"physicalLocation": {
                "artifactLocation": {"uri": uri(&place.file)},
                "region": {
                    "startLine": place.line,
                    "startColumn": place.column,
                    "endColumn": place.column + place.length,
                },
            }})
        });
        json!({
            "ruleId": "packit-config",
            "level": level,
            "message": {"text": text},
            "locations": locations.collect::<Vec<_>>(),
        })
    });
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": "packit",
                "version": env!("CARGO_PKG_VERSION"),
                "rules": [{"id": "packit-config", "shortDescription": {"text": "packit configuration"}}],
            }},
            // A place counts characters; UTF-16 would be the default.
            "columnKind": "unicodeCodePoints",
            "results": results.collect::<Vec<_>>(),
        }],
    })
}
