//! From the arguments of the process to its exit code.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::parser::ValueSource;
use clap::{ArgMatches, ColorChoice, CommandFactory as _, FromArgMatches as _, Parser, Subcommand};

use super::commands::{
    build, config as config_commands, copr, copr_build, create_archive, doctor, init, inspect, local_build,
    prepare_sources, propose_update, pull_from_upstream, srpm, sync_from_downstream,
};
use super::global::{Color, Global};
use super::{exit, names, values};
use crate::config::{self, User};
use crate::context::{self, Context};
use crate::error::{Context as _, Error, Finding, Kind, Result};
use crate::interrupt::Interrupt;
use crate::ui::{Appearance, Ci, CiFiles, Ui, envelope, logging};

/// From an upstream git repository with a .packit.yaml to source RPMs, Copr builds and dist-git pull requests
///
/// packit works in a staging folder and leaves your checkout as it was. Results go to standard output, messages to standard error.
#[derive(Debug, Parser)]
#[command(name = "packit", version, disable_help_subcommand = true, args_override_self = true)]
#[command(subcommand_required = true, arg_required_else_help = true, after_long_help = AFTER_HELP)]
pub struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Command,
}

const AFTER_HELP: &str = "\
Options can also be given by variables, such as --output by PACKIT_OUTPUT; the man pages list them.

Exit codes:
    0  done
    1  a remote build or check was carried out and failed
    2  usage, configuration, project or tool error
    3  a service refused, or could not be reached
    4  a defect of packit itself
    5  nothing to do, or skipped by a rule of the configuration
    6  of several packages or branches, some failed
  124  waited as long as asked, still not finished
  130  interrupted";

#[derive(Debug, Subcommand)]
enum Command {
    Srpm(srpm::Arguments),
    CreateArchive(create_archive::Arguments),
    PrepareSources(prepare_sources::Arguments),
    CoprBuild(Box<copr_build::Arguments>),
    LocalBuild(Box<local_build::Arguments>),
    Build(build::Arguments),
    #[command(alias = "propose-downstream")]
    ProposeUpdate(Box<propose_update::Arguments>),
    PullFromUpstream(Box<pull_from_upstream::Arguments>),
    SyncFromDownstream(Box<sync_from_downstream::Arguments>),
    Copr(copr::Arguments),
    Inspect(inspect::Arguments),
    Config(config_commands::Arguments),
    Doctor(doctor::Arguments),
    #[command(alias = "generate")]
    Init(init::Arguments),
    /// The former name of `packit config validate`
    #[command(name = "validate-config", alias = "validate", hide = true)]
    ValidateConfig(config_commands::validate::Arguments),
}

/// What every command gets besides its own arguments.
pub(super) struct Run<'a> {
    pub(super) context: &'a Context,
    pub(super) ui: &'a Ui,
    pub(super) global: &'a Global,
    pub(super) user: &'a User,
    pub(super) matches: &'a ArgMatches,
}

impl Run<'_> {
    /// The same for the command that a group of commands runs.
    pub(super) fn inner(&self) -> Run<'_> {
        let matches = self.matches.subcommand().map_or(self.matches, |(_, matches)| matches);
        Run { matches, ..*self }
    }

    /// Tells which of these options the command line names in vain beside the option `other`. A variable may be meant for other commands.
    pub(super) fn tell_without_effect(&self, options: &[&str], other: &str) {
        let named = |option: &&&str| {
            self.matches.try_contains_id(option).is_ok()
                && self.matches.value_source(option) == Some(ValueSource::CommandLine)
        };
        for option in options.iter().filter(named) {
            let option = option.replace('_', "-");
            self.context.found(Finding::warning(format!("--{option} has no effect with {other}")));
        }
    }

    /// The configuration file that the user names: by the option, else in the user's own configuration.
    pub(super) fn config_file(&self) -> Option<PathBuf> {
        let named = self.user.package_config_path.as_ref().map(|path| PathBuf::from(&path.value));
        self.global.config.clone().or(named).filter(|path| !path.as_os_str().is_empty())
    }
}

