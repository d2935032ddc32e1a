//! Notices when a version still holds something of its tag that is no version: a `v`, the name of the package, a word.

use crate::error::Finding;
use crate::project::tag_rules::{Fit, TagTemplate, sanitise_version};

/// Words of four letters and more that belong to versions.
const VERSION_WORDS: [&str; 9] =
    ["alpha", "beta", "preview", "prerelease", "post", "patch", "final", "hotfix", "milestone"];

/// A warning where `version`, made from `tag`, holds more than a version, with the template that would mend it.
pub fn remains(tag: &str, version: &str, package: Option<&str>) -> Option<Finding> {
    let rest = remains_of(version, package)?;
    let found = Finding::warning(format!("the version {version} still holds `{rest}` of the tag `{tag}`"));
    Some(match template_for(tag, package) {
        Some(template) => found.hint(format!("write `upstream_tag_template: \"{template}\"` into the configuration")),
        None => {
            let pattern = fancy_regex::escape(tag).replace('\\', "\\\\");
            found.hint(format!(
                "if this tag is no release, leave it out: `upstream_tag_exclude: \"{pattern}\"` in the configuration"
            ))
        }
    })
}

fn remains_of(version: &str, package: Option<&str>) -> Option<String> {
    if let Some(package) = package.map(sanitise_version).filter(|name| name.contains(char::is_alphabetic))
        && find_ignoring_case(version, &package).is_some()
    {
        return Some(package);
    }
    let leading: String = version.chars().take_while(|c| !c.is_ascii_digit()).collect();
    if !leading.is_empty() {
        return Some(leading.trim_end_matches('.').to_owned()).filter(|rest| !rest.is_empty()).or(Some(leading));
    }
    let word = |part: &&str| {
        part.len() >= 4
            && part.chars().all(char::is_alphabetic)
            && !VERSION_WORDS.contains(&part.to_ascii_lowercase().as_str())
    };
    version.split(|c: char| !c.is_alphanumeric()).find(word).map(str::to_owned)
}

/// The template by which `tag` gives a version that begins with a digit and ends with none of its words.
fn template_for(tag: &str, package: Option<&str>) -> Option<String> {
    let name = package.filter(|name| !name.is_empty());
    let name = name.and_then(|name| find_ignoring_case(tag, name).map(|at| at + name.len())).unwrap_or(0);
    let start = name + tag.get(name..)?.find(|c: char| c.is_ascii_digit())?;
    let (before, rest) = tag.split_at(start);
    let end = match rest.rfind(['-', '_', '.', '/']) {
        Some(at) if remains_of(&rest[at + 1..], None).is_some_and(|word| rest[at + 1..] == word) => at,
        _ => rest.len(),
    };
    let template = format!("{before}{{version}}{}", &rest[end..]);
    match TagTemplate::new(&template, None).ok()?.fit(tag) {
        Fit::Version(version) if version != tag && remains_of(&version, package).is_none() => Some(template),
        _ => None,
    }
}

/// Where `part` begins in `text`, ASCII letters of both cases being the same.
fn find_ignoring_case(text: &str, part: &str) -> Option<usize> {
    text.to_ascii_lowercase().find(&part.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_of_a_tag_and_how_to_mend_it() {
        for (tag, version, package, rest, template) in [
            ("v2.3.0", "v2.3.0", "convert2rhel", "v", "v{version}"),
            ("virt-who-1.31.28-1", "virt.who.1.31.28.1", "virt-who", "virt.who", "virt-who-{version}"),
            ("virt-who-1.31.28-1", "virt.who.1.31.28.1", "other", "virt.who", "virt-who-{version}"),
            ("daemon-0.2", "daemon.0.2", "mydaemon", "daemon", "daemon-{version}"),
            ("389-ds-base-1.4", "389.ds.base.1.4", "389-ds-base", "389.ds.base", "389-ds-base-{version}"),
            ("libfoo2-v1.0", "libfoo2.v1.0", "libfoo2", "libfoo2", "libfoo2-v{version}"),
            ("Foo-1.0", "Foo.1.0", "foo", "foo", "Foo-{version}"),
            ("release/2.0", "release2.0", "foo", "release", "release/{version}"),
            ("1.2-release", "1.2.release", "foo", "release", "{version}-release"),
            ("r3.74", "r3.74", "foo", "r", "r{version}"),
        ] {
            let found = remains(tag, version, Some(package)).unwrap_or_else(|| panic!("{tag}"));
            assert_eq!(found.message, format!("the version {version} still holds `{rest}` of the tag `{tag}`"));
            assert_eq!(found.hints, [format!("write `upstream_tag_template: \"{template}\"` into the configuration")]);
        }
    }

    #[test]
    fn a_tag_that_is_no_release() {
        let found = remains("snapshot", "snapshot", Some("foo")).unwrap();
        assert!(found.hints[0].contains("`upstream_tag_exclude: \"snapshot\"`"), "{:?}", found.hints);
        let found = remains("last.build", "last.build", None).unwrap();
        assert!(found.hints[0].contains(r#""last\\.build""#), "{:?}", found.hints);
    }

    #[test]
    fn versions_that_are_fine() {
        for (tag, version, package) in [
            ("v1.0", "1.0", "foo"),
            ("1.0-rc1", "1.0~rc1", "foo"),
            ("1.0-beta2", "1.0~beta2", "foo"),
            ("1.0-alpha", "1.0~alpha", "foo"),
            ("1.0.Final", "1.0.Final", "foo"),
            ("2.0+git1abcdef0", "2.0+git1abcdef0", "foo"),
            ("1.0p1", "1.0p1", "foo"),
            ("2024a", "2024a", "foo"),
            ("7", "7", "7"),
        ] {
            assert_eq!(remains(tag, version, Some(package)), None, "{tag}");
        }
    }
}
