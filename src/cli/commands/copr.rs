//! `packit copr`: builds that Copr has already.

mod group;
pub(super) mod table;

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueHint};

pub use group::Arguments;
pub(in crate::cli) use group::run;

use crate::cli::values;
use crate::ops::copr_access::CoprRequest;
use crate::ops::copr_watch::Watch;

/// Which Copr server.
#[derive(Debug, Args)]
pub struct CoprArguments {
    /// The file that says which Copr server, and who you are there [default: ~/.config/copr]
    #[arg(long, env = "PACKIT_COPR_CONFIG", value_name = "FILE", value_hint = ValueHint::FilePath, hide_env = true)]
    copr_config: Option<PathBuf>,
}

impl CoprArguments {
    pub(super) fn request(&self) -> CoprRequest {
        CoprRequest { file: self.copr_config.clone().filter(|file| !file.as_os_str().is_empty()) }
    }
}

/// How builds are followed.
#[derive(Debug, Args)]
#[command(next_help_heading = "Following builds")]
pub struct WatchArguments {
    /// Stop following after so many seconds; the build goes on
    #[arg(long, env = "PACKIT_TIMEOUT", value_name = "SECONDS", default_value = "7200", value_parser = clap::value_parser!(u64).range(1..), hide_env = true)]
    timeout: u64,

    /// Ask Copr every so many seconds; up to three times as long when nothing changes
    #[arg(long, env = "PACKIT_POLL_INTERVAL", value_name = "SECONDS", default_value = "10", value_parser = seconds, hide_env = true)]
    poll_interval: Duration,

    /// Show the logs of the builds while they grow
    #[arg(long, env = "PACKIT_LOGS", value_parser = values::switch, hide_env = true)]
    pub(super) logs: bool,
}

impl WatchArguments {
    pub(super) fn request(&self) -> Watch {
        Watch { pause: self.poll_interval, limit: Duration::from_secs(self.timeout), logs: self.logs }
    }
}

/// A pause: seconds, of which parts may be given.
fn seconds(text: &str) -> Result<Duration, String> {
    let seconds: f64 = text.parse().map_err(|_| "not a number of seconds".to_owned())?;
    if !(0.05..=3600.0).contains(&seconds) {
        return Err("not between 0.05 and 3600 seconds".to_owned());
    }
    Ok(Duration::from_secs_f64(seconds))
}
