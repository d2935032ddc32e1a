use std::io::Write as _;
use std::process::Stdio;

use super::*;

/// What git itself reads, one trailer after the other.
#[expect(clippy::disallowed_methods, reason = "tests ask the real git")]
fn of_git(message: &str) -> String {
    let mut child = std::process::Command::new("git")
        .args(["-c", "core.commentChar=#", "interpret-trailers", "--only-input", "--only-trailers", "--no-divider"])
        .current_dir("/")
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap())
        .envs([("GIT_CONFIG_GLOBAL", "/dev/null"), ("GIT_CONFIG_NOSYSTEM", "1"), ("LC_ALL", "C")])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(message.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    String::from_utf8(output.stdout).unwrap()
}

fn ours(message: &str) -> String {
    parse(message).trailers.iter().map(|(name, value)| format!("{name}: {value}\n")).collect()
}

#[test]
fn takes_messages_apart() {
    let message = parse(
        "\nFix it\nall\n\nBody 1\n\nBody 2\n---\n\nPatch-name: a.patch\nPatch-status: |\n    # one\n      two\nNo-prefix : true\n",
    );
    assert_eq!(message.subject, "Fix it all");
    assert_eq!(message.body, "Body 1\n\nBody 2\n---");
    let trailers: Vec<(&str, &str)> = message.trailers.iter().map(|(name, value)| (&**name, &**value)).collect();
    assert_eq!(
        trailers,
        [("Patch-name", "a.patch"), ("Patch-status", "|\n    # one\n      two"), ("No-prefix", "true")]
    );
    assert_eq!(parse(""), Message::default());
    assert_eq!(parse("Patch-name: a\nPatch-id: 1").subject, "Patch-name: a Patch-id: 1");
    assert_eq!(parse("a\n\nb\nc\n").body, "b\nc");
}

#[test]
fn reads_the_trailers_that_git_reads() {
    for message in [
        "s\n\na: b\n",
        "s\n\na: b",
        "s\na: b\n",
        "a: b\n",
        "s\n\ntext\na: b\n",
        "s\n\ntext\nSigned-off-by: A <a@b>\n",
        "s\n\n1\n2\n3\nSigned-off-by: A <a@b>\n",
        "s\n\n1\n2\n3\n4\nSigned-off-by: A <a@b>\n",
        "s\n\n(cherry picked from commit 1)\na: b\n",
        "s\n\na: b\n  c\n\td\ne: f\n",
        "s\n\n  a: b\nc: d\n",
        "s\n\na: b\n\n\n",
        "s\n\na: b\n \nc: d\n",
        "s\n\na: b\n# x: y\nc: d\n",
        "s\n\na: b\n\n# comment\n",
        "s\n\na: b\n\nConflicts:\n\tfile\n",
        "s\n\na: b\n\ttext\nConflicts:\n\tfile\ntext\n",
        "s\n\nta_b: c\n",
        "s\n\na b: c\n",
        "s\n\na : b\n",
        "s\n\na:b\n",
        "s\n\na:\n",
        "s\n\n: b\n",
        "s\n\na:  b  \nc: d\t\n",
        "s\n\nbody\n---\nmore\n\na: b\n",
        "s\n\nPatch-status: |\n    # a\n    # b\nPatch-name: x\n",
        "# c\ns\n\na: b\n",
        "\n\ns\n\na: b\n",
        "s\n\ntext\n  cont\na: b\nSigned-off-by: x\n",
    ] {
        assert_eq!(ours(message), of_git(message), "{message:?}");
    }
}

proptest::proptest! {
    #![proptest_config(proptest::test_runner::Config { cases: 200, ..Default::default() })]
    #[test]
    fn reads_any_message_as_git(message in "s\n(a: b|x|  y|\t|#c|Signed-off-by: z|Conflicts:|a-1:|: b|\n){0,9}((\n|)(\na: b|\nSigned-off-by: z|\n x|\ntext|\n#c|\n\n)){0,9}\n") {
        proptest::prop_assert_eq!(ours(&message), of_git(&message));
    }
}
