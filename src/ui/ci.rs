//! The logs of CI services: parts that can be folded, and annotations.

use crate::event::BuildPart;

/// A CI service whose log the messages go to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ci {
    /// GitHub Actions, and those of Forgejo and Gitea, which take the same commands and files.
    GitHub,
    /// GitLab CI.
    GitLab,
    /// Zuul.
    Zuul,
    /// Jenkins.
    Jenkins,
    /// Another one, which the user names by `--ci`.
    Other,
}

impl Ci {
    /// The CI that a process runs in. `has` says whether a variable is set, `is_on` whether it is `true`.
    pub fn found(has: impl Fn(&str) -> bool, is_on: impl Fn(&str) -> bool) -> Option<Self> {
        if ["GITHUB_ACTIONS", "FORGEJO_ACTIONS", "GITEA_ACTIONS"].into_iter().any(&is_on) {
            Some(Self::GitHub)
        } else if is_on("GITLAB_CI") {
            Some(Self::GitLab)
        } else if ["ZUUL_UUID", "ZUUL_BUILD", "ZUUL_PROJECT"].into_iter().any(&has) {
            Some(Self::Zuul)
        } else if has("JENKINS_URL") && has("BUILD_ID") {
            Some(Self::Jenkins)
        } else {
            None
        }
    }

    /// Whether parts of its log can be folded.
    pub(super) fn folds(self) -> bool {
        matches!(self, Self::GitHub | Self::GitLab)
    }

    /// The line that begins a part that can be folded: the one of this number in the run. The title where nothing can be.
    pub(super) fn opened(self, number: usize, title: &str) -> String {
        match self {
            Self::GitHub => format!("::group::{}", one_line(title)),
            // A time is a part of the form; what it is changes nothing but the shown duration.
            Self::GitLab => {
                let title = title.replace(['\r', '\n'], " ");
                format!("\x1b[0Ksection_start:0:packit_{number}[collapsed=true]\r\x1b[0K{title}")
            }
            _ => format!("{}:", title.replace(['\r', '\n'], " ")),
        }
    }

    /// The line that ends it.
    pub(super) fn closed(self, number: usize) -> Option<String> {
        match self {
            Self::GitHub => Some("::endgroup::".to_owned()),
            Self::GitLab => Some(format!("\x1b[0Ksection_end:0:packit_{number}\r\x1b[0K")),
            _ => None,
        }
    }

    /// Lines in which the CI finds no command of its own, whoever wrote them.
    pub(super) fn quoted(self, lines: &str) -> String {
        lines.split(['\n', '\r']).map(|line| self.quoted_line(line.to_owned())).collect::<Vec<_>>().join("\n")
    }

    fn quoted_line(self, line: String) -> String {
        match self {
            // The older form counts anywhere in a line.
            Self::GitHub if line.contains("##[") => self.quoted_line(line.replace("##[", "# #[")),
            Self::GitHub if line.trim_start().starts_with("::") => line.replacen("::", ": :", 1),
            Self::GitLab if line.contains("section_start:") || line.contains("section_end:") => {
                line.replace("section_start:", "section_start :").replace("section_end:", "section_end :")
            }
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
            ("a\n::x::\r::y", "a\n: :x::\n: :y"),
        ] {
            assert_eq!(Ci::GitHub.quoted(line), quoted);
        }
        assert_eq!(Ci::GitLab.quoted("  ::x"), "  ::x");
        assert_eq!(Ci::GitLab.quoted("section_end:0:packit_1"), "section_end :0:packit_1");
    }

    #[test]
    fn services_are_found_by_their_variables() {
        let found = |set: &[(&str, &str)]| {
            let value = |name: &str| set.iter().find(|(key, _)| *key == name).map(|(_, value)| *value);
            Ci::found(|name| value(name).is_some(), |name| value(name) == Some("true"))
        };
        assert_eq!(found(&[("GITHUB_ACTIONS", "true"), ("CI", "true")]), Some(Ci::GitHub));
        assert_eq!(found(&[("GITHUB_ACTIONS", "false"), ("GITLAB_CI", "true")]), Some(Ci::GitLab));
        assert_eq!(found(&[("FORGEJO_ACTIONS", "true"), ("CI", "true")]), Some(Ci::GitHub));
        assert_eq!(found(&[("ZUUL_UUID", "1")]), Some(Ci::Zuul));
        assert_eq!(found(&[("JENKINS_URL", "x"), ("BUILD_ID", "1")]), Some(Ci::Jenkins));
        assert_eq!(found(&[("CI", "true"), ("BUILD_ID", "1")]), None);
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
