//! Keys of builds: Copr, Koji, images, and scans of them.

use super::definition::{Choice, Definition, Type};

const BOOTSTRAPS: &[Choice] = &[
    ("default", "as Copr does it"),
    ("on", "in a chroot that is made from the distribution's packages"),
    ("off", "in the host's environment"),
    ("image", "in a container image"),
];

const OSH: &[Definition] = &[
    key("analyzer", Type::Text, "\"cppcheck\"", "The analyzers, separated by commas"),
    key("config", Type::Text, "\"fedora-42-x86_64\"", "The configuration of mock"),
    key("profile", Type::Text, "\"default\"", "The profile of csmock"),
];

const fn key(name: &'static str, kind: Type, example: &'static str, about: &'static str) -> Definition {
    Definition::new(name, kind, example, about)
}

/// The keys.
pub(super) const KEYS: &[Definition] = &[
    key(
        "targets",
        Type::Targets,
        "[\"fedora-all\"]",
        "What to build and test for: chroots or aliases of several; as a mapping, with what is special for each",
    )
    .default("{}")
    .or_empty()
    .metadata(),
    key("owner", Type::Text, "\"me\"", "The owner of the Copr project").metadata(),
    key("project", Type::Text, "\"hello\"", "The Copr project").metadata(),
    key("branch", Type::Text, "\"main\"", "The branch whose commits or pull requests the job is for").metadata(),
    key("timeout", Type::Integer(0, u32::MAX), "3600", "After how many seconds a build is given up")
        .default("7200")
        .metadata(),
    key("scratch", Type::Flag, "true", "Whether the build in Koji is a scratch build").default("false").metadata(),
    key("list_on_homepage", Type::Flag, "true", "Whether Copr's front page lists the project")
        .default("false")
        .metadata(),
    key("preserve_project", Type::Flag, "true", "Whether the Copr project stays, instead of being removed some day")
        .default("false")
        .metadata(),
    key("additional_packages", Type::Texts, "[\"gcc\"]", "Packages that are installed before a build in Copr")
        .default("[]")
        .or_empty()
        .metadata(),
    key("additional_repos", Type::Texts, "[\"copr://me/hello\"]", "Repositories that a build in Copr can use")
        .default("[]")
        .or_empty()
        .metadata(),
    key("bootstrap", Type::Choice(BOOTSTRAPS), "\"image\"", "How Copr sets up the place of a build")
        .default("\"default\"")
        .or_empty()
        .metadata(),
    key("enable_net", Type::Flag, "true", "Whether a build in Copr has a network").default("false").metadata(),
    key("module_hotfixes", Type::Flag, "true", "Whether the Copr repository may replace packages of modules")
        .default("false")
        .metadata(),
    key("use_copr_dist_git_build", Type::Flag, "true", "Whether Copr builds from dist-git itself")
        .default("false")
        .service()
        .metadata(),
    key(
        "srpm_build_deps",
        Type::Texts,
        "[\"make\"]",
        "Packages that a service installs before it makes the source RPM",
    )
    .service(),
    key("image_distribution", Type::Text, "\"fedora-42\"", "The distribution of an image"),
    key("image_request", Type::Mapping, "{\"architecture\": \"x86_64\"}", "What Image Builder is asked for"),
    key("image_customizations", Type::Mapping, "{\"packages\": [\"hello\"]}", "What is special in an image"),
    key("copr_chroot", Type::Text, "\"fedora-42-x86_64\"", "The chroot whose packages go into an image"),
    key("csmock_args", Type::Text, "\"-t=pylint\"", "More arguments of csmock in a scan by OpenScanHub"),
    key("osh_options", Type::Group(OSH), "{\"profile\": \"default\"}", "Options of a scan by OpenScanHub")
        .default("{\"analyzer\": null, \"config\": null, \"profile\": null}"),
    key(
        "osh_diff_scan_after_copr_build",
        Type::Flag,
        "false",
        "Whether OpenScanHub compares each build in Copr with the one before",
    )
    .default("true")
    .service(),
];
