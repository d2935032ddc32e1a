//! What the documents say of the command line is true.

use std::path::Path;

use crate::support::World;

fn read(file: &str) -> String {
    fs_err::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).unwrap()
}

/// The options in a text: words that begin with two dashes.
fn options(text: &str) -> Vec<&str> {
    let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-'));
    words.filter(|word| word.starts_with("--") && word.len() > 3).collect()
}

#[test]
fn every_option_of_the_documents_exists() {
    let world = World::new();
    let help = |arguments: &[&str]| world.packit(world.path("out"), arguments).success().stdout;
    let all = help(&["--help"]) + &help(&["srpm", "--help"]) + &help(&["create-archive", "--help"]);
    let all = all + &help(&["inspect", "--help"]);
    let of_config = ["targets", "show", "schema", "validate"].map(|name| help(&["config", name, "--help"]));
    let of_copr =
        ["watch", "status", "logs", "download", "cancel", "whoami"].map(|name| help(&["copr", name, "--help"]));
    let of_builds = ["locally", "in-mock"].map(|name| help(&["build", name, "--help"]));
    let all = all + &of_builds.concat();
    let all = all + &of_config.concat() + &of_copr.concat() + &help(&["copr-build", "--help"]);
    let known = options(&all);
    let of_others = ["--path", "--format"];
    for file in ["README.md", "CHANGELOG.md"] {
        for option in options(&read(file)) {
            assert!(known.contains(&option) || of_others.contains(&option), "{file}: {option}");
        }
    }
}

#[test]
fn the_exit_codes_of_the_readme_are_those_of_the_help() {
    let world = World::new();
    let help = world.packit(world.path("out"), &["--help"]).success().stdout;
    let table = read("README.md");
    let rows = table.lines().filter_map(|line| line.strip_prefix("| ")?.strip_suffix(" |")?.split_once(" | "));
    let codes: Vec<_> = rows.filter(|(code, _)| code.parse::<u8>().is_ok()).collect();
    assert_eq!(codes.len(), 9);
    for (code, meaning) in codes {
        let said =
            help.lines().any(|line| line.trim_start().strip_prefix(code).is_some_and(|rest| rest.trim() == meaning));
        assert!(said, "{code}: {meaning}");
    }
}

#[test]
fn links_between_the_documents_lead_somewhere() {
    for file in ["README.md", "CONTRIBUTING.md", "docs/architecture.md", "docs/differences.md", "docs/performance.md"] {
        let text = read(file);
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
        for target in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            if !target.contains("://") {
                assert!(folder.parent().unwrap().join(target).exists(), "{file}: {target}");
            }
        }
    }
}
