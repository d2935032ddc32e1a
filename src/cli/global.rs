//! The options that every command takes.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, ValueEnum, ValueHint};

use super::values;
use crate::context;

/// The options that every command takes, before or after the command's name.
#[derive(Debug, Args)]
#[command(next_help_heading = "Global options")]
pub struct Global {
    /// Show how decisions were made: the log, with every candidate for the version and why it lost
    #[arg(short, long, global = true, env = "PACKIT_DEBUG", value_parser = values::switch, hide_env = true)]
    pub debug: bool,

    /// The configuration file [default: .packit.yaml, .packit.yml, packit.yaml or packit.yml of the project]
    #[arg(short, long, global = true, env = "PACKIT_PACKAGE_CONFIG_PATH", value_name = "FILE", value_hint = ValueHint::FilePath, hide_env = true)]
    pub config: Option<PathBuf>,

    /// The git remote that names the upstream project [default: origin, else the first one]
    #[arg(long, global = true, env = "PACKIT_REMOTE", value_name = "NAME", hide_env = true)]
    pub remote: Option<String>,

    /// Print one JSON object instead of paths
    #[arg(long, global = true, env = "PACKIT_JSON", value_parser = values::switch, hide_env = true)]
    pub json: bool,

    /// When to colour messages
    #[arg(
        long,
        global = true,
        env = "PACKIT_COLOR",
        value_name = "WHEN",
        default_value = "auto",
        hide_default_value = true,
        hide_env = true
    )]
    pub color: Color,

    /// Write as for a CI: no moving lines, parts that can be folded, annotations, outputs [default: where a CI is found]
    ///
    /// GitHub Actions, GitLab CI, Zuul and Jenkins are found by their variables.
    #[arg(long, global = true, env = "PACKIT_CI", overrides_with = "no_ci", value_parser = values::switch, hide_env = true)]
    pub ci: bool,

    /// Write as for a person, in a CI too
    #[arg(long, global = true, overrides_with = "ci")]
    pub no_ci: bool,

    /// Add what came out to this file, as PACKIT_RESULT_... variables for later jobs of GitLab CI
    #[arg(long, global = true, env = "PACKIT_DOTENV", value_name = "FILE", value_hint = ValueHint::FilePath, hide_env = true)]
    pub dotenv: Option<PathBuf>,

    /// Your name in the Fedora Account System: no command of this version needs it
    #[arg(long, global = true, env = "PACKIT_FAS_USER", value_name = "NAME", hide = true)]
    pub fas_user: Option<String>,

    /// A Kerberos keytab: no command of this version needs it
    #[arg(short, long, global = true, env = "PACKIT_KEYTAB", value_name = "FILE", hide = true)]
    pub keytab: Option<PathBuf>,
}

/// When to colour messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal, unless `NO_COLOR` is set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

impl Color {
    /// What a command line asks for that clap refuses, or answers with the help: the last `--color`, else the variable, else
    /// [`Color::Auto`].
    pub fn of(arguments: &[OsString]) -> Self {
        let mut words = arguments.iter().skip(1).map(|word| word.to_string_lossy()).take_while(|word| word != "--");
        let mut given = None;
        while let Some(word) = words.next() {
            let value = match word.strip_prefix("--color") {
                Some("") => words.next(),
                Some(value) => value.strip_prefix('=').map(|value| value.to_owned().into()),
                None => continue,
            };
            given = value.and_then(|value| Self::from_str(&value, false).ok()).or(given);
        }
        let of_variable =
            || Self::from_str(&context::variable_of_process("PACKIT_COLOR")?.to_string_lossy(), false).ok();
        given.or_else(of_variable).unwrap_or(Self::Auto)
    }

    /// Whether to write in colours to a stream, which is a `terminal` or not.
    pub fn is_taken(self, terminal: bool) -> bool {
        match self {
            Self::Always => true,
            Self::Never => false,
            Self::Auto => terminal && context::terminal_takes_colors(),
        }
    }
}
