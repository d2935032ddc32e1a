//! `packit init`, once `packit generate`.

use std::path::PathBuf;

use clap::{Args, ValueEnum, ValueHint};
use serde::Serialize;

use super::outcome;
use crate::cli::run::{Failed, Run};
use crate::cli::values;
use crate::error::{Error, Kind, Result, Severity};
use crate::ops::init::{self, JobWish, Plan, Planned, Survey, Wishes};

const EXAMPLES: &str = "\
Examples:
  packit init                              look at this repository, ask on a terminal, write .packit.yaml
  packit init --spec rpm/hello.spec --job copr-build
  packit init --spec-template              write a spec file to begin with, too
  packit init --spec core/core.spec --spec cli/cli.spec   two packages
  packit init --print                      only show the configuration
  packit init --copr-makefile              .copr/Makefile, too: Copr makes the source RPM with packit";

/// Write a configuration for the repository at hand
///
/// Looks for spec files, at the tags, the remotes and the files of the language, and asks on a terminal what cannot be found. Replaces
/// nothing without --force, and validates what it wrote. Adds what `packit prepare-sources` leaves to `.gitignore`; -c names another file
/// to write.
#[derive(Debug, Args)]
#[command(args_override_self = true, after_long_help = EXAMPLES)]
pub struct Arguments {
    /// A folder of the repository
    #[arg(value_name = "PATH", default_value = ".", hide_default_value = true, value_hint = ValueHint::DirPath)]
    path: PathBuf,

    /// Replace the configuration that is there, and what else is asked for
    #[arg(short, long, env = "PACKIT_FORCE", value_parser = values::switch, hide_env = true)]
    force: bool,

    /// The spec file, from the top of the repository or from here; several make several packages [default: the one that is found]
    #[arg(long = "spec", env = "PACKIT_SPEC", value_name = "FILE", hide_env = true)]
    specs: Vec<String>,

    /// The name of the project [default: that of the repository]
    #[arg(long, env = "PACKIT_UPSTREAM_NAME", value_name = "NAME", hide_env = true)]
    upstream_name: Option<String>,

    /// The name of the package in the distribution [default: that of the spec file]
    #[arg(long, env = "PACKIT_DOWNSTREAM_NAME", value_name = "NAME", hide_env = true)]
    downstream_name: Option<String>,

    /// How tags are spelt, such as v{version} [default: as most of the newest ones are]
    #[arg(long, env = "PACKIT_TAG_TEMPLATE", value_name = "TEMPLATE", hide_env = true)]
    tag_template: Option<String>,

    /// Add a job; can be given several times
    #[arg(long = "job", env = "PACKIT_JOB", value_name = "JOB", value_delimiter = ' ', hide_env = true)]
    jobs: Vec<Job>,

    /// Where there is no spec file, or not the one of --spec, write one to begin with
    #[arg(long, env = "PACKIT_SPEC_TEMPLATE", value_parser = values::switch, hide_env = true)]
    spec_template: bool,

    /// Write `.copr/Makefile`, with which Copr's method `make srpm` makes the source RPM
    #[arg(long, env = "PACKIT_COPR_MAKEFILE", value_parser = values::switch, hide_env = true)]
    copr_makefile: bool,

    /// Add the hook for pre-commit even where there is no `.pre-commit-config.yaml`
    #[arg(long, env = "PACKIT_FORCE_PRECOMMIT", value_parser = values::switch, hide_env = true)]
    force_precommit: bool,

    /// Leave `.pre-commit-config.yaml` alone [default: the hook is added where the file is there]
    #[arg(long, env = "PACKIT_WITHOUT_PRECOMMIT", value_parser = values::switch, hide_env = true)]
    without_precommit: bool,

    /// Ask nothing
    #[arg(short, long, env = "PACKIT_YES", value_parser = values::switch, hide_env = true)]
    yes: bool,

    /// Print the configuration, and write nothing
    #[arg(long, env = "PACKIT_PRINT", value_parser = values::switch, hide_env = true)]
    print: bool,
}

/// A job of the configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Job {
    /// Builds in Copr for pull requests
    CoprBuild,
    /// Pull requests in dist-git for releases
    ProposeDownstream,
    /// The same, where the configuration is in dist-git
    PullFromUpstream,
}

impl Arguments {
    fn wishes(&self, run: &Run<'_>) -> Result<Wishes> {
        if self.force_precommit && self.without_precommit {
            let error = Error::new(Kind::Usage, "--force-precommit and --without-precommit exclude each other");
            return Err(error.hint("leave one of them out"));
        }
        let filled = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
        let pre_commit = self.force_precommit.then_some(true).or(self.without_precommit.then_some(false));
        let mut jobs: Vec<JobWish> = Vec::new();
        for job in &self.jobs {
            let job = match job {
                Job::CoprBuild => JobWish::CoprBuild,
                Job::ProposeDownstream => JobWish::ProposeDownstream,
                Job::PullFromUpstream => JobWish::PullFromUpstream,
            };
            if !jobs.contains(&job) {
                jobs.push(job);
            }
        }
        Ok(Wishes {
            specs: values::several(run.matches, "specs", &self.specs).into_iter().map(PathBuf::from).collect(),
            upstream_name: filled(&self.upstream_name),
            downstream_name: filled(&self.downstream_name),
            tag_template: filled(&self.tag_template),
            spec_template: self.spec_template,
            jobs,
            pre_commit,
            copr_makefile: self.copr_makefile,
            force: self.force || self.print,
        })
    }
}

