//! What is wished for in Copr: project, chroots and settings, by the command line, else by a job of the configuration.

use std::collections::BTreeMap;

use super::project::Project;
use super::targets::Targets;
use crate::config::{self, Job, JobType, Loaded, Package, Target};
use crate::context::Context;
use crate::error::{Error, Finding, Kind, Result};
use crate::services::copr::{self, ChrootWishes};

pub use crate::services::copr::{BuildOptions, ProjectSettings};

/// What is built for where nobody says it.
const DEFAULT_TARGET: &str = "fedora-rawhide-x86_64";

/// The architecture of a target that names none.
const DEFAULT_ARCHITECTURE: &str = "x86_64";

/// After how many days Copr deletes a project that nobody wants to keep.
const DAYS: i32 = 60;

/// What begins the name of a project that nobody names.
const PREFIX: &str = "packit-cli-";

/// How long that name may be.
const LONGEST_NAME: usize = 100;

/// What the command line says; what is `None` or empty is left to the configuration.
#[derive(Debug, Clone, Default)]
pub struct Choice {
    /// The owner of the project: a user, or `@group`.
    pub owner: Option<String>,
    /// The project.
    pub project: Option<String>,
    /// Chroots, distributions, or aliases.
    pub targets: Vec<String>,
    /// The job to take the rest from, counted from 0.
    pub job: Option<usize>,
    /// Settings of the project; its chroots are not among them.
    pub settings: ProjectSettings,
    /// How it is built.
    pub build: BuildOptions,
}

/// What is wished for one package.
#[derive(Debug, Clone)]
pub struct Wish {
    /// The package.
    pub package: String,
    /// The project.
    pub project: String,
    /// Chroots, distributions, or aliases, and what is special for them.
    targets: Vec<(String, ChrootWishes)>,
    /// Settings of the project, without its chroots.
    pub settings: ProjectSettings,
    /// How it is built, but for the chroots.
    pub build: BuildOptions,
}

/// A wish whose chroots are known.
#[derive(Debug, Clone)]
pub struct Expanded {
    /// The chroots, each once.
    pub chroots: Vec<String>,
    /// What is special for some of them.
    pub special: BTreeMap<String, ChrootWishes>,
}

/// The wish for each chosen package. Tells where it comes from, when that is not the command line.
///
/// # Errors
/// Of kind [`Kind::Usage`] when there is no such job, or it does not build in Copr, or the name of a project is none.
pub fn wishes(context: &Context, project: &Project, choice: &Choice) -> Result<Vec<Wish>> {
    check_job(&project.config, choice.job)?;
    let several = project.packages.len() > 1;
    project
        .packages
        .iter()
        .map(|package| {
            let context = if several { context.for_package(&package.name, 1) } else { context.clone() };
            wish(&context, project, package, choice)
        })
        .collect()
}

/// The wish for a source RPM that belongs to no project here.
///
/// # Errors
/// As [`wishes`].
pub fn wish_alone(choice: &Choice, project: &str, package: &str) -> Result<Wish> {
    copr::check_name(project)?;
    choice.build.check_directory(project)?;
    let targets = or_default(&choice.targets);
    Ok(Wish {
        package: package.to_owned(),
        project: project.to_owned(),
        targets: targets.into_iter().map(|name| (name, ChrootWishes::default())).collect(),
        settings: choice.settings.clone(),
        build: choice.build.clone(),
    })
}

fn or_default(targets: &[String]) -> Vec<String> {
    if targets.is_empty() { vec![DEFAULT_TARGET.to_owned()] } else { targets.to_vec() }
}

fn check_job(config: &Loaded, index: Option<usize>) -> Result<()> {
    let Some(index) = index else { return Ok(()) };
    let job = config.job(index)?;
    if job.kind.value == JobType::CoprBuild {
        return Ok(());
    }
    let message = format!("job {index} is a `{}`, not a `copr_build`", job.kind.value.as_str());
    Err(Error::new(Kind::Usage, message).hint("packit config show: lists what is in force in a job"))
}

/// The job that a package is built by: the chosen one, else the first that builds in Copr.
fn job_of<'c>(config: &'c Loaded, package: &str, index: Option<usize>) -> Option<(usize, &'c Job, &'c Package)> {
    let jobs = config.jobs.iter().enumerate();
    jobs.filter(|(at, job)| match index {
        Some(index) => *at == index,
        None => job.kind.value == JobType::CoprBuild && job.is_given(),
    })
    .find_map(|(at, job)| Some((at, job, job.package(package)?)))
}

