//! Child processes. This is the only module that spawns.
//!
//! A command is an argument vector, never a line for a shell. Both streams are read as bytes and handed on as they come. A child
//! runs in a process group of its own, which is ended and awaited when the work is interrupted, so that nothing of it survives.

use std::ffi::{OsStr, OsString};
use std::io::PipeReader;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};

use tokio::io::AsyncWriteExt as _;
use tokio::process::{Child, ChildStderr};

use crate::context::Context;
use crate::error::{Context as _, Error, Kind, Result};
use crate::event::What;
use crate::secret::redacted_line;

mod family;
mod running;

pub use family::{adopt_orphans, end_descendants, end_holders, is_ancestor};
use running::Running;

/// How much of each stream is kept for the result and for error messages when the lines are shown as they come.
const KEPT: usize = 4 << 20;
/// The size of the pipe to a reader on a thread of its own.
const PIPE: usize = 1 << 20;
/// What git sets for the hooks that it runs: a child would work on that repository instead of the folder's.
const OF_GIT_HOOKS: [&str; 14] = [
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_COMMON_DIR",
    "GIT_DIR",
    "GIT_GRAFT_FILE",
    "GIT_IMPLICIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_INTERNAL_SUPER_PREFIX",
    "GIT_NO_REPLACE_OBJECTS",
    "GIT_OBJECT_DIRECTORY",
    "GIT_PREFIX",
    "GIT_QUARANTINE_PATH",
    "GIT_REPLACE_REF_BASE",
    "GIT_SHALLOW_FILE",
    "GIT_WORK_TREE",
];

/// A program to run, with its arguments, folder and changes to the environment.
#[derive(Debug)]
pub struct Command {
    program: OsString,
    arguments: Vec<Argument>,
    folder: Option<PathBuf>,
    environment: Vec<(OsString, Option<OsString>)>,
    input: Option<Vec<u8>>,
    foreground: bool,
    label: Option<String>,
    one_stream: bool,
}

/// An argument, and how messages show it where it holds a secret.
#[derive(Debug)]
struct Argument {
    value: OsString,
    shown: Option<String>,
}

impl Argument {
    fn shown(&self) -> String {
        self.shown.clone().unwrap_or_else(|| self.value.to_string_lossy().into_owned())
    }
}

/// What a child left behind.
#[derive(Debug)]
pub struct Output {
    /// How it ended.
    pub status: ExitStatus,
    /// What it wrote to standard output (the last part, where its lines were shown as they came).
    pub stdout: Vec<u8>,
    /// What it wrote to standard error (likewise).
    pub stderr: Vec<u8>,
    command: String,
}

impl Command {
    /// A command that runs `program`, found on the search path.
    pub fn new(program: impl Into<OsString>) -> Self {
        Self {
            program: program.into(),
            arguments: Vec::new(),
            folder: None,
            environment: Vec::new(),
            input: None,
            foreground: false,
            label: None,
            one_stream: false,
        }
    }

    /// The same command with one more argument.
    #[must_use]
    pub fn arg(mut self, argument: impl Into<OsString>) -> Self {
        self.arguments.push(Argument { value: argument.into(), shown: None });
        self
    }

    /// The same command with one more argument that may hold a secret: messages and the log show `shown` instead.
    #[must_use]
    pub fn secret_arg(mut self, argument: impl Into<OsString>, shown: impl Into<String>) -> Self {
        self.arguments.push(Argument { value: argument.into(), shown: Some(shown.into()) });
        self
    }

    /// The same command with more arguments.
    #[must_use]
    pub fn args<A: Into<OsString>>(self, arguments: impl IntoIterator<Item = A>) -> Self {
        arguments.into_iter().fold(self, Self::arg)
    }

    /// The same command, run in `folder`.
    #[must_use]
    pub fn current_dir(mut self, folder: impl AsRef<Path>) -> Self {
        self.folder = Some(folder.as_ref().to_owned());
        self
    }

    /// The same command with an environment variable set.
    #[must_use]
    pub fn env(mut self, name: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> Self {
        self.environment.push((name.as_ref().to_owned(), Some(value.as_ref().to_owned())));
        self
    }

    /// The same command without an environment variable.
    #[must_use]
    pub fn env_remove(mut self, name: impl AsRef<OsStr>) -> Self {
        self.environment.push((name.as_ref().to_owned(), None));
        self
    }

    /// The same command with `bytes` as its standard input, which is empty otherwise. A child that reads only a part of it is no
    /// error here.
    #[must_use]
    pub fn input(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.input = Some(bytes.into());
        self
    }

    /// The same command in the process group of packit where there is a terminal, so that it can ask the user for a password.
    #[must_use]
    pub fn foreground(mut self) -> Self {
        self.foreground = fs_err::OpenOptions::new().read(true).open("/dev/tty").is_ok();
        self
    }

    /// The same command, whose lines are shown under this name instead of the program's.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = Some(label.into());
        self
    }

