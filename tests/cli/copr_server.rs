//! The Copr server of the tests itself: it answers as the real one was recorded.

use std::io::{BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Map, Value, json};

use super::support::{Copr, Fault, Script, Told, ask, try_ask};

/// Before these exchanges a builder had done something: exchange, build, steps.
const BUILDERS: &[(u64, u64, u32)] = &[
    (160, 1, 1),
    (162, 1, 1),
    (166, 14, 1),
    (169, 14, 1),
    (172, 14, 1),
    (173, 14, 1),
    (174, 14, 2),
    (190, 16, 3),
    (195, 16, 1),
];

#[test]
fn the_recordings_are_answered_as_they_were() {
    let copr = Copr::new();
    let scripts = [
        (1, Script::new().source(&["pending", "running", "failed"])),
        (
            14,
            Script::new()
                .source(&["pending", "importing"])
                .chroot("epel-9-x86_64", &["pending*3", "running", "failed"])
                .chroot("fedora-rawhide-x86_64", &["starting", "running", "succeeded"]),
        ),
        (16, Script::new().source(&["pending", "importing"]).every_chroot(&["starting", "running", "succeeded"])),
    ];
    for id in 1..=17 {
        let script = scripts.iter().find(|(scripted, _)| *scripted == id).map(|(_, script)| script.clone());
        copr.script(script.unwrap_or_else(|| Script::new().source(&["pending"])).by_hand());
    }
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/recordings/copr.jsonl");
    let mut wrong = Vec::new();
    let mut count = 0;
    for line in fs_err::read_to_string(path).unwrap().lines() {
        let exchange: Value = serde_json::from_str(line).unwrap();
        let number = exchange["n"].as_u64().unwrap();
        for (_, build, steps) in BUILDERS.iter().filter(|(at, ..)| *at == number) {
            copr.advance(*build, *steps);
        }
        let told = replay(&copr, &exchange);
        let real = comparable(&exchange["response"], "http://127.0.0.1:5555", "http://127.0.0.1:5558");
        let ours = comparable(&told.json(), &copr.address(), &copr.results_address());
        let warning = exchange["headers"]["Warning"].as_str();
        if exchange["status"] != told.status || real != ours || told.header("warning") != warning {
            let what = format!("{} {}", exchange["method"], exchange["path"]);
            wrong.push(format!("{number} {what}:\n real {} {real}\n ours {} {ours}", exchange["status"], told.status));
        }
        count += 1;
    }
    // The recordings try what no client should: a wrong method, five wrong headers, text for lists, JSON that is not found.
    let complaints = copr.complaints();
    assert_eq!(complaints.len(), 10, "{complaints:#?}");
    assert!(wrong.is_empty(), "{} of {count}:\n{}", wrong.len(), wrong.join("\n"));
    assert_eq!(count, 230);
}

fn replay(copr: &Copr, exchange: &Value) -> Told {
    let mut headers = Vec::new();
    if let Some(user) = exchange["as"].as_str() {
        let known = ["alice", "bob", "admin", "stale", "bad"].contains(&user);
        headers.push(("Authorization".to_owned(), if known { copr.authorization(user) } else { user.to_owned() }));
    }
    let request = &exchange["request"];
    let mut body = Vec::new();
    if let Some(json) = request.get("json") {
        headers.push(("Content-Type".to_owned(), "application/json".to_owned()));
        body = json.to_string().into_bytes();
    } else if let Some(raw) = request["raw"].as_str() {
        let kind = if raw.contains('=') { "application/x-www-form-urlencoded" } else { "application/json" };
        headers.push(("Content-Type".to_owned(), kind.to_owned()));
        body = raw.as_bytes().to_vec();
    } else if let Some(parts) = request["multipart"].as_array() {
        headers.push(("Content-Type".to_owned(), "multipart/form-data; boundary=xyz".to_owned()));
        body = multipart(parts);
    }
    let headers: Vec<(&str, &str)> = headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let (method, path) = (exchange["method"].as_str().unwrap(), exchange["path"].as_str().unwrap());
    ask(&copr.address(), method, path, &headers, &body)
}

