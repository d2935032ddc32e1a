//! `packit config targets`: aliases from a server that answers as Bodhi does, from the cache, and from the built-in list.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::{Value, json};

use crate::support::{Answer, Request, Run, Server, World};

/// A release with the keys that Bodhi gives.
fn release(name: &str, version: &str, branch: &str, id_prefix: &str, state: &str) -> Value {
    let product = if id_prefix == "FEDORA-EPEL" { "Fedora EPEL" } else { "Fedora" };
    json!({
        "name": name, "long_name": format!("{product} {version}"), "version": version, "id_prefix": id_prefix,
        "branch": branch, "dist_tag": format!("{branch}-x"), "stable_tag": format!("{branch}-updates"), "state": state,
        "composed_by_bodhi": true, "package_manager": "dnf", "testing_repository": null, "eol": "2027-05-19",
        "mail_template": "fedora_errata_template", "composes": [], "setting_status": null
    })
}

/// The list of the reference (M.6), in Bodhi's order.
fn releases() -> Vec<Value> {
    vec![
        release("ELN", "eln", "eln", "FEDORA", "current"),
        release("EPEL-10.1", "10.1", "epel10.1", "FEDORA-EPEL", "current"),
        release("EPEL-10.2", "10.2", "epel10", "FEDORA-EPEL", "current"),
        release("EPEL-8", "8", "epel8", "FEDORA-EPEL", "current"),
        release("EPEL-9", "9", "epel9", "FEDORA-EPEL", "current"),
        release("F42", "42", "f42", "FEDORA", "current"),
        release("F42F", "42", "f42", "FEDORA-FLATPAK", "current"),
        release("F43", "43", "f43", "FEDORA", "current"),
        release("F44", "44", "f44", "FEDORA", "frozen"),
        release("F45", "45", "rawhide", "FEDORA", "pending"),
    ]
}

/// Answers as Bodhi does: pages of so many rows, JSON only when it is asked for.
fn bodhi(request: &Request, most: usize) -> Answer {
    let (path, query) = request.path.split_once('?').unwrap();
    assert_eq!((request.method.as_str(), path), ("GET", "/releases/"));
    if request.header("accept") != Some("application/json") {
        return Answer::ok("<!DOCTYPE html><title>Fedora Update System</title>").header("Content-Type", "text/html");
    }
    let pairs: Vec<(&str, &str)> = query.split('&').map(|pair| pair.split_once('=').unwrap()).collect();
    let all =
        |wanted: &str| pairs.iter().filter(|(key, _)| *key == wanted).map(|(_, value)| *value).collect::<Vec<_>>();
    assert_eq!(all("state"), ["current", "pending", "frozen"]);
    let number = |key: &str| all(key).first().map(|text| text.parse::<usize>().unwrap());
    let rows = number("rows_per_page").unwrap_or(20).min(most);
    let page = number("page").unwrap_or(1);
    let releases = releases();
    let total = releases.len();
    let shown: Vec<Value> = releases.into_iter().skip((page - 1) * rows).take(rows).collect();
    let body = json!({ "releases": shown, "page": page, "pages": total.div_ceil(rows), "rows_per_page": rows, "total": total });
    Answer::ok(body.to_string()).header("Content-Type", "application/json")
}

fn opensuse(request: &Request) -> Answer {
    assert_eq!(request.path, "/api/v0/distributions.json");
    let one = |name: &str, version: &str, state: &str| json!({ "name": name, "version": version, "state": state, "upgrade-weight": "1" });
    let body = json!({
        "Tumbleweed": [{ "name": "openSUSE Tumbleweed", "version": "20261119" }],
        "Leap": [one("openSUSE Leap", "16.1", "Beta"), one("openSUSE Leap", "16.0", "Stable"), one("openSUSE Leap", "15.6", "EOL")],
        "LeapMicro": [one("openSUSE Leap Micro", "6.2", "Stable"), one("openSUSE Leap Micro", "6.0", "EOL")],
    });
    Answer::ok(body.to_string())
}

