//! The user's own configuration: the same file names, in `$XDG_CONFIG_HOME` or `~/.config`.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::authentication::{self, ForgeLogin};
use super::discover::pick;
use super::keys::nearest;
use super::load::{decode, invalid, read_file};
use super::node::Value;
use super::package::macros;
use super::read::{Empty, Layers, Reader};
use super::source::{Source, Spanned};
use super::yaml;
use crate::error::{Finding, Result, Severity};

/// What of the user's configuration packit uses.
#[derive(Debug, Clone, Default)]
pub struct User {
    /// The file; `None` when there is none.
    pub file: Option<PathBuf>,
    /// `debug`: log everything.
    pub debug: Option<Spanned<bool>>,
    /// `upstream_git_remote`: the git remote that is upstream.
    pub upstream_git_remote: Option<Spanned<String>>,
    /// `package_config_path`: the package configuration to use.
    pub package_config_path: Option<Spanned<String>>,
    /// `default_parse_time_macros`: for macros that a package does not set in `parse_time_macros`.
    pub default_parse_time_macros: Vec<(String, Option<String>)>,
    /// `fas_user`: the name of the Fedora account.
    pub fas_user: Option<Spanned<String>>,
    /// `keytab_path`: the Kerberos keytab.
    pub keytab_path: Option<Spanned<String>>,
    /// `kerberos_realm`.
    pub kerberos_realm: Option<Spanned<String>>,
    /// `pkg_tool`: the dist-git, where the package configuration names none.
    pub pkg_tool: Option<Spanned<String>>,
    /// `authentication`: the tokens for forges.
    pub forges: Vec<ForgeLogin>,
    /// Warnings.
    pub findings: Vec<Finding>,
}

/// Keys whose values may be shown.
const OPEN: &[&str] = &[
    "add_repositories_to_repository_cache",
    "appcode",
    "command_handler",
    "command_handler_image_reference",
    "command_handler_k8s_namespace",
    "command_handler_pvc_env_var",
    "command_handler_pvc_volume_specs",
    "command_handler_storage_class",
    "command_handler_work_dir",
    "debug",
    "default_parse_time_macros",
    "fas_user",
    "kerberos_realm",
    "keytab_path",
    "koji_build_command",
    "package_config_path",
    "pkg_tool",
    "repository_cache",
    "upstream_git_remote",
];

/// Keys whose values are secrets or have some in them.
const SECRET: &[&str] = &["authentication", "fas_password", "redhat_api_refresh_token"];

/// Keys whose place is below `authentication` today.
const OLD_SECRET: &[&str] = &[
    "github_app_cert_path",
    "github_app_id",
    "github_app_installation_id",
    "github_token",
    "pagure_fork_token",
    "pagure_user_token",
];

/// Loads the user's configuration from `folder` (`$XDG_CONFIG_HOME` or `~/.config`); no file is the defaults.
///
/// # Errors
/// [`crate::error::Kind::Config`] when the file cannot be read or is not valid, with all that is wrong.
pub fn load_user(folder: &Path) -> Result<User> {
    let mut findings = Vec::new();
    let Some(name) = pick(folder, &mut findings)? else { return Ok(User { findings, ..User::default() }) };
    let file = folder.join(name);
    let source = decode(read_file(&file, &file)?, |text| Source::masked(&file, text, shown))
        .map_err(|finding| invalid(&file, vec![*finding]))?;
    let source = Arc::new(source);
    let root = yaml::read(&source, &mut findings);
    let mut reader = Reader::new(&source, findings);
    let mut user = User { file: Some(file.clone()), ..User::default() };
    if let (Some(root), false) = (root, reader.failed()) {
        if let Value::Mapping(mapping) = &root.value {
            reader.check_names(mapping, known, |key, _| unknown(key));
            read(&mut reader, Layers(&[mapping]), &mut user);
        } else {
            reader.error(root.span, "a configuration is a mapping of keys to values", None);
        }
    }
    user.findings = reader.finish();
    if user.findings.iter().any(|finding| finding.severity == Severity::Error) {
        return Err(invalid(&file, user.findings));
    }
    Ok(user)
}

