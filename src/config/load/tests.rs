use super::*;
use crate::config::{ActionName, Command, Commands, Spanned};

mod broken;
mod corpus;
mod jobs;

fn loaded(text: &str) -> Result<Loaded> {
    parse(text.as_bytes().to_vec(), Path::new(".packit.yaml"), Some("repo"))
}

fn package(text: &str) -> Package {
    loaded(text).unwrap().packages.remove(0)
}

/// The findings as `LINE:COLUMN marked text: message (hint)`.
fn findings(findings: &[Finding]) -> Vec<String> {
    let show = |finding: &Finding| {
        let place = finding.place.as_ref().unwrap();
        let marked: String = place.text.chars().skip(place.column - 1).take(place.length).collect();
        let hint = if finding.hints.is_empty() { String::new() } else { format!(" ({})", finding.hints.join("; ")) };
        format!("{}:{} {marked}: {}{hint}", place.line, place.column, finding.message)
    };
    findings.iter().map(show).collect()
}

fn problems(text: &str) -> Vec<String> {
    match loaded(text) {
        Ok(loaded) => panic!("is valid: {text:?}: {loaded:?}"),
        Err(error) => {
            assert_eq!(error.kind(), Kind::Config);
            findings(error.all_findings())
        }
    }
}

#[test]
fn an_empty_file_is_the_defaults() {
    for text in ["", "# nothing\n", "---\n", "~", "{}"] {
        let package = package(text);
        assert_eq!(package.name, "repo");
        assert_eq!(package.upstream_package_name.value, "repo");
        assert_eq!(package.downstream_package_name.value, "repo");
        assert!(!package.downstream_package_name.is_given());
        assert_eq!(package.upstream_tag_template.value, "{version}");
        assert_eq!(package.archive_root_dir_template.value, "{upstream_pkg_name}-{version}");
        assert_eq!(package.prerelease_suffix_pattern.value.as_deref(), Some(crate::config::PRERELEASE_SUFFIX_PATTERN));
        assert_eq!((package.spec_source_id.value, package.folder()), (0, PathBuf::new()));
        assert!(package.update_release.is_none() && package.preserve_spec.is_none() && package.actions.is_empty());
    }
}

#[test]
fn values_are_read() {
    let package = package(
        "specfile_path: rpm/x.spec\nupstream_package_name: up\ndownstream_package_name: down\nupstream_project_url: u\n\
         paths: [./sub/]\nupstream_ref: v1\nupstream_tag_template: v{version}\nupstream_tag_include: ^v\n\
         upstream_tag_exclude: ''\narchive_root_dir_template: x\nspec_source_id: 3\nupdate_release: no\n\
         preserve_spec: 'True'\nrelease_suffix: '{PACKIT_RPMSPEC_RELEASE}'\nversion_suffix: ~\n\
         parse_time_macros: {a: 1.10, b: ~, c: yes, d: x}\nprerelease_suffix_pattern: null\n\
         sources: [{path: p, url: u}]\n",
    );
    assert_eq!(package.specfile_path.unwrap().value, "rpm/x.spec");
    assert_eq!((package.name.as_str(), package.upstream_package_name.value.as_str()), ("down", "up"));
    assert_eq!(package.paths.first().unwrap().value, "./sub/");
    assert_eq!(package.upstream_ref.unwrap().value, "v1");
    assert_eq!(package.upstream_tag_include.unwrap().place().unwrap().line, 8);
    assert!(package.upstream_tag_exclude.is_none() && package.version_suffix.is_none());
    assert_eq!(package.spec_source_id.value, 3);
    assert!(!package.update_release.unwrap().value && package.preserve_spec.unwrap().value);
    let macros = [("a", Some("1.10")), ("b", None), ("c", Some("True")), ("d", Some("x"))];
    assert_eq!(package.parse_time_macros, macros.map(|(name, value)| (name.to_owned(), value.map(str::to_owned))));
    assert!(package.prerelease_suffix_pattern.value.is_none() && package.prerelease_suffix_pattern.is_given());
    assert_eq!((package.sources[0].path.value.as_str(), package.sources[0].url.value.as_str()), ("p", "u"));
}

