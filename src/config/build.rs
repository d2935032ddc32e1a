//! What is configured for builds: in Copr, in Koji, of images, and for scans of them.

use serde_json::{Map, Value as Json};

use super::definitions::{Level, Type, find};
use super::read::{Empty, Layers, Reader};
use super::source::Spanned;
use super::targets::{self, Target};
use super::value::values;

/// What is in force for builds.
#[derive(Debug, Clone)]
pub struct Build {
    /// `targets`: what to build and test for.
    pub targets: Vec<Target>,
    /// `owner` of the Copr project.
    pub owner: Option<Spanned<String>>,
    /// `project`: the Copr project.
    pub project: Option<Spanned<String>>,
    /// `branch`: whose commits or pull requests a job is for.
    pub branch: Option<Spanned<String>>,
    /// `timeout` in seconds; 7200 by default.
    pub timeout: Spanned<u32>,
    /// `scratch`: whether a build in Koji is a scratch build.
    pub scratch: Spanned<bool>,
    /// `list_on_homepage`: whether Copr's front page lists the project.
    pub list_on_homepage: Spanned<bool>,
    /// `preserve_project`: whether the Copr project stays.
    pub preserve_project: Spanned<bool>,
    /// `additional_packages`: packages that are installed before a build.
    pub additional_packages: Vec<Spanned<String>>,
    /// `additional_repos`: repositories that a build can use.
    pub additional_repos: Vec<Spanned<String>>,
    /// `bootstrap`: `default`, `on`, `off` or `image`.
    pub bootstrap: Spanned<&'static str>,
    /// `enable_net`: whether a build has a network.
    pub enable_net: Spanned<bool>,
    /// `module_hotfixes`.
    pub module_hotfixes: Spanned<bool>,
    /// `use_copr_dist_git_build`.
    pub use_copr_dist_git_build: Spanned<bool>,
    /// `srpm_build_deps`: what a service installs before it makes the source RPM; `None`: nobody said.
    pub srpm_build_deps: Option<Vec<Spanned<String>>>,
    /// What an image is made of.
    pub image: Image,
    /// What OpenScanHub is told.
    pub scan: Scan,
}

/// What is in force for an image.
#[derive(Debug, Clone)]
pub struct Image {
    /// `image_distribution`.
    pub distribution: Option<Spanned<String>>,
    /// `image_request`.
    pub request: Option<Map<String, Json>>,
    /// `image_customizations`.
    pub customizations: Option<Map<String, Json>>,
    /// `copr_chroot`: the chroot whose packages go into the image.
    pub copr_chroot: Option<Spanned<String>>,
}

/// What is in force for scans by OpenScanHub.
#[derive(Debug, Clone)]
pub struct Scan {
    /// `csmock_args`.
    pub csmock_args: Option<Spanned<String>>,
    /// `analyzer` of `osh_options`.
    pub analyzer: Option<Spanned<String>>,
    /// `config` of `osh_options`.
    pub config: Option<Spanned<String>>,
    /// `profile` of `osh_options`.
    pub profile: Option<Spanned<String>>,
    /// `osh_diff_scan_after_copr_build`.
    pub diff_after_copr_build: Spanned<bool>,
}

/// Reads the keys.
pub(super) fn read(reader: &mut Reader<'_>, keys: Layers<'_>) -> Build {
    use Empty::Unset;
    let filled = |text: Option<Spanned<String>>| text.filter(|text| !text.value.is_empty());
    Build {
        targets: targets::targets(reader, keys),
        owner: filled(reader.text(keys, "owner", Unset)),
        project: filled(reader.text(keys, "project", Unset)),
        branch: filled(reader.text(keys, "branch", Unset)),
        timeout: reader.integer(keys, "timeout", (0, u32::MAX)).unwrap_or_else(|| Spanned::default_value(7200)),
        scratch: reader.flag_or(keys, "scratch", false),
        list_on_homepage: reader.flag_or(keys, "list_on_homepage", false),
        preserve_project: reader.flag_or(keys, "preserve_project", false),
        additional_packages: reader.texts(keys, "additional_packages", Unset).unwrap_or_default(),
        additional_repos: reader.texts(keys, "additional_repos", Unset).unwrap_or_default(),
        bootstrap: bootstrap(reader, keys),
        enable_net: reader.flag_or(keys, "enable_net", false),
        module_hotfixes: reader.flag_or(keys, "module_hotfixes", false),
        use_copr_dist_git_build: reader.flag_or(keys, "use_copr_dist_git_build", false),
        srpm_build_deps: reader.texts(keys, "srpm_build_deps", Unset),
        image: Image {
            distribution: filled(reader.text(keys, "image_distribution", Unset)),
            request: values(reader, keys, "image_request", Unset),
            customizations: values(reader, keys, "image_customizations", Unset),
            copr_chroot: filled(reader.text(keys, "copr_chroot", Unset)),
        },
        scan: scan(reader, keys),
    }
}

fn bootstrap(reader: &mut Reader<'_>, keys: Layers<'_>) -> Spanned<&'static str> {
    const KEY: &str = "bootstrap";
    let choices = match find(Level::Package, KEY).map(|key| key.kind) {
        Some(Type::Choice(choices)) => choices,
        _ => &[],
    };
    reader.choice(keys, KEY, Empty::Unset, choices).unwrap_or_else(|| Spanned::default_value("default"))
}

fn scan(reader: &mut Reader<'_>, keys: Layers<'_>) -> Scan {
    let csmock_args = reader.text(keys, "csmock_args", Empty::Unset);
    let mut scan = Scan {
        csmock_args: csmock_args.filter(|text| !text.value.is_empty()),
        analyzer: None,
        config: None,
        profile: None,
        diff_after_copr_build: reader.flag_or(keys, "osh_diff_scan_after_copr_build", true),
    };
    reader.group(keys, "osh_options", |reader, options| {
        scan.analyzer = reader.text(options, "analyzer", Empty::Unset);
        scan.config = reader.text(options, "config", Empty::Unset);
        scan.profile = reader.text(options, "profile", Empty::Unset);
    });
    scan
}