fn wish(context: &Context, project: &Project, package: &Package, choice: &Choice) -> Result<Wish> {
    let job = job_of(&project.config, &package.name, choice.job);
    let of_job = job.map(|(_, _, package)| package);
    let mut used = Vec::new();
    let targets = match of_job.map(|package| &package.build.targets).filter(|targets| !targets.is_empty()) {
        Some(targets) if choice.targets.is_empty() => {
            used.push("targets");
            targets.iter().map(|target| (target.name.value.clone(), special(target))).collect()
        }
        of_job => {
            // What is special for a target counts for it however it is named.
            let special_of = |name: &String| {
                let same = of_job.into_iter().flatten().find(|target| target.name.value == *name);
                same.map(special).unwrap_or_default()
            };
            or_default(&choice.targets).into_iter().map(|name| (name.clone(), special_of(&name))).collect()
        }
    };
    let name = match (&choice.project, configured_project(context, project, package, choice.job)) {
        (Some(name), _) => name.clone(),
        (None, Some(name)) => {
            used.push("project");
            name
        }
        (None, None) => default_project(&project.repository, project),
    };
    copr::check_name(&name)?;
    choice.build.check_directory(&name)?;
    let settings = settings(choice, of_job, &mut used);
    let build = build_options(choice, of_job, &mut used);
    if let (Some((index, job, configured)), false) = (job, used.is_empty()) {
        let used = used.join(", ");
        let (kind, trigger) = (job.kind.value.as_str(), job.trigger.value.as_str());
        context.tell(format!("{used} as in job {index} of the configuration ({kind} on {trigger})"));
        if let (Some(owner), None) = (&configured.build.owner, &choice.owner) {
            let note = format!("the project of `{}`, which the job names, is not used", owner.value);
            context.found(Finding::note(note).hint(format!("to build there: --owner {}", owner.value)));
        }
    }
    Ok(Wish { package: package.name.clone(), project: name, targets, settings, build })
}

/// `project` of the chosen job, else of the first job that builds in Copr and has one.
fn configured_project(context: &Context, project: &Project, package: &Package, index: Option<usize>) -> Option<String> {
    if index.is_some() {
        let (_, _, package) = job_of(&project.config, &package.name, index)?;
        return package.build.project.as_ref().map(|name| name.value.clone());
    }
    let jobs = project.config.jobs.iter().filter(|job| job.kind.value == JobType::CoprBuild);
    let mut names: Vec<&str> = jobs
        .filter_map(|job| job.package(&package.name)?.build.project.as_ref())
        .map(|name| name.value.as_str())
        .collect();
    names.dedup();
    let (first, others) = names.split_first()?;
    if others.iter().any(|other| other != first) {
        let warning = format!("jobs name different projects of Copr: `{}`; the first counts", names.join("`, `"));
        context.found(Finding::warning(warning).hint("choose another: --project NAME, or --job-config-index N"));
    }
    Some((*first).to_owned())
}

/// `packit-cli-REPOSITORY-BRANCH`, or with the commit where none is checked out, in characters that Copr allows.
fn default_project(repository: &str, project: &Project) -> String {
    let head = &project.head;
    let reference = head.branch.clone().unwrap_or_else(|| head.commit.to_string());
    let name: String = format!("{PREFIX}{repository}-{reference}")
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || "_.-".contains(c) { c } else { '-' })
        .collect();
    if name.len() <= LONGEST_NAME {
        return name;
    }
    // Two long names that begin alike stay two.
    let digest = crate::checksum::Checksum::of_bytes(crate::checksum::Algorithm::Sha256, name.as_bytes()).to_string();
    let tail: String = digest.chars().filter(char::is_ascii_hexdigit).rev().take(8).collect();
    let kept: String = name.chars().take(LONGEST_NAME - 9).collect();
    format!("{kept}-{tail}")
}

fn settings(choice: &Choice, of_job: Option<&Package>, used: &mut Vec<&'static str>) -> ProjectSettings {
    let mut settings = choice.settings.clone();
    let Some(job) = of_job.map(|package| &package.build) else { return settings };
    let given = job.list_on_homepage.is_given();
    fill(&mut settings.list_on_homepage, given.then_some(job.list_on_homepage.value), "list_on_homepage", used);
    let repos = texts(&job.additional_repos);
    fill(&mut settings.additional_repos, repos, "additional_repos", used);
    let bootstrap = job.bootstrap.is_given().then(|| job.bootstrap.value.to_owned());
    fill(&mut settings.bootstrap, bootstrap, "bootstrap", used);
    let hotfixes = job.module_hotfixes.is_given().then_some(job.module_hotfixes.value);
    fill(&mut settings.module_hotfixes, hotfixes, "module_hotfixes", used);
    let preserve = job.preserve_project.is_given().then_some(job.preserve_project.value);
    fill(&mut settings.days_of_a_new_one, preserve.map(days), "preserve_project", used);
    settings
}

