//! From which side an update in dist-git is made: which repository the configuration and the spec file stand in.

use crate::config::JobType;

/// Where the spec file of an update comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SpecSource {
    /// From the upstream repository, which packit was started in: dist-git keeps its changelog.
    Upstream,
    /// From dist-git itself, where packit was started: only version, release and changelog change.
    DistGit,
}

impl SpecSource {
    /// The command that works from this side.
    pub fn command(self) -> &'static str {
        match self {
            Self::Upstream => "packit propose-update",
            Self::DistGit => "packit pull-from-upstream",
        }
    }

    /// The job whose branches count for it.
    pub fn job(self) -> JobType {
        match self {
            Self::Upstream => JobType::ProposeDownstream,
            Self::DistGit => JobType::PullFromUpstream,
        }
    }
}
