//! The `%changelog` section.

use std::ops::Range;

use jiff::Zoned;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::error::{Error, Kind, Result};

use super::conditions::Directive;
use super::facts::Facts;
use super::lines::{Spec, readable};
use super::outcome::{Outcome, Why};
use super::release::mentions;
use super::sections::{Section, opened_by};

/// An entry to be added.
#[derive(Debug, Clone)]
pub struct ChangelogEntry {
    /// When it was made. The date in UTC is written; where the newest entry tells the time too, so does this one, in
    /// the time zone of the value.
    pub moment: Zoned,
    /// `Name <address>`
    pub author: String,
    /// `[EPOCH:]VERSION-RELEASE`, without the dist tag.
    pub evr: String,
    /// What was changed; macros in it are escaped, and a line that begins like an entry is moved in.
    pub lines: Vec<String>,
}

/// The newest entry of a changelog.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangelogTop {
    /// Date as written, with the time where there is one.
    pub date: String,
    /// Author as written.
    pub author: String,
    /// Epoch, version and release as written; `None` when the entry has none.
    pub evr: Option<String>,
    /// The lines below the header, without blank lines around them.
    pub lines: Vec<String>,
}

const WEEKDAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// The header of an entry, taken apart.
#[derive(Debug)]
struct Header<'a> {
    date: &'a str,
    day: Date,
    /// The digits of the day with the blanks that pad them.
    padding: &'a str,
    time: Option<&'a str>,
    author: &'a str,
    evr: Option<&'a str>,
}

impl<'a> Header<'a> {
    fn parse(line: &'a str) -> Option<Self> {
        let text = line.strip_prefix('*')?.trim_start();
        let mut rest = text;
        let mut word = || {
            let start = rest.trim_start();
            let end = start.find(char::is_whitespace).unwrap_or(start.len());
            let blanks = rest.get(..rest.len() - start.len()).unwrap_or_default();
            let (word, after) = start.split_at(end);
            rest = after;
            (blanks, word)
        };
        let (_, _weekday) = word();
        let (_, month) = word();
        let (blanks, day_text) = word();
        let (_, mut year) = word();
        let mut time = None;
        if year.contains(':') {
            time = Some(year);
            word();
            year = word().1;
        }
        let month = MONTHS.iter().position(|name| name.eq_ignore_ascii_case(month))?;
        let day: i8 = day_text.parse().ok()?;
        let day = Date::new(year.parse().ok()?, i8::try_from(month).ok()? + 1, day).ok()?;
        let date = text.get(..text.len() - rest.len())?.trim();
        let padding = if day_text.len() > 1 {
            if day_text.starts_with('0') { "0" } else { "-" }
        } else {
            blanks.get(1..).unwrap_or_default()
        };
        let rest = rest.trim();
        let (author, evr) = match rest.rsplit_once(char::is_whitespace) {
            Some((author, evr)) if is_evr(evr) => {
                let author = author.trim_end();
                (author.strip_suffix('-').unwrap_or(author).trim_end(), Some(bare_evr(evr)))
            }
            _ => (rest.trim_end_matches('-').trim_end(), None),
        };
        Some(Self { date, day, padding, time, author, evr })
    }
}

fn bare_evr(evr: &str) -> &str {
    evr.trim_end_matches(':').trim_start_matches(['[', '(']).trim_end_matches([']', ')'])
}

fn is_evr(word: &str) -> bool {
    let word = bare_evr(word);
    word.contains(|c: char| c.is_ascii_digit() || c == '%') && !word.contains(['<', '>', '@'])
}

impl Spec {
    /// Whether the changelog is made by `%autochangelog`, in whatever spelling.
    pub fn uses_autochangelog(&self) -> bool {
        self.bodies(Section::Changelog).into_iter().flatten().any(|index| {
            let text = self.text(index).trim_start();
            !text.starts_with('#') && !text.starts_with('*') && mentions(text, "autochangelog")
        })
    }

