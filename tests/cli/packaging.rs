//! packit's own package: our configuration, spec file and `make install`.

use std::collections::{BTreeMap, BTreeSet};
use std::io::ErrorKind;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::{Repository, Srpm, World};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Our checkout as it is now, committed, without the history.
fn checkout(world: &World) -> Option<Repository<'_>> {
    let listed = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
    let output = Command::new("git").current_dir(root()).args(listed).output().unwrap();
    if !output.status.success() {
        // A tree without git, such as that of a source RPM.
        return None;
    }
    let repository = world.repository("packit");
    for file in String::from_utf8(output.stdout).unwrap().split('\0').filter(|file| !file.is_empty()) {
        let (from, to) = (root().join(file), repository.path(file));
        if from.is_file() {
            fs_err::create_dir_all(to.parent().unwrap()).unwrap();
            fs_err::copy(from, to).unwrap();
        }
    }
    repository.commit("Everything");
    Some(repository)
}

/// A `cargo` that vendors one small crate, and writes down in `calls` that it was called.
const CARGO: &str = r#"#!/bin/sh
set -eu
echo "$*" >>"$(dirname "$0")/calls"
for vendor in "$@"; do :; done
mkdir -p "$vendor/small-1.0.0/lib"
echo 'pub fn small() {}' >"$vendor/small-1.0.0/lib.rs"
echo built >"$vendor/small-1.0.0/lib/windows.lib"
echo '{"files":{"lib.rs":"00ff","lib/windows.lib":"00ff"},"package":"00ff"}' >"$vendor/small-1.0.0/.cargo-checksum.json"
printf '[source.vendored-sources]\ndirectory = "%s"\n' "$vendor"
"#;

/// Puts that `cargo` in the place of the real one, for all that is run from now on, and gives the file with its calls.
fn fake_cargo(world: &mut World, script: &str) -> PathBuf {
    let folder = world.path("cargo");
    fs_err::create_dir_all(&folder).unwrap();
    fs_err::write(folder.join("cargo"), script).unwrap();
    fs_err::set_permissions(folder.join("cargo"), std::fs::Permissions::from_mode(0o755)).unwrap();
    world.set("CARGO", folder.join("cargo"));
    folder.join("calls")
}

fn lines(file: &Path) -> usize {
    fs_err::read_to_string(file).unwrap_or_default().lines().count()
}

#[test]
fn our_own_checkout_makes_our_own_source_rpm() {
    let mut world = World::new();
    let calls = fake_cargo(&mut world, CARGO);
    let Some(repository) = checkout(&world) else { return };
    drop(repository.packit_from_outside(&["config", "validate"]).success().silent_on("warning"));
    let run = repository.srpm(&["--no-update-release"]).success();
    let srpm = Srpm::open(run.path());
    let version = env!("CARGO_PKG_VERSION");
    // Beside the Python one, whose package is called `packit`.
    assert_eq!(srpm.query("%{NAME} %{VERSION} %{RELEASE}"), format!("packit-rs {version} 1"));
    let archive = format!("packit-rs-{version}.tar.gz");
    assert_eq!(srpm.files(), [archive.as_str(), "packit-rs-vendor.tar.xz", "packit-rs.spec"]);
    let members = srpm.members(&archive);
    for file in ["Cargo.lock", "LICENSE", "Makefile", "src/main.rs", "man/packit-srpm.1", "completions/packit.bash"] {
        assert!(members.contains(&format!("packit-rs-{version}/{file}")), "{file}");
    }

    // The crates are gathered once for each Cargo.lock.
    repository.srpm(&["--no-update-release"]).success();
    assert_eq!(lines(&calls), 1);
    repository.append("Cargo.lock", "# Another\n").commit("Another Cargo.lock");
    repository.srpm(&["--no-update-release"]).success();
    assert_eq!(lines(&calls), 2);

    // Without them, and without a way to get them, there is no source RPM, and a word on what to do.
    fs_err::remove_file(repository.path("packaging/packit-rs-vendor.tar.xz")).unwrap();
    fs_err::write(world.path("cargo/cargo"), "#!/bin/sh\necho no network >&2\nexit 101\n").unwrap();
    let run = repository.srpm(&["--no-update-release"]);
    assert!(!run.stderr.is_empty() && run.paths().is_empty(), "{run}");
    drop(run.told("no network").told("where it reaches crates.io"));
}

