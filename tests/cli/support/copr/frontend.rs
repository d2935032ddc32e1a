use std::path::Path;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use serde_json::Value;

use super::access::encoded;
use super::connection::{Port, Role, Shared, lock};
use super::faults::Fault;
use super::projects;
use super::request::Request;
use super::script::Script;
use super::state::{Project, State};

/// A Copr server on the loopback interface, with a second server for results; it answers as the real one was recorded.
///
/// It knows the users `alice` (member of group `@testers`), `bob`, `admin` and `stale` (whose token has run out). When the test
/// ends, it fails the test if it was sent something that no client may send; see [`Copr::complaints`].
pub struct Copr {
    state: Shared,
    frontend: Arc<Port>,
    results: Port,
}

impl Copr {
    pub fn new() -> Self {
        let (frontend, door) = Port::reserve(Role::Frontend);
        let (results, back_door) = Port::reserve(Role::Results);
        let url = |port: &Port| format!("http://{}", port.address);
        let state = Arc::new(Mutex::new(State::new(url(&frontend), url(&results))));
        frontend.open(&state, door);
        results.open(&state, back_door);
        Self { state, frontend: Arc::new(frontend), results }
    }

    /// `http://127.0.0.1:PORT`: the `copr_url` of clients.
    pub fn address(&self) -> String {
        lock(&self.state).address.clone()
    }

    /// The same of the server of results.
    pub fn results_address(&self) -> String {
        lock(&self.state).results.clone()
    }

    /// Writes the file that clients know as `~/.config/copr`. The user `bad` is alice with a wrong token.
    pub fn write_config(&self, path: impl AsRef<Path>, user: &str) {
        let path = path.as_ref();
        fs_err::create_dir_all(path.parent().unwrap()).unwrap();
        fs_err::write(path, self.config(user)).unwrap();
    }

    /// The text of that file.
    pub fn config(&self, user: &str) -> String {
        let (login, token) = self.credentials(user);
        let name = if user == "bad" { "alice" } else { user };
        let expiration = if user == "stale" { "2023-11-13" } else { "2099-01-01" };
        format!(
            "[copr-cli]\nlogin = {login}\nusername = {name}\ntoken = {token}\ncopr_url = {}\nencrypted = False\n\
             # expiration date: {expiration}\n",
            self.address()
        )
    }

    /// Login and token of a user.
    pub fn credentials(&self, user: &str) -> (String, String) {
        let state = lock(&self.state);
        let user_or_alice = state.user(if user == "bad" { "alice" } else { user });
        let token = if user == "bad" { "wrong-token-77aa01" } else { &user_or_alice.token };
        (user_or_alice.login.clone(), token.to_owned())
    }

    /// A user's login and token are these from now on.
    pub fn set_credentials(&self, user: &str, login: &str, token: &str) {
        let mut state = lock(&self.state);
        let known = state.users.iter_mut().find(|known| known.name == user).unwrap();
        (known.login, known.token) = (login.to_owned(), token.to_owned());
    }

    /// The value of the header Authorization of a user.
    pub fn authorization(&self, user: &str) -> String {
        let (login, token) = self.credentials(user);
        format!("Basic {}", encoded(&format!("{login}:{token}")))
    }

    /// From now on `Authorization: Negotiate TOKEN` on `gssapi_login` gives the user a session.
    pub fn accept_negotiate(&self, token: &str, user: &str) {
        lock(&self.state).negotiate = Some((token.to_owned(), user.to_owned()));
    }

    /// A project as nobody has set it up, with these chroots. The owner `@NAME` is a group.
    pub fn add_project(&self, owner: &str, name: &str, chroots: &[&str]) {
        self.edit_project_or_new(owner, name, |project| {
            project.enable(&chroots.iter().map(|chroot| (*chroot).to_owned()).collect::<Vec<_>>());
        });
    }

    /// Sets a field of a project that is there, as if its owner had done so on the web page.
    pub fn set(&self, owner: &str, name: &str, field: &str, value: impl Into<Value>) {
        let value = value.into();
        self.edit_project_or_new(owner, name, |project| _ = project.fields.insert(field.to_owned(), value));
    }

    /// Gives a user a right (`admin` or `builder`) in a project: `nothing`, `request` or `approved`.
    pub fn permit(&self, owner: &str, name: &str, user: &str, kind: &str, value: &str) {
        self.edit_project_or_new(owner, name, |project| {
            project.permissions.entry(user.to_owned()).or_default().insert(kind.to_owned(), value.to_owned());
        });
    }

    fn edit_project_or_new(&self, owner: &str, name: &str, edit: impl FnOnce(&mut Project)) {
        let mut state = lock(&self.state);
        let found = state.projects.iter().position(|project| project.owner == owner && project.name == name);
        let index = found.unwrap_or_else(|| projects::create(&mut state, owner, name));
        edit(&mut state.projects[index]);
    }

