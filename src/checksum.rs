//! Checksums of files: which algorithm, and the digest in hex.

use std::fmt;
use std::io::Read as _;
use std::path::Path;

use md5::Md5;
use sha2::digest::DynDigest;
use sha2::{Sha224, Sha256, Sha384, Sha512};

use crate::error::{Context as _, Error, Kind, Result};

/// How many bytes of a file are read at a time.
const BLOCK: usize = 128 * 1024;

/// An algorithm for checksums.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Algorithm {
    /// MD5: only old lists of sources have it.
    Md5,
    /// SHA-224.
    Sha224,
    /// SHA-256.
    Sha256,
    /// SHA-384.
    Sha384,
    /// SHA-512: what dist-git lists, and what packit's own cache goes by.
    Sha512,
}

impl Algorithm {
    /// All of them, weakest first.
    const ALL: [Self; 5] = [Self::Md5, Self::Sha224, Self::Sha256, Self::Sha384, Self::Sha512];

    /// The algorithm of a name, in any case, with or without a dash (`SHA512`, `sha-512`).
    pub fn from_name(name: &str) -> Option<Self> {
        let name = name.to_ascii_lowercase().replace('-', "");
        Self::ALL.into_iter().find(|algorithm| algorithm.name() == name)
    }

    /// The name in lower case, as lists of sources have it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Md5 => "md5",
            Self::Sha224 => "sha224",
            Self::Sha256 => "sha256",
            Self::Sha384 => "sha384",
            Self::Sha512 => "sha512",
        }
    }

    /// How many characters the digest has in hex.
    fn length(self) -> usize {
        match self {
            Self::Md5 => 32,
            Self::Sha224 => 56,
            Self::Sha256 => 64,
            Self::Sha384 => 96,
            Self::Sha512 => 128,
        }
    }
}

/// The checksum of some content.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Checksum {
    algorithm: Algorithm,
    hex: String,
}

impl Checksum {
    /// The checksum that is written down as a name (`sha512`) and a digest in hex, of any case.
    ///
    /// # Errors
    /// Of kind [`Kind::Project`] when the algorithm is unknown, or the digest is not one of it.
    pub fn new(name: &str, hex: &str) -> Result<Self> {
        let algorithm = Algorithm::from_name(name).ok_or_else(|| {
            let names = Algorithm::ALL.map(Algorithm::name).join(", ");
            Error::new(Kind::Project, format!("`{name}` is not an algorithm for checksums that packit knows"))
                .hint(format!("it knows {names}"))
        })?;
        let hex = hex.to_ascii_lowercase();
        if hex.len() != algorithm.length() || !hex.chars().all(|c| c.is_ascii_hexdigit()) {
            let message = format!("`{hex}` is not a checksum of {}", algorithm.name());
            return Err(Error::new(Kind::Project, message)
                .cause(format!("it would have {} hexadecimal digits", algorithm.length())));
        }
        Ok(Self { algorithm, hex })
    }

    /// The checksum of a file, which is read to its end.
    ///
    /// # Errors
    /// Of kind [`Kind::Environment`] when the file cannot be read.
    pub fn of_file(algorithm: Algorithm, file: &Path) -> Result<Self> {
        let mut checksums = Self::all_of_file(&[algorithm], file)?;
        checksums.pop().ok_or_else(|| Error::bug("no checksum was made"))
    }

    /// Several checksums of a file, in the order of `algorithms`, by reading it once.
    ///
    /// # Errors
    /// Of kind [`Kind::Environment`] when the file cannot be read.
    pub fn all_of_file(algorithms: &[Algorithm], file: &Path) -> Result<Vec<Self>> {
        let cannot = || format!("`{}` cannot be read", file.display());
        let mut opened = fs_err::File::open(file).or_error(Kind::Environment, cannot)?;
        let mut hashers: Vec<Hasher> = algorithms.iter().copied().map(Hasher::new).collect();
        let mut buffer = vec![0; BLOCK];
        loop {
            let count = match opened.read(&mut buffer) {
                Ok(0) => break,
                Ok(count) => count,
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(Error::new(Kind::Environment, cannot()).source(error)),
            };
            let block = buffer.get(..count).unwrap_or_default();
            hashers.iter_mut().for_each(|hasher| hasher.update(block));
        }
        Ok(hashers.into_iter().map(Hasher::finish).collect())
    }

    /// The checksum of bytes in memory.
    pub fn of_bytes(algorithm: Algorithm, bytes: &[u8]) -> Self {
        let mut hasher = Hasher::new(algorithm);
        hasher.update(bytes);
        hasher.finish()
    }

    /// How it was made.
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The digest in hex, in lower case.
    pub fn hex(&self) -> &str {
        &self.hex
    }
}

/// `sha512 0123…`.
impl fmt::Display for Checksum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.algorithm.name(), self.hex)
    }
}

/// Makes a checksum of content that comes in pieces.
pub struct Hasher {
    algorithm: Algorithm,
    digest: Box<dyn DynDigest + Send>,
}

impl Hasher {
    /// A hasher that has seen nothing.
    pub fn new(algorithm: Algorithm) -> Self {
        let digest: Box<dyn DynDigest + Send> = match algorithm {
            Algorithm::Md5 => Box::new(Md5::default()),
            Algorithm::Sha224 => Box::new(Sha224::default()),
            Algorithm::Sha256 => Box::new(Sha256::default()),
            Algorithm::Sha384 => Box::new(Sha384::default()),
            Algorithm::Sha512 => Box::new(Sha512::default()),
        };
        Self { algorithm, digest }
    }

    /// Takes the next piece.
    pub fn update(&mut self, piece: &[u8]) {
        self.digest.update(piece);
    }

    /// The checksum of all pieces.
    pub fn finish(mut self) -> Checksum {
        let bytes = self.digest.finalize_reset();
        let hex = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        Checksum { algorithm: self.algorithm, hex }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // Of the three letters `abc`: RFC 1321 and FIPS 180-4.
    const KNOWN: [(&str, &str); 5] = [
        ("md5", "900150983cd24fb0d6963f7d28e17f72"),
        ("SHA224", "23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7"),
        ("sha256", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        ("sha-384", "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7"),
        (
            "SHA-512",
            "DDAF35A193617ABACC417349AE20413112E6FA4E89A97EA20A9EEEE64B55D39A2192992A274FC1A836BA3C23A3FEEBBD454D4423643CE80E2A9AC94FA54CA49F",
        ),
    ];

    #[test]
    fn known_digests() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("abc");
        fs_err::write(&file, "abc").unwrap();
        for (name, hex) in KNOWN {
            let expected = Checksum::new(name, hex).unwrap();
            assert_eq!(Checksum::of_file(expected.algorithm(), &file).unwrap(), expected);
            let mut hasher = Hasher::new(expected.algorithm());
            hasher.update(b"a");
            hasher.update(b"bc");
            assert_eq!(hasher.finish(), expected);
        }
        assert!(Checksum::of_file(Algorithm::Md5, &folder.path().join("none")).is_err());
    }

    #[test]
    fn what_is_no_checksum() {
        for (name, hex) in [("crc32", "00000000"), ("md5", ""), ("md5", &"g".repeat(32)), ("sha256", &"0".repeat(63))] {
            assert_eq!(Checksum::new(name, hex).unwrap_err().kind(), Kind::Project, "{name} {hex}");
        }
        let shown = Checksum::new("MD5", &"A".repeat(32)).unwrap().to_string();
        assert_eq!(shown, format!("md5 {}", "a".repeat(32)));
    }
}
