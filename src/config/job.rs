//! Jobs: what a service does when something happens, and the settings with which it does it.

use std::collections::HashSet;

use super::definitions::{self, Choice, JOB_TYPES, Level, TRIGGERS};
use super::inherit::{Item, Tree};
use super::keys::nearest;
use super::node::{Entry, Mapping, Value};
use super::package::Package;
use super::read::{Empty, Layers, Reader, listed};
use super::source::{Span, Spanned};

/// What a job does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum JobType {
    /// `propose_downstream`: brings a release to dist-git, configured upstream.
    ProposeDownstream,
    /// `pull_from_upstream`: brings a release to dist-git, configured in dist-git.
    PullFromUpstream,
    /// `sync_from_downstream`: brings files from dist-git to upstream.
    SyncFromDownstream,
    /// `copr_build`: builds in Copr.
    CoprBuild,
    /// `upstream_koji_build`: builds in Koji from upstream.
    UpstreamKojiBuild,
    /// `koji_build`: builds in Koji from dist-git.
    KojiBuild,
    /// `tests`: runs tests in Testing Farm.
    Tests,
    /// `bodhi_update`: makes a Bodhi update.
    BodhiUpdate,
    /// `vm_image_build`: builds an image.
    VmImageBuild,
    /// `koji_build_tag`: tags a build in Koji.
    KojiBuildTag,
}

impl JobType {
    /// Every type.
    pub const ALL: [JobType; 10] = [
        JobType::ProposeDownstream,
        JobType::PullFromUpstream,
        JobType::SyncFromDownstream,
        JobType::CoprBuild,
        JobType::UpstreamKojiBuild,
        JobType::KojiBuild,
        JobType::Tests,
        JobType::BodhiUpdate,
        JobType::VmImageBuild,
        JobType::KojiBuildTag,
    ];

    /// The value of the key `job`.
    pub fn as_str(self) -> &'static str {
        match self {
            JobType::ProposeDownstream => "propose_downstream",
            JobType::PullFromUpstream => "pull_from_upstream",
            JobType::SyncFromDownstream => "sync_from_downstream",
            JobType::CoprBuild => "copr_build",
            JobType::UpstreamKojiBuild => "upstream_koji_build",
            JobType::KojiBuild => "koji_build",
            JobType::Tests => "tests",
            JobType::BodhiUpdate => "bodhi_update",
            JobType::VmImageBuild => "vm_image_build",
            JobType::KojiBuildTag => "koji_build_tag",
        }
    }
}

/// What starts a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Trigger {
    /// `release`: a release.
    Release,
    /// `pull_request`: a pull request, or a commit to it.
    PullRequest,
    /// `commit`: a commit to a branch.
    Commit,
    /// `koji_build`: a build in Koji.
    KojiBuild,
    /// `ignore`: nothing.
    Ignore,
}

impl Trigger {
    /// Every trigger.
    pub const ALL: [Trigger; 5] =
        [Trigger::Release, Trigger::PullRequest, Trigger::Commit, Trigger::KojiBuild, Trigger::Ignore];

    /// The value of the key `trigger`.
    pub fn as_str(self) -> &'static str {
        match self {
            Trigger::Release => "release",
            Trigger::PullRequest => "pull_request",
            Trigger::Commit => "commit",
            Trigger::KojiBuild => "koji_build",
            Trigger::Ignore => "ignore",
        }
    }
}

/// A job with one trigger. An item of `jobs` with `trigger: a | b` is two jobs, one after the other.
#[derive(Debug, Clone)]
pub struct Job {
    /// `job`: what it does.
    pub kind: Spanned<JobType>,
    /// `trigger`: what starts it.
    pub trigger: Spanned<Trigger>,
    /// The packages that it is for, each as it is in force for this job; never empty.
    pub packages: Vec<Package>,
    /// `skip_build`: whether tests run without a build.
    pub skip_build: bool,
    /// `skip_install`: whether tests run without the built packages installed.
    pub skip_install: bool,
    /// `manual_trigger`: whether it waits for a comment.
    pub manual_trigger: bool,
    /// `labels`, to choose it in a comment; `None`: not given.
    pub labels: Option<Vec<Spanned<String>>>,
    /// `sidetag_group`: the side tag of Koji that it shares with others.
    pub sidetag_group: Option<Spanned<String>>,
    /// `dependents`: packages that are built after this one in the side tag.
    pub dependents: Option<Vec<Spanned<String>>>,
    /// `dependencies`: packages that are built before this one in the side tag.
    pub dependencies: Option<Vec<Spanned<String>>>,
    /// Which item of `jobs` it comes from, from 0.
    pub item: usize,
}

impl Job {
    /// The package called `name` as it is in force for this job; `None` when the job is not for it.
    pub fn package(&self, name: &str) -> Option<&Package> {
        self.packages.iter().find(|package| package.name == name)
    }