fn read(reader: &mut Reader<'_>, keys: Layers<'_>, user: &mut User) {
    let filled = |text: Option<Spanned<String>>| text.filter(|text| !text.value.is_empty());
    user.debug = reader.flag(keys, "debug", Empty::Unset);
    user.upstream_git_remote = filled(reader.text(keys, "upstream_git_remote", Empty::Unset));
    user.package_config_path = filled(reader.text(keys, "package_config_path", Empty::Unset));
    user.default_parse_time_macros = macros(reader, keys, "default_parse_time_macros");
    user.fas_user = filled(reader.text(keys, "fas_user", Empty::Unset));
    user.keytab_path = filled(reader.text(keys, "keytab_path", Empty::Unset));
    user.kerberos_realm = filled(reader.text(keys, "kerberos_realm", Empty::Unset));
    user.pkg_tool = filled(reader.text(keys, "pkg_tool", Empty::Unset));
    user.forges = authentication::read(reader, keys);
}

fn known(key: &str) -> bool {
    [OPEN, SECRET, OLD_SECRET].iter().any(|keys| keys.contains(&key))
}

fn unknown(key: &str) -> (String, Option<String>) {
    let hint = match key {
        "dry_run" => Some("use the option `--dry-run`".to_owned()),
        _ => nearest(key, OPEN.iter().chain(SECRET).copied()).map(|near| format!("did you mean `{near}`?")),
    };
    (format!("unknown key `{key}`"), hint)
}

