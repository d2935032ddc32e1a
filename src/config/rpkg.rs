//! Where the lookaside cache of a dist-git is: what packit knows, over it the file of rpkg's tool, over that the environment.

use std::ffi::OsStr;
use std::fmt;
use std::path::{Path, PathBuf};

use super::ini::{Ini, Section};
use crate::checksum::Algorithm;
use crate::context::Context;
use crate::error::{Error, Kind, Result};
use crate::paths;
use crate::secret::redacted;

/// The lookaside cache of a dist-git. Credentials in its addresses do not show.
#[derive(Clone, PartialEq, Eq)]
pub struct LookasideSettings {
    /// The name of the dist-git's tool: `fedpkg`.
    pub tool: String,
    /// The address below which the files lie.
    pub download: String,
    /// The address that takes new files; `None` where it is not known.
    pub upload: Option<String>,
    /// Whether that is what packit itself knows, and neither a file nor the environment says it.
    pub is_upload_built_in: bool,
    /// How the cache knows the content of new files.
    pub algorithm: Algorithm,
    /// Whether packages lie in the folder `rpms` of the cache.
    pub namespaced: bool,
    /// The file that has a say in this; `None` when there is none.
    pub file: Option<PathBuf>,
}

/// What packit knows of the cache of a tool.
struct Known {
    tool: &'static str,
    download: &'static str,
    upload: Option<&'static str>,
    namespaced: bool,
}

/// The caches of the dist-gits that have a name. That of the special interest groups wants a client certificate for an upload, and
/// another protocol.
const KNOWN: [Known; 4] = [
    Known {
        tool: "fedpkg",
        download: "https://src.fedoraproject.org/repo/pkgs",
        upload: Some("https://src.fedoraproject.org/repo/pkgs/upload.cgi"),
        namespaced: true,
    },
    Known {
        tool: "fedpkg-stage",
        download: "https://src.stg.fedoraproject.org/repo/pkgs",
        upload: Some("https://src.stg.fedoraproject.org/repo/pkgs/upload.cgi"),
        namespaced: true,
    },
    Known {
        tool: "centpkg",
        download: "https://sources.stream.centos.org/sources",
        upload: Some("https://sources.stream.rdu2.redhat.com/lookaside/upload.cgi"),
        namespaced: true,
    },
    Known { tool: "centpkg-sig", download: "https://git.centos.org/sources", upload: None, namespaced: false },
];

/// The folder of rpkg's files.
const FOLDER: &str = "/etc/rpkg";

/// The variable that names another folder.
const FOLDER_VARIABLE: &str = "PACKIT_RPKG_CONFIG_DIR";

/// The variable for the address of downloads.
const DOWNLOAD_VARIABLE: &str = "PACKIT_LOOKASIDE_URL";

/// The variable for the address of uploads.
const UPLOAD_VARIABLE: &str = "PACKIT_LOOKASIDE_UPLOAD_URL";

impl fmt::Debug for LookasideSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let download = redacted(&self.download);
        f.debug_struct("LookasideSettings")
            .field("tool", &self.tool)
            .field("download", &download)
            .finish_non_exhaustive()
    }
}

impl LookasideSettings {
    /// The settings for the dist-git whose tool is `tool` (the `pkg_tool` of the configuration). What is known of it is overridden by
    /// the keys `lookaside`, `lookaside_cgi`, `lookasidehash` and `lookaside_namespaced` in the section `[TOOL]` of `/etc/rpkg/TOOL.conf`
    /// (`$PACKIT_RPKG_CONFIG_DIR` names another folder), and that by `$PACKIT_LOOKASIDE_URL` and `$PACKIT_LOOKASIDE_UPLOAD_URL`.
    ///
    /// # Errors
    /// Of kind [`Kind::Config`] when the file cannot be read, or has a value that cannot be; when nothing says where the cache is.
    pub fn load(context: &Context, tool: &str) -> Result<Self> {
        let file = file(context, tool);
        let ini = match &file {
            Some(file) => Ini::read(file, file)?,
            None => None,
        };
        let section = ini.as_ref().and_then(|ini| ini.section(tool));
        let known = KNOWN.into_iter().find(|known| known.tool == tool);
        let set = |key| section.and_then(|section| section.filled(key)).map(str::to_owned);
        let download = context.variable(DOWNLOAD_VARIABLE).or_else(|| set("lookaside"));
        let upload = context.variable(UPLOAD_VARIABLE).or_else(|| set("lookaside_cgi"));
        Ok(Self {
            download: download
                .or_else(|| known.as_ref().map(|known| known.download.to_owned()))
                .ok_or_else(|| nowhere(tool, file.as_deref()))?,
            is_upload_built_in: upload.is_none(),
            upload: upload.or_else(|| known.as_ref().and_then(|known| known.upload).map(str::to_owned)),
            algorithm: section.map(algorithm).transpose()?.flatten().unwrap_or(Algorithm::Sha512),
            namespaced: match section.map(|section| section.flag("lookaside_namespaced")).transpose()?.flatten() {
                Some(namespaced) => namespaced,
                None => known.is_none_or(|known| known.namespaced),
            },
            file: section.and(file),
            tool: tool.to_owned(),
        })
    }

