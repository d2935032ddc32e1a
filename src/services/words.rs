//! What a server says in its own words, where it refuses.

use super::call::Reply;
use crate::secret::redacted_line;

/// How many lines of an answer are shown.
const LINES: usize = 5;

/// How many characters of each.
const WIDTH: usize = 300;

/// The first lines of an answer, or the title of one that is a web page; `None` where there is nothing to show.
pub(super) fn words(reply: &Reply) -> Option<String> {
    let text = reply.text();
    let is_page = reply.header("content-type").is_some_and(|media| media.starts_with("text/html"));
    let lines: Vec<String> = match is_page {
        true => title(&text).into_iter().map(|title| format!("a web page: {}", shown(title))).collect(),
        false => text.lines().map(shown).filter(|line| !line.is_empty()).take(LINES).collect(),
    };
    (!lines.is_empty()).then(|| lines.join("\n"))
}

/// A line without what a terminal would take for a command, and without credentials.
fn shown(line: &str) -> String {
    let words: Vec<&str> =
        line.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty()).collect();
    redacted_line(&words.join(" ")).chars().take(WIDTH).collect()
}

fn title(page: &str) -> Option<&str> {
    let lower = page.to_ascii_lowercase();
    let start = lower.find("<title>")? + "<title>".len();
    let end = lower.get(start..)?.find("</title>")? + start;
    page.get(start..end).map(str::trim).filter(|title| !title.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_titles() {
        assert_eq!(shown("  a\u{1b}[31m  https://u:canary@h/x \n"), "a [31m https://***@h/x");
        assert_eq!(shown(&"x".repeat(1000)).len(), WIDTH);
        assert_eq!(title("<HTML><Title> 401 É </title>"), Some("401 É"));
        assert_eq!((title("<title></title>"), title("<title>x"), title("x")), (None, None, None));
    }
}