#[test]
fn spec_source_ids() {
    for (text, want) in [("0", 0), ("1", 1), ("'2'", 2), ("Source4", 4), ("source5", 5), ("Source", 0), ("010", 8)] {
        assert_eq!(package(&format!("spec_source_id: {text}\n")).spec_source_id.value, want, "{text}");
    }
    for text in ["Patch1", "1.5", "[1]", "-1", "''"] {
        assert_eq!(problems(&format!("spec_source_id: {text}\n")).len(), 1, "{text}");
    }
}

#[test]
fn booleans_in_every_spelling_of_python() {
    for (spellings, want) in [
        ("t T true True TRUE on On ON y Y yes Yes YES 1", true),
        ("f F false False FALSE off Off OFF n N no No NO 0", false),
    ] {
        for word in spellings.split(' ') {
            for text in [word.to_owned(), format!("'{word}'")] {
                let text = format!("update_release: {text}\n");
                assert_eq!(package(&text).update_release.unwrap().value, want, "{text}");
            }
        }
    }
    for text in ["maybe", "2", "tRUE", "[true]"] {
        assert_eq!(problems(&format!("update_release: {text}\n")).len(), 1, "{text}");
    }
}

#[test]
fn actions_keep_their_forms_apart() {
    let package = package(
        "actions:\n  fix-spec-file:\n  create-archive: []\n  post-upstream-clone: make 'a b'\n  \
         get-current-version:\n    - ls\n    - [echo, '$x']\n",
    );
    let commands = |name| &package.action(name).unwrap().commands;
    assert!(matches!(commands(ActionName::FixSpecFile), Commands::Null));
    assert!(matches!(commands(ActionName::CreateArchive), Commands::List(list) if list.is_empty()));
    let Commands::List(list) = commands(ActionName::PostUpstreamClone) else { panic!() };
    assert_eq!(list[0].value.words().unwrap(), ["make", "a b"]);
    let Commands::List(list) = commands(ActionName::GetCurrentVersion) else { panic!() };
    assert_eq!(list[0].value, Command::Line("ls".to_owned()));
    assert_eq!(list[1].value, Command::Words(vec!["echo".to_owned(), "$x".to_owned()]));
    assert_eq!(list[1].place().unwrap().line, 7);
    assert!(package.action(ActionName::PreSync).is_none());
}

#[test]
fn commands_are_text_as_it_is_written() {
    // The Python packit takes them for booleans and numbers, and fails when the action runs.
    let package = package("actions: {create-archive: [true, [sleep, 1.10, NO], 07]}\n");
    let Commands::List(list) = &package.actions[0].commands else { panic!() };
    let words: Vec<_> = list.iter().map(|command| command.value.words().unwrap().join(" ")).collect();
    assert_eq!(words, ["true", "sleep 1.10 NO", "07"]);
}

#[test]
fn a_monorepo_inherits_first_and_takes_defaults_later() {
    let loaded = loaded(
        "specfile_path: shared.spec\nupstream_project_url: top\nrelease_suffix: r\nupdate_release: false\n\
         actions: {create-archive: a, pre-sync: b}\ndownstream_package_name: ignored\n\
         packages:\n  b:\n    paths: [b]\n    upstream_project_url: own\n    release_suffix: ~\n  a:\n    \
         downstream_package_name: rpm-a\n    actions: {create-archive: c}\n",
    )
    .unwrap();
    assert!(loaded.is_monorepo);
    let [b, a] = &loaded.packages[..] else { panic!() };
    assert_eq!((b.name.as_str(), a.name.as_str()), ("b", "a"));
    assert_eq!((b.downstream_package_name.value.as_str(), a.downstream_package_name.value.as_str()), ("b", "rpm-a"));
    assert_eq!(b.upstream_package_name.value, "repo");
    // W14: the Python packit loses the inherited spec file and overwrites the package's own URL.
    assert_eq!(b.specfile_path.as_ref().unwrap().value, "shared.spec");
    assert_eq!(b.upstream_project_url.as_ref().unwrap().value, "own");
    assert_eq!(a.upstream_project_url.as_ref().unwrap().value, "top");
    assert!(b.release_suffix.is_none() && a.release_suffix.is_some());
    assert!(!b.update_release.as_ref().unwrap().value);
    assert_eq!((b.actions.len(), a.actions.len()), (2, 1));
    assert_eq!(b.folder(), Path::new("b"));
}

