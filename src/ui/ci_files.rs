//! The files in which a CI takes results: outputs for the next step, and a summary for people.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use super::diagnostic::printable;
use super::envelope::Warning;
use crate::error::{Context as _, Error, Finding, Kind, Place, Result, Severity};

/// Where a CI takes results.
#[derive(Debug, Clone, Default)]
pub struct CiFiles {
    /// The current folder, absolute.
    pub cwd: PathBuf,
    /// For outputs, as `GITHUB_OUTPUT` names it.
    pub outputs: Option<PathBuf>,
    /// For a summary in Markdown, as `GITHUB_STEP_SUMMARY` names it.
    pub summary: Option<PathBuf>,
    /// For variables of jobs that follow, as GitLab's `artifacts:reports:dotenv` reads them.
    pub dotenv: Option<PathBuf>,
}

/// How a run ended.
#[derive(Debug)]
pub(super) struct Ending<'a> {
    pub(super) command: &'a str,
    pub(super) failure: Option<&'a Error>,
    /// The failures of packages and branches, of which `failure` only gives the names.
    pub(super) parts: &'a [(String, Error)],
    /// Findings that were printed for another program.
    pub(super) printed: &'a [Finding],
    pub(super) warnings: &'a [Warning],
    pub(super) results: &'a [(&'static str, String)],
}

impl Ending<'_> {
    /// Each name with all its values, in the order in which they came.
    fn grouped(&self) -> Vec<(&'static str, Vec<&str>)> {
        let mut grouped: Vec<(&'static str, Vec<&str>)> = Vec::new();
        for (name, value) in self.results {
            match grouped.iter_mut().find(|(known, _)| known == name) {
                Some((_, values)) => values.push(value),
                None => grouped.push((name, vec![value])),
            }
        }
        grouped
    }

    /// `name=value` lines; several values are several lines between marks that stand in none of them.
    fn outputs(&self) -> String {
        let grouped = self.grouped();
        let texts = grouped.into_iter().map(|(name, values)| {
            let value = values.join("\n");
            if !value.contains(['\n', '\r']) {
                return format!("{name}={value}\n");
            }
            let mut mark = "PACKIT".to_owned();
            while value.contains(&mark) {
                mark.push('_');
            }
            format!("{name}<<{mark}\n{value}\n{mark}\n")
        });
        texts.collect()
    }

    /// `PACKIT_RESULT_NAME=value` lines. There are no lines in a value: whatever else would end one is a blank.
    fn dotenv(&self) -> String {
        let line = |(name, values): (&str, Vec<&str>)| {
            let value: String = values.join(" ").chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
            format!("PACKIT_RESULT_{}={value}\n", name.to_ascii_uppercase())
        };
        self.grouped().into_iter().map(line).collect()
    }

    /// A table of the results, and what went wrong.
    fn summary(&self) -> String {
        let state = if self.failure.is_some() { "failed" } else { "done" };
        let mut text = format!("### packit {}: {state}\n\n", inline(self.command));
        if !self.results.is_empty() {
            text.push_str("| | |\n|---|---|\n");
            for (name, values) in self.grouped() {
                let values: Vec<String> = values.into_iter().map(cell).collect();
                text.push_str(&format!("| {name} | {} |\n", values.join("<br>")));
            }
            text.push('\n');
        }
        for finding in self.printed {
            text.push_str(&item(None, finding));
        }
        for (name, error) in self.parts {
            text.push_str(&items(Some(name), error));
        }
        if let Some(error) = self.failure {
            text.push_str(&items(None, error));
        }
        for warning in self.warnings {
            text.push_str(&item(warning.package.as_deref(), &warning.finding));
        }
        text + "\n"
    }
}

/// A failure, of a package or branch where there are several: its findings, what happened, why, and how to mend it.
fn items(of: Option<&str>, error: &Error) -> String {
    let mut text: String = error.all_findings().iter().map(|finding| item(of, finding)).collect();
    text.push_str(&line("**error**", of, error.message(), error.place()));
    text.push_str(&below("cause", error.causes()));
    text + &below("hint", error.hints())
}

/// A finding, and how to mend it.
fn item(of: Option<&str>, finding: &Finding) -> String {
    let level = match finding.severity {
        Severity::Error => "**error**",
        Severity::Warning => "warning",
        Severity::Note => "note",
    };
    line(level, of, &finding.message, finding.place.as_ref()) + &below("hint", &finding.hints)
}