    /// The newest entry; `None` when there is no changelog or no entry in it.
    pub fn changelog_top(&self) -> Option<ChangelogTop> {
        let body = self.bodies(Section::Changelog).into_iter().next()?;
        let entry = self.first_entry(&body)?;
        let header = Header::parse(self.text(entry.start))?;
        Some(ChangelogTop {
            date: readable(header.date),
            author: readable(header.author),
            evr: header.evr.map(readable),
            lines: self.entry_lines(&entry).iter().map(|line| readable(line)).collect(),
        })
    }

    /// Adds an entry on top of the changelog, below the comments that stand there.
    ///
    /// Running it again adds no second one: when the newest entry has the same author and text and the same EVR, or the
    /// same version and a generated snapshot release as well, its header is replaced. rpm refuses a changelog whose
    /// newest date is not the first, so an entry takes the date of the newest one when that is later than its own.
    ///
    /// # Errors
    /// When the entry has no text, which rpm refuses.
    pub fn add_changelog_entry(&mut self, entry: &ChangelogEntry, facts: &Facts) -> Result<Outcome> {
        if self.uses_autochangelog() {
            return Ok(Outcome::LeftAlone(Why::Autochangelog));
        }
        let lines = sanitised(&entry.lines);
        if lines.is_empty() {
            return Err(Error::new(Kind::Project, "the changelog entry has no text"));
        }
        let reading = self.reading(facts);
        let bodies = self.bodies(Section::Changelog);
        let Some(body) = bodies.into_iter().find(|body| reading.is_live(body.start.saturating_sub(1))) else {
            return Ok(Outcome::LeftAlone(Why::NoChangelog));
        };
        let header = self.header(entry, &body);
        let Some(top) = self.first_entry(&body) else {
            let (at, is_last) = self.place_for_first(&body);
            let blank = if is_last { None } else { Some(String::new()) };
            let new: Vec<String> = std::iter::once(header).chain(lines).chain(blank).collect();
            self.insert(at, &new);
            return Ok(Outcome::Changed { line: at + 1 });
        };
        let line = top.start + 1;
        if self.is_same_entry(&top, entry, &lines) {
            if self.text(top.start) == header {
                return Ok(Outcome::AlreadyRight { line });
            }
            self.replace(top.start..top.start + 1, &header);
        } else {
            let new: Vec<String> = std::iter::once(header).chain(lines).chain([String::new()]).collect();
            self.insert(top.start, &new);
        }
        Ok(Outcome::Changed { line })
    }

    /// Where an entry goes in a changelog without one: before what a macro such as `%include` brings in, else behind
    /// the comments; and whether it is the last thing there.
    fn place_for_first(&self, body: &Range<usize>) -> (usize, bool) {
        let filled = |index: &usize| !self.text(*index).trim().is_empty();
        let is_macro = |index: &usize| filled(index) && !self.text(*index).trim_start().starts_with('#');
        match body.clone().find(is_macro) {
            Some(index) => (index, false),
            None => (body.clone().rev().find(filled).map_or(body.start, |index| index + 1), true),
        }
    }

    /// The header and the lines of the first entry in a body.
    fn first_entry(&self, body: &Range<usize>) -> Option<Range<usize>> {
        let is_header = |index: &usize| self.text(*index).starts_with('*');
        let start = body.clone().find(is_header)?;
        let end = (start + 1..body.end).find(is_header).unwrap_or(body.end);
        Some(start..end)
    }

    fn entry_lines(&self, entry: &Range<usize>) -> Vec<String> {
        let lines = (entry.start + 1..entry.end).map(|index| self.text(index).to_owned()).collect();
        without_blanks(lines)
    }

    fn is_same_entry(&self, top: &Range<usize>, entry: &ChangelogEntry, lines: &[String]) -> bool {
        let Some(header) = Header::parse(self.text(top.start)) else { return false };
        let evr = header.evr.unwrap_or_default();
        let same_evr = evr == entry.evr || {
            let (old, new) = (evr.rsplit_once('-'), entry.evr.rsplit_once('-'));
            matches!((old, new), (Some((old, a)), Some((new, b))) if old == new && is_snapshot(a) && is_snapshot(b))
        };
        // What stands behind a blank line can be a macro that brings in older entries.
        let old = self.entry_lines(top);
        let ends = old.get(lines.len()).is_none_or(|line| line.trim().is_empty());
        same_evr && header.author == escaped(entry.author.trim()) && ends && old.starts_with(lines)
    }

