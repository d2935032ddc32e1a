//! What is configured for one package.

use std::path::{Path, PathBuf};

use super::action::{self, Action, ActionName};
use super::build::{self, Build};
use super::downstream::{self, Downstream};
use super::files_to_sync::{self, SyncedFiles};
use super::node::{Number, Value};
use super::pattern;
use super::read::{Empty, Layers, Reader};
use super::service::{self, Service};
use super::source::Spanned;
use super::testing::{self, Testing};

/// The default of `prerelease_suffix_pattern`.
pub const PRERELEASE_SUFFIX_PATTERN: &str = r"([.\-_~^]?)(alpha|beta|rc|pre(view)?)([.\-_]?\d+)?";

const IGNORE_PATHS: &str = "patch_generation_ignore_paths";

/// What is in force for one package, inherited values and defaults included.
#[derive(Debug, Clone)]
pub struct Package {
    /// The key below `packages`; where there is no such key, the downstream name.
    pub name: String,
    /// `specfile_path`, relative to the package's folder.
    pub specfile_path: Option<Spanned<String>>,
    /// What `PACKIT_SPECFILE_PATH` says where `specfile_path` is not given: the spec file that was found, relative to the package's
    /// folder. Whoever looks for it fills it in.
    pub found_specfile_path: Option<String>,
    /// `downstream_package_name`; by default the key below `packages`, else the repository's name.
    pub downstream_package_name: Spanned<String>,
    /// `upstream_package_name`; by default the repository's name.
    pub upstream_package_name: Spanned<String>,
    /// `upstream_project_url`.
    pub upstream_project_url: Option<Spanned<String>>,
    /// `paths`: the first is the package's folder; empty when not given.
    pub paths: Vec<Spanned<String>>,
    /// `upstream_ref`: the last commit of upstream in a source-git repository.
    pub upstream_ref: Option<Spanned<String>>,
    /// `upstream_tag_template`; `{version}` by default.
    pub upstream_tag_template: Spanned<String>,
    /// `upstream_tag_include`: a regular expression that a tag's name must begin with.
    pub upstream_tag_include: Option<Spanned<String>>,
    /// `upstream_tag_exclude`: a regular expression that a tag's name must not begin with.
    pub upstream_tag_exclude: Option<Spanned<String>>,
    /// `archive_root_dir_template`; `{upstream_pkg_name}-{version}` by default.
    pub archive_root_dir_template: Spanned<String>,
    /// `spec_source_id`: the number of the Source tag of the archive.
    pub spec_source_id: Spanned<u32>,
    /// `actions`, in the order of the file.
    pub actions: Vec<Action>,
    /// `sources`: files to download besides the sources of the spec file.
    pub sources: Vec<RemoteSource>,
    /// `update_release`, when it is set.
    pub update_release: Option<Spanned<bool>>,
    /// `preserve_spec`, when it is set.
    pub preserve_spec: Option<Spanned<bool>>,
    /// `release_suffix`: a template.
    pub release_suffix: Option<Spanned<String>>,
    /// `version_suffix`: a template.
    pub version_suffix: Option<Spanned<String>>,
    /// `parse_time_macros`: macros that are set while the spec file is parsed; without value: undefined.
    pub parse_time_macros: Vec<(String, Option<String>)>,
    /// `prerelease_suffix_pattern`: a regular expression; `None`: off.
    pub prerelease_suffix_pattern: Spanned<Option<String>>,
    /// `prerelease_suffix_macro`: the macro of the spec file that holds the suffix of a pre-release.
    pub prerelease_suffix_macro: Option<Spanned<String>>,
    /// `config_file_path`.
    pub config_file_path: Option<Spanned<String>>,
    /// `files_to_sync`, as far as it is given: what goes from upstream to dist-git.
    pub files_to_sync: Vec<SyncedFiles>,
    /// `patch_generation_ignore_paths`: git's pathspecs of files whose changes do not go into patches.
    pub patch_generation_ignore_paths: Vec<Spanned<String>>,
    /// `patch_generation_patch_id_digits`: with how many digits the number of a new Patch tag is written at least. The default, 4, is
    /// that of the reference; packit then writes as the spec does.
    pub patch_generation_patch_id_digits: Spanned<u32>,
    /// The way to dist-git, Koji and Bodhi.
    pub downstream: Downstream,
    /// Builds.
    pub build: Build,
    /// Tests.
    pub testing: Testing,
    /// What a service is told.
    pub service: Service,
}

/// A file to download: an item of `sources`.
#[derive(Debug, Clone)]
pub struct RemoteSource {
    /// Where to put it, relative to the spec file's folder.
    pub path: Spanned<String>,
    /// Where to get it.
    pub url: Spanned<String>,
}

impl Package {
    /// The package's folder as it is written, relative to the folder of the configuration.
    pub fn folder(&self) -> PathBuf {
        self.paths.first().map_or_else(PathBuf::new, |path| Path::new(&path.value).components().collect())
    }

    /// The action for a step.
    pub fn action(&self, name: ActionName) -> Option<&Action> {
        self.actions.iter().find(|action| action.name.value == name)
    }
}

