use std::cell::RefCell;

use proptest::prelude::*;

use super::*;

/// A tag made at `created` on the commit number `n`.
fn tag(name: &str, created: i64, n: u64) -> Tag {
    Tag { name: name.to_owned(), commit: commit(n), created, annotated: true }
}

fn commit(n: u64) -> CommitId {
    format!("{n:040x}").parse().unwrap()
}

/// Pre-releases of one plain kind are enough here; the real rule belongs to the spec.
fn tilde(version: &str) -> String {
    version.replace(".rc", "~rc")
}

struct Case<'a> {
    template: &'a str,
    include: Option<&'a str>,
    exclude: Option<&'a str>,
    package: Option<&'a str>,
    scope: Scope<'a>,
    shallow: bool,
    spec: Option<&'a str>,
}

impl Default for Case<'_> {
    fn default() -> Self {
        Self {
            template: "{version}",
            include: None,
            exclude: None,
            package: Some("hello"),
            scope: Scope::Head,
            shallow: false,
            spec: Some("9.9"),
        }
    }
}

impl Case<'_> {
    /// Chooses where HEAD contains the commits below 100; gives the commits that were asked for, too.
    fn run(&self, tags: &[Tag]) -> (Result<Chosen>, Vec<CommitId>) {
        let template = TagTemplate::new(self.template, self.package).unwrap();
        let filter = TagFilter::new(self.include, self.exclude).unwrap();
        let rules = Rules {
            template: &template,
            filter: &filter,
            scope: self.scope,
            shallow: self.shallow,
            package: self.package,
            normalise: &tilde,
        };
        let asked = RefCell::new(Vec::new());
        let contains = |id| {
            asked.borrow_mut().push(id);
            Ok((0..100).map(commit).any(|inside| inside == id))
        };
        let chosen = choose(tags.to_vec(), &rules, contains).and_then(|chosen| match chosen.origin {
            Origin::Spec => chosen.with_spec_version(self.spec.unwrap_or_default().to_owned(), rules.shallow),
            _ => Ok(chosen),
        });
        (chosen, asked.into_inner())
    }

    fn chosen(&self, tags: &[Tag]) -> Chosen {
        self.run(tags).0.unwrap()
    }
}

fn messages(chosen: &Chosen) -> Vec<&str> {
    chosen.warnings.iter().map(|finding| finding.message.as_str()).collect()
}

#[test]
fn the_newest_tag_that_head_contains() {
    let chosen = Case::default().chosen(&[tag("1.0.0", 10, 1), tag("1.1.0", 20, 2), tag("0.9.0", 5, 3)]);
    assert_eq!((chosen.version.as_str(), chosen.origin), ("1.1.0", Origin::ContainedTag));
    assert_eq!(chosen.tag.as_ref().unwrap().name, "1.1.0");
    assert_eq!(chosen.warnings, []);
    assert_eq!(chosen.explanation(), "from the tag `1.1.0`, the newest one in the history");
    let verdicts: Vec<(&str, &Verdict)> = chosen.candidates.iter().map(|c| (c.tag.name.as_str(), &c.verdict)).collect();
    assert_eq!(verdicts, [("1.1.0", &Verdict::Chosen), ("1.0.0", &Verdict::Older), ("0.9.0", &Verdict::Older)]);
}

#[test]
fn a_newer_tag_of_another_branch_does_not_count_and_is_named_when_it_is_higher() {
    // The Python packit builds 2.0 and 0.9.9 here, whatever is checked out.
    let chosen = Case::default().chosen(&[tag("1.0", 10, 1), tag("2.0", 20, 500)]);
    assert_eq!(chosen.version, "1.0");
    assert_eq!(messages(&chosen), ["the tag `2.0` has a higher version (2.0), but HEAD does not contain it"]);
    assert_eq!(chosen.warnings[0].hints, ["`--any-tag` takes the newest tag of all, which is this one"]);
    assert_eq!(chosen.warnings[0].severity, crate::error::Severity::Note);
    assert_eq!(chosen.candidates[0].verdict, Verdict::NotContained);

    let chosen = Case::default().chosen(&[tag("1.0", 10, 1), tag("0.9.9", 20, 500)]);
    assert_eq!((chosen.version.as_str(), messages(&chosen).len()), ("1.0", 0));

    let chosen = Case::default().chosen(&[tag("1.0", 10, 1), tag("2.0", 15, 500), tag("0.9.9", 20, 501)]);
    assert_eq!(
        chosen.warnings[0].hints,
        ["`--merged-ref 2.0` takes the newest tag of its history; `--any-tag` takes the newest of all, `0.9.9`"]
    );
}