    /// The same command, both streams of which are one: their lines come in the order in which they were written, and all of them count as
    /// standard error.
    #[must_use]
    pub fn in_one_stream(mut self) -> Self {
        self.one_stream = true;
        self
    }

    /// Runs the command and collects both streams.
    ///
    /// # Errors
    /// When the program is missing or cannot be started, and of kind [`Kind::Interrupted`]. A child that fails is not an error
    /// here: see [`Output::success`].
    pub async fn output(self, context: &Context) -> Result<Output> {
        self.run(context, &mut |_| {}, usize::MAX).await
    }

    /// Runs the command and shows each line of both streams as it comes, as `rewrite` gives it (`None`: not shown).
    ///
    /// # Errors
    /// As [`Command::output`].
    pub async fn stream(self, context: &Context, rewrite: impl Fn(&[u8]) -> Option<Vec<u8>>) -> Result<Output> {
        let name = || Path::new(&self.program).file_name().unwrap_or_default().to_string_lossy().into_owned();
        let program = self.label.clone().unwrap_or_else(name);
        let mut show = |line: &[u8]| {
            if let Some(bytes) = rewrite(line) {
                let bytes = without_credentials(bytes);
                context.send(What::Line { program: program.clone(), bytes });
            }
        };
        self.run(context, &mut show, KEPT).await
    }

    /// Runs the command while `consume`, on a thread of its own, reads its standard output up to the end.
    ///
    /// # Errors
    /// As [`Command::output`], and what `consume` fails with when the child itself did well.
    pub async fn pipe<T: Send + 'static>(
        mut self,
        context: &Context,
        consume: impl FnOnce(PipeReader) -> Result<T> + Send + 'static,
    ) -> Result<(T, Output)> {
        let line = self.display();
        let (reader, writer) = std::io::pipe().or_error(Kind::Environment, || "a pipe cannot be made".to_owned())?;
        // A larger pipe saves many switches between the two; where the system allows none, it works as well.
        let _ = rustix::pipe::fcntl_setpipe_size(&reader, PIPE);
        let mut child = self.spawn(Stdio::from(writer), Stdio::piped())?;
        let consumer = tokio::task::spawn_blocking(move || consume(reader));
        let mut running = Running::new(&mut child, self.foreground);
        let ended = running.wait(context, &mut |_| {}, usize::MAX).await;
        let consumed = consumer.await.map_err(|_| Error::bug("the reader of a child's output broke"));
        let (status, stdout, stderr) = ended?;
        tracing::debug!(%status, "{line}");
        let output = Output { status, stdout, stderr, command: line };
        // A reader that stops early breaks the pipe and so the child: what stopped it is the cause to tell.
        Ok((consumed??, output))
    }

    async fn run(mut self, context: &Context, show: &mut dyn FnMut(&[u8]), kept: usize) -> Result<Output> {
        let command = self.display();
        let mut child =
            if self.one_stream { self.spawn_in_one_stream()? } else { self.spawn(Stdio::piped(), Stdio::piped())? };
        let mut running = Running::new(&mut child, self.foreground);
        let (status, stdout, stderr) = running.wait(context, show, kept).await?;
        tracing::debug!(%status, "{command}");
        Ok(Output { status, stdout, stderr, command })
    }

    /// Spawns the child with one pipe for both streams, which is read as its standard error.
    fn spawn_in_one_stream(&mut self) -> Result<Child> {
        let cannot = || "a pipe cannot be made".to_owned();
        let (reader, writer) = std::io::pipe().or_error(Kind::Environment, cannot)?;
        let other = writer.try_clone().or_error(Kind::Environment, cannot)?;
        let mut child = self.spawn(Stdio::from(writer), Stdio::from(other))?;
        let reader = ChildStderr::from_std(OwnedFd::from(reader).into()).or_error(Kind::Environment, cannot)?;
        child.stderr = Some(reader);
        Ok(child)
    }

    #[expect(clippy::disallowed_methods, reason = "this is the place that spawns")]
    fn spawn(&mut self, stdout: Stdio, stderr: Stdio) -> Result<Child> {
        let mut command = tokio::process::Command::new(&self.program);
        command
            .args(self.arguments.iter().map(|argument| &argument.value))
            .stdin(Stdio::null())
            .stdout(stdout)
            .stderr(stderr)
            .kill_on_drop(true);
        if self.foreground {
            command.stdin(Stdio::inherit());
        } else {
            command.process_group(0);
        }
        if self.input.is_some() {
            command.stdin(Stdio::piped());
        }
        if let Some(folder) = &self.folder {
            command.current_dir(folder);
        }
        for name in OF_GIT_HOOKS {
            command.env_remove(name);
        }
        for (name, value) in &self.environment {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        let mut child = command.spawn().map_err(|source| {
            let program = self.program.to_string_lossy();
            Error::new(Kind::Environment, format!("`{program}` cannot be started")).source(source)
        })?;
        if let (Some(bytes), Some(mut stdin)) = (self.input.take(), child.stdin.take()) {
            // Beside the reading of its output: a child may write more than a pipe holds before it has read all. One that stops
            // reading breaks the pipe; how it ends tells whether that is a failure.
            tokio::spawn(async move {
                let _ = stdin.write_all(&bytes).await;
            });
        }
        Ok(child)
    }

    /// The command as a person would type it, for messages: without credentials in URLs.
    pub fn display(&self) -> String {
        let program = self.program.to_string_lossy().into_owned();
        let words = std::iter::once(program).chain(self.arguments.iter().map(Argument::shown));
        words.map(|word| shell_word(&redacted_line(&word))).collect::<Vec<_>>().join(" ")
    }
}

