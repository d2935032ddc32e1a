//! Projects of Copr, and the settings of their chroots.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::frontend::Copr;
use crate::context::Context;
use crate::error::{Error, Kind, Result};
use crate::services::{Body, Method};

/// How long the name of a project may be, in characters: Copr answers a longer one with a page of its database.
const LONGEST_NAME: usize = 100;

/// A project, as Copr describes it.
#[derive(Debug, Clone, Deserialize)]
pub struct Project {
    /// Its name.
    pub name: String,
    /// Its owner: a user, or `@group`.
    pub ownername: String,
    /// Whether the front page does not list it.
    #[serde(default)]
    pub unlisted_on_hp: bool,
    /// What it is.
    #[serde(default)]
    pub description: Option<String>,
    /// How to use it.
    #[serde(default)]
    pub instructions: Option<String>,
    /// More repositories for its builds.
    #[serde(default)]
    pub additional_repos: Vec<String>,
    /// How mock makes the chroots: `default`, `on`, `off` or `image`.
    #[serde(default)]
    pub bootstrap: Option<String>,
    /// Whether its packages count as fixes of modules.
    #[serde(default)]
    pub module_hotfixes: bool,
    /// The chroots that are enabled, and where their repositories are.
    #[serde(default)]
    pub chroot_repos: BTreeMap<String, String>,
}

/// What a project is to be: a setting that is `None` is nobody's wish and is not changed.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ProjectSettings {
    /// The chroots that must be enabled; none is ever disabled.
    pub chroots: Vec<String>,
    /// What it is.
    pub description: Option<String>,
    /// How to use it.
    pub instructions: Option<String>,
    /// Whether the front page lists it.
    pub list_on_homepage: Option<bool>,
    /// After how many days Copr deletes it; -1: never. It can be set, but not be read: it is set each time.
    pub delete_after_days: Option<i32>,
    /// The same for a project that is new: one that exists is left as it is.
    pub days_of_a_new_one: Option<i32>,
    /// More repositories for its builds.
    pub additional_repos: Option<Vec<String>>,
    /// How mock makes the chroots.
    pub bootstrap: Option<String>,
    /// Whether its packages count as fixes of modules.
    pub module_hotfixes: Option<bool>,
}

/// A change of one setting.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Change {
    /// The setting, as Copr's interface calls it.
    pub setting: &'static str,
    /// What it is now.
    pub from: Value,
    /// What it is to be.
    pub to: Value,
}

/// What is special for one chroot of a project.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct ChrootSettings {
    /// Packages that are installed before a build.
    pub additional_packages: Vec<String>,
    /// More repositories.
    pub additional_repos: Vec<String>,
    /// Modules that are enabled.
    pub additional_modules: Vec<String>,
    /// Switches of the spec file that are set.
    pub with_opts: Vec<String>,
    /// Switches of the spec file that are not set.
    pub without_opts: Vec<String>,
}

/// What is to be special for one chroot: what is `None` is nobody's wish and is not changed.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ChrootWishes {
    /// Packages that are installed before a build.
    pub additional_packages: Option<Vec<String>>,
    /// More repositories.
    pub additional_repos: Option<Vec<String>>,
    /// Modules that are enabled.
    pub additional_modules: Option<Vec<String>>,
    /// Switches of the spec file that are set.
    pub with_opts: Option<Vec<String>>,
    /// Switches of the spec file that are not set.
    pub without_opts: Option<Vec<String>>,
}

impl ChrootWishes {
    /// How a chroot differs from what it is to be.
    pub fn changes(&self, chroot: &ChrootSettings) -> Vec<Change> {
        let pairs = [
            ("additional_packages", &chroot.additional_packages, &self.additional_packages),
            ("additional_repos", &chroot.additional_repos, &self.additional_repos),
            ("additional_modules", &chroot.additional_modules, &self.additional_modules),
            ("with_opts", &chroot.with_opts, &self.with_opts),
            ("without_opts", &chroot.without_opts, &self.without_opts),
        ];
        let differs = |(setting, from, to): (&'static str, &Vec<String>, &Option<Vec<String>>)| {
            let to = to.as_ref().filter(|to| *to != from)?;
            Some(Change { setting, from: json!(from), to: json!(to) })
        };
        pairs.into_iter().filter_map(differs).collect()
    }
}

