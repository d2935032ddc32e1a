//! Which tags count and which version each one names: `upstream_tag_template`, `upstream_tag_include`,
//! `upstream_tag_exclude`.

use fancy_regex::Regex;

use crate::config::compile_pattern;
use crate::error::{Error, Kind, Result};

const VERSION: &str = "{version}";
const PACKAGE: &str = "{upstream_package_name}";

/// Characters that the Python packit deletes from a version.
const DELETED: &str = r##"!@#$%&*()={[}]|\'":;<,>/?`"##;

/// `upstream_tag_template`: how the project spells the tag of a version.
#[derive(Debug)]
pub struct TagTemplate {
    text: String,
    /// Matches a tag with the name of the package in its place.
    named: Option<Regex>,
    /// Matches a tag with any text in place of the name.
    any: Regex,
    /// What stands right before `{version}`.
    before: Before,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Before {
    Nothing,
    Letter,
    Other,
}

/// How a tag fits a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fit {
    /// It does, and this stands in place of `{version}`.
    Version(String),
    /// It does, but what stands in place of `{upstream_package_name}` is not the name of this package.
    OtherName(String),
    /// It does not.
    No(&'static str),
}

impl TagTemplate {
    /// Reads the template. `{version}` is the version, `{upstream_package_name}` the name of the package; all else
    /// stands for itself, from the first character of a tag to its last. Placeholders take as much as they can, the
    /// first one first (as in the Python packit).
    ///
    /// # Errors
    ///
    /// The template has no `{version}`, or more than one, or another placeholder.
    pub fn new(text: &str, package: Option<&str>) -> Result<Self> {
        let refused = |message: String| {
            Error::new(Kind::Config, format!("upstream_tag_template: {message}"))
                .hint("write how a tag of the project is spelt, for example `upstream_tag_template: \"v{version}\"`")
        };
        if text.matches(VERSION).count() != 1 || text.matches(PACKAGE).count() > 1 {
            return Err(refused(format!("`{text}` must have the placeholder {{version}} once")));
        }
        let bare = text.replace(VERSION, "").replace(PACKAGE, "");
        if let Some((_, rest)) = bare.split_once('{')
            && let Some((name, _)) = rest.split_once('}')
        {
            let known = "there are {version} and {upstream_package_name}";
            return Err(refused(format!("`{{{name}}}` is not a known placeholder; {known}")));
        }
        let pattern = |package: &str| {
            let escaped = fancy_regex::escape(text).into_owned();
            let placeholder = |name: &str| fancy_regex::escape(name).into_owned();
            let pattern =
                escaped.replace(&placeholder(VERSION), "(?P<version>.*)").replace(&placeholder(PACKAGE), package);
            Regex::new(&format!(r"\A{pattern}\z")).map_err(|error| refused(format!("`{text}` cannot be used: {error}")))
        };
        let package = package.filter(|name| !name.is_empty() && text.contains(PACKAGE));
        let named = package.map(|name| pattern(&fancy_regex::escape(name))).transpose()?;
        let before = text.split(VERSION).next().unwrap_or_default();
        let before = match before.chars().last() {
            None => Before::Nothing,
            Some(last) if last.is_alphabetic() => Before::Letter,
            Some(_) => Before::Other,
        };
        Ok(Self { text: text.to_owned(), named, any: pattern(".*")?, before })
    }

    /// The template as the user wrote it.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// How the tag of a version of `package` is called.
    pub fn tag_of(&self, version: &str, package: &str) -> String {
        self.text.replace(PACKAGE, package).replace(VERSION, version)
    }

