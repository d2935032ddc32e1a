use serde_json::{Map, Value, json};

use super::super::Answer;
use super::messages::{error, letter_by_letter, wrong_choices};
use super::state::{Project, State};

/// What a client wants of a project, after the server's form has looked at it.
#[derive(Default)]
pub struct ProjectForm {
    /// Fields as they are shown.
    fields: Map<String, Value>,
    hidden: Map<String, Value>,
    pub chroots: Option<Vec<String>>,
    delete_after_days: Option<i64>,
}

impl ProjectForm {
    pub fn apply(self, project: &mut Project) {
        project.fields.extend(self.fields);
        project.hidden.extend(self.hidden);
        project.delete_after_days = self.delete_after_days.or(project.delete_after_days);
        if let Some(chroots) = self.chroots {
            project.enable(&chroots);
        }
    }
}

const HIDDEN: &[&str] = &["multilib", "fedora_review", "runtime_dependencies", "bootstrap_image"];

/// All that the server takes for a project.
const KEYS: &[&str] = &[
    "additional_repos",
    "appstream",
    "auto_prune",
    "bootstrap",
    "bootstrap_image",
    "chroots",
    "contact",
    "delete_after_days",
    "description",
    "devel_mode",
    "enable_net",
    "fedora_review",
    "follow_fedora_branching",
    "homepage",
    "instructions",
    "isolation",
    "module_hotfixes",
    "multilib",
    "name",
    "packit_forge_projects_allowed",
    "persistent",
    "repo_priority",
    "repos",
    "runtime_dependencies",
    "storage",
    "unlisted_on_hp",
];

/// Reads the fields that a new project and an edited one share. `errors` are those of fields that come before them.
///
/// # Errors
///
/// 400 with one line for each error.
pub fn read(
    state: &mut State,
    data: &Map<String, Value>,
    mut errors: Vec<String>,
    is_new: bool,
) -> Result<ProjectForm, Answer> {
    state.check_keys("a project", data, KEYS);
    let mut form = ProjectForm::default();
    for name in HIDDEN {
        form.hidden.extend(data.get(*name).map(|value| ((*name).to_owned(), value.clone())));
    }
    for name in ["description", "instructions", "homepage", "contact", "storage"] {
        if let Some(text) = data.get(name) {
            form.fields.insert(name.to_owned(), text.clone());
        }
    }
    if let Some(contact) = text(data, "contact")
        && !is_url(&contact)
        && !is_mail(&contact)
    {
        errors.push("contact: Contact must be email address or URL".to_owned());
    }
    errors.extend(delete_after_days(data, &mut form));
    if let Some(repos) = data.get("repos").or(data.get("additional_repos")) {
        let repos = list(repos);
        errors.extend(wrong_repos(&repos));
        form.fields.insert("additional_repos".to_owned(), repos.into());
    }
    match data.get("chroots") {
        Some(Value::String(text)) => {
            state.complain("chroots as text: the server reads it letter by letter");
            return Err(letter_by_letter(text));
        }
        Some(chroots) if !list(chroots).is_empty() => {
            let chroots = list(chroots);
            let known = |name: &String| state.chroots.iter().any(|(known, _)| known == name);
            let wrong: Vec<String> = chroots.iter().filter(|name| !known(name)).cloned().collect();
            if !wrong.is_empty() {
                errors.push(format!("chroots: {}", wrong_choices(&wrong)));
            }
            form.chroots = Some(chroots);
        }
        _ if is_new => errors.push("chroots: '[]' is not a valid choice for this field.".to_owned()),
        _ => {}
    }
    for name in [
        "unlisted_on_hp",
        "devel_mode",
        "persistent",
        "auto_prune",
        "enable_net",
        "module_hotfixes",
        "appstream",
        "follow_fedora_branching",
    ] {
        if let Some(value) = data.get(name) {
            form.fields.insert(name.to_owned(), truth(value).into());
        }
    }
    errors.extend(choice(data, "bootstrap", &["default", "on", "off", "image"], &mut form.fields));
    errors.extend(choice(data, "isolation", &["default", "simple", "nspawn"], &mut form.fields));
    if let Some(priority) = data.get("repo_priority") {
        form.fields.insert("repo_priority".to_owned(), priority.clone());
    }
    if let Some(allowed) = data.get("packit_forge_projects_allowed") {
        let bare = |url: &String| url.split_once("://").map_or(url.clone(), |(_, bare)| bare.to_owned());
        let allowed: Vec<String> = list(allowed).iter().map(bare).collect();
        form.fields.insert("packit_forge_projects_allowed".to_owned(), allowed.into());
    }
    if errors.is_empty() { Ok(form) } else { Err(error(400, errors.join("\n"))) }
}

