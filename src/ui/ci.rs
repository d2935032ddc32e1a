//! The logs of CI services: parts that can be folded, and annotations.

use crate::event::BuildPart;

/// A CI service whose log the messages go to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ci {
    /// GitHub Actions.
    GitHub,
    /// GitLab CI.
    GitLab,
}

impl Ci {
    /// The line that begins a part that can be folded.
    pub(super) fn opened(self, title: &str) -> Option<String> {
        let title = one_line(title);
        Some(match self {
            Self::GitHub => format!("::group::{title}"),
            // A time is a part of the form; what it is changes nothing but the shown duration.
            Self::GitLab => format!("\x1b[0Ksection_start:0:packit[collapsed=true]\r\x1b[0K{title}"),
        })
    }

    /// The line that ends it.
    pub(super) fn closed(self) -> Option<String> {
        Some(match self {
            Self::GitHub => "::endgroup::".to_owned(),
            Self::GitLab => "\x1b[0Ksection_end:0:packit\r\x1b[0K".to_owned(),
        })
    }

    /// The annotation for a part of a build that failed.
    pub(super) fn failed_build(self, part: &BuildPart) -> Option<String> {
        if self != Self::GitHub || !part.is_failure {
            return None;
        }
        let log = part.log.as_deref().unwrap_or("no log");
        Some(format!(
            "::error title={}::{}",
            property(&format!("build {}: {} {}", part.build, part.part, part.state)),
            one_line(log)
        ))
    }
}

/// Text as the commands of GitHub take it: `%` and line ends would be read as theirs.
fn one_line(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The same for a value before the second `::`.
fn property(text: &str) -> String {
    one_line(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_is_an_annotation() {
        let part = BuildPart {
            build: 7,
            part: "fedora-43-x86_64".to_owned(),
            state: "failed".to_owned(),
            is_over: true,
            is_failure: true,
            seconds: Some(3),
            log: Some("https://h/a%20b\n::x".to_owned()),
        };
        let line = Ci::GitHub.failed_build(&part).unwrap();
        assert_eq!(line, "::error title=build 7%3A fedora-43-x86_64 failed::https://h/a%2520b%0A::x");
        assert_eq!(Ci::GitLab.failed_build(&part), None);
        assert_eq!(Ci::GitHub.failed_build(&BuildPart { is_failure: false, ..part }), None);
    }
}
