use std::time::Duration;

use super::*;

#[test]
fn an_error_is_more_than_its_first_line() {
    // As a real mock has said it.
    let said = "Start: build setup for hello.src.rpm\nFinish: build setup for hello.src.rpm\n\
                ERROR: Exception(/tmp/hello.src.rpm) Config(local) 0 minutes 4 seconds\n\
                INFO: Results and/or logs in: /r\nStart: clean chroot\nFinish: clean chroot\nERROR: Command failed: \n \
                # /usr/bin/dnf-3 builddep --installroot /var/lib/mock/local/root/ hello.src.rpm\n\
                Last metadata expiration check: 0:00:04 ago on Sat Nov 21 11:19:57 2026.\n\
                No matching package to install: 'nonexistent-devel >= 3'\nNot all dependencies satisfied\n\
                Error: Some packages could not be found.\n\n";
    assert_eq!(
        causes(said),
        [
            "Command failed: /usr/bin/dnf-3 builddep --installroot /var/lib/mock/local/root/ hello.src.rpm",
            "No matching package to install: 'nonexistent-devel >= 3'",
            "Not all dependencies satisfied",
            "Error: Some packages could not be found.",
        ]
    );
    let said = "ERROR: Could not create dir /r/x. Error: [Errno 13] Permission denied: '/r/x'\n\
                Traceback (most recent call last):\n  File \"file_util.py\", line 19, in mkdirIfAbsent\n    os.makedirs(dirName)\n\
                PermissionError: [Errno 13] Permission denied: '/r/x'\nERROR: Exception(a) Config(b) 0 minutes 0 seconds\nERROR: \n\
                Could not create output directory for built rpms. The directory specified was:\n    /r/x\n\n\
                Try using the --resultdir= option to select another location.\n\n";
    assert_eq!(
        causes(said),
        [
            "Could not create dir /r/x. Error: [Errno 13] Permission denied: '/r/x'",
            "Could not create output directory for built rpms. The directory specified was:",
            "/r/x",
            "Try using the --resultdir= option to select another location.",
        ]
    );
    let many: String = (0..50).map(|number| format!("line {number}\n")).collect();
    let told = causes(&format!("INFO: a\nERROR: it broke\n{many}INFO: b\nline of b\n"));
    assert_eq!((told.len(), told[0].as_str(), told[1].as_str()), (11, "it broke", "line 40"));
    assert_eq!(causes("INFO: nothing\n"), [""; 0]);
}

#[test]
fn the_log_that_tells_why() {
    let folder = tempfile::tempdir().unwrap();
    let now = fs::metadata(folder.path()).unwrap().modified().unwrap();
    let (began, later) = (now - Duration::from_secs(5), now + Duration::from_secs(5));
    let told = |build: &str, root: &str| {
        fs::write(folder.path().join("build.log"), build).unwrap();
        fs::write(folder.path().join("root.log"), root).unwrap();
        let told = telling_log(folder.path(), began, false);
        told.map(|(log, text)| format!("{log}: {}", String::from_utf8(text).unwrap()))
    };
    let version = "Mock Version: 6.3\n";
    let failed = format!("{version}cc\nChild return code was: 1\n");
    // The run before failed otherwise.
    let ends_well = format!("{failed}{version}rpmbuild -bs\nChild return code was: 0\n");
    let root = "INFO buildroot.py:700:  Mock Version: 6.3\nDEBUG util.py:1:  no such package\n\
                DEBUG util.py:2:  Child return code was: 1\nDEBUG util.py:1: umount\nDEBUG util.py:2:  Child return code was: 0\n";
    assert_eq!(told(&failed, root).unwrap(), "build.log: cc\nChild return code was: 1");
    assert_eq!(told(&format!("{ends_well}{failed}"), root).unwrap(), "build.log: cc\nChild return code was: 1");
    let of_root = "root.log: DEBUG util.py:1:  no such package\nDEBUG util.py:2:  Child return code was: 1";
    assert_eq!(told(&ends_well, root).unwrap(), of_root);
    assert_eq!(told(version, root).unwrap(), of_root);
    // Nothing of this run.
    assert_eq!(told(version, version), None);
    assert_eq!(telling_log(folder.path(), began, true), None);
    // A build that was ended in the middle has no code.
    assert_eq!(told("no mark\nin the middle\n", root).unwrap(), "build.log: no mark\nin the middle");
    assert_eq!(telling_log(folder.path(), later, false), None);
}