/// Checks the name of a project by Copr's rules.
///
/// # Errors
/// Of kind [`Kind::Usage`] when Copr would not take it.
pub fn check_name(name: &str) -> Result<()> {
    let known = |c: char| c.is_ascii_alphanumeric() || "_.-".contains(c);
    let cause = if name.is_empty() {
        "it is empty".to_owned()
    } else if let Some(c) = name.chars().find(|&c| !known(c)) {
        format!("it contains `{}`: letters, digits, underscores, dashes and dots are allowed", c.escape_debug())
    } else if name.chars().all(|c| c.is_ascii_digit()) {
        "it is only a number".to_owned()
    } else if name.len() > LONGEST_NAME {
        format!("it has {} characters, {LONGEST_NAME} are allowed", name.len())
    } else {
        return Ok(());
    };
    let error = Error::new(Kind::Usage, format!("`{}` cannot be the name of a Copr project", name.escape_debug()));
    Err(error.cause(cause).hint("choose another name: --project NAME"))
}

/// Checks the name of an owner: it becomes a part of addresses.
///
/// # Errors
/// Of kind [`Kind::Usage`] when nobody in Copr can have it.
pub fn check_owner(owner: &str) -> Result<()> {
    let name = owner.strip_prefix('@').unwrap_or(owner);
    let wrong = |c: char| c.is_whitespace() || c.is_control() || "/\\?#%@".contains(c);
    if !name.is_empty() && !name.starts_with('.') && !name.contains(wrong) {
        return Ok(());
    }
    let error = Error::new(Kind::Usage, format!("`{}` cannot be the owner of a Copr project", owner.escape_debug()));
    Err(error.hint("an owner is a user, or a group with @ before it; the project is named by --project"))
}

impl ProjectSettings {
    /// How a project differs from what it is to be.
    pub fn changes(&self, project: &Project) -> Vec<Change> {
        let mut changes = Vec::new();
        let mut compare = |setting, from: Value, to: Option<Value>| {
            if let Some(to) = to.filter(|to| *to != from) {
                changes.push(Change { setting, from, to });
            }
        };
        let enabled: Vec<&String> = project.chroot_repos.keys().collect();
        let mut wanted = enabled.clone();
        wanted.extend(self.chroots.iter().filter(|chroot| !project.chroot_repos.contains_key(*chroot)));
        wanted.sort();
        wanted.dedup();
        compare("chroots", json!(enabled), Some(json!(wanted)));
        // Copr cuts blanks at the ends of texts.
        let text = |text: &Option<String>| json!(text.as_deref().unwrap_or_default().trim());
        compare("description", text(&project.description), self.description.as_ref().map(|to| json!(to.trim())));
        compare("instructions", text(&project.instructions), self.instructions.as_ref().map(|to| json!(to.trim())));
        compare("unlisted_on_hp", json!(project.unlisted_on_hp), self.list_on_homepage.map(|listed| json!(!listed)));
        let sorted = |list: &[String]| {
            let mut list = list.to_vec();
            list.sort();
            list.dedup();
            json!(list)
        };
        let repos = self.additional_repos.as_deref().map(sorted);
        compare("additional_repos", sorted(&project.additional_repos), repos);
        compare("module_hotfixes", json!(project.module_hotfixes), self.module_hotfixes.map(|flag| json!(flag)));
        compare("delete_after_days", Value::Null, self.delete_after_days.map(|days| json!(days)));
        compare("bootstrap", json!(project.bootstrap), self.bootstrap.as_ref().map(|bootstrap| json!(bootstrap)));
        changes
    }

    fn named(&self) -> Map<String, Value> {
        let mut fields = Map::new();
        let mut set = |name: &str, value: Option<Value>| {
            if let Some(value) = value {
                fields.insert(name.to_owned(), value);
            }
        };
        set("chroots", Some(json!(self.chroots)));
        set("description", self.description.as_ref().map(|text| json!(text)));
        set("instructions", self.instructions.as_ref().map(|text| json!(text)));
        set("unlisted_on_hp", self.list_on_homepage.map(|listed| json!(!listed)));
        let days = self.delete_after_days.or(self.days_of_a_new_one);
        set("delete_after_days", days.map(|days| json!(days)));
        set("additional_repos", self.additional_repos.as_ref().map(|repos| json!(repos)));
        set("bootstrap", self.bootstrap.as_ref().map(|bootstrap| json!(bootstrap)));
        set("module_hotfixes", self.module_hotfixes.map(|flag| json!(flag)));
        fields
    }
}

