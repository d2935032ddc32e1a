//! The committed man pages, completions and schema are what the definitions of the command line and of the configuration make today.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

#[test]
fn generated_files_are_fresh() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let renew = std::env::var_os("UPDATE_GENERATED").is_some();
    let mut expected = BTreeSet::new();
    for (path, content) in packit::cli::generated::files() {
        let committed = root.join(&path);
        if renew {
            fs_err::create_dir_all(committed.parent().unwrap()).unwrap();
            fs_err::write(&committed, &content).unwrap();
        }
        let found = fs_err::read(&committed).unwrap_or_default();
        assert!(found == content, "{} is stale: run `make generate` and commit the result", path.display());
        expected.insert(path);
    }
    for folder in ["man", "completions", "schema"] {
        for entry in fs_err::read_dir(root.join(folder)).unwrap() {
            let path = PathBuf::from(folder).join(entry.unwrap().file_name());
            assert!(expected.contains(&path), "{} is made by nothing", path.display());
        }
    }
}

#[test]
fn every_man_page_says_of_which_packit_it_is() {
    let source = format!(" 1  \"packit {}\" packit\n", env!("CARGO_PKG_VERSION"));
    for (path, content) in packit::cli::generated::files() {
        if path.starts_with("man") {
            let page = String::from_utf8(content).unwrap();
            let title = page.lines().find(|line| line.starts_with(".TH ")).unwrap();
            assert!(format!("{title}\n").ends_with(&source), "{}: {title}", path.display());
        }
    }
}
