//! A copy of the spec that makes rpm say what it knows.

use std::collections::HashMap;

use crate::error::{Error, Kind, Result};

use super::facts::{Answer, Facts, Oracle};
use super::lines::{LineId, Spec, is_balanced};
use super::nodes;
use super::reading::{Entry, Reading};
use super::sections::{Section, opened_by};

/// A copy of a spec in which `%{echo:…}` lines stand beside the tags and conditions that matter. One
/// `rpmspec -q --srpm --qf '' FILE` on it prints all answers; lines in false branches are not expanded, so that their
/// silence is an answer too. The answers stand in stdout or stderr, depending on the version of rpm.
#[derive(Debug, Clone)]
pub struct Probe {
    spec: Spec,
    text: Vec<u8>,
    /// For each line of the copy the line of the spec, from 1.
    origins: Vec<usize>,
    /// Lines of conditions for which rpm was asked.
    branches: Vec<LineId>,
    /// Values as written, for which rpm was asked.
    raws: HashMap<LineId, String>,
}

const OPEN: &str = "@packit-probe ";
const CLOSE: &str = "@packit-end@";

/// A mark. What is asked for ends its line: a macro with arguments, such as `%autorelease`, takes all that follows.
fn echo(key: &str, text: &str) -> String {
    format!("%{{echo:{OPEN}{key} {text}\n{CLOSE}}}")
}

impl Probe {
    pub(super) fn new(spec: &Spec, reading: &Reading) -> Self {
        let mut marks: Vec<(usize, Vec<String>)> = vec![(0, vec![echo("start", "")])];
        let mut branches = Vec::new();
        let mut raws = HashMap::new();
        let sections: HashMap<usize, Section> =
            spec.sectioned().into_iter().map(|(lines, section)| (lines.start, section)).collect();
        for &line in &reading.branches {
            // A blank line more in a changelog would be harmless too, but nothing there is asked for.
            if sections.get(&line).is_none_or(|section| *section != Section::Changelog) {
                let id = spec.id(line);
                branches.push(id);
                marks.push((line + 1, vec![echo(&format!("branch{}", id.0), "")]));
            }
        }
        for entry in &reading.entries {
            let id = spec.id(entry.lines.start);
            if let Some(mut lines) = Self::marks(entry, id) {
                if entry.stem == "version" {
                    lines.extend(Self::macro_marks(&entry.raw, reading));
                }
                marks.push((entry.lines.start, lines));
                raws.insert(id, entry.raw.clone());
            }
        }
        let header = spec.logical().into_iter().find(|lines| opened_by(spec.text(lines.start)).is_some());
        marks.push((header.map_or(spec.lines.len(), |lines| lines.start), vec![echo("end", "")]));
        marks.sort_by_key(|(line, _)| *line);
        let mut copy = spec.clone();
        let mut origins: Vec<usize> = (1..=spec.lines.len()).collect();
        for (line, texts) in marks.iter().rev() {
            let texts: Vec<&str> = texts.iter().flat_map(|text| text.split('\n')).collect();
            copy.insert(*line, &texts);
            let origin = (*line).max(1);
            origins.splice(*line..*line, texts.iter().map(|_| origin));
        }
        Self { spec: spec.clone(), text: copy.to_bytes(), origins, branches, raws }
    }

    /// The lines that ask for the value of an entry; `None` when it cannot stand inside of a macro call.
    fn marks(entry: &Entry, id: LineId) -> Option<Vec<String>> {
        let guard = entry.tag.as_ref().map_or("", |tag| tag.text.get(tag.guard.clone()).unwrap_or_default());
        let close = "}".repeat(guard.matches("%{").count());
        let value = if is_balanced(&entry.raw) && !entry.raw.ends_with('\\') {
            entry.raw.as_str()
        } else if entry.raw.contains('%') {
            return None;
        } else {
            // Without a macro the text is its own value, and braces in it would end the mark.
            ""
        };
        let mark = |key: &str| format!("{guard}{}{close}", echo(&format!("{key}{}", id.0), value));
        let mut lines = vec![mark("value")];
        if entry.stem == "release" {
            lines.push(format!("{guard}{}{close}", echo("dist", "%{?dist}")));
            lines.push("%define dist %{nil}".to_owned());
            lines.push(mark("bare"));
            lines.push("%undefine dist".to_owned());
        }
        Some(lines)
    }