/// Runs the command.
pub(in crate::cli) async fn run(run: &Run<'_>, arguments: &Arguments) -> Result<(), Failed> {
    let mut wishes = arguments.wishes(run)?;
    let (remote, config) = (run.global.remote.as_deref(), run.config_file());
    let survey = init::survey(run.context, &arguments.path, remote, config.as_deref())?;
    tell(run, &survey);
    if survey.config.is_none() || wishes.force {
        ask(run, arguments, &survey, &mut wishes).await?;
    }
    let plan = init::plan(run.context, &survey, &wishes)?;
    if arguments.print {
        return print(run, &survey, &plan);
    }
    let report = init::write(run.context, survey, plan)?;
    for finding in &report.findings {
        run.context.found(finding.clone());
    }
    let is_wrong = report.findings.iter().any(|finding| finding.severity == Severity::Error);
    let failure = is_wrong.then(|| Error::new(Kind::Config, "the configuration is written, and not valid yet"));
    if run.global.json {
        outcome::json(run, "init", &report, failure.as_ref())?;
    } else {
        run.ui.paths(&[&report.config])?;
    }
    outcome::end(run, failure)
}

/// Prints the configuration instead of writing it.
fn print(run: &Run<'_>, survey: &Survey, plan: &Plan) -> Result<(), Failed> {
    #[derive(Serialize)]
    struct Printed<'a> {
        text: &'a str,
        planned: &'a [Planned],
        found: &'a Survey,
    }
    plan.findings.iter().for_each(|finding| run.context.found(finding.clone()));
    let text = plan.files.first().map(|file| file.content.as_str()).unwrap_or_default();
    if run.global.json {
        outcome::json(run, "init", &Printed { text, planned: &plan.files, found: survey }, None)?;
    } else {
        run.ui.print(text.as_bytes())?;
    }
    Ok(())
}

/// Tells what was found.
fn tell(run: &Run<'_>, survey: &Survey) {
    let paths = survey.specs.iter().map(|spec| &spec.path);
    let specs: Vec<_> = paths.chain(&survey.spec_templates).map(|path| path.display().to_string()).collect();
    let specs = if specs.is_empty() { "no spec file".to_owned() } else { specs.join(", ") };
    let tags = match (&survey.tag_template, survey.tags) {
        (Some(template), _) => format!("tags like {template}"),
        (None, 0) => "no tags".to_owned(),
        (None, _) => "no tags with a version".to_owned(),
    };
    let language = survey.language.as_ref().map(|language| format!(", {}", language.file)).unwrap_or_default();
    let url = survey.url.as_ref().map(|url| format!(", {url}")).unwrap_or_default();
    run.context.tell(format!("found {specs}, {tags}{language}{url}"));
}

/// Asks what the command line does not say, on a terminal.
async fn ask(run: &Run<'_>, arguments: &Arguments, survey: &Survey, wishes: &mut Wishes) -> Result<()> {
    if arguments.yes || arguments.print || run.global.json || !run.ui.can_ask() {
        return Ok(());
    }
    let interrupt = run.context.interrupt();
    if wishes.specs.is_empty() && survey.specs.len() > 1 {
        let offered: Vec<PathBuf> = init::offered_specs(survey).into_iter().map(PathBuf::from).collect();
        let default = offered.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(" ");
        let refused = |words: &str| init::refused_specs(run.context, survey, words).filter(|_| words != default);
        let question = "Which spec files, with blanks between them?";
        let named = run.ui.answer(interrupt, question, &default, refused).await?;
        wishes.specs = if named == default { offered } else { named.split_whitespace().map(PathBuf::from).collect() };
    }
    if survey.specs.is_empty() && survey.spec_templates.is_empty() && wishes.specs.is_empty() && !wishes.spec_template {
        wishes.spec_template = run.ui.ask(interrupt, "There is no spec file. Write one to begin with?").await?;
    }
    if wishes.upstream_name.is_none() && wishes.specs.len() < 2 {
        let question = "The name of the project?";
        wishes.upstream_name = Some(run.ui.answer(interrupt, question, &survey.project, init::refused_name).await?);
    }
    if wishes.jobs.is_empty() && survey.is_dist_git {
        if run.ui.ask(interrupt, "Shall releases of the project be brought here?").await? {
            wishes.jobs.push(JobWish::PullFromUpstream);
        }
    } else if wishes.jobs.is_empty() {
        if run.ui.ask(interrupt, "Shall pull requests be built in Copr?").await? {
            wishes.jobs.push(JobWish::CoprBuild);
        }
        if run.ui.ask(interrupt, "Shall releases be proposed to Fedora's dist-git?").await? {
            wishes.jobs.push(JobWish::ProposeDownstream);
        }
    }
    if wishes.pre_commit.is_none() && survey.has_pre_commit {
        wishes.pre_commit = Some(run.ui.ask(interrupt, "Shall pre-commit check the configuration?").await?);
    }
    Ok(())
}
