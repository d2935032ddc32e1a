use super::super::facts::Known;
use super::super::testing::{rpmspec, spec_with};
use super::*;

fn probe(spec: &Spec) -> Probe {
    match spec.facts().unwrap() {
        Known::Ask(probe) => probe,
        Known::Text(_) => panic!("the text answered"),
    }
}

fn asking() -> Spec {
    spec_with(&[("Version:       1.%{minor}", "%if 1\nVersion: 1.%{minor}\n%else\nVersion: 2\n%endif")])
}

#[test]
fn rpm_may_print_its_answers_anywhere_and_again() {
    let spec = asking();
    let probe = probe(&spec);
    let once = rpmspec(&["-q", "--srpm", "--qf", ""], probe.text());
    let noisy = [&b"warning: line 3: \xff something\n"[..], &once, b"error: no\n", &once].concat();
    for output in [&once, &noisy] {
        let facts = probe.read(output).unwrap();
        assert_eq!(facts.evr(), "1.0-1");
    }
}

#[test]
fn answers_count_although_rpm_fails_later() {
    let spec = spec_with(&[("%global rel 1", "%global rel %{expr:1+1}"), ("%build", "%build\n%if nonsense(\n%endif")]);
    let probe = probe(&spec);
    let output = rpmspec(&["-q", "--srpm", "--qf", ""], probe.text());
    assert!(String::from_utf8_lossy(&output).contains("error: "));
    assert_eq!(probe.read(&output).unwrap().evr(), "1.0-2");
}

#[test]
fn silence_is_an_error() {
    let error = probe(&asking()).read(b"error: line 4: Unknown tag\n").unwrap_err();
    assert_eq!(error.kind(), Kind::Project);
}

#[test]
fn a_macro_with_arguments_does_not_take_the_mark() {
    let spec = spec_with(&[
        ("%global rel 1\n", "%define myrelease(e:s:pb:n) 3%{-s:.%{-s*}}%{?dist}\n"),
        ("%{rel}%{?dist}", "%myrelease -s git"),
    ]);
    let probe = probe(&spec);
    let output = rpmspec(&["-q", "--srpm", "--qf", ""], probe.text());
    assert_eq!(probe.read(&output).unwrap().release, "3.git");
}

#[test]
fn lines_of_the_copy_are_traced_back() {
    let spec = asking();
    let probe = probe(&spec);
    let copy = Spec::parse(probe.text());
    let mut seen = 0;
    for (index, line) in copy.lines.iter().enumerate() {
        let origin = probe.original_line(index + 1).unwrap();
        let mut same = spec.lines.iter().enumerate().filter(|(_, other)| other.text == line.text);
        if let (Some((at, _)), None) = (same.next(), same.next()) {
            assert_eq!(origin, at + 1, "{}", line.text);
            seen += 1;
        }
    }
    assert!(seen > 15, "{seen}");
    assert_eq!(probe.original_line(0), None);
    assert_eq!(probe.original_line(copy.lines.len() + 1), None);
}

/// The copy differs from the spec by whole lines only.
#[test]
fn the_copy_has_every_line_of_the_spec() {
    for spec in [
        asking(),
        spec_with(&[("%global rel 1\n", "%global rel %(echo 1) \\\n%if 1\\\n x\n%{lua:\nprint(1)\n}\n")]),
        spec_with(&[
            ("%global minor 0", "%if 1\n%global minor 0\n%endif"),
            ("%prep\n", "%prep\ncat <<E\n%if 0\nx\n%endif\nE\n"),
        ]),
    ] {
        let probe = probe(&spec);
        let copy = Spec::parse(probe.text());
        let mut rest = copy.lines.iter();
        for line in &spec.lines {
            assert!(rest.any(|other| other.text == line.text), "{}", line.text);
        }
    }
}

#[test]
fn windows_line_endings_and_other_bytes_are_no_obstacle() {
    let text = String::from_utf8(asking().to_bytes()).unwrap().replace('\n', "\r\n");
    let bytes = [text.as_bytes(), b"* Mon Nov 13 2023 J\xf6rg <j@example.com> - 0.9-1\r\n- \xff\r\n"].concat();
    let spec = Spec::parse(&bytes);
    let probe = probe(&spec);
    let output = rpmspec(&["-q", "--srpm", "--qf", ""], probe.text());
    assert_eq!(probe.read(&output).unwrap().evr(), "1.0-1");
}
