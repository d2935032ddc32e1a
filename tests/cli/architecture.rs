//! The rules of `docs/architecture.md`: who may use whom, which crate is named where, how long a file may be.

use std::path::{Path, PathBuf};

/// The longest a source file may be, without its tests.
const LONGEST: usize = 600;

/// The ground floor: may be used by all, uses nothing but itself.
const GROUND: &[&str] =
    &["checksum", "context", "error", "event", "evr", "interrupt", "outward", "paths", "process", "secret"];

/// Layer and what it may use besides itself and the ground floor.
const LAYERS: &[(&str, &[&str])] = &[
    ("cli", &["ui", "ops", "config"]),
    ("ui", &[]),
    ("ops", &["project", "dist_git", "services", "tools", "git", "spec", "config"]),
    ("project", &["git", "spec", "tools", "config"]),
    ("dist_git", &["git", "spec", "tools", "config"]),
    ("services", &[]),
    ("tools", &[]),
    ("git", &[]),
    ("config", &[]),
];

/// What the spec editor may use of the ground floor.
const SPEC: &[&str] = &["error", "evr"];

/// Crates (or paths) that only some files may name.
const GATES: &[(&str, &[&str])] = &[
    ("clap", &["src/cli/"]),
    ("clap_complete", &["src/cli/"]),
    ("clap_mangen", &["src/cli/"]),
    ("indicatif", &["src/ui/"]),
    ("annotate_snippets", &["src/ui/"]),
    ("tracing_subscriber", &["src/ui/"]),
    ("serde_yaml", &["src/config/yaml.rs", "src/config/yaml/"]),
    ("git2", &["src/git/repo.rs", "src/git/repo/"]),
    ("reqwest", &["src/services/"]),
    ("rustls", &["src/services/"]),
    ("libloading", &["src/services/negotiate/"]),
    ("tokio::process", &["src/process.rs", "src/process/running.rs"]),
    ("std::env", &["src/context.rs"]),
];

/// The only file that may hold `unsafe`: it calls a C library.
const UNSAFE: &str = "src/services/negotiate/gssapi.rs";

struct Source {
    name: String,
    text: String,
}

impl Source {
    /// The layer of the file: the folder, or the file itself, below `src`.
    fn layer(&self) -> &str {
        let below = self.name.strip_prefix("src/").unwrap();
        below.split_once('/').map_or_else(|| below.trim_end_matches(".rs"), |(folder, _)| folder)
    }

    /// The file without its tests and comments.
    fn code(&self) -> impl Iterator<Item = &str> {
        let code = self.text.split("#[cfg(test)]\nmod tests").next().unwrap();
        code.lines().filter(|line| !line.trim_start().starts_with("//"))
    }

    /// The code as one line, so that a `use` over several lines is one.
    fn joined(&self) -> String {
        self.code().map(str::trim).collect::<Vec<_>>().join(" ")
    }

    /// What the file uses of the crate: the first name behind every `crate::`, and each of a group. What climbs out of its own
    /// layer by `super` is told as such.
    fn uses(&self) -> Vec<String> {
        let code = self.joined();
        let mut used = Vec::new();
        for behind in code.split("crate::").skip(1) {
            let group = behind.strip_prefix('{').and_then(|group| group.split_once("};"));
            // Only what stands at the first level of a group counts.
            let mut depth = 0_u32;
            let names: Vec<String> = match group {
                Some((group, _)) => group
                    .split(|c: char| {
                        depth = if c == '{' {
                            depth + 1
                        } else if c == '}' {
                            depth.saturating_sub(1)
                        } else {
                            depth
                        };
                        c == ',' && depth == 0
                    })
                    .map(str::to_owned)
                    .collect(),
                None => vec![behind.to_owned()],
            };
            used.extend(names.iter().map(|name| first_word(name)));
        }
        if self.name.matches('/').count() <= 2 && code.contains("super::super::") {
            used.push("super::super".to_owned());
        }
        used.retain(|name| !name.is_empty());
        used
    }
}

