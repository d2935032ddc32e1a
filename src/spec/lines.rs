//! The lines of a spec file, with their endings, as bytes in and the same bytes out.

use std::ops::Range;

use super::definitions::Definition;

/// Names one line of one [`Spec`] for as long as it lives: it stays the same when lines are added above it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LineId(pub(super) u32);

/// One physical line. Bytes that are not UTF-8 stand in `text` as private characters (see [`decode`]).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) id: LineId,
    pub(super) text: String,
    pub(super) ending: &'static str,
}

/// A spec file. Lines end at `\n` or `\r\n` and nowhere else: form feeds, lone carriage returns, NUL and Unicode line
/// separators are ordinary characters, as they are for rpm.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spec {
    pub(super) lines: Vec<Line>,
    next: u32,
}

impl Spec {
    /// Takes any bytes; it cannot fail, since every text has lines.
    pub fn parse(bytes: impl AsRef<[u8]>) -> Self {
        let mut lines = Vec::new();
        for (id, part) in (0..).zip(bytes.as_ref().split_inclusive(|&byte| byte == b'\n')) {
            let (body, ending) = match part {
                [body @ .., b'\r', b'\n'] => (body, "\r\n"),
                [body @ .., b'\n'] => (body, "\n"),
                body => (body, ""),
            };
            lines.push(Line { id: LineId(id), text: decode(body), ending });
        }
        let next = u32::try_from(lines.len()).unwrap_or(u32::MAX);
        Self { lines, next }
    }

    /// The bytes of the file: those given to [`Spec::parse`], but for what was edited.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        for line in &self.lines {
            encode(&line.text, &mut bytes);
            bytes.extend_from_slice(line.ending.as_bytes());
        }
        bytes
    }

    /// The number of a line as an editor counts, from 1; `None` when the line is not of this spec.
    pub fn line_number(&self, id: LineId) -> Option<usize> {
        self.index(id).map(|index| index + 1)
    }

    pub(super) fn index(&self, id: LineId) -> Option<usize> {
        self.lines.iter().position(|line| line.id == id)
    }

    pub(super) fn text(&self, index: usize) -> &str {
        self.lines.get(index).map_or("", |line| line.text.as_str())
    }

    pub(super) fn id(&self, index: usize) -> LineId {
        self.lines.get(index).map_or(LineId(u32::MAX), |line| line.id)
    }

    /// The text of several lines, joined by `\n`.
    pub(super) fn joined(&self, range: Range<usize>) -> String {
        let texts: Vec<&str> =
            self.lines.get(range).unwrap_or_default().iter().map(|line| line.text.as_str()).collect();
        texts.join("\n")
    }

    /// Replaces the text of the lines `range` by `text`, whose lines are separated by `\n`. The endings stay.
    pub(super) fn replace(&mut self, range: Range<usize>, text: &str) {
        let mut new = text.split('\n');
        let mut index = range.start;
        while index < range.end.min(self.lines.len()) {
            match new.next() {
                Some(text) => {
                    if let Some(line) = self.lines.get_mut(index) {
                        text.clone_into(&mut line.text);
                    }
                    index += 1;
                }
                None => break,
            }
        }
        let rest: Vec<String> = new.map(str::to_owned).collect();
        if index < range.end {
            let last = self.lines.get(range.end - 1).map(|line| line.ending);
            self.lines.drain(index..range.end.min(self.lines.len()));
            if let (Some(line), Some(ending)) = (index.checked_sub(1).and_then(|at| self.lines.get_mut(at)), last) {
                line.ending = ending;
            }
        } else if !rest.is_empty() {
            self.insert(index, &rest);
        }
    }

    /// Inserts lines before the line `at` (or at the end), with the ending that most lines of the file have.
    pub(super) fn insert<T: AsRef<str>>(&mut self, at: usize, texts: &[T]) {
        let ending = self.dominant_ending();
        let at = at.min(self.lines.len());
        let mut new: Vec<Line> = Vec::with_capacity(texts.len());
        for text in texts {
            new.push(Line { id: LineId(self.next), text: text.as_ref().to_owned(), ending });
            self.next = self.next.saturating_add(1);
        }
        // A file without newline at its end stays one.
        if at == self.lines.len()
            && let (Some(last), Some(added)) = (self.lines.last_mut(), new.last_mut())
            && last.ending.is_empty()
        {
            last.ending = ending;
            added.ending = "";
        }
        self.lines.splice(at..at, new);
    }

    fn dominant_ending(&self) -> &'static str {
        let windows = self.lines.iter().filter(|line| line.ending == "\r\n").count();
        let unix = self.lines.iter().filter(|line| line.ending == "\n").count();
        if windows > unix { "\r\n" } else { "\n" }
    }

    /// The lines as rpm reads them: an open `%{`, `%(` or `%[` takes the next line in, and in a macro definition a
    /// backslash at the end of the line. Elsewhere rpm expands such lines together, but then looks at each of them: a
    /// `%if` or a section may begin after a backslash. Every physical line is in exactly one range.
    pub(super) fn logical(&self) -> Vec<Range<usize>> {
        let mut ranges = Vec::new();
        let mut start = 0;
        let mut open = Open::default();
        for (index, line) in self.lines.iter().enumerate() {
            open.read(&line.text, line.ending == "\r\n");
            let goes_on = open.in_call() || open.continued && is_definition(self.text(start));
            if !goes_on {
                ranges.push(start..index + 1);
                start = index + 1;
                open = Open::default();
            }
        }
        if start < self.lines.len() {
            ranges.push(start..self.lines.len());
        }
        ranges
    }
}

