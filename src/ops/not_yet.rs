//! What a configuration can ask for and this version does not do yet: refused by name instead of being left out silently.

use crate::config::Package;
use crate::error::{Error, Kind, Place, Result};

/// Checks a chosen package.
///
/// # Errors
/// Of kind [`Kind::Config`] with the place of the key.
pub fn refuse(package: &Package) -> Result<()> {
    if let Some(reference) = &package.upstream_ref {
        return Err(not_yet("source-git mode (`upstream_ref`)", reference.place()));
    }
    Ok(())
}

fn not_yet(what: &str, place: Option<Place>) -> Error {
    let error = Error::new(Kind::Config, format!("{what} is not in this version yet"));
    place.into_iter().fold(error, Error::at).hint("until then, the Python packit builds this project")
}