    /// What `tag` says by this template.
    pub fn fit(&self, tag: &str) -> Fit {
        let version = |regex: &Regex| {
            let groups = regex.captures(tag).ok().flatten()?;
            groups.name("version").map(|group| group.as_str().to_owned())
        };
        let (version, own) = match self.named.as_ref().map(version) {
            Some(Some(named)) => (Some(named), true),
            named => (version(&self.any), named.is_none()),
        };
        match version {
            None => Fit::No("it does not fit the template"),
            Some(version) if version.is_empty() => Fit::No("nothing is left for the version"),
            Some(version) if self.before == Before::Letter && version.starts_with(char::is_alphabetic) => {
                Fit::No("the text before {version} is only the beginning of a word in it")
            }
            // `python-copr-{version}` on `python-copr-common-1.2`.
            Some(version) if self.before != Before::Nothing && begins_with_a_name(&version) => {
                Fit::No("a longer name stands before its version")
            }
            Some(version) if own => Fit::Version(version),
            Some(version) => Fit::OtherName(version),
        }
    }
}

fn begins_with_a_name(version: &str) -> bool {
    let after = version.trim_start_matches(char::is_alphabetic);
    after.len() < version.len() && after.starts_with(['-', '_', '/'])
}

/// `upstream_tag_include` and `upstream_tag_exclude`.
#[derive(Debug, Default)]
pub struct TagFilter {
    include: Option<Regex>,
    exclude: Option<Regex>,
}

impl TagFilter {
    /// Reads the two regular expressions. They are Python's, matched at the beginning of a tag and open at its end.
    ///
    /// # Errors
    ///
    /// One of them is no regular expression; the message names its key.
    pub fn new(include: Option<&str>, exclude: Option<&str>) -> Result<Self> {
        let read = |key: &str, pattern: Option<&str>| {
            let Some(pattern) = pattern.filter(|pattern| !pattern.is_empty()) else { return Ok(None) };
            compile_pattern(pattern).map(Some).map_err(|(cause, _)| {
                Error::new(Kind::Config, format!("{key}: `{pattern}` is not a regular expression")).cause(cause).hint(
                    "it is matched from the beginning of a tag; `.`, `+`, `*`, `?`, `(`, `[` and `\\` have a meaning",
                )
            })
        };
        Ok(Self { include: read("upstream_tag_include", include)?, exclude: read("upstream_tag_exclude", exclude)? })
    }

    /// `None` when `tag` counts, else the key that takes it out.
    ///
    /// # Errors
    ///
    /// Matching gave up: the expression takes exponential time on this tag.
    pub fn refused(&self, tag: &str) -> Result<Option<&'static str>> {
        if let Some(include) = &self.include
            && !matches_start("upstream_tag_include", include, tag)?
        {
            return Ok(Some("upstream_tag_include"));
        }
        match &self.exclude {
            Some(exclude) if matches_start("upstream_tag_exclude", exclude, tag)? => Ok(Some("upstream_tag_exclude")),
            _ => Ok(None),
        }
    }
}

/// The leftmost match stands at the beginning exactly where Python's `re.match` finds one.
fn matches_start(key: &str, regex: &Regex, tag: &str) -> Result<bool> {
    let found = regex.find(tag).map_err(|error| {
        Error::new(Kind::Config, format!("{key}: `{}` takes too long on the tag `{tag}`", regex.as_str()))
            .cause(error)
            .hint("write it without a repetition inside a repetition")
    })?;
    Ok(found.is_some_and(|found| found.start() == 0))
}

/// Takes out of a version what an rpm version cannot hold, exactly as the Python packit does; `-` becomes `.`.
pub fn sanitise_version(text: &str) -> String {
    text.chars().filter(|c| !DELETED.contains(*c)).map(|c| if c == '-' { '.' } else { c }).collect()
}

