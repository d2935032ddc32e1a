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

/// What is read of the archive that `line` makes, `NAME: COMMANDS`.
fn looked(line: &str) -> Result<Look> {
    let (name, commands) = line.split_once(": ").unwrap();
    let folder = tempfile::tempdir().unwrap();
    run(folder.path(), commands);
    top_folder(&folder.path().join(name), &Interrupt::default())
}

fn one(name: &str) -> TopFolder {
    TopFolder::One { name: name.to_owned(), beside: None }
}

/// The message and causes for a file of this name and content.
fn refused(name: &str, content: &[u8]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    fs_err::write(&path, content).unwrap();
    let error = top_folder(&path, &Interrupt::default()).unwrap_err();
    assert_eq!(error.kind(), Kind::Project);
    [&[error.message().to_owned()], error.causes()].concat().join(" | ")
}

#[test]
fn one_folder_whatever_the_compression() {
    for name in ["tar.bz2", "tar.xz", "tar.zst", "tar.lz", "tar.lzma"] {
        let look = top_folder(&packed(&format!("hello-1.0.{name}")), &Interrupt::default()).unwrap();
        assert_eq!(look, Look { top: one("hello-1.0"), whole: true }, "{name}");
    }
    for (name, why) in [
        ("zip", "is a zip file, not a tar"),
        ("7z", "is a 7z file, not a tar"),
        ("tar.Z", "is compressed by compress, which packit cannot undo"),
        ("tar.lz4", "is compressed by lz4, which packit cannot undo"),
        ("tar.lzo", "is compressed by lzop, which packit cannot undo"),
    ] {
        let look = top_folder(&packed(&format!("hello-1.0.{name}")), &Interrupt::default()).unwrap();
        assert_eq!(look.top.why_not().as_deref(), Some(why));
    }
}

#[test]
fn the_folder_of_what_tar_and_git_make() {
    let make = "mkdir -p a-1/b && echo x > a-1/b/c &&";
    for line in [
        "a.tar: MAKE tar -cf a.tar a-1",
        "a.tgz: MAKE tar -czf a.tgz a-1",
        "a.tar: MAKE tar -cf a.tar ./a-1",
        // W37: the Python packit takes `.` for the folder.
        "a.tar: MAKE tar -cf a.tar .//a-1/./b/c",
        "a.tar: MAKE mkdir x && mv a-1 x && tar -cf a.tar -C x .",
        "a.tar: MAKE tar --format=v7 -cf a.tar a-1/b/c",
        "a-1.gz: MAKE tar -czf a-1.gz a-1",
        "script: MAKE tar -cf script a-1",
        "r/a.tar.gz: git -c init.defaultBranch=main init -q r; cd r; echo x > x; git add x
         git -c user.name=x -c user.email=x@example.com -c commit.gpgSign=false commit -qm x
         git archive --prefix=a-1/ -o a.tar.gz HEAD",
        // Members of gzip one behind the other.
        "a.tar.gz: MAKE tar -cf a.tar a-1; head -c 700 a.tar | gzip > a.tar.gz; tail -c +701 a.tar | gzip >> a.tar.gz",
        // What gzip passes over.
        "a.tar.gz: MAKE tar -czf a.tar.gz a-1; head -c 512 /dev/zero >> a.tar.gz",
    ] {
        let look = looked(&line.replace("MAKE", make)).unwrap();
        assert_eq!(look, Look { top: one("a-1"), whole: true }, "{line}");
    }
}

#[test]
fn files_beside_the_folder_do_not_change_it() {
    let look =
        looked("a.tar: mkdir a-1; touch a-1/x package.xml z; tar --sort=name -cf a.tar package.xml a-1 z").unwrap();
    assert_eq!(look.top, TopFolder::One { name: "a-1".to_owned(), beside: Some("package.xml".into()) });
}