/// The names that a package has when its keys do not say them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Names<'a> {
    /// How many of the mappings of its keys are its own: a name in the others would make several packages of one name.
    pub(super) own: usize,
    /// The key below `packages`.
    pub(super) key: Option<&'a str>,
    /// The name of the upstream repository.
    pub(super) repository: Option<&'a str>,
}

/// Reads the package whose own keys are the first ones of `keys`, the rest being inherited. `None` when it has no name.
pub(super) fn read(reader: &mut Reader<'_>, keys: Layers<'_>, names: Names<'_>) -> Option<Package> {
    use Empty::{Refused, Unset};
    let own = Layers(keys.0.get(..names.own).unwrap_or_default());
    let downstream = name(reader, own, "downstream_package_name");
    let upstream = name(reader, keys, "upstream_package_name");
    let default = names.key.or(names.repository);
    let downstream = downstream.or_else(|| Some(Spanned::default_value(default?.to_owned())))?;
    let upstream =
        upstream.unwrap_or_else(|| Spanned::default_value(names.repository.unwrap_or(&downstream.value).to_owned()));
    let or_default = |given: Option<Spanned<String>>, default: &str| {
        given.unwrap_or_else(|| Spanned::default_value(default.to_owned()))
    };
    let filled = |text: Option<Spanned<String>>| text.filter(|text| !text.value.is_empty());
    Some(Package {
        name: names.key.unwrap_or(&downstream.value).to_owned(),
        specfile_path: filled(reader.text(keys, "specfile_path", Unset)),
        found_specfile_path: None,
        downstream_package_name: downstream,
        upstream_package_name: upstream,
        upstream_project_url: filled(reader.text(keys, "upstream_project_url", Unset)),
        paths: paths(reader, keys),
        upstream_ref: filled(reader.text(keys, "upstream_ref", Unset)),
        upstream_tag_template: or_default(reader.text(keys, "upstream_tag_template", Refused), "{version}"),
        upstream_tag_include: filled(pattern::read(reader, keys, "upstream_tag_include", Refused)),
        upstream_tag_exclude: filled(pattern::read(reader, keys, "upstream_tag_exclude", Refused)),
        archive_root_dir_template: or_default(
            reader.text(keys, "archive_root_dir_template", Refused),
            "{upstream_pkg_name}-{version}",
        ),
        spec_source_id: spec_source_id(reader, keys),
        actions: action::read(reader, keys),
        sources: sources(reader, keys),
        update_release: reader.flag(keys, "update_release", Refused),
        preserve_spec: reader.flag(keys, "preserve_spec", Refused),
        release_suffix: filled(reader.text(keys, "release_suffix", Unset)),
        version_suffix: filled(reader.text(keys, "version_suffix", Unset)),
        parse_time_macros: macros(reader, keys, "parse_time_macros"),
        prerelease_suffix_pattern: prerelease_suffix_pattern(reader, keys),
        prerelease_suffix_macro: filled(reader.text(keys, "prerelease_suffix_macro", Unset)),
        config_file_path: filled(reader.text(keys, "config_file_path", Unset)),
        files_to_sync: files_to_sync::read(reader, keys),
        patch_generation_ignore_paths: reader.texts(keys, IGNORE_PATHS, Unset).unwrap_or_default(),
        patch_generation_patch_id_digits: reader
            .integer(keys, "patch_generation_patch_id_digits", (0, 10))
            .unwrap_or_else(|| Spanned::default_value(4)),
        downstream: downstream::read(reader, keys),
        build: build::read(reader, keys),
        testing: testing::read(reader, keys),
        service: service::read(reader, keys),
    })
}

/// A name that becomes a part of file names.
fn name(reader: &mut Reader<'_>, keys: Layers<'_>, key: &str) -> Option<Spanned<String>> {
    let text = reader.text(keys, key, Empty::Unset)?;
    let span = keys.entry(key)?.value.span;
    if text.value.is_empty() {
        reader.error(span, format!("`{key}` is empty"), Some("write a name or remove the line".to_owned()));
    } else if text.value.contains(['/', '\0']) {
        let last = text.value.rsplit('/').find(|part| !part.is_empty() && !part.contains('\0'));
        let hint = last.map(|last| format!("write `{key}: {last}`"));
        reader.error(span, format!("`{key}` becomes a file name and cannot contain `/`"), hint);
    } else if let Some(wrong) = refused_in_name(&text.value) {
        let message = format!("`{key}` becomes a part of the spec file and cannot {wrong}");
        reader.error(span, message, Some("letters, digits and `._+~^@=,-` can be used".to_owned()));
    }
    Some(text)
}

/// Why a name would change what a spec file does, which gets it as a file name in `Source` and in the shell of `%prep`.
///
/// Takes the name; gives what it must not do, as the end of a sentence with `cannot`.
pub fn refused_in_name(name: &str) -> Option<String> {
    if name.starts_with('-') {
        return Some("begin with `-`".to_owned());
    }
    let wrong = name.chars().find(|c| !c.is_alphanumeric() && !"._+~^@=,-".contains(*c))?;
    Some(format!("hold `{}`", wrong.escape_debug()))
}

