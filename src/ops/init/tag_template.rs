//! How a project spells its tags, guessed from those that it has.

use std::collections::HashMap;

use crate::git::Tag;
use crate::project::tag_rules::{Fit, TagTemplate, sanitise_version};

/// So many of the newest tags are looked at: projects change their ways.
const LOOKED_AT: usize = 20;

/// How the tags of a package are spelt.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Spelling {
    /// `upstream_tag_template`, where there is something to say.
    pub(super) template: Option<String>,
    /// `upstream_tag_include`: which tags count, where others fit the template too.
    pub(super) include: Option<String>,
    /// Whether no tag is the package's: the template is made after that of another package.
    pub(super) is_guessed: bool,
}

/// How the tags of the package `name` are spelt, in a repository that also has the packages `others`: as those that bear its name
/// (`core-1.0`, `core/v1.0`), else as those that bear no other's.
pub(super) fn of_package(tags: &[Tag], name: &str, others: &[&str]) -> Spelling {
    let owner = |tag: &Tag| {
        let prefix = prefix(&tag.name)?;
        let names = others.iter().copied().chain([name]).filter(|name| stands_in(prefix, name));
        names.max_by_key(|name| name.len())
    };
    let of_owner = |wanted: Option<&str>| of(tags.iter().filter(|tag| owner(tag) == wanted));
    if let Some(template) = of_owner(Some(name)).or_else(|| of_owner(None)) {
        return Spelling { include: include(tags, &template), template: Some(template), is_guessed: false };
    }
    let newest = tags.iter().filter(|tag| owner(tag).is_some()).max_by_key(|tag| (tag.created, &tag.name));
    let other = newest.and_then(owner);
    let Some((other, template)) = other.and_then(|other| Some((other, of_owner(Some(other))?))) else {
        return Spelling { template: None, include: include(tags, "{version}"), is_guessed: false };
    };
    let template = template.replacen(other, name, 1);
    // The others' tags would be an error; with none that counts, the version comes from the spec file.
    let include = template.split("{version}").next().map(|before| format!("{}\\d", fancy_regex::escape(before)));
    Spelling { template: Some(template), include, is_guessed: true }
}

/// Whether a name stands in a text as a word of its own.
fn stands_in(text: &str, name: &str) -> bool {
    let is_edge = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric());
    let mut places = text.match_indices(name).filter(|_| !name.is_empty());
    places.any(|(at, _)| is_edge(text[..at].chars().next_back()) && is_edge(text[at + name.len()..].chars().next()))
}

/// The version that the newest tag of a template says.
pub(super) fn newest_version(tags: &[Tag], template: &str) -> Option<String> {
    let reads = TagTemplate::new(template, None).ok()?;
    let mut tags: Vec<&Tag> = tags.iter().collect();
    tags.sort_by_key(|tag| std::cmp::Reverse((tag.created, &tag.name)));
    tags.into_iter().find_map(|tag| match reads.fit(&tag.name) {
        Fit::Version(version) if version.starts_with(|c: char| c.is_ascii_digit()) => Some(version),
        _ => None,
    })
}

/// The newest tag whose version has no period, but numbers with `_` or `-` between them: the tag, and that version as rpm has it.
pub(super) fn unlike_a_version<'t>(tags: &'t [Tag], template: &str) -> Option<(&'t str, String)> {
    let reads = TagTemplate::new(template, None).ok()?;
    let newest = tags.iter().filter(|tag| matches!(reads.fit(&tag.name), Fit::Version(_)));
    let tag = newest.max_by_key(|tag| (tag.created, &tag.name))?;
    let Fit::Version(version) = reads.fit(&tag.name) else { return None };
    let is_number = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_digit());
    let mut parts = version.split(['_', '-']);
    (parts.clone().count() > 1 && parts.all(is_number)).then(|| (tag.name.as_str(), sanitise_version(&version)))
}

/// The template that most of the newest tags fit, of equals that of the newer one. `None` where no tag has a version.
pub(super) fn of<'t>(tags: impl IntoIterator<Item = &'t Tag>) -> Option<String> {
    let mut tags: Vec<&Tag> = tags.into_iter().collect();
    tags.sort_by_key(|tag| std::cmp::Reverse((tag.created, &tag.name)));
    let prefixes: Vec<&str> = tags.iter().take(LOOKED_AT).filter_map(|tag| prefix(&tag.name)).collect();
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for prefix in &prefixes {
        *counts.entry(prefix).or_default() += 1;
    }
    let best = counts.values().max().copied()?;
    let prefix = prefixes.iter().find(|prefix| counts.get(*prefix) == Some(&best))?;
    let template = format!("{prefix}{{version}}");
    let reads = TagTemplate::new(&template, None).ok()?;
    tags.iter().any(|tag| matches!(reads.fit(&tag.name), Fit::Version(_))).then_some(template)
}

/// The expression for tags that count, where others fit the template too: `nightly` fits `{version}`.
pub(super) fn include(tags: &[Tag], template: &str) -> Option<String> {
    let reads = TagTemplate::new(template, None).ok()?;
    let is_other = |tag: &Tag| matches!(reads.fit(&tag.name), Fit::Version(version) if !version.starts_with(|c: char| c.is_ascii_digit()));
    let before = template.split("{version}").next()?;
    tags.iter().any(is_other).then(|| format!("{}\\d", fancy_regex::escape(before)))
}

