//! How one key is described.

/// A value that a key can have, and what it means.
pub type Choice = (&'static str, &'static str);

/// A place where keys stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// The top level of the file.
    Top,
    /// A package, below `packages`.
    Package,
    /// A job, below `jobs`.
    Job,
    /// A package in the `packages` of a job.
    JobPackage,
    /// The `metadata` of a job: an older place for some keys of the job.
    Metadata,
}

/// What a key holds.
#[derive(Debug, Clone, Copy)]
pub enum Type {
    /// Text.
    Text,
    /// Text that becomes a part of file names.
    Name,
    /// A regular expression.
    Pattern,
    /// Limits of versions, as Python's packages have them: `>=1.0, <2`.
    Specifiers,
    /// True or false, in one of YAML 1.1's spellings, or as text or number that stands for it.
    Flag,
    /// A whole number from the first to the second.
    Integer(u32, u32),
    /// The number of a Source tag, or the tag's name.
    SourceNumber,
    /// One of these texts.
    Choice(&'static [Choice]),
    /// One of these texts, or another one.
    Known(&'static [Choice]),
    /// A list of texts.
    Texts,
    /// A list of texts with one item at least.
    Folders,
    /// A list of some of these texts.
    Choices(&'static [Choice]),
    /// A mapping with these keys.
    Group(&'static [Definition]),
    /// A mapping of texts to anything.
    Mapping,
    /// A mapping of names of macros to their values; one without value is undefined.
    Macros,
    /// A mapping of actions to commands.
    Actions,
    /// A list of paths, or of mappings with `src` and `dest`.
    SyncedFiles,
    /// A list of mappings with `path` and `url`.
    Sources,
    /// A text, a list of texts, or a mapping of targets to what is special for them.
    Targets,
    /// A text, a list of texts, or a mapping of branches to what is special for them.
    Branches,
    /// Events, with `|` between them.
    Triggers,
    /// Names of packages: a list, or a mapping to keys that count for this job only.
    JobPackages,
    /// Keys of a job, below `metadata`.
    Metadata,
    /// The list of jobs.
    Jobs,
    /// The packages: a mapping of names to keys.
    Packages,
    /// Anything: nothing reads it.
    Shelf,
}

/// A key.
#[derive(Debug, Clone, Copy)]
pub struct Definition {
    /// Its name.
    pub name: &'static str,
    /// What it holds.
    pub kind: Type,
    /// What it is for, in one sentence without period.
    pub about: &'static str,
    /// Its default as JSON; `null` where there is none.
    pub default: &'static str,
    /// Whether it may stand without a value: it is as good as absent then, and hides an inherited value.
    pub empty: bool,
    /// Whether only a service uses it; the commands read it, check it, and leave it alone.
    pub service: bool,
    /// Whether it may stand in a job's `metadata` too.
    pub metadata: bool,
    /// What it was called once.
    pub old: &'static [&'static str],
    /// A value that it can have, as JSON.
    pub example: &'static str,
}

impl Definition {
    /// A key that may stand without a value and has no default.
    pub(super) const fn new(name: &'static str, kind: Type, example: &'static str, about: &'static str) -> Self {
        Self { name, kind, about, default: "null", empty: true, service: false, metadata: false, old: &[], example }
    }

    /// The same key with the default `json`, which may not stand without a value.
    pub(super) const fn default(mut self, json: &'static str) -> Self {
        self.default = json;
        self.empty = false;
        self
    }

    /// The same key, which may stand without a value.
    pub(super) const fn or_empty(mut self) -> Self {
        self.empty = true;
        self
    }

    /// The same key, which may not stand without a value.
    pub(super) const fn filled(mut self) -> Self {
        self.empty = false;
        self
    }

    /// The same key, for services only.
    pub(super) const fn service(mut self) -> Self {
        self.service = true;
        self
    }

    /// The same key, which may stand in `metadata` too.
    pub(super) const fn metadata(mut self) -> Self {
        self.metadata = true;
        self
    }

    /// The same key with its former names.
    pub(super) const fn old(mut self, names: &'static [&'static str]) -> Self {
        self.old = names;
        self
    }
}
