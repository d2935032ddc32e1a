//! What is to be written, made and checked as a whole before the first file is touched.

use std::path::{Path, PathBuf};

use serde::Serialize;

use super::hook::{self, Hooked};
use super::packages::{self, PackageText};
use super::survey::Survey;
use super::{spec_template, tag_template, texts};
use crate::config;
use crate::context::Context;
use crate::error::{Context as _, Error, Finding, Kind, Result, Severity};
use crate::ops::project::shown;
use crate::ops::validate;
use crate::paths;
use crate::project::tag_rules::TagTemplate;

/// What `packit prepare-sources` leaves, and nobody commits.
const IGNORED: &str = "prepare_sources_result*/";

/// A job for the configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum JobWish {
    /// Builds in Copr for pull requests.
    CoprBuild,
    /// Pull requests in dist-git for releases.
    ProposeDownstream,
    /// The same from the side of dist-git, where upstream has no configuration.
    PullFromUpstream,
}

/// What the user wants besides what is found.
#[derive(Debug, Clone, Default)]
pub struct Wishes {
    /// The spec files, from the top of the repository or the current folder; several make a configuration of several packages.
    pub specs: Vec<PathBuf>,
    /// The name of the project.
    pub upstream_name: Option<String>,
    /// The name of the package.
    pub downstream_name: Option<String>,
    /// How tags are spelt.
    pub tag_template: Option<String>,
    /// Write a spec file where there is none.
    pub spec_template: bool,
    /// Jobs.
    pub jobs: Vec<JobWish>,
    /// The hook: with or without a file of pre-commit; else where there is one.
    pub pre_commit: Option<bool>,
    /// Write `.copr/Makefile`.
    pub copr_makefile: bool,
    /// Replace what is there.
    pub force: bool,
}

/// A file to write.
#[derive(Debug, Clone, Serialize)]
pub struct Planned {
    /// Where, from the top of the repository.
    #[serde(serialize_with = "paths::serialize")]
    pub path: PathBuf,
    /// Its whole content.
    #[serde(skip)]
    pub content: String,
}

/// What is to be written.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The configuration first.
    pub files: Vec<Planned>,
    /// What the user must know.
    pub findings: Vec<Finding>,
    /// Whether a spec file is missing, and that is told.
    lacks_spec: bool,
}

/// What was written.
#[derive(Debug, Serialize)]
pub struct Report {
    /// The configuration.
    #[serde(serialize_with = "paths::serialize")]
    pub config: PathBuf,
    /// All files that were written.
    pub written: Vec<Planned>,
    /// What was found in the repository.
    pub found: Survey,
    /// What `packit config validate` says of the configuration.
    pub findings: Vec<Finding>,
}

/// Makes the plan, and refuses what would replace something without `--force`.
///
/// # Errors
/// Of kind [`Kind::Usage`].
pub fn plan(context: &Context, survey: &Survey, wishes: &Wishes) -> Result<Plan> {
    let mut plan = Plan { files: Vec::new(), findings: Vec::new(), lacks_spec: false };
    if let Some(config) = survey.config.as_ref().filter(|_| !wishes.force) {
        let error = Error::new(Kind::Usage, format!("there is a configuration already: `{}`", config.display()));
        return Err(error.hint("`packit config validate` checks it; `packit init --force` writes it anew"));
    }
    if let Some(template) = &wishes.tag_template {
        TagTemplate::new(template, None).map_err(|error| error.within("--tag-template cannot be used"))?;
    }
    let packages = packages::packages(context, survey, wishes)?;
    tell_tags(survey, &packages, &mut plan);
    if survey.is_dist_git {
        let note = Finding::note(
            "this is the package's repository in a distribution: the address of the project is not known",
        );
        plan.findings
            .push(note.hint("write `upstream_project_url`; `packit pull-from-upstream` brings its releases here"));
    }
    let text = texts::config(&packages, survey.url.as_deref(), &wishes.jobs);
    check(&text, &survey.file, &survey.repository)?;
    plan.files.push(Planned { path: survey.file.clone(), content: text });
    plan_specs(survey, wishes, &packages, &mut plan)?;
    plan_hook(survey, wishes, &mut plan)?;
    plan_ignored(survey, &mut plan)?;
    if wishes.copr_makefile {
        let path = PathBuf::from(".copr/Makefile");
        refuse_existing(survey, wishes, &path)?;
        plan.files.push(Planned { path, content: texts::copr_makefile(&packages) });
    }
    plan.files.iter().try_for_each(|file| check_place(survey, &file.path))?;
    Ok(plan)
}

