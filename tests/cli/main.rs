//! The built `packit` in a sealed world, with real git repositories and the real rpmbuild; and what is said of the code and the
//! documents, held against them.
#![expect(clippy::disallowed_methods, reason = "tests run real programs and read their own environment")]
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by a panic and says what it left out")]
#![expect(unreachable_pub, reason = "nobody uses a test as a library")]

mod actions;
mod architecture;
mod archive_action;
mod broken_configs;
mod checkout;
mod ci;
mod copr_build;
mod copr_builds;
mod copr_commands;
mod copr_credentials;
mod copr_follow;
mod copr_hostile;
mod copr_kerberos;
mod copr_official;
mod copr_projects;
mod copr_refusals;
mod copr_server;
mod copr_slow;
mod create_archive;
mod docs;
mod doctor;
mod doctor_tokens;
mod download;
mod errors;
mod forges;
mod generated;
mod guard;
mod hostile;
mod in_mock;
mod in_place;
mod init;
mod inspect;
mod kerberos;
mod live_output;
mod local_build;
mod lookaside;
mod lookaside_login;
mod monorepo;
mod options;
mod packaging;
mod prepare_sources;
mod propose_source_git;
mod propose_update;
mod pull_from_upstream;
mod pull_request;
mod release_searches;
mod reproducible;
mod signals;
mod source_git;
mod sources;
mod spec_edits;
mod srpm;
mod support;
mod sync_from_downstream;
mod targets;
mod validate;
mod version;