#[test]
fn crates_are_gathered_wholly_or_not_at_all() {
    let mut world = World::new();
    fs_err::create_dir(world.path("with space")).unwrap();
    let archive = world.path("with space/packit-rs-vendor.tar.xz");
    let vendor = |world: &World, arguments: &[&str]| {
        world.command(root().join("packaging/vendor"), world.path("")).args(arguments).output().unwrap()
    };
    fs_err::write(&archive, "the crates of yesterday").unwrap();
    // One fails at once, one after all of its work, one says that all is well and does nothing.
    let half = format!("{CARGO}exit 101\n");
    for cargo in ["#!/bin/sh\nexit 1\n", half.as_str(), "#!/bin/sh\n"] {
        fake_cargo(&mut world, cargo);
        let output = vendor(&world, &["with space"]);
        assert!(!output.status.success() && !output.stderr.is_empty(), "{output:?}");
        assert_eq!(fs_err::read_to_string(&archive).unwrap(), "the crates of yesterday");
        assert_eq!(fs_err::read_dir(world.path("with space")).unwrap().count(), 1);
        assert_eq!(world.leftovers(), Vec::<PathBuf>::new());
    }

    let calls = fake_cargo(&mut world, CARGO);
    fs_err::remove_file(&calls).unwrap();
    let output = vendor(&world, &["with space"]);
    assert!(output.status.success(), "{output:?}");
    assert_eq!(String::from_utf8_lossy(&output.stdout), format!("{}\n", archive.display()));
    assert_eq!(world.leftovers(), Vec::<PathBuf>::new());
    let first = fs_err::read(&archive).unwrap();
    let tar = |options: &str, members: &[&str]| {
        let mut command = world.command("tar", world.path(""));
        String::from_utf8(command.arg(options).arg(&archive).args(members).output().unwrap().stdout).unwrap()
    };
    let unpack = |member: &str| tar("-xJOf", &[member]);
    assert_eq!(unpack(".cargo/Cargo.lock"), fs_err::read_to_string(root().join("Cargo.lock")).unwrap());
    // The folder is named as seen from the top of the sources, wherever the crates were gathered.
    assert_eq!(unpack(".cargo/config.toml"), "[source.vendored-sources]\ndirectory = \"vendor\"\n");
    // What is built already is left out, and cargo does not look for it.
    let members = tar("-tJf", &[]);
    assert!(members.contains("vendor/small-1.0.0/lib.rs\n") && !members.contains("windows.lib"), "{members}");
    let checksums = unpack("vendor/small-1.0.0/.cargo-checksum.json");
    assert_eq!(checksums, "{\"files\":{\"lib.rs\":\"00ff\"},\"package\":\"00ff\"}\n");

    // The same Cargo.lock gives the same bytes; asked to, it is not done again.
    assert!(vendor(&world, &["with space"]).status.success());
    assert_eq!(fs_err::read(&archive).unwrap(), first);
    assert!(vendor(&world, &["--if-stale", "with space"]).status.success());
    assert_eq!(lines(&calls), 2);
    fs_err::write(&archive, &first[..first.len() / 2]).unwrap();
    assert!(vendor(&world, &["--if-stale", "with space"]).status.success());
    assert_eq!(fs_err::read(&archive).unwrap(), first);
}

/// The spec file as text.
fn spec() -> String {
    fs_err::read_to_string(root().join("packaging/packit-rs.spec")).unwrap()
}

