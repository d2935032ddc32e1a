use proptest::prelude::*;

use super::*;
use crate::config::load::parse;

struct World {
    root: tempfile::TempDir,
}

impl World {
    fn new(files: &[&str]) -> Self {
        let root = tempfile::tempdir().unwrap();
        for file in files {
            let file = root.path().join("repo").join(file);
            fs_err::create_dir_all(file.parent().unwrap()).unwrap();
            fs_err::write(&file, "").unwrap();
        }
        Self { root }
    }

    fn repo(&self) -> PathBuf {
        self.root.path().join("repo")
    }

    fn find_in(&self, base: &str, text: &str) -> Result<String> {
        let package = package(text);
        let base = self.repo().join(base);
        let roots = Roots { root: &self.repo(), base: &base, repository: Some("repo") };
        let found = find_spec_file(&package, roots)?;
        Ok(found.strip_prefix(self.repo()).unwrap().to_str().unwrap().to_owned())
    }

    fn find(&self, text: &str) -> Result<String> {
        self.find_in("", text)
    }
}

fn package(text: &str) -> Package {
    parse(text.as_bytes().to_vec(), Path::new("packit.yaml"), Some("repo")).unwrap().packages.remove(0)
}

#[test]
fn finds_the_spec_file() {
    for (files, text, want) in [
        (&["a.spec"][..], "", "a.spec"),
        (&["a.spec", "b.spec"], "specfile_path: b.spec", "b.spec"),
        (&["a.spec", "x/b.spec"], "specfile_path: ./x/../x/b.spec", "x/b.spec"),
        (&["a.spec", "b.spec"], "downstream_package_name: b", "b.spec"),
        (&["a.spec"], "downstream_package_name: b", "a.spec"),
        (&["a.spec", "repo.spec"], "", "repo.spec"),
        (&["a.spec", "x/repo.spec"], "", "a.spec"),
        (&["x/a.spec", "tests/b.spec", ".git/c.spec"], "", "x/a.spec"),
        (&["x/tests/a.spec"], "", "x/tests/a.spec"),
        (&["x/a.spec", "y/repo.spec"], "", "y/repo.spec"),
        (&["x/repo.spec", "y/z/repo.spec"], "", "x/repo.spec"),
        (&["a.spec", "p/b.spec"], "packages: {q: {paths: [p]}}", "p/b.spec"),
        (&["a.spec", "p/b.spec"], "packages: {q: {paths: [p], specfile_path: ../a.spec}}", "a.spec"),
        (&["a.spec", "p/b.spec", "p/q.spec"], "packages: {q: {paths: [./p/]}}", "p/q.spec"),
    ] {
        assert_eq!(World::new(files).find(text).unwrap(), want, "{files:?} {text:?}");
    }
}

#[test]
fn a_configuration_in_a_folder_may_name_a_spec_file_above() {
    let world = World::new(&["distro/x.spec", "sub/packit.yaml"]);
    assert_eq!(world.find_in("sub", "specfile_path: ../distro/x.spec").unwrap(), "distro/x.spec");
}

#[test]
fn several_spec_files_are_an_error_that_lists_them() {
    for (files, listed) in [
        (&["b.spec", "a.spec"][..], "`a.spec`, `b.spec`"),
        (&["x/repo.spec", "w/repo.spec"], "`w/repo.spec`, `x/repo.spec`"),
    ] {
        let error = World::new(files).find("").unwrap_err();
        assert_eq!((error.kind(), error.causes()), (Kind::Config, &[listed.to_owned()][..]));
        assert!(error.hints()[0].contains("specfile_path: "), "{error:?}");
    }
    let many: Vec<String> = (10..40).map(|n| format!("{n}.spec")).collect();
    let error = World::new(&many.iter().map(String::as_str).collect::<Vec<_>>()).find("").unwrap_err();
    assert!(error.causes()[0].ends_with("`19.spec`, 20 more"), "{error:?}");
}

#[test]
fn a_missing_spec_file_is_an_error_of_its_own_step() {
    let world = World::new(&["README", "tests/x.spec"]);
    for text in ["", "downstream_package_name: x", "specfile_path: x.spec", "specfile_path: README/x.spec"] {
        let error = world.find(text).unwrap_err();
        assert_eq!(error.kind(), Kind::Project, "{text}: {error:?}");
        assert!(error.hints().iter().any(|hint| hint.contains("post-upstream-clone")), "{error:?}");
        assert_eq!(error.place().is_some(), text.starts_with("spec"), "{error:?}");
    }
    let error = world.find("paths: [none]").unwrap_err();
    assert!(error.message().contains("does not exist"), "{error:?}");
}

#[test]
fn the_named_file_need_not_exist() {
    let root = Path::new("/r");
    let roots = Roots { root, base: root, repository: None };
    for (text, want) in [
        ("specfile_path: a/b.spec", Some("/r/a/b.spec")),
        ("downstream_package_name: x", Some("/r/x.spec")),
        ("{}", None),
        ("packages: {x: {paths: [p], specfile_path: b.spec}}", Some("/r/p/b.spec")),
    ] {
        assert_eq!(named_spec_file(&package(text), roots).unwrap().as_deref(), want.map(Path::new), "{text}");
    }
}

#[test]
fn no_path_leaves_the_repository() {
    // W20: the Python packit edits such a file.
    let world = World::new(&["a.spec"]);
    fs_err::write(world.root.path().join("out.spec"), "").unwrap();
    fs_err::create_dir_all(world.root.path().join("other")).unwrap();
    fs_err::write(world.root.path().join("other/o.spec"), "").unwrap();
    std::os::unix::fs::symlink("../out.spec", world.repo().join("link.spec")).unwrap();
    std::os::unix::fs::symlink("../other", world.repo().join("folder")).unwrap();
    std::os::unix::fs::symlink("a.spec", world.repo().join("inside.spec")).unwrap();
    let absolute = format!("specfile_path: {}", world.repo().join("a.spec").display());
    for text in [
        "specfile_path: ../out.spec",
        "specfile_path: ../repo/a.spec",
        "specfile_path: link.spec",
        "specfile_path: folder/o.spec",
        absolute.as_str(),
        "paths: [..]",
        "paths: [/tmp]",
        "packages: {x: {paths: [sub], specfile_path: ../../out.spec}}",
        "specfile_path: \"a\\0.spec\"",
        "downstream_package_name: link",
    ] {
        let error = world.find(text).unwrap_err();
        assert_eq!(error.kind(), Kind::Config, "{text}: {error:?}");
    }
    assert_eq!(world.find("specfile_path: inside.spec").unwrap(), "inside.spec");
}

proptest! {
    #[test]
    fn whatever_is_written_stays_in_the_root(
        parts in proptest::collection::vec("(\\.\\.|\\.|a|b|/|//|\\.\\. )", 0..12),
        base in "(|/x|/x/y)",
    ) {
        let path = Spanned::default_value(parts.join("/"));
        if let Ok(whole) = confine(Path::new("/r"), Path::new(&format!("/r{base}")), &path, "k") {
            prop_assert!(whole.starts_with("/r"));
            prop_assert!(!whole.components().any(|part| part == std::path::Component::ParentDir));
        }
    }
}
