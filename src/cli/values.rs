//! Reading the values of options and arguments.

use clap::parser::ValueSource;
use clap::{ArgMatches, Command};

use crate::context;

/// A switch whose variable may hold any of the words that the Python packit takes.
pub fn switch(word: &str) -> Result<bool, String> {
    match word.to_ascii_lowercase().as_str() {
        "1" | "true" | "t" | "yes" | "y" | "on" => Ok(true),
        "0" | "false" | "f" | "no" | "n" | "off" => Ok(false),
        _ => Err("not one of 1, true, t, yes, y, on, 0, false, f, no, n, off".to_owned()),
    }
}

/// The place of a job in the configuration.
pub fn job_index(word: &str) -> Result<usize, String> {
    word.parse().map_err(|_| "jobs are counted from 0".to_owned())
}

/// The value of a pair of switches `--NAME` and `--no-NAME`: unset, on or off. The last one on the command line counts, and the
/// command line before the variable.
pub fn pair(matches: &ArgMatches, on: &str, off: &str) -> Option<bool> {
    let source = |id| matches.value_source(id).filter(|&source| source != ValueSource::DefaultValue);
    match (source(on), source(off)) {
        (Some(ValueSource::CommandLine), _) => Some(true),
        (_, Some(_)) => Some(false),
        (Some(_), None) => Some(matches.get_flag(on)),
        (None, None) => None,
    }
}

/// The values of an option that can be given several times: those of the command line as they are, for a name may hold a blank; that
/// of the variable, which has no other way to give several, split at blanks. Empty ones are left out.
pub fn several(matches: &ArgMatches, option: &str, values: &[String]) -> Vec<String> {
    let split = matches.value_source(option) == Some(ValueSource::EnvVariable);
    let words = values.iter().flat_map(|value| if split { value.split_whitespace().collect() } else { vec![&**value] });
    words.filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// The command without those of its variables that are set and empty: they are as if they were not set.
#[must_use]
pub fn without_empty_variables(command: Command) -> Command {
    let command = command.mut_args(|arg| match arg.get_env() {
        Some(name) if context::is_empty_variable(name) => arg.env(""),
        _ => arg,
    });
    command.mut_subcommands(without_empty_variables)
}
