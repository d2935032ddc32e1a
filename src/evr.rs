//! Order of versions as rpm sees it.

use std::cmp::Ordering;

use rpm_version::Evr;

/// Compares two versions (or two releases) as rpm does: digit and letter runs, `~` sorts before, `^` after.
pub fn compare(a: &str, b: &str) -> Ordering {
    Evr::new("", a, "").cmp(&Evr::new("", b, ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn orders_as_rpm() {
        for (a, b) in
            [("1.9", "1.10"), ("1.0~rc1", "1.0"), ("1.0", "1.0^git1"), ("1.0^git1", "1.0.1"), ("1.0", "1.0.rc1")]
        {
            assert_eq!(compare(a, b), Ordering::Less, "{a} < {b}");
            assert_eq!(compare(b, a), Ordering::Greater, "{b} > {a}");
        }
        assert_eq!(compare("1.0-1", "1.0-1"), Ordering::Equal);
    }
}
