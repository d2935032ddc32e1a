//! What the files of languages and build systems say of a project: its name, version, licence, what it is.

use std::path::Path;

use serde::Serialize;
use serde_json::Value;

/// A language or a build system.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum BuildSystem {
    /// `Cargo.toml`
    Cargo,
    /// `pyproject.toml` or `setup.py`
    Python,
    /// `package.json`
    Node,
    /// `go.mod`
    Go,
    /// `meson.build`
    Meson,
    /// `CMakeLists.txt`
    Cmake,
    /// `configure.ac`
    Autotools,
}

/// What such a file says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Language {
    /// Which one it is.
    pub system: BuildSystem,
    /// The file.
    pub file: &'static str,
    /// The name of the project.
    pub name: Option<String>,
    /// Its version.
    pub version: Option<String>,
    /// What it is, in a line.
    pub summary: Option<String>,
    /// Its licence.
    pub license: Option<String>,
    /// The programs that it installs; `None` where that is not known.
    pub programs: Option<Vec<String>>,
    /// Whether nothing of it is compiled for a machine, as far as the file says.
    pub is_noarch: bool,
}

type Reader = fn(&str) -> [Option<String>; 4];

/// The files, the one that counts first: a Meson project may have a `pyproject.toml` for its tools.
const FILES: [(&str, BuildSystem, Reader); 9] = [
    ("Cargo.toml", BuildSystem::Cargo, |text| toml(text, &["package", "workspace.package"])),
    ("go.mod", BuildSystem::Go, go),
    ("meson.build", BuildSystem::Meson, meson),
    ("CMakeLists.txt", BuildSystem::Cmake, cmake),
    ("configure.ac", BuildSystem::Autotools, autoconf),
    ("pyproject.toml", BuildSystem::Python, |text| toml(text, &["project", "tool.poetry"])),
    ("setup.py", BuildSystem::Python, |text| arguments(text, "setup(", "=")),
    ("setup.cfg", BuildSystem::Python, |text| toml(text, &["metadata"])),
    ("package.json", BuildSystem::Node, json),
];

/// Reads the first of the files that is there; what it does not say, others of the same system may (`setup.cfg`).
pub(super) fn read(root: &Path) -> Option<Language> {
    let mut texts = FILES.iter().filter_map(|&(file, system, reader)| {
        let text = fs_err::read(root.join(file)).ok()?;
        Some((file, system, reader, String::from_utf8_lossy(&text).into_owned()))
    });
    let (file, system, reader, mut text) = texts.next()?;
    let read = |reader: Reader, text: &str| {
        reader(text).map(|value| value.map(|text| line(&text)).filter(|text| !text.is_empty()))
    };
    let [mut name, mut version, mut summary, mut license] = read(reader, &text);
    for (_, _, reader, other) in texts.filter(|(_, other, ..)| *other == system) {
        let found = read(reader, &other);
        for (value, found) in [&mut name, &mut version, &mut summary, &mut license].into_iter().zip(found) {
            *value = value.take().or(found);
        }
        text = [text, other].join("\n");
    }
    let programs = match system {
        BuildSystem::Cargo => Some(cargo_programs(root, &text, name.as_deref())),
        BuildSystem::Python => Some(python_programs(&text)),
        // Their spec files name one that is called like the package.
        _ => None,
    };
    let is_noarch = system == BuildSystem::Python && !COMPILED.iter().any(|word| text.contains(word));
    Some(Language { system, file, name, version, summary, license, programs, is_noarch })
}

/// What the files of Python projects say that compile something.
const COMPILED: [&str; 10] = [
    "ext_modules",
    "ext-modules",
    "cffi_modules",
    "cython",
    "Cython",
    "maturin",
    "rust",
    "scikit-build",
    "meson",
    "pybind11",
];

/// The programs of a crate: `src/main.rs`, those of `src/bin`, and those that `Cargo.toml` names.
fn cargo_programs(root: &Path, text: &str, name: Option<&str>) -> Vec<String> {
    let mut programs: Vec<String> = Vec::new();
    let mut sections = text.split("[[bin]]").skip(1);
    programs.extend(sections.by_ref().filter_map(|section| {
        let lines = section.lines().take_while(|line| !line.trim_start().starts_with('['));
        lines
            .filter_map(|line| line.split_once('='))
            .find(|(key, _)| key.trim() == "name")
            .and_then(|(_, name)| quoted(name))
    }));
    if programs.is_empty() && root.join("src/main.rs").is_file() {
        programs.extend(name.map(str::to_owned));
    }
    let others = fs_err::read_dir(root.join("src/bin")).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut others: Vec<String> = others
        .filter(|path| path.extension().is_some_and(|ending| ending == "rs") || path.join("main.rs").is_file())
        .filter_map(|path| path.file_stem().map(|name| name.to_string_lossy().into_owned()))
        .filter(|name| !programs.contains(name))
        .collect();
    others.sort();
    programs.extend(others);
    programs
}

