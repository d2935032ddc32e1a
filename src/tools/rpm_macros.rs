//! What the user's own rpm macros say, read from their files: asking rpm costs as much as all the rest of a small build.

use std::path::PathBuf;

use fs_err as fs;

use crate::context::Context;
use crate::error::Result;
use crate::process::Command;

/// The macro files that belong to the user and the administrator of the machine, in the order in which rpm reads them: the last
/// definition counts. The files of the distribution are not among them.
fn files(context: &Context) -> Vec<PathBuf> {
    let mut files = Vec::new();
    if let Ok(entries) = fs::read_dir("/etc/rpm") {
        let is_macros = |path: &PathBuf| {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            name.starts_with("macros.") && !name.ends_with('~') && !name.contains(".rpm")
        };
        files.extend(entries.flatten().map(|entry| entry.path()).filter(is_macros));
        files.sort();
        files.push(PathBuf::from("/etc/rpm/macros"));
    }
    files.extend(context.config_home().map(|folder| folder.join("rpm/macros")));
    files.extend(context.home().map(|folder| folder.join(".rpmmacros")));
    files
}

/// The user's definitions of macros, unexpanded.
#[derive(Debug, Clone, Default)]
pub struct UserMacros(Vec<(String, String)>);

impl UserMacros {
    /// Reads the macro files; one that cannot be read is as one that is not there.
    pub fn read(context: &Context) -> Self {
        let mut macros = Self::default();
        for file in files(context) {
            if let Ok(text) = fs::read(&file) {
                macros.add(&String::from_utf8_lossy(&text));
            }
        }
        macros
    }

    /// Adds the definitions of one file: lines of the form `%NAME BODY`, continued by a backslash.
    fn add(&mut self, text: &str) {
        for line in text.replace("\\\n", "").lines() {
            let Some(definition) = line.strip_prefix('%') else { continue };
            let end = definition.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(definition.len());
            let (name, body) = definition.split_at(end);
            if !name.is_empty() {
                self.0.push((name.to_owned(), body.trim().to_owned()));
            }
        }
    }

    /// The body of a macro as the user wrote it.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().rev().find(|(defined, _)| defined == name).map(|(_, body)| body.as_str())
    }
}

/// Expands `expression` by rpm.
///
/// # Errors
/// When rpm cannot be run or does not know how.
pub async fn expand(context: &Context, expression: &str) -> Result<String> {
    let command = Command::new("rpm").env("LC_ALL", "C.UTF-8").arg("--eval").arg(expression);
    Ok(command.output(context).await?.success()?.text())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_definitions_and_the_last_one_counts() {
        let mut macros = UserMacros::default();
        macros.add("# comment\n%packager Ann <ann@example.com>\n%_source_payload\tw9.gzdio\n%long a \\\n  b\n%with(x) y\nplain\n");
        macros.add("%packager Bob\n");
        assert_eq!(macros.get("packager"), Some("Bob"));
        assert_eq!(macros.get("_source_payload"), Some("w9.gzdio"));
        assert_eq!(macros.get("long"), Some("a   b"));
        assert_eq!(macros.get("dist"), None);
    }
}
