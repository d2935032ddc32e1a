//! The spec file to begin with that `packit init --spec-template` writes.

use std::fmt::Write as _;

use super::language::{BuildSystem, Language};
use super::packages::PackageText;
use super::survey::Survey;
use super::tag_template;

/// The spec file of a package called `name`.
pub(super) fn text(name: &str, survey: &Survey, package: &PackageText) -> String {
    let language = survey.language.as_ref();
    let said = |value: Option<&String>, or: &str| value.map_or_else(|| or.to_owned(), |text| text.replace('%', "%%"));
    let tagged =
        || tag_template::newest_version(&survey.all_tags, package.tags.template.as_deref().unwrap_or("{version}"));
    let version = language.and_then(|language| language.version.as_deref()).and_then(rpm_version);
    let version = version.or_else(|| tagged().as_deref().and_then(rpm_version));
    let summary = said(language.and_then(|language| language.summary.as_ref()), "TODO: what it is, in a line");
    let license = said(language.and_then(|language| language.license.as_ref()), "TODO");
    let (requires, build) = steps(language.map(|language| language.system));
    let mut text = String::new();
    let mut tag = |name: &str, value: &str| {
        let _ = writeln!(text, "{:15} {value}", format!("{name}:"));
    };
    tag("Name", name);
    tag("Version", version.as_deref().unwrap_or("0"));
    tag("Release", "1%{?dist}");
    tag("Summary", summary.trim_end_matches('.'));
    tag("License", &license);
    if let Some(url) = &survey.url {
        tag("URL", &url.replace('%', "%%"));
    }
    tag("Source0", "%{name}-%{version}.tar.gz");
    if language.is_some_and(|language| language.is_noarch) {
        tag("BuildArch", "noarch");
    }
    text.push('\n');
    for package in requires {
        let _ = writeln!(text, "{:15} {package}", "BuildRequires:");
    }
    let _ = write!(
        text,
        "\n%description\n{}.\n\n%prep\n%autosetup -n %{{name}}-%{{version}}\n{build}{}\n%changelog\n",
        summary.trim_end_matches('.'),
        programs(name, language)
    );
    text
}

/// The lines of %files that name programs.
fn programs(name: &str, language: Option<&Language>) -> String {
    let Some(language) = language else { return "# TODO: what is installed\n".to_owned() };
    match &language.programs {
        Some(programs) if programs.is_empty() && language.system == BuildSystem::Python => String::new(),
        Some(programs) if programs.is_empty() => {
            "# TODO: what is installed: the project has no program at its top\n".to_owned()
        }
        Some(programs) => programs
            .iter()
            .map(|program| if program == name { "%{name}".to_owned() } else { program.replace('%', "%%") })
            .map(|program| format!("%{{_bindir}}/{program}\n"))
            .collect(),
        None => String::new(),
    }
}

/// A version as rpm takes it: what follows a hyphen comes before the release. `None` for what is none.
fn rpm_version(text: &str) -> Option<String> {
    let version = text.replacen('-', "~", 1).replace('-', ".");
    let is_version = version.starts_with(|c: char| c.is_ascii_digit())
        && version.chars().all(|c| c.is_ascii_alphanumeric() || "._+~^".contains(c));
    is_version.then_some(version)
}

/// What is needed to build, and the sections from the end of %prep to %files.
fn steps(system: Option<BuildSystem>) -> (&'static [&'static str], &'static str) {
    match system {
        Some(BuildSystem::Cargo) => (
            &["cargo-rpm-macros >= 24"],
            "%cargo_prep\n\n%generate_buildrequires\n%cargo_generate_buildrequires\n\n%build\n%cargo_build\n\n%install\n%cargo_install\n\n\
             %files\n",
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
        None => (
            &[],
            "\n%build\n# TODO: how it is built\n\n%install\n# TODO: how it is put below the build root\n\n%files\n",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_of_others_become_versions_of_rpm() {
        for (text, expected) in [
            ("1.0.0-rc.1", Some("1.0.0~rc.1")),
            ("0.1.0-alpha-2", Some("0.1.0~alpha.2")),
            ("1.2", Some("1.2")),
            ("attr: x", None),
            ("v1", None),
        ] {
            assert_eq!(rpm_version(text).as_deref(), expected, "{text}");
        }
    }
}