/// What stands before the version: digits with at least one period, else numbers with `_` or `-` between them, else a number that ends
/// the tag.
fn prefix(tag: &str) -> Option<&str> {
    if tag.contains(['{', '}']) {
        return None;
    }
    let starts =
        |at: usize| tag[..at].chars().next_back().is_none_or(|before| !before.is_ascii_digit() && before != '.');
    let numbers = tag.char_indices().filter(|&(at, c)| c.is_ascii_digit() && starts(at));
    let number = |at: usize| tag[at..].split(|c: char| !c.is_ascii_digit()).next().unwrap_or_default().len();
    let dotted = |at: &usize| {
        let behind = &tag[at + number(*at)..];
        behind.strip_prefix('.').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
    };
    // `3_2_1` and `v2024-01`, but not `lib2-3`: two numbers alone may be the end of a name and a version.
    let joined = |at: &usize| {
        let run = tag[*at..].split(|c: char| !c.is_ascii_digit() && c != '_' && c != '-').next().unwrap_or_default();
        let count = run.split(['_', '-']).take_while(|part| !part.is_empty()).count();
        let word = tag[..*at].rsplit(|c: char| !c.is_alphabetic()).next().unwrap_or_default();
        count > 2
            || (count == 2 && (word.is_empty() || word.eq_ignore_ascii_case("v") || word.eq_ignore_ascii_case("r")))
    };
    let starts: Vec<usize> = numbers.map(|(at, _)| at).collect();
    let whole = |at: &usize| at + number(*at) == tag.len();
    let first = |is: &dyn Fn(&usize) -> bool| starts.iter().copied().find(is);
    let at = first(&dotted).or_else(|| first(&joined)).or_else(|| first(&whole))?;
    tag.get(..at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::git::CommitId;

    fn template(names: &[&str]) -> Option<String> {
        let commit: CommitId = "1".parse().unwrap();
        let tag = |(created, name): (i64, &&str)| Tag { name: (*name).to_owned(), commit, created, annotated: true };
        of(&(0..).zip(names).map(tag).collect::<Vec<_>>())
    }

    #[test]
    fn tags_without_a_version_are_left_out() {
        let commit: CommitId = "1".parse().unwrap();
        let tags = ["v1.0", "v-next"].map(|name| Tag { name: name.to_owned(), commit, created: 0, annotated: true });
        assert_eq!(include(&tags, "v{version}").as_deref(), Some("v\\d"));
        assert_eq!(include(&tags[..1], "v{version}"), None);
        assert_eq!(include(&tags, "{version}").as_deref(), Some("\\d"));
    }

    #[test]
    fn packages_have_tags_of_their_own() {
        let commit: CommitId = "1".parse().unwrap();
        let spelling = |names: &[&str], name: &str, others: &[&str]| {
            let tag =
                |(created, name): (i64, &&str)| Tag { name: (*name).to_owned(), commit, created, annotated: true };
            let spelling = of_package(&(0..).zip(names).map(tag).collect::<Vec<_>>(), name, others);
            let said = [spelling.template, spelling.include].map(Option::unwrap_or_default).join(" ");
            format!("{said}{}", if spelling.is_guessed { " guessed" } else { "" })
        };
        for (tags, name, others, expected) in [
            (&["core-1.0", "cli-2.0"][..], "core", &["cli"][..], "core-{version} "),
            (&["core-1.0", "cli-2.0"], "cli", &["core"], "cli-{version} "),
            (&["core/v1.0", "cli/v2.0"], "core", &["cli"], "core/v{version} "),
            (&["core-1.0", "core-cli-2.0"], "core", &["core-cli"], "core-{version} "),
            (&["core-1.0", "core-cli-2.0"], "core-cli", &["core"], "core-cli-{version} "),
            (&["core-1.0"], "cli", &["core"], "cli-{version} cli-\\d guessed"),
            (&["1.0", "cli-2.0"], "core", &["cli"], "{version} \\d"),
            (&["v1.0", "v1.1"], "core", &["cli"], "v{version} "),
            (&["v1.0"], "v", &[], "v{version} "),
            (&["corelib-1.0"], "cli", &["core"], "corelib-{version} "),
            (&[], "cli", &["core"], " "),
        ] {
            assert_eq!(spelling(tags, name, others), expected, "{name}: {tags:?}");
        }
    }

    #[test]
    fn versions_without_periods_are_told() {
        let commit: CommitId = "1".parse().unwrap();
        for (name, template, expected) in [
            ("R_1_2_3", "R_{version}", Some("1_2_3")),
            ("2024-01-02", "{version}", Some("2024.01.02")),
            ("1.0-1", "{version}", None),
            ("v7", "v{version}", None),
            ("1_rc", "{version}", None),
        ] {
            let tags = [Tag { name: name.to_owned(), commit, created: 0, annotated: true }];
            assert_eq!(unlike_a_version(&tags, template).map(|(_, version)| version).as_deref(), expected, "{name}");
        }
    }

    #[test]
    fn the_way_of_most_tags_counts() {
        for (names, expected) in [
            (&["1.0", "1.1"][..], Some("{version}")),
            (&["1.0", "v2.0", "v2.1"], Some("v{version}")),
            (&["1.0", "v2.0"], Some("v{version}")),
            (&["hello-1.0", "hello-1.1-rc1"], Some("hello-{version}")),
            (&["lib2-1.0.3"], Some("lib2-{version}")),
            (&["release/2024.1"], Some("release/{version}")),
            (&["v249", "v250"], Some("v{version}")),
            (&["3_2_1"], Some("{version}")),
            (&["R_1_2_3"], Some("R_{version}")),
            (&["2024-01-02"], Some("{version}")),
            (&["v2024-01"], Some("v{version}")),
            (&["boost1_2_3"], Some("boost{version}")),
            (&["lib2-3"], Some("lib2-{version}")),
            (&["nightly", "latest"], None),
            (&["{x}1.0"], None),
            (&[], None),
        ] {
            assert_eq!(template(names).as_deref(), expected, "{names:?}");
        }
    }
}
