//! What the parser refuses, in words that say how to mend it.

use serde_yaml::granit_parser::{ErrorKind, ScanError};

use super::Stop;
use crate::config::padding::Padded;
use crate::config::source::{Source, Span};
use crate::error::{Finding, Severity};

/// What is said of a tab between words.
pub(super) const TAB: &str = "a tab stands where YAML takes only spaces";

/// The parser's error as a finding: in our words where the mend is known, else in its own.
pub(super) fn syntax(source: &Source, padded: &Padded, error: &ScanError) -> Stop {
    let (message, hint) = explain(error.kind());
    let offset = error.marker().byte_offset().unwrap_or(padded.text.len());
    let mut start = padded.original(offset);
    if message == TAB
        && let Some(at) = source.text().get(..=start).and_then(|before| before.rfind(['\t', '\n']))
        && source.text().get(at..).is_some_and(|rest| rest.starts_with('\t'))
    {
        // The parser points behind it.
        start = at;
    }
    let end = source.text().get(start..).and_then(|rest| rest.chars().next()).map_or(start, |c| start + c.len_utf8());
    let message = match message {
        "" => format!("this is not YAML: {}", error.info()),
        message => message.to_owned(),
    };
    let finding = Finding::new(Severity::Error, message).at(source.place(Span { start, end }));
    let quoted_at = matches!(error.kind(), ErrorKind::InvalidQuotedScalarIndent).then_some(offset);
    let stop = Stop { finding: Box::new(finding), quoted_at };
    if hint.is_empty() { stop } else { stop.hinted(hint) }
}

fn explain(kind: &ErrorKind) -> (&'static str, &'static str) {
    match kind {
        ErrorKind::TabNotAllowed
        | ErrorKind::TabInBlockIndentation
        | ErrorKind::TabInIndentation
        | ErrorKind::TabAtBlockScalarStart
        | ErrorKind::TabInPlainScalar => (TAB, "indent with spaces"),
        ErrorKind::UnknownAnchor => (
            "this alias names an anchor that does not stand above it",
            "define the anchor with `&name` before its first use; put text that begins with `*` between quotes",
        ),
        ErrorKind::ExpectedFlowSequenceSeparator => {
            ("a `,` or the closing `]` was expected here", "put text with `[`, `]`, `{`, `}` or `,` between quotes")
        }
        ErrorKind::ExpectedFlowMappingSeparator => {
            ("a `,` or the closing `}` was expected here", "put text with `[`, `]`, `{`, `}` or `,` between quotes")
        }
        ErrorKind::InvalidColonPlacement => (
            "a key cannot stand here: a `[` or `{` above is still open",
            "close it, or put text with it between quotes",
        ),
        ErrorKind::MappingValueNotAllowed => (
            "a key and its value cannot stand here",
            "put a value that contains `: ` between quotes, and check the indentation",
        ),
        ErrorKind::SimpleKeyExpected | ErrorKind::InvalidSimpleKey => (
            "a key without `:`, or a value that does not belong to the line above",
            "write `key: value`, or `- item` in a list, and check the indentation",
        ),
        ErrorKind::ExpectedBlockMappingKey => {
            ("a key was expected here", "indent the keys of one mapping, and the `-` of one list, to the same column")
        }
        ErrorKind::ExpectedBlockSequenceEntry => {
            ("an item that begins with `- ` was expected here", "indent the items of one list to the same column")
        }
        ErrorKind::InvalidIndentation => {
            ("the indentation fits nothing above", "align it with the lines that it belongs to")
        }
        ErrorKind::UnexpectedCharacter { .. } => (
            "a value cannot begin with this character",
            "put text that begins with `%`, `@` or a backquote between quotes",
        ),
        ErrorKind::RecursionLimitExceeded => {
            ("lists and mappings stand too deep in each other", "at most 100 levels are read")
        }
        ErrorKind::UnclosedFlowCollection { .. }
        | ErrorKind::UnexpectedEofFlowSequence
        | ErrorKind::UnexpectedEofFlowMapping => {
            ("a `[` or `{` is never closed", "close it, or put text that begins with it between quotes")
        }
        ErrorKind::UnclosedQuotedScalar => ("a quote is never closed", "close it, or remove it"),
        ErrorKind::InvalidQuotedScalarIndent => (
            "a quote above is not closed, or its text goes on here without being indented",
            r#"close the quote, and write a quote inside of it as `\"`; or indent the line"#,
        ),
        ErrorKind::InvalidTrailingSingleQuotedScalar => (
            "text goes on behind the closing quote",
            "put the whole value between double quotes, or below a `|` in lines of its own",
        ),
        ErrorKind::InvalidTrailingDoubleQuotedScalar => (
            "text goes on behind the closing quote",
            r#"write a quote inside of the text as `\"`, or put the whole value below a `|` in lines of its own"#,
        ),
        ErrorKind::UnknownQuotedScalarEscape
        | ErrorKind::InvalidQuotedScalarHexEscape
        | ErrorKind::InvalidUnicodeEscape => (
            "a backslash between double quotes begins an escape, and this is none",
            r"write `\\` for a backslash, or put the text between single quotes",
        ),
        ErrorKind::DocumentIndicatorInQuotedScalar => {
            ("a line `---` or `...` stands between quotes", "close the quote above, or indent the line")
        }
        ErrorKind::MisplacedFlowCollectionEnd | ErrorKind::MismatchedFlowCollectionEnd { .. } => {
            ("this bracket closes nothing that is open", "remove it, or put text with it between quotes")
        }
        ErrorKind::MissingAnchorOrAliasName => {
            ("a name is missing behind this `&` or `*`", "put text that begins with it between quotes")
        }
        ErrorKind::BlockSequenceEntryNotAllowed | ErrorKind::BlockEntryInFlowCollection => (
            "an item of a list cannot stand here",
            "put each `- item` into a line of its own, below the key of the list; put text that begins with `- ` between quotes",
        ),
        ErrorKind::MappingKeyNotAllowed => {
            ("a key cannot stand here", "put text that begins with `? ` between quotes, and check the indentation")
        }
        ErrorKind::InvalidBlockScalarHeader | ErrorKind::ZeroBlockScalarIndent => {
            ("a `|` or `>` is followed by what cannot stand there", "begin the text in the next line, indented")
        }
        ErrorKind::UndeclaredTagHandle
        | ErrorKind::InvalidTagTerminator
        | ErrorKind::MissingTagUri
        | ErrorKind::UnclosedVerbatimTag
        | ErrorKind::InvalidTagEscape
        | ErrorKind::ExpectedTagBang => {
            ("this tag cannot be read here", "put text that begins with `!` between quotes")
        }
        ErrorKind::BomInsideDocument => ("a byte-order mark stands inside of the file", "remove it"),
        _ => ("", ""),
    }
}