    /// The lines that ask for the macros of the machine that a version is made of.
    fn macro_marks(raw: &str, reading: &Reading) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        let mut texts = vec![raw.to_owned()];
        let mut done = 0;
        while let Some(text) = texts.get(done).cloned() {
            done += 1;
            plain_names(&nodes::parse(&text), &mut |name| {
                if names.iter().any(|known| known == name) || name == "nil" {
                    return;
                }
                names.push(name.to_owned());
                for defined in reading.definitions.iter().filter(|defined| defined.definition.name == name) {
                    texts.extend(defined.text.get(defined.definition.body.clone()).map(str::to_owned));
                }
            });
        }
        let is_ours = |name: &String| {
            reading.definitions.iter().any(|defined| {
                defined.definition.name == *name && defined.definition.comment.is_none() && defined.live == Some(true)
            })
        };
        names.retain(|name| !is_ours(name));
        names
            .iter()
            .map(|name| echo(&format!("macro:{name}"), &format!("%{{?{name}:1%{{{name}}}}}%{{!?{name}:0}}")))
            .collect()
    }

    /// The bytes of the copy. The file may have any name, but for `%include` it must stand beside the spec.
    pub fn text(&self) -> &[u8] {
        &self.text
    }

    /// The line of the spec from which a line of the copy comes, both from 1: rpm's messages name lines of the copy.
    pub fn original_line(&self, line: usize) -> Option<usize> {
        line.checked_sub(1).and_then(|index| self.origins.get(index)).copied()
    }

    /// Reads the answers out of all that rpm printed, stdout and stderr one after the other. rpm may fail after it said
    /// all that was asked; then the answers count. Of several passes over the spec the last whole one counts: a
    /// BuildArch makes rpm begin again, as another machine.
    ///
    /// # Errors
    /// When rpm did not say name, version and release.
    pub fn read(&self, output: &[u8]) -> Result<Facts> {
        let output = Spec::parse(output);
        let output = output.joined(0..output.lines.len());
        let mut best: Option<((bool, usize), Facts)> = None;
        for pass in output.split(&format!("{OPEN}start ")) {
            let oracle = self.oracle(pass);
            // Where a condition hides the end, the pass that said most is as whole as it gets.
            let is_whole = pass.contains(&format!("{OPEN}end "));
            let rank = (is_whole, if is_whole { 0 } else { oracle.values.len() });
            let reading = Reading::of(&self.spec, Some(&oracle));
            let facts = Facts::from_reading(&self.spec, &reading, oracle);
            if let Some(facts) = facts
                && best.as_ref().is_none_or(|(best, _)| *best <= rank)
            {
                best = Some((rank, facts));
            }
        }
        best.map(|(_, facts)| facts).ok_or_else(|| {
            Error::new(Kind::Project, "rpm could not read name, version and release from the spec file")
                .hint("see what `rpmspec -q --srpm` says of it")
        })
    }

    fn oracle(&self, pass: &str) -> Oracle {
        let mut oracle = Oracle::default();
        oracle.remember(&self.spec);
        oracle.asked.extend(self.raws.keys().copied());
        oracle.branches.extend(self.branches.iter().map(|id| (*id, false)));
        let mut dist = "";
        let mut bare = Vec::new();
        for mark in pass.split(OPEN).skip(1) {
            let Some((mark, _)) = mark.split_once(CLOSE) else { continue };
            let Some((key, text)) = mark.split_once(' ') else { continue };
            let id = |digits: &str| digits.parse().ok().map(LineId);
            if let Some(id) = key.strip_prefix("branch").and_then(id) {
                oracle.branches.insert(id, true);
            } else if let Some(id) = key.strip_prefix("value").and_then(id) {
                let Some(raw) = self.raws.get(&id) else { continue };
                let text = if raw.contains('%') { text.trim() } else { raw };
                oracle.values.insert(id, Answer { raw: raw.clone(), full: text.to_owned(), bare: text.to_owned() });
            } else if let Some(id) = key.strip_prefix("bare").and_then(id) {
                bare.push((id, text.trim()));
            } else if key == "dist" {
                dist = text.trim();
            } else if let Some(name) = key.strip_prefix("macro:") {
                let value = text.strip_prefix('1').map(|value| value.strip_suffix('\n').unwrap_or(value).to_owned());
                oracle.macros.insert(name.to_owned(), value);
            }
        }
        for (id, text) in bare {
            if let Some(answer) = oracle.values.get_mut(&id)
                && answer.raw.contains('%')
            {
                // A `%global` above has the real dist in it already.
                answer.bare = if dist.is_empty() { text.to_owned() } else { text.replacen(dist, "", 1) };
            }
        }
        oracle
    }
}

fn plain_names(parsed: &[nodes::Node], each: &mut impl FnMut(&str)) {
    for node in parsed {
        match node {
            nodes::Node::Call { name, .. } => each(name),
            nodes::Node::When { name, body, .. } => {
                each(name);
                plain_names(body, each);
            }
            _ => {}
        }
    }
}

#[cfg(test)]
#[path = "probe/tests.rs"]
mod tests;
