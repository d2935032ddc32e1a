//! What is said about broken configurations: the place, what is wrong, and what to write.

use super::*;

#[test]
fn every_kind_is_explained() {
    let job = |keys: &str| format!("jobs:\n- job: tests\n  trigger: commit\n  {keys}\n");
    let types = "`propose_downstream`, `pull_from_upstream`, `sync_from_downstream`, `copr_build`, `upstream_koji_build`, \
                 `koji_build`, `tests`, `bodhi_update`, `vm_image_build`, `koji_build_tag`";
    let triggers = "`release`, `pull_request`, `commit`, `koji_build`, `ignore`";
    for (text, want) in [
        (
            "jobs:\n- job: production_build\n  trigger: release\n".to_owned(),
            vec!["2:8 production_build: the job `production_build` is `upstream_koji_build` today (write `job: upstream_koji_build`)".to_owned()],
        ),
        (
            "jobs:\n- job: copr-biuld\n  trigger: pull-request\n".to_owned(),
            vec![
                "2:8 copr-biuld: `copr-biuld` is no value of `job` (did you mean `copr_build`?)".to_owned(),
                "3:12 pull-request: `pull-request` is no value of `trigger` (did you mean `pull_request`?)".to_owned(),
            ],
        ),
        (
            "jobs:\n- job: whatever\n".to_owned(),
            vec![
                format!("2:3 job: this job has no `trigger` (write `trigger: NAME` with one of {triggers})"),
                format!("2:8 whatever: `whatever` is no value of `job` (write one of {types})"),
            ],
        ),
        (
            "jobs:\n- triggers: commit\n".to_owned(),
            vec![
                "2:3 triggers: unknown key `triggers` (did you mean `trigger`?)".to_owned(),
                format!("2:3 triggers: this job has no `job` (write `job: NAME` with one of {types})"),
            ],
        ),
        (
            "jobs:\n- job:\n  trigger: 1\n".to_owned(),
            vec![
                format!("2:3 job: `job` has no value (write `job: NAME` with one of {types})"),
                format!("3:12 1: `1` is no value of `trigger` (write one of {triggers})"),
            ],
        ),
        (
            "jobs:\n- job: tests\n  trigger: [commit, release]\n".to_owned(),
            vec!["3:3 trigger: `trigger` must be text, not a list (write `trigger: commit | release`)".to_owned()],
        ),
        (
            "jobs:\n- job: tests\n  trigger: commit |\n".to_owned(),
            vec!["3:12 commit |: a trigger is missing here (write one before and behind each `|`)".to_owned()],
        ),
        (
            job("packages: [b, repoo]"),
            vec![
                "4:14 b: the file has no package `b` (the file has `repo`)".to_owned(),
                "4:17 repoo: the file has no package `repoo` (did you mean `repo`?)".to_owned(),
            ],
        ),
        (
            job("packages: [repo: {branch: x}]"),
            vec!["4:14 repo: {branch: x}: an item of the list `packages` must be a package's name, not a mapping (write `- repo`, or `packages: {repo: {…}}` when something is special)".to_owned()],
        ),
        (
            job("packages: {repo: , rep: {brunch: x}}"),
            vec![
                "4:14 repo: what counts for the package `repo` must be a mapping, not empty (write `repo: {}` when nothing is special)".to_owned(),
                "4:22 rep: the file has no package `rep` (did you mean `repo`?)".to_owned(),
                "4:28 brunch: unknown key `brunch` (did you mean `branch`?)".to_owned(),
            ],
        ),
        (
            job("scratch: true\n  metadata: {targets: [x], dist-git-branches: [x]}"),
            vec![
                "4:3 scratch: `scratch` stands beside `metadata`, where keys of that kind must be all in or all out (move what is below `metadata` up into the job, and remove `metadata:`)".to_owned(),
                "5:28 dist-git-branches: unknown key `dist-git-branches` (did you mean `dist_git_branches`?)".to_owned(),
            ],
        ),
        (
            job("targets: [fedora-all: {distros: [x]}]"),
            vec!["4:13 fedora-all: {distros: [x]}: an item of the list `targets` must be text, not a mapping (write `targets: {fedora-all: {…}}`: without list when something is special, or `- fedora-all`)".to_owned()],
        ),
        (
            // W16: the Python packit looks at the first attribute only.
            job("targets: {epel-9: {distros: [x], with_optz: [y]}, epel-8: {with_opts: x}}"),
            vec![
                "4:36 with_optz: unknown key `with_optz` (did you mean `with_opts`?)".to_owned(),
                "4:73 x: `with_opts` must be a list of texts, not the text `x` (write `with_opts: [x]`)".to_owned(),
            ],
        ),
        (
            job("dist_git_branches: {main: }"),
            vec!["4:23 main: what is special for the branch `main` must be a mapping, not empty (write `main: {}` when nothing is; else it can have `fast_forward_merge_into`)".to_owned()],
        ),
        (
            job("bootstrap: on\n  packit_instances: [production]\n  timeout: soon\n  branch: 3.10\n  env: [A=b]"),
            vec![
                "4:14 on: `bootstrap` must be text, and `on` is a boolean (put it between quotes: `\"on\"`)".to_owned(),
                "5:22 production: `production` is no value of `packit_instances` (write one of `prod`, `stg`, `dev`)".to_owned(),
                "6:12 soon: `timeout` must be a whole number (write `timeout: 7200` for the default)".to_owned(),
                "7:11 3.10: `branch` must be text, and `3.10` is a number (put it between quotes: `\"3.10\"`)".to_owned(),
                "8:3 env: `env` must be a mapping, not a list (write `KEY: VALUE` below it, without `- ` before the key)".to_owned(),
            ],
        ),
        (
            "notifications: {pull_requests: {}, failure_issue: {create: maybe}}\n".to_owned(),
            vec![
                "1:17 pull_requests: unknown key `pull_requests` (did you mean `pull_request`?)".to_owned(),
                "1:60 maybe: `create` must be true or false, not the text `maybe` (write `create: true` or `create: false`)".to_owned(),
            ],
        ),
        (
            "pkg_tool: fedpk\nversion_update_specifiers: '1.0'\n".to_owned(),
            vec![
                "1:11 fedpk: the dist-git of the tool `fedpk` is not known (did you mean `fedpkg`?)".to_owned(),
                "2:28 '1.0': `version_update_specifiers` has `1.0`, which begins with no comparison (write comparisons with commas between them: `version_update_specifiers: \">=1.0, <2\"`)".to_owned(),
            ],
        ),
    ] {
        assert_eq!(problems(&text), want, "{text}");
    }
}