    /// Whether the job stands in the file; otherwise it is one that packit adds where there is no key `jobs`.
    pub fn is_given(&self) -> bool {
        self.kind.is_given()
    }

    /// What tells this job for `package` from others of its kind: `identifier`; else, in a file of several packages, the package's name.
    pub fn identifier<'a>(&self, package: &'a Package, is_monorepo: bool) -> Option<&'a str> {
        let given = package.service.identifier.as_ref().map(|identifier| identifier.value.as_str());
        given.or_else(|| is_monorepo.then_some(package.name.as_str()))
    }
}

/// The jobs of `tree`, whose packages are called `names`; `None` for `names`: they could not be read.
pub(super) fn read(reader: &mut Reader<'_>, tree: &Tree, names: Option<&[&str]>) -> Vec<Job> {
    let known: HashSet<&str> = names.unwrap_or_default().iter().copied().collect();
    let mut jobs = Vec::new();
    for (index, item) in tree.jobs.iter().enumerate() {
        let layers = [&item.keys];
        let keys = Layers(&layers);
        let kind = kind(reader, item);
        let triggers = triggers(reader, item);
        let selected = selected(reader, item, names, &known);
        let mut packages = Vec::new();
        let span = if item.span == Span::NOWHERE { Span::default() } else { item.span };
        for name in &selected {
            if !reader.spend(tree.weight(name, Some(index)).saturating_mul(triggers.len().max(1)), span) {
                return jobs;
            }
            packages.extend(tree.package(reader, name, Some(index)));
        }
        let flag =
            |reader: &mut Reader<'_>, key: &str| reader.flag(keys, key, Empty::Unset).is_some_and(|flag| flag.value);
        let skip_build = flag(reader, "skip_build");
        let skip_install = flag(reader, "skip_install");
        let manual_trigger = flag(reader, "manual_trigger");
        let labels = reader.texts(keys, "labels", Empty::Unset);
        let sidetag_group = reader.text(keys, "sidetag_group", Empty::Unset).filter(|text| !text.value.is_empty());
        let dependents = reader.texts(keys, "dependents", Empty::Unset);
        let dependencies = reader.texts(keys, "dependencies", Empty::Unset);
        if let Some(package) = reader.text(keys, "package", Empty::Unset)
            && let Some(span) = package.span()
        {
            let message = "`package` is what services write for themselves, and is not read";
            reader.warning(span, message, format!("write `packages: [{}]`", package.value));
        }
        let Some(kind) = kind else { continue };
        for trigger in triggers {
            jobs.push(Job {
                kind: kind.clone(),
                trigger,
                packages: packages.clone(),
                skip_build,
                skip_install,
                manual_trigger,
                labels: labels.clone(),
                sidetag_group: sidetag_group.clone(),
                dependents: dependents.clone(),
                dependencies: dependencies.clone(),
                item: index,
            });
        }
    }
    jobs
}

/// The entry of a key that every job must have.
fn required<'n>(reader: &mut Reader<'_>, item: &'n Item, key: &str, choices: &[Choice]) -> Option<&'n Entry> {
    if let Some(entry) = item.keys.entry(key) {
        let empty = matches!(entry.value.value, Value::Null);
        if empty {
            let hint = format!("write `{key}: NAME` with one of {}", listed(choices));
            reader.error(entry.key.span, format!("`{key}` has no value"), Some(hint));
        }
        return (!empty).then_some(entry);
    }
    if reader.is_full() {
        return None;
    }
    // A misspelt key is told already.
    let misspelt = item.keys.entries.iter().filter_map(Entry::name).any(|name| {
        let known = definitions::definitions(Level::Job).map(|key| key.name);
        !Level::Job.knows(name) && nearest(name, known) == Some(key)
    });
    if !misspelt {
        let span = item.keys.entries.first().map_or(item.span, |first| first.key.span);
        let hint = format!("write `{key}: NAME` with one of {}", listed(choices));
        reader.error(span, format!("this job has no `{key}`"), Some(hint));
    }
    None
}

fn kind(reader: &mut Reader<'_>, item: &Item) -> Option<Spanned<JobType>> {
    let entry = required(reader, item, "job", JOB_TYPES)?;
    if let Value::String(name) = &entry.value.value
        && let Some(today) = definitions::retired_job(name)
    {
        let message = format!("the job `{name}` is `{today}` today");
        reader.error(entry.value.span, message, Some(format!("write `job: {today}`")));
        return None;
    }
    let name = reader.choice_of(&entry.value, "job", JOB_TYPES)?;
    let kind = JobType::ALL.into_iter().find(|kind| kind.as_str() == name.value)?;
    Some(name.map(|_| kind))
}

