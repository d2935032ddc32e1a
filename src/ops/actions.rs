//! Running the user's actions: where, with which variables, and what becomes of their output.

use std::path::Path;

use crate::config::{Action, ActionName, Command, Commands, Package, Spanned};
use crate::context::Context;
use crate::error::{Error, Kind, Result};
use crate::ops::action_variables::{Variables, is_withheld};
use crate::ops::project::Project;
use crate::process::{self, shell_word};

/// What the user says about actions.
#[derive(Debug, Clone, Default)]
pub struct ActionChoice {
    /// None is run: packit's own steps take their places.
    pub none: bool,
    /// The names of variables that actions get though they look like credentials.
    pub pass_env: Vec<String>,
}

/// The actions of a package that are in force.
#[derive(Debug, Clone)]
pub struct Actions<'a> {
    actions: Vec<&'a Action>,
    project: &'a Project,
    package: &'a Package,
}

/// What the commands of an action wrote to standard output, one for each command.
pub type Outputs = Vec<Vec<u8>>;

impl<'a> Actions<'a> {
    /// Those of `package`; none where the user wants none.
    pub fn of(project: &'a Project, package: &'a Package) -> Self {
        let wanted = |action: &&Action| !project.actions.none && !action.is_absent();
        Self { actions: package.actions.iter().filter(wanted).collect(), project, package }
    }

    /// Whether the configuration has this action: then packit's own step is left out, even if the action is an empty list.
    pub fn has(&self, name: ActionName) -> bool {
        self.get(name).is_some()
    }

    /// Whether one of these actions has something to run.
    pub fn run_any(&self, names: &[ActionName]) -> bool {
        names.iter().any(|&name| !self.commands(name).is_empty())
    }

    fn get(&self, name: ActionName) -> Option<&'a Action> {
        self.actions.iter().find(|action| action.name.value == name).copied()
    }

    /// The commands of an action, in their order.
    pub fn commands(&self, name: ActionName) -> &'a [Spanned<Command>] {
        match self.get(name).map(|action| &action.commands) {
            Some(Commands::List(commands)) => commands,
            _ => &[],
        }
    }

    /// Runs an action: its commands in their order, each in the package's folder and with `variables`; what they write is shown as
    /// it comes. The first that fails ends it. `None` when the configuration has no such action.
    ///
    /// # Errors
    /// As [`Project::folder`]; of kind [`Kind::Tool`] when a command fails, of kind [`Kind::Config`] when it is none, with its place in the configuration.
    pub async fn run(&self, context: &Context, name: ActionName, variables: &Variables) -> Result<Option<Outputs>> {
        let Some(action) = self.get(name) else { return Ok(None) };
        let folder = self.project.folder(self.package)?;
        let mut outputs = Vec::new();
        for command in self.commands(name) {
            outputs.push(self.run_one(context, action, command, variables, &folder).await?);
        }
        Ok(Some(outputs))
    }

    async fn run_one(
        &self,
        context: &Context,
        action: &Action,
        command: &Spanned<Command>,
        variables: &Variables,
        folder: &Path,
    ) -> Result<Vec<u8>> {
        let name = action.name.value.as_str();
        let place = |error: Error| command.place().into_iter().fold(error, Error::at);
        let words = command.value.words().map_err(|why| {
            place(Error::new(Kind::Config, format!("a command of the action `{name}` cannot be read: {why}")))
        })?;
        let Some((program, arguments)) = words.split_first().filter(|(program, _)| !program.is_empty()) else {
            let error = Error::new(Kind::Config, format!("a command of the action `{name}` is empty"));
            return Err(place(error.hint(format!("`{name}: []` runs nothing in place of packit's own step"))));
        };
        let mut child = process::Command::new(program).args(arguments).current_dir(folder).label(name);
        let withheld: Vec<&std::ffi::OsStr> =
            context.variable_names().filter(|variable| is_withheld(variable, &self.project.actions.pass_env)).collect();
        for variable in &withheld {
            child = child.env_remove(variable);
        }
        for (variable, value) in variables.all() {
            child = child.env(variable, value);
        }
        context.step(format!("action {name}"));
        context.tell(format!("action {name}: {}", child.display()));
        let output = child.stream(context, |line| Some(line.to_vec())).await.map_err(|error| match error.kind() {
            Kind::Environment => place(not_started(error, name, &words)),
            _ => error,
        })?;
        if output.status.success() {
            return Ok(output.stdout);
        }
        // What it wrote has been shown as it came.
        let how = output.failure();
        let error = Error::new(Kind::Tool, format!("the action `{name}` failed")).cause(how.message());
        let names: Vec<_> = withheld.iter().map(|name| name.to_string_lossy()).collect();
        Err(place(if names.is_empty() {
            error
        } else {
            error.hint(format!("actions do not get {}: --pass-env NAME hands one over", names.join(", ")))
        }))
    }
}

/// The error for a program that cannot be started, with a hint where the command was meant for a shell.
fn not_started(error: Error, name: &str, words: &[String]) -> Error {
    const OF_A_SHELL: [&str; 12] =
        ["cd", "export", "set", "source", ".", "if", "for", "while", "alias", "eval", "exit", "unset"];
    let first = words.first().map(String::as_str).unwrap_or_default();
    let for_a_shell = OF_A_SHELL.contains(&first)
        || first.contains('=')
        || words.iter().any(|word| ["&&", "||", "|", ";", ">", ">>", "<"].contains(&word.as_str()));
    let refused = error.causes().iter().any(|cause| cause.contains("Permission denied"));
    let error = error.within(format!("the action `{name}` failed"));
    if refused {
        let file = shell_word(first);
        return error.hint(format!("make it executable: chmod +x {file}, and git update-index --chmod=+x {file}"));
    }
    if for_a_shell {
        let line = words.iter().map(|word| shell_word(word)).collect::<Vec<_>>().join(" ");
        return error.hint(format!("no shell runs the commands of actions: write `bash -c {}`", shell_word(&line)));
    }
    error.hint("install the program, or write the path of a script of the project: `./SCRIPT`")
}
