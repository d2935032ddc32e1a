//! The texts of the files that `packit init` writes.

use std::fmt::Write as _;

use super::language::{BuildSystem, Language};
use super::packages::PackageText;
use super::plan::JobWish;
use super::tag_template::Spelling;

/// The whole configuration.
pub(super) fn config(packages: &[PackageText], url: Option<&str>, jobs: &[JobWish]) -> String {
    let mut text = String::from(
        "# All keys: `packit config schema`, or https://packit.dev/docs/configuration; `packit config validate` checks this file.\n\n",
    );
    let mut line = |line: String| {
        text.push_str(&line);
        text.push('\n');
    };
    if let Some(url) = url {
        line(format!("upstream_project_url: {}", word(url)));
    }
    let shared = packages.first().map(|package| &package.tags);
    let shared = shared.filter(|tags| packages.iter().all(|package| package.tags == **tags));
    shared.into_iter().flat_map(tag_lines).for_each(&mut line);
    let one = |package: &PackageText, indent: &str| {
        let name = [
            ("# The spec file, from here", "specfile_path", package.spec.to_string_lossy()),
            (
                "# The name of the project: its archive is NAME-VERSION.tar.gz",
                "upstream_package_name",
                (&package.upstream).into(),
            ),
            ("# The name of the package in the distribution", "downstream_package_name", (&package.downstream).into()),
        ];
        let names =
            name.into_iter().flat_map(|(comment, key, value)| [comment.to_owned(), format!("{key}: {}", word(&value))]);
        let tags = if shared.is_none() { tag_lines(&package.tags) } else { Vec::new() };
        names.chain(tags).map(|line| format!("{indent}{line}")).collect::<Vec<_>>().join("\n")
    };
    match packages {
        [package] => line(one(package, "")),
        several => {
            line("packages:".to_owned());
            for package in several {
                line(format!("  {}:\n{}", word(&package.key), one(package, "    ")));
            }
        }
    }
    if !jobs.is_empty() {
        line("\n# What the service of packit does, and what `packit build in-copr` and `packit propose-update` take as default".to_owned());
        line("jobs:".to_owned());
    }
    for job in jobs {
        line(job_text(*job).to_owned());
    }
    text
}

/// What says which tags are releases.
fn tag_lines(tags: &Spelling) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(template) = tags.template.as_deref().filter(|template| *template != "{version}") {
        lines.extend(["# How tags are spelt".to_owned(), format!("upstream_tag_template: {}", word(template))]);
    }
    if let Some(include) = &tags.include {
        let comment = "# Which tags count: the others have no version";
        lines.extend([comment.to_owned(), format!("upstream_tag_include: {}", word(include))]);
    }
    lines
}

fn job_text(job: JobWish) -> &'static str {
    match job {
        JobWish::CoprBuild => "- job: copr_build\n  trigger: pull_request\n  targets: [fedora-stable]",
        JobWish::ProposeDownstream => {
            "- job: propose_downstream\n  trigger: release\n  dist_git_branches: [fedora-rawhide]"
        }
    }
}

/// A text as YAML holds it: bare where nobody could take it for something else.
fn word(text: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "._/+-".contains(c);
    let is_address = text.starts_with("https://") || text.starts_with("http://");
    let plain = text.chars().all(|c| is_plain(c) || (is_address && c == ':'));
    let begins = text.starts_with(|c: char| c.is_ascii_alphabetic());
    let reserved = ["true", "false", "yes", "no", "on", "off", "null", "y", "n"];
    if plain && begins && !reserved.contains(&text.to_ascii_lowercase().as_str()) {
        return text.to_owned();
    }
    // A text of JSON is one of YAML.
    serde_json::Value::from(text).to_string()
}

/// The Makefile with which Copr's `make srpm` method makes the source RPM. Copr wants one: where there are several packages, that of
/// the spec file that it names, by a path that may be absolute.
pub(super) fn copr_makefile(packages: &[PackageText]) -> String {
    let begin = "\
# For Copr's method `make srpm`: Copr calls it in a clone of the repository, as root in a chroot that has a network, with the variables
# `outdir` (where the source RPM must be) and `spec` (which the configuration of packit knows).
";
    let recipe = |check: &str, option: &str| {
        format!(
            "srpm:\n{check}\
             \tcommand -v packit >/dev/null || dnf -y install packit\n\
             \tgit config --global --add safe.directory '$(CURDIR)'\n\
             \tpackit srpm{option} --output '$(outdir)'\n\n\
             .PHONY: srpm\n"
        )
    };
    if packages.len() < 2 {
        return format!("{begin}{}", recipe("", ""));
    }
    // The longest path last, which counts: `%/a.spec` is `b/a.spec`, too. Make has no names with blanks.
    let is_word = |package: &&PackageText| {
        !package
            .spec
            .to_string_lossy()
            .contains(|c: char| c.is_whitespace() || c.is_control() || "%$#():=,\\".contains(c))
    };
    let mut known: Vec<&PackageText> = packages.iter().filter(is_word).collect();
    known.sort_by_key(|package| package.spec.components().count());
    let lines = known.iter().map(|package| {
        let spec = package.spec.display();
        format!("package += $(if $(filter {spec} %/{spec},$(spec)),{})\n", package.key.replace('$', "$$"))
    });
    let check = "\t$(if $(strip $(package)),,$(error `spec` names no spec file of the configuration: $(spec)))\n";
    let option = " --package '$(lastword $(package))'";
    let comment = "\n# The package of the spec file that Copr names: it expects one source RPM.\npackage :=\n";
    format!("{begin}{comment}{}\n{}", lines.collect::<String>(), recipe(check, option))
}

