//! The rsync program, for copies on this machine and nothing else.

use std::ffi::OsString;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

use super::program;
use crate::context::Context;
use crate::error::{Error, Kind, Result};
use crate::process::Command;

/// Settings of rsync in the environment: they could name a program to run, or change what names mean.
const VARIABLES: [&str; 8] = [
    "RSYNC_CHECKSUM_LIST",
    "RSYNC_COMPRESS_LIST",
    "RSYNC_CONNECT_PROG",
    "RSYNC_ICONV",
    "RSYNC_OLD_ARGS",
    "RSYNC_PARTIAL_DIR",
    "RSYNC_PROTECT_ARGS",
    "RSYNC_RSH",
];

/// The kinds of filter rules that name files and nothing else.
const KINDS: [(&str, &str); 6] =
    [("-", "exclude"), ("+", "include"), ("P", "protect"), ("R", "risk"), ("H", "hide"), ("S", "show")];

/// A rule of rsync that says which files are copied, and which ones are deleted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter(OsString);

impl Filter {
    /// Reads a rule of a configuration: `exclude NAME`, `- NAME`, `protect NAME` and so on, with their modifiers.
    ///
    /// # Errors
    /// Of kind [`Kind::Config`] for what is no rule, and for the rules that read further ones from files or clear the list, which
    /// also holds packit's own.
    pub fn new(rule: &str) -> Result<Self> {
        let refused = |why: String| {
            Err(Error::new(Kind::Config, format!("`{}` cannot be used as a filter", rule.escape_debug()))
                .cause(why)
                .hint("there are `exclude`, `include`, `protect`, `risk`, `hide` and `show`, as in `protect .git*`"))
        };
        if rule.contains(char::is_control) {
            return refused("it has a control character".to_owned());
        }
        let end = rule.find([' ', '_', ',']).unwrap_or(rule.len());
        let (kind, rest) = rule.split_at(end);
        // The short forms take modifiers without a comma.
        let (short, glued) = kind.split_at(kind.chars().next().map_or(0, char::len_utf8));
        let is_long = KINDS.iter().any(|(_, long)| *long == kind);
        let is_short = KINDS.iter().any(|(known, _)| *known == short);
        if ["merge", "dir-merge", "clear"].contains(&kind) || [".", ":", "!"].contains(&short) {
            return refused("rules are read from the configuration only, and the list is not cleared".to_owned());
        }
        if !is_long && !is_short {
            return refused(format!("`{kind}` is no kind of rule"));
        }
        let modifiers = if is_long { "" } else { glued };
        let (comma, pattern) = match rest.strip_prefix(',') {
            Some(rest) => rest.split_at(rest.find([' ', '_']).unwrap_or(rest.len())),
            None => ("", rest),
        };
        if let Some(other) = modifiers.chars().chain(comma.chars()).find(|c| !"/!srpx".contains(*c)) {
            return refused(format!("`{other}` is no modifier of such a rule"));
        }
        if pattern.get(1..).is_none_or(str::is_empty) {
            return refused("it names no file".to_owned());
        }
        Ok(Self(OsString::from(rule)))
    }

    /// Leaves `path`, relative to the top of what is copied, out of the copy, and lets what has that name there be.
    pub fn leave_out(path: &Path) -> Self {
        Self::anchored("- /", path)
    }

    /// Keeps `path`, relative to the top of the destination, from being deleted.
    pub fn protect(path: &Path) -> Self {
        Self::anchored("P /", path)
    }

    /// Leaves everything of this name out, at any depth, and lets what is there be.
    pub fn leave_out_everywhere(name: &str) -> Self {
        Self(OsString::from(format!("- {name}")))
    }

    fn anchored(rule: &str, path: &Path) -> Self {
        use std::os::unix::ffi::OsStringExt as _;
        let bytes = path.as_os_str().as_bytes();
        // A backslash escapes only where there is a wildcard.
        let is_wild = bytes.iter().any(|byte| b"*?[".contains(byte));
        let escaped = bytes.iter().flat_map(|&byte| match byte {
            b'*' | b'?' | b'[' | b'\\' if is_wild => vec![b'\\', byte],
            byte => vec![byte],
        });
        Self(OsString::from_vec(rule.bytes().chain(escaped).collect()))
    }
}

/// One call of rsync.
#[derive(Debug)]
pub struct Copy<'a> {
    /// The folder that the sources are relative to.
    pub folder: &'a Path,
    /// Files and folders; of one whose name ends in a slash, the content is copied.
    pub sources: Vec<PathBuf>,
    /// Where they go, absolute; with a slash at its end it is a folder.
    pub destination: PathBuf,
    /// Whether what the sources do not have is deleted in the destination.
    pub delete: bool,
    /// Rules, of which the first that fits counts.
    pub filters: Vec<Filter>,
}

impl Copy<'_> {
    /// Copies with all that rsync's archive mode keeps. Files are compared by their content: two checkouts of the same second can
    /// have files of one size and time.
    ///
    /// # Errors
    /// Of kind [`Kind::Environment`] when there is no rsync; of kind [`Kind::Tool`] when it fails: its lines are the causes.
    pub async fn run(&self, context: &Context) -> Result<()> {
        program::require(context, &["rsync"])?;
        if !self.destination.is_absolute() || self.sources.iter().any(|source| source.is_absolute()) {
            return Err(Error::bug("rsync was to be called with names that it takes for hosts"));
        }
        let mut command = Command::new("rsync").current_dir(self.folder).env("LC_ALL", "C");
        command = VARIABLES.iter().fold(command, Command::env_remove);
        command = command.args(["--archive", "--checksum"]);
        if self.delete {
            command = command.arg("--delete");
        }
        for Filter(rule) in &self.filters {
            let mut argument = OsString::from("--filter=");
            argument.push(rule);
            command = command.arg(argument);
        }
        // Behind a slash, a colon is a part of a name and no host stands before it.
        let sources = self.sources.iter().map(|source| {
            let mut argument = OsString::from("./");
            argument.push(source);
            argument
        });
        let output = command.arg("--").args(sources).arg(&self.destination).output(context).await?;
        output.success().map(|_| ())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules() {
        for good in [
            "protect .git*",
            "- main.fmf.dist-git",
            "- /x",
            "-/ /x",
            "-,! *.c",
            "exclude,! *.c",
            "+ */",
            "P_x",
            "include a b",
            "H x",
            "risk x",
            "-rp x",
        ] {
            assert_eq!(Filter::new(good).unwrap(), Filter(good.into()));
        }
        for bad in [
            "",
            " ",
            "x",
            "merge /etc/passwd",
            "merge,- x",
            ". /etc/passwd",
            ".,- x",
            ": x",
            ":- .gitignore",
            "dir-merge x",
            "!",
            "clear",
            "- ",
            "-",
            "-,",
            "exclude",
            "- x\n+ y",
            "-e x",
            "-C",
            "-,w /x",
            "exclude,n x",
            "--rsh=x",
            "-e sh",
            "excluded x",
            "/x",
        ] {
            assert_eq!(Filter::new(bad).map_err(|error| error.kind()), Err(Kind::Config), "{bad:?}");
        }
    }

    #[test]
    fn own_rules_take_names_as_they_are() {
        for (path, rule) in [
            ("a/b.spec", "- /a/b.spec"),
            ("a*[b].spec", r"- /a\*\[b].spec"),
            (r"a\b", r"- /a\b"),
            (r"a\*", r"- /a\\\*"),
        ] {
            assert_eq!(Filter::leave_out(Path::new(path)), Filter(rule.into()));
        }
    }
}
