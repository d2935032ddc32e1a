use super::*;

fn members(tar: &[u8]) -> io::Result<Vec<(String, bool)>> {
    let name = |member: Member| (String::from_utf8_lossy(&member.name).into_owned(), member.folder);
    Members::new(tar).map(|member| member.map(name)).collect()
}

/// Runs `line` in an empty folder, and gives what it writes to standard output.
#[expect(clippy::disallowed_methods, reason = "tests make their archives with the real tar")]
fn made_by(line: &str) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let output = std::process::Command::new("sh").args(["-ec", line]).current_dir(folder.path()).output().unwrap();
    assert!(output.status.success(), "{line}: {}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

/// A header with its checksum, and what follows it.
fn header(name: &[u8], kind: u8, size: &[u8], magic: &[u8], prefix: &[u8], data: &[u8]) -> Vec<u8> {
    let mut block = vec![0; BLOCK];
    for (at, bytes) in [(0, name), (124, size), (148, &b"        "[..]), (156, &[kind]), (257, magic), (345, prefix)] {
        block[at..at + bytes.len()].copy_from_slice(bytes);
    }
    let sum: u64 = block.iter().map(|byte| u64::from(*byte)).sum();
    block[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    block.extend_from_slice(data);
    block.resize(block.len().next_multiple_of(BLOCK), 0);
    block
}

fn plain(name: &str, kind: u8, data: &[u8]) -> Vec<u8> {
    let size = format!("{:011o}", data.len());
    header(name.as_bytes(), kind, size.as_bytes(), b"ustar\x0000", b"", data)
}

#[test]
fn reads_every_format_of_tar() {
    let long = "d".repeat(60);
    for format in ["v7", "oldgnu", "gnu", "ustar", "posix"] {
        let tar = made_by(&format!(
            "mkdir -p a/empty && printf '%600s' x > a/b && ln -s b a/link && ln a/b a/hard
            tar --sort=name --format={format} -c a"
        ));
        let names = [("a/", true), ("a/b", false), ("a/empty/", true), ("a/hard", false), ("a/link", false)];
        assert_eq!(members(&tar).unwrap(), names.map(|(name, folder)| (name.to_owned(), folder)), "{format}");
    }
    for format in ["oldgnu", "gnu", "ustar", "posix"] {
        let path = format!("{long}/{long}/{long}");
        let tar = made_by(&format!("mkdir -p {long}/{long} && echo x > {path} && tar --format={format} -c {path}"));
        assert_eq!(members(&tar).unwrap(), [(path, false)], "{format}");
    }
}

#[test]
fn reads_sparse_files_labels_and_git_headers() {
    // Enough holes for a map that goes on in a second block.
    let sparse =
        "for i in $(seq 0 2 120); do printf x | dd of=a bs=64k seek=$i conv=notrunc status=none; done; echo b > b; ";
    for (format, version) in [("gnu", "0.0"), ("posix", "0.0"), ("posix", "0.1"), ("posix", "1.0")] {
        let tar = made_by(&format!("{sparse} tar -c --sparse --format={format} --sparse-version={version} a b"));
        assert!(tar.len() < 2_000_000, "tar did not see the holes");
        assert_eq!(members(&tar).unwrap(), [("a".to_owned(), false), ("b".to_owned(), false)], "{format} {version}");
    }
    let label = made_by("echo a > a && tar -c -V label a");
    assert_eq!(members(&label).unwrap(), [("a".to_owned(), false)]);
    let git = made_by(
        "git -c init.defaultBranch=main init -q . && echo x > x && git add x
        git -c user.name=x -c user.email=x@example.com -c commit.gpgSign=false commit -qm x
        git archive --format=tar --prefix=p/ HEAD",
    );
    assert_eq!(git[TYPE], b'g');
    assert_eq!(members(&git).unwrap(), [("p/".to_owned(), true), ("p/x".to_owned(), false)]);
}

#[test]
fn sizes_may_be_binary_or_in_an_extended_header() {
    let data = [b'x'; 700];
    let mut size = [0; 12];
    (size[0], size[10], size[11]) = (0x80, 700_u16.to_be_bytes()[0], 700_u16.to_be_bytes()[1]);
    let binary = header(b"a", b'0', &size, b"ustar  \0", b"not a prefix", &data);
    let extended =
        [plain("x", b'x', b"12 size=700\n"), header(b"b", b'0', b"00000000000\0", b"ustar\x0000", b"", &data)];
    let last = plain("c", b'0', b"");
    let tar = [binary, extended.concat(), last].concat();
    assert_eq!(members(&tar).unwrap().iter().map(|member| &*member.0).collect::<Vec<_>>(), ["a", "b", "c"]);
}

#[test]
fn a_cut_or_damaged_tar_is_an_error() {
    let whole = [plain("a", b'0', &[b'x'; 700]), plain("b", b'0', b"y")].concat();
    assert_eq!(members(&whole).unwrap().len(), 2);
    // Without the rest of the last block: nothing of a member is missing.
    assert_eq!(members(&whole[..whole.len() - 500]).unwrap().len(), 2);
    for length in [511, 600, 512 + 699, 512 + 1024 + 100, 512 + 1024 + 512] {
        assert_eq!(members(&whole[..length]).unwrap_err().kind(), ErrorKind::UnexpectedEof, "{length}");
    }
    let mut damaged = whole.clone();
    damaged[512 + 1024 + 3] ^= 1;
    assert_eq!(members(&damaged).unwrap_err().to_string(), "the checksum of a header does not fit");
    for (tar, message) in [
        (header(b"a", b'0', b"not a number", b"", b"", b""), "the size of a member is not a number"),
        (header(b"a", b'0', &[0xff; 12], b"", b"", b""), "the size of a member is not a number"),
        (header(b"a", b'L', b"77777777777\0", b"", b"", b""), "a header is too long"),
        (plain("a", b'x', b"0 path=a\n"), "an extended header is malformed"),
        (plain("a", b'x', b"99 path=a\n"), "an extended header is malformed"),
        (plain("a", b'x', b"7 path\n"), "an extended header is malformed"),
        (plain("a", b'x', b"11 size=-1\n"), "an extended header is malformed"),
    ] {
        assert_eq!(members(&tar).unwrap_err().to_string(), message);
    }
}

#[test]
fn checksums_of_signed_bytes_are_known() {
    let mut tar = plain("\u{e9}", b'0', b"");
    let signed: i64 = tar
        .iter()
        .enumerate()
        .map(|(at, byte)| i64::from(if CHECKSUM.contains(&at) { b' ' } else { *byte }.cast_signed()))
        .sum();
    tar[CHECKSUM].copy_from_slice(format!("{signed:06o}\0 ").as_bytes());
    assert_eq!(members(&tar).unwrap().len(), 1);
    assert!(is_beginning(&tar));
}

proptest::proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(
        kinds in proptest::collection::vec(0_u8..128, 0..6),
        data in proptest::collection::vec(proptest::num::u8::ANY, 0..1500),
    ) {
        let tar: Vec<u8> = kinds.iter().flat_map(|kind| plain("a/b", *kind, &data)).chain(data.clone()).collect();
        let _ = members(&tar);
        let _ = members(&data);
        let _ = is_beginning(&data);
    }
}
