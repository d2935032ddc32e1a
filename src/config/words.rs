//! A command line as words, split and quoted as a POSIX shell does it; nothing is expanded.

/// Splits `line` into words as Python's `shlex.split` does: quotes and backslashes count, `#` begins no comment,
/// variables, globs and pipes are plain text.
///
/// # Errors
/// Says what is not closed.
pub(super) fn split(line: &str) -> Result<Vec<String>, &'static str> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        match c {
            ' ' | '\t' | '\r' | '\n' => words.extend(word.take()),
            '\'' => {
                let word = word.get_or_insert_default();
                loop {
                    match chars.next() {
                        Some('\'') => break,
                        Some(c) => word.push(c),
                        None => return Err("a single quote is not closed"),
                    }
                }
            }
            '"' => {
                let word = word.get_or_insert_default();
                loop {
                    match chars.next() {
                        Some('"') => break,
                        Some('\\') => match chars.next() {
                            Some(c @ ('"' | '\\')) => word.push(c),
                            Some(c) => word.extend(['\\', c]),
                            None => return Err("a double quote is not closed"),
                        },
                        Some(c) => word.push(c),
                        None => return Err("a double quote is not closed"),
                    }
                }
            }
            '\\' => match chars.next() {
                Some(c) => word.get_or_insert_default().push(c),
                None => return Err("nothing follows the backslash at the end"),
            },
            c => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    Ok(words)
}

/// `word` as one word of a command line.
pub(super) fn quote(word: &str) -> String {
    let safe = |c: char| c.is_ascii_alphanumeric() || "@%+=:,./-_".contains(c);
    if !word.is_empty() && word.chars().all(safe) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r#"'"'"'"#))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn splits_as_shlex() {
        for (line, want) in [
            ("", &[][..]),
            ("  ", &[]),
            ("make  srpm\n", &["make", "srpm"]),
            ("bash -c 'echo \"$HOME\" | tr a b'", &["bash", "-c", "echo \"$HOME\" | tr a b"]),
            (r#"a"b c"'d e'f"#, &["ab cd ef"]),
            (r#"echo "a\"b\\c\d\$""#, &["echo", r#"a"b\c\d\$"#]),
            (r"a\ b \' '\'", &["a b", "'", r"\"]),
            ("'' \"\"", &["", ""]),
            ("echo # no comment", &["echo", "#", "no", "comment"]),
            ("ls *.x > $Y && z", &["ls", "*.x", ">", "$Y", "&&", "z"]),
            ("a\u{a0}b", &["a\u{a0}b"]),
        ] {
            assert_eq!(split(line).unwrap(), want, "{line}");
        }
        for line in ["'a", "\"a", "a\\", "\"a\\"] {
            split(line).unwrap_err();
        }
    }

    proptest! {
        #[test]
        fn quoted_words_come_back(words in proptest::collection::vec(".*", 0..5)) {
            let line: Vec<String> = words.iter().map(|word| quote(word)).collect();
            prop_assert_eq!(split(&line.join(" ")).unwrap(), words);
        }

        #[test]
        fn any_line_is_read_without_panic(line in "\\PC*") {
            let _ = split(&line);
        }
    }
}