fn line(level: &str, of: Option<&str>, message: &str, place: Option<&Place>) -> String {
    let of = of.map(|name| format!("{}: ", inline(name))).unwrap_or_default();
    let place = place.map(|place| format!("{}:{}: ", inline(&place.file.display().to_string()), place.line));
    format!("* {level}: {of}{}{}\n", place.unwrap_or_default(), inline(message))
}

fn below(word: &str, texts: &[String]) -> String {
    let lines = |text: &String| text.trim_end().lines().map(inline).collect::<Vec<_>>().join("<br>");
    texts.iter().map(|text| format!("  * {word}: {}\n", lines(text))).collect()
}

/// Text in which Markdown and HTML find nothing of theirs, on one line.
fn inline(text: &str) -> String {
    let mut safe = String::new();
    for c in printable(text).chars() {
        match c {
            '\n' | '\t' => safe.push(' '),
            c if c.is_ascii_punctuation() && !".,-/:;=+%".contains(c) => safe.push_str(&format!("&#{};", u32::from(c))),
            c => safe.push(c),
        }
    }
    safe
}

/// A value: addresses are links.
fn cell(value: &str) -> String {
    let safe = inline(value);
    if value.starts_with("https://") || value.starts_with("http://") {
        return format!("<a href=\"{safe}\">{safe}</a>");
    }
    format!("<code>{safe}</code>")
}

impl CiFiles {
    /// Writes what the CI wants to have. A run that is neither broken nor brought anything has no summary.
    pub(super) fn write(&self, ending: &Ending<'_>) -> Result<()> {
        let has_results = !ending.results.is_empty();
        if let Some(file) = self.outputs.as_ref().filter(|_| has_results) {
            append(&self.cwd.join(file), &ending.outputs())?;
        }
        if let Some(file) = self.dotenv.as_ref().filter(|_| has_results) {
            append(&self.cwd.join(file), &ending.dotenv())?;
        }
        let is_worth_it = has_results || ending.failure.is_some() || !ending.warnings.is_empty();
        match &self.summary {
            Some(file) if is_worth_it => append(&self.cwd.join(file), &ending.summary()),
            _ => Ok(()),
        }
    }

    /// The path of a file from the top of the repository that it is in, as annotations want it.
    pub(super) fn in_repository(&self, file: &Path) -> PathBuf {
        let full = self.cwd.join(file);
        let full: PathBuf = full.components().filter(|part| *part != std::path::Component::CurDir).collect();
        let root = full.ancestors().skip(1).find(|folder| folder.join(".git").symlink_metadata().is_ok());
        root.and_then(|root| full.strip_prefix(root).ok()).unwrap_or(file).to_owned()
    }
}

fn append(file: &Path, text: &str) -> Result<()> {
    let opened = fs_err::OpenOptions::new().create(true).append(true).open(file);
    opened.and_then(|mut file| file.write_all(text.as_bytes())).or_error(Kind::Environment, || {
        format!("the results cannot be written to `{}`, which the CI wants to have", file.display())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ending<'a>(results: &'a [(&'static str, String)], failure: Option<&'a Error>) -> Ending<'a> {
        Ending { command: "srpm", failure, parts: &[], printed: &[], warnings: &[], results }
    }

    #[test]
    fn no_value_brings_a_name_of_its_own() {
        let results =
            [("srpm", "/a".to_owned()), ("srpm", "/b\nPACKIT\nevil=1".to_owned()), ("version", "1.0".to_owned())];
        let ending = ending(&results, None);
        assert_eq!(ending.outputs(), "srpm<<PACKIT_\n/a\n/b\nPACKIT\nevil=1\nPACKIT_\nversion=1.0\n");
        assert_eq!(ending.dotenv(), "PACKIT_RESULT_SRPM=/a /b PACKIT evil=1\nPACKIT_RESULT_VERSION=1.0\n");
    }

    #[test]
    fn a_summary_holds_no_markup_of_others() {
        let results = [("build_url", "https://h/1?\"><script>".to_owned()), ("name", "a|b`c`\n## x".to_owned())];
        let failed = Error::new(Kind::Failed, "it [broke](x)\n# y").hint("<b>mend</b>");
        let text = ending(&results, Some(&failed)).summary();
        assert!(text.starts_with("### packit srpm: failed\n\n| | |\n"), "{text}");
        for markup in ["<script", "<b>", "](x)", "`c`", "a|b", "\n# y", "\n## x"] {
            assert!(!text.contains(markup), "{markup}: {text}");
        }
        assert!(text.contains("* **error**: it &#91;broke"), "{text}");
        assert!(text.contains("<a href=\"https://h/1&#63;&#34;&#62;&#60;script&#62;\">"), "{text}");
    }
}
