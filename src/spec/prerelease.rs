//! Pre-releases: `2.0.0-rc1` sorts above `2.0.0` for rpm, `2.0.0~rc1` below it.

use std::cell::OnceCell;

use fancy_regex::Regex;

use crate::error::{Error, Kind, Result};

/// What counts as the suffix of a pre-release unless the configuration says otherwise.
pub const DEFAULT_PATTERN: &str = r"([.\-_~^]?)(alpha|beta|rc|pre(view)?)([.\-_]?\d+)?";

/// One of these words is in every version that the default pattern matches.
const DEFAULT_WORDS: [&str; 4] = ["alpha", "beta", "rc", "pre"];

/// The rule that tells a pre-release, and the macro that the spec keeps its suffix in.
#[derive(Debug, Clone)]
pub struct Prerelease {
    pattern: Option<Pattern>,
    macro_name: Option<String>,
}

/// A pattern: the default one, which is compiled only for a version that it may match, or one of the user.
#[derive(Debug, Clone)]
enum Pattern {
    Default(OnceCell<Regex>),
    Given(Regex),
}

impl Pattern {
    fn new(text: &str) -> Result<Self> {
        if text == DEFAULT_PATTERN { Ok(Self::Default(OnceCell::new())) } else { compile(text).map(Self::Given) }
    }

    /// The regular expression, if it may match `version`.
    fn for_version(&self, version: &str) -> Option<&Regex> {
        match self {
            Self::Given(regex) => Some(regex),
            Self::Default(compiled) => {
                let version = version.to_ascii_lowercase();
                if !DEFAULT_WORDS.iter().any(|word| version.contains(word)) {
                    return None;
                }
                if compiled.get().is_none() {
                    let _ = compiled.set(compile(DEFAULT_PATTERN).ok()?);
                }
                compiled.get()
            }
        }
    }
}

impl Prerelease {
    /// The rule of a configuration: `prerelease_suffix_pattern` (a Python regular expression without regard to case,
    /// whose first group is the delimiter before the suffix; `None` or an empty one switches the rule off) and
    /// `prerelease_suffix_macro`.
    ///
    /// # Errors
    /// When the pattern is no regular expression, or has no group.
    pub fn new(pattern: Option<&str>, macro_name: Option<&str>) -> Result<Self> {
        let pattern = match pattern.filter(|pattern| !pattern.is_empty()) {
            None => None,
            Some(pattern) => Some(Pattern::new(pattern)?),
        };
        // Without a pattern nothing tells whether the macro shall be there.
        let macro_name = macro_name.map(|name| name.trim_start_matches('%')).filter(|_| pattern.is_some());
        Ok(Self { macro_name: macro_name.filter(|name| !name.is_empty()).map(str::to_owned), pattern })
    }

    /// The rule that changes nothing.
    pub fn off() -> Self {
        Self { pattern: None, macro_name: None }
    }

    /// The name of the macro that holds the suffix in the spec.
    pub fn macro_name(&self) -> Option<&str> {
        self.macro_name.as_deref()
    }

    /// The version as rpm sorts it: `2.0.0-rc1`, `2.0.0.rc1` and `2.0.0rc1` become `2.0.0~rc1`. Others stay, and so does
    /// what a `^` adds.
    pub fn normalise(&self, version: &str) -> String {
        match self.split(version) {
            Some((base, suffix)) => {
                let end = end_of(suffix, version);
                format!("{base}~{suffix}{}", version.get(end..).unwrap_or_default())
            }
            None => version.to_owned(),
        }
    }

    /// The version's base and the suffix of its pre-release, without the delimiter between them; `None` when the version
    /// is no pre-release.
    pub fn split<'a>(&self, version: &'a str) -> Option<(&'a str, &'a str)> {
        // A `version_suffix` such as `^20261120.main` stands behind the suffix.
        self.split_whole(version).or_else(|| self.split_whole(version.split_once('^')?.0))
    }

    fn split_whole<'a>(&self, version: &'a str) -> Option<(&'a str, &'a str)> {
        // A pattern that gives up on a version (too much backtracking) does not match it.
        let captures = self.pattern.as_ref()?.for_version(version)?.captures(version).ok()??;
        let delimiter = captures.get(1)?;
        let (base, suffix) = (version.get(..delimiter.start())?, version.get(delimiter.end()..)?);
        (!base.is_empty() && !suffix.is_empty()).then_some((base, suffix))
    }
}

