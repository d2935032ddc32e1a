//! The keys that may stand somewhere.

use super::definition::{Definition, Level, Type};
use super::{builds, downstream, job, service, testing, upstream};

/// Keys that may stand at the top level, in a package, in a job and in a job's package.
const ANYWHERE: &[&[Definition]] = &[upstream::KEYS, downstream::KEYS, builds::KEYS, testing::KEYS, service::KEYS];

/// The keys that may stand at `level`.
pub fn definitions(level: Level) -> impl Iterator<Item = &'static Definition> {
    let own = match level {
        Level::Top => job::TOP,
        Level::Job | Level::Metadata => job::JOB,
        Level::Package | Level::JobPackage => &[],
    };
    let all = own.iter().chain(ANYWHERE.iter().copied().flatten());
    all.filter(move |key| level != Level::Metadata || key.metadata)
}

/// The key `name` of `level`.
pub fn find(level: Level, name: &str) -> Option<&'static Definition> {
    definitions(level).find(|key| key.name == name)
}

/// Whether `name` may stand at `level`.
pub(in crate::config) fn known(level: Level, name: &str) -> bool {
    // The older names of this key still count there, with a warning.
    find(level, name).is_some() || (level == Level::Metadata && is_old_name(name))
}

/// Whether `name` is a former name of a key that may stand in `metadata`.
fn is_old_name(name: &str) -> bool {
    definitions(Level::Metadata).any(|key| key.old.contains(&name))
}

/// Where else the key `name` may stand, from the outside to the inside.
pub(in crate::config) fn places(name: &str) -> Vec<Level> {
    [Level::Top, Level::Job, Level::Package].into_iter().filter(|level| find(*level, name).is_some()).collect()
}

/// The keys of the mapping that the key `name` holds, wherever that key stands; none when it holds no such mapping.
pub(in crate::config) fn group(name: &str) -> &'static [Definition] {
    fn search(keys: &'static [Definition], name: &str) -> Option<&'static [Definition]> {
        keys.iter().find_map(|key| match key.kind {
            Type::Group(inner) if key.name == name => Some(inner),
            Type::Group(inner) => search(inner, name),
            _ => None,
        })
    }
    ANYWHERE.iter().find_map(|keys| search(keys, name)).unwrap_or_default()
}