#[test]
fn a_later_tag_with_a_lower_version_in_the_history() {
    let chosen = Case::default().chosen(&[tag("1.0.0", 10, 2), tag("0.5.1", 20, 1)]);
    assert_eq!(chosen.version, "0.5.1");
    assert_eq!(
        messages(&chosen),
        ["HEAD also contains the tag `1.0.0` with a higher version (1.0.0), which was made earlier"]
    );
}

#[test]
fn a_shallow_clone_cannot_know_what_it_contains() {
    let chosen = Case { shallow: true, ..Case::default() }.chosen(&[tag("1.0", 10, 1), tag("2.0", 20, 500)]);
    assert_eq!(messages(&chosen), ["the tag `2.0` has a higher version (2.0), but HEAD does not contain it"]);
    assert!(chosen.warnings[0].hints[0].contains("git fetch --unshallow --tags"));
}

#[test]
fn old_tags_of_another_scheme_are_not_named() {
    for old in [tag("2013.04", 5, 1), tag("2013.04", 5, 500), tag("2.0", 5, 500), tag("r9", 5, 1)] {
        let chosen = Case::default().chosen(&[tag("1.0", 10, 2), old.clone()]);
        assert_eq!((chosen.version.as_str(), messages(&chosen).len()), ("1.0", 0), "{}", old.name);
    }
}

#[test]
fn any_tag_is_the_rule_of_the_python_packit() {
    let case = Case { scope: Scope::AnyTag, ..Case::default() };
    let (chosen, asked) = case.run(&[tag("1.0", 10, 1), tag("0.9.9", 20, 500)]);
    let chosen = chosen.unwrap();
    assert_eq!((chosen.version.as_str(), chosen.origin), ("0.9.9", Origin::AnyTag));
    assert_eq!((chosen.warnings, asked), (vec![], vec![]));
}

#[test]
fn ties_go_to_the_higher_version() {
    // In the order of the alphabet, 1.10 comes before 1.9 and rc1 before the release.
    for names in [["1.9", "1.10"], ["1.10-rc1", "1.10"], ["nightly", "1.10"]] {
        let mut tags: Vec<Tag> = names.iter().map(|name| tag(name, 10, 1)).collect();
        for _ in 0..2 {
            let case = Case { exclude: Some("night"), ..Case::default() };
            assert_eq!(case.chosen(&tags).version, "1.10");
            tags.reverse();
        }
    }
}

#[test]
fn head_contains_no_tag() {
    let chosen = Case::default().chosen(&[tag("1.0", 10, 500), tag("2.0", 20, 501)]);
    assert_eq!((chosen.version.as_str(), chosen.origin), ("2.0", Origin::TagElsewhere));
    assert_eq!(
        messages(&chosen),
        [
            "HEAD contains no tag that counts: the version 2.0 comes from `2.0`, the newest tag of all, on another branch"
        ]
    );
    let chosen = Case { shallow: true, ..Case::default() }.chosen(&[tag("1.0", 10, 500)]);
    assert!(messages(&chosen)[0].starts_with("this is a shallow clone whose history holds no tag that counts"));
    assert!(chosen.warnings[0].hints[0].contains("`git fetch --unshallow --tags`"));
}

