//! From an upstream git repository with a `.packit.yaml` to source RPMs, and to pull requests in the distribution.
//!
//! This is the library behind the `packit` command. Each layer uses only those below it (`docs/architecture.md` has the rules):
//!
//! | where | what |
//! |---|---|
//! | [`cli`] | the command line: options, commands, exit codes, man pages and completions |
//! | [`ui`] | all that is printed: messages, moving lines, JSON |
//! | [`ops`] | one file for each thing a user asks for, and the steps they share |
//! | [`config`] | `.packit.yaml` and the user's own configuration |
//! | [`project`] | the upstream checkout: version, release, archive, staging |
//! | [`dist_git`] | the distribution's repository: `sources`, synced files, texts |
//! | [`spec`] | the spec file as lossless text |
//! | [`git`] | libgit2 for local reads, the git program for the rest |
//! | [`tools`] | rpmbuild, rpmspec and rpm's macros |
//! | [`services`] | what is asked of servers: one HTTP client, verified downloads and their cache, logins, Copr |
//! | ground floor | [`checksum`], [`context`], [`error`], [`event`], [`evr`], [`interrupt`], [`outward`], [`paths`], [`process`], [`secret`] |
//!
//! Where do I find ...
//!
//! * which tag becomes the version: [`project::version`]
//! * how a Release is made: [`project::release`], [`project::snapshot`]
//! * the steps of `packit srpm`: [`ops::srpm`], [`ops::prepare`], [`ops::source_rpm`]
//! * how actions run: [`ops::actions`]; how the checkout is put back: [`ops::workspace`], [`project::guard`]
//! * what is downloaded: [`ops::sources`], [`services::download()`]
//! * how the spec is edited: [`ops::spec_update`], and below it [`spec`]
//! * how a file is fetched and verified: [`mod@services::download`], [`services::download_cache`]
//! * what is built in Copr, and how: [`ops::copr_build`], [`ops::copr_wishes`], [`ops::copr_project`]; following it: [`ops::copr_watch`]
//! * what is said to Copr: [`services::copr`]; which answers lead to which mend: `services/copr/refusal.rs`
//! * who the user is there: [`config::CoprFile`], [`services::negotiate`]
//! * what a target such as `fedora-stable` means: [`ops::targets`], [`ops::target_names`], [`ops::release_lists`]
//! * the steps of `packit propose-update`: [`ops::propose_update`], [`ops::dist_git_update`], [`ops::proposal`]
//! * how a forge is asked, and which one it is: [`services::forge`], [`ops::forge_access`]
//! * how files get into the lookaside cache: [`services::lookaside`], [`ops::dist_git_lookaside`]
//! * what `--dry-run` holds back: [`outward`]
//! * what a message looks like: [`ui::diagnostic`]

pub mod checksum;
pub mod cli;
pub mod config;
pub mod context;
pub mod dist_git;
pub mod error;
pub mod event;
pub mod evr;
pub mod git;
pub mod interrupt;
pub mod ops;
pub mod outward;
pub mod paths;
pub mod process;
pub mod project;
pub mod secret;
pub mod services;
pub mod spec;
pub mod tools;
pub mod ui;
