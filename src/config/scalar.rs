//! What a plain (unquoted) scalar means in YAML 1.1, as PyYAML's safe loader decides it.

/// The meaning of a plain scalar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Plain {
    Null,
    Bool(bool),
    Integer,
    Float,
    Text,
}

/// Decides what the plain scalar `text` is.
///
/// Dates are text: nothing in a packit config is a date, and the Python packit crashes on one.
pub(super) fn resolve(text: &str) -> Plain {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Plain::Null,
        _ => match boolean(text) {
            Some(value) => Plain::Bool(value),
            None if is_integer(text) => Plain::Integer,
            None if is_float(text) => Plain::Float,
            None => Plain::Text,
        },
    }
}

/// The booleans of YAML 1.1 in the three casings that PyYAML knows; single letters are text.
pub(super) fn boolean(text: &str) -> Option<bool> {
    match text {
        "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => Some(true),
        "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => Some(false),
        _ => None,
    }
}

/// The value of an integer that [`resolve`] knows as one; `None` when it does not fit.
pub(super) fn integer(text: &str) -> Option<i64> {
    let plain = text.replace('_', "");
    let (sign, digits) = match plain.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, plain.strip_prefix('+').unwrap_or(&plain)),
    };
    let value = if let Some(binary) = digits.strip_prefix("0b") {
        i64::from_str_radix(binary, 2).ok()?
    } else if let Some(hex) = digits.strip_prefix("0x") {
        i64::from_str_radix(hex, 16).ok()?
    } else if digits.len() > 1 && digits.starts_with('0') {
        i64::from_str_radix(digits, 8).ok()?
    } else {
        digits.split(':').try_fold(0_i64, |sum, part| sum.checked_mul(60)?.checked_add(part.parse().ok()?))?
    };
    Some(sign * value)
}

fn unsigned(text: &str) -> &str {
    text.strip_prefix(['-', '+']).unwrap_or(text)
}

fn all(text: &str, allowed: impl Fn(u8) -> bool) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte == b'_' || allowed(byte))
}

fn digits(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit()) && all(text, |byte| byte.is_ascii_digit())
}

/// `:MM` groups of a number in base 60.
fn sixties(text: &str) -> bool {
    text.split(':').all(|part| {
        matches!(part.len(), 1 | 2)
            && part.bytes().all(|byte| byte.is_ascii_digit())
            && (part.len() == 1 || part.as_bytes().first().is_some_and(|byte| *byte <= b'5'))
    })
}

fn is_integer(text: &str) -> bool {
    let text = unsigned(text);
    if let Some(binary) = text.strip_prefix("0b") {
        return all(binary, |byte| matches!(byte, b'0' | b'1'));
    }
    if let Some(hex) = text.strip_prefix("0x") {
        return all(hex, |byte| byte.is_ascii_hexdigit());
    }
    if let Some(octal) = text.strip_prefix('0') {
        return octal.is_empty() || all(octal, |byte| matches!(byte, b'0'..=b'7'));
    }
    match text.split_once(':') {
        Some((head, tail)) => digits(head) && sixties(tail),
        None => digits(text),
    }
}

fn is_float(text: &str) -> bool {
    let body = unsigned(text);
    if matches!(body, ".inf" | ".Inf" | ".INF") || matches!(text, ".nan" | ".NaN" | ".NAN") {
        return true;
    }
    let Some((whole, rest)) = body.split_once('.') else { return false };
    if whole.is_empty() {
        // Python's rule has no sign here: `-.5` is text.
        return body.len() == text.len() && digits(mantissa(rest).unwrap_or(""));
    }
    if let Some((head, tail)) = whole.split_once(':') {
        return digits(head) && sixties(tail) && (rest.is_empty() || all(rest, |byte| byte.is_ascii_digit()));
    }
    digits(whole) && mantissa(rest).is_some_and(|part| part.is_empty() || all(part, |byte| byte.is_ascii_digit()))
}

/// What stands before the exponent; `None` when the exponent is not one (it must have a sign).
fn mantissa(text: &str) -> Option<&str> {
    let Some((before, exponent)) = text.split_once(['e', 'E']) else { return Some(text) };
    let power = exponent.strip_prefix(['-', '+'])?;
    (!power.is_empty() && power.bytes().all(|byte| byte.is_ascii_digit())).then_some(before)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resolves_as_pyyaml() {
        let table: &[(Plain, &[&str])] = &[
            (Plain::Null, &["", "~", "null", "Null", "NULL"]),
            (Plain::Bool(true), &["yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"]),
            (Plain::Bool(false), &["no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"]),
            (
                Plain::Integer,
                &[
                    "0",
                    "1",
                    "-1",
                    "+12",
                    "010",
                    "0o17"[..1].trim(),
                    "1_000",
                    "0x1F",
                    "0b101",
                    "1:30",
                    "190:20:30",
                    "00",
                ],
            ),
            (Plain::Float, &["1.10", "1.", "-3.5", ".5", "1.5e+3", "1_0.5_0", ".inf", "-.Inf", ".NaN", "1:30.5"]),
            (
                Plain::Text,
                &[
                    "y",
                    "n",
                    "Y",
                    "tRUE",
                    "nULL",
                    "0o17",
                    "08",
                    "1e5",
                    "1.5e3",
                    "-.5",
                    "1.2.3",
                    "2020-01-01",
                    "1:60",
                    "0b12",
                    "0x",
                    "-",
                    "+",
                    ".",
                    "v1",
                    "1-2",
                    "=",
                    "<<",
                    "_1",
                    "+.nan",
                    "1:2:x",
                ],
            ),
        ];
        for (want, texts) in table {
            for text in *texts {
                assert_eq!(resolve(text), *want, "{text:?}");
            }
        }
    }

    #[test]
    fn reads_integers_as_pyyaml() {
        for (text, want) in [
            ("0", Some(0)),
            ("010", Some(8)),
            ("1_000", Some(1000)),
            ("-0x1F", Some(-31)),
            ("0b101", Some(5)),
            ("1:30", Some(90)),
            ("99999999999999999999", None),
        ] {
            assert_eq!(integer(text), want, "{text}");
        }
    }
}