fn first_word(text: &str) -> String {
    text.trim().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut sources = Vec::new();
    let mut folders = vec![root.join("src")];
    while let Some(folder) = folders.pop() {
        for entry in fs_err::read_dir(folder).unwrap() {
            let path: PathBuf = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(root).unwrap().display().to_string();
                sources.push(Source { name, text: fs_err::read_to_string(&path).unwrap() });
            }
        }
    }
    assert!(sources.len() > 30, "the sources were not found");
    sources.retain(|source| !source.name.ends_with("/tests.rs") && !source.name.contains("/tests/"));
    sources
}

#[test]
fn layers_use_only_what_is_below_them() {
    let mut broken = Vec::new();
    for source in sources() {
        let layer = source.layer();
        if layer == "lib" || layer == "main" {
            continue;
        }
        let allowed: Vec<&str> = match LAYERS.iter().find(|(name, _)| *name == layer) {
            Some((_, below)) => below.iter().chain(GROUND).copied().collect(),
            None if layer == "spec" => SPEC.to_vec(),
            None if GROUND.contains(&layer) => GROUND.to_vec(),
            None => panic!("{}: `{layer}` is not in the table of layers", source.name),
        };
        for used in source.uses() {
            if used != layer && !allowed.contains(&used.as_str()) {
                broken.push(format!("{}: `{layer}` may not use `{used}`", source.name));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn one_gate_for_each_outside_thing() {
    let mut broken = Vec::new();
    for source in sources() {
        for (name, places) in GATES {
            let code = source.joined();
            let named = code.match_indices(name).any(|(at, _)| {
                let before = code[..at].chars().next_back();
                let behind = &code[at + name.len()..];
                let whole = before.is_none_or(|c| !c.is_alphanumeric() && !"_:.\"".contains(c));
                whole && (behind.starts_with("::") || (behind.starts_with(';') && code[..at].ends_with("use ")))
            });
            if named && !places.iter().any(|place| source.name.starts_with(place)) {
                broken.push(format!("{}: only {places:?} may name `{name}`", source.name));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn one_file_is_unsafe_and_says_why() {
    for source in sources() {
        let words =
            |line: &str| line.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word.starts_with("unsafe"));
        let all = source.text.lines().filter(|line| !line.trim_start().starts_with("//"));
        if source.name == UNSAFE {
            let blocks = source.text.matches("unsafe {").count();
            assert!(blocks > 0 && blocks == source.text.matches("// SAFETY: ").count(), "{}: say why", source.name);
        } else {
            assert_eq!(all.filter(|line| words(line)).collect::<Vec<_>>(), [] as [&str; 0], "{}", source.name);
        }
    }
}

/// `Cargo.toml` builds no tests of `main.rs`: one that is written there would never run.
#[test]
fn main_holds_no_tests() {
    let main = sources().into_iter().find(|source| source.name == "src/main.rs").unwrap();
    assert!(!main.text.contains("test"), "a test in {} would never run", main.name);
}

#[test]
fn only_the_user_interface_prints() {
    for source in sources() {
        if !source.name.starts_with("src/ui/") {
            for word in ["println!", "eprintln!", "print!(", "io::stdout", "io::stderr"] {
                assert!(!source.code().any(|line| line.contains(word)), "{}: {word}", source.name);
            }
        }
    }
}

#[test]
fn files_are_short_and_their_names_say_what_they_hold() {
    let mut lengths = Vec::new();
    for source in sources() {
        let length = source.text.split("#[cfg(test)]\nmod tests").next().unwrap().lines().count();
        assert!(length <= LONGEST, "{} has {length} lines: two subjects?", source.name);
        lengths.push(length);
        let name = source.name.rsplit('/').next().unwrap();
        for empty in ["util", "utils", "helper", "helpers", "common", "misc", "manager"] {
            assert_ne!(name, format!("{empty}.rs"), "{} says nothing", source.name);
        }
        if name == "mod.rs" {
            let logic = source
                .code()
                .any(|line| line.starts_with("fn ") || line.starts_with("pub fn ") || line.starts_with("impl"));
            assert!(!logic, "{} holds logic", source.name);
        }
    }
    lengths.sort_unstable();
    assert!(lengths[lengths.len() / 2] <= 250, "the median file has {} lines", lengths[lengths.len() / 2]);
}