impl Output {
    /// The output of a child that ended well.
    ///
    /// # Errors
    /// Of kind [`Kind::Tool`] when it ended with another status than 0: what it wrote to standard error are the causes.
    pub fn success(self) -> Result<Self> {
        if self.status.success() { Ok(self) } else { Err(self.failure()) }
    }

    /// The error that says how this child ended and what it wrote to standard error.
    pub fn failure(&self) -> Error {
        use std::os::unix::process::ExitStatusExt as _;
        let how = match (self.status.code(), self.status.signal()) {
            (Some(code), _) => format!("ended with exit code {code}"),
            (None, Some(signal)) => format!("was ended by signal {signal}"),
            (None, None) => "ended in an unknown way".to_owned(),
        };
        let mut error = Error::new(Kind::Tool, format!("`{}` {how}", self.command));
        let said = String::from_utf8_lossy(&self.stderr);
        let lines: Vec<&str> = said.lines().map(str::trim_end).filter(|line| !line.is_empty()).collect();
        for line in lines.iter().skip(lines.len().saturating_sub(20)) {
            error = error.cause(redacted_line(line));
        }
        error
    }

    /// Standard output as text, without white space around it; bytes that are not UTF-8 are replaced.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.stdout).trim().to_owned()
    }
}

/// A line of a child without credentials in the URLs that it names.
fn without_credentials(line: Vec<u8>) -> Vec<u8> {
    if !line.windows(3).any(|part| part == b"://") {
        return line;
    }
    redacted_line(&String::from_utf8_lossy(&line)).into_bytes()
}

/// `word` as a POSIX shell takes it for one word.
pub fn shell_word(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./=:,@%+~^".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', "'\\''"))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;
    use std::sync::Arc;

    use super::*;
    use crate::interrupt::Interrupt;

    fn run(command: Command) -> Output {
        let context =
            Context::with(PathBuf::from("/"), HashMap::new(), Arc::new(|_| {}), Interrupt::default()).unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(command.output(&context)).unwrap()
    }

    #[test]
    fn input_comes_out_again_however_long_it_is() {
        // More than the pipes of both directions hold.
        let bytes: Vec<u8> = (0_u32..1 << 20).flat_map(u32::to_le_bytes).collect();
        assert!(run(Command::new("cat").input(bytes.clone())).stdout == bytes);
        assert_eq!(run(Command::new("cat").input("")).stdout, b"");
        assert_eq!(run(Command::new("cat")).stdout, b"");
    }

    #[test]
    fn one_stream_keeps_the_order_of_the_lines() {
        let script = "for i in 1 2 3 4 5 6 7 8 9; do echo $i; echo $i >&2; done";
        let output = run(Command::new("sh").args(["-c", script]).in_one_stream());
        assert_eq!(output.stdout, b"");
        let lines = String::from_utf8(output.stderr).unwrap();
        assert_eq!(lines.split_whitespace().collect::<String>(), "112233445566778899");
    }

    #[test]
    fn a_child_need_not_read_its_input() {
        assert!(run(Command::new("true").input(vec![b'x'; 1 << 20])).status.success());
        assert_eq!(run(Command::new("head").args(["-c", "3"]).input(vec![b'x'; 1 << 20])).stdout, b"xxx");
    }
}
