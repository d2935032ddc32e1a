use std::path::PathBuf;

use super::*;

fn packed(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/archives").join(name)
}

#[expect(clippy::disallowed_methods, reason = "tests make their archives with the real programs")]
fn run(folder: &Path, line: &str) {
    let output = std::process::Command::new("sh").args(["-ec", line]).current_dir(folder).output().unwrap();
    assert!(output.status.success(), "{line}: {}", String::from_utf8_lossy(&output.stderr));
}

fn shown(error: &Error) -> String {
    [&[error.message().to_owned()], error.causes(), error.hints()].concat().join(" | ")
}

/// The error for a file of this name and content.
fn refused(name: &str, content: impl AsRef<[u8]>) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    fs::write(&path, content).unwrap();
    let error = check(&path).unwrap_err();
    assert_eq!(error.kind(), Kind::Project);
    shown(&error)
}

#[test]
fn knows_what_real_programs_wrote() {
    for (name, format) in [
        ("hello-1.0.tar.bz2", Format::Bzip2),
        ("hello-1.0.tar.xz", Format::Xz),
        ("hello-1.0.tar.zst", Format::Zstd),
        ("hello-1.0.tar.lz", Format::Lzip),
        ("hello-1.0.tar.lzma", Format::Lzma),
        ("hello-1.0.tar.Z", Format::Compress),
        ("hello-1.0.tar.lz4", Format::Lz4),
        ("hello-1.0.tar.lzo", Format::Lzop),
        ("hello-1.0.zip", Format::Zip),
        ("hello-1.0.7z", Format::SevenZip),
    ] {
        assert_eq!(kind(&packed(name)).unwrap(), Content::Archive(format), "{name}");
        check(&packed(name)).unwrap();
    }
}

#[test]
fn knows_what_the_programs_of_this_machine_write() {
    let folder = tempfile::tempdir().unwrap();
    let top = folder.path();
    run(
        top,
        "mkdir a && echo hello > a/b
        for format in v7 oldgnu gnu ustar posix; do tar --format=$format -cf $format.tar a; done
        tar -cf none.tar -T /dev/null
        tar -czf a.tar.gz a && cp a.tar.gz a-1.0.crate && cp gnu.tar a-1.0.gem
        git -c init.defaultBranch=main init -q repo && cd repo && echo x > x && git add x
        git -c user.name=x -c user.email=x@example.com -c commit.gpgSign=false commit -qm x
        git archive --prefix=a/ -o ../git.tar HEAD && git archive --prefix=a/ -o ../git.tgz HEAD
        git archive --prefix=a/ -o ../git.zip HEAD && cd ..
        for format in newc crc odc bin; do echo a/b | cpio -o -H $format > $format.cpio; done
        printf 'Name: a\\nVersion: 1\\nRelease: 1\\nSummary: a\\nLicense: MIT\\n%%description\\n' > a.spec
        rpmbuild -bs --define \"_topdir $PWD/top\" a.spec && mv top/SRPMS/*.rpm a.rpm",
    );
    for (names, format) in [
        ("v7.tar oldgnu.tar gnu.tar ustar.tar posix.tar none.tar a-1.0.gem git.tar", Format::Tar),
        ("a.tar.gz a-1.0.crate git.tgz", Format::Gzip),
        ("git.zip", Format::Zip),
        ("newc.cpio crc.cpio odc.cpio bin.cpio", Format::Cpio),
        ("a.rpm", Format::Rpm),
    ] {
        for name in names.split_whitespace() {
            assert_eq!(kind(&top.join(name)).unwrap(), Content::Archive(format), "{name}");
            check(&top.join(name)).unwrap();
        }
    }
    // What is behind a script is one, too: a jar that runs by itself.
    let script = [b"#!/bin/sh\nexec java -jar $0\n".to_vec(), fs::read(top.join("git.zip")).unwrap()].concat();
    fs::write(top.join("a.jar"), script).unwrap();
    check(&top.join("a.jar")).unwrap();
}

#[test]
fn formats_without_a_program_are_known_by_their_first_bytes() {
    for (head, format) in [
        (&b"Rar!\x1a\x07\x01\x00"[..], Format::Rar),
        (b"Rar!\x1a\x07\x00\xcf", Format::Rar),
        (b"!<arch>\ndebian-binary", Format::Ar),
        (b"\x50\x2a\x4d\x18\x04\0\0\0\x10\0\0\0\x28\xb5\x2f\xfd", Format::Zstd),
        (b"\x5d\0\0\x80\0\xff\xff\xff\xff\xff\xff\xff\xff\0", Format::Lzma),
    ] {
        assert_eq!(of_beginning(head), Content::Archive(format), "{head:?}");
    }
    for head in [&b"]\0\0\0\0abcdefgh"[..], b"P\x2a\x4d", b"]", b"hello", &[0; 512], &[0; 1023]] {
        assert_eq!(of_beginning(head), Content::Other, "{head:?}");
    }
}

