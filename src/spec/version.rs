//! The Version tag, through the macros that it is made of.

use crate::error::{Error, Kind, Result};

use super::definitions::Definition;
use super::expand::Table;
use super::facts::{Facts, missing};
use super::fit::{self, Role};
use super::lines::Spec;
use super::nodes;
use super::outcome::Outcome;
use super::prerelease::Prerelease;
use super::reading::{Defined, Entry, Reading};

impl Spec {
    /// Makes the main package's Version expand to `version`, with the suffix of a pre-release behind a `~`.
    ///
    /// Where the value is made of macros that the spec defines, those get the new parts (`%global major 2`); the macro
    /// of `prerelease_suffix_macro` is set and commented in or out. This is kept only if the text then proves that
    /// Version is what was asked and Name, Epoch and Release are what they were; else the value itself is replaced.
    ///
    /// # Errors
    /// When the version has a character that rpm does not allow, or the spec has no Version tag that rpm reads.
    pub fn set_version(&mut self, version: &str, prerelease: &Prerelease, facts: &Facts) -> Result<Outcome> {
        let wanted = prerelease.normalise(version);
        check(&wanted)?;
        let literal = self.with_literal_version(&wanted, facts)?;
        let kept = Kept::of(&literal.reading(facts));
        let suffix = prerelease.split(version).map(|(_, suffix)| suffix);
        let mut toggled: Option<Self> = None;
        // The macro can decide a condition, and with it which of its definitions are live.
        for _ in 0..4 {
            let spec = toggled.as_ref().unwrap_or(self);
            match prerelease.macro_name().and_then(|name| spec.with_suffix_macro(name, suffix, facts)) {
                Some(next) => toggled = Some(next),
                None => break,
            }
        }
        let is_right = |spec: &Self| kept.allows(&spec.reading(facts), &wanted);

        let base = toggled.as_ref().unwrap_or(self);
        let through = if is_right(base) { Some(base.clone()) } else { base.with_version_parts(&wanted, facts) };
        let flat = || toggled.as_ref().and_then(|spec| spec.with_literal_version(&wanted, facts).ok());
        let plain = || toggled.as_ref().and_then(|_| self.with_version_parts(&wanted, facts));
        let new = through
            .filter(&is_right)
            .or_else(|| flat().filter(&is_right))
            .or_else(|| plain().filter(&is_right))
            .unwrap_or(literal);
        Ok(self.become_version(new, facts))
    }

    fn become_version(&mut self, new: Self, facts: &Facts) -> Outcome {
        let changed = self.lines.iter().zip(&new.lines).position(|(old, new)| old.text != new.text);
        match changed {
            Some(index) => {
                *self = new;
                Outcome::Changed { line: index + 1 }
            }
            None => {
                let line = self.reading(facts).main("version").map_or(0, |entry| entry.lines.start);
                Outcome::AlreadyRight { line: line + 1 }
            }
        }
    }

    fn with_literal_version(&self, wanted: &str, facts: &Facts) -> Result<Self> {
        let reading = self.reading(facts);
        let tag = reading.main("version").and_then(|entry| entry.tag.as_ref()).ok_or_else(|| missing("version"))?;
        let mut spec = self.clone();
        spec.set_value(tag, wanted);
        Ok(spec)
    }

    /// The spec in which the macros of the Version tag have the parts of `wanted`; `None` when it does not fit.
    fn with_version_parts(&self, wanted: &str, facts: &Facts) -> Option<Self> {
        let reading = self.reading(facts);
        let entry = reading.main("version")?;
        let table = reading.table_at(entry);
        let plan = Planner { reading: &reading, table: &table };
        let (value, bodies) = plan.fit(&entry.raw, wanted, entry.lines.start, &mut Vec::new())?;
        let mut spec = self.clone();
        if value != entry.raw {
            spec.set_value(entry.tag.as_ref()?, &value);
        }
        for (defined, body) in bodies {
            // rpm computes with it there, and refuses `0%{?macro}` when the macro is no number.
            let is_number = body.bytes().all(|byte| byte.is_ascii_digit());
            let name = defined.definition.name.as_str();
            if !is_number && reading.branches.iter().any(|&line| self.text(line).contains(name)) {
                return None;
            }
            spec.set_body(defined, &body);
        }
        Some(spec)
    }

    fn set_body(&mut self, defined: &Defined, body: &str) {
        let mut text = defined.text.clone();
        let range = defined.definition.body.clone();
        let gap = if range.is_empty() && text.get(..range.start).is_some_and(|head| !head.ends_with([' ', '\t'])) {
            " "
        } else {
            ""
        };
        text.replace_range(range, &format!("{gap}{body}"));
        self.replace(defined.lines.clone(), &text);
    }

