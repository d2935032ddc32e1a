//! Man pages and completions, made from the definitions of the command line. They are committed under `man/` and `completions/`;
//! a test makes them again and compares.

use std::path::PathBuf;

use clap::{Command, CommandFactory as _};
use clap_complete::Shell;

use super::run::Cli;

/// Every generated file: its path from the root of the project, and its content.
pub fn files() -> Vec<(PathBuf, Vec<u8>)> {
    let mut files = Vec::new();
    for shell in [Shell::Bash, Shell::Elvish, Shell::Fish, Shell::PowerShell, Shell::Zsh] {
        let mut content = Vec::new();
        clap_complete::generate(shell, &mut Cli::command(), "packit", &mut content);
        let name = match shell {
            Shell::Bash => "packit.bash",
            Shell::Elvish => "packit.elv",
            Shell::Fish => "packit.fish",
            Shell::PowerShell => "_packit.ps1",
            _ => "_packit",
        };
        files.push((PathBuf::from("completions").join(name), content));
    }
    let mut command = Cli::command();
    command.build();
    pages(&command, &mut files);
    files
}

/// The man page of a command and those of the commands below it.
fn pages(command: &Command, files: &mut Vec<(PathBuf, Vec<u8>)>) {
    let name = command.get_display_name().unwrap_or(command.get_name()).to_owned();
    let mut content = Vec::new();
    let page = clap_mangen::Man::new(command.clone()).title(name.to_uppercase()).manual("packit");
    // Writing to memory cannot fail.
    let _ = page.render(&mut content);
    files.push((PathBuf::from("man").join(format!("{name}.1")), content));
    for below in command.get_subcommands().filter(|below| !below.is_hide_set()) {
        pages(below, files);
    }
}
