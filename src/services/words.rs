//! What a server says in its own words, where it refuses.

use serde_json::Value;

use super::call::Reply;
use crate::secret::redacted_line;

/// How many lines of an answer are shown.
const LINES: usize = 5;

/// How many characters of each.
const WIDTH: usize = 300;

/// The members of a JSON document that hold such words.
const MEMBERS: [&str; 2] = ["message", "error"];

/// The message in an answer, its first lines, or the title of one that is a web page; `None` where there is nothing to show.
pub(super) fn words(reply: &Reply) -> Option<String> {
    let text = message(&reply.body).unwrap_or_else(|| reply.text());
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

/// What a JSON document tells.
fn message(body: &[u8]) -> Option<String> {
    let document: Value = serde_json::from_slice(body).ok()?;
    MEMBERS.iter().find_map(|member| document.get(member)?.as_str().map(str::to_owned))
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
        assert_eq!(message(b"{\"error\": true, \"message\": \"no\"}").as_deref(), Some("no"));
        assert_eq!((message(b"{}"), message(b"[]"), message(b"no")), (None, None, None));
        assert_eq!((title("<title></title>"), title("<title>x"), title("x")), (None, None, None));
    }
}
