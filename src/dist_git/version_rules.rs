//! Which version may follow which on a branch of dist-git: versions are compared as Python's packages are.

use std::cmp::Ordering;
use std::str::FromStr as _;

use fancy_regex::Regex;
use pep440_rs::{Operator, Version, VersionSpecifiers};

use crate::error::{Error, Kind, Result};

/// Compares two versions as Python's packages are compared. One that is none there is older than one that is; two of them are
/// compared as texts.
pub fn compare(one: &str, other: &str) -> Ordering {
    match (parse(one), parse(other)) {
        (Some(one), Some(other)) => one.cmp(&other),
        (Some(_), None) => Ordering::Greater,
        (None, Some(_)) => Ordering::Less,
        (None, None) => one.cmp(other),
    }
}

/// A version, also as a spec file has that of a pre-release: `1.0~rc1`.
fn parse(version: &str) -> Option<Version> {
    Version::from_str(version.trim()).or_else(|_| Version::from_str(&version.trim().replacen('~', "", 1))).ok()
}

/// Refuses a version that is older than the one which the branch has.
///
/// # Errors
/// Of kind [`Kind::Refused`].
pub fn not_older(proposed: &str, in_dist_git: &str, branch: &str) -> Result<()> {
    if compare(in_dist_git, proposed) != Ordering::Greater {
        return Ok(());
    }
    Err(Error::new(Kind::Refused, format!("`{branch}` has version {in_dist_git}, which is newer than {proposed}"))
        .hint("give the version to update to, if it is not this one"))
}

/// Refuses a version in which the part that `mask` matches (from its beginning) is not that of the version in the spec file. Where it
/// does not match one of them, nothing is refused.
///
/// # Errors
/// Of kind [`Kind::Refused`]; of kind [`Kind::Config`] when the mask is no regular expression.
pub fn fits_mask(mask: &str, proposed: &str, in_spec: &str) -> Result<()> {
    let wrong = |cause: String| {
        Error::new(Kind::Config, "`version_update_mask` is not a valid regular expression").cause(cause)
    };
    let regex = Regex::new(&format!(r"\A(?:{mask})")).map_err(|error| wrong(error.to_string()))?;
    let matched = |version: &str| -> Result<Option<String>> {
        let found = regex.find(version).map_err(|error| wrong(error.to_string()))?;
        Ok(found.map(|found| found.as_str().to_owned()))
    };
    match (matched(proposed)?, matched(in_spec)?) {
        (Some(one), Some(other)) if one != other => {
            let message = format!("version {proposed} is not of the series of {in_spec}");
            Err(Error::new(Kind::Refused, message)
                .cause(format!("`version_update_mask: {mask}` matches `{one}` in one and `{other}` in the other")))
        }
        _ => Ok(()),
    }
}