/// A world whose Bodhi is at this address, and in which nobody else answers.
fn world(bodhi: &str) -> World {
    let mut world = World::new();
    world.set("PACKIT_BODHI_URL", bodhi);
    world.set("PACKIT_OPENSUSE_URL", "http://127.0.0.1:9");
    world
}

fn targets(world: &World, arguments: &[&str]) -> Run {
    world.packit(world.path("out"), &[&["config", "targets"], arguments].concat())
}

fn cache(world: &World) -> PathBuf {
    world.path("home/.cache/packit/releases/fedora.json")
}

/// What `--json` says of the first target.
fn first(run: &Run) -> Value {
    run.json()["result"]["targets"][0].clone()
}

/// Moves the list in the cache so many hours into the past.
fn age(world: &World, hours: i64) {
    let mut kept: Value = serde_json::from_slice(&fs_err::read(cache(world)).unwrap()).unwrap();
    let time: jiff::Timestamp = kept["time"].as_str().unwrap().parse().unwrap();
    kept["time"] = (time - jiff::SignedDuration::from_hours(hours)).to_string().into();
    fs_err::write(cache(world), kept.to_string()).unwrap();
}

#[test]
fn aliases_are_asked_for_once_and_kept() {
    let server = Server::new(|request| bodhi(request, 1000));
    let world = world(&server.url(""));
    let run = targets(&world, &["fedora-stable", "epel-10-branched-s390x", "epel-10.2"]).success();
    assert_eq!(server.requests().len(), 1);
    assert_eq!(run.stderr, "");
    let [stable, epel, minor] = run.stdout.split("\n\n").collect::<Vec<_>>()[..] else { panic!("{run}") };
    let from = stable.lines().nth(3).unwrap();
    assert!(from.starts_with(&format!("  from      {} at 20", server.url(""))), "{run}");
    assert_eq!(
        stable.strip_suffix(from).unwrap(),
        "fedora-stable\n  chroots   fedora-42-x86_64 fedora-43-x86_64\n  branches  f42 f43\n"
    );
    assert!(
        epel.starts_with("epel-10-branched-s390x\n  chroots   rhel+epel-10-s390x\n  branches  epel10.1\n"),
        "{run}"
    );
    assert!(minor.starts_with("epel-10.2\n  chroots   epel-10-x86_64\n  branches  epel10\n"), "{run}");
    // For half a day the answer is kept.
    for arguments in [&["fedora-all"][..], &["--offline", "fedora-all"]] {
        let run = targets(&world, arguments).success();
        assert!(
            run.stdout.contains("  branches  f42 f43 f44 rawhide\n  from      the cache, 0 minutes old: "),
            "{run}"
        );
    }
    age(&world, 11);
    assert!(targets(&world, &["epel-all"]).success().stdout.contains("from      the cache, 11 hours old"));
    assert_eq!(server.requests().len(), 1);
    age(&world, 1);
    let run = targets(&world, &["epel-all"]).success();
    assert!(run.stdout.contains(&format!("from      {}", server.url(""))), "{run}");
    assert!(run.stdout.contains("branches  epel8 epel9 epel10.1 epel10\n"), "{run}");
    assert_eq!(server.requests().len(), 2);
    // Only the answer is in the cache, for the next run whole.
    let files = fs_err::read_dir(cache(&world).parent().unwrap()).unwrap();
    assert_eq!(files.map(|file| file.unwrap().file_name()).collect::<Vec<_>>(), ["fedora.json"]);
}

#[test]
fn many_pages_are_one_list() {
    let server = Server::new(|request| bodhi(request, 3));
    let world = world(&server.url("/"));
    let run = targets(&world, &["--branches", "fedora-all", "epel-all", "f43"]).success();
    assert_eq!(run.stdout, "f42\nf43\nf44\nrawhide\nepel8\nepel9\nepel10.1\nepel10\n");
    let pages: Vec<String> =
        server.paths().iter().map(|path| path.rsplit_once("page=").unwrap().1.to_owned()).collect();
    assert_eq!(pages, ["1", "2", "3", "4"]);
    let run = targets(&world, &["--chroots", "fedora-latest", "fedora-latest-stable-i386"]).success();
    assert_eq!(run.stdout, "fedora-44-x86_64\nfedora-43-i386\n");
}

