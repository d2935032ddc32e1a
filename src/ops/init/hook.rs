//! The hook in `.pre-commit-config.yaml` that checks the configuration at each commit.

/// The hook: packit is there where packit is used, so that nothing is fetched and no version is pinned.
const HOOK: [&str; 8] = [
    "- repo: local",
    "  hooks:",
    "  - id: packit-config-validate",
    "    name: packit config validate",
    "    entry: packit config validate",
    "    language: system",
    "    pass_filenames: false",
    "    files: '(^\\.?packit\\.ya?ml$|\\.spec$)'",
];

/// What becomes of the file.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Hooked {
    /// It has such a hook.
    Already,
    /// Its new text; all that was there stays.
    Text(String),
    /// It is written in a way that cannot be added to by lines.
    Unreadable,
}

/// The lines of the hook, for people who put them in themselves.
pub(super) fn lines() -> String {
    HOOK.join("\n")
}

/// Adds the hook to the text of the file; without one, makes it.
pub(super) fn add(text: Option<&str>) -> Hooked {
    let Some(text) = text else { return Hooked::Text(format!("repos:\n{}\n", lines())) };
    if text.contains("packit config validate")
        || text.contains("packit validate-config")
        || text.contains("packit/pre-commit-hooks")
    {
        return Hooked::Already;
    }
    let lines: Vec<&str> = text.lines().collect();
    let is_key = |line: &str| line.starts_with(|c: char| !c.is_whitespace() && !"#-".contains(c));
    let Some(start) = lines.iter().position(|line| line.split('#').next().unwrap_or_default().trim_end() == "repos:")
    else {
        return Hooked::Unreadable;
    };
    let rest = lines.get(start + 1..).unwrap_or_default();
    let end = rest.iter().position(|line| is_key(line)).unwrap_or(rest.len());
    let block = rest.get(..end).unwrap_or_default();
    let filled =
        block.iter().rposition(|line| !line.trim().is_empty() && !line.starts_with('#')).map_or(0, |at| at + 1);
    let indent = block
        .iter()
        .find_map(|line| line.find("- ").filter(|&at| line.get(..at).is_some_and(|before| before.trim().is_empty())));
    let indent = " ".repeat(indent.unwrap_or_default());
    let at = start + 1 + filled;
    let mut new: Vec<String> = lines.iter().take(at).map(|line| (*line).to_owned()).collect();
    new.extend(HOOK.iter().map(|line| format!("{indent}{line}")));
    new.extend(lines.iter().skip(at).map(|line| (*line).to_owned()));
    let ending = if text.contains("\r\n") { "\r\n" } else { "\n" };
    Hooked::Text(new.join(ending) + ending)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_else_stays() {
        let text = "# ours\nrepos:\n  # first\n  - repo: https://example.com/x\n    rev: v1\n    hooks: [{id: x}]\n\n# last\nci:\n  skip: [x]\n";
        let Hooked::Text(added) = add(Some(text)) else { panic!() };
        let hook: String = HOOK.iter().map(|line| format!("  {line}\n")).collect();
        assert_eq!(added, text.replace("[{id: x}]\n", &format!("[{{id: x}}]\n{hook}")));
        assert_eq!(add(Some(&added)), Hooked::Already);
        assert_eq!(add(Some("repos: []\n")), Hooked::Unreadable);
        assert_eq!(add(Some("repos:\n- repo: local")), Hooked::Text(format!("repos:\n- repo: local\n{}\n", lines())));
        assert_eq!(add(None), Hooked::Text(format!("repos:\n{}\n", lines())));
    }
}