    /// The name of a package in the cache: `rpms/hello` or `hello`.
    pub fn name(&self, package: &str) -> String {
        if self.namespaced { format!("rpms/{package}") } else { package.to_owned() }
    }

    /// The address that takes new files.
    ///
    /// # Errors
    /// Of kind [`Kind::Config`] when it is not known: says where to set it.
    pub fn known_upload(&self) -> Result<&str> {
        self.upload.as_deref().ok_or_else(|| {
            let tool = &self.tool;
            Error::new(Kind::Config, format!("how files get into the lookaside cache of {tool} is not known"))
                .cause(format!("only where they are downloaded is: `{}`", redacted(&self.download)))
                .hint(format!("for a cache with `upload.cgi`: set ${UPLOAD_VARIABLE}, or `lookaside_cgi` in `{FOLDER}/{tool}.conf`"))
                .hint(format!("or upload with `{tool} new-sources`, and write `upload_sources: false`"))
        })
    }
}

/// The file of a tool, where its name can be that of one.
fn file(context: &Context, tool: &str) -> Option<PathBuf> {
    let folder = context.variable(FOLDER_VARIABLE).unwrap_or_else(|| FOLDER.to_owned());
    let name = format!("{tool}.conf");
    paths::is_file_name(OsStr::new(&name)).then(|| context.absolute(Path::new(&folder)).join(name))
}

fn algorithm(section: Section<'_>) -> Result<Option<Algorithm>> {
    const KEY: &str = "lookasidehash";
    let Some(name) = section.filled(KEY) else { return Ok(None) };
    let algorithm = Algorithm::from_name(name).ok_or_else(|| {
        let error = Error::new(Kind::Config, format!("`{KEY}` names no checksum that packit knows: `{name}`"));
        section.place_of(KEY).into_iter().fold(error, Error::at).hint(format!("write `{KEY} = sha512`"))
    });
    algorithm.map(Some)
}