/// What rpm counts to know whether a line goes on: the open brackets of macro calls, and a backslash at the end.
#[derive(Debug, Default)]
struct Open {
    braces: u32,
    parentheses: u32,
    brackets: u32,
    continued: bool,
}

impl Open {
    fn in_call(&self) -> bool {
        self.braces > 0 || self.parentheses > 0 || self.brackets > 0
    }

    fn read(&mut self, text: &str, carriage_return: bool) {
        self.continued = false;
        let mut bytes = text.bytes().peekable();
        while let Some(byte) = bytes.next() {
            match byte {
                // For rpm the carriage return of a Windows line ending is what the backslash escapes.
                b'\\' if bytes.next().is_none() => self.continued = !carriage_return,
                b'%' => match bytes.next_if(|next| matches!(next, b'{' | b'(' | b'[' | b'%')) {
                    Some(b'{') => self.braces += 1,
                    Some(b'(') => self.parentheses += 1,
                    Some(b'[') => self.brackets += 1,
                    _ => {}
                },
                b'{' if self.braces > 0 => self.braces += 1,
                b'}' => self.braces = self.braces.saturating_sub(1),
                b'(' if self.parentheses > 0 => self.parentheses += 1,
                b')' => self.parentheses = self.parentheses.saturating_sub(1),
                b'[' if self.brackets > 0 => self.brackets += 1,
                b']' => self.brackets = self.brackets.saturating_sub(1),
                _ => {}
            }
        }
    }
}

fn is_definition(text: &str) -> bool {
    Definition::parse(text).is_some_and(|definition| definition.comment.is_none())
}

/// Whether every macro call in `text` is closed in it and no bracket closes what was not opened, so that it can stand
/// inside `%{…}`.
pub(super) fn is_balanced(text: &str) -> bool {
    let mut open = Open::default();
    open.read(text, false);
    let mut depth = 0_i32;
    for byte in text.bytes() {
        match byte {
            b'{' => depth += 1,
            b'}' => depth -= 1,
            _ => {}
        }
        if depth < 0 {
            return false;
        }
    }
    depth == 0 && !open.in_call() && !open.continued
}

/// First of the 128 private characters that stand for the bytes 0x80 to 0xff where these are not UTF-8.
const ESCAPE: u32 = 0xf700;

/// Text of any bytes. What is not UTF-8 becomes private characters, one per byte; so do those private characters
/// themselves, so that [`encode`] gives back the same bytes always.
fn decode(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        for character in chunk.valid().chars() {
            if is_escape(character) {
                let mut buffer = [0; 4];
                text.extend(character.encode_utf8(&mut buffer).bytes().filter_map(escape));
            } else {
                text.push(character);
            }
        }
        text.extend(chunk.invalid().iter().copied().filter_map(escape));
    }
    text
}

fn encode(text: &str, bytes: &mut Vec<u8>) {
    let mut buffer = [0; 4];
    for character in text.chars() {
        match u8::try_from(u32::from(character).wrapping_sub(ESCAPE)) {
            Ok(byte) if is_escape(character) => bytes.push(byte),
            _ => bytes.extend_from_slice(character.encode_utf8(&mut buffer).as_bytes()),
        }
    }
}

