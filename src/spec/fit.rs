//! Fitting a wanted value into a value that is made of macros.

use super::nodes::{Node, Test};

/// A piece of a value that a wanted text is fitted into.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece {
    /// Stays as it is: what it expands to, and how it is written.
    Fixed { expanded: String, written: String },
    /// Text that may be replaced.
    Text { old: String },
    /// A macro of the spec that may be given another value: its name, the value it has, and how the call is written.
    Macro { name: String, old: String, written: String },
}

/// The parts of the wanted text that fall to the pieces, in their order.
pub(super) type Parts = Vec<String>;

/// How many ways are tried before the value counts as one that does not fit.
const TRIES: u32 = 20_000;

/// Fits `wanted` into `pieces`: each macro and each text gets a part of it that is not empty, so that the parts joined
/// are `wanted`. A part has as many dot-separated components as the old one; only the last may have more or fewer, and
/// one that something else than a dot follows. `None` when that cannot be, or is not certain.
pub(super) fn fit(pieces: &[Piece], wanted: &str) -> Option<Parts> {
    let pieces = with_edges(pieces)?;
    let mut search = Search { pieces: &pieces, found: Vec::new(), tries: TRIES };
    search.step(0, wanted, &mut Vec::new())?;
    let last = pieces.iter().rposition(|piece| !matches!(piece, Piece::Fixed { .. }))?;
    let strain = |parts: &Parts| -> Option<usize> {
        let mut total = 0;
        for (at, (piece, part)) in pieces.iter().zip(parts).enumerate() {
            let (Piece::Text { old } | Piece::Macro { old, .. }) = piece else { continue };
            let strain = components(old).abs_diff(components(part));
            let before_dot = pieces.get(at + 1..).is_some_and(next_is_dot);
            if strain > 0 && at != last && before_dot {
                return None;
            }
            total += strain;
        }
        Some(total)
    };
    let parts =
        search.found.iter().filter_map(|parts| Some((strain(parts)?, parts))).min_by_key(|(strain, _)| *strain)?.1;
    Some(parts.clone())
}

/// The value with the parts put in: its text, and what the macros must become.
pub(super) fn apply(pieces: &[Piece], parts: &Parts) -> (String, Vec<(String, String)>) {
    let mut value = String::new();
    let mut macros = Vec::new();
    for (piece, part) in with_edges(pieces).unwrap_or_default().iter().zip(parts) {
        match piece {
            Piece::Fixed { written, .. } => value.push_str(written),
            Piece::Text { .. } => value.push_str(part),
            Piece::Macro { name, written, .. } => {
                value.push_str(written);
                macros.push((name.clone(), part.clone()));
            }
        }
    }
    (value, macros)
}

/// Keeps the separator of a text beside a macro: `.0` after `%{minor}` is a dot that stays and a `0` that may change.
/// `None` when two macros touch each other, since then nothing tells where one ends.
fn with_edges(pieces: &[Piece]) -> Option<Vec<Piece>> {
    let mut new = Vec::new();
    let is_macro = |piece: Option<&Piece>| matches!(piece, Some(Piece::Macro { .. }));
    let is_empty = |piece: &&Piece| matches!(piece, Piece::Fixed { expanded, .. } if expanded.is_empty());
    for (at, piece) in pieces.iter().enumerate() {
        let before = pieces.get(..at).unwrap_or_default().iter().rev().find(|piece| !is_empty(piece));
        let after = pieces.get(at + 1..).unwrap_or_default().iter().find(|piece| !is_empty(piece));
        if is_macro(Some(piece)) && is_macro(before) {
            return None;
        }
        let Piece::Text { old } = piece else {
            new.push(piece.clone());
            continue;
        };
        let start = if is_macro(before) { after_first_separator(old) } else { Some(0) };
        let end = if is_macro(after) { old.rfind(is_separator) } else { Some(old.len()) };
        let fixed = |text: &str| Piece::Fixed { expanded: text.to_owned(), written: text.to_owned() };
        match (start, end) {
            (Some(start), Some(end)) if start < end => {
                let part = |range| old.get(range).unwrap_or_default();
                new.extend([
                    fixed(part(0..start)),
                    Piece::Text { old: part(start..end).to_owned() },
                    fixed(part(end..old.len())),
                ]);
            }
            _ => new.push(fixed(old)),
        }
    }
    Some(new)
}

