//! Errors and findings as text: message, place with the line and a mark under it, causes, hints.

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use crate::error::{Error, Finding, Place, Severity};

/// An error, for a package where there are several, with its causes, hints, place and all findings, without a final line break.
pub fn error(error: &Error, package: Option<&str>, color: bool) -> String {
    let mut parts: Vec<String> = error.all_findings().iter().map(|found| finding(found, package, color)).collect();
    let message = named(package, error.message());
    parts.push(report(Level::ERROR, &message, error.place(), error.causes(), error.hints(), color));
    parts.join("\n")
}

fn named(package: Option<&str>, message: &str) -> String {
    package.map(|package| format!("{package}: ")).unwrap_or_default() + message
}

/// A finding, for a package where there are several, without a final line break.
pub fn finding(finding: &Finding, package: Option<&str>, color: bool) -> String {
    let level = match finding.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    let message = named(package, &finding.message);
    report(level, &message, finding.place.as_ref(), &[], &finding.hints, color)
}

fn report(
    level: Level<'_>,
    message: &str,
    place: Option<&Place>,
    causes: &[String],
    hints: &[String],
    color: bool,
) -> String {
    let renderer = if color { Renderer::styled() } else { Renderer::plain() };
    let (title, causes, hints) = (printable(message), printables(causes), printables(hints));
    let Some(place) = place else {
        let mut text = renderer.render(&[Group::with_title(level.primary_title(title.as_str()))]);
        for (word, lines) in [("cause", &causes), ("hint", &hints)] {
            lines.iter().for_each(|line| text += &format!("\n  {word}: {}", line.replace('\n', "\n    ")));
        }
        return text;
    };
    let (path, line) = (printable(&place.file.display().to_string()), printable_line(&place.text));
    let snippet = Snippet::source(line.as_str()).line_start(place.line).path(path.as_str());
    let marked = snippet.annotation(AnnotationKind::Primary.span(span(place, &line)));
    let mut group = level.primary_title(title.as_str()).element(marked);
    for cause in &causes {
        group = group.element(Level::NOTE.with_name("cause").message(cause.as_str()));
    }
    for hint in &hints {
        group = group.element(Level::HELP.with_name("hint").message(hint.as_str()));
    }
    renderer.render(&[group])
}

fn printables(texts: &[String]) -> Vec<String> {
    texts.iter().map(|text| printable(text)).collect()
}

/// The line of a file with a stand-in for each character that would steer the terminal, so that columns stay.
fn printable_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() && c != '\t' { '\u{fffd}' } else { c }).collect()
}

/// The marked part of the line of a place, in bytes.
fn span(place: &Place, line: &str) -> std::ops::Range<usize> {
    let offset = |characters: usize| line.char_indices().nth(characters).map_or(line.len(), |(offset, _)| offset);
    let start = place.column.saturating_sub(1);
    offset(start)..offset(start + place.length)
}

/// The text without characters that would steer the terminal; line breaks and tabs stay.
pub fn printable(text: &str) -> String {
    text.chars().filter(|&c| c == '\n' || c == '\t' || !c.is_control()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Kind;

    #[test]
    fn shows_place_cause_and_mend() {
        let place = Place {
            file: ".packit.yaml".into(),
            line: 5,
            column: 1,
            length: 12,
            text: "specfile_pth: \u{7}ä".to_owned(),
        };
        let found =
            Finding::new(Severity::Error, "unknown key `specfile_pth`").at(place).hint("did you mean `specfile_path`?");
        let failed = Error::new(Kind::Config, "`.packit.yaml` is not valid").findings(vec![found]);
        let failed = failed.cause("because\u{1b}[31m").hint("mend it");
        insta::assert_snapshot!(error(&failed, Some("core"), false), @"
        error: core: unknown key `specfile_pth`
         --> .packit.yaml:5:1
          |
        5 | specfile_pth: �ä
          | ^^^^^^^^^^^^
          |
          = hint: did you mean `specfile_path`?
        error: core: `.packit.yaml` is not valid
          cause: because[31m
          hint: mend it
        ");
    }
}