/// What rpmspec says of the spec file.
fn rpmspec(arguments: &[&str]) -> String {
    let output = Command::new("rpmspec").current_dir(root()).args(arguments).arg("packaging/packit-rs.spec").output();
    let output = output.unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn the_spec_file_is_as_reviewers_want_it() {
    let query = |tag: &str| rpmspec(&["-q", "--qf", &format!("%{{NAME}}: %{{{tag}}}\n")]);
    // The file is called as its package.
    assert!(query("VERSION").starts_with(&format!("packit-rs: {}\n", env!("CARGO_PKG_VERSION"))));
    assert!(query("LICENSE").contains("packit-rs-default: MIT\n"));
    for line in rpmspec(&["-q", "--qf", "%{SUMMARY}\\n%{DESCRIPTION}\\n"]).lines() {
        assert!(line.chars().count() <= 79, "{line}");
    }
    // Where it is read is nothing that it can know.
    assert!(!spec().contains("_sourcedir"));

    // Fedora and RHEL have macros for crates, each in a package of its own; others have none.
    for (distribution, wanted, other) in
        [("fedora 44", "cargo-rpm-macros", "rust-toolset"), ("rhel 10", "rust-toolset", "cargo-rpm-macros")]
    {
        let needed = rpmspec(&["-q", "--buildrequires", "--define", distribution]);
        assert!(needed.contains(wanted) && !needed.contains(other), "{distribution}: {needed}");
    }
    let needed = rpmspec(&["-q", "--buildrequires", "--define", "fedora %{nil}", "--define", "rhel %{nil}"]);
    assert!(!needed.contains("cargo-rpm-macros") && !needed.contains("rust-toolset"), "{needed}");
    let macros = ["cargo_license_summary() SUMMARY", "cargo_license() LICENSES", "cargo_vendor_manifest() MANIFEST"];
    let defined: Vec<&str> = macros.iter().flat_map(|text| ["--define", text]).chain(["--parse"]).collect();
    let text = rpmspec(&defined);
    assert!(text.contains("\nSUMMARY\nLICENSES >LICENSE.dependencies\nMANIFEST\n"), "{text}");
    assert!(!text.contains("cargo tree"), "{text}");

    // The crates are a source, unless that is declined.
    assert!(rpmspec(&["--parse"]).contains("\nSource1:"));
    assert!(!rpmspec(&["--parse", "--without", "vendored"]).contains("\nSource1:"));
}

/// What cargo says, asking nobody; nothing where there is no cargo any more, such as where only the tests were brought.
fn cargo(arguments: &[&str]) -> Option<String> {
    let mut command = Command::new(env!("CARGO"));
    let output = match command.current_dir(root()).args(arguments).args(["--offline", "--locked"]).output() {
        Err(error) if error.kind() == ErrorKind::NotFound => return None,
        output => output.unwrap(),
    };
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(String::from_utf8(output.stdout).unwrap())
}

/// What is linked into packit, a crate a line, in cargo's `format`.
fn linked(format: &str) -> Option<Vec<String>> {
    let edges = "no-build,no-dev,no-proc-macro";
    let text = cargo(&["tree", "--edges", edges, "--no-dedupe", "--prefix", "none", "--format", format])?;
    Some(text.lines().map(ToOwned::to_owned).collect())
}

/// The parts of an expression of licences that stand between `operator` at its top, outside of parentheses.
fn parts<'e>(expression: &'e str, operator: &str) -> Vec<&'e str> {
    let (mut parts, mut depth, mut start) = (Vec::new(), 0, 0);
    for (at, character) in expression.char_indices() {
        match character {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ if depth == 0 && at >= start && expression[at..].starts_with(operator) => {
                parts.push(&expression[start..at]);
                start = at + operator.len();
            }
            _ => {}
        }
    }
    parts.push(&expression[start..]);
    parts
}

