//! What is to be written, made and checked as a whole before the first file is touched.

use std::path::{Path, PathBuf};

use serde::Serialize;

use super::hook::{self, Hooked};
use super::survey::{SpecFound, Survey, clean};
use super::texts::{self, PackageText};
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
}

/// What the user wants besides what is found.
#[derive(Debug, Clone, Default)]
pub struct Wishes {
    /// The spec files, from the top of the repository; several make a configuration of several packages.
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
pub fn plan(survey: &Survey, wishes: &Wishes) -> Result<Plan> {
    let mut plan = Plan { files: Vec::new(), findings: Vec::new() };
    if let Some(config) = survey.config.as_ref().filter(|_| !wishes.force) {
        let error = Error::new(Kind::Usage, format!("there is a configuration already: `{}`", config.display()));
        return Err(error.hint("`packit config validate` checks it; `packit init --force` writes it anew"));
    }
    let specs = chosen_specs(survey, wishes)?;
    let packages: Vec<_> = specs.iter().map(|spec| package(survey, wishes, spec, specs.len() > 1)).collect();
    if packages.len() > 1 && (wishes.upstream_name.is_some() || wishes.downstream_name.is_some()) {
        return Err(
            Error::new(Kind::Usage, "one name cannot be that of several packages").hint("edit the names afterwards")
        );
    }
    for package in &packages {
        for name in [&package.upstream, &package.downstream] {
            if let Some(why) = refused_name(name) {
                return Err(Error::new(Kind::Usage, why));
            }
        }
    }
    let template = wishes.tag_template.as_deref().or(survey.tag_template.as_deref());
    if let Some(template) = &wishes.tag_template {
        TagTemplate::new(template, None).map_err(|error| error.within("--tag-template cannot be used"))?;
    }
    let include = survey.tag_include.as_deref().filter(|_| template == survey.tag_template.as_deref());
    let text = texts::config(&packages, survey.url.as_deref(), (template, include), &wishes.jobs);
    let file = survey.config.as_ref().and_then(|file| file.strip_prefix(&survey.root).ok());
    let file = file.unwrap_or(Path::new(config::FILE_NAMES[0])).to_owned();
    check(&text, &file, &survey.repository)?;
    plan.files.push(Planned { path: file, content: text });
    if survey.specs.is_empty() && wishes.specs.is_empty() {
        plan_spec(survey, wishes, &packages, &mut plan)?;
    }
    plan_hook(survey, wishes, &mut plan)?;
    plan_ignored(survey, &mut plan)?;
    if wishes.copr_makefile {
        let path = PathBuf::from(".copr/Makefile");
        refuse_existing(survey, wishes, &path)?;
        plan.files.push(Planned { path, content: texts::COPR_MAKEFILE.to_owned() });
    }
    Ok(plan)
}

/// Why a package cannot have this name; `None` where it can.
pub fn refused_name(name: &str) -> Option<String> {
    config::refused_in_name(name).map(|why| format!("`{name}` cannot be a name: it must not {why}"))
}

/// The spec files that the user names, else the only one, else the one that is called like the repository.
fn chosen_specs(survey: &Survey, wishes: &Wishes) -> Result<Vec<SpecFound>> {
    let mut chosen: Vec<SpecFound> = Vec::new();
    for path in &wishes.specs {
        let path: PathBuf = path.components().filter(|part| *part != std::path::Component::CurDir).collect();
        paths::join_within(&survey.root, &survey.root, &path)?;
        let found = survey.specs.iter().find(|spec| spec.path == path).cloned();
        let found = found.unwrap_or(SpecFound { path, name: None });
        if !chosen.contains(&found) {
            chosen.push(found);
        }
    }
    if !chosen.is_empty() {
        return Ok(chosen);
    }
    let called = format!("{}.spec", survey.repository);
    let mut same = survey.specs.iter().filter(|spec| spec.path.ends_with(&called));
    match (&survey.specs[..], same.next(), same.next()) {
        ([], ..) => {
            Ok(Vec::from([SpecFound { path: format!("{}.spec", downstream(survey, wishes, None)).into(), name: None }]))
        }
        ([only], ..) => Ok(vec![only.clone()]),
        (_, Some(one), None) => Ok(vec![one.clone()]),
        (several, ..) => {
            let names: Vec<_> = several.iter().map(|spec| &spec.path).collect();
            let error = Error::new(
                Kind::Usage,
                format!("there are {} spec files: {}", several.len(), paths::listed(&names, 10)),
            );
            let first = several.first().map(|spec| spec.path.display().to_string()).unwrap_or_default();
            Err(error.hint(format!(
                "name the one that counts: `--spec {first}`; or several, each is a package of its own then"
            )))
        }
    }
}

fn downstream(survey: &Survey, wishes: &Wishes, spec: Option<&SpecFound>) -> String {
    let wished = wishes.downstream_name.clone().or_else(|| wishes.upstream_name.clone());
    wishes
        .downstream_name
        .clone()
        .or_else(|| spec?.name.clone())
        .or(wished)
        .unwrap_or_else(|| survey.repository.clone())
}

fn package(survey: &Survey, wishes: &Wishes, spec: &SpecFound, of_several: bool) -> PackageText {
    let stem = spec.path.file_stem().unwrap_or_default().to_string_lossy();
    let own = spec.name.clone().unwrap_or_else(|| clean(&stem));
    let downstream = if of_several { own.clone() } else { downstream(survey, wishes, Some(spec)) };
    let upstream = if of_several {
        own.clone()
    } else {
        wishes.upstream_name.clone().unwrap_or_else(|| survey.repository.clone())
    };
    PackageText { key: own, spec: spec.path.display().to_string(), upstream, downstream }
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

/// Without a spec file there is nothing to build from; a file to begin with is written where the user wants one.
fn plan_spec(survey: &Survey, wishes: &Wishes, packages: &[PackageText], plan: &mut Plan) -> Result<()> {
    let Some(package) = packages.first() else { return Ok(()) };
    if !wishes.spec_template {
        let finding = Finding::warning(format!("there is no spec file: packit needs `{}`", package.spec));
        plan.findings.push(finding.hint("`packit init --force --spec-template` writes one to begin with"));
        return Ok(());
    }
    let content = texts::spec(&package.downstream, survey.url.as_deref(), survey.language.as_ref());
    refuse_existing(survey, wishes, Path::new(&package.spec))?;
    if content.contains("TODO") {
        let finding = Finding::note(format!("`{}` has lines with TODO: fill them in", package.spec));
        plan.findings.push(finding.hint("commit the file then: packit builds what is committed"));
    }
    plan.files.push(Planned { path: PathBuf::from(&package.spec), content });
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
    if !plan.findings.is_empty() {
        findings.retain(|finding| finding.severity == Severity::Error);
    }
    findings.extend(plan.findings);
    Ok(Report { config: shown(context, &config), written: plan.files, found: survey, findings })
}
