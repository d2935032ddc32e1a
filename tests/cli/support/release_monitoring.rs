use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use serde_json::json;

use super::{Answer, Server};

/// Release monitoring: packages of Fedora that are mapped to a project, and projects by their names.
pub struct ReleaseMonitoring {
    server: Server,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    mapped: BTreeMap<String, Option<String>>,
    projects: Vec<(String, Option<String>)>,
    failure: Option<Answer>,
}

impl ReleaseMonitoring {
    /// A server that knows nothing.
    pub fn new() -> Self {
        let state = Arc::new(Mutex::new(State::default()));
        let own = Arc::clone(&state);
        let server = Server::new(move |request| {
            assert_eq!((request.method.as_str(), request.header("authorization")), ("GET", None));
            own.lock().unwrap().answer(&request.path)
        });
        Self { server, state }
    }

    /// The same with a package of Fedora that is mapped to a project of this newest version.
    pub fn with_package(self, package: &str, version: Option<&str>) -> Self {
        self.state.lock().unwrap().mapped.insert(package.to_owned(), version.map(str::to_owned));
        self
    }

    /// The same with a project that is not mapped.
    pub fn with_project(self, name: &str, version: Option<&str>) -> Self {
        self.state.lock().unwrap().projects.push((name.to_owned(), version.map(str::to_owned)));
        self
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
            Answer::new(status, document.to_string()).header("Content-Type", "application/json")
        };
        if let Some(package) = path.strip_prefix("/api/project/Fedora/") {
            return match self.mapped.get(package) {
                Some(version) => json(
                    200,
                    json!({
                        "backend": "GitHub", "homepage": "https://h", "id": 1, "name": format!("upstream-of-{package}"),
                        "packages": [{"distro": "Fedora", "package_name": package}],
                        "regex": null, "stable_versions": [], "version": version, "version_url": null, "versions": [],
                    }),
                ),
                None => json(
                    404,
                    json!({ "error": format!("No package \"{package}\" found in distro \"Fedora\""), "output": "notok" }),
                ),
            };
        }
        if let Some(pattern) = path.strip_prefix("/api/projects?pattern=") {
            // A pattern is found anywhere in a name.
            let found = self.projects.iter().filter(|(name, _)| name.contains(pattern));
            let found: Vec<_> =
                found.map(|(name, version)| json!({ "id": 1, "name": name, "version": version })).collect();
            return json(200, json!({ "total": found.len(), "projects": found }));
        }
        Answer::new(404, "<html><title>404</title></html>").header("Content-Type", "text/html")
    }
}
