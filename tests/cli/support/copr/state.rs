use std::collections::{BTreeMap, VecDeque};
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Map, Value, json};

use super::builds::Build;
use super::faults::Fault;
use super::messages::no_project;
use super::request::Request;
use super::{super::Answer, Script};

/// All that the server knows.
pub struct State {
    /// `http://127.0.0.1:PORT` of the frontend.
    pub address: String,
    /// The same of the server of results.
    pub results: String,
    pub users: Vec<User>,
    pub groups: Vec<Group>,
    /// Name and comment of every chroot.
    pub chroots: Vec<(String, String)>,
    pub projects: Vec<Project>,
    pub builds: BTreeMap<u64, Build>,
    pub next_project: u64,
    pub next_build: u64,
    /// Scripts of the builds to come, and that of a build for which none is left.
    pub scripts: VecDeque<Script>,
    pub default_script: Script,
    pub faults: Vec<Fault>,
    /// What stands behind `Negotiate`, and who that is.
    pub negotiate: Option<(String, String)>,
    /// Value of the cookie `session`, and who that is.
    pub sessions: BTreeMap<String, String>,
    /// Whether finished logs are announced as text that is compressed on its way.
    pub encoded_logs: bool,
    pub requests: Vec<Request>,
    /// What clients sent that they may not send.
    pub complaints: Vec<String>,
}

pub struct User {
    pub id: u64,
    pub name: String,
    pub login: String,
    pub token: String,
    pub admin: bool,
    pub expired: bool,
}

pub struct Group {
    pub name: String,
    pub members: Vec<String>,
}

/// A project; what is shown of it is in `fields`.
pub struct Project {
    pub id: u64,
    /// A group's name begins with `@`.
    pub owner: String,
    pub name: String,
    pub fields: Map<String, Value>,
    /// Accepted fields that the real server does not show.
    pub hidden: Map<String, Value>,
    /// Name and settings of the enabled chroots.
    pub chroots: Vec<(String, Map<String, Value>)>,
    /// Cannot be read from the real server.
    pub delete_after_days: Option<i64>,
    /// User to kind (`admin`, `builder`) to `nothing`, `request` or `approved`.
    pub permissions: BTreeMap<String, BTreeMap<String, String>>,
}

/// The chroots of the recordings.
const CHROOTS: &[&str] = &[
    "fedora-rawhide-x86_64",
    "fedora-rawhide-aarch64",
    "fedora-43-x86_64",
    "fedora-42-x86_64",
    "fedora-42-aarch64",
    "fedora-41-x86_64",
    "epel-8-x86_64",
    "epel-9-x86_64",
    "epel-10-x86_64",
    "centos-stream-9-x86_64",
    "centos-stream-10-x86_64",
    "opensuse-tumbleweed-x86_64",
];

impl State {
    pub fn new(address: String, results: String) -> Self {
        let users = ["alice", "bob", "admin", "stale"].iter().zip(1..).map(|(name, id)| User {
            id,
            name: (*name).to_owned(),
            login: format!("{name}-login"),
            token: format!("{name}-token-9f2c51d7e8"),
            admin: *name == "admin",
            expired: *name == "stale",
        });
        let mut chroots: Vec<_> = CHROOTS.iter().map(|name| ((*name).to_owned(), String::new())).collect();
        let comment = "Fedora **ELN** , see [docs](https://example.test/)";
        chroots.push(("fedora-eln-x86_64".to_owned(), comment.to_owned()));
        Self {
            address,
            results,
            users: users.collect(),
            groups: vec![Group { name: "testers".to_owned(), members: vec!["alice".to_owned()] }],
            chroots,
            projects: Vec::new(),
            builds: BTreeMap::new(),
            next_project: 1,
            next_build: 1,
            scripts: VecDeque::new(),
            default_script: Script::new(),
            faults: Vec::new(),
            negotiate: None,
            sessions: BTreeMap::new(),
            encoded_logs: true,
            requests: Vec::new(),
            complaints: Vec::new(),
        }
    }

    /// The user of this name; a panic for a name that only a test could have made up.
    pub fn user(&self, name: &str) -> &User {
        self.users.iter().find(|user| user.name == name).unwrap_or_else(|| panic!("no user `{name}`"))
    }

