use super::*;

fn commit() -> CommitId {
    "0123456789abcdef0123456789abcdef01234567".parse().unwrap()
}

fn release<'a>(upstream: &'a str, tag: &'a str, bugs: &'a [String]) -> Release<'a> {
    Release { version: "1.2", tag: Some(tag), commit: Some(commit()), upstream: Some(upstream), monitoring: None, bugs }
}

#[test]
fn the_message_of_the_commit() {
    let bugs = ["rhbz#1".to_owned(), "rhbz#2".to_owned()];
    let message = release("https://github.com/o/n", "v1.2", &bugs).commit_message();
    assert_eq!(
        message.text(),
        "Update to 1.2 upstream release\n\n- Resolves: rhbz#1\n- Resolves: rhbz#2\n\nUpstream tag: v1.2\n\
         Upstream commit: 01234567\n\nCommit authored by Packit automation (https://packit.dev/)\n"
    );
    let without = Release { tag: None, commit: None, bugs: &[], ..release("", "", &[]) };
    assert_eq!(
        without.commit_message().text(),
        "Update to 1.2 upstream release\n\nCommit authored by Packit automation (https://packit.dev/)\n"
    );
    assert_eq!(Message { title: "a".into(), body: String::new() }.text(), "a\n");
}

#[test]
fn the_pull_request() {
    let bugs = ["rhbz#1".to_owned(), "other#2".to_owned()];
    let message = release("https://github.com/o/n", "v1.2", &bugs).pull_request("f41");
    assert_eq!(message.title, "Update f41 to upstream release 1.2");
    assert_eq!(
        message.body,
        "Upstream tag: [v1.2](https://github.com/o/n/releases/tag/v1.2)\n\n\
         Upstream commit: [01234567](https://github.com/o/n/commit/0123456789abcdef0123456789abcdef01234567)\n\n\
         Resolves: [rhbz#1](https://bugzilla.redhat.com/show_bug.cgi?id=1)\n\nResolves: other#2\n"
    );
    let monitored = Release { monitoring: Some("https://release-monitoring.org/project/1/"), ..release("", "", &[]) };
    let body = Release { tag: None, commit: None, upstream: None, ..monitored }.pull_request("f41").body;
    assert_eq!(body, "Release monitoring project: [page](https://release-monitoring.org/project/1/)\n");
}

#[test]
fn links_by_host() {
    let id = commit();
    for (upstream, tag, commit) in [
        ("git@github.com:o/n.git", "https://github.com/o/n/releases/tag/v1", "https://github.com/o/n/commit/ID"),
        ("https://gitlab.com/a/b/n", "https://gitlab.com/a/b/n/-/tags/v1", "https://gitlab.com/a/b/n/-/commit/ID"),
        (
            "ssh://git@gitlab.gnome.org:2222/a/n",
            "https://gitlab.gnome.org/a/n/-/tags/v1",
            "https://gitlab.gnome.org/a/n/-/commit/ID",
        ),
        ("https://pagure.io/n", "", "https://pagure.io/n/c/ID"),
        ("https://codeberg.org/o/n", "https://codeberg.org/o/n/src/tag/v1", "https://codeberg.org/o/n/commit/ID"),
        ("https://example.com/o/n", "", ""),
        ("/srv/n", "", ""),
    ] {
        let links = Links::of(upstream);
        assert_eq!(links.as_ref().and_then(|links| links.tag("v1")).unwrap_or_default(), tag, "{upstream}");
        let of_commit = links.map(|links| links.commit(id)).unwrap_or_default();
        assert_eq!(of_commit, commit.replace("ID", &id.to_string()), "{upstream}");
    }
    // A host that only looks like one.
    assert_eq!(Links::of("https://notgitlab.com/o/n"), None);
    assert_eq!(Links::of("https://github.com.evil.example/o/n"), None);
}

#[test]
fn hostile_names_stay_text() {
    let tag = "v1](https://evil) <b>\n\n# x";
    let bugs = ["rhbz#1](x)\nUpstream tag: y".to_owned()];
    let release = Release { version: "1\n\nInjected: yes", ..release("https://github.com/o/n", tag, &bugs) };
    let pull_request = release.pull_request("f41");
    assert!(!pull_request.title.contains('\n'));
    assert!(
        !pull_request.body.contains("](https://evil)") && !pull_request.body.contains("<b>\n"),
        "{}",
        pull_request.body
    );
    assert_eq!(pull_request.body.lines().filter(|line| !line.is_empty()).count(), 3);
    let message = release.commit_message();
    assert!(!message.title.contains('\n'));
    assert!(
        !message.body.lines().any(|line| line.starts_with("Injected") || line == "Upstream tag: y"),
        "{}",
        message.body
    );
}

#[test]
fn what_goes_into_the_changelog() {
    let bugs = ["rhbz#1".to_owned()];
    let release = release("", "v1.2", &bugs);
    let plain = ["- Update to version 1.2", "- Resolves: rhbz#1"];
    assert_eq!(release.changelog_lines(None, None), plain);
    assert_eq!(release.changelog_lines(Some(" \n"), None), plain);
    let action = || Some(vec!["- by action".to_owned()]);
    assert_eq!(release.changelog_lines(None, action()), ["- by action"]);
    assert_eq!(release.changelog_lines(Some(""), action()), ["- by action"]);
    assert_eq!(release.changelog_lines(Some("\nNews:\r\n* a\n"), action()), ["News:", "* a"]);
    assert_eq!(release.changelog_lines(Some("News"), None), ["News", "- Resolves: rhbz#1"]);
}

#[test]
fn messages_of_the_action() {
    let default = || Message { title: "default".into(), body: "body".into() };
    let divided = format!("noise\n{DIVIDER}\nnot this\n{DIVIDER}  \r\n\n\nTitle\nof two\n\n\nBody\n\nmore\n\n");
    for (output, title, body) in [
        ("", "default", "body"),
        (" \n\n", "default", "body"),
        ("Title\n", "Title", ""),
        ("Title\r\n\r\nBody\r\n", "Title", "Body"),
        ("a\n---\nb\n\nc", "a\n---\nb", "c"),
        (divided.as_str(), "Title\nof two", "Body\n\nmore"),
    ] {
        let expected = Message { title: title.into(), body: body.into() };
        assert_eq!(message_of_action(output.as_bytes(), default()), expected, "{output:?}");
    }
    let nothing_behind = format!("Title\n{DIVIDER}\n");
    assert_eq!(message_of_action(nothing_behind.as_bytes(), default()), default());
    assert_eq!(message_of_action(b"J\xf6rg", default()).title, "J\u{fffd}rg");
}

#[test]
fn bugs() {
    assert_eq!(bug("rhbz#12").unwrap(), "rhbz#12");
    assert_eq!(bug(" 12 ").unwrap(), "rhbz#12");
    for text in ["", "rhbz#", "#1", "rhbz#x", "rh bz#1", "rhbz#1\nx", "rhbz#1#2", "-"] {
        assert_eq!(bug(text).unwrap_err().kind(), Kind::Usage, "{text}");
    }
}

#[test]
fn the_note_has_three_lines() {
    assert_eq!(readme("0.1.0").lines().count(), 3);
}

#[test]
fn the_way_back() {
    let message = message_from_downstream("f41", commit());
    assert_eq!(message.text(), "[packit] Sync from downstream branch 'f41'\n\nDownstream commit: 01234567\n");
    assert_eq!(pull_request_from_downstream("f41"), "Update from downstream branch 'f41'");
}
