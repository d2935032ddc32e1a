//! `%if` and its kin, and the expressions that can be answered without rpm.

/// What a logical line means for the lines below it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Directive<'a> {
    /// `%if` with its expression.
    If(&'a str),
    /// `%ifarch`, `%ifnarch`, `%ifos`, `%ifnos` with their lists.
    IfPlatform(&'a str),
    /// `%elif` with its expression.
    Elif(&'a str),
    /// `%elifarch`, `%elifos` with their lists.
    ElifPlatform(&'a str),
    /// `%else`
    Else,
    /// `%endif`
    Endif,
}

impl<'a> Directive<'a> {
    /// The directive that a logical line is, if it is one.
    pub(super) fn parse(text: &'a str) -> Option<Self> {
        let rest = text.trim_start().strip_prefix('%')?;
        let end = rest.find(|c: char| !c.is_ascii_lowercase()).unwrap_or(rest.len());
        let (word, rest) = rest.split_at(end);
        Some(match word {
            "if" => Self::If(rest.trim()),
            "ifarch" | "ifnarch" | "ifos" | "ifnos" => Self::IfPlatform(rest.trim()),
            "elif" => Self::Elif(rest.trim()),
            "elifarch" | "elifos" => Self::ElifPlatform(rest.trim()),
            "else" => Self::Else,
            "endif" => Self::Endif,
            _ => return None,
        })
    }
}

/// The value of an expanded `%if` expression; `None` when it holds more than integers, quoted strings, comparisons,
/// `!`, `&&`, `||` and parentheses.
pub(super) fn evaluate(expanded: &str) -> Option<bool> {
    let mut parser = Parser { rest: expanded, depth: 0 };
    let value = parser.either()?;
    parser.rest.trim().is_empty().then(|| value.is_true())
}

#[derive(Debug, PartialEq, Eq)]
enum Value {
    Number(i64),
    Text(String),
}

impl Value {
    fn is_true(&self) -> bool {
        match self {
            Self::Number(number) => *number != 0,
            Self::Text(text) => !text.is_empty(),
        }
    }
}

struct Parser<'a> {
    rest: &'a str,
    depth: u32,
}

impl Parser<'_> {
    fn take(&mut self, token: &str) -> bool {
        match self.rest.trim_start().strip_prefix(token) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn either(&mut self) -> Option<Value> {
        let mut left = self.both()?;
        while self.take("||") {
            let right = self.both()?;
            left = Value::Number((left.is_true() || right.is_true()).into());
        }
        Some(left)
    }

    fn both(&mut self) -> Option<Value> {
        let mut left = self.comparison()?;
        while self.take("&&") {
            let right = self.comparison()?;
            left = Value::Number((left.is_true() && right.is_true()).into());
        }
        Some(left)
    }

    fn comparison(&mut self) -> Option<Value> {
        let left = self.primary()?;
        for operator in ["==", "!=", "<=", ">=", "<", ">"] {
            if !self.take(operator) {
                continue;
            }
            let order = match (&left, &self.primary()?) {
                (Value::Number(left), Value::Number(right)) => left.cmp(right),
                (Value::Text(left), Value::Text(right)) => left.cmp(right),
                _ => return None,
            };
            let holds = match operator {
                "==" => order.is_eq(),
                "!=" => order.is_ne(),
                "<=" => order.is_le(),
                ">=" => order.is_ge(),
                "<" => order.is_lt(),
                _ => order.is_gt(),
            };
            return Some(Value::Number(holds.into()));
        }
        Some(left)
    }

    fn primary(&mut self) -> Option<Value> {
        self.depth += 1;
        if self.depth > 50 {
            return None;
        }
        let value = if self.take("!") {
            let value = self.primary()?;
            Value::Number((!value.is_true()).into())
        } else if self.take("(") {
            let value = self.either()?;
            self.take(")").then_some(value)?
        } else if self.take("\"") {
            let (text, rest) = self.rest.split_once('"')?;
            let text = text.to_owned();
            self.rest = rest;
            Value::Text(text)
        } else {
            let start = self.rest.trim_start();
            let end = start.find(|c: char| !c.is_ascii_digit()).unwrap_or(start.len());
            let (digits, rest) = start.split_at(end);
            self.rest = rest;
            Value::Number(digits.parse().ok()?)
        };
        self.depth -= 1;
        Some(value)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn reads_directives() {
        for (text, directive) in [
            ("%if 0%{?x:1}", Some(Directive::If("0%{?x:1}"))),
            ("  %if(1)", Some(Directive::If("(1)"))),
            ("%ifarch x86_64", Some(Directive::IfPlatform("x86_64"))),
            ("%elif 1", Some(Directive::Elif("1"))),
            ("%else # not", Some(Directive::Else)),
            ("%endif", Some(Directive::Endif)),
            ("%iffy", None),
            ("#%if 1", None),
            ("%%if 1", None),
        ] {
            assert_eq!(Directive::parse(text), directive, "{text}");
        }
    }

    #[test]
    fn evaluates_what_rpm_evaluates_alike() {
        for (text, value) in [
            ("0", Some(false)),
            ("01", Some(true)),
            ("!0", Some(true)),
            ("1 && !(0 || 0)", Some(true)),
            ("8 >= 9 || 40 < 41", Some(true)),
            ("\"a\" == \"a\"", Some(true)),
            ("\"\"", Some(false)),
            ("1 == \"a\"", None),
            ("v\"1.0\" < v\"2.0\"", None),
            ("1 + 1", None),
            ("%{undefined}", None),
            ("", None),
            ("1 2", None),
        ] {
            assert_eq!(evaluate(text), value, "{text}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(text in "[0-9!()&|<>=\" a-c]{0,200}") {
            let _ = evaluate(&text);
        }
    }
}
