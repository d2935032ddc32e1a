//! Which forge answers at an address.

use super::*;

/// The notes on which forge answers where.
fn notes(world: &World) -> Vec<PathBuf> {
    let folder = world.path("home/.cache/packit/forges");
    let Ok(entries) = fs_err::read_dir(folder) else { return Vec::new() };
    entries.map(|entry| entry.unwrap().path()).collect()
}

/// A host is asked once, and again when it is told to have changed.
fn detected(kind: ForgeKind, requests: usize) {
    let desk = Desk::new(kind);
    let (context, client, base) = (&desk.context, &desk.client, desk.server.base());
    assert_eq!(run(detect(context, client, &base, None)).unwrap(), kind);
    assert_eq!(desk.server.requests().len(), requests);
    assert_eq!(run(detect(context, client, &format!("{base}/"), None)).unwrap(), kind);
    assert_eq!(desk.server.requests().len(), requests);
    let offline = Client::new(Settings { offline: true, ..Settings::default() });
    assert_eq!(run(detect(context, &offline, &base, None)).unwrap(), kind);
    // A note that is damaged, or too old, is none.
    let note = notes(&desk.world).remove(0);
    let text = fs_err::read_to_string(&note).unwrap();
    let time = text.split("\"time\":").nth(1).unwrap().trim_end_matches('}');
    let old: i64 = time.parse::<i64>().unwrap() - 7 * 3600;
    for bad in ["{", &text.replace(time, &old.to_string())] {
        fs_err::write(&note, bad).unwrap();
        let before = desk.server.requests().len();
        assert_eq!(run(detect(context, client, &base, None)).unwrap(), kind);
        assert_eq!(desk.server.requests().len(), before + requests, "{bad}");
    }
    forget(context, &base);
    assert!(notes(&desk.world).is_empty());
    says(
        &run(detect(context, &offline, &base, None)).unwrap_err(),
        &["which forge 127.0.0.1", "--offline", "type: pagure"],
    );
    assert!(desk.server.writes().is_empty());
    assert!(desk.server.requests().iter().all(|request| request.header("authorization").is_none()));
}

#[test]
fn a_pagure_is_told_from_others() {
    detected(ForgeKind::Pagure, 2);
}

#[test]
fn a_forgejo_is_told_from_others() {
    detected(ForgeKind::Forgejo, 1);
}

#[test]
fn a_gitlab_is_told_from_others() {
    detected(ForgeKind::GitLab, 3);
}

#[test]
fn which_forge_it_is_without_asking() {
    let desk = Desk::new(ForgeKind::Pagure);
    let offline = Client::new(Settings { offline: true, ..Settings::default() });
    for (base, kind) in [
        ("https://github.com", ForgeKind::GitHub),
        ("https://gitlab.com/", ForgeKind::GitLab),
        ("https://codeberg.org", ForgeKind::Forgejo),
        ("https://pagure.io", ForgeKind::Pagure),
    ] {
        assert_eq!(run(detect(&desk.context, &offline, base, None)).unwrap(), kind);
    }
    for kind in ForgeKind::ALL {
        assert_eq!(run(detect(&desk.context, &offline, "https://src.fedoraproject.org", Some(kind))).unwrap(), kind);
    }
    // A host that answers everything with a page, as some do to programs.
    desk.server.fault("GET /", Fault::Html(200));
    let error = run(detect(&desk.context, &desk.client, &desk.server.base(), None)).unwrap_err();
    assert_eq!(error.kind(), Kind::Config);
    says(&error, &["/api/v1/version` answered 200 with no JSON", "type: pagure"]);
    assert!(notes(&desk.world).is_empty());
}