/// The triggers, with `|` between them.
fn triggers(reader: &mut Reader<'_>, item: &Item) -> Vec<Spanned<Trigger>> {
    const KEY: &str = "trigger";
    let Some(entry) = required(reader, item, KEY, TRIGGERS) else { return Vec::new() };
    let text = match &entry.value.value {
        Value::String(text) => text,
        Value::Sequence(items) => {
            let names: Vec<String> = items.iter().filter_map(|item| reader.written(item)).collect();
            let hint = format!("write `{KEY}: {}`", names.join(" | "));
            reader.error(entry.key.span, format!("`{KEY}` must be text, not a list"), Some(hint));
            return Vec::new();
        }
        _ => {
            reader.choice_of(&entry.value, KEY, TRIGGERS);
            return Vec::new();
        }
    };
    let mut triggers = Vec::new();
    for part in text.split('|').map(str::trim) {
        match Trigger::ALL.into_iter().find(|trigger| trigger.as_str() == part) {
            Some(trigger) => triggers.push(reader.spanned(trigger, entry.value.span)),
            None => {
                let (message, hint) = if part.is_empty() {
                    ("a trigger is missing here".to_owned(), "write one before and behind each `|`".to_owned())
                } else {
                    let near = nearest(part, TRIGGERS.iter().map(|(name, _)| *name));
                    let hint = match near {
                        Some(near) => format!("did you mean `{near}`?"),
                        None => format!("write one of {}", listed(TRIGGERS)),
                    };
                    (format!("`{part}` is no value of `{KEY}`"), hint)
                };
                reader.error(entry.value.span, message, Some(hint));
            }
        }
    }
    triggers
}

/// The names of the packages that the job is for.
fn selected(reader: &mut Reader<'_>, item: &Item, names: Option<&[&str]>, known: &HashSet<&str>) -> Vec<String> {
    const KEY: &str = "packages";
    let all = || names.unwrap_or_default().iter().map(|name| (*name).to_owned()).collect();
    let layers = [&item.keys];
    let Some(entry) = reader.entry(Layers(&layers), KEY, Empty::Unset) else { return all() };
    let mut chosen: Vec<String> = Vec::new();
    let mut choose = |reader: &mut Reader<'_>, name: &str, span: Span| match names {
        Some(names) if !known.contains(name) => unknown_package(reader, name, span, names),
        _ => chosen.push(name.to_owned()),
    };
    match &entry.value.value {
        Value::Mapping(mapping) if mapping.entries.is_empty() => return all(),
        Value::Sequence(items) if items.is_empty() => return all(),
        Value::Mapping(mapping) => {
            reader.check_names(mapping, |_| true, |_, _| (String::new(), None));
            for entry in &mapping.entries {
                let Some(name) = entry.name() else { continue };
                choose(reader, name, entry.key.span);
                match &entry.value.value {
                    Value::Mapping(keys) => reader.check_keys(keys, Level::JobPackage),
                    other => {
                        let message =
                            format!("what counts for the package `{name}` must be a mapping, not {}", other.kind());
                        reader.error(
                            entry.key.span,
                            message,
                            Some(format!("write `{name}: {{}}` when nothing is special")),
                        );
                    }
                }
            }
            return chosen;
        }
        _ => {}
    }
    let Some(items) = reader.list_of(entry, KEY, "a list of packages, or a mapping") else { return Vec::new() };
    for item in items {
        if let Value::Mapping(mapping) = &item.value {
            let name = mapping.entries.first().and_then(Entry::name).unwrap_or("NAME");
            let hint = format!("write `- {name}`, or `{KEY}: {{{name}: {{…}}}}` when something is special");
            reader.error(
                item.span,
                "an item of the list `packages` must be a package's name, not a mapping",
                Some(hint),
            );
        } else if let Some(name) = reader.text_of(item, KEY) {
            choose(reader, &name.value, item.span);
        }
    }
    // In the order of the file's packages, each once.
    let Some(names) = names else { return chosen };
    let chosen: HashSet<&str> = chosen.iter().map(String::as_str).collect();
    names.iter().filter(|name| chosen.contains(*name)).map(|name| (*name).to_owned()).collect()
}

fn unknown_package(reader: &mut Reader<'_>, name: &str, span: Span, names: &[&str]) {
    if reader.is_full() {
        return;
    }
    let hint = match nearest(name, names.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => {
            let some: Vec<String> = names.iter().take(10).map(|name| format!("`{name}`")).collect();
            format!("the file has {}", some.join(", "))
        }
    };
    reader.error(span, format!("the file has no package `{name}`"), Some(hint));
}

/// The keys of a job that are not in `metadata`, of those that can stand there.
pub(super) fn mixed(job: &Mapping) -> Vec<&Entry> {
    let movable = |name: &str| definitions::find(Level::Metadata, name).is_some();
    job.entries.iter().filter(|entry| entry.name().is_some_and(movable)).collect()
}