/// The programs of a Python project: those that `pyproject.toml` names; `*` where a script of its own says that there are some.
fn python_programs(text: &str) -> Vec<String> {
    let sections = ["[project.scripts]", "[project.gui-scripts]", "[tool.poetry.scripts]"];
    let named = sections.into_iter().flat_map(|header| {
        let lines = text.lines().map(str::trim).skip_while(move |line| *line != header).skip(1);
        let entries = lines.take_while(|line| !line.starts_with('[')).filter(|line| !line.starts_with('#'));
        entries
            .filter_map(|line| line.split_once('='))
            .map(|(name, _)| name.trim().trim_matches(['"', '\'']).to_owned())
    });
    let is_name =
        |name: &String| !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || "._+-".contains(c));
    let named: Vec<String> = named.filter(is_name).collect();
    let has_some = ["console_scripts", "gui_scripts", "scripts="].iter().any(|word| text.contains(word));
    if named.is_empty() && has_some { vec!["*".to_owned()] } else { named }
}

/// The first line of a text, without what steers a terminal.
fn line(text: &str) -> String {
    let first = text.trim().lines().next().unwrap_or_default();
    first.chars().filter(|c| !c.is_control()).take(200).collect::<String>().trim().to_owned()
}

/// The values of `KEY = "TEXT"` in the first of the sections that has one.
fn toml(text: &str, sections: &[&str]) -> [Option<String>; 4] {
    ["name", "version", "description", "license"].map(|key| {
        sections.iter().find_map(|section| {
            let header = format!("[{section}]");
            let lines = text.lines().map(str::trim).skip_while(|line| *line != header).skip(1);
            let mut lines = lines.take_while(|line| !line.starts_with('['));
            lines.find_map(|line| {
                let (name, value) = line.split_once('=')?;
                (name.trim() == key).then(|| quoted(value)).flatten()
            })
        })
    })
}

/// A text in quotes; as it is in a file that has none.
fn quoted(value: &str) -> Option<String> {
    let value = value.trim();
    match value.chars().next()? {
        quote @ ('"' | '\'') => value.get(1..)?.split(quote).next().map(str::to_owned),
        '{' | '[' => None,
        first if first.is_alphanumeric() => Some(value.to_owned()),
        _ => None,
    }
}

fn json(text: &str) -> [Option<String>; 4] {
    let object: Value = serde_json::from_str(text).unwrap_or_default();
    // A scope is not a part of the name of a package.
    let unscoped = |name: String| name.rsplit('/').next().unwrap_or_default().to_owned();
    let [name, version, summary, license] =
        ["name", "version", "description", "license"].map(|key| object.get(key)?.as_str().map(str::to_owned));
    [name.map(unscoped), version, summary, license]
}

fn go(text: &str) -> [Option<String>; 4] {
    let module = text.lines().find_map(|line| line.trim().strip_prefix("module ")).map(str::trim);
    let is_major = |part: &&str| part.strip_prefix('v').is_some_and(|rest| rest.chars().all(|c| c.is_ascii_digit()));
    let name = module.and_then(|module| module.rsplit('/').find(|part| !is_major(part)));
    [name.map(str::to_owned), None, None, None]
}

/// `project('NAME', 'c', version: '1.0', license: 'MIT')`
fn meson(text: &str) -> [Option<String>; 4] {
    let [_, version, summary, license] = arguments(text, "project(", ":");
    let name = text
        .split_once("project(")
        .and_then(|(_, rest)| quoted(rest).filter(|_| rest.trim_start().starts_with(['\'', '"'])));
    [name, version, summary, license]
}

/// `project(NAME VERSION 1.0 DESCRIPTION "...")`
fn cmake(text: &str) -> [Option<String>; 4] {
    let lower = text.to_ascii_lowercase();
    let inside = lower.find("project(").and_then(|at| text.get(at + 8..)).and_then(|rest| rest.split(')').next());
    let inside = inside.unwrap_or_default();
    let behind = |word: &str| inside.split_once(word).map(|(_, rest)| rest.trim());
    let bare = |text: &str| text.split_whitespace().next().map(|word| word.trim_matches('"').to_owned());
    let known = |text: &String| !text.contains('$');
    [
        bare(inside).filter(known),
        behind("VERSION").and_then(bare).filter(known),
        behind("DESCRIPTION").and_then(quoted),
        None,
    ]
}

/// `AC_INIT([NAME], [1.0], ...)`
fn autoconf(text: &str) -> [Option<String>; 4] {
    let inside = text.split_once("AC_INIT(").and_then(|(_, rest)| rest.split(')').next()).unwrap_or_default();
    let mut parts = inside.split(',').map(|part| part.trim().trim_matches(['[', ']', '"']).trim().to_owned());
    let known = |text: &String| !text.contains("m4_") && !text.contains('$') && !text.contains('(');
    [parts.next().filter(known), parts.next().filter(known), None, None]
}