/// What only an administrator may ask for.
pub fn forbidden(data: &Map<String, Value>) -> Option<Answer> {
    let text = if data.get("persistent").is_some_and(truth) {
        "Non-admin cannot create persistent project."
    } else if data.get("auto_prune").is_some_and(|value| !truth(value)) {
        "Non-admin cannot disable auto-prunning."
    } else if data.contains_key("storage") {
        "Non-admin cannot set storage"
    } else {
        return None;
    };
    Some(error(403, text))
}

/// The error of the name of a new project.
pub fn wrong_name(name: &str) -> Option<&'static str> {
    if name.is_empty() {
        return Some("name: This field is required.");
    }
    if !name.chars().all(|letter| letter.is_ascii_alphanumeric() || "_-.".contains(letter)) {
        return Some("name: Name must contain only letters, digits, underscores, dashes and dots.");
    }
    name.chars().all(|letter| letter.is_ascii_digit()).then_some("name: Project's name can not be just number.")
}

fn delete_after_days(data: &Map<String, Value>, form: &mut ProjectForm) -> Vec<String> {
    let Some(value) = data.get("delete_after_days") else { return Vec::new() };
    let days = value.as_i64().or_else(|| value.as_str().and_then(|text| text.parse().ok()));
    let mut errors = Vec::new();
    if days.is_none() {
        errors.push("delete_after_days: Not a valid integer value.".to_owned());
    }
    if days.is_none_or(|days| !(-1..=720).contains(&days)) {
        errors.push("delete_after_days: Number must be between -1 and 720.".to_owned());
    }
    form.delete_after_days = days;
    errors
}

/// The error of a field with few values, or the field.
pub fn choice(
    data: &Map<String, Value>,
    name: &str,
    choices: &[&str],
    fields: &mut Map<String, Value>,
) -> Option<String> {
    let value = text(data, name)?;
    if !choices.contains(&value.as_str()) {
        return Some(format!("{name}: Not a valid choice."));
    }
    fields.insert(name.to_owned(), json!(value));
    None
}

/// The error of repositories.
pub fn wrong_repos(repos: &[String]) -> Option<String> {
    let wrong = repos
        .iter()
        .flat_map(|repo| repo.split_whitespace())
        .find(|repo| !is_url(repo) && !repo.starts_with("copr://"))?;
    Some(format!(
        "repos: A list of http[s] URLs separated by whitespace characters is needed ('{wrong}' doesn't seem to be a valid URL)."
    ))
}

/// A list, or words with spaces between them.
pub fn list(value: &Value) -> Vec<String> {
    match value {
        Value::Array(items) => items.iter().map(|item| item.as_str().map_or(item.to_string(), str::to_owned)).collect(),
        Value::String(text) => text.split_whitespace().map(str::to_owned).collect(),
        _ => Vec::new(),
    }
}

pub fn text(data: &Map<String, Value>, name: &str) -> Option<String> {
    data.get(name).map(|value| value.as_str().map_or(value.to_string(), str::to_owned))
}

/// What counts as true, in JSON and in a form.
pub fn truth(value: &Value) -> bool {
    !matches!(value, Value::Bool(false) | Value::Null) && !["", "false", "False", "0"].iter().any(|no| value == no)
}

fn is_url(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    rest.is_some_and(|rest| !rest.is_empty() && !rest.contains(' '))
}

/// Domains that cannot be are not taken, as by the library that looks.
fn is_mail(text: &str) -> bool {
    let reserved = |domain: &str| [".test", ".invalid", ".localhost", ".local"].iter().any(|end| domain.ends_with(end));
    text.split_once('@').is_some_and(|(name, domain)| !name.is_empty() && domain.contains('.') && !reserved(domain))
}