/// Tells what a reader of the tags must know before the first build.
fn tell_tags(survey: &Survey, packages: &[PackageText], plan: &mut Plan) {
    for package in packages {
        let template = package.tags.template.as_deref().unwrap_or("{version}");
        if package.tags.is_guessed {
            let what = format!("no tag is one of `{}`: that they will be like `{template}` is a guess", package.key);
            plan.findings
                .push(Finding::warning(what).hint("correct `upstream_tag_template` and `upstream_tag_include`"));
        } else if let Some((tag, version)) = tag_template::unlike_a_version(&survey.all_tags, template) {
            let what = format!("the version of the tag `{tag}` is {version}, as it stands there");
            let hint = "where that is not how it is written, let the action `get-current-version` print it";
            plan.findings.push(Finding::warning(what).hint(hint));
            // Once is enough where packages share their tags.
            return;
        }
    }
}

/// What is written must be read; nothing of it is on the disk yet.
fn check(text: &str, file: &Path, repository: &str) -> Result<()> {
    let broken = |error: Error| {
        error
            .within("the configuration would not be valid")
            .hint("other names are given by --upstream-name, --downstream-name, --tag-template and --spec")
    };
    config::parse(text.as_bytes().to_vec(), file, Some(repository)).map(drop).map_err(broken)
}

fn refuse_existing(survey: &Survey, wishes: &Wishes, path: &Path) -> Result<()> {
    let full = paths::join_within(&survey.root, &survey.root, path)?;
    if full.symlink_metadata().is_ok() && !wishes.force {
        let error = Error::new(Kind::Usage, format!("there is a file `{}` already", path.display()));
        return Err(error.hint("`--force` writes it anew"));
    }
    Ok(())
}

/// Where a file is to be written there must be room for it: nothing is written when one of them cannot be.
fn check_place(survey: &Survey, path: &Path) -> Result<()> {
    let full = paths::join_within(&survey.root, &survey.root, path)?;
    let refused = |what: String| {
        let error = Error::new(Kind::Usage, format!("`{}` cannot be written: {what}", path.display()));
        Err(error.hint("nothing is written; move what is in the way"))
    };
    if full.is_dir() {
        return refused("there is a folder of that name".to_owned());
    }
    let above = full.ancestors().skip(1).take_while(|folder| folder.starts_with(&survey.root));
    match above.into_iter().find(|folder| folder.exists() && !folder.is_dir()) {
        Some(file) => refused(format!("`{}` is no folder", file.strip_prefix(&survey.root).unwrap_or(file).display())),
        None => Ok(()),
    }
}