fn paths(reader: &mut Reader<'_>, keys: Layers<'_>) -> Vec<Spanned<String>> {
    let paths = reader.texts(keys, "paths", Empty::Refused);
    if let (Some([]), Some(entry)) = (paths.as_deref(), keys.entry("paths"))
        && matches!(&entry.value.value, Value::Sequence(items) if items.is_empty())
    {
        let hint = "write `paths: [./]` for the whole repository, or remove the line";
        reader.error(entry.key.span, "`paths` names no folder", Some(hint.to_owned()));
    }
    paths.unwrap_or_default()
}

pub(super) fn spec_source_id(reader: &mut Reader<'_>, keys: Layers<'_>) -> Spanned<u32> {
    let Some(entry) = reader.entry(keys, "spec_source_id", Empty::Refused) else { return Spanned::default_value(0) };
    let number = match &entry.value.value {
        Value::Number(number) => number.integer().and_then(|value| u32::try_from(value).ok()),
        Value::String(text) => source_number(text),
        _ => None,
    };
    if let Some(number) = number {
        return reader.spanned(number, entry.value.span);
    }
    let hint = "write a number, or the tag's name such as `Source1`".to_owned();
    reader.error(entry.value.span, "`spec_source_id` does not name a Source tag", Some(hint));
    Spanned::default_value(0)
}

fn source_number(text: &str) -> Option<u32> {
    let text = text.trim();
    let digits = match text.get(..6) {
        Some(head) if head.eq_ignore_ascii_case("source") => text.get(6..)?,
        _ => text,
    };
    if digits.is_empty() && !text.is_empty() { Some(0) } else { digits.parse().ok() }
}

pub(super) fn sources(reader: &mut Reader<'_>, keys: Layers<'_>) -> Vec<RemoteSource> {
    let Some(entry) = reader.entry(keys, "sources", Empty::Unset) else { return Vec::new() };
    let what = "a list of mappings with `path` and `url`";
    let Some(items) = reader.list_of(entry, "sources", what) else { return Vec::new() };
    let mut sources = Vec::new();
    for item in items {
        let Value::Mapping(mapping) = &item.value else {
            let message =
                format!("an item of `sources` must be a mapping with `path` and `url`, not {}", item.value.kind());
            reader.error(item.span, message, Some("write `- {path: FILE, url: URL}`".to_owned()));
            continue;
        };
        let known = ["path", "url"];
        reader.check_names(
            mapping,
            |key| known.contains(&key),
            |key, _| (format!("unknown key `{key}`"), Some("an item of `sources` has `path` and `url`".to_owned())),
        );
        let layers = [mapping];
        let mut part = |key: &str| {
            if mapping.entry(key).is_none() {
                let begin = mapping.entries.first().map_or(item.span, |first| first.key.span);
                let hint = format!("write `{key}: …` in it");
                reader.error(begin, format!("this item of `sources` has no `{key}`"), Some(hint));
            }
            reader.text(Layers(&layers), key, Empty::Refused)
        };
        let (path, url) = (part("path"), part("url"));
        if let (Some(path), Some(url)) = (path, url) {
            sources.push(RemoteSource { path, url });
        }
    }
    sources
}

/// A mapping of macros to values; a value is taken as it is written.
pub(super) fn macros(reader: &mut Reader<'_>, keys: Layers<'_>, key: &str) -> Vec<(String, Option<String>)> {
    let Some(entry) = reader.entry(keys, key, Empty::Unset) else { return Vec::new() };
    let Some(mapping) = reader.mapping_of(entry, key, "a mapping of macros to values") else { return Vec::new() };
    reader.check_names(mapping, |_| true, |_, _| (String::new(), None));
    let mut macros = Vec::new();
    for entry in &mapping.entries {
        let Some(name) = entry.name() else { continue };
        let value = match &entry.value.value {
            Value::Null => None,
            Value::String(text) | Value::Number(Number { text, .. }) => Some(text.clone()),
            // As Python prints it.
            Value::Bool(true) => Some("True".to_owned()),
            Value::Bool(false) => Some("False".to_owned()),
            other => {
                let message = format!("the value of the macro `{name}` must be text, not {}", other.kind());
                reader.error(entry.key.span, message, Some(format!("write `{name}: VALUE`")));
                continue;
            }
        };
        macros.push((name.to_owned(), value));
    }
    macros
}

fn prerelease_suffix_pattern(reader: &mut Reader<'_>, keys: Layers<'_>) -> Spanned<Option<String>> {
    const KEY: &str = "prerelease_suffix_pattern";
    match keys.entry(KEY) {
        None => Spanned::default_value(Some(PRERELEASE_SUFFIX_PATTERN.to_owned())),
        Some(entry) if matches!(entry.value.value, Value::Null) => reader.spanned(None, entry.key.span),
        Some(_) => match pattern::read(reader, keys, KEY, Empty::Refused) {
            Some(pattern) => pattern.map(|text| Some(text).filter(|text| !text.is_empty())),
            None => Spanned::default_value(None),
        },
    }
}
