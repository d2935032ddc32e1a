//! How a project spells its tags, guessed from those that it has.

use std::collections::HashMap;

use crate::git::Tag;
use crate::project::tag_rules::{Fit, TagTemplate};

/// So many of the newest tags are looked at: projects change their ways.
const LOOKED_AT: usize = 20;

/// The template that most of the newest tags fit, of equals that of the newer one. `None` where no tag has a version.
pub(super) fn of(tags: &[Tag]) -> Option<String> {
    let mut tags: Vec<&Tag> = tags.iter().collect();
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

/// What stands before the version: digits with at least one period, else a number that ends the tag.
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
    let starts: Vec<usize> = numbers.map(|(at, _)| at).collect();
    let whole = |at: &usize| at + number(*at) == tag.len();
    let at = starts.iter().copied().find(dotted).or_else(|| starts.iter().copied().find(whole))?;
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
    fn the_way_of_most_tags_counts() {
        for (names, expected) in [
            (&["1.0", "1.1"][..], Some("{version}")),
            (&["1.0", "v2.0", "v2.1"], Some("v{version}")),
            (&["1.0", "v2.0"], Some("v{version}")),
            (&["hello-1.0", "hello-1.1-rc1"], Some("hello-{version}")),
            (&["lib2-1.0.3"], Some("lib2-{version}")),
            (&["release/2024.1"], Some("release/{version}")),
            (&["v249", "v250"], Some("v{version}")),
            (&["nightly", "latest"], None),
            (&["{x}1.0"], None),
            (&[], None),
        ] {
            assert_eq!(template(names).as_deref(), expected, "{names:?}");
        }
    }
}