#[test]
fn what_has_no_usable_folder_says_why() {
    for (line, why) in [
        ("a.tar: mkdir a b; tar -cf a.tar a b", "holds more than one top folder, `a` and `b`"),
        (
            "a.tar: mkdir -p x/a x/b; touch x/c; tar --sort=name -cf a.tar -C x .",
            "holds more than one top folder, `a` and `b`",
        ),
        ("a.tar: touch a b; tar -cf a.tar a b", "holds no folder at its top"),
        ("a.tar: tar -cf a.tar -T /dev/null", "holds no folder at its top"),
        (
            "a.tar: mkdir a; touch a/x y; cd a; tar -Pcf ../a.tar ../y",
            "holds a member that leads out of its folder, `../y`",
        ),
        (
            "a.tar: mkdir a; touch a/x y; tar -Pcf a.tar a/../y a",
            "holds a member that leads out of its folder, `a/../y`",
        ),
        (
            "a.tar: touch x; tar -Pcf a.tar --transform 's,^,/tmp/,' x",
            "holds a member that leads out of its folder, `/tmp/x`",
        ),
        ("a.tar: d=$(printf 'a\\n%%x'); mkdir \"$d\"; tar -cf a.tar \"$d\"", "that a spec file cannot name, `a\\n%x`"),
        (
            "a.tar: d=$(printf 'a\\351'); mkdir \"$d\"; tar -cf a.tar \"$d\"",
            "that a spec file cannot name, `a\u{fffd}`",
        ),
        ("a.gz: echo hello | gzip > a.gz", "is a gzip file, not a tar"),
        ("a.gz: gzip < /dev/null > a.gz", "is a gzip file, not a tar"),
    ] {
        let why_not = looked(line).unwrap().top.why_not().unwrap();
        assert!(why_not.contains(why), "{line}: {why_not}");
    }
    assert_eq!(one("a").why_not(), None);
    let undecodable = looked("a.tar: d=$(printf 'a\\351'); mkdir \"$d\"; tar -cf a.tar \"$d\"").unwrap();
    assert_eq!(undecodable.top, TopFolder::Odd(OsString::from_vec(b"a\xe9".to_vec())));
}

#[test]
fn another_thing_in_what_promises_a_tar_is_an_error() {
    let gzip = |content: &[u8]| {
        let mut packed = Vec::new();
        super::super::gzip::compress(content, &mut packed, 1, |_| {}).unwrap();
        packed
    };
    for (content, message) in [
        (gzip(b"<html>"), "what is in `a.tar.gz` is a web page, not an archive"),
        (gzip(b""), "what is in `a.tar.gz` is empty"),
        (gzip(b"hello\n"), "what is in `a.tar.gz` begins with `hello`, which no archive does"),
        (gzip(&gzip(b"hello")), "what is in `a.tar.gz` is of the format gzip"),
        (b"hello".to_vec(), "`a.tar.gz` begins with `hello`, which no archive does"),
        (Vec::new(), "`a.tar.gz` is empty"),
    ] {
        assert_eq!(refused("a.tar.gz", &content), message);
    }
}

#[test]
fn cut_and_damaged_archives_are_told_apart() {
    for name in ["tar.bz2", "tar.xz", "tar.zst", "tar.lz", "tar.lzma"] {
        let name = format!("hello-1.0.{name}");
        let whole = fs_err::read(packed(&name)).unwrap();
        for cut in [1, 9, whole.len() / 2] {
            let shown = refused(&name, &whole[..whole.len() - cut]);
            assert_eq!(shown, format!("`{name}` is cut: its end is missing"), "{cut} bytes");
        }
        let mut damaged = whole.clone();
        damaged[whole.len() / 2] ^= 0x55;
        let shown = refused(&name, &damaged);
        assert!(shown.starts_with(&format!("`{name}` is ")), "{shown}");
    }
    let folder = tempfile::tempdir().unwrap();
    run(folder.path(), "mkdir a; head -c 300000 /dev/urandom > a/b; tar -czf a.tar.gz a; tar -cf a.tar a");
    for name in ["a.tar.gz", "a.tar"] {
        let whole = fs_err::read(folder.path().join(name)).unwrap();
        assert_eq!(refused(name, &whole[..whole.len() / 2]), format!("`{name}` is cut: its end is missing"));
    }
    let whole = fs_err::read(folder.path().join("a.tar.gz")).unwrap();
    assert_eq!(refused("a.tar.gz", &whole[..whole.len() - 4]), "`a.tar.gz` is cut: its end is missing");
    let mut damaged = whole;
    let at = damaged.len() - 6;
    damaged[at] ^= 1;
    assert!(refused("a.tar.gz", &damaged).starts_with("`a.tar.gz` is damaged | corrupt gzip stream"));
}

