//! What mock says when it fails, and which part of its logs tells why.

use std::path::Path;
use std::time::SystemTime;

use fs_err as fs;

/// What the first line of a message begins with; lines behind it that begin with none of these belong to it.
const HEADS: [&str; 8] =
    ["ERROR: ", "CRITICAL: ", "WARNING: ", "INFO: ", "DEBUG: ", "Start: ", "Finish: ", "Mock Version: "];
/// What stands at the beginning of what each run adds to a log.
const BEGINS: &str = "Mock Version: ";
/// What stands behind the output of each program that mock calls.
const RETURNED: &str = "Child return code was: ";
/// What dnf says whatever it does.
const NOISE: [&str; 2] =
    ["Last metadata expiration check: ", "No matches found for the following disable plugin patterns"];
/// So many lines of the log of a failed build are shown.
const LINES: usize = 30;
/// So many lines of what a program said are causes.
const CAUSES: usize = 10;

/// The causes that mock names, in its order: each error with what the program said whose failure it is.
pub(super) fn causes(said: &str) -> Vec<String> {
    let mut causes: Vec<String> = Vec::new();
    for error in errors(said) {
        let is_noise = |line: &str| line.is_empty() || NOISE.iter().any(|noise| line.starts_with(noise));
        let mut lines = error.into_iter().filter(|line| !is_noise(line));
        let Some(first) = lines.next() else { continue };
        // That a build failed, and after how long.
        if first.starts_with("Exception(") && first.contains(") Config(") {
            continue;
        }
        let mut lines: Vec<&str> = lines.collect();
        let command = lines.first().and_then(|line| line.strip_prefix("# "));
        let first = match command {
            Some(command) if first == "Command failed:" => {
                lines.remove(0);
                format!("{first} {command}")
            }
            _ => first.to_owned(),
        };
        let said = lines.split_off(lines.len().saturating_sub(CAUSES));
        for cause in std::iter::once(first).chain(said.into_iter().map(str::to_owned)) {
            if !causes.contains(&cause) {
                causes.push(cause);
            }
        }
    }
    causes
}

/// The errors among the messages, each in its lines, without the lines of Python that led there.
fn errors(said: &str) -> Vec<Vec<&str>> {
    let mut errors: Vec<Vec<&str>> = Vec::new();
    let (mut is_error, mut is_trace) = (false, false);
    for line in said.lines() {
        if let Some(first) = line.strip_prefix("ERROR: ").or_else(|| line.strip_prefix("CRITICAL: ")) {
            errors.push(vec![first.trim()]);
            (is_error, is_trace) = (true, false);
        } else if HEADS.iter().any(|head| line.starts_with(head)) {
            is_error = false;
        } else if is_error {
            let is_indented = line.starts_with(' ');
            if line.starts_with("Traceback (most recent call last)") {
                is_trace = true;
            } else if !(is_trace && is_indented) {
                // The line that ends a trace says again what the message said.
                if !is_trace {
                    errors.last_mut().into_iter().for_each(|error| error.push(line.trim()));
                }
                is_trace = false;
            }
        }
    }
    errors
}

/// The end of the log that tells why the build failed that began at `began`, with the log's name: of the build where it came to one
/// that failed, else of the chroot unless mock has told all that is in there. Logs hold the runs before, too.
pub(super) fn telling_log(folder: &Path, began: SystemTime, is_told: bool) -> Option<(&'static str, Vec<u8>)> {
    let build = own_part(&folder.join("build.log"), began).filter(|text| last_code(text) != Some(0));
    if let Some(end) = build.as_deref().and_then(end_of) {
        return Some(("build.log", end));
    }
    if is_told {
        return None;
    }
    // What mock cleans up comes behind what failed.
    let root = own_part(&folder.join("root.log"), began)?;
    end_of(up_to_failure(&root)).map(|end| ("root.log", end))
}

/// What this run has written to a log.
fn own_part(log: &Path, began: SystemTime) -> Option<String> {
    if fs::metadata(log).ok()?.modified().ok()? < began {
        return None;
    }
    let text = String::from_utf8_lossy(&fs::read(log).ok()?).into_owned();
    let Some(at) = text.rfind(BEGINS) else { return Some(text) };
    let own = text.get(at..)?;
    Some(own.split_once('\n').map_or("", |(_, own)| own).to_owned())
}

/// How the last program of a log ended.
fn last_code(text: &str) -> Option<i32> {
    let (_, behind) = text.rsplit_once(RETURNED)?;
    behind.lines().next()?.trim().parse().ok()
}

/// The text up to the line that says of the last program that it failed; all of it where none did.
fn up_to_failure(text: &str) -> &str {
    let mut at = 0;
    let mut end = text.len();
    for line in text.split_inclusive('\n') {
        at += line.len();
        let code = line.split_once(RETURNED).map(|(_, code)| code.trim());
        if code.is_some_and(|code| code != "0") {
            end = at;
        }
    }
    text.get(..end).unwrap_or(text)
}

/// The last lines of a text.
fn end_of(text: &str) -> Option<Vec<u8>> {
    let lines: Vec<&str> = text.trim_ascii_end().lines().collect();
    let last = lines.get(lines.len().saturating_sub(LINES)..)?.join("\n");
    (!last.is_empty()).then(|| last.into_bytes())
}

#[cfg(test)]
mod tests;
