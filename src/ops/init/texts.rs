//! The texts of the files that `packit init` writes.

use std::path::Path;

use super::packages::PackageText;
use super::plan::JobWish;
use super::tag_template::Spelling;
use crate::process::shell_word;

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
        let made = package.template.iter().flat_map(|template| action_lines(template, &package.spec));
        names.chain(tags).chain(made).map(|line| format!("{indent}{line}")).collect::<Vec<_>>().join("\n")
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

/// How a spec file can be made of its template, to be uncommented. The version does not matter: packit writes it.
fn action_lines(template: &Path, spec: &Path) -> [String; 3] {
    let [from, to] = [template, spec].map(|path| shell_word(&path.to_string_lossy()));
    let command = word(&format!("sh -c {}", shell_word(&format!("sed s/@VERSION@/0/ {from} > {to}"))));
    let comment = format!("# The spec file is made of {} before packit reads it:", template.display());
    [comment, "# actions:".to_owned(), format!("#   post-upstream-clone: {command}")]
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
        JobWish::PullFromUpstream => {
            "- job: pull_from_upstream\n  trigger: release\n  dist_git_branches: [fedora-rawhide]"
        }
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
