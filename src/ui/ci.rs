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
    /// The line that begins a part that can be folded: the one of this number in the run.
    pub(super) fn opened(self, number: usize, title: &str) -> String {
        let title = one_line(title);
        match self {
            Self::GitHub => format!("::group::{title}"),
            // A time is a part of the form; what it is changes nothing but the shown duration.
            Self::GitLab => format!("\x1b[0Ksection_start:0:packit_{number}[collapsed=true]\r\x1b[0K{title}"),
        }
    }

    /// The line that ends it.
    pub(super) fn closed(self, number: usize) -> String {
        match self {
            Self::GitHub => "::endgroup::".to_owned(),
            Self::GitLab => format!("\x1b[0Ksection_end:0:packit_{number}\r\x1b[0K"),
        }
    }

    /// A line of somebody else, in which the CI finds no command of its own.
    pub(super) fn quoted(self, line: String) -> String {
        match self {
            // The older form counts anywhere in a line.
            Self::GitHub if line.contains("##[") => self.quoted(line.replace("##[", "# #[")),
            Self::GitHub if line.trim_start().starts_with("::") => line.replacen("::", ": :", 1),
            _ => line,
        }
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
    fn lines_of_others_are_no_commands() {
        for (line, quoted) in [
            ("  ::add-mask::x", "  : :add-mask::x"),
            ("a ::b", "a ::b"),
            ("a ####[group]b ##[x]", "a ### #[group]b # #[x]"),
        ] {
            assert_eq!(Ci::GitHub.quoted(line.to_owned()), quoted);
            assert_eq!(Ci::GitLab.quoted(line.to_owned()), line);
        }
    }

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
