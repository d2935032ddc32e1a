//! Keys of a job, and keys of the file as a whole.

use super::definition::{Choice, Definition, Type};

/// What a job does.
pub const JOB_TYPES: &[Choice] = &[
    ("propose_downstream", "brings a release to dist-git, configured upstream"),
    ("pull_from_upstream", "brings a release to dist-git, configured in dist-git"),
    ("sync_from_downstream", "brings files from dist-git to upstream"),
    ("copr_build", "builds in Copr"),
    ("upstream_koji_build", "builds in Koji from upstream"),
    ("koji_build", "builds in Koji from dist-git"),
    ("tests", "runs tests in Testing Farm"),
    ("bodhi_update", "makes a Bodhi update"),
    ("vm_image_build", "builds an image"),
    ("koji_build_tag", "tags a build in Koji"),
];

/// What starts a job.
pub const TRIGGERS: &[Choice] = &[
    ("release", "a release"),
    ("pull_request", "a pull request, or a commit to it"),
    ("commit", "a commit to a branch"),
    ("koji_build", "a build in Koji"),
    ("ignore", "nothing"),
];

const fn key(name: &'static str, kind: Type, example: &'static str, about: &'static str) -> Definition {
    Definition::new(name, kind, example, about).service()
}

/// Keys that may stand in a job only.
pub(super) const JOB: &[Definition] = &[
    key("job", Type::Choice(JOB_TYPES), "\"tests\"", "What the job does").filled(),
    key("trigger", Type::Triggers, "\"commit | release\"", "What starts the job; several with `|` between them")
        .filled(),
    key("packages", Type::JobPackages, "[\"PACKAGE\"]", "The packages of the job; by default all of them"),
    key("skip_build", Type::Flag, "true", "Whether tests run without a build").default("false").or_empty().metadata(),
    key("skip_install", Type::Flag, "true", "Whether tests run without the built packages installed")
        .default("false")
        .or_empty()
        .metadata(),
    key("manual_trigger", Type::Flag, "true", "Whether the job waits for a comment").default("false").or_empty(),
    key("labels", Type::Texts, "[\"quick\"]", "Labels, to choose the job in a comment"),
    key("sidetag_group", Type::Text, "\"hello\"", "The side tag of Koji that the job shares with others"),
    key("dependents", Type::Texts, "[\"world\"]", "Packages that are built after this one in the side tag"),
    key("dependencies", Type::Texts, "[\"libhello\"]", "Packages that are built before this one in the side tag"),
    key("package", Type::Text, "\"hello\"", "Written by services for themselves; people write `packages`"),
    key("metadata", Type::Metadata, "{\"targets\": [\"fedora-all\"]}", "An older place for some keys of the job"),
];

/// Keys that may stand at the top level only.
pub(super) const TOP: &[Definition] = &[
    Definition::new("jobs", Type::Jobs, "[]", "What a service does, and when; `[]` for nothing").filled(),
    Definition::new("packages", Type::Packages, "{\"hello\": {}}", "The packages, where the repository has several")
        .filled(),
    Definition::new("_", Type::Shelf, "[]", "A place for anchors; nothing reads it"),
];
