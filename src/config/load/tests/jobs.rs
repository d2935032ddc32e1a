//! Jobs: what is in force for them.

use super::*;
use crate::config::{Job, Target};

/// The jobs as `TYPE TRIGGER: PACKAGES`.
fn shown(jobs: &[Job]) -> Vec<String> {
    let names = |job: &Job| job.packages.iter().map(|package| package.name.as_str()).collect::<Vec<_>>().join(" ");
    jobs.iter()
        .map(|job| format!("{} {}: {}", job.kind.value.as_str(), job.trigger.value.as_str(), names(job)))
        .collect()
}

fn target_names(targets: &[Target]) -> Vec<&str> {
    targets.iter().map(|target| target.name.value.as_str()).collect()
}

fn texts(texts: &[Spanned<String>]) -> Vec<&str> {
    texts.iter().map(|text| text.value.as_str()).collect()
}

#[test]
fn without_the_key_there_are_default_jobs() {
    // The default jobs' own keys win over those of the top level, as in the Python packit.
    let loaded = loaded("targets: [epel-9]\ndist_git_branches: main\nproject: p\n").unwrap();
    assert_eq!(
        shown(&loaded.jobs),
        ["copr_build pull_request: repo", "tests pull_request: repo", "propose_downstream release: repo"]
    );
    let [copr, _, propose] = &loaded.jobs[..] else { panic!() };
    assert!(!copr.is_given() && !copr.packages[0].build.targets[0].name.is_given());
    assert_eq!(target_names(&copr.packages[0].build.targets), ["fedora-stable"]);
    assert_eq!(copr.packages[0].build.project.as_ref().unwrap().place().unwrap().line, 3);
    assert_eq!(target_names(&propose.packages[0].build.targets), ["epel-9"]);
    assert_eq!(propose.packages[0].downstream.branches[0].name.value, "fedora-all");
    assert_eq!(loaded.packages[0].downstream.branches[0].name.value, "main");
    assert!(super::loaded("jobs: []\n").unwrap().jobs.is_empty());
}

#[test]
fn several_triggers_are_several_jobs() {
    let loaded = loaded(
        "jobs:\n- job: koji_build\n  trigger: commit | koji_build|ignore\n- job: tests\n  trigger: ' pull_request '\n",
    )
    .unwrap();
    assert_eq!(
        shown(&loaded.jobs),
        [
            "koji_build commit: repo",
            "koji_build koji_build: repo",
            "koji_build ignore: repo",
            "tests pull_request: repo"
        ]
    );
    assert_eq!(loaded.jobs.iter().map(|job| job.item).collect::<Vec<_>>(), [0, 0, 0, 1]);
    assert!(loaded.jobs[1].is_given());
}