fn multipart(parts: &[Value]) -> Vec<u8> {
    let mut body = Vec::new();
    for part in parts {
        let mut head = format!("--xyz\r\nContent-Disposition: form-data; name={}", part["name"]);
        if !part["filename"].is_null() {
            head += &format!("; filename={}", part["filename"]);
        }
        if let Some(kind) = part["type"].as_str() {
            head += &format!("\r\nContent-Type: {kind}");
        }
        body.extend(format!("{head}\r\n\r\n").into_bytes());
        match part["body"].as_str() {
            Some(text) => match text.strip_prefix('<').and_then(|text| text.strip_suffix(" bytes>")) {
                Some(size) => body.extend(std::iter::repeat_n(b'\n', size.parse().unwrap())),
                None => body.extend_from_slice(text.as_bytes()),
            },
            None => body.extend(part["body"].to_string().into_bytes()),
        }
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"--xyz--\r\n");
    body
}

/// An answer without what is different each time: addresses, times, temporary names, the order of chroots and of letters.
fn comparable(value: &Value, address: &str, results: &str) -> Value {
    let again = |value: &Value| comparable(value, address, results);
    match value {
        Value::Object(fields) => {
            let mut sorted: Vec<_> = fields.iter().collect();
            sorted.sort_by_key(|(name, _)| name.as_str());
            let of = |name: &str, value: &Value| match name {
                "submitted_on" | "started_on" | "ended_on" if value.is_u64() => "TIME".into(),
                _ => again(value),
            };
            Value::Object(
                sorted.into_iter().map(|(name, value)| (name.clone(), of(name, value))).collect::<Map<_, _>>(),
            )
        }
        Value::Array(items) => {
            let mut items: Vec<Value> = items.iter().map(again).collect();
            if items.iter().all(Value::is_string) || items.iter().all(|item| item.get("result_url").is_some()) {
                items.sort_by_key(Value::to_string);
            }
            Value::Array(items)
        }
        Value::String(text) => {
            let mut text = text.replace(address, "FRONTEND").replace(results, "RESULTS");
            if let Some(at) = text.find("tmp/tmp") {
                let end = text[at + 7..].find('/').map_or(text.len(), |end| at + 7 + end);
                text.replace_range(at..end, "tmp/TMP");
            } else if text.starts_with("tmp") {
                text = "TMP".to_owned();
            }
            if text.starts_with("chroots: ") || text.starts_with("Unexpected chroot: ") {
                let mut letters: Vec<char> = text.chars().collect();
                letters.sort_unstable();
                text = letters.into_iter().collect();
            }
            text.into()
        }
        _ => value.clone(),
    }
}

fn post(copr: &Copr, user: &str, path: &str, body: &Value) -> Told {
    let authorization = copr.authorization(user);
    let headers = [("Authorization", authorization.as_str()), ("Content-Type", "application/json")];
    ask(&copr.address(), "POST", path, &headers, body.to_string().as_bytes())
}

