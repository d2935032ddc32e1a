//! Man pages and completions, made from the definitions of the command line, and the JSON Schema of the configuration. They are
//! committed under `man/`, `completions/` and `schema/`; a test makes them again and compares.

use std::io;
use std::path::PathBuf;

use clap::{Command, CommandFactory as _};
use clap_complete::Shell;
use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, roman};

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
    files.push((PathBuf::from("schema/packit.json"), format!("{:#}\n", crate::config::schema()).into_bytes()));
    files
}

/// The man page of a command and those of the commands below it.
fn pages(command: &Command, files: &mut Vec<(PathBuf, Vec<u8>)>) {
    let name = command.get_display_name().unwrap_or(command.get_name()).to_owned();
    let mut content = Vec::new();
    // Writing to memory cannot fail.
    let _ = page(command, &name, &mut content);
    files.push((PathBuf::from("man").join(format!("{name}.1")), content));
    for below in command.get_subcommands().filter(|below| !below.is_hide_set()) {
        pages(below, files);
    }
}

fn page(command: &Command, name: &str, to: &mut Vec<u8>) -> io::Result<()> {
    // What stands at the foot of each page: without it, commands below packit would have their name there and no version.
    let source = format!("packit {}", env!("CARGO_PKG_VERSION"));
    let man = Man::new(command.clone()).title(name.to_uppercase()).source(source).manual("packit");
    man.render_title(to)?;
    man.render_name_section(to)?;
    man.render_synopsis_section(to)?;
    man.render_description_section(to)?;
    man.render_options_section(to)?;
    if command.has_subcommands() {
        man.render_subcommands_section(to)?;
    }
    let mut more = Roff::default();
    environment(command, &mut more);
    for (title, text) in blocks(command) {
        more.control("SH", [title.to_uppercase().as_str()]).control("nf", []);
        for line in text.lines() {
            more.text([roman(line)]);
        }
        more.control("fi", []);
    }
    let others = if command.has_subcommands() { "git(1), rpmbuild(8)" } else { "packit(1), git(1), rpmbuild(8)" };
    more.control("SH", ["SEE ALSO"]).text([roman(others)]);
    more.to_writer(to)
}

/// The variables that stand for options.
fn environment(command: &Command, page: &mut Roff) {
    let shown = command.get_arguments().filter(|arg| !arg.is_hide_set());
    let variables: Vec<_> = shown.filter_map(|arg| Some((arg.get_env()?.to_str()?, arg.get_long()?))).collect();
    if !variables.is_empty() {
        page.control("SH", ["ENVIRONMENT"])
            .text([roman("Each of these variables stands for an option that is not given:")]);
    }
    for (variable, option) in variables {
        page.control("TP", []).text([bold(variable)]).text([roman(format!("--{option}"))]);
    }
    let also = OTHER_VARIABLES.iter().filter(|(commands, ..)| commands.contains(&command.get_name()));
    for (_, variable, text) in also {
        page.control("TP", []).text([bold(*variable)]).text([roman(*text)]);
    }
}

/// Variables that stand for no option: the commands that heed them, the name, what it is for.
const OTHER_VARIABLES: [(&[&str], &str, &str); 11] = [
    (
        &["srpm", "create-archive", "inspect"],
        "SOURCE_DATE_EPOCH",
        "The time, in seconds since 1970, that results bear instead of now: the same commit gives the same bytes.",
    ),
    (&["srpm"], "RPM_PACKAGER", "Who signs the changelog entry."),
    (&["srpm", "create-archive", "inspect"], "TMPDIR", "The folder for temporary files, /tmp by default."),
    (&["srpm"], "XDG_CACHE_HOME", "The folder for packit/downloads, what was downloaded, ~/.cache by default."),
    (&["targets"], "XDG_CACHE_HOME", "The folder for packit/releases, what the services listed, ~/.cache by default."),
    (&["targets"], "PACKIT_BODHI_URL", "The base URL of Bodhi, https://bodhi.fedoraproject.org by default."),
    (&["targets"], "PACKIT_OPENSUSE_URL", "The base URL of openSUSE's list, https://get.opensuse.org by default."),
    (&["srpm", "targets"], "PACKIT_USER_AGENT", "How packit calls itself to the servers that it asks."),
    (&["srpm", "targets"], "http_proxy, https_proxy, no_proxy", "Proxies, as curl reads them."),
    (&["srpm", "targets"], "SSL_CERT_FILE", "Certificates to trust instead of those of the system."),
    (
        &["srpm", "create-archive", "inspect", "targets"],
        "XDG_CONFIG_HOME",
        "The folder for packit.yaml, the user's own configuration, ~/.config by default.",
    ),
];

/// The blocks below the options in the long help: `Title:` and the lines below it.
fn blocks(command: &Command) -> Vec<(String, String)> {
    let help = command.get_after_long_help().map(ToString::to_string).unwrap_or_default();
    let titled = |block: &str| block.split_once(":\n").map(|(title, text)| (title.to_owned(), text.to_owned()));
    help.split("\n\n").filter_map(titled).collect()
}
