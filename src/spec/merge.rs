//! An upstream spec file on its way to dist-git: its text, the changelog of dist-git, and the version, release and changelog entry of
//! the update.

use jiff::Zoned;

use crate::error::{Error, Finding, Kind, Result};

use super::changelog::ChangelogEntry;
use super::facts::Facts;
use super::lines::Spec;
use super::outcome::{Outcome, Why};
use super::prerelease::Prerelease;
use super::sections::{Section, opened_by};

/// The release of a new version.
const FIRST: &str = "1%{?dist}";

/// What an update makes of two spec files.
#[derive(Debug)]
pub struct Merge<'a> {
    /// The spec file of upstream.
    pub upstream: &'a Spec,
    /// What is known of it.
    pub upstream_facts: &'a Facts,
    /// The spec file of dist-git; the one of upstream where there is none yet.
    pub dist_git: &'a Spec,
    /// What is known of that.
    pub dist_git_facts: &'a Facts,
    /// The version of the update.
    pub version: &'a str,
    /// How a pre-release is told.
    pub prerelease: &'a Prerelease,
}

/// A spec file for dist-git.
#[derive(Debug)]
pub struct Merged {
    /// Its text.
    pub spec: Spec,
    /// `[EPOCH:]VERSION-RELEASE` as a changelog entry has it: without dist tag, and without release where `%autorelease` counts it.
    pub evr: String,
    /// What there is to say of the release.
    pub findings: Vec<Finding>,
}

impl Merge<'_> {
    /// The text of upstream with the `%changelog` of dist-git (an empty one, where that has none) and with version and release of the
    /// update. Facts about the upstream spec stay useful for it.
    ///
    /// # Errors
    /// When the version has a character that rpm does not allow, or a spec has no Version or Release that rpm reads.
    pub fn merged(&self) -> Result<Merged> {
        let facts = self.upstream_facts;
        let mut spec = self.upstream.clone();
        spec.take_changelog_of(self.dist_git);
        spec.set_version(self.version, self.prerelease, facts)?;
        let (new, finding) = self.release()?;
        let release = match &new {
            Some(release) => {
                let entry = spec.release(facts)?;
                spec.write_release(&entry, release);
                (release == FIRST).then(|| "1".to_owned())
            }
            None => (!spec.uses_autorelease()).then(|| facts.release.clone()),
        };
        let epoch = facts.epoch.as_ref().map(|epoch| format!("{epoch}:")).unwrap_or_default();
        let release = release.map(|release| format!("-{release}")).unwrap_or_default();
        let evr = format!("{epoch}{}{release}", self.prerelease.normalise(self.version));
        Ok(Merged { spec, evr, findings: finding.into_iter().collect() })
    }

    /// The Release that the update gets; `None` where the one of upstream stays.
    fn release(&self) -> Result<(Option<String>, Option<Finding>)> {
        let first = || Some(FIRST.to_owned());
        Ok(match (self.dist_git.uses_autorelease(), self.upstream.uses_autorelease()) {
            (true, true) => (None, None),
            (true, false) => {
                let text = self.dist_git.release(self.dist_git_facts)?.raw;
                let found =
                    Finding::warning("the spec file of dist-git uses %autorelease, the one of upstream does not")
                        .hint("Release stays as it is in dist-git; use %autorelease in the upstream spec file, too");
                (Some(text), Some(found))
            }
            (false, true) => {
                let found =
                    Finding::warning("the spec file of upstream uses %autorelease, the one of dist-git does not")
                        .hint("Release is set to 1; to use %autorelease, convert the package in dist-git first");
                (first(), Some(found))
            }
            (false, false) => {
                let (ours, theirs) = (self.upstream_facts, self.dist_git_facts);
                let is_new = ours.version != self.version && ours.version != self.prerelease.normalise(self.version);
                (if is_new || ours.release == theirs.release { first() } else { None }, None)
            }
        })
    }
}

impl Merged {
    /// Adds the changelog entry, unless `%autochangelog` makes the changelog. `facts` are those of the upstream spec.
    ///
    /// # Errors
    /// When the entry has no text.
    pub fn add_entry(&mut self, moment: Zoned, author: String, lines: Vec<String>, facts: &Facts) -> Result<()> {
        let entry = ChangelogEntry { moment, author, evr: self.evr.clone(), lines };
        match self.spec.add_changelog_entry(&entry, facts)? {
            Outcome::LeftAlone(Why::NoChangelog) => {
                Err(Error::new(Kind::Project, "the %changelog of the spec file is in a condition that is false"))
            }
            _ => Ok(()),
        }
    }
}

impl Spec {
    /// Replaces the changelog by that of another spec; an empty one, where that has none. It stays at its place, or becomes the last
    /// section.
    fn take_changelog_of(&mut self, other: &Self) {
        let new = match other.changelog().first() {
            Some(section) => section.clone().map(|index| other.text(index).to_owned()).collect(),
            None => vec!["%changelog".to_owned()],
        };
        let own = self.changelog();
        let end = self.lines.len();
        let at = own.first().map_or(end, |section| section.start);
        for section in own.into_iter().rev() {
            self.lines.drain(section);
        }
        if at >= self.lines.len() {
            self.end_last_line();
            let filled = at.checked_sub(1).is_some_and(|last| !self.text(last).trim().is_empty());
            let new: Vec<String> = filled.then(String::new).into_iter().chain(new).collect();
            self.insert(at, &new);
        } else {
            // A blank line before the section that comes.
            let blank = new.last().is_some_and(|last| !last.trim().is_empty()).then(String::new);
            let new: Vec<String> = new.into_iter().chain(blank).collect();
            self.insert(at, &new);
        }
    }

    /// The physical lines of all changelog sections, with their headers.
    fn changelog(&self) -> Vec<std::ops::Range<usize>> {
        let mut found: Vec<std::ops::Range<usize>> = Vec::new();
        for (range, section) in self.sectioned() {
            if section != Section::Changelog {
                continue;
            }
            match found.last_mut() {
                Some(last) if last.end == range.start && opened_by(self.text(range.start)).is_none() => {
                    last.end = range.end;
                }
                _ => found.push(range),
            }
        }
        found
    }

    fn end_last_line(&mut self) {
        if let Some(last) = self.lines.last_mut()
            && last.ending.is_empty()
        {
            last.ending = "\n";
        }
    }

    /// A spec without the lines of its changelog, to see what else two specs differ in.
    #[cfg(test)]
    fn without_changelog(&self) -> String {
        let mut spec = self.clone();
        for section in spec.changelog().into_iter().rev() {
            spec.lines.drain(section);
        }
        String::from_utf8(spec.to_bytes()).unwrap().trim_end().to_owned()
    }
}

#[cfg(test)]
mod tests;