    /// All that the server knows of a project, also what it does not show: the same bytes if nothing has changed. Null if there
    /// is none.
    pub fn project(&self, owner: &str, name: &str) -> Value {
        let state = lock(&self.state);
        let found = state.projects.iter().find(|project| project.owner == owner && project.name == name);
        found.map_or(Value::Null, |project| {
            let mut shown = project.shown(&state.results);
            shown["delete_after_days"] = project.delete_after_days.into();
            shown["hidden"] = Value::Object(project.hidden.clone());
            shown["permissions"] = serde_json::to_value(&project.permissions).unwrap();
            shown["chroots"] = project
                .chroots
                .iter()
                .map(|(name, settings)| (name.clone(), Value::Object(settings.clone())))
                .collect();
            shown
        })
    }

    /// The numbers of all builds.
    pub fn builds(&self) -> Vec<u64> {
        lock(&self.state).builds.keys().copied().collect()
    }

    /// A build as the server would show it now; nobody has looked at it.
    pub fn build(&self, id: u64) -> Value {
        let state = lock(&self.state);
        state.builds.get(&id).map_or(Value::Null, |build| build.shown(&state.address, &state.results))
    }

    /// How the next build goes; called twice, also the one after it.
    pub fn script(&self, script: Script) {
        lock(&self.state).scripts.push_back(script);
    }

    /// How every build goes for which no script is left.
    pub fn every_script(&self, script: Script) {
        lock(&self.state).default_script = script;
    }

    /// Lets a build that goes by hand take so many steps.
    pub fn advance(&self, id: u64, steps: u32) {
        lock(&self.state).builds.get_mut(&id).unwrap().by_hand += steps;
    }

    /// Cancels a build as if somebody had done it on the web page.
    pub fn cancel(&self, id: u64) {
        lock(&self.state).builds.get_mut(&id).unwrap().cancel();
    }

    /// Adds text to the log of a chroot (or of `srpm`).
    pub fn add_log(&self, id: u64, name: &str, text: &str) {
        *lock(&self.state).builds.get_mut(&id).unwrap().more_log.entry(name.to_owned()).or_default() += text;
    }

    /// Finished logs come as `application/gzip`, instead of as text with a Content-Encoding.
    pub fn plain_gzip(&self) {
        lock(&self.state).encoded_logs = false;
    }

    /// Adds a chroot, or takes one away that was there: the list as after such a change.
    pub fn set_chroots(&self, names: &[&str]) {
        lock(&self.state).chroots = names.iter().map(|name| ((*name).to_owned(), String::new())).collect();
    }

    /// Something that goes wrong; see [`Fault`] for when.
    pub fn fault(&self, fault: Fault) {
        lock(&self.state).faults.push(fault);
    }

    /// The same for the next requests, whatever they are.
    pub fn fail_next(&self, count: usize, fault: Fault) {
        self.fault(fault.times(count));
    }

    pub fn clear_faults(&self) {
        lock(&self.state).faults.clear();
    }

    /// Connections to the frontend are refused from now on.
    pub fn down(&self) {
        self.frontend.close();
    }

    /// They are taken again; the server knows what it knew.
    pub fn up(&self) {
        self.frontend.reopen(&self.state);
    }

    /// The frontend is gone now, and comes back by itself.
    pub fn gone_for(&self, time: Duration) {
        self.down();
        let (frontend, state) = (Arc::clone(&self.frontend), Arc::clone(&self.state));
        thread::spawn(move || {
            thread::sleep(time);
            frontend.reopen(&state);
        });
    }

    /// What was asked so far, of both servers, in the order in which it had come.
    pub fn requests(&self) -> Vec<Request> {
        lock(&self.state).requests.clone()
    }

    /// Those that asked for a change, `METHOD PATH` without the query.
    pub fn writes(&self) -> Vec<String> {
        let state = lock(&self.state);
        let writes = state.requests.iter().filter(|request| request.is_write());
        writes.map(|request| format!("{} {}", request.method, request.plain_path())).collect()
    }

    /// What was sent that no client may send: a write where there is no route, a body that is not as long as it says, a list as
    /// text, an Authorization that cannot be read, a token in an address or for the server of results ... Taken away: the test
    /// does not fail for them any more.
    pub fn complaints(&self) -> Vec<String> {
        std::mem::take(&mut lock(&self.state).complaints)
    }
}

impl Drop for Copr {
    fn drop(&mut self) {
        self.frontend.close();
        self.results.close();
        let complaints = self.complaints();
        if !thread::panicking() {
            assert!(
                complaints.is_empty(),
                "the Copr server was sent what no client may send:\n{}",
                complaints.join("\n")
            );
        }
    }
}
