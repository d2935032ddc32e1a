//! Errors and findings as text: message, place with the line and a mark under it, causes, hints.

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use crate::error::{Error, Finding, Place, Severity};

/// An error with its causes, hints, place and all findings, without a final line break.
pub fn error(error: &Error, color: bool) -> String {
    let mut parts: Vec<String> = error.all_findings().iter().map(|found| finding(found, None, color)).collect();
    parts.push(report(Level::ERROR, error.message(), error.place(), error.causes(), error.hints(), color));
    parts.join("\n")
}

/// A finding, for a package where there are several, without a final line break.
pub fn finding(finding: &Finding, package: Option<&str>, color: bool) -> String {
    let level = match finding.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    let message = match package {
        Some(package) => format!("{package}: {}", finding.message),
        None => finding.message.clone(),
    };
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
    let title = printable(message);
    let (causes, hints) = (
        causes.iter().map(|text| printable(text)).collect::<Vec<_>>(),
        hints.iter().map(|text| printable(text)).collect::<Vec<_>>(),
    );
    let path = place.map(|place| printable(&place.file.display().to_string()));
    let mut group: Group<'_> = match (place, &path) {
        (Some(place), Some(path)) => {
            let snippet = Snippet::source(place.text.as_str()).line_start(place.line).path(path.as_str());
            level.primary_title(title.as_str()).element(snippet.annotation(AnnotationKind::Primary.span(span(place))))
        }
        _ => Group::with_title(level.primary_title(title.as_str())),
    };
    for cause in &causes {
        group = group.element(Level::NOTE.with_name("cause").message(cause.as_str()));
    }
    for hint in &hints {
        group = group.element(Level::HELP.with_name("hint").message(hint.as_str()));
    }
    renderer.render(&[group])
}

/// The marked part of the line of a place, in bytes.
fn span(place: &Place) -> std::ops::Range<usize> {
    let offset =
        |characters: usize| place.text.char_indices().nth(characters).map_or(place.text.len(), |(offset, _)| offset);
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
        let place =
            Place { file: ".packit.yaml".into(), line: 5, column: 1, length: 12, text: "specfile_pth: ä".to_owned() };
        let found =
            Finding::new(Severity::Error, "unknown key `specfile_pth`").at(place).hint("did you mean `specfile_path`?");
        let error_ = Error::new(Kind::Config, "`.packit.yaml` is not valid")
            .findings(vec![found])
            .cause("because\u{1b}[31m")
            .hint("mend it");
        insta::assert_snapshot!(error(&error_, false), @"");
    }
}