/// A spec file to begin with.
pub(super) fn spec(name: &str, url: Option<&str>, language: Option<&Language>) -> String {
    let said = |value: Option<&String>, or: &str| value.map_or_else(|| or.to_owned(), |text| text.replace('%', "%%"));
    let version = language.and_then(|language| language.version.clone()).filter(|version| is_version(version));
    let system = language.map(|language| language.system);
    let summary = said(language.and_then(|language| language.summary.as_ref()), "TODO: what it is, in a line");
    let license = said(language.and_then(|language| language.license.as_ref()), "TODO");
    let (requires, build) = steps(system);
    let mut text = String::new();
    let mut tag = |name: &str, value: &str| {
        let _ = writeln!(text, "{:15} {value}", format!("{name}:"));
    };
    tag("Name", name);
    tag("Version", &version.unwrap_or_else(|| "0".to_owned()));
    tag("Release", "1%{?dist}");
    tag("Summary", summary.trim_end_matches('.'));
    tag("License", &license);
    if let Some(url) = url {
        tag("URL", &url.replace('%', "%%"));
    }
    tag("Source0", "%{name}-%{version}.tar.gz");
    text.push('\n');
    for package in requires {
        let _ = writeln!(text, "{:15} {package}", "BuildRequires:");
    }
    let _ = write!(
        text,
        "\n%description\n{}.\n\n%prep\n%autosetup -n %{{name}}-%{{version}}\n{build}\n%changelog\n",
        summary.trim_end_matches('.')
    );
    text
}

fn is_version(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || "._+~^".contains(c))
}

/// What is needed to build, and the sections from the end of %prep to %files.
fn steps(system: Option<BuildSystem>) -> (&'static [&'static str], &'static str) {
    match system {
        Some(BuildSystem::Cargo) => (
            &["cargo-rpm-macros >= 24"],
            "%cargo_prep\n\n%generate_buildrequires\n%cargo_generate_buildrequires\n\n%build\n%cargo_build\n\n%install\n%cargo_install\n\n\
             %files\n%{_bindir}/%{name}\n",
        ),
        Some(BuildSystem::Python) => (
            &["python3-devel"],
            "\n%generate_buildrequires\n%pyproject_buildrequires\n\n%build\n%pyproject_wheel\n\n%install\n%pyproject_install\n\
             %pyproject_save_files -l '*'\n\n%files -f %{pyproject_files}\n",
        ),
        Some(BuildSystem::Node) => (
            &["nodejs-packaging", "npm"],
            "\n%build\nnpm pack\n\n%install\nnpm install --global --prefix %{buildroot}%{_prefix} ./*.tgz\n\n%files\n%{nodejs_sitelib}/*\n",
        ),
        Some(BuildSystem::Go) => (
            &["golang"],
            "\n%build\ngo build -o %{name} .\n\n%install\ninstall -D -m 755 %{name} %{buildroot}%{_bindir}/%{name}\n\n%files\n%{_bindir}/%{name}\n",
        ),
        Some(BuildSystem::Meson) => (
            &["gcc", "meson"],
            "\n%build\n%meson\n%meson_build\n\n%install\n%meson_install\n\n%check\n%meson_test\n\n%files\n%{_bindir}/%{name}\n",
        ),
        Some(BuildSystem::Cmake) => (
            &["cmake", "gcc-c++"],
            "\n%build\n%cmake\n%cmake_build\n\n%install\n%cmake_install\n\n%check\n%ctest\n\n%files\n%{_bindir}/%{name}\n",
        ),
        Some(BuildSystem::Autotools) => (
            &["autoconf", "automake", "gcc", "make"],
            "\n%build\nautoreconf --install\n%configure\n%make_build\n\n%install\n%make_install\n\n%files\n%{_bindir}/%{name}\n",
        ),
        None => (&[], "\n%build\n\n%install\n\n%files\n"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn yaml_takes_every_word_for_a_text() {
        for (text, written) in [
            ("hello", "hello"),
            ("https://h.example/a/b", "https://h.example/a/b"),
            ("no", "\"no\""),
            ("3", "\"3\""),
            ("v{version}", "\"v{version}\""),
            ("a: b", "\"a: b\""),
            ("a\n#\"", "\"a\\n#\\\"\""),
        ] {
            assert_eq!(word(text), written);
        }
    }
}