#[test]
fn all_problems_are_reported_at_once_and_in_order() {
    let text = "specfile_pth: x.spec\nupdate_release: maybe\nsynced_files:\n  - x\nupstream_ref: 1.10\n\
                jobs:\n- job: tests\n  trigers: commit\n  metadata: {taregts: x}\n- x\non: 1\n";
    assert_eq!(
        problems(text),
        [
            "1:1 specfile_pth: unknown key `specfile_pth` (did you mean `specfile_path`?)",
            "2:17 maybe: `update_release` must be true or false, not the text `maybe` (write `update_release: true` or `update_release: false`)",
            "3:1 synced_files: `synced_files` is `files_to_sync` today (write `files_to_sync:` instead of `synced_files:`; what stands below it stays as it is)",
            "5:15 1.10: `upstream_ref` must be text, and `1.10` is a number (put it between quotes: `\"1.10\"`)",
            "8:3 trigers: unknown key `trigers` (did you mean `trigger`?)",
            "9:3 metadata: `metadata` is not needed any more (move what is below it up into the job, and remove `metadata:`)",
            "9:14 taregts: unknown key `taregts` (did you mean `targets`?)",
            "10:3 x: a job must be a mapping, not text (write `- job: NAME` and `trigger: EVENT` below it)",
            "11:1 on: the key `on` is a boolean, not text (write `\"on\":`)",
        ]
    );
    let error = loaded(text).unwrap_err();
    assert_eq!(error.message(), "`.packit.yaml` is not valid: 8 problems");
    assert_eq!(loaded("jobs: 1").unwrap_err().message(), "`.packit.yaml` is not valid: 1 problem");
}

#[test]
fn an_inherited_problem_is_reported_once() {
    let text = "paths: x\nfoo: 1\npackages:\n  a: {}\n  b: {}\n  c: {bar: 1}\n";
    assert_eq!(
        problems(text),
        [
            "1:8 x: `paths` must be a list of texts, not the text `x` (write `paths: [x]`)",
            "2:1 foo: unknown key `foo` (remove it; `packit config schema` lists the keys)",
            "6:7 bar: unknown key `bar` (remove it; `packit config schema` lists the keys)",
        ]
    );
}

#[test]
fn wrong_shapes_are_explained() {
    for (text, want) in [
        ("- a\n", "a configuration is a mapping of keys to values, and this is a list"),
        ("text\n", "a configuration is a mapping of keys to values, and this is text"),
        ("jobs:\n", "`jobs` has no value"),
        ("jobs: {job: x}\n", "`jobs` must be a list of jobs, not a mapping"),
        ("packages: [a]\n", "`packages` must be a mapping of names to mappings, not a list"),
        ("packages: {}\n", "`packages` names no package"),
        ("packages:\n", "`packages` must be a mapping of names to mappings, not nothing"),
        ("packages: {a: }\n", "the package `a` must be a mapping, not empty"),
        ("packages: {a/b: {}}\n", "the package name `a/b` becomes a file name and cannot be empty or contain `/`"),
        ("packages: {1: {}}\n", "the key `1` is a number, not text"),
        ("actions: [a]\n", "`actions` must be a mapping of actions to commands, not a list"),
        ("actions:\n", "`actions` has no value"),
        ("actions: {fix-spec: a}\n", "unknown action `fix-spec`"),
        ("actions: {pre-sync: 1}\n", "the action `pre-sync` must be a command or a list of commands, not a number"),
        ("actions: {pre-sync: [a, ~]}\n", "the action `pre-sync` needs text here, and this is empty"),
        ("actions: {pre-sync: ['echo', a: b]}\n", "a command of the action `pre-sync` is read as a mapping"),
        ("upstream_package_name: a/b\n", "`upstream_package_name` becomes a file name and cannot contain `/`"),
        ("upstream_package_name: \"a\\0\"\n", "`upstream_package_name` becomes a file name and cannot contain `/`"),
        ("paths: []\n", "`paths` names no folder"),
        ("sources: [{path: a}]\n", "this item of `sources` has no `url`"),
        ("sources: [a]\n", "an item of `sources` must be a mapping with `path` and `url`, not text"),
        ("parse_time_macros: {a: []}\n", "the value of the macro `a` must be text, not a list"),
        ("upstream_tag_template:\n", "`upstream_tag_template` has no value"),
        ("trigger: commit\n", "unknown key `trigger`"),
    ] {
        let got: Vec<String> = loaded(text).unwrap_err().all_findings().iter().map(|f| f.message.clone()).collect();
        assert_eq!(got, [want], "{text}");
    }
}

