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
    // The man pages are made from the definitions, and another test holds them against these.
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("man");
    let pages = fs_err::read_dir(folder).unwrap().map(|page| fs_err::read_to_string(page.unwrap().path()).unwrap());
    let fonts = ["\\fB", "\\fI", "\\fR"];
    let plain = |page: String| fonts.iter().fold(page, |page, font| page.replace(font, " ")).replace('\\', "");
    let all: String = pages.map(plain).collect();
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