    /// The spec in which the macro holds the suffix, or is commented out when there is none; `None` when there is no
    /// such macro, or it is as it should be.
    fn with_suffix_macro(&self, name: &str, suffix: Option<&str>, facts: &Facts) -> Option<Self> {
        let reading = self.reading(facts);
        let all = || {
            let named = reading.definitions.iter().filter(|defined| defined.definition.name == name);
            named.filter(|defined| defined.live != Some(false) && defined.lines.len() == 1)
        };
        let live = || all().filter(|defined| defined.definition.comment.is_none());
        let mut spec = self.clone();
        match suffix {
            None => {
                for defined in live() {
                    // A live definition in a comment needs only lose the percent sign.
                    let sign = if defined.text.trim_start().starts_with('#') { "" } else { "#" };
                    spec.replace(defined.lines.clone(), &defined.text.replacen('%', sign, 1));
                }
            }
            Some(suffix) => {
                let mut defined = live().next_back().or_else(|| all().next())?.clone();
                if let Some(comment) = defined.definition.comment.clone() {
                    defined.text.replace_range(comment, "%");
                    defined.definition = Definition::parse(&defined.text)?;
                }
                let old = defined.text.get(defined.definition.body.clone()).unwrap_or_default();
                let delimiter =
                    old.get(..1).filter(|first| ["~", "-", ".", "_", "^"].contains(first)).unwrap_or_default();
                let body = format!("{delimiter}{suffix}");
                spec.set_body(&defined, &body);
            }
        }
        (spec != *self).then_some(spec)
    }
}

/// What a change of Version must leave as it is.
#[derive(Debug, PartialEq, Eq)]
struct Kept {
    others: [Option<String>; 3],
}

impl Kept {
    fn of(reading: &Reading) -> Self {
        let value = |stem| reading.main(stem).map(|entry| entry.value.bare.clone().unwrap_or_default());
        Self { others: [value("name"), value("epoch"), value("release")] }
    }

    fn allows(&self, reading: &Reading, wanted: &str) -> bool {
        let mut versions = reading.entries.iter().filter(|entry| entry.is_main("version") && entry.live != Some(false));
        let is = |entry: &Entry| entry.live == Some(true) && entry.value.full.as_deref() == Some(wanted);
        let only = versions.next().is_some_and(is) && versions.next().is_none();
        let known = ["name", "epoch", "release"]
            .iter()
            .all(|stem| reading.main(stem).is_none_or(|entry| entry.live == Some(true) && entry.value.bare.is_some()));
        only && known && *self == Self::of(reading)
    }
}

type Bodies<'a> = Vec<(&'a Defined, String)>;

struct Planner<'a> {
    reading: &'a Reading,
    table: &'a Table,
}

impl<'a> Planner<'a> {
    /// The value that `raw` becomes so that it expands to `wanted`, and the bodies that definitions above `line` get.
    fn fit(&self, raw: &str, wanted: &str, line: usize, locked: &mut Vec<String>) -> Option<(String, Bodies<'a>)> {
        let role = |name: &str, written: &str| -> Option<Role> {
            let value = self.table.expand(written).full?;
            match self.definition(name, line) {
                _ if locked.iter().any(|other| other == name) => None,
                Some(_) => Some(Role::Ours(value)),
                None => Some(Role::Theirs(value)),
            }
        };
        let pieces = fit::pieces(&nodes::parse(raw), &role, &|name| self.table.is_defined(name))?;
        let parts = fit::fit(&pieces, wanted)?;
        let (value, macros) = fit::apply(&pieces, &parts);
        let mut bodies: Bodies<'a> = Vec::new();
        for (name, part) in macros {
            let defined = self.definition(&name, line)?;
            if bodies.iter().any(|(other, _)| other.lines == defined.lines) {
                continue;
            }
            let body = defined.text.get(defined.definition.body.clone())?;
            if self.table.expand(body).full.as_deref() == Some(part.as_str()) {
                continue;
            }
            locked.push(name);
            match self.fit(body, &part, defined.lines.start, locked) {
                Some((new, inner)) => {
                    bodies.extend(inner);
                    bodies.push((defined, new));
                }
                None => bodies.push((defined, part)),
            }
            locked.pop();
        }
        Some((value, bodies))
    }

    /// The definition that holds at a line, if it is one that can be changed.
    fn definition(&self, name: &str, line: usize) -> Option<&'a Defined> {
        let mut all = self.reading.definitions.iter().rev();
        let defined = all.find(|defined| {
            defined.definition.name == name
                && defined.lines.start < line
                && defined.definition.comment.is_none()
                && defined.live != Some(false)
        })?;
        let plain = defined.live == Some(true) && !defined.definition.with_arguments && defined.lines.len() == 1;
        plain.then_some(defined)
    }
}

/// Whether rpm allows the version.
fn check(version: &str) -> Result<()> {
    if version.is_empty() {
        return Err(Error::new(Kind::Project, "the version is empty"));
    }
    match version.chars().find(|c| !(c.is_ascii_alphanumeric() || "._+~^".contains(*c))) {
        None => Ok(()),
        Some(character) => Err(Error::new(
            Kind::Project,
            format!("the version `{version}` has the character {character:?}, which rpm does not allow in a version"),
        )
        .hint("rpm allows letters, digits and `. _ + ~ ^`; `upstream_tag_template` takes the version out of a tag")),
    }
}

#[cfg(test)]
#[path = "version/tests.rs"]
mod tests;