#[test]
fn what_jobs_inherit_is_reported_once() {
    // W17: the Python packit says it for every job and every package.
    let text = "branch: 3.10\ntargets: {x: {distros: 1}}\npkg_tool: nix\nupstream_tag_include: '('\npackages: {a: {}, b: {}}\n";
    let jobs: String = (0..20).map(|_| "- {job: tests, trigger: commit | release}\n").collect();
    assert_eq!(problems(text).len(), 4);
    assert_eq!(problems(&format!("{text}jobs:\n{jobs}")).len(), 4);
}

#[test]
fn regular_expressions_of_python() {
    for pattern in
        [r"^v\d+(?!.*rc)", r"(?P<a>x)(?P=a)", r"(?<=v)1", r"[[a]", r"(a)\1", r"(?i)v", r"[{,]", r"v{,3}", r"\\0[\w]"]
    {
        let text = serde_json::json!({"upstream_tag_include": pattern}).to_string();
        assert!(loaded(&text).is_ok(), "{pattern}");
    }
    for (pattern, want) in [
        ("(v", "Opening parenthesis without closing parenthesis"),
        ("[a-", "character class"),
        ("(?a)x", "Python knows the flag `a` (`(?a)`), and the engine used here does not"),
        (r"a\012", r"Python knows a character by its octal number (`\012`), and the engine used here does not"),
        (r"\N{DIGIT ONE}", r"Python knows a character by its name (`\N{…}`), and the engine used here does not"),
    ] {
        for key in ["upstream_tag_include", "upstream_tag_exclude", "version_update_mask", "prerelease_suffix_pattern"]
        {
            let text = serde_json::json!({key: pattern}).to_string();
            let found = problems(&text);
            assert_eq!(found.len(), 1, "{found:?}");
            assert!(found[0].contains(&format!("`{key}` is not a regular expression: ")), "{found:?}");
            assert!(found[0].contains(want), "{found:?}");
        }
    }
}

#[test]
fn files_that_unfold_are_refused_at_once() {
    let lines =
        |line: &str, count: usize| -> String { (0..count).map(|n| line.replace('#', &n.to_string())).collect() };
    let items = |count: usize| -> String { (0..count).map(|n| format!("x{n},")).collect() };
    let begin = std::time::Instant::now();
    for text in [
        format!("packages:\n{}", lines("  a#: {}\n", 60_000)),
        format!(
            "packages:\n{}jobs:\n{}",
            lines("  a#: {}\n", 2000),
            lines("- {job: tests, trigger: commit}\n", 20_000)
        ),
        format!("packages:\n{}", lines("  a#: {}\n", 2000)),
        format!("jobs:\n{}", lines("- {job: tests, trigger: commit}\n", 25_000)),
        format!("jobs:\n- job: tests\n  trigger: commit{}\n", "|commit".repeat(100_000)),
        format!("targets: [{}]\njobs:\n{}", items(50_000), lines("- {job: tests, trigger: commit}\n", 1000)),
        format!(
            "packages:\n{}jobs:\n- job: tests\n  trigger: commit\n  packages: [{}]\n",
            lines("  a#: {}\n", 500),
            items(100_000)
        ),
        format!("jobs:\n- job: tests\n  metadata:\n{}", lines("    zz#: 1\n", 50_000)),
        format!("jobs:\n{}", lines("- {trigr#: commit}\n", 40_000)),
    ] {
        assert!(text.len() < 1 << 20, "{}", text.len());
        loaded(&text).unwrap_err();
    }
    assert!(begin.elapsed().as_secs() < 30, "{:?}", begin.elapsed());
}