/// Why rpm refuses `text` as a version or release; `None` when it does not.
pub fn refused_by_rpm(text: &str) -> Option<String> {
    if text.is_empty() {
        return Some("it is empty".to_owned());
    }
    if !text.contains(|c: char| c.is_ascii_alphanumeric()) {
        return Some("it has neither a letter nor a digit".to_owned());
    }
    if text.contains("..") {
        return Some("it has two periods in a row".to_owned());
    }
    let wrong = text.chars().find(|c| !(c.is_ascii_alphanumeric() || "._+~^".contains(*c)))?;
    Some(if wrong == ' ' { "it has a blank".to_owned() } else { format!("it has the character `{wrong}`") })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn fit(template: &str, tag: &str) -> Option<String> {
        match TagTemplate::new(template, None).unwrap().fit(tag) {
            Fit::Version(version) => Some(version),
            _ => None,
        }
    }

    #[test]
    fn templates() {
        for (template, tag, version) in [
            ("{version}", "1.0.0", Some("1.0.0")),
            ("{version}", "v7", Some("v7")),
            ("v{version}", "v1.0-extra", Some("1.0-extra")),
            ("v{version}", "1.0", None),
            ("{version}-rel", "1.0-rel", Some("1.0")),
            ("{upstream_package_name}-{version}", "hel-lo-2.5-1", Some("1")),
            ("{upstream_package_name}-{version}", "hello", None),
            ("subscription-manager-{version}-1", "subscription-manager-1.30-1", Some("1.30")),
            ("r{version}-1", "r3.74-1", Some("3.74")),
            ("go{version}", "go1.22rc1", Some("1.22rc1")),
            ("release/{version}", "release/2.0", Some("2.0")),
            ("release-{version}", "release-v2.0", Some("v2.0")),
            // Where the Python packit takes the template for an open regular expression, ours is literal and closed.
            ("{version}-rel", "1.0-rel-x", None),
            ("rel.{version}", "rel-3", None),
            ("v{version}", "version2", None),
            ("v{version}", "v", None),
            ("python-copr-{version}", "python-copr-common-1.2", None),
            ("python-copr-{version}", "python-copr-rc1-2", Some("rc1-2")),
            ("{version}", "python-copr-common-1.2", Some("python-copr-common-1.2")),
        ] {
            assert_eq!(fit(template, tag).as_deref(), version, "{template} on {tag}");
        }
    }

    #[test]
    fn the_name_of_the_package_in_the_template() {
        let template = TagTemplate::new("{upstream_package_name}-{version}", Some("hel-lo")).unwrap();
        assert_eq!(template.fit("hel-lo-2.5-1"), Fit::Version("2.5-1".to_owned()));
        assert_eq!(template.fit("hel-lo-cli-2.5"), Fit::No("a longer name stands before its version"));
        assert_eq!(template.fit("other-2.5"), Fit::OtherName("2.5".to_owned()));
        // A name is text, not an expression.
        let template = TagTemplate::new("{upstream_package_name}-{version}", Some("g++")).unwrap();
        assert_eq!(template.fit("g++-13"), Fit::Version("13".to_owned()));
    }

    #[test]
    fn templates_that_cannot_be() {
        for (template, expected) in [
            ("nothing", "must have the placeholder {version} once"),
            ("b2901", "must have the placeholder {version} once"),
            ("", "must have the placeholder {version} once"),
            ("{version}{version}", "must have the placeholder {version} once"),
            (
                "{name}-{version}",
                "`{name}` is not a known placeholder; there are {version} and {upstream_package_name}",
            ),
        ] {
            let error = TagTemplate::new(template, None).unwrap_err();
            assert!(error.message().starts_with("upstream_tag_template: "), "{error}");
            assert!(error.message().contains(expected), "{error}");
            assert_eq!(error.kind(), Kind::Config);
        }
    }

    #[test]
    fn include_and_exclude_match_as_python_does() {
        for (include, exclude, tag, refused) in [
            (None, None, "1.0", None),
            (Some(""), Some(""), "1.0", None),
            (Some(r"v\d+"), None, "v1.0", None),
            (Some(r"v\d+"), None, "xv1.0", Some("upstream_tag_include")),
            (Some("a|b"), None, "xb", Some("upstream_tag_include")),
            (Some("^python-copr-.*"), None, "python-copr-1.0", None),
            (None, Some(".*rc"), "1.0rc1", Some("upstream_tag_exclude")),
            (None, Some("rc"), "1.0rc1", None),
            (Some(r"\d+\.\d+\Z"), None, "1.0", None),
            (Some(r"\d+\.\d+\Z"), None, "1.0rc1", Some("upstream_tag_include")),
            (Some(r"(?P<a>\d)\.(?P=a)"), None, "1.1", None),
            (Some(r"(?P<a>\d)\.(?P=a)"), None, "1.2", Some("upstream_tag_include")),
            (Some(r"v(?!.*-rc)"), None, "v1.0-rc1", Some("upstream_tag_include")),
            (Some(r"(?<!x)v"), None, "v1", None),
            (Some("(?i)V1"), None, "v1", None),
            (Some("(?x) v1 # the first"), None, "v1", None),
            (Some(r"v1{,2}\Z"), None, "v11", None),
            (Some(r"v1{,2}\Z"), None, "v111", Some("upstream_tag_include")),
            (Some("[[]v"), None, "[v", None),
            (Some("[]v]+1"), None, "]v1", None),
            (Some("[^]v]1"), None, "x1", None),
            (Some(r"[\]a&&~~]+1"), None, "&]~1", None),
        ] {
            let filter = TagFilter::new(include, exclude).unwrap();
            assert_eq!(filter.refused(tag).unwrap(), refused, "{include:?} {exclude:?} on {tag}");
        }
    }

    #[test]
    fn a_bad_expression_names_its_key() {
        for (include, exclude, key) in
            [(Some("v("), None, "upstream_tag_include"), (None, Some("*"), "upstream_tag_exclude")]
        {
            let error = TagFilter::new(include, exclude).unwrap_err();
            assert!(error.message().starts_with(key), "{error}");
            assert!(error.message().contains("is not a regular expression") && !error.causes().is_empty());
        }
        let filter = TagFilter::new(Some(r"(a|a)*(?=b)c"), None).unwrap();
        let error = filter.refused(&"a".repeat(60)).unwrap_err();
        assert!(error.message().contains("takes too long on the tag"), "{error}");
    }

    #[test]
    fn versions_as_the_python_packit_cleans_them() {
        for (text, clean) in [
            ("v1.0-rc1", "v1.0.rc1"),
            ("rel/2.0-rc1", "rel2.0.rc1"),
            ("feature/foo-bar_1.2", "featurefoo.bar_1.2"),
            ("1.0+git.abc", "1.0+git.abc"),
            ("1.0~rc1", "1.0~rc1"),
            ("1.0^post", "1.0^post"),
            ("PR#12", "PR12"),
            ("1:2.0", "12.0"),
            ("(HEAD)", "HEAD"),
            ("a b", "a b"),
            ("é1", "é1"),
            (r##"!@#$%&*()={[}]|\'":;<,>/?`"##, ""),
        ] {
            assert_eq!(sanitise_version(text), clean);
        }
    }

    #[test]
    fn what_rpm_refuses() {
        for text in ["1.0", "1.0~rc1^git_2+3", ".1."] {
            assert_eq!(refused_by_rpm(text), None, "{text}");
        }
        for (text, why) in [
            ("", "it is empty"),
            ("1..0", "it has two periods in a row"),
            ("1 0", "it has a blank"),
            ("é1", "it has the character `é`"),
            ("1-0", "it has the character `-`"),
        ] {
            assert_eq!(refused_by_rpm(text).as_deref(), Some(why));
        }
    }

    proptest! {
        #[test]
        fn a_template_finds_the_version_it_was_filled_with(
            before in "[a-z.*+(/-]{0,6}", version in "[0-9][0-9a-z.-]{0,8}", after in "([-.][a-z0-9]{1,4})?",
        ) {
            let template = TagTemplate::new(&format!("{before}{{version}}{after}"), None).unwrap();
            prop_assert_eq!(template.fit(&format!("{before}{version}{after}")), Fit::Version(version));
        }

        #[test]
        fn no_template_and_no_expression_is_too_strange(text in "[\\[\\](){}^&~|*+?.a-c{version}\\\\-]{0,20}", tag in "[a-c1.-]{0,10}") {
            if let Ok(template) = TagTemplate::new(&text, Some(&tag)) {
                let _ = template.fit(&tag);
            }
            if let Ok(filter) = TagFilter::new(Some(&text), None) {
                let _ = filter.refused(&tag);
            }
        }
    }
}