    fn header(&self, entry: &ChangelogEntry, body: &Range<usize>) -> String {
        let headers: Vec<Header<'_>> = body.clone().filter_map(|index| Header::parse(self.text(index))).collect();
        let utc = entry.moment.with_time_zone(TimeZone::UTC);
        let newest = headers.first();
        let with_time = newest.is_some_and(|header| header.time.is_some());
        let day = if with_time { entry.moment.date() } else { utc.date() };
        let time = entry.moment.strftime("%H:%M:%S").to_string();
        let is_older = newest.is_some_and(|newest| {
            newest.day > day || with_time && newest.day == day && newest.time.is_some_and(|other| other > time.as_str())
        });
        let when = match newest {
            Some(newest) if is_older => newest.date.to_owned(),
            _ => {
                let padding = padding(&headers);
                let time = if with_time { format!(" {time} {}", entry.moment.strftime("%Z")) } else { String::new() };
                formatted(day, padding, &time)
            }
        };
        format!("* {when} {} - {}", escaped(entry.author.trim()), entry.evr)
    }
}

/// What pads a day of one digit in this changelog.
fn padding(headers: &[Header<'_>]) -> &'static str {
    let mut known = headers.iter().filter(|header| header.padding != "-").map(|header| header.padding).peekable();
    if known.peek().is_none() || headers.iter().any(|header| header.padding == "0") {
        return "0";
    }
    if known.any(|padding| !padding.is_empty()) { " " } else { "" }
}

fn formatted(day: Date, padding: &str, time: &str) -> String {
    let name = |names: &[&'static str], at: i8| usize::try_from(at - 1).ok().and_then(|at| names.get(at).copied());
    let weekday = name(&WEEKDAYS, day.weekday().to_monday_one_offset()).unwrap_or_default();
    let month = name(&MONTHS, day.month()).unwrap_or_default();
    let padding = if day.day() < 10 { padding } else { "" };
    format!("{weekday} {month} {padding}{}{time} {}", day.day(), day.year())
}

/// Whether a release is one that packit generates: the time in 20 digits follows the number.
fn is_snapshot(release: &str) -> bool {
    release.split('.').skip(1).any(|part| part.len() == 20 && part.bytes().all(|byte| byte.is_ascii_digit()))
}

/// The lines as they can stand in a changelog.
fn sanitised(lines: &[String]) -> Vec<String> {
    // An empty text is an empty line, which `lines` leaves out.
    let lines =
        lines.iter().flat_map(|text| text.is_empty().then_some("").into_iter().chain(text.lines())).map(|line| {
            let text = escaped(line.trim_end());
            if line.starts_with('*') {
                // rpm would take it for the next entry.
                format!(" {text}")
            } else if opened_by(line).is_some() || Directive::parse(line).is_some() {
                // rpm looks for sections and conditions after it made one percent sign of two.
                format!("- {}", text.trim_start())
            } else {
                text
            }
        });
    without_blanks(lines.collect())
}

fn without_blanks(mut lines: Vec<String>) -> Vec<String> {
    while lines.last().is_some_and(|line| line.trim().is_empty()) {
        lines.pop();
    }
    let blank = lines.iter().take_while(|line| line.trim().is_empty()).count();
    lines.drain(..blank);
    lines
}

/// The text with every percent sign doubled that rpm would take for a macro.
pub(super) fn escaped(text: &str) -> String {
    let mut new = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    while let Some(character) = rest.next() {
        new.push(character);
        if character != '%' {
            continue;
        }
        match rest.peek() {
            Some('%') => new.extend(rest.next()),
            Some(next) if next.is_alphanumeric() || "_{[(?!".contains(*next) => new.push('%'),
            _ => {}
        }
    }
    new
}

#[cfg(test)]
#[path = "changelog/tests.rs"]
mod tests;
