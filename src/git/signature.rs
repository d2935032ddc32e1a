//! By whom the last commit of a branch is signed, as git finds it with the user's keyring.

use super::names::BranchName;
use super::working_clone::WorkingClone;
use crate::context::Context;
use crate::error::Result;

/// What git says of the signature of a commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Validity {
    /// It is good; how far the key is trusted does not count.
    Good,
    /// It was good, but it or its key has expired, or the key was revoked.
    Outdated,
    /// It does not belong to the commit.
    Bad,
    /// It cannot be checked: the key is not there.
    Unknown,
    /// There is none.
    Missing,
}

/// A signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    /// What git says of it.
    pub validity: Validity,
    /// What names the key: the fingerprints of the key that signed and of its primary key, or its id where it is not there.
    pub keys: Vec<String>,
}

impl Signature {
    /// Whether it is a good one of one of these keys, which are given by fingerprint or by a part of at least 16 digits at its end.
    pub fn is_by(&self, allowed: &[&str]) -> bool {
        let plain = |key: &str| -> String {
            let key = key.trim();
            let key = key.strip_prefix("0x").or_else(|| key.strip_prefix("0X")).unwrap_or(key);
            key.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_ascii_uppercase()
        };
        let matches = |key: &str, allowed: &str| {
            let (key, allowed) = (plain(key), plain(allowed));
            key == allowed || (allowed.len() >= 16 && key.ends_with(&allowed))
        };
        let is_one = |key: &String| allowed.iter().any(|allowed| matches(key, allowed));
        self.validity == Validity::Good && self.keys.iter().any(is_one)
    }

    /// Reads what `git log --format=%G?%n%GF%n%GP%n%GK` says.
    fn read(said: &str) -> Self {
        let mut lines = said.lines().map(str::trim);
        let validity = match lines.next() {
            Some("G" | "U") => Validity::Good,
            Some("X" | "Y" | "R") => Validity::Outdated,
            Some("B") => Validity::Bad,
            Some("E") => Validity::Unknown,
            _ => Validity::Missing,
        };
        let mut keys: Vec<String> = lines.filter(|key| !key.is_empty()).map(str::to_owned).collect();
        keys.dedup();
        Self { validity, keys }
    }
}

impl WorkingClone {
    /// The signature of the last commit of `branch`, as it was fetched.
    ///
    /// # Errors
    /// When git fails or the work is interrupted.
    pub async fn signature(&self, context: &Context, branch: &BranchName) -> Result<Signature> {
        let log = self.git().args(["log", "-1", "--no-show-signature", "--format=%G?%n%GF%n%GP%n%GK"]);
        let output = log.arg(branch.of_remote("origin")).arg("--").output(context).await?.success()?;
        Ok(Signature::read(&output.text()))
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{World, branch};
    use super::super::working_clone::Place;
    use super::*;

    const KEY: &str = "0123456789ABCDEF0123456789ABCDEF01234567";

    #[test]
    fn what_git_says() {
        let read = |letter: &str| Signature::read(&format!("{letter}\n{KEY}\n{KEY}\n0123456701234567\n"));
        for (letter, validity) in [
            ("G", Validity::Good),
            ("U", Validity::Good),
            ("X", Validity::Outdated),
            ("Y", Validity::Outdated),
            ("R", Validity::Outdated),
            ("B", Validity::Bad),
            ("E", Validity::Unknown),
            ("N", Validity::Missing),
        ] {
            assert_eq!(read(letter).validity, validity);
            assert_eq!(read(letter).is_by(&["x", KEY]), validity == Validity::Good, "{letter}");
        }
        let signature = Signature { validity: Validity::Good, keys: vec![KEY.to_owned()] };
        for good in ["0x89abcdef01234567", "0123 4567 89AB CDEF 0123  4567 89AB CDEF 0123 4567", KEY] {
            assert!(signature.is_by(&[good]), "{good}");
        }
        for bad in ["", "01234567", "0123456789ABCDEF", "AA0123456789ABCDEF0123456789ABCDEF01234567"] {
            assert!(!signature.is_by(&[bad]), "{bad}");
        }
        assert!(!signature.is_by(&[]));
    }

    /// gpg is stood in for by a script that speaks its protocol: making real keys needs an agent and a keyring of the user.
    #[tokio::test]
    async fn of_a_commit() {
        let world = World::new();
        let script = format!(
            "#!/bin/sh\ncase \"$*\" in\n*--verify*) echo '[GNUPG:] GOODSIG 89ABCDEF01234567 Ann'\n\
             echo '[GNUPG:] VALIDSIG {KEY} 2023-11-14 0 0 4 0 1 8 00 {KEY}'\necho '[GNUPG:] TRUST_UNDEFINED';;\n\
             *) cat >/dev/null; printf '\\n[GNUPG:] SIG_CREATED D 1 8 00 0 {KEY}\\n' >&2\n\
             printf -- '-----BEGIN PGP SIGNATURE-----\\n\\nx\\n-----END PGP SIGNATURE-----\\n';;\nesac\n"
        );
        world.script("gpg", &script);
        let program = format!("gpg.program={}", world.path("gpg").display());
        world.git("work", &["-c", &program, "commit", "-q", "--allow-empty", "-S", "-m", "Signed"]);
        world.git("work", &["push", "-q", "../server", "rawhide"]);
        let clone = world.clone(Place::Temporary).await.unwrap();
        clone.fetch(&world.context, &[branch("rawhide"), branch("f41")]).await.unwrap();
        world.git(clone.root().to_str().unwrap(), &["config", "gpg.program", world.path("gpg").to_str().unwrap()]);
        let signed = clone.signature(&world.context, &branch("rawhide")).await.unwrap();
        assert!(signed.is_by(&[KEY]) && !signed.is_by(&[&KEY.replace('1', "2")]), "{signed:?}");
        let plain = clone.signature(&world.context, &branch("f41")).await.unwrap();
        assert_eq!(plain, Signature { validity: Validity::Missing, keys: Vec::new() });
    }
}