/// Runs packit on the arguments of the process.
pub fn main() -> ExitCode {
    let arguments = with_help_as_option(context::arguments());
    let has = |option: &str| arguments.iter().any(|argument| argument == option);
    let asks_json = has("--json");
    // Which switches are set is not known of a command line that cannot be read.
    let ci = Ci::found(context::is_set, context::is_in_ci).filter(|_| !has("--no-ci"));
    let color = Color::of(&arguments);
    let refusals = if color.is_taken(Ui::is_terminal()) { ColorChoice::Always } else { ColorChoice::Never };
    let command = values::without_empty_variables(Cli::command()).color(refusals);
    let parsed =
        command.try_get_matches_from(arguments).and_then(|matches| Ok((Cli::from_arg_matches(&matches)?, matches)));
    ExitCode::from(match parsed {
        Ok((cli, matches)) => run(&cli, &matches),
        Err(error) => refuse(error, color, asks_json, ci),
    })
}

/// `packit help COMMAND` as `packit COMMAND --help`.
fn with_help_as_option(mut arguments: Vec<OsString>) -> Vec<OsString> {
    if arguments.get(1).is_some_and(|name| name == "help") {
        arguments.remove(1);
        arguments.push("--help".into());
    }
    arguments
}

/// Help, the version, or a command line that cannot be.
fn refuse(mut error: clap::Error, color: Color, asks_json: bool, ci: Option<Ci>) -> u8 {
    let ui = Ui::new(Appearance { ci, ..Appearance::default() });
    match error.kind() {
        ErrorKind::DisplayVersion | ErrorKind::DisplayHelp => {
            let version = concat!(env!("CARGO_PKG_VERSION"), "\n").to_owned();
            let help = || {
                let text = error.render();
                if color.is_taken(Ui::prints_to_terminal()) { text.ansi().to_string() } else { text.to_string() }
            };
            let text = if error.kind() == ErrorKind::DisplayVersion { version } else { help() };
            return match ui.print(text.as_bytes()) {
                Ok(()) => exit::DONE,
                Err(failed) => {
                    ui.error(&failed);
                    exit::code(failed.kind())
                }
            };
        }
        ErrorKind::InvalidSubcommand => {
            if let Some(ContextValue::String(name)) = error.get(ContextKind::InvalidSubcommand)
                && let Some(called) = names::not_yet(name)
            {
                let message = format!("`{called}` is a command that this version does not have yet");
                error = clap::Error::raw(ErrorKind::InvalidSubcommand, message + "\n");
            }
        }
        _ => {}
    }
    let _ = error.print();
    if error.exit_code() != 0 {
        let text = error.render().to_string();
        let message = text.trim().strip_prefix("error: ").unwrap_or(text.trim()).to_owned();
        let failed = Error::new(Kind::Usage, message);
        if asks_json {
            let _ = envelope::failed("packit", &failed, &[]).map(|object| ui.json(&object));
        }
        // Who asks for nothing gets the help.
        if error.kind() != ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
            ui.mark(&failed);
        }
    }
    u8::try_from(error.exit_code()).unwrap_or(2)
}

fn run(cli: &Cli, matches: &ArgMatches) -> u8 {
    let ui = Ui::new(appearance(&cli.global, matches));
    let name = name(matches);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.or_error(Kind::Environment, || "the runtime cannot be started".to_owned());
    let done = runtime.map_err(Failed::from).and_then(|runtime| {
        let done = runtime.block_on(dispatch(cli, matches, &ui));
        // A thread that still looks through a large checkout is not waited for.
        runtime.shutdown_background();
        done
    });
    let code = match &done {
        Ok(()) => exit::DONE,
        Err(failed) => {
            ui.error(&failed.error);
            if cli.global.json && !failed.printed {
                let _ = envelope::failed(&name, &failed.error, &ui.warnings()).map(|object| ui.json(&object));
            }
            exit::code(failed.error.kind())
        }
    };
    match ui.end(&name, done.as_ref().err().map(|failed| &failed.error)) {
        Err(unwritten) if code == exit::DONE => {
            ui.error(&unwritten);
            exit::code(unwritten.kind())
        }
        Err(unwritten) => {
            ui.error(&unwritten);
            code
        }
        Ok(()) => code,
    }
}

/// The name of the command, with that of its group: `config targets`.
fn name(matches: &ArgMatches) -> String {
    let mut names = Vec::new();
    let mut next = matches.subcommand();
    while let Some((name, matches)) = next {
        names.push(name);
        next = matches.subcommand();
    }
    if names.is_empty() { "packit".to_owned() } else { names.join(" ") }
}