    pub fn is_admin(&self, name: &str) -> bool {
        self.users.iter().any(|user| user.name == name && user.admin)
    }

    /// Whether this user may do all in the name-space of an owner.
    pub fn owns(&self, user: &str, owner: &str) -> bool {
        let member = |group: &str| {
            self.groups.iter().any(|known| known.name == group && known.members.iter().any(|name| name == user))
        };
        owner == user || self.is_admin(user) || owner.strip_prefix('@').is_some_and(member)
    }

    /// The place of a project.
    pub fn find(&self, owner: &str, name: &str) -> Result<usize, Answer> {
        if let Some(group) = owner.strip_prefix('@')
            && !self.groups.iter().any(|known| known.name == group)
        {
            return Err(super::messages::error(404, format!("Group {group} does not exist.")));
        }
        let found = self.projects.iter().position(|project| project.owner == owner && project.name == name);
        found.ok_or_else(|| no_project(owner, name))
    }

    pub fn project(&self, owner: &str, name: &str) -> Result<&Project, Answer> {
        self.find(owner, name).map(|index| &self.projects[index])
    }

    /// Whether the user may edit, and whether the user may build.
    pub fn rights(&self, user: &str, project: &Project) -> (bool, bool) {
        let has = |kind: &str| {
            project.permissions.get(user).and_then(|kinds| kinds.get(kind)).is_some_and(|value| value == "approved")
        };
        let edits = self.owns(user, &project.owner) || has("admin");
        (edits, edits || has("builder"))
    }

    /// Complains of keys that the real server ignores without a word.
    pub fn check_keys(&mut self, what: &str, form: &Map<String, Value>, known: &[&str]) {
        for key in form.keys().filter(|key| !known.contains(&key.as_str())) {
            self.complaints.push(format!("`{key}` in the form of {what}: the server knows no such key"));
        }
    }

    pub fn complain(&mut self, what: impl Into<String>) {
        self.complaints.push(what.into());
    }
}

impl Project {
    /// As the real server shows it.
    pub fn shown(&self, results: &str) -> Value {
        let mut shown = self.fields.clone();
        shown.insert("id".to_owned(), self.id.into());
        shown.insert("name".to_owned(), self.name.clone().into());
        shown.insert("ownername".to_owned(), self.owner.clone().into());
        shown.insert("full_name".to_owned(), format!("{}/{}", self.owner, self.name).into());
        let base = format!("{results}/results/{}/{}", self.owner, self.name);
        let repos = self.chroots.iter().map(|(name, _)| (name.clone(), format!("{base}/{name}/").into()));
        shown.insert("chroot_repos".to_owned(), Value::Object(repos.collect()));
        Value::Object(shown)
    }

    /// The names of the enabled chroots.
    pub fn enabled(&self) -> Vec<String> {
        self.chroots.iter().map(|(name, _)| name.clone()).collect()
    }

    /// Replaces the enabled chroots; those that stay keep their settings.
    pub fn enable(&mut self, names: &[String]) {
        let mut old = std::mem::take(&mut self.chroots);
        for name in names {
            let kept = old.iter().position(|(known, _)| known == name).map(|index| old.remove(index).1);
            self.chroots.push((name.clone(), kept.unwrap_or_else(new_chroot)));
        }
    }
}

/// The settings of a project that nobody has set.
pub fn new_project() -> Map<String, Value> {
    let fields = json!({
        "homepage": null, "contact": null, "description": "", "instructions": "", "additional_repos": [],
        "unlisted_on_hp": false, "devel_mode": false, "persistent": false, "auto_prune": true, "enable_net": false,
        "bootstrap": "default", "isolation": "default", "module_hotfixes": false, "appstream": false,
        "packit_forge_projects_allowed": [], "follow_fedora_branching": true, "repo_priority": null,
        "storage": "backend",
    });
    fields.as_object().cloned().unwrap()
}

/// The settings of a chroot that nobody has set.
pub fn new_chroot() -> Map<String, Value> {
    let fields = json!({
        "additional_repos": [], "additional_packages": [], "additional_modules": [], "with_opts": [],
        "without_opts": [], "isolation": "unchanged", "comps_name": null, "delete_after_days": null,
    });
    fields.as_object().cloned().unwrap()
}

/// Seconds since 1970.
pub fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()
}