#[test]
fn a_merged_ref_that_contains_no_tag_leaves_the_spec() {
    let case = Case { scope: Scope::MergedRef("rel"), ..Case::default() };
    assert_eq!(case.chosen(&[tag("1.0", 10, 1), tag("2.0", 20, 500)]).version, "1.0");
    let chosen = case.chosen(&[tag("1.0", 10, 500)]);
    assert_eq!((chosen.version.as_str(), chosen.origin, &chosen.tag), ("9.9", Origin::Spec, &None));
    assert_eq!(messages(&chosen), ["`rel` contains no tag that counts: the version comes from the spec file"]);
}

#[test]
fn without_tags_the_spec_counts() {
    for (shallow, message, hint) in [
        (false, "the repository has no tags: the version comes from the spec file", "git fetch --tags"),
        (
            true,
            "this is a shallow clone without tags: the version comes from the spec file",
            "git fetch --unshallow --tags",
        ),
    ] {
        let chosen = Case { shallow, ..Case::default() }.chosen(&[]);
        assert_eq!((chosen.version.as_str(), chosen.origin), ("9.9", Origin::Spec));
        assert_eq!(messages(&chosen), [message]);
        assert!(chosen.warnings[0].hints[0].contains(hint));
        assert_eq!(chosen.explanation(), "from the spec file");
    }
    for spec in [None, Some("")] {
        let error = Case { spec, ..Case::default() }.run(&[]).0.unwrap_err();
        assert_eq!(error.message(), "there is no version: no tag counts and the spec file has no Version");
        assert!(error.hints()[0].contains("git tag VERSION"));
    }
}

#[test]
fn the_spec_is_not_asked_for_when_a_tag_counts() {
    let template = TagTemplate::new("{version}", None).unwrap();
    let rules = Rules {
        template: &template,
        filter: &TagFilter::default(),
        scope: Scope::Head,
        shallow: false,
        package: None,
        normalise: &tilde,
    };
    let chosen = choose(vec![tag("1.0", 1, 1)], &rules, |_| Ok(true)).unwrap();
    assert_eq!(chosen.version, "1.0");
}

#[test]
fn include_and_exclude() {
    let tags = [tag("9.9", 10, 1), tag("nightly-1", 30, 2), tag("10.0-rc1", 20, 3)];
    let case = Case { include: Some(r"\d+\.\d+"), exclude: Some(".*rc"), ..Case::default() };
    let chosen = case.chosen(&tags);
    assert_eq!(chosen.version, "9.9");
    assert_eq!(chosen.candidates[0].verdict.to_string(), "left out by upstream_tag_include");
    assert_eq!(chosen.candidates[1].verdict.to_string(), "left out by upstream_tag_exclude");

    let case = Case { include: Some("x"), spec: Some("3"), ..Case::default() };
    let chosen = case.chosen(&tags);
    assert_eq!((chosen.version.as_str(), chosen.origin), ("3", Origin::Spec));
    assert_eq!(
        messages(&chosen),
        [
            "upstream_tag_include and upstream_tag_exclude leave none of the 3 tags: the version comes from the spec file"
        ]
    );
}

#[test]
fn tags_that_do_not_fit_are_passed_over() {
    // The Python packit stops at the first.
    let case = Case { template: "v{version}", ..Case::default() };
    let chosen = case.chosen(&[tag("v1.0", 10, 1), tag("nightly", 30, 2), tag("version2", 20, 3), tag("vé1", 15, 4)]);
    assert_eq!(chosen.version, "1.0");
    let why: Vec<String> = chosen.candidates.iter().map(|c| c.verdict.to_string()).collect();
    assert_eq!(
        why,
        [
            "it does not fit the template",
            "the text before {version} is only the beginning of a word in it",
            "the text before {version} is only the beginning of a word in it",
            "chosen"
        ]
    );
}

