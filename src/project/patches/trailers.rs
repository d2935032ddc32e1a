//! The parts of a commit's message: subject, body and trailers, with the rules of `git interpret-trailers` where nobody has configured
//! it. The whole message counts, also behind a line `---`.

/// A commit's message in parts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Message {
    /// The first paragraph as one line.
    pub(super) subject: String,
    /// What stands between subject and trailers.
    pub(super) body: String,
    /// Names and values, values with their line breaks and without white space around them.
    pub(super) trailers: Vec<(String, String)>,
}

/// Git's own lines, of which one is enough to make a paragraph one of trailers where three of four lines are none.
const OF_GIT: [&str; 2] = ["Signed-off-by: ", "(cherry picked from commit "];

/// Takes a message apart.
pub(super) fn parse(message: &str) -> Message {
    let lines: Vec<&str> = message.lines().skip_while(|line| is_blank(line)).collect();
    let lines = lines.get(..end(&lines)).unwrap_or_default();
    let title = lines.iter().position(|line| is_blank(line)).unwrap_or(lines.len());
    let begin = begin_of_trailers(lines, title).unwrap_or(lines.len());
    let part = |from: usize, to: usize| lines.get(from..to).unwrap_or_default();
    let subject: Vec<&str> = part(0, title).iter().map(|line| line.trim()).collect();
    Message {
        subject: subject.join(" "),
        body: part(title, begin).join("\n").trim_matches('\n').trim_end().to_owned(),
        trailers: trailers(part(begin, lines.len())),
    }
}

/// The number of lines without comments, empty lines and an old list of conflicts at the end.
fn end(lines: &[&str]) -> usize {
    let mut end = None;
    let mut conflicts = false;
    for (at, line) in lines.iter().enumerate() {
        if line.is_empty() || line.starts_with('#') || *line == "Conflicts:" {
            conflicts |= *line == "Conflicts:";
            end = end.or(Some(at));
        } else if !(conflicts && line.starts_with('\t')) {
            (end, conflicts) = (None, false);
        }
    }
    end.unwrap_or(lines.len())
}

/// The first line of the last paragraph, if that is one of trailers.
fn begin_of_trailers(lines: &[&str], title: usize) -> Option<usize> {
    let (mut trailers, mut others, mut continued) = (0_usize, 0_usize, 0_usize);
    let (mut of_git, mut seen) = (false, false);
    for (at, line) in lines.iter().enumerate().skip(title).rev() {
        if line.starts_with('#') {
            others += std::mem::take(&mut continued);
        } else if is_blank(line) {
            if seen {
                others += continued;
                let enough = others == 0 || (of_git && trailers * 3 >= others);
                return (trailers > 0 && enough).then_some(at + 1);
            }
        } else {
            seen = true;
            if OF_GIT.iter().any(|begin| line.starts_with(begin)) {
                (of_git, continued) = (true, 0);
                trailers += 1;
            } else if separator(line).is_some() {
                continued = 0;
                trailers += 1;
            } else if line.starts_with(is_space) {
                continued += 1;
            } else {
                others += 1 + std::mem::take(&mut continued);
            }
        }
    }
    None
}

fn trailers(lines: &[&str]) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = Vec::new();
    let mut open = false;
    for line in lines {
        if open && line.starts_with(is_space) {
            if let Some((_, value)) = found.last_mut() {
                value.push('\n');
                value.push_str(line);
            }
            continue;
        }
        let parts = separator(line).and_then(|at| Some((line.get(..at)?, line.get(at + 1..)?)));
        open = parts.is_some();
        found.extend(parts.map(|(name, value)| (name.trim().to_owned(), value.to_owned())));
    }
    for (_, value) in &mut found {
        *value = value.trim_matches(is_space).to_owned();
    }
    found
}

/// Where the colon behind the name of a trailer stands.
fn separator(line: &str) -> Option<usize> {
    let name = line.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'-').count();
    let blank = line.bytes().skip(name).take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    let at = name + blank;
    (name > 0 && line.as_bytes().get(at) == Some(&b':')).then_some(at)
}

fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r' | '\u{b}' | '\u{c}')
}

fn is_blank(line: &str) -> bool {
    line.chars().all(is_space)
}

#[cfg(test)]
mod tests;