fn is_escape(character: char) -> bool {
    (ESCAPE + 0x80..ESCAPE + 0x100).contains(&u32::from(character))
}

fn escape(byte: u8) -> Option<char> {
    char::from_u32(ESCAPE + u32::from(byte))
}

/// The bytes of a text that came from [`decode`], shown as a person can read it.
pub(super) fn readable(text: &str) -> String {
    let mut bytes = Vec::new();
    encode(text, &mut bytes);
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn keeps_every_byte() {
        for bytes in [
            &b""[..],
            b"\n",
            b"Name: a",
            b"Name: a\r\nVersion: 1\n\r\n",
            b"a\x0cb\n\xe2\x80\xa8\n\xc2\x85\r\r\n",
            b"J\xf6rg\n\x00\xff\xfe",
            "\u{f780}\u{f7ff} private characters of our own".as_bytes(),
        ] {
            assert_eq!(Spec::parse(bytes).to_bytes(), bytes);
        }
    }

    proptest! {
        #[test]
        fn keeps_arbitrary_bytes(bytes: Vec<u8>) {
            prop_assert_eq!(Spec::parse(&bytes).to_bytes(), bytes);
        }

        #[test]
        fn keeps_arbitrary_text(text in "([a-z%{}():\\\\ \u{f780}\u{f7fe}é\u{2028}]|\r\n|\n|\r){0,60}") {
            prop_assert_eq!(Spec::parse(text.as_bytes()).to_bytes(), text.as_bytes());
        }

        #[test]
        fn every_line_is_in_one_logical_line(text in "([a-z%{}():\\\\\\[\\]]|\n){0,60}") {
            let spec = Spec::parse(text.as_bytes());
            let covered: Vec<usize> = spec.logical().into_iter().flatten().collect();
            prop_assert_eq!(covered, (0..spec.lines.len()).collect::<Vec<_>>());
        }
    }

    #[test]
    fn joins_lines_as_rpm_does() {
        let count = |text: &str| Spec::parse(text.as_bytes()).logical().len();
        assert_eq!(count("a\nb\n"), 2);
        assert_eq!(count("%define a \\\nb\n"), 1);
        assert_eq!(count("%define a \\\\\nb\n"), 2);
        assert_eq!(count("./configure \\\n%if 1\n"), 2, "rpm sees the condition");
        assert_eq!(count("%{a\nb}\n"), 1);
        assert_eq!(count("%%{a\nb\n"), 2, "an escaped percent sign opens nothing");
        assert_eq!(count("%(a (\nb)\n)\nc"), 2);
        assert_eq!(count("%[1 +\n1]\n"), 1);
        assert_eq!(count("{\n}\n"), 2, "a brace outside of a macro is text");
        assert_eq!(count("%define a \\\r\nb\r\n"), 2, "a carriage return stands between the backslash and the end");
    }

    #[test]
    fn inserts_with_the_endings_of_the_file() {
        let edited = |text: &str, at, new: &[&str]| {
            let mut spec = Spec::parse(text.as_bytes());
            spec.insert(at, new);
            String::from_utf8(spec.to_bytes()).unwrap()
        };
        assert_eq!(edited("a\r\nb\r\nc\n", 1, &["x"]), "a\r\nx\r\nb\r\nc\n");
        assert_eq!(edited("a\nb", 2, &["x", "y"]), "a\nb\nx\ny");
        assert_eq!(edited("a\nb", 9, &["x"]), "a\nb\nx");
        assert_eq!(edited("", 0, &["x"]), "x\n");
    }

    #[test]
    fn replaces_several_lines_by_fewer_or_more() {
        let edited = |text: &str, range: Range<usize>, new: &str| {
            let mut spec = Spec::parse(text.as_bytes());
            spec.replace(range, new);
            String::from_utf8(spec.to_bytes()).unwrap()
        };
        assert_eq!(edited("a\nb\nc\n", 0..2, "x"), "x\nc\n");
        assert_eq!(edited("a\nb", 0..2, "x"), "x");
        assert_eq!(edited("a\nb\n", 0..1, "x\ny"), "x\ny\nb\n");
    }

    #[test]
    fn ids_survive_insertions() {
        let mut spec = Spec::parse(b"a\nb\n");
        let second = spec.id(1);
        spec.insert(0, &["x", "y"]);
        assert_eq!(spec.line_number(second), Some(4));
    }
}
