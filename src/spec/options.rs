//! The words and options of a `%setup` or `%autosetup` line.

use std::ops::Range;

/// A `%setup` or `%autosetup` line; positions are in its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Setup {
    /// The last `-n`: where its argument stands. rpm takes the last too.
    pub(super) directory: Option<Range<usize>>,
    /// `-c` or `-C`: the directory is made before unpacking, and can have any name.
    pub(super) creates: bool,
    /// `-T`: Source0 is not unpacked by default.
    pub(super) skips_default: bool,
    /// Numbers of the sources that `-a` and `-b` unpack.
    pub(super) unpacks: Vec<u32>,
    /// Behind the last word.
    pub(super) end: usize,
}

impl Setup {
    /// The line, if it is one: it starts with the macro, so that a comment or a shell line with it in is none.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut words = words(text).into_iter();
        let name = words.next()?;
        let (with_argument, end) = match text.get(name.clone())? {
            "%setup" => ("abn", name.end),
            "%autosetup" => ("abnpS", name.end),
            _ => return None,
        };
        let mut setup = Self { directory: None, creates: false, skips_default: false, unpacks: Vec::new(), end };
        while let Some(word) = words.next() {
            let written = text.get(word.clone())?;
            if written.starts_with('#') {
                break;
            }
            setup.end = word.end;
            let Some(letters) = written.strip_prefix('-').filter(|letters| !letters.starts_with('-')) else { continue };
            for (at, letter) in letters.char_indices() {
                if !with_argument.contains(letter) {
                    setup.creates |= matches!(letter, 'c' | 'C');
                    setup.skips_default |= letter == 'T';
                    continue;
                }
                let rest = word.start + 1 + at + letter.len_utf8()..word.end;
                let argument = if rest.is_empty() {
                    let next = words.next();
                    setup.end = next.as_ref().map_or(setup.end, |next| next.end);
                    next
                } else {
                    Some(rest)
                };
                match letter {
                    // A line that ends in `-n` gets its argument there.
                    'n' => setup.directory = Some(argument.unwrap_or(word.end..word.end)),
                    'a' | 'b' => {
                        let number =
                            argument.and_then(|range| text.get(range)).and_then(|text| text.parse::<u32>().ok());
                        setup.unpacks.extend(number);
                    }
                    _ => {}
                }
                break;
            }
        }
        Some(setup)
    }

    /// Whether this line unpacks the source with this number first of all, so that its directory is that source's.
    pub(super) fn is_of(&self, number: u32) -> bool {
        if self.skips_default { self.unpacks.first() == Some(&number) } else { number == 0 }
    }
}

/// The words of a line as a shell splits them, with quotes and macro calls kept whole.
fn words(text: &str) -> Vec<Range<usize>> {
    let mut words = Vec::new();
    let mut start = None;
    let mut quote = None;
    let mut depth = 0_u32;
    for (at, character) in text.char_indices() {
        if character.is_whitespace() && quote.is_none() && depth == 0 {
            words.extend(start.take().map(|start| start..at));
            continue;
        }
        start = start.or(Some(at));
        match character {
            '\'' | '"' if quote == Some(character) => quote = None,
            '\'' | '"' if quote.is_none() && depth == 0 => quote = Some(character),
            '{' | '(' | '[' if quote.is_none() => depth += 1,
            '}' | ')' | ']' if quote.is_none() => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    words.extend(start.map(|start| start..text.trim_end().len()));
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_options() {
        for (text, directory, creates, skips_default, unpacks) in [
            ("%setup -q", None, false, false, vec![]),
            ("  %setup -qn foo", Some("foo"), false, false, vec![]),
            ("%setup -n 'a b' -q", Some("'a b'"), false, false, vec![]),
            ("%autosetup -n%{name} -p1 -S git", Some("%{name}"), false, false, vec![]),
            ("%autosetup -Sn -n foo", Some("foo"), false, false, vec![]),
            ("%setup -c -T -a 0 -n foo", Some("foo"), true, true, vec![0]),
            ("%setup -Tqb1 -n %{lua: print(1)}-x", Some("%{lua: print(1)}-x"), false, true, vec![1]),
            ("%setup -n a -n b", Some("b"), false, false, vec![]),
            ("%setup -q # -n foo", None, false, false, vec![]),
            ("%setup -n", Some(""), false, false, vec![]),
        ] {
            let setup = Setup::parse(text).unwrap_or_else(|| panic!("{text}"));
            let found = setup.directory.clone().and_then(|range| text.get(range));
            assert_eq!((found, setup.creates, setup.skips_default), (directory, creates, skips_default), "{text}");
            assert_eq!(setup.unpacks, unpacks, "{text}");
        }
        for text in ["# %setup -q", "%setup_it", "%{setup}", "%{?x:%setup -q -n foo}", "%forgesetup", "echo %setup", ""]
        {
            assert_eq!(Setup::parse(text), None, "{text}");
        }
    }
}