#[test]
fn the_license_tag_has_the_licences_of_all_that_is_linked() {
    // What the C libraries have beyond the licences of the crates that carry them; the spec file says which has what.
    let libraries = [
        "GPL-2.0-only WITH GCC-exception-2.0",
        "LGPL-2.1-or-later",
        "BSD-3-Clause WITH PCRE2-exception",
        "BSD-3-Clause",
        "BSD-2-Clause",
        "LicenseRef-Fedora-Public-Domain",
        "MIT",
        "0BSD",
        "Zlib",
    ];
    let Some(crates) = linked("{l}") else { return };
    let mut terms = BTreeSet::new();
    for expression in libraries.map(ToOwned::to_owned).into_iter().chain(crates) {
        assert!(!expression.is_empty(), "a crate without a licence: `cargo tree --format '{{p}}: {{l}}'`");
        // An old way to write a choice.
        let expression = expression.replace('/', " OR ");
        for term in parts(&expression, " AND ") {
            let term = term.strip_prefix('(').and_then(|term| term.strip_suffix(')')).unwrap_or(term);
            let mut choices = parts(term, " OR ");
            choices.sort_unstable();
            let choice = choices.join(" OR ");
            terms.insert(if choices.len() > 1 { format!("({choice})") } else { choice });
        }
    }
    // packit's own comes first.
    assert!(terms.remove(env!("CARGO_PKG_LICENSE")));
    let terms: Vec<String> = terms.into_iter().collect();
    let expected = format!("License:        {} AND {}", env!("CARGO_PKG_LICENSE"), terms.join(" AND "));
    let tag = spec().lines().find(|line| line.starts_with("License:")).unwrap().to_owned();
    assert_eq!(tag, expected, "the License tag is stale: put in the second one, where it is right");
}

/// The value of a `#define` of C, without quotation marks.
fn defined(header: &Path, name: &str) -> String {
    let text = fs_err::read_to_string(header).unwrap();
    let value = text.lines().find_map(|line| {
        let mut words = line.split_whitespace();
        (words.next() == Some("#define") && words.next() == Some(name)).then(|| words.next().unwrap().to_owned())
    });
    value.unwrap_or_else(|| panic!("{name} in {}", header.display())).trim_matches('"').to_owned()
}

#[test]
fn the_c_libraries_in_the_program_are_named_with_their_versions() {
    let Some(crates) = linked("{p}") else { return };
    let names: BTreeSet<&str> = crates.iter().filter_map(|line| line.split(' ').next()).collect();
    let compiler = Command::new(env!("CARGO")).arg("-vV").output().unwrap();
    let compiler = String::from_utf8(compiler.stdout).unwrap();
    let host = compiler.lines().find_map(|line| line.strip_prefix("host: ")).unwrap();
    let metadata = cargo(&["metadata", "--format-version", "1", "--filter-platform", host]).unwrap();
    let metadata: serde_json::Value = serde_json::from_str(&metadata).unwrap();
    let mut sources = BTreeMap::new();
    for package in metadata["packages"].as_array().unwrap() {
        let name = package["name"].as_str().unwrap();
        if names.contains(name) && !package["links"].is_null() {
            sources.insert(name, Path::new(package["manifest_path"].as_str().unwrap()).parent().unwrap());
        }
    }
    let carriers: Vec<&str> = sources.keys().copied().collect();
    assert_eq!(
        carriers,
        ["libdeflate-sys", "libgit2-sys", "liblzma-sys", "libz-sys", "ring"],
        "another C library: its `Provides: bundled(...)` and its licences belong into the spec file"
    );
    let version = |name: &str, header: &str, numbers: &[&str]| {
        let header = sources[name].join(header);
        numbers.iter().map(|number| defined(&header, number)).collect::<Vec<_>>().join(".")
    };
    let git = "libgit2-sys";
    let lzma = ["LZMA_VERSION_MAJOR", "LZMA_VERSION_MINOR", "LZMA_VERSION_PATCH"];
    let llhttp = ["LLHTTP_VERSION_MAJOR", "LLHTTP_VERSION_MINOR", "LLHTTP_VERSION_PATCH"];
    let versions = [
        ("libdeflate", version("libdeflate-sys", "libdeflate/libdeflate.h", &["LIBDEFLATE_VERSION_STRING"])),
        ("libgit2", version(git, "libgit2/include/git2/version.h", &["LIBGIT2_VERSION"])),
        ("llhttp", version(git, "libgit2/deps/llhttp/llhttp.h", &llhttp)),
        ("pcre2", version(git, "libgit2/deps/pcre2/pcre2.h", &["PCRE2_MAJOR", "PCRE2_MINOR"])),
        ("xz", version("liblzma-sys", "xz/src/liblzma/api/lzma/version.h", &lzma)),
        ("zlib", version("libz-sys", "src/zlib/zlib.h", &["ZLIB_VERSION"])),
    ];
    let mut expected: BTreeSet<String> =
        versions.iter().map(|(name, version)| format!("bundled({name}) = {version}")).collect();
    expected.extend(["boringssl", "libxdiff"].map(|name| format!("bundled({name})")));
    let provided = rpmspec(&["-q", "--provides"]);
    let provided: BTreeSet<String> =
        provided.lines().filter(|line| line.starts_with("bundled")).map(ToOwned::to_owned).collect();
    assert_eq!(provided, expected);
}