/// A failure, and whether the command has already printed it as JSON.
pub(super) struct Failed {
    pub(super) error: Error,
    pub(super) printed: bool,
}

impl From<Error> for Failed {
    fn from(error: Error) -> Self {
        Self { error, printed: false }
    }
}

async fn dispatch(cli: &Cli, matches: &ArgMatches, ui: &Arc<Ui>) -> Result<(), Failed> {
    let context = Context::new(ui.sink(), Interrupt::listen()?)?;
    ui.set_files(ci_files(&context, &cli.global, ci(matches)));
    let matches = matches.subcommand().map_or(matches, |(_, matches)| matches);
    let read = context.config_home().map(|folder| config::load_user(&folder)).transpose();
    let (user, unread) = match (read, &cli.command) {
        (Ok(user), _) => (user.unwrap_or_default(), None),
        // It tells what keeps packit from working.
        (Err(error), Command::Doctor(_)) => (User::default(), Some(error)),
        (Err(error), _) => return Err(error.into()),
    };
    let debug = cli.global.debug || is_set(matches, "debug");
    if debug || user.debug.as_ref().is_some_and(|key| key.value) {
        logging::start(ui);
    }
    for finding in &user.findings {
        context.found(finding.clone());
    }
    let run = Run { context: &context, ui, global: &cli.global, user: &user, matches };
    match &cli.command {
        Command::Srpm(arguments) => srpm::run(&run, arguments).await,
        Command::CreateArchive(arguments) => create_archive::run(&run, arguments).await,
        Command::PrepareSources(arguments) => prepare_sources::run(&run, arguments).await,
        Command::CoprBuild(arguments) => copr_build::run(&run, arguments, None).await,
        Command::ProposeUpdate(arguments) => propose_update::run(&run, arguments).await,
        Command::PullFromUpstream(arguments) => pull_from_upstream::run(&run, arguments).await,
        Command::SyncFromDownstream(arguments) => sync_from_downstream::run(&run, arguments).await,
        Command::LocalBuild(arguments) => local_build::run(&run, arguments, None).await,
        Command::Build(arguments) => build::run(&run, arguments).await,
        Command::Copr(arguments) => copr::run(&run, arguments).await,
        Command::Inspect(arguments) => inspect::run(&run, arguments).await,
        Command::Config(arguments) => config_commands::run(&run, arguments).await,
        Command::Doctor(arguments) => doctor::run(&run, arguments, unread).await,
        Command::Init(arguments) => init::run(&run, arguments).await,
        Command::ValidateConfig(arguments) => config_commands::validate::run(&run, arguments),
    }
}

/// Whether a switch is set for the innermost command, which may have one of its own.
fn is_set(matches: &ArgMatches, name: &str) -> bool {
    match matches.subcommand() {
        Some((_, matches)) => is_set(matches, name),
        None => matches.try_get_one::<bool>(name).ok().flatten().is_some_and(|set| *set),
    }
}

/// Where the CI wants to have results. An option that names a file counts without a CI too.
fn ci_files(context: &Context, global: &Global, ci: Option<Ci>) -> CiFiles {
    let of_github = |name| context.variable(name).filter(|_| ci == Some(Ci::GitHub)).map(PathBuf::from);
    CiFiles {
        cwd: context.cwd().to_owned(),
        outputs: of_github("GITHUB_OUTPUT"),
        summary: of_github("GITHUB_STEP_SUMMARY"),
        dotenv: global.dotenv.clone().filter(|path| !path.as_os_str().is_empty()),
    }
}

/// The CI: the one that is found, unless the user says that there is one, or none.
fn ci(matches: &ArgMatches) -> Option<Ci> {
    let found = Ci::found(context::is_set, context::is_in_ci);
    match values::pair(matches, "ci", "no_ci") {
        Some(true) => Some(found.unwrap_or(Ci::Other)),
        Some(false) => None,
        None => found,
    }
}

fn appearance(global: &Global, matches: &ArgMatches) -> Appearance {
    let terminal = Ui::is_terminal();
    let color = global.color.is_taken(terminal);
    let ci = ci(matches);
    let progress = terminal && !global.debug && ci.is_none() && context::terminal_moves();
    Appearance { color, progress, ci }
}