#[test]
fn what_no_client_may_send_is_told_at_the_end() {
    let copr = Copr::new();
    copr.add_project("alice", "p1", &["epel-9-x86_64"]);
    let address = copr.address();
    let said = |word: &str| {
        let complaints = copr.complaints();
        assert!(complaints.len() == 1 && complaints[0].contains(word), "{word}: {complaints:?}");
    };
    post(&copr, "alice", "/api_3/nothing", &json!({}));
    said("there is no such route");
    post(&copr, "alice", "/elsewhere", &json!({}));
    said("there is no such route");
    post(&copr, "alice", "/api_3/project", &json!({}));
    said("only");
    post(&copr, "alice", "/api_3/project/add/alice", &json!({ "name": "p2", "chroots": "epel-9-x86_64" }));
    said("letter by letter");
    post(&copr, "alice", "/api_3/project/edit/alice/p1", &json!({ "descripton": "Hello" }));
    said("`descripton` in the form of a project");
    ask(&address, "GET", "/api_3/auth-check", &[("Authorization", "Bearer x")], b"");
    said("`Bearer`");
    let (_, token) = copr.credentials("alice");
    ask(&address, "GET", &format!("/api_3/?token={token}"), &[], b"");
    said("a token in the address");
    ask(&copr.results_address(), "GET", "/results/", &[("Authorization", &copr.authorization("alice"))], b"");
    said("server of results");
    ask(&copr.results_address(), "DELETE", "/results/", &[], b"");
    said("DELETE /results/");

    let authorization = copr.authorization("alice");
    let multipart = [("Authorization", authorization.as_str()), ("Content-Type", "multipart/form-data; boundary=xyz")];
    let upload = |body: &[u8]| ask(&address, "POST", "/api_3/build/create/upload", &multipart, body).status;
    let json_part = "--xyz\r\nContent-Disposition: form-data; name=\"json\"\r\n\r\n{}\r\n--xyz--\r\n";
    assert_eq!(upload(json_part.as_bytes()), 415);
    said("a part with a file name");
    assert_eq!(upload(b"--xyz\r\nContent-Disposition: form-data; name=\"json\"\r\n\r\n{}\r\n"), 400);
    said("does not end with its boundary");
    assert_eq!(upload(format!("{json_part}more").as_bytes()), 400);
    said("behind the last boundary");
    let chunked = [("Authorization", authorization.as_str()), ("Transfer-Encoding", "chunked")];
    let told = ask(&address, "POST", "/api_3/build/create/upload", &chunked, b"");
    assert_eq!((told.status, told.header("content-type")), (411, Some("text/html; charset=iso-8859-1")));
    said("in chunks");
    assert_eq!(ask(&address, "PUT", "/api_3/x", &[("Content-Length", "two")], b"").status, 400);
    said("a Content-Length of `two`");

    post(&copr, "alice", "/api_3/nothing", &json!({}));
    let end = catch_unwind(AssertUnwindSafe(|| drop(copr)));
    assert!(end.unwrap_err().downcast_ref::<String>().unwrap().contains("there is no such route"));
}

