//! Answers that would do harm if they were believed.

use super::*;

#[test]
fn hostile_answers_are_refused() {
    let place = "GET /api/0/rpms/hello";
    let desk = Desk::new(ForgeKind::Pagure);
    let forge = desk.tester();
    let (context, client) = (&desk.context, &desk.client);
    for name in ["--upload-pack=touch x", "a\nb", "../../x", "", "a..b"] {
        let document = json!({ "branches": ["f41", name], "default": name, "total_branches": 2 });
        desk.server.fault("GET /api/0/rpms/hello/git/branches", Fault::Document(200, document));
        let error = run(forge.default_branch(context, client, &hello())).unwrap_err();
        says(&error, &["is no name of a branch"]);
        let listed = run(forge.branches(context, client, &hello())).unwrap();
        assert_eq!(listed, [BranchName::new("f41").unwrap()]);
        desk.server.no_faults();
    }
    let project = run(forge.project(context, client, &hello())).unwrap().unwrap();
    for url in [
        "ext::sh -c 'touch x'",
        "file:///etc",
        "--upload-pack=x",
        "ssh://-oProxyCommand=x/a",
        "/srv/a.git",
        "ext::x",
        "file://h/etc",
    ] {
        let document = json!({ "total_urls": 1, "urls": { "git": url, "ssh": url } });
        desk.server.fault("GET /api/0/rpms/hello/git/urls", Fault::Document(200, document));
        says(&run(forge.ssh_url(context, client, &project)).unwrap_err(), &["is no address that packit gives to git"]);
        desk.server.no_faults();
    }
    desk.server.fault(place, Fault::Html(200));
    says(&run(forge.project(context, client, &hello())).unwrap_err(), &["a web page"]);
    desk.server.no_faults();
    desk.server.fault(place, Fault::Document(200, json!(["a"])));
    says(&run(forge.project(context, client, &hello())).unwrap_err(), &["another answer than the one that is known"]);
    desk.server.no_faults();
    desk.server.fault("POST /api/0/-/whoami", Fault::Document(200, json!({ "username": "../owner" })));
    let error = desk.who().unwrap_err();
    assert_eq!(error.kind(), Kind::Service);
    says(&error, &["`../owner` is no name on a forge"]);
}

#[test]
fn hostile_projects_are_refused() {
    for (kind, place, page) in [
        (ForgeKind::Forgejo, "GET /api/v1/repos/rpms/hello", "clone_url"),
        (ForgeKind::GitHub, "GET /api/v3/repos/rpms/hello", "ssh_url"),
        (ForgeKind::GitLab, "GET /api/v4/projects/rpms%2Fhello", "http_url_to_repo"),
    ] {
        let desk = Desk::new(kind);
        let path = if kind == ForgeKind::GitLab { "path_with_namespace" } else { "full_name" };
        let sound = json!({ "id": 1, path: "rpms/hello", "default_branch": "rawhide" });
        for (key, value, said) in [
            (page, "ext::sh -c 'touch x'", "is no address that packit gives to git"),
            (page, "file:///etc/passwd", "is no address that packit gives to git"),
            (page, "--upload-pack=touch x", "is no address that packit gives to git"),
            (page, "https://h/a.git\n--x", "is no address that packit gives to git"),
            ("default_branch", "--output=x", "is no name of a branch"),
            ("default_branch", "../../config", "is no name of a branch"),
            (path, "../../etc", "is no name on a forge"),
            (path, "rpms/--x", "is no name on a forge"),
        ] {
            let mut document = sound.clone();
            document[key] = json!(value);
            desk.server.fault(place, Fault::Document(200, document));
            let error = run(desk.tester().project(&desk.context, &desk.client, &hello())).unwrap_err();
            assert_eq!(error.kind(), Kind::Service);
            says(&error, &[said]);
            desk.server.no_faults();
        }
        // An address to be shown that is none is replaced by the one that it must have.
        let fork = Project { is_new: true, ..desk.pushed() };
        let open = match kind {
            ForgeKind::GitLab => "POST /api/v4/projects/tester%2Fhello/merge_requests".to_owned(),
            _ => format!("{}/pulls", place.replace("GET", "POST")),
        };
        let strange = "https://h/1\nhttps://evil.example";
        let document = json!({ "number": 1, "iid": 1, "html_url": strange, "web_url": strange });
        desk.server.fault(&open, Fault::Document(201, document));
        let Proposed::Created(made) = desk.propose(&fork, (TITLE, TEXT)).unwrap() else { panic!("not created") };
        assert!(made.url.starts_with(&desk.server.base()) && made.url.ends_with("/1"), "{made:?}");
    }
}

#[test]
fn addresses_of_forges() {
    let made = |base: &str| Forge::new(ForgeKind::GitHub, base, None);
    assert_eq!(made("HTTPS://GitHub.com/").unwrap().host(), "github.com");
    assert_eq!(made("http://127.0.0.1:8080/forge/").unwrap().host(), "127.0.0.1:8080");
    let forge = Forge::new(ForgeKind::GitLab, "https://h", Some(Token::new("canary"))).unwrap();
    assert!(!format!("{forge:?}").contains("canary"));
    for bad in ["https://me:canary@h", "https://h/?token=canary", "https://h/#x"] {
        let error = made(bad).unwrap_err();
        assert_eq!(error.kind(), Kind::Config);
        assert!(!words(&error).contains("canary"), "{error:?}");
    }
    assert_eq!(made("ssh://h").unwrap_err().kind(), Kind::Project);
}