#[test]
fn several_streams_in_one_file_are_one() {
    use std::io::Write as _;
    let folder = tempfile::tempdir().unwrap();
    run(folder.path(), "mkdir a-1; head -c 300000 /dev/urandom > a-1/b; touch c; tar --sort=name -cf a.tar a-1 c");
    let tar = fs_err::read(folder.path().join("a.tar")).unwrap();
    let (first, second) = tar.split_at(150_000);
    let bzip2 = |data: &[u8]| {
        let mut packed = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
        packed.write_all(data).unwrap();
        packed.finish().unwrap()
    };
    let xz = |data: &[u8]| liblzma::encode_all(data, 0).unwrap();
    let zstd = |data: &[u8]| ruzstd::encoding::compress_to_vec(data, ruzstd::encoding::CompressionLevel::Fastest);
    let skipped = b"\x51\x2a\x4d\x18\x04\0\0\0abcd".to_vec();
    for (name, parts) in [
        ("a.tar.bz2", vec![bzip2(first), bzip2(second)]),
        ("a.tar.xz", vec![xz(first), vec![0; 4], xz(second)]),
        ("a.tar.zst", vec![skipped.clone(), zstd(first), skipped, zstd(second)]),
    ] {
        let path = folder.path().join(name);
        fs_err::write(&path, parts.concat()).unwrap();
        let look = top_folder(&path, &Interrupt::default()).unwrap();
        let top = TopFolder::One { name: "a-1".to_owned(), beside: Some("c".into()) };
        assert_eq!(look, Look { top, whole: true }, "{name}");
        let cut = &parts.concat()[..parts.concat().len() - 100];
        assert_eq!(refused(name, cut), format!("`{name}` is cut: its end is missing"));
    }
}

#[test]
fn reading_ends_at_its_limit_and_on_a_signal() {
    let folder = tempfile::tempdir().unwrap();
    run(folder.path(), "mkdir a; truncate -s 8M a/zeros; touch z; tar --sort=name -czf a.tar.gz a z");
    let path = folder.path().join("a.tar.gz");
    let look_at = |most| look(&path, &Interrupt::default(), most).unwrap();
    assert_eq!(look_at(1 << 20), Look { top: one("a"), whole: false });
    let top = TopFolder::One { name: "a".to_owned(), beside: Some("z".into()) };
    assert_eq!(look_at(9 << 20), Look { top, whole: true });
    let interrupt = Interrupt::default();
    interrupt.stop();
    assert_eq!(top_folder(&path, &interrupt).unwrap_err().kind(), Kind::Interrupted);
}

#[test]
fn the_template_is_replaced_as_text() {
    for (template, folder, unknown) in [
        ("{upstream_pkg_name}-{version}", "hello-1.0", None),
        ("{version}{version}", "1.01.0", None),
        ("plain", "plain", None),
        ("{upstream_pkg_name}-{foo}-{bar}-{version}", "hello-{foo}-{bar}-1.0", Some("`{foo}`")),
        ("{{version}}", "{1.0}", None),
        ("{", "{", None),
        ("{{a}", "{{a}", Some("`{a}`")),
        ("a}b{é}", "a}b{é}", Some("`{é}`")),
    ] {
        let (made, finding) = root_folder_from_template(template, "hello", "1.0");
        assert_eq!(made, folder);
        match unknown {
            Some(unknown) => assert!(finding.unwrap().message.contains(unknown), "{template}"),
            None => assert_eq!(finding, None, "{template}"),
        }
    }
    // A value that looks like a variable is not one.
    assert_eq!(root_folder_from_template("{upstream_pkg_name}", "{version}", "1").0, "{version}");
}
