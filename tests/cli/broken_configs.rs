//! For each kind of broken configuration that public projects have or had (`../shared/corpus/errors-by-kind.tsv`): all that is said
//! of it. A newcomer must be able to act on it: place, line with a mark, cause, and what to write.

use crate::support::World;

/// A row for each kind: the name of its test, the kind and its detail as they stand in the table of kinds, a small
/// configuration of that kind, and what `packit config validate` says.
macro_rules! broken {
    ($($name:ident, $kind:literal, $detail:literal, $config:literal, @$said:literal;)*) => {
        /// The kinds that have a row.
        const KINDS: &[(&str, &str)] = &[$(($kind, $detail)),*];

        $(#[test]
        fn $name() {
            insta::assert_snapshot!(said_of($config), @$said);
        })*
    };
}

/// What `packit config validate` writes and how it ends; the spec file is there unless no key names it.
fn said_of(config: &str) -> String {
    let world = World::new();
    let folder = world.path("hello");
    fs_err::create_dir(&folder).unwrap();
    fs_err::write(folder.join(".packit.yaml"), config).unwrap();
    if config.contains("hello.spec") {
        fs_err::write(folder.join("hello.spec"), "").unwrap();
    }
    world.packit(folder, &["config", "validate"]).to_string()
}

#[test]
fn every_kind_has_a_row() {
    let table = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/corpus/errors-by-kind.tsv");
    let Ok(table) = fs_err::read_to_string(table) else {
        // Not by `println!`, which nobody sees when a test passes.
        let line = format!("\nleft out: `{table}` is not there\n");
        return std::io::Write::write_all(&mut std::io::stderr(), line.as_bytes()).unwrap();
    };
    let rows = table.lines().skip(1).map(|line| line.split('\t').collect::<Vec<_>>());
    let missing: Vec<_> = rows.filter(|row| !KINDS.contains(&(row[0], row[1]))).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

broken! {
    synced_files, "unknown key", "synced_files",
"specfile_path: hello.spec
synced_files:
- hello.spec
- src: packit/
  dest: .
",
    @r#"
    ------- stderr -------
    error: `synced_files` is `files_to_sync` today
     --> .packit.yaml:2:1
      |
    2 | synced_files:
      | ^^^^^^^^^^^^
      |
      = hint: write `files_to_sync:` instead of `synced_files:`; what stands below it stays as it is
    error: `.packit.yaml` is not valid: 1 problem
    [exit code: 2]
    "#;

    upstream_project_name, "unknown key", "upstream_project_name",
"specfile_path: hello.spec
upstream_project_name: hello
",
    @r#"
    ------- stderr -------
    error: `upstream_project_name` is `upstream_package_name` today
     --> .packit.yaml:2:1
      |
    2 | upstream_project_name: hello
      | ^^^^^^^^^^^^^^^^^^^^^
      |
      = hint: write `upstream_package_name: hello`
    error: `.packit.yaml` is not valid: 1 problem
    [exit code: 2]
    "#;

    current_version_command, "unknown key", "current_version_command",
"specfile_path: hello.spec
current_version_command: [python3, setup.py, --version]
",
    @r#"
    ------- stderr -------
    error: `current_version_command` is the action `get-current-version` today
     --> .packit.yaml:2:1
      |
    2 | current_version_command: [python3, setup.py, --version]
      | ^^^^^^^^^^^^^^^^^^^^^^^
      |
      = hint: write `actions: {get-current-version: "python3 setup.py --version"}`; beside other actions, `get-current-version: "python3 setup.py --version"` below `actions:`
    error: `.packit.yaml` is not valid: 1 problem
    [exit code: 2]
    "#;

    job_types_that_are_none, "bad enum value", "job",
"specfile_path: hello.spec
jobs:
- job: production_build
  trigger: release
- job: copr-biuld
  trigger: commit
- job: build
  trigger: pull_request
",
    @r#"
    ------- stderr -------
    error: the job `production_build` is `upstream_koji_build` today
     --> .packit.yaml:3:8
      |
    3 | - job: production_build
      |        ^^^^^^^^^^^^^^^^
      |
      = hint: write `job: upstream_koji_build`
    error: `copr-biuld` is no value of `job`
     --> .packit.yaml:5:8
      |
    5 | - job: copr-biuld
      |        ^^^^^^^^^^
      |
      = hint: did you mean `copr_build`?
    error: the job `build` is `copr_build` today
     --> .packit.yaml:7:8
      |
    7 | - job: build
      |        ^^^^^
      |
      = hint: write `job: copr_build`
    error: `.packit.yaml` is not valid: 3 problems
    [exit code: 2]
    "#;

    create_tarball_command, "unknown key", "create_tarball_command",
"specfile_path: hello.spec
create_tarball_command: [python3, setup.py, sdist, --dist-dir, .]
",
    @r#"
    ------- stderr -------
    error: `create_tarball_command` is the action `create-archive` today
     --> .packit.yaml:2:1
      |
    2 | create_tarball_command: [python3, setup.py, sdist, --dist-dir, .]
      | ^^^^^^^^^^^^^^^^^^^^^^
      |
      = hint: write `actions: {create-archive: "python3 setup.py sdist --dist-dir ."}`; beside other actions, `create-archive: "python3 setup.py sdist --dist-dir ."` below `actions:`
    error: `.packit.yaml` is not valid: 1 problem
    [exit code: 2]
    "#;

    no_job, "missing required", "job",
"specfile_path: hello.spec
jobs:
- trigger: commit
  targets: [fedora-all]
",
    @r#"
    ------- stderr -------
    error: this job has no `job`
     --> .packit.yaml:3:3
      |
    3 | - trigger: commit
      |   ^^^^^^^
      |
      = hint: write `job: NAME` with one of `propose_downstream`, `pull_from_upstream`, `sync_from_downstream`, `copr_build`, `upstream_koji_build`, `koji_build`, `tests`, `bodhi_update`, `vm_image_build`, `koji_build_tag`
    error: `.packit.yaml` is not valid: 1 problem
    [exit code: 2]
    "#;

    an_item_without_dash, "YAML syntax error", "while parsing a block collection",
r#"specfile_path: hello.spec
actions:
  create-archive:
  - bash -c "make dist"
  bash -c "ls *.tar.gz"
"#,
    @r#"
    ------- stderr -------
    error: a key without `:`, or a value that does not belong to the line above
     --> .packit.yaml:5:3
      |
    5 |   bash -c "ls *.tar.gz"
      |   ^
      |
      = hint: write `key: value`, or `- item` in a list, and check the indentation
    error: `.packit.yaml` is not valid: 1 problem
    [exit code: 2]
    "#;

    no_trigger, "missing required", "trigger",
"specfile_path: hello.spec
jobs:
- job: tests
  targets: [fedora-all]
",
    @r#"
    ------- stderr -------
    error: this job has no `trigger`
     --> .packit.yaml:3:3
      |
    3 | - job: tests
      |   ^^^
      |
      = hint: write `trigger: NAME` with one of `release`, `pull_request`, `commit`, `koji_build`, `ignore`
    error: `.packit.yaml` is not valid: 1 problem
    [exit code: 2]
    "#;

    a_key_of_another_tool, "unknown key", "repo",
"specfile_path: hello.spec
repo: https://github.com/packit/pre-commit-hooks
",
    @r#"
    ------- stderr -------
    error: unknown key `repo`
     --> .packit.yaml:2:1
      |
    2 | repo: https://github.com/packit/pre-commit-hooks
      | ^^^^
      |
      = hint: move `repo` to `.pre-commit-config.yaml`, where it belongs
    error: `.packit.yaml` is not valid: 1 problem
    [exit code: 2]
    "#;

    hooks, "unknown key", "hooks",
"specfile_path: hello.spec
jobs:
- repo: https://github.com/packit/pre-commit-hooks
  rev: v1.2.0
  hooks:
  - id: validate-config
",
    @r#"
    ------- stderr -------
    error: unknown key `repo`
     --> .packit.yaml:3:3
      |
    3 | - repo: https://github.com/packit/pre-commit-hooks
      |   ^^^^
      |
      = hint: move `repo` to `.pre-commit-config.yaml`, where it belongs
    error: this job has no `job`
     --> .packit.yaml:3:3
      |
    3 | - repo: https://github.com/packit/pre-commit-hooks
      |   ^^^^
      |
      = hint: write `job: NAME` with one of `propose_downstream`, `pull_from_upstream`, `sync_from_downstream`, `copr_build`, `upstream_koji_build`, `koji_build`, `tests`, `bodhi_update`, `vm_image_build`, `koji_build_tag`
    error: this job has no `trigger`
     --> .packit.yaml:3:3
      |
    3 | - repo: https://github.com/packit/pre-commit-hooks
      |   ^^^^
      |
      = hint: write `trigger: NAME` with one of `release`, `pull_request`, `commit`, `koji_build`, `ignore`
    error: unknown key `rev`
     --> .packit.yaml:4:3
      |
    4 |   rev: v1.2.0
      |   ^^^
      |
      = hint: move `rev` to `.pre-commit-config.yaml`, where it belongs
    error: unknown key `hooks`
     --> .packit.yaml:5:3
      |
    5 |   hooks:
      |   ^^^^^
      |
      = hint: move `hooks` to `.pre-commit-config.yaml`, where it belongs
    error: `.packit.yaml` is not valid: 5 problems
    [exit code: 2]
    "#;

    rev, "unknown key", "rev",
"specfile_path: hello.spec
rev: v1.2.0
",
    @r#"
    ------- stderr -------
    error: unknown key `rev`
     --> .packit.yaml:2:1
      |
    2 | rev: v1.2.0
      | ^^^
      |
      = hint: move `rev` to `.pre-commit-config.yaml`, where it belongs
    error: `.packit.yaml` is not valid: 1 problem
    [exit code: 2]
    "#;

    no_spec_at_all, "specfile_path missing and no spec in tree", "",
"upstream_package_name: cockpit
downstream_package_name: cockpit
",
    @r#"
    ------- stderr -------
    warning: there is no spec file in `[W]/hello`
      hint: name it with `specfile_path: FOLDER/NAME.spec`
      hint: when an action makes it, that must be `post-upstream-clone`: it runs before the spec file is read
      hint: to have one to begin with, and the configuration written anew: `packit init --force --spec-template`
    `.packit.yaml` is valid
    [exit code: 0]
    "#;

    text_behind_a_quote, "YAML syntax error", "while parsing a block mapping",
"specfile_path: hello.spec
actions:
  post-upstream-clone: 'ls' && make
  create-archive: make dist
",
    @r#"
    ------- stderr -------
    error: text goes on behind the closing quote
     --> .packit.yaml:3:29
      |
    3 |   post-upstream-clone: 'ls' && make
      |                             ^
      |
      = hint: put the whole value between double quotes, or below a `|` in lines of its own
    error: `.packit.yaml` is not valid: 1 problem
    [exit code: 2]
    "#;

    upstream_name, "unknown key", "upstream_name",
"specfile_path: hello.spec
upstream_name: hello
",
    @r#"
    ------- stderr -------
    error: `upstream_name` is `upstream_package_name` today
     --> .packit.yaml:2:1
      |
    2 | upstream_name: hello
      | ^^^^^^^^^^^^^
      |
      = hint: write `upstream_package_name: hello`
    error: `.packit.yaml` is not valid: 1 problem
    [exit code: 2]
    "#;

    package_name, "unknown key", "package_name",
"specfile_path: hello.spec
package_name: hello
",
    @r#"
    ------- stderr -------
    error: `package_name` is `downstream_package_name` today
     --> .packit.yaml:2:1
      |
    2 | package_name: hello
      | ^^^^^^^^^^^^
      |
      = hint: write `downstream_package_name: hello`
    error: `.packit.yaml` is not valid: 1 problem
    [exit code: 2]
    "#;

    metadata_and_keys_beside_it, "metadata mixed with new keys", "",
"specfile_path: hello.spec
jobs:
- job: upstream_koji_build
  trigger: pull_request
  scratch: true
  metadata:
    targets:
    - fedora-rawhide-x86_64
",
    @r#"
    ------- stderr -------
    error: `scratch` stands beside `metadata`, where keys of that kind must be all in or all out
     --> .packit.yaml:5:3
      |
    5 |   scratch: true
      |   ^^^^^^^
      |
      = hint: move what is below `metadata` up into the job, and remove `metadata:`
    error: `.packit.yaml` is not valid: 1 problem
    [exit code: 2]
    "#;

    checks, "unknown key", "checks",
"specfile_path: hello.spec
checks:
- name: simple-koji-ci
",
    @r#"
    ------- stderr -------
    error: unknown key `checks`
     --> .packit.yaml:2:1
      |
    2 | checks:
      | ^^^^^^
      |
      = hint: remove it: packit waits for no checks; a job `tests` makes some
    error: `.packit.yaml` is not valid: 1 problem
    [exit code: 2]
    "#;

    release_to, "unknown key", "release_to",
"specfile_path: hello.spec
jobs:
- job: propose_downstream
  trigger: release
  release_to: [main, f30]
",
    @r#"
    ------- stderr -------
    error: unknown key `release_to`
     --> .packit.yaml:5:3
      |
    5 |   release_to: [main, f30]
      |   ^^^^^^^^^^
      |
      = hint: write `dist_git_branches:` with the branches, in the job `propose_downstream`
    error: `.packit.yaml` is not valid: 1 problem
    [exit code: 2]
    "#;

    a_list_of_triggers, "Not a valid string.", "trigger",
"specfile_path: hello.spec
jobs:
- job: tests
  trigger: [commit, pull_request]
",
    @r#"
    ------- stderr -------
    error: `trigger` must be text, not a list
     --> .packit.yaml:4:3
      |
    4 |   trigger: [commit, pull_request]
      |   ^^^^^^^
      |
      = hint: write `trigger: commit | pull_request`
    error: `.packit.yaml` is not valid: 1 problem
    [exit code: 2]
    "#;

    a_tab, "YAML syntax error", "while scanning for the next token",
"specfile_path: hello.spec
jobs:
\t- job: tests
\t  trigger: commit
",
    @r#"
    ------- stderr -------
    error: a tab stands where YAML takes only spaces
     --> .packit.yaml:3:1
      |
    3 |     - job: tests
      | ^
      |
      = hint: indent with spaces
    error: `.packit.yaml` is not valid: 1 problem
    [exit code: 2]
    "#;

    a_list_of_variables, "Not a valid mapping type.", "env",
"specfile_path: hello.spec
jobs:
- job: tests
  trigger: pull_request
  env:
  - DISTRO: fedora
  - ARCH: x86_64
",
    @r#"
    ------- stderr -------
    error: `env` must be a mapping, not a list
     --> .packit.yaml:5:3
      |
    5 |   env:
      |   ^^^
      |
      = hint: write `KEY: VALUE` below it, without `- ` before the key
    error: `.packit.yaml` is not valid: 1 problem
    [exit code: 2]
    "#;

    a_colon_in_a_value, "YAML syntax error", "mapping values are not allowed here",
"specfile_path: hello.spec
upstream_project_url: see: https://github.com/packit/hello
",
    @r#"
    ------- stderr -------
    error: a key and its value cannot stand here
     --> .packit.yaml:2:26
      |
    2 | upstream_project_url: see: https://github.com/packit/hello
      |                          ^
      |
      = hint: put a value that contains `: ` between quotes, and check the indentation
    error: `.packit.yaml` is not valid: 1 problem
    [exit code: 2]
    "#;

    jobs_without_dash, "AttributeError (not a validation error)", "'str' object has no attribute 'pop'",
"specfile_path: hello.spec
jobs:
  job: copr_build
  trigger: release
",
    @r#"
    ------- stderr -------
    error: `jobs` must be a list of jobs, not a mapping
     --> .packit.yaml:2:1
      |
    2 | jobs:
      | ^^^^
      |
      = hint: begin each item below it with `- `, and indent its other lines as far as the first
    error: `.packit.yaml` is not valid: 1 problem
    [exit code: 2]
    "#;

    a_branch_that_is_a_number, "Not a valid string.", "branch",
"specfile_path: hello.spec
jobs:
- job: copr_build
  trigger: commit
  branch: 3.0
",
    @r#"
    ------- stderr -------
    error: `branch` must be text, and `3.0` is a number
     --> .packit.yaml:5:11
      |
    5 |   branch: 3.0
      |           ^^^
      |
      = hint: put it between quotes: `"3.0"`
    error: `.packit.yaml` is not valid: 1 problem
    [exit code: 2]
    "#;

    acrions, "unknown key", "acrions",
"specfile_path: hello.spec
acrions:
  create-archive: make dist
",
    @r#"
    ------- stderr -------
    error: unknown key `acrions`
     --> .packit.yaml:2:1
      |
    2 | acrions:
      | ^^^^^^^
      |
      = hint: did you mean `actions`?
    error: `.packit.yaml` is not valid: 1 problem
    [exit code: 2]
    "#;

    one_file_without_list, "Not a valid list.", "files_to_sync",
"specfile_path: hello.spec
files_to_sync: hello.spec
",
    @r#"
    ------- stderr -------
    error: `files_to_sync` must be a list of paths, or of mappings with `src` and `dest`, not the text `hello.spec`
     --> .packit.yaml:2:16
      |
    2 | files_to_sync: hello.spec
      |                ^^^^^^^^^^
      |
      = hint: write `files_to_sync: [hello.spec]`
    error: `.packit.yaml` is not valid: 1 problem
    [exit code: 2]
    "#;

    empty_jobs, "TypeError (not a validation error)", "'NoneType' object is not iterable",
"specfile_path: hello.spec
jobs:
# - job: copr_build
#   trigger: pull_request
",
    @r#"
    ------- stderr -------
    error: `jobs` has no value
     --> .packit.yaml:2:1
      |
    2 | jobs:
      | ^^^^
      |
      = hint: write `jobs: []` for no jobs, or remove the line for the default ones
    error: `.packit.yaml` is not valid: 1 problem
    [exit code: 2]
    "#;

    a_quote_that_is_not_closed, "YAML syntax error", "while scanning a quoted scalar",
"'specfile_path: hello.spec
upstream_package_name: hello
jobs: []
",
    @r#"
    ------- stderr -------
    error: a quote is never closed
     --> .packit.yaml:1:1
      |
    1 | 'specfile_path: hello.spec
      | ^
      |
      = hint: close it, or remove it
    error: `.packit.yaml` is not valid: 1 problem
    [exit code: 2]
    "#;

    a_line_without_colon, "YAML syntax error", "while scanning a simple key",
"specfile_path: hello.spec
upstream_package_name hello
downstream_package_name: hello
",
    @r#"
    ------- stderr -------
    error: a key without `:`, or a value that does not belong to the line above
     --> .packit.yaml:2:1
      |
    2 | upstream_package_name hello
      | ^
      |
      = hint: write `key: value`, or `- item` in a list, and check the indentation
    error: `.packit.yaml` is not valid: 1 problem
    [exit code: 2]
    "#;

    a_date, "TypeError (not a validation error)", "Object of type date is not JSON serializable",
"specfile_path: hello.spec
jobs:
- job: copr_build
  trigger: commit
  branch: 2024-01-31
",
    @r#"
    ------- stderr -------
    `.packit.yaml` is valid
    [exit code: 0]
    "#;

    deployment, "unknown key", "deployment",
"specfile_path: hello.spec
deployment: stg
",
    @r#"
    ------- stderr -------
    error: unknown key `deployment`
     --> .packit.yaml:2:1
      |
    2 | deployment: stg
      | ^^^^^^^^^^
      |
      = hint: write `packit_instances: [prod]`, or `[stg]`, to choose the service that works
    error: `.packit.yaml` is not valid: 1 problem
    [exit code: 2]
    "#;

    tests_at_the_top, "unknown key", "tests",
"specfile_path: hello.spec
tests:
- trigger: pull_request
",
    @r#"
    ------- stderr -------
    error: unknown key `tests`
     --> .packit.yaml:2:1
      |
    2 | tests:
      | ^^^^^
      |
      = hint: `tests` is a job: write `- job: tests` below `jobs:`, with its keys below that
    error: `.packit.yaml` is not valid: 1 problem
    [exit code: 2]
    "#;

    triggers, "unknown key", "triggers",
"specfile_path: hello.spec
jobs:
- job: tests
  triggers: commit
",
    @r#"
    ------- stderr -------
    error: unknown key `triggers`
     --> .packit.yaml:4:3
      |
    4 |   triggers: commit
      |   ^^^^^^^^
      |
      = hint: did you mean `trigger`?
    error: `.packit.yaml` is not valid: 1 problem
    [exit code: 2]
    "#;

    packit_instance, "unknown key", "packit_instance",
"specfile_path: hello.spec
packit_instance: [stg]
",
    @r#"
    ------- stderr -------
    error: `packit_instance` is `packit_instances` today
     --> .packit.yaml:2:1
      |
    2 | packit_instance: [stg]
      | ^^^^^^^^^^^^^^^
      |
      = hint: write `packit_instances:` instead of `packit_instance:`; what stands below it stays as it is
    error: `.packit.yaml` is not valid: 1 problem
    [exit code: 2]
    "#;

    packages_as_a_list_of_mappings, "TypeError (not a validation error)", "unhashable type: 'dict'",
"packages: &all
  one: {specfile_path: hello.spec}
  two: {specfile_path: hello.spec}
jobs:
- job: copr_build
  trigger: commit
  packages:
  - *all
",
    @r#"
    ------- stderr -------
    error: an item of the list `packages` must be a package's name, not a mapping
     --> .packit.yaml:2:3
      |
    2 |   one: {specfile_path: hello.spec}
      |   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      |
      = hint: write `- one`, or `packages: {one: {…}}` when something is special
    error: `.packit.yaml` is not valid: 1 problem
    [exit code: 2]
    "#;

    jobs_with_a_dash, "unknown key", "-jobs",
"specfile_path: hello.spec
-jobs:
- job: tests
  trigger: commit
",
    @r#"
    ------- stderr -------
    error: unknown key `-jobs`
     --> .packit.yaml:2:1
      |
    2 | -jobs:
      | ^^^^^
      |
      = hint: did you mean `jobs`?
    error: `.packit.yaml` is not valid: 1 problem
    [exit code: 2]
    "#;

    dashes_in_a_key, "unknown key", "dist-git-branches",
"specfile_path: hello.spec
jobs:
- job: propose_downstream
  trigger: release
  dist-git-branches: [fedora-all]
",
    @r#"
    ------- stderr -------
    error: unknown key `dist-git-branches`
     --> .packit.yaml:5:3
      |
    5 |   dist-git-branches: [fedora-all]
      |   ^^^^^^^^^^^^^^^^^
      |
      = hint: did you mean `dist_git_branches`?
    error: `.packit.yaml` is not valid: 1 problem
    [exit code: 2]
    "#;

    target, "unknown key", "target",
"specfile_path: hello.spec
jobs:
- job: tests
  trigger: commit
  target: [fedora-all]
",
    @r#"
    ------- stderr -------
    error: unknown key `target`
     --> .packit.yaml:5:3
      |
    5 |   target: [fedora-all]
      |   ^^^^^^
      |
      = hint: did you mean `targets`?
    error: `.packit.yaml` is not valid: 1 problem
    [exit code: 2]
    "#;

    version, "unknown key", "version",
"specfile_path: hello.spec
version: 1.0
",
    @r#"
    ------- stderr -------
    error: unknown key `version`
     --> .packit.yaml:2:1
      |
    2 | version: 1.0
      | ^^^^^^^
      |
      = hint: remove it: the version comes from the newest tag, or from the action `get-current-version`
    error: `.packit.yaml` is not valid: 1 problem
    [exit code: 2]
    "#;

    two_anchors_of_one_name, "YAML syntax error", "found duplicate anchor 'sanity-810to94'; first occurrence",
"specfile_path: hello.spec
jobs:
- &sanity
  job: tests
  trigger: commit
- &sanity
  job: tests
  trigger: pull_request
",
    @r#"
    ------- stderr -------
    error: the anchor `&sanity` already stands in line 3
     --> .packit.yaml:6:3
      |
    6 | - &sanity
      |   ^^^^^^^
      |
      = hint: give one of the two another name
    error: `.packit.yaml` is not valid: 1 problem
    [exit code: 2]
    "#;
}