#[test]
fn all_aliases() {
    let (fedora, suse) = (Server::new(|request| bodhi(request, 1000)), Server::new(opensuse));
    let mut world = world(&fedora.url(""));
    world.set("PACKIT_OPENSUSE_URL", suse.url(""));
    let run = targets(&world, &["--json"]).success();
    let object = run.json();
    assert_eq!((&object["command"], &object["ok"]), (&json!("config targets"), &json!(true)));
    let said: Vec<String> = object["result"]["targets"]
        .as_array()
        .unwrap()
        .iter()
        .map(|target| {
            format!("{} {} {}", target["target"], target["branches"], target["chroots"]).replace(['"', '[', ']'], "")
        })
        .collect();
    assert_eq!(
        said,
        [
            "fedora-all f42,f43,f44,rawhide fedora-42-x86_64,fedora-43-x86_64,fedora-44-x86_64,fedora-rawhide-x86_64",
            "fedora-stable f42,f43 fedora-42-x86_64,fedora-43-x86_64",
            "fedora-development f44,rawhide fedora-44-x86_64,fedora-rawhide-x86_64",
            "fedora-latest f44 fedora-44-x86_64",
            "fedora-latest-stable f43 fedora-43-x86_64",
            "fedora-branched f42,f43,f44 fedora-42-x86_64,fedora-43-x86_64,fedora-44-x86_64",
            "epel-all epel8,epel9,epel10.1,epel10 epel-8-x86_64,epel-9-x86_64,rhel+epel-10-x86_64,epel-10-x86_64",
            "epel-10-all epel10.1,epel10 rhel+epel-10-x86_64,epel-10-x86_64",
            "epel-10-branched epel10.1 rhel+epel-10-x86_64",
            "opensuse-all  opensuse-leap-16.1-x86_64,opensuse-leap-16.0-x86_64,opensuse-leap-micro-6.2-x86_64,opensuse-tumbleweed-x86_64",
            "opensuse-leap-all  opensuse-leap-16.1-x86_64,opensuse-leap-16.0-x86_64",
            "opensuse-leap-micro-all  opensuse-leap-micro-6.2-x86_64",
            "opensuse-tumbleweed-all  opensuse-tumbleweed-x86_64",
        ]
    );
    assert_eq!((fedora.requests().len(), suse.requests().len()), (1, 1));
}

#[test]
fn the_shape_of_json() {
    let server = Server::new(|request| bodhi(request, 1000));
    let world = world(&server.url(""));
    let shape = |run: &Run| {
        let mut target = first(run);
        let time = target["from"]["time"].take();
        assert!(time.is_null() || time.as_str().unwrap().parse::<jiff::Timestamp>().is_ok(), "{run}");
        target
    };
    let body = json!({
        "target": "fedora-latest-stable-aarch64", "architecture": "aarch64", "chroots": ["fedora-43-aarch64"],
        "branches": ["f43"], "koji_targets": ["f43"],
        "from": { "kind": "server", "server": server.url(""), "time": null }
    });
    assert_eq!(shape(&targets(&world, &["--json", "fedora-latest-stable-aarch64"]).success()), body);
    age(&world, 3);
    let found = shape(&targets(&world, &["--json", "fedora-latest-stable-aarch64"]).success());
    assert_eq!((&found["from"]["kind"], &found["chroots"]), (&json!("cache"), &body["chroots"]));
    assert!((3 * 3600..4 * 3600).contains(&found["from"]["age_seconds"].as_i64().unwrap()), "{found}");
    let found = first(&targets(&world, &["--json", "rawhide"]).success());
    assert_eq!(found["from"], json!({ "kind": "literal" }));
    fs_err::remove_file(cache(&world)).unwrap();
    let run = targets(&world, &["--json", "--offline", "fedora-all"]).success();
    assert_eq!(first(&run)["from"], json!({ "kind": "built-in", "date": "2026-06-01" }));
    assert!(run.json()["warnings"][0]["hints"][0].as_str().unwrap().contains("as of 2026-06-01"), "{run}");
    let run = targets(&world, &["--json", "fedora-stabel"]).failure(2, &["fedora-stable"]);
    let object = run.json();
    assert_eq!((&object["command"], &object["error"]["kind"]), (&json!("config targets"), &json!("usage")));
}

