use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use serde_json::json;

use super::{Answer, Server};

/// Bugzilla, as far as searching bugs goes.
pub struct Bugzilla {
    server: Server,
    state: Arc<Mutex<State>>,
}

/// A bug.
#[derive(Debug, Clone)]
pub struct Bug {
    pub id: u64,
    pub component: &'static str,
    pub summary: String,
    pub status: &'static str,
    /// The account, as one without a login sees it.
    pub creator: &'static str,
    pub creator_name: &'static str,
}

impl Bug {
    /// A new bug by release monitoring.
    pub fn of_release(id: u64, component: &'static str, summary: &str) -> Self {
        let (creator, creator_name) = ("upstream-release-monitoring", "Upstream Release Monitoring");
        Self { id, component, summary: summary.to_owned(), status: "NEW", creator, creator_name }
    }
}

#[derive(Default)]
struct State {
    bugs: Vec<Bug>,
    failure: Option<Answer>,
}

impl Bugzilla {
    /// A server with these bugs of Fedora.
    pub fn new(bugs: impl IntoIterator<Item = Bug>) -> Self {
        let state = Arc::new(Mutex::new(State { bugs: bugs.into_iter().collect(), failure: None }));
        let own = Arc::clone(&state);
        let server = Server::new(move |request| {
            assert_eq!((request.method.as_str(), request.header("authorization")), ("GET", None));
            own.lock().unwrap().answer(&request.path)
        });
        Self { server, state }
    }

    /// From now on, every answer is this one.
    pub fn fail(&self, answer: Answer) {
        self.state.lock().unwrap().failure = Some(answer);
    }

    pub fn url(&self) -> String {
        self.server.url("")
    }

    /// The paths that were asked for.
    pub fn paths(&self) -> Vec<String> {
        self.server.paths()
    }
}

impl State {
    fn answer(&self, path: &str) -> Answer {
        if let Some(failure) = &self.failure {
            return failure.clone();
        }
        let json = |status, document: serde_json::Value| {
            Answer::new(status, document.to_string()).header("Content-Type", "application/json; charset=UTF-8")
        };
        let Some(query) = path.strip_prefix("/rest/bug?") else {
            return json(404, json!({ "code": 32614, "error": true, "message": "no such thing" }));
        };
        let mut wanted: BTreeMap<String, String> = BTreeMap::new();
        for pair in query.split('&') {
            let (name, value) = pair.split_once('=').unwrap();
            assert!(
                wanted.insert(name.to_owned(), super::lookaside::decoded(&value.replace('+', " "))).is_none(),
                "{path}"
            );
        }
        let fields = wanted.remove("include_fields").unwrap_or_default();
        if wanted.remove("product").as_deref() != Some("Fedora") {
            return json(400, json!({ "code": 106, "error": true, "message": "There is no such product." }));
        }
        let is_wanted = |bug: &&Bug| {
            wanted.iter().all(|(name, value)| match name.as_str() {
                "component" => bug.component == value,
                "status" => bug.status == value,
                // A part of the text in any case.
                "summary" => bug.summary.to_lowercase().contains(&value.to_lowercase()),
                other => panic!("asked for `{other}`"),
            })
        };
        let bugs: Vec<_> = self.bugs.iter().filter(is_wanted).map(|bug| {
            let mut all = json!({
                "id": bug.id, "summary": bug.summary, "status": bug.status, "component": [bug.component], "creator": bug.creator,
                "creator_detail": { "id": 1, "name": bug.creator, "email": bug.creator, "real_name": bug.creator_name },
            });
            if !fields.is_empty() {
                all.as_object_mut().unwrap().retain(|name, _| fields.split(',').any(|field| field == name));
            }
            all
        }).collect();
        json(200, json!({ "bugs": bugs, "offset": 0, "limit": "20", "total_matches": bugs.len() }))
    }
}