/// Refuses a version that the limits of `version_update_specifiers` leave out. A pre-release is left out unless one of the limits
/// names one.
///
/// # Errors
/// Of kind [`Kind::Refused`] when it is left out, or is no version that can be compared; of kind [`Kind::Config`] when the limits are
/// none.
pub fn fits_specifiers(specifiers: &str, proposed: &str) -> Result<()> {
    let refused = |cause: String| {
        let message = format!("`version_update_specifiers: {specifiers}` leaves version {proposed} out");
        Err(Error::new(Kind::Refused, message).cause(cause))
    };
    // A comma at the end is allowed in Python.
    let parts: Vec<&str> = specifiers.split(',').map(str::trim).filter(|part| !part.is_empty()).collect();
    // The only comparison of texts.
    let (texts, parts): (Vec<&str>, Vec<&str>) = parts.into_iter().partition(|part| part.starts_with("==="));
    if let Some(text) =
        texts.iter().map(|part| part.trim_start_matches('=').trim()).find(|text| !text.eq_ignore_ascii_case(proposed))
    {
        return refused(format!("it is not `{text}`"));
    }
    let limits = VersionSpecifiers::from_str(&parts.join(",")).map_err(|error| {
        Error::new(Kind::Config, format!("`version_update_specifiers: {specifiers}` cannot be read"))
            .cause(error.to_string().lines().next().unwrap_or_default())
            .hint("write comparisons with commas between them: `>=1.0, <2`")
    })?;
    if limits.is_empty() {
        return Ok(());
    }
    let Some(version) = parse(proposed) else {
        return refused("it is no version as Python's packages have them, and cannot be compared".to_owned());
    };
    if let Some(limit) = limits.iter().find(|limit| !limit.contains(&version)) {
        return refused(format!("it does not fit `{limit}`"));
    }
    let named = limits.iter().any(|limit| *limit.operator() != Operator::NotEqual && limit.version().any_prerelease());
    if version.any_prerelease() && !named {
        return refused("it is a pre-release, and no limit names one".to_owned());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compares() {
        use Ordering::{Equal, Greater, Less};
        for (one, other, expected) in [
            ("1.10", "1.9", Greater),
            ("1.0", "1.0.0", Equal),
            ("1.0rc1", "1.0", Less),
            ("1.0~rc1", "1.0", Less),
            ("1.0~rc1", "1.0-rc1", Equal),
            ("v1.0", "1.0", Equal),
            ("1.0.post1", "1.0", Greater),
            ("1!1.0", "2.0", Greater),
            ("2024.1", "1.0", Greater),
            ("unknown", "0.1", Less),
            ("0.1", "unknown", Greater),
            ("abc", "abd", Less),
            ("", "", Equal),
        ] {
            assert_eq!(compare(one, other), expected, "{one} {other}");
        }
    }

    #[test]
    fn older_versions_are_refused() {
        not_older("1.2", "1.2", "f41").unwrap();
        not_older("1.3", "1.2", "f41").unwrap();
        let error = not_older("1.2", "1.10", "f41").unwrap_err();
        assert_eq!((error.kind(), error.message()), (Kind::Refused, "`f41` has version 1.10, which is newer than 1.2"));
    }

    #[test]
    fn masks() {
        for (mask, proposed, in_spec, fits) in [
            (r"\d+\.\d+\.", "1.2.4", "1.2.3", true),
            (r"\d+\.\d+\.", "1.3.0", "1.2.3", false),
            (r"\d+\.\d+\.", "1.3", "1.2.3", true),
            (r"\d+|x", "2.0", "1.0", false),
            (r"x|\d+", "a1", "b2", true),
            (r"(?=1)\d", "1.5", "1.9", true),
        ] {
            assert_eq!(fits_mask(mask, proposed, in_spec).is_ok(), fits, "{mask} {proposed} {in_spec}");
        }
        assert_eq!(fits_mask("(", "1", "1").unwrap_err().kind(), Kind::Config);
        assert_eq!(fits_mask(r"\d+", "2", "1").unwrap_err().kind(), Kind::Refused);
        // Too much backtracking is a message, not a hang.
        assert!(fits_mask(r"(a|a?)*\1b", &"a".repeat(60), "1").is_err());
    }

    #[test]
    fn limits() {
        for (specifiers, version, fits) in [
            ("", "1.0", true),
            (">=3.0", "3.1", true),
            (">=3.0", "2.9", false),
            ("~=2.0, !=2.5.4", "2.6", true),
            ("~=2.0, !=2.5.4", "2.5.4", false),
            ("~=2.0, !=2.5.4,", "3.0", false),
            ("==1.*", "1.9.1", true),
            (">=3.0", "4.0rc1", false),
            (">=3.0", "4.0~rc1", false),
            (">=3.0rc1", "4.0rc1", true),
            (">=3.0, !=4.0rc2", "4.0rc1", false),
            ("===2024a", "2024A", true),
            ("===2024a", "2024b", false),
            (">=1", "unknown", false),
            ("<1!2.0", "1.0", true),
        ] {
            let result = fits_specifiers(specifiers, version);
            assert_eq!(result.is_ok(), fits, "{specifiers} {version}");
            assert!(
                result.is_ok_and(|()| true)
                    || fits_specifiers(specifiers, version).unwrap_err().kind() == Kind::Refused
            );
        }
        for specifiers in ["1.0", ">=", "=1", ">1.*"] {
            assert_eq!(fits_specifiers(specifiers, "1").unwrap_err().kind(), Kind::Config, "{specifiers}");
        }
    }
}