#[test]
fn names_that_say_what_they_mean_ask_nobody() {
    let server = Server::new(|_| Answer::new(500, "must not be asked"));
    let mut world = World::new();
    for name in ["http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"] {
        world.set(name, server.url(""));
    }
    let names = "fedora-42 fedora-42-x86_64 epel-9-aarch64 epel-10 rawhide main f42 epel10.1 fedora-eln centos-stream-9-x86_64 \
                 opensuse-leap-15.6 mageia-9-x86_64";
    let names: Vec<&str> = names.split_whitespace().collect();
    let run = targets(&world, &names).success();
    assert_eq!(run.stderr, "");
    assert_eq!(run.stdout.matches("from      its name\n").count(), names.len(), "{run}");
    assert!(run.stdout.contains("\nmain\n  chroots   none\n  branches  main\n"), "{run}");
    assert!(server.requests().is_empty());
    assert!(!cache(&world).exists());
    // The same proxy is asked for an alias.
    drop(targets(&world, &["fedora-all"]).success().told("warning"));
    assert!(!server.requests().is_empty());
}

#[test]
fn a_server_that_is_down() {
    let is_up = Arc::new(AtomicBool::new(false));
    let asked = Arc::clone(&is_up);
    let server =
        Server::new(
            move |request| {
                if asked.load(Ordering::SeqCst) { bodhi(request, 1000) } else { Answer::new(503, "maintenance") }
            },
        );
    let world = world(&server.url(""));
    // Nothing is in the cache: the list that packit was built with.
    let run = targets(&world, &["fedora-stable", "epel-all"]).success();
    let run = run.told("warning: the releases of Fedora and EPEL cannot be asked for").told("503").told("2026-06-01");
    assert_eq!(run.stderr.matches("warning").count(), 1, "{run}");
    assert_eq!(
        run.stdout.matches("  from      the list of 2026-06-01 that packit was built with\n").count(),
        2,
        "{run}"
    );
    assert!(run.stdout.contains("  branches  f43 f44\n"), "{run}");
    assert!(!cache(&world).exists());
    // Something is: however old, it is newer.
    is_up.store(true, Ordering::SeqCst);
    drop(targets(&world, &["fedora-stable"]).success());
    is_up.store(false, Ordering::SeqCst);
    age(&world, 24 * 40);
    let run = targets(&world, &["fedora-stable"]).success().told("warning").told("503").told("40 days old");
    assert!(run.stdout.contains("  branches  f42 f43\n  from      the cache, 40 days old"), "{run}");
    // Offline that is no fault, and worth a note.
    let count = server.requests().len();
    let run = targets(&world, &["--offline", "fedora-stable"]).success();
    let run = run.told("note: the releases of Fedora and EPEL are those of").told("40 days old").silent_on("warning");
    assert!(run.stdout.contains("  branches  f42 f43\n"), "{run}");
    assert_eq!(server.requests().len(), count);
}

#[test]
fn answers_that_are_no_list() {
    for answer in [
        Answer::ok("<!DOCTYPE html><title>Sign in</title>"),
        Answer::ok("{}"),
        Answer::ok("{\"releases\": [], \"pages\": 0, \"total\": 0}"),
        Answer::ok("{\"releases\": [{\"name\": 42}], \"pages\": 1}"),
        Answer::ok("{\"releases\": [{\"name\": \"F43\", \"version\": null}], \"pages\": 1}"),
        Answer::ok("{\"releases\": [], \"pages\": 1000000}"),
        Answer::ok("[".repeat(5 << 20)),
        Answer::ok("{\"releases\": []}").announcing(500),
        Answer::closed(),
        Answer::new(404, "no"),
    ] {
        let server = Server::new(move |_| answer.clone());
        let world = world(&server.url(""));
        let run = targets(&world, &["--branches", "fedora-stable"]).success();
        assert_eq!(run.stdout, "f43\nf44\n");
        drop(run.told("cannot be asked for").told("built with"));
        assert!(!cache(&world).exists());
        assert!(server.requests().len() <= 50);
    }
}

