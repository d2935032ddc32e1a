//! packit's own package: our configuration, spec file and `make install`.

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

#[test]
fn our_own_checkout_makes_our_own_source_rpm() {
    let world = World::new();
    let Some(repository) = checkout(&world) else { return };
    drop(repository.packit_from_outside(&["config", "validate"]).success().silent_on("warning"));
    let run = repository.packit_from_outside(&["srpm", "--no-update-release"]).success();
    let srpm = Srpm::open(run.path());
    let version = env!("CARGO_PKG_VERSION");
    // Beside the Python one, whose package is called `packit`.
    assert_eq!(srpm.query("%{NAME} %{VERSION} %{RELEASE}"), format!("packit-rs {version} 1"));
    let archive = format!("packit-rs-{version}.tar.gz");
    assert_eq!(srpm.files(), [archive.as_str(), "packit.spec"]);
    let members = srpm.members(&archive);
    for file in ["Cargo.lock", "LICENSE", "Makefile", "src/main.rs", "man/packit-srpm.1", "completions/packit.bash"] {
        assert!(members.contains(&format!("packit-rs-{version}/{file}")), "{file}");
    }

    // The crates that `packaging/vendor` makes lie beside the spec file: they are a source too.
    fs_err::write(repository.path("packaging/packit-rs-vendor.tar.xz"), "crates").unwrap();
    let run = repository.packit_from_outside(&["srpm", "--output", "vendored"]).success();
    let files = Srpm::open(run.path()).files();
    assert_eq!(files, [archive.as_str(), "packit-rs-vendor.tar.xz", "packit.spec"]);
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

    install(&[&format!("PREFIX={}", world.path("local").display())]);
    assert!(world.path("local/bin/packit").is_file());
}
