//! `files_to_sync` the other way round: what came from upstream goes back to where it came from.

use super::synced_files::{Side, is_folder};
use crate::config::{Spanned, SyncedFiles};
use crate::paths::glob::is_pattern;

/// The list that copies from dist-git to upstream what `items` copies from upstream to dist-git. Nothing is deleted on that way, and
/// folders are made where they are missing. What a name stands for is looked up in `upstream`, which need not have it.
///
/// Items whose place in dist-git cannot be told, those with a wildcard in the name of a folder, are given in the second list.
pub fn reversed<'i>(items: &'i [SyncedFiles], upstream: Side<'_>) -> (Vec<SyncedFiles>, Vec<&'i Spanned<String>>) {
    let (mut list, mut unclear) = (Vec::new(), Vec::new());
    for item in items {
        let is_one = matches!(&item.src[..], [one] if !is_pattern(&one.value));
        for source in &item.src {
            match back(&source.value, &item.dest.value, is_one, upstream) {
                Some((src, dest)) => list.push(SyncedFiles {
                    src: vec![item.dest.clone().map(|_| src)],
                    dest: source.clone().map(|_| dest),
                    mkpath: true,
                    delete: false,
                    filters: item.filters.clone(),
                }),
                None => unclear.push(source),
            }
        }
    }
    (list, unclear)
}

/// Where a source lies in dist-git, and where it goes back to.
fn back(source: &str, dest: &str, is_one: bool, upstream: Side<'_>) -> Option<(String, String)> {
    if is_folder(source) && !is_pattern(source) {
        // The content of one folder is the content of the other.
        return Some((with_slash(dest), with_slash(source)));
    }
    let path = source.trim_end_matches('/');
    let (folder, name) = path.rsplit_once('/').map_or((".", path), |(folder, name)| (folder, name));
    if is_pattern(folder) || name.is_empty() || name == ".." || (is_pattern(name) && is_folder(source)) {
        return None;
    }
    let into = with_slash(folder);
    if !is_pattern(name) && is_one && !is_folder(dest) && !upstream.base.join(path).is_dir() {
        // One file under another name.
        return Some((dest.to_owned(), source.to_owned()));
    }
    Some((format!("{}{name}", with_slash(dest)), into))
}

fn with_slash(name: &str) -> String {
    if name.ends_with('/') { name.to_owned() } else { format!("{name}/") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(value: &str) -> Spanned<String> {
        Spanned::default_value(value.to_owned())
    }

    #[test]
    fn both_ways() {
        let upstream = tempfile::tempdir().unwrap();
        fs_err::create_dir_all(upstream.path().join("a/dir")).unwrap();
        let side = Side { root: upstream.path(), base: upstream.path() };
        for (src, dest, expected) in [
            (&["dir/x.spec"][..], "x.spec", &[("x.spec", "dir/x.spec")][..]),
            (&["x"], ".", &[("./x", "./")]),
            (&["x"], "sub/", &[("sub/x", "./")]),
            (&["a/dir"], "sub", &[("sub/dir", "a/")]),
            (&["a/dir/"], "sub", &[("sub/", "a/dir/")]),
            (&["./"], ".", &[("./", "./")]),
            (&["."], "sub", &[("sub/", "./")]),
            (&["a/x", "y"], "sub", &[("sub/x", "a/"), ("sub/y", "./")]),
            (&["a/*.c"], "sub", &[("sub/*.c", "a/")]),
            (&["*/x"], "sub", &[]),
            (&["a/*/"], "sub", &[]),
            (&[".."], "sub", &[]),
        ] {
            let src: Vec<_> = src.iter().map(|src| text(src)).collect();
            let item = SyncedFiles { src, dest: text(dest), mkpath: false, delete: true, filters: vec![text("- z")] };
            let items = [item];
            let (list, unclear) = reversed(&items, side);
            let shown: Vec<_> =
                list.iter().map(|item| (item.src[0].value.as_str(), item.dest.value.as_str())).collect();
            assert_eq!(shown, expected);
            assert_eq!(unclear.is_empty(), !expected.is_empty());
            assert!(list.iter().all(|item| item.mkpath && !item.delete && item.filters.len() == 1));
        }
    }
}