#[test]
fn faults_hit_what_they_were_made_for() {
    let copr = Copr::new();
    copr.add_project("alice", "p1", &["epel-9-x86_64"]);
    let address = copr.address();
    let get = || ask(&address, "GET", "/api_3/", &[], b"");
    copr.fail_next(2, Fault::html(502));
    assert_eq!([get().status, get().status, get().status], [502, 502, 200]);
    copr.fault(Fault::unauthorized());
    assert!(get().json()["error"].as_str().unwrap().starts_with("Login invalid/expired."));
    copr.fault(Fault::error(409, "Not now."));
    assert_eq!(get().json(), json!({ "error": "Not now." }));
    copr.fault(Fault::bug().after(1));
    assert_eq!([get().status, get().status], [200, 500]);
    copr.fault(Fault::unavailable("7").always());
    assert_eq!((get().header("retry-after"), get().status), (Some("7"), 503));
    copr.clear_faults();
    copr.fault(Fault::not_json());
    assert!(get().json().as_str().unwrap().contains("hotel"));
    copr.fault(Fault::closed());
    assert!(try_ask(&address, "GET", "/api_3/", &[], b"").is_none());
    copr.fault(Fault::cut(5));
    assert_eq!(get().body.len(), 5);
    copr.fault(Fault::slow(Duration::from_millis(200)));
    let start = Instant::now();
    assert_eq!(get().json()["version"], 3);
    assert!(start.elapsed() >= Duration::from_millis(200));

    copr.fault(Fault::stalled(3));
    let mut stream = TcpStream::connect(address.strip_prefix("http://").unwrap()).unwrap();
    stream.set_read_timeout(Some(Duration::from_millis(300))).unwrap();
    stream.write_all(b"GET /api_3/ HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
    let (mut answer, mut piece) = (Vec::new(), [0; 100]);
    let silent = loop {
        match stream.read(&mut piece) {
            Ok(0) => break false,
            Ok(count) => answer.extend_from_slice(&piece[..count]),
            Err(_) => break true,
        }
    };
    assert!(silent && answer.ends_with(b"\r\n\r\n{\"v"), "{}", String::from_utf8_lossy(&answer));

    // It has happened, and the client is not told so.
    copr.fault(Fault::html(504).on("POST", "/api_3/project/add/").having_done_it());
    assert_eq!(get().status, 200);
    let new = json!({ "name": "p2", "chroots": ["epel-9-x86_64"] });
    assert_eq!(post(&copr, "alice", "/api_3/project/add/alice", &new).status, 504);
    assert_eq!(copr.project("alice", "p2")["id"], 2);
    copr.fault(Fault::closed().on("*", "/api_3/project/add/"));
    let new = json!({ "name": "p3", "chroots": ["epel-9-x86_64"] }).to_string();
    let authorization = copr.authorization("alice");
    let headers = [("Authorization", authorization.as_str()), ("Content-Type", "application/json")];
    assert!(try_ask(&address, "POST", "/api_3/project/add/alice", &headers, new.as_bytes()).is_none());
    assert!(copr.project("alice", "p3").is_null());

    let large = vec![b'x'; 20 << 20];
    copr.fault(Fault::too_large());
    assert_eq!(ask(&address, "POST", "/api_3/build/create/upload", &headers, &large).status, 413);
    copr.fault(Fault::upload_cut(1 << 20));
    assert!(try_ask(&address, "POST", "/api_3/build/create/upload", &headers, &large).is_none());
    assert!(copr.builds().is_empty());
    assert_eq!(copr.requests().last().map(|request| (request.whole, request.status)), Some((false, None)));
}

#[test]
fn a_server_can_be_gone_and_come_back() {
    let copr = Copr::new();
    copr.add_project("alice", "p1", &["epel-9-x86_64"]);
    let address = copr.address();
    let host = address.strip_prefix("http://").unwrap().to_owned();
    let mut open = TcpStream::connect(&host).unwrap();
    copr.down();
    assert_eq!(open.read(&mut [0]).unwrap_or(0), 0);
    assert_eq!(TcpStream::connect(&host).unwrap_err().kind(), std::io::ErrorKind::ConnectionRefused);
    copr.up();
    let project = "/api_3/project?ownername=alice&projectname=p1";
    assert_eq!(ask(&address, "GET", project, &[], b"").status, 200);
    copr.gone_for(Duration::from_millis(500));
    assert!(TcpStream::connect(&host).is_err());
    let start = Instant::now();
    while TcpStream::connect(&host).is_err() {
        assert!(start.elapsed() < Duration::from_secs(10));
        thread::sleep(Duration::from_millis(50));
    }
    assert_eq!(ask(&address, "GET", project, &[], b"").status, 200);
}

#[test]
fn a_large_upload_is_counted_and_hashed() {
    const PIECES: usize = 100;
    let copr = Copr::new();
    copr.add_project("alice", "p1", &["epel-9-x86_64"]);
    // Lines of all lengths, ends of lines that are none, and what looks like a boundary.
    let mut piece: Vec<u8> =
        (0..1_u32 << 18).flat_map(|number| number.wrapping_mul(2_654_435_761).to_le_bytes()).collect();
    piece.extend_from_slice(b"\r\n--xy\r\r\n--xyy\n--xyz\r");
    let head = "--xyz\r\nContent-Disposition: form-data; name=\"json\"; filename=\"json\"\r\n\
                Content-Type: application/json\r\n\r\n{\"ownername\":\"alice\",\"projectname\":\"p1\"}\r\n\
                --xyz\r\nContent-Disposition: form-data; name=\"pkgs\"; filename=\"a-1-1.src.rpm\"\r\n\
                Content-Type: application/x-rpm\r\n\r\n";
    let tail = "\r\n--xyz--\r\n";
    let size = piece.len() * PIECES;
    let mut stream = TcpStream::connect(copr.address().strip_prefix("http://").unwrap()).unwrap();
    let request = format!(
        "POST /api_3/build/create/upload HTTP/1.1\r\nHost: x\r\nAuthorization: {}\r\nExpect: 100-continue\r\n\
         Content-Type: multipart/form-data; boundary=xyz\r\nContent-Length: {}\r\n\r\n",
        copr.authorization("alice"),
        head.len() + size + tail.len()
    );
    stream.write_all(request.as_bytes()).unwrap();
    let mut allowed = [0; 25];
    stream.read_exact(&mut allowed).unwrap();
    assert_eq!(&allowed, b"HTTP/1.1 100 Continue\r\n\r\n");
    stream.write_all(head.as_bytes()).unwrap();
    let mut digest = ring::digest::Context::new(&ring::digest::SHA256);
    for _ in 0..PIECES {
        stream.write_all(&piece).unwrap();
        digest.update(&piece);
    }
    stream.write_all(tail.as_bytes()).unwrap();
    let told = Told::read(&mut BufReader::new(&stream)).unwrap();
    assert_eq!((told.status, &told.json()["state"]), (200, &json!("pending")));
    let sha256: String = digest.finish().as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
    let request = copr.requests().pop().unwrap();
    let file = request.file().unwrap();
    assert_eq!((file.size, &file.sha256, file.content.len()), (size as u64, &sha256, 4 << 20));
    assert_eq!(file.content_type.as_deref(), Some("application/x-rpm"));
    assert_eq!(request.size, (head.len() + size + tail.len()) as u64);
    assert_eq!(request.json(), json!({ "ownername": "alice", "projectname": "p1" }));

    // The connection is good for another request.
    stream.write_all(b"GET /api_3/build/1 HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
    assert_eq!(Told::read(&mut BufReader::new(&stream)).unwrap().json()["id"], 1);
}

#[test]
fn a_ticket_gives_a_session_that_replaces_login_and_token() {
    let copr = Copr::new();
    let address = copr.address();
    let login = |authorization| ask(&address, "GET", "/api_3/gssapi_login/", &[("Authorization", authorization)], b"");
    assert_eq!(login("Negotiate dGlja2V0").header("www-authenticate"), Some("Negotiate"));
    copr.accept_negotiate("dGlja2V0", "alice");
    assert_eq!(login("Negotiate b3RoZXI=").status, 401);
    let told = login("Negotiate dGlja2V0");
    assert_eq!((told.status, told.json()), (200, json!({ "name": "alice", "id": 1 })));
    let cookie = told.header("set-cookie").unwrap().split(';').next().unwrap().to_owned();
    let check = |cookie: &str| ask(&address, "GET", "/api_3/auth-check", &[("Cookie", cookie)], b"").status;
    assert_eq!((check(&cookie), check("session=other")), (200, 401));
}

#[test]
fn a_test_sees_and_sets_what_the_server_knows() {
    let copr = Copr::new();
    copr.add_project("@testers", "p1", &["epel-9-x86_64"]);
    let before = copr.project("@testers", "p1").to_string();
    copr.set("@testers", "p1", "description", "Hello");
    copr.permit("@testers", "p1", "bob", "builder", "approved");
    let after = copr.project("@testers", "p1");
    assert_ne!(after.to_string(), before);
    assert_eq!((&after["description"], &after["permissions"]["bob"]["builder"]), (&json!("Hello"), &json!("approved")));
    let can = "/api_3/project/permissions/can_build_in/bob/@testers/p1";
    assert_eq!(ask(&copr.address(), "GET", can, &[], b"").json()["can_build_in"], true);

    copr.set_chroots(&["fedora-50-x86_64"]);
    assert_eq!(
        ask(&copr.address(), "GET", "/api_3/mock-chroots/list", &[], b"").json(),
        json!({ "fedora-50-x86_64": "" })
    );
    let folder = tempfile::tempdir().unwrap();
    copr.write_config(folder.path().join("a/copr"), "stale");
    let config = fs_err::read_to_string(folder.path().join("a/copr")).unwrap();
    assert!(
        config.contains(&format!("\ncopr_url = {}\n", copr.address())) && config.contains("2023-11-13"),
        "{config}"
    );

    assert_eq!(copr.requests().len(), 2);
    assert!(copr.writes().is_empty());
    let body = json!({ "description": "mine" });
    assert_eq!(post(&copr, "bob", "/api_3/project/edit/%40testers/p1/?x=y", &body).status, 403);
    assert_eq!(copr.writes(), ["POST /api_3/project/edit/%40testers/p1"]);
    let request = copr.requests().pop().unwrap();
    assert_eq!((request.user.as_deref(), request.status, request.json()), (Some("bob"), Some(403), body));
}