fn is_separator(character: char) -> bool {
    !character.is_alphanumeric()
}

fn after_first_separator(text: &str) -> Option<usize> {
    text.char_indices().find(|(_, character)| is_separator(*character)).map(|(at, character)| at + character.len_utf8())
}

fn components(text: &str) -> usize {
    text.split('.').count()
}

fn next_is_dot(rest: &[Piece]) -> bool {
    rest.iter()
        .find_map(|piece| match piece {
            Piece::Fixed { expanded, .. } if expanded.is_empty() => None,
            Piece::Fixed { expanded, .. } => Some(expanded.starts_with('.')),
            Piece::Text { .. } | Piece::Macro { .. } => Some(true),
        })
        .unwrap_or(false)
}

struct Search<'a> {
    pieces: &'a [Piece],
    found: Vec<Parts>,
    tries: u32,
}

impl Search<'_> {
    /// Finds all ways to give `rest` to the pieces from `at` on; `None` when there are too many to look at.
    fn step(&mut self, at: usize, rest: &str, parts: &mut Parts) -> Option<()> {
        self.tries = self.tries.checked_sub(1)?;
        let Some(piece) = self.pieces.get(at) else {
            if rest.is_empty() {
                self.found.push(parts.clone());
            }
            return Some(());
        };
        match piece {
            Piece::Fixed { expanded, .. } => {
                if let Some(rest) = rest.strip_prefix(expanded.as_str()) {
                    parts.push(expanded.clone());
                    self.step(at + 1, rest, parts)?;
                    parts.pop();
                }
            }
            Piece::Macro { name, .. } => {
                // The same macro twice must get the same part twice.
                if let Some(known) = self.known(name, parts) {
                    if let Some(rest) = rest.strip_prefix(known.as_str()) {
                        parts.push(known);
                        self.step(at + 1, rest, parts)?;
                        parts.pop();
                    }
                } else {
                    self.every_length(at, rest, parts)?;
                }
            }
            Piece::Text { .. } => self.every_length(at, rest, parts)?,
        }
        Some(())
    }

    fn known(&self, name: &str, parts: &Parts) -> Option<String> {
        let same = |piece: &Piece| matches!(piece, Piece::Macro { name: other, .. } if other == name);
        self.pieces.iter().zip(parts).find(|(piece, _)| same(piece)).map(|(_, part)| part.clone())
    }

    fn every_length(&mut self, at: usize, rest: &str, parts: &mut Parts) -> Option<()> {
        let ends = rest.char_indices().map(|(end, _)| end).skip(1).chain([rest.len()]);
        for end in ends.filter(|end| *end > 0) {
            let (part, rest) = rest.split_at(end);
            parts.push(part.to_owned());
            self.step(at + 1, rest, parts)?;
            parts.pop();
        }
        Some(())
    }
}

/// What a macro is at the place of a value.
pub(super) enum Role {
    /// A definition of the spec that may be changed, with its value.
    Ours(String),
    /// Something else, with what it expands to.
    Theirs(String),
}