/// The line as messages show it: whole when it is one of the keys that hold no secret, else up to the key's colon.
fn shown(line: &str) -> String {
    let mask = |shown: &str| if line.len() > shown.len() { format!("{shown} ***") } else { shown.to_owned() };
    let key: &str = line.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').next().unwrap_or("");
    let behind = line.get(key.len()..).unwrap_or("");
    if line.trim().is_empty() || (OPEN.contains(&key) && behind.starts_with(':')) {
        line.to_owned()
    } else if !key.is_empty() && behind.starts_with(':') {
        mask(line.get(..=key.len()).unwrap_or(""))
    } else {
        "***".to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::Token;

    fn user(text: impl AsRef<[u8]>) -> Result<User> {
        let folder = tempfile::tempdir().unwrap();
        fs_err::write(folder.path().join(".packit.yaml"), text).unwrap();
        load_user(folder.path())
    }

    #[test]
    fn no_file_and_an_empty_file_are_the_defaults() {
        // W32: the Python packit ends with a traceback on an empty file.
        let folder = tempfile::tempdir().unwrap();
        assert!(load_user(folder.path()).unwrap().file.is_none());
        assert!(load_user(&folder.path().join("none")).unwrap().file.is_none());
        for text in ["", "---\n", "# x"] {
            let user = user(text).unwrap();
            assert!(user.file.is_some() && user.debug.is_none() && user.findings.is_empty());
        }
    }

    #[test]
    fn values_are_read() {
        let user = user(
            "debug: 'yes'\nupstream_git_remote: up\npackage_config_path: p.yaml\nfas_user: me\nkeytab_path: ''\n\
             default_parse_time_macros: {dist: .fc42, x: ~}\nkoji_build_command: [any]\n\
             authentication: {github.com: {token: t}}\n",
        )
        .unwrap();
        assert!(user.debug.unwrap().value && user.keytab_path.is_none());
        assert_eq!(user.upstream_git_remote.unwrap().value, "up");
        assert_eq!(user.package_config_path.unwrap().value, "p.yaml");
        assert_eq!(user.fas_user.unwrap().place().unwrap().line, 4);
        assert_eq!(
            user.default_parse_time_macros,
            [("dist".to_owned(), Some(".fc42".to_owned())), ("x".to_owned(), None)]
        );
    }

    #[test]
    fn tokens_of_forges() {
        let text = "authentication:\n  src.fedoraproject.org: {token: a}\n  http://127.0.0.1:81: {type: pagure, \
                    instance_url: 'http://127.0.0.1:81', token: 12}\n  github.com: {}\n";
        let forges = user(text).unwrap().forges;
        let seen: Vec<_> =
            forges.iter().map(|forge| (forge.name.as_str(), forge.token.as_ref().map(Token::reveal))).collect();
        assert_eq!(
            seen,
            [("src.fedoraproject.org", Some("a")), ("http://127.0.0.1:81", Some("12")), ("github.com", None)]
        );
        assert_eq!(forges[1].kind.as_deref(), Some("pagure"));
        let old = user("pagure_user_token: t\n").unwrap();
        assert_eq!((old.forges[0].name.as_str(), old.findings.len()), ("src.fedoraproject.org", 1));
        assert!(user("authentication: [a]\n").is_err() && user("authentication: {h: t}\n").is_err());
    }

    #[test]
    fn unknown_keys_and_wrong_types_are_errors() {
        let error = user("debg: true\nfas_user: [a]\ndry_run: 1\n").unwrap_err();
        let got: Vec<_> = error.all_findings().iter().map(|f| (f.message.as_str(), f.hints.join(""))).collect();
        assert_eq!(
            got,
            [
                ("unknown key `debg`", "did you mean `debug`?".to_owned()),
                ("`fas_user` must be text, not a list", "write `fas_user: a`".to_owned()),
                ("unknown key `dry_run`", "use the option `--dry-run`".to_owned()),
            ]
        );
        assert_eq!(error.kind(), crate::error::Kind::Config);
    }

    #[test]
    fn no_secret_is_ever_shown() {
        let good = "fas_password: CANARY\ngithub_token: CANARY\nauthentication:\n  github.com:\n    token: CANARY\n\
                    redhat_api_refresh_token: CANARY\nfas_user: x\n";
        let loaded = user(good).unwrap();
        assert!(!format!("{loaded:?}").contains("CANARY"));
        assert!(!format!("{:?}", loaded.fas_user.unwrap().place()).contains("CANARY"));
        for bad in [
            "authentication: CANARY: CANARY\n",
            "authentication:\n  github.com:\n\ttoken: CANARY\n",
            "fas_password: 'CANARY\n",
            "fas_password: %CANARY\n",
            "CANARY\n",
            "- CANARY\n",
            "{debug: [], fas_password: CANARY}\n",
            "{debug: x, github_token: CANARY, foo: 1}\n",
            "github_tokn: CANARY\n",
            "github_token: &a CANARY\npagure_user_token: &a CANARY\n",
            "fas_password: !CANARY CANARY\n",
            "authentication:\n  github.com: {token: CANARY, <<: CANARY}\n",
            "fas_password: CANARY\u{7}\n",
            "fas_password: a\nfas_password: CANARY\nx: 1\n",
        ] {
            let error = user(bad).unwrap_err();
            let shown = format!("{error:?}{error}{}", serde_json::to_string(error.all_findings()).unwrap());
            assert!(!shown.contains("CANARY"), "{bad:?}: {shown}");
        }
        let mut latin1 = b"fas_password: CANARY".to_vec();
        latin1.push(0xe9);
        let error = user(latin1).unwrap_err();
        assert!(!format!("{error:?}").contains("CANARY"));
    }

    #[test]
    fn lines_that_hold_no_secret_are_shown() {
        for (line, want) in [
            ("debug: maybe", "debug: maybe"),
            ("  debug: maybe", "***"),
            ("github_token: x", "github_token: ***"),
            ("github_token:", "github_token:"),
            ("nonsense", "***"),
            ("žluť: x", "***"),
            ("", ""),
        ] {
            assert_eq!(shown(line), want, "{line:?}");
        }
    }
}
