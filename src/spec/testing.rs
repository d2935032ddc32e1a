//! What the tests of this module share: a spec to edit, and the real rpm to ask.

use std::io::Write;

use super::facts::{Facts, Known};
use super::lines::Spec;

/// A spec that rpm builds, which all tests start from.
pub(super) const HELLO: &str = "\
%global minor 0
%global rel 1

Name:          hello
Version:       1.%{minor}
Release:       %{rel}%{?dist}
Summary:       A trivial program
License:       MIT
URL:           https://example.com/hello
Source0:       %{name}-%{version}.tar.gz

%description
Prints hello.

%prep
%setup -q -n %{name}-%{version}

%build
%files

%changelog
* Tue Nov 14 2023 Ann Author <ann@example.com> - 1.0-1
- Initial release
";

/// That spec with some parts replaced; each must be there.
pub(super) fn spec_with(replacements: &[(&str, &str)]) -> Spec {
    let mut text = HELLO.to_owned();
    for (old, new) in replacements {
        assert!(text.contains(old), "{old}");
        text = text.replacen(old, new, 1);
    }
    Spec::parse(text.as_bytes())
}

/// The facts of a spec, from the text or from rpm.
pub(super) fn facts(spec: &Spec) -> Facts {
    match spec.facts().unwrap() {
        Known::Text(facts) => *facts,
        Known::Ask(probe) => {
            let output = rpmspec(&["-q", "--srpm", "--qf", ""], probe.text());
            probe.read(&output).unwrap_or_else(|error| {
                panic!("{error}: {}\n{}", String::from_utf8_lossy(&output), String::from_utf8_lossy(probe.text()))
            })
        }
    }
}

/// Whether the text answers by itself.
pub(super) fn by_text(spec: &Spec) -> Option<Facts> {
    match spec.facts().unwrap() {
        Known::Text(facts) => Some(*facts),
        Known::Ask(_) => None,
    }
}

/// What rpm makes of a tag of the edited spec.
pub(super) fn queried(spec: &Spec, format: &str) -> String {
    let output = rpmspec(&["-q", "--srpm", "--qf", &format!("<<{format}>>")], &spec.to_bytes());
    let output = String::from_utf8_lossy(&output).into_owned();
    let inner = output.split_once("<<").and_then(|(_, rest)| rest.split_once(">>"));
    inner.unwrap_or_else(|| panic!("{output}")).0.to_owned()
}

/// Runs the real rpmspec; stdout and stderr one after the other.
#[expect(clippy::disallowed_methods, reason = "the answers of the real rpm are what is tested")]
pub(super) fn rpmspec(arguments: &[&str], spec: &[u8]) -> Vec<u8> {
    let mut file = tempfile::Builder::new().suffix(".spec").tempfile().unwrap();
    file.write_all(spec).unwrap();
    let output = std::process::Command::new("rpmspec")
        .args(arguments)
        .args(["--define", "dist .fc42"])
        .arg(file.path())
        .output()
        .unwrap();
    [output.stdout, output.stderr].concat()
}
