//! Choosing packages of a configuration by their names.

use super::keys::nearest;
use super::package::Package;
use crate::error::{Error, Kind, Result};

/// The packages called `names`, in the order of the file; all when no name is given.
///
/// # Errors
/// [`Kind::Usage`] for a name that the configuration does not have; it lists the ones that it has.
pub fn select<'a>(packages: &'a [Package], names: &[String]) -> Result<Vec<&'a Package>> {
    let unknown: Vec<&String> =
        names.iter().filter(|name| !packages.iter().any(|package| package.name == **name)).collect();
    let Some(first) = unknown.first() else {
        return Ok(packages.iter().filter(|package| names.is_empty() || names.contains(&package.name)).collect());
    };
    let known = || packages.iter().map(|package| package.name.as_str());
    let list =
        |names: &mut dyn Iterator<Item = &str>| names.map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    let what = if unknown.len() == 1 { "no package" } else { "no packages" };
    let unknown = list(&mut unknown.iter().map(|name| name.as_str()));
    let error = Error::new(Kind::Usage, format!("the configuration has {what} {unknown}"));
    let error = match nearest(first, known()) {
        Some(near) => error.hint(format!("did you mean `{near}`?")),
        None => error,
    };
    Err(error.hint(format!("it has {}", list(&mut known()))))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::config::load::parse;

    #[test]
    fn chooses_in_the_order_of_the_file() {
        let text = b"packages: {python-b: {}, a: {downstream_package_name: x}, c: {}}".to_vec();
        let packages = parse(text, Path::new("x"), None).unwrap().packages;
        for (names, want) in
            [(&[][..], &["python-b", "a", "c"][..]), (&["c", "python-b", "c"], &["python-b", "c"]), (&["a"], &["a"])]
        {
            let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
            let got = select(&packages, &names).unwrap();
            assert_eq!(got.iter().map(|package| package.name.as_str()).collect::<Vec<_>>(), want);
        }
    }

    #[test]
    fn an_unknown_name_is_an_error_that_lists_the_known_ones() {
        // W21: the Python packit logs a line and exits with 0.
        let packages = parse(b"packages: {python-b: {}, a: {}}".to_vec(), Path::new("x"), None).unwrap().packages;
        let names = ["a", "python_b", "z"].map(str::to_owned);
        let error = select(&packages, &names).unwrap_err();
        assert_eq!(error.kind(), Kind::Usage);
        assert_eq!(error.message(), "the configuration has no packages `python_b`, `z`");
        assert_eq!(error.hints(), ["did you mean `python-b`?", "it has `python-b`, `a`"]);
    }

    #[test]
    fn a_single_package_is_called_by_its_downstream_name() {
        let packages = parse(b"downstream_package_name: d".to_vec(), Path::new("x"), Some("repo")).unwrap().packages;
        assert_eq!(select(&packages, &["d".to_owned()]).unwrap().len(), 1);
        assert!(select(&packages, &["repo".to_owned()]).is_err());
    }
}