#[test]
fn a_template_that_fits_no_tag() {
    let case = Case { template: "rel-{version}", ..Case::default() };
    let error = case.run(&[tag("1.0.0", 10, 1), tag("1.1.0", 20, 2)]).0.unwrap_err();
    assert_eq!(error.kind(), Kind::Project);
    assert_eq!(error.message(), "none of 2 tags fits the upstream_tag_template `rel-{version}`");
    assert_eq!(error.causes(), ["`1.1.0`: it does not fit the template"]);
    assert_eq!(error.hints().len(), 1);
    let case = Case { template: "v?{version}", ..Case::default() };
    let error = case.run(&[tag("v1", 10, 1)]).0.unwrap_err();
    assert_eq!(error.message(), "the only tag does not fit the upstream_tag_template `v?{version}`");
    assert!(error.hints()[1].contains("literal text"));
}

#[test]
fn versions_are_cleaned_and_pre_releases_sort_below_the_release() {
    let chosen = Case::default().chosen(&[tag("2.0.0-rc1", 10, 1)]);
    assert_eq!(chosen.version, "2.0.0~rc1");
    // Neither breaks a spec nor hides an older tag.
    let chosen = Case::default().chosen(&[tag("1.0", 10, 1), tag("2.0--x", 30, 1), tag("2.0é", 20, 1)]);
    assert_eq!(chosen.version, "1.0");
    assert_eq!(chosen.candidates[0].verdict.to_string(), "rpm takes no version `2.0..x`: it has two periods in a row");
    assert_eq!(chosen.candidates[1].verdict.to_string(), "rpm takes no version `2.0é`: it has the character `é`");
}

#[test]
fn tags_of_other_packages_of_the_repository() {
    let tags = [tag("hello-1.0", 10, 1), tag("hello-cli-2.0", 30, 2), tag("world-3.0", 20, 3)];
    let case = Case { template: "{upstream_package_name}-{version}", ..Case::default() };
    let chosen = case.chosen(&tags);
    assert_eq!(chosen.version, "1.0");
    assert_eq!(chosen.candidates[0].verdict.to_string(), "a longer name stands before its version");
    assert_eq!(chosen.candidates[1].verdict, Verdict::OtherPackage);
    // Tags that never bear the name of the package still count.
    let case = Case { package: Some("rust-hello"), ..case };
    assert_eq!(case.chosen(&tags).version, "2.0");
}

#[test]
fn a_version_that_holds_a_part_of_the_tag() {
    let chosen = Case::default().chosen(&[tag("v2.3.0", 10, 1)]);
    assert_eq!(chosen.version, "v2.3.0");
    assert_eq!(messages(&chosen), ["the version v2.3.0 still holds `v` of the tag `v2.3.0`"]);
}

#[test]
fn many_tags_cost_few_questions() {
    // All but the oldest tags lie on a branch of their own.
    let tags: Vec<Tag> = (0..3000).map(|n| tag(&format!("1.{n}"), n, n as u64)).collect();
    let (chosen, asked) = Case::default().run(&tags[..100]);
    assert_eq!((chosen.unwrap().version.as_str(), asked.len()), ("1.99", 1));
    // Of those that are known to be elsewhere, none is asked for again.
    let (chosen, asked) = Case::default().run(&tags);
    assert_eq!((chosen.unwrap().version.as_str(), asked.len()), ("1.99", 2901));
}

proptest! {
    #[test]
    fn the_order_of_the_tags_does_not_matter(
        tags in proptest::collection::vec(("v?[0-9]\\.[0-9](-rc[0-9])?", 0..5i64, 95..105u64), 0..12),
        turn in 0..12usize,
    ) {
        let tags: Vec<Tag> = tags.iter().map(|(name, created, n)| tag(name, *created, *n)).collect();
        let mut turned = tags.clone();
        turned.rotate_left(turn.min(tags.len()));
        let (a, b) = (Case::default().chosen(&tags), Case::default().chosen(&turned));
        prop_assert_eq!(&a.version, &b.version);
        prop_assert_eq!(refused_by_rpm(&a.version), None);
        // No tag of the history is newer than the chosen one.
        if a.origin == Origin::ContainedTag {
            let chosen = a.tag.unwrap().created;
            let inside = |t: &&Tag| (0..100).any(|n| commit(n) == t.commit);
            prop_assert!(tags.iter().filter(inside).all(|t| t.created <= chosen));
        }
    }
}
