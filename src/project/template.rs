//! Python's `str.format`, as users write it in `release_suffix`, `version_suffix` and `archive_root_dir_template`.

use std::iter::Peekable;
use std::str::CharIndices;

use crate::error::{Error, Kind, Result};

/// A variable: its name and its value.
pub type Variable<'a> = (&'a str, &'a str);

/// Replaces every `{NAME}` of `template` by the value of that variable. `{{` and `}}` stand for braces; a conversion
/// (`{NAME!s}`) and a format specification for texts (fill, alignment, width, precision: `{NAME:.7}`, `{NAME:0>3}`)
/// work as in Python.
///
/// `key` is how the user knows the template: the key of the configuration or the option.
///
/// # Errors
///
/// A name is not among `variables`, or the template is malformed; the message says at which character.
pub fn format(key: &str, template: &str, variables: &[Variable<'_>]) -> Result<String> {
    let wrong = |(at, message, hint): Wrong| {
        let column = template.get(..at).unwrap_or(template).chars().count() + 1;
        Error::new(Kind::Config, format!("{key}: {message} at character {column} of `{template}`")).hint(hint)
    };
    let mut out = String::with_capacity(template.len());
    let mut chars = template.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        match c {
            '{' | '}' if chars.next_if(|(_, next)| *next == c).is_some() => out.push(c),
            '}' => return Err(wrong((at, "a single `}`".to_owned(), "write `}}` for a brace".to_owned()))),
            '{' => out.push_str(&field(at, &mut chars, template, variables).map_err(wrong)?),
            _ => out.push(c),
        }
    }
    Ok(out)
}

/// Byte position, what is wrong there, and how to mend it.
type Wrong = (usize, String, String);

fn field(
    open: usize,
    chars: &mut Peekable<CharIndices<'_>>,
    template: &str,
    variables: &[Variable<'_>],
) -> Result<String, Wrong> {
    let end = chars.by_ref().find(|(_, c)| matches!(c, '{' | '}'));
    let Some((end, '}')) = end else {
        let hint = "close the placeholder with `}`, or write `{{` for a brace";
        return Err((end.map_or(open, |(at, _)| at), "an opened placeholder".to_owned(), hint.to_owned()));
    };
    let inner = template.get(open + 1..end).unwrap_or_default();
    let (head, spec) = inner.split_once(':').map_or((inner, ""), |(head, spec)| (head, spec));
    let (name, conversion) = head.split_once('!').map_or((head, None), |(name, how)| (name, Some(how)));
    if !matches!(conversion, None | Some("s")) {
        let message = format!("the conversion `!{}`", conversion.unwrap_or_default());
        return Err((open, message, "only `!s` can be used".to_owned()));
    }
    let Some((_, value)) = variables.iter().find(|(known, _)| *known == name) else {
        return Err(unknown(open, name, variables));
    };
    let spec_at = end - spec.len();
    FormatSpec::parse(spec).map(|spec| spec.apply(value)).ok_or_else(|| {
        let hint =
            "a text takes fill, alignment (`<`, `>`, `^`), width and precision, as in `{NAME:0>8}` and `{NAME:.7}`";
        (spec_at, format!("the format `{spec}`"), hint.to_owned())
    })
}

fn unknown(at: usize, name: &str, variables: &[Variable<'_>]) -> Wrong {
    let names: Vec<&str> = variables.iter().map(|(name, _)| *name).collect();
    let known = format!("there are {}", names.join(", "));
    let plain = name.split(['.', '[']).next().unwrap_or_default();
    if plain != name && names.contains(&plain) {
        return (at, format!("`{name}`"), format!("a variable is a text and has no parts: `{{{plain}}}`"));
    }
    match (name, nearest(name, variables)) {
        ("", _) => (at, "a placeholder without a name".to_owned(), known),
        (_, Some(near)) => (at, format!("unknown variable `{name}`"), format!("did you mean `{near}`? {known}")),
        (_, None) => (at, format!("unknown variable `{name}`"), known),
    }
}

/// The variable that the user may have meant by `name`.
pub fn nearest<'a>(name: &str, variables: &[Variable<'a>]) -> Option<&'a str> {
    let near = variables.iter().map(|(known, _)| (strsim::jaro_winkler(known, name), *known));
    let best = near.filter(|(score, _)| *score > 0.8).max_by(|(a, _), (b, _)| a.total_cmp(b));
    best.map(|(_, known)| known)
}

/// `[[fill]align][0][width][.precision][s]`
struct FormatSpec {
    fill: char,
    align: char,
    width: usize,
    precision: Option<usize>,
}

impl FormatSpec {
    fn parse(text: &str) -> Option<Self> {
        let is_align = |c: char| matches!(c, '<' | '>' | '^');
        let mut chars = text.chars();
        let (first, second) = (chars.next(), chars.next());
        let (fill, align, rest) = match (first, second) {
            (Some(fill), Some(align)) if is_align(align) => (Some(fill), Some(align), chars.as_str()),
            (Some(align), _) if is_align(align) => (None, Some(align), text.get(1..)?),
            _ => (None, None, text),
        };
        let (zero, rest) = rest.strip_prefix('0').map_or((false, rest), |rest| (true, rest));
        let (width, rest) = number(rest)?;
        let (precision, rest) = match rest.strip_prefix('.') {
            None => (None, rest),
            Some(after) => match number(after)? {
                (Some(precision), rest) => (Some(precision), rest),
                (None, _) => return None,
            },
        };
        if !matches!(rest, "" | "s") {
            return None;
        }
        let fill = fill.unwrap_or(if zero { '0' } else { ' ' });
        Some(Self { fill, align: align.unwrap_or('<'), width: width.unwrap_or(0), precision })
    }