/// Without a spec file there is nothing to build from; a file to begin with is written where the user wants one.
fn plan_specs(survey: &Survey, wishes: &Wishes, packages: &[PackageText], plan: &mut Plan) -> Result<()> {
    let is_missing = |package: &&PackageText| !survey.root.join(&package.spec).exists();
    let mut missing: Vec<&PackageText> = packages.iter().filter(is_missing).collect();
    if wishes.spec_template && !wishes.specs.is_empty() && missing.is_empty() {
        packages.iter().try_for_each(|package| refuse_existing(survey, wishes, &package.spec))?;
        missing = packages.iter().collect();
    }
    for package in missing {
        let spec = package.spec.display();
        if let Some(template) = &package.template {
            let finding =
                Finding::warning(format!("there is no spec file `{spec}`, but `{}` to make it of", template.display()));
            plan.findings.push(
                finding.hint(
                    "let the action `post-upstream-clone` do that: the configuration has an example to uncomment",
                ),
            );
            plan.lacks_spec = true;
            continue;
        }
        if !wishes.spec_template {
            let finding = Finding::warning(format!("there is no spec file: packit needs `{spec}`"));
            plan.findings.push(finding.hint("`packit init --force --spec-template` writes one to begin with"));
            plan.lacks_spec = true;
            continue;
        }
        let content = spec_template::text(&package.downstream, survey, package);
        if survey.language.is_none() {
            let what = format!("`{spec}` does not say how the project is built: none of its files told packit");
            plan.findings.push(Finding::warning(what).hint("fill in %build, %install and %files"));
        }
        if content.contains("TODO") {
            let finding = Finding::note(format!("`{spec}` has lines with TODO: fill them in"));
            plan.findings.push(finding.hint("commit the file then: packit builds what is committed"));
        }
        plan.files.push(Planned { path: package.spec.clone(), content });
    }
    Ok(())
}

fn plan_hook(survey: &Survey, wishes: &Wishes, plan: &mut Plan) -> Result<()> {
    if !wishes.pre_commit.unwrap_or(survey.has_pre_commit) {
        return Ok(());
    }
    let path = PathBuf::from(".pre-commit-config.yaml");
    let text = read(survey, &path)?;
    match hook::add(text.as_deref()) {
        Hooked::Already => {}
        Hooked::Text(content) => plan.files.push(Planned { path, content }),
        Hooked::Unreadable => {
            let finding =
                Finding::warning(format!("the hook is not added: `{}` has no list below `repos:`", path.display()));
            plan.findings.push(finding.hint(format!("add it yourself:\n{}", hook::lines())));
        }
    }
    Ok(())
}

fn plan_ignored(survey: &Survey, plan: &mut Plan) -> Result<()> {
    let path = PathBuf::from(".gitignore");
    let mut content = read(survey, &path)?.unwrap_or_default();
    if content.lines().any(|line| line.trim().trim_start_matches('/') == IGNORED) {
        return Ok(());
    }
    if !content.is_empty() && !content.ends_with('\n') {
        content.push('\n');
    }
    content.push_str(IGNORED);
    content.push('\n');
    plan.files.push(Planned { path, content });
    Ok(())
}

/// The text of a file of the repository, where it is there.
fn read(survey: &Survey, path: &Path) -> Result<Option<String>> {
    let full = paths::join_within(&survey.root, &survey.root, path)?;
    if !full.exists() {
        return Ok(None);
    }
    let unreadable = || format!("`{}` cannot be read", path.display());
    fs_err::read_to_string(full).map(Some).or_error(Kind::Environment, unreadable)
}

/// Writes the files, and lets the configuration be validated as a whole, with the files that it names.
///
/// # Errors
/// When a file cannot be written; what is found wrong is in the report.
pub fn write(context: &Context, survey: Survey, plan: Plan) -> Result<Report> {
    for file in &plan.files {
        let full = paths::join_within(&survey.root, &survey.root, &file.path)?;
        let failed = || format!("`{}` cannot be written", full.display());
        if full.exists() {
            paths::replace_content(&full, file.content.as_bytes())?;
        } else {
            let folder = full.parent().unwrap_or(&survey.root);
            fs_err::create_dir_all(folder).or_error(Kind::Environment, failed)?;
            fs_err::write(&full, &file.content).or_error(Kind::Environment, failed)?;
        }
        context.tell(format!("wrote {}", shown(context, &full).display()));
    }
    let config = plan.files.first().map(|file| survey.root.join(&file.path)).unwrap_or_default();
    let request = validate::Request { path: survey.root.clone(), config: Some(config.clone()) };
    let mut findings = validate::run(context, &request)?.findings;
    // That the spec file is missing is told with what to do about it.
    if plan.lacks_spec {
        findings.retain(|finding| finding.severity == Severity::Error);
    }
    findings.extend(plan.findings);
    Ok(Report { config: shown(context, &config), written: plan.files, found: survey, findings })
}