impl Copr<'_> {
    /// A project; `None` where there is none of this name.
    ///
    /// # Errors
    /// When the server refuses, or cannot be reached.
    pub async fn project(&self, context: &Context, owner: &str, project: &str) -> Result<Option<Project>> {
        let reply = self.ask(context, "project", &[("ownername", owner), ("projectname", project)]).await?;
        // Of a group that does not exist there is no project either, but its name is worth a message.
        let missing =
            reply.status == 404 && reply.text().contains(&format!("Project {owner}/{project} does not exist"));
        if missing { Ok(None) } else { self.understood(&reply).map(Some) }
    }

    /// Makes a project. Where somebody made it meanwhile, it is left as it is. `None`: the gate held it back.
    ///
    /// # Errors
    /// When the server refuses, or cannot be reached.
    pub async fn add_project(
        &self,
        context: &Context,
        owner: &str,
        project: &str,
        settings: &ProjectSettings,
        contact: Option<&str>,
    ) -> Result<Option<Project>> {
        let mut fields = Map::new();
        fields.insert("name".to_owned(), json!(project));
        fields.extend(settings.named());
        if let Some(contact) = contact {
            fields.insert("contact".to_owned(), json!(contact));
        }
        fields.insert("follow_fedora_branching".to_owned(), json!(false));
        // Only this spelling of True counts.
        let route = format!("project/add/{owner}?exist_ok=True");
        self.write(context, Method::POST, &route, Body::Json(fields.into()), true).await
    }

    /// Changes settings of a project: those that `changes` names, and nothing else. `None`: the gate held it back.
    ///
    /// # Errors
    /// When the server refuses, or cannot be reached.
    pub async fn edit_project(
        &self,
        context: &Context,
        owner: &str,
        project: &str,
        changes: &[Change],
    ) -> Result<Option<Project>> {
        let fields: Map<String, Value> = changes
            .iter()
            // The interface calls the repositories otherwise where they are set.
            .map(|change| (if change.setting == "additional_repos" { "repos" } else { change.setting }, change))
            .map(|(name, change)| (name.to_owned(), change.to.clone()))
            .collect();
        let route = format!("project/edit/{owner}/{project}");
        self.write(context, Method::PUT, &route, Body::Json(fields.into()), true).await
    }

    /// What is special for a chroot of a project.
    ///
    /// # Errors
    /// When the server refuses, or cannot be reached.
    pub async fn chroot_settings(
        &self,
        context: &Context,
        owner: &str,
        project: &str,
        chroot: &str,
    ) -> Result<ChrootSettings> {
        let query = [("ownername", owner), ("projectname", project), ("chrootname", chroot)];
        self.read(context, "project-chroot", &query).await
    }

    /// Changes what is special for a chroot of a project. `None`: the gate held it back.
    ///
    /// # Errors
    /// When the server refuses, or cannot be reached.
    pub async fn edit_chroot(
        &self,
        context: &Context,
        owner: &str,
        project: &str,
        chroot: &str,
        changes: &[Change],
    ) -> Result<Option<Value>> {
        let fields: Map<String, Value> =
            changes.iter().map(|change| (change.setting.to_owned(), change.to.clone())).collect();
        let route = format!("project-chroot/edit/{owner}/{project}/{chroot}");
        self.write(context, Method::PUT, &route, Body::Json(fields.into()), true).await
    }

    /// Asks the administrators of a project to become one of them. `None`: the gate held it back.
    ///
    /// # Errors
    /// When the server refuses, or cannot be reached.
    pub async fn request_admin(&self, context: &Context, owner: &str, project: &str) -> Result<Option<Value>> {
        let route = format!("project/permissions/request/{owner}/{project}");
        self.write(context, Method::PUT, &route, Body::Json(json!({ "admin": true })), true).await
    }

    /// Whether the user may change a project of somebody else: its permissions are shown to those only who may.
    ///
    /// # Errors
    /// When the server cannot be reached.
    pub async fn can_edit(&self, context: &Context, owner: &str, project: &str) -> Result<bool> {
        let reply = self.ask_as_user(context, &format!("project/permissions/get/{owner}/{project}")).await?;
        match reply.status {
            403 => Ok(false),
            // Where nobody ever asked for any.
            404 => Ok(true),
            _ => self.understood::<Value>(&reply).map(|_| true),
        }
    }

    /// Whether a user may build in a project.
    ///
    /// # Errors
    /// When the server refuses, or cannot be reached.
    pub async fn can_build(&self, context: &Context, user: &str, owner: &str, project: &str) -> Result<bool> {
        #[derive(Deserialize)]
        struct Answer {
            can_build_in: bool,
        }
        let route = format!("project/permissions/can_build_in/{user}/{owner}/{project}");
        let answer: Answer = self.read(context, &route, &[]).await?;
        Ok(answer.can_build_in)
    }
}