/// For how long Copr keeps a project that is to stay, or not.
pub fn days(preserve: bool) -> i32 {
    if preserve { -1 } else { DAYS }
}

fn build_options(choice: &Choice, of_job: Option<&Package>, used: &mut Vec<&'static str>) -> BuildOptions {
    let mut build = choice.build.clone();
    let Some(job) = of_job.map(|package| &package.build) else { return build };
    let net = job.enable_net.is_given().then_some(job.enable_net.value);
    fill(&mut build.enable_net, net, "enable_net", used);
    fill(&mut build.timeout, job.timeout.is_given().then_some(job.timeout.value), "timeout", used);
    build
}

fn fill<T>(place: &mut Option<T>, configured: Option<T>, name: &'static str, used: &mut Vec<&'static str>) {
    if place.is_none() && configured.is_some() {
        *place = configured;
        used.push(name);
    }
}

fn texts(list: &[config::Spanned<String>]) -> Option<Vec<String>> {
    (!list.is_empty()).then(|| list.iter().map(|text| text.value.clone()).collect())
}

fn special(target: &Target) -> ChrootWishes {
    let modules = target.additional_modules.as_ref().map(|text| {
        let modules = text.value.split(',').map(str::trim).filter(|module| !module.is_empty());
        modules.map(str::to_owned).collect()
    });
    ChrootWishes {
        additional_packages: texts(&target.additional_packages),
        additional_repos: texts(&target.additional_repos),
        additional_modules: modules,
        with_opts: texts(&target.with_opts),
        without_opts: texts(&target.without_opts),
    }
}

impl Wish {
    /// The chroots of the wish, as Copr `offers` them. A name that Copr offers means itself; of an alias, those are left out with a
    /// warning that it does not offer.
    ///
    /// # Errors
    /// Of kind [`Kind::Usage`] for chroots that Copr does not offer, all of them, with near ones; as [`Targets::chroots`].
    pub async fn expand(
        &self,
        context: &Context,
        targets: &Targets<'_>,
        offers: &[String],
        host: &str,
    ) -> Result<Expanded> {
        let mut expanded = Expanded { chroots: Vec::new(), special: BTreeMap::new() };
        let mut unknown: Vec<String> = Vec::new();
        for (name, special) in &self.targets {
            let with_architecture = format!("{name}-{DEFAULT_ARCHITECTURE}");
            let offered = [name, &with_architecture].into_iter().find(|name| offers.contains(name));
            let (chroots, is_alias) = match offered {
                Some(chroot) => (vec![chroot.clone()], false),
                None => match targets.meaning(name).await? {
                    Some(meaning) => (meaning.chroots, meaning.from.is_some()),
                    None => (vec![name.clone()], false),
                },
            };
            let some_are_offered = chroots.iter().any(|chroot| offers.contains(chroot));
            for chroot in chroots {
                if !offers.contains(&chroot) {
                    // A release is in the lists before Copr builds for it, and after.
                    if is_alias && some_are_offered {
                        let warning = format!("{host} does not build for `{chroot}`, which `{name}` stands for");
                        context.found(Finding::warning(warning).hint("it is left out"));
                    } else {
                        unknown.push(chroot);
                    }
                    continue;
                }
                if *special != ChrootWishes::default() {
                    expanded.special.insert(chroot.clone(), special.clone());
                }
                if !expanded.chroots.contains(&chroot) {
                    expanded.chroots.push(chroot);
                }
            }
        }
        if !unknown.is_empty() {
            return Err(not_offered(&unknown, offers, host));
        }
        if expanded.chroots.is_empty() {
            let error = Error::new(Kind::Usage, "there is nothing to build for: the targets stand for no chroot today");
            return Err(error.hint("packit config targets: shows what they stand for"));
        }
        Ok(expanded)
    }
}

fn not_offered(unknown: &[String], offers: &[String], host: &str) -> Error {
    let quoted: Vec<String> = unknown.iter().map(|chroot| format!("`{chroot}`")).collect();
    let mut error = Error::new(Kind::Usage, format!("{host} does not build for {}", quoted.join(", ")));
    for (chroot, quoted) in unknown.iter().zip(&quoted) {
        if let Some(near) = config::nearest(chroot, offers.iter().map(String::as_str)) {
            let of = if unknown.len() == 1 { String::new() } else { format!("for {quoted}: ") };
            error = error.hint(format!("{of}did you mean `{near}`?"));
        }
    }
    error.hint("a target is an alias, such as fedora-stable, or a chroot: NAME-VERSION-ARCHITECTURE")
}