#[test]
fn web_pages_are_told() {
    for page in [
        "<!DOCTYPE html><title>Not\n Found</title>",
        "<html>",
        "\u{feff}\r\n  <HTML lang=en>",
        "<?xml version=\"1.0\"?>\n<html xmlns=\"x\">",
        "<!-- made by x -->\n<!doctype HTML PUBLIC>",
        "<?xml version=\"1.0\"?><!DOCTYPE html PUBLIC>",
    ] {
        let shown = refused("a-1.0.tar.gz", page);
        assert!(shown.starts_with("`a-1.0.tar.gz` is a web page, not an archive"), "{shown}");
        assert!(shown.contains("curl --fail"), "{shown}");
    }
    assert!(refused("a.zip", "<html><TITLE id=x>Not\n\u{1b} Found</title>").contains("page is `Not Found`"));
    for other in ["<?xml version=\"1.0\"?><Error/>", "<htmlx>", "<!-- <html>", "html"] {
        assert!(!refused("a.zip", other).contains("web page"), "{other}");
    }
}

#[test]
fn what_is_no_archive_is_told() {
    assert!(refused("a.tgz", "").starts_with("`a.tgz` is empty | "));
    assert_eq!(
        refused("a.tar.xz", "404: Not Found\nmore"),
        "`a.tar.xz` begins with `404: Not Found`, which no archive does | see what the command that makes it says and does"
    );
    assert!(refused("a.7z", "x".repeat(99)).contains(&format!("begins with `{}...`,", "x".repeat(32))));
    assert!(refused("a.whl", b"\x7fELF\x02\x01\x01\0\0\0").contains("begins with `\\x7fELF\\x02\\x01\\x01\\x00`,"));
    assert!(refused("a.gem", "\n\n \n").contains("begins with `\\n\\n \\n`,"));
    let pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n";
    assert!(refused("a.tar.gz", pointer).starts_with("`a.tar.gz` is a pointer of git LFS, not an archive | fetch"));
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("a.tar.gz")).unwrap();
    for name in ["a.tar.gz", "missing.zip"] {
        let error = check(&folder.path().join(name)).unwrap_err();
        assert_eq!((error.kind(), error.message()), (Kind::Project, &*format!("`{name}` cannot be read")));
    }
}

#[test]
fn only_names_that_promise_an_archive_are_held_to_it() {
    let folder = tempfile::tempdir().unwrap();
    let no_archive = |name: &str| {
        let path = folder.path().join(name);
        fs::write(&path, "#!/bin/sh\n").unwrap();
        check(&path).is_err()
    };
    for name in [
        "a.tar",
        "a.tar.gz",
        "a.TAR.GZ",
        "a.tgz",
        "a.tbz2",
        "a.txz",
        "a.tzst",
        "a.tar.zst",
        "a.tar.lz",
        "a.tar.Z",
        "a.zip",
        "a.gz",
        "a.xz",
        "a.bz2",
        "a.zst",
        "a.7z",
        "a.crate",
        "a.gem",
        "a.jar",
        "a.whl",
        "a.rpm",
        "a.tar.lz4",
    ] {
        assert!(no_archive(name), "{name}");
    }
    for name in ["a.sh", "a", "a.tar.gz.asc", "a.tar.sig", "tar", "a.tar.d", "zip", "a.tar.gz.sha512"] {
        assert!(!no_archive(name), "{name}");
    }
    for (name, tar) in
        [("a.tar", true), ("a.tar.Z", true), ("a.TGZ", true), ("a.gz", false), ("a.crate", true), ("a.zip", false)]
    {
        assert_eq!(promises_tar(Path::new(name)), tar, "{name}");
    }
}

#[test]
fn a_missing_end_is_found() {
    for name in ["hello-1.0.zip", "hello-1.0.7z", "hello-1.0.tar.xz"] {
        let whole = fs::read(packed(name)).unwrap();
        let shown = refused(name, &whole[..whole.len() - 5]);
        assert!(shown.starts_with(&format!("`{name}` is cut: its end is missing | ")), "{shown}");
    }
    assert!(refused("a.gz", b"\x1f\x8b\x08\0\0\0").contains("is cut"));
    // These ends are whole.
    let folder = tempfile::tempdir().unwrap();
    for (name, behind) in [("hello-1.0.tar.xz", &[0; 8][..]), ("hello-1.0.zip", b"a comment of the zip file")] {
        let path = folder.path().join(name);
        fs::write(&path, [&fs::read(packed(name)).unwrap(), behind].concat()).unwrap();
        check(&path).unwrap();
    }
}
