//! Text with some lines indented further, that still knows where each byte was before.

/// A line is moved this far.
const WIDTH: usize = 200;

/// So many lines are moved.
const LINES: usize = 200;

/// So many bytes are read again for it: every move means that the text is read once more.
const BYTES: usize = 16 << 20;

/// A copy of a text in which some lines are indented further.
#[derive(Debug, Clone)]
pub(super) struct Padded {
    /// The text with the spaces.
    pub(super) text: String,
    /// The beginnings of the moved lines, in `text`, in ascending order.
    moved: Vec<usize>,
}

impl Padded {
    pub(super) fn new(text: &str) -> Self {
        Self { text: text.to_owned(), moved: Vec::new() }
    }

    /// Indents the line in which the byte at `offset` of the text stands. Says no when it is or when enough are.
    pub(super) fn indent(&mut self, offset: usize) -> bool {
        let Some(before) = self.text.get(..offset) else { return false };
        let line = before.rfind(['\n', '\r']).map_or(0, |at| at + 1);
        let place = self.moved.partition_point(|moved| *moved < line);
        if self.moved.get(place) == Some(&line) || self.moved.len() >= LINES.min(BYTES / self.text.len().max(1)) {
            return false;
        }
        self.text.insert_str(line, &" ".repeat(WIDTH));
        self.moved.iter_mut().skip(place).for_each(|moved| *moved += WIDTH);
        self.moved.insert(place, line);
        true
    }

    /// Where the byte at `offset` of the text was before any line was moved; the beginning of the line for an added space.
    pub(super) fn original(&self, offset: usize) -> usize {
        let lines = self.moved.partition_point(|moved| *moved <= offset);
        match lines.checked_sub(1).and_then(|last| self.moved.get(last)) {
            Some(line) => line - (lines - 1) * WIDTH + (offset - line).saturating_sub(WIDTH),
            None => offset,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_knows_where_it_was() {
        let text = "one\ntwo\nthree\nfour";
        let mut padded = Padded::new(text);
        assert!(padded.indent(text.find("three").unwrap() + 2));
        assert!(padded.indent(4));
        assert!(!padded.indent(4));
        assert_eq!(padded.text.replace(' ', ""), text);
        assert_eq!(padded.text.len(), text.len() + 2 * WIDTH);
        for word in ["one", "two", "three", "four"] {
            for (n, c) in word.char_indices() {
                let original = padded.original(padded.text.find(word).unwrap() + n);
                assert_eq!(text[original..].chars().next(), Some(c), "{word} {n}");
            }
        }
        assert_eq!(padded.original(padded.text.len()), text.len());
        assert_eq!(padded.original(4 + 10), 4, "a space that was added is at its line's beginning");
    }
}