/// The named arguments of a call that are texts.
fn arguments(text: &str, call: &str, sign: &str) -> [Option<String>; 4] {
    let inside = text.split_once(call).map(|(_, rest)| rest).unwrap_or_default();
    ["name", "version", "description", "license"].map(|key| {
        let key = format!("{key}{sign}");
        let spaced = inside.replace(&format!(" {sign}"), sign);
        let before = |at: usize| spaced.get(..at).and_then(|before| before.chars().next_back());
        let mut found =
            spaced.match_indices(&key).filter(|&(at, _)| before(at).is_none_or(|c| !c.is_alphanumeric() && c != '_'));
        let value = found.next().and_then(|(at, _)| spaced.get(at + key.len()..))?.trim_start();
        value.starts_with(['"', '\'']).then(|| quoted(value)).flatten()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(found: [Option<String>; 4]) -> String {
        found.map(Option::unwrap_or_default).join("|")
    }

    #[test]
    fn programs_are_found() {
        let text =
            "[project]\nname = 'x'\n[project.scripts]\nsay = \"x:say\"\n\"other-one\" = 'x:y'\n\n[tool.x]\na = 1\n";
        assert_eq!(python_programs(text), ["say", "other-one"]);
        assert_eq!(python_programs("setup(entry_points={'console_scripts': ['a=b:c']})"), ["*"]);
        assert_eq!(python_programs("setup()"), [""; 0]);
        let root = tempfile::tempdir().unwrap();
        let programs = |text: &str| cargo_programs(root.path(), text, Some("hello"));
        assert_eq!(programs(""), [""; 0]);
        assert_eq!(
            programs("[[bin]]\nname = \"say\"\npath = 'x'\n[[bin]]\nname='b'\n[lib]\nname = 'c'\n"),
            ["say", "b"]
        );
        fs_err::create_dir_all(root.path().join("src/bin/deep")).unwrap();
        for file in ["src/main.rs", "src/bin/two.rs", "src/bin/deep/main.rs"] {
            fs_err::write(root.path().join(file), "").unwrap();
        }
        assert_eq!(programs("[lib]\n"), ["hello", "deep", "two"]);
    }

    #[test]
    fn files_of_one_system_say_it_together() {
        let root = tempfile::tempdir().unwrap();
        for (file, text) in [
            ("pyproject.toml", "[build-system]\nrequires = ['setuptools', 'cython']\n"),
            ("setup.py", "setup()\n"),
            ("setup.cfg", "[metadata]\nname = thing\nversion = 2\n"),
            ("package.json", "{\"name\": \"other\", \"license\": \"ISC\"}"),
        ] {
            fs_err::write(root.path().join(file), text).unwrap();
        }
        let found = read(root.path()).unwrap();
        assert_eq!(
            (found.file, found.name.as_deref(), found.version.as_deref()),
            ("pyproject.toml", Some("thing"), Some("2"))
        );
        assert!(found.license.is_none() && !found.is_noarch, "{found:?}");
    }

    #[test]
    fn each_file_says_what_it_says() {
        let cargo = "[package]\nname = \"hello\"\nversion.workspace = true\n\n[workspace.package]\nversion = '1.2'\nlicense = \"MIT\"\n";
        assert_eq!(said(toml(cargo, &["package", "workspace.package"])), "hello|1.2||MIT");
        assert_eq!(said(toml("[metadata]\nname = hello\nversion = attr: x\n", &["metadata"])), "hello|attr: x||");
        assert_eq!(said(json(r#"{"name": "@a/hello", "version": "1", "license": "MIT"}"#)), "hello|1||MIT");
        assert_eq!(said(json("[")), "|||");
        assert_eq!(said(go("module example.com/ann/hello/v2\n\ngo 1.22\n")), "hello|||");
        let text = "project('hello', 'c',\n  version : '1.0',\n  license: 'MIT')\n";
        assert_eq!(said(meson(text)), "hello|1.0||MIT");
        let text =
            "cmake_minimum_required(VERSION 3.2)\nProject(hello VERSION 1.0 DESCRIPTION \"Says it\" LANGUAGES C)\n";
        assert_eq!(said(cmake(text)), "hello|1.0|Says it|");
        assert_eq!(said(cmake("project(${NAME} VERSION ${V})")), "|||");
        assert_eq!(said(autoconf("AC_PREREQ(2)\nAC_INIT([hello], [1.0], [bug@x])\n")), "hello|1.0||");
        assert_eq!(said(autoconf("AC_INIT([hello], [m4_esyscmd(x)])\n")), "hello|||");
        let text = "setup(\n  name='hello', fullname='x',\n  version=VERSION,\n  description = \"Says it\")";
        assert_eq!(said(arguments(text, "setup(", "=")), "hello||Says it|");
    }
}