fn nowhere(tool: &str, file: Option<&Path>) -> Error {
    let error = Error::new(Kind::Config, format!("the lookaside cache of `{}` is not known", tool.escape_debug()))
        .hint(format!("set ${DOWNLOAD_VARIABLE} and ${UPLOAD_VARIABLE}"));
    match file {
        Some(file) => error.cause(format!("no `lookaside` in the section `[{tool}]` of `{}`", file.display())),
        None => error,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::interrupt::Interrupt;
    use std::collections::HashMap;
    use std::sync::Arc;

    /// The settings of a tool with these variables, and a file where there is a text.
    fn load(tool: &str, text: Option<&str>, variables: &[(&str, &str)]) -> Result<LookasideSettings> {
        let folder = tempfile::tempdir().unwrap();
        if let Some(text) = text {
            fs_err::write(folder.path().join(format!("{tool}.conf")), text).unwrap();
        }
        let mut all: HashMap<_, _> = variables.iter().map(|(name, value)| (name.into(), value.into())).collect();
        all.insert(FOLDER_VARIABLE.into(), folder.path().into());
        let context = Context::with("/".into(), all, Arc::new(|_| ()), Interrupt::default()).unwrap();
        LookasideSettings::load(&context, tool)
    }

    #[test]
    fn what_is_known_without_a_file() {
        for (tool, download, upload, name) in [
            ("fedpkg", "https://src.fedoraproject.org/repo/pkgs", true, "rpms/hello"),
            ("fedpkg-stage", "https://src.stg.fedoraproject.org/repo/pkgs", true, "rpms/hello"),
            ("centpkg", "https://sources.stream.centos.org/sources", true, "rpms/hello"),
            ("centpkg-sig", "https://git.centos.org/sources", false, "hello"),
        ] {
            let settings = load(tool, None, &[]).unwrap();
            assert_eq!((settings.download.as_str(), settings.upload.is_some()), (download, upload), "{tool}");
            assert_eq!((settings.name("hello").as_str(), settings.algorithm), (name, Algorithm::Sha512), "{tool}");
            assert_eq!((settings.known_upload().is_ok(), settings.file), (upload, None), "{tool}");
        }
        let error = load("centpkg-sig", None, &[]).unwrap().known_upload().unwrap_err();
        assert_eq!(error.message(), "how files get into the lookaside cache of centpkg-sig is not known");
        assert!(error.hints()[0].contains("$PACKIT_LOOKASIDE_UPLOAD_URL"), "{error:?}");
    }

    #[test]
    fn a_file_overrides_and_the_environment_overrides_that() {
        // B.9: the Python packit takes any text for yes, and ends without the file.
        let text = "[fedpkg]\nlookaside = http://h:1/a\nlookasidehash = SHA256\nlookaside_cgi = http://h:1/up.cgi\n\
                    lookaside_namespaced = False\ngitbaseurl = ssh://%(user)s@h/%(repo)s\nclone_config =\n  a %(repo)s\n\
                    [fedpkg.bodhi]\nstaging = False\n";
        let settings = load("fedpkg", Some(text), &[]).unwrap();
        assert_eq!((&*settings.download, settings.upload.as_deref()), ("http://h:1/a", Some("http://h:1/up.cgi")));
        assert_eq!((settings.algorithm, settings.namespaced), (Algorithm::Sha256, false));
        assert!(settings.file.unwrap().ends_with("fedpkg.conf"));
        let variables = [(DOWNLOAD_VARIABLE, "http://e/d"), (UPLOAD_VARIABLE, "http://e/u")];
        let settings = load("fedpkg", Some(text), &variables).unwrap();
        assert_eq!((&*settings.download, settings.upload.as_deref()), ("http://e/d", Some("http://e/u")));
        assert_eq!(settings.algorithm, Algorithm::Sha256);
        let settings = load("fedpkg", Some("[other]\nlookaside = x\n"), &[]).unwrap();
        assert_eq!((&*settings.download, settings.file), ("https://src.fedoraproject.org/repo/pkgs", None));
    }

    #[test]
    fn tools_that_are_not_known() {
        let settings = load("rhpkg", Some("[rhpkg]\nlookaside = http://h/x\n"), &[]).unwrap();
        assert_eq!((&*settings.download, settings.upload.as_deref(), settings.namespaced), ("http://h/x", None, true));
        assert!(load("rhpkg", None, &[(DOWNLOAD_VARIABLE, "http://h/x")]).is_ok());
        for tool in ["rhpkg", "../../etc/passwd", "a\0b"] {
            let error = load(tool, None, &[]).unwrap_err();
            assert_eq!(error.kind(), Kind::Config);
            assert!(error.message().ends_with("is not known") && !error.hints().is_empty(), "{error:?}");
        }
    }

    #[test]
    fn values_that_cannot_be() {
        for (text, line, message) in [
            ("[fedpkg]\n\nlookasidehash = crc\n", 3, "`lookasidehash` names no checksum that packit knows: `crc`"),
            ("[fedpkg]\nlookaside_namespaced = perhaps\n", 2, "`lookaside_namespaced` is neither yes nor no"),
        ] {
            let error = load("fedpkg", Some(text), &[]).unwrap_err();
            assert_eq!((error.kind(), error.message(), error.place().unwrap().line), (Kind::Config, message, line));
        }
        assert_eq!(load("fedpkg", Some("lookaside\n"), &[]).unwrap_err().kind(), Kind::Config);
    }
}