    fn apply(&self, value: &str) -> String {
        let text: String = value.chars().take(self.precision.unwrap_or(usize::MAX)).collect();
        let missing = self.width.saturating_sub(text.chars().count());
        let left = match self.align {
            '>' => missing,
            '^' => missing / 2,
            _ => 0,
        };
        let fill = |count: usize| std::iter::repeat_n(self.fill, count);
        fill(left).chain(text.chars()).chain(fill(missing - left)).collect()
    }
}

/// Nobody needs more, and a slip must not fill the memory.
const MAX_WIDTH: usize = 4096;

/// The number at the beginning of `text`, and the rest; `None` when it is too large.
fn number(text: &str) -> Option<(Option<usize>, &str)> {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (digits, rest) = text.split_at(end);
    if digits.is_empty() {
        return Some((None, rest));
    }
    let number: usize = digits.parse().ok()?;
    (number <= MAX_WIDTH).then_some((Some(number), rest))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const VARIABLES: [Variable<'_>; 3] =
        [("PACKIT_PROJECT_BRANCH", "main"), ("PACKIT_PROJECT_COMMIT", "5608069e1a34"), ("X", "é1")];

    #[test]
    fn as_python_formats() {
        for (template, text) in [
            ("", ""),
            ("plain", "plain"),
            ("{PACKIT_PROJECT_BRANCH}", "main"),
            ("dev.{PACKIT_PROJECT_BRANCH}.x", "dev.main.x"),
            ("{PACKIT_PROJECT_COMMIT:.7}", "5608069"),
            ("{PACKIT_PROJECT_BRANCH!s}", "main"),
            ("{PACKIT_PROJECT_BRANCH!s:>6}", "  main"),
            ("{PACKIT_PROJECT_BRANCH:*^7}", "*main**"),
            ("{PACKIT_PROJECT_BRANCH:0>8}", "0000main"),
            ("{PACKIT_PROJECT_BRANCH:08}", "main0000"),
            ("{PACKIT_PROJECT_BRANCH:6.2s}", "ma    "),
            ("{PACKIT_PROJECT_BRANCH:>>6}", ">>main"),
            ("{PACKIT_PROJECT_BRANCH:é<6}", "mainéé"),
            ("{X:.1}", "é"),
            ("{X:3}", "é1 "),
            ("{{{X}}}", "{é1}"),
            ("{{X}}", "{X}"),
            ("%{{?dist}}", "%{?dist}"),
        ] {
            assert_eq!(format("release_suffix", template, &VARIABLES).unwrap(), text, "{template}");
        }
    }

    #[test]
    fn what_cannot_be_formatted() {
        for (template, message, hint) in [
            (
                "a{NOPE}",
                "unknown variable `NOPE` at character 2",
                "there are PACKIT_PROJECT_BRANCH, PACKIT_PROJECT_COMMIT, X",
            ),
            ("é{PACKIT_PROJECT_BRANHC}", "at character 2 of", "did you mean `PACKIT_PROJECT_BRANCH`?"),
            ("{X.upper}", "`X.upper` at character 1", "has no parts: `{X}`"),
            ("{X[0]}", "`X[0]` at character 1", "has no parts"),
            ("{}", "a placeholder without a name at character 1", "there are"),
            ("{0}", "unknown variable `0`", "there are"),
            ("a}", "a single `}` at character 2", "`}}`"),
            ("a{X", "an opened placeholder at character 2", "close the placeholder"),
            ("{X{X}}", "an opened placeholder at character 3", "close the placeholder"),
            ("{X!r}", "the conversion `!r` at character 1", "`!s`"),
            ("{X:d}", "the format `d` at character 4", "width and precision"),
            ("{X:.}", "the format `.` at character 4", "width and precision"),
            ("{X:=5}", "the format `=5` at character 4", "width and precision"),
            ("{X:99999999999}", "the format `99999999999`", "width and precision"),
            ("{ X }", "unknown variable ` X `", "there are"),
        ] {
            let error = format("release_suffix", template, &VARIABLES).unwrap_err();
            assert!(error.message().starts_with("release_suffix: "), "{error}");
            assert!(error.message().contains(message), "{template}: {error}");
            assert!(error.message().ends_with(&format!("of `{template}`")), "{template}: {error}");
            assert!(error.hints()[0].contains(hint), "{template}: {:?}", error.hints());
        }
    }

    proptest! {
        #[test]
        fn any_text_formats_or_is_refused(template in "[{}:!.<>^0-9aX é]{0,24}") {
            let _ = format("k", &template, &VARIABLES);
        }

        #[test]
        fn escaped_braces_come_back(text in "\\PC*") {
            let escaped = text.replace('{', "{{").replace('}', "}}");
            prop_assert_eq!(format("k", &escaped, &[]).unwrap(), text);
        }
    }
}
