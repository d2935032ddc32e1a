//! `packit inspect`.

use std::fmt::Write as _;

use clap::Args;

use super::outcome;
use super::project::{ProjectArguments, PullRequestArguments, VersionArguments};
use crate::cli::run::{Failed, Run};
use crate::error::Result;
use crate::ops::inspect::{self, Request};
use crate::ops::inspected::{Archive, Inspected, InspectedAction, Report, SourceGit, Version};
use crate::ops::prepare::Options;
use crate::process::shell_word;
use crate::ui::diagnostic::printable;

const EXAMPLES: &str = "\
Examples:
  packit inspect                     which version is built, and why; what is downloaded and run
  packit inspect --any-tag           the same, with the newest tag of all
  packit inspect --json | jq '.result.packages[].version'
  packit inspect https://github.com/example/hello.git     before its actions are trusted";

/// So many tags are shown; `--json` has them all.
const TAGS: usize = 12;

/// Show what `packit srpm` finds and would do: version, release, archive, downloads, actions
///
/// Builds nothing, changes nothing and asks nobody. Of all actions only get-current-version is run, as it says the version. Of a URL
/// nothing is run at all without --trust.
#[derive(Debug, Args)]
#[command(args_override_self = true, after_long_help = EXAMPLES)]
pub struct Arguments {
    #[command(flatten)]
    project: ProjectArguments,

    #[command(flatten)]
    version: VersionArguments,

    /// With a URL: the branch, tag or commit to look at [default: the default branch]
    #[arg(long = "ref", env = "PACKIT_REF", value_name = "REF", hide_env = true)]
    reference: Option<String>,

    #[command(flatten)]
    pull_request: PullRequestArguments,

    /// Source-git mode: the last commit of upstream
    #[arg(long, env = "PACKIT_UPSTREAM_REF", value_name = "REF", hide_env = true)]
    upstream_ref: Option<String>,
}

/// Runs the command.
pub(in crate::cli) async fn run(run: &Run<'_>, arguments: &Arguments) -> Result<(), Failed> {
    let request = Request {
        project: arguments.project.request(run, arguments.reference.clone(), arguments.pull_request.request(run)?)?,
        options: Options {
            tags: arguments.version.request()?,
            upstream_ref: arguments.upstream_ref.clone().filter(|reference| !reference.is_empty()),
            ..Options::default()
        },
    };
    arguments.project.refuse_reference(&request.project.place, arguments.reference.as_deref())?;
    let report = inspect::run(run.context, request).await?;
    let failure = outcome::failure(run, &report.failed, report.packages.len());
    if run.global.json {
        outcome::json(run, "inspect", &report, failure.as_ref())?;
    } else {
        run.ui.print(text(&report).as_bytes())?;
    }
    outcome::end(run, failure)
}

/// The report for people.
fn text(report: &Report) -> String {
    let mut text = Text::default();
    let repository = &report.repository;
    let remote = repository.remote.as_deref().map(|remote| format!(", {remote}")).unwrap_or_default();
    text.line(0, "repository", format!("{}{remote}", repository.folder.display()));
    let branch = repository.branch.as_deref().unwrap_or("detached HEAD");
    let shallow = if repository.shallow { ", a shallow clone" } else { "" };
    text.line(0, "checked out", format!("{branch} at {}{shallow}", repository.commit));
    text.line(0, "config", report.config.display());
    for package in &report.packages {
        text.package(package);
    }
    text.0
}

/// Lines with a name in front, indented.
#[derive(Default)]
struct Text(String);

impl Text {
    fn line(&mut self, indent: usize, name: &str, value: impl std::fmt::Display) {
        let value = printable(&value.to_string()).replace('\n', "\\n");
        let name = printable(name);
        // Writing to memory cannot fail.
        let width = if indent == 0 { 14 } else { 30 };
        let _ = writeln!(self.0, "{:indent$}{name:<width$} {value}", "");
    }

    fn package(&mut self, package: &Inspected) {
        self.0.push('\n');
        self.line(0, "package", &package.package);
        for setting in &package.settings {
            let from = setting.line.map_or_else(|| " (default)".to_owned(), |line| format!(" (line {line})"));
            self.line(2, setting.key, format!("{}{from}", setting.value));
        }
        self.line(0, "folder", package.folder.display());
        match &package.spec_file {
            Some(spec) => self.line(0, "spec", spec.display()),
            None => self.line(0, "spec", "not there yet: post-upstream-clone can make it"),
        }
        match &package.version {
            Some(version) => self.version(version),
            None => self.line(0, "version", "not known before an action is run"),
        }
        if let Some(source_git) = &package.source_git {
            let SourceGit { name, commit } = source_git;
            self.line(0, "patches", format!("from the commits since {name} ({})", commit.short(8)));
        }
        if let Some(names) = &package.names {
            let epoch = names.epoch.as_ref().map(|epoch| format!("{epoch}:")).unwrap_or_default();
            let nevr = format!("{}-{epoch}{}-{}", names.name, names.version, names.release);
            self.line(0, "source RPM", format!("{nevr} (set by {})", names.set_by));
        }
        if let Some(archive) = &package.archive {
            self.archive(archive);
        }
        for missing in &package.downloads {
            let url = missing.shown_url();
            self.line(0, "download", format!("{}: {url} to {}", missing.wanted_by, missing.path.display()));
        }
        for action in &package.actions {
            self.action(action);
        }
    }

    fn version(&mut self, version: &Version) {
        self.line(0, "version", format!("{} {}", version.version, version.explanation));
        for candidate in version.candidates.iter().take(TAGS) {
            let found = candidate.version.as_deref().unwrap_or("-");
            self.line(2, &candidate.tag, format!("{found}: {}", candidate.reason));
        }
        if let Some(more @ 1..) = version.candidates.len().checked_sub(TAGS) {
            self.line(2, "...", format!("{more} more, which --json shows"));
        }
    }

    fn archive(&mut self, archive: &Archive) {
        let name = archive.name.as_ref().map(|name| format!("{}, everything below {}/, ", name.file, name.top_folder));
        self.line(0, "archive", format!("{}made by {}", name.unwrap_or_default(), archive.made_by));
        let now = archive.location.as_deref().unwrap_or("which the spec does not have");
        self.line(0, &archive.source, now);
    }

    fn action(&mut self, action: &InspectedAction) {
        let nothing = if action.commands.is_empty() { "runs nothing: the step is left out" } else { "" };
        self.line(0, "action", format!("{} {nothing}", action.name).trim_end());
        for words in &action.commands {
            let words: Vec<String> = words.iter().map(|word| shell_word(word)).collect();
            self.line(2, "$", words.join(" "));
        }
        for (name, value) in action.variables.iter().filter(|_| !action.commands.is_empty()) {
            self.line(2, name, value);
        }
    }
}