#[test]
fn make_install_puts_everything_in_place() {
    let world = World::new();
    let install = |arguments: &[&str]| {
        let mut command = Command::new("make");
        command.current_dir(root()).args(["--silent", "install"]).args(arguments);
        command.arg(format!("BINARY={}", env!("CARGO_BIN_EXE_packit")));
        let output = command.output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    };
    install(&[&format!("DESTDIR={}", world.path("image").display()), "PREFIX=/usr"]);
    let mut installed = Vec::new();
    let usr = world.path("image/usr");
    let mut folders = vec![usr.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs_err::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { folders.push(path) } else { installed.push(path) }
        }
    }
    let below: Vec<PathBuf> = installed.iter().map(|path| path.strip_prefix(&usr).unwrap().to_owned()).collect();
    let mut expected: Vec<PathBuf> = [
        "bin/packit",
        "share/bash-completion/completions/packit",
        "share/zsh/site-functions/_packit",
        "share/fish/vendor_completions.d/packit.fish",
        "share/licenses/packit/LICENSE",
    ]
    .map(PathBuf::from)
    .into();
    let pages = fs_err::read_dir(root().join("man")).unwrap();
    expected.extend(pages.map(|page| Path::new("share/man/man1").join(page.unwrap().file_name())));
    for file in &expected {
        assert!(below.contains(file), "{}", file.display());
    }
    let others: Vec<_> = below.iter().filter(|file| !expected.contains(file)).collect();
    assert!(others.iter().all(|file| file.starts_with("share/doc/packit")), "{others:?}");
    let version = world.command(usr.join("bin/packit"), world.path("out")).arg("--version").output().unwrap();
    assert_eq!(String::from_utf8_lossy(&version.stdout).trim(), env!("CARGO_PKG_VERSION"));

    // Again, over what is there.
    install(&[&format!("DESTDIR={}", world.path("image").display()), "PREFIX=/usr"]);
    assert!(usr.join("bin/packit").is_file());
    install(&[&format!("PREFIX={}", world.path("local").display())]);
    assert!(world.path("local/bin/packit").is_file());
    // A blank, no PREFIX, and one that does not begin with a slash.
    let spaced = format!("DESTDIR={}", world.path("with space").display());
    install(&[&spaced, "PREFIX="]);
    assert!(world.path("with space/bin/packit").is_file());
    install(&[&spaced, "PREFIX=opt/my packit"]);
    assert!(world.path("with space/opt/my packit/share/man/man1/packit.1").is_file());
}