#[test]
fn the_nearest_value_wins_and_an_empty_one_hides() {
    let loaded = loaded(
        "project: top\nowner: top\nbranch: top\nrelease_suffix: top\nenv: {A: 1, B: 2}\npackages:\n  a: {owner: own}\n  b: {}\n\
         jobs:\n- job: copr_build\n  trigger: commit\n  branch: job\n  release_suffix: ~\n  env: {C: 1.10}\n  \
         packages:\n    b: {project: both}\n    a: {}\n- job: tests\n  trigger: commit\n  packages: [b, a]\n  labels: [x]\n  \
         skip_build: yes\n- job: tests\n  trigger: commit\n  packages: []\n",
    )
    .unwrap();
    assert_eq!(shown(&loaded.jobs), ["copr_build commit: b a", "tests commit: a b", "tests commit: a b"]);
    let value = |text: &Option<Spanned<String>>| text.as_ref().map(|text| text.value.clone()).unwrap_or_default();
    let values = |package: &Package| {
        let build = &package.build;
        [value(&build.project), value(&build.owner), value(&build.branch), value(&package.release_suffix)]
    };
    assert_eq!(values(loaded.jobs[0].package("b").unwrap()), ["both", "top", "job", ""]);
    assert_eq!(values(loaded.jobs[0].package("a").unwrap()), ["top", "own", "job", ""]);
    assert_eq!(values(loaded.jobs[1].package("a").unwrap()), ["top", "own", "top", "top"]);
    // A mapping is taken as a whole, and a number keeps its zero.
    let env = &loaded.jobs[0].packages[0].testing.env;
    assert_eq!(serde_json::to_string(env).unwrap(), r#"{"C":"1.10"}"#);
    let tests = &loaded.jobs[1];
    assert!(tests.skip_build && !tests.manual_trigger);
    assert_eq!(texts(tests.labels.as_ref().unwrap()), ["x"]);
    assert_eq!(tests.identifier(&tests.packages[0], loaded.is_monorepo), Some("a"));
    assert_eq!(tests.identifier(&tests.packages[0], false), None);
}

#[test]
fn a_job_may_name_its_package_otherwise() {
    let loaded = loaded(
        "downstream_package_name: a\njobs:\n- {job: tests, trigger: commit, downstream_package_name: b, paths: [x]}\n",
    )
    .unwrap();
    let package = &loaded.jobs[0].packages[0];
    assert_eq!((package.name.as_str(), package.downstream_package_name.value.as_str()), ("a", "b"));
    assert_eq!(package.folder(), Path::new("x"));
}

#[test]
fn metadata_counts_as_if_it_stood_in_the_job() {
    let loaded = loaded(
        "jobs:\n- job: tests\n  trigger: commit\n  metadata:\n    targets: fedora-all\n    dist-git-branch: main\n    skip_build: true\n",
    )
    .unwrap();
    let job = &loaded.jobs[0];
    assert!(job.skip_build);
    assert_eq!(target_names(&job.packages[0].build.targets), ["fedora-all"]);
    assert_eq!(job.packages[0].downstream.branches[0].name.value, "main");
    assert_eq!(
        findings(&loaded.findings),
        [
            "4:3 metadata: `metadata` is not needed any more (move what is below it up into the job, and remove `metadata:`)",
            "6:5 dist-git-branch: `dist-git-branch` is `dist_git_branches` today (write `dist_git_branches:` instead)",
        ]
    );
}

#[test]
fn targets_and_branches_in_every_form() {
    for text in ["fedora-all", "[fedora-all]", "{fedora-all: {}}"] {
        let package = package(&format!("targets: {text}\ndist_git_branches: {text}\n"));
        assert_eq!(target_names(&package.build.targets), ["fedora-all"], "{text}");
        assert_eq!(package.downstream.branches[0].name.value, "fedora-all", "{text}");
    }
    let package = package(
        "targets:\n  epel-9:\n    distros: [a]\n    additional_modules: m\n    additional_packages: [b]\n    \
         additional_repos: [c]\n    with_opts: [d]\n    without_opts: [e]\n  epel-8: {}\n\
         dist_git_branches:\n  rawhide: {fast_forward_merge_into: [f42, f43]}\n",
    );
    let [first, second] = &package.build.targets[..] else { panic!() };
    let lists =
        [&first.distros, &first.additional_packages, &first.additional_repos, &first.with_opts, &first.without_opts];
    assert_eq!(lists.map(|list| texts(list)[0]), ["a", "b", "c", "d", "e"]);
    assert_eq!(first.additional_modules.as_ref().unwrap().value, "m");
    assert!(second.distros.is_empty() && second.name.place().unwrap().line == 9);
    assert_eq!(texts(&package.downstream.branches[0].fast_forward_merge_into), ["f42", "f43"]);
}

#[test]
fn what_a_service_is_told() {
    let package = package(
        "notifications:\n  pull_request: {successful_build: yes}\n  failure_comment: {message: m}\n  failure_issue: {create: no}\n\
         require: {label: {present: [a], absent: [b]}}\ntest_command: {default_labels: [c], default_identifier: d}\n\
         packit_instances: [stg, dev]\nosh_options: {analyzer: e, config: f, profile: g}\nimage_request: {a: {b: [1, ~]}}\n\
         allowed_committers: [me]\nallowed_builders:\nbootstrap: 'on'\ntimeout: '60'\nsrpm_build_deps: []\n",
    );
    let told = &package.service.notifications;
    assert!(told.successful_build.value && !told.failure_issue.value);
    assert_eq!(told.failure_comment.as_ref().unwrap().value, "m");
    assert_eq!((texts(&package.service.labels_present), texts(&package.service.labels_absent)), (vec!["a"], vec!["b"]));
    assert_eq!(texts(package.testing.default_labels.as_ref().unwrap()), ["c"]);
    assert_eq!(package.testing.default_identifier.unwrap().value, "d");
    assert_eq!(package.service.instances.iter().map(|one| one.value).collect::<Vec<_>>(), ["stg", "dev"]);
    let scan = &package.build.scan;
    assert_eq!(
        [&scan.analyzer, &scan.config, &scan.profile].map(|key| key.as_ref().unwrap().value.clone()),
        ["e", "f", "g"]
    );
    assert_eq!(serde_json::to_string(&package.build.image.request).unwrap(), r#"{"a":{"b":[1,null]}}"#);
    let downstream = &package.downstream;
    assert_eq!(texts(&downstream.allowed_committers), ["me"]);
    assert_eq!(texts(&downstream.allowed_pr_authors), ["packit"]);
    assert!(downstream.allowed_builders.is_empty());
    assert_eq!((package.build.bootstrap.value, package.build.timeout.value), ("on", 60));
    assert!(package.build.srpm_build_deps.unwrap().is_empty());
}

#[test]
fn dist_gits() {
    for (text, url, namespace) in [
        ("", "https://src.fedoraproject.org/", Some("rpms")),
        ("dist_git_namespace: x", "https://src.fedoraproject.org/", Some("rpms")),
        ("pkg_tool: fedpkg-stage", "https://src.stg.fedoraproject.org/", Some("rpms")),
        ("pkg_tool: centpkg", "https://gitlab.com/", Some("redhat/centos-stream/rpms")),
        ("pkg_tool: centpkg-sig\nsig: Cloud", "https://gitlab.com/", Some("CentOS/Cloud/rpms")),
        ("pkg_tool: rhpkg\ndist_git_base_url: http://x:80/y/z", "http://x:80/", None),
        ("dist_git_base_url: example.com\ndist_git_namespace: a/b", "https://example.com/", Some("a/b")),
    ] {
        let found = package(text).downstream.dist_git();
        assert_eq!((found.base_url.as_str(), found.namespace.as_deref()), (url, namespace), "{text}");
    }
}

#[test]
fn each_key_in_force_tells_where_it_stands() {
    let text = "project: top\nversion_suffix:\npackages:\n  a: {enable_net: true}\n  b: {}\n\
                jobs:\n- {job: tests, trigger: commit, project: job, packages: [a]}\n";
    let loaded = loaded(text).unwrap();
    let line = |job, key: &str| {
        let all = loaded.effective("a", job).unwrap();
        let found = all.into_iter().find(|one| one.key == key).unwrap();
        (found.value.to_string(), found.place.map(|place| (place.line, place.column)))
    };
    assert_eq!(line(None, "project"), ("\"top\"".to_owned(), Some((1, 10))));
    assert_eq!(line(Some(0), "project"), ("\"job\"".to_owned(), Some((7, 42))));
    assert_eq!(line(None, "version_suffix"), ("null".to_owned(), Some((2, 1))));
    assert_eq!(line(None, "enable_net"), ("true".to_owned(), Some((4, 19))));
    assert_eq!(line(None, "timeout"), ("7200".to_owned(), None));
    assert_eq!(line(None, "downstream_package_name"), ("\"a\"".to_owned(), None));
    assert_eq!(line(None, "config_file_path"), ("\".packit.yaml\"".to_owned(), None));
    assert!(loaded.effective("b", Some(0)).is_none() && loaded.effective("c", None).is_none());
    assert!(loaded.effective("a", Some(1)).is_none());
}
