use proptest::prelude::*;

use super::*;

#[test]
fn host_namespace_and_repository() {
    for (url, host, namespace, repository) in [
        ("https://github.com/foo/hello.git", "github.com", "foo", "hello"),
        ("git@github.com:foo/hello.git", "github.com", "foo", "hello"),
        ("ssh://git@github.com/foo/hello.git", "github.com", "foo", "hello"),
        ("git://github.com/foo/hello", "github.com", "foo", "hello"),
        ("git+https://github.com/foo/hello.git", "github.com", "foo", "hello"),
        ("git+ssh://git@github.com/foo/hello.git/", "github.com", "foo", "hello"),
        ("https://gitlab.com/a/b/c.git", "gitlab.com", "a/b", "c"),
        ("https://pagure.io/foo.git", "pagure.io", "", "foo"),
        ("https://example.com:8443/ns/repo.git/", "example.com", "ns", "repo"),
        ("ssh://git@example.com:2222/ns/repo.git", "example.com", "ns", "repo"),
        ("ssh://git@example.com:ns/repo.git", "example.com", "ns", "repo"),
        ("host:path/x", "host", "path", "x"),
        ("host:x.git", "host", "", "x"),
        ("https://user:tok@github.com/a/b.git", "github.com", "a", "b"),
        ("https://GitHub.com//a//b.git", "github.com", "a", "b"),
        ("github.com/a/b", "github.com", "a", "b"),
        ("https://github.com/a/b.git?private_token=x#readme", "github.com", "a", "b"),
        ("ssh://git@[::1]:2222/ns/repo", "[::1]", "ns", "repo"),
        ("git@[::1]:ns/repo", "[::1]", "ns", "repo"),
        // The Python packit cannot read these and dies of it.
        ("https://jane@example.com:tok@github.com/a/b.git", "github.com", "a", "b"),
        ("jane@example.com@github.com:a/b.git", "github.com", "a", "b"),
    ] {
        let read = RemoteUrl::parse(url).unwrap_or_else(|| panic!("{url}"));
        assert_eq!(read.host.as_deref(), Some(host), "{url}");
        assert_eq!(read.namespace.as_deref().unwrap_or_default(), namespace, "{url}");
        assert_eq!(read.repository, repository, "{url}");
        assert_eq!(read.fork_of_user, None, "{url}");
    }
}

#[test]
fn paths_have_neither_host_nor_namespace() {
    for (url, repository) in [
        ("/tmp/x/y", "y"),
        ("../foo", "foo"),
        ("./a:b/foo.git/", "foo"),
        ("file:///tmp/x/y.git", "y"),
        ("file:///tmp/x/y/.git", "y"),
        ("hello", "hello"),
    ] {
        let read = RemoteUrl::parse(url).unwrap_or_else(|| panic!("{url}"));
        assert_eq!((read.host, read.namespace, read.repository.as_str()), (None, None, repository), "{url}");
    }
}

#[test]
fn forks_on_pagure() {
    for url in
        ["https://src.fedoraproject.org/fork/me/rpms/foo", "ssh://me@pkgs.fedoraproject.org/forks/me/rpms/foo.git"]
    {
        let read = RemoteUrl::parse(url).unwrap();
        assert_eq!(read.fork_of_user.as_deref(), Some("me"), "{url}");
        assert_eq!(read.full_name(), "rpms/foo", "{url}");
    }
    let plain = RemoteUrl::parse("https://github.com/fork/foo").unwrap();
    assert_eq!((plain.fork_of_user.as_deref(), plain.full_name().as_str()), (None, "fork/foo"));
}

#[test]
fn ports() {
    assert_eq!(RemoteUrl::parse("https://example.com:8443/a/b").unwrap().port, Some(8443));
    assert_eq!(RemoteUrl::parse("https://example.com/a/b").unwrap().port, None);
}

#[test]
fn no_repository_no_url() {
    for text in ["", "  ", "/", "..", "https://", "https://github.com", "https://github.com/", "https:///a/b"] {
        assert_eq!(RemoteUrl::parse(text), None, "{text:?}");
    }
}

#[test]
fn what_is_cloned() {
    for url in [
        "https://github.com/foo/hello",
        "http://localhost:3000/foo/hello.git",
        "ssh://git@github.com/foo/hello",
        "git://example.com/x",
        "git+https://example.com/x",
        "git+ssh://git@example.com/x",
        "file:///tmp/x",
        "git@github.com:foo/hello.git",
        "host:path/x",
        "jane@example.com@host:x",
    ] {
        assert!(is_clone_url(url), "{url}");
    }
    for text in [
        "nosuchdir",
        "nosuch.dir/with/parts",
        "/abs/path",
        "./a:b",
        "../foo",
        "",
        "https://",
        "https://github.com",
        "ftp://example.com/x",
        "ext::sh -c id",
        "ext::sh",
        "foo::https://example.com/x",
        "--upload-pack=id",
        "-u:x",
        "ssh://-oProxyCommand=id/x",
        "ssh://git@-oProxyCommand=id/x",
        "git@-oProxyCommand=id:x",
        "host:-x",
        "host:",
        "a b:c",
        "https://example.com/x\ny",
    ] {
        assert!(!is_clone_url(text), "{text}");
    }
}

#[test]
fn spelling_for_git() {
    assert_eq!(for_git("git+https://x/y"), "https://x/y");
    assert_eq!(for_git("git+ssh://x/y"), "git+ssh://x/y");
    assert_eq!(for_git("git@x:y"), "git@x:y");
}

#[test]
fn no_helper_is_hidden_in_a_path() {
    for text in ["a:!::", "ext::sh -c x", "a::b", "host:ext::x"] {
        assert!(!is_clone_url(text), "{text}");
    }
    assert!(is_clone_url("[::1]:a/b") && is_clone_url("git@host:a/b"));
}

proptest! {
    #[test]
    fn no_text_is_too_strange(text in "\\PC*") {
        let _ = RemoteUrl::parse(&text);
        if is_clone_url(&text) {
            // Colons in the brackets of an address of IPv6 mean nothing else.
            let rest = text.rsplit_once(']').map_or(&*text, |(_, rest)| rest);
            prop_assert!(!text.starts_with('-') && text.contains(':') && !rest.contains("::"));
        }
    }

    #[test]
    fn parts_come_back(host in "[a-z]{1,8}\\.[a-z]{2,3}", ns in "[a-z][a-z0-9-]{0,6}(/[a-z][a-z0-9]{0,6})?", name in "[a-z][a-z0-9.-]{0,8}[a-z0-9]") {
        prop_assume!(!name.ends_with(".git") && !ns.starts_with("fork/") && !ns.starts_with("forks/"));
        for url in [
            format!("https://{host}/{ns}/{name}.git"),
            format!("https://a@b.c:d@{host}:99/{ns}/{name}/"),
            format!("git@{host}:{ns}/{name}"),
            format!("ssh://git@{host}:22/{ns}/{name}.git/"),
        ] {
            let read = RemoteUrl::parse(&url).unwrap();
            prop_assert_eq!(read.host.as_deref(), Some(host.as_str()));
            prop_assert_eq!(read.full_name(), format!("{}/{}", ns, name));
        }
    }
}
