//! Actions: the user's commands that take the place of packit's own steps, or run between them.

use super::keys::nearest;
use super::node::{Entry, Node, Value};
use super::read::{Empty, Layers, Reader};
use super::source::Spanned;
use super::words;

/// The step that an action belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ActionName {
    /// `changelog-entry`: prints the text of the changelog entry.
    ChangelogEntry,
    /// `commit-message`: prints the message of the dist-git commit.
    CommitMessage,
    /// `create-archive`: makes the archive and prints its path.
    CreateArchive,
    /// `create-patches`: makes the patches of a source-git repository.
    CreatePatches,
    /// `fix-spec-file`: edits the spec file.
    FixSpecFile,
    /// `get-current-version`: prints the version.
    GetCurrentVersion,
    /// `post-modifications`: runs after all changes, before the SRPM is built.
    PostModifications,
    /// `post-upstream-clone`: runs first.
    PostUpstreamClone,
    /// `pre-sync`: runs before files are copied to dist-git.
    PreSync,
    /// `prepare-files`: takes the place of all changes in dist-git.
    PrepareFiles,
    /// `run-condition`: decides whether the packit service runs at all.
    RunCondition,
}

impl ActionName {
    /// Every action.
    pub const ALL: [ActionName; 11] = [
        ActionName::ChangelogEntry,
        ActionName::CommitMessage,
        ActionName::CreateArchive,
        ActionName::CreatePatches,
        ActionName::FixSpecFile,
        ActionName::GetCurrentVersion,
        ActionName::PostModifications,
        ActionName::PostUpstreamClone,
        ActionName::PreSync,
        ActionName::PrepareFiles,
        ActionName::RunCondition,
    ];

    /// The key below `actions`.
    pub fn as_str(self) -> &'static str {
        match self {
            ActionName::ChangelogEntry => "changelog-entry",
            ActionName::CommitMessage => "commit-message",
            ActionName::CreateArchive => "create-archive",
            ActionName::CreatePatches => "create-patches",
            ActionName::FixSpecFile => "fix-spec-file",
            ActionName::GetCurrentVersion => "get-current-version",
            ActionName::PostModifications => "post-modifications",
            ActionName::PostUpstreamClone => "post-upstream-clone",
            ActionName::PreSync => "pre-sync",
            ActionName::PrepareFiles => "prepare-files",
            ActionName::RunCondition => "run-condition",
        }
    }
}

/// An action of a package.
#[derive(Debug, Clone)]
pub struct Action {
    /// The step; its place is the key below `actions`.
    pub name: Spanned<ActionName>,
    /// What to run.
    pub commands: Commands,
}

impl Action {
    /// Whether the configuration names the action and gives it nothing (`fix-spec-file:`), which is as if it were not there.
    pub fn is_absent(&self) -> bool {
        matches!(self.commands, Commands::Null)
    }

    /// Its commands as they are written, for messages; they may hold credentials.
    pub fn shown(&self) -> Vec<String> {
        let Commands::List(commands) = &self.commands else { return Vec::new() };
        let shown = |command: &Spanned<Command>| match &command.value {
            Command::Line(line) => line.clone(),
            Command::Words(words) => words.join(" "),
        };
        commands.iter().map(shown).collect()
    }
}

/// What stands behind an action's name.
#[derive(Debug, Clone)]
pub enum Commands {
    /// Nothing (`fix-spec-file:`): neither commands nor the wish to have none. The Python packit fails when it gets there.
    Null,
    /// The commands in their order. An empty list (`fix-spec-file: []`) means: do not do this step.
    List(Vec<Spanned<Command>>),
}

/// One command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// A line, split into words as a POSIX shell does; nothing else of a shell is in force.
    Line(String),
    /// The words themselves.
    Words(Vec<String>),
}

impl Command {
    /// The program and its arguments; empty for an empty line.
    ///
    /// # Errors
    /// Says which quote of the line is not closed.
    pub fn words(&self) -> Result<Vec<String>, &'static str> {
        match self {
            Command::Line(line) => words::split(line),
            Command::Words(words) => Ok(words.clone()),
        }
    }
}

/// Reads `actions` in the order of the file.
pub(super) fn read(reader: &mut Reader<'_>, keys: Layers<'_>) -> Vec<Action> {
    let Some(entry) = reader.entry(keys, "actions", Empty::Refused) else { return Vec::new() };
    let Some(mapping) = reader.mapping_of(entry, "actions", "a mapping of actions to commands") else {
        return Vec::new();
    };
    let known = |key: &str| ActionName::ALL.into_iter().find(|name| name.as_str() == key);
    reader.check_names(mapping, |key| known(key).is_some(), |key, _| unknown(key));
    let named = mapping.entries.iter().filter_map(|entry| Some((known(entry.name()?)?, entry)));
    named
        .filter_map(|(name, entry)| {
            let commands = commands(reader, name.as_str(), entry)?;
            Some(Action { name: reader.spanned(name, entry.key.span), commands })
        })
        .collect()
}

fn unknown(key: &str) -> (String, Option<String>) {
    let hint = match nearest(key, ActionName::ALL.into_iter().map(ActionName::as_str)) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("actions are {}", ActionName::ALL.map(|name| format!("`{}`", name.as_str())).join(", ")),
    };
    (format!("unknown action `{key}`"), Some(hint))
}

fn commands(reader: &mut Reader<'_>, name: &str, entry: &Entry) -> Option<Commands> {
    match &entry.value.value {
        Value::Null => Some(Commands::Null),
        Value::String(line) => {
            Some(Commands::List(vec![reader.spanned(Command::Line(line.clone()), entry.value.span)]))
        }
        Value::Sequence(items) => {
            let commands: Vec<Option<_>> = items.iter().map(|item| command(reader, name, item)).collect();
            commands.into_iter().collect::<Option<Vec<_>>>().map(Commands::List)
        }
        other => {
            let message = format!("the action `{name}` must be a command or a list of commands, not {}", other.kind());
            let span = if matches!(other, Value::Mapping(_)) { entry.key.span } else { entry.value.span };
            reader.error(span, message, Some(format!("write `{name}: [\"COMMAND\"]`")));
            None
        }
    }
}

fn command(reader: &mut Reader<'_>, name: &str, item: &Node) -> Option<Spanned<Command>> {
    let command = match &item.value {
        Value::Sequence(items) => {
            let words: Vec<Option<String>> = items.iter().map(|word| word_of(reader, name, word)).collect();
            Command::Words(words.into_iter().collect::<Option<_>>()?)
        }
        Value::Mapping(_) => {
            let message = format!("a command of the action `{name}` is read as a mapping");
            reader.error(item.span, message, Some("put a command that contains `: ` between quotes".to_owned()));
            return None;
        }
        _ => Command::Line(word_of(reader, name, item)?),
    };
    Some(reader.spanned(command, item.span))
}

/// Text as it is written: `- false` is the program of that name, however YAML understands it.
fn word_of(reader: &mut Reader<'_>, name: &str, node: &Node) -> Option<String> {
    let written = reader.written(node);
    if written.is_none() {
        let message = format!("the action `{name}` needs text here, and this is {}", node.value.kind());
        reader.error(node.span, message, Some("write the command, or remove the line".to_owned()));
    }
    written
}