#[test]
fn a_damaged_cache_is_as_none() {
    let server = Server::new(|request| bodhi(request, 1000));
    let world = world(&server.url(""));
    drop(targets(&world, &["fedora-all"]).success());
    let whole = fs_err::read_to_string(cache(&world)).unwrap();
    for damaged in [
        "".to_owned(),
        whole[..whole.len() / 2].to_owned(),
        "\0\u{fffd}".to_owned(),
        "[]".to_owned(),
        whole.replace("\"format\": 1", "\"format\": 2"),
        whole.replace("\"time\": \"", "\"time\": \"yesterday, "),
        whole.replace(&server.url(""), "https://bodhi.example.com"),
        "{\"format\": 1, \"server\": \"".to_owned()
            + &server.url("")
            + "\", \"time\": \"2026-01-01T00:00:00Z\", \"releases\": []}",
    ] {
        fs_err::write(cache(&world), &damaged).unwrap();
        let run = targets(&world, &["--offline", "--branches", "fedora-stable"]).success().told("built with");
        assert_eq!(run.stdout, "f43\nf44\n", "{damaged}");
        let run = targets(&world, &["--branches", "fedora-stable"]).success();
        assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("f42\nf43\n", ""), "{damaged}");
        assert!(fs_err::read_to_string(cache(&world)).unwrap().contains("\"format\": 1"));
    }
    // A list from the future is asked for again.
    age(&world, -5);
    let count = server.requests().len();
    drop(targets(&world, &["fedora-all"]).success());
    assert_eq!(server.requests().len(), count + 1);
}

#[test]
fn without_a_folder_for_the_cache() {
    let server = Server::new(|request| bodhi(request, 1000));
    let mut world = world(&server.url(""));
    world.set("HOME", "");
    let run = targets(&world, &["--branches", "fedora-latest"]).success();
    assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("f44\n", ""));
    // A folder that cannot be made does no harm either.
    fs_err::write(world.path("file"), "").unwrap();
    world.set("XDG_CACHE_HOME", world.path("file"));
    let run = targets(&world, &["--branches", "fedora-latest"]).success();
    assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("f44\n", ""));
    assert_eq!(server.requests().len(), 2);
    drop(targets(&world, &["--offline", "--branches", "fedora-latest"]).success().told("built with"));
}

#[test]
fn names_that_are_not_known() {
    let server = Server::new(|request| bodhi(request, 1000));
    let mut world = world(&server.url(""));
    let run = targets(&world, &["fedora-stabel"])
        .failure(2, &["`fedora-stabel` is no target", "did you mean `fedora-stable`?"]);
    assert_eq!(run.stdout, "");
    drop(targets(&world, &["rawhide", "fedora-al-aarch64", "foo"]).failure(
        2,
        &["`fedora-al-aarch64`, `foo` are no targets", "for `fedora-al-aarch64`: did you mean `fedora-all-aarch64`"],
    ));
    drop(targets(&world, &["../x", "a b", "--branches"]).failure(2, &["`../x`, `a b`"]));
    assert!(server.requests().is_empty());
    // An alias without members, a minor version that is not there, and a name that is out of use.
    let run = targets(&world, &["epel-11-all", "epel-10.9", "centos-stream-aarch64"]).success();
    let run = run.told("`epel-11-all` stands for nothing today").told("EPEL 10.9 is not among the active releases");
    let run =
        run.told("`centos-stream-aarch64` is taken for `centos-stream-8-aarch64`").told("`centos-stream-10-aarch64`");
    assert!(run.stdout.contains("  chroots   centos-stream-8-aarch64\n"), "{run}");
    world.set("PACKIT_BODHI_URL", "bodhi.example.com");
    drop(targets(&world, &["fedora-all"]).failure(2, &["PACKIT_BODHI_URL", "https://"]));
}

#[test]
fn the_group() {
    let world = World::new();
    drop(world.packit(world.path("out"), &["config"]).failure(2, &["targets"]));
    drop(world.packit(world.path("out"), &["config", "validate"]).failure(2, &["no packit configuration"]));
    drop(world.packit(world.path("out"), &["config", "target"]).failure(2, &["targets"]));
}