#[test]
fn a_package_without_any_name_is_an_error() {
    let error = parse(b"specfile_path: a.spec".to_vec(), Path::new("x"), None).unwrap_err();
    assert!(error.all_findings()[0].hints[0].contains("downstream_package_name"));
    let loaded = parse(b"downstream_package_name: a".to_vec(), Path::new("x"), None).unwrap();
    assert_eq!(loaded.packages[0].upstream_package_name.value, "a");
}

#[test]
fn a_duplicate_key_is_a_warning_that_names_both_places() {
    let loaded = loaded("specfile_path: a\n\nspecfile_path: b\n").unwrap();
    assert_eq!(loaded.packages[0].specfile_path.as_ref().unwrap().value, "b");
    assert_eq!(
        findings(&loaded.findings),
        ["3:1 specfile_path: the key `specfile_path` stands twice: this one counts, the one in line 1 does not \
          (remove one of the two (line 1 is ignored))"]
    );
}

#[test]
fn the_anchor_shelf_is_not_a_key() {
    let loaded = loaded("_: {anything: &x {release_suffix: r}}\n<<: *x\n").unwrap();
    assert_eq!(loaded.packages[0].release_suffix.as_ref().unwrap().place().unwrap().line, 1);
    assert_eq!(problems("packages: {a: {_: 1}}").len(), 1);
}

#[test]
fn encodings() {
    let bom = loaded("\u{feff}specfile_path: ž.spec\r\nupdate_release: no\r\n").unwrap().packages.remove(0);
    assert_eq!(bom.specfile_path.unwrap().value, "ž.spec");
    assert_eq!(bom.update_release.unwrap().place().unwrap().text, "update_release: no");
    let error = parse(b"a: 1\nb: caf\xe9\n".to_vec(), Path::new("x"), None).unwrap_err();
    let place = error.all_findings()[0].place.clone().unwrap();
    assert_eq!((place.line, place.column, error.all_findings().len()), (2, 7, 1));
}

#[test]
fn many_problems_are_cut() {
    let text: String = (0..3000).map(|n| format!("zz{n}: 1\n")).collect();
    let error = loaded(&text).unwrap_err();
    assert_eq!(error.all_findings().len(), 101);
    assert_eq!(error.all_findings().last().unwrap().message, "and 2900 more problems");
}

#[test]
fn many_warnings_are_no_error_and_hide_none() {
    let jobs = "- {job: tests, trigger: commit, metadata: {targets: [x]}}\n".repeat(150);
    let findings = loaded(&format!("jobs:\n{jobs}")).unwrap().findings;
    assert_eq!(findings.len(), 101);
    assert_eq!(findings.last().unwrap().message, "and 50 more warnings");
    let error = loaded(&format!("jobs:\n{jobs}zz: 1\n")).unwrap_err();
    assert!(error.all_findings().iter().any(|finding| finding.message == "unknown key `zz`"));
}

#[test]
fn a_file_that_is_too_large_or_missing() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("packit.yaml");
    assert!(load(&file, Path::new("packit.yaml"), None).unwrap_err().message().contains("`packit.yaml`"));
    fs_err::write(&file, "#".repeat(2 << 20)).unwrap();
    assert!(load(&file, Path::new("packit.yaml"), None).unwrap_err().message().contains("1 MiB"));
}
