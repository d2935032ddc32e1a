//! `files_to_sync`: which files of upstream go to which place in dist-git.

use super::node::{Node, Value};
use super::read::{Empty, Layers, Reader};
use super::source::Spanned;

const KEY: &str = "files_to_sync";
const KEYS: [&str; 5] = ["delete", "dest", "filters", "mkpath", "src"];

/// An item of `files_to_sync`. A slash at the end of a path means what it means to rsync, and is kept.
#[derive(Debug, Clone)]
pub struct SyncedFiles {
    /// `src`: files and folders, relative to the repository.
    pub src: Vec<Spanned<String>>,
    /// `dest`: where they go, relative to dist-git.
    pub dest: Spanned<String>,
    /// `mkpath`: whether folders on the way are made.
    pub mkpath: bool,
    /// `delete`: whether what is only in dist-git is removed.
    pub delete: bool,
    /// `filters`: rules of rsync.
    pub filters: Vec<Spanned<String>>,
}

/// Reads the list; empty when it is not given.
pub(super) fn read(reader: &mut Reader<'_>, keys: Layers<'_>) -> Vec<SyncedFiles> {
    let Some(entry) = reader.entry(keys, KEY, Empty::Unset) else { return Vec::new() };
    let Some(items) = reader.list_of(entry, KEY, "a list of paths, or of mappings with `src` and `dest`") else {
        return Vec::new();
    };
    items.iter().filter_map(|item| self::item(reader, item)).collect()
}

fn item(reader: &mut Reader<'_>, item: &Node) -> Option<SyncedFiles> {
    let mapping = match &item.value {
        Value::Mapping(mapping) => mapping,
        Value::String(path) => {
            let path = reader.spanned(path.clone(), item.span);
            return Some(SyncedFiles {
                src: vec![path.clone()],
                dest: path,
                mkpath: false,
                delete: false,
                filters: Vec::new(),
            });
        }
        other => {
            let message = format!("an item of `{KEY}` must be a path or a mapping, not {}", other.kind());
            reader.error(item.span, message, Some("write `- {src: PATH, dest: PATH}`".to_owned()));
            return None;
        }
    };
    reader.check_names(
        mapping,
        |key| KEYS.contains(&key),
        |key, _| {
            (
                format!("unknown key `{key}`"),
                Some(format!("an item of `{KEY}` has `src`, `dest`, `mkpath`, `delete` and `filters`")),
            )
        },
    );
    let layers = [mapping];
    let layers = Layers(&layers);
    for key in ["src", "dest"] {
        if mapping.entry(key).is_none() {
            let begin = mapping.entries.first().map_or(item.span, |first| first.key.span);
            let hint = format!("write `{key}: PATH` in it");
            reader.error(begin, format!("this item of `{KEY}` has no `{key}`"), Some(hint));
        }
    }
    let src = match reader.entry(layers, "src", Empty::Refused) {
        Some(entry) if matches!(entry.value.value, Value::Sequence(_)) => reader.texts(layers, "src", Empty::Refused),
        Some(entry) => reader.text_of(&entry.value, "src").map(|path| vec![path]),
        None => None,
    };
    let dest = reader.text(layers, "dest", Empty::Refused);
    let mkpath = reader.flag(layers, "mkpath", Empty::Refused).is_some_and(|flag| flag.value);
    let delete = reader.flag(layers, "delete", Empty::Refused).is_some_and(|flag| flag.value);
    let filters = reader.texts(layers, "filters", Empty::Refused).unwrap_or_default();
    Some(SyncedFiles { src: src?, dest: dest?, mkpath, delete, filters })
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use crate::config::load::parse;

    fn package(text: &str) -> Result<crate::config::Package, Vec<String>> {
        let text = format!("downstream_package_name: x\n{text}");
        match parse(text.into_bytes(), Path::new("x"), None) {
            Ok(loaded) => Ok(loaded.packages[0].clone()),
            Err(error) => Err(error.all_findings().iter().map(|finding| finding.message.clone()).collect()),
        }
    }

    #[test]
    fn paths_and_mappings() {
        let text = "files_to_sync:\n  - a.spec\n  - {src: [.distro/, b], dest: ., delete: yes, filters: ['protect .git*']}\n  - {src: c, dest: d, mkpath: true}\n";
        let items = package(text).unwrap().files_to_sync;
        let shown: Vec<_> = items
            .iter()
            .map(|item| {
                let src: Vec<&str> = item.src.iter().map(|path| path.value.as_str()).collect();
                (src, item.dest.value.as_str(), item.mkpath, item.delete, item.filters.len())
            })
            .collect();
        assert_eq!(
            shown,
            [
                (vec!["a.spec"], "a.spec", false, false, 0),
                (vec![".distro/", "b"], ".", false, true, 1),
                (vec!["c"], "d", true, false, 0)
            ]
        );
        assert!(package("files_to_sync:\n").unwrap().files_to_sync.is_empty());
    }

    #[test]
    fn what_cannot_be_synced() {
        for (text, message) in [
            ("files_to_sync: a", "must be a list of paths"),
            ("files_to_sync: [[a]]", "must be a path or a mapping, not a list"),
            ("files_to_sync: [{src: a}]", "has no `dest`"),
            ("files_to_sync: [{dest: a}]", "has no `src`"),
            ("files_to_sync: [{src: a, dest: b, filter: []}]", "unknown key `filter`"),
            ("files_to_sync: [{src: {}, dest: b}]", "`src` must be text"),
            ("files_to_sync: [{src: a, dest: b, delete: maybe}]", "`delete` must be true or false"),
        ] {
            let found = package(text).unwrap_err();
            assert!(found.iter().any(|found| found.contains(message)), "{text}: {found:?}");
        }
    }

    #[test]
    fn what_patches_are_made_of() {
        let package =
            package("patch_generation_ignore_paths: [.distro, '*.md']\npatch_generation_patch_id_digits: 1\n").unwrap();
        let paths: Vec<&str> = package.patch_generation_ignore_paths.iter().map(|path| path.value.as_str()).collect();
        assert_eq!(paths, [".distro", "*.md"]);
        assert_eq!(package.patch_generation_patch_id_digits.value, 1);
        assert_eq!(self::package("").unwrap().patch_generation_patch_id_digits.value, 4);
        for text in ["-1", "x", "[4]", "11"] {
            let found = self::package(&format!("patch_generation_patch_id_digits: {text}")).unwrap_err();
            assert!(found[0].contains("must be a number from 0 to 10"), "{text}: {found:?}");
        }
    }
}