/// Where in `version` its pre-release suffix ends: at the end, or before what a `^` adds.
fn end_of(suffix: &str, version: &str) -> usize {
    if version.ends_with(suffix) { version.len() } else { version.find('^').unwrap_or(version.len()) }
}

fn compile(pattern: &str) -> Result<Regex> {
    let invalid = |cause: String| {
        Error::new(Kind::Config, "`prerelease_suffix_pattern` is not a valid regular expression").cause(cause)
    };
    let regex = Regex::new(&format!("(?i)^.*?{pattern}$")).map_err(|error| invalid(error.to_string()))?;
    if regex.captures_len() < 2 {
        return Err(invalid(format!("`{pattern}` has no group"))
            .hint("put the delimiter before the suffix into the first group, such as `([.-]?)(rc)(\\d+)?`"));
    }
    Ok(regex)
}

#[cfg(test)]
mod tests {
    use std::cmp::Ordering;

    use super::*;

    fn default() -> Prerelease {
        Prerelease::new(Some(DEFAULT_PATTERN), None).unwrap()
    }

    #[test]
    fn normalises() {
        for (version, normal) in [
            ("2.0.0-rc1", "2.0.0~rc1"),
            ("2.0.0.rc1", "2.0.0~rc1"),
            ("2.0.0rc1", "2.0.0~rc1"),
            ("2.0.0~rc1", "2.0.0~rc1"),
            ("2.0.0_RC.1", "2.0.0~RC.1"),
            ("2.0.0-beta", "2.0.0~beta"),
            ("2.0.0-preview.2", "2.0.0~preview.2"),
            ("1.1.0.rc.1", "1.1.0~rc.1"),
            ("2.0.0", "2.0.0"),
            ("1.1.0b1", "1.1.0b1"),
            ("2.0.0^rc1", "2.0.0~rc1"),
            ("2.0.0-rc1^20261120.main.1.gabc", "2.0.0~rc1^20261120.main.1.gabc"),
            ("2.0.0^20261120.main.1.gabc", "2.0.0^20261120.main.1.gabc"),
            ("2.0.0-rc1.dev", "2.0.0-rc1.dev"),
            ("rc1", "rc1"),
            ("", ""),
        ] {
            assert_eq!(default().normalise(version), normal, "{version}");
        }
    }

    #[test]
    fn a_prerelease_sorts_below_its_release() {
        // The Python packit gives 2.0.0.rc1 for the tag 2.0.0-rc1 here, which rpm takes for newer than 2.0.0.
        for version in ["2.0.0-rc1", "2.0.0.rc1", "2.0.0-alpha.3"] {
            assert_eq!(crate::evr::compare(&default().normalise(version), "2.0.0"), Ordering::Less);
        }
    }

    #[test]
    fn no_pattern_switches_it_off() {
        for pattern in [None, Some("")] {
            let off = Prerelease::new(pattern, Some("prerel")).unwrap();
            assert_eq!(off.normalise("2.0.0-rc1"), "2.0.0-rc1");
            assert_eq!(off.macro_name(), None);
        }
    }

    #[test]
    fn patterns_are_those_of_python() {
        let own = Prerelease::new(Some(r"([.-]?)(?<!x)(dev)(\d+)"), Some("%prerel")).unwrap();
        assert_eq!(own.normalise("1.0.DEV3"), "1.0~DEV3");
        assert_eq!(own.macro_name(), Some("prerel"));
    }

    #[test]
    fn a_bad_pattern_names_the_key() {
        for pattern in ["(", "rc"] {
            let error = Prerelease::new(Some(pattern), None).unwrap_err();
            assert_eq!(error.kind(), Kind::Config);
            assert!(error.message().contains("prerelease_suffix_pattern"), "{error}");
        }
    }
}