/// The pieces of a value; `None` when something in it is not known. `role` says what a macro is, `expand` what a call
/// expands to, `is_defined` whether there is such a macro.
pub(super) fn pieces(
    nodes: &[Node],
    role: &impl Fn(&str, &str) -> Option<Role>,
    is_defined: &impl Fn(&str) -> Option<bool>,
) -> Option<Vec<Piece>> {
    let mut pieces = Vec::new();
    let silent = |written: &str| Piece::Fixed { expanded: String::new(), written: written.to_owned() };
    for node in nodes {
        match node {
            Node::Text(text) => pieces.push(Piece::Text { old: text.clone() }),
            Node::Percent => pieces.push(Piece::Fixed { expanded: "%".into(), written: "%%".into() }),
            Node::Other(_) => return None,
            Node::Call { test: Test::IfUndefined, written, .. } => pieces.push(silent(written)),
            Node::Call { name, written, .. } => pieces.push(match role(name, written)? {
                Role::Ours(old) => Piece::Macro { name: name.clone(), old, written: written.clone() },
                Role::Theirs(expanded) => Piece::Fixed { expanded, written: written.clone() },
            }),
            Node::When { name, negated, body, written } => {
                if is_defined(name)? == *negated {
                    pieces.push(silent(written));
                } else {
                    let colon = written.find(':')?;
                    pieces.push(silent(written.get(..=colon)?));
                    pieces.extend(self::pieces(body, role, is_defined)?);
                    pieces.push(silent("}"));
                }
            }
        }
    }
    Some(pieces)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(text: &str) -> Vec<Piece> {
        // `<name=old>` is a macro, everything else is text.
        let mut pieces = Vec::new();
        for part in text.split_inclusive('>') {
            let (text, call) = part.split_once('<').unwrap_or((part, ""));
            if !text.is_empty() {
                pieces.push(Piece::Text { old: text.into() });
            }
            if let Some((name, old)) = call.strip_suffix('>').and_then(|call| call.split_once('=')) {
                pieces.push(Piece::Macro { name: name.into(), old: old.into(), written: format!("%{{{name}}}") });
            }
        }
        pieces
    }

    #[test]
    fn fits() {
        for (text, wanted, result) in [
            ("<v=1.0>", "2.0.1", Some("%{v} v=2.0.1")),
            ("1.<minor=0>.0", "1.5.0", Some("1.%{minor}.0 minor=5")),
            ("1.<minor=0>.0", "2.5.7", Some("2.%{minor}.7 minor=5")),
            ("<a=1>.<b=0>.0", "2.7.3", Some("%{a}.%{b}.3 a=2 b=7")),
            ("<a=1>.<b=2>.<c=3>", "1.2.3.4", Some("%{a}.%{b}.%{c} a=1 b=2 c=3.4")),
            ("<a=1>.<b=2>.<c=3>", "1.2", None),
            ("<api=1.20>.<patch=6>", "1.21.0", Some("%{api}.%{patch} api=1.21 patch=0")),
            ("<api=1.20>.<patch=6>", "1.21", None),
            ("<base=3.28>~<pre=rc1>", "3.28.1~rc2", Some("%{base}~%{pre} base=3.28.1 pre=rc2")),
            ("<a=1><b=2>", "27", None),
            ("<a=1>.<a=1>", "2.2", Some("%{a}.%{a} a=2 a=2")),
            ("<a=1>.<a=1>", "2.3", None),
            ("<a=1>rc<b=2>", "1rc3", Some("%{a}rc%{b} a=1 b=3")),
            ("<a=1>rc<b=2>", "1.3", None),
        ] {
            let pieces = value(text);
            let fitted = fit(&pieces, wanted).map(|parts| {
                let (mut value, macros) = apply(&pieces, &parts);
                macros.iter().for_each(|(name, part)| value.push_str(&format!(" {name}={part}")));
                value
            });
            assert_eq!(fitted.as_deref(), result, "{text} {wanted}");
        }
    }

    #[test]
    fn gives_up_in_time() {
        let many = "<a=1>.".to_owned() + &(0..12).map(|n| format!("<m{n}=1>.")).collect::<String>() + "<z=1>";
        assert_eq!(fit(&value(&many), &"1.".repeat(60)), None);
    }
}
